use schemars::JsonSchema;
use serde::Serialize;

use super::EstimateLine;
use crate::metrics::Relation;

/// Two capabilities and the accounts of the base that use them in the period: a line of `tables/overlap.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OverlapLine {
    /// Id of one capability.
    pub first: String,
    /// Its name.
    pub first_name: String,
    /// Id of the other.
    pub second: String,
    /// Its name.
    pub second_name: String,
    /// Accounts active on both.
    pub both: u64,
    /// Accounts active on at least one.
    pub either: u64,
    /// Both over either, 0–1, Wilson.
    pub jaccard: Option<EstimateLine>,
    /// Part of the accounts of the first that use the second, 0–1, Wilson; null when nobody uses the first.
    pub first_in_second: Option<EstimateLine>,
    /// Part of the accounts of the second that use the first, likewise.
    pub second_in_first: Option<EstimateLine>,
    /// Co-use over what independence would give; 1: unrelated.
    pub lift: Option<EstimateLine>,
    /// Accounts that used the first in the first three of the last twelve observed months and not in the last three, and the
    /// second the other way round; null below six observed months.
    pub first_to_second: Option<u64>,
    /// Accounts that went the other way.
    pub second_to_first: Option<u64>,
    /// Two-sided p of McNemar's exact test of the two, adjusted for the number of pairs; null when too few moved to test.
    pub switch_p: Option<f64>,
    /// What the pair is.
    pub relation: Relation,
    /// Co-use over what accounts of equal breadth of use would give, on which the relation rests; null when none of them
    /// could have used both.
    pub adjusted_lift: Option<EstimateLine>,
    /// Two-sided p of that lift being 1, adjusted for the number of pairs; null when too few use one of the two to test.
    pub co_use_p: Option<f64>,
}

/// How wide the product is, and what width costs. Null: not known.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct SurfaceLine {
    /// By month, oldest first.
    pub months: Vec<SurfaceMonthLine>,
    /// Percent more tickets of an account for one percent more capabilities that it uses (Poisson regression, robust
    /// interval).
    pub ticket_elasticity: Option<EstimateLine>,
    /// Median over the accounts of the base of the part of the capabilities open to them that they never touched, 0–1.
    pub untouched_share: Option<EstimateLine>,
    /// Ids of the capabilities that count as core for onboarding.
    pub core: Vec<String>,
    /// Days to the first core capabilities, by the quarter in which the account started.
    pub onboarding: Vec<OnboardingLine>,
}

/// What was on offer and in use in one month: a line of `tables/surface.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SurfaceMonthLine {
    /// The month, as `2026-01`.
    pub month: String,
    /// Capabilities on offer: launched by then, or of unknown launch.
    pub offered: u64,
    /// Of them integrations.
    pub integrations: u64,
    /// Distinct vendors of those.
    pub vendors: u64,
    /// Capabilities that any account used.
    pub used: u64,
}

/// How soon the accounts that started in one quarter reached the core: a line of `tables/onboarding.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OnboardingLine {
    /// `2026-Q1` and the like.
    pub cohort: String,
    /// Accounts that started in it.
    pub accounts: u64,
    /// Of them those that got there.
    pub reached: u64,
    /// Median days (Kaplan–Meier, because some are still on the way); null when fewer than half got there.
    pub median_days: Option<EstimateLine>,
}
