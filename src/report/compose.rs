//! From facts and decisions to the lines of the report.

use chrono::DateTime;

use super::{
    CapabilityLine, Condition, DependenceLine, InputLine, PeriodLine, Report, SCHEMA_VERSION, SettingLine, Totals,
    books, gates, headlines,
};
use crate::attribute::Ledger;
use crate::chart::Chart;
use crate::config::Settings;
use crate::decide::{self, Decision, Decisions, Grade};
use crate::ingest::Read;
use crate::metrics::{self, CapabilityFacts, Facts};
use crate::rollup::Rollup;
use crate::units::{Estimate, Money, Share};

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The configuration.
    pub settings: &'a Settings,
    /// The books of reading.
    pub read: &'a Read,
    /// Use.
    pub rollup: &'a Rollup,
    /// Cost.
    pub ledger: &'a Ledger,
    /// The metrics.
    pub facts: &'a Facts,
    /// The decisions.
    pub decisions: &'a Decisions,
    /// The `--fail-on` conditions.
    pub conditions: &'a [Condition],
    /// Ids of the candidates of an earlier report; `None` without a baseline.
    pub baseline: Option<&'a [String]>,
    /// `SOURCE_DATE_EPOCH`, seconds.
    pub source_date_epoch: Option<i64>,
}

/// Writes the report.
#[must_use]
pub fn compose(material: Material, charts: Vec<Chart>) -> Report {
    let Material { settings, facts, decisions, .. } = material;
    let lines: Vec<CapabilityLine> = decisions.ranked.iter().map(|decision| line(decision, facts)).collect();
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION"),
        generated_at: material
            .source_date_epoch
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .map(|moment| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        company: settings.company.clone(),
        as_of: facts.as_of,
        period: PeriodLine {
            label: facts.period.label().to_owned(),
            start: facts.period.start(),
            end: facts.period.end(),
        },
        currency: settings.currency.clone(),
        headlines: Vec::new(),
        totals: totals(facts, &lines, settings),
        charts,
        dependence: dependence(facts, decisions),
        ledger_summary: books::ledger_summary(material.ledger, facts),
        inputs: material.read.inputs.iter().map(input_line).collect(),
        unmapped: books::unmapped(material.rollup, material.ledger),
        findings: material.read.findings.list(),
        unavailable: books::unavailable(material.read, facts),
        settings: setting_lines(settings),
        method: metrics::DEFINITIONS.iter().copied().chain(decide::definitions()).collect(),
        gates: Vec::new(),
        capabilities: lines,
    };
    report.headlines = headlines::headlines(&report, settings);
    report.gates = gates::evaluate(material.conditions, &report, material.rollup, material.baseline);
    report
}

fn share(share: Option<Share>) -> Option<f64> {
    share.map(|share| rounded(share.value()))
}

fn point(estimate: Option<Estimate>) -> Option<f64> {
    estimate.map(|estimate| rounded(estimate.point))
}

/// Six significant digits: more than any figure here is known to, and few enough that the mathematical libraries of
/// two machines agree on all of them. Rounded once, here, so that every format shows the same number.
fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

pub(super) fn line(decision: &Decision, all: &Facts) -> CapabilityLine {
    let facts: &CapabilityFacts = &all.capabilities[decision.capability];
    let capability = &facts.capability;
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
        hidden_cost: None,
        build_cost: facts.cost.build,
        cost_share: share(facts.cost_share),
        disproportion: point(facts.disproportion),
        disproportion_low: facts.disproportion.map(|d| rounded(d.low)),
        disproportion_high: facts.disproportion.map(|d| d.high).filter(|high| high.is_finite()).map(rounded),
        cost_per_active_account: facts.cost_per_active_account,
        cost_per_active_user: facts.cost_per_active_user,
        contact_rate: facts.contact_rate.map(rounded),
        arr_touched: facts.arr_touched,
        arr_at_risk: None,
        rule: decision.rule,
        verdict: decision.verdict,
        net_benefit_p05: None,
        net_benefit_p50: None,
        net_benefit_p95: None,
        p_positive: None,
        rank_acceptability: None,
        removal_score: decision.removal_score.map(rounded),
        removal_rank: decision.removal_rank,
        reasons: decision.reasons.clone(),
        why: decision.why.clone(),
        candidate: decision.verdict.is_candidate(),
        yearly_run_cost: facts.cost.run().map(|run| run.scaled(all.period.per_year())),
        unclassified_cost: facts.cost.unclassified,
        run_cost_12m: facts.run_cost_12m,
        cost_confidence: share(facts.cost_confidence),
    }
}

