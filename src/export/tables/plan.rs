//! The tables of the plan: its stages, what stays, and what it brings.

use crate::config::NoticeClass;
use crate::export::ExportError;
use crate::export::cell::csv_file;
use crate::plan::StageKind;
use crate::report::{BoundLine, PlanSection, RemovalLine, Report};

/// Every table of this file, by its name; none without a plan.
pub(super) fn files(report: &Report) -> Result<Vec<(&'static str, Vec<u8>)>, ExportError> {
    let Some(plan) = &report.plan else { return Ok(Vec::new()) };
    Ok(vec![("plan", stages(plan)?), ("plan_left_out", left_out(plan)?), ("plan_forecast", forecast(plan)?)])
}

/// One line a removal and stage.
fn stages(plan: &PlanSection) -> Result<Vec<u8>, ExportError> {
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
        "demanded_by",
    ];
    let moment = |of: Option<chrono::NaiveDateTime>| of.map(|of| of.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let rows = plan.removals.iter().flat_map(|of: &RemovalLine| {
        let header = |kind| of.stage(kind).filter(|_| of.class == NoticeClass::PublicApi).map(|stage| stage.from);
        let (deprecation, sunset) = (header(StageKind::Announced), header(StageKind::Removed));
        of.stages.iter().map(move |stage| {
            vec![
                (&of.id).into(),
                (&of.name).into(),
                stage.stage.as_str().into(),
                stage.from.into(),
                stage.until.into(),
                moment(stage.starts_at).into(),
                moment(stage.ends_at).into(),
                of.class.as_str().into(),
                (&of.wave).into(),
                of.replacement.as_ref().into(),
                of.replacement_on.into(),
                of.accounts.into(),
                of.accounts.into(),
                of.team.as_ref().into(),
                of.hours.into(),
                deprecation.into(),
                sunset.into(),
                of.value.into(),
                of.arr_at_risk.into(),
                of.demanded_by.into(),
            ]
        })
    });
    csv_file(&head, rows)
}

fn yes(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn joined(bounds: &[BoundLine], of: fn(&BoundLine) -> &str, with: &str) -> String {
    bounds.iter().map(of).collect::<Vec<_>>().join(with)
}

/// One line a candidate that stays.
fn left_out(plan: &PlanSection) -> Result<Vec<u8>, ExportError> {
    let rows = plan.left_out.iter().map(|of| {
        vec![
            (&of.id).into(),
            (&of.name).into(),
            joined(&of.bounds, |bound| bound.constraint.as_str(), ";").into(),
            joined(&of.bounds, |bound| &bound.sentence, " ").into(),
            of.relaxed_by.map(crate::plan::Constraint::as_str).into(),
            of.gain.into(),
        ]
    });
    csv_file(&["capability", "name", "bound_by", "sentence", "relaxed_by", "gain"], rows)
}

/// One line a measure and quarter.
fn forecast(plan: &PlanSection) -> Result<Vec<u8>, ExportError> {
    let rows = plan.forecast.iter().map(|of| {
        let rests_on: Vec<&str> = of.rests_on.iter().map(|name| name.as_str()).collect();
        vec![
            of.measure.as_str().into(),
            (&of.quarter).into(),
            of.without.into(),
            of.change.into(),
            of.low.into(),
            of.high.into(),
            of.assumed.into(),
            rests_on.join(";").into(),
            yes(of.history).into(),
            yes(of.small).into(),
            of.left_out.into(),
        ]
    });
    let head = [
        "measure", "quarter", "without", "change", "p10", "p90", "assumed", "rests_on", "history", "small", "left_out",
    ];
    csv_file(&head, rows)
}
