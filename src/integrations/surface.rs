//! How wide the surface of integrations is, and what one more costs.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Evidence, IntegrationFacts, IntegrationSurface, SurfacePoint, VendorFacts, for_each};
use crate::attribute::{CapabilityKind, Source};
use crate::metrics::CapabilityFacts;
use crate::stats;
use crate::units::{Estimate, Month, definition};

definition! {
    /// The integrations on offer in a month (launched by its last day, or of unknown launch), their distinct vendors and ways of
    /// authentication, and how many of them any account used: each is a door that somebody else can change the lock of. A run
    /// is use whether it went well or not, because somebody wanted it. Months of which neither use nor runs are known are left out.
    ///
    /// What one more integration takes is the median of those on offer at the end of the period, in a year, at the rate of the
    /// period: hours of run work and of those who responded to incidents; contacts; run cost; breaking changes to expect of its
    /// vendor in the next year, where several integrations of one vendor each count all of them. The interval is distribution-free
    /// (order statistics); below six integrations it is as wide as the unit allows.
    ///
    /// The median and not a regression on their number: one company has one history, in which everything grew together, so
    /// a slope over months would credit integrations with whatever else grew. The mean would be set by the worst one.
    /// Integrations are compared as they are: a new one will likely be used by fewer accounts than the median.
    pub INTEGRATION_SURFACE, "integration_surface", "Surface of integrations"
}

/// An integration of the catalogue.
type Integration<'a> = (usize, &'a CapabilityFacts);

/// By month, and what the median integration takes in a year.
pub(super) fn surface(facts: &[IntegrationFacts], vendors: &[VendorFacts], evidence: Evidence) -> IntegrationSurface {
    let all = evidence.facts.capabilities.iter().enumerate();
    let integrations: Vec<Integration> =
        all.filter(|(_, facts)| facts.capability.kind == CapabilityKind::Integration).collect();
    if integrations.is_empty() {
        return IntegrationSurface::default();
    }
    let (_, until) = evidence.period();
    let offered = launched_before(&integrations, until.date());
    let responders = responder_hours(evidence);
    let per_year = evidence.facts.per_year();
    IntegrationSurface {
        months: months(&integrations, evidence),
        hours_per_integration: yearly(&offered, |(index, facts)| {
            let known = [facts.engineering_hours, responders.as_ref().map(|hours| hours[index])];
            known.iter().any(Option::is_some).then(|| known.into_iter().flatten().sum::<f64>() * per_year)
        }),
        contacts_per_integration: yearly(&offered, |(_, facts)| Some(count(facts.tickets?) * per_year)),
        cost_per_integration: yearly(&offered, |(_, facts)| Some(facts.cost.run()?.units() * per_year)),
        changes_per_integration: yearly(&offered, |(index, _)| {
            let at = facts.binary_search_by_key(&index, |facts| facts.capability).ok()?;
            vendors.get(facts[at].vendor?).map(|vendor| vendor.next_year.point)
        }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "contacts lie far below 2^53")]
fn count(number: u64) -> f64 {
    number as f64
}

fn launched_before<'a>(integrations: &[Integration<'a>], day: NaiveDate) -> Vec<Integration<'a>> {
    let is_offered = |facts: &CapabilityFacts| facts.capability.launched_on.is_none_or(|launched| launched < day);
    integrations.iter().copied().filter(|(_, facts)| is_offered(facts)).collect()
}

/// Median of what is known of each; `None` when nothing is.
fn yearly<'a>(integrations: &[Integration<'a>], of: impl Fn(Integration<'a>) -> Option<f64>) -> Option<Estimate> {
    let mut known: Vec<f64> = integrations.iter().filter_map(|&integration| of(integration)).collect();
    stats::median(&mut known, (0.0, f64::INFINITY))
}

/// Hours of those who responded to incidents of the period, by capability, as far as the ledger has them: not where
/// `cost.incident_hours` says that they are among the work items. `None` when no incident states any.
fn responder_hours(evidence: Evidence) -> Option<Vec<f64>> {
    let mut hours: Option<Vec<f64>> = None;
    let within = evidence.ledger.within(&evidence.spans.period, evidence.spans.as_of);
    // An entry with a rate has hours that are known, 0 included.
    for entry in within.filter(|entry| entry.source == Source::Incidents && entry.rate.is_some()) {
        let hours = hours.get_or_insert_with(|| for_each(evidence, 0.0));
        if let Some(capability) = entry.capability {
            hours[capability] += entry.hours;
        }
    }
    hours
}

fn months(integrations: &[Integration], evidence: Evidence) -> Vec<SurfacePoint> {
    let states_auth = integrations.iter().any(|(_, facts)| facts.capability.auth.is_some());
    let used = used(evidence);
    let point = |(at, &month): (usize, &Month)| {
        let is_counted = |facts: &CapabilityFacts| facts.monthly_adoption.get(at).is_some_and(Option::is_some);
        if !used.contains_key(&month) && !evidence.facts.capabilities.iter().any(is_counted) {
            return None;
        }
        let offered = launched_before(integrations, month.plus(1).first_day());
        let distinct = |of: fn(&CapabilityFacts) -> Option<&String>| {
            let names = offered.iter().filter_map(|(_, facts)| of(facts)).map(|name| name.to_lowercase());
            names.collect::<BTreeSet<_>>().len() as u64
        };
        let is_used = |&&(index, facts): &&Integration| {
            let counted = facts.monthly_adoption.get(at).copied().flatten().is_some_and(|adoption| adoption > 0.0);
            counted || used.get(&month).is_some_and(|used| used.contains(&index))
        };
        Some(SurfacePoint {
            month,
            integrations: offered.len() as u64,
            vendors: distinct(|facts| facts.capability.vendor.as_ref()),
            auth_schemes: states_auth.then(|| distinct(|facts| facts.capability.auth.as_ref())),
            used: integrations.iter().filter(is_used).count() as u64,
        })
    };
    evidence.facts.months.iter().enumerate().filter_map(point).collect()
}

