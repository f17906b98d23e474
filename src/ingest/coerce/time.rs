//! Days, moments and months as systems write them.
//!
//! Takes a text and how its column is read; gives days or milliseconds since 1970, or nothing for a date that stands
//! for none. Refuses years outside 1970–2200 (a day number read as a date) and every order of day and month that
//! neither the text nor its column tells.

use chrono::format::{Item, Numeric, StrftimeItems};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::number::Decimal;
use super::{Conventions, Reading, Unread, calendar, clock};
use crate::units::notation::Zone;

/// How times are written in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::ingest) struct TimeRules {
    /// Strftime notation, tried before every other form; it also decides the order of day and month in those. `None`:
    /// found from the text and its column.
    pub(in crate::ingest) format: Option<String>,
    /// Zone of times without an offset.
    pub(in crate::ingest) zone: Zone,
}

/// What a text says: a local reading, and the offset in minutes if it names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) local: NaiveDateTime,
    pub(super) offset_minutes: Option<i32>,
}

/// The years of which days and times are read.
pub(super) const FIRST_YEAR: i32 = 1970;
/// See [`FIRST_YEAR`].
pub(super) const LAST_YEAR: i32 = 2200;

/// The day before which a spreadsheet counts its days.
const SERIAL_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// A moment, in milliseconds of UTC since 1970; `None` for a placeholder.
pub(super) fn millis(text: &str, reading: &Reading) -> Result<Option<i64>, Unread> {
    let Some(stamp) = read(text, reading)? else { return Ok(None) };
    let utc = stamp.plausible_utc(reading.zone()).ok_or(Unread::OutOfRange)?;
    Ok(Some(utc.and_utc().timestamp_millis()))
}

/// A day, since 1970: of UTC when the text names an offset, else as written; `None` for a placeholder.
pub(super) fn days(text: &str, reading: &Reading) -> Result<Option<i32>, Unread> {
    let Some(stamp) = read(text, reading)? else { return Ok(None) };
    let utc = stamp.plausible_utc(Zone::default()).ok_or(Unread::OutOfRange)?;
    Ok(Some(days_since_1970(utc.date())))
}

/// The first day of a month or quarter, since 1970; `None` for a placeholder.
pub(super) fn month(text: &str, reading: &Reading) -> Result<Option<i32>, Unread> {
    let by_format = || {
        let format = reading.times.format.as_ref()?;
        NaiveDate::parse_from_str(&format!("1 {text}"), &format!("%d {format}")).ok()
    };
    match by_format().or_else(|| month_alone(text)) {
        Some(first) if Stamp::midnight(first).is_placeholder(Zone::default()) => Ok(None),
        Some(first) => plausible(first).map(|first| Some(days_since_1970(first))).ok_or(Unread::OutOfRange),
        None => Ok(days(text, reading)?.map(|days| days - day_of(days).day0().cast_signed())),
    }
}

/// A stamp from an ISO 8601 form and nothing else.
pub(super) fn iso(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    if bytes.len() == 8 {
        return Some(Stamp::midnight(date(&bytes[..4], &bytes[4..6], &bytes[6..])?));
    }
    if !text.is_ascii() || bytes.len() < 10 {
        return None;
    }
    if bytes[8] == b'T' {
        let (day, time) = (date(&bytes[..4], &bytes[4..6], &bytes[6..8])?, text.get(9..15)?);
        let (time, offset_minutes) =
            clock::read(&format!("{}:{}:{}{}", &time[..2], &time[2..4], &time[4..], &text[15..]))?;
        return Some(Stamp { local: day.and_time(time), offset_minutes });
    }
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let day = date(&bytes[..4], &bytes[5..7], &bytes[8..10])?;
    if bytes.len() == 10 {
        return Some(Stamp::midnight(day));
    }
    if !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let (time, offset_minutes) = clock::read(&text[11..])?;
    Some(Stamp { local: day.and_time(time), offset_minutes })
}

