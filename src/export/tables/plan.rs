//! The tables of the plan: every stage of every removal, what stays and why, and what the plan is expected to bring.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::config::{Assumed, NoticeClass};
use crate::export::ExportError;
use crate::export::cell::{Cell, csv_file};
use crate::plan::StageKind;
use crate::report::{CapabilityLine, PlanSection, RemovalLine, Report, StageLine};

/// Every table of this file, by its name; heads alone without a plan.
pub(super) fn files(report: &Report) -> Result<[(&'static str, Vec<u8>); 3], ExportError> {
    Ok([
        ("plan", stages(report.plan.as_ref())?),
        ("plan_left_out", left_out(report)?),
        ("plan_forecast", forecast(report.plan.as_ref())?),
    ])
}

/// One stage of one removal a line, with what `deadhead plan --lint` reads of a plan; what is said of the removal stands on each of
/// its lines.
fn stages(plan: Option<&PlanSection>) -> Result<Vec<u8>, ExportError> {
    let head = [
        "capability",
        "name",
        "stage",
        "from",
        "until",
        "starts_at",
        "ends_at",
        "class",
        "wave",
        "replacement",
        "replacement_on",
        "affected",
        "told",
        "team",
        "hours",
        "deprecation",
        "sunset",
        "net_benefit",
        "arr_at_risk",
        "freed_a_year",
        "demanded_by",
        "reversible",
    ];
    let removals = plan.iter().flat_map(|plan| &plan.removals);
    let rows = removals.flat_map(|removal| removal.stages.iter().map(move |stage| stage_row(removal, stage)));
    csv_file(&head, rows)
}

fn stage_row<'a>(removal: &'a RemovalLine, stage: &StageLine) -> Vec<Cell<'a>> {
    // The headers speak to programs of customers, and to nobody else.
    let in_headers = |kind: StageKind| {
        let is_api = removal.class == NoticeClass::PublicApi;
        removal.stage(kind).filter(|_| is_api).map(|stage| stage.from)
    };
    vec![
        (&removal.id).into(),
        (&removal.name).into(),
        stage.stage.as_str().into(),
        stage.from.into(),
        stage.until.into(),
        moment(stage.starts_at),
        moment(stage.ends_at),
        removal.class.as_str().into(),
        (&removal.wave).into(),
        removal.replacement.as_ref().into(),
        removal.replacement_on.into(),
        removal.accounts.into(),
        (removal.calls + removal.mails + removal.release_notes).into(),
        removal.team.as_ref().into(),
        removal.hours.into(),
        in_headers(StageKind::Announced).into(),
        in_headers(StageKind::Removed).into(),
        removal.value.into(),
        removal.arr_at_risk.into(),
        removal.freed.map(|freed| freed.mean).into(),
        removal.demanded_by.into(),
        if stage.reversible { "true" } else { "false" }.into(),
    ]
}

/// A moment in UTC, ISO 8601.
fn moment(of: Option<NaiveDateTime>) -> Cell<'static> {
    of.map_or(Cell::Empty, |of| Cell::Text(Cow::Owned(of.format("%Y-%m-%dT%H:%M:%SZ").to_string())))
}

/// One limit that stands against a candidate a line, the nearest first; its gain is that of the limit whose step takes it in.
fn left_out(report: &Report) -> Result<Vec<u8>, ExportError> {
    let head = ["capability", "name", "verdict", "rank", "bound_by", "sentence", "relaxed_by", "gain"];
    let lines: BTreeMap<&str, &CapabilityLine> =
        report.capabilities.iter().map(|line| (line.id.as_str(), line)).collect();
    let left_out = report.plan.iter().flat_map(|plan| &plan.left_out);
    let rows = left_out.flat_map(|of| of.bounds.iter().map(move |bound| (of, bound))).map(|(of, bound)| {
        let line = lines.get(of.id.as_str());
        vec![
            (&of.id).into(),
            (&of.name).into(),
            line.map(|line| line.verdict.as_str()).into(),
            line.map(|line| line.rank).into(),
            bound.constraint.as_str().into(),
            (&bound.sentence).into(),
            of.relaxed_by.map(crate::plan::Constraint::as_str).into(),
            of.gain.into(),
        ]
    });
    csv_file(&head, rows)
}

/// One measure in one quarter a line.
fn forecast(plan: Option<&PlanSection>) -> Result<Vec<u8>, ExportError> {
    let head = [
        "measure", "quarter", "without", "change", "low", "high", "assumed", "rests_on", "history", "small", "left_out",
    ];
    let rows = plan.iter().flat_map(|plan| &plan.forecast).map(|line| {
        let rests_on: Vec<&str> = line.rests_on.iter().copied().map(Assumed::as_str).collect();
        vec![
            line.measure.as_str().into(),
            (&line.quarter).into(),
            line.without.into(),
            line.change.into(),
            line.low.into(),
            line.high.into(),
            line.assumed.into(),
            Cell::Text(Cow::Owned(rests_on.join(";"))),
            if line.history { "true" } else { "false" }.into(),
            if line.small { "true" } else { "false" }.into(),
            line.left_out.into(),
        ]
    });
    csv_file(&head, rows)
}
