use crate::stats::{self, PoissonWeights};
use crate::units::{Estimate, definition};

definition! {
    /// Cost share over usage share: 1 means that the capability costs what its use would suggest, 5 that it costs five
    /// times as much.
    ///
    /// The interval is a Poisson bootstrap (Hanley and MacGibbon, 2006), 95 % by percentiles: accounts are resampled for
    /// use, and cost rows (tickets, work items, charges) for cost, with weights drawn from the seed and the unit's own
    /// name, so that the order of rows never matters. Whole accounts are resampled because users of one account are not
    /// independent. Where only counts are given, use is taken as counted and only cost rows are resampled.
    ///
    /// Unknown without cost. When a capability costs and nobody uses it, the ratio has no bound: the field is empty and
    /// the reason `cost-without-use` stands beside it. An upper end that is empty has no bound either: in some
    /// replicates nobody used it.
    pub DISPROPORTION, "disproportion", "Disproportion"
}

/// What one unit, an account or a cost row, adds to one capability.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contribution {
    /// The resampling unit; contributions of one unit stand together.
    pub unit: String,
    /// Index of the capability.
    pub capability: usize,
    /// Use or cost.
    pub amount: f64,
}

/// Sums per capability and replicate, and the totals.
struct Replicates {
    by_capability: Vec<Vec<f64>>,
    total: Vec<f64>,
}

/// Disproportion of every capability; see [`DISPROPORTION`]. `None` where use or cost is zero in total or use is
/// zero for the capability.
pub(super) fn disproportion(
    capabilities: usize,
    usage: &[Contribution],
    resample_usage: bool,
    cost: &[Contribution],
    weights: PoissonWeights,
) -> Vec<Option<Estimate>> {
    let sums = |contributions: &[Contribution]| {
        let mut sums = vec![0.0; capabilities];
        for contribution in contributions {
            sums[contribution.capability] += contribution.amount;
        }
        sums
    };
    let (used, spent) = (sums(usage), sums(cost));
    let (all_used, all_spent): (f64, f64) = (used.iter().sum(), spent.iter().sum());
    if all_used <= 0.0 || all_spent <= 0.0 {
        return vec![None; capabilities];
    }
    let use_drawn = replicate(capabilities, usage, resample_usage.then_some("account"), weights);
    let cost_drawn = replicate(capabilities, cost, Some("cost row"), weights);
    let mut rows = vec![0_u64; capabilities];
    for contribution in cost {
        rows[contribution.capability] += 1;
    }
    (0..capabilities)
        .map(|c| {
            let point = (spent[c] / all_spent) / (used[c] / all_used);
            let mut ratios: Vec<f64> = (0..weights.replicates())
                .map(|b| {
                    (cost_drawn.by_capability[c][b] / cost_drawn.total[b])
                        / (use_drawn.by_capability[c][b] / use_drawn.total[b])
                })
                .filter(|ratio| !ratio.is_nan())
                .collect();
            ratios.sort_by(f64::total_cmp);
            let (low, high) = (stats::quantile(&ratios, 0.025)?, stats::quantile(&ratios, 0.975)?);
            (used[c] > 0.0).then_some(Estimate { point, low, high, n: rows[c] })
        })
        .collect()
}

/// Draws every unit's weights once and adds its contributions to all replicates; without a kind nothing is drawn
/// and every replicate is the data itself.
fn replicate(
    capabilities: usize,
    contributions: &[Contribution],
    kind: Option<&str>,
    weights: PoissonWeights,
) -> Replicates {
    let mut by_capability = vec![vec![0.0; weights.replicates()]; capabilities];
    let mut total = vec![0.0; weights.replicates()];
    for unit in contributions.chunk_by(|a, b| a.unit == b.unit) {
        let drawn = kind.map_or_else(|| vec![1; weights.replicates()], |kind| weights.of(kind, &unit[0].unit));
        for contribution in unit {
            for (sum, &weight) in by_capability[contribution.capability].iter_mut().zip(&drawn) {
                *sum += f64::from(weight) * contribution.amount;
            }
        }
        let amount: f64 = unit.iter().map(|c| c.amount).sum();
        for (sum, &weight) in total.iter_mut().zip(&drawn) {
            *sum += f64::from(weight) * amount;
        }
    }
    Replicates { by_capability, total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn each(capability: usize, units: std::ops::Range<usize>, amount: f64) -> Vec<Contribution> {
        units.map(|unit| Contribution { unit: format!("{unit:04}"), capability, amount }).collect()
    }

    #[test]
    fn hand_computed_point_and_a_sane_interval() {
        // Capability 0: 100 of 400 units of use, 60 of 120 of cost: (60/120)/(100/400) = 2.
        let usage = [each(0, 0..100, 1.0), each(1, 100..400, 1.0)].concat();
        let cost = [each(0, 0..60, 1.0), each(1, 60..120, 1.0)].concat();
        let found = disproportion(3, &usage, true, &cost, PoissonWeights::new(1, 2000));
        let first = found[0].unwrap();
        assert!((first.point - 2.0).abs() < 1e-12);
        assert_eq!(first.n, 60);
        // NumPy 2.4, 40,000 multinomial resamples of the 400 accounts and the 120 rows: 1.558 … 2.561.
        assert!((first.low - 1.558).abs() < 0.06 && (first.high - 2.561).abs() < 0.1, "{first:?}");
        assert_eq!(found[2], None, "neither used nor paid for");
    }

    #[test]
    fn no_cost_no_use() {
        let some = each(0, 0..5, 1.0);
        let weights = PoissonWeights::new(1, 100);
        assert_eq!(disproportion(1, &[], true, &some, weights), [None]);
        assert_eq!(disproportion(1, &some, true, &[], weights), [None]);
        let unused = disproportion(2, &each(1, 0..5, 1.0), true, &some, weights);
        assert_eq!(unused[0], None);
        assert_eq!(unused[1].unwrap().point, 0.0);
    }

    #[test]
    fn one_user_alone_sets_no_upper_bound() {
        let usage = [each(0, 0..1, 1.0), each(1, 1..50, 1.0)].concat();
        let found = disproportion(2, &usage, true, &each(0, 0..50, 1.0), PoissonWeights::new(1, 500));
        assert_eq!(found[0].unwrap().high, f64::INFINITY);
    }

    #[test]
    fn counted_use_is_not_resampled() {
        let found = disproportion(1, &each(0, 0..2, 1.0), false, &each(0, 0..2, 1.0), PoissonWeights::new(1, 200));
        let only = found[0].unwrap();
        assert_eq!((only.low, only.point, only.high), (1.0, 1.0, 1.0));
    }

    proptest! {
        #[test]
        fn more_use_never_raises_disproportion(base in 1_u32..50, more in 1_u32..50, cost in 1_u32..50) {
            let of = |amount: u32| {
                let usage = [each(0, 0..1, f64::from(amount)), each(1, 1..9, 10.0)].concat();
                let costs = [each(0, 0..1, f64::from(cost)), each(1, 1..9, 3.0)].concat();
                disproportion(2, &usage, true, &costs, PoissonWeights::new(1, 100))[0].unwrap().point
            };
            prop_assert!(of(base + more) <= of(base));
        }
    }
}
