//! Records that a JSON path finds in a document.
//!
//! The document is held as a whole: as text alone when the path is made of names, numbers and `*`, as a tree too when it filters or
//! searches, which takes some eighteen times the memory. Beside its members a record has its place: `@key`, the last name or number on the way
//! to it; `@path`, the way as a JSON pointer; and `@root.…`, values of the document that it stands in.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::ops::Range;

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use super::json;
use super::pieces::{Piece, Pieces, not_json};
use crate::diag::Code;
use crate::ingest::open::Excess;

/// Longest document in which plain steps lead to the records.
const LONGEST: usize = 128 << 20;
/// Longest document that is made a tree of.
const LONGEST_TREE: usize = 64 << 20;

/// A path to records.
pub(super) struct Way {
    path: JsonPath,
    /// Its steps, when it neither filters nor searches.
    steps: Option<Vec<Step>>,
}

/// A step from a value to those in it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    All,
}

impl Way {
    pub(super) fn new(written: &str) -> Result<Self, serde_json_path::ParseError> {
        Ok(Self { path: JsonPath::parse(written)?, steps: steps(written) })
    }

    /// Longest document that records are looked for in.
    pub(super) fn longest(&self) -> usize {
        if self.steps.is_some() { LONGEST } else { LONGEST_TREE }
    }
}

/// The steps of a path of names, numbers and `*` alone.
fn steps(written: &str) -> Option<Vec<Step>> {
    let mut rest = written.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix("[*]").or_else(|| rest.strip_prefix(".*")) {
            steps.push(Step::All);
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(['.', '[']).unwrap_or(behind.len());
            let (name, behind) = behind.split_at_checked(end)?;
            if name.is_empty() || !name.chars().all(|sign| sign.is_alphanumeric() || sign == '_') {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = behind;
        } else {
            let (inner, behind) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = |quote: char| inner.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
            let name = quoted('\'').or_else(|| quoted('"'));
            steps.push(match name.filter(|name| !name.contains(['\\', '\'', '"'])) {
                Some(name) => Step::Name(name.to_owned()),
                None => Step::Index(inner.parse().ok().filter(|_| !inner.starts_with('+'))?),
            });
            rest = behind;
        }
    }
    Some(steps)
}

/// The records that a path finds in each of some documents.
pub(super) struct Located<P> {
    documents: P,
    way: Way,
    /// The ways to the values of the document that are wanted.
    roots: Vec<Vec<String>>,
    document: Piece,
    /// The extra cells that all records of the document share.
    shared: Vec<String>,
    found: VecDeque<Node>,
    /// Bytes of the document up to which line feeds were counted, and their number.
    counted: (usize, u64),
}

struct Node {
    key: String,
    pointer: String,
    place: Range<usize>,
}

impl<P: Pieces> Located<P> {
    /// `roots`: dotted ways from the document to further values.
    pub(super) fn new(documents: P, way: Way, roots: &[&str]) -> Self {
        let roots = roots.iter().map(|way| way.split('.').map(str::to_owned).collect()).collect();
        let (document, shared, found) = (Piece::default(), Vec::new(), VecDeque::new());
        Self { documents, way, roots, document, shared, found, counted: (0, 0) }
    }

    fn locate(&mut self) {
        self.counted = (0, 0);
        self.shared.clear();
        let Ok(text) = std::str::from_utf8(&self.document.text) else { return };
        let at_root = |way: &Vec<String>| json::cell(member(text.trim(), way).unwrap_or_default()).into_owned();
        self.shared.extend(self.roots.iter().map(at_root));
        if let Some(steps) = &self.way.steps {
            let whole = Node { key: String::new(), pointer: String::new(), place: 0..text.len() };
            follow(text, steps, whole, &mut self.found);
            return;
        }
        let root = value(text);
        let nodes = self.way.path.query_located(&root);
        // Where a node stands in the text is found by walking through both at once.
        let mut wanted: BTreeMap<usize, Range<usize>> =
            nodes.nodes().map(|node| (std::ptr::from_ref(node) as usize, 0..0)).collect();
        place(&root, text, 0, &mut wanted);
        for node in nodes.iter() {
            let address = std::ptr::from_ref(node.node()) as usize;
            let key = match node.location().last() {
                Some(PathElement::Name(name)) => (*name).to_owned(),
                Some(PathElement::Index(index)) => index.to_string(),
                None => String::new(),
            };
            let place = wanted.get(&address).cloned().unwrap_or_default();
            self.found.push_back(Node { key, pointer: node.location().to_json_pointer(), place });
        }
    }

    /// The line of a byte of the document.
    fn line(&mut self, at: usize) -> u64 {
        let (from, feeds) = if at < self.counted.0 { (0, 0) } else { self.counted };
        let between = self.document.text.get(from..at).unwrap_or_default();
        self.counted = (at, feeds + memchr::memchr_iter(b'\n', between).count() as u64);
        self.document.line + self.counted.1
    }
}

