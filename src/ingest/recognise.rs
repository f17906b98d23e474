//! What export a file is, judged by its headers alone.
//!
//! Takes a folder; gives a verdict per file, with the reason. A preset is recognised when all headers that identify it are
//! present; a file of the tables' own column names is recognised as that table. Refuses to choose between two that fit
//! equally.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::columnar::Columnar;
use super::delimited::Delimited;
use super::open::{self, Opened};
use super::{IngestError, discover, normalised};
use crate::presets::{Preset, presets};
use crate::tables::{Table, TableId};

/// What a file is taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognised {
    /// Relative to the folder, with `/`.
    pub path: String,
    /// The table that it would feed; `None` when it was not recognised.
    pub table: Option<TableId>,
    /// The preset; `None` when it was not recognised or holds the table's own column names.
    pub preset: Option<String>,
    /// For a preset: identifying headers, and 0.2 for each further one. For a table: columns present. 0 when it was not
    /// recognised.
    pub score: f64,
    /// The reason, for people.
    pub note: String,
    /// Column of the table and header of the file that would feed it.
    pub columns: Vec<(String, String)>,
    /// Of a recognised file the required columns of the table that nothing feeds; else the headers that the nearest
    /// candidate lacks, normalised.
    pub missing: Vec<String>,
}

/// Judges every file below a folder, in order of path. Hidden files and folders are passed over.
///
/// # Errors
///
/// When a folder cannot be listed. A file that cannot be read is not recognised, and its note says why.
pub fn recognise_folder(dir: &Path) -> Result<Vec<Recognised>, IngestError> {
    recognise_with(presets(), dir)
}

fn recognise_with(presets: &[Preset], dir: &Path) -> Result<Vec<Recognised>, IngestError> {
    let mut paths = Vec::new();
    list(dir, &mut paths)?;
    let mut named: Vec<(String, PathBuf)> =
        paths.into_iter().map(|path| (discover::relative(dir, &path), path)).collect();
    named.sort();
    Ok(named.into_iter().map(|(name, path)| judge_file(presets, name, &path)).collect())
}

fn list(dir: &Path, paths: &mut Vec<PathBuf>) -> Result<(), IngestError> {
    let failed = |source| IngestError::Io { path: dir.display().to_string(), source };
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // The type of the entry itself: a link to a folder is not followed, so no circle can arise.
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            list(&entry.path(), paths)?;
        } else if entry.path().is_file() {
            paths.push(entry.path());
        }
    }
    Ok(())
}

fn judge_file(presets: &[Preset], name: String, path: &Path) -> Recognised {
    if !matches!(open::unpacked_extension(path).as_str(), "csv" | "tsv" | "txt" | "psv" | "tab" | "parquet") {
        return unknown(name, "not a .csv, .tsv or .parquet file, plain or .gz or .zst".into(), Vec::new());
    }
    match headers(path, &name) {
        Ok(headers) => judge(presets, name, &headers),
        Err(error) => unknown(name, error.to_string(), Vec::new()),
    }
}

fn headers(path: &Path, name: &str) -> Result<Vec<String>, IngestError> {
    let opened = Opened::open(path, name, &())?;
    if open::is_parquet(path) {
        return Ok(Columnar::open(opened, name)?.headers().to_vec());
    }
    Ok(Delimited::open(opened, name, None, &BTreeSet::new())?.headers().to_vec())
}

/// A preset or table that fits, with its score.
struct Candidate<'a> {
    name: &'a str,
    table: TableId,
    preset: Option<&'a Preset>,
    score: f64,
}

fn judge(presets: &[Preset], path: String, headers: &[String]) -> Recognised {
    let folded: Vec<String> = headers.iter().map(|header| normalised(header)).collect();
    let present: BTreeSet<&str> = folded.iter().map(String::as_str).collect();
    let mut candidates: Vec<Candidate> = presets.iter().filter_map(|preset| of_preset(preset, &present)).collect();
    if candidates.is_empty() {
        candidates = TableId::ALL.iter().filter_map(|id| of_table(id.table(), &present)).collect();
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.name.cmp(b.name)));
    match candidates.as_slice() {
        [] => nearest_miss(presets, path, &present),
        [a, b, ..] if (a.score - b.score).abs() < 1e-9 => {
            let note = format!("fits `{}` and `{}` equally; name the right one as preset or table", a.name, b.name);
            unknown(path, note, Vec::new())
        }
        [best, ..] => recognised(path, best, headers, &folded),
    }
}

