//! Reading: from exports on disk to typed tables, with books that add up.
//!
//! Takes a folder and the `[[input]]` settings; gives one frame per table, an account per file, the rows that could
//! not be read, and the findings. Refuses files that cannot be understood as a whole ([`IngestError`]); a single row
//! that cannot be read is put aside and counted, never guessed and never dropped.
//!
//! A file passes `discover` → `open` → its form (`text`, `document`, `workbook`, `columnar`), which gives records
//! (`source`, `record`) → `mapping` and `binding`, which find the columns → `cells` and `coerce`, which type them →
//! `intake`, which keeps the books over all files → `frame`; then `additions` and `identity` join what belongs together.
//! [`recognise_folder`] says what export a file is; `single` reads one file alone.

mod additions;
mod baseline;
mod binding;
mod cells;
mod coerce;
mod columnar;
mod discover;
mod document;
mod error;
mod form;
mod frame;
mod hive;
mod identity;
mod intake;
mod mapping;
mod mended;
mod open;
mod outcomes;
mod plan_file;
mod recognise;
mod record;
mod single;
mod source;
mod templates;
#[cfg(test)]
mod tests;
mod text;
mod unfold;
mod workbook;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::config::InputSettings;
use crate::diag::Findings;
use crate::presets::{Preset, presets};
use crate::tables::{TableId, Tables};

pub use baseline::{EarlierReport, read_candidates, read_report};
#[cfg(test)]
pub(crate) use binding::is_source;
pub(crate) use error::nearest;
pub use error::{Cause, IngestError};
pub use identity::{JoinRule, Joins};
pub(crate) use mapping::normalised;
pub use outcomes::read_outcomes;
pub use plan_file::{PlanFile, PlanRow, read_plan};
pub use recognise::{Recognised, recognise_folder};
pub use single::{Diagnostic, FileReading, RecognisedAs, RowCounts, read_raw, read_table};
pub use templates::read_templates;

/// The currency of the report and the rates into it.
#[derive(Debug, Clone, Copy)]
pub struct MoneySettings<'a> {
    /// ISO 4217 code of the report currency.
    pub report_currency: &'a str,
    /// Units of the report currency for one unit of another, by ISO 4217 code.
    pub fx: &'a BTreeMap<String, f64>,
    /// The day whose rate amounts without a day are converted by; `None`: the rates that hold on any day.
    pub as_of: Option<NaiveDate>,
}

/// Reads every input below `root`. All settings are checked, and all files found, before the first is opened.
///
/// # Errors
///
/// When the settings cannot be followed, a file cannot be read or understood as a whole, or a row cannot be read and
/// its input says `on_error = "fail"`; see [`IngestError::cause`].
pub fn read(
    root: &Path,
    inputs: &[InputSettings],
    money: &MoneySettings,
    progress: &dyn Progress,
) -> Result<Read, IngestError> {
    read_with(presets(), root, inputs, money, progress)
}

fn read_with(
    presets: &[Preset],
    root: &Path,
    inputs: &[InputSettings],
    money: &MoneySettings,
    progress: &dyn Progress,
) -> Result<Read, IngestError> {
    let mut plan = Vec::new();
    for input in inputs {
        let rules = mapping::Rules::settle(input, presets)?;
        let rules = rules.with_mended(mended::rows(root, input)?);
        plan.push((rules, discover::files(root, &input.path)?));
    }
    let bytes = plan
        .iter()
        .flat_map(|(_, files)| files)
        .filter_map(|file| std::fs::metadata(&file.path).ok())
        .map(|metadata| metadata.len())
        .sum();
    progress.begin("reading", bytes);
    let files: Vec<(&mapping::Rules, &discover::Found)> =
        plan.iter().flat_map(|(rules, files)| files.iter().map(move |file| (rules, file))).collect();
    let mut intake = intake::Intake::new(money, files.len());
    let mut order: Vec<usize> = (0..files.len()).collect();
    // What others look up is read before them.
    order.sort_by_key(|&input| files[input].0.rank());
    let outcome = order.into_iter().try_for_each(|input| {
        let (rules, file) = files[input];
        intake.file(input, rules, file, progress)
    });
    progress.end();
    outcome.map(|()| intake.finish(true))
}

/// What reading gives.
#[derive(Debug, Default)]
pub struct Read {
    /// The accepted rows by table.
    pub tables: Tables,
    /// One line per input file, in the order of the configuration, then by path.
    pub inputs: Vec<InputAccount>,
    /// The rows that could not be read, one file per input that has any.
    pub quarantine: Vec<QuarantineFile>,
    /// What was found on the way.
    pub findings: Findings,
    /// Rows by table and the rule by which they were joined to an account; empty without accounts.
    pub joins: Joins,
    /// Every record that is not as it should be, where all were asked for; else empty.
    pub diagnostics: Vec<Diagnostic>,
}

/// The books of one input file: `read = accepted + quarantined + duplicate + skipped`, always.
#[derive(Debug, Clone, PartialEq)]
pub struct InputAccount {
    /// Path relative to the configuration's folder, with `/`.
    pub path: String,
    /// The table it feeds.
    pub table: TableId,
    /// The preset, if one was named.
    pub preset: Option<String>,
    /// How the file was understood: `csv, delimiter ;, gz` or `parquet`.
    pub dialect: String,
    /// Bytes of the file as it lies on disk.
    pub bytes: u64,
    /// BLAKE3 of those bytes, hex.
    pub blake3: String,
    /// Records found, the header not counted.
    pub read: u64,
    /// Rows that entered the table.
    pub accepted: u64,
    /// Rows put aside.
    pub quarantined: u64,
    /// Rows whose key stood already.
    pub duplicate: u64,
    /// Records that are no rows of the table: repeated headers, totals, deleted or unfinished ones.
    pub skipped: u64,
    /// Accepted rows that a named rule put right.
    pub repaired: u64,
    /// First and last day of the table's time column among the accepted rows; `None` without one.
    pub dates: Option<(NaiveDate, NaiveDate)>,
    /// Columns of the file that no column of the table takes.
    pub unused_columns: Vec<String>,
}

/// Rows of one input that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct QuarantineFile {
    /// Path of the input.
    pub input: String,
    /// Number of the input, from 1, in the order of the configuration.
    pub scan: usize,
    /// The rows, in file order.
    pub rows: Vec<QuarantinedRow>,
}

/// A row that could not be read, with the first reason in column order.
#[derive(Debug, Clone, PartialEq)]
pub struct QuarantinedRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Byte of the decoded text where the record begins, from 0; 0 where the form has none.
    pub byte: u64,
    /// Column as the file spells it; empty for the row as a whole.
    pub column: String,
    /// What stood there.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// Stable code of the reason.
    pub code: crate::diag::Code,
    /// The record as it was, cells joined by the delimiter.
    pub raw: String,
}

/// Hears how far long work has come; the terminal draws it, tests ignore it.
pub trait Progress {
    /// Work of so many bytes begins.
    fn begin(&self, what: &str, bytes: u64);
    /// So many more bytes are done.
    fn advance(&self, bytes: u64);
    /// The work is done.
    fn end(&self);
}

/// Nobody listens.
impl Progress for () {
    fn begin(&self, _what: &str, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn end(&self) {}
}
