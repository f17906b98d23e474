use schemars::JsonSchema;
use serde::Serialize;

use super::EstimateLine;

/// The list under another way of placing cost, against the list of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct AllocationComparison {
    /// The settings that make the way, such as `several_labels=even, share_out=none`.
    pub method: String,
    /// Kendall's τ-b of the two rankings; `None` when one has no order.
    pub kendall_tau: Option<f64>,
    /// Candidates by that way and not by the report's, as indices into [`crate::metrics::Facts::capabilities`], in the
    /// order of that list.
    pub entered: Vec<usize>,
    /// Candidates of the report that would be none, in rank order.
    pub left: Vec<usize>,
    /// The capability whose rank moves most.
    pub largest_move: Option<RankMove>,
}

/// How one capability moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankMove {
    /// Index into [`crate::metrics::Facts::capabilities`].
    pub capability: usize,
    /// Its rank in the report.
    pub from: usize,
    /// Its rank by the other way.
    pub to: usize,
}

/// The list under another way of placing cost, against the list of the report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AllocationLine {
    /// The settings that make the way, such as `several_labels=even, share_out=none`.
    pub method: String,
    /// Kendall's τ-b of the two rankings, −1 to 1; 1: the same order.
    pub kendall_tau: Option<f64>,
    /// Ids of the candidates by that way that are none by the report's.
    pub entered: Vec<String>,
    /// Ids of the candidates of the report that would be none.
    pub left: Vec<String>,
    /// The capability whose rank moves most; null when none moves.
    pub largest_move: Option<RankMoveLine>,
}

/// How one capability moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RankMoveLine {
    /// Capability id.
    pub id: String,
    /// Its rank in the report.
    pub from: usize,
    /// Its rank by the other way.
    pub to: usize,
}

/// How tickets without a label were read, and how far that can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TriageLine {
    /// Correct proposals over proposals, by cross-validation on labelled tickets, 0–1.
    pub precision: Option<EstimateLine>,
    /// Proposals over tickets, by the same cross-validation, 0–1.
    pub coverage: Option<EstimateLine>,
    /// The confidence below which nothing is proposed, 0–1.
    pub threshold: Option<f64>,
    /// How right it would be always to propose the most frequent capability, 0–1.
    pub most_frequent: Option<EstimateLine>,
    /// Labelled tickets with text that the model learned from.
    pub labelled: u64,
    /// Capabilities that it can tell apart.
    pub classes: u64,
    /// Tickets without a label for which a capability is proposed.
    pub proposed: u64,
    /// Those that read like the labelled ones that are about none of the capabilities.
    pub elsewhere: u64,
    /// Those of which the model is not sure enough.
    pub abstained: u64,
    /// Those without text.
    pub without_text: u64,
    /// Whether the proposals place cost in the ledger.
    pub used_in_ledger: bool,
    /// Why nothing is proposed; null when the model serves.
    pub refused: Option<String>,
    /// How right the proposed priorities are; null when none are proposed.
    pub priority_precision: Option<EstimateLine>,
    /// How many get one.
    pub priority_coverage: Option<EstimateLine>,
    /// How right the proposed layers are; null when none are proposed.
    pub layer_precision: Option<EstimateLine>,
    /// How many get one.
    pub layer_coverage: Option<EstimateLine>,
    /// All of this in a sentence.
    pub sentence: String,
}

/// What is proposed for one ticket: a line of `tables/triage.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalLine {
    /// Ticket id.
    pub ticket_id: String,
    /// Id of the capability.
    pub capability: Option<String>,
    /// Confidence in it, 0–1.
    pub confidence: Option<f64>,
    /// Priority.
    pub priority: Option<String>,
    /// Confidence in it, 0–1.
    pub priority_confidence: Option<f64>,
    /// Support layer.
    pub layer: Option<String>,
    /// Confidence in it, 0–1.
    pub layer_confidence: Option<f64>,
}
