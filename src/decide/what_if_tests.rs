//! Sets of small companies by hand, and what holds for any.

use proptest::prelude::*;

use super::*;
use crate::config::{Assumed, Assumptions};
use crate::decide::testing::{self, DEFAULTS};
use crate::decide::{Part, simulate};
use crate::metrics::{AccountSet, CapabilityFacts, CostByType, CustomerFacts, Stakes, Substitute, SubstituteBy};

/// Customer, dependence, users, users who use nothing else.
type Use = (usize, f64, u64, u64);

/// A capability `c0` … with its yearly support cost, and the accounts that use it.
struct Of {
    support: f64,
    uses: Vec<Use>,
    substitute: Option<usize>,
}

fn of(support: f64, uses: &[Use]) -> Of {
    Of { support, uses: uses.to_vec(), substitute: None }
}

/// A company of these ARRs, with stakes as they follow from use.
fn facts(arr: &[Option<f64>], capabilities: &[Of]) -> Facts {
    let customers: Vec<CustomerFacts> = arr
        .iter()
        .enumerate()
        .map(|(index, arr)| CustomerFacts {
            id: format!("a{index}"),
            name: None,
            segment: None,
            owner: None,
            arr: arr.and_then(Money::from_units),
            renews_on: None,
            is_key: None,
            in_base: true,
            active_days: 10,
        })
        .collect();
    let touched: Vec<AccountSet> =
        capabilities.iter().map(|known| known.uses.iter().map(|used| used.0).collect()).collect();
    let mut facts = testing::facts(Vec::new());
    (facts.customers, facts.overlap.touched) = (customers, touched);
    let mean = facts.mean_arr().unwrap_or(0.0);
    facts.capabilities = (0..)
        .zip(capabilities)
        .map(|(index, known)| {
            let replaced = known.substitute.map(|by| &facts.overlap.touched[by]);
            let mut data = StakeSums { support: known.support, ..StakeSums::default() };
            for &(customer, days, users, sole) in &known.uses {
                let arr = arr[customer].unwrap_or(mean);
                let (dependent, sole) = (arr * days, arr * (1.0 - days) * sole as f64 / users as f64);
                data.arr_dependent += dependent;
                data.arr_sole += sole;
                if replaced.is_some_and(|set| set.contains(customer)) {
                    data.arr_dependent_replaced += dependent;
                    data.arr_sole_replaced += sole;
                } else {
                    data.to_migrate += 1.0;
                }
            }
            let use_of = |&(customer, days, users, sole): &Use| AccountUse {
                customer,
                active_days: 1,
                dependence: Share::of(days, 1.0),
                users: Some(users),
                sole_users: Some(sole),
                last_use: "2026-09-01".parse().unwrap(),
                trend_per_month: None,
                trend_p: None,
            };
            CapabilityFacts {
                accounts: known.uses.iter().map(use_of).collect(),
                cost: CostByType { support: Some(Money::ZERO), ..CostByType::default() },
                substitute: known.substitute.map(|capability| Substitute {
                    capability,
                    by: SubstituteBy::Catalogue,
                    already: None,
                }),
                stakes: Some(Stakes {
                    data,
                    replicates: Vec::new(),
                    accounts: known.uses.len() as u64,
                    accounts_with_arr: 0,
                    already_replaced: None,
                }),
                ..testing::capability(&format!("c{index}"))
            }
        })
        .collect();
    facts
}

/// Everything is settled: two years without discount, half of ARR is margin, an hour costs 100.
fn settled() -> Assumptions {
    let mut assumptions = DEFAULTS.assumptions.clone();
    for (assumption, value) in [
        (&mut assumptions.avoidable_support, "fixed(1)"),
        (&mut assumptions.margin, "fixed(0.5)"),
        (&mut assumptions.horizon_years, "fixed(2)"),
        (&mut assumptions.discount_rate, "fixed(0)"),
        (&mut assumptions.loss_at_full_dependence, "fixed(0.4)"),
        (&mut assumptions.sole_user_weight, "fixed(0.5)"),
        (&mut assumptions.replacement_relief, "fixed(0.75)"),
        (&mut assumptions.removal_hours, "fixed(10)"),
        (&mut assumptions.migration_hours, "fixed(2)"),
        (&mut assumptions.customer_hours, "fixed(0)"),
        (&mut assumptions.customer_hour, "fixed(0)"),
    ] {
        value.clone_into(&mut assumption.distribution);
    }
    assumptions
}

fn effect(facts: &Facts, assumptions: &Assumptions, set: &[usize]) -> SetEffect {
    let settings = DecisionSettings { assumptions, engineering_hour: 100.0, ..testing::settings() };
    what_if(facts, &Integrations::default(), settings, set)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
}

fn near(found: Spread, expected: f64) {
    for found in [found.mean, found.p05, found.p50, found.p95] {
        close(found, expected);
    }
}

