//! A line of `tables/capabilities.csv` from the facts and the decision.

use super::decision;
use crate::decide::{Decision, NetBenefit};
use crate::integrations::Integrations;
use crate::metrics::{BaseOfUse, CapabilityFacts, Facts, Funnel, Lifecycle, Rhythm};
use crate::report::{
    BaseLine, CapabilityLine, EstimateLine, FunnelLine, IntervalLine, IntervalsLine, LifecycleLine, MoneyInterval,
    RhythmLine, rounded,
};
use crate::units::{Estimate, Share};

fn share(share: Option<Share>) -> Option<f64> {
    share.map(|share| rounded(share.value()))
}

fn point(estimate: Option<Estimate>) -> Option<f64> {
    estimate.map(|estimate| rounded(estimate.point))
}

/// Every metric of one capability as a line of the report.
#[expect(clippy::too_many_lines, reason = "one field a line, in the order of the table")]
pub(in crate::report) fn line(decision: &Decision, all: &Facts, integrations: &Integrations) -> CapabilityLine {
    let facts: &CapabilityFacts = &all.capabilities[decision.capability];
    let capability = &facts.capability;
    let integration = integrations.of(decision.capability);
    let detection = integration.and_then(|integration| integration.detection.as_ref());
    let reliability = integration.and_then(|integration| integration.reliability.as_ref());
    let net_benefit = decision::net_benefit(decision, facts);
    let total = net_benefit.as_ref().map(|found| found.total);
    CapabilityLine {
        rank: decision.rank,
        id: capability.id.clone(),
        name: capability.name.clone(),
        kind: capability.kind.as_str(),
        category: capability.category.clone(),
        owner: capability.owner.clone(),
        intent: capability.intent.clone(),
        launched_on: capability.launched_on,
        base_accounts: all.base.accounts,
        active_accounts: facts.active_accounts,
        adoption: point(facts.adoption),
        adoption_low: facts.adoption.map(|a| rounded(a.low)),
        adoption_high: facts.adoption.map(|a| rounded(a.high)),
        adoption_eligible: point(facts.adoption_eligible),
        adoption_arr: share(facts.adoption_arr),
        active_users: facts.active_users,
        stickiness: share(facts.stickiness),
        retention: point(facts.retention),
        trend_per_month: point(facts.trend_per_month),
        trend_p: facts.trend_p.map(rounded),
        top_account_share: share(facts.top_account_share),
        effective_accounts: facts.effective_accounts.map(rounded),
        usage_share: share(facts.usage_share),
        tickets: facts.tickets,
        engineering_hours: facts.engineering_hours.map(rounded),
        support_cost: facts.cost.support,
        engineering_cost: facts.cost.engineering,
        incident_cost: facts.cost.incident,
        direct_cost: facts.cost.direct,
        run_cost: facts.cost.run(),
        hidden_cost: detection.and_then(|of| of.hidden_cost),
        build_cost: facts.cost.build,
        cost_share: share(facts.cost_share),
        disproportion: point(facts.disproportion),
        disproportion_low: facts.disproportion.map(|d| rounded(d.low)),
        disproportion_high: facts.disproportion.map(|d| d.high).filter(|high| high.is_finite()).map(rounded),
        cost_per_active_account: facts.cost_per_active_account,
        cost_per_active_user: facts.cost_per_active_user,
        contact_rate: facts.contact_rate.map(rounded),
        arr_touched: facts.arr_touched,
        arr_at_risk: net_benefit.as_ref().map(|found| found.arr_at_risk.p50),
        rule: decision.rule,
        verdict: decision.verdict,
        net_benefit_p05: total.map(|total| total.p05),
        net_benefit_p50: total.map(|total| total.p50),
        net_benefit_p95: total.map(|total| total.p95),
        p_positive: net_benefit.as_ref().map(|found| found.p_positive),
        rank_acceptability: decision.net_benefit.as_ref().and_then(NetBenefit::first_k).map(rounded),
        removal_score: decision.removal_score.map(rounded),
        removal_rank: decision.removal_rank,
        reasons: decision.reasons.clone(),
        why: decision.why.clone(),
        candidate: decision.verdict.is_candidate(),
        yearly_run_cost: facts.cost.run().map(|run| run.scaled(all.per_year())),
        funnel: funnel(&facts.funnel),
        lifecycle: lifecycle(&facts.lifecycle),
        adoption_users: estimate(facts.adoption_users),
        depth: estimate(facts.depth),
        frequency: estimate(facts.frequency),
        rhythm: rhythm(&facts.rhythm),
        days_to_settle: facts.days_to_settle,
        bases: facts.bases.iter().map(base).collect(),
        bases_disagree: bases_disagree(&facts.bases),
        intervals: intervals(facts),
        unclassified_cost: facts.cost.unclassified,
        run_cost_12m: facts.run_cost_12m,
        cost_confidence: share(facts.cost_confidence),
        reliability: estimate(reliability.map(|of| of.score)),
        silent_rate: point(detection.and_then(|of| of.silent_rate)),
        dark_hours: detection.and_then(|of| of.dark_hours).map(rounded),
        expected_broken_hours: point(reliability.map(|of| of.expected_broken_hours)),
        break_even_price: integration.and_then(|of| of.procure.break_even),
        line: decision.line,
        net_benefit,
        orders: decision::orders(decision.orders),
        dependencies: decision::dependencies(&decision.dependencies, all),
        substitute: decision::substitute(facts, all),
        removal_probability: decision.removal_probability.map(rounded),
    }
}

