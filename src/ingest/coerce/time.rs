//! Days, moments and months as systems write them.
//!
//! Takes a trimmed text and the file's rules; gives days or milliseconds since 1970. Refuses years outside
//! 1970–2200 (a two-digit year read as four, a day number read as a date) and every order of day and month that
//! nobody named.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::units::notation::offset_minutes;

/// How times are written in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::ingest) struct TimeRules {
    /// Tried before the ISO forms.
    pub(in crate::ingest) format: Option<String>,
    /// Minutes east of UTC of times without an offset.
    pub(in crate::ingest) offset_minutes: i32,
}

/// What a text says: a local reading, and the offset if it names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    local: NaiveDateTime,
    offset_minutes: Option<i32>,
}

impl TimeRules {
    /// A moment, in milliseconds of UTC since 1970.
    pub(super) fn millis(&self, text: &str) -> Option<i64> {
        let reading = self.read(text)?;
        let utc = reading.utc(self.offset_minutes)?;
        Some(utc.and_utc().timestamp_millis())
    }

    /// A day, since 1970: of UTC when the text names an offset, else as written.
    pub(super) fn days(&self, text: &str) -> Option<i32> {
        Some(days_since_1970(self.day(text)?))
    }

    /// The first day of a month or quarter, since 1970.
    pub(super) fn month(&self, text: &str) -> Option<i32> {
        let first = |day: NaiveDate| day.with_day(1);
        let day = month_alone(text).or_else(|| self.day(text))?;
        plausible(first(day)?).map(days_since_1970)
    }

    fn day(&self, text: &str) -> Option<NaiveDate> {
        Some(self.read(text)?.utc(0)?.date())
    }

    fn read(&self, text: &str) -> Option<Reading> {
        let Some(format) = &self.format else { return iso(text).or_else(|| iso_month(text)).or_else(|| epoch(text)) };
        // A format that begins with the year looks like ISO: falling back could swap day and month unseen.
        by_format(text, format).or_else(|| (!format.starts_with("%Y")).then(|| iso(text))?)
    }
}

impl Reading {
    fn utc(self, default_offset: i32) -> Option<NaiveDateTime> {
        let east = TimeDelta::minutes(i64::from(self.offset_minutes.unwrap_or(default_offset)));
        let utc = self.local.checked_sub_signed(east)?;
        plausible(utc.date()).map(|_| utc)
    }
}

fn plausible(day: NaiveDate) -> Option<NaiveDate> {
    (1970..=2200).contains(&day.year()).then_some(day)
}

fn days_since_1970(day: NaiveDate) -> i32 {
    i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

fn by_format(text: &str, format: &str) -> Option<Reading> {
    if let Ok(moment) = DateTime::<FixedOffset>::parse_from_str(text, format) {
        let offset_minutes = Some(moment.offset().local_minus_utc() / 60);
        return Some(Reading { local: moment.naive_local(), offset_minutes });
    }
    let local = NaiveDateTime::parse_from_str(text, format)
        .or_else(|_| NaiveDate::parse_from_str(text, format).map(|day| day.and_time(NaiveTime::MIN)))
        .ok()?;
    Some(Reading { local, offset_minutes: None })
}

/// `2026-09-30`, `20260930`, and with a time behind `T` or a space: `14:05`, `14:05:00.123456`, then nothing,
/// `Z`, ` UTC` or an offset.
fn iso(text: &str) -> Option<Reading> {
    let bytes = text.as_bytes();
    if bytes.len() == 8 {
        let day = date(number(&bytes[..4])?, number(&bytes[4..6])?, number(&bytes[6..])?)?;
        return Some(Reading { local: day.and_time(NaiveTime::MIN), offset_minutes: None });
    }
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_ascii() {
        return None;
    }
    let day = date(number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..10])?)?;
    if bytes.len() == 10 {
        return Some(Reading { local: day.and_time(NaiveTime::MIN), offset_minutes: None });
    }
    if !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let (time, rest) = clock(&text[11..])?;
    let rest = rest.trim_start();
    let offset_minutes = if rest.is_empty() { None } else { Some(offset_minutes(rest)?) };
    Some(Reading { local: day.and_time(time), offset_minutes })
}

/// `14:05`, `14:05:00`, `14:05:00.123`, and what stands behind it.
fn clock(text: &str) -> Option<(NaiveTime, &str)> {
    let bytes = text.as_bytes();
    if bytes.len() < 5 || bytes[2] != b':' {
        return None;
    }
    let (hours, minutes) = (number(&bytes[..2])?, number(&bytes[3..5])?);
    if bytes.get(5) != Some(&b':') {
        return Some((NaiveTime::from_hms_opt(hours, minutes, 0)?, &text[5..]));
    }
    let seconds = number(bytes.get(6..8)?)?;
    let (nanos, rest) = match bytes.get(8) {
        Some(b'.' | b',') => fraction(&text[9..])?,
        _ => (0, &text[8..]),
    };
    Some((NaiveTime::from_hms_nano_opt(hours, minutes, seconds, nanos)?, rest))
}

