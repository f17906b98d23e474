//! The folder of a back-test: JSON, and a page that reads like the report's.

use super::{ExportError, OutputFile, html, json, manifest};
use crate::review::Backtest;

/// Every file of the folder.
///
/// # Errors
/// When a format cannot be written, which is a fault of the program and not of the data.
pub fn render_backtest(result: &Backtest) -> Result<Vec<OutputFile>, ExportError> {
    let mut files = vec![
        OutputFile { path: "backtest.json".to_owned(), bytes: json::indented(result)? },
        OutputFile { path: "index.html".to_owned(), bytes: html::backtest(result)? },
    ];
    files.push(manifest::listing(result.program_version, &files)?);
    Ok(files)
}
