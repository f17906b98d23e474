//! How much the ranking moves when cost is allocated by another method.

use super::decision_settings;
use super::understand::{Known, metric_settings};
use crate::attribute::Allocation;
use crate::config::Settings;
use crate::decide::{self, Decisions};
use crate::integrations::Integrations;
use crate::metrics::{self, Facts};
use crate::report::{AllocationComparison, RankMove};
use crate::stats;

/// The list under every other method that could change it, against the list of the report.
pub(super) fn compare(
    known: &Known,
    settings: &Settings,
    facts: &Facts,
    integrations: &Integrations,
    decisions: &Decisions,
) -> Vec<AllocationComparison> {
    if known.alternatives.is_empty() {
        return Vec::new();
    }
    let costs = known.costs(settings);
    let ranks = ranks(decisions);
    let compare = |allocation: Allocation| {
        let ledger = costs.ledger(allocation);
        let other = metrics::recost(facts, known.evidence(&ledger), metric_settings(settings));
        let judged = decide::decide(&other, integrations, decision_settings(settings));
        comparison(allocation.name(), (decisions, &ranks), &judged)
    };
    known.alternatives.iter().copied().map(compare).collect()
}

/// The rank of every capability, by its index.
fn ranks(decisions: &Decisions) -> Vec<usize> {
    let mut ranks = vec![0; decisions.ranked.len()];
    for decision in &decisions.ranked {
        ranks[decision.capability] = decision.rank;
    }
    ranks
}

#[expect(clippy::cast_precision_loss, reason = "ranks are few")]
fn comparison(method: String, (ours, ranks): (&Decisions, &[usize]), theirs: &Decisions) -> AllocationComparison {
    let other = self::ranks(theirs);
    let numbers = |ranks: &[usize]| ranks.iter().map(|&rank| rank as f64).collect::<Vec<_>>();
    let candidates = |decisions: &Decisions| {
        let those = decisions.ranked.iter().filter(|decision| decision.verdict.is_candidate());
        those.map(|decision| decision.capability).collect::<Vec<_>>()
    };
    let (before, after) = (candidates(ours), candidates(theirs));
    let moved = ranks.iter().zip(&other).enumerate().filter(|(_, (from, to))| from != to);
    let largest = moved.max_by_key(|(_, (from, to))| (from.abs_diff(**to), std::cmp::Reverse(**from)));
    AllocationComparison {
        method,
        kendall_tau: stats::kendall_tau(&numbers(ranks), &numbers(&other)),
        entered: after.iter().filter(|capability| !before.contains(capability)).copied().collect(),
        left: before.iter().filter(|capability| !after.contains(capability)).copied().collect(),
        largest_move: largest.map(|(capability, (&from, &to))| RankMove { capability, from, to }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Decision, Grade, Verdict};

    /// Decisions in this order; the first so many are candidates.
    fn list(order: &[usize], candidates: usize) -> Decisions {
        let decision = |(place, &capability): (usize, &usize)| Decision {
            capability,
            rule: Grade::None,
            line: None,
            verdict: if place < candidates { Verdict::Watch } else { Verdict::Keep },
            reasons: Vec::new(),
            why: String::new(),
            removal_score: None,
            removal_parts: Vec::new(),
            removal_rank: None,
            removal_probability: None,
            rank: place + 1,
            net_benefit: None,
            orders: crate::decide::Orders::default(),
            dependencies: crate::decide::Dependencies::default(),
        };
        Decisions {
            ranked: order.iter().enumerate().map(decision).collect(),
            assumptions: Vec::new(),
            calibration: None,
            cycles: Vec::new(),
        }
    }

    #[test]
    fn by_hand() {
        let (ours, theirs) = (list(&[2, 0, 1, 3], 2), list(&[2, 1, 3, 0], 2));
        let found = comparison("m".into(), (&ours, &ranks(&ours)), &theirs);
        // Ranks by capability: 2 3 1 4 against 4 2 1 3. Of six pairs four keep their order.
        assert!((found.kendall_tau.unwrap() - 2.0 / 6.0).abs() < 1e-12);
        assert_eq!((found.entered, found.left), (vec![1], vec![0]));
        assert_eq!(found.largest_move, Some(RankMove { capability: 0, from: 2, to: 4 }));
        let same = comparison("m".into(), (&ours, &ranks(&ours)), &ours);
        assert_eq!((same.kendall_tau, same.largest_move, same.entered.len()), (Some(1.0), None, 0));
    }
}
