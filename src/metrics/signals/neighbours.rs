//! Who looks after a capability, what it stands on, and what was announced about it.

use std::collections::BTreeMap;

use super::super::Evidence;
use super::Signals;
use crate::attribute::{Capability, Targets};
use crate::config::RawColumn;

/// Part of the capabilities whose repository the catalogue must name before a missing one says anything.
const NAMES_HOMES_FROM: f64 = 0.5;

#[derive(Debug, Clone, Default)]
struct OfOne {
    maintainers: Option<f64>,
    has_home: Option<bool>,
    shutdowns: Option<f64>,
    depends_on: Vec<usize>,
    family: Vec<usize>,
}

/// Owners, dependencies, families and notices, by capability.
pub(super) struct Neighbours(Vec<OfOne>);

impl Neighbours {
    #[expect(clippy::cast_precision_loss, reason = "capabilities and maintainers are few")]
    pub(super) fn of(evidence: Evidence) -> Self {
        let capabilities = evidence.catalogue.capabilities();
        let named = capabilities.iter().filter(|capability| capability.repository.is_some()).count();
        let names_homes = named > 0 && named as f64 >= NAMES_HOMES_FROM * capabilities.len() as f64;
        let position: BTreeMap<&str, usize> =
            capabilities.iter().enumerate().map(|(index, capability)| (capability.id.as_str(), index)).collect();
        let mut of: Vec<OfOne> = capabilities
            .iter()
            .enumerate()
            .map(|(index, capability)| OfOne {
                maintainers: capability.maintainers.map(|people| people as f64),
                has_home: names_homes.then_some(capability.repository.is_some()),
                shutdowns: (capability.intent.as_deref() == Some("sunset")).then_some(1.0),
                depends_on: needed(capability, index, &position),
                family: Vec::new(),
            })
            .collect();
        let repositories = families(capabilities, |capability| capability.repository.as_deref());
        let wholes = families(capabilities, |capability| capability.parent.as_deref());
        for members in repositories.into_iter().chain(wholes) {
            for &member in &members {
                of[member].family.extend(members.iter().copied().filter(|other| *other != member));
            }
        }
        for one in &mut of {
            one.family.sort_unstable();
            one.family.dedup();
        }
        add_shutdowns(evidence, &mut of);
        Self(of)
    }

    pub(super) fn fill(&self, capability: usize, signals: &mut Signals) {
        let of = &self.0[capability];
        (signals.maintainers, signals.has_home, signals.shutdowns) = (of.maintainers, of.has_home, of.shutdowns);
        signals.depends_on.clone_from(&of.depends_on);
        signals.family.clone_from(&of.family);
    }
}

fn needed(capability: &Capability, index: usize, position: &BTreeMap<&str, usize>) -> Vec<usize> {
    let known = capability.depends_on.iter().filter_map(|id| position.get(id.as_str()).copied());
    let mut needed: Vec<usize> = known.filter(|other| *other != index).collect();
    needed.sort_unstable();
    needed.dedup();
    needed
}

/// Members of a family at most: what hundreds share, an umbrella or a monorepo, binds none of them to another's fate, and every
/// member would list all.
const FAMILY_AT_MOST: usize = 20;

fn families<'a>(capabilities: &'a [Capability], of: impl Fn(&'a Capability) -> Option<&'a str>) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, capability) in capabilities.iter().enumerate() {
        if let Some(name) = of(capability) {
            members.entry(name).or_default().push(index);
        }
    }
    members.into_values().filter(|members| (2..=FAMILY_AT_MOST).contains(&members.len())).collect()
}

/// Announced shutdowns, on what they name: a capability, else every integration of the vendor. A notice without a day of
/// announcement counts once it holds.
fn add_shutdowns(evidence: Evidence, of: &mut [OfOne]) {
    let Some(changes) = evidence.signs.api_changes else { return };
    let mut by_vendor: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, capability) in evidence.catalogue.capabilities().iter().enumerate() {
        if let Some(vendor) = &capability.vendor {
            by_vendor.entry(vendor.trim().to_lowercase()).or_default().push(index);
            of[index].shutdowns.get_or_insert(0.0);
        }
    }
    let mut targets = Targets::new(evidence.catalogue);
    for change in changes {
        let is_shutdown = change.change.as_deref() == Some("shutdown");
        let known_from = change.announced_on.or(change.effective_on);
        if !is_shutdown || known_from.is_none_or(|day| day > evidence.spans.as_of) {
            continue;
        }
        let reached = match (&change.capability, &change.vendor) {
            (Some(name), _) => targets.of(RawColumn::Capability, name).to_vec(),
            (None, Some(vendor)) => by_vendor.get(&vendor.trim().to_lowercase()).cloned().unwrap_or_default(),
            (None, None) => Vec::new(),
        };
        for capability in reached {
            *of[capability].shutdowns.get_or_insert(0.0) += 1.0;
        }
    }
}
