//! Hand-computed facts of a small company.

use super::*;
use crate::attribute::{CapabilityKind, Catalogue, Ledger};
use crate::config::{
    AdoptionSettings, CatalogueSettings, CostSettings, LayerRates, Rates, Unlisted, UsageShareOf, WorkKind,
};
use crate::rollup;
use crate::tables::Tables;
use crate::tables::rows::{Commitment, Ticket};
use crate::tables::testing::{Usage, usage};
use crate::units::Period;

/// Ten accounts, `a0` … `a9`; even ones in segment `big` with ARR 100, odd ones in `small` with ARR 10, of which `a9` churned
/// before the period and `a8` starts after it. Base: eight.
fn accounts() -> Vec<Account> {
    (0..10)
        .map(|n| Account {
            account_id: Some(format!("a{n}")),
            segment: Some(if n % 2 == 0 { "big" } else { "small" }.into()),
            plan: Some("pro".into()),
            arr: Money::from_units(if n % 2 == 0 { 100.0 } else { 10.0 }),
            started_on: if n == 8 { "2026-10-01" } else { "2025-01-01" }.parse().ok(),
            churned_on: if n == 9 { "2026-05-01".parse().ok() } else { None },
            ..Account::default()
        })
        .collect()
}

const USAGE: &[Usage] = &[
    // x: a0 on two days of July with one user, a1 on one of August with two; a stranger; one who churned before.
    ("2026-07-01T00:00:00", "a0", "x", "u0", 1, "ok"),
    ("2026-07-02T00:00:00", "a0", "x", "u0", 1, "error"),
    ("2026-08-01T00:00:00", "a1", "x", "u1", 1, "ok"),
    ("2026-08-01T00:00:00", "a1", "x", "u2", 1, "ok"),
    ("2026-08-01T00:00:00", "stranger", "x", "u8", 1, "ok"),
    // The period before: a0 and a2 used it.
    ("2026-04-01T00:00:00", "a0", "x", "u0", 1, "ok"),
    ("2026-06-01T00:00:00", "a2", "x", "u3", 1, "ok"),
    // y: a0 on one day, a day on which it used x as well.
    ("2026-07-01T00:00:00", "a0", "y", "u0", 1, ""),
    ("2026-09-10T00:00:00", "a0", "y", "u0", 1, ""),
];

fn facts_of(accounts: &[Account], usage_rows: &[Usage], tickets: &[Ticket]) -> (Facts, Findings) {
    let tables: Tables = usage(usage_rows);
    let period: Period = "2026-Q3".parse().unwrap();
    let spans = Spans { previous: period.previous(), period, as_of: "2026-09-30".parse().unwrap() };
    let names = rollup::usage_names(&tables).unwrap();
    let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
    let mut findings = Findings::default();
    let catalogue = Catalogue::build(&[], &[], &own, names.iter().map(String::as_str), &mut findings);
    let rollup = rollup::roll_up(&tables, &catalogue, &spans).unwrap();
    let layers = || LayerRates { automated: 0.0, ai: 0.0, human: 60.0 };
    let rates = Rates { engineering_hour: 100.0, team: [].into(), support_hour: layers(), contact: layers() };
    let cost = CostSettings {
        run_kinds: vec![WorkKind::Maintain],
        work_without_kind: WorkKind::Unclassified,
        bootstrap_replicates: 200,
    };
    let ledger = Ledger::build(&catalogue, (tickets, &[], &[]), &rates, &cost);
    let adoption = AdoptionSettings { min_active_days: 1, usage_share_of: UsageShareOf::ActiveDays };
    let promise = Commitment {
        account_id: Some("a0".into()),
        capability: Some("y".into()),
        until: "2026-09-30".parse().ok(),
        ..Commitment::default()
    };
    let evidence = Evidence {
        tickets: &[],
        incidents: None,
        runs: None,
        catalogue: &catalogue,
        rollup: &rollup,
        ledger: &ledger,
        sources: super::super::CostSources { tickets: !tickets.is_empty(), ..Default::default() },
        accounts,
        commitments: &[promise],
        usage_totals: &[],
        base_totals: &[],
        spans: &spans,
    };
    let settings = MetricSettings { adoption: &adoption, cost: &cost, seed: 1 };
    (super::super::measure(evidence, settings, &mut findings), findings)
}

fn ticket(id: &str, capability: &str, minutes: f64) -> Ticket {
    Ticket {
        ticket_id: Some(id.into()),
        opened_at: "2026-07-05T10:00:00".parse().ok(),
        capability: Some(capability.into()),
        handle_minutes: Some(minutes),
        ..Ticket::default()
    }
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("a value");
    assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
}

