//! What `deadhead.toml` may say. One struct per stage of the road: a stage is given its own and sees no other.
//!
//! These types are the single declaration of the file: the JSON schema, the strict check with places and the
//! values themselves come from them. Defaults stand in `defaults.toml` only, with unit, range, reason and source.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Assumptions, DecisionPolicy, Override};
use super::integrations::{ChurnSettings, LayerSettings, ProcureSettings, ReliabilitySettings, VolatilitySettings};
use super::ledger::{CostSettings, DatedRate, MapRule, Rates, WorkRule};
use super::plan::PlanSettings;
use super::prior::PriorSettings;
use super::removal::RemovalSettings;
use crate::tables::TableId;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Version of this file's format; 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// Name of the company, for titles.
    pub company: Option<String>,
    /// The day of the report; nothing dated later is read. Without it: today.
    pub as_of: Option<NaiveDate>,
    /// The report period: `2026-Q3`, `2026-09`, `2026` or `2026-07-01..2026-10-01` (second day excluded).
    /// Without it: the last complete quarter that holds usage, else the last month that does.
    pub period: Option<String>,
    /// ISO 4217 code of the report currency.
    #[schemars(regex(pattern = r"^[A-Z]{3}$"))]
    pub currency: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// The files to read.
    pub input: Vec<InputSettings>,
    /// Rules from raw names to capabilities; the first that matches wins.
    pub map: Vec<MapRule>,
    /// What to do with names that nothing matches.
    pub catalogue: CatalogueSettings,
    /// Units of the report currency for one unit of another, by ISO 4217 code.
    pub fx: BTreeMap<String, f64>,
    /// Hourly rates and cost per contact.
    pub rates: Rates,
    /// Rates of certain teams, layers and days; the most specific one goes before `rates`.
    pub rate: Vec<DatedRate>,
    /// Rules from what a work item says to the kind of work; the first that matches wins.
    pub work: Vec<WorkRule>,
    /// How use is measured.
    pub adoption: AdoptionSettings,
    /// When two capabilities go together, and when one takes the other's place.
    pub overlap: OverlapSettings,
    /// How cost is measured.
    pub cost: CostSettings,
    /// What is proposed for contacts without a label.
    pub triage: TriageSettings,
    /// The rule: rare, and yet costly.
    pub rule: RuleSettings,
    /// Guards that stand before the rule.
    pub guards: GuardSettings,
    /// When a removal is advised.
    pub decision: DecisionPolicy,
    /// What net benefit rests on and the data do not say.
    pub assumptions: Assumptions,
    /// The same for single capabilities.
    pub assume: Vec<Override>,
    /// What the signs of life and death weigh.
    pub removal: RemovalSettings,
    /// Which of the candidates go when, and who is told.
    pub plan: PlanSettings,
    /// A learned prior, shown beside the verdict.
    pub prior: PriorSettings,
    /// When an integration counts as broken, and how much of the time it should work.
    pub reliability: ReliabilitySettings,
    /// Who ends what: the three layers of support.
    pub layers: LayerSettings,
    /// What vendors change.
    pub volatility: VolatilitySettings,
    /// Who leaves, and why.
    pub churn: ChurnSettings,
    /// What a platform would take over.
    pub procure: ProcureSettings,
    /// When the data are not good enough for a report.
    pub quality: QualitySettings,
    /// What is written.
    pub output: OutputSettings,
}

