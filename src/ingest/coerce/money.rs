//! Amounts of money, and their conversion into the report currency.
//!
//! Takes an amount as text, the cell that names its currency and the day it is of; gives millionths of the report
//! currency. Refuses an amount whose rate nobody gave, and one whose own currency contradicts the cell beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::number::{self, Decimal, Marks};
use super::{Reading, Refusal, Unread, Value, day_of, unread};
use crate::diag::Code;
use crate::tables::Kind;
use crate::units::Money;

/// The report currency and the rates into it.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct Exchange<'a> {
    /// ISO 4217 code of the report currency; empty: every amount stays in its own.
    pub(in crate::ingest) report: &'a str,
    /// Units of the report currency for one unit of another, on any day.
    pub(in crate::ingest) fixed: &'a BTreeMap<String, f64>,
    /// The same by day; they count before the fixed ones.
    pub(in crate::ingest) daily: &'a DailyRates,
}

/// Rates into the report currency by currency and day.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::ingest) struct DailyRates {
    by_currency: BTreeMap<String, BTreeMap<i32, f64>>,
}

/// How many days a rate holds on: over weekends and holidays, on which no bank publishes one.
const RATE_HOLDS: i32 = 7;

static NO_RATES: DailyRates = DailyRates { by_currency: BTreeMap::new() };

impl DailyRates {
    /// No rates.
    pub(in crate::ingest) fn none() -> &'static Self {
        &NO_RATES
    }

    /// Adds the units of the report currency for one unit of `currency` (an ISO 4217 code, in any case) on a day since
    /// 1970. False, and nothing is added, when the rate is no number above 0. A later call for the same day replaces.
    pub(in crate::ingest) fn insert(&mut self, currency: &str, day: i32, rate: f64) -> bool {
        let is_rate = rate.is_finite() && rate > 0.0;
        if is_rate {
            self.by_currency.entry(currency.trim().to_uppercase()).or_default().insert(day, rate);
        }
        is_rate
    }

    /// The rate of a day, else the latest of the seven days before it.
    fn on(&self, currency: &str, day: i32) -> Option<f64> {
        let days = self.by_currency.get(currency)?;
        days.range(day.saturating_sub(RATE_HOLDS)..=day).next_back().map(|(_, rate)| *rate)
    }
}

/// Reads an amount and converts it into the report currency.
///
/// `currency` is the cell beside it (`USD`, `usd`, `Euro - EUR`, `€`). Without one, a code or an unmistakable sign
/// (`€`, `£`, `US$`) in the amount itself counts; without either (`5,000`, `$5,000`) it is in the report currency.
/// `on` is the day of the rate, since 1970; without one, or without a rate of that day or the week before it, the fixed
/// rate counts.
pub(in crate::ingest) fn money<'a>(
    text: &str,
    currency: Option<&str>,
    on: Option<i32>,
    reading: &Reading,
    exchange: Exchange,
) -> Result<Value<'a>, Refusal> {
    let written = Written::of(text).ok_or_else(|| unread(Unread::Foreign, Kind::Money))?;
    let currency = settled(&written, currency)?;
    let comma = reading.conventions.decimal_comma.or_else(|| written.decimal_comma());
    let number = Decimal::magnitude(&written.digits, comma).map_err(|why| unread(why, Kind::Money))?;
    let places = if reading.minor_units { minor_places(currency.as_deref().unwrap_or(exchange.report)) } else { 0 };
    let number = number.signed(written.below_zero).shrunk(places);
    let micros = number.micros().filter(|micros| *micros > i64::MIN).ok_or_else(too_great)?;
    converted(micros, currency.as_deref(), on, exchange).map(Value::Int)
}

/// ISO 4217 code of the currency that an amount is stated in, of the cell beside it or of its own sign; `None` when neither
/// names one, or the amount cannot be read.
pub(in crate::ingest) fn currency_of(text: &str, beside: Option<&str>) -> Option<String> {
    settled(&Written::of(text)?, beside).ok().flatten()
}

