//! Delimited text: from bytes to records with their physical lines.
//!
//! Takes decompressed bytes; gives the header and then record after record. Encoding, dialect and the place of the table
//! are found from the first bytes of the file, unless the configuration names them. Refuses a file without a record. A record that cannot
//! be trusted is given with its fault, and with the repair that a rule knows for it, so that the caller can put it aside or
//! put it right, and count it.

mod encoding;
mod fit;
mod layout;
mod repair;
mod shape;
mod sniff;
mod split;

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, Cursor, Read};

use csv::ByteRecord;

use super::mapping::folds_to;
use super::open::{Digest, Opened};
use super::record::{Fault, Record};
use super::single::Diagnostic;
use super::source::{Source, Wanted};
use super::{IngestError, normalised};
use crate::diag::Code;
use encoding::Charset;
use layout::{Layout, Sampled};
use repair::Mended;
pub(super) use repair::Rule;
use shape::Class;
use split::{Dialect, Ended, Quoting, Raw, Splitter, split};

/// Bytes that the encoding is found from.
const HEAD: u64 = 1 << 20;
/// Decoded bytes that dialect and layout are found from.
const SAMPLE: usize = 256 << 10;
/// Records that may stand below the last row of the table and be no rows.
const DEEPEST_FOOTER: usize = 50;

/// What the configuration says of a text; what it does not say is found from the file.
#[derive(Debug, Clone, Default)]
pub(super) struct TextOptions {
    pub(super) delimiter: Option<u8>,
    pub(super) quote: Option<u8>,
    /// Label of the encoding.
    pub(super) encoding: Option<String>,
    /// Line of the header; 0 when the file has none.
    pub(super) header_row: Option<u64>,
    /// Headers of a file that has none.
    pub(super) headers: Vec<String>,
    /// Whether damaged rows are to be put right.
    pub(super) repairs: bool,
    /// Whether the text itself is wanted: notes below the table are rows too, and a header written twice is joined.
    pub(super) is_raw: bool,
}

/// A delimited file while it is read.
pub(super) struct Text<'p> {
    name: String,
    options: TextOptions,
    charset: Charset,
    dialect: Dialect,
    layout: Layout,
    has_leading_blanks: bool,
    /// The beginning of the text.
    sample: Vec<u8>,
    headers: Vec<String>,
    /// The headers, folded.
    folded: Vec<String>,
    said: String,
    splitter: Splitter<Box<dyn Read + 'p>>,
    raw: Raw,
    /// Records that were read to see whether the table goes on behind them.
    ahead: VecDeque<Record>,
    /// Whether another table has begun.
    is_beyond: bool,
    opened: Opened<'p>,
}

impl<'p> Text<'p> {
    /// Finds encoding, dialect and header.
    pub(super) fn open(
        mut opened: Opened<'p>,
        name: &str,
        options: TextOptions,
        wanted: &Wanted,
    ) -> Result<Self, IngestError> {
        let failed = |error| IngestError::of_read(name, error);
        let mut content = std::mem::replace(&mut opened.content, Box::new(io::empty()));
        let mut head = Vec::new();
        content.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
        let charset = match &options.encoding {
            None => Charset::detect(&head),
            Some(label) => Charset::named(label, &head).ok_or_else(|| IngestError::Settings {
                path: name.into(),
                problem: format!("encoding `{label}` is not known; write a name such as `windows-1252` or `utf-16le`"),
            })?,
        };
        let mut decoded = charset.decoded(&head, content);
        let mut sample = Vec::new();
        decoded.by_ref().take(SAMPLE as u64).read_to_end(&mut sample).map_err(failed)?;
        let line = sniff::separator_line(&sample);
        let (said, skipped) = line.map_or((None, 0), |(delimiter, bytes)| (Some(delimiter), bytes));
        let text = &sample[skipped..];
        let delimiter = options.delimiter.or(said);
        let dialect = sniff::dialect(text, &wanted.headers, delimiter, options.quote);
        let layout = arrange(text, dialect, &options, wanted, skipped > 0);
        if layout.width == 0 && !options.is_raw {
            return Err(IngestError::Empty { path: name.into() });
        }
        let rest: Box<dyn Read + 'p> = Box::new(Cursor::new(text.to_vec()).chain(decoded));
        let width = Some(layout.width).filter(|width| *width > 0);
        let mut splitter = Splitter::new(rest, dialect, width);
        if skipped > 0 {
            splitter.begin_at(2, skipped as u64);
        }
        let headers = headers(&layout, &options);
        let mut file = Self {
            name: name.into(),
            charset,
            sample: text[..text.len().min(4096)].to_vec(),
            has_leading_blanks: !dialect.blank && sniff::is_followed_by_blanks(text, dialect),
            dialect,
            said: String::new(),
            folded: headers.iter().map(|header| normalised(header)).collect(),
            headers,
            layout,
            options,
            splitter,
            raw: Raw::default(),
            ahead: VecDeque::new(),
            is_beyond: false,
            opened,
        };
        file.said = file.describe();
        Ok(file)
    }

