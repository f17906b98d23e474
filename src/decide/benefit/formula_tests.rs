use proptest::prelude::*;

use super::*;
use crate::stats::Distribution;

const HOUR: f64 = 85.0;

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

const A: [f64; 9] = [8_000.0, 30_000.0, 2_000.0, 5_000.0, 12.0, 9_000.0, 4_000.0, 2_000.0, 500.0];
const B: [f64; 9] = [500.0, 1_200.0, 0.0, 0.0, 3.0, 60_000.0, 10_000.0, 0.0, 0.0];
const C: [f64; 9] = [20_000.0, 45_000.0, 9_000.0, 16_000.0, 40.0, 150_000.0, 60_000.0, 90_000.0, 30_000.0];

/// The formula in numpy 2.4.6, written from the page and not from this code: net benefit and ARR at risk.
#[test]
fn agrees_with_numpy_on_given_values() {
    let typical = [0.9, 0.75, 0.8, 0.6, 0.95, 0.77, 3.0, 0.1, 0.3, 0.5, 0.7, 120.0, 2.0, 6.0, 25.0];
    let undiscounted = [0.61, 0.99, 0.7, 0.31, 0.7, 0.85, 2.5, 0.0, 0.79, 0.21, 0.95, 41.3, 7.7, 0.9, 59.0];
    let at_the_ends = [1.0, 0.5, 1.0, 1.0, 0.0, 0.7, 0.25, 1.0, 0.05, 0.8, 0.5, 400.0, 0.5, 24.0, 0.0];
    for (values, capability, vendor, (net, arr)) in [
        (typical, A, 0.0, (69_775.507_925_065_15, 2_827.5)),
        (typical, B, 0.0, (-46_814.987_249_596_365, 19_500.0)),
        (typical, C, 6_543.21, (107_890.330_977_259_09, 31_950.0)),
        (undiscounted, A, 0.0, (68_661.480_312_5, 6_193.797_500_000_001)),
        (undiscounted, B, 0.0, (-106_151.175, 49_059.0)),
        (undiscounted, C, 6_543.21, (30_276.811_249_999_984, 56_180.850_000_000_006)),
        (at_the_ends, A, 0.0, (-27_712.233_530_756_246, 550.0)),
        (at_the_ends, B, 0.0, (-34_421.308_579_457_436, 3_400.0)),
        (at_the_ends, C, 6_543.21, (-21_338.957_989_254_246, 7_050.0)),
    ] {
        let found = net_benefit_at(&Values::new(values, vendor, HOUR), &StakeSums::of(capability));
        close(found.total(), net);
        close(found.arr_at_risk, arr);
    }
}

/// One uniform number for each assumption, through `scipy.stats` 1.17.1 and the formula in numpy 2.4.6.
#[test]
fn agrees_with_scipy_on_given_uniforms() {
    let drawn = [
        ("triangular(0.6, 0.9, 1)", 0.03),
        ("triangular(0.5, 0.8, 1)", 0.2),
        ("triangular(0.6, 0.9, 1)", 0.35),
        ("triangular(0.3, 0.7, 1)", 0.5),
        ("triangular(0.7, 0.9, 1)", 0.62),
        ("triangular(0.7, 0.78, 0.85)", 0.71),
        ("uniform(2, 4)", 0.8),
        ("triangular(0.08, 0.10, 0.15)", 0.11),
        ("triangular(0.05, 0.25, 0.8)", 0.9),
        ("uniform(0.2, 0.8)", 0.44),
        ("triangular(0.5, 0.8, 0.95)", 0.56),
        ("lognormal(40, 400)", 0.67),
        ("lognormal(0.5, 8)", 0.78),
        ("lognormal(1, 24)", 0.89),
        ("triangular(0, 30, 60)", 0.97),
    ];
    let values = drawn.map(|(text, uniform)| text.parse::<Distribution>().unwrap().quantile(uniform));
    let found = net_benefit_at(&Values::new(values, 6_543.21, HOUR), &StakeSums::of(C));
    close(found.total(), 3_970.894_308_894_916_3);
    close(found.arr_at_risk, 58_082.290_145_870_88);
}

#[test]
fn the_parts_by_hand() {
    // Two years without discount.
    let of = [0.5, 0.5, 1.0, 0.25, 2.0, 0.8, 2.0, 0.0, 0.5, 0.5, 0.5, 10.0, 1.0, 2.0, 30.0];
    let found = net_benefit_at(
        &Values::new(of, 50.0, 100.0),
        &StakeSums::of([100.0, 40.0, 7.0, 8.0, 3.0, 60.0, 40.0, 20.0, 0.0]),
    );
    // At risk: 0.5 × (60 + 0.5 × 40 − 0.5 × 20) = 35.
    assert_eq!(found.arr_at_risk, 35.0);
    assert_eq!(found.parts, [100.0, 40.0, 14.0, 4.0, 200.0, -56.0, -1_000.0, -300.0, -180.0]);
    close(found.total(), -1_178.0);
}

