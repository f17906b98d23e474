//! Which accounts touch what, and which capabilities go together.

use std::collections::{BTreeMap, BTreeSet};

use super::base::Customers;
use super::breadth::{self, ByBreadth, Packed, Strata};
use super::facts::{CoUse, Facts, Overlap, Relation};
use super::sets::AccountSet;
use super::switching::{Moves, SIGNIFICANT, Substitution, Switching, ThenAndNow};
use super::{Evidence, MetricSettings};
use crate::config::OverlapSettings;
use crate::rollup::{Cell, Rollup, of_capability};
use crate::stats::{self, CoOccurrence, PooledLift};
use crate::units::{Estimate, Money, Month, definition};

definition! {
    /// The union of the accounts that any of some capabilities touch: base accounts with at least
    /// `adoption.min_active_days` days of use on one of them in the period, their share of the base with Wilson's
    /// interval, and the sum of their ARR. A list of removals is judged by it, because shares do not add up: ten
    /// features with eight percent each may touch the same eight percent of the customers, or half of them.
    pub TOUCHED, "touched", "Accounts touched by any of several"
}

definition! {
    /// Jaccard index of two capabilities: base accounts active on both in the period over those active on at least one, 0–1
    /// (Jaccard 1901). Wilson interval. Beside it stands containment both ways, the part of the accounts of the one that use
    /// the other: a small feature may lie wholly within a large one and the Jaccard index be small.
    ///
    /// A pair is listed when it is more than unrelated, when its index is at least `overlap.list_from`, or when no other
    /// partner of one of the two has a higher one; of equal partners the first by id. At most `overlap.max_pairs` are listed besides the closest partners.
    ///
    /// Where nobody used one of the two in the period, its containment is unknown.
    pub JACCARD, "jaccard", "Co-use: Jaccard index and containment"
}

definition! {
    /// Accounts that use both capabilities over the number that would if the two were independent, both · base / (first · second).
    /// 1 says that they have nothing to do with each other.
    ///
    /// Plain lift misleads: a large account uses more of everything, so all pairs seem to belong together. The *adjusted*
    /// lift compares accounts with others of the same breadth. Accounts are put into up to ten strata by the number of
    /// other capabilities that they use, the two of the pair not counted; within each stratum the expected number of
    /// common users is first · second / accounts; lift is all common users over all expected ones. Its interval, 95 %, is
    /// by the delta method on the logarithm; its p is that of the Cochran–Mantel–Haenszel test (Mantel and Haenszel
    /// 1959), adjusted for the number of pairs (Benjamini and Hochberg 1995). Pairs in which one has fewer accounts
    /// than `overlap.min_both` are not tested.
    ///
    /// Two capabilities made for one segment would still seem to belong together. A pair that passes for complements is
    /// therefore tested again in strata of breadth within every segment (accounts without one are a segment of their own), and
    /// has to pass there too; the lift that is shown stays the one by breadth alone.
    ///
    /// **Complements** are pairs with at least `overlap.min_both` common accounts whose adjusted p is below 0.05 and whose
    /// adjusted lift lies above 1 with its whole interval; of the rarer one at least `overlap.min_containment` of the accounts use
    /// the commoner one; and co-use fills at least `overlap.min_excess` of the room between what is expected and full
    /// containment, (both − expected) / (rarer − expected), the coefficient H of Loevinger (1948). Everything is
    /// contained in a feature that everyone uses: there expected and full containment are close, and H stays small.
    pub LIFT, "lift", "Lift and complements"
}

