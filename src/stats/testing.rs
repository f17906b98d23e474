//! What the tests of formulas share.

use crate::units::Estimate;

/// Point and ends are these, to 1e-9.
pub fn close(found: Estimate, point: f64, low: f64, high: f64) {
    for (found, expected) in [(found.point, point), (found.low, low), (found.high, high)] {
        assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
    }
}
