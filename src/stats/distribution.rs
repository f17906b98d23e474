use std::fmt;
use std::str::FromStr;

use statrs::distribution::{ContinuousCDF, Normal};

/// The 95 % point of the standard normal distribution.
const Z90: f64 = 1.644_853_626_951_472_2;

/// How a quantity that nobody knows exactly is distributed, in the four notations of the settings.
///
/// A value is drawn by inverting the distribution function, so that one uniform number gives the low values of every distribution
/// where it is low: two distributions of the same quantity can be compared draw by draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// `fixed(value)`: no doubt.
    Fixed(f64),
    /// `uniform(low, high)`: every value between the two alike.
    Uniform(f64, f64),
    /// `triangular(low, likely, high)`: between the ends, most often near the value in the middle.
    Triangular(f64, f64, f64),
    /// `lognormal(p05, p95)`: above 0, by the values below which 5 % and 95 % lie.
    LogNormal(f64, f64),
}

use Distribution::{Fixed, LogNormal, Triangular, Uniform};

impl Distribution {
    /// The lognormal of a mean above 0 whose logarithm has such a standard deviation.
    #[must_use]
    pub fn log_normal(mean: f64, sd_of_logarithm: f64) -> Self {
        let middle = mean.ln() - sd_of_logarithm.powi(2) / 2.0;
        let reach = Z90 * sd_of_logarithm;
        LogNormal((middle - reach).exp(), (middle + reach).exp())
    }

    /// The value below which a part `probability` lies. 0 and 1 give the ends, which for a lognormal are 0 and infinity;
    /// what lies outside counts as the nearest end.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let part = probability.clamp(0.0, 1.0);
        match *self {
            Fixed(value) => value,
            Uniform(low, high) => low + part * (high - low),
            Triangular(low, likely, high) => {
                let (rise, width) = (likely - low, high - low);
                if width <= 0.0 {
                    low
                } else if part * width < rise {
                    low + (part * width * rise).sqrt()
                } else {
                    high - ((1.0 - part) * width * (high - likely)).sqrt()
                }
            }
            LogNormal(..) => {
                let (mu, sigma) = self.of_logarithm();
                (mu + sigma * standard_normal(part)).exp()
            }
        }
    }

    /// Values at so many uniform numbers in 0–1, in their order. Faster than one at a time.
    #[must_use]
    pub fn quantiles(&self, uniforms: &[f64]) -> Vec<f64> {
        match *self {
            Fixed(value) => vec![value; uniforms.len()],
            LogNormal(..) => {
                let ((mu, sigma), normal) = (self.of_logarithm(), Normal::standard());
                uniforms.iter().map(|&part| (mu + sigma * normal.inverse_cdf(part.clamp(0.0, 1.0))).exp()).collect()
            }
            _ => uniforms.iter().map(|&part| self.quantile(part)).collect(),
        }
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Fixed(value) => value,
            Uniform(low, high) => low.midpoint(high),
            Triangular(low, likely, high) => (low + likely + high) / 3.0,
            LogNormal(..) => {
                let (mu, sigma) = self.of_logarithm();
                (mu + sigma * sigma / 2.0).exp()
            }
        }
    }

    /// The mean where every value above `most` counts as `most`.
    #[must_use]
    pub fn mean_up_to(&self, most: f64) -> f64 {
        let LogNormal(..) = *self else {
            // The settings hold all others to their range.
            return self.mean().min(most);
        };
        if most.is_infinite() {
            return self.mean();
        }
        let ((mu, sigma), normal) = (self.of_logarithm(), Normal::standard());
        if most <= 0.0 {
            return most;
        }
        if sigma <= 0.0 {
            return mu.exp().min(most);
        }
        let place = (most.ln() - mu) / sigma;
        self.mean() * normal.cdf(place - sigma) + most * normal.cdf(-place)
    }

    /// The standard deviation.
    #[must_use]
    pub fn sd(&self) -> f64 {
        match *self {
            Fixed(_) => 0.0,
            Uniform(low, high) => (high - low) / 12.0_f64.sqrt(),
            Triangular(low, likely, high) => {
                let squares = (high - low).powi(2) + (likely - low).powi(2) + (high - likely).powi(2);
                (squares / 36.0).sqrt()
            }
            LogNormal(..) => {
                let (_, sigma) = self.of_logarithm();
                self.mean() * (sigma * sigma).exp_m1().sqrt()
            }
        }
    }

    /// The values below which 5 %, 50 % and 95 % lie.
    #[must_use]
    pub fn range(&self) -> (f64, f64, f64) {
        match *self {
            LogNormal(p05, p95) => (p05, (p05 * p95).sqrt(), p95),
            _ => (self.quantile(0.05), self.quantile(0.5), self.quantile(0.95)),
        }
    }

    /// The lowest and the highest value; of a lognormal 0 and infinity.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        match *self {
            LogNormal(..) => (0.0, f64::INFINITY),
            _ => (self.quantile(0.0), self.quantile(1.0)),
        }
    }

    /// The same distribution of the quantity times a factor above 0.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        match *self {
            Fixed(value) => Fixed(value * factor),
            Uniform(low, high) => Uniform(low * factor, high * factor),
            Triangular(low, likely, high) => Triangular(low * factor, likely * factor, high * factor),
            LogNormal(p05, p95) => LogNormal(p05 * factor, p95 * factor),
        }
    }

    /// Mean and standard deviation of the logarithm of a lognormal; of any other distribution those of its 5 % and 95 % points.
    fn of_logarithm(&self) -> (f64, f64) {
        let (p05, _, p95) = match *self {
            LogNormal(p05, p95) => (p05, 0.0, p95),
            _ => self.range(),
        };
        (f64::midpoint(p05.ln(), p95.ln()), (p95 / p05).ln() / (2.0 * Z90))
    }
}

