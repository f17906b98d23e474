//! Cases where two rules of the builder meet.

use super::*;
use crate::decide::Verdict;

fn notice(world: World) -> World {
    world.settings(|plan| (plan.notice_months.user_interface, plan.months) = (Some(3), 6))
}

#[test]
fn what_is_moved_is_worth_what_its_own_day_is_worth() {
    let plan = notice(World::new(vec![prime("old", 1.0)])).shutdown(0, "2026-12-20").plan();
    assert_eq!(gone(&plan), [(0, "2026-12-18".to_owned())]);
    close(plan.chosen[0].value, worth(1.0, "2026-12-18"));
    close(plan.search.objective, worth(1.0, "2026-12-18"));
}

#[test]
fn a_setting_that_gives_way_leaves_the_day_of_the_vendor() {
    // Wanted by 30 November; the vendor ends it on Sunday 10 January, and notice ends on the 14th.
    let world = World::new(vec![prime("old", 1.0)]).demand(0, "2026-11-30").shutdown(0, "2027-01-10");
    let plan = notice(world).plan();
    assert_eq!(gone(&plan), [(0, "2027-01-08".to_owned())]);
}

#[test]
fn a_day_that_stays_barred_ends_the_search_for_one() {
    // Three months of work do not end by the shutdown, whatever its users are owed.
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let world = World::new(vec![prime("old", 1.0)]).work(0, "core", 30.0).shutdown(0, "2026-11-20");
        send.send(world.settings(|plan| plan.months = 6).plan()).is_ok()
    });
    let plan = receive.recv_timeout(std::time::Duration::from_secs(20)).expect("it comes to an end");
    assert!(plan.chosen.is_empty());
    assert_eq!((plan.conflicts.len(), plan.conflicts[0].kept), (1, false));
    assert_eq!(kinds(&plan.conflicts[0].limits), [Constraint::Deadline, Constraint::Work]);
}

#[test]
fn a_conflict_that_is_stated_anew_takes_no_other_along() {
    // Both end before their notice does, and only one of them fits into the wave.
    let world = World::new(vec![prime("a", 1.0), prime("b", 2.0)]).used(0, 0..4).used(1, 4..8);
    let world =
        world.shutdown(0, "2026-12-20").shutdown(1, "2026-12-20").settings(|plan| plan.accounts_per_wave = 0.05);
    let plan = notice(world).plan();
    assert_eq!(gone(&plan), [(1, "2026-12-18".to_owned())]);
    let mut kept: Vec<_> = plan.conflicts.iter().map(|of| (of.capability, of.kept)).collect();
    kept.sort_unstable();
    assert_eq!(kept, [(0, false), (1, true)]);
}

#[test]
fn what_something_needs_that_is_not_considered_stays() {
    // That it moves in with another is advised, and what it would be worth is not known: it stays.
    let world = World::new(vec![bare("home"), prime("moves", 1.0), prime("old", 1.0)]).replaced(1, 0);
    let mut world = world.capability(1, |of| of.capability.depends_on = vec!["old".into()]);
    world.facts.capabilities[1].stakes = None;
    let verdict = |evidence: Evidence| evidence.decisions.ranked.iter().find(|of| of.capability == 1).unwrap().verdict;
    assert_eq!(world.look(verdict), Verdict::Consolidate);
    let plan = world.plan();
    assert!(plan.lint.is_empty(), "{:?}", plan.lint);
    assert!(plan.chosen.is_empty());
}

#[test]
fn waves_of_five_months_do_not_overlap() {
    let plan = World::new(Vec::new()).settings(|plan| (plan.wave_months, plan.months) = (5, 6)).plan();
    for two in plan.waves.windows(2) {
        assert!(two[0].until < two[1].from, "{} {}", two[0].label, two[1].label);
    }
    let labels: Vec<&str> = plan.waves.iter().map(|wave| wave.label.as_str()).collect();
    assert_eq!(labels, ["2026-06..2026-10", "2026-11..2026-12", "2027-01..2027-05"]);
}

#[test]
fn one_month_less_of_notice_is_what_one_month_less_brings() {
    let plan = |months: u32| {
        let world = World::new(vec![prime("old", 1.0)]).settings(|plan| plan.months = 4);
        world.settings(|plan| plan.notice_months.user_interface = Some(months)).plan()
    };
    // 14 January, and 15 December.
    close(plan(2).search.objective - plan(3).search.objective, 30.0);
    close(plan(3).relaxations[0].gain, 30.0);
}

#[test]
fn one_of_anything_is_no_plural() {
    let world = World::new(vec![prime("old", 1.0)]).used(0, [0]).settings(|plan| plan.accounts_per_wave = 0.0);
    let said = &world.plan().left_out[0].bounds[0].sentence;
    assert_eq!(said, "2026-Q4 would touch 1 account of at most 0.");
    let world = World::new(vec![prime("a", 2.0), prime("b", 1.0)]).used(0, [0]).used(1, [0]);
    let world = world.settings(|plan| (plan.changes_per_account, plan.months) = (1, 3));
    let said = &world.plan().left_out[0].bounds[0].sentence;
    assert_eq!(said, "An account may be touched by 1 removal in a wave.");
}

#[test]
fn a_member_of_a_circle_that_stays_holds_what_it_needs() {
    // Each needs the next, and all are protected to the as-of date; only the removal of the last is worth something.
    let mut world = World::new(vec![prime("a", 0.0), prime("b", 0.0), prime("c", 4.0)]);
    for (place, needed) in ["b", "c", "a"].into_iter().enumerate() {
        world = world.capability(place, |of| {
            of.capability.depends_on = vec![needed.into()];
            of.capability.protected_until = Some(day("2026-09-30"));
        });
    }
    assert_eq!(world.considered().iter().map(|of| of.capability).collect::<Vec<_>>(), [2]);
    let plan = world.plan();
    assert!(plan.chosen.is_empty() && plan.lint.is_empty(), "{:?}", plan.lint);
    assert_eq!(kinds(&plan.left_out[0].bounds), [Constraint::Dependents]);
}
