//! Hand tables, planted cases, and what must hold of all overlaps.

use proptest::prelude::*;

use super::super::measured::{Given, account};
use super::testing::SETTINGS;
use super::*;

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
}

/// Accounts `a0` … `a9`; A is used by the first four, B by the third to fifth.
const A: [&str; 4] = ["a0", "a1", "a2", "a3"];
const B: [&str; 3] = ["a2", "a3", "a4"];

fn ten_accounts() -> Given<'static> {
    const IDS: [&str; 10] = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"];
    let arr = |n: usize| Money::from_units(if n == 4 { 1000.0 } else { 10.0 });
    let accounts = IDS.iter().enumerate().map(|(n, id)| {
        let mut account = account(id, "2025-01-01", "");
        account.arr = arr(n);
        account
    });
    let mut usage: Vec<_> = A.map(|account| ("2026-07-03", account, "A")).into();
    usage.extend(B.map(|account| ("2026-08-03", account, "B")));
    // In use, but of no account of the base.
    usage.push(("2026-08-03", "stranger", "A"));
    Given { accounts: accounts.collect(), usage, ..Given::default() }
}

/// Jaccard as `sklearn.metrics.jaccard_score`, scikit-learn 1.9.1; intervals as `proportion_confint(…, method="wilson")`,
/// statsmodels 0.15.0.
#[test]
fn two_capabilities_by_hand() {
    let facts = ten_accounts().facts();
    let [pair] = facts.overlap.pairs[..] else { panic!("one pair: {:?}", facts.overlap.pairs) };
    assert_eq!((pair.first, pair.second, pair.both, pair.either), (0, 1, 2, 5));
    close(pair.jaccard.point, 0.4);
    close(pair.jaccard.low, 0.117_620_774_232_647_88);
    close(pair.jaccard.high, 0.769_275_718_723_987_1);
    close(pair.first_in_second.point, 0.5);
    close(pair.first_in_second.low, 0.150_038_989_152_149_47);
    close(pair.second_in_first.point, 2.0 / 3.0);
    close(pair.second_in_first.high, 0.938_508_055_279_603_9);
    close(pair.lift.unwrap().point, 2.0 * 10.0 / 12.0);
    // No other capability: all accounts are of breadth 0.
    close(pair.adjusted_lift.unwrap().point, 2.0 * 10.0 / 12.0);
    assert_eq!((pair.first_to_second, pair.switch_p, pair.co_use_p), (None, None, None));
    assert_eq!(pair.relation, Relation::Unrelated);
}

#[test]
fn what_several_touch_by_hand() {
    let facts = ten_accounts().facts();
    let both = facts.touched_by(&[0, 1]).unwrap();
    assert_eq!((both.accounts, both.arr), (5, Money::from_units(1040.0)));
    close(both.share.unwrap().point, 0.5);
    let names: Vec<&str> = facts.overlap.union(&[1]).iter().map(|a| facts.customers[a].id.as_str()).collect();
    assert_eq!(names, B);
    let nothing = facts.touched_by(&[]).unwrap();
    assert_eq!((nothing.accounts, nothing.arr), (0, None));
    assert_eq!(facts.touched_by(&[7]).unwrap().accounts, 0, "there is no eighth capability");
}

#[test]
fn who_moved_by_hand() {
    // Seven months. `mover` gives A up and takes B up; `keeper` keeps A; `both` adds B; `late` was not there before.
    let used = [
        ("2026-03-05", "mover", "A"),
        ("2026-05-05", "keeper", "A"),
        ("2026-04-05", "both", "A"),
        ("2026-06-05", "mover", "A"),
        ("2026-07-05", "mover", "B"),
        ("2026-08-05", "keeper", "A"),
        ("2026-09-05", "both", "A"),
        ("2026-09-05", "both", "B"),
        ("2026-09-05", "late", "B"),
        ("2026-09-09", "mover", "B"),
    ];
    let facts = Given { usage: used.to_vec(), ..Given::default() }.facts();
    assert_eq!(facts.months.len(), 7);
    let pair = facts.overlap.pairs[0];
    assert_eq!((pair.first_to_second, pair.second_to_first), (Some(1), Some(0)));
    assert_eq!(pair.switch_p, None, "one move is too few to test");
    // Without March there are six months, and April to June is then; without April as well there are five.
    let facts = Given { usage: used[1..].to_vec(), ..Given::default() }.facts();
    assert_eq!(facts.overlap.pairs[0].first_to_second, Some(1));
    let facts = Given { usage: used[3..].to_vec(), ..Given::default() }.facts();
    assert_eq!(facts.overlap.pairs[0].first_to_second, None);
}