    fn describe(&self) -> String {
        let mut said = format!("csv, delimiter {}", shown(self.dialect.delimiter));
        if self.dialect.blank {
            said += " and blanks";
        }
        if self.dialect.quote == Some(b'\'') {
            said += ", quote `'`";
        }
        if self.dialect.escape.is_some() {
            said += ", escape `\\`";
        }
        if !self.charset.is_plain() {
            said = said + ", " + &self.charset.shown();
        }
        match (self.layout.header.len(), self.layout.table_line) {
            (0, _) => said += ", no header",
            (1, 0 | 1) => {}
            (1, line) => said = format!("{said}, header on line {line}"),
            (rows, line) => said = format!("{said}, header of {rows} rows from line {line}"),
        }
        said + self.opened.packing.suffix()
    }

    /// Reads the next record below the header, the empty ones left out.
    fn record(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        loop {
            let is_read = self.splitter.next(&mut self.raw);
            if !is_read.map_err(|error| IngestError::of_read(&self.name, error))? {
                return Ok(false);
            }
            if self.raw.line < self.layout.data_line || is_blank(&self.raw) {
                continue;
            }
            self.judge(record);
            return Ok(true);
        }
    }

    /// Says what stands with the record just read.
    fn judge(&mut self, record: &mut Record) {
        (record.line, record.byte) = (self.raw.line, self.raw.byte);
        (record.fault, record.repaired, record.skipped, record.may_be_note) = (None, None, None, false);
        record.raw.clone_from(&self.raw.bytes);
        record.cells.clone_from(&self.raw.cells);
        if self.is_header_again() {
            let found = String::from_utf8_lossy(&self.raw.bytes).into_owned();
            record.skipped = Some(whole(Code::RepeatedHeader, found, "a row"));
            return;
        }
        self.is_beyond |= self.begins_another();
        record.fault = self.fault();
        if self.options.repairs
            && let Some(fault) = record.fault.take()
        {
            match self.mend(&fault) {
                Some(mended) => {
                    record.cells = mended.cells;
                    record.repaired = Some((fault, mended.rule));
                }
                None => record.fault = Some(fault),
            }
        }
    }

    fn fault(&self) -> Option<Fault> {
        let raw = &self.raw;
        let counted = |count: usize| format!("{count} cell{}", if count == 1 { "" } else { "s" });
        let width = self.layout.width;
        if raw.is_cut {
            return Some(whole(Code::LineTooLong, "more than 4 MiB without a line end", "a record"));
        }
        if self.is_beyond {
            return Some(whole(Code::AnotherTable, String::from_utf8_lossy(&raw.bytes), "a row of the first table"));
        }
        if let Some(fault) = not_text(raw) {
            return Some(fault);
        }
        if self.options.repairs && has_controls(&raw.bytes) {
            return Some(whole(
                Code::InvalidText,
                String::from_utf8_lossy(&raw.bytes),
                "letters, not control characters",
            ));
        }
        let is_odd = raw.quoting == Quoting::Loose
            && raw.cells.len() == width
            && !repair::is_believable(&raw.cells, &self.layout);
        match raw.quoting {
            Quoting::Unclosed => {
                Some(whole(Code::UnclosedQuote, String::from_utf8_lossy(&raw.bytes), "a closing quote"))
            }
            Quoting::Lone => Some(whole(Code::UnquotedValue, String::from_utf8_lossy(&raw.bytes), "quotes in pairs")),
            Quoting::Loose if is_odd => Some(whole(
                Code::UnquotedValue,
                String::from_utf8_lossy(&raw.bytes),
                "quotes around a cell that holds one",
            )),
            _ if raw.cells.len() < width => Some(whole(Code::TooFewCells, counted(raw.cells.len()), &counted(width))),
            _ if raw.cells.len() > width => Some(whole(Code::TooManyCells, counted(raw.cells.len()), &counted(width))),
            _ => None,
        }
    }

