use super::wilson;
use crate::units::Estimate;

/// McNemar's test of a change among the same units, exact and two-sided (McNemar 1947, Psychometrika 12, 153–157):
/// p = min(1, 2·P(X ≤ min(b, c))), X binomial with b + c draws and ½, where b units are in the first state only and c
/// in the second only. 1 when no unit changed. Takes time in proportion to √(b + c).
#[must_use]
pub fn mcnemar(first_only: u64, second_only: u64) -> f64 {
    (2.0 * super::fair_coin::at_most(first_only.min(second_only), first_only + second_only)).min(1.0)
}

/// Correlation of two yes/no variables, −1 … 1: φ = (ad − bc)/√((a+b)(c+d)(a+c)(b+d)) (Pearson 1900; Yule 1912, J. R.
/// Stat. Soc. 75, 579–652). `None` when either variable is the same for all units, or there is none.
#[must_use]
pub fn phi(both: u64, first_only: u64, second_only: u64, neither: u64) -> Option<f64> {
    let table = [both, first_only, second_only, neither];
    let margins = margins(table)?;
    Some((determinant(table) / margins).clamp(-1.0, 1.0))
}

/// ad − bc.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn determinant([a, b, c, d]: [u64; 4]) -> f64 {
    a as f64 * d as f64 - b as f64 * c as f64
}

/// √((a+b)(c+d)(a+c)(b+d)), unless it is zero.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn margins([a, b, c, d]: [u64; 4]) -> Option<f64> {
    let product = ((a + b) as f64 * (c + d) as f64).sqrt() * ((a + c) as f64 * (b + d) as f64).sqrt();
    (product > 0.0).then_some(product)
}

