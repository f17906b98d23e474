//! Dates as people write them: with numbers in any order, or with names of months.
//!
//! Takes a text that is neither ISO 8601 nor an epoch; gives the day and what time stands behind it. The order of day
//! and month is read from the text where it tells, else from what the column says, else not at all.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveTime};

use super::time::Stamp;
use super::{Unread, clock, names};

/// Words that dates are padded with: articles, ordinals, `at`, the `feira` of Portuguese weekdays, the `T` of ISO 8601.
const FILLERS: &[&str] = &[
    "a", "alle", "at", "d", "das", "de", "del", "den", "der", "do", "e", "er", "feira", "kl", "klo", "las", "le", "nd",
    "o", "of", "om", "ore", "rd", "saat", "st", "t", "th", "the", "um", "à", "ª", "º",
];

/// More parts than this are no date.
const MOST_PARTS: usize = 12;

/// A number or a word of a date, with the signs between it and the part before.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    gap: &'a str,
    is_word: bool,
}

/// `25/Feb/26 10:17 PM`, `Di, 1 Nov 2011`, `March 3, 2026`, `03.04.2026 14:05`, `3/4/26`, `2026/03/04`.
///
/// # Errors
///
/// [`Unread::Ambiguous`] when only `day_first` could tell day and month apart and it is `None`; else
/// [`Unread::Foreign`].
pub(super) fn stamp(text: &str, day_first: Option<bool>) -> Result<Stamp, Unread> {
    let text = with_blanks(text);
    let (date, time) = match clock_of(&text) {
        Some(start) => match year_behind(&text[start..]) {
            Some((time, year)) => (Cow::Owned(format!("{} {year}", &text[..start])), time),
            None => (Cow::Borrowed(&text[..start]), &text[start..]),
        },
        None => (Cow::Borrowed(&*text), ""),
    };
    let time = if time.is_empty() { (NaiveTime::MIN, None) } else { clock::read(time).ok_or(Unread::Foreign)? };
    let day = day(&date, day_first)?;
    Ok(Stamp { local: day.and_time(time.0), offset_minutes: time.1 })
}

/// Whether a text can only be read with the day first (true) or the month first (false); `None` when it does not tell.
pub(super) fn order(text: &str) -> Option<bool> {
    if text.as_bytes().get(4) == Some(&b'-') {
        return None;
    }
    let text = with_blanks(text);
    let parts = parts(&text[..clock_of(&text).unwrap_or(text.len())])?;
    let [a, b, c] = parts.as_slice() else { return None };
    let sign = b.gap.trim();
    if parts.iter().any(|part| part.is_word) || !matches!(sign, "/" | "-") || c.gap.trim() != sign || a.text.len() > 2 {
        return None;
    }
    match (civil(c.text, b.text, a.text), civil(c.text, a.text, b.text)) {
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        _ => None,
    }
}

/// A month without a day: `Jan 26`, `Jan-2026`, `2026 January`, `01.2026`, `2026/1`, as its first day.
pub(super) fn month(text: &str) -> Option<NaiveDate> {
    let text = with_blanks(text);
    let parts = parts(&text)?;
    let [a, b] = parts.as_slice() else { return None };
    let (month, year) = match (a.is_word, b.is_word) {
        (true, false) => (names::month(a.text)?, b.text),
        (false, true) => (names::month(b.text)?, long_year(a.text)?),
        (false, false) if a.text.len() == 4 => (short(b.text)?, a.text),
        (false, false) => (short(a.text)?, long_year(b.text)?),
        (true, true) => return None,
    };
    NaiveDate::from_ymd_opt(year_of(year)?, month, 1)
}

/// Blanks of every kind as a plain one, and the signs that Chinese and Japanese dates have behind each number as `-`.
fn with_blanks(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text.trim());
    }
    let plain = |sign: char| match sign {
        '年' | '月' => '-',
        '日' => ' ',
        sign if sign.is_whitespace() => ' ',
        sign => sign,
    };
    Cow::Owned(text.chars().map(plain).collect::<String>().trim().to_owned())
}

/// Where the time of day begins: at the one or two digits before the first colon.
fn clock_of(text: &str) -> Option<usize> {
    let before = &text[..text.find(':')?];
    let digits = before.bytes().rev().take(2).take_while(u8::is_ascii_digit).count();
    Some(before.len() - digits)
}

/// Where the year stands behind the time, as C and HTTP write it (`Thu Dec 31 23:59:59 2026`, RFC 9110 §5.6.7): the time,
/// and the year.
fn year_behind(text: &str) -> Option<(&str, &str)> {
    let (time, year) = text.rsplit_once(' ')?;
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    (is_year && time.contains(':')).then_some((time, year))
}

