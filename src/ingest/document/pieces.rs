//! From a stream of JSON to the values that are records, one at a time.
//!
//! Takes one value per line, values one behind another, an array, or an array wrapped in an object; which of them a file is
//! is judged from its beginning. A value that is broken is given with its fault, and reading resumes where the form allows it:
//! behind the line, behind the element, or at the next line that begins a value.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::json::{self, Kind};
use super::stream::{End, Stream, value_length};
use crate::diag::Code;
use crate::ingest::normalised;
use crate::ingest::record::Fault;

/// Bytes that the form of a file is judged from.
const HEAD: usize = 4 << 20;
/// Longest record.
pub(super) const LONGEST: usize = 64 << 20;
/// Longest part of a broken record that is kept.
const BROKEN: usize = 4 << 10;
/// Members of a wrapper beside its records, whose text may be so long in all and still be small beside them.
const SMALL: usize = 4 << 10;
/// Longest record of more than one line among records that have one.
const WRITTEN_OUT: usize = 1 << 20;
/// How often reading resumes inside of what a broken value has swallowed: each time what follows is looked at anew.
const MAX_RESUMED: usize = 20;

/// A value that is a record, or should be one.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// Line where it starts, from 1.
    pub(super) line: u64,
    /// Byte where it starts, from 0.
    pub(super) byte: u64,
    /// Its text; of a broken one, the beginning of it.
    pub(super) text: Vec<u8>,
    /// Why it is not to be read.
    pub(super) fault: Option<Fault>,
    /// Cells that its place in the document gives.
    pub(super) extras: Vec<String>,
}

/// Gives the records of a document.
pub(super) trait Pieces {
    /// Reads the next; `false` at the end.
    fn next(&mut self, piece: &mut Piece) -> io::Result<bool>;
}

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A line.
    Line,
    /// A value of the outermost level.
    Value,
    /// An element of an array that stands in so many objects.
    Element {
        is_first: bool,
        wrappers: usize,
    },
    Ended,
}

/// What a step gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Piece,
    /// Nothing yet: the place has changed.
    Again,
    End,
}

/// How the values of a file stand in it, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Lines,
    Values,
    Array,
    /// The names on the way to the array.
    Wrapped(String),
}

/// The records of a JSON text.
pub(super) struct Values<'p> {
    stream: Stream<'p>,
    place: Place,
    /// Whether an array of the outermost level is one value, and not its elements.
    is_whole: bool,
    longest: usize,
    /// How often reading has resumed inside of what a broken value had swallowed.
    resumed: usize,
}

impl<'p> Values<'p> {
    /// Judges the form; `None` when there is nothing. `wanted`: headers (folded) by which an object is known that is a record although it holds an array.
    /// `may_be_lines`: whether a value on every line is the form of NDJSON, and not one that was written here.
    pub(super) fn open(
        content: Box<dyn Read + 'p>,
        wanted: &BTreeSet<String>,
        may_be_lines: bool,
    ) -> io::Result<Option<(Self, Shape)>> {
        let Some(mut values) = Self::whole(content, LONGEST, may_be_lines)? else { return Ok(None) };
        values.is_whole = false;
        let stream = &mut values.stream;
        let shape = match stream.pass_blank()? {
            Some(b'[') => Shape::Array,
            _ if values.place == Place::Line => Shape::Lines,
            Some(b'{') => {
                let found = wrapped(stream.rest(), stream.is_whole(), wanted);
                found.map_or(Shape::Values, |(start, names)| {
                    stream.pass(start);
                    values.place = Place::Element { is_first: true, wrappers: names.len() };
                    Shape::Wrapped(names.join("."))
                })
            }
            _ => Shape::Values,
        };
        Ok(Some((values, shape)))
    }

