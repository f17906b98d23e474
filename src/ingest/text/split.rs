//! From bytes to records: where a record ends, and where its cells do.
//!
//! The quoting of a file is believed as long as it makes sense. A quote that nothing closes, or that would swallow lines
//! which are records themselves, is a sign that strayed into its cell: the line then ends where the eye ends it, and the record says
//! so ([`Quoting`]).

use std::io::{self, Read};

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memchr2};

use super::fit;

/// Bytes that a record may have; what is longer is cut, skipped to its line end and named.
const LONGEST: usize = 4 << 20;
/// Bytes read at once.
const CHUNK: u64 = 128 << 10;

/// How the cells of a file are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Whether blanks follow the delimiter that belong to no cell.
    pub(super) blank: bool,
    pub(super) quote: Option<u8>,
    /// What makes a quote inside a quoted cell a letter, besides doubling it.
    pub(super) escape: Option<u8>,
}

impl Dialect {
    /// The dialect of RFC 4180 with another delimiter.
    pub(super) const fn of(delimiter: u8) -> Self {
        Self { delimiter, blank: false, quote: Some(b'"'), escape: None }
    }
}

/// How far the quotes of a record can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quoting {
    /// They pair.
    #[default]
    Sound,
    /// They pair, but one stands inside an unquoted cell.
    Loose,
    /// A quoted cell goes on behind its closing quote.
    Lone,
    /// A quote that nothing closes.
    Unclosed,
}

/// A record as it stands in the file.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// Physical line, from 1.
    pub(super) line: u64,
    /// Byte of the decoded text, from 0.
    pub(super) byte: u64,
    /// Its bytes without the line end; at most [`LONGEST`].
    pub(super) bytes: Vec<u8>,
    /// Its cells, unquoted.
    pub(super) cells: ByteRecord,
    pub(super) quoting: Quoting,
    /// Whether it was longer than a record may be.
    pub(super) is_cut: bool,
}

/// Splits a text into records.
pub(super) struct Splitter<R> {
    source: R,
    buffer: Vec<u8>,
    /// Where the unread bytes begin in the buffer.
    start: usize,
    is_at_end: bool,
    line: u64,
    byte: u64,
    dialect: Dialect,
    /// Cells of an ordinary record, once known.
    width: Option<usize>,
}

