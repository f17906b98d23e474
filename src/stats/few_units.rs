use super::Z80;
use super::student::t90;

/// Number of equal Poisson counts whose sum would be as skewed as these replicates of a sum: 1 / skewness², at least 1. Infinite
/// where nothing is in doubt, or where the replicates are not skewed to the right, as those of many units are not.
///
/// A Poisson bootstrap of amounts a has the variance Σ a² and the third central moment Σ a³, so that this is (Σ a²)³ / (Σ a³)²: n
/// of n equal amounts, and near the number of large ones where they differ.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "replicates lie far below 2^53")]
pub fn units_by_skewness(replicates: &[f64]) -> f64 {
    let count = replicates.len().max(1) as f64;
    let mean = replicates.iter().sum::<f64>() / count;
    let moment = |power| replicates.iter().map(|one| (one - mean).powi(power)).sum::<f64>() / count;
    let (second, third) = (moment(2), moment(3));
    // What lies below one in a million of the mean is rounding.
    if second <= 1e-12 * mean * mean || third <= 0.0 {
        return f64::INFINITY;
    }
    (second.powi(3) / third.powi(2)).max(1.0)
}

/// By how much an 80 % interval from replicates of so few units is to be widened: the 90 % point of Student's t with `units`
/// degrees of freedom over that of the normal distribution. Fewer than 2 count as 2, where it is 1.47; infinitely many give 1.
#[must_use]
pub fn t90_over_z(units: f64) -> f64 {
    if units.is_infinite() { 1.0 } else { t90(units.max(2.0)) / Z80 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::PoissonWeights;

    /// 1 / `scipy.stats.skew` ** 2 and `scipy.stats.t.ppf(0.9, …) / scipy.stats.norm.ppf(0.9)`, scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        let units = units_by_skewness(&[1.0, 2.0, 3.0, 4.0, 6.5]);
        assert!((units - 3.218_683_797_209_433_5).abs() < 1e-9, "{units}");
        assert!((t90_over_z(units) - 1.254_857_017_097_646).abs() < 1e-9);
        assert!((t90_over_z(1.0) - 1.471_355_608_202_020_7).abs() < 1e-9, "fewer than 2 count as 2");
        assert_eq!(t90_over_z(f64::INFINITY), 1.0);
    }

    #[test]
    fn edges() {
        for none in [&[][..], &[3.0], &[2.0, 2.0, 2.0], &[1.0, 2.0, 3.0], &[0.0, 2.0, 2.0, 2.0]] {
            assert_eq!(units_by_skewness(none), f64::INFINITY, "{none:?}");
        }
        assert_eq!(units_by_skewness(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.0]), 1.0, "never less than one");
    }

    /// Twelve equal amounts are twelve, within what 20,000 replicates leave in doubt.
    #[test]
    fn equal_amounts_are_counted() {
        let weights = PoissonWeights::new(3, 20_000);
        let mut sums = vec![0.0; 20_000];
        for unit in 0..12 {
            let drawn = weights.of("unit", &unit.to_string());
            sums.iter_mut().zip(drawn).for_each(|(sum, weight)| *sum += 4.0 * f64::from(weight));
        }
        let units = units_by_skewness(&sums);
        assert!((units - 12.0).abs() < 2.5, "{units}");
    }
}
