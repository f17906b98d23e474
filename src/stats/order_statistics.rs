use super::quantile;
use crate::units::Estimate;

/// A quantile with its distribution-free 95 % interval: the point by linear interpolation ([`quantile()`]), the ends two order
/// statistics. x₍r₎ is above the quantile of the population only when fewer than r of the values lie below it, and x₍s₎ below it
/// only when at least s do, and how many do is binomial whatever the form of the population; r is the largest with P(Bin(n, p) < r) ≤ 0.025, s the
/// smallest with P(Bin(n, p) ≥ s) ≤ 0.025 (Thompson 1936, Ann. Math. Stat. 7, 122–128; Conover 1999, Practical Nonparametric
/// Statistics, 3.2).
///
/// Where too few values bound an end, it is that of `range`, within which every value of the population lies: the median has
/// two ends from six values on, the 95th percentile a lower one from two and an upper one from 72. `None` for no values, when
/// one is not a number, and when the point falls between −∞ and ∞. Sorts.
#[must_use]
pub fn quantile_estimate(values: &mut [f64], probability: f64, range: (f64, f64)) -> Option<Estimate> {
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let point = quantile(values, probability).filter(|point| !point.is_nan())?;
    let (below, above) = ranks(values.len(), probability, 0.025);
    let low = if below == 0 { range.0.min(point) } else { values[below - 1].min(point) };
    let high = values.get(above - 1).map_or(range.1.max(point), |value| value.max(point));
    Some(Estimate { point, low, high, n: values.len() as u64 })
}

/// The largest r with P(Bin(n, p) < r) ≤ `tail`, 0 when there is none, and the smallest s with P(Bin(n, p) ≥ s) ≤ `tail`, n + 1
/// when there is none.
///
/// The probabilities are built from the mode outwards by their ratios, P(k+1)/P(k) = (n−k)/(k+1) · p/(1−p), and divided by their
/// sum: some 40·√n multiplications, and no difference of large gamma functions.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks in a vector, held to its length"
)]
fn ranks(n: usize, probability: f64, tail: f64) -> (usize, usize) {
    let odds = probability / (1.0 - probability);
    if probability <= 0.0 || !odds.is_finite() {
        // The least and the greatest of a population are bounded by no sample of it on their far side.
        return if probability <= 0.0 { (0, 1) } else { (n, n + 1) };
    }
    let mode = (((n + 1) as f64 * probability) as usize).min(n);
    let negligible = 1e-30;
    let downwards = |&(k, weight): &(usize, f64)| {
        let below = weight * k as f64 / ((n - k + 1) as f64 * odds);
        (below > negligible).then(|| (k - 1, below))
    };
    let upwards = |&(k, weight): &(usize, f64)| {
        let above = weight * (n - k) as f64 * odds / (k + 1) as f64;
        (above > negligible).then_some((k + 1, above))
    };
    let down: Vec<(usize, f64)> = std::iter::successors(Some((mode, 1.0)), downwards).collect();
    let up: Vec<(usize, f64)> = std::iter::successors(upwards(&(mode, 1.0)), upwards).collect();
    let limit = tail * down.iter().chain(&up).map(|term| term.1).sum::<f64>();
    // From the far ends inwards, so that small terms are summed first; either tail may reach past the mode.
    let below = first_over(limit, down.iter().rev().chain(&up)).unwrap_or(mode);
    let above = first_over(limit, up.iter().rev().chain(&down)).unwrap_or(mode) + 1;
    (below, above)
}

