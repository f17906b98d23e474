//! Cells of every kind, with values worked out by hand.

use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;

fn read(kind: Kind, text: &str) -> Result<Value<'_>, Code> {
    read_as(kind, text, |_| ())
}

/// With a reading of its own.
fn read_as(kind: Kind, text: &str, set: impl FnOnce(&mut Reading)) -> Result<Value<'_>, Code> {
    let fixed = BTreeMap::from([("USD".to_owned(), 0.5), ("XXX".to_owned(), f64::NAN)]);
    let times = TimeRules::default();
    let mut reading = Reading::new(&times);
    set(&mut reading);
    let exchange = Exchange { report: "EUR", fixed: &fixed, daily: DailyRates::none() };
    value(kind, text, &reading, exchange).map_err(|refusal| refusal.code)
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
        ("99999999999999999999", Err(Code::OutOfRange)),
    ] {
        assert_eq!(read(Kind::Count, cell), expected, "{cell}");
    }
}

#[test]
fn amounts_are_not_negative() {
    for (cell, expected) in [
        ("7,5", Ok(Value::Float(7.5))),
        ("1,234.5", Ok(Value::Float(1234.5))),
        ("1,234", Err(Code::AmbiguousNumber)),
        ("12 %", Ok(Value::Float(0.12))),
        ("7,5%", Ok(Value::Float(0.075))),
        ("%", Err(Code::BadCell)),
        ("5-", Err(Code::NegativeNumber)),
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
        ("99999999999999", Err(Code::OutOfRange)),
    ] {
        assert_eq!(read(Kind::Money, cell), expected.map(Value::Int), "{cell}");
    }
}

