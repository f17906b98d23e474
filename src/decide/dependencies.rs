//! What must go before, and what goes with it.
//!
//! Takes the catalogue's `depends_on` and `parent`, and the verdicts; gives the graph, and withdraws the removals that something
//! which stays stands against.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;

use super::{Case, Reason, Verdict, rule};
use crate::metrics::{CapabilityFacts, Facts};
use crate::units::{definition, format};

definition! {
    /// What a removal drags along: the capabilities that need it (`depends_on` in the catalogue), those that need these, and so on,
    /// in the order in which they must go; and its parts (`parent`), with what needs them. Capabilities that need each other in a
    /// circle go together. An id that names no capability is a finding, and so is a circle; a circle is no error, since it can be
    /// true, but nothing of it can go before the rest.
    ///
    /// What something that stays needs cannot go. A capability whose verdict would be `deprecate` or `consolidate` becomes `watch`,
    /// with the reason `needed-by`, when one that needs it has another verdict than these two; as that one then stays, the same is
    /// asked of what it needs in turn, until nothing changes. The result is the only one of its kind: it does not matter where one begins.
    ///
    /// A part goes with its whole and does not hold it, unless it stands on its own: a guard keeps it, it is worth promoting, a platform
    /// is to run it, it is not rare, or something that stays needs it. That a part is rare and cheap is no reason to keep the whole.
    ///
    /// Otherwise the reason `goes-after` names what must go first, and `goes-with` what goes along.
    pub DEPENDENCIES, "dependencies", "Dependencies"
}

/// What a removal drags along, as capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dependencies {
    /// What needs it or a part of it, directly or not, and the parts of those, in the order in which they must go: must go before it
    /// or stop needing it.
    pub needed_by: Vec<usize>,
    /// Its parts, and what stands in a cycle with it, in the same order: goes with it.
    pub with: Vec<usize>,
    /// What it needs, directly, by index; never itself.
    pub needs: Vec<usize>,
}

/// The graph of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// By capability.
    pub of: Vec<Dependencies>,
    /// Capabilities that need each other, each cycle by id, the cycles by their first; one that needs itself is a cycle of one.
    pub cycles: Vec<Vec<usize>>,
    /// Names of `depends_on` that are no capability, with the capability that names them, by that one and then by name.
    pub unknown: Vec<(usize, String)>,
    /// By capability: what it is tied to from below, that is what needs it and what is a part of it, by index.
    ties: Vec<Vec<(usize, Tie)>>,
}

/// Why one capability cannot outlive another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// It needs the other.
    Needs,
    /// It is a part of the other.
    PartOf,
}

/// Reads the graph off the catalogue. Ids go before display names; an unknown `parent` is a finding of the catalogue already.
#[must_use]
pub fn graph(facts: &Facts) -> Graph {
    let places = places(facts);
    let count = facts.capabilities.len();
    let mut graph =
        Graph { of: vec![Dependencies::default(); count], ties: vec![Vec::new(); count], ..Graph::default() };
    let mut needs_itself = Vec::new();
    for (index, capability) in facts.capabilities.iter().enumerate() {
        let mut needs = BTreeSet::new();
        for name in &capability.capability.depends_on {
            match places.get(name.as_str()) {
                Some(&needed) if needed == index => needs_itself.push(index),
                Some(&needed) => _ = needs.insert(needed),
                None => graph.unknown.push((index, name.clone())),
            }
        }
        for &needed in &needs {
            graph.ties[needed].push((index, Tie::Needs));
        }
        graph.of[index].needs = needs.into_iter().collect();
        let whole = capability.capability.parent.as_ref().and_then(|parent| places.get(parent.as_str()));
        if let Some(&whole) = whole.filter(|whole| **whole != index) {
            graph.ties[whole].push((index, Tie::PartOf));
        }
    }
    graph.unknown.sort();
    graph.unknown.dedup();
    needs_itself.dedup();
    let circles = components(&graph.ties, |tie| tie == Tie::Needs).into_iter().filter(|circle| circle.len() > 1);
    let in_circles: Vec<Vec<usize>> = circles.collect();
    let alone = needs_itself.into_iter().filter(|index| !in_circles.iter().any(|circle| circle.contains(index)));
    graph.cycles = in_circles.iter().cloned().chain(alone.map(|index| vec![index])).collect();
    graph.cycles.sort();
    graph.drag();
    graph
}

