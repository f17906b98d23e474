//! What a removal is worth when it comes later, and what it changes year by year.

use super::Part;
use super::draws::Draws;
use super::formula::{net_benefit_at, sums_in, years_at_force};
use super::joint::with_shared;
use crate::config::Assumed;
use crate::decide::DecisionSettings;
use crate::integrations::Integrations;
use crate::metrics::{Facts, Stakes};
use crate::stats;

/// Parts of net benefit that come again every year; those behind them are spent once.
const YEARLY_PARTS: usize = Part::Removal as usize;

/// Mean net benefit of removing each of some capabilities alone, by the years from the as-of date to the removal: nothing is gained
/// and nothing lost before it, and effort is spent on the day itself. In years from now the horizon stays where it is, so that
/// later removals earn for a shorter time. `delays` are by member, then as many as are asked for; one below 0 counts as 0. `None` for
/// a member whose worth is not known. With no delay it is the mean of its net benefit.
///
/// In a draw with horizon H, discounting by the force δ and delay s, what comes by the year counts for Y(H) − Y(s) years, 0 from
/// s = H on, and effort e^(−δs) times.
#[must_use]
pub fn worth_by_delay(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    set: &[usize],
    delays: &[Vec<f64>],
) -> Vec<Option<Vec<f64>>> {
    with_shared(facts, integrations, settings, |shared, work| {
        stats::in_parallel(set.len().min(delays.len()), |place| {
            let (index, known) = (set[place], &facts.capabilities[set[place]]);
            let stakes = known.stakes.as_ref()?;
            known.cost.run()?;
            let draws = shared.of(index, known, work[index], settings.engineering_hour);
            let flows = Flows::new(&draws, stakes, settings.policy.draws as usize);
            Some(delays[place].iter().map(|&delay| flows.mean_worth(delay.max(0.0))).collect())
        })
    })
}

/// The parts of the cost of some capabilities that end with each of them, 0–1, draw by draw: support, engineering, incidents and
/// charges, by the draws of net benefit. The data of a draw are those of the replicate whose number it has, in turn.
#[must_use]
pub fn avoidable_parts(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    set: &[usize],
) -> Vec<[Vec<f64>; 4]> {
    const OF: [Assumed; 4] = [
        Assumed::AvoidableSupport,
        Assumed::AvoidableEngineering,
        Assumed::AvoidableIncident,
        Assumed::AvoidableDirect,
    ];
    with_shared(facts, integrations, settings, |shared, work| {
        stats::in_parallel(set.len(), |place| {
            let (index, known) = (set[place], &facts.capabilities[set[place]]);
            let draws = shared.of(index, known, work[index], settings.engineering_hour);
            OF.map(|name| draws.column(name).to_vec())
        })
    })
}

/// One draw of a capability: what comes by the year, and what is spent once.
#[derive(Debug, Clone, Copy)]
struct Flow {
    /// Gain less loss a year, undiscounted.
    yearly: f64,
    /// What is spent on the day of the removal, negative.
    once: f64,
    horizon: f64,
    /// Horizon, discounted.
    years: f64,
    /// Force of discounting, a year.
    force: f64,
}

struct Flows(Vec<Flow>);

impl Flows {
    fn new(draws: &Draws, stakes: &Stakes, count: usize) -> Self {
        let flow = |draw: usize| {
            let values = draws.at(draw);
            let parts = net_benefit_at(&values.with_years(1.0), sums_in(stakes, draw)).parts;
            let (yearly, once) = parts.split_at(YEARLY_PARTS);
            Flow {
                yearly: yearly.iter().sum(),
                once: once.iter().sum(),
                horizon: values.of[Assumed::HorizonYears as usize],
                years: values.years,
                force: values.of[Assumed::DiscountRate as usize].ln_1p(),
            }
        };
        Self((0..count).map(flow).collect())
    }

    #[expect(clippy::cast_precision_loss, reason = "draws lie far below 2^53")]
    fn mean_worth(&self, delay: f64) -> f64 {
        let worth = |flow: &Flow| {
            let before = years_at_force(delay, flow.force);
            let left = if delay < flow.horizon { flow.years - before } else { 0.0 };
            // e^(−δs) = 1 − δ·Y(s).
            flow.yearly * left + flow.once * (1.0 - flow.force * before)
        };
        self.0.iter().map(worth).sum::<f64>() / self.0.len().max(1) as f64
    }
}

#[cfg(test)]
#[path = "flows_tests.rs"]
mod tests;
