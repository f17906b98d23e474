//! The road.

use std::path::PathBuf;

use chrono::NaiveDate;
use thiserror::Error;

use crate::config::Settings;
use crate::ingest::Read;
use crate::report::{Report, Unavailable, UnmappedLine};
use crate::units::Period;

/// What a run is asked for: the settled configuration, and what the command line adds to it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The configuration with its defaults.
    pub settings: Settings,
    /// The folder that paths of the configuration are relative to.
    pub root: PathBuf,
    /// BLAKE3 of the configuration file, hex.
    pub config_digest: String,
    /// The day on which the program runs; used only where nothing else says the as-of date.
    pub today: NaiveDate,
    /// `--as-of`, over the configuration's.
    pub as_of: Option<NaiveDate>,
    /// `--period`, over the configuration's.
    pub period: Option<Period>,
    /// `--out`, over the configuration's; each period gets a folder of its own in it.
    pub out: Option<PathBuf>,
    /// `--baseline`: an earlier report folder.
    pub baseline: Option<PathBuf>,
    /// `--fail-on` conditions, as typed: `unmapped`, `unmapped=0.05`, `unattributed`, `unattributed=0.2`, `new-candidate`.
    pub fail_on: Vec<String>,
    /// `SOURCE_DATE_EPOCH`, seconds.
    pub source_date_epoch: Option<i64>,
}

/// What `deadhead run` made.
#[derive(Debug)]
pub struct Outcome {
    /// The report, as written.
    pub report: Report,
    /// Its folder.
    pub folder: PathBuf,
}

/// What `deadhead check` understood.
#[derive(Debug)]
pub struct Understanding {
    /// The period a run would report.
    pub period: Period,
    /// Its as-of date.
    pub as_of: NaiveDate,
    /// The books of reading, the findings and the quarantine.
    pub read: Read,
    /// Capabilities known.
    pub capabilities: usize,
    /// Names that map to none, by volume.
    pub unmapped: Vec<UnmappedLine>,
    /// Accounts of the usage that the accounts table lacks.
    pub unmatched_accounts: Vec<String>,
    /// Parts that a run could not give.
    pub unavailable: Vec<Unavailable>,
    /// Share of the period's run cost that is placed on no capability; `None` without cost.
    pub unattributed: Option<f64>,
}

/// Why the job ended early.
#[derive(Debug, Error)]
pub enum Error {
    /// Exit code 2.
    #[error("{0}")]
    Settings(String),
    /// Exit code 3.
    #[error("{0}")]
    Data(String),
    /// Exit code 1.
    #[error("{0}")]
    Io(String),
}