/// An estimate with its interval, rounded.
pub(super) fn estimate(estimate: Option<Estimate>) -> Option<EstimateLine> {
    estimate.and_then(EstimateLine::of)
}

fn funnel(of: &Funnel) -> FunnelLine {
    FunnelLine {
        entitled: of.entitled,
        exposed: of.exposed,
        attempted: of.attempted,
        succeeded: of.succeeded,
        repeated: of.repeated,
        exposure_rate: estimate(of.exposure_rate),
        attempt_rate: estimate(of.attempt_rate),
        success_rate: estimate(of.success_rate),
        repeat_rate: estimate(of.repeat_rate),
        failure_share: estimate(of.failure_share),
        incidents: of.incidents,
        outage_share: share(of.outage_share),
        evidence: of.evidence,
    }
}

fn lifecycle(of: &Lifecycle) -> LifecycleLine {
    LifecycleLine {
        new: of.new,
        retained: of.retained,
        resurrected: of.resurrected,
        dormant: of.dormant,
        change: estimate(of.change),
        change_p: of.change_p.map(rounded),
    }
}

fn rhythm(of: &Rhythm) -> RhythmLine {
    RhythmLine {
        kind: of.kind,
        window_months: of.window_months,
        adoption: estimate(of.adoption),
        peak_month: of.peak.map(|(month, _)| month.to_string()),
        peak_adoption: of.peak.map(|(_, adoption)| rounded(adoption)),
        peak_share: share(of.peak_share),
    }
}

fn base(of: &BaseOfUse) -> BaseLine {
    BaseLine { of: of.of, usage_share: estimate(of.usage_share), disproportion: estimate(of.disproportion) }
}

/// Whether the known bases lie on both sides of 1; `None` when fewer than two are known.
fn bases_disagree(bases: &[BaseOfUse]) -> Option<bool> {
    let known: Vec<bool> = bases.iter().filter_map(|base| base.disproportion).map(|found| found.point > 1.0).collect();
    (known.len() > 1).then(|| known.contains(&true) && known.contains(&false))
}

