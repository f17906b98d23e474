//! Numbers in, numbers out: intervals, tests and resampling. No frames, no files, no capabilities.
//!
//! Every formula names its source and is tested against hand-computed values and against figures of an
//! independent implementation. Ground floor: every room may use it.

mod concentration;
mod poisson_bootstrap;
mod quantile;
mod stretched_percentile;
mod trend;
mod wilson;

pub use concentration::herfindahl;
pub use poisson_bootstrap::PoissonWeights;
pub use quantile::quantile;
pub use stretched_percentile::{Influence, stretched_percentiles, students_t95};
pub use trend::{MannKendall, mann_kendall, theil_sen};
pub use wilson::wilson;

/// The 97.5 % point of the standard normal distribution: every interval of the tool is a 95 % interval.
pub const Z95: f64 = 1.959_963_984_540_054;
