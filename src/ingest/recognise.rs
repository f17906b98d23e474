//! What export a file is, judged by its headers and, where it holds documents, by what is inside its first records.
//!
//! Takes a folder; gives a verdict per file, with the reason. A preset is recognised when all headers of one of the sets that identify it
//! are present; a file of the tables' own column names is recognised as that table. Refuses to choose between two that
//! fit equally.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use super::binding::{Feed, Headers};
use super::discover::Found;
use super::record::Record;
use super::source::{self, Wanted};
use super::text::TextOptions;
use super::{IngestError, coerce, discover, normalised};
use crate::presets::{Preset, presets};
use crate::tables::{Table, TableId};

/// Records that are looked into.
const SAMPLE: usize = 50;

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
    /// What fits next best, with its score.
    pub runner_up: Option<(String, f64)>,
    /// The reason, for people.
    pub note: String,
    /// Column of the table and source in the file that would feed it.
    pub columns: Vec<(String, String)>,
    /// Presets that read the same file for another table, with that table.
    pub companions: Vec<(String, TableId)>,
    /// Of a recognised file the required columns of the table that nothing feeds; else the headers that the nearest
    /// candidate lacks, as the system spells them.
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
    Ok(named.into_iter().map(|(name, path)| recognise_file(presets, &Found { name, path })).collect())
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

/// Judges one file.
pub(super) fn recognise_file(presets: &[Preset], found: &Found) -> Recognised {
    if !source::is_readable(&found.path) {
        return unknown(&found.name, source::FORMS.into(), Vec::new());
    }
    let mut wanted = vocabulary(presets);
    let seen = match Seen::of(found, &wanted) {
        Ok(seen) => seen,
        Err(error) => return unknown(&found.name, error.to_string(), Vec::new()),
    };
    let mut candidates: Vec<Candidate> = presets
        .iter()
        .filter(|preset| preset.records.is_none())
        .filter_map(|preset| of_preset(preset, &seen))
        .collect();
    if source::is_document(found) {
        let paths: BTreeSet<&String> = presets.iter().filter_map(|preset| preset.records.as_ref()).collect();
        for path in paths {
            wanted.records = Some(path.clone());
            // A document without such records is none of these exports.
            let Ok(inside) = Seen::of(found, &wanted) else { continue };
            let of_path = presets.iter().filter(|preset| preset.records.as_ref() == Some(path));
            candidates.extend(of_path.filter_map(|preset| of_preset(preset, &inside)));
        }
    }
    let companions: BTreeSet<&String> =
        candidates.iter().filter_map(|candidate| candidate.preset).flat_map(|preset| &preset.companions).collect();
    let (companions, mut candidates): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| companions.iter().any(|name| name.as_str() == candidate.name));
    if candidates.is_empty() {
        candidates = TableId::ALL.iter().filter_map(|id| of_table(id.table(), &seen)).collect();
    }
    judge(presets, &found.name, &seen, candidates, &companions)
}

fn judge(
    presets: &[Preset],
    path: &str,
    seen: &Seen,
    mut candidates: Vec<Candidate>,
    companions: &[Candidate],
) -> Recognised {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.name.cmp(b.name)));
    match candidates.as_slice() {
        [] => nearest_miss(presets, path, seen),
        [a, b, ..] if (a.score - b.score).abs() < 1e-9 => {
            let note = format!("fits `{}` and `{}` equally; name the right one as preset or table", a.name, b.name);
            unknown(path, note, Vec::new())
        }
        [best, others @ ..] => Recognised {
            runner_up: others.first().map(|other| (other.name.to_owned(), other.score)),
            companions: companions
                .iter()
                .filter(|other| {
                    best.preset.is_some_and(|preset| preset.companions.iter().any(|name| name == other.name))
                })
                .map(|other| (other.name.to_owned(), other.table))
                .collect(),
            ..recognised(path, best)
        },
    }
}

