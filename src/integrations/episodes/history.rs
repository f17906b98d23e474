//! What the past of one series says of its present. Only the past is asked: what comes later changes no judgement.

use chrono::{NaiveDateTime, TimeDelta};

use super::super::hours_between;
use super::super::series::{Attempt, Result};
use super::habit::{Chain, Gaps};
use super::own_time::{Clock, HOURS, hour_of_week};
use crate::config::ReliabilitySettings;

/// A history must have seen every hour of the week twice before it can say that one is unusual.
const LEAST_HOURS: f64 = 336.0;
/// Two overdue gaps in a row are a new cadence, chosen by somebody, where the longer is at most this many times the other.
const ALIKE: f64 = 1.5;

/// The past of one series.
#[derive(Debug)]
pub(super) struct History<'a> {
    settings: &'a ReliabilitySettings,
    /// Ordinary gaps, from start to start.
    gaps: Vec<(NaiveDateTime, NaiveDateTime)>,
    /// Their sum.
    hours: f64,
    /// The gap before, where it was overdue.
    overdue: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Of the runs that ended well, or in part, of empty episodes only those that made it evident: the hour of the week, and whether they moved anything.
    moved: Vec<(usize, bool)>,
    /// Entries at the end of `moved` that moved nothing.
    empties: usize,
    /// How many of them there were when they were no longer usual, and the gap that they then made.
    evident: Option<(usize, f64)>,
    failures: Chain,
    /// The last run that counts as a trial, and whether it was bad.
    trial: Option<(NaiveDateTime, bool)>,
    usual: Option<Usual>,
    /// The last typical gap that was known, hours.
    typical: f64,
    /// Gaps at which it is learned anew what is usual.
    learn_at: usize,
}

/// What is usual. It is learned from all of the past each time that it has grown by a quarter; in between only gaps are added.
#[derive(Debug)]
struct Usual {
    plain: (Clock, Gaps),
    own: (Clock, Gaps),
    /// Part of the runs that moves something, by hour of the week.
    moving: Vec<f64>,
    /// Gaps between runs that moved something, in such runs to expect.
    deliveries: Option<Gaps>,
    /// The current one.
    since_delivery: f64,
    /// Runs a day, a burst as one; 1 where they are rarer.
    per_day: f64,
}

/// A silence that is no longer usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Silence {
    /// When the next run was due.
    pub due: NaiveDateTime,
    /// From when it was no longer usual.
    pub evident: NaiveDateTime,
    pub chance: f64,
}

impl<'a> History<'a> {
    pub fn new(settings: &'a ReliabilitySettings) -> Self {
        Self {
            settings,
            gaps: Vec::new(),
            hours: 0.0,
            overdue: None,
            moved: Vec::new(),
            empties: 0,
            evident: None,
            failures: Chain::default(),
            trial: None,
            usual: None,
            typical: 0.0,
            learn_at: least_gaps(settings),
        }
    }

    /// Whether there was nothing for longer than is usual, from the start of a run to a later moment.
    pub fn silence(&self, last: &Attempt, until: NaiveDateTime) -> Option<Silence> {
        let usual = self.usual.as_ref()?;
        let limit = self.settings.chance / usual.per_day;
        let factor = self.settings.longest_gap_factor;
        let from = last.started;
        let ends = [&usual.plain, &usual.own].map(|(clock, gaps)| clock.after(from, gaps.limit(factor, limit)));
        // A run that takes long is no silence.
        let evident = ends.into_iter().flatten().min()?.max(last.ended);
        if evident >= until {
            return None;
        }
        let chances = [&usual.plain, &usual.own].map(|(clock, gaps)| gaps.chance(clock.between(from, until)));
        let due = usual.own.0.after(from, usual.own.1.typical).unwrap_or(evident);
        Some(Silence {
            due: due.clamp(last.ended, evident),
            evident,
            chance: (chances[0].min(chances[1]) * usual.per_day).min(1.0),
        })
    }

    /// Takes note of a gap between two starts; of one that was overdue as if it had ended when that was evident.
    pub fn gap(&mut self, from: NaiveDateTime, until: NaiveDateTime, silence: Option<Silence>) {
        if let Some(silence) = silence {
            let before = self.overdue.replace((from, until)).filter(|before| alike(*before, (from, until)));
            if let Some(before) = before {
                self.gaps = vec![before, (from, until)];
                self.hours = hours_between(before.0, before.1) + hours_between(from, until);
                self.usual = None;
                self.learn_at = least_gaps(self.settings);
                return;
            }
            return self.usual_gap(from, silence.evident);
        }
        self.overdue = None;
        self.usual_gap(from, until);
    }

    fn usual_gap(&mut self, from: NaiveDateTime, until: NaiveDateTime) {
        self.gaps.push((from, until));
        self.hours += hours_between(from, until);
        if self.gaps.len() >= self.learn_at && self.hours >= LEAST_HOURS {
            self.learn();
        } else if let Some(usual) = &mut self.usual {
            for (clock, gaps) in [&mut usual.plain, &mut usual.own] {
                gaps.add(clock.between(from, until));
            }
        }
    }

