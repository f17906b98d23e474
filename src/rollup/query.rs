//! The plain query: intern, sort, scan.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, TimeDelta};
use foldhash::fast::RandomState;
use polars::prelude::{ChunkedArray, DataFrame, DataType, PolarsResult, StringType};

use super::{Activity, Cell, Measures, Rollup, Spans};
use crate::attribute::Catalogue;
use crate::units::{Month, Period};

const DAY_MS: i64 = 86_400_000;
/// Stands for "no account" and "no user" among interned numbers.
const NONE: u32 = u32::MAX;

/// One row of usage in numbers. The order of the fields is the order of the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    account: u32,
    /// `NONE`: unmapped.
    capability: u32,
    day: NaiveDate,
    user: u32,
    count: u64,
    status: Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Unknown,
    Ok,
    Error,
}

/// The day of every row; `None` never occurs in an accepted row.
pub(super) fn days(frame: &DataFrame) -> PolarsResult<Vec<Option<NaiveDate>>> {
    let moments = frame.column("ts")?.as_materialized_series().cast(&DataType::Int64)?;
    let day = |ms: i64| NaiveDate::default() + TimeDelta::days(ms.div_euclid(DAY_MS));
    Ok(moments.i64()?.iter().map(|ms| ms.map(day)).collect())
}

/// The first day of the month of every row of counts.
pub(super) fn months(frame: &DataFrame) -> PolarsResult<Vec<Option<NaiveDate>>> {
    let days = frame.column("month")?.as_materialized_series().cast(&DataType::Int32)?;
    let day = |days: i32| NaiveDate::default() + TimeDelta::days(i64::from(days));
    Ok(days.i32()?.iter().map(|days| days.map(day)).collect())
}

pub(super) fn run(frame: &DataFrame, catalogue: &Catalogue, spans: &Spans) -> PolarsResult<Rollup> {
    let mut rollup = Rollup::default();
    let mut rows = read(frame, catalogue, spans, &mut rollup)?;
    rows.sort_unstable();
    rollup.rows = rows.len() as u64;
    let first = rows.iter().map(|row| row.day).min();
    rollup.observed = first.zip(rows.iter().map(|row| row.day).max());
    let within = |period: &Period| rows_in(period, &rows);
    let in_period = within(&spans.period);
    rollup.observed_in_period =
        in_period.iter().map(|row| row.day).min().zip(in_period.iter().map(|row| row.day).max());
    rollup.period = cells(&in_period);
    rollup.activity = activity(&in_period);
    rollup.previous = cells(&within(&spans.previous));
    rollup.ever = cells(&rows);
    let mut by_month: BTreeMap<Month, Vec<Row>> = BTreeMap::new();
    for row in &rows {
        by_month.entry(Month::of(row.day)).or_default().push(*row);
    }
    for (month, rows) in by_month {
        rollup.monthly.insert(month, cells(&rows));
        rollup.activity_monthly.insert(month, activity(&rows));
    }
    Ok(rollup)
}

fn rows_in(period: &Period, rows: &[Row]) -> Vec<Row> {
    rows.iter().filter(|row| period.contains(row.day)).copied().collect()
}

/// Turns the frame into rows of numbers; counts what it leaves out and what is unmapped.
fn read(frame: &DataFrame, catalogue: &Catalogue, spans: &Spans, rollup: &mut Rollup) -> PolarsResult<Vec<Row>> {
    let (accounts, account_of) = intern(frame.column("account_id")?.str()?);
    let (_, user_of) = intern(frame.column("user_id")?.str()?);
    let (names, name_of) = intern(frame.column("capability")?.str()?);
    let capability_of: Vec<Option<usize>> = names.iter().map(|name| catalogue.resolve(name)).collect();
    let counts = frame.column("count")?.i64()?;
    let statuses = frame.column("status")?.str()?;
    let days = days(frame)?;
    let mut unmapped = vec![0_u64; names.len()];
    let mut rows = Vec::with_capacity(frame.height());
    for (index, (count, status)) in counts.iter().zip(statuses.iter()).enumerate() {
        let Some(day) = days[index] else { continue };
        if day > spans.as_of {
            rollup.after_as_of += 1;
            continue;
        }
        let name = name_of[index] as usize;
        let capability = capability_of.get(name).copied().flatten();
        if capability.is_none() {
            unmapped[name] += 1;
        }
        rollup.without_account += u64::from(account_of[index] == NONE);
        let status = match status {
            Some("error") => Status::Error,
            Some(_) => Status::Ok,
            None => Status::Unknown,
        };
        let capability = capability.and_then(|index| u32::try_from(index).ok()).unwrap_or(NONE);
        let count = u64::try_from(count.unwrap_or(1)).unwrap_or(0);
        // A row that counts nothing is no use.
        if count > 0 {
            rows.push(Row { account: account_of[index], capability, day, user: user_of[index], count, status });
        }
    }
    rollup.accounts = accounts.into_iter().map(str::to_owned).collect();
    let named = names.into_iter().map(str::to_owned).zip(unmapped);
    rollup.unmapped = named.filter(|(_, rows)| *rows > 0).collect();
    Ok(rows)
}

