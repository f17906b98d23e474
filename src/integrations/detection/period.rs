//! How soon the failures of a period were seen and mended.

use super::super::durations::{Times, durations};
use super::super::series::Series;
use super::super::{Detection, Detector, Episode, Evidence, Failure};
use super::arr::ArrHistory;
use super::broken_time::{BrokenTime, clip};
use super::failure::{Dark, before, expected, hidden_cost, merged, sum};
use super::{matching, range_of};
use crate::config::ReliabilitySettings;
use crate::stats;

/// By capability, of the failures that began in the period; `None` without runs and incidents.
pub(in super::super) fn by_capability(
    failures: &[Failure],
    episodes: &[Episode],
    series: &[Series],
    evidence: Evidence,
    settings: &ReliabilitySettings,
) -> Vec<Option<Detection>> {
    let window = Window {
        episodes,
        evidence,
        settings,
        broken: expected(episodes, evidence.now()),
        arr: ArrHistory::of(evidence),
        ends_are_recorded: matching::ends_are_recorded(evidence),
    };
    let mut has_runs = vec![false; evidence.facts.capabilities.len()];
    let mut names_accounts = has_runs.clone();
    for series in series.iter().filter(|series| !series.runs.is_empty()) {
        has_runs[series.capability] = true;
        names_accounts[series.capability] |= series.account.is_some();
    }
    let detection = |capability: usize| {
        let own = range_of(failures, |failure| failure.capability, capability);
        (has_runs[capability] || evidence.incidents.is_some())
            .then(|| window.detection(own, names_accounts[capability]))
    };
    (0..has_runs.len()).map(detection).collect()
}

struct Window<'a> {
    episodes: &'a [Episode],
    evidence: Evidence<'a>,
    settings: &'a ReliabilitySettings,
    broken: BrokenTime,
    arr: ArrHistory<'a>,
    ends_are_recorded: bool,
}

impl Window<'_> {
    fn detection(&self, failures: &[Failure], names_accounts: bool) -> Detection {
        let (start, end) = self.evidence.period();
        let began = |failure: &&Failure| (start..end).contains(&failure.began.middle());
        let counted: Vec<&Failure> = failures.iter().filter(|failure| failure.counts).filter(began).collect();
        let count = |which: &dyn Fn(&Failure) -> bool| counted.iter().filter(|failure| which(failure)).count() as u64;
        let by = |detector| count(&|failure| failure.detected_by == Some(detector));
        // Of an incident in a table that records no ends it is not known whether it is open.
        let is_open = |failure: &Failure| {
            failure.resolved_at.is_none() && (self.ends_are_recorded || !failure.episodes.is_empty())
        };
        let times: Vec<Times> = counted.iter().map(|failure| Times::of(failure)).collect();
        let of = |which: fn(&Times) -> Option<f64>| durations(times.iter().filter_map(which).collect());
        let (all, silent) = (counted.len() as u64, count(&|failure| failure.silent));
        let mut known = Detection {
            failures: all,
            open: count(&is_open),
            never_detected: count(&|failure| failure.detected_at.is_none()),
            by_monitor: by(Detector::Monitor),
            by_customer: by(Detector::Customer),
            by_vendor: by(Detector::Vendor),
            by_employee: by(Detector::Employee),
            silent,
            silent_rate: stats::wilson(silent, all),
            detect: of(|times| times.detect),
            acknowledge: of(|times| times.acknowledge),
            restore: of(|times| times.restore),
            repair: of(|times| times.repair),
            ..Detection::default()
        };
        if names_accounts {
            self.look_into_the_dark(failures, &mut known);
        }
        known
    }

    /// What was dark in the period, of every failure.
    fn look_into_the_dark(&self, failures: &[Failure], known: &mut Detection) {
        let mut of_failures = Vec::new();
        for failure in failures {
            of_failures.extend(merged(self.dark(failure)));
        }
        let costs = of_failures.iter().map(|(account, dark)| {
            let arr = self.arr.on((*account)?, dark.from.date())?;
            Some(hidden_cost(arr, dark.hours, self.settings))
        });
        known.hidden_cost = sum(costs);
        let accounts = merged(of_failures);
        known.dark_hours = Some(accounts.iter().map(|(_, dark)| dark.hours).sum());
        known.accounts_in_the_dark = Some(accounts.len() as u64);
        known.arr_in_the_dark = sum(accounts.iter().map(|(account, dark)| self.arr.on((*account)?, dark.from.date())));
    }

    /// Its dark stretches within the period, of accounts that are named.
    fn dark(&self, failure: &Failure) -> Vec<(Option<&str>, Dark)> {
        let mut found = Vec::new();
        for &place in &failure.episodes {
            let episode = &self.episodes[place];
            if episode.account.is_some() {
                let stretches =
                    self.broken.of_episode(place).filter_map(|stretch| before(stretch, failure.detected_at));
                let inside = stretches.filter_map(|stretch| clip(stretch, self.evidence.period()));
                found.extend(inside.map(|stretch| (episode.account.as_deref(), Dark::of(stretch, episode.weight))));
            }
        }
        found
    }
}
