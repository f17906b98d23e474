use super::Z95;
use crate::units::Estimate;

/// Wilson's score interval, 95 %, for `hits` out of `n` (Wilson 1927, J. Am. Stat. Assoc. 22, 209–212).
///
/// Unlike the textbook interval p ± z·√(p(1−p)/n) it stays within 0–1 and has a width at 0 and at n hits, where most
/// capabilities of a long catalogue lie. `None` when `n` is zero or `hits` exceeds it.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
pub fn wilson(hits: u64, n: u64) -> Option<Estimate> {
    if n == 0 || hits > n {
        return None;
    }
    let point = hits as f64 / n as f64;
    let (low, high) = score_interval(point, n as f64, Z95);
    Some(Estimate { point, low, high, n })
}

/// Wilson's interval of a share `point` of `size` units, whole or effective, at a quantile of its own.
pub(super) fn score_interval(point: f64, size: f64, quantile: f64) -> (f64, f64) {
    let z2 = quantile * quantile;
    let centre = (point + z2 / (2.0 * size)) / (1.0 + z2 / size);
    let half = quantile / (1.0 + z2 / size) * (point * (1.0 - point) / size + z2 / (4.0 * size * size)).sqrt();
    // At the ends the interval touches the point exactly; rounding must not move it past.
    let low = if point <= 0.0 { 0.0 } else { (centre - half).clamp(0.0, point) };
    let high = if point >= 1.0 { 1.0 } else { (centre + half).clamp(point, 1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")`, statsmodels 0.15.0.
    #[test]
    fn agrees_with_statsmodels() {
        for (hits, n, low, high) in STATSMODELS {
            let estimate = wilson(hits, n).unwrap();
            assert!((estimate.low - low).abs() < 1e-12, "{hits}/{n}: {} against {low}", estimate.low);
            assert!((estimate.high - high).abs() < 1e-12, "{hits}/{n}: {} against {high}", estimate.high);
        }
    }

    const STATSMODELS: [(u64, u64, f64, f64); 8] = [
        (0, 1, 0.0, 0.793_450_685_622_762_7),
        (0, 400, 0.0, 0.009_512_294_334_296_512),
        (1, 400, 0.000_441_447_786_801_635_3, 0.014_023_285_075_823_394),
        (12, 400, 0.017_243_020_965_143_047, 0.051_698_535_709_095_675),
        (39, 400, 0.072_145_117_785_387_58, 0.130_512_279_153_721_1),
        (200, 400, 0.451_234_504_169_709, 0.548_765_495_830_291),
        (400, 400, 0.990_487_705_665_703_4, 1.0),
        (5, 7, 0.358_934_451_832_619_1, 0.917_781_075_995_943_2),
    ];

    #[test]
    fn nothing_is_known_of_no_accounts() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(3, 2), None);
    }

    #[test]
    fn one_account_says_almost_nothing() {
        let estimate = wilson(1, 1).unwrap();
        assert_eq!((estimate.point, estimate.high), (1.0, 1.0));
        assert!((estimate.low - 1.0 / (1.0 + Z95 * Z95)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_more_data_narrow_it(hits in 0_u64..500, misses in 0_u64..500) {
            prop_assume!(hits + misses > 0);
            let one = wilson(hits, hits + misses).unwrap();
            let ten = wilson(hits * 10, (hits + misses) * 10).unwrap();
            prop_assert!(0.0 <= one.low && one.low <= one.point && one.point <= one.high && one.high <= 1.0);
            prop_assert!(ten.high - ten.low < one.high - one.low);
        }
    }
}
