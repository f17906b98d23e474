//! What keeps a candidate out of a plan.

use super::Solution;
use super::load::{Load, Lookup};
use crate::plan::model::{Bind, Constraint, Model};

/// What stands against taking a candidate in beside the rest of a plan, the nearest first. Where no month is allowed, what forbids them;
/// where it is worth something in none, that; else what would be exceeded in the month in which least is. Empty when nothing stands
/// against it: the plan is then not the best.
#[must_use]
pub fn kept_out(model: &Model, solution: &Solution, candidate: usize) -> Vec<Bind> {
    let of = &model.candidates[candidate];
    let open: Vec<usize> = (0..model.months()).filter(|month| of.barred[*month].is_empty()).collect();
    if open.is_empty() {
        return forbidden(model, candidate);
    }
    let worth: Vec<usize> = open.into_iter().filter(|month| of.value[*month] > 0.0).collect();
    if worth.is_empty() {
        return vec![Bind::of(Constraint::NotWorthIt, candidate)];
    }
    let lookup = Lookup::of(model);
    let mut months = solution.months.clone();
    months[candidate] = None;
    let load = Load::of(model, &lookup, &months);
    let against = worth.into_iter().map(|month| (month, load.against(candidate, month)));
    let fewest = against.min_by(|a, b| {
        let by_value = of.value[b.0].total_cmp(&of.value[a.0]);
        a.1.len().cmp(&b.1.len()).then(by_value).then(a.0.cmp(&b.0))
    });
    fewest.map(|(_, binds)| binds).unwrap_or_default()
}

/// What forbids every month: first what alone forbids some, by the first of these.
fn forbidden(model: &Model, candidate: usize) -> Vec<Bind> {
    let barred = &model.candidates[candidate].barred;
    let mut families: Vec<Constraint> = barred.iter().flatten().copied().collect();
    families.sort_unstable();
    families.dedup();
    let alone = |family: Constraint| barred.iter().position(|of| of.as_slice() == [family]).unwrap_or(usize::MAX);
    families.sort_by_key(|&family| (alone(family), family));
    families.into_iter().map(|family| Bind::of(family, candidate)).collect()
}
