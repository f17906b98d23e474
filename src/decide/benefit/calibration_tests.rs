//! Calibration of the loss by hand and against `scipy`.

use proptest::prelude::*;

use super::*;
use crate::integrations::Churn;

/// Mean and deviation of `triangular(0.05, 0.25, 0.80)`.
const PRIOR: (f64, f64) = (0.366_666_666_666_666_7, 0.158_552_479_920_337_08);

/// Churn over all: the difference with its ends, exposed account-months and departures among them, the same of the others,
/// exposed accounts, their dependence.
type Seen = ((f64, f64, f64), (u64, u64), (u64, u64), u64, f64);

fn contrast((difference, exposed, other, accounts, dependence): Seen) -> Contrast {
    let (point, low, high) = difference;
    Contrast {
        outcome: "churn".into(),
        control: false,
        capability: None,
        exposed: exposed.0,
        exposed_events: exposed.1,
        unexposed: other.0,
        unexposed_events: other.1,
        crude_ratio: None,
        ratio: None,
        difference: Some(Estimate { point, low, high, n: exposed.0 + other.0 }),
        strata: 1,
        e_value: None,
        e_value_limit: None,
        exposed_accounts: Some(accounts),
        exposed_dependence: Some(dependence),
    }
}

fn integrations(contrasts: Vec<Contrast>) -> Integrations {
    Integrations { churn: Churn { contrasts, ..Churn::default() }, ..Integrations::default() }
}

fn calibrated(seen: Seen) -> Calibration {
    calibrate_with(PRIOR, &integrations(vec![contrast(seen)])).unwrap()
}

/// 300 exposed account-months of 120 accounts, 2 points a month more: six accounts that left and would have stayed, over 120 that
/// depended by 0.4 each, or by 48 in all.
const SIX_OF_48: Seen = ((0.02, 0.005, 0.035), (300, 9), (4000, 40), 120, 0.4);

#[test]
fn what_is_seen_by_hand() {
    let found = calibrated(SIX_OF_48);
    assert!((found.seen.point - 6.0 / 48.0).abs() < 1e-12);
    assert_eq!((found.seen.n, found.prior), (120, PRIOR));
    // Twice the weight on the mean of the two: a fixed part of the way.
    let way = (found.used.0 - PRIOR.0) / (found.seen.point - PRIOR.0);
    assert!((way - found.weight).abs() < 0.01, "cutting at 0 moves it by less than a hundredth: {way}");
    // A wide interval of the difference is taken as it is: half of it 0.05, times 300 / 48.
    let wide = calibrated(((0.02, -0.03, 0.07), (300, 9), (4000, 40), 120, 0.4));
    assert!((wide.seen.low + 0.1875).abs() < 1e-12 && (wide.seen.high - 0.4375).abs() < 1e-12, "{:?}", wide.seen);
}

/// The curve is proportional to the normal curves of the assumption and of the data, on 0–1: `numpy` 2.4.6, the trapezoidal rule on
/// four million steps. The last with few of many exposed leaving, where the assumption hardly counts.
#[test]
fn agrees_with_numpy() {
    for (seen, [low, high, weight, mean, deviation], exact) in NUMPY {
        let found = calibrated(seen);
        let figures = [found.seen.low, found.seen.high, found.weight, found.used.0, found.used.1];
        for (place, (found, expected)) in figures.into_iter().zip([low, high, weight, mean, deviation]).enumerate() {
            assert!((found - expected).abs() < exact, "{place}: {found} against {expected}");
        }
    }
}

