use super::Z95;
use super::wilson::wilson;
use crate::units::Estimate;

/// Units of one stratum, exposed and not, with those to which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TwoGroups {
    /// Exposed units.
    pub exposed: u64,
    /// Of them those with the event; at most `exposed`.
    pub exposed_events: u64,
    /// Units that are not exposed.
    pub unexposed: u64,
    /// Of them those with the event; at most `unexposed`.
    pub unexposed_events: u64,
}

impl TwoGroups {
    /// Counts one unit.
    pub fn add(&mut self, exposed: bool, event: bool) {
        if exposed {
            self.exposed += 1;
            self.exposed_events += u64::from(event);
        } else {
            self.unexposed += 1;
            self.unexposed_events += u64::from(event);
        }
    }

    /// The units of several strata as of one.
    #[must_use]
    pub fn together(strata: &[Self]) -> Self {
        strata.iter().fold(Self::default(), |sum, stratum| Self {
            exposed: sum.exposed + stratum.exposed,
            exposed_events: sum.exposed_events + stratum.exposed_events,
            unexposed: sum.unexposed + stratum.unexposed,
            unexposed_events: sum.unexposed_events + stratum.unexposed_events,
        })
    }

    /// Whether both groups have a unit: only then does the stratum compare anything.
    fn compares(&self) -> bool {
        self.exposed > 0 && self.unexposed > 0
    }

    /// n₁, a, n₀, b and N of the textbooks.
    #[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
    fn numbers(&self) -> [f64; 5] {
        let all = self.exposed + self.unexposed;
        [self.exposed, self.exposed_events, self.unexposed, self.unexposed_events, all].map(|count| count as f64)
    }
}

/// Risk of two groups compared within strata.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PooledRisk {
    /// Risk of the exposed over that of the others, 0 or more; `None` when no stratum compares the two, or none of them
    /// has an event that was not exposed.
    pub ratio: Option<Estimate>,
    /// Risk of the exposed less that of the others, −1 to 1; `None` when no stratum compares the two.
    pub difference: Option<Estimate>,
    /// Strata with both groups. The others say nothing and are left out.
    pub strata: u64,
}

/// Risk ratio of two groups without strata, with the interval of its logarithm (Katz et al. 1978, Biometrics 34, 469–474).
///
/// `n` is all units. `None` when a group is empty, or no unexposed unit has the event: what would be divided by is 0. No half
/// event is added anywhere. Without an exposed event the point and the lower end are 0 and the upper end is exact, as in
/// [`pooled_risk`]; where every unit of both has the event there is no scatter, and the ends are those of Wilson's
/// interval for all of n₁ and, inverted, for all of n₀.
#[must_use]
pub fn risk_ratio(groups: TwoGroups) -> Option<Estimate> {
    pooled_risk(&[groups]).ratio
}

/// Risk difference of two groups without strata, with the hybrid score interval (Newcombe 1998, Stat. Med. 17, 873–890,
/// method 10), which has a width where no unit, or each, has the event. `n` is all units. `None` when a group is empty.
#[must_use]
pub fn risk_difference(groups: TwoGroups) -> Option<Estimate> {
    let exposed = wilson(groups.exposed_events, groups.exposed)?;
    let other = wilson(groups.unexposed_events, groups.unexposed)?;
    let point = exposed.point - other.point;
    let low = point - (exposed.point - exposed.low).hypot(other.high - other.point);
    let high = point + (exposed.high - exposed.point).hypot(other.point - other.low);
    Some(Estimate { point, low: low.max(-1.0), high: high.min(1.0), n: exposed.n + other.n })
}