/// A fraction of a second in nanoseconds, further digits cut off, and what stands behind it.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let nanos = number(&text.as_bytes()[..end.min(9)])?;
    let missing = 9_usize.saturating_sub(end);
    Some((nanos * 10_u32.pow(u32::try_from(missing).ok()?), &text[end..]))
}

/// Seconds, milliseconds or microseconds since 1970, told apart by their size; seconds may have a fraction.
fn epoch(text: &str) -> Option<Reading> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: i64 = whole.parse().ok()?;
    let micros = match whole.len() {
        10 => {
            let nanos = if rest.is_empty() { 0 } else { fraction(rest)?.0 };
            count * 1_000_000 + i64::from(nanos / 1_000)
        }
        13 => count * 1_000,
        16 => count,
        _ => return None,
    };
    let local = DateTime::from_timestamp_micros(micros)?.naive_utc();
    Some(Reading { local, offset_minutes: Some(0) })
}

/// `2026-09` as its first day: what rows counted by month and launch dates often say. Other spellings of a month
/// are left to [`Kind::Month`](crate::tables::Kind::Month), where they cannot be mistaken for a day.
fn iso_month(text: &str) -> Option<Reading> {
    let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
    let day = date(number(year.as_bytes())?, number(month.as_bytes())?, 1)?;
    Some(Reading { local: day.and_time(NaiveTime::MIN), offset_minutes: None })
}

/// `2026-01`, `2026/01`, `202601`, `2026-Q1`, `2026Q1`, `Q1 2026`, `Jan 2026`, `January 2026`, `01.2026`, `01/2026`.
fn month_alone(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() == 6 && bytes.iter().all(u8::is_ascii_digit) {
        return date(number(&bytes[..4])?, number(&bytes[4..])?, 1);
    }
    if let Some((year, quarter)) = text.split_once(['Q', 'q']) {
        let year = year.trim_end_matches(['-', ' ']);
        let (quarter, year) = if year.is_empty() { quarter.split_once([' ', '-'])? } else { (quarter, year) };
        return quarter_of(year, quarter);
    }
    let (left, right) = text.split_once(['-', '/', '.', ' '])?;
    match (left.len(), right.len()) {
        (4, 1..=2) => date(number(left.as_bytes())?, number(right.as_bytes())?, 1),
        (1..=2, 4) => date(number(right.as_bytes())?, number(left.as_bytes())?, 1),
        (3.., 4) => NaiveDate::parse_from_str(&format!("1 {left} {right}"), "%d %B %Y").ok(),
        _ => None,
    }
}

fn quarter_of(year: &str, quarter: &str) -> Option<NaiveDate> {
    let quarter = number(quarter.as_bytes()).filter(|q| (1..=4).contains(q))?;
    (year.len() == 4).then(|| date(number(year.as_bytes())?, quarter * 3 - 2, 1))?
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
}

/// A number of one to nine ASCII digits.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
}

