use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Weights of the Poisson bootstrap (Hanley & `MacGibbon` 2006, Comput. Methods Programs Biomed. 83, 57–62): in every
/// replicate a unit counts Poisson(1) times, which is what drawing with replacement does to one unit of many.
///
/// The weights of a unit depend on the seed and on its own name alone, so all replicates are made in one pass and
/// the order of units never matters.
#[derive(Debug, Clone, Copy)]
pub struct PoissonWeights {
    seed: u64,
    replicates: usize,
}

impl PoissonWeights {
    /// Weights for so many replicates.
    #[must_use]
    pub fn new(seed: u64, replicates: usize) -> Self {
        Self { seed, replicates }
    }

    /// Number of replicates.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.replicates
    }

    /// How often the unit of that name counts, one number per replicate, 0–12. Give different kinds of unit
    /// different `kind`s: a ticket and an account of the same name are not the same unit.
    #[must_use]
    pub fn of(&self, kind: &str, name: &str) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(kind.as_bytes());
        hasher.update(&[0]);
        hasher.update(name.as_bytes());
        let mut random = ChaCha8Rng::from_seed(*hasher.finalize().as_bytes());
        (0..self.replicates).map(|_| poisson_1(random.next_u32())).collect()
    }
}

/// Inverts the distribution function of Poisson(1), scaled to 32 bits: e⁻¹ Σ 1/k!.
fn poisson_1(uniform: u32) -> u8 {
    const UP_TO: [u32; 12] = [
        1_580_030_168,
        3_160_060_337,
        3_950_075_421,
        4_213_413_783,
        4_279_248_373,
        4_292_415_291,
        4_294_609_777,
        4_294_923_276,
        4_294_962_463,
        4_294_966_817,
        4_294_967_252,
        4_294_967_292,
    ];
    UP_TO.iter().map(|&bound| u8::from(uniform >= bound)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_depends_on_seed_kind_and_name_only() {
        let weights = PoissonWeights::new(7, 50);
        assert_eq!(weights.of("account", "a"), weights.of("account", "a"));
        assert_ne!(weights.of("account", "a"), weights.of("account", "b"));
        assert_ne!(weights.of("account", "a"), weights.of("ticket", "a"));
        assert_ne!(weights.of("account", "a"), PoissonWeights::new(8, 50).of("account", "a"));
        assert_eq!(weights.of("account", "a")[..10], PoissonWeights::new(7, 10).of("account", "a")[..]);
    }

    /// Expected frequencies e⁻¹/k!; 200,000 draws have a standard error of 0.0011 at most.
    #[test]
    fn the_weights_are_poisson_with_mean_one() {
        let draws = PoissonWeights::new(1, 200_000).of("account", "a");
        let count = draws.len() as f64;
        let mean = draws.iter().map(|&w| f64::from(w)).sum::<f64>() / count;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        for (weight, expected) in [(0, 0.367_879), (1, 0.367_879), (2, 0.183_940), (3, 0.061_313), (4, 0.015_328)] {
            let share = f64::from(draws.iter().map(|&w| u32::from(w == weight)).sum::<u32>()) / count;
            assert!((share - expected).abs() < 0.005, "{weight}: {share}");
        }
    }

    #[test]
    fn the_ends_of_the_distribution() {
        assert_eq!(poisson_1(0), 0);
        assert_eq!(poisson_1(1_580_030_167), 0);
        assert_eq!(poisson_1(1_580_030_168), 1);
        assert_eq!(poisson_1(u32::MAX), 12);
    }
}
