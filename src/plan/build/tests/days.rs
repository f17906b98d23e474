//! On which day of a month something goes, and what bars the month.

use super::*;
use crate::config::NoticeClass;

fn one() -> World {
    World::new(vec![prime("old", 1.0)])
}

fn months(world: World, months: u32) -> Vec<String> {
    world.settings(|plan| plan.months = months).days()
}

#[test]
fn the_first_middle_day_of_a_week_from_the_eighth_on() {
    // 8 October is a Thursday, before the decision; 8 November a Sunday, 8 January a Friday, 8 May a Saturday.
    assert_eq!(
        months(one(), 8),
        [
            "2026-10-14",
            "2026-11-10",
            "2026-12-08",
            "2027-01-12",
            "2027-02-09",
            "2027-03-09",
            "2027-04-08",
            "2027-05-11"
        ]
    );
}

#[test]
fn closed_days_move_it_and_a_closed_month_is_barred() {
    let november = |from: &str, to: &str| months(one().blackout(from, to), 2).remove(1);
    assert_eq!(november("2026-11-01", "2026-11-12"), "2026-11-17");
    // No middle day from the eighth on is open: any working day.
    assert_eq!(november("2026-11-03", "2026-11-30"), "2026-11-02");
    assert_eq!(november("2026-11-02", "2026-11-29"), "2026-11-30");
    // 1 November is a Sunday.
    assert_eq!(november("2026-11-02", "2026-11-30"), "2026-11-10 blackout");
    assert_eq!(november("2026-11-01", "2026-11-30"), "2026-11-10 blackout");
    let holidays = one().settings(|plan| plan.holidays = vec!["12-07..01-12".into()]);
    assert_eq!(months(holidays, 4)[2..], ["2026-12-01", "2027-01-13"]);
}

#[test]
fn notice_counts_from_the_first_day_on_which_it_can_be_announced() {
    // Announced on 14 October; of the standard policy.
    for (class, first, days) in [
        (NoticeClass::Internal, 1, "2026-11-17"),
        (NoticeClass::Beta, 1, "2026-11-17"),
        (NoticeClass::UserInterface, 3, "2027-01-14"),
        (NoticeClass::Integration, 6, "2027-04-14"),
        (NoticeClass::PublicApi, 12, "2027-10-14"),
        (NoticeClass::Contractual, 12, "2027-10-14"),
    ] {
        let world = one().settings(|plan| {
            plan.notice_months = NoticeMonths::default();
            plan.classes.insert("old".into(), class);
        });
        let found = months(world, 14);
        assert_eq!(found[first], days, "{class:?}");
        assert!(found[..first].iter().all(|day| day.ends_with(" notice")), "{found:?}");
        assert!(found[first + 1..].iter().all(|day| !day.contains(' ')), "{found:?}");
    }
}

#[test]
fn nothing_is_announced_on_a_weekend_or_a_closed_day() {
    let user_interface = |world: World| world.settings(|plan| plan.notice_months.user_interface = Some(3));
    // 17 October is a Saturday: announced on Monday the 19th.
    let later = user_interface(one()).settings(|plan| plan.decide_days = 17);
    assert_eq!(months(later, 4)[3], "2027-01-19");
    let closed = user_interface(one()).blackout("2026-10-14", "2026-10-20");
    assert_eq!(months(closed, 4)[3], "2027-01-21");
    // Announced on 30 September: the 30th of December is its first day.
    assert_eq!(months(user_interface(one()).settings(|plan| plan.decide_days = 0), 4)[2], "2026-12-30");
}

#[test]
fn the_last_protected_day_is_protected() {
    let until = |until: &str| {
        let world = one().capability(0, |of| of.capability.protected_until = Some(day(until)));
        months(world, 4)
    };
    let barred = ["2026-10-14 commitment", "2026-11-10 commitment", "2026-12-08 commitment"];
    assert_eq!(until("2027-01-12"), [&barred[..], &["2027-01-13"]].concat());
    assert_eq!(until("2027-01-11"), [&barred[..], &["2027-01-12"]].concat());
}

#[test]
fn the_last_promise_to_an_account_keeps_it() {
    let promised = |promises: &[(&str, &str)]| {
        let of = |(account, until): &(&str, &str)| ((*account).to_owned(), day(until), None);
        months(one().capability(0, |known| known.commitments = promises.iter().map(of).collect()), 5)
    };
    let found = promised(&[("a00", "2027-01-31"), ("a01", "2026-12-08")]);
    assert_eq!(found[2..], ["2026-12-08 commitment", "2027-01-12 commitment", "2027-02-09"]);
    // Without the first, the day after the promise.
    assert_eq!(promised(&[("a01", "2026-12-08")])[2..4], ["2026-12-09", "2027-01-12"]);
}

