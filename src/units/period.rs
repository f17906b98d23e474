use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A calendar month, counted from year 0 so that months can be subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month that a day lies in.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self(day.year() * 12 + day.month0().cast_signed())
    }

    /// `months` later, or earlier when negative.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// How many months `self` is after `other`.
    #[must_use]
    pub fn since(self, other: Self) -> i32 {
        self.0 - other.0
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0.div_euclid(12), self.0.rem_euclid(12).cast_unsigned() + 1, 1)
            .unwrap_or(NaiveDate::MIN)
    }

    /// Days in the month: 28–31.
    #[must_use]
    pub fn days(self) -> i64 {
        (self.plus(1).first_day() - self.first_day()).num_days()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first_day().format("%Y-%m"))
    }
}

/// A span of whole days, `start` included and `end` excluded; `start < end` always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    start: NaiveDate,
    end: NaiveDate,
    label: String,
}

/// Why a text is no period.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not a period; write a quarter (2026-Q3), a month (2026-09), a year (2026) or two days (2026-07-01..2026-10-01, the second excluded)"
)]
pub struct PeriodError(String);

impl Period {
    /// The last calendar quarter that is over on `as_of` (a quarter is over at the end of its last day).
    #[must_use]
    pub fn last_complete_quarter(as_of: NaiveDate) -> Self {
        let tomorrow = as_of.checked_add_days(Days::new(1)).unwrap_or(as_of);
        let running = Self::quarter(tomorrow.year(), tomorrow.month0() / 3);
        running.previous()
    }

    fn quarter(year: i32, quarter0: u32) -> Self {
        let first = Month(year * 12 + quarter0.cast_signed() * 3);
        Self { start: first.first_day(), end: first.plus(3).first_day(), label: format!("{year}-Q{}", quarter0 + 1) }
    }

    /// First day.
    #[must_use]
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// The day after the last.
    #[must_use]
    pub fn end(&self) -> NaiveDate {
        self.end
    }

    /// How the period is called: `2026-Q3`, `2026-09`, `2026` or `2026-07-01..2026-10-01`. Also the name of its report folder.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether the day lies in the period.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    /// Days in the period, at least 1.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Days of the period up to a day, itself included; at least 1.
    #[must_use]
    pub fn days_until(&self, day: NaiveDate) -> i64 {
        let end = day.succ_opt().unwrap_or(day).min(self.end);
        (end - self.start).num_days().max(1)
    }

    /// The period of the same kind directly before: the quarter before a quarter, the month before a month;
    /// for a free span, as many days before its start.
    #[must_use]
    pub fn previous(&self) -> Self {
        let months = Month::of(self.end).since(Month::of(self.start));
        let whole_months = self.start.day() == 1 && self.end.day() == 1;
        let start = if whole_months {
            Month::of(self.start).plus(-months).first_day()
        } else {
            self.start - chrono::TimeDelta::days(self.days())
        };
        Self::named(start, self.start)
    }

    /// Months that the period touches, in order.
    pub fn months(&self) -> impl Iterator<Item = Month> + use<> {
        let first = Month::of(self.start);
        let last = Month::of(self.end - chrono::TimeDelta::days(1));
        (0..=last.since(first)).map(move |n| first.plus(n))
    }

    /// Gives a span the shortest name that fits it.
    fn named(start: NaiveDate, end: NaiveDate) -> Self {
        let months = Month::of(end).since(Month::of(start));
        let aligned = start.day() == 1 && end.day() == 1;
        let label = match months {
            1 if aligned => start.format("%Y-%m").to_string(),
            3 if aligned && start.month0().is_multiple_of(3) => format!("{}-Q{}", start.year(), start.month0() / 3 + 1),
            12 if aligned && start.month0() == 0 => start.year().to_string(),
            _ => format!("{start}..{end}"),
        };
        Self { start, end, label }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let refuse = || PeriodError(text.to_owned());
        let text = text.trim();
        if let Some((from, to)) = text.split_once("..") {
            let start: NaiveDate = from.parse().map_err(|_| refuse())?;
            let end: NaiveDate = to.parse().map_err(|_| refuse())?;
            return if start < end { Ok(Self::named(start, end)) } else { Err(refuse()) };
        }
        let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
        let year: i32 = year.parse().ok().filter(|y| (1900..=9998).contains(y)).ok_or_else(refuse)?;
        let (first, length) = match rest {
            None => (0, 12),
            Some(rest) => match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => {
                    (quarter.parse::<i32>().ok().filter(|q| (1..=4).contains(q)).ok_or_else(refuse)? * 3 - 3, 3)
                }
                None => (rest.parse::<i32>().ok().filter(|m| (1..=12).contains(m)).ok_or_else(refuse)? - 1, 1),
            },
        };
        let start = Month(year * 12 + first);
        Ok(Self::named(start.first_day(), start.plus(length).first_day()))
    }
}

/// As its label.
impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.label)
    }
}

/// From a label.
impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// As `2026-09`.
impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From `2026-09`.
impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let first: NaiveDate = format!("{text}-01").parse().map_err(serde::de::Error::custom)?;
        Ok(Self::of(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn quarters_months_years_and_spans_are_read() {
        for (text, start, end) in [
            ("2026-Q3", "2026-07-01", "2026-10-01"),
            ("2026-09", "2026-09-01", "2026-10-01"),
            ("2026", "2026-01-01", "2027-01-01"),
            ("2026-07-05..2026-07-12", "2026-07-05", "2026-07-12"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!((period.start(), period.end()), (day(start), day(end)), "{text}");
            assert_eq!(period.label(), text);
        }
        for text in ["", "2026-Q5", "2026-13", "Q3 2026", "2026-10-01..2026-07-01", "2026-07-01..2026-07-01"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_quarter_is_over_on_its_last_day() {
        assert_eq!(Period::last_complete_quarter(day("2026-09-30")).label(), "2026-Q3");
        assert_eq!(Period::last_complete_quarter(day("2026-09-29")).label(), "2026-Q2");
        assert_eq!(Period::last_complete_quarter(day("2026-01-15")).label(), "2025-Q4");
    }

    #[test]
    fn the_previous_period_is_of_the_same_kind() {
        for (text, previous) in [
            ("2026-Q1", "2025-Q4"),
            ("2026-03", "2026-02"),
            ("2026", "2025"),
            ("2026-07-05..2026-07-12", "2026-06-28..2026-07-05"),
        ] {
            assert_eq!(text.parse::<Period>().unwrap().previous().label(), previous);
        }
    }

    #[test]
    fn months_of_a_period_and_their_days() {
        let months: Vec<String> = "2024-Q1".parse::<Period>().unwrap().months().map(|m| m.to_string()).collect();
        assert_eq!(months, ["2024-01", "2024-02", "2024-03"]);
        assert_eq!(Month::of(day("2024-02-10")).days(), 29);
        assert_eq!(Month::of(day("2023-12-10")).days(), 31);
    }
}
