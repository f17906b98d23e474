use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Weekday};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::population::Draws;
use crate::integrations::EpisodeKind;
use crate::tables::rows::Run;

/// Runs of single accounts on single integrations with planted failures: what a watch over them is tested against, because here the
/// truth is known.
///
/// Every series has a cadence of its own, a jitter, a moment at which it begins, a local clock that some keep through summer
/// time, a share of runs that fail for no lasting reason, retries or none, short disturbances, skipped runs, and a profile of what
/// there is to move: always something, nothing at night and on weekends, seldom something, whole quiet weeks, or no
/// record of records. People do what people do: some go over to a rarer cadence for good, some pause for weeks, many are
/// quiet or paused at Christmas. None of this is a failure. Planted failures begin at any time in the life of a series and last
/// at least three cadences, since a shorter one touches too few runs to be told from bad luck by anybody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Syncs {
    /// Series of a sample.
    pub series: u32,
    /// Chance that a series has planted failures, 0–1; half of those have two.
    pub planted: f64,
}

/// How often a series runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cadence {
    /// Every hour.
    Hourly,
    /// Every hour from 7 to 17, Monday to Friday.
    WorkingHours,
    /// Every four hours.
    FourHourly,
    /// Every day.
    Daily,
    /// Monday to Friday.
    Weekdays,
    /// Every week.
    Weekly,
    /// On one day of the month.
    Monthly,
    /// At random moments, so many hours apart in the mean.
    Irregular(u32),
}

/// One planted failure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlantedSync {
    /// How it fails.
    pub kind: EpisodeKind,
    /// From.
    pub from: NaiveDateTime,
    /// To before.
    pub until: NaiveDateTime,
    /// Mean hours between two runs at that time.
    pub cadence_hours: f64,
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncSeries {
    /// Its cadence; where it changed, the first.
    pub cadence: Cadence,
    /// Its first moment.
    pub from: NaiveDateTime,
    /// Its runs, by start.
    pub runs: Vec<Run>,
    /// What is planted in it, by start; failures do not overlap.
    pub planted: Vec<PlantedSync>,
    /// When people ran or moved less by choice, from and to before: a pause, Christmas, and four weeks or four runs from the change
    /// to a rarer cadence on.
    pub pauses: Vec<(NaiveDateTime, NaiveDateTime)>,
}

const DAYS: f64 = 365.0;

/// What there is to move.
#[derive(Debug, Clone, Copy)]
enum Moves {
    Always,
    WorkingTime,
    Seldom(f64),
    QuietWeeks,
    Unknown,
}

impl Cadence {
    /// Mean hours between two runs.
    #[must_use]
    pub fn hours(self) -> f64 {
        match self {
            Self::Hourly => 1.0,
            Self::WorkingHours => 168.0 / 55.0,
            Self::FourHourly => 4.0,
            Self::Daily => 24.0,
            Self::Weekdays => 33.6,
            Self::Weekly => 168.0,
            Self::Monthly => 730.5,
            Self::Irregular(hours) => f64::from(hours),
        }
    }

    /// What people go over to who need it less.
    fn rarer(self) -> Self {
        match self {
            Self::Hourly | Self::WorkingHours => Self::FourHourly,
            Self::FourHourly => Self::Daily,
            Self::Daily | Self::Weekdays => Self::Weekly,
            Self::Weekly | Self::Monthly => Self::Monthly,
            Self::Irregular(hours) => Self::Irregular(hours * 3),
        }
    }
}

impl Syncs {
    /// First moment of the year of a sample.
    #[must_use]
    pub fn start() -> NaiveDateTime {
        DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default().naive_utc()
    }

    /// First moment after it.
    #[must_use]
    pub fn end() -> NaiveDateTime {
        Self::start() + days(DAYS)
    }

    /// The sample of a seed: one year of runs of every series, with neither capability nor account.
    #[must_use]
    pub fn sample(&self, seed: u64) -> Vec<SyncSeries> {
        let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed));
        (0..self.series).map(|_| one(self, &mut draws)).collect()
    }
}

