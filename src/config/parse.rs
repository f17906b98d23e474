use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, Settings, meaning, strict};

/// The commented reference of every key with its default, unit, range, reason and source.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// The JSON schema of `deadhead.toml`. Nothing in it is required of a file, because everything has a default; what an
/// `[[input]]` or `[[map]]` must have is.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Settings).to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("required");
    }
    for (name, definition) in schema["$defs"].as_object_mut().into_iter().flatten() {
        if name != "InputSettings" && name != "MapRule" {
            definition.as_object_mut().map(|fields| fields.remove("required"));
        }
    }
    schema
}

/// Checks the text and settles it with the defaults.
///
/// # Errors
/// Every fault of the text, in the order of their places.
pub fn parse(text: &str) -> Result<Settings, Vec<Fault>> {
    let (written, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<Fault> = errors
        .iter()
        .map(|error| Fault::at(text, &error.span().unwrap_or(0..0), error.message().to_owned(), None))
        .collect();
    if faults.is_empty() {
        faults.extend(strict::check(text, &written, &schema()));
        faults.extend(meaning::check(text, &written));
    }
    if faults.is_empty() {
        let mut settled = defaults();
        merge(&mut settled, plain_table(written.get_ref()));
        match serde_json::from_value(settled) {
            Ok(settings) => return Ok(settings),
            Err(error) => faults.push(Fault::at(text, &(0..0), error.to_string(), None)),
        }
    }
    faults.sort();
    faults.dedup();
    Err(faults)
}

/// The values of `defaults.toml`.
fn defaults() -> Value {
    let (written, _) = DeTable::parse_recoverable(DEFAULTS);
    plain_table(written.get_ref())
}

/// Tables merge, everything else is replaced.
fn merge(settled: &mut Value, over: Value) {
    match (settled, over) {
        (Value::Object(settled), Value::Object(over)) => {
            for (key, value) in over {
                merge(settled.entry(key).or_insert(Value::Null), value);
            }
        }
        (settled, over) => *settled = over,
    }
}

fn plain_table(table: &DeTable) -> Value {
    let fields = table.iter().map(|(key, value)| (key.get_ref().to_string(), plain(value)));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The value without its places; dates as text.
fn plain(value: &Spanned<DeValue>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            let signed = i64::from_str_radix(&digits, number.radix()).ok().map(Value::from);
            signed.or_else(|| u64::from_str_radix(&digits, number.radix()).ok().map(Value::from)).unwrap_or_default()
        }
        DeValue::Float(number) => {
            number.as_str().replace('_', "").parse::<f64>().ok().map(Value::from).unwrap_or_default()
        }
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(plain).collect()),
        DeValue::Table(table) => plain_table(table),
    }
}
