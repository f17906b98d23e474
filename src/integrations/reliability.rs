//! The reliability score: the part of the account-time in which an integration works.

use super::{Episode, Evidence, Failure, InUse, Reliability, for_each};
use crate::config::ReliabilitySettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub RELIABILITY, "reliability", "Reliability score"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub EXPECTED_BROKEN_HOURS, "expected_broken_hours", "Broken account-hours to expect"
}

/// By capability; `None` without runs that name accounts in the period.
pub(super) fn by_capability(
    _failures: &[Failure],
    _episodes: &[Episode],
    _in_use: &[InUse],
    evidence: Evidence,
    _settings: &ReliabilitySettings,
) -> Vec<Option<Reliability>> {
    for_each(evidence, None)
}
