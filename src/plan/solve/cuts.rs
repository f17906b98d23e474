//! Rows that every plan keeps and that a point of the relaxation breaks.
//!
//! *Accounts.* The number of accounts that a set of candidates touches is a coverage function f: monotone and submodular. Sort the
//! candidates by how much of each goes, the largest first, and take what each adds to f in this order: these marginals form a vertex of
//! the base polytope of f (Edmonds, J. 1970, Submodular functions, matroids, and certain polyhedra), so that for every plan the sum of
//! marginals of what goes is at most f of it, and so at most the budget. Of all orders this one gives the largest sum at the point: the
//! Lovász extension (Lovász, L. 1983, Submodular functions and convexity). At a whole plan it is f itself, so that no plan above the
//! budget survives. The relaxation is as tight as one with a variable for every group of accounts, without these variables.
//!
//! *Covers.* A set whose weights exceed a budget cannot go together; the others are lifted into the row one by one with the largest
//! coefficient that keeps it valid (Crowder, H., Johnson, E. & Padberg, M. 1983, Solving large-scale zero-one linear programming
//! problems, Operations Research 31, 803–834).

use super::super::model::count;
use super::program::{Knapsack, Point, Row};
use super::reduced::{Months, Reduced, span};

/// A row must be broken by this much, as part of its limit, to be worth adding.
const WORTH_ADDING: f64 = 1e-3;

/// One broken row and by how much, relative to its limit.
pub(super) type Cut = (f64, Row);

/// A limit on accounts: months, budget.
pub(super) fn account_budgets(reduced: &Reduced) -> Vec<(Months, f64)> {
    let model = reduced.model;
    let waves = reduced.waves().into_iter();
    let waves = waves.filter_map(|(from, to)| model.accounts_per_wave.map(|limit| (span(from, to), limit)));
    let overall = model.accounts_overall.map(|limit| (Months::MAX, limit));
    waves.chain(overall).map(|(months, limit)| (months, (limit + 1e-6).floor())).collect()
}

/// Candidates by how much of each goes, the largest first, then by accounts.
fn by_part(reduced: &Reduced, point: &Point, months: Months) -> Vec<(usize, f64)> {
    let touches =
        |&candidate: &usize| !reduced.groups_of[candidate].is_empty() && reduced.open.months[candidate] & months != 0;
    let mut order: Vec<(usize, f64)> = (0..reduced.groups_of.len())
        .filter(touches)
        .map(|candidate| (candidate, point.inside(candidate, months)))
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order
}

/// What every candidate adds to the accounts touched, in the order given.
fn marginals(reduced: &Reduced, order: impl Iterator<Item = usize>) -> Vec<(usize, f64)> {
    let mut seen = vec![false; reduced.groups.len()];
    let mut marginals = Vec::new();
    for candidate in order {
        let mut adds = 0;
        for &group in &reduced.groups_of[candidate] {
            adds += if seen[group] { 0 } else { reduced.groups[group].1 };
            seen[group] = true;
        }
        marginals.push((candidate, count(adds)));
    }
    marginals
}

/// The rows of account budgets in the order of the point, all of them, broken or not.
pub(super) fn account_rows(reduced: &Reduced, point: &Point) -> Vec<Knapsack> {
    let row = |(months, limit): (Months, f64)| {
        let order = by_part(reduced, point, months);
        let limit = limit.max(0.5);
        let items = marginals(reduced, order.iter().map(|&(candidate, _)| candidate));
        let items = items.into_iter().filter(|(_, adds)| *adds > 0.0);
        Knapsack { months, items: items.map(|(candidate, adds)| (candidate, adds / limit)).collect(), limit: 1.0 }
    };
    account_budgets(reduced).into_iter().map(row).collect()
}

/// Lifted covers of the account budgets. A set of candidates that touches too many accounts comes first in the order of marginals, so that its
/// weights are together all that it touches; what the others add beside it is less than what they touch alone.
pub(super) fn account_covers(reduced: &Reduced, point: &Point) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for (months, limit) in account_budgets(reduced) {
        let by_part = by_part(reduced, point, months);
        let ratio = |&(candidate, part): &(usize, f64)| (1.0 - part.min(1.0)) / reduced.accounts_of(candidate).max(1.0);
        let mut by_ratio = by_part.clone();
        by_ratio.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)).then(a.0.cmp(&b.0)));
        let best = [&by_part, &by_ratio].into_iter().filter_map(|order| {
            let cover = touching_too_many(reduced, order, limit)?;
            let rest = by_part.iter().filter(|(candidate, _)| !cover.iter().any(|(other, _)| other == candidate));
            let order: Vec<(usize, f64)> = cover.iter().chain(rest).copied().collect();
            let marginals = marginals(reduced, order.iter().map(|&(candidate, _)| candidate));
            let items: Vec<(usize, f64)> =
                marginals.into_iter().map(|(one, adds)| (one, adds / limit.max(0.5))).collect();
            let item = |at: usize| Item { candidate: items[at].0, weight: items[at].1, part: order[at].1.min(1.0) };
            let inside: Vec<Item> = (0..cover.len()).map(item).collect();
            let outside: Vec<Item> = (cover.len()..order.len()).map(item).filter(|item| item.weight > 0.0).collect();
            Some(lift(&Knapsack { months, items: items.clone(), limit: 1.0 }, &inside, &outside))
        });
        let best = best.filter(|cut| cut.0 > WORTH_ADDING).reduce(|best, cut| if cut.0 > best.0 { cut } else { best });
        cuts.extend(best);
    }
    cuts
}

