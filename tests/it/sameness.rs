//! Same input, same bytes; another order of rows, the same tables.

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

#[test]
fn the_order_of_rows_never_shows_in_a_table() {
    let stage = Stage::company();
    let before = reports(&stage, "before");
    for name in ["usage.csv", "accounts.csv", "tickets.csv"] {
        let text = stage.read(name);
        let (head, rows) = text.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        // Any fixed permutation that keeps nothing in place.
        rows.reverse();
        let half = rows.len() / 2;
        rows.rotate_left(half + 1);
        stage.write(name, &format!("{head}\n{}\n", rows.join("\n")));
    }
    let after = reports(&stage, "after");
    let tables = |files: Vec<(String, Vec<u8>)>| -> Vec<(String, Vec<u8>)> {
        // The ledger names the line of every row, which is where the order is meant to show.
        files.into_iter().filter(|(name, _)| name.starts_with("tables/") && name != "tables/ledger.parquet").collect()
    };
    let (before, after) = (tables(before), tables(after));
    assert!(before.len() >= 4);
    assert_eq!(before, after);
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