definition! {
    /// Accounts that moved from one capability to another, among the base accounts that used anything in the first three and
    /// in the last three of the last twelve observed months (of all months, when there are fewer). An account gave a
    /// capability up when it used it in the first three and not in the last three; it took one up when it used it in the last three
    /// and not in the first. The quarters at the two ends are compared, not the halves: of accounts that move at any time of the
    /// year, halves would miss all but those that move at midyear. Unknown below six observed months.
    ///
    /// **Substitutes** are pairs in which (1) the moves one way outnumber those the other way by McNemar's exact test, p
    /// adjusted for the number of pairs (Benjamini and Hochberg 1995) below 0.05, pairs with fewer than
    /// `overlap.min_switchers` moves not being tested, and at least that many accounts moved that way; (2) of those that
    /// gave the one up, the part that took the other up exceeds what is expected of accounts of the same breadth by at least
    /// `overlap.min_switch_share`, p of Cochran–Mantel–Haenszel's test below 0.05, adjusted among the pairs that came so
    /// far: a capability on its way out and one on its way in must not be a pair by mere coincidence; and (3) in the
    /// last three months the same accounts do not use both more than chance would have it, at equal breadth (the
    /// interval of the adjusted lift reaches down to 1).
    ///
    /// Twins that split the customers between them, and between which nobody moves, are not found this way; the
    /// catalogue's categories and a lift below 1 point to them.
    pub SWITCHERS, "switchers", "Switchers and substitutes"
}

/// Months at either end that are compared.
const SPAN: usize = 3;
/// Months from whose ends they are taken.
const YEAR: usize = 12;

/// What a set of capabilities touches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touched {
    /// Accounts of the base active on at least one.
    pub accounts: u64,
    /// Over the base, Wilson; `None` without a base.
    pub share: Option<Estimate>,
    /// Their ARR; `None` when none of them states one.
    pub arr: Option<Money>,
}

impl Overlap {
    /// The base accounts active on any of these capabilities, given by their indices; see [`TOUCHED`]. An index that
    /// there is not adds nothing.
    #[must_use]
    pub fn union(&self, capabilities: &[usize]) -> AccountSet {
        let mut union = AccountSet::default();
        for set in capabilities.iter().filter_map(|&capability| self.touched.get(capability)) {
            union.unite(set);
        }
        union
    }

    /// The pairs of capabilities that say something. `touched` are the accounts of `base` that use each capability, the
    /// index of every account below the length of `segment_of`, which numbers the segment of each; `use_of` is `None` where the data do not reach back far enough to know
    /// who moved.
    #[must_use]
    pub fn of(
        touched: Vec<AccountSet>,
        base: &AccountSet,
        segment_of: &[usize],
        use_of: Option<ThenAndNow>,
        settings: &OverlapSettings,
    ) -> Self {
        let accounts = segment_of.len();
        let breadths = breadth::breadths(&touched, base, accounts);
        let layout = ByBreadth::new(&breadths);
        let packed = touched.iter().map(|set| layout.pack(set)).collect();
        let switching = use_of.map(|use_of| Switching::new(use_of, accounts));
        let cuts = Strata::of(breadths.iter().flatten().copied());
        let segments = Segments { touched: &touched, breadths: &breadths, segment_of, cuts };
        let search = Search { base: base.len(), layout, packed, segments, switching, settings };
        let pairs = search.pairs();
        Self { touched, pairs }
    }
}

impl Facts {
    /// What a set of capabilities, given by their indices, touches together; see [`TOUCHED`]. `None` for counts.
    #[must_use]
    pub fn touched_by(&self, capabilities: &[usize]) -> Option<Touched> {
        if self.overlap.touched.is_empty() {
            return None;
        }
        let union = self.overlap.union(capabilities);
        let arr = union.iter().filter_map(|account| self.customers[account].arr).reduce(|sum, arr| sum + arr);
        let accounts = union.len();
        Some(Touched { accounts, share: stats::wilson(accounts, self.base.accounts), arr })
    }
}

/// Fills [`Facts::overlap`].
pub(super) fn add(facts: &mut Facts, evidence: Evidence, customers: &Customers, settings: MetricSettings) {
    let of_base = facts.customers.iter().enumerate().filter(|(_, customer)| customer.in_base);
    let base: AccountSet = of_base.map(|(index, _)| index).collect();
    let (capabilities, least) = (facts.capabilities.len(), u64::from(settings.adoption.min_active_days));
    let touched = active(&[&evidence.rollup.period], customers, &base, (capabilities, least));
    let use_of = then_and_now(facts, evidence.rollup, customers, (&base, least));
    facts.overlap = Overlap::of(touched, &base, &segments(facts), use_of, settings.overlap);
}

