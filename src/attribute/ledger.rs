//! The ledger: every cost row in parts that sum back to its amount exactly.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::allocation::{Allocation, Method};
use super::costs::Costs;
use super::{Catalogue, RateBook, confidence};
use crate::config::{CostSettings, Layer, WorkRule};
use crate::diag::{Code, Findings, Place};
use crate::tables::rows::{Charge, Incident, Origin, Ticket, WorkItem};
use crate::units::{Money, Period};

/// Where a cost row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A support contact.
    Tickets,
    /// An engineering task or time entry.
    WorkItems,
    /// A cost line.
    Charges,
    /// An outage or breakage.
    Incidents,
}

impl Source {
    /// The name of the table.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::WorkItems => "work_items",
            Self::Charges => "charges",
            Self::Incidents => "incidents",
        }
    }
}

/// What a cost is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostType {
    /// Support contacts.
    Support,
    /// Engineering run work: burden.
    Engineering,
    /// Engineering investment: shown, in no ratio.
    Build,
    /// Engineering work whose kind is not known: shown, in no ratio.
    Unclassified,
    /// Charges.
    Direct,
    /// Hours of those who responded to incidents, and credits.
    Incident,
}

impl CostType {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Engineering => "engineering",
            Self::Build => "build",
            Self::Unclassified => "unclassified",
            Self::Direct => "direct",
            Self::Incident => "incident",
        }
    }

    /// Whether it is part of run cost.
    #[must_use]
    pub fn is_run(self) -> bool {
        matches!(self, Self::Support | Self::Engineering | Self::Direct | Self::Incident)
    }
}

/// One part of one cost row, placed on a capability or on none.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The table.
    pub source: Source,
    /// The row within its table in canonical order, from 0: the resampling unit.
    pub row: usize,
    /// Where the row was read.
    pub origin: Origin,
    /// Index of the capability; `None`: overhead or unattributed.
    pub capability: Option<usize>,
    /// It belongs to no capability by nature, as a rule says; without a capability and without this it is unattributed.
    pub overhead: bool,
    /// The capability that the row was placed on and that handed this part on; `None`: it was placed here.
    pub shared_from: Option<usize>,
    /// What it is for.
    pub cost_type: CostType,
    /// The part of the row's amount, in report currency.
    pub amount: Money,
    /// ISO 4217 code of the currency in which the cost arose: that of the bill, or of the rate.
    pub currency: Arc<str>,
    /// Whether the amount is all of the cost; false where something of it is not known, such as the hours of those who
    /// responded to an incident.
    pub is_complete: bool,
    /// The part of the row itself, 0–1: a ticket or an hour shared by two labels counts half for each. The parts of a row
    /// sum to 1; credits in another currency than the hours of their incident stand in entries of their own whose part is 0.
    pub part: f64,
    /// Hours of work of this part; 0 where a row has none.
    pub hours: f64,
    /// The rate, in report currency per hour, or per contact where its minutes are not known; `None` for bills.
    pub rate: Option<f64>,
    /// The day of the cost.
    pub on: NaiveDate,
    /// The column that placed it, or `triage`; empty when nothing did.
    pub rule: &'static str,
    /// Number of the `[[map]]` rule that placed it, from 1; `None`: by id or name, by several labels, or by nothing.
    pub map_rule: Option<u32>,
    /// How the amount came about.
    pub method: Method,
    /// How sure the placement is, 0–1, on the scale of the ledger; `None` when nothing placed it.
    pub confidence: Option<f64>,
    /// The support layer of a ticket; `None` when it is not known.
    pub layer: Option<Layer>,
    /// What told the kind of a work item: `kind`, `work rule 2`, `type: bug`; `None`: nothing did.
    pub kind_rule: Option<Arc<str>>,
}

impl Entry {
    /// A row that its column `capability` places whole, in a currency that is not named: what a ledger that was not read from
    /// tables is made of.
    #[must_use]
    pub fn whole(
        (source, row): (Source, usize),
        capability: usize,
        cost_type: CostType,
        amount: Money,
        on: NaiveDate,
    ) -> Self {
        Self {
            source,
            row,
            origin: Origin::default(),
            capability: Some(capability),
            overhead: false,
            shared_from: None,
            cost_type,
            amount,
            currency: "".into(),
            is_complete: true,
            part: 1.0,
            hours: 0.0,
            rate: None,
            on,
            rule: "capability",
            map_rule: None,
            method: Method::Direct,
            confidence: Some(confidence::EXPLICIT),
            layer: None,
            kind_rule: None,
        }
    }

