//! The text of the `deadhead.toml` that `deadhead init` writes.
//!
//! Takes what was recognised; gives a file that [`parse`](super::parse) takes without a fault: an `[[input]]` for each
//! recognised file, a comment for each other, and the whole reference with its keys commented out, so that the defaults
//! stay in charge. Names of files and columns are somebody else's text and are quoted as TOML.

use std::fmt::Write as _;

use super::DEFAULTS;
use crate::tables::TableId;

/// A file of the folder, as `init` understood it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Path relative to the folder, with `/`.
    pub path: String,
    /// The table that it feeds; `None` when it was not recognised.
    pub table: Option<TableId>,
    /// Known export; `None` when the file carries the column names of the table, or was not recognised.
    pub preset: Option<String>,
    /// How it was recognised, or why not; for a comment.
    pub note: String,
    /// Column of the table and column of the file that feeds it.
    pub columns: Vec<(String, String)>,
    /// Presets that read the same file for another table.
    pub companions: Vec<(String, TableId)>,
    /// Columns that the nearest table wants and the file lacks.
    pub missing: Vec<String>,
}

/// Begins the part of the reference behind the inputs.
const BEHIND_INPUTS: &str = "# ── Names ";

/// The text of a first configuration for these files.
#[must_use]
pub fn proposal(inputs: &[Proposal]) -> String {
    let (head, tail) = DEFAULTS.split_at(DEFAULTS.find(BEHIND_INPUTS).unwrap_or(DEFAULTS.len()));
    let mut text = String::from(
        "# Configuration of Deadhead. The lines below `── Inputs` were found by `deadhead init`: look them over.\n\
         # Every other key is commented out, so that its default holds; to change one, take the `#` from its line.\n\n",
    );
    text.push_str(&commented(head));
    for input in inputs {
        text.push_str(&entry(input));
    }
    if !inputs.iter().any(|input| input.table.is_some()) {
        text.push_str("# No file of this folder was recognised; describe yours as in the example above.\n\n");
    }
    text.push_str(&commented(tail));
    text
}

/// The reference with its keys commented out. Headers stay, so that a key whose `#` is taken away stands in its
/// table; so does the version of the format, without which a file would change its meaning with the program.
fn commented(reference: &str) -> String {
    let mut text = String::new();
    for line in reference.lines() {
        let keep = line.is_empty() || line.starts_with(['#', '[']) || line.starts_with("schema ");
        text.push_str(if keep { "" } else { "#" });
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn entry(input: &Proposal) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "# {}: {}", one_line(&input.path), one_line(&input.note));
    let Some(table) = input.table else {
        if !input.missing.is_empty() {
            let _ = writeln!(text, "# The nearest lacks: {}", one_line(&input.missing.join(", ")));
        }
        text.push('\n');
        return text;
    };
    let mut lines =
        format!("[[input]]\npath = {}\ntable = {}\n", quoted(&escaped_glob(&input.path)), quoted(table.name()));
    match &input.preset {
        Some(preset) => {
            let _ = writeln!(lines, "preset = {}", quoted(preset));
            listed_columns(&mut lines, &input.columns);
        }
        None => renamed_columns(&mut lines, table, &input.columns),
    }
    if input.missing.is_empty() {
        text += &lines;
    } else {
        // Without these a run would stop at the file: what is known of it is kept for the reader to complete.
        let _ = writeln!(
            text,
            "# Nothing feeds {}: name a column or give a constant, and take the `#` away.",
            one_line(&input.missing.join(", "))
        );
        for line in lines.lines() {
            let _ = writeln!(text, "# {line}");
        }
    }
    for (preset, table) in &input.companions {
        let path = quoted(&escaped_glob(&input.path));
        let _ =
            writeln!(text, "\n[[input]]\npath = {path}\ntable = {}\npreset = {}", quoted(table.name()), quoted(preset));
    }
    text.push('\n');
    text
}

/// What a preset reads, for the reader to look over.
fn listed_columns(text: &mut String, columns: &[(String, String)]) {
    for (column, header) in columns {
        let _ = writeln!(text, "#   {} <- {}", one_line(column), one_line(header));
    }
}

