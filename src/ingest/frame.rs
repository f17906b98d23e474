//! From typed rows to the frame of a table: gathered by column, sorted, freed of duplicates.
//!
//! Takes rows in any order; gives the frame in canonical order and the rows that were left out as duplicates. The
//! result depends on the set of rows only, never on their order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use foldhash::fast::RandomState;
use polars::prelude::{Column as FrameColumn, DataFrame, DataType, NamedFrom, PolarsResult, Series};

use super::coerce::{Value, day_of};
use crate::diag::Code;
use crate::tables::{INPUT, Kind, LINE, Table};

/// Gathers the rows of one table.
pub(super) struct Gathered {
    table: &'static Table,
    cells: Vec<Cells>,
    inputs: Vec<u32>,
    lines: Vec<u64>,
    /// Of the rows with one key the one with the greatest version counts.
    versions: Vec<i64>,
}

/// A map without order, with a hash that is quick for short texts.
pub(super) type Fast<K, V> = HashMap<K, V, RandomState>;

/// A row that was left out because its key stands already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Duplicate {
    pub(super) input: u32,
    pub(super) line: u64,
    /// The cells of its key, for people.
    pub(super) key: String,
    pub(super) code: Code,
}

/// The cells of one column. Values that no cell can have stand for null: half the memory of options.
enum Cells {
    /// Places in the dictionary from 1; 0 is null.
    Text { known: Fast<Rc<str>, u32>, words: Vec<Rc<str>>, places: Vec<u32> },
    /// Null is [`NO_INT`].
    Int(Vec<i64>),
    /// Null is not a number.
    Float(Vec<f64>),
    /// 0 null, 1 no, 2 yes.
    Flag(Vec<u8>),
}

const NO_INT: i64 = i64::MIN;

impl Cells {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::List | Kind::Choice(_) => {
                Self::Text { known: Fast::default(), words: Vec::new(), places: Vec::new() }
            }
            Kind::Date | Kind::Month | Kind::Timestamp | Kind::Count | Kind::Money => Self::Int(Vec::new()),
            Kind::Amount | Kind::Duration(_) => Self::Float(Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
        }
    }

    fn push(&mut self, value: &Value) {
        match (self, value) {
            (Self::Text { known, words, places }, Value::Text(text)) => {
                let place = known.get(text.as_ref()).copied().unwrap_or_else(|| {
                    let word: Rc<str> = Rc::from(text.as_ref());
                    words.push(Rc::clone(&word));
                    let place = u32::try_from(words.len()).expect("fewer than 2^32 different texts fit in memory");
                    known.insert(word, place);
                    place
                });
                places.push(place);
            }
            (Self::Text { places, .. }, _) => places.push(0),
            (Self::Int(cells), Value::Int(number)) => cells.push(*number),
            (Self::Int(cells), _) => cells.push(NO_INT),
            (Self::Float(cells), Value::Float(number)) => cells.push(*number),
            (Self::Float(cells), _) => cells.push(f64::NAN),
            (Self::Flag(cells), Value::Flag(flag)) => cells.push(1 + u8::from(*flag)),
            (Self::Flag(cells), _) => cells.push(0),
        }
    }

    /// One number per row that sorts as the cells do, null first as 0.
    fn ranks(&self) -> Vec<u64> {
        match self {
            Self::Text { words, places, .. } => {
                let mut order: Vec<usize> = (0..words.len()).collect();
                order.sort_unstable_by(|&a, &b| words[a].cmp(&words[b]));
                let mut ranks = vec![0_u64; words.len() + 1];
                for (word, rank) in order.into_iter().zip(1..) {
                    ranks[word + 1] = rank;
                }
                places.iter().map(|&place| ranks[place as usize]).collect()
            }
            Self::Int(cells) => cells.iter().map(|cell| cell.cast_unsigned() ^ (1 << 63)).collect(),
            Self::Float(cells) => {
                cells.iter().map(|cell| if cell.is_nan() { 0 } else { (cell + 0.0).to_bits() + 1 }).collect()
            }
            Self::Flag(cells) => cells.iter().copied().map(u64::from).collect(),
        }
    }

    fn series(&self, name: &str, kind: Kind, order: &[u32]) -> PolarsResult<FrameColumn> {
        let rows = order.iter().map(|&row| row as usize);
        let series = match self {
            Self::Text { words, places, .. } => {
                let texts: Vec<Option<&str>> =
                    rows.map(|row| (places[row] as usize).checked_sub(1).map(|place| words[place].as_ref())).collect();
                Series::new(name.into(), texts)
            }
            Self::Int(cells) => Series::new(
                name.into(),
                rows.map(|row| Some(cells[row]).filter(|cell| *cell != NO_INT)).collect::<Vec<_>>(),
            ),
            Self::Float(cells) => Series::new(
                name.into(),
                rows.map(|row| Some(cells[row]).filter(|cell| !cell.is_nan())).collect::<Vec<_>>(),
            ),
            Self::Flag(cells) => Series::new(
                name.into(),
                rows.map(|row| cells[row].checked_sub(1).map(|flag| flag == 1)).collect::<Vec<_>>(),
            ),
        };
        // A day is stored in 32 bits; the frame's own type comes last.
        let series = if kind.dtype() == DataType::Date { series.cast(&DataType::Int32)? } else { series };
        Ok(series.cast(&kind.dtype())?.into())
    }
}

