use super::order_statistics::quantile_estimate;
use crate::units::Estimate;

/// The median with its distribution-free 95 % interval, the order statistics x₍d₎ and x₍n+1−d₎ with the largest d for
/// which P(Bin(n, ½) < d) ≤ 0.025 (Thompson 1936, Ann. Math. Stat. 7, 122–128): they hold the median of the population
/// with at least 95 %, whatever its form. Below six values no two of them do, since the least and the greatest hold it with
/// 1 − 2¹⁻ⁿ only; then the ends are those of `range`, within which every value of the population lies. `None` for no values
/// and when one is not a number. Sorts.
#[must_use]
pub fn median(values: &mut [f64], range: (f64, f64)) -> Option<Estimate> {
    quantile_estimate(values, 0.5, range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    #[test]
    fn hand_computed() {
        assert_eq!(median(&mut [], ANY), None);
        assert_eq!(median(&mut [1.0, f64::NAN], ANY), None);
        let range = (0.0, 10.0);
        assert_eq!(median(&mut [7.0], range), Some(Estimate { point: 7.0, low: 0.0, high: 10.0, n: 1 }));
        assert_eq!(median(&mut [3.0, 1.0], range), Some(Estimate { point: 2.0, low: 0.0, high: 10.0, n: 2 }));
        let mut five = [9.0, 3.0, 1.0, 7.0, 5.0];
        assert_eq!(median(&mut five, range), Some(Estimate { point: 5.0, low: 0.0, high: 10.0, n: 5 }));
        // From six on the least and the greatest hold it with 1 − 2⁻⁵ = 96.9 %.
        let mut six = [9.0, 3.0, 1.0, 7.0, 5.0, 2.0];
        assert_eq!(median(&mut six, range), Some(Estimate { point: 4.0, low: 1.0, high: 9.0, n: 6 }));
        let mut nine = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        assert_eq!(median(&mut nine, ANY), Some(Estimate { point: 5.0, low: 2.0, high: 8.0, n: 9 }));
    }

    #[test]
    fn ties_and_the_infinite() {
        let infinite = f64::INFINITY;
        let found = median(&mut [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 9.0], ANY).unwrap();
        assert_eq!((found.point, found.low, found.high), (2.0, 2.0, 9.0));
        let found = median(&mut [1.0, 2.0, infinite, infinite], (1.0, infinite)).unwrap();
        assert_eq!((found.point, found.low, found.high), (infinite, 1.0, infinite));
        assert_eq!(median(&mut [-infinite, infinite], ANY), None);
    }

    /// `numpy.median` (2.4.6) and `scipy.stats.quantile_test(x, q=median, p=0.5).confidence_interval(0.95)` (scipy 1.17.1) of
    /// 1 … n.
    #[test]
    fn agrees_with_scipy() {
        for (n, point, low, high) in [
            (6, 3.5, 1, 6),
            (7, 4.0, 1, 7),
            (10, 5.5, 2, 9),
            (20, 10.5, 6, 15),
            (25, 13.0, 8, 18),
            (50, 25.5, 18, 33),
            (100, 50.5, 40, 61),
            (101, 51.0, 41, 61),
            (1000, 500.5, 469, 532),
            (4999, 2500.0, 2430, 2570),
        ] {
            let mut values: Vec<f64> = (1..=n).rev().map(f64::from).collect();
            let found = median(&mut values, ANY).unwrap();
            assert_eq!((found.point, found.low, found.high), (point, f64::from(low), f64::from(high)), "{n}");
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_mirrors(values in prop::collection::vec(-20_i32..20, 1..60)) {
            let found = median(&mut values.iter().copied().map(f64::from).collect::<Vec<_>>(), ANY).unwrap();
            let turned = median(&mut values.iter().rev().map(|&value| -f64::from(value)).collect::<Vec<_>>(), ANY).unwrap();
            prop_assert!(found.low <= found.point && found.point <= found.high);
            prop_assert!((found.point + turned.point).abs() < 1e-12);
            prop_assert_eq!(found.low.to_bits() << 1, turned.high.to_bits() << 1, "but for the sign");
            prop_assert_eq!(found.high.to_bits() << 1, turned.low.to_bits() << 1, "but for the sign");
        }
    }
}
