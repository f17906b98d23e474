//! The search for the best plan.

mod conflict;
mod cuts;
mod greedy;
mod improve;
mod kept_out;
mod load;
mod program;
mod reduced;
mod relax;
#[cfg(test)]
mod tests;
mod tree;

use super::model::Model;
use load::Load;
use reduced::Reduced;
use tree::Search;

pub use conflict::conflict;
pub use kept_out::kept_out;
pub use relax::{Relaxed, relax};

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Nodes of the search at most.
    pub nodes: u64,
    /// Distance from the optimum at which to stop, as part of it.
    pub gap: f64,
}

/// A plan of the model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Solution {
    /// By candidate, the month in which it goes; `None`: it stays.
    pub months: Vec<Option<usize>>,
    /// Sum of the values.
    pub objective: f64,
    /// No plan has more.
    pub bound: f64,
    /// Nodes searched.
    pub nodes: u64,
    /// Whether it is optimal up to the gap.
    pub proven: bool,
}

/// No plan keeps all demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Infeasible;

/// The best plan.
///
/// # Errors
/// When the demands cannot be kept, or no plan that keeps them was found with these nodes.
pub fn solve(model: &Model, limits: Limits) -> Result<Solution, Infeasible> {
    solve_from(model, None, limits)
}

/// The best plan, and none worse than the one to begin with, where this keeps all limits.
fn solve_from(model: &Model, start: Option<&[Option<usize>]>, limits: Limits) -> Result<Solution, Infeasible> {
    let reduced = Reduced::new(model, true)?;
    let mut search = Search::new(&reduced, limits);
    let mut starts: Vec<Vec<Option<usize>>> = start.map(<[_]>::to_vec).into_iter().collect();
    starts.extend(greedy::in_order(&reduced).map(|load| load.months().to_vec()));
    for months in starts {
        search.offer(&months);
        if model.broken(&months).is_empty() {
            let mut better = Load::of(&reduced, &months);
            improve::improve(&mut better, &reduced, &reduced.open);
            search.offer(better.months());
        }
    }
    let found = search.run()?;
    let months = found.months.ok_or(Infeasible)?;
    let objective = model.worth(&months);
    let bound = found.bound.max(objective);
    let proven = bound - objective <= limits.gap * objective.abs() + 1e-8 * objective.abs().max(1e-6);
    Ok(Solution { months, objective, bound, nodes: found.nodes, proven })
}

/// The plan of the simple order: what must go first, by its last month, as early as it fits; then the candidates as they stand, each in
/// the first month of positive value that fits, what it waits for pulled along. Nothing is ever moved again. Its bound is the sum of the best
/// values, and nothing is proven. A demand that this order cannot keep is not kept: [`Model::broken`] names it.
#[must_use]
pub fn greedy(model: &Model) -> Solution {
    let empty = || vec![None; model.candidates.len()];
    let months = Reduced::new(model, false).ok().map_or_else(empty, |reduced| {
        greedy::in_order(&reduced).map_or_else(
            || {
                let mut load = Load::empty(&reduced);
                greedy::fill(&mut load, &reduced, &reduced.open, 0..model.candidates.len());
                load.months().to_vec()
            },
            |load| load.months().to_vec(),
        )
    });
    let best = model.candidates.iter().map(|candidate| candidate.value.iter().copied().fold(0.0, f64::max));
    let objective = model.worth(&months);
    Solution { objective, bound: best.sum::<f64>().max(objective), months, nodes: 0, proven: false }
}
