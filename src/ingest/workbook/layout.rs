//! Where the table of a sheet begins: its header row and its columns.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::Kind;
use super::sheet::Row;
use crate::ingest::normalised;

/// Rows that the header is among.
pub(super) const HEAD: usize = 30;
/// Rows below a row that show the width of the table.
const BELOW: usize = 50;

/// The table of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Place of the header among the rows.
    pub(super) header: usize,
    /// The columns that have a header or a cell, in order.
    pub(super) columns: Vec<u32>,
    pub(super) headers: Vec<String>,
    /// By column, whether all its cells are days.
    pub(super) typed: Vec<bool>,
}

impl Layout {
    /// Finds the table in the first rows of a sheet. `wanted`: folded headers.
    pub(super) fn find(rows: &[Row], wanted: &BTreeSet<String>) -> Self {
        let header = header_row(rows, wanted);
        let below = rows.get(header + 1..).unwrap_or_default();
        let mut columns: BTreeMap<u32, (String, bool, bool)> = BTreeMap::new();
        for cell in rows.get(header).iter().flat_map(|row| &row.cells) {
            columns.insert(cell.column, (cell.text.trim().to_owned(), false, false));
        }
        for cell in below.iter().flat_map(|row| &row.cells) {
            let (_, has_days, has_others) = columns.entry(cell.column).or_default();
            *has_days |= cell.kind == Kind::Day;
            *has_others |= cell.kind != Kind::Day;
        }
        let typed = columns.values().map(|(_, has_days, has_others)| *has_days && !has_others).collect();
        let numbers = columns.keys().copied().collect();
        Self { header, columns: numbers, headers: columns.into_values().map(|(name, ..)| name).collect(), typed }
    }
}

/// How many different wanted headers (folded) a row has.
pub(super) fn wanted_in(row: &Row, wanted: &BTreeSet<String>) -> usize {
    let folded: BTreeSet<String> = row.cells.iter().map(|cell| normalised(&cell.text)).collect();
    folded.intersection(wanted).count()
}

/// The row with most of the wanted headers. One word alone may stand in a title too: it counts in narrow tables only. Without any, the first
/// row of text that is as wide as the rows below it.
fn header_row(rows: &[Row], wanted: &BTreeSet<String>) -> usize {
    let head = rows.get(..HEAD).unwrap_or(rows);
    let mut best = (0, 0);
    for (place, row) in head.iter().enumerate() {
        let found = wanted_in(row, wanted);
        if found > best.0 && (found > 1 || row.cells.len() <= 3) {
            best = (found, place);
        }
    }
    if best.0 > 0 {
        return best.1;
    }
    let is_header = |place: usize, row: &Row| {
        let below = rows.get(place + 1..).unwrap_or_default();
        let below = below.get(..BELOW).unwrap_or(below);
        row.cells.len() >= usual_width(below) && row.cells.iter().all(|cell| cell.kind == Kind::Text)
    };
    head.iter().enumerate().position(|(place, row)| is_header(place, row)).unwrap_or(0)
}

/// The number of filled cells that most rows have; of several the largest.
fn usual_width(rows: &[Row]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.cells.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map_or(0, |(width, _)| width)
}

#[cfg(test)]
mod tests {
    use super::super::cell::Cell;
    use super::*;

    /// Rows of text; what begins with a digit is a number, and with `@` a day.
    fn rows(lines: &[&str]) -> Vec<Row> {
        let cell = |(column, text): (usize, &str)| {
            let kind = match text.chars().next()? {
                '0'..='9' => Kind::Other,
                '@' => Kind::Day,
                _ => Kind::Text,
            };
            Some(Cell { column: u32::try_from(column).unwrap(), text: text.into(), kind })
        };
        let row = |(place, line): (usize, &&str)| Row {
            number: place as u64 + 1,
            cells: line.split(',').enumerate().filter_map(cell).collect(),
        };
        lines.iter().enumerate().map(row).collect()
    }

    #[test]
    fn the_header_is_found_below_a_preamble() {
        let report = rows(&["Monthly report", "Created by,Ann", "id,name,day", "1,a,@1", "2,b,@2", "3,c,@3"]);
        let none = BTreeSet::new();
        assert_eq!(Layout::find(&report, &none).header, 2);
        let wanted: BTreeSet<String> = ["id", "day", "createdby"].map(str::to_owned).into();
        let layout = Layout::find(&report, &wanted);
        assert_eq!((layout.header, layout.typed), (2, vec![false, false, true]));
        assert_eq!(Layout::find(&rows(&["a,b", "c,d"]), &none).header, 0);
        assert_eq!(Layout::find(&rows(&["1,2", "3,4"]), &none).header, 0);
        assert_eq!(Layout::find(&[], &none).headers, [""; 0]);
    }

    #[test]
    fn columns_without_header_or_cell_are_none() {
        let layout = Layout::find(&rows(&[",,id,,name", ",,1,,a,,note"]), &BTreeSet::new());
        assert_eq!((layout.columns, layout.headers), (vec![2, 4, 6], vec!["id".into(), "name".into(), String::new()]));
    }
}
