//! Charts: specifications as values, and one renderer, the only user of plotters.
//!
//! Takes facts and decisions, gives [`Chart`]s; [`render`] turns one into SVG or PNG bytes.

mod spec;

pub use spec::{Chart, DataTable};
