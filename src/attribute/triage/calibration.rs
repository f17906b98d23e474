//! What a score was worth on texts that the model had not seen: a threshold that keeps the precision, and for every score
//! the share of right answers.

use super::Share;

/// An answer to a text whose label is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judged {
    /// The model's own probability, 0–1.
    pub(super) score: f64,
    /// Contacts of that text.
    pub(super) contacts: u64,
    /// How many of them bear the label that was answered.
    pub(super) right: u64,
}

/// The lowest score from which on the answers were right often enough: the lower end of the 95 % interval of their precision
/// is at least `target`. `None` when no score is high enough.
pub(super) fn threshold(mut judged: Vec<Judged>, target: f64) -> Option<f64> {
    judged.sort_by(|a, b| b.score.total_cmp(&a.score));
    let (mut share, mut lowest) = (Share::default(), None);
    for alike in judged.chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
        for one in alike {
            share.count(one.right, one.contacts);
        }
        if share.estimate().is_some_and(|precision| precision.low >= target) {
            lowest = alike.first().map(|one| one.score);
        }
    }
    lowest
}

/// Contacts of one step of the calibration at least: with fifty the share of right answers has a standard error of 0.04 near 0.9.
const STEP: u64 = 50;

/// The share of right answers as a function of the score, nowhere falling.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calibration {
    /// From this score on this share, by ascending score.
    steps: Vec<(f64, f64)>,
}

impl Calibration {
    /// Steps of at least [`STEP`] contacts with neighbouring scores, each with (right + 1) / (contacts + 2), so that none is
    /// certain; then isotonic regression by pooling adjacent violators (Ayer et al. 1955, Ann. Math. Stat. 26, 641–647).
    pub(super) fn of(mut judged: Vec<Judged>) -> Self {
        judged.sort_by(|a, b| a.score.total_cmp(&b.score));
        let mut groups: Vec<(f64, u64, u64)> = Vec::new();
        for alike in judged.chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
            let right: u64 = alike.iter().map(|one| one.right).sum();
            let contacts: u64 = alike.iter().map(|one| one.contacts).sum();
            match groups.last_mut() {
                Some(group) if group.2 < STEP => *group = (group.0, group.1 + right, group.2 + contacts),
                _ => groups.push((alike[0].score, right, contacts)),
            }
        }
        if let Some((_, right, contacts)) = groups.pop_if(|last| last.2 < STEP) {
            match groups.last_mut() {
                Some(group) => *group = (group.0, group.1 + right, group.2 + contacts),
                None => groups.push((0.0, right, contacts)),
            }
        }
        let shrunk = groups.iter().map(|&(from, right, contacts)| (from, right + 1, contacts + 2));
        let pooled = shrunk.fold(Vec::new(), |mut pooled: Vec<(f64, u64, u64)>, mut next| {
            while let Some(last) = pooled.pop_if(|last| is_not_below(last, &next)) {
                next = (last.0, last.1 + next.1, last.2 + next.2);
            }
            pooled.push(next);
            pooled
        });
        #[expect(clippy::cast_precision_loss, reason = "contacts lie far below 2^53")]
        let steps = pooled.into_iter().map(|(from, right, of)| (from, right as f64 / of as f64)).collect();
        Self { steps }
    }

    /// The share of right answers among those of about that score, 0–1. Scores below all seen get the lowest.
    pub(super) fn confidence(&self, score: f64) -> f64 {
        let above = self.steps.partition_point(|&(from, _)| from <= score);
        self.steps.get(above.saturating_sub(1)).map_or(0.0, |&(_, share)| share)
    }
}

fn is_not_below(last: &(f64, u64, u64), next: &(f64, u64, u64)) -> bool {
    u128::from(last.1) * u128::from(next.2) >= u128::from(next.1) * u128::from(last.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(of: &[(f64, u64, u64)]) -> Vec<Judged> {
        of.iter().map(|&(score, right, contacts)| Judged { score, contacts, right }).collect()
    }

    /// Without an error the Wilson interval of n begins at n / (n + 1.96²): at 0.9 for 34.6.
    #[test]
    fn a_threshold_needs_evidence() {
        let right = |count: usize| (0..count).map(|i| (1.0 - i as f64 / 100.0, 1, 1)).collect::<Vec<_>>();
        assert_eq!(threshold(judged(&right(34)), 0.9), None);
        assert_eq!(threshold(judged(&right(35)), 0.9), Some(1.0 - 34.0 / 100.0));
        assert_eq!(threshold(vec![], 0.9), None);
        // Copies of one text are one observation.
        assert_eq!(threshold(judged(&[(0.9, 1000, 1000)]), 0.9), None);
    }

    #[test]
    fn the_lowest_score_that_holds_is_taken_and_equal_scores_stand_together() {
        let mut of = vec![(0.8, 1, 1); 100];
        of.extend([(0.5, 0, 1); 3]);
        // 100 of 103: [0.918, …]; with ten more errors 100 of 113: [0.813, …].
        assert_eq!(threshold(judged(&of), 0.9), Some(0.5));
        of.extend([(0.5, 0, 1); 10]);
        assert_eq!(threshold(judged(&of), 0.9), Some(0.8));
    }

    /// `IsotonicRegression().fit(1..6, shares, sample_weight=52)`, scikit-learn 1.9.1.
    #[test]
    fn agrees_with_scikit_learn() {
        let steps = [10, 30, 20, 40, 35, 49];
        let of: Vec<(f64, u64, u64)> =
            steps.iter().zip(1..).map(|(&right, score)| (f64::from(score) / 10.0, right, 50)).collect();
        let calibration = Calibration::of(judged(&of));
        let expected = [
            0.211_538_461_538_461_54,
            0.5,
            0.5,
            0.740_384_615_384_615_4,
            0.740_384_615_384_615_4,
            0.961_538_461_538_461_6,
        ];
        for (score, expected) in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].into_iter().zip(expected) {
            assert!((calibration.confidence(score) - expected).abs() < 1e-15, "{score}");
        }
        assert_eq!(calibration.confidence(0.0), calibration.confidence(0.1));
        assert_eq!(calibration.confidence(1.0), calibration.confidence(0.6));
    }

    #[test]
    fn few_answers_make_one_step_and_none_make_no_confidence() {
        assert_eq!(Calibration::of(vec![]).confidence(0.9), 0.0);
        assert_eq!(Calibration::of(judged(&[(0.4, 1, 1), (0.6, 1, 1)])).confidence(0.5), 0.75);
        let of: Vec<_> = (0..60).map(|i| (f64::from(i) / 100.0, 1, 1)).collect();
        assert_eq!(Calibration::of(judged(&of)).steps, [(0.0, 61.0 / 62.0)]);
    }

    proptest! {
        #[test]
        fn confidence_never_falls_and_is_never_certain(of in prop::collection::vec((0.0..1.0_f64, 0_u64..5, 0_u64..5), 0..400)) {
            let of: Vec<_> = of.into_iter().map(|(score, right, wrong)| (score, right, right + wrong)).collect();
            let calibration = Calibration::of(judged(&of));
            let values: Vec<f64> = (0..=100).map(|i| calibration.confidence(f64::from(i) / 100.0)).collect();
            prop_assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(values.iter().all(|value| (0.0..1.0).contains(value)));
        }
    }
}
