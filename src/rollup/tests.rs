use super::*;
use crate::attribute::CapabilityKind;
use crate::config::{CatalogueSettings, MapRule, MatchKind, Stage, Unlisted};
use crate::diag::Findings;
use crate::tables::testing::{Usage, usage};
use proptest::prelude::*;

fn spans() -> Spans {
    Spans {
        period: "2026-Q3".parse().unwrap(),
        previous: "2026-Q2".parse().unwrap(),
        as_of: "2026-09-30".parse().unwrap(),
    }
}

/// Capabilities `a` (reached by `a` and `a_*`) and `b`.
fn catalogue() -> Catalogue {
    let settings = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
    let rule = MapRule::new(MatchKind::Prefix, "a_", "a");
    let split = [("a".to_owned(), 0.5), ("b".to_owned(), 0.5)].into();
    let both = MapRule { capability: None, split, ..MapRule::new(MatchKind::Exact, "both", "") };
    let shown = MapRule { stage: Stage::Exposed, ..MapRule::new(MatchKind::Exact, "b_banner", "b") };
    Catalogue::build(&[], &[rule, both, shown], &settings, ["b"].into_iter(), &mut Findings::default())
}

fn rolled(rows: &[Usage]) -> Rollup {
    roll_up(&usage(rows), &catalogue(), &spans()).unwrap()
}

const ROWS: &[Usage] = &[
    ("2026-07-01T09:00:00", "x", "a_open", "u1", 1, "ok"),
    ("2026-07-01T10:00:00", "x", "a_close", "u1", 1, "error"),
    ("2026-07-01T11:00:00", "x", "a", "u2", 3, ""),
    ("2026-08-15T00:00:00", "x", "a", "u1", 1, "ok"),
    ("2026-07-02T09:00:00", "y", "a", "", 1, ""),
    ("2026-07-02T09:00:00", "y", "b", "", 0, ""),
    ("2026-06-30T23:59:59", "y", "b", "", 1, ""),
    ("2026-07-03T00:00:00", "y", "noise", "u9", 1, ""),
    ("2026-07-04T00:00:00", "", "b", "", 2, ""),
    ("2026-10-01T00:00:00", "x", "b", "", 1, ""),
];

#[test]
fn days_that_succeeded_and_users_of_nothing_else_by_hand() {
    let rollup = rolled(&[
        ("2026-07-01T09:00:00", "x", "a", "only a", 1, "error"),
        ("2026-07-02T09:00:00", "x", "a", "only a", 1, "error"),
        ("2026-07-02T10:00:00", "x", "a_open", "both", 1, ""),
        ("2026-07-03T09:00:00", "x", "b", "both", 1, "ok"),
        ("2026-07-03T09:00:00", "x", "noise", "only a", 1, "ok"),
        ("2026-07-03T09:00:00", "x", "b", "", 1, "error"),
    ]);
    let found: Vec<_> = rollup
        .period
        .iter()
        .map(|cell| {
            (cell.capability, cell.measures.active_days, cell.measures.succeeded_days, cell.measures.sole_users)
        })
        .collect();
    assert_eq!(found, [(0, 2, 1, 1), (1, 1, 1, 0)], "what maps to no capability is not something else");
}

const SHOWN_AND_SHARED: &[Usage] = &[
    ("2026-07-01T09:00:00", "x", "both", "u1", 2, "ok"),
    ("2026-07-01T09:00:00", "x", "both", "u1", 1, "error"),
    ("2026-07-02T09:00:00", "y", "b_banner", "u2", 1, ""),
    ("2026-07-03T09:00:00", "y", "b_banner", "u2", 1, ""),
    ("2026-06-03T09:00:00", "x", "b_banner", "u1", 1, ""),
    ("2026-10-03T09:00:00", "z", "b_banner", "u1", 1, ""),
    ("2026-07-03T09:00:00", "", "b_banner", "u1", 1, ""),
];

