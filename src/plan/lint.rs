//! The linter of plans: our own, and those of others.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::calendar::Calendar;
use super::notice::NoticePolicy;
use super::stages::Stage;
use crate::config::{NoticeClass, PlanSettings};
use crate::metrics::Facts;

/// A plan as the linter sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// What is removed.
    pub removals: Vec<Scheduled>,
}

/// One removal; `None` is not said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scheduled {
    /// Id or name, as written.
    pub capability: String,
    /// Index into [`Facts::capabilities`]; `None` when there are no facts, or it names none.
    pub index: Option<usize>,
    /// Its notice class.
    pub class: Option<NoticeClass>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Day of the `Deprecation` header.
    pub deprecation: Option<NaiveDate>,
    /// Day of the `Sunset` header.
    pub sunset: Option<NaiveDate>,
    /// What replaces it, as written.
    pub replacement: Option<String>,
    /// Day from which the replacement is on offer.
    pub replacement_on: Option<NaiveDate>,
    /// Accounts that use it.
    pub affected: Option<u64>,
    /// Accounts to which the notice was delivered.
    pub told: Option<u64>,
    /// Whose work it is.
    pub team: Option<String>,
    /// Hours of that work.
    pub hours: Option<f64>,
}

/// What the linter may look at beside the plan.
#[derive(Debug, Clone, Copy)]
pub struct LintContext<'a> {
    /// The notice that is owed.
    pub policy: &'a NoticePolicy,
    /// Closed days.
    pub calendar: &'a Calendar,
    /// Budgets.
    pub settings: &'a PlanSettings,
    /// The metrics; `None`: only the dates are known.
    pub facts: Option<&'a Facts>,
}

/// A rule of the linter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// The sunset lies before the deprecation.
    SunsetBeforeDeprecation,
    /// The notice is shorter than its class is owed.
    ShortNotice,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintFinding {
    /// Which rule.
    pub rule: LintRule,
    /// The capability, as the plan names it.
    pub capability: String,
    /// With its dates.
    pub sentence: String,
}

/// Everything that is wrong with a plan, by capability in its order, then rule. Empty: nothing is.
#[must_use]
pub fn lint(schedule: &Schedule, context: LintContext) -> Vec<LintFinding> {
    let _ = (schedule, context);
    Vec::new()
}