/// A number in 0–1 that depends on its arguments only.
fn draw(account: usize, capability: usize, what: u64) -> f64 {
    let mut x = (account as u64) << 32 ^ (capability as u64) << 8 ^ what;
    for _ in 0..3 {
        x = (x ^ x >> 31).wrapping_add(0x632b_e59b_d9b4_e019).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

const ACCOUNTS: usize = 3_000;
const BACKGROUND: usize = 40;

/// Size of an account: the largest use ten times as many capabilities as the smallest.
fn size(account: usize) -> f64 {
    0.2 + 1.8 * draw(account, 999, 0).powi(2)
}

/// Accounts that use something independently of all else, but for their size.
fn by_size(capability: usize, rate: f64) -> AccountSet {
    (0..ACCOUNTS).filter(|&account| draw(account, capability, 1) < (rate * size(account)).min(0.97)).collect()
}

fn background() -> Vec<AccountSet> {
    (0..BACKGROUND).map(|c| by_size(c, 0.05 + 0.6 * draw(0, c, 2))).collect()
}

fn among(set: &AccountSet, capability: usize, part: f64) -> AccountSet {
    set.iter().filter(|&account| draw(account, capability, 3) < part).collect()
}

fn plus(set: &AccountSet, other: &AccountSet) -> AccountSet {
    let mut both = set.clone();
    both.unite(other);
    both
}

fn minus(set: &AccountSet, other: &AccountSet) -> AccountSet {
    let mut rest = set.clone();
    rest.remove_all(other);
    rest
}

fn everyone() -> AccountSet {
    (0..ACCOUNTS).collect()
}

fn related(overlap: &Overlap) -> Vec<(usize, usize, Relation)> {
    let pairs = overlap.pairs.iter().filter(|pair| pair.relation != Relation::Unrelated);
    pairs.map(|pair| (pair.first, pair.second, pair.relation)).collect()
}

/// Two features of one segment, each used by most of it and nobody else, and by chance within it: no complements. A third is
/// used by nearly the same accounts as the first.
#[test]
fn what_one_segment_shares_makes_no_complements() {
    let segment_of: Vec<usize> = (0..ACCOUNTS).map(|account| usize::from(account % 12 == 0)).collect();
    let special: AccountSet = (0..ACCOUNTS).filter(|account| segment_of[*account] == 1).collect();
    let mut sets = background();
    let (one, other, with_one) = (sets.len(), sets.len() + 1, sets.len() + 2);
    sets.push(among(&special, one, 0.7));
    sets.push(among(&special, other, 0.7));
    let close_to_one = among(&sets[one], with_one, 0.9);
    sets.push(close_to_one);
    let of = |segment_of: &[usize]| related(&Overlap::of(sets.clone(), &everyone(), segment_of, None, &SETTINGS));
    assert!(
        of(&vec![0; ACCOUNTS]).contains(&(one, other, Relation::Complements)),
        "confounded where no segment is known"
    );
    assert_eq!(of(&segment_of), [(one, with_one, Relation::Complements)]);
}

#[test]
fn size_alone_makes_no_complements_and_a_popular_feature_is_not_everyones() {
    let mut sets = background();
    let popular = sets.len();
    sets.push((0..ACCOUNTS).filter(|&account| draw(account, popular, 1) < 0.95).collect());
    let (host, addon) = (sets.len(), sets.len() + 1);
    sets.push(by_size(host, 0.15));
    let addon_users = plus(&among(&sets[host], addon, 0.7), &by_size(addon, 0.02));
    sets.push(addon_users);
    let list_all = OverlapSettings { list_from: 0.0, ..SETTINGS };
    let overlap = Overlap::of(sets, &everyone(), &vec![0; ACCOUNTS], None, &list_all);
    assert_eq!(related(&overlap), [(host, addon, Relation::Complements)]);
    // By the plain lift nearly all the others would belong together; within strata of breadth little of that is left.
    let confounded = overlap.pairs.iter().filter(|pair| pair.second < popular);
    let middle = |of: fn(&CoUse) -> Option<Estimate>| {
        let mut lifts: Vec<f64> = confounded.clone().filter_map(|pair| Some(of(pair)?.point)).collect();
        assert_eq!(lifts.len(), BACKGROUND * (BACKGROUND - 1) / 2);
        stats::median(&mut lifts, (0.0, f64::INFINITY)).unwrap().point
    };
    let (plain, adjusted) = (middle(|pair| pair.lift), middle(|pair| pair.adjusted_lift));
    assert!(plain > 1.25 && adjusted < 1.05, "{plain} and {adjusted}");
    let planted = overlap.pairs.iter().find(|pair| pair.first == host && pair.second == addon).unwrap();
    assert!(planted.co_use_p.unwrap() < 1e-6 && planted.adjusted_lift.unwrap().low > 1.5, "{planted:?}");
}

#[test]
fn substitutes_complements_and_coincidence_are_told_apart() {
    let (mut then, mut now) = (background(), background());
    // Some noise: a tenth of everybody's use begins or ends by itself.
    for (c, set) in now.iter_mut().enumerate() {
        *set = plus(&among(set, 500 + c, 0.9), &by_size(600 + c, 0.02));
    }
    let mut plant = |before: AccountSet, after: AccountSet| {
        then.push(before);
        now.push(after);
        then.len() - 1
    };
    // Seven in ten accounts move from the old one to the new one.
    let old = by_size(700, 0.3);
    let movers = among(&old, 701, 0.7);
    let old_one = plant(old.clone(), minus(&old, &movers));
    let new_one = plant(AccountSet::default(), movers);
    // One dies, another grows, and nobody has both reasons.
    let dying = by_size(702, 0.3);
    let dying_one = plant(dying.clone(), minus(&dying, &among(&dying, 703, 0.7)));
    let growing_one = plant(AccountSet::default(), by_size(704, 0.25));
    // A new add-on for those who use the host, which is losing accounts.
    let host = by_size(705, 0.2);
    let kept = minus(&host, &among(&host, 706, 0.3));
    let host_one = plant(host, kept.clone());
    let addon_one = plant(AccountSet::default(), among(&kept, 707, 0.8));
    // Back and forth between two of a kind.
    let here = by_size(708, 0.15);
    let there = minus(&by_size(709, 0.15), &here);
    let (left, came) = (among(&here, 710, 0.4), among(&there, 711, 0.4));
    let here_one = plant(here.clone(), plus(&minus(&here, &left), &came));
    let there_one = plant(there.clone(), plus(&minus(&there, &came), &left));
    let use_of = ThenAndNow { then, now: now.clone(), observed: everyone() };
    let overlap = Overlap::of(now, &everyone(), &vec![0; ACCOUNTS], Some(use_of), &SETTINGS);
    assert_eq!(
        related(&overlap),
        [(old_one, new_one, Relation::Substitutes), (host_one, addon_one, Relation::Complements)]
    );
    let pair = |first: usize, second: usize| overlap.pairs.iter().find(|p| p.first == first && p.second == second);
    let substitutes = pair(old_one, new_one).unwrap();
    assert!(substitutes.first_to_second.unwrap() > 100 && substitutes.second_to_first == Some(0));
    assert!(substitutes.switch_p.unwrap() < 1e-9);
    assert!(pair(dying_one, growing_one).is_none_or(|pair| pair.relation == Relation::Unrelated));
    assert!(pair(here_one, there_one).is_none_or(|pair| pair.switch_p.unwrap() > 0.05));
}

#[test]
fn what_nobody_uses_any_more_still_has_a_substitute() {
    let old: AccountSet = (0..200).collect();
    let others: Vec<AccountSet> = (0..5).map(|c| by_size(c, 0.3)).collect();
    let mut then = others.clone();
    then.extend([old.clone(), AccountSet::default()]);
    let mut now = others;
    now.extend([AccountSet::default(), old]);
    let use_of = ThenAndNow { then, now: now.clone(), observed: everyone() };
    let overlap = Overlap::of(now, &everyone(), &vec![0; ACCOUNTS], Some(use_of), &SETTINGS);
    let pair = overlap.pairs.iter().find(|pair| pair.relation == Relation::Substitutes).unwrap();
    assert_eq!((pair.first, pair.second, pair.first_to_second), (5, 6, Some(200)));
    assert_eq!((pair.first_in_second.n, pair.first_in_second.high, pair.lift), (0, 1.0, None));
}

#[test]
fn the_list_is_capped_but_every_capability_keeps_its_closest_partner() {
    let sets = background();
    let none = OverlapSettings { list_from: 0.0, max_pairs: 0, ..SETTINGS };
    let overlap = Overlap::of(sets.clone(), &everyone(), &vec![0; ACCOUNTS], None, &none);
    assert!(overlap.pairs.len() < BACKGROUND);
    for (one, set) in sets.iter().enumerate() {
        let others = (0..sets.len()).filter(|&other| other != one);
        let jaccard = |other: usize| {
            let both = set.common(&sets[other]);
            part(both, set.len() + sets[other].len() - both)
        };
        let best = others.map(jaccard).fold(0.0, f64::max);
        let listed = overlap.pairs.iter().filter(|pair| pair.first == one || pair.second == one);
        assert!(listed.map(|pair| pair.jaccard.point).fold(0.0, f64::max) >= best, "{one}");
    }
}

#[test]
fn where_all_are_alike_those_first_in_order_are_listed() {
    let all = OverlapSettings { max_pairs: 3, ..SETTINGS };
    let overlap = Overlap::of(vec![everyone(); 5], &everyone(), &vec![0; ACCOUNTS], None, &all);
    let listed: Vec<_> = overlap.pairs.iter().map(|pair| (pair.first, pair.second)).collect();
    // Three, and the closest partners of the last: the first of equals.
    assert_eq!(listed, [(0, 1), (0, 2), (0, 3), (0, 4)]);
}

#[test]
fn nothing_at_all() {
    let overlap = Overlap::of(Vec::new(), &AccountSet::default(), &[], None, &SETTINGS);
    assert!(overlap.pairs.is_empty() && overlap.union(&[0]).is_empty());
    let unused = Overlap::of(vec![AccountSet::default(); 3], &everyone(), &vec![0; ACCOUNTS], None, &SETTINGS);
    assert!(unused.pairs.is_empty());
}

/// Up to five capabilities over up to sixty accounts.
fn some_sets() -> impl Strategy<Value = Vec<Vec<bool>>> {
    (1_usize..60).prop_flat_map(|accounts| prop::collection::vec(prop::collection::vec(any::<bool>(), accounts), 1..6))
}

fn sets_of(uses: &[Vec<bool>], order: &[usize]) -> Vec<AccountSet> {
    let of = |uses: &Vec<bool>| (0..uses.len()).filter(|&account| uses[order[account]]).collect();
    uses.iter().map(of).collect()
}

proptest! {
    /// What is kept along the way is what sorting everything would keep.
    #[test]
    fn the_most_similar_are_kept(jaccard in prop::collection::vec(0_u8..6, 0..60), most in 0_usize..9) {
        let pairs: Vec<(f64, Pair)> = jaccard.into_iter().enumerate().map(|(n, j)| (f64::from(j), (n, n + 1))).collect();
        let mut similar = Similar::at_most(most);
        for &(jaccard, pair) in &pairs {
            similar.add(jaccard, pair);
        }
        let mut sorted = pairs;
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let expected: Vec<Pair> = sorted.into_iter().map(|(_, pair)| pair).take(most).collect();
        prop_assert_eq!(similar.most().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_union_is_at_least_the_greatest_and_at_most_the_sum(uses in some_sets()) {
        let order: Vec<usize> = (0..uses[0].len()).collect();
        let overlap = Overlap { touched: sets_of(&uses, &order), pairs: Vec::new() };
        let all: Vec<usize> = (0..uses.len()).collect();
        let union = overlap.union(&all).len();
        prop_assert!(union <= overlap.touched.iter().map(AccountSet::len).sum());
        prop_assert!(union >= overlap.touched.iter().map(AccountSet::len).max().unwrap_or(0));
        let touches = |account: usize| uses.iter().any(|uses| uses[account]);
        prop_assert_eq!(union, (0..uses[0].len()).filter(|&account| touches(account)).count() as u64);
    }

    #[test]
    fn the_order_of_accounts_never_matters_and_of_two_either_may_come_first(
        (uses, order) in some_sets().prop_flat_map(|uses| {
            let order: Vec<usize> = (0..uses[0].len()).collect();
            (Just(uses), Just(order).prop_shuffle())
        })
    ) {
        let accounts = uses[0].len();
        let settings = OverlapSettings { list_from: 0.0, min_both: 1, min_switchers: 1, ..SETTINGS };
        let of = |uses: &[Vec<bool>], order: &[usize]| {
            let (now, everyone) = (sets_of(uses, order), (0..accounts).collect::<AccountSet>());
            // Then is now turned around by one capability.
            let mut then = now.clone();
            then.rotate_left(1);
            let use_of = ThenAndNow { then, now: now.clone(), observed: everyone.clone() };
            Overlap::of(now, &everyone, &vec![0; accounts], Some(use_of), &settings).pairs
        };
        let plain: Vec<usize> = (0..accounts).collect();
        prop_assert_eq!(of(&uses, &plain), of(&uses, &order));
        if uses.len() >= 2 {
            let turned = [uses[1].clone(), uses[0].clone()];
            let (one, other) = (of(&uses[..2], &plain), of(&turned, &plain));
            prop_assert_eq!(one.len(), other.len());
            for (one, other) in one.iter().zip(&other) {
                prop_assert_eq!((one.jaccard, one.relation), (other.jaccard, other.relation));
                prop_assert_eq!(one.lift.map(|lift| lift.point), other.lift.map(|lift| lift.point));
                prop_assert_eq!(one.first_in_second, other.second_in_first);
                prop_assert_eq!((one.first_to_second, one.switch_p), (other.second_to_first, other.switch_p));
            }
        }
    }
}
