use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ChurnLine, ContrastLine, EstimateLine, MoneyInterval, RetentionLine, StoryLine};
use crate::decide::Verdict;
use crate::integrations::{Detector, EpisodeKind, Standing};
use crate::units::Money;

/// Everything about integrations: when they are broken, who sees it first, what vendors change, who leaves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct IntegrationsSection {
    /// Integrations, by broken account-hours to expect, then id; those of which none are known last.
    pub lines: Vec<IntegrationLine>,
    /// Failures that count and began in the period, by account-hours in the dark, then onset. Every one of all data stands in
    /// `tables/failures.csv`.
    pub failures: Vec<FailureLine>,
    /// Every failure that counts; in `tables/failures.csv` only.
    #[serde(skip)]
    pub all_failures: Vec<FailureLine>,
    /// Every sustained episode; in `tables/episodes.csv` only.
    #[serde(skip)]
    pub episodes: Vec<EpisodeLine>,
    /// Who ended what: the three layers, for all together first, then by capability.
    pub layers: Vec<LayerLine>,
    /// What moving contacts down a layer would do.
    pub layer_moves: Vec<LayerMoveLine>,
    /// Contacts of the period whose layer is not known.
    pub contacts_without_layer: u64,
    /// Recurring errors, dearest first.
    pub signatures: Vec<SignatureLine>,
    /// Vendors, by name.
    pub vendors: Vec<VendorLine>,
    /// Changes to come, by day.
    pub calendar: Vec<CalendarLine>,
    /// Months in which one team has too many of them.
    pub collisions: Vec<CollisionLine>,
    /// First day of the window of churn, and the day after its last.
    pub churn_window: Option<(NaiveDate, NaiveDate)>,
    /// Accounts that left in it, by day.
    pub churned: Vec<ChurnLine>,
    /// Exposed against unexposed accounts.
    pub contrasts: Vec<ContrastLine>,
    /// Revenue retention of cohorts.
    pub retention: Vec<RetentionLine>,
    /// Whether the accounts have a history of ARR, on which expansion and contraction rest.
    pub has_arr_history: bool,
    /// Accounts whose integration is broken on the as-of date and carries their work.
    pub exposed_accounts: Option<u64>,
    /// Their ARR.
    pub exposed_arr: Option<Money>,
    /// How wide the surface is, by month.
    pub surface: Vec<SurfacePointLine>,
    /// Run hours of the median integration in a year.
    pub hours_per_integration: Option<EstimateLine>,
    /// Contacts of the median integration in a year.
    pub contacts_per_integration: Option<EstimateLine>,
    /// Breaking vendor changes of the median integration in a year.
    pub changes_per_integration: Option<EstimateLine>,
    /// Run cost of the median integration in a year, report currency.
    pub cost_per_integration: Option<EstimateLine>,
    /// One broken integration from its first failure to what it cost.
    pub story: Option<StoryLine>,
}

/// One integration in the period: a line of `tables/integrations.csv`. Null: not known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IntegrationLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Vendor.
    pub vendor: Option<String>,
    /// Owning team.
    pub owner: Option<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// Accounts of the base that use it.
    pub active_accounts: Option<u64>,
    /// Its runs.
    pub runs: Option<RunLine>,
    /// How soon its failures were seen and mended.
    pub detection: Option<DetectionLine>,
    /// How much of the account-time it works.
    pub reliability: Option<ReliabilityLine>,
    /// No failure was ever first seen by a monitor.
    pub no_monitor: Option<bool>,
    /// Nobody owns it.
    pub no_owner: bool,
    /// No failure was ever ended by a machine.
    pub no_automated_recovery: Option<bool>,
    /// Breaking changes of its vendor to expect in the next year, with the 80 % interval.
    pub vendor_changes_next_year: Option<EstimateLine>,
    /// Hours for them.
    pub vendor_hours_next_year: Option<EstimateLine>,
    /// What of its run cost a platform would take over in a year.
    pub break_even_price: Option<Money>,
    /// Its interval.
    pub break_even_interval: Option<MoneyInterval>,
    /// What the platform would charge.
    pub platform_price: Option<Money>,
    /// The difference.
    pub procure_saves: Option<Money>,
}

/// Runs of one integration in the period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct RunLine {
    /// Runs.
    pub runs: u64,
    /// Failed ones.
    pub failed: u64,
    /// Partly successful ones.
    pub partial: u64,
    /// Those that ended well and moved nothing.
    pub empty: Option<u64>,
    /// Those that succeeded after a retry or mended themselves.
    pub self_healed: Option<u64>,
    /// Accounts with a run.
    pub accounts: u64,
    /// Ok runs over all, 0–1.
    pub success_rate: Option<EstimateLine>,
    /// Sustained episodes that began in the period: failed.
    pub failed_episodes: u64,
    /// Partly successful.
    pub partial_episodes: u64,
    /// Ended well, moved nothing.
    pub empty_episodes: u64,
    /// No run when one was due.
    pub overdue_episodes: u64,
}

