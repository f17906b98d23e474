use proptest::prelude::*;

use super::*;
use crate::plan::model::{Bind, Candidate, Constraint, Group, Team};

const EXACT: Limits = Limits { nodes: 100_000, gap: 0.0 };

/// Whole numbers from a seed, the same in any language.
struct Lots(u64);

impl Lots {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

/// An instance with every kind of constraint.
fn instance(seed: u64, candidates: usize, months: usize, accounts: u64) -> Model {
    let mut lots = Lots(seed * 2_654_435_761 + 88_172_645_463_325_252);
    let mut number = |below: u64| lots.next(below);
    let real = |whole: u64| f64::from(u32::try_from(whole).unwrap());
    let mut model = Model {
        wave_of: (0..months).map(|month| month / 3).collect(),
        work_months: 2,
        changes_per_account: Some(2),
        ..Model::default()
    };
    for index in 0..candidates {
        let (rate, effort, earliest) = (real(number(1000)) - 150.0, real(number(400)), number(months as u64 / 2 + 1));
        let value = (0..months).map(|month| rate * (36.0 - month as f64) / 12.0 - effort).collect();
        let barred = (0..months)
            .map(|month| if (month as u64) < earliest { vec![Constraint::Notice] } else { vec![] })
            .collect();
        let (hours, arr_at_risk, team) = (real(number(100)), real(number(50)), usize::from(number(2) == 1));
        let demanded_by = (number(8) < 1).then_some(months - 1);
        let id = format!("{index:02}");
        model.candidates.push(Candidate { id, value, barred, hours, team: Some(team), arr_at_risk, demanded_by });
    }
    let mut sets = std::collections::BTreeMap::new();
    for _ in 0..accounts {
        let uses: Vec<usize> = (0..candidates).filter(|_| number(10) < 2).collect();
        if !uses.is_empty() {
            *sets.entry(uses).or_insert(0_u64) += 1;
        }
    }
    model.groups = sets.into_iter().map(|(uses, accounts)| Group { uses, accounts }).collect();
    let share = |part: f64| (accounts as f64 * part).floor();
    (model.accounts_per_wave, model.accounts_overall) = (Some(share(0.45)), Some(share(0.7)));
    let arr: f64 = model.candidates.iter().map(|of| of.arr_at_risk).sum();
    (model.arr_per_wave, model.arr_overall) = (Some((arr * 0.4).floor()), Some((arr * 0.8).floor()));
    let hours = (0..2).map(|team| {
        let own = model.candidates.iter().filter(|of| of.team == Some(team));
        own.map(|of| of.hours).sum::<f64>() * 0.3 + 30.0
    });
    model.teams = hours.map(|hours| Team { hours: Some(hours.floor()) }).collect();
    for _ in 0..candidates / 4 {
        let (first, then) = [(); 2].map(|()| usize::try_from(number(candidates as u64)).unwrap()).into();
        if first < then {
            model.before.push((first, then));
        }
    }
    let (one, other) = [(); 2].map(|()| usize::try_from(number(candidates as u64)).unwrap()).into();
    if one != other {
        model.excludes.push((one.min(other), one.max(other)));
    }
    model
}

/// The best of all plans, tried one by one; `None` where none keeps the demands.
fn by_hand(model: &Model) -> Option<f64> {
    let months = model.months();
    let plans = (months + 1).pow(u32::try_from(model.candidates.len()).unwrap());
    let mut best: Option<f64> = None;
    for number in 0..plans {
        let mut rest = number;
        let plan: Vec<Option<usize>> = (0..model.candidates.len())
            .map(|_| {
                let digit = rest % (months + 1);
                rest /= months + 1;
                digit.checked_sub(1)
            })
            .collect();
        let value: f64 = plan.iter().zip(&model.candidates).filter_map(|(month, of)| Some(of.value[(*month)?])).sum();
        if best.is_none_or(|best| value > best) && model.broken(&plan).is_empty() {
            best = Some(value);
        }
    }
    best
}

#[test]
fn a_hundred_small_plans_are_the_best_of_all() {
    let (mut feasible, mut binding) = (0, 0);
    for seed in 1..=100 {
        let model = instance(seed, 4, 6, 30);
        let (found, best) = (solve(&model, EXACT).ok(), by_hand(&model));
        assert_eq!(found.is_some(), best.is_some(), "seed {seed}");
        let (Some(found), Some(best)) = (found, best) else { continue };
        assert!((found.objective - best).abs() < 1e-6, "seed {seed}: {} is not {best}", found.objective);
        assert!(found.proven && found.gap() < 1e-9, "seed {seed}: {found:?}");
        assert!(model.broken(&found.months).is_empty(), "seed {seed}");
        feasible += 1;
        binding += usize::from(greedy(&model).objective < best - 1e-6);
    }
    assert!(feasible > 60 && binding > 20, "{feasible} feasible, {binding} better than the simple order");
}

/// Solved by the `HiGHS` of scipy 1.17.1 (`scipy.optimize.milp`, gap 0) on the program with a variable for each group and wave,
/// from the same whole numbers.
#[test]
fn larger_plans_agree_with_an_independent_solver() {
    for (seed, candidates, months, accounts, nodes, best) in LARGER {
        let model = instance(seed, candidates, months, accounts);
        let found = solve(&model, Limits { nodes, gap: 0.0 }).unwrap();
        assert!((found.objective - best).abs() <= 1e-6 * best, "seed {seed}: {} is not {best}", found.objective);
        assert!(found.bound >= best * (1.0 - 1e-6), "seed {seed}: {} is below {best}", found.bound);
        assert!(model.broken(&found.months).is_empty(), "seed {seed}");
    }
}

/// Seed, candidates, months, accounts, nodes that suffice, and the optimum.
const LARGER: [(u64, usize, usize, u64, u64, f64); 5] = [
    (1, 15, 12, 300, 1_000, 10_413.0),
    (2, 15, 18, 500, 1_000, 7_119.25),
    (3, 20, 12, 1000, 1_000, 2_180.083_333_333_333_5),
    (4, 20, 18, 1000, 10_000, 7_413.166_666_666_666),
    (6, 30, 24, 2000, 1_000, 3_920.833_333_333_333_5),
];

/// Two candidates over six months in two waves, nothing against either.
fn pair() -> Model {
    let candidate = |id: &str, value: f64| Candidate {
        id: id.into(),
        value: (0..6).map(|month| value - f64::from(month)).collect(),
        barred: vec![Vec::new(); 6],
        hours: 60.0,
        team: Some(0),
        arr_at_risk: 10.0,
        demanded_by: None,
    };
    Model {
        wave_of: vec![0, 0, 0, 1, 1, 1],
        candidates: vec![candidate("a", 100.0), candidate("b", 50.0)],
        groups: vec![
            Group { uses: vec![0], accounts: 10 },
            Group { uses: vec![0, 1], accounts: 5 },
            Group { uses: vec![1], accounts: 10 },
        ],
        teams: vec![Team::default()],
        work_months: 1,
        ..Model::default()
    }
}

fn months(model: &Model) -> Vec<Option<usize>> {
    let found = solve(model, EXACT).unwrap();
    assert!(model.broken(&found.months).is_empty());
    found.months
}

#[test]
fn without_limits_all_go_at_once() {
    assert_eq!(months(&pair()), [Some(0), Some(0)]);
    assert_eq!(months(&Model::default()), []);
    let alone = Model { candidates: vec![pair().candidates.remove(0)], groups: Vec::new(), ..pair() };
    assert_eq!(months(&alone), [Some(0)]);
}

/// A limit, how it is set, and the plan that it makes.
type Binding = (Constraint, fn(&mut Model), [Option<usize>; 2]);

#[test]
fn every_shared_limit_binds() {
    let cases: [Binding; 9] = [
        // 25 accounts are touched by both together, 15 by each.
        (Constraint::AccountsPerWave, |model| model.accounts_per_wave = Some(24.0), [Some(0), Some(3)]),
        (Constraint::AccountsOverall, |model| model.accounts_overall = Some(24.0), [Some(0), None]),
        (Constraint::ArrPerWave, |model| model.arr_per_wave = Some(19.0), [Some(0), Some(3)]),
        (Constraint::ArrOverall, |model| model.arr_overall = Some(19.0), [Some(0), None]),
        (Constraint::TeamHours, |model| model.teams[0].hours = Some(60.0), [Some(0), Some(1)]),
        (Constraint::ChangesPerAccount, |model| model.changes_per_account = Some(1), [Some(0), Some(3)]),
        (Constraint::ReplacementStays, |model| model.excludes.push((0, 1)), [Some(0), None]),
        (
            Constraint::Dependents,
            |model| {
                model.before.push((1, 0));
                model.candidates[1].barred[0] = vec![Constraint::Notice];
            },
            [Some(1), Some(1)],
        ),
        (
            Constraint::Deadline,
            |model| {
                model.candidates[1].value = vec![-1.0; 6];
                model.candidates[1].demanded_by = Some(2);
                model.arr_per_wave = Some(19.0);
            },
            [Some(3), Some(0)],
        ),
    ];
    for (constraint, limit, expected) in cases {
        let mut model = pair();
        limit(&mut model);
        assert_eq!(months(&model), expected, "{constraint:?}");
        // The plan without the limit breaks it, and the counting says so.
        if constraint != Constraint::Deadline {
            let broken = model.broken(&[Some(0), Some(0)]);
            assert!(
                broken.iter().any(|bind| matches!(bind.constraint, c if c == constraint || c == Constraint::Notice)),
                "{broken:?}"
            );
        }
    }
    // At the very limit nothing binds.
    let free = Model { accounts_per_wave: Some(25.0), arr_overall: Some(20.0), changes_per_account: Some(2), ..pair() };
    assert_eq!(months(&free), [Some(0), Some(0)]);
}

#[test]
fn work_is_spread_over_the_months_before() {
    let mut model = Model { work_months: 3, ..pair() };
    model.teams[0].hours = Some(20.0);
    assert_eq!(months(&model), [Some(0), Some(3)]);
    model.teams[0].hours = Some(19.9);
    assert_eq!(months(&model), [None, None]);
}

#[test]
fn what_forbids_months_delays_and_is_named() {
    for family in [
        Constraint::Notice,
        Constraint::Replacement,
        Constraint::Commitment,
        Constraint::Renewal,
        Constraint::Blackout,
        Constraint::Work,
    ] {
        let mut model = pair();
        model.candidates[0].barred[0] = vec![family];
        assert_eq!(months(&model), [Some(1), Some(0)]);
        model.candidates[0].barred = vec![vec![family]; 6];
        let found = solve(&model, EXACT).unwrap();
        assert_eq!(found.months, [None, Some(0)]);
        assert_eq!(kept_out(&model, &found, 0), [Bind::of(family, 0)]);
        let relaxed = relax(&model, &found, family, EXACT).unwrap().solution;
        assert_eq!(relaxed.months[0], Some(if family == Constraint::Notice { 5 } else { 0 }));
        assert!(relaxed.objective > found.objective);
    }
}

#[test]
fn what_keeps_a_candidate_out_is_named_with_its_amount() {
    let kept = |limit: fn(&mut Model)| {
        let mut model = pair();
        limit(&mut model);
        let found = solve(&model, EXACT).unwrap();
        assert_eq!(found.months[1], None);
        kept_out(&model, &found, 1)
    };
    let overall = kept(|model| model.accounts_overall = Some(24.0));
    assert_eq!(overall[0].constraint, Constraint::AccountsOverall);
    assert_eq!((overall[0].need, overall[0].limit), (Some(25.0), Some(24.0)));
    let arr = kept(|model| model.arr_overall = Some(19.0));
    assert_eq!((arr[0].constraint, arr[0].need), (Constraint::ArrOverall, Some(20.0)));
    let excluded = kept(|model| model.excludes.push((0, 1)));
    assert_eq!((excluded[0].constraint, excluded[0].other), (Constraint::ReplacementStays, Some(0)));
    let worthless = kept(|model| model.candidates[1].value = vec![0.0; 6]);
    assert_eq!(worthless, [Bind::of(Constraint::NotWorthIt, 1)]);
    let waits = kept(|model| {
        model.before.push((0, 1));
        model.candidates[0].barred = vec![vec![Constraint::Commitment]; 6];
    });
    assert_eq!((waits[0].constraint, waits[0].other), (Constraint::Dependents, Some(0)));
}

#[test]
fn a_conflict_is_the_smallest_set_that_cannot_hold() {
    assert!(conflict(&pair(), EXACT).is_empty());
    let mut model = pair();
    model.candidates[0].demanded_by = Some(1);
    model.candidates[0].barred[0] = vec![Constraint::Notice];
    model.candidates[0].barred[1] = vec![Constraint::Notice];
    // What has nothing to do with it is not named.
    model.arr_overall = Some(1000.0);
    model.candidates[1].barred[0] = vec![Constraint::Blackout];
    assert_eq!(solve(&model, EXACT), Err(Infeasible));
    let found = conflict(&model, EXACT);
    assert_eq!(found, [Bind::of(Constraint::Deadline, 0), Bind::of(Constraint::Notice, 0)]);
    // Two demands of one wave against its budget.
    let mut model = Model { arr_per_wave: Some(19.0), ..pair() };
    model.candidates.iter_mut().for_each(|of| of.demanded_by = Some(2));
    let found: Vec<Constraint> = conflict(&model, EXACT).iter().map(|bind| bind.constraint).collect();
    assert_eq!(found, [Constraint::Deadline, Constraint::Deadline, Constraint::ArrPerWave]);
}

#[test]
fn one_step_more_never_brings_less() {
    let mut model = pair();
    model.accounts_overall = Some(23.0);
    let found = solve(&model, EXACT).unwrap();
    let relaxed = relax(&model, &found, Constraint::AccountsOverall, EXACT).unwrap().solution;
    assert_eq!((found.months[1], relaxed.months[1]), (None, Some(0)));
    assert_eq!(relax(&model, &found, Constraint::ArrOverall, EXACT), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn more_of_a_budget_never_lowers_the_optimum(seed in 1_u64..5000, which in 0_usize..6) {
        let model = instance(seed, 6, 9, 60);
        let mut more = model.clone();
        match which {
            0 => more.accounts_per_wave = model.accounts_per_wave.map(|limit| limit * 1.3),
            1 => more.accounts_overall = None,
            2 => more.arr_per_wave = model.arr_per_wave.map(|limit| limit + 7.0),
            3 => more.arr_overall = None,
            4 => more.teams.iter_mut().for_each(|team| team.hours = None),
            _ => more.changes_per_account = Some(3),
        }
        if let Ok(found) = solve(&model, EXACT) {
            let better = solve(&more, EXACT).unwrap();
            prop_assert!(better.objective >= found.objective - 1e-6);
        }
    }

    #[test]
    fn plans_keep_every_limit_and_the_order_of_groups_does_not_matter(seed in 1_u64..5000) {
        let model = instance(seed, 7, 9, 80);
        let simple = greedy(&model);
        let demands_aside = |bind: &Bind| bind.constraint == Constraint::Deadline;
        prop_assert!(model.broken(&simple.months).iter().all(demands_aside));
        let mut turned = model.clone();
        turned.groups.reverse();
        let (found, other) = (solve(&model, EXACT), solve(&turned, EXACT));
        if let (Ok(found), Ok(other)) = (&found, &other) {
            prop_assert!((found.objective - other.objective).abs() < 1e-6);
            prop_assert!(model.broken(&found.months).is_empty());
            prop_assert!(found.objective <= found.bound + 1e-6);
        }
        prop_assert_eq!(found.is_ok(), other.is_ok());
    }
}