/// The first of an order that touch more accounts than there may be, made minimal: what goes least is left out first.
fn touching_too_many(reduced: &Reduced, order: &[(usize, f64)], limit: f64) -> Option<Vec<(usize, f64)>> {
    let touched = |set: &[(usize, f64)]| {
        marginals(reduced, set.iter().map(|&(candidate, _)| candidate)).iter().map(|(_, adds)| adds).sum::<f64>()
    };
    let mut sum = 0.0;
    let adds = marginals(reduced, order.iter().map(|&(candidate, _)| candidate));
    let size = 1 + adds.iter().position(|(_, adds)| {
        sum += adds;
        sum > limit
    })?;
    let mut cover = order[..size].to_vec();
    cover.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    for one in cover.clone() {
        let without: Vec<(usize, f64)> = cover.iter().copied().filter(|other| other.0 != one.0).collect();
        if touched(&without) > limit {
            cover = without;
        }
    }
    Some(cover)
}

/// Budgets of changes per account that a point breaks: of an account's candidates at most so many go in one wave. A set in which any
/// `changes + 1` meet at some account shares one row; sets are grown from the broken ones.
pub(super) fn change_rows(reduced: &Reduced, point: &Point) -> Vec<Cut> {
    let Some(limit) = reduced.model.changes_per_account else { return Vec::new() };
    let (allowed, limit) = (limit as usize, f64::from(limit));
    let mut cuts: Vec<Cut> = Vec::new();
    for (from, to) in reduced.waves() {
        let months = span(from, to);
        let parts: Vec<f64> = (0..reduced.groups_of.len()).map(|candidate| point.inside(candidate, months)).collect();
        let mut broken: Vec<(f64, usize)> = Vec::new();
        for (at, (uses, _)) in reduced.groups.iter().enumerate() {
            let sum: f64 = uses.iter().map(|&candidate| parts[candidate]).sum();
            if count(uses.len() as u64) > limit && sum > limit * (1.0 + WORTH_ADDING) {
                broken.push((sum, at));
            }
        }
        broken.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut found: Vec<Vec<usize>> = Vec::new();
        for &(_, at) in &broken {
            let uses = &reduced.groups[at].0;
            let core: Vec<usize> = uses.iter().copied().filter(|&candidate| parts[candidate] > 1e-6).collect();
            if found.len() == MOST_CHANGE_ROWS {
                break;
            }
            if found.iter().any(|set| core.iter().all(|candidate| set.contains(candidate))) {
                continue;
            }
            let set = grown(reduced, uses.clone(), &parts, allowed);
            let items: Vec<(usize, f64)> = set.iter().map(|&candidate| (candidate, 1.0)).collect();
            let sum: f64 = set.iter().map(|&candidate| parts[candidate]).sum();
            cuts.push((sum / limit - 1.0, Row::knapsack(months, &items, limit)));
            found.push(set);
        }
    }
    cuts
}

/// A set of which any `allowed + 1` meet at some account, with every candidate more of which this is true, those that go most first.
fn grown(reduced: &Reduced, mut set: Vec<usize>, parts: &[f64], allowed: usize) -> Vec<usize> {
    // The subsets to look at are too many otherwise.
    if allowed == 0 || allowed > 3 || set.len() > MOST_GROWN {
        return set;
    }
    let mut others: Vec<usize> = (0..parts.len())
        .filter(|candidate| !reduced.groups_of[*candidate].is_empty() && !set.contains(candidate))
        .collect();
    others.sort_by(|&a, &b| parts[b].total_cmp(&parts[a]).then(a.cmp(&b)));
    for other in others {
        if set.len() < MOST_GROWN && all_meet(reduced, &set, &mut vec![other], allowed, 0) {
            set.push(other);
        }
    }
    set
}

/// Whether every `more` of a set, from one on, meet with those chosen at some account.
fn all_meet(reduced: &Reduced, set: &[usize], chosen: &mut Vec<usize>, more: usize, from: usize) -> bool {
    if more == 0 {
        return reduced.meet(chosen);
    }
    (from..set.len()).all(|at| {
        chosen.push(set[at]);
        let meet = all_meet(reduced, set, chosen, more - 1, at + 1);
        chosen.pop();
        meet
    })
}

