//! Which constraints cannot hold together.
//!
//! A deletion filter (Chinneck, J. & Dravnieks, E. 1991, Locating minimal infeasible constraint sets in linear programs, ORSA Journal on
//! Computing 3, 157–168): every constraint in turn is left out, and stays out when the rest still cannot hold. What remains conflicts, and
//! no part of it does.
//!
//! *Order.* What is tried first is the most likely to drop out where several sets conflict, so that the set named is the one nearest to
//! somebody's choice. First what is so (work, promises, replacements, renewals), then what depends on what, then the budgets, closed
//! days, notice, and the demands at last: those of the smallest first, by the largest part of a limit that one alone takes, so that few
//! large ones are named and not many small ones.

use super::super::model::{Bind, Candidate, Constraint, Model, count};
use super::reduced::Reduced;
use super::tree::Search;
use super::{Infeasible, Limits, greedy};

/// Kinds in the order in which they are tried.
const ORDER: &[Constraint] = &[
    Constraint::Evidence,
    Constraint::WorthUnknown,
    Constraint::NotWorthIt,
    Constraint::Work,
    Constraint::Commitment,
    Constraint::Replacement,
    Constraint::Renewal,
    Constraint::Dependents,
    Constraint::ReplacementStays,
    Constraint::TeamHours,
    Constraint::ArrOverall,
    Constraint::ArrPerWave,
    Constraint::AccountsOverall,
    Constraint::AccountsPerWave,
    Constraint::ChangesPerAccount,
    Constraint::Blackout,
    Constraint::Notice,
    Constraint::Deadline,
];

/// A smallest set of constraints that cannot hold together, the demands among them; empty when the model is feasible. Where the nodes do
/// not suffice to tell, a constraint stays in the set: it conflicts in any case, and may then not be smallest.
#[must_use]
pub fn conflict(model: &Model, limits: Limits) -> Vec<Bind> {
    let mut model = without_values(model);
    if possible(&model, limits) != Some(false) {
        return Vec::new();
    }
    let mut kept = Vec::new();
    for &constraint in ORDER {
        for bind in instances(&model, constraint) {
            let mut without = model.clone();
            lift(&mut without, bind);
            if possible(&without, limits) == Some(false) {
                model = without;
            } else {
                kept.push(bind);
            }
        }
    }
    kept.reverse();
    kept
}

/// Whether the demands of a model without values can be kept; `None` when the nodes did not suffice to tell.
fn possible(model: &Model, limits: Limits) -> Option<bool> {
    match keeping_demands(model, limits) {
        Ok(plan) => plan.map(|_| true),
        Err(Infeasible) => Some(false),
    }
}

/// Any plan that keeps the demands of a model without values; `None` when the nodes did not suffice to find one.
pub(super) fn keeping_demands(model: &Model, limits: Limits) -> Result<Option<Vec<Option<usize>>>, Infeasible> {
    let reduced = Reduced::new(model, true)?;
    if let Some(load) = greedy::in_order(&reduced) {
        return Ok(Some(load.months().to_vec()));
    }
    Search::new(&reduced, limits).run().map(|found| found.months)
}

/// The model with nothing worth anything: what is left is whether a plan can be.
pub(super) fn without_values(model: &Model) -> Model {
    let worthless = |candidate: &Candidate| Candidate { value: Vec::new(), ..candidate.clone() };
    Model { candidates: model.candidates.iter().map(worthless).collect(), ..model.clone() }
}

