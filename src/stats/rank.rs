/// Kendall's rank correlation of pairs, −1 … 1, corrected for ties (tau-b): τ = (concordant − discordant) / √((pairs − ties in
/// a)(pairs − ties in b)) (Kendall 1945, Biometrika 33, 239–251), counted in n·ln n steps by sorting (Knight 1966, J. Am.
/// Stat. Assoc. 61, 436–439). `None` below two pairs, for lists of different lengths, when one side is constant, and when
/// a value is not a number.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "pairs of thousands of items lie far below 2^53")]
pub fn kendall_tau(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.len() < 2 || a.iter().chain(b).any(|value| value.is_nan()) {
        return None;
    }
    // Adding 0 makes one zero of the two. Of sorted neighbours, those not less tie.
    let mut pairs: Vec<(f64, f64)> = a.iter().zip(b).map(|(a, b)| (a + 0.0, b + 0.0)).collect();
    pairs.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
    let ties_a = ties(pairs.chunk_by(|x, y| x.0 >= y.0));
    let ties_both = ties(pairs.chunk_by(|x, y| x.0 >= y.0 && x.1 >= y.1));
    let mut second: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    let discordant = inversions(&mut second);
    let ties_b = ties(second.chunk_by(|x, y| x >= y));
    let all = pairs_of(a.len());
    let scale = ((all - ties_a) as f64).sqrt() * ((all - ties_b) as f64).sqrt();
    // Concordant pairs are those that neither tie nor disagree.
    let concordant = all + ties_both - ties_a - ties_b - discordant;
    (scale > 0.0).then(|| ((concordant as f64 - discordant as f64) / scale).clamp(-1.0, 1.0))
}

fn pairs_of(n: usize) -> u64 {
    let n = n as u64;
    n * n.saturating_sub(1) / 2
}

fn ties<'a, T: 'a>(groups: impl Iterator<Item = &'a [T]>) -> u64 {
    groups.map(|group| pairs_of(group.len())).sum()
}

/// Sorts by merging and counts the pairs that stood in falling order.
fn inversions(values: &mut [f64]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut found = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if right[j] < left[i] {
            found += (left.len() - i) as u64;
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    values.copy_from_slice(&merged);
    found
}

/// The place of every known value among the known, 0–1: the share of the others that lie below, ties counting half. A single
/// value lies in the middle.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "values are few")]
pub fn places(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut sorted: Vec<f64> = values.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let others = sorted.len().saturating_sub(1);
    let place = |value: f64| {
        let below = sorted.partition_point(|other| *other < value);
        let equal = sorted.partition_point(|other| *other <= value) - below;
        if others == 0 { 0.5 } else { (below as f64 + (equal - 1) as f64 / 2.0) / others as f64 }
    };
    values.iter().map(|value| value.map(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_by_hand() {
        assert_eq!(
            places(&[Some(1.0), None, Some(3.0), Some(2.0), Some(2.0)]),
            [Some(0.0), None, Some(1.0), Some(0.5), Some(0.5)]
        );
        assert_eq!(places(&[Some(7.0)]), [Some(0.5)]);
        assert_eq!(places(&[]), []);
    }
    use proptest::prelude::*;

    #[test]
    fn hand_computed() {
        assert_eq!(kendall_tau(&[1.0], &[1.0]), None);
        assert_eq!(kendall_tau(&[1.0, 2.0], &[1.0]), None);
        assert_eq!(kendall_tau(&[1.0, 2.0], &[3.0, 3.0]), None);
        assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[2.0, 4.0, 9.0]), Some(1.0));
        assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[9.0, 4.0, 2.0]), Some(-1.0));
        // Three pairs, one tie in b, one concordant and one discordant.
        assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[1.0, 2.0, 1.0]), Some(0.0));
    }

    /// `scipy.stats.kendalltau`, scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        let close = |a: &[f64], b: &[f64], expected: f64| {
            let found = kendall_tau(a, b).unwrap();
            assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
        };
        close(
            &[1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 5.0, 8.0, 9.0, 10.0],
            &[3.0, 1.0, 4.0, 4.0, 2.0, 7.0, 7.0, 5.0, 9.0, 9.0],
            0.650_649_635_161_037_8,
        );
        close(&[12.0, 2.0, 1.0, 12.0, 2.0], &[1.0, 4.0, 7.0, 1.0, 0.0], -0.471_404_520_791_031_6);
        let a: Vec<f64> = (0..5000_u32).map(|i| f64::from((i * 7919) % 1000)).collect();
        let b: Vec<f64> = (0..5000_u32).map(|i| f64::from((i * 104_729) % 777 + (i * 7919) % 1000 / 3)).collect();
        close(&a, &b, 0.256_678_206_205_988_9);
    }

    #[test]
    fn zeros_of_either_sign_tie_and_what_is_no_number_is_refused() {
        assert_eq!(kendall_tau(&[0.0, -0.0], &[1.0, 2.0]), None);
        assert_eq!(kendall_tau(&[0.0, f64::NAN], &[1.0, 2.0]), None);
        assert_eq!(kendall_tau(&[f64::NEG_INFINITY, f64::INFINITY], &[1.0, 2.0]), Some(1.0));
    }

    /// Every pair looked at.
    fn counted(pairs: &[(i32, i32)]) -> Option<f64> {
        let (mut score, mut in_a, mut in_b) = (0_i32, 0_i32, 0_i32);
        for (i, x) in pairs.iter().enumerate() {
            for y in &pairs[i + 1..] {
                let (a, b) = ((x.0 - y.0).signum(), (x.1 - y.1).signum());
                score += a * b;
                in_a += a.abs();
                in_b += b.abs();
            }
        }
        (in_a > 0 && in_b > 0).then(|| f64::from(score) / (f64::from(in_a) * f64::from(in_b)).sqrt())
    }

    proptest! {
        #[test]
        fn sorting_counts_as_looking_at_every_pair_does(pairs in prop::collection::vec((0_i32..9, 0_i32..9), 0..40)) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).unzip();
            let found = kendall_tau(&a, &b);
            prop_assert_eq!(found.is_some(), counted(&pairs).is_some());
            if let (Some(found), Some(expected)) = (found, counted(&pairs)) {
                prop_assert!((found - expected).abs() < 1e-12);
                prop_assert!((kendall_tau(&b, &a).unwrap() - found).abs() < 1e-12);
                let turned: Vec<f64> = a.iter().map(|a| -a).collect();
                prop_assert!((kendall_tau(&turned, &b).unwrap() + found).abs() < 1e-12);
            }
        }
    }
}
