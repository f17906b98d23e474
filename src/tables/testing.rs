//! Frames for tests.

use chrono::NaiveDateTime;
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series};

use super::{INPUT, LINE, TableId, Tables};

/// A row of usage: time (`2026-07-01T09:00:00`), account, capability, user, count, status; empty text for none.
pub type Usage<'a> = (&'a str, &'a str, &'a str, &'a str, i64, &'a str);

/// Tables with these rows of `usage_events` and nothing else, all of the first input, from its second line on.
pub fn usage(rows: &[Usage]) -> Tables {
    let texts = |name: &str, of: fn(&Usage) -> String| -> Column {
        let values: Vec<Option<String>> =
            rows.iter().map(|row| Some(of(row)).filter(|text| !text.is_empty())).collect();
        Series::new(name.into(), values).into()
    };
    let moments: Vec<i64> =
        rows.iter().map(|row| row.0.parse::<NaiveDateTime>().unwrap().and_utc().timestamp_millis()).collect();
    let kind = TableId::UsageEvents.table().column("ts").unwrap().kind;
    let ts = Series::new("ts".into(), moments).cast(&kind.dtype()).unwrap();
    let counts: Vec<i64> = rows.iter().map(|row| row.4).collect();
    let columns = vec![
        ts.into(),
        texts("account_id", |row| row.1.to_owned()),
        texts("capability", |row| row.2.to_owned()),
        texts("user_id", |row| row.3.to_owned()),
        Series::new("count".into(), counts).cast(&DataType::Int64).unwrap().into(),
        texts("status", |row| row.5.to_owned()),
        Series::new(INPUT.into(), vec![0_u32; rows.len()]).into(),
        Series::new(LINE.into(), (2..).take(rows.len()).collect::<Vec<u64>>()).into(),
    ];
    let mut tables = Tables::default();
    tables.frames.insert(TableId::UsageEvents, DataFrame::new(rows.len(), columns).unwrap());
    tables
}