fn one(syncs: &Syncs, draws: &mut Draws) -> SyncSeries {
    let cadence = match draws.uniform() {
        u if u < 0.10 => Cadence::Hourly,
        u if u < 0.16 => Cadence::WorkingHours,
        u if u < 0.30 => Cadence::FourHourly,
        u if u < 0.52 => Cadence::Daily,
        u if u < 0.66 => Cadence::Weekdays,
        u if u < 0.78 => Cadence::Weekly,
        u if u < 0.86 => Cadence::Monthly,
        _ => Cadence::Irregular(rounded(24.0 * draws.lognormal(0.8)).clamp(3, 240)),
    };
    let is_new = draws.uniform() < 0.5;
    let from = Syncs::start() + days(if is_new { 0.6 * DAYS * draws.uniform() } else { 0.0 });
    let changes = draws.uniform() < 0.1;
    let change =
        from + (Syncs::end() - from) / 100 * i32::try_from(rounded(20.0 + 60.0 * draws.uniform())).unwrap_or(0);
    let change = if changes { change } else { Syncs::end() };
    let moments = moments(cadence, from, change, draws);
    let planted = if draws.uniform() < syncs.planted {
        let first = (planted(from, |at| if at < change { cadence } else { cadence.rarer() }, draws), draws.uniform());
        let second = planted(from, |at| if at < change { cadence } else { cadence.rarer() }, draws);
        // A week and three cadences between, so that one failure is not two.
        let apart = days(7.0) + hours(3.0 * first.0.cadence_hours.max(second.cadence_hours));
        let is_apart = second.from > first.0.until + apart || first.0.from > second.until + apart;
        let mut planted = if first.1 < 0.5 && is_apart { vec![first.0, second] } else { vec![first.0] };
        planted.sort_by_key(|planted| planted.from);
        planted
    } else {
        Vec::new()
    };
    let settled = change + days(28.0).max(hours(4.0 * cadence.rarer().hours()));
    let pauses = if changes { vec![(change, settled)] } else { Vec::new() };
    Life::draw(draws).live(SyncSeries { cadence, from, runs: Vec::new(), planted, pauses }, &moments, draws)
}

/// When it is due.
fn moments(cadence: Cadence, from: NaiveDateTime, change: NaiveDateTime, draws: &mut Draws) -> Vec<NaiveDateTime> {
    let is_local = draws.uniform() < 0.5;
    let jitter = if draws.uniform() < 0.25 { 0.15 * draws.uniform() } else { 0.0 };
    let works_on_weekdays = draws.uniform() < 0.5;
    let phase =
        (f64::from(rounded(24.0 * draws.uniform())), rounded(7.0 * draws.uniform()), rounded(27.0 * draws.uniform()));
    let minute = 60.0 * draws.uniform();
    let mut found = Vec::new();
    let (mut at, mut waits) = (from, from);
    while at < Syncs::end() {
        let cadence = if at < change { cadence } else { cadence.rarer() };
        let local = i64::from(is_local && is_summer(at));
        let hour = f64::from((at + TimeDelta::hours(local)).hour());
        let weekday = at.weekday().num_days_from_monday();
        let is_weekend = matches!(at.weekday(), Weekday::Sat | Weekday::Sun);
        let (is_due, step) = match cadence {
            Cadence::Hourly => (true, 1.0),
            Cadence::WorkingHours => ((7.0..18.0).contains(&hour) && !is_weekend, 1.0),
            Cadence::FourHourly => (hour % 4.0 < 1.0, 1.0),
            Cadence::Daily => (within_hour(hour, phase.0), 1.0),
            Cadence::Weekdays => (within_hour(hour, phase.0) && !is_weekend, 1.0),
            Cadence::Weekly => (within_hour(hour, phase.0) && weekday == phase.1 % 7, 1.0),
            Cadence::Monthly => (within_hour(hour, phase.0) && at.day() == phase.2 + 1, 1.0),
            Cadence::Irregular(mean) => {
                let is_due = waits <= at && !(works_on_weekdays && is_weekend);
                if is_due {
                    waits = at + hours(-f64::from(mean) * (1.0 - draws.uniform()).ln());
                }
                (is_due, 1.0)
            }
        };
        if is_due {
            let late = jitter * cadence.hours() * draws.uniform() + (3.0 * draws.lognormal(0.7) + minute) / 60.0;
            found.push(at + hours(late));
        }
        at += hours(step);
    }
    found.retain(|at| *at < Syncs::end());
    found.sort_unstable();
    found
}

fn within_hour(hour: f64, phase: f64) -> bool {
    (hour - phase).abs() < 0.5 || (hour - phase + 24.0).abs() < 0.5
}

