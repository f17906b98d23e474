//! The file against its declaration: every key known, every value of its type and in its range.
//!
//! Takes the document with its places and the declaration; gives all faults, in no order. What the values mean
//! together is the matter of `meaning`.

use chrono::NaiveDate;
use regex::Regex;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declaration::{Declaration, Shape, joined};
use super::fault::{Fault, Source};
use super::merge;

/// Up to this many words or keys are listed in advice; more would hide the message.
const LISTED: usize = 20;

/// Checks a document. Missing keys are faults only when the text was read as a `whole`.
pub(super) fn check(
    declaration: &Declaration<'static>,
    source: &Source<'_>,
    document: &DeTable<'_>,
    whole: bool,
) -> Vec<Fault> {
    let mut checker = Checker { declaration, source, whole, faults: Vec::new() };
    if let Some(shape) = declaration.shape(declaration.root()) {
        checker.table("", &shape, document, 0);
    }
    checker.faults
}

struct Checker<'c, 't> {
    declaration: &'c Declaration<'static>,
    source: &'c Source<'t>,
    whole: bool,
    faults: Vec<Fault>,
}

impl Checker<'_, '_> {
    fn value(&mut self, path: &str, node: &'static Value, found: &Spanned<DeValue<'_>>) {
        let Some(shape) = self.declaration.shape(node) else { return };
        let at = found.span().start;
        match (&shape, found.get_ref()) {
            (Shape::Table { .. }, DeValue::Table(table)) => self.table(path, &shape, table, at),
            (Shape::List(items), DeValue::Array(found)) => {
                found.iter().for_each(|item| self.value(path, items, item));
            }
            (shape, value) => {
                if let Err((message, help)) = scalar(shape, value) {
                    let fault = self.source.fault(at, format!("`{path}` {message}"));
                    self.faults.push(Fault { help, ..fault });
                }
            }
        }
    }

    fn table(&mut self, path: &str, shape: &Shape<'static>, found: &DeTable<'_>, at: usize) {
        let Shape::Table { known, free, required } = shape else { return };
        for (key, value) in found {
            match known.and_then(|known| known.get(key.get_ref().as_ref())).or(*free) {
                Some(node) => self.value(&joined(path, key.get_ref()), node, value),
                None => self.unknown(path, *known, key),
            }
        }
        let missing = required.iter().filter(|key| self.whole && !found.contains_key(**key));
        for key in missing {
            self.faults.push(self.source.fault(at, format!("this `{path}` lacks `{key}`")));
        }
    }

    fn unknown(
        &mut self,
        path: &str,
        known: Option<&'static Map<String, Value>>,
        key: &Spanned<std::borrow::Cow<'_, str>>,
    ) {
        let name = key.get_ref().as_ref();
        let table = if path.is_empty() { "at the top level".to_owned() } else { format!("in `{path}`") };
        let fault = self.source.fault(key.span().start, format!("unknown key `{name}` {table}"));
        let keys: Vec<&str> = known.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        let help = self.home(name).or_else(|| advice(name, &keys, "the keys are"));
        self.faults.push(Fault { help, ..fault });
    }

    /// Where a key belongs that stands in the wrong table: the slip that TOML invites, because a key below a header
    /// belongs to the header.
    fn home(&self, key: &str) -> Option<String> {
        match self.declaration.homes(key).first()?.as_str() {
            "" => Some(format!("`{key}` belongs at the top of the file, before the first `[…]`")),
            table => Some(format!("`{key}` belongs in `[{table}]`")),
        }
    }
}

/// What is wrong with a value, as the rest of a sentence that begins with its key, and the advice.
type Refusal = (String, Option<String>);

fn scalar(shape: &Shape<'_>, value: &DeValue<'_>) -> Result<(), Refusal> {
    match (shape, value) {
        (Shape::Words(words), DeValue::String(word)) => one_of(words, word),
        (Shape::Text { pattern }, DeValue::String(text)) => matching(*pattern, text),
        (Shape::Day, DeValue::String(text)) => day(text),
        (Shape::Day, DeValue::Datetime(moment)) => day(&moment.to_string()),
        (Shape::Whole { min, max }, DeValue::Integer(number)) => match merge::integer(number).map(i128::from) {
            Some(number) => in_range(&number, min, max),
            None => Err(("is too large for any setting".into(), None)),
        },
        (Shape::Number { min, max }, DeValue::Integer(number)) => number_in(number.as_str(), *min, *max),
        (Shape::Number { min, max }, DeValue::Float(number)) => number_in(number.as_str(), *min, *max),
        (Shape::Flag, DeValue::Boolean(_)) => Ok(()),
        (shape, value) => Err(wrong_type(shape, value)),
    }
}

