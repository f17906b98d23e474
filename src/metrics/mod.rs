//! The metrics.
mod facts;
pub use facts::*;
