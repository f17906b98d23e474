//! What is done for a capability, and what is left undone.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::super::Evidence;
use super::Signals;
use super::use_over_time::{UseOverTime, months_between};
use crate::attribute::{Source, Targets};
use crate::config::RawColumn;
use crate::tables::rows::{Change, KnownFinding};

/// Part of the best month's accounts from which a release counts as taken up.
const TAKEN_UP_FROM: f64 = 0.02;

/// What became of a change by the as-of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was taken over on that day.
    Done(NaiveDate),
    /// It waits.
    Open,
    /// It was given up, or what became of it by then cannot be told.
    Gone,
}

/// The state of a change on a day at which it was known. A table written later may say what was not yet so.
pub(super) fn fate(change: &Change, as_of: NaiveDate) -> Option<Fate> {
    let opened = change.opened_on.filter(|opened| *opened <= as_of)?;
    let closed = change.closed_on;
    Some(match change.status.as_deref() {
        _ if closed.is_some_and(|closed| closed > as_of) => Fate::Open,
        Some("done") => Fate::Done(closed.unwrap_or(opened)),
        Some("open") => Fate::Open,
        Some("dropped") => Fate::Gone,
        // Without a state, an end is the end of work, and none is none.
        _ => closed.map_or(Fate::Open, Fate::Done),
    })
}

/// Whether a finding is open on a day; `None` when it was not known then. Without a state it is: no fix is known.
pub(super) fn is_open(finding: &KnownFinding, as_of: NaiveDate) -> Option<bool> {
    finding.found_on.filter(|found| *found <= as_of)?;
    Some(match finding.fixed_on {
        Some(fixed) => fixed > as_of,
        None => finding.status.as_deref() != Some("fixed"),
    })
}

#[derive(Debug, Clone, Default)]
struct OfOne {
    last_release: Option<NaiveDate>,
    releases: f64,
    last_change: Option<NaiveDate>,
    finished: f64,
    finished_of_year: f64,
    authors: BTreeSet<String>,
    open: f64,
    oldest_open: Option<NaiveDate>,
    has_changes: bool,
    findings: f64,
}

/// What is done and left undone, by capability.
pub(super) struct Upkeep {
    as_of: NaiveDate,
    of: Vec<OfOne>,
    /// First day of the releases; `None` without any.
    releases_from: Option<NaiveDate>,
    /// First day of the changes and the work; `None` without any.
    changes_from: Option<NaiveDate>,
    /// Whether there is a table of changes, and not of work alone.
    has_proposals: bool,
    /// Whether any change names its person.
    names_people: bool,
    /// Whether any finding tells its state: a bare list of what was ever found says nothing of what is open.
    says_state: bool,
    /// Support contacts that are not solved, by capability; `None` where no contact says when it was.
    unsolved: Option<Vec<f64>>,
    /// Whether the catalogue names the repository of the capability, where it names any.
    could_look: Vec<bool>,
}

impl Upkeep {
    pub(super) fn of(evidence: Evidence, over_time: &UseOverTime) -> Self {
        let capabilities = evidence.catalogue.capabilities();
        let names_any = capabilities.iter().any(|capability| capability.repository.is_some());
        let mut upkeep = Self {
            as_of: evidence.spans.as_of,
            of: vec![OfOne::default(); capabilities.len()],
            releases_from: None,
            changes_from: None,
            has_proposals: false,
            names_people: false,
            says_state: false,
            unsolved: None,
            could_look: capabilities.iter().map(|one| !names_any || one.repository.is_some()).collect(),
        };
        let mut targets = Targets::new(evidence.catalogue);
        upkeep.releases(evidence, &mut targets, over_time);
        upkeep.changes(evidence, &mut targets);
        upkeep.work(evidence);
        upkeep.findings(evidence, &mut targets);
        upkeep.tickets(evidence);
        upkeep
    }

    fn since(&self, months: u32) -> NaiveDate {
        self.as_of.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
    }

