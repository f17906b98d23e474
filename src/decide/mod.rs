//! From numbers to a ranked list: the rule, the verdicts with all their reasons, the order.
use schemars::JsonSchema;
use serde::Serialize;

/// Grade of the rule *rare and yet disproportionately costly*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Both halves hold with their 95 % intervals.
    Prime,
    /// Both halves hold in point estimate.
    Possible,
    /// Not both hold, or one of them is unknown.
    None,
}

impl Grade {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prime => "prime",
            Self::Possible => "possible",
            Self::None => "none",
        }
    }
}

/// What to do with a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A promise, a law or the strategy keeps it.
    Protected,
    /// Launched too recently to judge.
    TooNew,
    /// The data cannot say.
    InsufficientData,
    /// Rare overall, common in a segment that carries ARR.
    SegmentCritical,
    /// Below the line now, above it in another month of the year.
    Seasonal,
    /// Prime candidate for removal.
    Deprecate,
    /// A candidate that needs more evidence.
    Watch,
    /// No reason to touch it.
    Keep,
}

/// One reason that holds for a capability, whatever the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// Stable code, kebab-case.
    pub code: &'static str,
    /// The reason in a sentence with its numbers.
    pub sentence: String,
}

/// The decision on one capability.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Index into [`crate::metrics::Facts::capabilities`].
    pub capability: usize,
    /// Grade of the rule.
    pub rule: Grade,
    /// Verdict: the first of the ordered list that fires.
    pub verdict: Verdict,
    /// Every reason that holds, in the order of the list.
    pub reasons: Vec<Reason>,
    /// The sentence that says why.
    pub why: String,
    /// Likelihood score of removal, 0–1: orders, is no probability. `None` when no signal is known.
    pub removal_score: Option<f64>,
    /// Place by removal score, from 1.
    pub removal_rank: Option<usize>,
    /// Place in the list, from 1.
    pub rank: usize,
}

/// All decisions, in rank order.
#[derive(Debug, Clone, PartialEq)]
pub struct Decisions {
    /// By rank.
    pub ranked: Vec<Decision>,
}
