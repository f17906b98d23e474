//! The truth table of the verdicts, made by hand: each alone, each with the next in the order, each threshold from both sides, and
//! every reason once.

mod lines;
mod sentences;

use std::collections::BTreeSet;

use super::tests::{SOME_DAY, codes, entry_of_nothing, integration, prime, reliability};
use super::*;
use crate::config::UsageShareOf;
use crate::decide::testing::{benefit, capability, estimate, facts, judged_with};
use crate::decide::{Decision, NetBenefit, kept_off};
use crate::integrations::{CalendarEntry, Detection, IntegrationFacts, Integrations, Procure, Standing};
use crate::metrics::{
    BaseOfUse, CapabilityFacts, CoUse, CostByType, Facts, Relation, RhythmKind, Substitute, SubstituteBy, UseEvidence,
};
use crate::stats;
use crate::units::{Money, Share};

/// Three capabilities: the one that is judged, which is prime and worth removing; one that can take its place, and one beside it.
struct Scene {
    facts: Facts,
    integration: IntegrationFacts,
    is_integration: bool,
    calendar: Vec<CalendarEntry>,
    benefit: Option<NetBenefit>,
}

impl Scene {
    fn new() -> Self {
        let other = |id: &str| CapabilityFacts { adoption: Some(estimate((0.5, 0.45, 0.55))), ..prime(id) };
        Self {
            facts: facts(vec![prime("a"), other("b"), other("c")]),
            integration: integration(),
            is_integration: false,
            calendar: Vec::new(),
            benefit: Some(benefit(0.93)),
        }
    }

    fn it(&mut self) -> &mut CapabilityFacts {
        &mut self.facts.capabilities[0]
    }

    fn connects(&mut self) -> &mut IntegrationFacts {
        self.is_integration = true;
        &mut self.integration
    }

    fn judged(self) -> Decision {
        let of = if self.is_integration { vec![self.integration] } else { Vec::new() };
        let integrations = Integrations { facts: of, calendar: self.calendar, ..Integrations::default() };
        let benefits = vec![self.benefit, Some(benefit(0.93)), Some(benefit(0.93))];
        judged_with(&self.facts, &integrations, benefits).remove(0)
    }
}

fn with(change: impl Fn(&mut Scene)) -> Decision {
    let mut scene = Scene::new();
    change(&mut scene);
    scene.judged()
}

fn money(units: f64) -> Option<Money> {
    Money::from_units(units)
}

// What makes each verdict fire, one condition at a time.

fn core(scene: &mut Scene) {
    scene.it().capability.intent = Some("core".into());
}

fn new(scene: &mut Scene) {
    scene.it().capability.launched_on = "2026-08-01".parse().ok();
}

fn never_offered(scene: &mut Scene) {
    scene.it().funnel.evidence = Some(UseEvidence::NeverOffered);
    scene.it().funnel.entitled = Some(0);
}

fn common(scene: &mut Scene) {
    scene.it().adoption = Some(estimate((0.4, 0.35, 0.45)));
}

fn unreliable(scene: &mut Scene) {
    scene.connects().reliability = Some(reliability(Standing::Misses));
}

fn broken(scene: &mut Scene) {
    unreliable(scene);
    common(scene);
}

fn wanted_by_a_segment(scene: &mut Scene) {
    scene.it().segment_adoption[0] = Some(estimate((0.4, 0.2, 0.6)));
}

fn high_month(scene: &mut Scene) {
    scene.it().monthly_adoption[3] = Some(0.15);
}

fn yearly(scene: &mut Scene) {
    scene.it().rhythm.kind = Some(RhythmKind::Yearly);
    scene.it().rhythm.adoption = Some(estimate((0.2, 0.16, 0.24)));
}

fn replaced(scene: &mut Scene) {
    let already = stats::wilson(9, 12);
    scene.it().substitute = Some(Substitute { capability: 1, by: SubstituteBy::Catalogue, already });
}

/// By so many of its twelve accounts, which is all that is known.
fn used_along(scene: &mut Scene, accounts: u64) {
    let already = stats::wilson(accounts, 12);
    scene.it().substitute = Some(Substitute { capability: 1, by: SubstituteBy::CoUse, already });
}

