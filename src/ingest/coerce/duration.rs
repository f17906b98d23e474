//! Lengths of time as systems write them.
//!
//! Takes a text and the unit of its column; gives a number of that unit. A day is 24 hours where it is written out
//! (`1 Day 2 Hours`, `P1D`); the short `d` and `w`, and weeks in words, are refused, since trackers of work mean days of
//! eight hours and weeks of five days by them. Months and years have no fixed length.

use chrono::Datelike;

use super::number::{self, Decimal};
use super::{Reading, Refusal, Unread, time, unread};
use crate::diag::Code;
use crate::tables::{ClockUnit, Kind};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Words for units of time with their seconds, in the languages that exports are written in.
const UNITS: &[(f64, &[&str])] = &[
    (
        DAY,
        &[
            "day", "days", "tag", "tage", "tagen", "jour", "jours", "día", "días", "dia", "dias", "giorno", "giorni",
            "dag", "dagen",
        ],
    ),
    (
        3600.0,
        &[
            "h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas", "ora",
            "ore", "uur",
        ],
    ),
    (60.0, &["m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "minuti", "minuut"]),
    (
        1.0,
        &[
            "s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seconde", "secondes", "segundo",
            "segundos", "secondo", "secondi",
        ],
    ),
    (0.001, &["ms", "msec", "millisecond", "milliseconds"]),
];

/// Units that may mean working time.
const OF_WORK: &[&str] = &["d", "w", "wk", "wks", "week", "weeks", "woche", "wochen", "t"];

/// Reads a length of time as a number of `unit`, of at least 0 and finite.
///
/// - A plain number is of the reading's unit, else of `unit`.
/// - `7:30` is 7 h 30 min, `38:15:20.5` has seconds; hours may pass 24, and `1 day, 2:03:04` puts days before them.
/// - `PT2M22S`, `P1DT2H`, `P1W`: ISO 8601, where a day is 24 hours.
/// - `2h 30m`, `1 Day 2 Hours`, `1,5 Std`: every unit once, the largest first.
/// - `1970-01-02 09:46:18`: a moment of the 1970s is a length of time since they began (33:46:18).
pub(super) fn length(text: &str, unit: ClockUnit, reading: &Reading) -> Result<f64, Refusal> {
    let kind = Kind::Duration(unit);
    let text = number::plain(text);
    let length = match Decimal::parse(&text, reading.conventions.decimal_comma) {
        Ok(number) => number.float().map(|number| number * ratio(reading.unit.unwrap_or(unit), unit)),
        Err(why @ (Unread::Ambiguous | Unread::OutOfRange)) => Err(why),
        Err(Unread::Foreign) => {
            seconds(&text, reading.conventions.decimal_comma).map(|seconds| seconds / unit.seconds())
        }
    };
    match length.map_err(|why| refused(why, &text, kind))? {
        length if length < 0.0 => Err(Refusal::of(Code::NegativeNumber, kind.expectation())),
        length if length.is_finite() => Ok(length.abs()),
        _ => Err(unread(Unread::OutOfRange, kind)),
    }
}

fn ratio(from: ClockUnit, to: ClockUnit) -> f64 {
    if from == to { 1.0 } else { from.seconds() / to.seconds() }
}

fn refused(why: Unread, text: &str, kind: Kind) -> Refusal {
    let is_of_work = |word: &str| OF_WORK.contains(&word.to_lowercase().as_str());
    if why == Unread::Foreign && text.split(|sign: char| !sign.is_alphabetic()).any(is_of_work) {
        let expected = "a length of time in hours, minutes and seconds: `d` and `w` may be working days and weeks";
        return Refusal::of(Code::BadCell, expected);
    }
    unread(why, kind)
}

/// Seconds of a length that is no plain number; below zero behind a minus.
fn seconds(text: &str, decimal_comma: Option<bool>) -> Result<f64, Unread> {
    if let Some(seconds) = since_1970(text) {
        return Ok(seconds);
    }
    let (below_zero, text) = number::unsigned(text);
    let seconds = match text.strip_prefix(['P', 'p']) {
        Some(parts) => iso(parts).ok_or(Unread::Foreign)?,
        None => in_words(text, decimal_comma)?,
    };
    Ok(if below_zero == Some(true) { -seconds } else { seconds })
}

/// A date with a time within ten years of 1970.
fn since_1970(text: &str) -> Option<f64> {
    let stamp = time::iso(text).filter(|stamp| text.len() > 10 && (1970..1980).contains(&stamp.local.year()))?;
    let is_utc = stamp.offset_minutes.unwrap_or(0) == 0;
    let micros = stamp.local.and_utc().timestamp_micros();
    is_utc.then(|| Decimal::parse(&micros.to_string(), None).ok()?.shrunk(6).float().ok())?
}

/// `1DT2H3M4.5S` without the `P`: every part once, in this order, and no months or years.
fn iso(text: &str) -> Option<f64> {
    let (days, clock) = text.split_once(['T', 't']).map_or((text, None), |(days, clock)| (days, Some(clock)));
    let days_of = iso_parts(days, &[('W', 7.0 * DAY), ('D', DAY)]);
    let clock_of =
        clock.map(|clock| iso_parts(clock, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)]).filter(|_| !clock.is_empty()));
    (!text.is_empty()).then(|| Some(days_of? + clock_of.unwrap_or(Some(0.0))?))?
}

