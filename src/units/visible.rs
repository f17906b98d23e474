//! Text of customers, made fit to be seen: one judgement of what is hidden, for the terminal, the page and the charts.

use std::borrow::Cow;

/// The text without what cannot be seen but changes what is: control characters and marks of writing direction
/// (with which `gpj.exe` is shown as `exe.jpg`). Line breaks and tabs become spaces, so that a name stays one line.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| is_blank_control(c) || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().filter(|&c| is_blank_control(c) || !is_hidden(c));
    Cow::Owned(shown.map(|c| if is_blank_control(c) { ' ' } else { c }).collect())
}

/// Control characters that stand for blank space.
fn is_blank_control(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Controls, marks of direction (UAX 9), and the invisible characters that join nothing. The joiners U+200C and
/// U+200D stay: words of several scripts are spelled with them.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_marks_go_and_line_breaks_become_spaces() {
        assert_eq!(visible("exe.\u{202e}gpj"), "exe.gpj");
        assert_eq!(visible("two\nlines\tand a tab\u{0}"), "two lines and a tab");
        assert_eq!(visible("क्‍ष"), "क्‍ष", "a joiner is spelling");
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
    }
}
