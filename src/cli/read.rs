//! `deadhead read`.

use std::io::{self, BufWriter, ErrorKind};

use super::arguments::{Format, Global, ReadArguments};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::ingest::{self, Diagnostic, FileReading, IngestError};
use crate::pipeline;
use crate::units::format;

/// How many diagnostics people are shown.
const SHOWN: usize = 20;

pub(super) fn execute(arguments: &ReadArguments, global: &Global) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let reading = ingest::read_raw(&arguments.file, &mut out, &Bar::new(global));
    let reading = reading.map_err(|error| match error {
        // Whoever reads our output may stop when he has enough.
        IngestError::Io { source, .. } if source.kind() == ErrorKind::BrokenPipe => {
            Failure::new(Exit::Done, String::new())
        }
        error => Failure::from(pipeline::Error::from(error)),
    })?;
    match global.format {
        Format::Json => {
            let text = serde_json::to_string(&reading);
            log::message(&text.map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?);
        }
        _ if !global.quiet => {
            log::message(human(&arguments.file.display().to_string(), &reading, global.verbose).trim_end())
        }
        _ => {}
    }
    Ok(Exit::Done)
}

fn human(file: &str, reading: &FileReading, is_verbose: bool) -> String {
    let rows = &reading.rows;
    let mut text = format!(
        "{}: {}\nread {}, accepted {} (repaired {}), quarantined {}, duplicate {}, passed over {}\n",
        log::plain(file),
        reading.dialect,
        format::count(rows.read),
        format::count(rows.accepted),
        format::count(rows.repaired),
        format::count(rows.quarantined),
        format::count(rows.duplicate),
        format::count(rows.skipped)
    );
    let shown = if is_verbose { reading.diagnostics.len() } else { SHOWN };
    for diagnostic in reading.diagnostics.iter().take(shown) {
        text += &line(file, diagnostic);
    }
    if reading.diagnostics.len() > shown {
        text += &format!("… and {} more; --verbose shows all\n", reading.diagnostics.len() - shown);
    }
    text
}

fn line(file: &str, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = diagnostic.column.as_ref().map(|column| format!(" column `{column}`")).unwrap_or_default();
    let text = format!(
        "{file}{place}{column} {}: found `{}`, expected {}; {}",
        diagnostic.code.as_str(),
        diagnostic.found,
        diagnostic.expected,
        diagnostic.action
    );
    log::plain(&text) + "\n"
}
