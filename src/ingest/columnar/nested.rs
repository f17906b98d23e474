//! Cells that hold lists, structures and maps: as JSON.

use std::fmt::Write as _;

use polars::prelude::{AnyValue, ArrowDataType};

use super::write_cell;

/// Types in each other that are read.
const MAX_DEPTH: usize = 16;

/// Whether a type is a structure of types that have a text.
pub(super) fn is_readable(kind: &ArrowDataType, depth: usize) -> bool {
    use ArrowDataType as Type;
    let inner = |kind: &Type| is_readable(kind, depth + 1);
    match kind {
        _ if depth > MAX_DEPTH => false,
        Type::List(item) | Type::LargeList(item) | Type::Map(item, _) => inner(&item.dtype),
        Type::Struct(members) => members.iter().all(|member| inner(&member.dtype)),
        other => super::is_readable(other),
    }
}

/// Writes a value as JSON; `false` when a part of it has no text.
pub(super) fn write(value: &AnyValue, json: &mut String) -> bool {
    match value {
        AnyValue::List(items) => {
            json.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    json.push(',');
                }
                if !write(&item, json) {
                    return false;
                }
            }
            json.push(']');
            true
        }
        AnyValue::Struct(_, _, members) => {
            let names = members.iter().map(|member| member.name().as_str());
            write_object(names.zip(value._iter_struct_av()), json)
        }
        AnyValue::StructOwned(payload) => {
            let names = payload.1.iter().map(|member| member.name().as_str());
            write_object(names.zip(payload.0.iter().cloned()), json)
        }
        AnyValue::Null => json.write_str("null").is_ok(),
        AnyValue::Boolean(_)
        | AnyValue::Int8(_)
        | AnyValue::Int16(_)
        | AnyValue::Int32(_)
        | AnyValue::Int64(_)
        | AnyValue::UInt8(_)
        | AnyValue::UInt16(_)
        | AnyValue::UInt32(_)
        | AnyValue::UInt64(_)
        | AnyValue::Decimal(..) => write_cell(value, json),
        AnyValue::Float32(number) => write_number(f64::from(*number), value, json),
        AnyValue::Float64(number) => write_number(*number, value, json),
        other => {
            let mut text = String::new();
            let is_text = write_cell(other, &mut text);
            json.push_str(&serde_json::Value::from(text).to_string());
            is_text
        }
    }
}

/// JSON has no number that is none or endless.
fn write_number(number: f64, value: &AnyValue, json: &mut String) -> bool {
    if number.is_finite() { write_cell(value, json) } else { json.write_str("null").is_ok() }
}

fn write_object<'v>(members: impl Iterator<Item = (&'v str, AnyValue<'v>)>, json: &mut String) -> bool {
    json.push('{');
    for (place, (name, value)) in members.enumerate() {
        if place > 0 {
            json.push(',');
        }
        json.push_str(&serde_json::Value::from(name).to_string());
        json.push(':');
        if !write(&value, json) {
            return false;
        }
    }
    json.push('}');
    true
}
