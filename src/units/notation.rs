//! Notations of people for how times are written: checked when a configuration is read, used when a file is.

use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDateTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

/// The time zone of times that name none: a fixed offset, or a place with its daylight saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Minutes east of UTC, at most 14 hours either way.
    Offset(i32),
    /// A zone of the IANA database.
    Place(Tz),
}

impl Default for Zone {
    /// UTC.
    fn default() -> Self {
        Self::Offset(0)
    }
}

impl Zone {
    /// An offset (`+02:00`, `Z`) or the IANA name of a place (`Europe/Berlin`). Names without a `/` (`CET`, `EST`) are
    /// refused: they mean different hours to different people. `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let place = || text.contains('/').then(|| text.parse().ok().map(Self::Place))?;
        offset_minutes(text).map(Self::Offset).or_else(place)
    }

    /// The moment of UTC that a clock on the wall shows. A time that a spring change skips counts with the offset before
    /// it, so 02:30 becomes 03:30; of a time that an autumn change repeats the earlier counts. `None` beyond the calendar.
    #[must_use]
    pub fn utc(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let seconds = match self {
            Self::Offset(minutes) => i64::from(minutes) * 60,
            Self::Place(place) => place_offset(place, local)?,
        };
        local.checked_sub_signed(TimeDelta::seconds(seconds))
    }
}

/// Seconds east of UTC. No change skips more than a day, so a day before a skipped time there is one.
fn place_offset(place: Tz, local: NaiveDateTime) -> Option<i64> {
    let at = |local: NaiveDateTime| place.offset_from_local_datetime(&local).earliest();
    let offset = at(local).or_else(|| at(local.checked_sub_signed(TimeDelta::days(1))?))?;
    Some(offset.fix().local_minus_utc().into())
}

/// Minutes east of UTC: `+02:00`, `-0530`, `+01`, or a name of UTC (`Z`, `UTC`, `GMT`); at most 14 hours, as far as any
/// place on earth goes. `None` for any other text.
#[must_use]
pub fn offset_minutes(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z" | "UTC" | "utc" | "GMT") {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [a, b] => (two_digits(*a, *b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (two_digits(*a, *b)?, two_digits(*c, *d)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| sign * (hours * 60 + minutes))
}

fn two_digits(tens: u8, ones: u8) -> Option<i32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Whether a strftime text is one that can be read with: it names at least one field, and no unknown one.
#[must_use]
pub fn is_date_format(format: &str) -> bool {
    let mut names_a_field = false;
    for item in StrftimeItems::new(format) {
        match item {
            Item::Error => return false,
            Item::Numeric(..) | Item::Fixed(_) => names_a_field = true,
            _ => {}
        }
    }
    names_a_field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets() {
        for (text, minutes) in
            [("+02:00", 120), ("-05:30", -330), ("-0530", -330), ("+01", 60), ("+00:00", 0), ("Z", 0), ("UTC", 0)]
        {
            assert_eq!(offset_minutes(text), Some(minutes), "{text}");
        }
        for text in [
            "",
            "2",
            "+2",
            "+2:00",
            "+15:00",
            "+02:60",
            "+02:0",
            "+02:00x",
            "+0a:00",
            "+é",
            "+é0",
            "CET",
            "Europe/Berlin",
        ] {
            assert_eq!(offset_minutes(text), None, "{text}");
        }
    }

    #[test]
    fn zones_are_offsets_or_places() {
        assert_eq!(Zone::parse("+02:00"), Some(Zone::Offset(120)));
        assert_eq!(Zone::parse("Z"), Some(Zone::Offset(0)));
        assert_eq!(Zone::parse("Europe/Berlin"), Some(Zone::Place(Tz::Europe__Berlin)));
        for text in ["", "CET", "EST", "Berlin", "Europe/Berlim", "europe/", "/"] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_clock_on_the_wall_in_summer_winter_gap_and_fold() {
        for (zone, local, utc) in [
            ("Europe/Berlin", "2026-01-15T12:00:00", "2026-01-15T11:00:00"),
            ("Europe/Berlin", "2026-07-15T12:00:00", "2026-07-15T10:00:00"),
            ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59"),
            ("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00"),
            ("Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00"),
            ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00"),
            ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00"),
            ("America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00"),
            ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00"),
            ("Asia/Kolkata", "2026-05-01T05:30:00", "2026-05-01T00:00:00"),
            ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00"),
            ("-05:30", "2026-01-01T00:00:00", "2026-01-01T05:30:00"),
        ] {
            let utc_of = Zone::parse(zone).unwrap().utc(local.parse().unwrap());
            assert_eq!(utc_of, Some(utc.parse().unwrap()), "{zone} {local}");
        }
        assert_eq!(Zone::Offset(60).utc(NaiveDateTime::MIN), None);
    }

    #[test]
    fn date_formats() {
        assert!(["%d/%m/%Y", "%d/%m/%Y %H:%M", "%F", "%s", "%d %b %Y"].into_iter().all(is_date_format));
        assert!(!["%!", "%Q!", "day", "dd/mm/yyyy", "", "%"].into_iter().any(is_date_format));
    }
}
