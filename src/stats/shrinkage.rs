//! Empirical Bayes: the figure of one unit among many, drawn towards that of all of them the less its own data say.

/// A positive figure after shrinkage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// The figure.
    pub point: f64,
    /// Variance of its logarithm.
    pub log_variance: f64,
}

/// Rates of events, from (events, exposure) of every unit; a part of an event is one that counts for less than one
/// observation.
///
/// Rates of units follow a gamma distribution, events of a unit are Poisson. Its moments are those of Marshall 1991 (J. R. Stat. Soc.
/// C 40, 283–294): mean m = Σe/ΣT, variance A = ΣT(e/T − m)²/ΣT − m/(ΣT/k). With shape α = m²/A and rate β = m/A a unit has
/// (α + e)/(β + T), and the variance of its logarithm is the trigamma function of α + e. A is held to one standard error of the
/// scatter that chance alone makes, m/(ΣT/k) · √(2/k), at least: with few units A is nought or less half of the time although they differ,
/// and then all would be called the same with great confidence. Of a single unit the rate is its own, and where nothing happened
/// all share one: (½ + e)/T and ½/ΣT, where the half is Jeffreys' prior, which keeps a rate above 0. `None` for a unit without
/// exposure.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a few hundred units")]
pub fn shrunk_rates(units: &[(f64, f64)]) -> Vec<Option<Shrunk>> {
    let used: Vec<(f64, f64)> = units.iter().copied().filter(is_exposed).collect();
    let events: f64 = used.iter().map(|unit| unit.0).sum();
    let exposure: f64 = used.iter().map(|unit| unit.1).sum();
    let mean = events / exposure;
    let scatter = used.iter().map(|(e, t)| t * (e / t - mean).powi(2)).sum::<f64>() / exposure;
    let units_used = used.len() as f64;
    let by_chance = mean / (exposure / units_used);
    let between = (scatter - by_chance).max(by_chance * (2.0 / units_used).sqrt());
    let posterior = |(e, t): (f64, f64)| {
        if used.len() > 1 && events > 0.0 {
            (mean * mean / between + e, mean / between + t)
        } else {
            (0.5 + events, exposure)
        }
    };
    let shrunk = |unit: &(f64, f64)| {
        let (shape, rate) = is_exposed(unit).then(|| posterior(*unit))?;
        Some(Shrunk { point: shape / rate, log_variance: trigamma(shape) })
    };
    units.iter().map(shrunk).collect()
}

fn is_exposed(&(events, exposure): &(f64, f64)) -> bool {
    events >= 0.0 && events.is_finite() && exposure > 0.0 && exposure.is_finite()
}

/// Positive levels, from the logarithm of every unit's own and the variance of that; `None` for a unit that has none.
///
/// Logarithms of units are normal around a common one, with the variance between units τ² by the method of moments (DerSimonian &
/// Laird 1986, Control. Clin. Trials 7, 177–188), the common one μ the mean with weights 1/(v + τ²). A unit has B·y + (1 − B)·μ with
/// B = τ²/(τ² + v), with variance B·v + (1 − B)²·var(μ) (Morris 1983, J. Am. Stat. Assoc. 78, 47–55); one without a level of its own has μ,
/// with τ² + var(μ). As with rates, τ² is held to one standard error of what chance alone makes, √(2(k−1)) where the sum of squares
/// has k − 1, at least. Two units are needed to see how much they differ: with one, τ² is 1, a factor of e. `None` where no unit
/// has a level.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a few hundred units")]
pub fn shrunk_levels(units: &[Option<(f64, f64)>]) -> Option<Vec<Shrunk>> {
    let known: Vec<(f64, f64)> = units.iter().copied().flatten().collect();
    let between = match known.len() {
        0 => return None,
        1 => 1.0,
        n => {
            let weights = || known.iter().map(|(_, variance)| 1.0 / variance);
            let sum: f64 = weights().sum();
            let mean = known.iter().map(|(level, variance)| level / variance).sum::<f64>() / sum;
            let scatter: f64 = known.iter().map(|(level, variance)| (level - mean).powi(2) / variance).sum();
            let squares: f64 = weights().map(|weight| weight * weight).sum();
            let freedom = (n - 1) as f64;
            (scatter - freedom).max((2.0 * freedom).sqrt()) / (sum - squares / sum)
        }
    };
    let sum: f64 = known.iter().map(|(_, variance)| 1.0 / (variance + between)).sum();
    let common = known.iter().map(|(level, variance)| level / (variance + between)).sum::<f64>() / sum;
    let of_common = 1.0 / sum;
    let shrunk = |unit: &Option<(f64, f64)>| match unit {
        Some((level, variance)) => {
            let own = between / (between + variance);
            let log_variance = own * variance + (1.0 - own).powi(2) * of_common;
            Shrunk { point: (own * level + (1.0 - own) * common).exp(), log_variance }
        }
        None => Shrunk { point: common.exp(), log_variance: between + of_common },
    };
    Some(units.iter().map(shrunk).collect())
}

