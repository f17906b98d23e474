use super::*;
use crate::config::UsageShareOf;
use crate::decide::testing::{capability, estimate, facts, judged_as_worth};
use crate::decide::{Decision, Grade, rank};
use crate::integrations::{
    CalendarEntry, Detection, Gaps, IntegrationFacts, Integrations, Procure, Reliability, Standing,
};
use crate::metrics::{BaseOfUse, CapabilityFacts, CoUse, CostByType, Relation, RhythmKind, UseEvidence};
use crate::stats;
use crate::units::{Money, Share};

/// A capability that the rule grades prime.
pub(super) fn prime(id: &str) -> CapabilityFacts {
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
    judged_as_worth(&facts(vec![facts_of]), &Integrations::default()).remove(0)
}

pub(super) fn codes(decision: &Decision) -> Vec<&'static str> {
    decision.reasons.iter().map(|reason| reason.code).collect()
}

/// Every verdict fires on its own condition, and the ones before it win over `deprecate`.
/// What is changed about a prime capability, and the verdict and reasons that it then gets.
type Row = (fn(&mut CapabilityFacts), Verdict, &'static [&'static str]);

fn hold(table: &[Row]) {
    for (row, (change, verdict, reasons)) in table.iter().enumerate() {
        let mut changed = prime("c");
        change(&mut changed);
        let decision = judged(changed);
        assert_eq!((decision.verdict, codes(&decision).as_slice()), (*verdict, *reasons), "row {row}");
    }
}

#[test]
fn the_truth_table() {
    hold(&[
        (|_| {}, Verdict::Deprecate, &["prime", "net-benefit"]),
        (|c| c.capability.intent = Some("core".into()), Verdict::Protected, &["core-intent", "prime", "net-benefit"]),
        (
            |c| c.capability.protected_until = "2026-09-30".parse().ok(),
            Verdict::Protected,
            &["protected-until", "prime", "net-benefit"],
        ),
        (|c| c.capability.protected_until = "2026-09-29".parse().ok(), Verdict::Deprecate, &["prime", "net-benefit"]),
        (
            |c| c.commitments.push(("a".into(), "2027-01-01".parse().unwrap(), None)),
            Verdict::Protected,
            &["committed", "prime", "net-benefit"],
        ),
        (
            |c| c.capability.launched_on = "2026-04-02".parse().ok(),
            Verdict::TooNew,
            &["too-new", "prime", "net-benefit"],
        ),
        (|c| c.capability.launched_on = "2026-04-01".parse().ok(), Verdict::Deprecate, &["prime", "net-benefit"]),
        (|c| c.adoption = None, Verdict::InsufficientData, &["adoption-unknown"]),
        (
            |c| c.segment_adoption[0] = Some(estimate((0.4, 0.2, 0.6))),
            Verdict::SegmentCritical,
            &["segment-critical", "prime", "net-benefit"],
        ),
        // Over its own window it is not rare, so that no segment has to keep it.
        (
            |c| {
                c.rhythm.adoption = Some(estimate((0.2, 0.16, 0.24)));
                c.rhythm.kind = Some(RhythmKind::Yearly);
                c.segment_adoption[0] = Some(estimate((0.4, 0.2, 0.6)));
            },
            Verdict::Seasonal,
            &["yearly-rhythm"],
        ),
        (|c| c.monthly_adoption[3] = Some(0.15), Verdict::Seasonal, &["seasonal", "prime", "net-benefit"]),
        (|c| c.error_share = Share::of(0.5, 1.0), Verdict::Watch, &["prime-but-failing", "prime", "high-error-share"]),
        (|c| c.disproportion = Some(estimate((1.5, 0.8, 3.0))), Verdict::Watch, &["possible"]),
        (|c| c.cost_share = Share::of(0.001, 1.0), Verdict::Keep, &["cheap"]),
        (|c| (c.usage_share, c.disproportion) = (None, None), Verdict::Watch, &["use-unknown"]),
        // EUR 2,000 in 92 days are 7,940 a year.
        (|c| c.run_cost_12m = Money::from_units(6_352.2), Verdict::Deprecate, &["prime", "net-benefit"]),
        (|c| c.run_cost_12m = Money::from_units(10_586.0), Verdict::Deprecate, &["prime", "net-benefit"]),
        (
            |c| c.run_cost_12m = Money::from_units(6_352.1),
            Verdict::Deprecate,
            &["prime", "net-benefit", "cost-not-typical"],
        ),
        (
            |c| c.run_cost_12m = Money::from_units(10_588.0),
            Verdict::Deprecate,
            &["prime", "net-benefit", "cost-not-typical"],
        ),
    ]);
}