    fn mend(&self, fault: &Fault) -> Option<Mended> {
        match fault.code {
            Code::LineTooLong | Code::AnotherTable => None,
            Code::InvalidText if self.raw.bytes.contains(&0) => {
                let bytes: Vec<u8> = self.raw.bytes.iter().copied().filter(|byte| *byte != 0).collect();
                self.split_anew(&bytes).map(|cells| Mended { cells, rule: Rule::NulBytes })
            }
            Code::InvalidText => {
                let text = std::str::from_utf8(&self.raw.bytes).map_or_else(|_| western(&self.raw.bytes), letters);
                self.split_anew(text.as_bytes()).map(|cells| Mended { cells, rule: Rule::OtherEncoding })
            }
            _ => repair::row(&self.raw, self.dialect, &self.layout),
        }
    }

    fn split_anew(&self, text: &[u8]) -> Option<ByteRecord> {
        let mut cells = ByteRecord::new();
        let is_sound = matches!(split(text, self.dialect, &mut cells), Ended::Sound | Ended::Loose);
        (is_sound && cells.len() == self.layout.width && std::str::from_utf8(text).is_ok()).then_some(cells)
    }

    fn is_header_again(&self) -> bool {
        let is_same = |(cell, header): (&[u8], &String)| folds_to(&String::from_utf8_lossy(cell), header);
        self.has_header()
            && self.layout.width > 1
            && self.raw.cells.len() == self.folded.len()
            && self.raw.cells.iter().zip(&self.folded).all(is_same)
    }

    /// Whether a header of other columns stands here: at least half of its cells, and two, are headers of the table.
    fn begins_another(&self) -> bool {
        let cells = &self.raw.cells;
        if cells.len() == self.layout.width || !self.has_header() || cells.len() < 2 {
            return false;
        }
        let is_header = |cell: &[u8]| {
            let cell = normalised(&String::from_utf8_lossy(cell));
            !cell.is_empty() && self.folded.contains(&cell)
        };
        let known = cells.iter().filter(|cell| is_header(cell)).count();
        known >= 2 && known * 2 >= cells.len()
    }

