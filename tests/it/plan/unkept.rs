//! What cannot be planned or kept: nothing to remove, nothing known, demands that no plan keeps.

use super::company::{INPUTS, PLAIN, company, configure, list, planned, run, set, table, texts};
use crate::stage::Stage;

/// No removal: an empty plan of a table, and not one paper.
fn nothing_goes(stage: &Stage) {
    let report = run(stage);
    assert!(list(&report["plan"], "removals").is_empty());
    assert!(table(stage, "tables/plan.csv").is_empty());
    assert!(!stage.file("reports/2026-Q3/plan").exists(), "papers of nothing");
    assert!(stage.read("reports/2026-Q3/tables/plan.csv").starts_with("capability,name,stage,"), "the head stands");
}

#[test]
fn where_all_is_core_nothing_goes_and_the_report_says_so() {
    let stage = company(&PLAIN);
    let catalogue = stage.read("catalogue.csv");
    let core = |(at, line): (usize, &str)| format!("{line},{}\n", if at == 0 { "intent" } else { "core" });
    stage.write("catalogue.csv", &catalogue.lines().enumerate().map(core).collect::<String>());
    let (human, plan) = planned(&stage);
    assert!(human.contains("0 removals") && human.contains("\nnothing is removed\n"), "{human}");
    assert!(list(&plan, "left_out").is_empty(), "nothing of it is a candidate");
    nothing_goes(&stage);
    let summary = stage.read("reports/2026-Q3/summary.md");
    assert!(summary.contains("Nothing is advised to be removed, so there is nothing to plan."), "{summary}");
    assert!(stage.read("reports/2026-Q3/index.html").contains("there is nothing to plan"), "the page says it too");
}

#[test]
fn where_candidates_are_all_promised_they_stay_for_the_promise() {
    let stage = company(&PLAIN);
    let promised = PLAIN.capabilities.map(|(id, _)| format!("a01,{id},2030-01-01,roadmap\n")).concat();
    stage.write("commitments.csv", &format!("account_id,capability,until,source\n{promised}"));
    configure(&stage, PLAIN.company, &[&INPUTS[..], &["commitments"]].concat(), "");
    let (human, plan) = planned(&stage);
    assert!(human.contains("nothing is removed"), "{human}");
    let left_out = list(&plan, "left_out");
    assert_eq!(left_out.len(), 4);
    for of in left_out {
        assert_eq!(texts(list(of, "bounds"), "constraint")[0], "commitment", "{of}");
        assert!(list(of, "bounds")[0]["sentence"].as_str().unwrap().contains("2030-01-01"), "{of}");
    }
    nothing_goes(&stage);
}

/// Takes something away from a company.
type Take<'a> = &'a dyn Fn(&Stage);

/// Without accounts, or without their revenue, or without cost, nobody knows what a removal is worth: it is not worth 0.
#[test]
fn what_is_of_unknown_worth_stays_and_says_that_it_is_unknown() {
    let without_revenue = |stage: &Stage| {
        let text = stage.read("accounts.csv").replace(",20000,", ",,");
        stage.write("accounts.csv", &text);
        configure(stage, PLAIN.company, &INPUTS, "");
    };
    let lacks = |stage: &Stage, names: &[&str]| {
        let left: Vec<&str> = INPUTS.into_iter().filter(|input| !names.contains(input)).collect();
        configure(stage, PLAIN.company, &left, "");
    };
    let cases: [(&str, Take); 3] = [
        ("accounts", &|stage| lacks(stage, &["accounts"])),
        ("revenue", &without_revenue),
        ("cost", &|stage| lacks(stage, &["work_items", "tickets"])),
    ];
    for (what, take) in cases {
        let stage = company(&PLAIN);
        take(&stage);
        let (human, plan) = planned(&stage);
        let mut left_out = texts(list(&plan, "left_out"), "id");
        left_out.sort_unstable();
        assert_eq!(left_out, ["fax", "feed", "pager", "telex"], "without {what}");
        for of in list(&plan, "left_out") {
            assert_eq!(texts(list(of, "bounds"), "constraint"), ["worth-unknown"], "without {what}: {of}");
            assert!(of["gain"].is_null() && of["relaxed_by"].is_null(), "without {what}: {of}");
        }
        assert!(human.contains("not known"), "without {what}: {human}");
        assert!(plan["yearly"].is_null() && list(&plan, "forecast").is_empty(), "without {what}: {plan}");
        assert!(plan["overall"]["arr_limit"].is_null() || what == "cost", "without {what}: {plan}");
        nothing_goes(&stage);
        for row in table(&stage, "tables/plan_left_out.csv") {
            assert_eq!((row["bound_by"].as_str(), row["gain"].as_str()), ("worth-unknown", ""), "without {what}");
        }
    }
}