#[test]
fn what_is_shown_is_use_of_the_product_only() {
    let rollup = rolled(SHOWN_AND_SHARED);
    assert!(rollup.period.iter().all(|cell| cell.account == Some(0)), "y and nobody only saw the banner");
    let shown: Vec<_> = rollup.exposed.iter().map(|of| (of.capability, of.account, of.in_period)).collect();
    assert_eq!(shown, [(1, 0, false), (1, 1, true)], "each pair once; neither the future nor nobody");
    assert_eq!(rollup.activity[&1], Activity { active_days: 2, active_users: 1 });
    assert_eq!(rollup.activity_previous[&0].active_days, 1);
    assert_eq!(rollup.unmapped, [].into());
    let found = rows_of(&usage(SHOWN_AND_SHARED), &catalogue(), &spans(), 1).unwrap();
    let found: Vec<_> = found.iter().map(|rows| (rows.name.as_str(), rows.stage, rows.rows)).collect();
    assert_eq!(found, [("b_banner", Stage::Exposed, 3), ("both", Stage::Attempted, 2)]);
}

#[test]
fn a_name_of_two_capabilities_is_use_of_each_and_one_row() {
    let rollup = rolled(SHOWN_AND_SHARED);
    let found: Vec<_> = rollup
        .period
        .iter()
        .map(|cell| (cell.capability, cell.measures.events, cell.measures.errors, cell.measures.sole_users))
        .collect();
    assert_eq!(found, [(0, 3, 1, 0), (1, 3, 1, 0)]);
    assert_eq!((rollup.rows, rollup.activity[&0].active_days), (6, 1));
}

#[test]
fn measures_by_hand() {
    let rollup = rolled(ROWS);
    assert_eq!(rollup.accounts, ["x", "y"]);
    let first = rollup.period[0];
    assert_eq!((first.capability, first.account), (0, Some(0)));
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let expected = Measures {
        events: 6,
        with_status: 3,
        errors: 1,
        active_days: 2,
        active_users: 2,
        user_days: 3,
        succeeded_days: 2,
        sole_users: 2,
        first: day("2026-07-01"),
        last: day("2026-08-15"),
    };
    assert_eq!(first.measures, expected);
    let july = &rollup.monthly[&Month::of(day("2026-07-01"))];
    assert_eq!(july[0].measures.user_days, 2);
    assert_eq!(july[1].measures.active_users, 0, "no user is named");
}

#[test]
fn the_boundaries_hold_and_nothing_vanishes() {
    let rollup = rolled(ROWS);
    assert_eq!(rollup.after_as_of, 1);
    assert_eq!(rollup.without_account, 1);
    assert_eq!(rollup.unmapped, [("noise".to_owned(), 1)].into());
    assert_eq!(rollup.previous.len(), 1, "23:59:59 on 30 June is still June");
    assert_eq!(rollup.rows, 8, "all but the one after the as-of date and the one that counts nothing");
    // b of y counts nothing in the period; b without an account stays a cell of its own.
    let cells: Vec<_> = rollup.period.iter().map(|cell| (cell.capability, cell.account)).collect();
    assert_eq!(cells, [(0, Some(0)), (0, Some(1)), (1, None)]);
    assert_eq!(rollup.activity[&1].active_days, 2, "unmapped use is use of the product");
}

#[test]
fn cells_stand_by_capability_and_account_and_what_names_none_comes_first() {
    let rollup = rolled(ROWS);
    let order: Vec<_> = rollup.ever.iter().map(|cell| (cell.capability, cell.account)).collect();
    // x and y used a; y used b, and so did someone who is not named.
    assert_eq!(order, [(0, Some(0)), (0, Some(1)), (1, None), (1, Some(1))]);
    let is_sorted = |cells: &[Cell]| cells.is_sorted_by_key(|cell| (cell.capability, cell.account));
    assert!(is_sorted(&rollup.period) && rollup.monthly.values().all(|cells| is_sorted(cells)));
}

