//! `tables/*.csv`: the report as plain tables, for spreadsheets and scripts.
//!
//! Fractions are 0–1, amounts have two decimals, an unknown value is an empty cell.

mod columns;
mod decision;
pub(super) mod integrations;
mod plan;

use std::borrow::Cow;

use super::cell::{Cell, csv_file};
use super::{ExportError, OutputFile};
use crate::report::{CapabilityLine, EstimateLine, Report, relation_code};
use columns::COLUMNS;

pub(super) use columns::definition_of;

/// All tables of the report.
///
/// # Errors
/// When a table cannot be written as CSV.
pub fn files(report: &Report) -> Result<Vec<OutputFile>, ExportError> {
    let tables = [
        ("capabilities", capabilities(report)?),
        ("candidates", candidates(report)?),
        ("dependence", dependence(report)?),
        ("ledger_summary", ledger_summary(report)?),
        ("inputs", inputs(report)?),
        ("unmapped", unmapped(report)?),
        ("overlap", overlap(report)?),
        ("segments", segments(report)?),
        ("surface", surface(report)?),
        ("onboarding", onboarding(report)?),
        ("triage", triage(report)?),
    ];
    let tables = tables.into_iter().chain(integrations::files(report)?).chain(decision::files(report)?);
    let tables = tables.chain(plan::files(report)?);
    Ok(tables.map(|(name, bytes)| OutputFile { path: format!("tables/{name}.csv"), bytes }).collect())
}

fn capabilities(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    csv_file(&head, report.capabilities.iter().map(cells))
}

/// The candidates, in rank order: the same columns, and the sentence why.
fn candidates(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).chain(["why"]).collect();
    let rows = report.candidates().map(|line| {
        let mut row = cells(line);
        row.push((&line.why).into());
        row
    });
    csv_file(&head, rows)
}

fn cells(line: &CapabilityLine) -> Vec<Cell<'_>> {
    COLUMNS.iter().map(|(_, fill)| fill(line)).collect()
}

/// Every account on every capability it uses: by rank of the capability, then dependence.
fn dependence(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = [
        "capability",
        "account_id",
        "account_name",
        "segment",
        "owner",
        "arr",
        "active_days",
        "dependence",
        "last_use",
        "committed_until",
        "users",
        "sole_users",
        "trend_per_month",
        "trend_p",
        "commitment_source",
    ];
    let rows = report.dependence.lines().map(|line| {
        vec![
            line.capability.into(),
            line.account_id.into(),
            line.account_name.into(),
            line.segment.into(),
            line.owner.into(),
            line.arr.into(),
            u64::from(line.active_days).into(),
            line.dependence.map(crate::units::Share::value).into(),
            line.last_use.into(),
            line.committed_until.into(),
            line.users.map(u64::from).into(),
            line.sole_users.map(u64::from).into(),
            line.trend_per_month.into(),
            line.trend_p.into(),
            line.commitment_source.into(),
        ]
    });
    csv_file(&head, rows)
}

/// Pairs of capabilities, in the order of the report.
fn overlap(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = [
        "first",
        "second",
        "both",
        "either",
        "jaccard",
        "jaccard_low",
        "jaccard_high",
        "first_in_second",
        "second_in_first",
        "lift",
        "lift_low",
        "lift_high",
        "first_to_second",
        "second_to_first",
        "switch_p",
        "relation",
        "adjusted_lift",
        "adjusted_lift_low",
        "adjusted_lift_high",
        "co_use_p",
    ];
    let rows = report.overlap.iter().map(|pair| {
        let point = |estimate: Option<EstimateLine>| Cell::from(estimate.map(|estimate| estimate.point));
        let mut row = vec![(&pair.first).into(), (&pair.second).into(), pair.both.into(), pair.either.into()];
        row.extend(with_interval(pair.jaccard));
        row.extend([point(pair.first_in_second), point(pair.second_in_first)]);
        row.extend(with_interval(pair.lift));
        row.extend([
            pair.first_to_second.into(),
            pair.second_to_first.into(),
            pair.switch_p.into(),
            relation_code(pair.relation).into(),
        ]);
        row.extend(with_interval(pair.adjusted_lift));
        row.push(pair.co_use_p.into());
        row
    });
    csv_file(&head, rows)
}

