//! Time as one series lives it: a clock that runs as fast as its runs are frequent at that hour of the week.

use chrono::{DateTime, NaiveDateTime, TimeDelta};

/// Hours of a week.
pub(super) const HOURS: usize = 168;
const MS_OF_HOUR: i64 = 3_600_000;
const MS_OF_WEEK: i64 = 168 * MS_OF_HOUR;
/// 1970-01-05, a Monday: hours of the week are counted from it.
const MONDAY_MS: i64 = 4 * 24 * MS_OF_HOUR;

/// The hour of the week, 0 (Monday from midnight, UTC) to 167.
pub(super) fn hour_of_week(moment: NaiveDateTime) -> usize {
    usize::try_from(milliseconds(moment).rem_euclid(MS_OF_WEEK) / MS_OF_HOUR).unwrap_or(0)
}

fn milliseconds(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_millis() - MONDAY_MS
}

/// A clock whose speed depends on the hour of the week.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    /// Time on it at the start of every hour of a week, and at the end of the last.
    passed: Vec<f64>,
}

impl Clock {
    /// The clock on the wall, in hours.
    pub fn plain() -> Self {
        Self::of(|_| 1.0)
    }

    /// Expected runs, of runs at these hours of the week in so many weeks: runs a week, times the share of its weekday, times the
    /// share of its hour of the day, one run added to every weekday and to every hour. Shares of all 168 hours each for itself
    /// would take what is chance in a few dozen runs for a pattern. Of no runs or no time, the clock on the wall.
    pub fn of_runs(hours_of_week: impl Iterator<Item = usize>, weeks: f64) -> Self {
        let (mut days, mut hours, mut runs) = ([1.0; 7], [1.0; 24], 0.0);
        for hour in hours_of_week {
            days[hour / 24 % 7] += 1.0;
            hours[hour % 24] += 1.0;
            runs += 1.0;
        }
        if runs <= 0.0 || weeks <= 0.0 {
            return Self::plain();
        }
        Self::of(|hour| runs / weeks * (days[hour / 24] / (runs + 7.0)) * (hours[hour % 24] / (runs + 24.0)))
    }

    fn of(speed: impl Fn(usize) -> f64) -> Self {
        let mut passed = vec![0.0; HOURS + 1];
        for hour in 0..HOURS {
            passed[hour + 1] = passed[hour] + speed(hour);
        }
        Self { passed }
    }

    /// Time on it between two moments.
    pub fn between(&self, from: NaiveDateTime, until: NaiveDateTime) -> f64 {
        self.reading(until) - self.reading(from)
    }

    /// The moment at which `time` has passed on it since `from`.
    pub fn after(&self, from: NaiveDateTime, time: f64) -> Option<NaiveDateTime> {
        let week = self.passed[HOURS];
        let reading = self.reading(from) + time;
        let weeks = (reading / week).floor();
        let rest = reading - weeks * week;
        let hour = self.passed.partition_point(|&passed| passed <= rest).clamp(1, HOURS) - 1;
        let part = (rest - self.passed[hour]) / (self.passed[hour + 1] - self.passed[hour]);
        let hours = weeks * hours_as_f64(HOURS) + hours_as_f64(hour) + part.clamp(0.0, 1.0);
        moment(hours)
    }

    /// Since the first Monday of 1970.
    fn reading(&self, moment: NaiveDateTime) -> f64 {
        let at = milliseconds(moment);
        let (weeks, rest) = (at.div_euclid(MS_OF_WEEK), at.rem_euclid(MS_OF_WEEK));
        let hour = usize::try_from(rest / MS_OF_HOUR).unwrap_or(0);
        let part = ms_as_f64(rest % MS_OF_HOUR) / ms_as_f64(MS_OF_HOUR);
        ms_as_f64(weeks) * self.passed[HOURS] + self.passed[hour] + part * (self.passed[hour + 1] - self.passed[hour])
    }
}

#[expect(clippy::cast_possible_truncation, reason = "held to what a moment can be")]
fn moment(hours: f64) -> Option<NaiveDateTime> {
    let limit = 1e10;
    if !hours.is_finite() || hours.abs() > limit {
        return None;
    }
    let since = TimeDelta::try_milliseconds((hours * ms_as_f64(MS_OF_HOUR)).round() as i64 + MONDAY_MS)?;
    DateTime::UNIX_EPOCH.naive_utc().checked_add_signed(since)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of centuries lie far below 2^53")]
fn ms_as_f64(milliseconds: i64) -> f64 {
    milliseconds as f64
}

#[expect(clippy::cast_precision_loss, reason = "hours of a week")]
fn hours_as_f64(hours: usize) -> f64 {
    hours as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::testing::at;
    use proptest::prelude::*;

    /// 2026-07-06 is a Monday.
    #[test]
    fn hours_of_the_week_by_hand() {
        assert_eq!(hour_of_week(at("07-06T00:00")), 0);
        assert_eq!(hour_of_week(at("07-05T23:59")), 167);
        assert_eq!(hour_of_week(at("07-08T13:30")), 2 * 24 + 13);
        assert_eq!(hour_of_week("1969-12-29T00:00:00".parse().unwrap()), 0);
    }

    #[test]
    fn the_plain_clock_counts_hours() {
        let clock = Clock::plain();
        assert!((clock.between(at("07-01T09:00"), at("07-20T10:30")) - (19.0 * 24.0 + 1.5)).abs() < 1e-9);
        assert_eq!(clock.after(at("07-01T09:00"), 30.0), Some(at("07-02T15:00")));
        assert_eq!(clock.after(at("07-01T09:00"), f64::INFINITY), None);
    }

    /// Three runs in three weeks, all on Monday at 9: one a week, 4/10 of it on Mondays and 4/27 of it at 9.
    #[test]
    fn the_own_clock_by_hand() {
        let clock = Clock::of_runs([9, 9, 9].into_iter(), 3.0);
        let close = |from: &str, until: &str, expected: f64| {
            let found = clock.between(at(from), at(until));
            assert!((found - expected).abs() < 1e-9, "{from} to {until}: {found}, not {expected}");
        };
        close("07-06T09:00", "07-06T10:00", 0.4 * 4.0 / 27.0);
        close("07-06T09:30", "07-06T10:00", 0.2 * 4.0 / 27.0);
        close("07-06T00:00", "07-07T00:00", 0.4);
        close("07-07T09:00", "07-07T10:00", 0.1 * 4.0 / 27.0);
        close("07-06T09:30", "07-20T09:30", 2.0);
        assert_eq!(Clock::of_runs(std::iter::empty(), 3.0), Clock::plain());
        assert_eq!(Clock::of_runs([9].into_iter(), 0.0), Clock::plain());
    }

    proptest! {
        #[test]
        fn after_undoes_between(
            starts in prop::collection::vec(0_usize..HOURS, 1..200),
            from in 0_i64..1_000_000,
            minutes in 1_i64..200_000,
        ) {
            let clock = Clock::of_runs(starts.into_iter(), 5.0);
            let from = at("01-01T00:00") + TimeDelta::minutes(from);
            let until = from + TimeDelta::minutes(minutes);
            let found = clock.after(from, clock.between(from, until)).unwrap();
            prop_assert!((found - until).num_milliseconds().abs() <= 2, "{found} {until}");
        }
    }
}
