//! The columns of `capabilities.csv`: a contract with the scripts of users. Additions come at the end, nothing is renamed.

use std::borrow::Cow;

use crate::config::UsageShareOf;
use crate::decide::Line;
use crate::export::cell::Cell;
use crate::report::{BaseLine, CapabilityLine, EstimateLine, IntervalLine, evidence_code, rhythm_code};

/// A column: its head, and how a line fills it.
pub(super) type Column = (&'static str, fn(&CapabilityLine) -> Cell<'_>);

/// The columns of `capabilities.csv`, in order.
pub(super) const COLUMNS: &[Column] = &[
    ("id", |c| (&c.id).into()),
    ("name", |c| (&c.name).into()),
    ("kind", |c| c.kind.into()),
    ("category", |c| c.category.as_ref().into()),
    ("owner", |c| c.owner.as_ref().into()),
    ("intent", |c| c.intent.as_ref().into()),
    ("launched_on", |c| c.launched_on.into()),
    ("base_accounts", |c| c.base_accounts.into()),
    ("active_accounts", |c| c.active_accounts.into()),
    ("adoption", |c| c.adoption.into()),
    ("adoption_low", |c| c.adoption_low.into()),
    ("adoption_high", |c| c.adoption_high.into()),
    ("adoption_eligible", |c| c.adoption_eligible.into()),
    ("adoption_arr", |c| c.adoption_arr.into()),
    ("active_users", |c| c.active_users.into()),
    ("stickiness", |c| c.stickiness.into()),
    ("retention", |c| c.retention.into()),
    ("trend_per_month", |c| c.trend_per_month.into()),
    ("trend_p", |c| c.trend_p.into()),
    ("top_account_share", |c| c.top_account_share.into()),
    ("effective_accounts", |c| c.effective_accounts.into()),
    ("usage_share", |c| c.usage_share.into()),
    ("tickets", |c| c.tickets.into()),
    ("engineering_hours", |c| c.engineering_hours.into()),
    ("support_cost", |c| c.support_cost.into()),
    ("engineering_cost", |c| c.engineering_cost.into()),
    ("incident_cost", |c| c.incident_cost.into()),
    ("direct_cost", |c| c.direct_cost.into()),
    ("run_cost", |c| c.run_cost.into()),
    ("hidden_cost", |c| c.hidden_cost.into()),
    ("cost_share", |c| c.cost_share.into()),
    ("disproportion", |c| c.disproportion.into()),
    ("disproportion_low", |c| c.disproportion_low.into()),
    ("disproportion_high", |c| c.disproportion_high.into()),
    ("cost_per_active_account", |c| c.cost_per_active_account.into()),
    ("arr_touched", |c| c.arr_touched.into()),
    ("arr_at_risk", |c| c.arr_at_risk.into()),
    ("rule", |c| c.rule.as_str().into()),
    ("verdict", |c| c.verdict.as_str().into()),
    ("net_benefit_p05", |c| c.net_benefit_p05.into()),
    ("net_benefit_p50", |c| c.net_benefit_p50.into()),
    ("net_benefit_p95", |c| c.net_benefit_p95.into()),
    ("p_positive", |c| c.p_positive.into()),
    ("rank", |c| c.rank.into()),
    ("rank_acceptability", |c| c.rank_acceptability.into()),
    ("removal_score", |c| c.removal_score.into()),
    ("removal_rank", |c| c.removal_rank.into()),
    ("reasons", reason_codes),
    ("build_cost", |c| c.build_cost.into()),
    ("cost_per_active_user", |c| c.cost_per_active_user.into()),
    ("contact_rate", |c| c.contact_rate.into()),
    ("yearly_run_cost", |c| c.yearly_run_cost.into()),
    ("entitled", |c| c.funnel.entitled.into()),
    ("exposed", |c| c.funnel.exposed.into()),
    ("attempted", |c| c.funnel.attempted.into()),
    ("succeeded", |c| c.funnel.succeeded.into()),
    ("repeated", |c| c.funnel.repeated.into()),
    ("exposure_rate", |c| point(c.funnel.exposure_rate)),
    ("attempt_rate", |c| point(c.funnel.attempt_rate)),
    ("success_rate", |c| point(c.funnel.success_rate)),
    ("repeat_rate", |c| point(c.funnel.repeat_rate)),
    ("failure_share", |c| point(c.funnel.failure_share)),
    ("failure_share_low", |c| low(c.funnel.failure_share)),
    ("failure_share_high", |c| high(c.funnel.failure_share)),
    ("incidents", |c| c.funnel.incidents.into()),
    ("outage_share", |c| c.funnel.outage_share.into()),
    ("use_evidence", |c| c.funnel.evidence.map(evidence_code).into()),
    ("accounts_new", |c| c.lifecycle.new.into()),
    ("accounts_retained", |c| c.lifecycle.retained.into()),
    ("accounts_resurrected", |c| c.lifecycle.resurrected.into()),
    ("accounts_dormant", |c| c.lifecycle.dormant.into()),
    ("adoption_change", |c| point(c.lifecycle.change)),
    ("adoption_change_low", |c| low(c.lifecycle.change)),
    ("adoption_change_high", |c| high(c.lifecycle.change)),
    ("adoption_change_p", |c| c.lifecycle.change_p.into()),
    ("adoption_users", |c| point(c.adoption_users)),
    ("adoption_users_low", |c| low(c.adoption_users)),
    ("adoption_users_high", |c| high(c.adoption_users)),
    ("depth", |c| point(c.depth)),
    ("depth_low", |c| low(c.depth)),
    ("depth_high", |c| high(c.depth)),
    ("frequency", |c| point(c.frequency)),
    ("rhythm", |c| c.rhythm.kind.map(rhythm_code).into()),
    ("window_months", |c| c.rhythm.window_months.map(u64::from).into()),
    ("adoption_in_rhythm", |c| point(c.rhythm.adoption)),
    ("adoption_in_rhythm_low", |c| low(c.rhythm.adoption)),
    ("adoption_in_rhythm_high", |c| high(c.rhythm.adoption)),
    ("peak_month", |c| c.rhythm.peak_month.as_ref().into()),
    ("peak_adoption", |c| c.rhythm.peak_adoption.into()),
    ("peak_share", |c| c.rhythm.peak_share.into()),
    ("days_to_settle", |c| c.days_to_settle.into()),
    ("adoption_eligible_low", |c| interval_low(c.intervals.adoption_eligible)),
    ("adoption_eligible_high", |c| interval_high(c.intervals.adoption_eligible)),
    ("retention_low", |c| interval_low(c.intervals.retention)),
    ("retention_high", |c| interval_high(c.intervals.retention)),
    ("trend_low", |c| interval_low(c.intervals.trend_per_month)),
    ("trend_high", |c| interval_high(c.intervals.trend_per_month)),
    ("adoption_arr_low", |c| interval_low(c.intervals.adoption_arr)),
    ("adoption_arr_high", |c| interval_high(c.intervals.adoption_arr)),
    ("stickiness_low", |c| interval_low(c.intervals.stickiness)),
    ("stickiness_high", |c| interval_high(c.intervals.stickiness)),
    ("usage_share_low", |c| interval_low(c.intervals.usage_share)),
    ("usage_share_high", |c| interval_high(c.intervals.usage_share)),
    ("cost_share_low", |c| interval_low(c.intervals.cost_share)),
    ("cost_share_high", |c| interval_high(c.intervals.cost_share)),
    ("cost_per_active_account_low", |c| c.intervals.cost_per_active_account.map(|ends| ends.low).into()),
    ("cost_per_active_account_high", |c| c.intervals.cost_per_active_account.and_then(|ends| ends.high).into()),
    ("cost_per_active_user_low", |c| c.intervals.cost_per_active_user.map(|ends| ends.low).into()),
    ("cost_per_active_user_high", |c| c.intervals.cost_per_active_user.and_then(|ends| ends.high).into()),
    ("contact_rate_low", |c| interval_low(c.intervals.contact_rate)),
    ("contact_rate_high", |c| interval_high(c.intervals.contact_rate)),
    ("top_account_share_low", |c| interval_low(c.intervals.top_account_share)),
    ("top_account_share_high", |c| interval_high(c.intervals.top_account_share)),
    ("usage_share_active_days", |c| point(base(c, UsageShareOf::ActiveDays).usage_share)),
    ("disproportion_active_days", |c| point(base(c, UsageShareOf::ActiveDays).disproportion)),
    ("disproportion_active_days_low", |c| low(base(c, UsageShareOf::ActiveDays).disproportion)),
    ("disproportion_active_days_high", |c| high(base(c, UsageShareOf::ActiveDays).disproportion)),
    ("usage_share_active_users", |c| point(base(c, UsageShareOf::ActiveUsers).usage_share)),
    ("disproportion_active_users", |c| point(base(c, UsageShareOf::ActiveUsers).disproportion)),
    ("disproportion_active_users_low", |c| low(base(c, UsageShareOf::ActiveUsers).disproportion)),
    ("disproportion_active_users_high", |c| high(base(c, UsageShareOf::ActiveUsers).disproportion)),
    ("usage_share_events", |c| point(base(c, UsageShareOf::Events).usage_share)),
    ("disproportion_events", |c| point(base(c, UsageShareOf::Events).disproportion)),
    ("disproportion_events_low", |c| low(base(c, UsageShareOf::Events).disproportion)),
    ("disproportion_events_high", |c| high(base(c, UsageShareOf::Events).disproportion)),
    ("usage_share_arr", |c| point(base(c, UsageShareOf::Arr).usage_share)),
    ("disproportion_arr", |c| point(base(c, UsageShareOf::Arr).disproportion)),
    ("disproportion_arr_low", |c| low(base(c, UsageShareOf::Arr).disproportion)),
    ("disproportion_arr_high", |c| high(base(c, UsageShareOf::Arr).disproportion)),
    ("unclassified_cost", |c| c.unclassified_cost.into()),
    ("run_cost_12m", |c| c.run_cost_12m.into()),
    ("cost_confidence", |c| c.cost_confidence.into()),
    ("reliability", |c| point(c.reliability)),
    ("reliability_low", |c| low(c.reliability)),
    ("reliability_high", |c| high(c.reliability)),
    ("silent_rate", |c| c.silent_rate.into()),
    ("dark_hours", |c| c.dark_hours.into()),
    ("expected_broken_hours", |c| c.expected_broken_hours.into()),
    ("break_even_price", |c| c.break_even_price.into()),
    ("line", |c| c.line.map(Line::as_str).into()),
    ("net_benefit_mean", |c| c.net_benefit.as_ref().map(|found| found.total.mean).into()),
    ("arr_stated_share", |c| c.net_benefit.as_ref().and_then(|found| found.arr_stated_share).into()),
    ("rank_rice", |c| c.orders.rice.into()),
    ("rank_cost_per_use", |c| c.orders.cost_per_use.into()),
    ("rank_least_used", |c| c.orders.least_used.into()),
    ("substitute", |c| c.substitute.as_ref().map(|found| &found.id).into()),
    ("substitute_by", |c| c.substitute.as_ref().map(|found| found.by).into()),
    ("substitute_share", |c| point(already(c))),
    ("substitute_share_low", |c| low(already(c))),
    ("substitute_share_high", |c| high(already(c))),
    ("removal_probability", |c| c.removal_probability.into()),
];

