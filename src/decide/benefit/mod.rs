//! Net benefit: what removing a capability is worth, as a distribution over the doubt in the data and in the assumptions.
//!
//! Takes the stakes of every capability and the assumptions; gives [`NetBenefit`]s, and how the list stands under doubt.

mod acceptability;
mod calibration;
mod draws;
mod formula;
pub(super) mod joint;
mod sensitivity;
mod simulation;

use schemars::JsonSchema;
use serde::Serialize;

use super::DecisionSettings;
use crate::config::Assumed;
use crate::integrations::Integrations;
use crate::metrics::Facts;
use crate::units::definition;

pub use calibration::{CALIBRATION, Calibration, calibrate};

definition! {
    /// What removing a capability is worth over the horizon, in money, as a distribution.
    pub NET_BENEFIT, "net_benefit_p50", "Net benefit"
}

/// A part of net benefit. What is gained is positive, what is lost negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Support cost that ends.
    Support,
    /// Engineering run cost that ends.
    Engineering,
    /// Incident cost that ends.
    Incident,
    /// Charges that end.
    Direct,
    /// Work for the vendor's changes that need not be done.
    VendorWork,
    /// Margin on the ARR that may be lost.
    RevenueAtRisk,
    /// Our work to remove it.
    Removal,
    /// Our work to move its accounts.
    Migration,
    /// The customers' work to move.
    CustomerMigration,
}

impl Part {
    /// All of them, in their order.
    pub const ALL: &'static [Self] = &[
        Self::Support,
        Self::Engineering,
        Self::Incident,
        Self::Direct,
        Self::VendorWork,
        Self::RevenueAtRisk,
        Self::Removal,
        Self::Migration,
        Self::CustomerMigration,
    ];
}

/// A quantity over the draws. Its quantiles interpolate linearly between neighbours (type 7 of Hyndman & Fan 1996).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// 5 % of the draws lie below.
    pub p05: f64,
    /// Half of the draws lie below.
    pub p50: f64,
    /// 95 % of the draws lie below.
    pub p95: f64,
}

impl Spread {
    /// Of some numbers, which are put in another order; of none all are 0.
    fn of(values: &mut [f64]) -> Self {
        let Some(last) = values.len().checked_sub(1) else { return Self::default() };
        #[expect(clippy::cast_precision_loss, reason = "draws lie far below 2^53")]
        let count = last as f64;
        // Before they are put in another order, so that the means of parts add up to that of the whole.
        let mean = values.iter().sum::<f64>() / (count + 1.0);
        if values.iter().all(|value| *value == values[0]) {
            return Self { mean, p05: values[0], p50: values[0], p95: values[0] };
        }
        // Each quantile is sought in what lies above the one before.
        let mut done = 0;
        let [p05, p50, p95] = [0.05, 0.50, 0.95].map(|part: f64| {
            let place = part * count;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place in a vector, held to its length"
            )]
            let below = (place.floor() as usize).min(last);
            #[expect(clippy::cast_precision_loss, reason = "a place in a vector")]
            let beyond = place - below as f64;
            let (_, at, above) = values[done..].select_nth_unstable_by(below - done, f64::total_cmp);
            let at = *at;
            done = below;
            let next = above.iter().copied().fold(f64::INFINITY, f64::min);
            if beyond > 0.0 && next.is_finite() { at + beyond * (next - at) } else { at }
        });
        Self { mean, p05, p50, p95 }
    }
}

/// One part over the draws, report currency, over the horizon, discounted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BenefitPart {
    /// Which.
    pub part: Part,
    /// Its size; `None`: not known, and left out of the sum.
    pub spread: Option<Spread>,
}

/// What one assumption moves: one bar of the tornado.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// Which; `None`: the data, that is the bootstrap, with all assumptions at their medians.
    pub assumption: Option<Assumed>,
    /// Its 5 % and 95 % values; for the data the 5 % and 95 % of net benefit itself.
    pub range: (f64, f64),
    /// Net benefit at the two, all else at its median.
    pub net_benefit: (f64, f64),
}

/// The value of one assumption at which the capability would change sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlipPoint {
    /// Which.
    pub assumption: Assumed,
    /// Its median now.
    pub now: f64,
    /// The value at which the probability of a benefit reaches `decision.remove_from`, all else as it is drawn.
    pub at: f64,
    /// Whether that value lies between the 5 % and 95 % points of its distribution.
    pub within_range: bool,
}

/// Net benefit of removing one capability.
#[derive(Debug, Clone, PartialEq)]
pub struct NetBenefit {
    /// Over the horizon, discounted, report currency.
    pub total: Spread,
    /// Draws with a benefit above zero over all, 0–1.
    pub p_positive: f64,
    /// The parts, in their order; the means of those known add up to the mean of the total.
    pub parts: Vec<BenefitPart>,
    /// ARR that may be lost in a year, undiscounted and without margin.
    pub arr_at_risk: Spread,
    /// By descending width.
    pub tornado: Vec<Swing>,
    /// By the change that they are from the median, as part of it, smallest first; none where no value from 0 up to the highest that it
    /// can have changes sides.
    pub flips: Vec<FlipPoint>,
    /// Part of the draws in which it takes the first, second … place among the candidates, up to `decision.first_k`; empty when
    /// it is no candidate.
    pub acceptability: Vec<f64>,
}

impl NetBenefit {
    /// Probability of being among the first `decision.first_k` candidates; `None` when it is no candidate.
    #[must_use]
    pub fn first_k(&self) -> Option<f64> {
        (!self.acceptability.is_empty()).then(|| self.acceptability.iter().sum())
    }
}

/// One assumption as it was used, for the report.
#[derive(Debug, Clone, PartialEq)]
pub struct AssumptionInUse {
    /// Which.
    pub name: Assumed,
    /// The capability it is for; `None`: all.
    pub capability: Option<usize>,
    /// As written.
    pub distribution: String,
    /// Its quantiles.
    pub spread: Spread,
    /// Unit.
    pub unit: String,
    /// Why.
    pub reason: String,
    /// From where.
    pub source: String,
}

/// All draws of net benefit, kept until the list is ranked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simulation {
    /// By capability; `None` where use by account, ARR or run cost is not known.
    pub of: Vec<Option<Drawn>>,
    /// The assumptions as they were used.
    pub assumptions: Vec<AssumptionInUse>,
    /// What past breakages said; `None` without them.
    pub calibration: Option<Calibration>,
}

/// One capability with its draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The summary; acceptability is filled by [`accept`].
    pub net_benefit: NetBenefit,
    /// Net benefit by draw.
    pub draws: Vec<f64>,
}

/// Draws the net benefit of every capability; see [`NET_BENEFIT`]. The number of threads changes no figure.
#[must_use]
pub fn simulate(facts: &Facts, integrations: &Integrations, settings: DecisionSettings) -> Simulation {
    simulation::simulate_on(threads(), facts, integrations, settings)
}

/// Fills acceptability: in every draw the candidates whose net benefit is known are ranked by it, equal ones by id, and the first
/// `first_k` places are counted. The acceptabilities of one place sum to 1 over them.
pub fn accept(simulation: &mut Simulation, candidates: &[usize], first_k: usize) {
    acceptability::accept_on(threads(), simulation, candidates, first_k);
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