/// A physical line within the unread bytes.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Where its text ends.
    end: usize,
    /// Where the next one begins.
    next: usize,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(source: R, dialect: Dialect, width: Option<usize>) -> Self {
        Self { source, buffer: Vec::new(), start: 0, is_at_end: false, line: 1, byte: 0, dialect, width }
    }

    /// Says that the text begins at this line and byte of its file.
    pub(super) fn begin_at(&mut self, line: u64, byte: u64) {
        (self.line, self.byte) = (line, byte);
    }

    /// Reads the next record, empty lines too; `false` at the end.
    pub(super) fn next(&mut self, raw: &mut Raw) -> io::Result<bool> {
        raw.cells.clear();
        (raw.line, raw.byte, raw.is_cut, raw.quoting) = (self.line, self.byte, false, Quoting::Sound);
        let Some(first) = self.line_at(0)? else { return Ok(false) };
        if first.next - first.end > 2 || first.end >= LONGEST {
            return self.cut(raw, first).map(|()| true);
        }
        let text = &self.buffer[self.start..self.start + first.end];
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let ended = split(text, self.dialect, &mut raw.cells);
        raw.bytes.clear();
        raw.bytes.extend_from_slice(text);
        let (mut last, mut lines) = (first, 1);
        match ended {
            Ended::Sound => {}
            Ended::Loose => raw.quoting = Quoting::Loose,
            Ended::Lone => raw.quoting = Quoting::Lone,
            Ended::Open => {
                if let Some((line, count)) = self.beyond(first, &mut raw.cells)? {
                    raw.quoting =
                        split_again(&self.buffer[self.start..self.start + line.end], self.dialect, &mut raw.cells);
                    raw.bytes.clear();
                    raw.bytes.extend_from_slice(&self.buffer[self.start..self.start + line.end]);
                    (last, lines) = (line, count);
                } else {
                    raw.quoting = Quoting::Unclosed;
                    let text = &self.buffer[self.start..self.start + first.end];
                    raw.cells.clear();
                    split_plain(text, self.dialect.delimiter, &mut raw.cells);
                }
            }
        }
        self.pass(last.next, lines);
        Ok(true)
    }

    fn pass(&mut self, bytes: usize, lines: u64) {
        self.start += bytes;
        self.byte += bytes as u64;
        self.line += lines;
    }

    /// The end of a record whose quote is open at the end of its first line, and its count of lines; `None` when the
    /// quote is better taken for a letter.
    fn beyond(&mut self, first: Line, cells: &mut ByteRecord) -> io::Result<Option<(Line, u64)>> {
        let (mut last, mut count, mut has_swallowed) = (first, 1, false);
        loop {
            let Some(line) = self.line_at(last.next)?.filter(|line| line.end <= LONGEST) else { return Ok(None) };
            let text = &self.buffer[self.start + last.next..self.start + line.end];
            count += 1;
            let whole = &self.buffer[self.start..self.start + line.end];
            cells.clear();
            let ended = if has_quote(text, self.dialect) { split(whole, self.dialect, cells) } else { Ended::Open };
            if ended == Ended::Open {
                has_swallowed |= self.is_record(text);
                last = line;
                continue;
            }
            let Some(width) = self.width else { return Ok(Some((line, count))) };
            // A stray quote turns the meaning of every quote behind it, so that they can hardly pair and make the width.
            let fits = ended == Ended::Sound && cells.len() == width;
            let first_alone = &self.buffer[self.start..self.start + first.end];
            let is_stray = !fits && (has_swallowed || fit::cells(first_alone, self.dialect, width).is_some());
            return Ok((!is_stray).then_some((line, count)));
        }
    }

    /// Whether a line is an ordinary record by itself; in a table of one or two columns every line would be.
    fn is_record(&self, text: &[u8]) -> bool {
        let Some(width) = self.width.filter(|width| *width > 2) else { return false };
        let mut cells = ByteRecord::new();
        memchr(self.dialect.delimiter, text).is_some()
            && matches!(split(text, self.dialect, &mut cells), Ended::Sound | Ended::Loose)
            && cells.len() == width
    }

    /// Takes a record that is too long: its beginning, and everything up to its line end.
    fn cut(&mut self, raw: &mut Raw, first: Line) -> io::Result<()> {
        raw.is_cut = true;
        raw.bytes.clear();
        raw.bytes.extend_from_slice(&self.buffer[self.start..self.start + first.end.min(LONGEST)]);
        raw.cells.push_field(&raw.bytes);
        self.pass(first.end.min(LONGEST), 0);
        loop {
            match self.line_at(0)? {
                None => return Ok(()),
                Some(line) if line.end >= LONGEST => self.pass(line.end.min(LONGEST), 0),
                Some(line) => {
                    self.pass(line.next, 1);
                    return Ok(());
                }
            }
        }
    }

    /// The physical line that begins so far behind the unread bytes; `None` when nothing is left. A line is only looked at
    /// up to [`LONGEST`].
    fn line_at(&mut self, from: usize) -> io::Result<Option<Line>> {
        let mut searched = from;
        loop {
            let unread = &self.buffer[self.start..];
            if let Some(found) = memchr2(b'\n', b'\r', &unread[searched..]) {
                let end = searched + found;
                if unread[end] == b'\n' {
                    return Ok(Some(Line { end, next: end + 1 }));
                }
                match unread.get(end + 1) {
                    Some(b'\n') => return Ok(Some(Line { end, next: end + 2 })),
                    Some(_) => return Ok(Some(Line { end, next: end + 1 })),
                    None if self.is_at_end => return Ok(Some(Line { end, next: end + 1 })),
                    None => searched = end,
                }
            } else {
                searched = unread.len();
                if self.is_at_end || searched - from >= LONGEST {
                    return Ok((searched > from).then_some(Line { end: searched, next: searched }));
                }
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let mut more = self.source.by_ref().take(CHUNK);
        self.is_at_end = more.read_to_end(&mut self.buffer)? == 0;
        Ok(())
    }
}

/// How a text ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Sound,
    Loose,
    Lone,
    /// Inside a quoted cell.
    Open,
}

fn has_quote(text: &[u8], dialect: Dialect) -> bool {
    dialect.quote.is_some_and(|quote| memchr(quote, text).is_some())
}

fn split_again(text: &[u8], dialect: Dialect, cells: &mut ByteRecord) -> Quoting {
    cells.clear();
    match split(text, dialect, cells) {
        Ended::Sound => Quoting::Sound,
        Ended::Loose => Quoting::Loose,
        Ended::Lone | Ended::Open => Quoting::Lone,
    }
}

