//! Hand-computed facts of a small company.

use super::*;
use crate::attribute::testing::{cost_settings, ledger_of};
use crate::attribute::{CapabilityKind, Catalogue};
use crate::config::{
    AdoptionSettings, CatalogueSettings, CostSettings, LayerRates, MapRule, MatchKind, Rates, Stage, Unlisted,
    UsageShareOf,
};
use crate::metrics::testing::ADOPTION;
use crate::metrics::{RhythmKind, Signs, UseEvidence};
use crate::rollup;
use crate::tables::Tables;
use crate::tables::rows::{Commitment, Incident, Run, Ticket};
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

/// What the facts are computed from, besides the promises and the settings.
#[derive(Default)]
struct Given<'a> {
    accounts: &'a [Account],
    usage: &'a [Usage<'a>],
    tickets: &'a [Ticket],
    runs: Option<&'a [Run]>,
    incidents: Option<&'a [Incident]>,
    rules: &'a [MapRule],
    adoption: Option<AdoptionSettings>,
    as_of: Option<&'a str>,
    promised: Option<&'a str>,
}

fn facts_of(accounts: &[Account], usage: &[Usage], tickets: &[Ticket]) -> (Facts, Findings) {
    facts_given(&Given { accounts, usage, tickets, ..Given::default() })
}

