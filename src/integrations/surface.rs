//! How wide the surface of integrations is, and what one more costs.

use std::collections::BTreeSet;

use super::{Evidence, IntegrationFacts, IntegrationSurface, SurfacePoint, VendorFacts};
use crate::attribute::CapabilityKind;
use crate::metrics::CapabilityFacts;
use crate::stats;
use crate::units::{Estimate, Money, Month, definition};

definition! {
    /// The integrations on offer in a month (launched by its last day, or of unknown launch), their distinct vendors and ways of
    /// authentication, and how many of them any account used: each is a door that somebody else can change the lock of.
    ///
    /// What one more integration takes is the median of those on offer, in a year: hours of run work, responders included;
    /// contacts; run cost; breaking changes of its vendor to expect. The interval is distribution-free (order statistics). The median and not a
    /// regression on their number: one company has one history, in which everything grew together, so a slope over months would
    /// credit integrations with whatever else grew. The mean would be set by the worst one.
    ///
    /// Integrations are compared as they are: a new one will likely be used by fewer accounts than the median.
    pub INTEGRATION_SURFACE, "integration_surface", "Surface of integrations"
}

/// By month, and what the median integration takes in a year.
pub(super) fn surface(facts: &[IntegrationFacts], vendors: &[VendorFacts], evidence: Evidence) -> IntegrationSurface {
    let integrations: Vec<(usize, &CapabilityFacts)> = evidence
        .facts
        .capabilities
        .iter()
        .enumerate()
        .filter(|(_, facts)| facts.capability.kind == CapabilityKind::Integration)
        .collect();
    if integrations.is_empty() {
        return IntegrationSurface::default();
    }
    let states_auth = integrations.iter().any(|(_, facts)| facts.capability.auth.is_some());
    let months = evidence.facts.months.iter().map(|&month| point(month, &integrations, states_auth, evidence));
    let per_year = evidence.facts.per_year();
    let median = |of: &dyn Fn(&CapabilityFacts) -> Option<f64>| yearly(&integrations, |(_, facts)| of(facts));
    IntegrationSurface {
        months: months.collect(),
        hours_per_integration: median(&|facts| Some(facts.engineering_hours? * per_year)),
        contacts_per_integration: median(&|facts| Some(count(facts.tickets?) * per_year)),
        cost_per_integration: median(&|facts| facts.cost.run().map(Money::units).map(|cost| cost * per_year)),
        changes_per_integration: yearly(&integrations, |(index, _)| {
            let at = facts.binary_search_by_key(&index, |facts| facts.capability).ok()?;
            vendors.get(facts[at].vendor?).map(|vendor| vendor.breaking_per_year.point)
        }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "contacts lie far below 2^53")]
fn count(number: u64) -> f64 {
    number as f64
}

/// Median of what is known of each; `None` when nothing is.
fn yearly<'a>(
    integrations: &[(usize, &'a CapabilityFacts)],
    of: impl Fn((usize, &'a CapabilityFacts)) -> Option<f64>,
) -> Option<Estimate> {
    let mut known: Vec<f64> = integrations.iter().filter_map(|&integration| of(integration)).collect();
    stats::median(&mut known, (0.0, f64::INFINITY))
}

fn point(
    month: Month,
    integrations: &[(usize, &CapabilityFacts)],
    states_auth: bool,
    evidence: Evidence,
) -> SurfacePoint {
    let after = month.plus(1).first_day();
    let offered: Vec<&(usize, &CapabilityFacts)> = integrations
        .iter()
        .filter(|(_, facts)| facts.capability.launched_on.is_none_or(|launched| launched < after))
        .collect();
    let distinct = |of: fn(&CapabilityFacts) -> Option<&String>| {
        let names = offered.iter().filter_map(|(_, facts)| of(facts)).map(|name| name.to_lowercase());
        names.collect::<BTreeSet<_>>().len() as u64
    };
    let used: BTreeSet<usize> =
        evidence.rollup.monthly.get(&month).into_iter().flatten().map(|cell| cell.capability).collect();
    SurfacePoint {
        month,
        integrations: offered.len() as u64,
        vendors: distinct(|facts| facts.capability.vendor.as_ref()),
        auth_schemes: states_auth.then(|| distinct(|facts| facts.capability.auth.as_ref())),
        used: integrations.iter().filter(|(index, _)| used.contains(index)).count() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, account};
    use super::*;
    use crate::tables::rows::Ticket;

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
}