/// Adoption within each segment, plan and region: by rank of the capability.
fn segments(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = ["capability", "dimension", "group", "accounts", "adoption", "adoption_low", "adoption_high"];
    let rows = report.segment_lines().map(|line| {
        let text = |text: String| Cell::Text(Cow::Owned(text));
        let mut row = vec![text(line.capability), line.dimension.into(), text(line.group), line.accounts.into()];
        row.extend(with_interval(line.adoption));
        row
    });
    csv_file(&head, rows)
}

/// Point, low and high.
fn with_interval(estimate: Option<EstimateLine>) -> [Cell<'static>; 3] {
    [
        estimate.map(|estimate| estimate.point).into(),
        estimate.map(|estimate| estimate.low).into(),
        estimate.and_then(|estimate| estimate.high).into(),
    ]
}

/// What was on offer and in use, by month.
fn surface(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = report.surface.months.iter().map(|month| {
        vec![
            (&month.month).into(),
            month.offered.into(),
            month.integrations.into(),
            month.vendors.into(),
            month.used.into(),
        ]
    });
    csv_file(&["month", "offered", "integrations", "vendors", "used"], rows)
}

/// The way to the core capabilities, by start cohort.
fn onboarding(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = report.surface.onboarding.iter().map(|cohort| {
        let mut row = vec![(&cohort.cohort).into(), cohort.accounts.into(), cohort.reached.into()];
        row.extend(with_interval(cohort.median_days));
        row
    });
    csv_file(&["cohort", "accounts", "reached", "median_days", "median_days_low", "median_days_high"], rows)
}

/// What the text of tickets without a label proposed, by ticket.
fn triage(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head =
        ["ticket_id", "capability", "confidence", "priority", "priority_confidence", "layer", "layer_confidence"];
    let rows = report.proposals.iter().map(|proposal| {
        vec![
            (&proposal.ticket_id).into(),
            proposal.capability.as_ref().into(),
            proposal.confidence.into(),
            proposal.priority.as_ref().into(),
            proposal.priority_confidence.into(),
            proposal.layer.as_ref().into(),
            proposal.layer_confidence.into(),
        ]
    });
    csv_file(&head, rows)
}

/// No line of totals: whoever sums a column of this file gets the sum.
fn ledger_summary(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = [
        "source_table",
        "cost_type",
        "rows",
        "input",
        "attributed",
        "unattributed",
        "outside_period",
        "overhead",
        "currency",
    ];
    let rows = report.ledger_summary.iter().map(|line| {
        vec![
            line.source_table.into(),
            line.cost_type.into(),
            line.rows.into(),
            line.input.into(),
            line.attributed.into(),
            line.unattributed.into(),
            line.outside_period.into(),
            line.overhead.into(),
            (&line.currency).into(),
        ]
    });
    csv_file(&head, rows)
}

/// The books of reading. Size and digest of a file stand in the manifest: they say how it lies on disk, and a table says
/// only what the rows say, in whatever order they stand.
fn inputs(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = [
        "path",
        "table",
        "preset",
        "dialect",
        "read",
        "accepted",
        "quarantined",
        "duplicate",
        "skipped",
        "repaired",
        "first",
        "last",
    ];
    let rows = report.inputs.iter().map(|line| {
        vec![
            (&line.path).into(),
            line.table.into(),
            line.preset.as_ref().into(),
            (&line.dialect).into(),
            line.read.into(),
            line.accepted.into(),
            line.quarantined.into(),
            line.duplicate.into(),
            line.skipped.into(),
            line.repaired.into(),
            line.first.into(),
            line.last.into(),
        ]
    });
    csv_file(&head, rows)
}

fn unmapped(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows = report.unmapped.iter().map(|line| vec![line.table.into(), (&line.name).into(), line.rows.into()]);
    csv_file(&["table", "name", "rows"], rows)
}
