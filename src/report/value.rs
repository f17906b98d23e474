//! The shape of `report.json`. Every field is documented because the JSON schema is made from here.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::papers::Papers;
use crate::chart::Chart;
use crate::diag::Finding;
pub use crate::units::Definition;
use crate::units::Money;

mod capability;
mod churn;
mod decision;
mod dependence;
mod integrations;
mod interval;
mod placement;
mod plan;
mod portfolio;
mod segments;

pub use capability::*;
pub use churn::*;
pub use decision::*;
pub use dependence::*;
pub use integrations::*;
pub use interval::*;
pub use placement::*;
pub use plan::*;
pub use portfolio::*;
pub use segments::*;

/// Version of the shape of `report.json`: additions raise the second number, everything else the first.
pub const SCHEMA_VERSION: &str = "1.4";

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// Version of the program.
    pub program_version: &'static str,
    /// When it was made, RFC 3339 UTC; only with `SOURCE_DATE_EPOCH` set, so that equal inputs give equal bytes.
    pub generated_at: Option<String>,
    /// Name of the company.
    pub company: Option<String>,
    /// The day of the report: nothing dated later was used.
    pub as_of: NaiveDate,
    /// The report period.
    pub period: PeriodLine,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Three to nine sentences that carry the report: what was looked at, what was found, how sure.
    pub headlines: Vec<String>,
    /// The figures of the head of the page.
    pub totals: Totals,
    /// Every capability, in rank order.
    pub capabilities: Vec<CapabilityLine>,
    /// The charts, in page order; drawn in `charts/`.
    pub charts: Vec<Chart>,
    /// Accounts that use a *candidate*, for customer success: by rank of the capability, then dependence. Every account on
    /// every capability is in `tables/dependence.csv`.
    #[schemars(with = "Vec<DependenceLine<'static>>")]
    pub dependence: Dependence,
    /// Pairs of capabilities that go together: substitutes, then complements, then the others; the clearest first.
    pub overlap: Vec<OverlapLine>,
    /// Adoption within each segment, plan and region; empty without accounts that state one.
    pub segments: Vec<DimensionLine>,
    /// How wide the product is, and what width costs.
    pub surface: SurfaceLine,
    /// Integrations: when they are broken, who sees it first, what vendors change, who leaves.
    pub integrations: IntegrationsSection,
    /// What net benefit assumes, as it was used: those for all capabilities, then those for single ones.
    pub assumptions: Vec<AssumptionLine>,
    /// What past breakages said about the loss that a removal brings; null where they say nothing.
    pub calibration: Option<CalibrationLine>,
    /// Ids of capabilities that need each other, a list for each cycle.
    pub cycles: Vec<Vec<String>>,
    /// Which candidates go when; null when no plan was made.
    pub plan: Option<PlanSection>,
    /// The papers of the plan, in `plan/` only.
    #[serde(skip)]
    #[schemars(skip)]
    pub papers: Papers,
    /// How far the list would move under the other ways of placing cost.
    pub allocation: Vec<AllocationLine>,
    /// How tickets without a label were read; null when no such reading was asked for.
    pub triage: Option<TriageLine>,
    /// What it proposed, a line per ticket; in `tables/triage.csv` only.
    #[serde(skip)]
    pub proposals: Vec<ProposalLine>,
    /// Cost of the period against its input, by source table and type.
    pub ledger_summary: Vec<LedgerLine>,
    /// The books of reading, a line per input file.
    pub inputs: Vec<InputLine>,
    /// Names in the data that no capability is mapped to, by volume.
    pub unmapped: Vec<UnmappedLine>,
    /// Trouble in the data, worst first.
    pub findings: Vec<Finding>,
    /// Parts of the report that lack their input, with the table that would bring them.
    pub unavailable: Vec<Unavailable>,
    /// The rule and guards with their settings, in sentences.
    pub settings: Vec<SettingLine>,
    /// What every figure means: the methodology page.
    pub method: Vec<Definition>,
    /// The `--fail-on` conditions that were asked for, and whether they hold.
    pub gates: Vec<Gate>,
}

impl Report {
    /// The candidates, in rank order.
    pub fn candidates(&self) -> impl Iterator<Item = &CapabilityLine> {
        self.capabilities.iter().filter(|line| line.candidate)
    }

    /// The books of all inputs together.
    #[must_use]
    pub fn row_totals(&self) -> RowTotals {
        let sum = |rows: fn(&InputLine) -> u64| self.inputs.iter().map(rows).sum();
        RowTotals {
            files: self.inputs.len() as u64,
            read: sum(|line| line.read),
            accepted: sum(|line| line.accepted),
            quarantined: sum(|line| line.quarantined),
            duplicate: sum(|line| line.duplicate),
            skipped: sum(|line| line.skipped),
            repaired: sum(|line| line.repaired),
        }
    }
}

