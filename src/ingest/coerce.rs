//! From the text of a cell to the value of its column.
//!
//! Takes a trimmed, non-empty text and the kind of the column; gives a typed value. Refuses, with what was
//! expected, every text that is not of that kind: nothing is guessed, nothing becomes 0.

mod number;
mod time;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diag::Code;
use crate::tables::{Kind, LIST_SEPARATOR};
use crate::units::Money;

use number::Decimal;
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

/// The report currency and the rates into it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exchange<'a> {
    /// ISO 4217 code of the report currency.
    pub(super) report: &'a str,
    /// Units of the report currency for one unit of another.
    pub(super) rates: &'a BTreeMap<String, f64>,
}

/// Reads a text as a kind. Money is taken to be in the report currency unless the text names another; see [`money`].
pub(super) fn value<'a>(
    kind: Kind,
    text: &'a str,
    times: &TimeRules,
    exchange: Exchange,
) -> Result<Value<'a>, Refusal> {
    let bad = || Refusal::of(Code::BadCell, kind.expectation());
    match kind {
        Kind::Text => Ok(Value::Text(Cow::Borrowed(text))),
        Kind::List => Ok(list([text], str::to_owned)),
        Kind::Date => times.days(text).map(|days| Value::Int(days.into())).ok_or_else(bad),
        Kind::Month => times.month(text).map(|days| Value::Int(days.into())).ok_or_else(bad),
        Kind::Timestamp => times.millis(text).map(Value::Int).ok_or_else(bad),
        Kind::Count => not_negative(text, kind)?.whole().map(Value::Int).ok_or_else(bad),
        Kind::Amount | Kind::Duration(_) => not_negative(text, kind)?.float().map(Value::Float).ok_or_else(bad),
        Kind::Money => money(text, None, exchange),
        Kind::Flag => flag(text).map(Value::Flag).ok_or_else(bad),
        Kind::Choice(words) => choice(text, words).map(|word| Value::Text(Cow::Borrowed(word))).ok_or_else(bad),
    }
}

/// The items of some list cells as one value; each item is passed through `rewrite`. Without items: null.
pub(super) fn list<'c>(cells: impl IntoIterator<Item = &'c str>, rewrite: impl Fn(&str) -> String) -> Value<'static> {
    let mut joined = String::new();
    for item in cells.into_iter().flat_map(items) {
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

/// The items of one list cell: a JSON array of texts and numbers, or texts separated by `,`, `;` or `|`.
fn items(cell: &str) -> Vec<Cow<'_, str>> {
    let cell = cell.trim();
    if cell.starts_with('[')
        && let Ok(array) = serde_json::from_str::<Vec<serde_json::Value>>(cell)
    {
        return array.iter().map(json_item).map(Cow::Owned).collect();
    }
    cell.split([',', ';', '|']).map(Cow::Borrowed).collect()
}

fn json_item(item: &serde_json::Value) -> String {
    match item {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Reads an amount and converts it into the report currency. `currency` is the cell beside it; without one, a
/// code or an unmistakable sign (`€`, `£`) in the amount itself counts; without either it is the report currency.
pub(super) fn money<'a>(text: &str, currency: Option<&str>, exchange: Exchange) -> Result<Value<'a>, Refusal> {
    let bad = || Refusal::of(Code::BadCell, Kind::Money.expectation());
    let (bare, negative) = match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (text, false),
    };
    let (number, own) = without_currency(bare);
    let micros = Decimal::parse(&number).and_then(Decimal::micros).ok_or_else(bad)?;
    let micros = if negative { micros.checked_neg().filter(|m| *m <= 0).ok_or_else(bad)? } else { micros };
    let currency = currency.map(str::to_uppercase);
    if let (Some(beside), Some(own)) = (&currency, &own)
        && beside != own
    {
        return Err(Refusal::of(Code::BadCell, format!("an amount in {beside}, as the currency cell says")));
    }
    converted(micros, currency.or(own).as_deref(), exchange).map(Value::Int)
}

fn converted(micros: i64, currency: Option<&str>, exchange: Exchange) -> Result<i64, Refusal> {
    let Some(currency) = currency.filter(|code| *code != exchange.report) else { return Ok(micros) };
    let rate = exchange.rates.get(currency).copied().filter(|rate| rate.is_finite() && *rate > 0.0);
    let Some(rate) = rate else {
        let expected = format!("{} or a currency that [fx] gives a rate for", exchange.report);
        return Err(Refusal::of(Code::UnknownCurrency, expected));
    };
    i64::try_from(Money::from_micros(micros.into()).scaled(rate).micros())
        .ok()
        .filter(|micros| *micros > i64::MIN && *micros < i64::MAX)
        .ok_or_else(|| Refusal::of(Code::BadCell, Kind::Money.expectation()))
}

/// Takes a currency sign or code off either end of an amount; gives the number and the code, if it is one. Other
/// letters stay, so that `5k` is refused and not read as five.
fn without_currency(text: &str) -> (Cow<'_, str>, Option<String>) {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let is_mark = |c: char| c.is_alphabetic() || matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩');
    let bare = rest.trim_start_matches(is_mark);
    let (mark, bare) = if bare.len() < rest.len() {
        (&rest[..rest.len() - bare.len()], bare)
    } else {
        let bare = rest.trim_end_matches(is_mark);
        (&rest[bare.len()..], bare)
    };
    let code = currency_code(mark);
    if code.is_none() && !matches!(mark, "$" | "¥" | "₹" | "₽" | "₩") {
        return (Cow::Borrowed(text), None);
    }
    let bare = bare.trim();
    let number = if sign.is_empty() { Cow::Borrowed(bare) } else { Cow::Owned(format!("{sign}{bare}")) };
    (number, code)
}

