use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};

use super::{Z80, Z95};

/// From here on the series below is exact to eleven digits.
const MANY: f64 = 200.0;

/// The 97.5 % point of Student's t with `freedom` degrees of freedom, 1 or more and not always whole.
pub(super) fn t95(freedom: f64) -> f64 {
    point(freedom, 0.025, Z95)
}

/// The 90 % point likewise: what an interval of 80 % ends at.
pub(super) fn t90(freedom: f64) -> f64 {
    point(freedom, 0.1, Z80)
}

/// What is exceeded with the probability `tail`, as `normal` is by a normal deviate.
///
/// The inverse of statrs is exact to about six digits for few degrees of freedom and to four for many. It is therefore
/// only where Newton's two steps start from; for many degrees of freedom the first terms of the expansion around the
/// normal quantile are enough (Abramowitz & Stegun 1964, 26.7.5).
fn point(freedom: f64, tail: f64, normal: f64) -> f64 {
    if freedom >= MANY {
        return expansion(freedom, normal);
    }
    let distribution = StudentsT::new(0.0, 1.0, freedom.max(1.0)).expect("a positive number of degrees of freedom");
    let step = |at: f64| at + (distribution.sf(at) - tail) / distribution.pdf(at);
    step(step(distribution.inverse_cdf(1.0 - tail)))
}

fn expansion(freedom: f64, normal: f64) -> f64 {
    let polynomial = |odd: &[f64], over: f64| {
        odd.iter().rev().fold(0.0, |sum, coefficient| sum * normal * normal + coefficient) * normal / over
    };
    let terms = [
        polynomial(&[1.0], 1.0),
        polynomial(&[1.0, 1.0], 4.0),
        polynomial(&[3.0, 16.0, 5.0], 96.0),
        polynomial(&[-15.0, 17.0, 19.0, 3.0], 384.0),
        polynomial(&[-945.0, -1920.0, 1482.0, 776.0, 79.0], 92_160.0),
    ];
    terms.iter().rev().fold(0.0, |sum, term| sum / freedom + term)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.ppf(0.975, df)`, scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        for (freedom, expected) in [
            (1.0, 12.706_204_736_174_694),
            (1.3, 7.500_529_325_562_029),
            (2.0, 4.302_652_729_749_462),
            (2.5, 3.574_654_842_003_681_7),
            (9.0, 2.262_157_162_798_205),
            (30.7, 2.040_321_537_812_142),
            (99.0, 1.984_216_951_586_417_4),
            (150.0, 1.975_905_330_896_620_1),
            (199.0, 1.971_956_544_251_753_3),
            (200.0, 1.971_896_223_633_908_8),
            (250.5, 1.969_479_272_051_676),
            (10_000.0, 1.960_201_239_890_626),
            (1_000_000.0, 1.959_966_356_814_107),
        ] {
            assert!((t95(freedom) - expected).abs() < 1e-10, "{freedom}: {} against {expected}", t95(freedom));
        }
    }

    const T90: [(f64, f64); 8] = [
        (1.0, 3.077_683_537_175_254_4),
        (2.0, 1.885_618_083_164_126_7),
        (2.5, 1.730_250_928_807_176_6),
        (9.0, 1.383_028_738_396_632_7),
        (30.7, 1.309_742_340_850_187_6),
        (199.0, 1.285_820_209_259_409_3),
        (200.0, 1.285_798_793_994_801_2),
        (10_000.0, 1.281_636_229_730_475_4),
    ];

    /// `scipy.stats.t.ppf(0.9, df)`, scipy 1.17.1.
    #[test]
    fn the_ninety_percent_point_agrees_with_scipy() {
        for (freedom, expected) in T90 {
            assert!((t90(freedom) - expected).abs() < 1e-10, "{freedom}: {} against {expected}", t90(freedom));
        }
    }

    #[test]
    fn more_freedom_is_a_shorter_quantile() {
        let quantiles: Vec<f64> = (10..30_000_u32).map(|tenths| t95(f64::from(tenths) / 10.0)).collect();
        assert!(quantiles.windows(2).all(|pair| pair[0] > pair[1]), "also where the series takes over");
        assert!(t95(f64::INFINITY) >= Z95 && t95(f64::INFINITY) - Z95 < 1e-12);
        assert_eq!(t95(0.3), t95(1.0));
    }
}
