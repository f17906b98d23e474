//! From two report folders to what changed between them.

use std::path::Path;

use super::{Error, decision_settings};
use crate::decide;
use crate::ingest::{self, EarlierReport};
use crate::review::{self, Basis, Comparison, Decided, Side};

/// Compares two report folders: what entered the list, left it and moved, each with its cause. Writes nothing.
///
/// # Errors
/// When one of them is no report folder, or cannot be read.
pub fn compare(old: &Path, new: &Path) -> Result<Comparison, Error> {
    let (before, after) = (ingest::read_report(old)?, ingest::read_report(new)?);
    let bases = (basis(old, &before), basis(new, &after));
    if let (Ok(old), Ok(new)) = &bases {
        return Ok(review::compare(old, new, &|facts, integrations, settings| {
            decide::decide(facts, integrations, decision_settings(settings))
        }));
    }
    let why: Vec<String> = [bases.0.err(), bases.1.err()].into_iter().flatten().collect();
    let (old, new) = (listed(old, &before)?, listed(new, &after)?);
    Ok(review::compare_lists((old.0, &old.1), (new.0, &new.1), why.join("; ")))
}

/// What the report rests on, or why that is not known.
fn basis(folder: &Path, report: &EarlierReport) -> Result<Basis, String> {
    let shown = folder.display();
    match &report.basis {
        None => Err(format!("causes need basis.json, which {shown} lacks: it was made by an earlier version")),
        Some(bytes) => Basis::read(bytes).map_err(|error| format!("the basis.json of {shown} cannot be used: {error}")),
    }
}

/// The list of a report, read off `report.json`.
fn listed(folder: &Path, report: &EarlierReport) -> Result<(Side, Vec<Decided>), Error> {
    let unlike = |error: serde_json::Error| {
        Error::Settings(format!("the report.json of {} is of another version: {error}", folder.display()))
    };
    let report = &report.report;
    let decided = report["capabilities"].as_array().into_iter().flatten().map(|line| {
        let mut line = line.clone();
        if let Some(line) = line.as_object_mut() {
            // What is all of net benefit in the report is its median here.
            let median = line.remove("net_benefit_p50").unwrap_or_default();
            line.insert("net_benefit".to_owned(), median);
        }
        serde_json::from_value(line)
    });
    let decided: Vec<Decided> = decided.collect::<Result<_, _>>().map_err(unlike)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let side = Side {
        period: text(&report["period"]["label"]),
        as_of: report["as_of"].as_str().and_then(|day| day.parse().ok()),
        program_version: text(&report["program_version"]),
        currency: text(&report["currency"]),
        capabilities: decided.len(),
        candidates: decided.iter().filter(|decided| decided.candidate).count(),
    };
    Ok((side, decided))
}
