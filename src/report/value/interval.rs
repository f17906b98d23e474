use schemars::JsonSchema;
use serde::Serialize;

use crate::units::{Estimate, Money};

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct EstimateLine {
    /// The figure, in the unit of the field.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval; null when the data set no upper bound.
    pub high: Option<f64>,
    /// How many units the figure rests on: accounts, cost rows, months, contacts.
    pub n: u64,
}

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct IntervalLine {
    /// Lower end.
    pub low: f64,
    /// Upper end; null when the data set no upper bound.
    pub high: Option<f64>,
}

/// A 95 % interval of an amount in report currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MoneyInterval {
    /// Lower end.
    pub low: Money,
    /// Upper end; null when the data set no upper bound.
    pub high: Option<Money>,
}

/// Six significant digits: more than any figure here is known to, and few enough that the mathematical libraries of
/// two machines agree on all of them. Rounded once, where the report is composed, so that every format shows the same
/// number.
pub(crate) fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

fn bound(value: f64) -> Option<f64> {
    value.is_finite().then(|| rounded(value))
}

impl EstimateLine {
    /// Of an estimate; `None` when its point or lower end is no number.
    #[must_use]
    pub fn of(estimate: Estimate) -> Option<Self> {
        Some(Self {
            point: bound(estimate.point)?,
            low: bound(estimate.low)?,
            high: bound(estimate.high),
            n: estimate.n,
        })
    }
}

impl IntervalLine {
    /// Of two ends; `None` when the lower is no number.
    #[must_use]
    pub fn of((low, high): (f64, f64)) -> Option<Self> {
        Some(Self { low: bound(low)?, high: bound(high) })
    }
}

impl MoneyInterval {
    /// Of two ends in currency units; `None` when the lower is no amount.
    #[must_use]
    pub fn of((low, high): (f64, f64)) -> Option<Self> {
        Some(Self { low: Money::from_units(low)?, high: Money::from_units(high) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_without_bound_is_null_and_a_figure_that_is_none_is_unknown() {
        let estimate = Estimate { point: 1.0 / 3.0, low: 0.1, high: f64::INFINITY, n: 9 };
        let line = EstimateLine::of(estimate).unwrap();
        assert_eq!((line.point, line.low, line.high, line.n), (0.333_333, 0.1, None, 9));
        assert_eq!(EstimateLine::of(Estimate { point: f64::NAN, ..estimate }), None);
        assert_eq!(IntervalLine::of((0.25, 0.5)), Some(IntervalLine { low: 0.25, high: Some(0.5) }));
        assert_eq!(MoneyInterval::of((1.0, f64::INFINITY)).unwrap().high, None);
        assert_eq!(MoneyInterval::of((f64::NAN, 1.0)), None);
    }
}
