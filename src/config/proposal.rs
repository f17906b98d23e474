//! The configuration that `deadhead init` writes.

use std::fmt::Write as _;

use super::DEFAULTS;
use crate::tables::TableId;

/// One file that `init` looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Path relative to the folder.
    pub path: String,
    /// The table it feeds; `None` when it was not recognised.
    pub table: Option<TableId>,
    /// The preset that recognised it.
    pub preset: Option<String>,
    /// Columns of the table and of the file.
    pub columns: Vec<(String, String)>,
    /// Why it was recognised or not.
    pub note: String,
}

/// A commented `deadhead.toml`: an `[[input]]` per recognised file, a comment per other one, and the reference of all
/// defaults as comments, so that the defaults stay in charge of what nobody sets.
#[must_use]
pub fn proposal(files: &[Proposal]) -> String {
    let mut text = String::from(
        "# Written by `deadhead init`. Look it over, then: deadhead check, deadhead run.\n# The reference of all settings stands below, with the default of each.\n\nschema = 1\n",
    );
    // Writing to a String cannot fail.
    for file in files {
        let _ = match file.table {
            Some(table) => write_input(&mut text, file, table),
            None => write!(text, "\n# not recognised: {}\n#   {}\n", comment(&file.path), comment(&file.note)),
        };
    }
    text.push_str("\n# ---- Reference ----------------------------------------------------------------\n#\n");
    for line in DEFAULTS.lines() {
        let shown = if line.is_empty() { "#".to_owned() } else { format!("# {line}") };
        text.push_str(&shown);
        text.push('\n');
    }
    text
}

fn write_input(text: &mut String, file: &Proposal, table: TableId) -> std::fmt::Result {
    writeln!(
        text,
        "\n# {}\n[[input]]\ntable = \"{}\"\npath = {}",
        comment(&file.note),
        table.name(),
        quoted(&literal(&file.path))
    )?;
    if let Some(preset) = &file.preset {
        writeln!(text, "preset = {}", quoted(preset))?;
    }
    for (column, header) in &file.columns {
        writeln!(text, "# {column} <- {}", comment(header))?;
    }
    Ok(())
}

/// A path that a glob takes literally.
fn literal(path: &str) -> String {
    glob::Pattern::escape(path)
}

/// A TOML string of any text.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Text that cannot end its comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_init_writes_is_a_configuration() {
        let hostile = "a\"b\n[rule]\nzzz = 1 [x]*.csv".to_owned();
        let files = [
            Proposal {
                path: hostile.clone(),
                table: Some(TableId::Tickets),
                preset: Some("some-preset".into()),
                columns: vec![("ticket_id".into(), "Id\nevil = 1".into())],
                note: "x\ny = 2".into(),
            },
            Proposal { path: hostile.clone(), table: None, preset: None, columns: vec![], note: "no".into() },
        ];
        let settings = crate::config::parse(&proposal(&files)).unwrap();
        assert_eq!(settings.input.len(), 1);
        assert!(glob::Pattern::new(&settings.input[0].path).unwrap().matches(&hostile));
        assert_eq!(settings.rule, crate::config::parse("").unwrap().rule);
    }
}
