//! *Dying anyway*: how strongly everything known but money points to a removal that happens sooner or later.

mod signs;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::RemovalSettings;
use crate::metrics::Facts;
use crate::stats;
use crate::units::definition;

use signs::{Group, SIGNS, Scale};

definition! {
    /// *Dying anyway*: how strongly the signs point to a removal that happens sooner or later, 0–1.
    ///
    /// Every signal is put on a scale from 0 (most alive) to 1 (most dead): its place among all capabilities of which it is
    /// known, ties counting half, or a scale of its own where it has a natural one: age (five years are 1), maintainers
    /// (1 / (1 + n)), a lost source, unfixed findings (1 − 2⁻ⁿ), an announced shutdown. The place is raised to `removal.power`, because one
    /// strong sign of life keeps a thing while no single sign of death removes it. The score is the mean of the groups by
    /// their weights in `[removal]`; within a group the known signals weigh the same. A signal that is not known drops out:
    /// it neither favours nor punishes. Age and the fate of others are no signs by themselves: where nothing else is known there is no score.
    ///
    /// Groups: level of use · trend over 6, 12 and 24 months · retention · age · staleness (last release, last change) ·
    /// investment (finished changes, people, releases) · ownership (maintainers, known source) · unfixed findings · open
    /// work that nobody takes · unsolved contacts · announced shutdowns · fate of what it needs and of its family, which is the
    /// score of those without their own fate.
    ///
    /// Work is counted as a sign of life and never as cost, because it goes where somebody cares: a ranking that counts it as
    /// cost names what is being improved. Nothing is learnt from removals, and no weight is fitted. It orders, and is no
    /// probability; it knows nothing of money. It is given for every capability with any known signal, and orders the list
    /// where no money is known.
    pub REMOVAL_SCORE, "removal_score", "Removal score (dying anyway)"
}

/// One signal of one capability, and what it adds to the score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RemovalPart {
    /// Stable id, `snake_case`.
    pub signal: &'static str,
    /// The signal in words.
    pub title: &'static str,
    /// What was measured, in `unit`.
    pub value: f64,
    /// Unit of the value; `×` is a ratio.
    pub unit: &'static str,
    /// Where that lies from 0, most alive, to 1, most dead.
    pub place: f64,
    /// Weight among the known signals, 0–1; the weights of all parts sum to 1.
    pub weight: f64,
    /// Weight × place to the power of `removal.power`: the contributions of all parts sum to the score.
    pub contribution: f64,
}

/// The score of one capability.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemovalScore {
    /// 0–1; `None` when no signal with a weight is known but age and fate.
    pub score: Option<f64>,
    /// What it is made of, in the order of the signals.
    pub parts: Vec<RemovalPart>,
}

/// A signal that is known of a capability: which of [`SIGNS`], its value, its place.
type Known = (usize, f64, f64);

/// The score of every capability; see [`REMOVAL_SCORE`].
pub(super) fn scores(facts: &Facts, settings: &RemovalSettings) -> Vec<RemovalScore> {
    let mut known = own_signs(facts);
    let alone: Vec<Option<f64>> = known.iter().map(|known| weighed(known, settings).score).collect();
    add_fate(facts, &stats::places(&alone), &mut known);
    known.iter().map(|known| weighed(known, settings)).collect()
}

/// Every known signal of every capability but those of the group fate.
fn own_signs(facts: &Facts) -> Vec<Vec<Known>> {
    let mut known = vec![Vec::new(); facts.capabilities.len()];
    for (number, sign) in SIGNS.iter().enumerate() {
        let values: Vec<Option<f64>> = facts.capabilities.iter().map(sign.value).collect();
        let places: Vec<Option<f64>> = match sign.scale {
            Scale::High => stats::places(&values),
            Scale::Low => stats::places(&values.iter().map(|value| value.map(|value| -value)).collect::<Vec<_>>()),
            Scale::Own(scale) => values.iter().map(|value| value.map(|value| scale(value).clamp(0.0, 1.0))).collect(),
            Scale::Fate => continue,
        };
        for ((known, value), place) in known.iter_mut().zip(&values).zip(places) {
            known.extend(value.zip(place).map(|(value, place)| (number, value, place)));
        }
    }
    known
}

/// The fate of what a capability needs and of its family, by their places without fate of their own. What it needs counts
/// only where it is worse off than itself: sound ground saves nobody.
fn add_fate(facts: &Facts, alone: &[Option<f64>], known: &mut [Vec<Known>]) {
    let Some(needs) = SIGNS.iter().position(|sign| sign.id == signs::NEEDS) else { return };
    let Some(family) = SIGNS.iter().position(|sign| sign.id == signs::FAMILY) else { return };
    let places = |others: &[usize]| others.iter().filter_map(|other| alone[*other]).collect::<Vec<f64>>();
    for (index, capability) in facts.capabilities.iter().enumerate() {
        let needed = places(&capability.signals.depends_on);
        if let Some(worst) = needed.into_iter().reduce(f64::max) {
            let place = alone[index].map_or(worst, |own| own.max(worst));
            known[index].push((needs, worst, place));
        }
        let others = places(&capability.signals.family);
        if !others.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "families are small")]
            let mean = others.iter().sum::<f64>() / others.len() as f64;
            known[index].push((family, mean, mean));
        }
    }
}

/// The weighted mean of the groups, with its parts.
fn weighed(known: &[Known], settings: &RemovalSettings) -> RemovalScore {
    let of_group = |group: Group| known.iter().filter(|(number, ..)| SIGNS[*number].group == group).count();
    #[expect(clippy::cast_precision_loss, reason = "signals are few")]
    let weight = |number: usize| {
        let group = SIGNS[number].group;
        group.weight(settings) / of_group(group) as f64
    };
    let all: f64 = known.iter().map(|(number, ..)| weight(*number)).sum();
    let says_something =
        |number: usize| weight(number) > 0.0 && !matches!(SIGNS[number].group, Group::Age | Group::Fate);
    if !known.iter().any(|(number, ..)| says_something(*number)) {
        return RemovalScore::default();
    }
    let parts: Vec<RemovalPart> = known
        .iter()
        .map(|&(number, value, place)| {
            let (sign, weight) = (&SIGNS[number], weight(number) / all);
            RemovalPart {
                signal: sign.id,
                title: sign.title,
                value,
                unit: sign.unit,
                place,
                weight,
                contribution: weight * place.powf(settings.power),
            }
        })
        .collect();
    let score = parts.iter().map(|part| part.contribution).sum::<f64>().clamp(0.0, 1.0);
    RemovalScore { score: Some(score), parts }
}

/// Places by descending score, from 1; equal scores keep the order of ids.
pub(super) fn places(scores: &[RemovalScore]) -> Vec<Option<usize>> {
    let mut known: Vec<(usize, f64)> = scores.iter().enumerate().filter_map(|(i, s)| Some((i, s.score?))).collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut places = vec![None; scores.len()];
    for (place, (index, _)) in known.into_iter().enumerate() {
        places[index] = Some(place + 1);
    }
    places
}
