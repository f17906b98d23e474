//! Which column of a file feeds which column of its table.
//!
//! Takes an `[[input]]` and its preset; gives rules, checked before any file is opened, and binds them to the headers
//! of each file. Refuses names that the table lacks, and a file that lacks a required column.

use std::collections::{BTreeMap, BTreeSet};

use super::IngestError;
use super::binding::{Feed, Headers};
use super::coerce::{self, Conventions, DailyRates, Exchange, Reading, TimeRules};
use super::error::{nearest, suggestion};
use super::mended::MendedRows;
use super::source::Wanted;
use super::text::{self, TextOptions};
use crate::config::{InputSettings, OnError};
use crate::presets::Preset;
use crate::tables::{ClockUnit, Column, Kind, Table, TableId};
use crate::units::notation::{self, Zone};

/// How the files of one `[[input]]` are read.
#[derive(Debug, Clone)]
pub(super) struct Rules<'a> {
    /// The table that they feed.
    pub(super) table: &'static Table,
    /// The preset, if one was named.
    pub(super) preset: Option<&'a Preset>,
    /// One rule per column of the table.
    pub(super) columns: Vec<ColumnRule>,
    /// Cell texts that mean "no value".
    pub(super) null_values: BTreeSet<String>,
    /// How times are written.
    pub(super) times: TimeRules,
    /// What dates and numbers that do not tell by themselves mean, where the configuration says it.
    pub(super) conventions: Conventions,
    /// How text is read.
    pub(super) text: TextOptions,
    /// Sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// JSON path to the records of a document.
    pub(super) records: Option<String>,
    /// What to do with a row that cannot be read.
    pub(super) on_error: OnError,
    /// Records mended by hand, by file and line.
    pub(super) mended: MendedRows,
}

/// What feeds one column of the table.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnRule {
    /// Sources that may feed it, in order.
    pub(super) accepted: Vec<String>,
    /// Whether the configuration names the source: then it must be there.
    named: bool,
    /// The value where the file has none.
    pub(super) constant: Option<String>,
    /// Raw values, folded, and what they are read as.
    pub(super) values: BTreeMap<String, String>,
}

impl ColumnRule {
    /// A raw value as the rules rewrite it: the value itself where they do not; empty is "no value".
    pub(super) fn rewritten<'t>(&'t self, raw: &'t str) -> &'t str {
        if self.values.is_empty() {
            return raw;
        }
        let known = self.values.get(&normalised(raw)).or_else(|| self.values.get("*"));
        known.map_or(raw, |value| value.trim())
    }
}

/// Where a moment is given as a start and a length: the feeds of both, and the unit of plain numbers in the length.
#[derive(Debug, Clone)]
pub(super) struct Elapsed {
    pub(super) start: Vec<Feed>,
    pub(super) length: Vec<Feed>,
    pub(super) unit: ClockUnit,
}

/// The columns of one file that feed each column of the table.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// By column of the table: the feeds, in the order in which they count.
    pub(super) feeds: Vec<Vec<Feed>>,
    /// Feeds whose values exclude a row.
    pub(super) skip: Vec<(Feed, BTreeSet<String>)>,
    /// Feeds one of whose values a row must have.
    pub(super) keep: Vec<(Feed, BTreeSet<String>)>,
    /// Feeds at least one of which a row must have filled; `None`: nothing is asked.
    pub(super) keep_any: Option<Vec<Feed>>,
    /// By column of the table: feeds with the values that one of each must have for the column to have its own.
    pub(super) only: Vec<Vec<(Feed, BTreeSet<String>)>>,
    /// What says which of the rows with one key is the latest.
    pub(super) latest: Option<Feed>,
    /// By column of the table: start and length of a time that is given so.
    pub(super) after: Vec<Option<Elapsed>>,
    /// By column of the table: feeds whose counts are added up.
    pub(super) sums: Vec<Vec<Feed>>,
    /// Quantity, interval and count of intervals of annual revenue.
    pub(super) annual: Option<[Vec<Feed>; 3]>,
    /// Headers that feed nothing, in file order.
    pub(super) unused: Vec<String>,
}

