use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A figure with what is known of its accuracy. No metric leaves the analysis without one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// The figure itself, in the unit of the metric.
    pub point: f64,
    /// Lower end of the 95 % interval.
    #[serde(default = "unbounded_below")]
    pub low: f64,
    /// Upper end of the 95 % interval; infinite when the data set no upper bound.
    #[serde(default = "unbounded_above")]
    pub high: f64,
    /// How many units the figure rests on: accounts of the base, cost rows, months.
    pub n: u64,
}

/// An end that is not written, because JSON has no infinite numbers.
fn unbounded_below() -> f64 {
    f64::NEG_INFINITY
}

/// The same above.
fn unbounded_above() -> f64 {
    f64::INFINITY
}