fn in_doubt(scene: &mut Scene) {
    scene.benefit = Some(benefit(0.5));
}

fn dearer_than_platform(scene: &mut Scene) {
    scene.connects().procure = Procure {
        break_even: money(15_000.0),
        break_even_range: money(12_000.0).zip(money(30_000.0)),
        platform_price: money(10_000.0),
        saved: money(5_000.0),
    };
}

fn cheap(scene: &mut Scene) {
    scene.it().disproportion = Some(estimate((0.5, 0.2, 0.9)));
}

fn loved(scene: &mut Scene) {
    cheap(scene);
    scene.it().retention = Some(estimate((0.97, 0.85, 1.0)));
}

fn unsettled(scene: &mut Scene) {
    scene.it().disproportion = Some(estimate((1.5, 0.8, 3.0)));
}

type Change = fn(&mut Scene);
type Row = (Verdict, Change, &'static [&'static str]);

/// Each verdict alone.
const ALONE: &[Row] = &[
    (Verdict::Protected, core, &["core-intent", "prime", "net-benefit"]),
    (Verdict::TooNew, new, &["too-new", "prime", "net-benefit"]),
    (Verdict::InsufficientData, never_offered, &["never-offered", "prime", "net-benefit"]),
    (Verdict::Repair, broken, &["below-reliability-target", "detected-late"]),
    (Verdict::SegmentCritical, wanted_by_a_segment, &["segment-critical", "prime", "net-benefit"]),
    (Verdict::Seasonal, high_month, &["seasonal", "prime", "net-benefit"]),
    (
        Verdict::Consolidate,
        |scene| {
            replaced(scene);
            in_doubt(scene);
        },
        &["replaced-by", "net-benefit-in-doubt", "prime"],
    ),
    (Verdict::Deprecate, |_| {}, &["prime", "net-benefit"]),
    (
        Verdict::Procure,
        |scene| {
            dearer_than_platform(scene);
            common(scene);
        },
        &["dearer-than-platform"],
    ),
    (Verdict::Promote, loved, &["retained"]),
    (Verdict::Watch, in_doubt, &["net-benefit-in-doubt", "prime"]),
    (Verdict::Keep, common, &["common"]),
];

/// Each verdict with the next in the order: the first wins, and the reasons of both are kept.
const PAIRS: &[(Verdict, Change, &[&str])] = &[
    (
        Verdict::Protected,
        |scene| {
            core(scene);
            new(scene);
        },
        &["core-intent", "too-new", "prime", "net-benefit"],
    ),
    (
        Verdict::TooNew,
        |scene| {
            new(scene);
            never_offered(scene);
        },
        &["too-new", "never-offered", "prime", "net-benefit"],
    ),
    (
        Verdict::InsufficientData,
        |scene| {
            broken(scene);
            scene.facts.base.accounts = 29;
        },
        &["small-base", "below-reliability-target", "detected-late"],
    ),
    (
        Verdict::SegmentCritical,
        |scene| {
            wanted_by_a_segment(scene);
            high_month(scene);
        },
        &["segment-critical", "seasonal", "prime", "net-benefit"],
    ),
    (
        Verdict::Seasonal,
        |scene| {
            high_month(scene);
            replaced(scene);
        },
        &["seasonal", "replaced-by", "prime", "net-benefit"],
    ),
    (Verdict::Consolidate, replaced, &["replaced-by", "prime", "net-benefit"]),
    (Verdict::Deprecate, dearer_than_platform, &["prime", "net-benefit", "dearer-than-platform"]),
    (
        Verdict::Procure,
        |scene| {
            dearer_than_platform(scene);
            loved(scene);
        },
        &["dearer-than-platform", "retained"],
    ),
    // `keep` has a reason only where nothing else has.
    (Verdict::Watch, unsettled, &["possible"]),
];

/// Neighbours that cannot both fire, and why.
const EXCLUSIVE: &[(Verdict, &str)] = &[
    (Verdict::Repair, "repair is for what is not rare over its rhythm, segment-critical for what is"),
    (Verdict::Promote, "what is cheap has no grade, and its cost is known and in proportion or immaterial"),
];

