use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a whole: a fraction in 0–1, never a percentage.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Share(f64);

impl Share {
    /// The whole.
    pub const ONE: Self = Self(1.0);

    /// `part / whole`, held to 0–1; `None` when the whole is zero, negative or not a number, because a
    /// share of nothing is unknown and not zero.
    #[must_use]
    pub fn of(part: f64, whole: f64) -> Option<Self> {
        (whole > 0.0 && part.is_finite() && whole.is_finite()).then(|| Self((part / whole).clamp(0.0, 1.0)))
    }

    /// The fraction.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_unknown() {
        assert_eq!(Share::of(0.0, 0.0), None);
        assert_eq!(Share::of(1.0, f64::NAN), None);
        assert_eq!(Share::of(1.0, -2.0), None);
    }

    #[test]
    fn a_share_is_held_to_its_range() {
        assert_eq!(Share::of(1.0, 4.0).map(Share::value), Some(0.25));
        assert_eq!(Share::of(5.0, 4.0), Some(Share::ONE));
    }
}
