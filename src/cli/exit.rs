use crate::pipeline;

/// How the program ends: a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Could not finish (I/O, memory); earlier outputs are as they were.
    Unfinished,
    /// Usage or configuration error.
    Usage,
    /// The data are not good enough.
    Data,
    /// A `--fail-on` condition holds; the report was written.
    Condition,
    /// Interrupted; earlier outputs are as they were.
    Interrupted,
    /// Terminated; earlier outputs are as they were.
    Terminated,
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unfinished => 1,
            Self::Usage => 2,
            Self::Data => 3,
            Self::Condition => 4,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// The exit code of a failure, and what to print on stderr.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// One or several lines; empty when there is nothing to say (a closed pipe).
    pub message: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: String) -> Self {
        Self { exit, message }
    }
}

impl From<pipeline::Error> for Failure {
    fn from(error: pipeline::Error) -> Self {
        let exit = match error {
            pipeline::Error::Settings(_) => Exit::Usage,
            pipeline::Error::Data(_) => Exit::Data,
            pipeline::Error::Io(_) => Exit::Unfinished,
        };
        Self::new(exit, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_the_contract() {
        let codes = [
            (Exit::Done, 0),
            (Exit::Unfinished, 1),
            (Exit::Usage, 2),
            (Exit::Data, 3),
            (Exit::Condition, 4),
            (Exit::Interrupted, 130),
            (Exit::Terminated, 143),
        ];
        for (exit, code) in codes {
            assert_eq!(exit.code(), code, "{exit:?}");
        }
    }

    #[test]
    fn each_error_of_the_pipeline_has_its_code_and_keeps_its_text() {
        for (error, exit) in [
            (pipeline::Error::Settings("a".into()), Exit::Usage),
            (pipeline::Error::Data("a".into()), Exit::Data),
            (pipeline::Error::Io("a".into()), Exit::Unfinished),
        ] {
            let failure = Failure::from(error);
            assert_eq!((failure.exit, failure.message.as_str()), (exit, "a"));
        }
    }
}
