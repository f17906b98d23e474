//! The charts of the plan, drawn from plans made by hand.

use chrono::{Days, NaiveDate};

use super::*;
use crate::config::NoticeClass;
use crate::plan::{BudgetUse, Calendar, Forecast, Plan, Removal, Stage, StageKind, WaveUse, Yearly};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stage(kind: StageKind, from: NaiveDate, days: u64) -> Stage {
    let until = from + Days::new(days);
    let window = (kind == StageKind::Brownout)
        .then(|| (from.and_hms_opt(9, 0, 0).unwrap(), from.and_hms_opt(12, 0, 0).unwrap()));
    Stage { kind, from, until, window, reversible: kind < StageKind::Removed }
}

fn removal(place: usize) -> Removal {
    let told = day("2026-10-14") + Days::new(20 * place as u64);
    let at = |days: u64| told + Days::new(days);
    Removal {
        capability: place,
        class: NoticeClass::Integration,
        replacement: None,
        stages: vec![
            stage(StageKind::Announced, told, 13),
            stage(StageKind::ClosedToNewUse, at(14), 15),
            stage(StageKind::Warnings, at(30), 150),
            stage(StageKind::Brownout, at(140), 0),
            stage(StageKind::ReadOnly, at(160), 20),
            stage(StageKind::Removed, at(181), 0),
            stage(StageKind::DataKept, at(181), 90),
            stage(StageKind::Verified, at(271), 0),
        ],
        wave: place / 5,
        hours: 160.0,
        team: None,
        value: 9_000.0,
        arr_at_risk: 500.0,
        contacts: Vec::new(),
        demanded_by: (place == 1).then(|| day("2027-06-30")),
        vendor: None,
    }
}

/// A plan that removes so many, of which each frees 1 000 a year and 100 more than the one before, of 500 000.
fn plan(number: usize) -> Plan {
    let chosen: Vec<Removal> = (0..number).map(removal).collect();
    let change = |place: usize| -1_000.0 - 100.0 * place as f64;
    let all: f64 = (0..number).map(change).sum();
    let budget = |accounts, limit| BudgetUse {
        accounts,
        accounts_limit: Some(limit),
        arr_at_risk: 2_500.0,
        arr_limit: Some(5_000.0),
    };
    let wave = |wave: usize| WaveUse {
        label: format!("wave {wave}"),
        from: day("2027-01-01"),
        until: day("2027-03-31"),
        budget: budget(if wave == 1 { 36 } else { 12 }, 40.0),
        most_per_account: 2,
    };
    Plan {
        waves: (0..=number.div_ceil(5)).map(wave).collect(),
        overall: budget(44, 91.0),
        forecast: Forecast {
            yearly: Some(Yearly {
                without: 500_000.0,
                change: (all, 1.4 * all, 0.6 * all),
                by_removal: (0..number)
                    .map(|place| (place, Some((change(place), 1.4 * change(place), 0.6 * change(place)))))
                    .collect(),
            }),
            ..Forecast::default()
        },
        chosen,
        ..Plan::nothing()
    }
}

fn drawn_of(plan: Option<&Plan>) -> Vec<Chart> {
    let facts = facts(company(60));
    let integrations = Integrations::default();
    let decisions = decide(&facts, &integrations, decision_settings());
    let all = charts(&facts, &integrations, &decisions, plan, &SETTINGS);
    all.into_iter().filter(|chart| chart.id.starts_with("plan-")).collect()
}

fn drawn(number: usize) -> Vec<Chart> {
    drawn_of(Some(&plan(number)))
}

fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

#[test]
fn plans_of_one_twelve_and_sixty_can_be_drawn() {
    for number in [1, 12, 60] {
        let charts = drawn(number);
        let ids: Vec<&str> = charts.iter().map(|chart| chart.id).collect();
        assert_eq!(ids, ["plan-gantt", "plan-waterfall", "plan-accounts"]);
        for chart in &charts {
            assert!(chart.finding.len() > 20 && chart.note.len() > 20, "{}", chart.id);
            assert!(chart.table.rows.iter().all(|row| row.len() == chart.table.columns.len()), "{}", chart.id);
            let (svg, png) = (svg(chart).unwrap(), png(chart).unwrap());
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<script"), "{}", chart.id);
            assert_eq!((well_formed(&svg), &png[1..4]), (Ok(()), &b"PNG"[..]), "{}", chart.id);
        }
        assert_eq!(charts[0].table.rows.len(), number, "every removal is in the table");
        assert_eq!(charts[1].table.rows.len(), number + 3, "and between now and after");
    }
}

