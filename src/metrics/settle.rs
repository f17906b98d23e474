use super::lifecycle::{TwoPeriods, paired};
use crate::stats;
use crate::units::{Estimate, definition};

definition! {
    /// How many more days of data it would take until the 95 % interval of adoption lies on one side of the line of rarity
    /// (`rule.rare_below`), if adoption stayed what it is. 0 when it does so already: then waiting for more data is no reason
    /// to put off a decision.
    ///
    /// More accounts narrow the interval, more days alone do less: the accounts of the next period are the same ones, and
    /// most do again what they did. Their correlation φ between the period before and this one says how much a
    /// further period adds: m periods of n accounts count as n·m / (1 + (m − 1)·φ) accounts (Kish 1965), and
    /// Wilson's interval excludes the line at z²·q(1 − q) / (p − q)² of them. With φ near 1 no waiting helps.
    ///
    /// Where the capability is judged over a longer window than the period, no φ is known of it, and only 0 is said.
    /// Unknown when adoption lies on the line itself, when no wait of ten years would do, or when the data do not tell φ:
    /// they do not reach back a period, or all accounts did the same.
    pub DAYS_TO_SETTLE, "days_to_settle", "Days until the data settle it"
}

/// Days in ten years: what takes longer than that is not worth saying.
const LONGEST: f64 = 3_652.5;

/// Further days of data; see [`DAYS_TO_SETTLE`]. `two` is `None` where the data do not reach back, or where `judged` is not
/// the adoption of the period.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "days of a period are few, and the result is held to ten years"
)]
pub(super) fn days_to_settle(
    judged: Option<Estimate>,
    line: f64,
    two: Option<&TwoPeriods>,
    period_days: i64,
) -> Option<u64> {
    let judged = judged?;
    if judged.high < line || judged.low > line {
        return Some(0);
    }
    let two = two?;
    let [both, first_only, second_only, neither] = paired(two);
    let correlation = stats::phi(both, first_only, second_only, neither)?;
    let periods = stats::periods_to_settle(two.now.len(), judged.n, line, correlation)?;
    let days = ((periods - 1.0) * period_days as f64).ceil();
    (days <= LONGEST).then_some(days as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::AccountSet;

    const Z2: f64 = stats::Z95 * stats::Z95;

    fn days(before: &AccountSet, now: &AccountSet, base: usize) -> Option<u64> {
        let both_bases: AccountSet = (0..base).collect();
        let start = "2026-07-01".parse().unwrap();
        let two = TwoPeriods { before, now, both_bases: &both_bases, start, earlier_known: true };
        days_to_settle(stats::wilson(now.len(), base as u64), 0.1, Some(&two), 92)
    }

    #[test]
    fn by_hand() {
        // 5 of 100 against 10 %: n* = z²·0.09/0.05² = 138.3 accounts. Nobody did the same twice, φ = −5/95 and counts as 0:
        // 1.383 periods in all, 0.383 × 92 days more.
        let (before, now): (AccountSet, AccountSet) = ((10..15).collect(), (0..5).collect());
        let more = (Z2 * 0.09 / 0.0025 / 100.0 - 1.0) * 92.0;
        assert_eq!((days(&before, &now, 100), more.ceil()), (Some(36), 36.0));
        // The same five each time: φ = 1, and waiting tells nothing new.
        assert_eq!(days(&now, &now, 100), None);
        // Four of five again: a = 4, b = c = 1, d = 94, φ = (376 − 1)/(5·95) = 0.789; n*·φ = 109 > 100.
        let before: AccountSet = [0, 1, 2, 3, 50].into_iter().collect();
        assert_eq!(days(&before, &now, 100), None);
        // Two of five again: φ = (2·92 − 9)/475 = 0.368: m = n*(1 − φ)/(100 − n*·φ).
        let before: AccountSet = [0, 1, 50, 51, 52].into_iter().collect();
        let (needed, phi) = (Z2 * 36.0, 175.0 / 475.0);
        let periods = needed * (1.0 - phi) / (100.0 - needed * phi);
        assert_eq!((days(&before, &now, 100), ((periods - 1.0) * 92.0).ceil()), (Some(72), 72.0));
    }

    #[test]
    fn settled_on_the_line_and_unknown() {
        let (few, none): (AccountSet, AccountSet) = ((0..20).collect(), AccountSet::default());
        assert_eq!(days_to_settle(stats::wilson(0, 400), 0.1, None, 92), Some(0), "0–1 % lies below 10 %");
        assert_eq!(days_to_settle(stats::wilson(200, 400), 0.1, None, 92), Some(0));
        assert_eq!(days_to_settle(stats::wilson(35, 400), 0.1, None, 92), None, "the data do not reach back");
        assert_eq!(days(&few, &few, 200), None, "on the line");
        assert_eq!(days(&none, &none, 20), None, "all did the same");
        assert_eq!(days_to_settle(stats::wilson(0, 0), 0.1, None, 92), None);
    }
}