    /// Gives every value of the outermost level as it is, up to so many bytes; `None` when there is nothing.
    pub(super) fn whole(content: Box<dyn Read + 'p>, longest: usize, may_be_lines: bool) -> io::Result<Option<Self>> {
        let mut stream = Stream::new(content)?;
        if stream.pass_blank()?.is_none() {
            return Ok(None);
        }
        stream.hold(HEAD)?;
        let is_by_line = may_be_lines && is_by_line(stream.rest(), stream.is_whole());
        let place = if is_by_line { Place::Line } else { Place::Value };
        Ok(Some(Self { stream, place, is_whole: true, longest, resumed: 0 }))
    }

    /// Gives the value of so many bytes and moves behind it.
    fn take(&mut self, length: usize, piece: &mut Piece) {
        self.begin(piece);
        piece.text.extend_from_slice(self.stream.next_bytes(length));
        self.stream.pass(length);
    }

    fn begin(&self, piece: &mut Piece) {
        piece.line = self.stream.line();
        piece.byte = self.stream.byte();
        piece.text.clear();
        piece.extras.clear();
        piece.fault = None;
    }

    /// Gives a value that is too long and was passed over.
    fn long(&self, piece: &mut Piece) {
        piece.fault = Some(Fault {
            code: Code::TooLong,
            column: None,
            found: format!("more than {} MiB in one value", self.longest >> 20),
            expected: "a record".into(),
        });
    }

    fn line(&mut self, piece: &mut Piece) -> io::Result<Step> {
        if self.stream.pass_blank()?.is_none() {
            return Ok(Step::End);
        }
        self.begin(piece);
        match self.stream.line_end(self.longest)? {
            End::After(length) | End::Cut(length) => {
                let length = self.written_out(length)?.unwrap_or(length);
                self.take(length, piece);
                piece.text.truncate(piece.text.trim_ascii_end().len());
            }
            End::TooLong => self.long(piece),
        }
        Ok(Step::Piece)
    }

    /// The length of a record that goes on behind its line, as it does when it is written out for people.
    fn written_out(&mut self, line: usize) -> io::Result<Option<usize>> {
        let text = self.stream.next_bytes(line).trim_ascii_end();
        if !text.starts_with(b"{") || text.ends_with(b"}") || self.resumed == MAX_RESUMED {
            return Ok(None);
        }
        self.stream.hold(WRITTEN_OUT)?;
        let length = value_length(self.stream.next_bytes(WRITTEN_OUT));
        let text = length.and_then(|length| std::str::from_utf8(self.stream.next_bytes(length)).ok());
        let is_sound = text.is_some_and(|text| json::check(text) == Ok(Kind::Object));
        self.resumed += usize::from(!is_sound);
        Ok(length.filter(|_| is_sound))
    }

    fn value(&mut self, piece: &mut Piece) -> io::Result<Step> {
        match self.stream.pass_blank()? {
            None => return Ok(Step::End),
            Some(b'[') if !self.is_whole => {
                self.stream.pass(1);
                self.place = Place::Element { is_first: true, wrappers: 0 };
                return Ok(Step::Again);
            }
            Some(_) => {}
        }
        self.begin(piece);
        match self.stream.value_end(self.longest)? {
            End::TooLong => self.long(piece),
            End::After(length) if self.is_sound(length) => self.take(length, piece),
            _ if self.resumed == MAX_RESUMED => return self.rest(piece),
            End::After(length) | End::Cut(length) => {
                // Its end is not to be trusted: a bracket or quote may be missing, and what follows be a record again.
                let rest = self.stream.next_bytes(length.max(1));
                let mut feeds = memchr::memchr_iter(b'\n', rest);
                let next = feeds.find(|&feed| matches!(rest.get(feed + 1), Some(b'{' | b'[')));
                let own = next.unwrap_or(length.max(1));
                self.take(own, piece);
                piece.fault = Some(not_json(&piece.text));
                piece.text.truncate(BROKEN);
                self.resumed += usize::from(next.is_some());
                if length == 0 {
                    self.stream.pass_line()?;
                }
            }
        }
        Ok(Step::Piece)
    }

