//! What a plan uses of every limit, kept up to date while removals are put in and taken out.

use crate::plan::model::{Bind, Constraint, Model};

/// What a limit may be exceeded by, as part of it: sums of money are not exact.
const TOLERANCE: f64 = 1e-6;

/// Whether an amount keeps a limit.
pub(super) fn keeps(amount: f64, limit: Option<f64>) -> bool {
    limit.is_none_or(|limit| amount <= limit + TOLERANCE * limit.abs().max(1e-3))
}

/// What is looked up often and never changes.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// By candidate, the groups that use it.
    pub groups_of: Vec<Vec<usize>>,
    /// By candidate, what must be gone before it.
    pub needs: Vec<Vec<usize>>,
    /// By candidate, what can go only after it.
    pub needed_by: Vec<Vec<usize>>,
    /// By candidate, what cannot go as well.
    pub excludes: Vec<Vec<usize>>,
}

impl Lookup {
    pub fn of(model: &Model) -> Self {
        let empty = vec![Vec::new(); model.candidates.len()];
        let mut all =
            Self { groups_of: empty.clone(), needs: empty.clone(), needed_by: empty.clone(), excludes: empty };
        for (place, group) in model.groups.iter().enumerate() {
            for &candidate in &group.uses {
                all.groups_of[candidate].push(place);
            }
        }
        for &(first, then) in &model.before {
            all.needs[then].push(first);
            all.needed_by[first].push(then);
        }
        for &(one, other) in &model.excludes {
            all.excludes[one].push(other);
            all.excludes[other].push(one);
        }
        for lists in [&mut all.needs, &mut all.needed_by, &mut all.excludes] {
            for list in lists {
                list.sort_unstable();
                list.dedup();
            }
        }
        all
    }
}

/// A plan with what it uses.
#[derive(Debug, Clone)]
pub(super) struct Load<'a> {
    model: &'a Model,
    lookup: &'a Lookup,
    /// By candidate, the month in which it goes.
    pub months: Vec<Option<usize>>,
    arr: Vec<f64>,
    arr_overall: f64,
    /// By team, then month.
    hours: Vec<Vec<f64>>,
    /// By wave, then group: how many of its candidates go.
    changes: Vec<Vec<u16>>,
    changes_overall: Vec<u16>,
    accounts: Vec<u64>,
    accounts_overall: u64,
}

impl<'a> Load<'a> {
    /// Of a plan that removes nothing.
    pub fn new(model: &'a Model, lookup: &'a Lookup) -> Self {
        let waves = model.waves();
        Self {
            model,
            lookup,
            months: vec![None; model.candidates.len()],
            arr: vec![0.0; waves],
            arr_overall: 0.0,
            hours: vec![vec![0.0; model.months()]; model.teams.len()],
            changes: vec![vec![0; model.groups.len()]; waves],
            changes_overall: vec![0; model.groups.len()],
            accounts: vec![0; waves],
            accounts_overall: 0,
        }
    }

    /// Of a plan, whatever it breaks.
    pub fn of(model: &'a Model, lookup: &'a Lookup, months: &[Option<usize>]) -> Self {
        let mut load = Self::new(model, lookup);
        for (candidate, month) in months.iter().enumerate() {
            if let Some(month) = month {
                load.put(candidate, *month);
            }
        }
        load
    }

    /// Sum of the values.
    pub fn value(&self) -> f64 {
        let placed = self.months.iter().zip(&self.model.candidates);
        placed.filter_map(|(month, candidate)| Some(candidate.value[(*month)?])).sum()
    }

    /// Puts a candidate in that is not in yet.
    pub fn put(&mut self, candidate: usize, month: usize) {
        self.months[candidate] = Some(month);
        self.shift(candidate, month, 1.0);
    }

    /// Takes a candidate out that is in.
    pub fn take(&mut self, candidate: usize) {
        if let Some(month) = self.months[candidate].take() {
            self.shift(candidate, month, -1.0);
        }
    }

    fn shift(&mut self, candidate: usize, month: usize, sign: f64) {
        let (of, wave) = (&self.model.candidates[candidate], self.model.wave_of[month]);
        self.arr[wave] += sign * of.arr_at_risk;
        self.arr_overall += sign * of.arr_at_risk;
        if let Some(team) = of.team {
            for (at, hours) in self.model.work(candidate, month) {
                self.hours[team][at] += sign * hours;
            }
        }
        for &group in &self.lookup.groups_of[candidate] {
            let accounts = self.model.groups[group].accounts;
            for (changes, touched) in [
                (&mut self.changes[wave][group], &mut self.accounts[wave]),
                (&mut self.changes_overall[group], &mut self.accounts_overall),
            ] {
                if sign > 0.0 {
                    *touched += if *changes == 0 { accounts } else { 0 };
                    *changes += 1;
                } else {
                    *changes -= 1;
                    *touched -= if *changes == 0 { accounts } else { 0 };
                }
            }
        }
    }

