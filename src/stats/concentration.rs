/// Herfindahl–Hirschman index of amounts: the sum of squared shares, 1/n … 1 (Hirschman 1964, Am. Econ. Rev. 54,
/// 761). Its inverse is the number of equal users that would be as concentrated. `None` when the amounts sum to zero.
#[must_use]
pub fn herfindahl(amounts: &[f64]) -> Option<f64> {
    let total: f64 = amounts.iter().sum();
    (total > 0.0).then(|| amounts.iter().map(|amount| (amount / total).powi(2)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        assert_eq!(herfindahl(&[]), None);
        assert_eq!(herfindahl(&[0.0, 0.0]), None);
        assert_eq!(herfindahl(&[5.0]), Some(1.0));
        assert_eq!(herfindahl(&[1.0, 1.0, 1.0, 1.0]), Some(0.25));
        // 0.5² + 0.3² + 0.2² = 0.38
        assert!((herfindahl(&[5.0, 3.0, 2.0]).unwrap() - 0.38).abs() < 1e-15);
    }
}
