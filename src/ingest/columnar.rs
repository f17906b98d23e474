//! Parquet: from columns to records.
//!
//! Takes a Parquet file, plain or compressed as a whole; gives its rows with every cell in canonical text, exact and without any
//! locale. Refuses nothing of a sound file: columns that hold structures are named as unused.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use polars::io::SerReader;
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{AnyValue, ArrowDataType, ArrowSchema, Column, ParquetReader, PolarsResult, TimeUnit};

use super::coerce::day_of;
use super::open::{Digest, Opened};
use super::record::{Fault, Record};
use super::source::Source;
use super::{IngestError, normalised};
use crate::diag::Code;

/// A Parquet file while it is read.
pub(super) struct Columnar {
    name: String,
    headers: Vec<String>,
    /// Names of columns that no cell can be read from.
    unreadable: Vec<String>,
    dialect: String,
    reader: Option<ParquetReader<Box<dyn MmapBytesReader>>>,
    columns: Vec<Option<Column>>,
    typed: Vec<bool>,
    rows: usize,
    row: usize,
    digest: Digest,
}

impl Columnar {
    /// Reads the schema.
    pub(super) fn open(mut opened: Opened<'_>, name: &str) -> Result<Self, IngestError> {
        let mut bytes = Vec::new();
        opened.content.read_to_end(&mut bytes).map_err(|error| IngestError::of_read(name, error))?;
        let dialect = format!("parquet{}", opened.packing.suffix());
        let digest = opened.finish(name)?;
        let content: Box<dyn MmapBytesReader> = Box::new(Cursor::new(bytes));
        let mut reader = ParquetReader::new(content);
        let (schema, rows) = guarded(name, || schema_of(&mut reader))?;
        let (mut headers, mut unreadable, mut typed) = (Vec::new(), Vec::new(), Vec::new());
        for (column, field) in schema.iter() {
            if is_readable(&field.dtype) {
                headers.push(column.to_string());
                typed.push(matches!(
                    field.dtype,
                    ArrowDataType::Date32 | ArrowDataType::Date64 | ArrowDataType::Timestamp(..)
                ));
            } else {
                unreadable.push(column.to_string());
            }
        }
        let columns = Vec::new();
        Ok(Self {
            name: name.into(),
            headers,
            unreadable,
            dialect,
            reader: Some(reader),
            columns,
            typed,
            rows,
            row: 0,
            digest,
        })
    }
}

impl Source for Columnar {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn dialect(&self) -> String {
        self.dialect.clone()
    }

    fn typed_times(&self) -> &[bool] {
        &self.typed
    }

    fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    fn explains(&self, wanted: &BTreeSet<String>, _is_named: bool) -> Option<String> {
        let nested = self.unreadable.iter().find(|header| wanted.contains(&normalised(header)))?;
        Some(format!("`{nested}` is there, but holds structures; write it as plain values"))
    }