/// The segment of every customer as a number; those without one share a number.
fn segments(facts: &Facts) -> Vec<usize> {
    let mut numbers: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    let numbered = facts.customers.iter().map(|customer| {
        let next = numbers.len();
        *numbers.entry(customer.segment.as_deref()).or_insert(next)
    });
    numbered.collect()
}

/// By capability, the base accounts with enough active days over all the spans.
fn active(
    spans: &[&[Cell]],
    customers: &Customers,
    base: &AccountSet,
    (capabilities, least): (usize, u64),
) -> Vec<AccountSet> {
    let mut days = vec![0; customers.list.len()];
    let of = |capability| {
        let mut set = AccountSet::with_capacity(days.len());
        let cells = || spans.iter().flat_map(|cells| of_capability(cells, capability));
        let used = cells().filter_map(|cell| Some((customers.of_rollup(cell.account?), cell.measures.active_days)));
        for (account, more) in used.filter(|(account, _)| base.contains(*account)) {
            days[account] += more;
            if days[account] >= least {
                set.insert(account);
            }
        }
        for account in cells().filter_map(|cell| cell.account) {
            days[customers.of_rollup(account)] = 0;
        }
        set
    };
    (0..capabilities).map(of).collect()
}

/// Use at the two ends of the last twelve observed months; `None` below six.
fn then_and_now(
    facts: &Facts,
    rollup: &Rollup,
    customers: &Customers,
    (base, least): (&AccountSet, u64),
) -> Option<ThenAndNow> {
    let months: Vec<Month> =
        facts.months.iter().copied().filter(|month| rollup.activity_monthly.contains_key(month)).collect();
    let year = &months[months.len().saturating_sub(YEAR)..];
    if year.len() < 2 * SPAN {
        return None;
    }
    let (first, last) = (&year[..SPAN], &year[year.len() - SPAN..]);
    let of = |months: &[Month]| {
        let cells: Vec<&[Cell]> =
            months.iter().filter_map(|month| Some(rollup.monthly.get(month)?.as_slice())).collect();
        active(&cells, customers, base, (facts.capabilities.len(), least))
    };
    let anything = |months: &[Month]| -> AccountSet {
        let active = months.iter().filter_map(|month| rollup.activity_monthly.get(month)).flatten();
        let accounts = active.map(|(&account, _)| customers.of_rollup(account));
        accounts.filter(|&account| base.contains(account)).collect()
    };
    let mut observed = anything(first);
    observed.keep(&anything(last));
    Some(ThenAndNow { then: of(first), now: of(last), observed })
}

/// Two capabilities by index, the lower first.
type Pair = (usize, usize);

/// The search through all pairs.
struct Search<'a> {
    base: u64,
    layout: ByBreadth,
    packed: Vec<Packed>,
    segments: Segments<'a>,
    switching: Option<Switching>,
    settings: &'a OverlapSettings,
}

/// Accounts with what strata within segments are made of.
struct Segments<'a> {
    touched: &'a [AccountSet],
    breadths: &'a [Option<usize>],
    segment_of: &'a [usize],
    cuts: Strata,
}

impl Segments<'_> {
    /// The strata of breadth of a pair within every segment.
    fn strata(&self, (first, second): Pair) -> Vec<CoOccurrence> {
        let mut by_segment: BTreeMap<usize, Vec<(usize, bool, bool)>> = BTreeMap::new();
        for (account, breadth) in self.breadths.iter().enumerate() {
            let Some(breadth) = breadth else { continue };
            let [one, other] = [first, second].map(|of| self.touched[of].contains(account));
            let others = breadth - usize::from(one) - usize::from(other);
            by_segment.entry(self.segment_of[account]).or_default().push((others, one, other));
        }
        by_segment.into_values().flat_map(|accounts| self.cuts.count(accounts.into_iter())).collect()
    }
}

