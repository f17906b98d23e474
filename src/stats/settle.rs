use super::Z95;

/// How many periods of the same length in all, 1 or more and not always whole, until Wilson's interval at the share seen
/// would exclude `line`.
///
/// The interval of a share p of n units excludes a line q as soon as n > n* = z²·q(1−q)/(p−q)² (the score test turned
/// around, Wilson 1927). Successive periods of one account are not new units: m of them count as n·m/(1 + (m−1)ρ)
/// (Kish 1965, Survey Sampling, 5.4), so that m = n*(1−ρ)/(n − n*ρ). `correlation` is ρ, the correlation of an account's
/// activity now and a period before; a negative one counts as 0, since it would promise more from m periods than m times
/// the accounts. 1 when the line is excluded already. `None` when no amount of waiting does it (n* ≥ n/ρ), when the share
/// is the line, without units, and for numbers that are none.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn periods_to_settle(active: u64, base: u64, line: f64, correlation: f64) -> Option<f64> {
    if base == 0 || active > base || line.is_nan() || correlation.is_nan() {
        return None;
    }
    let (count, correlation) = (base as f64, correlation.clamp(0.0, 1.0));
    let distance = active as f64 / count - line;
    if distance.abs() <= 0.0 {
        return None;
    }
    let needed = Z95 * Z95 * (line * (1.0 - line)).max(0.0) / (distance * distance);
    if needed <= count {
        return Some(1.0);
    }
    let gain = count - needed * correlation;
    (gain > 0.0).then(|| (needed * (1.0 - correlation) / gain).max(1.0)).filter(|periods| periods.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::wilson;
    use crate::stats::wilson::score_interval;
    use proptest::prelude::*;

    #[test]
    fn hand_computed() {
        assert_eq!(periods_to_settle(0, 0, 0.1, 0.0), None);
        assert_eq!(periods_to_settle(5, 50, 0.1, 0.0), None);
        assert_eq!(periods_to_settle(40, 50, 0.1, 0.5), Some(1.0));
        // n* = z²·0.25/0.01
        let needed = Z95 * Z95 * 25.0;
        assert!((periods_to_settle(20, 50, 0.5, 0.0).unwrap() - needed / 50.0).abs() < 1e-9);
        assert!(periods_to_settle(20, 50, 0.5, 0.51).unwrap() > 20.0);
        assert_eq!(periods_to_settle(20, 50, 0.5, 0.53), None);
    }

    #[test]
    fn ends_and_nonsense() {
        assert_eq!(periods_to_settle(3, 2, 0.1, 0.0), None);
        assert_eq!(periods_to_settle(3, 20, f64::NAN, 0.0), None);
        assert_eq!(periods_to_settle(3, 20, 0.1, f64::NAN), None);
        assert_eq!(periods_to_settle(0, 20, 0.0, 0.5), None);
        // An interval of some users never reaches down to none at all.
        assert_eq!(periods_to_settle(1, 20, 0.0, 0.5), Some(1.0));
        // The same accounts as before: a new period brings nothing.
        assert_eq!(periods_to_settle(20, 50, 0.5, 1.0), None);
        assert_eq!(periods_to_settle(20, 50, 0.5, 1.7), None);
        assert_eq!(periods_to_settle(20, 50, 0.5, -0.4), periods_to_settle(20, 50, 0.5, 0.0));
    }

    /// `statsmodels.stats.proportion.proportion_confint(2·m, 50·m, method="wilson")`, statsmodels 0.15.0, holds 0.1 for
    /// whole m of 1 and excludes it from m = 2 on.
    #[test]
    fn agrees_with_statsmodels() {
        let periods = periods_to_settle(2, 50, 0.1, 0.0).unwrap();
        assert!(periods > 1.0 && periods <= 2.0, "{periods}");
        assert!(wilson(2, 50).unwrap().high > 0.1 && wilson(4, 100).unwrap().high < 0.1);
    }

    proptest! {
        /// At that many periods Wilson's interval touches the line: a little more excludes it, a little less does not.
        #[test]
        fn the_interval_then_touches_the_line(
            active in 0_u64..200, rest in 0_u64..200, line in 0.01_f64..0.99, correlation in -0.2_f64..1.0,
        ) {
            let base = active + rest;
            prop_assume!(base > 0);
            let effective = |periods: f64| {
                let rho = correlation.max(0.0);
                base as f64 * periods / (1.0 + (periods - 1.0) * rho)
            };
            let holds = |size: f64| {
                let (low, high) = score_interval(active as f64 / base as f64, size, Z95);
                low <= line && line <= high
            };
            match periods_to_settle(active, base, line, correlation) {
                None => prop_assert!(holds(effective(1e15) * 0.999)),
                Some(periods) => {
                    prop_assert!(periods >= 1.0);
                    prop_assert!(!holds(effective(periods) * 1.000_001));
                    prop_assert!(periods <= 1.0 || holds(effective(periods) * 0.999_999));
                }
            }
        }

        #[test]
        fn a_stronger_correlation_never_settles_sooner(
            active in 0_u64..200, rest in 1_u64..200, line in 0.01_f64..0.99, low in 0.0_f64..1.0, high in 0.0_f64..1.0,
        ) {
            let (low, high) = (low.min(high), low.max(high));
            let [weak, strong] = [low, high].map(|correlation| periods_to_settle(active, active + rest, line, correlation));
            prop_assert!(strong.is_none_or(|strong| weak.is_some_and(|weak| weak <= strong * (1.0 + 1e-9))));
        }
    }
}