/// Six tenths of its days on either: all of them at most. 0.4 × 1,000 once, where the two alone put 480 at risk.
#[test]
fn an_account_leaves_once() {
    let facts = facts(&[Some(1000.0)], &[of(100.0, &[(0, 0.6, 1, 0)]), of(50.0, &[(0, 0.6, 1, 0)])]);
    let assumptions = settled();
    let found = effect(&facts, &assumptions, &[1, 0, 1, 99]);
    assert_eq!((found.members.as_slice(), found.without_money.is_empty()), (&[0, 1][..], true));
    near(found.arr_at_risk.unwrap(), 400.0);
    let account = &found.accounts[0];
    assert_eq!((found.accounts.len(), account.uses.as_slice()), (1, &[0, 1][..]));
    close(account.dependence, 1.0);
    close(account.dependence_at_least, 0.6);
    near(account.leaves, 0.4);
    near(account.arr_at_risk.unwrap(), 400.0);
    // Support 2·150, less margin on 400 for two years, two removals of 10 hours and two moves of 2 hours.
    near(found.net_benefit.unwrap(), 300.0 - 400.0 - 2000.0 - 400.0);
    assert_eq!(found.p_positive, Some(0.0));
    assert_eq!(found.touched.map(|touched| (touched.accounts, touched.arr)), Some((1, Money::from_units(1000.0))));
    let support = found.freed.iter().find(|freed| freed.part == Part::Support).unwrap();
    near(support.spread.unwrap(), 150.0);
    let direct = found.freed.iter().find(|freed| freed.part == Part::Direct).unwrap();
    assert_eq!(direct.spread, None, "nobody knows what is charged");
    for alone in [0, 1] {
        near(effect(&facts, &assumptions, &[alone]).arr_at_risk.unwrap(), 240.0);
    }
}

/// A quarter of four users and two of five know nothing else: 0.65 of the half of its days that the set does not touch.
#[test]
fn users_who_use_nothing_else_add_up() {
    let facts = facts(&[Some(1000.0)], &[of(0.0, &[(0, 0.3, 4, 1)]), of(0.0, &[(0, 0.2, 5, 2)])]);
    let found = effect(&facts, &settled(), &[0, 1]);
    near(found.accounts[0].leaves, 0.4 * (0.5 + 0.5 * 0.5 * 0.65));
    near(found.arr_at_risk.unwrap(), 265.0);
}

/// Account 0 uses what replaces the first capability, account 1 does not. Without the replacement both have to move, and there is no relief.
#[test]
fn a_replacement_that_goes_too_replaces_nothing() {
    let first = Of { substitute: Some(1), ..of(0.0, &[(0, 0.5, 1, 0), (1, 0.5, 1, 0)]) };
    let facts = facts(&[Some(1000.0), Some(1000.0)], &[first, of(0.0, &[(0, 0.2, 1, 0)])]);
    let alone = effect(&facts, &settled(), &[0]);
    near(alone.arr_at_risk.unwrap(), 0.4 * 500.0 + 0.4 * 500.0 * 0.25);
    near(alone.net_benefit.unwrap(), -250.0 - 1000.0 - 200.0);
    let both = effect(&facts, &settled(), &[0, 1]);
    near(both.arr_at_risk.unwrap(), 0.4 * 500.0 + 0.4 * 700.0);
    near(both.net_benefit.unwrap(), -480.0 - 2000.0 - 600.0);
    // With a replacement only for what goes beyond all of its days, that is what is taken off.
    let kept = Kept::of(0.9, 0.4);
    close(kept.whole, 1.0);
    close(kept.part(false), 1.0);
    close(kept.part(true), 0.25);
    assert_eq!(Kept::of(0.0, 0.0).whole.to_bits(), 0);
}

#[test]
fn no_set_does_nothing() {
    let facts = facts(&[Some(1.0)], &[of(9.0, &[(0, 0.5, 1, 0)])]);
    let found = effect(&facts, &settled(), &[]);
    near(found.net_benefit.unwrap(), 0.0);
    near(found.arr_at_risk.unwrap(), 0.0);
    assert!(found.accounts.is_empty() && found.members.is_empty() && found.dragged_along.is_empty());
    assert_eq!((found.p_positive, found.touched.map(|touched| touched.accounts)), (Some(0.0), Some(0)));
}

