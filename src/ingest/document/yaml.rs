//! YAML 1.2 as JSON: one line for every document of a file, and the lines of the YAML that its parts come from.
//!
//! Scalars are what the core schema says, no more: `no` and `off` are text, `1.10` keeps its digits, a date is text. An alias is
//! replaced by what it stands for, within a budget, so that no file grows without bound.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::json::{self, Kind};

/// Longest file.
pub(super) const LONGEST: usize = 64 << 20;
/// Longest JSON that a file may become.
const BUDGET: usize = 128 << 20;

/// A YAML file as JSON.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Converted {
    /// A document a line.
    pub(super) json: String,
    /// Byte of the JSON and line of the YAML of every mapping, in order.
    pub(super) lines: Vec<(usize, u64)>,
}

/// Why a file cannot be converted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Its aliases grow beyond the budget.
    TooLarge,
    /// It is no YAML.
    Broken(String),
}

impl From<ScanError> for Trouble {
    fn from(error: ScanError) -> Self {
        Self::Broken(format!("line {}: {}", error.marker().line(), error.info()))
    }
}

/// Converts a file.
pub(super) fn convert(text: &str) -> Result<Converted, Trouble> {
    let mut writer = Writer::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        writer.event(event, &span)?;
        if writer.out.json.len() + writer.kept > BUDGET {
            return Err(Trouble::TooLarge);
        }
    }
    Ok(writer.out)
}

#[derive(Default)]
struct Writer {
    out: Converted,
    /// Byte where the document begins.
    start: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<str>>,
    /// Bytes that the anchors hold.
    kept: usize,
}

/// A collection that is not closed yet.
struct Open {
    is_mapping: bool,
    /// Nodes in it so far, keys too.
    nodes: usize,
    /// Byte where it begins.
    start: usize,
    anchor: usize,
    /// Whether it is the key of a mapping.
    is_key: bool,
}

