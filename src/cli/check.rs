//! `deadhead check`.

use super::arguments::{CheckArguments, Format, Global};
use super::progress::Bar;
use super::{Exit, Failure, log, snippet};
use crate::diag::{Code, Finding, Place, Severity};
use crate::ingest::InputAccount;
use crate::pipeline::{self, Understanding};
use crate::tables::TableId;
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
    for (_, section) in sections(known, verbose) {
        text += &section;
    }
    for gap in &known.unavailable {
        let _ = writeln!(text, "\nwithout {}: no {}. {}", gap.wants, gap.part, gap.sentence);
    }
    text
}

/// What stands between the data and the result, with the part of the data that each takes away: the greatest first.
#[expect(clippy::cast_precision_loss, reason = "row counts lie far below 2^53")]
fn sections(known: &Understanding, verbose: bool) -> Vec<(f64, String)> {
    let rows = known.read.inputs.iter().map(|input| input.read).sum::<u64>().max(1) as f64;
    let mut sections: Vec<(f64, String)> = known
        .read
        .findings
        .list()
        .iter()
        .filter(|line| line.code != Code::UnmappedName)
        .map(|line| {
            // A note takes nothing away.
            let part = if line.severity == Severity::Note { 0.0 } else { line.count as f64 / rows };
            (part, finding(line, verbose))
        })
        .collect();
    let unmapped: u64 = known.unmapped.iter().map(|line| line.rows).sum();
    let names: Vec<String> = known
        .unmapped
        .iter()
        .map(|line| format!("{} ({} in {})", line.name, format::count(line.rows), line.table))
        .collect();
    sections.push((unmapped as f64 / rows, list("names that map to no capability", &names)));
    let accounts = known.read.tables.frame(TableId::Accounts).map_or(1, |frame| frame.height().max(1));
    let unmatched = known.unmatched_accounts.len() as f64 / accounts as f64;
    sections.push((unmatched, list("accounts of the usage that the accounts table lacks", &known.unmatched_accounts)));
    if let Some(share) = known.unattributed {
        let text = format!("\nrun cost of the period placed on no capability: {}\n", format::percent(share));
        sections.push((share, text));
    }
    if let Some(share) = known.unclassified {
        let text = format!(
            "\nengineering work of the period that is neither burden nor investment by any rule: {}\n",
            format::percent(share)
        );
        sections.push((share, text));
    }
    if let Some(triage) = &known.triage {
        sections.push((0.0, format!("\n{}\n", log::plain(&triage.sentence))));
    }
    sections.push((0.0, joins(known)));
    sections.sort_by(|a, b| b.0.total_cmp(&a.0));
    sections
}

/// By which rule the rows of each table were joined to accounts.
fn joins(known: &Understanding) -> String {
    let mut text = String::new();
    let mut last = None;
    for ((table, rule), rows) in &known.read.joins {
        if last == Some(table) {
            text += ", ";
        } else {
            let _ = write!(text, "\naccounts of {}: ", table.name());
            last = Some(table);
        }
        let _ = write!(text, "{} by {}", format::count(*rows), rule.name());
    }
    if text.is_empty() { text } else { text + "\n" }
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

/// A finding with its first example, or with all that are kept.
fn finding(finding: &Finding, verbose: bool) -> String {
    let message = format!("{} ({}×)", finding.message, format::count(finding.count));
    let shown = if verbose { finding.examples.len() } else { 1 };
    let mut text = String::from("\n");
    let (with_record, others): (Vec<&Place>, Vec<&Place>) =
        finding.examples.iter().take(shown).partition(|place| !place.raw.is_empty());
    for place in &with_record {
        text += &snippet::rendered(finding.severity, finding.code.as_str(), &message, place);
    }
    if with_record.is_empty() {
        let _ = writeln!(text, "{}: {message}", finding.code.as_str());
    }
    for place in others {
        text += &example(place);
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
    let joined: Vec<_> = known
        .read
        .joins
        .iter()
        .map(|((table, rule), rows)| serde_json::json!({ "table": table, "rule": rule, "rows": rows }))
        .collect();
    let object = serde_json::json!({
        "period": known.period.label(),
        "as_of": known.as_of,
        "capabilities": known.capabilities,
        "inputs": inputs,
        "findings": known.read.findings.list(),
        "joins": joined,
        "unmapped": known.unmapped,
        "unmatched_accounts": known.unmatched_accounts,
        "unattributed": known.unattributed,
        "unclassified": known.unclassified,
        "triage": known.triage,
        "refusal": known.refusal,
        "unavailable": known.unavailable,
    });
    let text = serde_json::to_string(&object);
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))
}
