//! What vendors and settings demand, and what gives way where it cannot be kept.

use super::*;
use crate::plan::LintRule;

fn notice(world: World) -> World {
    world.settings(|plan| (plan.notice_months.user_interface, plan.months) = (Some(3), 6))
}

fn one() -> World {
    World::new(vec![prime("old", 1.0)])
}

/// Capability, whether its day is kept, and the limits that conflict.
fn conflicts(plan: &Plan) -> Vec<(usize, bool, Vec<Constraint>)> {
    plan.conflicts.iter().map(|of| (of.capability, of.kept, kinds(&of.limits))).collect()
}

#[test]
fn a_demand_is_kept_where_it_can_be() {
    // At a loss, and because it must.
    let world = World::new(vec![prime("old", -2.0)]).demand(0, "2026-12-31").settings(|plan| plan.months = 6);
    let plan = world.plan();
    // It costs least where it goes last.
    assert_eq!(gone(&plan), [(0, "2026-12-08".to_owned())]);
    assert_eq!((plan.conflicts.len(), plan.chosen[0].demanded_by), (0, Some(day("2026-12-31"))));
    close(plan.search.objective, worth(-2.0, "2026-12-08"));
    // Beyond what is planned it demands nothing.
    let later = World::new(vec![prime("old", -2.0)]).demand(0, "2027-04-01").settings(|plan| plan.months = 6);
    let plan = later.plan();
    assert_eq!((plan.chosen.len(), plan.search.objective), (0, 0.0));
}

#[test]
fn a_vendor_that_leaves_less_than_the_notice_is_met_on_the_last_working_day() {
    // 20 December is a Sunday; notice ends on 14 January.
    let plan = notice(one()).shutdown(0, "2026-12-20").plan();
    assert_eq!(gone(&plan), [(0, "2026-12-18".to_owned())]);
    assert_eq!(conflicts(&plan), [(0, true, vec![Constraint::Deadline, Constraint::Notice])]);
    assert_eq!(plan.conflicts[0].by, day("2026-12-20"));
    let said: Vec<&str> = plan.conflicts[0].limits.iter().map(|limit| limit.sentence.as_str()).collect();
    assert_eq!(
        said,
        [
            "old must be gone by 2026-12-20: the shutdown by Acme.",
            "old is owed 3 months of notice (user-interface), announced on 2026-10-14 at the earliest."
        ]
    );
    assert_eq!(plan.chosen[0].demanded_by, Some(day("2026-12-20")));
    // The linter owes no notice beyond the day of a vendor.
    assert!(plan.lint.is_empty() && plan.left_out.is_empty());
    let mut holidays = notice(one()).shutdown(0, "2026-12-20");
    holidays.settings.plan.holidays = vec!["12-18..01-04".into()];
    assert_eq!(gone(&holidays.plan()), [(0, "2026-12-17".to_owned())]);
}

#[test]
fn a_day_before_the_decision_or_the_first_month_is_past() {
    // 10 October is a Saturday: its last working day is the 9th, and nothing is announced before the 14th.
    for by in ["2026-09-15", "2026-10-10", "2026-10-14", "2026-10-16"] {
        let plan = notice(one()).shutdown(0, by).plan();
        let is_past = by < "2026-10-15";
        assert_eq!(conflicts(&plan).len(), 1, "{by}");
        assert_eq!(plan.conflicts[0].kept, !is_past, "{by}");
        assert!(kinds(&plan.conflicts[0].limits).contains(&Constraint::Deadline));
        if is_past {
            assert_eq!((plan.chosen.len(), staying(&plan).len()), (0, 1), "{by}");
            assert!(staying(&plan)[0].1.contains(&Constraint::Deadline), "{by}: {:?}", staying(&plan));
        } else {
            assert_eq!(gone(&plan), [(0, by.to_owned())]);
        }
    }
}

