use super::*;
use crate::decide::testing::{SETTINGS, capability, estimate, facts};
use crate::decide::{Decision, Grade, decide};
use crate::metrics::{CapabilityFacts, CostByType};
use crate::units::{Money, Share};

/// A capability that the rule grades prime.
fn prime(id: &str) -> CapabilityFacts {
    let mut facts = capability(id);
    facts.active_accounts = Some(12);
    facts.adoption = Some(estimate((0.03, 0.017, 0.052)));
    facts.disproportion = Some(estimate((4.0, 2.0, 8.0)));
    facts.cost_share = Share::of(0.02, 1.0);
    facts.usage_share = Share::of(0.005, 1.0);
    facts.cost = CostByType { support: Money::from_units(2_000.0), ..CostByType::default() };
    facts.monthly_adoption = vec![Some(0.02); 12];
    facts.segment_adoption = vec![Some(estimate((0.05, 0.0, 0.2))), Some(estimate((0.9, 0.5, 1.0)))];
    facts.used = "2025-01-01".parse().ok().zip("2026-09-01".parse().ok());
    facts
}

fn judged(facts_of: CapabilityFacts) -> Decision {
    decide(&facts(vec![facts_of]), SETTINGS).ranked.remove(0)
}

fn codes(decision: &Decision) -> Vec<&'static str> {
    decision.reasons.iter().map(|reason| reason.code).collect()
}

/// Every verdict fires on its own condition, and the ones before it win over `deprecate`.
#[test]
fn the_truth_table() {
    type Change = fn(&mut CapabilityFacts);
    let table: [(Change, Verdict, &[&str]); 13] = [
        (|_| {}, Verdict::Deprecate, &["prime"]),
        (|c| c.capability.intent = Some("core".into()), Verdict::Protected, &["core-intent", "prime"]),
        (
            |c| c.capability.protected_until = "2026-09-30".parse().ok(),
            Verdict::Protected,
            &["protected-until", "prime"],
        ),
        (|c| c.capability.protected_until = "2026-09-29".parse().ok(), Verdict::Deprecate, &["prime"]),
        (
            |c| c.commitments.push(("a".into(), "2027-01-01".parse().unwrap(), None)),
            Verdict::Protected,
            &["committed", "prime"],
        ),
        (|c| c.capability.launched_on = "2026-04-02".parse().ok(), Verdict::TooNew, &["too-new", "prime"]),
        (|c| c.capability.launched_on = "2026-04-01".parse().ok(), Verdict::Deprecate, &["prime"]),
        (|c| c.adoption = None, Verdict::InsufficientData, &["adoption-unknown"]),
        (
            |c| c.segment_adoption[0] = Some(estimate((0.4, 0.2, 0.6))),
            Verdict::SegmentCritical,
            &["segment-critical", "prime"],
        ),
        (|c| c.monthly_adoption[3] = Some(0.15), Verdict::Seasonal, &["seasonal", "prime"]),
        (|c| c.error_share = Share::of(0.5, 1.0), Verdict::Watch, &["prime-but-failing", "high-error-share"]),
        (|c| c.disproportion = Some(estimate((1.5, 0.8, 3.0))), Verdict::Watch, &["possible"]),
        (|c| c.cost_share = Share::of(0.001, 1.0), Verdict::Keep, &["cheap"]),
    ];
    for (row, (change, verdict, reasons)) in table.into_iter().enumerate() {
        let mut changed = prime("c");
        change(&mut changed);
        let decision = judged(changed);
        assert_eq!((decision.verdict, codes(&decision).as_slice()), (verdict, reasons), "row {row}");
    }
}

#[test]
fn a_steady_fall_is_no_season() {
    let mut falling = prime("c");
    falling.monthly_adoption[0] = Some(0.15);
    falling.trend_per_month = Some(estimate((-0.01, -0.02, -0.005)));
    falling.trend_p = Some(0.001);
    let decision = judged(falling);
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Deprecate, vec!["prime", "declining"]));
}

#[test]
fn rare_without_any_cost_is_watched_for_what_is_missing() {
    let mut unpriced = prime("c");
    unpriced.cost = CostByType::default();
    (unpriced.cost_share, unpriced.disproportion) = (None, None);
    let decision = judged(unpriced);
    assert_eq!((decision.verdict, decision.rule), (Verdict::Watch, Grade::None));
    assert_eq!(codes(&decision), ["cost-unknown"]);
}

#[test]
fn a_small_base_and_a_short_observation_say_too_little() {
    let mut few = facts(vec![prime("c")]);
    few.base.accounts = 29;
    few.base.observed = "2026-09-10".parse().ok().zip("2026-09-30".parse().ok());
    let decision = decide(&few, SETTINGS).ranked.remove(0);
    assert_eq!(decision.verdict, Verdict::InsufficientData);
    assert_eq!(codes(&decision), ["small-base", "short-observation", "prime"]);
}

#[test]
fn the_list_puts_removals_first_by_cost_and_the_guarded_last() {
    let mut dear = prime("dear");
    dear.cost.support = Money::from_units(9_000.0);
    let mut guarded = prime("guarded");
    guarded.capability.intent = Some("core".into());
    let mut common = prime("common");
    common.adoption = Some(estimate((0.5, 0.4, 0.6)));
    let decisions = decide(&facts(vec![common, prime("cheap"), dear, guarded]), SETTINGS);
    let order: Vec<usize> = decisions.ranked.iter().map(|decision| decision.capability).collect();
    assert_eq!(order, [2, 1, 0, 3]);
    assert_eq!(decisions.ranked.iter().map(|d| d.rank).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn the_sentence_holds_the_numbers() {
    let decision = judged(prime("c"));
    let plain = decision.why.replace('\u{202f}', " ");
    assert_eq!(
        plain,
        "Used by 12 of 400 accounts (3.0 %, 95 %: 1.7 %–5.2 %); it takes 2.0 % of run cost (EUR 2 000) for 0.50 % of all use: 4.0× its part (95 %: 2.0×–8.0×)."
    );
}
