//! From the cells of a record to the values of a row.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::binding::Feed;
use super::coerce::{self, Conventions, Exchange, Reading, TimeRules, Value, header_offset};
use super::identity::domain_of;
use super::mapping::{Binding, Elapsed, Rules, folded_value};
use super::record::{Fault, Record};
use super::source::Source;
use crate::diag::Code;
use crate::presets::AddressPart;
use crate::tables::{ClockUnit, Column, Kind, LIST_SEPARATOR};
use crate::units::Money;

/// The names of ids: by list, by id.
pub(super) type Names = HashMap<String, HashMap<String, String>>;

/// Reads the cells of a file's records as values of its table.
pub(super) struct CellReader<'f> {
    rules: &'f Rules<'f>,
    binding: &'f Binding,
    exchange: Exchange<'f>,
    names: &'f Names,
    /// How each column of the table is read.
    readings: Vec<Reading<'f>>,
    /// Place in the table of the currency that its amounts are in.
    currency: Option<usize>,
    /// Place in the table of the day that its amounts are of.
    day: Option<usize>,
    /// The day of amounts that have none, since 1970.
    default_day: Option<i32>,
}

impl<'f> CellReader<'f> {
    /// For a source bound so; `conventions` are those of each column of the table, where they were surveyed. The rules of
    /// times that are times by type hold no notation of the configuration.
    pub(super) fn new(
        rules: &'f Rules<'f>,
        binding: &'f Binding,
        source: &dyn Source,
        typed_times: &'f TimeRules,
        conventions: Option<&[Conventions]>,
        exchange: Exchange<'f>,
        names: &'f Names,
    ) -> Self {
        let place_of = |name: &str| rules.table.columns.iter().position(|column| column.name == name);
        let reading = |(place, column): (usize, &Column)| {
            let first = binding.feeds[place].first().map(Feed::places).unwrap_or_default();
            let is_typed = first.iter().any(|place| source.typed_times().get(*place) == Some(&true));
            let found = conventions.map_or(Conventions::default(), |conventions| conventions[place]);
            Reading {
                conventions: Conventions {
                    day_first: rules.conventions.day_first.or(found.day_first),
                    decimal_comma: rules.conventions.decimal_comma.or(found.decimal_comma),
                },
                unit: rules.preset.and_then(|preset| preset.units.get(column.name)).copied(),
                separator: rules.preset.and_then(|preset| preset.separators.get(column.name)).map(String::as_str),
                minor_units: rules
                    .preset
                    .is_some_and(|preset| preset.minor_units.iter().any(|name| name == column.name)),
                header_offset: first.first().and_then(|place| header_offset(source.headers().get(*place)?)),
                ..Reading::new(if is_typed { typed_times } else { &rules.times })
            }
        };
        let is_day = |column: &&Column| column.required && matches!(column.kind, Kind::Date | Kind::Timestamp);
        let day = rules.table.columns.iter().find(is_day).and_then(|column| place_of(column.name));
        Self {
            rules,
            binding,
            exchange,
            names,
            readings: rules.table.columns.iter().enumerate().map(reading).collect(),
            currency: place_of("currency"),
            day: day.or_else(|| place_of("as_of")),
            default_day: None,
        }
    }

    /// Amounts without a day are of this one, since 1970.
    pub(super) fn with_default_day(mut self, day: Option<i32>) -> Self {
        self.default_day = day;
        self
    }

    /// Why a record is no row of the table, if it is none.
    pub(super) fn exclusion(&self, record: &Record) -> Option<Fault> {
        let value = |feed: &Feed| feed.first(record, &|text| !text.is_empty()).unwrap_or_default().into_owned();
        let fault = |feed: &Feed, found: String, expected: String| {
            Some(Fault { code: Code::ExcludedRow, column: feed.place(), found, expected })
        };
        for (feed, excluded) in &self.binding.skip {
            let found = value(feed);
            if excluded.contains(&folded_value(&found)) {
                return fault(feed, found, "any other value".into());
            }
        }
        let listed = |wanted: &BTreeSet<String>| wanted.iter().cloned().collect::<Vec<_>>().join(", ");
        for (feed, wanted) in &self.binding.keep {
            let found = value(feed);
            if !wanted.contains(&folded_value(&found)) {
                return fault(feed, found, format!("one of {}", listed(wanted)));
            }
        }
        let any = self.binding.keep_any.as_ref()?;
        let is_filled = |feed: &Feed| feed.first(record, &|text| self.is_given(text)).is_some();
        if any.iter().any(is_filled) {
            return None;
        }
        let expected = "a value here, or in one of the columns that stand for it".into();
        Some(Fault {
            code: Code::ExcludedRow,
            column: any.first().and_then(Feed::place),
            found: String::new(),
            expected,
        })
    }

