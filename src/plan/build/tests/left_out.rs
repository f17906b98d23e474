//! What stands against a candidate that stays: every kind, with its numbers.

use super::*;
use crate::config::NoticeClass;

fn one() -> World {
    World::new(vec![prime("old", 1.0)])
}

/// Two that together break a limit of one wave, of whom the first is worth more.
fn two() -> World {
    World::new(vec![prime("first", 2.0), prime("second", 1.0)]).settings(|plan| plan.months = 3)
}

/// What stands against one that stays, when everything else goes.
fn against(world: &World, index: usize) -> Vec<(Constraint, String)> {
    let plan = world.plan();
    assert!(plan.conflicts.is_empty() && plan.lint.is_empty(), "{:?} {:?}", plan.conflicts, plan.lint);
    let of = plan.left_out.iter().find(|left| left.capability == index).expect("it stays");
    of.bounds.iter().map(|bound| (bound.constraint, bound.sentence.clone())).collect()
}

fn only(world: &World, index: usize, constraint: Constraint, sentence: &str) {
    assert_eq!(against(world, index), [(constraint, sentence.to_owned())]);
}

#[test]
fn notice_beyond_what_is_planned() {
    let world = one().settings(|plan| (plan.notice_months.user_interface, plan.months) = (Some(3), 3));
    only(
        &world,
        0,
        Constraint::Notice,
        "old is owed 3 months of notice (user-interface), announced on 2026-10-14 at the earliest.",
    );
}

#[test]
fn a_replacement_that_is_too_young() {
    let world = World::new(vec![prime("old", 1.0), bare("young")]).replaced(0, 1).settings(|plan| plan.months = 3);
    let world = world.capability(1, |of| of.capability.launched_on = Some(day("2026-10-20")));
    only(
        &world,
        0,
        Constraint::Replacement,
        "Before old goes, young, on offer from 2026-10-20 on, must have been there for 90 days.",
    );
}

#[test]
fn a_promise_that_outlasts_the_plan() {
    let protected = |world: World| {
        world.settings(|plan| plan.months = 3).capability(0, |of| {
            of.capability.protected_until = Some(day("2026-12-31"));
        })
    };
    only(&protected(one()), 0, Constraint::Commitment, "old is promised or protected until 2026-12-31.");
    let promised = protected(one()).capability(0, |of| of.commitments = vec![("a00".into(), day("2027-02-28"), None)]);
    only(&promised, 0, Constraint::Commitment, "old is promised or protected until 2027-02-28.");
}

#[test]
fn renewals_and_closed_days_up_to_a_near_end() {
    let world = one().used(0, [7]).key(7, "2026-12-01").settings(|plan| plan.months = 2);
    only(&world, 0, Constraint::Renewal, "Key accounts that use old renew: a07 on 2026-12-01.");
    // Two are named, the soonest first, and of one day that of the lower place.
    let many = [(3, "2026-12-02"), (7, "2026-12-01"), (5, "2026-12-02"), (9, "2026-12-03")];
    let world = many.into_iter().fold(one().used(0, 0..10), |world, (account, on)| world.key(account, on));
    let said = "Key accounts that use old renew: a07 on 2026-12-01, a03 on 2026-12-02 and 2 more.";
    only(&world.settings(|plan| plan.months = 2), 0, Constraint::Renewal, said);
    let world = one().blackout("2026-10-01", "2026-10-31");
    let world = world.settings(|plan| (plan.decide_days, plan.months) = (0, 1));
    only(&world, 0, Constraint::Blackout, "Nothing changes for customers on closed days.");
}

#[test]
fn work_that_does_not_end_in_time() {
    let world = one().work(0, "core", 30.0).settings(|plan| plan.months = 2);
    only(&world, 0, Constraint::Work, "The work on old takes 3 months.");
}

#[test]
fn something_that_needs_it() {
    // What needs it is owed more notice than is planned for.
    let world = two().capability(1, |of| of.capability.depends_on = vec!["first".into()]).settings(|plan| {
        plan.classes.insert("second".into(), NoticeClass::Beta);
        plan.notice_months.beta = Some(3);
    });
    only(&world, 0, Constraint::Dependents, "second needs it or is a part of it, and does not go before.");
    let world = World::new(vec![prime("old", 1.0), bare("young")]);
    let world = world.capability(0, |of| of.capability.protected_until = Some(day("2026-10-01")));
    let world = world.capability(1, |of| of.capability.depends_on = vec!["old".into()]);
    only(&world, 0, Constraint::Dependents, "Something that needs it stays.");
}

