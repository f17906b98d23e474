use super::exchange::{Exchanged, Part, differing, state};
use super::*;
use crate::config::Settings;
use crate::decide::testing::{self, DEFAULTS};
use crate::decide::{DecisionSettings, Decisions, Verdict, decide};
use crate::integrations::{Gaps, IntegrationFacts, Integrations, Procure, Reliability, Standing};
use crate::metrics::{CapabilityFacts, CostByType, Facts, StakeSums, Stakes};
use crate::units::{Estimate, Money, Share};

/// A capability of a well-observed company. A feature of 3 % adoption that costs four times its part is a candidate.
fn capability(id: &str, adoption: f64, cost_share: f64) -> CapabilityFacts {
    let mut facts = testing::capability(id);
    facts.active_accounts = Some(if adoption < 0.05 { 12 } else { 120 });
    facts.adoption = Some(testing::estimate((adoption, adoption * 0.8, adoption * 1.2)));
    facts.monthly_adoption = vec![Some(adoption); 12];
    facts.segment_adoption = vec![Some(testing::estimate((0.05, 0.0, 0.2))); 2];
    facts.usage_share = Share::of(adoption / 6.0, 1.0);
    facts.intervals.usage_share = Some((adoption / 12.0, adoption / 3.0));
    facts.cost_share = Share::of(cost_share, 1.0);
    facts.intervals.cost_share = Some((cost_share * 0.9, cost_share * 1.1));
    let ratio = 6.0 * cost_share / adoption;
    facts.disproportion = Some(testing::estimate((ratio, ratio / 2.0, ratio * 2.0)));
    facts.cost = CostByType { support: Money::from_units(100_000.0 * cost_share), ..CostByType::default() };
    facts.used = "2025-01-01".parse().ok().zip("2026-09-01".parse().ok());
    facts
}

/// A report on a candidate, an integration that all use, and something in between.
#[derive(Clone)]
struct Made {
    facts: Facts,
    integrations: Integrations,
    settings: Settings,
    inputs: Vec<InputDigest>,
    version: &'static str,
}

