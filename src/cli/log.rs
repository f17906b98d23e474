//! Printing: results to stdout, messages to stderr, and neither ever panics.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use serde::Serialize;

use super::arguments::Color;
use super::{Exit, Failure};
use crate::export;
use crate::units::visible::is_hidden;

/// Prints a result to stdout. A reader that went away (`| head`) ends the program quietly; a full disk does not.
pub(super) fn result(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::new(Exit::Done, String::new())),
        Err(error) => Err(Failure::new(Exit::Unfinished, format!("cannot write to standard output: {error}"))),
    }
}

/// A value as indented JSON with a line end, its numbers as in `report.json`.
pub(super) fn json(value: &impl Serialize) -> Result<String, Failure> {
    let bytes = export::indented(value).map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?;
    Ok(String::from_utf8(bytes).expect("JSON is UTF-8"))
}

/// Prints a message to stderr; when even that fails there is nobody to tell.
pub(super) fn message(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints why the program failed, one or several lines; nothing when there is nothing to say.
pub fn failure(failure: &Failure, color: Color) {
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        // Any value but the empty one asks for no colour: <https://no-color.org>.
        Color::Auto => io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    if !failure.message.is_empty() {
        let label = if color { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" };
        let lines: Vec<String> = failure.message.split('\n').map(plain).collect();
        message(&format!("{label} {}", lines.join("\n")));
    }
}

/// The text without what could steer a terminal or forge a line of the output: control characters, line breaks among
/// them, escape sequences, and marks that turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let steers = |c: char| is_hidden(c) || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// A table with columns as wide as their widest cell; those from `right` on are numbers, and stand to the right.
pub(super) fn table(head: &[&str], right: usize, rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            let gap = " ".repeat(width - cell.chars().count());
            if column >= right { gap + cell } else { cell.clone() + &gap }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    std::iter::once(line(&head)).chain(rows.iter().map(|row| line(row))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_a_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c\r"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}");
        assert_eq!(plain("a\nreport: elsewhere\u{200f}"), "a\u{fffd}report: elsewhere\u{fffd}");
        assert_eq!(plain("Ünïcödé · 漢字"), "Ünïcödé · 漢字");
    }

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".to_owned(), "10".into()], vec!["long".to_owned(), "7".into()]];
        assert_eq!(table(&["x", "n"], 1, &rows), "x      n\na     10\nlong   7\n");
    }
}