/// What a text says; `None` when it is one of the dates that systems write for no date.
fn read(text: &str, reading: &Reading) -> Result<Option<Stamp>, Unread> {
    if is_all_zero(text) {
        return Ok(None);
    }
    let stamp = match &reading.times.format {
        Some(format) => match by_format(text, format) {
            Some(stamp) => stamp,
            None => beside_format(text, format, reading)?,
        },
        None => found(text, reading)?,
    };
    Ok(Some(stamp).filter(|stamp| !stamp.is_placeholder(reading.zone())))
}

/// A text of another form than the input names, as files mix them: the order of day and month is that of the format.
/// Where the format begins with the year, a text that does so too is refused: reading it as ISO could swap day and month
/// unseen.
fn beside_format(text: &str, format: &str, reading: &Reading) -> Result<Stamp, Unread> {
    let is_epoch = text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let begins_with_year = text.bytes().take_while(u8::is_ascii_digit).count() >= 4 && !is_epoch;
    if format.starts_with("%Y") && begins_with_year {
        return Err(Unread::Foreign);
    }
    let day_first = day_first_of(format).or(reading.conventions.day_first);
    found(text, &Reading { conventions: Conventions { day_first, ..reading.conventions }, ..*reading })
}

/// Whether a format has the day before the month; `None` when it lacks one of them as a number.
fn day_first_of(format: &str) -> Option<bool> {
    let place = |wanted: Numeric| {
        StrftimeItems::new(format).position(|item| matches!(item, Item::Numeric(numeric, _) if numeric == wanted))
    };
    Some(place(Numeric::Day)? < place(Numeric::Month)?)
}

fn found(text: &str, reading: &Reading) -> Result<Stamp, Unread> {
    let text = text.strip_suffix(".0").filter(|whole| whole.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(text);
    let certain = iso(text).or_else(|| iso_month(text)).or_else(|| epoch(text.strip_prefix('@').unwrap_or(text)));
    match certain.or_else(|| reading.serials.then(|| serial(text))?) {
        Some(stamp) => Ok(stamp),
        None => calendar::stamp(text, reading.conventions.day_first),
    }
}

impl Stamp {
    fn midnight(day: NaiveDate) -> Self {
        Self { local: day.and_time(NaiveTime::MIN), offset_minutes: None }
    }

    /// The moment in UTC; `zone` is that of times without an offset.
    fn utc(self, zone: Zone) -> Option<NaiveDateTime> {
        self.offset_minutes.map_or(zone, Zone::Offset).utc(self.local)
    }

    fn plausible_utc(self, zone: Zone) -> Option<NaiveDateTime> {
        self.utc(zone).filter(|utc| plausible(utc.date()).is_some())
    }

    /// Whether it is the zero of a calendar (1970, 1900, year 1) at midnight, as written or in UTC, or the last day of
    /// the year 9999.
    fn is_placeholder(self, zone: Zone) -> bool {
        let is_zero = |at: NaiveDateTime| {
            let day = at.date();
            at.time() == NaiveTime::MIN && day.ordinal() == 1 && matches!(day.year(), 1 | 1900 | 1970)
        };
        match self.local.year() {
            9999 => self.local.ordinal() == 365,
            ..=1970 => is_zero(self.local) || self.utc(zone).is_some_and(is_zero),
            _ => false,
        }
    }
}

/// Whether it is a count of 0, or a date whose every digit is zero, such as `0000-00-00 00:00:00`.
fn is_all_zero(text: &str) -> bool {
    if !text.starts_with('0') {
        return false;
    }
    let zeros = text.bytes().filter(|byte| *byte == b'0').count();
    let is_date =
        zeros >= 8 && text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'/' | b'.' | b':' | b' ' | b'T' | b'Z'));
    is_date || matches!(text, "0" | "0.0")
}

