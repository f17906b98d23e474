//! Rates of events that come now and then, such as the changes of a vendor: a Gamma prior, Poisson counts, and what
//! the next year may bring.
//!
//! A rate λ with a Gamma(α, β) prior, of which x events were seen in the time t, is Gamma(α + x, β + t); the number of events in
//! a further time s is negative binomial with size α + x and probability (β + t) / (β + t + s) (Gelman, Carlin, Stern, Dunson,
//! Vehtari & Rubin 2013, Bayesian Data Analysis, 3rd ed., section 2.6). α and β are only known from the units themselves, so
//! everything here is a mixture over what they may be.

use statrs::distribution::{Continuous, ContinuousCDF, Gamma};
use statrs::function::beta::beta_reg;
use statrs::function::gamma::ln_gamma;

/// Shape of Jeffreys' prior of a Poisson rate, whose density is proportional to λ^(−½); and the events that it is worth.
const JEFFREYS: f64 = 0.5;
/// Shapes that the prior may have: the middles of so many equal parts of shape / (1 + shape).
const SHAPES: u32 = 9;
/// Means that it may have for each shape: so many, evenly over this many standard errors of the logarithm on either side.
const MEANS: u32 = 7;
const STANDARD_ERRORS: f64 = 2.5;
/// Parts of a mixture with a smaller weight are left out.
const NEGLIGIBLE: f64 = 1e-4;

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

/// One Gamma prior of a rate. Its mean is shape / rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaPrior {
    /// Above 0; worth so many events.
    pub shape: f64,
    /// Worth so much time of watching. 0 is an improper prior, which says nothing of the size of the rate.
    pub rate: f64,
}

/// A prior of a rate: Gamma priors, each with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct RatePrior(Vec<(f64, GammaPrior)>);

impl From<GammaPrior> for RatePrior {
    fn from(prior: GammaPrior) -> Self {
        Self(vec![(1.0, prior)])
    }
}

impl RatePrior {
    /// The prior that many units, or few, say to have: a hierarchical model, which also carries that the prior itself is only
    /// known from them.
    ///
    /// The rates of the units are Gamma with mean m and shape α. Before the data ln m is uniform and so is α / (1 + α), which
    /// is the uniform-shrinkage prior (Christiansen & Morris 1997, J. Am. Stat. Assoc. 92, 618–632). Both are summed over a
    /// grid: α at the middles of nine equal parts of α / (1 + α); for each of them seven ln m, evenly over 2.5 standard
    /// errors on either side of that of the common rate m₀ = (Σx + ½) / Σt, where the squared standard error is
    /// 1 / (½ + Σ m₀t / (1 + m₀t / α)). The weight of a point is its standard error, which is the spacing of its
    /// neighbours, times the likelihood Π Γ(α + x) / Γ(α) · (β / (β + t))^α · (t / (β + t))^x with β = α / m.
    ///
    /// A discounted count varies less than Poisson's law has it: events x of variance λs in the time t. Here it counts as
    /// x·t/s events in t²/s, whose mean and variance are those of a Poisson count of the rate λ.
    ///
    /// Why not the obvious estimates by moments or maximum likelihood, taken for certain: in simulations of 5 and
    /// of 10 units the 95 % interval of such a posterior held the rate in 84–97 % of the cases, this one in 92–97 %. Units that were
    /// not watched are left out; without any it is Jeffreys' Gamma(½, 0).
    #[must_use]
    pub fn fitted(units: &[Record]) -> Self {
        let watched = units.iter().filter(|unit| unit.squared > 0.0);
        let units: Vec<(f64, f64)> = watched
            .map(|unit| (unit.events * unit.time / unit.squared, unit.time * unit.time / unit.squared))
            .filter(|unit| unit.0.is_finite() && unit.1.is_finite())
            .collect();
        if units.is_empty() {
            return GammaPrior { shape: JEFFREYS, rate: 0.0 }.into();
        }
        let (events, time) = units.iter().fold((0.0, 0.0), |sum, unit| (sum.0 + unit.0, sum.1 + unit.1));
        let common = (events + JEFFREYS) / time;
        let mut parts: Vec<(f64, GammaPrior)> = Vec::new();
        for step in 0..SHAPES {
            let part = (f64::from(step) + 0.5) / f64::from(SHAPES);
            let shape = part / (1.0 - part);
            let known: f64 = units.iter().map(|unit| common * unit.1 / (1.0 + common * unit.1 / shape)).sum();
            let error = (known + JEFFREYS).sqrt().recip();
            for place in 0..MEANS {
                let away = (2.0 * f64::from(place) / f64::from(MEANS - 1) - 1.0) * STANDARD_ERRORS;
                let prior = GammaPrior { shape, rate: shape / (common * (away * error).exp()) };
                parts.push((error.ln() + ln_likelihood(&units, prior), prior));
            }
        }
        let best = parts.iter().fold(f64::NEG_INFINITY, |best, part| best.max(part.0));
        Self(settled(parts.into_iter().map(|(weight, prior)| ((weight - best).exp(), prior))))
    }

