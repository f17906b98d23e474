//! How much every account rests on every capability it uses.

use super::Evidence;
use super::base::Customers;
use super::facts::{AccountUse, Facts};
use super::from_events::{MonthOfUse, month_of_use};
use super::sets::AccountSet;
use crate::rollup::{Cell, of_capability};
use crate::stats;
use crate::units::{Month, definition};

definition! {
    /// What an account would miss: one line for every account and every capability that it used in the period, in
    /// `tables/dependence.csv`.
    ///
    /// *Share of active days*: the account's days of use of the capability over its days in the product, 0–1, also those with
    /// what maps to no capability or was only shown. *Users*: its
    /// distinct users on the capability; *sole users*: those of them who used no other capability of the catalogue in the
    /// period, for whom the product is this capability. Both are unknown where the usage names no users. *Last use*: the last
    /// day of the period on which the account used it.
    ///
    /// *Trend*: change of the account's active days on the capability per month, Theil–Sen slope with Sen's 95 % interval
    /// (Sen 1968), and the two-sided p of the Mann–Kendall test, over the months of the trend. A month in which the account
    /// belonged to the customer base and did not use the capability counts as 0 days; months before the account's start,
    /// after its end, before the capability's launch and without any usage data are left out. Unknown below three months, p below
    /// four. Many short series are tested here, so a single p below 0.05 says little.
    ///
    /// *Commitments*: promises to the account about the capability that hold on the day of the report. *ARR*: of the
    /// account. It is what depends on the account and not what the capability earns: the same ARR stands on every line of an
    /// account, and must not be added up over capabilities.
    pub DEPENDENCE, "dependence", "Dependence of accounts"
}

/// Fills the trend of every [`AccountUse`].
pub(super) fn add(facts: &mut Facts, evidence: Evidence, customers: &Customers) {
    let months: Vec<ObservedMonth> =
        facts.months.iter().filter_map(|&month| ObservedMonth::new(month, evidence, customers)).collect();
    let (Some(first), false) = (facts.months.first().copied(), months.is_empty()) else { return };
    // Where each account of the capability at hand stands in its list.
    let mut line: Vec<Option<usize>> = vec![None; customers.list.len()];
    for (index, capability) in facts.capabilities.iter_mut().enumerate() {
        for (place, account) in capability.accounts.iter().enumerate() {
            line[account.customer] = Some(place);
        }
        let launched = capability.capability.launched_on.map(Month::of);
        // By account, then month.
        let mut days: Vec<Option<f64>> = vec![None; capability.accounts.len() * months.len()];
        for (step, month) in months.iter().enumerate() {
            if launched.is_none_or(|launched| launched <= month.month) {
                for (days, account) in days.chunks_exact_mut(months.len()).zip(&capability.accounts) {
                    days[step] = month.base.contains(account.customer).then_some(0.0);
                }
            }
            for cell in of_capability(month.cells, index) {
                let place = cell.account.and_then(|account| line[customers.of_rollup(account)]);
                #[expect(clippy::cast_precision_loss, reason = "days of a month")]
                if let Some(place) = place {
                    days[place * months.len() + step] = Some(cell.measures.active_days as f64);
                }
            }
        }
        for (account, days) in capability.accounts.iter_mut().zip(days.chunks_exact(months.len())) {
            let steps = months.iter().map(|month| f64::from(month.month.since(first)));
            let points: Vec<(f64, f64)> = steps.zip(days).filter_map(|(step, days)| Some((step, (*days)?))).collect();
            set_trend(account, &points);
        }
        for account in &capability.accounts {
            line[account.customer] = None;
        }
    }
}

fn set_trend(account: &mut AccountUse, points: &[(f64, f64)]) {
    let values: Vec<f64> = points.iter().map(|point| point.1).collect();
    account.trend_per_month = stats::theil_sen(points);
    account.trend_p = stats::mann_kendall(&values).map(|test| test.p);
}

/// A month with usage data.
struct ObservedMonth<'a> {
    month: Month,
    cells: &'a [Cell],
    base: AccountSet,
}

impl<'a> ObservedMonth<'a> {
    /// `None` when nothing at all was used in it, because then it was not observed.
    fn new(month: Month, evidence: Evidence<'a>, customers: &Customers) -> Option<Self> {
        evidence.rollup.activity_monthly.get(&month)?;
        let MonthOfUse { cells, base, .. } = month_of_use(month, customers, evidence.rollup);
        Some(Self { month, cells, base })
    }
}

#[cfg(test)]
#[path = "dependence_tests.rs"]
mod tests;
