//! The plan of the sample company keeps what is planted for it, and each planted limit is what holds it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use serde_json::Value;

use crate::stage::{Stage, printed};

/// What is planted in one capability: its notice class, and what holds it.
struct Planted {
    class: String,
    binds: String,
}

/// The company of the usual size: written and planned once.
struct Company {
    planted: BTreeMap<String, Planted>,
    plan: Value,
    /// The plan without regard for the renewals of key accounts.
    without_renewals: Value,
    /// The plan with all the hours that the teams could want.
    with_hours: Value,
}

static USUAL: LazyLock<Company> = LazyLock::new(|| {
    let stage = Stage::empty();
    let output = stage.run(&["sample", "demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let plan = |set: &[&str]| {
        let arguments = [&["plan", "demo", "--format", "json"], set].concat();
        let output = stage.run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["plan"].clone()
    };
    let truth = std::fs::read(stage.file("demo/planted_truth.csv")).unwrap();
    let rows = csv::Reader::from_reader(truth.as_slice()).into_deserialize::<BTreeMap<String, String>>();
    let planted = rows.map(Result::unwrap).filter(|row| !row["plan_binds"].is_empty()).map(|row| {
        let planted = Planted { class: row["notice_class"].clone(), binds: row["plan_binds"].clone() };
        (row["capability"].clone(), planted)
    });
    let no_renewals = ["--set", "plan.renewal_before_days=0", "--set", "plan.renewal_after_days=0"];
    let more_hours = ["Connect", "Field"].map(|team| format!("plan.team_hours.{team}=1000"));
    let more_hours = ["--set", more_hours[0].as_str(), "--set", more_hours[1].as_str()];
    Company {
        planted: planted.collect(),
        plan: plan(&[]),
        without_renewals: plan(&no_renewals),
        with_hours: plan(&more_hours),
    }
});

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().unwrap_or_else(|| panic!("no {key}"))
}

fn about<'a>(list: &'a [Value], id: &str) -> Option<&'a Value> {
    list.iter().find(|line| line["id"] == id)
}

fn day(of: &Value) -> NaiveDate {
    of.as_str().unwrap().parse().unwrap()
}

fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The day on which it goes; `None`: it stays.
fn removed_on(plan: &Value, id: &str) -> Option<NaiveDate> {
    let stages = list(about(list(plan, "removals"), id)?, "stages");
    stages.iter().find(|stage| stage["stage"] == "removed").map(|stage| day(&stage["from"]))
}

fn goes(id: &str) -> NaiveDate {
    removed_on(&USUAL.plan, id).unwrap_or_else(|| panic!("{id} stays"))
}

/// What stands against one that stays.
fn bounds(id: &str) -> Vec<&'static str> {
    let line = about(list(&USUAL.plan, "left_out"), id).unwrap_or_else(|| panic!("{id} is not left out"));
    list(line, "bounds").iter().map(|bound| bound["constraint"].as_str().unwrap()).collect()
}

fn held_by(binds: &str) -> Vec<&'static str> {
    let found: Vec<&str> =
        USUAL.planted.iter().filter(|(_, planted)| planted.binds == binds).map(|(id, _)| id.as_str()).collect();
    assert!(!found.is_empty(), "nothing is held by {binds}");
    found
}

#[test]
fn every_planted_capability_is_in_the_plan_under_its_class_or_left_out() {
    let mut classes = std::collections::BTreeSet::new();
    for (id, planted) in &USUAL.planted {
        match about(list(&USUAL.plan, "removals"), id) {
            Some(removal) => assert_eq!(removal["class"], planted.class, "{id}"),
            None => assert!(["accounts-overall", "commitment"].contains(&planted.binds.as_str()), "{id} stays"),
        }
        classes.insert(planted.class.as_str());
    }
    assert_eq!(classes.len(), 5, "{classes:?}");
    for removal in list(&USUAL.plan, "removals") {
        assert!(USUAL.planted.contains_key(removal["id"].as_str().unwrap()), "{} is not planted", removal["id"]);
    }
}

#[test]
fn the_plan_is_clean_and_proven() {
    assert_eq!(list(&USUAL.plan, "lint"), [] as [Value; 0]);
    assert_eq!(USUAL.plan["search"]["proven"], true);
    assert!(USUAL.plan["search"]["greedy_gap"].as_f64().unwrap() > 0.0, "the simple order is worse");
}

/// The first month in which notice has ended is that of the removal.
#[test]
fn what_waits_for_its_notice_goes_when_that_ends() {
    for id in held_by("notice") {
        assert_eq!(USUAL.planted[id].class, "public-api", "{id}");
        let ends = on(2027, 10, 14);
        let removed = goes(id);
        assert!(removed >= ends && (removed.year(), removed.month()) == (ends.year(), ends.month()), "{id} {removed}");
    }
}