fn iso_parts(mut text: &str, units: &[(char, f64)]) -> Option<f64> {
    let mut seconds = 0.0;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|sign: char| !matches!(sign, '0'..='9' | '.' | ','))?;
        let number: f64 = text[..end].replace(',', ".").parse().ok()?;
        let designator = text[end..].chars().next()?.to_ascii_uppercase();
        let (_, unit) = units.find(|(name, _)| *name == designator)?;
        seconds += number * unit;
        text = &text[end + 1..];
    }
    Some(seconds)
}

/// `2h 30m`, `1 day, 2:03:04`, `7:30`.
fn in_words(text: &str, decimal_comma: Option<bool>) -> Result<f64, Unread> {
    let mut seconds = 0.0;
    let mut last_unit = f64::INFINITY;
    let mut rest = text;
    while !rest.is_empty() {
        if last_unit >= DAY
            && let Some(clock) = clock(rest)
        {
            return Ok(seconds + clock);
        }
        let end = rest.find(|sign: char| !matches!(sign, '0'..='9' | '.' | ',')).ok_or(Unread::Foreign)?;
        let number = Decimal::parse(&rest[..end], decimal_comma)?.float()?;
        let word = rest[end..].trim_start();
        let end = word.find(|sign: char| !sign.is_alphabetic()).unwrap_or(word.len());
        let unit = unit(&word[..end]).filter(|unit| *unit < last_unit).ok_or(Unread::Foreign)?;
        seconds += number * unit;
        last_unit = unit;
        rest = between(&word[end..]);
    }
    if last_unit.is_finite() { Ok(seconds) } else { Err(Unread::Foreign) }
}

fn unit(word: &str) -> Option<f64> {
    let word = word.to_lowercase();
    UNITS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(seconds, _)| *seconds)
}

/// What follows the signs and the `and` between two parts.
fn between(text: &str) -> &str {
    let rest = text.trim_start_matches(['.', ',', ' ']);
    ["and ", "und ", "et ", "y ", "e "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim_start()
}

/// `7:30`, `38:15:20.5`: hours, minutes and seconds.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let hours = digits(parts.next()?, 1..=9)?;
    let minutes = digits(parts.next()?, 2..=2).filter(|minutes| *minutes < 60.0)?;
    let seconds = match parts.next() {
        None => 0.0,
        Some(text) => {
            let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
            digits(fraction, 1..=9)?;
            digits(whole, 2..=2).filter(|seconds| *seconds < 60.0)?;
            text.replace(',', ".").parse().ok()?
        }
    };
    parts.next().is_none().then_some(hours * 3600.0 + minutes * 60.0 + seconds)
}