#[test]
fn a_replacement_that_goes_itself() {
    let world = two().replaced(1, 0).capability(0, |of| of.capability.protected_until = Some(day("2026-10-01")));
    only(&world, 1, Constraint::ReplacementStays, "Either it or first goes, since one takes the place of the other.");
}

#[test]
fn accounts_of_a_wave_and_overall() {
    let world = || two().used(0, 0..6).used(1, 5..11);
    only(
        &world().settings(|plan| plan.accounts_per_wave = 0.1),
        1,
        Constraint::AccountsPerWave,
        "2026-Q4 would touch 11 accounts of at most 10.",
    );
    only(
        &world().settings(|plan| (plan.accounts_overall, plan.months) = (0.1, 6)),
        1,
        Constraint::AccountsOverall,
        "The plan would touch 11 accounts of at most 10.",
    );
    let both = |plan: &mut config::PlanSettings| (plan.accounts_per_wave, plan.accounts_overall) = (0.08, 0.1);
    let found = against(&world().settings(both), 1);
    // Eleven of ten is nearer to fitting than eleven of eight.
    assert_eq!(
        found.iter().map(|(constraint, _)| *constraint).collect::<Vec<_>>(),
        [Constraint::AccountsOverall, Constraint::AccountsPerWave]
    );
}

#[test]
fn arr_of_a_wave_and_overall() {
    let world = || two().at_risk(0, 4_000.0).at_risk(1, 3_000.0);
    only(
        &world().settings(|plan| plan.arr_at_risk_per_wave = 0.005),
        1,
        Constraint::ArrPerWave,
        "2026-Q4 would put EUR\u{202f}7\u{202f}000 of ARR at risk, of at most EUR\u{202f}5\u{202f}000.",
    );
    only(
        &world().settings(|plan| (plan.arr_at_risk_overall, plan.months) = (0.006, 6)),
        1,
        Constraint::ArrOverall,
        "The plan would put EUR\u{202f}7\u{202f}000 of ARR at risk, of at most EUR\u{202f}6\u{202f}000.",
    );
}

#[test]
fn hours_of_a_team() {
    let world = two().work(0, "core", 30.0).work(1, "core", 36.0);
    let world = world.settings(|plan| _ = plan.team_hours.insert("core".into(), 12.0));
    only(&world, 1, Constraint::TeamHours, "core would work 22 hours a month on removals, of at most 12.");
}

#[test]
fn changes_that_an_account_meets() {
    let world = World::new(vec![prime("a", 3.0), prime("b", 2.0), prime("c", 1.0)]);
    let world = world.used(0, [0, 1]).used(1, [0]).used(2, [0, 2]);
    only(
        &world.settings(|plan| (plan.changes_per_account, plan.months) = (2, 3)),
        2,
        Constraint::ChangesPerAccount,
        "An account may be touched by 2 removals in a wave.",
    );
}

#[test]
fn what_is_not_worth_it() {
    let world = World::new(vec![prime("old", -1.0), bare("young")]).replaced(0, 1);
    only(
        &world,
        0,
        Constraint::NotWorthIt,
        "Removing it is expected to cost more than it brings in every month that is open.",
    );
}

#[test]
fn evidence_and_worth_that_are_wanting() {
    let mut possible = one();
    possible.facts.capabilities[0].adoption = Some(estimate((0.08, 0.05, 0.12)));
    only(&possible, 0, Constraint::Evidence, "Its verdict is watch: what is known does not suffice to remove it.");
    let mut unknown = one();
    unknown.facts.capabilities[0].stakes = None;
    only(&unknown, 0, Constraint::WorthUnknown, super::super::words::WORTH_UNKNOWN);
    // What is no candidate is not spoken of.
    assert!(World::new(vec![bare("young")]).plan().left_out.is_empty());
}

#[test]
fn what_stays_stands_by_rank() {
    let world = World::new(vec![prime("a", 1.0), prime("b", 3.0), prime("c", 2.0), prime("d", -1.0)]);
    let world = world.settings(|plan| (plan.notice_months.user_interface, plan.months) = (Some(3), 3));
    let order: Vec<usize> = staying(&world.plan()).into_iter().map(|(index, _)| index).collect();
    assert_eq!(order, [1, 2, 0, 3]);
}
