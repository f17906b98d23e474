//! What `deadhead.toml` may say about integrations: when they count as broken, who ends what, what vendors change, who leaves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[reliability]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReliabilitySettings {
    /// Part of the account-time in which an integration should work.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub target: f64,
    /// The same for single integrations, by id.
    pub targets: BTreeMap<String, f64>,
    /// A silence, a run of empty successes or a stretch of failures is called sustained when its chance, judged by the own
    /// history of the account on the integration, is below this.
    #[schemars(range(min = 0.0, max = 0.5))]
    pub chance: f64,
    /// Runs of one account on one integration from which its own history can judge it.
    #[schemars(range(min = 2))]
    pub min_runs: u32,
    /// How many times its own longest gap an integration may be silent before it is overdue.
    #[schemars(range(min = 1.0, max = 100.0))]
    pub longest_gap_factor: f64,
    /// Days of silence after which it counts as disconnected, no longer as broken.
    #[schemars(range(min = 1))]
    pub disconnected_after_days: u32,
    /// Part of its function that an integration loses while its runs are only partly successful.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub partial_weight: f64,
    /// Hours that no monitor saw it from which a failure is silent.
    #[schemars(range(min = 0.0))]
    pub silent_after_hours: f64,
    /// Hours before the onset and after the end of a failure within which a ticket or an incident may speak of it.
    #[schemars(range(min = 0.0))]
    pub match_within_hours: f64,
    /// Part of the worth of a subscription that a broken integration takes while nobody knows; for the hidden cost.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub impairment: f64,
}

/// `[layers]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerSettings {
    /// Part of the contacts of a layer that the what-if moves to the layer below.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub moved_share: f64,
    /// Hours of engineering to automate the recovery from one recurring error.
    #[schemars(range(min = 0.0))]
    pub automation_hours: f64,
    /// Failures with one error from which it is recurring.
    #[schemars(range(min = 2))]
    pub recurring_from: u32,
}

/// `[volatility]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolatilitySettings {
    /// Years after which a past change counts half as much for what is expected; 0: all count the same.
    #[schemars(range(min = 0.0))]
    pub half_life_years: f64,
    /// Days before a change from which work on its integrations counts as work for it.
    #[schemars(range(min = 0))]
    pub work_before_days: u32,
    /// Days after a change up to which it does.
    #[schemars(range(min = 0))]
    pub work_after_days: u32,
    /// Dated changes in one month of one team from which they collide.
    #[schemars(range(min = 2))]
    pub collide_from: u32,
}

/// `[churn]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChurnSettings {
    /// Months before the end of the period whose churn is looked at.
    #[schemars(range(min = 3, max = 60))]
    pub months: u32,
    /// Days before the churn within which a failure or a fade counts as its evidence; the span before a landmark in which a failure exposes, too.
    #[schemars(range(min = 7, max = 365))]
    pub within_days: u32,
    /// Part of an account's active days that an integration must carry for its failure to count.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub dependence_from: f64,
    /// Broken hours of one failure from which an account counts as exposed.
    #[schemars(range(min = 0.0))]
    pub broken_hours_from: f64,
    /// Use that is left, as part of the use before, at or below which engagement faded.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub faded_to: f64,
    /// Dependence at or below which a failure should move nobody: the negative control.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub control_dependence: f64,
}

/// `[procure]`: what of the run cost of an integration a platform takes over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcureSettings {
    /// Part of the engineering.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub engineering: f64,
    /// Part of the incidents.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub incident: f64,
    /// Part of the support.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub support: f64,
    /// Part of the charges.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub direct: f64,
}
