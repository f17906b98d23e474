//! Reading.
use crate::diag::Findings;
use crate::tables::{TableId, Tables};
use chrono::NaiveDate;

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
}

/// The books of one input file: `read = accepted + quarantined + duplicate`, always.
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
    /// The rows, in file order.
    pub rows: Vec<QuarantinedRow>,
}

/// A row that could not be read, with the first reason in column order.
#[derive(Debug, Clone, PartialEq)]
pub struct QuarantinedRow {
    /// Line in the file, from 1.
    pub line: u64,
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
