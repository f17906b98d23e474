//! The model as a mixed-integer program, and the cuts that tighten it.

use std::ops::Range;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Solution as Answer, SolveOptions, Variable};

use super::load::Lookup;
use crate::plan::model::Model;

/// Below this a candidate is not in the wave: what the linear program leaves open.
const NOTHING: f64 = 1e-9;
/// By how much a cut must be broken to be worth a row.
const VIOLATION: f64 = 1e-4;
/// Coefficients of a row are parts of its limit; smaller ones are raised to this, so that the solver's numbers stay within range.
const SMALLEST: f64 = 1e-6;

/// A row Σ coefficient × (removals of a candidate within some months) ≤ limit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub terms: Vec<(usize, Range<usize>, f64)>,
    pub limit: f64,
}

/// The program with its variables: by candidate, then month; `None` where it cannot go.
pub(super) struct Program {
    problem: Problem,
    vars: Vec<Vec<Option<Variable>>>,
    /// One unit of the objective, report currency.
    unit: f64,
}

impl Program {
    /// The program of a model, with variables that may be fractional where it is `relaxed`.
    pub fn new(model: &Model, lookup: &Lookup, cuts: &[Cut], relaxed: bool) -> Self {
        let usable = usable(model, lookup);
        let most = model.candidates.iter().flat_map(|of| &of.value).fold(0.0, |most: f64, value| most.max(value.abs()));
        let unit = if most > 0.0 { most / 1000.0 } else { 1.0 };
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut variable = |value: f64| {
            let value = value / unit;
            if relaxed { problem.add_var(value, (0.0, 1.0)) } else { problem.add_binary_var(value) }
        };
        let vars = model
            .candidates
            .iter()
            .zip(&usable)
            .map(|(of, usable)| {
                let of_month = |(value, is_usable): (&f64, &bool)| is_usable.then(|| variable(*value));
                of.value.iter().zip(usable).map(of_month).collect()
            })
            .collect();
        let mut program = Self { problem, vars, unit };
        program.rows(model);
        for cut in own_rows(model).iter().chain(cuts) {
            program.add(cut);
        }
        program
    }

    /// What may go at most once, what must go, what goes after what, and what excludes what.
    fn rows(&mut self, model: &Model) {
        let all = 0..model.months();
        for (candidate, of) in model.candidates.iter().enumerate() {
            let once: Vec<(Variable, f64)> = self.of(candidate, all.clone(), 1.0).collect();
            if of.demanded_by.is_some() {
                self.problem.add_constraint(once, ComparisonOp::Eq, 1.0);
            } else if once.len() > 1 {
                self.problem.add_constraint(once, ComparisonOp::Le, 1.0);
            }
        }
        for &(first, then) in &model.before {
            // Once the second may have gone, the first must have.
            for month in all.clone().filter(|month| self.vars[then][*month].is_some()) {
                let row: Vec<(Variable, f64)> =
                    self.of(then, 0..month + 1, 1.0).chain(self.of(first, 0..month + 1, -1.0)).collect();
                self.problem.add_constraint(row, ComparisonOp::Le, 0.0);
            }
        }
        for &(one, other) in &model.excludes {
            let row: Vec<(Variable, f64)> =
                self.of(one, all.clone(), 1.0).chain(self.of(other, all.clone(), 1.0)).collect();
            if !row.is_empty() {
                self.problem.add_constraint(row, ComparisonOp::Le, 1.0);
            }
        }
    }

