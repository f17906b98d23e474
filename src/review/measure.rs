//! Measures of an order with their intervals: the capabilities are drawn again and again.

use super::orders::{Key, Order, descending};
use super::truth::{Fate, Truth};
use crate::metrics::Facts;
use crate::stats::{self, PoissonWeights, Tied};
use crate::units::Estimate;

/// What is measured against, of each member of the population: whether it counts; `None`: it is left out.
pub(super) type Mark = Vec<Option<bool>>;

/// The population with its weights in every replicate.
#[derive(Debug)]
pub(super) struct Sample<'a> {
    truth: &'a Truth,
    /// By member, then replicate.
    weights: Vec<Vec<u8>>,
    pub removed: Mark,
    pub grew: Mark,
}

/// One order: groups of equal key from its top, as members of the population.
#[derive(Debug)]
pub(super) struct List<'a> {
    sample: &'a Sample<'a>,
    groups: Vec<Vec<usize>>,
}

impl<'a> Sample<'a> {
    pub fn new(facts: &Facts, truth: &'a Truth, weights: PoissonWeights) -> Self {
        let id = |&capability: &usize| facts.capabilities[capability].capability.id.as_str();
        let of = |mark: fn(&Fate) -> Option<bool>| truth.outcomes.iter().map(mark).collect();
        Self {
            truth,
            weights: truth.population.iter().map(|member| weights.of("capability", id(member))).collect(),
            removed: of(|fate| Some(fate.removed)),
            grew: of(|fate| fate.grew),
        }
    }

    pub fn list(&'a self, order: &Order) -> List<'a> {
        let key = |member: usize| -> Option<Key> { order.keys[self.truth.population[member]] };
        let mut members: Vec<usize> = (0..self.truth.population.len()).collect();
        members.sort_by(|&a, &b| descending(key(a), key(b)));
        let equal = |a: &usize, b: &usize| descending(key(*a), key(*b)).is_eq();
        List { sample: self, groups: members.chunk_by(equal).map(<[usize]>::to_vec).collect() }
    }
}

impl List<'_> {
    /// A measure in the data with its 95 % percentile interval over the replicates in which it is known.
    pub fn estimate(&self, mark: &Mark, measure: impl Fn(&[Tied]) -> Option<f64>) -> Option<Estimate> {
        let point = measure(&self.tied(mark, |_| 1.0))?;
        let replicates = self.sample.weights.first().map_or(0, Vec::len);
        let mut drawn: Vec<f64> = (0..replicates)
            .filter_map(|replicate| {
                measure(&self.tied(mark, |member| f64::from(self.sample.weights[member][replicate])))
            })
            .collect();
        drawn.sort_by(f64::total_cmp);
        let n = mark.iter().flatten().count() as u64;
        let end = |q: f64| stats::quantile(&drawn, q).unwrap_or(point);
        Some(Estimate { point, low: end(0.025).min(point), high: end(0.975).max(point), n })
    }

    fn tied(&self, mark: &Mark, weight: impl Fn(usize) -> f64) -> Vec<Tied> {
        let of_group = |group: &Vec<usize>| {
            let mut tied = Tied::default();
            for &member in group {
                let Some(counts) = mark[member] else { continue };
                let weight = weight(member);
                tied.all += weight;
                tied.hits += if counts { weight } else { 0.0 };
            }
            tied
        };
        self.groups.iter().map(of_group).collect()
    }
}
