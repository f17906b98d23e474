//! The simulation as a whole, on made-up stakes.

use super::simulation::simulate_on;
use super::*;
use crate::config::{self, CapabilityKind, Settings};
use crate::decide::testing::{GUARDS, RULE, capability, estimate, facts};
use crate::integrations::VendorFacts;
use crate::metrics::{CapabilityFacts, StakeSums, Stakes};
use crate::units::{Estimate, Money};

/// All assumptions, as the figures below were made with.
pub(super) const ASSUMED: &str = r#"
[assumptions]
avoidable_support = { distribution = "triangular(0.6, 0.9, 1)" }
avoidable_engineering = { distribution = "triangular(0.5, 0.8, 1)" }
avoidable_incident = { distribution = "triangular(0.6, 0.9, 1)" }
avoidable_direct = { distribution = "triangular(0.3, 0.7, 1)" }
vendor_work = { distribution = "triangular(0.7, 0.9, 1)" }
margin = { distribution = "triangular(0.7, 0.78, 0.85)" }
horizon_years = { distribution = "uniform(2, 4)" }
discount_rate = { distribution = "triangular(0.08, 0.10, 0.15)" }
loss_at_full_dependence = { distribution = "triangular(0.05, 0.25, 0.8)" }
sole_user_weight = { distribution = "uniform(0.2, 0.8)" }
replacement_relief = { distribution = "triangular(0.5, 0.8, 0.95)" }
removal_hours = { distribution = "lognormal(40, 400)" }
migration_hours = { distribution = "lognormal(0.5, 8)" }
customer_hours = { distribution = "lognormal(1, 24)" }
customer_hour = { distribution = "triangular(0, 30, 60)" }
"#;

/// No doubt about anything.
pub(super) const FIXED: &str = r#"
[assumptions]
avoidable_support = { distribution = "fixed(0.5)" }
avoidable_engineering = { distribution = "fixed(0.5)" }
avoidable_incident = { distribution = "fixed(1)" }
avoidable_direct = { distribution = "fixed(0.25)" }
vendor_work = { distribution = "fixed(1)" }
margin = { distribution = "fixed(0.8)" }
horizon_years = { distribution = "fixed(2)" }
discount_rate = { distribution = "fixed(0)" }
loss_at_full_dependence = { distribution = "fixed(0.5)" }
sole_user_weight = { distribution = "fixed(0.5)" }
replacement_relief = { distribution = "fixed(0.5)" }
removal_hours = { distribution = "fixed(10)" }
migration_hours = { distribution = "fixed(1)" }
customer_hours = { distribution = "fixed(2)" }
customer_hour = { distribution = "fixed(30)" }
"#;

pub(super) fn read(text: &str) -> Settings {
    let head = "seed = 7\n[decision]\ndraws = 10000\n[rates]\nengineering_hour = 85\n";
    config::parse(&format!("{head}{text}")).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub(super) fn decision(settings: &Settings) -> DecisionSettings<'_> {
    DecisionSettings {
        removal: &crate::decide::testing::DEFAULTS.removal,
        prior: None,
        rule: &RULE,
        guards: &GUARDS,
        policy: &settings.decision,
        assumptions: &settings.assumptions,
        overrides: &settings.assume,
        engineering_hour: settings.rates.engineering_hour,
        currency: "EUR",
        seed: settings.seed,
    }
}

/// A capability with these sums in the replicates, the first of them in the data.
pub(super) fn staked(id: &str, replicates: &[[f64; 9]]) -> CapabilityFacts {
    let mut one = capability(id);
    let known = Money::from_units(1.0);
    (one.cost.support, one.cost.engineering, one.cost.incident, one.cost.direct) = (known, known, known, known);
    one.stakes = Some(Stakes {
        data: StakeSums::of(replicates[0]),
        replicates: replicates.iter().copied().map(StakeSums::of).collect(),
        accounts: 10,
        accounts_with_arr: 10,
        already_replaced: None,
    });
    one
}

pub(super) fn a() -> CapabilityFacts {
    staked(
        "a",
        &[
            [8_000.0, 30_000.0, 2_000.0, 5_000.0, 12.0, 9_000.0, 4_000.0, 2_000.0, 500.0],
            [9_500.0, 26_000.0, 0.0, 5_200.0, 15.0, 12_000.0, 5_000.0, 2_500.0, 700.0],
            [7_000.0, 34_000.0, 4_100.0, 4_900.0, 9.0, 7_000.0, 3_300.0, 1_500.0, 300.0],
        ],
    )
}