impl<'a> Rules<'a> {
    /// Checks an input and joins it with its preset.
    pub(super) fn settle(input: &InputSettings, presets: &'a [Preset]) -> Result<Self, IngestError> {
        let fault = |problem: String| IngestError::Settings { path: input.path.clone(), problem };
        let preset = preset(input, presets).map_err(fault)?;
        let table = table(input, preset).map_err(fault)?;
        check_names(input, table).map_err(fault)?;
        let columns: Vec<ColumnRule> =
            table.columns.iter().map(|column| ColumnRule::of(column, input, preset)).collect();
        let list = |own: &[String]| own.iter().chain(preset.iter().flat_map(|p| &p.null_values)).cloned().collect();
        let rules = Self {
            table,
            preset,
            columns,
            null_values: list(&input.null_values),
            times: times(input, preset).map_err(fault)?,
            conventions: conventions(input).map_err(fault)?,
            text: text_options(input, preset).map_err(fault)?,
            sheet: input.sheet.clone(),
            records: input.records.clone().or_else(|| preset?.records.clone()),
            on_error: input.on_error,
            mended: MendedRows::new(),
        };
        rules.check_constants().map_err(fault)?;
        Ok(rules)
    }

    /// With records that were mended by hand.
    pub(super) fn with_mended(self, mended: MendedRows) -> Self {
        Self { mended, ..self }
    }

    /// The place of its files in the order of reading: rates, names, additions, and then the rest.
    pub(super) fn rank(&self) -> u8 {
        match self.table.id {
            TableId::Fx => 0,
            TableId::Names => 1,
            _ if self.preset.is_some_and(|preset| !preset.adds.is_empty()) => 2,
            _ => 3,
        }
    }

    /// Everything that the rules look for in a file.
    pub(super) fn wanted(&self) -> Wanted {
        let mut sources: Vec<String> = self.columns.iter().flat_map(|rule| &rule.accepted).cloned().collect();
        if let Some(preset) = self.preset {
            sources.extend(preset.skip.keys().chain(preset.keep.keys()).chain(&preset.latest).cloned());
            sources.extend(preset.identify.iter().flatten().cloned());
            sources.extend(preset.keep_any.iter().chain(preset.sums.values().flatten()).cloned());
            sources.extend(preset.only.values().flat_map(|rules| rules.keys()).cloned());
            for after in preset.after.values() {
                sources.extend(after.start.iter().chain(&after.elapsed).cloned());
            }
            if let Some(annual) = &preset.annual {
                sources.extend(annual.quantity.iter().chain(&annual.interval).chain(&annual.interval_count).cloned());
            }
        }
        let headers = sources.iter().map(|source| normalised(source)).collect();
        Wanted { headers, sources, records: self.records.clone(), sheet: self.sheet.clone() }
    }

