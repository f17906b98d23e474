//! What a removal is worth, what it drags along and what could take its place, as lines of the report.

use super::capability::estimate;
use crate::decide::{AssumptionInUse, Calibration, Decision, Decisions, Dependencies, NetBenefit, Orders, Spread};
use crate::metrics::{CapabilityFacts, Facts, SubstituteBy};
use crate::report::{
    AssumptionLine, BenefitPartLine, CalibrationLine, DependenciesLine, EstimateLine, FlipLine, MoneySpread,
    NetBenefitLine, OrdersLine, SubstituteLine, SwingLine, rounded,
};
use crate::units::{Money, Share};

/// Net benefit of one capability; `None` where it is not known, or a figure of it is no amount.
pub(in crate::report) fn net_benefit(decision: &Decision, facts: &CapabilityFacts) -> Option<NetBenefitLine> {
    let of: &NetBenefit = decision.net_benefit.as_ref()?;
    let swing = |swing: &crate::decide::Swing| {
        Some(SwingLine {
            assumption: swing.assumption,
            low: finite(swing.range.0)?,
            high: finite(swing.range.1)?,
            net_benefit_low: Money::from_units(swing.net_benefit.0)?,
            net_benefit_high: Money::from_units(swing.net_benefit.1)?,
        })
    };
    let flip = |flip: &crate::decide::FlipPoint| {
        Some(FlipLine {
            assumption: flip.assumption,
            now: finite(flip.now)?,
            at: finite(flip.at)?,
            within_range: flip.within_range,
        })
    };
    Some(NetBenefitLine {
        total: spread(&of.total)?,
        p_positive: finite(of.p_positive)?,
        parts: of
            .parts
            .iter()
            .map(|part| BenefitPartLine { part: part.part, spread: part.spread.as_ref().and_then(spread) })
            .collect(),
        arr_at_risk: spread(&of.arr_at_risk)?,
        arr_stated_share: arr_stated_share(facts),
        tornado: of.tornado.iter().filter_map(swing).collect(),
        flips: of.flips.iter().filter_map(flip).collect(),
        acceptability: of.acceptability.iter().copied().map(rounded).collect(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn arr_stated_share(facts: &CapabilityFacts) -> Option<f64> {
    let stakes = facts.stakes.as_ref()?;
    Share::of(stakes.accounts_with_arr as f64, stakes.accounts as f64).map(|share| rounded(share.value()))
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then(|| rounded(value))
}

fn spread(of: &Spread) -> Option<MoneySpread> {
    Some(MoneySpread {
        mean: Money::from_units(of.mean)?,
        p05: Money::from_units(of.p05)?,
        p50: Money::from_units(of.p50)?,
        p95: Money::from_units(of.p95)?,
    })
}

/// Its places under other orders.
pub(super) fn orders(of: Orders) -> OrdersLine {
    OrdersLine { rice: of.rice, cost_per_use: of.cost_per_use, least_used: of.least_used }
}

/// The id of a capability; `None` when there is no such.
pub(in crate::report) fn id(facts: &Facts, capability: usize) -> Option<String> {
    facts.capabilities.get(capability).map(|of| of.capability.id.clone())
}

fn ids(facts: &Facts, of: &[usize]) -> Vec<String> {
    of.iter().filter_map(|capability| id(facts, *capability)).collect()
}

/// What it drags along.
pub(super) fn dependencies(of: &Dependencies, facts: &Facts) -> DependenciesLine {
    DependenciesLine { needed_by: ids(facts, &of.needed_by), with: ids(facts, &of.with), needs: ids(facts, &of.needs) }
}

/// What could take its place.
pub(in crate::report) fn substitute(of: &CapabilityFacts, facts: &Facts) -> Option<SubstituteLine> {
    let found = of.substitute.as_ref()?;
    let other = &facts.capabilities.get(found.capability)?.capability;
    Some(SubstituteLine {
        id: other.id.clone(),
        name: other.name.clone(),
        by: match found.by {
            SubstituteBy::Catalogue => "catalogue",
            SubstituteBy::Switching => "switching",
            SubstituteBy::CoUse => "co-use",
        },
        already: estimate(found.already),
    })
}

/// The assumptions as they were used, those of single capabilities after those of all.
pub(super) fn assumptions(decisions: &Decisions, facts: &Facts) -> Vec<AssumptionLine> {
    let line = |of: &AssumptionInUse| {
        Some(AssumptionLine {
            name: of.name,
            capability: of.capability.and_then(|capability| id(facts, capability)),
            distribution: of.distribution.clone(),
            mean: finite(of.spread.mean)?,
            p05: finite(of.spread.p05)?,
            p50: finite(of.spread.p50)?,
            p95: finite(of.spread.p95)?,
            unit: of.unit.clone(),
            reason: of.reason.clone(),
            source: of.source.clone(),
        })
    };
    decisions.assumptions.iter().filter_map(line).collect()
}

/// What past breakages said about the loss.
pub(super) fn calibration(of: &Calibration) -> Option<CalibrationLine> {
    Some(CalibrationLine {
        prior_mean: finite(of.prior.0)?,
        prior_sd: finite(of.prior.1)?,
        seen: EstimateLine::of(of.seen)?,
        weight: finite(of.weight)?,
        used_mean: finite(of.used.0)?,
        used_sd: finite(of.used.1)?,
        distribution: of.distribution.clone(),
    })
}

/// Capabilities that need each other, by id.
pub(super) fn cycles(decisions: &Decisions, facts: &Facts) -> Vec<Vec<String>> {
    decisions.cycles.iter().map(|cycle| ids(facts, cycle)).collect()
}
