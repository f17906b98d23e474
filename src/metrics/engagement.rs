use crate::rollup::Cell;
use crate::units::{Month, Share, definition};

definition! {
    /// Distinct users in the period, told apart within their account. Unknown when the usage names no users.
    pub ACTIVE_USERS, "active_users", "Active users"
}

definition! {
    /// DAU/MAU: user-days over (monthly active users × days of the month), for every month of the period with an active
    /// user, and the mean over those months. 1 means that everyone who uses it in a month does so every day.
    ///
    /// Stickiness is a rhythm, not a merit: a yearly report is rightly used twice a year. Unknown without users.
    pub STICKINESS, "stickiness", "Stickiness (DAU/MAU)"
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
