use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::EstimateLine;
use crate::integrations::{ChurnKind, StoryEventKind};
use crate::units::Money;

/// An account that left, with the evidence: a line of `tables/churn.csv`. Null: not known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChurnLine {
    /// Id.
    pub account_id: String,
    /// Name.
    pub account_name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// ARR that left.
    pub arr: Option<Money>,
    /// When.
    pub churned_on: NaiveDate,
    /// functional, emotional or other, by the data.
    pub kind: Option<ChurnKind>,
    /// The reason that was written down.
    pub stated_reason: Option<String>,
    /// Id of the integration that failed.
    pub capability: Option<String>,
    /// Part of its active days that the integration carried, 0–1.
    pub dependence: Option<f64>,
    /// Episodes in the window before.
    pub episodes: usize,
    /// Their onset and end, the first and the last, RFC 3339.
    pub broken_from: Option<String>,
    /// Null: they had not ended.
    pub broken_until: Option<String>,
    /// Their broken hours.
    pub broken_hours: Option<f64>,
    /// Tickets in the window.
    pub tickets: u64,
    /// Use that was left, as part of the use before.
    pub activity_left: Option<f64>,
}

/// Exposed against unexposed accounts, by account-month, for contraction by account and span of `churn.within_days`: a line of
/// `tables/exposure.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ContrastLine {
    /// churn, contraction or the name of a control.
    pub outcome: String,
    /// Whether it is a negative control, where 1 is expected.
    pub control: bool,
    /// Id of the integration; null: all together.
    pub capability: Option<String>,
    /// Exposed account-months (account-spans).
    pub exposed: u64,
    /// Of them with the outcome.
    pub exposed_events: u64,
    /// Unexposed ones.
    pub unexposed: u64,
    /// Of them with the outcome.
    pub unexposed_events: u64,
    /// Risk ratio without strata.
    pub crude_ratio: Option<EstimateLine>,
    /// Risk ratio over strata (Mantel–Haenszel).
    pub ratio: Option<EstimateLine>,
    /// Risk difference over strata.
    pub difference: Option<EstimateLine>,
    /// Strata with both groups.
    pub strata: u64,
    /// E-value of the ratio.
    pub e_value: Option<f64>,
    /// E-value of the end of its interval.
    pub e_value_limit: Option<f64>,
}

/// Revenue of one cohort over the window: a line of `tables/retention.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RetentionLine {
    /// all, exposed or unexposed.
    pub cohort: &'static str,
    /// Accounts when the window opened.
    pub accounts: u64,
    /// Their ARR then.
    pub opening_arr: Option<Money>,
    /// Added to them.
    pub expansion: Option<Money>,
    /// Taken from those that stayed.
    pub contraction: Option<Money>,
    /// ARR of those that left.
    pub churn: Option<Money>,
    /// Net revenue retention.
    pub nrr: Option<EstimateLine>,
    /// Gross revenue retention, 0–1; without a history of ARR an upper bound.
    pub grr: Option<EstimateLine>,
    /// Accounts that stayed, 0–1.
    pub logo_retention: Option<EstimateLine>,
}

/// One broken integration from its first failure to what it cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StoryLine {
    /// Id of the integration.
    pub capability: String,
    /// Its name.
    pub name: String,
    /// Most accounts for which it was broken on one day.
    pub accounts: u64,
    /// Account-hours in the dark.
    pub dark_hours: f64,
    /// ARR of the accounts that left.
    pub lost_arr: Option<Money>,
    /// What happened, by time.
    pub events: Vec<StoryEventLine>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StoryEventLine {
    /// When, RFC 3339.
    pub at: String,
    /// What.
    pub kind: StoryEventKind,
    /// In a sentence.
    pub sentence: String,
    /// The account that it is about.
    pub account_id: Option<String>,
    /// ARR of the account, where it left.
    pub arr: Option<Money>,
}
