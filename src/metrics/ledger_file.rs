//! The ledger as a Parquet file, for whoever wants to add it up again.
//!
//! One line per entry, by source table and row: `source_table`, `file` and `line` (where the row was read), `capability`
//! (null: unattributed), `cost_type`, `amount` (decimal with six places, in report currency), `part` (of the row, 0–1),
//! `hours`, `on`, `in_period` (dated in the period and not after the as-of date), `rule` (the column that placed it; null: none).
//! The amounts of a row sum to its own exactly.

use polars::prelude::{
    Column, DataFrame, DataType, Int128Chunked, IntoSeries as _, NamedFrom as _, NewChunkedArray as _, ParquetWriter,
    PolarsError, PolarsResult, Series,
};
use thiserror::Error;

use super::Facts;
use crate::attribute::{Entry, Ledger};

/// The ledger could not be written, which only a fault of this program can cause.
#[derive(Debug, Error)]
#[error("the ledger cannot be written as Parquet; please report this")]
pub struct LedgerFileError(#[from] PolarsError);

/// The bytes of `tables/ledger.parquet`. `files` are the paths of the inputs, in their order.
///
/// # Errors
/// See [`LedgerFileError`].
pub fn ledger_parquet(ledger: &Ledger, facts: &Facts, files: &[&str]) -> Result<Vec<u8>, LedgerFileError> {
    let mut frame = frame(&ledger.entries, facts, files)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes)
}

fn frame(entries: &[Entry], facts: &Facts, files: &[&str]) -> PolarsResult<DataFrame> {
    let capability = |entry: &Entry| Some(facts.capabilities[entry.capability?].capability.id.clone());
    let file = |entry: &Entry| files.get(entry.origin.input as usize).copied();
    let rule = |entry: &Entry| Some(entry.rule).filter(|rule| !rule.is_empty());
    let amounts = Int128Chunked::from_iter_values("amount".into(), entries.iter().map(|entry| entry.amount.micros()));
    let amounts = amounts.into_decimal(38, 6)?.into_series();
    let days = Series::new("on".into(), each(entries, |entry| days_since_1970(entry.on))).cast(&DataType::Date)?;
    let columns: Vec<Column> = vec![
        Series::new("source_table".into(), each(entries, |entry| entry.source.table())).into(),
        Series::new("file".into(), each(entries, file)).into(),
        Series::new("line".into(), each(entries, |entry| entry.origin.line)).into(),
        Series::new("capability".into(), each(entries, capability)).into(),
        Series::new("cost_type".into(), each(entries, |entry| entry.cost_type.as_str())).into(),
        amounts.into(),
        Series::new("part".into(), each(entries, |entry| entry.part)).into(),
        Series::new("hours".into(), each(entries, |entry| entry.hours)).into(),
        days.into(),
        Series::new("in_period".into(), each(entries, |entry| entry.is_within(&facts.period, facts.as_of))).into(),
        Series::new("rule".into(), each(entries, rule)).into(),
    ];
    DataFrame::new(entries.len(), columns)
}

fn each<'e, T>(entries: &'e [Entry], of: impl Fn(&'e Entry) -> T) -> Vec<T> {
    entries.iter().map(of).collect()
}

/// As Parquet counts days. Every day that reading accepts lies within 32 bits.
fn days_since_1970(day: chrono::NaiveDate) -> i32 {
    i32::try_from((day - chrono::NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{CostType, Source};
    use crate::decide::testing::{capability, facts};
    use crate::tables::rows::Origin;
    use crate::units::Money;
    use polars::prelude::{ParquetReader, SerReader as _};

    #[test]
    fn what_is_read_back_is_the_ledger() {
        let entry = |capability, micros, rule| Entry {
            source: Source::Charges,
            row: 0,
            origin: Origin { input: 1, line: 7 },
            capability,
            cost_type: CostType::Direct,
            amount: Money::from_micros(micros),
            part: 0.5,
            hours: 0.0,
            on: "2026-07-01".parse().unwrap(),
            rule,
        };
        let entries = vec![entry(Some(0), 1_234_567, "tags"), entry(None, -3, "")];
        let ledger = Ledger { entries, ..Ledger::default() };
        let bytes = ledger_parquet(&ledger, &facts(vec![capability("c")]), &["a.csv", "b.csv"]).unwrap();
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        let shown = |column: &str| {
            let cells = frame.column(column).unwrap().cast(&DataType::String).unwrap();
            cells.str().unwrap().iter().map(|cell| cell.unwrap_or("null").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown("amount"), ["1.234567", "-0.000003"]);
        assert_eq!(shown("capability"), ["c", "null"]);
        assert_eq!(shown("file"), ["b.csv", "b.csv"]);
        assert_eq!(shown("on"), ["2026-07-01", "2026-07-01"]);
        assert_eq!(shown("rule"), ["tags", "null"]);
        assert_eq!(shown("in_period"), ["true", "true"]);
    }

    #[test]
    fn an_empty_ledger_is_a_file_without_rows() {
        let bytes = ledger_parquet(&Ledger::default(), &facts(vec![]), &[]).unwrap();
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        assert_eq!((frame.height(), frame.width()), (0, 11));
    }
}
