//! The Monte Carlo: every capability over all draws.

use super::draws::{Assumptions, Draws, Shared, VendorWork};
use super::formula::{PARTS, Values, net_benefit_at, sums_in};
use super::{BenefitPart, Drawn, NetBenefit, Part, Simulation, Spread, calibrate, sensitivity};
use crate::config::{Assumed, CapabilityKind};
use crate::decide::DecisionSettings;
use crate::integrations::Integrations;
use crate::metrics::{CapabilityFacts, Facts, Stakes};
use crate::stats;

/// Draws the net benefit of every capability, on so many threads.
pub(super) fn simulate_on(
    threads: usize,
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
) -> Simulation {
    let prior = settings.assumptions.of(Assumed::LossAtFullDependence);
    let calibration = calibrate(prior, integrations);
    let mut assumptions = Assumptions::new(facts, settings, calibration.as_ref());
    let shared = Shared::new(&assumptions, settings.seed, settings.policy.draws as usize);
    let vendor_work = vendor_work(facts, integrations);
    let of = stats::on_threads(threads, facts.capabilities.len(), |index| {
        let known = &facts.capabilities[index];
        let stakes = known.stakes.as_ref()?;
        known.cost.run()?;
        let draws = shared.of(index, known, vendor_work[index], settings.engineering_hour);
        let mut is_known = [true; PARTS];
        let cost = &known.cost;
        for (part, is) in [
            (Part::Support, cost.support.is_some()),
            (Part::Engineering, cost.engineering.is_some()),
            (Part::Incident, cost.incident.is_some()),
            (Part::Direct, cost.direct.is_some()),
            (Part::VendorWork, vendor_work[index].is_some()),
        ] {
            is_known[part as usize] = is;
        }
        Some(Case { index, stakes, draws, is_known, assumptions: &assumptions, settings }.drawn(vendor_work[index]))
    });
    Simulation { of, assumptions: std::mem::take(&mut assumptions.in_use), calibration }
}

/// One capability before its draws.
struct Case<'a> {
    index: usize,
    stakes: &'a Stakes,
    draws: Draws<'a>,
    is_known: [bool; PARTS],
    assumptions: &'a Assumptions,
    settings: DecisionSettings<'a>,
}

impl Case<'_> {
    fn drawn(&self, vendor_work: Option<VendorWork>) -> Drawn {
        let count = self.settings.policy.draws as usize;
        let mut parts: [Vec<f64>; PARTS] = std::array::from_fn(|_| Vec::with_capacity(count));
        let (mut draws, mut arr_at_risk) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for draw in 0..count {
            let found = net_benefit_at(&self.draws.at(draw), sums_in(self.stakes, draw));
            parts.iter_mut().zip(found.parts).for_each(|(part, size)| part.push(size));
            draws.push(found.total());
            arr_at_risk.push(found.arr_at_risk);
        }
        let medians = Values::new(
            self.assumptions.at(self.index, 0.5),
            vendor_work.map_or(0.0, |work| work.distribution.quantile(0.5)),
            self.settings.engineering_hour,
        );
        let spreads = Part::ALL.iter().zip(&mut parts).map(|(&part, sizes)| {
            let spread = self.is_known[part as usize].then(|| Spread::of(sizes));
            BenefitPart { part, spread }
        });
        let distributions = |name| self.assumptions.of(self.index, name);
        let net_benefit = NetBenefit {
            parts: spreads.collect(),
            total: Spread::of(&mut draws.clone()),
            p_positive: share_positive(&draws),
            arr_at_risk: Spread::of(&mut arr_at_risk),
            tornado: sensitivity::tornado(&medians, self.stakes, distributions),
            flips: sensitivity::flips(&self.draws, self.stakes, self.settings.policy.remove_from, distributions, count),
            acceptability: Vec::new(),
        };
        Drawn { net_benefit, draws }
    }
}

#[expect(clippy::cast_precision_loss, reason = "draws lie far below 2^53")]
fn share_positive(draws: &[f64]) -> f64 {
    let positive = draws.iter().filter(|size| **size > 0.0).count();
    positive as f64 / draws.len().max(1) as f64
}

/// Work for the vendor's changes by capability; `None`: not known. A feature has none. What is expected of a vendor is shared evenly among its integrations.
#[expect(clippy::cast_precision_loss, reason = "integrations lie far below 2^53")]
pub(super) fn vendor_work(facts: &Facts, integrations: &Integrations) -> Vec<Option<VendorWork>> {
    let no_vendor =
        |known: &CapabilityFacts| (known.capability.kind == CapabilityKind::Feature).then_some(VendorWork::NONE);
    let mut of: Vec<_> = facts.capabilities.iter().map(no_vendor).collect();
    for vendor in &integrations.vendors {
        let share = 1.0 / vendor.capabilities.len().max(1) as f64;
        let expected = vendor.expected_cost.zip(vendor.expected_hours);
        let work = expected.map(|(cost, hours)| VendorWork::new(cost.units() * share, hours));
        for &capability in &vendor.capabilities {
            of[capability] = work;
        }
    }
    of
}
