//! Small invented companies for the tests of this room.

use chrono::{NaiveDateTime, TimeDelta};

use super::{Evidence, IntegrationSettings};
use crate::attribute::{Catalogue, LedgerInput, RateBook};
use crate::config::{self, CatalogueSettings, Settings, Unlisted};
use crate::diag::Findings;
use crate::metrics::{self, CostSources, MetricSettings, Signs};
use crate::rollup::{self, Spans};
use crate::tables::rows::{Account, ApiChange, CatalogueLine, Charge, Incident, Run, Ticket, WorkItem};
use crate::tables::testing::usage;
use crate::units::Period;

/// What a company gave. The period is the third quarter of 2026, and the as-of date its last day, unless said otherwise.
#[derive(Debug, Clone)]
pub struct Company {
    pub settings: Settings,
    pub catalogue: Vec<CatalogueLine>,
    pub accounts: Vec<Account>,
    pub tickets: Vec<Ticket>,
    pub work_items: Vec<WorkItem>,
    pub charges: Vec<Charge>,
    pub incidents: Option<Vec<Incident>>,
    pub runs: Option<Vec<Run>>,
    pub api_changes: Option<Vec<ApiChange>>,
    /// Day, account, capability.
    pub usage: Vec<(String, String, String)>,
    pub period: Period,
    pub as_of: &'static str,
}

impl Company {
    /// With integrations of these ids, which stand in the order of their ids among the capabilities, and no rows.
    pub fn new(integrations: &[&str]) -> Self {
        Self {
            settings: config::parse("").expect("the defaults"),
            catalogue: integrations.iter().map(|id| integration(id)).collect(),
            accounts: Vec::new(),
            tickets: Vec::new(),
            work_items: Vec::new(),
            charges: Vec::new(),
            incidents: None,
            runs: None,
            api_changes: None,
            usage: Vec::new(),
            period: "2026-Q3".parse().unwrap(),
            as_of: "2026-09-30",
        }
    }

    /// Looks at the evidence that it gives, with its settings.
    pub fn look<T>(&self, look: impl FnOnce(Evidence, IntegrationSettings) -> T) -> T {
        let settings = &self.settings;
        let moments: Vec<String> = self.usage.iter().map(|row| format!("{}T09:00:00", row.0)).collect();
        let rows = self.usage.iter().zip(&moments);
        let rows: Vec<_> = rows.map(|(row, at)| (at.as_str(), row.1.as_str(), row.2.as_str(), "", 1, "")).collect();
        let tables = usage(&rows);
        let spans =
            Spans { previous: self.period.previous(), period: self.period.clone(), as_of: self.as_of.parse().unwrap() };
        let listed = CatalogueSettings { unlisted: Unlisted::Unmapped, ..settings.catalogue.clone() };
        let mut findings = Findings::default();
        let catalogue = Catalogue::build(&self.catalogue, &settings.map, &listed, std::iter::empty(), &mut findings);
        let rollup = rollup::roll_up(&tables, &catalogue, &spans).unwrap();
        let ledger = crate::attribute::Ledger::build(&LedgerInput {
            catalogue: &catalogue,
            tickets: &self.tickets,
            work_items: &self.work_items,
            charges: &self.charges,
            incidents: self.incidents.as_deref().unwrap_or_default(),
            proposals: &std::collections::BTreeMap::new(),
            rates: RateBook::of(settings),
            work_rules: &settings.work,
            settings: &settings.cost,
            usage: &vec![0.0; catalogue.capabilities().len()],
        });
        let given = [!self.tickets.is_empty(), !self.work_items.is_empty(), !self.charges.is_empty()];
        let evidence = metrics::Evidence {
            catalogue: &catalogue,
            rollup: &rollup,
            ledger: &ledger,
            tickets: &self.tickets,
            incidents: self.incidents.as_deref(),
            runs: self.runs.as_deref(),
            sources: CostSources::of(&ledger, given[0], given[1], given[2]),
            accounts: &self.accounts,
            commitments: &[],
            usage_totals: &[],
            base_totals: &[],
            signs: Signs::default(),
            spans: &spans,
        };
        let shape = MetricSettings {
            adoption: &settings.adoption,
            overlap: &settings.overlap,
            cost: &settings.cost,
            co_use_from: 0.5,
            rare_below: settings.rule.rare_below,
            seed: settings.seed,
        };
        let facts = metrics::measure(evidence, shape, &mut findings);
        let evidence = Evidence {
            catalogue: &catalogue,
            rollup: &rollup,
            ledger: &ledger,
            facts: &facts,
            accounts: &self.accounts,
            tickets: &self.tickets,
            work_items: &self.work_items,
            incidents: self.incidents.as_deref(),
            runs: self.runs.as_deref(),
            api_changes: self.api_changes.as_deref(),
            spans: &spans,
        };
        let shape = IntegrationSettings {
            reliability: &settings.reliability,
            layers: &settings.layers,
            volatility: &settings.volatility,
            churn: &settings.churn,
            procure: &settings.procure,
            engineering_hour: settings.rates.engineering_hour,
        };
        look(evidence, shape)
    }
}

/// A line of the catalogue.
pub fn integration(id: &str) -> CatalogueLine {
    CatalogueLine { id: Some(id.into()), kind: Some("integration".into()), ..CatalogueLine::default() }
}

/// A moment of the year 2026 such as `07-01T09:00`.
pub fn at(text: &str) -> NaiveDateTime {
    format!("2026-{text}:00").parse().unwrap()
}

/// A run of five minutes.
pub fn run(capability: &str, account: &str, started: NaiveDateTime, status: &str) -> Run {
    Run {
        capability: Some(capability.into()),
        account_id: Some(account.into()).filter(|text: &String| !text.is_empty()),
        started_at: Some(started),
        ended_at: Some(started + TimeDelta::minutes(5)),
        status: Some(status.into()),
        ..Run::default()
    }
}

/// An account that has been there since 2025 and stays.
pub fn account(id: &str) -> Account {
    Account { account_id: Some(id.into()), started_on: "2025-01-01".parse().ok(), ..Account::default() }
}

#[test]
fn a_company_can_be_looked_at() {
    let mut company = Company::new(&["b", "a"]);
    company.runs = Some(vec![run("a", "u", at("07-01T09:00"), "ok")]);
    company.accounts = vec![account("u")];
    company.usage = vec![("2026-07-02".into(), "u".into(), "b".into())];
    company.look(|evidence, settings| {
        assert_eq!(evidence.facts.capabilities.len(), 2);
        assert_eq!(evidence.period().1, at("10-01T00:00"));
        assert!(settings.engineering_hour > 0.0);
        assert_eq!(super::assess(evidence, settings).facts.len(), 2);
    });
}
