//! What is wrong with a configuration, where, and what to do about it.

use std::fmt::Write as _;

use crate::units::visible::is_hidden;

/// One fault of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line, from 1; 0: it is not in the file but on the command line, as the message says.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What was found and what was expected.
    pub message: String,
    /// What to do; `None` when the message says it.
    pub help: Option<String>,
}

impl Fault {
    /// The same fault with advice.
    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The text of a file, from which offsets become places.
pub(super) struct Source<'t> {
    text: &'t str,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text }
    }

    /// The offset behind the last character that is no white space: where something is missing, it is missing there.
    pub(super) fn end(&self) -> usize {
        self.text.trim_end().len()
    }

    /// A fault at a byte offset; an offset beyond the text means its end, one inside a character its beginning.
    pub(super) fn fault(&self, offset: usize, message: impl Into<String>) -> Fault {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Fault { line, column, message: message.into(), help: None }
    }
}

/// Widest source line that is shown whole; a longer one is cut around the fault.
const SHOWN: usize = 100;

/// The faults as a compiler shows them: place and message, the line with a caret under the place, the advice.
///
/// `path` is what the user knows the file by. Control characters of the text are shown as `·`, so that a file
/// cannot drive the terminal.
#[must_use]
pub fn render_faults(path: &str, text: &str, faults: &[Fault]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut rendered = String::new();
    for fault in faults {
        let shown = lines.get(fault.line.saturating_sub(1)).copied().unwrap_or_default();
        render(&mut rendered, path, shown, fault);
    }
    rendered
}

fn render(rendered: &mut String, path: &str, line: &str, fault: &Fault) {
    // Writing to a `String` cannot fail.
    if fault.line == 0 {
        let _ = writeln!(rendered, "{}", printable(&fault.message));
        if let Some(help) = &fault.help {
            let _ = writeln!(rendered, "  = help: {}", printable(help));
        }
        rendered.push('\n');
        return;
    }
    let number = fault.line.to_string();
    let margin = " ".repeat(number.len());
    let (excerpt, caret) = excerpt(line, fault.column.saturating_sub(1));
    let caret = " ".repeat(caret);
    let message = printable(&fault.message);
    let _ = writeln!(rendered, "{}:{number}:{}: {message}", printable(path), fault.column);
    let _ = writeln!(rendered, "{margin} |\n{number} | {excerpt}\n{margin} | {caret}^");
    if let Some(help) = &fault.help {
        let _ = writeln!(rendered, "{margin} = help: {}", printable(help));
    }
    rendered.push('\n');
}

/// The part of a line around a column (from 0), and where the column lies in it.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let from = if line.chars().count() > SHOWN { column.saturating_sub(SHOWN / 2) } else { 0 };
    let part: String = line.chars().skip(from).take(SHOWN).collect();
    (printable(&part), column - from)
}

/// Control characters and those that turn the direction of writing, each as one `·`.
fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' => ' ',
        c if is_hidden(c) => '·',
        c => c,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_shown_with_its_line_and_a_caret() {
        let text = "schema = 1\n[rule]\n  rare_belw = 0.1\n";
        let fault = Source::new(text).fault(20, "unknown key `rare_belw`").with_help("did you mean `rare_below`?");
        assert_eq!((fault.line, fault.column), (3, 3));
        assert_eq!(
            render_faults("deadhead.toml", text, &[fault]),
            "deadhead.toml:3:3: unknown key `rare_belw`\n  |\n3 |   rare_belw = 0.1\n  |   ^\n  \
             = help: did you mean `rare_below`?\n\n"
        );
    }

    #[test]
    fn columns_count_characters_and_offsets_are_held_to_the_text() {
        let source = Source::new("ü = 1\r\né");
        for (offset, place) in [(0, (1, 1)), (1, (1, 1)), (3, (1, 3)), (8, (2, 1)), (9, (2, 1)), (99, (2, 2))] {
            let fault = source.fault(offset, "");
            assert_eq!((fault.line, fault.column), place, "{offset}");
        }
        assert_eq!(Source::new("").fault(5, "").column, 1);
    }

    #[test]
    fn a_hostile_line_is_cut_and_made_printable() {
        let text = format!("{}\u{1b}[31m\u{202e}x", "a".repeat(500));
        let fault = Source::new(&text).fault(500, "\u{1b}]0;title\u{7}");
        let rendered = render_faults("p", &text, &[fault]);
        assert!(!rendered.contains(['\u{1b}', '\u{202e}', '\u{7}']));
        assert!(rendered.lines().all(|line| line.chars().count() < 120), "{rendered}");
        let caret = rendered.lines().find(|line| line.ends_with('^')).unwrap().chars().count();
        let shown = rendered.lines().find(|line| line.starts_with("1 |")).unwrap();
        assert_eq!(shown.chars().nth(caret - 1), Some('·'));
    }
}
