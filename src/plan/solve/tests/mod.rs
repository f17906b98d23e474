//! The search against counting every plan, and what it promises.

mod instances;
mod kinds;
mod larger;
mod promises;

use super::super::model::{Bind, Candidate, Constraint, Group, Model, Team};
use super::conflict::{all_instances, lift};
use super::{Limits, conflict, greedy, kept_out, solve};
use instances::{Draws, Shape};

const EXACT: Limits = Limits { nodes: 100_000, gap: 0.0 };

/// Few candidates, few months, every kind of constraint.
fn small(seed: u64) -> Model {
    let mut draws = Draws::new(seed + 1_000);
    let candidates = 4 + usize::from(seed.is_multiple_of(2));
    let shape = Shape {
        candidates,
        months: if candidates == 5 { 4 } else { 6 },
        wave_months: 2,
        accounts: 20,
        popularity: 6,
        teams: 2,
        work_months: 1 + usize::from(draws.below(2) == 0),
        wave_percent: 25 + draws.below(40),
        overall_percent: 40 + draws.below(50),
        hours_percent: 30 + draws.below(50),
        changes: 1 + u32::from(draws.below(3) == 0),
        demand_one_in: 3 + draws.below(6),
    };
    instances::model(shape, seed)
}

/// The best plan by trying them all; `None` when none keeps all limits.
fn by_hand(model: &Model) -> Option<f64> {
    let mut best: Option<f64> = None;
    let choices: Vec<Vec<Option<usize>>> = (0..model.candidates.len())
        .map(|one| {
            [None].into_iter().chain((0..model.months()).filter(|&month| model.allows(one, month)).map(Some)).collect()
        })
        .collect();
    let mut at = vec![0; choices.len()];
    loop {
        let plan: Vec<Option<usize>> = choices.iter().zip(&at).map(|(choices, &at)| choices[at]).collect();
        let worth = model.worth(&plan);
        if best.is_none_or(|best| worth > best) && model.broken(&plan).is_empty() {
            best = Some(worth);
        }
        let Some(next) = (0..at.len()).find(|&one| at[one] + 1 < choices[one].len()) else { return best };
        at[..next].fill(0);
        at[next] += 1;
    }
}

/// A model without every constraint that is not in a set.
fn only(model: &Model, set: &[Bind]) -> Model {
    let mut rest = model.clone();
    for bind in all_instances(model) {
        let same = |other: &Bind| {
            (other.constraint, other.candidate, other.other, other.team)
                == (bind.constraint, bind.candidate, bind.other, bind.team)
        };
        if !set.iter().any(same) {
            lift(&mut rest, bind);
        }
    }
    rest
}

#[test]
fn a_hundred_small_models_are_solved_like_by_trying_every_plan() {
    let (mut infeasible, mut bound_by) = (0, std::collections::BTreeSet::new());
    for seed in 0..100 {
        let model = small(seed);
        let found = solve(&model, EXACT);
        let Some(best) = by_hand(&model) else {
            assert!(found.is_err(), "seed {seed} has a plan: {found:?}");
            let set = conflict(&model, EXACT);
            assert!(set.iter().any(|bind| bind.constraint == Constraint::Deadline), "seed {seed}: {set:?}");
            for &bind in &set {
                // Without what is not in the set and without one of the set there is a plan: no part of it conflicts.
                let mut rest = only(&model, &set);
                assert_eq!(by_hand(&rest), None, "seed {seed}: {set:?}");
                lift(&mut rest, bind);
                assert!(by_hand(&rest).is_some(), "seed {seed}: {bind:?} of {set:?}");
            }
            infeasible += 1;
            continue;
        };
        let found = found.unwrap_or_else(|_| panic!("seed {seed} has a plan worth {best}"));
        assert_eq!(model.broken(&found.months), vec![], "seed {seed}");
        assert!(
            (found.objective - best).abs() <= 1e-6 * best.abs().max(1.0),
            "seed {seed}: {} {best}",
            found.objective
        );
        assert!(found.proven && found.bound >= best - 1e-6, "seed {seed}: {found:?}");
        assert_eq!(conflict(&model, EXACT), vec![], "seed {seed}");
        let simple = greedy(&model);
        assert!(simple.objective <= best + 1e-6 || !model.broken(&simple.months).is_empty(), "seed {seed}");
        for candidate in (0..model.candidates.len()).filter(|&candidate| found.months[candidate].is_none()) {
            let against = kept_out(&model, &found, candidate);
            assert!(!against.is_empty(), "seed {seed}: nothing against {candidate}, and it stays");
            bound_by.extend(against.iter().map(|bind| bind.constraint));
        }
    }
    assert!((3..60).contains(&infeasible), "{infeasible} of the models are infeasible");
    let others = [Constraint::Notice, Constraint::NotWorthIt, Constraint::Dependents, Constraint::ReplacementStays];
    for constraint in others.into_iter().chain(Constraint::SHARED) {
        assert!(bound_by.contains(&constraint), "{constraint:?} binds in none of the models: {bound_by:?}");
    }
}