    fn releases<'a>(&mut self, evidence: Evidence<'a>, targets: &mut Targets<'a>, over_time: &UseOverTime) {
        let since = self.since(24);
        for release in evidence.signs.releases.unwrap_or_default() {
            let (Some(name), Some(on)) = (&release.capability, release.released_on) else { continue };
            if on > self.as_of {
                continue;
            }
            note_earlier(&mut self.releases_from, on);
            for &capability in targets.of(RawColumn::Capability, name) {
                let least = TAKEN_UP_FROM * over_time.peak(capability);
                #[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
                let is_taken_up = release.active_accounts.is_none_or(|accounts| accounts as f64 >= least);
                if is_taken_up {
                    let of = &mut self.of[capability];
                    of.last_release = of.last_release.max(Some(on));
                    of.releases += f64::from(u8::from(on > since));
                }
            }
        }
    }

    fn changes<'a>(&mut self, evidence: Evidence<'a>, targets: &mut Targets<'a>) {
        for change in evidence.signs.changes.unwrap_or_default() {
            let Some((name, fate)) = change.capability.as_ref().zip(fate(change, self.as_of)) else { continue };
            let (Some(opened), weight) = (change.opened_on, change.weight.unwrap_or(1.0)) else { continue };
            self.has_proposals = true;
            note_earlier(&mut self.changes_from, opened);
            for &capability in targets.of(RawColumn::Capability, name) {
                self.of[capability].has_changes = true;
                match fate {
                    Fate::Done(on) => self.finish(capability, on, weight, change.person.as_deref()),
                    Fate::Open => {
                        let of = &mut self.of[capability];
                        of.open += weight;
                        note_earlier(&mut of.oldest_open, opened);
                    }
                    Fate::Gone => {}
                }
            }
        }
    }

    /// Work items, where the ledger placed them.
    fn work(&mut self, evidence: Evidence) {
        let Some(items) = evidence.signs.work_items else { return };
        let as_of = self.as_of;
        let of_work = evidence.ledger.entries.iter().filter(|entry| entry.source == Source::WorkItems);
        for entry in of_work.filter(|entry| entry.on <= as_of) {
            note_earlier(&mut self.changes_from, entry.on);
            // What a share-out handed on was done on the whole.
            let Some(capability) = entry.placed_on() else { continue };
            self.of[capability].has_changes = true;
            let person = items.get(entry.row).and_then(|item| item.person.as_deref());
            self.finish(capability, entry.on, entry.part, person);
        }
    }

    fn finish(&mut self, capability: usize, on: NaiveDate, weight: f64, person: Option<&str>) {
        let (year, two_years) = (self.since(12), self.since(24));
        self.names_people |= person.is_some();
        let of = &mut self.of[capability];
        of.last_change = of.last_change.max(Some(on));
        if on > two_years {
            of.finished += weight;
        }
        if on > year {
            of.finished_of_year += weight;
            of.authors.extend(person.map(str::to_owned));
        }
    }

    fn findings<'a>(&mut self, evidence: Evidence<'a>, targets: &mut Targets<'a>) {
        for finding in evidence.signs.findings.unwrap_or_default() {
            let Some((name, open)) = finding.capability.as_ref().zip(is_open(finding, self.as_of)) else { continue };
            self.says_state |= finding.status.is_some() || finding.fixed_on.is_some();
            for &capability in targets.of(RawColumn::Capability, name) {
                self.of[capability].findings += f64::from(u8::from(open));
            }
        }
    }

    fn tickets(&mut self, evidence: Evidence) {
        let as_of = self.as_of;
        if !evidence.tickets.iter().any(|ticket| ticket.solved_at.is_some()) {
            return;
        }
        let mut unsolved = vec![0.0; self.of.len()];
        let of_tickets = evidence.ledger.entries.iter().filter(|entry| entry.source == Source::Tickets);
        for entry in of_tickets.filter(|entry| entry.on <= as_of) {
            let Some((capability, ticket)) = entry.placed_on().zip(evidence.tickets.get(entry.row)) else { continue };
            if ticket.solved_at.is_none_or(|solved| solved.date() > as_of) {
                unsolved[capability] += entry.part;
            }
        }
        self.unsolved = Some(unsolved);
    }

    /// Support contacts that are not solved; `None` where no contact says when it was.
    pub(super) fn unsolved(&self, capability: usize) -> Option<f64> {
        self.unsolved.as_ref().map(|unsolved| unsolved[capability])
    }

    pub(super) fn fill(&self, capability: usize, signals: &mut Signals) {
        let of = &self.of[capability];
        if let Some(from) = self.releases_from {
            signals.months_since_release = Some(months_between(of.last_release.unwrap_or(from), self.as_of));
            signals.releases_24m = Some(of.releases);
        }
        if let Some(from) = self.changes_from.filter(|_| of.has_changes || self.could_look[capability]) {
            signals.months_since_change = Some(months_between(of.last_change.unwrap_or(from), self.as_of));
            signals.finished_changes_24m = Some(of.finished);
            #[expect(clippy::cast_precision_loss, reason = "people are few")]
            let authors = self.names_people.then_some(of.authors.len() as f64);
            signals.authors_12m = authors;
            if self.has_proposals {
                #[expect(clippy::cast_precision_loss, reason = "days of a life are few")]
                let oldest = of.oldest_open.map_or(0.0, |opened| (self.as_of - opened).num_days() as f64);
                signals.open_work = Some(of.open);
                signals.oldest_open_days = Some(oldest);
                signals.untaken_days = Some(if of.finished_of_year > 0.0 { 0.0 } else { oldest });
            }
        }
        signals.unfixed_findings = self.says_state.then_some(of.findings);
    }
}

/// Keeps the earlier day.
fn note_earlier(known: &mut Option<NaiveDate>, day: NaiveDate) {
    *known = Some(known.map_or(day, |known| known.min(day)));
}
