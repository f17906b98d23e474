use statrs::distribution::{ContinuousCDF, Normal};

use super::Z95;
use crate::units::Estimate;

/// Upper 97.5 % limit of the mean of a Poisson variable that was seen to be 0: −ln 0.025.
const NONE_SEEN: f64 = 3.688_879_454_113_936;

/// Units of one stratum by two things that they may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CoOccurrence {
    /// Units that have both.
    pub both: u64,
    /// Units that have the first, with or without the second.
    pub first: u64,
    /// Units that have the second.
    pub second: u64,
    /// All units of the stratum.
    pub all: u64,
}

/// How often two things occur together, given the stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PooledLift {
    /// Observed over expected: 0 or more, 1 is independence within every stratum.
    pub lift: Estimate,
    /// Units expected to have both if the two were independent within every stratum.
    pub expected: f64,
    /// Two-sided p of independence within every stratum.
    pub p: f64,
}

/// Lift of two things pooled over strata: Σ both / Σ (first·second / all), the observed number over the one expected if the two
/// were independent within every stratum, and so free of what makes units of one stratum have more of both.
///
/// The 95 % interval is that of ln lift by the delta method, each stratum a multinomial of its own; when none has both,
/// the ends are 0 and the exact Poisson limit 3.69 over what is expected. p is that of the Cochran–Mantel–Haenszel test
/// with continuity correction (Mantel & Haenszel 1959, J. Natl. Cancer Inst. 22, 719–748); 1 when no stratum could
/// have come out otherwise. `n` is all units. `None` when nothing is expected: in every stratum one of the two is absent.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn pooled_lift(strata: &[CoOccurrence]) -> Option<PooledLift> {
    let (mut observed, mut expected, mut null_variance, mut n) = (0.0, 0.0, 0.0, 0);
    for stratum in strata.iter().filter(|stratum| stratum.all > 0) {
        let [a, b, all] = [stratum.first, stratum.second, stratum.all].map(|count| count as f64);
        observed += stratum.both as f64;
        expected += a * b / all;
        if stratum.all > 1 {
            null_variance += a * b * (all - a) * (all - b) / (all * all * (all - 1.0));
        }
        n += stratum.all;
    }
    if expected <= 0.0 {
        return None;
    }
    let lift = observed / expected;
    let p = if null_variance > 0.0 {
        let distance = ((observed - expected).abs() - 0.5).max(0.0);
        (2.0 * Normal::standard().sf(distance / null_variance.sqrt())).min(1.0)
    } else {
        1.0
    };
    let (low, high) = if observed > 0.0 {
        let half = Z95 * (strata.iter().map(|stratum| spread(stratum, lift)).sum::<f64>()).sqrt() / observed;
        (lift * (-half).exp(), lift * half.exp())
    } else {
        (0.0, NONE_SEEN / expected)
    };
    Some(PooledLift { lift: Estimate { point: lift, low, high, n }, expected, p })
}

