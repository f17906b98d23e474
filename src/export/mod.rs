//! Value → bytes → one write. Takes the [`Report`] with its drawings and the quarantine, gives every file of the report
//! folder, and publishes the folder whole or not at all.
//!
//! An exporter computes nothing: what two formats show is in the report. Text of customers is hostile here: it is
//! escaped in HTML and Markdown, and neutralised in CSV. Equal reports give equal bytes.

mod backtest;
mod cell;
mod charts;
#[cfg(test)]
pub(crate) mod fixture;
mod html;
mod json;
mod manifest;
mod markdown;
mod papers;
mod publish;
mod quarantine;
mod tables;
mod text;
mod words;

use std::path::PathBuf;

use thiserror::Error;

pub use backtest::render_backtest;
pub use charts::Drawing;
pub use json::indented;
pub use manifest::ManifestFacts;
pub use papers::Templates;
pub use publish::{discard_unfinished, publish};

use crate::ingest::QuarantineFile;
use crate::report::Report;

/// A file of the report folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Path within the folder, with `/`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Why the report folder could not be made. The folder that was there before is as it was.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The page could not be filled in.
    #[error("cannot write the page: {0:#}")]
    Page(#[from] minijinja::Error),
    /// A template of the user is wrong, or asks for what is not known of some account.
    #[error("{path}:{line}: {problem}")]
    Template {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A table could not be written.
    #[error("cannot write a table: {0}")]
    Csv(#[from] csv::Error),
    /// The report could not be serialised.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What stands at the target is not ours to replace.
    #[error("{} is left as it is, because {reason}; choose another folder with --out", path.display())]
    NotOurs {
        /// The target.
        path: PathBuf,
        /// What was found there.
        reason: String,
    },
    /// [`discard_unfinished`] was called meanwhile.
    #[error("the run was interrupted; {} is as it was", path.display())]
    Interrupted {
        /// The target.
        path: PathBuf,
    },
}

/// Every file of the report folder: sorted by path, then `manifest.json`, which has the digest of each. `ledger` is the
/// content of `tables/ledger.parquet`, `basis` that of `basis.json`.
///
/// # Errors
/// When a format cannot be written, which is a fault of the program and not of the data.
pub fn render(
    report: &Report,
    drawings: &[Drawing],
    quarantine: &[QuarantineFile],
    ledger: Vec<u8>,
    basis: Vec<u8>,
    templates: &Templates,
    facts: &ManifestFacts,
) -> Result<Vec<OutputFile>, ExportError> {
    let mut files = vec![
        OutputFile { path: "index.html".to_owned(), bytes: html::bytes(report, drawings)? },
        OutputFile { path: "summary.md".to_owned(), bytes: markdown::bytes(report) },
        OutputFile { path: "report.json".to_owned(), bytes: json::indented(report)? },
        OutputFile { path: "basis.json".to_owned(), bytes: basis },
        OutputFile { path: "tables/ledger.parquet".to_owned(), bytes: ledger },
    ];
    files.extend(tables::files(report)?);
    files.extend(charts::files(drawings));
    files.extend(papers::files(&report.papers, templates)?);
    files.extend(quarantine::files(quarantine)?);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = manifest::file(report, facts, &files)?;
    files.push(manifest);
    Ok(files)
}

#[cfg(test)]
mod tests;
