//! Delimited text: from bytes to records with their physical lines.
//!
//! Takes decompressed bytes; gives the header and then record after record, each with the line where it starts. Refuses
//! a file without a record. A record that cannot be trusted (too few cells, too many, not UTF-8, a quote that is
//! never closed) is given with its fault, so that the caller can put it aside and count it.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};

use csv::ByteRecord;

use super::IngestError;
use super::mapping::normalised;
use super::open::{Digest, Opened};
use super::record::{Fault, Record};
use crate::diag::Code;

/// Bytes that the delimiter is found from.
const HEAD: u64 = 64 * 1024;
/// Records that the delimiter is found from.
const SAMPLE: usize = 50;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A delimited file while it is read.
pub(super) struct Delimited<'p> {
    name: String,
    headers: Vec<String>,
    delimiter: u8,
    dialect: String,
    head: Vec<u8>,
    reader: csv::Reader<Tee<Box<dyn Read + 'p>>>,
    lines: Lines,
    opened: Opened<'p>,
}

impl<'p> Delimited<'p> {
    /// Reads the header. Without a delimiter, the one is taken that makes even records and shows the wanted headers
    /// (normalised).
    pub(super) fn open(
        mut opened: Opened<'p>,
        name: &str,
        delimiter: Option<u8>,
        wanted: &BTreeSet<String>,
    ) -> Result<Self, IngestError> {
        let mut content = std::mem::replace(&mut opened.content, Box::new(io::empty()));
        let mut head = Vec::new();
        content.by_ref().take(HEAD).read_to_end(&mut head).map_err(|error| IngestError::of_read(name, error))?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            let problem = "it is UTF-16 text, and UTF-8 is expected".into();
            return Err(IngestError::Damaged { path: name.into(), problem });
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        let delimiter = delimiter.unwrap_or_else(|| detect(&head, wanted));
        let whole: Box<dyn Read + 'p> = Box::new(Cursor::new(head.clone()).chain(content));
        let mut file = Self {
            name: name.into(),
            headers: Vec::new(),
            delimiter,
            dialect: format!("csv, delimiter {}{}", shown(delimiter), opened.packing.suffix()),
            head,
            reader: builder(delimiter).from_reader(Tee::new(whole)),
            lines: Lines::default(),
            opened,
        };
        file.read_headers()?;
        Ok(file)
    }

    fn read_headers(&mut self) -> Result<(), IngestError> {
        let mut record = Record::default();
        if !self.advance(&mut record)? {
            return Err(IngestError::Empty { path: self.name.clone() });
        }
        if matches!(&record.fault, Some(fault) if fault.code == Code::UnclosedQuote) {
            let problem = "its header line opens a quote that is never closed".into();
            return Err(IngestError::Damaged { path: self.name.clone(), problem });
        }
        self.headers = record.cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        Ok(())
    }

    /// The headers, as the file spells them.
    pub(super) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// How the file was understood: ``csv, delimiter `;`, gz``.
    pub(super) fn dialect(&self) -> &str {
        &self.dialect
    }

    /// The delimiter.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Another delimiter that would show one of these headers (normalised).
    pub(super) fn better_delimiter(&self, wanted: &BTreeSet<String>) -> Option<u8> {
        DELIMITERS
            .into_iter()
            .filter(|&other| other != self.delimiter)
            .find(|&other| sample(&self.head, other).first().is_some_and(|header| matches_of(header, wanted) > 0))
    }

