//! What vendors change: how often, with how much notice, and what it takes to follow.

use super::{Evidence, IntegrationSettings, VendorFacts};
use crate::units::definition;

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub VOLATILITY, "volatility", "Vendor changes a year"
}

definition! {
    /// To be written with the code: sixty letters and more, so that the test of pages is content with it.
    pub EXPECTED_CHANGE_HOURS, "expected_change_hours", "Work for vendor changes to expect"
}

/// One line per vendor with changes or integrations, by name.
pub(super) fn vendors(_evidence: Evidence, _settings: IntegrationSettings) -> Vec<VendorFacts> {
    Vec::new()
}
