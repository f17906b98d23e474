//! Integrations: when they are broken, who sees it first, what vendors change, and who leaves.
//!
//! Takes runs, incidents, contacts, vendor changes and accounts beside the [`Facts`]; gives [`Integrations`]. An integration is
//! not judged by clicks: status is not truth, silence is a sign, and what is known only to an interval is carried as one.
//! One file per family; each declares the [`Definition`]s that are its manual page. Refuses nothing: what the data cannot say is
//! `None`.

mod calendar;
mod change_hours;
mod churn;
mod contracts;
mod contrast;
mod detection;
mod durations;
mod episodes;
mod exposure;
mod facts;
mod layers;
mod left_out;
mod procure;
mod reliability;
mod retention;
mod runs;
mod series;
mod signatures;
mod story;
mod surface;
#[cfg(test)]
pub(crate) mod testing;
mod vendor_changes;
mod volatility;

use chrono::{NaiveDateTime, NaiveTime};

use crate::attribute::{CapabilityKind, Catalogue, Ledger};
use crate::config::{ChurnSettings, LayerSettings, ProcureSettings, ReliabilitySettings, VolatilitySettings};
use crate::metrics::Facts;
use crate::rollup::{Rollup, Spans};
use crate::tables::rows::{Account, ApiChange, Incident, Run, Ticket, WorkItem};
use crate::units::Definition;

pub use episodes::{Alarm, alarms};
pub use facts::*;
pub use left_out::LeftOut;

/// Every figure of this room, in the order of the methodology page.
pub const DEFINITIONS: &[Definition] = &[
    episodes::EPISODES,
    episodes::OVERDUE,
    episodes::EMPTY_RUNS,
    runs::RUN_SUCCESS,
    detection::FAILURES,
    detection::DETECTED_BY,
    detection::SILENT_RATE,
    detection::DARK_HOURS,
    detection::HIDDEN_COST,
    durations::MTTD,
    durations::MTTR,
    reliability::RELIABILITY,
    reliability::EXPECTED_BROKEN_HOURS,
    layers::LAYER_COVERAGE,
    layers::LAYER_MOVE,
    signatures::SIGNATURES,
    volatility::VOLATILITY,
    volatility::EXPECTED_CHANGE_HOURS,
    calendar::CALENDAR,
    churn::CHURN_KIND,
    contrast::EXPOSURE,
    contrast::E_VALUE,
    retention::NRR_GRR,
    surface::INTEGRATION_SURFACE,
    procure::PROCURE,
];

/// What the figures are computed from.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The capabilities.
    pub catalogue: &'a Catalogue,
    /// Use by account.
    pub rollup: &'a Rollup,
    /// Cost.
    pub ledger: &'a Ledger,
    /// The metrics of every capability.
    pub facts: &'a Facts,
    /// The accounts table, with its history; empty when it was not given.
    pub accounts: &'a [Account],
    /// Support contacts.
    pub tickets: &'a [Ticket],
    /// Engineering work.
    pub work_items: &'a [WorkItem],
    /// Outages; `None` when the table was not given.
    pub incidents: Option<&'a [Incident]>,
    /// Runs; `None` when the table was not given.
    pub runs: Option<&'a [Run]>,
    /// Vendor changes; `None` when the table was not given.
    pub api_changes: Option<&'a [ApiChange]>,
    /// The period and the as-of date.
    pub spans: &'a Spans,
}

impl Evidence<'_> {
    /// The end of the as-of date: nothing later is known.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        let next = self.spans.as_of.succ_opt().unwrap_or(self.spans.as_of);
        next.and_time(NaiveTime::MIN)
    }

    /// The period up to the as-of date, as moments: from, until.
    #[must_use]
    pub fn period(&self) -> (NaiveDateTime, NaiveDateTime) {
        let start = self.spans.period.start().and_time(NaiveTime::MIN);
        let end = self.spans.period.end().and_time(NaiveTime::MIN);
        (start, end.min(self.now()).max(start))
    }
}

/// What shapes the figures.
#[derive(Debug, Clone, Copy)]
pub struct IntegrationSettings<'a> {
    /// When an integration counts as broken.
    pub reliability: &'a ReliabilitySettings,
    /// Who ends what.
    pub layers: &'a LayerSettings,
    /// What vendors change.
    pub volatility: &'a VolatilitySettings,
    /// Who leaves.
    pub churn: &'a ChurnSettings,
    /// What a platform would take over.
    pub procure: &'a ProcureSettings,
    /// Report currency for one hour of engineering.
    pub engineering_hour: f64,
}

/// Everything that is known of integrations.
#[must_use]
pub fn assess(evidence: Evidence, settings: IntegrationSettings) -> Integrations {
    let series = series::of_runs(evidence);
    let (episodes, in_use) = episodes::watch(&series, evidence, settings.reliability);
    let failures = detection::failures(&episodes, evidence, settings.reliability);
    let vendors = volatility::vendors(evidence, settings);
    let calendar = calendar::calendar(evidence);
    let detection = detection::by_capability(&failures, &episodes, &series, evidence, settings.reliability);
    let reliability =
        reliability::by_capability((&failures, &episodes), (&in_use, &series), evidence, settings.reliability);
    let runs = runs::by_capability(&series, &episodes, evidence);
    let gaps = layers::gaps(&failures, evidence);
    let procure = procure::by_capability(evidence, settings.procure);
    let listed = evidence.facts.capabilities.iter().enumerate().filter(|(index, capability)| {
        capability.capability.kind == CapabilityKind::Integration || runs[*index].is_some_and(|runs| runs.runs > 0)
    });
    let facts = listed.map(|(index, _)| IntegrationFacts {
        capability: index,
        runs: runs[index],
        detection: detection[index].clone(),
        reliability: reliability[index].clone(),
        gaps: gaps[index],
        vendor: vendors.iter().position(|vendor| vendor.capabilities.contains(&index)),
        procure: procure[index],
    });
    let facts: Vec<IntegrationFacts> = facts.collect();
    let surface = surface::surface(&facts, &vendors, evidence);
    let mut known = Integrations {
        layers: layers::layers(&failures, evidence, settings.layers),
        signatures: signatures::signatures(&failures, &series, evidence, settings),
        collisions: calendar::collisions(&calendar, evidence, settings.volatility),
        churn: churn::churn(&episodes, &series, evidence, settings.churn),
        facts,
        episodes,
        failures,
        vendors,
        calendar,
        surface,
        story: None,
    };
    known.story = story::story(&known, evidence, settings.churn);
    known
}

/// One value for every capability.
fn for_each<T: Clone>(evidence: Evidence, value: T) -> Vec<T> {
    vec![value; evidence.facts.capabilities.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_page_of_its_own() {
        let mut ids = std::collections::BTreeSet::new();
        for definition in DEFINITIONS {
            assert!(ids.insert(definition.id), "{} stands twice", definition.id);
            assert!(definition.text.len() > 60, "{} says too little", definition.id);
        }
    }
}
