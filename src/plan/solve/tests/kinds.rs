//! Every kind of constraint where it binds: the plan is worth less than without it, and the reason given names it.

use super::super::super::model::{Bind, Candidate, Constraint, Group, Model, Team};
use super::super::{conflict, greedy, kept_out, relax, solve};
use super::EXACT;

/// Two candidates that want to go at once: worth 40 and 20 in month 0. Each is used by 15 accounts, 5 of them the same.
fn two(waves: &[usize]) -> Model {
    let one = |id: &str, value: [f64; 4]| Candidate {
        id: id.to_owned(),
        value: value.to_vec(),
        barred: vec![vec![]; 4],
        hours: 10.0,
        team: Some(0),
        arr_at_risk: 100.0,
        demanded_by: None,
    };
    let group = |uses: &[usize], accounts| Group { uses: uses.to_vec(), accounts };
    Model {
        wave_of: waves.to_vec(),
        candidates: vec![one("a", [40.0, 30.0, 20.0, 10.0]), one("b", [20.0, 16.0, 11.0, 5.0])],
        groups: vec![group(&[0], 10), group(&[1], 10), group(&[0, 1], 5)],
        teams: vec![Team::default()],
        work_months: 1,
        ..Model::default()
    }
}

const ONE_WAVE: &[usize] = &[0, 0, 0, 0];
const TWO_WAVES: &[usize] = &[0, 0, 1, 1];

fn worth(model: &Model) -> f64 {
    let solution = solve(model, EXACT).expect("a plan");
    assert!(solution.proven);
    assert_eq!(model.broken(&solution.months), vec![]);
    solution.objective
}

/// What keeps a candidate out of the best plan.
fn against(model: &Model, candidate: usize) -> Vec<Bind> {
    let solution = solve(model, EXACT).expect("a plan");
    assert_eq!(solution.months[candidate], None, "{solution:?}");
    kept_out(model, &solution, candidate)
}

fn about(constraint: Constraint, need: f64, limit: f64) -> Bind {
    Bind { need: Some(need), limit: Some(limit), ..Bind::of(constraint, 1) }
}

#[test]
fn without_a_limit_everything_goes_at_once() {
    assert!((worth(&two(ONE_WAVE)) - 60.0).abs() < 1e-9);
    assert!((worth(&Model::default())).abs() < 1e-9, "nothing to plan");
    assert!((worth(&Model { candidates: vec![], groups: vec![], ..two(ONE_WAVE) })).abs() < 1e-9, "nothing may go");
    assert_eq!(greedy(&two(ONE_WAVE)).months, [Some(0), Some(0)]);
}

#[test]
fn accounts_of_a_wave_count_once() {
    let both = Model { accounts_per_wave: Some(25.0), ..two(ONE_WAVE) };
    assert!((worth(&both) - 60.0).abs() < 1e-9, "30 uses are 25 accounts");
    let one = Model { accounts_per_wave: Some(24.9), ..two(ONE_WAVE) };
    assert!((worth(&one) - 40.0).abs() < 1e-9);
    let expected = Bind { wave: Some(0), ..about(Constraint::AccountsPerWave, 25.0, 24.9) };
    assert_eq!(against(&one, 1), [expected]);
    let later = Model { accounts_per_wave: Some(24.9), ..two(TWO_WAVES) };
    assert!((worth(&later) - 51.0).abs() < 1e-9, "the second in the next wave");
}

#[test]
fn accounts_overall_count_once() {
    let both = Model { accounts_overall: Some(25.0), ..two(TWO_WAVES) };
    assert!((worth(&both) - 60.0).abs() < 1e-9);
    let one = Model { accounts_overall: Some(24.0), ..two(TWO_WAVES) };
    assert!((worth(&one) - 40.0).abs() < 1e-9);
    assert_eq!(against(&one, 1), [about(Constraint::AccountsOverall, 25.0, 24.0)]);
}

