//! The binomial distribution with p = ½, which the sign test of two counts rests on.
//!
//! Its probabilities are built from the middle outwards by their ratios, P(k−1)/P(k) = k/(n−k+1), and divided by
//! their sum. That takes some 40·√n multiplications, needs no gamma function, whose difference at millions of tosses
//! loses half the digits, and underflows to nought where a probability is smaller than a double can hold.

/// Terms below the middle, the middle first, relative to it: (k, weight), until they are too small to be told from 0.
fn downwards(n: u64) -> impl Iterator<Item = (u64, f64)> {
    let mut next = Some((n / 2, 1.0_f64));
    std::iter::from_fn(move || {
        let (k, weight) = next?;
        let below = weight * ratio(k, n);
        next = (k > 0 && below > 0.0).then(|| (k - 1, below));
        Some((k, weight))
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn ratio(k: u64, n: u64) -> f64 {
    k as f64 / (n - k + 1) as f64
}

/// The sum of all weights, both sides of the middle.
fn total(n: u64, below: f64) -> f64 {
    // An odd number of tosses has two middles, an even one has the middle once.
    if n % 2 == 1 { 2.0 * below } else { 2.0 * below - 1.0 }
}

/// P(at most `k` heads in `n` tosses), `k` at most n/2.
pub(super) fn at_most(k: u64, n: u64) -> f64 {
    let (mut below, mut tail) = (0.0, 0.0);
    for (at, weight) in downwards(n) {
        below += weight;
        if at <= k {
            tail += weight;
            if weight < tail * f64::EPSILON * 1e-3 {
                break;
            }
        }
    }
    tail / total(n, below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        // 1/16, 5/16, 11/16 of four tosses; 1/8 and 4/8 of three.
        for (k, n, expected) in
            [(0, 4, 0.0625), (1, 4, 0.3125), (2, 4, 0.6875), (0, 3, 0.125), (1, 3, 0.5), (0, 0, 1.0), (0, 1, 0.5)]
        {
            assert!((at_most(k, n) - expected).abs() < 1e-15, "{k} of {n}: {}", at_most(k, n));
        }
    }

    /// `scipy.stats.binom.cdf(k, n, 0.5)`, scipy 1.17.1.
    #[test]
    fn many_tosses_agree_with_scipy() {
        for (k, n, expected) in [
            (10, 30, 0.049_368_573_352_694_525),
            (499_000, 1_000_000, 0.022_804_149_932_694_8),
            (4_996_837, 10_000_000, 0.022_742_538_103_477_997),
        ] {
            assert!((at_most(k, n) / expected - 1.0).abs() < 1e-11, "{}", at_most(k, n));
        }
        assert_eq!(at_most(0, 10_000_000), 0.0, "smaller than a double can hold");
    }
}
