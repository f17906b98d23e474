//! Escaping: the one door through which text enters the page.

use minijinja::{Output, State, Value};

use crate::units::format::UNKNOWN;
use crate::units::visible::visible;

/// Text fit for HTML, in elements and in quoted attributes, without characters that are not seen.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            _ => out.push(c),
        }
    }
    out
}

/// How the template prints a value: markup that this module marked as safe as it is, an unknown value as a dash,
/// everything else escaped.
pub fn formatter(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    if value.is_none() {
        return Ok(out.write_str(UNKNOWN)?);
    }
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&escaped(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    }
}