impl Gathered {
    /// An empty table.
    pub(super) fn new(table: &'static Table) -> Self {
        let cells = table.columns.iter().map(|column| Cells::of(column.kind)).collect();
        Self { table, cells, inputs: Vec::new(), lines: Vec::new(), versions: Vec::new() }
    }

    /// How many rows were taken in.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The texts of a column, and by row the place of its text among them, from 1; 0 is null. `None` when the column is
    /// none of texts.
    pub(super) fn texts(&self, name: &str) -> Option<(&[Rc<str>], &[u32])> {
        let place = self.table.columns.iter().position(|column| column.name == name)?;
        let Cells::Text { words, places, .. } = &self.cells[place] else { return None };
        Some((words, places))
    }

    /// Writes other texts into a column: by row, the place of its text among these, which may repeat.
    pub(super) fn replace(&mut self, name: &str, texts: &[Option<Rc<str>>], rows: &[u32]) {
        let place = self.table.columns.iter().position(|column| column.name == name);
        let Some(place) = place.filter(|_| rows.len() == self.len()) else { return };
        // Equal texts share one place, so that ranks tell equal cells.
        let mut cells = Cells::of(Kind::Text);
        for text in texts {
            cells.push(&text.as_ref().map_or(Value::Null, |text| Value::Text(text.as_ref().into())));
        }
        if let Cells::Text { places, .. } = &mut cells {
            *places = rows.iter().map(|&row| places[row as usize]).collect();
        }
        self.cells[place] = cells;
    }

    /// Forgets the rows behind the first so many.
    pub(super) fn truncate(&mut self, rows: usize) {
        for cells in &mut self.cells {
            match cells {
                Cells::Text { places, .. } => places.truncate(rows),
                Cells::Int(cells) => cells.truncate(rows),
                Cells::Float(cells) => cells.truncate(rows),
                Cells::Flag(cells) => cells.truncate(rows),
            }
        }
        self.inputs.truncate(rows);
        self.lines.truncate(rows);
        self.versions.truncate(rows);
    }

    /// Takes in a row: one value per column of the table, and its version.
    pub(super) fn push(&mut self, row: &[Value], input: u32, line: u64, version: i64) {
        for (cells, value) in self.cells.iter_mut().zip(row) {
            cells.push(value);
        }
        self.inputs.push(input);
        self.lines.push(line);
        self.versions.push(version);
    }

    /// Sorts, leaves out duplicates and makes the frame.
    pub(super) fn finish(self) -> PolarsResult<(DataFrame, Vec<Duplicate>)> {
        let ranks: Vec<Vec<u64>> = self.cells.iter().map(Cells::ranks).collect();
        let order = self.sorted(&ranks);
        let (order, duplicates) = self.deduplicated(&ranks, order);
        let mut columns = Vec::with_capacity(self.cells.len() + 2);
        for (column, cells) in self.table.columns.iter().zip(&self.cells) {
            columns.push(cells.series(column.name, column.kind, &order)?);
        }
        let rows = || order.iter().map(|&row| row as usize);
        columns.push(Series::new(INPUT.into(), rows().map(|row| self.inputs[row]).collect::<Vec<_>>()).into());
        columns.push(Series::new(LINE.into(), rows().map(|row| self.lines[row]).collect::<Vec<_>>()).into());
        Ok((DataFrame::new(order.len(), columns)?, duplicates))
    }