    /// Whether a value can be trusted to end there: one on a single line, or one that is JSON.
    fn is_sound(&self, length: usize) -> bool {
        let text = self.stream.next_bytes(length);
        let is_json = || std::str::from_utf8(text).map_or(true, |text| json::check(text).is_ok());
        length > 0 && (memchr::memchr(b'\n', text).is_none() || is_json())
    }

    fn element(&mut self, is_first: bool, wrappers: usize, piece: &mut Piece) -> io::Result<Step> {
        let mut next = self.stream.pass_blank()?;
        if next == Some(b']') {
            self.stream.pass(1);
            self.place = Place::Value;
            if self.stream.leave(wrappers)? {
                return Ok(Step::Again);
            }
            next = None;
        } else if !is_first && next == Some(b',') {
            self.stream.pass(1);
            next = self.stream.pass_blank()?;
        } else if !is_first && next.is_some() {
            return self.rest(piece);
        }
        self.place = Place::Element { is_first: false, wrappers };
        self.begin(piece);
        if next.is_none() {
            self.place = Place::Ended;
            piece.fault = Some(broken("the end of the file", "the end of the array and of what it stands in"));
            return Ok(Step::Piece);
        }
        match self.stream.value_end(self.longest)? {
            End::TooLong => self.long(piece),
            End::After(length) if length > 0 => self.take(length, piece),
            End::After(_) | End::Cut(_) => return self.rest(piece),
        }
        Ok(Step::Piece)
    }

    /// Gives the rest of the file as one broken record: where it goes on cannot be known.
    fn rest(&mut self, piece: &mut Piece) -> io::Result<Step> {
        self.stream.hold(BROKEN)?;
        let length = self.stream.next_bytes(BROKEN).len();
        self.take(length, piece);
        piece.fault = Some(match not_json(&piece.text) {
            fault if fault.code == Code::InvalidJson => {
                Fault { expected: format!("{}; the rest of the array cannot be read", fault.expected), ..fault }
            }
            fault => fault,
        });
        self.place = Place::Ended;
        Ok(Step::Piece)
    }
}

impl Pieces for Values<'_> {
    fn next(&mut self, piece: &mut Piece) -> io::Result<bool> {
        loop {
            let step = match self.place {
                Place::Line => self.line(piece)?,
                Place::Value => self.value(piece)?,
                Place::Element { is_first, wrappers } => self.element(is_first, wrappers, piece)?,
                Place::Ended => Step::End,
            };
            if step != Step::Again {
                return Ok(step == Step::Piece);
            }
        }
    }
}

/// What is wrong with a text that is no JSON.
pub(super) fn not_json(text: &[u8]) -> Fault {
    let found = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        let start: String = String::from_utf8_lossy(rest).chars().take(40).collect();
        if start.trim().is_empty() {
            format!("the end after {at} bytes")
        } else {
            format!("`{start}` after {at} bytes")
        }
    };
    let sound = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let expected = "UTF-8 text".into();
            return Fault { code: Code::InvalidText, column: None, found: found(error.valid_up_to()), expected };
        }
    };
    match json::check(sound) {
        Err(fault @ json::Broken::Surrogate { at }) => {
            Fault { code: Code::InvalidText, column: None, found: found(at), expected: fault.expected().into_owned() }
        }
        Err(fault) => broken(&found(fault.at()), &format!("a JSON object ({})", fault.expected())),
        Ok(_) => broken(&found(0), "a JSON object that ends where its line does"),
    }
}

fn broken(found: &str, expected: &str) -> Fault {
    Fault { code: Code::InvalidJson, column: None, found: found.into(), expected: expected.into() }
}

/// Whether every line is a value of its own: the first one is, or most of those are that begin one.
fn is_by_line(head: &[u8], is_whole: bool) -> bool {
    let mut lines: Vec<&[u8]> = head.split(|&byte| byte == b'\n').collect();
    if !is_whole {
        lines.pop();
    }
    lines.retain(|line| !line.trim_ascii().is_empty());
    let is_object = |line: &[u8]| std::str::from_utf8(line).is_ok_and(|line| json::check(line) == Ok(Kind::Object));
    match lines.as_slice() {
        [] => false,
        [only] if is_whole => !only.starts_with(b"{") && !only.starts_with(b"["),
        [first, ..] if is_object(first) => true,
        [first, ..] if first.starts_with(b"[") => false,
        all => {
            let sample = all.get(..50).unwrap_or(all);
            2 * sample.iter().filter(|line| line.starts_with(b"{") && is_object(line)).count() > sample.len()
        }
    }
}

