use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Catalogue;
use crate::config::{CostSettings, LayerRates, Rates, WorkKind};
use crate::tables::rows::{Charge, Origin, Ticket, WorkItem};
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
}

impl Source {
    /// The name of the table.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::WorkItems => "work_items",
            Self::Charges => "charges",
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
        }
    }

    /// Whether it is part of run cost.
    #[must_use]
    pub fn is_run(self) -> bool {
        matches!(self, Self::Support | Self::Engineering | Self::Direct)
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
    /// Index of the capability; `None`: unattributed.
    pub capability: Option<usize>,
    /// What it is for.
    pub cost_type: CostType,
    /// The part of the row's amount.
    pub amount: Money,
    /// The part of the row itself, 0–1: a ticket or an hour shared by two labels counts half for each.
    pub part: f64,
    /// Hours of work of this part; 0 for other sources.
    pub hours: f64,
    /// The day of the cost.
    pub on: NaiveDate,
    /// The column that placed it; empty when nothing did.
    pub rule: &'static str,
}

impl Entry {
    /// Whether it is dated in the period and not after the as-of date, so that it counts.
    #[must_use]
    pub fn is_within(&self, period: &Period, as_of: NaiveDate) -> bool {
        period.contains(self.on) && self.on <= as_of
    }
}

/// The cost ledger: every row of tickets, work items and charges, in parts that sum back to its amount exactly.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// By source, then row.
    pub entries: Vec<Entry>,
    /// For rows that nothing placed: table and what their most telling label says, with the number of rows.
    pub unplaced: BTreeMap<(&'static str, String), u64>,
}

/// Label of unplaced rows that carry none.
const NO_LABEL: &str = "(no label)";

impl Ledger {
    /// Places every cost row.
    ///
    /// A row goes to what its first column with a match names, in the order of method.md: explicit capability,
    /// component, labels or tags, epic, service. When several labels of that column match different capabilities
    /// the row is shared evenly, the parts summing to it by largest remainder. Nothing is guessed: a row without a
    /// match stays unattributed.
    #[must_use]
    pub fn build(
        catalogue: &Catalogue,
        (tickets, work, charges): (&[Ticket], &[WorkItem], &[Charge]),
        rates: &Rates,
        settings: &CostSettings,
    ) -> Self {
        let mut ledger = Self::default();
        for (row, ticket) in tickets.iter().enumerate() {
            let labels = [
                ("capability", ticket.capability.as_slice()),
                ("component", ticket.component.as_slice()),
                ("tags", ticket.tags.as_deref().unwrap_or_default()),
            ];
            let Some(opened) = ticket.opened_at else { continue };
            let cost = Cost { purpose: CostType::Support, amount: contact_cost(ticket, rates), hours: 0.0 };
            ledger.place(catalogue, (Source::Tickets, row, ticket.origin), &labels, &cost, opened.date());
        }
        for (row, item) in work.iter().enumerate() {
            let labels = [
                ("capability", item.capability.as_slice()),
                ("component", item.component.as_slice()),
                ("labels", item.labels.as_deref().unwrap_or_default()),
                ("epic", item.epic.as_slice()),
            ];
            let (Some(on), Some(hours)) = (item.worked_on, item.hours) else { continue };
            let amount = Money::from_units(hours * team_rate(item, rates)).unwrap_or_default();
            let cost = Cost { purpose: work_type(item, settings), amount, hours };
            ledger.place(catalogue, (Source::WorkItems, row, item.origin), &labels, &cost, on);
        }
        for (row, charge) in charges.iter().enumerate() {
            let labels = [
                ("capability", charge.capability.as_slice()),
                ("tags", charge.tags.as_deref().unwrap_or_default()),
                ("service", charge.service.as_slice()),
                ("vendor", charge.vendor.as_slice()),
            ];
            let (Some(on), Some(amount)) = (charge.charged_on, charge.amount) else { continue };
            let cost = Cost { purpose: CostType::Direct, amount, hours: 0.0 };
            ledger.place(catalogue, (Source::Charges, row, charge.origin), &labels, &cost, on);
        }
        ledger
    }

