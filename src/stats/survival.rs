use super::Z95;
use crate::units::Estimate;

/// Products of fractions that make one half do so but for rounding.
const HALF: f64 = 0.5 + 1e-12;

/// Median time to an event by the Kaplan–Meier estimator (Kaplan & Meier 1958, J. Am. Stat. Assoc. 53, 457–481) of
/// `(time, reached)`: where `reached` is false, the unit was watched for that time and the event had not come.
///
/// The point is the first time at which the curve is ½ or lower. The 95 % interval is Brookmeyer & Crowley's (1982,
/// Biometrics 38, 29–41): the times at which the lower and the upper limit of the curve reach ½, the limits on the scale
/// ln(−ln S) with Greenwood's variance. `high` is infinite when the upper limit does not reach ½. Where the curve is 0 it
/// has no variance, so nothing is known of its upper limit there (as in R's `survfit`; lifelines takes 0): of six units
/// or fewer, all reached at different times, `high` is infinite. `n` is the number of units, those not reached among them. `None`
/// when the curve does not fall to ½, for no units, and when a time is not a number.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn kaplan_meier_median(durations: &[(f64, bool)]) -> Option<Estimate> {
    if durations.iter().any(|(time, _)| time.is_nan()) {
        return None;
    }
    let mut sorted = durations.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut at_risk, mut survival, mut greenwood) = (sorted.len(), 1.0, 0.0);
    let (mut point, mut low, mut high) = (None, None, None);
    for group in sorted.chunk_by(|a, b| a.0 >= b.0) {
        let reached = group.iter().filter(|unit| unit.1).count();
        if reached > 0 {
            let left = at_risk - reached;
            survival *= left as f64 / at_risk as f64;
            greenwood += reached as f64 / (at_risk as f64 * left as f64);
            let (lower, upper) = limits(survival, greenwood);
            let time = group[0].0;
            for (found, curve) in [(&mut point, survival), (&mut low, lower), (&mut high, upper)] {
                if found.is_none() && curve <= HALF {
                    *found = Some(time);
                }
            }
        }
        at_risk -= group.len();
    }
    let point = point?;
    Some(Estimate { point, low: low.unwrap_or(point), high: high.unwrap_or(f64::INFINITY), n: durations.len() as u64 })
}