    fn of(
        &self,
        candidate: usize,
        months: Range<usize>,
        coefficient: f64,
    ) -> impl Iterator<Item = (Variable, f64)> + '_ {
        self.vars[candidate][months].iter().flatten().map(move |&variable| (variable, coefficient))
    }

    fn add(&mut self, cut: &Cut) {
        let scale = if cut.limit > 0.0 { cut.limit } else { 1.0 };
        let term = |(candidate, months, amount): &(usize, Range<usize>, f64)| {
            (*candidate, months.clone(), (amount / scale).max(SMALLEST))
        };
        let terms: Vec<_> = cut.terms.iter().filter(|(.., amount)| *amount > 0.0).map(term).collect();
        let row: Vec<(Variable, f64)> = terms
            .into_iter()
            .flat_map(|(candidate, months, part)| self.of(candidate, months, part).collect::<Vec<_>>())
            .collect();
        if row.iter().map(|(_, part)| part).sum::<f64>() > cut.limit / scale {
            self.problem.add_constraint(row, ComparisonOp::Le, cut.limit / scale);
        }
    }

    /// The values of the variables by candidate and month, the worth and what no plan exceeds.
    pub fn relaxation(&self) -> Result<(Vec<Vec<f64>>, f64), Error> {
        let outcome = self.problem.solve()?;
        let answer = outcome.into_solution().map_err(|_| Error::Infeasible)?;
        Ok((self.values(&answer), answer.objective() * self.unit))
    }

    /// Searches so many nodes from a plan.
    pub fn search(&self, start: Option<&[Option<usize>]>, nodes: u64, gap: f64) -> Result<Searched, Error> {
        let mut options = SolveOptions::default();
        options.node_limit = Some(nodes);
        options.mip_gap = gap;
        options.warm_start = start.map(|months| self.hint(months));
        let outcome = self.problem.solve_with(options)?;
        let stats = outcome.stats();
        let proven = outcome.is_optimal() || outcome.termination_reason() == microlp::TerminationReason::MipGap;
        let months = outcome.solution().map(|answer| self.months(answer));
        Ok(Searched {
            months,
            bound: stats.best_bound.map(|bound| bound * self.unit),
            nodes: stats.nodes_solved,
            proven,
        })
    }

    fn hint(&self, months: &[Option<usize>]) -> Vec<(Variable, f64)> {
        let of = |(vars, month): (&Vec<Option<Variable>>, &Option<usize>)| {
            let month = *month;
            let value = move |(at, variable): (usize, &Option<Variable>)| {
                Some(((*variable)?, if month == Some(at) { 1.0 } else { 0.0 }))
            };
            vars.iter().enumerate().filter_map(value).collect::<Vec<_>>()
        };
        self.vars.iter().zip(months).flat_map(of).collect()
    }

    fn values(&self, answer: &Answer) -> Vec<Vec<f64>> {
        let value = |variable: &Option<Variable>| variable.map_or(0.0, |variable| answer.var_value(variable));
        self.vars.iter().map(|vars| vars.iter().map(value).collect()).collect()
    }

    fn months(&self, answer: &Answer) -> Vec<Option<usize>> {
        self.values(answer).iter().map(|values| values.iter().position(|value| *value > 0.5)).collect()
    }
}

/// What a search came to.
pub(super) struct Searched {
    /// By candidate; `None`: no plan was found within the nodes.
    pub months: Option<Vec<Option<usize>>>,
    pub bound: Option<f64>,
    pub nodes: u64,
    pub proven: bool,
}

/// Where each candidate can go at all: what is barred, after the demand, alone over a limit, or worth nothing and needed by nothing
/// falls away.
fn usable(model: &Model, lookup: &Lookup) -> Vec<Vec<bool>> {
    let load = super::load::Load::new(model, lookup);
    let can = |candidate: usize, month: usize| {
        let of = &model.candidates[candidate];
        let wanted = of.value[month] > 0.0 || of.demanded_by.is_some() || !lookup.needed_by[candidate].is_empty();
        wanted && load.fits_alone(candidate, month)
    };
    (0..model.candidates.len())
        .map(|candidate| (0..model.months()).map(|month| can(candidate, month)).collect())
        .collect()
}

/// The months of every wave.
pub(super) fn wave_months(model: &Model) -> Vec<Range<usize>> {
    let start = |wave: usize| model.wave_of.partition_point(|of| *of < wave);
    (0..model.waves()).map(|wave| start(wave)..start(wave + 1)).collect()
}

/// The limits that are sums: ARR at risk by wave and overall, hours by team and month.
fn own_rows(model: &Model) -> Vec<Cut> {
    let all = 0..model.months();
    let arr = |months: &Range<usize>| {
        let term =
            |(candidate, of): (usize, &crate::plan::model::Candidate)| (candidate, months.clone(), of.arr_at_risk);
        model.candidates.iter().enumerate().map(term).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    if let Some(limit) = model.arr_per_wave {
        rows.extend(wave_months(model).iter().map(|months| Cut { terms: arr(months), limit }));
    }
    if let Some(limit) = model.arr_overall {
        rows.push(Cut { terms: arr(&all), limit });
    }
    let spread = model.work_months.max(1);
    for (team, of) in model.teams.iter().enumerate() {
        let Some(limit) = of.hours else { continue };
        #[expect(clippy::cast_precision_loss, reason = "months are few")]
        let hours = |candidate: usize| model.candidates[candidate].hours / spread as f64;
        let own: Vec<usize> =
            (0..model.candidates.len()).filter(|index| model.candidates[*index].team == Some(team)).collect();
        for month in all.clone() {
            let within = month..(month + spread).min(all.end);
            let terms = own.iter().map(|&candidate| (candidate, within.clone(), hours(candidate))).collect();
            rows.push(Cut { terms, limit });
        }
    }
    rows
}

/// Part of a candidate that goes within some months.
fn part(values: &[Vec<f64>], candidate: usize, months: &Range<usize>) -> f64 {
    values[candidate][months.clone()].iter().sum()
}

/// Every cut that values break, of all kinds; for values that are whole those of accounts and changes are exact.
pub(super) fn broken_cuts(model: &Model, lookup: &Lookup, values: &[Vec<f64>]) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for months in wave_months(model) {
        cuts.extend(model.accounts_per_wave.and_then(|limit| accounts(model, lookup, values, &months, limit)));
        if let Some(most) = model.changes_per_account {
            cuts.extend(changes(model, values, &months, most));
        }
    }
    let all = 0..model.months();
    cuts.extend(model.accounts_overall.and_then(|limit| accounts(model, lookup, values, &all, limit)));
    cuts
}

