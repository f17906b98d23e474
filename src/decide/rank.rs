use super::{Decision, Verdict};
use crate::metrics::Facts;
use crate::units::{Money, definition};

definition! {
    /// The order of the list. First what can be acted on: the verdicts `consolidate` and `deprecate` together, because both remove a
    /// capability and money does not care whether another takes its place. Then `watch`. Within both by the median of net benefit, highest
    /// first; one whose net benefit is not known comes after all whose is, by run cost of the period, highest first, because that
    /// bounds what a removal could free. Then what calls for something else than removal (`repair`, `procure`, `promote`), what is
    /// kept, and last what a guard keeps out, each by removal score. Ties go by run cost, then by removal score, then by id. Where
    /// no money is known of anything, removal score alone orders.
    ///
    /// The median and not the mean: a long tail of unlikely large savings or losses would move the mean, and half of the draws lie on
    /// either side of the median whatever the tail. Not P(net benefit > 0) either, which puts a sure trifle before a likely fortune.
    /// How firm the place is, is said by rank acceptability (`first_k`): the part of the draws in which a capability is among the first
    /// `decision.first_k` candidates.
    pub RANK, "rank", "Rank"
}

/// Orders the decisions and numbers them; see [`RANK`].
pub(super) fn ranked(facts: &Facts, mut decisions: Vec<Decision>) -> Vec<Decision> {
    let capability = |decision: &Decision| &facts.capabilities[decision.capability];
    let id = |decision: &Decision| capability(decision).capability.id.as_str();
    let is_priced = |decision: &Decision| decision.verdict.is_candidate();
    let net = |decision: &Decision| {
        let known = decision.net_benefit.as_ref().filter(|_| is_priced(decision));
        known.map_or(f64::NEG_INFINITY, |known| known.total.p50)
    };
    let freed = |decision: &Decision| -> Option<Money> {
        if is_priced(decision) { capability(decision).cost.run() } else { None }
    };
    decisions.sort_by(|a, b| {
        tier(a.verdict)
            .cmp(&tier(b.verdict))
            .then_with(|| net(b).total_cmp(&net(a)))
            .then_with(|| freed(b).cmp(&freed(a)))
            .then_with(|| score(b).total_cmp(&score(a)))
            .then_with(|| id(a).cmp(id(b)))
    });
    for (index, decision) in decisions.iter_mut().enumerate() {
        decision.rank = index + 1;
    }
    decisions
}

fn score(decision: &Decision) -> f64 {
    decision.removal_score.unwrap_or(-1.0)
}

fn tier(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Consolidate | Verdict::Deprecate => 0,
        Verdict::Watch => 1,
        Verdict::Repair | Verdict::Procure | Verdict::Promote => 2,
        Verdict::Keep => 3,
        Verdict::Protected
        | Verdict::TooNew
        | Verdict::InsufficientData
        | Verdict::SegmentCritical
        | Verdict::Seasonal => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::benefit::{NetBenefit, Spread};
    use crate::decide::testing::{capability, facts};
    use crate::decide::{Dependencies, Grade, Orders};

    fn decision(capability: usize, verdict: Verdict, p50: Option<f64>, removal_score: Option<f64>) -> Decision {
        let known = |p50| NetBenefit {
            total: Spread { p50, ..Spread::default() },
            p_positive: 0.5,
            parts: Vec::new(),
            arr_at_risk: Spread::default(),
            tornado: Vec::new(),
            flips: Vec::new(),
            acceptability: Vec::new(),
        };
        Decision {
            capability,
            rule: Grade::None,
            line: None,
            verdict,
            reasons: Vec::new(),
            why: String::new(),
            removal_score,
            removal_parts: Vec::new(),
            removal_rank: None,
            removal_probability: None,
            rank: 0,
            net_benefit: p50.map(known),
            orders: Orders::default(),
            dependencies: Dependencies::default(),
        }
    }

    fn order(decisions: Vec<Decision>, costs: &[Option<f64>]) -> Vec<usize> {
        let costing = |(index, cost): (usize, &Option<f64>)| {
            let mut one = capability(&format!("c{index}"));
            one.cost.support = cost.and_then(Money::from_units);
            one
        };
        let all = facts(costs.iter().enumerate().map(costing).collect());
        let ranked = ranked(&all, decisions);
        assert!(ranked.iter().enumerate().all(|(index, one)| one.rank == index + 1));
        ranked.iter().map(|one| one.capability).collect()
    }

    #[test]
    fn by_tier_then_net_benefit_then_run_cost_then_score_then_id() {
        use Verdict::{Consolidate, Deprecate, Keep, Protected, Watch};
        let decisions = vec![
            decision(0, Protected, Some(900.0), Some(0.9)),
            decision(1, Watch, Some(500.0), None),
            decision(2, Deprecate, None, Some(0.1)),
            decision(3, Deprecate, Some(-5.0), None),
            decision(4, Consolidate, Some(10.0), None),
            decision(5, Deprecate, Some(20.0), None),
            decision(6, Deprecate, None, Some(0.2)),
            decision(7, Deprecate, None, None),
            decision(8, Keep, Some(1.0), Some(0.3)),
            decision(9, Keep, None, Some(0.4)),
            decision(10, Deprecate, Some(20.0), None),
        ];
        let costs = [9.0, 9.0, 3.0, 1.0, 1.0, 1.0, 3.0, 4.0, 9.0, 1.0, 2.0].map(Some);
        // Of equal net benefit the dearer; a loss that is known before what is unknown; of equal cost the higher score.
        assert_eq!(order(decisions, &costs), [10, 5, 4, 3, 7, 6, 2, 1, 9, 8, 0]);
    }

    #[test]
    fn without_any_money_the_removal_score_orders_and_then_the_id() {
        let watch = |index, score| decision(index, Verdict::Watch, None, score);
        let decisions = vec![watch(3, Some(0.5)), watch(2, Some(0.5)), watch(1, None), watch(0, Some(0.7))];
        assert_eq!(order(decisions, &[None; 4]), [0, 2, 3, 1]);
        assert_eq!(order(Vec::new(), &[]), [0_usize; 0]);
    }
}