#[test]
fn at_most_as_many_are_named_as_the_settings_say() {
    let charts = drawn(60);
    assert!(charts[0].note.ends_with("45 removals later had no room and stand in the table."), "{}", charts[0].note);
    assert!(!drawn(12)[0].note.contains("had no room"));
    let waterfall = svg(&charts[1]).unwrap();
    assert!(
        waterfall.contains("46 others") && waterfall.contains("Capability 59") && !waterfall.contains(">Capability 3<")
    );
}

#[test]
fn findings_hold_the_numbers() {
    let charts = drawn(12);
    assert_eq!(
        charts[0].finding.split_once(" to Capability").unwrap().1,
        " 11 on 2027-11-19. The first customers are told on 2026-10-14. One has to be gone by a date that is not ours."
    );
    // 12 × 1 000 + 100 × (0 + … + 11) = 18 600.
    assert_eq!(
        plain(&charts[1].finding),
        "Once everything is gone, EUR 18 600 of EUR 500 000 run cost a year ends (3.7 %), in eight of ten simulated runs between EUR 11 160 and EUR 26 040. Capability 11 frees the most, EUR 2 100."
    );
    assert!(charts[1].note.ends_with("they begin at zero, far to the left."));
    let rows: Vec<Vec<String>> =
        charts[1].table.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    assert_eq!(rows[2], ["Capability 1", "2027-05-03", "EUR −1 100", "EUR −1 540", "EUR −660"]);
    assert_eq!(rows[14], ["run cost after", "", "EUR 481 400", "EUR 473 960", "EUR 488 840"]);
    assert_eq!(
        charts[2].finding,
        "The plan touches 44 of 400 accounts, of at most 91. The fullest wave is wave 1 with 36 accounts of at most 40. No account meets more than 2 removals in one wave."
    );
    let last = charts[2].table.rows.last().unwrap();
    assert_eq!(
        last.iter().map(|cell| plain(cell)).collect::<Vec<_>>(),
        ["all waves", "12", "44", "91", "EUR 2 500", "EUR 5 000"]
    );
}

#[test]
fn what_is_freed_of_little_cost_needs_no_broken_bar() {
    let mut small = plan(3);
    if let Some(yearly) = &mut small.forecast.yearly {
        yearly.without = 4_000.0;
    }
    let charts = drawn_of(Some(&small));
    assert!(!charts[1].note.contains("broken"), "{}", charts[1].note);
    // Of one the cost is not known: it has a row without figures and no step.
    small.forecast.yearly.as_mut().unwrap().by_removal[1].1 = None;
    let charts = drawn_of(Some(&small));
    assert_eq!(charts[1].table.rows[2][2..], ["–", "–", "–"]);
    assert!(!svg(&charts[1]).unwrap().contains("Capability 1"));
}

#[test]
fn no_plan_no_removal_and_no_known_cost_draw_nothing() {
    assert!(drawn_of(None).is_empty() && drawn(0).is_empty());
    let mut unknown = plan(2);
    unknown.forecast = Forecast::default();
    let ids: Vec<&str> = drawn_of(Some(&unknown)).iter().map(|chart| chart.id).collect();
    assert_eq!(ids, ["plan-gantt", "plan-accounts"]);
}

#[test]
fn an_account_over_the_budget_is_seen() {
    let colours = |plan: &Plan| {
        let chart = drawn_of(Some(plan)).pop().unwrap();
        svg(&chart).unwrap().matches("#D55E00").count()
    };
    let mut over = plan(3);
    assert_eq!(colours(&over), 0);
    over.waves[0].budget.accounts = 41;
    assert_eq!(colours(&over), 1);
}

#[test]
fn closed_days_are_a_ground_under_the_bars() {
    let grounds = |holidays: Vec<((u32, u32), (u32, u32))>| {
        let closed = Plan { calendar: Calendar { holidays, ..Calendar::default() }, ..plan(3) };
        svg(&drawn_of(Some(&closed))[0]).unwrap().matches("#FDF0D6").count()
    };
    assert_eq!(grounds(Vec::new()), 0);
    // From September 2026 to the last day drawn the turn of the year comes once; the sign beside its name is the other.
    assert_eq!(grounds(vec![((12, 18), (1, 4))]), 2);
}
