//! Intervals of the other ratios, from the same draws as disproportion.

use std::collections::BTreeMap;

use super::bootstrap::{Column, Drawn};
use super::disproportion::{UNSEEN, Whole, count};
use super::{Evidence, Facts, RatioIntervals};
use crate::rollup::{Cell, of_capability};
use crate::stats::{Influence, stretched_percentiles};

type Interval = (f64, f64);

/// What the ratios need beside the sums.
pub(super) struct Ratios<'a> {
    whole: &'a Whole<'a>,
    facts: &'a Facts,
    evidence: Evidence<'a>,
    /// ARR of the base by account, and by replicate.
    base_arr: Vec<f64>,
    base_arr_drawn: Vec<f64>,
    /// The amounts of all accounts as influence, before they are scaled to a part of the sum.
    base_arr_influence: Influence,
}

/// A sum over units: of the data, and by replicate.
struct Sum<'a> {
    whole: f64,
    drawn: &'a dyn Fn(usize) -> f64,
}

impl Whole<'_> {
    /// The interval of a capability's part of a column. `None` when the column is nothing in all.
    pub fn share(&self, drawn: &Drawn, column: Column) -> Option<Interval> {
        let index = column as usize;
        if drawn.of(column) == 0.0 && self.of(column) > 0.0 {
            let seen = if column == Column::Cost { self.cost_parts } else { self.pairs };
            return Some((0.0, (UNSEEN / count(seen)).min(1.0)));
        }
        let (part, all) = (drawn.of(column), self.of(column));
        let rest = all - part;
        let mut influence = self.amounts[index].scaled(rest.recip());
        for share in &drawn.accounts {
            let (own, all) = (share.amounts[index], self.by_account[index][share.unit]);
            influence.replace(all / rest, own / part - (all - own) / rest);
        }
        for share in drawn.rows.iter().filter(|_| column == Column::Cost) {
            let (own, all) = (share.amounts[index], self.by_row[share.unit]);
            influence.replace(all / rest, own / part - (all - own) / rest);
        }
        let part = Sum { whole: part, drawn: &|b| drawn.at(column, b) };
        let all = Sum { whole: all, drawn: &|b| self.at(column, b) };
        self.part_of(&part, &all, influence)
    }

    /// The interval of a part of a whole, on the scale of its odds.
    fn part_of(&self, part: &Sum, all: &Sum, influence: Influence) -> Option<Interval> {
        if all.whole <= 0.0 {
            return None;
        }
        // Nothing else is in the whole but the rounding of sums.
        if all.whole - part.whole <= 1e-12 * all.whole {
            return Some((1.0, 1.0));
        }
        let odds = |part: f64, all: f64| {
            let rest = if all - part <= 1e-12 * all { 0.0 } else { all - part };
            if all > 0.0 { part.max(0.0) / rest } else { f64::NAN }
        };
        let replicates = (0..self.resampling.replicates()).map(|b| odds((part.drawn)(b), (all.drawn)(b)));
        let point = odds(part.whole, all.whole);
        let (low, high) = stretched_percentiles(point, replicates.collect(), influence.effective_units())?;
        let share = |odds: f64| if odds.is_infinite() { 1.0 } else { odds / (1.0 + odds) };
        Some((share(low), share(high)))
    }
}

impl<'a> Ratios<'a> {
    pub fn new(whole: &'a Whole<'a>, facts: &'a Facts, evidence: Evidence<'a>) -> Self {
        let mut base_arr = vec![0.0; whole.resampling.accounts()];
        for customer in facts.customers.iter().filter(|customer| customer.in_base) {
            if let (Some(unit), Some(arr)) = (whole.resampling.unit(customer), customer.arr) {
                base_arr[unit] += arr.units();
            }
        }
        let base_arr_drawn = whole.resampling.sum(base_arr.iter().copied().enumerate());
        let mut base_arr_influence = Influence::default();
        for amount in &base_arr {
            base_arr_influence.add(*amount);
        }
        Self { whole, facts, evidence, base_arr, base_arr_drawn, base_arr_influence }
    }

