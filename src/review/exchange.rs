//! A state between two reports: what the old one rests on, with some of its parts exchanged for those of the new one.

use std::collections::BTreeMap;

use super::Basis;
use crate::config::Settings;
use crate::integrations::{IntegrationFacts, Integrations};
use crate::metrics::{BaseOfUse, CapabilityFacts, CoUse, Facts, StakeSums, Stakes, Substitute};
use crate::units::{Estimate, Share};

/// A part that is exchanged as one, in the order in which they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The period and the as-of date, by which age and protection are judged.
    Period,
    /// The base, adoption, trend, segments, co-use; of the stakes accounts and ARR.
    Usage,
    /// Cost by type and what is made of it; of the stakes the cost.
    Cost,
    /// Reliability, failures, vendors, churn.
    Integrations,
    /// The capabilities, and what is promised.
    Catalogue,
    /// `[assumptions]` and `[[assume]]`.
    Assumptions,
    /// All other settings that decisions read.
    Configuration,
}

impl Part {
    pub(super) const ALL: [Self; 7] = [
        Self::Period,
        Self::Usage,
        Self::Cost,
        Self::Integrations,
        Self::Catalogue,
        Self::Assumptions,
        Self::Configuration,
    ];

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Which parts are exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Exchanged(u8);

impl Exchanged {
    pub(super) fn of(parts: &[Part]) -> Self {
        Self(parts.iter().fold(0, |bits, part| bits | part.bit()))
    }

    pub(super) fn with(self, part: Part) -> Self {
        Self(self.0 | part.bit())
    }

    pub(super) fn without(self, part: Part) -> Self {
        Self(self.0 & !part.bit())
    }

