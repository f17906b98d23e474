//! Several capabilities drawn together, for a set that would be removed as one.

use super::draws::{Assumptions, Draws, Shared, VendorWork};
use super::formula::{Values, arr_at_risk, net_benefit_at, sums_in};
use super::simulation::vendor_work;
use super::{BenefitPart, Part, Spread, calibrate};
use crate::config::Assumed;
use crate::decide::DecisionSettings;
use crate::integrations::Integrations;
use crate::metrics::{Facts, StakeSums, Stakes};

/// Draws over which the probability that one account leaves is spread at most: its 5 % and 95 % points are then known to about a
/// tenth of the width between them, and every account of a large base can have its own.
const DRAWS_OF_ACCOUNT: usize = 1000;

/// The parts of a benefit that come again every year.
const YEARLY: [Part; 5] = [Part::Support, Part::Engineering, Part::Incident, Part::Direct, Part::VendorWork];

/// The assumptions draw by draw, by member of the set.
pub(in crate::decide) struct SetDraws<'a> {
    of: Vec<Draws<'a>>,
    draws: usize,
    /// By member, whether the work for its vendor's changes is known.
    vendor_known: Vec<bool>,
}

/// What one member of the set means to one account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::decide) struct Reliance {
    /// Its place in the set.
    pub member: usize,
    /// Its part of the account's days that the set touches, as a part of all of its active days.
    pub dependent: f64,
    /// Its part of the rest, as far as users who know nothing else make it.
    pub sole: f64,
    /// The account already uses what takes its place.
    pub replaced: bool,
}

/// One member with money, as it counts within the set.
#[derive(Debug, Clone, Copy)]
pub(in crate::decide) struct Member<'a> {
    /// Its place in the set.
    pub place: usize,
    /// Alone.
    pub stakes: &'a Stakes,
    /// What it adds to the sums of the set in the data; cost as alone.
    pub within: StakeSums,
    /// Whether the cost of each type is known: support, engineering, incident, direct.
    pub is_cost_known: [bool; 4],
}

/// The set over the draws.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::decide) struct Joint {
    pub total: Spread,
    pub p_positive: f64,
    pub arr_at_risk: Spread,
    /// A year, undiscounted.
    pub freed: Vec<BenefitPart>,
}

/// ARR that may be lost in a year by a set, draw by draw.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRisk {
    /// Over the doubt in the data and in the assumptions.
    pub drawn: Vec<f64>,
    /// The same draws of the assumptions, with the data as they are.
    pub held: Vec<f64>,
}

/// Looks at the draws of some capabilities: those of [`super::simulate`].
pub(in crate::decide) fn with_draws<T>(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    set: &[usize],
    look: impl FnOnce(&SetDraws) -> T,
) -> T {
    with_shared(facts, integrations, settings, |shared, work| {
        let of = |&index: &usize| shared.of(index, &facts.capabilities[index], work[index], settings.engineering_hour);
        let vendor_known = set.iter().map(|&index| work[index].is_some()).collect();
        look(&SetDraws { of: set.iter().map(of).collect(), draws: settings.policy.draws as usize, vendor_known })
    })
}

/// Looks at what all capabilities share in the draws, and at the work for the vendors' changes by capability.
pub(super) fn with_shared<T>(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    look: impl FnOnce(&Shared, &[Option<VendorWork>]) -> T,
) -> T {
    let calibration = calibrate(settings.assumptions.of(Assumed::LossAtFullDependence), integrations);
    let assumptions = Assumptions::new(facts, settings, calibration.as_ref());
    let shared = Shared::new(&assumptions, settings.seed, settings.policy.draws as usize);
    look(&shared, &vendor_work(facts, integrations))
}

