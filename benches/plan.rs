//! How long a plan takes: 60 candidates over 24 months and 50,000 accounts in groups, with the budgets of the default settings; the same
//! where waves are budgeted so tightly that few candidates fit; and what is asked of a plan afterwards. Run with `cargo bench --bench plan`.

use deadhead::plan::{
    Candidate, Constraint, Group, Limits, Model, Solution, Team, conflict, greedy, kept_out, relax, solve,
};
use divan::Bencher;

#[path = "../src/plan/solve/tests/instances.rs"]
mod instances;

use instances::Shape;

fn main() {
    divan::main();
}

const LIMITS: Limits = Limits { nodes: 1_000, gap: 1e-4 };

/// Accounts of one wave at most one in ten, of all one in four.
const USUAL: Shape = Shape {
    candidates: 60,
    months: 24,
    wave_months: 3,
    accounts: 50_000,
    popularity: 1,
    teams: 5,
    work_months: 3,
    wave_percent: 10,
    overall_percent: 25,
    hours_percent: 6,
    changes: 2,
    demand_one_in: 0,
};

/// Two or three removals fill a wave, and nothing else is limited.
const TIGHT_WAVES: Shape = Shape { wave_percent: 5, overall_percent: 40, ..USUAL };

#[expect(clippy::print_stderr, reason = "the gap belongs beside the time")]
fn solved(shape: Shape, seed: u64) -> Solution {
    let solution = solve(&instances::model(shape, seed), LIMITS).expect("nothing is demanded");
    let gap = (solution.bound - solution.objective) / solution.objective.abs();
    eprintln!("seed {seed}: {:.0}, gap {:.3} %, {} nodes", solution.objective, 100.0 * gap, solution.nodes);
    solution
}

#[divan::bench(args = [1, 2, 3, 4, 5], sample_count = 1, sample_size = 1)]
fn usual_budgets(seed: u64) -> Solution {
    solved(USUAL, seed)
}

#[divan::bench(args = [1, 2], sample_count = 1, sample_size = 1)]
fn tight_waves(seed: u64) -> Solution {
    solved(TIGHT_WAVES, seed)
}

#[divan::bench(sample_count = 3)]
fn twenty_candidates(bencher: Bencher) {
    let model = instances::model(Shape { candidates: 20, accounts: 5_000, ..USUAL }, 1);
    bencher.bench(|| solve(&model, LIMITS));
}

#[divan::bench(sample_count = 3)]
fn simple_order(bencher: Bencher) {
    let model = instances::model(USUAL, 1);
    bencher.bench(|| greedy(&model));
}

#[divan::bench(sample_count = 1)]
fn what_keeps_each_out_and_one_step_more(bencher: Bencher) {
    let model = instances::model(USUAL, 1);
    let solution = solve(&model, LIMITS).expect("nothing is demanded");
    bencher.bench(|| {
        let against: usize = (0..60).map(|candidate| kept_out(&model, &solution, candidate).len()).sum();
        (against, relax(&model, &solution, Constraint::AccountsOverall, LIMITS))
    });
}

#[divan::bench(sample_count = 1)]
fn conflict_of_demands(bencher: Bencher) {
    let model = instances::model(Shape { demand_one_in: 4, ..USUAL }, 2);
    bencher.bench(|| conflict(&model, LIMITS));
}
