//! The search: relaxations, cuts, rounding, and branches on whether and when a candidate goes.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::broken::broken_rows;
use super::cuts::{Cut, account_covers, account_rows, change_rows, cover};
use super::greedy::{fill, place_demanded};
use super::improve::improve;
use super::load::Load;
use super::program::{INTEGRAL, Knapsack, NoOptimum, Point, Proof, Relaxation, Row, knapsacks, rows};
use super::reduced::{Months, Open, Reduced, months_in, span};
use super::splits::{Split, splits};
use super::{Infeasible, Limits};

/// What the search found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The best plan; `None` when the search ended before it found one.
    pub months: Option<Vec<Option<usize>>>,
    pub bound: f64,
    pub nodes: u64,
}

/// A part of the space that is still to be searched.
#[derive(Debug)]
struct Node {
    open: Open,
    /// No plan in it is worth more.
    bound: f64,
    depth: usize,
    /// By order of making: what decides between equals.
    made: u64,
    /// Of the part that it was split from, as long as there is memory for it.
    relaxation: Option<Relaxation>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.total_cmp(&other.bound).then(other.made.cmp(&self.made))
    }
}

/// Open parts that keep their relaxation; more would only cost memory.
const KEPT_RELAXATIONS: usize = 200;
/// Rounds of cuts at the root, and at any other node.
const ROOT_ROUNDS: usize = 40;
const NODE_ROUNDS: usize = 1;
/// Cuts of one round below the root.
const NODE_CUTS: usize = 6;
/// A plan is made from the relaxation at every node down to this depth, and at every so many nodes.
const ROUND_EVERY: u64 = 20;
/// Splits that are tried before the search trusts what it learnt about a candidate.
const TRIALS: u32 = 2;
/// With fewer nodes the search has none to spare for a look around its plan.
const LEAST_FOR_POLISH: u64 = 50;
/// Splits that are compared at one node.
const COMPARED: usize = 8;