/// Ids, and display names where no id is the same; of two with one name the first by id.
fn places(facts: &Facts) -> BTreeMap<&str, usize> {
    let mut places = BTreeMap::new();
    for (index, known) in facts.capabilities.iter().enumerate() {
        places.entry(known.capability.name.as_str()).or_insert(index);
    }
    places.extend(facts.capabilities.iter().enumerate().map(|(index, known)| (known.capability.id.as_str(), index)));
    places
}

type Ties = DiGraph<(), ()>;

/// An edge from each capability to what its removal drags along, by the ties asked for.
fn tied(ties: &[Vec<(usize, Tie)>], wanted: impl Fn(Tie) -> bool) -> Ties {
    let mut graph = Ties::with_capacity(ties.len(), ties.len());
    for _ in ties {
        graph.add_node(());
    }
    for (index, below) in ties.iter().enumerate() {
        for (dragged, _) in below.iter().filter(|(_, tie)| wanted(*tie)) {
            graph.add_edge(NodeIndex::new(index), NodeIndex::new(*dragged), ());
        }
    }
    graph
}

/// Strongly connected components, each by index, in an order in which what is dragged along comes first. By the algorithm of
/// Kosaraju and Sharir (Sharir 1981), which needs no recursion: a chain may be as long as the catalogue.
fn components(ties: &[Vec<(usize, Tie)>], wanted: impl Fn(Tie) -> bool) -> Vec<Vec<usize>> {
    let by_index = |component: Vec<NodeIndex>| {
        let mut members: Vec<usize> = component.into_iter().map(NodeIndex::index).collect();
        members.sort_unstable();
        members
    };
    kosaraju_scc(&tied(ties, wanted)).into_iter().map(by_index).collect()
}

impl Graph {
    /// Fills what is dragged along.
    fn drag(&mut self) {
        let all = tied(&self.ties, |_| true);
        let mut order = vec![(0, 0); self.of.len()];
        for (place, component) in components(&self.ties, |_| true).iter().enumerate() {
            for &member in component {
                order[member] = (place, member);
            }
        }
        let parts = tied(&self.ties, |tie| tie == Tie::PartOf);
        for index in (0..self.of.len()).filter(|index| !self.ties[*index].is_empty()) {
            let parts = reached(&parts, index);
            let goes_with = |other: &usize| order[*other].0 == order[index].0 || parts.contains(other);
            let (mut with, mut needed_by): (Vec<usize>, Vec<usize>) =
                reached(&all, index).into_iter().partition(goes_with);
            for found in [&mut with, &mut needed_by] {
                found.sort_unstable_by_key(|other| order[*other]);
            }
            (self.of[index].with, self.of[index].needed_by) = (with, needed_by);
        }
    }

    /// Which capabilities cannot go, by the verdicts that are theirs alone: something that stays hangs on them. One pass over the ties.
    fn held(&self, cases: &[Case], judged: &[Judged]) -> Held {
        let mut held = Held {
            cannot_go: vec![false; judged.len()],
            goes: judged.iter().map(|(verdict, _)| is_removal(*verdict)).collect(),
            stands_alone: cases.iter().zip(judged).map(|(case, (verdict, _))| stands_alone(case, *verdict)).collect(),
        };
        let mut above: Vec<Vec<(usize, Tie)>> = vec![Vec::new(); judged.len()];
        for (index, below) in self.ties.iter().enumerate() {
            for (other, tie) in below {
                above[*other].push((index, *tie));
            }
        }
        let mut to_ask: Vec<usize> = (0..judged.len()).collect();
        while let Some(below) = to_ask.pop() {
            for &(index, tie) in &above[below] {
                if held.stays(below, tie) && !held.cannot_go[index] {
                    (held.cannot_go[index], held.goes[index]) = (true, false);
                    to_ask.push(index);
                }
            }
        }
        held
    }
}

/// What can be reached, without the start, by index.
fn reached(graph: &Ties, from: usize) -> BTreeSet<usize> {
    let mut walk = Dfs::new(graph, NodeIndex::new(from));
    let steps = std::iter::from_fn(|| walk.next(graph)).map(NodeIndex::index);
    steps.filter(|index| *index != from).collect()
}

/// A verdict with the reasons for it.
pub(super) type Judged = (Verdict, Vec<Reason>);

/// What goes and what cannot, by capability.
struct Held {
    cannot_go: Vec<bool>,
    goes: Vec<bool>,
    stands_alone: Vec<bool>,
}

impl Held {
    /// Whether one stays, seen from what it needs or is a part of.
    fn stays(&self, index: usize, tie: Tie) -> bool {
        match tie {
            Tie::Needs => !self.goes[index],
            Tie::PartOf => self.cannot_go[index] || self.stands_alone[index],
        }
    }
}

