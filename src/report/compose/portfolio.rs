//! What concerns several capabilities at once: the union of the candidates, pairs, the surface.

use std::cmp::Ordering;

use super::capability::estimate;
use crate::decide::Decisions;
use crate::metrics::{CoUse, Facts, Relation, Surface, Touched};
use crate::report::{EstimateLine, OnboardingLine, OverlapLine, SurfaceLine, SurfaceMonthLine, rounded};
use crate::units::Estimate;

/// What all candidates touch together: ten of them at eight percent each may touch half of the customers, so a portfolio is
/// judged by the union and never by the sum. `None` where use by account is unknown.
pub(super) fn candidate_union(facts: &Facts, decisions: &Decisions) -> Option<Touched> {
    let candidates = decisions.ranked.iter().filter(|decision| decision.verdict.is_candidate());
    facts.touched_by(&candidates.map(|decision| decision.capability).collect::<Vec<_>>())
}

/// The pairs that `shown` lets through: substitutes, then complements, then the others; of substitutes the clearest switch first, of the
/// others those that share most.
pub(in crate::report) fn pair_lines(facts: &Facts, shown: impl Fn(&CoUse) -> bool) -> Vec<OverlapLine> {
    let mut pairs: Vec<&CoUse> = facts.overlap.pairs.iter().filter(|pair| shown(pair)).collect();
    pairs.sort_by(|a, b| {
        let clearest = match (a.relation, b.relation) {
            (Relation::Substitutes, Relation::Substitutes) => {
                let p = |pair: &CoUse| pair.switch_p.unwrap_or(f64::INFINITY);
                p(a).total_cmp(&p(b))
            }
            _ => Ordering::Equal,
        };
        let most_shared = b.jaccard.point.total_cmp(&a.jaccard.point);
        a.relation
            .cmp(&b.relation)
            .then(clearest)
            .then(most_shared)
            .then_with(|| (a.first, a.second).cmp(&(b.first, b.second)))
    });
    pairs.into_iter().map(|pair| pair_line(pair, facts)).collect()
}

fn pair_line(pair: &CoUse, facts: &Facts) -> OverlapLine {
    let [first, second] = [pair.first, pair.second].map(|index| &facts.capabilities[index].capability);
    OverlapLine {
        first: first.id.clone(),
        first_name: first.name.clone(),
        second: second.id.clone(),
        second_name: second.name.clone(),
        both: pair.both,
        either: pair.either,
        jaccard: estimate(Some(pair.jaccard)),
        first_in_second: containment(pair.first_in_second),
        second_in_first: containment(pair.second_in_first),
        lift: estimate(pair.lift),
        first_to_second: pair.first_to_second,
        second_to_first: pair.second_to_first,
        switch_p: pair.switch_p.map(rounded),
        relation: pair.relation,
        adjusted_lift: estimate(pair.adjusted_lift),
        co_use_p: pair.co_use_p.map(rounded),
    }
}

/// A part of nobody is unknown.
fn containment(of: Estimate) -> Option<EstimateLine> {
    estimate(Some(of).filter(|of| of.n > 0))
}

