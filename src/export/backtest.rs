//! The folder of a back-test: JSON, and a page that reads like the report's.

use super::{Drawing, ExportError, OutputFile, charts, html, json, manifest};
use crate::chart::Chart;
use crate::review::Backtest;

/// Every file of the folder: sorted by path, then the manifest.
///
/// # Errors
/// When a format cannot be written, which is a fault of the program and not of the data.
pub fn render_backtest(
    result: &Backtest,
    shown: &[Chart],
    drawings: &[Drawing],
) -> Result<Vec<OutputFile>, ExportError> {
    let mut files = vec![
        OutputFile { path: "backtest.json".to_owned(), bytes: json::indented(result)? },
        OutputFile { path: "index.html".to_owned(), bytes: html::backtest(result, shown, drawings)? },
    ];
    files.extend(charts::files(drawings));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.push(manifest::listing(result.program_version, &files)?);
    Ok(files)
}
