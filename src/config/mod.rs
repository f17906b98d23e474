//! The configuration: as written, checked as a whole, settled with its defaults.
//!
//! Takes the text of `deadhead.toml`; gives [`Settings`], or every [`Fault`] at once with line, column and advice. Refuses
//! unknown keys, wrong types and values out of range. It reads no file: `cli` does.
//!
//! [`settings`] is the single declaration: the JSON schema is made from it, the strict check walks the schema, and
//! `defaults.toml` is the only home of default values.

mod fault;
mod meaning;
mod parse;
mod proposal;
pub mod settings;
mod strict;

pub use fault::{Fault, render_faults};
pub use parse::{DEFAULTS, parse, schema};
pub use proposal::{Proposal, proposal};
pub use settings::*;

#[cfg(test)]
mod tests;
