//! What runs and incidents say of every capability.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};

use super::Evidence;
use super::base::Customers;
use crate::attribute::{Entry, Method, Source, Targets};
use crate::config::RawColumn;
use crate::units::Share;

/// The runs of one account on one capability in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AccountRuns {
    /// Index into the customers; `None` for an account that is none of them, and for the runs that name none.
    pub customer: Option<usize>,
    /// Runs whose end is known.
    pub known: u64,
    /// Of them those that failed. A partial run brought something and is no failure.
    pub failed: u64,
    /// Distinct days with a run that did not fail.
    pub succeeded_days: u64,
}

/// Runs of the period by capability, one entry per account; empty without runs.
pub(super) fn runs(evidence: Evidence, customers: &Customers) -> Vec<Vec<AccountRuns>> {
    let spans = evidence.spans;
    let mut runs: Vec<(usize, Option<&str>, NaiveDate, Option<bool>)> = Vec::new();
    let mut targets = Targets::new(evidence.catalogue);
    for run in evidence.runs.unwrap_or_default() {
        let (Some(name), Some(started)) = (&run.capability, run.started_at) else { continue };
        let day = started.date();
        if !spans.period.contains(day) || day > spans.as_of {
            continue;
        }
        let failed = run.status.as_deref().map(|status| status == "failed");
        let of_run = |&capability: &usize| (capability, run.account_id.as_deref(), day, failed);
        runs.extend(targets.of(RawColumn::Capability, name).iter().map(of_run));
    }
    runs.sort_unstable();
    let mut by_capability = vec![Vec::new(); evidence.catalogue.capabilities().len()];
    for runs in runs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (capability, account, ..) = runs[0];
        let count = |which: fn(Option<bool>) -> bool| runs.iter().filter(|run| which(run.3)).count() as u64;
        by_capability[capability].push(AccountRuns {
            customer: account.and_then(|id| customers.position(id)),
            known: count(|failed| failed.is_some()),
            failed: count(|failed| failed == Some(true)),
            succeeded_days: runs
                .chunk_by(|a, b| a.2 == b.2)
                .filter(|runs| runs.iter().any(|run| run.3 != Some(true)))
                .count() as u64,
        });
    }
    by_capability
}

/// Incidents of one capability.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Outages {
    /// Incidents that began in the period.
    pub incidents: u64,
    /// Part of the period's time in which one was open; `None` when no incident of the table states an end.
    pub open: Option<Share>,
}

/// Incidents by capability; `None` without an incidents table.
pub(super) fn outages(evidence: Evidence) -> Option<Vec<Outages>> {
    let incidents = evidence.incidents?;
    let spans = evidence.spans;
    let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN);
    let last = spans.period.end().min(spans.as_of.succ_opt().unwrap_or(spans.as_of));
    let (start, end) = (midnight(spans.period.start()), midnight(last));
    let mut targets = Targets::new(evidence.catalogue);
    let mut found = vec![Outages::default(); evidence.catalogue.capabilities().len()];
    let mut open: Vec<Vec<(NaiveDateTime, NaiveDateTime)>> = vec![Vec::new(); found.len()];
    for incident in incidents {
        let Some(began) = incident.started_at.filter(|began| *began < end) else { continue };
        let over = incident.resolved_at.unwrap_or(end).min(end);
        for capability in targets.of_incident(incident) {
            found[capability].incidents += u64::from(began >= start);
            if over > began.max(start) {
                open[capability].push((began.max(start), over));
            }
        }
    }
    let ends_known = incidents.is_empty() || incidents.iter().any(|incident| incident.resolved_at.is_some());
    if ends_known {
        for (outages, open) in found.iter_mut().zip(open) {
            outages.open = open_share(open, (start, end));
        }
    }
    Some(found)
}

/// The union of the intervals over the span.
#[expect(clippy::cast_precision_loss, reason = "seconds of a period")]
fn open_share(
    mut open: Vec<(NaiveDateTime, NaiveDateTime)>,
    (start, end): (NaiveDateTime, NaiveDateTime),
) -> Option<Share> {
    open.sort_unstable();
    let mut seconds = 0;
    let mut covered = start;
    for (from, until) in open {
        seconds += (until - from.max(covered)).num_seconds().max(0);
        covered = covered.max(until);
    }
    Share::of(seconds as f64, (end - start).num_seconds() as f64)
}