/// Counts by month, the price of width, and the way in.
pub(super) fn surface(of: &Surface) -> SurfaceLine {
    let month = |month: &crate::metrics::SurfaceMonth| SurfaceMonthLine {
        month: month.month.to_string(),
        offered: month.offered,
        integrations: month.integrations,
        vendors: month.vendors,
        used: month.used,
    };
    let cohort = |cohort: &crate::metrics::Onboarding| OnboardingLine {
        cohort: cohort.cohort.clone(),
        accounts: cohort.accounts,
        reached: cohort.reached,
        median_days: estimate(cohort.median_days),
    };
    SurfaceLine {
        months: of.months.iter().map(month).collect(),
        ticket_elasticity: estimate(of.ticket_elasticity),
        untouched_share: estimate(of.untouched_share),
        core: of.core.clone(),
        onboarding: of.onboarding.iter().map(cohort).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, decided, estimate as figure, facts};
    use crate::decide::{Decisions, Verdict};
    use crate::metrics::{AccountSet, CustomerFacts};
    use crate::units::Money;

    /// Four capabilities of which the first three are candidates: they touch accounts 0–39, 20–59 and none.
    fn portfolio() -> (Facts, Decisions) {
        let mut all = facts(["a", "b", "c", "d"].map(capability).into());
        let customer = |n: u32| CustomerFacts {
            id: format!("{n}"),
            name: None,
            segment: None,
            owner: None,
            arr: (n.is_multiple_of(2)).then(|| Money::from_units(10.0).unwrap()),
            renews_on: None,
            is_key: None,
            in_base: true,
            active_days: 1,
        };
        all.customers = (0..400).map(customer).collect();
        let set = |accounts: std::ops::Range<usize>| accounts.collect::<AccountSet>();
        all.overlap.touched = vec![set(0..40), set(20..60), AccountSet::default(), set(0..400)];
        let mut decisions = decided(&all);
        for decision in &mut decisions.ranked {
            decision.verdict = if decision.capability < 3 { Verdict::Watch } else { Verdict::Keep };
        }
        (all, decisions)
    }

    #[test]
    fn the_union_counts_every_account_once() {
        let (all, decisions) = portfolio();
        let union = candidate_union(&all, &decisions).unwrap();
        // 40 + 40 − 20 in both; every second of them has ARR of 10.
        assert_eq!((union.accounts, union.arr), (60, Money::from_units(300.0)));
        let share = union.share.unwrap();
        assert_eq!((share.point, share.n), (0.15, 400));
    }

    #[test]
    fn counts_have_no_union_and_no_candidate_touches_none() {
        let (mut all, mut decisions) = portfolio();
        decisions.ranked.iter_mut().for_each(|decision| decision.verdict = Verdict::Keep);
        let union = candidate_union(&all, &decisions).unwrap();
        assert_eq!((union.accounts, union.arr), (0, None));
        all.overlap.touched.clear();
        assert!(candidate_union(&all, &decisions).is_none());
    }

    #[test]
    fn the_part_of_nobody_is_unknown() {
        let of = |n| Estimate { point: 0.0, low: 0.0, high: 1.0, n };
        assert_eq!(containment(of(0)), None);
        assert_eq!(containment(of(4)).map(|found| (found.point, found.n)), Some((0.0, 4)));
    }

    #[test]
    fn pairs_stand_by_what_they_are_and_how_clearly() {
        let (mut all, _) = portfolio();
        let pair = |first, second, jaccard: f64, relation, switch_p| CoUse {
            first,
            second,
            both: 20,
            either: 60,
            jaccard: figure((jaccard, 0.0, 1.0)),
            first_in_second: figure((0.5, 0.4, 0.6)),
            second_in_first: figure((0.5, 0.4, 0.6)),
            lift: None,
            adjusted_lift: None,
            co_use_p: None,
            first_to_second: None,
            second_to_first: None,
            switch_p,
            relation,
        };
        all.overlap.pairs = vec![
            pair(0, 1, 0.9, Relation::Unrelated, None),
            pair(0, 2, 0.2, Relation::Complements, None),
            pair(0, 3, 0.1, Relation::Substitutes, Some(0.04)),
            pair(1, 2, 0.3, Relation::Complements, None),
            pair(1, 3, 0.0, Relation::Substitutes, Some(0.001)),
            pair(2, 3, 0.3, Relation::Complements, None),
        ];
        let order =
            |lines: &[OverlapLine]| lines.iter().map(|l| format!("{}{}", l.first, l.second)).collect::<Vec<_>>();
        assert_eq!(order(&pair_lines(&all, |_| true)), ["bd", "ad", "bc", "cd", "ac", "ab"]);
        assert_eq!(order(&pair_lines(&all, |pair| pair.first == 2 || pair.second == 2)), ["bc", "cd", "ac"]);
    }
}
