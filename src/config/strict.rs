//! The strict check: a walk over the written tables beside the JSON schema of the settings, so that a key is declared once.

use std::ops::Range;

use serde_json::Value as Schema;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Fault;

/// A name is near another when one edit in three letters makes it the same.
const LETTERS_PER_EDIT: usize = 3;

/// Every place where the written text is not what the schema allows.
pub(super) fn check(text: &str, written: &Spanned<DeTable>, schema: &Schema) -> Vec<Fault> {
    let mut walk = Walk { text, root: schema, faults: Vec::new() };
    walk.table(written.get_ref(), &written.span(), schema, "", false);
    walk.faults
}

/// The nearest of some names; `None` when none is near.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let best = known.map(|other| (distance(other), other)).min()?;
    (best.0 <= name.chars().count().div_ceil(LETTERS_PER_EDIT)).then_some(best.1)
}

struct Walk<'a> {
    text: &'a str,
    root: &'a Schema,
    faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    fn fault(&mut self, span: &Range<usize>, message: String, help: Option<String>) {
        self.faults.push(Fault::at(self.text, span, message, help));
    }

    /// Follows `$ref`, and the one alternative of an optional value that is not null.
    fn resolve(&self, schema: &'a Schema) -> &'a Schema {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.root.pointer(reference.trim_start_matches('#')).map_or(schema, |found| self.resolve(found));
        }
        let alternatives = schema["anyOf"].as_array();
        let real = alternatives.and_then(|all| all.iter().find(|one| one["type"] != "null"));
        real.map_or(schema, |real| self.resolve(real))
    }

    /// `complete`: keys that the schema requires must stand there. The whole file has defaults, a list item has none.
    fn table(&mut self, table: &DeTable, span: &Range<usize>, schema: &'a Schema, path: &str, complete: bool) {
        let schema = self.resolve(schema);
        let known = schema["properties"].as_object();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let inner = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if let Some(property) = known.and_then(|known| known.get(name)) {
                self.value(value, property, &inner);
            } else if schema["additionalProperties"].is_object() {
                self.value(value, &schema["additionalProperties"], &inner);
            } else {
                let names = || known.into_iter().flatten().map(|(name, _)| name.as_str());
                let help = match nearest(name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known here: {}", names().collect::<Vec<_>>().join(", ")),
                };
                let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
                self.fault(&key.span(), format!("unknown key `{name}`{place}"), Some(help));
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Schema::as_str) {
            if complete && !table.contains_key(name) {
                self.fault(span, format!("`{name}` is missing in `{path}`"), None);
            }
        }
    }

    fn value(&mut self, value: &Spanned<DeValue>, schema: &'a Schema, path: &str) {
        let schema = self.resolve(schema);
        let span = value.span();
        match value.get_ref() {
            DeValue::Table(table) if allows(schema, "object") => self.table(table, &span, schema, path, true),
            DeValue::Array(items) if allows(schema, "array") => {
                for item in items.iter() {
                    self.value(item, &schema["items"], path);
                }
            }
            DeValue::String(text) if is_text(schema) => self.text(text, &span, schema, path),
            DeValue::Datetime(moment) if schema["format"] == "date" => {
                self.text(&moment.to_string(), &span, schema, path)
            }
            DeValue::Boolean(_) if allows(schema, "boolean") => {}
            DeValue::Integer(number) if allows(schema, "integer") || allows(schema, "number") => {
                let digits = number.as_str().replace('_', "");
                let whole = i128::from_str_radix(&digits, number.radix()).ok();
                #[expect(clippy::cast_precision_loss, reason = "compared with small bounds only")]
                self.number(whole.map(|n| n as f64), &span, schema, path);
            }
            DeValue::Float(number) if allows(schema, "number") => {
                self.number(number.as_str().replace('_', "").parse().ok(), &span, schema, path);
            }
            other => {
                let message = format!("`{path}` is {}, but must be {}", article(other.type_str()), expectation(schema));
                self.fault(&span, message, None);
            }
        }
    }

    fn text(&mut self, text: &str, span: &Range<usize>, schema: &'a Schema, path: &str) {
        let words = words(schema);
        if !words.is_empty() && !words.contains(&text) {
            let help = nearest(text, words.iter().copied()).map(|near| format!("did you mean \"{near}\"?"));
            self.fault(span, format!("`{path}` is \"{text}\", but must be {}", expectation(schema)), help);
        }
        if schema["format"] == "date" && text.parse::<chrono::NaiveDate>().is_err() {
            self.fault(span, format!("`{path}` is \"{text}\", but must be a day such as 2026-09-30"), None);
        }
        let pattern = schema["pattern"].as_str().and_then(|pattern| regex::Regex::new(pattern).ok());
        if pattern.is_some_and(|pattern| !pattern.is_match(text)) {
            let help = schema["description"].as_str().map(str::to_owned);
            self.fault(span, format!("`{path}` is \"{text}\", which is not of the form it must have"), help);
        }
    }

    fn number(&mut self, number: Option<f64>, span: &Range<usize>, schema: &'a Schema, path: &str) {
        let bound = |name: &str| schema[name].as_f64();
        let (low, high) = (bound("minimum"), bound("maximum"));
        let within = number
            .is_some_and(|n| n.is_finite() && low.is_none_or(|low| n >= low) && high.is_none_or(|high| n <= high));
        if !within {
            let range = match (low, high) {
                (Some(low), Some(high)) => format!("between {low} and {high}"),
                (Some(low), None) => format!("at least {low}"),
                (None, Some(high)) => format!("at most {high}"),
                (None, None) => "a finite number".to_owned(),
            };
            let found = self.text.get(span.clone()).unwrap_or_default();
            self.fault(span, format!("`{path}` is {found}, but must be {range}"), None);
        }
    }
}

fn allows(schema: &Schema, kind: &str) -> bool {
    match &schema["type"] {
        Schema::String(only) => only == kind,
        Schema::Array(kinds) => kinds.iter().any(|one| one == kind),
        _ => false,
    }
}

fn is_text(schema: &Schema) -> bool {
    allows(schema, "string") || !words(schema).is_empty()
}

/// The words that an enumeration allows; empty for anything else.
fn words(schema: &Schema) -> Vec<&str> {
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Schema::as_str);
    let described = schema["oneOf"].as_array().into_iter().flatten();
    listed.chain(described.filter_map(|one| one["const"].as_str())).collect()
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn expectation(schema: &Schema) -> String {
    let words = words(schema);
    if !words.is_empty() {
        return format!("one of {}", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "));
    }
    let kinds = ["object", "array", "string", "boolean", "integer", "number"];
    let names = ["a table", "a list", "a text", "true or false", "a whole number", "a number"];
    let found = kinds.iter().zip(names).find(|(kind, _)| allows(schema, kind));
    found.map_or("something else", |(_, name)| name).to_owned()
}
