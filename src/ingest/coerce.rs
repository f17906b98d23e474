//! From the text of a cell to the value of its column.
//!
//! Takes a trimmed, non-empty text, the kind of the column and how the file writes; gives a typed value. Refuses, with
//! what was expected, every text that is not of that kind: nothing is guessed, nothing becomes 0. What could be read in
//! two ways (`03/04/25`, `1,234`) is read as the other cells of its column decide ([`Survey`]), else refused.

mod address;
mod calendar;
mod clock;
mod convention;
mod duration;
mod link;
mod money;
mod names;
mod number;
#[cfg(test)]
mod tests;
mod time;

use std::borrow::Cow;

use crate::diag::Code;
use crate::tables::{ClockUnit, Kind, LIST_SEPARATOR};
use crate::units::notation::Zone;

pub(super) use address::{host, route};
pub(super) use convention::Conventions;
pub(super) use convention::{Survey, header_offset};
pub(super) use link::link_target;
pub(super) use money::{DailyRates, Exchange, currency_of, money};
use number::{Decimal, Marks};
use time::{FIRST_YEAR, LAST_YEAR};
pub(super) use time::{TimeRules, day_of};

/// A typed cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// No value.
    Null,
    /// Text, a word of a choice, or a list joined by [`LIST_SEPARATOR`].
    Text(Cow<'a, str>),
    /// A whole number; days, milliseconds and millionths too.
    Int(i64),
    /// A number.
    Float(f64),
    /// yes or no.
    Flag(bool),
}

/// Why a text is not of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Stable reason.
    pub(super) code: Code,
    /// What was expected.
    pub(super) expected: String,
}

impl Refusal {
    fn of(code: Code, expected: impl Into<String>) -> Self {
        Self { code, expected: expected.into() }
    }
}

/// How the cells of one column of a file are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    /// Format and zone of times, as the input says.
    pub(super) times: &'a TimeRules,
    /// What the column, or a setting, says of dates and numbers that do not tell by themselves.
    pub(super) conventions: Conventions,
    /// Unit of plain numbers in a column that holds a length of time; `None`: the column's own.
    pub(super) unit: Option<ClockUnit>,
    /// What separates the items of a list; `None`: `,`, `;` and `|`.
    pub(super) separator: Option<&'a str>,
    /// Whether amounts of money are in minor units (cents).
    pub(super) minor_units: bool,
    /// Minutes east of UTC that the header names ([`header_offset`]); it counts before the input's zone.
    pub(super) header_offset: Option<i32>,
    /// Whether a date may be a number of days as spreadsheets count them (20000–80000): true for cells of a workbook.
    pub(super) serials: bool,
}

impl<'a> Reading<'a> {
    /// With these rules for times, and nothing else known.
    pub(super) fn new(times: &'a TimeRules) -> Self {
        let conventions = Conventions::default();
        Self {
            times,
            conventions,
            unit: None,
            separator: None,
            minor_units: false,
            header_offset: None,
            serials: false,
        }
    }

    /// The zone of times without an offset.
    fn zone(&self) -> Zone {
        self.header_offset.map_or(self.times.zone, Zone::Offset)
    }
}

/// Whether a header names a month, such as `2026-01` or `Jan 26`, as the columns of a table by months do.
pub(super) fn is_month(header: &str) -> bool {
    let is_plain_number = header.bytes().all(|byte| byte.is_ascii_digit()) && header.len() != 6;
    let times = TimeRules::default();
    !is_plain_number && matches!(time::month(header, &Reading::new(&times)), Ok(Some(_)))
}

/// Why a number or time was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unread {
    /// It is none.
    Foreign,
    /// It is one in two ways.
    Ambiguous,
    /// It is one, and beyond the range of its column.
    OutOfRange,
}

