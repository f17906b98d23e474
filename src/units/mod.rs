//! Quantities with their preconditions in the type: a share lies in 0–1, a period ends after it starts,
//! money is an exact number of millionths.
//!
//! Takes nothing, gives values; refuses what breaks a precondition. Ground floor: every room may use it.

mod definition;
mod estimate;
pub mod format;
mod money;
pub mod notation;
mod period;
mod share;
pub mod visible;

pub use definition::Definition;
pub(crate) use definition::definition;
pub use estimate::Estimate;
pub use money::Money;
pub use period::{Month, Period, PeriodError};
pub use share::Share;
