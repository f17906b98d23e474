use super::Z95;
use crate::units::Estimate;

/// Products of fractions that make one half do so but for rounding.
const HALF: f64 = 0.5 + 1e-12;

/// Median time to an event by the Kaplan–Meier estimator (Kaplan & Meier 1958, J. Am. Stat. Assoc. 53, 457–481) of
/// `(time, reached)`: where `reached` is false, the unit was watched for that time and the event had not come.
///
/// The point is the first time at which the curve is ½ or lower. The 95 % interval is Brookmeyer & Crowley's (1982,
/// Biometrics 38, 29–41): the times at which the lower and the upper limit of the curve reach ½, the limits on the scale
/// ln(−ln S) with Greenwood's variance. `high` is infinite when the upper limit does not reach it; it never does at the
/// point where the curve is 0, which has no variance. `n` is the number of units, those not reached among them. `None`
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
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
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

    #[test]
    fn hand_computed() {
        assert_eq!(kaplan_meier_median(&[]), None);
        assert_eq!(kaplan_meier_median(&[(3.0, false), (5.0, false)]), None);
        let one = kaplan_meier_median(&[(3.0, true)]).unwrap();
        assert_eq!((one.point, one.low, one.high, one.n), (3.0, 3.0, f64::INFINITY, 1));
        // 3/4 · 2/3 = ½ at 2.
        let four = kaplan_meier_median(&[(4.0, true), (1.0, true), (2.0, true), (3.0, true)]).unwrap();
        assert_eq!(four.point, 2.0);
    }
}
