//! Ledgers for tests.

use std::collections::BTreeMap;

use super::{Catalogue, Costs, Ledger, LedgerInput, RateBook};
use crate::config::{self, CatalogueSettings, CostSettings, LayerRates, MapRule, Rates, Settings, Unlisted};
use crate::diag::Findings;
use crate::tables::rows::{CatalogueLine, Charge, Incident, Ticket, WorkItem};

/// Example rates.
pub fn rates() -> Rates {
    Rates {
        engineering_hour: 90.0,
        team: [("core".to_owned(), 120.0)].into(),
        support_hour: LayerRates { automated: 1.0, ai: 6.0, human: 45.0 },
        contact: LayerRates { automated: 0.1, ai: 1.5, human: 12.0 },
    }
}

/// `[cost]` as shipped.
pub fn cost_settings() -> CostSettings {
    config::parse("").unwrap().cost
}

/// The ledger of some tickets and incidents alone.
pub fn ledger_of(
    catalogue: &Catalogue,
    (tickets, incidents): (&[Ticket], &[Incident]),
    rates: &Rates,
    settings: &CostSettings,
) -> Ledger {
    Ledger::build(&LedgerInput {
        catalogue,
        tickets,
        work_items: &[],
        charges: &[],
        incidents,
        proposals: &BTreeMap::new(),
        rates: RateBook::new(rates, &[], &BTreeMap::new(), "EUR"),
        work_rules: &[],
        settings,
        usage: &[],
    })
}

/// Everything that a ledger is made of.
#[derive(Debug)]
pub struct Case {
    pub catalogue: Catalogue,
    pub settings: Settings,
    pub tickets: Vec<Ticket>,
    pub work_items: Vec<WorkItem>,
    pub charges: Vec<Charge>,
    pub incidents: Vec<Incident>,
    pub proposals: BTreeMap<usize, (usize, f64)>,
    pub usage: Vec<f64>,
}

impl Case {
    /// No rows, and capabilities with these ids and parents (empty: none), sorted by id.
    pub fn new(capabilities: &[(&str, &str)], rules: &[MapRule]) -> Self {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let lines: Vec<CatalogueLine> = capabilities
            .iter()
            .map(|(id, parent)| CatalogueLine { id: text(id), parent: text(parent), ..CatalogueLine::default() })
            .collect();
        let settings = Settings { rates: rates(), ..config::parse("").unwrap() };
        let unmapped = CatalogueSettings { unlisted: Unlisted::Unmapped, ..settings.catalogue.clone() };
        let catalogue = Catalogue::build(&lines, rules, &unmapped, std::iter::empty(), &mut Findings::default());
        let usage = vec![0.0; catalogue.capabilities().len()];
        Self {
            catalogue,
            settings,
            tickets: Vec::new(),
            work_items: Vec::new(),
            charges: Vec::new(),
            incidents: Vec::new(),
            proposals: BTreeMap::new(),
            usage,
        }
    }

    pub fn input(&self) -> LedgerInput<'_> {
        LedgerInput {
            catalogue: &self.catalogue,
            tickets: &self.tickets,
            work_items: &self.work_items,
            charges: &self.charges,
            incidents: &self.incidents,
            proposals: &self.proposals,
            rates: RateBook::of(&self.settings),
            work_rules: &self.settings.work,
            settings: &self.settings.cost,
            usage: &self.usage,
        }
    }

    pub fn costs(&self) -> Costs<'_> {
        Costs::gather(&self.input())
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::build(&self.input())
    }
}
