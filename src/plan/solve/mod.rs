//! The search for the best plan.

mod cuts;
mod greedy;
mod improve;
mod load;
mod program;
mod reduced;
mod tree;

use super::model::{Bind, Constraint, Model};
use reduced::Reduced;
use tree::Search;

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
/// When the demands cannot be kept.
pub fn solve(model: &Model, limits: Limits) -> Result<Solution, Infeasible> {
    let reduced = Reduced::new(model, true)?;
    let mut search = Search::new(&reduced, limits);
    if let Some(mut start) = greedy::in_order(&reduced) {
        search.offer(start.months());
        improve::improve(&mut start, &reduced, &reduced.open);
        search.offer(start.months());
    }
    let found = search.run()?;
    let months = found.months.ok_or(Infeasible)?;
    let objective = model.worth(&months);
    let within = found.bound - objective <= limits.gap * objective.abs() + 1e-9 * objective.abs().max(1e-6);
    Ok(Solution { months, objective, bound: found.bound.max(objective), nodes: found.nodes, proven: within })
}
