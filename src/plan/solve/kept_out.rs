//! What stands against one candidate beside the rest of a plan.

use std::ops::ControlFlow;

use super::super::model::{Bind, Constraint, Model};
use super::Solution;
use super::load::Load;
use super::reduced::Reduced;

/// What stands against taking a candidate in beside the rest of a plan, the nearest first; empty when it goes, and when nothing stands
/// against it: then the rest of the plan is not the best, which the gap of the search says.
///
/// Either one reason of its own: what bars its months, where none with worth is open – that first which would open one if it fell alone –;
/// that it is worth nothing in the months that are open; that its rival goes; that what must go before it stays or goes too late. Or the
/// shared limits that it would break: all those of its best month by worth, the nearest to fitting first, then those that only its
/// other months break, in order of their worth.
#[must_use]
pub fn kept_out(model: &Model, solution: &Solution, candidate: usize) -> Vec<Bind> {
    if solution.months.get(candidate).copied().flatten().is_some() {
        return Vec::new();
    }
    let one = &model.candidates[candidate];
    let worth = |month: usize| one.value.get(month).copied().unwrap_or(0.0);
    let mut open: Vec<usize> = (0..model.months()).filter(|&month| model.allows(candidate, month)).collect();
    let any = !open.is_empty();
    open.retain(|&month| worth(month) > 0.0);
    if open.is_empty() {
        let mut binds = bars(model, candidate);
        if any || binds.is_empty() {
            binds.push(Bind::of(Constraint::NotWorthIt, candidate));
        }
        return binds;
    }
    let others = others(model, solution, candidate, &open);
    if !others.is_empty() {
        return others;
    }
    open.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
    limits(model, solution, candidate, &open)
}

/// What bars months in which it is worth something – or any month, where it is worth nothing in all – first what alone would open one.
fn bars(model: &Model, candidate: usize) -> Vec<Bind> {
    let one = &model.candidates[candidate];
    let in_time = |month: &usize| one.demanded_by.is_none_or(|by| *month <= by);
    let worth = |month: &usize| one.value.get(*month).is_some_and(|&value| value > 0.0);
    let barred = |month: &usize| one.barred.get(*month).is_some_and(|bars| !bars.is_empty());
    let mut months: Vec<usize> = (0..model.months()).filter(in_time).filter(barred).filter(worth).collect();
    if months.is_empty() && !(0..model.months()).any(|month| model.allows(candidate, month)) {
        months = (0..model.months()).filter(in_time).filter(barred).collect();
    }
    let mut found: Vec<(bool, Constraint)> = Vec::new();
    for &bar in months.iter().flat_map(|&month| &one.barred[month]) {
        let alone = months.iter().any(|&month| one.barred[month].iter().all(|&other| other == bar));
        if !found.contains(&(!alone, bar)) {
            found.push((!alone, bar));
        }
    }
    found.sort();
    found.into_iter().map(|(_, bar)| Bind::of(bar, candidate)).collect()
}

/// Rivals that go, and what must go before it and does not, or not in time.
fn others(model: &Model, solution: &Solution, candidate: usize, open: &[usize]) -> Vec<Bind> {
    let about = |constraint, other| Bind { other: Some(other), ..Bind::of(constraint, candidate) };
    let goes = |other: usize| solution.months.get(other).copied().flatten();
    let rivals = model.excludes.iter().filter_map(|&(one, other)| match candidate {
        _ if one == other => None,
        _ if candidate == one => Some(other),
        _ if candidate == other => Some(one),
        _ => None,
    });
    let rivals = rivals.filter(|&rival| goes(rival).is_some()).map(|rival| about(Constraint::ReplacementStays, rival));
    let last = open.last().copied().unwrap_or(0);
    let firsts = model.before.iter().filter(|&&(first, then)| then == candidate && first != then);
    let late = firsts.map(|&(first, _)| first).filter(|&first| goes(first).is_none_or(|first| first > last));
    rivals.chain(late.map(|first| about(Constraint::Dependents, first))).collect()
}

/// The shared limits that it would break, its months in the order given; none when it fits into one.
fn limits(model: &Model, solution: &Solution, candidate: usize, months: &[usize]) -> Vec<Bind> {
    let reduced = Reduced::plain(model);
    let load = Load::of(&reduced, &solution.months);
    let mut binds: Vec<Bind> = Vec::new();
    for &month in months.iter().filter(|&&month| load.ordered(candidate, month)) {
        let mut broken: Vec<Bind> = Vec::new();
        let _ = load.each_over(candidate, month, |bind| {
            broken.push(bind);
            ControlFlow::Continue(())
        });
        if broken.is_empty() {
            return Vec::new();
        }
        let excess = |bind: &Bind| bind.need.zip(bind.limit).map_or(0.0, |(need, limit)| need / limit.max(1e-9));
        broken.sort_by(|a, b| excess(a).total_cmp(&excess(b)).then(a.constraint.cmp(&b.constraint)));
        let known =
            |bind: &Bind| binds.iter().any(|other| (other.constraint, other.team) == (bind.constraint, bind.team));
        broken.retain(|bind| !known(bind));
        binds.extend(broken);
    }
    binds
}
