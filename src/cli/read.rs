//! `deadhead read`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufWriter, ErrorKind};

use super::arguments::{Answer, Format, Global, ReadArguments};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::config::{InputSettings, OnError};
use crate::ingest::{self, Diagnostic, FileReading, IngestError, MoneySettings};
use crate::pipeline;
use crate::tables::TableId;
use crate::units::format;

/// How many diagnostics people are shown.
const SHOWN: usize = 20;

pub(super) fn execute(arguments: &ReadArguments, global: &Global) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let bar = Bar::new(global);
    let reading = if arguments.raw {
        ingest::read_raw(&arguments.file, &mut out, &bar)
    } else {
        table(arguments, &mut out, &bar)
    };
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
            log::message(human(&arguments.file.display().to_string(), &reading, global.verbose).trim_end());
        }
        _ => {}
    }
    Ok(Exit::Done)
}

fn table(arguments: &ReadArguments, out: &mut dyn io::Write, bar: &Bar) -> Result<FileReading, IngestError> {
    let on_error = match arguments.on_error {
        Answer::Quarantine => OnError::Quarantine,
        Answer::Repair => OnError::Repair,
        Answer::Fail => OnError::Fail,
    };
    let path = arguments.file.display().to_string();
    let fault = |problem: String| IngestError::Settings { path: path.clone(), problem };
    let id = |name: &String| TableId::ALL.iter().copied().find(|id| id.name() == name);
    let table = match &arguments.table {
        Some(name) => Some(id(name).ok_or_else(|| fault(format!("there is no table `{name}`")))?),
        None => None,
    };
    let settings = InputSettings { table, preset: arguments.preset.clone(), on_error, ..InputSettings::of(&path) };
    let fx = BTreeMap::new();
    let currency = arguments.currency.as_deref().unwrap_or("");
    let money = MoneySettings { report_currency: currency, fx: &fx, as_of: None };
    ingest::read_table(&arguments.file, &settings, &money, out, bar)
}

fn human(file: &str, reading: &FileReading, is_verbose: bool) -> String {
    let rows = &reading.rows;
    let known = reading.recognised.as_ref().map_or_else(String::new, |known| {
        let name = known.preset.as_ref().unwrap_or(&known.table);
        let next =
            known.runner_up.as_ref().map(|(name, score)| format!(", then {name} {score:.1}")).unwrap_or_default();
        format!("{name} for {} (score {:.1}{next}); ", known.table, known.score)
    });
    let mut text = format!(
        "{}: {known}{}\nread {}, accepted {} (repaired {}), quarantined {}, duplicate {}, passed over {}\n",
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
        let _ = writeln!(text, "… and {} more; --verbose shows all", reading.diagnostics.len() - shown);
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
