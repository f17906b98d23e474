use chrono::{NaiveDateTime, TimeDelta};

use super::*;
use crate::integrations::testing::{Company, account, at, run};
use crate::integrations::{EpisodeKind, Moment};
use crate::rollup::{Activity, Cell, Measures};
use crate::tables::rows::{Account, Run, Ticket};
use proptest::prelude::*;

/// A sustained episode of failed runs.
pub(in crate::integrations) fn episode(
    capability: usize,
    account: &str,
    from: NaiveDateTime,
    until: Option<NaiveDateTime>,
) -> Episode {
    Episode {
        capability,
        account: Some(account.into()),
        kind: EpisodeKind::Failed,
        began: Moment::at(from),
        ended: until.map(Moment::at),
        runs: 3,
        never_worked: false,
        chance: Some(1e-6),
        sustained: true,
        weight: 1.0,
        error: None,
        auto_recovered: None,
    }
}

/// What an account uses every month: days in the product, and days on each integration.
pub(in crate::integrations) struct Use {
    pub account: String,
    pub product: u64,
    pub integrations: Vec<(usize, u64)>,
}

/// The same use in every month from the first to the last.
pub(in crate::integrations) fn rollup(used: &[Use], first: &str, last: &str) -> Rollup {
    let month = |text: &str| Month::of(day(&format!("{text}-01")));
    let (first, last) = (month(first), month(last));
    let mut known = Rollup { accounts: used.iter().map(|used| used.account.clone()).collect(), ..Rollup::default() };
    known.observed = Some((first.first_day(), last.plus(1).first_day() - TimeDelta::days(1)));
    for month in (0..=last.since(first)).map(|step| first.plus(step)) {
        let mut cells = Vec::new();
        let mut activity = std::collections::BTreeMap::new();
        for (account, of) in used.iter().enumerate() {
            cells.extend(of.integrations.iter().map(|&(capability, days)| cell(capability, account, days, month)));
            activity.insert(account, Activity { active_days: of.product, active_users: 1 });
        }
        cells.sort_by_key(|cell| (cell.capability, cell.account));
        known.monthly.insert(month, cells);
        known.activity_monthly.insert(month, activity);
    }
    known
}

fn cell(capability: usize, account: usize, days: u64, month: Month) -> Cell {
    let measures = Measures {
        events: days,
        with_status: 0,
        errors: 0,
        active_days: days,
        active_users: 0,
        user_days: 0,
        succeeded_days: days,
        sole_users: 0,
        first: month.first_day(),
        last: month.first_day(),
    };
    Cell { capability, account: Some(account), measures }
}

pub(in crate::integrations) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn used(account: &str, product: u64, integrations: &[(usize, u64)]) -> Use {
    Use { account: account.into(), product, integrations: integrations.to_vec() }
}

fn left(id: &str, churned_on: &str) -> Account {
    Account { churned_on: Some(day(churned_on)), arr: Money::from_units(100.0), ..account(id) }
}

/// Churn of accounts that use the same every month of 2025 and up to September 2026.
pub(in crate::integrations) fn found(company: &Company, use_of: &[Use], episodes: &[Episode]) -> Churn {
    company.look(|evidence, settings| {
        let rollup = rollup(use_of, "2025-01", "2026-09");
        churn(episodes, &[], Evidence { rollup: &rollup, ..evidence }, settings.churn)
    })
}

fn with_runs(accounts: Vec<Account>) -> Company {
    Company { accounts, runs: Some(Vec::new()), ..Company::new(&["a", "b"]) }
}

