//! The search for the best plan.
//!
//! Takes a [`Model`]; gives the best [`Solution`] that was found, with what no plan can exceed. Pure numbers, no clock: the search ends
//! after so many nodes, so that every machine finds the same plan.

mod conflict;
mod greedy;
mod kept_out;
mod load;
mod program;
mod relax;

use super::model::Model;
use crate::units::definition;
use load::{Load, Lookup};
use program::{Cut, Program, broken_cuts, covers};

pub use conflict::conflict;
pub use greedy::greedy;
pub use kept_out::kept_out;
pub use relax::{Relaxed, relax};

definition! {
    /// Which candidates go in which month: the set and the months with the highest sum of expected net benefit that keep every
    /// limit. Net benefit is that of each candidate alone when it goes on the open day of that month: what it frees and puts at risk flows from
    /// that day to the horizon, effort is spent on it, so that an earlier removal is worth more.
    ///
    /// *Model.* x(c, t) is 1 when c goes in month t, else 0. Maximise Σ value(c, t) × x(c, t), where each c goes at most once, and for
    /// demands exactly once and by their day; not in a month that notice, replacement, promises, renewals of key accounts,
    /// closed days or unfinished work forbid; what needs another goes before it or with it; what takes the place of another
    /// stays. Σ of ARR at risk over a wave, and over all, stays within its budget; hours of a team, spread evenly over
    /// `plan.work_months`, within what it has in each month; the accounts touched by a wave, and by all, each counted once,
    /// within theirs; no account is touched by more removals in a wave than `plan.changes_per_account`.
    ///
    /// *Accounts counted once* are a union, which no sum over candidates gives. Accounts that use the same candidates are one group.
    /// The number of accounts of a union is submodular, so that for any order of the candidates the gains along it make a valid row, and for the set
    /// that goes its own order makes an exact one: such rows are added as they are broken, instead of a variable for each group and
    /// wave. Rows of covers tighten the budgets that are sums.
    ///
    /// *Search*: branch and bound from the best of some thousand simple plans, until the optimum is proven up to `plan.gap` or
    /// after `plan.node_limit` nodes. *Gap* is (bound − plan) / |bound|: no plan of the model is better than the bound. *Simple order*:
    /// candidates as they are ranked, each in the first month that fits; what it loses against the plan is shown.
    ///
    /// *What keeps a candidate out* is found by putting it beside the rest of the plan; *what a limit costs*, by making the plan again with
    /// one step more of it. *Conflicts*: where demands cannot be kept, limits are dropped one after the other, and what cannot be dropped
    /// without the conflict going away is the smallest set that stands against them.
    ///
    /// *Why not the obvious.* Removing in the order of the list spends budgets on what comes first; adding up accounts counts one
    /// several times and forbids removals that nobody new would notice. What two removals lose together is at most the
    /// sum of what each loses, so that the sum keeps the budget on the safe side.
    ///
    /// Sources: Edmonds, J. (1970), Submodular functions, matroids, and certain polyhedra; Lovász, L. (1983), Submodular functions and
    /// convexity; Crowder, H., Johnson, E. & Padberg, M. (1983), Oper. Res. 31, 803–834 (covers); Chinneck, J. & Dravnieks, E. (1991), ORSA
    /// J. Computing 3, 157–168 (smallest conflicts by deletion).
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
    /// No plan has more; infinite where it was not sought.
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

/// No plan keeps all demands, or none was found within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Infeasible;

/// Nodes of the search before the plan that it begins with is improved.
const FIRST_NODES: u64 = 300;
/// Rounds of cuts before the search.
const CUT_ROUNDS: usize = 25;

/// The best plan.
///
/// # Errors
/// When the demands cannot be kept.
pub fn solve(model: &Model, limits: Limits) -> Result<Solution, Infeasible> {
    solve_from(model, limits, None)
}

/// The best plan, from one that may be good, whether it keeps the limits or not.
pub(super) fn solve_from(
    model: &Model,
    limits: Limits,
    start: Option<&[Option<usize>]>,
) -> Result<Solution, Infeasible> {
    let lookup = Lookup::of(model);
    let simple = greedy::simple(model, &lookup).months;
    let starts = start.into_iter().chain([simple.as_slice()]);
    let feasible = |months: &&[Option<usize>]| model.broken(months).is_empty();
    let worth = |months: &[Option<usize>]| Load::of(model, &lookup, months).value();
    let best = starts.filter(feasible).max_by(|a, b| worth(a).total_cmp(&worth(b))).map(<[_]>::to_vec);
    Search { model, lookup: &lookup, limits, cuts: Vec::new(), best, improved: false, bound: most(model) }.run()
}

/// What no plan exceeds, whatever its limits.
fn most(model: &Model) -> f64 {
    model.candidates.iter().map(|of| of.value.iter().copied().fold(0.0, f64::max)).sum()
}

struct Search<'a> {
    model: &'a Model,
    lookup: &'a Lookup,
    limits: Limits,
    cuts: Vec<Cut>,
    best: Option<Vec<Option<usize>>>,
    /// Whether the best has been improved without the program.
    improved: bool,
    bound: f64,
}

