use super::student::t95;
use super::{Z95, quantile};

/// Sums of squares and of fourth powers of the influence of every unit on the logarithm of a ratio: how many units the
/// ratio really rests on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Influence {
    second: f64,
    fourth: f64,
}

impl Influence {
    /// Adds a unit whose influence is `of`.
    pub fn add(&mut self, of: f64) {
        self.replace(0.0, of);
    }

    /// Changes the influence of one unit.
    pub fn replace(&mut self, old: f64, new: f64) {
        let (old, new) = (old * old, new * new);
        self.second += new - old;
        self.fourth += new * new - old * old;
    }

    /// Every influence times a factor.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let square = factor * factor;
        Self { second: self.second * square, fourth: self.fourth * square * square }
    }

    /// (Σ l²)² / Σ l⁴, the number of equal units that would leave as much in doubt, at least 1. Infinite when no unit has
    /// any influence, so that nothing is in doubt.
    #[must_use]
    pub fn effective_units(&self) -> f64 {
        // Σ l² is the squared relative error of the ratio; what lies below one in a million is rounding.
        if self.second <= 1e-12 || self.fourth <= 0.0 {
            return f64::INFINITY;
        }
        (self.second * self.second / self.fourth).max(1.0)
    }
}

/// The 95 % interval of a positive ratio from its bootstrap replicates: their percentiles, moved away from the point on the
/// logarithmic scale by the factor t/z, where t is the 97.5 % point of Student's t with `effective_units` degrees of freedom.
///
/// Percentiles alone are too narrow for few units, as z is against t (Hesterberg 2015, Am. Stat. 69, 371–386, who takes
/// wider percentiles instead; with few units those lie beyond the replicates). The degrees of freedom are Satterthwaite's
/// (1946, Biometrics Bull. 2, 110–114) for a sum of unequal squares; fewer than 2 count as 2, where the ends lie 2.2 times as
/// far: t of a single degree would reach across orders of magnitude and say nothing. The point always lies within.
///
/// Replicates that are not a number are left out; a lower end of 0 and an infinite upper end stay what they are. A point that
/// is not positive has no logarithm and keeps its percentiles. `None` without any replicate.
#[must_use]
pub fn stretched_percentiles(point: f64, mut replicates: Vec<f64>, effective_units: f64) -> Option<(f64, f64)> {
    replicates.retain(|ratio| !ratio.is_nan());
    replicates.sort_unstable_by(f64::total_cmp);
    let (low, high) = (quantile(&replicates, 0.025)?, quantile(&replicates, 0.975)?);
    if point <= 0.0 {
        return Some((low.min(point), high.max(point)));
    }
    let factor = t95(effective_units.max(2.0)) / Z95;
    let stretch = |end: f64| {
        if end <= 0.0 || end.is_infinite() { end } else { point * (factor * (end / point).ln()).exp() }
    };
    Some((stretch(low).min(point), stretch(high).max(point)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_units_by_hand() {
        let of = |influences: &[f64]| {
            let mut sum = Influence::default();
            for &influence in influences {
                sum.add(influence);
            }
            sum.effective_units()
        };
        assert!((of(&[0.5, -0.5, 0.5, -0.5]) - 4.0).abs() < 1e-12, "equal units count in full");
        // (1 + 4)² / (1 + 16).
        assert!((of(&[1.0, 2.0]) - 25.0 / 17.0).abs() < 1e-12);
        assert_eq!(of(&[]), f64::INFINITY);
        assert_eq!(of(&[0.0, 0.0]), f64::INFINITY);
        assert!((of(&[3.0, 0.0]) - 1.0).abs() < 1e-12);
        let mut changed = Influence::default();
        changed.add(0.5);
        changed.add(7.0);
        changed.replace(7.0, 0.5);
        assert!((changed.effective_units() - 2.0).abs() < 1e-9);
        assert!((changed.scaled(3.0).effective_units() - 2.0).abs() < 1e-9);
    }

    /// With infinitely many units the percentiles stay; with few they move away by t/z in logarithms.
    #[test]
    fn hand_computed() {
        let replicates: Vec<f64> = (0..=40).map(|k| 2.0_f64.powf((f64::from(k) - 20.0) / 10.0)).collect();
        // Of 41 replicates the 2.5 % point is the second, 2^-1.9, the 97.5 % point the 40th.
        let (low, high) = stretched_percentiles(1.0, replicates.clone(), f64::INFINITY).unwrap();
        assert!((low.log2() + 1.9).abs() < 1e-6 && (high.log2() - 1.9).abs() < 1e-6);
        let (low, high) = stretched_percentiles(1.0, replicates, 4.0).unwrap();
        // t with 4 degrees of freedom: 2.776_445.
        let stretched = 1.9 * 2.776_445_105 / Z95;
        assert!((low.log2() + stretched).abs() < 1e-8 && (high.log2() - stretched).abs() < 1e-8);
    }

    #[test]
    fn ends_without_a_logarithm_stay() {
        assert_eq!(stretched_percentiles(1.0, vec![], 3.0), None);
        assert_eq!(stretched_percentiles(1.0, vec![f64::NAN], 3.0), None);
        assert_eq!(stretched_percentiles(0.0, vec![0.0, 0.0], 3.0), Some((0.0, 0.0)));
        assert_eq!(stretched_percentiles(-1.0, vec![-2.0, -2.0, -0.5, -0.5], 9.0), Some((-2.0, -0.5)));
        assert_eq!(stretched_percentiles(1.0, vec![0.0, 0.0, f64::INFINITY], 3.0), Some((0.0, f64::INFINITY)));
        assert_eq!(stretched_percentiles(1.0, vec![2.0, 2.0], 1e12).map(|(low, _)| low), Some(1.0), "holds the point");
    }
}
