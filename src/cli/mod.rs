//! What a user types, and what is printed back. Nothing is computed here.
//!
//! Takes the arguments, the environment and the configuration file (the one file that is read here); gives what stands on
//! stdout and stderr, and the exit code. Files written here: those of `init`, `sample` and `man`.

mod arguments;
mod backtest;
mod check;
mod compare;
mod exit;
mod explain;
mod init;
mod log;
mod plan;
mod plan_lint;
mod progress;
mod read;
mod run;
mod signals;
mod snippet;
mod surface;
mod what_if;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate};

pub use arguments::{Arguments, Color};
pub use exit::{Exit, Failure};
pub use log::failure;
pub use signals::end_on_signals;

use crate::config::{self, Prior};
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
        Command::Explain(explain) => explain::execute(explain, &arguments.global),
        Command::Backtest(backtest) => backtest::execute(backtest, &arguments.global),
        Command::Plan(plan) => plan::execute(plan, &arguments.global),
        Command::WhatIf(what_if) => what_if::execute(what_if, &arguments.global),
        Command::Compare(compare) => compare::execute(compare, &arguments.global),
        Command::Read(read) => read::execute(read, &arguments.global),
        Command::Schema { of } => surface::schema(*of),
        Command::Sample(sample) => surface::sample(sample, &arguments.global),
        Command::Completions { shell } => surface::completions(*shell),
        Command::Man { out } => surface::man(out.as_deref()),
    }
}

/// Reads and settles the configuration.
fn request(arguments: &ConfigArguments) -> Result<Request, Failure> {
    let path = configuration(&arguments.config);
    let text = read(&path)?;
    let mut settings = config::parse_with(&text, &arguments.set).map_err(|faults| {
        Failure::new(Exit::Usage, config::render_faults(&path.display().to_string(), &text, &faults).trim_end().into())
    })?;
    if let Some(share) = arguments.max_quarantine {
        settings.quality.max_quarantined = share;
    }
    let epoch = source_date_epoch()?;
    let root = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !settings.prior.file.is_empty() {
        settings.prior.learned = Some(prior(&root.join(&settings.prior.file))?);
    }
    // What the prior says is a part of the configuration, wherever it stands.
    let said: Vec<String> =
        arguments.set.iter().cloned().chain(settings.prior.learned.as_ref().map(Prior::text)).collect();
    Ok(Request {
        settings,
        root: root.to_path_buf(),
        config_digest: digest(&text, &said),
        today: today(epoch),
        as_of: arguments.as_of,
        period: arguments.period.clone(),
        out: None,
        baseline: None,
        fail_on: Vec::new(),
        source_date_epoch: epoch,
    })
}

/// Reads the prior that the configuration names.
fn prior(path: &Path) -> Result<Prior, Failure> {
    let refused = |problem: String| Failure::new(Exit::Usage, format!("{}: {problem}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => refused("there is no such file, and `prior.file` names it".into()),
        ErrorKind::InvalidData => refused("not valid UTF-8; `deadhead backtest --fit` writes it anew".into()),
        _ => Failure::new(Exit::Unfinished, format!("cannot read {}: {error}", path.display())),
    })?;
    Prior::parse(&text).map_err(|problem| refused(format!("no prior that can be used: {problem}")))
}

/// BLAKE3 of the configuration, hex: of the file, and of what the command line sets over it.
fn digest(text: &str, set: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(text.as_bytes());
    for assignment in set {
        hasher.update(b"\n--set ");
        hasher.update(assignment.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// A `deadhead.toml`, or the one in a folder.
fn configuration(given: &Path) -> PathBuf {
    if given.is_dir() { given.join("deadhead.toml") } else { given.to_path_buf() }
}

/// Reads the configuration. That there is none, or that it is no text, is the user's to mend (exit code 2); that the
/// machine does not let us read it is not (exit code 1).
fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            let advice = "`deadhead init` writes one from the files in a folder";
            Failure::new(Exit::Usage, format!("there is no configuration {}; {advice}", path.display()))
        }
        _ => Failure::new(Exit::Unfinished, format!("cannot read {}: {error}", path.display())),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let readable = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = readable.matches('\n').count() + 1;
        Failure::new(Exit::Usage, format!("{}:{line}: not valid UTF-8; save the file as UTF-8", path.display()))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(config: &Path) -> Result<Request, Failure> {
        request(&ConfigArguments {
            config: config.to_path_buf(),
            as_of: None,
            period: None,
            max_quarantine: None,
            set: Vec::new(),
        })
    }

    fn refused(config: &Path) -> (Exit, String) {
        let failure = asked(config).expect_err("a configuration that cannot be used");
        (failure.exit, failure.message)
    }

    #[test]
    fn a_configuration_is_a_file_or_the_one_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deadhead.toml");
        fs::write(&file, "seed = 7").unwrap();
        for config in [file.as_path(), folder.path()] {
            let request = asked(config).unwrap();
            assert_eq!((request.settings.seed, request.root.as_path()), (7, folder.path()));
            assert_eq!(request.config_digest, blake3::hash(b"seed = 7").to_hex().to_string());
        }
    }

    #[test]
    fn what_is_set_on_the_command_line_is_part_of_the_digest() {
        assert_eq!(digest("seed = 7", &[]), blake3::hash(b"seed = 7").to_hex().to_string());
        let one = digest("seed = 7", &["seed=8".into()]);
        assert_ne!(one, digest("seed = 7", &[]));
        assert_ne!(one, digest("seed = 7", &["seed=9".into()]));
    }

    #[test]
    fn what_cannot_be_used_says_why_with_its_code() {
        let folder = tempfile::tempdir().unwrap();
        let (exit, message) = refused(folder.path());
        assert!(exit == Exit::Usage && message.contains("deadhead.toml; `deadhead init`"), "{message}");
        let file = folder.path().join("deadhead.toml");
        fs::write(&file, b"# a\ncompany = \"\xff\"").unwrap();
        let (exit, message) = refused(&file);
        assert!(exit == Exit::Usage && message.ends_with(":2: not valid UTF-8; save the file as UTF-8"), "{message}");
        fs::write(&file, "[rule]\nrare_belw = 1\nmaterial_share = 2").unwrap();
        let (exit, message) = refused(&file);
        assert!(exit == Exit::Usage && message.contains(":2:1: unknown key"), "{message}");
        assert!(message.contains(":3:18: `rule.material_share` is 2"), "{message}");
    }

    #[test]
    fn a_stamped_run_has_the_day_of_its_stamp() {
        assert_eq!(today(Some(1_790_777_100)).to_string(), "2026-09-30");
        assert_eq!(today(Some(-1)).to_string(), "1969-12-31");
    }
}