impl Search<'_> {
    fn run(mut self) -> Result<Solution, Infeasible> {
        if !self.tighten() {
            return self.ended(0, true);
        }
        let mut nodes = 0;
        loop {
            let mut left = self.limits.nodes.saturating_sub(nodes);
            if left == 0 || self.is_near() {
                return self.ended(nodes, false);
            }
            // Most plans are proven at once; what is not is worth a better beginning.
            if nodes < FIRST_NODES {
                left = left.min(FIRST_NODES - nodes);
            } else if !self.improved {
                self.improved = true;
                let improve =
                    |months: &Vec<Option<usize>>| greedy::improve(self.model, self.lookup, months, self.limits.nodes);
                self.best = self.best.as_ref().map(improve);
            }
            let program = Program::new(self.model, self.lookup, &self.cuts, false);
            let Ok(found) = program.search(self.best.as_deref(), left, self.limits.gap) else {
                // Infeasible, or numbers that the solver cannot trust: what was found before stands, with its bound.
                let is_certain = self.best.is_none();
                return self.ended(nodes, is_certain);
            };
            nodes += found.nodes.max(1);
            self.bound = found.bound.map_or(self.bound, |bound| bound.min(self.bound));
            let Some(months) = found.months else { continue };
            if self.model.broken(&months).is_empty() {
                let value = |months: &[Option<usize>]| Load::of(self.model, self.lookup, months).value();
                if self.best.as_deref().is_none_or(|best| value(&months) > value(best)) {
                    self.best = Some(months);
                }
                if found.proven {
                    return self.ended(nodes, true);
                }
                continue;
            }
            let known = self.cuts.len();
            let cuts = broken_cuts(self.model, self.lookup, &whole(&months, self.model.months()));
            self.add(cuts);
            if self.cuts.len() == known {
                return self.ended(nodes, false);
            }
        }
    }

    /// Adds cuts while the relaxation breaks any; `false` where it shows that there is no plan.
    fn tighten(&mut self) -> bool {
        for _ in 0..CUT_ROUNDS {
            let program = Program::new(self.model, self.lookup, &self.cuts, true);
            let (values, worth) = match program.relaxation() {
                Ok(found) => found,
                Err(microlp::Error::Infeasible) => return false,
                Err(_) => return true,
            };
            self.bound = self.bound.min(worth);
            let mut cuts = broken_cuts(self.model, self.lookup, &values);
            cuts.extend(covers(self.model, &values));
            let known = self.cuts.len();
            self.add(cuts);
            if self.cuts.len() == known || self.is_near() {
                break;
            }
        }
        true
    }

    fn add(&mut self, cuts: Vec<Cut>) {
        for cut in cuts {
            if !self.cuts.contains(&cut) {
                self.cuts.push(cut);
            }
        }
    }

    /// Whether the best plan is as near to the bound as is asked for.
    fn is_near(&self) -> bool {
        let value = |months: &Vec<Option<usize>>| Load::of(self.model, self.lookup, months).value();
        let near = |value: f64| self.bound - value <= self.limits.gap * self.bound.abs() + 1e-9 * self.bound.abs();
        self.best.as_ref().map(value).is_some_and(near)
    }

    fn ended(self, nodes: u64, searched_all: bool) -> Result<Solution, Infeasible> {
        let is_near = self.is_near();
        let Some(months) = self.best else { return Err(Infeasible) };
        let objective = Load::of(self.model, self.lookup, &months).value();
        let proven = searched_all || is_near;
        Ok(Solution { months, objective, bound: self.bound.max(objective), nodes, proven })
    }
}

/// A plan as values of the program.
fn whole(months: &[Option<usize>], count: usize) -> Vec<Vec<f64>> {
    let of = |month: &Option<usize>| {
        let mut values = vec![0.0; count];
        if let Some(month) = *month {
            values[month] = 1.0;
        }
        values
    };
    months.iter().map(of).collect()
}

#[cfg(test)]
mod tests;
