//! Back-tests from outside: a truth in several forms, its page, and a prior that is learned from it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::stage::{Stage, files, printed};

const CAPABILITIES: u32 = 120;

/// Every third is removed; of those most fall, and of the others most rise.
fn is_removed(n: u32) -> bool {
    n.is_multiple_of(3)
}

fn falls(n: u32) -> bool {
    is_removed(n) != n.is_multiple_of(7)
}

/// Counts of two and a half years by month, up to the last of June 2026, and a truth of what was removed afterwards.
fn store() -> Stage {
    let stage = Stage::empty();
    let mut usage = String::from("month,capability,active_accounts\n");
    let mut base = String::from("month,active_accounts\n");
    for month in 0..30 {
        let name = format!("{}-{:02}", 2024 + month / 12, month % 12 + 1);
        writeln!(base, "{name},5000").unwrap();
        for n in 0..CAPABILITIES {
            let start = 100 + 7 * n;
            let count = if falls(n) { start - start * month / 40 } else { start + start * month / 60 };
            writeln!(usage, "{name},c{n:03},{count}").unwrap();
        }
    }
    let mut truth = String::from("Feature,First event date,Removed on\n");
    for n in (0..CAPABILITIES).filter(|&n| is_removed(n)) {
        writeln!(truth, "c{n:03},2026-09-{:02},2027-01-01", n % 28 + 1).unwrap();
    }
    truth += "nobody knows,2026-09-01,\n";
    stage.write("usage.csv", &usage);
    stage.write("base.csv", &base);
    stage.write("truth.csv", &truth);
    stage.write("deadhead.toml", &config(""));
    stage
}

fn config(added: &str) -> String {
    format!(
        "period = \"2026-Q2\"\n{added}\n[[input]]\ntable = \"usage_totals\"\npath = \"usage.csv\"\n[[input]]\ntable = \"base_totals\"\npath = \"base.csv\"\n"
    )
}

const ASKED: [&str; 7] = ["backtest", "--as-of", "2026-06-30", "--truth", "truth.csv", "--k", "10,40"];

fn looked_back(stage: &Stage, added: &[&str]) -> Value {
    let output = stage.run(&[&ASKED, ["--format", "json"].as_slice(), added].concat());
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn ranking<'a>(result: &'a Value, code: &str) -> &'a Value {
    result["rankings"].as_array().unwrap().iter().find(|ranking| ranking["code"] == code).unwrap()
}

#[test]
fn a_list_is_compared_with_what_was_removed() {
    let stage = store();
    let result = looked_back(&stage, &["--out", "out"]);
    assert_eq!((&result["population"], &result["positives"]), (&120.into(), &40.into()));
    assert_eq!((&result["unmatched_count"], &result["unmatched"][0]), (&1.into(), &"nobody knows".into()));
    // The first forty by decline are those that fall: of 40 removed and 80 not, all but the multiples of seven.
    let decline = ranking(&result, "decline");
    assert!(decline["at"][1]["precision"]["point"].as_f64().unwrap() > 0.7, "{decline}");
    assert!(decline["roc_auc"]["point"].as_f64().unwrap() > 0.7 && decline["roc_auc"]["low"].as_f64().unwrap() > 0.6);
    assert!(ranking(&result, "dying-anyway")["roc_auc"]["point"].as_f64().unwrap() > 0.7);
    let missing: Vec<&str> =
        result["missing"].as_array().unwrap().iter().map(|m| m["code"].as_str().unwrap()).collect();
    for code in ["worth-removing", "longest-without-release", "unfixed-then-least-used", "mean-place"] {
        assert!(missing.contains(&code), "{missing:?}");
    }
    let made = files(&stage.file("out/backtest-2026-06-30"));
    let names: Vec<&str> = made.iter().map(|(name, _)| name.as_str()).collect();
    let expected =
        ["backtest.json", "charts/removed-by-tenth.png", "charts/removed-by-tenth.svg", "index.html", "manifest.json"];
    assert_eq!(names, expected);
    let page = String::from_utf8_lossy(&made[3].1);
    assert!(page.contains("<svg") && page.contains("stand in the first tenth"), "the chart is on the page");
    assert!(!page.contains("src=") && !page.contains("href=\"http"), "the page needs no network");
    looked_back(&stage, &["--out", "out"]);
    assert_eq!(made, files(&stage.file("out/backtest-2026-06-30")), "the same bytes, over the earlier folder");
}

#[test]
fn what_came_later_ranks_nothing_and_tells_regret() {
    let stage = store();
    let before = looked_back(&stage, &[]);
    assert_eq!(before["later_use_known"], 0);
    let (mut usage, mut base) = (stage.read("usage.csv"), stage.read("base.csv"));
    for month in ["2028-03", "2028-04", "2028-05", "2028-06"] {
        writeln!(base, "{month},5000").unwrap();
        // Everything that fell comes back, and more.
        (0..CAPABILITIES).for_each(|n| writeln!(usage, "{month},c{n:03},{}", if falls(n) { 4000 } else { 1 }).unwrap());
    }
    stage.write("usage.csv", &usage);
    stage.write("base.csv", &base);
    let after = looked_back(&stage, &[]);
    assert_eq!(before["first"].as_array().unwrap().len(), after["first"].as_array().unwrap().len());
    for (before, after) in before["rankings"].as_array().unwrap().iter().zip(after["rankings"].as_array().unwrap()) {
        assert_eq!(before["roc_auc"], after["roc_auc"], "{}", before["code"]);
    }
    assert_eq!(after["later_use_known"], 120);
    assert_eq!(ranking(&after, "decline")["at"][1]["regret"]["point"], 1.0);
}