fn recognised(path: String, best: &Candidate, headers: &[String], folded: &[String]) -> Recognised {
    let columns = feeds(best, headers, folded);
    let is_fed = |name: &str| {
        columns.iter().any(|(column, _)| column == name)
            || best.preset.is_some_and(|preset| preset.constants.contains_key(name))
    };
    let unfed = best.table.table().columns.iter().filter(|column| column.required && !is_fed(column.name));
    let missing: Vec<String> = unfed.map(|column| column.name.to_owned()).collect();
    let note = match best.preset {
        Some(preset) => format!("{}: all identifying headers are present", preset.system),
        None => format!("the column names of {} itself", best.name),
    };
    let preset = best.preset.map(|preset| preset.name.clone());
    Recognised { path, table: Some(best.table), preset, score: best.score, note, columns, missing }
}

#[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
fn of_preset<'a>(preset: &'a Preset, headers: &BTreeSet<&str>) -> Option<Candidate<'a>> {
    let has = |header: &String| headers.contains(normalised(header).as_str());
    if preset.unless.iter().any(has) {
        return None;
    }
    let complete = preset.identify.iter().filter(|set| set.iter().all(has));
    let set = complete.max_by_key(|set| set.len())?;
    let accepted: BTreeSet<String> = preset.columns.values().flatten().map(|header| normalised(header)).collect();
    let identifying: BTreeSet<String> = set.iter().map(|header| normalised(header)).collect();
    let further = accepted.iter().filter(|&h| headers.contains(h.as_str()) && !identifying.contains(h)).count();
    let score = set.len() as f64 + 0.2 * further as f64;
    Some(Candidate { name: &preset.name, table: preset.table, preset: Some(preset), score })
}

/// A table fits when its required columns are there and most headers are columns of it: one shared name, such as
/// `account_id`, makes no table.
#[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
fn of_table<'a>(table: &'static Table, present: &BTreeSet<&str>) -> Option<Candidate<'a>> {
    let has = |name: &str| present.contains(normalised(name).as_str());
    let is_complete = table.columns.iter().all(|column| !column.required || has(column.name));
    let matched = table.columns.iter().filter(|column| has(column.name)).count();
    (is_complete && matched * 2 > present.len()).then(|| Candidate {
        name: table.id.name(),
        table: table.id,
        preset: None,
        score: matched as f64,
    })
}

fn feeds(best: &Candidate, headers: &[String], folded: &[String]) -> Vec<(String, String)> {
    let find = |wanted: &str| folded.iter().position(|header| header == wanted).map(|place| headers[place].clone());
    let columns = best.table.table().columns.iter();
    let fed = columns.filter_map(|column| {
        let header = match best.preset {
            Some(preset) => preset.columns.get(column.name)?.iter().find_map(|accepted| find(&normalised(accepted)))?,
            None => find(&normalised(column.name))?,
        };
        Some((column.name.to_owned(), header))
    });
    fed.collect()
}

/// Says which preset or table comes nearest, and what it lacks.
fn nearest_miss(presets: &[Preset], path: String, present: &BTreeSet<&str>) -> Recognised {
    let of_presets = presets.iter().flat_map(|preset| {
        let sets = preset
            .identify
            .iter()
            .filter(|_| !preset.unless.iter().any(|header| present.contains(normalised(header).as_str())));
        sets.map(|set| (preset.name.as_str(), set.iter().map(String::as_str).collect::<Vec<_>>()))
    });
    let of_tables = TableId::ALL.iter().map(|id| {
        let required = id.table().columns.iter().filter(|column| column.required);
        (id.name(), required.map(|column| column.name).collect::<Vec<_>>())
    });
    let mut nearest: Option<(f64, &str, Vec<&str>)> = None;
    for (name, wanted) in of_presets.chain(of_tables) {
        let missing: Vec<&str> =
            wanted.iter().copied().filter(|header| !present.contains(normalised(header).as_str())).collect();
        #[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
        let found = 1.0 - missing.len() as f64 / wanted.len().max(1) as f64;
        let is_nearer = nearest.as_ref().is_none_or(|(most, ..)| found > *most);
        if found > 0.0 && !missing.is_empty() && is_nearer {
            nearest = Some((found, name, missing));
        }
    }
    match nearest {
        Some((_, name, missing)) => {
            let note = format!("not recognised; nearest is `{name}`, which also wants {}", missing.join(", "));
            unknown(path, note, missing.into_iter().map(str::to_owned).collect())
        }
        None => unknown(path, "not recognised; no header is known".into(), Vec::new()),
    }
}

