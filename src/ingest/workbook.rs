//! Workbooks (.xlsx, .xlsm): from the cells of a sheet to records.
//!
//! Takes a workbook; gives the rows of one sheet below its header, every cell in canonical text: days as `2026-09-30`, numbers
//! without exponent, errors of formulas as empty cells. Refuses what is no such workbook, or is protected by a password, and
//! archives that would become larger than any workbook.

mod cell;
mod layout;
mod sheet;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::IngestError;
use super::error::suggestion;
use super::open::{self, Digest, Entry, Opened};
use super::record::{Fault, Record};
use super::source::{Source, Wanted};
use crate::diag::Code;
use layout::Layout;
use sheet::{Row, Rows, Stop};

/// Bytes that a workbook may become.
const MAX_BYTES: u64 = 1 << 30;
/// Bytes that its texts may become: they are held as a whole.
const MAX_TEXTS: u64 = 256 << 20;
/// Bytes out for one byte in, of an entry that is not small.
const MAX_RATIO: u64 = 200;
const SMALL: u64 = 1 << 20;
/// Rows that header and columns are found from, and the cells that these may have.
const SAMPLE: usize = 1000;
const SAMPLE_CELLS: usize = 200_000;
/// Rows that may stand below the last row of the table and be no rows.
const DEEPEST_FOOTER: usize = 50;

/// A sheet while it is read.
pub(super) struct Workbook<'p> {
    name: String,
    dialect: String,
    layout: Layout,
    rows: Rows,
    /// Rows that were read and not given yet, with whether they may be notes.
    ahead: VecDeque<(Row, bool)>,
    /// Rows that show the table, before they were looked at.
    sampled: VecDeque<Row>,
    opened: Opened<'p>,
}