    /// The capability that the row was placed on, whichever part its cost was handed on to.
    #[must_use]
    pub fn placed_on(&self) -> Option<usize> {
        self.shared_from.or(self.capability)
    }

    /// Whether it is dated in the period and not after the as-of date, so that it counts.
    #[must_use]
    pub fn is_within(&self, period: &Period, as_of: NaiveDate) -> bool {
        period.contains(self.on) && self.on <= as_of
    }
}

/// What a ledger is made of.
#[derive(Debug, Clone)]
pub struct LedgerInput<'a> {
    /// The capabilities and the rules.
    pub catalogue: &'a Catalogue,
    /// Support contacts.
    pub tickets: &'a [Ticket],
    /// Engineering work.
    pub work_items: &'a [WorkItem],
    /// Bills.
    pub charges: &'a [Charge],
    /// Outages.
    pub incidents: &'a [Incident],
    /// For tickets that nothing else places, by row: a capability, and how sure a model is of it, 0–1.
    pub proposals: &'a BTreeMap<usize, (usize, f64)>,
    /// What an hour and a contact cost.
    pub rates: RateBook<'a>,
    /// The `[[work]]` rules.
    pub work_rules: &'a [WorkRule],
    /// `[cost]`.
    pub settings: &'a CostSettings,
    /// Use of every capability in the period, by index, in one unit; what `usage` shares by.
    pub usage: &'a [f64],
}

/// The cost ledger: every row of tickets, work items, charges and incidents, in parts that sum back to its amount exactly.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// By source, then row.
    pub entries: Vec<Entry>,
    /// For rows that nothing placed: table and what their most telling label says, with the number of rows.
    pub unplaced: BTreeMap<(&'static str, String), u64>,
    /// Rows of which two columns name different capabilities; the more explicit one was followed.
    pub disputed: BTreeMap<(&'static str, Origin), &'static str>,
    /// Incidents whose responder hours are not known though they are cost.
    pub unknown_hours: Vec<Origin>,
    /// Work items of kind incident, where responder hours are cost as well: an hour that stands in both counts twice.
    pub incident_work: u64,
}

impl Ledger {
    /// Places every cost row, and shares it by the method of the settings.
    ///
    /// A row goes to what its first column with a match names: explicit capability; component, labels or tags, epic, service,
    /// vendor, paths; then a rule on its team or kind; then words in its texts; then the proposal of a model. Nothing is
    /// guessed: a row without a match stays unattributed. Every amount is split by largest remainder, so that the parts
    /// sum to it exactly, and into whole cents where it is in whole cents itself.
    ///
    /// To compare methods, gather the [`Costs`] once and make a ledger of each.
    #[must_use]
    pub fn build(input: &LedgerInput) -> Self {
        Costs::gather(input).ledger(Allocation::of(input.settings))
    }

    /// The entries dated in a period and not after the as-of date.
    pub fn within<'a>(&'a self, period: &'a Period, as_of: NaiveDate) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.is_within(period, as_of))
    }

    /// Reports what is doubtful about it. `files` are the paths of the inputs, in their order.
    pub fn report(&self, files: &[&str], findings: &mut Findings) {
        let place = |origin: &Origin, found: String, expected: &str| Place {
            file: files.get(origin.input as usize).map(|file| (*file).to_owned()).unwrap_or_default(),
            line: Some(origin.line),
            found,
            expected: expected.to_owned(),
            ..Place::default()
        };
        for ((table, origin), rule) in &self.disputed {
            let found = format!("{table} placed by {rule}");
            findings.add(Code::ConflictingLabels, place(origin, found, "one capability in every column"));
        }
        for origin in &self.unknown_hours {
            findings.add(Code::UnknownResponderHours, place(origin, "no responder hours".into(), "responder_hours"));
        }
        if self.incident_work > 0 {
            let found = "work items of kind incident beside responder hours".to_owned();
            let expected = "cost.incident_hours = \"work-items\" if they are the same hours".to_owned();
            findings.add_many(
                Code::IncidentHoursTwice,
                self.incident_work,
                Place { found, expected, ..Place::default() },
            );
        }
    }
}
