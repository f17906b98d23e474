//! The model without what can never be: months that no plan can use, candidates that no good plan takes.

use std::collections::BTreeMap;

use super::super::model::{Model, count, exceeds};
use super::Infeasible;

/// A set of months, one bit each: month 64 and later are not planned (the settings end at 60).
pub(super) type Months = u64;

/// Months that a set can hold.
pub(super) const MOST_MONTHS: usize = 64;

/// The months from one to another, both included.
pub(super) fn span(from: usize, to: usize) -> Months {
    let upto = |month: usize| if month + 1 >= MOST_MONTHS { Months::MAX } else { (1 << (month + 1)) - 1 };
    if from > to || from >= MOST_MONTHS { 0 } else { upto(to) & !(upto(from) >> 1) }
}

/// The months of a set, ascending.
pub(super) fn months_in(mut set: Months) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let month = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(month)
    })
}

/// What is still open: the months of every candidate, and whether it must go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Open {
    /// By candidate.
    pub months: Vec<Months>,
    /// By candidate.
    pub must: Vec<bool>,
}

/// A model with what follows from it before any search.
#[derive(Debug)]
pub(super) struct Reduced<'a> {
    pub model: &'a Model,
    pub open: Open,
    /// Groups of accounts by the candidates that can go, merged, in order of these.
    pub groups: Vec<(Vec<usize>, u64)>,
    /// By candidate, its groups.
    pub groups_of: Vec<Vec<usize>>,
    /// By candidate, the same as bits.
    group_bits: Vec<Vec<u64>>,
    /// By candidate, what must go before it.
    pub firsts: Vec<Vec<usize>>,
    /// By candidate, what can go only after it.
    pub thens: Vec<Vec<usize>>,
    /// By candidate, what cannot go beside it.
    pub rivals: Vec<Vec<usize>>,
    /// By month, that of its wave's begin and end.
    pub wave_span: Vec<(usize, usize)>,
}

impl<'a> Reduced<'a> {
    /// Everything that can be said without a search. `worth` drops what brings nothing, too: not for questions of mere possibility.
    pub(super) fn new(model: &'a Model, worth: bool) -> Result<Self, Infeasible> {
        let mut reduced = Self::plain(model);
        reduced.drop_too_large();
        let mut open = std::mem::replace(&mut reduced.open, Open { months: Vec::new(), must: Vec::new() });
        reduced.propagate(&mut open)?;
        if worth {
            reduced.drop_worthless(&mut open);
            reduced.drop_dominated(&mut open);
        }
        reduced.open = open;
        reduced.regroup();
        Ok(reduced)
    }

    /// The model with nothing taken away but what a candidate's own months say.
    pub(super) fn plain(model: &'a Model) -> Self {
        let size = model.candidates.len();
        let (mut firsts, mut thens, mut rivals) = (vec![vec![]; size], vec![vec![]; size], vec![vec![]; size]);
        for &(first, then) in model.before.iter().filter(|(first, then)| first != then) {
            firsts[then].push(first);
            thens[first].push(then);
        }
        for &(one, other) in model.excludes.iter().filter(|(one, other)| one != other) {
            rivals[one].push(other);
            rivals[other].push(one);
        }
        for list in firsts.iter_mut().chain(&mut thens).chain(&mut rivals) {
            list.sort_unstable();
            list.dedup();
        }
        let horizon = model.months().min(MOST_MONTHS);
        let of = |candidate| {
            let allowed = (0..horizon).filter(|&month| model.allows(candidate, month));
            allowed.fold(0, |set, month| set | 1 << month)
        };
        let months = (0..size).map(of).collect();
        let must = model.candidates.iter().map(|candidate| candidate.demanded_by.is_some()).collect();
        let wave = |month: usize| {
            let same = |&other: &usize| model.wave_of[other] == model.wave_of[month];
            let last = (month..horizon).take_while(same).last().unwrap_or(month);
            (month - (0..month).rev().take_while(same).count(), last)
        };
        let wave_span = (0..horizon).map(wave).collect();
        let mut reduced = Self {
            model,
            open: Open { months, must },
            groups: Vec::new(),
            groups_of: Vec::new(),
            group_bits: Vec::new(),
            firsts,
            thens,
            rivals,
            wave_span,
        };
        reduced.regroup();
        reduced
    }

    /// Waves as (first month, last month).
    pub(super) fn waves(&self) -> Vec<(usize, usize)> {
        let mut waves = self.wave_span.clone();
        waves.dedup();
        waves
    }