/// What else is said: verdict and reasons where a row above does not have them.
const MORE: &[Row] = &[
    (
        Verdict::Protected,
        |scene| scene.it().commitments.push(("x".into(), "2027-01-01".parse().unwrap(), Some("contract".into()))),
        &["committed", "prime", "net-benefit"],
    ),
    (
        Verdict::Protected,
        |scene| scene.it().capability.protected_until = "2026-09-30".parse().ok(),
        &["protected-until", "prime", "net-benefit"],
    ),
    (Verdict::InsufficientData, |scene| scene.it().adoption = None, &["adoption-unknown"]),
    (
        Verdict::InsufficientData,
        |scene| scene.facts.base.observed = "2026-09-10".parse().ok().zip("2026-09-30".parse().ok()),
        &["short-observation", "prime", "net-benefit"],
    ),
    (
        Verdict::InsufficientData,
        |scene| scene.it().funnel.evidence = Some(UseEvidence::NotCounted),
        &["not-counted", "prime", "net-benefit"],
    ),
    (
        Verdict::Repair,
        |scene| {
            broken(scene);
            scene.it().funnel.evidence = Some(UseEvidence::Broken);
            scene.it().funnel.failure_share = Some(estimate((0.7, 0.6, 0.8)));
        },
        &["below-reliability-target", "attempts-fail", "high-error-share"],
    ),
    (
        Verdict::Repair,
        |scene| {
            broken(scene);
            let late = reliability(Standing::Misses);
            let swapped = (late.hours_to_repair, late.hours_to_detect);
            let late =
                crate::integrations::Reliability { hours_to_detect: swapped.0, hours_to_repair: swapped.1, ..late };
            scene.connects().reliability = Some(late);
        },
        &["below-reliability-target", "repaired-late"],
    ),
    // What is common over its own rhythm can be both; repair comes first.
    (
        Verdict::Repair,
        |scene| {
            unreliable(scene);
            yearly(scene);
        },
        &["below-reliability-target", "detected-late", "yearly-rhythm"],
    ),
    (Verdict::Seasonal, yearly, &["yearly-rhythm"]),
    (
        Verdict::Consolidate,
        |scene| {
            unsettled(scene);
            used_along(scene, 12);
        },
        &["co-used", "possible"],
    ),
    (
        Verdict::Consolidate,
        |scene| {
            used_along(scene, 3);
            scene.it().substitute.as_mut().unwrap().by = SubstituteBy::Switching;
        },
        &["moved-to", "prime", "net-benefit"],
    ),
    (
        Verdict::TooNew,
        |scene| scene.it().used = "2026-06-01".parse().ok().zip("2026-09-01".parse().ok()),
        &["first-used-lately", "prime", "net-benefit"],
    ),
    // The data begin with its use: nothing excuses it.
    (
        Verdict::Deprecate,
        |scene| {
            scene.it().used = "2026-06-01".parse().ok().zip("2026-09-01".parse().ok());
            scene.facts.months.drain(..8);
            scene.it().monthly_adoption.drain(..8);
        },
        &["prime", "net-benefit", "short-history"],
    ),
    // Two of one category that are both rare and dear are no home for each other.
    (
        Verdict::Deprecate,
        |scene| {
            used_along(scene, 12);
            scene.facts.capabilities[1].adoption = Some(estimate((0.03, 0.02, 0.05)));
        },
        &["prime", "net-benefit"],
    ),
    (
        Verdict::Watch,
        |scene| {
            replaced(scene);
            scene.facts.capabilities[1].adoption = Some(estimate((0.03, 0.02, 0.05)));
        },
        &["replacement-leaves", "replaced-by", "prime", "net-benefit"],
    ),
    (
        Verdict::Watch,
        |scene| scene.facts.capabilities[1].capability.depends_on = vec!["a".into()],
        &["needed-by", "prime", "net-benefit"],
    ),
    (
        Verdict::Deprecate,
        |scene| {
            let needs = &mut scene.facts.capabilities[1];
            needs.adoption = Some(estimate((0.03, 0.02, 0.05)));
            needs.capability.depends_on = vec!["a".into()];
            let part = &mut scene.facts.capabilities[2];
            part.adoption = Some(estimate((0.03, 0.02, 0.05)));
            part.capability.parent = Some("a".into());
        },
        &["prime", "net-benefit", "goes-after", "goes-with"],
    ),
    (Verdict::Watch, |scene| scene.benefit = None, &["net-benefit-unknown", "prime"]),
    (
        Verdict::Watch,
        |scene| scene.it().error_share = Share::of(0.5, 1.0),
        &["prime-but-failing", "prime", "high-error-share"],
    ),
    (
        Verdict::Watch,
        |scene| {
            scene.it().cost = CostByType::default();
            (scene.it().cost_share, scene.it().disproportion) = (None, None);
        },
        &["cost-unknown"],
    ),
    (Verdict::Watch, |scene| (scene.it().usage_share, scene.it().disproportion) = (None, None), &["use-unknown"]),
    // What does not matter needs no further evidence.
    (
        Verdict::Keep,
        |scene| {
            (scene.it().usage_share, scene.it().disproportion) = (None, None);
            scene.it().cost_share = Share::of(0.001, 1.0);
        },
        &["cheap"],
    ),
    (Verdict::Keep, cheap, &["cheap"]),
    // Each of what speaks against promoting.
    (
        Verdict::Keep,
        |scene| {
            loved(scene);
            scene.it().capability.intent = Some("sunset".into());
        },
        &["cheap"],
    ),
    (
        Verdict::Keep,
        |scene| {
            loved(scene);
            scene.it().capability.replaced_by = Some("b".into());
        },
        &["cheap"],
    ),
    (
        Verdict::Keep,
        |scene| {
            loved(scene);
            (scene.it().trend_per_month, scene.it().trend_p) = (Some(estimate((-0.01, -0.02, -0.005))), Some(0.01));
        },
        &["cheap", "declining"],
    ),
    (
        Verdict::Keep,
        |scene| {
            loved(scene);
            scene.it().error_share = Share::of(0.5, 1.0);
        },
        &["cheap", "high-error-share"],
    ),
    // Evidence beside the verdict.
    (
        Verdict::Deprecate,
        |scene| {
            let it = scene.it();
            (it.cost_without_use, it.active_accounts, it.used) = (true, Some(0), None);
        },
        &["prime", "net-benefit", "cost-without-use", "never-used"],
    ),
    (
        Verdict::Deprecate,
        |scene| {
            let it = scene.it();
            let base =
                BaseOfUse { of: UsageShareOf::Arr, usage_share: None, disproportion: Some(estimate((0.4, 0.1, 0.8))) };
            it.bases = vec![base];
            (it.built_for_one, it.top_account_share, it.effective_accounts) = (true, Share::of(0.9, 1.0), Some(1.2));
            (it.trend_per_month, it.trend_p) = (Some(estimate((0.01, 0.005, 0.02))), Some(0.01));
        },
        &["prime", "net-benefit", "base-dependent", "built-for-one", "growing"],
    ),
    (
        Verdict::Deprecate,
        |scene| {
            unreliable(scene);
            let detection =
                Detection { failures: 9, silent: 3, silent_rate: stats::wilson(3, 9), ..Detection::default() };
            scene.connects().detection = Some(detection);
            scene.calendar.push(CalendarEntry {
                vendor: "Acme".into(),
                breaking: Some(true),
                effective_on: Some(SOME_DAY + chrono::TimeDelta::days(30)),
                days_left: Some(30),
                capabilities: vec![0],
                ..entry_of_nothing()
            });
        },
        &["prime", "net-benefit", "unreliable", "silent-failures", "vendor-change-due"],
    ),
    (
        Verdict::Watch,
        |scene| {
            let it = scene.it();
            it.adoption = Some(estimate((0.08, 0.05, 0.12)));
            (it.funnel.exposed, it.funnel.attempt_rate) = (Some(200), Some(estimate((0.06, 0.03, 0.1))));
            (it.run_cost_12m, it.cost_confidence) = (money(1_000.0), Share::of(0.5, 1.0));
        },
        &["possible", "shown-not-tried", "unsettled", "cost-not-typical", "cost-placed-in-doubt"],
    ),
    (
        Verdict::Deprecate,
        |scene| {
            let pair = |second, relation| CoUse {
                first: 0,
                second,
                both: 9,
                either: 12,
                jaccard: estimate((0.75, 0.5, 0.9)),
                first_in_second: estimate((0.9, 0.6, 1.0)),
                second_in_first: estimate((0.8, 0.5, 0.9)),
                lift: Some(estimate((6.0, 4.0, 9.0))),
                adjusted_lift: None,
                co_use_p: Some(0.0001),
                first_to_second: Some(14),
                second_to_first: Some(1),
                switch_p: Some(0.001),
                relation,
            };
            scene.facts.overlap.pairs = vec![pair(1, Relation::Substitutes), pair(2, Relation::Complements)];
        },
        &["prime", "net-benefit", "substituted", "complement"],
    ),
];

