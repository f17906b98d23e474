//! The plain query: intern, sort once, scan account by account.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, TimeDelta};
use foldhash::fast::RandomState;
use polars::prelude::{ChunkedArray, DataFrame, DataType, PolarsResult, StringType};

use super::{Activity, Cell, Exposure, Measures, Rollup, Spans};
use crate::attribute::Catalogue;
use crate::config::Stage;
use crate::units::{Month, Period};

const DAY_MS: i64 = 86_400_000;
/// Stands for "no account" and "no user" among interned numbers.
const NONE: u32 = u32::MAX;

/// One row of usage in numbers. The order of the fields is the order of the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    account: u32,
    /// `NONE`: use of the product alone.
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

/// Rolls the rows up.
pub(super) fn run(raw: Raw, spans: &Spans) -> Rollup {
    let Raw { mut rows, shown, capabilities, counted: mut rollup } = raw;
    rows.sort_unstable();
    rollup.exposed = exposures(shown, &spans.period);
    let days = |rows: &mut dyn Iterator<Item = &Row>| {
        rows.map(|row| row.day).fold(None, |seen, day| {
            let (first, last) = seen.unwrap_or((day, day));
            Some((day.min(first), day.max(last)))
        })
    };
    rollup.observed = days(&mut rows.iter());
    rollup.observed_in_period = days(&mut rows.iter().filter(|row| spans.period.contains(row.day)));
    // What names no account stands last among rows, and first among cells.
    let (named, unnamed) = rows.split_at(rows.partition_point(|row| row.account != NONE));
    for rows in [unnamed, named].into_iter().flat_map(|rows| rows.chunk_by(|a, b| a.account == b.account)) {
        add_account(rows, spans, &mut rollup);
    }
    drop(rows);
    let of_spans = [&mut rollup.period, &mut rollup.previous, &mut rollup.ever];
    for cells in of_spans.into_iter().chain(rollup.monthly.values_mut()) {
        *cells = by_capability(cells, capabilities);
    }
    rollup
}

/// Cells in the order of accounts, put into that of capability and account: each goes where the cells of earlier capabilities
/// and its own earlier accounts end. Sorting millions of them would take as long as the scan.
fn by_capability(cells: &[Cell], capabilities: usize) -> Vec<Cell> {
    let mut next = vec![0; capabilities + 1];
    for cell in cells {
        next[cell.capability + 1] += 1;
    }
    for capability in 0..capabilities {
        next[capability + 1] += next[capability];
    }
    let mut ordered = cells.to_vec();
    for cell in cells {
        ordered[next[cell.capability]] = *cell;
        next[cell.capability] += 1;
    }
    ordered
}

/// Who was shown what, each pair once.
fn exposures(mut shown: Vec<(u32, u32, NaiveDate)>, period: &Period) -> Vec<Exposure> {
    shown.sort_unstable();
    let pairs = shown.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    pairs
        .map(|rows| Exposure {
            capability: rows[0].0 as usize,
            account: rows[0].1 as usize,
            in_period: rows.iter().any(|row| period.contains(row.2)),
        })
        .collect()
}

/// The frame in numbers.
#[derive(Debug, Default)]
pub(super) struct Raw {
    rows: Vec<Row>,
    /// (capability, account, day) of what was only shown.
    shown: Vec<(u32, u32, NaiveDate)>,
    /// How many there are in the catalogue.
    capabilities: usize,
    /// The accounts, what is left out and what is unmapped; the rest is still empty.
    counted: Rollup,
}