/// The parts of a date, fillers and a weekday in front left out. `None` when other signs than separators stand in it.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = text;
    let is_separator = |sign: char| matches!(sign, ' ' | ',' | '.' | '/' | '-' | '\'' | '\u{2019}');
    loop {
        let bare = rest.trim_start_matches(is_separator);
        let gap = &rest[..rest.len() - bare.len()];
        let Some(first) = bare.chars().next() else { break };
        let is_word = first.is_alphabetic();
        let belongs = |sign: char| if is_word { sign.is_alphabetic() } else { sign.is_ascii_digit() };
        let end = bare.find(|sign| !belongs(sign)).unwrap_or(bare.len());
        // A minus behind a blank is the sign of the number: `Dec -2026` is no date.
        let is_negative = gap.strip_suffix('-').is_some_and(|before| before.ends_with(' '));
        if end == 0 || is_negative || parts.len() == MOST_PARTS || (parts.is_empty() && !gap.is_empty()) {
            return None;
        }
        parts.push(Part { text: &bare[..end], gap, is_word });
        rest = &bare[end..];
    }
    let is_filler = |part: &Part| part.is_word && FILLERS.contains(&part.text.to_lowercase().as_str());
    let numbers = parts.iter().filter(|part| !part.is_word).count();
    if parts.len() > 1 && parts[0].is_word && names::is_weekday(parts[0].text) {
        let months = parts[1..].iter().filter(|part| part.is_word && names::month(part.text).is_some()).count();
        if numbers == 3 || months == 1 {
            parts.remove(0);
        }
    }
    parts.retain(|part| !is_filler(part));
    Some(parts)
}

fn day(text: &str, day_first: Option<bool>) -> Result<NaiveDate, Unread> {
    let parts = parts(text).ok_or(Unread::Foreign)?;
    let [a, b, c] = parts.as_slice() else { return Err(Unread::Foreign) };
    let named = |year: &str, month: &str, day: &str| {
        let month = names::month(month)?;
        civil_of(year_of(year)?, month, short(day)?)
    };
    match (a.is_word, b.is_word, c.is_word) {
        (false, false, false) => numeric(*a, *b, *c, day_first),
        (false, true, false) if a.text.len() == 4 => named(a.text, b.text, c.text).ok_or(Unread::Foreign),
        (false, true, false) => named(c.text, b.text, a.text).ok_or(Unread::Foreign),
        (true, false, false) => named(c.text, a.text, b.text).ok_or(Unread::Foreign),
        _ => Err(Unread::Foreign),
    }
}

/// Three numbers with the same sign between them. With points the day is first, everywhere that points are written.
fn numeric(a: Part, b: Part, c: Part, day_first: Option<bool>) -> Result<NaiveDate, Unread> {
    let sign = b.gap.trim();
    if !matches!(sign, "/" | "-" | ".") || c.gap.trim() != sign {
        return Err(Unread::Foreign);
    }
    if a.text.len() == 4 {
        let day = short(c.text).and_then(|_| civil(a.text, b.text, c.text));
        return day.ok_or(Unread::Foreign);
    }
    let (by_day, by_month) = (civil(c.text, b.text, a.text), civil(c.text, a.text, b.text));
    match (by_day, by_month) {
        (day, _) if sign == "." => day.ok_or(Unread::Foreign),
        (Some(day), Some(other)) if day != other => match day_first {
            Some(true) => Ok(day),
            Some(false) => Ok(other),
            None => Err(Unread::Ambiguous),
        },
        (Some(day), _) | (None, Some(day)) => Ok(day),
        (None, None) => Err(Unread::Foreign),
    }
}

fn civil(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    civil_of(year_of(year)?, short(month)?, short(day)?)
}

