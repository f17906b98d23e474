//! What a user types, and what is printed back. Nothing is computed here.
//!
//! Takes the arguments, the environment and the configuration file (the one file that is read here); gives what stands on
//! stdout and stderr, and the exit code. Files written here: those of `init`, `sample` and `man`.

mod arguments;
mod check;
mod exit;
mod init;
mod log;
mod progress;
mod run;
mod signals;
mod surface;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate};

pub use arguments::Arguments;
pub use exit::{Exit, Failure};
pub use signals::end_on_signals;

use crate::config;
use crate::pipeline::Request;
use arguments::{Command, ConfigArguments};

/// Does what was asked.
///
/// # Errors
/// With the exit code and what to print on stderr.
pub fn execute(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Command::Init(init) => init::execute(init, &arguments.global),
        Command::Check(check) => check::execute(check, &arguments.global),
        Command::Run(run) => run::execute(run, &arguments.global),
        Command::Schema { of } => surface::schema(*of),
        Command::Sample(sample) => surface::sample(sample, &arguments.global),
        Command::Completions { shell } => surface::completions(*shell),
        Command::Man { out } => surface::man(out.as_deref()),
    }
}

/// Reads and settles the configuration.
fn request(arguments: &ConfigArguments) -> Result<Request, Failure> {
    let path = configuration(&arguments.config)?;
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::new(Exit::Unfinished, format!("cannot read {}: {error}", path.display())))?;
    let settings = config::parse(&text).map_err(|faults| {
        Failure::new(Exit::Usage, config::render_faults(&path.display().to_string(), &text, &faults).trim_end().into())
    })?;
    let epoch = source_date_epoch()?;
    let root = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(Request {
        settings,
        root: root.to_path_buf(),
        config_digest: blake3::hash(text.as_bytes()).to_hex().to_string(),
        today: today(epoch),
        as_of: arguments.as_of,
        period: arguments.period.clone(),
        out: None,
        baseline: None,
        fail_on: Vec::new(),
        source_date_epoch: epoch,
    })
}

/// A `deadhead.toml`, or a folder that holds one.
fn configuration(given: &Path) -> Result<PathBuf, Failure> {
    let path = if given.is_dir() { given.join("deadhead.toml") } else { given.to_path_buf() };
    if path.exists() {
        return Ok(path);
    }
    let advice = if given.is_dir() { "; `deadhead init` writes one from the files in a folder" } else { "" };
    Err(Failure::new(Exit::Usage, format!("there is no {}{advice}", path.display())))
}

/// The moment that outputs are stamped with, in seconds, when the environment names one.
fn source_date_epoch() -> Result<Option<i64>, Failure> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let known = seconds.filter(|&seconds| DateTime::from_timestamp(seconds, 0).is_some());
    known.map(Some).ok_or_else(|| {
        Failure::new(Exit::Usage, format!("SOURCE_DATE_EPOCH is {}, but must be seconds since 1970", text.display()))
    })
}

/// The only place where the clock is read.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn today(source_date_epoch: Option<i64>) -> NaiveDate {
    let stamped = source_date_epoch.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    stamped.map_or_else(|| chrono::Local::now().date_naive(), |moment| moment.date_naive())
}
