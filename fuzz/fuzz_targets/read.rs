//! Any bytes as a file: no panic, and every record in the books – as text, as a table, and as what it is recognised for.

#![no_main]

use std::collections::BTreeMap;
use std::io::sink;

use deadhead::config::{InputSettings, OnError};
use deadhead::ingest::{FileReading, MoneySettings, read_raw, read_table};
use deadhead::tables::TableId;
use libfuzzer_sys::fuzz_target;

fn account(reading: &FileReading) {
    let rows = &reading.rows;
    assert_eq!(rows.read, rows.accepted + rows.quarantined + rows.duplicate + rows.skipped);
    assert!(rows.repaired <= rows.accepted);
}

fuzz_target!(|bytes: &[u8]| {
    // The first byte says how the others are read.
    let Some((how, bytes)) = bytes.split_first() else { return };
    let mut file = tempfile::NamedTempFile::with_suffix(".csv").expect("a folder for temporary files");
    std::io::Write::write_all(&mut file, bytes).expect("room for a small file");
    let fx = BTreeMap::new();
    let money = MoneySettings { report_currency: "EUR", fx: &fx, as_of: None };
    let table = match how % 4 {
        0 => {
            if let Ok(reading) = read_raw(file.path(), &mut sink(), &()) {
                account(&reading);
            }
            return;
        }
        1 => None,
        2 => Some(TableId::Accounts),
        _ => Some(TableId::WorkItems),
    };
    let on_error = if how & 4 == 0 { OnError::Quarantine } else { OnError::Repair };
    let settings = InputSettings { table, on_error, ..InputSettings::of("any.csv") };
    if let Ok(reading) = read_table(file.path(), &settings, &money, &mut sink(), &()) {
        account(&reading);
    }
});
