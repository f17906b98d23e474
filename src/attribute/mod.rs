//! Attribution: raw names to capabilities, cost rows to ledger entries that sum back to their input.
//!
//! Takes the typed rows of the catalogue, of tickets, work items and charges, and the `[[map]]` rules; gives the
//! [`Catalogue`] and the [`Ledger`]. Refuses nothing: what cannot be placed stays visible as unmapped or unattributed.

mod catalogue;
mod ledger;
mod triage;

use chrono::NaiveDate;

pub use crate::config::CapabilityKind;
pub use catalogue::Catalogue;
pub use ledger::{CostType, Entry, Ledger, Source};
pub use triage::{
    Contact, Measured, Proposal, Refusal, TRIAGE_CONFIDENCE, TRIAGE_COVERAGE, TRIAGE_PRECISION, Triage, triage,
};

/// One capability of the catalogue, or one made of a raw name.
#[derive(Debug, Clone, PartialEq)]
pub struct Capability {
    /// Stable id.
    pub id: String,
    /// Display name; the id where none is given.
    pub name: String,
    /// Feature or integration.
    pub kind: CapabilityKind,
    /// Category; `None` when not said.
    pub category: Option<String>,
    /// Owning team; `None` when not said.
    pub owner: Option<String>,
    /// First day on offer; `None` when not known.
    pub launched_on: Option<NaiveDate>,
    /// core, invest, maintain, harvest, sunset; `None` when not said.
    pub intent: Option<String>,
    /// Not to be removed before this day.
    pub protected_until: Option<NaiveDate>,
    /// Why.
    pub protected_reason: Option<String>,
    /// Plans or segments entitled to it; empty: all.
    pub available_to: Vec<String>,
    /// Id of its replacement.
    pub replaced_by: Option<String>,
}
