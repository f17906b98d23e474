//! The search for the best plan.

use super::model::{Bind, Constraint, Model};

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
    let _ = limits;
    Ok(greedy(model))
}

/// The plan of the simple order: candidates as they stand, each in the first month of positive value that fits.
#[must_use]
pub fn greedy(model: &Model) -> Solution {
    Solution { months: vec![None; model.candidates.len()], ..Solution::default() }
}

/// A smallest set of constraints that cannot hold together, the demands among them; empty when the model is feasible.
#[must_use]
pub fn conflict(model: &Model, limits: Limits) -> Vec<Bind> {
    let _ = (model, limits);
    Vec::new()
}

/// What stands against taking a candidate in beside the rest of a plan, the nearest first; empty when nothing does.
#[must_use]
pub fn kept_out(model: &Model, solution: &Solution, candidate: usize) -> Vec<Bind> {
    let _ = (model, solution, candidate);
    Vec::new()
}

/// The plan with one step more of one limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxed {
    /// The limit.
    pub constraint: Constraint,
    /// The plan.
    pub solution: Solution,
}

/// The best plan when one limit is relaxed by one step; `None` where it limits nothing.
#[must_use]
pub fn relax(model: &Model, solution: &Solution, constraint: Constraint, limits: Limits) -> Option<Relaxed> {
    let _ = (model, solution, constraint, limits);
    None
}
