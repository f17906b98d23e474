//! What is usual for one series: how often something goes wrong in it, and how often it then goes on going wrong.

/// A series of good and bad that follow each other, as a chain of two states.
///
/// A stretch of k bad ones has the chance f·gᵏ⁻¹: f that a bad one follows a good one, g that another follows a bad one. Taking
/// each for itself, fᵏ, would call every stretch impossible, since what goes wrong goes wrong in clusters. Both are shares with half
/// a case added to the hits (Jeffreys 1946, Proc. R. Soc. A 186, 453–461): f over one case more in all, g over two, so that
/// before anything is known one bad one in four is followed by another. One in eight finds more and raises more false alarms; the
/// comparison of docs/reliability.md tells what each is worth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Chain {
    /// Good ones.
    pub good: f64,
    /// Stretches of bad ones.
    pub stretches: f64,
    /// Bad ones.
    pub bad: f64,
}

impl Chain {
    /// A stretch of that many bad ones; none for 0.
    pub fn add_stretch(&mut self, bad: f64) {
        if bad > 0.0 {
            self.stretches += 1.0;
            self.bad += bad;
        }
    }

    fn first(&self) -> f64 {
        (self.stretches + 0.5) / (self.good.max(self.stretches) + 1.0)
    }

    fn next(&self) -> f64 {
        (self.bad - self.stretches + 0.5) / (self.bad + 2.0)
    }

    /// Chance of a stretch of `bad` or more, 0–1; 1 for none.
    pub fn chance(&self, bad: f64) -> f64 {
        if bad < 1.0 { 1.0 } else { self.first() * self.next().powf(bad - 1.0) }
    }

    /// The shortest stretch whose chance is below `limit`; 2 or more: what happens once is bad luck as often as not.
    pub fn least_below(&self, limit: f64) -> f64 {
        // f·gᵏ⁻¹ < limit; the logarithm of g is negative.
        let more = (limit / self.first()).ln() / self.next().ln();
        (more.floor() + 2.0).max(2.0)
    }
}

/// The gaps of a series on one clock, as a chain of moments at which something was due: it came, or it was missed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gaps {
    /// The gap in which a moment lies as often as not: half of all time lies in gaps that are no longer. Unlike the median it is
    /// the same whether one run is due or a burst of them.
    pub typical: f64,
    /// The longest.
    pub longest: f64,
    chain: Chain,
}

impl Gaps {
    /// Sorts. `None` when there are none, or none has a length.
    pub fn of(gaps: &mut [f64]) -> Option<Self> {
        gaps.sort_unstable_by(f64::total_cmp);
        let half = gaps.iter().sum::<f64>() / 2.0;
        let mut passed = 0.0;
        let typical = *gaps.iter().find(|&&gap| {
            passed += gap;
            passed >= half
        })?;
        if typical <= 0.0 {
            return None;
        }
        let mut known = Self { typical, longest: 0.0, chain: Chain::default() };
        for &mut gap in gaps {
            known.add(gap);
        }
        Some(known)
    }

    /// One more; the typical one stays.
    pub fn add(&mut self, gap: f64) {
        self.longest = self.longest.max(gap);
        // What comes within half a gap of another is of the same burst.
        if gap >= self.typical / 2.0 {
            self.chain.good += 1.0;
        }
        self.chain.add_stretch(self.missed(gap));
    }

    /// How many were due and did not come: each when it is late by half a typical gap.
    fn missed(&self, gap: f64) -> f64 {
        (gap / self.typical - 0.5).floor().max(0.0)
    }

    /// Bursts or single ones, which is how many were due and came.
    pub fn slots(&self) -> f64 {
        self.chain.good
    }

    /// Chance of a gap as long or longer.
    pub fn chance(&self, gap: f64) -> f64 {
        self.chain.chance(self.missed(gap))
    }

