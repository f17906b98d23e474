//! Good plans without proof: the simple order, and what taking out and putting in again makes of it.

use super::Solution;
use super::load::{Load, Lookup};
use crate::plan::model::Model;

/// Rounds of improvement for every candidate: a twenty-fifth of the nodes of the search, within these.
const ROUNDS: (u64, u64) = (20, 400);
/// Candidates that are taken out in a round, at most.
const OUT: usize = 6;
/// By how much a plan may be worse than the one before, as part of it, at the beginning; nothing at the end.
const WORSE: f64 = 0.01;

/// The plan of the simple order: what is demanded first, then the candidates as they stand, each in the first month of positive value
/// that fits, with what must be gone before it.
#[must_use]
pub fn greedy(model: &Model) -> Solution {
    let lookup = Lookup::of(model);
    let load = simple(model, &lookup);
    Solution { objective: load.value(), months: load.months, bound: f64::INFINITY, nodes: 0, proven: false }
}

pub(super) fn simple<'a>(model: &'a Model, lookup: &'a Lookup) -> Load<'a> {
    let mut load = Load::new(model, lookup);
    let demanded = |candidate: &usize| model.candidates[*candidate].demanded_by.is_some();
    let all = 0..model.candidates.len();
    for candidate in all.clone().filter(demanded).chain(all) {
        place(&mut load, model, lookup, candidate, Choice::First);
    }
    load
}

/// Which of the months that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    First,
    /// The one of the highest value from one on.
    BestFrom(usize),
}

/// Puts a candidate in, with what must be gone before it, where that is worth more than nothing or demanded.
fn place(load: &mut Load, model: &Model, lookup: &Lookup, candidate: usize, choice: Choice) {
    if load.months[candidate].is_some() {
        return;
    }
    let mut chain = Vec::new();
    collect(lookup, candidate, &mut chain);
    let before = load.value();
    let mut put = Vec::new();
    let is_demanded = model.candidates[candidate].demanded_by.is_some();
    for &next in &chain {
        if load.months[next].is_some() {
            continue;
        }
        let of = &model.candidates[next];
        let needed = next != candidate || is_demanded;
        let fitting = (0..model.months()).filter(|&month| (needed || of.value[month] > 0.0) && load.fits(next, month));
        let month = match choice {
            Choice::First => fitting.min(),
            Choice::BestFrom(from) => fitting
                .filter(|month| *month >= from)
                .reduce(|best, month| if of.value[month] > of.value[best] { month } else { best }),
        };
        let Some(month) = month else { break };
        load.put(next, month);
        put.push(next);
    }
    let done = load.months[candidate].is_some();
    if !done || (!is_demanded && load.value() <= before) {
        put.into_iter().rev().for_each(|next| load.take(next));
    }
}

/// What must be gone before a candidate, the first first, and itself at the end.
fn collect(lookup: &Lookup, candidate: usize, chain: &mut Vec<usize>) {
    // What has been begun stands at the end: a circle ends here.
    let mut to_do = vec![(candidate, false)];
    let mut begun = std::collections::BTreeSet::new();
    while let Some((next, is_done)) = to_do.pop() {
        if is_done {
            chain.push(next);
        } else if begun.insert(next) {
            to_do.push((next, true));
            to_do.extend(lookup.needs[next].iter().map(|&first| (first, false)));
        }
    }
}

/// Takes out a few candidates and puts in what fits, in ever other orders, as long as it gets better. The orders come from a fixed
/// seed: equal models give equal plans.
pub(super) fn improve(model: &Model, lookup: &Lookup, start: &[Option<usize>], nodes: u64) -> Vec<Option<usize>> {
    let count = model.candidates.len();
    let mut now = Load::of(model, lookup, start);
    let mut worth = now.value();
    let (mut best, mut most) = (start.to_vec(), worth);
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    let rounds = usize::try_from((nodes / 25).clamp(ROUNDS.0, ROUNDS.1)).unwrap_or(0) * count;
    for round in 0..rounds {
        #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
        let left = 1.0 - round as f64 / rounds as f64;
        let mut tried = now.clone();
        for _ in 0..=round % OUT {
            take_out(&mut tried, lookup, random.below(count));
        }
        // The best first, moved by up to half as much again, so that each round tries another order.
        let mut order: Vec<(f64, usize)> = (0..count)
            .filter(|&candidate| tried.months[candidate].is_none())
            .map(|candidate| {
                let of = &model.candidates[candidate];
                let most = of.value.iter().copied().fold(0.0, f64::max);
                let urgent = if of.demanded_by.is_some() { 1e18 } else { 0.0 };
                (urgent + most * (1.0 + random.share()), candidate)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, candidate) in order {
            // Now and then a later month, which leaves room for others.
            let from = if random.below(4) == 0 { random.below(model.months()) } else { 0 };
            place(&mut tried, model, lookup, candidate, Choice::BestFrom(from));
        }
        let kept = (0..count)
            .all(|candidate| model.candidates[candidate].demanded_by.is_none() || tried.months[candidate].is_some());
        let value = tried.value();
        if kept && value >= worth - worth.abs() * WORSE * left {
            (now, worth) = (tried, value);
        }
        if worth > most {
            (best, most) = (now.months.clone(), worth);
        }
    }
    best
}

/// Takes a candidate out, and what can go only after it.
fn take_out(load: &mut Load, lookup: &Lookup, candidate: usize) {
    let mut to_do = vec![candidate];
    while let Some(next) = to_do.pop() {
        if load.months[next].is_some() {
            load.take(next);
            to_do.extend(&lookup.needed_by[next]);
        }
    }
}

/// Marsaglia, G. (2003), Xorshift RNGs, J. Stat. Softw. 8(14): good enough to shuffle, and the same everywhere.
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    #[expect(clippy::cast_possible_truncation, reason = "below the count of candidates")]
    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    #[expect(clippy::cast_precision_loss, reason = "the upper 53 bits")]
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
