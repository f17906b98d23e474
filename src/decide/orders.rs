use std::cmp::Ordering;

use super::{DecisionSettings, Orders};
use crate::config::Assumed;
use crate::metrics::{CapabilityFacts, Facts};
use crate::units::{Share, definition};

definition! {
    /// Place among all capabilities by RICE (reach × impact × confidence ÷ effort), as a product manager would score the idea
    /// *remove it*, with measured quantities in place of opinions:
    ///
    /// reach = accounts of the base that do not use it, and so see one thing less; impact = run cost of a year that its removal
    /// could free, report currency; confidence = how surely that cost is its own (`cost_confidence`, 0–1); effort = hours of ours:
    /// those of the removal (of the catalogue, else the median of `removal_hours`) and of moving every account that uses it (median
    /// of `migration_hours`). Highest first, ties by id. The score has no unit that means anything; only the order is given.
    ///
    /// Unknown without adoption, without run cost, or where its placement has no confidence; a run cost of 0 scores 0.
    ///
    /// It stands beside the rank, which is by net benefit, because many teams know it. It counts no revenue that a removal puts at
    /// risk and no doubt but that of the cost, and it divides by effort, so that a trifle without effort comes before a large
    /// saving. Source: S. `McBride` (2018), *RICE: Simple prioritization for product managers*, Intercom.
    pub RICE_ORDER, "rice_place", "Place by RICE"
}

definition! {
    /// Place among all capabilities by run cost of the period over active accounts, highest first: what its cost looks like to
    /// those who have the bill and a count of users. What costs and is used by nobody comes first, among such the dearer first;
    /// ties by id. Unknown without run cost or use.
    ///
    /// It says nothing of whom a removal hurts, and a handful of large customers makes it look worse than many small ones.
    pub COST_PER_USE_ORDER, "cost_per_use_place", "Place by cost per use"
}

definition! {
    /// Place among all capabilities by active accounts of the period, fewest first; ties by events, then by id. Unknown without
    /// use. The order of every staleness report: it knows neither cost nor revenue nor seasons.
    pub LEAST_USED_ORDER, "least_used_place", "Place by least use"
}

