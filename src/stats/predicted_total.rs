use statrs::function::beta::beta_reg;

use super::CountAhead;
use crate::units::Estimate;

/// Probability that is left out at the far end of the counts: those beyond count as without bound.
const BEYOND: f64 = 1e-6;

/// A number of events to come times the median size of such an event: point = mean of the count · median of the sizes; `n` is
/// the number of sizes.
///
/// The 95 % interval carries that the count is only known as a distribution, and that the median is only known from a
/// sample. Of n sorted sizes, the median of all events lies between the k-th and the next with the probability
/// P(Bin(n, ½) = k), whatever the form of their distribution (Thompson 1936, Ann. Math. Stat. 7, 122–128); before the first
/// it is at least 0, and beyond the last it has no bound. The two are independent, so the product has the
/// distribution function Σ P(count = c) · P(median ≤ s / c); within each gap the lower end takes its lower bound and the
/// upper end its upper bound. Where no event may come the lower end is 0, and below six sizes the upper end is mostly
/// infinite: the data set none. The ends hold the point. That single events scatter around their median is not in it.
///
/// Sizes are not negative. `None` without sizes, and when one is not finite. Sorts.
#[must_use]
pub fn predicted_total(count: &CountAhead, sizes: &mut [f64]) -> Option<Estimate> {
    let last = sizes.len().checked_sub(1)?;
    if sizes.iter().any(|size| !size.is_finite() || *size < 0.0) {
        return None;
    }
    sizes.sort_unstable_by(f64::total_cmp);
    let point = count.mean() * f64::midpoint(sizes[last / 2], sizes[sizes.len() / 2]);
    let product = Product::of(count, sizes);
    let (low, high) = (product.quantile(0.025, Gap::Lower), product.quantile(0.975, Gap::Upper));
    Some(Estimate { point, low: low.min(point), high: high.max(point), n: sizes.len() as u64 })
}

/// Which end of the gap between two sizes a median within it counts as.
#[derive(Clone, Copy)]
enum Gap {
    Lower,
    Upper,
}

struct Product<'a> {
    sizes: &'a [f64],
    /// P(Bin(n, ½) ≤ k) for k from 0 to n.
    at_most: Vec<f64>,
    /// P(count = c) for c from 0.
    counts: Vec<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "numbers of changes lie far below 2^53")]
impl<'a> Product<'a> {
    fn of(count: &CountAhead, sizes: &'a [f64]) -> Self {
        let n = sizes.len();
        let heads = |k: usize| if k == n { 1.0 } else { beta_reg((n - k) as f64, k as f64 + 1.0, 0.5) };
        let cumulative: Vec<f64> = (0..=count.quantile(1.0 - BEYOND)).map(|events| count.at_most(events)).collect();
        let before = std::iter::once(0.0).chain(cumulative.iter().copied());
        Self {
            sizes,
            at_most: (0..=n).map(heads).collect(),
            counts: cumulative.iter().zip(before).map(|(until, before)| until - before).collect(),
        }
    }

    /// P(median ≤ size).
    fn median_at_most(&self, size: f64, gap: Gap) -> f64 {
        let below = self.sizes.partition_point(|&known| known <= size);
        match gap {
            Gap::Lower => self.at_most[below],
            Gap::Upper => below.checked_sub(1).map_or(0.0, |below| self.at_most[below]),
        }
    }

    /// P(product ≤ total).
    fn at_most(&self, total: f64, gap: Gap) -> f64 {
        let of_count = |(events, chance): (usize, &f64)| match events {
            0 => *chance,
            _ => chance * self.median_at_most(total / events as f64, gap),
        };
        self.counts.iter().enumerate().map(of_count).sum()
    }

