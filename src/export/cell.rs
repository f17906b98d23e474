//! Cells of CSV files: numbers as machines read them, text that no spreadsheet runs. Takes values, gives cell texts.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::ExportError;
use crate::units::Money;
use crate::units::visible::is_hidden;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Unknown: an empty cell, never 0.
    Empty,
    /// Text of a customer or of ours.
    Text(Cow<'a, str>),
    /// A whole number.
    Count(u64),
    /// A number; a fraction stays within 0–1.
    Number(f64),
    /// An amount in report currency, two decimals.
    Money(Money),
    /// A day, ISO 8601.
    Date(NaiveDate),
}

impl Cell<'_> {
    /// The text of the cell, before the quotation marks of CSV.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => neutral(text),
            Self::Count(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(plain_number(*number).unwrap_or_default()),
            Self::Money(amount) => Cow::Owned(amount.to_decimal()),
            Self::Date(day) => Cow::Owned(day.to_string()),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for Cell<'_> {
    fn from(number: u64) -> Self {
        Self::Count(number)
    }
}

impl From<usize> for Cell<'_> {
    fn from(number: usize) -> Self {
        Self::Count(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Money> for Cell<'_> {
    fn from(amount: Money) -> Self {
        Self::Money(amount)
    }
}

impl From<NaiveDate> for Cell<'_> {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A number for machines, the same in CSV and JSON: rounded to fifteen significant digits, all that a double holds
/// for certain, so that the noise in the last two never differs between two computers; then the shortest text that
/// reads back as that value. Very large and very small values have an exponent. `None` for what is not finite.
#[must_use]
pub fn plain_number(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let rounded: f64 = format!("{value:.14e}").parse().ok().filter(|x: &f64| x.is_finite()).unwrap_or(value);
    let size = rounded.abs();
    if size == 0.0 {
        return Some("0".to_owned());
    }
    Some(if (1e-9..1e16).contains(&size) { rounded.to_string() } else { format!("{rounded:e}") })
}

/// Text that a spreadsheet shows and never runs: what begins with the sign of a formula, also behind spaces or in
/// full width, gets an apostrophe in front (OWASP, *CSV Injection*).
fn neutral(text: &str) -> Cow<'_, str> {
    let breaks = text.starts_with(['\t', '\r', '\n']);
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || is_hidden(c));
    let formula = first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\u{2212}']);
    if breaks || formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A CSV file: the head, then a line per row; UTF-8, comma, `\n`.
///
/// # Errors
/// When a row has another number of cells than the head.
pub fn csv_file<'a, I>(head: &[&str], rows: I) -> Result<Vec<u8>, ExportError>
where
    I: IntoIterator<Item = Vec<Cell<'a>>>,
{
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        for cell in &row {
            writer.write_field(cell.text().as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_have_one_form() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.25, "0.25"),
            (1.0 / 3.0, "0.333333333333333"),
            (0.1 + 0.2, "0.3"),
            (1e-12, "1e-12"),
            (12_345_678.9, "12345678.9"),
            (f64::MAX, "1.7976931348623157e308"),
        ] {
            assert_eq!(plain_number(value).as_deref(), Some(text));
        }
        assert_eq!(plain_number(f64::NAN), None);
        assert_eq!(plain_number(f64::INFINITY), None);
        assert_eq!(Cell::Number(f64::NAN).text(), "");
    }

    #[test]
    fn formulas_become_text_and_numbers_stay_numbers() {
        for hostile in
            ["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "  =1+1", "\t=1", "\rx", "\nx", "＝1", "\u{feff}=1"]
        {
            assert_eq!(Cell::from(hostile).text(), format!("'{hostile}"));
        }
        for harmless in ["a=b", "", "Export -> CSV", "'quoted"] {
            assert_eq!(Cell::from(harmless).text(), harmless);
        }
        assert_eq!(Cell::from(-1.5).text(), "-1.5");
        assert_eq!(Cell::from(Money::from_micros(-9_500_000)).text(), "-9.50");
        assert_eq!(Cell::from(None::<u64>).text(), "");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in -1e15_f64..1e15) {
            let back: f64 = plain_number(value).unwrap().parse().unwrap();
            prop_assert!((back - value).abs() <= value.abs() * 1e-14);
        }
    }
}
