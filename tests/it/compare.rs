//! `--set`, `deadhead what-if` and `deadhead compare` on a small company, by the real binary.

use std::fmt::Write as _;

use serde_json::Value;

use crate::stage::{Stage, deadhead, files, printed};

/// The company, with a first use of `fax` so long ago that it is not too new to be judged.
fn company() -> Stage {
    let stage = Stage::company();
    stage.write("usage.csv", &(stage.read("usage.csv") + "2026-04-03T11:00:00Z,a01,fax,u1\n"));
    stage
}

fn run(stage: &Stage, out: &str, more: &[&str]) {
    let output = stage.run(&[&["run", "--quiet", "--out", out], more].concat());
    assert!(output.status.success(), "{}", printed(&output));
}

fn compared(stage: &Stage, old: &str, new: &str) -> Value {
    let (old, new) = (format!("{old}/2026-Q3"), format!("{new}/2026-Q3"));
    let output = stage.run(&["compare", &old, &new, "--format", "json"]);
    assert!(output.status.success(), "{}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The causes of the one capability that left the list.
fn left(stage: &Stage, new: &str) -> Vec<String> {
    let comparison = compared(stage, "old", new);
    let left = comparison["left"].as_array().unwrap();
    assert!(left.len() == 1 && left[0]["id"] == "fax", "{comparison:#}");
    left[0]["causes"].as_array().unwrap().iter().map(|cause| cause.as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_cause_is_named_by_its_name() {
    let stage = company();
    let (usage, tickets) = (stage.read("usage.csv"), stage.read("tickets.csv"));
    run(&stage, "old", &[]);
    run(&stage, "same", &[]);
    let nothing = compared(&stage, "old", "same");
    for list in ["entered", "left", "moved", "settings", "tables", "appeared", "vanished", "notes"] {
        assert_eq!(nothing[list], Value::Array(Vec::new()), "{list}");
    }
    run(&stage, "configured", &["--set", "rule.rare_below=0.01"]);
    assert_eq!(left(&stage, "configured"), ["configuration"]);
    let setting = &compared(&stage, "old", "configured")["settings"][0];
    assert_eq!(
        (&setting["key"], &setting["old"], &setting["new"]),
        (&"rule.rare_below".into(), &0.1.into(), &0.01.into())
    );

    let mut used = usage.clone();
    for n in 0..40 {
        writeln!(used, "2026-08-02T10:00:00Z,a{n:02},fax,u{n}").unwrap();
    }
    stage.write("usage.csv", &used);
    run(&stage, "used", &[]);
    assert_eq!(left(&stage, "used"), ["usage"]);

    stage.write("usage.csv", &usage);
    stage.write("tickets.csv", &tickets.replace(",fax,", ",search,"));
    run(&stage, "cheap", &[]);
    assert_eq!(left(&stage, "cheap"), ["cost"]);
    let text = String::from_utf8(stage.run(&["compare", "old/2026-Q3", "cheap/2026-Q3"]).stdout).unwrap();
    for part in ["left the list: 1", "fax: ", "because of cost", "files that differ: tickets", "run cost EUR"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

#[test]
fn a_report_without_a_basis_is_compared_without_causes_and_no_report_is_a_usage_error() {
    let stage = company();
    run(&stage, "old", &[]);
    run(&stage, "new", &["--set", "rule.rare_below=0.01"]);
    std::fs::remove_file(stage.file("old/2026-Q3/basis.json")).unwrap();
    let comparison = compared(&stage, "old", "new");
    assert_eq!(comparison["left"][0]["id"], "fax");
    assert_eq!(comparison["left"][0]["causes"], Value::Array(Vec::new()));
    assert!(comparison["without_causes"].as_str().unwrap().contains("basis.json"), "{comparison:#}");
    assert_eq!((&comparison["old"]["period"], &comparison["old"]["candidates"]), (&"2026-Q3".into(), &1.into()));
    stage.write("other/report.json", "{\"capabilities\": [1]}");
    let output = stage.run(&["compare", "other", "new/2026-Q3"]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    stage.write("damaged/report.json", "[1]");
    for folder in ["nowhere", ".", "usage.csv", "damaged"] {
        let output = stage.run(&["compare", folder, "new/2026-Q3"]);
        assert_eq!(output.status.code(), Some(2), "{folder}: {}", printed(&output));
        assert!(printed(&output).contains("is no report folder"), "{}", printed(&output));
    }
}

#[test]
fn what_if_shows_the_set_beside_the_list_and_writes_nothing() {
    let stage = Stage::company();
    let hostile = stage.read("accounts.csv").replace("account_id,", "name,account_id,");
    let named = hostile.replace("\na", "\nLtd \u{1b}[31m,a");
    stage.write("accounts.csv", &named);
    let before = files(stage.path());
    let set = ["--set", "assumptions.loss_at_full_dependence.distribution=fixed(1)"];
    let asked = ["what-if", "--remove", "search", "--remove", "Search", "--remove", "fax"];
    let output = stage.run(&[&asked[..3], &set, &["--format", "json"]].concat());
    assert!(output.status.success(), "{}", printed(&output));
    let effect: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(effect["set"]["members"][0]["id"], "search");
    assert_eq!((&effect["set"]["accounts"], &effect["without_set"]["accounts"]), (&40.into(), &40.into()));
    let risk = |column: &str| effect[column]["arr_at_risk"]["p50"].as_f64().unwrap();
    assert!(risk("set") > risk("without_set") && risk("without_set") > 0.0, "{effect:#}");
    assert_eq!(effect["set"]["freed"], effect["without_set"]["freed"], "the draws are the same");
    assert_eq!(effect["accounts"].as_array().unwrap().len(), 40);

    let output = stage.run(&["what-if", "--remove", "search", "--remove", "fax"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["the plan's own", "ARR at risk a year", "probability of a net benefit", "… and 28 more accounts"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert!(text.contains("Ltd \u{fffd}[31m") && !text.contains('\u{1b}'), "{text}");
    assert!(!text.contains("without --set"), "{text}");
    assert_eq!(files(stage.path()), before);
}

#[test]
fn an_unknown_capability_or_setting_is_a_usage_error_with_advice() {
    let stage = Stage::company();
    for (arguments, message) in [
        (&["what-if", "--remove", "serach"][..], "did you mean `search`?"),
        (&["what-if"], "--remove"),
        (&["run", "--set", "rule.rare_belw=0.1"], "in --set rule.rare_belw=0.1: unknown key `rare_belw` in `rule`"),
        (&["run", "--set", "rule.rare_belw=0.1"], "did you mean `rare_below`?"),
        (&["explain", "fax", "--set", "rule.rare_below=2"], "must be between 0 and 1"),
        (&["check", "--set", "rare"], "expected KEY=VALUE"),
    ] {
        let output = stage.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", printed(&output));
        assert!(printed(&output).contains(message), "{arguments:?}: {}", printed(&output));
    }
}

#[test]
fn a_flag_goes_before_the_environment_and_the_environment_before_the_file() {
    let stage = Stage::company();
    stage.configure("[rule]\nrare_below = 0.2\n");
    let rare_below = |flag: &[&str], environment: Option<&str>| {
        let mut command = deadhead();
        if let Some(set) = environment {
            command.env("DEADHEAD_SET", set);
        }
        let output = command.args(["run", "-q"]).args(flag).current_dir(stage.path()).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        let basis: Value = serde_json::from_str(&stage.read("reports/2026-Q3/basis.json")).unwrap();
        let manifest: Value = serde_json::from_str(&stage.read("reports/2026-Q3/manifest.json")).unwrap();
        let rule = &basis["settings"]["rule"];
        (rule["rare_below"].as_f64(), rule["material_share"].as_f64(), manifest["config_digest"].clone())
    };
    let file = rare_below(&[], None);
    let environment = rare_below(&[], Some("rule.rare_below=0.3\nrule.material_share=0.5"));
    let flag = rare_below(&["--set", "rule.rare_below=0.4"], Some("rule.rare_below=0.3\nrule.material_share=0.5"));
    assert_eq!((file.0, environment.0, flag.0), (Some(0.2), Some(0.3), Some(0.4)));
    assert_eq!((environment.1, flag.1), (Some(0.5), file.1));
    assert!(file.2 != environment.2 && environment.2 != flag.2 && file.2 != flag.2);
}
