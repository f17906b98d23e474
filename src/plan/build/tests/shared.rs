//! What removals share: accounts, ARR, teams, order, waves.

use super::*;
use crate::config::NoticeClass;
use crate::plan::Group;

fn three() -> World {
    World::new(vec![prime("a", 3.0), prime("b", 2.0), prime("c", 1.0), bare("d")])
}

#[test]
fn accounts_with_the_same_set_are_one_group() {
    // Accounts 0 and 1 use a and b, 2 and 3 a alone, 4 b alone; nobody uses c; what 5 uses stays.
    let world = three().used(0, 0..4).used(1, [0, 1, 4]).used(3, [0, 5]);
    let group = |uses: &[usize], accounts| Group { uses: uses.to_vec(), accounts };
    assert_eq!(world.model().groups, [group(&[0], 2), group(&[0, 1], 2), group(&[1], 1)]);
    assert_eq!(three().model().groups, []);
}

#[test]
fn an_account_counts_once_in_a_wave_and_once_overall() {
    // The wave ends in December.
    let world = three().used(0, 0..4).used(1, [0, 1, 4]).settings(|plan| plan.months = 4);
    let use_of = |plan: &Plan| {
        let waves = plan.waves.iter().map(|wave| (wave.budget.accounts, wave.most_per_account));
        (waves.collect::<Vec<_>>(), plan.overall.accounts)
    };
    let plan = world.plan();
    assert_eq!(gone(&plan), [0, 1, 2].map(|index| (index, "2026-10-14".to_owned())));
    assert_eq!(use_of(&plan), (vec![(5, 2), (0, 0)], 5));
    close(plan.search.objective, worth(6.0, "2026-10-14"));
    // One change per account and wave: what is worth less goes in the next.
    let plan = world.settings(|plan| plan.changes_per_account = 1).plan();
    let expected = [(0, "2026-10-14"), (2, "2026-10-14"), (1, "2027-01-12")];
    assert_eq!(gone(&plan), expected.map(|(index, day)| (index, day.to_owned())));
    assert_eq!(use_of(&plan), (vec![(4, 1), (3, 1)], 5));
    close(plan.search.objective, worth(4.0, "2026-10-14") + worth(2.0, "2027-01-12"));
}

#[test]
fn what_nobody_uses_touches_nobody() {
    let world = three().used(0, [0]).settings(|plan| (plan.accounts_per_wave, plan.months) = (0.0, 3));
    let plan = world.plan();
    assert_eq!(gone(&plan), [1, 2].map(|index| (index, "2026-10-14".to_owned())));
    assert!(plan.chosen.iter().all(|removal| removal.contacts.is_empty()));
    assert_eq!((plan.overall.accounts, plan.waves[0].budget.accounts_limit), (0, Some(0.0)));
    assert_eq!(staying(&plan), [(0, vec![Constraint::AccountsPerWave])]);
}

#[test]
fn limits_are_parts_of_the_base_and_the_whole_of_it_is_none() {
    let model = three().settings(|plan| {
        (plan.accounts_per_wave, plan.accounts_overall) = (0.1, 0.25);
        (plan.arr_at_risk_per_wave, plan.arr_at_risk_overall) = (0.005, 0.02);
    });
    let limits = |model: &Model| {
        let of = [model.accounts_per_wave, model.accounts_overall, model.arr_per_wave, model.arr_overall];
        of.map(|limit| limit.map(f64::round))
    };
    assert_eq!(limits(&model.model()), [Some(10.0), Some(25.0), Some(5_000.0), Some(20_000.0)]);
    assert_eq!(limits(&three().model()), [None; 4]);
    let mut unknown = model;
    unknown.facts.base.arr = None;
    assert_eq!(limits(&unknown.model()), [Some(10.0), Some(25.0), None, None]);
}

