//! Numbers in, numbers out: intervals, tests and resampling. No frames, no files, no capabilities.
//!
//! Every formula names its source and is tested against hand-computed values and against figures of an
//! independent implementation. Ground floor: every room may use it.

mod cluster;
mod cluster_ratio;
mod concentration;
mod distribution;
mod e_value;
mod elasticity;
mod fair_coin;
mod few_units;
mod folds;
mod gamma_poisson;
mod lift;
mod logistic;
mod mantel_haenszel;
mod mean;
mod median;
mod multiple;
mod order_statistics;
mod paired;
mod parallel;
mod poisson_bootstrap;
mod predicted_total;
mod quantile;
mod rank;
mod ranked;
mod rate_prior;
mod ridge_system;
mod settle;
mod shrinkage;
mod stratified;
mod stretched_percentile;
mod student;
mod survival;
#[cfg(test)]
mod testing;
mod trend;
mod truncated_normal;
mod uniforms;
mod weighted_count;
mod wilson;

pub use cluster::cluster_share;
pub use cluster_ratio::cluster_ratio;
pub use concentration::herfindahl;
pub use distribution::{Distribution, NOTATIONS};
pub use e_value::{e_value, e_value_of_limit};
pub use elasticity::elasticity;
pub use few_units::{t90_over_z, units_by_skewness};
pub use folds::stratified_folds;
pub use gamma_poisson::{CountAhead, KnownRate};
pub use lift::lift;
pub use logistic::{Logistic, Observation, brier, log_loss};
pub use mantel_haenszel::{PooledRisk, TwoGroups, pooled_risk, risk_difference, risk_ratio};
pub use mean::mean;
pub use median::median;
pub use multiple::false_discovery;
pub use order_statistics::quantile_estimate;
pub use paired::{mcnemar, paired_difference, phi};
pub use parallel::{in_parallel, on_threads};
pub use poisson_bootstrap::PoissonWeights;
pub use predicted_total::predicted_total;
pub use quantile::quantile;
pub use rank::{kendall_tau, places};
pub use ranked::{Tied, average_precision, hits_among_first, precision_at, recall_at, roc_auc};
pub use rate_prior::{GammaPrior, RatePrior, Record};
pub use settle::periods_to_settle;
pub use shrinkage::{Shrunk, shrunk_levels, shrunk_rates};
pub use stratified::{CoOccurrence, PooledLift, pooled_lift};
pub use stretched_percentile::{Influence, stretched_percentiles};
pub use survival::kaplan_meier_median;
pub use trend::{MannKendall, mann_kendall, theil_sen};
pub use truncated_normal::truncated_normal;
pub use uniforms::uniforms;
pub use weighted_count::weighted_count;
pub use wilson::wilson;

/// The 97.5 % point of the standard normal distribution: every interval of the tool is a 95 % interval.
pub const Z95: f64 = 1.959_963_984_540_054;

/// The 90 % point of the standard normal distribution, for intervals of 80 %.
pub const Z80: f64 = 1.281_551_565_544_600_4;
