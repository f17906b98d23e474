use chrono::NaiveDate;

use super::Lifecycle;
use super::sets::AccountSet;
use crate::stats;
use crate::units::{Estimate, definition};

definition! {
    /// Accounts active on the capability in the period before and in this one, over those active in the period before.
    /// Wilson interval. An account that left the company altogether counts as not retained; one that was in the base of neither
    /// period, such as one that the accounts table lacks, does not count.
    ///
    /// Unknown when nobody used it in the period before, or when the data do not reach back.
    pub RETENTION, "retention", "Retention"
}

definition! {
    /// Where the accounts of a capability come from and go to, from the period before to this one: *new* accounts are active
    /// now and never touched it before the period; *retained* ones are active in both; *resurrected* ones are active now,
    /// were not in the period before, and used it earlier; *dormant* ones were active in the period before and are
    /// not now, whether they left the capability or the company. Active is as for the adoption rate.
    ///
    /// New + retained + resurrected are the active accounts; retained + dormant are those of the period before. A rate that
    /// stands still may hide that half of the users are replaced every quarter; this shows it.
    ///
    /// Retained and dormant are unknown when the data begin after the period before did. New and resurrected need one
    /// more period behind it, or a launch within the data: who came back after a year cannot be told from who is new in data
    /// of half a year. What was used before the data began is not seen.
    pub LIFECYCLE, "lifecycle", "New, retained, resurrected, dormant"
}

definition! {
    /// Adoption in the period less adoption in the period before, over the accounts that were in the base of both: a fraction,
    /// −1 to 1. Because the same accounts are compared, customers who joined or left do not move it.
    ///
    /// The interval is Newcombe's for paired shares (1998, method 10), p is McNemar's exact test (1947): it looks only at the
    /// accounts that changed, and asks whether as many took it up as gave it up. Unknown when the data do not reach back
    /// to the start of the period before.
    pub CHANGE, "adoption_change", "Change of adoption"
}

/// Retention from one period's active accounts to the next's; see [`RETENTION`].
pub(super) fn retention(before: &AccountSet, now: &AccountSet) -> Option<Estimate> {
    stats::wilson(before.common(now), before.len())
}

/// The accounts of a capability in two periods.
#[derive(Debug, Clone, Copy)]
pub(super) struct TwoPeriods<'a> {
    /// Active in the period before.
    pub before: &'a AccountSet,
    /// Active in this one.
    pub now: &'a AccountSet,
    /// In the base of both.
    pub both_bases: &'a AccountSet,
    /// First day of this period.
    pub start: NaiveDate,
    /// Whether the data reach far enough back to tell who is new.
    pub earlier_known: bool,
}

/// How accounts of the base of both periods changed: active in both, only before, only now, in neither.
pub(super) fn paired(two: &TwoPeriods) -> [u64; 4] {
    let (mut before, mut now) = (two.before.clone(), two.now.clone());
    before.keep(two.both_bases);
    now.keep(two.both_bases);
    let both = before.common(&now);
    let (first_only, second_only) = (before.len() - both, now.len() - both);
    [both, first_only, second_only, two.both_bases.len() - both - first_only - second_only]
}

