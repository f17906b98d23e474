//! The ledger as a Parquet file, for whoever wants to add it up again.
//!
//! One line per entry, by source table and row: `source_table`, `file` and `line` (where the row was read), `capability`
//! (null: overhead or unattributed), `cost_type`, `amount` (decimal with six places, in report currency), `part` (of the row,
//! 0–1), `hours` (of work, of handling a ticket or of responding), `on`, `in_period` (dated in the period and not after the as-of date), `rule` (the column that placed it, or
//! `triage`; null: none), `method` (how it was shared: direct, even, first-label, usage-labels, weights, usage, even-children,
//! given, overhead, triage, none), `confidence` (of the placement, 0–1; null: none), `currency` (in which the cost arose),
//! `layer` (of a ticket), `overhead` (belongs to no capability by nature), `kind_rule` (what told the kind of work), `rate`
//! (report currency per hour, or per contact), `map_rule` (number of the `[[map]]` rule), `shared_from` (the capability that
//! handed it on), `complete` (false where something of the cost is not known). The amounts of a row sum to its own exactly.

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
    let from = |entry: &Entry| Some(facts.capabilities[entry.shared_from?].capability.id.clone());
    let rule = |entry: &Entry| Some(entry.rule).filter(|rule| !rule.is_empty());
    let kind_rule = |entry: &'_ Entry| entry.kind_rule.as_deref().map(str::to_owned);
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
        Series::new("method".into(), each(entries, |entry| entry.method.as_str())).into(),
        Series::new("confidence".into(), each(entries, |entry| entry.confidence)).into(),
        Series::new("currency".into(), each(entries, |entry| &*entry.currency)).into(),
        Series::new("layer".into(), each(entries, |entry| Some(entry.layer?.as_str()))).into(),
        Series::new("overhead".into(), each(entries, |entry| entry.overhead)).into(),
        Series::new("kind_rule".into(), each(entries, kind_rule)).into(),
        Series::new("rate".into(), each(entries, |entry| entry.rate)).into(),
        Series::new("map_rule".into(), each(entries, |entry| entry.map_rule)).into(),
        Series::new("shared_from".into(), each(entries, from)).into(),
        Series::new("complete".into(), each(entries, |entry| entry.is_complete)).into(),
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
    use crate::attribute::{CostType, Method, Source};
    use crate::config::Layer;
    use crate::decide::testing::{capability, facts};
    use crate::tables::rows::Origin;
    use crate::units::Money;
    use polars::prelude::{ParquetReader, SerReader as _};

    #[test]
    fn what_is_read_back_is_the_ledger() {
        let entry = |capability: Option<usize>, micros, rule| Entry {
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
            overhead: capability.is_none(),
            shared_from: capability,
            currency: "USD".into(),
            is_complete: true,
            rate: capability.map(|_| 95.5),
            map_rule: capability.map(|_| 3),
            method: if capability.is_some() { Method::Even } else { Method::Overhead },
            confidence: capability.map(|_| 0.7),
            layer: capability.map(|_| Layer::Human),
            kind_rule: capability.map(|_| "type: bug".into()),
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
        assert_eq!(shown("method"), ["even", "overhead"]);
        assert_eq!(shown("confidence"), ["0.7", "null"]);
        assert_eq!(shown("currency"), ["USD", "USD"]);
        assert_eq!(shown("layer"), ["human", "null"]);
        assert_eq!(shown("overhead"), ["false", "true"]);
        assert_eq!(shown("kind_rule"), ["type: bug", "null"]);
        assert_eq!(shown("rate"), ["95.5", "null"]);
        assert_eq!(shown("map_rule"), ["3", "null"]);
        assert_eq!(shown("shared_from"), ["c", "null"]);
        assert_eq!(shown("complete"), ["true", "true"]);
    }

    #[test]
    fn an_empty_ledger_is_a_file_without_rows() {
        let bytes = ledger_parquet(&Ledger::default(), &facts(vec![]), &[]).unwrap();
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        assert_eq!((frame.height(), frame.width()), (0, 21));
    }
}
