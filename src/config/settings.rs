//! What `deadhead.toml` may say. One struct per stage of the road: a stage is given its own and sees no other.
//!
//! These types are the single declaration of the file: the JSON schema, the strict check with places and the
//! values themselves come from them. Defaults stand in `defaults.toml` only, with unit, range, reason and source.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Without it: the last complete quarter that holds usage.
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

/// How a `[[map]]` pattern is compared with a raw name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchKind {
    /// The whole name.
    Exact,
    /// The beginning of the name.
    Prefix,
    /// `*` any run, `?` one character, `[abc]` one of.
    Glob,
    /// A regular expression, found anywhere in the name unless anchored.
    Regex,
    /// One word or several in a row, whole, in any case, anywhere in a name or a text. Words are runs of letters and
    /// digits; what stands between them does not count.
    Keyword,
}

/// A column whose cells rules look at. `subject`, `title` and `body` are texts; the others hold names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawColumn {
    /// The raw name of a capability, in any table; that of usage too.
    Capability,
    /// Of tickets and work items.
    Component,
    /// Of work items.
    Labels,
    /// Of tickets, charges and incidents.
    Tags,
    /// Of work items.
    Epic,
    /// Of charges and incidents.
    Service,
    /// Of charges.
    Vendor,
    /// Files that a work item touched.
    Paths,
    /// Of work items: Bug, Story and the like.
    Type,
    /// Of work items.
    Team,
    /// Of charges: licence, hosting and the like.
    Kind,
    /// Of tickets.
    Subject,
    /// Of work items and incidents.
    Title,
    /// Of tickets.
    Body,
}

impl RawColumn {
    /// The name of the column, as in the schemas.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Capability => "capability",
            Self::Component => "component",
            Self::Labels => "labels",
            Self::Tags => "tags",
            Self::Epic => "epic",
            Self::Service => "service",
            Self::Vendor => "vendor",
            Self::Paths => "paths",
            Self::Type => "type",
            Self::Team => "team",
            Self::Kind => "kind",
            Self::Subject => "subject",
            Self::Title => "title",
            Self::Body => "body",
        }
    }
}

/// One `[[map]]` rule. It names exactly one of `capability`, `split` and `overhead`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapRule {
    /// How the pattern is compared.
    #[serde(rename = "match")]
    pub kind: MatchKind,
    /// What is compared with the raw name.
    pub pattern: String,
    /// Compare without regard to case.
    #[serde(default)]
    pub ignore_case: bool,
    /// The rule holds for cells of this column only. Without it: for every name, and as a keyword for every text.
    #[serde(default)]
    pub column: Option<RawColumn>,
    /// Id of the capability in the catalogue.
    #[serde(default)]
    pub capability: Option<String>,
    /// Capabilities that share what bears the name: id and weight. The weights sum to 1.
    #[serde(default)]
    pub split: BTreeMap<String, f64>,
    /// Cost under this name belongs to no capability by nature, such as hosting that all of them share.
    #[serde(default)]
    pub overhead: bool,
    /// What a usage name says: that the capability was used, or only that it was shown.
    #[serde(default)]
    pub stage: Stage,
}

impl MapRule {
    /// A rule that holds in every column and compares with regard to case.
    #[must_use]
    pub fn new(kind: MatchKind, pattern: &str, capability: &str) -> Self {
        Self {
            kind,
            pattern: pattern.to_owned(),
            ignore_case: false,
            column: None,
            capability: Some(capability.to_owned()),
            split: BTreeMap::new(),
            overhead: false,
            stage: Stage::default(),
        }
    }

    /// The ids of the capabilities that it names.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.capability.iter().chain(self.split.keys()).map(String::as_str)
    }
}

/// What a usage name says about a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It was tried: an event of use.
    #[default]
    Attempted,
    /// It was shown or offered: no use.
    Exposed,
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

/// `[rates]`, in report currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Loaded cost of an engineering hour where the team has no rate of its own.
    #[schemars(range(min = 0.0))]
    pub engineering_hour: f64,
    /// Loaded cost of an engineering hour by team, as the work items spell it.
    pub team: BTreeMap<String, f64>,
    /// Loaded cost of an hour of support by layer: `automated`, `ai`, `human`.
    pub support_hour: LayerRates,
    /// Cost of one contact by layer, where handle minutes are not known.
    pub contact: LayerRates,
}

/// What a rate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateOf {
    /// An hour of engineering; may name a team and a role.
    EngineeringHour,
    /// An hour of support; may name a layer and a priority.
    SupportHour,
    /// One contact whose minutes are not known; may name a layer and a priority.
    Contact,
    /// An hour of those who respond to an incident; may name a priority, the severity of the incident.
    IncidentHour,
}

