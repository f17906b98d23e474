//! The report as a value: everything that any format shows, computed once.
//!
//! Takes facts, decisions and the books of reading; gives a [`Report`] that the exporters only write down.

mod value;

pub use value::*;
