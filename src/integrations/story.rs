//! One broken integration from its first failure to what it cost.

use super::{Evidence, Integrations, Story};
use crate::config::ChurnSettings;

/// The integration with most at stake; `None` when no failure of the last twelve months is worth telling.
pub(super) fn story(_integrations: &Integrations, _evidence: Evidence, _settings: &ChurnSettings) -> Option<Story> {
    None
}
