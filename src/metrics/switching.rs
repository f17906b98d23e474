//! Which accounts moved from one capability to another.

use std::collections::BTreeMap;

use super::breadth::{self, ByBreadth, Packed, Strata};
use super::sets::AccountSet;
use crate::config::OverlapSettings;
use crate::stats;

/// Below this a p, adjusted for the number of tests, is called significant.
pub(super) const SIGNIFICANT: f64 = 0.05;

/// Use in the first three and in the last three of the last twelve observed months, by capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThenAndNow {
    /// Accounts that used it in the first three months.
    pub then: Vec<AccountSet>,
    /// Accounts that used it in the last three months.
    pub now: Vec<AccountSet>,
    /// Accounts that used anything in both spans: only of them is known that they moved.
    pub observed: AccountSet,
}

/// The moves between two capabilities, `first` < `second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moves {
    pub pair: (usize, usize),
    pub forth: u64,
    pub back: u64,
}

/// What the moves between capabilities are counted from.
#[derive(Debug)]
pub(super) struct Switching {
    use_of: ThenAndNow,
    /// Capabilities that an observed account used in either span; 0 for the others.
    breadth: Vec<usize>,
    strata: Strata,
    layout: ByBreadth,
    used: Vec<Packed>,
    had: Vec<Packed>,
    gave_up: Vec<Packed>,
    took_up: Vec<Packed>,
}

/// Which pairs are substitutes, and the adjusted p of the moves of every tested pair.
#[derive(Debug, Default)]
pub(super) struct Substitution {
    pub p: BTreeMap<(usize, usize), f64>,
    pub substitutes: Vec<(usize, usize)>,
}

/// How far two moves go together.
#[derive(Debug, Clone, Copy)]
struct Tie {
    /// Of the accounts that made the first move, the part that made the second beyond what is expected.
    excess: f64,
    /// Two-sided p of the moves being independent.
    p: f64,
}

impl Switching {
    /// `accounts`: one more than the greatest index of an account.
    pub fn new(mut use_of: ThenAndNow, accounts: usize) -> Self {
        for set in use_of.then.iter_mut().chain(&mut use_of.now) {
            set.keep(&use_of.observed);
        }
        let pairs = || use_of.then.iter().zip(&use_of.now);
        let less = |whole: &AccountSet, part: &AccountSet| {
            let mut rest = whole.clone();
            rest.remove_all(part);
            rest
        };
        let either: Vec<AccountSet> = pairs()
            .map(|(then, now)| {
                let mut either = then.clone();
                either.unite(now);
                either
            })
            .collect();
        let breadths = breadth::breadths(&either, &use_of.observed, accounts);
        let layout = ByBreadth::new(&breadths);
        Self {
            used: either.iter().map(|set| layout.pack(set)).collect(),
            had: use_of.then.iter().map(|set| layout.pack(set)).collect(),
            gave_up: pairs().map(|(then, now)| layout.pack(&less(then, now))).collect(),
            took_up: pairs().map(|(then, now)| layout.pack(&less(now, then))).collect(),
            strata: Strata::of(breadths.iter().flatten().copied()),
            layout,
            breadth: breadths.into_iter().map(Option::unwrap_or_default).collect(),
            use_of,
        }
    }

    /// The moves between two capabilities.
    pub fn between(&self, first: usize, second: usize) -> Moves {
        let moved = |from: usize, to: usize| self.gave_up[from].common(&self.took_up[to]);
        Moves { pair: (first, second), forth: moved(first, second), back: moved(second, first) }
    }

    /// Which of the tested pairs are substitutes; see [`super::overlap::SWITCHERS`].
    pub fn substitution(&self, tested: &[Moves], settings: &OverlapSettings) -> Substitution {
        let least = u64::from(settings.min_switchers);
        let p: Vec<f64> = tested.iter().map(|moves| stats::mcnemar(moves.forth, moves.back)).collect();
        let p = stats::false_discovery(&p);
        let one_way: Vec<(usize, usize)> = tested
            .iter()
            .zip(&p)
            .filter(|(moves, p)| **p < SIGNIFICANT && moves.forth.max(moves.back) >= least)
            .map(|(moves, _)| if moves.forth >= moves.back { moves.pair } else { (moves.pair.1, moves.pair.0) })
            .collect();
        let ties: Vec<Tie> = one_way.iter().map(|&(from, to)| self.tie(from, to, settings.min_switch_share)).collect();
        let tied = stats::false_discovery(&ties.iter().map(|tie| tie.p).collect::<Vec<_>>());
        let substitutes = one_way
            .iter()
            .zip(ties.iter().zip(tied))
            .filter(|(_, (tie, p))| *p < SIGNIFICANT && tie.excess >= settings.min_switch_share)
            .filter(|(pair, _)| !self.used_together(**pair))
            .map(|(&(from, to), _)| (from.min(to), from.max(to)))
            .collect();
        Substitution { p: tested.iter().map(|moves| moves.pair).zip(p).collect(), substitutes }
    }

    /// How far giving `from` up goes with taking `to` up: among the accounts that could take it up, in strata of breadth.
    /// None is taken where even all who moved are a smaller part than `least`: that spares most of the counting.
    #[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
    fn tie(&self, from: usize, to: usize, least: f64) -> Tie {
        let none = Tie { excess: 0.0, p: 1.0 };
        let moved = self.gave_up[from].common(&self.took_up[to]) as f64;
        let gave_up = self.gave_up[from].len() as f64;
        if moved < least * gave_up {
            return none;
        }
        let one = [&self.used[from], &self.gave_up[from]];
        let strata = self.layout.moves(one, [&self.had[to], &self.took_up[to]]);
        stats::pooled_lift(&strata).map_or(none, |found| Tie { excess: (moved - found.expected) / gave_up, p: found.p })
    }

    /// Whether the two are now used by the same accounts more than chance would have it, in strata of breadth.
    fn used_together(&self, (first, second): (usize, usize)) -> bool {
        let now = &self.use_of.now;
        let units = self.use_of.observed.iter().map(|account| {
            (self.other(account, first, second), now[first].contains(account), now[second].contains(account))
        });
        stats::pooled_lift(&self.strata.count(units)).is_some_and(|found| found.lift.low > 1.0)
    }

    /// Capabilities that an account used besides these two.
    fn other(&self, account: usize, first: usize, second: usize) -> usize {
        let ThenAndNow { then, now, .. } = &self.use_of;
        let used = |of: usize| usize::from(then[of].contains(account) || now[of].contains(account));
        self.breadth[account] - used(first) - used(second)
    }
}