fn planted(from: NaiveDateTime, cadence: impl Fn(NaiveDateTime) -> Cadence, draws: &mut Draws) -> PlantedSync {
    let life = (Syncs::end() - from).num_minutes();
    let begins = from + TimeDelta::minutes(life / 1000 * i64::from(rounded(970.0 * draws.uniform())));
    // What raises an error is mended sooner than what does not.
    let (kind, median) = match draws.uniform() {
        u if u < 0.25 => (EpisodeKind::Failed, 2.0),
        u if u < 0.5 => (EpisodeKind::Partial, 4.0),
        u if u < 0.75 => (EpisodeKind::Empty, 10.0),
        _ => (EpisodeKind::Overdue, 7.0),
    };
    let cadence_hours = cadence(begins).hours();
    let least = 3.0 * cadence_hours * (1.0 + 0.5 * draws.uniform());
    let length = (24.0 * median * draws.lognormal(0.9)).min(60.0 * 24.0).max(least);
    PlantedSync { kind, from: begins, until: (begins + hours(length)).min(Syncs::end()), cadence_hours }
}

/// What happens to a series besides what is planted.
struct Life {
    moves: Moves,
    fails: f64,
    retries: bool,
    disturbed: f64,
    skips: f64,
    pause: Option<(NaiveDateTime, NaiveDateTime)>,
    christmas: f64,
}

impl Life {
    fn draw(draws: &mut Draws) -> Self {
        let moves = match draws.uniform() {
            u if u < 0.4 => Moves::Always,
            u if u < 0.65 => Moves::WorkingTime,
            u if u < 0.82 => Moves::Seldom(0.1 + 0.7 * draws.uniform()),
            u if u < 0.9 => Moves::QuietWeeks,
            _ => Moves::Unknown,
        };
        let fails = 0.05 * draws.uniform().powi(2);
        let pause = Syncs::start() + days(DAYS * draws.uniform());
        Self {
            moves,
            fails,
            retries: draws.uniform() < 0.3,
            disturbed: if draws.uniform() < 0.2 { 0.004 } else { 0.0 },
            skips: if draws.uniform() < 0.4 { 0.02 * draws.uniform() } else { 0.0 },
            pause: (draws.uniform() < 0.15).then(|| (pause, pause + days(7.0 + 14.0 * draws.uniform()))),
            christmas: draws.uniform(),
        }
    }

    fn live(&self, mut series: SyncSeries, moments: &[NaiveDateTime], draws: &mut Draws) -> SyncSeries {
        let mut planted = std::mem::take(&mut series.planted);
        if matches!(self.moves, Moves::Unknown) {
            // Where records are not stated nobody can see that there are none.
            let seen = planted.iter_mut().filter(|planted| planted.kind == EpisodeKind::Empty);
            seen.for_each(|planted| planted.kind = EpisodeKind::Overdue);
        }
        let (mut is_quiet, mut disturbed) = (false, 0);
        for &at in moments {
            let is_paused = self.pause.is_some_and(|(from, until)| (from..until).contains(&at));
            let is_christmas = at.month() == 12 && at.day() >= 24;
            if is_paused || (is_christmas && self.christmas < 0.3) || draws.uniform() < self.skips {
                continue;
            }
            let now = planted.iter().find(|planted| (planted.from..planted.until).contains(&at)).map(|now| now.kind);
            if now == Some(EpisodeKind::Overdue) {
                continue;
            }
            if draws.uniform() < 1.0 / if is_quiet { 8.0 } else { 40.0 } {
                is_quiet = !is_quiet;
            }
            let is_working = !matches!(at.weekday(), Weekday::Sat | Weekday::Sun) && (6..20).contains(&at.hour());
            let is_empty = match self.moves {
                Moves::Always | Moves::Unknown => false,
                Moves::WorkingTime => !is_working && draws.uniform() < 0.9,
                Moves::Seldom(share) => draws.uniform() < share,
                Moves::QuietWeeks => is_quiet,
            };
            let is_empty = is_empty || (is_christmas && self.christmas < 0.6) || now == Some(EpisodeKind::Empty);
            disturbed = if draws.uniform() < self.disturbed { 2 } else { (disturbed - 1).max(0) };
            let mut fails = match now {
                Some(EpisodeKind::Failed) => draws.uniform() < 0.97,
                _ => disturbed > 0 || draws.uniform() < self.fails,
            };
            let mut at = at;
            for attempt in 0..4 {
                let records =
                    if matches!(self.moves, Moves::Unknown) { None } else { Some(i64::from(!is_empty) * 100) };
                let is_partial = now == Some(EpisodeKind::Partial);
                let (status, records, lost) = match (fails, is_partial) {
                    (true, _) => ("failed", records.map(|_| 0), None),
                    (false, true) => ("partial", records, records.map(|records| records / 4)),
                    (false, false) => ("ok", records, records.map(|_| 0)),
                };
                series.runs.push(Run {
                    started_at: Some(at),
                    ended_at: Some(at + hours(0.03 + 0.02 * draws.uniform())),
                    status: Some(status.into()),
                    error_class: fails.then(|| "timeout".to_owned()),
                    records,
                    records_failed: lost,
                    retries: Some(attempt),
                    ..Run::default()
                });
                if !(fails && self.retries) {
                    break;
                }
                at += hours(0.1 + 0.2 * draws.uniform());
                fails = if now == Some(EpisodeKind::Failed) { draws.uniform() < 0.97 } else { draws.uniform() < 0.4 };
            }
        }
        series.runs.retain(|run| run.started_at.is_some_and(|at| at < Syncs::end()));
        series.runs.sort_by_key(|run| run.started_at);
        series.pauses.extend(self.pause);
        let christmas = Syncs::end() - days(8.0);
        series.pauses.extend((self.christmas < 0.6).then(|| (christmas, Syncs::end())));
        Self::seen(series, planted)
    }

