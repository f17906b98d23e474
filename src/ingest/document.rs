//! JSON and YAML: from documents to records.
//!
//! Takes NDJSON, values one behind another, an array or a wrapped array of objects, and of any document what a JSON path
//! finds in it; gives a column for every member of the objects, each cell as text. Structures are cells of JSON, and
//! numbers keep their digits. Only one record is held at a time, unless a path asks for the whole document. Refuses nothing
//! of a sound file; what is no object, or broken, is a record with its fault.

mod json;
mod path;
mod pieces;
mod stream;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io::{self, Cursor, Read};

use serde_json_path::JsonPath;

use super::open::{Digest, Opened};
use super::record::{Fault, Record};
use super::source::{Source, Wanted};
use super::{IngestError, normalised};
use crate::diag::Code;
use json::Member;
use path::Located;
use pieces::{Piece, Pieces, Shape, Values, not_json};

/// Records that the headers are found from.
const SAMPLE: usize = 1000;
/// Bytes that the headers are found from.
const SAMPLE_BYTES: usize = 4 << 20;
/// Headers that a file may have; members beyond them are unreadable.
const MAX_HEADERS: usize = 16_384;
/// Names that are remembered as unreadable.
const MAX_UNREADABLE: usize = 1000;
/// Longest record as it is kept for the quarantine.
const RAW: usize = 64 << 10;

/// A document while it is read.
pub(super) struct Document<'p> {
    name: String,
    dialect: String,
    headers: Vec<String>,
    /// Place of a header as it is written.
    places: HashMap<String, usize>,
    /// Place of a wanted header, folded, for members that appear late and are spelt otherwise.
    wanted: BTreeMap<String, usize>,
    /// Place of the first column that a record's place in the document gives.
    extras: usize,
    unreadable: Vec<String>,
    pieces: Box<dyn Pieces + 'p>,
    /// Records that were read for the headers.
    held: VecDeque<Piece>,
    piece: Piece,
    /// Byte of the JSON and line of the YAML that it was made from, in order.
    lines: Vec<(usize, u64)>,
    opened: Opened<'p>,
}

impl<'p> Document<'p> {
    /// Opens a JSON file and finds its headers.
    pub(super) fn open(mut opened: Opened<'p>, name: &str, wanted: &Wanted) -> Result<Self, IngestError> {
        let content = std::mem::replace(&mut opened.content, Box::new(io::empty()));
        Self::of_json(opened, name, wanted, content, None)
    }

    /// Opens a YAML file and finds its headers.
    pub(super) fn open_yaml(mut opened: Opened<'p>, name: &str, wanted: &Wanted) -> Result<Self, IngestError> {
        let content = std::mem::replace(&mut opened.content, Box::new(io::empty()));
        let of_read = |error| IngestError::of_read(name, error);
        let mut stream = stream::Stream::new(content).map_err(of_read)?;
        stream.hold(yaml::LONGEST + 1).map_err(of_read)?;
        let too_large = |problem: &str| IngestError::TooLarge { path: name.into(), problem: problem.into() };
        if stream.rest().len() > yaml::LONGEST {
            return Err(too_large("it is YAML of more than 64 MiB; split it, or write it as NDJSON"));
        }
        let damaged = |problem: String| IngestError::Damaged { path: name.into(), problem };
        let text = std::str::from_utf8(stream.rest()).map_err(|_| damaged("it is not UTF-8 text".into()))?;
        let converted = IngestError::guarded(name, "YAML", || Ok::<_, String>(yaml::convert(text)))?;
        let converted = converted.map_err(|trouble| match trouble {
            yaml::Trouble::TooLarge => {
                too_large("its aliases grow to more than 128 MiB; write out what they stand for, or split the file")
            }
            yaml::Trouble::Broken(problem) => damaged(format!("it cannot be read as YAML ({problem})")),
        })?;
        let json = Box::new(Cursor::new(converted.json.into_bytes()));
        Self::of_json(opened, name, wanted, json, Some(converted.lines))
    }

