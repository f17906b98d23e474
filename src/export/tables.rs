//! `tables/*.csv`: the report as plain tables, for spreadsheets and scripts.
//!
//! The columns of `capabilities.csv` are a contract with the scripts of users: additions come at the end, nothing is
//! renamed. Fractions are 0–1, amounts have two decimals, an unknown value is an empty cell.

use std::borrow::Cow;

use super::cell::{Cell, csv_file};
use super::{ExportError, OutputFile};
use crate::report::{CapabilityLine, Report};

/// A column: its head, and how a line fills it.
type Column = (&'static str, fn(&CapabilityLine) -> Cell<'_>);

/// The columns of `capabilities.csv`, in order.
const COLUMNS: &[Column] = &[
    ("id", |c| (&c.id).into()),
    ("name", |c| (&c.name).into()),
    ("kind", |c| c.kind.into()),
    ("category", |c| c.category.as_ref().into()),
    ("owner", |c| c.owner.as_ref().into()),
    ("intent", |c| c.intent.as_ref().into()),
    ("launched_on", |c| c.launched_on.into()),
    ("base_accounts", |c| c.base_accounts.into()),
    ("active_accounts", |c| c.active_accounts.into()),
    ("adoption", |c| c.adoption.into()),
    ("adoption_low", |c| c.adoption_low.into()),
    ("adoption_high", |c| c.adoption_high.into()),
    ("adoption_eligible", |c| c.adoption_eligible.into()),
    ("adoption_arr", |c| c.adoption_arr.into()),
    ("active_users", |c| c.active_users.into()),
    ("stickiness", |c| c.stickiness.into()),
    ("retention", |c| c.retention.into()),
    ("trend_per_month", |c| c.trend_per_month.into()),
    ("trend_p", |c| c.trend_p.into()),
    ("top_account_share", |c| c.top_account_share.into()),
    ("effective_accounts", |c| c.effective_accounts.into()),
    ("usage_share", |c| c.usage_share.into()),
    ("tickets", |c| c.tickets.into()),
    ("engineering_hours", |c| c.engineering_hours.into()),
    ("support_cost", |c| c.support_cost.into()),
    ("engineering_cost", |c| c.engineering_cost.into()),
    ("incident_cost", |c| c.incident_cost.into()),
    ("direct_cost", |c| c.direct_cost.into()),
    ("run_cost", |c| c.run_cost.into()),
    ("hidden_cost", |c| c.hidden_cost.into()),
    ("cost_share", |c| c.cost_share.into()),
    ("disproportion", |c| c.disproportion.into()),
    ("disproportion_low", |c| c.disproportion_low.into()),
    ("disproportion_high", |c| c.disproportion_high.into()),
    ("cost_per_active_account", |c| c.cost_per_active_account.into()),
    ("arr_touched", |c| c.arr_touched.into()),
    ("arr_at_risk", |c| c.arr_at_risk.into()),
    ("rule", |c| c.rule.as_str().into()),
    ("verdict", |c| c.verdict.as_str().into()),
    ("net_benefit_p05", |c| c.net_benefit_p05.into()),
    ("net_benefit_p50", |c| c.net_benefit_p50.into()),
    ("net_benefit_p95", |c| c.net_benefit_p95.into()),
    ("p_positive", |c| c.p_positive.into()),
    ("rank", |c| c.rank.into()),
    ("rank_acceptability", |c| c.rank_acceptability.into()),
    ("removal_score", |c| c.removal_score.into()),
    ("removal_rank", |c| c.removal_rank.into()),
    ("reasons", reason_codes),
    ("build_cost", |c| c.build_cost.into()),
    ("cost_per_active_user", |c| c.cost_per_active_user.into()),
    ("contact_rate", |c| c.contact_rate.into()),
    ("yearly_run_cost", |c| c.yearly_run_cost.into()),
    ("unclassified_cost", |c| c.unclassified_cost.into()),
    ("run_cost_12m", |c| c.run_cost_12m.into()),
    ("cost_confidence", |c| c.cost_confidence.into()),
];

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
    ];
    Ok(tables.into_iter().map(|(name, bytes)| OutputFile { path: format!("tables/{name}.csv"), bytes }).collect())
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

fn reason_codes(line: &CapabilityLine) -> Cell<'_> {
    let codes: Vec<&str> = line.reasons.iter().map(|reason| reason.code).collect();
    Cell::Text(Cow::Owned(codes.join(";")))
}

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
    ];
    let rows = report.dependence.iter().map(|line| {
        vec![
            (&line.capability).into(),
            (&line.account_id).into(),
            line.account_name.as_ref().into(),
            line.segment.as_ref().into(),
            line.owner.as_ref().into(),
            line.arr.into(),
            line.active_days.into(),
            line.dependence.map(crate::units::Share::value).into(),
            line.last_use.into(),
            line.committed_until.into(),
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