/// By month of which anything is known: the capabilities that any account used or ran.
fn used(evidence: Evidence) -> BTreeMap<Month, BTreeSet<usize>> {
    let mut used: BTreeMap<Month, BTreeSet<usize>> = BTreeMap::new();
    for (&month, cells) in &evidence.rollup.monthly {
        used.entry(month).or_default().extend(cells.iter().map(|cell| cell.capability));
    }
    // Names are few and runs are many.
    let mut reached: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut seen: BTreeSet<(&str, Month)> = BTreeSet::new();
    for run in evidence.runs.unwrap_or_default() {
        let (Some(name), Some(started)) = (run.capability.as_deref(), run.started_at) else { continue };
        let month = Month::of(started.date());
        if started >= evidence.now() || !seen.insert((name, month)) {
            continue;
        }
        let of_name = || evidence.catalogue.usage(name).map(|(capabilities, _)| capabilities).unwrap_or_default();
        let capabilities = reached.entry(name).or_insert_with(of_name);
        used.entry(month).or_default().extend(capabilities.iter().copied());
    }
    used
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, account, at, run};
    use super::*;
    use crate::tables::rows::{Incident, Ticket, WorkItem};

    #[test]
    fn by_hand() {
        let mut company = Company::new(&["a", "b", "c"]);
        for (line, (vendor, auth, launched)) in company.catalogue.iter_mut().zip([
            ("Acme", "oauth2", "2025-01-01"),
            ("ACME", "OAuth2", "2026-08-31"),
            ("Other", "key", "2026-09-01"),
        ]) {
            (line.vendor, line.auth) = (Some(vendor.into()), Some(auth.into()));
            line.launched_on = launched.parse().ok();
        }
        company.accounts = vec![account("u")];
        company.usage =
            vec![("2026-08-02".into(), "u".into(), "b".into()), ("2026-09-02".into(), "u".into(), "a".into())];
        let ticket = |capability: &str| Ticket {
            capability: Some(capability.into()),
            opened_at: "2026-08-01T12:00:00".parse().ok(),
            ..Ticket::default()
        };
        company.tickets = vec![ticket("a"), ticket("a"), ticket("b")];
        company.look(|evidence, _| {
            let found = surface(&[], &[], evidence);
            let counts = |point: &SurfacePoint| (point.integrations, point.vendors, point.auth_schemes, point.used);
            let months: Vec<_> = found.months.iter().map(counts).collect();
            assert_eq!(months, [(2, 1, Some(1), 1), (3, 2, Some(2), 1)]);
            // 2, 1 and 0 contacts in 92 days.
            let contacts = found.contacts_per_integration.unwrap();
            assert!((contacts.point - 365.25 / 92.0).abs() < 1e-9);
            assert_eq!((contacts.low, contacts.n), (0.0, 3));
            assert_eq!((found.hours_per_integration, found.changes_per_integration), (None, None));
        });
        company.catalogue.clear();
        company.look(|evidence, _| assert_eq!(surface(&[], &[], evidence), IntegrationSurface::default()));
    }

    /// Ten hours of work on the first and four of responders on the second, in 92 days; the third is not on offer yet.
    #[test]
    fn hours_of_responders_are_hours() {
        let mut company = Company::new(&["a", "b", "c"]);
        company.catalogue[2].launched_on = "2026-10-01".parse().ok();
        company.incidents = Some(vec![Incident {
            capability: Some("b".into()),
            started_at: Some(at("08-02T09:00")),
            responder_hours: Some(4.0),
            ..Incident::default()
        }]);
        let hours = |company: &Company| {
            company
                .look(|evidence, _| surface(&[], &[], evidence).hours_per_integration)
                .map(|hours| ((hours.point * 92.0 / 365.25 * 1e9).round() / 1e9, hours.n))
        };
        assert_eq!(hours(&company), Some((2.0, 2)));
        company.work_items = vec![WorkItem {
            capability: Some("a".into()),
            worked_on: "2026-08-03".parse().ok(),
            hours: Some(10.0),
            kind: Some("maintain".into()),
            ..WorkItem::default()
        }];
        assert_eq!(hours(&company), Some((7.0, 2)));
        company.incidents.as_mut().unwrap()[0].responder_hours = None;
        assert_eq!(hours(&company), Some((5.0, 2)));
    }

    #[test]
    fn a_run_is_use_also_where_it_failed_and_not_after_the_as_of_date() {
        let mut company = Company::new(&["a", "b"]);
        company.usage =
            vec![("2026-08-02".into(), "u".into(), "b".into()), ("2026-09-02".into(), "u".into(), "b".into())];
        company.runs = Some(vec![run("a", "u", at("08-01T09:00"), "failed"), run("a", "u", at("10-01T00:00"), "ok")]);
        company.look(|evidence, _| {
            let used: Vec<u64> = surface(&[], &[], evidence).months.iter().map(|point| point.used).collect();
            assert_eq!(used, [2, 1]);
        });
    }
}