/// Every header that any preset or table looks for.
fn vocabulary(presets: &[Preset]) -> Wanted {
    let of_presets =
        presets.iter().flat_map(|preset| preset.identify.iter().flatten().chain(preset.columns.values().flatten()));
    let of_tables = TableId::ALL.iter().flat_map(|id| id.table().columns).map(|column| column.name);
    let sources: BTreeSet<&str> = of_presets.map(String::as_str).collect();
    let beginnings = sources.iter().map(|source| source.split('.').next().unwrap_or_default());
    let names: BTreeSet<&str> = beginnings.chain(sources.iter().copied()).chain(of_tables).collect();
    let headers = names.into_iter().map(normalised).collect();
    let sources = sources.into_iter().filter(|source| source.starts_with("@root.")).map(str::to_owned).collect();
    Wanted { headers, sources, ..Wanted::default() }
}

/// What recognition sees of a file.
struct Seen {
    headers: Vec<String>,
    has_header: bool,
    records: Vec<Record>,
}

impl Seen {
    fn of(found: &Found, wanted: &Wanted) -> Result<Self, IngestError> {
        let mut file = source::open(found, &TextOptions::default(), wanted, None, &())?;
        let headers = file.headers().to_vec();
        file.select(&(0..headers.len()).collect())?;
        let has_header = file.has_header();
        let (mut record, mut records) = (Record::default(), Vec::new());
        while records.len() < SAMPLE && file.next(&mut record)? {
            if record.fault.is_none() && record.skipped.is_none() {
                records.push(record.clone());
            }
        }
        Ok(Self { headers, has_header, records })
    }

    /// Whether a source is there: a header, or a member that at least one record has.
    fn has(&self, known: &Headers, source: &str) -> bool {
        if source == "@header" {
            return self.headers.iter().filter(|header| coerce::is_month(header)).count() > 1;
        }
        match known.bind(source, false) {
            None => false,
            Some(Feed::Cells(_) | Feed::Template(_)) => true,
            Some(feed) => self.records.iter().any(|record| !feed.texts(record).is_empty()),
        }
    }

    /// Whether the cells of a file without header are those of a preset.
    fn fits(&self, preset: &Preset) -> bool {
        if self.has_header || self.headers.len() != preset.headers.len() {
            return false;
        }
        let patterns: BTreeMap<usize, Regex> = (preset.signature.iter())
            .filter_map(|(place, pattern)| Some((place.parse().ok()?, Regex::new(pattern).ok()?)))
            .collect();
        let is_like = |record: &Record| patterns.iter().all(|(&place, pattern)| pattern.is_match(record.text(place)));
        patterns.len() == preset.signature.len()
            && !patterns.is_empty()
            && !self.records.is_empty()
            && self.records.iter().all(is_like)
    }
}

/// A preset or table that fits, with its score.
struct Candidate<'a> {
    name: &'a str,
    table: TableId,
    preset: Option<&'a Preset>,
    score: f64,
    /// Column of the table and the source that feeds it.
    columns: Vec<(String, String)>,
}