fn currency_code(mark: &str) -> Option<String> {
    match mark {
        "€" => Some("EUR".into()),
        "£" => Some("GBP".into()),
        "US$" => Some("USD".into()),
        code if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()) => Some(code.to_uppercase()),
        _ => None,
    }
}

fn not_negative(text: &str, kind: Kind) -> Result<Decimal, Refusal> {
    let number = Decimal::parse(text).ok_or_else(|| Refusal::of(Code::BadCell, kind.expectation()))?;
    if number.is_negative() { Err(Refusal::of(Code::NegativeNumber, kind.expectation())) } else { Ok(number) }
}

fn flag(text: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match text {
        _ if is_one_of(&["true", "yes", "y", "t", "1"]) => Some(true),
        _ if is_one_of(&["false", "no", "n", "f", "0"]) => Some(false),
        _ => None,
    }
}

fn choice(text: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().find(|word| word.eq_ignore_ascii_case(text)).copied().or_else(|| {
        let written = text.to_lowercase().replace([' ', '-'], "_");
        words.iter().find(|word| word.replace([' ', '-'], "_") == written).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(kind: Kind, text: &str) -> Result<Value<'_>, Code> {
        let rates = BTreeMap::from([("USD".to_owned(), 0.5), ("XXX".to_owned(), f64::NAN)]);
        value(kind, text, &TimeRules::default(), Exchange { report: "EUR", rates: &rates }).map_err(|r| r.code)
    }

    fn text(text: &str) -> Value<'_> {
        Value::Text(Cow::Borrowed(text))
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        for (cell, expected) in [
            ("12", Ok(Value::Int(12))),
            ("12.0", Ok(Value::Int(12))),
            ("1,234", Ok(Value::Int(1234))),
            ("0", Ok(Value::Int(0))),
            ("-0", Ok(Value::Int(0))),
            ("1.5", Err(Code::BadCell)),
            ("-3", Err(Code::NegativeNumber)),
            ("n/a", Err(Code::BadCell)),
            ("99999999999999999999", Err(Code::BadCell)),
        ] {
            assert_eq!(read(Kind::Count, cell), expected, "{cell}");
        }
    }

    #[test]
    fn amounts_are_not_negative() {
        for (cell, expected) in [
            ("7,5", Ok(Value::Float(7.5))),
            ("1,234.5", Ok(Value::Float(1234.5))),
            ("0.1", Ok(Value::Float(0.1))),
            ("-0.1", Err(Code::NegativeNumber)),
            ("1e999", Err(Code::BadCell)),
            ("two", Err(Code::BadCell)),
        ] {
            assert_eq!(read(Kind::Amount, cell), expected, "{cell}");
        }
    }

    #[test]
    fn money_is_exact_and_in_report_currency() {
        for (cell, expected) in [
            ("1234.50", Ok(1_234_500_000)),
            ("-12.5", Ok(-12_500_000)),
            ("(12.50)", Ok(-12_500_000)),
            ("($1,200)", Ok(-1_200_000_000)),
            ("$5,000", Ok(5_000_000_000)),
            ("-$5", Ok(-5_000_000)),
            ("€ 7,50", Ok(7_500_000)),
            ("7.50 EUR", Ok(7_500_000)),
            ("EUR 7.50", Ok(7_500_000)),
            ("US$10", Ok(5_000_000)),
            ("10 usd", Ok(5_000_000)),
            ("0.0000015", Ok(2)),
            ("£5", Err(Code::UnknownCurrency)),
            ("XXX 5", Err(Code::UnknownCurrency)),
            ("free", Err(Code::BadCell)),
            ("5k", Err(Code::BadCell)),
            ("5m", Err(Code::BadCell)),
            ("(-5)", Err(Code::BadCell)),
            ("99999999999999", Err(Code::BadCell)),
        ] {
            assert_eq!(read(Kind::Money, cell), expected.map(Value::Int), "{cell}");
        }
    }

    #[test]
    fn the_currency_cell_decides_and_must_not_contradict() {
        let rates = BTreeMap::from([("USD".to_owned(), 0.9)]);
        let read = |cell, currency| {
            money(cell, currency, Exchange { report: "EUR", rates: &rates }).map_err(|refusal| refusal.code)
        };
        assert_eq!(read("10", Some("USD")), Ok(Value::Int(9_000_000)));
        assert_eq!(read("10", Some("usd")), Ok(Value::Int(9_000_000)));
        assert_eq!(read("10", Some("EUR")), Ok(Value::Int(10_000_000)));
        assert_eq!(read("10", Some("CHF")), Err(Code::UnknownCurrency));
        assert_eq!(read("$10", Some("USD")), Ok(Value::Int(9_000_000)));
        assert_eq!(read("€10", Some("USD")), Err(Code::BadCell));
    }

    #[test]
    fn flags_in_any_case() {
        for cell in ["true", "TRUE", "Yes", "y", "1", "T"] {
            assert_eq!(read(Kind::Flag, cell), Ok(Value::Flag(true)));
        }
        for cell in ["false", "No", "n", "0", "F"] {
            assert_eq!(read(Kind::Flag, cell), Ok(Value::Flag(false)));
        }
        for cell in ["2", "maybe", "on"] {
            assert_eq!(read(Kind::Flag, cell), Err(Code::BadCell));
        }
    }

    #[test]
    fn choices_without_regard_to_case_spaces_and_hyphens() {
        let kind = Kind::Choice(&["build", "own_change"]);
        assert_eq!(read(kind, "BUILD"), Ok(text("build")));
        assert_eq!(read(kind, "Own change"), Ok(text("own_change")));
        assert_eq!(read(kind, "own-Change"), Ok(text("own_change")));
        assert_eq!(read(kind, "other"), Err(Code::BadCell));
    }

    #[test]
    fn lists_of_every_form() {
        for (cell, expected) in [
            ("a,b", "a\u{1f}b"),
            (" a ; b |c", "a\u{1f}b\u{1f}c"),
            ("a,,b,", "a\u{1f}b"),
            (r#"["a, b","c",3,null]"#, "a, b\u{1f}c\u{1f}3"),
            ("[a] b", "[a] b"),
            ("one tag", "one tag"),
            ("x\u{1f}y", "x y"),
        ] {
            assert_eq!(read(Kind::List, cell), Ok(text(expected)), "{cell}");
        }
        for cell in ["[]", ",", r#"[""]"#] {
            assert_eq!(read(Kind::List, cell), Ok(Value::Null), "{cell}");
        }
    }

    #[test]
    fn text_stays_as_it_is() {
        assert_eq!(read(Kind::Text, "=cmd()"), Ok(text("=cmd()")));
        assert_eq!(read(Kind::Text, "007"), Ok(text("007")));
    }

    proptest! {
        #[test]
        fn no_text_panics(cell in "\\PC{1,24}", amount in "[-($€0-9.,) A-Z]{1,20}") {
            for kind in [Kind::List, Kind::Date, Kind::Month, Kind::Timestamp, Kind::Count, Kind::Amount, Kind::Money, Kind::Flag] {
                let _ = (read(kind, &cell), read(kind, &amount));
            }
        }
    }
}
