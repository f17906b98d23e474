//! What a configuration means: the checks that its types cannot make.
//!
//! Takes the document with its places; gives all faults, in no order. A value of the wrong type is passed over here,
//! because `check` has named it.

use std::ops::Range;

use chrono::NaiveDate;
use regex::Regex;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::advice;
use super::decision::Assumed;
use super::fault::{Fault, Source};
use super::merge;
use super::plan::{NOTICE_POLICIES, span_of_year};
use crate::stats::{Distribution, NOTATIONS};
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
    tables_in(document, "map").for_each(|(rule, at)| checker.map_rule(rule, &at));
    tables_in(document, "work").for_each(|(rule, _)| checker.work_rule(rule));
    checker.never_reached(document, "map", &MAP_COLUMNS);
    checker.never_reached(document, "work", &WORK_COLUMNS);
    checker.dated_rates(document);
    checker.share_out(document);
    checker.assumptions(document);
    checker.plan(document);
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

    /// A rule names exactly one target, and weights that sum to 1.
    fn map_rule(&mut self, rule: &DeTable<'_>, at: &Range<usize>) {
        self.pattern("map", rule);
        if let Some((capability, at)) = text(rule, "capability")
            && capability.trim().is_empty()
        {
            self.fault(&at, "`map.capability` is empty");
        }
        let is_overhead = rule.get("overhead").and_then(|flag| flag.get_ref().as_bool()) == Some(true);
        let named = [rule.contains_key("capability"), rule.contains_key("split"), is_overhead];
        match named.into_iter().filter(|named| *named).count() {
            1 => {}
            0 if !self.whole => {}
            0 => self.advise(
                at,
                "this `map` names no target",
                "write `capability = \"id\"`, `split = { a = 0.7, b = 0.3 }` or `overhead = true`",
            ),
            _ => self.fault(at, "this `map` names more than one of `capability`, `split` and `overhead`"),
        }
        if let Some(("exposed", at)) = text(rule, "stage") {
            match text(rule, "column").map(|(column, _)| column) {
                _ if is_overhead => self.fault(&at, "`map.stage` is about names of usage, which `overhead` is not"),
                Some(column) if column != "capability" => {
                    let message = format!("`map.stage` is about names of usage, which stand in no column `{column}`");
                    self.fault(&at, message);
                }
                _ => {}
            }
        }
        let Some((split, at)) = rule.get("split").and_then(|split| Some((split.get_ref().as_table()?, split.span())))
        else {
            return;
        };
        let mut sum = 0.0;
        for (id, weight, at) in numbers(Some(split)) {
            sum += weight;
            if weight < 0.0 {
                self.fault(&at, format!("`map.split.{id}` is {weight}, must be at least 0"));
            }
        }
        if (sum - 1.0_f64).abs() > WEIGHTS_WITHIN {
            self.fault(&at, format!("the weights of `map.split` sum to {sum}, must sum to 1"));
        }
    }

    /// The first rule that matches wins, so that one with the pattern and the columns of an earlier one never counts.
    /// `without` are the columns of a rule that names none. A rule for overhead leaves names of usage to those behind it.
    fn never_reached(&mut self, document: &DeTable<'_>, of: &str, without: &[&str]) {
        let mut earlier: Vec<([Option<String>; 3], Option<String>, usize)> = Vec::new();
        for (number, (rule, at)) in (1..).zip(tables_in(document, of)) {
            let written = |key: &str| text(rule, key).map(|(text, _)| text.to_owned());
            let flag = |key: &str| rule.get(key).and_then(|flag| flag.get_ref().as_bool()) == Some(true);
            let compares = [written("match"), written("pattern"), flag("ignore_case").then(String::new)];
            let column = written("column");
            let covers = |other: &Option<String>| {
                *other == column || other.is_none() && column.as_deref().is_some_and(|column| without.contains(&column))
            };
            let found = earlier.iter().find(|(known, other, _)| *known == compares && covers(other));
            if let Some((.., other)) = found {
                let message = format!("this `{of}` is never reached: rule {other} compares with the same pattern");
                self.fault(&at, message);
            } else if !flag("overhead") && compares[..2].iter().all(Option::is_some) {
                earlier.push((compares, column, number));
            }
        }
    }

    fn work_rule(&mut self, rule: &DeTable<'_>) {
        self.pattern("work", rule);
        let known = TableId::WorkItems.table();
        if let Some((column, at)) = text(rule, "column")
            && known.column(column).is_none()
        {
            self.fault(&at, format!("`work.column` is `{column}`, which is no column of `{}`", known.id.name()));
        }
    }

    fn pattern(&mut self, of: &str, rule: &DeTable<'_>) {
        let Some((pattern, at)) = text(rule, "pattern") else { return };
        match text(rule, "match").map(|(kind, _)| kind) {
            _ if pattern.is_empty() => {
                self.advise(&at, format!("`{of}.pattern` is empty"), "`match = \"glob\"` with `*` matches every name");
            }
            Some("regex") => {
                if let Err(error) = Regex::new(pattern) {
                    self.fault(&at, format!("`{of}.pattern` is no regular expression: {}", reason(&error)));
                }
            }
            Some("glob") => {
                if let Err(error) = glob::Pattern::new(pattern) {
                    self.fault(&at, format!("`{of}.pattern` is no glob: {}", error.msg));
                }
            }
            Some("keyword") if !pattern.contains(char::is_alphanumeric) => {
                self.fault(&at, format!("`{of}.pattern` is `{pattern}`, and a keyword has a letter or a digit"));
            }
            _ => {}
        }
    }

    fn dated_rates(&mut self, document: &DeTable<'_>) {
        let report = text(document, "currency").map(|(code, _)| code.to_owned());
        let report = report.or_else(|| merge::defaults()["currency"].as_str().map(str::to_owned));
        let mut earlier: Vec<(Vec<Option<String>>, Validity, usize)> = Vec::new();
        for (number, (rate, at)) in (1..).zip(tables_in(document, "rate")) {
            self.rate_keys(rate);
            if let Some((currency, at)) = text(rate, "currency")
                && report.as_deref() != Some(currency)
                && inner(document, "fx").is_none_or(|fx| !fx.contains_key(currency))
            {
                let help = "give it in [fx], as units of the report currency for one unit of it";
                self.advise(&at, format!("`rate.currency` is `{currency}`, for which there is no rate"), help);
            }
            let valid: Validity = (day(rate, "from"), day(rate, "until"));
            if let (Some(from), Some(until)) = valid
                && from > until
            {
                self.fault(&at, format!("this `rate` begins on {from} and ends before, on {until}"));
                continue;
            }
            let keys: Vec<Option<String>> = ["of", "team", "role", "layer", "priority"]
                .iter()
                .map(|key| text(rate, key).map(|(text, _)| text.to_owned()))
                .collect();
            if let Some((.., other)) = earlier.iter().find(|(known, dates, _)| *known == keys && overlap(*dates, valid))
            {
                let help = "give one of them a last day before the other begins";
                self.advise(&at, format!("this `rate` holds on days of rate {other}, which has the same keys"), help);
            }
            earlier.push((keys, valid, number));
        }
    }

    /// A key that no row of its kind carries would never match.
    fn rate_keys(&mut self, rate: &DeTable<'_>) {
        let Some((of, _)) = text(rate, "of") else { return };
        let allowed: &[&str] = match of {
            "engineering-hour" => &["team", "role"],
            "support-hour" | "contact" => &["layer", "priority"],
            "incident-hour" => &["priority"],
            _ => return,
        };
        for key in ["team", "role", "layer", "priority"].into_iter().filter(|key| !allowed.contains(key)) {
            if let Some(value) = rate.get(key) {
                self.fault(&value.span(), format!("a rate of `{of}` has no `{key}`"));
            }
        }
    }

    fn share_out(&mut self, document: &DeTable<'_>) {
        let Some(cost) = inner(document, "cost") else { return };
        let weights: Vec<_> = numbers(inner(cost, "share_weights")).collect();
        for (id, weight, at) in weights.iter().filter(|(_, weight, _)| *weight < 0.0) {
            self.fault(at, format!("`cost.share_weights.{id}` is {weight}, must be at least 0"));
        }
        if let Some(("given", at)) = text(cost, "share_out")
            && weights.is_empty()
        {
            self.advise(&at, "`cost.share_out` is `given`, but no weight is", "write them below [cost.share_weights]");
        }
    }
}

