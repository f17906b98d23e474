//! Which assumption moves net benefit most, and which value of it would change sides.

use super::draws::{Draws, held};
use super::formula::{Values, discounted_years, net_benefit_at, sums_in};
use super::{FlipPoint, Spread, Swing};
use crate::config::Assumed;
use crate::metrics::Stakes;
use crate::stats::Distribution;

/// One bar for each assumption and one for the data, widest first; equal ones in the order of the settings, the data before them.
pub(super) fn tornado(medians: &Values, stakes: &Stakes, of: impl Fn(Assumed) -> Distribution) -> Vec<Swing> {
    let at = |name, value| net_benefit_at(&medians.with(name, value), &stakes.data).total();
    let bar = |&name: &Assumed| {
        let (low, _, high) = of(name).range();
        let range = (held(name, low), held(name, high));
        Swing { assumption: Some(name), range, net_benefit: (at(name, range.0), at(name, range.1)) }
    };
    let sums = if stakes.replicates.is_empty() { std::slice::from_ref(&stakes.data) } else { &stakes.replicates[..] };
    let mut by_data: Vec<f64> = sums.iter().map(|sums| net_benefit_at(medians, sums).total()).collect();
    let by_data = Spread::of(&mut by_data);
    let by_data = (by_data.p05, by_data.p95);
    let data = Swing { assumption: None, range: by_data, net_benefit: by_data };
    let mut bars: Vec<Swing> = std::iter::once(data).chain(Assumed::ALL.iter().map(bar)).collect();
    let width = |bar: &Swing| (bar.net_benefit.1 - bar.net_benefit.0).abs();
    bars.sort_by(|a, b| width(b).total_cmp(&width(a)).then(a.assumption.cmp(&b.assumption)));
    bars
}

/// The flip points of every assumption that has one, by the part of its median that it would have to change by.
///
/// In all but horizon and discount, net benefit is a line in the assumption: every draw has one value at which it is 0, and the
/// point sought is an order statistic of them, exact over all draws.
pub(super) fn flips(
    draws: &Draws,
    stakes: &Stakes,
    remove_from: f64,
    of: impl Fn(Assumed) -> Distribution,
    count: usize,
) -> Vec<FlipPoint> {
    let needed = needed(remove_from, count);
    if needed == 0 || needed > count {
        return Vec::new();
    }
    let mut found: Vec<FlipPoint> = Assumed::ALL
        .iter()
        .filter_map(|&name| {
            let at = match name {
                Assumed::HorizonYears => of_horizon(draws, stakes, needed, count),
                Assumed::DiscountRate => of_discount(draws, stakes, needed, count),
                _ => of_line(name, draws, stakes, needed, count),
            }?;
            let (low, now, high) = of(name).range();
            Some(FlipPoint { assumption: name, now: held(name, now), at, within_range: low <= at && at <= high })
        })
        .collect();
    let change = |flip: &FlipPoint| ((flip.at - flip.now) / flip.now).abs();
    found.sort_by(|a, b| change(a).total_cmp(&change(b)).then(a.assumption.cmp(&b.assumption)));
    found
}

/// Draws above zero that make up the probability.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of draws, held to them"
)]
fn needed(probability: f64, count: usize) -> usize {
    // A probability such as 0.8 is a little above itself in binary; the draws are whole.
    (probability * count as f64 - 1e-9).ceil().max(0.0) as usize
}

/// The value of an assumption in which net benefit is a line.
fn of_line(name: Assumed, draws: &Draws, stakes: &Stakes, needed: usize, count: usize) -> Option<f64> {
    let line = |draw: usize| {
        let (values, sums) = (draws.at(draw), sums_in(stakes, draw));
        let base = net_benefit_at(&values.with(name, 0.0), sums).total();
        (base, net_benefit_at(&values.with(name, 1.0), sums).total() - base)
    };
    let lines: Vec<(f64, f64)> = (0..count).map(line).collect();
    let rises = lines.iter().any(|(_, slope)| *slope > 0.0);
    let falls = lines.iter().any(|(_, slope)| *slope < 0.0);
    if rises == falls {
        // It matters nowhere, or a higher value helps in some draws and harms in others, as under a credit that makes a cost
        // negative.
        return None;
    }
    // Turned around where it falls: a draw is above zero from its bound on.
    let turn = if falls { -1.0 } else { 1.0 };
    let bound = |&(base, slope): &(f64, f64)| match (slope.abs() > 0.0, base > 0.0) {
        (true, _) => -base / slope * turn,
        (false, true) => f64::NEG_INFINITY,
        (false, false) => f64::INFINITY,
    };
    let mut bounds: Vec<f64> = lines.iter().map(bound).collect();
    let at = smallest(&mut bounds, needed) * turn;
    (at > 0.0 && at < name.most()).then_some(at)
}

/// Discounted years at which each draw comes to zero; infinite where it never does. More of them never harm a draw that
/// gains by the year, and one that does not is never above zero.
fn years_needed(draws: &Draws, stakes: &Stakes, count: usize) -> Vec<f64> {
    let years = |draw: usize| {
        let (values, sums) = (draws.at(draw), sums_in(stakes, draw));
        let at = |years| net_benefit_at(&values.with_years(years), sums).total();
        let (base, slope) = (at(0.0), at(1.0) - at(0.0));
        if slope > 0.0 { -base / slope } else { f64::INFINITY }
    };
    (0..count).map(years).collect()
}

fn of_horizon(draws: &Draws, stakes: &Stakes, needed: usize, count: usize) -> Option<f64> {
    let rates = draws.column(Assumed::DiscountRate);
    let years = years_needed(draws, stakes, count).into_iter().zip(rates);
    let mut horizons: Vec<f64> = years.map(|(years, &rate)| undiscounted(years, rate)).collect();
    let at = smallest(&mut horizons, needed);
    (at > 0.0 && at.is_finite()).then_some(at)
}

/// The horizon whose years come to so many; infinite where none does.
fn undiscounted(years: f64, rate: f64) -> f64 {
    let force = rate.ln_1p();
    if force * years < 1e-15 {
        years
    } else if force * years < 1.0 {
        -(-force * years).ln_1p() / force
    } else {
        f64::INFINITY
    }
}

/// Falls in every draw; found by bisection to a millionth.
fn of_discount(draws: &Draws, stakes: &Stakes, needed: usize, count: usize) -> Option<f64> {
    let horizons = draws.column(Assumed::HorizonYears);
    let years = years_needed(draws, stakes, count);
    let reaches = |rate: f64| {
        let mut last = (f64::NAN, f64::NAN);
        let mut above = 0;
        for (&horizon, &needs) in horizons.iter().zip(&years) {
            // Most horizons are fixed: an exponential is then taken once.
            if horizon.to_bits() != last.0.to_bits() {
                last = (horizon, discounted_years(horizon, rate));
            }
            above += usize::from(last.1 > needs);
        }
        above >= needed
    };
    let (mut low, mut high) = (0.0, Assumed::DiscountRate.most());
    if !reaches(low) || reaches(high) {
        return None;
    }
    while high - low > 1e-6 {
        let middle = f64::midpoint(low, high);
        if reaches(middle) { low = middle } else { high = middle }
    }
    Some(low)
}

/// The value that so many of some numbers do not exceed.
fn smallest(values: &mut [f64], needed: usize) -> f64 {
    *values.select_nth_unstable_by(needed - 1, f64::total_cmp).1
}