#[test]
fn what_has_no_money_is_named() {
    let mut facts =
        facts(&[Some(100.0), None], &[of(9.0, &[(0, 0.5, 1, 0)]), of(9.0, &[(0, 0.2, 1, 0), (1, 0.5, 1, 0)])]);
    facts.capabilities[1].stakes = None;
    let both = effect(&facts, &settled(), &[0, 1]);
    assert_eq!(both.without_money, [1]);
    near(both.arr_at_risk.unwrap(), 20.0);
    // Probabilities need no money: the account without a stated ARR stands last, with its own.
    assert_eq!(both.accounts.iter().map(|account| account.customer).collect::<Vec<_>>(), [0, 1]);
    assert_eq!((both.accounts[1].arr, both.accounts[1].arr_at_risk), (None, None));
    near(both.accounts[0].leaves, 0.28);
    near(both.accounts[1].leaves, 0.2);
    let none = effect(&facts, &settled(), &[1]);
    assert_eq!((none.net_benefit, none.arr_at_risk, none.p_positive), (None, None, None));
    assert!(none.freed.is_empty() && none.accounts.len() == 2);
}

/// 40 + 10 are a fifth of 250 and more; the second of the two with 10 comes too late.
#[test]
fn key_accounts_hold_a_fifth() {
    let arr: Vec<Option<f64>> = [10.0, 40.0, 10.0].into_iter().chain([9.5; 20]).map(Some).collect();
    let uses: Vec<Use> = (0..arr.len()).map(|customer| (customer, 0.5, 1, 0)).collect();
    let found = effect(&facts(&arr, &[of(1.0, &uses)]), &settled(), &[0]);
    let keys: Vec<usize> = found.accounts.iter().filter(|of| of.is_key).map(|of| of.customer).collect();
    assert_eq!(keys, [1, 0]);
    let order: Vec<usize> = found.accounts.iter().take(4).map(|of| of.customer).collect();
    assert_eq!(order, [1, 0, 2, 3], "by ARR at risk, then id");
}

#[test]
fn promises_and_dependents_are_named() {
    let mut facts = facts(&[Some(1.0)], &[of(1.0, &[]), of(1.0, &[]), of(1.0, &[])]);
    let until: NaiveDate = "2027-01-31".parse().unwrap();
    facts.capabilities[0].commitments = vec![("b".into(), until, Some("contract 7".into())), ("a".into(), until, None)];
    facts.capabilities[1].commitments = vec![("a".into(), until, None)];
    facts.capabilities[2].commitments = vec![("c".into(), until, None)];
    let found = effect(&facts, &settled(), &[0, 1]);
    let named: Vec<(&str, usize)> = found.commitments.iter().map(|of| (of.account.as_str(), of.capability)).collect();
    assert_eq!(named, [("a", 0), ("a", 1), ("b", 0)]);
    assert_eq!(found.commitments[2].source.as_deref(), Some("contract 7"));
    let mut graph = Graph::default();
    graph.of.resize_with(5, Default::default);
    graph.of[0].needed_by = vec![4, 1];
    graph.of[1].with = vec![3, 0];
    graph.of[2].needed_by = vec![0];
    assert_eq!(dragged_along(&graph, &[0, 1]), [3, 4]);
    assert_eq!(dragged_along(&graph, &[]), [0; 0]);
}

/// Under all doubt, and with a replicate for every draw.
#[test]
fn a_set_of_one_is_the_capability_alone() {
    let first = Of { substitute: Some(1), ..of(4000.0, &[(0, 0.5, 4, 1), (1, 0.25, 3, 2), (2, 0.1, 1, 0)]) };
    let mut facts = facts(&[Some(1000.0), Some(500.0), None], &[first, of(0.0, &[(0, 0.2, 1, 0)])]);
    let stakes = facts.capabilities[0].stakes.as_mut().unwrap();
    stakes.replicates = (0..50)
        .map(|b| StakeSums {
            support: 3000.0 + 40.0 * f64::from(b),
            to_migrate: f64::from(b % 5),
            arr_dependent: 700.0 + f64::from(b * b % 300),
            arr_dependent_replaced: 300.0 + f64::from(b % 7),
            ..stakes.data
        })
        .collect();
    let found = effect(&facts, &DEFAULTS.assumptions, &[0]);
    let settings = DecisionSettings { engineering_hour: 100.0, ..testing::settings() };
    let alone = simulate(&facts, &Integrations::default(), settings).of[0].clone().unwrap().net_benefit;
    for (found, expected) in [(found.net_benefit, alone.total), (found.arr_at_risk, alone.arr_at_risk)] {
        let ends = |of: Spread| [of.mean, of.p05, of.p50, of.p95];
        ends(found.unwrap()).into_iter().zip(ends(expected)).for_each(|(found, expected)| close(found, expected));
    }
    assert_eq!(found.p_positive, Some(alone.p_positive));
    assert!(alone.total.p95 > alone.total.p05);
}

