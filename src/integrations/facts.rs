//! The types of this room: what is known of integrations, their failures, their vendors, and who left.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Layer;
use crate::units::{Estimate, Money, Month, Share};

/// Everything that is known of integrations. Nothing behind this room reads a frame. Capabilities are indices into
/// [`crate::metrics::Facts::capabilities`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Integrations {
    /// One line per integration, and per feature that has runs; by capability.
    pub facts: Vec<IntegrationFacts>,
    /// Every episode up to the as-of date; by capability, account, onset.
    pub episodes: Vec<Episode>,
    /// Every failure up to the as-of date: by capability, onset.
    pub failures: Vec<Failure>,
    /// Who ended what.
    pub layers: Layers,
    /// Recurring errors, dearest first.
    pub signatures: Vec<Signature>,
    /// One line per vendor with changes or integrations, by name.
    pub vendors: Vec<VendorFacts>,
    /// Changes that are dated after the as-of date or not dated at all; by day, undated last, then vendor and title.
    pub calendar: Vec<CalendarEntry>,
    /// Months in which a team has too many of them.
    pub collisions: Vec<Collision>,
    /// Who left, and what exposure had to do with it.
    pub churn: Churn,
    /// How wide the surface is, and what one more integration costs.
    pub surface: IntegrationSurface,
    /// One broken integration from its first failure to what it cost; `None` when none was worth telling.
    pub story: Option<Story>,
}

impl Integrations {
    /// What is known of a capability as an integration; `None`: it is none, or has neither runs nor anything else.
    #[must_use]
    pub fn of(&self, capability: usize) -> Option<&IntegrationFacts> {
        let at = self.facts.binary_search_by_key(&capability, |facts| facts.capability).ok()?;
        Some(&self.facts[at])
    }
}

/// A moment that is only known to lie between two others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Not before, UTC.
    pub earliest: NaiveDateTime,
    /// Not after, UTC.
    pub latest: NaiveDateTime,
}

impl Moment {
    /// A moment that is known.
    #[must_use]
    pub fn at(moment: NaiveDateTime) -> Self {
        Self { earliest: moment, latest: moment }
    }

    /// The middle: the expected moment where each within is as likely.
    #[must_use]
    pub fn middle(self) -> NaiveDateTime {
        self.earliest + TimeDelta::milliseconds((self.latest - self.earliest).num_milliseconds() / 2)
    }
}

/// How an integration failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EpisodeKind {
    /// Runs failed.
    Failed,
    /// Runs brought a part of what they should.
    Partial,
    /// Runs ended well and brought nothing, against the history of the account.
    Empty,
    /// No run at all, longer than its own cadence and its own longest gap allow.
    Overdue,
}

/// A stretch in which an integration did not work for one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// Which integration.
    pub capability: usize,
    /// The account, as written; `None`: the runs name none.
    pub account: Option<String>,
    /// How it failed; of a stretch with several kinds the one that comes first in the order of [`EpisodeKind`] but for
    /// partial, which is the least.
    pub kind: EpisodeKind,
    /// When it began: between the last good run and the first bad one; of an overdue run between the last run and the
    /// moment when the next was due.
    pub began: Moment,
    /// When it was over: between the last bad run and the first good one; `None`: still open on the as-of date.
    pub ended: Option<Moment>,
    /// Bad runs in it; 0 for an overdue one.
    pub runs: u64,
    /// No run of the account on the integration was ever good before it.
    pub never_worked: bool,
    /// Chance of such a stretch by the own history of the account on the integration, 0–1; `None` where the history is too
    /// short to judge it.
    pub chance: Option<f64>,
    /// Whether that chance is below `reliability.chance`. Empty and overdue episodes always are; a failed run that stands alone
    /// is bad luck as often as not.
    pub sustained: bool,
    /// Part of the function that was lost while it lasted, 0–1: 1 but for partial runs.
    pub weight: f64,
    /// The most frequent error, normalised; `None` without any.
    pub error: Option<String>,
    /// Whether the integration mended itself, as its runs say; `None` when they do not say.
    pub auto_recovered: Option<bool>,
}

impl Episode {
    /// Hours from the expected onset to the expected end, or to `now` where it is open; 0 or more.
    #[must_use]
    pub fn hours(&self, now: NaiveDateTime) -> f64 {
        hours_between(self.began.middle(), self.ended.map_or(now, Moment::middle))
    }