#[test]
fn nothing_at_stake_costs_what_the_removal_costs() {
    let of = [0.5, 0.5, 1.0, 0.25, 2.0, 0.8, 2.0, 0.1, 0.5, 0.5, 0.5, 10.0, 1.0, 2.0, 30.0];
    let found = net_benefit_at(&Values::new(of, 0.0, 100.0), &StakeSums::default());
    assert_eq!((found.total(), found.arr_at_risk), (-1_000.0, 0.0));
    assert!(found.parts.iter().all(|part| part.is_sign_positive() || *part < 0.0), "no −0");
}

#[test]
fn years_are_discounted_as_they_pass() {
    // (1 − 1.1⁻³) / ln 1.1, and by 1 a year: (1 − 1/2) / ln 2.
    close(discounted_years(3.0, 0.1), (1.0 - 1.1_f64.powi(-3)) / 1.1_f64.ln());
    close(discounted_years(1.0, 1.0), 0.5 / std::f64::consts::LN_2);
    assert_eq!(discounted_years(3.0, 0.0), 3.0);
    // Near zero it goes over into the horizon without a step.
    close(discounted_years(3.0, 1e-9), 3.0 * (1.0 - 1.5e-9));
    assert!((discounted_years(3.0, 1e-16) - 3.0).abs() < 1e-12);
}

fn any_values() -> impl Strategy<Value = Values> {
    let part = || 0.0_f64..1.0;
    let fractions = (part(), part(), part(), part(), part(), part(), part(), part(), part());
    let others = (0.0_f64..2.0, 0.1_f64..6.0, 0.0_f64..500.0, 0.0_f64..20.0, 0.0_f64..50.0, 0.0_f64..100.0);
    (fractions, others, 0.0_f64..1e4).prop_map(|((s, e, i, d, m, r, l, w, f), (v, h, rh, mh, ch, c), vendor)| {
        Values::new([s, e, i, d, v, m, h, r, l, w, f, rh, mh, ch, c], vendor, HOUR)
    })
}

fn any_sums() -> impl Strategy<Value = StakeSums> {
    let (cost, arr) = (|| 0.0_f64..1e5, || 0.0_f64..1e6);
    let replaced = (0.0_f64..1.0, 0.0_f64..1.0);
    ((cost(), cost(), cost(), cost(), 0.0_f64..100.0), (arr(), arr()), replaced).prop_map(
        |((s, e, i, d, m), (dependent, sole), (part, other))| {
            StakeSums::of([s, e, i, d, m, dependent, sole, part * dependent, other * sole])
        },
    )
}

proptest! {
    #[test]
    fn more_cost_never_lowers_it_and_more_arr_at_risk_never_raises_it(
        values in any_values(),
        stakes in any_sums(),
        more in 0.0_f64..1e5,
    ) {
        let now = net_benefit_at(&values, &stakes).total();
        let change = |change: fn(&mut StakeSums, f64)| {
            let mut changed = stakes;
            change(&mut changed, more);
            net_benefit_at(&values, &changed).total()
        };
        let slack = 1e-9 * (now.abs() + more * 10.0).max(1.0);
        for costlier in [
            change(|sums, more| sums.support += more),
            change(|sums, more| sums.engineering += more),
            change(|sums, more| sums.incident += more),
            change(|sums, more| sums.direct += more),
            change(|sums, more| sums.arr_dependent_replaced += more.min(sums.arr_dependent - sums.arr_dependent_replaced)),
        ] {
            prop_assert!(costlier >= now - slack);
        }
        for riskier in [
            change(|sums, more| sums.arr_dependent += more),
            change(|sums, more| sums.arr_sole += more),
            change(|sums, more| sums.to_migrate += more),
        ] {
            prop_assert!(riskier <= now + slack);
        }
    }

    #[test]
    fn what_is_at_risk_is_at_most_what_is_there(values in any_values(), arr in 0.0_f64..1e6, d in 0.0_f64..1.0, s in 0.0_f64..1.0) {
        let stakes = StakeSums { arr_dependent: arr * d, arr_sole: arr * (1.0 - d) * s, ..StakeSums::default() };
        let found = net_benefit_at(&values, &stakes).arr_at_risk;
        prop_assert!((0.0..=arr * (1.0 + 1e-12)).contains(&found));
    }
}