#[test]
fn a_prior_is_learned_and_shown_beside_the_verdict() {
    let stage = store();
    let result = looked_back(&stage, &["--fit", "prior.toml"]);
    let written = stage.read("prior.toml");
    assert!(written.starts_with("# How use") && written.contains("name = \"trend\""), "{written}");
    assert!(result["prior"]["roc_auc"]["low"].as_f64().unwrap() > 0.6, "{}", result["prior"]);
    looked_back(&stage, &["--fit", "prior.toml"]);
    assert_eq!(written, stage.read("prior.toml"), "over an earlier one, the same bytes");
    let table = |stage: &Stage| {
        let output = stage.run(&["run", "--as-of", "2026-06-30", "--out", "out"]);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        stage.read("out/2026-Q2/tables/capabilities.csv")
    };
    let without = table(&stage);
    stage.write("deadhead.toml", &config("[prior]\nfile = \"prior.toml\""));
    let with = table(&stage);
    let mut probabilities = [Vec::new(), Vec::new()];
    for (without, with) in without.lines().zip(with.lines()).skip(1) {
        let (rest, probability) = with.rsplit_once(',').unwrap();
        assert_eq!(without, format!("{rest},"), "nothing but the last column moves");
        let n: u32 = rest.split(',').next().unwrap()[1..].parse().unwrap();
        probabilities[usize::from(falls(n))].push(probability.parse::<f64>().unwrap());
    }
    let mean = |of: &[f64]| of.iter().sum::<f64>() / f64::from(u32::try_from(of.len()).unwrap());
    assert!(mean(&probabilities[1]) > 2.0 * mean(&probabilities[0]), "{probabilities:?}");
    let explained = stage.run(&["explain", "c003", "--as-of", "2026-06-30"]);
    assert!(printed(&explained).contains("probability of removal by the learned prior"), "{}", printed(&explained));
}

#[test]
fn what_cannot_be_done_says_why_with_its_code() {
    let stage = store();
    let refused = |arguments: &[&str], code: i32, part: &str| {
        let output = stage.run(arguments);
        assert!(output.status.code() == Some(code) && printed(&output).contains(part), "{}", printed(&output));
    };
    stage.write("few.csv", "feature,removed_on\nc001,2026-08-01\nc002,2026-08-01\n");
    let few = ["backtest", "--as-of", "2026-06-30", "--truth", "few.csv", "--fit", "prior.toml"];
    refused(&few, 3, "2 of 120 capabilities were removed");
    assert!(!stage.file("prior.toml").exists());
    stage.write("late.csv", "feature,removed_on\nc001,2036-08-01\n");
    refused(&["backtest", "--as-of", "2026-06-30", "--truth", "late.csv"], 3, "none of the 120");
    stage.write("names.csv", "feature,removed\nc001,\n\u{1b}[31mred,\nc002,perhaps\n");
    let names = ["backtest", "--as-of", "2026-06-30", "--truth", "names.csv"];
    for part in ["expected a column `removed`", "1 row could not be read", "such as \u{fffd}[31mred"] {
        refused(&names, 3, part);
    }
    stage.write("gone.csv", "feature,removed_on\nc001,2026-06-30\n");
    refused(
        &["backtest", "--as-of", "2026-06-30", "--truth", "gone.csv"],
        3,
        "1 had been removed by 2026-06-30 already",
    );
    for (flag, part) in [
        ("--regret-above=NaN", "a growth from 0"),
        ("--regret-above=-1", "a growth from 0"),
        ("--regret-above=inf", "a growth from 0"),
        ("--within-months=0", "1..=1200"),
        ("--within-months=4294967295", "1..=1200"),
    ] {
        refused(&[&ASKED, [flag].as_slice()].concat(), 2, part);
    }
    refused(&["backtest", "--truth", "truth.csv"], 2, "--as-of");
    stage.write("notes.toml", "mine = true\n");
    refused(&[&ASKED, ["--fit", "notes.toml", "--out", "out"].as_slice()].concat(), 2, "left as it is");
    refused(
        &[&ASKED, ["--fit", "absent/prior.toml", "--out", "out"].as_slice()].concat(),
        1,
        "there is no folder absent",
    );
    assert!(!stage.file("out").exists(), "what is refused writes nothing");
    assert_eq!(stage.read("notes.toml"), "mine = true\n");
    stage.write("deadhead.toml", &config("[prior]\nfile = \"absent.toml\""));
    refused(&["run"], 2, "there is no such file");
    stage.write("deadhead.toml", &config("[prior]\nfile = \"notes.toml\""));
    refused(&["run"], 2, "no prior that can be used");
}
