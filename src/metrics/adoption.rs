use crate::stats;
use crate::units::{Estimate, definition};

definition! {
    /// How much of the customer base uses a capability: accounts of the base with at least `adoption.min_active_days`
    /// days of use in the period, over the accounts of the base. A fraction, 0–1.
    ///
    /// The interval is Wilson's score interval, 95 % (Wilson 1927). Accounts and not users are counted, because a
    /// company leaves or stays as an account, and because users of one account are not independent.
    ///
    /// Unknown when the base is empty, or when only counts are given and the last month of the period lacks one.
    pub ADOPTION, "adoption", "Adoption rate"
}

definition! {
    /// The adoption rate among the accounts whose plan or segment the catalogue names in `available_to`; among all
    /// when it names none. Low adoption of what few are entitled to is not disuse.
    pub ADOPTION_ELIGIBLE, "adoption_eligible", "Adoption among entitled accounts"
}

definition! {
    /// ARR of the active accounts over the ARR of the base. Far above the adoption rate: a few large customers use it.
    /// Unknown when no account of the base states an ARR.
    pub ADOPTION_ARR, "adoption_arr", "Adoption weighted by ARR"
}

definition! {
    /// The sum of the ARR of the accounts active on the capability. Not what would be lost: what is touched.
    /// Unknown when no active account states an ARR.
    pub ARR_TOUCHED, "arr_touched", "ARR touched"
}

/// The adoption rate; see [`ADOPTION`]. Active accounts are a part of the base, so `active` ≤ `base`.
pub(super) fn rate(active: u64, base: u64) -> Option<Estimate> {
    stats::wilson(active, base)
}