    /// The intervals of one capability: of those ratios whose point is known.
    pub fn of(&self, capability: usize, drawn: &Drawn) -> RatioIntervals {
        let facts = &self.facts.capabilities[capability];
        let by_account = self.whole.resampling.by_account();
        let cost_part = self.whole.of(Column::Cost) / count(self.whole.cost_parts);
        let days = 1e-3 * count(self.facts.days().unsigned_abs());
        RatioIntervals {
            adoption_arr: facts.adoption_arr.and_then(|_| self.adoption_arr(drawn)),
            stickiness: facts.stickiness.filter(|_| by_account).and_then(|_| self.stickiness(capability)),
            usage_share: facts
                .usage_share
                .filter(|_| by_account)
                .and_then(|_| self.whole.share(drawn, Column::Configured)),
            cost_share: facts.cost_share.and_then(|_| self.whole.share(drawn, Column::Cost)),
            cost_per_active_account: facts
                .cost_per_active_account
                .and_then(|_| self.per(drawn, Column::Cost, Column::Active, cost_part)),
            // Users of use that names no account are among the users and are not drawn.
            cost_per_active_user: facts
                .cost_per_active_user
                .filter(|_| facts.active_users.map(count) == Some(drawn.of(Column::ActiveUsers)))
                .and_then(|_| self.per(drawn, Column::Cost, Column::ActiveUsers, cost_part)),
            contact_rate: facts
                .contact_rate
                .and_then(|_| self.per(drawn, Column::Contacts, Column::Active, 1.0))
                .map(|(low, high)| (low / days, high / days)),
            top_account_share: facts.top_account_share.filter(|_| by_account).and_then(|_| self.top_share(drawn)),
        }
    }

    fn adoption_arr(&self, drawn: &Drawn) -> Option<Interval> {
        let arr = Column::Arr as usize;
        let (part, all) = (drawn.of(Column::Arr), self.base_arr.iter().sum::<f64>());
        if part <= 0.0 {
            let stating = self.base_arr.iter().filter(|arr| **arr > 0.0).count() as u64;
            return (stating > 0).then(|| (0.0, (UNSEEN / count(stating)).min(1.0)));
        }
        let rest = all - part;
        let mut influence = self.base_arr_influence.scaled(rest.recip());
        for share in &drawn.accounts {
            let (own, all) = (share.amounts[arr], self.base_arr[share.unit]);
            influence.replace(all / rest, own / part - (all - own) / rest);
        }
        let part = Sum { whole: part, drawn: &|b| drawn.at(Column::Arr, b) };
        let all = Sum { whole: all, drawn: &|b| self.base_arr_drawn[b] };
        self.whole.part_of(&part, &all, influence)
    }

    /// The interval of a sum over the active accounts or users; `one` is the average of what the sum counts.
    fn per(&self, drawn: &Drawn, column: Column, whom: Column, one: f64) -> Option<Interval> {
        let (sum, active) = (drawn.of(column), drawn.of(whom));
        if active <= 0.0 {
            return None;
        }
        if sum == 0.0 {
            return Some((0.0, if one.is_finite() { UNSEEN * one / active } else { 0.0 }));
        }
        let mut influence = Influence::default();
        for share in &drawn.accounts {
            influence.add(share.amounts[column as usize] / sum - share.amounts[whom as usize] / active);
        }
        drawn.rows.iter().for_each(|share| influence.add(share.amounts[column as usize] / sum));
        let replicate = |b: usize| drawn.at(column, b) / drawn.at(whom, b);
        let replicates = (0..self.whole.resampling.replicates()).map(replicate).collect();
        of_scatter(sum / active, replicates, &influence)
    }

