//! The rollup: the only room that reads raw events.
//!
//! Takes the frame of `usage_events` and the catalogue; gives the measures of every (capability, account) by month and by
//! period, and of every account over the whole product. A plain query for now: rows are interned, sorted and
//! scanned once, exactly. A name that reaches several capabilities is use of each; one that only shows a capability is use
//! of the product and no more. Refuses nothing; what it leaves out it counts.

mod provenance;
mod query;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use polars::prelude::PolarsError;
use thiserror::Error;

use crate::attribute::Catalogue;
use crate::tables::rows::UsageTotal;
use crate::tables::{TableId, Tables};
use crate::units::{Month, Period};

pub use provenance::{NameRows, rows_of};

/// The measures of one (capability, account) over one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// Events; a pre-counted row counts as many as it says.
    pub events: u64,
    /// Events whose status is known.
    pub with_status: u64,
    /// Events whose status is error.
    pub errors: u64,
    /// Distinct days with use; a pre-counted row is use on its one day.
    pub active_days: u64,
    /// Distinct users that are told apart.
    pub active_users: u64,
    /// Distinct (user, day) pairs.
    pub user_days: u64,
    /// Distinct days with an event that did not end in an error; an event without a status is no error.
    pub succeeded_days: u64,
    /// Users that are told apart and used no other capability of the catalogue in the span.
    pub sole_users: u64,
    /// First day of use.
    pub first: NaiveDate,
    /// Last day of use.
    pub last: NaiveDate,
}

/// One (capability, account) over one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Index into the catalogue's capabilities.
    pub capability: usize,
    /// Index into [`Rollup::accounts`]; `None` for usage that names no account.
    pub account: Option<usize>,
    /// The measures.
    pub measures: Measures,
}

/// The cells of one capability among cells sorted by capability.
#[must_use]
pub fn of_capability(cells: &[Cell], capability: usize) -> &[Cell] {
    let start = cells.partition_point(|cell| cell.capability < capability);
    let end = cells.partition_point(|cell| cell.capability <= capability);
    &cells[start..end]
}

/// What an account did in the whole product over one span, mapped or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activity {
    /// Distinct days with use.
    pub active_days: u64,
    /// Distinct users.
    pub active_users: u64,
}

/// An account that was shown a capability, by a name that is mapped with `stage = "exposed"`. Being shown is no use of the
/// capability; it is use of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Index into the catalogue's capabilities.
    pub capability: usize,
    /// Index into [`Rollup::accounts`].
    pub account: usize,
    /// Whether it was shown in the report period; else only before.
    pub in_period: bool,
}

/// The derived tables `rollup`, `rollup_period` and `account_activity` of the data model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rollup {
    /// Account ids, sorted.
    pub accounts: Vec<String>,
    /// By month, capability and account.
    pub monthly: BTreeMap<Month, Vec<Cell>>,
    /// The report period, by capability and account.
    pub period: Vec<Cell>,
    /// The period before it.
    pub previous: Vec<Cell>,
    /// Everything up to the as-of date: when a capability was ever used.
    pub ever: Vec<Cell>,
    /// Accounts that were shown a capability up to the as-of date, by capability and account.
    pub exposed: Vec<Exposure>,
    /// By month: what each account did in the product, by index into `accounts`.
    pub activity_monthly: BTreeMap<Month, BTreeMap<usize, Activity>>,
    /// The same over the report period.
    pub activity: BTreeMap<usize, Activity>,
    /// The same over the period before it.
    pub activity_previous: BTreeMap<usize, Activity>,
    /// First and last day with use of anything, up to the as-of date.
    pub observed: Option<(NaiveDate, NaiveDate)>,
    /// The same within the report period.
    pub observed_in_period: Option<(NaiveDate, NaiveDate)>,
    /// Names that no capability is mapped to, with their rows.
    pub unmapped: BTreeMap<String, u64>,
    /// Rows of usage up to the as-of date, each once however many capabilities its name reaches.
    pub rows: u64,
    /// Rows dated after the as-of date, left out.
    pub after_as_of: u64,
    /// Rows without an account.
    pub without_account: u64,
}

/// The spans of a rollup.
#[derive(Debug, Clone)]
pub struct Spans {
    /// The report period.
    pub period: Period,
    /// The period before it.
    pub previous: Period,
    /// Nothing dated later counts.
    pub as_of: NaiveDate,
}

/// A frame that has not the columns of its schema, which only a fault of this program can cause.
#[derive(Debug, Error)]
#[error("the usage frame is not as its schema says; please report this")]
pub struct RollupError(#[from] PolarsError);

/// Raw usage in numbers: all that a rollup asks of the frame, in a fraction of its memory.
#[derive(Debug, Default)]
pub struct Events(query::Raw);

impl Events {
    /// Reads the `usage_events` table; nothing when there is none.
    ///
    /// # Errors
    /// When the frame has not the columns of its schema, which only a fault of this program can cause.
    pub fn read(tables: &Tables, catalogue: &Catalogue, spans: &Spans) -> Result<Self, RollupError> {
        let frame = tables.frame(TableId::UsageEvents);
        Ok(Self(frame.map_or_else(|| Ok(query::Raw::default()), |frame| query::read(frame, catalogue, spans))?))
    }

    /// Rolls them up.
    #[must_use]
    pub fn roll_up(self, spans: &Spans) -> Rollup {
        query::run(self.0, spans)
    }
}

/// Rolls raw usage up; empty when there is no `usage_events` table.
///
/// # Errors
/// As [`Events::read`].
pub fn roll_up(tables: &Tables, catalogue: &Catalogue, spans: &Spans) -> Result<Rollup, RollupError> {
    Ok(Events::read(tables, catalogue, spans)?.roll_up(spans))
}

/// The distinct raw names of usage, sorted: what a catalogue can be made of.
///
/// # Errors
/// As [`Events::read`].
pub fn usage_names(tables: &Tables) -> Result<Vec<String>, RollupError> {
    let mut names: HashSet<&str, RandomState> = HashSet::default();
    for table in [TableId::UsageEvents, TableId::UsageTotals] {
        let Some(frame) = tables.frame(table) else { continue };
        names.extend(frame.column("capability")?.str()?.iter().flatten());
    }
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort_unstable();
    Ok(names)
}

/// The days with usage of any kind, sorted; a monthly count stands for the last day of its month. The default period
/// is chosen by them.
///
/// # Errors
/// As [`Events::read`].
pub fn usage_days(tables: &Tables) -> Result<Vec<NaiveDate>, RollupError> {
    let mut days = BTreeSet::new();
    if let Some(frame) = tables.frame(TableId::UsageEvents) {
        days.extend(query::days(frame)?.into_iter().flatten());
    }
    let totals = UsageTotal::all(tables);
    let months = totals.iter().filter_map(|row| row.month).map(Month::of);
    days.extend(months.filter_map(|month| month.plus(1).first_day().pred_opt()));
    Ok(days.into_iter().collect())
}

#[cfg(test)]
mod tests;
