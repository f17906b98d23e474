//! `manifest.json`: what the folder was made from and what it holds, with the BLAKE3 of every file. It also marks a
//! folder as ours, so that the next run may replace it.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::json::indented;
use super::{ExportError, OutputFile};
use crate::report::{PeriodLine, Report};

/// Name of the manifest in the folder.
pub const FILE: &str = "manifest.json";
/// What marks a manifest as ours.
const PROGRAM: &str = "deadhead";

/// What the manifest records besides the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFacts {
    /// BLAKE3 of the configuration file, hex.
    pub config_digest: String,
    /// Seed of every random draw.
    pub seed: u64,
}

#[derive(Serialize)]
struct Manifest<'a> {
    program: &'static str,
    program_version: &'a str,
    schema_version: &'a str,
    generated_at: Option<&'a str>,
    as_of: NaiveDate,
    period: &'a PeriodLine,
    config_digest: &'a str,
    seed: u64,
    inputs: Vec<Input<'a>>,
    outputs: Vec<Output<'a>>,
}

#[derive(Serialize)]
struct Input<'a> {
    path: &'a str,
    bytes: u64,
    blake3: &'a str,
    read: u64,
    accepted: u64,
    quarantined: u64,
    duplicate: u64,
    skipped: u64,
    repaired: u64,
}

#[derive(Serialize)]
struct Output<'a> {
    path: &'a str,
    bytes: usize,
    blake3: String,
}

/// The manifest of a folder of these files.
///
/// # Errors
/// When it cannot be serialised; never in practice.
pub fn file(report: &Report, facts: &ManifestFacts, files: &[OutputFile]) -> Result<OutputFile, ExportError> {
    let manifest = Manifest {
        program: PROGRAM,
        program_version: report.program_version,
        schema_version: report.schema_version,
        generated_at: report.generated_at.as_deref(),
        as_of: report.as_of,
        period: &report.period,
        config_digest: &facts.config_digest,
        seed: facts.seed,
        inputs: inputs(report),
        outputs: files.iter().map(output).collect(),
    };
    Ok(OutputFile { path: FILE.to_owned(), bytes: indented(&manifest)? })
}

/// A manifest that only says which files are ours.
///
/// # Errors
/// When it cannot be serialised; never in practice.
pub fn listing(program_version: &str, files: &[OutputFile]) -> Result<OutputFile, ExportError> {
    #[derive(Serialize)]
    struct Listing<'a> {
        program: &'static str,
        program_version: &'a str,
        outputs: Vec<Output<'a>>,
    }
    let listing = Listing { program: PROGRAM, program_version, outputs: files.iter().map(output).collect() };
    Ok(OutputFile { path: FILE.to_owned(), bytes: indented(&listing)? })
}

fn inputs(report: &Report) -> Vec<Input<'_>> {
    report
        .inputs
        .iter()
        .map(|line| Input {
            path: &line.path,
            bytes: line.bytes,
            blake3: &line.blake3,
            read: line.read,
            accepted: line.accepted,
            quarantined: line.quarantined,
            duplicate: line.duplicate,
            skipped: line.skipped,
            repaired: line.repaired,
        })
        .collect()
}

fn output(file: &OutputFile) -> Output<'_> {
    Output { path: &file.path, bytes: file.bytes.len(), blake3: blake3::hash(&file.bytes).to_hex().to_string() }
}

/// The files that a folder's manifest names, itself among them; `None` when the folder has no manifest of ours.
#[must_use]
pub fn listed_in(folder: &Path) -> Option<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Written {
        program: String,
        outputs: Vec<WrittenOutput>,
    }
    #[derive(Deserialize)]
    struct WrittenOutput {
        path: String,
    }
    let text = std::fs::read(folder.join(FILE)).ok()?;
    let written: Written = serde_json::from_slice(&text).ok()?;
    let outputs = written.outputs.into_iter().map(|output| output.path);
    (written.program == PROGRAM).then(|| outputs.chain([FILE.to_owned()]).collect())
}
