//! One file by itself: as text, or as the rows of its table.

use std::io::Write;
use std::path::Path;

use csv::ByteRecord;
use serde::Serialize;

use super::open::Opened;
use super::record::{Fault, Record};
use super::source::{Source as _, Wanted};
use super::text::{Text, TextOptions};
use super::{IngestError, Progress};
use crate::diag::Code;

/// What was done with a record that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// Line, from 1; `None` for the file as a whole.
    pub line: Option<u64>,
    /// Column as the file spells it; `None` for the record as a whole.
    pub column: Option<String>,
    /// What stood there, cut at 200 characters.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// `quarantined`, `passed over`, `counted once`, or `repaired` and the rule.
    pub action: String,
}

/// The books of one file: `read = accepted + quarantined + duplicate + skipped`; the repaired are among the accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RowCounts {
    /// Records found.
    pub read: u64,
    /// Rows given.
    pub accepted: u64,
    /// Of them put right by a rule.
    pub repaired: u64,
    /// Rows put aside.
    pub quarantined: u64,
    /// Rows whose key stood already.
    pub duplicate: u64,
    /// Records that are no rows: repeated headers, totals, notes.
    pub skipped: u64,
}

/// What reading one file gives besides its rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FileReading {
    /// What export it is taken for; `None` when its rows were read as text.
    pub recognised: Option<RecognisedAs>,
    /// How the file was understood.
    pub dialect: String,
    /// Its books.
    pub rows: RowCounts,
    /// Every record that is not as it should be, in file order.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a file was recognised as.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecognisedAs {
    /// The preset; `None` for a table's own column names.
    pub preset: Option<String>,
    /// The system.
    pub system: Option<String>,
    /// The table.
    pub table: String,
    /// How well it fits.
    pub score: f64,
    /// What fits next best, with its score.
    pub runner_up: Option<(String, f64)>,
}

/// Writes a delimited file as CSV after dialect and encoding only: every cell is text. The first line of the output is
/// the header, where the file has one.
///
/// # Errors
/// When the file cannot be opened or decoded, or the output not written ([`IngestError::Io`]).
pub fn read_raw(path: &Path, out: &mut dyn Write, progress: &dyn Progress) -> Result<FileReading, IngestError> {
    let name = path.display().to_string();
    let options = TextOptions { repairs: true, is_raw: true, ..TextOptions::default() };
    let mut file = Text::open(Opened::open(path, &name, progress)?, &name, options, &Wanted::default())?;
    let failed = |error: csv::Error| IngestError::Io { path: "standard output".into(), source: error.into() };
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
    let mut reading = FileReading { dialect: file.dialect(), ..FileReading::default() };
    if file.has_header() {
        writer.write_record(file.headers()).map_err(failed)?;
    }
    reading.diagnostics.extend(file.remarks());
    let mut record = Record::default();
    while file.next(&mut record)? {
        if let Some(cells) = reading.judge(&record, file.headers()) {
            writer.write_byte_record(cells).map_err(failed)?;
        }
    }
    writer.flush().map_err(|source| IngestError::Io { path: "standard output".into(), source })?;
    Ok(reading)
}

impl FileReading {
    /// Counts a record; gives the cells to be written, if it is a row.
    fn judge<'r>(&mut self, record: &'r Record, headers: &[String]) -> Option<&'r ByteRecord> {
        self.rows.read += 1;
        if let Some(fault) = &record.skipped {
            self.rows.skipped += 1;
            self.diagnose(record, fault, headers, "passed over".into());
            return None;
        }
        if let Some(fault) = &record.fault {
            self.rows.quarantined += 1;
            self.diagnose(record, fault, headers, "quarantined".into());
            return None;
        }
        self.rows.accepted += 1;
        if let Some((fault, rule)) = &record.repaired {
            self.rows.repaired += 1;
            self.diagnose(record, fault, headers, format!("repaired: {}", rule.name()));
        }
        Some(&record.cells)
    }

    fn diagnose(&mut self, record: &Record, fault: &Fault, headers: &[String], action: String) {
        self.diagnostics.push(Diagnostic {
            code: fault.code,
            line: Some(record.line),
            column: fault.column.and_then(|place| headers.get(place)).cloned(),
            found: fault.found.chars().take(200).collect(),
            expected: fault.expected.clone(),
            action,
        });
    }
}