/// A day of the calendar. The day 0 of January 1900, with which spreadsheets show an empty date, is read as its first:
/// both stand for no date.
pub(super) fn civil_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let day = if (year, month, day) == (1900, 1, 0) { 1 } else { day };
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A year of four digits, or of two: 00–68 are 2000–2068, 69–99 are 1969–1999, as in POSIX.
fn year_of(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => Some(if year <= 68 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn long_year(text: &str) -> Option<&str> {
    (text.len() == 4).then_some(text)
}

/// A month or day of one or two digits.
fn short(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike as _;
    use proptest::prelude::*;

    fn read(text: &str, day_first: Option<bool>) -> Result<String, Unread> {
        stamp(text, day_first).map(|stamp| match stamp.offset_minutes {
            None => stamp.local.to_string(),
            Some(offset) => format!("{}{offset:+}", stamp.local),
        })
    }

    #[test]
    fn dates_of_every_form() {
        for (text, expected) in [
            ("25/Feb/26 10:17 PM", "2026-02-25 22:17:00"),
            ("25/Feb/26 10:17\u{202f}PM", "2026-02-25 22:17:00"),
            ("04/Mar/26", "2026-03-04 00:00:00"),
            ("3-Mar-2026", "2026-03-03 00:00:00"),
            ("3 Mar 2026", "2026-03-03 00:00:00"),
            ("Mar 3, 2026", "2026-03-03 00:00:00"),
            ("March 3rd, 2026 at 10:17 PM", "2026-03-03 22:17:00"),
            ("2026-Mar-03", "2026-03-03 00:00:00"),
            ("Sept. 3, 2026, 9:05 a.m.", "2026-09-03 09:05:00"),
            ("Di, 1 Nov 2011", "2011-11-01 00:00:00"),
            ("Dienstag, 3. März 2026 um 14:05", "2026-03-03 14:05:00"),
            ("mar. 3 mars 2026", "2026-03-03 00:00:00"),
            ("mardi 3 mars 2026 à 14:05", "2026-03-03 14:05:00"),
            ("1er août 2026", "2026-08-01 00:00:00"),
            ("3 de marzo de 2026", "2026-03-03 00:00:00"),
            ("terça-feira, 3 de março de 2026", "2026-03-03 00:00:00"),
            ("martedì 3 marzo 2026", "2026-03-03 00:00:00"),
            ("3 mrt. 2026", "2026-03-03 00:00:00"),
            ("3 października 2026", "2026-10-03 00:00:00"),
            ("3 okt. 2026 kl. 14:05", "2026-10-03 14:05:00"),
            ("den 3. desember 2026", "2026-12-03 00:00:00"),
            ("ti 3. maaliskuuta 2026 klo 14:05", "2026-03-03 14:05:00"),
            ("st 4. března 2026", "2026-03-04 00:00:00"),
            ("3 Ağustos 2026 Pazartesi", ""),
            ("3 Ağu 2026", "2026-08-03 00:00:00"),
            ("Tue Mar 03 2026 10:00:00 GMT+0000 (Coordinated Universal Time)", "2026-03-03 10:00:00+0"),
            ("Tue, 03 Mar 2026 10:00:00 +0000", "2026-03-03 10:00:00+0"),
            ("Tue, 03 Mar 2026 10:00:00 GMT", "2026-03-03 10:00:00+0"),
            ("Tuesday, 03-Mar-26 10:00:00 GMT", "2026-03-03 10:00:00+0"),
            ("Tue Mar  3 10:00:00 2026", "2026-03-03 10:00:00"),
            ("Tue Mar 13 10:00:00 UTC 2026", "2026-03-13 10:00:00+0"),
            ("2026/03/04", "2026-03-04 00:00:00"),
            ("2026.3.4 5:06", "2026-03-04 05:06:00"),
            ("2026年3月4日 05:06", "2026-03-04 05:06:00"),
            ("03.04.2026", "2026-04-03 00:00:00"),
            ("3. 4. 2026 14:05:06", "2026-04-03 14:05:06"),
            ("3.4.26", "2026-04-03 00:00:00"),
            ("3/25/2026, 4:38:00 PM", "2026-03-25 16:38:00"),
            ("25/3/2026 16:38", "2026-03-25 16:38:00"),
            ("6/21/2025 16:14", "2025-06-21 16:14:00"),
            ("3/3/25", "2025-03-03 00:00:00"),
            ("31/12/68", "2068-12-31 00:00:00"),
            ("31/12/69", "1969-12-31 00:00:00"),
            ("29/02/2028", "2028-02-29 00:00:00"),
        ] {
            let expected = if expected.is_empty() { Err(Unread::Foreign) } else { Ok(expected.to_owned()) };
            for day_first in [None, Some(true), Some(false)] {
                assert_eq!(read(text, day_first), expected, "{text}");
            }
        }
    }

    #[test]
    fn only_a_convention_tells_day_from_month() {
        for text in ["03/04/25", "3-4-2025", "03/04/2025 10:17 PM", "Thu, 3/4/25"] {
            assert_eq!(read(text, None), Err(Unread::Ambiguous), "{text}");
            assert!(read(text, Some(true)).unwrap().starts_with("2025-04-03"), "{text}");
            assert!(read(text, Some(false)).unwrap().starts_with("2025-03-04"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "today",
            "13/13/2026",
            "30/02/2026",
            "29.02.2026",
            "13.12",
            "1.2.3.4",
            "03/04-2025",
            "03 04 2025",
            "3/4/5",
            "3/4/202",
            "003/4/2025",
            "2026/3/004",
            "Foo, 3 Mar 2026",
            "3 Foo 2026",
            "3 Mar",
            "Mar 2026",
            "Mar 3 Mar 2026 2026",
            "3/4/2026 25:00",
            "3/4/2026 10:17 EST",
            "3/4/2026 10",
            "3/4/2026 10:17 2026",
            "Mar 3 2026 10:00:00 2026",
            "Mar 3 10:00:00 20266",
            "Tue Mar 3 10:00:00 0026 2026",
            "Tue Mar 3 10:00:00 26",
            "Tue Mar 3 10:00:00 -2026",
            "Tue Feb 30 10:00:00 2026",
            ":",
            "::::",
            "/3/4/2026",
            "３/4/2026",
            "3/é/2026",
        ] {
            assert_eq!(read(text, Some(true)), Err(Unread::Foreign), "{text}");
        }
        assert_eq!(read(&"1/".repeat(100_000), None), Err(Unread::Foreign));
        assert_eq!(read(&"a".repeat(100_000), None), Err(Unread::Foreign));
    }

    #[test]
    fn the_order_that_a_date_tells() {
        for (text, expected) in [
            ("25/02/26", Some(true)),
            ("02/25/2026 10:00", Some(false)),
            ("Mi, 25-02-26", Some(true)),
            ("03/04/25", None),
            ("3/3/25", None),
            ("25.02.2026", None),
            ("2026-02-25", None),
            ("2026/02/25", None),
            ("25/Feb/26", None),
            ("32/13/26", None),
            ("text", None),
            ("", None),
        ] {
            assert_eq!(order(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}", dateish in "[-0-9T:. ZqMar/+,年月日]{0,30}") {
            for text in [&text, &dateish] {
                let _ = (stamp(text, None), stamp(text, Some(true)), order(text), month(text));
            }
        }

        #[test]
        fn a_year_of_two_digits_comes_back(days in 0_i32..36_159, form in 0_usize..SHORT_FORMS.len()) {
            let (format, day_first) = SHORT_FORMS[form];
            let day = super::super::day_of(days);
            let text = day.format(format).to_string();
            prop_assert_eq!(stamp(&text, day_first).map(|stamp| stamp.local.date()), Ok(day), "{}", text);
        }

        #[test]
        fn a_written_date_comes_back(days in 0_i32..84_000, seconds in 0_u32..86_400, form in 0_usize..FORMS.len()) {
            let (format, day_first) = FORMS[form];
            let day = super::super::day_of(days);
            let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap();
            let text = day.and_time(time).format(format).to_string();
            let read = stamp(&text, day_first).map(|stamp| stamp.local);
            prop_assert_eq!(read, Ok(day.and_time(time)), "{}", text);
        }
    }

    #[test]
    fn every_name_of_a_month_is_read() {
        for (name, number) in names::all() {
            let expected = NaiveDate::from_ymd_opt(2026, number, 3).unwrap();
            for text in [format!("3 {name} 2026"), format!("3/{name}/26"), format!("{} 3, 2026", name.to_uppercase())] {
                assert_eq!(stamp(&text, None).map(|stamp| stamp.local.date()), Ok(expected), "{text}");
            }
            assert_eq!(month(&format!("{name} 2026")), expected.with_day(1), "{name}");
        }
    }

    const SHORT_FORMS: &[(&str, Option<bool>)] = &[
        ("%d/%m/%y", Some(true)),
        ("%-m/%-d/%y", Some(false)),
        ("%-m-%-d-%y", Some(false)),
        ("%d.%m.%y", None),
        ("%d/%b/%y", None),
        ("%-d-%B-%y", None),
        ("%b %-d, %y", None),
        ("%A, %d-%b-%y 10:00:00 GMT", None),
    ];

    /// Forms with the second and a year of four digits, and the convention that each needs.
    const FORMS: &[(&str, Option<bool>)] = &[
        ("%d/%m/%Y %H:%M:%S", Some(true)),
        ("%m/%d/%Y %I:%M:%S %p", Some(false)),
        ("%-m/%-d/%Y, %-I:%M:%S %P", Some(false)),
        ("%d-%m-%Y %-H:%M:%S", Some(true)),
        ("%d.%m.%Y %H:%M:%S", None),
        ("%-d. %-m. %Y %H:%M:%S", None),
        ("%Y/%m/%d %H:%M:%S", None),
        ("%Y.%m.%d %H:%M:%S", None),
        ("%d/%b/%Y %I:%M:%S %p", None),
        ("%a, %d %b %Y %H:%M:%S +0000", None),
        ("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)", None),
        ("%a %b %e %H:%M:%S %Y", None),
        ("%a, %d %b %Y %H:%M:%S GMT", None),
        ("%A, %B %-d, %Y at %-I:%M:%S\u{202f}%p", None),
        ("%Y年%-m月%-d日 %H:%M:%S", None),
    ];
}