/// Splits at every delimiter; quotes are letters.
pub(super) fn split_plain(text: &[u8], delimiter: u8, cells: &mut ByteRecord) {
    let mut start = 0;
    for end in memchr_iter(delimiter, text) {
        cells.push_field(&text[start..end]);
        start = end + 1;
    }
    cells.push_field(&text[start..]);
}

/// Splits a text without its line end. What is inside an open cell at the end is given as its content.
pub(super) fn split(text: &[u8], dialect: Dialect, cells: &mut ByteRecord) -> Ended {
    if !dialect.blank && !has_quote(text, dialect) {
        split_plain(text, dialect.delimiter, cells);
        return Ended::Sound;
    }
    let mut ended = Ended::Sound;
    let mut content = Vec::new();
    let mut at = 0;
    loop {
        let start = if dialect.blank { at + blanks(&text[at..]) } else { at };
        let end = if dialect.quote.is_some() && text.get(start).copied() == dialect.quote {
            content.clear();
            let Some(quoted) = quoted(text, start, dialect, &mut content) else {
                cells.push_field(&content);
                return Ended::Open;
            };
            if !quoted.is_sound {
                ended = Ended::Lone;
            }
            cells.push_field(&content);
            quoted.end
        } else {
            let end = memchr(dialect.delimiter, &text[start..]).map_or(text.len(), |found| start + found);
            if ended == Ended::Sound && has_quote(&text[start..end], dialect) {
                ended = Ended::Loose;
            }
            cells.push_field(&text[start..end]);
            end
        };
        if end >= text.len() {
            return ended;
        }
        at = end + 1;
    }
}

/// Where a quoted cell ends, and whether nothing but blanks stood behind its quote.
struct Quoted {
    end: usize,
    is_sound: bool,
}

/// Reads the quoted cell that begins at `start`; `None` when nothing closes it.
fn quoted(text: &[u8], start: usize, dialect: Dialect, content: &mut Vec<u8>) -> Option<Quoted> {
    let quote = dialect.quote?;
    let mut from = start + 1;
    loop {
        let Some(found) = memchr(quote, &text[from..]) else {
            content.extend_from_slice(&text[from..]);
            return None;
        };
        let at = from + found;
        let is_escaped = dialect.escape.is_some_and(|escape| at > from && text[at - 1] == escape);
        if is_escaped {
            content.extend_from_slice(&text[from..at - 1]);
            content.push(quote);
            from = at + 1;
            continue;
        }
        content.extend_from_slice(&text[from..at]);
        if text.get(at + 1) == Some(&quote) {
            content.push(quote);
            from = at + 2;
            continue;
        }
        let behind = at + 1 + blanks_behind(&text[at + 1..], dialect);
        if behind == text.len() || text[behind] == dialect.delimiter {
            return Some(Quoted { end: behind, is_sound: true });
        }
        let end = memchr(dialect.delimiter, &text[at + 1..]).map_or(text.len(), |found| at + 1 + found);
        content.extend_from_slice(&text[at + 1..end]);
        return Some(Quoted { end, is_sound: false });
    }
}

/// How many blanks stand behind a closing quote and belong to nothing.
pub(super) fn blanks_behind(text: &[u8], dialect: Dialect) -> usize {
    if dialect.delimiter == b' ' { 0 } else { blanks(text) }
}