    /// Whether a record looks like a total or a note and not like a row.
    fn may_be_footer(&self, record: &Record) -> bool {
        let mut filled = record.cells.iter().map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty());
        let alone = filled.next().filter(|_| filled.next().is_none()).map(String::from_utf8_lossy);
        let is_note = alone.is_some_and(|words| words.contains(' ') && Class::of(&words) == Class::Text);
        (self.layout.width >= 3 && is_note) || is_total(record)
    }

    /// Reads on behind a record that may be a footer. When the table goes on, all of them are records like any other.
    fn look_behind(&mut self, record: &Record) -> Result<(), IngestError> {
        self.ahead.push_back(record.clone());
        let mut next = Record::default();
        while self.ahead.len() <= DEEPEST_FOOTER {
            if !self.record(&mut next)? {
                for row in &mut self.ahead {
                    row.may_be_note = true;
                    if is_total(row) {
                        (row.fault, row.repaired, row.skipped) = (None, None, Some(footer(row)));
                    }
                }
                return Ok(());
            }
            let goes_on = !self.may_be_footer(&next);
            self.ahead.push_back(next.clone());
            if goes_on {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// What is said of a total or a note below the table.
pub(super) fn footer(record: &Record) -> Fault {
    whole(Code::FooterRow, record.as_written(), "a row")
}

/// Whether the first filled cell says that the others are sums.
fn is_total(record: &Record) -> bool {
    let first = record.cells.iter().map(<[u8]>::trim_ascii).find(|cell| !cell.is_empty());
    // Most first cells are longer than any of the words can be written.
    first
        .filter(|cell| cell.len() <= 40)
        .is_some_and(|cell| TOTALS.contains(&normalised(&String::from_utf8_lossy(cell)).as_str()))
}

/// Words that begin a row of totals, folded.
const TOTALS: [&str; 16] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "totale",
    "totaal",
    "totalt",
    "somme",
    "suma",
    "yhteensä",
    "合計",
];

impl Source for Text<'_> {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn has_header(&self) -> bool {
        !self.layout.header.is_empty()
    }

    fn remarks(&self) -> Vec<Diagnostic> {
        let mut remarks = Vec::new();
        let mut remark = |code, line, found: String, expected: &str, action: &str| {
            let (expected, action) = (expected.to_owned(), action.to_owned());
            remarks.push(Diagnostic { code, line: Some(line), column: None, found, expected, action });
        };
        let layout = &self.layout;
        if self.charset.is_guessed() {
            remark(
                Code::GuessedEncoding,
                1,
                String::new(),
                "UTF-8, or a byte-order mark",
                &format!("read as {}", self.charset.shown()),
            );
        }
        if self.has_leading_blanks {
            remark(Code::LeadingBlanks, 1, String::new(), "no blanks between cells", "kept");
        }
        if layout.table_line > 1 && layout.table_line != u64::MAX {
            let found = format!("{} lines above the table", layout.table_line - 1);
            remark(Code::Preamble, 1, found, "the header", "passed over");
        }
        if !layout.is_header_sound {
            let found = layout.header.concat().join(" | ");
            remark(Code::UnquotedValue, layout.table_line, found, "quotes in pairs", "repaired: stray-quote");
        }
        match layout.header.as_slice() {
            [] if layout.width > 0 => {
                remark(Code::NoHeader, layout.table_line, String::new(), "a header", "rows begin here");
            }
            [header] if header.len() != layout.width => {
                let found = format!("{} cells", header.len());
                remark(
                    Code::UnevenHeader,
                    layout.table_line,
                    found,
                    &format!("{} cells, as the rows have", layout.width),
                    "repaired: header",
                );
            }
            [_, _, ..] => {
                let found = format!("{} rows of words", layout.header.len());
                remark(Code::HeaderRows, layout.table_line, found, "one row", "joined");
            }
            _ => {}
        }
        remarks
    }

    fn dialect(&self) -> String {
        self.said.clone()
    }

    fn reread(&self, raw: &str) -> Option<ByteRecord> {
        self.split_anew(raw.as_bytes())
    }

    fn explains(&self, wanted: &BTreeSet<String>, is_named: bool) -> Option<String> {
        let better = sniff::better_delimiter(&self.sample, self.dialect.delimiter, wanted)?;
        let advice = if is_named { "correct `delimiter`" } else { "set `delimiter`" };
        let (own, better) = (shown(self.dialect.delimiter), shown(better));
        Some(format!("split at {own} it is not there, but split at {better} it is; {advice}"))
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        if self.ahead.is_empty() {
            if !self.record(record)? {
                return Ok(false);
            }
            if self.options.is_raw || !self.may_be_footer(record) {
                return Ok(true);
            }
            self.look_behind(record)?;
        }
        if let Some(first) = self.ahead.pop_front() {
            *record = first;
        }
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<Digest, IngestError> {
        let Self { splitter, opened, name, .. } = *self;
        drop(splitter);
        opened.finish(&name)
    }
}

/// Finds the layout from the first bytes: once with quotes believed, and again with the width known.
fn arrange(text: &[u8], dialect: Dialect, options: &TextOptions, wanted: &Wanted, is_second: bool) -> Layout {
    let find = |width| {
        let records = sampled(text, dialect, width, is_second);
        Layout::find(&records, &wanted.headers, options.header_row.or((!options.headers.is_empty()).then_some(0)))
    };
    let first = find(None);
    if first.width == 0 { first } else { find(Some(first.width)) }
}

fn sampled(text: &[u8], dialect: Dialect, width: Option<usize>, is_second: bool) -> Vec<Sampled> {
    let mut splitter = Splitter::new(text, dialect, width);
    if is_second {
        splitter.begin_at(2, 0);
    }
    let (mut raw, mut records) = (Raw::default(), Vec::new());
    while splitter.next(&mut raw).unwrap_or(false) {
        if !is_blank(&raw) {
            let is_sound = raw.quoting == Quoting::Sound;
            let is_broken = matches!(raw.quoting, Quoting::Lone | Quoting::Unclosed);
            let fitted = width.filter(|width| is_broken || (!is_sound && raw.cells.len() != *width));
            let fitted = fitted.and_then(|width| fit::cells(&raw.bytes, dialect, width));
            let cells = fitted
                .as_ref()
                .unwrap_or(&raw.cells)
                .iter()
                .map(|cell| String::from_utf8_lossy(cell).into_owned())
                .collect();
            records.push(Sampled { line: raw.line, cells, is_sound });
        }
    }
    if text.len() + 16 >= SAMPLE && records.len() > 1 {
        records.pop();
    }
    records
}

fn headers(layout: &Layout, options: &TextOptions) -> Vec<String> {
    if layout.header.is_empty() {
        let numbered = (1..=layout.width).map(|column| format!("column {column}"));
        let named = options.headers.iter().cloned();
        return if options.headers.is_empty() { numbered.collect() } else { named.collect() };
    }
    let headers = repair::header(&layout.headers(options.is_raw), layout.width);
    if options.is_raw {
        return headers;
    }
    headers.into_iter().map(|header| header.trim_start_matches('\u{feff}').trim().to_owned()).collect()
}

/// Nothing but blanks and delimiters.
fn is_blank(raw: &Raw) -> bool {
    let is_empty = |cell: &[u8]| cell.trim_ascii().is_empty();
    is_empty(&raw.bytes) || (raw.cells.len() > 1 && raw.cells.iter().all(is_empty))
}

fn whole(code: Code, found: impl Into<String>, expected: &str) -> Fault {
    Fault { code, column: None, found: found.into(), expected: expected.into() }
}

/// Bytes that are no UTF-8, or NUL bytes, which no text has.
fn not_text(raw: &Raw) -> Option<Fault> {
    let is_bad = |bytes: &[u8]| memchr::memchr(0, bytes).is_some() || std::str::from_utf8(bytes).is_err();
    if !is_bad(&raw.bytes) {
        return None;
    }
    let column = raw.cells.iter().position(is_bad);
    let bytes = column.and_then(|column| raw.cells.get(column)).unwrap_or(&raw.bytes);
    let found = String::from_utf8_lossy(bytes).into_owned();
    Some(Fault { code: Code::InvalidText, column, found, expected: "UTF-8 text without NUL bytes".into() })
}

/// Control characters of U+0080 to U+009F: letters of Windows-1252 that somebody took for Latin-1.
fn has_controls(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|byte| (0x80..0xa0).contains(byte)))
}

fn western(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

/// The text with such control characters as the letters that they were.
fn letters(text: &str) -> String {
    let letter = |sign: char| match u8::try_from(u32::from(sign)) {
        Ok(byte @ 0x80..0xa0) => western(&[byte]),
        _ => sign.to_string(),
    };
    text.chars().map(letter).collect()
}

/// One ASCII character, or the word `tab`.
pub(super) fn delimiter_of(text: &str) -> Option<u8> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Some(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\r' | b'\n') => {
            Some(*byte)
        }
        _ => None,
    }
}

/// How messages show a delimiter.
pub(super) fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".into(),
        b' ' => "blank".into(),
        sign if sign.is_ascii_graphic() => format!("`{}`", char::from(sign)),
        other => format!("0x{other:02x}"),
    }
}