/// The lifecycle; see [`LIFECYCLE`] and [`CHANGE`]. `first_use` gives every customer that ever used it with its first day.
pub(super) fn lifecycle(two: &TwoPeriods, first_use: impl Iterator<Item = (usize, NaiveDate)>) -> Lifecycle {
    let retained = two.before.common(two.now);
    let came = two.now.len() - retained;
    let back = first_use
        .filter(|(customer, first)| {
            *first < two.start && two.now.contains(*customer) && !two.before.contains(*customer)
        })
        .count() as u64;
    let [both, first_only, second_only, neither] = paired(two);
    Lifecycle {
        new: two.earlier_known.then(|| came - back),
        retained: Some(retained),
        resurrected: two.earlier_known.then_some(back),
        dormant: Some(two.before.len() - retained),
        change: stats::paired_difference(both, first_only, second_only, neither),
        change_p: (!two.both_bases.is_empty()).then(|| stats::mcnemar(first_only, second_only)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(members: &[usize]) -> AccountSet {
        members.iter().copied().collect()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn retention_by_hand() {
        let retained = retention(&set(&[1, 2, 3, 4]), &set(&[3, 4, 5])).unwrap();
        assert_eq!((retained.point, retained.n), (0.5, 4));
        assert_eq!(retention(&set(&[]), &set(&[1])), None);
        assert_eq!(retention(&set(&[1]), &set(&[])).unwrap().point, 0.0);
    }

    /// 0–2 stay, 3 left, 4 is new, 5 came back; 6 joined the company in the period, 7 left it before.
    #[test]
    fn lifecycle_by_hand() {
        let (before, now, both) = (set(&[0, 1, 2, 3, 7]), set(&[0, 1, 2, 4, 5, 6]), set(&[0, 1, 2, 3, 4, 5, 8, 9]));
        let two =
            TwoPeriods { before: &before, now: &now, both_bases: &both, start: day("2026-07-01"), earlier_known: true };
        let first = [(0, "2026-04-01"), (3, "2026-04-01"), (4, "2026-07-01"), (5, "2025-11-30"), (6, "2026-08-01")];
        let firsts = || first.iter().map(|(customer, first)| (*customer, day(first)));
        let found = lifecycle(&two, firsts());
        assert_eq!([found.new, found.retained, found.resurrected, found.dormant], [2, 3, 1, 2].map(Some));
        // Of the eight in both bases one gave it up (3) and two took it up (4, 5).
        assert_eq!(paired(&two), [3, 1, 2, 2]);
        assert_eq!((found.change.unwrap().point, found.change.unwrap().n), (1.0 / 8.0, 8));
        assert_eq!(found.change_p, Some(1.0), "one against two is no sign of anything");
        let short = lifecycle(&TwoPeriods { earlier_known: false, ..two }, firsts());
        assert_eq!([short.new, short.retained, short.resurrected, short.dormant], [None, Some(3), None, Some(2)]);
    }

    /// `statsmodels.stats.contingency_tables.mcnemar([[12, 9], [2, 77]], exact=True).pvalue`, statsmodels 0.15.0.
    #[test]
    fn the_change_agrees_with_statsmodels() {
        let before: AccountSet = (0..21).collect();
        let now: AccountSet = (0..12).chain([30, 31]).collect();
        let both: AccountSet = (0..100).collect();
        let two =
            TwoPeriods { before: &before, now: &now, both_bases: &both, start: day("2026-07-01"), earlier_known: true };
        let found = lifecycle(&two, std::iter::empty());
        assert_eq!(paired(&two), [12, 9, 2, 77]);
        assert!((found.change.unwrap().point + 0.07).abs() < 1e-15);
        assert!((found.change_p.unwrap() - 0.065_429_687_5).abs() < 1e-9, "{:?}", found.change_p);
    }

    #[test]
    fn nobody_and_no_base() {
        let none = AccountSet::default();
        let two =
            TwoPeriods { before: &none, now: &none, both_bases: &none, start: day("2026-07-01"), earlier_known: true };
        let found = lifecycle(&two, std::iter::empty());
        assert_eq!([found.new, found.retained, found.resurrected, found.dormant], [Some(0); 4]);
        assert_eq!((found.change, found.change_p), (None, None));
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_active_accounts_of_both_periods(
            states in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 0..60),
        ) {
            let of = |which: fn(&(bool, bool, bool)) -> bool| -> AccountSet {
                states.iter().enumerate().filter(|(_, state)| which(state)).map(|(index, _)| index).collect()
            };
            let (before, now, earlier) = (of(|s| s.0), of(|s| s.1), of(|s| s.2));
            let both: AccountSet = (0..states.len()).collect();
            let start = day("2026-07-01");
            let two = TwoPeriods { before: &before, now: &now, both_bases: &both, start, earlier_known: true };
            let found = lifecycle(&two, earlier.iter().map(|customer| (customer, day("2026-01-01"))));
            prop_assert_eq!(found.new.unwrap() + found.retained.unwrap() + found.resurrected.unwrap(), now.len());
            prop_assert_eq!(found.retained.unwrap() + found.dormant.unwrap(), before.len());
            prop_assert_eq!(paired(&two).iter().sum::<u64>(), states.len() as u64);
        }
    }
}
