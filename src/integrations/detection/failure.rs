//! What is known of one failure.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::super::durations::Times;
use super::super::facts::hours_between;
use super::super::{Detector, Episode, Evidence, Failure, Moment};
use super::arr::ArrHistory;
use super::broken_time::{BrokenTime, Stretch};
use super::{Draft, known};
use crate::config::{Layer, ReliabilitySettings};
use crate::tables::rows::Incident;
use crate::units::Money;

/// Hours of a year, 365.25 days.
const HOURS_PER_YEAR: f64 = 8_766.0;

/// What all failures are judged with.
#[derive(Debug)]
pub struct Known<'a> {
    episodes: &'a [Episode],
    evidence: Evidence<'a>,
    settings: &'a ReliabilitySettings,
    broken: BrokenTime,
    arr: ArrHistory<'a>,
    /// Whether any incident states when it was detected.
    detections_are_recorded: bool,
}

impl<'a> Known<'a> {
    pub fn of(episodes: &'a [Episode], evidence: Evidence<'a>, settings: &'a ReliabilitySettings) -> Self {
        let mut incidents = evidence.incidents.unwrap_or_default().iter();
        Self {
            episodes,
            evidence,
            settings,
            broken: expected(episodes, evidence.now()),
            arr: ArrHistory::of(evidence),
            detections_are_recorded: incidents.any(|incident| known(incident.detected_at, evidence).is_some()),
        }
    }

    /// The failure of what belongs together.
    pub fn failure(&self, draft: Draft) -> Failure {
        let Draft { capability, began, episodes: places, incident: row, mut tickets, .. } = draft;
        let incident = row.and_then(|row| self.evidence.incidents.unwrap_or_default().get(row));
        tickets.sort_unstable_by_key(|&ticket| (self.evidence.tickets[ticket].opened_at, ticket));
        let (seen, detected_by) = self.seen(incident, &tickets);
        let detected_at = seen.map(|seen| seen.max(began.earliest));
        let resolved_at = self.resolved_at(&places, incident);
        let dark = self.in_the_dark(&places, detected_at);
        let accounts = self.accounts(&places);
        let stated = incident.and_then(|incident| u64::try_from(incident.affected_accounts?).ok());
        let weighted = |place: &usize| {
            let hours = self.broken.of_episode(*place).map(|(from, until)| hours_between(from, until));
            hours.sum::<f64>() * self.episodes[*place].weight
        };
        let mut failure = Failure {
            capability,
            incident: row,
            incident_id: incident.and_then(|incident| incident.incident_id.clone()),
            began,
            detected_at,
            detected_by,
            acknowledged_at: incident.and_then(|incident| known(incident.acknowledged_at, self.evidence)),
            resolved_at,
            ended_by: resolved_at.and_then(|_| self.ended_by(&places, incident, &tickets)),
            accounts: if accounts > 0 { Some(accounts) } else { stated },
            broken_hours: places.iter().map(weighted).sum(),
            dark_hours: dark.iter().map(|(_, dark)| dark.hours).sum(),
            arr_in_the_dark: sum(dark.iter().map(|(account, dark)| self.arr.on((*account)?, dark.from.date()))),
            hidden_cost: sum(dark.iter().map(|(account, dark)| {
                let arr = self.arr.on((*account)?, dark.from.date())?;
                Some(hidden_cost(arr, dark.hours, self.settings))
            })),
            silent: false,
            error: self.error(&places, incident),
            counts: row.is_some() || places.iter().any(|&place| self.episodes[place].sustained),
            episodes: places,
            tickets,
        };
        failure.silent = is_silent(&failure, self.evidence.now(), self.settings.silent_after_hours);
        failure
    }

    /// The first sign, and whose it was; see [`super::DETECTED_BY`].
    fn seen(&self, incident: Option<&Incident>, tickets: &[usize]) -> (Option<NaiveDateTime>, Option<Detector>) {
        let contact = tickets.first().and_then(|&ticket| self.evidence.tickets[ticket].opened_at);
        let stated = incident.and_then(|incident| detector(incident.detected_by.as_deref()?));
        let detection = incident.and_then(|incident| {
            let is_opened_by_detection = !self.detections_are_recorded || stated == Some(Detector::Monitor);
            let at = |moment| known(moment, self.evidence);
            at(incident.detected_at)
                .or_else(|| at(incident.started_at).filter(|_| is_opened_by_detection))
                .or_else(|| at(incident.acknowledged_at))
                .or_else(|| at(incident.resolved_at))
        });
        match (detection, contact) {
            (Some(detection), Some(contact)) if contact < detection => (Some(contact), Some(Detector::Customer)),
            (Some(detection), _) => (Some(detection), stated),
            (None, Some(contact)) => (Some(contact), Some(Detector::Customer)),
            (None, None) => (None, None),
        }
    }

