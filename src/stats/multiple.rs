/// p-values adjusted for the number of tests, in the order given: those at or below q are a set in which a share q at
/// most is expected to be false (Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289–300). The i-th smallest of m
/// becomes the least p₍j₎·m/j of all j ≥ i, 1 at most. Equal values stay equal. A p that is not a number counts as 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of tests lie far below 2^53")]
pub fn false_discovery(p: &[f64]) -> Vec<f64> {
    let known = |at: usize| if p[at].is_nan() { 1.0 } else { p[at] };
    let mut order: Vec<usize> = (0..p.len()).collect();
    // Equal values get the same, in whatever order they stand.
    order.sort_unstable_by(|&a, &b| known(a).total_cmp(&known(b)));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(known(at) * (p.len() as f64 / (rank + 1) as f64));
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn hand_computed() {
        assert_eq!(false_discovery(&[]), Vec::<f64>::new());
        assert_eq!(false_discovery(&[0.2]), vec![0.2]);
        // 0.02·3/2 and 0.03·3/3 are both 0.03, 0.005·3/1 is 0.015.
        assert_eq!(false_discovery(&[0.03, 0.005, 0.02]), vec![0.03, 0.015, 0.03]);
        assert_eq!(false_discovery(&[0.5, f64::NAN, -f64::NAN, 0.01]), vec![1.0, 1.0, 1.0, 0.04]);
        assert_eq!(false_discovery(&[0.5, 0.5, 0.5]), vec![0.5, 0.5, 0.5]);
    }

    /// `statsmodels.stats.multitest.multipletests(p, method="fdr_bh")[1]`, statsmodels 0.15.0.
    #[test]
    fn agrees_with_statsmodels() {
        const P: [f64; 25] = [
            0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34,
            0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986,
        ];
        const ADJUSTED: [f64; 25] = [
            0.025,
            0.1,
            0.21,
            0.21,
            0.21,
            0.25,
            0.264_285_714_285_714_23,
            0.491_071_428_571_428_55,
            0.491_071_428_571_428_55,
            0.491_071_428_571_428_55,
            0.491_071_428_571_428_55,
            0.491_071_428_571_428_55,
            0.491_071_428_571_428_55,
            0.491_071_428_571_428_55,
            0.532_812_5,
            0.532_812_5,
            0.564_705_882_352_941_2,
            0.781_578_947_368_421,
            0.781_578_947_368_421,
            0.87,
            0.907_142_857_142_857_1,
            0.986,
            0.986,
            0.986,
            0.986,
        ];
        for (found, expected) in false_discovery(&P).into_iter().zip(ADJUSTED) {
            assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
        }
    }

    proptest! {
        #[test]
        fn adjusting_raises_keeps_the_order_and_forgets_the_places(p in prop::collection::vec(0.0_f64..=1.0, 1..50)) {
            let adjusted = false_discovery(&p);
            for (i, &one) in p.iter().enumerate() {
                prop_assert!(one <= adjusted[i] && adjusted[i] <= 1.0);
                prop_assert!(p.iter().zip(&adjusted).all(|(&other, &to)| one > other || adjusted[i] <= to));
            }
            let mut turned = false_discovery(&p.iter().rev().copied().collect::<Vec<_>>());
            turned.reverse();
            prop_assert_eq!(adjusted, turned);
        }
    }
}
