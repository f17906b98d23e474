//! The allocation method: how a row is shared among what its labels reach, and how a capability hands its cost on to its
//! parts. Where a label is, is an observation; what is here is policy, and a setting.

use std::collections::BTreeMap;

use super::placement::{Placement, TRIAGE};
use super::{Catalogue, Target, confidence};
use crate::config::{CostSettings, SeveralLabels, ShareOut};

/// An allocation method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allocation {
    /// What happens to a row whose labels reach several capabilities.
    pub several_labels: SeveralLabels,
    /// What happens to cost that is placed on a capability with parts of its own.
    pub share_out: ShareOut,
}

impl Allocation {
    /// The method of the configuration.
    #[must_use]
    pub fn of(settings: &CostSettings) -> Self {
        Self { several_labels: settings.several_labels, share_out: settings.share_out }
    }

    /// Every method, in a fixed order.
    pub fn all() -> impl Iterator<Item = Self> {
        let labels = [SeveralLabels::Even, SeveralLabels::First, SeveralLabels::Usage];
        let parts = [ShareOut::None, ShareOut::Usage, ShareOut::Even, ShareOut::Given];
        labels
            .into_iter()
            .flat_map(move |several_labels| parts.into_iter().map(move |share_out| Self { several_labels, share_out }))
    }

    /// The method in words of the settings: `several_labels = even, share_out = none`.
    #[must_use]
    pub fn name(self) -> String {
        let labels = match self.several_labels {
            SeveralLabels::Even => "even",
            SeveralLabels::First => "first",
            SeveralLabels::Usage => "usage",
        };
        let parts = match self.share_out {
            ShareOut::None => "none",
            ShareOut::Usage => "usage",
            ShareOut::Even => "even",
            ShareOut::Given => "given",
        };
        format!("several_labels = {labels}, share_out = {parts}")
    }
}

/// How the amount of an entry came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// One target takes the row.
    Direct,
    /// Several labels share it evenly.
    Even,
    /// The first of several labels takes it.
    FirstLabel,
    /// Several labels share it by their use in the period.
    LabelUsage,
    /// A rule splits it by its weights.
    Weights,
    /// The parts of a capability share its cost by their use in the period.
    PartUsage,
    /// The parts of a capability share its cost evenly.
    PartsEven,
    /// The parts of a capability share its cost by given weights.
    PartsGiven,
    /// A rule says that it belongs to no capability by nature.
    Overhead,
    /// A model placed it by its text.
    Triage,
    /// Nothing placed it.
    None,
}

impl Method {
    /// The stable id in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Even => "even",
            Self::FirstLabel => "first-label",
            Self::LabelUsage => "usage-labels",
            Self::Weights => "weights",
            Self::PartUsage => "usage",
            Self::PartsEven => "even-children",
            Self::PartsGiven => "given",
            Self::Overhead => "overhead",
            Self::Triage => "triage",
            Self::None => "none",
        }
    }
}

/// What shares are measured by.
#[derive(Debug, Clone)]
pub(super) struct Drivers<'a> {
    catalogue: &'a Catalogue,
    /// Use in the period of a capability and its parts, by index.
    usage: Vec<f64>,
    /// Given weights by index; 0 without one.
    given: Vec<f64>,
}

/// One part of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub capability: Option<usize>,
    /// Of the row, above 0; the weights of a row sum to 1.
    pub weight: f64,
    pub method: Method,
    pub confidence: Option<f64>,
    /// The capability that handed it on.
    pub shared_from: Option<usize>,
}

impl<'a> Drivers<'a> {
    /// From the use of every capability by index (0 where there is none) and the given weights by id.
    pub(super) fn new(catalogue: &'a Catalogue, usage: &[f64], given: &BTreeMap<String, f64>) -> Self {
        let known = catalogue.capabilities();
        let own =
            |index: usize| usage.get(index).copied().filter(|used| used.is_finite() && *used > 0.0).unwrap_or(0.0);
        let with_parts = |index: usize| {
            let parts = (0..known.len()).filter(|&part| catalogue.is_part_of(part, index));
            own(index) + parts.map(own).sum::<f64>()
        };
        let weight = |id: &str| given.get(id).copied().filter(|weight| *weight > 0.0).unwrap_or(0.0);
        Self {
            catalogue,
            usage: (0..known.len())
                .map(|index| if catalogue.children(index).is_empty() { own(index) } else { with_parts(index) })
                .collect(),
            given: known.iter().map(|capability| weight(&capability.id)).collect(),
        }
    }