    fn place(
        &mut self,
        catalogue: &Catalogue,
        (source, row, origin): (Source, usize, Origin),
        labels: &[(&'static str, &[String])],
        cost: &Cost,
        on: NaiveDate,
    ) {
        let Cost { purpose: cost_type, amount, hours } = *cost;
        let placed = labels.iter().find_map(|&(column, values)| {
            let mut targets: Vec<usize> = values.iter().filter_map(|value| catalogue.resolve(value)).collect();
            targets.sort_unstable();
            targets.dedup();
            (!targets.is_empty()).then_some((column, targets))
        });
        let Some((rule, targets)) = placed else {
            let label = labels.iter().find_map(|(_, values)| values.first());
            let label = label.map_or_else(|| NO_LABEL.to_owned(), Clone::clone);
            *self.unplaced.entry((source.table(), label)).or_default() += 1;
            let entry =
                Entry { source, row, origin, capability: None, cost_type, amount, part: 1.0, hours, on, rule: "" };
            self.entries.push(entry);
            return;
        };
        let weights = vec![1.0; targets.len()];
        #[expect(clippy::cast_precision_loss, reason = "labels of one row are few")]
        let part = 1.0 / targets.len() as f64;
        for (target, amount) in targets.into_iter().zip(amount.split(&weights)) {
            let (capability, hours) = (Some(target), hours * part);
            self.entries.push(Entry { source, row, origin, capability, cost_type, amount, part, hours, on, rule });
        }
    }

    /// The entries dated in a period and not after the as-of date.
    pub fn within<'a>(&'a self, period: &'a Period, as_of: NaiveDate) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.is_within(period, as_of))
    }
}

struct Cost {
    purpose: CostType,
    amount: Money,
    hours: f64,
}

/// Handle minutes at the layer's rate; without minutes, the layer's flat cost per contact. A contact whose layer is not known
/// is taken to be human, which is where contacts end unless something else is recorded.
fn contact_cost(ticket: &Ticket, rates: &Rates) -> Money {
    let of_layer = |rates: &LayerRates| match ticket.layer.as_deref() {
        Some("automated") => rates.automated,
        Some("ai") => rates.ai,
        _ => rates.human,
    };
    let units = match ticket.handle_minutes {
        Some(minutes) => minutes / 60.0 * of_layer(&rates.support_hour),
        None => of_layer(&rates.contact),
    };
    Money::from_units(units).unwrap_or_default()
}

fn team_rate(item: &WorkItem, rates: &Rates) -> f64 {
    let of_team = item.team.as_ref().and_then(|team| rates.team.get(team));
    of_team.copied().unwrap_or(rates.engineering_hour)
}

fn work_type(item: &WorkItem, settings: &CostSettings) -> CostType {
    let kind = match item.kind.as_deref() {
        Some("build") => WorkKind::Build,
        Some("maintain") => WorkKind::Maintain,
        Some("incident") => WorkKind::Incident,
        Some("support") => WorkKind::Support,
        _ => settings.work_without_kind,
    };
    match kind {
        kind if settings.run_kinds.contains(&kind) => CostType::Engineering,
        WorkKind::Unclassified => CostType::Unclassified,
        _ => CostType::Build,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::CapabilityKind;
    use crate::config::{CatalogueSettings, Unlisted};
    use crate::diag::Findings;
    use proptest::prelude::*;

    fn catalogue() -> Catalogue {
        let settings = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
        Catalogue::build(&[], &[], &settings, ["a", "b", "c"].into_iter(), &mut Findings::default())
    }

    fn rates() -> Rates {
        Rates {
            engineering_hour: 90.0,
            team: [("core".to_owned(), 120.0)].into(),
            support_hour: LayerRates { automated: 1.0, ai: 6.0, human: 45.0 },
            contact: LayerRates { automated: 0.1, ai: 1.5, human: 12.0 },
        }
    }

    fn settings() -> CostSettings {
        CostSettings {
            run_kinds: vec![WorkKind::Maintain, WorkKind::Incident, WorkKind::Support],
            work_without_kind: WorkKind::Unclassified,
            bootstrap_replicates: 100,
        }
    }

    fn ticket(minutes: Option<f64>, layer: Option<&str>) -> Ticket {
        Ticket { handle_minutes: minutes, layer: layer.map(Into::into), ..Ticket::default() }
    }

    #[test]
    fn contacts_cost_their_minutes_or_a_flat_amount_of_their_layer() {
        for (minutes, layer, units) in [
            (Some(20.0), Some("human"), 15.0),
            (Some(20.0), Some("ai"), 2.0),
            (Some(0.0), None, 0.0),
            (None, None, 12.0),
            (None, Some("automated"), 0.1),
        ] {
            assert_eq!(contact_cost(&ticket(minutes, layer), &rates()), Money::from_units(units).unwrap());
        }
    }

    fn work(component: &str, labels: &[&str], kind: Option<&str>, team: Option<&str>) -> WorkItem {
        WorkItem {
            worked_on: NaiveDate::from_ymd_opt(2026, 7, 1),
            hours: Some(2.0),
            component: (!component.is_empty()).then(|| component.into()),
            labels: Some(labels.iter().map(|&l| l.into()).collect()),
            kind: kind.map(Into::into),
            team: team.map(Into::into),
            ..WorkItem::default()
        }
    }

    #[test]
    fn work_is_placed_by_the_first_column_that_matches_and_shared_evenly() {
        let items = [
            work("a", &["b"], Some("maintain"), None),
            work("unknown", &["b", "c", "b"], Some("build"), Some("core")),
            work("", &[], None, None),
        ];
        let ledger = Ledger::build(&catalogue(), (&[], &items, &[]), &rates(), &settings());
        let found: Vec<_> = ledger
            .entries
            .iter()
            .map(|e| (e.row, e.capability, e.cost_type, e.amount.to_decimal(), e.hours.to_string(), e.rule))
            .collect();
        assert_eq!(
            found,
            [
                (0, Some(0), CostType::Engineering, "180.00".into(), "2".into(), "component"),
                (1, Some(1), CostType::Build, "120.00".into(), "1".into(), "labels"),
                (1, Some(2), CostType::Build, "120.00".into(), "1".into(), "labels"),
                (2, None, CostType::Unclassified, "180.00".into(), "2".into(), ""),
            ]
        );
        assert_eq!(ledger.unplaced, [(("work_items", NO_LABEL.to_owned()), 1)].into());
    }

    #[test]
    fn what_is_dated_after_the_as_of_date_does_not_count() {
        let items = [work("a", &[], Some("maintain"), None)];
        let ledger = Ledger::build(&catalogue(), (&[], &items, &[]), &rates(), &settings());
        let period: Period = "2026-Q3".parse().unwrap();
        let counted = |as_of: &str| ledger.within(&period, as_of.parse().unwrap()).count();
        assert_eq!([counted("2026-07-01"), counted("2026-06-30")], [1, 0]);
    }

    proptest! {
        #[test]
        fn entries_sum_back_to_every_charge(
            charges in prop::collection::vec((-1_000_000_000_i64..1_000_000_000, prop::collection::vec("[abcx]", 0..5)), 0..20),
        ) {
            let charges: Vec<Charge> = charges
                .into_iter()
                .map(|(micros, tags)| Charge {
                    charged_on: NaiveDate::from_ymd_opt(2026, 7, 1),
                    amount: Some(Money::from_micros(micros.into())),
                    tags: Some(tags),
                    ..Charge::default()
                })
                .collect();
            let ledger = Ledger::build(&catalogue(), (&[], &[], &charges), &rates(), &settings());
            for (row, charge) in charges.iter().enumerate() {
                let parts: Vec<_> = ledger.entries.iter().filter(|e| e.row == row).collect();
                prop_assert_eq!(parts.iter().map(|e| e.amount).sum::<Money>(), charge.amount.unwrap());
                prop_assert!((parts.iter().map(|e| e.part).sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
    }
}
