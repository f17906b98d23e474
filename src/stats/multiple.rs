/// p-values adjusted for the number of tests, in the order given: those at or below q are a set in which a share q at
/// most is expected to be false (Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289–300). The i-th smallest of m
/// becomes the least p₍j₎·m/j of all j ≥ i, 1 at most.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of tests lie far below 2^53")]
pub fn false_discovery(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(p[at] * p.len() as f64 / (rank + 1) as f64);
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        assert_eq!(false_discovery(&[]), Vec::<f64>::new());
        assert_eq!(false_discovery(&[0.2]), vec![0.2]);
        // 0.03·3/3 is less than 0.02·3/2 is not: both are 0.03.
        assert_eq!(false_discovery(&[0.03, 0.005, 0.02]), vec![0.03, 0.015, 0.03]);
    }
}
