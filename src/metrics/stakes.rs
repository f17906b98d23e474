//! What hangs on a capability: the sums that net benefit is made of, in the data and in every replicate of the bootstrap.

use serde::{Deserialize, Serialize};

use super::{Evidence, Facts};
use crate::config::UsageShareOf;
use crate::stats::PoissonWeights;
use crate::units::definition;

definition! {
    /// What hangs on a capability, as sums over its accounts and cost rows.
    pub STAKES, "stakes", "What hangs on a capability"
}

/// What would be freed and what would be lost, in one draw of the data. Sums of what is unknown are 0; what is unknown is said by
/// [`Stakes::known`].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StakeSums {
    /// Support cost of a year at the rate of the period, report currency.
    pub support: f64,
    /// Engineering run cost of a year.
    pub engineering: f64,
    /// Incident cost of a year.
    pub incident: f64,
    /// Charges of a year.
    pub direct: f64,
    /// Accounts of the base that use it and not yet its replacement.
    pub to_migrate: f64,
    /// ARR times dependence, summed over the accounts of the base that use it.
    pub arr_dependent: f64,
    /// ARR times (1 − dependence) times the part of its users there who use nothing else: what weighs with `sole_user_weight`.
    pub arr_sole: f64,
    /// Part of `arr_dependent` of accounts that already use the replacement.
    pub arr_dependent_replaced: f64,
    /// Part of `arr_sole` of accounts that already use the replacement.
    pub arr_sole_replaced: f64,
}

/// The sums of one capability, and what is known of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stakes {
    /// In the data.
    pub data: StakeSums,
    /// In every replicate, weights drawn as for disproportion: an account with its tickets, other cost by its row.
    #[serde(skip)]
    pub replicates: Vec<StakeSums>,
    /// Accounts of the base that use it.
    pub accounts: u64,
    /// Of them those whose ARR is stated; the others count with the mean ARR of the base.
    pub accounts_with_arr: u64,
    /// Of them those that already use the replacement; `None` without one.
    pub already_replaced: Option<u64>,
}

/// What could take the place of a capability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Substitute {
    /// The other capability.
    pub capability: usize,
    /// How it was found.
    pub by: SubstituteBy,
    /// Part of the active accounts that already use it, Wilson; `None` without active accounts.
    pub already: Option<crate::units::Estimate>,
}

/// How a substitute was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SubstituteBy {
    /// The catalogue names it (`replaced_by`).
    Catalogue,
    /// Of the same category, and used by enough of the accounts (`decision.co_use_from`).
    CoUse,
}

/// Fills [`super::CapabilityFacts::substitute`] and [`super::CapabilityFacts::stakes`].
pub(super) fn fill(
    facts: &mut Facts,
    evidence: Evidence,
    use_by: (UsageShareOf, u32),
    weights: PoissonWeights,
    co_use_from: f64,
) {
    let _ = (facts, evidence, use_by, weights, co_use_from);
}
