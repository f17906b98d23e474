//! `deadhead init`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use super::arguments::{Global, InitArguments};
use super::{Exit, Failure, log};
use crate::config::{self, Proposal};
use crate::{ingest, pipeline, presets};

pub(super) fn execute(arguments: &InitArguments, global: &Global) -> Result<Exit, Failure> {
    if arguments.print_defaults {
        log::result(config::DEFAULTS)?;
    } else if arguments.list_presets {
        let row = |preset: &presets::Preset| {
            vec![preset.name.clone(), preset.table.name().to_owned(), format!("{}: {}", preset.system, preset.export)]
        };
        let rows: Vec<Vec<String>> = presets::presets().iter().map(row).collect();
        log::result(&log::table(&["preset", "table", "export"], 3, &rows))?;
    } else {
        write(arguments, global)?;
    }
    Ok(Exit::Done)
}

fn write(arguments: &InitArguments, global: &Global) -> Result<(), Failure> {
    let path = arguments.dir.join("deadhead.toml");
    if path.exists() {
        return Err(already(&path));
    }
    let found =
        ingest::recognise_folder(&arguments.dir).map_err(|error| Failure::from(pipeline::Error::from(error)))?;
    let proposals: Vec<Proposal> = found
        .into_iter()
        .map(|file| Proposal {
            path: file.path,
            table: file.table,
            preset: file.preset,
            columns: file.columns,
            note: match &file.runner_up {
                Some((name, score)) => format!("{} (score {:.1}; next {name}, {score:.1})", file.note, file.score),
                None if file.table.is_some() => format!("{} (score {:.1})", file.note, file.score),
                None => file.note,
            },
            companions: file.companions,
            missing: file.missing,
        })
        .collect();
    let text = config::proposal(&proposals);
    let written = OpenOptions::new().write(true).create_new(true).open(&path);
    written.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => already(&path),
        _ => Failure::new(Exit::Unfinished, format!("cannot write {}: {error}", path.display())),
    })?;
    if !global.quiet {
        for file in &proposals {
            let what = match (&file.preset, file.table) {
                (Some(preset), _) => {
                    let with =
                        file.companions.iter().map(|(name, _)| [" and ", name].concat()).collect::<Vec<_>>().concat();
                    format!("preset {preset}{with}")
                }
                (None, Some(table)) => format!("table {}", table.name()),
                (None, None) => file.note.clone(),
            };
            log::message(&log::plain(&format!("{}: {what}", file.path)));
        }
    }
    log::result(&format!("wrote {}; next: deadhead check {}\n", path.display(), arguments.dir.display()))
}

fn already(path: &std::path::Path) -> Failure {
    Failure::new(Exit::Usage, format!("{} is already there; init never overwrites a configuration", path.display()))
}
