//! Who was under contract when, and for how much: the accounts table with its history.

use chrono::NaiveDate;

use crate::tables::rows::Account;
use crate::units::Money;

/// What the table says of one account, as far as it is known on the as-of date.
#[derive(Debug, Clone)]
pub(super) struct Contract<'a> {
    pub id: &'a str,
    /// At least one; by the day from which it holds, undated first.
    rows: Vec<&'a Account>,
}

/// Every account of the table, by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Contracts<'a> {
    pub list: Vec<Contract<'a>>,
    /// The earliest day from which a row holds; `None` when some row is undated, which holds from ever, or without rows.
    pub dated_from: Option<NaiveDate>,
    /// Whether some account has rows of several days, so that changes of ARR can be seen.
    pub has_history: bool,
}

impl<'a> Contracts<'a> {
    pub fn new(accounts: &'a [Account], as_of: NaiveDate) -> Self {
        let mut rows: Vec<(&str, &Account)> = accounts
            .iter()
            .filter(|account| account.as_of.is_none_or(|from| from <= as_of))
            .filter_map(|account| Some((account.account_id.as_deref()?, account)))
            .collect();
        rows.sort_by_key(|(id, account)| (*id, account.as_of));
        let days = || rows.iter().map(|(_, account)| account.as_of);
        let dated_from = if days().all(|day| day.is_some()) { days().flatten().min() } else { None };
        let list: Vec<Contract> = rows
            .chunk_by(|a, b| a.0 == b.0)
            .map(|rows| Contract { id: rows[0].0, rows: rows.iter().map(|row| row.1).collect() })
            .collect();
        let dated = |contract: &Contract| contract.rows.iter().filter(|row| row.as_of.is_some()).count();
        let has_history = list.iter().any(|contract| dated(contract) > 1);
        Self { list, dated_from, has_history }
    }

    /// The account of that id, as an index into the list.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.list.binary_search_by(|contract| contract.id.cmp(id)).ok()
    }
}