fn recognised(path: &str, best: &Candidate) -> Recognised {
    let is_fed = |name: &str| {
        let is_given = |preset: &Preset| {
            preset.constants.contains_key(name) || preset.after.contains_key(name) || !preset.adds.is_empty()
        };
        best.columns.iter().any(|(column, _)| column == name) || best.preset.is_some_and(is_given)
    };
    let unfed = best.table.table().columns.iter().filter(|column| column.required && !is_fed(column.name));
    let missing: Vec<String> = unfed.map(|column| column.name.to_owned()).collect();
    let note = match best.preset {
        Some(preset) => format!("{}, {}: all identifying headers are present", preset.system, preset.export),
        None => format!("the column names of {} itself", best.name),
    };
    Recognised {
        path: path.to_owned(),
        table: Some(best.table),
        preset: best.preset.map(|preset| preset.name.clone()),
        score: best.score,
        runner_up: None,
        note,
        columns: best.columns.clone(),
        companions: Vec::new(),
        missing,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
fn of_preset<'a>(preset: &'a Preset, seen: &Seen) -> Option<Candidate<'a>> {
    let known = Headers::new(if seen.fits(preset) { &preset.headers } else { &seen.headers });
    if preset.unless.iter().any(|source| seen.has(&known, source)) {
        return None;
    }
    let complete = preset.identify.iter().filter(|set| set.iter().all(|source| seen.has(&known, source)));
    let set = match complete.max_by_key(|set| set.len()) {
        Some(set) => set.as_slice(),
        None if seen.fits(preset) => &[],
        None => return None,
    };
    let identifying: BTreeSet<String> = set.iter().map(|header| normalised(header)).collect();
    let accepted: BTreeSet<&String> = preset.columns.values().flatten().collect();
    let further =
        accepted.iter().filter(|source| !identifying.contains(&normalised(source)) && seen.has(&known, source));
    let base = if set.is_empty() { preset.signature.len() } else { set.len() };
    let score = base as f64 + 0.2 * further.count() as f64;
    let columns = preset.table.table().columns.iter().filter_map(|column| {
        let sources = preset.columns.get(column.name)?;
        let source = sources.iter().find(|source| source.starts_with('@') || seen.has(&known, source))?;
        let header = match known.bind(source, false) {
            Some(Feed::Cells(places)) => places.first().and_then(|&place| seen.headers.get(place)),
            _ => None,
        };
        Some((column.name.to_owned(), header.unwrap_or(source).clone()))
    });
    Some(Candidate { name: &preset.name, table: preset.table, preset: Some(preset), score, columns: columns.collect() })
}

/// A table fits when its required columns are there and most headers are columns of it: one shared name, such as
/// `account_id`, makes no table.
#[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
fn of_table<'a>(table: &'static Table, seen: &Seen) -> Option<Candidate<'a>> {
    let folded: Vec<String> = seen.headers.iter().map(|header| normalised(header)).collect();
    let place = |name: &str| folded.iter().position(|header| *header == normalised(name));
    let is_complete = table.columns.iter().all(|column| !column.required || place(column.name).is_some());
    let fed = table.columns.iter().filter_map(|column| Some((column.name, place(column.name)?)));
    let columns: Vec<(String, String)> =
        fed.map(|(name, place)| (name.to_owned(), seen.headers[place].clone())).collect();
    let headers: BTreeSet<&String> = folded.iter().collect();
    (is_complete && columns.len() * 2 > headers.len()).then(|| Candidate {
        name: table.id.name(),
        table: table.id,
        preset: None,
        score: columns.len() as f64,
        columns,
    })
}

/// Says which preset or table comes nearest, and what it lacks.
fn nearest_miss(presets: &[Preset], path: &str, seen: &Seen) -> Recognised {
    let known = Headers::new(&seen.headers);
    let of_presets = presets
        .iter()
        .filter(|preset| !preset.unless.iter().any(|source| seen.has(&known, source)))
        .flat_map(|preset| preset.identify.iter().map(|set| (preset.name.as_str(), set.clone())));
    let of_tables = TableId::ALL.iter().map(|id| {
        let required = id.table().columns.iter().filter(|column| column.required);
        (id.name(), required.map(|column| column.name.to_owned()).collect::<Vec<_>>())
    });
    let mut nearest: Option<(f64, &str, Vec<String>)> = None;
    for (name, wanted) in of_presets.chain(of_tables) {
        let missing: Vec<String> = wanted.iter().filter(|source| !seen.has(&known, source)).cloned().collect();
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
            unknown(path, note, missing)
        }
        None => unknown(path, "not recognised; no header is known".into(), Vec::new()),
    }
}

fn unknown(path: &str, note: String, missing: Vec<String>) -> Recognised {
    Recognised {
        path: path.to_owned(),
        table: None,
        preset: None,
        score: 0.0,
        runner_up: None,
        note,
        columns: Vec::new(),
        companions: Vec::new(),
        missing,
    }
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
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, headers.join(",") + "\n").unwrap();
        recognise_file(presets, &Found { name: "x.csv".into(), path })
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
