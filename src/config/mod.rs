//! The configuration: as written, checked as a whole, settled with its defaults.
//!
//! Takes the text of a `deadhead.toml`; gives [`Settings`], or every [`Fault`] of the text at once, each with line,
//! column and advice. Opens no file: the command line reads it. Refuses unknown keys, because a setting that is
//! misspelt and silently ignored changes a result that somebody will defend in a meeting.
//!
//! The types in [`settings`] and, of cost, in `ledger` are the single declaration. Their JSON schema drives the check, and is what
//! `deadhead schema config` prints; `defaults.toml` holds every default and is the reference for people.

mod assignment;
mod check;
mod decision;
mod declaration;
mod fault;
mod integrations;
mod ledger;
mod meaning;
mod merge;
mod plan;
mod prior;
mod proposal;
mod removal;
pub mod settings;

pub use decision::*;
pub use declaration::schema;
pub use fault::{Fault, render_faults};
pub use integrations::*;
pub use ledger::*;
pub use plan::*;
pub use prior::*;
pub use proposal::{Proposal, proposal};
pub use removal::*;
pub use settings::*;

use toml::de::DeTable;

use declaration::Declaration;
use fault::Source;

/// The commented reference of all settings with their defaults; a valid file of its own.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// Reads a `deadhead.toml` and settles it with the defaults.
///
/// # Errors
///
/// Every fault of the text, in the order of their places: what is no TOML, what the schema does not know, and what it knows
/// but makes no sense. Never empty.
pub fn parse(text: &str) -> Result<Settings, Vec<Fault>> {
    parse_with(text, &[])
}

/// Reads a `deadhead.toml` with assignments from the command line (`rule.rare_below=0.05`) laid over it, and settles it with the
/// defaults. The value of an assignment is TOML; a bare word that is none is a text.
///
/// # Errors
///
/// As [`parse`]; faults of assignments have no place and come first.
pub fn parse_with(text: &str, assignments: &[String]) -> Result<Settings, Vec<Fault>> {
    let combined = assignment::Combined::new(text, assignments);
    let source = Source::new(combined.text());
    let (document, broken) = DeTable::parse_recoverable(combined.file());
    let mut document = document.into_inner();
    combined.lay_over(&mut document);
    let mut faults: Vec<Fault> = broken.iter().map(|error| not_toml(&source, error)).collect();
    // A line that is no TOML is recovered as something the user never wrote; what the later checks say about it, or
    // about what is missing after it, would mislead.
    let broken_lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    let whole = broken.is_empty();
    let mut later = check::check(&Declaration::of_settings(), &source, &document, whole);
    later.extend(meaning::check(&source, &document, whole));
    faults.extend(later.into_iter().filter(|fault| !broken_lines.contains(&fault.line)));
    let faults = combined.placed(faults);
    if faults.is_empty() { settle(&document) } else { Err(faults) }
}

fn not_toml(source: &Source<'_>, error: &toml::de::Error) -> Fault {
    let at = error.span().map_or(source.end(), |span| span.start);
    source.fault(at, format!("not valid TOML: {}", error.message()))
}

/// Lays a checked document over the defaults.
fn settle(document: &DeTable<'_>) -> Result<Settings, Vec<Fault>> {
    let mut settled = merge::defaults();
    merge::over(&mut settled, merge::table(document));
    serde_json::from_value(settled)
        .map_err(|error| vec![Fault { line: 1, column: 1, message: error.to_string(), help: None }])
}

#[cfg(test)]
mod tests;
