use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of draws. Each part of the company has its own, so that a change in one moves no other.
#[derive(Debug)]
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64, part: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(part.as_bytes());
        Self(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// A whole number from 0 to before `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(end);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// Whether something of so many thousandths of chance happens.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// A count about `mean`, given in tenths: binomial of `n` trials, `n` large enough to be nearly Poisson.
    pub(super) fn count(&mut self, mean_tenths: u32) -> u32 {
        let trials = (mean_tenths / 2).max(10);
        (0..trials).filter(|_| self.below(trials * 10) < mean_tenths).count().try_into().unwrap_or(0)
    }

    /// One of some words.
    pub(super) fn one_of<T: Copy>(&mut self, some: &[T]) -> T {
        *self.pick(some)
    }

    /// One of some things, which are not none.
    pub(super) fn pick<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        let index = self.below(u32::try_from(some.len()).unwrap_or(u32::MAX));
        &some[index as usize]
    }
}