/// Candidates of such a set at most.
const MOST_GROWN: usize = 24;

/// Rows of one wave and round at most.
const MOST_CHANGE_ROWS: usize = 6;

/// A lifted cover of a budget that a point breaks.
pub(super) fn cover(knapsack: &Knapsack, point: &Point) -> Option<Cut> {
    let items: Vec<Item> = knapsack
        .items
        .iter()
        .map(|&(candidate, weight)| Item { candidate, weight, part: point.inside(candidate, knapsack.months).min(1.0) })
        .collect();
    let by_ratio = |a: &Item, b: &Item| ((1.0 - a.part) / a.weight).total_cmp(&((1.0 - b.part) / b.weight));
    let by_part = |a: &Item, b: &Item| b.part.total_cmp(&a.part).then(b.weight.total_cmp(&a.weight));
    let by_cost = |a: &Item, b: &Item| (b.part * b.weight).total_cmp(&(a.part * a.weight));
    let mut orders = [items.clone(), items.clone(), items];
    orders[0].sort_by(|a, b| by_ratio(a, b).then(a.candidate.cmp(&b.candidate)));
    orders[1].sort_by(|a, b| by_part(a, b).then(a.candidate.cmp(&b.candidate)));
    orders[2].sort_by(|a, b| by_cost(a, b).then(a.candidate.cmp(&b.candidate)));
    let mut best: Option<Cut> = None;
    for items in orders {
        let Some(cut) = lifted(knapsack, items) else { continue };
        if cut.0 > WORTH_ADDING && best.as_ref().is_none_or(|best| cut.0 > best.0) {
            best = Some(cut);
        }
    }
    best
}

#[derive(Debug, Clone, Copy)]
struct Item {
    candidate: usize,
    weight: f64,
    part: f64,
}

/// The first items that exceed the budget, made minimal, and the rest lifted.
fn lifted(knapsack: &Knapsack, mut items: Vec<Item>) -> Option<Cut> {
    let above = |weight: f64| weight > knapsack.limit * (1.0 + 1e-6);
    let mut weight = 0.0;
    let size = 1 + items.iter().position(|item| {
        weight += item.weight;
        above(weight)
    })?;
    let rest = items.split_off(size);
    items.sort_by(|a, b| a.part.total_cmp(&b.part).then(a.candidate.cmp(&b.candidate)));
    let (mut cover, mut outside) = (Vec::new(), rest);
    for item in items {
        if above(weight - item.weight) {
            weight -= item.weight;
            outside.push(item);
        } else {
            cover.push(item);
        }
    }
    outside.sort_by(|a, b| {
        (b.part > 1e-9).cmp(&(a.part > 1e-9)).then(b.weight.total_cmp(&a.weight)).then(a.candidate.cmp(&b.candidate))
    });
    Some(lift(knapsack, &cover, &outside))
}

/// Lifts in turn: the coefficient of an item is what the row still allows beside it when everything else does its best (Zemel, E. 1989,
/// Easily computable facets of the knapsack polytope, Mathematics of Operations Research 14, 760–764: by the least weight that reaches
/// every sum of coefficients).
fn lift(knapsack: &Knapsack, cover: &[Item], outside: &[Item]) -> Cut {
    let right = cover.len() - 1;
    // least[sum]: the least weight of items in the row whose coefficients sum to at least this.
    let mut least = vec![f64::INFINITY; right + 1];
    least[0] = 0.0;
    let mut terms: Vec<(usize, f64)> = Vec::new();
    let (mut sum, mut coefficients) = (0.0, cover.iter().map(|item| (*item, 1)).collect::<Vec<(Item, usize)>>());
    let take = |least: &mut Vec<f64>, weight: f64, coefficient: usize| {
        for total in (1..=right).rev() {
            let with = least[total.saturating_sub(coefficient)] + weight;
            least[total] = least[total].min(with);
        }
    };
    for item in cover {
        take(&mut least, item.weight, 1);
    }
    for item in outside {
        let room = knapsack.limit * (1.0 + 1e-6) - item.weight;
        let reached = least.iter().rposition(|&weight| weight <= room).unwrap_or(0);
        let coefficient = right - reached;
        if coefficient > 0 {
            take(&mut least, item.weight, coefficient);
            coefficients.push((*item, coefficient));
        }
    }
    for (item, coefficient) in coefficients {
        let coefficient = count(coefficient as u64);
        sum += coefficient * item.part;
        terms.push((item.candidate, coefficient));
    }
    let limit = count(right as u64);
    ((sum - limit) / limit.max(1.0), Row::knapsack(knapsack.months, &terms, limit))
}