    /// What is known of the rate of a unit after its record. `None`: it was not watched, and the prior is improper.
    ///
    /// Of a fitted prior the probabilities of its parts are those after all records, that of the unit among them.
    #[must_use]
    pub fn updated(&self, record: Record) -> Option<KnownRate> {
        let updated = self.0.iter().map(|&(weight, prior)| {
            let (shape, rate) = (prior.shape + record.events, prior.rate + record.time);
            let bounded = shape.is_finite() && rate.is_finite();
            Gamma::new(shape, rate).ok().filter(|_| bounded).map(|gamma| (weight, gamma))
        });
        updated.collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty()).map(KnownRate)
    }

    /// Expected events in a unit of time of a unit of which nothing is known.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().map(|(weight, prior)| weight * prior.shape / prior.rate).sum()
    }
}

/// Weights that sum to 1, without the negligible ones.
fn settled<T>(parts: impl Iterator<Item = (f64, T)>) -> Vec<(f64, T)> {
    let parts: Vec<(f64, T)> = parts.collect();
    let all: f64 = parts.iter().map(|part| part.0).sum();
    let kept: Vec<(f64, T)> = parts.into_iter().filter(|part| part.0 >= NEGLIGIBLE * all).collect();
    let sum: f64 = kept.iter().map(|part| part.0).sum();
    kept.into_iter().map(|(weight, part)| (weight / sum, part)).collect()
}

/// Log-likelihood of counts in times under a prior, without what does not depend on it.
fn ln_likelihood(units: &[(f64, f64)], prior: GammaPrior) -> f64 {
    let GammaPrior { shape, rate } = prior;
    let alone = ln_gamma(shape);
    let of_unit = |&(events, time): &(f64, f64)| {
        let none = shape * (rate / (rate + time)).ln();
        if events > 0.0 { ln_gamma(shape + events) - alone + none + events * (time / (rate + time)).ln() } else { none }
    };
    units.iter().map(of_unit).sum()
}