    /// Which version of its key a row is: the greater, the later. Rows without one are the oldest.
    pub(super) fn version(&self, record: &Record) -> i64 {
        let Some(feed) = &self.binding.latest else { return 0 };
        let Some(text) = feed.first(record, &|text| !text.is_empty()) else { return i64::MIN };
        if let Ok(number) = text.parse() {
            return number;
        }
        let reading = Reading::new(&self.rules.times);
        match coerce::value(Kind::Timestamp, &text, &reading, self.exchange) {
            Ok(Value::Int(millis)) => millis,
            // An open end lies behind every moment.
            Ok(_) => i64::MAX,
            Err(_) => i64::MIN,
        }
    }

    /// The texts that feed a column, for a survey of how they are written.
    pub(super) fn texts<'r>(&self, record: &'r Record, column: usize) -> Vec<Cow<'r, str>> {
        let given = self.binding.feeds[column].iter().map(|feed| feed.texts(record));
        given.flatten().filter(|text| self.is_given(text)).collect()
    }

    /// The values of a record by column of the table, or the first fault in that order.
    pub(super) fn row<'r>(&'r self, record: &'r Record) -> Result<Vec<Value<'r>>, Fault> {
        if let Some(fault) = &record.fault {
            return Err(fault.clone());
        }
        let columns = self.rules.table.columns;
        let mut row = Vec::with_capacity(columns.len());
        for (place, column) in columns.iter().enumerate() {
            // Amounts come last: their currency and day may stand behind them.
            row.push(if column.kind == Kind::Money { Value::Null } else { self.value(record, place)? });
        }
        let day = self.day.and_then(|place| day_of(&row[place], columns[place].kind)).or(self.default_day);
        for (place, column) in columns.iter().enumerate().filter(|(_, column)| column.kind == Kind::Money) {
            row[place] = self.money(record, place, day)?;
            self.note_currency(record, place, &mut row);
            if row[place] == Value::Null && self.rules.is_required(column) {
                return Err(self.missing(place));
            }
        }
        Ok(row)
    }

    fn value<'r>(&'r self, record: &'r Record, place: usize) -> Result<Value<'r>, Fault> {
        let column = &self.rules.table.columns[place];
        let mut value = match (column.kind, self.cell(record, place)) {
            (Kind::List, _) => self.list(record, place),
            (_, None) => Value::Null,
            (_, Some(cell)) if self.is_month(column) => self.month(&cell, place)?,
            (kind, Some(cell)) => self.coerced(kind, &cell, &self.readings[place])?,
        };
        if value == Value::Null
            && let Some(elapsed) = &self.binding.after[place]
            && self.has_value(record, place)
        {
            value = self.after(record, place, elapsed)?;
        }
        if value == Value::Null && self.has_value(record, place) {
            value = self.sum(record, place);
        }
        if let Value::Text(text) = &value
            && let Some(part) = self.rules.preset.and_then(|preset| preset.addresses.get(column.name))
        {
            value = Value::Text(Cow::Owned(match part {
                AddressPart::Host => coerce::host(text),
                AddressPart::Route => coerce::route(text),
            }));
        }
        if let Value::Text(text) = &value
            && column.name == "url"
            && let Some(target) = coerce::link_target(text)
        {
            value = Value::Text(Cow::Owned(target));
        }
        if let Value::Text(text) = &value
            && column.name == "account_domain"
        {
            value = domain_of(text).map_or(Value::Null, |domain| Value::Text(Cow::Owned(domain)));
        }
        if let Value::Text(text) = &value
            && let Some(name) = self.name(column, text)
        {
            value = Value::Text(Cow::Borrowed(name));
        }
        if value == Value::Null && self.rules.is_required(column) {
            return Err(self.missing(place));
        }
        Ok(value)
    }

    fn missing(&self, place: usize) -> Fault {
        let column = self.binding.feeds[place].first().and_then(Feed::place);
        let expected = self.rules.table.columns[place].kind.expectation();
        Fault { code: Code::MissingCell, column, found: String::new(), expected }
    }

    fn coerced<'r>(&self, kind: Kind, cell: &Cell<'r>, reading: &Reading) -> Result<Value<'r>, Fault> {
        let owned = |value: Value| match value {
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Int(number) => Value::Int(number),
            Value::Float(number) => Value::Float(number),
            Value::Flag(flag) => Value::Flag(flag),
            Value::Null => Value::Null,
        };
        let read = match &cell.text {
            Cow::Borrowed(text) => coerce::value(kind, text, reading, self.exchange),
            Cow::Owned(text) => coerce::value(kind, text, reading, self.exchange).map(owned),
        };
        read.map_err(|refusal| cell.fault(refusal))
    }

    fn is_month(&self, column: &Column) -> bool {
        self.rules.preset.is_some_and(|preset| preset.months.iter().any(|name| name == column.name))
    }

    /// A month as its first moment.
    fn month<'r>(&self, cell: &Cell<'r>, place: usize) -> Result<Value<'r>, Fault> {
        Ok(match self.coerced(Kind::Month, cell, &self.readings[place])? {
            Value::Int(days) => Value::Int(days * 86_400_000),
            other => other,
        })
    }

    fn name(&self, column: &Column, id: &str) -> Option<&str> {
        let list = self.rules.preset?.lookup.get(column.name)?;
        self.names.get(list)?.get(id).map(String::as_str)
    }

    /// Whether a column has a value in this record, by the preset's rules.
    fn has_value(&self, record: &Record, place: usize) -> bool {
        self.binding.only[place].iter().all(|(feed, wanted)| {
            let text = feed.first(record, &|text| !text.is_empty()).unwrap_or_default();
            wanted.contains(&folded_value(&text))
        })
    }

    /// The first cell that feeds a column and holds something, else the constant.
    fn cell<'r>(&'r self, record: &'r Record, place: usize) -> Option<Cell<'r>> {
        let rule = &self.rules.columns[place];
        if !self.has_value(record, place) {
            return None;
        }
        for feed in &self.binding.feeds[place] {
            let Some(raw) = feed.first(record, &|text| self.is_given(text)) else { continue };
            let text = if rule.values.is_empty() { raw } else { Cow::Owned(rule.rewritten(&raw).to_owned()) };
            let cell = Cell { place: feed.place(), text };
            return Some(cell).filter(|cell| !cell.text.is_empty());
        }
        let constant = rule.constant.as_deref().map(str::trim).filter(|text| !text.is_empty());
        constant.map(|text| Cell { place: None, text: Cow::Borrowed(text) })
    }

    /// Every filled cell of the first feed that has any, else the constant.
    fn list<'r>(&'r self, record: &'r Record, place: usize) -> Value<'r> {
        let rule = &self.rules.columns[place];
        let column = &self.rules.table.columns[place];
        if !self.has_value(record, place) {
            return Value::Null;
        }
        let separator = self.readings[place].separator;
        let rewrite = |item: &str| {
            if column.name == "domains" {
                return domain_of(item).unwrap_or_default();
            }
            rule.rewritten(self.name(column, item).unwrap_or(item)).to_owned()
        };
        for feed in &self.binding.feeds[place] {
            let texts = feed.texts(record);
            let given = texts.iter().map(AsRef::as_ref).filter(|text| self.is_given(text));
            let value = coerce::list(given, separator, rewrite);
            if value != Value::Null {
                return distinct(value);
            }
        }
        coerce::list(rule.constant.as_deref(), separator, str::to_owned)
    }

    fn money<'r>(&'r self, record: &'r Record, place: usize, day: Option<i32>) -> Result<Value<'r>, Fault> {
        let Some(cell) = self.cell(record, place) else { return Ok(Value::Null) };
        let beside = self.currency.and_then(|column| self.cell(record, column));
        let currency = beside.as_ref().map(|beside| beside.text.as_ref());
        let read = coerce::money(&cell.text, currency, day, &self.readings[place], self.exchange);
        let value = read.map_err(|refusal| match &beside {
            Some(beside) if refusal.code == Code::UnknownCurrency => beside.fault(refusal),
            _ => cell.fault(refusal),
        })?;
        let value = match value {
            Value::Int(micros) => Value::Int(micros),
            _ => Value::Null,
        };
        match (&self.binding.annual, self.rules.table.columns[place].name) {
            (Some(feeds), "arr") => self.annual(record, &value, feeds, &cell),
            _ => Ok(value),
        }
    }

    /// Writes the code of the currency that an amount was stated in into the row's own `currency`, so that it says the same
    /// whether the cell was `€`, `Euro - EUR` or empty beside `5 EUR`. An amount that names none leaves it empty.
    fn note_currency(&self, record: &Record, amount: usize, row: &mut [Value]) {
        let Some(column) = self.currency.filter(|_| row[amount] != Value::Null) else { return };
        let beside = self.cell(record, column);
        let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if matches!(&row[column], Value::Text(text) if is_code(text)) {
            return;
        }
        let stated = self
            .cell(record, amount)
            .and_then(|cell| coerce::currency_of(&cell.text, beside.as_ref().map(|beside| beside.text.as_ref())));
        if let Some(code) = stated {
            row[column] = Value::Text(Cow::Owned(code));
        }
    }

    /// amount × quantity × intervals a year ÷ intervals that the amount is for.
    fn annual<'r>(
        &self,
        record: &Record,
        amount: &Value<'r>,
        [quantity, interval, count]: &[Vec<Feed>; 3],
        cell: &Cell,
    ) -> Result<Value<'r>, Fault> {
        let text = |feeds: &[Feed]| feeds.iter().find_map(|feed| feed.first(record, &|text| self.is_given(text)));
        let number = |feeds: &[Feed]| match text(feeds) {
            None => Ok(1.0),
            Some(text) => {
                text.replace(',', ".").parse::<f64>().ok().filter(|number| *number > 0.0).ok_or_else(|| Fault {
                    code: Code::BadCell,
                    column: feeds.first().and_then(Feed::place),
                    found: text.into_owned(),
                    expected: "a number above 0".into(),
                })
            }
        };
        let default = self.rules.preset.and_then(|preset| preset.annual.as_ref()?.default_interval.as_deref());
        let word = text(interval).map_or_else(|| default.map(str::to_owned), |word| Some(word.into_owned()));
        let (Value::Int(micros), Some(word)) = (amount, word) else { return Ok(Value::Null) };
        let Some(per_year) = per_year(&word) else {
            let expected = "an interval such as month or year".into();
            return Err(Fault { code: Code::BadCell, column: cell.place, found: word, expected });
        };
        let factor = per_year * number(quantity)? / number(count)?;
        let annual = Money::from_micros((*micros).into()).scaled(factor).micros();
        Ok(i64::try_from(annual).map_or(Value::Null, Value::Int))
    }

    /// The sum of the counts that the parts of a column give; nothing when none is there, or one is no count.
    fn sum<'r>(&self, record: &'r Record, place: usize) -> Value<'r> {
        let mut sum: Option<i64> = None;
        for text in self.binding.sums[place].iter().flat_map(|feed| feed.texts(record)) {
            if !self.is_given(&text) {
                continue;
            }
            let part = coerce::value(Kind::Count, &text, &self.readings[place], self.exchange);
            let Ok(Value::Int(part)) = part else { return Value::Null };
            let Some(both) = sum.unwrap_or(0).checked_add(part) else { return Value::Null };
            sum = Some(both);
        }
        sum.map_or(Value::Null, Value::Int)
    }

    /// A moment so long after another.
    fn after<'r>(&self, record: &Record, place: usize, elapsed: &Elapsed) -> Result<Value<'r>, Fault> {
        let cell = |feeds: &[Feed]| {
            feeds.iter().find_map(|feed| {
                let text = feed.first(record, &|text| self.is_given(text))?;
                Some(Cell { place: feed.place(), text: Cow::Owned(text.into_owned()) })
            })
        };
        let (Some(start), Some(length)) = (cell(&elapsed.start), cell(&elapsed.length)) else { return Ok(Value::Null) };
        let reading = Reading { unit: Some(elapsed.unit), ..self.readings[place] };
        let start = self.coerced(Kind::Timestamp, &start, &reading)?;
        let length = self.coerced(Kind::Duration(ClockUnit::Seconds), &length, &reading)?;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be far below the limit")]
        match (start, length) {
            (Value::Int(millis), Value::Float(seconds)) if seconds < 1e10 => {
                Ok(Value::Int(millis + (seconds * 1000.0).round() as i64))
            }
            _ => Ok(Value::Null),
        }
    }

    fn is_given(&self, raw: &str) -> bool {
        !raw.is_empty() && (self.rules.null_values.is_empty() || !self.rules.null_values.contains(raw))
    }
}