/// The quantile of the standard normal distribution; infinite at 0 and 1.
fn standard_normal(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The notation of the settings, from which the same distribution is read back.
impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fixed(value) => write!(f, "fixed({value})"),
            Uniform(low, high) => write!(f, "uniform({low}, {high})"),
            Triangular(low, likely, high) => write!(f, "triangular({low}, {likely}, {high})"),
            LogNormal(p05, p95) => write!(f, "lognormal({p05}, {p95})"),
        }
    }
}

/// The notations, for who wrote something else.
pub const NOTATIONS: &str =
    "write `fixed(3)`, `uniform(low, high)`, `triangular(low, likely, high)` or `lognormal(p05, p95)`, with numbers";

impl FromStr for Distribution {
    type Err = String;

    /// Reads the notation.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence that begins with the name of the setting.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty".into());
        }
        let parts = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let Some((name, inside)) = parts else {
            return Err(format!("is `{text}`, which is no distribution"));
        };
        let numbers = inside.split(',').map(|number| finite(number.trim())).collect::<Result<Vec<f64>, String>>()?;
        let wants = |wanted: &str| format!("is `{text}`, and {wanted}");
        match (name.trim_end(), numbers.as_slice()) {
            ("fixed", &[value]) => Ok(Fixed(value)),
            ("uniform", &[low, high]) if low <= high => Ok(Uniform(low, high)),
            ("triangular", &[low, likely, high]) if low <= likely && likely <= high => {
                Ok(Triangular(low, likely, high))
            }
            ("lognormal", &[p05, p95]) if 0.0 < p05 && p05 <= p95 => Ok(LogNormal(p05, p95)),
            ("lognormal", &[p05, p95]) if p05 <= p95 => {
                Err(wants("a lognormal lies above 0: so must its first number"))
            }
            ("uniform", [_, _]) => Err(wants("its first number is above its second")),
            ("triangular", [_, _, _]) => Err(wants("its numbers do not rise: lowest, likely, highest")),
            ("lognormal", [_, _]) => Err(wants("its first number, the 5 % point, is above its second, the 95 % point")),
            ("fixed", _) => Err(wants("`fixed` has one number")),
            ("uniform", _) => Err(wants("`uniform` has two numbers: the lowest and the highest value")),
            ("triangular", _) => Err(wants("`triangular` has three numbers: lowest, likely, highest")),
            ("lognormal", _) => Err(wants("`lognormal` has two numbers: the 5 % and the 95 % point")),
            (other, _) => Err(format!("is `{text}`, and `{other}` is no distribution that is known")),
        }
    }
}

fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(format!("has `{text}` where a number belongs")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Distribution {
        text.parse().unwrap()
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    /// Quantiles at 0.001, 0.05, 0.3, 0.5, 0.95 and 0.999, mean and standard deviation of `scipy.stats.uniform`, `triang` and `lognorm`
    /// (`s` = ln(p95/p05) / (2 · 1.6448536269514722), `scale` = √(p05 · p95)), scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        let expected: [(&str, [f64; 8]); 4] = [
            ("uniform(0.2, 0.8)", [0.200_6, 0.23, 0.38, 0.5, 0.77, 0.799_4, 0.5, 0.173_205_080_756_887_7]),
            (
                "triangular(0.05, 0.25, 0.8)",
                [
                    0.062_247_448_713_915_896,
                    0.136_602_540_378_443_88,
                    0.262_645_368_494_883_07,
                    0.345_852_446_885_376_2,
                    0.656_385_933_836_549_3,
                    0.779_689_903_988_410_1,
                    0.366_666_666_666_666_64,
                    0.158_552_479_920_337_05,
                ],
            ),
            (
                "lognormal(40, 400)",
                [
                    14.544_408_705_890_865,
                    40.0,
                    87.630_149_809_442_23,
                    126.491_106_406_735_18,
                    400.0,
                    1_100.079_097_304_216,
                    161.600_513_077_829_05,
                    128.487_181_215_680_66,
                ],
            ),
            (
                "lognormal(0.5, 8)",
                [
                    0.147_884_659_922_945_28,
                    0.5,
                    1.285_539_777_661_928,
                    2.0,
                    8.0,
                    27.048_106_288_266_702,
                    2.852_823_221_426_942,
                    2.901_827_615_692_463_6,
                ],
            ),
        ];
        for (text, expected) in expected {
            let one = read(text);
            let parts = [0.001, 0.05, 0.3, 0.5, 0.95, 0.999];
            let found = parts.iter().map(|&part| one.quantile(part)).chain([one.mean(), one.sd()]);
            found.zip(expected).for_each(|(found, expected)| close(found, expected));
            let (p05, p50, p95) = one.range();
            for (found, expected) in [(p05, expected[1]), (p50, expected[3]), (p95, expected[4])] {
                close(found, expected);
            }
        }
        // `lognorm.expect(lambda x: x, ub=1) + lognorm.sf(1)`.
        close(read("lognormal(0.1, 1.2)").mean_up_to(1.0), 0.421_921_990_600_040_76);
        close(read("lognormal(0.1, 1.2)").mean_up_to(f64::INFINITY), read("lognormal(0.1, 1.2)").mean());
    }

    #[test]
    fn a_lognormal_has_the_mean_that_it_is_made_for() {
        let one = Distribution::log_normal(50.0, 0.7);
        close(one.mean(), 50.0);
        close(one.range().1, 50.0 * (-0.245_f64).exp());
    }

    #[test]
    fn texts_are_read_and_written_back() {
        for text in ["fixed(3)", "uniform(0.2, 0.8)", "triangular(0, 30, 60)", "lognormal(0.5, 8)", "fixed(-1.5)"] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read("  lognormal ( 1e0 ,24 ) "), LogNormal(1.0, 24.0));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("", "is empty"),
            ("3", "is `3`, which is no distribution"),
            ("fixed(3", "is `fixed(3`, which is no distribution"),
            ("fixed()", "has `` where a number belongs"),
            ("fixed(1, 2)", "is `fixed(1, 2)`, and `fixed` has one number"),
            ("fixed(inf)", "has `inf` where a number belongs"),
            ("uniform(2, 1)", "is `uniform(2, 1)`, and its first number is above its second"),
            ("triangular(0, 2, 1)", "is `triangular(0, 2, 1)`, and its numbers do not rise: lowest, likely, highest"),
            ("lognormal(0, 1)", "is `lognormal(0, 1)`, and a lognormal lies above 0: so must its first number"),
            (
                "lognormal(2, 1)",
                "is `lognormal(2, 1)`, and its first number, the 5 % point, is above its second, the 95 % point",
            ),
            ("lognormal(2)", "is `lognormal(2)`, and `lognormal` has two numbers: the 5 % and the 95 % point"),
            ("normal(0, 1)", "is `normal(0, 1)`, and `normal` is no distribution that is known"),
        ] {
            assert_eq!(text.parse::<Distribution>(), Err(says.into()), "{text}");
        }
    }

    #[test]
    fn what_has_no_width_is_its_value() {
        for text in ["fixed(2)", "uniform(2, 2)", "triangular(2, 2, 2)", "lognormal(2, 2)"] {
            let one = read(text);
            for part in [0.01, 0.5, 0.99] {
                close(one.quantile(part), 2.0);
            }
            close(one.mean(), 2.0);
            close(one.sd(), 0.0);
            close(one.mean_up_to(1.5), 1.5);
        }
        // An end of a triangle may be its top.
        close(read("triangular(0, 0, 1)").quantile(0.75), 0.5);
        close(read("triangular(0, 1, 1)").quantile(0.25), 0.5);
    }

    fn any() -> impl Strategy<Value = Distribution> {
        let number = || 0.001_f64..100.0;
        prop_oneof![
            number().prop_map(Fixed),
            (number(), number()).prop_map(|(a, b)| Uniform(a.min(b), a.max(b))),
            (number(), number(), number()).prop_map(|(a, b, c)| {
                let mut ends = [a, b, c];
                ends.sort_by(f64::total_cmp);
                Triangular(ends[0], ends[1], ends[2])
            }),
            (number(), number()).prop_map(|(a, b)| LogNormal(a.min(b), a.max(b))),
        ]
    }

    proptest! {
        #[test]
        fn it_is_read_back_as_it_was_written(one in any()) {
            prop_assert_eq!(one.to_string().parse(), Ok(one));
        }

        #[test]
        fn a_higher_part_has_no_lower_value(one in any(), a in 0.0_f64..1.0, b in 0.0_f64..1.0) {
            prop_assert!(one.quantile(a.min(b)) <= one.quantile(a.max(b)));
            prop_assert_eq!(one.quantiles(&[a, b]), vec![one.quantile(a), one.quantile(b)]);
        }

        #[test]
        fn a_factor_moves_everything_by_itself(one in any(), factor in 0.1_f64..10.0, part in 0.01_f64..0.99) {
            let more = one.times(factor);
            prop_assert!((more.quantile(part) / one.quantile(part) / factor - 1.0).abs() < 1e-9);
            prop_assert!((more.mean() / one.mean() / factor - 1.0).abs() < 1e-9);
            prop_assert!((more.sd() - one.sd() * factor).abs() <= 1e-9 * more.sd().max(1.0));
        }
    }
}