    /// `lines`: of YAML, the lines that the parts of the JSON come from.
    fn of_json(
        opened: Opened<'p>,
        name: &str,
        wanted: &Wanted,
        content: Box<dyn Read + 'p>,
        lines: Option<Vec<(usize, u64)>>,
    ) -> Result<Self, IngestError> {
        let of_read = |error| IngestError::of_read(name, error);
        let form = if lines.is_some() { "yaml" } else { "json" };
        let empty = || IngestError::Empty { path: name.into() };
        let mut extras = Vec::new();
        let (pieces, shape): (Box<dyn Pieces + 'p>, String) = if let Some(written) = &wanted.records {
            let path = JsonPath::parse(written).map_err(|error| IngestError::Settings {
                path: name.into(),
                problem: format!("records = \"{written}\" is no JSON path ({error}); write one such as `$.items[*]`"),
            })?;
            extras = vec!["@key".to_owned(), "@path".to_owned()];
            let roots: BTreeSet<&String> = wanted.sources.iter().filter(|way| way.starts_with("@root.")).collect();
            extras.extend(roots.into_iter().cloned());
            let documents = Values::whole(content, path::LONGEST, lines.is_none()).map_err(of_read)?;
            let documents = documents.ok_or_else(empty)?;
            let roots: Vec<&str> = extras.iter().filter_map(|way| way.strip_prefix("@root.")).collect();
            (Box::new(Located::new(documents, path, &roots)), format!("{form}, records at `{written}`"))
        } else {
            let values = Values::open(content, &wanted.headers, lines.is_none()).map_err(of_read)?;
            let (values, shape) = values.ok_or_else(empty)?;
            (Box::new(values), shown(form, &shape))
        };
        let mut document = Self {
            name: name.into(),
            dialect: format!("{shape}{}", opened.packing.suffix()),
            headers: Vec::new(),
            places: HashMap::new(),
            wanted: BTreeMap::new(),
            extras: 0,
            unreadable: Vec::new(),
            pieces,
            held: VecDeque::new(),
            piece: Piece::default(),
            lines: lines.unwrap_or_default(),
            opened,
        };
        document.find_headers(wanted, extras)?;
        Ok(document)
    }

    /// Reads records until enough of them have shown their members.
    fn find_headers(&mut self, wanted: &Wanted, extras: Vec<String>) -> Result<(), IngestError> {
        let mut bytes = 0;
        let mut is_whole = false;
        while self.held.len() < SAMPLE && bytes < SAMPLE_BYTES {
            let mut piece = Piece::default();
            let read = self.pieces.next(&mut piece);
            if !read.map_err(|error| IngestError::of_read(&self.name, error))? {
                is_whole = true;
                break;
            }
            bytes += piece.text.len();
            if let Ok(members) = read_members(&piece) {
                let names: Vec<String> = members.into_iter().map(|member| member.name.into_owned()).collect();
                for name in names {
                    self.add_header(name);
                }
            }
            self.held.push_back(piece);
        }
        if !is_whole {
            // A member that no record of the sample has may still come: what the input asks for has its column from the start.
            let known: BTreeSet<String> = self.headers.iter().map(|header| normalised(header)).collect();
            for source in wanted.sources.iter().filter_map(|source| member_of(source)) {
                if !known.contains(&normalised(source)) {
                    self.add_header(source.to_owned());
                }
            }
        }
        for (place, header) in self.headers.iter().enumerate() {
            let folded = normalised(header);
            if wanted.headers.contains(&folded) || wanted.sources.contains(header) {
                self.wanted.entry(folded).or_insert(place);
            }
        }
        self.extras = self.headers.len();
        self.headers.extend(extras);
        Ok(())
    }

    fn add_header(&mut self, name: String) {
        if self.places.contains_key(&name) {
            return;
        }
        if self.headers.len() == MAX_HEADERS {
            self.leave_out(&name);
            return;
        }
        self.places.insert(name.clone(), self.headers.len());
        self.headers.push(name);
    }

    fn leave_out(&mut self, name: &str) {
        if self.unreadable.len() < MAX_UNREADABLE && !self.unreadable.iter().any(|known| known == name) {
            self.unreadable.push(name.to_owned());
        }
    }

