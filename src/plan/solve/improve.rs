//! Small changes that make a plan better, until none does: another month, one more, one for another.

use super::greedy::fill;
use super::load::Load;
use super::reduced::{Open, Reduced, months_in};

/// Passes over all candidates at most.
const PASSES: usize = 25;

/// One change of a plan.
#[derive(Debug, Clone, Copy)]
struct Move {
    gain: f64,
    to: Option<usize>,
    /// What makes room, and where it goes instead.
    aside: Option<(usize, Option<usize>)>,
}

/// Makes a plan better. In every pass each candidate in turn makes the best of its changes; between equals the first. Demands stay kept.
pub(super) fn improve<'a>(load: &mut Load<'a>, reduced: &'a Reduced<'a>, open: &Open) {
    for _ in 0..PASSES {
        let before = reduced.model.worth(load.months());
        for candidate in 0..open.months.len() {
            if let Some(change) = best_move(load, reduced, open, candidate) {
                apply(load, candidate, change);
            }
        }
        fill(load, reduced, open, 0..open.months.len());
        if reduced.model.worth(load.months()) <= before + least_gain(before) {
            return;
        }
    }
}

/// Less than this is rounding.
fn least_gain(worth: f64) -> f64 {
    1e-9 * worth.abs().max(1.0)
}

fn apply(load: &mut Load, candidate: usize, change: Move) {
    load.remove(candidate);
    if let Some((other, _)) = change.aside {
        load.remove(other);
    }
    if let Some(month) = change.to {
        load.add(candidate, month);
    }
    if let Some((other, Some(month))) = change.aside {
        load.add(other, month);
    }
}

/// The best change of one candidate; leaves the plan as it was.
fn best_move<'a>(load: &mut Load<'a>, reduced: &'a Reduced<'a>, open: &Open, candidate: usize) -> Option<Move> {
    let now = load.remove(candidate);
    let worth_now = now.map_or(0.0, |month| reduced.value(candidate, month));
    let mut best = Move { gain: least_gain(worth_now), to: now, aside: None };
    let needed = open.must[candidate] || reduced.thens[candidate].iter().any(|&then| load.month(then).is_some());
    if !needed && -worth_now > best.gain {
        best = Move { gain: -worth_now, to: None, aside: None };
    }
    for month in months_in(open.months[candidate]).filter(|&month| Some(month) != now) {
        let gain = reduced.value(candidate, month) - worth_now;
        if gain <= best.gain || !load.ordered(candidate, month) {
            continue;
        }
        if load.fits(candidate, month) {
            best = Move { gain, to: Some(month), aside: None };
        } else {
            for other in 0..open.months.len() {
                let more = aside(load, reduced, open, (candidate, month), other, best.gain - gain);
                if let Some((more, to)) = more {
                    best = Move { gain: gain + more, to: Some(month), aside: Some((other, to)) };
                }
            }
        }
    }
    if let Some(month) = now {
        load.add(candidate, month);
    }
    (best.to != now || best.aside.is_some()).then_some(best)
}

/// What it brings, if more than `above`, to move another one aside so that a candidate can go in a month, and where that one goes then.
fn aside<'a>(
    load: &mut Load<'a>,
    reduced: &'a Reduced<'a>,
    open: &Open,
    (candidate, month): (usize, usize),
    other: usize,
    above: f64,
) -> Option<(f64, Option<usize>)> {
    let now = load.month(other)?;
    let worth = reduced.value(other, now);
    let most = months_in(open.months[other]).map(|month| reduced.value(other, month)).fold(0.0, f64::max);
    if most - worth <= above {
        return None;
    }
    load.remove(other);
    let mut best = None;
    if load.fits(candidate, month) {
        load.add(candidate, month);
        let needed = open.must[other] || reduced.thens[other].iter().any(|&then| load.month(then).is_some());
        let mut most = above;
        if !needed && -worth > most {
            (best, most) = (Some((-worth, None)), -worth);
        }
        for to in months_in(open.months[other]) {
            let gain = reduced.value(other, to) - worth;
            if gain > most && load.fits(other, to) {
                (best, most) = (Some((gain, Some(to))), gain);
            }
        }
        load.remove(candidate);
    }
    load.add(other, now);
    best
}
