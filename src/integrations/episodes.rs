//! Episodes: stretches in which an integration did not work for one account.

mod habit;
mod history;
mod own_time;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, TimeDelta};

use self::history::{History, Silence};
use super::series::{self, Attempt, Result, Series};
use super::{Episode, EpisodeKind, Evidence, InUse, Moment, signatures};
use crate::config::ReliabilitySettings;
use crate::units::definition;

definition! {
    /// Stretches in which an integration did not work for one account, from its runs, each series of one account on one integration
    /// judged by its own past alone. An episode is a maximal row of runs that failed or brought a part (every such run lies
    /// in exactly one), of runs that ended well and moved nothing where that is unusual, or a silence where runs were due.
    /// What follows without a good run between is one episode. Its kind is the gravest: failed, empty, overdue, partial.
    ///
    /// A status is not believed: a run that ended well and lost records is partial, one that lost all of them failed, and one
    /// that failed and mended itself still failed.
    ///
    /// The onset lies between the end of the last good run and the start of the first bad one, the end between the end of the
    /// last bad run and the start of the first good one; both are carried as such, and hours use the middle. Where no run was
    /// ever good, it never worked, and began with its first run. Without a good run since, it is open. It ends with the
    /// contract of the account, and when the integration counts as disconnected: silent for
    /// `reliability.disconnected_after_days`, or five times the longest gap before where that is longer. What runs again later
    /// begins anew.
    ///
    /// A single failed run is bad luck as often as not. An episode is *sustained* when it is more than one run and its chance by the
    /// own history is below `reliability.chance`: f·gᵏ⁻¹ for k runs, with f the share of good runs that a bad one followed and g the
    /// share of bad ones that another followed, sustained episodes apart, each with half a case added. Bad luck comes in
    /// clusters, so fᵏ would promise too much. Runs alike within half of the typical gap are one trial and its retries. The
    /// chance is that of such a stretch within a day, or on a run where runs are rarer, so that an hourly sync raises no
    /// more false alarms than a daily one. With fewer than `reliability.min_runs` runs of history no chance is stated, and the
    /// stretch is sustained only if it is long enough on its own: by the same formula, in which nothing known means that one run
    /// in two fails and one in four after it; or `min_runs` failures of what never worked.
    ///
    /// The weight is the part of the function that was lost: 1; of runs that were all partial the share of the records that
    /// failed of those that moved or failed, where they say so, else `reliability.partial_weight`.
    pub EPISODES, "episodes", "Episodes of failure"
}

definition! {
    /// An account whose syncs just stop raises no error anywhere, so silence itself is judged. A series is overdue when it is silent
    /// longer than `reliability.longest_gap_factor` times its own longest gap, and so many runs that were due did not come
    /// that the chance of it is below `reliability.chance`. A run was missed when it is half a typical gap late; the typical
    /// gap is the one in which a moment lies as often as not, which is the cadence whether single runs or bursts are due. The
    /// chance of k missed in a row is f·gᵏ⁻¹ as for failed runs, from how often runs were missed before, and how often another
    /// was missed after.
    ///
    /// That the next of n gaps is the longest has the chance 1/(n+1) whatever their distribution; with a year of daily syncs that is a
    /// false alarm every year, and it says nothing of how much longer. A bound by the mean and deviation of gaps fails for
    /// all that rest at night or on weekends. The chain needs neither a distribution nor a schedule: for regular
    /// syncs it is a count of misses, for syncs at random moments its tail is exponential as theirs is.
    ///
    /// Silence is measured on two clocks, and is overdue by either: that on the wall, and the account's own, which runs as fast as
    /// its runs were frequent at that hour of the week (one week of evenly spread runs added). On the own clock a weekend without
    /// syncs is no time for who never syncs on weekends, so that the silence of one working day is seen.
    ///
    /// Judged from `reliability.min_runs` runs and two weeks on, which has seen every hour of the week twice. Gaps that were overdue do
    /// not count as usual later; two of them in a row of like length are a cadence that somebody chose, and the history begins
    /// anew. It began between the last run and the moment when the next was due, and ended with the next run. After the
    /// churn of an account silence is no failure.
    ///
    /// What it cannot see: an outage shorter than about three cadences, and one in the first weeks of an account. What it takes
    /// for a failure and is none: a pause by choice, such as the first quiet Christmas.
    pub OVERDUE, "overdue", "Overdue runs"
}

