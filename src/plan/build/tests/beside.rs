//! What stands beside the plan: the simple order, one step more of each limit, other policies, and no plan at all.

use super::*;

/// Two whose accounts do not fit into one wave of ten.
fn two() -> World {
    World::new(vec![prime("first", 2.0), prime("second", 1.0)]).settings(|plan| plan.months = 6)
}

/// Limit, gain, what enters.
fn relaxed(plan: &Plan) -> Vec<(Constraint, f64, Vec<usize>)> {
    plan.relaxations.iter().map(|of| (of.constraint, of.gain, of.enters.clone())).collect()
}

/// The one limit of which a step brings something, and what it brings.
fn only(plan: &Plan, constraint: Constraint, gain: f64, enters: &[usize]) {
    let found = relaxed(plan);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, &found[0].2[..]), (constraint, enters));
    close(found[0].1, gain);
    let by: Vec<_> = plan.left_out.iter().map(|left| (left.capability, left.relaxed_by)).collect();
    assert_eq!(by, enters.iter().map(|index| (*index, Some(constraint))).collect::<Vec<_>>());
}

#[test]
fn one_step_more_of_a_budget_brings_what_the_plans_differ_by() {
    // Eleven accounts of ten, and of eleven.
    let accounts = || two().used(0, 0..6).used(1, 6..11);
    let plan = accounts().settings(|plan| plan.accounts_per_wave = 0.1).plan();
    close(plan.search.objective, worth(2.0, "2026-10-14") + worth(1.0, "2027-01-12"));
    // From 14 October to 12 January.
    only(&plan, Constraint::AccountsPerWave, 90.0, &[]);
    assert_eq!(plan.relaxations[0].step, "10 % more accounts in a wave");
    let short = accounts().settings(|plan| (plan.accounts_per_wave, plan.months) = (0.1, 3)).plan();
    only(&short, Constraint::AccountsPerWave, worth(1.0, "2026-10-14"), &[1]);
    let overall = accounts().settings(|plan| plan.accounts_overall = 0.1).plan();
    only(&overall, Constraint::AccountsOverall, worth(1.0, "2026-10-14"), &[1]);
    // Twelve of ten do not fit into eleven either.
    let plan = two().used(0, 0..6).used(1, 6..12).settings(|plan| plan.accounts_overall = 0.1).plan();
    assert_eq!((relaxed(&plan).len(), plan.left_out[0].relaxed_by), (0, None));

    let arr = || two().at_risk(0, 4_000.0).at_risk(1, 1_400.0);
    let plan = arr().settings(|plan| plan.arr_at_risk_per_wave = 0.005).plan();
    only(&plan, Constraint::ArrPerWave, 90.0, &[]);
    let plan = arr().settings(|plan| plan.arr_at_risk_overall = 0.005).plan();
    only(&plan, Constraint::ArrOverall, worth(1.0, "2026-10-14"), &[1]);

    let changes = two().used(0, [0, 1]).used(1, [1, 2]).settings(|plan| plan.changes_per_account = 1).plan();
    only(&changes, Constraint::ChangesPerAccount, 90.0, &[]);

    // Ten hours a month for three months, and one more: side by side with eleven.
    let teams = two().work(0, "core", 30.0).work(1, "core", 3.0);
    let plan = teams.settings(|plan| _ = plan.team_hours.insert("core".into(), 10.0)).plan();
    close(plan.search.objective, worth(2.0, "2026-12-08") + worth(1.0, "2027-03-09"));
    only(&plan, Constraint::TeamHours, 91.0, &[]);
}