#[test]
fn a_replacement_is_on_offer_for_its_days_first() {
    let world = |launched: Option<&str>| {
        let world = World::new(vec![prime("old", 1.0), bare("young")]).replaced(0, 1);
        world.capability(1, |of| of.capability.launched_on = launched.map(day))
    };
    // 90 days after 20 October are 18 January.
    let found = months(world(Some("2026-10-20")), 4);
    assert_eq!(found, ["2026-10-14 replacement", "2026-11-10 replacement", "2026-12-08 replacement", "2027-01-19"]);
    assert_eq!(months(world(None), 1), ["2026-10-14"]);
    assert_eq!(months(world(Some("2026-07-16")), 1), ["2026-10-14"]);
    assert_eq!(months(world(Some("2026-07-17")), 1), ["2026-10-15"]);
    let sooner = world(Some("2026-10-20")).settings(|plan| plan.replacement_lead_days = 21);
    assert_eq!(months(sooner, 2), ["2026-10-14 replacement", "2026-11-10"]);
}

#[test]
fn nothing_that_a_key_account_uses_goes_around_its_renewal() {
    // From 2 October to 15 December, every year.
    let found = months(one().used(0, [7]).key(7, "2026-12-01"), 15);
    assert_eq!(found[..4], ["2026-10-14 renewal", "2026-11-10 renewal", "2026-12-16", "2027-01-12"]);
    // The day before the next window is a Friday.
    assert_eq!(found[12..], ["2027-10-01", "2027-11-09 renewal", "2027-12-16"]);
    let open = |world: World| months(world, 15).iter().all(|day| !day.contains(' '));
    assert!(open(one().used(0, [8]).key(7, "2026-12-01")), "it does not use it");
    let mut other = one().used(0, [7]).key(7, "2026-12-01");
    other.facts.customers[7].is_key = Some(false);
    assert!(open(other), "it is no key account");
    let once = one().used(0, [7]).key(7, "2026-12-01").settings(|plan| plan.renewal_every_months = 0);
    assert_eq!(months(once, 15)[12..], ["2027-10-12", "2027-11-09", "2027-12-08"]);
}

#[test]
fn work_begins_in_the_first_month() {
    let hours = |hours: f64| months(one().work(0, "core", hours), 3);
    assert_eq!(hours(30.0), ["2026-10-14 work", "2026-11-10 work", "2026-12-08"]);
    assert_eq!(hours(0.0), ["2026-10-14", "2026-11-10", "2026-12-08"]);
    let quick = one().work(0, "core", 30.0).settings(|plan| plan.work_months = 1);
    assert_eq!(months(quick, 1), ["2026-10-14"]);
}

#[test]
fn what_something_that_stays_needs_is_held() {
    let world = |needs: CapabilityFacts| {
        let world = World::new(vec![prime("old", 1.0), needs]);
        let world = world.capability(0, |of| of.capability.protected_until = Some(day("2026-10-01")));
        months(world.capability(1, |of| of.capability.depends_on = vec!["old".into()]), 2)
    };
    assert_eq!(world(bare("young")), ["2026-10-14 dependents", "2026-11-10 dependents"]);
    // What needs it may go itself.
    assert_eq!(world(prime("young", 2.0)).len(), 2);
    let world = World::new(vec![prime("old", 1.0), prime("young", 1.0)]);
    let world = world.capability(1, |of| of.capability.depends_on = vec!["old".into()]);
    assert!(world.considered().iter().all(|of| of.barred.iter().all(Vec::is_empty)));
    assert_eq!(world.model().before.len(), 1);
}

#[test]
fn what_has_the_least_against_it_stands_where_a_month_is_barred() {
    // 12 and 13 January are protected and before the renewal is over on the 13th; notice ends on the 14th.
    let world = one().used(0, [7]).key(7, "2026-12-30").settings(|plan| plan.notice_months.user_interface = Some(3));
    let world = world.blackout("2027-01-14", "2027-01-31");
    // 30 December and 14 days are 13 January: before it notice and renewal, after it closed days alone.
    assert_eq!(months(world, 4)[3], "2027-01-14 blackout");
}

#[test]
fn a_demand_ends_its_own_month_early() {
    // 5 December is a Saturday, and no middle day from the eighth on lies before it.
    let found = months(one().shutdown(0, "2026-12-05"), 4);
    assert_eq!(found, ["2026-10-14", "2026-11-10", "2026-12-01", "2027-01-12 deadline"]);
    let found = months(one().demand(0, "2026-11-10"), 3);
    assert_eq!(found, ["2026-10-14", "2026-11-10", "2026-12-08 deadline"]);
}