#[test]
fn arr_at_risk_of_a_wave_and_overall() {
    let wave = Model { arr_per_wave: Some(150.0), ..two(ONE_WAVE) };
    assert!((worth(&wave) - 40.0).abs() < 1e-9);
    assert_eq!(against(&wave, 1), [Bind { wave: Some(0), ..about(Constraint::ArrPerWave, 200.0, 150.0) }]);
    assert!((worth(&Model { arr_per_wave: Some(150.0), ..two(TWO_WAVES) }) - 51.0).abs() < 1e-9);
    let overall = Model { arr_overall: Some(150.0), ..two(TWO_WAVES) };
    assert!((worth(&overall) - 40.0).abs() < 1e-9);
    assert_eq!(against(&overall, 1), [about(Constraint::ArrOverall, 200.0, 150.0)]);
}

#[test]
fn hours_of_a_team_are_spread_over_the_months_of_work() {
    let mut model = two(ONE_WAVE);
    model.teams[0].hours = Some(10.0);
    assert!((worth(&model) - 56.0).abs() < 1e-9, "one after the other");
    // Over two months each takes 5 hours of the month before: with 5 a month the works must not overlap.
    model.work_months = 2;
    model.teams[0].hours = Some(5.0);
    for candidate in &mut model.candidates {
        candidate.barred[0] = vec![Constraint::Work];
    }
    assert!((worth(&model) - (30.0 + 5.0)).abs() < 1e-9);
    model.teams[0].hours = Some(4.9);
    assert!(worth(&model).abs() < 1e-9);
    let expected = Bind { team: Some(0), wave: Some(0), ..about(Constraint::TeamHours, 5.0, 4.9) };
    assert_eq!(against(&model, 1), [expected]);
    model.candidates[1].hours = 0.0;
    assert!((worth(&model) - 16.0).abs() < 1e-9, "what takes no hours needs no team");
}

#[test]
fn changes_per_account() {
    let model = Model { changes_per_account: Some(1), ..two(ONE_WAVE) };
    assert!((worth(&model) - 40.0).abs() < 1e-9);
    assert_eq!(against(&model, 1), [Bind { wave: Some(0), ..about(Constraint::ChangesPerAccount, 2.0, 1.0) }]);
    assert!((worth(&Model { changes_per_account: Some(1), ..two(TWO_WAVES) }) - 51.0).abs() < 1e-9);
    let apart =
        Model { groups: vec![Group { uses: vec![0], accounts: 1 }, Group { uses: vec![1], accounts: 1 }], ..model };
    assert!((worth(&apart) - 60.0).abs() < 1e-9, "no account uses both");
}

#[test]
fn what_bars_months_is_named_that_first_which_would_do_alone() {
    for bar in [
        Constraint::Notice,
        Constraint::Replacement,
        Constraint::Commitment,
        Constraint::Renewal,
        Constraint::Blackout,
        Constraint::Work,
        Constraint::Evidence,
        Constraint::WorthUnknown,
    ] {
        let mut model = two(ONE_WAVE);
        model.candidates[1].barred = vec![vec![bar]; 4];
        assert!((worth(&model) - 40.0).abs() < 1e-9);
        assert_eq!(against(&model, 1), [Bind::of(bar, 1)]);
        model.candidates[1].barred[2] = vec![];
        assert!((worth(&model) - 51.0).abs() < 1e-9, "{bar:?} bars the other months");
    }
    let mut model = two(ONE_WAVE);
    let (notice, renewal) = (Constraint::Notice, Constraint::Renewal);
    model.candidates[1].barred =
        vec![vec![notice, renewal], vec![notice, renewal], vec![notice, renewal], vec![renewal]];
    assert_eq!(against(&model, 1), [Bind::of(renewal, 1), Bind::of(notice, 1)]);
}

#[test]
fn what_costs_more_than_it_brings_stays_unless_it_is_demanded() {
    let mut model = two(ONE_WAVE);
    model.candidates[1].value = vec![-9.0, -8.0, -7.0, -6.0];
    assert!((worth(&model) - 40.0).abs() < 1e-9);
    assert_eq!(against(&model, 1), [Bind::of(Constraint::NotWorthIt, 1)]);
    model.candidates[1].demanded_by = Some(2);
    let solution = solve(&model, EXACT).expect("a plan");
    assert_eq!(solution.months, [Some(0), Some(2)], "it must, and it does as late as it may");
    assert!((solution.objective - 33.0).abs() < 1e-9);
    assert_eq!(model.broken(&[Some(0), Some(3)]), [Bind::of(Constraint::Deadline, 1)]);
    assert_eq!(model.broken(&[Some(0), None]), [Bind::of(Constraint::Deadline, 1)]);
    assert_eq!(greedy(&model).months, [Some(0), Some(0)]);
}

