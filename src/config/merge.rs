//! Laying a file over the defaults: tables merge key by key, lists and single values replace.

use serde_json::{Map, Value, json};
use toml::de::{DeInteger, DeTable, DeValue};

use super::DEFAULTS;

/// The defaults as a value, with no inputs and no rules, which only a user can give.
pub(super) fn defaults() -> Value {
    let document = DeTable::parse(DEFAULTS).expect("the tests of this room parse the defaults");
    let mut defaults = table(document.get_ref());
    for list in ["input", "map", "rate", "work", "assume"] {
        defaults[list] = json!([]);
    }
    defaults
}

/// Lays `upper` over `lower`.
pub(super) fn over(lower: &mut Value, upper: Value) {
    match (lower, upper) {
        (Value::Object(lower), Value::Object(upper)) => {
            for (key, value) in upper {
                over(lower.entry(key).or_insert(Value::Null), value);
            }
        }
        (lower, upper) => *lower = upper,
    }
}

/// A TOML table as a value. Days become texts, the one form that the settings read; a number that does not fit becomes
/// `null`, which no setting takes, but the check has refused it before.
pub(super) fn table(table: &DeTable<'_>) -> Value {
    let entries = table.iter().map(|(key, value)| (key.get_ref().to_string(), plain(value.get_ref())));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Integer(number) => json!(integer(number)),
        DeValue::Float(number) => json!(number.as_str().parse::<f64>().ok()),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(moment) => json!(moment.to_string()),
        DeValue::Array(items) => items.iter().map(|item| plain(item.get_ref())).collect(),
        DeValue::Table(inner) => table(inner),
    }
}

/// The whole number, whatever base it is written in; `None` beyond the 64 bits of TOML.
pub(super) fn integer(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_merge_and_the_rest_replaces() {
        let mut lower = json!({"a": {"x": 1, "y": [1, 2]}, "b": 1});
        over(&mut lower, json!({"a": {"y": [3], "z": 4}, "c": {"d": 5}}));
        assert_eq!(lower, json!({"a": {"x": 1, "y": [3], "z": 4}, "b": 1, "c": {"d": 5}}));
    }

    #[test]
    fn days_become_texts_and_integers_keep_their_base() {
        let document = DeTable::parse("d = 2026-09-30\nn = 0x1F\nf = 1_0.5").unwrap();
        assert_eq!(table(document.get_ref()), json!({"d": "2026-09-30", "n": 31, "f": 10.5}));
    }
}