/// The union of accounts, as a cut of the polytope whose vertices are the gains of the union along an order (Edmonds 1970): for any
/// set of candidates that goes, the sum of its gains along any order is at most its union, and along its own order it is the union itself. So
/// the row is broken by every whole plan that breaks the limit, and by the fractional ones whose Lovász extension does.
#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn accounts(model: &Model, lookup: &Lookup, values: &[Vec<f64>], months: &Range<usize>, limit: f64) -> Option<Cut> {
    let mut order: Vec<(f64, usize)> =
        (0..model.candidates.len()).map(|candidate| (part(values, candidate, months), candidate)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut seen = vec![false; model.groups.len()];
    let (mut terms, mut sum) = (Vec::new(), 0.0);
    for (part, candidate) in order {
        let mut gain = 0;
        for &group in &lookup.groups_of[candidate] {
            if !std::mem::replace(&mut seen[group], true) {
                gain += model.groups[group].accounts;
            }
        }
        sum += part * gain as f64;
        terms.push((candidate, months.clone(), gain as f64));
    }
    (sum > limit * (1.0 + VIOLATION) + NOTHING).then_some(Cut { terms, limit })
}

/// Accounts that more removals touch than may: the sets of candidates of their groups, each once.
fn changes(model: &Model, values: &[Vec<f64>], months: &Range<usize>, most: u32) -> Vec<Cut> {
    let parts: Vec<f64> = (0..model.candidates.len()).map(|candidate| part(values, candidate, months)).collect();
    let limit = f64::from(most);
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for group in model.groups.iter().filter(|group| group.uses.len() > most as usize) {
        let going: Vec<usize> = group.uses.iter().copied().filter(|candidate| parts[*candidate] > NOTHING).collect();
        if going.iter().map(|candidate| parts[*candidate]).sum::<f64>() > limit + VIOLATION {
            sets.push(going);
        }
    }
    sets.sort();
    sets.dedup();
    let terms = |set: Vec<usize>| set.into_iter().map(|candidate| (candidate, months.clone(), 1.0)).collect();
    sets.into_iter().map(|set| Cut { terms: terms(set), limit }).collect()
}

/// Covers: candidates that together exceed a limit cannot all go (Crowder, Johnson & Padberg 1983), extended by all that are as
/// large as the largest of them.
pub(super) fn covers(model: &Model, values: &[Vec<f64>]) -> Vec<Cut> {
    own_rows(model).iter().filter_map(|row| cover(row, values)).collect()
}

fn cover(row: &Cut, values: &[Vec<f64>]) -> Option<Cut> {
    let mut items: Vec<(f64, usize)> = (0..row.terms.len())
        .filter(|&item| row.terms[item].2 > 0.0)
        .map(|item| (part(values, row.terms[item].0, &row.terms[item].1), item))
        .collect();
    let size = |item: usize| row.terms[item].2;
    // What is nearest to going first, of equals the largest.
    items.sort_by(|a, b| b.0.total_cmp(&a.0).then(size(b.1).total_cmp(&size(a.1))).then(a.1.cmp(&b.1)));
    let (mut chosen, mut sum) = (Vec::new(), 0.0);
    for &(going, item) in &items {
        if sum > row.limit * (1.0 + SMALLEST) {
            break;
        }
        sum += size(item);
        chosen.push((going, item));
    }
    if sum <= row.limit * (1.0 + SMALLEST) {
        return None;
    }
    // A smaller cover says more: the least likely that it can do without goes, the last first.
    for place in (0..chosen.len()).rev() {
        let without = sum - size(chosen[place].1);
        if without > row.limit * (1.0 + SMALLEST) {
            sum = without;
            chosen.remove(place);
        }
    }
    let largest = chosen.iter().map(|(_, item)| size(*item)).fold(0.0, f64::max);
    let is_chosen = |item: usize| chosen.iter().any(|(_, other)| *other == item);
    let extended: Vec<(f64, usize)> =
        items.iter().copied().filter(|&(_, item)| is_chosen(item) || size(item) >= largest).collect();
    #[expect(clippy::cast_precision_loss, reason = "candidates are few")]
    let limit = chosen.len() as f64 - 1.0;
    let going: f64 = extended.iter().map(|(going, _)| going).sum();
    let terms = extended.iter().map(|&(_, item)| (row.terms[item].0, row.terms[item].1.clone(), 1.0)).collect();
    (going > limit + VIOLATION).then_some(Cut { terms, limit })
}
