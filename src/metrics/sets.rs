//! Sets of accounts, a bit each: the union of any of them in microseconds.

use fixedbitset::FixedBitSet;

/// A set of accounts, by their index into [`super::Facts::customers`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountSet(FixedBitSet);

impl AccountSet {
    /// No account, with room for so many.
    #[must_use]
    pub fn with_capacity(accounts: usize) -> Self {
        Self(FixedBitSet::with_capacity(accounts))
    }

    /// Adds an account.
    pub fn insert(&mut self, account: usize) {
        self.0.grow_and_insert(account);
    }

    /// Whether the account is in it.
    #[must_use]
    pub fn contains(&self, account: usize) -> bool {
        self.0.contains(account)
    }

    /// Number of accounts.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.count_ones(..) as u64
    }

    /// Whether no account is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }

    /// The accounts, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.ones()
    }

    /// Accounts in both.
    #[must_use]
    pub fn common(&self, other: &Self) -> u64 {
        self.0.intersection_count(&other.0) as u64
    }

    /// Adds every account of another set.
    pub fn unite(&mut self, other: &Self) {
        self.0.union_with(&other.0);
    }

    /// Keeps what is in the other set too.
    pub fn keep(&mut self, other: &Self) {
        self.0.intersect_with(&other.0);
    }

    /// Takes away what is in the other set.
    pub fn remove_all(&mut self, other: &Self) {
        self.0.difference_with(&other.0);
    }
}

impl FromIterator<usize> for AccountSet {
    fn from_iter<I: IntoIterator<Item = usize>>(accounts: I) -> Self {
        Self(accounts.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unions_by_hand() {
        let mut set: AccountSet = [1, 70].into_iter().collect();
        let other: AccountSet = [70, 200].into_iter().collect();
        assert_eq!(set.common(&other), 1);
        set.unite(&other);
        assert_eq!((set.len(), set.iter().collect::<Vec<_>>()), (3, vec![1, 70, 200]));
        set.remove_all(&other);
        assert!(set.contains(1) && !set.contains(70) && !set.contains(9_999));
        set.keep(&other);
        assert!(set.is_empty());
        assert!(AccountSet::default().is_empty() && AccountSet::with_capacity(9).is_empty());
    }
}
