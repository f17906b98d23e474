//! The cost rows: what each costs and what places it, before an allocation method shares it.

use std::sync::Arc;

use chrono::NaiveDate;

use super::allocation::{Allocation, Drivers};
use super::catalogue::is_of_names;
use super::placement::{self, Cells, Placement, Placer};
use super::rates::layer_of;
use super::work::{WorkKinds, cells};
use super::{CostType, Entry, Ledger, LedgerInput, Source};
use crate::config::{IncidentHours, Layer, RawColumn, ShareOut, WorkKind};
use crate::tables::rows::{Charge, Incident, Origin, Ticket, WorkItem};
use crate::units::Money;

/// Every cost row with its amount and what places it. Making one reads every text; making a ledger of it is cheap.
#[derive(Debug, Clone)]
pub struct Costs<'a> {
    rows: Vec<Row>,
    drivers: Drivers<'a>,
    /// Whether weights of parts are given.
    has_given: bool,
    /// What every ledger of these rows says alike.
    common: Ledger,
}

#[derive(Debug, Clone)]
struct Row {
    source: Source,
    number: usize,
    origin: Origin,
    on: NaiveDate,
    cost_type: CostType,
    layer: Option<Layer>,
    kind_rule: Option<Arc<str>>,
    placement: Placement,
    costs: Vec<Cost>,
}

/// What a row costs in one currency.
#[derive(Debug, Clone)]
struct Cost {
    amount: Money,
    currency: Arc<str>,
    hours: f64,
    rate: Option<f64>,
    is_complete: bool,
}

impl Cost {
    /// Hours at a rate. An amount beyond all money is not known.
    fn of_hours(hours: f64, rate: super::rates::Rate) -> Self {
        let amount = Money::from_units(hours * rate.amount);
        Self {
            amount: amount.unwrap_or_default(),
            currency: rate.currency,
            hours,
            rate: Some(rate.amount),
            is_complete: amount.is_some(),
        }
    }
}

/// Label of unplaced rows that carry none.
const NO_LABEL: &str = "(no label)";

type Columns<'a, const N: usize> = [Cells<'a>; N];

impl<'a> Costs<'a> {
    /// Reads, prices and places every cost row.
    #[must_use]
    pub fn gather(input: &LedgerInput<'a>) -> Self {
        let settings = input.settings;
        let mut costs = Self {
            rows: Vec::new(),
            drivers: Drivers::new(input.catalogue, input.usage, &settings.share_weights),
            has_given: !settings.share_weights.is_empty(),
            common: Ledger::default(),
        };
        let mut placer = Placer::new(input.catalogue);
        for (row, ticket) in input.tickets.iter().enumerate() {
            costs.ticket(input, &mut placer, row, ticket);
        }
        let mut kinds = WorkKinds::new(input.work_rules, settings);
        for (row, item) in input.work_items.iter().enumerate() {
            costs.work_item(input, &mut placer, &mut kinds, row, item);
        }
        for (row, charge) in input.charges.iter().enumerate() {
            costs.charge(input, &mut placer, row, charge);
        }
        for (row, incident) in input.incidents.iter().enumerate() {
            costs.incident(input, &mut placer, row, incident);
        }
        let hours_in_incidents = input.incidents.iter().any(|incident| incident.responder_hours.is_some());
        if settings.incident_hours == IncidentHours::WorkItems || !hours_in_incidents {
            costs.common.incident_work = 0;
        }
        costs
    }