/// Turns the frame into rows of numbers; counts what it leaves out and what is unmapped. A name that reaches several
/// capabilities gives a row for each; one that only shows a capability gives a row of the product and no use.
pub(super) fn read(frame: &DataFrame, catalogue: &Catalogue, spans: &Spans) -> PolarsResult<Raw> {
    let (accounts, account_of) = intern(frame.column("account_id")?.str()?);
    let (_, user_of) = intern(frame.column("user_id")?.str()?);
    let (names, name_of) = intern(frame.column("capability")?.str()?);
    let meaning_of: Vec<Meaning> = names.iter().map(|name| Meaning::of(name, catalogue)).collect();
    let counts = frame.column("count")?.i64()?;
    let statuses = frame.column("status")?.str()?;
    let days = days(frame)?;
    let mut unmapped = vec![0_u64; names.len()];
    let mut rollup = Rollup::default();
    let (mut found, mut shown) = (Vec::with_capacity(frame.height()), Vec::new());
    let unnamed = Meaning::default();
    for (index, (count, status)) in counts.iter().zip(statuses.iter()).enumerate() {
        let Some(day) = days[index] else { continue };
        if day > spans.as_of {
            rollup.after_as_of += 1;
            continue;
        }
        let name = name_of[index] as usize;
        let meaning = meaning_of.get(name).unwrap_or(&unnamed);
        if let (true, Some(rows)) = (meaning.is_unmapped(), unmapped.get_mut(name)) {
            *rows += 1;
        }
        let account = account_of[index];
        rollup.without_account += u64::from(account == NONE);
        let status = match status {
            Some("error") => Status::Error,
            Some(_) => Status::Ok,
            None => Status::Unknown,
        };
        let count = u64::try_from(count.unwrap_or(1)).unwrap_or(0);
        // A row that counts nothing is no use.
        if count == 0 {
            continue;
        }
        rollup.rows += 1;
        let row = Row { account, capability: NONE, day, user: user_of[index], count, status };
        if meaning.used.is_empty() {
            found.push(row);
        }
        found.extend(meaning.used.iter().map(|&capability| Row { capability, ..row }));
        if account != NONE {
            shown.extend(meaning.shown.iter().map(|&capability| (capability, account, day)));
        }
    }
    rollup.accounts = accounts.into_iter().map(str::to_owned).collect();
    let named = names.into_iter().map(str::to_owned).zip(unmapped);
    rollup.unmapped = named.filter(|(_, rows)| *rows > 0).collect();
    Ok(Raw { rows: found, shown, capabilities: catalogue.capabilities().len(), counted: rollup })
}

/// The capabilities that a raw name says were used, and those that it says were shown; each sorted, without repeats.
#[derive(Debug, Default)]
struct Meaning {
    used: Vec<u32>,
    shown: Vec<u32>,
}

impl Meaning {
    fn of(name: &str, catalogue: &Catalogue) -> Self {
        let Some((capabilities, stage)) = catalogue.usage(name) else { return Self::default() };
        let mut reached: Vec<u32> = capabilities.into_iter().filter_map(|index| u32::try_from(index).ok()).collect();
        reached.sort_unstable();
        reached.dedup();
        match stage {
            Stage::Attempted => Self { used: reached, shown: Vec::new() },
            Stage::Exposed => Self { used: Vec::new(), shown: reached },
        }
    }

    fn is_unmapped(&self) -> bool {
        self.used.is_empty() && self.shown.is_empty()
    }
}

/// Numbers the distinct texts of a column in sorted order, and gives each row its number.
fn intern(column: &ChunkedArray<StringType>) -> (Vec<&str>, Vec<u32>) {
    let mut first_seen: HashMap<&str, u32, RandomState> = HashMap::default();
    let mut seen = |text| {
        let next = u32::try_from(first_seen.len()).expect("fewer texts than numbers");
        *first_seen.entry(text).or_insert(next)
    };
    let mut numbers: Vec<u32> = column.iter().map(|text| text.map_or(NONE, &mut seen)).collect();
    let mut texts: Vec<(&str, u32)> = first_seen.into_iter().collect();
    texts.sort_unstable();
    let mut sorted = vec![0; texts.len()];
    for (place, (_, seen)) in (0..).zip(&texts) {
        sorted[*seen as usize] = place;
    }
    for number in numbers.iter_mut().filter(|number| **number != NONE) {
        *number = sorted[*number as usize];
    }
    (texts.into_iter().map(|(text, _)| text).collect(), numbers)
}

/// What one user did on one day of an account: day, capability, user.
type Diary = [(NaiveDate, u32, u32)];

