//! `report.json` is what its schema says.

use serde_json::Value;

use super::{fixture, json, rendered, text};

#[test]
fn json_begins_with_its_version_and_fits_its_schema() {
    let files = rendered(&fixture::report(60), &[]);
    assert!(text(&files, "report.json").starts_with("{\n  \"schema_version\": \"1.4\","));
    assert_eq!(faults(&json(&files)), Vec::<String>::new());
    assert!(crate::report::schema().to_value()["required"].as_array().unwrap().len() > 20);
}

#[test]
fn the_check_against_the_schema_sees_what_is_wrong() {
    let files = rendered(&fixture::report(2), &[]);
    let mut report = json(&files);
    report.as_object_mut().unwrap().remove("as_of");
    report["capabilities"][0]["adoption"] = "much".into();
    report["capabilities"][1]["verdict"] = "perhaps".into();
    report["overlap"][0]["relation"] = "cousins".into();
    let faults = faults(&report);
    assert_eq!(faults.len(), 4, "{faults:?}");
}

/// What is wrong with a report by its schema.
pub fn faults(report: &Value) -> Vec<String> {
    let schema = crate::report::schema().to_value();
    let mut faults = Vec::new();
    check(report, &schema, &schema, "report", &mut faults);
    faults
}

/// As much of JSON Schema as the schema of the report uses: types, required keys, items, references, alternatives,
/// constants. What it does not know it takes as valid.
fn check(value: &Value, schema: &Value, root: &Value, at: &str, faults: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).expect("the reference leads somewhere");
        check(value, target, root, at, faults);
    }
    if !types(schema).is_empty() && !types(schema).iter().any(|name| is(value, name)) {
        faults.push(format!("{at} is no {:?}", types(schema)));
    }
    if let Some(constant) = schema.get("const").filter(|constant| *constant != value) {
        faults.push(format!("{at} is not {constant}"));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        faults.push(format!("{at} is none of {}", schema["enum"]));
    }
    for either in ["anyOf", "oneOf"] {
        let fits = |one: &Value| {
            let mut inner = Vec::new();
            check(value, one, root, at, &mut inner);
            inner.is_empty()
        };
        if schema[either].as_array().is_some_and(|ways| !ways.iter().any(fits)) {
            faults.push(format!("{at} fits none of {either}"));
        }
    }
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(key).is_none() {
            faults.push(format!("{at}.{key} is missing"));
        }
    }
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(key) {
            check(value, inner, root, &format!("{at}.{key}"), faults);
        }
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        check(item, &schema["items"], root, &format!("{at}[{place}]"), faults);
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[test]
fn every_field_of_the_schema_says_what_it_is() {
    let schema = crate::report::schema().to_value();
    let mut silent = Vec::new();
    let kinds = schema["$defs"].as_object().unwrap().iter().map(|(name, kind)| (name.as_str(), kind));
    for (name, kind) in kinds.chain([("Report", &schema)]) {
        for (field, of) in kind["properties"].as_object().into_iter().flatten() {
            if of["description"].as_str().is_none_or(str::is_empty) {
                silent.push(format!("{name}.{field}"));
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}
