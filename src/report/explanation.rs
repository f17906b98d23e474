//! From the verdict back to the rows: the value behind `deadhead explain`.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    CapabilityLine, Material, OverlapLine, SegmentLine, compose, decision_figures, figures, integration_figures,
    plan_figures, rounded,
};
use crate::attribute::{Entry, Method};
use crate::config::{Assumed, Stage};
use crate::decide::{self, AssumptionInUse, Reason, RemovalPart};
use crate::rollup::NameRows;
use crate::units::Money;

/// One capability with every figure, what it was computed from, and what would change the grade.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The report period, `2026-Q3` and the like.
    pub period: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// The line of the capability, as in `report.json`.
    pub capability: CapabilityLine,
    /// What removing it is worth, in a sentence; null: not known.
    pub worth: Option<String>,
    /// Every figure, in the order of the methodology page.
    pub figures: Vec<Figure>,
    /// The rows they rest on: tables in the order of the data model, then input, then name.
    pub rows: Vec<RowsLine>,
    /// What would give another grade, a sentence each.
    pub flips: Vec<String>,
    /// What the removal score is made of, in the order of the signals; the contributions add up to it.
    pub removal_parts: Vec<RemovalPart>,
    /// Why it is not advised to be removed, a sentence each, in the order in which it was asked; empty for a removal.
    pub kept_off: Vec<String>,
    /// The pairs of it with another capability, as in `report.json`.
    pub together: Vec<OverlapLine>,
    /// Its adoption within each segment, plan and region.
    pub segments: Vec<SegmentLine>,
}

/// One figure: its value, how it came about, and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Figure {
    /// The column, and the anchor of the methodology page; parts of net benefit and what has no column have a name of their
    /// own.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// The value as text, with its 95 % interval where it has one; null: unknown.
    pub value: Option<String>,
    /// The formula with the numbers of this capability in it; empty where the value is unknown.
    pub working: String,
    /// The tables whose rows it rests on.
    pub from: &'static [&'static str],
    /// What it means: the page of the method.
    pub definition: &'static str,
}

/// Rows of one input that reach the capability for one reason.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RowsLine {
    /// The table.
    pub table: &'static str,
    /// The file, relative to the configuration.
    pub path: String,
    /// The raw name of usage, or the column that placed a cost row, with the method where it was shared.
    pub by: String,
    /// Rows dated in the period.
    pub rows: u64,
    /// Their cost, for cost rows; null for usage.
    pub amount: Option<Money>,
    /// The lowest lines of them in that file, at most three.
    pub lines: Vec<u64>,
}

impl Explanation {
    /// The reasons that hold, first those of the verdict.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.capability.reasons
    }
}

/// Explains one capability, an index into the facts; `None` when there is no such capability.
#[must_use]
pub fn explain(material: Material, capability: usize, usage: &[NameRows]) -> Option<Explanation> {
    let Material { settings, facts, decisions, .. } = material;
    let decision = decisions.ranked.iter().find(|decision| decision.capability == capability)?;
    let of = &facts.capabilities[capability];
    let mut rows = usage_lines(&material, usage);
    rows.extend(cost_lines(&material, capability));
    let mut figures = figures::figures(of, facts, &settings.currency);
    figures.extend(integration_figures::figures(capability, material.integrations, &settings.currency));
    figures.extend(decision_figures::figures(
        decision,
        decisions,
        facts,
        (&settings.currency, settings.rates.engineering_hour),
    ));
    figures.extend(plan_figures::figure(&material, &of.capability.id));
    let line = compose::line(decision, facts, material.integrations);
    let over = over_the_horizon(&decisions.assumptions, capability);
    Some(Explanation {
        period: facts.period.label().to_owned(),
        currency: settings.currency.clone(),
        worth: line.net_benefit.as_ref().map(|worth| worth.in_a_sentence(&settings.currency, &over)),
        capability: line,
        figures,
        rows,
        flips: [
            decide::flips(of, material.integrations.of(capability), facts, &settings.rule, &settings.currency),
            decide::benefit_flips(decision, &settings.decision, &settings.currency),
        ]
        .concat(),
        removal_parts: decision.removal_parts.iter().map(as_shown).collect(),
        kept_off: decide::kept_off(decision, of, &settings.rule),
        together: compose::pair_lines(facts, |pair| pair.first == capability || pair.second == capability),
        segments: compose::segment_lines(facts, capability),
    })
}

/// The time that its removal is judged over, as ` over 3 years`: its own before that of all.
fn over_the_horizon(assumptions: &[AssumptionInUse], capability: usize) -> String {
    let horizon =
        |of: Option<usize>| assumptions.iter().find(|used| used.name == Assumed::HorizonYears && used.capability == of);
    let years = horizon(Some(capability)).or_else(|| horizon(None)).map(|used| decide::years(used.spread.p50));
    years.map_or_else(String::new, |years| format!(" over {years}"))
}

/// A part of the removal score, rounded as every figure is.
fn as_shown(part: &RemovalPart) -> RemovalPart {
    RemovalPart {
        value: rounded(part.value),
        place: rounded(part.place),
        weight: rounded(part.weight),
        contribution: rounded(part.contribution),
        ..part.clone()
    }
}

fn path(material: &Material, input: u32) -> String {
    material.read.inputs.get(input as usize).map(|input| input.path.clone()).unwrap_or_default()
}

fn usage_lines(material: &Material, usage: &[NameRows]) -> Vec<RowsLine> {
    let line = |rows: &NameRows| RowsLine {
        table: rows.table.name(),
        path: path(material, rows.input),
        by: match rows.stage {
            Stage::Attempted => rows.name.clone(),
            Stage::Exposed => format!("{} (shown)", rows.name),
        },
        rows: rows.rows,
        amount: None,
        lines: rows.lines.clone(),
    };
    usage.iter().map(line).collect()
}

/// Cost rows of the period, by table, input and the column that placed them. Investment is among them, as work that the
/// ratios leave out.
fn cost_lines(material: &Material, capability: usize) -> Vec<RowsLine> {
    let facts = material.facts;
    let mut entries: Vec<&Entry> = material
        .ledger
        .within(&facts.period, facts.as_of)
        .filter(|entry| entry.capability == Some(capability))
        .collect();
    let key = |entry: &Entry| (entry.source, entry.origin.input, entry.rule, entry.method, entry.cost_type);
    entries.sort_by_key(|entry| (key(entry), entry.origin.line));
    let line = |entries: &[&Entry]| RowsLine {
        table: entries[0].source.table(),
        path: path(material, entries[0].origin.input),
        by: placed_by(entries[0]),
        rows: entries.len() as u64,
        amount: Some(entries.iter().map(|entry| entry.amount).sum()),
        lines: entries.iter().take(3).map(|entry| entry.origin.line).collect(),
    };
    entries.chunk_by(|a, b| key(a) == key(b)).map(line).collect()
}

/// The column that placed a cost row and what it is for; how it was shared, where it was.
fn placed_by(entry: &Entry) -> String {
    let cost_type = entry.cost_type.as_str();
    match entry.method {
        Method::Direct | Method::Triage => format!("{} ({cost_type})", entry.rule),
        shared => format!("{}, {} ({cost_type})", entry.rule, shared.as_str()),
    }
}