/// Rows of all inputs: `read = accepted + quarantined + duplicate + skipped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RowTotals {
    /// Input files.
    pub files: u64,
    /// Records found.
    pub read: u64,
    /// Rows that entered a table.
    pub accepted: u64,
    /// Rows put aside.
    pub quarantined: u64,
    /// Rows whose key stood already.
    pub duplicate: u64,
    /// Records that are no rows of the table: repeated headers, totals, deleted or unfinished ones.
    pub skipped: u64,
    /// Accepted rows that a named rule put right.
    pub repaired: u64,
}

/// A span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodLine {
    /// `2026-Q3` and the like.
    pub label: String,
    /// First day.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
}

/// The figures of the head of the page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// Accounts in the customer base.
    pub base_accounts: u64,
    /// How the base was found, in a sentence.
    pub base_definition: String,
    /// ARR of the base.
    pub base_arr: Option<Money>,
    /// Capabilities looked at.
    pub capabilities: usize,
    /// Of them graded prime.
    pub prime: usize,
    /// Of them graded possible.
    pub possible: usize,
    /// Of them below the line of rarity.
    pub rare: usize,
    /// Run cost of the period that was placed on capabilities.
    pub attributed_run_cost: Option<Money>,
    /// Run cost of the period that nothing placed.
    pub unattributed_run_cost: Option<Money>,
    /// Run cost of the period that a rule says belongs to no capability by nature.
    pub overhead_run_cost: Option<Money>,
    /// Yearly run cost of the candidates, at the rate of the period.
    pub candidate_yearly_run_cost: Option<Money>,
    /// Accounts of the base that use at least one candidate, each counted once; null where use by account is unknown.
    pub candidate_accounts: Option<u64>,
    /// Their part of the base, 0–1, Wilson.
    pub candidate_account_share: Option<EstimateLine>,
    /// Their ARR; null when none of them states one.
    pub candidate_arr_touched: Option<Money>,
}

/// Cost of one type from one table that arose in one currency: `input = attributed + overhead + unattributed + outside the
/// period`, in what is shown as well: where amounts are not whole cents, the cents of a line are shared by largest remainder.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LedgerLine {
    /// tickets, `work_items`, charges or incidents.
    pub source_table: &'static str,
    /// support, engineering, build, unclassified, direct or incident.
    pub cost_type: &'static str,
    /// ISO 4217 code of the currency in which the cost arose: of the bills, or of the rates. The amounts are in report
    /// currency.
    pub currency: String,
    /// Rows of the source.
    pub rows: u64,
    /// Everything read.
    pub input: Money,
    /// Placed on capabilities, dated in the period.
    pub attributed: Money,
    /// Placed on none by a rule that says so, dated in the period.
    pub overhead: Money,
    /// Placed by nothing, dated in the period.
    pub unattributed: Money,
    /// Dated outside the period, or after the as-of date.
    pub outside_period: Money,
}

/// The books of one input file: `read = accepted + quarantined + duplicate + skipped`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InputLine {
    /// Path relative to the configuration.
    pub path: String,
    /// The table it feeds.
    pub table: &'static str,
    /// Preset.
    pub preset: Option<String>,
    /// How it was understood.
    pub dialect: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// BLAKE3 of those bytes, hex.
    pub blake3: String,
    /// Records found.
    pub read: u64,
    /// Rows that entered the table.
    pub accepted: u64,
    /// Rows put aside.
    pub quarantined: u64,
    /// Rows whose key stood already.
    pub duplicate: u64,
    /// Records that are no rows of the table: repeated headers, totals, deleted or unfinished ones.
    pub skipped: u64,
    /// Accepted rows that a named rule put right.
    pub repaired: u64,
    /// First day among the accepted rows.
    pub first: Option<NaiveDate>,
    /// Last day among the accepted rows.
    pub last: Option<NaiveDate>,
}

/// A raw name that no capability is mapped to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct UnmappedLine {
    /// The table it stands in.
    pub table: &'static str,
    /// The name as written.
    pub name: String,
    /// Rows that carry it.
    pub rows: u64,
}

/// A part that lacks its input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unavailable {
    /// What is missing.
    pub part: &'static str,
    /// The table that would bring it.
    pub wants: &'static str,
    /// In a sentence.
    pub sentence: String,
}

/// One setting that shapes the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SettingLine {
    /// Key in `deadhead.toml`.
    pub key: String,
    /// Value.
    pub value: String,
}

/// A `--fail-on` condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// The condition as asked.
    pub condition: String,
    /// Whether it holds, so that the run ends with code 4.
    pub holds: bool,
    /// What was found, in a sentence.
    pub sentence: String,
}
