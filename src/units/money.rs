use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An exact amount in the report currency, in millionths: bills carry prices far below a cent, and sums of
/// binary fractions would not add up. Amounts in other currencies are converted where they are read, so a
/// `Money` never meets another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, JsonSchema)]
#[schemars(with = "f64")]
pub struct Money {
    micros: i128,
}

impl Money {
    /// No money. A sum over no rows; not the same as an unknown amount, which is `None`.
    pub const ZERO: Self = Self { micros: 0 };
    const PER_UNIT: i128 = 1_000_000;

    /// From millionths of the currency unit.
    #[must_use]
    pub const fn from_micros(micros: i128) -> Self {
        Self { micros }
    }

    /// From a number of currency units, rounded to the nearest millionth, halves away from zero. `None` when
    /// the number is not finite or too large to be money (beyond ±10¹⁵).
    #[must_use]
    pub fn from_units(units: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked on the same line")]
        (units.is_finite() && units.abs() <= 1e15).then(|| Self { micros: (units * 1e6).round() as i128 })
    }

    /// Millionths of the currency unit.
    #[must_use]
    pub const fn micros(self) -> i128 {
        self.micros
    }

    /// Currency units, for ratios and charts; sums stay in `Money`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio needs 15 digits at most")]
    pub fn units(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// This amount times a factor, rounded to the nearest millionth.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "amounts stay far below 2^53 micros × factor; a saturating cast is the bound"
        )]
        Self { micros: (self.micros as f64 * factor).round() as i128 }
    }

    /// Splits the amount over weights so that the parts sum to it exactly: every part is rounded down, and the
    /// millionths left over go one each to the largest remainders, ties to the earlier part. Weights are not negative; when
    /// all are zero the parts are even. No weights, no parts.
    #[must_use]
    pub fn split(self, weights: &[f64]) -> Vec<Self> {
        if weights.is_empty() {
            return Vec::new();
        }
        let total: f64 = weights.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "a handful of parts")]
        let even = 1.0 / weights.len() as f64;
        let exact: Vec<f64> =
            weights.iter().map(|w| if total > 0.0 { w / total } else { even } * self.units() * 1e6).collect();
        #[expect(clippy::cast_possible_truncation, reason = "floored parts of a finite amount")]
        let mut parts: Vec<i128> = exact.iter().map(|x| x.floor() as i128).collect();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|&a, &b| {
            let rest = |i: usize| exact[i] - exact[i].floor();
            rest(b).total_cmp(&rest(a)).then(a.cmp(&b))
        });
        let mut left = self.micros - parts.iter().sum::<i128>();
        for &i in order.iter().cycle() {
            if left == 0 {
                break;
            }
            parts[i] += left.signum();
            left -= left.signum();
        }
        parts.into_iter().map(Self::from_micros).collect()
    }

    /// The amount with two decimals and a point, rounded half away from zero: the form of every CSV cell.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let cents = (self.micros.abs() * 100 + Self::PER_UNIT / 2) / Self::PER_UNIT;
        let sign = if self.micros < 0 && cents > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { micros: self.micros + other.micros }
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { micros: self.micros - other.micros }
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self { micros: -self.micros }
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.micros += other.micros;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// As a number rounded to two decimals: what `report.json` and `tables/*.csv` both show.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rounded: f64 = self.to_decimal().parse().map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(rounded)
    }
}

/// From a number of units.
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let units = f64::deserialize(deserializer)?;
        Self::from_units(units).ok_or_else(|| serde::de::Error::custom("an amount beyond all bounds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_round_half_away_from_zero() {
        assert_eq!(Money::from_micros(1_005_000).to_decimal(), "1.01");
        assert_eq!(Money::from_micros(-1_005_000).to_decimal(), "-1.01");
        assert_eq!(Money::from_micros(-4_999).to_decimal(), "0.00");
        assert_eq!(Money::ZERO.to_decimal(), "0.00");
    }

    #[test]
    fn ten_in_three_parts_keeps_every_millionth() {
        let parts = Money::from_micros(10_000_000).split(&[1.0, 1.0, 1.0]);
        let micros: Vec<i128> = parts.iter().map(|p| p.micros()).collect();
        assert_eq!(micros, [3_333_334, 3_333_333, 3_333_333]);
    }

    #[test]
    fn what_is_not_a_number_is_not_money() {
        assert_eq!(Money::from_units(f64::NAN), None);
        assert_eq!(Money::from_units(1e16), None);
        assert_eq!(Money::from_units(12.5), Some(Money::from_micros(12_500_000)));
    }

    proptest! {
        #[test]
        fn parts_always_sum_to_the_whole(
            micros in -1_000_000_000_000_i128..1_000_000_000_000,
            weights in prop::collection::vec(0.0_f64..10.0, 1..9),
        ) {
            let parts = Money::from_micros(micros).split(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.into_iter().sum::<Money>(), Money::from_micros(micros));
        }
    }
}
