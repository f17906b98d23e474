//! What a plan uses of every shared limit, kept up to date while candidates come and go.

use std::ops::ControlFlow;

use super::super::model::{Bind, Constraint, count, exceeds};
use super::reduced::Reduced;

/// A plan with its sums.
#[derive(Debug, Clone)]
pub(super) struct Load<'a> {
    reduced: &'a Reduced<'a>,
    months: Vec<Option<usize>>,
    arr_by_wave: Vec<f64>,
    arr: f64,
    hours: Vec<Vec<f64>>,
    /// By wave, then group: candidates of the wave that it uses.
    changes: Vec<Vec<u32>>,
    /// By group: candidates that go and that it uses.
    touched: Vec<u32>,
    accounts_by_wave: Vec<u64>,
    accounts: u64,
}

impl<'a> Load<'a> {
    /// Nothing goes.
    pub(super) fn empty(reduced: &'a Reduced<'a>) -> Self {
        let model = reduced.model;
        Self {
            reduced,
            months: vec![None; model.candidates.len()],
            arr_by_wave: vec![0.0; model.waves()],
            arr: 0.0,
            hours: vec![vec![0.0; model.months()]; model.teams.len()],
            changes: vec![vec![0; reduced.groups.len()]; model.waves()],
            touched: vec![0; reduced.groups.len()],
            accounts_by_wave: vec![0; model.waves()],
            accounts: 0,
        }
    }

    /// A whole plan, whether it fits or not.
    pub(super) fn of(reduced: &'a Reduced<'a>, months: &[Option<usize>]) -> Self {
        let mut load = Self::empty(reduced);
        for (candidate, month) in months.iter().enumerate() {
            if let Some(month) = *month {
                load.add(candidate, month);
            }
        }
        load
    }

    pub(super) fn months(&self) -> &[Option<usize>] {
        &self.months
    }

    pub(super) fn month(&self, candidate: usize) -> Option<usize> {
        self.months[candidate]
    }

    fn count_in(&mut self, candidate: usize, month: usize, sign: f64) {
        let model = self.reduced.model;
        let one = &model.candidates[candidate];
        self.arr_by_wave[model.wave_of[month]] += sign * one.arr_at_risk;
        self.arr += sign * one.arr_at_risk;
        if let Some(team) = one.team {
            for month in model.work_of(month) {
                self.hours[team][month] += sign * model.hours_a_month(candidate);
            }
        }
    }

    /// Lets a candidate go that stays so far.
    pub(super) fn add(&mut self, candidate: usize, month: usize) {
        self.months[candidate] = Some(month);
        self.count_in(candidate, month, 1.0);
        let wave = self.reduced.model.wave_of[month];
        for &group in &self.reduced.groups_of[candidate] {
            let accounts = self.reduced.groups[group].1;
            self.changes[wave][group] += 1;
            self.touched[group] += 1;
            self.accounts_by_wave[wave] += if self.changes[wave][group] == 1 { accounts } else { 0 };
            self.accounts += if self.touched[group] == 1 { accounts } else { 0 };
        }
    }

    /// Lets it stay; gives the month in which it would have gone.
    pub(super) fn remove(&mut self, candidate: usize) -> Option<usize> {
        let month = self.months[candidate].take()?;
        self.count_in(candidate, month, -1.0);
        let wave = self.reduced.model.wave_of[month];
        for &group in &self.reduced.groups_of[candidate] {
            let accounts = self.reduced.groups[group].1;
            self.changes[wave][group] -= 1;
            self.touched[group] -= 1;
            self.accounts_by_wave[wave] -= if self.changes[wave][group] == 0 { accounts } else { 0 };
            self.accounts -= if self.touched[group] == 0 { accounts } else { 0 };
        }
        Some(month)
    }

    /// Whether a candidate that stays can go in a month beside the rest: no order, no rival, no shared limit is against it.
    pub(super) fn fits(&self, candidate: usize, month: usize) -> bool {
        self.ordered(candidate, month) && self.each_over(candidate, month, |_| ControlFlow::Break(())).is_continue()
    }

    /// Whether the order among those that go allows the month, and no rival goes.
    pub(super) fn ordered(&self, candidate: usize, month: usize) -> bool {
        let reduced = self.reduced;
        let first_gone = |&first: &usize| self.months[first].is_some_and(|first| first <= month);
        let then_later = |&then: &usize| self.months[then].is_none_or(|then| then >= month);
        reduced.firsts[candidate].iter().all(first_gone)
            && reduced.thens[candidate].iter().all(then_later)
            && reduced.rivals[candidate].iter().all(|&rival| self.months[rival].is_none())
    }

    /// Every shared limit that a candidate would break in a month beside the rest, the cheapest to check first.
    pub(super) fn each_over(
        &self,
        candidate: usize,
        month: usize,
        mut over: impl FnMut(Bind) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let model = self.reduced.model;
        let one = &model.candidates[candidate];
        let wave = model.wave_of[month];
        let about = |constraint| Bind { wave: Some(wave), ..Bind::of(constraint, candidate) };
        let mut check = |bind: Bind, need: f64, adds: bool, limit: Option<f64>| match limit {
            Some(limit) if adds && exceeds(need, limit) => over(Bind { need: Some(need), limit: Some(limit), ..bind }),
            _ => ControlFlow::Continue(()),
        };
        let arr = one.arr_at_risk;
        check(about(Constraint::ArrPerWave), self.arr_by_wave[wave] + arr, arr > 0.0, model.arr_per_wave)?;
        let overall = |constraint| Bind::of(constraint, candidate);
        check(overall(Constraint::ArrOverall), self.arr + arr, arr > 0.0, model.arr_overall)?;
        if let Some(team) = one.team {
            let before = model.work_of(month).map(|month| self.hours[team][month]).fold(0.0, f64::max);
            let need = before + model.hours_a_month(candidate);
            let bind = Bind { team: Some(team), ..about(Constraint::TeamHours) };
            check(bind, need, one.hours > 0.0, model.teams[team].hours)?;
        }
        if model.accounts_per_wave.is_none() && model.accounts_overall.is_none() && model.changes_per_account.is_none()
        {
            return ControlFlow::Continue(());
        }
        let (mut in_wave, mut in_all, mut most) = (0, 0, 0);
        for &group in &self.reduced.groups_of[candidate] {
            let accounts = self.reduced.groups[group].1;
            let changes = self.changes[wave][group];
            in_wave += if changes == 0 { accounts } else { 0 };
            in_all += if self.touched[group] == 0 { accounts } else { 0 };
            most = most.max(changes + 1);
        }
        let need = count(self.accounts_by_wave[wave] + in_wave);
        check(about(Constraint::AccountsPerWave), need, in_wave > 0, model.accounts_per_wave)?;
        check(overall(Constraint::AccountsOverall), count(self.accounts + in_all), in_all > 0, model.accounts_overall)?;
        let changes = model.changes_per_account.map(f64::from);
        check(about(Constraint::ChangesPerAccount), f64::from(most), most > 0, changes)
    }
}
