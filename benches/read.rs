//! How fast one file becomes typed rows, by form. Run with `cargo bench --bench read`; whole processes are compared in
//! `benches/peers/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Write as _, sink};

use deadhead::config::InputSettings;
use deadhead::ingest::{MoneySettings, read_raw, read_table};
use deadhead::tables::TableId;
use divan::Bencher;
use divan::counter::BytesCount;
use tempfile::NamedTempFile;

const ROWS: u32 = 50_000;

fn main() {
    divan::main();
}

/// Events of 5,000 accounts over a quarter, each written by `line`.
fn events(suffix: &str, header: &str, line: impl Fn(&mut String, u32)) -> (NamedTempFile, u64) {
    let mut text = header.to_owned();
    for row in 0..ROWS {
        line(&mut text, row);
    }
    let mut file = NamedTempFile::with_suffix(suffix).expect("a folder for temporary files");
    file.write_all(text.as_bytes()).expect("room for some megabytes");
    (file, text.len() as u64)
}

fn typed(bencher: Bencher, (file, bytes): (NamedTempFile, u64)) {
    let settings = InputSettings { table: Some(TableId::UsageEvents), ..InputSettings::of("any") };
    let fx = BTreeMap::new();
    let money = MoneySettings { report_currency: "EUR", fx: &fx, as_of: None };
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let read = read_table(file.path(), &settings, &money, &mut sink(), &()).expect("a sound file");
        assert_eq!(read.rows.accepted, u64::from(ROWS));
    });
}

fn plain() -> (NamedTempFile, u64) {
    events(".csv", "account_id,user_id,ts,capability,status,count\n", |text, row| {
        let (account, day, second) = (row * 7 % 5_000, 1 + row % 30, row % 60);
        writeln!(
            text,
            "acct-{account:05},user-{row},2026-09-{day:02}T10:00:{second:02}Z,feature {} used,ok,1",
            row % 200
        )
        .expect("a string grows");
    })
}

#[divan::bench]
fn csv(bencher: Bencher) {
    typed(bencher, plain());
}

#[divan::bench]
fn csv_of_a_european_spreadsheet(bencher: Bencher) {
    typed(
        bencher,
        events(".csv", "Account ID;User ID;TS;Capability;Status;Count\r\n", |text, row| {
            let (account, day, second) = (row * 7 % 5_000, 1 + row % 30, row % 60);
            write!(
                text,
                "{account:05};\"user {row}\";{day:02}.09.2026 10:00:{second:02};\"feature \"\"{}\"\"\";ok;1\r\n",
                row % 200
            )
            .expect("a string grows");
        }),
    );
}

#[divan::bench]
fn ndjson(bencher: Bencher) {
    typed(
        bencher,
        events(".ndjson", "", |text, row| {
            let (account, day, second) = (row * 7 % 5_000, 1 + row % 30, row % 60);
            writeln!(
                text,
                r#"{{"account_id":"acct-{account:05}","user_id":"{row}","ts":"2026-09-{day:02}T10:00:{second:02}Z","capability":"feature {}","status":"ok"}}"#,
                row % 200
            )
            .expect("a string grows");
        }),
    );
}

#[divan::bench]
fn csv_raw(bencher: Bencher) {
    let (file, bytes) = plain();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let read = read_raw(file.path(), &mut sink(), &()).expect("a sound file");
        assert!(read.rows.accepted >= u64::from(ROWS));
    });
}
