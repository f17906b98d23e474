use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A superpopulation with known parameters: what intervals are tested against, because here the truth is not an estimate.
///
/// Every account has a size, lognormal with median 1, or with some chance that of a whale. It adopts every capability
/// independently of its size and of the others, and then uses it in proportion to its size, times a lognormal factor of its
/// own. Cost comes in rows, a Poisson number of them with lognormal amounts; part of them are tickets of the accounts that
/// adopted, at a rate in proportion to their size, and the others belong to no account.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// Accounts of a sample.
    pub accounts: usize,
    /// Standard deviation of the logarithm of an account's size.
    pub size_sigma: f64,
    /// The same of an account's own factor for a capability.
    pub use_sigma: f64,
    /// Chance that an account is a whale, 50 to 100 times the median.
    pub whales: f64,
    /// Part of the cost rows that are tickets of accounts, 0–1.
    pub of_accounts: f64,
    /// Standard deviation of the logarithm of a row's amount, whose median is 100.
    pub amount_sigma: f64,
    /// The capabilities.
    pub capabilities: Vec<Planted>,
}

/// What is planted in one capability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planted {
    /// Chance that an account adopts it, above 0.
    pub adoption: f64,
    /// Cost rows to expect.
    pub rows: f64,
}

/// A sample of a [`Population`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PopulationSample {
    /// Account, capability, and events, which are never zero; by capability, then account.
    pub uses: Vec<(usize, usize, u64)>,
    /// Capability, the account of the ticket if it is one, and the amount.
    pub costs: Vec<(usize, Option<usize>, f64)>,
}

/// Events of an account of size 1.
const EVENTS: f64 = 1000.0;
const WHALE: (f64, f64) = (50.0, 100.0);

impl Population {
    /// The adoption rate that samples vary about.
    #[must_use]
    pub fn true_adoption(&self, capability: usize) -> f64 {
        self.capabilities[capability].adoption
    }

    /// Expected cost over all expected cost, over expected use over all expected use. Sizes, factors and amounts are drawn
    /// alike for all capabilities, so that they cancel out: what is left is rows and adoption.
    #[must_use]
    pub fn true_disproportion(&self, capability: usize) -> f64 {
        let all = |of: fn(&Planted) -> f64| self.capabilities.iter().map(of).sum::<f64>();
        let planted = self.capabilities[capability];
        (planted.rows / all(|planted| planted.rows)) / (planted.adoption / all(|planted| planted.adoption))
    }

    /// The sample of a seed.
    #[must_use]
    pub fn sample(&self, seed: u64) -> PopulationSample {
        let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed));
        let size = |draws: &mut Draws| {
            if draws.uniform() < self.whales {
                WHALE.0 + (WHALE.1 - WHALE.0) * draws.uniform()
            } else {
                draws.lognormal(self.size_sigma)
            }
        };
        let sizes: Vec<f64> = (0..self.accounts).map(|_| size(&mut draws)).collect();
        let mut sample = PopulationSample::default();
        for (capability, planted) in self.capabilities.iter().enumerate() {
            // Tickets to expect of an adopter of size 1, so that all adopters together have their part of the rows.
            let adopters = planted.adoption * self.mean_size() * usize_as_f64(self.accounts);
            let rate = self.of_accounts * planted.rows / adopters;
            for (account, size) in sizes.iter().enumerate() {
                if draws.uniform() >= planted.adoption {
                    continue;
                }
                let events = EVENTS * size * draws.lognormal(self.use_sigma);
                sample.uses.push((account, capability, draws.rounded(events).max(1)));
                for _ in 0..draws.poisson(rate * size) {
                    sample.costs.push((capability, Some(account), 100.0 * draws.lognormal(self.amount_sigma)));
                }
            }
            for _ in 0..draws.poisson((1.0 - self.of_accounts) * planted.rows) {
                sample.costs.push((capability, None, 100.0 * draws.lognormal(self.amount_sigma)));
            }
        }
        sample
    }

    fn mean_size(&self) -> f64 {
        let lognormal = (self.size_sigma * self.size_sigma / 2.0).exp();
        self.whales * f64::midpoint(WHALE.0, WHALE.1) + (1.0 - self.whales) * lognormal
    }
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn usize_as_f64(count: usize) -> f64 {
    count as f64
}