#[test]
fn without_what_bars_months_it_goes_sooner() {
    let two = || two().settings(|plan| plan.months = 4);
    // Announced on 8 October: three months end on 8 January, two on 8 December.
    let notice = two().settings(|plan| (plan.notice_months.user_interface, plan.decide_days) = (Some(3), 8));
    let plan = notice.plan();
    close(plan.search.objective, worth(3.0, "2027-01-12"));
    only(&plan, Constraint::Notice, 3.0 * 35.0, &[]);
    let short = notice.settings(|plan| plan.months = 3).plan();
    assert!(short.chosen.is_empty());
    let found = relaxed(&short);
    assert_eq!((found.len(), found[0].0, &found[0].2[..]), (1, Constraint::Notice, &[0, 1][..]));
    close(found[0].1, worth(3.0, "2026-12-08"));
    assert!(short.left_out.iter().all(|left| left.relaxed_by == Some(Constraint::Notice)));

    let promised = two().capability(1, |of| of.capability.protected_until = Some(day("2027-01-12")));
    // From 14 October to 13 January.
    only(&promised.plan(), Constraint::Commitment, 91.0, &[]);
    let renewing = two().used(1, [7]).key(7, "2026-12-01").plan();
    // 16 December.
    only(&renewing, Constraint::Renewal, 63.0, &[]);
    let mut young = World::new(vec![prime("old", 1.0), bare("young")]).replaced(0, 1).settings(|plan| plan.months = 4);
    young.facts.capabilities[1].capability.launched_on = Some(day("2026-10-20"));
    // From 14 October to 19 January.
    only(&young.plan(), Constraint::Replacement, 97.0, &[]);
    // Closed in November alone, and a month of notice that ends on the 14th of it: 17 November for 8 December.
    let closed =
        two().blackout("2026-11-01", "2026-11-30").settings(|plan| plan.notice_months.user_interface = Some(1));
    // A month less of it, and both go on 14 October.
    let found = relaxed(&closed.plan());
    assert_eq!(found.iter().map(|of| of.0).collect::<Vec<_>>(), [Constraint::Notice, Constraint::Blackout]);
    close(found[0].1, 3.0 * 55.0);
    close(found[1].1, 3.0 * 21.0);
}

#[test]
fn the_simple_order_takes_the_first_and_then_nothing_fits() {
    // Ten accounts overall: the largest alone, or the two others.
    let world = World::new(vec![prime("large", 3.0), prime("one", 2.0), prime("other", 2.0)]);
    let world = world.used(0, 0..10).used(1, 10..15).used(2, 15..20);
    let plan = world.settings(|plan| (plan.accounts_overall, plan.months) = (0.1, 3)).plan();
    assert_eq!(gone(&plan), [1, 2].map(|index| (index, "2026-10-14".to_owned())));
    assert_eq!(plan.greedy.chosen, [0]);
    close(plan.greedy.objective, worth(3.0, "2026-10-14"));
    close(plan.search.objective, worth(4.0, "2026-10-14"));
    close(plan.greedy.gap.unwrap(), 0.25);
    // Where the order is right, it is the plan.
    let plan = two().plan();
    assert_eq!((plan.greedy.chosen.clone(), plan.greedy.gap), (vec![0, 1], Some(0.0)));
}

#[test]
fn what_other_policies_cost() {
    let mut world = two().settings(|plan| (plan.months, plan.notice_months) = (24, NoticeMonths::default()));
    let plan = world.plan();
    let used: Vec<_> = plan.notice_costs.iter().filter(|cost| cost.used).collect();
    assert_eq!((plan.notice_costs.len(), used.len(), used[0].policy.as_str()), (5, 1, "standard"));
    close(used[0].objective, plan.search.objective);
    assert_eq!(used[0].removed, 2);
    // Three months from 14 October: 14 January, 106 days.
    close(used[0].median_months.unwrap(), 106.0 / 30.4375);
    for cost in &plan.notice_costs {
        world.settings.plan.notice.clone_from(&cost.policy);
        let own = world.plan();
        close(cost.objective, own.search.objective);
        assert_eq!(cost.removed, own.chosen.len());
    }
}

#[test]
fn of_nothing_there_is_an_empty_plan() {
    for world in [World::new(Vec::new()), World::new(vec![bare("a"), bare("b")])] {
        let plan = world.settings(|plan| plan.months = 4).plan();
        assert!(plan.chosen.is_empty() && plan.left_out.is_empty() && plan.relaxations.is_empty());
        assert!(plan.conflicts.is_empty() && plan.lint.is_empty() && plan.teams.is_empty());
        assert_eq!((plan.search.objective, plan.search.bound, plan.search.gap), (0.0, 0.0, 0.0));
        assert!(plan.search.proven);
        assert_eq!(plan.greedy, Greedy::default());
        assert_eq!((plan.waves.len(), plan.overall), (2, BudgetUse::default()));
        assert!(plan.waves.iter().all(|wave| wave.budget == BudgetUse::default() && wave.most_per_account == 0));
        assert!(plan.notice_costs.iter().all(|cost| cost.removed == 0 && cost.median_months.is_none()));
        assert_eq!(plan.notice_costs.iter().map(|cost| cost.objective).sum::<f64>(), 0.0);
        assert!(plan.forecast.quarters.is_empty());
    }
}
