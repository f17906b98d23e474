use csv::ByteRecord;

use super::text::Rule;
use crate::diag::Code;

/// One record of a file, before its cells are read. It is reused from record to record.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// Physical line where it starts, from 1; in Parquet the row.
    pub(super) line: u64,
    /// Byte of the decompressed file where it starts, from 0; 0 where the form has no bytes of its own.
    pub(super) byte: u64,
    /// Its cells, as text.
    pub(super) cells: ByteRecord,
    /// Why its cells are not to be read.
    pub(super) fault: Option<Fault>,
    /// What was wrong with it, and the rule by which its cells were put right.
    pub(super) repaired: Option<(Fault, Rule)>,
    /// Why it is no row of the table: a repeated header, a note below the last row.
    pub(super) skipped: Option<Fault>,
    /// Whether it stands below the last full row and looks like a note: it counts as a row only when it can be read as one.
    pub(super) may_be_note: bool,
    /// Its bytes as they stand in the file, without the line end; empty for Parquet.
    pub(super) raw: Vec<u8>,
}

/// What is wrong with a record or a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Stable code.
    pub(super) code: Code,
    /// Place of the column in the file; `None` for the record as a whole.
    pub(super) column: Option<usize>,
    /// What stood there.
    pub(super) found: String,
    /// What was expected.
    pub(super) expected: String,
}

impl Record {
    /// The text of a cell, trimmed; empty where there is none.
    pub(super) fn text(&self, place: usize) -> &str {
        self.cells.get(place).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default().trim()
    }

    /// The record as it was, for the quarantine.
    pub(super) fn as_written(&self) -> String {
        if !self.raw.is_empty() {
            return String::from_utf8_lossy(&self.raw).into_owned();
        }
        self.cells.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
    }
}