#[test]
fn low_use_with_another_reason_is_told_apart() {
    hold(&[
        (
            |c| {
                c.funnel.evidence = Some(UseEvidence::Broken);
                c.funnel.failure_share = Some(estimate((0.6, 0.4, 0.8)));
            },
            Verdict::Watch,
            &["prime-but-failing", "prime", "high-error-share"],
        ),
        (
            // The funnel saw too few attempts to call it broken.
            |c| {
                c.funnel.evidence = Some(UseEvidence::Used);
                c.funnel.failure_share = Some(estimate((0.5, 0.02, 0.98)));
            },
            Verdict::Deprecate,
            &["prime", "net-benefit"],
        ),
        (
            |c| {
                c.funnel.evidence = Some(UseEvidence::NeverOffered);
                c.funnel.entitled = Some(0);
                c.used = None;
                c.active_accounts = Some(0);
            },
            Verdict::InsufficientData,
            &["never-offered", "prime", "net-benefit"],
        ),
        (
            |c| {
                c.funnel.evidence = Some(UseEvidence::NotCounted);
                c.used = None;
                c.active_accounts = Some(0);
            },
            Verdict::InsufficientData,
            &["not-counted", "prime", "net-benefit"],
        ),
        (
            // Seldom in the period, but over the year more than the line; the year also grades it.
            |c| {
                c.rhythm.kind = Some(RhythmKind::Yearly);
                c.rhythm.adoption = Some(estimate((0.22, 0.18, 0.27)));
            },
            Verdict::Seasonal,
            &["yearly-rhythm"],
        ),
        (
            // Rare over the year as well.
            |c| {
                c.rhythm.kind = Some(RhythmKind::Yearly);
                c.rhythm.adoption = Some(estimate((0.04, 0.02, 0.06)));
            },
            Verdict::Deprecate,
            &["prime", "net-benefit"],
        ),
    ]);
}

#[test]
fn a_steady_fall_is_no_season() {
    let mut falling = prime("c");
    falling.monthly_adoption[0] = Some(0.15);
    falling.trend_per_month = Some(estimate((-0.01, -0.02, -0.005)));
    falling.trend_p = Some(0.001);
    let decision = judged(falling);
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Deprecate, vec!["prime", "net-benefit", "declining"]));
    // What counts as yearly was told from a fall when its rhythm was measured.
    let mut yearly = prime("c");
    (yearly.trend_per_month, yearly.trend_p) = (Some(estimate((-0.0004, -0.001, -0.0001))), Some(0.02));
    yearly.rhythm.kind = Some(RhythmKind::Yearly);
    yearly.rhythm.adoption = Some(estimate((0.22, 0.18, 0.27)));
    let decision = judged(yearly);
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Seasonal, vec!["yearly-rhythm", "declining"]));
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

/// The reasons beside the verdict of the first of some capabilities.
fn evidence_of_first(capabilities: Vec<CapabilityFacts>, pairs: Vec<CoUse>) -> Vec<(&'static str, String)> {
    let mut all = facts(capabilities);
    all.overlap.pairs = pairs;
    let first = judged_as_worth(&all, &Integrations::default()).remove(0);
    let plain = |text: String| text.replace('\u{202f}', " ");
    first.reasons.into_iter().map(|reason| (reason.code, plain(reason.sentence))).collect()
}

fn sentence<'a>(reasons: &'a [(&str, String)], code: &str) -> Option<&'a str> {
    reasons.iter().find(|(known, _)| *known == code).map(|(_, sentence)| sentence.as_str())
}

#[test]
fn a_grade_that_hangs_on_the_base_of_use_says_so() {
    let mut one = prime("c");
    let base = |of, ratio| BaseOfUse { of, usage_share: None, disproportion: Some(estimate(ratio)) };
    one.bases = vec![base(UsageShareOf::ActiveDays, (4.0, 2.0, 8.0)), base(UsageShareOf::Events, (3.0, 1.5, 6.0))];
    assert_eq!(sentence(&evidence_of_first(vec![one.clone()], Vec::new()), "base-dependent"), None);
    one.bases.push(base(UsageShareOf::Arr, (0.4, 0.1, 0.8)));
    assert_eq!(
        sentence(&evidence_of_first(vec![one], Vec::new()), "base-dependent"),
        Some(
            "Its grade depends on what use is counted in; cost share over usage share by active days 4.0× (prime), events 3.0× (prime), ARR 0.40× (none)."
        )
    );
}

