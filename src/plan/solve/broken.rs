//! Rows that shut a whole plan out which breaks a limit: for what the rows of the relaxation leave to the check of whole plans.

use super::super::model::{Bind, Constraint, count, exceeds};
use super::program::Row;
use super::reduced::{Months, Reduced, span};

/// For every limit that a whole plan breaks, a smallest set that breaks it and cannot go together.
pub(super) fn broken_rows(reduced: &Reduced, plan: &[Option<usize>]) -> Vec<Row> {
    reduced.model.broken(plan).into_iter().filter_map(|bind| broken_row(reduced, plan, bind)).collect()
}

/// The row for one limit; `None` for order, rivals, demands and bars: they are rows or closed months, so that no whole point breaks them.
fn broken_row(reduced: &Reduced, plan: &[Option<usize>], bind: Bind) -> Option<Row> {
    let limit = bind.limit?;
    let need = |set: &[usize]| used(reduced, bind, set);
    let over = |set: &[usize]| exceeds(need(set), limit);
    if bind.constraint != Constraint::TeamHours {
        return Some(smallest(plan, months_of(reduced, bind.wave), &over));
    }
    let model = reduced.model;
    let mut windows = (0..model.months()).map(|month| span(month, month + model.work_months.max(1) - 1));
    let months = windows.find(|&months| over(&inside(plan, months).collect::<Vec<_>>()))?;
    Some(smallest(plan, months, &over))
}

/// What a set uses of a limit, when it goes within the months of it.
fn used(reduced: &Reduced, bind: Bind, set: &[usize]) -> f64 {
    let model = reduced.model;
    match bind.constraint {
        Constraint::ArrPerWave | Constraint::ArrOverall => {
            set.iter().map(|&one| model.candidates[one].arr_at_risk).sum()
        }
        Constraint::AccountsPerWave | Constraint::AccountsOverall => {
            let mut groups: Vec<usize> = set.iter().flat_map(|&one| reduced.groups_of[one].iter().copied()).collect();
            groups.sort_unstable();
            groups.dedup();
            count(groups.into_iter().map(|group| reduced.groups[group].1).sum())
        }
        Constraint::ChangesPerAccount => {
            let uses = |(uses, _): &(Vec<usize>, u64)| set.iter().filter(|one| uses.contains(one)).count();
            count(reduced.groups.iter().map(uses).max().unwrap_or(0) as u64)
        }
        Constraint::TeamHours => {
            let own = set.iter().filter(|&&one| model.candidates[one].team == bind.team);
            own.map(|&one| model.hours_a_month(one)).sum()
        }
        _ => 0.0,
    }
}

fn months_of(reduced: &Reduced, wave: Option<usize>) -> Months {
    let Some(wave) = wave else { return Months::MAX };
    let months = (0..reduced.wave_span.len()).filter(|&month| reduced.model.wave_of[month] == wave);
    months.fold(0, |set, month| set | 1 << month)
}

/// What goes within some months.
fn inside(plan: &[Option<usize>], months: Months) -> impl Iterator<Item = usize> {
    let goes = move |month: &Option<usize>| month.is_some_and(|month| months >> month & 1 == 1);
    plan.iter().enumerate().filter(move |(_, month)| goes(month)).map(|(candidate, _)| candidate)
}

/// A smallest part of what goes within some months that is over a limit: it cannot go there together.
fn smallest(plan: &[Option<usize>], months: Months, over: &dyn Fn(&[usize]) -> bool) -> Row {
    let mut set: Vec<usize> = inside(plan, months).collect();
    for candidate in set.clone() {
        let without: Vec<usize> = set.iter().copied().filter(|&other| other != candidate).collect();
        if over(&without) {
            set = without;
        }
    }
    let items: Vec<(usize, f64)> = set.iter().map(|&candidate| (candidate, 1.0)).collect();
    Row::knapsack(months, &items, count(items.len().saturating_sub(1) as u64))
}
