use super::student::t95;
use crate::units::Estimate;

/// The arithmetic mean with Student's 95 % interval, x̄ ± t₀.₉₇₅(n−1) · s/√n (Student 1908, Biometrika 6, 1–25), held to
/// `range`, within which every value of the population lies.
///
/// It leans on the mean of a sample being nearly normal, which skewed times reach slowly: with few of them the interval is too short
/// on the long side. One value has no scatter, so both ends are those of `range`; several equal ones have none either, and the
/// interval is the point. `None` for no values and when one is not finite. Sums run in the order given.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of failures lie far below 2^53")]
pub fn mean(values: &[f64], range: (f64, f64)) -> Option<Estimate> {
    if values.is_empty() || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let n = values.len() as f64;
    let point = values.iter().sum::<f64>() / n;
    let (low, high) = if values.len() == 1 {
        range
    } else {
        let squares: f64 = values.iter().map(|value| (value - point).powi(2)).sum();
        let half = t95(n - 1.0) * (squares / (n - 1.0) / n).sqrt();
        ((point - half).max(range.0), (point + half).min(range.1))
    };
    Some(Estimate { point, low: low.min(point), high: high.max(point), n: values.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::close;
    use proptest::prelude::*;

    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    #[test]
    fn none_one_and_equal() {
        let times = (0.0, f64::INFINITY);
        assert_eq!(mean(&[], times), None);
        assert_eq!(mean(&[1.0, f64::INFINITY], times), None);
        assert_eq!(mean(&[3.0], times), Some(Estimate { point: 3.0, low: 0.0, high: f64::INFINITY, n: 1 }));
        assert_eq!(mean(&[3.0; 4], times), Some(Estimate { point: 3.0, low: 3.0, high: 3.0, n: 4 }));
        // 2 ± 12.706 · √(2/2), held to 0.
        let two = mean(&[1.0, 3.0], times).unwrap();
        close(two, 2.0, 0.0, 2.0 + 12.706_204_736_174_694);
    }

    /// `scipy.stats.t.interval(0.95, n - 1, loc=numpy.mean(x), scale=scipy.stats.sem(x))`, scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        let found = mean(&[1.0, 2.0, 4.0, 9.5], ANY).unwrap();
        close(found, 4.125, -1.912_393_658_412_863_6, 10.162_393_658_412_864);
        let skewed = mean(&[0.1, 0.1, 50.0, 3.0, 7.0, 12.0, 0.4], ANY).unwrap();
        close(skewed, 10.371_428_571_428_572, -6.298_105_919_503_568, 27.040_963_062_360_71);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_more_of_the_same_narrows_it(
            values in prop::collection::vec(0.0_f64..1e6, 2..40),
        ) {
            let one = mean(&values, ANY).unwrap();
            let ten = mean(&values.repeat(10), ANY).unwrap();
            prop_assert!(one.low <= one.point && one.point <= one.high);
            prop_assert!(ten.high - ten.low <= one.high - one.low);
            prop_assert!((one.point - ten.point).abs() <= 1e-9 * one.point.max(1.0));
        }
    }
}
