//! Which limits cannot hold together.

use std::collections::BTreeSet;

use super::load::Lookup;
use super::{Limits, solve};
use crate::plan::model::{Bind, Constraint, Model};

/// A smallest set of limits that cannot hold together, the demands among them: taking any of them away makes the rest possible. Empty when
/// the model is feasible.
///
/// Found by deletion (Chinneck & Dravnieks 1991): each limit is left out in turn, and stays out when the conflict stays without it. Shared
/// budgets are tried first, then what forbids months, notice and the demands last, so that what remains lies nearest to what was asked
/// for. A limit about many candidates is one limit; what is about one candidate is one for each.
#[must_use]
pub fn conflict(model: &Model, limits: Limits) -> Vec<Bind> {
    let model = &demanded_alone(model);
    let is_possible = |model: &Model| solve(model, limits).is_ok();
    if is_possible(model) {
        return Vec::new();
    }
    let (mut rest, mut kept) = (model.clone(), Vec::new());
    for limit in all(model) {
        let without = without(&rest, limit);
        if is_possible(&without) {
            kept.push(limit);
        } else {
            rest = without;
        }
    }
    kept.sort_by_key(|bind| (bind.constraint != Constraint::Deadline, bind.candidate, bind.constraint, bind.other));
    kept
}

/// The model with only what is demanded and what must go before that: all else may stay. Nothing is worth anything.
fn demanded_alone(model: &Model) -> Model {
    let lookup = Lookup::of(model);
    let mut to_do: Vec<usize> =
        (0..model.candidates.len()).filter(|index| model.candidates[*index].demanded_by.is_some()).collect();
    let mut wanted = BTreeSet::new();
    while let Some(next) = to_do.pop() {
        if wanted.insert(next) {
            to_do.extend(&lookup.needs[next]);
        }
    }
    let mut alone = model.clone();
    for (index, of) in alone.candidates.iter_mut().enumerate() {
        of.value.iter_mut().for_each(|value| *value = 0.0);
        if !wanted.contains(&index) {
            of.barred.iter_mut().for_each(|barred| *barred = vec![Constraint::NotWorthIt]);
        }
    }
    alone
}

/// Every limit, in the order in which it is left out.
fn all(model: &Model) -> Vec<Bind> {
    use Constraint as C;
    let shared =
        [C::ChangesPerAccount, C::AccountsPerWave, C::AccountsOverall, C::ArrPerWave, C::ArrOverall].map(Bind::shared);
    let teams = (0..model.teams.len()).map(|team| Bind { team: Some(team), ..Bind::shared(C::TeamHours) });
    let pairs = |constraint, pairs: &[(usize, usize)]| -> Vec<Bind> {
        let bind = |&(other, of): &(usize, usize)| Bind { other: Some(other), ..Bind::of(constraint, of) };
        pairs.iter().map(bind).collect()
    };
    let mut found: Vec<Bind> = shared.into_iter().chain(teams).collect();
    found.extend(pairs(C::ReplacementStays, &model.excludes));
    found.extend(pairs(C::Dependents, &model.before));
    for family in [C::Work, C::Blackout, C::Renewal, C::Replacement, C::Commitment, C::Dependents, C::Notice] {
        let holds = |of: &usize| model.candidates[*of].barred.iter().any(|barred| barred.contains(&family));
        found.extend((0..model.candidates.len()).filter(holds).map(|of| Bind::of(family, of)));
    }
    let is_demanded = |of: &usize| model.candidates[*of].demanded_by.is_some();
    found.extend((0..model.candidates.len()).filter(is_demanded).map(|of| Bind::of(C::Deadline, of)));
    found
}

/// The model without one limit.
fn without(model: &Model, limit: Bind) -> Model {
    let mut model = model.clone();
    let pair = limit.other.zip(limit.candidate);
    match (limit.constraint, limit.candidate, pair) {
        (Constraint::AccountsPerWave, ..) => model.accounts_per_wave = None,
        (Constraint::AccountsOverall, ..) => model.accounts_overall = None,
        (Constraint::ArrPerWave, ..) => model.arr_per_wave = None,
        (Constraint::ArrOverall, ..) => model.arr_overall = None,
        (Constraint::ChangesPerAccount, ..) => model.changes_per_account = None,
        (Constraint::TeamHours, ..) => {
            if let Some(team) = limit.team {
                model.teams[team].hours = None;
            }
        }
        (Constraint::ReplacementStays, _, Some(pair)) => model.excludes.retain(|of| *of != pair),
        (Constraint::Dependents, _, Some(pair)) => model.before.retain(|of| *of != pair),
        (Constraint::Deadline, Some(of), _) => model.candidates[of].demanded_by = None,
        (family, Some(of), _) => {
            model.candidates[of].barred.iter_mut().for_each(|barred| barred.retain(|other| *other != family));
        }
        _ => {}
    }
    model
}
