//! Rates of events that come now and then, such as the changes of a vendor: a Gamma prior, Poisson counts, and what
//! the next year may bring.
//!
//! A rate λ with a Gamma(α, β) prior, of which x events were seen in the time t, is Gamma(α + x, β + t); the number of events in
//! a further time s is negative binomial with size α + x and probability (β + t) / (β + t + s) (Gelman, Carlin, Stern, Dunson,
//! Vehtari & Rubin 2013, Bayesian Data Analysis, 3rd ed., section 2.6).

use statrs::distribution::{ContinuousCDF, Gamma};
use statrs::function::beta::beta_reg;

/// Units below which no spread between them can be told, so that the prior is not fitted.
const FEWEST_UNITS: usize = 5;
/// Shape of Jeffreys' prior of a Poisson rate, whose density is proportional to λ^(−½).
const JEFFREYS: f64 = 0.5;

/// What was seen of one unit, discounted by age: events and the time of watching both count 2^(−age / half-life), which is the
/// power prior of Ibrahim & Chen (2000, Stat. Sci. 15, 46–60) with a weight that falls with age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Sum of the weights of the events.
    pub events: f64,
    /// Integral of the weights over the time of watching, in the unit of time.
    pub time: f64,
    /// Integral of their squares, on which the variance of `events` rests.
    pub squared: f64,
}

impl Record {
    /// Events of these ages within a time of watching that ends now; all in one unit of time, none negative. A half-life of 0,
    /// or without bound, discounts nothing.
    #[must_use]
    pub fn of(ages: impl IntoIterator<Item = f64>, time: f64, half_life: f64) -> Self {
        let ages = ages.into_iter();
        if half_life <= 0.0 || !half_life.is_finite() {
            return Self { events: ages.map(|_| 1.0).sum(), time, squared: time };
        }
        let kept = |half_life: f64| {
            let rate = std::f64::consts::LN_2 / half_life;
            -(-rate * time).exp_m1() / rate
        };
        Self {
            events: ages.map(|age| (-age / half_life).exp2()).sum(),
            time: kept(half_life),
            squared: kept(half_life / 2.0),
        }
    }
}

/// A prior of a rate, Gamma with this shape and rate. Its mean is shape / rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaPrior {
    /// Above 0; worth so many events.
    pub shape: f64,
    /// Worth so much time of watching. 0 is an improper prior, which says nothing of the size of the rate.
    pub rate: f64,
}

impl GammaPrior {
    /// Jeffreys' prior of a Poisson rate, Gamma(½, 0): it takes no size of the rate for granted.
    pub const JEFFREYS: Self = Self { shape: JEFFREYS, rate: 0.0 };

    /// The prior that fits many units: their common rate, and how far they lie apart.
    ///
    /// By moments, after Bühlmann & Straub (Bühlmann & Gisler 2005, A Course in Credibility Theory, section 4.8), where the
    /// variance within a unit is Poisson's. With xᵢ events in the time tᵢ, the squared weights sᵢ, and T = Σtᵢ:
    ///
    /// - mean m = Σxᵢ / T;
    /// - variance between units v = (Σ tᵢ(xᵢ/tᵢ − m)² − m·Σ sᵢ(1/tᵢ − 1/T)) / (T − Σtᵢ²/T);
    /// - shape m²/v, rate m/v.
    ///
    /// The shape is at most ½ or the mean number of events of a unit, whichever is more: v is uncertain, and a prior that by
    /// chance came out narrow must not outweigh what a unit shows itself. Where units differ less than Poisson's law
    /// would have them (v ≤ 0) it is that bound. Without any event m is ½ / T, Jeffreys' mean for all of them together.
    /// Below five units [`GammaPrior::JEFFREYS`]. Units that were not watched are left out.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a number of units")]
    pub fn fitted(units: &[Record]) -> Self {
        let units = || units.iter().filter(|unit| unit.time > 0.0);
        let number = units().count();
        if number < FEWEST_UNITS {
            return Self::JEFFREYS;
        }
        let time: f64 = units().map(|unit| unit.time).sum();
        let events: f64 = units().map(|unit| unit.events).sum();
        if events <= 0.0 {
            return Self { shape: JEFFREYS, rate: time };
        }
        let mean = events / time;
        let scatter: f64 = units().map(|unit| unit.time * (unit.events / unit.time - mean).powi(2)).sum();
        let within: f64 = units().map(|unit| mean * unit.squared * (1.0 / unit.time - 1.0 / time)).sum();
        let between = (scatter - within) / (time - units().map(|unit| unit.time.powi(2)).sum::<f64>() / time);
        let most = JEFFREYS.max(events / number as f64);
        let shape = if between > 0.0 { (mean * mean / between).min(most) } else { most };
        Self { shape, rate: shape / mean }
    }