/// Notice, closed days and hours of the plan.
impl Checker<'_, '_> {
    fn plan(&mut self, document: &DeTable<'_>) {
        let Some(plan) = inner(document, "plan") else { return };
        if let Some((name, at)) = text(plan, "notice")
            && !NOTICE_POLICIES.contains(&name)
        {
            self.advise(
                &at,
                format!("`plan.notice` is `{name}`, which is no notice policy"),
                &format!("write one of {}", NOTICE_POLICIES.join(", ")),
            );
        }
        let holidays = plan.get("holidays").map(Spanned::get_ref);
        if let Some(DeValue::Array(spans)) = holidays {
            for span in spans {
                let DeValue::String(written) = span.get_ref() else { continue };
                if span_of_year(written).is_none() {
                    let message = format!("`plan.holidays` holds `{written}`, which is no span of the year");
                    self.advise(&span.span(), message, "write both days, as \"12-18..01-04\"");
                }
            }
        }
        for (blackout, at) in tables_in(plan, "blackout") {
            if let (Some(from), Some(to)) = (day(blackout, "from"), day(blackout, "to"))
                && from > to
            {
                self.fault(&at, format!("this `plan.blackout` begins on {from}, after its end on {to}"));
            }
        }
        for (demand, _) in tables_in(plan, "demand") {
            if let Some((capability, at)) = text(demand, "capability")
                && capability.trim().is_empty()
            {
                self.fault(&at, "`plan.demand.capability` is empty");
            }
        }
        for (team, hours, at) in numbers(inner(plan, "team_hours")) {
            if hours < 0.0 {
                self.fault(&at, format!("`plan.team_hours.{team}` is {hours}, must be at least 0"));
            }
        }
    }
}