#[test]
fn what_comes_second_waits_for_the_first() {
    let mut model = Model { before: vec![(0, 1)], ..two(ONE_WAVE) };
    model.candidates[0].barred = vec![vec![Constraint::Notice]; 3];
    model.candidates[0].barred.push(vec![]);
    assert!((worth(&model) - 15.0).abs() < 1e-9, "both in the last month");
    model.candidates[0].barred[3] = vec![Constraint::Notice];
    assert!(worth(&model).abs() < 1e-9);
    let expected = Bind { other: Some(0), ..Bind::of(Constraint::Dependents, 1) };
    assert_eq!(against(&model, 1), [expected]);
    // What is not worth it by itself goes along for what waits for it.
    let mut model = Model { before: vec![(0, 1)], ..two(ONE_WAVE) };
    model.candidates[0].value = vec![-15.0, -15.0, -15.0, -15.0];
    assert!((worth(&model) - 5.0).abs() < 1e-9);
    assert_eq!(greedy(&model).months, [Some(0), Some(0)]);
    model.candidates[0].value = vec![-25.0, -25.0, -25.0, -25.0];
    assert!(worth(&model).abs() < 1e-9);
    let circle = Model { before: vec![(0, 1), (1, 0)], ..two(ONE_WAVE) };
    assert!((worth(&circle) - 60.0).abs() < 1e-9, "each waits for the other: together");
}

#[test]
fn of_two_that_replace_each_other_one_stays() {
    let model = Model { excludes: vec![(1, 0)], ..two(ONE_WAVE) };
    assert!((worth(&model) - 40.0).abs() < 1e-9);
    assert_eq!(against(&model, 1), [Bind { other: Some(0), ..Bind::of(Constraint::ReplacementStays, 1) }]);
}

/// Both demanded within the first wave, and one thing against it: the conflict is the demands and that thing.
#[test]
fn demands_that_cannot_be_kept_are_named_with_what_is_against_them() {
    let demanded = |mut model: Model| {
        model.candidates.iter_mut().for_each(|candidate| candidate.demanded_by = Some(1));
        model
    };
    let base = || two(TWO_WAVES);
    let hours = |hours| Model { teams: vec![Team { hours: Some(hours) }], ..base() };
    let cases = [
        (Constraint::AccountsPerWave, Model { accounts_per_wave: Some(24.0), ..base() }),
        (Constraint::AccountsOverall, Model { accounts_overall: Some(24.0), ..base() }),
        (Constraint::ArrPerWave, Model { arr_per_wave: Some(150.0), ..base() }),
        (Constraint::ArrOverall, Model { arr_overall: Some(150.0), ..base() }),
        (Constraint::ChangesPerAccount, Model { changes_per_account: Some(1), ..base() }),
        (Constraint::ReplacementStays, Model { excludes: vec![(0, 1)], ..base() }),
        (Constraint::TeamHours, Model { work_months: 2, ..hours(9.0) }),
    ];
    for (constraint, model) in cases {
        let model = demanded(model);
        assert!(solve(&model, EXACT).is_err(), "{constraint:?}");
        let kinds: Vec<(Constraint, Option<usize>)> =
            conflict(&model, EXACT).iter().map(|bind| (bind.constraint, bind.candidate)).collect();
        let of = constraint == Constraint::ReplacementStays;
        let expected =
            [(Constraint::Deadline, Some(0)), (Constraint::Deadline, Some(1)), (constraint, of.then_some(0))];
        assert_eq!(kinds, expected);
    }
    assert_eq!(conflict(&demanded(base()), EXACT), []);
}

