//! What is considered, and of which class.

use super::*;
use crate::config::{CapabilityKind, NoticeClass};
use crate::decide::Verdict;

#[test]
fn settings_beat_contract_beats_interface_beats_integration() {
    let mut world = World::new(vec![prime("old", 1.0)]);
    let class = |world: &World| world.considered()[0].class;
    assert_eq!(class(&world), NoticeClass::UserInterface);
    world.facts.capabilities[0].capability.kind = CapabilityKind::Integration;
    assert_eq!(class(&world), NoticeClass::Integration);
    world.facts.capabilities[0].capability.public_api = Some(false);
    assert_eq!(class(&world), NoticeClass::Integration);
    world.facts.capabilities[0].capability.public_api = Some(true);
    assert_eq!(class(&world), NoticeClass::PublicApi);
    let promise = |source: Option<&str>| vec![("a00".into(), day("2026-12-31"), source.map(str::to_owned))];
    world.facts.capabilities[0].commitments = promise(Some("roadmap"));
    assert_eq!(class(&world), NoticeClass::PublicApi);
    world.facts.capabilities[0].commitments = promise(None);
    assert_eq!(class(&world), NoticeClass::PublicApi);
    world.facts.capabilities[0].commitments = promise(Some("contract"));
    assert_eq!(class(&world), NoticeClass::Contractual);
    world.settings.plan.classes.insert("old".into(), NoticeClass::Beta);
    assert_eq!(class(&world), NoticeClass::Beta);
    world.settings.plan.classes.clear();
    world.settings.plan.classes.insert("other".into(), NoticeClass::Beta);
    assert_eq!(class(&world), NoticeClass::Contractual);
}

#[test]
fn advised_removals_and_promises_that_end_are_considered() {
    let core = |intent: &str| Some(intent.to_owned());
    let until = Some(day("2027-03-31"));
    let mut world = World::new(vec![
        prime("core", 1.0),
        prime("deprecate", 2.0),
        prime("doubtful", -1.0),
        bare("keep"),
        prime("moves", -3.0),
        prime("possible", 1.0),
        prime("promised", 1.0),
        prime("promised-at-a-loss", -1.0),
        prime("unknown", 1.0),
    ]);
    world = world.replaced(4, 3);
    let of = &mut world.facts.capabilities;
    (of[0].capability.intent, of[0].capability.protected_until) = (core("core"), until);
    of[5].adoption = Some(estimate((0.08, 0.05, 0.12)));
    (of[6].capability.protected_until, of[7].capability.protected_until) = (until, until);
    of[8].stakes = None;
    let verdicts = |evidence: Evidence| {
        let mut all: Vec<_> = evidence.decisions.ranked.iter().map(|of| (of.capability, of.verdict)).collect();
        all.sort_by_key(|(capability, _)| *capability);
        all.into_iter().map(|(_, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!(
        world.look(verdicts),
        [
            Verdict::Protected,
            Verdict::Deprecate,
            Verdict::Watch,
            Verdict::InsufficientData,
            Verdict::Consolidate,
            Verdict::Watch,
            Verdict::Protected,
            Verdict::Protected,
            Verdict::Watch,
        ]
    );
    let set = |world: &World| world.considered().iter().map(|of| of.capability).collect::<Vec<_>>();
    // By rank: what is advised by worth, what is promised last.
    assert_eq!(set(&world), [1, 4, 6]);
    // A demand of the settings takes in what is neither advised nor promised, where its worth is known; a vendor's does not.
    let world = world.demand(2, "2027-01-31").demand(3, "2027-01-31").demand(8, "2027-01-31").shutdown(5, "2027-01-31");
    assert_eq!(set(&world), [1, 4, 2, 6]);
}

#[test]
fn hours_are_those_of_the_catalogue_else_of_all() {
    let world = World::new(vec![prime("a", 2.0), prime("b", 1.0)]).work(0, "core", 12.0);
    let hours = |world: &World| world.considered().iter().map(|of| of.hours).collect::<Vec<_>>();
    assert_eq!(hours(&world), [12.0, 0.0]);
    let mut world = world;
    world.settings.assumptions.removal_hours.distribution = "fixed(40)".into();
    assert_eq!(hours(&world), [12.0, 40.0]);
}

#[test]
fn the_earlier_demand_holds_and_of_equal_ones_the_vendors() {
    let demand = |vendor: &str, setting: &str| {
        let world = World::new(vec![prime("old", 1.0)]).shutdown(0, vendor).demand(0, setting);
        let demand = world.considered().remove(0).demand.unwrap();
        (demand.by.to_string(), demand.reason, demand.vendor.is_some())
    };
    let vendor = |by: &str| (by.to_owned(), "the shutdown by Acme".to_owned(), true);
    assert_eq!(demand("2027-01-31", "2027-02-01"), vendor("2027-01-31"));
    assert_eq!(demand("2027-01-31", "2027-01-31"), vendor("2027-01-31"));
    assert_eq!(demand("2027-01-31", "2027-01-30"), ("2027-01-30".into(), "a demand of the settings".into(), false));
    let mut world = World::new(vec![prime("old", 1.0)]).demand(0, "2027-01-30").shutdown(0, "2027-02-01");
    world = world.shutdown(0, "2027-01-29");
    world.settings.plan.demand[0].reason = "its licence ends".into();
    assert_eq!(world.considered()[0].demand.as_ref().unwrap().by, day("2027-01-29"));
    world.integrations.calendar[1].change = Some("version".into());
    assert_eq!(world.considered()[0].demand.as_ref().unwrap().reason, "its licence ends");
}
