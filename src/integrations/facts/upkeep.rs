//! What integrations take: support, recurring errors, vendor changes, the surface.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::config::Layer;
use crate::units::{Estimate, Money, Month};

/// Who ended what, in the period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layers {
    /// Per capability with contacts or failures, and for all together (`capability` = `None`, first): three lines each, in
    /// the order automated, ai, human.
    pub lines: Vec<LayerFacts>,
    /// What moving contacts down would do; from human to ai and from ai to automated, for all capabilities together.
    pub what_if: Vec<LayerMove>,
    /// Contacts whose layer is not known.
    pub unknown_contacts: u64,
}

/// One layer of one capability, or of all.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerFacts {
    /// Which; `None`: all together.
    pub capability: Option<usize>,
    /// The layer.
    pub layer: Layer,
    /// Contacts that it ended.
    pub contacts: u64,
    /// Of the contacts whose layer is known, Wilson; `None` without any.
    pub contact_share: Option<Estimate>,
    /// Failures that it ended.
    pub failures: u64,
    /// Of the failures whose end is known to a layer, Wilson; `None` without any.
    pub failure_share: Option<Estimate>,
    /// Contacts that were opened again over those that say so, Wilson; `None` when none says.
    pub reopen_rate: Option<Estimate>,
    /// Contacts that were handed on over those that say so, Wilson.
    pub escalation_rate: Option<Estimate>,
    /// Cost of its contacts; `None` when there are none.
    pub cost: Option<Money>,
    /// Mean cost of a contact, with Student's interval.
    pub cost_per_contact: Option<Estimate>,
    /// Whether the capability is covered by it: it ended at least one contact or failure.
    pub covered: bool,
}

/// What moving a part of the contacts of one layer to the one below would do in a year, every reopened one coming back at the
/// cost of the layer it came from; reopen rates are held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerMove {
    /// From here.
    pub from: Layer,
    /// To there.
    pub to: Layer,
    /// Part that is moved, 0–1.
    pub share: f64,
    /// Contacts a year that would move.
    pub contacts: f64,
    /// Cost of a contact that stays.
    pub cost_from: Money,
    /// Cost of a contact there.
    pub cost_to: Money,
    /// Part of the contacts there that come back, 0–1.
    pub reopen_rate: f64,
    /// Saved in a year; negative where it would cost more.
    pub saved: Money,
    /// Its 95 % interval; `None` where a layer has a single contact, which has no scatter to judge by.
    pub saved_range: Option<(Money, Money)>,
}

/// One recurring error of one integration.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Which integration.
    pub capability: usize,
    /// The error, normalised: lower case, numbers, ids, addresses and quoted texts replaced.
    pub error: String,
    /// Bad runs with it in the twelve months up to the as-of date.
    pub runs: u64,
    /// Failures with it in that time.
    pub failures: u64,
    /// Accounts that it touched: with a bad run, or those of its widest failure where these are more.
    pub accounts: u64,
    /// Hours of people that those failures took: of responders and of contacts. `None` with neither incidents nor tickets.
    pub hours: Option<f64>,
    /// What they cost, at the rates of the ledger. `None` with neither incidents nor tickets.
    pub cost: Option<Money>,
    /// What automating the recovery would cost: `layers.automation_hours` at the engineering rate.
    pub automation_cost: Money,
    /// Months until it would have paid for itself; `None` when it never would, or when the cost is not known.
    pub payback_months: Option<f64>,
    /// Whether it would within a year; `None` when the cost is not known.
    pub pays: Option<bool>,
}