    /// Reads the next record; `false` at the end.
    pub(super) fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        while self.advance(record)? {
            if record.cells.len() == 1 && record.cells[0].trim_ascii().is_empty() && record.fault.is_none() {
                continue;
            }
            record.fault = record.fault.take().or_else(|| self.uneven(&record.cells));
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads what is left on disk and gives the digest of the file.
    pub(super) fn finish(self) -> Result<Digest, IngestError> {
        drop(self.reader);
        self.opened.finish(&self.name)
    }

    /// Reads a record with its line, its raw bytes and the faults that only the bytes show.
    fn advance(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        let start = self.reader.position().byte();
        let read = self.reader.read_byte_record(&mut record.cells);
        if !read.map_err(|error| of_csv(&self.name, error))? {
            return Ok(false);
        }
        let end = self.reader.position().byte();
        let bytes = self.reader.get_ref().between(start, end);
        let lead = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (lead, own) = bytes.split_at(lead);
        self.lines.pass(lead);
        record.line = self.lines.line();
        self.lines.pass(own);
        record.raw.clear();
        let line_end = own.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        record.raw.extend_from_slice(&own[..own.len() - line_end]);
        record.fault = if self.reader.get_ref().is_end(end) && is_unclosed(own, self.delimiter) {
            let column = record.cells.len().saturating_sub(1);
            let found = record.cells.get(column).map(|cell| String::from_utf8_lossy(cell).into_owned());
            Some(Fault {
                code: Code::UnclosedQuote,
                column: Some(column),
                found: found.unwrap_or_default(),
                expected: "a closing quote".into(),
            })
        } else {
            not_text(own, &record.cells)
        };
        self.reader.get_mut().forget(end);
        Ok(true)
    }

    fn uneven(&self, cells: &ByteRecord) -> Option<Fault> {
        let code = match cells.len().cmp(&self.headers.len()) {
            std::cmp::Ordering::Less => Code::TooFewCells,
            std::cmp::Ordering::Greater => Code::TooManyCells,
            std::cmp::Ordering::Equal => return None,
        };
        let counted = |count: usize| format!("{count} cell{}", if count == 1 { "" } else { "s" });
        Some(Fault { code, column: None, found: counted(cells.len()), expected: counted(self.headers.len()) })
    }
}

fn of_csv(name: &str, error: csv::Error) -> IngestError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => IngestError::of_read(name, source),
        other => IngestError::Damaged { path: name.into(), problem: format!("it cannot be read as text ({other:?})") },
    }
}

fn not_text(raw: &[u8], cells: &ByteRecord) -> Option<Fault> {
    std::str::from_utf8(raw).err()?;
    let column = cells.iter().position(|cell| std::str::from_utf8(cell).is_err());
    let found = String::from_utf8_lossy(column.and_then(|column| cells.get(column)).unwrap_or(raw)).into_owned();
    Some(Fault { code: Code::InvalidText, column, found, expected: "UTF-8 text".into() })
}

fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true).buffer_capacity(64 * 1024);
    builder
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
    if delimiter == b'\t' { "tab".into() } else { format!("`{}`", char::from(delimiter)) }
}