    /// Whether a candidate that is not in may go in a month beside the others.
    pub fn fits(&self, candidate: usize, month: usize) -> bool {
        let mut stopped = false;
        self.stops(candidate, month, &mut |_| {
            stopped = true;
            false
        });
        !stopped
    }

    /// Whether a candidate may go in a month at all, whatever must go before it.
    pub fn fits_alone(&self, candidate: usize, month: usize) -> bool {
        self.against(candidate, month)
            .iter()
            .all(|bind| bind.constraint == Constraint::Dependents && bind.other.is_some())
    }

    /// Everything that stands against it.
    pub fn against(&self, candidate: usize, month: usize) -> Vec<Bind> {
        let mut found = Vec::new();
        self.stops(candidate, month, &mut |bind| {
            found.push(bind);
            true
        });
        found
    }

    /// Tells what stands against it, the cheapest to find first, until `tell` wants no more.
    fn stops(&self, candidate: usize, month: usize, tell: &mut dyn FnMut(Bind) -> bool) {
        let (model, of, wave) = (self.model, &self.model.candidates[candidate], self.model.wave_of[month]);
        for &family in &of.barred[month] {
            if !tell(Bind::of(family, candidate)) {
                return;
            }
        }
        if of.demanded_by.is_some_and(|last| month > last) && !tell(Bind::of(Constraint::Deadline, candidate)) {
            return;
        }
        let with = |constraint, other| Bind { other: Some(other), ..Bind::of(constraint, candidate) };
        let waits = |&other: &usize| self.months[other].is_none_or(|first| first > month);
        for other in self.lookup.needs[candidate].iter().copied().filter(|other| waits(other)) {
            if !tell(with(Constraint::Dependents, other)) {
                return;
            }
        }
        let is_before = |&other: &usize| self.months[other].is_some_and(|then| then < month);
        for other in self.lookup.needed_by[candidate].iter().copied().filter(|other| is_before(other)) {
            if !tell(with(Constraint::Dependents, other)) {
                return;
            }
        }
        for &other in self.lookup.excludes[candidate].iter().filter(|other| self.months[**other].is_some()) {
            if !tell(with(Constraint::ReplacementStays, other)) {
                return;
            }
        }
        let amount = |constraint, need: f64, limit: Option<f64>, wave| Bind {
            need: Some(need),
            limit,
            wave,
            ..Bind::of(constraint, candidate)
        };
        let sums = [
            (Constraint::ArrPerWave, self.arr[wave] + of.arr_at_risk, model.arr_per_wave, Some(wave)),
            (Constraint::ArrOverall, self.arr_overall + of.arr_at_risk, model.arr_overall, None),
        ];
        for (constraint, need, limit, wave) in sums {
            if of.arr_at_risk > 0.0 && !keeps(need, limit) && !tell(amount(constraint, need, limit, wave)) {
                return;
            }
        }
        if let Some(team) = of.team {
            let limit = model.teams[team].hours;
            let work = model.work(candidate, month).map(|(at, hours)| self.hours[team][at] + hours);
            let need = work.fold(0.0, f64::max);
            let bind = Bind { team: Some(team), ..amount(Constraint::TeamHours, need, limit, None) };
            if of.hours > 0.0 && !keeps(need, limit) && !tell(bind) {
                return;
            }
        }
        self.stops_by_accounts(candidate, wave, tell, &amount);
    }

    #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
    fn stops_by_accounts(
        &self,
        candidate: usize,
        wave: usize,
        tell: &mut dyn FnMut(Bind) -> bool,
        amount: &dyn Fn(Constraint, f64, Option<f64>, Option<usize>) -> Bind,
    ) {
        let model = self.model;
        let limits = [model.accounts_per_wave, model.accounts_overall, model.changes_per_account.map(f64::from)];
        if limits.iter().all(Option::is_none) {
            return;
        }
        let (mut in_wave, mut overall, mut most) = (self.accounts[wave], self.accounts_overall, 0);
        for &group in &self.lookup.groups_of[candidate] {
            let (accounts, changes) = (model.groups[group].accounts, self.changes[wave][group]);
            in_wave += if changes == 0 { accounts } else { 0 };
            overall += if self.changes_overall[group] == 0 { accounts } else { 0 };
            most = most.max(changes + 1);
        }
        let sums = [
            (Constraint::AccountsPerWave, in_wave as f64, limits[0], Some(wave)),
            (Constraint::AccountsOverall, overall as f64, limits[1], None),
            (Constraint::ChangesPerAccount, f64::from(most), limits[2], Some(wave)),
        ];
        for (constraint, need, limit, wave) in sums {
            if most > 0 && !keeps(need, limit) && !tell(amount(constraint, need, limit, wave)) {
                return;
            }
        }
    }
}