fn plausible(day: NaiveDate) -> Option<NaiveDate> {
    (FIRST_YEAR..=LAST_YEAR).contains(&day.year()).then_some(day)
}

fn days_since_1970(day: NaiveDate) -> i32 {
    i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

fn by_format(text: &str, format: &str) -> Option<Stamp> {
    if let Ok(moment) = DateTime::<FixedOffset>::parse_from_str(text, format) {
        let offset_minutes = Some(moment.offset().local_minus_utc() / 60);
        return Some(Stamp { local: moment.naive_local(), offset_minutes });
    }
    let local = NaiveDateTime::parse_from_str(text, format)
        .or_else(|_| NaiveDate::parse_from_str(text, format).map(|day| day.and_time(NaiveTime::MIN)))
        .ok()?;
    Some(Stamp { local, offset_minutes: None })
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size (2001–2286), with a fraction
/// or in scientific notation. `1.79E+12` is refused: a spreadsheet has cut the digits that say the day.
fn epoch(text: &str) -> Option<Stamp> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+'));
    if !is_number || !text.starts_with(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    if let Some((mantissa, _)) = text.split_once(['e', 'E'])
        && mantissa.bytes().filter(u8::is_ascii_digit).count() < 7
    {
        return None;
    }
    let number = Decimal::parse(text, Some(false)).ok()?;
    let micros = match number.shifted(0)? {
        1_000_000_000..10_000_000_000 => number.shifted(6)?,
        1_000_000_000_000..10_000_000_000_000 => number.shifted(3)?,
        1_000_000_000_000_000..10_000_000_000_000_000 => number.shifted(0)?,
        1_000_000_000_000_000_000..10_000_000_000_000_000_000 => number.shifted(-3)?,
        253_402_300_799 | 253_402_300_799_000..=253_402_300_799_999 => return Some(Stamp::midnight(LAST_DAY?)),
        _ => return None,
    };
    let local = DateTime::from_timestamp_micros(i64::try_from(micros).ok()?)?.naive_utc();
    Some(Stamp { local, offset_minutes: Some(0) })
}

/// The day that stands for "never ends", in seconds or milliseconds too.
const LAST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(9999, 12, 31);

/// Days of a spreadsheet since the end of 1899, from 1954 to 2119, with the time as a fraction of a day.
fn serial(text: &str) -> Option<Stamp> {
    let number = Decimal::parse(text, Some(false)).ok().filter(|_| !text.contains([',', ' ', '\'']))?;
    let thousandths = i64::try_from(number.times(86_400_000)?.shifted(0)?).ok()?;
    let day = 86_400_000;
    (20_000 * day..80_000 * day).contains(&thousandths).then_some(())?;
    let local = SERIAL_ZERO?.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::milliseconds(thousandths))?;
    Some(Stamp { local, offset_minutes: None })
}

/// `2026-09` as its first day: what rows counted by month and launch dates often say. Other spellings of a month
/// are left to [`Kind::Month`](crate::tables::Kind::Month), where they cannot be mistaken for a day.
fn iso_month(text: &str) -> Option<Stamp> {
    let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
    Some(Stamp::midnight(date(year.as_bytes(), month.as_bytes(), b"01")?))
}

/// `2026-01`, `202601`, `2026M01`, `2026-Q1`, `2026Q1`, `Q1 2026`, `Jan 26`, `January 2026`, `01.2026`, `01/2026`.
fn month_alone(text: &str) -> Option<NaiveDate> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    let bytes = text.as_bytes();
    if bytes.len() == 6 && bytes.iter().all(u8::is_ascii_digit) {
        return date(&bytes[..4], &bytes[4..], b"01");
    }
    if let [year @ .., b'M' | b'm', tens, ones] = bytes
        && year.len() == 4
    {
        return date(year, &[*tens, *ones], b"01");
    }
    if let Some((year, quarter)) = text.split_once(['Q', 'q']) {
        let year = year.trim_end_matches(['-', ' ']);
        let (quarter, year) = if year.is_empty() { quarter.split_once([' ', '-'])? } else { (quarter, year) };
        return quarter_of(year, quarter);
    }
    calendar::month(text)
}