    fn shown(&self, key: &[usize], row: usize) -> String {
        let cells = key.iter().filter_map(|&column| match &self.cells[column] {
            Cells::Text { words, places, .. } => {
                (places[row] as usize).checked_sub(1).map(|place| words[place].to_string())
            }
            Cells::Int(cells) => i32::try_from(cells[row]).ok().map(|days| day_of(days).to_string()),
            Cells::Float(_) | Cells::Flag(_) => None,
        });
        cells.collect::<Vec<_>>().join(", ")
    }

    fn sorted(&self, ranks: &[Vec<u64>]) -> Vec<u32> {
        let rows = u32::try_from(self.lines.len()).expect("fewer than 2^32 rows fit in memory");
        let mut order: Vec<(u64, u32)> =
            (0..rows).map(|row| (ranks.first().map_or(0, |r| r[row as usize]), row)).collect();
        order.sort_unstable_by(|&(first_a, a), &(first_b, b)| {
            let place = |row: u32| (self.inputs[row as usize], self.lines[row as usize]);
            first_a.cmp(&first_b).then_with(|| content(ranks, a, b)).then_with(|| place(a).cmp(&place(b)))
        });
        order.into_iter().map(|(_, row)| row).collect()
    }

    /// Goes through the rows from the greatest down: the first with a key is kept, and of equal rows the one that was
    /// read first.
    fn deduplicated(&self, ranks: &[Vec<u64>], order: Vec<u32>) -> (Vec<u32>, Vec<Duplicate>) {
        let place_of = |name: &&str| self.table.columns.iter().position(|column| column.name == *name);
        let key: Vec<usize> = self.table.key.iter().filter_map(place_of).collect();
        let Some(&name) = key.first() else { return (order, Vec::new()) };
        let id = |row: usize| {
            let mut id = [0; 3];
            for (part, &column) in id.iter_mut().zip(&key) {
                *part = ranks[column][row];
            }
            id
        };
        let duplicate = |row: usize, code| {
            let key = self.shown(&key, row);
            Duplicate { input: self.inputs[row], line: self.lines[row], key, code }
        };
        let mut duplicates = Vec::new();
        let order = self.latest(order, &id, |row| duplicates.push(duplicate(row, Code::Superseded)));
        let mut kept_keys: HashSet<[u64; 3], RandomState> = HashSet::default();
        let mut kept = vec![true; order.len()];
        let mut end = order.len();
        while end > 0 {
            let last = order[end - 1];
            // A row whose first key cell is empty has no name, so it can be no other's duplicate.
            if ranks[name][last as usize] == 0 {
                end -= 1;
                continue;
            }
            let others = order[..end].iter().rposition(|&row| content(ranks, row, last).is_ne());
            let start = others.map_or(0, |place| place + 1);
            let is_new = kept_keys.insert(id(last as usize));
            let code = if is_new { Code::DuplicateRow } else { Code::ConflictingDuplicate };
            for place in start + usize::from(is_new)..end {
                kept[place] = false;
                duplicates.push(duplicate(order[place] as usize, code));
            }
            end = start;
        }
        let order = order.into_iter().zip(kept).filter_map(|(row, kept)| kept.then_some(row)).collect();
        (order, duplicates)
    }
}

impl Gathered {
    /// The rows that have the greatest version of their key; the others are handed out.
    fn latest(&self, order: Vec<u32>, id: &dyn Fn(usize) -> [u64; 3], mut superseded: impl FnMut(usize)) -> Vec<u32> {
        if self.versions.iter().all(|version| *version == 0) {
            return order;
        }
        let mut latest: Fast<[u64; 3], i64> = Fast::default();
        for &row in &order {
            let version = self.versions[row as usize];
            latest.entry(id(row as usize)).and_modify(|known| *known = version.max(*known)).or_insert(version);
        }
        let is_latest = |row: &u32| latest.get(&id(*row as usize)) == Some(&self.versions[*row as usize]);
        let (latest, others): (Vec<u32>, Vec<u32>) = order.into_iter().partition(is_latest);
        for row in others {
            superseded(row as usize);
        }
        latest
    }
}