/// An amount taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// The number without sign and currency.
    pub(super) digits: String,
    below_zero: bool,
    /// What stands before or behind the number; empty without anything.
    mark: String,
    /// Whether the mark stands in front.
    is_in_front: bool,
}

impl Written {
    /// `None` when it has two signs, or letters that are no currency, so that `5k` is refused and not read as five.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = number::plain(text);
        let (outer, rest) = number::unsigned(&text);
        let (mark, rest, is_in_front) = without_mark(rest);
        let (inner, digits) = if outer.is_some() { (None, rest) } else { number::unsigned(rest) };
        let is_known = mark.is_empty() || is_dollar_or_yen(mark) || is_crown(mark) || code_of_mark(mark).is_some();
        let below_zero = outer.or(inner) == Some(true);
        is_known.then(|| Self { digits: digits.to_owned(), below_zero, mark: mark.to_owned(), is_in_front })
    }

    /// The decimal comma that an amount tells of beside its digits: in `$1,234` there is none, as no currency whose sign
    /// stands in front is written with three decimals and a comma.
    pub(super) fn decimal_comma(&self) -> Option<bool> {
        let has_sign = self.is_in_front && self.mark.ends_with(|last: char| !last.is_alphabetic());
        (has_sign && Marks::of(&self.digits) == Some(Marks::Open { comma: true })).then_some(false)
    }
}

/// The letters and currency signs at the front, else at the end of an amount, and the rest.
fn without_mark(text: &str) -> (&str, &str, bool) {
    let is_mark =
        |sign: char| sign.is_alphabetic() || matches!(sign, '$' | '€' | '£' | '¥' | '\u{20a0}'..='\u{20cf}' | '฿');
    let rest = text.trim_start_matches(is_mark);
    if rest.len() < text.len() {
        let rest_of_name = rest.strip_prefix('.').filter(|rest| rest.starts_with(' ')).unwrap_or(rest);
        return (&text[..text.len() - rest.len()], rest_of_name.trim(), true);
    }
    let undotted = text.strip_suffix('.').filter(|text| text.ends_with(char::is_alphabetic)).unwrap_or(text);
    let rest = undotted.trim_end_matches(is_mark);
    if rest.len() < undotted.len() { (&undotted[rest.len()..], rest.trim(), false) } else { ("", text, false) }
}

/// The currency of the cell beside an amount, else of the amount itself; `None` when neither names one.
fn settled(written: &Written, beside: Option<&str>) -> Result<Option<String>, Refusal> {
    let own = code_of_mark(&written.mark);
    let Some(cell) = beside.map(str::trim).filter(|cell| !cell.is_empty()) else {
        let is_open = is_crown(&written.mark);
        return if is_open { Err(Refusal::of(Code::BadCell, Kind::Money.expectation())) } else { Ok(own) };
    };
    let Some(beside) = code_of_cell(cell) else {
        let expected = format!("a currency with an ISO 4217 code such as EUR, not `{cell}`");
        return Err(Refusal::of(Code::UnknownCurrency, expected));
    };
    match own {
        Some(own) if own != beside => {
            Err(Refusal::of(Code::BadCell, format!("an amount in {beside}, as the currency cell says")))
        }
        _ => Ok(Some(beside)),
    }
}

/// A code, alone or in capitals beside a name (`Euro - EUR`, `US Dollar (USD)`), or an unmistakable sign.
fn code_of_cell(cell: &str) -> Option<String> {
    if let Some(code) = code_of_mark(cell) {
        return Some(code);
    }
    let is_code = |word: &&str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut codes = cell.split(|sign: char| !sign.is_alphanumeric()).filter(is_code);
    let code = codes.next()?;
    codes.next().is_none().then(|| code.to_owned())
}

fn code_of_mark(mark: &str) -> Option<String> {
    let known = SIGNS.iter().find(|(sign, _)| *sign == mark).map(|(_, code)| *code);
    let is_code = mark.len() == 3 && mark.bytes().all(|byte| byte.is_ascii_alphabetic());
    known.map(str::to_owned).or_else(|| is_code.then(|| mark.to_uppercase()))
}

