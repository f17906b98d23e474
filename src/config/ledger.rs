//! What `deadhead.toml` may say about cost: which name means which capability, what an hour costs, which work is burden,
//! and how a row is shared.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