/// The columns that the file spells in its own way.
fn renamed_columns(text: &mut String, table: TableId, columns: &[(String, String)]) {
    let known = |column: &str| table.table().column(column).is_some();
    let renamed: Vec<String> = columns
        .iter()
        .filter(|(column, header)| column != header && known(column))
        .map(|(column, header)| format!("{column} = {}", quoted(header)))
        .collect();
    if !renamed.is_empty() {
        let _ = writeln!(text, "columns = {{ {} }}", renamed.join(", "));
    }
}

/// A path as the glob that matches it alone.
fn escaped_glob(path: &str) -> String {
    if path.contains(['*', '?', '[']) { glob::Pattern::escape(path) } else { path.to_owned() }
}

/// A text as a TOML string on one line: a JSON string is one, but for DEL, which TOML wants escaped.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A text that may stand in a comment: no line break, no control character, cut at 200 characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Settings, parse, render_faults};
    use proptest::prelude::*;

    fn read(text: &str) -> Settings {
        parse(text).map_err(|faults| render_faults("proposal", text, &faults)).unwrap()
    }

    fn input(path: &str, table: Option<TableId>) -> Proposal {
        Proposal {
            path: path.into(),
            table,
            preset: None,
            note: "columns of the table".into(),
            columns: vec![("ts".into(), "Event \"Time\"".into()), ("capability".into(), "capability".into())],
            companions: Vec::new(),
            missing: if table.is_some() { Vec::new() } else { vec!["account_id".into()] },
        }
    }

    #[test]
    fn without_files_it_is_the_defaults() {
        let text = proposal(&[]);
        assert_eq!(read(&text), read(""));
        assert!(text.contains("No file of this folder was recognised"));
        assert!(
            text.contains("\n#rare_below = 0.10\n") && text.contains("\n[rule]\n") && text.contains("\nschema = 1\n")
        );
    }

    #[test]
    fn recognised_files_become_inputs_and_others_comments() {
        let known = Proposal { preset: Some("some-export".into()), ..input("b.csv", Some(TableId::Tickets)) };
        let text = proposal(&[input("a.csv", Some(TableId::UsageEvents)), known, input("what.csv", None)]);
        let settings = read(&text);
        assert_eq!(settings.input.len(), 2);
        assert_eq!(settings.input[0].table, Some(TableId::UsageEvents));
        assert_eq!(settings.input[0].columns.get("ts").map(String::as_str), Some("Event \"Time\""));
        assert_eq!(settings.input[0].columns.len(), 1);
        assert_eq!(settings.input[1].preset.as_deref(), Some("some-export"));
        assert!(settings.input[1].columns.is_empty());
        assert!(text.contains("# what.csv: columns of the table\n# The nearest lacks: account_id\n"));
    }

    #[test]
    fn a_key_whose_mark_is_taken_away_holds() {
        let text = proposal(&[input("a.csv", Some(TableId::UsageEvents))]);
        let changed = text.replace("#rare_below = 0.10", "rare_below = 0.2").replace("#seed = 1", "seed = 7");
        let settings = read(&changed);
        assert!((settings.rule.rare_below - 0.2).abs() < 1e-12);
        assert_eq!(settings.seed, 7);
    }

    #[test]
    fn a_path_with_brackets_means_itself() {
        let text = proposal(&[input("usage [1].csv", Some(TableId::UsageEvents))]);
        let path = read(&text).input[0].path.clone();
        assert!(glob::Pattern::new(&path).unwrap().matches("usage [1].csv"));
    }

    proptest! {
        #[test]
        fn whatever_the_files_are_called_the_text_parses(
            path in "\\PC{1,20}|[\\x01-\\x7f]{1,20}", header in "[\\x01-\\xff]{0,12}", note in "[\\x00-\\xff]{0,30}",
        ) {
            prop_assume!(!path.trim().is_empty());
            let columns = vec![("ts".to_owned(), header)];
            let base = input(&path, Some(TableId::UsageEvents));
            let unknown = Proposal { note: note.clone(), table: None, ..base.clone() };
            let preset = Proposal { preset: Some("p".into()), columns: columns.clone(), ..base.clone() };
            let text = proposal(&[Proposal { columns: columns.clone(), note, ..base }, preset, unknown]);
            let settings = read(&text);
            prop_assert_eq!(settings.input.len(), 2);
            prop_assert!(glob::Pattern::new(&settings.input[0].path).unwrap().matches(&path));
            if columns[0].1 != "ts" {
                prop_assert_eq!(settings.input[0].columns.get("ts"), Some(&columns[0].1));
            }
        }
    }
}