    /// Merges the accounts that use the same of what can go.
    fn regroup(&mut self) {
        let mut merged: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
        for group in &self.model.groups {
            let mut uses: Vec<usize> =
                group.uses.iter().copied().filter(|&candidate| self.open.months[candidate] != 0).collect();
            uses.sort_unstable();
            uses.dedup();
            if !uses.is_empty() {
                *merged.entry(uses).or_default() += group.accounts;
            }
        }
        self.groups = merged.into_iter().collect();
        self.groups_of = vec![Vec::new(); self.model.candidates.len()];
        for (at, (uses, _)) in self.groups.iter().enumerate() {
            for &candidate in uses {
                self.groups_of[candidate].push(at);
            }
        }
        let bits = |groups: &Vec<usize>| {
            let mut bits = vec![0; self.groups.len().div_ceil(64)];
            for group in groups {
                bits[group / 64] |= 1 << (group % 64);
            }
            bits
        };
        self.group_bits = self.groups_of.iter().map(bits).collect();
    }

    /// Whether some account uses all of these.
    pub(super) fn meet(&self, set: &[usize]) -> bool {
        let words = 0..self.groups.len().div_ceil(64);
        let common =
            |word: usize| set.iter().fold(u64::MAX, |common, &candidate| common & self.group_bits[candidate][word]);
        words.into_iter().any(|word| common(word) != 0)
    }

    /// Accounts that use a candidate.
    pub(super) fn accounts_of(&self, candidate: usize) -> f64 {
        count(self.groups_of[candidate].iter().map(|&group| self.groups[group].1).sum())
    }

    /// What is above a limit all by itself never goes.
    fn drop_too_large(&mut self) {
        let model = self.model;
        let above = |need: f64, limit: Option<f64>| limit.is_some_and(|limit| exceeds(need, limit));
        for (at, candidate) in model.candidates.iter().enumerate() {
            let accounts = self.accounts_of(at);
            let hours = model.hours_a_month(at);
            let too_large = above(candidate.arr_at_risk, model.arr_per_wave)
                || above(candidate.arr_at_risk, model.arr_overall)
                || above(accounts, model.accounts_per_wave)
                || above(accounts, model.accounts_overall)
                || (accounts > 0.0 && model.changes_per_account == Some(0))
                || candidate.team.is_some_and(|team| above(hours, model.teams[team].hours));
            if too_large {
                self.open.months[at] = 0;
            }
        }
    }

    /// Follows order, rivalry and demands until nothing changes.
    pub(super) fn propagate(&self, open: &mut Open) -> Result<(), Infeasible> {
        loop {
            let before = open.clone();
            for candidate in 0..open.months.len() {
                let months = open.months[candidate];
                if months == 0 {
                    if open.must[candidate] {
                        return Err(Infeasible);
                    }
                    for &then in &self.thens[candidate] {
                        open.months[then] = 0;
                    }
                    continue;
                }
                let earliest = months.trailing_zeros() as usize;
                for &then in &self.thens[candidate] {
                    open.months[then] &= span(earliest, MOST_MONTHS - 1);
                }
                if open.must[candidate] {
                    let latest = MOST_MONTHS - 1 - months.leading_zeros() as usize;
                    for &first in &self.firsts[candidate] {
                        open.must[first] = true;
                        open.months[first] &= span(0, latest);
                    }
                    for &rival in &self.rivals[candidate] {
                        open.months[rival] = 0;
                    }
                }
            }
            if *open == before {
                return Ok(());
            }
        }
    }

    /// Candidates without a month of positive value that nobody waits for; months without value where no order matters.
    fn drop_worthless(&self, open: &mut Open) {
        loop {
            let before = open.months.clone();
            for candidate in 0..open.months.len() {
                let waited_for = self.thens[candidate].iter().any(|&then| open.months[then] != 0);
                if open.must[candidate] || waited_for {
                    continue;
                }
                let value = &self.model.candidates[candidate].value;
                let worth = |month: &usize| value.get(*month).is_some_and(|&value| value > 0.0);
                open.months[candidate] =
                    months_in(open.months[candidate]).filter(worth).fold(0, |set, month| set | 1 << month);
            }
            if open.months == before {
                return;
            }
        }
    }

    /// Where neither hours nor order tell the months of a wave apart, only its best can be wanted.
    fn drop_dominated(&self, open: &mut Open) {
        for (at, candidate) in self.model.candidates.iter().enumerate() {
            let limited = candidate.team.is_some_and(|team| self.model.teams[team].hours.is_some());
            if (limited && candidate.hours > 0.0) || !self.firsts[at].is_empty() || !self.thens[at].is_empty() {
                continue;
            }
            for (from, to) in self.waves() {
                let inside = open.months[at] & span(from, to);
                let value = |month: usize| candidate.value.get(month).copied().unwrap_or(0.0);
                let best =
                    months_in(inside).reduce(|best, month| if value(month) > value(best) { month } else { best });
                if let Some(best) = best {
                    open.months[at] = open.months[at] & !span(from, to) | 1 << best;
                }
            }
        }
    }

    /// Value of a candidate in a month.
    pub(super) fn value(&self, candidate: usize, month: usize) -> f64 {
        self.model.candidates[candidate].value.get(month).copied().unwrap_or(0.0)
    }
}
