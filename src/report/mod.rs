//! The report as a value: everything that any format shows, computed once.
//!
//! Takes facts, decisions and the books of reading; gives a [`Report`] that the exporters only write down. Refuses
//! nothing.

mod books;
mod compose;
mod gates;
mod headlines;
mod value;

pub(crate) use books::{unavailable, unmapped};
pub use compose::{Material, compose};
pub use gates::{Condition, ConditionError};
pub use value::*;
/// The JSON schema of `report.json`.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
