use crate::config::UsageShareOf;
use crate::rollup::Measures;
use crate::units::definition;

definition! {
    /// The capability's part of all use in the period. Use is counted in (account, capability, active day) triples:
    /// they compare a chat with a yearly report more fairly than events do, and one busy account does not outweigh fifty.
    /// `adoption.usage_share_of` chooses events, user-days or active accounts instead. Over all capabilities the shares sum to 1.
    ///
    /// Where only counts are given it is the part of all (active account, capability) pairs in the last month of the period.
    pub USAGE_SHARE, "usage_share", "Usage share"
}

/// The amount of use that an account's measures stand for, in the chosen unit; see [`USAGE_SHARE`].
#[expect(clippy::cast_precision_loss, reason = "counts of one account lie far below 2^53")]
pub(super) fn amount(measures: &Measures, of: UsageShareOf) -> f64 {
    match of {
        UsageShareOf::ActiveDays => measures.active_days as f64,
        UsageShareOf::Events => measures.events as f64,
        UsageShareOf::UserDays => measures.user_days as f64,
        UsageShareOf::ActiveAccounts | UsageShareOf::Arr => 1.0,
        UsageShareOf::ActiveUsers => measures.active_users as f64,
    }
}
