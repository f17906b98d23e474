//! Net benefit: what removing a capability is worth, as a distribution over the doubt in the data and in the assumptions.
//!
//! Takes the stakes of every capability and the assumptions; gives [`NetBenefit`]s, and how the list stands under doubt.

mod acceptability;
mod calibration;
mod draws;
mod flows;
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
pub use flows::{avoidable_parts, worth_by_delay};
pub use formula::discounted_years;
pub use joint::AtRisk;

definition! {
    /// What removing a capability is worth over the horizon, in the report currency of today, as a distribution: its median, the
    /// range that holds nine draws in ten (5–95 %), and the share of draws above zero.
    ///
    /// For every draw, with Y the years of the horizon, discounted:
    ///
    /// benefit = Y × (Σ avoidable share × yearly run cost, over support, engineering, incidents and charges) + Y × `vendor_work` ×
    /// yearly cost that the vendor's changes are expected to bring;
    ///
    /// loss = Y × `margin` × ARR at risk, where ARR at risk = `loss_at_full_dependence` × (D − `replacement_relief` × D of accounts that
    /// already use the replacement) and D = Σ over accounts of ARR × (dependence + `sole_user_weight` × (1 − dependence) × share of its
    /// users there who use nothing else);
    ///
    /// effort = `removal_hours` × the loaded rate of an engineering hour + accounts to move × (`migration_hours` × that rate +
    /// `customer_hours` × `customer_hour`);
    ///
    /// net benefit = benefit − loss − effort.
    ///
    /// Y = (1 − e^(−δH)) / δ with δ = ln(1 + `discount_rate`) and H = `horizon_years`; Y = H where nothing is discounted. Money is
    /// taken to flow all through the year, so that a horizon of two and a half years has a meaning, and effort to be spent at once.
    /// Yearly run cost is that of the period × 365.25 over its days. At full dependence an account leaves with the probability
    /// `loss_at_full_dependence`, and none with more than 1: dependence and the weighted rest are together at most 1.
    ///
    /// Two kinds of doubt enter each of `decision.draws` draws (10,000). *The data*: draw i takes replicate i of the Poisson bootstrap, in
    /// turn, which draws accounts with their tickets and use, and other cost by its row. *What the data do not say*: each assumption is a
    /// distribution with unit, reason and source in `[assumptions]`, and for one capability in `[[assume]]`. What is true of the company
    /// (margin, horizon, discount, how customers react, what their hour is worth) is one value for all capabilities in a draw; what
    /// is true of a capability is drawn for each. `loss_at_full_dependence` is calibrated by past breakages where there are any; hours of
    /// the catalogue (`removal_hours`) become the median of the removal's, with the doubt of the assumption. What the vendor's changes are
    /// expected to bring is shared evenly among the vendor's integrations and drawn as a lognormal with the mean and the width of
    /// its interval. Every random number hangs on the seed, the assumption and the capability's id: another capability, another
    /// override or another order of rows moves no draw, so that two runs differ only by what was changed.
    ///
    /// *Parts.* Each is summarised over the same draws, so that their means add up to the mean of the whole; their medians need not. A cost
    /// type whose table is missing is not known, left out of the sum and shown as such: the benefit is then a lower bound. A feature has no
    /// vendor work. Net benefit is not known at all without use by account, without ARR, or without any run cost.
    ///
    /// *Tornado.* Net benefit in the data with every assumption at its median, and one of them at its 5 % and its 95 % point; one more
    /// bar holds the assumptions and lets the data vary (5–95 % over the replicates). *Flip points.* The value of one assumption, the
    /// same in all draws and all else as drawn, at which the probability of a benefit crosses `decision.remove_from`: what somebody would
    /// have to believe to decide otherwise. Over all draws; none where no value that the assumption can have does it, or where a higher
    /// value helps in some draws and harms in others. *Rank acceptability.* The share of draws in which a candidate takes the first,
    /// second … place among the candidates (Lahdelma & Salminen 2001), ties by id.
    ///
    /// *Edges.* No accounts: nothing is at risk and nobody is moved; what is left is cost against the work of removing it. No cost: the net
    /// benefit is what the removal costs. A credit can make a cost negative, and the part with it. With few replicates or few
    /// accounts the bootstrap understates the doubt; the number of accounts stands beside it.
    ///
    /// *What it does not hold.* Hours of vendor changes that fell into the period stand in its engineering cost and in what the vendor is
    /// expected to bring: an integration in such a quarter looks dearer than it is, by at most that part; set `vendor_work` to
    /// `fixed(0)` for it. Our hours with customers are valued at the engineering rate, which is above that of customer success and so
    /// speaks for keeping. Sales that the capability helps to win, and attention that its absence frees, are in neither side.
    ///
    /// *Why not the obvious.* Run cost alone is a bound of the benefit and forgets who leaves. A single best guess hides that the answer
    /// often changes sides within what nobody knows. A payback time ranks a trifle without effort first. Scores of reach, impact and
    /// confidence (`rice_place`) have no unit, so that nobody can be held to them.
    ///
    /// Sources: Lahdelma, R. & Salminen, P. (2001), SMAA-2: stochastic multicriteria acceptability analysis for group decision making,
    /// Operations Research 49, 444–454; Hanley, J. A. & MacGibbon, B. (2006), Comput. Methods Programs Biomed. 83, 57–62 (Poisson
    /// bootstrap); Eschenbach, T. G. (1992), Spiderplots versus tornado diagrams for sensitivity analysis, Interfaces 22(6), 40–46;
    /// Hyndman, R. J. & Fan, Y. (1996), Am. Stat. 50, 361–365 (quantiles, type 7).
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
        if values.iter().all(|value| value.to_bits() == values[0].to_bits()) {
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
