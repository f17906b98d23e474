//! What made the difference: deciding again with one part exchanged at a time.

use std::collections::BTreeMap;

use super::Basis;
use super::exchange::{Exchanged, Part, State, differing, state};
use crate::config::Settings;
use crate::decide::{Decisions, Verdict};
use crate::integrations::Integrations;
use crate::metrics::Facts;

/// Decides on facts under settings, as a run does.
pub(super) type Decide<'a> = &'a dyn Fn(&Facts, &Integrations, &Settings) -> Decisions;

/// What became of one capability in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub verdict: Verdict,
    pub rank: usize,
}

/// What is asked for: why the verdict is another, or why only the rank is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    Verdict,
    Rank,
}

impl Aspect {
    /// Whether two outcomes are the same in it; a capability that is not there is like nothing else.
    fn same(self, a: Option<Outcome>, b: Option<Outcome>) -> bool {
        match (a, b, self) {
            (Some(a), Some(b), Self::Verdict) => a.verdict == b.verdict,
            (Some(a), Some(b), Self::Rank) => a.rank == b.rank,
            (a, b, _) => a.is_none() && b.is_none(),
        }
    }
}

/// Why one capability stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Attributed {
    /// What made it, each alone, in the order of exchange; or all of them only together.
    pub parts: Vec<Part>,
    /// None of them alone made it.
    pub only_together: bool,
    /// What changed when the parts were exchanged one after the other, in their order.
    pub steps: Vec<(Part, Option<Outcome>)>,
}

/// Two reports, decided again in every state that is asked for, each once.
pub(super) struct Recomputed<'a> {
    old: &'a Basis,
    new: &'a Basis,
    decide: Decide<'a>,
    /// In which they differ.
    pub parts: Vec<Part>,
    known: BTreeMap<Exchanged, BTreeMap<String, Outcome>>,
}

impl<'a> Recomputed<'a> {
    pub(super) fn new(old: &'a Basis, new: &'a Basis, decide: Decide<'a>) -> Self {
        Self { old, new, decide, parts: differing(old, new), known: BTreeMap::new() }
    }

    /// One capability with some parts exchanged; `None`: it is not there.
    fn at(&mut self, exchanged: Exchanged, id: &str) -> Option<Outcome> {
        let (old, new, decide) = (self.old, self.new, self.decide);
        let outcomes = self.known.entry(exchanged).or_insert_with(|| outcomes(&state(old, new, exchanged), decide));
        outcomes.get(id).copied()
    }

    /// What it is with the old parts, by this program.
    pub(super) fn before(&mut self, id: &str) -> Option<Outcome> {
        self.at(Exchanged::default(), id)
    }

    /// What it is with the new ones.
    pub(super) fn after(&mut self, id: &str) -> Option<Outcome> {
        let all = Exchanged::of(&self.parts);
        self.at(all, id)
    }

    /// Which exchange makes the difference; nothing where the old and the new parts lead to the same.
    ///
    /// A part that alone leads from the old to the new is named, and where several do, each. Where none does, what is needed is
    /// named: the parts without which the new outcome is not reached; where none is needed, since several ways lead there, those
    /// that changed something on the way. A rank, which every other capability moves too, is followed along the way alone.
    pub(super) fn attribute(&mut self, id: &str, aspect: Aspect) -> Attributed {
        let parts = self.parts.clone();
        let all = Exchanged::of(&parts);
        let (before, after) = (self.before(id), self.after(id));
        if aspect.same(before, after) {
            return Attributed::default();
        }
        let steps = self.steps(&parts, id, aspect);
        let changing: Vec<Part> = steps.iter().map(|(part, _)| *part).collect();
        if aspect == Aspect::Rank {
            return Attributed { parts: changing, only_together: false, steps };
        }
        let alone = |of: &mut Self, part: &Part| aspect.same(of.at(Exchanged::of(&[*part]), id), after);
        let mut made: Vec<Part> = parts.iter().copied().filter(|part| alone(self, part)).collect();
        let only_together = made.is_empty();
        if only_together {
            let needed = |of: &mut Self, part: &Part| !aspect.same(of.at(all.without(*part), id), after);
            made = parts.iter().copied().filter(|part| needed(self, part)).collect();
        }
        if made.is_empty() {
            made = changing;
        }
        Attributed { only_together: only_together && made.len() > 1, parts: made, steps }
    }

    /// The exchanges one after the other that changed something.
    fn steps(&mut self, parts: &[Part], id: &str, aspect: Aspect) -> Vec<(Part, Option<Outcome>)> {
        let (mut exchanged, mut last) = (Exchanged::default(), self.before(id));
        let mut steps = Vec::new();
        for &part in parts {
            exchanged = exchanged.with(part);
            let now = self.at(exchanged, id);
            if !aspect.same(last, now) {
                steps.push((part, now));
            }
            last = now;
        }
        steps
    }
}

fn outcomes(state: &State, decide: Decide) -> BTreeMap<String, Outcome> {
    let decisions = decide(&state.facts, &state.integrations, &state.settings);
    let outcome = |decision: &crate::decide::Decision| {
        let id = state.facts.capabilities[decision.capability].capability.id.clone();
        (id, Outcome { verdict: decision.verdict, rank: decision.rank })
    };
    decisions.ranked.iter().map(outcome).collect()
}