    /// Takes note of what a run moved; of an empty one gives the chance of the runs since something was moved, where they are no
    /// longer usual. Those that come later are then forgotten, as if something had been moved at once.
    pub fn moved(&mut self, run: &Attempt) -> Option<f64> {
        let is_delivery = match run.result {
            Result::Failed => return None,
            Result::Empty => false,
            Result::Good | Result::Partial => true,
        };
        let evident = if is_delivery { self.evident.take() } else { self.evident };
        if let Some((empties, _)) = evident.filter(|_| is_delivery) {
            self.moved.truncate(self.moved.len() - (self.empties - empties));
        }
        let hour = hour_of_week(run.started);
        self.moved.push((hour, is_delivery));
        self.empties = if is_delivery { 0 } else { self.empties + 1 };
        let usual = self.usual.as_mut()?;
        usual.since_delivery += usual.moving[hour];
        if is_delivery {
            let gap = std::mem::take(&mut usual.since_delivery);
            if let Some(gaps) = &mut usual.deliveries {
                gaps.add(evident.map_or(gap, |evident| evident.1));
            }
            return None;
        }
        // As if the next one moved something.
        let gaps = usual.deliveries.as_ref()?;
        let gap = usual.since_delivery + gaps.typical;
        let limit = gaps.limit(self.settings.longest_gap_factor, self.settings.chance / usual.per_day);
        let chance = gaps.chance(gap) * usual.per_day;
        if gap < limit || chance >= self.settings.chance {
            return None;
        }
        self.evident.get_or_insert((self.empties, gap));
        Some(chance.min(1.0))
    }

    /// Whether a run is a trial of its own: runs alike within half of the typical gap are one trial and its retries.
    pub fn is_trial(&mut self, run: &Attempt, bad: bool) -> bool {
        let apart = self.typical / 2.0;
        let is_new = self.trial.is_none_or(|(at, was_bad)| was_bad != bad || hours_between(at, run.started) >= apart);
        if is_new {
            self.trial = Some((run.started, bad));
        }
        is_new
    }

    /// Takes note of a run that worked.
    pub fn worked(&mut self) {
        self.failures.good += 1.0;
    }

    /// Takes note of a stretch of failed trials.
    pub fn failed(&mut self, trials: f64) {
        self.failures.add_stretch(trials);
    }

    /// The chance of a stretch of failed trials within a day, 0–1, and whether there is history enough to say so.
    pub fn chance_of_failures(&self, trials: f64) -> (f64, bool) {
        let seen = self.failures.good + self.failures.bad;
        let per_day = self.usual.as_ref().map_or(1.0, |usual| usual.per_day);
        let is_known = seen >= f64::from(self.settings.min_runs);
        ((self.failures.chance(trials) * per_day).min(1.0), is_known)
    }

    /// The typical gap; 0 before it is known.
    #[expect(clippy::cast_possible_truncation, reason = "hours between two runs")]
    pub fn typical(&self) -> TimeDelta {
        TimeDelta::try_seconds((self.typical * 3600.0) as i64).unwrap_or_default()
    }

    fn learn(&mut self) {
        let mut plain: Vec<f64> = self.gaps.iter().map(|&(from, until)| hours_between(from, until)).collect();
        let hours = self.hours;
        self.learn_at = self.gaps.len() + (self.gaps.len() / 4).max(4);
        let clock = Clock::of_runs(self.gaps.iter().map(|gap| hour_of_week(gap.0)), hours / 168.0);
        let mut own: Vec<f64> = self.gaps.iter().map(|&(from, until)| clock.between(from, until)).collect();
        let (Some(plain), Some(own)) = (Gaps::of(&mut plain), Gaps::of(&mut own)) else { return };
        let moving = self.moving();
        let (mut between, mut since_delivery) = (Vec::new(), 0.0);
        for &(hour, is_delivery) in &self.moved {
            since_delivery += moving[hour];
            if is_delivery {
                between.push(since_delivery);
                since_delivery = 0.0;
            }
        }
        self.typical = plain.typical;
        self.usual = Some(Usual {
            per_day: (plain.slots() / (hours / 24.0)).max(1.0),
            plain: (Clock::plain(), plain),
            own: (clock, own),
            moving,
            deliveries: if between.len() < least_gaps(self.settings) { None } else { Gaps::of(&mut between) },
            since_delivery,
        });
    }

    /// Part of the runs that moves something, by hour of the week: of all runs, times what its weekday and its hour of the day have
    /// more or less than all, each drawn towards all by one run. Empty runs of which it is not yet known whether they
    /// are usual do not count.
    fn moving(&self) -> Vec<f64> {
        let (mut days, mut hours, mut all) = ([(0.0, 0.0); 7], [(0.0, 0.0); 24], (0.0, 0.0));
        for &(hour, moved) in &self.moved[..self.moved.len() - self.empties] {
            for count in [&mut days[hour / 24 % 7], &mut hours[hour % 24], &mut all] {
                count.0 += 1.0;
                count.1 += f64::from(u8::from(moved));
            }
        }
        let any = (all.1 + 0.5) / (all.0 + 1.0);
        let share = |(runs, moving): (f64, f64)| (moving + any) / (runs + 1.0);
        (0..HOURS).map(|hour| (share(days[hour / 24]) * share(hours[hour % 24]) / any).min(1.0)).collect()
    }
}

/// As many runs have one gap less.
fn least_gaps(settings: &ReliabilitySettings) -> usize {
    usize::try_from(settings.min_runs).unwrap_or(usize::MAX).saturating_sub(1).max(1)
}

fn alike(one: (NaiveDateTime, NaiveDateTime), other: (NaiveDateTime, NaiveDateTime)) -> bool {
    let (one, other) = (hours_between(one.0, one.1), hours_between(other.0, other.1));
    one.max(other) <= ALIKE * one.min(other)
}
