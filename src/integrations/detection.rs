//! Failures: who saw them first, and how long that took.

mod arr;
mod broken_time;
mod contacts;
mod failure;
mod matching;
mod period;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use chrono::{NaiveDateTime, TimeDelta};

use super::{Episode, Evidence, Failure, Moment};
use crate::config::ReliabilitySettings;
use crate::tables::rows::Incident;
use crate::units::definition;

pub(super) use broken_time::{BrokenTime, clip};
pub(super) use period::by_capability;

definition! {
    /// What the company met as one failure: an incident with the episodes that it explains, an episode that no incident
    /// explains, or an incident without any episode. An incident that names several capabilities is one failure of each of them. Every
    /// episode belongs to exactly one failure, so that its broken hours count once.
    ///
    /// *The rule.* An incident may explain an episode of its capability when the time from its start to its end comes within
    /// `reliability.match_within_hours` of the time from the last good run before the episode to the first good run after it;
    /// an open episode runs to the as-of date. Of several the one that overlaps it longest counts, then the one whose start is
    /// nearest to the last good run, then the earlier, then the id. Three things hold that one back, and then no other steps in, because one odd
    /// account would otherwise move the onset of a whole outage by weeks:
    ///
    /// - a stretch that is not sustained, a failed run that the next one mends, belongs to an incident that it falls into and not to one that
    ///   it comes near;
    /// - an incident that overlaps sustained episodes does not explain those that it only comes near;
    /// - an incident with which at least as many sustained episodes begin as had already been running for longer than the window does not
    ///   explain the latter: they were broken before it, for a reason of their own. One that finds mostly old ones
    ///   was opened late, and explains them.
    ///
    /// An incident whose end is not known lasts as long as the longest of the sustained episodes that began within the
    /// window around its start, and as long as that window at least: one that somebody forgot to close does not explain what breaks years later. Tickets join a failure
    /// too; see who saw it first. A failure *counts* towards the rates when it has an incident or a sustained episode: a single
    /// failed run that the next one mends is broken time, and nothing that anybody should have been told of.
    ///
    /// The onset is that of its earliest episode, else the start of the incident. It is over when the last of its episodes is, in the
    /// middle between the last bad run and the first good one; without episodes, when the incident is. Who ended it is what the incident
    /// states; else a machine, when the runs of all its episodes say that they mended themselves; else the
    /// highest layer, assisted or human, that ended one of its tickets; else it is not known.
    ///
    /// Nothing that is dated after the as-of date is known: an incident resolved later is open, a ticket opened later does not exist.
    ///
    /// Why not count incidents alone: an incident is what somebody noticed, and what nobody noticed is the dearer half. Why
    /// not episodes alone: forty accounts that break at once are one failure with one cause and one repair.
    pub FAILURES, "failures", "Failures"
}

definition! {
    /// The first sign that anybody had of a failure, and whose it was: the earlier of the detection of its incident and of its
    /// first ticket. A ticket before the incident means that the *customer* saw it first, whatever the incident says; an incident
    /// that states a customer is believed. Else it is whom the incident states, *monitor*, *vendor* or *employee*, and
    /// unknown when it does not say. A failure without either was never detected.
    ///
    /// An incident was detected when it says so. Where no incident of the table states a detection, the records come from an
    /// on-call tool, which opens one when something was detected: its start is the detection. So it is for one that a
    /// monitor saw. Else somebody knew at the latest when it was taken on, or when it was over. A sign before the last good run of its first
    /// episode is moved up to it: before, there was nothing to see.
    ///
    /// A ticket speaks of a failure when a label or a rule places it on the capability (what triage supposes is no sign), its
    /// account has an episode in it, and it was opened after the last good run before that episode and within
    /// `reliability.match_within_hours` after its end. Where no episode names an account, a ticket of any account
    /// will do, from the onset of the failure on. A ticket goes to one failure of a capability: to the one that is open when it
    /// is opened, else to the one that was over last; of several to that of its own account, then to the one that began last.
    ///
    /// A contact is taken for a sign even where it asks something else while the integration happens to be broken; with a busy
    /// support the customer is therefore named first a little too often.
    pub DETECTED_BY, "detected_by", "Who saw it first"
}

