//! Rows that only add to other rows: tags of tickets, labels of issues, amounts of deals.
//!
//! They are read before the rows that they add to, kept by key, and joined in: a list is extended, an empty cell is filled.

use std::collections::{BTreeSet, HashMap};

use super::coerce::Value;
use super::mapping::Rules;
use crate::presets::Addition;
use crate::tables::{LIST_SEPARATOR, TableId};

/// Added rows by system, table and key.
#[derive(Debug, Default)]
pub(super) struct Additions {
    rows: HashMap<(String, TableId), HashMap<String, Added>>,
}

#[derive(Debug, Default)]
struct Added {
    /// By column of the table.
    values: Vec<Value<'static>>,
    is_used: bool,
}

impl Additions {
    /// Takes in a row that adds to the one with its key.
    pub(super) fn add(&mut self, rules: &Rules, row: &[Value]) {
        let (Some(preset), Some(key)) = (rules.preset, key(rules, row)) else { return };
        let of_table = self.rows.entry((preset.system.clone(), rules.table.id)).or_default();
        let added = of_table.entry(key).or_default();
        added.values.resize(rules.table.columns.len(), Value::Null);
        for (place, column) in rules.table.columns.iter().enumerate() {
            if let Some(addition) = preset.adds.get(column.name) {
                let known = std::mem::replace(&mut added.values[place], Value::Null);
                added.values[place] = joined(*addition, known, owned(&row[place]));
            }
        }
    }

    /// Adds what was read before by another file, of this one's the latter.
    pub(super) fn merge(&mut self, other: Self) {
        for (table, rows) in other.rows {
            self.rows.entry(table).or_default().extend(rows);
        }
    }

    /// Joins what was added to a row into it.
    pub(super) fn apply(&mut self, rules: &Rules, row: &mut [Value]) {
        let (Some(preset), Some(key)) = (rules.preset, key(rules, row)) else { return };
        if self.rows.is_empty() {
            return;
        }
        let of_table = self.rows.get_mut(&(preset.system.clone(), rules.table.id));
        let Some(added) = of_table.and_then(|rows| rows.get_mut(&key)) else { return };
        added.is_used = true;
        for (cell, value) in row.iter_mut().zip(&added.values) {
            match (&*cell, value) {
                (Value::Null, _) => *cell = value.clone(),
                (Value::Text(own), Value::Text(more))
                    if own.contains(LIST_SEPARATOR) || more.contains(LIST_SEPARATOR) =>
                {
                    *cell = joined(Addition::List, owned(cell), value.clone());
                }
                _ => {}
            }
        }
    }

    /// The keys that no row has, in order.
    pub(super) fn unused(&self) -> BTreeSet<(String, TableId)> {
        let tables = self.rows.iter();
        let keys = tables.flat_map(|((_, table), rows)| rows.iter().map(move |(key, row)| (key, *table, row.is_used)));
        keys.filter(|(_, _, is_used)| !is_used).map(|(key, table, _)| (key.clone(), table)).collect()
    }
}

/// Rows of one file that become one row by key.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// By key, its place among the rows.
    places: HashMap<String, usize>,
    rows: Vec<MergedRow>,
}

/// A row of several, at the line of the first.
#[derive(Debug)]
pub(super) struct MergedRow {
    pub(super) values: Vec<Value<'static>>,
    pub(super) line: u64,
    pub(super) version: i64,
    /// By column, whether every row so far had a value.
    is_full: Vec<bool>,
}

impl Merged {
    /// Takes in a row; gives its key when a row with it stands already.
    pub(super) fn add(&mut self, rules: &Rules, row: &[Value], line: u64, version: i64) -> Option<String> {
        let preset = rules.preset?;
        let name = key(rules, row)?;
        let rest =
            rules.table.key[1..].iter().filter_map(|name| rules.table.columns.iter().position(|c| c.name == *name));
        let key = rest.fold(name.clone(), |key, place| format!("{key}\u{0}{:?}", row[place]));
        let Some(&place) = self.places.get(&key) else {
            let is_full = row.iter().map(|value| *value != Value::Null).collect();
            self.places.insert(key, self.rows.len());
            self.rows.push(MergedRow { values: row.iter().map(owned).collect(), line, version, is_full });
            return None;
        };
        let known = &mut self.rows[place];
        for (place, column) in rules.table.columns.iter().enumerate() {
            known.is_full[place] &= row[place] != Value::Null;
            let own = std::mem::replace(&mut known.values[place], Value::Null);
            known.values[place] = match preset.gather.get(column.name) {
                Some(addition) => joined(*addition, own, owned(&row[place])),
                None if own == Value::Null => owned(&row[place]),
                None => own,
            };
        }
        Some(name)
    }

    /// The rows, in the order of the first of each key.
    pub(super) fn finish(self, rules: &Rules) -> Vec<MergedRow> {
        let needs_all = |name: &str| {
            rules.preset.and_then(|preset| preset.gather.get(name)).is_some_and(|a| *a == Addition::MaxOfAll)
        };
        let mut rows = self.rows;
        for row in &mut rows {
            for (place, column) in rules.table.columns.iter().enumerate() {
                if needs_all(column.name) && !row.is_full[place] {
                    row.values[place] = Value::Null;
                }
            }
        }
        rows
    }
}

/// The first cell of the key as text.
fn key(rules: &Rules, row: &[Value]) -> Option<String> {
    let name = rules.table.key.first()?;
    let place = rules.table.columns.iter().position(|column| column.name == *name)?;
    if let Value::Text(text) = &row[place] { Some(text.to_string()) } else { None }
}

fn owned(value: &Value) -> Value<'static> {
    match value {
        Value::Text(text) => Value::Text(text.to_string().into()),
        Value::Int(number) => Value::Int(*number),
        Value::Float(number) => Value::Float(*number),
        Value::Flag(flag) => Value::Flag(*flag),
        Value::Null => Value::Null,
    }
}

fn joined(addition: Addition, known: Value<'static>, more: Value<'static>) -> Value<'static> {
    match (addition, known, more) {
        (_, known, Value::Null) => known,
        (_, Value::Null, more) => more,
        (Addition::List, Value::Text(known), Value::Text(more)) => {
            let mut items: Vec<&str> = known.split(LIST_SEPARATOR).collect();
            more.split(LIST_SEPARATOR).for_each(|item| {
                if !items.contains(&item) {
                    items.push(item);
                }
            });
            Value::Text(items.join(&LIST_SEPARATOR.to_string()).into())
        }
        (Addition::Sum, Value::Int(known), Value::Int(more)) => Value::Int(known.saturating_add(more)),
        (Addition::Sum, Value::Float(known), Value::Float(more)) => Value::Float(known + more),
        (Addition::Max | Addition::MaxOfAll, Value::Int(known), Value::Int(more)) => Value::Int(known.max(more)),
        (Addition::Min, Value::Int(known), Value::Int(more)) => Value::Int(known.min(more)),
        (Addition::Max | Addition::MaxOfAll, Value::Float(known), Value::Float(more)) => Value::Float(known.max(more)),
        (Addition::Min, Value::Float(known), Value::Float(more)) => Value::Float(known.min(more)),
        (Addition::Max | Addition::MaxOfAll, Value::Text(known), Value::Text(more)) => Value::Text(known.max(more)),
        (Addition::Min, Value::Text(known), Value::Text(more)) => Value::Text(known.min(more)),
        (_, known, _) => known,
    }
}
