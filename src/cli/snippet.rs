//! A finding with the text that it is about underlined.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::log;
use crate::diag::{Place, Severity};

/// Characters of a record that are shown around what was found.
const SHOWN: usize = 120;

/// One finding: its code, what it means, and where the first example stands. `note` stands behind the message.
pub(super) fn rendered(severity: Severity, code: &str, message: &str, place: &Place) -> String {
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let (line, found) = (shown(&place.raw, &place.found), found(&place.found));
    let span = line.find(&found).map_or(0..line.len(), |start| start..start + found.len());
    let label = log::plain(&format!("expected {}", place.expected));
    let path = log::plain(&match &place.column {
        Some(column) => format!("{}, column `{column}`", place.file),
        None => place.file.clone(),
    });
    let snippet = Snippet::source(line.as_str())
        .line_start(place.line.and_then(|line| usize::try_from(line).ok()).unwrap_or(1))
        .path(path)
        .annotation(AnnotationKind::Primary.span(span).label(label));
    let report = &[level.primary_title(message).id(code).element(snippet)];
    Renderer::plain().render(report) + "\n"
}

/// The beginning of what was found that stands in one line, without what could steer a terminal.
fn found(found: &str) -> String {
    let line = found.lines().next().unwrap_or_default();
    log::plain(line.trim_end_matches('…'))
}

/// The line of the record where the found text stands, and of a long one the part around it.
fn shown(raw: &str, wanted: &str) -> String {
    let wanted = wanted.lines().next().unwrap_or_default().trim_end_matches('…');
    let line = raw.lines().find(|line| !wanted.is_empty() && line.contains(wanted)).or_else(|| raw.lines().next());
    let line = line.unwrap_or_default();
    let place = line.find(wanted).map_or(0, |at| line[..at].chars().count());
    let start = place.saturating_sub(SHOWN / 3);
    let part: String = line.chars().skip(start).take(SHOWN.max(wanted.chars().count())).collect();
    let part = log::plain(&part);
    if start > 0 { format!("…{part}") } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(raw: &str, found: &str) -> Place {
        let text = str::to_owned;
        Place {
            file: text("a.csv"),
            line: Some(7),
            column: Some(text("when")),
            found: text(found),
            expected: text("a day"),
            raw: text(raw),
        }
    }

    #[test]
    fn what_was_found_is_underlined() {
        let text = rendered(Severity::Error, "bad-cell", "A cell is wrong.", &place("1,soon,x", "soon"));
        let expected = "error[bad-cell]: A cell is wrong.\n --> a.csv, column `when`:7:3\n  |\n7 | 1,soon,x\n  |   ^^^^ expected a day\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn long_and_hostile_records_stay_on_their_line() {
        let raw = format!("{}\u{1b}[31msoon,{}", "x".repeat(500), "y".repeat(500));
        let text = rendered(Severity::Note, "bad-cell", "m", &place(&raw, "soon"));
        assert!(!text.contains('\u{1b}') && text.contains("…") && text.contains("^^^^ expected"), "{text}");
        let missing = rendered(Severity::Warning, "missing-cell", "m", &place("1,,x", ""));
        assert!(missing.contains("1,,x"), "{missing}");
        let cut = format!("{}…", "z".repeat(79));
        rendered(Severity::Note, "bad-cell", "m", &place(&"z".repeat(200), &cut));
        rendered(Severity::Note, "bad-cell", "m", &place("", "x"));
    }
}
