//! Rates of events that come now and then, such as the changes of a vendor: what is known of one, and what the next year
//! may bring.
//!
//! A rate λ with a Gamma(α, β) prior, of which x events were seen in the time t, is Gamma(α + x, β + t); the number of events in
//! a further time s is negative binomial with size α + x and probability (β + t) / (β + t + s) (Gelman, Carlin, Stern, Dunson,
//! Vehtari & Rubin 2013, Bayesian Data Analysis, 3rd ed., section 2.6). The prior itself is only known from other units, so
//! both are mixtures over what it may be; see [`super::RatePrior`].

use statrs::distribution::{Continuous, ContinuousCDF, Gamma};
use statrs::function::beta::beta_reg;

/// What is known of a rate: Gamma distributions, each with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownRate(pub(super) Vec<(f64, Gamma)>);

impl KnownRate {
    /// Expected events in a unit of time.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().map(|(weight, gamma)| weight * gamma.shape() / gamma.rate()).sum()
    }

    /// Probability of a rate of at most this.
    #[must_use]
    pub fn at_most(&self, rate: f64) -> f64 {
        self.0.iter().map(|(weight, gamma)| weight * gamma.cdf(rate)).sum()
    }

    /// The rate that is not exceeded with this probability, which lies within 0–1, both excluded. By Newton's steps, and by
    /// halves where they would leave what is known to hold it; exact to 1e-11, or to as much of the quantile itself where that is more.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let mut low = 0.0;
        let mut high = self.mean().max(f64::MIN_POSITIVE);
        while self.at_most(high) < probability && high.is_finite() {
            low = high;
            high *= 2.0;
        }
        let mut at = f64::midpoint(low, high);
        for _ in 0..200 {
            let more = self.at_most(at) - probability;
            if more >= 0.0 {
                high = at;
            } else {
                low = at;
            }
            let density: f64 = self.0.iter().map(|(weight, gamma)| weight * gamma.pdf(at)).sum();
            let step = at - more / density;
            let next = if step > low && step < high { step } else { f64::midpoint(low, high) };
            let moved = (next - at).abs();
            at = next;
            if moved <= 1e-12 * at.min(1.0) || high - low <= 1e-12 * high {
                break;
            }
        }
        at
    }

    /// The central interval that holds the rate with the probability `level`, 0–1.
    #[must_use]
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let tail = (1.0 - level) / 2.0;
        (self.quantile(tail), self.quantile(1.0 - tail))
    }

    /// How many events a further time may bring.
    #[must_use]
    pub fn ahead(&self, time: f64) -> CountAhead {
        let of_part = |(weight, gamma): &(f64, Gamma)| NegativeBinomial {
            weight: *weight,
            size: gamma.shape(),
            chance: gamma.rate() / (gamma.rate() + time),
        };
        CountAhead(self.0.iter().map(of_part).collect())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct NegativeBinomial {
    weight: f64,
    size: f64,
    chance: f64,
}

/// How many events will come: the Poisson counts of a rate that is only known as a [`KnownRate`], which are negative
/// binomial for each of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct CountAhead(Vec<NegativeBinomial>);

impl CountAhead {
    /// The expected number.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().map(|part| part.weight * part.size * (1.0 - part.chance) / part.chance).sum()
    }

    /// Probability of at most so many: of a part the regularised incomplete beta function `I_p(size, k + 1)` (Abramowitz &
    /// Stegun 1964, 26.5.26).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    pub fn at_most(&self, events: u64) -> f64 {
        let of_part = |part: &NegativeBinomial| part.weight * beta_reg(part.size, events as f64 + 1.0, part.chance);
        self.0.iter().map(of_part).sum()
    }

    /// The least number that is not exceeded with at least this probability, which lies below 1. A probability that is met to
    /// twelve digits is met: [`CountAhead::at_most`] has no more.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> u64 {
        let probability = probability - 1e-12;
        if self.at_most(0) >= probability {
            return 0;
        }
        // Beyond 2^50 nothing is counted, and the function above cannot tell neighbours.
        let high = (0..50).map(|power| 1_u64 << power).find(|&high| self.at_most(high) >= probability);
        let high = high.unwrap_or(1 << 50);
        let (mut below, mut holds) = (high / 2, high);
        while holds - below > 1 {
            let middle = u64::midpoint(below, holds);
            if self.at_most(middle) >= probability { holds = middle } else { below = middle }
        }
        holds
    }

    /// The central interval that holds the number with at least the probability `level`, 0–1, both ends included. Counts are
    /// whole, so that it holds more than that; of a rare event much more.
    #[must_use]
    pub fn interval(&self, level: f64) -> (u64, u64) {
        let tail = (1.0 - level) / 2.0;
        (self.quantile(tail), self.quantile(1.0 - tail))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GammaPrior, RatePrior, Record};
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
    }

    fn known(shape: f64, rate: f64) -> KnownRate {
        KnownRate(vec![(1.0, Gamma::new(shape, rate).unwrap())])
    }

    /// So many events in a time, nothing discounted.
    fn plain(events: f64, time: f64) -> Record {
        Record { events, time, squared: time }
    }

    const TAILS: [f64; 4] = [0.025, 0.1, 0.9, 0.975];

    /// `scipy.stats.gamma(a, scale=1/b).ppf` and `scipy.stats.nbinom(a, b/(b+1))` with its `ppf` and `cdf`, scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        type Case = ((f64, f64), [f64; 4], [u64; 4], [f64; 3]);
        const CASES: [Case; 5] = [
            (
                (0.5, 3.0),
                [
                    0.000_163_678_186_195_875_9,
                    0.002_631_795_682_238_536_6,
                    0.450_923_909_015_900_6,
                    0.837_314_364_552_481_3,
                ],
                [0, 0, 1, 2],
                [0.866_025_403_784_438_7, 0.998_804_689_325_607_4, 0.999_999_954_317_194_5],
            ),
            (
                (1.5, 1.0),
                [0.107_897_641_311_948_93, 0.292_187_187_077_591_7, 3.125_694_315_585_162_6, 4.674_201_802_248_074],
                [0, 0, 4, 6],
                [0.353_553_390_593_273_8, 0.881_121_340_619_174_5, 0.998_610_687_098_641_3],
            ),
            (
                (3.5, 2.0),
                [0.422_467_295_169_338_73, 0.708_276_729_453_836, 3.004_259_155_945_133, 4.003_191_068_657_331_5],
                [0, 0, 4, 6],
                [0.241_924_912_867_474_36, 0.865_217_570_324_647_9, 0.999_604_080_487_049_6],
            ),
            (
                (12.25, 4.33),
                [1.473_407_830_067_606, 1.855_145_764_719_200_7, 3.901_778_300_123_097_7, 4.619_631_233_230_875],
                [0, 1, 5, 7],
                [0.078_445_569_410_484, 0.682_546_061_543_510_6, 0.998_969_908_359_989_9],
            ),
            (
                (400.5, 30.0),
                [12.074_393_319_496_32, 12.502_553_274_279_56, 14.211_720_973_890_571, 14.688_738_863_956_042],
                [7, 9, 18, 21],
                [0.000_001_980_177_559_808_01, 0.000_910_235_162_765_734_2, 0.227_180_088_922_330_74],
            ),
        ];
        for ((shape, rate), quantiles, counts, cumulative) in CASES {
            let rate_known = known(shape, rate);
            let ahead = rate_known.ahead(1.0);
            near(rate_known.mean(), shape / rate);
            near(ahead.mean(), shape / rate);
            for (place, probability) in TAILS.into_iter().enumerate() {
                near(rate_known.quantile(probability), quantiles[place]);
                assert_eq!(ahead.quantile(probability), counts[place], "{shape} {rate} {probability}");
            }
            let (low, high) = rate_known.interval(0.95);
            near(low, quantiles[0]);
            near(high, quantiles[3]);
            assert_eq!(ahead.interval(0.8), (counts[1], counts[2]));
            for (events, expected) in [0, 3, 10].into_iter().zip(cumulative) {
                near(ahead.at_most(events), expected);
            }
        }
    }

    /// The ends of `statsmodels.stats.rates.confint_poisson(x, t, method="exact-c")` (statsmodels 0.15.0) are quantiles of
    /// Gamma(x, t) and Gamma(x + 1, t) (Garwood 1936).
    #[test]
    fn agrees_with_statsmodels_on_exact_intervals_of_counts() {
        for (events, time, low, high) in [
            (1.0, 2.0, 0.012_658_903_992_144_938, 2.785_821_695_469_449),
            (7.0, 3.5, 0.804_103_729_005_675_8, 4.120_764_389_057_824),
            (40.0, 1.0, 28.576_586_441_788_965, 54.468_646_963_984_08),
        ] {
            near(known(events, time).quantile(0.025), low);
            near(known(events + 1.0, time).quantile(0.975), high);
        }
    }

    #[test]
    fn counts_by_hand() {
        // Size 1 is the geometric distribution: at most k with 1 − (1 − p)^(k+1).
        let ahead = known(1.0, 1.0).ahead(1.0);
        assert_eq!(
            (ahead.quantile(0.5), ahead.quantile(0.6), ahead.quantile(0.75), ahead.quantile(0.76)),
            (0, 1, 1, 2)
        );
        assert_eq!(known(0.01, 5.0).ahead(1.0).interval(0.8), (0, 0));
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_mean_and_grows_with_the_count(
            shape in 0.1_f64..30.0,
            rate in 0.1_f64..10.0,
            events in 0_u32..60,
            time in 0.5_f64..20.0,
        ) {
            let prior = RatePrior::from(GammaPrior { shape, rate });
            let one = prior.updated(plain(f64::from(events), time)).unwrap();
            let more = prior.updated(plain(f64::from(events + 1), time)).unwrap();
            let (low, high) = one.interval(0.95);
            prop_assert!(low <= one.mean() && one.mean() <= high);
            prop_assert!(one.mean() < more.mean() && low < more.interval(0.95).0 && high < more.interval(0.95).1);
            let (narrow, wide) = (one.interval(0.5), one.interval(0.99));
            prop_assert!(wide.0 < narrow.0 && narrow.1 < wide.1);
            // Drawn towards the prior.
            let own = f64::from(events) / time;
            prop_assert!((one.mean() - own).abs() <= (shape / rate - own).abs() + 1e-12);
        }

        #[test]
        fn longer_watching_at_the_same_rate_narrows(shape in 0.1_f64..30.0, rate in 0.1_f64..10.0, events in 1_u32..40) {
            let events = f64::from(events);
            let prior = RatePrior::from(GammaPrior { shape, rate: shape * rate / events });
            // The record agrees with the prior, so that only its length counts.
            let width = |times: f64| {
                let record = plain(events * times, rate * times);
                let (low, high) = prior.updated(record).unwrap().interval(0.95);
                high - low
            };
            prop_assert!(width(2.0) < width(1.0));
        }

        /// Var(count) = mean·t + Var(rate)·t²: what comes is less certain than the rate.
        #[test]
        fn what_comes_varies_more_than_the_rate(shape in 0.3_f64..20.0, rate in 0.5_f64..10.0) {
            let known = known(shape, rate);
            let ahead = known.ahead(1.0);
            let (low, high) = known.interval(0.8);
            let (least, most) = ahead.interval(0.8);
            prop_assert!(least as f64 <= low.ceil() && high.floor() <= most as f64, "{low} {high} {least} {most}");
            let chances = (0..4000).scan(0.0, |before, k| {
                let until = ahead.at_most(k);
                let chance = until - std::mem::replace(before, until);
                Some((k as f64, chance))
            });
            let (mut mean, mut square) = (0.0, 0.0);
            for (k, chance) in chances {
                mean += k * chance;
                square += k * k * chance;
            }
            prop_assert!((mean - shape / rate).abs() < 1e-6);
            prop_assert!((square - mean * mean - (shape / rate + shape / (rate * rate))).abs() < 1e-4);
        }

        #[test]
        fn the_interval_holds_at_least_its_level_and_no_narrower_one_does(
            shape in 0.02_f64..50.0,
            rate in 0.05_f64..20.0,
            level in 0.05_f64..0.99,
        ) {
            let ahead = known(shape, rate).ahead(1.0);
            let (low, high) = ahead.interval(level);
            let below = |k: u64| k.checked_sub(1).map_or(0.0, |k| ahead.at_most(k));
            prop_assert!(low <= high);
            prop_assert!(ahead.at_most(high) - below(low) >= level - 1e-12);
            prop_assert!(below(low) < f64::midpoint(1.0, -level) + 1e-12 || low == 0);
            prop_assert!(high == 0 || below(high) < f64::midpoint(1.0, level) + 1e-12);
        }

    }
}
