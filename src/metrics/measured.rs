//! Facts of small invented companies for the tests of this room.

use super::{CostSources, Evidence, Facts, MetricSettings, Signs, measure};
use crate::attribute::{Catalogue, Ledger};
use crate::config;
use crate::diag::Findings;
use crate::rollup::{self, Spans};
use crate::tables::rows::{Account, CatalogueLine, Ticket};
use crate::tables::testing::usage;
use crate::units::Period;

/// What a company gave, for the third quarter of 2026.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub catalogue: Vec<CatalogueLine>,
    pub accounts: Vec<Account>,
    pub tickets: Vec<Ticket>,
    /// Day, account, capability.
    pub usage: Vec<(&'a str, &'a str, &'a str)>,
    /// The user of every row of usage; none where it is shorter.
    pub users: Vec<&'a str>,
    pub onboarding_core: u32,
}

pub(super) fn account(id: &str, started: &str, churned: &str) -> Account {
    let (started_on, churned_on) = (started.parse().ok(), churned.parse().ok());
    Account { account_id: Some(id.into()), started_on, churned_on, ..Account::default() }
}

pub(super) fn line(id: &str) -> CatalogueLine {
    CatalogueLine { id: Some(id.into()), kind: Some("feature".into()), ..CatalogueLine::default() }
}

impl Given<'_> {
    pub fn facts(&self) -> Facts {
        let mut settings = config::parse("").expect("the defaults");
        settings.adoption.onboarding_core = self.onboarding_core.max(1);
        let moments: Vec<String> = self.usage.iter().map(|row| format!("{}T09:00:00", row.0)).collect();
        let users = self.users.iter().copied().chain(std::iter::repeat(""));
        let rows = self.usage.iter().zip(&moments).zip(users);
        let rows = rows.map(|((row, moment), user)| (moment.as_str(), row.1, row.2, user, 1, ""));
        let tables = usage(&rows.collect::<Vec<_>>());
        let period: Period = "2026-Q3".parse().unwrap();
        let spans = Spans { previous: period.previous(), period, as_of: "2026-09-30".parse().unwrap() };
        let mut findings = Findings::default();
        let names = rollup::usage_names(&tables).unwrap();
        let names = names.iter().map(String::as_str);
        let catalogue = Catalogue::build(&self.catalogue, &[], &settings.catalogue, names, &mut findings);
        let rollup = rollup::roll_up(&tables, &catalogue, &spans).unwrap();
        let evidence = Evidence {
            catalogue: &catalogue,
            rollup: &rollup,
            ledger: &Ledger::default(),
            tickets: &self.tickets,
            incidents: None,
            runs: None,
            sources: CostSources::default(),
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
        measure(evidence, shape, &mut findings)
    }
}
