//! What the search promises whatever the model.

use proptest::prelude::*;

use super::super::super::model::{Constraint, Group, Model};
use super::super::{Limits, greedy, relax, solve};
use super::instances::{self, Shape};
use super::{EXACT, small};

/// Ten candidates and twelve months, with whatever budgets.
fn medium() -> impl Strategy<Value = Model> {
    let budgets = (5_u64..60, 10_u64..100, 5_u64..60, 1_u32..4);
    (any::<u64>(), budgets, 1_usize..4, 0_u64..9).prop_map(|(seed, (wave, overall, hours, changes), work, demands)| {
        let shape = Shape {
            candidates: 10,
            months: 12,
            wave_months: 3,
            accounts: 60,
            popularity: 6,
            teams: 2,
            work_months: work,
            wave_percent: wave,
            overall_percent: overall,
            hours_percent: hours,
            changes,
            demand_one_in: demands,
        };
        instances::model(shape, seed % 1_000_000)
    })
}

fn with_more(model: &Model, which: usize, more: f64) -> Model {
    let mut model = model.clone();
    let grow = |limit: &mut Option<f64>| *limit = limit.map(|limit| limit * more + 1.0);
    match which {
        0 => grow(&mut model.accounts_per_wave),
        1 => grow(&mut model.accounts_overall),
        2 => grow(&mut model.arr_per_wave),
        3 => grow(&mut model.arr_overall),
        4 => model.teams.iter_mut().for_each(|team| grow(&mut team.hours)),
        5 => model.changes_per_account = model.changes_per_account.map(|changes| changes + 1),
        6 => model.candidates.iter_mut().for_each(|candidate| candidate.demanded_by = None),
        _ => model.candidates.iter_mut().flat_map(|candidate| &mut candidate.barred).for_each(Vec::clear),
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn more_of_a_limit_never_lowers_the_optimum(seed in 0_u64..100_000, which in 0_usize..8, more in 1.0_f64..1.5) {
        let model = small(seed);
        if let Ok(before) = solve(&model, EXACT) {
            let after = solve(&with_more(&model, which, more), EXACT);
            prop_assert!(after.is_ok_and(|after| after.objective >= before.objective - 1e-6));
        }
    }

    #[test]
    fn a_plan_keeps_every_limit_and_its_bound_holds_however_early_the_search_stops(
        model in medium(),
        nodes in 1_u64..6,
        gap in 0.0_f64..0.2,
    ) {
        let exact = solve(&model, EXACT);
        if let Ok(early) = solve(&model, Limits { nodes, gap }) {
            let exact = exact.expect("there is a plan");
            prop_assert!(exact.proven);
            prop_assert_eq!(model.broken(&early.months), vec![]);
            prop_assert!((model.worth(&early.months) - early.objective).abs() < 1e-6);
            prop_assert!(early.objective <= exact.objective + 1e-6 * exact.objective.abs());
            prop_assert!(early.bound >= exact.objective - 1e-6 * exact.objective.abs(), "{early:?} {exact:?}");
            prop_assert!(!early.proven || early.objective >= exact.objective - gap * early.objective.abs() - 1e-3);
            prop_assert!(early.nodes <= nodes);
        }
    }

    #[test]
    fn the_simple_order_keeps_every_limit_but_demands_and_is_never_above_the_bound(model in medium()) {
        let simple = greedy(&model);
        prop_assert!(model.broken(&simple.months).iter().all(|bind| bind.constraint == Constraint::Deadline));
        if let (Ok(best), true) = (solve(&model, EXACT), model.broken(&simple.months).is_empty()) {
            prop_assert!(simple.objective <= best.objective + 1e-6);
            prop_assert!(simple.bound >= best.objective - 1e-6);
        }
    }

    #[test]
    fn the_order_of_groups_and_how_they_are_split_never_matter(model in medium(), at in any::<proptest::sample::Index>()) {
        let mut other = model.clone();
        other.groups.reverse();
        if !other.groups.is_empty() {
            let split = at.index(other.groups.len());
            let half = other.groups[split].accounts / 2;
            other.groups[split].accounts -= half;
            let mut uses = other.groups[split].uses.clone();
            uses.reverse();
            other.groups.push(Group { uses, accounts: half });
        }
        let limits = Limits { nodes: 20, gap: 1e-4 };
        prop_assert_eq!(solve(&other, limits), solve(&model, limits));
        prop_assert_eq!(greedy(&other).months, greedy(&model).months);
    }

    #[test]
    fn a_step_never_costs(seed in 0_u64..100_000, nodes in 1_u64..9) {
        let model = small(seed);
        let limits = Limits { nodes, gap: 0.0 };
        if let Ok(plan) = solve(&model, limits) {
            let others = [Constraint::Deadline, Constraint::Dependents, Constraint::ReplacementStays];
            for constraint in others.into_iter().chain(Constraint::SHARED) {
                if let Some(relaxed) = relax(&model, &plan, constraint, limits) {
                    prop_assert!(relaxed.objective >= plan.objective - 1e-9, "{constraint:?}");
                }
            }
        }
    }
}