/// Where the elements begin of an array that the object at the start of the text is only the wrapper of, and the names on the way to it.
fn wrapped(head: &[u8], is_whole: bool, wanted: &BTreeSet<String>) -> Option<(usize, Vec<String>)> {
    let whole = std::str::from_utf8(head).ok().filter(|_| is_whole);
    let arrays = arrays(head, 0);
    let first = arrays.first()?;
    if let Some(text) = whole {
        // A second value behind the first: the objects are records.
        json::check(text).ok()?;
        if arrays.len() > 1 && !(arrays.iter().skip(1).all(|other| other.length < SMALL) && first.length > 4 * SMALL) {
            return None;
        }
    } else if first.length < SMALL {
        return None;
    }
    let known = |names: &[String]| names.iter().filter(|name| wanted.contains(&normalised(name))).count();
    let is_record = known(&first.siblings) > 0 && known(&first.siblings) >= known(&first.names);
    (!is_record).then(|| (first.start, first.way.clone()))
}

/// An array of objects in an object.
struct Found {
    /// The names on the way to it.
    way: Vec<String>,
    /// Byte of its first element.
    start: usize,
    /// Bytes of its text that are there.
    length: usize,
    /// The members of its first element.
    names: Vec<String>,
    /// The members beside it.
    siblings: Vec<String>,
}

/// The arrays of objects that are members of the object at the start of a text, or of an object in it. The text may be cut off.
fn arrays(text: &[u8], level: usize) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut siblings = Vec::new();
    for (name, start, end) in parts(text) {
        let value = text.get(start..end).unwrap_or_default();
        let begins = |sign: u8, next: u8| {
            value.first() == Some(&sign) && value.get(1..).unwrap_or_default().trim_ascii_start().first() == Some(&next)
        };
        if begins(b'[', b'{') {
            let inner = value.get(1..).unwrap_or_default();
            let blank = inner.len() - inner.trim_ascii_start().len();
            let names = parts(inner.trim_ascii_start()).into_iter().map(|(name, ..)| name).collect();
            let (way, start) = (vec![name.clone()], start + 1 + blank);
            found.push(Found { way, start, length: value.len(), names, siblings: Vec::new() });
        } else if value.first() == Some(&b'{') && level == 0 {
            found.extend(arrays(value, 1).into_iter().map(|inner| Found {
                way: [vec![name.clone()], inner.way].concat(),
                start: start + inner.start,
                ..inner
            }));
        }
        siblings.push(name);
    }
    for array in &mut found {
        array.siblings.extend(siblings.iter().filter(|&name| array.way.first() != Some(name)).cloned());
    }
    found
}

/// Name, start and end of every member of the object at the start of a text, as far as the text goes.
fn parts(text: &[u8]) -> Vec<(String, usize, usize)> {
    let mut parts = Vec::new();
    let mut at = 0;
    let blank = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        at + rest.len() - rest.trim_ascii_start().len()
    };
    let length = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        value_length(rest).unwrap_or(rest.len())
    };
    while matches!((at, text.get(at)), (0, Some(b'{')) | (1.., Some(b','))) {
        at = blank(at + 1);
        let name = at..at + length(at);
        at = blank(name.end);
        let Some(name) = text.get(name).filter(|name| name.starts_with(b"\"")) else { break };
        if text.get(at) != Some(&b':') {
            break;
        }
        let start = blank(at + 1);
        let end = start + length(start);
        parts.push((json::unescaped(&String::from_utf8_lossy(name)).into_owned(), start, end));
        at = blank(end);
    }
    parts
}