/// Codes of what stands beside the verdict, whatever it is.
const BESIDE: &[&str] = &[
    "goes-after",
    "goes-with",
    "cost-without-use",
    "base-dependent",
    "built-for-one",
    "declining",
    "growing",
    "high-error-share",
    "unreliable",
    "silent-failures",
    "vendor-change-due",
    "never-used",
    "short-history",
    "shown-not-tried",
    "unsettled",
    "cost-not-typical",
    "cost-placed-in-doubt",
    "substituted",
    "complement",
];

fn rows() -> impl Iterator<Item = &'static Row> {
    ALONE.iter().chain(PAIRS).chain(MORE)
}

#[test]
fn every_row_holds() {
    for (row, (verdict, change, reasons)) in rows().enumerate() {
        let decision = with(change);
        assert_eq!((decision.verdict, codes(&decision).as_slice()), (*verdict, *reasons), "row {row}");
        let first = &decision.reasons[0];
        let rule = ORDERED.iter().find(|rule| rule.verdict == *verdict).unwrap();
        assert!(rule.codes.contains(&first.code), "row {row}: {} names no {}", first.code, verdict.as_str());
        assert!(
            decision.reasons.iter().all(|reason| reason.sentence.ends_with('.')),
            "row {row}: {:?}",
            decision.reasons
        );
    }
}

