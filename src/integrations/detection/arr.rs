//! What an account paid on a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::Evidence;
use crate::units::Money;

/// ARR of every account over time.
#[derive(Debug, Default)]
pub struct ArrHistory<'a> {
    /// By the day from which it holds; `None` of a row without one, which is left out of a history: it says what is paid now.
    of: BTreeMap<&'a str, Vec<(Option<NaiveDate>, Money)>>,
}

impl<'a> ArrHistory<'a> {
    /// Of the rows that hold on the as-of date or before.
    pub fn of(evidence: Evidence<'a>) -> Self {
        let mut history = Self::default();
        for account in evidence.accounts {
            // Less than nothing is paid by nobody: a credit that stands in the wrong column is no statement of ARR.
            let arr = account.arr.filter(|arr| *arr >= Money::ZERO);
            let (Some(id), Some(arr)) = (account.account_id.as_deref(), arr) else { continue };
            if account.as_of.is_none_or(|from| from <= evidence.spans.as_of) {
                history.of.entry(id).or_default().push((account.as_of, arr));
            }
        }
        for rows in history.of.values_mut() {
            rows.sort_unstable();
            if rows.last().is_some_and(|last| last.0.is_some()) {
                rows.retain(|row| row.0.is_some());
            }
        }
        history
    }

    /// What held on a day; before the history begins, its first row, since a contract is not nothing because its history is
    /// short. `None` for an account that states none.
    pub fn on(&self, account: &str, day: NaiveDate) -> Option<Money> {
        let rows = self.of.get(account)?;
        let held = rows.partition_point(|(from, _)| from.is_none_or(|from| from <= day));
        rows.get(held.saturating_sub(1)).map(|row| row.1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Company, account};
    use super::*;
    use crate::tables::rows::Account;

    #[test]
    fn what_held_on_the_day() {
        let mut company = Company::new(&["a"]);
        let row = |id: &str, from: &str, arr: Option<f64>| Account {
            as_of: from.parse().ok(),
            arr: arr.and_then(Money::from_units),
            ..account(id)
        };
        company.accounts = vec![
            row("u", "2026-08-01", Some(0.0)),
            row("u", "2026-05-01", Some(200.0)),
            row("u", "2026-10-01", Some(900.0)),
            row("v", "", Some(7.0)),
            row("s", "", Some(300.0)),
            row("s", "2026-07-01", Some(200.0)),
            row("s", "2026-08-01", Some(300.0)),
            row("w", "2026-05-01", None),
            row("n", "", Some(-5.0)),
        ];
        company.look(|evidence, _| {
            let history = ArrHistory::of(evidence);
            let on = |id: &str, day: &str| history.on(id, day.parse().unwrap()).map(Money::units);
            assert_eq!(on("u", "2026-01-01"), Some(200.0), "before the history begins");
            assert_eq!((on("u", "2026-07-31"), on("u", "2026-08-01")), (Some(200.0), Some(0.0)));
            assert_eq!(on("u", "2026-12-01"), Some(0.0), "what is dated after the as-of date is not known");
            let snapshot = ["2026-06-01", "2026-07-31", "2026-08-01"].map(|day| on("s", day));
            assert_eq!(snapshot, [Some(200.0), Some(200.0), Some(300.0)], "what it pays now it did not pay before");
            assert_eq!(on("n", "2026-07-01"), None, "nobody pays less than nothing");
            assert_eq!((on("v", "2026-07-01"), on("w", "2026-07-01"), on("x", "2026-07-01")), (Some(7.0), None, None));
        });
    }
}
