use crate::metrics::{CapabilityFacts, Facts};
use crate::units::definition;

definition! {
    /// *Dying anyway*: how strongly use points to a removal that happens sooner or later, 0–1. The mean of the places that
    /// the capability takes among all others by each known signal: low adoption (over the window of its
    /// rhythm), decline (the trend per month relative to the
    /// mean adoption of the months), and low retention. 1 is the weakest of all in every signal.
    ///
    /// It orders, and is no probability; it knows nothing of money. It is given for every capability with any known signal,
    /// and orders the list where no money is known. Low use alone would put every newcomer first; the trend speaks for
    /// what grows.
    pub REMOVAL_SCORE, "removal_score", "Removal score (dying anyway)"
}

/// The score of every capability; see [`REMOVAL_SCORE`].
pub(super) fn scores(facts: &Facts) -> Vec<Option<f64>> {
    let signals: [fn(&CapabilityFacts) -> Option<f64>; 3] = [low_adoption, decline, low_retention];
    let places: Vec<Vec<Option<f64>>> =
        signals.iter().map(|signal| percentiles(&facts.capabilities.iter().map(signal).collect::<Vec<_>>())).collect();
    (0..facts.capabilities.len())
        .map(|index| {
            let known: Vec<f64> = places.iter().filter_map(|signal| signal[index]).collect();
            #[expect(clippy::cast_precision_loss, reason = "three signals at most")]
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        })
        .collect()
}

/// Places by descending score, from 1; equal scores keep the order of ids.
pub(super) fn places(scores: &[Option<f64>]) -> Vec<Option<usize>> {
    let mut known: Vec<(usize, f64)> = scores.iter().enumerate().filter_map(|(i, s)| Some((i, (*s)?))).collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut places = vec![None; scores.len()];
    for (place, (index, _)) in known.into_iter().enumerate() {
        places[index] = Some(place + 1);
    }
    places
}

fn low_adoption(facts: &CapabilityFacts) -> Option<f64> {
    Some(-facts.judged_adoption()?.point)
}

fn decline(facts: &CapabilityFacts) -> Option<f64> {
    let known: Vec<f64> = facts.monthly_adoption.iter().copied().flatten().collect();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    (mean > 0.0).then_some(-facts.trend_per_month?.point / mean)
}

fn low_retention(facts: &CapabilityFacts) -> Option<f64> {
    Some(-facts.retention?.point)
}

/// The place of every known value among the known: the share of the others that lie below, ties counting half. A
/// single value lies in the middle.
#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn percentiles(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut sorted: Vec<f64> = values.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let others = sorted.len().saturating_sub(1);
    let place = |value: f64| {
        let below = sorted.partition_point(|other| *other < value);
        let equal = sorted.partition_point(|other| *other <= value) - below;
        if others == 0 { 0.5 } else { (below as f64 + (equal - 1) as f64 / 2.0) / others as f64 }
    };
    values.iter().map(|value| value.map(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, estimate, facts};

    #[test]
    fn percentiles_by_hand() {
        assert_eq!(
            percentiles(&[Some(1.0), None, Some(3.0), Some(2.0), Some(2.0)]),
            [Some(0.0), None, Some(1.0), Some(0.5), Some(0.5)]
        );
        assert_eq!(percentiles(&[Some(7.0)]), [Some(0.5)]);
        assert_eq!(percentiles(&[]), []);
    }

    #[test]
    fn low_adoption_is_that_over_the_window_of_the_rhythm() {
        let of = |adoption: f64, in_rhythm: Option<f64>| {
            let mut facts = capability("c");
            facts.adoption = Some(estimate((adoption, 0.0, 1.0)));
            facts.rhythm.adoption = in_rhythm.map(|point| estimate((point, 0.0, 1.0)));
            facts
        };
        assert_eq!(scores(&facts(vec![of(0.0, Some(0.3)), of(0.1, None)])), [Some(0.0), Some(1.0)]);
    }

    #[test]
    fn places_skip_the_unknown_and_break_ties_by_order() {
        assert_eq!(places(&[Some(0.2), None, Some(0.9), Some(0.9)]), [Some(3), None, Some(1), Some(2)]);
    }
}