    /// The mean over months of the ratio of two sums; use that names no account is in every replicate as it is.
    fn stickiness(&self, capability: usize) -> Option<Interval> {
        let resampling = self.whole.resampling;
        let mut months = Vec::new();
        for month in self.facts.period.months() {
            let cells =
                self.evidence.rollup.monthly.get(&month).map_or(&[][..], |cells| of_capability(cells, capability));
            let sum = |amount: fn(&Cell) -> u64| count(cells.iter().map(amount).sum());
            let (user_days, users) = (sum(|cell| cell.measures.user_days), sum(|cell| cell.measures.active_users));
            if users > 0.0 {
                months.push((cells, user_days, users, count(month.days().unsigned_abs())));
            }
        }
        let replicates = resampling.replicates();
        let (mut ratios, mut counted) = (vec![0.0; replicates], vec![0.0; replicates]);
        let mut by_account = BTreeMap::<usize, f64>::new();
        let all: f64 = months.iter().map(|(_, user_days, users, days)| user_days / (users * days)).sum();
        let once = vec![1; replicates];
        for &(cells, user_days, users, days) in &months {
            let (mut drawn_days, mut drawn_users) = (vec![0.0; replicates], vec![0.0; replicates]);
            for cell in cells.iter().filter(|cell| cell.measures.active_users > 0) {
                let unit = cell.account.and_then(|account| resampling.unit_of_rollup(account));
                let (own_days, own_users) = (count(cell.measures.user_days), count(cell.measures.active_users));
                let weights = unit.map_or(&once[..], |unit| resampling.weights_of(unit));
                for ((of_days, of_users), &weight) in drawn_days.iter_mut().zip(&mut drawn_users).zip(weights) {
                    *of_days += f64::from(weight) * own_days;
                    *of_users += f64::from(weight) * own_users;
                }
                if let Some(unit) = unit {
                    let part = user_days / (users * days) / all;
                    *by_account.entry(unit).or_default() += part * (own_days / user_days - own_users / users);
                }
            }
            let sums = drawn_days.into_iter().zip(drawn_users);
            for ((ratio, months), (of_days, of_users)) in ratios.iter_mut().zip(&mut counted).zip(sums) {
                if of_users > 0.0 {
                    *ratio += of_days / (of_users * days);
                    *months += 1.0;
                }
            }
        }
        let mut influence = Influence::default();
        for of in by_account.values() {
            influence.add(*of);
        }
        let replicates = ratios.into_iter().zip(counted).map(|(ratio, months)| ratio / months).collect();
        let (low, high) = of_scatter(all / count(months.len() as u64), replicates, &influence)?;
        Some((low.min(1.0), high.min(1.0)))
    }

    /// The top account is held and the others are drawn: the share is that of the one account that is named.
    fn top_share(&self, drawn: &Drawn) -> Option<Interval> {
        let days = Column::ActiveDays as usize;
        let top = drawn.accounts.iter().max_by(|a, b| {
            // Of equal accounts the first in order.
            a.amounts[days].total_cmp(&b.amounts[days]).then(b.unit.cmp(&a.unit))
        })?;
        let (own, all) = (top.amounts[days], drawn.of(Column::ActiveDays));
        let weights = self.whole.resampling.weights_of(top.unit);
        let mut influence = Influence::default();
        for share in drawn.accounts.iter().filter(|share| share.unit != top.unit) {
            influence.add(share.amounts[days] / (all - own));
        }
        let part = Sum { whole: own, drawn: &|_| own };
        let held = |b: usize| drawn.at(Column::ActiveDays, b) + own * (1.0 - f64::from(weights[b]));
        self.whole.part_of(&part, &Sum { whole: all, drawn: &held }, influence)
    }
}

/// The interval of a ratio. `None` where nothing scatters, as with a single account: draws of one and the same figure would
/// pretend to be sure of it.
fn of_scatter(point: f64, replicates: Vec<f64>, influence: &Influence) -> Option<Interval> {
    let units = influence.effective_units();
    if units.is_finite() { stretched_percentiles(point, replicates, units) } else { None }
}
