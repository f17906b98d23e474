//! How well an order finds the few that count: measures of a ranked list.
//!
//! Takes the list from its top as groups of equal score, because an order that cannot tell two capabilities apart must not be
//! praised or blamed for how their names sort. Gives the value that is expected when every group is drawn in any order.

/// The members of equal score: how many there are, and how many of them count. Weights may be fractions, for the bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tied {
    /// Members.
    pub all: f64,
    /// Of them those that count.
    pub hits: f64,
}

/// Area under the receiver operating characteristic: the probability that one that counts stands above one that does not, ties
/// counting half (Hanley & McNeil 1982; the statistic of Mann & Whitney 1947 over its greatest value). 0–1; 0.5 is chance.
/// `None` where all or none count.
#[must_use]
pub fn roc_auc(groups: &[Tied]) -> Option<f64> {
    let (hits, all) = totals(groups);
    let misses = all - hits;
    let mut below = misses;
    let mut won = 0.0;
    for group in groups {
        let lost = group.all - group.hits;
        below -= lost;
        won += group.hits * (below + lost / 2.0);
    }
    (hits > 0.0 && misses > 0.0).then(|| won / (hits * misses))
}

/// Average precision: the mean of the precision at each one that counts, every group of equal score read as a whole. 0–1; the share
/// of those that count is chance. `None` where none counts.
#[must_use]
pub fn average_precision(groups: &[Tied]) -> Option<f64> {
    let (hits, _) = totals(groups);
    let mut seen = Tied::default();
    let mut sum = 0.0;
    for group in groups.iter().filter(|group| group.all > 0.0) {
        seen.all += group.all;
        seen.hits += group.hits;
        sum += group.hits * seen.hits / seen.all;
    }
    (hits > 0.0).then(|| sum / hits)
}

/// How many of those that count are expected among the first `k`, at most all.
#[must_use]
pub fn hits_among_first(groups: &[Tied], k: f64) -> f64 {
    let mut room = k;
    let mut found = 0.0;
    for group in groups.iter().filter(|group| group.all > 0.0) {
        let taken = group.all.min(room);
        found += group.hits * taken / group.all;
        room -= taken;
        if room <= 0.0 {
            break;
        }
    }
    found
}

/// The part of the first `k` that count; of all when there are fewer. `None` for an empty list.
#[must_use]
pub fn precision_at(groups: &[Tied], k: f64) -> Option<f64> {
    let (_, all) = totals(groups);
    let k = k.min(all);
    (k > 0.0).then(|| hits_among_first(groups, k) / k)
}

/// The part of those that count which stand among the first `k`. `None` where none counts.
#[must_use]
pub fn recall_at(groups: &[Tied], k: f64) -> Option<f64> {
    let (hits, _) = totals(groups);
    (hits > 0.0).then(|| hits_among_first(groups, k) / hits)
}

fn totals(groups: &[Tied]) -> (f64, f64) {
    groups.iter().fold((0.0, 0.0), |(hits, all), group| (hits + group.hits, all + group.all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A list from its top: score, and whether it counts.
    fn groups(of: &[(i32, bool)]) -> Vec<Tied> {
        of.chunk_by(|a, b| a.0 == b.0)
            .map(|tied| Tied {
                all: f64::from(u32::try_from(tied.len()).unwrap()),
                hits: f64::from(u32::try_from(tied.iter().filter(|one| one.1).count()).unwrap()),
            })
            .collect()
    }

    #[test]
    fn measures_by_hand() {
        let list = groups(&[(9, true), (8, false), (7, true), (6, false)]);
        // Pairs won: 9 over 8 and 6, 7 over 6.
        assert_eq!(roc_auc(&list), Some(0.75));
        assert_eq!(average_precision(&list), Some(f64::midpoint(1.0, 2.0 / 3.0)));
        assert_eq!((precision_at(&list, 1.0), recall_at(&list, 1.0)), (Some(1.0), Some(0.5)));
        assert_eq!(precision_at(&list, 100.0), Some(0.5), "there are four");
        let tied = groups(&[(5, true), (5, false), (5, false), (1, true)]);
        assert_eq!(roc_auc(&tied), Some(0.25));
        assert_eq!(precision_at(&tied, 1.0), Some(1.0 / 3.0));
        assert_eq!(recall_at(&tied, 3.0), Some(0.5));
    }

    #[test]
    fn what_cannot_be_measured_is_unknown() {
        assert_eq!(
            (roc_auc(&[]), average_precision(&[]), precision_at(&[], 5.0), recall_at(&[], 5.0)),
            (None, None, None, None)
        );
        assert_eq!(roc_auc(&groups(&[(1, true)])), None);
        assert_eq!(roc_auc(&groups(&[(1, false)])), None);
        assert_eq!(average_precision(&groups(&[(2, false), (1, false)])), None);
        assert_eq!(precision_at(&groups(&[(2, false)]), 0.0), None);
    }

    const LIST: [(i32, bool); 30] = [
        (10, false),
        (10, false),
        (9, false),
        (9, true),
        (8, true),
        (8, false),
        (8, true),
        (7, false),
        (7, false),
        (7, false),
        (6, true),
        (6, false),
        (5, false),
        (5, true),
        (5, false),
        (5, true),
        (5, false),
        (4, true),
        (3, false),
        (3, false),
        (2, false),
        (2, false),
        (2, false),
        (2, false),
        (1, false),
        (1, false),
        (1, false),
        (1, false),
        (0, false),
        (0, false),
    ];
    const AUC: f64 = 0.7080745341614907;
    const AP: f64 = 0.3621782046151794;

    /// scikit-learn 1.9.1, `roc_auc_score` and `average_precision_score`.
    #[test]
    fn as_another_implementation_has_it() {
        let list = groups(&LIST);
        assert!((roc_auc(&list).unwrap() - AUC).abs() < 1e-12, "{:?}", roc_auc(&list));
        assert!((average_precision(&list).unwrap() - AP).abs() < 1e-12, "{:?}", average_precision(&list));
    }

    proptest! {
        #[test]
        fn turned_round_the_area_is_the_rest_of_one(mut list in prop::collection::vec((0..6, any::<bool>()), 1..40)) {
            list.sort_by_key(|one: &(i32, bool)| -one.0);
            let forth = groups(&list);
            let back: Vec<Tied> = forth.iter().rev().copied().collect();
            if let (Some(one), Some(other)) = (roc_auc(&forth), roc_auc(&back)) {
                prop_assert!((one + other - 1.0).abs() < 1e-12);
            }
        }

        #[test]
        fn recall_grows_and_ends_with_all(mut list in prop::collection::vec((0..6, any::<bool>()), 1..40)) {
            list.sort_by_key(|one: &(i32, bool)| -one.0);
            let groups = groups(&list);
            let recalls: Vec<f64> = (0..=list.len())
                .filter_map(|k| recall_at(&groups, f64::from(u32::try_from(k).unwrap())))
                .collect();
            prop_assert!(recalls.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
            prop_assert!(recalls.last().is_none_or(|last| (last - 1.0).abs() < 1e-12));
        }
    }
}