    /// The least and the most hours that the runs allow.
    #[must_use]
    pub fn hours_range(&self, now: NaiveDateTime) -> (f64, f64) {
        let least = hours_between(self.began.latest, self.ended.map_or(now, |ended| ended.earliest));
        (least, hours_between(self.began.earliest, self.ended.map_or(now, |ended| ended.latest)))
    }

    /// Hours of it between two moments, open ones up to `until`; 0 or more.
    #[must_use]
    pub fn hours_within(&self, from: NaiveDateTime, until: NaiveDateTime) -> f64 {
        hours_between(self.began.middle().max(from), self.ended.map_or(until, Moment::middle).min(until))
    }
}

/// Hours between two moments; 0 when the second is not later.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "milliseconds of years lie far below 2^53")]
pub fn hours_between(from: NaiveDateTime, until: NaiveDateTime) -> f64 {
    (until - from).num_milliseconds().max(0) as f64 / 3_600_000.0
}

/// From the first to the last moment at which an account had an integration in use.
#[derive(Debug, Clone, PartialEq)]
pub struct InUse {
    /// Which integration.
    pub capability: usize,
    /// The account, as written; `None`: the runs name none.
    pub account: Option<String>,
    /// The first run.
    pub from: NaiveDateTime,
    /// The as-of date, the churn of the account, or the moment when it counts as disconnected.
    pub until: NaiveDateTime,
}

/// Who saw a failure first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Detector {
    /// A machine of ours.
    Monitor,
    /// A customer.
    Customer,
    /// The vendor.
    Vendor,
    /// One of ours.
    Employee,
}

/// One failure as the company met it: an incident with the episodes that it explains, or an episode that no incident explains, or
/// an incident without any episode.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Which integration.
    pub capability: usize,
    /// Its episodes, as indices into [`Integrations::episodes`].
    pub episodes: Vec<usize>,
    /// Its incident, as an index into the rows of the table; `None`: no incident speaks of it.
    pub incident: Option<usize>,
    /// The id of that incident.
    pub incident_id: Option<String>,
    /// Tickets that speak of it, as indices into the rows of the table; by opening.
    pub tickets: Vec<usize>,
    /// The onset: of the earliest episode, else of the incident.
    pub began: Moment,
    /// The first sign that anybody had; `None`: nobody ever did, as far as the data say.
    pub detected_at: Option<NaiveDateTime>,
    /// Who had it; `None` when nobody did, or when the incident does not say.
    pub detected_by: Option<Detector>,
    /// When somebody took it on.
    pub acknowledged_at: Option<NaiveDateTime>,
    /// When it was over for the last account, else when its incident was; `None`: still open.
    pub resolved_at: Option<NaiveDateTime>,
    /// The layer that ended it; `None` when that is not known, or it is open.
    pub ended_by: Option<Layer>,
    /// Accounts that it touched: those of its episodes, else as the incident states. `None` when neither is known.
    pub accounts: Option<u64>,
    /// Account-hours of its episodes that were broken, weighted by the part of the function that was lost.
    pub broken_hours: f64,
    /// Of them those before anybody knew.
    pub dark_hours: f64,
    /// ARR of the accounts that were in the dark; `None` when none states one.
    pub arr_in_the_dark: Option<Money>,
    /// Cost that nobody booked: account-hours in the dark at the ARR per hour, times `reliability.impairment`; `None`
    /// as for ARR.
    pub hidden_cost: Option<Money>,
    /// Found by a customer, or seen by no monitor for `reliability.silent_after_hours`.
    pub silent: bool,
    /// Its most frequent error, normalised, else the cause of the incident; `None` without either.
    pub error: Option<String>,
    /// Whether it counts towards the rates: a sustained episode or an incident. A single failed run that the next one mends is
    /// broken time, and no failure that anybody should have been told of.
    pub counts: bool,
}

/// What is known of one integration in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct IntegrationFacts {
    /// Which.
    pub capability: usize,
    /// Its runs; `None` without a runs table.
    pub runs: Option<RunFacts>,
    /// How soon its failures were seen and mended; `None` without runs and incidents.
    pub detection: Option<Detection>,
    /// How much of the account-time it works; `None` without runs that name accounts.
    pub reliability: Option<Reliability>,
    /// What is missing to see and mend its failures.
    pub gaps: Gaps,
    /// Its vendor, as an index into [`Integrations::vendors`].
    pub vendor: Option<usize>,
    /// Build against procure.
    pub procure: Procure,
}

