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
    len: u64,
    /// Positions, ascending, of a set with fewer members than words: looking them up is then faster than passing over the
    /// words. Empty for others, which would fill the memory.
    few: Vec<u32>,
    /// Members in every segment.
    per_segment: Vec<u64>,
}

impl Packed {
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Members of both.
    pub fn common(&self, other: &Self) -> u64 {
        match rare_and_often(self, other) {
            Some((rare, often)) => found(rare, often).count() as u64,
            None => self.words.iter().zip(&other.words).map(|(a, b)| u64::from((a & b).count_ones())).sum(),
        }
    }
}

/// The one with few members and the other; `None` when both have many.
fn rare_and_often<'a>(first: &'a Packed, second: &'a Packed) -> Option<(&'a Packed, &'a Packed)> {
    let (rare, often) = if first.len <= second.len { (first, second) } else { (second, first) };
    (rare.len == rare.few.len() as u64).then_some((rare, often))
}

/// The positions of the one set that stand in the other.
fn found<'a>(rare: &'a Packed, often: &'a Packed) -> impl Iterator<Item = usize> + 'a {
    let positions = rare.few.iter().map(|&position| position as usize);
    positions.filter(|position| often.words[position / WORD] >> (position % WORD) & 1 == 1)
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
        let (mut words, mut per_segment) = (vec![0; self.segment_of.len()], vec![0; self.segments.len()]);
        let mut positions = Vec::new();
        for position in set.iter().filter_map(|account| self.position.get(account).copied().flatten()) {
            words[position / WORD] |= 1 << (position % WORD);
            per_segment[self.segment_of[position / WORD]] += 1;
            positions.push(position);
        }
        let len = positions.len() as u64;
        if positions.len() >= words.len() {
            positions.clear();
        }
        positions.sort_unstable();
        let few = positions.into_iter().filter_map(|position| u32::try_from(position).ok()).collect();
        Packed { words, len, few, per_segment }
    }

    /// Sums over every stratum of what stands in the segments, by how many of the two capabilities are taken off.
    fn sums(&self, off: [&[u64]; 3]) -> Vec<u64> {
        let of_stratum = |segments: &[Range<usize>; 3]| {
            off.iter().zip(segments).map(|(of, segments)| of[segments.clone()].iter().sum::<u64>()).sum()
        };
        self.strata.iter().map(of_stratum).collect()
    }

    /// The strata of two moves, giving one capability up and taking another up, among the accounts that did not use the
    /// other before: `used` and `gave_up` the one, `had` and `took_up` the other. The breadths must count both spans.
    pub fn moves(&self, [used, gave_up]: [&Packed; 2], [had, took_up]: [&Packed; 2]) -> Vec<CoOccurrence> {
        let common = |a: &Packed, b: &Packed| {
            let mut found = Vec::new();
            self.common(a, b, &mut found);
            found
        };
        let (used_had, used_took) = (common(used, had), common(used, took_up));
        let (gave_had, gave_took) = (common(gave_up, had), common(gave_up, took_up));
        let by_segment = |of: &dyn Fn(usize) -> u64| (0..self.segments.len()).map(of).collect::<Vec<u64>>();
        let (u, g, h, t) = (&used.per_segment, &gave_up.per_segment, &had.per_segment, &took_up.per_segment);
        // Who neither had nor took the other up has it not taken off; who never used the one, likewise.
        let only_gave = by_segment(&|s| g[s] - gave_had[s] - gave_took[s]);
        let took_unused = by_segment(&|s| t[s] - used_took[s]);
        let used_only = by_segment(&|s| u[s] - used_had[s] - used_took[s]);
        let nothing = by_segment(&|s| self.accounts[s] + used_had[s] - h[s] - u[s] - took_unused[s]);
        let one = by_segment(&|s| used_only[s] + took_unused[s]);
        let zero = vec![0; self.segments.len()];
        let both = self.sums([&zero, &zero, &gave_took]);
        let first = self.sums([&zero, &only_gave, &gave_took]);
        let second = self.sums([&zero, &took_unused, &used_took]);
        let all = self.sums([&nothing, &one, &used_took]);
        let strata = both.into_iter().zip(first).zip(second).zip(all);
        strata.map(|(((both, first), second), all)| CoOccurrence { both, first, second, all }).collect()
    }

    /// Members of both sets in every segment, into `found`; gives their number.
    pub fn common(&self, first: &Packed, second: &Packed, found: &mut Vec<u64>) -> u64 {
        found.clear();
        found.resize(self.segments.len(), 0);
        match rare_and_often(first, second) {
            Some((rare, often)) => {
                for position in self::found(rare, often) {
                    found[self.segment_of[position / WORD]] += 1;
                }
            }
            None => {
                for (found, words) in found.iter_mut().zip(&self.segments) {
                    let both = first.words[words.clone()].iter().zip(&second.words[words.clone()]);
                    *found = both.map(|(a, b)| u64::from((a & b).count_ones())).sum();
                }
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

        /// So do the moves.
        #[test]
        fn moves_are_those_of_plain_counting(
            uses in prop::collection::vec(prop::collection::vec((any::<bool>(), any::<bool>()), 4), 0..300)
        ) {
            let accounts = uses.len();
            let set = |of: &dyn Fn(usize) -> bool| (0..accounts).filter(|&a| of(a)).collect::<AccountSet>();
            let either: Vec<AccountSet> = (0..4).map(|c| set(&|a| uses[a][c].0 || uses[a][c].1)).collect();
            let breadths = breadths(&either, &(0..accounts).collect(), accounts);
            let (layout, strata) = (ByBreadth::new(&breadths), Strata::of(breadths.iter().flatten().copied()));
            let (from, to) = (1, 3);
            let gave_up = set(&|a| uses[a][from].0 && !uses[a][from].1);
            let (had, took_up) = (set(&|a| uses[a][to].0), set(&|a| !uses[a][to].0 && uses[a][to].1));
            let plain = strata.count((0..accounts).filter(|&a| !had.contains(a)).map(|a| {
                let off = usize::from(either[from].contains(a)) + usize::from(either[to].contains(a));
                (breadths[a].unwrap() - off, gave_up.contains(a), took_up.contains(a))
            }));
            let pack = |set: &AccountSet| layout.pack(set);
            let one = [&pack(&either[from]), &pack(&gave_up)];
            prop_assert_eq!(layout.moves(one, [&pack(&had), &pack(&took_up)]), plain);
        }
    }
}
