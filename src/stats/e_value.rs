use crate::units::Estimate;

/// E-value of a risk ratio: how strongly, as a risk ratio, a hidden cause would have to be tied to the exposure and to the
/// outcome, beyond what the strata hold fixed, to explain all of it; RR + √(RR·(RR − 1)), of a ratio below 1 that of its inverse
/// (`VanderWeele` & Ding 2017, Ann. Intern. Med. 167, 268–274). 1 or more. `None` for a ratio that is 0, negative or not finite:
/// no hidden cause of finite strength explains it.
#[must_use]
pub fn e_value(ratio: f64) -> Option<f64> {
    let away = if ratio >= 1.0 { ratio } else { 1.0 / ratio };
    (ratio > 0.0 && away.is_finite()).then(|| away + (away * (away - 1.0)).sqrt())
}

/// E-value of the end of the interval that is nearer to 1: what it takes to move the interval to where it holds 1. It is 1 where it
/// already does. `None` as for [`e_value`].
#[must_use]
pub fn e_value_of_limit(ratio: Estimate) -> Option<f64> {
    if ratio.low <= 1.0 && ratio.high >= 1.0 {
        Some(1.0)
    } else {
        e_value(if ratio.low > 1.0 { ratio.low } else { ratio.high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
    }

    fn between(point: f64, low: f64, high: f64) -> Estimate {
        Estimate { point, low, high, n: 1 }
    }

    /// 3.9 (1.8–8.7) and 0.80 (0.71–0.91) are the examples of the paper, which prints 7.26 and 3.0, and 1.81 and 1.43.
    #[test]
    fn the_examples_of_the_paper() {
        close(e_value(3.9), 3.9 + (3.9_f64 * 2.9).sqrt());
        assert!((e_value(3.9).unwrap() - 7.26).abs() < 0.005);
        assert!((e_value_of_limit(between(3.9, 1.8, 8.7)).unwrap() - 3.0).abs() < 1e-12);
        assert!((e_value(0.8).unwrap() - 1.81).abs() < 0.005);
        assert!((e_value_of_limit(between(0.8, 0.71, 0.91)).unwrap() - 1.43).abs() < 0.005);
    }

    #[test]
    fn by_hand() {
        close(e_value(2.0), 2.0 + 2.0_f64.sqrt());
        close(e_value(0.5), 2.0 + 2.0_f64.sqrt());
        close(e_value(1.0), 1.0);
        assert_eq!(e_value_of_limit(between(1.5, 0.9, 2.5)), Some(1.0));
        assert_eq!(e_value_of_limit(between(1.5, 1.0, 2.5)), Some(1.0));
        assert_eq!(e_value_of_limit(between(0.0, 0.0, 2.5)), Some(1.0));
        close(e_value_of_limit(between(0.0, 0.0, 0.5)), 2.0 + 2.0_f64.sqrt());
        for no_ratio in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(e_value(no_ratio), None);
        }
    }

    #[test]
    fn further_from_one_takes_more() {
        let values: Vec<f64> = (10..100_u32).filter_map(|tenths| e_value(f64::from(tenths) / 10.0)).collect();
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
