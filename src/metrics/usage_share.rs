use crate::config::UsageShareOf;
use crate::rollup::Measures;
use crate::units::{Money, definition};

definition! {
    /// The capability's part of all use in the period. Use is counted in (account, capability, active day) triples:
    /// they compare a chat with a yearly report more fairly than events do, and one busy account does not outweigh fifty.
    /// `adoption.usage_share_of` chooses events, users, user-days, active accounts or the ARR of the active accounts instead.
    /// Over all capabilities the shares sum to 1. Unknown for one that is used where the unit counts none of its use, such as
    /// users who are not named.
    ///
    /// The interval is that of `disproportion` with whole accounts drawn, on the scale of the odds, so that it stays within
    /// 0–1.
    ///
    /// Where only counts are given it is the part of all (active account, capability) pairs in the last month of the period,
    /// taken as counted, without an interval.
    pub USAGE_SHARE, "usage_share", "Usage share"
}

/// The amount of use that an account's measures stand for, in the chosen unit; see [`USAGE_SHARE`]. `arr` is that of an
/// account that counts as active; an account that does not, or that states none, adds nothing to the base of ARR.
#[expect(clippy::cast_precision_loss, reason = "counts of one account lie far below 2^53")]
pub(super) fn amount(measures: &Measures, of: UsageShareOf, arr: Option<Money>) -> f64 {
    match of {
        UsageShareOf::ActiveDays => measures.active_days as f64,
        UsageShareOf::Events => measures.events as f64,
        UsageShareOf::UserDays => measures.user_days as f64,
        UsageShareOf::ActiveAccounts => 1.0,
        UsageShareOf::ActiveUsers => measures.active_users as f64,
        UsageShareOf::Arr => arr.map_or(0.0, Money::units),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_by_hand() {
        let day = "2026-07-01".parse().unwrap();
        let measures = Measures {
            events: 11,
            with_status: 0,
            errors: 0,
            active_days: 3,
            active_users: 2,
            user_days: 5,
            succeeded_days: 3,
            sole_users: 0,
            first: day,
            last: day,
        };
        let arr = Money::from_units(1200.5);
        for (of, expected) in [
            (UsageShareOf::ActiveDays, 3.0),
            (UsageShareOf::Events, 11.0),
            (UsageShareOf::UserDays, 5.0),
            (UsageShareOf::ActiveAccounts, 1.0),
            (UsageShareOf::ActiveUsers, 2.0),
            (UsageShareOf::Arr, 1200.5),
        ] {
            assert_eq!(amount(&measures, of, arr).to_string(), expected.to_string(), "{of:?}");
        }
        assert_eq!(amount(&measures, UsageShareOf::Arr, None).to_string(), "0", "not active, or no ARR stated");
    }
}