/// Under all doubt, draw by draw: the mean is that of each set by itself, and the data held are those that are.
#[test]
fn at_risk_of_several_sets_is_that_of_each() {
    let first = Of { substitute: Some(1), ..of(4000.0, &[(0, 0.5, 4, 1), (1, 0.25, 3, 2)]) };
    let second = of(0.0, &[(0, 0.7, 1, 0)]);
    let mut facts = facts(&[Some(1000.0), Some(500.0)], &[first, second, of(1.0, &[(1, 0.9, 1, 0)])]);
    let sets = [vec![], vec![2], vec![1, 0], vec![0, 1, 2]];
    let settings = DecisionSettings { engineering_hour: 100.0, ..testing::settings() };
    let at_risk = |facts: &Facts| at_risk_of(facts, &Integrations::default(), settings, &sets);
    for (found, set) in at_risk(&facts).into_iter().zip(&sets) {
        let found = found.unwrap();
        let mean = found.drawn.iter().sum::<f64>() / found.drawn.len() as f64;
        close(mean, effect(&facts, &DEFAULTS.assumptions, set).arr_at_risk.unwrap().mean);
        assert_eq!(found.drawn, found.held, "no replicates");
    }
    let before = at_risk(&facts);
    let stakes = facts.capabilities[0].stakes.as_mut().unwrap();
    let more = |sums: StakeSums| StakeSums { arr_dependent: 2.0 * sums.arr_dependent, ..sums };
    stakes.replicates = vec![more(stakes.data)];
    let after = at_risk(&facts);
    assert_eq!(before[1], after[1]);
    for (before, after) in before.iter().zip(&after).skip(2) {
        let (before, after) = (before.as_ref().unwrap(), after.as_ref().unwrap());
        assert_eq!(before.held, after.held);
        assert!(before.drawn.iter().zip(&after.drawn).all(|(before, after)| after > before));
    }
    facts.capabilities[2].stakes = None;
    assert_eq!(at_risk(&facts)[1], None);
}

/// Loss of one capability settled otherwise: each member loses with its own.
#[test]
fn an_assumption_for_one_member_holds_for_it_alone() {
    let facts = facts(&[Some(1000.0)], &[of(0.0, &[(0, 0.5, 1, 0)]), of(0.0, &[(0, 0.5, 1, 0)])]);
    let own = [crate::config::Override {
        capability: "c1".into(),
        assumption: Assumed::LossAtFullDependence,
        distribution: "fixed(0.8)".into(),
        reason: None,
        source: None,
    }];
    let assumptions = settled();
    let settings =
        DecisionSettings { assumptions: &assumptions, overrides: &own, engineering_hour: 100.0, ..testing::settings() };
    let found = what_if(&facts, &Integrations::default(), settings, &[0, 1]);
    near(found.arr_at_risk.unwrap(), 0.4 * 500.0 + 0.8 * 500.0);
    near(found.accounts[0].leaves, 0.6);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_union_is_more_than_its_parts_and_less_than_their_sum(
        arr in proptest::collection::vec(0.0_f64..1e6, 4),
        uses in proptest::collection::vec((0_usize..4, 0_usize..4, 0.0_f64..=1.0, 1_u64..9, 0_u64..9), 1..14),
    ) {
        let capabilities: Vec<Of> = (0..4)
            .map(|index| {
                let own = uses.iter().filter(|used| used.0 == index);
                let by_account: BTreeMap<usize, Use> =
                    own.map(|&(_, a, days, users, sole)| (a, (a, days, users, sole.min(users)))).collect();
                of(10.0, &by_account.into_values().collect::<Vec<_>>())
            })
            .collect();
        let arr: Vec<Option<f64>> = arr.into_iter().map(Some).collect();
        let facts = facts(&arr, &capabilities);
        let mut policy = DEFAULTS.decision.clone();
        policy.draws = 200;
        let of_set = |set: &[usize]| {
            let settings = DecisionSettings { policy: &policy, ..testing::settings() };
            what_if(&facts, &Integrations::default(), settings, set)
        };
        let risk = |set: &[usize]| of_set(set).arr_at_risk.unwrap().mean;
        let alone: Vec<f64> = (0..4).map(|index| risk(&[index])).collect();
        let (whole, pair) = (of_set(&[0, 1, 2, 3]), risk(&[0, 1]));
        let at_risk = whole.arr_at_risk.unwrap();
        let slack = 1e-9 * (1.0 + at_risk.mean);
        prop_assert!(at_risk.mean <= alone.iter().sum::<f64>() + slack);
        prop_assert!(at_risk.p95 <= arr.iter().flatten().sum::<f64>() + slack);
        prop_assert!(pair >= alone[0].max(alone[1]) - slack && at_risk.mean >= pair - slack);
        for account in &whole.accounts {
            prop_assert!(account.leaves.p95 <= 1.0 && account.dependence <= 1.0 + 1e-12);
            prop_assert!(account.dependence_at_least <= account.dependence + 1e-12);
            prop_assert!(account.arr_at_risk.unwrap().p95 <= account.arr.unwrap().units() + slack);
        }
    }
}
