//! Accounts in strata of equal breadth, so that what pairs of capabilities share beyond the size of their accounts can
//! be counted.
//!
//! Breadth is the number of *other* capabilities that an account uses: the two of the pair are left out, for otherwise
//! accounts would be chosen by what is to be explained. For that, accounts are laid out by their whole breadth in
//! segments that start on a word, cut where a stratum may begin when none, one or both of the two are taken off. One
//! pass over the words of two sets then gives the strata of every pair exactly.

use std::ops::Range;

use super::sets::AccountSet;
use crate::stats::CoOccurrence;

/// In how many strata at most the accounts are put.
const STRATA: usize = 10;
/// Bits of a word.
const WORD: usize = 64;

/// The lower ends of the strata, in capabilities: 0, and the deciles of the breadth of accounts that use anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strata(Vec<usize>);

impl Strata {
    /// Cuts at the deciles of these breadths; of equal ends one is kept.
    pub fn of(breadths: impl Iterator<Item = usize>) -> Self {
        let mut users: Vec<usize> = breadths.filter(|&breadth| breadth > 0).collect();
        users.sort_unstable();
        let mut starts = vec![0];
        starts.extend((1..STRATA).filter_map(|tenth| users.get(tenth * users.len() / STRATA).copied()));
        starts.dedup();
        Self(starts)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// The stratum that a breadth lies in.
    fn place(&self, breadth: usize) -> usize {
        self.0.partition_point(|&start| start <= breadth) - 1
    }

    /// Counts units one by one: breadth without the pair, whether it has the first, whether the second.
    pub fn count(&self, units: impl Iterator<Item = (usize, bool, bool)>) -> Vec<CoOccurrence> {
        let mut strata = vec![CoOccurrence::default(); self.len()];
        for (breadth, first, second) in units {
            let stratum = &mut strata[self.place(breadth)];
            stratum.all += 1;
            stratum.first += u64::from(first);
            stratum.second += u64::from(second);
            stratum.both += u64::from(first && second);
        }
        strata
    }
}

/// Accounts laid out by breadth.
#[derive(Debug)]
pub(super) struct ByBreadth {
    /// Position of every account by its index; `None` outside the universe.
    position: Vec<Option<usize>>,
    /// Words of every segment.
    segments: Vec<Range<usize>>,
    /// Segment of every word.
    segment_of: Vec<usize>,
    /// Accounts in every segment.
    accounts: Vec<u64>,
    /// By stratum: the segments of accounts with none, one and both of a pair.
    strata: Vec<[Range<usize>; 3]>,
}

/// A set in that layout.
#[derive(Debug)]
pub(super) struct Packed {
    words: Vec<u64>,
    /// Positions, ascending.
    members: Vec<usize>,
    /// Members in every segment.
    per_segment: Vec<u64>,
}

impl Packed {
    pub fn len(&self) -> u64 {
        self.members.len() as u64
    }

    fn contains(&self, position: usize) -> bool {
        self.words[position / WORD] >> (position % WORD) & 1 == 1
    }