/// What one pass over all pairs finds.
#[derive(Default)]
struct Scan {
    /// The most similar partner of every capability.
    closest: BTreeMap<usize, (f64, usize)>,
    /// Pairs with a Jaccard index worth listing, each with the index.
    similar: Similar,
    /// Pairs whose co-use is tested, in order, and the p of each.
    tested: Vec<Pair>,
    p: Vec<f64>,
    /// Those of them that are complements if p says so, as places in `tested`.
    candidates: Vec<usize>,
    /// Pairs with enough moves to ask which way they go. How many there are says nothing of their direction, so leaving
    /// out the others keeps the tests honest and spares them a dearer correction.
    moves: Vec<Moves>,
}

impl Search<'_> {
    fn pairs(&self) -> Vec<CoUse> {
        let mut scan = self.scan();
        let switching = self.switching.as_ref();
        let substitution: Substitution =
            switching.map(|switching| switching.substitution(&scan.moves, self.settings)).unwrap_or_default();
        scan.p = stats::false_discovery(&scan.p);
        let complements = scan
            .candidates
            .iter()
            .filter(|&&place| scan.p[place] < SIGNIFICANT && self.is_complement_within_segments(scan.tested[place]));
        let mut relations: BTreeMap<Pair, Relation> =
            complements.map(|&place| (scan.tested[place], Relation::Complements)).collect();
        relations.extend(substitution.substitutes.iter().map(|&pair| (pair, Relation::Substitutes)));
        let found = |pair: Pair| {
            let relation = relations.get(&pair).copied().unwrap_or(Relation::Unrelated);
            let co_use_p = scan.tested.binary_search(&pair).ok().map(|place| scan.p[place]);
            self.describe(pair, relation, co_use_p, substitution.p.get(&pair).copied())
        };
        let worth: BTreeSet<Pair> = relations.keys().copied().chain(scan.similar.most()).collect();
        let mut listed: Vec<CoUse> = worth.into_iter().filter_map(found).collect();
        listed.sort_by(|a, b| a.relation.cmp(&b.relation).then_with(|| b.jaccard.point.total_cmp(&a.jaccard.point)));
        listed.truncate(self.settings.max_pairs as usize);
        let known: BTreeSet<Pair> = listed.iter().map(|pair| (pair.first, pair.second)).collect();
        let closest = scan.closest.iter().map(|(&one, &(_, other))| (one.min(other), one.max(other)));
        let missing: BTreeSet<Pair> = closest.filter(|pair| !known.contains(pair)).collect();
        listed.extend(missing.into_iter().filter_map(found));
        listed.sort_by_key(|pair| (pair.first, pair.second));
        listed
    }

    fn scan(&self) -> Scan {
        let mut scan = Scan { similar: Similar::at_most(self.settings.max_pairs as usize), ..Scan::default() };
        let (mut common, mut strata) = (Vec::new(), Vec::new());
        let least = u64::from(self.settings.min_both);
        let many = |of: usize| self.packed[of].len() >= least;
        for first in 0..self.packed.len() {
            for second in first + 1..self.packed.len() {
                let (a, b) = (&self.packed[first], &self.packed[second]);
                let both = self.layout.common(a, b, &mut common);
                if both > 0 {
                    scan.note((first, second), part(both, a.len() + b.len() - both), self.settings.list_from);
                }
                if many(first) && many(second) {
                    self.layout.strata(a, b, &common, &mut strata);
                    if let Some(pooled) = stats::pooled_lift(&strata) {
                        if self.is_material(both, a.len().min(b.len()), &pooled) {
                            scan.candidates.push(scan.p.len());
                        }
                        scan.p.push(pooled.p);
                        scan.tested.push((first, second));
                    }
                }
                let moves = self.switching.as_ref().map(|switching| switching.between(first, second));
                let tested = |moves: &Moves| moves.forth + moves.back >= u64::from(self.settings.min_switchers);
                scan.moves.extend(moves.filter(tested));
            }
        }
        scan
    }

    /// Whether a pair passes for complements within segments as well.
    fn is_complement_within_segments(&self, (first, second): Pair) -> bool {
        let [a, b] = [first, second].map(|of| &self.packed[of]);
        let within = stats::pooled_lift(&self.segments.strata((first, second)));
        within.is_some_and(|found| found.p < SIGNIFICANT && self.is_material(a.common(b), a.len().min(b.len()), &found))
    }

    /// Whether co-use is large enough for complements, significant or not; see [`LIFT`].
    #[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
    fn is_material(&self, both: u64, rarer: u64, found: &PooledLift) -> bool {
        let excess = (both as f64 - found.expected) / (rarer as f64 - found.expected);
        both >= u64::from(self.settings.min_both)
            && part(both, rarer) >= self.settings.min_containment
            && excess >= self.settings.min_excess
            && found.lift.low > 1.0
    }

    /// All figures of a pair; `None` when nobody used either.
    fn describe(&self, pair: Pair, relation: Relation, co_use_p: Option<f64>, switch_p: Option<f64>) -> Option<CoUse> {
        let (first, second) = pair;
        let (a, b) = (&self.packed[first], &self.packed[second]);
        let mut common = Vec::new();
        let both = self.layout.common(a, b, &mut common);
        let either = a.len() + b.len() - both;
        let mut strata = Vec::new();
        self.layout.strata(a, b, &common, &mut strata);
        let unknown = Estimate { point: 0.0, low: 0.0, high: 1.0, n: 0 };
        let moves = self.switching.as_ref().map(|switching| switching.between(first, second));
        Some(CoUse {
            first,
            second,
            both,
            either,
            jaccard: stats::wilson(both, either)?,
            first_in_second: stats::wilson(both, a.len()).unwrap_or(unknown),
            second_in_first: stats::wilson(both, b.len()).unwrap_or(unknown),
            lift: stats::lift(both, a.len(), b.len(), self.base),
            adjusted_lift: stats::pooled_lift(&strata).map(|pooled| pooled.lift),
            co_use_p,
            first_to_second: moves.map(|moves| moves.forth),
            second_to_first: moves.map(|moves| moves.back),
            switch_p,
            relation,
        })
    }
}