/// Times of failures, hours.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct DurationsLine {
    /// Failures whose time is known.
    pub n: u64,
    /// Mean.
    pub mean: Option<EstimateLine>,
    /// Median.
    pub median: Option<EstimateLine>,
    /// 95th percentile.
    pub p95: Option<EstimateLine>,
}

/// How soon the failures that began in the period were seen and mended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DetectionLine {
    /// Failures that count.
    pub failures: u64,
    /// Still open.
    pub open: u64,
    /// Never seen by anybody.
    pub never_detected: u64,
    /// First seen by a monitor.
    pub by_monitor: u64,
    /// By a customer.
    pub by_customer: u64,
    /// By the vendor.
    pub by_vendor: u64,
    /// By one of ours.
    pub by_employee: u64,
    /// Silent ones.
    pub silent: u64,
    /// Silent over all, 0–1.
    pub silent_rate: Option<EstimateLine>,
    /// MTTD: onset to first sign.
    pub detect: DurationsLine,
    /// MTTA: first sign to somebody taking it on.
    pub acknowledge: DurationsLine,
    /// MTTR by the one convention, time to restore: onset to end.
    pub restore: DurationsLine,
    /// MTTR by the other, time to repair: first sign to end.
    pub repair: DurationsLine,
    /// Account-hours broken before anybody knew.
    pub dark_hours: Option<f64>,
    /// Accounts in the dark.
    pub accounts_in_the_dark: Option<u64>,
    /// Their ARR.
    pub arr_in_the_dark: Option<Money>,
    /// The hidden cost of that; no part of any other cost.
    pub hidden_cost: Option<Money>,
}

/// How much of the account-time an integration works.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReliabilityLine {
    /// Part of the account-time, 0–1.
    pub score: EstimateLine,
    /// The target, 0–1.
    pub target: f64,
    /// Whether it is met.
    pub standing: Standing,
    /// Account-hours in use.
    pub account_hours: f64,
    /// Broken account-hours.
    pub broken_hours: f64,
    /// The least that the runs allow.
    pub broken_hours_least: f64,
    /// The most.
    pub broken_hours_most: f64,
    /// Episodes for one account-hour in use.
    pub frequency: f64,
    /// Mean broken hours of one before anybody knew.
    pub hours_to_detect: f64,
    /// Mean broken hours after.
    pub hours_to_repair: f64,
    /// Episodes.
    pub episodes: u64,
    /// Broken account-hours to expect in the next quarter.
    pub expected_broken_hours: EstimateLine,
    /// Place by them, from 1.
    pub rank: usize,
}

/// One failure: a line of `tables/failures.csv`. Times are RFC 3339, UTC.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FailureLine {
    /// Id of the integration.
    pub capability: String,
    /// Its name.
    pub name: String,
    /// The onset, not before.
    pub began_earliest: String,
    /// The onset, not after.
    pub began_latest: String,
    /// The first sign; null: nobody ever saw it.
    pub detected_at: Option<String>,
    /// Who had it.
    pub detected_by: Option<Detector>,
    /// When somebody took it on.
    pub acknowledged_at: Option<String>,
    /// When it was over; null: still open.
    pub resolved_at: Option<String>,
    /// The layer that ended it.
    pub ended_by: Option<&'static str>,
    /// Accounts that it touched.
    pub accounts: Option<u64>,
    /// Account-hours broken.
    pub broken_hours: f64,
    /// Of them those before anybody knew.
    pub dark_hours: f64,
    /// ARR in the dark.
    pub arr_in_the_dark: Option<Money>,
    /// The hidden cost.
    pub hidden_cost: Option<Money>,
    /// Whether it was silent.
    pub silent: bool,
    /// Its error, normalised.
    pub error: Option<String>,
    /// Id of its incident.
    pub incident: Option<String>,
    /// Ids of the tickets that speak of it.
    pub tickets: Vec<String>,
}

/// One sustained episode: a line of `tables/episodes.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EpisodeLine {
    /// Id of the integration.
    pub capability: String,
    /// The account.
    pub account_id: Option<String>,
    /// How it failed.
    pub kind: EpisodeKind,
    /// The onset, not before.
    pub began_earliest: String,
    /// The onset, not after.
    pub began_latest: String,
    /// The end, not before; null: still open.
    pub ended_earliest: Option<String>,
    /// The end, not after.
    pub ended_latest: Option<String>,
    /// Hours from the expected onset to the expected end, or to the as-of date.
    pub hours: f64,
    /// Bad runs in it.
    pub runs: u64,
    /// Whether no run before it was ever good.
    pub never_worked: bool,
    /// Chance of it by the own history, 0–1.
    pub chance: Option<f64>,
    /// Its error, normalised.
    pub error: Option<String>,
}