/// The measures of one account over every span, from its rows in their order: by capability, and by day within one, so
/// that a span of a capability is a stretch of rows.
fn add_account(rows: &[Row], spans: &Spans, rollup: &mut Rollup) {
    let mut diary: Vec<(NaiveDate, u32, u32)> = rows.iter().map(|row| (row.day, row.capability, row.user)).collect();
    diary.sort_unstable();
    diary.dedup();
    let same_month = |a: NaiveDate, b: NaiveDate| Month::of(a) == Month::of(b);
    let (in_period, in_previous) =
        (within(&diary, &spans.period, |entry| entry.0), within(&diary, &spans.previous, |entry| entry.0));
    let months: Vec<(Month, &Diary)> =
        diary.chunk_by(|a, b| same_month(a.0, b.0)).map(|days| (Month::of(days[0].0), days)).collect();
    if let Some(account) = account(rows[0]) {
        let active = [(&mut rollup.activity, in_period), (&mut rollup.activity_previous, in_previous)];
        for (activities, days) in active.into_iter().filter(|(_, days)| !days.is_empty()) {
            activities.insert(account, activity(days));
        }
        for (month, days) in &months {
            rollup.activity_monthly.entry(*month).or_default().insert(account, activity(days));
        }
    }
    let (sole_ever, sole_period, sole_previous) = (sole_users(&diary), sole_users(in_period), sole_users(in_previous));
    let sole_monthly: Vec<(Month, BTreeMap<u32, u64>)> =
        months.iter().map(|(month, days)| (*month, sole_users(days))).collect();
    for rows in rows.chunk_by(|a, b| a.capability == b.capability).filter(|rows| rows[0].capability != NONE) {
        rollup.ever.push(cell(rows, &sole_ever));
        let of_spans = [
            (&mut rollup.period, &spans.period, &sole_period),
            (&mut rollup.previous, &spans.previous, &sole_previous),
        ];
        for (cells, span, sole) in of_spans {
            let rows = within(rows, span, |row| row.day);
            cells.extend((!rows.is_empty()).then(|| cell(rows, sole)));
        }
        let mut sole = sole_monthly.iter();
        for rows in rows.chunk_by(|a, b| same_month(a.day, b.day)) {
            let month = Month::of(rows[0].day);
            let (_, sole) = sole.find(|(of, _)| *of == month).expect("the diary has every month of its rows");
            rollup.monthly.entry(month).or_default().push(cell(rows, sole));
        }
    }
}

/// The stretch of a sorted slice that lies in a period.
fn within<'a, T>(sorted: &'a [T], period: &Period, day: impl Fn(&T) -> NaiveDate) -> &'a [T] {
    let start = sorted.partition_point(|item| day(item) < period.start());
    let end = sorted.partition_point(|item| day(item) < period.end());
    &sorted[start..end]
}

fn account(row: Row) -> Option<usize> {
    (row.account != NONE).then_some(row.account as usize)
}

/// By capability, the users of one account who used no other capability.
fn sole_users(diary: &Diary) -> BTreeMap<u32, u64> {
    let named = diary.iter().filter(|entry| entry.1 != NONE && entry.2 != NONE);
    let mut pairs: Vec<(u32, u32)> = named.map(|&(_, capability, user)| (user, capability)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut sole = BTreeMap::new();
    for pairs in pairs.chunk_by(|a, b| a.0 == b.0).filter(|pairs| pairs.len() == 1) {
        *sole.entry(pairs[0].1).or_default() += 1;
    }
    sole
}

fn cell(rows: &[Row], sole_users: &BTreeMap<u32, u64>) -> Cell {
    let capability = rows[0].capability;
    let measures = measure(rows, sole_users.get(&capability).copied().unwrap_or_default());
    Cell { capability: capability as usize, account: account(rows[0]), measures }
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
        active_users: distinct(rows.iter().map(|row| row.user)),
        user_days: user_days.filter(|rows| rows[0].user != NONE).count() as u64,
        succeeded_days: days.filter(|rows| rows.iter().any(|row| row.status != Status::Error)).count() as u64,
        sole_users,
        first: rows[0].day,
        last: rows[rows.len() - 1].day,
    }
}

fn distinct(users: impl Iterator<Item = u32>) -> u64 {
    let mut users: Vec<u32> = users.filter(|&user| user != NONE).collect();
    users.sort_unstable();
    users.dedup();
    users.len() as u64
}

/// What an account did in the product over the days of a diary, mapped or not.
fn activity(diary: &Diary) -> Activity {
    let days = diary.chunk_by(|a, b| a.0 == b.0).count();
    Activity { active_days: days as u64, active_users: distinct(diary.iter().map(|entry| entry.2)) }
}