pub(super) fn b() -> CapabilityFacts {
    staked(
        "b",
        &[
            [500.0, 1_200.0, 0.0, 0.0, 3.0, 60_000.0, 10_000.0, 0.0, 0.0],
            [700.0, 900.0, 0.0, 0.0, 4.0, 80_000.0, 14_000.0, 0.0, 0.0],
        ],
    )
}

pub(super) fn c() -> CapabilityFacts {
    let mut c = staked("c", &[[20_000.0, 45_000.0, 9_000.0, 16_000.0, 40.0, 150_000.0, 60_000.0, 90_000.0, 30_000.0]]);
    c.capability.kind = CapabilityKind::Integration;
    c
}

pub(super) fn vendor(capabilities: Vec<usize>, cost: Option<f64>, hours: Option<(f64, f64, f64)>) -> Integrations {
    let known = estimate((1.0, 0.5, 2.0));
    let vendor = VendorFacts {
        vendor: "v".into(),
        capabilities,
        years: 3.0,
        changes: 3,
        breaking: 3,
        auth: 0,
        shutdown: 0,
        breaking_per_year: known,
        next_year: known,
        notice_days: None,
        worst_notice_days: None,
        unannounced: None,
        hours_per_change: None,
        hours_are_own: true,
        expected_hours: hours.map(|(point, low, high)| Estimate { point, low, high, n: 3 }),
        expected_cost: cost.and_then(Money::from_units),
    };
    Integrations { vendors: vec![vendor], ..Integrations::default() }
}

fn simulated(capabilities: Vec<CapabilityFacts>, integrations: &Integrations, text: &str) -> Simulation {
    simulate_on(2, &facts(capabilities), integrations, decision(&read(text)))
}

fn of(simulation: &Simulation, index: usize) -> &Drawn {
    simulation.of[index].as_ref().unwrap()
}

/// A Monte Carlo of the same model in numpy 2.4.6 and scipy 1.17.1 (`default_rng(20260930)`, 4,000,000 draws, written from the page):
/// mean, quantiles, P(> 0) and mean ARR at risk, each with its standard error at the 10,000 draws of the test. Those of the figures
/// themselves are a twentieth of them.
#[test]
fn agrees_with_a_monte_carlo_in_numpy() {
    let integrations = vendor(vec![2], Some(6_000.0), Some((75.0, 30.0, 160.0)));
    let found = simulated(vec![a(), b(), c()], &integrations, ASSUMED);
    let expected: [[(f64, f64); 6]; 3] = [
        [
            (62_827.7, 228.6),
            (26_729.7, 510.4),
            (62_464.8, 281.5),
            (100_627.7, 473.6),
            (0.993_838_5, 0.000_78),
            (3_554.7, 17.6),
        ],
        [
            (-67_546.9, 297.0),
            (-123_324.4, 881.5),
            (-62_935.5, 371.8),
            (-27_408.0, 317.7),
            (0.0, 0.000_1),
            (27_865.8, 128.5),
        ],
        [
            (84_366.3, 465.0),
            (7_924.4, 1_026.1),
            (84_812.3, 574.2),
            (159_898.3, 905.9),
            (0.964_707, 0.001_85),
            (37_113.8, 167.3),
        ],
    ];
    for (index, expected) in expected.iter().enumerate() {
        let net = &of(&found, index).net_benefit;
        let total = net.total;
        let figures = [total.mean, total.p05, total.p50, total.p95, net.p_positive, net.arr_at_risk.mean];
        for (figure, (expected, error)) in figures.iter().zip(expected) {
            assert!((figure - expected).abs() <= 4.05 * error, "{index}: {figure} is not {expected} ± {error}");
        }
    }
}