const NUMPY: [(Seen, [f64; 5], f64); 3] = [
    (
        SIX_OF_48,
        [
            -0.002_625_619_222_542_644,
            0.252_625_619_222_542_7,
            0.855_674_789_190_055_2,
            0.160_590_856_922_560_4,
            0.059_277_249_451_146_96,
        ],
        1e-9,
    ),
    (
        // Nobody left: the interval that is given is far too narrow for seven.
        ((0.0, -0.01, 0.01), (7, 0), (43, 0), 2, 0.5),
        [
            -1.468_512_371_876_085_5,
            1.468_512_371_876_085_5,
            0.042_860_976_777_717_56,
            0.355_785_091_820_841_6,
            0.149_437_680_633_577_37,
        ],
        1e-9,
    ),
    (
        ((-0.01, -0.012, -0.008), (2000, 2), (40_000, 440), 900, 0.6),
        [
            -0.044_444_444_444_444_446,
            -0.029_629_629_629_629_63,
            0.999_432_137_078_089_4,
            0.000_380_064_434_699_616,
            0.000_376_380_830_062_971_26,
        ],
        1e-9,
    ),
];

#[test]
fn nothing_is_said_without_exposure() {
    let known = contrast(SIX_OF_48);
    let none = [
        vec![],
        vec![Contrast { difference: None, ..known.clone() }],
        vec![Contrast { exposed_accounts: Some(0), ..known.clone() }],
        vec![Contrast { exposed_accounts: None, ..known.clone() }],
        vec![Contrast { exposed_dependence: None, ..known.clone() }],
        vec![Contrast { exposed_dependence: Some(0.0), ..known.clone() }],
        vec![Contrast { control: true, ..known.clone() }],
        vec![Contrast { capability: Some(0), ..known.clone() }],
        vec![Contrast { outcome: "contraction".into(), ..known.clone() }],
    ];
    for contrasts in none {
        assert_eq!(calibrate_with(PRIOR, &integrations(contrasts)), None);
    }
    let all = vec![Contrast { capability: Some(0), ..known.clone() }, known];
    assert!(calibrate_with(PRIOR, &integrations(all)).is_some());
}

#[test]
fn what_is_settled_or_not_to_be_trusted_moves_nothing() {
    let fixed = calibrate_with((0.3, 0.0), &integrations(vec![contrast(SIX_OF_48)])).unwrap();
    assert_eq!((fixed.weight, fixed.used, fixed.distribution.as_str()), (0.0, (0.3, 0.0), "fixed(0.3)"));
    let ratio = |low| Some(Estimate { point: 2.0, low, high: 3.0, n: 100 });
    let control = |low| Contrast { control: true, ratio: ratio(low), outcome: "c".into(), ..contrast(SIX_OF_48) };
    let with = |low| calibrate_with(PRIOR, &integrations(vec![contrast(SIX_OF_48), control(low)])).unwrap();
    assert_eq!((with(1.1).weight, with(1.1).used), (0.0, PRIOR), "something hidden moves both");
    assert!((with(1.1).seen.point - 0.125).abs() < 1e-12, "it is shown all the same");
    assert!(with(0.9).weight > 0.8);
}

#[test]
fn the_assumption_of_the_settings_is_the_prior() {
    let prior = &crate::decide::testing::DEFAULTS.assumptions.loss_at_full_dependence;
    let seen = contrast(SIX_OF_48);
    let found = calibrate(prior, &integrations(vec![seen.clone()])).unwrap();
    assert!((found.prior.0 - PRIOR.0).abs() < 1e-12 && (found.prior.1 - PRIOR.1).abs() < 1e-12, "{:?}", found.prior);
    let used: Distribution = found.distribution.parse().unwrap();
    assert!((used.mean() - found.used.0).abs() < 2e-6 && (used.sd() - found.used.1).abs() < 2e-6, "{used}");
    let control = Contrast {
        control: true,
        ratio: Some(Estimate { point: 2.0, low: 1.1, high: 3.0, n: 100 }),
        outcome: "c".into(),
        ..seen.clone()
    };
    let distrusted = calibrate(prior, &integrations(vec![seen, control])).unwrap();
    assert_eq!(distrusted.distribution, prior.distribution);
}

