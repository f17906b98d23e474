use super::Z95;

/// How many periods of the same length in all, 1 or more and not always whole, until Wilson's interval at the share seen
/// would exclude `line`.
///
/// The interval of a share p of n units excludes a line q as soon as n > n* = z²·q(1−q)/(p−q)² (the score test turned
/// around, Wilson 1927). Successive periods of one account are not new units: m of them count as n·m/(1 + (m−1)ρ)
/// (Kish 1965, Survey Sampling, 5.4), so that m = n*(1−ρ)/(n − n*ρ). `correlation` is ρ, the correlation of an account's
/// activity now and a period before; a negative one counts as 0, since it would promise more from m periods than m times
/// the accounts. 1 when the line is excluded already. `None` when no amount of waiting does it (n* ≥ n/ρ), when the share
/// is the line, without units, and for numbers that are none.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
pub fn periods_to_settle(active: u64, base: u64, line: f64, correlation: f64) -> Option<f64> {
    if base == 0 || active > base || line.is_nan() || correlation.is_nan() {
        return None;
    }
    let (count, correlation) = (base as f64, correlation.clamp(0.0, 1.0));
    let distance = active as f64 / count - line;
    if distance == 0.0 {
        return None;
    }
    let needed = Z95 * Z95 * (line * (1.0 - line)).max(0.0) / (distance * distance);
    if needed <= count {
        return Some(1.0);
    }
    let gain = count - needed * correlation;
    (gain > 0.0).then(|| (needed * (1.0 - correlation) / gain).max(1.0)).filter(|periods| periods.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        assert_eq!(periods_to_settle(0, 0, 0.1, 0.0), None);
        assert_eq!(periods_to_settle(5, 50, 0.1, 0.0), None);
        assert_eq!(periods_to_settle(40, 50, 0.1, 0.5), Some(1.0));
        // n* = z²·0.25/0.01
        let needed = Z95 * Z95 * 25.0;
        assert!((periods_to_settle(20, 50, 0.5, 0.0).unwrap() - needed / 50.0).abs() < 1e-9);
        assert!(periods_to_settle(20, 50, 0.5, 0.51).unwrap() > 20.0);
        assert_eq!(periods_to_settle(20, 50, 0.5, 0.53), None);
    }
}
