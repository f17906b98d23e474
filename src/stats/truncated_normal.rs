/// Pieces of the interval over which the curve is integrated by Simpson's rule: with these the error stays below 10⁻¹⁰ of the
/// deviation.
const PIECES: usize = 4000;

/// Mean and standard deviation of a normal variable of which only what lies between two ends is kept (Johnson, Kotz &
/// Balakrishnan 1994, Continuous Univariate Distributions 1, section 10.1).
///
/// Integrated over the curve and not taken from its closed form, which subtracts nearly equal numbers where the ends lie far out
/// on one side or close together. `None` when the deviation is not positive, a number is not finite, or the ends are not in order.
#[must_use]
pub fn truncated_normal(mean: f64, deviation: f64, (low, high): (f64, f64)) -> Option<(f64, f64)> {
    if !(deviation > 0.0 && low < high && [mean, deviation, low, high].iter().all(|number| number.is_finite())) {
        return None;
    }
    let (from, until) = ((low - mean) / deviation, (high - mean) / deviation);
    // The highest point of what is kept; where the square of the distance is larger by 80, the curve is at e⁻⁴⁰ of it.
    let highest = 0.0_f64.clamp(from, until);
    let reach = (highest * highest + 80.0).sqrt();
    let (from, until) = (from.max(-reach), until.min(reach));
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pieces")]
    let point = |piece: usize| from + (until - from) * piece as f64 / PIECES as f64;
    let weight = |piece: usize| {
        let rule = match piece {
            0 | PIECES => 1.0,
            _ if piece % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let (at, top) = (point(piece), highest);
        rule * (-(at - top) * (at + top) / 2.0).exp()
    };
    let integral = |of: &dyn Fn(f64) -> f64| (0..=PIECES).map(|piece| weight(piece) * of(point(piece))).sum::<f64>();
    let area = integral(&|_| 1.0);
    // From the highest point, so that nothing is lost where it lies far out.
    let shift = integral(&|at| at - highest) / area;
    let variance = integral(&|at| (at - highest - shift).powi(2)) / area;
    let kept = mean + deviation * (highest + shift);
    Some((kept.clamp(low, high), deviation * variance.sqrt()))
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
        assert!((even.1 - 12_f64.sqrt().recip()).abs() < 1e-8, "{even:?}");
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