pub(super) struct Draws(pub(super) ChaCha8Rng);

impl Draws {
    /// From 0 to before 1, in steps of 2⁻³².
    pub(super) fn uniform(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// Exp of a normal number (Box and Muller 1958, Ann. Math. Stat. 29, 610–611).
    pub(super) fn lognormal(&mut self, sigma: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        (sigma * radius * (std::f64::consts::TAU * self.uniform()).cos()).exp()
    }

    /// A Poisson count: how many exponential waits fit into the mean.
    fn poisson(&mut self, mean: f64) -> usize {
        let mut waited = 0.0;
        let mut count = 0;
        loop {
            waited -= (1.0 - self.uniform()).ln();
            if waited >= mean {
                return count;
            }
            count += 1;
        }
    }

    /// A whole number whose expectation is the number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes are positive and far below 2^64"
    )]
    fn rounded(&mut self, number: f64) -> u64 {
        (number + self.uniform()).floor() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn population() -> Population {
        Population {
            accounts: 400,
            size_sigma: 0.8,
            use_sigma: 0.5,
            whales: 0.01,
            of_accounts: 0.5,
            amount_sigma: 1.0,
            capabilities: vec![Planted { adoption: 0.1, rows: 30.0 }, Planted { adoption: 0.5, rows: 50.0 }],
        }
    }

    #[test]
    fn the_truth_by_hand() {
        let population = population();
        assert!((population.true_adoption(0) - 0.1).abs() < 1e-15);
        // (30/80) / (0.1/0.6).
        assert!((population.true_disproportion(0) - 2.25).abs() < 1e-12);
        assert!((population.true_disproportion(1) - 0.75).abs() < 1e-12);
    }

    #[test]
    fn a_seed_is_a_sample() {
        assert_eq!(population().sample(3), population().sample(3));
        assert_ne!(population().sample(3), population().sample(4));
    }

    /// Means over 400 samples against the parameters, within four standard errors.
    #[test]
    fn samples_vary_about_the_truth() {
        let population = population();
        let samples: Vec<PopulationSample> = (0..400).map(|seed| population.sample(seed)).collect();
        let close = |what: &str, expected: f64, of: &dyn Fn(&PopulationSample) -> f64| {
            let found: Vec<f64> = samples.iter().map(of).collect();
            let count = usize_as_f64(found.len());
            let mean = found.iter().sum::<f64>() / count;
            let variance = found.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
            let error = (variance / count).sqrt();
            assert!((mean - expected).abs() < 4.0 * error, "{what}: {mean} against {expected}, error {error}");
        };
        let of = |count: usize| usize_as_f64(count);
        close("adopters", 40.0, &|sample| of(sample.uses.iter().filter(|used| used.1 == 0).count()));
        close("rows", 30.0, &|sample| of(sample.costs.iter().filter(|cost| cost.0 == 0).count()));
        close("tickets", 25.0, &|sample| {
            of(sample.costs.iter().filter(|cost| cost.0 == 1 && cost.1.is_some()).count())
        });
        let amount = 50.0 * 100.0 * 0.5_f64.exp();
        close("amounts", amount, &|sample| sample.costs.iter().filter(|cost| cost.0 == 1).map(|cost| cost.2).sum());
        #[expect(clippy::cast_precision_loss, reason = "events lie far below 2^53")]
        let events = |sample: &PopulationSample| {
            sample.uses.iter().filter(|used| used.1 == 0).map(|used| used.2 as f64).sum::<f64>()
        };
        // Lognormal means: 0.99 exp(0.32) + 0.01 × 75 for the size, exp(0.125) for the factor.
        let size = 0.99 * 0.32_f64.exp() + 0.75;
        close("events", 40.0 * EVENTS * size * 0.125_f64.exp(), &events);
    }
}
