//! Who left, and why.

use super::series::Series;
use super::{Churn, Episode, Evidence};
use crate::config::ChurnSettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub CHURN_KIND, "churn_kind", "Functional and emotional churn"
}

/// Everything about churn.
pub(super) fn churn(
    _episodes: &[Episode],
    _series: &[Series],
    _evidence: Evidence,
    _settings: &ChurnSettings,
) -> Churn {
    Churn::default()
}
