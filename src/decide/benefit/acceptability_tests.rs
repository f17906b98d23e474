use proptest::prelude::*;

use super::super::{Drawn, NetBenefit, Spread};
use super::*;

fn simulation(draws: &[Option<Vec<f64>>]) -> Simulation {
    let drawn = |draws: &Vec<f64>| Drawn {
        net_benefit: NetBenefit {
            total: Spread::default(),
            p_positive: 0.0,
            parts: Vec::new(),
            arr_at_risk: Spread::default(),
            tornado: Vec::new(),
            flips: Vec::new(),
            acceptability: Vec::new(),
        },
        draws: draws.clone(),
    };
    Simulation { of: draws.iter().map(|draws| draws.as_ref().map(drawn)).collect(), ..Simulation::default() }
}

fn accepted(draws: &[Option<Vec<f64>>], candidates: &[usize], first_k: usize) -> Vec<Option<Vec<f64>>> {
    let mut simulation = simulation(draws);
    accept_on(2, &mut simulation, candidates, first_k);
    simulation.of.into_iter().map(|drawn| Some(drawn?.net_benefit.acceptability)).collect()
}

/// SMAA-2's rank acceptability indices of these five alternatives in eight draws: `scipy.stats.rankdata(-draws, method="ordinal",
/// axis=0)`, scipy 1.17.1, and the share of draws at each rank in numpy 2.4.6. Ties in six of the draws.
#[test]
fn agrees_with_smaa_in_scipy() {
    let draws = [
        [5.0, 1.0, 3.0, 2.0, 4.0, 0.0, 6.0, 2.0],
        [4.0, 2.0, 3.0, 9.0, 1.0, 0.0, 5.0, 2.0],
        [4.0, 3.0, 3.0, 1.0, 8.0, 0.0, 7.0, 3.0],
        [-1.0, 10.0, -2.0, 0.0, 2.0, 0.0, -3.0, 1.0],
        [4.0, 0.0, 2.0, 2.0, 2.0, 0.0, 8.0, 0.0],
    ];
    let draws: Vec<_> = draws.iter().map(|draws| Some(draws.to_vec())).collect();
    let found = accepted(&draws, &[4, 3, 2, 1, 0], 3);
    let expected =
        [[0.375, 0.375, 0.125], [0.125, 0.375, 0.25], [0.25, 0.25, 0.375], [0.125, 0.0, 0.125], [0.125, 0.0, 0.125]];
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.as_deref(), Some(&expected[..]));
    }
}

#[test]
fn only_candidates_that_are_known_have_places_and_there_are_no_more_places_than_they() {
    let draws = [Some(vec![1.0, 2.0]), None, Some(vec![3.0, 1.0]), Some(vec![9.0, 9.0])];
    let found = accepted(&draws, &[0, 1, 2], 10);
    assert_eq!(found, [Some(vec![0.5, 0.5]), None, Some(vec![0.5, 0.5]), Some(Vec::new())]);
    assert_eq!(accepted(&draws, &[], 3)[0], Some(Vec::new()));
    assert_eq!(accepted(&[], &[], 3), []);
    assert_eq!(accepted(&draws, &[3], 0)[3], Some(Vec::new()));
}

proptest! {
    #[test]
    fn each_place_is_taken_once_and_the_first_k_grow(
        draws in (1_usize..12, 1_usize..150).prop_flat_map(|(candidates, count)| {
            prop::collection::vec(prop::collection::vec(-3_i8..3, count), candidates)
        }),
        first_k in 1_usize..12,
    ) {
        let draws: Vec<_> = draws.iter().map(|of| Some(of.iter().map(|&size| f64::from(size)).collect())).collect();
        let candidates: Vec<usize> = (0..draws.len()).collect();
        let found: Vec<Vec<f64>> = accepted(&draws, &candidates, first_k).into_iter().flatten().collect();
        for place in 0..first_k.min(draws.len()) {
            let sum: f64 = found.iter().map(|of| of[place]).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9, "place {place}: {sum}");
        }
        let more: Vec<Vec<f64>> = accepted(&draws, &candidates, first_k + 1).into_iter().flatten().collect();
        for (fewer, more) in found.iter().zip(&more) {
            prop_assert_eq!(&more[..fewer.len()], &fewer[..]);
            prop_assert!(more.iter().sum::<f64>() >= fewer.iter().sum::<f64>());
        }
    }

    #[test]
    fn the_number_of_threads_and_the_order_of_candidates_are_nothing(
        draws in prop::collection::vec(prop::collection::vec(-3_i8..3, 200), 2..6),
    ) {
        let draws: Vec<_> = draws.iter().map(|of| Some(of.iter().map(|&size| f64::from(size)).collect())).collect();
        let mut candidates: Vec<usize> = (0..draws.len()).collect();
        let mut one = simulation(&draws);
        accept_on(1, &mut one, &candidates, 3);
        candidates.reverse();
        for threads in [2, 8] {
            let mut other = simulation(&draws);
            accept_on(threads, &mut other, &candidates, 3);
            prop_assert_eq!(&one, &other);
        }
    }
}
