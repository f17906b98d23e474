//! Numbers in, numbers out: intervals, tests and resampling. No frames, no files, no capabilities.
//!
//! Every formula names its source and is tested against hand-computed values and against figures of an
//! independent implementation. Ground floor: every room may use it.

mod cluster;
mod concentration;
mod elasticity;
mod fair_coin;
mod gamma_poisson;
mod lift;
mod median;
mod multiple;
mod paired;
mod poisson_bootstrap;
mod predicted_total;
mod quantile;
mod rank;
mod rate_prior;
mod settle;
mod stratified;
mod stretched_percentile;
mod student;
mod survival;
#[cfg(test)]
mod testing;
mod trend;
mod wilson;

pub use cluster::cluster_share;
pub use concentration::herfindahl;
pub use elasticity::elasticity;
pub use gamma_poisson::{CountAhead, KnownRate};
pub use lift::lift;
pub use median::median;
pub use multiple::false_discovery;
pub use paired::{mcnemar, paired_difference, phi};
pub use poisson_bootstrap::PoissonWeights;
pub use predicted_total::predicted_total;
pub use quantile::quantile;
pub use rank::kendall_tau;
pub use rate_prior::{GammaPrior, RatePrior, Record};
pub use settle::periods_to_settle;
pub use stratified::{CoOccurrence, PooledLift, pooled_lift};
pub use stretched_percentile::{Influence, stretched_percentiles};
pub use survival::kaplan_meier_median;
pub use trend::{MannKendall, mann_kendall, theil_sen};
pub use wilson::wilson;

/// The 97.5 % point of the standard normal distribution: every interval of the tool is a 95 % interval.
pub const Z95: f64 = 1.959_963_984_540_054;