    /// Finds the columns in the headers of a file; the error is the column that lacks and what to say of it.
    pub(super) fn bind(&self, headers: &[String]) -> Result<Binding, Missing> {
        let known = Headers::new(headers);
        let bind =
            |sources: &[String]| sources.iter().filter_map(|source| known.bind(source, false)).collect::<Vec<_>>();
        let mut feeds = Vec::with_capacity(self.columns.len());
        let mut after = Vec::with_capacity(self.columns.len());
        for (column, rule) in self.table.columns.iter().zip(&self.columns) {
            let sources = rule.accepted.iter().filter_map(|source| known.bind(source, rule.named));
            let mut found: Vec<Feed> = Vec::new();
            sources.for_each(|feed| {
                if !found.contains(&feed) {
                    found.push(feed);
                }
            });
            let elapsed = self.preset.and_then(|preset| preset.after.get(column.name));
            let elapsed = elapsed.map(|rule| {
                let (start, length) = (bind(&rule.start), bind(&rule.elapsed));
                Elapsed { start, length, unit: rule.unit }
            });
            let is_given = !found.is_empty() || rule.constant.is_some() || elapsed.is_some();
            if (rule.named && found.is_empty()) || (self.is_required(column) && !is_given) {
                return Err(Missing::of(column, rule, headers));
            }
            feeds.push(found);
            after.push(elapsed);
        }
        let rows = |rules: &BTreeMap<String, Vec<String>>| {
            let fold = |values: &[String]| values.iter().map(|value| folded_value(value)).collect::<BTreeSet<_>>();
            let bound = rules.iter().filter_map(|(source, values)| Some((known.bind(source, false)?, fold(values))));
            bound.collect::<Vec<_>>()
        };
        let only =
            self.table.columns.iter().map(|column| {
                self.preset.and_then(|preset| preset.only.get(column.name)).map(rows).unwrap_or_default()
            });
        let mut skip = self.preset.map(|preset| rows(&preset.skip)).unwrap_or_default();
        // A copy that a connector keeps of a row which is gone at its source.
        skip.extend(
            known.bind("_fivetran_deleted", false).map(|feed| (feed, ["true", "t", "1"].map(str::to_owned).into())),
        );
        let sums = self.table.columns.iter().map(|column| {
            self.preset.and_then(|preset| preset.sums.get(column.name)).map(|sources| bind(sources)).unwrap_or_default()
        });
        let annual = self.preset.and_then(|preset| preset.annual.as_ref());
        let mut binding = Binding {
            feeds,
            skip,
            keep: self.preset.map(|preset| rows(&preset.keep)).unwrap_or_default(),
            keep_any: self.preset.filter(|preset| !preset.keep_any.is_empty()).map(|preset| bind(&preset.keep_any)),
            only: only.collect(),
            latest: self.preset.and_then(|preset| known.bind(preset.latest.as_ref()?, false)),
            after,
            sums: sums.collect(),
            annual: annual.map(|annual| [bind(&annual.quantity), bind(&annual.interval), bind(&annual.interval_count)]),
            unused: Vec::new(),
        };
        let taken = binding.places();
        let is_unused = |(place, header): &(usize, &String)| !taken.contains(place) && !header.trim().is_empty();
        let unused = headers.iter().enumerate().filter(is_unused).map(|(_, header)| header.clone());
        binding.unused = unused.filter(|header| !header.starts_with('@')).collect();
        Ok(binding)
    }

    /// Whether a row must have a value: of rows that only add to others, the key alone.
    pub(super) fn is_required(&self, column: &Column) -> bool {
        let is_addition = self.preset.is_some_and(|preset| !preset.adds.is_empty());
        if is_addition { self.table.key.first() == Some(&column.name) } else { column.required }
    }

    /// A constant or a replacement that is not of its column's kind would put every row aside.
    fn check_constants(&self) -> Result<(), String> {
        let no_rates = BTreeMap::new();
        let conventions =
            Conventions { decimal_comma: self.conventions.decimal_comma.or(Some(false)), ..self.conventions };
        let reading = Reading { conventions, ..Reading::new(&self.times) };
        for (column, rule) in self.table.columns.iter().zip(&self.columns) {
            let written = rule.constant.iter().map(|text| ("constants", text));
            for (setting, text) in written.chain(rule.values.values().map(|text| ("values", text))) {
                // Whether money can be converted depends on the row.
                let is_money = column.kind == Kind::Money;
                let exchange = Exchange { report: "", fixed: &no_rates, daily: DailyRates::none() };
                let read = coerce::value(column.kind, text.trim(), &reading, exchange);
                if let Err(refusal) = read
                    && !text.trim().is_empty()
                    && !(is_money && refusal.code == crate::diag::Code::UnknownCurrency)
                {
                    return Err(format!(
                        "`{setting}.{}` gives `{text}`; expected {}. Correct it",
                        column.name, refusal.expected
                    ));
                }
            }
        }
        Ok(())
    }
}

