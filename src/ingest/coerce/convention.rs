//! How a column writes its dates and numbers, found from all of its cells.
//!
//! Takes the cells of a column; gives the order of day and month and the decimal sign, where the cells tell. Nothing is
//! decided by a majority: one cell that can be read in one way only decides, and two that contradict decide nothing.

use super::number::Marks;
use super::{calendar, clock, money};
use crate::tables::Kind;

/// How a column writes what does not tell by itself. `None`: not decided, such cells are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ingest) struct Conventions {
    /// Whether `03/04/25` is the third of April.
    pub(in crate::ingest) day_first: Option<bool>,
    /// Whether `1,234` is a little more than one (and `1.234` a little more than a thousand).
    pub(in crate::ingest) decimal_comma: Option<bool>,
}

/// What the cells of a column say, counted together.
///
/// Dates: a cell that is a day in one order only (`25/02/26`) decides. Numbers decide by a sign that stands twice, that
/// stands behind another, or that has other than three digits behind it or a zero or nothing in front; so do whole
/// numbers (`1,234` of a [`Kind::Count`] cannot be a fraction) and amounts such as `$1,234`, as no currency with a sign
/// in front has three decimals. What a column leaves open the other columns of its file decide; where none does, a
/// point is the decimal sign if the file has no comma in any number, as machines write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::ingest) struct Survey {
    day_first: Votes,
    decimal_comma: Votes,
    /// Single commas (yes) and points (no) before exactly three digits.
    open: Votes,
}

/// Whether a cell said yes, and whether one said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Votes {
    yes: bool,
    no: bool,
}

impl Votes {
    fn add(&mut self, vote: bool) {
        if vote { self.yes = true } else { self.no = true }
    }

    fn merge(&mut self, other: Self) {
        self.yes |= other.yes;
        self.no |= other.no;
    }

    fn is_silent(self) -> bool {
        !self.yes && !self.no
    }

    fn verdict(self) -> Option<bool> {
        (self.yes != self.no).then_some(self.yes)
    }

    /// Its own verdict; that of the file only where it is silent, not where it contradicts itself.
    fn verdict_within(self, file: Self) -> Option<bool> {
        if self.is_silent() { file.verdict() } else { self.verdict() }
    }
}

impl Survey {
    /// Takes one cell of the column into account.
    pub(in crate::ingest) fn see(&mut self, kind: Kind, text: &str) {
        match kind {
            Kind::Date | Kind::Month | Kind::Timestamp => {
                if let Some(day_first) = calendar::order(text) {
                    self.day_first.add(day_first);
                }
            }
            Kind::Money => {
                if let Some(amount) = money::Written::of(text) {
                    self.see_number(&amount.digits, amount.decimal_comma());
                }
            }
            Kind::Count => self.see_number(text, Marks::of(text).and_then(|marks| marks.of_whole(text))),
            Kind::Amount => self.see_number(text.strip_suffix('%').unwrap_or(text), None),
            Kind::Duration(_) => {
                let is_unit = |sign: char| sign.is_alphabetic() || sign.is_whitespace() || sign == '.';
                self.see_number(text.trim_end_matches(is_unit), None);
            }
            Kind::Text | Kind::List | Kind::Flag | Kind::Choice(_) => {}
        }
    }

    fn see_number(&mut self, text: &str, known: Option<bool>) {
        match (Marks::of(text), known) {
            (Some(Marks::Certain { comma }), _) | (Some(Marks::Open { .. }), Some(comma)) => {
                self.decimal_comma.add(comma);
            }
            (Some(Marks::Open { comma }), None) => self.open.add(comma),
            (Some(Marks::Silent) | None, _) => {}
        }
    }

    /// Takes the cells of another column of the same file into account.
    pub(in crate::ingest) fn merge(&mut self, other: &Self) {
        self.day_first.merge(other.day_first);
        self.decimal_comma.merge(other.decimal_comma);
        self.open.merge(other.open);
    }

    /// What the cells decide where they are the only column of their file.
    #[cfg(test)]
    pub(in crate::ingest) fn decide(&self) -> Conventions {
        self.decide_within(self)
    }

    /// What the cells of a column decide, and where they are silent those of its file: `file` is every column of it,
    /// merged, this one too.
    pub(in crate::ingest) fn decide_within(&self, file: &Self) -> Conventions {
        let machine = file.decimal_comma.is_silent() && file.open == (Votes { yes: false, no: true });
        Conventions {
            day_first: self.day_first.verdict_within(file.day_first),
            decimal_comma: if machine { Some(false) } else { self.decimal_comma.verdict_within(file.decimal_comma) },
        }
    }
}