/// All left on 15 August, ninety days after 17 May, and use the product on 20 days a month.
#[test]
fn functional_churn_by_hand() {
    let [start, end] = ["07-01T00:00", "07-02T00:00"].map(at);
    let mut short = episode(0, "short", start, Some(end - TimeDelta::minutes(1)));
    short.chance = None;
    let episodes = [
        // Ended before the window but for an hour; and one of a day within it.
        episode(0, "broken", at("05-10T00:00"), Some(at("05-17T01:00"))),
        episode(0, "broken", start, Some(end)),
        Episode { sustained: false, ..episode(0, "luck", start, None) },
        episode(0, "little", start, None),
        Episode { weight: 0.01, ..episode(0, "partial", start, Some(end + TimeDelta::days(10))) },
        short,
        episode(0, "two", start, Some(end)),
        episode(1, "two", start, Some(end)),
    ];
    let ids = ["broken", "luck", "little", "partial", "short", "two"];
    let company = with_runs(ids.iter().map(|id| left(id, "2026-08-15")).collect());
    let use_of: Vec<Use> = ids
        .iter()
        .map(|id| match *id {
            "little" => used(id, 20, &[(0, 3)]),
            "two" => used(id, 20, &[(0, 4), (1, 5)]),
            _ => used(id, 20, &[(0, 4)]),
        })
        .collect();
    let found = found(&company, &use_of, &episodes);
    assert_eq!(found.window, Some((day("2025-10-01"), day("2026-10-01"))));
    let of = |id: &str| found.accounts.iter().find(|account| account.account == id).unwrap();
    let broken = of("broken");
    assert_eq!((broken.kind, broken.capability), (Some(ChurnKind::Functional), Some(0)));
    assert_eq!((broken.episodes.as_slice(), broken.broken_hours), (&[0, 1][..], Some(25.0)));
    // 4 of 20 days: exactly what counts.
    assert_eq!(broken.dependence.map(Share::value), Some(0.2));
    for other in ["luck", "little", "partial", "short"] {
        let other = of(other);
        assert_eq!(
            (other.kind, other.capability, other.broken_hours),
            (Some(ChurnKind::Other), None, None),
            "{other:?}"
        );
    }
    assert_eq!(of("two").capability, Some(1), "it rested more on the second");
    let ids: Vec<&str> = found.accounts.iter().map(|account| account.account.as_str()).collect();
    assert_eq!(ids, ["broken", "little", "luck", "partial", "short", "two"], "by id on one day");
}

/// Left on 15 August: the turn is 17 May, the first day 16 February. Twenty days a month up to May, two after: before
/// 20·13/28 + 20 + 20 + 20·16/31, after 20·15/31 + 2 + 2 + 2, as August has 14 days under contract and all of them count.
#[test]
fn emotional_churn_by_hand() {
    let month = |number: u32| Month::of(NaiveDate::from_ymd_opt(2026, number, 1).unwrap());
    let activity = || (1..=8).map(|number| (month(number), if number <= 5 { 20 } else { 2 }));
    let span = (day("2025-01-01"), day("2026-08-15"));
    let before = 20.0 * 13.0 / 28.0 + 40.0 + 20.0 * 16.0 / 31.0;
    let after = 20.0 * 15.0 / 31.0 + 6.0;
    let left = activity_left(activity(), span, 90).unwrap();
    assert!((left - after / before).abs() < 1e-12, "{left}");
    // Known from 1 April only: 46 days before the turn, 20 + 20·16/31 active days in them.
    let short = activity_left(activity(), (day("2026-04-01"), span.1), 90).unwrap();
    assert!((short - after / 90.0 / ((20.0 + 20.0 * 16.0 / 31.0) / 46.0)).abs() < 1e-12, "{short}");
    // 44 days are less than half; no use before; no use at all.
    assert_eq!(activity_left(activity(), (day("2026-04-03"), span.1), 90), None);
    assert_eq!(activity_left(activity().skip(5), span, 90), None);
    assert_eq!(activity_left(std::iter::empty(), span, 90), None);
}

#[test]
fn a_fade_is_emotional_and_nothing_known_is_unknown() {
    let mut company =
        with_runs(vec![left("faded", "2026-08-15"), left("silent", "2026-08-15"), left("steady", "2026-08-15")]);
    for month in 1..=8_u32 {
        for number in 1..=14_u32 {
            let date = format!("2026-{month:02}-{number:02}");
            company.usage.push((date.clone(), "steady".into(), "core".into()));
            if month <= 5 || number <= 2 {
                company.usage.push((date, "faded".into(), "core".into()));
            }
        }
    }
    let kinds = |company: &Company| -> Vec<Option<ChurnKind>> {
        let found = company.look(|evidence, settings| churn(&[], &[], evidence, settings.churn));
        found.accounts.iter().map(|account| account.kind).collect()
    };
    assert_eq!(kinds(&company), [Some(ChurnKind::Emotional), None, Some(ChurnKind::Other)]);
    company.runs = None;
    assert_eq!(kinds(&company), [Some(ChurnKind::Emotional), None, Some(ChurnKind::Other)]);
}

#[test]
fn without_runs_no_churn_is_functional_and_nothing_is_compared() {
    let mut company = with_runs(vec![left("u", "2026-08-15"), account("v")]);
    let use_of = [used("u", 20, &[(0, 10)]), used("v", 20, &[(0, 10)])];
    let episodes =
        [episode(0, "u", at("07-01T00:00"), Some(at("08-15T00:00"))), episode(0, "v", at("09-01T00:00"), None)];
    let known = found(&company, &use_of, &episodes);
    assert_eq!(known.accounts[0].kind, Some(ChurnKind::Functional));
    assert_eq!((known.exposed_accounts, known.cohorts.len()), (Some(1), 3));
    assert!(!known.contrasts.is_empty());
    company.runs = None;
    let unknown = found(&company, &use_of, &episodes);
    assert_eq!(unknown.accounts[0].kind, Some(ChurnKind::Other));
    assert_eq!((unknown.exposed_accounts, unknown.cohorts.len()), (None, 1));
    assert!(unknown.contrasts.is_empty());
    company.accounts.clear();
    assert_eq!(found(&company, &use_of, &episodes), Churn::default());
}

