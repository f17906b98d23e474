//! What was known on a day: everything that came to be later leaves the tables.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use polars::prelude::{BooleanChunked, Column, DataFrame, DataType, PolarsResult, Series};

use super::{Table, TableId, Tables};

/// What was not known on the day.
#[derive(Debug, Clone, Default)]
pub struct Later {
    /// The rows that came to be after it.
    pub tables: Tables,
    /// Cells that became unknown, by table and by the column that tells when they came to be.
    pub cells: BTreeMap<(TableId, &'static str), u64>,
}

impl Later {
    /// Rows by table.
    pub fn rows(&self) -> impl Iterator<Item = (TableId, u64)> {
        self.tables.frames.iter().map(|(table, frame)| (*table, frame.height() as u64))
    }
}

impl Tables {
    /// Takes out what was not known at the end of a day: rows that came to be later, and of the others what happened to them later,
    /// so that an incident is open again and an account has not left. What the schema calls a plan stays, and so do what
    /// replaces something that stays, since it is announced with that, and what carries no date: of a capability that was on offer by then, the catalogue says what it said when it was exported.
    ///
    /// # Errors
    /// When a frame has not the columns of its schema, which only a fault of this program can cause.
    pub fn forget_after(&mut self, day: NaiveDate) -> PolarsResult<Later> {
        let mut gone = Later::default();
        for (&id, frame) in &mut self.frames {
            let table = id.table();
            if let Some(late) = late_rows(frame, table, day)? {
                let late = if id == TableId::Catalogue { without_replacements(frame, &late)? } else { late };
                if !late.any() {
                    continue;
                }
                gone.tables.frames.insert(id, frame.filter(&late)?);
                *frame = frame.filter(&!&late)?;
            }
            for (when, cells) in table.later {
                let Some(late) = after(frame, when, day)? else { continue };
                gone.cells.insert((id, when), u64::from(late.sum().unwrap_or(0)));
                for name in [when].into_iter().chain(*cells) {
                    blank(frame, name, &late)?;
                }
            }
        }
        Ok(gone)
    }
}

/// The rows that came to be after the day; `None`: none.
fn late_rows(frame: &DataFrame, table: &Table, day: NaiveDate) -> PolarsResult<Option<BooleanChunked>> {
    let mut late: Option<BooleanChunked> = None;
    for column in table.since {
        if let Some(more) = after(frame, column, day)? {
            late = Some(late.map_or_else(|| more.clone(), |found| &found | &more));
        }
    }
    Ok(late)
}

/// The late rows of the catalogue but for those that a row which is not late names in `replaced_by`.
fn without_replacements(frame: &DataFrame, late: &BooleanChunked) -> PolarsResult<BooleanChunked> {
    let (ids, replaced_by) = (frame.column("id")?.str()?, frame.column("replaced_by")?.str()?);
    let named = replaced_by.iter().zip(late.iter()).filter(|(_, late)| *late != Some(true));
    let named: BTreeSet<&str> = named.filter_map(|(name, _)| name).collect();
    let stays = |id: Option<&str>| id.is_some_and(|id| named.contains(id));
    Ok(ids.iter().zip(late.iter()).map(|(id, late)| Some(late == Some(true) && !stays(id))).collect())
}

/// Which cells of a column of days or moments lie after the day; `None`: none. An unknown one does not.
fn after(frame: &DataFrame, column: &str, day: NaiveDate) -> PolarsResult<Option<BooleanChunked>> {
    let series = frame.column(column)?.as_materialized_series();
    let next = (day - NaiveDate::default()).num_days() + 1;
    let line = if series.dtype() == &DataType::Date { next } else { next * MS_PER_DAY };
    let numbers = series.cast(&DataType::Int64)?;
    let late: BooleanChunked = numbers.i64()?.iter().map(|at| Some(at.is_some_and(|at| at >= line))).collect();
    Ok(late.any().then_some(late))
}

const MS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

fn blank(frame: &mut DataFrame, column: &str, at: &BooleanChunked) -> PolarsResult<()> {
    let series = frame.column(column)?.as_materialized_series();
    let nothing = Series::full_null(series.name().clone(), series.len(), series.dtype());
    let known = nothing.zip_with(at, series)?;
    frame.with_column(Column::from(known))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use polars::prelude::NamedFrom as _;

    use super::*;
    use crate::tables::rows::Incident;
    use crate::tables::testing::usage;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_row_of_the_last_minute_stays_and_the_next_one_goes() {
        let row = |at: &'static str| (at, "u", "c", "", 1, "");
        let mut tables = usage(&[row("2026-09-30T23:59:59"), row("2026-10-01T00:00:00"), row("2026-07-01T09:00:00")]);
        let later = tables.forget_after(day("2026-09-30")).unwrap();
        assert_eq!(tables.frame(TableId::UsageEvents).unwrap().height(), 2);
        assert_eq!(later.rows().collect::<Vec<_>>(), [(TableId::UsageEvents, 1)]);
        assert!(tables.forget_after(day("2026-09-30")).unwrap().tables.frames.is_empty(), "nothing is left to forget");
    }

    /// An incident of July that ended in October.
    fn incidents() -> Tables {
        let table = TableId::Incidents.table();
        let ms = |text: &str| day(text).and_hms_opt(9, 0, 0).unwrap().and_utc().timestamp_millis();
        let columns = table.columns.iter().map(|column| {
            let name = column.name.into();
            let dtype = column.kind.dtype();
            match column.name {
                "started_at" => Series::new(name, [ms("2026-07-01")]).cast(&dtype).unwrap(),
                "detected_at" => Series::new(name, [ms("2026-07-02")]).cast(&dtype).unwrap(),
                "resolved_at" => Series::new(name, [ms("2026-10-01")]).cast(&dtype).unwrap(),
                "responder_hours" => Series::new(name, [5.0]),
                "detected_by" => Series::new(name, ["customer"]),
                _ => Series::full_null(name, 1, &dtype),
            }
        });
        let mut columns: Vec<Column> = columns.map(Column::from).collect();
        columns.push(Series::new(crate::tables::INPUT.into(), [0_u32]).into());
        columns.push(Series::new(crate::tables::LINE.into(), [2_u64]).into());
        let mut tables = Tables::default();
        tables.frames.insert(TableId::Incidents, DataFrame::new(1, columns).unwrap());
        tables
    }

    #[test]
    fn what_happened_to_a_row_later_is_unknown_and_what_happened_before_is_kept() {
        let mut tables = incidents();
        let later = tables.forget_after(day("2026-09-30")).unwrap();
        let found = Incident::all(&tables).remove(0);
        assert_eq!((found.resolved_at, found.responder_hours), (None, None));
        assert!(found.detected_at.is_some() && found.detected_by.as_deref() == Some("customer"));
        assert_eq!(later.cells, BTreeMap::from([((TableId::Incidents, "resolved_at"), 1)]));
        let mut tables = incidents();
        tables.forget_after(day("2026-10-01")).unwrap();
        assert_eq!(Incident::all(&tables)[0].responder_hours, Some(5.0));
        let mut tables = incidents();
        tables.forget_after(day("2026-06-30")).unwrap();
        assert_eq!(Incident::all(&tables), []);
    }

    #[test]
    fn what_replaces_something_is_known_before_it_is_there() {
        let table = TableId::Catalogue.table();
        let launched = ["2020-01-01", "2026-10-01", "2026-10-01"].map(|at| (day(at) - NaiveDate::default()).num_days());
        let columns = table.columns.iter().map(|column| {
            let (name, dtype) = (column.name.into(), column.kind.dtype());
            match column.name {
                "id" => Series::new(name, ["fax", "mail", "pager"]),
                "launched_on" => Series::new(name, launched).cast(&dtype).unwrap(),
                "replaced_by" => Series::new(name, [Some("mail"), Some("pager"), None]),
                _ => Series::full_null(name, 3, &dtype),
            }
        });
        let mut columns: Vec<Column> = columns.map(Column::from).collect();
        columns.push(Series::new(crate::tables::INPUT.into(), [0_u32; 3]).into());
        columns.push(Series::new(crate::tables::LINE.into(), [2_u64, 3, 4]).into());
        let mut tables = Tables::default();
        tables.frames.insert(TableId::Catalogue, DataFrame::new(3, columns).unwrap());
        let later = tables.forget_after(day("2026-09-30")).unwrap();
        // The pager replaces what is not there itself.
        assert_eq!(later.rows().collect::<Vec<_>>(), [(TableId::Catalogue, 1)]);
        let ids = tables.frame(TableId::Catalogue).unwrap().column("id").unwrap().str().unwrap().clone();
        assert_eq!(ids.iter().flatten().collect::<Vec<_>>(), ["fax", "mail"]);
    }
}