/// The second derivative of ln Γ, of a positive number: ψ′(x) = ψ′(x + 1) + 1/x², and from 20 on the asymptotic series
/// (Abramowitz & Stegun 1964, 6.4.6 and 6.4.12).
fn trigamma(x: f64) -> f64 {
    let (mut at, mut sum) = (x, 0.0);
    while at < 20.0 {
        sum += 1.0 / (at * at);
        at += 1.0;
    }
    let square = 1.0 / (at * at);
    sum + (1.0 + 0.5 / at + square * (1.0 / 6.0 - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square / 30.0)))) / at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
    }

    /// `scipy.special.polygamma(1, x)`, scipy 1.17.1.
    #[test]
    fn the_trigamma_function_agrees_with_scipy() {
        for (x, expected) in [
            (0.5, 4.934_802_200_544_68),
            (1.0, 1.644_934_066_848_226_6),
            (1.5, 0.934_802_200_544_679_3),
            (3.25, 0.359_798_290_309_579_8),
            (10.0, 0.105_166_335_681_685_76),
            (10_000.0, 0.000_100_005_000_166_666_66),
        ] {
            assert!((trigamma(x) / expected - 1.0).abs() < 1e-13, "{x}: {}", trigamma(x));
        }
    }

    /// `esda.smoothing.Empirical_Bayes([2, 0, 15, 7, 1], [100, 40, 120, 300, 9]).r`, esda 2.9.0, and its prior, of which the moments
    /// are m = 0.043936731107205626 and A = 0.0015313576647245622: the shape is 1.2606044850626772 more than the events.
    #[test]
    fn rates_agree_with_esda() {
        let found = shrunk_rates(&[(2.0, 100.0), (0.0, 40.0), (15.0, 120.0), (7.0, 300.0), (1.0, 9.0)]);
        let expected = [
            0.025_336_623_482_014_04,
            0.018_351_718_764_885_283,
            0.109_358_100_531_378_08,
            0.025_131_796_994_344_667,
            0.059_976_732_073_780_605,
        ];
        for (found, expected) in found.iter().zip(expected) {
            close(found.unwrap().point, expected);
        }
        close(found[1].unwrap().log_variance, trigamma(1.260_604_485_062_677_2));
    }

    #[test]
    fn no_rate_one_and_no_scatter() {
        assert_eq!(shrunk_rates(&[]), []);
        let none = shrunk_rates(&[(0.0, 0.0), (1.0, f64::NAN), (-1.0, 2.0)]);
        assert_eq!(none, [None; 3]);
        let one = shrunk_rates(&[(3.0, 10.0), (5.0, 0.0)]);
        close(one[0].unwrap().point, 0.35);
        assert_eq!(one[1], None);
        // 1 of 10 and 2 of 20 do not scatter at all: A is 0.1/15 · √(2/2), so that the shape is 1.5 and the rate 15.
        let two = shrunk_rates(&[(1.0, 10.0), (2.0, 20.0)]);
        close(two[0].unwrap().point, 2.5 / 25.0);
        close(two[1].unwrap().point, 3.5 / 35.0);
        close(two[0].unwrap().log_variance, 0.490_357_756_100_234_9);
        let nothing = shrunk_rates(&[(0.0, 10.0), (0.0, 40.0)]);
        close(nothing[0].unwrap().point, 0.01);
        close(nothing[0].unwrap().log_variance, 4.934_802_200_544_68);
    }

    /// `statsmodels.stats.meta_analysis.combine_effects(y, v, method_re="dl")`, statsmodels 0.15.0: τ² = 0.5759748409885467, μ =
    /// 2.1407421543586995 with variance 0.1553632176809914, and from them B·y + (1 − B)·μ in numpy 2.4.6.
    #[test]
    fn levels_agree_with_statsmodels() {
        let own = [3.0_f64, 10.0, 40.0, 8.0, 5.5].map(f64::ln).into_iter().zip([0.1, 0.05, 0.3, 0.2, 0.5]);
        let units: Vec<Option<(f64, f64)>> = own.map(Some).chain([None]).collect();
        let found = shrunk_levels(&units).unwrap();
        let expected = [
            (1.252_779_249_108_024_5, 0.088_606_614_413_697_08),
            (2.289_657_821_158_347, 0.046_997_459_314_567_29),
            (3.158_680_219_850_033_7, 0.215_479_801_850_490_2),
            (2.095_241_180_905_450_3, 0.158_772_726_414_327_13),
            (1.907_352_300_771_641, 0.301_201_899_965_032_55),
            (2.140_742_154_358_699_5, 0.575_974_840_988_546_7 + 0.155_363_217_680_991_4),
        ];
        for (found, (level, variance)) in found.iter().zip(expected) {
            close(found.point.ln(), level);
            close(found.log_variance, variance);
        }
        // Closer together than their variances say (numpy 2.4.6): τ² is √4/(18.3̅ − 136.1̅/18.3̅) = 0.18333333333333338.
        let alike = [(3.0_f64.ln(), 0.1), (3.1_f64.ln(), 0.2), (2.9_f64.ln(), 0.3)].map(Some);
        let expected = [
            (1.099_274_451_814_438_8, 0.079_883_945_841_392_66),
            (1.115_273_227_712_809_2, 0.128_820_116_054_158_6),
            (1.086_917_573_220_878, 0.160_735_009_671_179_87),
        ];
        for (found, (level, variance)) in shrunk_levels(&alike).unwrap().iter().zip(expected) {
            close(found.point.ln(), level);
            close(found.log_variance, variance);
        }
    }

    #[test]
    fn no_level_and_one() {
        assert_eq!(shrunk_levels(&[]), None);
        assert_eq!(shrunk_levels(&[None, None]), None);
        let found = shrunk_levels(&[None, Some((2.0, 0.5))]).unwrap();
        close(found[1].point.ln(), 2.0);
        close(found[1].log_variance, 0.5);
        close(found[0].log_variance, 2.5);
    }

    proptest! {
        #[test]
        fn what_is_drawn_lies_between_its_own_and_that_of_all(
            units in prop::collection::vec((0_u32..30, 1_u32..200), 2..20),
        ) {
            let units: Vec<(f64, f64)> = units.iter().map(|&(e, t)| (f64::from(e), f64::from(t))).collect();
            let mean = units.iter().map(|unit| unit.0).sum::<f64>() / units.iter().map(|unit| unit.1).sum::<f64>();
            let found = shrunk_rates(&units);
            prop_assume!(mean > 0.0);
            for ((events, exposure), found) in units.iter().zip(&found) {
                let (own, found) = (events / exposure, found.unwrap());
                prop_assert!(found.log_variance > 0.0);
                prop_assert!((own.min(mean) - 1e-9..=own.max(mean) + 1e-9).contains(&found.point));
            }
        }
    }
}
