use super::Z95;
use crate::units::Estimate;

/// No fit that exists needs more steps: Newton's steps double the digits once they are near.
const MOST_STEPS: usize = 100;

/// Elasticity of a count to a size: by how many per cent y grows where x is one per cent larger. The slope β of the
/// Poisson regression ln E(y) = α + β·ln x of points `(x, y)` by iteratively reweighted least squares (Nelder &
/// Wedderburn 1972, J. R. Stat. Soc. A 135, 370–384), with the 95 % interval of the sandwich variance times n/(n−2)
/// (White 1980, Econometrica 48, 817–838; `MacKinnon` & White 1985: HC1), which stays right when counts scatter more
/// than Poisson's.
///
/// Points whose x is not positive, or whose y is negative or not finite, are left out; `n` is the number of points
/// used. `None` below three, when x does not vary, when all y are zero, and when the fit has no finite slope: all y
/// but those at one end of x are zero.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn elasticity(points: &[(f64, f64)]) -> Option<Estimate> {
    let mut used: Vec<(f64, f64)> = points
        .iter()
        .filter(|(x, y)| *x > 0.0 && x.is_finite() && *y >= 0.0 && y.is_finite())
        .map(|&(x, y)| (x.ln(), y))
        .collect();
    let n = used.len();
    if n < 3 || !has_finite_slope(&used) {
        return None;
    }
    // Centred, the two coefficients hardly depend on one another.
    let centre = used.iter().map(|point| point.0).sum::<f64>() / n as f64;
    for point in &mut used {
        point.0 -= centre;
    }
    let fit = fit(&used)?;
    let moments = Moments::of(&used, fit);
    // The row of the slope in the inverse of Σ μ(1, z)(1, z)ᵀ, times the score of every point.
    let meat: f64 = used
        .iter()
        .map(|&(z, y)| ((z - moments.mean) / moments.spread * (y - (fit.0 + fit.1 * z).exp())).powi(2))
        .sum();
    let half = Z95 * (meat * n as f64 / (n - 2) as f64).sqrt();
    (half.is_finite()).then(|| Estimate { point: fit.1, low: fit.1 - half, high: fit.1 + half, n: n as u64 })
}

/// The likelihood has its maximum at a finite slope exactly when two points with a positive y differ in x, or when
/// points with y = 0 lie on both sides of them: otherwise a steeper line always fits better.
fn has_finite_slope(points: &[(f64, f64)]) -> bool {
    let ends = |positive: bool| {
        points
            .iter()
            .filter(|point| (point.1 > 0.0) == positive)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |ends, point| (ends.0.min(point.0), ends.1.max(point.0)))
    };
    let (positive, zero) = (ends(true), ends(false));
    positive.0 < positive.1 || (positive.0 <= positive.1 && zero.0 < positive.0 && zero.1 > positive.1)
}

/// Mean and sum of squared deviations of z, weighted by μ.
struct Moments {
    weight: f64,
    mean: f64,
    spread: f64,
}

impl Moments {
    fn of(points: &[(f64, f64)], (alpha, beta): (f64, f64)) -> Self {
        let weighted = || points.iter().map(|&(z, _)| (z, (alpha + beta * z).exp()));
        let weight: f64 = weighted().map(|(_, w)| w).sum();
        let mean = weighted().map(|(z, w)| z * w).sum::<f64>() / weight;
        Self { weight, mean, spread: weighted().map(|(z, w)| w * (z - mean).powi(2)).sum() }
    }
}

/// Log-likelihood without its constant.
fn likelihood(points: &[(f64, f64)], (alpha, beta): (f64, f64)) -> f64 {
    points.iter().map(|&(z, y)| y * (alpha + beta * z) - (alpha + beta * z).exp()).sum()
}

/// Newton's steps from the flat line, halved while they do not climb. `None` when they do not settle.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn fit(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let mut at = ((points.iter().map(|point| point.1).sum::<f64>() / points.len() as f64).ln(), 0.0);
    let mut height = likelihood(points, at);
    for _ in 0..MOST_STEPS {
        let moments = Moments::of(points, at);
        let residuals = || points.iter().map(|&(z, y)| (z, y - (at.0 + at.1 * z).exp()));
        let steeper = residuals().map(|(z, r)| (z - moments.mean) * r).sum::<f64>() / moments.spread;
        let higher = residuals().map(|(_, r)| r).sum::<f64>() / moments.weight - moments.mean * steeper;
        if !steeper.is_finite() || !higher.is_finite() {
            return None;
        }
        let mut part = 1.0;
        let next = loop {
            let next = (at.0 + part * higher, at.1 + part * steeper);
            let there = likelihood(points, next);
            // Near the top, rounding decides; such a step is taken as it is.
            if there >= height - 1e-12 * height.abs() {
                height = there;
                break next;
            }
            part /= 2.0;
            if part < 1e-12 {
                return None;
            }
        };
        let settled = (next.1 - at.1).abs() <= 1e-12 * (1.0 + next.1.abs())
            && (next.0 - at.0).abs() <= 1e-12 * (1.0 + next.0.abs());
        at = next;
        if settled {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_is_found() {
        let square: Vec<(f64, f64)> = (1..6).map(|x| (f64::from(x), 3.0 * f64::from(x * x))).collect();
        let found = elasticity(&square).unwrap();
        assert!((found.point - 2.0).abs() < 1e-9 && found.n == 5, "{found:?}");
    }

    #[test]
    fn what_has_no_slope() {
        assert_eq!(elasticity(&[(1.0, 1.0), (2.0, 2.0), (0.0, 5.0)]), None);
        assert_eq!(elasticity(&[(2.0, 1.0), (2.0, 2.0), (2.0, 5.0)]), None);
        assert_eq!(elasticity(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]), None);
        assert_eq!(elasticity(&[(1.0, 0.0), (2.0, 0.0), (3.0, 4.0)]), None);
    }
}
