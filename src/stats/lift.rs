use super::{Z95, wilson};
use crate::units::Estimate;

/// Lift of two things that units may have: how many times more units have both than if the two were independent,
/// both·all / (first·second), 0 or more; 1 is independence (Brin et al. 1997, SIGMOD, 255–264, who call it interest).
///
/// The 95 % interval is that of ln lift by the delta method, whose variance is
/// 1/both − 1/first − 1/second + 2·both/(first·second) − 1/all. It says nothing where a cell of the table is empty:
/// - none has both: the ends are 0 and the lift with Wilson's upper limit for nought out of all in place of both;
/// - none has neither: the upper end is at least the lift with that many units in place of none;
/// - all have the one thing, which makes every lift 1: the ends are those that Wilson's lower limit of that share leaves
///   possible, as if the units left out had none, or all, of the other thing.
///
/// In simulations of 30, 100 and 400 units the lower end lay above the true lift in up to 15 %, 9 % and 5 % of the draws,
/// most where hardly any unit has both; the upper end lay below it in 3 % at most. `n` is all. `None` when nobody has the
/// first, nobody the second, or the counts contradict one another.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn lift(both: u64, first: u64, second: u64, all: u64) -> Option<Estimate> {
    let impossible = both > first.min(second) || first.max(second) > all || first - both > all - second;
    if first == 0 || second == 0 || impossible {
        return None;
    }
    let [a, one, two, n] = [both, first, second, all].map(|count| count as f64);
    let at = |both: f64| both * n / (one * two);
    let possible = wilson(0, all)?.high * n;
    let (low, high) = if both == 0 {
        (0.0, at(possible))
    } else if first == all || second == all {
        let other = one.min(two);
        (other * n / (n * other + (n - other) * possible), n / (n - possible))
    } else {
        let factor = (Z95 * variance(a, one, two, n).sqrt()).exp();
        let neither = first + second - both == all;
        (at(a) / factor, (at(a) * factor).max(if neither { at(a + possible) } else { 0.0 }))
    };
    let point = at(a);
    Some(Estimate { point, low: low.min(point), high: high.max(point), n: all })
}

/// Variance of ln lift = ln p₁₁ − ln p₁ − ln p₂, where p₁ = p₁₁ + p₁₀ and p₂ = p₁₁ + p₀₁.
///
/// The gradient g to the four cells is 1/p₁₁ − 1/p₁ − 1/p₂, −1/p₁, −1/p₂ and 0. For a multinomial of n units the
/// variance is (Σ p·g² − (Σ p·g)²)/n. Here Σ p·g = 1 − 1 − 1 = −1, and
/// Σ p·g² = p₁₁(1/p₁₁ − 1/p₁ − 1/p₂)² + p₁₀/p₁² + p₀₁/p₂² = 1/p₁₁ − 1/p₁ − 1/p₂ + 2·p₁₁/(p₁·p₂).
/// Under independence the difference is (1/p₁ − 1)(1/p₂ − 1).
fn variance(both: f64, first: f64, second: f64, all: f64) -> f64 {
    (1.0 / both - 1.0 / first - 1.0 / second + 2.0 * both / (first * second) - 1.0 / all).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::close;
    use proptest::prelude::*;

    #[test]
    fn hand_computed() {
        for (both, first, second, all) in
            [(0, 0, 3, 10), (0, 3, 0, 10), (0, 0, 0, 0), (4, 3, 5, 10), (0, 6, 5, 10), (1, 11, 1, 10)]
        {
            assert_eq!(lift(both, first, second, all), None, "{both} {first} {second} {all}");
        }
        // Variance (1/0.2 − 1)²/100 = 0.16.
        close(lift(4, 20, 20, 100).unwrap(), 1.0, (-Z95 * 0.4).exp(), (Z95 * 0.4).exp());
        // Wilson's upper limit of 0/100 is z²/(100 + z²).
        let nought = 100.0 * Z95 * Z95 / (100.0 + Z95 * Z95);
        close(lift(0, 10, 20, 100).unwrap(), 0.0, 0.0, nought * 100.0 / 200.0);
        // 90 + 97 − 87 = 100: nobody has neither. The delta method's upper end, 1.001, is lower.
        close(lift(87, 90, 97, 100).unwrap(), 8700.0 / 8730.0, 0.992_147_314_345_935, (87.0 + nought) * 100.0 / 8730.0);
        // All have the first. Of 96.3 in 100 as its lower limit, 3.7 are left out, with all of the second or none.
        let all = lift(30, 100, 30, 100).unwrap();
        let share = 100.0 / (100.0 + Z95 * Z95);
        close(all, 1.0, 0.3 / (0.3 * share + 1.0 - share), 1.0 / share);
        close(lift(100, 100, 100, 100).unwrap(), 1.0, 1.0, 1.0 / share);
    }

    /// Gradient times covariance matrix of the multinomial times gradient in numpy 2.4.6.
    #[test]
    fn agrees_with_the_matrix_in_numpy() {
        close(lift(30, 40, 60, 400).unwrap(), 5.0, 3.959_649_602_491_82, 6.313_689_975_059_257);
        close(lift(1, 5, 8, 1000).unwrap(), 25.0, 4.717_023_351_057_716, 132.498_814_079_403_3);
        close(lift(12, 12, 12, 300).unwrap(), 25.0, 14.360_972_657_397_893, 43.520_729_055_774_52);
        close(lift(93, 95, 97, 100).unwrap(), 1.009_224_091_155_724_2, 0.989_484_025_460_692, 1.029_357_968_356_164_7);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_the_two_are_alike(
            both in 0_u64..60, first_only in 0_u64..60, second_only in 0_u64..60, neither in 0_u64..200,
        ) {
            let (first, second, all) = (both + first_only, both + second_only, both + first_only + second_only + neither);
            prop_assume!(first > 0 && second > 0);
            let found = lift(both, first, second, all).unwrap();
            prop_assert!(0.0 <= found.low && found.low <= found.point && found.point <= found.high);
            prop_assert!(found.high.is_finite() && found.high > found.low);
            let turned = lift(both, second, first, all).unwrap();
            prop_assert!((found.low - turned.low).abs() < 1e-9 * found.high);
            prop_assert!((found.high - turned.high).abs() < 1e-9 * found.high);
        }

        #[test]
        fn ten_times_the_units_know_more(both in 1_u64..60, first_only in 0_u64..60, second_only in 1_u64..60, neither in 1_u64..200) {
            let at = |times: u64| lift(both * times, (both + first_only) * times, (both + second_only) * times,
                (both + first_only + second_only + neither) * times).unwrap();
            let (one, ten) = (at(1), at(10));
            prop_assert!((one.point - ten.point).abs() < 1e-9 * one.point);
            prop_assert!(ten.high - ten.low < one.high - one.low);
        }
    }
}
