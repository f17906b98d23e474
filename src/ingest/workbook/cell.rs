//! A cell of a sheet as text.

use std::fmt::Write as _;

use calamine::{DataRef, ExcelDateTime};

/// Days of the calendar of a workbook: serial numbers from here on are none.
const LAST_DAY: f64 = 2_958_466.0;

/// The text of a cell that holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// From 0.
    pub(super) column: u32,
    pub(super) text: String,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A day, with or without a time.
    Day,
    Other,
}

/// The text of a value, in the form that coercion reads back exactly; `None` for an empty cell and for an error of a formula.
pub(super) fn text_of(value: &DataRef) -> Option<(String, Kind)> {
    let (text, kind) = match value {
        DataRef::Int(number) => (number.to_string(), Kind::Other),
        DataRef::Float(number) => (number_of(*number), Kind::Other),
        DataRef::String(text) => (text.clone(), Kind::Text),
        DataRef::SharedString(text) => ((*text).to_owned(), Kind::Text),
        DataRef::Bool(flag) => (flag.to_string(), Kind::Other),
        DataRef::DateTime(moment) => moment_of(moment),
        DataRef::DateTimeIso(text) => (text.clone(), if text.contains('-') { Kind::Day } else { Kind::Other }),
        DataRef::DurationIso(text) => (text.clone(), Kind::Other),
        DataRef::Error(_) | DataRef::Empty => return None,
    };
    (!text.trim().is_empty()).then_some((text, kind))
}

/// The shortest digits that are this number, without an exponent.
fn number_of(number: f64) -> String {
    if number == 0.0 { "0".into() } else { number.to_string() }
}

fn moment_of(moment: &ExcelDateTime) -> (String, Kind) {
    let serial = moment.as_f64();
    let is_possible = if moment.is_duration() { serial.abs() < LAST_DAY } else { (0.0..LAST_DAY).contains(&serial) };
    if !is_possible {
        return (number_of(serial), Kind::Other);
    }
    if moment.is_duration() || serial < 1.0 {
        return (length_of(serial), Kind::Other);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        // Writing to a string does not fail.
        let _ = write!(text, "T{hour:02}:{minute:02}:{second:02}");
    }
    if milli > 0 {
        let _ = write!(text, ".{milli:03}");
    }
    (text, Kind::Day)
}

/// Days as `HH:MM:SS`, with as many hours as there are.
fn length_of(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "fewer than 3 million days are fewer than 2^63 seconds")]
    let seconds = (days.abs() * 86_400.0).round() as i64;
    let sign = if days < 0.0 && seconds > 0 { "-" } else { "" };
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    fn moment(serial: f64, kind: ExcelDateTimeType, is_1904: bool) -> String {
        text_of(&DataRef::DateTime(ExcelDateTime::new(serial, kind, is_1904))).unwrap().0
    }

    #[test]
    fn numbers_have_no_exponent_and_no_needless_digits() {
        for (number, text) in [
            (3.0, "3"),
            (-0.0, "0"),
            (1.1, "1.1"),
            (1e14, "100000000000000"),
            (123_456_789_012_345.0, "123456789012345"),
            (0.000_001, "0.000001"),
            (-2.5, "-2.5"),
        ] {
            assert_eq!(text_of(&DataRef::Float(number)).unwrap().0, text);
        }
    }

    #[test]
    fn days_and_times_are_written_out() {
        use ExcelDateTimeType::{DateTime, TimeDelta};
        assert_eq!(moment(46_295.0, DateTime, false), "2026-09-30");
        assert_eq!(moment(46_295.0 + 845.0 / 1440.0, DateTime, false), "2026-09-30T14:05:00");
        assert_eq!(moment(46_295.0 - 1462.0, DateTime, true), "2026-09-30");
        assert_eq!(moment(0.5, DateTime, false), "12:00:00");
        assert_eq!(moment(1.5, TimeDelta, false), "36:00:00");
        assert_eq!(moment(-0.25, TimeDelta, false), "-06:00:00");
        assert_eq!(moment(-1.0, DateTime, false), "-1");
        assert_eq!(moment(1e300, TimeDelta, false).len(), 301);
        assert_eq!(moment(f64::NAN, DateTime, false), "NaN");
    }

    #[test]
    fn errors_and_blanks_are_empty() {
        assert_eq!(text_of(&DataRef::Error(CellErrorType::NA)), None);
        assert_eq!(text_of(&DataRef::String("  ".into())), None);
        assert_eq!(text_of(&DataRef::Bool(true)).unwrap().0, "true");
    }
}