    /// From which length a gap is longer than `factor` times the longest and of less chance than `limit`.
    pub fn limit(&self, factor: f64, limit: f64) -> f64 {
        let missed = self.chain.least_below(limit);
        (factor * self.longest).max((missed + 0.5) * self.typical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_chain_by_hand() {
        let new = Chain::default();
        // ½ · ¼².
        assert!((new.chance(3.0) - 0.031_25).abs() < 1e-15);
        assert_eq!((new.chance(0.0), new.chance(1.0)), (1.0, 0.5));
        let mut chain = Chain { good: 99.0, ..new };
        chain.add_stretch(0.0);
        assert_eq!(chain.stretches, 0.0);
        chain.add_stretch(1.0);
        chain.add_stretch(3.0);
        // f = 2.5/100, g = (4 − 2 + ½)/6.
        assert!((chain.chance(1.0) - 0.025).abs() < 1e-15);
        assert!((chain.chance(3.0) - 0.025 * (2.5_f64 / 6.0).powi(2)).abs() < 1e-15);
        // 0.025 · 0.417³ = 0.0018, · 0.417⁴ = 0.00075.
        assert_eq!(chain.least_below(0.001), 5.0);
        assert_eq!(chain.least_below(0.03), 2.0);
    }

    /// The means of `scipy.stats.beta(2.5, 97.5)` and `beta(2.5, 3.5)`, times `scipy.stats.geom.sf(k − 1, 1 − g)`; scipy 1.17.1.
    #[test]
    fn the_chain_agrees_with_scipy() {
        let chain = Chain { good: 99.0, stretches: 2.0, bad: 4.0 };
        for (bad, expected) in
            [(1.0, 0.025), (2.0, 0.010_416_666_666_667), (3.0, 0.004_340_277_777_778), (6.0, 3.139_668_531_378_604e-4)]
        {
            assert!((chain.chance(bad) - expected).abs() < 1e-12, "{bad}");
        }
    }

    /// `numpy.quantile(gaps, 0.5, method="inverted_cdf", weights=gaps)`, numpy 2.4.6.
    #[test]
    fn the_typical_gap_agrees_with_numpy() {
        let known = Gaps::of(&mut [24.0, 24.0, 24.0, 24.0, 72.0, 30.5, 18.0, 6.0]).unwrap();
        assert!((known.typical - 24.0).abs() < 1e-12);
    }

    #[test]
    fn the_typical_gap_by_hand() {
        assert_eq!(Gaps::of(&mut []), None);
        assert_eq!(Gaps::of(&mut [0.0, 0.0]), None);
        // Working days: half of the week's 168 hours lies in gaps of a day.
        let week = Gaps::of(&mut [24.0, 24.0, 24.0, 24.0, 72.0]).unwrap();
        assert_eq!((week.typical, week.longest, week.slots()), (24.0, 72.0, 5.0));
        assert_eq!((week.chain.stretches, week.chain.bad), (1.0, 2.0));
        // Ten tables every day, one after the other.
        let mut bursts: Vec<f64> = (0..70).map(|run| if run % 10 == 9 { 23.0 } else { 0.1 }).collect();
        let bursts = Gaps::of(&mut bursts).unwrap();
        assert_eq!((bursts.typical, bursts.slots(), bursts.chain.bad), (23.0, 7.0, 0.0));
    }

    /// 49 gaps of one: f = ½/50 and g = ¼; 0.01 · ¼ = 0.0025, · 1/16 = 0.0006: three missed, which is 3½ gaps.
    #[test]
    fn the_limit_by_hand() {
        let regular = Gaps::of(&mut [1.0; 49]).unwrap();
        assert_eq!(regular.limit(1.5, 0.001), 3.5);
        assert_eq!(regular.limit(1.5, 0.02), 2.5);
        assert_eq!(regular.limit(9.0, 0.001), 9.0);
        assert!((regular.chance(2.0) - 0.01).abs() < 1e-15);
        assert!((regular.chance(2.6) - 0.002_5).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn beyond_the_limit_lies_less_chance(
            mut gaps in prop::collection::vec(0.01_f64..50.0, 1..60),
            limit in 1e-6_f64..0.4,
            factor in 1.0_f64..3.0,
        ) {
            let known = Gaps::of(&mut gaps).unwrap();
            let from = known.limit(factor, limit);
            prop_assert!(from >= factor * known.longest);
            prop_assert!(known.chance(from * (1.0 + 1e-9)) < limit * (1.0 + 1e-9));
            prop_assert!(known.chance(from) >= known.chance(from * 2.0));
        }
    }
}
