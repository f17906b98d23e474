//! Trends of accounts by hand and beside scipy.

use super::super::measured::{Given, account, line};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
}

/// Use of `x` by `a` on so many days of each month from April to September.
fn used(days: [usize; 6]) -> Vec<String> {
    let months = days.iter().zip(4..);
    months.flat_map(|(&days, month)| (1..=days).map(move |day| format!("2026-{month:02}-{day:02}"))).collect()
}

fn of<'a>(days: &'a [String], more: &[(&'a str, &'a str, &'a str)]) -> Given<'a> {
    let usage = days.iter().map(|day| (day.as_str(), "a", "x")).chain(more.iter().copied());
    Given { usage: usage.collect(), ..Given::default() }
}

/// Slope and interval of `scipy.stats.theilslopes([5, 4, 4, 2, 0, 1], range(6), 0.95)`, scipy 1.17.1; p of
/// `pymannkendall.original_test`, 1.4.3.
#[test]
fn a_month_without_use_is_a_zero_for_a_customer() {
    let days = used([5, 4, 4, 2, 0, 1]);
    let mut given = of(&days, &[]);
    // August is observed because another account used something in it.
    given.usage.push(("2026-08-11", "b", "y"));
    given.accounts = vec![account("a", "2025-01-01", ""), account("b", "2025-01-01", "")];
    let facts = given.facts();
    let a = &facts.capabilities[0].accounts[0];
    let slope = a.trend_per_month.unwrap();
    close(slope.point, -1.0);
    close(slope.low, -2.0);
    close(slope.high, 0.0);
    assert_eq!(slope.n, 6);
    close(a.trend_p.unwrap(), 0.035_378_171_962_853_644);
}

#[test]
fn months_that_are_not_known_are_left_out() {
    let days = used([5, 4, 4, 2, 0, 1]);
    let mut given = of(&days, &[]);
    given.accounts = vec![account("a", "2025-01-01", "")];
    // Nobody used anything in August: it was not observed.
    assert_eq!(given.facts().capabilities[0].accounts[0].trend_per_month.unwrap().n, 5);
    // Started in July: two zeros before it are none. September's day stays.
    let days = used([0, 0, 0, 2, 0, 1]);
    let mut given = of(&days, &[("2026-04-02", "b", "y"), ("2026-05-02", "b", "y"), ("2026-08-11", "b", "y")]);
    given.accounts = vec![account("a", "2026-07-10", ""), account("b", "2025-01-01", "")];
    let facts = given.facts();
    let a = &facts.capabilities[0].accounts[0];
    assert_eq!((a.trend_per_month.unwrap().n, a.trend_p), (3, None));
    // Launched in August: July's use counts, because it happened; months before without use do not.
    let mut launched = line("x");
    launched.launched_on = "2026-08-01".parse().ok();
    given.catalogue = vec![launched, line("y")];
    given.accounts[0] = account("a", "2025-01-01", "");
    assert_eq!(given.facts().capabilities[0].accounts[0].trend_per_month.unwrap().n, 3);
}

#[test]
fn the_other_columns_by_hand() {
    let days = used([0, 0, 0, 2, 0, 1]);
    let facts = of(&days, &[("2026-07-02", "a", "y"), ("2026-07-03", "a", "y")]).facts();
    let a = &facts.capabilities[0].accounts[0];
    // Days in the product: 1, 2 and 3 July, 1 September.
    close(a.dependence.unwrap().value(), 0.75);
    assert_eq!((a.active_days, a.last_use), (3, "2026-09-01".parse().unwrap()));
    assert_eq!((a.users, a.sole_users), (None, None), "the usage names no users");
    assert_eq!(a.trend_per_month, None, "two months");
}

#[test]
fn users_of_nothing_else_by_hand() {
    let usage = vec![
        ("2026-07-02", "a", "x"),
        ("2026-07-02", "a", "x"),
        ("2026-07-03", "a", "x"),
        ("2026-08-03", "a", "y"),
        ("2026-02-03", "a", "y"),
        ("2026-07-02", "b", "x"),
    ];
    // u1 uses x only, u2 both in the period, u3 used y before it.
    let users = vec!["u1", "u2", "u3", "u2", "u3", "u1"];
    let facts = Given { usage, users, ..Given::default() }.facts();
    let found: Vec<_> = facts.capabilities[0]
        .accounts
        .iter()
        .map(|of| (facts.customers[of.customer].id.as_str(), of.users, of.sole_users))
        .collect();
    assert_eq!(found, [("b", Some(1), Some(1)), ("a", Some(3), Some(2))]);
}