/// Columns that the page of another metric defines. Any other column of a metric is defined under its own name, the ends of an
/// interval under that of their metric.
const DEFINED_BY: &[(&str, &str)] = &[
    ("active_accounts", "adoption"),
    ("trend", "trend_per_month"),
    ("engineering_hours", "run_cost"),
    ("support_cost", "run_cost"),
    ("engineering_cost", "run_cost"),
    ("incident_cost", "run_cost"),
    ("direct_cost", "run_cost"),
    ("build_cost", "run_cost"),
    ("unclassified_cost", "run_cost"),
    ("yearly_run_cost", "run_cost_12m"),
    ("cost_per_active_user", "cost_per_active_account"),
    ("removal_rank", "removal_score"),
    ("entitled", "funnel"),
    ("exposed", "funnel"),
    ("attempted", "funnel"),
    ("succeeded", "funnel"),
    ("repeated", "funnel"),
    ("exposure_rate", "funnel"),
    ("attempt_rate", "funnel"),
    ("repeat_rate", "funnel"),
    ("incidents", "outage_share"),
    ("accounts_new", "lifecycle"),
    ("accounts_retained", "lifecycle"),
    ("accounts_resurrected", "lifecycle"),
    ("accounts_dormant", "lifecycle"),
    ("adoption_change_p", "adoption_change"),
    ("window_months", "rhythm"),
    ("peak_month", "peak_share"),
    ("peak_adoption", "peak_share"),
    ("usage_share_active_days", "disproportion_by_base"),
    ("disproportion_active_days", "disproportion_by_base"),
    ("usage_share_active_users", "disproportion_by_base"),
    ("disproportion_active_users", "disproportion_by_base"),
    ("usage_share_events", "disproportion_by_base"),
    ("disproportion_events", "disproportion_by_base"),
    ("usage_share_arr", "disproportion_by_base"),
    ("disproportion_arr", "disproportion_by_base"),
    ("arr_at_risk", "net_benefit_p50"),
    ("net_benefit_p05", "net_benefit_p50"),
    ("net_benefit_p95", "net_benefit_p50"),
    ("net_benefit_mean", "net_benefit_p50"),
    ("p_positive", "net_benefit_p50"),
    ("rank_acceptability", "net_benefit_p50"),
    ("arr_stated_share", "stakes"),
    ("rank_rice", "rank"),
    ("rank_cost_per_use", "rank"),
    ("rank_least_used", "rank"),
    ("substitute", "consolidate"),
    ("substitute_by", "consolidate"),
    ("substitute_share", "consolidate"),
];