#[test]
fn where_no_arr_is_known_none_is_limited_and_of_none_nothing_may_be_at_risk() {
    let mut world = three().at_risk(0, 100.0).at_risk(1, 50.0).settings(|plan| {
        (plan.arr_at_risk_per_wave, plan.arr_at_risk_overall, plan.months) = (0.005, 0.02, 3);
    });
    world.facts.base.arr = None;
    let plan = world.plan();
    assert_eq!(plan.chosen.len(), 3);
    assert_eq!((plan.overall.arr_at_risk, plan.overall.arr_limit), (150.0, None));
    world.facts.base.arr = Some(Money::ZERO);
    let plan = world.plan();
    assert_eq!(gone(&plan), [(2, "2026-10-14".to_owned())]);
    assert_eq!((plan.overall.arr_at_risk, plan.overall.arr_limit), (0.0, Some(0.0)));
    assert!(staying(&plan).iter().all(|(_, bounds)| bounds[0] == Constraint::ArrPerWave), "{:?}", staying(&plan));
}

#[test]
fn arr_at_risk_adds_up_by_wave() {
    let world = three().at_risk(0, 4_000.0).at_risk(1, 3_000.0).at_risk(2, 1_000.0);
    let plan = world.settings(|plan| (plan.arr_at_risk_per_wave, plan.months) = (0.005, 6)).plan();
    // a and c are 5,000 of 5,000; a and b would be 7,000.
    let expected = [(0, "2026-10-14"), (2, "2026-10-14"), (1, "2027-01-12")];
    assert_eq!(gone(&plan), expected.map(|(index, day)| (index, day.to_owned())));
    let at_risk: Vec<f64> = plan.waves.iter().map(|wave| wave.budget.arr_at_risk.round()).collect();
    assert_eq!((at_risk, plan.overall.arr_at_risk.round()), (vec![5_000.0, 3_000.0], 8_000.0));
    assert!(plan.waves.iter().all(|wave| wave.budget.arr_limit == Some(5_000.0)));
}

#[test]
fn a_team_has_the_hours_that_are_set_else_its_part_of_what_it_logs() {
    let mut world = three().work(0, "core", 30.0).work(1, "edge", 3.0).work(2, "core", 30.0);
    let logged = |team: &str, per_month| TeamHours { team: team.into(), per_month };
    world.facts.teams = vec![logged("core", 100.0), logged("other", 50.0)];
    let hours = |world: &World| world.model().teams.iter().map(|team| team.hours).collect::<Vec<_>>();
    // A fifth of a hundred; nothing is known of the other.
    assert_eq!(hours(&world), [Some(20.0), None]);
    world.settings.plan.team_hours.insert("core".into(), 10.0);
    assert_eq!(hours(&world), [Some(10.0), None]);
    world.settings.plan.months = 6;
    // Ten hours a month for three months each: one after the other.
    let plan = world.plan();
    let expected = [(0, "2026-12-08"), (1, "2026-12-08"), (2, "2027-03-09")];
    assert_eq!(gone(&plan), expected.map(|(index, day)| (index, day.to_owned())));
    let teams: Vec<_> = plan.teams.iter().map(|team| (team.team.as_str(), team.limit, &team.hours[..])).collect();
    assert_eq!(teams, [("core", Some(10.0), &[10.0; 6][..]), ("edge", None, &[1.0, 1.0, 1.0, 0.0, 0.0, 0.0][..])]);
    close(plan.search.objective, worth(5.0, "2026-12-08") + worth(1.0, "2027-03-09"));
}

