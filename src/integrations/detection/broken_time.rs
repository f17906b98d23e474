//! Broken time without counting any of it twice.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::super::Episode;

/// From, until.
pub type Stretch = (NaiveDateTime, NaiveDateTime);

/// For every episode the stretches that count as its own. Where episodes of one account on one integration overlap, a moment
/// belongs to the one that lost the most of the function, of equals to the one that began first: the stretches of one account
/// never overlap, and together they cover what its episodes cover.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BrokenTime {
    /// By episode, then time.
    stretches: Vec<(usize, Stretch)>,
    /// Where those of an episode begin.
    starts: Vec<usize>,
}

impl BrokenTime {
    /// Of the episodes with their onsets and ends as `span` reads them; one that ends before it begins has no time.
    pub fn of(episodes: &[Episode], span: impl Fn(&Episode) -> Stretch) -> Self {
        let spans: Vec<Stretch> = episodes.iter().map(span).collect();
        let mut order: Vec<usize> = (0..episodes.len()).filter(|&index| spans[index].0 < spans[index].1).collect();
        let key = |index: usize| (episodes[index].capability, episodes[index].account.as_deref());
        order.sort_unstable_by(|&a, &b| (key(a), spans[a], a).cmp(&(key(b), spans[b], b)));
        let mut stretches = Vec::with_capacity(order.len());
        let mut rest = order.as_slice();
        while let Some(&first) = rest.first() {
            // Those that hang together by overlaps.
            let mut covered = spans[first].1;
            let same = rest.iter().skip(1).take_while(|&&next| {
                let hangs = key(next) == key(first) && spans[next].0 < covered;
                covered = covered.max(spans[next].1);
                hangs
            });
            let (cluster, behind) = rest.split_at(1 + same.count());
            match cluster {
                [alone] => stretches.push((*alone, spans[*alone])),
                _ => share_out(cluster, &spans, |index| episodes[index].weight, &mut stretches),
            }
            rest = behind;
        }
        stretches.sort_unstable();
        let mut starts = vec![0; episodes.len() + 1];
        for (episode, _) in &stretches {
            starts[episode + 1] += 1;
        }
        for episode in 0..episodes.len() {
            starts[episode + 1] += starts[episode];
        }
        Self { stretches, starts }
    }

    /// Those of one episode, by time.
    pub fn of_episode(&self, episode: usize) -> impl Iterator<Item = Stretch> + '_ {
        self.stretches[self.starts[episode]..self.starts[episode + 1]].iter().map(|(_, stretch)| *stretch)
    }
}

/// Gives every moment of some overlapping spans, which stand by onset, to one of them.
fn share_out(
    cluster: &[usize],
    spans: &[Stretch],
    weight: impl Fn(usize) -> f64,
    stretches: &mut Vec<(usize, Stretch)>,
) {
    let rank = |place: usize| (Reverse(weight(cluster[place]).max(0.0).to_bits()), place);
    let mut edges: Vec<(NaiveDateTime, bool, usize)> = Vec::with_capacity(2 * cluster.len());
    for (place, &index) in cluster.iter().enumerate() {
        edges.extend([(spans[index].0, true, place), (spans[index].1, false, place)]);
    }
    edges.sort_unstable();
    let mut open = BTreeSet::new();
    let mut owned: Option<(usize, Stretch)> = None;
    let mut from = edges[0].0;
    for (at, begins, place) in edges {
        if let Some(&(_, owner)) = open.first().filter(|_| from < at) {
            let owner = cluster[owner];
            match owned.as_mut().filter(|(last, stretch)| *last == owner && stretch.1 == from) {
                Some((_, stretch)) => stretch.1 = at,
                None => stretches.extend(owned.replace((owner, (from, at)))),
            }
        }
        from = at;
        if begins {
            open.insert(rank(place));
        } else {
            open.remove(&rank(place));
        }
    }
    stretches.extend(owned);
}

/// The part of a stretch between two moments; `None` when there is none.
pub fn clip((from, until): Stretch, (start, end): Stretch) -> Option<Stretch> {
    let clipped = (from.max(start), until.min(end));
    (clipped.0 < clipped.1).then_some(clipped)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::at;
    use super::super::testing::episode;
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn hour(hour: i64) -> NaiveDateTime {
        at("07-01T00:00") + TimeDelta::hours(hour)
    }

    fn of(spans: &[(&str, i64, i64, f64)]) -> (Vec<Episode>, BrokenTime) {
        let episodes: Vec<Episode> = spans
            .iter()
            .map(|&(account, from, until, weight)| Episode {
                weight,
                ..episode(0, account, hour(from), Some(hour(until)))
            })
            .collect();
        let found = BrokenTime::of(&episodes, |episode| (episode.began.middle(), episode.ended.unwrap().middle()));
        (episodes, found)
    }

    fn hours(found: &BrokenTime, episode: usize) -> Vec<(i64, i64)> {
        let hours = |moment: NaiveDateTime| (moment - hour(0)).num_hours();
        found.of_episode(episode).map(|(from, until)| (hours(from), hours(until))).collect()
    }

    #[test]
    fn a_moment_belongs_to_the_worst() {
        let spans = [
            ("u", 0, 10, 0.5),
            ("u", 4, 6, 1.0),
            ("u", 5, 20, 0.5),
            ("v", 0, 10, 1.0),
            ("u", 20, 30, 1.0),
            ("u", 40, 40, 1.0),
            ("u", 50, 45, 1.0),
        ];
        let (_, found) = of(&spans);
        assert_eq!(hours(&found, 0), [(0, 4), (6, 10)], "the middle is the worse one's");
        assert_eq!(hours(&found, 1), [(4, 6)]);
        assert_eq!(hours(&found, 2), [(10, 20)], "of equals the first");
        assert_eq!(hours(&found, 3), [(0, 10)], "another account");
        assert_eq!(hours(&found, 4), [(20, 30)]);
        assert_eq!((hours(&found, 5), hours(&found, 6)), (vec![], vec![]));
        assert_eq!(BrokenTime::of(&[], |_| (hour(0), hour(1))).stretches, []);
    }

    #[test]
    fn clipped() {
        let clip = |from, until| clip((hour(from), hour(until)), (hour(10), hour(20)));
        assert_eq!(clip(5, 15), Some((hour(10), hour(15))));
        assert_eq!((clip(0, 10), clip(20, 21), clip(30, 40)), (None, None, None));
    }

    proptest! {
        /// Hour by hour: every hour counts once, at the greatest weight that covers it.
        #[test]
        fn every_hour_counts_once(spans in prop::collection::vec((0_usize..2, 0_i64..60, 1_i64..30, 0_u8..4), 0..25)) {
            let spans: Vec<(&str, i64, i64, f64)> = spans
                .into_iter()
                .map(|(account, from, length, weight)| (["u", "v"][account], from, from + length, f64::from(weight) / 4.0))
                .collect();
            let (_, found) = of(&spans);
            for account in ["u", "v"] {
                for now in 0..100 {
                    let covering = spans.iter().filter(|span| span.0 == account && span.1 <= now && now < span.2);
                    let worst = covering.map(|span| span.3).reduce(f64::max);
                    let mut owners = Vec::new();
                    for (index, span) in spans.iter().enumerate().filter(|(_, span)| span.0 == account) {
                        let owned = hours(&found, index).iter().any(|&(from, until)| from <= now && now < until);
                        owners.extend(owned.then_some(span.3));
                    }
                    prop_assert_eq!(owners, worst.into_iter().collect::<Vec<_>>());
                }
            }
        }
    }
}
