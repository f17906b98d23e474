//! Every known export is recognised for what it is and read to the rows that stand in it.
//!
//! Beside each file of `tests/exports` stands what was written down by hand from it: `<file>.expected.json`, and for a preset that reads
//! the same file for another table `<file>.<preset>.expected.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deadhead::config::InputSettings;
use deadhead::ingest::{self, FileReading, MoneySettings};
use serde_json::{Map, Value};

use crate::stage::Stage;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports")
}

/// Every expectation: its name, the export, and what is expected.
fn expectations() -> Vec<(String, PathBuf, Value)> {
    let mut found = Vec::new();
    let names = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    for name in names.iter().filter_map(|name| name.strip_suffix(".expected.json")) {
        let expected = std::fs::read(folder().join(format!("{name}.expected.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap_or_else(|error| panic!("{name}: {error}"));
        let export = names.iter().filter(|other| name.starts_with(*other)).max_by_key(|other| other.len());
        let export = export.unwrap_or_else(|| panic!("{name} stands beside no export"));
        found.push((name.to_owned(), folder().join(export), expected));
    }
    found
}

/// The rows of an export, with what was understood.
fn read(export: &Path, preset: Option<&str>) -> Result<(FileReading, Vec<Map<String, Value>>), String> {
    let fx = BTreeMap::new();
    let money = MoneySettings { report_currency: "", fx: &fx, as_of: None };
    let settings = InputSettings { preset: preset.map(str::to_owned), ..InputSettings::of("x") };
    let mut out = Vec::new();
    let reading = ingest::read_table(export, &settings, &money, &mut out, &()).map_err(|error| error.to_string())?;
    let mut rows = csv::Reader::from_reader(&out[..]);
    let headers = rows.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let cells = headers.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(header, cell)| (header.to_owned(), Value::from(cell))).collect()
    };
    let rows = rows.records().map(|record| row(record.unwrap())).collect();
    Ok((reading, rows))
}

fn differences(name: &str, export: &Path, expected: &Value) -> Vec<String> {
    let preset = expected["preset"].as_str();
    let is_companion = preset.is_some_and(|preset| name.ends_with(&format!(".{preset}")));
    let (reading, mut rows) = match read(export, preset.filter(|_| is_companion)) {
        Ok(read) => read,
        Err(error) if expected["table"].is_null() => return differs(&["not recognised"], &error).into_iter().collect(),
        Err(error) => return vec![error],
    };
    let mut found = Vec::new();
    if let Some(known) = &reading.recognised
        && (known.preset.as_deref() != preset || Some(known.table.as_str()) != expected["table"].as_str())
    {
        found.push(format!("recognised as {:?} for {}, expected {preset:?}", known.preset, known.table));
    }
    let books = &reading.rows;
    for (what, count) in [
        ("read", books.read),
        ("accepted", books.accepted),
        ("quarantined", books.quarantined),
        ("skipped", books.skipped),
    ] {
        if expected[what].as_u64() != Some(count) {
            found.push(format!("{what} {count}, expected {}; {:?}", expected[what], reading.diagnostics));
        }
    }
    let mut wanted: Vec<Map<String, Value>> = serde_json::from_value(expected["rows"].clone()).unwrap();
    let order = |row: &Map<String, Value>| serde_json::to_string(&row.iter().collect::<BTreeMap<_, _>>()).unwrap();
    rows.sort_by_key(order);
    wanted.sort_by_key(order);
    for (row, wanted) in rows.iter().zip(&wanted).filter(|(row, wanted)| order(row) != order(wanted)) {
        let keys: std::collections::BTreeSet<&String> = row.keys().chain(wanted.keys()).collect();
        let cells = keys.into_iter().filter(|key| row.get(*key) != wanted.get(*key));
        let cells: Vec<String> =
            cells.map(|key| format!("{key}: {:?}, expected {:?}", row.get(key), wanted.get(key))).collect();
        found.push(cells.join("; "));
    }
    if rows.len() != wanted.len() {
        found.push(format!("{} rows, expected {}", rows.len(), wanted.len()));
    }
    found
}

fn differs(parts: &[&str], text: &str) -> Option<String> {
    parts.iter().any(|part| !text.contains(part)).then(|| text.to_owned())
}

#[test]
fn every_export_is_known_and_read() {
    let mut wrong = Vec::new();
    for (name, export, expected) in expectations() {
        wrong.extend(differences(&name, &export, &expected).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_folder_of_all_exports_gives_no_wrong_match() {
    let expected: BTreeMap<String, Value> = expectations()
        .into_iter()
        .filter(|(name, export, _)| export.ends_with(name))
        .map(|(name, _, expected)| (name, expected))
        .collect();
    for seen in ingest::recognise_folder(&folder()).unwrap() {
        let Some(expected) = expected.get(&seen.path) else { continue };
        assert_eq!(seen.preset.as_deref(), expected["preset"].as_str(), "{}: {}", seen.path, seen.note);
    }
}

#[test]
fn a_folder_of_eight_systems_runs_with_the_configuration_that_init_leaves() {
    let stage = Stage::empty();
    let printed = |arguments: &[&str]| {
        let output = stage.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    printed(&["sample", "mixed", "--mixed", "--accounts", "120", "--events", "4000"]);
    printed(&["init", "mixed"]);
    let text = printed(&["run", "mixed", "--as-of", "2026-10-01"]);
    assert!(text.contains("Rows of 9 files:"), "{text}");
    let configuration = stage.read("mixed/deadhead.toml");
    let presets: std::collections::BTreeSet<&str> =
        configuration.lines().filter(|line| line.starts_with("preset = ")).collect();
    assert_eq!(presets.len(), 9, "{presets:?}");
}
