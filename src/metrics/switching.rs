//! Which accounts moved from one capability to another.

use std::collections::BTreeMap;

use super::breadth::{self, ByBreadth, Packed, Strata};
use super::sets::AccountSet;
use crate::config::OverlapSettings;
use crate::stats;

/// Below this a p, adjusted for the number of tests, is called significant.
pub(super) const SIGNIFICANT: f64 = 0.05;

/// Use in the first three and in the last three of the last twelve months, by capability.
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
    gave_up: Vec<Packed>,
    took_up: Vec<Packed>,
}

/// Which pairs are substitutes, and the adjusted p of the moves of every tested pair.
#[derive(Debug, Default)]
pub(super) struct Substitution {
    pub p: BTreeMap<(usize, usize), f64>,
    pub substitutes: Vec<(usize, usize)>,
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
            gave_up: pairs().map(|(then, now)| layout.pack(&less(then, now))).collect(),
            took_up: pairs().map(|(then, now)| layout.pack(&less(now, then))).collect(),
            strata: Strata::of(breadths.iter().flatten().copied()),
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
        let one_way = tested.iter().zip(&p).filter(|(_, p)| **p < SIGNIFICANT).filter_map(|(moves, _)| {
            let ((first, second), forth) = (moves.pair, moves.forth >= moves.back);
            let (from, to) = if forth { (first, second) } else { (second, first) };
            let moved = moves.forth.max(moves.back);
            #[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
            let share = moved as f64 / self.gave_up[from].len() as f64;
            (moved >= least && share >= settings.min_switch_share).then_some((from, to))
        });
        let tied: Vec<((usize, usize), f64)> =
            one_way.filter_map(|(from, to)| Some(((from, to), self.tied(from, to)?))).collect();
        let adjusted = stats::false_discovery(&tied.iter().map(|(_, p)| *p).collect::<Vec<_>>());
        let substitutes = tied
            .iter()
            .zip(adjusted)
            .filter(|((pair, _), p)| *p < SIGNIFICANT && !self.used_together(*pair))
            .map(|(((from, to), _), _)| (*from.min(to), *from.max(to)))
            .collect();
        Substitution { p: tested.iter().map(|moves| moves.pair).zip(p).collect(), substitutes }
    }

    /// p of the two moves being independent, where those who gave `from` up took `to` up more than others did; else `None`.
    /// Among the accounts that could take it up, in strata of breadth.
    fn tied(&self, from: usize, to: usize) -> Option<f64> {
        let ThenAndNow { then, now, observed } = &self.use_of;
        let could = observed.iter().filter(|&account| !then[to].contains(account));
        let found = stats::pooled_lift(&self.strata.count(could.map(|account| {
            let gave_up = then[from].contains(account) && !now[from].contains(account);
            (self.other(account, from, to), gave_up, now[to].contains(account))
        })))?;
        (found.lift.low > 1.0).then_some(found.p)
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
