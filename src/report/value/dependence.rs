use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::units::{Money, Share};

/// Which accounts depend on which capability. There can be millions of pairs, so each is held as indices and numbers;
/// the lines of the table are made one by one while it is written. As JSON it is the list of the lines of candidates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dependence {
    /// Every account of the base or of the usage, by id.
    pub accounts: Vec<AccountLine>,
    /// Promises that hold on the as-of date.
    pub promises: Vec<Promise>,
    /// The uses of each capability, in rank order.
    pub capabilities: Vec<CapabilityUses>,
}

/// An account, once for all its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Account id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Customer-success manager.
    pub owner: Option<String>,
    /// ARR.
    pub arr: Option<Money>,
}

/// A promise to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Last day of it.
    pub until: NaiveDate,
    /// Where it was made.
    pub source: Option<String>,
}

/// The accounts that used one capability in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct CapabilityUses {
    /// Capability id.
    pub id: String,
    /// Whether it is a candidate.
    pub candidate: bool,
    /// By descending dependence, then account id.
    pub uses: Vec<Use>,
}

/// One account on one capability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// Index into [`Dependence::accounts`].
    pub account: usize,
    /// Active days on the capability in the period.
    pub active_days: u32,
    /// Active days on the capability over active days in the product.
    pub dependence: Option<Share>,
    /// Distinct users of the account on it; `None` when users are not told apart.
    pub users: Option<u32>,
    /// Of them those who used no other capability.
    pub sole_users: Option<u32>,
    /// Last use.
    pub last_use: NaiveDate,
    /// Change of active days per month.
    pub trend_per_month: Option<f64>,
    /// Two-sided Mann–Kendall p of it.
    pub trend_p: Option<f64>,
    /// Index into [`Dependence::promises`] of the promise that lasts longest.
    pub promise: Option<u32>,
}

/// One account that uses one capability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct DependenceLine<'a> {
    /// Capability id.
    pub capability: &'a str,
    /// Account id.
    pub account_id: &'a str,
    /// Display name.
    pub account_name: Option<&'a str>,
    /// Segment.
    pub segment: Option<&'a str>,
    /// Customer-success manager.
    pub owner: Option<&'a str>,
    /// ARR.
    pub arr: Option<Money>,
    /// Active days on the capability in the period.
    pub active_days: u32,
    /// Active days on the capability over active days in the product, 0–1.
    pub dependence: Option<Share>,
    /// Last use.
    pub last_use: Option<NaiveDate>,
    /// Last day of a promise to this account that holds on the as-of date.
    pub committed_until: Option<NaiveDate>,
    /// Distinct users of the account on it; null when users are not told apart.
    pub users: Option<u32>,
    /// Of them those who used no other capability in the period.
    pub sole_users: Option<u32>,
    /// Change of the account's active days on it per month (Theil–Sen).
    pub trend_per_month: Option<f64>,
    /// Two-sided Mann–Kendall p of that trend.
    pub trend_p: Option<f64>,
    /// Where that promise was made.
    pub commitment_source: Option<&'a str>,
}

impl Dependence {
    /// Every account on every capability it uses: by rank of the capability, then dependence.
    pub fn lines(&self) -> impl Iterator<Item = DependenceLine<'_>> {
        self.capabilities.iter().flat_map(|uses| self.lines_of(uses))
    }

    /// Those of the candidates.
    pub fn of_candidates(&self) -> impl Iterator<Item = DependenceLine<'_>> {
        self.capabilities.iter().filter(|uses| uses.candidate).flat_map(|uses| self.lines_of(uses))
    }

    /// The lines of one capability.
    pub fn lines_of<'a>(&'a self, of: &'a CapabilityUses) -> impl Iterator<Item = DependenceLine<'a>> {
        of.uses.iter().map(|used| self.line(&of.id, used))
    }

    fn line<'a>(&'a self, capability: &'a str, used: &Use) -> DependenceLine<'a> {
        let account = &self.accounts[used.account];
        let promise = used.promise.and_then(|promise| self.promises.get(promise as usize));
        DependenceLine {
            capability,
            account_id: &account.id,
            account_name: account.name.as_deref(),
            segment: account.segment.as_deref(),
            owner: account.owner.as_deref(),
            arr: account.arr,
            active_days: used.active_days,
            dependence: used.dependence,
            last_use: Some(used.last_use),
            committed_until: promise.map(|promise| promise.until),
            users: used.users,
            sole_users: used.sole_users,
            trend_per_month: used.trend_per_month,
            trend_p: used.trend_p,
            commitment_source: promise.and_then(|promise| promise.source.as_deref()),
        }
    }
}

impl Serialize for Dependence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.of_candidates())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_million_uses_fit_into_two_hundred_megabytes() {
        assert!(2_000_000 * size_of::<Use>() < 200_000_000, "{} bytes each", size_of::<Use>());
    }
}
