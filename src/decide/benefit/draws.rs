//! The assumptions as they are used, and their values draw by draw.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::formula::{ASSUMED, Values, discounted_years};
use super::{AssumptionInUse, Calibration, Spread};
use crate::config::Assumed;
use crate::decide::DecisionSettings;
use crate::metrics::{CapabilityFacts, Facts};
use crate::stats::{self, Distribution, Z95};
use crate::units::Estimate;

/// Every assumption: for all, and for single capabilities where it differs.
#[derive(Debug)]
pub(super) struct Assumptions {
    of_all: [Distribution; ASSUMED],
    own: BTreeMap<(usize, Assumed), Distribution>,
    /// As the report shows them.
    pub in_use: Vec<AssumptionInUse>,
}

impl Assumptions {
    /// The settings, over them what past breakages say about the loss, over both the hours of the catalogue, over all what
    /// `[[assume]]` says. One for a capability that the catalogue lacks is for nothing; a finding has said so.
    pub fn new(facts: &Facts, settings: DecisionSettings, calibration: Option<&Calibration>) -> Self {
        let read = |name: Assumed, text: &str| name.read(text).expect("the check of the configuration has read it");
        let calibrated = calibration.and_then(|found| Some((found.distribution.parse::<Distribution>().ok()?, found)));
        let mut in_use = Vec::new();
        let of_all = std::array::from_fn(|index| {
            let name = Assumed::ALL[index];
            let assumption = settings.assumptions.of(name);
            let mut line = AssumptionInUse {
                name,
                capability: None,
                distribution: assumption.distribution.clone(),
                spread: Spread::default(),
                unit: assumption.unit.clone(),
                reason: assumption.reason.clone(),
                source: assumption.source.clone(),
            };
            let used = match calibrated.filter(|_| name == Assumed::LossAtFullDependence) {
                Some((distribution, found)) => {
                    line.distribution.clone_from(&found.distribution);
                    line.source = format!("{}; calibrated by past breakages", assumption.source);
                    distribution
                }
                None => read(name, &assumption.distribution),
            };
            line.spread = spread_of(name, &used);
            in_use.push(line);
            used
        });
        let mut all = Self { of_all, own: BTreeMap::new(), in_use };
        let unit = |name| settings.assumptions.of(name).unit.clone();
        let ids = facts.capabilities.iter().enumerate();
        let by_id: BTreeMap<&str, usize> = ids.map(|(index, known)| (known.capability.id.as_str(), index)).collect();
        let overrides = settings.overrides.iter().filter_map(|own| Some((*by_id.get(own.capability.as_str())?, own)));
        let mut lines = BTreeMap::new();
        for (index, known) in facts.capabilities.iter().enumerate() {
            let Some(hours) = known.capability.removal_hours.filter(|hours| *hours >= 0.0) else { continue };
            let used = with_median(&of_all[Assumed::RemovalHours as usize], hours);
            let why =
                ("Hours of the catalogue as the median, the doubt as for all.".to_owned(), "catalogue".to_owned());
            lines.insert((index, Assumed::RemovalHours), (used, why));
        }
        for (index, own) in overrides {
            let why = (own.reason.clone().unwrap_or_default(), own.source.clone().unwrap_or_default());
            lines.insert((index, own.assumption), (read(own.assumption, &own.distribution), why));
        }
        for (key @ (index, name), (used, (reason, source))) in lines {
            all.own.insert(key, used);
            all.in_use.push(AssumptionInUse {
                name,
                capability: Some(index),
                distribution: used.to_string(),
                spread: spread_of(name, &used),
                unit: unit(name),
                reason,
                source,
            });
        }
        all
    }

    /// The distribution that holds for a capability.
    pub fn of(&self, capability: usize, name: Assumed) -> Distribution {
        self.own.get(&(capability, name)).copied().unwrap_or(self.of_all[name as usize])
    }

    /// One value of every assumption for a capability: the one below which such a part lies.
    pub fn at(&self, capability: usize, part: f64) -> [f64; ASSUMED] {
        std::array::from_fn(|index| {
            let name = Assumed::ALL[index];
            held(name, self.of(capability, name).quantile(part))
        })
    }
}

/// The distribution scaled to another median.
fn with_median(all: &Distribution, median: f64) -> Distribution {
    let (_, now, _) = all.range();
    if now > 0.0 && median > 0.0 { all.times(median / now) } else { Distribution::Fixed(median) }
}

/// A value above what the assumption can be counts as that.
pub(super) fn held(name: Assumed, value: f64) -> f64 {
    value.min(name.most())
}

fn spread_of(name: Assumed, used: &Distribution) -> Spread {
    let (p05, p50, p95) = used.range();
    let held = |value| held(name, value);
    Spread { mean: used.mean_up_to(name.most()), p05: held(p05), p50: held(p50), p95: held(p95) }
}

/// The values of every assumption over the draws, those that all capabilities share drawn once.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    assumptions: &'a Assumptions,
    seed: u64,
    count: usize,
    /// Uniform numbers and values of the shared assumptions; empty for the others.
    drawn: Vec<(Vec<f64>, Vec<f64>)>,
    years: Vec<f64>,
}

