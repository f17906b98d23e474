//! One row less: exactly the figures that rest on it are others, seen through `deadhead explain`.
//!
//! A row of one capability is in the totals of all, so that of another capability its shares may change, and what follows from
//! them. What may change is listed by the id of the figure; everything else must stay.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::stage::{Stage, printed};

/// Value and working of every figure of a capability, by id.
type Figures = BTreeMap<String, String>;

/// Forty accounts on three capabilities. `fax` is used by eight of them and has most tickets, and a charge.
fn company() -> Stage {
    let stage = Stage::company();
    let mut usage = stage.read("usage.csv");
    for account in 2..9 {
        for day in [5, 19] {
            writeln!(usage, "2026-08-{day:02}T10:00:00Z,a{account:02},fax,u{account}").unwrap();
        }
    }
    for account in 0..20 {
        writeln!(usage, "2026-07-{:02}T10:00:00Z,a{account:02},maps,u{account}", account + 1).unwrap();
    }
    stage.write("usage.csv", &usage);
    stage.write(
        "charges.csv",
        "charged_on,amount,service\n2026-07-31,300,fax\n2026-08-31,300,fax\n2026-08-31,120,maps\n",
    );
    stage.configure("[[input]]\ntable = \"charges\"\npath = \"charges.csv\"\n[decision]\ndraws = 500\n");
    stage
}

fn figures(stage: &Stage, capability: &str) -> Figures {
    let output = stage.run(&["explain", capability, ".", "--format", "json"]);
    assert!(output.status.success(), "{}", printed(&output));
    let explained: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let figures = explained["figures"].as_array().unwrap();
    let of = |figure: &serde_json::Value| {
        (figure["id"].as_str().unwrap().to_owned(), format!("{} = {}", figure["value"], figure["working"]))
    };
    figures.iter().map(of).collect()
}

/// Takes the first line that holds the text out of a file.
fn without(stage: &Stage, file: &str, row: &str) {
    let text = stage.read(file);
    assert!(text.lines().any(|line| line.contains(row)), "{file} has no {row}");
    let mut gone = false;
    let kept = text.lines().filter(|line| {
        let goes = !gone && line.contains(row);
        gone |= goes;
        !goes
    });
    let kept = kept.collect::<Vec<_>>().join("\n") + "\n";
    stage.write(file, &kept);
}

/// The ids whose value or working is another.
fn changed(before: &Figures, after: &Figures) -> BTreeSet<String> {
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    before.iter().filter(|(id, shown)| after[*id] != **shown).map(|(id, _)| id.clone()).collect()
}

/// Figures of any capability that are shares of a total, and what is made of them: a row of another one moves the total.
const SHARES: [&str; 4] = ["cost_share", "disproportion", "disproportion_by_base", "usage_share"];

/// What is drawn from the sums of all, or compared with all: net benefit and its place.
const OF_ALL: [&str; 4] = ["rank_acceptability", "orders", "stakes", "calibration"];

fn row_less(file: &str, row: &str, must: &[&str], may: &[&str], of_others: &[&str]) {
    let stage = company();
    let before = ["fax", "maps"].map(|capability| figures(&stage, capability));
    without(&stage, file, row);
    let [own, other] = ["fax", "maps"].map(|capability| figures(&stage, capability));
    let own = changed(&before[0], &own);
    for id in must {
        assert!(own.contains(*id), "{file} less `{row}`: {id} rests on it and did not change: {own:?}");
    }
    let allowed = |lists: &[&[&str]], id: &str| lists.iter().any(|list| list.contains(&id));
    for id in &own {
        assert!(allowed(&[must, may, &SHARES], id), "{file} less `{row}`: {id} does not rest on it");
    }
    for id in changed(&before[1], &other) {
        assert!(
            allowed(&[&SHARES, &OF_ALL, of_others], &id),
            "{file} less `{row}`: {id} of another capability changed"
        );
    }
}

/// What removing the capability is worth rests on its cost and its use.
const WORTH: [&str; 8] = [
    "net_benefit_p50",
    "p_positive",
    "rank_acceptability",
    "orders",
    "stakes",
    "arr_at_risk",
    "calibration",
    "removal_score",
];

#[test]
fn a_ticket_less_moves_cost_and_contacts_and_no_use() {
    let must = [
        "run_cost",
        "cost_per_active_account",
        "contact_rate",
        "cost_share",
        "disproportion",
        "benefit_support",
        "net_benefit_p50",
    ];
    let may = [&["cost_per_active_user", "tickets", "run_cost_12m", "cost_confidence", "funnel"][..], &WORTH].concat();
    row_less("tickets.csv", ",fax,", &must, &may, &[]);
}

#[test]
fn a_charge_less_moves_cost_and_nothing_of_contacts_or_use() {
    let must =
        ["run_cost", "cost_per_active_account", "cost_share", "disproportion", "benefit_direct", "net_benefit_p50"];
    let may = [&["cost_per_active_user", "run_cost_12m", "cost_confidence"][..], &WORTH].concat();
    row_less("charges.csv", "2026-07-31,300,fax", &must, &may, &[]);
}

#[test]
fn an_active_day_less_of_an_account_that_stays_active_moves_no_adoption_and_no_cost() {
    let must = ["disproportion", "arr_at_risk", "benefit_revenue_at_risk"];
    let may = [
        &[
            "effective_accounts",
            "top_account_share",
            "stickiness",
            "frequency",
            "days_to_settle",
            "funnel",
            "rhythm",
            "peak_share",
        ][..],
        &WORTH,
    ]
    .concat();
    // The account has a day less in the product, so that it rests more on everything else.
    let of_others = ["arr_at_risk", "benefit_revenue_at_risk", "net_benefit_p50", "p_positive"];
    row_less("usage.csv", "2026-08-19T10:00:00Z,a04,fax", &must, &may, &of_others);
}