/// How many blanks stand at the beginning.
pub(super) fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives a byte at a time, so that every boundary is met.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((&first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = first;
            self.0 = rest;
            Ok(1)
        }
    }

    type Rows = Vec<(u64, Vec<String>, Quoting)>;

    fn rows(text: &[u8], dialect: Dialect, width: Option<usize>) -> Rows {
        let mut splitter = Splitter::new(Drops(text), dialect, width);
        let (mut raw, mut rows) = (Raw::default(), Vec::new());
        while splitter.next(&mut raw).unwrap() {
            let cells = raw.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            rows.push((raw.line, cells, raw.quoting));
        }
        rows
    }

    fn row(line: u64, cells: &[&str], quoting: Quoting) -> (u64, Vec<String>, Quoting) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), quoting)
    }

    #[test]
    fn records_have_their_lines_and_cells() {
        use Quoting::Sound;
        let text = b"a,b\r\n\"x\ny\",\"say \"\"hi\"\"\"\n\n1,2\r3,\"4\" \n5";
        let expected = [
            row(1, &["a", "b"], Sound),
            row(2, &["x\ny", "say \"hi\""], Sound),
            row(4, &[""], Sound),
            row(5, &["1", "2"], Sound),
            row(6, &["3", "4"], Sound),
            row(7, &["5"], Sound),
        ];
        assert_eq!(rows(text, Dialect::of(b','), None), expected);
        assert_eq!(rows(text, Dialect::of(b','), Some(2)), expected);
        assert_eq!(rows(b"", Dialect::of(b','), None), []);
    }

    #[test]
    fn a_quote_that_nothing_closes_stays_in_its_line() {
        let text = b"a,b,c\n1,\"2,3\n4,5,6\n7,8,9\n";
        let read = rows(text, Dialect::of(b','), Some(3));
        assert_eq!(read[1], row(2, &["1", "\"2", "3"], Quoting::Unclosed));
        assert_eq!(read.len(), 4);
    }

    #[test]
    fn a_quote_that_would_swallow_records_is_a_letter() {
        let text = b"a,b,c\n1,\"2,3\n4,5,6\n7,\"8\",9\n";
        let read = rows(text, Dialect::of(b','), Some(3));
        assert_eq!(read[1].2, Quoting::Unclosed);
        assert_eq!(read[3], row(4, &["7", "8", "9"], Quoting::Sound));
    }

    #[test]
    fn a_cell_of_several_lines_is_believed_when_it_makes_the_width() {
        let text = b"a,b,c\n1,\"x\ny, z\n\",3\n4,5,6\n";
        assert_eq!(rows(text, Dialect::of(b','), Some(3))[1], row(2, &["1", "x\ny, z\n", "3"], Quoting::Sound));
    }

    #[test]
    fn blanks_escapes_and_other_quotes() {
        use Quoting::{Lone, Sound};
        let blank = Dialect { blank: true, ..Dialect::of(b',') };
        assert_eq!(rows(b"a, \"b, c\",  d", blank, None), [row(1, &["a", "b, c", "d"], Sound)]);
        let escape = Dialect { escape: Some(b'\\'), ..Dialect::of(b',') };
        assert_eq!(rows(b"\"8\\\" pipe\",\\'", escape, None), [row(1, &["8\" pipe", "\\'"], Sound)]);
        let single = Dialect { quote: Some(b'\''), ..Dialect::of(b';') };
        assert_eq!(rows(b"'a;b';c", single, None), [row(1, &["a;b", "c"], Sound)]);
        assert_eq!(rows(b"\"a\"b,c", Dialect::of(b','), None), [row(1, &["ab", "c"], Lone)]);
        assert_eq!(rows(b"5\" pipe,c", Dialect::of(b','), None), [row(1, &["5\" pipe", "c"], Quoting::Loose)]);
    }

    #[test]
    fn a_record_beyond_the_limit_is_cut_and_passed() {
        let mut text = vec![b'x'; LONGEST + 1000];
        text.extend(b"\na,b\n");
        let mut splitter = Splitter::new(&text[..], Dialect::of(b','), None);
        let mut raw = Raw::default();
        assert!(splitter.next(&mut raw).unwrap());
        assert!(raw.is_cut && raw.bytes.len() == LONGEST);
        assert!(splitter.next(&mut raw).unwrap());
        assert_eq!((raw.line, raw.cells.len(), raw.is_cut), (2, 2, false));
        assert!(!splitter.next(&mut raw).unwrap());
    }

    proptest! {
        #[test]
        fn what_a_writer_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a ,;\"'\\\\\\n\\r\\té=0]{0,6}", 3), 1..8),
            delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
            always in any::<bool>(),
            crlf in any::<bool>(),
        ) {
            let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
            let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
            let mut writer =
                csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(end).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<Vec<String>> =
                rows(&text, Dialect::of(delimiter), None).into_iter().map(|(_, cells, _)| cells).collect();
            prop_assert_eq!(&read, &table);
        }

        #[test]
        fn every_byte_is_in_one_record(bytes in prop::collection::vec(prop::sample::select(b"a,\"\n\r\\ ;'\xff\x00".to_vec()), 0..80), width in prop::option::of(1_usize..5)) {
            let mut splitter = Splitter::new(&bytes[..], Dialect::of(b','), width);
            let mut raw = Raw::default();
            let (mut byte, mut line) = (0, 1);
            while splitter.next(&mut raw).unwrap() {
                prop_assert_eq!(raw.line, line);
                prop_assert_eq!(raw.byte, byte);
                byte = splitter.byte;
                line = splitter.line;
            }
            prop_assert_eq!(byte, bytes.len() as u64);
        }
    }
}
