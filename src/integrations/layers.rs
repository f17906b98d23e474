//! The three layers of support: who ended what, what it cost, and what is missing.

use super::{Evidence, Failure, Gaps, Layers};
use crate::config::LayerSettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub LAYER_COVERAGE, "layer_coverage", "Who ended what"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub LAYER_MOVE, "layer_move", "Moving contacts down a layer"
}

/// Who ended the contacts and failures of the period.
pub(super) fn layers(_failures: &[Failure], _evidence: Evidence, _settings: &LayerSettings) -> Layers {
    Layers::default()
}

/// What is missing to see and mend the failures of a capability.
pub(super) fn gaps(_capability: usize, _failures: &[Failure], _evidence: Evidence) -> Gaps {
    Gaps::default()
}
