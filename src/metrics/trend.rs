use chrono::NaiveDate;

use crate::stats;
use crate::units::{Estimate, Month, definition};

definition! {
    /// Change of adoption per month: the Theil–Sen slope (Sen 1968) of monthly adoption, over the months of the data up
    /// to the end of the period, at most 24, and from the month after the launch's. −0.002 means that every
    /// month two accounts in a thousand stop using it.
    ///
    /// The median of slopes and not a least-squares line, because one odd month must not make a trend.
    pub TREND, "trend_per_month", "Trend per month"
}

definition! {
    /// Two-sided p of the Mann–Kendall test for a monotonic trend, corrected for ties (Mann 1945, Kendall 1975). Months
    /// of one capability are not independent, so small values are too small: a sign, not a proof. Unknown below four months.
    pub TREND_P, "trend_p", "p of the trend"
}

/// Slope per month and p; see [`TREND`] and [`TREND_P`]. Adoption is aligned with the months.
pub(super) fn trend(
    months: &[Month],
    adoption: &[Option<f64>],
    launched_on: Option<NaiveDate>,
) -> (Option<Estimate>, Option<f64>) {
    let first = launched_on.map(|day| Month::of(day).plus(1));
    let known = months.iter().zip(adoption).filter(|(month, _)| first.is_none_or(|first| **month >= first));
    let points: Vec<(f64, f64)> =
        known.filter_map(|(month, value)| Some((f64::from(month.since(months[0])), (*value)?))).collect();
    let values: Vec<f64> = points.iter().map(|point| point.1).collect();
    (stats::theil_sen(&points), stats::mann_kendall(&values).map(|test| test.p))
}

/// The part of the highest month's adoption that a fall must take in twelve months before it makes a season doubtful.
const MATERIAL_FALL: f64 = 0.25;

/// Whether adoption falls steadily, and by enough to be the reason of its better months: Mann–Kendall p below 0.05, and a slope
/// that takes at least a quarter of the highest month's adoption in twelve months. Between two seasons a month or two of
/// chance are significant in one of forty capabilities, and take next to nothing.
pub(super) fn is_falling(slope: Option<Estimate>, p: Option<f64>, adoption: &[Option<f64>]) -> bool {
    let highest = adoption.iter().copied().flatten().fold(0.0, f64::max);
    let is_material = |slope: Estimate| slope.point < 0.0 && -12.0 * slope.point >= MATERIAL_FALL * highest;
    p.is_some_and(|p| p < 0.05) && slope.is_some_and(is_material)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_before_the_launch_and_unknown_months_are_left_out() {
        let first = Month::of("2026-01-01".parse().unwrap());
        let months: Vec<Month> = (0..6).map(|n| first.plus(n)).collect();
        let adoption = [Some(0.0), Some(0.9), Some(0.4), None, Some(0.2), Some(0.1)];
        let (slope, p) = trend(&months, &adoption, "2026-02-10".parse().ok());
        // From March on: (2, 0.4), (4, 0.2), (5, 0.1): every pair falls by 0.1 a month.
        assert!((slope.unwrap().point + 0.1).abs() < 1e-12);
        assert_eq!(slope.unwrap().n, 3);
        assert_eq!(p, None);
    }

    /// What is needed around the turn of the year, and by three, two and one account of 365 at other times, is not on its way
    /// out, although the test calls its off-season significant; what loses a third of its accounts in a year is.
    #[test]
    fn a_fall_between_seasons_is_no_fall() {
        let first = Month::of("2025-07-01".parse().unwrap());
        let months: Vec<Month> = (0..15).map(|n| first.plus(n)).collect();
        let falls = |counts: [f64; 15]| {
            let adoption = counts.map(|count| Some(count / 365.0));
            let (slope, p) = trend(&months, &adoption, None);
            assert!(p.unwrap() < 0.05 && slope.unwrap().point < 0.0, "{slope:?} {p:?}");
            is_falling(slope, p, &adoption)
        };
        assert!(!falls([4.0, 4.0, 3.0, 3.0, 3.0, 80.0, 70.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 0.0]));
        assert!(falls([60.0, 59.0, 57.0, 56.0, 54.0, 52.0, 51.0, 49.0, 48.0, 46.0, 44.0, 43.0, 41.0, 40.0, 38.0]));
    }

    #[test]
    fn no_months_no_trend() {
        assert_eq!(trend(&[], &[], None), (None, None));
    }
}