/// The runs of one integration in the period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RunFacts {
    /// Runs.
    pub runs: u64,
    /// Of them those that failed.
    pub failed: u64,
    /// Those that were partly successful, by status or by records that failed.
    pub partial: u64,
    /// Those that ended well and moved nothing; `None` when no run says what it moved.
    pub empty: Option<u64>,
    /// Accounts with a run.
    pub accounts: u64,
    /// Runs that were ok over all, whole accounts as the sampling unit.
    pub success_rate: Option<Estimate>,
    /// Of the runs that were ok those that needed a retry or mended themselves; `None` when no run says so.
    pub self_healed: Option<u64>,
    /// Episodes that began in the period, by kind, sustained ones only.
    pub failed_episodes: u64,
    /// The same.
    pub partial_episodes: u64,
    /// The same.
    pub empty_episodes: u64,
    /// The same.
    pub overdue_episodes: u64,
}

/// Times of some failures, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Durations {
    /// Failures whose time is known.
    pub n: u64,
    /// Mean, with Student's interval; `None` for none, and without the interval's ends (0 and infinite) for one.
    pub mean: Option<Estimate>,
    /// Median, distribution-free interval.
    pub median: Option<Estimate>,
    /// 95th percentile, distribution-free interval; its upper end is infinite where too few failures bound it.
    pub p95: Option<Estimate>,
}

/// How soon the failures that began in the period were seen and mended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Detection {
    /// Failures that count and began in the period.
    pub failures: u64,
    /// Of them still open on the as-of date.
    pub open: u64,
    /// Those that nobody ever saw.
    pub never_detected: u64,
    /// First seen by a monitor.
    pub by_monitor: u64,
    /// By a customer.
    pub by_customer: u64,
    /// By the vendor.
    pub by_vendor: u64,
    /// By one of ours.
    pub by_employee: u64,
    /// Silent failures.
    pub silent: u64,
    /// Silent over all, Wilson; `None` without failures.
    pub silent_rate: Option<Estimate>,
    /// Time to detect: from onset to the first sign.
    pub detect: Durations,
    /// Time to acknowledge: from the first sign to somebody taking it on.
    pub acknowledge: Durations,
    /// Time to restore: from onset to the end. The one convention of MTTR.
    pub restore: Durations,
    /// Time to repair: from the first sign to the end. The other convention of MTTR.
    pub repair: Durations,
    /// Account-hours broken in the period before anybody knew; of a failure that nobody ever saw all of them. `None` without
    /// runs that name accounts.
    pub dark_hours: Option<f64>,
    /// Accounts that were ever in the dark in the period.
    pub accounts_in_the_dark: Option<u64>,
    /// Their ARR.
    pub arr_in_the_dark: Option<Money>,
    /// See [`Failure::hidden_cost`]; of the period.
    pub hidden_cost: Option<Money>,
}

/// Whether an integration keeps its promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The whole interval lies at or above the target.
    Meets,
    /// The whole interval lies below it.
    Misses,
    /// The target lies inside the interval, or the runs are too few.
    Undecided,
}

/// How much of the account-time an integration works.
///
/// `1 − score = frequency × (hours_to_detect + hours_to_repair)` to the rounding of floats.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// 1 − broken account-hours over account-hours in use, 0–1, whole accounts as the sampling unit.
    pub score: Estimate,
    /// Account-hours in use in the period.
    pub account_hours: f64,
    /// Broken account-hours of the period, weighted by the part of the function that was lost.
    pub broken_hours: f64,
    /// The least and the most that the runs allow, since onset and end lie between two of them.
    pub broken_hours_range: (f64, f64),
    /// Episodes that touch the period, for one account-hour in use.
    pub frequency: f64,
    /// Mean broken hours of such an episode before anybody knew.
    pub hours_to_detect: f64,
    /// Mean broken hours after.
    pub hours_to_repair: f64,
    /// Episodes that touch the period.
    pub episodes: u64,
    /// The target.
    pub target: f64,
    /// Whether it is met.
    pub standing: Standing,
    /// Broken account-hours to expect in the next quarter, with a 95 % interval: the frequency and the length of episodes, both drawn
    /// towards those of all integrations the less the own data say.
    pub expected_broken_hours: Estimate,
    /// Place by them, from 1; ties by id.
    pub rank: usize,
}

/// What is missing. `None`: the data cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gaps {
    /// No failure of all data was first seen by a monitor, though there were some.
    pub no_monitor: Option<bool>,
    /// The catalogue names no owner.
    pub no_owner: bool,
    /// No failure of all data was ended by a machine, though some ended.
    pub no_automated_recovery: Option<bool>,
}