fn content(ranks: &[Vec<u64>], a: u32, b: u32) -> Ordering {
    ranks
        .iter()
        .map(|ranks| ranks[a as usize].cmp(&ranks[b as usize]))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::TableId;
    use proptest::prelude::*;
    use std::borrow::Cow;

    fn text(text: &str) -> Value<'_> {
        if text.is_empty() { Value::Null } else { Value::Text(Cow::Borrowed(text)) }
    }

    fn base(month: i64, accounts: i64) -> Vec<Value<'static>> {
        vec![Value::Int(month), Value::Int(accounts), Value::Null]
    }

    fn finish(table: TableId, rows: &[Vec<Value>]) -> (DataFrame, Vec<(u64, Code)>) {
        let mut gathered = Gathered::new(table.table());
        for (row, line) in rows.iter().zip(2..) {
            gathered.push(row, 0, line, 0);
        }
        let (frame, duplicates) = gathered.finish().unwrap();
        let mut duplicates: Vec<(u64, Code)> = duplicates.iter().map(|d| (d.line, d.code)).collect();
        duplicates.sort_unstable();
        (frame, duplicates)
    }

    #[test]
    fn columns_have_the_types_of_the_schema() {
        for &id in TableId::ALL {
            let nulls = vec![Value::Null; id.table().columns.len()];
            for rows in [vec![], vec![nulls]] {
                let (frame, _) = finish(id, &rows);
                assert_eq!(frame.height(), rows.len());
                for column in id.table().columns {
                    assert_eq!(*frame.column(column.name).unwrap().dtype(), column.kind.dtype(), "{}", column.name);
                    assert_eq!(frame.column(column.name).unwrap().null_count(), rows.len());
                }
                assert_eq!(*frame.column(INPUT).unwrap().dtype(), DataType::UInt32);
                assert_eq!(*frame.column(LINE).unwrap().dtype(), DataType::UInt64);
            }
        }
    }

    #[test]
    fn the_greatest_of_conflicting_rows_is_kept_and_the_first_of_equal_ones() {
        let (frame, duplicates) = finish(TableId::BaseTotals, &[base(1, 5), base(1, 9), base(1, 9), base(0, 1)]);
        assert_eq!(duplicates, [(2, Code::ConflictingDuplicate), (4, Code::DuplicateRow)]);
        let kept: Vec<_> = frame.column(LINE).unwrap().u64().unwrap().iter().flatten().collect();
        assert_eq!(kept, [5, 3]);
    }

    #[test]
    fn rows_without_a_name_are_never_duplicates() {
        let row = |id: &'static str| {
            let cell = |name| match name {
                "ts" => Value::Int(0),
                "capability" => text("a"),
                "event_id" => text(id),
                _ => Value::Null,
            };
            TableId::UsageEvents.table().columns.iter().map(|column| cell(column.name)).collect::<Vec<_>>()
        };
        let (frame, duplicates) = finish(TableId::UsageEvents, &[row(""), row(""), row("e1"), row("e1")]);
        assert_eq!(frame.height(), 3);
        assert_eq!(duplicates, [(5, Code::DuplicateRow)]);
    }

    #[test]
    fn an_account_may_stand_once_per_day_of_its_history() {
        let row = |as_of: Value<'static>| {
            let mut row = vec![Value::Null; TableId::Accounts.table().columns.len()];
            row[0] = text("acme");
            *row.last_mut().unwrap() = as_of;
            row
        };
        let rows = [row(Value::Null), row(Value::Int(1)), row(Value::Int(2)), row(Value::Null)];
        let (frame, duplicates) = finish(TableId::Accounts, &rows);
        assert_eq!(frame.height(), 3);
        assert_eq!(duplicates, [(5, Code::DuplicateRow)]);
    }

    proptest! {
        #[test]
        fn the_order_of_rows_never_shows(
            (rows, shuffled) in prop::collection::vec((0_i64..4, 0_i64..3), 0..30)
                .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            let frame = |rows: &[(i64, i64)]| {
                let rows: Vec<_> = rows.iter().map(|&(month, accounts)| base(month, accounts)).collect();
                let (frame, duplicates) = finish(TableId::BaseTotals, &rows);
                let codes: Vec<Code> = {
                    let mut codes: Vec<Code> = duplicates.into_iter().map(|(_, code)| code).collect();
                    codes.sort_unstable();
                    codes
                };
                (frame.drop(LINE).unwrap(), codes)
            };
            let (a, codes_a) = frame(&rows);
            let (b, codes_b) = frame(&shuffled);
            prop_assert_eq!(a.height() + codes_a.len(), rows.len());
            prop_assert!(a.equals_missing(&b));
            prop_assert_eq!(codes_a, codes_b);
        }
    }
}