#[test]
fn what_needs_another_goes_before_it_or_in_its_month() {
    let needs = |world: World| world.capability(1, |of| of.capability.depends_on = vec!["a".into()]);
    // Announced on 14 October: a month of notice ends on 14 November.
    let later = |world: World, id: &str| {
        world.settings(|plan| {
            plan.classes.insert(id.into(), NoticeClass::Beta);
            plan.notice_months.beta = Some(1);
        })
    };
    let plan = later(needs(three()), "b").plan();
    let expected = [(2, "2026-10-14"), (0, "2026-11-10"), (1, "2026-11-17")];
    assert_eq!(gone(&plan), expected.map(|(index, day)| (index, day.to_owned())));
    assert!(plan.lint.is_empty(), "{:?}", plan.lint);
    // Its parts as well.
    let part = three().capability(1, |of| of.capability.parent = Some("a".into()));
    assert_eq!(part.model().before, needs(three()).model().before);
    // In a circle with each other they go in one month.
    let circle = needs(three()).capability(0, |of| of.capability.depends_on = vec!["b".into()]);
    assert_eq!(circle.model().before, [(0, 1), (1, 0)]);
    let plan = later(circle, "a").plan();
    let expected = [(2, "2026-10-14"), (1, "2026-11-10"), (0, "2026-11-17")];
    assert_eq!(gone(&plan), expected.map(|(index, day)| (index, day.to_owned())));
    assert!(plan.lint.is_empty(), "{:?}", plan.lint);
}

#[test]
fn waves_begin_with_the_calendar_year() {
    let waves = |length: u32, months: u32| {
        let plan = three().settings(|plan| (plan.wave_months, plan.months) = (length, months)).plan();
        let wave = |wave: &WaveUse| format!("{} {} {}", wave.label, wave.from, wave.until);
        plan.waves.iter().map(wave).collect::<Vec<_>>()
    };
    assert_eq!(
        waves(1, 3),
        ["2026-10 2026-10-01 2026-10-31", "2026-11 2026-11-01 2026-11-30", "2026-12 2026-12-01 2026-12-31"]
    );
    // The first is half over.
    assert_eq!(waves(2, 3), ["2026-09..2026-10 2026-09-01 2026-10-31", "2026-11..2026-12 2026-11-01 2026-12-31"]);
    assert_eq!(waves(3, 4), ["2026-Q4 2026-10-01 2026-12-31", "2027-Q1 2027-01-01 2027-03-31"]);
    assert_eq!(waves(6, 4), ["2026-07..2026-12 2026-07-01 2026-12-31", "2027-01..2027-06 2027-01-01 2027-06-30"]);
    assert_eq!(waves(12, 4), ["2026 2026-01-01 2026-12-31", "2027 2027-01-01 2027-12-31"]);
    let mut late = three().settings(|plan| plan.months = 2);
    late.facts.as_of = day("2026-11-15");
    let plan = late.plan();
    assert_eq!((plan.first.first_day(), plan.months, plan.waves.len()), (day("2026-12-01"), 2, 2));
    assert_eq!((plan.waves[0].label.as_str(), plan.waves[0].from), ("2026-Q4", day("2026-10-01")));
    assert_eq!(late.model().wave_of, [0, 1]);
}

#[test]
fn every_removal_names_its_wave_day_and_accounts() {
    let world = three().used(0, 0..4).used(1, [0, 1, 4]).replaced(0, 3).demand(1, "2027-02-01").at_risk(0, 70.0);
    let plan = world.settings(|plan| (plan.changes_per_account, plan.months) = (1, 6)).plan();
    let found: Vec<_> = plan
        .chosen
        .iter()
        .map(|of| (of.capability, of.wave, of.contacts.len(), of.replacement, of.demanded_by, of.arr_at_risk.round()))
        .collect();
    let by = Some(day("2027-02-01"));
    assert_eq!(found, [(0, 0, 4, Some(3), None, 70.0), (2, 0, 0, None, None, 0.0), (1, 1, 3, None, by, 0.0)]);
    for (removal, (per_day, on)) in
        plan.chosen.iter().zip([(3.0, "2026-10-14"), (1.0, "2026-10-14"), (2.0, "2027-01-12")])
    {
        close(removal.value, worth(per_day, on));
    }
    close(plan.search.objective, plan.chosen.iter().map(|removal| removal.value).sum());
    assert!(plan.search.proven && plan.search.gap < 1e-9 && plan.conflicts.is_empty() && plan.lint.is_empty());
}
