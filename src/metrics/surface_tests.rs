//! Surface and load by hand, and beside statsmodels and lifelines.

use chrono::NaiveDate;

use super::super::measured::{Given, account, line};
use super::*;
use crate::tables::rows::{Account, CatalogueLine, Ticket};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
}

fn ticket(account: &str, opened: &str) -> Ticket {
    let opened_at = format!("{opened}T10:00:00").parse().ok();
    Ticket { account_id: Some(account.into()), opened_at, ..Ticket::default() }
}

fn integration(id: &str, vendor: &str, launched: &str) -> CatalogueLine {
    let (kind, vendor) = (Some("integration".into()), Some(vendor.into()));
    CatalogueLine { kind, vendor, launched_on: launched.parse().ok(), ..line(id) }
}

#[test]
fn months_by_hand() {
    let mut feature = line("f");
    feature.launched_on = "2026-08-31".parse().ok();
    let catalogue = vec![feature, line("g"), integration("i", "V", ""), integration("j", "V", "2026-09-01"), {
        integration("k", "W", "2026-10-01")
    }];
    let usage = vec![
        ("2026-07-05", "a", "g"),
        ("2026-07-06", "b", "g"),
        ("2026-09-01", "a", "f"),
        ("2026-09-01", "a", "j"),
        ("2026-09-02", "b", "j"),
    ];
    let facts = Given { catalogue, usage, ..Given::default() }.facts();
    let months = &facts.surface.months;
    assert_eq!(facts.months.len(), 3);
    let found: Vec<_> =
        months.iter().map(|m| (m.month.to_string(), m.offered, m.integrations, m.vendors, m.used)).collect();
    // August was not observed; its launch is on offer from September on. The last is launched after the period.
    assert_eq!(found, [("2026-07".to_owned(), 2, 1, 1, 1), ("2026-09".to_owned(), 4, 2, 1, 2)]);
}

/// `GLM(y, add_constant(log(x)), Poisson()).fit(tol=1e-14)`, statsmodels 0.15.0, with its sandwich variance times n/(n − 2), the
/// factor that its `cov_type="HC1"` leaves out for generalised linear models, and `scipy.stats.t.ppf(0.975, 4)`, scipy 1.17.1.
#[test]
fn tickets_grow_with_width() {
    let capabilities = ["p", "q", "r", "s"];
    let accounts = ["a", "b", "c", "d", "e", "f"];
    let (width, tickets) = ([1, 2, 2, 3, 4, 4], [0, 1, 2, 1, 3, 4]);
    let mut given = Given { accounts: accounts.map(|id| account(id, "2025-01-01", "")).into(), ..Given::default() };
    for ((id, width), tickets) in accounts.iter().zip(width).zip(tickets) {
        given.usage.extend(capabilities[..width].iter().map(|capability| ("2026-07-05", *id, *capability)));
        given.tickets.extend((1..=tickets).map(|day| ticket(id, &format!("2026-08-{day:02}"))));
    }
    // What must not count: another period, no account, no customer, a customer who uses nothing.
    given.accounts.push(account("idle", "2025-01-01", ""));
    given.usage.extend([("2026-08-01", "stranger", "p"), ("2026-06-30", "a", "s")]);
    let mut nameless = ticket("a", "2026-08-01");
    nameless.account_id = None;
    given.tickets.extend([ticket("a", "2026-06-30"), nameless, ticket("idle", "2026-08-01")]);
    let found = given.facts().surface.ticket_elasticity.unwrap();
    close(found.point, 1.753_217_987_127_524);
    assert!((found.low + 0.028_460_585_574_651_587).abs() < 1e-9, "{found:?}");
    assert!((found.high - 3.534_896_559_829_699_7).abs() < 1e-9, "{found:?}");
    assert_eq!(found.n, 6);
    for ticket in &mut given.tickets {
        ticket.account_id = None;
    }
    assert_eq!(given.facts().surface.ticket_elasticity, None, "no ticket names an account");
}

#[test]
fn never_touched_by_hand() {
    let only = |id: &str, to: &str| CatalogueLine { available_to: Some(vec![to.into()]), ..line(id) };
    let mut future = line("future");
    future.launched_on = "2026-10-01".parse().ok();
    let on = |id: &str, plan: &str, segment: &str| Account {
        plan: Some(plan.into()),
        segment: Some(segment.into()),
        ..account(id, "2025-01-01", "")
    };
    let catalogue = vec![line("p"), line("q"), only("r", "pro"), only("s", "large"), future];
    let accounts = vec![
        on("a", "basic", "small"), // open: p q; used p, long ago: 1/2
        on("b", "pro", "small"),   // open: p q r; used none: 1
        on("c", "pro", "large"),   // open: p q r s; used p q r and s: 0
        on("d", "basic", "small"), // open: p q; used p, and r, which is not open: 1/2
        Account { churned_on: "2026-01-01".parse().ok(), ..on("gone", "pro", "large") },
    ];
    let usage = vec![
        ("2026-01-05", "a", "p"),
        ("2026-07-05", "c", "p"),
        ("2026-07-05", "c", "q"),
        ("2026-02-05", "c", "r"),
        ("2026-07-05", "c", "s"),
        ("2026-07-05", "d", "p"),
        ("2026-07-06", "d", "r"),
    ];
    let found = Given { catalogue, accounts, usage, ..Given::default() }.facts().surface.untouched_share.unwrap();
    // 0, 1/2, 1/2, 1; below six values the interval is their range.
    assert_eq!((found.point, found.low, found.high, found.n), (0.5, 0.0, 1.0, 4));
}