    fn select(&mut self, places: &BTreeSet<usize>) -> Result<(), IngestError> {
        let Some(reader) = self.reader.take() else { return Ok(()) };
        let wanted: Vec<String> = places.iter().map(|&place| self.headers[place].clone()).collect();
        let frame = guarded(&self.name, || reader.with_columns(Some(wanted)).finish())?;
        if frame.width() > 0 {
            self.rows = frame.height();
        }
        self.columns = self.headers.iter().map(|header| frame.column(header).ok().cloned()).collect();
        Ok(())
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        if self.row == self.rows {
            return Ok(false);
        }
        record.cells.clear();
        record.raw.clear();
        record.fault = None;
        let mut text = String::new();
        for (place, column) in self.columns.iter().enumerate() {
            text.clear();
            let value = column.as_ref().map_or(Ok(AnyValue::Null), |column| column.get(self.row));
            let value =
                value.map_err(|error| IngestError::Damaged { path: self.name.clone(), problem: error.to_string() })?;
            if !write_cell(&value, &mut text) {
                record.fault = record.fault.take().or(Some(not_text(place, &value)));
            }
            record.cells.push_field(text.as_bytes());
        }
        self.row += 1;
        record.line = self.row as u64;
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<Digest, IngestError> {
        Ok(self.digest)
    }
}

/// The columns by the types of Parquet itself, and the number of rows. What a writer notes about types of its own
/// (categories, extensions) is left aside: Parquet's say all that a cell needs.
fn schema_of(reader: &mut ParquetReader<Box<dyn MmapBytesReader>>) -> PolarsResult<(Arc<ArrowSchema>, usize)> {
    let mut metadata = reader.get_metadata()?.as_ref().clone();
    metadata.key_value_metadata = None;
    reader.set_metadata(Arc::new(metadata));
    Ok((reader.schema()?, reader.num_rows()?))
}

/// Turns a failure into the error of a damaged file. The Parquet library panics on some damaged pages, and data must
/// never end the program so.
fn guarded<T>(name: &str, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, IngestError> {
    let problem = match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => format!("it cannot be read as Parquet ({error})"),
        Err(_) => "its pages cannot be read as Parquet".into(),
    };
    Err(IngestError::Damaged { path: name.into(), problem })
}

fn not_text(column: usize, value: &AnyValue) -> Fault {
    let found = match value {
        AnyValue::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        AnyValue::BinaryOwned(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    };
    Fault { code: Code::InvalidText, column: Some(column), found, expected: "a value that can be read as text".into() }
}

fn is_readable(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Type;
    matches!(
        kind,
        Type::Null
            | Type::Boolean
            | Type::Int8
            | Type::Int16
            | Type::Int32
            | Type::Int64
            | Type::UInt8
            | Type::UInt16
            | Type::UInt32
            | Type::UInt64
            | Type::Float32
            | Type::Float64
            | Type::Timestamp(..)
            | Type::Date32
            | Type::Date64
            | Type::Utf8
            | Type::LargeUtf8
            | Type::Utf8View
            | Type::Binary
            | Type::LargeBinary
            | Type::BinaryView
            | Type::Decimal(..)
            | Type::Decimal32(..)
            | Type::Decimal64(..)
    )
}

/// Writes a cell in the form that coercion reads back exactly; `false` when it has none.
fn write_cell(value: &AnyValue, text: &mut String) -> bool {
    let written = match value {
        AnyValue::Null => Ok(()),
        AnyValue::String(cell) => {
            text.push_str(cell);
            Ok(())
        }
        AnyValue::StringOwned(cell) => {
            text.push_str(cell);
            Ok(())
        }
        AnyValue::Binary(bytes) => return std::str::from_utf8(bytes).map(|cell| text.push_str(cell)).is_ok(),
        AnyValue::BinaryOwned(bytes) => return std::str::from_utf8(bytes).map(|cell| text.push_str(cell)).is_ok(),
        AnyValue::Boolean(flag) => write!(text, "{flag}"),
        AnyValue::Int8(number) => write!(text, "{number}"),
        AnyValue::Int16(number) => write!(text, "{number}"),
        AnyValue::Int32(number) => write!(text, "{number}"),
        AnyValue::Int64(number) => write!(text, "{number}"),
        AnyValue::UInt8(number) => write!(text, "{number}"),
        AnyValue::UInt16(number) => write!(text, "{number}"),
        AnyValue::UInt32(number) => write!(text, "{number}"),
        AnyValue::UInt64(number) => write!(text, "{number}"),
        AnyValue::Float32(number) if number.is_nan() => Ok(()),
        AnyValue::Float64(number) if number.is_nan() => Ok(()),
        AnyValue::Float32(number) => write!(text, "{number}"),
        AnyValue::Float64(number) => write!(text, "{number}"),
        AnyValue::Decimal(digits, _, scale) => write!(text, "{digits}e-{scale}"),
        AnyValue::Date(days) => write!(text, "{}", day_of(*days)),
        AnyValue::Datetime(count, unit, zone) => return write_moment(*count, *unit, zone.is_some(), text),
        AnyValue::DatetimeOwned(count, unit, zone) => return write_moment(*count, *unit, zone.is_some(), text),
        _ => return false,
    };
    written.is_ok()
}

/// A moment with a zone is one of UTC and says so; without one it is read by the rules of the input.
fn write_moment(count: i64, unit: TimeUnit, has_zone: bool, text: &mut String) -> bool {
    let moment = match unit {
        TimeUnit::Milliseconds => DateTime::from_timestamp_millis(count),
        TimeUnit::Microseconds => DateTime::from_timestamp_micros(count),
        TimeUnit::Nanoseconds => Some(DateTime::from_timestamp_nanos(count)),
    };
    let Some(moment) = moment else { return false };
    text.push_str(&moment.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    if !has_zone {
        text.pop();
    }
    true
}
