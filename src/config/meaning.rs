//! What a configuration means: the checks that its types cannot make.
//!
//! Takes the document with its places; gives all faults, in no order. A value of the wrong type is passed over here,
//! because `check` has named it.

use std::ops::Range;

use regex::Regex;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::advice;
use super::fault::{Fault, Source};
use super::merge;
use crate::tables::{Table, TableId};
use crate::units::notation::Zone;
use crate::units::{Period, notation};

/// Checks what the values mean. A missing table is a fault only when the text was read as a `whole`.
pub(super) fn check(source: &Source<'_>, document: &DeTable<'_>, whole: bool) -> Vec<Fault> {
    let mut checker = Checker { source, whole, faults: Vec::new() };
    checker.period(document);
    checker.rates(document);
    checker.output(document);
    tables_in(document, "input").for_each(|(input, at)| checker.input(input, at));
    tables_in(document, "map").for_each(|(rule, _)| checker.map_rule(rule));
    checker.faults
}

struct Checker<'c, 't> {
    source: &'c Source<'t>,
    whole: bool,
    faults: Vec<Fault>,
}

impl Checker<'_, '_> {
    fn fault(&mut self, at: &Range<usize>, message: impl Into<String>) {
        self.faults.push(self.source.fault(at.start, message));
    }

    fn advise(&mut self, at: &Range<usize>, message: impl Into<String>, help: &str) {
        self.faults.push(self.source.fault(at.start, message).with_help(help));
    }

    fn period(&mut self, document: &DeTable<'_>) {
        let Some((text, at)) = text(document, "period") else { return };
        if let Err(error) = text.parse::<Period>() {
            self.fault(&at, error.to_string());
        }
    }

    fn rates(&mut self, document: &DeTable<'_>) {
        let report = text(document, "currency").map(|(code, _)| code.to_owned());
        let report = report.or_else(|| merge::defaults()["currency"].as_str().map(str::to_owned));
        for (code, rate, at) in numbers(inner(document, "fx")) {
            if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                self.advise(
                    &at,
                    format!("`fx.{code}` names no currency"),
                    "use a code of three capital letters such as `USD`",
                );
            }
            if rate <= 0.0 {
                self.fault(&at, format!("`fx.{code}` is {rate}, must be above 0"));
            } else if report.as_deref() == Some(code) && (rate - 1.0).abs() > f64::EPSILON {
                let help = "rates are units of the report currency for one unit of another; leave this line out";
                self.advise(&at, format!("`fx.{code}` is {rate}, but {code} is the report currency"), help);
            }
        }
        for (team, rate, at) in numbers(inner(document, "rates").and_then(|rates| inner(rates, "team"))) {
            if rate < 0.0 {
                self.fault(&at, format!("`rates.team.{team}` is {rate}, must be at least 0"));
            }
        }
    }

    fn output(&mut self, document: &DeTable<'_>) {
        if let Some((dir, at)) = inner(document, "output").and_then(|output| text(output, "dir"))
            && dir.trim().is_empty()
        {
            self.advise(&at, "`output.dir` is empty", "name a folder, such as \"reports\"");
        }
    }

    fn input(&mut self, input: &DeTable<'_>, at: Range<usize>) {
        if self.whole && !input.contains_key("table") && !input.contains_key("preset") {
            self.advise(
                &at,
                "this `input` names neither a `table` nor a `preset`",
                "write `table = \"usage_events\"` or another table, or name a known export: deadhead init --list-presets",
            );
        }
        if let Some((path, at)) = text(input, "path") {
            self.path(path, &at);
        }
        if let Some(table) = text(input, "table").and_then(|(name, _)| table_named(name)) {
            for key in ["columns", "constants", "values"] {
                self.columns(table, key, inner(input, key));
            }
        }
        self.reading(input);
    }

    fn path(&mut self, path: &str, at: &Range<usize>) {
        if path.trim().is_empty() {
            self.fault(at, "`input.path` is empty");
        }
        if let Err(error) = glob::Pattern::new(path) {
            self.advise(
                at,
                format!("`input.path` is no glob: {}", error.msg),
                "a bracket of a file name is written `[[]`",
            );
        }
    }

    /// The keys of `columns`, `constants` and `values` are columns of the table.
    fn columns(&mut self, table: &Table, key: &str, keys: Option<&DeTable<'_>>) {
        let known: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        for name in keys.into_iter().flat_map(DeTable::keys).filter(|name| !known.contains(&name.get_ref().as_ref())) {
            let message = format!("`input.{key}.{}` is no column of `{}`", name.get_ref(), table.id.name());
            let fault = self.source.fault(name.span().start, message);
            let help = advice(name.get_ref(), &known, "its columns are");
            self.faults.push(Fault { help, ..fault });
        }
    }

    /// How the cells of an input are read.
    fn reading(&mut self, input: &DeTable<'_>) {
        if let Some((delimiter, at)) = text(input, "delimiter")
            && !is_delimiter(delimiter)
        {
            self.advise(
                &at,
                format!("`input.delimiter` is `{delimiter}`, expected one character"),
                "write \";\", \",\", \"|\" or \"tab\"; a letter, digit, quote or line break cannot separate cells",
            );
        }
        if let Some((zone, at)) = text(input, "time_zone")
            && Zone::parse(zone).is_none()
        {
            let message = format!("`input.time_zone` is `{zone}`, which is no time zone");
            self.advise(
                &at,
                message,
                "write a place such as \"Europe/Berlin\", an offset such as \"+02:00\", or \"Z\" for UTC",
            );
        }
        if let Some((format, at)) = text(input, "date_format")
            && !notation::is_date_format(format)
        {
            let message = format!("`input.date_format` is `{format}`, which is no strftime notation");
            self.advise(&at, message, "day, month and year are `%d`, `%m` and `%Y`; hour and minute `%H` and `%M`");
        }
    }

    fn map_rule(&mut self, rule: &DeTable<'_>) {
        if let Some((capability, at)) = text(rule, "capability")
            && capability.trim().is_empty()
        {
            self.fault(&at, "`map.capability` is empty");
        }
        let Some((pattern, at)) = text(rule, "pattern") else { return };
        match text(rule, "match").map(|(kind, _)| kind) {
            _ if pattern.is_empty() => {
                self.advise(&at, "`map.pattern` is empty", "`match = \"glob\"` with `*` matches every name");
            }
            Some("regex") => {
                if let Err(error) = Regex::new(pattern) {
                    self.fault(&at, format!("`map.pattern` is no regular expression: {}", reason(&error)));
                }
            }
            Some("glob") => {
                if let Err(error) = glob::Pattern::new(pattern) {
                    self.fault(&at, format!("`map.pattern` is no glob: {}", error.msg));
                }
            }
            _ => {}
        }
    }
}