/// Risk ratio and risk difference over strata after Mantel and Haenszel: Σ a·n₀/N over Σ b·n₁/N, and Σ (a·n₀ − b·n₁)/N
/// over Σ n₁·n₀/N, with a events of n₁ exposed and b of n₀ other units in a stratum of N.
///
/// The 95 % interval of the ratio is that of its logarithm with the variance of Greenland & Robins (1985, Biometrics 41,
/// 55–68), that of the difference rests on the variance of Sato, Greenland & Robins (1989, Biometrics 45, 1323–1324). Both
/// hold for few large strata and for many small ones; the first paper's variance of the difference does only for
/// large ones. A ratio over strata is the ratio of each when they agree, and a weighted mean of them when not.
///
/// No half event is added anywhere. Without an exposed event in the strata that compare, the ratio is 0 and its upper
/// end the ratio under which that had a chance of 2.5 %, given the m events of each stratum: Π (n₀/(ψn₁ + n₀))^m = 0.025.
/// Without an unexposed event the ratio is unknown. Where there is no scatter at all (no unit has the event, or each
/// has it), the interval is that of [`risk_difference`] and of [`risk_ratio`] for the strata put together.
/// `n` is the units of the strata that compare.
#[must_use]
pub fn pooled_risk(strata: &[TwoGroups]) -> PooledRisk {
    let compared: Vec<TwoGroups> = strata.iter().filter(|stratum| stratum.compares()).copied().collect();
    let together = TwoGroups::together(&compared);
    if compared.is_empty() {
        return PooledRisk::default();
    }
    PooledRisk {
        ratio: pooled_ratio(&compared, together),
        difference: pooled_difference(&compared, together),
        strata: compared.len() as u64,
    }
}

fn pooled_ratio(strata: &[TwoGroups], together: TwoGroups) -> Option<Estimate> {
    let (mut exposed, mut other, mut scatter) = (0.0, 0.0, 0.0);
    for [n1, a, n0, b, all] in strata.iter().map(TwoGroups::numbers) {
        exposed += a * n0 / all;
        other += b * n1 / all;
        scatter += ((a + b) * n1 * n0 - a * b * all) / (all * all);
    }
    if other <= 0.0 {
        return None;
    }
    let point = exposed / other;
    let (low, high) = if exposed <= 0.0 {
        (0.0, most_without_an_event(strata))
    } else if scatter > 0.0 {
        let half = Z95 * (scatter / (exposed * other)).sqrt();
        (point * (-half).exp(), point * half.exp())
    } else {
        let least = |units| wilson(units, units).map_or(0.0, |all| all.low);
        (point * least(together.exposed), point / least(together.unexposed))
    };
    Some(Estimate { point, low, high, n: together.exposed + together.unexposed })
}

fn pooled_difference(strata: &[TwoGroups], together: TwoGroups) -> Option<Estimate> {
    let (mut sum, mut weight, mut slope, mut rest) = (0.0, 0.0, 0.0, 0.0);
    for [n1, a, n0, b, all] in strata.iter().map(TwoGroups::numbers) {
        sum += (a * n0 - b * n1) / all;
        weight += n1 * n0 / all;
        slope += (n1 * n1 * b - n0 * n0 * a + n1 * n0 * (n0 - n1) / 2.0) / (all * all);
        rest += (a * (n0 - b) + b * (n1 - a)) / (2.0 * all);
    }
    let point = (sum / weight).clamp(-1.0, 1.0);
    let variance = (point * slope + rest) / (weight * weight);
    // Rounding leaves a trace of scatter where there is none.
    let (low, high) = if variance > 1e-12 / weight {
        let half = Z95 * variance.sqrt();
        ((point - half).max(-1.0), (point + half).min(1.0))
    } else {
        let plain = risk_difference(together)?;
        (plain.low.min(point), plain.high.max(point))
    };
    Some(Estimate { point, low, high, n: together.exposed + together.unexposed })
}