    /// What is known of the rate of a unit after its record. `None`: it was not watched, and the prior is improper.
    #[must_use]
    pub fn updated(self, record: Record) -> Option<GammaRate> {
        let (shape, rate) = (self.shape + record.events, self.rate + record.time);
        let bounded = shape.is_finite() && rate.is_finite();
        Gamma::new(shape, rate).ok().filter(|_| bounded).map(GammaRate)
    }
}

/// What is known of a rate: a Gamma distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaRate(Gamma);

impl GammaRate {
    /// Expected events in a unit of time.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.0.shape() / self.0.rate()
    }

    /// The rate that is not exceeded with this probability, which lies within 0–1. Exact to 1e-9, or to as much of the
    /// quantile itself where that is more.
    #[must_use]
    pub fn quantile(self, probability: f64) -> f64 {
        self.0.inverse_cdf(probability.clamp(0.0, 1.0))
    }

    /// The central interval that holds the rate with the probability `level`, 0–1.
    #[must_use]
    pub fn interval(self, level: f64) -> (f64, f64) {
        let tail = (1.0 - level) / 2.0;
        (self.quantile(tail), self.quantile(1.0 - tail))
    }

    /// How many events a further time may bring.
    #[must_use]
    pub fn ahead(self, time: f64) -> CountAhead {
        CountAhead { size: self.0.shape(), chance: self.0.rate() / (self.0.rate() + time) }
    }
}

/// How many events will come: negative binomial, the Poisson counts of a rate that is only known as a [`GammaRate`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountAhead {
    size: f64,
    chance: f64,
}

