use super::{Z95, wilson};
use crate::units::Estimate;

/// Lift of two things that units may have: how many times more units have both than if they were independent,
/// both·all / (first·second), 0 or more; 1 is independence (Brin et al. 1997, SIGMOD, 255–264, who call it interest).
/// The 95 % interval is that of ln lift by the delta method. When none has both, the ends are 0 and the lift at Wilson's
/// upper limit for nought out of all. `n` is all. `None` when nobody has the first, nobody the second, or the counts
/// contradict one another.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn lift(both: u64, first: u64, second: u64, all: u64) -> Option<Estimate> {
    if first == 0 || second == 0 || both > first.min(second) || first.max(second) > all || first + second - both > all {
        return None;
    }
    let [a, one, two, n] = [both, first, second, all].map(|count| count as f64);
    let point = a * n / (one * two);
    if both == 0 {
        return Some(Estimate { point, low: 0.0, high: wilson(0, all)?.high * n * n / (one * two), n: all });
    }
    // ln lift = ln p₁₁ − ln p₁ − ln p₂ with p₁ = p₁₁ + p₁₀ and p₂ = p₁₁ + p₀₁. Its gradient g to the four cells:
    // 1/p₁₁ − 1/p₁ − 1/p₂, −1/p₁, −1/p₂, 0. A multinomial of n gives n·variance = Σ p·g² − (Σ p·g)²; Σ p·g = 1 − 1 − 1,
    // Σ p·g² = 1/p₁₁ − 1/p₁ − 1/p₂ + 2·p₁₁/(p₁·p₂). Under independence that is (1/p₁ − 1)(1/p₂ − 1).
    let variance = 1.0 / a - 1.0 / one - 1.0 / two + 2.0 * a / (one * two) - 1.0 / n;
    let factor = (Z95 * variance.max(0.0).sqrt()).exp();
    Some(Estimate { point, low: point / factor, high: point * factor, n: all })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        assert_eq!(lift(0, 0, 3, 10), None);
        assert_eq!(lift(4, 3, 5, 10), None);
        assert_eq!(lift(0, 6, 5, 10), None);
        let independent = lift(4, 20, 20, 100).unwrap();
        assert!((independent.point - 1.0).abs() < 1e-15);
        // (1/0.2 − 1)² / 100 = 0.16
        assert!((independent.high - (Z95 * 0.4).exp()).abs() < 1e-12);
    }
}
