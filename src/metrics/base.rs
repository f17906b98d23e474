//! Who the customers are, and which of them are the base of a span.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::sets::AccountSet;
use crate::rollup::{Activity, Rollup};
use crate::tables::rows::Account;
use crate::units::{Money, definition};

definition! {
    /// The accounts that adoption is a share of: those under contract at any time in the span, that is started on or
    /// before its last day and not churned before its first. An account without a start counts as started, one
    /// without a churn date as staying.
    ///
    /// Without an accounts table: the accounts with any use in the span. That base leaves out customers who use
    /// nothing, so it overstates adoption, and the report says which of the two it is.
    ///
    /// For counts without accounts: the `base_totals` of the last month of the period.
    pub CUSTOMER_BASE, "base_accounts", "Customer base"
}

/// One customer: what the accounts table says, and where its use stands in the rollup.
#[derive(Debug)]
pub(super) struct Customer<'a> {
    pub id: &'a str,
    pub account: Option<&'a Account>,
    pub in_rollup: Option<usize>,
}

/// Every customer known from the accounts table or from use, by id.
#[derive(Debug)]
pub(super) struct Customers<'a> {
    pub list: Vec<Customer<'a>>,
    of_rollup: Vec<usize>,
    has_table: bool,
}

impl<'a> Customers<'a> {
    /// Of several rows of one account (a history), the latest that holds on `as_of` counts.
    pub fn new(accounts: &'a [Account], rollup: &'a Rollup, as_of: NaiveDate) -> Self {
        let mut known: BTreeMap<&str, Customer> = BTreeMap::new();
        let holds = |account: &&Account| account.as_of.is_none_or(|from| from <= as_of);
        for account in accounts.iter().filter(holds) {
            let Some(id) = account.account_id.as_deref() else { continue };
            let customer = known.entry(id).or_insert(Customer { id, account: None, in_rollup: None });
            if customer.account.is_none_or(|earlier| earlier.as_of <= account.as_of) {
                customer.account = Some(account);
            }
        }
        for (index, id) in rollup.accounts.iter().enumerate() {
            known.entry(id).or_insert(Customer { id, account: None, in_rollup: None }).in_rollup = Some(index);
        }
        let list: Vec<Customer> = known.into_values().collect();
        let mut of_rollup = vec![0; rollup.accounts.len()];
        for (index, customer) in list.iter().enumerate() {
            if let Some(in_rollup) = customer.in_rollup {
                of_rollup[in_rollup] = index;
            }
        }
        Self { list, of_rollup, has_table: !accounts.is_empty() }
    }

    /// The customer of an account of the rollup.
    pub fn of_rollup(&self, account: usize) -> usize {
        self.of_rollup[account]
    }

    /// Whether an accounts table says who is under contract.
    pub fn has_table(&self) -> bool {
        self.has_table
    }

    /// The base of a span from `start` to before `end`, as indices into `list`; see [`CUSTOMER_BASE`].
    pub fn base(
        &self,
        (start, end): (NaiveDate, NaiveDate),
        activity: Option<&BTreeMap<usize, Activity>>,
    ) -> AccountSet {
        if !self.has_table {
            let active = activity.into_iter().flatten();
            return self.set(active.map(|(&account, _)| self.of_rollup(account)));
        }
        let under_contract = |account: &Account| {
            account.started_on.is_none_or(|day| day < end) && account.churned_on.is_none_or(|day| day >= start)
        };
        let listed = self.list.iter().enumerate();
        self.set(listed.filter(|(_, customer)| customer.account.is_some_and(under_contract)).map(|(index, _)| index))
    }

    /// A set of customers, with room for all of them, so that two equal sets are equal.
    pub fn set(&self, members: impl Iterator<Item = usize>) -> AccountSet {
        let mut set = AccountSet::with_capacity(self.list.len());
        members.for_each(|index| set.insert(index));
        set
    }

    /// The customer of that id, as an index into `list`.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.list.binary_search_by(|customer| customer.id.cmp(id)).ok()
    }

    /// ARR of some customers; `None` when none of them states one.
    pub fn arr(&self, customers: impl Iterator<Item = usize>) -> Option<Money> {
        customers.filter_map(|index| self.list[index].account?.arr).reduce(|sum, arr| sum + arr)
    }

    /// Accounts of the usage that the accounts table lacks; none without a table.
    pub fn unmatched(&self) -> Vec<&'a str> {
        let unmatched = self.list.iter().filter(|customer| customer.account.is_none());
        if self.has_table { unmatched.map(|customer| customer.id).collect() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    fn account(id: &str, started: &str, churned: &str, as_of: &str) -> Account {
        Account {
            account_id: Some(id.into()),
            started_on: day(started),
            churned_on: day(churned),
            as_of: day(as_of),
            ..Account::default()
        }
    }

    fn base_of(accounts: &[Account]) -> Vec<String> {
        let rollup = Rollup { accounts: vec!["used".into()], ..Rollup::default() };
        let customers = Customers::new(accounts, &rollup, day("2026-09-30").unwrap());
        let span = (day("2026-07-01").unwrap(), day("2026-10-01").unwrap());
        let base = customers.base(span, Some(&[(0, Activity::default())].into()));
        base.iter().map(|index| customers.list[index].id.to_owned()).collect()
    }

    #[test]
    fn the_base_is_who_was_under_contract_at_any_time() {
        let accounts = [
            account("before and after", "2025-01-01", "", ""),
            account("churned before", "2025-01-01", "2026-06-30", ""),
            account("churned on the first day", "2025-01-01", "2026-07-01", ""),
            account("no dates", "", "", ""),
            account("started on the last day", "2026-09-30", "", ""),
            account("starts after", "2026-10-01", "", ""),
        ];
        let expected = ["before and after", "churned on the first day", "no dates", "started on the last day"];
        assert_eq!(base_of(&accounts), expected);
    }

    #[test]
    fn without_a_table_the_base_is_who_used_anything() {
        assert_eq!(base_of(&[]), ["used"]);
    }

    #[test]
    fn the_latest_row_of_a_history_that_holds_counts() {
        let accounts = [
            account("a", "2025-01-01", "", "2025-01-01"),
            account("a", "2025-01-01", "2026-05-01", "2026-05-01"),
            account("a", "2025-01-01", "", "2026-12-01"),
        ];
        assert_eq!(base_of(&accounts), [""; 0]);
    }
}
