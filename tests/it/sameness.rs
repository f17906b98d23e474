//! Same input, same bytes; another order of rows, the same tables.

use std::fmt::Write as _;

use crate::stage::{Stage, files, printed};

fn reports(stage: &Stage, out: &str) -> Vec<(String, Vec<u8>)> {
    let output = stage.run(&["run", "--out", out]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    files(&stage.file(&format!("{out}/2026-Q3")))
}

#[test]
fn two_runs_give_the_same_bytes() {
    let stage = Stage::company();
    assert_eq!(reports(&stage, "first"), reports(&stage, "second"));
    // Over an earlier report as well.
    assert_eq!(reports(&stage, "first"), reports(&stage, "second"));
}

fn reorder(stage: &Stage, name: &str) {
    let text = stage.read(name);
    let (head, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    // Any fixed permutation that keeps nothing in place.
    rows.reverse();
    let by = (rows.len() / 2 + 1) % rows.len();
    rows.rotate_left(by);
    stage.write(name, &format!("{head}\n{}\n", rows.join("\n")));
}

fn tables(files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    // The ledger names the line of every row, which is where the order is meant to show.
    files.into_iter().filter(|(name, _)| name.starts_with("tables/") && name != "tables/ledger.parquet").collect()
}

#[test]
fn the_order_of_rows_never_shows_in_a_table() {
    let stage = Stage::company();
    let before = reports(&stage, "before");
    for name in ["usage.csv", "accounts.csv", "tickets.csv"] {
        reorder(&stage, name);
    }
    let after = reports(&stage, "after");
    let (before, after) = (tables(before), tables(after));
    assert!(before.len() >= 4);
    assert_eq!(before, after);
}

/// Twelve accounts with runs of two integrations, incidents, and changes of their vendors; there is a tie in all of them.
fn integrations() -> Stage {
    let stage = Stage::company();
    let mut runs = String::from("run_id,capability,account_id,started_at,status,error_class,records\n");
    for (place, name) in ["crm", "erp", "gone"].iter().enumerate() {
        for (account, day) in (0..12).flat_map(|account| (1..=30).map(move |day| (account, day))) {
            let failed = (10 + place..15 + place).contains(&day) && account % 3 == place;
            let (status, error) = if failed { ("failed", ["HTTP 401", "timeout"][account % 2]) } else { ("ok", "") };
            let id = 10_000 * place + 100 * account + day;
            writeln!(runs, "r{id},{name},a{account:02},2026-08-{day:02}T04:00:00Z,{status},{error},7").unwrap();
        }
    }
    let incidents = "incident_id,capability,started_at,detected_at,resolved_at,detected_by,responder_hours\n\
        i1,crm,2026-08-10T06:00:00Z,2026-08-11T06:00:00Z,2026-08-14T06:00:00Z,customer,0.1\n\
        i2,crm,2026-08-10T06:00:00Z,,2026-08-12T06:00:00Z,monitor,0.2\n\
        i3,erp,2026-08-11T07:00:00Z,,,,0.7\n\
        i4,gone,2026-08-11T07:00:00Z,,,,1.3\n";
    let changes = "vendor,api,capability,announced_on,effective_on,change,title\n\
        Acme,v1,crm,2026-01-01,2026-08-09,auth,Keys end\n\
        Acme,v1,erp,2026-01-01,2026-08-09,auth,Keys end\n\
        ACME,v2,crm,2026-02-01,2026-11-09,shutdown,Ends\n\
        acme,v2,erp,2026-02-01,2026-11-09,shutdown,Ends\n\
        Nobody,,,2026-02-01,2026-11-09,shutdown,Ends\n";
    let catalogue =
        "id,kind,vendor,owner\ncrm,integration,,Connect\nerp,integration,,\nsearch,feature,,\nfax,feature,,\n";
    let files = [("runs", runs.as_str()), ("incidents", incidents), ("api_changes", changes), ("catalogue", catalogue)];
    let mut inputs = String::new();
    for (table, text) in files {
        stage.write(&format!("{table}.csv"), text);
        write!(inputs, "[[input]]\ntable = \"{table}\"\npath = \"{table}.csv\"\n").unwrap();
    }
    stage.configure(&inputs);
    stage
}

#[test]
fn the_order_of_rows_never_shows_in_a_table_of_integrations() {
    let stage = integrations();
    let before = tables(reports(&stage, "before"));
    for name in ["runs.csv", "incidents.csv", "api_changes.csv", "tickets.csv", "accounts.csv"] {
        reorder(&stage, name);
    }
    let after = tables(reports(&stage, "after"));
    let length = |name: &str| before.iter().find(|file| file.0 == name).map(|file| file.1.len());
    assert!(length("tables/failures.csv") > Some(400) && length("tables/api_calendar.csv") > Some(200));
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(String::from_utf8_lossy(&before.1), String::from_utf8_lossy(&after.1), "{}", before.0);
    }
}

/// Runs, incidents and vendor changes whose names reach nothing stand beside those of the other tables.
#[test]
fn names_of_runs_and_vendor_changes_that_reach_nothing_are_listed() {
    let stage = integrations();
    stage.write("runs.csv", &(stage.read("runs.csv") + "late,crm,a01,2026-10-01T00:00:00Z,ok,,7\n"));
    reports(&stage, "reports");
    let unmapped = stage.read("reports/2026-Q3/tables/unmapped.csv");
    for line in ["runs,gone,360", "incidents,gone,1", "api_changes,Nobody,1"] {
        assert!(unmapped.lines().any(|found| found == line), "{line} in\n{unmapped}");
    }
    let report: serde_json::Value = serde_json::from_str(&stage.read("reports/2026-Q3/report.json")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let late = findings.iter().find(|finding| finding["code"] == "after-as-of").unwrap();
    assert_eq!(late["count"], 1, "{late}");
}

#[test]
fn the_manifest_knows_every_file_and_its_digest() {
    let stage = Stage::company();
    let files = reports(&stage, "reports");
    let manifest: serde_json::Value = serde_json::from_str(&stage.read("reports/2026-Q3/manifest.json")).unwrap();
    let listed = manifest["outputs"].as_array().unwrap();
    assert_eq!(listed.len(), files.len() - 1, "every file but the manifest itself");
    for (name, bytes) in files.iter().filter(|(name, _)| name != "manifest.json") {
        let line = listed.iter().find(|line| line["path"] == name.as_str()).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(line["blake3"], blake3::hash(bytes).to_hex().as_str(), "{name}");
    }
}

#[test]
fn the_books_of_every_file_add_up() {
    let stage = Stage::company();
    stage.write("tickets.csv", &(stage.read("tickets.csv") + "t0,2026-08-01T09:00:00Z,a01,search,30\nt99,never,,,\n"));
    reports(&stage, "reports");
    let report: serde_json::Value = serde_json::from_str(&stage.read("reports/2026-Q3/report.json")).unwrap();
    for input in report["inputs"].as_array().unwrap() {
        let number = |name: &str| input[name].as_u64().unwrap();
        assert_eq!(number("read"), number("accepted") + number("quarantined") + number("duplicate"), "{input}");
    }
    let tickets = report["inputs"].as_array().unwrap().iter().find(|input| input["table"] == "tickets").unwrap();
    assert_eq!((tickets["duplicate"].as_u64(), tickets["quarantined"].as_u64()), (Some(1), Some(1)));
}