/// One `[[input]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputSettings {
    /// The table that the file feeds. May be left out when a preset names it.
    pub table: Option<TableId>,
    /// File or glob, relative to this file's folder; `.csv`, `.tsv`, `.parquet`, plain, `.gz` or `.zst`.
    pub path: String,
    /// Known export, by name: see `deadhead init --list-presets`.
    pub preset: Option<String>,
    /// Which column of the file feeds a column of the table: `table_column = "File Column"`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// The same value in every row: `table_column = "value"`; used where the file's own cell is empty or absent.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Raw cell values to read as another: `table_column = { "Raw value" = "value" }`.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// One character, or `tab`. Without it: found from the file.
    pub delimiter: Option<String>,
    /// What quotes cells: `"` or `'`. Without it: found from the file.
    pub quote: Option<String>,
    /// Encoding of the text, such as `windows-1252` or `utf-16le`. Without it: found from the file.
    pub encoding: Option<String>,
    /// Line of the header, from 1; 0 when the file has none, and its columns are `column 1`, `column 2` …. Without it: found.
    pub header_row: Option<u64>,
    /// Decimal sign, `,` or `.`. Without it: found from the columns.
    pub decimal: Option<String>,
    /// Sheet of a workbook. Without it: the one that holds the headers looked for, else the first.
    pub sheet: Option<String>,
    /// Where the records of a JSON or YAML document are, as a JSON path such as `$.data.items[*]`. Without it: found.
    pub records: Option<String>,
    /// How dates are written, in strftime notation such as `%d/%m/%Y %H:%M`. Without it: found from each cell and its column.
    pub date_format: Option<String>,
    /// Time zone of times that name none: an offset such as `+02:00` or a place such as `Europe/Berlin`, whose daylight
    /// saving is followed. A time that a spring change skips is read an hour later, of a repeated one the earlier. Without
    /// it: UTC.
    pub time_zone: Option<String>,
    /// Cell texts that mean "no value", besides the empty cell.
    #[serde(default)]
    pub null_values: Vec<String>,
    /// What to do with a row that cannot be read.
    #[serde(default)]
    pub on_error: OnError,
    /// Quarantine files whose column `raw` was mended by hand, as a file or glob; their rows are read in place of the
    /// rejected ones.
    pub mended: Option<String>,
}

impl InputSettings {
    /// A file of which nothing else is said.
    #[must_use]
    pub fn of(path: &str) -> Self {
        Self {
            table: None,
            path: path.to_owned(),
            preset: None,
            columns: BTreeMap::new(),
            constants: BTreeMap::new(),
            values: BTreeMap::new(),
            delimiter: None,
            quote: None,
            encoding: None,
            header_row: None,
            decimal: None,
            sheet: None,
            records: None,
            date_format: None,
            time_zone: None,
            null_values: Vec::new(),
            on_error: OnError::default(),
            mended: None,
        }
    }
}

/// The answer to a row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// Put it aside, count it and go on.
    #[default]
    Quarantine,
    /// Put it right where a named rule can, count it, and put aside the others.
    Repair,
    /// Stop at the first.
    Fail,
}

/// `[catalogue]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueSettings {
    /// What happens to names of usage that match no capability.
    pub unlisted: Unlisted,
    /// Kind of the capabilities that are made from raw names.
    pub default_kind: CapabilityKind,
}

/// What happens to a name of usage that matches nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unlisted {
    /// Unmapped when there is a catalogue, else a capability of its own.
    Auto,
    /// Always unmapped.
    Unmapped,
    /// Always a capability of its own.
    Own,
}

/// What a capability is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapabilityKind {
    /// A part of the product.
    Feature,
    /// A connection to another product.
    Integration,
}

impl CapabilityKind {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Integration => "integration",
        }
    }
}

/// `[adoption]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptionSettings {
    /// Active days in the period from which an account counts as active.
    #[schemars(range(min = 1))]
    pub min_active_days: u32,
    /// What a capability's share of use is measured in.
    pub usage_share_of: UsageShareOf,
    /// Days with success in the period from which an account counts as one that came back.
    #[schemars(range(min = 1))]
    pub repeated_days: u32,
    /// Part of the attempts that fail from which a capability counts as broken.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub broken_from: f64,
    /// Accounts that must speak of it before a capability counts as broken, or as used without being counted.
    #[schemars(range(min = 1))]
    pub evidence_accounts: u32,
    /// Core capabilities that a new account must have used to count as onboarded.
    #[schemars(range(min = 1))]
    pub onboarding_core: u32,
}