    /// Members of both.
    pub fn common(&self, other: &Self) -> u64 {
        let (rare, often) = if self.members.len() <= other.members.len() { (self, other) } else { (other, self) };
        if rare.members.len() < rare.words.len() {
            rare.members.iter().filter(|&&position| often.contains(position)).count() as u64
        } else {
            rare.words.iter().zip(&often.words).map(|(a, b)| u64::from((a & b).count_ones())).sum()
        }
    }
}

impl ByBreadth {
    /// `breadths` says for every account how many capabilities it uses; `None` for accounts outside the universe.
    pub fn new(breadths: &[Option<usize>]) -> Self {
        let strata = Strata::of(breadths.iter().flatten().copied());
        let mut cuts: Vec<usize> =
            (0..3).flat_map(|off| strata.0.iter().skip(1).map(move |start| start + off)).collect();
        cuts.push(0);
        cuts.sort_unstable();
        cuts.dedup();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); cuts.len()];
        for (account, breadth) in breadths.iter().enumerate() {
            if let Some(breadth) = breadth {
                members[cuts.partition_point(|cut| cut <= breadth) - 1].push(account);
            }
        }
        let (mut position, mut segments, mut segment_of) = (vec![None; breadths.len()], Vec::new(), Vec::new());
        for (segment, members) in members.iter().enumerate() {
            let start = segment_of.len();
            segment_of.resize(start + members.len().div_ceil(WORD), segment);
            segments.push(start..segment_of.len());
            for (place, &account) in members.iter().enumerate() {
                position[account] = Some(start * WORD + place);
            }
        }
        let accounts = members.iter().map(|members| members.len() as u64).collect();
        let of_stratum = |stratum: usize, off: usize| {
            let at = |start: usize| cuts.partition_point(|&cut| cut < start + off);
            let from = if stratum == 0 { 0 } else { at(strata.0[stratum]) };
            from..strata.0.get(stratum + 1).map_or(cuts.len(), |&next| at(next))
        };
        let strata = (0..strata.len()).map(|s| [of_stratum(s, 0), of_stratum(s, 1), of_stratum(s, 2)]).collect();
        Self { position, segments, segment_of, accounts, strata }
    }

    /// The set in this layout, without accounts outside the universe.
    pub fn pack(&self, set: &AccountSet) -> Packed {
        let mut members: Vec<usize> =
            set.iter().filter_map(|account| self.position.get(account).copied().flatten()).collect();
        members.sort_unstable();
        let (mut words, mut per_segment) = (vec![0; self.segment_of.len()], vec![0; self.segments.len()]);
        for &position in &members {
            words[position / WORD] |= 1 << (position % WORD);
            per_segment[self.segment_of[position / WORD]] += 1;
        }
        Packed { words, members, per_segment }
    }

    /// Members of both sets in every segment, into `found`; gives their number.
    pub fn common(&self, first: &Packed, second: &Packed, found: &mut Vec<u64>) -> u64 {
        found.clear();
        found.resize(self.segments.len(), 0);
        let (rare, often) = if first.members.len() <= second.members.len() { (first, second) } else { (second, first) };
        if rare.members.len() < self.segment_of.len() {
            for &position in rare.members.iter().filter(|&&position| often.contains(position)) {
                found[self.segment_of[position / WORD]] += 1;
            }
        } else {
            for (found, words) in found.iter_mut().zip(&self.segments) {
                let both = rare.words[words.clone()].iter().zip(&often.words[words.clone()]);
                *found = both.map(|(a, b)| u64::from((a & b).count_ones())).sum();
            }
        }
        found.iter().sum()
    }

    /// The strata of two capabilities whose common users in every segment are `both`, into `strata`. The sets must be
    /// those that the breadths were counted from.
    pub fn strata(&self, first: &Packed, second: &Packed, both: &[u64], strata: &mut Vec<CoOccurrence>) {
        strata.clear();
        strata.extend(self.strata.iter().map(|[none, one, two]| {
            let sum = |of: &[u64], segments: &Range<usize>| of[segments.clone()].iter().sum::<u64>();
            let (a, b) = (&first.per_segment, &second.per_segment);
            let used_by_both = sum(both, two);
            let of_first = used_by_both + sum(a, one) - sum(both, one);
            let of_second = used_by_both + sum(b, one) - sum(both, one);
            let neither = sum(&self.accounts, none) + sum(both, none) - sum(a, none) - sum(b, none);
            let all = neither + of_first + of_second - used_by_both;
            CoOccurrence { both: used_by_both, first: of_first, second: of_second, all }
        }));
    }
}

/// For every account how many of the sets hold it; `None` outside the universe.
pub(super) fn breadths(sets: &[AccountSet], universe: &AccountSet, accounts: usize) -> Vec<Option<usize>> {
    let mut breadths: Vec<Option<usize>> =
        (0..accounts).map(|account| universe.contains(account).then_some(0)).collect();
    for account in sets.iter().flat_map(AccountSet::iter) {
        if let Some(Some(breadth)) = breadths.get_mut(account) {
            *breadth += 1;
        }
    }
    breadths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strata_begin_at_the_deciles_of_those_who_use_anything() {
        assert_eq!(Strata::of([0, 0, 0].into_iter()).0, [0]);
        assert_eq!(Strata::of([0, 1, 1, 1, 1].into_iter()).0, [0, 1]);
        let many = Strata::of(0..=100);
        assert_eq!(many.0, [0, 11, 21, 31, 41, 51, 61, 71, 81, 91]);
        assert_eq!([0, 10, 11, 20, 500].map(|breadth| many.place(breadth)), [0, 0, 1, 1, 9]);
    }

    proptest! {
        /// The words give what counting account by account gives.
        #[test]
        fn strata_are_those_of_plain_counting(
            uses in prop::collection::vec(prop::collection::vec(0_u8..4, 6), 0..300), outside in 0_usize..5
        ) {
            let accounts = uses.len();
            let sets: Vec<AccountSet> = (0..6)
                .map(|c| (0..accounts).filter(|&a| usize::from(uses[a][c]) * 6 > a % 17).collect())
                .collect();
            let universe: AccountSet = (0..accounts).filter(|a| a % 5 != outside).collect();
            let mut inside = sets.clone();
            for set in &mut inside {
                set.keep(&universe);
            }
            let breadths = breadths(&inside, &universe, accounts);
            let layout = ByBreadth::new(&breadths);
            let packed: Vec<Packed> = sets.iter().map(|set| layout.pack(set)).collect();
            let strata = Strata::of(breadths.iter().flatten().copied());
            let (mut both, mut found) = (Vec::new(), Vec::new());
            for (a, b) in [(0, 1), (2, 5), (4, 3)] {
                let plain = strata.count(universe.iter().map(|account| {
                    let (first, second) = (sets[a].contains(account), sets[b].contains(account));
                    (breadths[account].unwrap() - usize::from(first) - usize::from(second), first, second)
                }));
                let common = layout.common(&packed[a], &packed[b], &mut both);
                layout.strata(&packed[a], &packed[b], &both, &mut found);
                prop_assert_eq!(&found, &plain);
                prop_assert_eq!(common, inside[a].common(&inside[b]));
                prop_assert_eq!(packed[a].common(&packed[b]), common);
            }
        }
    }
}