impl<'a> Contract<'a> {
    /// The latest row: an account that left and came back has the dates of its return.
    pub fn latest(&self) -> &'a Account {
        self.rows[self.rows.len() - 1]
    }

    pub fn name(&self) -> Option<&'a str> {
        self.rows.iter().rev().find_map(|row| row.name.as_deref())
    }

    /// First day under contract; `None`: from ever, as far as is known.
    pub fn started_on(&self) -> Option<NaiveDate> {
        self.rows.iter().rev().find_map(|row| row.started_on)
    }

    /// First day no longer under contract.
    pub fn churned_on(&self) -> Option<NaiveDate> {
        self.latest().churned_on
    }

    /// Under contract on every day from `from` to before `until`, which is later.
    pub fn holds(&self, from: NaiveDate, until: NaiveDate) -> bool {
        self.started_on().is_none_or(|day| day <= from) && self.churned_on().is_none_or(|day| day >= until)
    }

    /// The latest stated ARR of the rows that hold before a day, else the earliest stated one, which is the nearest to it
    /// that is known. A row without a day says what holds now, and counts only where no row with a day states any.
    pub fn arr_before(&self, day: NaiveDate) -> Option<Money> {
        self.stated_before(day, |row| row.arr)
    }

    /// Whether a row that states ARR holds before the day: one without a day does where it is all there is.
    pub fn is_known_before(&self, day: NaiveDate) -> bool {
        let stated = || self.rows.iter().filter(|row| row.arr.is_some()).map(|row| row.as_of);
        match stated().flatten().min() {
            Some(first) => first < day,
            None => stated().next().is_some(),
        }
    }

    /// The segment before a day, by the same rule as the ARR.
    pub fn segment_before(&self, day: NaiveDate) -> Option<&'a str> {
        self.stated_before(day, |row| row.segment.as_deref())
    }

    fn stated_before<T>(&self, day: NaiveDate, stated: impl Fn(&'a Account) -> Option<T>) -> Option<T> {
        let held = |row: &&Account| row.as_of.is_some_and(|from| from < day);
        let dated = || self.rows.iter().copied().filter(|row| row.as_of.is_some());
        let before = dated().rev().filter(held).find_map(&stated);
        before.or_else(|| dated().find_map(&stated)).or_else(|| self.rows.iter().copied().find_map(&stated))
    }

    /// ARR that left with it: what it had on the day before its churn, so that a row which sets it to nothing on that day does
    /// not hide it.
    pub fn arr_at_churn(&self) -> Option<Money> {
        self.churned_on().map_or_else(|| self.latest().arr, |day| self.arr_before(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(id: &str, as_of: &str, arr: f64, churned: &str) -> Account {
        Account {
            account_id: Some(id.into()),
            arr: Money::from_units(arr),
            as_of: as_of.parse().ok(),
            churned_on: churned.parse().ok(),
            ..Account::default()
        }
    }

    fn arr(contract: &Contract, before: &str) -> Option<f64> {
        contract.arr_before(day(before)).map(Money::units)
    }

    #[test]
    fn a_history_says_what_was_paid_when() {
        let rows = [
            row("a", "2026-06-01", 0.0, "2026-06-01"),
            row("a", "2026-01-01", 100.0, ""),
            row("a", "2026-04-01", 60.0, ""),
            row("a", "2026-12-01", 900.0, ""),
            row("b", "", 7.0, ""),
        ];
        let contracts = Contracts::new(&rows, day("2026-09-30"));
        assert!(contracts.has_history && contracts.dated_from.is_none());
        assert_eq!(contracts.list.len(), 2);
        let a = &contracts.list[contracts.position("a").unwrap()];
        let found = ["2025-06-01", "2026-01-02", "2026-04-01", "2026-04-02", "2026-06-02"].map(|day| arr(a, day));
        assert_eq!(found, [Some(100.0), Some(100.0), Some(100.0), Some(60.0), Some(0.0)]);
        assert_eq!(a.churned_on(), Some(day("2026-06-01")));
        assert_eq!(a.arr_at_churn().map(Money::units), Some(60.0));
        assert!(!a.is_known_before(day("2026-01-01")) && a.is_known_before(day("2026-01-02")));
        assert_eq!(contracts.position("c"), None);
    }

    /// The export of today beside the history: 300 now, 200 in the first row of the history, and not 300 before it.
    #[test]
    fn a_row_without_a_day_says_nothing_of_the_past() {
        let rows = [row("a", "", 300.0, ""), row("a", "2026-01-01", 200.0, ""), row("a", "2026-06-01", 300.0, "")];
        let contracts = Contracts::new(&rows, day("2026-09-30"));
        let a = &contracts.list[0];
        assert_eq!(
            ["2025-10-01", "2026-05-01", "2026-09-01"].map(|day| arr(a, day)),
            [Some(200.0), Some(200.0), Some(300.0)]
        );
        assert!(!a.is_known_before(day("2026-01-01")) && a.is_known_before(day("2026-01-02")));
        assert!(contracts.has_history);
        // One dated row and the export of today are one day, and no history.
        assert!(!Contracts::new(&rows[..2], day("2026-09-30")).has_history);
        let alone = Contracts::new(&rows[..1], day("2026-09-30"));
        assert!(alone.list[0].is_known_before(day("2025-01-01")));
        assert_eq!(arr(&alone.list[0], "2025-01-01"), Some(300.0));
    }

    #[test]
    fn one_row_for_each_account_is_no_history_and_who_comes_back_stays() {
        let rows = [row("a", "2026-06-01", 1.0, ""), row("b", "2026-07-01", 1.0, "")];
        let contracts = Contracts::new(&rows, day("2026-09-30"));
        assert_eq!((contracts.has_history, contracts.dated_from), (false, Some(day("2026-06-01"))));
        let rows = [row("a", "2026-06-01", 1.0, "2026-06-01"), row("a", "2026-08-01", 2.0, "")];
        let contracts = Contracts::new(&rows, day("2026-09-30"));
        assert_eq!(contracts.list[0].churned_on(), None);
        assert!(Contracts::new(&[], day("2026-09-30")).list.is_empty());
    }
}
