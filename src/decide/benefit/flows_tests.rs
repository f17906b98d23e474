//! Later removals, against net benefit, by hand and against numpy.

use proptest::prelude::*;

use super::*;
use crate::decide::benefit::tests::{ASSUMED, FIXED, a, b, c, decision, read, staked, vendor};
use crate::decide::simulate;
use crate::decide::testing::facts;
use crate::metrics::CapabilityFacts;

fn worth(capabilities: Vec<CapabilityFacts>, text: &str, delays: &[f64]) -> Vec<Option<Vec<f64>>> {
    let all = facts(capabilities);
    let set: Vec<usize> = (0..all.capabilities.len()).collect();
    let settings = read(text);
    worth_by_delay(&all, &Integrations::default(), decision(&settings), &set, &vec![delays.to_vec(); set.len()])
}

#[test]
fn without_delay_it_is_the_mean_of_net_benefit() {
    let integrations = vendor(vec![2], Some(6_000.0), Some((75.0, 30.0, 160.0)));
    let mut unknown = a();
    unknown.stakes = None;
    let (all, settings) = (facts(vec![a(), b(), c(), unknown]), read(ASSUMED));
    let net = simulate(&all, &integrations, decision(&settings));
    // In another order, and one twice.
    let set = [2, 0, 3, 1, 0];
    let found = worth_by_delay(&all, &integrations, decision(&settings), &set, &vec![vec![0.0, -1.0]; 5]);
    for (&index, found) in set.iter().zip(&found) {
        let expected = net.of[index].as_ref().map(|drawn| drawn.net_benefit.total.mean);
        assert_eq!(found.is_some(), expected.is_some());
        for (found, expected) in found.iter().flatten().zip(expected.into_iter().cycle()) {
            assert!((found / expected - 1.0).abs() < 1e-9, "{index}: {found} is not {expected}");
        }
    }
}

/// Figures of the integral below.
const QUAD: [f64; 5] = [
    -1_192.132_273_933_451_9,
    -1_174.475_077_888_524,
    -1_123.959_091_483_462,
    -1_067.918_617_664_345,
    -1_012.561_510_066_599_9,
];

/// Mean and standard error by capability and delay.
const NUMPY: [[(f64, f64); 2]; 2] = [[(41_147.6, 203.3), (-1_770.5, 151.3)], [(-51_721.4, 232.8), (-20_252.6, 125.0)]];

#[test]
fn hand_computed() {
    // A year: 50 + 20 + 7 + 2 − 0.8 × 35 = 51; effort 850 + 255 + 180 = 1,285. Horizon 2 years, undiscounted.
    let x = || staked("x", &[[100.0, 40.0, 7.0, 8.0, 3.0, 60.0, 40.0, 20.0, 0.0]]);
    let found = worth(vec![x()], FIXED, &[0.0, 0.5, 2.0, 9.0]).remove(0).unwrap();
    for (found, expected) in found.iter().zip([-1_183.0, -1_208.5, -1_285.0, -1_285.0]) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }
    assert_eq!(worth(vec![x()], FIXED, &[]), [Some(vec![])]);
    assert_eq!(worth(vec![], FIXED, &[1.0]), []);
}

/// The formula as ∫ 51 e^(−δt) dt from s to 2 − 1,285 e^(−δs) at a rate of 10 %, integrated by `scipy.integrate.quad` of scipy 1.17.1.
#[test]
fn discounted_it_is_the_integral_of_the_flow() {
    let text = FIXED.replace(
        "discount_rate = { distribution = \"fixed(0)\" }",
        "discount_rate = { distribution = \"fixed(0.1)\" }",
    );
    let x = staked("x", &[[100.0, 40.0, 7.0, 8.0, 3.0, 60.0, 40.0, 20.0, 0.0]]);
    let found = worth(vec![x], &text, &[0.0, 0.25, 1.0, 1.9, 2.5]).remove(0).unwrap();
    for (found, expected) in found.iter().zip(QUAD) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} is not {expected}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// What gains more in a year than it loses, and takes no effort, is worth less the later it goes, and nothing in the end.
    #[test]
    fn later_is_worth_less_where_the_year_gains(support in 1.0..1e6_f64, mut delays in prop::collection::vec(0.0..6.0_f64, 2..8)) {
        let text = ASSUMED.replace("lognormal(40, 400)", "fixed(0)");
        let x = staked("x", &[[support, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]);
        delays.sort_by(f64::total_cmp);
        let found = worth(vec![x], &text, &delays).remove(0).unwrap();
        prop_assert!(found.windows(2).all(|two| two[0] >= two[1]));
        for (delay, worth) in delays.iter().zip(&found) {
            // The horizon is drawn from 2 to 4 years.
            let as_promised = if *delay >= 4.0 { *worth == 0.0 } else { *worth >= 0.0 && (*delay > 3.9 || *worth > 0.0) };
            prop_assert!(as_promised, "{} at {}", worth, delay);
        }
    }

    /// What loses more than it gains loses less the later it goes.
    #[test]
    fn later_loses_less_where_the_year_loses(arr in 1.0..1e6_f64, first in 0.0..6.0_f64, more in 0.0..3.0_f64) {
        let x = staked("x", &[[0.0, 0.0, 0.0, 0.0, 0.0, arr, 0.0, 0.0, 0.0]]);
        let found = worth(vec![x], ASSUMED, &[first, first + more]).remove(0).unwrap();
        prop_assert!(found[0] <= found[1]);
    }
}

/// The same model by numpy 2.4.6 (`default_rng(20260930)`, 4,000,000 draws), with the standard errors at the 10,000 draws of the test.
#[test]
fn agrees_with_a_monte_carlo_in_numpy() {
    let found = worth(vec![a(), b()], ASSUMED, &[0.75, 2.5]);
    for (found, expected) in found.iter().zip(NUMPY) {
        for (found, (expected, error)) in found.as_ref().unwrap().iter().zip(expected) {
            assert!((found - expected).abs() <= 4.05 * error, "{found} is not {expected} ± {error}");
        }
    }
}
