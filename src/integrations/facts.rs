//! The types of this room: what is known of integrations, their failures, their vendors, and who left.

mod leaving;
mod upkeep;

use chrono::{NaiveDateTime, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Layer;
use crate::units::{Estimate, Money};

pub use leaving::*;
pub use upkeep::*;

/// Everything that is known of integrations. Nothing behind this room reads a frame. Capabilities are indices into
/// [`crate::metrics::Facts::capabilities`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Integrations {
    /// One line per integration, and per feature that has runs; by capability.
    pub facts: Vec<IntegrationFacts>,
    /// Every episode up to the as-of date; by capability, account, onset.
    #[serde(skip)]
    pub episodes: Vec<Episode>,
    /// Every failure up to the as-of date: by capability, onset.
    #[serde(skip)]
    pub failures: Vec<Failure>,
    /// Who ended what.
    #[serde(skip)]
    pub layers: Layers,
    /// Recurring errors, dearest first.
    #[serde(skip)]
    pub signatures: Vec<Signature>,
    /// One line per vendor with changes or integrations, by name.
    pub vendors: Vec<VendorFacts>,
    /// Changes that are dated after the as-of date or not dated at all; by day, undated last, then vendor and title.
    pub calendar: Vec<CalendarEntry>,
    /// Months in which a team has too many of them.
    #[serde(skip)]
    pub collisions: Vec<Collision>,
    /// Who left, and what exposure had to do with it.
    pub churn: Churn,
    /// How wide the surface is, and what one more integration costs.
    #[serde(skip)]
    pub surface: IntegrationSurface,
    /// One broken integration from its first failure to what it cost; `None` when none was worth telling.
    #[serde(skip)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gaps {
    /// No failure of all data was first seen by a monitor, though there were some. `None` without incidents, too.
    pub no_monitor: Option<bool>,
    /// The catalogue names no owner.
    pub no_owner: bool,
    /// No failure of all data was ended by a machine, though some ended.
    pub no_automated_recovery: Option<bool>,
}
