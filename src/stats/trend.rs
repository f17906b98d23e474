use statrs::distribution::{ContinuousCDF, Normal};

use super::Z95;
use crate::units::Estimate;

/// Result of the Mann–Kendall test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Number of rising pairs minus falling pairs.
    pub s: i64,
    /// Variance of `s` under no trend, corrected for ties.
    pub variance: f64,
    /// Two-sided p by the normal approximation with continuity correction.
    pub p: f64,
}

/// Mann–Kendall test for a monotonic trend (Mann 1945, Econometrica 13, 245–259; Kendall 1975), corrected for ties.
/// The values are in order of time at equal steps. `None` below four values, where no p under 0.05 exists; when all
/// are equal, p is 1. Also `None` when a value is not a number.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
pub fn mann_kendall(values: &[f64]) -> Option<MannKendall> {
    if values.len() < 4 || values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let pairs = values.iter().enumerate().flat_map(|(i, early)| values[i + 1..].iter().map(move |late| (early, late)));
    let s: i64 = pairs.map(|(early, late)| i64::from(late > early) - i64::from(late < early)).sum();
    let variance = null_variance(values);
    let z = if s == 0 || variance <= 0.0 { 0.0 } else { (s.abs() - 1) as f64 / variance.sqrt() };
    Some(MannKendall { s, variance, p: (2.0 * Normal::standard().sf(z)).min(1.0) })
}

/// n(n−1)(2n+5)/18, less the same term for every group of ties.
#[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
fn null_variance(values: &[f64]) -> f64 {
    let term = |n: usize| (n * (n - 1) * (2 * n + 5)) as f64;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    // Of sorted neighbours, those not less tie; so do the zeros of either sign.
    let ties: f64 = sorted.chunk_by(|a, b| a >= b).map(|group| term(group.len())).sum();
    (term(values.len()) - ties) / 18.0
}

/// Theil–Sen slope per step, the median of the slopes of all pairs, with Sen's 95 % interval (Sen 1968, J. Am. Stat.
/// Assoc. 63, 1379–1389). Points are `(step, value)` with distinct steps; gaps are allowed. Of three and four points no
/// two slopes hold the true one with 95 %; the ends are then the least and the greatest, which do with 67 % and 92 %. `None`
/// below three points, when all have one step, and when a number is not finite.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks among the slopes of a few dozen months, held to their number"
)]
pub fn theil_sen(points: &[(f64, f64)]) -> Option<Estimate> {
    if points.len() < 3 || points.iter().any(|(step, value)| !step.is_finite() || !value.is_finite()) {
        return None;
    }
    let mut slopes: Vec<f64> = points
        .iter()
        .enumerate()
        .flat_map(|(i, a)| points[i + 1..].iter().map(move |b| (b.1 - a.1) / (b.0 - a.0)))
        .filter(|slope| slope.is_finite())
        .collect();
    slopes.sort_unstable_by(f64::total_cmp);
    let last = slopes.len().checked_sub(1)?;
    let values: Vec<f64> = points.iter().map(|point| point.1).collect();
    let spread = Z95 * null_variance(&values).sqrt();
    let count = slopes.len() as f64;
    // The ranks as in scipy.stats.theilslopes, which rounds to the nearest rank.
    let low = ((count - spread) / 2.0).round_ties_even().max(1.0) as usize - 1;
    let high = f64::midpoint(count, spread).round_ties_even() as usize;
    Some(Estimate {
        point: super::quantile(&slopes, 0.5)?,
        low: slopes[low.min(last)],
        high: slopes[high.min(last)],
        n: points.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().enumerate().map(|(step, &value)| (step as f64, value)).collect()
    }

    /// Values, S, variance and p of `pymannkendall.original_test` 1.4.3; slope and interval of
    /// `scipy.stats.theilslopes(values, range(n), 0.95)`, scipy 1.17.1.
    #[test]
    fn agrees_with_pymannkendall_and_scipy() {
        type Case = (&'static [f64], i64, f64, f64, [f64; 3]);
        const CASES: [Case; 4] = [
            (
                &[0.12, 0.11, 0.13, 0.1, 0.09, 0.09, 0.08, 0.085, 0.07, 0.06],
                -38,
                124.0,
                0.000_891_513_479_179_595_3,
                [-0.006_666_666_666_666_664, -0.01, -0.005],
            ),
            (&[1.0, 2.0, 3.0, 4.0], 6, 8.666_666_666_666_666, 0.089_429_359_028_993_63, [1.0, 1.0, 1.0]),
            (&[3.0, 3.0, 3.0, 3.0], 0, 0.0, 1.0, [0.0, 0.0, 0.0]),
            (
                &[1.0, 3.0, 2.0, 5.0, 4.0, 4.0, 6.0],
                14,
                43.333_333_333_333_336,
                0.048_286_107_676_681_62,
                [0.666_666_666_666_666_6, 0.0, 1.333_333_333_333_333_3],
            ),
        ];
        for (values, s, variance, p, [slope, low, high]) in CASES {
            let test = mann_kendall(values).unwrap();
            assert_eq!(test.s, s);
            assert!((test.variance - variance).abs() < 1e-9);
            assert!((test.p - p).abs() < 1e-10, "{} against {p}", test.p);
            let found = theil_sen(&steps(values)).unwrap();
            for (found, expected) in [(found.point, slope), (found.low, low), (found.high, high)] {
                assert!((found - expected).abs() < 1e-12, "{values:?}: {found} against {expected}");
            }
        }
    }

    #[test]
    fn too_few_values_have_no_trend() {
        assert_eq!(mann_kendall(&[1.0, 2.0, 3.0]), None);
        assert_eq!(theil_sen(&[(0.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(theil_sen(&[]), None);
    }

    #[test]
    fn what_is_no_number_has_no_trend_and_zeros_tie() {
        assert_eq!(mann_kendall(&[1.0, 2.0, f64::NAN, 3.0, 4.0]), None);
        assert_eq!(theil_sen(&steps(&[1.0, f64::NAN, 2.0, 3.0])), None);
        assert_eq!(theil_sen(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(mann_kendall(&[0.0, -0.0, 1.0, 2.0]), mann_kendall(&[0.0, 0.0, 1.0, 2.0]));
        let zeros = mann_kendall(&[0.0, -0.0, 0.0, -0.0]).unwrap();
        assert_eq!((zeros.s, zeros.variance, zeros.p), (0, 0.0, 1.0));
    }

    #[test]
    fn three_points_give_the_whole_range_of_slopes() {
        // Slopes 1, 3 and 2.
        let three = theil_sen(&steps(&[0.0, 1.0, 4.0])).unwrap();
        assert_eq!((three.point, three.low, three.high), (2.0, 1.0, 3.0));
    }

    proptest! {
        #[test]
        fn turning_time_around_turns_the_trend_around(mut values in prop::collection::vec(0.0_f64..1.0, 4..20)) {
            let forward = (mann_kendall(&values).unwrap(), theil_sen(&steps(&values)).unwrap());
            values.reverse();
            let backward = (mann_kendall(&values).unwrap(), theil_sen(&steps(&values)).unwrap());
            prop_assert_eq!(forward.0.s, -backward.0.s);
            prop_assert!((forward.0.p - backward.0.p).abs() < 1e-12);
            prop_assert!((forward.1.point + backward.1.point).abs() < 1e-9);
        }
    }
}
