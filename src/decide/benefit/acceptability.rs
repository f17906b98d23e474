//! How the list stands under doubt: which place every candidate takes in how many draws.

use super::Simulation;
use crate::stats;

/// Draws that are ranked together, so that their net benefits stand side by side in the nearest cache.
const BLOCK: usize = 64;

/// Fills acceptability on so many threads; see [`super::accept`].
pub(super) fn accept_on(threads: usize, simulation: &mut Simulation, candidates: &[usize], first_k: usize) {
    let mut known: Vec<usize> = candidates.to_vec();
    known.retain(|&index| simulation.of.get(index).is_some_and(Option::is_some));
    // By index is by id.
    known.sort_unstable();
    known.dedup();
    let draws: Vec<&[f64]> =
        known.iter().filter_map(|&index| Some(&simulation.of[index].as_ref()?.draws[..])).collect();
    let count = draws.iter().map(|draws| draws.len()).min().unwrap_or(0);
    let places = first_k.min(known.len());
    let taken = places_taken(threads, &draws, count, places);
    for (candidate, &index) in known.iter().enumerate() {
        let Some(drawn) = simulation.of[index].as_mut() else { continue };
        let of = &taken[candidate * places..][..places];
        drawn.net_benefit.acceptability = of.iter().map(|&times| share(times, count)).collect();
    }
}

/// How often each candidate takes each of the first places: candidate by candidate.
fn places_taken(threads: usize, draws: &[&[f64]], count: usize, places: usize) -> Vec<u32> {
    let blocks = stats::on_threads(threads, count.div_ceil(BLOCK), |block| {
        let from = block * BLOCK;
        let width = BLOCK.min(count - from);
        let mut side_by_side = vec![0.0; draws.len() * width];
        for (candidate, of) in draws.iter().enumerate() {
            for (draw, &size) in of[from..from + width].iter().enumerate() {
                side_by_side[draw * draws.len() + candidate] = size;
            }
        }
        let mut winners = Vec::with_capacity(places * width);
        let mut order: Vec<u32> = Vec::new();
        for draw in 0..width {
            let size = |candidate: u32| side_by_side[draw * draws.len() + candidate as usize];
            order.clear();
            order.extend((0..).take(draws.len()));
            let better = |a: &u32, b: &u32| size(*b).total_cmp(&size(*a)).then(a.cmp(b));
            if places > 0 && places < order.len() {
                order.select_nth_unstable_by(places - 1, better);
            }
            let first = &mut order[..places];
            first.sort_unstable_by(better);
            winners.extend_from_slice(first);
        }
        winners
    });
    let mut taken = vec![0; draws.len() * places];
    for winners in blocks {
        for (at, &candidate) in winners.iter().enumerate() {
            taken[candidate as usize * places + at % places] += 1;
        }
    }
    taken
}

#[expect(clippy::cast_precision_loss, reason = "draws lie far below 2^53")]
fn share(times: u32, count: usize) -> f64 {
    f64::from(times) / count.max(1) as f64
}

#[cfg(test)]
#[path = "acceptability_tests.rs"]
mod tests;