#[test]
fn the_currency_cell_decides_and_must_not_contradict() {
    let rates = BTreeMap::from([("USD".to_owned(), 0.9)]);
    let read = |cell, currency| {
        let times = TimeRules::default();
        let exchange = Exchange { report: "EUR", fixed: &rates, daily: DailyRates::none() };
        money(cell, currency, None, &Reading::new(&times), exchange).map_err(|refusal| refusal.code)
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
    for cell in [
        "true", "TRUE", "Yes", "y", "1", "T", "Ja", "oui", "SÍ", "sim", "はい", "kyllä", "Да", "tak", "evet", "x", "On",
    ] {
        assert_eq!(read(Kind::Flag, cell), Ok(Value::Flag(true)));
    }
    for cell in
        ["false", "No", "n", "0", "F", "nein", "NON", "não", "いいえ", "ei", "нет", "nie", "hayır", "off", "Disabled"]
    {
        assert_eq!(read(Kind::Flag, cell), Ok(Value::Flag(false)));
    }
    for cell in ["2", "maybe", "xx", "-"] {
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
        (
            r#"[{"id":7,"name":"a"},{"value":"b"},{"id":3},{"name":null,"id":4},{"x":1}]"#,
            "a\u{1f}b\u{1f}3\u{1f}4\u{1f}{\"x\":1}",
        ),
        (r#"{"team":"core","env":null,"n":1}"#, "env\u{1f}n:1\u{1f}team:core"),
        (r#""k": "v","k2": "v2""#, "k:v\u{1f}k2:v2"),
        (r#""a","b""#, "\"a\"\u{1f}\"b\""),
        ("{a;b}", "{a\u{1f}b}"),
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
    for (cell, expected) in [
        ("'=1+1", "=1+1"),
        ("'+49 30", "+49 30"),
        ("'-5", "-5"),
        ("'@name", "@name"),
        ("''=x", "''=x"),
        ("'quoted'", "'quoted'"),
        ("'", "'"),
    ] {
        assert_eq!(read(Kind::Text, cell), Ok(text(expected)), "{cell}");
    }
}

/// RFC 9745 gives `Deprecation` in seconds behind a sign; RFC 8594 gives `Sunset` as an HTTP date, of which receivers take all three
/// forms of RFC 9110, section 5.6.7. The days of UTC, whatever the zone of the file.
#[test]
fn days_of_headers_in_every_notation() {
    // 2026-12-31 is the day 20 818 since 1970, 2023-06-30 the day 19 538.
    for (cell, expected) in [
        ("@1688169599", Ok(Value::Int(19_538))),
        ("@1688169600", Ok(Value::Int(19_539))),
        ("Thu, 31 Dec 2026 23:59:59 GMT", Ok(Value::Int(20_818))),
        ("Fri, 01 Jan 2027 00:00:00 GMT", Ok(Value::Int(20_819))),
        ("Thursday, 31-Dec-26 23:59:59 GMT", Ok(Value::Int(20_818))),
        ("Thu Dec 31 23:59:59 2026", Ok(Value::Int(20_818))),
        ("Thu Dec  3 23:59:59 2026", Ok(Value::Int(20_790))),
        ("@0", Err(Code::BadDate)),
        ("@-1688169599", Err(Code::BadDate)),
        ("@", Err(Code::BadDate)),
        ("@@1688169599", Err(Code::BadDate)),
        ("@99999999999999999999999999", Err(Code::BadDate)),
        ("@1688169599;x=1", Err(Code::BadDate)),
        ("Thu, 31 Dec 9026 23:59:59 GMT", Err(Code::OutOfRange)),
        ("Thu Dec 31 23:59:59 0026", Err(Code::OutOfRange)),
        ("Thu Dec 32 23:59:59 2026", Err(Code::BadDate)),
        ("Thu, 31 Dec 2026 24:59:59 GMT", Err(Code::BadDate)),
        ("Thu, 31 Dec -2026 23:59:59 GMT", Err(Code::BadDate)),
        ("true", Err(Code::BadDate)),
    ] {
        assert_eq!(read(Kind::Date, cell), expected, "{cell}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(cell in "\\PC{1,24}", amount in "[-($€0-9.,) A-Z]{1,20}") {
        for kind in [Kind::List, Kind::Date, Kind::Month, Kind::Timestamp, Kind::Count, Kind::Amount, Kind::Money, Kind::Flag] {
            let _ = (read(kind, &cell), read(kind, &amount));
        }
    }
}

/// What a column of these cells decides.
fn surveyed(kind: Kind, cells: &[&str]) -> Survey {
    let mut survey = Survey::default();
    for cell in cells {
        survey.see(kind, cell);
    }
    survey
}

#[test]
fn lists_are_split_at_the_separator_that_is_named() {
    for (cell, separator, expected) in [
        ("a b,c   d", " ", "a\u{1f}b,c\u{1f}d"),
        ("a::b,c::", "::", "a\u{1f}b,c"),
        ("a,b", "", "a\u{1f}b"),
        (r#"["a b"]"#, " ", "a b"),
    ] {
        let read = read_as(Kind::List, cell, |reading| reading.separator = Some(separator));
        assert_eq!(read, Ok(text(expected)), "{cell}");
    }
}

#[test]
fn what_does_not_tell_is_refused_with_the_setting_to_write() {
    let times = TimeRules::default();
    let exchange = Exchange { report: "EUR", fixed: &BTreeMap::new(), daily: DailyRates::none() };
    let refused = |kind, text| value(kind, text, &Reading::new(&times), exchange).unwrap_err();
    for kind in [Kind::Date, Kind::Timestamp, Kind::Month] {
        let refusal = refused(kind, "03/04/25");
        assert_eq!(refusal.code, Code::AmbiguousDate);
        assert!(refusal.expected.contains("date_format"));
    }
    for kind in [Kind::Amount, Kind::Money, Kind::Duration(ClockUnit::Hours)] {
        let refusal = refused(kind, "1,234");
        assert_eq!(refusal.code, Code::AmbiguousNumber);
        assert!(refusal.expected.contains("decimal"));
    }
    assert_eq!(read(Kind::Count, "1.234"), Ok(Value::Int(1234)));
    assert_eq!(read(Kind::Count, "5,000"), Ok(Value::Int(5000)));
    assert_eq!(read(Kind::Count, "5.000"), Err(Code::AmbiguousNumber));
    assert_eq!(read(Kind::Date, "1970-01-01"), Ok(Value::Null));
}

/// Figures of python-dateutil 2.9: milliseconds since 1970, with `dayfirst` where it is named.
#[test]
fn times_as_dateutil_reads_them() {
    for (cell, day_first, millis) in [
        ("25/Feb/26 10:17 PM", None, 1_772_057_820_000),
        ("Tue, 03 Mar 2026 10:00:00 +0000", None, 1_772_532_000_000),
        ("March 3, 2026 10:17 PM", None, 1_772_576_220_000),
        ("Tue Mar 03 2026 10:00:00 GMT", None, 1_772_532_000_000),
        ("03/04/25", Some(true), 1_743_638_400_000),
        ("03/04/25", Some(false), 1_741_046_400_000),
        ("3/4/1999 7:08:09 am", Some(true), 923_123_289_000),
        ("2026/03/04 05:06", None, 1_772_600_760_000),
        ("31-12-2199 23:59:59.999", Some(true), 7_258_118_399_999),
        ("29 Feb 2028 00:00:01", None, 1_835_395_201_000),
        ("20260930T140500Z", None, 1_790_777_100_000),
        ("2026-09-30T14:05:00.123-0330", None, 1_790_789_700_123),
        ("04-Mar-68", None, 3_098_044_800_000),
        ("Sep 30 2026 12:00 AM", None, 1_790_726_400_000),
    ] {
        let read = read_as(Kind::Timestamp, cell, |reading| reading.conventions.day_first = day_first);
        assert_eq!(read, Ok(Value::Int(millis)), "{cell}");
    }
}

/// Figures of Babel 2.17, `parse_decimal` in de, en, `en_IN`, fr, pl, `de_CH`, de, en, it and es.
#[test]
fn numbers_as_babel_reads_them() {
    for (cell, decimal_comma, micros) in [
        ("1.234,56", true, 1_234_560_000),
        ("1,234.56", false, 1_234_560_000),
        ("12,34,567.8", false, 1_234_567_800_000),
        ("1\u{202f}234,5", true, 1_234_500_000),
        ("1\u{a0}234,5", true, 1_234_500_000),
        ("1\u{2019}234.50", false, 1_234_500_000),
        ("1.234", true, 1_234_000_000),
        ("1,234", false, 1_234_000_000),
        ("0,125", true, 125_000),
        ("-1.234.567,891", true, -1_234_567_891_000),
    ] {
        let read = read_as(Kind::Money, cell, |reading| reading.conventions.decimal_comma = Some(decimal_comma));
        assert_eq!(read, Ok(Value::Int(micros)), "{cell}");
    }
}

/// Hundredths with signs of thousands and decimals of a convention.
fn written(hundredths: u64, thousands: &str, decimal: char) -> String {
    let digits = (hundredths / 100).to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    format!("{}{decimal}{:02}", groups.join(thousands), hundredths % 100)
}

proptest! {
    #[test]
    fn numbers_of_a_column_come_back_once_it_is_surveyed(
        numbers in proptest::collection::vec(0_u64..100_000_000_000, 1..20),
        convention in 0_usize..6,
    ) {
        let (thousands, decimal) = [(",", '.'), (".", ','), (" ", ','), ("'", '.'), ("\u{202f}", ','), ("", '.')][convention];
        let cells: Vec<String> = numbers.iter().map(|number| written(*number, thousands, decimal)).collect();
        let conventions = surveyed(Kind::Money, &cells.iter().map(String::as_str).collect::<Vec<_>>()).decide();
        prop_assert_eq!(conventions.decimal_comma, Some(decimal == ','));
        // The whole ones of the column may have lost their decimals.
        for (cell, number) in cells.iter().zip(&numbers) {
            let whole = cell.split(decimal).next().unwrap();
            for (text, hundredths) in [(cell.as_str(), *number), (whole, number / 100 * 100)] {
                let read = read_as(Kind::Money, text, |reading| reading.conventions = conventions);
                prop_assert_eq!(read, Ok(Value::Int(i64::try_from(hundredths * 10_000).unwrap())), "{}", text);
            }
        }
    }

    #[test]
    fn no_cell_panics_a_survey(cell in "\\PC{0,24}", numberish in "[-+0-9.,eE%$€ ()/':]{0,24}") {
        for kind in [Kind::Date, Kind::Count, Kind::Amount, Kind::Money, Kind::Duration(ClockUnit::Hours)] {
            let _ = surveyed(kind, &[&cell, &numberish]).decide();
            let _ = (header_offset(&cell), header_offset(&numberish));
        }
    }
}