impl ColumnRule {
    fn of(column: &Column, input: &InputSettings, preset: Option<&Preset>) -> Self {
        let named = input.columns.get(column.name);
        let accepted = match (named, preset) {
            (Some(header), _) => vec![header.clone()],
            (None, Some(preset)) => preset.columns.get(column.name).cloned().unwrap_or_default(),
            (None, None) => vec![column.name.to_owned()],
        };
        let constant = input.constants.get(column.name).or_else(|| preset?.constants.get(column.name)).cloned();
        let values =
            preset.and_then(|preset| preset.values.get(column.name)).into_iter().chain(input.values.get(column.name));
        let fold = |raw: &String| if raw == "*" { raw.clone() } else { normalised(raw) };
        let values = values.flatten().map(|(raw, value)| (fold(raw), value.clone())).collect();
        Self { accepted, named: named.is_some(), constant, values }
    }
}

impl Binding {
    /// Every place of the headers that something reads.
    pub(super) fn places(&self) -> BTreeSet<usize> {
        let columns = self.feeds.iter().flatten();
        let rows = self.skip.iter().chain(&self.keep).map(|(feed, _)| feed).chain(&self.latest);
        let rows = rows.chain(self.only.iter().flatten().map(|(feed, _)| feed));
        let after = self.after.iter().flatten().flat_map(|elapsed| elapsed.start.iter().chain(&elapsed.length));
        let annual = self.annual.iter().flatten().flatten();
        let parts = self.sums.iter().chain(&self.keep_any).flatten();
        columns.chain(rows).chain(after).chain(annual).chain(parts).flat_map(Feed::places).collect()
    }
}

/// A value of `skip` or `keep` in the form that cells are compared in; the empty one stays empty.
pub(super) fn folded_value(value: &str) -> String {
    if value.trim().is_empty() { String::new() } else { normalised(value) }
}

/// A column that a file lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// The column of the table.
    pub(super) column: &'static str,
    /// The headers that were looked for, normalised.
    pub(super) wanted: BTreeSet<String>,
    /// What was looked for, and what the file has.
    pub(super) problem: String,
}

impl Missing {
    fn of(column: &'static Column, rule: &ColumnRule, headers: &[String]) -> Self {
        let near = rule.accepted.iter().find_map(|accepted| nearest(accepted, headers.iter().map(String::as_str)));
        let quoted = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let looked_for = match rule.accepted.as_slice() {
            [] => "the preset takes it from nowhere".to_owned(),
            accepted => format!("looked for {}", quoted(accepted)),
        };
        let advice = match near {
            Some(near) => format!("the nearest is `{near}`; if that is it, set columns.{} = \"{near}\"", column.name),
            None => format!("name it with columns.{} = \"…\", or give constants.{0} = \"…\"", column.name),
        };
        let problem = format!("{looked_for}; the file has {}; {advice}", quoted(headers));
        Self { column: column.name, wanted: rule.accepted.iter().map(|name| normalised(name)).collect(), problem }
    }
}

fn preset<'a>(input: &InputSettings, presets: &'a [Preset]) -> Result<Option<&'a Preset>, String> {
    let Some(name) = &input.preset else { return Ok(None) };
    presets.iter().find(|preset| preset.name == *name).map(Some).ok_or_else(|| {
        let near = suggestion(name, presets.iter().map(|preset| preset.name.as_str()));
        format!("there is no preset `{name}`{near}; `deadhead init --list-presets` shows them all")
    })
}

fn table(input: &InputSettings, preset: Option<&Preset>) -> Result<&'static Table, String> {
    match (input.table, preset) {
        (Some(table), Some(preset)) if table != preset.table => Err(format!(
            "table is `{}`, but preset `{}` feeds `{}`; take one of the two out",
            table.name(),
            preset.name,
            preset.table.name()
        )),
        (Some(table), _) => Ok(table.table()),
        (None, Some(preset)) => Ok(preset.table.table()),
        (None, None) => Err("it names neither a table nor a preset; add one of them".into()),
    }
}