definition! {
    /// A job that ends well and moves nothing is the failure that lasts longest, because every monitor is green. It is no failure where
    /// there is nothing to move. So empty runs are judged by the account's own past: every run counts as many records' worth
    /// as runs at that hour of the week moved something before, a share between 0 and 1 (drawn by one run towards that at any
    /// hour), and the sum since the last run that moved anything is a gap on a clock of expected deliveries. It is an episode when
    /// that gap passes `reliability.longest_gap_factor` times the longest before and its chance, as of overdue runs, is below
    /// `reliability.chance`. Nights and weekends without records hardly move that clock; a series that never had a zero
    /// stands out after a few.
    ///
    /// The episode holds all empty runs in a row up to then. Runs that do not state their records count as having moved some: nothing
    /// is known against them. Judged from `reliability.min_runs` runs that moved something and two weeks on; an account for which
    /// nothing was ever moved is not judged. Gaps that were episodes do not count as usual later.
    ///
    /// A share of empty runs to the power of the row's length would be the obvious rule. It takes runs as independent, and raises an
    /// alarm on the first quiet weekend.
    pub EMPTY_RUNS, "empty_runs", "Success without records"
}

/// When a sustained episode became evident from the runs alone, had somebody looked at every moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Which integration.
    pub capability: usize,
    /// The account, as written; `None`: the runs name none.
    pub account: Option<String>,
    /// The moment, UTC.
    pub at: NaiveDateTime,
    /// Its episode, as known on the as-of date.
    pub episode: Episode,
}

/// The alarms up to the as-of date, by capability, account, onset: what a watch that judges by [`EPISODES`] would have said, and when.
#[must_use]
pub fn alarms(evidence: Evidence, settings: &ReliabilitySettings) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    for series in &series::of_runs(evidence) {
        let found = watch_one(series, evidence.now(), settings).0;
        alarms.extend(found.into_iter().filter_map(|found| {
            let at = found.evident?;
            let account = found.episode.account.clone();
            Some(Alarm { capability: series.capability, account, at, episode: found.episode })
        }));
    }
    alarms
}

/// The episodes, by capability, account, onset; and from when to when each account had each integration in use.
pub(super) fn watch(
    series: &[Series],
    evidence: Evidence,
    settings: &ReliabilitySettings,
) -> (Vec<Episode>, Vec<InUse>) {
    let (mut episodes, mut in_use) = (Vec::new(), Vec::new());
    for series in series {
        let (found, used) = watch_one(series, evidence.now(), settings);
        episodes.extend(found.into_iter().map(|found| found.episode));
        in_use.extend(used);
    }
    (episodes, in_use)
}

/// An episode, and from when it was sustained.
struct Found {
    episode: Episode,
    evident: Option<NaiveDateTime>,
}

/// One series in its stretches of use: after a disconnection it begins anew.
fn watch_one(series: &Series, now: NaiveDateTime, settings: &ReliabilitySettings) -> (Vec<Found>, Vec<InUse>) {
    let (mut found, mut in_use) = (Vec::new(), Vec::new());
    let mut worked = false;
    let mut rest = series.runs.as_slice();
    while let Some(first) = rest.first() {
        let (length, until) = in_use_until(rest, series.churned_at, now, settings);
        let stretch = Stretch { series, runs: &rest[..length], until, closed: until < now, settings };
        rest = &rest[length..];
        in_use.push(InUse {
            capability: series.capability,
            account: series.account.map(str::to_owned),
            from: first.started,
            until: until.max(first.started),
        });
        stretch.watch(&mut worked, &mut found);
    }
    (found, in_use)
}

/// Times its own longest gap an integration is silent before it counts as disconnected, where that is longer than the setting: a
/// monthly sync must have missed three runs before anybody can say more than that it is late.
const DISCONNECTED_GAPS: i32 = 5;

