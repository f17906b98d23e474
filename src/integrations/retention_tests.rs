use super::*;
use crate::integrations::testing::account;
use crate::tables::rows::Account;
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn row(id: &str, as_of: &str, arr: Option<f64>, churned: &str) -> Account {
    Account {
        as_of: as_of.parse().ok(),
        arr: arr.and_then(Money::from_units),
        churned_on: churned.parse().ok(),
        ..account(id)
    }
}

fn window() -> Window {
    (day("2025-10-01"), day("2026-10-01"))
}

fn all(rows: &[Account]) -> RetentionCohort {
    cohorts(&Contracts::new(rows, day("2026-09-30")), None, window()).remove(0)
}

fn units(money: Option<Money>) -> Option<f64> {
    money.map(Money::units)
}

/// Opening 100 + 100 + 50 + 50 + 40 + 60 = 400: 30 more, 20 less, 50 + 40 left, 10 more than before by an account that came
/// back, and one that stays as it is. NRR = (400 + 30 + 10 − 20 − 90) / 400, GRR = (400 − 20 − 90) / 400.
#[test]
fn by_hand() {
    let rows = [
        row("grows", "2025-01-01", Some(100.0), ""),
        row("grows", "2026-02-01", Some(80.0), ""),
        row("grows", "2026-09-30", Some(130.0), ""),
        row("shrinks", "2025-10-01", Some(100.0), ""),
        row("shrinks", "2026-02-01", Some(80.0), ""),
        row("leaves", "2025-01-01", Some(50.0), ""),
        row("leaves", "2026-02-01", Some(90.0), ""),
        row("leaves", "2026-03-01", Some(0.0), "2026-03-01"),
        row("comes back", "2025-01-01", Some(50.0), ""),
        row("comes back", "2026-02-01", Some(0.0), "2026-02-01"),
        row("comes back", "2026-06-01", Some(60.0), ""),
        row("leaves at once", "2025-01-01", Some(40.0), ""),
        row("leaves at once", "2025-10-01", Some(0.0), "2025-10-01"),
        row("stays", "", Some(60.0), ""),
        // Out of the money: unknown, and nothing yet. Out of the cohort: new, and gone before.
        row("unknown", "", None, ""),
        row("free", "2025-01-01", Some(0.0), ""),
        row("free", "2026-01-01", Some(500.0), ""),
        Account { started_on: Some(day("2025-10-02")), ..row("new", "", Some(900.0), "") },
        row("gone", "", Some(900.0), "2025-09-30"),
    ];
    let found = all(&rows);
    assert_eq!((found.cohort, found.accounts, units(found.opening_arr)), ("all", 8, Some(400.0)));
    assert_eq!(
        (units(found.expansion), units(found.contraction), units(found.churn)),
        (Some(40.0), Some(20.0), Some(90.0))
    );
    let (nrr, grr) = (found.nrr.unwrap(), found.grr.unwrap());
    assert!((nrr.point - 330.0 / 400.0).abs() < 1e-12 && nrr.n == 6);
    assert!((grr.point - 290.0 / 400.0).abs() < 1e-12 && grr.n == 6);
    assert_eq!(found.logo_retention, stats::wilson(6, 8));
    assert!(nrr.low < grr.point && nrr.high > 1.0, "six accounts say little: {nrr:?}");
}

#[test]
fn without_a_history_only_churn_is_known() {
    let rows = [
        row("a", "2026-09-01", Some(100.0), ""),
        row("b", "2026-09-01", Some(60.0), "2026-03-01"),
        row("c", "2026-09-01", Some(40.0), ""),
    ];
    let found = all(&rows);
    assert_eq!((found.expansion, found.contraction, found.nrr), (None, None, None));
    assert_eq!((units(found.opening_arr), units(found.churn)), (Some(200.0), Some(60.0)));
    assert!((found.grr.unwrap().point - 0.7).abs() < 1e-12);
    let unstated = all(&[row("a", "", None, ""), row("b", "", None, "2026-03-01")]);
    assert_eq!((unstated.opening_arr, unstated.churn, unstated.grr, unstated.nrr), (None, None, None, None));
    assert_eq!(unstated.logo_retention, stats::wilson(1, 2));
}

#[test]
fn cohorts_part_the_accounts_and_nobody_is_no_zero() {
    let rows = [row("a", "", Some(100.0), ""), row("b", "", Some(60.0), "2026-03-01"), row("c", "", Some(40.0), "")];
    let contracts = Contracts::new(&rows, day("2026-09-30"));
    let found = cohorts(&contracts, Some(&[false, true, false]), window());
    let lines: Vec<_> =
        found.iter().map(|of| (of.cohort, of.accounts, units(of.opening_arr), units(of.churn))).collect();
    let expected = [
        ("all", 3, Some(200.0), Some(60.0)),
        ("exposed", 1, Some(60.0), Some(60.0)),
        ("unexposed", 2, Some(140.0), Some(0.0)),
    ];
    assert_eq!(lines, expected);
    let nobody = &cohorts(&contracts, Some(&[false; 3]), window())[1];
    assert_eq!(nobody, &RetentionCohort { cohort: "exposed", ..RetentionCohort::default() });
}
