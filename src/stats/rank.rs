/// Kendall's rank correlation of pairs, −1 … 1, corrected for ties: τ_b = (concordant − discordant) / √((pairs − ties in
/// a)(pairs − ties in b)) (Kendall 1945, Biometrika 33, 239–251), counted in n·ln n steps by sorting (Knight 1966, J. Am.
/// Stat. Assoc. 61, 436–439). `None` below two pairs, for lists of different lengths, when one side is constant, and when
/// a value is not a number.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "pairs of thousands of items lie far below 2^53")]
pub fn kendall_tau(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.len() < 2 || a.iter().chain(b).any(|value| value.is_nan()) {
        return None;
    }
    // Adding 0 makes one zero of the two.
    let mut pairs: Vec<(f64, f64)> = a.iter().zip(b).map(|(a, b)| (a + 0.0, b + 0.0)).collect();
    pairs.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
    let ties_a = ties(pairs.chunk_by(|x, y| x.0 == y.0));
    let ties_both = ties(pairs.chunk_by(|x, y| x == y));
    let mut second: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    let discordant = inversions(&mut second);
    let ties_b = ties(second.chunk_by(|x, y| x == y));
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
