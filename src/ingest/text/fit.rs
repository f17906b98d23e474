//! The most sensible division of a damaged line into a known number of cells.
//!
//! Where quotes do not pair there is more than one way to divide a line. Each way costs what it asks the reader to believe – a lone
//! quote inside a cell, a cell that begins with a quote and is not quoted, a delimiter that is missing between two quoted
//! cells – and the cheapest way to the wanted number of cells is taken.

use csv::ByteRecord;
use memchr::memchr;

use super::split::{Dialect, blanks, blanks_behind};

/// What a reader is asked to believe, in tenths.
const LONE_QUOTE: u32 = 10;
const UNQUOTED: u32 = 30;
const SWALLOWED: u32 = 20;
const MISSING_DELIMITER: u32 = 25;
/// Lines beyond this are not tried.
const LONGEST: usize = 64 << 10;
/// Nor are those with more places where a cell may begin, times cells.
const MOST_STEPS: usize = 100_000;

/// One cell of a division.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// Content, without its quotes.
    from: usize,
    to: usize,
    is_quoted: bool,
    /// Where the next cell begins; past the end of the text for the last.
    next: usize,
    cost: u32,
}

/// The cheapest division of `text` into `width` cells; `None` when there is none.
pub(super) fn cells(text: &[u8], dialect: Dialect, width: usize) -> Option<ByteRecord> {
    let starts = starts(text, dialect);
    if width == 0 || text.len() > LONGEST || starts.len().saturating_mul(width) > MOST_STEPS {
        return None;
    }
    let parts: Vec<Vec<Part>> = starts.iter().map(|&start| parts_at(text, start, dialect)).collect();
    let place = |next: usize| starts.binary_search(&next).ok();
    // By start, backwards: the cheapest way to the end with so many cells, and its first part.
    let mut best: Vec<Vec<Option<(u32, usize)>>> = vec![vec![None; width + 1]; starts.len()];
    for start in (0..starts.len()).rev() {
        for (choice, part) in parts[start].iter().enumerate() {
            for count in 1..=width {
                let rest = match (part.next > text.len(), count) {
                    (true, 1) => Some(0),
                    (true, _) | (false, 1) => None,
                    (false, _) => place(part.next).and_then(|next| best[next][count - 1]).map(|(cost, _)| cost),
                };
                let Some(cost) = rest.map(|rest| rest + part.cost) else { continue };
                if best[start][count].is_none_or(|(known, _)| cost < known) {
                    best[start][count] = Some((cost, choice));
                }
            }
        }
    }
    let mut record = ByteRecord::new();
    let mut start = 0;
    for count in (1..=width).rev() {
        let (_, choice) = best.get(start)?.get(count).copied().flatten()?;
        let part = parts[start][choice];
        record.push_field(&content(text, part, dialect));
        if count > 1 {
            start = place(part.next)?;
        }
    }
    Some(record)
}

/// Every place where a cell may begin, in order.
fn starts(text: &[u8], dialect: Dialect) -> Vec<usize> {
    let mut starts = vec![0];
    for at in 0..text.len() {
        let is_double = Some(text[at]) == dialect.quote && text.get(at + 1).copied() == dialect.quote && at > 0;
        if text[at] == dialect.delimiter || is_double {
            starts.push(at + 1);
        }
    }
    starts
}

fn parts_at(text: &[u8], start: usize, dialect: Dialect) -> Vec<Part> {
    let from = if dialect.blank { start + blanks(&text[start..]) } else { start };
    let begins_quoted = dialect.quote.is_some() && text.get(from).copied() == dialect.quote;
    let to = memchr(dialect.delimiter, &text[from..]).map_or(text.len(), |found| from + found);
    let mut parts =
        vec![Part { from, to, is_quoted: false, next: to + 1, cost: if begins_quoted { UNQUOTED } else { 0 } }];
    if begins_quoted {
        quoted_parts(text, from, dialect, &mut parts);
    }
    parts
}