/// The largest ratio under which no exposed event is no surprise; see [`pooled_risk`]. Its logarithm is found by halving an
/// interval, since the chance falls with it everywhere.
fn most_without_an_event(strata: &[TwoGroups]) -> f64 {
    let surprise = |ratio: f64| -> f64 {
        let of_one = |[n1, a, n0, b, _]: [f64; 5]| (a + b) * (ratio * n1 / n0).ln_1p();
        strata.iter().map(|stratum| of_one(stratum.numbers())).sum()
    };
    let enough = -(0.025_f64.ln());
    let (mut low, mut high) = (-60.0_f64, 60.0_f64);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if surprise(middle.exp()) < enough { low = middle } else { high = middle }
    }
    f64::midpoint(low, high).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::close;
    use proptest::prelude::*;

    fn groups([exposed, exposed_events, unexposed, unexposed_events]: [u64; 4]) -> TwoGroups {
        TwoGroups { exposed, exposed_events, unexposed, unexposed_events }
    }

    fn pooled(strata: &[[u64; 4]]) -> PooledRisk {
        pooled_risk(&strata.iter().copied().map(groups).collect::<Vec<_>>())
    }

    /// Ratio: `StratifiedTable.riskratio_pooled`, statsmodels 0.15.0, which has no interval for it; the intervals of both and
    /// the difference: the formulas of the papers in `NumPy` 2.4.6. The first case is a trial that textbooks print, with
    /// 1.33 (0.80–2.20).
    #[test]
    fn agrees_with_statsmodels_and_numpy() {
        let sparse = [[1, 1, 3, 0], [2, 0, 2, 1], [1, 0, 4, 1], [3, 2, 5, 2], [1, 1, 1, 0], [2, 1, 6, 1], [4, 1, 3, 1]];
        for (strata, ratio, difference) in [
            (
                &[[106, 8, 120, 5], [98, 22, 85, 16]][..],
                [1.325_555_324_155_105_2, 0.797_907_040_146_485_7, 2.202_132_365_035_111_2],
                [0.034_900_269_336_918_16, -0.027_627_846_012_228_924, 0.097_428_384_686_065_24],
            ),
            (
                &[[40, 6, 200, 12], [80, 9, 90, 8], [25, 5, 30, 0]],
                [2.166_975_881_261_595_6, 1.163_441_065_787_214_7, 4.036_117_176_929_953],
                [0.075_314_308_521_253_25, 0.009_762_167_881_600_53, 0.140_866_449_160_905_96],
            ),
            (
                &sparse,
                [1.619_496_855_345_912, 0.638_870_739_509_817_3, 4.105_321_941_160_829],
                [0.172_882_843_352_347_52, -0.178_286_365_137_321_96, 0.524_052_051_842_017],
            ),
        ] {
            let found = pooled(strata);
            close(found.ratio.unwrap(), ratio[0], ratio[1], ratio[2]);
            close(found.difference.unwrap(), difference[0], difference[1], difference[2]);
            assert_eq!(found.strata, strata.len() as u64);
        }
    }

    /// `Table2x2.riskratio_confint`, and `confint_proportions_2indep(method="newcomb", compare="diff")`, statsmodels 0.15.0.
    #[test]
    fn one_stratum_agrees_with_statsmodels() {
        for (counts, ratio, difference) in [
            (
                [106, 8, 120, 5],
                [1.811_320_754_716_981_2, 0.611_204_395_233_624_1, 5.367_898_042_052_566],
                [0.033_805_031_446_540_88, -0.030_004_024_366_664_835, 0.104_348_344_162_074_56],
            ),
            (
                [10, 3, 500, 20],
                [7.5, 2.652_018_834_696_851, 21.210_256_603_034_21],
                [0.26, 0.066_650_346_244_117_28, 0.563_542_997_274_864_1],
            ),
        ] {
            close(risk_ratio(groups(counts)).unwrap(), ratio[0], ratio[1], ratio[2]);
            close(risk_difference(groups(counts)).unwrap(), difference[0], difference[1], difference[2]);
        }
    }

    /// Two strata of ten: Σ a·n₀/N = 2·5/10 + 1·4/10 = 1.4, Σ b·n₁/N = 1·5/10 + 1·6/10 = 1.1; the weights of the difference
    /// are 2.5 and 2.4.
    #[test]
    fn hand_computed() {
        let found = pooled(&[[5, 2, 5, 1], [6, 1, 4, 1]]);
        assert!((found.ratio.unwrap().point - 1.4 / 1.1).abs() < 1e-15);
        assert!((found.difference.unwrap().point - 0.3 / 4.9).abs() < 1e-15);
        assert_eq!((found.strata, found.ratio.unwrap().n), (2, 20));
    }

    #[test]
    fn strata_with_one_group_say_nothing() {
        assert_eq!(pooled(&[]), PooledRisk::default());
        assert_eq!(pooled(&[[0, 0, 9, 3], [4, 4, 0, 0]]), PooledRisk::default());
        let alone = pooled(&[[106, 8, 120, 5]]);
        assert_eq!(pooled(&[[0, 0, 900, 300], [106, 8, 120, 5], [70, 7, 0, 0]]), alone);
        assert_eq!(risk_difference(groups([0, 0, 9, 3])), None);
    }

    /// The upper ends: `scipy.optimize.brentq` on the sum of logarithms, scipy 1.17.1; of one stratum it is
    /// n₀/n₁·(0.025^(−1/m) − 1) = 2·(0.025^(−1/8) − 1).
    #[test]
    fn without_an_exposed_event_the_upper_end_is_exact() {
        let one = pooled(&[[50, 0, 100, 8]]);
        close(one.ratio.unwrap(), 0.0, 0.0, 1.171_666_350_274_486_2);
        close(one.ratio.unwrap(), 0.0, 0.0, 2.0 * (0.025_f64.powf(-0.125) - 1.0));
        assert_eq!(risk_ratio(groups([50, 0, 100, 8])), one.ratio);
        let two = pooled(&[[50, 0, 100, 8], [20, 0, 30, 3]]);
        close(two.ratio.unwrap(), 0.0, 0.0, 0.732_347_972_245_243_4);
        let difference = two.difference.unwrap();
        assert!(difference.low < difference.point && difference.point < 0.0 && difference.high < 0.0);
    }

    #[test]
    fn without_an_unexposed_event_the_ratio_is_unknown_and_the_difference_is_not() {
        let found = pooled(&[[50, 4, 100, 0]]);
        assert_eq!(found.ratio, None);
        assert!((found.difference.unwrap().point - 0.08).abs() < 1e-15);
        assert_eq!(risk_ratio(groups([50, 4, 100, 0])), None);
    }

    #[test]
    fn without_any_scatter_the_interval_still_has_a_width() {
        let none = pooled(&[[50, 0, 100, 0], [7, 0, 3, 0]]);
        assert_eq!(none.ratio, None);
        assert_eq!(none.difference, risk_difference(groups([57, 0, 103, 0])));
        let all = pooled(&[[20, 20, 30, 30]]);
        let ratio = all.ratio.unwrap();
        close(ratio, 1.0, wilson(20, 20).unwrap().low, 1.0 / wilson(30, 30).unwrap().low);
        assert_eq!(all.difference, risk_difference(groups([20, 20, 30, 30])));
        let opposite = pooled(&[[20, 20, 30, 0]]).difference.unwrap();
        assert!(opposite.point == 1.0 && opposite.high == 1.0 && opposite.low < 0.9);
    }

    fn a_stratum() -> impl Strategy<Value = [u64; 4]> {
        (0_u64..40, 0_u64..40, 0_u64..40, 0_u64..40).prop_map(|(a, c, b, d)| [a + c, a, b + d, b])
    }

    proptest! {
        #[test]
        fn ends_hold_the_point_and_groups_are_interchangeable(strata in prop::collection::vec(a_stratum(), 1..6)) {
            let found = pooled(&strata);
            let turned: Vec<[u64; 4]> = strata.iter().map(|&[n1, a, n0, b]| [n0, b, n1, a]).collect();
            let turned = pooled(&turned);
            for estimate in [found.ratio, found.difference].into_iter().flatten() {
                prop_assert!(estimate.low <= estimate.point && estimate.point <= estimate.high, "{estimate:?}");
                prop_assert!(estimate.low < estimate.high);
            }
            if let (Some(one), Some(other)) = (found.difference, turned.difference) {
                prop_assert!((one.point + other.point).abs() < 1e-12 && (one.low + other.high).abs() < 1e-9);
            }
            if let (Some(one), Some(other)) = (found.ratio, turned.ratio)
                && one.point > 0.0
                && other.point > 0.0
            {
                prop_assert!((one.point * other.point - 1.0).abs() < 1e-9);
                prop_assert!((one.low * other.high - 1.0).abs() < 1e-9);
            }
        }

        #[test]
        fn of_one_stratum_the_pooled_figures_are_the_plain_ones(counts in a_stratum()) {
            let [n1, a, n0, b] = counts.map(|count| count as f64);
            prop_assume!(n1 > 0.0 && n0 > 0.0);
            let found = pooled(&[counts]);
            prop_assert!((found.difference.unwrap().point - (a / n1 - b / n0)).abs() < 1e-12);
            if b > 0.0 {
                let ratio = found.ratio.unwrap();
                prop_assert!((ratio.point - a / n1 * n0 / b).abs() < 1e-9 * ratio.point.max(1.0));
            }
        }
    }
}
