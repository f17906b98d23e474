//! The formula of net benefit for one draw: pure numbers in, pure numbers out.

use super::Part;
use crate::config::Assumed;
use crate::metrics::{StakeSums, Stakes};

/// Number of assumptions.
pub(super) const ASSUMED: usize = Assumed::ALL.len();
/// Number of parts.
pub(super) const PARTS: usize = Part::ALL.len();

/// One value of everything that the data do not say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Values {
    /// By assumption, in their order.
    pub of: [f64; ASSUMED],
    /// The years of the horizon, discounted: see [`discounted_years`].
    pub years: f64,
    /// Cost of the work for the vendor's changes that is expected in a year, report currency.
    pub vendor_work: f64,
    /// Cost of an hour of ours, report currency.
    pub hour: f64,
}

impl Values {
    /// Values with the years that follow from them.
    pub fn new(of: [f64; ASSUMED], vendor_work: f64, hour: f64) -> Self {
        let years = discounted_years(of[Assumed::HorizonYears as usize], of[Assumed::DiscountRate as usize]);
        Self { of, years, vendor_work, hour }
    }

    /// The same with another value of one assumption.
    pub fn with(mut self, name: Assumed, value: f64) -> Self {
        self.of[name as usize] = value;
        if matches!(name, Assumed::HorizonYears | Assumed::DiscountRate) {
            return Self::new(self.of, self.vendor_work, self.hour);
        }
        self
    }

    /// The same over so many discounted years.
    pub fn with_years(mut self, years: f64) -> Self {
        self.years = years;
        self
    }

    fn get(&self, name: Assumed) -> f64 {
        self.of[name as usize]
    }
}

/// What one draw comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    /// By part, in their order: gains positive, losses negative.
    pub parts: [f64; PARTS],
    /// ARR that may be lost in a year.
    pub arr_at_risk: f64,
}

impl Outcome {
    /// Net benefit.
    pub fn total(&self) -> f64 {
        self.parts.iter().sum()
    }
}

/// What one unit of money a year, paid all through the year, is worth today over so many years: (1 − e^(−δH)) / δ with
/// δ = ln(1 + r), and H where nothing is discounted.
#[must_use]
pub fn discounted_years(years: f64, rate: f64) -> f64 {
    years_at_force(years, rate.ln_1p())
}

/// The same by the force δ.
pub(super) fn years_at_force(years: f64, force: f64) -> f64 {
    // Below this the first term that is left out, δH/2 of the whole, is less than a double can tell.
    if force * years < 1e-15 { years } else { -(-force * years).exp_m1() / force }
}

/// The formula; see [`super::NET_BENEFIT`].
///
/// The probability that an account leaves is at most 1 by construction: dependence d and the weighted rest σ(1 − d)s are at most
/// 1 together, and loss, relief and σ are.
pub(super) fn net_benefit_at(values: &Values, sums: &StakeSums) -> Outcome {
    use Assumed as A;
    let of = |name| values.get(name);
    let (years, hour) = (values.years, values.hour);
    let arr_at_risk = arr_at_risk(values, sums);
    let parts = [
        years * of(A::AvoidableSupport) * sums.support,
        years * of(A::AvoidableEngineering) * sums.engineering,
        years * of(A::AvoidableIncident) * sums.incident,
        years * of(A::AvoidableDirect) * sums.direct,
        years * of(A::VendorWork) * values.vendor_work,
        -years * of(A::Margin) * arr_at_risk,
        -of(A::RemovalHours) * hour,
        -sums.to_migrate * of(A::MigrationHours) * hour,
        -sums.to_migrate * of(A::CustomerHours) * of(A::CustomerHour),
    ];
    // What is lost of nothing is 0 and not −0.
    Outcome { parts: parts.map(|size| size + 0.0), arr_at_risk }
}

/// ARR that may be lost in a year, in one draw.
pub(super) fn arr_at_risk(values: &Values, sums: &StakeSums) -> f64 {
    let sole = values.get(Assumed::SoleUserWeight);
    let dependent = sums.arr_dependent + sole * sums.arr_sole;
    let replaced = sums.arr_dependent_replaced + sole * sums.arr_sole_replaced;
    values.get(Assumed::LossAtFullDependence) * (dependent - values.get(Assumed::ReplacementRelief) * replaced)
}

/// The sums of one draw: the replicates of the bootstrap in turn, the data where there are none.
pub(super) fn sums_in(stakes: &Stakes, draw: usize) -> &StakeSums {
    let turn = draw.checked_rem(stakes.replicates.len());
    turn.map_or(&stakes.data, |replicate| &stakes.replicates[replicate])
}

#[cfg(test)]
#[path = "formula_tests.rs"]
mod tests;