impl Writer {
    fn event(&mut self, event: Event, span: &Span) -> Result<(), Trouble> {
        match event {
            Event::DocumentStart(..) => self.begin(),
            Event::DocumentEnd => self.end(),
            Event::Scalar(text, style, anchor, tag) => {
                let is_key = self.separate();
                let is_plain = style == ScalarStyle::Plain
                    && tag.is_none_or(|tag| matches!(tag.core_suffix(), Some("int" | "float" | "bool" | "null")));
                let start = self.out.json.len();
                self.scalar(&text, is_plain && !is_key);
                self.keep(anchor, start);
            }
            Event::SequenceStart(_, anchor, _) => self.descend(false, anchor, span),
            Event::MappingStart(_, anchor, _) => self.descend(true, anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.ascend(),
            Event::Alias(anchor) => {
                let Some(text) = self.anchors.get(&anchor).cloned() else {
                    let problem = format!("line {}: an alias stands inside of what it stands for", span.start.line());
                    return Err(Trouble::Broken(problem));
                };
                if self.out.json.len() + text.len() > BUDGET {
                    return Err(Trouble::TooLarge);
                }
                let is_key = self.separate();
                self.out.lines.push((self.out.json.len(), line(span)));
                if is_key && !text.starts_with('"') {
                    self.text(&text);
                } else {
                    self.out.json.push_str(&text);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.start = self.out.json.len();
        self.anchors.clear();
        self.kept = 0;
    }

    /// Ends the line of a document; one without content leaves none.
    fn end(&mut self) {
        let document = self.out.json.get(self.start..).unwrap_or_default();
        if document == "null" || document.is_empty() {
            self.out.json.truncate(self.start);
        } else {
            self.out.json.push('\n');
        }
    }

    /// Writes what stands before a node; whether the node is a key.
    fn separate(&mut self) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        let is_value = open.is_mapping && open.nodes % 2 == 1;
        if is_value {
            self.out.json.push(':');
        } else if open.nodes > 0 {
            self.out.json.push(',');
        }
        open.nodes += 1;
        open.is_mapping && !is_value
    }

    fn descend(&mut self, is_mapping: bool, anchor: usize, span: &Span) {
        let is_key = self.separate();
        let start = self.out.json.len();
        if is_mapping {
            self.out.lines.push((start, line(span)));
        }
        self.out.json.push(if is_mapping { '{' } else { '[' });
        self.open.push(Open { is_mapping, nodes: 0, start, anchor, is_key });
    }

    fn ascend(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.out.json.push(if open.is_mapping { '}' } else { ']' });
        self.keep(open.anchor, open.start);
        if open.is_key {
            let text = self.out.json.split_off(open.start);
            while self.out.lines.last().is_some_and(|&(at, _)| at >= open.start) {
                self.out.lines.pop();
            }
            self.text(&text);
        }
    }

    /// Keeps what was written from there on for the aliases of an anchor; 0 is no anchor.
    fn keep(&mut self, anchor: usize, start: usize) {
        let Some(text) = self.out.json.get(start..).filter(|_| anchor > 0) else { return };
        self.kept += text.len();
        self.anchors.insert(anchor, text.into());
    }

    fn scalar(&mut self, text: &str, is_plain: bool) {
        match text {
            "" | "~" | "null" | "Null" | "NULL" if is_plain => self.out.json.push_str("null"),
            "true" | "True" | "TRUE" if is_plain => self.out.json.push_str("true"),
            "false" | "False" | "FALSE" if is_plain => self.out.json.push_str("false"),
            _ if is_plain && json::check(text) == Ok(Kind::Number) => self.out.json.push_str(text),
            _ => self.text(text),
        }
    }

    fn text(&mut self, text: &str) {
        self.out.json.push_str(&serde_json::Value::from(text).to_string());
    }
}

fn line(span: &Span) -> u64 {
    span.start.line() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(yaml: &str) -> String {
        convert(yaml).unwrap().json
    }

    #[test]
    fn scalars_are_those_of_the_core_schema() {
        for (yaml, expected) in [
            ("a: no\nb: off\nc: yes", r#"{"a":"no","b":"off","c":"yes"}"#),
            ("v: 1.10\nd: 2026-09-30\nt: 12:30:00", r#"{"v":1.10,"d":"2026-09-30","t":"12:30:00"}"#),
            ("v: \"1.0\"\nn: ~\ne:\nb: True", r#"{"v":"1.0","n":null,"e":null,"b":true}"#),
            ("h: 0x1F\ni: 1_000\nf: .inf\np: +1", r#"{"h":"0x1F","i":"1_000","f":".inf","p":"+1"}"#),
            ("s: !!str 1\ni: !!int 1", r#"{"s":"1","i":1}"#),
            ("1: a\ntrue: b\n[x, y]: c", r#"{"1":"a","true":"b","[\"x\",\"y\"]":"c"}"#),
            ("t: |\n  one\n  two\n", r#"{"t":"one\ntwo\n"}"#),
            ("- [a, {b: c}]\n- {}\n- []", r#"[["a",{"b":"c"}],{},[]]"#),
        ] {
            assert_eq!(json(yaml).trim_end(), expected, "{yaml}");
        }
    }

    #[test]
    fn documents_are_lines_and_empty_ones_none() {
        let converted = convert("---\na: 1\n---\n---\n# nothing\n---\nb:\n  c: 2\n...\n").unwrap();
        assert_eq!(converted.json, "{\"a\":1}\n{\"b\":{\"c\":2}}\n");
        assert_eq!(converted.lines, [(0, 2), (8, 7), (13, 8)]);
    }

    #[test]
    fn aliases_are_replaced_within_a_budget() {
        assert_eq!(json("a: &x {k: 1}\nb: *x\nc: [*x]").trim_end(), r#"{"a":{"k":1},"b":{"k":1},"c":[{"k":1}]}"#);
        let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb += format!("a{level}: &a{level} [{aliases}]\n").as_str();
        }
        assert_eq!(convert(&bomb), Err(Trouble::TooLarge));
    }

    #[test]
    fn what_is_no_yaml_is_said_with_its_line() {
        for yaml in ["a: [1", "a: 1\n b: 2\n", "a: *nothing", "\tx: 1\n\t- y", "a: &a [*a]"] {
            let Err(Trouble::Broken(problem)) = convert(yaml) else { panic!("{yaml}") };
            assert!(problem.starts_with("line "), "{problem}");
        }
        assert!(convert(&"[".repeat(100_000)).is_err());
        assert!(convert(&"- ".repeat(10_000)).is_err());
    }
}