/// Durations 0, 10, 20, 30 reached, 5 and 41 not; `KaplanMeierFitter` and `median_survival_times`, lifelines 0.30.3.
#[test]
fn onboarding_by_hand_and_beside_lifelines() {
    let core = |id: &str| CatalogueLine { intent: Some("core".into()), ..line(id) };
    let accounts = vec![
        account("trial", "2026-07-01", ""),
        account("ten", "2026-07-01", ""),
        account("twenty", "2026-08-01", ""),
        account("thirty", "2026-08-15", ""),
        account("gone", "2026-08-10", "2026-08-15"), // 5 days, then churned; it got there after that
        account("under way", "2026-08-20", ""),      // 41 days to the last day
        account("before", "2026-01-31", ""),
        account("spring", "2026-05-05", ""),
        account("tomorrow", "2026-10-01", ""),
    ];
    let usage = vec![
        ("2026-02-01", "before", "p"),
        ("2026-06-01", "trial", "p"),
        ("2026-06-02", "trial", "q"),
        ("2026-07-02", "ten", "p"),
        ("2026-07-03", "ten", "other"),
        ("2026-07-11", "ten", "r"),
        ("2026-07-20", "ten", "q"),
        ("2026-08-01", "twenty", "r"),
        ("2026-08-21", "twenty", "q"),
        ("2026-08-30", "thirty", "r"),
        ("2026-09-14", "thirty", "p"),
        ("2026-08-11", "gone", "p"),
        ("2026-08-16", "gone", "q"),
        ("2026-08-21", "under way", "p"),
        ("2026-09-30", "under way", "other"),
    ];
    let catalogue = vec![core("p"), core("q"), core("r"), line("other")];
    let facts = Given { catalogue, accounts, usage, onboarding_core: 2, ..Given::default() }.facts();
    assert_eq!(facts.surface.core, ["p", "q", "r"]);
    let [spring, summer] = &facts.surface.onboarding[..] else { panic!("{:?}", facts.surface.onboarding) };
    assert_eq!((spring.cohort.as_str(), spring.accounts, spring.reached, spring.median_days), ("2026-Q2", 1, 0, None));
    assert_eq!((summer.cohort.as_str(), summer.accounts, summer.reached), ("2026-Q3", 6, 4));
    let median = summer.median_days.unwrap();
    assert_eq!((median.point, median.low, median.high, median.n), (20.0, 0.0, f64::INFINITY, 6));
}

#[test]
fn without_intent_the_most_adopted_are_core() {
    let accounts = ["a", "b", "c"].map(|id| account(id, "2026-07-01", ""));
    let usage = vec![
        ("2026-07-01", "a", "p"),
        ("2026-07-02", "b", "p"),
        ("2026-07-03", "c", "p"),
        ("2026-07-01", "a", "q"),
        ("2026-07-02", "b", "r"),
        ("2026-07-03", "c", "r"),
        ("2026-07-03", "c", "s"),
    ];
    let mut given = Given { accounts: accounts.into(), usage, onboarding_core: 1, ..Given::default() };
    assert_eq!(given.facts().surface.core, ["p", "r"]);
    // Of equals the first by id.
    given.onboarding_core = 2;
    assert_eq!(given.facts().surface.core, ["p", "q", "r", "s"]);
    let days: Vec<u64> = given.facts().surface.onboarding.iter().map(|cohort| cohort.reached).collect();
    assert_eq!(days, [3]);
    // One core capability is no way of working; with two, intent decides.
    let core = |id: &str| CatalogueLine { intent: Some("core".into()), ..line(id) };
    given.catalogue = vec![line("p"), line("q"), line("r"), core("s")];
    assert_eq!(given.facts().surface.core, ["p", "q", "r", "s"]);
    given.catalogue[1] = core("q");
    assert_eq!(given.facts().surface.core, ["q", "s"]);
    given.accounts.clear();
    assert!(given.facts().surface.onboarding.is_empty(), "nobody's start is known");
}

#[test]
fn nothing_at_all() {
    assert_eq!(Given::default().facts().surface, Surface::default());
}

#[test]
fn quarters_have_their_names() {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    assert_eq!(label(quarter(day("2026-03-31"))), "2026-Q1");
    assert_eq!(label(quarter(day("2025-10-01"))), "2025-Q4");
}