/// Minutes east of UTC that a header names: `Created (UTC)`, `started_at_utc`, `createdUTC`, `Time (GMT+2)`. `None`
/// when it names none.
pub(in crate::ingest) fn header_offset(header: &str) -> Option<i32> {
    let folded = header.to_ascii_lowercase();
    let places = folded.match_indices("utc").chain(folded.match_indices("gmt"));
    places.map(|(start, _)| start).find_map(|start| {
        let before = header[..start].chars().next_back();
        let is_capital = header[start..].starts_with(|first: char| first.is_ascii_uppercase());
        let begins = before.is_none_or(|last| !last.is_alphanumeric() || (last.is_lowercase() && is_capital));
        let rest = &header[start + 3..];
        let is_offset = matches!(rest.as_bytes(), [b'+' | b'-', b'0'..=b'9', ..]);
        let is_of_offset = |sign: char| is_offset && matches!(sign, '+' | '-' | ':' | '0'..='9');
        let end = rest.find(|sign: char| !is_of_offset(sign)).unwrap_or(rest.len());
        let ends = !rest[end..].starts_with(char::is_alphanumeric);
        (begins && ends).then(|| if end == 0 { Some(0) } else { clock::offset(&rest[..end]) })?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::ClockUnit;

    fn survey(kind: Kind, cells: &[&str]) -> Survey {
        let mut survey = Survey::default();
        for cell in cells {
            survey.see(kind, cell);
        }
        survey
    }

    fn decimal_comma(kind: Kind, cells: &[&str]) -> Option<bool> {
        survey(kind, cells).decide().decimal_comma
    }

    #[test]
    fn one_certain_date_decides_and_two_contradict() {
        let day_first = |cells: &[&str]| survey(Kind::Date, cells).decide().day_first;
        assert_eq!(day_first(&[]), None);
        assert_eq!(day_first(&["03/04/25", "3/3/25", "2026-02-25", "25.02.2026", "n/a"]), None);
        assert_eq!(day_first(&["03/04/25", "25/02/25"]), Some(true));
        assert_eq!(day_first(&["03/04/25", "02/25/2025 10:17 PM"]), Some(false));
        assert_eq!(day_first(&["25/02/25", "02/25/25"]), None);
        assert_eq!(survey(Kind::Text, &["25/02/25"]).decide().day_first, None);
    }

    #[test]
    fn numbers_decide_by_what_no_grouping_explains() {
        for (cells, expected) in [
            (&["1,234", "7,5"][..], Some(true)),
            (&["1,234", "7.5"], Some(false)),
            (&["1,234", "1,234,567"], Some(false)),
            (&["1.234", "1.234.567"], Some(true)),
            (&["1,234", "1,234.50"], Some(false)),
            (&["1.234", "1.234,50"], Some(true)),
            (&["1.234", "0.125"], Some(false)),
            (&["1,234", "1234,567"], Some(true)),
            (&["1.234"], Some(false)),
            (&["1.234", "12", "1 234"], Some(false)),
            (&["1,234"], None),
            (&["1,234", "1.234"], None),
            (&["1,234", "7,5", "7.5"], None),
            (&["1,2,3", "n/a", "1.2.3"], None),
            (&[], None),
        ] {
            assert_eq!(decimal_comma(Kind::Amount, cells), expected, "{cells:?}");
        }
    }

    #[test]
    fn each_kind_has_its_own_certainties() {
        assert_eq!(decimal_comma(Kind::Count, &["1,234"]), Some(false));
        assert_eq!(decimal_comma(Kind::Count, &["1.234", "5.000"]), Some(true));
        assert_eq!(decimal_comma(Kind::Count, &["5.000"]), Some(false), "machines write so");
        assert_eq!(decimal_comma(Kind::Money, &["$1,234"]), Some(false));
        assert_eq!(decimal_comma(Kind::Money, &["1,234 EUR"]), None);
        assert_eq!(decimal_comma(Kind::Money, &["1.234 €", "(7,50 €)"]), Some(true));
        assert_eq!(decimal_comma(Kind::Amount, &["1,234", "12,5 %"]), Some(true));
        assert_eq!(decimal_comma(Kind::Duration(ClockUnit::Hours), &["1,234", "2,5 h"]), Some(true));
        assert_eq!(decimal_comma(Kind::Flag, &["7,5"]), None);
    }

    #[test]
    fn a_silent_column_follows_its_file_and_a_contradictory_one_does_not() {
        let (open, comma, torn) = (["1,234"], ["7,5"], ["7,5", "7.5"]);
        let of = |cells: &[&str]| survey(Kind::Amount, cells);
        let mut file = of(&open);
        file.merge(&of(&comma));
        assert_eq!(of(&open).decide_within(&file).decimal_comma, Some(true));
        assert_eq!(of(&torn).decide_within(&file).decimal_comma, None);
        assert_eq!(of(&[]).decide_within(&file).decimal_comma, Some(true));
        file.merge(&of(&torn));
        assert_eq!(of(&open).decide_within(&file).decimal_comma, None);
        assert_eq!(of(&comma).decide_within(&file).decimal_comma, Some(true));

        let mut points = of(&["1.234"]);
        points.merge(&of(&open));
        assert_eq!(of(&["1.234"]).decide_within(&points).decimal_comma, None, "a comma stands elsewhere");

        let mut dates = survey(Kind::Date, &["03/04/25"]);
        dates.merge(&survey(Kind::Timestamp, &["25/02/25 10:00"]));
        assert_eq!(survey(Kind::Date, &["03/04/25"]).decide_within(&dates).day_first, Some(true));
    }

    #[test]
    fn headers_that_name_a_zone() {
        for (header, expected) in [
            ("Created (UTC)", Some(0)),
            ("created_at_utc", Some(0)),
            ("createdUTC", Some(0)),
            ("createdUtc", Some(0)),
            ("UTC", Some(0)),
            ("Time [GMT]", Some(0)),
            ("Time (GMT+2)", Some(120)),
            ("Time (UTC-05:30)", Some(-330)),
            ("utc-time", Some(0)),
            ("Created", None),
            ("outcome", None),
            ("butcher", None),
            ("UTCX", None),
            ("Zeit (MEZ)", None),
            ("Time (UTC+99)", None),
            ("", None),
            ("時utc", None),
        ] {
            assert_eq!(header_offset(header), expected, "{header}");
        }
    }
}
