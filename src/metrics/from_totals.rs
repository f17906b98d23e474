//! Facts from counts per capability and month: what needs accounts stays unknown.

use std::collections::BTreeMap;

use super::rhythm::{self, MonthlyUse};
use super::{
    Base, Basis, CapabilityFacts, CostTotals, Evidence, Facts, Funnel, Overlap, Surface, TREND_MONTHS, UseEvidence,
    adoption, trend,
};
use crate::config::Stage;
use crate::diag::{Code, Findings, Place};
use crate::units::{Month, Share};

/// Counts of one capability by month; several raw names of one capability add up.
type Counts = BTreeMap<Month, Count>;

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    accounts: u64,
    users: Option<u64>,
    events: Option<u64>,
}

pub(super) fn measure(evidence: Evidence, findings: &mut Findings) -> Facts {
    let spans = evidence.spans;
    let base: BTreeMap<Month, u64> = evidence
        .base_totals
        .iter()
        .filter_map(|row| Some((Month::of(row.month?), unsigned(row.active_accounts?))))
        .collect();
    let counts = counts(evidence);
    let judged = judged_month(evidence, &base);
    let months = months(evidence, judged);
    let all: u64 = counts.iter().filter_map(|by_month| Some(by_month.get(&judged)?.accounts)).sum();
    let measured = counts.iter().enumerate().map(|(index, by_month)| {
        let capability = evidence.catalogue.capabilities()[index].clone();
        let judged_count = by_month.get(&judged).copied();
        let mut rate_in = |month: &Month| {
            let (count, base) = (by_month.get(month)?.accounts, *base.get(month)?);
            if count > base {
                let found = format!("{}: {count} of {base} in {month}", capability.id);
                findings.add(Code::AboveBase, Place { found, ..Place::default() });
            }
            adoption::rate(count.min(base), base)
        };
        let monthly_adoption: Vec<Option<f64>> =
            months.iter().map(|month| rate_in(month).map(|rate| rate.point)).collect();
        let adoption = rate_in(&judged);
        let (trend_per_month, trend_p) = trend::trend(&months, &monthly_adoption, capability.launched_on);
        #[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
        let usage_share = judged_count.and_then(|count| Share::of(count.accounts as f64, all as f64));
        CapabilityFacts {
            active_accounts: judged_count.map(|count| count.accounts),
            active_users: judged_count.and_then(|count| count.users),
            events: judged_count.and_then(|count| count.events),
            adoption,
            trend_per_month,
            trend_p,
            usage_share,
            rhythm: rhythm::by_count(&MonthlyUse {
                months: &months,
                adoption: &monthly_adoption,
                counts: months.iter().map(|month| by_month.get(month).map_or(0, |count| count.accounts)).collect(),
                launched_on: capability.launched_on,
                falling: trend::is_falling(trend_per_month, trend_p, &monthly_adoption),
                period_months: 1,
            }),
            funnel: Funnel { evidence: evidence_of(by_month), ..Funnel::default() },
            monthly_adoption,
            used: used(by_month),
            ..CapabilityFacts::unknown(capability)
        }
    });
    let capabilities = measured.collect();
    Facts {
        period: spans.period.clone(),
        as_of: spans.as_of,
        basis: Basis::Totals,
        base: Base {
            accounts: base.get(&judged).copied().unwrap_or_default(),
            arr: None,
            definition: "Accounts counted in the last month of the period that has counts; which accounts they are is not known.",
            observed: Some((judged.first_day(), judged.plus(1).first_day() - chrono::TimeDelta::days(1))),
        },
        cost: CostTotals::default(),
        capabilities,
        months,
        segments: Vec::new(),
        plans: Vec::new(),
        regions: Vec::new(),
        customers: Vec::new(),
        overlap: Overlap::default(),
        surface: Surface::default(),
        teams: Vec::new(),
    }
}

fn counts(evidence: Evidence) -> Vec<Counts> {
    let mut counts = vec![Counts::new(); evidence.catalogue.capabilities().len()];
    for row in evidence.usage_totals {
        let (Some(month), Some(name), Some(accounts)) = (row.month, &row.capability, row.active_accounts) else {
            continue;
        };
        if month > evidence.spans.as_of {
            continue;
        }
        // What was only shown is no use; a name of several capabilities counts for each.
        let Some((capabilities, Stage::Attempted)) = evidence.catalogue.usage(name) else { continue };
        for capability in capabilities {
            let count = counts[capability].entry(Month::of(month)).or_default();
            count.accounts += unsigned(accounts);
            add(&mut count.users, row.active_users);
            add(&mut count.events, row.events);
        }
    }
    counts
}

fn add(sum: &mut Option<u64>, number: Option<i64>) {
    if let Some(number) = number {
        *sum = Some(sum.unwrap_or(0) + unsigned(number));
    }
}

/// Counts were refused below zero when they were read.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The last month of the period with both a count and a base; else the last month of the period.
fn judged_month(evidence: Evidence, base: &BTreeMap<Month, u64>) -> Month {
    let last = Month::of(evidence.spans.period.end() - chrono::TimeDelta::days(1));
    let counted = evidence.usage_totals.iter().filter_map(|row| Some(Month::of(row.month?)));
    let spans = evidence.spans;
    let known = |day| spans.period.contains(day) && day <= spans.as_of;
    let within = counted.filter(|month| known(month.first_day()) && base.contains_key(month));
    within.max().unwrap_or(last)
}

fn months(evidence: Evidence, last: Month) -> Vec<Month> {
    let first = evidence.usage_totals.iter().filter_map(|row| Some(Month::of(row.month?))).min();
    let Some(first) = first else { return Vec::new() };
    let span = (last.since(first) + 1).clamp(0, TREND_MONTHS);
    (0..span).map(|back| last.plus(back + 1 - span)).collect()
}

/// What can be told without accounts: whether anybody ever used it. `None` when nothing was counted.
fn evidence_of(counts: &Counts) -> Option<UseEvidence> {
    let any = counts.values().any(|count| count.accounts > 0);
    (!counts.is_empty()).then_some(if any { UseEvidence::Used } else { UseEvidence::NeverUsed })
}

fn used(counts: &Counts) -> Option<(chrono::NaiveDate, chrono::NaiveDate)> {
    let mut used = counts.iter().filter(|(_, count)| count.accounts > 0).map(|(month, _)| *month);
    let first = used.next()?;
    let last = used.next_back().unwrap_or(first);
    Some((first.first_day(), last.plus(1).first_day() - chrono::TimeDelta::days(1)))
}