    /// The ledger by an allocation method.
    #[must_use]
    pub fn ledger(&self, allocation: Allocation) -> Ledger {
        let mut ledger = self.common.clone();
        ledger.entries.reserve(self.rows.len());
        for row in &self.rows {
            let parts = self.drivers.parts(&row.placement, allocation);
            let weights: Vec<f64> = parts.iter().map(|part| part.weight).collect();
            for (place, cost) in row.costs.iter().enumerate() {
                for (part, amount) in parts.iter().zip(split(cost.amount, &weights)) {
                    ledger.entries.push(Entry {
                        source: row.source,
                        row: row.number,
                        origin: row.origin,
                        capability: part.capability,
                        overhead: part.method == super::Method::Overhead,
                        shared_from: part.shared_from,
                        cost_type: row.cost_type,
                        amount,
                        currency: Arc::clone(&cost.currency),
                        is_complete: cost.is_complete,
                        part: if place == 0 { part.weight } else { 0.0 },
                        hours: cost.hours * part.weight,
                        rate: cost.rate,
                        on: row.on,
                        rule: row.placement.rule,
                        map_rule: row.placement.map_rule,
                        method: part.method,
                        confidence: part.confidence,
                        layer: row.layer,
                        kind_rule: row.kind_rule.clone(),
                    });
                }
            }
        }
        ledger
    }

    /// The other methods under which the ledger could differ, in a fixed order: what the list is compared under. Methods for
    /// several labels where a row has them, share-outs where a capability with cost has parts; given weights where they are
    /// given.
    #[must_use]
    pub fn alternatives(&self, configured: Allocation) -> Vec<Allocation> {
        let has_several = self.rows.iter().any(|row| row.placement.targets.len() > 1);
        let has_parts = self.rows.iter().any(|row| {
            let placed = row.placement.targets.iter().flat_map(super::Target::weights);
            placed.into_iter().any(|(index, _)| self.drivers.has_parts(index))
        });
        let differs = |other: &Allocation| {
            *other != configured
                && (has_several || other.several_labels == configured.several_labels)
                && (has_parts || other.share_out == configured.share_out)
                && (self.has_given || other.share_out != ShareOut::Given)
        };
        Allocation::all().filter(differs).collect()
    }

    fn ticket(&mut self, input: &LedgerInput<'a>, placer: &mut Placer<'a>, row: usize, ticket: &'a Ticket) {
        let Some(opened) = ticket.opened_at else { return };
        let (names, texts) = placement::of_ticket(ticket);
        let on = opened.date();
        let rate = input.rates.support(ticket, on);
        let cost = match ticket.handle_minutes {
            Some(minutes) => Cost::of_hours(minutes / 60.0, rate),
            None => Cost { hours: 0.0, ..Cost::of_hours(1.0, rate) },
        };
        let placement = placer.place(&names, &texts, input.proposals.get(&row).copied());
        self.push(
            names,
            Row {
                source: Source::Tickets,
                number: row,
                origin: ticket.origin,
                on,
                cost_type: CostType::Support,
                layer: layer_of(ticket),
                kind_rule: None,
                placement,
                costs: vec![cost],
            },
        );
    }

    fn work_item(
        &mut self,
        input: &LedgerInput<'a>,
        placer: &mut Placer<'a>,
        kinds: &mut WorkKinds,
        row: usize,
        item: &'a WorkItem,
    ) {
        let (Some(on), Some(hours)) = (item.worked_on, item.hours) else { return };
        let names = [
            RawColumn::Capability,
            RawColumn::Component,
            RawColumn::Labels,
            RawColumn::Epic,
            RawColumn::Paths,
            RawColumn::Team,
            RawColumn::Type,
        ]
        .map(|column| (column, cells(item, column)));
        let placement = placer.place(&names, &[(RawColumn::Title, item.title.as_slice())], None);
        let (kind, kind_rule) = kinds.purpose(item);
        self.common.incident_work += u64::from(kind == WorkKind::Incident);
        self.push(
            names,
            Row {
                source: Source::WorkItems,
                number: row,
                origin: item.origin,
                on,
                cost_type: kinds.cost_type(kind),
                layer: None,
                kind_rule,
                placement,
                costs: vec![Cost::of_hours(hours, input.rates.engineering(item, on))],
            },
        );
    }