/// Signs that mean one currency.
const SIGNS: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("£", "GBP"),
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("SG$", "SGD"),
    ("S$", "SGD"),
    ("NT$", "TWD"),
    ("MX$", "MXN"),
    ("R$", "BRL"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("₴", "UAH"),
    ("₫", "VND"),
    ("฿", "THB"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
];

/// The sign of many dollars, or of yen and yuan: it is taken to be the one of the report, unless the cell beside says.
fn is_dollar_or_yen(mark: &str) -> bool {
    matches!(mark, "$" | "¥")
}

/// The sign of four currencies, none of which can be assumed: the cell beside must say which.
fn is_crown(mark: &str) -> bool {
    mark.eq_ignore_ascii_case("kr")
}

/// Decimal places of the minor unit of a currency (ISO 4217): cents are two.
fn minor_places(currency: &str) -> i32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

fn converted(micros: i64, currency: Option<&str>, on: Option<i32>, exchange: Exchange) -> Result<i64, Refusal> {
    let Some(currency) = currency.filter(|code| !exchange.report.is_empty() && *code != exchange.report) else {
        return Ok(micros);
    };
    let fixed = || exchange.fixed.get(currency).copied().filter(|rate| rate.is_finite() && *rate > 0.0);
    let rate = on.and_then(|day| exchange.daily.on(currency, day)).or_else(fixed);
    let rate = rate.ok_or_else(|| Refusal::of(Code::UnknownCurrency, rate_wanted(currency, on)))?;
    i64::try_from(Money::from_micros(micros.into()).scaled(rate).micros())
        .ok()
        .filter(|micros| *micros > i64::MIN && *micros < i64::MAX)
        .ok_or_else(too_great)
}

fn too_great() -> Refusal {
    unread(Unread::OutOfRange, Kind::Money)
}

fn rate_wanted(currency: &str, on: Option<i32>) -> String {
    let day = on.map_or(Cow::Borrowed(""), |day| Cow::Owned(format!(" for {}", day_of(day))));
    format!("a rate of {currency}{day}: give it in [fx] or in an input with table = \"fx\"")
}

#[cfg(test)]
mod tests {
    use super::super::{Conventions, TimeRules};
    use super::*;

    fn read(text: &str, beside: Option<&str>, set: impl FnOnce(&mut Reading)) -> Result<Value<'static>, Code> {
        let times = TimeRules::default();
        let mut reading = Reading::new(&times);
        set(&mut reading);
        let fixed = ["USD", "JPY", "KWD", "INR", "PLN", "SEK", "BRL"].map(|code| (code.to_owned(), 1.0));
        let exchange = Exchange { report: "EUR", fixed: &BTreeMap::from(fixed), daily: DailyRates::none() };
        money(text, beside, None, &reading, exchange).map_err(|refusal| refusal.code)
    }

    #[test]
    fn amounts_with_signs_and_words() {
        for (text, micros) in [
            ("$5,000", 5_000_000_000),
            ("$5,000.5", 5_000_500_000),
            ("5.000,00 €", 5_000_000_000),
            ("EUR 1 234", 1_234_000_000),
            ("US$ 5", 5_000_000),
            ("5,000.00 USD", 5_000_000_000),
            ("R$ 1.234,56", 1_234_560_000),
            ("₹12,34,567", 1_234_567_000_000),
            ("7,50 zł", 7_500_000),
            ("$-5", -5_000_000),
            ("-$5", -5_000_000),
            ("5-", -5_000_000),
            ("5.00- EUR", -5_000_000),
            ("5.00 EUR-", -5_000_000),
            ("($5)", -5_000_000),
            ("€(5)", -5_000_000),
            ("\u{2212}5 €", -5_000_000),
            ("+5 €", 5_000_000),
        ] {
            assert_eq!(read(text, None, |_| ()), Ok(Value::Int(micros)), "{text}");
        }
        for text in ["", "$", "EUR", "--5", "-(5)", "$-", "5 EUR 5", "EUR 5 EUR", "5k", "five", "kr 500", "12 %"] {
            assert_eq!(read(text, None, |_| ()), Err(Code::BadCell), "{text}");
        }
        for text in ["1,234", "1.234 EUR", "EUR 1,234"] {
            assert_eq!(read(text, None, |_| ()), Err(Code::AmbiguousNumber), "{text}");
        }
        let comma = Conventions { decimal_comma: Some(true), day_first: None };
        assert_eq!(read("1,234 €", None, |reading| reading.conventions = comma), Ok(Value::Int(1_234_000)));
    }

    #[test]
    fn the_currency_cell_in_many_forms() {
        for cell in ["USD", "usd", "US Dollar - USD", "USD - U.S. Dollar", "US Dollar (USD)", "US$", " USD "] {
            assert_eq!(read("5", Some(cell), |_| ()), Ok(Value::Int(5_000_000)), "{cell}");
        }
        assert_eq!(read("kr 500", Some("SEK"), |_| ()), Ok(Value::Int(500_000_000)));
        assert_eq!(read("500 kr.", Some("SEK"), |_| ()), Ok(Value::Int(500_000_000)));
        assert_eq!(read("$5", Some(""), |_| ()), Ok(Value::Int(5_000_000)));
        for cell in ["$", "Dollar", "USD EUR", "?"] {
            assert_eq!(read("5", Some(cell), |_| ()), Err(Code::UnknownCurrency), "{cell}");
        }
        assert_eq!(read("€5", Some("Dollar - USD"), |_| ()), Err(Code::BadCell));
    }

    #[test]
    fn minor_units_follow_the_currency() {
        for (text, currency, micros) in [
            ("12345", None, 123_450_000),
            ("12345", Some("USD"), 123_450_000),
            ("12345", Some("JPY"), 12_345_000_000),
            ("12345", Some("KWD"), 12_345_000),
            ("-5", Some("USD"), -50_000),
            ("0.5", Some("USD"), 5_000),
        ] {
            let read = read(text, currency, |reading| reading.minor_units = true);
            assert_eq!(read, Ok(Value::Int(micros)), "{text} {currency:?}");
        }
    }

    #[test]
    fn the_rate_is_of_the_day_or_of_the_week_before_else_the_fixed_one() {
        let mut daily = DailyRates::default();
        assert!(daily.insert("usd", 100, 2.0) && daily.insert("USD", 103, 4.0) && daily.insert("CHF", 100, 3.0));
        assert!(![0.0, -1.0, f64::NAN, f64::INFINITY].into_iter().any(|rate| daily.insert("USD", 101, rate)));
        let fixed = BTreeMap::from([("USD".to_owned(), 10.0)]);
        let exchange = Exchange { report: "EUR", fixed: &fixed, daily: &daily };
        let times = TimeRules::default();
        let read = |currency, on| money("1", Some(currency), on, &Reading::new(&times), exchange);
        for (currency, on, micros) in [
            ("USD", Some(99), 10_000_000),
            ("USD", Some(100), 2_000_000),
            ("USD", Some(102), 2_000_000),
            ("USD", Some(103), 4_000_000),
            ("USD", Some(110), 4_000_000),
            ("USD", Some(111), 10_000_000),
            ("USD", Some(i32::MIN), 10_000_000),
            ("USD", None, 10_000_000),
            ("CHF", Some(107), 3_000_000),
            ("EUR", Some(107), 1_000_000),
        ] {
            assert_eq!(read(currency, on), Ok(Value::Int(micros)), "{currency} {on:?}");
        }
        let refused = |on| read("CHF", on).unwrap_err();
        assert_eq!(refused(Some(20_516)).code, Code::UnknownCurrency);
        let expected = "a rate of CHF for 2026-03-04: give it in [fx] or in an input with table = \"fx\"";
        assert_eq!(refused(Some(20_516)).expected, expected);
        assert_eq!(refused(None).expected, "a rate of CHF: give it in [fx] or in an input with table = \"fx\"");
    }
}