impl Model {
    /// The hours of a removal by month, where they lie within the plan.
    #[expect(clippy::cast_precision_loss, reason = "months are few")]
    pub(in crate::plan) fn work(&self, candidate: usize, month: usize) -> impl Iterator<Item = (usize, f64)> + use<> {
        let spread = self.work_months.max(1);
        let hours = self.candidates[candidate].hours / spread as f64;
        ((month + 1).saturating_sub(spread)..=month).map(move |at| (at, hours))
    }

    /// Every limit that a plan breaks, found by counting and not by the search: empty for a plan that holds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
    pub fn broken(&self, months: &[Option<usize>]) -> Vec<Bind> {
        let mut broken = Vec::new();
        for (index, (candidate, month)) in self.candidates.iter().zip(months).enumerate() {
            let Some(month) = *month else {
                broken.extend(candidate.demanded_by.map(|_| Bind::of(Constraint::Deadline, index)));
                continue;
            };
            broken.extend(candidate.barred[month].iter().map(|&family| Bind::of(family, index)));
            broken.extend(
                candidate.demanded_by.filter(|last| month > *last).map(|_| Bind::of(Constraint::Deadline, index)),
            );
        }
        for &(first, then) in &self.before {
            let waits = months[then].is_some_and(|then| months[first].is_none_or(|first| first > then));
            let bind = Bind { other: Some(first), ..Bind::of(Constraint::Dependents, then) };
            broken.extend(waits.then_some(bind));
        }
        for &(one, other) in &self.excludes {
            let bind = Bind { other: Some(other), ..Bind::of(Constraint::ReplacementStays, one) };
            broken.extend((months[one].is_some() && months[other].is_some()).then_some(bind));
        }
        let within = |wave: Option<usize>| {
            let is_in =
                |month: &Option<usize>| month.is_some_and(|month| wave.is_none_or(|wave| self.wave_of[month] == wave));
            months.iter().map(is_in).collect::<Vec<bool>>()
        };
        for wave in (0..self.waves()).map(Some).chain([None]) {
            let going = within(wave);
            let of = |uses: &[usize]| uses.iter().filter(|candidate| going[**candidate]).count();
            let touched: u64 = self.groups.iter().filter(|group| of(&group.uses) > 0).map(|group| group.accounts).sum();
            let most = self.groups.iter().map(|group| of(&group.uses)).max().unwrap_or(0);
            let arr: f64 =
                self.candidates.iter().zip(&going).filter(|(_, going)| **going).map(|(of, _)| of.arr_at_risk).sum();
            let limits = match wave {
                Some(_) => vec![
                    (Constraint::AccountsPerWave, touched as f64, self.accounts_per_wave),
                    (Constraint::ArrPerWave, arr, self.arr_per_wave),
                    (Constraint::ChangesPerAccount, most as f64, self.changes_per_account.map(f64::from)),
                ],
                None => vec![
                    (Constraint::AccountsOverall, touched as f64, self.accounts_overall),
                    (Constraint::ArrOverall, arr, self.arr_overall),
                ],
            };
            for (constraint, need, limit) in limits.into_iter().filter(|(_, need, limit)| !keeps(*need, *limit)) {
                broken.push(Bind { wave, need: Some(need), limit, ..Bind::shared(constraint) });
            }
        }
        for (team, of) in self.teams.iter().enumerate() {
            let mut hours = vec![0.0; self.months()];
            for (index, _) in self.candidates.iter().enumerate().filter(|(_, of)| of.team == Some(team)) {
                if let Some(month) = months[index] {
                    self.work(index, month).for_each(|(at, part)| hours[at] += part);
                }
            }
            let need = hours.into_iter().fold(0.0, f64::max);
            let bind =
                Bind { team: Some(team), need: Some(need), limit: of.hours, ..Bind::shared(Constraint::TeamHours) };
            broken.extend((!keeps(need, of.hours)).then_some(bind));
        }
        broken
    }
}