/// By capability, how many accounts speak of it up to the as-of date: those with a ticket that a label or a rule places on
/// it, and those with runs of it. Neither what triage supposes nor what a share-out hands on is a voice. A ticket that
/// names no account counts as one of its own.
pub(super) fn voices(evidence: Evidence) -> Vec<u64> {
    let as_of = evidence.spans.as_of;
    let mut named: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut unnamed: BTreeSet<(usize, usize)> = BTreeSet::new();
    let is_said = |entry: &&Entry| entry.source == Source::Tickets && entry.method != Method::Triage;
    for entry in evidence.ledger.entries.iter().filter(is_said).filter(|entry| entry.on <= as_of) {
        let Some(capability) = entry.placed_on() else { continue };
        match evidence.tickets.get(entry.row).and_then(|ticket| ticket.account_id.as_deref()) {
            Some(account) => named.insert((capability, account)),
            None => unnamed.insert((capability, entry.row)),
        };
    }
    let mut targets = Targets::new(evidence.catalogue);
    for run in evidence.runs.unwrap_or_default() {
        let (Some(name), Some(account), Some(started)) = (&run.capability, &run.account_id, run.started_at) else {
            continue;
        };
        if started.date() <= as_of {
            let reached = targets.of(RawColumn::Capability, name);
            named.extend(reached.iter().map(|&capability| (capability, account.as_str())));
        }
    }
    let mut voices = vec![0; evidence.catalogue.capabilities().len()];
    let capabilities = named.into_iter().map(|of| of.0).chain(unnamed.into_iter().map(|of| of.0));
    capabilities.for_each(|capability| voices[capability] += 1);
    voices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::testing::Case;
    use crate::config::ShareOut;
    use crate::metrics::{CostSources, Signs};
    use crate::rollup::{Rollup, Spans};
    use crate::tables::rows::Ticket;
    use crate::units::Period;
    use proptest::prelude::*;

    fn at(hour: i64) -> NaiveDateTime {
        "2026-07-01T00:00:00".parse::<NaiveDateTime>().unwrap() + chrono::TimeDelta::hours(hour)
    }

    fn share(open: &[(i64, i64)]) -> f64 {
        let open = open.iter().map(|(from, until)| (at(*from), at(*until))).collect();
        open_share(open, (at(0), at(100))).unwrap().value()
    }

    #[test]
    fn overlapping_outages_count_once() {
        for (open, expected) in [
            (&[][..], 0.0),
            (&[(0, 100)], 1.0),
            (&[(10, 20), (15, 30), (16, 17), (30, 31)], 0.21),
            (&[(50, 60), (0, 5)], 0.15),
        ] {
            assert!((share(open) - expected).abs() < 1e-12, "{open:?}");
        }
        assert_eq!(open_share(Vec::new(), (at(0), at(0))), None);
    }

    /// One ticket is labelled with the whole, one with a part; one was placed by a model. What a share-out hands on to the
    /// parts, nobody said of them.
    #[test]
    fn an_account_speaks_of_what_it_names_and_not_of_where_cost_is_placed() {
        let mut case = Case::new(&[("a", "top"), ("b", "top"), ("top", "")], &[]);
        case.settings.cost.share_out = ShareOut::Even;
        let ticket = |account: &str, capability: Option<&str>| Ticket {
            account_id: Some(account.into()),
            capability: capability.map(Into::into),
            opened_at: "2026-07-01T00:00:00".parse().ok(),
            ..Ticket::default()
        };
        case.tickets = vec![ticket("u", Some("top")), ticket("v", Some("a")), ticket("w", None)];
        case.proposals = [(2, (1, 0.95))].into();
        let period: Period = "2026-Q3".parse().unwrap();
        let spans = Spans { previous: period.previous(), period, as_of: "2026-09-30".parse().unwrap() };
        let found = voices(Evidence {
            catalogue: &case.catalogue,
            rollup: &Rollup::default(),
            ledger: &case.ledger(),
            tickets: &case.tickets,
            incidents: None,
            runs: None,
            sources: CostSources::default(),
            accounts: &[],
            commitments: &[],
            usage_totals: &[],
            base_totals: &[],
            signs: Signs::default(),
            spans: &spans,
        });
        assert_eq!(found, [1, 0, 1]);
    }

    proptest! {
        #[test]
        fn the_union_is_what_an_hour_by_hour_count_gives(
            open in prop::collection::vec((0_i64..100, 0_i64..100), 0..12),
        ) {
            let open: Vec<(i64, i64)> = open.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            let hours = (0..100).filter(|hour| open.iter().any(|(from, until)| from <= hour && hour < until)).count();
            prop_assert!((share(&open) - hours as f64 / 100.0).abs() < 1e-12);
        }
    }
}
