//! How cost was placed: other ways of doing it, and what the text of tickets proposed.

use crate::metrics::Facts;
use crate::report::{
    AllocationComparison, AllocationLine, ProposalLine, RankMoveLine, TriageLine, TriageProposal, TriageReport,
    rounded, sentences,
};

use super::capability::estimate;

fn id(facts: &Facts, capability: usize) -> String {
    facts.capabilities[capability].capability.id.clone()
}

/// The comparison with ids for indices.
pub(super) fn allocation(way: &AllocationComparison, facts: &Facts) -> AllocationLine {
    let ids = |indices: &[usize]| indices.iter().map(|index| id(facts, *index)).collect();
    AllocationLine {
        method: way.method.clone(),
        kendall_tau: way.kendall_tau.map(rounded),
        entered: ids(&way.entered),
        left: ids(&way.left),
        largest_move: way.largest_move.map(|moved| RankMoveLine {
            id: id(facts, moved.capability),
            from: moved.from,
            to: moved.to,
        }),
    }
}

/// The measure of the reading, with its sentence.
#[must_use]
pub fn triage_line(of: &TriageReport) -> TriageLine {
    let mut line = TriageLine {
        precision: estimate(of.precision),
        coverage: estimate(of.coverage),
        threshold: of.threshold.map(rounded),
        most_frequent: estimate(of.most_frequent),
        labelled: of.labelled,
        classes: of.classes,
        proposed: of.proposed,
        elsewhere: of.elsewhere,
        abstained: of.abstained,
        without_text: of.without_text,
        used_in_ledger: of.used_in_ledger,
        refused: of.refused.clone(),
        priority_precision: estimate(of.priority.map(|(precision, _)| precision)),
        priority_coverage: estimate(of.priority.map(|(_, coverage)| coverage)),
        layer_precision: estimate(of.layer.map(|(precision, _)| precision)),
        layer_coverage: estimate(of.layer.map(|(_, coverage)| coverage)),
        sentence: String::new(),
    };
    line.sentence = sentences::triage(&line);
    line
}

/// The proposals with ids for indices.
pub(super) fn proposals(of: &TriageReport, facts: &Facts) -> Vec<ProposalLine> {
    let line = |proposal: &TriageProposal| ProposalLine {
        ticket_id: proposal.ticket_id.clone(),
        capability: proposal.capability.map(|capability| id(facts, capability)),
        confidence: proposal.confidence.map(rounded),
        priority: proposal.priority.clone(),
        priority_confidence: proposal.priority_confidence.map(rounded),
        layer: proposal.layer.clone(),
        layer_confidence: proposal.layer_confidence.map(rounded),
    };
    of.proposals.iter().map(line).collect()
}
