//! The linear relaxation: rows over spans of months, its optimum by the simplex method, and what its multipliers prove.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};

use super::reduced::{Months, Open, Reduced, months_in, span};

/// One linear row: the sum over its terms of weight × (the candidate goes in one of these months) is at most its limit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// (candidate, months, weight)
    pub terms: Vec<(usize, Months, f64)>,
    pub limit: f64,
}

impl Row {
    /// All terms over the same months.
    pub(super) fn knapsack(months: Months, items: &[(usize, f64)], limit: f64) -> Self {
        Self { terms: items.iter().map(|&(candidate, weight)| (candidate, months, weight)).collect(), limit }
    }

    /// How far a point is above the limit.
    pub(super) fn violation(&self, point: &Point) -> f64 {
        let terms = self.terms.iter().map(|&(candidate, months, weight)| weight * point.inside(candidate, months));
        terms.sum::<f64>() - self.limit
    }
}

/// A point of the relaxation: by candidate, then month, how much of it goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point(pub Vec<Vec<(usize, f64)>>);

impl Point {
    /// How much of a candidate goes in these months.
    pub(super) fn inside(&self, candidate: usize, months: Months) -> f64 {
        self.0[candidate].iter().filter(|(month, _)| months >> month & 1 == 1).map(|(_, part)| part).sum()
    }

    /// The plan that the point is; `None` where a candidate goes in part.
    pub(super) fn plan(&self) -> Option<Vec<Option<usize>>> {
        let whole = |parts: &Vec<(usize, f64)>| {
            let open = parts.iter().any(|(_, part)| *part > INTEGRAL && *part < 1.0 - INTEGRAL);
            (!open).then(|| parts.iter().find(|(_, part)| *part > 0.5).map(|(month, _)| *month))
        };
        self.0.iter().map(whole).collect()
    }
}

/// How near to 0 or 1 counts as it.
pub(super) const INTEGRAL: f64 = 1e-6;

/// A budget over a span of months with the weight of every candidate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Knapsack {
    pub months: Months,
    pub items: Vec<(usize, f64)>,
    pub limit: f64,
}

/// The linear budgets: ARR by wave and overall, hours by team and month. Weights are parts of the limit, so that it is 1.
pub(super) fn knapsacks(reduced: &Reduced) -> Vec<Knapsack> {
    let model = reduced.model;
    let all = 0..model.candidates.len();
    let horizon = reduced.wave_span.len();
    let mut knapsacks = Vec::new();
    let mut push = |months: Months, weight: &dyn Fn(usize) -> f64, limit: Option<f64>| {
        let Some(limit) = limit.filter(|&limit| limit > 0.0) else { return };
        let items = all.clone().map(|candidate| (candidate, weight(candidate) / limit));
        let counts =
            |&(candidate, weight): &(usize, f64)| weight > SLIGHT && reduced.open.months[candidate] & months != 0;
        let items: Vec<_> = items.filter(counts).collect();
        if items.iter().map(|(_, weight)| weight).sum::<f64>() > 1.0 {
            knapsacks.push(Knapsack { months, items, limit: 1.0 });
        }
    };
    let arr = |candidate: usize| model.candidates[candidate].arr_at_risk;
    for (from, to) in reduced.waves() {
        push(span(from, to), &arr, model.arr_per_wave);
    }
    push(Months::MAX, &arr, model.arr_overall);
    for (team, hours) in model.teams.iter().enumerate() {
        let each = |candidate: usize| {
            if model.candidates[candidate].team == Some(team) { model.hours_a_month(candidate) } else { 0.0 }
        };
        for month in 0..horizon {
            push(span(month, month + model.work_months.max(1) - 1), &each, hours.hours);
        }
    }
    knapsacks
}

/// A weight below this part of its budget is left to the check of whole plans: it would only stretch the range of the coefficients.
const SLIGHT: f64 = 1e-5;

