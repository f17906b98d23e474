//! From draws to a mean with its interval: pure numbers.

use crate::stats;

/// A quantity over draws of the data and of the assumptions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Doubt {
    /// Mean of the draws as they are.
    pub mean: f64,
    /// 10 % point, with the draws moved away from the data.
    pub low: f64,
    /// 90 % point likewise.
    pub high: f64,
    /// Variance with the data held over the whole variance, 0–1; `None` where nothing is in doubt.
    pub assumed: Option<f64>,
    /// Number of equal Poisson counts that would be as skewed as the data; infinite where the data are not in doubt.
    pub units: f64,
}

/// What the draws say: `drawn` with the data of the draw, `held` with the same assumptions and the data as they are.
pub(super) fn doubt(drawn: &[f64], held: &[f64]) -> Doubt {
    let units = stats::units_by_skewness(&ratios(drawn, held));
    let factor = stats::t90_over_z(units);
    let moved = |(&drawn, &held): (&f64, &f64)| {
        let ratio = drawn / held;
        // Below zero there is no logarithm: a credit that outweighs the cost, in one of the two.
        if ratio.is_finite() && ratio >= 0.0 { held * ratio.powf(factor) } else { held + factor * (drawn - held) }
    };
    let mut moved: Vec<f64> = drawn.iter().zip(held).map(moved).collect();
    moved.sort_unstable_by(f64::total_cmp);
    let at = |part| stats::quantile(&moved, part).unwrap_or(0.0);
    let ((mean, whole), (_, of_assumptions)) = (moments(drawn), moments(held));
    // What lies below one in 10¹² of the square of the mean is rounding.
    let assumed = (whole > 1e-12 * mean * mean).then(|| (of_assumptions / whole).min(1.0));
    if assumed.is_none() {
        return Doubt { mean, low: mean, high: mean, assumed, units };
    }
    Doubt { mean, low: at(0.1), high: at(0.9), assumed, units }
}

/// What the data of every draw make of what they hold; draws of nothing are left out.
fn ratios(drawn: &[f64], held: &[f64]) -> Vec<f64> {
    drawn.iter().zip(held).map(|(drawn, held)| drawn / held).filter(|ratio| ratio.is_finite()).collect()
}

/// Mean and variance; of nothing 0.
#[expect(clippy::cast_precision_loss, reason = "draws lie far below 2^53")]
fn moments(of: &[f64]) -> (f64, f64) {
    let count = of.len().max(1) as f64;
    let mean = of.iter().sum::<f64>() / count;
    (mean, of.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / count)
}