    /// Whether a capability has parts in the catalogue.
    pub(super) fn has_parts(&self, capability: usize) -> bool {
        !self.catalogue.children(capability).is_empty()
    }

    /// The parts of a row, by capability, then by who handed them on. Never empty; the weights are above 0 and sum to 1.
    pub(super) fn parts(&self, placement: &Placement, allocation: Allocation) -> Vec<Part> {
        let mut parts = Vec::new();
        let placed = self.placed(placement, allocation.several_labels);
        for part in placed {
            self.hand_on(part, part.capability, allocation.share_out, &mut parts);
        }
        parts.sort_by_key(|part| (part.capability, part.shared_from, part.method));
        parts.dedup_by(|next, kept| {
            let same =
                (next.capability, next.shared_from, next.method) == (kept.capability, kept.shared_from, kept.method);
            if same {
                kept.weight += next.weight;
            }
            same
        });
        parts
    }

    /// The parts as the labels of the row place them.
    fn placed(&self, placement: &Placement, several: SeveralLabels) -> Vec<Part> {
        let Placement { rule, targets, confidence, .. } = placement;
        let part = |capability, weight, method| Part {
            capability,
            weight,
            method,
            confidence: *confidence,
            shared_from: None,
        };
        let (shares, method) = match (targets.as_slice(), several) {
            ([], _) => return vec![part(None, 1.0, Method::None)],
            ([Target::Overhead], _) => return vec![part(None, 1.0, Method::Overhead)],
            ([Target::Capability(_)], _) if *rule == TRIAGE => (vec![1.0], Method::Triage),
            ([Target::Capability(_)], _) => (vec![1.0], Method::Direct),
            ([_], _) => (vec![1.0], Method::Weights),
            (_, SeveralLabels::First) => (vec![1.0], Method::FirstLabel),
            (several, SeveralLabels::Even) => (even(several.len()), Method::Even),
            (several, SeveralLabels::Usage) => {
                let used = |target: &Target| target.weights().iter().map(|(index, _)| self.usage[*index]).sum::<f64>();
                normalised(several.iter().map(used).collect())
                    .map_or_else(|| (even(several.len()), Method::Even), |shares| (shares, Method::LabelUsage))
            }
        };
        let of_target = |(target, share): (&Target, f64)| {
            let weights = target.weights();
            let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
            weights.into_iter().map(move |(index, weight)| part(Some(index), share * weight / sum, method))
        };
        targets.iter().zip(shares).filter(|(_, share)| *share > 0.0).flat_map(of_target).collect()
    }

    /// Hands a part on to the parts of its capability, and from them to theirs. Parents form no ring, so it ends.
    fn hand_on(&self, part: Part, from: Option<usize>, share_out: ShareOut, parts: &mut Vec<Part>) {
        let children = part.capability.map_or(&[][..], |capability| self.catalogue.children(capability));
        let of = |weights: &[f64]| normalised(children.iter().map(|child| weights[*child]).collect());
        let handed = match share_out {
            _ if children.is_empty() => None,
            ShareOut::None => None,
            ShareOut::Usage => of(&self.usage).map(|shares| (shares, Method::PartUsage)),
            ShareOut::Even => Some((even(children.len()), Method::PartsEven)),
            ShareOut::Given => of(&self.given).map(|shares| (shares, Method::PartsGiven)),
        };
        let Some((shares, method)) = handed else {
            parts.push(part);
            return;
        };
        for (child, share) in children.iter().zip(shares).filter(|(_, share)| *share > 0.0) {
            let confidence = part.confidence.map(|sure| sure.min(confidence::SHARED_OUT));
            let weight = part.weight * share;
            let handed = Part { capability: Some(*child), weight, method, confidence, shared_from: from };
            self.hand_on(handed, from, share_out, parts);
        }
    }
}

fn even(count: usize) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "labels and parts are few")]
    let share = 1.0 / count as f64;
    vec![share; count]
}

/// The weights so that they sum to 1; `None` when all are 0.
fn normalised(weights: Vec<f64>) -> Option<Vec<f64>> {
    let sum: f64 = weights.iter().sum();
    (sum > 0.0).then(|| weights.into_iter().map(|weight| weight / sum).collect())
}
