//! Times of failures: mean, median and 95th percentile with their intervals.

use super::facts::hours_between;
use super::{Durations, Failure};
use crate::stats;
use crate::units::definition;

definition! {
    /// Hours from the onset of a failure to the first sign that anybody had (MTTD), and from that sign to somebody taking it on
    /// (MTTA), over the failures that count, began in the period, and have both moments; their number stands beside each.
    ///
    /// The onset is the middle between the last good run and the first bad one, since the data do not say where between the two
    /// it lies; an incident without runs has the onset that it states. A sign before the onset counts as no time at all. A
    /// customer who writes after all is over is a sign too: that failure was in the dark for its whole length, and the time runs
    /// on to the day when it became known.
    ///
    /// Three figures stand side by side. The *mean* (Student's interval) is what the hours add up to, and what most dashboards show;
    /// one failure that nobody saw for a month moves it more than fifty that were seen in a minute. The
    /// *median* is what a customer can expect, and the *95th percentile* (by linear interpolation) what the unlucky one gets. Times of failures
    /// are skewed so strongly that the mean without the other two says little of either. The intervals of median and percentile are order statistics and
    /// assume no form of the distribution; where fewer than 72 failures bound a 95th percentile, its upper end
    /// is infinite, which is the honest answer.
    ///
    /// Where taking it on is the first sign itself, as in a table that states no detection, there is no time to acknowledge: that
    /// somebody saw it at that very moment is how the sign was found, and no observation.
    ///
    /// A failure that nobody ever saw has no time to detect. It is counted apart, because a mean over those that were seen
    /// looks the better the more are missed: read the two together.
    pub MTTD, "mttd", "Time to detect and to acknowledge"
}

definition! {
    /// MTTR is written for two different times, and both are given. *Time to restore* runs from the onset to the end: how long a
    /// customer was without it. *Time to repair* runs from the first sign to the end: how long those took who knew. Where
    /// detection is slow the second looks well and the first does not, which is why it must be said which one is meant. For every
    /// failure whose end and detection are both known, in that order, time to restore is time to detect plus time to repair.
    ///
    /// The end is that of the last of its episodes, in the middle between the last bad run and the first good one; without
    /// episodes, that of the incident. An incident that is closed while a run still fails is not over: status is not truth.
    /// Over the failures that count and began in the period, in hours, with mean, median and 95th percentile as for the time to
    /// detect.
    ///
    /// Failures that are still open have no such time, so that the figures are of those that are over; of a period in
    /// which many are open they are too short. Failures that nobody ever saw, or only after their end, were repaired by
    /// nobody: they have a time to restore and none to repair.
    pub MTTR, "mttr", "Time to restore and to repair"
}

/// The times of one failure, in hours; `None` where a moment is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Times {
    /// From onset to the first sign.
    pub detect: Option<f64>,
    /// From the first sign to somebody taking it on.
    pub acknowledge: Option<f64>,
    /// From onset to the end.
    pub restore: Option<f64>,
    /// From the first sign to the end; `None` also where the first sign came after the end.
    pub repair: Option<f64>,
}

impl Times {
    /// Of a failure; see [`MTTD`] and [`MTTR`].
    pub fn of(failure: &Failure) -> Self {
        let onset = failure.began.middle();
        let (detected, resolved) = (failure.detected_at, failure.resolved_at);
        let repaired = detected.zip(resolved).filter(|(detected, resolved)| detected <= resolved);
        Self {
            detect: detected.map(|detected| hours_between(onset, detected)),
            acknowledge: detected
                .zip(failure.acknowledged_at)
                .filter(|(detected, acknowledged)| detected < acknowledged)
                .map(|(detected, acknowledged)| hours_between(detected, acknowledged)),
            restore: resolved.map(|resolved| hours_between(onset, resolved)),
            // A sign may lie between the last good run and the middle.
            repair: repaired.map(|(detected, resolved)| hours_between(detected.max(onset), resolved)),
        }
    }
}

/// Of times in hours, in any order.
pub(super) fn durations(mut hours: Vec<f64>) -> Durations {
    let times = (0.0, f64::INFINITY);
    // Sorted first, so that the sums do not hang on the order in which failures stand.
    let median = stats::median(&mut hours, times);
    Durations {
        n: hours.len() as u64,
        mean: stats::mean(&hours, times),
        median,
        p95: stats::quantile_estimate(&mut hours, 0.95, times),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Moment;
    use super::super::detection::testing::failure;
    use super::super::testing::at;
    use super::*;
    use crate::units::Estimate;

    #[test]
    fn none_one_and_two() {
        assert_eq!(durations(Vec::new()), Durations::default());
        let open = |point, low| Some(Estimate { point, low, high: f64::INFINITY, n: 1 });
        let one = durations(vec![5.0]);
        assert_eq!((one.n, one.mean, one.median, one.p95), (1, open(5.0, 0.0), open(5.0, 0.0), open(5.0, 0.0)));
        let two = durations(vec![3.0, 1.0]);
        let mean = two.mean.unwrap();
        assert_eq!((two.n, mean.point, mean.low), (2, 2.0, 0.0), "times are not negative");
        assert!((mean.high - (2.0 + 12.706_204_736_174_694)).abs() < 1e-9);
        assert!((two.p95.unwrap().point - 2.9).abs() < 1e-12);
    }

    /// Ninety-nine that were seen within the hour and one that took a year.
    #[test]
    fn one_that_was_missed_moves_the_mean_and_not_the_median() {
        let hours = [vec![1.0; 99], vec![8_760.0]].concat();
        let found = durations(hours);
        assert!((found.mean.unwrap().point - 88.59).abs() < 1e-9);
        assert_eq!(found.median.unwrap(), Estimate { point: 1.0, low: 1.0, high: 1.0, n: 100 });
        let p95 = found.p95.unwrap();
        assert_eq!((p95.point, p95.high), (1.0, 8_760.0));
    }

    #[test]
    fn the_times_of_one_failure() {
        let mut one = failure(0, at("07-01T00:00"));
        let none = Times { detect: None, acknowledge: None, restore: None, repair: None };
        assert_eq!(Times::of(&one), none);
        one.began = Moment { earliest: at("07-01T00:00"), latest: at("07-01T02:00") };
        one.detected_at = Some(at("07-01T04:00"));
        one.acknowledged_at = Some(at("07-01T04:30"));
        one.resolved_at = Some(at("07-01T10:00"));
        let all = Times { detect: Some(3.0), acknowledge: Some(0.5), restore: Some(9.0), repair: Some(6.0) };
        assert_eq!(Times::of(&one), all);
        one.detected_at = Some(at("07-01T00:30"));
        let early = Times { detect: Some(0.0), acknowledge: Some(4.0), restore: Some(9.0), repair: Some(9.0) };
        assert_eq!(Times::of(&one), early, "known before the expected onset");
        one.detected_at = Some(at("07-02T01:00"));
        let late = Times { detect: Some(24.0), acknowledge: None, restore: Some(9.0), repair: None };
        assert_eq!(Times::of(&one), late, "nobody repaired it");
    }
}