/// A support layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Monitoring and self-healing.
    Automated,
    /// Assisted triage.
    Ai,
    /// People.
    Human,
}

impl Layer {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automated => "automated",
            Self::Ai => "ai",
            Self::Human => "human",
        }
    }
}

/// One `[[rate]]`: of those that fit a row and its day, the one with the most keys counts; of two, the one that begins
/// later, then the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedRate {
    /// What it is for.
    pub of: RateOf,
    /// Team, as the work items spell it.
    #[serde(default)]
    pub team: Option<String>,
    /// Role, as the work items spell it.
    #[serde(default)]
    pub role: Option<String>,
    /// Support layer.
    #[serde(default)]
    pub layer: Option<Layer>,
    /// Priority of the ticket or severity of the incident, as written.
    #[serde(default)]
    pub priority: Option<String>,
    /// First day. Without it: from the beginning.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Last day. Without it: open.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Loaded cost of one hour, or of one contact.
    #[schemars(range(min = 0.0))]
    pub amount: f64,
    /// ISO 4217 code of the amount, converted by `[fx]`. Without it: the report currency.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[A-Z]{3}$"))]
    pub currency: Option<String>,
}

/// One `[[work]]` rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkRule {
    /// How the pattern is compared.
    #[serde(rename = "match")]
    pub how: MatchKind,
    /// What is compared.
    pub pattern: String,
    /// Compare without regard to case.
    #[serde(default)]
    pub ignore_case: bool,
    /// The column of the work items that it looks at. Without it: type, labels, title, epic and component.
    #[serde(default)]
    pub column: Option<RawColumn>,
    /// The kind of work that a match means.
    pub kind: WorkKind,
}

/// A rate per support layer, in report currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerRates {
    /// Monitoring and self-healing.
    #[schemars(range(min = 0.0))]
    pub automated: f64,
    /// Assisted triage.
    #[schemars(range(min = 0.0))]
    pub ai: f64,
    /// People; also used where the layer is not known.
    #[schemars(range(min = 0.0))]
    pub human: f64,
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

/// `[cost]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostSettings {
    /// Kinds of work that are run cost; the others are shown and left out of the ratios.
    pub run_kinds: Vec<WorkKind>,
    /// Kind of work items that name none; `unclassified` keeps them apart.
    pub work_without_kind: WorkKind,
    /// Words by which the type and the labels of a work item tell its kind.
    pub work_words: WorkWords,
    /// Words by which the beginning of a title does.
    pub title_words: WorkWords,
    /// Where the hours of incidents are counted.
    pub incident_hours: IncidentHours,
    /// What happens to a row whose labels reach several capabilities.
    pub several_labels: SeveralLabels,
    /// What happens to cost that is placed on a capability with parts of its own.
    pub share_out: ShareOut,
    /// Weights of the parts by id, for `share_out = "given"`.
    pub share_weights: BTreeMap<String, f64>,
    /// Number of bootstrap replicates behind the interval of disproportion.
    #[schemars(range(min = 100, max = 100_000))]
    pub bootstrap_replicates: u32,
}

/// Words by kind of work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkWords {
    /// Repairing it in anger. Looked for first.
    pub incident: Vec<String>,
    /// Keeping it alive.
    pub maintain: Vec<String>,
    /// Helping customers with it.
    pub support: Vec<String>,
    /// Features and releases. Looked for last: a bug of a feature is a bug.
    pub build: Vec<String>,
}

/// Where the hours of incidents are counted, so that none counts twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentHours {
    /// In the responder hours of the incidents.
    Incidents,
    /// In work items of kind incident, which hold the same hours: of incidents only credits are cost.
    WorkItems,
}

/// What happens to a row whose labels reach several capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeveralLabels {
    /// They share it evenly.
    Even,
    /// The first label takes it, in the order of the row.
    First,
    /// They share it by their use in the period; evenly where none is used.
    Usage,
}

/// What happens to cost that is placed on a capability with parts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOut {
    /// It stays there.
    None,
    /// The parts share it by their use in the period; it stays where none is used.
    Usage,
    /// The parts share it evenly.
    Even,
    /// The parts share it by `share_weights`; it stays where none has a weight.
    Given,
}

/// Kinds of engineering work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// Features and releases: investment.
    Build,
    /// Keeping it alive.
    Maintain,
    /// Repairing it in anger.
    Incident,
    /// Helping customers with it.
    Support,
    /// Not said.
    Unclassified,
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