/// The id of the definition behind a column. It has none where the column is no metric.
pub(in crate::export) fn definition_of(column: &str) -> &str {
    let metric = column.strip_suffix("_low").or_else(|| column.strip_suffix("_high")).unwrap_or(column);
    DEFINED_BY.iter().find(|(defined, _)| *defined == metric).map_or(metric, |(_, by)| by)
}

/// The figure itself.
pub(super) fn point(estimate: Option<EstimateLine>) -> Cell<'static> {
    estimate.map(|estimate| estimate.point).into()
}

/// The lower end of its interval.
pub(super) fn low(estimate: Option<EstimateLine>) -> Cell<'static> {
    estimate.map(|estimate| estimate.low).into()
}

/// The upper end; empty where there is no bound.
pub(super) fn high(estimate: Option<EstimateLine>) -> Cell<'static> {
    estimate.and_then(|estimate| estimate.high).into()
}

fn interval_low(interval: Option<IntervalLine>) -> Cell<'static> {
    interval.map(|interval| interval.low).into()
}

fn interval_high(interval: Option<IntervalLine>) -> Cell<'static> {
    interval.and_then(|interval| interval.high).into()
}

/// The part of its accounts that already use what could take its place.
fn already(line: &CapabilityLine) -> Option<EstimateLine> {
    line.substitute.as_ref().and_then(|found| found.already)
}

