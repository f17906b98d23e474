//! The schemas of the input tables: every column name stands here and nowhere else.
//!
//! Takes nothing; gives the description of each table ([`Table`]), the frames that reading fills ([`Tables`]) and
//! typed rows of the small ones ([`rows`]). Refuses nothing: coercion is the work of `ingest`.

mod known;
pub mod rows;
mod schema;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

pub use known::Later;
pub use schema::{ClockUnit, Column, Kind, LIST_SEPARATOR, Table, TableId};

/// Column added to every frame: which input the row came from, an index into the list of inputs.
pub const INPUT: &str = "_input";
/// Column added to every frame: the line in that input, from 1.
pub const LINE: &str = "_line";

/// One frame per table that was read, in canonical row order: sorted by all columns of the schema and last by
/// input and line, so that the order of rows in a file never shows in a result.
///
/// Every column of the schema is present, null where the input had none, with the type of [`Kind::dtype`];
/// besides them [`INPUT`] (`UInt32`) and [`LINE`] (`UInt64`).
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// The frames by table; a table that no input feeds is absent.
    pub frames: BTreeMap<TableId, DataFrame>,
    /// Tables that had rows and were let go.
    gone: BTreeSet<TableId>,
}

impl Tables {
    /// The frame of a table; `None` when no input feeds it, or it was let go.
    #[must_use]
    pub fn frame(&self, table: TableId) -> Option<&DataFrame> {
        self.frames.get(&table)
    }

    /// Whether a table was given with at least one accepted row.
    #[must_use]
    pub fn has(&self, table: TableId) -> bool {
        self.gone.contains(&table) || self.frame(table).is_some_and(|frame| frame.height() > 0)
    }

    /// Frees the rows of a table that will not be read again; [`Self::has`] still knows of them.
    pub fn let_go(&mut self, table: TableId) {
        if self.has(table) {
            self.gone.insert(table);
        }
        self.frames.remove(&table);
    }
}
