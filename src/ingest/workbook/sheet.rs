//! The rows of a sheet, as the library reads them, one batch after the other.
//!
//! The library's reader borrows the workbook, so both live in a thread of their own, which also keeps its panics. Rows come over a
//! short queue: the memory does not grow with the sheet. Never is a sheet asked for as a whole: two cells far apart would be
//! billions.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{Reader as _, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::cell::{Cell, text_of};
use super::layout::{HEAD, wanted_in};

const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;
const MAX_CELLS: u64 = 50_000_000;
/// Cells that a batch holds at least.
const BATCH: usize = 4096;
/// Cells that a sheet is judged from.
const JUDGED: u64 = 100_000;

/// A row with its cells that hold something, by column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// From 1.
    pub(super) number: u64,
    pub(super) cells: Vec<Cell>,
}

/// Why there are no more rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    Damaged(String),
    TooLarge(String),
    /// There is no sheet of that name; the names that there are.
    NoSheet(Vec<String>),
    /// No sheet holds a cell.
    Empty,
}

enum Message {
    /// The name of the sheet.
    Chosen(String),
    Rows(Vec<Row>),
    Stop(Stop),
    End,
}

/// The rows of the sheet that was chosen.
pub(super) struct Rows {
    queue: Receiver<Message>,
    batch: std::vec::IntoIter<Row>,
    is_ended: bool,
}

impl Rows {
    /// Chooses a sheet: the named one, else the one with most of the wanted headers (folded), else the first that holds cells.
    pub(super) fn open(
        bytes: Arc<[u8]>,
        named: Option<String>,
        wanted: BTreeSet<String>,
    ) -> Result<(Self, String), Stop> {
        let (sender, queue) = sync_channel(2);
        let work = move || {
            let end = run(bytes, named.as_deref(), &wanted, &sender).map_or_else(Message::Stop, |()| Message::End);
            // When nobody listens any more, nothing is lost.
            let _ = sender.send(end);
        };
        let spawned = thread::Builder::new().name("workbook".into()).spawn(work);
        spawned.map_err(|error| Stop::Damaged(format!("no thread can be had to read it ({error})")))?;
        let rows = Self { queue, batch: Vec::new().into_iter(), is_ended: false };
        match rows.queue.recv() {
            Ok(Message::Chosen(sheet)) => Ok((rows, sheet)),
            Ok(Message::Stop(stop)) => Err(stop),
            Ok(Message::Rows(_) | Message::End) | Err(_) => Err(panicked()),
        }
    }

    /// The next row that holds something.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Stop> {
        loop {
            if let Some(row) = self.batch.next() {
                return Ok(Some(row));
            }
            if self.is_ended {
                return Ok(None);
            }
            match self.queue.recv() {
                Ok(Message::Rows(rows)) => self.batch = rows.into_iter(),
                Ok(Message::Chosen(_)) => {}
                Ok(Message::End) => self.is_ended = true,
                Ok(Message::Stop(stop)) => return Err(stop),
                Err(_) => return Err(panicked()),
            }
        }
    }
}

fn panicked() -> Stop {
    Stop::Damaged("it cannot be read as a workbook at all".into())
}

impl From<XlsxError> for Stop {
    fn from(error: XlsxError) -> Self {
        Self::Damaged(format!("it cannot be read as a workbook ({error})"))
    }
}

type Book = Xlsx<Cursor<Arc<[u8]>>>;

fn run(
    bytes: Arc<[u8]>,
    named: Option<&str>,
    wanted: &BTreeSet<String>,
    sender: &SyncSender<Message>,
) -> Result<(), Stop> {
    let mut book: Book = Xlsx::new(Cursor::new(bytes))?;
    let sheet = choose(&mut book, named, wanted)?;
    let mut reader = SheetReader::open(&mut book, &sheet)?;
    if sender.send(Message::Chosen(sheet.clone())).is_err() {
        return Ok(());
    }
    let (mut batch, mut cells) = (Vec::new(), 0);
    while let Some(row) = reader.next()? {
        cells += row.cells.len();
        batch.push(row);
        if cells >= BATCH {
            cells = 0;
            if sender.send(Message::Rows(std::mem::take(&mut batch))).is_err() {
                return Ok(());
            }
        }
    }
    let _ = sender.send(Message::Rows(batch));
    Ok(())
}