#[test]
fn adoption_on_both_sides_of_the_line_says_how_long_to_wait() {
    let mut one = prime("c");
    one.adoption = Some(estimate((0.08, 0.05, 0.12)));
    one.days_to_settle = Some(140);
    let reasons = evidence_of_first(vec![one.clone()], Vec::new());
    assert_eq!(
        sentence(&reasons, "unsettled"),
        Some(
            "Its adoption, 8.0 % (5.0–12 %), lies on neither side of 10 % for certain; about 140 days more of data would settle it."
        )
    );
    one.days_to_settle = None;
    assert!(sentence(&evidence_of_first(vec![one], Vec::new()), "unsettled").unwrap().contains("waiting alone"));
    assert_eq!(sentence(&evidence_of_first(vec![prime("c")], Vec::new()), "unsettled"), None);
}

#[test]
fn partners_are_named_with_their_figures() {
    let pair = |relation, (there, back)| CoUse {
        first: 0,
        second: 1,
        both: 9,
        either: 12,
        jaccard: estimate((0.75, 0.5, 0.9)),
        first_in_second: estimate((0.9, 0.6, 1.0)),
        second_in_first: estimate((0.8, 0.5, 0.9)),
        lift: Some(estimate((6.0, 4.0, 9.0))),
        adjusted_lift: Some(estimate((5.0, 3.0, 8.0))),
        co_use_p: Some(0.0001),
        first_to_second: Some(there),
        second_to_first: Some(back),
        switch_p: Some(0.001),
        relation,
    };
    let two = || vec![prime("old"), prime("new")];
    let reasons = evidence_of_first(two(), vec![pair(Relation::Substitutes, (14, 1))]);
    assert_eq!(
        sentence(&reasons, "substituted"),
        Some("14 accounts gave it up and took up new within a year; 1 went the other way.")
    );
    let reasons = evidence_of_first(two(), vec![pair(Relation::Substitutes, (1, 14))]);
    assert_eq!(sentence(&reasons, "substituted"), None, "others come to it");
    let reasons = evidence_of_first(two(), vec![pair(Relation::Complements, (0, 0))]);
    assert_eq!(
        sentence(&reasons, "complement"),
        Some(
            "Used together with new: 9 of 12 accounts that use either use both, 5.0× what accounts of equal breadth would give."
        )
    );
    let plain = CoUse { adjusted_lift: None, ..pair(Relation::Complements, (0, 0)) };
    assert_eq!(
        sentence(&evidence_of_first(two(), vec![plain]), "complement"),
        Some("Used together with new: 9 of 12 accounts that use either use both, 6.0× what chance would give.")
    );
}

#[test]
fn what_is_shown_and_not_tried_and_what_is_placed_in_doubt_is_said() {
    let mut one = prime("c");
    one.funnel.exposed = Some(200);
    one.funnel.attempt_rate = Some(estimate((0.06, 0.03, 0.1)));
    one.cost_confidence = Share::of(0.5, 1.0);
    let reasons = evidence_of_first(vec![one], Vec::new());
    assert_eq!(
        sentence(&reasons, "shown-not-tried"),
        Some("Shown to 200 accounts, tried by 6.0 % (3.0–10 %) of them.")
    );
    assert!(sentence(&reasons, "cost-placed-in-doubt").unwrap().ends_with("0.500."));
    let none = evidence_of_first(vec![prime("c")], Vec::new());
    assert_eq!((sentence(&none, "shown-not-tried"), sentence(&none, "cost-placed-in-doubt")), (None, None));
}

#[test]
fn a_small_base_and_a_short_observation_say_too_little() {
    let mut few = facts(vec![prime("c")]);
    few.base.accounts = 29;
    few.base.observed = "2026-09-10".parse().ok().zip("2026-09-30".parse().ok());
    let decision = judged_as_worth(&few, &Integrations::default()).remove(0);
    assert_eq!(decision.verdict, Verdict::InsufficientData);
    assert_eq!(codes(&decision), ["small-base", "short-observation", "prime", "net-benefit"]);
}