#[test]
fn the_window_its_tickets_and_its_arr() {
    let history = |as_of: &str, arr: f64, churned: &str| Account {
        as_of: Some(day(as_of)),
        arr: Money::from_units(arr),
        churned_on: churned.parse().ok(),
        name: Some(format!("named {as_of}")),
        ..account("b")
    };
    let accounts = vec![
        left("before", "2025-09-30"),
        left("first day", "2025-10-01"),
        left("last day", "2026-09-30"),
        left("after", "2026-10-01"),
        history("2026-01-01", 70.0, ""),
        history("2026-08-15", 0.0, "2026-08-15"),
    ];
    let mut company = with_runs(accounts);
    let ticket = |account: &str, opened: &str| Ticket {
        account_id: Some(account.into()),
        opened_at: Some(at(opened)),
        ..Ticket::default()
    };
    company.tickets = vec![
        ticket("b", "08-15T00:00"),
        ticket("b", "08-14T23:00"),
        ticket("b", "05-17T00:00"),
        ticket("b", "05-16T23:59"),
        ticket("after", "07-01T00:00"),
    ];
    let found = found(&company, &[], &[]);
    let ids: Vec<&str> = found.accounts.iter().map(|account| account.account.as_str()).collect();
    assert_eq!(ids, ["first day", "b", "last day"]);
    let b = &found.accounts[1];
    assert_eq!((b.arr, b.tickets, b.kind), (Money::from_units(70.0), 2, None));
    assert_eq!(b.name.as_deref(), Some("named 2026-08-15"));
}

/// Use is pre-counted, one row a month, and runs say that the integration worked on four days of January to April each.
#[test]
fn runs_count_as_days_and_the_failure_does_not_hide_the_dependence() {
    let company = with_runs(vec![left("u", "2026-08-15")]);
    let days = ["01", "02", "03", "04"]
        .iter()
        .flat_map(|month| (1..=4).map(move |day| at(&format!("{month}-{day:02}T09:00"))));
    let runs: Vec<Run> =
        days.flat_map(|day| [day, day + TimeDelta::hours(1)]).map(|day| run("a", "u", day, "ok")).collect();
    let attempts = runs.iter().map(|run| {
        let (started, ended) = (run.started_at.unwrap(), run.ended_at.unwrap());
        super::super::series::Attempt { run, started, ended, result: super::super::series::Result::Good }
    });
    let series = [Series { capability: 0, account: Some("u"), runs: attempts.collect(), churned_at: None }];
    let episodes = [Episode { kind: EpisodeKind::Overdue, ..episode(0, "u", at("05-20T00:00"), None) }];
    let share = |product: u64| {
        company.look(|evidence, settings| {
            let use_of: &[Use] = &[used("u", product, &[(0, 1)])];
            let rollup = rollup(if product == 0 { &[] } else { use_of }, "2025-01", "2026-09");
            let found = churn(&episodes, &series, Evidence { rollup: &rollup, ..evidence }, settings.churn);
            found.accounts[0].dependence.map(Share::value)
        })
    };
    assert_eq!(share(16), Some(0.25), "16 days with a run of 64");
    assert_eq!(share(1), Some(1.0), "the product was used on the days of the integration at least");
    assert_eq!(share(0), Some(1.0), "of the product nothing is known");
}

#[test]
fn exposed_now_are_those_of_the_base_whose_work_is_broken() {
    let paying = |id: &str, arr: f64| Account { arr: Money::from_units(arr), ..account(id) };
    let mut gone = paying("gone", 1000.0);
    gone.churned_on = Some(day("2026-09-30"));
    let company = with_runs(vec![paying("broken", 100.0), paying("little", 10.0), paying("mended", 1.0), gone]);
    let use_of = [
        used("broken", 20, &[(0, 10), (1, 1)]),
        used("gone", 20, &[(0, 10)]),
        used("little", 20, &[(0, 10), (1, 1)]),
        used("mended", 20, &[(0, 10)]),
    ];
    let from = at("09-30T12:00");
    let episodes = [
        episode(0, "broken", from, None),
        episode(0, "gone", from, None),
        episode(0, "mended", from, Some(from + TimeDelta::hours(5))),
        episode(1, "broken", from, None),
        episode(1, "little", from, None),
    ];
    let known = found(&company, &use_of, &episodes);
    assert_eq!((known.exposed_accounts, known.exposed_arr), (Some(1), Money::from_units(100.0)));
    let none = found(&company, &use_of, &[]);
    assert_eq!((none.exposed_accounts, none.exposed_arr), (Some(0), Some(Money::ZERO)));
}