    fn charge(&mut self, input: &LedgerInput<'a>, placer: &mut Placer<'a>, row: usize, charge: &'a Charge) {
        let (Some(on), Some(amount)) = (charge.charged_on, charge.amount) else { return };
        let names = [
            (RawColumn::Capability, charge.capability.as_slice()),
            (RawColumn::Tags, list(charge.tags.as_ref())),
            (RawColumn::Service, charge.service.as_slice()),
            (RawColumn::Vendor, charge.vendor.as_slice()),
            (RawColumn::Kind, charge.kind.as_slice()),
        ];
        let placement = placer.place(&names, &[], None);
        self.push(
            names,
            Row {
                source: Source::Charges,
                number: row,
                origin: charge.origin,
                on,
                cost_type: CostType::Direct,
                layer: None,
                kind_rule: None,
                placement,
                costs: vec![billed(amount, charge.currency.as_ref(), input)],
            },
        );
    }

    /// Responder hours at their rate, and the credits; one cost where both are in one currency.
    fn incident(&mut self, input: &LedgerInput<'a>, placer: &mut Placer<'a>, row: usize, incident: &'a Incident) {
        let Some(started) = incident.started_at else { return };
        let on = started.date();
        let names = [
            (RawColumn::Capability, incident.capability.as_slice()),
            (RawColumn::Service, incident.service.as_slice()),
            (RawColumn::Tags, list(incident.tags.as_ref())),
        ];
        let placement = placer.place(&names, &[(RawColumn::Title, incident.title.as_slice())], None);
        let are_hours_cost = input.settings.incident_hours == IncidentHours::Incidents;
        let hours = incident.responder_hours.filter(|_| are_hours_cost);
        let work = hours.map(|hours| Cost::of_hours(hours, input.rates.incident(incident, on)));
        let is_complete = !are_hours_cost || hours.is_some();
        if !is_complete {
            self.common.unknown_hours.push(incident.origin);
        }
        let credits = incident.credits.map(|amount| billed(amount, incident.currency.as_ref(), input));
        let costs = match (work, credits) {
            (Some(work), Some(credits)) if work.currency == credits.currency => {
                vec![Cost { amount: work.amount + credits.amount, ..work }]
            }
            (Some(work), credits) => std::iter::once(work).chain(credits).collect(),
            (None, Some(credits)) => vec![Cost { is_complete, ..credits }],
            (None, None) => vec![Cost { is_complete: false, ..billed(Money::ZERO, None, input) }],
        };
        self.push(
            names,
            Row {
                source: Source::Incidents,
                number: row,
                origin: incident.origin,
                on,
                cost_type: CostType::Incident,
                layer: None,
                kind_rule: None,
                placement,
                costs,
            },
        );
    }

    fn push<const N: usize>(&mut self, names: Columns<N>, row: Row) {
        let table = row.source.table();
        if row.placement.targets.is_empty() {
            let label = names.iter().find_map(|(column, cells)| cells.first().filter(|_| is_of_names(*column)));
            let label = label.map_or_else(|| NO_LABEL.to_owned(), Clone::clone);
            *self.common.unplaced.entry((table, label)).or_default() += 1;
        }
        if row.placement.is_disputed {
            self.common.disputed.insert((table, row.origin), row.placement.rule);
        }
        self.rows.push(row);
    }
}

fn list(cells: Option<&Vec<String>>) -> &[String] {
    cells.map(Vec::as_slice).unwrap_or_default()
}

fn billed(amount: Money, currency: Option<&String>, input: &LedgerInput) -> Cost {
    let report = input.rates.currency();
    let currency = currency.map_or_else(|| Arc::clone(report), |code| code.as_str().into());
    Cost { amount, currency, hours: 0.0, rate: None, is_complete: true }
}

/// Parts that sum to the amount exactly, by largest remainder: in whole cents where the amount is, so that what is shown
/// of them adds up as well, else in millionths.
fn split(amount: Money, weights: &[f64]) -> Vec<Money> {
    if weights.len() == 1 {
        return vec![amount];
    }
    let unit = if amount.micros() % CENT == 0 { CENT } else { 1 };
    let parts = Money::from_micros(amount.micros() / unit).split(weights);
    parts.into_iter().map(|part| Money::from_micros(part.micros() * unit)).collect()
}

/// Millionths in a cent.
const CENT: i128 = 10_000;