/// Who ended what, in the period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layers {
    /// Per capability with contacts or failures, and for all together (`capability` = `None`, first): three lines each, in
    /// the order automated, ai, human.
    pub lines: Vec<LayerFacts>,
    /// What moving contacts down would do; from human to ai and from ai to automated, for all capabilities together.
    pub what_if: Vec<LayerMove>,
    /// Contacts whose layer is not known.
    pub unknown_contacts: u64,
}

/// One layer of one capability, or of all.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerFacts {
    /// Which; `None`: all together.
    pub capability: Option<usize>,
    /// The layer.
    pub layer: Layer,
    /// Contacts that it ended.
    pub contacts: u64,
    /// Of the contacts whose layer is known, Wilson; `None` without any.
    pub contact_share: Option<Estimate>,
    /// Failures that it ended.
    pub failures: u64,
    /// Of the failures whose end is known to a layer, Wilson; `None` without any.
    pub failure_share: Option<Estimate>,
    /// Contacts that were opened again over those that say so, Wilson; `None` when none says.
    pub reopen_rate: Option<Estimate>,
    /// Contacts that were handed on over those that say so, Wilson.
    pub escalation_rate: Option<Estimate>,
    /// Cost of its contacts; `None` when there are none.
    pub cost: Option<Money>,
    /// Mean cost of a contact, with Student's interval.
    pub cost_per_contact: Option<Estimate>,
    /// Whether the capability is covered by it: it ended at least one contact or failure.
    pub covered: bool,
}

/// What moving a part of the contacts of one layer to the one below would do in a year, every reopened one coming back at the
/// cost of the layer it came from; reopen rates are held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerMove {
    /// From here.
    pub from: Layer,
    /// To there.
    pub to: Layer,
    /// Part that is moved, 0–1.
    pub share: f64,
    /// Contacts a year that would move.
    pub contacts: f64,
    /// Cost of a contact that stays.
    pub cost_from: Money,
    /// Cost of a contact there.
    pub cost_to: Money,
    /// Part of the contacts there that come back, 0–1.
    pub reopen_rate: f64,
    /// Saved in a year; negative where it would cost more.
    pub saved: Money,
}

/// One recurring error of one integration.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Which integration.
    pub capability: usize,
    /// The error, normalised: lower case, numbers, ids, addresses and quoted texts replaced.
    pub error: String,
    /// Bad runs with it in the twelve months up to the as-of date.
    pub runs: u64,
    /// Failures with it in that time.
    pub failures: u64,
    /// Accounts that it touched.
    pub accounts: u64,
    /// Hours of people that those failures took: of responders and of contacts.
    pub hours: f64,
    /// What they cost, at the rates of the ledger.
    pub cost: Money,
    /// What automating the recovery would cost: `layers.automation_hours` at the engineering rate.
    pub automation_cost: Money,
    /// Months until it would have paid for itself; `None` when it never would.
    pub payback_months: Option<f64>,
    /// Whether it would within a year.
    pub pays: bool,
}

/// What one vendor changed and is expected to change.
#[derive(Debug, Clone, PartialEq)]
pub struct VendorFacts {
    /// Name, as written first.
    pub vendor: String,
    /// Its integrations, as capabilities.
    pub capabilities: Vec<usize>,
    /// Years of which changes are known.
    pub years: f64,
    /// Dated changes in them.
    pub changes: u64,
    /// Of them breaking ones, as stated, or of the kinds endpoint, auth and shutdown where it is not.
    pub breaking: u64,
    /// Of the kind auth.
    pub auth: u64,
    /// Of the kind shutdown.
    pub shutdown: u64,
    /// Breaking changes a year: posterior mean and its 95 % interval.
    pub breaking_per_year: Estimate,
    /// Breaking changes in the next year: predictive mean, and the 80 % interval.
    pub next_year: Estimate,
    /// Days from the announcement to the day of the change: median, distribution-free interval; `None` when no change states both.
    pub notice_days: Option<Estimate>,
    /// The shortest notice, days.
    pub worst_notice_days: Option<i64>,
    /// Changes that held on or before the day on which they were announced, over those that state both, Wilson.
    pub unannounced: Option<Estimate>,
    /// Hours of work for one past change, above what its integrations take otherwise: median; `None` without work items or
    /// past changes.
    pub hours_per_change: Option<Estimate>,
    /// Whether those hours are of the vendor's own changes; else they are of all vendors.
    pub hours_are_own: bool,
    /// Hours to expect in the next year, with a 95 % interval.
    pub expected_hours: Option<Estimate>,
    /// The same at the engineering rate.
    pub expected_cost: Option<Money>,
}