/// A day that can be kept is kept without a conflict.
#[test]
fn the_shutdown_that_comes_late_is_kept() {
    assert!(goes("sensorhub") <= on(2027, 9, 30));
    assert_eq!(about(list(&USUAL.plan, "removals"), "sensorhub").unwrap()["demanded_by"], "2027-09-30");
}

/// The trial goes first: in the first month whose work can be done.
#[test]
fn the_trial_goes_when_its_work_is_done() {
    for id in held_by("work") {
        let first = list(&USUAL.plan, "removals").iter().map(|line| goes(line["id"].as_str().unwrap())).min();
        assert_eq!((Some(goes(id)), goes(id).month(), goes(id).year()), (first, 12, 2026), "{id}");
    }
}

/// Three months of notice end on 14 January: the first open day after the deep winter lies in February.
#[test]
fn what_the_deep_winter_holds_goes_after_it() {
    for id in held_by("blackout") {
        let removed = goes(id);
        assert!(removed > on(2027, 2, 12) && removed < on(2027, 3, 1), "{id} {removed}");
    }
    for removal in list(&USUAL.plan, "removals") {
        let closed = |day: NaiveDate| {
            (on(2027, 1, 11)..=on(2027, 2, 12)).contains(&day) || (on(2028, 1, 10)..=on(2028, 2, 11)).contains(&day)
        };
        for stage in list(removal, "stages")
            .iter()
            .filter(|stage| !["data-kept", "verified"].contains(&stage["stage"].as_str().unwrap()))
        {
            assert!(!closed(day(&stage["from"])), "{}: {stage}", removal["id"]);
        }
    }
}

/// Nothing goes in the 60 days before the renewal on 20 May 2027 and the 14 after it; without regard for it, it goes earlier.
#[test]
fn what_waits_for_a_renewal_goes_after_it_and_would_go_earlier() {
    for id in held_by("renewal") {
        assert!(goes(id) > on(2027, 6, 3), "{id} {}", goes(id));
        assert!(removed_on(&USUAL.without_renewals, id).unwrap() < goes(id), "{id}");
    }
}

#[test]
fn what_waits_for_its_team_would_go_earlier_with_more_hours() {
    for id in held_by("team-hours") {
        assert!(removed_on(&USUAL.with_hours, id).unwrap() < goes(id), "{id}");
    }
}

#[test]
fn what_something_else_needs_goes_after_that() {
    assert_eq!(held_by("dependents"), ["sandbox_accounts"]);
    assert!(goes("sandbox_accounts") >= goes("custom_scripting"));
}

/// Guest links were launched on a day of summer 2026; a year later they are old enough.
#[test]
fn what_is_replaced_by_something_new_waits_until_that_is_a_year_old() {
    for id in held_by("replacement") {
        let removal = about(list(&USUAL.plan, "removals"), id).unwrap();
        let launched = day(&removal["replacement_on"]);
        assert!(launched > on(2026, 5, 1), "{launched}");
        assert!(goes(id) >= launched + chrono::TimeDelta::days(365), "{id} {}", goes(id));
    }
}

#[test]
fn the_shutdown_that_comes_too_soon_is_a_conflict_in_which_the_notice_gives_way() {
    let conflicts = list(&USUAL.plan, "conflicts");
    let found: Vec<&str> = conflicts.iter().map(|conflict| conflict["id"].as_str().unwrap()).collect();
    assert_eq!(found, held_by("deadline"));
    assert_eq!(conflicts[0]["by"], "2027-03-01");
    let limits: Vec<&str> =
        list(&conflicts[0], "limits").iter().map(|limit| limit["constraint"].as_str().unwrap()).collect();
    assert_eq!(limits, ["deadline", "notice"]);
    assert_eq!((conflicts[0]["kept"].as_bool(), goes("leasepoint")), (Some(true), on(2027, 3, 1)));
}

#[test]
fn what_is_promised_goes_after_the_promise_or_stays() {
    for id in held_by("commitment") {
        match removed_on(&USUAL.plan, id) {
            Some(removed) => assert!(removed > on(2027, 9, 28), "{id} {removed}"),
            None => assert_eq!(bounds(id)[0], "commitment", "{id}"),
        }
    }
    goes("flash_reports");
}

#[test]
fn what_touches_too_many_accounts_stays_and_would_go_with_a_tenth_more() {
    for id in held_by("accounts-overall") {
        assert_eq!(bounds(id)[0], "accounts-overall", "{id}");
        let line = about(list(&USUAL.plan, "left_out"), id).unwrap();
        assert_eq!(line["relaxed_by"], "accounts-overall", "{line}");
    }
    let overall = &USUAL.plan["overall"];
    assert!(overall["accounts"].as_f64().unwrap() <= overall["accounts_limit"].as_f64().unwrap());
}