/// Every constraint of one kind in a model.
fn instances(model: &Model, constraint: Constraint) -> Vec<Bind> {
    let all = 0..model.candidates.len();
    let shared = |limit: Option<f64>| {
        limit.map(|limit| Bind { limit: Some(limit), ..Bind::shared(constraint) }).into_iter().collect()
    };
    match constraint {
        Constraint::Deadline => {
            let sizes = sizes(model);
            let mut demanded: Vec<usize> =
                all.filter(|&candidate| model.candidates[candidate].demanded_by.is_some()).collect();
            demanded.sort_by(|&a, &b| sizes[a].total_cmp(&sizes[b]).then(b.cmp(&a)));
            demanded.into_iter().map(|candidate| Bind::of(constraint, candidate)).collect()
        }
        Constraint::Dependents => {
            let pair = |&(first, then): &(usize, usize)| Bind { other: Some(first), ..Bind::of(constraint, then) };
            model.before.iter().map(pair).collect()
        }
        Constraint::ReplacementStays => {
            let pair = |&(one, other): &(usize, usize)| Bind { other: Some(other), ..Bind::of(constraint, one) };
            model.excludes.iter().map(pair).collect()
        }
        Constraint::AccountsPerWave => shared(model.accounts_per_wave),
        Constraint::AccountsOverall => shared(model.accounts_overall),
        Constraint::ArrPerWave => shared(model.arr_per_wave),
        Constraint::ArrOverall => shared(model.arr_overall),
        Constraint::ChangesPerAccount => shared(model.changes_per_account.map(f64::from)),
        Constraint::TeamHours => {
            let of = |(team, hours): (usize, Option<f64>)| {
                hours.map(|hours| Bind { team: Some(team), limit: Some(hours), ..Bind::shared(constraint) })
            };
            model.teams.iter().map(|team| team.hours).enumerate().filter_map(of).collect()
        }
        bar => {
            let barred = |candidate: &usize| model.candidates[*candidate].barred.iter().any(|bars| bars.contains(&bar));
            all.filter(barred).map(|candidate| Bind::of(bar, candidate)).collect()
        }
    }
}

/// By candidate, the largest part of any limit that it alone takes.
fn sizes(model: &Model) -> Vec<f64> {
    let mut accounts = vec![0; model.candidates.len()];
    for group in &model.groups {
        for &candidate in &group.uses {
            accounts[candidate] += group.accounts;
        }
    }
    let part = |need: f64, limit: Option<f64>| limit.map_or(0.0, |limit| need / limit.max(1e-9));
    let size = |(place, accounts): (usize, u64)| {
        let candidate = &model.candidates[place];
        let hours = candidate.team.and_then(|team| model.teams[team].hours);
        [
            part(count(accounts), model.accounts_per_wave),
            part(count(accounts), model.accounts_overall),
            part(candidate.arr_at_risk, model.arr_per_wave),
            part(candidate.arr_at_risk, model.arr_overall),
            part(model.hours_a_month(place), hours),
        ]
        .into_iter()
        .fold(0.0, f64::max)
    };
    accounts.into_iter().enumerate().map(size).collect()
}

/// Every constraint of a model.
#[cfg(test)]
pub(super) fn all_instances(model: &Model) -> Vec<Bind> {
    ORDER.iter().flat_map(|&constraint| instances(model, constraint)).collect()
}

/// Leaves one constraint out.
pub(super) fn lift(model: &mut Model, bind: Bind) {
    match (bind.constraint, bind.candidate, bind.other) {
        (Constraint::Deadline, Some(candidate), _) => model.candidates[candidate].demanded_by = None,
        (Constraint::Dependents, Some(then), Some(first)) => model.before.retain(|&pair| pair != (first, then)),
        (Constraint::ReplacementStays, Some(one), Some(other)) => model.excludes.retain(|&pair| pair != (one, other)),
        (Constraint::AccountsPerWave, ..) => model.accounts_per_wave = None,
        (Constraint::AccountsOverall, ..) => model.accounts_overall = None,
        (Constraint::ArrPerWave, ..) => model.arr_per_wave = None,
        (Constraint::ArrOverall, ..) => model.arr_overall = None,
        (Constraint::ChangesPerAccount, ..) => model.changes_per_account = None,
        (Constraint::TeamHours, ..) => {
            if let Some(team) = bind.team {
                model.teams[team].hours = None;
            }
        }
        (bar, Some(candidate), _) => {
            model.candidates[candidate].barred.iter_mut().for_each(|bars| bars.retain(|&other| other != bar));
        }
        (_, None, _) => {}
    }
}
