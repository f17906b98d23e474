//! Parquet: from columns to records.
//!
//! Takes a Parquet file, plain or compressed as a whole; gives its rows with every cell in canonical text, exact and without any
//! locale, and structures as JSON. The folders on the way to it are columns too (`…/month=2026-01/…`). Refuses nothing of a
//! sound file; columns of types that have no text are named as unused.

mod nested;
mod pages;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use polars::io::SerReader;
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{AnyValue, ArrowDataType, ArrowSchema, Column, ParquetReader, PolarsResult, TimeUnit};

use super::coerce::day_of;
use super::hive::hive_columns;
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
    /// The cells that the folders of the file give, behind those of its columns.
    constants: Vec<String>,
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
        let bytes: Arc<[u8]> = bytes.into();
        let content: Box<dyn MmapBytesReader> = Box::new(Cursor::new(bytes.clone()));
        let mut reader = ParquetReader::new(content);
        let (schema, rows) = guarded(name, || schema_of(&mut reader))?;
        let checked = guarded(name, || check(&mut reader, &bytes))?;
        checked.map_err(|problem| IngestError::Damaged { path: name.into(), problem })?;
        let (mut headers, mut unreadable, mut typed) = (Vec::new(), Vec::new(), Vec::new());
        for (column, field) in schema.iter() {
            if is_readable(&field.dtype) {
                headers.push(column.to_string());
                typed.push(matches!(
                    field.dtype,
                    ArrowDataType::Date32 | ArrowDataType::Date64 | ArrowDataType::Timestamp(..)
                ));
            } else if nested::is_readable(&field.dtype, 0) {
                headers.push(column.to_string());
                typed.push(false);
            } else {
                unreadable.push(column.to_string());
            }
        }
        let mut constants = Vec::new();
        for (header, value) in hive_columns(name) {
            if !headers.contains(&header) {
                headers.push(header);
                constants.push(value);
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
            constants,
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
        Some(format!("`{nested}` is there, but is of a type that has no text; write it as plain values"))
    }

    fn select(&mut self, places: &BTreeSet<usize>) -> Result<(), IngestError> {
        let Some(reader) = self.reader.take() else { return Ok(()) };
        let own = self.headers.get(..self.headers.len() - self.constants.len()).unwrap_or_default();
        let wanted: Vec<String> = places.iter().filter_map(|&place| own.get(place)).cloned().collect();
        let frame = guarded(&self.name, || reader.with_columns(Some(wanted)).finish())?;
        if frame.width() > 0 {
            self.rows = frame.height();
        }
        self.columns = own.iter().map(|header| frame.column(header).ok().cloned()).collect();
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
        for value in &self.constants {
            record.cells.push_field(value.as_bytes());
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

/// What is wrong with the sizes that the file claims.
fn check(reader: &mut ParquetReader<Box<dyn MmapBytesReader>>, bytes: &[u8]) -> PolarsResult<Result<(), String>> {
    let metadata = reader.get_metadata()?.clone();
    let check = || {
        let rows = metadata.row_groups.iter().fold(0_u64, |rows, group| rows.saturating_add(group.num_rows() as u64));
        pages::check_rows(rows.max(metadata.num_rows as u64), bytes.len() as u64)?;
        for group in &metadata.row_groups {
            for column in group.parquet_columns() {
                let chunk = pages::Chunk {
                    place: column.byte_range(),
                    values: column.num_values(),
                    rows: group.num_rows() as u64,
                    is_flat: column.descriptor().descriptor.max_rep_level == 0,
                };
                pages::check_chunk(bytes, &chunk)?;
            }
        }
        Ok(())
    };
    Ok(check())
}

fn guarded<T>(name: &str, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, IngestError> {
    IngestError::guarded(name, "Parquet", read)
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
        AnyValue::List(_) | AnyValue::Struct(..) | AnyValue::StructOwned(_) => return nested::write(value, text),
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