/// A change to come.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarEntry {
    /// Vendor, as written.
    pub vendor: String,
    /// Interface, product or endpoint.
    pub api: Option<String>,
    /// What changes.
    pub title: Option<String>,
    /// version, endpoint, auth, limit, pricing or shutdown.
    pub change: Option<String>,
    /// As stated, or by its kind; `None` when neither says.
    pub breaking: Option<bool>,
    /// When it was announced.
    pub announced_on: Option<NaiveDate>,
    /// When it holds; `None`: no day is known.
    pub effective_on: Option<NaiveDate>,
    /// The version from which it holds.
    pub effective_version: Option<String>,
    /// Days from the as-of date.
    pub days_left: Option<i64>,
    /// The integrations behind it: named by the change, else all of the vendor.
    pub capabilities: Vec<usize>,
    /// Accounts of the base that use any of them, each once; `None` where use by account is unknown.
    pub accounts: Option<u64>,
    /// Their ARR.
    pub arr: Option<Money>,
    /// Owners of those integrations; empty: nobody owns any.
    pub owners: Vec<String>,
    /// Whether one of the integrations has no owner.
    pub unowned: bool,
    /// Where it was announced, as written.
    pub url: Option<String>,
}

/// A month in which one team has to follow several vendors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// When.
    pub month: Month,
    /// Who; `None`: nobody owns them.
    pub owner: Option<String>,
    /// The entries, as indices into [`Integrations::calendar`].
    pub entries: Vec<usize>,
}

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
    /// The episodes of the window on it, as indices into [`Integrations::episodes`].
    pub episodes: Vec<usize>,
    /// Their broken hours.
    pub broken_hours: Option<f64>,
    /// Tickets of the account in the window.
    pub tickets: u64,
    /// Active days in the window before the churn over those in as many days before; `None` without use before.
    pub activity_left: Option<f64>,
}

/// Two groups of account-quarters compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// What it compares, in words: `churn`, `contraction`, or the name of a control.
    pub outcome: String,
    /// Whether it is a negative control, where 1 is expected.
    pub control: bool,
    /// The integration it is restricted to; `None`: all together.
    pub capability: Option<usize>,
    /// Account-quarters that were exposed.
    pub exposed: u64,
    /// Of them with the outcome.
    pub exposed_events: u64,
    /// Account-quarters that were not.
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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Churn {
    /// First day of the window and the day after its last.
    pub window: Option<(NaiveDate, NaiveDate)>,
    /// Accounts that left in it, by day, then id.
    pub accounts: Vec<ChurnedAccount>,
    /// The comparisons: churn and contraction over all, the negative controls, then churn by integration.
    pub contrasts: Vec<Contrast>,
    /// Revenue of all, of the exposed and of the others.
    pub cohorts: Vec<RetentionCohort>,
    /// Whether the accounts table has a history of ARR, on which expansion and contraction rest.
    pub has_history: bool,
    /// Accounts of the base whose integration is broken on the as-of date and carries their work.
    pub exposed_accounts: Option<u64>,
    /// Their ARR: exposed now.
    pub exposed_arr: Option<Money>,
}

/// How wide the surface is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IntegrationSurface {
    /// By month of the trend, oldest first.
    pub months: Vec<SurfacePoint>,
    /// Run hours of the median integration in a year.
    pub hours_per_integration: Option<Estimate>,
    /// Contacts of the median integration in a year.
    pub contacts_per_integration: Option<Estimate>,
    /// Breaking vendor changes to expect of the median integration in a year.
    pub changes_per_integration: Option<Estimate>,
    /// Run cost of the median integration in a year, report currency.
    pub cost_per_integration: Option<Estimate>,
}

/// What was on offer in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurfacePoint {
    /// Which.
    pub month: Month,
    /// Integrations on offer.
    pub integrations: u64,
    /// Their distinct vendors.
    pub vendors: u64,
    /// Their distinct authentication schemes; `None` when the catalogue states none.
    pub auth_schemes: Option<u64>,
    /// Integrations that any account used.
    pub used: u64,
}

/// Build against procure, for one integration in a year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Procure {
    /// Run cost that a platform would take over, report currency a year: the break-even price. `None` without cost.
    pub break_even: Option<Money>,
    /// Its 95 % interval, where that of the run cost is known.
    pub break_even_range: Option<(Money, Money)>,
    /// What the platform would charge, from the catalogue.
    pub platform_price: Option<Money>,
    /// Break-even less price: what procuring would save in a year; `None` when one of the two is unknown.
    pub saved: Option<Money>,
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
