//! What was not known on the as-of date changes nothing: rows of the future are planted in every table.

use std::fmt::Write as _;

use crate::stage::{Stage, files, printed};

/// A table besides usage, accounts and tickets: its rows, one more of the past, and one of the future.
struct Planted {
    table: &'static str,
    rows: &'static str,
    past: &'static str,
    /// Rows that came to be later, or whose end did: the first replaces nothing, so each has a name of its own.
    future: &'static str,
}

/// The as-of date is 30 September 2026.
const PLANTED: [Planted; 9] = [
    Planted {
        table: "work_items",
        rows: "work_id,worked_on,capability,hours,kind\nw1,2026-08-03,fax,5,maintain\nw2,2026-08-04,search,50,maintain\n",
        past: "w3,2026-09-30,fax,40,maintain\n",
        future: "w4,2026-10-01,fax,400,maintain\n",
    },
    Planted {
        table: "charges",
        rows: "charged_on,capability,amount\n2026-07-31,fax,100\n2026-07-31,search,500\n",
        past: "2026-09-30,fax,700\n",
        future: "2026-10-01,fax,70000\n",
    },
    Planted {
        table: "catalogue",
        rows: "id,kind,launched_on\nsearch,feature,2020-01-01\nfax,integration,2020-01-01\n",
        past: "pager,feature,2026-09-30\n",
        future: "beeper,feature,2026-10-01\n",
    },
    Planted {
        table: "incidents",
        rows: "incident_id,capability,started_at,resolved_at,responder_hours\ni1,fax,2026-08-03T09:00:00Z,2026-08-03T11:00:00Z,2\n",
        past: "i2,fax,2026-09-30T09:00:00Z,2026-09-30T10:00:00Z,9\n",
        future: "i3,fax,2026-10-01T09:00:00Z,2026-10-01T10:00:00Z,90\n",
    },
    Planted {
        table: "runs",
        rows: "run_id,capability,account_id,started_at,status\nr1,fax,a01,2026-08-03T09:00:00Z,ok\nr2,fax,a01,2026-08-04T09:00:00Z,failed\n",
        past: "r3,fax,a02,2026-09-30T09:00:00Z,failed\n",
        future: "r4,fax,a03,2026-10-01T09:00:00Z,failed\n",
    },
    Planted {
        table: "api_changes",
        rows: "vendor,capability,announced_on,effective_on,change\nAcme,fax,2026-02-01,2026-12-01,auth\n",
        past: "Acme,fax,2026-09-30,2027-03-01,shutdown\n",
        future: "Acme,fax,2026-10-01,2027-06-01,shutdown\n",
    },
    Planted {
        table: "releases",
        rows: "capability,released_on\nfax,2025-01-01\nsearch,2026-09-01\n",
        past: "fax,2026-09-30\n",
        future: "fax,2026-10-01\n",
    },
    Planted {
        table: "changes",
        rows: "change_id,capability,opened_on,closed_on,status,person\nc1,search,2026-08-01,2026-08-02,done,p\n",
        past: "c2,fax,2026-09-01,2026-09-30,done,q\n",
        future: "c3,fax,2026-10-01,2026-10-02,done,r\n",
    },
    Planted {
        table: "findings",
        rows: "finding_id,capability,found_on,fixed_on,status\nf1,search,2026-08-01,2026-08-02,fixed\n",
        past: "f2,fax,2026-09-30,,open\n",
        future: "f3,search,2026-10-01,,open\n",
    },
];

/// The same of the tables of every company.
const OF_EVERY_COMPANY: [(&str, &str, &str); 3] = [
    ("usage.csv", "2026-09-30T23:59:59Z,a07,fax,u7\n", "2026-10-01T00:00:00Z,a07,fax,u7\n"),
    ("accounts.csv", "a98,large,1000,2026-09-30\n", "a99,large,90000,2026-10-01\n"),
    ("tickets.csv", "t98,2026-09-30T09:00:00Z,a01,fax,30\n", "t99,2026-10-01T09:00:00Z,a01,fax,3000\n"),
];

fn company() -> Stage {
    let stage = Stage::company();
    let mut inputs = String::from("[cost]\nbootstrap_replicates = 100\n[decision]\ndraws = 100\n");
    for planted in &PLANTED {
        stage.write(&format!("{}.csv", planted.table), planted.rows);
        writeln!(inputs, "[[input]]\ntable = \"{0}\"\npath = \"{0}.csv\"", planted.table).unwrap();
    }
    stage.configure(&inputs);
    stage
}

