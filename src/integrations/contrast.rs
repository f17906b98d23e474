//! Exposed against unexposed accounts.

use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub EXPOSURE, "exposure", "Exposed against unexposed accounts"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub E_VALUE, "e_value", "E-value"
}