/// Reads a text as a kind; see [`money()`] for money, which is taken to be of no day here.
pub(super) fn value<'a>(
    kind: Kind,
    text: &'a str,
    reading: &Reading,
    exchange: Exchange,
) -> Result<Value<'a>, Refusal> {
    let bad = || unread(Unread::Foreign, kind);
    let day = |days: Option<i32>| days.map_or(Value::Null, |days| Value::Int(days.into()));
    match kind {
        Kind::Text => Ok(Value::Text(Cow::Borrowed(unguarded(text)))),
        Kind::List => Ok(list([text], reading.separator, str::to_owned)),
        Kind::Date => time::days(text, reading).map(day).map_err(|why| unread(why, kind)),
        Kind::Month => time::month(text, reading).map(day).map_err(|why| unread(why, kind)),
        Kind::Timestamp => match time::millis(text, reading) {
            Ok(millis) => Ok(millis.map_or(Value::Null, Value::Int)),
            Err(why) => Err(unread(why, kind)),
        },
        Kind::Count => count(text, reading)?.whole().map(Value::Int).map_err(|why| unread(why, kind)),
        Kind::Amount => amount(text, reading)?.float().map(Value::Float).map_err(|why| unread(why, kind)),
        Kind::Duration(unit) => duration::length(text, unit, reading).map(Value::Float),
        Kind::Money => money(text, None, None, reading, exchange),
        Kind::Flag => flag(text).map(Value::Flag).ok_or_else(bad),
        Kind::Choice(words) => choice(text, words).map(|word| Value::Text(Cow::Borrowed(word))).ok_or_else(bad),
    }
}

/// What to say of a text that was not read as this kind.
fn unread(why: Unread, kind: Kind) -> Refusal {
    let is_time = matches!(kind, Kind::Date | Kind::Month | Kind::Timestamp);
    match why {
        Unread::Foreign if is_time => Refusal::of(Code::BadDate, kind.expectation()),
        Unread::Foreign => Refusal::of(Code::BadCell, kind.expectation()),
        Unread::OutOfRange if is_time => {
            Refusal::of(Code::OutOfRange, format!("{}, in the years {FIRST_YEAR}–{LAST_YEAR}", kind.expectation()))
        }
        Unread::OutOfRange => Refusal::of(Code::OutOfRange, format!("{}, with fewer digits", kind.expectation())),
        Unread::Ambiguous if is_time => Refusal::of(
            Code::AmbiguousDate,
            "a date that tells day from month; set `date_format` in its [[input]], such as \"%d/%m/%Y\" or \"%m/%d/%Y\"",
        ),
        Unread::Ambiguous => Refusal::of(
            Code::AmbiguousNumber,
            "a number that tells its decimal sign; set `decimal = \",\"` or `decimal = \".\"` in its [[input]]",
        ),
    }
}

/// Spreadsheets are kept from running a text by an apostrophe in front of it, which some exports write; it is taken off.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}

/// A whole number: where the column does not decide, a sign before three digits is one of thousands ([`Marks::of_whole`]).
fn count(text: &str, reading: &Reading) -> Result<Decimal, Refusal> {
    let by_itself = || Marks::of(text)?.of_whole(text);
    let comma = reading.conventions.decimal_comma.or_else(by_itself);
    not_negative(Decimal::parse(text, comma), Kind::Count)
}

/// A number; of `12 %` its fraction, 0.12.
fn amount(text: &str, reading: &Reading) -> Result<Decimal, Refusal> {
    let text = number::plain(text);
    let (bare, places) = match text.strip_suffix('%') {
        Some(bare) => (bare.trim_end(), 2),
        None => (&*text, 0),
    };
    let number = Decimal::parse(bare, reading.conventions.decimal_comma).map(|number| number.shrunk(places));
    not_negative(number, Kind::Amount)
}

fn not_negative(number: Result<Decimal, Unread>, kind: Kind) -> Result<Decimal, Refusal> {
    let number = number.map_err(|why| unread(why, kind))?;
    if number.is_negative() { Err(Refusal::of(Code::NegativeNumber, kind.expectation())) } else { Ok(number) }
}