#[test]
fn the_list_puts_removals_first_by_cost_and_the_guarded_last() {
    let mut dear = prime("dear");
    dear.cost.support = Money::from_units(9_000.0);
    let mut guarded = prime("guarded");
    guarded.capability.intent = Some("core".into());
    let mut common = prime("common");
    common.adoption = Some(estimate((0.5, 0.4, 0.6)));
    let all = facts(vec![common, prime("cheap"), dear, guarded]);
    let ranked = rank::ranked(&all, judged_as_worth(&all, &Integrations::default()));
    assert_eq!(ranked.iter().map(|decision| decision.capability).collect::<Vec<_>>(), [2, 1, 0, 3]);
    assert_eq!(ranked.iter().map(|decision| decision.rank).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn the_sentence_holds_the_numbers() {
    let decision = judged(prime("c"));
    let plain = decision.why.replace('\u{202f}', " ");
    assert_eq!(
        plain,
        "Used by 12 of 400 accounts (3.0 %, 95 %: 1.7 %–5.2 %); it takes 2.0 % of run cost (EUR 2 000) for 0.50 % of all use: 4.0× its part (95 %: 2.0×–8.0×)."
    );
    assert_eq!(
        decision.reasons[1].sentence.replace('\u{202f}', " "),
        "Removing it pays in 93 % of simulated runs; the line is 80 %."
    );
}

/// An integration of which only these are known.
pub(super) fn integration() -> IntegrationFacts {
    IntegrationFacts {
        capability: 0,
        runs: None,
        detection: None,
        reliability: None,
        gaps: Gaps::default(),
        vendor: None,
        procure: Procure::default(),
    }
}

pub(super) fn reliability(standing: Standing) -> Reliability {
    Reliability {
        score: estimate((0.9, 0.85, 0.94)),
        account_hours: 1_000.0,
        broken_hours: 100.0,
        broken_hours_range: (80.0, 120.0),
        frequency: 0.01,
        hours_to_detect: 7.0,
        hours_to_repair: 3.0,
        episodes: 10,
        target: 0.99,
        standing,
        expected_broken_hours: estimate((100.0, 50.0, 200.0)),
        rank: 1,
    }
}

fn judged_as(facts_of: CapabilityFacts, integration: IntegrationFacts) -> Decision {
    let integrations = Integrations { facts: vec![integration], ..Integrations::default() };
    judged_as_worth(&facts(vec![facts_of]), &integrations).remove(0)
}

#[test]
fn an_integration_that_is_wanted_and_surely_unreliable_is_to_be_repaired() {
    let mut wanted = capability("i");
    wanted.adoption = Some(estimate((0.4, 0.35, 0.45)));
    wanted.cost = CostByType { support: Money::from_units(2_000.0), ..CostByType::default() };
    let with = |standing| IntegrationFacts { reliability: Some(reliability(standing)), ..integration() };
    let decision = judged_as(wanted.clone(), with(Standing::Misses));
    assert_eq!(
        (decision.verdict, codes(&decision)),
        (Verdict::Repair, vec!["below-reliability-target", "detected-late"])
    );
    assert!(decision.reasons[0].sentence.contains("An episode takes 7"), "{}", decision.reasons[0].sentence);
    for standing in [Standing::Undecided, Standing::Meets] {
        assert_eq!(judged_as(wanted.clone(), with(standing)).verdict, Verdict::Keep);
    }
    // At the line of rarity it is not rare; below it unreliability is a reason, and no verdict.
    wanted.adoption = Some(estimate((0.10, 0.05, 0.15)));
    assert_eq!(judged_as(wanted.clone(), with(Standing::Misses)).verdict, Verdict::Repair);
    let decision = judged_as(prime("i"), with(Standing::Misses));
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Deprecate, vec!["prime", "net-benefit", "unreliable"]));
}

#[test]
fn an_integration_that_a_platform_would_run_for_less_is_to_be_procured() {
    let mut dear = capability("i");
    dear.adoption = Some(estimate((0.4, 0.35, 0.45)));
    dear.cost = CostByType { support: Money::from_units(2_000.0), ..CostByType::default() };
    let money = |units: f64| Money::from_units(units);
    let with = |saved: f64, low: Option<f64>| IntegrationFacts {
        procure: Procure {
            break_even: money(10_000.0 + saved),
            break_even_range: low.map(|low| (money(low).unwrap(), money(30_000.0).unwrap())),
            platform_price: money(10_000.0),
            saved: money(saved),
        },
        ..integration()
    };
    for (saved, low, verdict) in [
        (5_000.0, None, Verdict::Keep),
        (5_000.0, Some(10_001.0), Verdict::Procure),
        (5_000.0, Some(10_000.0), Verdict::Keep),
        (0.0, None, Verdict::Keep),
        (-1.0, None, Verdict::Keep),
    ] {
        assert_eq!(judged_as(dear.clone(), with(saved, low)).verdict, verdict, "{saved} {low:?}");
    }
    let sure = || with(5_000.0, Some(10_001.0));
    let decision = judged_as(prime("i"), sure());
    assert_eq!(
        (decision.verdict, codes(&decision)),
        (Verdict::Deprecate, vec!["prime", "net-benefit", "dearer-than-platform"])
    );
    // What would only be watched is handed on.
    let mut possible = prime("i");
    possible.disproportion = Some(estimate((1.5, 0.8, 3.0)));
    let decision = judged_as(possible, sure());
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Procure, vec!["dearer-than-platform", "possible"]));
    let plain = decision.why.replace('\u{202f}', " ");
    assert!(plain.ends_with(
        "The break-even price of a platform is EUR 15 000 a year (95 %: EUR 10 001–EUR 30 000), the cost that it would take over; it charges EUR 10 000 and would save EUR 5 000."
    ), "{plain}");
}