fn facts_given(given: &Given) -> (Facts, Findings) {
    let tables: Tables = usage(given.usage);
    let tickets = given.tickets;
    let period: Period = "2026-Q3".parse().unwrap();
    let spans =
        Spans { previous: period.previous(), period, as_of: given.as_of.unwrap_or("2026-09-30").parse().unwrap() };
    let names = rollup::usage_names(&tables).unwrap();
    let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
    let mut findings = Findings::default();
    let catalogue = Catalogue::build(&[], given.rules, &own, names.iter().map(String::as_str), &mut findings);
    let rollup = rollup::roll_up(&tables, &catalogue, &spans).unwrap();
    let layers = || LayerRates { automated: 0.0, ai: 0.0, human: 60.0 };
    let rates = Rates { engineering_hour: 100.0, team: [].into(), support_hour: layers(), contact: layers() };
    let cost = CostSettings { bootstrap_replicates: 200, ..cost_settings() };
    let ledger = ledger_of(&catalogue, (tickets, given.incidents.unwrap_or_default()), &rates, &cost);
    let adoption = given.adoption.clone().unwrap_or(ADOPTION);
    let promise = Commitment {
        account_id: Some("a0".into()),
        capability: Some(given.promised.unwrap_or("y").into()),
        until: "2026-09-30".parse().ok(),
        ..Commitment::default()
    };
    let evidence = Evidence {
        tickets,
        incidents: given.incidents,
        runs: given.runs,
        catalogue: &catalogue,
        rollup: &rollup,
        ledger: &ledger,
        sources: super::super::CostSources::of(&ledger, !tickets.is_empty(), false, false),
        accounts: given.accounts,
        commitments: &[promise],
        usage_totals: &[],
        base_totals: &[],
        signs: Signs::default(),
        spans: &spans,
    };
    let settings = MetricSettings {
        adoption: &adoption,
        overlap: &super::super::overlap::testing::SETTINGS,
        cost: &cost,
        co_use_from: 0.5,
        rare_below: 0.1,
        seed: 1,
    };
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

#[test]
fn users_depth_and_frequency_by_hand() {
    let (facts, _) = facts_of(&accounts(), USAGE, &[]);
    let (x, y) = (&facts.capabilities[0], &facts.capabilities[1]);
    // Users of the base in the product: a0 one, a1 two; of x the same.
    close(x.adoption_users.map(|users| users.point), 1.0);
    close(y.adoption_users.map(|users| users.point), 1.0 / 3.0);
    assert_eq!(y.adoption_users.map(|users| users.n), Some(2), "accounts with users");
    close(y.depth.map(|depth| depth.point), 1.0);
    // a0 two days, a1 one, in 92 / 30.4375 months.
    close(x.frequency.map(|days| days.point), 1.5 / (92.0 / 30.4375));
    let nameless: Vec<Usage> = USAGE.iter().map(|row| (row.0, row.1, row.2, "", row.4, row.5)).collect();
    let (facts, _) = facts_of(&accounts(), &nameless, &[]);
    assert_eq!((facts.capabilities[0].adoption_users, facts.capabilities[0].depth), (None, None));
}

#[test]
fn plans_and_regions_by_hand() {
    let mut accounts = accounts();
    accounts[0].region = Some("north".into());
    accounts[1].region = Some("south".into());
    accounts[2].region = Some("south".into());
    let (facts, _) = facts_of(&accounts, USAGE, &[]);
    let regions: Vec<_> = facts.regions.iter().map(|region| (region.name.as_str(), region.accounts)).collect();
    assert_eq!(regions, [("south", 2), ("north", 1)], "by ARR: 110 and 100");
    let rates = |adoption: &[Option<Estimate>]| adoption.iter().map(|rate| rate.unwrap().point).collect::<Vec<_>>();
    assert_eq!(rates(&facts.capabilities[0].region_adoption), [0.5, 1.0]);
    assert_eq!((facts.plans[0].name.as_str(), rates(&facts.capabilities[0].plan_adoption)), ("pro", vec![0.25]));
}

#[test]
fn lifecycle_and_rhythm_need_data_that_reach_back() {
    let (facts, _) = facts_of(&accounts(), USAGE, &[]);
    let x = &facts.capabilities[0];
    // Before: a0 and a2. Now: a0 and a1. The data begin with the period before, so a1 may be new or have come back.
    let found = x.lifecycle;
    assert_eq!([found.new, found.retained, found.resurrected, found.dormant], [None, Some(1), None, Some(1)]);
    close(found.change.map(|change| change.point), 0.0);
    assert_eq!(found.change_p, Some(1.0));
    assert_eq!(x.rhythm.kind, None, "no three waits in six months");
    let earlier: Vec<Usage> =
        [("2025-12-01T00:00:00", "a1", "x", "u1", 1, "ok")].into_iter().chain(USAGE.iter().copied()).collect();
    let (facts, _) = facts_of(&accounts(), &earlier, &[]);
    let found = facts.capabilities[0].lifecycle;
    assert_eq!([found.new, found.retained, found.resurrected, found.dormant], [0, 1, 1, 1].map(Some));
    let late: Vec<Usage> = USAGE.iter().copied().filter(|row| row.0 > "2026-05").collect();
    let (facts, _) = facts_of(&accounts(), &late, &[]);
    assert_eq!(facts.capabilities[0].lifecycle, Lifecycle::default());
    assert_eq!(facts.capabilities[0].retention, None);
}

/// Forty accounts; ten of them close their year in December or January, one looks in every month, all use `z` monthly.
#[test]
fn a_year_end_capability_is_judged_by_the_year() {
    let ids: Vec<String> = (0..40).map(|n| format!("a{n}")).collect();
    let accounts: Vec<Account> =
        ids.iter().map(|id| Account { account_id: Some(id.clone()), ..Account::default() }).collect();
    let moments: Vec<String> =
        (0..15).map(|n| format!("{}T00:00:00", Month::of("2025-07-03".parse().unwrap()).plus(n).first_day())).collect();
    let mut rows: Vec<Usage> = Vec::new();
    for (place, moment) in moments.iter().enumerate() {
        rows.extend(ids.iter().map(|id| (moment.as_str(), id.as_str(), "z", "", 1, "")));
        let closing = ids[1..11].iter().enumerate().filter(|(n, _)| place == 5 + n % 2);
        rows.extend(closing.map(|(_, id)| (moment.as_str(), id.as_str(), "x", "", 1, "")));
        rows.push((moment, "a0", "x", "", 1, ""));
    }
    // Known in the catalogue of names only: on offer since its first use, in July 2025.
    let (facts, _) = facts_of(&accounts, &rows, &[]);
    let (x, z) = (&facts.capabilities[0], &facts.capabilities[1]);
    close(x.adoption.map(|rate| rate.point), 1.0 / 40.0);
    assert_eq!(
        (x.rhythm.kind, x.rhythm.window_months),
        (None, None),
        "one account in two of it uses it steadily: 10 of 22"
    );
    assert_eq!((z.rhythm.kind, z.rhythm.window_months), (Some(RhythmKind::Monthly), Some(3)));
    assert_eq!(z.rhythm.adoption, z.adoption);
    let seasonal: Vec<Usage> =
        rows.iter().copied().filter(|row| row.1 != "a0" || row.2 == "z" || row.0 < "2025-08").collect();
    let (facts, _) = facts_of(&accounts, &seasonal, &[]);
    let x = &facts.capabilities[0];
    assert_eq!((x.rhythm.kind, x.rhythm.window_months), (Some(RhythmKind::Yearly), Some(12)));
    close(x.rhythm.adoption.map(|rate| rate.point), 10.0 / 40.0);
    close(x.adoption.map(|rate| rate.point), 0.0);
    assert_eq!(x.rhythm.peak.map(|peak| peak.0.to_string()), Some("2026-01".into()));
    close(x.rhythm.peak_share.map(Share::value), 1.0);
}

fn run(account: &str, day: &str, status: &str) -> Run {
    Run {
        capability: Some("x".into()),
        account_id: Some(account.into()),
        started_at: format!("{day}T10:00:00").parse().ok(),
        status: Some(status.into()),
        ..Run::default()
    }
}

#[test]
fn runs_and_showings_enter_the_funnel() {
    let runs = [
        run("a3", "2026-07-01", "failed"),
        run("a3", "2026-07-02", "partial"),
        run("a4", "2026-08-01", "failed"),
        run("a0", "2026-07-01", "ok"),
        run("a5", "2026-06-30", "ok"),
        run("a5", "2026-10-01", "ok"),
        run("nobody", "2026-08-01", "failed"),
    ];
    let shown = MapRule { stage: Stage::Exposed, ..MapRule::new(MatchKind::Exact, "x_banner", "x") };
    let usage: Vec<Usage> =
        USAGE.iter().copied().chain([("2026-07-09T00:00:00", "a6", "x_banner", "u9", 1, "")]).collect();
    let given = Given { accounts: &accounts(), usage: &usage, runs: Some(&runs), rules: &[shown], ..Given::default() };
    let (facts, _) = facts_given(&given);
    let funnel = facts.capabilities[0].funnel;
    // Events: a0 (two days, one of them failed), a1 (one). Runs in the period: a0, a3, a4. The banner: a6.
    assert_eq!((funnel.entitled, funnel.exposed, funnel.attempted), (Some(8), Some(5), Some(4)));
    assert_eq!((funnel.succeeded, funnel.repeated), (Some(3), Some(0)), "a day with a failure and a run is one day");
    // Failed of known: a0 1 of 3, a1 0 of 2, a3 1 of 2, a4 1 of 1; outside of the base one of one each way.
    close(funnel.failure_share.map(|share| share.point), 4.0 / 10.0);
    assert_eq!(facts.capabilities[1].funnel.exposed, None, "y was shown to nobody, ever");
    assert_eq!((funnel.incidents, funnel.outage_share), (None, None));
    assert_eq!(funnel.evidence, Some(UseEvidence::Broken), "failed in a0, a3, a4 and a stranger");
    assert_eq!(facts.capabilities[0].active_accounts, Some(2), "runs are no use of the adoption rate");
}

#[test]
fn incidents_by_hand() {
    let incident = |service: &str, tag: &str, began: &str, over: &str| Incident {
        service: (!service.is_empty()).then(|| service.into()),
        tags: Some(vec![tag.into()]),
        started_at: began.parse().ok(),
        resolved_at: over.parse().ok(),
        ..Incident::default()
    };
    let incidents = [
        incident("x", "y", "2026-07-01T00:00:00", "2026-07-02T12:00:00"),
        incident("other", "x", "2026-07-02T00:00:00", "2026-07-03T00:00:00"),
        incident("x", "", "2026-06-01T00:00:00", "2026-07-01T06:00:00"),
        incident("x", "", "2026-09-30T00:00:00", ""),
        incident("x", "", "2026-10-01T00:00:00", ""),
    ];
    let of = |incidents: &[Incident]| {
        let given = Given { accounts: &accounts(), usage: USAGE, incidents: Some(incidents), ..Given::default() };
        let funnels: Vec<Funnel> = facts_given(&given).0.capabilities.iter().map(|of| of.funnel).collect();
        (funnels[0], funnels[1])
    };
    let (x, y) = of(&incidents);
    // 1 and 2 July, and 30 September, which is still open.
    assert_eq!((x.incidents, y.incidents), (Some(3), Some(0)));
    close(x.outage_share.map(Share::value), 3.0 / 92.0);
    close(y.outage_share.map(Share::value), 0.0);
    let (x, _) = of(&incidents[3..]);
    assert_eq!((x.incidents, x.outage_share), (Some(1), None), "a table that states no end");
}

#[test]
fn not_counted_and_never_offered() {
    let rule = MapRule::new(MatchKind::Exact, "new name", "fresh");
    let tickets: Vec<Ticket> = ["a1", "a2", "a3"]
        .iter()
        .map(|account| Ticket { account_id: Some((*account).into()), ..ticket("1", "fresh", 5.0) })
        .collect();
    let judged = |tickets: &[Ticket]| {
        let rules = std::slice::from_ref(&rule);
        let given = Given { accounts: &accounts(), usage: USAGE, tickets, rules, ..Given::default() };
        facts_given(&given).0.capabilities[0].funnel.evidence
    };
    assert_eq!(judged(&tickets), Some(UseEvidence::NotCounted));
    assert_eq!(judged(&tickets[..2]), Some(UseEvidence::NeverUsed));
    let same = vec![tickets[0].clone(); 5];
    assert_eq!(judged(&same), Some(UseEvidence::NeverUsed), "five tickets of one account");
    let (facts, _) = facts_of(&accounts()[8..], USAGE, &[]);
    assert_eq!(facts.capabilities[1].funnel.evidence, Some(UseEvidence::NeverOffered), "an empty base");
}

#[test]
fn a_cost_that_is_not_known_gives_no_unit_cost() {
    let incident = |capability: &str, hours| Incident {
        capability: Some(capability.into()),
        started_at: "2026-07-05T10:00:00".parse().ok(),
        responder_hours: hours,
        ..Incident::default()
    };
    let incidents = [incident("x", None), incident("y", Some(1.0))];
    let given = Given { accounts: &accounts(), usage: USAGE, incidents: Some(&incidents), ..Given::default() };
    let (facts, _) = facts_given(&given);
    let (x, y) = (&facts.capabilities[0], &facts.capabilities[1]);
    assert_eq!((x.cost.run(), x.cost_share), (None, None));
    assert_eq!((x.cost_per_active_account, x.cost_per_active_user), (None, None));
    assert_eq!(x.disproportion, None);
    assert_eq!(y.cost_per_active_account, Money::from_units(100.0));
}

/// y names no users: counted in users it is not unused, its part of the use is not known.
#[test]
fn use_that_the_base_of_use_cannot_count_is_unknown_and_not_zero() {
    let nameless: Vec<Usage> =
        USAGE.iter().map(|row| if row.2 == "y" { (row.0, row.1, row.2, "", row.4, row.5) } else { *row }).collect();
    let adoption = AdoptionSettings { usage_share_of: UsageShareOf::ActiveUsers, ..ADOPTION };
    let tickets = [ticket("1", "x", 30.0), ticket("2", "y", 30.0)];
    let given = Given {
        accounts: &accounts(),
        usage: &nameless,
        tickets: &tickets,
        adoption: Some(adoption),
        ..Given::default()
    };
    let (facts, _) = facts_given(&given);
    let y = &facts.capabilities[1];
    assert_eq!((y.active_accounts, y.usage_share, y.cost_without_use), (Some(1), None, false));
    let by_users = y.bases.iter().find(|base| base.of == UsageShareOf::ActiveUsers).unwrap();
    assert_eq!((by_users.usage_share, by_users.disproportion), (None, None));
    close(facts.capabilities[0].usage_share.map(Share::value), 1.0);
}

/// On 15 August 46 of the 92 days are over.
#[test]
fn rates_per_day_rest_on_the_days_that_are_over() {
    let tickets = [ticket("1", "x", 30.0), ticket("2", "x", 30.0)];
    let given =
        Given { accounts: &accounts(), usage: USAGE, tickets: &tickets, as_of: Some("2026-08-15"), ..Given::default() };
    let (facts, _) = facts_given(&given);
    let x = &facts.capabilities[0];
    close(x.contact_rate, 1000.0 * 2.0 / (2.0 * 46.0));
    close(x.frequency.map(|days| days.point), 1.5 / (46.0 / 30.4375));
    let (low, high) = x.intervals.contact_rate.unwrap();
    assert!(low <= x.contact_rate.unwrap() && x.contact_rate.unwrap() <= high);
}

#[test]
fn a_promise_about_nothing_that_is_known_is_a_finding() {
    let given = Given { accounts: &accounts(), usage: USAGE, promised: Some("nothing"), ..Given::default() };
    let (facts, findings) = facts_given(&given);
    assert!(facts.capabilities.iter().all(|known| known.commitments.is_empty()));
    assert_eq!(findings.count(Code::UnknownTarget), 1);
}

#[test]
fn nobody_is_a_number_where_users_are_told_apart_and_unknown_where_they_are_not() {
    let usage = [
        ("2026-04-01T00:00:00", "a0", "left", "u0", 1, ""),
        ("2026-04-01T00:00:00", "a0", "counted", "", 1, ""),
        ("2026-07-01T00:00:00", "a0", "used", "u0", 1, ""),
    ];
    let (facts, _) = facts_of(&accounts(), &usage, &[]);
    let found = |id: &str| {
        let known = facts.capabilities.iter().find(|known| known.capability.id == id).unwrap();
        (known.active_users, known.adoption_users.map(|users| users.point))
    };
    assert_eq!(found("used"), (Some(1), Some(1.0)));
    assert_eq!(found("left"), (Some(0), Some(0.0)));
    assert_eq!(found("counted"), (None, None));
}