/// The day that a count of days since 1970 means.
pub(in crate::ingest) fn day_of(days: i32) -> NaiveDate {
    NaiveDate::default().checked_add_signed(TimeDelta::days(days.into())).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str, rules: &TimeRules) -> Option<String> {
        let millis = rules.millis(text)?;
        Some(DateTime::from_timestamp_millis(millis)?.format("%Y-%m-%dT%H:%M:%S%.3f").to_string())
    }

    #[test]
    fn moments_of_every_form() {
        let plain = TimeRules::default();
        for (text, expected) in [
            ("2026-09-30T14:05:00Z", "2026-09-30T14:05:00.000"),
            ("2026-09-30 14:05:00", "2026-09-30T14:05:00.000"),
            ("2026-09-30 14:05", "2026-09-30T14:05:00.000"),
            ("2026-09-30T14:05:00.977000", "2026-09-30T14:05:00.977"),
            ("2026-09-30T14:05:00,5Z", "2026-09-30T14:05:00.500"),
            ("2026-09-30 14:05:00.977 UTC", "2026-09-30T14:05:00.977"),
            ("2026-09-30T14:05:00+02:00", "2026-09-30T12:05:00.000"),
            ("2026-09-30T01:05:00+0200", "2026-09-29T23:05:00.000"),
            ("2026-09-30 14:05:00+00", "2026-09-30T14:05:00.000"),
            ("2026-09-30T14:05:00-05:30", "2026-09-30T19:35:00.000"),
            ("2026-09-30", "2026-09-30T00:00:00.000"),
            ("20260930", "2026-09-30T00:00:00.000"),
            ("2026-09", "2026-09-01T00:00:00.000"),
            ("1790777100", "2026-09-30T14:05:00.000"),
            ("1790777100.25", "2026-09-30T14:05:00.250"),
            ("1790777100123", "2026-09-30T14:05:00.123"),
            ("1790777100123456", "2026-09-30T14:05:00.123"),
            ("1970-01-01 00:00:00", "1970-01-01T00:00:00.000"),
        ] {
            assert_eq!(moment(text, &plain).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "30.09.2026",
            "09/30/2026",
            "2026-13-01",
            "2026-13",
            "2026-9",
            "09-2026",
            "2026-02-30",
            "2026-09-30T25:00",
            "2026-09-30T14",
            "2026-09-30T14:05:00 CEST",
            "2026-09-30T14:05:00.Z",
            "2026-09-30T14:05:60Z",
            "0026-09-30",
            "9999-12-31",
            "1969-12-31T23:59:59Z",
            "99999",
            "12345678901",
            "-1790777100",
            "9999999999",
            "2026-09-30X14:05",
            "２０２６-09-30",
        ] {
            assert_eq!(TimeRules::default().millis(text), None, "{text}");
        }
    }

    #[test]
    fn times_without_an_offset_take_the_files_own() {
        let rules = TimeRules { format: None, offset_minutes: 120 };
        assert_eq!(moment("2026-09-30T01:00:00", &rules).as_deref(), Some("2026-09-29T23:00:00.000"));
        assert_eq!(moment("2026-09-30T01:00:00Z", &rules).as_deref(), Some("2026-09-30T01:00:00.000"));
        assert_eq!(moment("1790777100", &rules).as_deref(), Some("2026-09-30T14:05:00.000"));
    }

    #[test]
    fn a_named_format_is_tried_first() {
        let rules = |format: &str| TimeRules { format: Some(format.into()), offset_minutes: 0 };
        assert_eq!(moment("03/04/2026 14:05", &rules("%d/%m/%Y %H:%M")).as_deref(), Some("2026-04-03T14:05:00.000"));
        assert_eq!(
            moment("25/Feb/26 10:17 PM", &rules("%d/%b/%y %I:%M %p")).as_deref(),
            Some("2026-02-25T22:17:00.000")
        );
        assert_eq!(moment("03.04.2026", &rules("%d.%m.%Y")).as_deref(), Some("2026-04-03T00:00:00.000"));
        assert_eq!(
            moment("30/09/2026 01:00 +0200", &rules("%d/%m/%Y %H:%M %z")).as_deref(),
            Some("2026-09-29T23:00:00.000")
        );
        assert_eq!(moment("2026-02-25", &rules("%d/%m/%Y")).as_deref(), Some("2026-02-25T00:00:00.000"));
        assert_eq!(moment("2026-02-25", &rules("%Y-%d-%m")), None);
        assert_eq!(moment("25/02/26", &rules("%d/%m/%Y")), None);
    }

    #[test]
    fn days_are_of_utc_only_when_an_offset_is_named() {
        let rules = TimeRules { format: None, offset_minutes: 120 };
        let day = |text: &str| rules.days(text).map(|days| day_of(days).to_string());
        assert_eq!(day("2026-09-30T01:00:00").as_deref(), Some("2026-09-30"));
        assert_eq!(day("2026-09-30T01:00:00+02:00").as_deref(), Some("2026-09-29"));
        assert_eq!(day("2026-09-30").as_deref(), Some("2026-09-30"));
        assert_eq!(day("1790777100").as_deref(), Some("2026-09-30"));
        assert_eq!(day("12"), None);
    }

    #[test]
    fn months_and_quarters_begin_on_their_first_day() {
        let rules = TimeRules::default();
        for (text, expected) in [
            ("2026-01", "2026-01-01"),
            ("2026/1", "2026-01-01"),
            ("2026-01-15", "2026-01-01"),
            ("2026-01-15T10:00:00Z", "2026-01-01"),
            ("202612", "2026-12-01"),
            ("2026-Q1", "2026-01-01"),
            ("2026Q4", "2026-10-01"),
            ("Q2 2026", "2026-04-01"),
            ("q3-2026", "2026-07-01"),
            ("Jan 2026", "2026-01-01"),
            ("september 2026", "2026-09-01"),
            ("01.2026", "2026-01-01"),
            ("12/2026", "2026-12-01"),
        ] {
            assert_eq!(rules.month(text).map(|days| day_of(days).to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["2026", "2026-13", "2026-Q5", "Q 2026", "Janu 2026", "13.2026", "1.1", "202600", "0026-01", "Q"] {
            assert_eq!(rules.month(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}", digits in "[-0-9T:. Zq/+]{0,30}") {
            for rules in [TimeRules::default(), TimeRules { format: Some("%d/%m/%Y".into()), offset_minutes: -90 }] {
                for text in [&text, &digits] {
                    let _ = (rules.millis(text), rules.days(text), rules.month(text));
                }
            }
        }

        #[test]
        fn a_written_moment_comes_back(millis in 0_i64..7_000_000_000_000) {
            let text = DateTime::from_timestamp_millis(millis).unwrap().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            prop_assert_eq!(TimeRules::default().millis(&text), Some(millis));
        }
    }
}
