//! From a plan in a file to what is wrong with it.

use std::path::Path;

use super::understand::{RawUsage, refuse_bad_data, understand};
use super::{Error, Request};
use crate::config::PlanSettings;
use crate::ingest::{self, PlanFile, PlanRow, Progress};
use crate::metrics::Facts;
use crate::plan::{Calendar, LintContext, LintRule, Schedule, Scheduled, Stage, StageKind, lint, policy};
use crate::report::{self, Linted};

/// What is wrong with a plan. With a request its data are looked at as well; without one the dates alone are judged. Writes nothing.
///
/// # Errors
/// See [`enum@Error`]; what is no plan is of the settings.
pub fn lint_plan(
    path: &Path,
    request: Option<&Request>,
    settings: &PlanSettings,
    progress: &dyn Progress,
) -> Result<Linted, Error> {
    let file = ingest::read_plan(path)?;
    let facts = request.map(|request| facts(request, progress)).transpose()?;
    let schedule =
        schedule(&file, facts.as_ref()).map_err(|problem| Error::Settings(format!("{}:{problem}", path.display())))?;
    let (policy, calendar) = (policy(settings), Calendar::of(settings));
    let context = LintContext { policy: &policy, calendar: &calendar, settings, facts: facts.as_ref() };
    let findings = lint(&schedule, context);
    let unjudged = LintRule::ALL.iter().copied().filter(|rule| facts.is_none() && rule.wants().is_some());
    let unknown = schedule.removals.iter().filter(|of| facts.is_some() && of.index.is_none());
    let unknown = unknown.map(|of| of.capability.clone()).collect();
    Ok(report::linted(&schedule, findings, unjudged.collect(), (file.ignored, unknown)))
}

fn facts(request: &Request, progress: &dyn Progress) -> Result<Facts, Error> {
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    refuse_bad_data(request, &known)?;
    Ok(known.measure(&request.settings))
}

/// The removals of a file, in the order in which they are first named.
fn schedule(file: &PlanFile, facts: Option<&Facts>) -> Result<Schedule, String> {
    let mut schedule = Schedule::default();
    for row in &file.rows {
        let kind = StageKind::ALL.iter().copied().find(|kind| kind.as_str() == row.stage);
        let kind = kind.ok_or_else(|| {
            let known: Vec<&str> = StageKind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("{}: `stage` is `{}`, expected {}", row.line, row.stage, known.join(", "))
        })?;
        let at = schedule.removals.iter().position(|of| of.capability == row.capability);
        let at = at.unwrap_or_else(|| {
            schedule.removals.push(begun(row, facts));
            schedule.removals.len() - 1
        });
        add(&mut schedule.removals[at], row, kind);
    }
    Ok(schedule)
}

fn begun(row: &PlanRow, facts: Option<&Facts>) -> Scheduled {
    let named = |facts: &Facts| {
        let by_id = facts.capabilities.iter().position(|of| of.capability.id == row.capability);
        by_id.or_else(|| facts.capabilities.iter().position(|of| of.capability.name == row.capability))
    };
    Scheduled { capability: row.capability.clone(), index: facts.and_then(named), ..Scheduled::default() }
}

/// What a row says beside its stage; the first that says it holds.
fn add(of: &mut Scheduled, row: &PlanRow, kind: StageKind) {
    of.stages.push(Stage {
        kind,
        from: row.from,
        until: row.until.unwrap_or(row.from),
        window: row.starts_at.zip(row.ends_at),
        reversible: kind < StageKind::Removed,
    });
    #[expect(clippy::cast_precision_loss, reason = "hundredths of the hours of one removal")]
    let hours = row.hours.map(|hundredths| hundredths as f64 / 100.0);
    of.class = of.class.or(row.class);
    of.deprecation = of.deprecation.or(row.deprecation);
    of.sunset = of.sunset.or(row.sunset);
    of.replacement = of.replacement.take().or_else(|| row.replacement.clone());
    of.replacement_on = of.replacement_on.or(row.replacement_on);
    of.affected = of.affected.or(row.affected);
    of.told = of.told.or(row.told);
    of.team = of.team.take().or_else(|| row.team.clone());
    of.hours = of.hours.or(hours);
}