/// The places of every capability under the other orders; see [`RICE_ORDER`], [`COST_PER_USE_ORDER`], [`LEAST_USED_ORDER`].
pub(super) fn orders(facts: &Facts, settings: DecisionSettings) -> Vec<Orders> {
    let known = &facts.capabilities;
    let median = |name: Assumed| {
        let read = name.read(&settings.assumptions.of(name).distribution);
        read.map_or(0.0, |distribution| distribution.range().1)
    };
    let hours = (median(Assumed::RemovalHours), median(Assumed::MigrationHours));
    let score = |one: &CapabilityFacts| rice(one, facts, hours).map(|score| (-score, 0.0));
    let rice = places(known.iter().map(score));
    let cost_per_use = places(known.iter().map(cost_per_use));
    let least_used = places(known.iter().map(least_used));
    let all = rice.into_iter().zip(cost_per_use).zip(least_used);
    all.map(|((rice, cost_per_use), least_used)| Orders { rice, cost_per_use, least_used }).collect()
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn rice(of: &CapabilityFacts, facts: &Facts, (removal, migration): (f64, f64)) -> Option<f64> {
    let active = of.active_accounts?;
    of.adoption?;
    let impact = of.cost.run()?.units() * facts.per_year();
    if impact <= 0.0 {
        return Some(impact);
    }
    let reach = facts.base.accounts.saturating_sub(active) as f64;
    let confidence = of.cost_confidence.map(Share::value)?;
    let effort = of.capability.removal_hours.unwrap_or(removal) + migration * active as f64;
    Some(reach * impact * confidence / effort.max(1.0))
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn cost_per_use(of: &CapabilityFacts) -> Option<(f64, f64)> {
    let (cost, active) = (of.cost.run()?.units(), of.active_accounts?);
    let per_use = match active {
        0 if cost > 0.0 => f64::INFINITY,
        0 => 0.0,
        active => cost / active as f64,
    };
    Some((-per_use, -cost))
}

#[expect(clippy::cast_precision_loss, reason = "events lie below 2^53")]
fn least_used(of: &CapabilityFacts) -> Option<(f64, f64)> {
    Some((of.active_accounts? as f64, of.events.unwrap_or(0) as f64))
}

/// Places from 1, lowest key first; equal keys in the order in which they come, which is that of the ids.
fn places(keys: impl Iterator<Item = Option<(f64, f64)>>) -> Vec<Option<usize>> {
    let keys: Vec<Option<(f64, f64)>> = keys.collect();
    let mut known: Vec<(usize, (f64, f64))> =
        keys.iter().enumerate().filter_map(|(index, key)| Some((index, (*key)?))).collect();
    let by_key = |a: &(usize, (f64, f64)), b: &(usize, (f64, f64))| -> Ordering {
        a.1.0.total_cmp(&b.1.0).then(a.1.1.total_cmp(&b.1.1)).then(a.0.cmp(&b.0))
    };
    known.sort_by(by_key);
    let mut places = vec![None; keys.len()];
    for (place, (index, _)) in known.into_iter().enumerate() {
        places[index] = Some(place + 1);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, estimate, facts, settings};
    use crate::metrics::CostByType;
    use crate::units::Money;

    fn used(id: &str, active: u64, cost: f64, hours: f64) -> CapabilityFacts {
        let mut one = capability(id);
        one.active_accounts = Some(active);
        one.adoption = Some(estimate((0.1, 0.05, 0.2)));
        one.cost = CostByType { support: Money::from_units(cost), ..CostByType::default() };
        one.cost_confidence = Share::of(0.9, 1.0);
        one.capability.removal_hours = Some(hours);
        one
    }

    #[test]
    fn places_under_the_three_orders() {
        // Reach × cost × confidence ÷ (removal + 2 hours an account), but for one factor of all: a: 390 × 1000 × 0.9 ÷ 120 = 2925;
        // b: 400 × 200 × 0.9 ÷ 10 = 7200; c: 200 × 5000 × 0.9 ÷ 500 = 1800; d: nothing to free.
        let all = facts(vec![
            used("a", 10, 1_000.0, 100.0),
            used("b", 0, 200.0, 10.0),
            used("c", 200, 5_000.0, 100.0),
            used("d", 0, 0.0, 1.0),
            capability("e"),
        ]);
        let found = orders(&all, settings());
        let of = |pick: fn(&Orders) -> Option<usize>| found.iter().map(pick).collect::<Vec<_>>();
        assert_eq!(of(|orders| orders.rice), [Some(2), Some(1), Some(3), Some(4), None]);
        // 100, infinite, 25 and 0 an account.
        assert_eq!(of(|orders| orders.cost_per_use), [Some(2), Some(1), Some(3), Some(4), None]);
        // Two of no account: by id.
        assert_eq!(of(|orders| orders.least_used), [Some(3), Some(1), Some(4), Some(2), None]);
    }

    #[test]
    fn rice_is_hand_computed_and_unknown_where_a_factor_is() {
        let all = facts(Vec::new());
        let one = used("a", 10, 1_000.0, 100.0);
        let expected = 390.0 * (1_000.0 * 365.25 / 92.0) * 0.9 / 120.0;
        assert!((rice(&one, &all, (50.0, 2.0)).unwrap() - expected).abs() < 1e-9);
        let without = |change: fn(&mut CapabilityFacts)| {
            let mut one = one.clone();
            change(&mut one);
            rice(&one, &all, (50.0, 2.0))
        };
        assert_eq!(without(|one| one.cost_confidence = None), None);
        assert_eq!(without(|one| one.active_accounts = None), None);
        assert_eq!(without(|one| one.cost = CostByType::default()), None);
        let default_hours = 390.0 * (1_000.0 * 365.25 / 92.0) * 0.9 / 70.0;
        assert!((without(|one| one.capability.removal_hours = None).unwrap() - default_hours).abs() < 1e-9);
        // No work at all is counted as one hour, so that nothing divides by zero.
        assert!(
            (without(|one| (one.capability.removal_hours, one.active_accounts) = (Some(0.0), Some(0))).unwrap()
                - 400.0 * (1_000.0 * 365.25 / 92.0) * 0.9)
                .abs()
                < 1e-6
        );
    }

    #[test]
    fn no_capabilities_have_no_places() {
        assert_eq!(orders(&facts(Vec::new()), settings()), []);
    }
}
