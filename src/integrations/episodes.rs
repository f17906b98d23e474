//! Episodes: stretches in which an integration did not work for one account.

use super::series::Series;
use super::{Episode, Evidence, InUse};
use crate::config::ReliabilitySettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub EPISODES, "episodes", "Episodes of failure"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub OVERDUE, "overdue", "Overdue runs"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub EMPTY_RUNS, "empty_runs", "Success without records"
}

/// The episodes, by capability, account, onset; and from when to when each account had each integration in use.
pub(super) fn watch(
    _series: &[Series],
    _evidence: Evidence,
    _settings: &ReliabilitySettings,
) -> (Vec<Episode>, Vec<InUse>) {
    (Vec::new(), Vec::new())
}