/// The figures against one base of use; unknown ones where the report has none against it.
fn base(line: &CapabilityLine, of: UsageShareOf) -> BaseLine {
    let found = line.bases.iter().find(|base| base.of == of);
    found.copied().unwrap_or(BaseLine { of, usage_share: None, disproportion: None })
}

fn reason_codes(line: &CapabilityLine) -> Cell<'_> {
    let codes: Vec<&str> = line.reasons.iter().map(|reason| reason.code).collect();
    Cell::Text(Cow::Owned(codes.join(";")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;
    use std::collections::BTreeSet;

    /// What the catalogue says, and the verdict, of which every kind has a page of its own.
    const NO_METRIC: [&str; 9] =
        ["id", "name", "kind", "category", "owner", "intent", "launched_on", "verdict", "reasons"];

    #[test]
    fn every_column_of_a_metric_leads_to_a_definition() {
        let defined: BTreeSet<&str> = report::method().iter().map(|definition| definition.id).collect();
        for (column, _) in COLUMNS {
            let known = defined.contains(definition_of(column));
            assert_ne!(known, NO_METRIC.contains(column), "{column} leads to {}", definition_of(column));
        }
        for (column, by) in DEFINED_BY {
            assert!(!defined.contains(column), "{column} has a definition of its own and needs none of {by}");
        }
        for verdict in crate::export::words::VERDICTS {
            assert!(defined.contains(verdict.as_str()), "{}", verdict.as_str());
        }
    }
}