#[test]
fn use_by_hand() {
    let (facts, findings) = facts_of(&accounts(), USAGE, &[]);
    assert_eq!((facts.base.accounts, facts.base.arr), (8, Money::from_units(440.0)));
    let x = &facts.capabilities[0];
    assert_eq!(x.active_accounts, Some(2), "the stranger is active, but in no base");
    close(x.adoption.map(|a| a.point), 0.25);
    close(x.adoption_arr.map(Share::value), 110.0 / 440.0);
    assert_eq!(x.arr_touched, Money::from_units(110.0));
    assert_eq!(x.active_users, Some(4));
    // July: 2 user-days of 1 user in 31 days; August: 3 of 3 users; September: nobody.
    close(x.stickiness.map(Share::value), f64::midpoint(2.0 / 31.0, 3.0 / 93.0));
    // Active before: a0 and a2; a0 is retained.
    close(x.retention.map(|r| r.point), 0.5);
    // Active days: a0 two, a1 one, the stranger one.
    close(x.top_account_share.map(Share::value), 0.5);
    close(x.effective_accounts, 16.0 / 6.0);
    // Triples: x four, y two.
    close(x.usage_share.map(Share::value), 4.0 / 6.0);
    close(x.error_share.map(Share::value), 1.0 / 5.0);
    assert_eq!(findings.count(Code::UnmatchedAccount), 1);
}

#[test]
fn segments_and_dependence_by_hand() {
    let (facts, _) = facts_of(&accounts(), USAGE, &[]);
    let names: Vec<_> = facts.segments.iter().map(|s| (s.name.as_str(), s.accounts)).collect();
    assert_eq!(names, [("big", 4), ("small", 4)]);
    let rates: Vec<f64> = facts.capabilities[0].segment_adoption.iter().map(|rate| rate.unwrap().point).collect();
    assert_eq!(rates, [0.25, 0.25]);
    // a0 was active on 1 and 2 July and 10 September: x on two of the three days.
    let a0 = facts.capabilities[0].accounts.iter().find(|a| facts.customers[a.customer].id == "a0").unwrap();
    close(a0.dependence.map(Share::value), 2.0 / 3.0);
    assert_eq!(a0.last_use, "2026-07-02".parse().unwrap());
}

#[test]
fn months_trend_and_promises_by_hand() {
    let (facts, _) = facts_of(&accounts(), USAGE, &[]);
    let months: Vec<String> = facts.months.iter().map(ToString::to_string).collect();
    assert_eq!(months, ["2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]);
    let x = &facts.capabilities[0];
    // April: a9 has not churned yet, so the base is nine. May: nothing at all was used, so it was not observed.
    let expected = [Some(1.0 / 9.0), None, Some(1.0 / 8.0), Some(1.0 / 8.0), Some(1.0 / 8.0), Some(0.0)];
    assert_eq!(x.monthly_adoption, expected);
    assert_eq!(facts.capabilities[1].commitments.len(), 1);
    assert!(x.commitments.is_empty());
}

#[test]
fn cost_by_hand_and_zero_is_not_unknown() {
    let tickets = [ticket("1", "x", 30.0), ticket("2", "x", 30.0), ticket("3", "nothing", 60.0)];
    let (facts, _) = facts_of(&accounts(), USAGE, &tickets);
    let (x, y) = (&facts.capabilities[0], &facts.capabilities[1]);
    assert_eq!(x.cost.run(), Money::from_units(60.0));
    assert_eq!(y.cost.run(), Some(Money::ZERO), "tickets were given, and none is for y");
    assert_eq!(x.cost.engineering, None, "no work items were given");
    assert_eq!((x.tickets, y.tickets), (Some(2), Some(0)));
    assert_eq!(facts.cost.unattributed.run(), Money::from_units(60.0));
    close(x.cost_share.map(Share::value), 1.0);
    close(x.disproportion.map(|d| d.point), 1.5);
    assert_eq!(x.cost_per_active_account, Money::from_units(30.0));
    close(x.contact_rate, 1000.0 * 2.0 / (2.0 * 92.0));
}

#[test]
fn without_cost_accounts_or_use() {
    let (facts, _) = facts_of(&accounts(), USAGE, &[]);
    assert_eq!((facts.capabilities[0].cost.run(), facts.capabilities[0].cost_share), (None, None));
    let (facts, _) = facts_of(&[], USAGE, &[]);
    assert_eq!(facts.base.accounts, 3, "a0, a1 and the stranger used something");
    assert_eq!(facts.base.arr, None);
    assert_eq!(facts.capabilities[0].adoption_arr, None);
    let (facts, _) = facts_of(&accounts(), &[], &[]);
    assert!(facts.capabilities.is_empty() && facts.months.is_empty());
}

#[test]
fn shares_of_use_and_cost_sum_to_one() {
    let tickets = [ticket("1", "x", 30.0), ticket("2", "y", 7.0)];
    let (facts, _) = facts_of(&accounts(), USAGE, &tickets);
    close(facts.capabilities.iter().map(|c| c.usage_share.map(Share::value)).sum(), 1.0);
    close(facts.capabilities.iter().map(|c| c.cost_share.map(Share::value)).sum(), 1.0);
}
