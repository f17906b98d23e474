//! From a source, as a preset or a configuration writes it, to the cells of a file.
//!
//! A source is a header, a member of the JSON object in a column, a JSON path, or a template of them; see
//! [`Preset`](crate::presets::Preset). It is bound to the headers of a file once, and read from each record.

use std::borrow::Cow;

use serde_json::Value;
use serde_json_path::JsonPath;

use super::normalised;
use super::record::Record;

/// A source bound to the headers of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Feed {
    /// The columns with this header, in file order.
    Cells(Vec<usize>),
    /// A member of the JSON in a column.
    Member(usize, Vec<String>),
    /// What a JSON path finds in the JSON of a column.
    Query(usize, JsonPath),
    /// Text between other feeds.
    Template(Vec<Piece>),
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Words(String),
    Feed(Feed),
}

/// The headers of a file, ready to be looked up.
#[derive(Debug)]
pub(super) struct Headers<'h> {
    written: &'h [String],
    folded: Vec<String>,
}

impl<'h> Headers<'h> {
    pub(super) fn new(written: &'h [String]) -> Self {
        let known: Vec<String> = written.iter().map(|header| normalised(header)).collect();
        let folded = written
            .iter()
            .zip(&known)
            .map(|(header, fold)| without_number(header, &known).unwrap_or_else(|| fold.clone()));
        Self { written, folded: folded.collect() }
    }

    /// The places of a header, compared folded; of one spelt exactly so when `is_exact` asks for it and there is one.
    fn places(&self, header: &str, is_exact: bool) -> Vec<usize> {
        let all = 0..self.written.len();
        if is_exact {
            let exact: Vec<usize> = all.clone().filter(|&place| self.written[place] == header).collect();
            if !exact.is_empty() {
                return exact;
            }
        }
        let wanted = normalised(header);
        all.filter(|&place| self.folded[place] == wanted).collect()
    }

    /// Binds a source; `None` when the file does not have it. Of a source that the configuration names, the spelling
    /// counts before the fold.
    pub(super) fn bind(&self, source: &str, is_exact: bool) -> Option<Feed> {
        // What the reader adds stands under its own name, and a member of it behind a dot.
        if let Some(added) = source.strip_prefix('@') {
            let place = |name: &str| self.written.iter().position(|header| header == name);
            let whole = place(source).map(|place| Feed::Cells(vec![place]));
            return whole.or_else(|| {
                let (name, rest) = added.split_once('.')?;
                Some(Feed::Member(place(&format!("@{name}"))?, rest.split('.').map(str::to_owned).collect()))
            });
        }
        if let Some((column, path)) = json_path(source).filter(|_| !self.written.iter().any(|header| header == source))
        {
            return self.places(column, is_exact).first().map(|&place| Feed::Query(place, path));
        }
        let places = self.places(source, is_exact);
        if !places.is_empty() {
            return Some(Feed::Cells(places));
        }
        if let Some(pieces) = template(source) {
            let bound = pieces.into_iter().map(|(is_source, text)| {
                if is_source { self.bind(text, is_exact).map(Piece::Feed) } else { Some(Piece::Words(text.to_owned())) }
            });
            return bound.collect::<Option<Vec<Piece>>>().map(Feed::Template);
        }
        // The longest beginning that is a header; what is behind it is the way into its JSON.
        let dots = source.char_indices().filter(|(_, sign)| *sign == '.').map(|(at, _)| at);
        dots.collect::<Vec<_>>().into_iter().rev().find_map(|dot| {
            let place = *self.places(&source[..dot], is_exact).first()?;
            Some(Feed::Member(place, source[dot + 1..].split('.').map(str::to_owned).collect()))
        })
    }
}

/// Tools that save a file again number repeated headers: `Labels.1`, `Labels_1`. The fold of the header without the number, when that is a
/// header too.
fn without_number(header: &str, known: &[String]) -> Option<String> {
    let bare = header.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let base = bare.strip_suffix(['.', '_']).filter(|_| bare.len() < header.len())?;
    let base = normalised(base);
    known.contains(&base).then_some(base)
}

/// `$.column.rest` as the column and the path behind it.
fn json_path(source: &str) -> Option<(&str, JsonPath)> {
    let rest = source.strip_prefix("$.")?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let path = JsonPath::parse(&format!("${}", &rest[end..])).ok()?;
    Some((&rest[..end], path))
}

