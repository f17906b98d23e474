use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Mean and standard deviation of a normal variable of which only what lies between two ends is kept (Johnson, Kotz &
/// Balakrishnan 1994, Continuous Univariate Distributions 1, section 10.1).
///
/// `None` when the deviation is not positive, an end or the mean is not finite, or the ends are not in order. Where so little of
/// the curve lies between them that its area cannot be told from 0, it falls from the nearer end like an exponential.
#[must_use]
pub fn truncated_normal(mean: f64, deviation: f64, (low, high): (f64, f64)) -> Option<(f64, f64)> {
    if !(deviation > 0.0 && low < high && [mean, deviation, low, high].iter().all(|number| number.is_finite())) {
        return None;
    }
    let normal = Normal::standard();
    // Mirrored so that the mean lies on the near side of the middle: tails are exact on that side alone.
    let mirrored = mean > f64::midpoint(low, high);
    let (from, until) = if mirrored { (mean - high, mean - low) } else { (low - mean, high - mean) };
    let (from, until) = (from / deviation, until / deviation);
    let area = normal.sf(from) - normal.sf(until);
    let (shift, variance) = if area > 1e-290 {
        let (first, second) = (normal.pdf(from) / area, normal.pdf(until) / area);
        let shift = first - second;
        (shift, 1.0 + from * first - until * second - shift * shift)
    } else {
        (from + from.recip(), from.recip().powi(2))
    };
    let kept = deviation * shift.clamp(from, until);
    let mean = if mirrored { mean - kept } else { mean + kept };
    Some((mean.clamp(low, high), deviation * variance.max(0.0).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.truncnorm((low - mean)/sd, (high - mean)/sd, mean, sd)`: mean and std of scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        for ((mean, deviation), (expected_mean, expected_deviation)) in SCIPY {
            let (found_mean, found_deviation) = truncated_normal(mean, deviation, (0.0, 1.0)).unwrap();
            assert!((found_mean - expected_mean).abs() < 1e-9, "{mean}, {deviation}: {found_mean}");
            assert!((found_deviation - expected_deviation).abs() < 1e-9, "{mean}, {deviation}: {found_deviation}");
        }
    }

    const SCIPY: [((f64, f64), (f64, f64)); 8] = [
        ((0.3667, 0.1578), (0.370_953_350_460_393_8, 0.152_652_609_893_595_6)),
        ((0.05, 0.1), (0.100_916_043_383_703_36, 0.069_726_281_680_322_47)),
        ((-0.2, 0.1), (0.037_321_553_282_284_01, 0.033_805_191_970_181_635)),
        ((0.95, 0.2), (0.820_833_586_493_518_3, 0.129_830_800_731_980_4)),
        ((1.4, 0.15), (0.953_726_353_450_760_3, 0.043_003_383_766_165_526)),
        ((0.5, 0.5), (0.5, 0.269_780_046_877_448_4)),
        ((-1.0, 0.1), (0.009_809_323_396_256_397, 0.009_718_733_366_612_36)),
        ((0.02, 0.005), (0.020_000_669_172_322_343, 0.004_998_661_431_399_565)),
    ];

    #[test]
    fn ends_by_hand() {
        let around_the_middle = truncated_normal(0.5, 0.01, (0.0, 1.0)).unwrap();
        assert!((around_the_middle.0 - 0.5).abs() < 1e-12 && (around_the_middle.1 - 0.01).abs() < 1e-12);
        // So wide that it is even: 1/√12.
        let even = truncated_normal(0.5, 1e4, (0.0, 1.0)).unwrap();
        assert!((even.1 - 12_f64.sqrt().recip()).abs() < 1e-6, "{even:?}");
        // Fifty deviations away: exponential with the fiftieth of a deviation.
        for (mean, near) in [(-5.0, 0.0), (6.0, 1.0)] {
            let far = truncated_normal(mean, 0.1, (0.0, 1.0)).unwrap();
            assert!(((far.0 - near).abs() - 0.002).abs() < 1e-5 && (far.1 - 0.002).abs() < 1e-5, "{far:?}");
        }
        assert_eq!(truncated_normal(0.5, 0.0, (0.0, 1.0)), None);
        assert_eq!(truncated_normal(f64::NAN, 1.0, (0.0, 1.0)), None);
        assert_eq!(truncated_normal(0.5, 1.0, (1.0, 0.0)), None);
    }
}