impl CountAhead {
    /// The expected number.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.size * (1.0 - self.chance) / self.chance
    }

    /// Probability of at most so many: the regularised incomplete beta function `I_p(size, k + 1)` (Abramowitz & Stegun 1964,
    /// 26.5.26).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    pub fn at_most(self, events: u64) -> f64 {
        beta_reg(self.size, events as f64 + 1.0, self.chance)
    }

    /// The least number that is not exceeded with at least this probability, which lies below 1. A probability that is met to
    /// twelve digits is met: [`CountAhead::at_most`] has no more.
    #[must_use]
    pub fn quantile(self, probability: f64) -> u64 {
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
    pub fn interval(self, level: f64) -> (u64, u64) {
        let tail = (1.0 - level) / 2.0;
        (self.quantile(tail), self.quantile(1.0 - tail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
    }

    fn known(shape: f64, rate: f64) -> GammaRate {
        GammaRate(Gamma::new(shape, rate).unwrap())
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

    /// `scipy.integrate.quad` of 2^(−t/h) and of its square, scipy 1.17.1.
    #[test]
    fn a_record_is_discounted_by_age() {
        for (ages, time, half_life, expected) in [
            (&[0.5, 1.0, 4.0][..], 5.0, 3.0, [2.081_449_507_116_489, 2.964_823_734_720_677, 1.949_342_346_435_653]),
            (&[], 10.0, 2.0, [0.0, 2.795_221_641_722_367_4, 1.441_286_159_013_095_4]),
            (&[0.0, 9.9], 10.0, 0.5, [1.000_001_095_484_118_5, 0.721_346_832_513_878_3, 0.360_673_760_221_912_9]),
            (&[0.5, 1.0, 4.0], 5.0, 0.0, [3.0, 5.0, 5.0]),
            (&[0.5, 1.0, 4.0], 5.0, f64::INFINITY, [3.0, 5.0, 5.0]),
            (&[0.5, 1.0, 4.0], 5.0, 1e12, [3.0, 5.0, 5.0]),
            (&[], 0.0, 3.0, [0.0, 0.0, 0.0]),
        ] {
            let found = Record::of(ages.iter().copied(), time, half_life);
            for (found, expected) in [found.events, found.time, found.squared].into_iter().zip(expected) {
                near(found, expected);
            }
        }
    }

    /// The formula in numpy 2.4.6; the mean of the first is also `exp(GLM(x, ones, Poisson(), exposure=t).fit().params)` of
    /// statsmodels 0.15.0, 1.666 666 67.
    #[test]
    fn a_prior_is_fitted_by_moments() {
        let units = [(0.0, 2.0), (1.0, 5.0), (0.0, 1.0), (9.0, 3.0), (3.0, 4.0), (0.0, 2.0), (22.0, 4.0)];
        let prior = GammaPrior::fitted(&units.map(|(events, time)| plain(events, time)));
        near(prior.shape, 0.589_559_956_314_573_8);
        near(prior.rate, 0.353_735_973_788_744_3);
        near(prior.shape / prior.rate, 35.0 / 21.0);
        let units = [
            Record::of([0.2, 3.0], 10.0, 3.0),
            Record::of([], 4.0, 3.0),
            Record::of([5.5, 1.0, 1.1], 6.0, 3.0),
            Record::of([0.1; 8], 8.0, 3.0),
            Record::of([9.0], 10.0, 3.0),
            Record::of([2.5, 2.6, 0.7], 3.0, 3.0),
        ];
        let prior = GammaPrior::fitted(&units);
        near(prior.shape, 0.819_132_729_275_660_7);
        near(prior.rate, 1.207_204_619_539_892_2);
    }

    #[test]
    fn where_no_prior_can_be_fitted() {
        assert_eq!(GammaPrior::fitted(&[]), GammaPrior::JEFFREYS);
        assert_eq!(GammaPrior::fitted(&[plain(3.0, 1.0); 4]), GammaPrior::JEFFREYS, "four units");
        let mut unwatched = vec![plain(3.0, 1.0); 4];
        unwatched.push(plain(0.0, 0.0));
        assert_eq!(GammaPrior::fitted(&unwatched), GammaPrior::JEFFREYS, "the fifth was not watched");
        // Alike: worth as many events as a unit has, around the common rate.
        assert_eq!(GammaPrior::fitted(&[plain(3.0, 1.5); 6]), GammaPrior { shape: 3.0, rate: 1.5 });
        // Alike and rare: Jeffreys' shape around the common rate.
        let rare = GammaPrior::fitted(&[plain(0.25, 2.0); 6]);
        near(rare.shape, 0.5);
        near(rare.rate, 4.0);
        // No event in sixty years: half an event in all of them.
        assert_eq!(GammaPrior::fitted(&[plain(0.0, 10.0); 6]), GammaPrior { shape: 0.5, rate: 60.0 });
    }

    #[test]
    fn nothing_watched_says_nothing() {
        assert_eq!(GammaPrior::JEFFREYS.updated(plain(0.0, 0.0)), None);
        let found = GammaPrior::JEFFREYS.updated(plain(2.0, 5.0)).unwrap();
        assert_eq!(found.mean(), 0.5);
        assert_eq!(GammaPrior { shape: 2.0, rate: 4.0 }.updated(plain(0.0, 0.0)).unwrap().mean(), 0.5);
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

    /// Six hundred units whose rates are the quantiles of a Gamma distribution and whose counts are those of Poisson's: the
    /// prior that made them is found, with and without a discount of half the events.
    #[test]
    fn a_planted_prior_is_found() {
        let planted = known(1.4, 0.7);
        let units: Vec<Record> = (0..600_u32)
            .map(|unit| {
                let rate = planted.quantile((f64::from(unit % 60) + 0.5) / 60.0);
                // Poisson counts of that rate in five years: at most k with 1 − P(Gamma(k + 1, 1) ≤ 5·rate).
                let chance = (f64::from(unit / 60) + 0.5) / 10.0;
                let count = (0..500_u32).find(|&k| {
                    let gamma = Gamma::new(f64::from(k) + 1.0, 1.0).unwrap();
                    gamma.sf(5.0 * rate) >= chance
                });
                plain(f64::from(count.unwrap()), 5.0)
            })
            .collect();
        let found = GammaPrior::fitted(&units);
        assert!((found.shape / found.rate - 2.0).abs() < 0.05, "{found:?}");
        assert!((found.shape - 1.4).abs() < 0.15, "{found:?}");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_mean_and_grows_with_the_count(
            shape in 0.1_f64..30.0,
            rate in 0.1_f64..10.0,
            events in 0_u32..60,
            time in 0.5_f64..20.0,
        ) {
            let prior = GammaPrior { shape, rate };
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
            let prior = GammaPrior { shape, rate: shape * rate / events };
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

        /// The order of units does not show beyond rounding, nor does the unit of time.
        #[test]
        fn a_fit_has_no_unit_of_time(units in prop::collection::vec((0_u32..30, 1_u32..20), 5..30)) {
            let fit = |scale: f64| {
                let units = units.iter().map(|&(events, time)| plain(f64::from(events), f64::from(time) * scale));
                GammaPrior::fitted(&units.collect::<Vec<_>>())
            };
            let (years, months) = (fit(1.0), fit(12.0));
            prop_assert!(years.shape > 0.0 && years.rate > 0.0);
            prop_assert!((years.shape - months.shape).abs() < 1e-6 * years.shape);
            prop_assert!((years.rate * 12.0 - months.rate).abs() < 1e-6 * months.rate);
        }
    }
}