#[test]
fn a_demand_against_its_own_bars_names_the_one_nearest_to_a_choice() {
    let mut model = two(TWO_WAVES);
    model.candidates[1].demanded_by = Some(1);
    let (notice, renewal) = (Constraint::Notice, Constraint::Renewal);
    model.candidates[1].barred = vec![vec![notice, renewal], vec![notice, renewal], vec![], vec![]];
    let demand = Bind::of(Constraint::Deadline, 1);
    assert_eq!(conflict(&model, EXACT), [demand, Bind::of(notice, 1)], "the renewal conflicts, too, and is no choice");
    model.candidates[1].barred[1] = vec![renewal];
    assert_eq!(conflict(&model, EXACT), [demand, Bind::of(renewal, 1)]);
    model.candidates[1].barred[0] = vec![notice];
    assert_eq!(conflict(&model, EXACT), [demand, Bind::of(notice, 1), Bind::of(renewal, 1)], "each bars one month");
    // It waits for one that may not go in time.
    let mut model = Model { before: vec![(0, 1)], ..two(TWO_WAVES) };
    model.candidates[1].demanded_by = Some(1);
    model.candidates[0].barred = vec![vec![notice], vec![notice], vec![], vec![]];
    let waits = Bind { other: Some(0), ..Bind::of(Constraint::Dependents, 1) };
    assert_eq!(conflict(&model, EXACT), [demand, Bind::of(notice, 0), waits]);
}

#[test]
fn a_conflict_of_demands_names_the_large_ones() {
    let mut model = Model { arr_overall: Some(150.0), groups: vec![], ..two(TWO_WAVES) };
    let small = Candidate { demanded_by: Some(3), arr_at_risk: 60.0, ..model.candidates[1].clone() };
    let large = Candidate { arr_at_risk: 100.0, ..small.clone() };
    model.candidates = vec![small.clone(), small.clone(), large, small];
    let named: Vec<Option<usize>> = conflict(&model, EXACT).iter().map(|bind| bind.candidate).collect();
    assert_eq!(named, [Some(2), Some(0), None], "the three small ones conflict, too");
}

#[test]
fn one_step_more_of_what_binds_brings_something() {
    let gain = |model: &Model, constraint| {
        let solution = solve(model, EXACT).expect("a plan");
        relax(model, &solution, constraint, EXACT).map(|relaxed| relaxed.objective - solution.objective)
    };
    let near = |gain: Option<f64>, expected: f64| gain.is_some_and(|gain| (gain - expected).abs() < 1e-9);
    let one = |model: Model| Model { wave_of: ONE_WAVE.to_vec(), ..model };
    let cases = [
        (Constraint::AccountsPerWave, Model { accounts_per_wave: Some(24.0), ..two(ONE_WAVE) }),
        (Constraint::AccountsOverall, Model { accounts_overall: Some(24.0), ..two(ONE_WAVE) }),
        (Constraint::ArrPerWave, Model { arr_per_wave: Some(190.0), ..two(ONE_WAVE) }),
        (Constraint::ArrOverall, Model { arr_overall: Some(190.0), ..two(ONE_WAVE) }),
        (Constraint::ChangesPerAccount, Model { changes_per_account: Some(1), ..two(ONE_WAVE) }),
        (Constraint::ReplacementStays, Model { excludes: vec![(0, 1)], ..two(ONE_WAVE) }),
    ];
    for (constraint, model) in cases {
        assert!(near(gain(&one(model.clone()), constraint), 20.0), "{constraint:?}");
        assert_eq!(gain(&model, Constraint::TeamHours), None, "nothing to relax");
        assert!(gain(&two(ONE_WAVE), constraint).is_none());
    }
    let mut hours = two(ONE_WAVE);
    hours.teams[0].hours = Some(19.0);
    assert!(near(gain(&hours, Constraint::TeamHours), 4.0));
    let mut barred = two(ONE_WAVE);
    barred.candidates[1].barred = vec![vec![Constraint::Notice], vec![], vec![], vec![]];
    assert_eq!(gain(&barred, Constraint::Notice), None, "what bars single months depends on their days");
    let mut order = Model { before: vec![(0, 1)], ..two(ONE_WAVE) };
    order.candidates[0].barred = vec![vec![Constraint::Renewal]; 4];
    assert!(near(gain(&order, Constraint::Dependents), 20.0));
    let mut demand = two(ONE_WAVE);
    demand.candidates[1] =
        Candidate { demanded_by: Some(1), value: vec![-9.0, -8.0, -7.0, -6.0], ..demand.candidates[1].clone() };
    assert!(near(gain(&demand, Constraint::Deadline), 1.0));
    assert!(gain(&demand, Constraint::NotWorthIt).is_none());
}
