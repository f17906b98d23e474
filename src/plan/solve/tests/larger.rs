//! Models that are too large to try every plan, against an independent solver on the explicit model.

use super::super::{conflict, kept_out, solve};
use super::EXACT;
use super::instances::{self, Shape};

const BASE: Shape = Shape {
    candidates: 0,
    months: 12,
    wave_months: 3,
    accounts: 300,
    popularity: 4,
    teams: 3,
    work_months: 3,
    wave_percent: 20,
    overall_percent: 50,
    hours_percent: 12,
    changes: 2,
    demand_one_in: 0,
};

/// Seed, shape, and the optimum that `scipy.optimize.milp` of scipy 1.17.1 (its solver is `HiGHS`) proves with `mip_rel_gap = 0` for the same model, drawn
/// by the same generator in Python and written out with one variable for every group of accounts in every wave and one overall: 467 to
/// 4,536 variables. `None`: it proves that no plan keeps all demands.
const PROVEN: &[(u64, Shape, Option<f64>)] = &[
    (1, Shape { candidates: 15, ..BASE }, Some(158_369.0)),
    (2, Shape { candidates: 18, accounts: 400, demand_one_in: 6, ..BASE }, None),
    (3, Shape { candidates: 20, months: 18, accounts: 500, ..BASE }, Some(240_938.0)),
    (4, Shape { candidates: 24, months: 18, accounts: 400, changes: 1, ..BASE }, Some(175_016.0)),
    (
        6,
        Shape { candidates: 30, months: 24, accounts: 600, demand_one_in: 10, hours_percent: 20, ..BASE },
        Some(586_744.0),
    ),
    (7, Shape { candidates: 15, demand_one_in: 5, ..BASE }, None),
    (8, Shape { candidates: 30, months: 24, accounts: 600, ..BASE }, Some(407_880.0)),
    (9, Shape { candidates: 22, months: 15, accounts: 400, ..BASE }, Some(357_840.0)),
    (10, Shape { candidates: 16, months: 24, demand_one_in: 12, ..BASE }, Some(365_565.0)),
];

#[test]
fn larger_models_are_solved_like_by_highs_on_the_explicit_model() {
    for &(seed, shape, optimum) in PROVEN {
        let model = instances::model(shape, seed);
        let Some(optimum) = optimum else {
            assert!(solve(&model, EXACT).is_err(), "seed {seed}");
            assert!(!conflict(&model, EXACT).is_empty(), "seed {seed}");
            continue;
        };
        let found = solve(&model, EXACT).expect("a plan");
        assert!((found.objective - optimum).abs() <= 1e-6 * optimum, "seed {seed}: {} {optimum}", found.objective);
        assert!(found.proven && found.bound - optimum <= 1e-6 * optimum, "seed {seed}: {found:?}");
        assert_eq!(model.broken(&found.months), vec![], "seed {seed}");
        for candidate in (0..shape.candidates).filter(|&candidate| found.months[candidate].is_none()) {
            assert!(!kept_out(&model, &found, candidate).is_empty(), "seed {seed}: nothing against {candidate}");
        }
    }
}