/// The delimiter under which the head shows most wanted headers; then the most even records; then the most cells; then the earlier of
/// `,` `;` tab `|`.
fn detect(head: &[u8], wanted: &BTreeSet<String>) -> u8 {
    let score = |delimiter: u8| {
        let records = sample(head, delimiter);
        let width = records.first().map_or(0, ByteRecord::len);
        let even = records.iter().filter(|record| record.len() == width).count();
        let thousandths = if width > 1 { even * 1000 / records.len() } else { 0 };
        (records.first().map_or(0, |header| matches_of(header, wanted)), thousandths, width)
    };
    let mut best = (DELIMITERS[0], score(DELIMITERS[0]));
    for &delimiter in &DELIMITERS[1..] {
        let score = score(delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

fn matches_of(header: &ByteRecord, wanted: &BTreeSet<String>) -> usize {
    header.iter().filter(|cell| wanted.contains(&normalised(&String::from_utf8_lossy(cell)))).count()
}

/// The first records of the head; the last is left out where the head may have cut it.
fn sample(head: &[u8], delimiter: u8) -> Vec<ByteRecord> {
    let mut reader = builder(delimiter).from_reader(head);
    let mut records: Vec<ByteRecord> = reader.byte_records().map_while(Result::ok).take(SAMPLE).collect();
    let is_cut = u64::try_from(head.len()).is_ok_and(|length| length + 3 >= HEAD) && records.len() < SAMPLE;
    if is_cut && records.len() > 1 {
        records.pop();
    }
    records
}

/// Whether a quoted cell is still open at the end of a record's bytes. A quote opens only at the start of a cell.
fn is_unclosed(record: &[u8], delimiter: u8) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
    let mut at = At::Start;
    for &byte in record {
        at = match at {
            At::Quoted if byte != b'"' => At::Quoted,
            At::Quoted => At::QuoteInQuoted,
            At::Start | At::QuoteInQuoted if byte == b'"' => At::Quoted,
            _ if byte == delimiter => At::Start,
            _ => At::Plain,
        };
    }
    at == At::Quoted
}

/// Counts physical lines: `\n`, `\r\n` and a lone `\r` each end one.
#[derive(Debug, Default)]
struct Lines {
    ended: u64,
    after_return: bool,
}

impl Lines {
    /// The line that the next byte stands in, from 1.
    fn line(&self) -> u64 {
        self.ended + 1
    }

    fn pass(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let ends = byte == b'\r' || (byte == b'\n' && !self.after_return);
            self.ended += u64::from(ends);
            self.after_return = byte == b'\r';
        }
    }
}

/// Keeps the bytes that pass until they are forgotten: the parser gives cells, and lines and faults need the bytes.
struct Tee<R> {
    inner: R,
    kept: Vec<u8>,
    /// Offset in the stream of the first byte kept.
    from: u64,
    ended: bool,
    /// Bytes at the front of `kept` that are forgotten and not yet removed.
    stale: usize,
}

impl<R: Read> Tee<R> {
    fn new(inner: R) -> Self {
        Self { inner, kept: Vec::new(), from: 0, ended: false, stale: 0 }
    }

    fn between(&self, start: u64, end: u64) -> &[u8] {
        let place = |offset: u64| usize::try_from(offset.saturating_sub(self.from)).unwrap_or(usize::MAX);
        self.kept.get(place(start)..place(end)).unwrap_or_default()
    }

    fn is_end(&self, offset: u64) -> bool {
        self.ended && offset >= self.from + self.kept.len() as u64
    }

    fn forget(&mut self, before: u64) {
        self.stale = usize::try_from(before.saturating_sub(self.from)).unwrap_or(usize::MAX).min(self.kept.len());
        // Moving what is left costs its length, so it is worth it only when most is stale.
        if self.stale > 64 * 1024 && self.stale * 2 > self.kept.len() {
            self.kept.drain(..self.stale);
            self.from += self.stale as u64;
            self.stale = 0;
        }
    }
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..read]);
        self.ended |= read == 0 && !buffer.is_empty();
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(bytes: &[u8], delimiter: Option<u8>) -> Result<(String, Vec<Record>), IngestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        let opened = Opened::open(&path, "a.csv", &())?;
        let mut file = Delimited::open(opened, "a.csv", delimiter, &BTreeSet::new())?;
        let mut records = Vec::new();
        let mut record = Record::default();
        while file.next(&mut record)? {
            records.push(record.clone());
        }
        Ok((file.dialect().to_owned(), records))
    }

    fn lines(bytes: &[u8]) -> Vec<u64> {
        parse(bytes, Some(b',')).unwrap().1.iter().map(|record| record.line).collect()
    }

    fn codes(bytes: &[u8]) -> Vec<(u64, Option<Code>)> {
        let records = parse(bytes, Some(b',')).unwrap().1;
        records.iter().map(|record| (record.line, record.fault.as_ref().map(|fault| fault.code))).collect()
    }

    #[test]
    fn lines_are_physical_whatever_ends_them() {
        assert_eq!(lines(b"a,b\n1,2\n3,4\n"), [2, 3]);
        assert_eq!(lines(b"a,b\r\n1,2\r\n3,4"), [2, 3]);
        assert_eq!(lines(b"a,b\r1,2\r3,4\r"), [2, 3]);
        assert_eq!(lines(b"\n\na,b\n\n1,2\n   \n3,4\n"), [5, 7]);
        assert_eq!(lines(b"a,b\r\n\"x\ny\r\nz\",2\r\n\r\n3,4\r\n"), [2, 6]);
    }

    #[test]
    fn lines_hold_over_many_buffers() {
        let mut text = b"a,b\r\n".to_vec();
        for row in 0..40_000 {
            text.extend_from_slice(format!("{row},\"two\nlines\"\r\n").as_bytes());
        }
        let lines = lines(&text);
        assert_eq!(lines.len(), 40_000);
        assert!(lines.iter().zip(0_u64..).all(|(line, row)| *line == 2 + 2 * row));
    }

    #[test]
    fn uneven_records_and_bad_bytes_carry_their_fault() {
        assert_eq!(
            codes(b"a,b\n1\n1,2\n1,2,3\n\xff,2\n"),
            [(2, Some(Code::TooFewCells)), (3, None), (4, Some(Code::TooManyCells)), (5, Some(Code::InvalidText))]
        );
        let records = parse(b"a,b\n1,x\xffy\n", Some(b',')).unwrap().1;
        let fault = records[0].fault.as_ref().unwrap();
        assert_eq!((fault.column, fault.found.as_str()), (Some(1), "x\u{fffd}y"));
    }

    #[test]
    fn a_quote_left_open_takes_the_rest_of_the_file() {
        assert_eq!(codes(b"a,b\n1,2\n3,\"4\n5,6\n"), [(2, None), (3, Some(Code::UnclosedQuote))]);
        assert_eq!(codes(b"a,b\n1,\"2\"\n3,\"4\"\"\"\n"), [(2, None), (3, None)]);
        assert_eq!(codes(b"a,b\n1,2\"\n"), [(2, None)]);
        assert_eq!(codes(b"a,b\n1,\""), [(2, Some(Code::UnclosedQuote))]);
        assert!(parse(b"\"a,b\n1,2\n", None).is_err_and(|error| error.to_string().contains("header line")));
    }

    #[test]
    fn the_delimiter_is_found_and_stated() {
        for (text, dialect) in [
            ("a;b\n1,5;2\n2,5;3\n", "csv, delimiter `;`"),
            ("a,b\n1;2,3\n", "csv, delimiter `,`"),
            ("a\tb\n1\t2\n", "csv, delimiter tab"),
            ("a|b\n1|2\n", "csv, delimiter `|`"),
            ("a\n1\n", "csv, delimiter `,`"),
            ("\u{feff}\"a\";\"b\"\n1;2\n", "csv, delimiter `;`"),
        ] {
            assert_eq!(parse(text.as_bytes(), None).unwrap().0, dialect, "{text}");
        }
    }

    #[test]
    fn wanted_headers_decide_before_evenness() {
        let wanted = BTreeSet::from(["month".to_owned(), "note".to_owned()]);
        assert_eq!(detect(b"month;note\n2026-01;a,b\n2026-02;c,d\n", &wanted), b';');
        assert_eq!(detect(b"month,x;note\n1,2;3\n", &BTreeSet::from(["month".to_owned()])), b',');
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_header_and_wide_text_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, b"\xef\xbb\xbf\"Id\",b\n1,2\n").unwrap();
        let opened = Opened::open(&path, "a.csv", &()).unwrap();
        assert_eq!(Delimited::open(opened, "a.csv", None, &BTreeSet::new()).unwrap().headers(), ["Id", "b"]);
        assert!(parse(b"\xff\xfea\0,\0b\0", None).unwrap_err().to_string().contains("UTF-16"));
        for nothing in [&b""[..], b"\n\r\n", b"\xef\xbb\xbf"] {
            assert!(matches!(parse(nothing, None), Err(IngestError::Empty { .. })));
        }
    }

    proptest! {
        #[test]
        fn the_quote_check_agrees_with_a_reader_that_sees_one_more_line(text in "[\",;a\n]{0,24}") {
            // If the quote is open, a line appended ends up inside the last record and adds no record of its own.
            let count = |text: &str| builder(b',').from_reader(text.as_bytes()).byte_records().count();
            let bytes = text.as_bytes();
            if let Ok((_, records)) = parse(format!("h\n{text}").as_bytes(), Some(b',')) {
                let open = records.iter().any(|r| r.fault.as_ref().is_some_and(|f| f.code == Code::UnclosedQuote));
                let grew = count(&format!("{text}\nz")) > count(&text);
                prop_assert_eq!(open, !bytes.is_empty() && !grew && text.contains('"'));
            }
        }
    }
}