impl<'p> Workbook<'p> {
    /// Chooses the sheet and finds its header.
    pub(super) fn open(mut opened: Opened<'p>, name: &str, wanted: &Wanted) -> Result<Self, IngestError> {
        let mut content = std::mem::replace(&mut opened.content, Box::new(io::empty()));
        let mut bytes = Vec::new();
        let read = content.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| IngestError::of_read(name, error))?;
        check(&bytes, name)?;
        let bytes: Arc<[u8]> = bytes.into();
        weigh(&bytes, name)?;
        let opening = Rows::open(bytes, wanted.sheet.clone(), wanted.headers.clone());
        let (mut rows, sheet) = opening.map_err(|stop| of_stop(stop, name, wanted))?;
        let (mut sampled, mut cells) = (Vec::new(), 0);
        while sampled.len() < SAMPLE && cells < SAMPLE_CELLS {
            let Some(row) = rows.next().map_err(|stop| of_stop(stop, name, wanted))? else { break };
            cells += row.cells.len();
            sampled.push(row);
        }
        let layout = Layout::find(&sampled, &wanted.headers);
        let Some(header) = sampled.get(layout.header) else {
            return Err(IngestError::Empty { path: name.into() });
        };
        let mut dialect = format!("xlsx, sheet `{sheet}`");
        if header.number > 1 {
            // Writing to a string does not fail.
            let _ = write!(dialect, ", header in row {}", header.number);
        }
        dialect += opened.packing.suffix();
        let sampled = sampled.split_off(layout.header + 1).into();
        Ok(Self { name: name.into(), dialect, layout, rows, ahead: VecDeque::new(), sampled, opened })
    }

    /// The next row of the sheet.
    fn row(&mut self) -> Result<Option<Row>, IngestError> {
        if let Some(row) = self.sampled.pop_front() {
            return Ok(Some(row));
        }
        self.rows.next().map_err(|stop| of_stop(stop, &self.name, &Wanted::default()))
    }

    /// Whether a row has so few cells that it is a note, when no full row follows.
    fn is_thin(&self, row: &Row) -> bool {
        row.cells.len() <= 1 && self.layout.columns.len() >= 3
    }

    /// Reads on until it is known whether the next row stands above a full one.
    fn look_ahead(&mut self) -> Result<(), IngestError> {
        while self.ahead.len() < DEEPEST_FOOTER {
            let Some(row) = self.row()? else {
                self.ahead.iter_mut().for_each(|(_, may_be_note)| *may_be_note = true);
                return Ok(());
            };
            let is_thin = self.is_thin(&row);
            self.ahead.push_back((row, false));
            if !is_thin {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Source for Workbook<'_> {
    fn headers(&self) -> &[String] {
        &self.layout.headers
    }

    fn dialect(&self) -> String {
        self.dialect.clone()
    }

    fn typed_times(&self) -> &[bool] {
        &self.layout.typed
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        if self.ahead.is_empty() {
            self.look_ahead()?;
        }
        let Some((row, may_be_note)) = self.ahead.pop_front() else { return Ok(false) };
        let raw = std::mem::take(&mut record.raw);
        *record = Record { line: row.number, may_be_note, raw, ..Record::default() };
        record.raw.clear();
        let mut cells = row.cells.iter().peekable();
        for &column in &self.layout.columns {
            while let Some(stray) = cells.next_if(|cell| cell.column < column) {
                record.fault = record.fault.take().or(Some(stray_cell(stray)));
            }
            let cell = cells.next_if(|cell| cell.column == column);
            record.cells.push_field(cell.map(|cell| cell.text.as_bytes()).unwrap_or_default());
        }
        if let Some(stray) = cells.next() {
            record.fault = record.fault.take().or(Some(stray_cell(stray)));
        }
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<Digest, IngestError> {
        let Self { name, rows, opened, .. } = *self;
        drop(rows);
        opened.finish(&name)
    }
}

/// A cell in a column that neither the header nor any of the first rows has.
fn stray_cell(cell: &cell::Cell) -> Fault {
    Fault {
        code: Code::TooManyCells,
        column: None,
        found: format!("`{}` in column {}", cell.text.chars().take(80).collect::<String>(), letters(cell.column)),
        expected: "cells below a header only".into(),
    }
}

/// A column as a spreadsheet names it: `A`, `AB`.
fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from_digit((rest - 1) % 26 + 10, 36).unwrap_or('?').to_ascii_uppercase());
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn of_stop(stop: Stop, name: &str, wanted: &Wanted) -> IngestError {
    let path = name.to_owned();
    match stop {
        Stop::Damaged(problem) => IngestError::Damaged { path, problem },
        Stop::TooLarge(problem) => IngestError::TooLarge { path, problem },
        Stop::Empty => IngestError::Empty { path },
        Stop::NoSheet(names) => {
            let sheet = wanted.sheet.clone().unwrap_or_default();
            let near = suggestion(&sheet, names.iter().map(String::as_str));
            let shown: Vec<String> = names.iter().take(20).map(|name| format!("`{name}`")).collect();
            let problem = format!("sheet = \"{sheet}\" is not in it{near}; it has {}", shown.join(", "));
            IngestError::Settings { path, problem }
        }
    }
}

/// Refuses what is no workbook of the form that is read.
fn check(bytes: &[u8], name: &str) -> Result<(), IngestError> {
    let unsupported = |problem: &str| Err(IngestError::Unsupported { path: name.into(), problem: problem.into() });
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        if memchr::memmem::find(bytes, &mark).is_some() {
            return unsupported("it is protected by a password; open it in its program and save it without one");
        }
        return unsupported("it is a workbook of the old form .xls; open it in its program and save it as .xlsx");
    }
    if !bytes.starts_with(b"PK") {
        let problem = "its name is that of a workbook, but its bytes are none".into();
        return Err(IngestError::Damaged { path: name.into(), problem });
    }
    Ok(())
}

/// Refuses archives that would become too large, by what they say and by what they are.
fn weigh(bytes: &Arc<[u8]>, name: &str) -> Result<(), IngestError> {
    let entries = open::entries(Cursor::new(bytes.clone()), name)?;
    let unsupported = |problem: &str| Err(IngestError::Unsupported { path: name.into(), problem: problem.into() });
    let too_large = |problem: String| Err(IngestError::TooLarge { path: name.into(), problem });
    if entries.iter().any(|entry| entry.name.ends_with("workbook.bin")) {
        return unsupported("it is a workbook of the form .xlsb; open it in its program and save it as .xlsx");
    }
    if entries.iter().any(|entry| entry.name == "mimetype") {
        return unsupported("it is an OpenDocument file (.ods); open it in its program and save it as .xlsx");
    }
    let total = entries.iter().fold(0_u64, |total, entry| total.saturating_add(entry.size));
    if total > MAX_BYTES {
        return too_large(format!("it becomes {} MiB, and at most 1024 MiB are read; save it as .csv", total >> 20));
    }
    let is_bomb = |entry: &&Entry| entry.size > SMALL && entry.size / MAX_RATIO > entry.packed;
    if let Some(entry) = entries.iter().find(is_bomb) {
        let problem =
            "becomes more than 200 times as large as it is, as no sheet does; save it as .csv if you trust it";
        return too_large(format!("`{}` in it {problem}", entry.name));
    }
    let is_texts = |entry: &&Entry| entry.name.to_lowercase().ends_with("sharedstrings.xml");
    if entries.iter().filter(is_texts).any(|entry| entry.size > MAX_TEXTS) {
        return too_large("its texts become more than 256 MiB; save it as .csv".into());
    }
    // What the library reads must be no more than it says to be.
    let is_read = |entry: &&Entry| [".xml", ".rels"].iter().any(|end| entry.name.to_lowercase().ends_with(end));
    for entry in entries.iter().filter(is_read) {
        let content = entry.read(Cursor::new(bytes.clone()));
        let read = content.and_then(|mut content| io::copy(&mut content, &mut io::sink()));
        read.map_err(|error| IngestError::of_read(name, error))?;
    }
    Ok(())
}