/// One layer of one capability: a line of `tables/support_layers.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LayerLine {
    /// Id of the capability; null: all together.
    pub capability: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// automated, ai or human.
    pub layer: &'static str,
    /// Contacts that it ended.
    pub contacts: u64,
    /// Over the contacts whose layer is known, 0–1.
    pub contact_share: Option<EstimateLine>,
    /// Failures that it ended.
    pub failures: u64,
    /// Over the failures whose layer is known, 0–1.
    pub failure_share: Option<EstimateLine>,
    /// Reopened contacts, 0–1.
    pub reopen_rate: Option<EstimateLine>,
    /// Contacts that were handed on, 0–1.
    pub escalation_rate: Option<EstimateLine>,
    /// Cost of its contacts.
    pub cost: Option<Money>,
    /// Mean cost of a contact, report currency.
    pub cost_per_contact: Option<EstimateLine>,
    /// Whether it ended anything.
    pub covered: bool,
}

/// What moving contacts from one layer to the one below would do in a year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct LayerMoveLine {
    /// From here.
    pub from: &'static str,
    /// To there.
    pub to: &'static str,
    /// Part that is moved, 0–1.
    pub share: f64,
    /// Contacts a year.
    pub contacts: f64,
    /// Cost of a contact that stays.
    pub cost_from: Money,
    /// Cost of one there.
    pub cost_to: Money,
    /// Part of the contacts there that come back, 0–1.
    pub reopen_rate: f64,
    /// Saved in a year.
    pub saved: Money,
}

/// One recurring error: a line of `tables/error_signatures.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SignatureLine {
    /// Id of the integration.
    pub capability: String,
    /// Its name.
    pub name: String,
    /// The error, normalised.
    pub error: String,
    /// Bad runs with it in twelve months.
    pub runs: u64,
    /// Failures with it.
    pub failures: u64,
    /// Accounts that had it.
    pub accounts: u64,
    /// Hours of people; null with neither incidents nor tickets.
    pub hours: Option<f64>,
    /// What they cost; null where the hours are.
    pub cost: Option<Money>,
    /// What automating the recovery would cost.
    pub automation_cost: Money,
    /// Months until that has paid for itself.
    pub payback_months: Option<f64>,
    /// Whether it does within a year; null where the cost is.
    pub pays: Option<bool>,
}

/// One vendor: a line of `tables/vendors.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VendorLine {
    /// Name.
    pub vendor: String,
    /// Ids of its integrations.
    pub capabilities: Vec<String>,
    /// Years of which changes are known.
    pub years: f64,
    /// Dated changes in them.
    pub changes: u64,
    /// Breaking ones.
    pub breaking: u64,
    /// Of authentication.
    pub auth: u64,
    /// Shutdowns.
    pub shutdown: u64,
    /// Breaking changes a year, posterior mean with its 95 % interval.
    pub breaking_per_year: Option<EstimateLine>,
    /// Breaking changes in the next year, with the 80 % interval.
    pub next_year: Option<EstimateLine>,
    /// Days of notice, median.
    pub notice_days: Option<EstimateLine>,
    /// The shortest notice.
    pub worst_notice_days: Option<i64>,
    /// Changes without notice, 0–1.
    pub unannounced: Option<EstimateLine>,
    /// Hours of work for one change.
    pub hours_per_change: Option<EstimateLine>,
    /// Whether those hours are of its own changes; else of all vendors.
    pub hours_are_own: bool,
    /// Hours to expect in the next year.
    pub expected_hours: Option<EstimateLine>,
    /// What they cost.
    pub expected_cost: Option<Money>,
}

/// A change to come: a line of `tables/api_calendar.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CalendarLine {
    /// When it holds; null: no day is known.
    pub effective_on: Option<NaiveDate>,
    /// The version from which it holds.
    pub effective_version: Option<String>,
    /// Days from the as-of date.
    pub days_left: Option<i64>,
    /// Vendor.
    pub vendor: String,
    /// Interface, product or endpoint.
    pub api: Option<String>,
    /// version, endpoint, auth, limit, pricing or shutdown.
    pub change: Option<String>,
    /// Whether what was written before stops working.
    pub breaking: Option<bool>,
    /// What changes.
    pub title: Option<String>,
    /// When it was announced.
    pub announced_on: Option<NaiveDate>,
    /// Ids of the integrations behind it.
    pub capabilities: Vec<String>,
    /// Accounts that use any of them.
    pub accounts: Option<u64>,
    /// Their ARR.
    pub arr: Option<Money>,
    /// Owners of those integrations.
    pub owners: Vec<String>,
    /// Whether one of them has no owner.
    pub unowned: bool,
    /// Where it was announced.
    pub url: Option<String>,
}

/// A month in which one team follows several vendors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CollisionLine {
    /// The month, as `2026-11`.
    pub month: String,
    /// The team; null: nobody owns them.
    pub owner: Option<String>,
    /// Places in the calendar, from 0.
    pub entries: Vec<usize>,
}

/// How wide the surface is in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SurfacePointLine {
    /// The month, as `2026-01`.
    pub month: String,
    /// Integrations on offer.
    pub integrations: u64,
    /// Their vendors.
    pub vendors: u64,
    /// Their ways of authentication.
    pub auth_schemes: Option<u64>,
    /// Integrations that any account used.
    pub used: u64,
}