/// The ways in which a quoted cell that begins at `from` may end.
fn quoted_parts(text: &[u8], from: usize, dialect: Dialect, parts: &mut Vec<Part>) {
    let Some(quote) = dialect.quote else { return };
    let (mut cost, mut at) = (0, from + 1);
    while let Some(found) = memchr(quote, &text[at.min(text.len())..]) {
        let run_start = at + found;
        let run = text[run_start..].iter().take_while(|byte| **byte == quote).count();
        let last = run_start + run - 1;
        let is_escaped = dialect.escape.is_some_and(|escape| text[run_start - 1] == escape) && run_start > from + 1;
        let lone = |signs: usize| if is_escaped || signs.is_multiple_of(2) { 0 } else { LONE_QUOTE };
        let behind = last + 1 + blanks_behind(&text[last + 1..], dialect);
        if !(is_escaped && run == 1) && (behind == text.len() || text[behind] == dialect.delimiter) {
            let cost = cost + lone(run - 1 - usize::from(is_escaped && run > 1));
            parts.push(Part { from: from + 1, to: last, is_quoted: true, next: behind + 1, cost });
        }
        if run >= 2 {
            let cost = cost + MISSING_DELIMITER + lone(run - 2);
            parts.push(Part { from: from + 1, to: last - 1, is_quoted: true, next: last, cost });
        }
        cost += lone(run);
        let is_boundary = text.get(last + 1) == Some(&dialect.delimiter) && text.get(last + 2) == Some(&quote);
        cost += if is_boundary { SWALLOWED } else { 0 };
        at = last + 1;
    }
}

fn content(text: &[u8], part: Part, dialect: Dialect) -> Vec<u8> {
    let bytes = &text[part.from.min(part.to)..part.to];
    let Some(quote) = dialect.quote.filter(|_| part.is_quoted) else { return bytes.to_vec() };
    let mut content = Vec::with_capacity(bytes.len());
    let mut signs = bytes.iter().copied().peekable();
    while let Some(sign) = signs.next() {
        let hides_quote = sign == quote || Some(sign) == dialect.escape;
        if hides_quote && signs.peek() == Some(&quote) {
            content.push(quote);
            signs.next();
        } else {
            content.push(sign);
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fit(text: &str, width: usize) -> Option<Vec<String>> {
        let cells = cells(text.as_bytes(), Dialect::of(b','), width)?;
        Some(cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect())
    }

    #[test]
    fn lone_quotes_stay_in_their_cells() {
        for (text, cells) in [
            ("1,\"Shoes,\"Great, warm\",x", ["1", "\"Shoes", "Great, warm", "x"]),
            ("1,\"Table, 48\"\",\"Made in\",x", ["1", "Table, 48\"", "Made in", "x"]),
            ("1,\"8'9\" long, light\",\"b\",x", ["1", "8'9\" long, light", "b", "x"]),
            ("1,\"a \"\"b\"\" c\",\"d\",x", ["1", "a \"b\" c", "d", "x"]),
            ("1,a,\"b\"\"c,d\"", ["1", "a", "b", "c,d"]),
            ("\"1,2,3,4", ["\"1", "2", "3", "4"]),
        ] {
            assert_eq!(fit(text, 4).unwrap(), cells, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_divided_so_is_not() {
        assert_eq!(fit("a,b", 3), None);
        assert_eq!(fit("a,b", 1), None);
        assert_eq!(fit("", 1), Some(vec![String::new()]));
        assert_eq!(fit("a", 0), None);
    }

    #[test]
    fn an_escaped_quote_is_a_letter() {
        let dialect = Dialect { escape: Some(b'\\'), ..Dialect::of(b',') };
        let cells = cells(b"1,\"48\\\"\",\"a\\\"b\",c", dialect, 4).unwrap();
        assert_eq!(cells.iter().collect::<Vec<_>>(), [b"1".as_slice(), b"48\"", b"a\"b", b"c"]);
    }

    proptest! {
        #[test]
        fn a_sound_line_is_divided_as_it_is_meant(row in prop::collection::vec("[a, x]{0,5}|[a]{1,2}\"[b]{1,2}", 1..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&row).unwrap();
            let line = writer.into_inner().unwrap();
            let line = line.strip_suffix(b"\n").unwrap();
            // A row of one empty cell is written as a pair of quotes.
            let read = cells(line, Dialect::of(b','), row.len()).unwrap();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), row.iter().map(String::as_bytes).collect::<Vec<_>>());
        }

        #[test]
        fn no_line_panics(line in prop::collection::vec(prop::sample::select(b"a,\"\\ ".to_vec()), 0..40), width in 0_usize..6) {
            for escape in [None, Some(b'\\')] {
                for blank in [false, true] {
                    let dialect = Dialect { blank, escape, ..Dialect::of(b',') };
                    if let Some(cells) = cells(&line, dialect, width) {
                        prop_assert_eq!(cells.len(), width);
                    }
                }
            }
        }
    }
}