/// How many of the runs belong to one stretch of use, and until when it lasts.
fn in_use_until(
    runs: &[Attempt],
    churned_at: Option<NaiveDateTime>,
    now: NaiveDateTime,
    settings: &ReliabilitySettings,
) -> (usize, NaiveDateTime) {
    let least = TimeDelta::days(settings.disconnected_after_days.into());
    let mut longest = TimeDelta::zero();
    for (at, run) in runs.iter().enumerate() {
        let next = runs.get(at + 1).map(|next| next.started);
        let left = churned_at.filter(|churned| *churned >= run.ended);
        // Who runs after the end of the contract still uses it.
        let end = match (next, churned_at) {
            (Some(next), _) => left.map_or(next, |left| left.min(next)),
            (None, Some(churned)) => churned.max(run.ended).min(now),
            (None, None) => now,
        };
        let own = longest.checked_mul(DISCONNECTED_GAPS).unwrap_or(TimeDelta::MAX);
        let disconnected = run.started.checked_add_signed(least.max(own)).unwrap_or(now).max(run.ended);
        if disconnected < end {
            return (at + 1, disconnected);
        }
        if next.is_none_or(|next| end < next) {
            return (at + 1, end);
        }
        longest = longest.max(end - run.started);
    }
    (runs.len(), now)
}

/// Runs without a disconnection between them.
struct Stretch<'a> {
    series: &'a Series<'a>,
    runs: &'a [Attempt<'a>],
    until: NaiveDateTime,
    /// Whether the use ended then, and every episode with it.
    closed: bool,
    settings: &'a ReliabilitySettings,
}

/// An episode while it lasts.
struct Open {
    began: Moment,
    never_worked: bool,
    /// Its runs: the first, and the one after the last.
    runs: std::ops::Range<usize>,
    /// Failed or partial runs, retries apart.
    trials: f64,
    is_empty: bool,
    is_overdue: bool,
    chance: Option<f64>,
    /// When it was sustained, and the trials until then.
    evident: Option<(NaiveDateTime, f64)>,
}

impl Open {
    fn new(began: Moment, never_worked: bool, at: usize) -> Self {
        let (trials, chance, evident) = (0.0, None, None);
        Self { began, never_worked, runs: at..at, trials, is_empty: false, is_overdue: false, chance, evident }
    }

    /// A sustained episode is remembered as long as it took to be one: what follows is no longer usual.
    fn usual_trials(&self) -> f64 {
        self.evident.map_or(self.trials, |evident| evident.1)
    }

    fn sustain(&mut self, at: NaiveDateTime) {
        self.evident.get_or_insert((at, self.trials));
    }

    fn lower(&mut self, chance: f64) {
        self.chance = Some(self.chance.map_or(chance, |known| known.min(chance)));
    }
}

