//! Which signs separate and quote the cells of a text.
//!
//! A `sep=` line says it. Else the delimiter is the one under which most of the headers that are looked for appear; else a
//! library measures under which one the text is most like a table.

use std::collections::BTreeSet;

use csv::ByteRecord;
use csv_nose::{Quote, SampleSize, Sniffer};

use super::split::{Dialect, Raw, Splitter, split_plain};
use crate::ingest::normalised;

/// Signs that tables are separated by, the usual ones first.
const DELIMITERS: [u8; 7] = [b',', b';', b'\t', b'|', b'^', b'~', 0x1f];
/// Bytes that the dialect is found from.
const SAMPLE: usize = 256 << 10;
/// Bytes that the library is shown.
const SHOWN: usize = 64 << 10;
/// Records that candidates are compared on.
const RECORDS: usize = 200;

/// What the first line of a file says about its delimiter: `sep=;`, as spreadsheets write and read it, and how many bytes it takes.
pub(super) fn separator_line(head: &[u8]) -> Option<(u8, usize)> {
    let end = head.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let line = head[..end].strip_prefix(b"\"").map_or(&head[..end], |rest| rest.strip_suffix(b"\"").unwrap_or(rest));
    let sign = line.strip_prefix(b"sep=").or_else(|| line.strip_prefix(b"SEP="))?;
    let [sign] = sign else { return None };
    let breaks = if head[end..].starts_with(b"\r\n") { 2 } else { 1 };
    Some((*sign, end + breaks))
}

/// The dialect of a text; what the configuration names is not looked for.
pub(super) fn dialect(head: &[u8], wanted: &BTreeSet<String>, delimiter: Option<u8>, quote: Option<u8>) -> Dialect {
    let head = &head[..head.len().min(SAMPLE)];
    let delimiter = delimiter.or_else(|| of_headers(head, wanted)).unwrap_or_else(|| of_shape(head));
    let quote = quote.unwrap_or_else(|| quote_sign(head, delimiter));
    let plain = Dialect { quote: Some(quote), ..Dialect::of(delimiter) };
    // Unless a quote stands behind a blank nothing hangs on the blanks, and they are left to the cells.
    let has_quote_behind = memchr::memmem::find(head, &[delimiter, b' ', quote]).is_some();
    let plain = Dialect { blank: has_quote_behind && is_followed_by_blanks(head, plain), ..plain };
    let escaped = Dialect { escape: Some(b'\\'), ..plain };
    let has_escapes = memchr::memmem::find(head, &[b'\\', quote]).is_some();
    if has_escapes && unevenness(head, escaped) < unevenness(head, plain) { escaped } else { plain }
}

/// The delimiter under which one of the first records shows most wanted headers, if any shows two.
fn of_headers(head: &[u8], wanted: &BTreeSet<String>) -> Option<u8> {
    let known = |delimiter: u8| {
        let records = records(head, Dialect::of(delimiter), 60);
        let known = records.iter().map(|record| {
            let is_known = |cell: &&[u8]| wanted.contains(&normalised(&String::from_utf8_lossy(cell)));
            let known = record.iter().filter(is_known).count();
            let filled = record.iter().filter(|cell| !cell.is_empty()).count();
            if known * 4 >= filled { known } else { 0 }
        });
        known.max().unwrap_or(0)
    };
    let mut best = (0, 1);
    for delimiter in DELIMITERS {
        let known = known(delimiter);
        if known > best.1 {
            best = (delimiter, known);
        }
    }
    (best.1 > 1).then_some(best.0)
}

/// Another delimiter under which the first line shows one of these headers.
pub(super) fn better_delimiter(head: &[u8], own: u8, wanted: &BTreeSet<String>) -> Option<u8> {
    let is_wanted = |cell: &[u8]| wanted.contains(&normalised(&String::from_utf8_lossy(cell)));
    DELIMITERS.into_iter().filter(|delimiter| *delimiter != own).find(|&delimiter| {
        records(head, Dialect::of(delimiter), 1).first().is_some_and(|header| header.iter().any(is_wanted))
    })
}

/// The delimiter under which the text is most like a table: a library's answer, unless it leaves the rows uneven where
/// one of the usual signs makes them even.
fn of_shape(head: &[u8]) -> u8 {
    let shown = &head[..head.len().min(SHOWN)];
    let mut sniffer = Sniffer::new();
    let found = sniffer
        .sample_size(SampleSize::All)
        .sniff_bytes(shown)
        .ok()
        .map(|found| (found.dialect.delimiter, found.dialect.quote));
    let found = found.map(|(delimiter, quote)| {
        let quote = if let Quote::Some(sign) = quote { sign } else { b'"' };
        Dialect { quote: Some(quote), ..Dialect::of(delimiter) }
    });
    let found = found.filter(|dialect| !dialect.delimiter.is_ascii_alphanumeric());
    let usual = DELIMITERS.map(Dialect::of);
    let Some(found) = found else { return most_even(shown, &usual) };
    let (share, width) = evenness(shown, found);
    let share = if width > 1 { share } else { 0.0 };
    let other = most_even(shown, &usual);
    let (other_share, other_width) = evenness(shown, Dialect::of(other));
    let is_better = if share < 0.5 { other_share > share } else { other_share > share + 0.25 };
    if other_width > 1 && is_better { other } else { found.delimiter }
}

/// Of some dialects the delimiter of the one that makes the most even rows of more than one cell; the first when none does.
fn most_even(head: &[u8], dialects: &[Dialect]) -> u8 {
    let mut best = (dialects.first().map_or(b',', |dialect| dialect.delimiter), 0.0);
    for dialect in dialects {
        let (share, width) = evenness(head, *dialect);
        if width > 1 && share > best.1 {
            best = (dialect.delimiter, share);
        }
    }
    best.0
}

