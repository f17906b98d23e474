use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Z95;
use super::wilson::score_interval;
use crate::units::Estimate;

/// Share of a sum that comes in clusters, Σ part / Σ whole, 0–1, where the clusters (accounts) and not their contents
/// are the independent units.
///
/// The variance is that of a ratio estimator by linearisation, v = n/(n−1) · Σ(part − p·whole)² / (Σ whole)² (Cochran
/// 1977, Sampling Techniques, 6.3). The interval is Wilson's at the effective sample size p(1−p)/v with Student's t of
/// n − 1 degrees of freedom (Korn & Graubard 1998, Surv. Methodol. 24, 193–201; Dean & Pagendarm 2015). At 0, at 1 and
/// of one cluster the variance says nothing; there every cluster counts as one observation of its weight, and the
/// effective size is (Σ whole)² / Σ whole² (Kish 1965).
///
/// Clusters without a positive whole are left out; a part is held to 0 … whole. `n` is the number of clusters used.
/// `None` when no whole is positive.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn cluster_share<I: IntoIterator<Item = (f64, f64)>>(clusters: I) -> Option<Estimate> {
    let used: Vec<(f64, f64)> = clusters
        .into_iter()
        .filter(|(part, whole)| *whole > 0.0 && whole.is_finite() && !part.is_nan())
        .map(|(part, whole)| (part.clamp(0.0, whole), whole))
        .collect();
    let n = used.len();
    let whole: f64 = used.iter().map(|cluster| cluster.1).sum();
    if n == 0 {
        return None;
    }
    let point = (used.iter().map(|cluster| cluster.0).sum::<f64>() / whole).clamp(0.0, 1.0);
    let squares: f64 = used.iter().map(|(part, size)| (part - point * size).powi(2)).sum();
    let (size, quantile) = if n > 1 && point > 0.0 && point < 1.0 {
        let variance = n as f64 / (n - 1) as f64 * squares / (whole * whole);
        (point * (1.0 - point) / variance, student(n - 1))
    } else {
        (whole * whole / used.iter().map(|cluster| cluster.1 * cluster.1).sum::<f64>(), Z95)
    };
    let (low, high) = score_interval(point, size, quantile);
    Some(Estimate { point, low, high, n: n as u64 })
}

/// The 97.5 % point of Student's t.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn student(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64).expect("a positive number of degrees of freedom").inverse_cdf(0.975)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        assert_eq!(cluster_share([]), None);
        assert_eq!(cluster_share([(0.0, 0.0)]), None);
        let one = cluster_share([(3.0, 10.0), (0.0, 0.0)]).unwrap();
        assert_eq!((one.point, one.n), (0.3, 1));
        assert!(one.low > 0.0 && one.low < 0.1 && one.high > 0.8);
        let none = cluster_share([(0.0, 1.0); 400]).unwrap();
        assert_eq!((none.point, none.low), (0.0, 0.0));
        assert!((none.high - 0.009_512_294_334_296_512).abs() < 1e-12);
    }
}
