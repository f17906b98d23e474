//! `quarantine/*.csv`: per input file the rows that could not be read, with the place and the reason of each, so that
//! the export can be mended where it comes from; or `raw` is mended here, and the file given as `mended` of the input.

use super::cell::csv_file;
use super::text::{slug, slug_with_digest};
use super::{ExportError, OutputFile};
use crate::ingest::QuarantineFile;

/// One file per input that has rows in quarantine, in the order given.
///
/// # Errors
/// When a file cannot be written as CSV.
pub fn files(quarantine: &[QuarantineFile]) -> Result<Vec<OutputFile>, ExportError> {
    let with_rows = quarantine.iter().filter(|file| !file.rows.is_empty());
    with_rows.map(|file| Ok(OutputFile { path: path(&file.input), bytes: rows(file)? })).collect()
}

/// `exports/usage.csv` is found as `quarantine/exports__usage.csv.csv`. An input whose name has other characters than
/// [`slug`] keeps, or has the two underscores itself, is told apart by a digest.
fn path(input: &str) -> String {
    let name = if input.contains("__") { slug_with_digest(input) } else { slug(&input.replace('/', "__")) };
    format!("quarantine/{name}.csv")
}

fn rows(file: &QuarantineFile) -> Result<Vec<u8>, ExportError> {
    let head = ["scan", "file", "line", "byte", "column", "type", "found", "expected", "raw", "action"];
    let rows = file.rows.iter().map(|row| {
        vec![
            (file.scan as u64).into(),
            (&file.input).into(),
            row.line.into(),
            row.byte.into(),
            (&row.column).into(),
            row.code.as_str().into(),
            (&row.found).into(),
            (&row.expected).into(),
            (&row.raw).into(),
            "quarantined".into(),
        ]
    });
    csv_file(&head, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_distinct() {
        assert_eq!(path("usage.csv"), "quarantine/usage.csv.csv");
        assert_eq!(path("exports/usage.csv.gz"), "quarantine/exports__usage.csv.gz.csv");
        assert_ne!(path("exports/usage.csv"), path("exports__usage.csv"));
        let outside = path("../../etc/pass wd");
        assert_eq!(outside.matches('/').count(), 1);
        assert!(!outside.contains(".."), "{outside}");
    }

    #[test]
    fn an_input_without_rows_has_no_file() {
        let empty = QuarantineFile { input: "usage.csv".into(), scan: 1, rows: Vec::new() };
        assert!(files(&[empty]).unwrap().is_empty());
    }
}