/// What one vendor changed and is expected to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VendorFacts {
    /// Name, as the catalogue writes it, else as its changes do.
    pub vendor: String,
    /// Its integrations, as capabilities.
    pub capabilities: Vec<usize>,
    /// Years of which changes are known.
    pub years: f64,
    /// Dated changes in them.
    pub changes: u64,
    /// Of them breaking ones, as stated, or of the kinds endpoint, auth and shutdown where it is not.
    pub breaking: u64,
    /// Of the kind auth.
    pub auth: u64,
    /// Of the kind shutdown.
    pub shutdown: u64,
    /// Breaking changes a year: posterior mean and its 95 % interval.
    pub breaking_per_year: Estimate,
    /// Breaking changes in the next year: predictive mean, and the 80 % interval.
    pub next_year: Estimate,
    /// Days from the announcement to the day of the change: median, distribution-free interval; `None` when no change states both.
    pub notice_days: Option<Estimate>,
    /// The shortest notice, days.
    pub worst_notice_days: Option<i64>,
    /// Changes that held on or before the day on which they were announced, over those that state both, Wilson.
    pub unannounced: Option<Estimate>,
    /// Hours of work for one past change, above what its integrations take otherwise: median; `None` without work items or
    /// past changes.
    pub hours_per_change: Option<Estimate>,
    /// Whether those hours are of the vendor's own changes; else they are of all vendors.
    pub hours_are_own: bool,
    /// Hours to expect in the next year, with a 95 % interval.
    pub expected_hours: Option<Estimate>,
    /// The same at the engineering rate.
    pub expected_cost: Option<Money>,
}

/// A change to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalendarEntry {
    /// Vendor, as written.
    pub vendor: String,
    /// Interface, product or endpoint.
    pub api: Option<String>,
    /// What changes.
    pub title: Option<String>,
    /// version, endpoint, auth, limit, pricing or shutdown.
    pub change: Option<String>,
    /// As stated, or by its kind; `None` when neither says.
    pub breaking: Option<bool>,
    /// When it was announced.
    pub announced_on: Option<NaiveDate>,
    /// When it holds; `None`: no day is known.
    pub effective_on: Option<NaiveDate>,
    /// The version from which it holds.
    pub effective_version: Option<String>,
    /// Days from the as-of date.
    pub days_left: Option<i64>,
    /// The integrations behind it: named by the change, else all of the vendor.
    pub capabilities: Vec<usize>,
    /// Accounts of the base that use any of them, each once; `None` where use by account is unknown.
    pub accounts: Option<u64>,
    /// Their ARR.
    pub arr: Option<Money>,
    /// Owners of those integrations; empty: nobody owns any.
    pub owners: Vec<String>,
    /// Whether one of the integrations has no owner.
    pub unowned: bool,
    /// Where it was announced, as written.
    pub url: Option<String>,
}

/// A month in which one team has to follow several vendors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// When.
    pub month: Month,
    /// Who; `None`: nobody owns them.
    pub owner: Option<String>,
    /// The entries, as indices into [`Integrations::calendar`](super::Integrations::calendar).
    pub entries: Vec<usize>,
}

/// How wide the surface is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IntegrationSurface {
    /// By month of the trend, oldest first.
    pub months: Vec<SurfacePoint>,
    /// Run hours of the median integration in a year.
    pub hours_per_integration: Option<Estimate>,
    /// Contacts of the median integration in a year.
    pub contacts_per_integration: Option<Estimate>,
    /// Breaking vendor changes to expect of the median integration in a year.
    pub changes_per_integration: Option<Estimate>,
    /// Run cost of the median integration in a year, report currency.
    pub cost_per_integration: Option<Estimate>,
}

/// What was on offer in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurfacePoint {
    /// Which.
    pub month: Month,
    /// Integrations on offer.
    pub integrations: u64,
    /// Their distinct vendors.
    pub vendors: u64,
    /// Their distinct authentication schemes; `None` when the catalogue states none.
    pub auth_schemes: Option<u64>,
    /// Integrations that any account used.
    pub used: u64,
}

/// Build against procure, for one integration in a year.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Procure {
    /// Run cost that a platform would take over, report currency a year: the break-even price. `None` without cost.
    pub break_even: Option<Money>,
    /// Its 95 % interval, where that of the run cost is known.
    pub break_even_range: Option<(Money, Money)>,
    /// What the platform would charge, from the catalogue.
    pub platform_price: Option<Money>,
    /// Break-even less price: what procuring would save in a year; `None` when one of the two is unknown.
    pub saved: Option<Money>,
}
