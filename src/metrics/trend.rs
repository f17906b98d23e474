use chrono::NaiveDate;

use crate::stats;
use crate::units::{Estimate, Month, definition};

definition! {
    /// Change of adoption per month: the Theil–Sen slope (Sen 1968) of monthly adoption, over the months of the data up
    /// to the end of the period, at most 24, and from the first full month after the launch. −0.002 means that every
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

/// Whether adoption falls steadily: Mann–Kendall p below 0.05 and a negative slope.
pub(super) fn is_falling(slope: Option<Estimate>, p: Option<f64>) -> bool {
    p.is_some_and(|p| p < 0.05) && slope.is_some_and(|slope| slope.point < 0.0)
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

    #[test]
    fn no_months_no_trend() {
        assert_eq!(trend(&[], &[], None), (None, None));
    }
}
