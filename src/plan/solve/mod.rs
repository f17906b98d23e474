//! The search for the best plan.
//!
//! Takes a [`Model`] of pure numbers; gives the plan that is worth the most with what is proven of it, the plan of the simple order, what
//! conflicts, what keeps a candidate out, and what one step more of a limit brings. [`PLAN`] is the manual page of the model. The road:
//! `reduced` drops what can never be, `greedy` and `improve` make a plan to begin with, `program` is the linear relaxation, `cuts` are
//! the rows that tighten it, and `tree` searches. Same model, same plan: no clock, no chance.

mod broken;
mod conflict;
mod cuts;
mod greedy;
mod improve;
mod kept_out;
mod load;
mod program;
mod reduced;
mod relax;
mod splits;
#[cfg(test)]
mod tests;
mod tree;

use super::model::Model;
use crate::units::definition;
use load::Load;
use reduced::Reduced;
use tree::Search;

pub use conflict::conflict;
pub use kept_out::kept_out;
pub use relax::relax;

definition! {
    /// Which of the candidates go and in which month, so that the sum of their values is the largest that all limits allow.
    ///
    /// For candidate c and month t, x(c, t) is 1 when c goes in t and 0 otherwise; a(c, t) is the expected net benefit of removing it then,
    /// in the report currency of today: what is removed earlier saves for longer. Maximise Σ a(c, t) × x(c, t), where
    ///
    /// a candidate goes once at most: Σ over t of x(c, t) ≤ 1; and exactly once, by its last month, where a vendor or a setting demands it;
    ///
    /// a month is closed to a candidate by notice that its users are owed, a replacement that is not on offer for long enough, a
    /// promise, the renewal of a key account, closed days, or work that would have to begin before the first month;
    ///
    /// what needs another goes with it or before it: for every t, Σ over s ≤ t of x(other, s) ≤ Σ over s ≤ t of x(c, s);
    ///
    /// what takes the place of another stays when that goes: at most one of the pair goes;
    ///
    /// ARR at risk, the sum over what goes, has a budget per wave and one overall;
    ///
    /// hours of a removal are spread evenly over `work_months` months up to and with its own, and a team has so many in a month;
    ///
    /// accounts touched have a budget per wave and one overall, each account once however many removals touch it;
    ///
    /// removals of one wave that touch one and the same account are at most `changes_per_account`.
    ///
    /// *Accounts.* Those that use the same candidates are one group. The accounts that a set of candidates touches are a submodular
    /// function of the set, so that no variable per group is needed: for whatever order of the candidates, what each adds to those
    /// before it, summed over those that go, is at most what they touch together, and exactly that for the order in which they go
    /// first (Edmonds 1970; Lovász 1983). Such rows are added when the search meets a point that breaks them.
    ///
    /// *Search.* Branch and bound over the linear relaxation: splits on whether a candidate goes and on when; rows for account budgets and
    /// lifted covers of all budgets (Crowder, Johnson & Padberg 1983; Zemel 1989); multipliers of the rows close months that no
    /// better plan can use; plans come from rounding, from small changes that pay, and from searches near the best plan so far. It stops when
    /// no plan can be better by more than the part `plan.gap`, or after `plan.node_limit` nodes: nodes and not seconds, so that the same
    /// input gives the same plan on every machine.
    ///
    /// *Gap.* The bound is the largest worth that what was not searched may still hold; no plan is worth more. The gap is (bound −
    /// objective) / bound, 0–1: 0 when the plan is proven to be the best. Every plan is counted anew against all limits before it is
    /// accepted.
    ///
    /// *The simple order*, beside it: demands first, then the candidates as they stand in the list, each in the first month of positive
    /// worth that fits.
    ///
    /// *Left out.* A candidate that stays names what stands against it beside the rest of the plan. *One step more* of a limit is a search of
    /// its own from the plan on; its gain is never negative, and where the plan is not proven part of it may not be due to the step.
    ///
    /// *Conflict.* When not all demands can be kept, constraints are left out one after the other as long as the rest still conflicts
    /// (deletion filter, Chinneck & Dravnieks 1991): what remains cannot hold together, and any part of it can. What is so is left out before
    /// what somebody chose, so that the set named is the one nearest to a choice.
    ///
    /// *What it does not hold.* Values are expected ones: the plan for them is not the best for every way things may turn out. Two removals
    /// that share cost or accounts are worth what they are worth each alone. ARR at risk adds up although one account can leave once only.
    ///
    /// Sources: Edmonds, J. (1970), Submodular functions, matroids, and certain polyhedra, Combinatorial Structures and Their
    /// Applications, 69–87; Lovász, L. (1983), Submodular functions and convexity, Mathematical Programming: The State of the Art,
    /// 235–257; Crowder, H., Johnson, E. L. & Padberg, M. (1983), Solving large-scale zero-one linear programming problems,
    /// Operations Research 31, 803–834; Zemel, E. (1989), Easily computable facets of the knapsack polytope, Math. Oper. Res. 14,
    /// 760–764; Land, A. H. & Doig, A. G. (1960), An automatic method of solving discrete programming problems, Econometrica 28,
    /// 497–520; Chinneck, J. W. & Dravnieks, E. W. (1991), Locating minimal infeasible constraint sets in linear programs, ORSA
    /// Journal on Computing 3, 157–168.
    pub PLAN, "plan", "Selection and schedule"
}

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

impl Solution {
    /// Distance from what no plan can exceed, as part of it, 0–1.
    #[must_use]
    pub fn gap(&self) -> f64 {
        let distance = self.bound - self.objective;
        if distance <= 0.0 || self.bound == 0.0 { 0.0 } else { (distance / self.bound.abs()).min(1.0) }
    }
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
///
/// # Errors
/// As [`solve`].
pub(super) fn solve_from(
    model: &Model,
    start: Option<&[Option<usize>]>,
    limits: Limits,
) -> Result<Solution, Infeasible> {
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
    let months = match found.months {
        Some(months) => months,
        // Nothing was found on the way: what the demands alone ask for is easier to find.
        None => conflict::keeping_demands(&conflict::without_values(model), limits)?.ok_or(Infeasible)?,
    };
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
