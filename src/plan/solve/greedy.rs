//! The simple order: candidates as they stand, each in the first month that fits.

use super::load::Load;
use super::reduced::{MOST_MONTHS, Open, Reduced, months_in, span};

/// A plan by the simple order: first what must go, by its last month and then as it stands, each as early as it fits; then every other one in
/// the first month in which it, with what must go before it, is worth something. `None` where this order does not keep all demands; some
/// other plan may.
pub(super) fn in_order<'a>(reduced: &'a Reduced<'a>) -> Option<Load<'a>> {
    let mut load = Load::empty(reduced);
    place_demanded(&mut load, reduced, &reduced.open)?;
    fill(&mut load, reduced, &reduced.open, 0..reduced.model.candidates.len());
    Some(load)
}

/// Places what must go and does not yet; one that finds no month is tried first the next time. `None` when this goes round in circles.
pub(super) fn place_demanded<'a>(load: &mut Load<'a>, reduced: &'a Reduced<'a>, open: &Open) -> Option<()> {
    let last = |candidate: usize| MOST_MONTHS - open.months[candidate].leading_zeros() as usize;
    let mut demanded: Vec<usize> = (0..open.must.len()).filter(|&candidate| open.must[candidate]).collect();
    demanded.sort_by_key(|&candidate| (last(candidate), candidate));
    let before = load.clone();
    for _ in 0..=demanded.len() {
        let fails =
            |&candidate: &usize| load.month(candidate).is_none() && !place(load, reduced, open, candidate, None);
        let Some(failing) = demanded.iter().copied().find(fails) else { return Some(()) };
        *load = before.clone();
        demanded.retain(|&candidate| candidate != failing);
        demanded.insert(0, failing);
    }
    None
}

/// Adds what is worth something, in the order given.
pub(super) fn fill<'a>(
    load: &mut Load<'a>,
    reduced: &'a Reduced<'a>,
    open: &Open,
    order: impl IntoIterator<Item = usize>,
) {
    for candidate in order {
        if load.month(candidate).is_none() {
            place(load, reduced, open, candidate, Some(0.0));
        }
    }
}

/// Lets a candidate go in the first month that fits, what must go before it first; with `above`, only where all this together is worth more.
pub(super) fn place<'a>(
    load: &mut Load<'a>,
    reduced: &'a Reduced<'a>,
    open: &Open,
    candidate: usize,
    above: Option<f64>,
) -> bool {
    for month in months_in(open.months[candidate]) {
        let mut placed = Vec::new();
        if place_at(load, reduced, open, candidate, month, &mut placed) {
            let worth: f64 = placed.iter().map(|&one| reduced.value(one, load.month(one).unwrap_or(0))).sum();
            let own = reduced.value(candidate, month);
            if above.is_none_or(|above| worth > above && own > above) {
                return true;
            }
        }
        for one in placed {
            load.remove(one);
        }
    }
    false
}

/// Lets a candidate go in a month, and before it what it waits for, each in the first month that fits. Lists what it placed.
fn place_at<'a>(
    load: &mut Load<'a>,
    reduced: &'a Reduced<'a>,
    open: &Open,
    candidate: usize,
    month: usize,
    placed: &mut Vec<usize>,
) -> bool {
    let waits: Vec<usize> =
        reduced.firsts[candidate].iter().copied().filter(|&first| load.month(first).is_none()).collect();
    for first in waits {
        // What waits for itself, or was placed on the way here.
        if load.month(first).is_some() {
            continue;
        }
        if placed.len() > reduced.firsts.len() || waits_for(reduced, first, candidate) {
            return false;
        }
        let fits = months_in(open.months[first] & span(0, month)).any(|earlier| {
            let kept = placed.len();
            let fits = place_at(load, reduced, open, first, earlier, placed);
            if !fits {
                for one in placed.drain(kept..) {
                    load.remove(one);
                }
            }
            fits
        });
        if !fits {
            return false;
        }
    }
    let fits = load.fits(candidate, month);
    if fits {
        load.add(candidate, month);
        placed.push(candidate);
    }
    fits
}

/// Whether one waits, directly or not, for another.
fn waits_for(reduced: &Reduced, one: usize, other: usize) -> bool {
    let (mut seen, mut next) = (vec![false; reduced.firsts.len()], vec![one]);
    while let Some(at) = next.pop() {
        if at == other {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            next.extend(&reduced.firsts[at]);
        }
    }
    false
}