#[test]
fn every_verdict_has_a_row_of_its_own_and_one_with_the_next() {
    let order: Vec<Verdict> = ORDERED.iter().map(|rule| rule.verdict).collect();
    assert!(order.is_sorted(), "the list and the type have one order");
    assert_eq!(ALONE.iter().map(|row| row.0).collect::<Vec<_>>(), order);
    for pair in order.windows(2) {
        let both = PAIRS.iter().filter(|row| row.0 == pair[0]).count();
        let never = EXCLUSIVE.iter().filter(|(verdict, _)| *verdict == pair[0]).count();
        assert_eq!(both + never, 1, "{pair:?}");
    }
    // In a pair the reasons of the second stand behind those of the first.
    for (verdict, _, reasons) in PAIRS.iter().filter(|row| row.0 != Verdict::Watch) {
        let place = order.iter().position(|known| known == verdict).unwrap();
        let has = |rule: &VerdictRule| reasons.iter().position(|code| rule.codes.contains(code));
        let (first, second) = (has(&ORDERED[place]), has(&ORDERED[place + 1]));
        assert!(first == Some(0) && second.is_some(), "{verdict:?}: {reasons:?}");
    }
}

#[test]
fn codes_are_unique_and_kebab_case_and_each_occurs() {
    let own = ORDERED.iter().flat_map(|rule| rule.codes);
    let all: Vec<&str> = own.chain(BESIDE).copied().collect();
    let known: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(known.len(), all.len(), "one stands twice");
    let is_kebab = |code: &&str| {
        code.split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
    };
    assert!(known.iter().all(is_kebab), "{known:?}");
    let occur: BTreeSet<&str> = rows().flat_map(|row| row.2).copied().collect();
    assert_eq!(occur, known);
}

#[test]
fn whatever_is_not_to_be_removed_says_what_kept_it_off_and_a_removal_nothing() {
    for (row, (verdict, change, _)) in rows().enumerate() {
        let mut scene = Scene::new();
        change(&mut scene);
        let (facts, decision) = (scene.facts.capabilities[0].clone(), scene.judged());
        let kept = kept_off(&decision, &facts, &crate::decide::testing::RULE);
        let removed = matches!(verdict, Verdict::Deprecate | Verdict::Consolidate);
        assert_eq!(kept.is_empty(), removed, "row {row}: {kept:?}");
    }
}
