//! The rules of the house, read off the source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of the road: a room may use itself and the rooms above it.
const ROAD: [&str; 21] = [
    "units",
    "stats",
    "diag",
    "tables",
    "config",
    "presets",
    "ingest",
    "attribute",
    "rollup",
    "metrics",
    "integrations",
    "decide",
    "plan",
    "chart",
    "report",
    "review",
    "export",
    "sample",
    "pipeline",
    "cli",
    "main",
];

/// Libraries and the rooms that may name them.
const HOMES: [(&str, &[&str]); 28] = [
    ("annotate_snippets::", &["cli"]),
    ("calamine::", &["ingest"]),
    ("chardetng::", &["ingest"]),
    ("chrono_tz::", &["units"]),
    ("clap::", &["cli", "main"]),
    ("csv::", &["ingest", "export", "sample"]),
    ("csv_nose::", &["ingest"]),
    ("encoding_rs::", &["ingest"]),
    ("fixedbitset::", &["metrics"]),
    ("granit_parser::", &["ingest"]),
    ("icalendar::", &["export"]),
    ("indicatif::", &["cli"]),
    ("microlp::", &["plan"]),
    ("minijinja::", &["export"]),
    ("petgraph::", &["decide"]),
    ("plotters::", &["chart"]),
    ("polars::", &["tables", "ingest", "rollup", "metrics"]),
    ("serde_json_path::", &["ingest"]),
    ("sha2::", &["export"]),
    ("statrs::", &["stats"]),
    ("tempfile::", &["export", "cli", "ingest"]),
    ("unicode_normalization::", &["attribute"]),
    ("unicode_segmentation::", &["attribute"]),
    ("zip::", &["ingest"]),
    ("zstd::", &["ingest"]),
    ("std::fs", &["ingest", "rollup", "export", "cli"]),
    ("println!(", &["cli", "main"]),
    ("::now()", &["cli"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// `src/metrics/base.rs` lies in `metrics`, `src/pipeline.rs` in `pipeline`.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// What ships: comments, and the tests that end a file, are not part of it.
fn shipped(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn place(room: &str) -> usize {
    ROAD.iter().position(|known| *known == room).unwrap_or_else(|| panic!("`{room}` has no place on the road"))
}

#[test]
fn every_room_uses_only_rooms_above_it() {
    let mut backwards = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        if room == "lib" {
            continue;
        }
        for used in shipped(&text).split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if ROAD.contains(&used.as_str()) && place(&used) > place(&room) {
                backwards.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(backwards.is_empty(), "{backwards:#?}");
}

#[test]
fn every_library_has_its_home() {
    let mut strangers = Vec::new();
    for (path, text) in sources() {
        let (room, text) = (room(&path), shipped(&text));
        for (library, homes) in HOMES {
            if !homes.contains(&room.as_str()) && uses(&text, library) {
                strangers.push(format!("{} uses {library}", path.display()));
            }
        }
    }
    assert!(strangers.is_empty(), "{strangers:#?}");
}

/// Whether the text names the path itself, not as the end of a longer one.
fn uses(text: &str, library: &str) -> bool {
    text.match_indices(library).any(|(at, _)| {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        library.starts_with(':') || !(before.is_alphanumeric() || before == '_' || before == ':')
    })
}

#[test]
fn column_names_stand_in_the_schema_only_once() {
    // A column that two rooms spell is a column that one of them will spell differently.
    let mut frames = BTreeMap::new();
    for (path, text) in sources() {
        let reads = shipped(&text).matches(".column(\"").count();
        if reads > 0 {
            frames.insert(room(&path), reads);
        }
    }
    let allowed = ["tables", "rollup", "ingest"];
    assert!(frames.keys().all(|room| allowed.contains(&room.as_str())), "{frames:?}");
}

#[test]
fn main_is_thin_and_files_stay_readable() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        let most = if room(&path) == "main" { 40 } else { 600 };
        assert!(lines <= most, "{} has {lines} lines", path.display());
    }
}
