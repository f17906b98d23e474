//! From facts and decisions to the lines of the report.

use chrono::DateTime;

mod capability;
mod churn;
mod decision;
mod dependence;
mod integrations;
mod placement;
pub(super) mod plan;
mod portfolio;
mod segments;

use super::{
    AllocationComparison, CapabilityLine, Condition, InputLine, PeriodLine, Report, SCHEMA_VERSION, SettingLine,
    Totals, books, gates, headlines,
};
use crate::attribute::{Ledger, TRIAGE_DEFINITIONS, TriagedTickets};
use crate::chart::Chart;
use crate::config::Settings;
use crate::decide::{self, Decisions, Grade};
use crate::ingest::Read;
use crate::integrations::{DEFINITIONS as OF_INTEGRATIONS, Integrations, LeftOut};
use crate::metrics::{self, CapabilityFacts, Facts};
use crate::plan::{Plan, definitions as of_plans};
use crate::rollup::Rollup;
use crate::tables::rows::Ticket;
use crate::units::{Definition, Money};

pub(super) use capability::line;
pub(super) use decision::{id as id_of, net_benefit, substitute};
pub use placement::triage_line;
pub(super) use portfolio::pair_lines;
pub(super) use segments::segment_lines;

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
    /// Runs and vendor changes that no figure can use.
    pub left_out: &'a LeftOut,
    /// The metrics.
    pub facts: &'a Facts,
    /// What is known of integrations.
    pub integrations: &'a Integrations,
    /// The decisions.
    pub decisions: &'a Decisions,
    /// The plan; `None` when none was made.
    pub plan: Option<&'a Plan>,
    /// The list under the other ways of placing cost; empty when none was tried.
    pub allocations: &'a [AllocationComparison],
    /// How tickets without a label were read; `None` when that was not asked for.
    pub triage: Option<&'a TriagedTickets>,
    /// The tickets that it read.
    pub tickets: &'a [Ticket],
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
    let lines: Vec<CapabilityLine> =
        decisions.ranked.iter().map(|decision| line(decision, facts, material.integrations)).collect();
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
        totals: totals(facts, decisions, &lines, settings),
        charts,
        dependence: dependence::dependence(facts, decisions),
        overlap: pair_lines(facts, |_| true),
        segments: segments::dimensions(facts, decisions),
        surface: portfolio::surface(&facts.surface),
        integrations: integrations::section(material),
        assumptions: decision::assumptions(decisions, facts),
        calibration: decisions.calibration.as_ref().and_then(decision::calibration),
        cycles: decision::cycles(decisions, facts),
        plan: material.plan.map(|plan| plan::section(plan, facts)),
        papers: material.plan.map(|plan| super::papers::papers(settings, facts, plan)).unwrap_or_default(),
        allocation: material.allocations.iter().map(|way| placement::allocation(way, facts)).collect(),
        triage: material.triage.map(triage_line),
        proposals: material
            .triage
            .map(|triage| placement::proposals(triage, material.tickets, facts))
            .unwrap_or_default(),
        ledger_summary: books::ledger_summary(material.ledger, facts),
        inputs: material.read.inputs.iter().map(input_line).collect(),
        unmapped: books::unmapped(material.rollup, material.ledger, material.left_out),
        findings: material.read.findings.list(),
        unavailable: books::unavailable(material.read, facts),
        settings: setting_lines(settings),
        method: method(),
        gates: Vec::new(),
        capabilities: lines,
    };
    report.headlines = headlines::headlines(&report, settings);
    report.gates = gates::evaluate(material.conditions, &report, material.rollup, material.baseline);
    report
}

/// The methodology page: metrics of a capability, of the portfolio, of the reading of tickets, then the decisions.
pub(crate) fn method() -> Vec<Definition> {
    let metrics = metrics::DEFINITIONS.iter().chain(metrics::PORTFOLIO_DEFINITIONS).chain(TRIAGE_DEFINITIONS);
    let metrics = metrics.chain(OF_INTEGRATIONS);
    metrics.copied().chain(decide::definitions()).chain(of_plans()).collect()
}

fn totals(facts: &Facts, decisions: &Decisions, lines: &[CapabilityLine], settings: &Settings) -> Totals {
    let graded = |grade: Grade| lines.iter().filter(|line| line.rule == grade).count();
    let rare = facts.capabilities.iter().filter_map(CapabilityFacts::judged_adoption);
    let candidates = lines.iter().filter(|line| line.candidate);
    let union = portfolio::candidate_union(facts, decisions);
    Totals {
        base_accounts: facts.base.accounts,
        base_definition: facts.base.definition.to_owned(),
        base_arr: facts.base.arr,
        capabilities: lines.len(),
        prime: graded(Grade::Prime),
        possible: graded(Grade::Possible),
        rare: rare.filter(|adoption| adoption.point < settings.rule.rare_below).count(),
        attributed_run_cost: facts.cost.attributed.run(),
        unattributed_run_cost: facts.cost.unattributed.run(),
        overhead_run_cost: facts.cost.overhead.run(),
        candidate_yearly_run_cost: candidates
            .filter_map(|line| line.yearly_run_cost)
            .reduce(|sum: Money, cost| sum + cost),
        candidate_accounts: union.as_ref().map(|union| union.accounts),
        candidate_account_share: capability::estimate(union.as_ref().and_then(|union| union.share)),
        candidate_arr_touched: union.and_then(|union| union.arr),
    }
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

/// The settings that shape the figures, as keys of the configuration.
fn setting_lines(settings: &Settings) -> Vec<SettingLine> {
    let sections = serde_json::json!({
        "rule": settings.rule,
        "guards": settings.guards,
        "adoption": settings.adoption,
        "cost": settings.cost,
        "rates": settings.rates,
        "rate": settings.rate,
        "work": settings.work,
        "reliability": settings.reliability,
        "layers": settings.layers,
        "volatility": settings.volatility,
        "churn": settings.churn,
        "procure": settings.procure,
        "decision": settings.decision,
        "plan": settings.plan,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_of_the_page_has_an_id_of_its_own() {
        let mut ids = std::collections::BTreeSet::new();
        let page = method();
        for definition in &page {
            assert!(ids.insert(definition.id), "{} stands twice", definition.id);
        }
        for part in ["adoption", "lift", "switchers", "onboarding_days", "triage_precision", "rule", "deprecate"] {
            assert!(ids.contains(part), "{part} is missing");
        }
    }

    #[test]
    fn what_the_figures_of_integrations_rest_on_is_told() {
        let lines = setting_lines(&crate::config::parse("").unwrap());
        for (key, value) in [
            ("reliability.chance", "0.001"),
            ("layers.moved_share", "0.2"),
            ("volatility.half_life_years", "3.0"),
            ("churn.within_days", "90"),
            ("procure.engineering", "0.8"),
        ] {
            let told = lines.iter().find(|line| line.key == key).map(|line| line.value.as_str());
            assert_eq!(told, Some(value), "{key}");
        }
    }
}
