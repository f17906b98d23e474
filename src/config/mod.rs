//! The configuration: as written, checked as a whole, settled with its defaults.
pub mod settings;
pub use settings::*;
