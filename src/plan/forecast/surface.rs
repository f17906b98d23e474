//! How wide the product is at the end of every quarter, and what that may mean for new accounts.

use std::collections::BTreeSet;

use super::{Case, ForecastLine, ForecastMeasure};
use crate::config::CapabilityKind;
use crate::metrics::{CapabilityFacts, Facts};
use crate::stats::Distribution;

const COUNTS: [ForecastMeasure; 3] =
    [ForecastMeasure::Capabilities, ForecastMeasure::Integrations, ForecastMeasure::Vendors];

/// Months of use from which there is a year behind a figure.
const YEAR: usize = 12;

/// The lines of what is counted, and of onboarding.
pub(super) fn lines(case: Case) -> Vec<ForecastLine> {
    let by_quarter: Vec<([f64; 3], [f64; 3])> = (0..case.quarters.len())
        .map(|at| {
            let removed = &case.removals[..case.removed_by(case.quarters[at])];
            let gone: BTreeSet<usize> = removed.iter().map(|(index, _)| *index).collect();
            (counts(case.evidence.facts, &BTreeSet::new()), counts(case.evidence.facts, &gone))
        })
        .collect();
    let count = |which: usize| {
        by_quarter.iter().enumerate().map(move |(quarter, (without, with))| {
            let change = with[which] - without[which];
            exact(COUNTS[which], quarter, without[which], change)
        })
    };
    let mut lines: Vec<ForecastLine> = (0..COUNTS.len()).flat_map(count).collect();
    lines.extend(onboarding(case, &by_quarter));
    lines
}

/// A line without doubt.
fn exact(measure: ForecastMeasure, quarter: usize, without: f64, change: f64) -> ForecastLine {
    ForecastLine {
        measure,
        quarter,
        without,
        change: (change, change, change),
        assumed: None,
        rests_on: Vec::new(),
        history: true,
        small: false,
        left_out: 0,
    }
}

/// Capabilities, integrations and vendors on offer on the as-of date, without those that are gone.
#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn counts(facts: &Facts, gone: &BTreeSet<usize>) -> [f64; 3] {
    let is_on_offer = |known: &CapabilityFacts| known.capability.launched_on.is_none_or(|day| day <= facts.as_of);
    let offered: Vec<&CapabilityFacts> = facts
        .capabilities
        .iter()
        .enumerate()
        .filter(|(index, known)| !gone.contains(index) && is_on_offer(known))
        .map(|(_, known)| known)
        .collect();
    let integrations = || offered.iter().filter(|known| known.capability.kind == CapabilityKind::Integration);
    let vendors: BTreeSet<&String> = integrations().filter_map(|known| known.capability.vendor.as_ref()).collect();
    [offered.len() as f64, integrations().count() as f64, vendors.len() as f64]
}

/// Days to onboard: nothing in the data says how they move, so all doubt is that of the assumption. No lines where no cohort has a
/// median or the assumption cannot be read.
fn onboarding(case: Case, counts: &[([f64; 3], [f64; 3])]) -> Vec<ForecastLine> {
    let mut cohorts = case.evidence.facts.surface.onboarding.iter().rev();
    let days = cohorts.find_map(|cohort| cohort.median_days);
    let elasticity = case.evidence.settings.onboarding_elasticity.distribution.parse::<Distribution>();
    let (Some(days), Ok(elasticity)) = (days, elasticity) else { return Vec::new() };
    let line = |(quarter, (without, with)): (usize, &([f64; 3], [f64; 3]))| {
        let gone = if without[0] > 0.0 { 1.0 - with[0] / without[0] } else { 0.0 };
        let change = |elasticity: f64| -days.point * elasticity * gone + 0.0;
        // A higher elasticity takes off more.
        let points = (change(elasticity.mean()), change(elasticity.quantile(0.9)), change(elasticity.quantile(0.1)));
        ForecastLine {
            change: points,
            assumed: (points.1 < points.2).then_some(1.0),
            history: case.evidence.facts.months.len() >= YEAR,
            small: days.n < 20,
            ..exact(ForecastMeasure::OnboardingDays, quarter, days.point, 0.0)
        }
    };
    counts.iter().enumerate().map(line).collect()
}
