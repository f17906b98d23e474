//! Who left and why, and the story of one failure.

use chrono::{NaiveDate, NaiveDateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{Estimate, Money, Share};

/// Why an account left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChurnKind {
    /// A broken integration stopped its work.
    Functional,
    /// Its engagement faded.
    Emotional,
    /// Neither.
    Other,
}

/// One account that left in the window.
#[derive(Debug, Clone, PartialEq)]
pub struct ChurnedAccount {
    /// Account id.
    pub account: String,
    /// Display name.
    pub name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// ARR that left.
    pub arr: Option<Money>,
    /// When.
    pub churned_on: NaiveDate,
    /// The reason that was written down, as written.
    pub stated_reason: Option<String>,
    /// Why, by the data; `None` when neither runs nor use by account can say.
    pub kind: Option<ChurnKind>,
    /// The integration that failed, of functional churn the one it depended on most.
    pub capability: Option<usize>,
    /// Part of the account's active days that it carried, 0–1.
    pub dependence: Option<Share>,
    /// The episodes of the window on it, as indices into [`Integrations::episodes`](super::Integrations::episodes).
    pub episodes: Vec<usize>,
    /// Their broken hours.
    pub broken_hours: Option<f64>,
    /// Tickets of the account in the window.
    pub tickets: u64,
    /// Active days in the window before the churn over those in as many days before; `None` without use before.
    pub activity_left: Option<f64>,
}

/// Two groups compared: of account-months, for contraction of accounts by span of `churn.within_days`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// What it compares, in words: `churn`, `contraction`, or the name of a control.
    pub outcome: String,
    /// Whether it is a negative control, where 1 is expected.
    pub control: bool,
    /// The integration it is restricted to; `None`: all together.
    pub capability: Option<usize>,
    /// Account-months, or account-spans, that were exposed.
    pub exposed: u64,
    /// Of them with the outcome.
    pub exposed_events: u64,
    /// Those that were not.
    pub unexposed: u64,
    /// Of them with the outcome.
    pub unexposed_events: u64,
    /// Risk ratio without strata, log interval (Katz 1978); `None` when a cell that it divides by is empty.
    pub crude_ratio: Option<Estimate>,
    /// Risk ratio over strata (Mantel–Haenszel), Greenland–Robins interval; `None` when no stratum with both groups has an event
    /// without exposure.
    pub ratio: Option<Estimate>,
    /// Risk difference over strata, likewise; `None` without a stratum with both groups.
    pub difference: Option<Estimate>,
    /// Strata with both groups.
    pub strata: u64,
    /// E-value of the ratio: how strongly a hidden cause would have to be tied to both to explain it; 1 or more.
    pub e_value: Option<f64>,
    /// E-value of the end of the interval that is nearer to 1; 1 where the interval holds 1.
    pub e_value_limit: Option<f64>,
    /// Accounts that the exposed account-months are of. Counted for churn over all alone, else `None`.
    pub exposed_accounts: Option<u64>,
    /// Mean over the exposed account-months of the part of active days that what failed had carried, 0–1; where several
    /// failed, of the largest. Known for churn over all alone, `None` without exposure.
    pub exposed_dependence: Option<f64>,
}

/// Revenue of one cohort over the window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RetentionCohort {
    /// `all`, `exposed` or `unexposed`.
    pub cohort: &'static str,
    /// Accounts under contract when the window opened.
    pub accounts: u64,
    /// Their ARR then.
    pub opening_arr: Option<Money>,
    /// What was added to them; `None` without a history of ARR.
    pub expansion: Option<Money>,
    /// What was taken from those that stayed; `None` without a history.
    pub contraction: Option<Money>,
    /// ARR of those that left.
    pub churn: Option<Money>,
    /// Net revenue retention; `None` without a history of ARR. The interval takes whole accounts as the sampling unit.
    pub nrr: Option<Estimate>,
    /// Gross revenue retention; without a history an upper bound, since only churn is known.
    pub grr: Option<Estimate>,
    /// Accounts that stayed over accounts, Wilson.
    pub logo_retention: Option<Estimate>,
}

/// Who left, and what exposure had to do with it. Empty without accounts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Churn {
    /// First day of the window and the day after its last.
    pub window: Option<(NaiveDate, NaiveDate)>,
    /// Accounts that left in it, by day, then id.
    #[serde(skip)]
    pub accounts: Vec<ChurnedAccount>,
    /// The comparisons: churn and contraction over all, the negative controls, then churn by integration.
    pub contrasts: Vec<Contrast>,
    /// Revenue of all, of the exposed and of the others.
    #[serde(skip)]
    pub cohorts: Vec<RetentionCohort>,
    /// Whether the accounts table has a history of ARR, on which expansion and contraction rest.
    pub has_history: bool,
    /// Accounts of the base whose integration is broken on the as-of date and carries their work.
    pub exposed_accounts: Option<u64>,
    /// Their ARR: exposed now.
    pub exposed_arr: Option<Money>,
}

/// One broken integration, day by day, and what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// Which.
    pub capability: usize,
    /// Days from a little before the first event to a little after the last, without a gap.
    pub days: Vec<StoryDay>,
    /// What happened, by time, then kind.
    pub events: Vec<StoryEvent>,
    /// Account-hours in the dark within those days.
    pub dark_hours: f64,
    /// ARR of the accounts that left; `None` when none did, or none states one.
    pub lost_arr: Option<Money>,
}

/// One day of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoryDay {
    /// Which.
    pub day: NaiveDate,
    /// Accounts for which it was broken.
    pub broken: u64,
    /// Of them those that were in the dark: nobody of ours knew.
    pub dark: u64,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryEvent {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// What.
    pub kind: StoryEventKind,
    /// The account that it is about.
    pub account: Option<String>,
    /// The ticket or incident that it is about, or the title of the vendor's change, as written.
    pub what: Option<String>,
    /// ARR of the account, where it left.
    pub arr: Option<Money>,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StoryEventKind {
    /// The vendor said that it would change something.
    Announced,
    /// The vendor changed it.
    Changed,
    /// It first failed for somebody.
    FirstFailure,
    /// A customer first spoke of it.
    FirstContact,
    /// We knew.
    Detected,
    /// Somebody took it on.
    Acknowledged,
    /// It worked again for the last account.
    Restored,
    /// An account left that depended on it.
    AccountLost,
}
