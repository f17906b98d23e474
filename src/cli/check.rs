//! `deadhead check`.

use super::arguments::{CheckArguments, Format, Global};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::diag::{Finding, Place};
use crate::ingest::InputAccount;
use crate::pipeline::{self, Understanding};
use crate::units::format;
use std::fmt::Write as _;

/// How many names of a list are shown.
const SHOWN: usize = 20;

pub(super) fn execute(arguments: &CheckArguments, global: &Global) -> Result<Exit, Failure> {
    let request = super::request(&arguments.config)?;
    let known = pipeline::check(&request, &Bar::new(global))?;
    log::result(&match global.format {
        Format::Json => json(&known)?,
        Format::Human | Format::Github | Format::Gitlab => human(&known, global.verbose),
    })?;
    match known.refusal {
        Some(refusal) => {
            Err(Failure::new(Exit::Data, format!("a run would refuse these data: {}", log::plain(&refusal))))
        }
        None => Ok(Exit::Done),
    }
}

fn human(known: &Understanding, verbose: bool) -> String {
    let mut text = format!(
        "period {} ({} to {}), as of {}; {} capabilities\n\n",
        known.period.label(),
        known.period.start(),
        known.period.end() - chrono::TimeDelta::days(1),
        known.as_of,
        known.capabilities
    );
    let rows: Vec<Vec<String>> = known.read.inputs.iter().map(row).collect();
    let head =
        ["file", "table", "read as", "from", "to", "read", "accepted", "quarantined", "duplicate", "passed over"];
    text += &log::table(&head, 5, &rows);
    for input in known.read.inputs.iter().filter(|input| verbose && !input.unused_columns.is_empty()) {
        let _ =
            writeln!(text, "not used in {}: {}", log::plain(&input.path), log::plain(&input.unused_columns.join(", ")));
    }
    text += &findings(&known.read.findings.list(), verbose);
    let names: Vec<String> = known
        .unmapped
        .iter()
        .map(|line| format!("{} ({} in {})", line.name, format::count(line.rows), line.table))
        .collect();
    text += &list("names that map to no capability", &names);
    text += &list("accounts of the usage that the accounts table lacks", &known.unmatched_accounts);
    if let Some(share) = known.unattributed {
        let _ = writeln!(text, "\nrun cost of the period placed on no capability: {}", format::percent(share));
    }
    for gap in &known.unavailable {
        let _ = writeln!(text, "\nwithout {}: no {}. {}", gap.wants, gap.part, gap.sentence);
    }
    text
}

fn row(input: &InputAccount) -> Vec<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| format::UNKNOWN.to_owned(), |day| day.to_string());
    let understood = match &input.preset {
        Some(preset) => format!("{preset}: {}", input.dialect),
        None => input.dialect.clone(),
    };
    vec![
        log::plain(&input.path),
        input.table.name().to_owned(),
        log::plain(&understood),
        day(input.dates.map(|dates| dates.0)),
        day(input.dates.map(|dates| dates.1)),
        format::count(input.read),
        format::count(input.accepted),
        format::count(input.quarantined),
        format::count(input.duplicate),
        format::count(input.skipped),
    ]
}

fn findings(findings: &[Finding], verbose: bool) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "\n{} ({}×): {}", finding.code.as_str(), format::count(finding.count), finding.message);
        let shown = if verbose { finding.examples.len() } else { 1 };
        for place in finding.examples.iter().take(shown) {
            text += &example(place);
        }
    }
    text
}

fn example(place: &Place) -> String {
    let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = place.column.as_ref().map(|column| format!(" column `{column}`")).unwrap_or_default();
    let found = if place.found.is_empty() { String::new() } else { format!(" found `{}`", place.found) };
    let expected = if place.expected.is_empty() { String::new() } else { format!(", expected {}", place.expected) };
    let text = format!("{}{line}{column}{found}{expected}", place.file);
    if text.is_empty() { text } else { format!("  {}\n", log::plain(text.trim_start_matches([',', ' ']))) }
}

fn list(title: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{title}: {}\n", names.len());
    for name in names.iter().take(SHOWN) {
        let _ = writeln!(text, "  {}", log::plain(name));
    }
    if names.len() > SHOWN {
        let _ = writeln!(text, "  … and {} more", names.len() - SHOWN);
    }
    text
}

fn json(known: &Understanding) -> Result<String, Failure> {
    let inputs: Vec<_> = known
        .read
        .inputs
        .iter()
        .map(|input| {
            serde_json::json!({
                "path": input.path, "table": input.table, "preset": input.preset, "dialect": input.dialect,
                "read": input.read, "accepted": input.accepted, "quarantined": input.quarantined,
                "duplicate": input.duplicate, "skipped": input.skipped, "repaired": input.repaired, "first": input.dates.map(|dates| dates.0),
                "last": input.dates.map(|dates| dates.1), "unused_columns": input.unused_columns,
            })
        })
        .collect();
    let object = serde_json::json!({
        "period": known.period.label(),
        "as_of": known.as_of,
        "capabilities": known.capabilities,
        "inputs": inputs,
        "findings": known.read.findings.list(),
        "unmapped": known.unmapped,
        "unmatched_accounts": known.unmatched_accounts,
        "unattributed": known.unattributed,
        "refusal": known.refusal,
        "unavailable": known.unavailable,
    });
    let text = serde_json::to_string(&object);
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))
}
