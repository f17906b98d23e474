//! Which support contacts triage learns from, which it is asked about, and what becomes of its answers.
//!
//! It learns from contacts that a label places whole on one capability, and from those whose component or capability is
//! known and reaches nothing: they are about something else, and so may the others be. It is asked about those that carry neither
//! and that no rule places by a word of their text. A tag is a label where it reaches a capability; one that reaches nothing
//! is none, because most tags say what kind of contact it was. Contacts after the as-of date are passed over.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::placement::{self, Placement, Placer};
use super::triage::{Contact, Triage, triage};
use super::{Catalogue, Target};
use crate::config::{TriageSettings, TriageUse};
use crate::tables::rows::Ticket;

/// What triage made of the tickets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TriagedTickets {
    /// Its proposals and what they are worth. A proposal's contact is a row of the tickets, and its capability one of the
    /// catalogue.
    pub triage: Triage,
    /// Tickets that it reads as being about none of the capabilities.
    pub elsewhere: u64,
    /// By row of the tickets: what places its cost in the ledger; empty where `triage.use` keeps proposals out of it.
    pub placements: BTreeMap<usize, (usize, f64)>,
    /// Whether proposals place cost in the ledger, as `triage.use` says.
    pub used_in_ledger: bool,
}

/// Reads the tickets without a label; see the module.
#[must_use]
pub fn triage_tickets(
    catalogue: &Catalogue,
    tickets: &[Ticket],
    as_of: NaiveDate,
    settings: &TriageSettings,
) -> TriagedTickets {
    if settings.mode == TriageUse::Off {
        return TriagedTickets { triage: triage(&[], settings), ..TriagedTickets::default() };
    }
    // One more than the catalogue has: something else.
    let elsewhere = catalogue.capabilities().len();
    let mut placer = Placer::new(catalogue);
    let texts: Vec<String> = tickets.iter().map(text).collect();
    let mut rows = Vec::new();
    let mut contacts = Vec::new();
    let is_known = |ticket: &Ticket| ticket.opened_at.is_none_or(|opened| opened.date() <= as_of);
    for (row, ticket) in tickets.iter().enumerate().filter(|(_, ticket)| is_known(ticket)) {
        let capability = match label(&mut placer, ticket) {
            Label::Capability(capability) => Some(capability),
            Label::Elsewhere => Some(elsewhere),
            Label::None => None,
            Label::Unclear => continue,
        };
        rows.push(row);
        contacts.push(Contact {
            text: &texts[row],
            capability,
            priority: ticket.priority.as_deref(),
            layer: ticket.layer.as_deref(),
        });
    }
    let mut triage = triage(&contacts, settings);
    let mut about_nothing = 0;
    for proposal in &mut triage.proposals {
        proposal.contact = rows[proposal.contact];
        about_nothing += u64::from(proposal.capability.is_some_and(|(capability, _)| capability == elsewhere));
        proposal.capability = proposal.capability.filter(|(capability, _)| *capability < elsewhere);
    }
    triage
        .proposals
        .retain(|proposal| proposal.capability.is_some() || proposal.priority.is_some() || proposal.layer.is_some());
    let placed = triage.proposals.iter().filter_map(|proposal| Some((proposal.contact, proposal.capability?)));
    let used_in_ledger = settings.mode == TriageUse::Ledger;
    let placements = if used_in_ledger { placed.collect() } else { BTreeMap::new() };
    TriagedTickets { triage, elsewhere: about_nothing, placements, used_in_ledger }
}

fn text(ticket: &Ticket) -> String {
    let parts = [ticket.subject.as_deref(), ticket.body.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// What the label of a ticket says.
enum Label {
    /// One capability, whole.
    Capability(usize),
    /// It has one, which reaches nothing.
    Elsewhere,
    /// It has none.
    None,
    /// Several capabilities, overhead, or a word in the text: nothing to learn and nothing to ask.
    Unclear,
}

fn label<'a>(placer: &mut Placer<'a>, ticket: &'a Ticket) -> Label {
    let (names, texts) = placement::of_ticket(ticket);
    let by_name = placer.place(&names, &[], None);
    if let Placement { targets, is_disputed: false, .. } = &by_name
        && let [Target::Capability(capability)] = targets.as_slice()
    {
        return Label::Capability(*capability);
    }
    if !by_name.targets.is_empty() || !placer.place(&[], &texts, None).targets.is_empty() {
        return Label::Unclear;
    }
    if ticket.capability.is_some() || ticket.component.is_some() { Label::Elsewhere } else { Label::None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::testing::Case;
    use crate::config;

    /// Sixty-four texts a topic: `fax` and `search` are capabilities, `billing` is none.
    fn tickets() -> Vec<Ticket> {
        let topics = [("fax", "paper jam dial tone"), ("search", "find index query"), ("billing", "invoice due date")];
        let filler = ["today", "again", "please", "urgent", "morning", "team", "office", "customer"];
        let text = |words: &str, n: usize| format!("{words} {} {}", filler[n % 8], filler[n / 8]);
        let labelled = topics.iter().flat_map(|(topic, words)| {
            (0..64).map(move |n| Ticket {
                component: Some((*topic).to_owned()),
                subject: Some(text(words, n)),
                ..Ticket::default()
            })
        });
        let asked = topics.iter().map(|(_, words)| Ticket {
            subject: Some(format!("{words} unseen")),
            tags: Some(vec!["bug".into()]),
            ..Ticket::default()
        });
        labelled.chain(asked).collect()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_comes_after_the_as_of_date_is_neither_learnt_from_nor_asked() {
        let case = Case::new(&[("fax", ""), ("search", "")], &[]);
        let mut settings = config::parse("").unwrap().triage;
        settings.min_labelled = 50;
        let mut tickets = tickets();
        let known = triage_tickets(&case.catalogue, &tickets[..193], day("2026-09-30"), &settings);
        let late = "2026-10-01T00:00:00".parse().ok();
        tickets[193..].iter_mut().for_each(|ticket| ticket.opened_at = late);
        tickets.extend((0..64).map(|_| Ticket {
            component: Some("fax".into()),
            subject: Some("find index query".into()),
            opened_at: late,
            ..Ticket::default()
        }));
        assert_eq!(triage_tickets(&case.catalogue, &tickets, day("2026-09-30"), &settings), known);
    }

    #[test]
    fn what_carries_no_label_is_asked_and_what_is_about_something_else_is_placed_nowhere() {
        let case = Case::new(&[("fax", ""), ("search", "")], &[]);
        let mut settings = config::parse("").unwrap().triage;
        settings.min_labelled = 50;
        let tickets = tickets();
        let found = triage_tickets(&case.catalogue, &tickets, day("2026-09-30"), &settings);
        let placed: Vec<(usize, usize)> = found.placements.iter().map(|(row, (of, _))| (*row, *of)).collect();
        assert_eq!(placed, [(192, 0), (193, 1)]);
        assert_eq!(found.elsewhere, 1);
        settings.mode = TriageUse::Propose;
        let listed = triage_tickets(&case.catalogue, &tickets, day("2026-09-30"), &settings);
        assert!(listed.placements.is_empty());
        assert_eq!(listed.triage, found.triage);
        settings.mode = TriageUse::Off;
        assert!(triage_tickets(&case.catalogue, &tickets, day("2026-09-30"), &settings).triage.proposals.is_empty());
    }
}