fn is_removal(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Deprecate | Verdict::Consolidate)
}

/// Whether a part with this verdict would be kept for its own sake.
fn stands_alone(case: &Case, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Deprecate | Verdict::Consolidate | Verdict::Watch | Verdict::InsufficientData => false,
        Verdict::Keep => !rule::is_rare(case.facts, case.settings.rule),
        _ => true,
    }
}

/// Withdraws the removals that something which stays stands against, and adds what must go before or along to the reasons of the
/// other candidates; see [`DEPENDENCIES`].
pub(super) fn settle(graph: &Graph, cases: &[Case], judged: &mut [Judged]) {
    withdraw_without_refuge(cases, judged);
    let held = graph.held(cases, judged);
    let capabilities = |index: usize| &cases[index].all.capabilities;
    for (index, (verdict, reasons)) in judged.iter_mut().enumerate() {
        if !verdict.is_candidate() {
            continue;
        }
        let capabilities = capabilities(index);
        if held.cannot_go[index] {
            let reason = needed_by(capabilities, &graph.ties[index], &held);
            if is_removal(*verdict) {
                *verdict = Verdict::Watch;
                reasons.insert(0, reason);
            } else {
                reasons.push(reason);
            }
        } else {
            let Dependencies { needed_by, with, .. } = &graph.of[index];
            let after = (!needed_by.is_empty()).then(|| Reason {
                code: "goes-after",
                sentence: format!("What needs it must go first: {}.", names(capabilities, needed_by)),
            });
            let along = (!with.is_empty()).then(|| Reason {
                code: "goes-with",
                sentence: format!(
                    "What goes along, as a part of it or in a circle with it: {}.",
                    names(capabilities, with)
                ),
            });
            reasons.extend(after.into_iter().chain(along));
        }
    }
}

/// A capability cannot move in with one that is to be removed, nor two with each other.
fn withdraw_without_refuge(cases: &[Case], judged: &mut [Judged]) {
    let consolidates = |index: usize| judged[index].0 == Verdict::Consolidate;
    let target = |index: usize| cases[index].facts.substitute.as_ref().map(|found| found.capability);
    let leaves = |index: usize| {
        let to = target(index).filter(|to| *to < judged.len())?;
        let gone = judged[to].0 == Verdict::Deprecate || (consolidates(to) && target(to) == Some(index));
        gone.then_some((index, to))
    };
    let without: Vec<(usize, usize)> =
        (0..judged.len()).filter(|index| consolidates(*index)).filter_map(leaves).collect();
    for (index, to) in without {
        judged[index].0 = Verdict::Watch;
        let name = &cases[index].all.capabilities[to].capability.name;
        judged[index].1.insert(
            0,
            Reason {
                code: "replacement-leaves",
                sentence: format!(
                    "{name}, which could take its place, is itself to be removed: one of the two has to stay."
                ),
            },
        );
    }
}

/// Who holds it: what needs it and stays, and the parts that stay.
fn needed_by(capabilities: &[CapabilityFacts], ties: &[(usize, Tie)], held: &Held) -> Reason {
    let of = |wanted: Tie| -> Vec<usize> {
        ties.iter().filter(|(other, tie)| *tie == wanted && held.stays(*other, *tie)).map(|(other, _)| *other).collect()
    };
    let (need, parts) = (of(Tie::Needs), of(Tie::PartOf));
    let mut sentence = String::new();
    if !need.is_empty() {
        let verbs = if need.len() == 1 { "needs it and stays" } else { "need it and stay" };
        sentence = format!("{} {verbs}.", names(capabilities, &need));
    }
    if !parts.is_empty() {
        let (noun, verb) = if parts.len() == 1 { ("part", "stays") } else { ("parts", "stay") };
        let space = if sentence.is_empty() { "" } else { " " };
        sentence = format!("{sentence}{space}Its {noun} {} {verb}.", names(capabilities, &parts));
    }
    Reason { code: "needed-by", sentence }
}

/// How many are named; the others are counted.
const NAMED: usize = 3;

fn names(capabilities: &[CapabilityFacts], of: &[usize]) -> String {
    let name = |index: &usize| capabilities[*index].capability.name.clone();
    let mut named: Vec<String> = of.iter().take(NAMED).map(name).collect();
    if of.len() > NAMED {
        named.push(format!("{} more", format::count((of.len() - NAMED) as u64)));
    }
    match named.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => named.concat(),
    }
}

#[cfg(test)]
mod tests;