/// The values of one capability over the draws.
#[derive(Debug)]
pub(super) struct Draws<'a> {
    columns: [Cow<'a, [f64]>; ASSUMED],
    years: Cow<'a, [f64]>,
    /// Expected cost of vendor work a year; empty: none in any draw.
    vendor_work: Vec<f64>,
    hour: f64,
}

impl<'a> Shared<'a> {
    pub fn new(assumptions: &'a Assumptions, seed: u64, count: usize) -> Self {
        let drawn: Vec<(Vec<f64>, Vec<f64>)> = Assumed::ALL
            .iter()
            .map(|&name| {
                if !name.is_shared() {
                    return (Vec::new(), Vec::new());
                }
                let uniforms = stats::uniforms(seed, name.as_str(), "", count);
                let values = values(name, &assumptions.of_all[name as usize], &uniforms);
                (uniforms, values)
            })
            .collect();
        let of = |name: Assumed| &drawn[name as usize].1[..];
        let years = years(of(Assumed::HorizonYears), of(Assumed::DiscountRate));
        Self { assumptions, seed, count, drawn, years }
    }

    /// The values for one capability. What it has of its own is drawn under its id, and an assumption of its own uses the uniform
    /// numbers that the one for all would have used: nothing else of it moves, and nothing of any other.
    pub fn of(&self, index: usize, known: &CapabilityFacts, vendor_work: Option<VendorWork>, hour: f64) -> Draws<'_> {
        let id = known.capability.id.as_str();
        let columns: [Cow<'_, [f64]>; ASSUMED] = std::array::from_fn(|at| {
            let name = Assumed::ALL[at];
            let (uniforms, shared) = &self.drawn[at];
            let own = self.assumptions.own.contains_key(&(index, name));
            let distribution = self.assumptions.of(index, name);
            match (name.is_shared(), own) {
                (true, false) => Cow::Borrowed(&shared[..]),
                (true, true) => Cow::Owned(values(name, &distribution, uniforms)),
                (false, _) if matches!(distribution, Distribution::Fixed(_)) => {
                    Cow::Owned(vec![held(name, distribution.quantile(0.5)); self.count])
                }
                (false, _) => {
                    let uniforms = stats::uniforms(self.seed, name.as_str(), id, self.count);
                    Cow::Owned(values(name, &distribution, &uniforms))
                }
            }
        });
        let of_horizon = [Assumed::HorizonYears, Assumed::DiscountRate];
        let years = if of_horizon.iter().any(|name| self.assumptions.own.contains_key(&(index, *name))) {
            let [horizon, rate] = of_horizon.map(|name| &columns[name as usize][..]);
            Cow::Owned(years(horizon, rate))
        } else {
            Cow::Borrowed(&self.years[..])
        };
        let vendor_work = match vendor_work.map(|work| work.distribution) {
            None => Vec::new(),
            Some(Distribution::Fixed(cost)) => vec![cost; self.count],
            Some(doubtful) => doubtful.quantiles(&stats::uniforms(self.seed, "vendor work", id, self.count)),
        };
        Draws { columns, years, vendor_work, hour }
    }
}

impl Draws<'_> {
    /// One draw.
    pub fn at(&self, draw: usize) -> Values {
        Values {
            of: std::array::from_fn(|at| self.columns[at][draw]),
            years: self.years[draw],
            vendor_work: self.vendor_work.get(draw).copied().unwrap_or(0.0),
            hour: self.hour,
        }
    }

    /// The values of one assumption, draw by draw.
    pub fn column(&self, name: Assumed) -> &[f64] {
        &self.columns[name as usize]
    }
}

/// What the work for the vendor's changes is expected to cost in a year, for one of the vendor's integrations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct VendorWork {
    /// With the mean that is expected.
    pub distribution: Distribution,
}

impl VendorWork {
    /// There is no vendor, so that there is none.
    pub const NONE: Self = Self { distribution: Distribution::Fixed(0.0) };

    /// A yearly cost whose hours are known with a 95 % interval: a lognormal with the mean of the estimate, as wide as the interval,
    /// or, where that begins at nothing, as its upper half.
    pub fn new(cost: f64, hours: Estimate) -> Self {
        let width = if hours.low > 0.0 {
            (hours.high / hours.low).ln() / (2.0 * Z95)
        } else {
            (hours.high / hours.point).ln() / Z95
        };
        if !(cost > 0.0 && width.is_finite() && width > 0.0) {
            return Self { distribution: Distribution::Fixed(cost.max(0.0)) };
        }
        Self { distribution: Distribution::log_normal(cost, width) }
    }
}

fn values(name: Assumed, distribution: &Distribution, uniforms: &[f64]) -> Vec<f64> {
    let mut values = distribution.quantiles(uniforms);
    if matches!(distribution, Distribution::LogNormal(..)) && name.most().is_finite() {
        for value in &mut values {
            *value = held(name, *value);
        }
    }
    values
}

fn years(horizon: &[f64], rate: &[f64]) -> Vec<f64> {
    horizon.iter().zip(rate).map(|(&horizon, &rate)| discounted_years(horizon, rate)).collect()
}
