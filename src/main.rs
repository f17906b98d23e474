//! Parses, runs, prints the error, ends with the code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use deadhead::cli::{self, Arguments};

fn main() -> ExitCode {
    cli::end_on_signals();
    match cli::execute(&Arguments::parse()) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(failure) => {
            if !failure.message.is_empty() {
                let _ = writeln!(std::io::stderr().lock(), "error: {}", failure.message);
            }
            ExitCode::from(failure.exit.code())
        }
    }
}