/// The most similar of the pairs that were added, of equals those added first: all pairs of a catalogue may be similar, and
/// few are listed.
#[derive(Default)]
struct Similar {
    most: usize,
    found: Vec<(f64, Pair)>,
}

impl Similar {
    fn at_most(most: usize) -> Self {
        Self { most, found: Vec::new() }
    }

    fn add(&mut self, jaccard: f64, pair: Pair) {
        self.found.push((jaccard, pair));
        if self.found.len() >= 2 * self.most.max(1) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.found.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.found.truncate(self.most);
    }

    fn most(&mut self) -> impl Iterator<Item = Pair> {
        self.cut();
        self.found.iter().map(|&(_, pair)| pair)
    }
}

impl Scan {
    /// Notes a pair with common users.
    fn note(&mut self, pair: Pair, jaccard: f64, list_from: f64) {
        if jaccard >= list_from {
            self.similar.add(jaccard, pair);
        }
        for (one, other) in [pair, (pair.1, pair.0)] {
            let closest = self.closest.entry(one).or_insert((jaccard, other));
            // Partners come in ascending order, so that of equals the first stays.
            if jaccard > closest.0 {
                *closest = (jaccard, other);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn part(of: u64, whole: u64) -> f64 {
    of as f64 / whole as f64
}

#[cfg(test)]
#[path = "overlap_tests.rs"]
mod tests;

#[cfg(test)]
pub(super) mod testing {
    use super::OverlapSettings;

    /// The defaults.
    pub(crate) const SETTINGS: OverlapSettings = OverlapSettings {
        min_switchers: 5,
        min_switch_share: 0.2,
        min_both: 10,
        min_containment: 0.5,
        min_excess: 0.3,
        list_from: 0.5,
        max_pairs: 5000,
    };
}
