//! Putting a damaged row back in its places, by rules that have names.
//!
//! A rule is followed only when the row then looks like the rows that were sound: each column has learned what its cells look
//! like, and a repair that asks a date to be a price is none.

use std::collections::BTreeSet;

use csv::ByteRecord;
use serde::Serialize;

use super::fit;
use super::layout::Layout;
use super::split::{Dialect, Ended, Quoting, Raw, split};

/// The rules by which a row may be repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::ingest) enum Rule {
    /// A quote in an unquoted cell, or inside a quoted one, is a letter.
    StrayQuote,
    /// Empty cells too many at the end are left out.
    TrailingEmptyCells,
    /// An empty cell too many is left out where the others then stand in their columns.
    ExtraEmptyCell,
    /// Two cells are one that should have been quoted.
    UnquotedDelimiter,
    /// Cells missing at the end are empty.
    MissingTrailingCells,
    /// The row is separated by another sign than the others.
    OtherDelimiter,
    /// One cell is two whose delimiter is missing.
    MissingDelimiter,
    /// Bytes that are no UTF-8 are read as Windows-1252.
    OtherEncoding,
    /// NUL bytes are left out.
    NulBytes,
}

impl Rule {
    /// The name.
    pub(in crate::ingest) fn name(self) -> &'static str {
        match self {
            Self::StrayQuote => "stray-quote",
            Self::TrailingEmptyCells => "trailing-empty-cells",
            Self::ExtraEmptyCell => "extra-empty-cell",
            Self::UnquotedDelimiter => "unquoted-delimiter",
            Self::MissingTrailingCells => "missing-trailing-cells",
            Self::OtherDelimiter => "other-delimiter",
            Self::MissingDelimiter => "missing-delimiter",
            Self::OtherEncoding => "other-encoding",
            Self::NulBytes => "nul-bytes",
        }
    }
}

/// Signs that a single row may be separated by, besides the file's own.
const OTHERS: [u8; 5] = [b',', b';', b'\t', b'|', b' '];
/// Quotes of a row that a delimiter is put beside.
const MOST_QUOTES: usize = 64;
/// Cells that a delimiter is not looked for in.
const LONGEST_CELL: usize = 512;

/// A row put right.
#[derive(Debug)]
pub(super) struct Mended {
    pub(super) cells: ByteRecord,
    pub(super) rule: Rule,
}

/// Puts a row back in its places, if a rule does so believably.
pub(super) fn row(raw: &Raw, dialect: Dialect, layout: &Layout) -> Option<Mended> {
    let width = layout.width;
    let mut ways = Vec::new();
    let mut way = |cells: Option<ByteRecord>, rule| {
        ways.extend(cells.filter(|cells| cells.len() == width).map(|cells| Mended { cells, rule }));
    };
    if matches!(raw.quoting, Quoting::Lone | Quoting::Unclosed) {
        way(fit::cells(&raw.bytes, dialect, width), Rule::StrayQuote);
    }
    for text in with_delimiter(&raw.bytes, dialect) {
        way(separated(&text, dialect), Rule::MissingDelimiter);
    }
    for delimiter in OTHERS.into_iter().filter(|other| *other != dialect.delimiter) {
        let cells = separated(&raw.bytes, Dialect { delimiter, blank: false, ..dialect });
        let cells = cells.map(|cells| joinings(&cells.iter().collect::<Vec<_>>(), width, delimiter));
        cells.into_iter().flatten().for_each(|cells| way(Some(cells), Rule::OtherDelimiter));
    }
    let cells: Vec<&[u8]> = raw.cells.iter().collect();
    match cells.len().cmp(&width) {
        std::cmp::Ordering::Greater => {
            way(without_trailing(&cells, width), Rule::TrailingEmptyCells);
            way(without_empty(&cells, layout), Rule::ExtraEmptyCell);
            for cells in joinings(&cells, width, dialect.delimiter) {
                way(Some(cells), Rule::UnquotedDelimiter);
            }
        }
        std::cmp::Ordering::Less => {
            way(Some(padded(&cells, width)), Rule::MissingTrailingCells);
            if cells.len() + 1 == width {
                way(divided(&cells, layout), Rule::MissingDelimiter);
            }
        }
        std::cmp::Ordering::Equal => {}
    }
    best(ways, raw, layout)
}

/// The header in its places: only what can be known without looking at its words.
pub(super) fn header(cells: &[String], width: usize) -> Vec<String> {
    let mut cells = cells.to_vec();
    while cells.len() > width
        && let Some(at) = cells.iter().rposition(|cell| cell.trim().is_empty())
    {
        cells.remove(at);
    }
    cells.resize(cells.len().max(width), String::new());
    cells
}

/// Whether a row stands in its columns as well as the rows that were sampled.
pub(super) fn is_believable(cells: &ByteRecord, layout: &Layout) -> bool {
    is_likely(likelihood(cells, layout), layout)
}

#[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
fn is_likely(likelihood: f64, layout: &Layout) -> bool {
    layout.least.is_none_or(|least| likelihood >= least - 0.5 * layout.width as f64 - 4.0)
}

fn likelihood(cells: &ByteRecord, layout: &Layout) -> f64 {
    let texts: Vec<_> = cells.iter().map(String::from_utf8_lossy).collect();
    layout.likelihood(&texts)
}