/// An interval over the whole line leaves the assumption where it is, but for what the normal curve cuts at 0.
#[test]
fn an_interval_over_the_whole_line_weighs_nothing() {
    let found = calibrated(((0.1, -1.0, 1.0), (300, 9), (4000, 40), 120, 0.4));
    assert!(found.weight < 0.003, "{}", found.weight);
    assert!((found.used.0 - PRIOR.0).abs() < 0.005 && (found.used.1 - PRIOR.1).abs() < 0.006, "{:?}", found.used);
}

/// Mean and deviation of a distribution as it is written.
fn moments(text: &str) -> (f64, f64) {
    let (kind, rest) = text.split_once('(').unwrap();
    let of: Vec<f64> = rest.trim_end_matches(')').split(", ").map(|number| number.parse().unwrap()).collect();
    match kind {
        "triangular" => {
            let [a, c, b] = of[..] else { panic!("{text}") };
            assert!(0.0 <= a && a <= c && c <= b && b <= 1.0, "{text}");
            ((a + b + c) / 3.0, ((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0).sqrt())
        }
        "uniform" => (f64::midpoint(of[0], of[1]), (of[1] - of[0]) / 12_f64.sqrt()),
        "lognormal" => {
            let (middle, spread) = (of[0].ln().midpoint(of[1].ln()), (of[1] / of[0]).ln() / (2.0 * Z90));
            let mean = (middle + spread * spread / 2.0).exp();
            (mean, mean * (spread * spread).exp_m1().sqrt())
        }
        _ => (of[0], 0.0),
    }
}

#[test]
fn distributions_by_hand() {
    // Symmetric: 0.3 ± 0.1·√6.
    assert_eq!(distribution((0.3, 0.1)), "triangular(0.055051, 0.3, 0.544949)");
    // (0 + 0.2 + 0.4) / 3 and (0.04 + 0.16 − 0.08) / 18.
    assert_eq!(distribution((0.2, (0.12_f64 / 18.0).sqrt())), "triangular(0, 0.2, 0.4)");
    // (0 + 0 + 0.9) / 3 and 0.81 / 18; its mirror.
    assert_eq!(distribution((0.3, 0.045_f64.sqrt() - 1e-12)), "triangular(0, 0, 0.9)");
    assert_eq!(distribution((0.7, 0.045_f64.sqrt() - 1e-12)), "triangular(0.1, 1, 1)");
    assert_eq!(distribution((0.5, 12_f64.sqrt().recip() - 1e-12)), "uniform(0, 1)");
    assert!(distribution((0.01, 0.0098)).starts_with("lognormal("));
}

proptest! {
    #[test]
    fn the_distribution_has_the_mean_and_the_deviation(mean in 0.01_f64..0.99, part in 0.01_f64..1.0) {
        // What is left of a normal curve on 0–1 scatters no more than an exponential, nor than an even spread.
        let deviation = part * mean.min(1.0 - mean).min(0.288);
        let text = distribution((mean, deviation));
        let found = moments(&text);
        prop_assert!((found.0 - mean).abs() < 2e-5 && (found.1 - deviation).abs() < 2e-5, "{} {:?}", text, found);
    }

    #[test]
    fn the_result_lies_between_assumption_and_data(
        point in -0.05_f64..0.05, half in 0.001_f64..0.2, accounts in 1_u64..300, dependence in 0.2_f64..1.0,
    ) {
        let seen = |half: f64| ((point, point - half, point + half), (300, 9), (4000, 40), accounts, dependence);
        let (found, wider) = (calibrated(seen(half)), calibrated(seen(2.0 * half)));
        prop_assert!((0.0..=1.0).contains(&found.used.0) && found.used.1 > 0.0);
        prop_assert!(found.weight > 0.0 && found.weight < 1.0 && wider.weight <= found.weight);
        prop_assert!(found.used.1 <= PRIOR.1 + 1e-9, "data never widen");
    }
}