/// `[overlap]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlapSettings {
    /// Accounts that must have moved from one capability to another before the one may be called the other's substitute.
    #[schemars(range(min = 1))]
    pub min_switchers: u32,
    /// Part of the accounts that gave the one up which they must be, beyond what is expected without any tie.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_switch_share: f64,
    /// Accounts that must use both capabilities before they may be called complements.
    #[schemars(range(min = 1))]
    pub min_both: u32,
    /// Part of the accounts of the rarer capability that must use the commoner one.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_containment: f64,
    /// Part of the room between co-use by chance and full containment that co-use must fill.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_excess: f64,
    /// A pair whose Jaccard index is at least this is listed whatever its relation.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub list_from: f64,
    /// How many pairs are listed at most, besides the closest partner of every capability.
    #[schemars(range(min = 0))]
    pub max_pairs: u32,
}

/// The basis of usage share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UsageShareOf {
    /// (account, capability, active day) triples.
    ActiveDays,
    /// Events.
    Events,
    /// (user, capability, day) triples.
    UserDays,
    /// Active accounts.
    ActiveAccounts,
    /// Distinct users in the period.
    ActiveUsers,
    /// ARR of the active accounts.
    Arr,
}

impl UsageShareOf {
    /// What is counted, in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ActiveDays => "active days",
            Self::Events => "events",
            Self::UserDays => "user-days",
            Self::ActiveAccounts => "active accounts",
            Self::ActiveUsers => "active users",
            Self::Arr => "ARR",
        }
    }
}

/// `[triage]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageSettings {
    /// What becomes of the proposals.
    #[serde(rename = "use")]
    pub mode: TriageUse,
    /// Share of right answers that must hold among those given.
    #[schemars(range(min = 0.5, max = 0.99))]
    pub precision: f64,
    /// Labelled contacts of different text from which a label is learnt.
    #[schemars(range(min = 2))]
    pub min_examples: u32,
    /// Labelled contacts of different text from which there is a model.
    #[schemars(range(min = 50))]
    pub min_labelled: u32,
    /// Parts of the cross-validation.
    #[schemars(range(min = 3, max = 10))]
    pub folds: u32,
}

/// What becomes of the proposals of triage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TriageUse {
    /// Proposed capabilities enter the ledger with their confidence.
    Ledger,
    /// They are listed and enter nothing.
    Propose,
    /// There are none.
    Off,
}

/// `[rule]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSettings {
    /// A capability is rare when its adoption lies below this fraction.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub rare_below: f64,
    /// A capability is disproportionate when cost share over usage share lies above this.
    #[schemars(range(min = 0.0))]
    pub disproportion_above: f64,
    /// … and its run cost is more than this fraction of all run cost.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub material_share: f64,
}

/// `[guards]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardSettings {
    /// A capability launched fewer months than this before the end of the period is too new to judge.
    #[schemars(range(min = 0, max = 120))]
    pub too_new_months: u32,
    /// Fewer accounts than this in the base: insufficient data.
    #[schemars(range(min = 1))]
    pub min_base_accounts: u32,
    /// Fewer days of usage data than this in the period: insufficient data.
    #[schemars(range(min = 1))]
    pub min_days_observed: u32,
    /// Adoption within a segment from which a capability that is rare overall is critical to the segment.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub segment_adoption: f64,
    /// Part of all ARR that such a segment must carry.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub segment_arr_share: f64,
    /// Part of use that ends in errors from which low use may mean broken and not unwanted.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub error_share: f64,
}

/// `[quality]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualitySettings {
    /// The run ends with code 3 when more than this fraction of the rows of one input is quarantined.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub max_quarantined: f64,
}

/// `[output]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputSettings {
    /// Folder of the reports, relative to this file; each period gets a folder of its own in it.
    pub dir: String,
    /// Write `charts/*.png` beside `charts/*.svg`.
    pub png: bool,
    /// How many capabilities the charts name at most.
    #[schemars(range(min = 1, max = 60))]
    pub chart_top: u32,
}
