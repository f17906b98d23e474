//! Several rows of one record, and columns that come from the name of the file.
//!
//! Wraps a [`Source`] and is one: the rows that it gives have further cells under the headers that begin with `@`.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value as Json;

use super::IngestError;
use super::binding::{Headers, text_of};
use super::coerce;
use super::open::Digest;
use super::record::{Fault, Record};
use super::single::Diagnostic;
use super::source::Source;
use crate::diag::Code;
use crate::presets::Unfold;

/// A source with further columns.
pub(super) struct Unfolded<'p> {
    inner: Box<dyn Source + 'p>,
    headers: Vec<String>,
    constants: Vec<String>,
    unfold: Option<(Way, Vec<usize>)>,
    record: Record,
    ready: VecDeque<Record>,
}

/// How the cells at the places of a record become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Months,
    Cells,
    Worklogs,
    Members,
}

impl Way {
    /// The headers of the further cells.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Months => &["@header", "@value"],
            Self::Cells => &["@value"],
            Self::Worklogs => &["@date", "@author", "@seconds", "@comment"],
            Self::Members => &["@key", "@value"],
        }
    }
}

impl<'p> Unfolded<'p> {
    /// Adds columns that are the same in every row, and unfolds.
    pub(super) fn new(inner: Box<dyn Source + 'p>, constants: Vec<(String, String)>, unfold: Option<&Unfold>) -> Self {
        let mut headers = inner.headers().to_vec();
        let unfold = unfold.map(|unfold| way(unfold, &headers));
        let (names, constants): (Vec<_>, Vec<_>) = constants.into_iter().unzip();
        headers.extend(names);
        headers.extend(unfold.iter().flat_map(|(way, _)| way.headers()).map(|header| (*header).to_owned()));
        Self { inner, headers, constants, unfold, record: Record::default(), ready: VecDeque::new() }
    }

    /// A copy of the record at hand with these further cells.
    fn with(&self, further: &[&str]) -> Record {
        let mut row = self.record.clone();
        // Ragged rows would put the further cells under other headers; they have a fault, and nobody reads their cells.
        self.constants
            .iter()
            .map(String::as_str)
            .chain(further.iter().copied())
            .for_each(|cell| row.cells.push_field(cell.as_bytes()));
        row
    }

    fn rows(&self) -> Vec<Record> {
        let Some((way, places)) = &self.unfold else { return vec![self.with(&[])] };
        if self.record.fault.is_some() || self.record.skipped.is_some() {
            return vec![self.with(&[])];
        }
        let cells = places.iter().map(|&place| (place, self.record.text(place))).filter(|(_, text)| !text.is_empty());
        cells.flat_map(|(place, text)| self.rows_of(*way, place, text)).collect()
    }

    fn rows_of(&self, way: Way, place: usize, text: &str) -> Vec<Record> {
        match way {
            Way::Months => vec![self.with(&[&self.headers[place], text])],
            Way::Cells => vec![self.with(&[text])],
            Way::Worklogs => match worklog(text) {
                Some([comment, date, author, seconds]) => vec![self.with(&[date, author, seconds, comment])],
                None => vec![self.faulty(place, text, "a worklog `date;author;seconds`, a comment before it or not")],
            },
            Way::Members => match serde_json::from_str(text) {
                Ok(Json::Object(members)) => {
                    members.iter().map(|(key, value)| self.with(&[key, &text_of(value)])).collect()
                }
                Ok(Json::Array(items)) => {
                    let items = items.iter().enumerate();
                    items.map(|(key, value)| self.with(&[&key.to_string(), &text_of(value)])).collect()
                }
                _ => vec![self.faulty(place, text, "a JSON object or array")],
            },
        }
    }

    fn faulty(&self, place: usize, text: &str, expected: &str) -> Record {
        let mut row = self.with(&[]);
        let (found, expected) = (text.to_owned(), expected.to_owned());
        row.fault = Some(Fault { code: Code::BadCell, column: Some(place), found, expected });
        row
    }
}

fn way(unfold: &Unfold, headers: &[String]) -> (Way, Vec<usize>) {
    let places = |header: &str| Headers::new(headers).bind(header, false).map(|feed| feed.places()).unwrap_or_default();
    match unfold {
        Unfold::Months => {
            (Way::Months, (0..headers.len()).filter(|&place| coerce::is_month(&headers[place])).collect())
        }
        Unfold::Cells(header) => (Way::Cells, places(header)),
        Unfold::Worklogs(header) => (Way::Worklogs, places(header)),
        Unfold::Members(header) => (Way::Members, places(header)),
    }
}

/// `[comment;]date;author;seconds` as comment, date, author and seconds. The comment may hold semicolons and line breaks.
fn worklog(cell: &str) -> Option<[&str; 4]> {
    let mut parts = cell.rsplitn(4, ';').map(str::trim);
    let (seconds, author, date) = (parts.next()?, parts.next()?, parts.next()?);
    let is_count = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
    (is_count && !date.is_empty()).then(|| [parts.next().unwrap_or_default(), date, author, seconds])
}

impl Source for Unfolded<'_> {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn has_header(&self) -> bool {
        self.inner.has_header()
    }

    fn remarks(&self) -> Vec<Diagnostic> {
        self.inner.remarks()
    }

    fn reread(&self, raw: &str) -> Option<csv::ByteRecord> {
        // What is unfolded has more cells than its text: of such a record the export itself is to be mended.
        let mut cells = self.inner.reread(raw).filter(|_| self.unfold.is_none())?;
        self.constants.iter().for_each(|cell| cells.push_field(cell.as_bytes()));
        Some(cells)
    }

    fn explains(&self, wanted: &BTreeSet<String>, is_named: bool) -> Option<String> {
        self.inner.explains(wanted, is_named)
    }

    fn dialect(&self) -> String {
        self.inner.dialect()
    }

    fn typed_times(&self) -> &[bool] {
        self.inner.typed_times()
    }

    fn unreadable(&self) -> &[String] {
        self.inner.unreadable()
    }

    fn select(&mut self, places: &BTreeSet<usize>) -> Result<(), IngestError> {
        let count = self.inner.headers().len();
        let unfolded = self.unfold.iter().flat_map(|(_, places)| places);
        self.inner.select(&places.iter().chain(unfolded).copied().filter(|place| *place < count).collect())
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        while self.ready.is_empty() {
            if !self.inner.next(&mut self.record)? {
                return Ok(false);
            }
            self.ready = self.rows().into();
        }
        if let Some(row) = self.ready.pop_front() {
            *record = row;
        }
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<Digest, IngestError> {
        self.inner.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worklog_is_taken_apart_from_its_end() {
        assert_eq!(worklog("25/Feb/26 10:17 PM;ann;3600"), Some(["", "25/Feb/26 10:17 PM", "ann", "3600"]));
        assert_eq!(
            worklog("fixed a; b\nand c;25/Feb/26;ann;60"),
            Some(["fixed a; b\nand c", "25/Feb/26", "ann", "60"])
        );
        assert_eq!(worklog("ann;3600"), None);
        assert_eq!(worklog("a;b;c"), None);
    }
}