/// The rows that hold from the start.
pub(super) fn rows(reduced: &Reduced) -> Vec<Row> {
    let mut rows: Vec<Row> = knapsacks(reduced)
        .iter()
        .map(|knapsack| Row::knapsack(knapsack.months, &knapsack.items, knapsack.limit))
        .collect();
    for (then, firsts) in reduced.firsts.iter().enumerate() {
        for &first in firsts {
            for month in months_in(reduced.open.months[then]) {
                let until = span(0, month);
                rows.push(Row { terms: vec![(then, until, 1.0), (first, until, -1.0)], limit: 0.0 });
            }
        }
    }
    for (one, rivals) in reduced.rivals.iter().enumerate() {
        for &other in rivals.iter().filter(|&&other| other > one) {
            rows.push(Row::knapsack(Months::MAX, &[(one, 1.0), (other, 1.0)], 1.0));
        }
    }
    rows
}

/// Why a relaxation has no optimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoOptimum {
    /// No point keeps all rows.
    Infeasible,
    /// The library gave up.
    Failed,
}

impl From<microlp::Error> for NoOptimum {
    fn from(error: microlp::Error) -> Self {
        match error {
            microlp::Error::Infeasible => Self::Infeasible,
            _ => Self::Failed,
        }
    }
}

/// An optimum of the relaxation that further rows can be added to.
#[derive(Debug, Clone)]
pub(super) struct Relaxation {
    lp: microlp::Solution,
    variables: Vec<Vec<(usize, Variable)>>,
    scale: f64,
    /// Sum of the values.
    pub value: f64,
    pub point: Point,
}

impl Relaxation {
    /// Solves anew over what is open.
    pub(super) fn solve<'r>(
        reduced: &Reduced,
        open: &Open,
        rows: impl Iterator<Item = &'r Row>,
        scale: f64,
    ) -> Result<Self, NoOptimum> {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut variables = Vec::with_capacity(open.months.len());
        for (candidate, &months) in open.months.iter().enumerate() {
            let variable = |month| (month, problem.add_var(reduced.value(candidate, month) / scale, (0.0, 1.0)));
            let own: Vec<(usize, Variable)> = months_in(months).map(variable).collect();
            let once = own.iter().map(|&(_, variable)| (variable, 1.0));
            if open.must[candidate] {
                problem.add_constraint(once, ComparisonOp::Eq, 1.0);
            } else if own.len() > 1 {
                problem.add_constraint(once, ComparisonOp::Le, 1.0);
            }
            variables.push(own);
        }
        for row in rows {
            let expression = expression(row, &variables);
            problem.add_constraint(expression, ComparisonOp::Le, row.limit);
        }
        let lp = problem.solve()?.into_solution().map_err(|_| NoOptimum::Failed)?;
        Ok(Self::read(lp, variables, scale))
    }

    fn read(lp: microlp::Solution, variables: Vec<Vec<(usize, Variable)>>, scale: f64) -> Self {
        let value = lp.objective() * scale;
        let parts = |own: &Vec<(usize, Variable)>| {
            own.iter()
                .map(|&(month, variable)| (month, lp.var_value(variable)))
                .filter(|(_, part)| *part > 1e-9)
                .collect()
        };
        let point = Point(variables.iter().map(parts).collect());
        Self { lp, variables, scale, value, point }
    }

    /// The optimum under one row more.
    pub(super) fn with(self, row: &Row) -> Result<Self, NoOptimum> {
        let expression = expression(row, &self.variables);
        let lp = self.lp.add_constraint(expression, ComparisonOp::Le, row.limit)?;
        let lp = lp.into_solution().map_err(|_| NoOptimum::Failed)?;
        Ok(Self::read(lp, self.variables, self.scale))
    }
}

/// A row over the variables that exist.
fn expression(row: &Row, variables: &[Vec<(usize, Variable)>]) -> LinearExpr {
    let mut terms: Vec<(Variable, f64)> = Vec::new();
    for &(candidate, months, weight) in &row.terms {
        let inside = variables[candidate].iter().filter(|(month, _)| months >> month & 1 == 1);
        terms.extend(inside.map(|&(_, variable)| (variable, weight)));
    }
    terms.into_iter().collect()
}

