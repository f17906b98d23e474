//! Parses, runs, prints the error, ends with the code.

use std::process::ExitCode;

use clap::Parser as _;
use deadhead::cli::{self, Arguments};

fn main() -> ExitCode {
    cli::end_on_signals();
    let arguments = Arguments::parse();
    match cli::execute(&arguments) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(failure) => {
            cli::failure(&failure, arguments.color());
            ExitCode::from(failure.exit.code())
        }
    }
}