/// What cannot be known, as distributions.
impl Checker<'_, '_> {
    fn assumptions(&mut self, document: &DeTable<'_>) {
        for &name in Assumed::ALL {
            let written = inner(document, "assumptions").and_then(|all| inner(all, name.as_str()));
            if let Some((distribution, at)) = written.and_then(|one| text(one, "distribution")) {
                self.distribution(&format!("assumptions.{}.distribution", name.as_str()), name, distribution, &at);
            }
        }
        let of_plan = inner(document, "plan").and_then(|plan| inner(plan, "onboarding_elasticity"));
        if let Some((written, at)) = of_plan.and_then(|one| text(one, "distribution")) {
            let key = "plan.onboarding_elasticity.distribution";
            match written.parse::<Distribution>().map(|read| read.ends()) {
                Err(wrong) => self.advise(&at, format!("`{key}` {wrong}"), NOTATIONS),
                Ok((low, high)) if low < 0.0 || high > 1.0 => {
                    self.fault(&at, format!("`{key}` is `{}`, must lie between 0 and 1", written.trim()));
                }
                Ok(_) => {}
            }
        }
        let mut earlier: Vec<((&str, &str), usize)> = Vec::new();
        for (number, (own, at)) in (1..).zip(tables_in(document, "assume")) {
            if let Some((capability, at)) = text(own, "capability")
                && capability.trim().is_empty()
            {
                self.fault(&at, "`assume.capability` is empty");
            }
            let Some((written, _)) = text(own, "assumption") else { continue };
            // The schema has named what is no assumption.
            let Some(&name) = Assumed::ALL.iter().find(|name| name.as_str() == written) else { continue };
            if let Some((distribution, at)) = text(own, "distribution") {
                self.distribution("assume.distribution", name, distribution, &at);
            }
            let Some((capability, _)) = text(own, "capability") else { continue };
            let of = (capability, written);
            match earlier.iter().find(|(known, _)| *known == of) {
                Some((_, other)) => {
                    let message = format!("this `assume` is about `{written}` of `{capability}`, as number {other} is");
                    self.fault(&at, message);
                }
                None => earlier.push((of, number)),
            }
        }
    }

    fn distribution(&mut self, key: &str, of: Assumed, written: &str, at: &Range<usize>) {
        if let Err(wrong) = of.read(written) {
            let message = format!("`{key}` {wrong}");
            if written.parse::<Distribution>().is_ok() {
                let help = format!(
                    "its unit: {}",
                    merge::defaults()["assumptions"][of.as_str()]["unit"].as_str().unwrap_or_default()
                );
                self.advise(at, message, &help);
            } else {
                self.advise(at, message, NOTATIONS);
            }
        }
    }
}

/// First and last day; `None` is open.
type Validity = (Option<NaiveDate>, Option<NaiveDate>);

/// Columns that a `[[map]]` rule without one looks at, whatever its pattern.
const MAP_COLUMNS: [&str; 8] = ["capability", "component", "labels", "tags", "epic", "service", "vendor", "paths"];
/// Columns that a `[[work]]` rule without one looks at.
const WORK_COLUMNS: [&str; 5] = ["type", "labels", "title", "epic", "component"];

/// How far the weights of a split may be from 1 in sum: thirds are written with some digits.
const WEIGHTS_WITHIN: f64 = 1e-9;

fn overlap(a: Validity, b: Validity) -> bool {
    let begins_by_end = |from: Option<NaiveDate>, until: Option<NaiveDate>| match (from, until) {
        (Some(from), Some(until)) => from <= until,
        _ => true,
    };
    begins_by_end(a.0, b.1) && begins_by_end(b.0, a.1)
}

/// A day, written with or without quotes.
fn day(table: &DeTable<'_>, key: &str) -> Option<NaiveDate> {
    match table.get(key)?.get_ref() {
        DeValue::String(text) => text.parse().ok(),
        DeValue::Datetime(moment) => moment.to_string().parse().ok(),
        _ => None,
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