fn check_names(input: &InputSettings, table: &Table) -> Result<(), String> {
    let named = input.columns.keys().map(|name| ("columns", name));
    let named = named.chain(input.constants.keys().map(|name| ("constants", name)));
    for (setting, name) in named.chain(input.values.keys().map(|name| ("values", name))) {
        if table.column(name).is_none() {
            let near = suggestion(name, table.columns.iter().map(|column| column.name));
            let known: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            return Err(format!(
                "`{setting}.{name}` is no column of {}{near}; its columns are {}",
                table.id.name(),
                known.join(", ")
            ));
        }
    }
    Ok(())
}

fn times(input: &InputSettings, preset: Option<&Preset>) -> Result<TimeRules, String> {
    let format = input.date_format.as_ref().or_else(|| preset?.date_format.as_ref());
    if let Some(format) = format.filter(|format| !notation::is_date_format(format)) {
        return Err(format!("date_format `{format}` cannot be read with; expected strftime such as `%d/%m/%Y %H:%M`"));
    }
    let zone = match input.time_zone.as_ref().or_else(|| preset?.time_zone.as_ref()) {
        None => Zone::default(),
        Some(text) => Zone::parse(text).ok_or_else(|| {
            format!("time_zone `{text}` is no time zone; expected a place such as `Europe/Berlin` or an offset such as `+02:00`")
        })?,
    };
    Ok(TimeRules { format: format.cloned(), zone })
}

fn conventions(input: &InputSettings) -> Result<Conventions, String> {
    let decimal_comma = match input.decimal.as_deref() {
        None => None,
        Some(",") => Some(true),
        Some(".") => Some(false),
        Some(other) => return Err(format!("decimal `{other}` is no decimal sign; expected \",\" or \".\"")),
    };
    Ok(Conventions { day_first: None, decimal_comma })
}

fn text_options(input: &InputSettings, preset: Option<&Preset>) -> Result<TextOptions, String> {
    let sign = |name: &str, text: Option<&String>| {
        let Some(written) = text else { return Ok(None) };
        text::delimiter_of(written)
            .map(Some)
            .ok_or_else(|| format!("{name} `{written}` cannot be used; expected one character such as `;`, or `tab`"))
    };
    let quote = match input.quote.as_deref() {
        None => None,
        Some("\"") => Some(b'"'),
        Some("'") => Some(b'\''),
        Some(other) => return Err(format!("quote `{other}` cannot be used; expected `\"` or `'`")),
    };
    Ok(TextOptions {
        delimiter: sign("delimiter", input.delimiter.as_ref().or_else(|| preset?.delimiter.as_ref()))?,
        quote,
        encoding: input.encoding.clone(),
        header_row: input.header_row,
        headers: preset.map(|preset| preset.headers.clone()).unwrap_or_default(),
        repairs: input.on_error == OnError::Repair,
        is_raw: false,
    })
}

/// A header in the form that headers are compared in: its letters and digits, lower-case. A header without any stays
/// as it is.
pub(crate) fn normalised(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    for sign in header.chars().filter(|sign| sign.is_alphanumeric()) {
        if sign.is_ascii() { folded.push(sign.to_ascii_lowercase()) } else { folded.extend(sign.to_lowercase()) }
    }
    if folded.is_empty() { header.trim().to_owned() } else { folded }
}