/// The last line of what the parser of regular expressions says; the lines before it draw the pattern.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}

fn table_named(name: &str) -> Option<&'static Table> {
    TableId::ALL.iter().find(|id| id.name() == name).map(|id| id.table())
}

fn is_delimiter(text: &str) -> bool {
    let separates =
        |byte: u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r' | 0);
    text == "tab" || matches!(text.as_bytes(), &[byte] if separates(byte))
}

fn text<'d>(table: &'d DeTable<'_>, key: &str) -> Option<(&'d str, Range<usize>)> {
    let value = table.get(key)?;
    Some((value.get_ref().as_str()?, value.span()))
}

fn inner<'d, 'i>(table: &'d DeTable<'i>, key: &str) -> Option<&'d DeTable<'i>> {
    table.get(key)?.get_ref().as_table()
}

fn tables_in<'d, 'i>(document: &'d DeTable<'i>, key: &str) -> impl Iterator<Item = (&'d DeTable<'i>, Range<usize>)> {
    let items = document.get(key).and_then(|value| value.get_ref().as_array());
    items.into_iter().flat_map(|items| items.iter()).filter_map(|item| Some((item.get_ref().as_table()?, item.span())))
}

/// The finite numbers of a table, with key and place.
fn numbers<'d>(table: Option<&'d DeTable<'_>>) -> impl Iterator<Item = (&'d str, f64, Range<usize>)> {
    table.into_iter().flatten().filter_map(|(key, value): (_, &Spanned<DeValue<'_>>)| {
        let number: f64 = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok()?,
            DeValue::Float(number) => number.as_str().parse().ok()?,
            _ => return None,
        };
        number.is_finite().then(|| (key.get_ref().as_ref(), number, key.span()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters() {
        assert!([";", ",", "\t", "|", "tab", " "].into_iter().all(is_delimiter));
        assert!(!["", "\"", ";;", "\n", "a", "é", "\0", "Tab"].into_iter().any(is_delimiter));
    }
}