/// How likely a repaired row is. A stray quote is no part of what its cell looks like, and of a cell that is missing only its
/// absence is held against the row, not that no other row lacks it.
#[expect(clippy::cast_precision_loss, reason = "a file has few columns")]
fn likelihood_of(way: &Mended, raw: &Raw, layout: &Layout) -> f64 {
    match way.rule {
        Rule::StrayQuote => likelihood(&without_quotes(&way.cells), layout),
        Rule::MissingTrailingCells => {
            let missing = layout.width.saturating_sub(raw.cells.len());
            likelihood(&raw.cells, layout) - 3.0 * missing as f64
        }
        _ => likelihood(&way.cells, layout),
    }
}

/// The most believable way; of equal ones the first. Without sampled rows only quotes and the ends of a row are mended.
fn best(ways: Vec<Mended>, raw: &Raw, layout: &Layout) -> Option<Mended> {
    let mut best: Option<(f64, Mended)> = None;
    for way in ways {
        let is_plain = matches!(way.rule, Rule::StrayQuote | Rule::TrailingEmptyCells | Rule::MissingTrailingCells);
        let likelihood = likelihood_of(&way, raw, layout);
        let is_allowed = is_likely(likelihood, layout) && (layout.least.is_some() || is_plain);
        if is_allowed && best.as_ref().is_none_or(|(most, _)| likelihood > most + 1e-9) {
            best = Some((likelihood, way));
        }
    }
    best.map(|(_, way)| way)
}

fn without_quotes(cells: &ByteRecord) -> ByteRecord {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    cells.iter().map(|cell| cell.iter().copied().filter(|byte| !is_quote(byte)).collect::<Vec<u8>>()).collect()
}

/// The line with a delimiter put before or behind each quote: one may be missing between two cells of which one is quoted.
fn with_delimiter(text: &[u8], dialect: Dialect) -> Vec<Vec<u8>> {
    let Some(quote) = dialect.quote else { return Vec::new() };
    let quotes = memchr::memchr_iter(quote, text).take(MOST_QUOTES);
    let places: BTreeSet<usize> = quotes.flat_map(|at| [at, at + 1]).filter(|&at| at > 0 && at < text.len()).collect();
    places.into_iter().map(|at| [&text[..at], &[dialect.delimiter], &text[at..]].concat()).collect()
}

fn separated(text: &[u8], dialect: Dialect) -> Option<ByteRecord> {
    let mut cells = ByteRecord::new();
    (split(text, dialect, &mut cells) == Ended::Sound).then_some(cells)
}

fn without_trailing(cells: &[&[u8]], width: usize) -> Option<ByteRecord> {
    let is_empty = cells.get(width..)?.iter().all(|cell| cell.trim_ascii().is_empty());
    is_empty.then(|| cells[..width].iter().collect())
}

/// Leaves out, one after the other, the empty cell without which the others stand best.
fn without_empty(cells: &[&[u8]], layout: &Layout) -> Option<ByteRecord> {
    let mut cells = cells.to_vec();
    while cells.len() > layout.width {
        let empty = (0..cells.len()).filter(|&at| cells[at].trim_ascii().is_empty());
        let rest = empty.map(|at| [&cells[..at], &cells[at + 1..]].concat());
        let likelihood = |cells: &Vec<&[u8]>| {
            let texts: Vec<_> = cells.iter().map(|cell| String::from_utf8_lossy(cell)).collect();
            layout.likelihood(&texts)
        };
        cells = rest.max_by(|a, b| likelihood(a).total_cmp(&likelihood(b)))?;
    }
    Some(cells.iter().collect())
}

/// Every way to make so many cells by joining neighbours to one; the cells themselves when there are as many.
fn joinings(cells: &[&[u8]], width: usize, delimiter: u8) -> Vec<ByteRecord> {
    let Some(extra) = cells.len().checked_sub(width).filter(|_| width > 0) else { return Vec::new() };
    let joined = |at: usize| {
        let one = cells[at..=at + extra].join(&delimiter);
        cells[..at].iter().copied().chain([one.as_slice()]).chain(cells[at + extra + 1..].iter().copied()).collect()
    };
    let ways = if extra == 0 { 1 } else { width };
    (0..ways).map(joined).collect()
}

fn padded(cells: &[&[u8]], width: usize) -> ByteRecord {
    cells.iter().copied().chain(std::iter::repeat_n(b"".as_slice(), width - cells.len())).collect()
}

/// Divides one cell in two, where both then stand best in their columns.
fn divided(cells: &[&[u8]], layout: &Layout) -> Option<ByteRecord> {
    let texts: Vec<_> = cells.iter().map(|cell| String::from_utf8_lossy(cell)).collect();
    let at_place = |column: usize, cell: &str| layout.shapes.get(column).map_or(0.0, |shape| shape.likelihood(cell));
    // The cells before the divided one stand where they are, those behind it one further.
    let before: Vec<f64> = texts.iter().enumerate().map(|(column, cell)| at_place(column, cell)).collect();
    let behind: Vec<f64> = texts.iter().enumerate().map(|(column, cell)| at_place(column + 1, cell)).collect();
    let mut best: Option<(f64, usize, usize)> = None;
    for (column, cell) in texts.iter().enumerate().filter(|(_, cell)| cell.len() <= LONGEST_CELL) {
        let rest: f64 = before[..column].iter().chain(&behind[column + 1..]).sum();
        for (at, _) in cell.char_indices().skip(1) {
            let likelihood = rest + at_place(column, &cell[..at]) + at_place(column + 1, &cell[at..]);
            if best.is_none_or(|(most, ..)| likelihood > most + 1e-9) {
                best = Some((likelihood, column, at));
            }
        }
    }
    let (_, column, at) = best?;
    let (left, right) = texts[column].split_at(at);
    let parts = cells[..column].iter().copied().chain([left.as_bytes(), right.as_bytes()]);
    Some(parts.chain(cells[column + 1..].iter().copied()).collect())
}