fn digits(text: &str, len: std::ops::RangeInclusive<usize>) -> Option<f64> {
    let is_number = len.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::{Conventions, TimeRules};
    use super::*;
    use proptest::prelude::*;

    fn read_as(text: &str, unit: ClockUnit, set: impl FnOnce(&mut Reading)) -> Result<f64, Code> {
        let times = TimeRules::default();
        let mut reading = Reading::new(&times);
        set(&mut reading);
        length(text, unit, &reading).map_err(|refusal| refusal.code)
    }

    fn seconds(text: &str) -> Result<f64, Code> {
        read_as(text, ClockUnit::Seconds, |_| ())
    }

    #[test]
    fn lengths_of_every_form() {
        for (text, expected) in [
            ("0", 0.0),
            ("-0", 0.0),
            ("90", 90.0),
            ("7,5", 7.5),
            ("7:30", 27_000.0),
            ("00:00", 0.0),
            ("38:15:20", 137_720.0),
            ("100:00", 360_000.0),
            ("0:00:01.5", 1.5),
            ("PT2M22S", 142.0),
            ("P1DT2H", 93_600.0),
            ("PT1.5H", 5_400.0),
            ("pt0,5s", 0.5),
            ("P1W", 604_800.0),
            ("P2D", 172_800.0),
            ("PT0S", 0.0),
            ("2h 30m", 9_000.0),
            ("2h30m", 9_000.0),
            ("38h", 136_800.0),
            ("1,5 Std.", 5_400.0),
            ("1 Day 2 Hours", 93_600.0),
            ("1 day, 2 hours and 3 minutes", 93_780.0),
            ("1 day, 2:03:04", 93_784.0),
            ("2 Tage 01:00:00", 176_400.0),
            ("45 min", 2_700.0),
            ("250 ms", 0.25),
            ("1970-01-02 09:46:18", 121_578.0),
            ("1970-01-01 00:00:00", 0.0),
            ("1970-01-01T00:00:00.250Z", 0.25),
            ("1979-12-31 00:00:00", 315_446_400.0),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in [
            "",
            "h",
            "2x",
            "1:5",
            "1:60",
            "1:00:60",
            "1:00:00:00",
            ":30",
            "P",
            "PT",
            "P1DT",
            "P1Y",
            "P1M",
            "PT1S1M",
            "PT1",
            "PTH",
            "2h 3h",
            "30m 2h",
            "1h30",
            "1 hour 7:30",
            "soon",
            "1980-01-01 00:00:00",
            "1970-01-02",
            "1970-01-01T00:00:00+01:00",
            "2.5.1 h",
            "1 jour x",
            "１h é",
        ] {
            assert_eq!(seconds(text), Err(Code::BadCell), "{text}");
        }
        for text in ["-1", "-7:30", "(2h)", "-PT5M", "\u{2212}3", "2h-"] {
            assert_eq!(seconds(text), Err(Code::NegativeNumber), "{text}");
        }
        assert_eq!(seconds("1e999"), Err(Code::BadCell));
        assert_eq!(seconds(&"9".repeat(10_000)), Err(Code::OutOfRange));
        assert_eq!(seconds(&"1h".repeat(10_000)), Err(Code::BadCell));
        assert_eq!(seconds(&format!("PT{}S", "9".repeat(400))), Err(Code::OutOfRange));
    }

    #[test]
    fn days_and_weeks_of_work_are_not_guessed() {
        let times = TimeRules::default();
        for text in ["1w 2d", "3d", "2 weeks", "1d 4h"] {
            let refusal = length(text, ClockUnit::Hours, &Reading::new(&times)).unwrap_err();
            assert_eq!(refusal.code, Code::BadCell);
            assert!(refusal.expected.contains("working days"), "{text}");
        }
    }

    #[test]
    fn plain_numbers_are_of_the_unit_that_is_named() {
        let hours = |text: &str, unit| read_as(text, ClockUnit::Hours, |reading| reading.unit = unit);
        assert_eq!(hours("90", None), Ok(90.0));
        assert_eq!(hours("90", Some(ClockUnit::Minutes)), Ok(1.5));
        assert_eq!(hours("5400", Some(ClockUnit::Seconds)), Ok(1.5));
        assert_eq!(hours("1:30", Some(ClockUnit::Seconds)), Ok(1.5));
        assert_eq!(hours("PT90M", Some(ClockUnit::Seconds)), Ok(1.5));
        assert_eq!(read_as("2", ClockUnit::Seconds, |reading| reading.unit = Some(ClockUnit::Hours)), Ok(7200.0));
        assert_eq!(hours("1,234", None), Err(Code::AmbiguousNumber));
        let comma = Conventions { decimal_comma: Some(true), day_first: None };
        assert_eq!(read_as("1,234", ClockUnit::Hours, |reading| reading.conventions = comma), Ok(1.234));
        assert_eq!(read_as("1,125h", ClockUnit::Hours, |reading| reading.conventions = comma), Ok(1.125));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}", lengthish in "[-PTDHMSdhms0-9:., ()]{0,24}") {
            let _ = (seconds(&text), seconds(&lengthish));
        }

        #[test]
        fn a_written_length_comes_back(total in 0_u32..10_000_000) {
            let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60);
            for text in [
                format!("{hours}:{minutes:02}:{rest:02}"),
                format!("PT{hours}H{minutes}M{rest}S"),
                format!("{hours}h {minutes}m {rest}s"),
                format!("{total}"),
            ] {
                prop_assert_eq!(seconds(&text), Ok(f64::from(total)), "{}", text);
            }
        }
    }
}