#[test]
fn what_a_shared_budget_forbids_is_left_out_and_never_goes_later() {
    let world = one().used(0, 0..10).shutdown(0, "2026-12-20");
    let plan = world.settings(|plan| (plan.accounts_per_wave, plan.months) = (0.05, 12)).plan();
    assert_eq!(plan.chosen.len(), 0);
    assert_eq!(conflicts(&plan), [(0, false, vec![Constraint::Deadline, Constraint::AccountsPerWave])]);
    assert_eq!(staying(&plan), [(0, vec![Constraint::AccountsPerWave])]);
    // With room in the next wave, which is too late: another that ends holds this one.
    let world = World::new(vec![prime("a", 1.0), prime("b", 2.0)]).used(0, 0..4).used(1, 4..8);
    let world = world.shutdown(0, "2026-12-20").shutdown(1, "2026-12-20");
    let plan = world.settings(|plan| (plan.accounts_per_wave, plan.months) = (0.05, 12)).plan();
    // What is worth less gives way.
    assert_eq!(gone(&plan), [(1, "2026-10-14".to_owned())]);
    let limits = vec![Constraint::Deadline, Constraint::Deadline, Constraint::AccountsPerWave];
    let found = conflicts(&plan);
    assert_eq!((found.len(), found[0].0, found[0].1), (1, 0, false));
    let mut kinds = found[0].2.clone();
    kinds.sort_by_key(|of| *of != Constraint::Deadline);
    assert_eq!(kinds, limits);
    assert_eq!(staying(&plan).len(), 1);
}

#[test]
fn closed_days_are_kept_against_a_vendor() {
    // All of October to December is closed, but for the 14th of October.
    let world = one().blackout("2026-10-15", "2026-12-31").shutdown(0, "2026-12-20");
    let plan = notice(world).plan();
    assert!(plan.chosen.is_empty());
    assert_eq!(conflicts(&plan), [(0, false, vec![Constraint::Deadline, Constraint::Notice])]);
}

#[test]
fn a_setting_gives_way_before_a_vendor_and_its_thing_may_go_later() {
    // One account uses both, and may be touched once in a wave; that of the setting is worth more.
    let world = World::new(vec![prime("set", 5.0), prime("vendors", 1.0)]).used(0, [0]).used(1, [0]);
    let world = world.demand(0, "2026-11-30").shutdown(1, "2026-11-30");
    let plan = world.settings(|plan| (plan.changes_per_account, plan.months) = (1, 6)).plan();
    assert_eq!(gone(&plan), [(1, "2026-10-14".to_owned()), (0, "2027-01-12".to_owned())]);
    let found = conflicts(&plan);
    assert_eq!((found.len(), found[0].0, found[0].1), (1, 0, false));
    let mut limits = found[0].2.clone();
    limits.sort();
    assert_eq!(limits, [Constraint::Deadline, Constraint::Deadline, Constraint::ChangesPerAccount]);
    assert_eq!((plan.chosen[0].demanded_by, plan.chosen[1].demanded_by), (Some(day("2026-11-30")), None));
    let rules: Vec<_> = plan.lint.iter().map(|of| (of.rule, of.capability.as_str())).collect();
    assert_eq!(rules, [(LintRule::VendorDeadline, "set")]);
    close(plan.search.objective, worth(1.0, "2026-10-14") + worth(5.0, "2027-01-12"));
}

#[test]
fn a_setting_that_notice_forbids_goes_when_notice_is_over() {
    let world = notice(one()).demand(0, "2026-12-20");
    let plan = world.plan();
    assert_eq!(gone(&plan), [(0, "2027-01-14".to_owned())]);
    assert_eq!(conflicts(&plan), [(0, false, vec![Constraint::Deadline, Constraint::Notice])]);
    assert_eq!(plan.conflicts[0].limits[0].sentence, "old must be gone by 2026-12-20: a demand of the settings.");
}

#[test]
fn every_kind_of_what_is_owed_gives_way_to_a_vendor() {
    let until = |world: World| world.shutdown(0, "2026-12-18").settings(|plan| plan.months = 6);
    let young = World::new(vec![prime("old", 1.0), bare("young")]).replaced(0, 1);
    let young = young.capability(1, |of| of.capability.launched_on = Some(day("2026-10-20")));
    let promised = one().capability(0, |of| of.capability.protected_until = Some(day("2027-01-12")));
    let renewing = one().used(0, [7]).key(7, "2026-12-10");
    for (world, constraint) in
        [(young, Constraint::Replacement), (promised, Constraint::Commitment), (renewing, Constraint::Renewal)]
    {
        let plan = until(world).settings(|plan| plan.renewal_before_days = 90).plan();
        assert_eq!(conflicts(&plan), [(0, true, vec![Constraint::Deadline, constraint])]);
        assert_eq!(gone(&plan), [(0, "2026-12-18".to_owned())]);
    }
}
