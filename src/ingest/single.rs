//! One file by itself: as text, or as the rows of its table.

use std::io::Write;
use std::path::Path;

use csv::ByteRecord;
use polars::prelude::{AnyValue, DataFrame, Series};
use serde::Serialize;

use super::coerce::day_of;
use super::discover::Found;
use super::intake::Intake;
use super::mapping::Rules;
use super::recognise::recognise_file;
use super::record::{Fault, Record};
use super::source::{self, Wanted};
use super::text::TextOptions;
use super::{IngestError, MoneySettings, Progress};
use crate::config::InputSettings;
use crate::diag::Code;
use crate::presets::presets;
use crate::tables::{Kind, LIST_SEPARATOR, Table};

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

/// Writes a file as CSV after dialect and encoding only: every cell is text, every structure is JSON. The first line of the
/// output is the header, where the file has one.
///
/// # Errors
/// When the file cannot be opened or decoded, or the output not written ([`IngestError::Io`]).
pub fn read_raw(path: &Path, out: &mut dyn Write, progress: &dyn Progress) -> Result<FileReading, IngestError> {
    let options = TextOptions { repairs: true, is_raw: true, ..TextOptions::default() };
    let mut file = source::open(&found(path), &options, &Wanted::default(), None, progress)?;
    file.select(&(0..file.headers().len()).collect())?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
    let mut reading = FileReading { dialect: file.dialect(), ..FileReading::default() };
    let headers = file.headers().to_vec();
    if file.has_header() {
        writer.write_record(&headers).map_err(not_written)?;
    }
    reading.diagnostics.extend(file.remarks());
    let mut record = Record::default();
    while file.next(&mut record)? {
        if let Some(cells) = reading.judge(&record, &headers) {
            writer.write_byte_record(cells).map_err(not_written)?;
        }
    }
    writer.flush().map_err(|error| not_written(error.into()))?;
    Ok(reading)
}

fn found(path: &Path) -> Found {
    Found { name: path.display().to_string(), path: path.to_path_buf() }
}

fn not_written(error: csv::Error) -> IngestError {
    IngestError::Io { path: "standard output".into(), source: error.into() }
}

/// Writes a file as CSV in the rows of its table: the columns of the schema, times in UTC, lists separated by ` | `. What
/// the settings leave open is recognised.
///
/// # Errors
/// When it is not recognised, cannot be read, or the output cannot be written.
pub fn read_table(
    path: &Path,
    settings: &InputSettings,
    money: &MoneySettings,
    out: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<FileReading, IngestError> {
    let mut settings = settings.clone();
    let mut reading = FileReading::default();
    if settings.table.is_none() && settings.preset.is_none() {
        let seen = recognise_file(presets(), &found(path));
        let Some(table) = seen.table else {
            return Err(IngestError::NotRecognised { path: seen.path, problem: seen.note });
        };
        let preset = presets().iter().find(|preset| Some(&preset.name) == seen.preset.as_ref());
        reading.recognised = Some(RecognisedAs {
            preset: seen.preset.clone(),
            system: preset.map(|preset| preset.system.clone()),
            table: table.name().to_owned(),
            score: seen.score,
            runner_up: seen.runner_up,
        });
        (settings.table, settings.preset) = (Some(table), seen.preset);
    }
    let rules = Rules::settle(&settings, presets())?;
    let mut intake = Intake::new(money, 1);
    intake.keep_diagnostics();
    intake.file(0, &rules, &found(path), progress)?;
    let read = intake.finish(false);
    if let Some(frame) = read.tables.frame(rules.table.id) {
        write_rows(rules.table, frame, out)?;
    }
    reading.diagnostics = read.diagnostics;
    for account in &read.inputs {
        reading.dialect.clone_from(&account.dialect);
        reading.rows = RowCounts {
            read: account.read,
            accepted: account.accepted,
            repaired: account.repaired,
            quarantined: account.quarantined,
            duplicate: account.duplicate,
            skipped: account.skipped,
        };
    }
    Ok(reading)
}

fn write_rows(table: &Table, frame: &DataFrame, out: &mut dyn Write) -> Result<(), IngestError> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(table.columns.iter().map(|column| column.name)).map_err(not_written)?;
    let columns: Vec<(Kind, Series)> = (table.columns.iter())
        .filter_map(|column| {
            let series = frame.column(column.name).ok()?.as_materialized_series().to_physical_repr().into_owned();
            Some((column.kind, series))
        })
        .collect();
    for row in 0..frame.height() {
        let cells = columns
            .iter()
            .map(|(kind, series)| series.get(row).map_or_else(|_| String::new(), |value| shown(*kind, &value)));
        writer.write_record(cells).map_err(not_written)?;
    }
    writer.flush().map_err(|error| not_written(error.into()))
}

/// A cell of a frame, by its physical value, as text.
fn shown(kind: Kind, value: &AnyValue) -> String {
    match (kind, value) {
        (_, AnyValue::Null) => String::new(),
        (Kind::Date | Kind::Month, AnyValue::Int32(days)) => day_of(*days).to_string(),
        (Kind::Timestamp, AnyValue::Int64(millis)) => chrono::DateTime::from_timestamp_millis(*millis)
            .map_or_else(String::new, |moment| moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
        (Kind::Money, AnyValue::Int64(micros)) => amount(*micros),
        (_, AnyValue::Float64(number)) => ((number * 1e6).round() / 1e6).to_string(),
        (Kind::List, AnyValue::String(text)) => text.replace(LIST_SEPARATOR, " | "),
        (_, AnyValue::String(text)) => (*text).to_owned(),
        (_, other) => other.to_string(),
    }
}

/// Millionths as a decimal number.
fn amount(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let text = format!("{sign}{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
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
        self.diagnostics.push(Diagnostic::of(record, fault, headers, action));
    }
}

impl Diagnostic {
    /// What was done about the fault of a record.
    pub(super) fn of(record: &Record, fault: &Fault, headers: &[String], action: String) -> Self {
        Self {
            code: fault.code,
            line: Some(record.line),
            column: fault.column.and_then(|place| headers.get(place)).cloned(),
            found: fault.found.chars().take(200).collect(),
            expected: fault.expected.clone(),
            action,
        }
    }
}