/// Numbers the distinct texts of a column in sorted order, and gives each row its number.
fn intern(column: &ChunkedArray<StringType>) -> (Vec<&str>, Vec<u32>) {
    let mut number: HashMap<&str, u32, RandomState> = column.iter().flatten().map(|text| (text, 0)).collect();
    let mut texts: Vec<&str> = number.keys().copied().collect();
    texts.sort_unstable();
    number.extend(texts.iter().copied().zip(0..));
    let numbers = column.iter().map(|text| text.map_or(NONE, |text| number[text])).collect();
    (texts, numbers)
}

/// Measures of every (capability, account) among sorted rows, sorted by capability and account.
fn cells(rows: &[Row]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for rows in rows.chunk_by(|a, b| a.account == b.account) {
        let sole_users = sole_users(rows);
        let of_capability = rows.chunk_by(|a, b| a.capability == b.capability);
        cells.extend(of_capability.filter(|rows| rows[0].capability != NONE).map(|rows| Cell {
            capability: rows[0].capability as usize,
            account: (rows[0].account != NONE).then_some(rows[0].account as usize),
            measures: measure(rows, sole_users.get(&rows[0].capability).copied().unwrap_or_default()),
        }));
    }
    cells.sort_by_key(|cell| (cell.capability, cell.account));
    cells
}

/// By capability, the users of one account who used no other capability.
fn sole_users(rows: &[Row]) -> BTreeMap<u32, u64> {
    let named = rows.iter().filter(|row| row.user != NONE && row.capability != NONE);
    let mut pairs: Vec<(u32, u32)> = named.map(|row| (row.user, row.capability)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut sole = BTreeMap::new();
    for pairs in pairs.chunk_by(|a, b| a.0 == b.0).filter(|pairs| pairs.len() == 1) {
        *sole.entry(pairs[0].1).or_default() += 1;
    }
    sole
}

/// Measures of one (account, capability): rows sorted by day and user, not empty.
fn measure(rows: &[Row], sole_users: u64) -> Measures {
    let user_days = rows.chunk_by(|a, b| (a.day, a.user) == (b.day, b.user));
    let days = rows.chunk_by(|a, b| a.day == b.day);
    let events = |rows: &mut dyn Iterator<Item = &Row>| rows.map(|row| row.count).sum();
    Measures {
        events: events(&mut rows.iter()),
        with_status: events(&mut rows.iter().filter(|row| row.status != Status::Unknown)),
        errors: events(&mut rows.iter().filter(|row| row.status == Status::Error)),
        active_days: days.clone().count() as u64,
        active_users: distinct_users(rows),
        user_days: user_days.filter(|rows| rows[0].user != NONE).count() as u64,
        succeeded_days: days.filter(|rows| rows.iter().any(|row| row.status != Status::Error)).count() as u64,
        sole_users,
        first: rows[0].day,
        last: rows[rows.len() - 1].day,
    }
}

fn distinct_users(rows: &[Row]) -> u64 {
    let users: BTreeSet<u32> = rows.iter().map(|row| row.user).filter(|&user| user != NONE).collect();
    users.len() as u64
}

/// What each account did in the product, mapped or not.
fn activity(rows: &[Row]) -> BTreeMap<usize, Activity> {
    rows.chunk_by(|a, b| a.account == b.account)
        .filter(|rows| rows[0].account != NONE)
        .map(|rows| {
            let days: BTreeSet<NaiveDate> = rows.iter().map(|row| row.day).collect();
            let activity = Activity { active_days: days.len() as u64, active_users: distinct_users(rows) };
            (rows[0].account as usize, activity)
        })
        .collect()
}
