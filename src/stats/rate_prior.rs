use statrs::distribution::Gamma;
use statrs::function::gamma::ln_gamma;

use super::KnownRate;

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;
    use statrs::distribution::ContinuousCDF as _;

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