#[test]
fn fixed_assumptions_give_the_closed_form_in_every_draw() {
    let stakes = [100.0, 40.0, 7.0, 8.0, 3.0, 60.0, 40.0, 20.0, 0.0];
    let found = simulated(vec![staked("x", &[stakes])], &Integrations::default(), FIXED);
    let drawn = of(&found, 0);
    // 100 + 40 + 14 + 4 − 2 × 0.8 × 35 − 850 − 255 − 180.
    let expected = -1_183.0;
    assert!(drawn.draws.iter().all(|draw| (draw - expected).abs() < 1e-9));
    let total = drawn.net_benefit.total;
    assert!([total.p05, total.p50, total.p95].iter().all(|at| (at - expected).abs() < 1e-9));
    assert!((total.mean - expected).abs() < 1e-9);
    assert_eq!(drawn.net_benefit.p_positive, 0.0);
    // Nothing moves it, not even the data.
    assert!(drawn.net_benefit.tornado.iter().all(|bar| bar.net_benefit.0 == bar.net_benefit.1));
}

#[test]
fn the_means_of_the_parts_add_up_and_what_is_unknown_is_left_out() {
    let mut partly = c();
    (partly.cost.incident, partly.cost.direct) = (None, None);
    let stakes = partly.stakes.as_mut().unwrap();
    for sums in stakes.replicates.iter_mut().chain([&mut stakes.data]) {
        (sums.incident, sums.direct) = (0.0, 0.0);
    }
    let mut costless = a();
    (costless.cost.support, costless.cost.engineering) = (None, None);
    (costless.cost.incident, costless.cost.direct) = (None, None);
    let mut unstaked = a();
    unstaked.stakes = None;
    let found = simulated(vec![a(), partly, costless, unstaked], &vendor(vec![1], None, None), ASSUMED);
    assert!(found.of[2].is_none() && found.of[3].is_none());
    for index in [0, 1] {
        let net = &of(&found, index).net_benefit;
        let sum: f64 = net.parts.iter().filter_map(|part| Some(part.spread?.mean)).sum();
        assert!((sum / net.total.mean - 1.0).abs() < 1e-9, "{sum} {}", net.total.mean);
        assert_eq!(net.parts.iter().map(|part| part.part).collect::<Vec<_>>(), Part::ALL);
    }
    let unknown = |index| -> Vec<Part> {
        let parts = of(&found, index).net_benefit.parts.iter();
        parts.filter(|part| part.spread.is_none()).map(|part| part.part).collect()
    };
    // A feature has no vendor, an integration whose vendor's work is not known has one.
    assert_eq!(unknown(0), []);
    assert_eq!(unknown(1), [Part::Incident, Part::Direct, Part::VendorWork]);
}

#[test]
fn the_work_of_a_vendor_is_shared_evenly_and_keeps_its_mean() {
    let (mut first, mut second) = (c(), c());
    (first.capability.id, second.capability.id) = ("f".into(), "s".into());
    let fixed = simulated(vec![first, second], &vendor(vec![0, 1], Some(6_000.0), Some((75.0, 30.0, 160.0))), FIXED);
    for index in [0, 1] {
        let part = of(&fixed, index).net_benefit.parts[Part::VendorWork as usize].spread.unwrap();
        // 3,000 a year for two years; the logarithm has a standard deviation of 0.427, the mean an error of 27.
        assert!((part.mean - 6_000.0).abs() < 110.0, "{}", part.mean);
        assert!((part.p95 / part.p05).ln() > 1.3, "its doubt is drawn");
    }
    let draws = |index: usize| &of(&fixed, index).draws;
    assert_ne!(draws(0), draws(1), "each has a stream of its own");
}

#[test]
fn threads_and_other_capabilities_change_no_draw() {
    let integrations = Integrations::default();
    let settings = read(ASSUMED);
    let all = facts(vec![a(), b(), c()]);
    let one = simulate_on(1, &all, &integrations, decision(&settings));
    for threads in [2, 8] {
        assert_eq!(one, simulate_on(threads, &all, &integrations, decision(&settings)));
    }
    let alone = simulated(vec![b()], &integrations, ASSUMED);
    assert_eq!(of(&alone, 0).draws, of(&one, 1).draws);
}

