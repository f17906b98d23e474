//! Rows that were put aside, mended by hand and given again.
//!
//! Takes a quarantine file as the report folder holds it; its column `raw` is the record as it is to be read, in place of the one that
//! stands in the export at that file and line.

use std::collections::HashMap;
use std::path::Path;

use super::{IngestError, discover};
use crate::config::InputSettings;

/// Mended records by file and line.
pub(super) type MendedRows = HashMap<(String, u64), String>;

/// The mended records that an input names.
pub(super) fn rows(root: &Path, input: &InputSettings) -> Result<MendedRows, IngestError> {
    let mut rows = MendedRows::new();
    let Some(path) = &input.mended else { return Ok(rows) };
    for found in discover::files(root, path)? {
        let damaged = |problem: String| IngestError::Damaged { path: found.name.clone(), problem };
        let file =
            std::fs::File::open(&found.path).map_err(|source| IngestError::Io { path: found.name.clone(), source })?;
        let mut reader = csv::Reader::from_reader(file);
        let headers = reader.headers().map_err(|error| damaged(error.to_string()))?.clone();
        let place = |name: &str| {
            let place = headers.iter().position(|header| header == name);
            place.ok_or_else(|| damaged(format!("it has no column `{name}`, as a quarantine file has")))
        };
        let (of_file, of_line, of_raw) = (place("file")?, place("line")?, place("raw")?);
        for record in reader.records() {
            let record = record.map_err(|error| damaged(error.to_string()))?;
            let cell = |place: usize| record.get(place).unwrap_or_default();
            let line = cell(of_line).parse().map_err(|_| damaged(format!("`{}` is no line", cell(of_line))))?;
            rows.insert((unguarded(cell(of_file)).to_owned(), line), unguarded(cell(of_raw)).to_owned());
        }
    }
    Ok(rows)
}

/// Cells that a spreadsheet could run are written with an apostrophe in front.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r'])).unwrap_or(cell)
}
