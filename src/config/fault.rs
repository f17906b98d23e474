use std::fmt::Write as _;
use std::ops::Range;

/// One fault of a configuration, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault at a range of bytes of the text.
    pub(super) fn at(text: &str, span: &Range<usize>, message: String, help: Option<String>) -> Self {
        let start = (0..=span.start.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, message, help }
    }
}

/// The faults as a compiler shows them: place, message, the line itself with a caret, advice.
#[must_use]
pub fn render_faults(path: &str, text: &str, faults: &[Fault]) -> String {
    let mut shown = String::new();
    for fault in faults {
        let Fault { line, column, message, help } = fault;
        // Writing to a String cannot fail.
        let _ = writeln!(shown, "{path}:{line}:{column}: {message}");
        if let Some(source) = text.lines().nth(line - 1) {
            let pad: String = source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let _ = writeln!(shown, "  {line:>4} | {source}\n       | {pad}^");
        }
        if let Some(help) = help {
            let _ = writeln!(shown, "       = {help}");
        }
    }
    shown
}