#[test]
fn an_assumption_of_its_own_moves_its_capability_alone_and_by_the_same_chance() {
    let own = |distribution: &str| {
        format!(
            "{ASSUMED}\n[[assume]]\ncapability = \"b\"\nassumption = \"loss_at_full_dependence\"\ndistribution = \"{distribution}\"\nreason = \"why\"\n"
        )
    };
    let none = Integrations::default();
    let before = simulated(vec![a(), b()], &none, ASSUMED);
    let same = simulated(vec![a(), b()], &none, &own("triangular(0.05, 0.25, 0.8)"));
    assert_eq!(before.of, same.of);
    let less = simulated(vec![a(), b()], &none, &own("triangular(0.01, 0.02, 0.05)"));
    assert_eq!(before.of[0], less.of[0]);
    // Draw by draw, because a low value stays a low one.
    assert!(of(&before, 1).draws.iter().zip(&of(&less, 1).draws).all(|(before, less)| less > before));
    let line = less.assumptions.last().unwrap();
    assert_eq!((line.name, line.capability, line.reason.as_str()), (Assumed::LossAtFullDependence, Some(1), "why"));
    assert_eq!(less.assumptions.len(), Assumed::ALL.len() + 1);
    // For a capability that is not there it is for nothing.
    let nowhere = simulated(vec![a()], &none, &own("fixed(0)"));
    assert_eq!(nowhere.of[0], before.of[0]);
}

#[test]
fn hours_of_the_catalogue_are_the_median_of_the_removal() {
    let mut known = a();
    known.capability.removal_hours = Some(500.0);
    let found = simulated(vec![known], &Integrations::default(), ASSUMED);
    let line = found.assumptions.last().unwrap();
    assert!((line.spread.p50 - 500.0).abs() < 1e-9 && (line.spread.p95 / line.spread.p05 - 10.0).abs() < 1e-9);
    let part = of(&found, 0).net_benefit.parts[Part::Removal as usize].spread.unwrap();
    // 500 hours at 85; the median of 10,000 draws of a lognormal with σ = 0.7 has an error of 0.9 %.
    assert!((part.p50 / -42_500.0 - 1.0).abs() < 0.036, "{}", part.p50);
}

#[test]
fn a_value_above_what_can_be_counts_as_that() {
    let text =
        ASSUMED.replace("triangular(0.05, 0.25, 0.8)", "lognormal(0.1, 1)").replace("uniform(0.2, 0.8)", "fixed(0)");
    let stakes = [0.0, 0.0, 0.0, 0.0, 0.0, 100.0, 0.0, 0.0, 0.0];
    let found = simulated(vec![staked("x", &[stakes])], &Integrations::default(), &text);
    let at_risk = of(&found, 0).net_benefit.arr_at_risk;
    assert!(at_risk.p95 <= 100.0 && at_risk.p95 > 90.0);
    let line = found.assumptions.iter().find(|line| line.name == Assumed::LossAtFullDependence).unwrap();
    assert!((at_risk.mean / 100.0 - line.spread.mean).abs() < 0.012, "{} {}", at_risk.mean, line.spread.mean);
}

#[test]
fn spreads_are_those_of_numpy() {
    // numpy.quantile([5, 1, 4, 2, 8], [.05, .5, .95]) = 1.2, 4, 7.4.
    let spread = Spread::of(&mut [5.0, 1.0, 4.0, 2.0, 8.0]);
    for (found, expected) in [(spread.mean, 4.0), (spread.p05, 1.2), (spread.p50, 4.0), (spread.p95, 7.4)] {
        assert!((found - expected).abs() < 1e-12, "{spread:?}");
    }
    assert_eq!(Spread::of(&mut []), Spread::default());
    assert_eq!(Spread::of(&mut [3.0]), Spread { mean: 3.0, p05: 3.0, p50: 3.0, p95: 3.0 });
    // numpy.quantile(numpy.arange(101.0) ** 2, …) = 25, 2500, 9025; numpy.arange(10.0)[::-1]: 0.45, 4.5, 8.55.
    let mut squares: Vec<f64> = (0..=100).rev().map(|n| f64::from(n * n)).collect();
    let spread = Spread::of(&mut squares);
    assert_eq!((spread.p05, spread.p50, spread.p95), (25.0, 2_500.0, 9_025.0));
    let spread = Spread::of(&mut [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]);
    assert!((spread.p05 - 0.45).abs() < 1e-12 && (spread.p50 - 4.5).abs() < 1e-12 && (spread.p95 - 8.55).abs() < 1e-12);
}