fn totals(facts: &Facts, lines: &[CapabilityLine], settings: &Settings) -> Totals {
    let graded = |grade: Grade| lines.iter().filter(|line| line.rule == grade).count();
    let rare = |line: &&CapabilityLine| line.adoption.is_some_and(|adoption| adoption < settings.rule.rare_below);
    let candidates = lines.iter().filter(|line| line.candidate);
    Totals {
        base_accounts: facts.base.accounts,
        base_definition: facts.base.definition.to_owned(),
        base_arr: facts.base.arr,
        capabilities: lines.len(),
        prime: graded(Grade::Prime),
        possible: graded(Grade::Possible),
        rare: lines.iter().filter(rare).count(),
        attributed_run_cost: facts.cost.attributed.run(),
        unattributed_run_cost: facts.cost.unattributed.run(),
        overhead_run_cost: facts.cost.overhead.run(),
        candidate_yearly_run_cost: candidates
            .filter_map(|line| line.yearly_run_cost)
            .reduce(|sum: Money, cost| sum + cost),
    }
}

/// Every account that uses a candidate, by rank of the candidate, then dependence.
fn dependence(facts: &Facts, decisions: &Decisions) -> Vec<DependenceLine> {
    let candidates = decisions.ranked.iter().filter(|decision| decision.verdict.is_candidate());
    let of_one = |decision: &Decision| {
        let capability = &facts.capabilities[decision.capability];
        let promised = |account: &str| {
            let to_account = capability.commitments.iter().filter(move |(promised, ..)| promised == account);
            to_account.map(|(_, until, _)| *until).max()
        };
        let line = |account: &metrics::AccountUse| {
            let customer = &facts.customers[account.customer];
            DependenceLine {
                capability: capability.capability.id.clone(),
                account_id: customer.id.clone(),
                account_name: customer.name.clone(),
                segment: customer.segment.clone(),
                owner: customer.owner.clone(),
                arr: customer.arr,
                active_days: account.active_days,
                dependence: account.dependence,
                last_use: Some(account.last_use),
                committed_until: promised(&customer.id),
            }
        };
        capability.accounts.iter().map(line).collect::<Vec<_>>()
    };
    candidates.flat_map(of_one).collect()
}

fn input_line(input: &crate::ingest::InputAccount) -> InputLine {
    InputLine {
        path: input.path.clone(),
        table: input.table.name(),
        preset: input.preset.clone(),
        dialect: input.dialect.clone(),
        bytes: input.bytes,
        blake3: input.blake3.clone(),
        read: input.read,
        accepted: input.accepted,
        quarantined: input.quarantined,
        duplicate: input.duplicate,
        skipped: input.skipped,
        repaired: input.repaired,
        first: input.dates.map(|dates| dates.0),
        last: input.dates.map(|dates| dates.1),
    }
}

/// The settings that shape the list, as keys of the configuration.
fn setting_lines(settings: &Settings) -> Vec<SettingLine> {
    let sections = serde_json::json!({
        "rule": settings.rule,
        "guards": settings.guards,
        "adoption": settings.adoption,
        "cost": settings.cost,
        "rates": settings.rates,
        "rate": settings.rate,
        "work": settings.work,
        "seed": settings.seed,
    });
    let mut lines = Vec::new();
    flatten("", &sections, &mut lines);
    lines
}

fn flatten(key: &str, value: &serde_json::Value, lines: &mut Vec<SettingLine>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(&key, field, lines);
            }
        }
        serde_json::Value::Array(items) if items.first().is_some_and(serde_json::Value::is_object) => {
            for (number, item) in (1..).zip(items) {
                flatten(&format!("{key}[{number}]"), item, lines);
            }
        }
        other => lines.push(SettingLine { key: key.to_owned(), value: other.to_string().replace('"', "") }),
    }
}