#[test]
fn silent_failures_are_spoken_of_from_three_on() {
    let mut wanted = capability("i");
    wanted.adoption = Some(estimate((0.4, 0.35, 0.45)));
    wanted.cost = CostByType { support: Money::from_units(2_000.0), ..CostByType::default() };
    for (silent, expected) in [(2, vec!["no-reason"]), (3, vec!["no-reason", "silent-failures"])] {
        let detection =
            Detection { failures: 9, silent, silent_rate: stats::wilson(silent, 9), ..Detection::default() };
        let decision = judged_as(wanted.clone(), IntegrationFacts { detection: Some(detection), ..integration() });
        assert_eq!(codes(&decision)[1..], expected[1..], "{silent}");
        assert_eq!(decision.verdict, Verdict::Keep);
    }
}

#[test]
fn the_next_breaking_change_of_a_vendor_is_a_reason_up_to_half_a_year_ahead() {
    let mut wanted = capability("i");
    wanted.adoption = Some(estimate((0.4, 0.35, 0.45)));
    let entry = |vendor: &str, days_left: Option<i64>, breaking, capabilities: &[usize]| CalendarEntry {
        vendor: vendor.into(),
        title: Some("Version 1 ends.".into()),
        breaking,
        effective_on: days_left.map(|days| SOME_DAY + chrono::TimeDelta::days(days)),
        days_left,
        capabilities: capabilities.to_vec(),
        ..entry_of_nothing()
    };
    let reason = |calendar: Vec<CalendarEntry>, owner: Option<&str>| {
        let mut wanted = wanted.clone();
        wanted.capability.owner = owner.map(str::to_owned);
        let integrations = Integrations { facts: vec![integration()], calendar, ..Integrations::default() };
        let decision = judged_as_worth(&facts(vec![wanted]), &integrations).remove(0);
        let found = decision.reasons.into_iter().find(|reason| reason.code == "vendor-change-due");
        found.map(|reason| reason.sentence)
    };
    for none in [
        entry("Acme", Some(181), Some(true), &[0]),
        entry("Acme", Some(10), Some(false), &[0]),
        entry("Acme", Some(10), None, &[0]),
        entry("Acme", Some(10), Some(true), &[1]),
        entry("Acme", None, Some(true), &[0]),
    ] {
        assert_eq!(reason(vec![none.clone()], None), None, "{none:?}");
    }
    let two = vec![entry("Acme", Some(62), Some(true), &[0, 1]), entry("Acme", Some(180), Some(true), &[0])];
    assert_eq!(
        reason(two, None).as_deref(),
        Some(
            "Acme changes what it is built on in 62 days, on 2026-12-01: Version 1 ends. Nobody owns it. 1 more by 2027-03-29."
        )
    );
    assert_eq!(
        reason(vec![entry("Acme", Some(1), Some(true), &[0])], Some("Connect")).as_deref(),
        Some("Acme changes what it is built on in 1 day, on 2026-10-01: Version 1 ends.")
    );
}

/// The as-of date of the invented facts.
pub(super) const SOME_DAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 9, 30).unwrap();

pub(super) fn entry_of_nothing() -> CalendarEntry {
    CalendarEntry {
        vendor: String::new(),
        api: None,
        title: None,
        change: None,
        breaking: None,
        announced_on: None,
        effective_on: None,
        effective_version: None,
        days_left: None,
        capabilities: Vec::new(),
        accounts: None,
        arr: None,
        owners: Vec::new(),
        unowned: true,
        url: None,
    }
}