/// What is known of a rate: Gamma distributions, each with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownRate(Vec<(f64, Gamma)>);

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
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;

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

    fn jeffreys() -> RatePrior {
        RatePrior::fitted(&[])
    }

    /// The same grid with numpy 2.4.6 and `gammaln`, `gamma.cdf`, `nbinom.cdf` and `brentq` of scipy 1.17.1: mean, 2.5 % and
    /// 97.5 % points of the rate, P(count ≤ 0) and P(count ≤ 3) in the next year.
    #[test]
    fn a_prior_fitted_to_units_agrees_with_scipy() {
        let units = [(0.0, 2.0), (1.0, 5.0), (0.0, 1.0), (9.0, 3.0), (3.0, 4.0), (0.0, 2.0), (22.0, 4.0)];
        let whole = units.map(|(events, time)| plain(events, time));
        let discounted = [
            Record::of([0.2, 3.0], 10.0, 3.0),
            Record::of([], 4.0, 3.0),
            Record::of([5.5, 1.0, 1.1], 6.0, 3.0),
            Record::of([0.1; 8], 8.0, 3.0),
            Record::of([9.0], 10.0, 3.0),
            Record::of([2.5, 2.6, 0.7], 3.0, 3.0),
        ];
        near(RatePrior::fitted(&whole).mean(), 2.207_199_458_906_287_8);
        near(RatePrior::fitted(&discounted).mean(), 0.875_843_151_432_431);
        for (units, unit, expected) in [
            (
                &whole[..],
                2,
                [
                    0.331_710_508_441_817_2,
                    2.976_569_877e-8,
                    1.829_939_237_715_240_4,
                    0.786_254_863_887_778,
                    0.989_524_624_407_144,
                ],
            ),
            (
                &whole,
                3,
                [
                    2.845_610_038_018_744,
                    1.315_919_716_717_507_8,
                    4.979_810_943_700_636,
                    0.083_949_371_380_647_52,
                    0.678_988_451_482_464,
                ],
            ),
            (
                &discounted,
                1,
                [
                    0.218_575_696_277_459,
                    0.000_051_931_957_316_957_9,
                    0.902_337_558_526_675_1,
                    0.826_067_556_599_376_6,
                    0.998_516_433_421_403_4,
                ],
            ),
            (
                &discounted,
                3,
                [
                    1.763_450_036_399_377,
                    0.729_280_058_523_476_1,
                    3.311_876_170_725_307_5,
                    0.207_179_183_804_859_56,
                    0.877_072_597_037_774_7,
                ],
            ),
            (
                &[plain(0.0, 1.0)],
                0,
                [
                    0.189_284_773_035_605_23,
                    0.0,
                    1.282_873_555_963_442_3,
                    0.867_636_147_691_668_9,
                    0.995_289_011_708_107_6,
                ],
            ),
        ] {
            let known = RatePrior::fitted(units).updated(units[unit]).unwrap();
            let ahead = known.ahead(1.0);
            let (low, high) = known.interval(0.95);
            for (found, expected) in
                [known.mean(), low, high, ahead.at_most(0), ahead.at_most(3)].into_iter().zip(expected)
            {
                near(found, expected);
            }
            near(ahead.mean(), known.mean());
        }
    }

    #[test]
    fn units_that_were_not_watched_do_not_count() {
        assert_eq!(jeffreys(), GammaPrior { shape: 0.5, rate: 0.0 }.into());
        assert_eq!(RatePrior::fitted(&[plain(0.0, 0.0)]), jeffreys());
        let with = [plain(3.0, 2.0), plain(0.0, 0.0), plain(1.0, 4.0)];
        assert_eq!(RatePrior::fitted(&with), RatePrior::fitted(&[with[0], with[2]]));
    }

    #[test]
    fn a_unit_is_drawn_to_the_others_the_more_alike_they_are() {
        let of_new = |others: &[f64]| {
            let mut units: Vec<Record> = others.iter().map(|&events| plain(events, 4.0)).collect();
            units.push(plain(0.0, 1.0));
            RatePrior::fitted(&units).updated(plain(0.0, 1.0)).unwrap().mean()
        };
        let (alike, unlike) = (of_new(&[4.0; 8]), of_new(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 30.0]));
        assert!(alike > 0.5 && alike < 1.0 && unlike < 0.3, "of one event a year each: {alike}, {unlike}");
    }

    #[test]
    fn nothing_watched_says_nothing() {
        assert_eq!(jeffreys().updated(plain(0.0, 0.0)), None);
        let found = jeffreys().updated(plain(2.0, 5.0)).unwrap();
        assert_eq!(found.mean(), 0.5);
        assert_eq!(RatePrior::from(GammaPrior { shape: 2.0, rate: 4.0 }).updated(plain(0.0, 0.0)).unwrap().mean(), 0.5);
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
        let found = RatePrior::fitted(&units);
        let shape: f64 = found.0.iter().map(|(weight, prior)| weight * prior.shape).sum();
        assert!((found.mean() - 2.0).abs() < 0.05, "{found:?}");
        assert!((shape - 1.4).abs() < 0.25, "the grid has 1 and 1.57: {found:?}");
    }

    /// Five units watched for one to six years, whose rates are drawn from Gamma(0.3) with mean 1: in 300 draws the 95 %
    /// interval holds the rate in about 93 % of the cases. An estimate by moments that is taken for certain manages 85 %.
    #[test]
    fn few_units_are_not_believed_like_many() {
        let mut random = ChaCha8Rng::from_seed([7; 32]);
        let mut draw = || (f64::from(random.next_u32()) + 0.5) / 4_294_967_296.0;
        let planted = Gamma::new(0.3, 0.3).unwrap();
        let (mut held, mut all) = (0_u32, 0_u32);
        for _ in 0..300 {
            let units: Vec<(f64, Record)> = (0..5)
                .map(|_| {
                    let (rate, time) = (planted.inverse_cdf(draw()), 1.0 + 5.0 * draw());
                    // Events come while the sum of exponential waits is within the time.
                    let mut waited = -draw().ln();
                    let mut events = 0.0;
                    while waited < rate * time {
                        events += 1.0;
                        waited -= draw().ln();
                    }
                    (rate, plain(events, time))
                })
                .collect();
            let prior = RatePrior::fitted(&units.iter().map(|unit| unit.1).collect::<Vec<_>>());
            for (rate, record) in units {
                let below = prior.updated(record).unwrap().at_most(rate);
                held += u32::from((0.025..=0.975).contains(&below));
                all += 1;
            }
        }
        let share = f64::from(held) / f64::from(all);
        assert!((0.90..=0.97).contains(&share), "{share}");
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

        /// The unit of time does not show.
        #[test]
        fn a_fit_has_no_unit_of_time(units in prop::collection::vec((0_u32..30, 1_u32..20), 1..30)) {
            let rate = |scale: f64| {
                let units = units.iter().map(|&(events, time)| plain(f64::from(events), f64::from(time) * scale));
                let units: Vec<Record> = units.collect();
                let known = RatePrior::fitted(&units).updated(units[0]).unwrap();
                (known.mean() * scale, known.quantile(0.1) * scale)
            };
            let (years, months) = (rate(1.0), rate(12.0));
            prop_assert!(years.0 > 0.0 && years.1 > 0.0 && years.1 < 3.0 * years.0);
            prop_assert!((years.0 - months.0).abs() < 1e-9 * years.0);
            prop_assert!((years.1 - months.1).abs() < 1e-9 * years.1.max(1.0));
        }
    }
}
