//! Attribution: raw names to capabilities, cost rows to ledger entries that sum back to their input.
//!
//! Takes the typed rows of the catalogue, of tickets, work items, charges and incidents, and the rules; gives the
//! [`Catalogue`] and the [`Ledger`]. Every row goes one road: what it costs (`rates`), what kind of work it is (`work`), what
//! places it (`placement`), and how it is shared (`allocation`). Refuses nothing: what cannot be placed stays visible as unmapped or unattributed.

mod allocation;
mod catalogue;
mod confidence;
mod contacts;
mod costs;
mod ledger;
mod pattern;
mod placement;
mod rates;
mod targets;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod triage;
mod work;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::units::Money;

pub use crate::config::CapabilityKind;
pub use allocation::{Allocation, Method};
pub use catalogue::{Catalogue, Hit, Target};
pub use contacts::{TriagedTickets, triage_tickets};
pub use costs::Costs;
pub use ledger::{CostType, Entry, Ledger, LedgerInput, Source};
pub use rates::RateBook;
pub use targets::Targets;
pub use triage::{Contact, Measured, Proposal, Refusal, TRIAGE_DEFINITIONS, Triage, triage};

/// One capability of the catalogue, or one made of a raw name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Last day on which it must not be removed.
    pub protected_until: Option<NaiveDate>,
    /// Why.
    pub protected_reason: Option<String>,
    /// Plans or segments entitled to it; empty: all.
    pub available_to: Vec<String>,
    /// Id of its replacement.
    pub replaced_by: Option<String>,
    /// Ids of capabilities that it needs, as written.
    pub depends_on: Vec<String>,
    /// Id of the capability that it is a part of, as written.
    pub parent: Option<String>,
    /// Hours of engineering to remove it, as estimated in the catalogue; `None` when not said.
    pub removal_hours: Option<f64>,
    /// Vendor of an integration; `None` when not said.
    pub vendor: Option<String>,
    /// How an integration proves who it is, as the catalogue spells it; `None` when not said.
    pub auth: Option<String>,
    /// What a platform would charge for it in a year, in report currency; `None` when not said.
    pub platform_price: Option<Money>,
    /// People who may change or release it; 0: known to be none. `None` when not said.
    pub maintainers: Option<u64>,
    /// Where its source is kept; `None` when not said.
    pub repository: Option<String>,
    /// Whether programs of customers call it; `None` when not said.
    #[serde(default)]
    pub public_api: Option<bool>,
}