fn choose(book: &mut Book, named: Option<&str>, wanted: &BTreeSet<String>) -> Result<String, Stop> {
    let mut sheets = book.sheets_metadata().to_vec();
    sheets.retain(|sheet| sheet.typ == SheetType::WorkSheet);
    if let Some(named) = named {
        let is_like = |name: &str| name.trim().to_lowercase() == named.trim().to_lowercase();
        let exact = sheets.iter().find(|sheet| sheet.name == named);
        let found = exact.or_else(|| sheets.iter().find(|sheet| is_like(&sheet.name)));
        let names = || Stop::NoSheet(sheets.iter().map(|sheet| sheet.name.clone()).collect());
        return found.map(|sheet| sheet.name.clone()).ok_or_else(names);
    }
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    let mut best: Option<(usize, String)> = None;
    for sheet in sheets {
        let mut reader = match SheetReader::open(book, &sheet.name) {
            Ok(reader) => reader,
            Err(XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let mut found = None;
        for _ in 0..HEAD {
            let Some(row) = reader.next()? else { break };
            found = found.max(Some(wanted_in(&row, wanted)));
            if reader.count > JUDGED {
                break;
            }
        }
        let Some(found) = found else { continue };
        if best.as_ref().is_none_or(|(most, _)| found > *most) {
            best = Some((found, sheet.name));
        }
    }
    best.map(|(_, sheet)| sheet).ok_or(Stop::Empty)
}

/// Puts the cells of a sheet together to rows.
struct SheetReader<'b> {
    cells: XlsxCellReader<'b, Cursor<Arc<[u8]>>>,
    row: Row,
    /// Cells so far, empty ones too.
    count: u64,
    is_ended: bool,
}

impl<'b> SheetReader<'b> {
    fn open(book: &'b mut Book, sheet: &str) -> Result<Self, XlsxError> {
        let cells = book.worksheet_cells_reader(sheet)?;
        Ok(Self { cells, row: Row::default(), count: 0, is_ended: false })
    }

    /// The next row that holds something.
    fn next(&mut self) -> Result<Option<Row>, Stop> {
        while !self.is_ended {
            let Some(cell) = self.cells.next_cell()? else {
                self.is_ended = true;
                break;
            };
            self.count += 1;
            if self.count > MAX_CELLS {
                return Err(Stop::TooLarge("its sheet has more than 50 million cells; split it".into()));
            }
            let (row, column) = cell.get_position();
            if row >= MAX_ROWS || column >= MAX_COLUMNS {
                let problem = "a cell stands beyond the last row or column that a sheet can have";
                return Err(Stop::Damaged(problem.into()));
            }
            let Some((text, kind)) = text_of(cell.get_value()) else { continue };
            let cell = Cell { column, text, kind };
            let number = u64::from(row) + 1;
            if number == self.row.number || self.row.cells.is_empty() {
                self.row.number = number;
                self.row.cells.push(cell);
            } else {
                return Ok(Some(std::mem::replace(&mut self.row, Row { number, cells: vec![cell] }).sorted()));
            }
        }
        let last = std::mem::take(&mut self.row);
        Ok((!last.cells.is_empty()).then(|| last.sorted()))
    }
}

impl Row {
    /// With its cells in the order of columns; of two at one place the last.
    fn sorted(mut self) -> Self {
        if !self.cells.is_sorted_by(|a, b| a.column < b.column) {
            self.cells.reverse();
            self.cells.sort_by_key(|cell| cell.column);
            self.cells.dedup_by_key(|cell| cell.column);
        }
        self
    }
}
