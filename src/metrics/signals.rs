//! Signs that a capability lives or dies, as figures: what the score *dying anyway* is made of.
//!
//! Takes the evidence; fills [`CapabilityFacts::signals`](super::CapabilityFacts). Nothing dated after the as-of date is looked
//! at, and a state that a later date ended still holds. The figures are raw; what they weigh is decided elsewhere.

mod neighbours;
mod upkeep;
mod use_over_time;

use serde::{Deserialize, Serialize};

use super::{Evidence, Facts};
use crate::tables::rows::{ApiChange, Change, KnownFinding, Release, WorkItem};
use crate::units::definition;

definition! {
    /// Use now: the mean share of the base that used the capability over the last three complete months up to the as-of date,
    /// of the months that there are. Where the base of a month is not known, the share of all use counted in it.
    pub USE_NOW, "use_now", "Use now"
}

definition! {
    /// Change of use: the share of the base over the last three months over the same share 6, 12 or 24 months before, both raised by
    /// five accounts of today's base so that a handful of accounts cannot halve or double it. 1 is unchanged. A month in
    /// which a capability that is counted elsewhere has no count holds none. Unknown where the data do not reach back.
    pub CHANGE_OF_USE, "change_of_use", "Change of use over 6, 12 and 24 months"
}

definition! {
    /// Months since the last release that users took up. A release whose accounts are counted and are fewer than one in fifty
    /// of the capability's best month is none: private builds and trials are seen in use too. Without a release:
    /// months since the first of the table, which is the least that it can be.
    pub MONTHS_SINCE_RELEASE, "months_since_release", "Months since the last release"
}

definition! {
    /// Months since the last finished change: a proposed change that was taken over (`changes`), or work on it
    /// (`work_items`). Without one: months since the first of these tables, the least that it can be. Unknown where the catalogue names the
    /// repositories of others and not this one's, because then nobody could look.
    pub MONTHS_SINCE_CHANGE, "months_since_change", "Months since the last finished change"
}

definition! {
    /// Finished changes of the last 24 months, each by its weight, and the distinct people who finished any in the last 12. Every
    /// finished change counts, whatever its kind: that somebody works on it is a sign of life, and what it costs is told elsewhere.
    pub FINISHED_CHANGES, "finished_changes_24m", "Finished changes"
}

definition! {
    /// Open changes that nobody takes: days since the oldest change that is open on the as-of date was proposed, where no change
    /// was finished in the twelve months before; else 0. Open work beside finished work is interest and not neglect.
    pub UNTAKEN_DAYS, "untaken_days", "Open work that nobody takes"
}

definition! {
    /// Findings that are open on the as-of date: published by then, and not fixed by then. One whose state is not told is open,
    /// but where no state is told at all, nothing is known.
    pub UNFIXED_FINDINGS, "unfixed_findings", "Unfixed findings"
}

definition! {
    /// People who may change or release it, by the catalogue, and whether the place of its source is known. The latter is told
    /// only where the catalogue names the repositories of at least half of the capabilities: a source that a catalogue which
    /// looks for them could not find is lost, while a catalogue that names none says nothing.
    pub MAINTAINERS, "maintainers", "Maintainers"
}

/// The tables that only the signals read. Default: none was given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signs<'a> {
    /// Releases.
    pub releases: Option<&'a [Release]>,
    /// Proposed changes.
    pub changes: Option<&'a [Change]>,
    /// Findings.
    pub findings: Option<&'a [KnownFinding]>,
    /// Announced changes of vendors.
    pub api_changes: Option<&'a [ApiChange]>,
    /// Engineering work, in the order of the ledger.
    pub work_items: Option<&'a [WorkItem]>,
}

/// Signs of life and of death of one capability on the as-of date. `None`: not known, never zero.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Signals {
    /// See [`USE_NOW`]; fraction.
    pub use_now: Option<f64>,
    /// Use now over use 6 months before; see [`CHANGE_OF_USE`].
    pub change_6m: Option<f64>,
    /// The same over 12 months.
    pub change_12m: Option<f64>,
    /// The same over 24 months.
    pub change_24m: Option<f64>,
    /// Months since the launch; where it is not said, since the first use, which is the least that it can be.
    pub age_months: Option<f64>,
    /// See [`MONTHS_SINCE_RELEASE`].
    pub months_since_release: Option<f64>,
    /// Releases of the last 24 months that users took up.
    pub releases_24m: Option<f64>,
    /// See [`MONTHS_SINCE_CHANGE`].
    pub months_since_change: Option<f64>,
    /// See [`FINISHED_CHANGES`]; changes by weight.
    pub finished_changes_24m: Option<f64>,
    /// Distinct people behind the finished changes of the last 12 months; `None` where no change names its person.
    pub authors_12m: Option<f64>,
    /// Changes that are open, by weight; `None` without the table `changes`.
    pub open_work: Option<f64>,
    /// Days since the oldest of them was proposed; 0 without any.
    pub oldest_open_days: Option<f64>,
    /// See [`UNTAKEN_DAYS`].
    pub untaken_days: Option<f64>,
    /// See [`UNFIXED_FINDINGS`].
    pub unfixed_findings: Option<f64>,
    /// Support contacts that are not solved, over the accounts that use it (at least one); `None` where no contact says when it
    /// was solved.
    pub unsolved_per_account: Option<f64>,
    /// See [`MAINTAINERS`].
    pub maintainers: Option<f64>,
    /// Whether the place of its source is known; see [`MAINTAINERS`].
    pub has_home: Option<bool>,
    /// Announced shutdowns of what it connects to, and a decision of the catalogue to let it go (`intent` sunset); `None` where nothing
    /// could be announced.
    pub shutdowns: Option<f64>,
    /// Indices of the capabilities that it needs, by the catalogue.
    pub depends_on: Vec<usize>,
    /// Indices of the others of its repository or of the same whole.
    pub family: Vec<usize>,
}

/// Fills the signals of every capability.
pub(super) fn add(facts: &mut Facts, evidence: Evidence) {
    let over_time = use_over_time::UseOverTime::of(evidence);
    let upkeep = upkeep::Upkeep::of(evidence, &over_time);
    let neighbours = neighbours::Neighbours::of(evidence);
    for (index, capability) in facts.capabilities.iter_mut().enumerate() {
        let mut signals = Signals::default();
        over_time.fill(index, capability.capability.launched_on, &mut signals);
        upkeep.fill(index, &mut signals);
        neighbours.fill(index, &mut signals);
        let accounts = capability.active_accounts.unwrap_or_default().max(1);
        #[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
        let per_account = upkeep.unsolved(index).map(|tickets| tickets / accounts as f64);
        signals.unsolved_per_account = per_account;
        capability.signals = signals;
    }
}

#[cfg(test)]
mod tests;