/// How many intervals of this name a year has.
fn per_year(word: &str) -> Option<f64> {
    Some(match super::normalised(word).as_str() {
        "year" | "years" | "yearly" | "annual" | "annually" => 1.0,
        "halfyear" | "semiannual" => 2.0,
        "quarter" | "quarters" | "quarterly" => 4.0,
        "month" | "months" | "monthly" => 12.0,
        "week" | "weeks" | "weekly" => 52.0,
        "day" | "days" | "daily" => 365.0,
        _ => return None,
    })
}

/// The list without repetitions.
fn distinct(list: Value) -> Value {
    let Value::Text(text) = &list else { return list };
    let mut seen = Vec::new();
    text.split(LIST_SEPARATOR).for_each(|item| {
        if !seen.contains(&item) {
            seen.push(item);
        }
    });
    Value::Text(Cow::Owned(seen.join(&LIST_SEPARATOR.to_string())))
}

/// The day of a value, since 1970.
pub(super) fn day_of(value: &Value, kind: Kind) -> Option<i32> {
    let Value::Int(number) = value else { return None };
    let days = if kind == Kind::Timestamp { number.div_euclid(86_400_000) } else { *number };
    i32::try_from(days).ok()
}

/// The text that a value is read from, and where it stands in the file; a constant stands nowhere.
struct Cell<'r> {
    place: Option<usize>,
    text: Cow<'r, str>,
}

impl Cell<'_> {
    fn fault(&self, refusal: coerce::Refusal) -> Fault {
        let found = self.text.clone().into_owned();
        Fault { code: refusal.code, column: self.place, found, expected: refusal.expected }
    }
}