    fn has(self, part: Part) -> bool {
        self.0 & part.bit() != 0
    }
}

/// What is decided on.
pub(super) struct State {
    pub facts: Facts,
    pub integrations: Integrations,
    pub settings: Settings,
}

/// The parts in which two reports differ.
pub(super) fn differing(old: &Basis, new: &Basis) -> Vec<Part> {
    let none = state(old, new, Exchanged::default());
    let differs = |part: &Part| {
        let other = state(old, new, Exchanged::default().with(*part));
        other.facts != none.facts || other.integrations != none.integrations || other.settings != none.settings
    };
    Part::ALL.into_iter().filter(differs).collect()
}

/// The old basis with some parts of the new one. The catalogue says which capabilities there are: one that only the other report
/// knows keeps what that one says of it. With nothing exchanged this is the old basis, with everything the new one.
pub(super) fn state(old: &Basis, new: &Basis, exchanged: Exchanged) -> State {
    let from = |part: Part| if exchanged.has(part) { new } else { old };
    let (usage, cost, catalogue) = (from(Part::Usage), from(Part::Cost), from(Part::Catalogue));
    let places: BTreeMap<&str, usize> = ids(&catalogue.facts).zip(0..).collect();
    let mut facts = Facts {
        period: from(Part::Period).facts.period.clone(),
        as_of: from(Part::Period).facts.as_of,
        cost: cost.facts.cost,
        capabilities: Vec::new(),
        ..shell(&usage.facts)
    };
    facts.overlap.pairs = pairs(usage, &places);
    let (by_usage, by_cost) = (by_id(&usage.facts), by_id(&cost.facts));
    for own in &catalogue.facts.capabilities {
        let id = own.capability.id.as_str();
        let used = by_usage.get(id).map_or(own, |&at| &usage.facts.capabilities[at]);
        let spent = by_cost.get(id).map_or(own, |&at| &cost.facts.capabilities[at]);
        let substitute = used.substitute.as_ref().and_then(|substitute| {
            let source = if by_usage.contains_key(id) { usage } else { catalogue };
            moved(substitute, source, &places)
        });
        facts.capabilities.push(capability(own, used, spent, substitute));
    }
    let integrations = integrations(from(Part::Integrations), cost, &places);
    State { facts, integrations, settings: settings(old, new, exchanged) }
}

fn ids(facts: &Facts) -> impl Iterator<Item = &str> {
    facts.capabilities.iter().map(|capability| capability.capability.id.as_str())
}

fn by_id(facts: &Facts) -> BTreeMap<&str, usize> {
    ids(facts).zip(0..).collect()
}

/// Facts without their capabilities.
fn shell(facts: &Facts) -> Facts {
    Facts {
        teams: Vec::new(),
        period: facts.period.clone(),
        as_of: facts.as_of,
        basis: facts.basis,
        base: facts.base.clone(),
        cost: facts.cost,
        capabilities: Vec::new(),
        months: facts.months.clone(),
        segments: facts.segments.clone(),
        plans: facts.plans.clone(),
        regions: facts.regions.clone(),
        customers: facts.customers.clone(),
        overlap: crate::metrics::Overlap::default(),
        surface: facts.surface.clone(),
    }
}

/// The assumptions of one, all else of one.
fn settings(old: &Basis, new: &Basis, exchanged: Exchanged) -> Settings {
    let from = |part: Part| if exchanged.has(part) { &new.settings } else { &old.settings };
    let assumptions = from(Part::Assumptions);
    Settings {
        assumptions: assumptions.assumptions.clone(),
        assume: assumptions.assume.clone(),
        ..read_by_decisions(from(Part::Configuration), &old.settings)
    }
}

/// The settings that decisions read; the others, which shaped what was measured, are those of `rest`.
fn read_by_decisions(settings: &Settings, rest: &Settings) -> Settings {
    let mut read = settings.clone();
    let rest = rest.clone();
    (read.period, read.as_of, read.fx) = (rest.period, rest.as_of, rest.fx);
    (read.catalogue, read.adoption, read.overlap) = (rest.catalogue, rest.adoption, rest.overlap);
    (read.cost, read.triage, read.rate) = (rest.cost, rest.triage, rest.rate);
    (read.reliability, read.layers, read.volatility) = (rest.reliability, rest.layers, rest.volatility);
    (read.churn, read.procure, read.quality, read.output) = (rest.churn, rest.procure, rest.quality, rest.output);
    let engineering_hour = read.rates.engineering_hour;
    read.rates = rest.rates;
    read.rates.engineering_hour = engineering_hour;
    read
}

/// One capability: what it is, how it is used, what it costs.
fn capability(
    own: &CapabilityFacts,
    used: &CapabilityFacts,
    spent: &CapabilityFacts,
    substitute: Option<Substitute>,
) -> CapabilityFacts {
    let mut mixed = CapabilityFacts {
        capability: own.capability.clone(),
        commitments: own.commitments.clone(),
        substitute,
        ..used.clone()
    };
    mixed.tickets = spent.tickets;
    mixed.engineering_hours = spent.engineering_hours;
    (mixed.cost, mixed.cost_share) = (spent.cost, spent.cost_share);
    (mixed.run_cost_12m, mixed.cost_confidence) = (spent.run_cost_12m, spent.cost_confidence);
    mixed.intervals.cost_share = spent.intervals.cost_share;
    let shares = |of: &CapabilityFacts| (of.cost_share, of.intervals.cost_share, of.cost);
    if shares(used) != shares(spent) {
        relate(&mut mixed, used, spent);
    }
    mixed.stakes = used.stakes.as_ref().zip(spent.stakes.as_ref()).map(|(used, spent)| stakes(used, spent));
    mixed
}

/// What is made of cost and use together. Where the use of the two is the same, what stands beside the cost is exact; else they
/// are joined as if they were independent.
fn relate(mixed: &mut CapabilityFacts, used: &CapabilityFacts, spent: &CapabilityFacts) {
    let run = mixed.cost.run();
    mixed.cost_without_use = mixed.usage_share.is_some_and(|share| share.value() <= 0.0)
        && run.is_some_and(|run| run > crate::units::Money::ZERO);
    let each = |units: Option<u64>| {
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        units.filter(|&units| units > 0).and_then(|units| Some(run?.scaled(1.0 / units as f64)))
    };
    (mixed.cost_per_active_account, mixed.cost_per_active_user) = (each(used.active_accounts), each(used.active_users));
    let usage = |of: &CapabilityFacts| (of.usage_share, of.intervals.usage_share);
    mixed.disproportion = if usage(used) == usage(spent) {
        spent.disproportion
    } else {
        disproportion(spent, usage(used), used.disproportion)
    };
    for base in &mut mixed.bases {
        let same = spent.bases.iter().find(|other| other.of == base.of && other.usage_share == base.usage_share);
        if let Some(exact) = same {
            *base = *exact;
            continue;
        }
        let share = base.usage_share;
        let usage = (share.and_then(|share| Share::of(share.point, 1.0)), share.map(|share| (share.low, share.high)));
        *base = BaseOfUse { disproportion: disproportion(spent, usage, base.disproportion), ..*base };
    }
}

/// Cost share of one over usage share of another. The interval joins the two in logs, as if they were independent: of the lower
/// end, the distance of the cost share to its lower and of the usage share to its upper end. Without the two intervals, that of the
/// disproportion which goes with this use, at the same distance; `None` where use or cost is unknown or zero.
fn disproportion(
    spent: &CapabilityFacts,
    (usage, usage_interval): (Option<Share>, Option<(f64, f64)>),
    with_this_use: Option<Estimate>,
) -> Option<Estimate> {
    let (cost, usage) = (spent.cost_share?.value(), usage?.value());
    let known = spent.disproportion.or(with_this_use)?;
    if usage <= 0.0 {
        return None;
    }
    let point = cost / usage;
    let (low, high) = match (spent.intervals.cost_share, usage_interval) {
        (Some(costs), Some(uses)) if cost > 0.0 => {
            let distance = |a: f64, b: f64| (a / b).ln();
            let below = distance(cost, costs.0).hypot(distance(uses.1, usage));
            let above = distance(costs.1, cost).hypot(distance(usage, uses.0));
            (point * (-below).exp(), point * above.exp())
        }
        _ if known.point > 0.0 => (point * known.low / known.point, point * known.high / known.point),
        _ => (0.0, known.high),
    };
    Some(Estimate { point, low, high, n: known.n })
}

/// Cost of one, accounts and ARR of the other, replicate by replicate.
fn stakes(used: &Stakes, spent: &Stakes) -> Stakes {
    let mixed = |(used, spent): (&StakeSums, &StakeSums)| StakeSums {
        support: spent.support,
        engineering: spent.engineering,
        incident: spent.incident,
        direct: spent.direct,
        ..*used
    };
    Stakes {
        data: mixed((&used.data, &spent.data)),
        replicates: used.replicates.iter().zip(&spent.replicates).map(mixed).collect(),
        ..used.clone()
    }
}

/// A substitute by its place in another catalogue; `None` where it is no more.
fn moved(substitute: &Substitute, source: &Basis, places: &BTreeMap<&str, usize>) -> Option<Substitute> {
    Some(Substitute { capability: place(source, substitute.capability, places)?, ..substitute.clone() })
}

fn place(source: &Basis, index: usize, places: &BTreeMap<&str, usize>) -> Option<usize> {
    let id = &source.facts.capabilities.get(index)?.capability.id;
    places.get(id.as_str()).copied()
}

fn pairs(source: &Basis, places: &BTreeMap<&str, usize>) -> Vec<CoUse> {
    let moved = |pair: &CoUse| {
        let (first, second) = (place(source, pair.first, places)?, place(source, pair.second, places)?);
        // Capabilities stand by id in both catalogues, so that the order of the two is the same.
        Some(CoUse { first, second, ..*pair })
    };
    source.facts.overlap.pairs.iter().filter_map(moved).collect()
}

/// What is known of integrations, with capabilities by their places; what procuring would save goes with the cost.
fn integrations(source: &Basis, cost: &Basis, places: &BTreeMap<&str, usize>) -> Integrations {
    let mut found = source.integrations.clone();
    let costs = by_id(&cost.facts);
    let moved = |of: IntegrationFacts| {
        let capability = place(source, of.capability, places)?;
        let id = source.facts.capabilities[of.capability].capability.id.as_str();
        let procure = costs.get(id).and_then(|&at| cost.integrations.of(at)).map_or(of.procure, |of| of.procure);
        Some(IntegrationFacts { capability, procure, ..of })
    };
    found.facts = found.facts.into_iter().filter_map(moved).collect();
    found.facts.sort_by_key(|of| of.capability);
    let all = |list: &mut Vec<usize>| {
        *list = list.iter().filter_map(|&index| place(source, index, places)).collect();
    };
    found.vendors.iter_mut().for_each(|vendor| all(&mut vendor.capabilities));
    found.calendar.iter_mut().for_each(|entry| all(&mut entry.capabilities));
    found.churn.contrasts.retain_mut(|contrast| {
        let moved = contrast.capability.map(|index| place(source, index, places));
        contrast.capability = moved.flatten();
        moved != Some(None)
    });
    found
}