definition! {
    /// Failures that were found by a customer, or that no monitor saw for `reliability.silent_after_hours` although they lasted that
    /// long, over all failures that count and began in the period. A fraction, 0–1, with Wilson's interval.
    ///
    /// A failure that an employee or a vendor saw is silent too when it lasted that long: nothing of ours watched. Where the incident
    /// does not say who saw it, it gets the benefit of the doubt and is judged by when it was seen. A failure that was over sooner than that and
    /// reached no customer's pen is not silent, even if nobody ever saw it.
    ///
    /// The rate rests on what was recorded: without tickets no failure is found by a customer, and without incidents every
    /// longer one is silent, which is what it means to have no incidents table.
    pub SILENT_RATE, "silent_rate", "Silent failures"
}

definition! {
    /// Account-hours that were broken before anybody knew: of every episode the time from its onset to the first sign of its
    /// failure, or to its end, whichever comes first, times the part of the function that was lost. One alert is a sign for all
    /// accounts of the failure. Of a failure that nobody ever saw all of its hours are dark.
    ///
    /// By capability they are those that lie in the period, of every failure, also of one that began before or does not count,
    /// so that they are a part of the broken hours of the reliability score. Overlapping episodes of an account count
    /// once. Accounts and ARR in the dark are those of accounts with any such time; the ARR is what the contract
    /// said on the day when it went dark (of a history that begins later, its first row).
    ///
    /// Hours of accounts and not hours of the clock, because forty customers without data for a night are forty nights. Runs that name no
    /// account count as those of one within a failure, and are left out by capability.
    pub DARK_HOURS, "dark_hours", "Hours in the dark"
}

definition! {
    /// What the gap between failure and detection takes, and nobody books: of every account in the dark its hours times its
    /// ARR per hour (a year has 8,766) times `reliability.impairment`, the part of the worth of a subscription that a broken integration
    /// takes while nobody knows. Report currency. Unknown where no account in the dark states an ARR; accounts that
    /// state none add nothing, so that it is a lower bound.
    ///
    /// It is no invoice. It scales with one assumption, the impairment, which is a convention; compare integrations by it and
    /// not with the ledger. It is in no ratio and no net benefit.
    pub HIDDEN_COST, "hidden_cost", "Hidden cost"
}

/// Every failure up to the as-of date, by capability, onset.
pub(super) fn failures(episodes: &[Episode], evidence: Evidence, settings: &ReliabilitySettings) -> Vec<Failure> {
    let within = hours(settings.match_within_hours);
    let mut drafts = join(episodes, evidence, within);
    drafts.sort_by(|a, b| a.order(b, episodes, evidence.incidents.unwrap_or_default()));
    let mut openings = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        draft.open(index, episodes, &mut openings);
    }
    let contacts = contacts::contacts(evidence);
    for (index, row) in contacts::place(&contacts, openings, within) {
        drafts[index].tickets.push(row);
    }
    let known = failure::Known::of(episodes, evidence, settings);
    drafts.into_iter().map(|draft| known.failure(draft)).collect()
}

/// What belongs together.
#[derive(Debug)]
struct Draft {
    capability: usize,
    began: Moment,
    /// By index.
    episodes: Vec<usize>,
    incident: Option<usize>,
    /// Until when tickets of anybody may speak of an incident without episodes; `None`: there is no incident.
    until: Option<NaiveDateTime>,
    tickets: Vec<usize>,
}

impl Draft {
    fn of_outage(outage: &matching::Outage) -> Self {
        Self {
            capability: outage.capability,
            began: Moment::at(outage.from),
            episodes: Vec::new(),
            incident: Some(outage.row),
            until: Some(outage.until),
            tickets: Vec::new(),
        }
    }

    fn of_episode(place: usize, episode: &Episode) -> Self {
        Self {
            capability: episode.capability,
            began: episode.began,
            episodes: vec![place],
            incident: None,
            until: None,
            tickets: Vec::new(),
        }
    }

    /// The onset that the runs show goes before the one that the incident states.
    fn with(mut self, places: Vec<usize>, episodes: &[Episode]) -> Self {
        let onsets = places.iter().map(|&place| episodes[place].began);
        self.began = onsets.min_by_key(|began| (began.middle(), *began)).unwrap_or(self.began);
        self.episodes = places;
        self
    }

