//! The shape of `report.json`. Every field is documented because the JSON schema is made from here.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::chart::Chart;
use crate::decide::{Grade, Reason, Verdict};
use crate::diag::Finding;
pub use crate::units::Definition;
use crate::units::{Money, Share};

/// Version of the shape of `report.json`: additions raise the second number, everything else the first.
pub const SCHEMA_VERSION: &str = "1.0";

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
    /// Three to six sentences that carry the report: what was looked at, what was found, how sure.
    pub headlines: Vec<String>,
    /// The figures of the head of the page.
    pub totals: Totals,
    /// Every capability, in rank order.
    pub capabilities: Vec<CapabilityLine>,
    /// The charts, in page order; drawn in `charts/`.
    pub charts: Vec<Chart>,
    /// Accounts that use a candidate, for customer success: by rank of the capability, then dependence.
    pub dependence: Vec<DependenceLine>,
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
}

/// One capability with every metric: a line of `tables/capabilities.csv`. A field that is null is unknown, never zero.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CapabilityLine {
    /// Place in the list, from 1.
    pub rank: usize,
    /// Stable id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// `feature` or `integration`.
    pub kind: &'static str,
    /// Category.
    pub category: Option<String>,
    /// Owning team.
    pub owner: Option<String>,
    /// core, invest, maintain, harvest or sunset.
    pub intent: Option<String>,
    /// First day on offer.
    pub launched_on: Option<NaiveDate>,
    /// Accounts in the base.
    pub base_accounts: u64,
    /// Accounts of the base active in the period.
    pub active_accounts: Option<u64>,
    /// Active accounts over the base, 0–1.
    pub adoption: Option<f64>,
    /// Lower end of its 95 % Wilson interval.
    pub adoption_low: Option<f64>,
    /// Upper end of its 95 % Wilson interval.
    pub adoption_high: Option<f64>,
    /// Adoption among entitled accounts, 0–1.
    pub adoption_eligible: Option<f64>,
    /// ARR of active accounts over ARR of the base, 0–1.
    pub adoption_arr: Option<f64>,
    /// Distinct users in the period.
    pub active_users: Option<u64>,
    /// DAU/MAU, 0–1.
    pub stickiness: Option<f64>,
    /// Retained accounts over those active in the period before, 0–1.
    pub retention: Option<f64>,
    /// Change of adoption per month (Theil–Sen).
    pub trend_per_month: Option<f64>,
    /// Two-sided Mann–Kendall p.
    pub trend_p: Option<f64>,
    /// Top account's share of active days, 0–1.
    pub top_account_share: Option<f64>,
    /// 1 / HHI of active days over accounts.
    pub effective_accounts: Option<f64>,
    /// Part of all use, 0–1.
    pub usage_share: Option<f64>,
    /// Tickets attributed in the period.
    pub tickets: Option<u64>,
    /// Hours of run work attributed in the period.
    pub engineering_hours: Option<f64>,
    /// Cost of support in the period.
    pub support_cost: Option<Money>,
    /// Cost of run engineering in the period.
    pub engineering_cost: Option<Money>,
    /// Cost of incidents in the period: responder hours and credits; null also where its incidents do not say what they cost.
    pub incident_cost: Option<Money>,
    /// Charges of the period.
    pub direct_cost: Option<Money>,
    /// Support, engineering, incidents and charges of the period.
    pub run_cost: Option<Money>,
    /// Estimated hidden cost; not computed yet, always null.
    pub hidden_cost: Option<Money>,
    /// Investment in the period, which is engineering that builds: shown, in no ratio.
    pub build_cost: Option<Money>,
    /// Run cost over all attributed run cost, 0–1.
    pub cost_share: Option<f64>,
    /// Cost share over usage share.
    pub disproportion: Option<f64>,
    /// Lower end of its 95 % bootstrap interval.
    pub disproportion_low: Option<f64>,
    /// Upper end of its 95 % bootstrap interval.
    pub disproportion_high: Option<f64>,
    /// Run cost over active accounts.
    pub cost_per_active_account: Option<Money>,
    /// Run cost over active users.
    pub cost_per_active_user: Option<Money>,
    /// Tickets per 1,000 account-days.
    pub contact_rate: Option<f64>,
    /// ARR of active accounts.
    pub arr_touched: Option<Money>,
    /// ARR at risk on removal; not computed yet, always null.
    pub arr_at_risk: Option<Money>,
    /// Grade of the rule.
    pub rule: Grade,
    /// Verdict.
    pub verdict: Verdict,
    /// Net benefit, 5th percentile; not computed yet, always null.
    pub net_benefit_p05: Option<Money>,
    /// Net benefit, median; not computed yet, always null.
    pub net_benefit_p50: Option<Money>,
    /// Net benefit, 95th percentile; not computed yet, always null.
    pub net_benefit_p95: Option<Money>,
    /// P(net benefit > 0); not computed yet, always null.
    pub p_positive: Option<f64>,
    /// Rank acceptability; not computed yet, always null.
    pub rank_acceptability: Option<f64>,
    /// *Dying anyway* score, 0–1: orders, is no probability.
    pub removal_score: Option<f64>,
    /// Place by that score.
    pub removal_rank: Option<usize>,
    /// Every reason that holds.
    pub reasons: Vec<Reason>,
    /// The sentence that says why.
    pub why: String,
    /// Whether it stands in `tables/candidates.csv`: verdict `deprecate` or `watch`.
    pub candidate: bool,
    /// Yearly run cost at the rate of the period.
    pub yearly_run_cost: Option<Money>,
    /// Engineering of unknown kind in the period: shown, in no ratio.
    pub unclassified_cost: Option<Money>,
    /// Run cost of the twelve months up to the end of the period; null when the cost data do not reach back.
    pub run_cost_12m: Option<Money>,
    /// Mean confidence of the placements behind the run cost, weighted by amount, 0–1.
    pub cost_confidence: Option<f64>,
}

/// One account that uses one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DependenceLine {
    /// Capability id.
    pub capability: String,
    /// Account id.
    pub account_id: String,
    /// Display name.
    pub account_name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Customer-success manager.
    pub owner: Option<String>,
    /// ARR.
    pub arr: Option<Money>,
    /// Active days on the capability in the period.
    pub active_days: u64,
    /// Active days on the capability over active days in the product, 0–1.
    pub dependence: Option<Share>,
    /// Last use.
    pub last_use: Option<NaiveDate>,
    /// Last day of a promise to this account that holds on the as-of date.
    pub committed_until: Option<NaiveDate>,
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