/// Accounts of every sort: start, churn, days in the product and on the first integration, hours broken, ARR at the ends.
type Sort = (u32, Option<u32>, u64, u64, i64, [u32; 2]);

fn a_company(sorts: &[Sort]) -> (Company, Vec<Use>, Vec<Episode>) {
    let first = day("2025-01-01");
    let mut company = with_runs(Vec::new());
    let (mut use_of, mut episodes) = (Vec::new(), Vec::new());
    for (number, &(started, churned, product, days, hours, arr)) in sorts.iter().enumerate() {
        let id = format!("account {number:02}");
        let from = first + TimeDelta::days(i64::from(started));
        let row = |as_of: &str, arr: u32| Account {
            as_of: Some(day(as_of)),
            arr: Money::from_units(f64::from(arr)),
            started_on: Some(from),
            churned_on: churned.map(|after| from + TimeDelta::days(i64::from(after))),
            ..account(&id)
        };
        company.accounts.extend([row("2025-01-01", arr[0]), row("2026-03-01", arr[1])]);
        let began = from.and_time(chrono::NaiveTime::MIN) + TimeDelta::days(60 + hours);
        episodes.push(episode(0, &id, began, Some(began + TimeDelta::hours(hours))));
        use_of.push(used(&id, product, &[(0, days)]));
    }
    (company, use_of, episodes)
}

fn sorts() -> impl Strategy<Value = Vec<Sort>> {
    let one = (0_u32..300, prop::option::of(30_u32..600), 0_u64..25, 0_u64..12, 0_i64..90, [0_u32..50, 0_u32..50]);
    prop::collection::vec(one, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn kinds_part_those_who_left_and_rows_may_come_in_any_order(sorts in sorts()) {
        let (mut company, use_of, episodes) = a_company(&sorts);
        let known = found(&company, &use_of, &episodes);
        let window = known.window.unwrap();
        let gone: std::collections::BTreeSet<&str> = company.accounts.iter()
            .filter(|row| row.churned_on.is_some_and(|day| window.0 <= day && day < window.1))
            .filter_map(|row| row.account_id.as_deref())
            .collect();
        let listed: Vec<&str> = known.accounts.iter().map(|account| account.account.as_str()).collect();
        prop_assert_eq!(listed.len(), gone.len());
        prop_assert!(listed.iter().all(|id| gone.contains(id)));
        for account in &known.accounts {
            let functional = account.kind == Some(ChurnKind::Functional);
            prop_assert_eq!(functional, account.capability.is_some());
            prop_assert_eq!(functional, !account.episodes.is_empty());
        }
        let left = known.cohorts[0].accounts;
        prop_assert_eq!(left, known.cohorts[1].accounts + known.cohorts[2].accounts);
        company.accounts.reverse();
        prop_assert_eq!(found(&company, &use_of, &episodes), known);
    }

    #[test]
    fn the_unit_of_money_moves_no_rate(sorts in sorts(), factor in 1_i32..9) {
        let (mut company, use_of, episodes) = a_company(&sorts);
        let known = found(&company, &use_of, &episodes);
        for row in &mut company.accounts {
            row.arr = row.arr.map(|arr| arr.scaled(f64::from(2_i32.pow(factor.cast_unsigned()))));
        }
        let scaled = found(&company, &use_of, &episodes);
        prop_assert_eq!(&known.contrasts, &scaled.contrasts);
        for (one, other) in known.cohorts.iter().zip(&scaled.cohorts) {
            for (one, other) in [(one.nrr, other.nrr), (one.grr, other.grr)] {
                prop_assert_eq!(one.map(|one| one.point), other.map(|other| other.point));
            }
        }
        for cohort in &known.cohorts {
            if let (Some(nrr), Some(grr)) = (cohort.nrr, cohort.grr) {
                prop_assert!(nrr.point >= grr.point - 1e-12);
                let parts = [cohort.opening_arr, cohort.expansion, cohort.contraction, cohort.churn].map(Option::unwrap);
                let [opening, expansion, contraction, churn] = parts;
                let kept = opening - contraction - churn;
                prop_assert!(((kept + expansion).units() / opening.units() - nrr.point).abs() < 1e-9);
                prop_assert!((kept.units() / opening.units() - grr.point).abs() < 1e-9);
            }
        }
    }
}