    /// The least total that is not exceeded with that probability; infinite when no finite one is.
    fn quantile(&self, probability: f64, gap: Gap) -> f64 {
        if self.at_most(0.0, gap) >= probability {
            return 0.0;
        }
        let greatest = self.sizes.last().copied().unwrap_or_default() * self.counts.len() as f64;
        if self.at_most(greatest, gap) < probability {
            return f64::INFINITY;
        }
        let (mut below, mut holds) = (0.0, greatest);
        for _ in 0..100 {
            let middle = f64::midpoint(below, holds);
            if self.at_most(middle, gap) >= probability { holds = middle } else { below = middle }
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GammaPrior, RatePrior, Record};
    use super::*;
    use proptest::prelude::*;

    fn ahead(shape: f64, rate: f64) -> CountAhead {
        RatePrior::from(GammaPrior { shape, rate })
            .updated(Record { events: 0.0, time: 0.0, squared: 0.0 })
            .unwrap()
            .ahead(1.0)
    }

    /// All products of counts (`scipy.stats.nbinom.pmf`) and gaps (`scipy.stats.binom.pmf`), sorted and summed up, scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        const INFINITE: f64 = f64::INFINITY;
        const SEVEN: &[f64] = &[4.0, 8.0, 10.0, 12.0, 20.0, 31.0, 40.0];
        const TEN: &[f64] = &[10.0, 3.0, 8.0, 5.0, 7.0, 6.0, 12.0, 9.0, 30.0, 4.0];
        const TWELVE: &[f64] = &[1.5, 2.5, 2.0, 2.0, 2.0, 9.0, 0.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        for (shape, rate, sizes, point, low, high) in [
            (3.5, 2.0, SEVEN, 21.0, 0.0, 155.0),
            (12.25, 4.33, TEN, 21.218_244_803_695_143, 0.0, 63.0),
            (400.5, 30.0, TWELVE, 36.7125, 14.0, 100.0),
            (3.5, 2.0, &SEVEN[..3], 14.0, 0.0, INFINITE),
            (0.5, 9.0, SEVEN, 0.666_666_666_666_666_6, 0.0, 20.0),
            (30.0, 5.0, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0], 0.0, 0.0, 49.0),
        ] {
            let found = predicted_total(&ahead(shape, rate), &mut sizes.to_vec()).unwrap();
            assert_eq!(found.n, sizes.len() as u64);
            for (found, expected) in [(found.point, point), (found.low, low), (found.high, high)] {
                assert!(found == expected || (found - expected).abs() < 1e-9, "{found} against {expected}");
            }
        }
    }

    #[test]
    fn none_one_and_rare() {
        assert_eq!(predicted_total(&ahead(2.0, 1.0), &mut []), None);
        assert_eq!(predicted_total(&ahead(2.0, 1.0), &mut [1.0, f64::INFINITY]), None);
        assert_eq!(predicted_total(&ahead(2.0, 1.0), &mut [-1.0]), None);
        let one = predicted_total(&ahead(2.0, 1.0), &mut [7.0]).unwrap();
        assert_eq!((one.low, one.high, one.n), (0.0, f64::INFINITY, 1));
        assert!((one.point - 14.0).abs() < 1e-12);
        // None comes with 98 %: both ends are no hours, and the upper one holds the point.
        let rare = predicted_total(&ahead(0.5, 30.0), &mut [4.0, 8.0, 10.0]).unwrap();
        assert_eq!((rare.low, rare.high), (0.0, rare.point));
    }

    proptest! {
        #[test]
        fn holds_the_point_and_scales(
            shape in 0.2_f64..40.0,
            rate in 0.2_f64..10.0,
            sizes in prop::collection::vec(0_u32..200, 1..25),
        ) {
            let total = |unit: f64| {
                let mut sizes: Vec<f64> = sizes.iter().rev().map(|&size| f64::from(size) * unit).collect();
                predicted_total(&ahead(shape, rate), &mut sizes).unwrap()
            };
            let (hours, minutes) = (total(1.0), total(60.0));
            prop_assert!(0.0 <= hours.low && hours.low <= hours.point && hours.point <= hours.high);
            prop_assert!((hours.low * 60.0 - minutes.low).abs() < 1e-6);
            prop_assert!(hours.high.is_infinite() == minutes.high.is_infinite());
            prop_assert!(hours.high.is_infinite() || (hours.high * 60.0 - minutes.high).abs() < 1e-6);
        }
    }
}