/// Whether [`normalised`] makes this of a text.
pub(super) fn folds_to(text: &str, folded: &str) -> bool {
    let mut signs = text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).peekable();
    if signs.peek().is_none() { text.trim() == folded } else { signs.eq(folded.chars()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Cause;

    fn settle(toml: &str, presets: &[Preset]) -> Result<Vec<String>, IngestError> {
        let input: InputSettings = toml::from_str(toml).unwrap();
        Rules::settle(&input, presets).map(|rules| rules.wanted().headers.into_iter().collect())
    }

    fn preset() -> Preset {
        toml::from_str(
            r#"
            name = "jira-time"
            system = "Jira"
            export = "time"
            table = "work_items"
            identify = [["Issue key"]]
            [columns]
            worked_on = ["Started", "Created"]
            hours = ["Hours"]
            labels = ["Labels"]
            [constants]
            kind = "maintain"
            "#,
        )
        .unwrap()
    }

    fn headers(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn headers_are_compared_without_case_and_signs() {
        for (header, folded) in [
            ("Issue key", "issuekey"),
            ("Component/s", "components"),
            ("\u{feff}Id", "id"),
            ("$insert_id", "insertid"),
            (" Amount  (EUR) ", "amounteur"),
            ("context_groupId", "contextgroupid"),
            ("%", "%"),
            ("名称", "名称"),
        ] {
            assert_eq!(normalised(header), folded);
        }
    }

    #[test]
    fn a_preset_feeds_only_what_it_names_and_repeated_headers_stand_together() {
        let presets = [preset()];
        let input: InputSettings = toml::from_str("path = 'x'\npreset = 'jira-time'").unwrap();
        let rules = Rules::settle(&input, &presets).unwrap();
        let binding = rules.bind(&headers(&["Labels", "Hours", "Created", "team", "Labels"])).unwrap();
        let place = |name: &str| rules.table.columns.iter().position(|column| column.name == name).unwrap();
        assert_eq!(binding.feeds[place("labels")], [Feed::Cells(vec![0, 4])]);
        assert_eq!(binding.feeds[place("worked_on")], [Feed::Cells(vec![2])]);
        assert!(binding.feeds[place("team")].is_empty());
        assert_eq!(binding.unused, ["team"]);
        assert_eq!(rules.columns[place("kind")].constant.as_deref(), Some("maintain"));
    }

    #[test]
    fn the_exact_spelling_is_meant_before_a_similar_one() {
        let input: InputSettings =
            toml::from_str("path = 'x'\ntable = 'charges'\n[columns]\namount = 'Cost'\ncharged_on = 'day'").unwrap();
        let rules = Rules::settle(&input, &[]).unwrap();
        let binding = rules.bind(&headers(&["cost", "Cost", "Day"])).unwrap();
        let cells = |place| vec![Feed::Cells(vec![place])];
        assert!(binding.feeds.contains(&cells(1)) && binding.feeds.contains(&cells(2)));
        assert_eq!(binding.unused, ["cost"]);
    }

    #[test]
    fn a_missing_column_is_named_with_the_nearest_header() {
        let input: InputSettings = toml::from_str("path = 'x'\ntable = 'charges'").unwrap();
        let rules = Rules::settle(&input, &[]).unwrap();
        let missing = rules.bind(&headers(&["charged_on", "amounts", "vendor"])).unwrap_err();
        assert_eq!(missing.column, "amount");
        assert!(missing.problem.contains("the nearest is `amounts`"), "{}", missing.problem);
        let missing = rules.bind(&headers(&["a;b"])).unwrap_err();
        assert!(missing.problem.contains("columns.charged_on"), "{}", missing.problem);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused_with_the_way_out() {
        for (toml, part) in [
            ("path = 'x'", "neither a table nor a preset"),
            ("path = 'x'\npreset = 'jira-tme'", "did you mean `jira-time`?"),
            ("path = 'x'\npreset = 'jira-time'\ntable = 'charges'", "feeds `work_items`"),
            ("path = 'x'\ntable = 'charges'\n[columns]\namuont = 'x'", "did you mean `amount`?"),
            ("path = 'x'\ntable = 'charges'\n[constants]\ncharged_on = 'soon'", "gives `soon`; expected a day"),
            ("path = 'x'\ntable = 'tickets'\n[values.layer]\nBot = 'robot'", "gives `robot`; expected one of"),
            ("path = 'x'\ntable = 'charges'\ndelimiter = '::'", "delimiter `::`"),
            ("path = 'x'\ntable = 'charges'\ndate_format = 'day'", "date_format `day`"),
            ("path = 'x'\ntable = 'charges'\ntime_zone = 'CET'", "time_zone `CET`"),
        ] {
            let error = settle(toml, &[preset()]).unwrap_err();
            assert_eq!(error.cause(), Cause::Settings);
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
