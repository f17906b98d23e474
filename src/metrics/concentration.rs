use chrono::{Months, NaiveDate};

use crate::stats;
use crate::units::{Share, definition};

definition! {
    /// The top account's share of the capability's active days in the period. Near 1: built for one customer.
    pub TOP_ACCOUNT_SHARE, "top_account_share", "Share of the top account"
}

definition! {
    /// 1 / HHI of active days over accounts (Hirschman 1964): the number of equal accounts that would be as
    /// concentrated. 200 accounts of which one does nearly everything are 1.1 effective accounts.
    ///
    /// *Built for one*: fewer than 2 effective accounts, or a top share above 0.5 with at most 3 active accounts; and
    /// launched more than a year before the end of the period (a launch date that is not known does not excuse).
    pub EFFECTIVE_ACCOUNTS, "effective_accounts", "Effective accounts"
}

/// How use spreads over accounts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Concentration {
    pub top_share: Option<Share>,
    pub effective_accounts: Option<f64>,
}

/// Concentration of active days, one number per account; see [`EFFECTIVE_ACCOUNTS`].
pub(super) fn concentration(active_days: &[f64]) -> Concentration {
    let top = active_days.iter().copied().fold(0.0, f64::max);
    Concentration {
        top_share: Share::of(top, active_days.iter().sum()),
        effective_accounts: stats::herfindahl(active_days).map(f64::recip),
    }
}

/// Whether the capability was built for one; see [`EFFECTIVE_ACCOUNTS`].
pub(super) fn built_for_one(
    found: Concentration,
    active_accounts: u64,
    launched_on: Option<NaiveDate>,
    end: NaiveDate,
) -> bool {
    let (Some(top), Some(effective)) = (found.top_share, found.effective_accounts) else { return false };
    let old = launched_on.is_none_or(|day| day.checked_add_months(Months::new(12)).is_some_and(|year| year < end));
    old && (effective < 2.0 || (top.value() > 0.5 && active_accounts <= 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        let spread = concentration(&[5.0, 3.0, 2.0]);
        assert_eq!(spread.top_share.map(Share::value), Some(0.5));
        assert!((spread.effective_accounts.unwrap() - 1.0 / 0.38).abs() < 1e-12);
        assert_eq!(concentration(&[]), Concentration::default());
    }

    #[test]
    fn built_for_one_needs_concentration_and_age() {
        let end: NaiveDate = "2026-10-01".parse().unwrap();
        let old = "2020-01-01".parse().ok();
        let young = "2026-01-01".parse().ok();
        assert!(built_for_one(concentration(&[40.0]), 1, old, end));
        assert!(built_for_one(concentration(&[40.0]), 1, None, end));
        assert!(!built_for_one(concentration(&[40.0]), 1, young, end));
        assert!(built_for_one(concentration(&[6.0, 3.0, 2.0]), 3, old, end), "top share 0.55, three accounts");
        assert!(!built_for_one(concentration(&[6.0, 3.0, 2.0, 0.5]), 4, old, end));
        assert!(!built_for_one(concentration(&[]), 0, old, end));
    }
}
