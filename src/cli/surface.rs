//! Commands about the program itself, and the sample.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;

use super::arguments::{Arguments, Global, SampleArguments, SchemaOf};
use super::{Exit, Failure, log};
use crate::sample::{self, SampleOptions};
use crate::{config, report, review};

pub(super) fn schema(of: SchemaOf) -> Result<Exit, Failure> {
    let schema = match of {
        SchemaOf::Config => config::schema(),
        SchemaOf::Report => report::schema().to_value(),
        SchemaOf::Backtest => review::backtest_schema().to_value(),
        SchemaOf::Plan => report::planned_schema().to_value(),
        SchemaOf::PlanLint => report::linted_schema().to_value(),
        SchemaOf::WhatIf => report::what_if_schema().to_value(),
        SchemaOf::Compare => review::schema().to_value(),
    };
    log::result(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}

pub(super) fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "deadhead", &mut script);
    log::result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

pub(super) fn man(out: Option<&Path>) -> Result<Exit, Failure> {
    let failed =
        |error: std::io::Error| Failure::new(Exit::Unfinished, format!("cannot write the manual pages: {error}"));
    match out {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Arguments::command()).render(&mut page).map_err(failed)?;
            log::result(&String::from_utf8_lossy(&page))?;
        }
        Some(folder) => {
            fs::create_dir_all(folder).map_err(failed)?;
            clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
        }
    }
    Ok(Exit::Done)
}

pub(super) fn sample(arguments: &SampleArguments, global: &Global) -> Result<Exit, Failure> {
    let SampleArguments { dir, accounts, capabilities, events, mixed, seed } = arguments;
    let holds_files = fs::read_dir(dir).is_ok_and(|mut files| files.next().is_some());
    if holds_files || dir.is_file() {
        return Err(Failure::new(Exit::Usage, format!("{} is not empty; name a new folder", dir.display())));
    }
    let options = SampleOptions { accounts: *accounts, capabilities: *capabilities, events: *events, seed: *seed };
    let files = if *mixed { sample::generate_mixed(&options) } else { sample::generate(&options) };
    for (path, bytes) in files {
        let path = dir.join(path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, bytes));
        written.map_err(|error| Failure::new(Exit::Unfinished, format!("cannot write {}: {error}", path.display())))?;
    }
    if !global.quiet {
        let next = if *mixed { "init" } else { "run" };
        log::message(&format!("wrote an invented company; next: deadhead {next} {}", dir.display()));
    }
    Ok(Exit::Done)
}
