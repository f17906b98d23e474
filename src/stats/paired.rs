use super::wilson;
use crate::units::Estimate;

/// McNemar's test of a change among the same units, exact and two-sided (McNemar 1947, Psychometrika 12, 153–157):
/// p = min(1, 2·P(X ≤ min(b, c))), X binomial with b + c draws and ½, where b units are in the first state only and c
/// in the second only. 1 when no unit changed. Takes time in proportion to √(b + c).
#[must_use]
pub fn mcnemar(first_only: u64, second_only: u64) -> f64 {
    (2.0 * super::fair_coin::at_most(first_only.min(second_only), first_only + second_only)).min(1.0)
}

/// Correlation of two yes/no variables, −1 … 1: φ = (ad − bc)/√((a+b)(c+d)(a+c)(b+d)) (Pearson 1900; Yule 1912, J. R.
/// Stat. Soc. 75, 579–652). `None` when either variable is the same for all units, or there is none.
#[must_use]
pub fn phi(both: u64, first_only: u64, second_only: u64, neither: u64) -> Option<f64> {
    let table = [both, first_only, second_only, neither];
    let margins = margins(table)?;
    Some((determinant(table) / margins).clamp(-1.0, 1.0))
}

/// ad − bc.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn determinant([a, b, c, d]: [u64; 4]) -> f64 {
    a as f64 * d as f64 - b as f64 * c as f64
}

/// √((a+b)(c+d)(a+c)(b+d)), unless it is zero.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn margins([a, b, c, d]: [u64; 4]) -> Option<f64> {
    let product = ((a + b) as f64 * (c + d) as f64).sqrt() * ((a + c) as f64 * (b + d) as f64).sqrt();
    (product > 0.0).then_some(product)
}

/// Change of a share among the same units, second less first, −1 … 1, with the 95 % interval of Newcombe 1998 (Stat.
/// Med. 17, 2635–2650, method 10): Wilson's limits of both shares, squared and added, less what the two share by their
/// correlation φ, in which a positive ad − bc is lowered by n/2, down to 0 at most. `None` for no units.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn paired_difference(both: u64, first_only: u64, second_only: u64, neither: u64) -> Option<Estimate> {
    let table = [both, first_only, second_only, neither];
    let n = both + first_only + second_only + neither;
    let (first, second) = (wilson(both + first_only, n)?, wilson(both + second_only, n)?);
    let determinant = determinant(table);
    let lowered = if determinant > 0.0 { (determinant - n as f64 / 2.0).max(0.0) } else { determinant };
    let phi = margins(table).map_or(0.0, |margins| lowered / margins);
    let point = (second_only as f64 - first_only as f64) / n as f64;
    let joined = |one: f64, other: f64| (one * one - 2.0 * phi * one * other + other * other).max(0.0).sqrt();
    let below = joined(second.point - second.low, first.high - first.point);
    let above = joined(second.high - second.point, first.point - first.low);
    Some(Estimate { point, low: (point - below).max(-1.0), high: (point + above).min(1.0), n })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        assert_eq!(mcnemar(0, 0), 1.0);
        assert_eq!(mcnemar(3, 3), 1.0);
        // 2·(1 + 6)/2⁶
        assert!((mcnemar(1, 5) - 0.21875).abs() < 1e-15);
        assert_eq!(phi(0, 0, 0, 0), None);
        assert_eq!(phi(3, 0, 2, 0), None);
        assert_eq!(phi(2, 0, 0, 2), Some(1.0));
        // (4·3 − 1·2)/√(5·5·6·4)
        assert!((phi(4, 1, 2, 3).unwrap() - 10.0 / 600.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(paired_difference(0, 0, 0, 0), None);
    }
}
