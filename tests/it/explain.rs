//! `deadhead explain`: the figures it names are those of the report, and the rows it names are there.

use crate::stage::{Stage, printed};

fn explained(stage: &Stage, name: &str) -> serde_json::Value {
    let output = stage.run(&["explain", name, ".", "--format", "json"]);
    assert!(output.status.success(), "{}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_rows_add_up_to_the_figures() {
    let stage = Stage::company();
    let fax = explained(&stage, "fax");
    let rows = fax["rows"].as_array().unwrap();
    let of = |table: &str| rows.iter().find(|row| row["table"] == table).unwrap();
    assert_eq!((&of("tickets")["rows"], &fax["capability"]["tickets"]), (&40.into(), &40.into()));
    assert_eq!(of("tickets")["amount"], fax["capability"]["run_cost"]);
    assert_eq!(of("usage_events")["rows"], 1);
    let line = of("usage_events")["lines"][0].as_u64().unwrap();
    let usage = stage.read("usage.csv");
    let named = usage.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
    assert_eq!(named, "2026-08-01T10:00:00Z,a01,fax,u1");
    let figures = fax["figures"].as_array().unwrap();
    let adoption = figures.iter().find(|figure| figure["id"] == "adoption").unwrap();
    assert_eq!(adoption["working"], "1 active account ÷ 40 accounts of the base");
    assert!(adoption["definition"].as_str().unwrap().contains("Wilson"));
}

#[test]
fn people_read_it_on_one_screen_and_nothing_is_written() {
    let stage = Stage::company();
    let text = String::from_utf8(stage.run(&["explain", "search"]).stdout).unwrap();
    for part in
        ["verdict keep", "Adoption rate", "40 active accounts ÷ 40 accounts", "tickets.csv", "what would change it"]
    {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert!(!stage.file("reports").exists());
}

#[test]
fn a_name_that_reaches_nothing_is_a_usage_error_with_the_nearest() {
    let output = Stage::company().run(&["explain", "serach"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(printed(&output).contains("did you mean `search`?"), "{}", printed(&output));
}
