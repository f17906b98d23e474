//! Which rows a figure of use rests on.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::{RollupError, Spans, query};
use crate::attribute::Catalogue;
use crate::config::Stage;
use crate::tables::{INPUT, LINE, TableId, Tables};

/// How many lines of a name are named.
const EXAMPLES: usize = 3;

/// Rows of usage in one input that reach a capability by one raw name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRows {
    /// The table: `usage_events` or `usage_totals`.
    pub table: TableId,
    /// Index into the list of inputs.
    pub input: u32,
    /// The name as written.
    pub name: String,
    /// Whether the name says that the capability was used, or only that it was shown.
    pub stage: Stage,
    /// Rows dated in the period and not after the as-of date.
    pub rows: u64,
    /// The lowest lines of them, at most three.
    pub lines: Vec<u64>,
}

/// The rows of usage that reach a capability in the period, by table, input and name.
///
/// # Errors
/// When a frame has not the columns of its schema, which only a fault of this program can cause.
pub fn rows_of(
    tables: &Tables,
    catalogue: &Catalogue,
    spans: &Spans,
    capability: usize,
) -> Result<Vec<NameRows>, RollupError> {
    let mut found = Vec::new();
    for table in [TableId::UsageEvents, TableId::UsageTotals] {
        let Some(frame) = tables.frame(table) else { continue };
        let reaches = |name: &str| {
            let (reached, stage) = catalogue.usage(name)?;
            reached.contains(&capability).then_some(stage)
        };
        for ((input, name), (stage, mut lines)) in lines_by_name(table, frame, spans, &reaches)? {
            let rows = lines.len() as u64;
            lines.sort_unstable();
            lines.truncate(EXAMPLES);
            found.push(NameRows { table, input, name, stage, rows, lines });
        }
    }
    Ok(found)
}

type LinesByName = BTreeMap<(u32, String), (Stage, Vec<u64>)>;

fn lines_by_name(
    table: TableId,
    frame: &DataFrame,
    spans: &Spans,
    reaches: &dyn Fn(&str) -> Option<Stage>,
) -> PolarsResult<LinesByName> {
    let days = if table == TableId::UsageEvents { query::days(frame)? } else { query::months(frame)? };
    let names = frame.column("capability")?.str()?;
    let (inputs, lines) = (frame.column(INPUT)?.u32()?, frame.column(LINE)?.u64()?);
    let mut known: BTreeMap<&str, Option<Stage>> = BTreeMap::new();
    let mut found = LinesByName::new();
    for (((day, name), input), line) in days.iter().zip(names.iter()).zip(inputs.iter()).zip(lines.iter()) {
        let (Some(day), Some(name), Some(input), Some(line)) = (*day, name, input, line) else { continue };
        let counts = spans.period.contains(day) && day <= spans.as_of;
        if !counts {
            continue;
        }
        if let Some(stage) = *known.entry(name).or_insert_with(|| reaches(name)) {
            found.entry((input, name.to_owned())).or_insert((stage, Vec::new())).1.push(line);
        }
    }
    Ok(found)
}
