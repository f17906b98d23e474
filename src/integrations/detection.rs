//! Failures: who saw them first, and how long that took.

use super::series::Series;
use super::{Detection, Episode, Evidence, Failure, for_each};
use crate::config::ReliabilitySettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub FAILURES, "failures", "Failures"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub DETECTED_BY, "detected_by", "Who saw it first"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub SILENT_RATE, "silent_rate", "Silent failures"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub DARK_HOURS, "dark_hours", "Hours in the dark"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub HIDDEN_COST, "hidden_cost", "Hidden cost"
}

/// Every failure up to the as-of date, by capability, onset.
pub(super) fn failures(
    _episodes: &[Episode],
    _series: &[Series],
    _evidence: Evidence,
    _settings: &ReliabilitySettings,
) -> Vec<Failure> {
    Vec::new()
}

/// By capability, of the failures that began in the period; `None` without runs and incidents.
pub(super) fn by_capability(
    _failures: &[Failure],
    _episodes: &[Episode],
    evidence: Evidence,
) -> Vec<Option<Detection>> {
    for_each(evidence, None)
}