#[test]
fn the_tornado_is_widest_first_and_names_each_once() {
    let found = simulated(vec![a()], &Integrations::default(), ASSUMED);
    let bars = &of(&found, 0).net_benefit.tornado;
    let width = |bar: &Swing| (bar.net_benefit.1 - bar.net_benefit.0).abs();
    assert!(bars.windows(2).all(|two| width(&two[0]) >= width(&two[1])));
    let mut names: Vec<Option<Assumed>> = bars.iter().map(|bar| bar.assumption).collect();
    names.sort();
    let expected: Vec<Option<Assumed>> = std::iter::once(None).chain(Assumed::ALL.iter().copied().map(Some)).collect();
    assert_eq!(names, expected);
    // Engineering: Y at the medians × 30,000 × (p95 − p05), and no other place of the formula.
    let bar = bars.iter().find(|bar| bar.assumption == Some(Assumed::AvoidableEngineering)).unwrap();
    let rate: f64 = "triangular(0.08, 0.10, 0.15)".parse::<crate::stats::Distribution>().unwrap().quantile(0.5);
    let years = (1.0 - (1.0 + rate).powi(-3)) / rate.ln_1p();
    assert!((width(bar) - years * 30_000.0 * (bar.range.1 - bar.range.0)).abs() < 1e-6);
    let data = bars.iter().find(|bar| bar.assumption.is_none()).unwrap();
    assert!(data.range == data.net_benefit && width(data) > 0.0);
}

/// The flip points do what they say: with the assumption fixed just on either side, the probability of a benefit is on either side
/// of the line. Another run with the same chance, so by the other code.
#[test]
fn at_a_flip_point_the_probability_crosses_the_line() {
    let none = Integrations::default();
    let mut borderline = staked("x", &[[9_000.0, 10_000.0, 500.0, 2_000.0, 8.0, 30_000.0, 8_000.0, 6_000.0, 1_000.0]]);
    borderline
        .stakes
        .as_mut()
        .unwrap()
        .replicates
        .push(StakeSums::of([10_000.0, 12_000.0, 0.0, 2_100.0, 9.0, 40_000.0, 9_000.0, 9_000.0, 2_000.0]));
    let found = simulated(vec![borderline.clone()], &none, ASSUMED);
    let net = &of(&found, 0).net_benefit;
    assert!(net.p_positive > 0.2 && net.p_positive < 0.8, "{}", net.p_positive);
    let names: Vec<Assumed> = net.flips.iter().map(|flip| flip.assumption).collect();
    for name in [Assumed::LossAtFullDependence, Assumed::HorizonYears, Assumed::RemovalHours] {
        assert!(names.contains(&name), "{name:?} in {names:?}");
    }
    let change = |flip: &FlipPoint| ((flip.at - flip.now) / flip.now).abs();
    assert!(net.flips.windows(2).all(|two| change(&two[0]) <= change(&two[1])));
    for flip in &net.flips {
        let p_at = |value: f64| {
            let own = format!(
                "{ASSUMED}\n[[assume]]\ncapability = \"x\"\nassumption = \"{}\"\ndistribution = \"fixed({value})\"\n",
                flip.assumption.as_str()
            );
            of(&simulated(vec![borderline.clone()], &none, &own), 0).net_benefit.p_positive
        };
        let step = (flip.at * 1e-3).max(3e-6);
        let (below, above) = (p_at(flip.at - step), p_at((flip.at + step).min(flip.assumption.most())));
        let (low, high) = if below < above { (below, above) } else { (above, below) };
        assert!(low < 0.8 && 0.8 <= high, "{flip:?}: {below} {above}");
    }
}

#[test]
fn what_no_value_changes_has_no_flip_point() {
    // Nothing to gain: never. Nothing but gain: the hours alone can turn it.
    let hopeless = staked("h", &[[0.0, 0.0, 0.0, 0.0, 3.0, 9_000.0, 0.0, 0.0, 0.0]]);
    let sure = staked("s", &[[9e6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]);
    let found = simulated(vec![hopeless, sure], &Integrations::default(), ASSUMED);
    assert_eq!(of(&found, 0).net_benefit.flips, []);
    let flips: Vec<Assumed> = of(&found, 1).net_benefit.flips.iter().map(|flip| flip.assumption).collect();
    let expected = [Assumed::AvoidableSupport, Assumed::HorizonYears, Assumed::RemovalHours];
    assert!(flips.iter().all(|name| expected.contains(name)) && flips.len() == 3, "{flips:?}");
}