fn unknown(path: String, note: String, missing: Vec<String>) -> Recognised {
    Recognised { path, table: None, preset: None, score: 0.0, note, columns: Vec::new(), missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(name: &str, identify: &str, columns: &str) -> Preset {
        let text = format!(
            "name = '{name}'\nsystem = 'System {name}'\nexport = 'x'\ntable = 'charges'\nidentify = [{identify}]\n[columns]\n{columns}"
        );
        toml::from_str(&text).unwrap()
    }

    fn judge_headers(presets: &[Preset], headers: &[&str]) -> Recognised {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        judge(presets, "x.csv".into(), &headers)
    }

    #[test]
    fn a_preset_is_known_by_all_its_headers() {
        let presets = [
            preset("aws", "['line_item', 'usage_day']", "charged_on = ['Usage Day']\namount = ['Cost (USD)', 'Cost']"),
            preset("other", "['nothing']", "amount = ['x']"),
        ];
        let known = judge_headers(&presets, &["\u{feff}Line Item", "Usage day", "COST", "noise"]);
        assert_eq!((known.preset.as_deref(), known.table), (Some("aws"), Some(TableId::Charges)));
        assert!((known.score - 2.2).abs() < 1e-9);
        let columns: Vec<_> = known.columns.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(columns, [("charged_on", "Usage day"), ("amount", "COST")]);
        assert!(known.missing.is_empty());
        assert_eq!(judge_headers(&presets, &["line item", "usage day"]).missing, ["amount"]);
        let unknown = judge_headers(&presets, &["Line Item", "cost"]);
        assert_eq!((unknown.table, unknown.missing), (None, vec!["usage_day".to_owned()]));
        assert!(unknown.note.contains("nearest is `aws`"), "{}", unknown.note);
    }

    #[test]
    fn a_tie_is_refused_and_names_both() {
        let presets = [preset("b", "['k']", "amount = ['x']"), preset("a", "['k']", "amount = ['y']")];
        let tied = judge_headers(&presets, &["k"]);
        assert_eq!(tied.preset, None);
        assert!(tied.note.contains("`a` and `b`"), "{}", tied.note);
        assert_eq!(judge_headers(&presets, &["k", "x"]).preset.as_deref(), Some("b"));
    }

    #[test]
    fn the_tables_own_names_are_known() {
        for (headers, table) in [
            (&["month", "capability", "active_accounts"][..], Some(TableId::UsageTotals)),
            (&["month", "active_accounts"], Some(TableId::BaseTotals)),
            (&["Account ID", "Name", "ARR"], Some(TableId::Accounts)),
            (&["account_id", "capability", "until"], Some(TableId::Commitments)),
            (&["account_id", "a", "b", "c"], None),
            (&["what", "ever"], None),
        ] {
            let judged = judge_headers(&[], headers);
            assert_eq!(judged.table, table, "{headers:?}: {}", judged.note);
        }
    }

    #[test]
    fn a_folder_is_judged_file_by_file_in_order() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("sub/.git")).unwrap();
        for (name, text) in [
            ("z.csv", "month;active_accounts\n2026-01;4\n"),
            ("sub/a.tsv", "account_id\tname\nx\ty\n"),
            ("sub/.git/b.csv", "account_id\n"),
            ("notes.md", "# notes"),
            ("empty.csv", ""),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let judged = recognise_folder(folder.path()).unwrap();
        let tables: Vec<_> = judged.iter().map(|file| (file.path.as_str(), file.table)).collect();
        assert_eq!(
            tables,
            [
                ("empty.csv", None),
                ("notes.md", None),
                ("sub/a.tsv", Some(TableId::Accounts)),
                ("z.csv", Some(TableId::BaseTotals)),
            ]
        );
        assert!(judged[0].note.contains("holds nothing"), "{}", judged[0].note);
        assert_eq!(recognise_folder(&folder.path().join("none")).unwrap_err().cause(), crate::ingest::Cause::Io);
    }
}
