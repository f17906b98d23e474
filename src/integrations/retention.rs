//! Net and gross revenue retention of cohorts.

use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub NRR_GRR, "nrr_grr", "Net and gross revenue retention"
}