    /// Writes the cells of a piece; the fault when it has none.
    fn fill(&mut self, piece: &Piece, record: &mut Record) -> Result<(), Fault> {
        if let Some(fault) = &piece.fault {
            return Err(fault.clone());
        }
        let members = read_members(piece)?;
        let text = std::str::from_utf8(&piece.text).unwrap_or_default();
        let mut cells: Vec<Option<&str>> = vec![None; self.extras];
        for Member { name, value } in &members {
            let exact = self.places.get(name.as_ref()).copied();
            let place = exact.or_else(|| self.wanted.get(&normalised(name)).copied());
            match place.and_then(|place| cells.get_mut(place)) {
                Some(cell) if cell.is_none() => *cell = text.get(value.clone()),
                Some(_) if exact.is_some() => {
                    let found = name.clone().into_owned();
                    let expected = "every name once in a record".into();
                    return Err(Fault { code: Code::DuplicateKey, column: place, found, expected });
                }
                _ => self.leave_out(name),
            }
        }
        for cell in &cells {
            record.cells.push_field(cell.map(json::cell).unwrap_or_default().as_bytes());
        }
        for place in 0..self.headers.len() - self.extras {
            record.cells.push_field(piece.extras.get(place).map(String::as_bytes).unwrap_or_default());
        }
        Ok(())
    }
}

impl Source for Document<'_> {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn dialect(&self) -> String {
        self.dialect.clone()
    }

    fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        let mut piece = std::mem::take(&mut self.piece);
        if let Some(held) = self.held.pop_front() {
            piece = held;
        } else if !self.pieces.next(&mut piece).map_err(|error| IngestError::of_read(&self.name, error))? {
            return Ok(false);
        }
        let Record { cells, fault, raw, .. } = record;
        cells.clear();
        *fault = None;
        raw.clear();
        raw.extend_from_slice(piece.text.get(..RAW).unwrap_or(&piece.text));
        record.repaired = None;
        record.skipped = None;
        record.may_be_note = false;
        (record.line, record.byte) = (piece.line, piece.byte);
        if !self.lines.is_empty() {
            let start = usize::try_from(piece.byte).unwrap_or(usize::MAX);
            let known = self.lines.partition_point(|&(at, _)| at <= start);
            record.line = known.checked_sub(1).and_then(|known| self.lines.get(known)).map_or(1, |&(_, line)| line);
            record.byte = 0;
        }
        if let Err(fault) = self.fill(&piece, record) {
            record.cells.clear();
            record.fault = Some(fault);
        }
        self.piece = piece;
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<Digest, IngestError> {
        let Self { name, pieces, opened, .. } = *self;
        drop(pieces);
        opened.finish(&name)
    }
}

/// The members of a record.
fn read_members(piece: &Piece) -> Result<Vec<Member<'_>>, Fault> {
    if let Some(fault) = &piece.fault {
        return Err(fault.clone());
    }
    let Ok(text) = std::str::from_utf8(&piece.text) else { return Err(not_json(&piece.text)) };
    match json::members(text) {
        Ok(Some(members)) => Ok(members),
        Ok(None) => Err(Fault {
            code: Code::NotARecord,
            column: None,
            found: text.chars().take(80).collect(),
            expected: "an object".into(),
        }),
        Err(_) => Err(not_json(&piece.text)),
    }
}

/// The member of a record that a source reads: what stands before the first dot; nothing of templates and places.
fn member_of(source: &str) -> Option<&str> {
    let source = source.strip_prefix("$.").unwrap_or(source);
    let member = source.split(['.', '[']).next().unwrap_or_default();
    (!member.is_empty() && !member.starts_with('@') && !source.contains('{')).then_some(member)
}

fn shown(form: &str, shape: &Shape) -> String {
    match shape {
        Shape::Lines => "ndjson".into(),
        Shape::Values => form.into(),
        Shape::Array => format!("{form}, array"),
        Shape::Wrapped(way) => format!("{form}, array `{way}`"),
    }
}