impl SetDraws<'_> {
    /// Probability that an account leaves, at most 1.
    pub fn leaving(&self, relies_on: &[Reliance]) -> Spread {
        let mut leaves = vec![0.0; self.draws.min(DRAWS_OF_ACCOUNT)];
        for of in relies_on {
            let column = |name| self.of[of.member].column(name);
            let (loss, sole) = (column(Assumed::LossAtFullDependence), column(Assumed::SoleUserWeight));
            let relief = column(Assumed::ReplacementRelief);
            for (draw, sum) in leaves.iter_mut().enumerate() {
                let left = if of.replaced { 1.0 - relief[draw] } else { 1.0 };
                *sum += loss[draw] * (of.dependent + sole[draw] * of.sole) * left;
            }
        }
        for sum in &mut leaves {
            *sum = sum.min(1.0);
        }
        Spread::of(&mut leaves)
    }

    /// ARR at risk of all members, draw by draw.
    pub fn at_risk(&self, members: &[Member]) -> AtRisk {
        let mut of = AtRisk { drawn: vec![0.0; self.draws], held: vec![0.0; self.draws] };
        for member in members {
            let factors = member.factors();
            for draw in 0..self.draws {
                let values = self.of[member.place].at(draw);
                of.drawn[draw] += arr_at_risk(&values, &member.sums(draw, &factors));
                of.held[draw] += arr_at_risk(&values, &member.within);
            }
        }
        of
    }

    /// Net benefit of all members, draw by draw.
    pub fn joint(&self, members: &[Member]) -> Joint {
        let (mut totals, mut at_risk) = (vec![0.0; self.draws], vec![0.0; self.draws]);
        let mut freed: [Vec<f64>; YEARLY.len()] = std::array::from_fn(|_| vec![0.0; self.draws]);
        for member in members {
            let factors = member.factors();
            for draw in 0..self.draws {
                let values = self.of[member.place].at(draw);
                let sums = member.sums(draw, &factors);
                let found = net_benefit_at(&values, &sums);
                totals[draw] += found.total();
                at_risk[draw] += found.arr_at_risk;
                for (freed, size) in freed.iter_mut().zip(freed_a_year(&values, &sums)) {
                    freed[draw] += size;
                }
            }
        }
        let is_known = |part: Part| {
            members.iter().any(|member| match part {
                Part::VendorWork => self.vendor_known[member.place],
                _ => member.is_cost_known[part as usize],
            })
        };
        let yearly = YEARLY.into_iter().zip(&mut freed);
        Joint {
            p_positive: share_positive(&totals),
            total: Spread::of(&mut totals),
            arr_at_risk: Spread::of(&mut at_risk),
            freed: yearly
                .map(|(part, sizes)| BenefitPart { part, spread: is_known(part).then(|| Spread::of(sizes)) })
                .collect(),
        }
    }
}

/// What one draw frees in a year, undiscounted, by [`YEARLY`].
fn freed_a_year(values: &Values, sums: &StakeSums) -> [f64; YEARLY.len()] {
    let of = |name: Assumed| values.of[name as usize];
    [
        of(Assumed::AvoidableSupport) * sums.support,
        of(Assumed::AvoidableEngineering) * sums.engineering,
        of(Assumed::AvoidableIncident) * sums.incident,
        of(Assumed::AvoidableDirect) * sums.direct,
        of(Assumed::VendorWork) * values.vendor_work,
    ]
}

/// How much of the sums of a capability alone count within the set: the five that are sums over accounts.
type Factors = [Factor; 5];

/// A sum alone times a factor; where that is nothing, what it is in the set.
#[derive(Debug, Clone, Copy)]
enum Factor {
    Times(f64),
    Instead(f64),
}

impl Factor {
    fn of(alone: f64, within: f64) -> Self {
        if alone > 0.0 { Self::Times(within / alone) } else { Self::Instead(within) }
    }

    fn apply(self, drawn: f64) -> f64 {
        match self {
            Self::Times(factor) => drawn * factor,
            Self::Instead(sum) => sum,
        }
    }
}

impl Member<'_> {
    fn factors(&self) -> Factors {
        let (alone, within) = (&self.stakes.data, &self.within);
        [
            Factor::of(alone.to_migrate, within.to_migrate),
            Factor::of(alone.arr_dependent, within.arr_dependent),
            Factor::of(alone.arr_sole, within.arr_sole),
            Factor::of(alone.arr_dependent_replaced, within.arr_dependent_replaced),
            Factor::of(alone.arr_sole_replaced, within.arr_sole_replaced),
        ]
    }

    /// The sums of one draw within the set.
    fn sums(&self, draw: usize, factors: &Factors) -> StakeSums {
        let drawn = *sums_in(self.stakes, draw);
        StakeSums {
            to_migrate: factors[0].apply(drawn.to_migrate),
            arr_dependent: factors[1].apply(drawn.arr_dependent),
            arr_sole: factors[2].apply(drawn.arr_sole),
            arr_dependent_replaced: factors[3].apply(drawn.arr_dependent_replaced),
            arr_sole_replaced: factors[4].apply(drawn.arr_sole_replaced),
            ..drawn
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "draws lie far below 2^53")]
fn share_positive(totals: &[f64]) -> f64 {
    let positive = totals.iter().filter(|size| **size > 0.0).count();
    positive as f64 / totals.len().max(1) as f64
}