fn intervals(facts: &CapabilityFacts) -> IntervalsLine {
    let of_estimate = |estimate: Option<Estimate>| estimate.and_then(|found| IntervalLine::of((found.low, found.high)));
    let of_pair = |ends: Option<(f64, f64)>| ends.and_then(IntervalLine::of);
    let ratios = &facts.intervals;
    IntervalsLine {
        adoption_eligible: of_estimate(facts.adoption_eligible),
        retention: of_estimate(facts.retention),
        trend_per_month: of_estimate(facts.trend_per_month),
        adoption_arr: of_pair(ratios.adoption_arr),
        stickiness: of_pair(ratios.stickiness),
        usage_share: of_pair(ratios.usage_share),
        cost_share: of_pair(ratios.cost_share),
        cost_per_active_account: ratios.cost_per_active_account.and_then(MoneyInterval::of),
        cost_per_active_user: ratios.cost_per_active_user.and_then(MoneyInterval::of),
        contact_rate: of_pair(ratios.contact_rate),
        top_account_share: of_pair(ratios.top_account_share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::UsageShareOf;
    use crate::decide::testing::{capability, decided, facts};
    use crate::metrics::{RatioIntervals, RhythmKind, UseEvidence};
    use crate::units::Month;

    /// A fact that no other has: its point is `n` hundredths.
    fn figure(n: u32) -> Estimate {
        let point = f64::from(n) / 100.0;
        Estimate { point, low: point - 0.005, high: point + 0.005, n: 400 }
    }

    fn ends(n: u32) -> (f64, f64) {
        (f64::from(n), f64::from(n) + 0.5)
    }

    fn capability_with_every_fact() -> CapabilityFacts {
        CapabilityFacts {
            adoption_eligible: Some(figure(1)),
            retention: Some(figure(2)),
            trend_per_month: Some(figure(3)),
            adoption_users: Some(figure(4)),
            depth: Some(figure(5)),
            frequency: Some(figure(6)),
            days_to_settle: Some(41),
            run_cost_12m: crate::units::Money::from_units(12.5),
            cost_confidence: Share::of(0.9, 1.0),
            funnel: Funnel {
                entitled: Some(50),
                exposed: Some(40),
                attempted: Some(30),
                succeeded: Some(20),
                repeated: Some(10),
                exposure_rate: Some(figure(11)),
                attempt_rate: Some(figure(12)),
                success_rate: Some(figure(13)),
                repeat_rate: Some(figure(14)),
                failure_share: Some(figure(15)),
                incidents: Some(3),
                outage_share: Share::of(1.0, 8.0),
                evidence: Some(UseEvidence::Broken),
            },
            lifecycle: Lifecycle {
                new: Some(1),
                retained: Some(2),
                resurrected: Some(3),
                dormant: Some(4),
                change: Some(figure(21)),
                change_p: Some(0.03),
            },
            rhythm: Rhythm {
                kind: Some(RhythmKind::Yearly),
                window_months: Some(12),
                adoption: Some(figure(22)),
                peak: Some((Month::of("2026-01-15".parse().unwrap()), 1.0 / 3.0)),
                peak_share: Share::of(3.0, 4.0),
            },
            bases: vec![BaseOfUse {
                of: UsageShareOf::Arr,
                usage_share: Some(figure(31)),
                disproportion: Some(figure(32)),
            }],
            intervals: RatioIntervals {
                adoption_arr: Some(ends(1)),
                stickiness: Some(ends(2)),
                usage_share: Some(ends(3)),
                cost_share: Some(ends(4)),
                cost_per_active_account: Some(ends(5)),
                cost_per_active_user: Some(ends(8)),
                contact_rate: Some((6.0, f64::INFINITY)),
                top_account_share: Some(ends(7)),
            },
            ..capability("c")
        }
    }

    #[test]
    fn every_fact_stands_in_its_own_place() {
        let all = facts(vec![capability_with_every_fact()]);
        let decisions = decided(&all);
        let line = serde_json::to_value(line(&decisions.ranked[0], &all, &Integrations::default())).unwrap();
        let estimate = |n: u32| {
            let point = f64::from(n) / 100.0;
            let [low, high] = [rounded(point - 0.005), rounded(point + 0.005)];
            serde_json::json!({ "point": point, "low": low, "high": high, "n": 400 })
        };
        let interval = |n: u32| serde_json::json!({ "low": f64::from(n), "high": f64::from(n) + 0.5 });
        assert_eq!(
            line["funnel"],
            serde_json::json!({
                "entitled": 50, "exposed": 40, "attempted": 30, "succeeded": 20, "repeated": 10,
                "exposure_rate": estimate(11), "attempt_rate": estimate(12), "success_rate": estimate(13),
                "repeat_rate": estimate(14), "failure_share": estimate(15), "incidents": 3, "outage_share": 0.125,
                "evidence": "broken",
            })
        );
        assert_eq!(
            line["lifecycle"],
            serde_json::json!({
                "new": 1, "retained": 2, "resurrected": 3, "dormant": 4, "change": estimate(21), "change_p": 0.03,
            })
        );
        assert_eq!(
            line["rhythm"],
            serde_json::json!({
                "kind": "yearly", "window_months": 12, "adoption": estimate(22), "peak_month": "2026-01",
                "peak_adoption": 0.333_333, "peak_share": 0.75,
            })
        );
        assert_eq!(
            line["bases"],
            serde_json::json!([{ "of": "arr", "usage_share": estimate(31), "disproportion": estimate(32) }])
        );
        let ends_of = |n: u32| serde_json::json!({ "low": estimate(n)["low"], "high": estimate(n)["high"] });
        assert_eq!(
            line["intervals"],
            serde_json::json!({
                "adoption_eligible": ends_of(1), "retention": ends_of(2), "trend_per_month": ends_of(3),
                "adoption_arr": interval(1), "stickiness": interval(2), "usage_share": interval(3),
                "cost_share": interval(4), "cost_per_active_account": interval(5),
                "cost_per_active_user": interval(8),
                "contact_rate": { "low": 6.0, "high": null }, "top_account_share": interval(7),
            })
        );
        for (field, value) in [("adoption_users", estimate(4)), ("depth", estimate(5)), ("frequency", estimate(6))] {
            assert_eq!(line[field], value, "{field}");
        }
        let rest = ["days_to_settle", "run_cost_12m", "cost_confidence", "bases_disagree"].map(|field| &line[field]);
        assert_eq!(serde_json::json!(rest), serde_json::json!([41, 12.5, 0.9, null]));
    }

    #[test]
    fn bases_disagree_when_they_lie_on_both_sides_of_proportion() {
        let base = |point: Option<f64>| BaseOfUse {
            of: UsageShareOf::Events,
            usage_share: None,
            disproportion: point.map(|point| Estimate { point, low: point, high: point, n: 1 }),
        };
        for (points, disagree) in [
            (vec![], None),
            (vec![Some(2.0), None], None),
            (vec![Some(2.0), Some(1.5)], Some(false)),
            (vec![Some(1.0), Some(0.4)], Some(false)),
            (vec![Some(2.0), None, Some(1.0)], Some(true)),
        ] {
            let bases: Vec<BaseOfUse> = points.into_iter().map(base).collect();
            assert_eq!(bases_disagree(&bases), disagree, "{bases:?}");
        }
    }
}