/// The first term with which their sum exceeds the limit.
fn first_over<'a>(limit: f64, mut terms: impl Iterator<Item = &'a (usize, f64)>) -> Option<usize> {
    let mut sum = 0.0;
    let first = terms.find(|(_, weight)| {
        sum += weight;
        sum > limit
    })?;
    Some(first.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TIMES: (f64, f64) = (0.0, f64::INFINITY);

    #[test]
    fn hand_computed() {
        assert_eq!(quantile_estimate(&mut [], 0.95, TIMES), None);
        assert_eq!(quantile_estimate(&mut [f64::NAN, 1.0], 0.95, TIMES), None);
        let infinite = f64::INFINITY;
        assert_eq!(quantile_estimate(&mut [-infinite, infinite], 0.5, (-infinite, infinite)), None);
        let one = quantile_estimate(&mut [7.0], 0.95, TIMES);
        assert_eq!(one, Some(Estimate { point: 7.0, low: 0.0, high: infinite, n: 1 }));
        // Both of two lie above it with probability 0.05² = 0.0025: the lesser is a lower end. Interpolated at 0.95 of the way.
        let two = quantile_estimate(&mut [20.0, 10.0], 0.95, TIMES);
        assert_eq!(two, Some(Estimate { point: 19.5, low: 10.0, high: infinite, n: 2 }));
        // All of 71 lie below it with 0.95⁷¹ = 0.0262, all of 72 with 0.0249.
        let greatest = |n: u32| {
            let mut values: Vec<f64> = (1..=n).map(f64::from).collect();
            quantile_estimate(&mut values, 0.95, TIMES).unwrap().high
        };
        assert_eq!((greatest(71), greatest(72)), (infinite, 72.0));
        // The median of six: 2⁻⁵ is too likely, 2⁻⁶ is not.
        assert_eq!(ranks(5, 0.5, 0.025), (0, 6));
        assert_eq!(ranks(6, 0.5, 0.025), (1, 6));
        assert_eq!(ranks(8, 0.5, 0.025), (1, 8), "(1 + 8)/2⁸ = 0.035");
        assert_eq!(ranks(9, 0.5, 0.025), (2, 8), "(1 + 9)/2⁹ = 0.0195");
        assert_eq!((ranks(4, 0.0, 0.025), ranks(4, 1.0, 0.025)), ((0, 1), (4, 5)));
    }

    #[test]
    fn ties() {
        let mut values = [vec![1.0; 90], vec![5.0; 10]].concat();
        let found = quantile_estimate(&mut values, 0.95, TIMES).unwrap();
        assert_eq!((found.point, found.low, found.high), (5.0, 1.0, 5.0));
    }

    /// `numpy.quantile` (2.4.6) and `scipy.stats.quantile_test(x, q=…, p=p).confidence_interval(0.95)` (scipy 1.17.1) of 1 … n;
    /// where scipy has no end it says `nan`, here the end of the range.
    #[test]
    fn agrees_with_scipy() {
        let none = f64::INFINITY;
        for (p, n, point, low, high) in [
            (0.95, 20, 19.05, 17.0, none),
            (0.95, 58, 55.15, 51.0, none),
            (0.95, 60, 57.05, 53.0, none),
            (0.95, 72, 68.45, 64.0, 72.0),
            (0.95, 73, 69.4, 65.0, 73.0),
            (0.95, 100, 95.05, 90.0, 100.0),
            (0.95, 400, 380.05, 371.0, 389.0),
            (0.95, 1000, 950.05, 936.0, 964.0),
            (0.95, 4999, 4749.1, 4718.0, 4780.0),
            (0.95, 100_000, 95_000.05, 94_864.0, 95_136.0),
            (0.9, 58, 52.3, 47.0, 57.0),
            (0.9, 200, 180.1, 171.0, 189.0),
            (0.25, 20, 5.75, 2.0, 10.0),
            (0.25, 100, 25.75, 17.0, 35.0),
            (0.25, 100_000, 25_000.75, 24_732.0, 25_270.0),
        ] {
            let mut values: Vec<f64> = (1..=n).rev().map(f64::from).collect();
            let found = quantile_estimate(&mut values, p, TIMES).unwrap();
            assert!((found.point - point).abs() < 1e-9, "{p} of {n}: {found:?}");
            assert_eq!((found.low, found.high), (low, high), "{p} of {n}");
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_mirrors(
            values in prop::collection::vec(-20_i32..20, 1..200), percent in 1_u32..100,
        ) {
            let any = (f64::NEG_INFINITY, f64::INFINITY);
            let probability = f64::from(percent) / 100.0;
            let mut up: Vec<f64> = values.iter().copied().map(f64::from).collect();
            let mut down: Vec<f64> = up.iter().rev().map(|value| -value).collect();
            let found = quantile_estimate(&mut up, probability, any).unwrap();
            let turned = quantile_estimate(&mut down, 1.0 - probability, any).unwrap();
            prop_assert!(found.low <= found.point && found.point <= found.high);
            prop_assert!((found.point + turned.point).abs() < 1e-9);
            // No tail of these sizes is 0.025 to the last digit.
            prop_assert!(found.low == -turned.high && found.high == -turned.low);
        }

        #[test]
        fn the_ranks_are_the_narrowest_that_fit(n in 1_usize..400, percent in 1_u32..100) {
            use statrs::distribution::{Binomial, DiscreteCDF};
            let probability = f64::from(percent) / 100.0;
            let (below, above) = ranks(n, probability, 0.025);
            let drawn = Binomial::new(probability, n as u64).unwrap();
            let at_most = |k: usize| drawn.cdf(k as u64);
            prop_assert!(below == 0 || at_most(below - 1) <= 0.025 + 1e-9);
            prop_assert!(at_most(below) > 0.025 - 1e-9);
            prop_assert!(above == n + 1 || 1.0 - at_most(above - 1) <= 0.025 + 1e-9);
            let wider = if above < 2 { 0.0 } else { at_most(above - 2) };
            prop_assert!(1.0 - wider > 0.025 - 1e-9);
        }
    }
}