/// What multipliers of the rows prove: an upper bound of every plan over what is open, and by candidate and month what is left of the
/// value after paying for the rows. By Lagrangian duality this holds for whatever multipliers, as long as none is negative: the bound is
/// as safe as its own sum, however the multipliers were found.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    /// What the rows cost together.
    pub fixed: f64,
    /// By candidate, then month.
    pub profit: Vec<Vec<f64>>,
}

impl Proof {
    /// The multipliers of the optimum, from the dual program.
    pub(super) fn find(reduced: &Reduced, open: &Open, rows: &[Row], scale: f64) -> Option<Self> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let prices: Vec<Variable> = rows.iter().map(|row| problem.add_var(row.limit, (0.0, f64::INFINITY))).collect();
        let mut columns: Vec<Vec<Vec<(Variable, f64)>>> =
            vec![vec![Vec::new(); reduced.wave_span.len()]; open.months.len()];
        for (row, &price) in rows.iter().zip(&prices) {
            for &(candidate, months, weight) in &row.terms {
                for month in months_in(open.months[candidate] & months) {
                    columns[candidate][month].push((price, weight));
                }
            }
        }
        for (candidate, columns) in columns.iter().enumerate() {
            let least = if open.must[candidate] { f64::NEG_INFINITY } else { 0.0 };
            let own = problem.add_var(1.0, (least, f64::INFINITY));
            for month in months_in(open.months[candidate]) {
                let terms = columns[month].iter().copied().chain([(own, 1.0)]);
                problem.add_constraint(terms, ComparisonOp::Ge, reduced.value(candidate, month) / scale);
            }
        }
        let dual = problem.solve().ok()?.into_solution().ok()?;
        let prices: Vec<f64> = prices.iter().map(|&price| dual.var_value(price).max(0.0) * scale).collect();
        Some(Self::of(reduced, rows, &prices))
    }

    fn of(reduced: &Reduced, rows: &[Row], prices: &[f64]) -> Self {
        let horizon = reduced.wave_span.len();
        let value = |candidate| (0..horizon).map(|month| reduced.value(candidate, month)).collect();
        let mut profit: Vec<Vec<f64>> = (0..reduced.model.candidates.len()).map(value).collect();
        for (row, price) in rows.iter().zip(prices).filter(|(_, price)| **price > 0.0) {
            for &(candidate, months, weight) in &row.terms {
                for month in months_in(months & span(0, horizon.saturating_sub(1))) {
                    profit[candidate][month] -= price * weight;
                }
            }
        }
        Self { fixed: rows.iter().zip(prices).map(|(row, price)| row.limit * price).sum(), profit }
    }

    /// The most that a candidate can add; `None` when it must go and cannot.
    pub(super) fn best(&self, open: &Open, candidate: usize) -> Option<f64> {
        let best = months_in(open.months[candidate]).map(|month| self.profit[candidate][month]).reduce(f64::max);
        if open.must[candidate] { best } else { Some(best.unwrap_or(0.0).max(0.0)) }
    }

    /// No plan over what is open is worth more; `None`: there is none.
    pub(super) fn bound(&self, open: &Open) -> Option<f64> {
        let best: Option<Vec<f64>> = (0..open.months.len()).map(|candidate| self.best(open, candidate)).collect();
        Some(self.fixed + best?.iter().sum::<f64>())
    }

    /// Closes every month, and demands every candidate, without which no plan over what is open exceeds `least`. Gives the most that a plan
    /// could be worth that is shut out by this.
    pub(super) fn tighten(&self, open: &mut Open, least: f64) -> f64 {
        let mut shut_out = f64::NEG_INFINITY;
        let Some(bound) = self.bound(open) else { return shut_out };
        for candidate in 0..open.months.len() {
            let Some(best) = self.best(open, candidate) else { continue };
            let rest = bound - best;
            for month in months_in(open.months[candidate]) {
                let with = rest + self.profit[candidate][month];
                if with <= least {
                    open.months[candidate] &= !(1 << month);
                    shut_out = shut_out.max(with);
                }
            }
            if rest <= least && !open.must[candidate] {
                open.must[candidate] = true;
                shut_out = shut_out.max(rest);
            }
        }
        shut_out
    }
}