fn one_of(words: &[&str], word: &str) -> Result<(), Refusal> {
    if words.contains(&word) {
        return Ok(());
    }
    Err((format!("is `{word}`, which it cannot be"), advice(word, words, "it is one of")))
}

fn matching(pattern: Option<&str>, text: &str) -> Result<(), Refusal> {
    let matches = |pattern: &str| Regex::new(pattern).is_ok_and(|regex| regex.is_match(text));
    match pattern {
        Some("^[A-Z]{3}$") if !matches("^[A-Z]{3}$") => {
            Err((format!("is `{text}`, expected a currency code of three capital letters such as `EUR`"), None))
        }
        Some(pattern) if !matches(pattern) => Err((format!("is `{text}`, expected a text like `{pattern}`"), None)),
        _ => Ok(()),
    }
}

fn day(text: &str) -> Result<(), Refusal> {
    let is_day = text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    if is_day { Ok(()) } else { Err((format!("is `{text}`, expected a day such as 2026-09-30"), None)) }
}

fn number_in(text: &str, min: f64, max: f64) -> Result<(), Refusal> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => in_range(&number, &min, &max).map_err(|(message, help)| {
            let percentage =
                min.abs() < f64::EPSILON && (max - 1.0).abs() < f64::EPSILON && (1.0..=100.0).contains(&number);
            let fraction = || format!("it is a fraction, not a percentage: {number} % is {}", number / 100.0);
            (message, help.or_else(|| percentage.then(fraction)))
        }),
        _ => Err((format!("is {text}, expected a finite number"), None)),
    }
}

fn in_range<N: PartialOrd + RangeEnd>(number: &N, min: &N, max: &N) -> Result<(), Refusal> {
    if min <= number && number <= max {
        return Ok(());
    }
    let range = if max.is_open() { format!("at least {min}") } else { format!("between {min} and {max}") };
    Err((format!("is {number}, must be {range}"), None))
}

/// An end of a range, which may be no bound at all.
trait RangeEnd: std::fmt::Display {
    /// Whether an upper end is only that of the machine type.
    fn is_open(&self) -> bool;
}

impl RangeEnd for i128 {
    fn is_open(&self) -> bool {
        *self >= Self::from(u32::MAX)
    }
}

impl RangeEnd for f64 {
    fn is_open(&self) -> bool {
        *self >= Self::MAX
    }
}

fn wrong_type(shape: &Shape<'_>, value: &DeValue<'_>) -> Refusal {
    let expected = match shape {
        Shape::Table { .. } => "a table",
        Shape::List(_) => "a list",
        Shape::Words(_) | Shape::Text { .. } => "a text in quotes",
        Shape::Day => "a day such as 2026-09-30",
        Shape::Whole { .. } => "a whole number",
        Shape::Number { .. } => "a number",
        Shape::Flag => "true or false",
    };
    let found = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with decimals",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let help = match (shape, value) {
        (Shape::List(_), DeValue::Table(_)) => Some("write its header with two brackets: `[[…]]`".to_owned()),
        (Shape::Table { .. }, DeValue::Array(_)) => Some("write its header with one bracket: `[…]`".to_owned()),
        (Shape::Whole { .. } | Shape::Number { .. } | Shape::Flag, DeValue::String(_)) => {
            Some("write it without quotes".to_owned())
        }
        _ => None,
    };
    (format!("is {found}, expected {expected}"), help)
}

/// The nearest of some known names, else all of them when they are few.
pub(super) fn advice(name: &str, known: &[&str], introduction: &str) -> Option<String> {
    match nearest(name, known) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() || known.len() > LISTED => None,
        None => Some(format!("{introduction} {}", quoted(known))),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The name that differs by a slip of the keyboard: one letter in three at most, case and kind of dash apart. Ties go to
/// the first.
fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let folded = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let name = folded(name);
    let allowed = (name.chars().count() / 3).max(1);
    let measured = known.iter().map(|known| (strsim::damerau_levenshtein(&name, &folded(known)), *known));
    measured.filter(|(distance, _)| *distance <= allowed).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        let known = ["rare_below", "material_share", "disproportion_above"];
        assert_eq!(nearest("rare_belw", &known), Some("rare_below"));
        assert_eq!(nearest("Rare-Below", &known), Some("rare_below"));
        assert_eq!(nearest("share", &known), None);
        assert_eq!(advice("x", &[], "the keys are"), None);
        assert_eq!(advice("zzz", &["a1", "b2"], "it is one of"), Some("it is one of `a1`, `b2`".into()));
    }
}