/// The items of some list cells as one value; each item is passed through `rewrite`. Without items: null.
pub(super) fn list<'c>(
    cells: impl IntoIterator<Item = &'c str>,
    separator: Option<&str>,
    rewrite: impl Fn(&str) -> String,
) -> Value<'static> {
    let mut joined = String::new();
    for item in cells.into_iter().flat_map(|cell| items(cell, separator)) {
        let item = rewrite(item.trim()).replace(LIST_SEPARATOR, " ");
        if !item.is_empty() {
            if !joined.is_empty() {
                joined.push(LIST_SEPARATOR);
            }
            joined.push_str(&item);
        }
    }
    if joined.is_empty() { Value::Null } else { Value::Text(Cow::Owned(joined)) }
}

/// The items of one list cell: of a JSON array or object, or texts between separators. Runs of blanks separate once.
fn items<'c>(cell: &'c str, separator: Option<&str>) -> Vec<Cow<'c, str>> {
    let cell = cell.trim();
    if let Some(items) = json_items(cell) {
        return items.into_iter().map(Cow::Owned).collect();
    }
    match separator {
        Some(blank) if !blank.is_empty() && blank.trim().is_empty() => {
            cell.split_whitespace().map(Cow::Borrowed).collect()
        }
        Some(separator) if !separator.is_empty() => cell.split(separator).map(Cow::Borrowed).collect(),
        _ => cell.split([',', ';', '|']).map(Cow::Borrowed).collect(),
    }
}

/// The items of an array, or `key:value` of an object, also of one without its braces, as cloud bills write tags.
fn json_items(cell: &str) -> Option<Vec<String>> {
    let object = |text: &str| {
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
        Some(members.iter().map(|(key, value)| tag(key, value)).collect())
    };
    match cell.as_bytes().first()? {
        b'[' => {
            serde_json::from_str::<Vec<serde_json::Value>>(cell).ok().map(|array| array.iter().map(json_item).collect())
        }
        b'{' => object(cell),
        b'"' => object(&format!("{{{cell}}}")),
        _ => None,
    }
}

fn tag(key: &str, value: &serde_json::Value) -> String {
    let value = json_item(value);
    if value.is_empty() { key.to_owned() } else { format!("{key}:{value}") }
}

/// A text or number as it is; of an object its `name`, else its `value`, else its `id`.
fn json_item(item: &serde_json::Value) -> String {
    match item {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        serde_json::Value::Object(members) => {
            let named =
                ["name", "value", "id"].iter().find_map(|key| members.get(*key).filter(|value| !value.is_null()));
            named.map_or_else(|| item.to_string(), json_item)
        }
        other => other.to_string(),
    }
}

/// Words of yes in the languages that exports are written in.
const YES: &[&str] = &[
    "true",
    "yes",
    "y",
    "t",
    "1",
    "x",
    "on",
    "enabled",
    "ja",
    "oui",
    "sí",
    "si",
    "sì",
    "sim",
    "tak",
    "ano",
    "kyllä",
    "evet",
    "да",
    "はい",
    "是",
    "wahr",
    "vrai",
    "verdadero",
    "verdadeiro",
    "vero",
];

/// Words of no.
const NO: &[&str] = &[
    "false",
    "no",
    "n",
    "f",
    "0",
    "off",
    "disabled",
    "nein",
    "non",
    "não",
    "nao",
    "nee",
    "nej",
    "nei",
    "nie",
    "ne",
    "ei",
    "hayır",
    "hayir",
    "нет",
    "いいえ",
    "否",
    "falsch",
    "faux",
    "falso",
];

fn flag(text: &str) -> Option<bool> {
    let word = text.to_lowercase();
    if YES.contains(&word.as_str()) {
        return Some(true);
    }
    NO.contains(&word.as_str()).then_some(false)
}

fn choice(text: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().find(|word| word.eq_ignore_ascii_case(text)).copied().or_else(|| {
        let written = text.to_lowercase().replace([' ', '-'], "_");
        words.iter().find(|word| word.replace([' ', '-'], "_") == written).copied()
    })
}