    /// What is planted touches runs, or the lack of them: it begins when the first run is touched or due and ends with the life of
    /// the series at the latest.
    fn seen(mut series: SyncSeries, planted: Vec<PlantedSync>) -> SyncSeries {
        let least = |planted: &PlantedSync| planted.until - planted.from >= hours(2.9 * planted.cadence_hours);
        series.planted = planted.into_iter().filter(least).collect();
        series
    }
}

/// Rules of the European Union in 2026.
fn is_summer(at: NaiveDateTime) -> bool {
    let day = (at.month(), at.day());
    ((3, 29)..(10, 25)).contains(&day)
}

fn days(days: f64) -> TimeDelta {
    hours(24.0 * days)
}

#[expect(clippy::cast_possible_truncation, reason = "hours of a few years")]
fn hours(hours: f64) -> TimeDelta {
    TimeDelta::seconds((hours * 3600.0).round() as i64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
fn rounded(number: f64) -> u32 {
    number.floor() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNCS: Syncs = Syncs { series: 200, planted: 0.5 };

    #[test]
    fn a_seed_is_a_sample() {
        let few = Syncs { series: 20, planted: 0.5 };
        assert_eq!(few.sample(3), few.sample(3));
        assert_ne!(few.sample(3), few.sample(4));
    }

    #[test]
    fn what_is_planted_is_in_the_runs() {
        let mut planted = 0;
        for series in SYNCS.sample(1) {
            for failure in &series.planted {
                planted += 1;
                let inside = series.runs.iter().filter(|run| {
                    let at = run.started_at.unwrap();
                    // Retries of a run that was due before.
                    failure.from + hours(2.0) <= at && at < failure.until
                });
                let worked = inside
                    .clone()
                    .filter(|run| run.status.as_deref() == Some("ok") && run.records.is_none_or(|records| records > 0));
                let runs = inside.clone().count();
                match failure.kind {
                    EpisodeKind::Overdue => assert_eq!(runs, 0, "{failure:?}"),
                    // Three in a hundred work all the same, and retries more.
                    EpisodeKind::Failed => assert!(worked.count() * 5 <= runs + 5, "{failure:?}"),
                    EpisodeKind::Partial | EpisodeKind::Empty => assert_eq!(worked.count(), 0, "{failure:?}"),
                }
                assert!(failure.until - failure.from >= hours(2.9 * failure.cadence_hours));
            }
        }
        assert!((60..160).contains(&planted), "{planted}");
    }

    #[test]
    fn runs_are_in_order_and_within_the_year() {
        let sample = SYNCS.sample(2);
        let runs = |series: &SyncSeries| series.runs.iter().map(|run| run.started_at.unwrap()).collect::<Vec<_>>();
        assert!(sample.iter().all(|series| runs(series).is_sorted()));
        assert!(sample.iter().all(|series| runs(series).iter().all(|at| *at >= series.from && *at < Syncs::end())));
        for cadence in [Cadence::Hourly, Cadence::WorkingHours, Cadence::Daily, Cadence::Weekly, Cadence::Monthly] {
            let clean = |series: &&SyncSeries| {
                series.cadence == cadence && series.planted.is_empty() && series.pauses.is_empty()
            };
            // A year of runs over the cadence, retries and skipped runs apart.
            for series in sample.iter().filter(clean) {
                let due = (Syncs::end() - series.from).num_hours() as f64 / cadence.hours();
                let found = series.runs.iter().filter(|run| run.retries == Some(0)).count() as f64;
                assert!((found - due).abs() <= 2.0 + 0.04 * due, "{cadence:?}: {found}, not {due}");
            }
        }
    }
}