fn tables(stage: &Stage) -> Vec<(String, String)> {
    let output = stage.run(&["run", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    // What was read from a file is what stands in it, whatever its dates; the books say so.
    let is_result = |name: &str| name.starts_with("tables/") && name != "tables/inputs.csv";
    let files = files(&stage.file("out/2026-Q3")).into_iter().filter(|(name, _)| is_result(name));
    files.map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

fn add(stage: &Stage, file: &str, rows: &str) {
    stage.write(file, &(stage.read(file) + rows));
}

fn assert_same(before: &[(String, String)], after: &[(String, String)]) {
    assert!(before.len() > 10);
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before, after);
    }
}

#[test]
fn rows_of_the_future_change_no_byte_of_any_table_and_are_counted() {
    let stage = company();
    let before = tables(&stage);
    for planted in &PLANTED {
        add(&stage, &format!("{}.csv", planted.table), planted.future);
    }
    for (file, _, future) in OF_EVERY_COMPANY {
        add(&stage, file, future);
    }
    assert_same(&before, &tables(&stage));
    let report: serde_json::Value = serde_json::from_str(&stage.read("out/2026-Q3/report.json")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let late = findings.iter().find(|finding| finding["code"] == "after-as-of").unwrap();
    assert_eq!(late["count"], 12, "one of every table, each counted once: {late}");
    for input in report["inputs"].as_array().unwrap() {
        let number = |name: &str| input[name].as_u64().unwrap();
        assert_eq!(number("read"), number("accepted") + number("quarantined") + number("duplicate"), "{input}");
    }
}

#[test]
fn a_row_of_the_last_day_shows() {
    let stage = company();
    let before = tables(&stage);
    let of_others = OF_EVERY_COMPANY.map(|(file, past, _)| (file.to_owned(), past));
    let planted = PLANTED.iter().map(|planted| (format!("{}.csv", planted.table), planted.past));
    for (file, past) in planted.chain(of_others) {
        let kept = stage.read(&file);
        add(&stage, &file, past);
        assert_ne!(before, tables(&stage), "{file}");
        stage.write(&file, &kept);
    }
}

/// What happened to a row later is as unknown as if it had not happened.
#[test]
fn an_end_that_came_later_is_no_end() {
    let [open, ended] = ["", "2026-10-01"].map(|day| {
        let stage = company();
        let at = if day.is_empty() { String::new() } else { format!("{day}T09:00:00Z") };
        let fixed = if day.is_empty() { "open" } else { "fixed" };
        let done = if day.is_empty() { "" } else { "done" };
        let hours = if day.is_empty() { "" } else { "9" };
        add(&stage, "incidents.csv", &format!("i9,fax,2026-09-20T09:00:00Z,{at},{hours}\n"));
        add(&stage, "changes.csv", &format!("c9,fax,2026-09-01,{day},{done},q\n"));
        // A finding that is not fixed by then, whatever its state now.
        let fixed = if day.is_empty() { "" } else { fixed };
        add(&stage, "findings.csv", &format!("f9,fax,2026-09-01,{day},{fixed}\n"));
        let accounts = "account_id,segment,arr,started_on,churned_on,churn_reason\n".to_owned();
        let lines: Vec<String> = stage.read("accounts.csv").lines().skip(1).map(|line| format!("{line},,\n")).collect();
        let reason = if day.is_empty() { "" } else { "price" };
        stage.write(
            "accounts.csv",
            &(accounts + &lines.concat() + &format!("a97,large,5000,2025-01-01,{day},{reason}\n")),
        );
        tables(&stage)
    });
    assert_same(&open, &ended);
}

/// Counts by month have a future too.
#[test]
fn months_of_the_future_change_no_byte_of_any_table() {
    let stage = Stage::empty();
    let mut usage = String::from("month,capability,active_accounts\n");
    let mut base = String::from("month,active_accounts\n");
    for month in 1..=9 {
        writeln!(usage, "2026-{month:02},search,{}\n2026-{month:02},fax,{}", 900 + month, 40 - month).unwrap();
        writeln!(base, "2026-{month:02},1000").unwrap();
    }
    stage.write("usage.csv", &usage);
    stage.write("base.csv", &base);
    let config = "as_of = 2026-09-30\nperiod = \"2026-Q3\"\n[[input]]\ntable = \"usage_totals\"\npath = \"usage.csv\"\n[[input]]\ntable = \"base_totals\"\npath = \"base.csv\"\n";
    stage.write("deadhead.toml", config);
    let before = tables(&stage);
    add(&stage, "usage.csv", "2026-10,search,1\n2026-10,fax,999\n2026-10,pager,5\n");
    add(&stage, "base.csv", "2026-10,1000\n");
    assert_same(&before, &tables(&stage));
    add(&stage, "usage.csv", "2026-09,pager,5\n");
    assert_ne!(before, tables(&stage));
}
