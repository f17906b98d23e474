use crate::rollup::Cell;
use crate::stats;
use crate::units::{Estimate, Month, Share, definition};

definition! {
    /// Distinct users in the period, told apart within their account. Unknown when the usage names no users, or never names them
    /// on this capability.
    pub ACTIVE_USERS, "active_users", "Active users"
}

definition! {
    /// DAU/MAU: user-days over (monthly active users × days of the month), for every month of the period with an active
    /// user, and the mean over those months. 1 means that everyone who uses it in a month does so every day.
    ///
    /// Stickiness is a rhythm, not a merit: a yearly report is rightly used twice a year. Unknown without users. The
    /// interval is that of `disproportion` with whole accounts drawn; there is none where all accounts are alike, as with a
    /// single one.
    pub STICKINESS, "stickiness", "Stickiness (DAU/MAU)"
}

definition! {
    /// Active days a month of an active account: its active days on the capability in the period, over the length of the period
    /// (up to the as-of date) in months of 30.4375 days; then the median over the active accounts. Unit: days per month.
    ///
    /// Low frequency is a rhythm before it is a fault: see there. The interval is the distribution-free one from the ranks
    /// (Thompson 1936), and below six accounts all that is possible. Use that comes pre-counted, one row a month, gives one day a month whatever happened in it.
    pub FREQUENCY, "frequency", "Days a month of an active account"
}

/// Days of a mean month, 365.25 / 12.
const MONTH_DAYS: f64 = 30.4375;

/// Frequency; see [`FREQUENCY`]. One number of active days in the period per active account.
#[expect(clippy::cast_precision_loss, reason = "days of a period are few")]
pub(super) fn frequency(active_days: impl Iterator<Item = u64>, period_days: i64) -> Option<Estimate> {
    let months = period_days as f64 / MONTH_DAYS;
    stats::median(&mut active_days.map(|days| days as f64 / months).collect::<Vec<_>>(), (0.0, MONTH_DAYS))
}

/// Stickiness over the months of the period; see [`STICKINESS`].
pub(super) fn stickiness<'a>(months: impl Iterator<Item = (Month, Vec<&'a Cell>)>) -> Option<Share> {
    let ratios: Vec<f64> = months.filter_map(|(month, cells)| of_month(month, &cells)).collect();
    #[expect(clippy::cast_precision_loss, reason = "months are few")]
    Share::of(ratios.iter().sum(), ratios.len() as f64)
}

#[expect(clippy::cast_precision_loss, reason = "user-days lie far below 2^53")]
fn of_month(month: Month, cells: &[&Cell]) -> Option<f64> {
    let user_days: u64 = cells.iter().map(|cell| cell.measures.user_days).sum();
    let users: u64 = cells.iter().map(|cell| cell.measures.active_users).sum();
    (users > 0).then(|| user_days as f64 / (users as f64 * month.days() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequency_by_hand() {
        // 2026-Q3 has 92 days, 3.0226 months.
        let found = frequency([3, 92, 6].into_iter(), 92).unwrap();
        let months = 92.0 / 30.4375;
        assert!((found.point - 6.0 / months).abs() < 1e-12 && (found.high - MONTH_DAYS).abs() < 1e-12);
        assert_eq!(found.n, 3);
        assert_eq!(frequency(std::iter::empty(), 92), None);
    }
}
