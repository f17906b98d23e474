//! From a plan in a file to what is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use super::understand::{RawUsage, refuse_bad_data, understand};
use super::{Error, Request};
use crate::config::PlanSettings;
use crate::ingest::{self, PlanFile, PlanRow, Progress};
use crate::integrations::Integrations;
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
    let stages: Vec<&str> = StageKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let file = ingest::read_plan(path, &stages)?;
    let data = request.map(|request| data(request, progress)).transpose()?;
    let (facts, integrations) = data.as_ref().map(|(facts, integrations)| (facts, integrations)).unzip();
    let schedule = schedule(&file, facts);
    let (policy, calendar) = (policy(settings), Calendar::of(settings));
    let context = LintContext { policy: &policy, calendar: &calendar, settings, facts, integrations };
    let findings = lint(&schedule, context);
    let unjudged = LintRule::ALL.iter().copied().filter(|rule| facts.is_none() && rule.wants().is_some());
    let unknown = schedule.removals.iter().filter(|of| facts.is_some() && of.index.is_none());
    let unknown = unknown.map(|of| of.capability.clone()).collect();
    Ok(report::linted(&schedule, findings, unjudged.collect(), (file.ignored, unknown)))
}

fn data(request: &Request, progress: &dyn Progress) -> Result<(Facts, Integrations), Error> {
    let mut known = understand(request, RawUsage::LetGo, progress)?;
    refuse_bad_data(request, &known)?;
    let facts = known.measure(&request.settings);
    let integrations = known.assess(&request.settings, &facts);
    Ok((facts, integrations))
}

/// The removals of a file, in the order in which they are first named.
fn schedule(file: &PlanFile, facts: Option<&Facts>) -> Schedule {
    let mut schedule = Schedule::default();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let known = facts.map(by_name).unwrap_or_default();
    for row in &file.rows {
        let kind = StageKind::ALL.iter().copied().find(|kind| kind.as_str() == row.stage);
        let Some(kind) = kind else { continue };
        let place = *places.entry(&row.capability).or_insert_with(|| {
            let (capability, index) = (row.capability.clone(), known.get(row.capability.as_str()).copied());
            schedule.removals.push(Scheduled { capability, index, ..Scheduled::default() });
            schedule.removals.len() - 1
        });
        add(&mut schedule.removals[place], row, kind);
    }
    schedule
}

/// Capabilities by id, and by name where that is no id; of two with one name the first.
fn by_name(facts: &Facts) -> BTreeMap<&str, usize> {
    let mut known = BTreeMap::new();
    let all = || facts.capabilities.iter().map(|of| &of.capability).enumerate();
    all().for_each(|(index, of)| _ = known.entry(of.id.as_str()).or_insert(index));
    all().for_each(|(index, of)| _ = known.entry(of.name.as_str()).or_insert(index));
    known
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
    of.name = of.name.take().or_else(|| row.name.clone());
    of.demanded_by = of.demanded_by.or(row.demanded_by);
    of.replacement_on = of.replacement_on.or(row.replacement_on);
    of.affected = of.affected.or(row.affected);
    of.told = of.told.or(row.told);
    of.team = of.team.take().or_else(|| row.team.clone());
    of.hours = of.hours.or(hours);
}