fn made() -> Made {
    let facts = vec![capability("fax", 0.03, 0.02), capability("search", 0.9, 0.3), capability("sync", 0.4, 0.1)];
    let input = |table: &str| InputDigest { table: Some(table.into()), blake3: "1".into() };
    Made {
        facts: testing::facts(facts),
        integrations: Integrations { facts: vec![integration(2, Standing::Meets)], ..Integrations::default() },
        settings: DEFAULTS.clone(),
        inputs: ["accounts", "catalogue", "charges", "runs", "tickets", "usage_events"].map(input).into(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn integration(capability: usize, standing: Standing) -> IntegrationFacts {
    let score = Estimate { point: 0.9, low: 0.85, high: 0.93, n: 50 };
    IntegrationFacts {
        capability,
        runs: None,
        detection: None,
        reliability: Some(Reliability {
            score,
            account_hours: 1000.0,
            broken_hours: 100.0,
            broken_hours_range: (90.0, 110.0),
            frequency: 0.01,
            hours_to_detect: 5.0,
            hours_to_repair: 5.0,
            episodes: 10,
            target: 0.99,
            standing,
            expected_broken_hours: Estimate { point: 100.0, low: 50.0, high: f64::INFINITY, n: 10 },
            rank: 1,
        }),
        gaps: Gaps::default(),
        vendor: None,
        procure: Procure::default(),
    }
}

/// As a run decides; and where removal takes 9,999 hours, nothing is removed.
fn judge(facts: &Facts, integrations: &Integrations, settings: &Settings) -> Decisions {
    let of = DecisionSettings { rule: &settings.rule, guards: &settings.guards, ..testing::settings() };
    let mut decisions = decide(facts, integrations, of);
    if settings.assumptions.removal_hours.distribution == "fixed(9999)" {
        decisions.ranked.iter_mut().for_each(|decision| decision.verdict = Verdict::Keep);
    }
    decisions
}

impl Made {
    fn basis(&self) -> Basis {
        let decisions = judge(&self.facts, &self.integrations, &self.settings);
        let made = (self.version, self.inputs.clone());
        let basis = Basis::of(made, &self.settings, &self.facts, &self.integrations, &decisions);
        Basis::read(&write(&basis).unwrap()).unwrap()
    }

    fn touch(&mut self, table: &str) {
        let of = self.inputs.iter_mut().filter(|input| input.table.as_deref() == Some(table));
        of.for_each(|input| input.blake3 = "2".into());
    }

    fn fax(&mut self) -> &mut CapabilityFacts {
        &mut self.facts.capabilities[0]
    }
}

fn compared(old: &Made, new: &Made) -> Comparison {
    compare(&old.basis(), &new.basis(), &judge)
}

/// The one change there is to `id`, wherever it is listed.
fn change<'c>(comparison: &'c Comparison, id: &str) -> &'c Change {
    let all = comparison.entered.iter().chain(&comparison.left).chain(&comparison.moved);
    let mut found = all.filter(|change| change.id == id);
    let change = found.next().unwrap();
    assert!(found.next().is_none(), "{id} is listed twice");
    change
}

/// Compares with a copy in which one thing is another, and asks for the cause of the verdict on `id`.
fn cause(id: &str, alter: impl Fn(&mut Made)) -> Vec<Cause> {
    let old = made();
    let mut new = old.clone();
    alter(&mut new);
    let comparison = compared(&old, &new);
    let change = change(&comparison, id);
    assert!(change.of_verdict() && !change.only_together, "{change:?}");
    change.causes.clone()
}

#[test]
fn equal_reports_differ_in_nothing() {
    let comparison = compared(&made(), &made());
    assert!(comparison.entered.is_empty() && comparison.left.is_empty() && comparison.moved.is_empty());
    assert!(comparison.settings.is_empty() && comparison.tables.is_empty() && comparison.notes.is_empty());
    assert_eq!(differing(&made().basis(), &made().basis()), []);
}

#[test]
fn each_cause_is_found_where_it_is_the_only_one() {
    let usage = |new: &mut Made| {
        new.touch("usage_events");
        *new.fax() = capability("fax", 0.3, 0.02);
    };
    assert_eq!(cause("fax", usage), [Cause::Usage]);
    let cost = |new: &mut Made| {
        new.touch("charges");
        *new.fax() = capability("fax", 0.03, 0.001);
    };
    assert_eq!(cause("fax", cost), [Cause::Cost]);
    let integrations = |new: &mut Made| {
        new.touch("runs");
        new.integrations.facts[0] = integration(2, Standing::Misses);
    };
    assert_eq!(cause("sync", integrations), [Cause::Integrations]);
    let catalogue = |new: &mut Made| {
        new.touch("catalogue");
        new.fax().capability.intent = Some("core".into());
    };
    assert_eq!(cause("fax", catalogue), [Cause::Catalogue]);
    let promise = |new: &mut Made| {
        new.inputs.push(InputDigest { table: Some("commitments".into()), blake3: "1".into() });
        new.fax().commitments.push(("a07".into(), "2027-01-01".parse().unwrap(), Some("contract 4".into())));
    };
    assert_eq!(cause("fax", promise), [Cause::Catalogue]);
    let assumption = |new: &mut Made| new.settings.assumptions.removal_hours.distribution = "fixed(9999)".into();
    assert_eq!(cause("fax", assumption), [Cause::Assumption]);
    assert_eq!(cause("fax", |new| new.settings.rule.rare_below = 0.01), [Cause::Configuration]);
    let period = |new: &mut Made| new.facts.as_of = "2026-09-29".parse().unwrap();
    let old = {
        let mut old = made();
        old.fax().capability.protected_until = "2026-09-29".parse().ok();
        old
    };
    let mut new = old.clone();
    period(&mut new);
    assert_eq!(change(&compared(&old, &new), "fax").causes, [Cause::Period]);
}

#[test]
fn two_that_only_together_do_it_are_named_together() {
    let mut old = made();
    *old.fax() = capability("fax", 0.3, 0.002);
    let mut new = made();
    new.touch("usage_events");
    new.touch("charges");
    let comparison = compared(&old, &new);
    let fax = change(&comparison, "fax");
    assert!(fax.only_together && comparison.entered.len() == 1, "{fax:?}");
    assert_eq!(fax.causes, [Cause::Usage, Cause::Cost]);
    assert_eq!(fax.steps.iter().map(|step| step.cause).collect::<Vec<_>>(), [Cause::Cost]);
    assert_eq!((fax.adoption.old, fax.adoption.new), (Some(0.3), Some(0.03)));
    assert_eq!((fax.run_cost.old, fax.run_cost.new), (Some(200.0), Some(2000.0)));
    // The other way round each alone takes it off the list.
    let comparison = compared(&new, &old);
    let fax = change(&comparison, "fax");
    assert!(!fax.only_together && comparison.left.len() == 1, "{fax:?}");
    assert_eq!(fax.causes, [Cause::Usage, Cause::Cost]);
}

#[test]
fn what_no_exchange_explains_is_the_program_or_the_draws() {
    let old = made();
    let mut recorded = old.basis();
    recorded.decided.iter_mut().filter(|of| of.id == "fax").for_each(|of| {
        (of.verdict, of.candidate) = ("keep".into(), false);
    });
    let new = old.basis();
    assert_eq!(change(&compare(&recorded, &new, &judge), "fax").causes, [Cause::Sampling]);
    recorded.origin.program_version = "0.0.1".into();
    let comparison = compare(&recorded, &new, &judge);
    assert_eq!(change(&comparison, "fax").causes, [Cause::ProgramVersion]);
    assert!(comparison.notes[0].contains("0.0.1"), "{:?}", comparison.notes);
}

#[test]
fn what_was_measured_under_other_settings_is_put_down_to_them() {
    let measured_otherwise = |new: &mut Made| {
        *new.fax() = capability("fax", 0.3, 0.02);
        new.settings.adoption.min_active_days = 3;
    };
    assert_eq!(cause("fax", measured_otherwise), [Cause::Configuration]);
    // With another file of usage as well it cannot be told, and a note says so.
    let (old, mut new) = (made(), made());
    measured_otherwise(&mut new);
    new.touch("usage_events");
    let comparison = compared(&old, &new);
    assert_eq!(change(&comparison, "fax").causes, [Cause::Usage]);
    assert!(comparison.notes[0].contains("`adoption.min_active_days`"), "{:?}", comparison.notes);
    assert_eq!(comparison.settings[0].key, "adoption.min_active_days");
    assert_eq!((&comparison.settings[0].old, &comparison.settings[0].new), (&Some(1.into()), &Some(3.into())));
    assert_eq!(comparison.tables, ["usage_events"]);
    // Other figures from the same files under the same settings are another program's.
    let (mut old, mut new) = (made(), made());
    *new.fax() = capability("fax", 0.3, 0.02);
    old.version = "0.0.1";
    assert_eq!(change(&compared(&old, &new), "fax").causes, [Cause::ProgramVersion]);
}

#[test]
fn capabilities_come_and_go() {
    let (mut old, mut new) = (made(), made());
    old.facts.capabilities.insert(0, capability("attic", 0.02, 0.03));
    old.integrations.facts[0].capability = 3;
    new.facts.capabilities.push(capability("telex", 0.02, 0.05));
    new.touch("catalogue");
    let comparison = compared(&old, &new);
    assert_eq!(
        (comparison.appeared.as_slice(), comparison.vanished.as_slice()),
        (&["telex".to_owned()][..], &["attic".to_owned()][..])
    );
    let (telex, attic) = (change(&comparison, "telex"), change(&comparison, "attic"));
    assert!(telex.old.is_none() && attic.new.is_none() && telex.new.as_ref().unwrap().candidate);
    assert_eq!((telex.causes.as_slice(), attic.causes.as_slice()), (&[Cause::Catalogue][..], &[Cause::Catalogue][..]));
    // The integration is known by its id and not by its place.
    let mixed = state(&old.basis(), &new.basis(), Exchanged::of(&[Part::Catalogue]));
    assert_eq!(mixed.facts.capabilities[2].capability.id, "sync");
    assert_eq!(mixed.integrations.facts.iter().map(|of| of.capability).collect::<Vec<_>>(), [2]);
}

#[test]
fn nothing_exchanged_is_the_old_report_and_everything_the_new_one() {
    let (old, mut new) = (made(), made());
    *new.fax() = capability("fax", 0.3, 0.001);
    new.facts.capabilities.push(capability("telex", 0.02, 0.05));
    new.integrations.facts[0] = integration(2, Standing::Misses);
    new.settings.rule.rare_below = 0.02;
    new.settings.assumptions.margin.distribution = "fixed(0.1)".into();
    new.facts.as_of = "2026-09-29".parse().unwrap();
    let (old, new) = (old.basis(), new.basis());
    for (exchanged, like) in [(Exchanged::default(), &old), (Exchanged::of(&Part::ALL), &new)] {
        let state = state(&old, &new, exchanged);
        assert_eq!(state.facts, like.facts);
        assert_eq!(state.integrations, like.integrations);
        assert_eq!(
            (&state.settings.rule, &state.settings.assumptions),
            (&like.settings.rule, &like.settings.assumptions)
        );
    }
}

#[test]
fn a_mixed_ratio_joins_both_intervals_in_logs() {
    let (old, mut new) = (made(), made());
    *new.fax() = capability("fax", 0.05, 0.06);
    let mixed = state(&old.basis(), &new.basis(), Exchanged::of(&[Part::Cost]));
    let fax = &mixed.facts.capabilities[0];
    let found = fax.disproportion.unwrap();
    // Cost share 0.06 (0.054 to 0.066) over usage share 0.005 (0.0025 to 0.01): 12; below by exp(-√(ln²(10/9) + ln² 2)).
    let below = (10.0_f64 / 9.0).ln().hypot(2.0_f64.ln());
    let above = 1.1_f64.ln().hypot(2.0_f64.ln());
    for (found, expected) in [(found.point, 12.0), (found.low, 12.0 * (-below).exp()), (found.high, 12.0 * above.exp())]
    {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }
    // With the same use, what stands beside the cost is exact.
    *new.fax() = capability("fax", 0.03, 0.06);
    let exact = state(&old.basis(), &new.basis(), Exchanged::of(&[Part::Cost])).facts.capabilities[0].disproportion;
    assert_eq!(exact, new.basis().facts.capabilities[0].disproportion);
    assert_eq!(fax.cost_per_active_account.unwrap().to_decimal(), "500.00", "6,000 over 12 accounts");
}

#[test]
fn stakes_take_their_cost_from_one_and_their_accounts_from_the_other() {
    let stakes = |support: f64, arr: f64| {
        let sums = StakeSums { support, arr_dependent: arr, to_migrate: arr / 10.0, ..StakeSums::default() };
        Some(Stakes {
            data: sums,
            replicates: vec![sums; 150],
            accounts: 3,
            accounts_with_arr: 3,
            already_replaced: None,
        })
    };
    let (mut old, mut new) = (made(), made());
    old.fax().stakes = stakes(1234.567, 100.0);
    new.fax().stakes = stakes(5000.0, 900.0);
    let (old, new) = (old.basis(), new.basis());
    let kept = old.facts.capabilities[0].stakes.as_ref().unwrap();
    assert_eq!((kept.replicates.len(), kept.replicates[0].support, kept.data.support), (100, 1235.0, 1234.57));
    let mixed = state(&old, &new, Exchanged::of(&[Part::Cost]));
    let mixed = mixed.facts.capabilities[0].stakes.as_ref().unwrap();
    for sums in [mixed.data, mixed.replicates[99]] {
        assert_eq!((sums.support, sums.arr_dependent, sums.to_migrate), (5000.0, 100.0, 10.0));
    }
}

#[test]
fn a_basis_names_no_account_and_keeps_what_has_no_bound() {
    let mut made = made();
    for account in ["secret-b", "secret-a", "secret-b"] {
        made.fax().commitments.push((account.into(), "2027-01-01".parse().unwrap(), Some("contract-secret".into())));
    }
    made.settings.company = Some("secret".into());
    let decisions = judge(&made.facts, &made.integrations, &made.settings);
    let basis =
        Basis::of((made.version, made.inputs.clone()), &made.settings, &made.facts, &made.integrations, &decisions);
    let text = String::from_utf8(write(&basis).unwrap()).unwrap();
    assert!(!text.contains("secret"), "{text}");
    let read = Basis::read(text.as_bytes()).unwrap();
    let promised: Vec<&str> =
        read.facts.capabilities[0].commitments.iter().map(|(account, ..)| account.as_str()).collect();
    assert_eq!(promised, ["1", "0", "1"]);
    let reliability = read.integrations.facts[0].reliability.as_ref().unwrap();
    assert!(reliability.expected_broken_hours.high.is_infinite());
    assert_eq!(read.facts.period, made.facts.period);
    assert_eq!(read.facts.months, made.facts.months);
    let later = text.replacen(&format!("\"schema_version\":\"{BASIS_SCHEMA}\""), "\"schema_version\":\"9.0\"", 1);
    assert!(matches!(Basis::read(later.as_bytes()), Err(BasisError::Version { found }) if found == "9.0"));
    assert!(Basis::read(b"{}").is_err());
    let margin = &crate::config::parse("").unwrap().assumptions.margin.distribution;
    for (from, to, named) in
        [(margin.as_str(), "", "`margin` is empty"), ("\"draws\":", "\"draws\":900", "`decision.draws`")]
    {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text);
        let problem = Basis::read(damaged.as_bytes()).unwrap_err().to_string();
        assert!(problem.contains(named), "{problem}");
    }
}