/// The part of the records that have the most frequent width, and that width.
#[expect(clippy::cast_precision_loss, reason = "a few hundred records")]
fn evenness(head: &[u8], dialect: Dialect) -> (f64, usize) {
    let records = records(head, dialect, RECORDS);
    let mut widths: Vec<usize> = records.iter().map(ByteRecord::len).collect();
    widths.sort_unstable();
    let most = widths.chunk_by(|a, b| a == b).max_by_key(|chunk| (chunk.len(), chunk[0]));
    most.map_or((0.0, 0), |chunk| (chunk.len() as f64 / records.len() as f64, chunk[0]))
}

fn unevenness(head: &[u8], dialect: Dialect) -> f64 {
    1.0 - evenness(head, dialect).0
}

/// The first records that are not empty; the last is left out where the head may have cut it.
fn records(head: &[u8], dialect: Dialect, most: usize) -> Vec<ByteRecord> {
    let mut splitter = Splitter::new(head, dialect, None);
    let (mut raw, mut records) = (Raw::default(), Vec::new());
    while records.len() < most && splitter.next(&mut raw).unwrap_or(false) {
        if !raw.bytes.is_empty() {
            records.push(raw.cells.clone());
        }
    }
    if head.len() >= SAMPLE && records.len() > 1 {
        records.pop();
    }
    records
}

/// `'` where cells begin and end with it, at least two of them with something between, and none do with `"`; else `"`. Two
/// apostrophes alone, or one word between them, may be text.
fn quote_sign(head: &[u8], delimiter: u8) -> u8 {
    let mut cells = ByteRecord::new();
    let (mut double, mut single, mut single_ends, mut filled) = (0_usize, 0_usize, 0_usize, 0_usize);
    for line in head.split(|byte| matches!(byte, b'\n' | b'\r')).take(RECORDS) {
        cells.clear();
        split_plain(line, delimiter, &mut cells);
        for cell in cells.iter().map(<[u8]>::trim_ascii) {
            double += usize::from(cell.starts_with(b"\""));
            single += usize::from(cell.starts_with(b"'"));
            single_ends += usize::from(cell.ends_with(b"'"));
            filled += usize::from(cell.starts_with(b"'") && cell.len() > 2);
        }
    }
    if filled >= 2 && single == single_ends && double == 0 { b'\'' } else { b'"' }
}

/// Whether nearly every delimiter outside quotes is followed by a blank.
pub(super) fn is_followed_by_blanks(text: &[u8], dialect: Dialect) -> bool {
    let (mut followed, mut all, mut is_inside) = (0_usize, 0_usize, false);
    for (at, byte) in text.iter().enumerate() {
        // A stray quote is forgotten at the end of its line.
        is_inside = (is_inside ^ (Some(*byte) == dialect.quote)) && *byte != b'\n';
        if *byte == dialect.delimiter && !is_inside {
            all += 1;
            followed += usize::from(matches!(text.get(at + 1), None | Some(b' ' | b'\r' | b'\n')));
        }
    }
    dialect.delimiter != b' '
        && followed * 20 >= all * 19
        && memchr::memmem::find(text, &[dialect.delimiter, b' ']).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(text: &str, wanted: &[&str]) -> Dialect {
        dialect(text.as_bytes(), &wanted.iter().map(|name| normalised(name)).collect(), None, None)
    }

    #[test]
    fn the_usual_dialects_are_found() {
        let table = |delimiter: &str| {
            let rows = ["day", "what", "sum"].join(delimiter) + "\n";
            (1..9).fold(rows, |rows, day| {
                rows + &[format!("2026-01-0{day}"), "\"a, b; c\"".into(), format!("{day}.5")].join(delimiter) + "\n"
            })
        };
        for delimiter in [b',', b';', b'\t', b'|'] {
            let text = table(&char::from(delimiter).to_string());
            assert_eq!(sniff(&text, &[]), Dialect::of(delimiter), "{text}");
        }
        assert_eq!(sniff(&table(", "), &[]), Dialect { blank: true, ..Dialect::of(b',') });
        assert_eq!(sniff(&table(";").replace('"', "'"), &[]), Dialect { quote: Some(b'\''), ..Dialect::of(b';') });
        assert_eq!(sniff("id,note\n1000,\n1001,''\n1002,'so called'\n", &[]), Dialect::of(b','));
        assert_eq!(sniff("", &[]).delimiter, b',');
    }

    #[test]
    fn known_headers_decide() {
        assert_eq!(
            sniff("a, b, c;Issue key;Created\nx, y, z;A-1;2026-01-01\n", &["issue key", "created"]).delimiter,
            b';'
        );
    }

    #[test]
    fn a_separator_line_says_it() {
        assert_eq!(separator_line(b"sep=;\r\na;b\r\n"), Some((b';', 7)));
        assert_eq!(separator_line(b"\"sep=\t\"\na\tb\n"), Some((b'\t', 8)));
        assert_eq!(separator_line(b"sep=;;\n"), None);
        assert_eq!(separator_line(b"sep=;"), None);
    }

    #[test]
    fn a_backslash_escapes_where_that_makes_the_rows_even() {
        let text = "a,b,c\n1,\"8\\\" pipe, long\",2\n3,\"x\",4\n5,\"6\\\"\",7\n";
        assert_eq!(sniff(text, &[]).escape, Some(b'\\'));
        let path = "a,b,c\n1,\"C:\\dir\\\",2\n3,\"C:\\x\\\",4\n";
        assert_eq!(sniff(path, &[]).escape, None);
    }
}
