use super::student::t95;
use super::wilson::wilson;
use crate::units::Estimate;

/// Ratio of two sums over things that come in clusters, Σ part / Σ whole, where a part may exceed its whole: 0 or more.
///
/// The variance is that of a ratio estimator by linearisation, n/(n−1) · Σ(part − R·whole)² / (Σ whole)² (Cochran 1977, Sampling
/// Techniques, 6.3), the 95 % interval R ∓ t·s with the quantile of Student's t for k − 1 degrees of freedom, 1 at least, where
/// k = (Σ whole)² / Σ whole² is the effective number of clusters (Kish 1965), since next to one huge cluster many small ones
/// say little about their scatter; its lower end is 0 or more. See [`super::cluster_share`] for a ratio that cannot exceed 1.
///
/// Where all clusters have the same ratio there is no scatter to measure. The interval then holds as many clusters for
/// different as could have gone unseen by Wilson's interval for none of n: lost on the one side, doubled on the other. A
/// single cluster sets no bound: the ends are 0 and infinite. Clusters without a positive, finite whole or with a part that is
/// negative or not finite are left out. `n` is the number of clusters used. `None` when there is none.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn cluster_ratio<I: IntoIterator<Item = (f64, f64)>>(clusters: I) -> Option<Estimate> {
    let is_used = |(part, whole): &(f64, f64)| *whole > 0.0 && whole.is_finite() && *part >= 0.0 && part.is_finite();
    let used: Vec<(f64, f64)> = clusters.into_iter().filter(is_used).collect();
    let count = used.len() as u64;
    let n = used.len() as f64;
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| used.iter().map(of).sum::<f64>();
    let whole = sum(&|cluster| cluster.1);
    let unseen = 1.0 - wilson(count, count)?.low;
    let point = sum(&|cluster| cluster.0) / whole;
    let squares = sum(&|(part, size)| (part - point * size).powi(2));
    let scatters = squares > 1e-24 * sum(&|(_, size)| (point * size).powi(2));
    let (low, high) = if used.len() == 1 {
        (0.0, f64::INFINITY)
    } else if scatters {
        let clusters = whole * whole / sum(&|cluster| cluster.1 * cluster.1);
        let half = t95((clusters - 1.0).max(1.0)) * (n / (n - 1.0) * squares).sqrt() / whole;
        ((point - half).max(0.0), point + half)
    } else {
        (point * (1.0 - unseen), point * (1.0 + unseen))
    };
    Some(Estimate { point, low, high, n: count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::close;
    use proptest::prelude::*;

    /// `WLS(part / whole, 1, weights=whole).fit(cov_type="cluster", groups=1…n)`, statsmodels 0.15.0, whose variance is the
    /// same; the quantiles are `scipy.stats.t.ppf(0.975, k − 1)`, scipy 1.17.1.
    #[test]
    fn agrees_with_statsmodels() {
        let four = [(12.0, 10.0), (0.0, 5.0), (26.0, 20.0), (4.0, 4.0)];
        close(cluster_ratio(four).unwrap(), FOUR[0], FOUR[1], FOUR[2]);
        let forty = (0..40_u32).map(|i| (f64::from(i % 4) * 2.0, f64::from(3 + i % 7)));
        close(cluster_ratio(forty).unwrap(), FORTY[0], FORTY[1], FORTY[2]);
    }

    const FOUR: [f64; 3] = [1.076_923_076_923_077_3, 0.074_977_969_564_216_54, 2.078_868_184_281_938];
    const FORTY: [f64; 3] = [0.510_638_297_872_340_6, 0.377_646_958_569_765_4, 0.643_629_637_174_915_8];

    /// Two clusters of 10 and 30 with 20 and 20: R = 1, squares 100 + 100, v = 2·200/40² = 1/4; k = 1600/1000 = 1.6, so that one
    /// degree of freedom is left: 1 − 12.7062·0.5 is below nothing.
    #[test]
    fn by_hand() {
        let two = cluster_ratio([(20.0, 10.0), (20.0, 30.0)]).unwrap();
        close(two, 1.0, 0.0, 1.0 + 12.706_204_736_174_694 * 0.5);
        assert_eq!(two.n, 2);
    }

    #[test]
    fn nothing_one_and_all_the_same() {
        assert_eq!(cluster_ratio([]), None);
        assert_eq!(cluster_ratio([(1.0, 0.0), (f64::NAN, 1.0), (-1.0, 2.0), (1.0, f64::INFINITY)]), None);
        let one = cluster_ratio([(3.0, 2.0)]).unwrap();
        assert_eq!((one.point, one.low, one.high, one.n), (1.5, 0.0, f64::INFINITY, 1));
        let unseen = 1.0 - wilson(50, 50).unwrap().low;
        close(cluster_ratio([(7.0, 7.0); 50]).unwrap(), 1.0, 1.0 - unseen, 1.0 + unseen);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_the_unit_does_not_matter(
            clusters in prop::collection::vec((0_u32..90, 1_u32..50), 1..30),
        ) {
            let clusters = || clusters.iter().map(|&(part, whole)| (f64::from(part), f64::from(whole)));
            let found = cluster_ratio(clusters()).unwrap();
            prop_assert!(0.0 <= found.low && found.low <= found.point && found.point <= found.high);
            let scaled = cluster_ratio(clusters().map(|(part, whole)| (part * 1024.0, whole * 1024.0))).unwrap();
            prop_assert_eq!(found, scaled);
        }
    }
}
