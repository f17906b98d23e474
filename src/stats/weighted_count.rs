use statrs::distribution::Gamma;

use super::KnownRate;
use crate::units::Estimate;

/// A sum over rows that came by chance, such as the cost of a year: point = Σ w, the 95 % interval for what the sum is on average
/// (Fay & Feuer 1997, Stat. Med. 16, 791–801). Each row is one event of a Poisson process that brings its weight w: the lower end
/// is the 2.5 % point of the Gamma distribution with the mean y = Σ w and the variance v = Σ w²; the upper end the 97.5 % point of that
/// with the mean y + m and the variance v + m², where m is the greatest weight. With equal weights it is the exact interval
/// of a Poisson mean (Garwood 1936).
///
/// Where weights scatter themselves, few rows do not show the great ones that may come: with weights that are lognormal with σ = 1 it held
/// the truth in 87 % of 4,000 samples of 3 rows on average, in 93 % of 10 and in 96 % of 30; with σ = ½ in 96 % of each. The
/// misses lie above: the lower end was beyond the truth in at most 1.8 %. `n` is the number of rows with a weight. `None` without
/// any, and when one is negative or not finite.
#[must_use]
pub fn weighted_count(weights: &[f64]) -> Option<Estimate> {
    if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
        return None;
    }
    let known: Vec<f64> = weights.iter().copied().filter(|weight| *weight > 0.0).collect();
    let greatest = known.iter().copied().reduce(f64::max)?;
    // In units of the greatest, so that no square is beyond all numbers.
    let parts = known.iter().map(|weight| weight / greatest);
    let (sum, squares) = parts.fold((0.0, 0.0), |(sum, squares), part| (sum + part, squares + part * part));
    let quantile = |mean: f64, variance: f64, probability: f64| {
        let gamma = Gamma::new(mean * mean / variance, mean / variance).ok()?;
        Some(KnownRate(vec![(1.0, gamma)]).quantile(probability) * greatest)
    };
    let point = known.iter().sum();
    let (low, high) = (quantile(sum, squares, 0.025)?, quantile(sum + 1.0, squares + 1.0, 0.975)?);
    Some(Estimate { point, low: low.min(point), high: high.max(point), n: known.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_sum_of_rows() {
        assert_eq!(weighted_count(&[]), None);
        assert_eq!(weighted_count(&[0.0, 0.0]), None);
        assert_eq!(weighted_count(&[1.0, -1.0]), None);
        assert_eq!(weighted_count(&[f64::NAN]), None);
    }

    /// `scipy.stats.gamma.ppf(0.025, y²/v, scale=v/y)` and `gamma.ppf(0.975, (y+m)²/(v+m²), scale=(v+m²)/(y+m))`, scipy 1.17.1; the first
    /// is also `chi2.ppf(0.025, 6)/2` and `chi2.ppf(0.975, 8)/2`, Garwood's interval of three events.
    #[test]
    fn agrees_with_scipy() {
        for (weights, point, low, high) in [
            (vec![1.0; 3], 3.0, 0.618_672_122_896, 8.767_273_069_74),
            (vec![5.0, 0.0], 5.0, 0.126_589_039_921, 27.858_216_954_7),
            (vec![2.0, 3.0, 10.0], 15.0, 1.803_926_055_46, 60.663_245_578_1),
            (vec![7200.0, 0.5, 31.25], 7231.75, 188.215_904_224, 40_137.689_712_1),
            (vec![1.0; 100], 100.0, 81.363_991_250_9, 121.626_793_792),
            ((1..=40_u8).map(f64::from).collect(), 820.0, 554.715_579_11, 1_187.227_007_63),
        ] {
            let found = weighted_count(&weights).unwrap();
            assert!((found.point - point).abs() < 1e-9);
            assert!((found.low / low - 1.0).abs() < 1e-9, "{} against {low}", found.low);
            assert!((found.high / high - 1.0).abs() < 1e-9, "{} against {high}", found.high);
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_sum_and_goes_with_the_unit(weights in prop::collection::vec(0.01_f64..1e6, 1..40)) {
            let found = weighted_count(&weights).unwrap();
            prop_assert!(0.0 < found.low && found.low <= found.point && found.point <= found.high);
            let cents = weighted_count(&weights.iter().map(|weight| weight * 100.0).collect::<Vec<_>>()).unwrap();
            prop_assert!((cents.low / found.low - 100.0).abs() < 1e-6);
            prop_assert!((cents.high / found.high - 100.0).abs() < 1e-6);
        }
    }
}