/// Change of a share among the same units, second less first, −1 … 1, with the 95 % interval of Newcombe 1998 (Stat.
/// Med. 17, 2635–2650, method 10): Wilson's limits of both shares, squared and added, less what the two share by their
/// correlation φ, in which a positive ad − bc is lowered by n/2, down to 0 at most. `None` for no units.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn paired_difference(both: u64, first_only: u64, second_only: u64, neither: u64) -> Option<Estimate> {
    let table = [both, first_only, second_only, neither];
    let n = both + first_only + second_only + neither;
    let (first, second) = (wilson(both + first_only, n)?, wilson(both + second_only, n)?);
    let determinant = determinant(table);
    let lowered = if determinant > 0.0 { (determinant - n as f64 / 2.0).max(0.0) } else { determinant };
    let phi = margins(table).map_or(0.0, |margins| lowered / margins);
    let point = (second_only as f64 - first_only as f64) / n as f64;
    let joined = |one: f64, other: f64| (one * one - 2.0 * phi * one * other + other * other).max(0.0).sqrt();
    let below = joined(second.point - second.low, first.high - first.point);
    let above = joined(second.high - second.point, first.point - first.low);
    Some(Estimate { point, low: (point - below).max(-1.0), high: (point + above).min(1.0), n })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_computed() {
        assert_eq!(mcnemar(0, 0), 1.0);
        assert_eq!(mcnemar(3, 3), 1.0);
        assert_eq!(mcnemar(1, 0), 1.0);
        // 2·(1 + 6)/2⁶
        assert!((mcnemar(1, 5) - 0.21875).abs() < 1e-15);
        assert_eq!(phi(0, 0, 0, 0), None);
        assert_eq!(phi(3, 0, 2, 0), None);
        assert_eq!(phi(3, 2, 0, 0), None);
        assert_eq!(phi(2, 0, 0, 2), Some(1.0));
        assert_eq!(phi(0, 2, 2, 0), Some(-1.0));
        // (4·3 − 1·2)/√(5·5·6·4)
        assert!((phi(4, 1, 2, 3).unwrap() - 10.0 / 600.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(paired_difference(0, 0, 0, 0), None);
    }

    /// `scipy.stats.binomtest(min(b, c), b + c).pvalue`, scipy 1.17.1.
    #[test]
    fn mcnemar_agrees_with_scipy() {
        for (first, second, expected) in [
            (3, 10, 0.092_285_156_25),
            (12, 2, 0.012_939_453_125),
            (0, 20, 1.907_348_632_812_5e-6),
            (40, 61, 0.046_044_066_929_342_785),
            (1000, 1100, 0.030_720_707_864_242_49),
            (999_000, 1_001_000, 0.157_506_847_322_934_74),
            (3_000_000, 3_010_000, 4.529_250_621_901_665_5e-5),
            (400, 2000, 7.730_089_192_437_493e-255),
        ] {
            let p = mcnemar(first, second);
            assert!((p / expected - 1.0).abs() < 1e-9, "{first}, {second}: {p} against {expected}");
        }
    }

    /// Newcombe's formula in numpy 2.4.6 on the limits of `statsmodels.stats.proportion.proportion_confint(…,
    /// method="wilson")`, statsmodels 0.15.0. The first table is the worked example of Altman et al. 2000, Statistics with
    /// Confidence, 52, which gives 0.011 to 0.226 for first less second; of the others the third is one of Newcombe's own.
    #[test]
    fn the_difference_agrees_with_numpy_and_the_textbook() {
        for (table, [point, low, high]) in NUMPY {
            let found = paired_difference(table[0], table[1], table[2], table[3]).unwrap();
            assert_eq!(found.n, table.iter().sum::<u64>());
            for (found, expected) in [(found.point, point), (found.low, low), (found.high, high)] {
                assert!((found - expected).abs() < 1e-12, "{table:?}: {found} against {expected}");
            }
        }
    }

    const NUMPY: [([u64; 4], [f64; 3]); 9] = [
        ([14, 5, 0, 22], [-0.121_951_219_512_195_12, -0.226_492_684_351_211_2, -0.011_483_241_383_033_22]),
        ([1, 1, 7, 12], [0.285_714_285_714_285_7, 0.025_559_124_164_859_837, 0.506_920_226_686_141]),
        ([36, 12, 2, 0], [-0.2, -0.340_427_602_974_940_8, -0.056_929_584_003_238_75]),
        ([50, 0, 0, 0], [0.0, -0.071_347_599_133_358_75, 0.071_347_599_133_358_75]),
        ([0, 0, 10, 0], [1.0, 0.607_509_350_430_524_1, 1.0]),
        ([5, 3, 9, 83], [0.06, -0.011_712_499_266_246_47, 0.136_561_217_606_076_45]),
        ([1, 30, 40, 2], [0.136_986_301_369_863, -0.086_615_841_738_122_23, 0.347_180_691_668_278_75]),
        ([0, 0, 0, 20], [0.0, -0.161_125_158_052_819_4, 0.161_125_158_052_819_4]),
        ([800, 300, 100, 4000], [-0.038_461_538_461_538_464, -0.045_981_201_147_140_42, -0.031_009_392_771_415_997]),
    ];

    /// `scipy.stats.pearsonr` of the zeros and ones, scipy 1.17.1.
    #[test]
    fn phi_agrees_with_scipy() {
        for ([both, first, second, neither], expected) in [
            ([14, 5, 0, 22], 0.774_848_284_212_953_3),
            ([1, 30, 40, 2], -0.916_609_614_676_844_2),
            ([5, 3, 9, 83], 0.412_173_033_871_965_36),
            ([800, 300, 100, 4000], 0.758_779_359_807_052),
        ] {
            let found = phi(both, first, second, neither).unwrap();
            assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
        }
    }

    proptest! {
        #[test]
        fn first_and_second_are_mirrors(
            both in 0_u64..200, first in 0_u64..200, second in 0_u64..200, neither in 0_u64..200,
        ) {
            prop_assert_eq!(mcnemar(first, second), mcnemar(second, first));
            prop_assert_eq!(phi(both, first, second, neither), phi(both, second, first, neither));
            prop_assert!(phi(both, first, second, neither).is_none_or(|phi| (-1.0..=1.0).contains(&phi)));
            prop_assume!(both + first + second + neither > 0);
            let one = paired_difference(both, first, second, neither).unwrap();
            let other = paired_difference(both, second, first, neither).unwrap();
            prop_assert!(-1.0 <= one.low && one.low <= one.point && one.point <= one.high && one.high <= 1.0);
            prop_assert!((one.point + other.point).abs() < 1e-12);
            prop_assert!((one.low + other.high).abs() < 1e-12 && (one.high + other.low).abs() < 1e-12);
        }

        /// One unit more that went the way of the majority makes chance less likely.
        #[test]
        fn a_longer_way_from_even_is_less_likely(fewer in 0_u64..300, excess in 1_u64..300) {
            let more = fewer + excess;
            let p = mcnemar(fewer, more);
            prop_assert!(p > 0.0 && p <= 1.0);
            prop_assert!(mcnemar(fewer, more + 1) <= p);
        }
    }
}