    fn resolved_at(&self, places: &[usize], incident: Option<&Incident>) -> Option<NaiveDateTime> {
        if places.is_empty() {
            return known(incident?.resolved_at, self.evidence);
        }
        let ends = places.iter().map(|&place| Some(self.episodes[place].ended?.middle()));
        ends.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// Of a failure that is over.
    fn ended_by(&self, places: &[usize], incident: Option<&Incident>, tickets: &[usize]) -> Option<Layer> {
        match incident.and_then(|incident| incident.resolved_by.as_deref()) {
            Some("automated") => return Some(Layer::Automated),
            Some("human") => return Some(Layer::Human),
            _ => {}
        }
        if !places.is_empty() && places.iter().all(|&place| self.episodes[place].auto_recovered == Some(true)) {
            return Some(Layer::Automated);
        }
        // A contact that a machine ended did not mend an integration; the person or the assistant who ended one may have.
        let layers = tickets.iter().filter_map(|&ticket| match self.evidence.tickets[ticket].layer.as_deref() {
            Some("ai") => Some(Layer::Ai),
            Some("human") => Some(Layer::Human),
            _ => None,
        });
        layers.max()
    }

    fn accounts(&self, places: &[usize]) -> u64 {
        let mut accounts: Vec<&str> =
            places.iter().filter_map(|&place| self.episodes[place].account.as_deref()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts.len() as u64
    }

    /// The dark time of every account with any, by account.
    fn in_the_dark(&self, places: &[usize], detected_at: Option<NaiveDateTime>) -> Vec<(Option<&'a str>, Dark)> {
        let mut found: Vec<(Option<&str>, Dark)> = Vec::new();
        for &place in places {
            let episode = &self.episodes[place];
            let stretches = self.broken.of_episode(place).filter_map(|stretch| before(stretch, detected_at));
            let dark = stretches.map(|stretch| (episode.account.as_deref(), Dark::of(stretch, episode.weight)));
            found.extend(dark);
        }
        merged(found)
    }

    /// The most frequent error by runs, ties to the first in the alphabet; else what the incident blames.
    fn error(&self, places: &[usize], incident: Option<&Incident>) -> Option<String> {
        let mut runs: BTreeMap<&str, u64> = BTreeMap::new();
        for episode in places.iter().map(|&place| &self.episodes[place]) {
            if let Some(error) = &episode.error {
                *runs.entry(error).or_default() += episode.runs.max(1);
            }
        }
        let most = runs.into_iter().rev().max_by_key(|(_, runs)| *runs).map(|(error, _)| error);
        let cause = || incident?.cause.as_deref().filter(|cause| *cause != "unknown");
        most.or_else(cause).map(str::to_owned)
    }
}

/// The broken time of the episodes between their expected onsets and ends.
pub fn expected(episodes: &[Episode], now: NaiveDateTime) -> BrokenTime {
    BrokenTime::of(episodes, |episode| (episode.began.middle(), episode.ended.map_or(now, Moment::middle).min(now)))
}

/// Dark time of one account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dark {
    /// When it began.
    pub from: NaiveDateTime,
    /// Hours, weighted by the part of the function that was lost.
    pub hours: f64,
}

impl Dark {
    pub fn of((from, until): Stretch, weight: f64) -> Self {
        Self { from, hours: hours_between(from, until) * weight }
    }
}

/// The part of a stretch before the first sign; `None` when there is none.
pub fn before((from, until): Stretch, detected_at: Option<NaiveDateTime>) -> Option<Stretch> {
    let until = detected_at.map_or(until, |detected| until.min(detected));
    (from < until).then_some((from, until))
}

/// Added up by account, by account.
pub fn merged(mut dark: Vec<(Option<&str>, Dark)>) -> Vec<(Option<&str>, Dark)> {
    dark.sort_by(|a, b| (a.0, a.1.from).cmp(&(b.0, b.1.from)).then(a.1.hours.total_cmp(&b.1.hours)));
    let sum = |of_account: &[(Option<&'_ str>, Dark)]| of_account.iter().map(|(_, dark)| dark.hours).sum();
    let by_account = dark.chunk_by(|a, b| a.0 == b.0);
    by_account.map(|own| (own[0].0, Dark { from: own[0].1.from, hours: sum(own) })).collect()
}

/// See [`super::HIDDEN_COST`].
pub fn hidden_cost(arr: Money, dark_hours: f64, settings: &ReliabilitySettings) -> Money {
    arr.scaled(dark_hours / HOURS_PER_YEAR * settings.impairment)
}

/// What is known of some amounts, added up; `None` when none is.
pub fn sum(amounts: impl Iterator<Item = Option<Money>>) -> Option<Money> {
    amounts.flatten().reduce(|sum, amount| sum + amount)
}

fn detector(word: &str) -> Option<Detector> {
    match word {
        "monitor" => Some(Detector::Monitor),
        "customer" => Some(Detector::Customer),
        "vendor" => Some(Detector::Vendor),
        "employee" => Some(Detector::Employee),
        _ => None,
    }
}

/// See [`super::SILENT_RATE`].
fn is_silent(failure: &Failure, now: NaiveDateTime, after_hours: f64) -> bool {
    let onset = failure.began.middle();
    let lasted = hours_between(onset, failure.resolved_at.unwrap_or(now));
    match failure.detected_by {
        Some(Detector::Customer) => true,
        Some(Detector::Vendor | Detector::Employee) => lasted >= after_hours,
        Some(Detector::Monitor) | None => {
            Times::of(failure).detect.map_or(lasted, |unseen| unseen.min(lasted)) >= after_hours
        }
    }
}