/// The words and sources of a template, a source as true; `None` when there is no `{…}` in it.
fn template(source: &str) -> Option<Vec<(bool, &str)>> {
    let mut pieces = Vec::new();
    let mut rest = source;
    while let Some(open) = rest.find('{') {
        let close = open + rest[open..].find('}')?;
        if open > 0 {
            pieces.push((false, &rest[..open]));
        }
        pieces.push((true, &rest[open + 1..close]));
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() && !pieces.is_empty() {
        pieces.push((false, rest));
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// Whether a source can be read at all: a JSON path that parses.
#[cfg(test)]
pub(crate) fn is_source(source: &str) -> bool {
    !source.starts_with("$.") || json_path(source).is_some()
}

impl Feed {
    /// The columns that it reads.
    pub(super) fn places(&self) -> Vec<usize> {
        match self {
            Self::Cells(places) => places.clone(),
            Self::Member(place, _) | Self::Query(place, _) => vec![*place],
            Self::Template(pieces) => {
                let feeds =
                    pieces.iter().filter_map(|piece| if let Piece::Feed(feed) = piece { Some(feed) } else { None });
                feeds.flat_map(Self::places).collect()
            }
        }
    }

    /// The first column that it reads; `None` when it reads none.
    pub(super) fn place(&self) -> Option<usize> {
        match self {
            Self::Cells(places) => places.first().copied(),
            Self::Member(place, _) | Self::Query(place, _) => Some(*place),
            Self::Template(_) => self.places().first().copied(),
        }
    }

    /// The first text that passes.
    pub(super) fn first<'r>(&self, record: &'r Record, is_given: &dyn Fn(&str) -> bool) -> Option<Cow<'r, str>> {
        if let Self::Cells(places) = self {
            return places.iter().map(|&place| record.text(place)).find(|text| is_given(text)).map(Cow::Borrowed);
        }
        self.texts(record).into_iter().find(|text| is_given(text))
    }

    /// Every text that it finds, trimmed, in file order.
    pub(super) fn texts<'r>(&self, record: &'r Record) -> Vec<Cow<'r, str>> {
        match self {
            Self::Cells(places) => places.iter().map(|&place| Cow::Borrowed(record.text(place))).collect(),
            Self::Member(place, path) => {
                let Some(json) = json(record.text(*place)) else { return Vec::new() };
                let mut found = Vec::new();
                walk(&json, path, &mut found);
                found.into_iter().map(Cow::Owned).collect()
            }
            Self::Query(place, path) => {
                let Some(json) = json(record.text(*place)) else { return Vec::new() };
                path.query(&json).all().into_iter().map(text_of).map(Cow::Owned).collect()
            }
            Self::Template(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Words(words) => text += words,
                        Piece::Feed(feed) => match feed.first(record, &|text| !text.is_empty()) {
                            Some(part) => text += &part,
                            None => return Vec::new(),
                        },
                    }
                }
                vec![Cow::Owned(text)]
            }
        }
    }
}

fn json(text: &str) -> Option<Value> {
    text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

/// The texts at a path; through an array those of all its items, and through a text that holds JSON those inside.
fn walk(value: &Value, path: &[String], found: &mut Vec<String>) {
    match (value, path) {
        (Value::Array(items), [_, ..]) => items.iter().for_each(|item| walk(item, path, found)),
        (Value::Object(members), [name, rest @ ..]) => {
            let wanted = normalised(name);
            let exact = members.get(name.as_str());
            let alike = || members.iter().find(|(member, _)| normalised(member) == wanted).map(|(_, value)| value);
            if let Some(value) = exact.or_else(alike) {
                walk(value, rest, found);
            }
        }
        (Value::String(text), [_, ..]) => {
            if let Some(inner) = json(text.trim()) {
                walk(&inner, path, found);
            }
        }
        (value, []) => found.push(text_of(value)),
        _ => {}
    }
}

/// A value as the text of a cell: null is empty, structures are JSON.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use csv::ByteRecord;

    fn texts(headers: &[&str], cells: &[&str], source: &str) -> Option<Vec<String>> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let record = Record { cells: cells.iter().collect::<ByteRecord>(), ..Record::default() };
        let feed = Headers::new(&headers).bind(source, false)?;
        Some(feed.texts(&record).into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn sources_of_every_kind_find_their_texts() {
        let json = r#"{"a":{"b":[{"c":1},{"c":"x"}]},"k":[{"key":"plan","v":{"s":"pro"}}],"n":null,"t":"{\"u\":7}"}"#;
        let headers = ["Issue key", "props", "Start date", "Start time"];
        let cells = ["A-1", json, "2026-01-02", "10:00"];
        let found = |source: &str| texts(&headers, &cells, source);
        assert_eq!(found("issue_key"), Some(vec!["A-1".into()]));
        assert_eq!(found("props.a.b.c"), Some(vec!["1".into(), "x".into()]));
        assert_eq!(found("props.n"), Some(vec![String::new()]));
        assert_eq!(found("props.t.u"), Some(vec!["7".into()]));
        assert_eq!(found("props.a.none"), Some(vec![]));
        assert_eq!(found("$.props.k[?@.key=='plan'].v.s"), Some(vec!["pro".into()]));
        assert_eq!(found("{Start date} {Start time}"), Some(vec!["2026-01-02 10:00".into()]));
        assert_eq!(found("{Start date} {End time}"), None);
        assert_eq!(found("none"), None);
        assert_eq!(texts(&headers, &["", "", "2026-01-02", ""], "{Start date} {Start time}"), Some(vec![]));
    }

    #[test]
    fn repeated_headers_stand_together_numbered_ones_too() {
        let found = texts(&["Labels", "x", "Labels.1", "Labels_2", "Other_1"], &["a", "", "b", "c", "d"], "labels");
        assert_eq!(found, Some(vec!["a".into(), "b".into(), "c".into()]));
        assert_eq!(texts(&["Labels.1"], &["a"], "Labels.1"), Some(vec!["a".into()]));
    }

    #[test]
    fn a_header_with_dots_is_a_header_first() {
        assert_eq!(texts(&["a.b", "a"], &["1", r#"{"b":2}"#], "a.b"), Some(vec!["1".into()]));
        assert!(is_source("$.a[*]") && !is_source("$.a[") && is_source("$insert_id"));
    }
}
