use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

use super::open::Excess;

/// What kind of trouble ended the reading; the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The configuration asks for what cannot be (exit code 2).
    Settings,
    /// The data are not good enough (exit code 3).
    Data,
    /// The machine refused (exit code 1).
    Io,
}

/// Why reading could not go on. Each message says which file, what was found, what was expected and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IngestError {
    /// A glob or path without a file.
    #[error("`{path}` matches no file below `{root}`; correct `path` in its [[input]], or take the [[input]] out")]
    NothingMatches {
        /// As configured.
        path: String,
        /// The folder that it is relative to.
        root: String,
    },
    /// A folder where a file is wanted.
    #[error("`{path}` is a folder; name its files with a glob such as `{path}/*.csv`")]
    IsFolder {
        /// As configured.
        path: String,
    },
    /// A setting of an `[[input]]` that does not make sense.
    #[error("[[input]] with path `{path}`: {problem}")]
    Settings {
        /// As configured.
        path: String,
        /// What is wrong, what was expected and what to do.
        problem: String,
    },
    /// What should be a plan and is none.
    #[error("{problem}")]
    Plan {
        /// Everything that is wrong, a line each, with its file, line and column.
        problem: String,
    },
    /// What should be a report folder and is none.
    #[error("`{path}` is no report folder: {problem}; name one that `deadhead run` made, such as reports/2026-Q3")]
    NoReport {
        /// As typed.
        path: String,
        /// What was found.
        problem: String,
    },
    /// A file or folder that the machine does not let us open or read.
    #[error("cannot read `{path}`: {source}; check that it is there and that you may read it")]
    Io {
        /// The file or folder.
        path: String,
        /// What the machine said.
        source: io::Error,
    },
    /// A file without a single record.
    #[error("`{path}` holds nothing; expected a header line. Export it again, or take it out of its [[input]]")]
    Empty {
        /// The file.
        path: String,
    },
    /// A file that is no known export and no table.
    #[error("`{path}` is {problem}; name a preset or a table, or read it as text")]
    NotRecognised {
        /// The file.
        path: String,
        /// What comes nearest, and what it lacks.
        problem: String,
    },
    /// A file that lacks a column.
    #[error("`{path}` has no column for `{column}`: {problem}")]
    MissingColumn {
        /// The file.
        path: String,
        /// The column of the table.
        column: String,
        /// What was looked for, what the file has, the nearest of it, and what to do.
        problem: String,
    },
    /// A compressed or Parquet file whose bytes are not what they should be.
    #[error("`{path}` is damaged: {problem}; export or copy it again")]
    Damaged {
        /// The file.
        path: String,
        /// What was found.
        problem: String,
    },
    /// A file that holds more than may be read safely.
    #[error("`{path}` is too large to be read safely: {problem}")]
    TooLarge {
        /// The file.
        path: String,
        /// What is too large, the limit, and what to do.
        problem: String,
    },
    /// A file of a form that is not read.
    #[error("`{path}` cannot be read: {problem}")]
    Unsupported {
        /// The file.
        path: String,
        /// What it is, what is read instead, and what to do.
        problem: String,
    },
    /// A row that could not be read, where the configuration says to stop at the first.
    #[error(
        "`{path}`, line {line}, column `{column}`: found `{found}`, expected {expected} ({code}); correct the row, or set on_error = \"quarantine\" to put such rows aside"
    )]
    Row {
        /// The file.
        path: String,
        /// Line, from 1.
        line: u64,
        /// Column as the file spells it; empty for the row as a whole.
        column: String,
        /// What stood there.
        found: String,
        /// What was expected.
        expected: String,
        /// Stable code of the reason.
        code: &'static str,
    },
}

impl IngestError {
    /// Whose fault it is: the configuration's, the data's or the machine's.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match self {
            Self::NothingMatches { .. }
            | Self::IsFolder { .. }
            | Self::Settings { .. }
            | Self::NoReport { .. }
            | Self::Plan { .. } => Cause::Settings,
            Self::Io { .. } => Cause::Io,
            Self::Empty { .. }
            | Self::NotRecognised { .. }
            | Self::MissingColumn { .. }
            | Self::Damaged { .. }
            | Self::TooLarge { .. }
            | Self::Unsupported { .. }
            | Self::Row { .. } => Cause::Data,
        }
    }

    /// Runs a reader of a library and turns its failure into the error of a damaged file. Some libraries panic on some
    /// damaged files, and data must never end the program so.
    pub(super) fn guarded<T, E: std::fmt::Display>(
        path: &str,
        form: &str,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, Self> {
        let problem = match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => format!("it cannot be read as {form} ({error})"),
            Err(_) => format!("it cannot be read as {form} at all"),
        };
        Err(Self::Damaged { path: path.into(), problem })
    }

    /// What a failed read means: damage when the stream itself is at fault, else trouble of the machine.
    pub(super) fn of_read(path: &str, source: io::Error) -> Self {
        let path = path.to_owned();
        if let Some(Excess(problem)) = source.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Self::TooLarge { path, problem: problem.clone() };
        }
        match source.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged { path, problem: "it ends in the middle".into() },
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
                Self::Damaged { path, problem: format!("it cannot be decompressed ({source})") }
            }
            _ => Self::Io { path, source },
        }
    }
}

/// ` (did you mean …?)` with the nearest of some names, or nothing when none is near.
pub(super) fn suggestion<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"))
}

/// The name most like this one, if any is much like it; ties go to the first.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = super::mapping::normalised(name);
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let likeness = strsim::jaro_winkler(&folded, &super::mapping::normalised(candidate));
        if likeness >= 0.75 && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
