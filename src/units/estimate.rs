use schemars::JsonSchema;
use serde::Serialize;

/// A figure with what is known of its accuracy. No metric leaves the analysis without one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Estimate {
    /// The figure itself, in the unit of the metric.
    pub point: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval; infinite when the data set no upper bound.
    pub high: f64,
    /// How many units the figure rests on: accounts of the base, cost rows, months.
    pub n: u64,
}