    /// By capability and onset; then account, the id of the incident, and what stands first.
    fn order(&self, other: &Self, episodes: &[Episode], incidents: &[Incident]) -> Ordering {
        let onset = |draft: &Self| (draft.capability, draft.began.middle(), draft.began);
        let account = |draft: &Self| draft.episodes.first().and_then(|&place| episodes[place].account.as_deref());
        let id = |draft: &Self| draft.incident.and_then(|row| incidents[row].incident_id.as_deref());
        let ended = |draft: &Self| draft.episodes.first().map(|&place| (episodes[place].ended, episodes[place].kind));
        let stands = |draft: &Self| (draft.episodes.first().copied(), draft.incident);
        onset(self)
            .cmp(&onset(other))
            .then_with(|| account(self).cmp(&account(other)))
            .then_with(|| id(self).cmp(&id(other)))
            .then_with(|| ended(self).cmp(&ended(other)))
            .then_with(|| stands(self).cmp(&stands(other)))
    }

    /// When it can be spoken of: by every account of its episodes while and after its own, by anybody where they name none.
    fn open<'a>(&self, failure: usize, episodes: &'a [Episode], openings: &mut Vec<contacts::Opening<'a>>) {
        let capability = self.capability;
        let of_episode = |&place: &usize| {
            let episode = &episodes[place];
            let until = episode.ended.map(|ended| ended.latest);
            contacts::Opening {
                capability,
                account: episode.account.as_deref(),
                from: episode.began.earliest,
                until,
                failure,
            }
        };
        let named = self.episodes.iter().any(|&place| episodes[place].account.is_some());
        // Beside accounts that are named, runs that name none do not say whom else the failure touched.
        openings.extend(self.episodes.iter().map(of_episode).filter(|opening| !named || opening.account.is_some()));
        if self.episodes.is_empty() {
            let (from, until) = (self.began.earliest, self.until);
            openings.push(contacts::Opening { capability, account: None, from, until, failure });
        }
    }
}

/// Incidents and episodes brought together; see [`FAILURES`].
fn join(episodes: &[Episode], evidence: Evidence, within: TimeDelta) -> Vec<Draft> {
    let outages = matching::outages(evidence, within);
    let mut by_capability: Vec<usize> = (0..episodes.len()).collect();
    by_capability.sort_by_key(|&place| episodes[place].capability);
    let mut drafts = Vec::new();
    for capability in 0..evidence.facts.capabilities.len() {
        let own = range_of(&by_capability, |&place| episodes[place].capability, capability);
        let mut outages = range_of(&outages, |outage| outage.capability, capability).to_vec();
        matching::outlast(&mut outages, episodes, own, (evidence.now(), within));
        let explained = matching::explain(episodes, own, &outages, (evidence.now(), within));
        let mut of_outage = vec![Vec::new(); outages.len()];
        for (&place, explained) in own.iter().zip(explained) {
            match explained {
                Some(outage) => of_outage[outage].push(place),
                None => drafts.push(Draft::of_episode(place, &episodes[place])),
            }
        }
        let of_outage = outages.iter().zip(of_outage);
        drafts.extend(of_outage.map(|(outage, places)| Draft::of_outage(outage).with(places, episodes)));
    }
    drafts
}

/// Those of one capability in a list that stands by capability.
pub(super) fn range_of<T>(list: &[T], of: impl Fn(&T) -> usize, capability: usize) -> &[T] {
    let from = list.partition_point(|item| of(item) < capability);
    &list[from..from + list[from..].partition_point(|item| of(item) == capability)]
}

/// Hours of the settings as a length of time.
fn hours(hours: f64) -> TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "held to thirty thousand years")]
    TimeDelta::milliseconds((hours * 3_600_000.0).clamp(0.0, 1e15) as i64)
}

/// The moment, unless it is not known on the as-of date.
fn known(at: Option<NaiveDateTime>, evidence: Evidence) -> Option<NaiveDateTime> {
    at.filter(|at| *at < evidence.now())
}
