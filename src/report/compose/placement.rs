//! How cost was placed: other ways of doing it, and what the text of tickets proposed.

use crate::attribute::{Measured, Proposal, TriagedTickets};
use crate::metrics::Facts;
use crate::report::{AllocationComparison, AllocationLine, ProposalLine, RankMoveLine, TriageLine, rounded, sentences};
use crate::tables::rows::Ticket;

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

/// What triage made of the tickets without a label, with its sentence.
#[must_use]
pub fn triage_line(of: &TriagedTickets) -> TriageLine {
    let triage = &of.triage;
    let measured = triage.capability.as_ref();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let proposed = triage.proposals.iter().filter(|proposal| proposal.capability.is_some()).count();
    let priority = triage.priority.as_ref().filter(|measured| measured.threshold.is_some());
    let layer = triage.layer.as_ref().filter(|measured| measured.threshold.is_some());
    let precision = |measured: Option<&Measured>| estimate(measured.and_then(|measured| measured.precision));
    let coverage = |measured: Option<&Measured>| estimate(measured.map(|measured| measured.coverage));
    let mut line = TriageLine {
        precision: precision(measured),
        coverage: coverage(measured),
        threshold: measured.and_then(|measured| measured.threshold).map(rounded),
        most_frequent: estimate(measured.map(|measured| measured.most_frequent)),
        labelled: measured.map_or(0, |measured| measured.labelled),
        classes: measured.map_or(0, |measured| count(measured.classes)),
        proposed: count(proposed),
        elsewhere: of.elsewhere,
        abstained: triage.abstained,
        without_text: triage.without_text,
        used_in_ledger: of.used_in_ledger,
        refused: triage.refused.map(|refusal| refusal.as_str().to_owned()),
        priority_precision: precision(priority),
        priority_coverage: coverage(priority),
        layer_precision: precision(layer),
        layer_coverage: coverage(layer),
        sentence: String::new(),
    };
    line.sentence = sentences::triage(&line);
    line
}

/// The proposals with ids for indices, by ticket id.
pub(super) fn proposals(of: &TriagedTickets, tickets: &[Ticket], facts: &Facts) -> Vec<ProposalLine> {
    let line = |proposal: &Proposal| {
        let (priority, priority_confidence) = proposal.priority.clone().unzip();
        let (layer, layer_confidence) = proposal.layer.clone().unzip();
        ProposalLine {
            ticket_id: tickets[proposal.contact].ticket_id.clone().unwrap_or_default(),
            capability: proposal.capability.map(|(capability, _)| id(facts, capability)),
            confidence: proposal.capability.map(|(_, confidence)| rounded(confidence)),
            priority,
            priority_confidence: priority_confidence.map(rounded),
            layer,
            layer_confidence: layer_confidence.map(rounded),
        }
    };
    let mut lines: Vec<ProposalLine> = of.triage.proposals.iter().map(line).collect();
    lines.sort_by(|a, b| a.ticket_id.cmp(&b.ticket_id));
    lines
}