impl<P: Pieces> Pieces for Located<P> {
    fn next(&mut self, piece: &mut Piece) -> io::Result<bool> {
        while self.found.is_empty() {
            if !self.documents.next(&mut self.document)? {
                return Ok(false);
            }
            if self.document.fault.as_ref().is_some_and(|fault| fault.code == Code::TooLong) {
                let problem = format!(
                    "records are looked for by such a path in documents of at most {} MiB; split it, or write its records as NDJSON",
                    self.way.longest() >> 20
                );
                return Err(io::Error::other(Excess(problem)));
            }
            let is_sound = std::str::from_utf8(&self.document.text).is_ok_and(|text| json::check(text).is_ok());
            if self.document.fault.is_none() && !is_sound {
                self.document.fault = Some(not_json(&self.document.text));
            }
            if self.document.fault.is_some() {
                piece.clone_from(&self.document);
                return Ok(true);
            }
            self.locate();
        }
        let Some(node) = self.found.pop_front() else { return Ok(false) };
        piece.line = self.line(node.place.start);
        piece.byte = self.document.byte + node.place.start as u64;
        piece.text.clear();
        piece.text.extend_from_slice(self.document.text.get(node.place).unwrap_or_default());
        piece.fault = None;
        piece.extras = vec![node.key, node.pointer];
        piece.extras.extend(self.shared.iter().cloned());
        Ok(true)
    }
}

/// Finds what the steps lead to from a node of a sound text.
fn follow(text: &str, steps: &[Step], node: Node, found: &mut VecDeque<Node>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push_back(node);
        return;
    };
    let part = text.get(node.place.clone()).unwrap_or_default();
    let below = |key: String, place: Range<usize>| {
        let pointer = format!("{}/{}", node.pointer, key.replace('~', "~0").replace('/', "~1"));
        Node { key, pointer, place: node.place.start + place.start..node.place.start + place.end }
    };
    if let Ok(Some(members)) = json::members(part) {
        let last = |name: &String| members.iter().rfind(|member| member.name == name.as_str());
        match step {
            Step::Name(name) => {
                if let Some(member) = last(name) {
                    follow(text, rest, below(name.clone(), member.value.clone()), found);
                }
            }
            Step::All => {
                for member in members {
                    follow(text, rest, below(member.name.into_owned(), member.value), found);
                }
            }
            Step::Index(_) => {}
        }
    } else if let Ok(Some(elements)) = json::elements(part) {
        for (index, place) in elements.into_iter().enumerate() {
            if *step == Step::All || *step == Step::Index(index) {
                follow(text, rest, below(index.to_string(), place), found);
            }
        }
    }
}

/// A sound text as a value to ask a path of. A number that has no place in 64 bits is its digits.
fn value(text: &str) -> Value {
    let part = |place: Range<usize>| value(text.get(place).unwrap_or_default());
    if let Ok(Some(members)) = json::members(text) {
        return Value::Object(members.into_iter().map(|m| (m.name.into_owned(), part(m.value))).collect());
    }
    if let Ok(Some(elements)) = json::elements(text) {
        return Value::Array(elements.into_iter().map(part).collect());
    }
    let text = text.trim();
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Notes where the wanted values stand in the text; `from`: byte of the text where this part of it begins.
fn place(value: &Value, text: &str, from: usize, wanted: &mut BTreeMap<usize, Range<usize>>) {
    if let Some(place) = wanted.get_mut(&(std::ptr::from_ref(value) as usize)) {
        let blank = text.len() - text.trim_start().len();
        *place = from + blank..from + blank + text.trim().len();
    }
    let part = |place: Range<usize>| (text.get(place.clone()).unwrap_or_default(), from + place.start);
    match value {
        Value::Object(values) => {
            for member in json::members(text).ok().flatten().unwrap_or_default() {
                let Some(inner) = values.get(member.name.as_ref()) else { continue };
                let (text, from) = part(member.value);
                self::place(inner, text, from, wanted);
            }
        }
        Value::Array(values) => {
            let places = json::elements(text).ok().flatten().unwrap_or_default();
            for (inner, range) in values.iter().zip(places) {
                let (text, from) = part(range);
                self::place(inner, text, from, wanted);
            }
        }
        _ => {}
    }
}

/// The text of the value at the end of a way through objects; the last of two members of the same name.
fn member<'t>(text: &'t str, way: &[String]) -> Option<&'t str> {
    let Some((name, rest)) = way.split_first() else { return Some(text) };
    let member = json::members(text).ok()??.into_iter().rfind(|member| member.name == name.as_str())?;
    self::member(text.get(member.value)?, rest)
}