/// The search.
pub(super) struct Search<'a> {
    reduced: &'a Reduced<'a>,
    limits: Limits,
    rows: Vec<Row>,
    /// How many of them are the model's own, and no cuts.
    own_rows: usize,
    knapsacks: Vec<Knapsack>,
    scale: f64,
    proof: Option<Proof>,
    best: Option<Vec<Option<usize>>>,
    worth: f64,
    nodes: u64,
    made: u64,
    open: BinaryHeap<Node>,
    /// The highest bound of what was put aside: within the gap, or given up.
    aside: f64,
    learnt: BTreeMap<(usize, bool, bool), (f64, u32)>,
    /// A search near a plan, within another.
    polishing: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(reduced: &'a Reduced<'a>, limits: Limits) -> Self {
        let most = reduced.model.candidates.iter().flat_map(|candidate| &candidate.value);
        let scale = most.map(|value| value.abs()).filter(|value| value.is_finite()).fold(0.0, f64::max);
        let rows = rows(reduced);
        Self {
            reduced,
            limits,
            own_rows: rows.len(),
            rows,
            knapsacks: knapsacks(reduced),
            scale: if scale > 0.0 { scale } else { 1.0 },
            proof: None,
            best: None,
            worth: f64::NEG_INFINITY,
            nodes: 0,
            made: 0,
            open: BinaryHeap::new(),
            aside: f64::NEG_INFINITY,
            learnt: BTreeMap::new(),
            polishing: false,
        }
    }

    /// What a plan must be worth to be looked for.
    fn least(&self) -> f64 {
        self.worth + (self.limits.gap * self.worth.abs()).max(1e-9 * self.worth.abs().max(1e-6))
    }

    /// A plan to begin with, or one that was found on the way.
    pub(super) fn offer(&mut self, months: &[Option<usize>]) {
        let worth = self.reduced.model.worth(months);
        if worth > self.worth && self.reduced.model.broken(months).is_empty() {
            self.worth = worth;
            self.best = Some(months.to_vec());
        }
    }

    /// Searches until nothing is left that could be better, or the nodes are used up.
    pub(super) fn run(self) -> Result<Found, Infeasible> {
        let open = self.reduced.open.clone();
        self.run_over(open)
    }

    fn run_over(mut self, open: Open) -> Result<Found, Infeasible> {
        let bound = self.sum_of_best(&open);
        self.push(open, bound, 0, None);
        while let Some(mut node) = self.open.pop() {
            loop {
                if self.nodes >= self.limits.nodes && self.nodes > 0 {
                    self.open.push(node);
                    return Ok(self.end());
                }
                match self.visit(node) {
                    Some(next) => node = next,
                    None => break,
                }
            }
        }
        if self.best.is_none() && self.aside == f64::NEG_INFINITY { Err(Infeasible) } else { Ok(self.end()) }
    }

    fn end(self) -> Found {
        let left = self.open.iter().map(|node| node.bound).fold(self.aside, f64::max);
        Found { bound: left.max(self.worth), months: self.best, nodes: self.nodes }
    }

    fn sum_of_best(&self, open: &Open) -> f64 {
        let best = |(candidate, &months): (usize, &Months)| {
            let values = months_in(months).map(|month| self.reduced.value(candidate, month));
            let best = values.fold(f64::NEG_INFINITY, f64::max);
            if open.must[candidate] && best.is_finite() { best } else { best.max(0.0) }
        };
        open.months.iter().enumerate().map(best).sum()
    }

    fn push(&mut self, open: Open, bound: f64, depth: usize, relaxation: Option<Relaxation>) {
        self.made += 1;
        let relaxation = relaxation.filter(|_| self.open.len() < KEPT_RELAXATIONS);
        self.open.push(Node { open, bound, depth, made: self.made, relaxation });
    }

    /// Remembers the bound of what is not searched: within the gap, or given up.
    fn put_aside(&mut self, bound: f64) {
        self.aside = self.aside.max(bound);
    }

    /// Closes what cannot be in a better plan; `false` where nothing is left.
    fn narrow(&mut self, node: &mut Node) -> bool {
        for _ in 0..3 {
            let before = node.open.clone();
            if let Some(proof) = self.proof.as_ref() {
                let Some(bound) = proof.bound(&node.open) else { return false };
                node.bound = node.bound.min(bound);
                if self.best.is_some() {
                    let closed = proof.tighten(&mut node.open, self.least());
                    self.aside = self.aside.max(closed);
                }
            }
            if self.reduced.propagate(&mut node.open).is_err() || !self.close_full(&mut node.open) {
                return false;
            }
            if node.open == before {
                break;
            }
        }
        true
    }

    /// Closes the months in which a candidate does not fit beside what must go there.
    fn close_full(&self, open: &mut Open) -> bool {
        for knapsack in &self.knapsacks {
            let inside =
                |candidate: usize, open: &Open| open.must[candidate] && open.months[candidate] & !knapsack.months == 0;
            let used: f64 =
                knapsack.items.iter().filter(|(candidate, _)| inside(*candidate, open)).map(|(_, weight)| weight).sum();
            if used > knapsack.limit * (1.0 + 1e-6) {
                return false;
            }
            if used > 0.0 {
                for &(candidate, weight) in &knapsack.items {
                    if used + weight > knapsack.limit * (1.0 + 1e-6) && !inside(candidate, open) {
                        open.months[candidate] &= !knapsack.months;
                    }
                }
            }
        }
        true
    }

    /// Works on one part: gives the half of it to go on with, and puts the other by; `None` when it is done with.
    fn visit(&mut self, mut node: Node) -> Option<Node> {
        if self.best.is_some() && node.bound <= self.least() {
            self.put_aside(node.bound);
            return None;
        }
        self.nodes += 1;
        let root = self.nodes == 1;
        if !self.narrow(&mut node) {
            return None;
        }
        let relaxation = match self.relax(&mut node, root) {
            Ok(relaxation) => relaxation,
            Err(NoOptimum::Infeasible) => return None,
            Err(NoOptimum::Failed) => {
                self.put_aside(node.bound);
                return None;
            }
        };
        node.bound = node.bound.min(relaxation.value);
        if self.best.is_some() && node.bound <= self.least() {
            self.put_aside(node.bound);
            return None;
        }
        if root && !self.polishing {
            self.proof = Proof::find(self.reduced, &node.open, &self.rows, self.scale);
        }
        if root || node.depth <= 2 || self.nodes.is_multiple_of(ROUND_EVERY) {
            self.round(&relaxation.point, &node.open);
        }
        let Some(split) = self.choose(&node, &relaxation) else {
            // Whole, and within every limit: `relax` saw to it.
            let plan = relaxation.point.plan().filter(|plan| self.reduced.model.broken(plan).is_empty());
            match plan {
                Some(plan) => self.offer(&plan),
                None => self.put_aside(node.bound),
            }
            return None;
        };
        if root && self.limits.nodes > LEAST_FOR_POLISH && !self.polishing {
            self.polish(&relaxation.point, &node.open);
        }
        Some(self.descend(&node, relaxation, split))
    }

    /// Searches near the best plan: with what the relaxation agrees on fixed, and with everything fixed but what goes in two waves side by
    /// side and what does not go.
    fn polish(&mut self, point: &Point, open: &Open) {
        let budget = self.nodes + self.limits.nodes / 4;
        let agrees = |search: &Self, candidate: usize| {
            let month = search.best.as_ref().and_then(|best| best[candidate]);
            month.is_some_and(|month| point.inside(candidate, 1 << month) > 1.0 - INTEGRAL)
        };
        self.search_near(open, budget, agrees);
        let waves = self.reduced.waves();
        loop {
            let before = self.worth;
            for pair in waves.windows(2) {
                let window = span(pair[0].0, pair[1].1);
                self.search_near(open, budget, |search, candidate| {
                    let month = search.best.as_ref().and_then(|best| best[candidate]);
                    month.is_some_and(|month| window >> month & 1 == 0)
                });
            }
            if self.worth <= before || self.nodes >= budget {
                return;
            }
        }
    }

    /// A search of few nodes in which some candidates stay where the best plan has them.
    fn search_near(&mut self, open: &Open, budget: u64, fixed: impl Fn(&Self, usize) -> bool) {
        let Some(best) = self.best.clone().filter(|_| self.nodes < budget) else { return };
        let mut near = open.clone();
        for (candidate, month) in best.iter().enumerate() {
            if let Some(month) = *month
                && fixed(self, candidate)
            {
                near.months[candidate] = 1 << month;
                near.must[candidate] = true;
            }
        }
        let nodes = (self.limits.nodes / 100 + 5).min(budget - self.nodes);
        let mut search = Self::new(self.reduced, Limits { nodes, ..self.limits });
        search.rows.clone_from(&self.rows);
        search.proof.clone_from(&self.proof);
        search.polishing = true;
        search.offer(&best);
        if let Ok(found) = search.run_over(near) {
            self.nodes += found.nodes;
            if let Some(months) = found.months {
                self.offer(&months);
            }
        }
    }

    fn descend(&mut self, node: &Node, relaxation: Relaxation, split: Split) -> Node {
        let [left, right] = split.parts;
        let estimate = |side: bool| self.expected(split.candidate, split.timing, side);
        let left_first = estimate(false) * split.cut_off[0] <= estimate(true) * split.cut_off[1];
        let (near, far) = if left_first { (left, right) } else { (right, left) };
        self.push(far, node.bound, node.depth + 1, Some(relaxation.clone()));
        self.made += 1;
        Node { open: near, bound: node.bound, depth: node.depth + 1, made: self.made, relaxation: Some(relaxation) }
    }

    /// The relaxation of a part with the cuts that its point breaks.
    fn relax(&mut self, node: &mut Node, root: bool) -> Result<Relaxation, NoOptimum> {
        let mut relaxation = match node.relaxation.take() {
            Some(relaxation) => relaxation,
            None => self.solve_anew(&node.open)?,
        };
        let mut round = 0;
        loop {
            let closing = closing_rows(&relaxation.point, &node.open);
            if !closing.is_empty() {
                relaxation = self.add(relaxation, &closing, &node.open)?;
                continue;
            }
            if self.best.is_some() && relaxation.value <= self.least() {
                return Ok(relaxation);
            }
            let whole = relaxation.point.plan();
            let cuts = match &whole {
                Some(plan) => broken_rows(self.reduced, plan),
                None if round < if root { ROOT_ROUNDS } else { NODE_ROUNDS } => self.cuts(&relaxation.point, root),
                None => Vec::new(),
            };
            if cuts.is_empty() {
                return Ok(relaxation);
            }
            round += 1;
            if root {
                let point = relaxation.point;
                let mut at = 0;
                self.rows.retain(|row| {
                    at += 1;
                    at <= self.own_rows || row.violation(&point) > -0.1 * row.limit.max(1.0)
                });
                self.rows.extend(cuts);
                relaxation = self.solve_anew(&node.open)?;
            } else {
                relaxation = self.add(relaxation, &cuts, &node.open)?;
            }
        }
    }

    fn solve_anew(&self, open: &Open) -> Result<Relaxation, NoOptimum> {
        Relaxation::solve(self.reduced, open, self.rows.iter(), self.scale)
    }

    /// Adds rows one after the other; where the library gives up on the way, solves anew with all of them.
    fn add(&self, relaxation: Relaxation, added: &[Row], open: &Open) -> Result<Relaxation, NoOptimum> {
        let one_by_one = added.iter().try_fold(relaxation, Relaxation::with);
        match one_by_one {
            Err(NoOptimum::Failed) => Relaxation::solve(self.reduced, open, self.rows.iter().chain(added), self.scale),
            other => other,
        }
    }

    /// Rows that a point breaks, the most broken first.
    fn cuts(&self, point: &Point, root: bool) -> Vec<Row> {
        let mut cuts: Vec<Cut> = change_rows(self.reduced, point);
        cuts.extend(account_covers(self.reduced, point));
        for knapsack in account_rows(self.reduced, point) {
            let row = Row::knapsack(knapsack.months, &knapsack.items, knapsack.limit);
            let violation = row.violation(point);
            if violation > 1e-3 {
                cuts.push((violation, row));
            }
            cuts.extend(cover(&knapsack, point));
        }
        cuts.extend(self.knapsacks.iter().filter_map(|knapsack| cover(knapsack, point)));
        cuts.sort_by(|a, b| b.0.total_cmp(&a.0));
        if !root {
            cuts.truncate(NODE_CUTS);
        }
        cuts.into_iter().map(|(_, row)| row).collect()
    }

    /// A plan from a point: what goes most first, then what else fits, then made better.
    fn round(&mut self, point: &Point, open: &Open) {
        let mut load = Load::empty(self.reduced);
        let parts = point.0.iter().enumerate();
        let mut order: Vec<(f64, usize, usize)> = parts
            .flat_map(|(candidate, parts)| parts.iter().map(move |&(month, part)| (part, candidate, month)))
            .filter(|&(_, candidate, month)| open.months[candidate] >> month & 1 == 1)
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        // Twice: the first time, what goes before may still be missing.
        for _ in 0..2 {
            for &(_, candidate, month) in &order {
                if load.month(candidate).is_none() && load.fits(candidate, month) {
                    load.add(candidate, month);
                }
            }
        }
        let root = &self.reduced.open;
        if place_demanded(&mut load, self.reduced, root).is_none() {
            load = Load::empty(self.reduced);
            if place_demanded(&mut load, self.reduced, root).is_none() {
                return;
            }
        }
        let mut by_value: Vec<usize> = (0..root.months.len()).collect();
        let most = |candidate: usize| {
            months_in(root.months[candidate]).map(|month| self.reduced.value(candidate, month)).fold(0.0, f64::max)
        };
        by_value.sort_by(|&a, &b| most(b).total_cmp(&most(a)).then(a.cmp(&b)));
        fill(&mut load, self.reduced, root, by_value);
        improve(&mut load, self.reduced, root);
        self.offer(load.months());
    }

    fn expected(&self, candidate: usize, timing: bool, side: bool) -> f64 {
        let (sum, times) = self.learnt.get(&(candidate, timing, side)).copied().unwrap_or((0.0, 0));
        if times > 0 {
            return sum / f64::from(times);
        }
        let of_kind = self.learnt.iter().filter(|((_, kind, at), _)| *kind == timing && *at == side);
        let (sum, times) = of_kind.fold((0.0, 0), |(sum, times), (_, one)| (sum + one.0, times + one.1));
        if times > 0 { sum / f64::from(times) } else { self.scale }
    }

    /// The split that is expected to lower both bounds the most; `None` when the point is whole.
    fn choose(&mut self, node: &Node, relaxation: &Relaxation) -> Option<Split> {
        let mut splits: Vec<(f64, Split)> = splits(&node.open, &relaxation.point, &self.reduced.wave_span)
            .into_iter()
            .map(|split| (self.score(&split, None), split))
            .collect();
        splits.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then(a.1.candidate.cmp(&b.1.candidate)).then(a.1.timing.cmp(&b.1.timing))
        });
        let mut best: Option<(f64, Split)> = None;
        for (score, split) in splits.into_iter().take(COMPARED) {
            let known = [false, true].iter().all(|&side| {
                self.learnt.get(&(split.candidate, split.timing, side)).is_some_and(|(_, times)| *times >= TRIALS)
            });
            let score = if known { score } else { self.try_split(&split, relaxation) };
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, split));
            }
        }
        best.map(|(_, split)| split)
    }

    fn score(&self, split: &Split, losses: Option<[f64; 2]>) -> f64 {
        let losses = losses.unwrap_or_else(|| {
            [false, true]
                .map(|side| self.expected(split.candidate, split.timing, side) * split.cut_off[usize::from(side)])
        });
        losses.map(|loss| loss.max(1e-6 * self.scale)).iter().product()
    }

    /// Solves both parts and remembers what they lose.
    fn try_split(&mut self, split: &Split, relaxation: &Relaxation) -> f64 {
        let most = (relaxation.value - self.worth).clamp(1e-6 * self.scale, 1e3 * self.scale);
        let losses = [0, 1].map(|side| {
            let closing = closing_rows(&relaxation.point, &split.parts[side]);
            match closing.iter().try_fold(relaxation.clone(), Relaxation::with) {
                Ok(child) => (relaxation.value - child.value).max(0.0).min(2.0 * most),
                Err(_) => 2.0 * most,
            }
        });
        for side in [false, true] {
            let at = usize::from(side);
            let known = self.learnt.entry((split.candidate, split.timing, side)).or_insert((0.0, 0));
            known.0 += losses[at] / split.cut_off[at].max(0.01);
            known.1 += 1;
        }
        self.score(split, Some(losses))
    }
}

/// The rows that a point breaks of what is closed and of what must go. One row closes all: no part is negative.
fn closing_rows(point: &Point, open: &Open) -> Vec<Row> {
    let mut rows = Vec::new();
    let outside = |candidate: usize| point.inside(candidate, !open.months[candidate]);
    if (0..open.months.len()).any(|candidate| outside(candidate) > INTEGRAL) {
        let terms = open.months.iter().enumerate().map(|(candidate, &months)| (candidate, !months, 1.0));
        rows.push(Row { terms: terms.collect(), limit: 0.0 });
    }
    for candidate in 0..open.months.len() {
        let months = open.months[candidate];
        if open.must[candidate] && point.inside(candidate, months) < 1.0 - INTEGRAL {
            rows.push(Row { terms: vec![(candidate, months, -1.0)], limit: -1.0 });
        }
    }
    rows
}