#[test]
fn what_was_read_needs_no_frame_any_more() {
    let mut tables = usage(ROWS);
    let events = Events::read(&tables, &catalogue(), &spans()).unwrap();
    tables.let_go(TableId::UsageEvents);
    assert!(tables.has(TableId::UsageEvents) && tables.frame(TableId::UsageEvents).is_none());
    assert_eq!(events.roll_up(&spans()), rolled(ROWS));
    tables.let_go(TableId::Tickets);
    assert!(!tables.has(TableId::Tickets));
}

#[test]
fn no_usage_no_rollup() {
    assert_eq!(roll_up(&Tables::default(), &catalogue(), &spans()).unwrap(), Rollup::default());
    assert_eq!(rolled(&[]).rows, 0);
}

proptest! {
    #[test]
    fn row_order_never_matters(order in Just(ROWS.to_vec()).prop_shuffle()) {
        prop_assert_eq!(rolled(&order), rolled(ROWS));
    }

    #[test]
    fn nor_does_it_for_what_is_shown_or_shared(order in Just(SHOWN_AND_SHARED.to_vec()).prop_shuffle()) {
        prop_assert_eq!(rolled(&order), rolled(SHOWN_AND_SHARED));
    }

    /// A month is a stretch of a quarter: events, days and user-days of the months sum to those of the period.
    #[test]
    fn months_sum_to_their_quarter(
        rows in prop::collection::vec((0_u32..92, 0_u8..3, 0_u8..3, 0_u8..3, prop::option::of(any::<bool>())), 0..60),
    ) {
        let start: NaiveDate = "2026-07-01".parse().unwrap();
        let texts: Vec<[String; 4]> = rows
            .iter()
            .map(|(day, account, name, user, _)| {
                let day = start + chrono::TimeDelta::days(i64::from(*day));
                [format!("{day}T08:00:00"), format!("acct {account}"), ["a", "both", "noise"][usize::from(*name)].into(), format!("u{user}")]
            })
            .collect();
        let rows: Vec<Usage> = texts
            .iter()
            .zip(&rows)
            .map(|([ts, account, name, user], row)| {
                let status = row.4.map_or("", |ok| if ok { "ok" } else { "error" });
                (ts.as_str(), account.as_str(), name.as_str(), user.as_str(), 1, status)
            })
            .collect();
        let rollup = rolled(&rows);
        for cell in &rollup.period {
            let months = rollup.monthly.values().flatten().filter(|month| (month.capability, month.account) == (cell.capability, cell.account));
            let months: Vec<Measures> = months.map(|month| month.measures).collect();
            let sum = |of: fn(&Measures) -> u64| months.iter().map(of).sum::<u64>();
            let of: [fn(&Measures) -> u64; 6] =
                [|m| m.events, |m| m.with_status, |m| m.errors, |m| m.active_days, |m| m.user_days, |m| m.succeeded_days];
            for of in of {
                prop_assert_eq!(sum(of), of(&cell.measures));
            }
            prop_assert_eq!(months.iter().map(|month| month.first).min(), Some(cell.measures.first));
            prop_assert_eq!(months.iter().map(|month| month.last).max(), Some(cell.measures.last));
        }
        prop_assert_eq!(&rollup.period, &rollup.ever);
    }
}

#[test]
fn the_rows_behind_a_figure_are_named() {
    let found = rows_of(&usage(ROWS), &catalogue(), &spans(), 0).unwrap();
    let found: Vec<_> =
        found.iter().map(|rows| (rows.name.as_str(), rows.input, rows.rows, rows.lines.clone())).collect();
    assert_eq!(found, [("a", 0, 3, vec![4, 5, 6]), ("a_close", 0, 1, vec![3]), ("a_open", 0, 1, vec![2])]);
    let late = rows_of(&usage(ROWS), &catalogue(), &spans(), 1).unwrap();
    assert_eq!(late.iter().map(|rows| rows.rows).sum::<u64>(), 2, "neither before the period nor after the as-of date");
    assert_eq!(rows_of(&Tables::default(), &catalogue(), &spans(), 0).unwrap(), []);
}
