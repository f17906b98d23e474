use schemars::JsonSchema;
use serde::Serialize;

use super::EstimateLine;
use crate::config::Assumed;
use crate::decide::Part;
use crate::units::Money;

/// An amount over the draws of the simulation, report currency. Nine draws in ten lie between `p05` and `p95`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MoneySpread {
    /// Mean.
    pub mean: Money,
    /// 5 % of the draws lie below.
    pub p05: Money,
    /// Half of the draws lie below.
    pub p50: Money,
    /// 95 % of the draws lie below.
    pub p95: Money,
}

/// What removing a capability is worth, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NetBenefitLine {
    /// Over the horizon, discounted.
    pub total: MoneySpread,
    /// Part of the draws in which it is above zero, 0–1.
    pub p_positive: f64,
    /// The parts, in the order of the waterfall: what is gained is positive, what is lost negative. The means of those known
    /// add up to the mean of the total.
    pub parts: Vec<BenefitPartLine>,
    /// ARR that may be lost in a year, undiscounted and without margin.
    pub arr_at_risk: MoneySpread,
    /// Part of the accounts that use it whose ARR is stated, 0–1; the others count with the mean ARR of the base. Null when
    /// nobody uses it.
    pub arr_stated_share: Option<f64>,
    /// What each assumption moves, the widest first.
    pub tornado: Vec<SwingLine>,
    /// The values of single assumptions at which advice would change, the nearest first.
    pub flips: Vec<FlipLine>,
    /// Part of the draws in which it takes the first, second … place among the candidates, 0–1, up to `decision.first_k`; empty
    /// when it is no candidate.
    pub acceptability: Vec<f64>,
}

/// One part of net benefit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct BenefitPartLine {
    /// Which.
    pub part: Part,
    /// Its size over the horizon, discounted; null: not known, and left out of the sum.
    pub spread: Option<MoneySpread>,
}

/// What one assumption moves: a bar of the tornado.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct SwingLine {
    /// Which; null: the doubt in the data, all assumptions at their medians.
    pub assumption: Option<Assumed>,
    /// Its 5 % value, in its unit; for the data that of net benefit itself.
    pub low: f64,
    /// Its 95 % value.
    pub high: f64,
    /// Net benefit at the 5 % value, all else at its median.
    pub net_benefit_low: Money,
    /// Net benefit at the 95 % value.
    pub net_benefit_high: Money,
}

/// The value of one assumption at which a removal would be advised no longer, or at last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct FlipLine {
    /// Which.
    pub assumption: Assumed,
    /// Its median now, in its unit.
    pub now: f64,
    /// The value at which the probability of a benefit reaches `decision.remove_from`, all else as it is drawn.
    pub at: f64,
    /// Whether that value lies within the range of the assumption.
    pub within_range: bool,
}

/// Places among all capabilities under orders that others use, from 1; null where the order has no value for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct OrdersLine {
    /// Reach × impact × confidence over effort, of a removal.
    pub rice: Option<usize>,
    /// Run cost over active accounts, highest first.
    pub cost_per_use: Option<usize>,
    /// Least used first.
    pub least_used: Option<usize>,
}

/// What a removal drags along, as ids of capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct DependenciesLine {
    /// What needs it, directly or not: must go before it or stop needing it. In the order in which they must go.
    pub needed_by: Vec<String>,
    /// Its parts, and what stands in a cycle with it: goes with it.
    pub with: Vec<String>,
    /// What it needs, directly.
    pub needs: Vec<String>,
}

impl DependenciesLine {
    /// The three kinds with the word of each in tables.
    #[must_use]
    pub fn kinds(&self) -> [(&'static str, &[String]); 3] {
        [("needed-by", &self.needed_by), ("with", &self.with), ("needs", &self.needs)]
    }
}

/// What could take the place of a capability.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SubstituteLine {
    /// Id of the other capability.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it was found: `catalogue` (the catalogue names it) or `co-use` (same category, used by enough of the accounts).
    pub by: &'static str,
    /// Part of the active accounts that already use it, 0–1, Wilson; null without active accounts.
    pub already: Option<EstimateLine>,
}

/// One assumption as it was used: a line of `tables/assumptions.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AssumptionLine {
    /// The key in `[assumptions]`.
    pub name: Assumed,
    /// Id of the capability that it is for; null: all.
    pub capability: Option<String>,
    /// As written.
    pub distribution: String,
    /// Mean, in the unit.
    pub mean: f64,
    /// 5 % of the draws lie below.
    pub p05: f64,
    /// Half of the draws lie below.
    pub p50: f64,
    /// 95 % of the draws lie below.
    pub p95: f64,
    /// Unit.
    pub unit: String,
    /// Why this value.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
}

/// How past breakages changed the assumption `loss_at_full_dependence`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CalibrationLine {
    /// Mean of the assumption as configured, 0–1.
    pub prior_mean: f64,
    /// Its standard deviation.
    pub prior_sd: f64,
    /// What past breakages say about the same quantity, with its 95 % interval.
    pub seen: EstimateLine,
    /// Weight of the data in the result, 0–1; one less it is the shrinkage towards the assumption.
    pub weight: f64,
    /// Mean of the result, which the simulation used.
    pub used_mean: f64,
    /// Its standard deviation.
    pub used_sd: f64,
    /// The result as a distribution, in the notation of the settings.
    pub distribution: String,
}