/// exp(−exp(ln(−ln S) ± z·√v/ln S)), the limits of the curve.
fn limits(survival: f64, greenwood: f64) -> (f64, f64) {
    if survival <= 0.0 {
        return (0.0, 1.0);
    }
    let log = survival.ln();
    let half = Z95 * greenwood.sqrt() / log.abs();
    let limit = |shift: f64| (-((-log).ln() + shift).exp()).exp();
    (limit(half), limit(-half))
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn all(times: impl IntoIterator<Item = u32>) -> Vec<(f64, bool)> {
        times.into_iter().map(|time| (f64::from(time), true)).collect()
    }

    #[test]
    fn hand_computed() {
        assert_eq!(kaplan_meier_median(&[]), None);
        assert_eq!(kaplan_meier_median(&[(3.0, false), (5.0, false)]), None);
        assert_eq!(kaplan_meier_median(&[(3.0, true), (f64::NAN, true)]), None);
        // 2/3 at 1, where it stays.
        assert_eq!(kaplan_meier_median(&[(1.0, true), (2.0, false), (3.0, false)]), None);
        let one = kaplan_meier_median(&[(3.0, true)]).unwrap();
        assert_eq!((one.point, one.low, one.high, one.n), (3.0, 3.0, f64::INFINITY, 1));
        // Who is watched until the time of an event is still at risk then: 1/2 at 4, not 0.
        let tied = kaplan_meier_median(&[(4.0, true), (4.0, false)]).unwrap();
        assert_eq!((tied.point, tied.n), (4.0, 2));
        // 3/4 · 2/3 = ½ at 2. Lifelines gives 4, the time of the last event, as the upper end.
        let four = kaplan_meier_median(&all([4, 1, 2, 3])).unwrap();
        assert_eq!((four.point, four.low, four.high), (2.0, 1.0, f64::INFINITY));
    }

    /// `KaplanMeierFitter().fit(times, reached)`: `median_survival_time_` and `median_survival_times(confidence_interval_)`,
    /// lifelines 0.30.3. The fourth and fifth are the two arms of Gehan's leukaemia data (Freireich et al. 1963).
    #[test]
    fn agrees_with_lifelines() {
        let infinite = f64::INFINITY;
        let mixed = |reached: &[u32], censored: &[u32]| -> Vec<(f64, bool)> {
            all(reached.iter().copied())
                .into_iter()
                .chain(censored.iter().map(|&time| (f64::from(time), false)))
                .collect()
        };
        let cases = [
            (all(1..8), 4.0, 1.0, 6.0),
            (all(1..13), 6.0, 2.0, 10.0),
            (mixed(&[5, 5, 5], &[9, 9]), 5.0, 5.0, infinite),
            (
                mixed(&[6, 6, 6, 7, 10, 13, 16, 22, 23], &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]),
                23.0,
                13.0,
                infinite,
            ),
            (all([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]), 8.0, 4.0, 11.0),
            (mixed(&[0, 0, 0, 0, 0, 0, 3, 12], &[30, 90, 90]), 0.0, 0.0, infinite),
            ((0..100_u32).map(|i| (f64::from((i * 37) % 101 + 1), i % 3 != 0)).collect(), 66.0, 54.0, 76.0),
        ];
        for (units, point, low, high) in cases {
            let found = kaplan_meier_median(&units).unwrap();
            assert_eq!((found.point, found.low, found.high, found.n), (point, low, high, units.len() as u64));
        }
    }

    /// `KaplanMeierFitter().fit(1 … n, all).confidence_interval_` at the second of four and at the sixth of seven, lifelines
    /// 0.30.3. Greenwood's sums by hand: 1/(4·3) + 1/(3·2) = 1/4 and (1/1 − 1/7) = 6/7.
    #[test]
    fn the_limits_of_the_curve_agree_with_lifelines() {
        for (survival, greenwood, low, high) in [
            (0.5, 0.25, 0.057_847_082_995_144_55, 0.844_861_281_190_374),
            (1.0 / 7.0, 6.0 / 7.0, 0.007_123_864_076_238_46, 0.464_941_355_315_506_9),
        ] {
            let found = limits(survival, greenwood);
            assert!((found.0 - low).abs() < 1e-12 && (found.1 - high).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(limits(0.0, f64::INFINITY), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_the_order_of_units_is_nothing(
            mut units in prop::collection::vec((0_u32..40, any::<bool>()).prop_map(|(time, reached)| (f64::from(time), reached)), 1..60),
        ) {
            let found = kaplan_meier_median(&units);
            units.reverse();
            prop_assert_eq!(found, kaplan_meier_median(&units));
            if let Some(found) = found {
                prop_assert!(found.low <= found.point && found.point <= found.high);
                prop_assert!(units.contains(&(found.point, true)));
            }
        }

        /// Without censoring it is the lower of the middle values, and waiting longer for some never makes it earlier.
        #[test]
        fn without_censoring_it_is_the_median(mut times in prop::collection::vec(0_u32..40, 1..60)) {
            let found = kaplan_meier_median(&all(times.iter().copied())).unwrap();
            times.sort_unstable();
            prop_assert_eq!(found.point, f64::from(times[(times.len() - 1) / 2]));
            let some_censored: Vec<(f64, bool)> = times.iter().map(|&time| (f64::from(time), time % 3 != 0)).collect();
            prop_assert!(kaplan_meier_median(&some_censored).is_none_or(|later| later.point >= found.point));
        }
    }
}