fn quarter_of(year: &str, quarter: &str) -> Option<NaiveDate> {
    let quarter = number(quarter.as_bytes()).filter(|q| (1..=4).contains(q))?;
    let month = format!("{:02}", quarter * 3 - 2);
    (year.len() == 4).then(|| date(year.as_bytes(), month.as_bytes(), b"01"))?
}

/// A day of digits. The day 0 of January 1900, with which spreadsheets show an empty date, is its first.
fn date(year: &[u8], month: &[u8], day: &[u8]) -> Option<NaiveDate> {
    calendar::civil_of(number(year)?.cast_signed(), number(month)?, number(day)?)
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

    fn millis(text: &str, rules: &TimeRules) -> Option<i64> {
        super::millis(text, &Reading::new(rules)).ok().flatten()
    }

    fn days(text: &str, rules: &TimeRules) -> Option<i32> {
        super::days(text, &Reading::new(rules)).ok().flatten()
    }

    fn month(text: &str, rules: &TimeRules) -> Option<i32> {
        super::month(text, &Reading::new(rules)).ok().flatten()
    }

    fn moment(text: &str, rules: &TimeRules) -> Option<String> {
        let millis = millis(text, rules)?;
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
            ("1790777100123456789", "2026-09-30T14:05:00.123"),
            ("1790777100.0", "2026-09-30T14:05:00.000"),
            ("1.790777100123E12", "2026-09-30T14:05:00.123"),
            ("1.7907771E+09", "2026-09-30T14:05:00.000"),
            ("@1790777100", "2026-09-30T14:05:00.000"),
            ("20260930.0", "2026-09-30T00:00:00.000"),
            ("20260930T140500Z", "2026-09-30T14:05:00.000"),
            ("20260930T140500.5+0200", "2026-09-30T12:05:00.500"),
            ("2026-09-30T14:05:00+02:00[Europe/Berlin]", "2026-09-30T12:05:00.000"),
            ("2026-09-30 2:05 PM", "2026-09-30T14:05:00.000"),
            ("30.09.2026", "2026-09-30T00:00:00.000"),
            ("09/30/2026", "2026-09-30T00:00:00.000"),
            ("1970-01-01 00:00:01", "1970-01-01T00:00:01.000"),
        ] {
            assert_eq!(moment(text, &plain).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
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
            "1969-12-31T23:59:59Z",
            "99999",
            "45000",
            "12345678901",
            "-1790777100",
            "-1",
            "9999999999",
            "1.79E+12",
            "1.79E+9",
            "2026-09-30X14:05",
            "２０２６-09-30",
            "2026é09-30",
            "20260930T1405é",
        ] {
            let times = TimeRules::default();
            let read = super::millis(text, &Reading::new(&times));
            assert!(matches!(read, Err(Unread::Foreign | Unread::OutOfRange)), "{text}: {read:?}");
        }
        for text in ["1969-12-31T23:59:59Z", "0026-09-30", "2201-01-01"] {
            let times = TimeRules::default();
            assert_eq!(super::millis(text, &Reading::new(&times)), Err(Unread::OutOfRange), "{text}");
        }
        let long = "1".repeat(100_000);
        assert_eq!(millis(&long, &TimeRules::default()), None);
    }

    #[test]
    fn placeholders_are_no_dates_and_no_errors() {
        let berlin = TimeRules { format: None, zone: Zone::parse("Europe/Berlin").unwrap() };
        for text in [
            "1970-01-01",
            "1970-01-01 00:00:00",
            "1970-01-01T00:00:00.000Z",
            "1970-01-01T01:00:00+01:00",
            "1969-12-31T19:00:00-05:00",
            "01/01/1970",
            "1.1.1970",
            "Jan 1, 1970",
            "0",
            "0.0",
            "0000-00-00",
            "0000-00-00 00:00:00",
            "00/00/0000",
            "00000000",
            "0001-01-01",
            "0001-01-01T00:00:00Z",
            "1900-01-00",
            "1900-01-01 00:00",
            "1/0/1900",
            "00.01.1900",
            "9999-12-31",
            "9999-12-31 23:59:59",
            "9999-12-31T23:59:59.999-08:00",
            "31.12.9999",
            "12/31/9999",
            "253402300799",
            "253402300799999",
        ] {
            let reading = Reading::new(&berlin);
            assert_eq!(super::millis(text, &reading), Ok(None), "{text}");
            assert_eq!(super::days(text, &reading), Ok(None), "{text}");
            assert_eq!(super::month(text, &reading), Ok(None), "{text}");
        }
        assert_eq!(super::millis("1970-01-01 01:00:00", &Reading::new(&berlin)), Ok(None));
        assert_eq!(super::days("1970-01-01 01:00:00", &Reading::new(&berlin)), Ok(None));
        assert_eq!(super::month("1970-01", &Reading::new(&berlin)), Ok(None));
        let by_format = TimeRules { format: Some("%d/%m/%Y".into()), zone: Zone::default() };
        for text in ["01/01/1970", "31/12/9999", "00/00/0000"] {
            assert_eq!(super::millis(text, &Reading::new(&by_format)), Ok(None), "{text}");
        }
        assert_eq!(millis("1970-01-01 12:00", &TimeRules::default()), Some(43_200_000));
    }

    #[test]
    fn spreadsheet_days_only_where_they_are_expected() {
        let times = TimeRules::default();
        let reading = Reading { serials: true, ..Reading::new(&times) };
        let moment = |text: &str| super::millis(text, &reading).ok().flatten();
        assert_eq!(moment("46295"), millis("2026-09-30", &times));
        assert_eq!(moment("46295.586805555555"), millis("2026-09-30T14:05:00Z", &times));
        assert_eq!(moment("46295.99999999999"), millis("2026-10-01", &times));
        assert_eq!(moment("20000"), None, "before 1970");
        assert_eq!(moment("79999"), millis("2119-01-10", &times));
        assert_eq!([moment("19999"), moment("80000"), moment("46295,5"), moment("-46295")], [None; 4]);
        assert_eq!(millis("46295", &times), None);
    }

    #[test]
    fn a_header_names_the_zone_before_the_input_does() {
        let times = TimeRules { format: None, zone: Zone::parse("America/New_York").unwrap() };
        let at = |header_offset| super::millis("2026-07-01 12:00", &Reading { header_offset, ..Reading::new(&times) });
        assert_eq!(at(Some(0)), Ok(millis("2026-07-01T12:00:00Z", &times)));
        assert_eq!(at(None), Ok(millis("2026-07-01T16:00:00Z", &times)));
    }

    #[test]
    fn times_without_an_offset_take_the_files_own() {
        let rules = TimeRules { format: None, zone: Zone::Offset(120) };
        assert_eq!(moment("2026-09-30T01:00:00", &rules).as_deref(), Some("2026-09-29T23:00:00.000"));
        assert_eq!(moment("2026-09-30T01:00:00Z", &rules).as_deref(), Some("2026-09-30T01:00:00.000"));
        assert_eq!(moment("1790777100", &rules).as_deref(), Some("2026-09-30T14:05:00.000"));
    }

    #[test]
    fn a_named_format_is_tried_first() {
        let rules = |format: &str| TimeRules { format: Some(format.into()), zone: Zone::default() };
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
        assert_eq!(moment("2026/02/25 10:00", &rules("%Y-%d-%m")), None);
        assert_eq!(moment("20260225", &rules("%Y%d%m")), None);
        assert_eq!(moment("25/02/26", &rules("%d/%m/%Y")), None);
        assert_eq!(moment("25/Feb/26", &rules("%Y-%d-%m")).as_deref(), Some("2026-02-25T00:00:00.000"));
        assert_eq!(moment("1790777100", &rules("%d/%m/%Y")).as_deref(), Some("2026-09-30T14:05:00.000"));
        assert_eq!(moment("03-04-26 10:17 PM", &rules("%d/%m/%Y")).as_deref(), Some("2026-04-03T22:17:00.000"));
        assert_eq!(moment("03-04-26", &rules("%m/%d/%Y")).as_deref(), Some("2026-03-04T00:00:00.000"));
        assert_eq!(moment("03-04-26", &rules("%d %b %Y")), None);
    }

    #[test]
    fn days_are_of_utc_only_when_an_offset_is_named() {
        let rules = TimeRules { format: None, zone: Zone::Offset(120) };
        let day = |text: &str| days(text, &rules).map(|days| day_of(days).to_string());
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
            ("Jan 26", "2026-01-01"),
            ("Jan-26", "2026-01-01"),
            ("Jan-2026", "2026-01-01"),
            ("Sept. 2026", "2026-09-01"),
            ("2026 März", "2026-03-01"),
            ("août 2026", "2026-08-01"),
            ("de janeiro de 2026", "2026-01-01"),
            ("2026M01", "2026-01-01"),
            ("202601.0", "2026-01-01"),
            ("25/Feb/26", "2026-02-01"),
            ("1790777100", "2026-09-01"),
        ] {
            assert_eq!(month(text, &rules).map(|days| day_of(days).to_string()).as_deref(), Some(expected), "{text}");
        }
        let by_format = TimeRules { format: Some("%m|%Y".into()), zone: Zone::default() };
        assert_eq!(month("09|2026", &by_format), days("2026-09-01", &rules));
        for text in [
            "2026",
            "2026-13",
            "2026-Q5",
            "Q 2026",
            "Janu 2026",
            "13.2026",
            "1.1",
            "202600",
            "0026-01",
            "Q",
            "26-Jan",
            "01/26",
            "2026M13",
        ] {
            assert_eq!(month(text, &rules), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}", digits in "[-0-9T:. Zq/+]{0,30}") {
            for rules in [TimeRules::default(), TimeRules { format: Some("%d/%m/%Y".into()), zone: Zone::Offset(-90) }] {
                for text in [&text, &digits] {
                    let _ = (millis(text, &rules), days(text, &rules), month(text, &rules));
                }
            }
        }

        #[test]
        fn a_written_epoch_comes_back(at in 1_000_000_000_000_i64..7_000_000_000_000) {
            let (seconds, thousandths) = (at / 1000, at % 1000);
            for text in [
                format!("{at}"),
                format!("{at}.0"),
                format!("@{seconds}.{thousandths:03}"),
                format!("{at}123"),
                format!("{at}123456"),
                format!("{}.{:012}E12", at / 1_000_000_000_000, at % 1_000_000_000_000),
            ] {
                prop_assert_eq!(millis(&text, &TimeRules::default()), Some(at), "{}", text);
            }
        }

        #[test]
        fn a_written_spreadsheet_day_comes_back(minutes in 36_819_361_i64..115_200_000) {
            let times = TimeRules::default();
            let reading = Reading { serials: true, ..Reading::new(&times) };
            let (days, rest) = (minutes / 1440, minutes % 1440);
            let text = format!("{days}.{:012}", rest * 1_000_000_000_000 / 1440);
            let read = super::millis(&text, &reading).unwrap().unwrap();
            prop_assert_eq!(read, (minutes - 25_569 * 1440) * 60_000, "{}", text);
        }

        #[test]
        fn a_written_moment_comes_back(at in 0_i64..7_000_000_000_000) {
            let text = DateTime::from_timestamp_millis(at).unwrap().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            prop_assert_eq!(millis(&text, &TimeRules::default()), Some(at));
        }
    }
}
