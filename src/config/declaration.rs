//! The declaration of the file, read back from the JSON schema of [`Settings`].
//!
//! Takes the schema that `schemars` makes; gives it to editors ([`schema`]) and, node by node, as a [`Shape`] to the
//! check. Knows the part of JSON Schema that our types lead to and no more; a test walks every node.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{Settings, merge};

/// What a node of the schema asks of a value. `null` never shows: TOML has none, and a key that may be absent is one
/// that is not required.
#[derive(Debug)]
pub(super) enum Shape<'s> {
    /// A table of known keys, or of free keys with values of one shape.
    Table { known: Option<&'s Map<String, Value>>, free: Option<&'s Value>, required: Vec<&'s str> },
    /// A list with items of one shape.
    List(&'s Value),
    /// One of these words.
    Words(Vec<&'s str>),
    /// A text; with a pattern, one that it matches.
    Text { pattern: Option<&'s str> },
    /// A day.
    Day,
    /// A whole number in a range, ends included.
    Whole { min: i128, max: i128 },
    /// A finite number in a range, ends included.
    Number { min: f64, max: f64 },
    /// true or false.
    Flag,
}

/// The schema with its definitions.
pub(super) struct Declaration<'s> {
    root: &'s Value,
}

impl Declaration<'static> {
    /// The declaration of a user's file.
    pub(super) fn of_settings() -> Self {
        Self { root: &SCHEMA }
    }
}

impl<'s> Declaration<'s> {
    /// The node of the whole file.
    pub(super) fn root(&self) -> &'s Value {
        self.root
    }

    /// What a node asks for; `None` for a construct that our types do not lead to.
    pub(super) fn shape(&self, node: &'s Value) -> Option<Shape<'s>> {
        let node = self.resolved(node);
        if let Some(words) = words(node) {
            return Some(Shape::Words(words));
        }
        match type_name(node)? {
            "object" => Some(table(node)),
            "array" => node.get("items").map(Shape::List),
            "string" if node["format"] == "date" => Some(Shape::Day),
            "string" => Some(Shape::Text { pattern: node["pattern"].as_str() }),
            "integer" => Some(whole(node)),
            "number" => Some(Shape::Number {
                min: node["minimum"].as_f64().unwrap_or(f64::MIN),
                max: node["maximum"].as_f64().unwrap_or(f64::MAX),
            }),
            "boolean" => Some(Shape::Flag),
            _ => None,
        }
    }

    /// Follows references, and the one branch that is not `null`.
    fn resolved(&self, mut node: &'s Value) -> &'s Value {
        loop {
            let branch = node["anyOf"].as_array().and_then(|any| any.iter().find(|one| one["type"] != "null"));
            let referred = definition(node).map(|name| &self.root["$defs"][name]);
            match branch.or(referred) {
                Some(next) => node = next,
                None => return node,
            }
        }
    }

    /// The tables outside lists that know a key, by path; the empty path is the top level.
    pub(super) fn homes(&self, key: &str) -> Vec<String> {
        let mut homes = Vec::new();
        self.collect_homes("", self.root, key, &mut homes);
        homes
    }

    fn collect_homes(&self, path: &str, node: &'s Value, key: &str, homes: &mut Vec<String>) {
        let Some(Shape::Table { known: Some(known), .. }) = self.shape(node) else { return };
        if known.contains_key(key) {
            homes.push(path.to_owned());
        }
        for (name, child) in known {
            self.collect_homes(&joined(path, name), child, key, homes);
        }
    }
}

/// `rule` and `rare_below` as `rule.rare_below`.
pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The name in `"$ref": "#/$defs/Name"`.
fn definition(node: &Value) -> Option<&str> {
    node["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// The type; of a nullable one, the other.
fn type_name(node: &Value) -> Option<&str> {
    match &node["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        name => name.as_str(),
    }
}

/// The words of an enumeration, written as `enum` or, with documentation for each, as `oneOf` constants.
fn words(node: &Value) -> Option<Vec<&str>> {
    if let Some(list) = node["enum"].as_array() {
        return list.iter().map(Value::as_str).collect();
    }
    let branches = node["oneOf"].as_array()?;
    let mut words = Vec::new();
    for branch in branches {
        match branch["const"].as_str() {
            Some(word) => words.push(word),
            None => words.extend(branch["enum"].as_array()?.iter().filter_map(Value::as_str)),
        }
    }
    Some(words)
}

fn table(node: &Value) -> Shape<'_> {
    let required = node["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    Shape::Table {
        known: node["properties"].as_object(),
        free: node.get("additionalProperties").filter(|other| other.is_object()),
        required: required.iter().filter_map(Value::as_str).collect(),
    }
}

/// The range of a whole number, with that of its machine type where the schema names no nearer one.
fn whole(node: &Value) -> Shape<'_> {
    let (lowest, highest) = match node["format"].as_str() {
        Some("uint32") => (0, i128::from(u32::MAX)),
        Some("uint64") => (0, i128::from(i64::MAX)),
        _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
    };
    let bound = |name: &str| node[name].as_i64().map(i128::from);
    Shape::Whole { min: bound("minimum").unwrap_or(lowest), max: bound("maximum").unwrap_or(highest) }
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = schemars::schema_for!(Settings).to_value();
    schema["title"] = json!("deadhead.toml");
    schema["description"] = json!("Configuration of Deadhead. What the file does not say is taken from the defaults.");
    nothing_required(&mut schema);
    name_defaults(&mut schema, &merge::defaults());
    schema
});

/// The JSON schema of `deadhead.toml`: nothing is required but what an `[[input]]` or `[[map]]` needs, and each key
/// names its default.
#[must_use]
pub fn schema() -> Value {
    SCHEMA.clone()
}

/// Takes `required` from the file and its sections, which the defaults complete; items of lists keep theirs,
/// because a list replaces its default.
fn nothing_required(schema: &mut Value) {
    let mut sections = BTreeSet::new();
    collect_sections(schema, schema, &mut sections);
    if let Some(root) = schema.as_object_mut() {
        root.remove("required");
    }
    for name in sections {
        if let Some(section) = schema["$defs"][name.as_str()].as_object_mut() {
            section.remove("required");
        }
    }
}

fn collect_sections(root: &Value, node: &Value, sections: &mut BTreeSet<String>) {
    for name in node["properties"].as_object().into_iter().flat_map(Map::values).filter_map(definition) {
        if sections.insert(name.to_owned()) {
            collect_sections(root, &root["$defs"][name], sections);
        }
    }
}

/// Writes each default beside its key: for a section into the definition of the section, which no other key shares.
fn name_defaults(schema: &mut Value, defaults: &Value) {
    for (key, value) in defaults.as_object().into_iter().flatten() {
        let section = definition(&schema["properties"][key]).map(str::to_owned);
        match (section, value.as_object()) {
            (Some(section), Some(values)) => {
                for (inner, value) in values {
                    schema["$defs"][section.as_str()]["properties"][inner]["default"] = value.clone();
                }
            }
            _ => schema["properties"][key]["default"] = value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_carry_ranges_words_and_patterns() {
        let declaration = Declaration::of_settings();
        let root = declaration.root();
        let at =
            |section: &str, key: &str| format!("{:?}", declaration.shape(&root["$defs"][section]["properties"][key]));
        assert_eq!(at("RuleSettings", "rare_below"), "Some(Number { min: 0.0, max: 1.0 })");
        assert_eq!(at("GuardSettings", "min_base_accounts"), "Some(Whole { min: 1, max: 4294967295 })");
        assert_eq!(at("CatalogueSettings", "unlisted"), r#"Some(Words(["auto", "unmapped", "own"]))"#);
        assert!(at("InputSettings", "table").starts_with(r#"Some(Words(["usage_events""#));
        let top = |key: &str| format!("{:?}", declaration.shape(&root["properties"][key]));
        assert_eq!(top("as_of"), "Some(Day)");
        assert_eq!(top("currency"), r#"Some(Text { pattern: Some("^[A-Z]{3}$") })"#);
        assert_eq!(top("seed"), "Some(Whole { min: 0, max: 9223372036854775807 })");
    }

    #[test]
    fn only_inputs_and_rules_require_keys_and_each_default_is_named() {
        let schema = schema();
        assert!(schema.get("required").is_none());
        assert!(schema["$defs"]["LayerRates"].get("required").is_none());
        assert_eq!(schema["$defs"]["InputSettings"]["required"], json!(["path"]));
        assert_eq!(schema["$defs"]["MapRule"]["required"], json!(["match", "pattern"]));
        assert_eq!(schema["$defs"]["RuleSettings"]["properties"]["rare_below"]["default"], json!(0.1));
        assert_eq!(schema["$defs"]["Rates"]["properties"]["contact"]["default"]["human"], json!(12.0));
        assert_eq!(schema["properties"]["currency"]["default"], json!("EUR"));
    }

    #[test]
    fn a_key_knows_its_home() {
        let declaration = Declaration::of_settings();
        assert_eq!(declaration.homes("rare_below"), ["rule"]);
        assert_eq!(declaration.homes("period"), [""]);
        assert_eq!(declaration.homes("human"), ["rates.contact", "rates.support_hour"]);
        assert!(declaration.homes("delimiter").is_empty());
    }
}