impl Stretch<'_> {
    fn watch(&self, worked: &mut bool, found: &mut Vec<Found>) {
        let mut history = History::new(self.settings);
        let mut open: Option<Open> = None;
        // Empty runs in a row before the current one.
        let mut empties = 0;
        for (at, run) in self.runs.iter().enumerate() {
            if let Some(last) = at.checked_sub(1).map(|before| &self.runs[before]) {
                let silence = history.silence(last, run.started);
                if let Some(silence) = silence {
                    self.silent(silence, at, *worked, &mut open);
                }
                history.gap(last.started, run.started, silence);
            }
            let is_evident = open.as_ref().is_some_and(|open| open.is_empty);
            let emptiness = history.moved(run);
            let is_failure = matches!(run.result, Result::Failed | Result::Partial);
            if is_failure || emptiness.is_some() || (is_evident && run.result == Result::Empty) {
                let first = if is_failure || open.is_some() { at } else { at - empties };
                let before = found.last().and_then(|found| found.episode.ended);
                let open = open.get_or_insert_with(|| Open::new(self.onset(first, before, *worked), !*worked, first));
                if open.runs.is_empty() {
                    open.runs = first..first;
                }
                open.runs.end = at + 1;
                if let Some(chance) = emptiness {
                    open.is_empty = true;
                    open.lower(chance);
                    open.sustain(run.ended);
                } else if is_failure {
                    self.failed(run, open, &mut history);
                }
            } else {
                if let Some(open) = open.take() {
                    if !open.never_worked {
                        history.failed(open.usual_trials());
                    }
                    // An empty run ended it, so that those before it belong to no later episode.
                    empties = 0;
                    let ended = self.recovery(&open, at, &history);
                    found.push(self.close(&open, Some(ended)));
                }
                if history.is_trial(run, false) {
                    history.worked();
                }
                *worked = true;
            }
            empties = if run.result == Result::Empty { empties + 1 } else { 0 };
        }
        if let Some(silence) = self.runs.last().and_then(|last| history.silence(last, self.until)) {
            self.silent(silence, self.runs.len(), *worked, &mut open);
        }
        let ended = self.closed.then_some(Moment::at(self.until));
        found.extend(open.map(|open| self.close(&open, ended)));
    }

    /// A silence before the run at `at`: an episode, or a part of the one that is open.
    fn silent(&self, silence: Silence, at: usize, worked: bool, open: &mut Option<Open>) {
        let began = Moment { earliest: self.runs[at - 1].ended.min(silence.due), latest: silence.due };
        let open = open.get_or_insert_with(|| Open::new(began, !worked, at));
        open.is_overdue = true;
        open.lower(silence.chance);
        open.sustain(silence.evident);
    }

    fn failed(&self, run: &Attempt, open: &mut Open, history: &mut History) {
        if history.is_trial(run, true) {
            open.trials += 1.0;
        }
        let (chance, is_known) = history.chance_of_failures(open.trials);
        if is_known {
            open.lower(chance);
        }
        let never_worked = open.never_worked && open.trials >= f64::from(self.settings.min_runs);
        if never_worked || (open.trials >= 2.0 && chance < self.settings.chance) {
            open.sustain(run.ended);
        }
    }

    /// Between the run before and the first bad one, and not before the end of the episode before.
    fn onset(&self, first: usize, before: Option<Moment>, worked: bool) -> Moment {
        let latest = self.runs[first].started;
        match first.checked_sub(1).filter(|_| worked) {
            Some(last) => {
                let ended = self.runs[last].ended;
                let earliest = before.map_or(ended, |before| before.earliest.max(ended));
                Moment { earliest: earliest.min(latest), latest }
            }
            None => Moment::at(latest),
        }
    }

    /// Between the last bad run and the good one at `at`; of a silence alone within a typical gap before it.
    fn recovery(&self, open: &Open, at: usize, history: &History) -> Moment {
        let latest = self.runs[at].started;
        let earliest = match open.runs.clone().last() {
            Some(last) => self.runs[last].ended,
            None => (latest - history.typical()).max(open.began.latest),
        };
        Moment { earliest: earliest.min(latest), latest }
    }

    fn close(&self, open: &Open, ended: Option<Moment>) -> Found {
        let runs = &self.runs[open.runs.clone()];
        let any = |result: Result| runs.iter().any(|run| run.result == result);
        let kind = if any(Result::Failed) {
            EpisodeKind::Failed
        } else if any(Result::Empty) {
            EpisodeKind::Empty
        } else if open.is_overdue {
            EpisodeKind::Overdue
        } else {
            EpisodeKind::Partial
        };
        let weight = if kind == EpisodeKind::Partial { self.lost(runs) } else { 1.0 };
        let mended: Vec<bool> = runs.iter().filter_map(|run| run.run.auto_recovered).collect();
        let episode = Episode {
            capability: self.series.capability,
            account: self.series.account.map(str::to_owned),
            kind,
            began: open.began,
            ended,
            runs: runs.len() as u64,
            never_worked: open.never_worked,
            chance: open.chance,
            sustained: open.evident.is_some(),
            weight,
            error: most_frequent_error(runs),
            auto_recovered: (!mended.is_empty()).then(|| mended.contains(&true)),
        };
        Found { episode, evident: open.evident.map(|evident| evident.0) }
    }

    /// Share of the records that failed, of the runs that state both numbers; else the setting.
    #[expect(clippy::cast_precision_loss, reason = "records lie far below 2^53")]
    fn lost(&self, runs: &[Attempt]) -> f64 {
        let stated = runs.iter().filter_map(|run| Some((run.run.records?.max(0), run.run.records_failed?.max(0))));
        let (moved, failed) =
            stated.fold((0.0, 0.0), |sum, (moved, failed)| (sum.0 + moved as f64, sum.1 + failed as f64));
        if failed > 0.0 { failed / (moved + failed) } else { self.settings.partial_weight }
    }
}

/// Of errors that are as frequent the first by text.
fn most_frequent_error(runs: &[Attempt]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for error in runs.iter().filter_map(|run| signatures::normalised(run.run.error_class.as_deref()?)) {
        *counts.entry(error).or_default() += 1;
    }
    let most = *counts.values().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(error, _)| error)
}
