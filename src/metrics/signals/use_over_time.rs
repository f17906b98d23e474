//! How much a capability was used, month by month.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::Evidence;
use super::Signals;
use crate::config::Stage;
use crate::units::Month;

/// Months that a reading is the mean of: one month alone may be a holiday or a faulty count.
const WINDOW: i32 = 3;

/// Accounts by which both ends of a change are raised.
const SMOOTHING: f64 = 5.0;

/// Mean length of a month.
pub(super) const DAYS_PER_MONTH: f64 = 365.25 / 12.0;

/// Use of every capability by month.
pub(super) struct UseOverTime {
    as_of: NaiveDate,
    /// The base of every month that was observed.
    base: BTreeMap<Month, f64>,
    /// Accounts by capability and month; `None`: it is never counted.
    counts: Vec<Option<BTreeMap<Month, f64>>>,
}

impl UseOverTime {
    pub(super) fn of(evidence: Evidence) -> Self {
        let as_of = evidence.spans.as_of;
        let (mut base, counts) = if evidence.rollup.rows == 0 { from_totals(evidence) } else { from_events(evidence) };
        // A month that is not over holds less than others; where it is all there is, it is taken.
        let is_over = |month: &Month| month.plus(1).first_day() <= as_of.succ_opt().unwrap_or(as_of);
        if base.keys().any(is_over) {
            base.retain(|month, _| is_over(month));
        }
        Self { as_of, base, counts }
    }

    /// Mean share of the base over the window that ends `back` months before the last, by the months that were observed.
    fn share(&self, counts: &BTreeMap<Month, f64>, back: i32) -> Option<f64> {
        let end = self.base.keys().next_back()?.plus(-back);
        let (mut used, mut base) = (0.0, 0.0);
        for (month, accounts) in self.base.range(end.plus(1 - WINDOW)..=end) {
            used += counts.get(month).copied().unwrap_or(0.0);
            base += accounts;
        }
        (base > 0.0).then(|| used / base)
    }

    /// The raise of both ends of a change, as a share of the base now.
    fn smoothing(&self) -> Option<f64> {
        let end = *self.base.keys().next_back()?;
        let base: Vec<f64> = self.base.range(end.plus(1 - WINDOW)..=end).map(|(_, base)| *base).collect();
        #[expect(clippy::cast_precision_loss, reason = "three months at most")]
        let mean = base.iter().sum::<f64>() / base.len() as f64;
        (mean > 0.0).then(|| SMOOTHING / mean)
    }

    fn change(&self, counts: &BTreeMap<Month, f64>, months: i32) -> Option<f64> {
        let raise = self.smoothing()?;
        Some((self.share(counts, 0)? + raise) / (self.share(counts, months)? + raise))
    }

    /// The highest number of accounts in one month; 0 where it was never counted.
    pub(super) fn peak(&self, capability: usize) -> f64 {
        self.counts[capability].iter().flat_map(BTreeMap::values).copied().fold(0.0, f64::max)
    }

    pub(super) fn fill(&self, capability: usize, launched_on: Option<NaiveDate>, signals: &mut Signals) {
        if let Some(counts) = &self.counts[capability] {
            signals.use_now = self.share(counts, 0);
            signals.change_6m = self.change(counts, 6);
            signals.change_12m = self.change(counts, 12);
            signals.change_24m = self.change(counts, 24);
        }
        let first_use = self.counts[capability].iter().flatten().find(|(_, accounts)| **accounts > 0.0);
        let since = launched_on.or_else(|| first_use.map(|(month, _)| month.first_day()));
        signals.age_months = since.map(|since| months_between(since, self.as_of));
    }
}

/// Months from one day to another, as a fraction; 0 where the second comes first.
#[expect(clippy::cast_precision_loss, reason = "days of a life are few")]
pub(super) fn months_between(from: NaiveDate, to: NaiveDate) -> f64 {
    (to - from).num_days().max(0) as f64 / DAYS_PER_MONTH
}

type ByMonth = (BTreeMap<Month, f64>, Vec<Option<BTreeMap<Month, f64>>>);

#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn from_totals(evidence: Evidence) -> ByMonth {
    let as_of = evidence.spans.as_of;
    let mut counts: Vec<Option<BTreeMap<Month, f64>>> = vec![None; evidence.catalogue.capabilities().len()];
    let mut all: BTreeMap<Month, f64> = BTreeMap::new();
    for row in evidence.usage_totals {
        let (Some(month), Some(name), Some(accounts)) = (row.month, &row.capability, row.active_accounts) else {
            continue;
        };
        if month > as_of {
            continue;
        }
        let Some((reached, Stage::Attempted)) = evidence.catalogue.usage(name) else { continue };
        let (month, accounts) = (Month::of(month), accounts.max(0) as f64);
        for capability in reached {
            *counts[capability].get_or_insert_default().entry(month).or_default() += accounts;
            *all.entry(month).or_default() += accounts;
        }
    }
    let stated = evidence.base_totals.iter().filter_map(|row| Some((Month::of(row.month?), row.active_accounts?)));
    let stated: BTreeMap<Month, f64> = stated.map(|(month, base)| (month, base.max(0) as f64)).collect();
    // Only months with counts were observed. Where no base is stated at all, all use is the base.
    let base = if stated.is_empty() {
        all
    } else {
        all.into_keys().filter_map(|month| Some((month, *stated.get(&month)?))).collect()
    };
    (base, counts)
}

#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn from_events(evidence: Evidence) -> ByMonth {
    let rollup = evidence.rollup;
    let mut counts = vec![BTreeMap::new(); evidence.catalogue.capabilities().len()];
    // There is one cell for a capability, an account and a month.
    for (month, cells) in &rollup.monthly {
        for cell in cells.iter().filter(|cell| cell.account.is_some()) {
            *counts[cell.capability].entry(*month).or_default() += 1.0;
        }
    }
    let base = rollup.activity_monthly.iter().map(|(month, activity)| (*month, activity.len() as f64)).collect();
    (base, counts.into_iter().map(Some).collect())
}
