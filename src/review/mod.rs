//! Looking back: what changed between two reports, and why.
//!
//! Takes what two reports rest on ([`Basis`]); gives what entered, left and moved, with causes found by deciding again with one
//! thing exchanged at a time. Refuses to guess: what no exchange explains is said to be unexplained.

mod attribution;
mod basis;
mod comparison;
mod exchange;
#[cfg(test)]
mod tests;

pub use basis::{BASIS_SCHEMA, Basis, BasisError, Decided, InputDigest, Origin, write};
pub use comparison::{
    Cause, Change, Comparison, FigureChange, Place, SettingChange, Side, Step, compare, compare_lists, schema,
};
