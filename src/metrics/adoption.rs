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

definition! {
    /// Users active on the capability in the period over users active in the product (also on what maps to no capability or
    /// was only shown to them), both counted over the accounts of the base. A fraction, 0–1. Beside the adoption rate it says whether a company that uses something uses it with one
    /// person or with all.
    ///
    /// Users of one account are not independent: one decision of an administrator gives or takes dozens. So the interval takes
    /// whole accounts as the sampling unit, and is wider than one over users would be: the variance v is that of a ratio
    /// estimator (Cochran 1977); the interval is Wilson's at the effective sample size p(1 − p)/v with the quantile of
    /// Student's t (Korn and Graubard 1998), with k − 1 degrees of freedom, k = (Σm)²/Σm² over the users m of the accounts.
    ///
    /// An account whose use of the capability names no users is left out of both counts. Unknown when the usage
    /// names no users, or never names them on this capability.
    pub ADOPTION_USERS, "adoption_users", "Adoption among users"
}

definition! {
    /// Depth: within each active account, its users active on the capability over its users active in the product; then
    /// the median over the active accounts. A fraction, 0–1. High depth with low adoption is a capability that few companies
    /// have but everybody in them needs; low depth is the tool of one person per company.
    ///
    /// The median, because one large account must not speak for the others. The interval is the distribution-free one from
    /// the ranks (Thompson 1936), and the whole of 0–1 below six accounts, because no ranks of so few hold the median with 95 %.
    /// Unknown without users.
    pub DEPTH, "depth", "Depth within an account"
}

/// The adoption rate; see [`ADOPTION`]. Active accounts are a part of the base, so `active` ≤ `base`.
pub(super) fn rate(active: u64, base: u64) -> Option<Estimate> {
    stats::wilson(active, base)
}

/// Users of one account: active on the capability, and active in the product.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsersOf {
    pub capability: u64,
    pub product: u64,
}

#[expect(clippy::cast_precision_loss, reason = "users of one account are few")]
impl UsersOf {
    fn amounts(self) -> (f64, f64) {
        (self.capability as f64, self.product as f64)
    }
}

/// Adoption among users; see [`ADOPTION_USERS`]. One entry per account of the base whose users are known.
pub(super) fn among_users(accounts: impl Iterator<Item = UsersOf>) -> Option<Estimate> {
    stats::cluster_share(accounts.map(UsersOf::amounts))
}

/// Depth; see [`DEPTH`]. One entry per active account.
pub(super) fn depth(accounts: impl Iterator<Item = UsersOf>) -> Option<Estimate> {
    let told_apart = accounts.filter(|users| users.capability > 0 && users.product > 0).map(UsersOf::amounts);
    let mut depths: Vec<f64> = told_apart.map(|(capability, product)| (capability / product).min(1.0)).collect();
    stats::median(&mut depths, (0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: [(u64, u64); 5] = [(1, 4), (2, 2), (0, 10), (3, 6), (0, 0)];

    fn accounts() -> impl Iterator<Item = UsersOf> {
        ACCOUNTS.into_iter().map(|(capability, product)| UsersOf { capability, product })
    }

    #[test]
    fn users_and_depth_by_hand() {
        // 6 of 22 users, in four accounts with users.
        let users = among_users(accounts()).unwrap();
        assert_eq!(users.n, 4);
        assert!((users.point - 6.0 / 22.0).abs() < 1e-15);
        // Of the three that use it: 1/4, 2/2, 3/6.
        let depth = depth(accounts()).unwrap();
        assert_eq!((depth.point, depth.low, depth.high, depth.n), (0.5, 0.0, 1.0, 3));
    }

    /// 100 companies of ten users, all of whose users do or do not use it, say as much as 100 users and not as 1,000.
    #[test]
    fn users_who_go_together_count_once() {
        let accounts = (0..100).map(|n| UsersOf { capability: if n < 30 { 10 } else { 0 }, product: 10 });
        let users = among_users(accounts).unwrap();
        let (accounts, naive) = (stats::wilson(30, 100).unwrap(), stats::wilson(300, 1_000).unwrap());
        assert!((users.point - 0.3).abs() < 1e-15);
        assert!((users.low - accounts.low).abs() < 0.003 && (users.high - accounts.high).abs() < 0.003, "{users:?}");
        assert!(users.high - users.low > 2.0 * (naive.high - naive.low));
    }

    #[test]
    fn no_users_no_figure() {
        assert_eq!(among_users(std::iter::empty()), None);
        assert_eq!(depth([UsersOf { capability: 0, product: 3 }].into_iter()), None);
    }
}
