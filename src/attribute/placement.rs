//! What places a cost row: the evidence in its cells, before anything is shared.

use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::catalogue::is_of_names;
use super::confidence;
use super::{Catalogue, Hit, Target};
use crate::config::RawColumn;
use crate::tables::rows::Ticket;

/// A column of a row, and what stands in it.
pub(super) type Cells<'a> = (RawColumn, &'a [String]);

/// What places one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Placement {
    /// The column, or `triage`; empty when nothing places it.
    pub rule: &'static str,
    /// Number of the `[[map]]` rule, from 1, where one single rule did; `None`: by ids and names, or by several rules.
    pub map_rule: Option<u32>,
    /// The different things that the cells of that column reach, in the order of the row; empty when nothing does.
    pub targets: Vec<Target>,
    /// How sure it is, 0–1; `None` when nothing places it.
    pub confidence: Option<f64>,
    /// Another column of the row names other capabilities.
    pub is_disputed: bool,
}

/// Places rows, and remembers what each cell reaches.
pub(super) struct Placer<'a> {
    catalogue: &'a Catalogue,
    known: HashMap<(RawColumn, &'a str), Option<Rc<Hit>>, RandomState>,
}

impl<'a> Placer<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, known: HashMap::default() }
    }

    /// The first column that reaches something places the row: `names` in order, then columns of `texts`, then the `proposal`
    /// of a model.
    pub(super) fn place(
        &mut self,
        names: &[(RawColumn, &'a [String])],
        texts: &[(RawColumn, &'a [String])],
        proposal: Option<(usize, f64)>,
    ) -> Placement {
        let mut placement: Option<Placement> = None;
        for &(column, cells) in names {
            let Some(found) = self.column(column, cells) else { continue };
            match &mut placement {
                None => placement = Some(found),
                // A rule on a team or a kind is for what nothing else names.
                Some(_) if !is_of_names(column) => {}
                Some(first) => first.is_disputed |= self.disagree(&first.targets, &found.targets),
            }
        }
        placement
            .or_else(|| texts.iter().find_map(|&(column, cells)| self.text(column, cells)))
            .or_else(|| Self::proposed(proposal))
            .unwrap_or_default()
    }

    fn column(&mut self, column: RawColumn, cells: &'a [String]) -> Option<Placement> {
        let mut found: Vec<Rc<Hit>> = Vec::new();
        for cell in cells {
            let Some(hit) = self.look_up(column, cell) else { continue };
            if found.iter().all(|known| known.target != hit.target) {
                found.push(hit);
            }
        }
        // Overhead is what no capability claims.
        if found.iter().any(|hit| hit.target != Target::Overhead) {
            found.retain(|hit| hit.target != Target::Overhead);
        }
        let first = found.first()?;
        let base = if column == RawColumn::Capability { confidence::EXPLICIT } else { confidence::NAMED };
        Some(Placement {
            rule: column.name(),
            map_rule: first.map_rule.filter(|_| found.len() == 1),
            confidence: Some(if found.len() > 1 { confidence::SEVERAL } else { base }),
            targets: found.iter().map(|hit| hit.target.clone()).collect(),
            is_disputed: false,
        })
    }

    fn look_up(&mut self, column: RawColumn, cell: &'a str) -> Option<Rc<Hit>> {
        let catalogue = self.catalogue;
        self.known.entry((column, cell)).or_insert_with(|| catalogue.hit(column, cell).map(Rc::new)).clone()
    }

    /// Texts are long and each its own: nothing is remembered, and they are not looked at for nothing.
    fn text(&self, column: RawColumn, cells: &[String]) -> Option<Placement> {
        if !self.catalogue.looks_at(column) {
            return None;
        }
        let hit = cells.iter().find_map(|cell| self.catalogue.hit(column, cell))?;
        Some(Placement {
            rule: column.name(),
            map_rule: hit.map_rule,
            targets: vec![hit.target],
            confidence: Some(confidence::TEXT),
            is_disputed: false,
        })
    }

    fn proposed(proposal: Option<(usize, f64)>) -> Option<Placement> {
        let (capability, confidence) = proposal?;
        Some(Placement {
            rule: TRIAGE,
            map_rule: None,
            targets: vec![Target::Capability(capability)],
            confidence: Some(confidence.clamp(0.0, 1.0)),
            is_disputed: false,
        })
    }

    /// Whether two columns name capabilities and none in common. A part and its whole agree; overhead names none.
    fn disagree(&self, one: &[Target], other: &[Target]) -> bool {
        let named =
            |targets: &[Target]| targets.iter().flat_map(Target::weights).map(|(index, _)| index).collect::<Vec<_>>();
        let (one, other) = (named(one), named(other));
        let related = |a: usize, b: usize| a == b || self.catalogue.is_part_of(a, b) || self.catalogue.is_part_of(b, a);
        !one.is_empty() && !other.is_empty() && !one.iter().any(|&a| other.iter().any(|&b| related(a, b)))
    }
}

/// The cells by which a ticket is placed: names in their order, then texts.
pub(super) fn of_ticket(ticket: &Ticket) -> ([Cells<'_>; 3], [Cells<'_>; 2]) {
    let names = [
        (RawColumn::Capability, ticket.capability.as_slice()),
        (RawColumn::Component, ticket.component.as_slice()),
        (RawColumn::Tags, ticket.tags.as_deref().unwrap_or_default()),
    ];
    let texts = [(RawColumn::Subject, ticket.subject.as_slice()), (RawColumn::Body, ticket.body.as_slice())];
    (names, texts)
}

/// The rule of a row that a model placed.
pub(super) const TRIAGE: &str = "triage";
