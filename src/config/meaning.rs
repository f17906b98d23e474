//! What a schema cannot say: periods that parse, patterns that compile, columns that the table has.

use chrono::FixedOffset;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, strict};
use crate::tables::{Table, TableId};
use crate::units::Period;

type Written<'a, 'i> = &'a Spanned<DeValue<'i>>;

/// Every place where the written text is well-formed and yet makes no sense.
pub(super) fn check(text: &str, written: &Spanned<DeTable>) -> Vec<Fault> {
    let mut check = Check { text, faults: Vec::new() };
    let root = written.get_ref();
    if let Some((period, label)) = root.get("period").and_then(as_text)
        && let Err(error) = label.parse::<Period>()
    {
        check.fault(period, error.to_string(), None);
    }
    for input in items(root, "input") {
        check.input(input);
    }
    for rule in items(root, "map") {
        check.rule(rule);
    }
    for table in ["fx", "rates.team"] {
        let found = table.split('.').try_fold(root, |inside, name| inside.get(name)?.get_ref().as_table());
        for (name, rate) in found.into_iter().flatten() {
            check.rate(name.get_ref(), rate);
        }
    }
    check.faults
}

fn items<'a, 'i>(root: &'a DeTable<'i>, name: &str) -> impl Iterator<Item = Written<'a, 'i>> {
    root.get(name).and_then(|list| list.get_ref().as_array()).into_iter().flat_map(|list| list.iter())
}

fn as_text<'a, 'i>(value: Written<'a, 'i>) -> Option<(Written<'a, 'i>, &'a str)> {
    Some((value, value.get_ref().as_str()?))
}

struct Check<'t> {
    text: &'t str,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, at: Written, message: String, help: Option<String>) {
        self.faults.push(Fault::at(self.text, &at.span(), message, help));
    }

    fn input(&mut self, input: Written) {
        let Some(fields) = input.get_ref().as_table() else { return };
        let text = |name: &str| fields.get(name).and_then(as_text);
        if text("table").is_none() && text("preset").is_none() {
            self.fault(input, "an [[input]] needs a `table`, or a `preset` that names one".into(), None);
        }
        let table = TableId::ALL.iter().find(|id| text("table").is_some_and(|(_, name)| name == id.name()));
        for section in ["columns", "constants", "values"] {
            let keys = fields.get(section).and_then(|section| section.get_ref().as_table());
            for (key, _) in keys.into_iter().flatten() {
                if let Some(table) = table {
                    self.column(&key.span(), key.get_ref(), section, table.table());
                }
            }
        }
        if let Some((at, delimiter)) = text("delimiter")
            && delimiter != "tab"
            && !(delimiter.len() == 1 && delimiter.is_ascii())
        {
            self.fault(at, format!("`delimiter` is \"{delimiter}\", but must be one ASCII character or \"tab\""), None);
        }
        if let Some((at, offset)) = text("utc_offset")
            && offset.parse::<FixedOffset>().is_err()
        {
            self.fault(at, format!("`utc_offset` is \"{offset}\", but must be an offset such as \"+02:00\""), None);
        }
        if let Some((at, "")) = text("path") {
            self.fault(at, "`path` is empty".into(), None);
        }
    }

    fn column(&mut self, span: &std::ops::Range<usize>, name: &str, section: &str, table: &Table) {
        if table.column(name).is_none() {
            let known = || table.columns.iter().map(|column| column.name);
            let help = strict::nearest(name, known()).map_or_else(
                || format!("its columns: {}", known().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{section}` names `{name}`, which is no column of {}", table.id.name());
            self.faults.push(Fault::at(self.text, span, message, Some(help)));
        }
    }

    fn rule(&mut self, rule: Written) {
        let Some(fields) = rule.get_ref().as_table() else { return };
        let text = |name: &str| fields.get(name).and_then(as_text);
        let (Some((at, pattern)), Some((_, kind))) = (text("pattern"), text("match")) else { return };
        let problem = match kind {
            "regex" => regex::Regex::new(pattern).err().map(|error| error.to_string()),
            "glob" => glob::Pattern::new(pattern).err().map(|error| error.to_string()),
            _ => None,
        };
        if let Some(problem) = problem {
            let problem = problem.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            self.fault(at, format!("`pattern` is no {kind}: {problem}"), None);
        }
        if pattern.is_empty() {
            self.fault(at, "`pattern` is empty and would match nothing, or everything".into(), None);
        }
        if let Some((at, "")) = text("capability") {
            self.fault(at, "`capability` is empty".into(), None);
        }
    }

    fn rate(&mut self, name: &str, rate: Written) {
        let number = match rate.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            DeValue::Integer(number) => number.as_str().replace('_', "").parse().ok(),
            _ => None,
        };
        if number.is_some_and(|number: f64| number.is_nan() || number <= 0.0) {
            self.fault(rate, format!("the rate of `{name}` must be above 0"), None);
        }
    }
}