/// A team whose hours nobody logs has no limit, and not one of 0 hours.
#[test]
fn a_team_without_hours_has_no_limit_and_no_capability_waits_for_it() {
    let stage = company(&PLAIN);
    stage.write("catalogue.csv", &stage.read("catalogue.csv").replace(",Core,", ",Nobody,"));
    let (_, plan) = planned(&stage);
    let teams = list(&plan, "teams");
    let nobody = teams.iter().find(|team| team["team"] == "Nobody").unwrap();
    assert!(nobody["limit"].is_null(), "{nobody}");
    assert!(list(&plan, "removals").iter().any(|of| of["id"] == "fax"));
    let stage = set("[plan.team_hours]\nCore = 0\n");
    let (_, plan) = planned(&stage);
    assert!(list(&plan, "removals").iter().all(|of| of["id"] != "fax"), "no hours are none");
    let fax = list(&plan, "left_out").iter().find(|of| of["id"] == "fax").unwrap();
    assert_eq!(texts(list(fax, "bounds"), "constraint")[0], "team-hours", "{fax}");
}

#[test]
fn a_demand_that_no_plan_keeps_is_named_with_what_stands_against_it() {
    let stage = set("[[plan.demand]]\ncapability = \"feed\"\nby = 2027-03-31\nreason = \"the licence ends\"\n");
    let (human, plan) = planned(&stage);
    let conflicts = list(&plan, "conflicts");
    assert_eq!(texts(conflicts, "id"), ["feed"]);
    assert_eq!(conflicts[0]["by"], "2027-03-31");
    assert_eq!(texts(list(&conflicts[0], "limits"), "constraint"), ["deadline", "notice"]);
    for part in ["cannot be kept: Feed by 2027-03-31", "the licence ends", "12 months of notice (public-api)"] {
        assert!(human.contains(part), "{part} in {human}");
    }
    // The demand gave way: it goes when its notice has ended, with the others.
    assert_eq!(list(&plan, "removals").len(), 4);
    let report = run(&stage);
    assert_eq!(report["plan"]["conflicts"], plan["conflicts"]);
    let summary = stage.read("reports/2026-Q3/summary.md");
    assert!(summary.contains("Cannot be kept: Feed by 2027-03-31"), "{summary}");
    assert!(stage.read("reports/2026-Q3/index.html").contains("2027-03-31"));
    // One that can be kept is no conflict.
    let (_, plan) = planned(&set("[[plan.demand]]\ncapability = \"feed\"\nby = 2027-12-31\n"));
    assert!(list(&plan, "conflicts").is_empty());
}

/// Two removals of one team by one day, for which its hours do not suffice: the limit of the team stands among those that conflict.
#[test]
fn demands_that_conflict_with_each_other_are_named_and_only_one_gives_way() {
    let demand = |id: &str| format!("[[plan.demand]]\ncapability = \"{id}\"\nby = 2027-06-30\n");
    let hours = "[plan.team_hours]\nField = 60\n";
    let both = format!("[plan]\nrenewal_before_days = 0\nrenewal_after_days = 0\nwork_months = 3\n{hours}");
    let (_, plan) = planned(&set(&(both.clone() + &demand("telex") + &demand("pager"))));
    assert!(list(&plan, "conflicts").is_empty(), "one after the other they fit: {}", plan["conflicts"]);
    let tight = both.replace("work_months = 3", "work_months = 6").replace("= 60", "= 40");
    let (human, plan) = planned(&set(&(tight + &demand("telex") + &demand("pager"))));
    let conflicts = list(&plan, "conflicts");
    assert_eq!(conflicts.len(), 1, "{human}");
    let limits = texts(list(&conflicts[0], "limits"), "constraint");
    assert!(limits.contains(&"team-hours") && limits.contains(&"deadline"), "{limits:?}");
    let kept = if conflicts[0]["id"] == "telex" { "pager" } else { "telex" };
    let removal = list(&plan, "removals").iter().find(|of| of["id"] == kept).unwrap();
    assert_eq!(removal["demanded_by"], "2027-06-30");
}

/// A day that has passed cannot be kept by any plan. That is no fault of the settings: the report on the quarter must still be written.
#[test]
fn a_demand_of_a_day_that_has_passed_is_a_conflict() {
    let (human, plan) = planned(&set("[[plan.demand]]\ncapability = \"fax\"\nby = 2026-06-30\n"));
    assert_eq!(texts(list(&plan, "conflicts"), "by"), ["2026-06-30"]);
    assert!(human.contains("cannot be kept: Fax by 2026-06-30"), "{human}");
    assert!(list(&plan, "removals").iter().any(|of| of["id"] == "fax"));
}

/// Ids of settings that no capability has are told and change nothing.
#[test]
fn settings_about_capabilities_that_there_are_not_are_found() {
    let stage =
        set("[[plan.demand]]\ncapability = \"fux\"\nby = 2026-10-01\n[plan.classes]\ntelix = \"contractual\"\n");
    let output = stage.run(&["check"]);
    let text = crate::stage::printed(&output);
    assert!(text.contains("unknown-target") && text.contains("([[plan.demand]])"), "{text}");
    let report = run(&stage);
    let found = list(&report, "findings").iter().find(|finding| finding["code"] == "unknown-target").unwrap();
    assert_eq!(found["count"], 2, "{found}");
    for part in ["fux", "telix", "(plan.classes)", "([[plan.demand]])"] {
        assert!(found.to_string().contains(part), "{part} in {found}");
    }
    assert_eq!(report["plan"], run(&company(&PLAIN))["plan"]);
}