/// Variance of (both − lift·expected) in one stratum: one unit with both moves it by 1 − lift·(p₁ + p₂), one with the
/// first only by −lift·p₂, with the second only by −lift·p₁.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn spread(stratum: &CoOccurrence, lift: f64) -> f64 {
    if stratum.all == 0 {
        return 0.0;
    }
    let [both, a, b, all] = [stratum.both, stratum.first, stratum.second, stratum.all].map(|count| count as f64);
    let (of_first, of_second) = (-lift * b / all, -lift * a / all);
    let moves = [(both, 1.0 + of_first + of_second), (a - both, of_first), (b - both, of_second)];
    let mean = moves.iter().map(|(units, by)| units * by).sum::<f64>() / all;
    let squares = moves.iter().map(|(units, by)| units * by * by).sum::<f64>() / all;
    (all * (squares - mean * mean)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats;
    use proptest::prelude::*;

    /// From the four cells of a table: both, first only, second only, neither.
    fn table([both, first, second, neither]: [u64; 4]) -> CoOccurrence {
        CoOccurrence { both, first: both + first, second: both + second, all: both + first + second + neither }
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{found} against {expected}");
    }

    /// p of `StratifiedTable.test_null_odds(correction=True)`, statsmodels 0.15.0; lift and interval by the delta method with a
    /// numerical gradient over the cells of every multinomial, `NumPy` 2.4.6.
    #[test]
    fn agrees_with_statsmodels_and_a_numerical_delta_method() {
        let one = pooled_lift(&[table([20, 10, 15, 55])]).unwrap();
        let three = pooled_lift(&[table([2, 8, 10, 80]), table([12, 18, 20, 50]), table([40, 20, 25, 15])]).unwrap();
        for (found, expected, [point, low, high], p) in [
            (
                one,
                10.5,
                [1.904_761_904_761_904_7, 1.484_336_197_147_9, 2.444_269_647_808_565],
                4.186_447_091_758_527e-5,
            ),
            (
                three,
                49.8,
                [1.084_337_349_397_590_5, 0.956_717_552_621_583, 1.228_980_783_384_518],
                0.266_563_843_060_929_06,
            ),
        ] {
            close(found.expected, expected);
            close(found.lift.point, point);
            close(found.lift.low, low);
            close(found.lift.high, high);
            assert!((found.p - p).abs() < 1e-9 * p.max(1e-3), "{} against {p}", found.p);
        }
    }

    #[test]
    fn hand_computed() {
        // Stratum one expects 4·5/10 = 2 and has 3, stratum two 6·6/12 = 3 and has 3.
        let strata = [
            CoOccurrence { both: 3, first: 4, second: 5, all: 10 },
            CoOccurrence { both: 3, first: 6, second: 6, all: 12 },
        ];
        let found = pooled_lift(&strata).unwrap();
        close(found.expected, 5.0);
        close(found.lift.point, 1.2);
        assert_eq!(found.lift.n, 22);
    }

    #[test]
    fn nothing_expected_nothing_seen_nothing_else_possible() {
        assert_eq!(pooled_lift(&[]), None);
        assert_eq!(pooled_lift(&[CoOccurrence { both: 0, first: 0, second: 9, all: 9 }]), None);
        let apart = pooled_lift(&[CoOccurrence { both: 0, first: 5, second: 4, all: 20 }]).unwrap();
        assert_eq!((apart.lift.point, apart.lift.low), (0.0, 0.0));
        // scipy 1.17.1: chi2.ppf(0.975, 2) / 2.
        close(apart.lift.high, 3.688_879_454_113_936);
        // Everyone has the second: co-use is what it must be.
        let certain = pooled_lift(&[CoOccurrence { both: 5, first: 5, second: 9, all: 9 }]).unwrap();
        assert_eq!((certain.lift.point, certain.p), (1.0, 1.0));
    }

    proptest! {
        #[test]
        fn one_stratum_is_the_plain_lift_and_the_two_are_interchangeable(
            cells in prop::collection::vec([0_u64..40, 0_u64..40, 0_u64..40, 1_u64..40], 1..6)
        ) {
            let strata: Vec<CoOccurrence> = cells.iter().map(|cells| table(*cells)).collect();
            let turned: Vec<CoOccurrence> = cells.iter().map(|&[a, b, c, d]| table([a, c, b, d])).collect();
            let (found, turned) = (pooled_lift(&strata), pooled_lift(&turned));
            prop_assert_eq!(found.is_some(), turned.is_some());
            if let (Some(found), Some(turned)) = (found, turned) {
                prop_assert!((found.lift.point - turned.lift.point).abs() < 1e-12);
                prop_assert!((found.lift.low - turned.lift.low).abs() < 1e-9);
                prop_assert!((found.p - turned.p).abs() < 1e-12);
                prop_assert!(found.lift.low <= found.lift.point && found.lift.point <= found.lift.high);
            }
            let one = strata[0];
            if let (Some(pooled), true) = (pooled_lift(&strata[..1]), one.both > 0) {
                let plain = stats::lift(one.both, one.first, one.second, one.all).unwrap();
                prop_assert!((pooled.lift.point - plain.point).abs() < 1e-9 * plain.point);
                prop_assert!((pooled.lift.low - plain.low).abs() < 1e-9 * plain.point);
                prop_assert!((pooled.lift.high - plain.high).abs() < 1e-6 * plain.high);
            }
        }
    }
}
