//! An invented company with planted truth, as the exports of real systems with their real headers.
//!
//! Takes sizes and a seed; gives paths and bytes, the same for the same options on every machine: only integers and
//! exact fractions are drawn. What is planted stands in `planted_truth.csv`,
//! `planted_failures.csv` and `planted_tickets.csv`, which the configuration never names.

mod adopters;
mod charges;
mod draw;
mod failures;
mod files;
mod league;
mod mixed;
mod names;
mod oncall;
mod papers;
mod population;
mod removals;
mod revenue;
mod roles;
mod runs;
mod story;
mod syncs;
mod tickets;
mod usage;
mod vendors;
mod words;
mod work;
mod world;

use world::World;

pub use league::{FeatureKind, LeagueAccount, LeagueCompany, LeagueFeature, LeagueUse, league_company};
pub use population::{Planted, Population, PopulationSample};
pub use syncs::{Cadence, PlantedSync, SyncSeries, Syncs};

/// How large a company, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleOptions {
    /// Accounts, those that left included.
    pub accounts: u32,
    /// Features and integrations together; of 85, 60 and 25.
    pub capabilities: u32,
    /// Rows of usage to aim at. Planted adoption sets a floor: an account that uses a capability in a month has a row.
    pub events: u32,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self { accounts: 400, capabilities: 85, events: 60_000, seed: 7 }
    }
}

/// Every file of the company: path relative to its folder, and bytes; sorted by path.
#[must_use]
pub fn generate(options: &SampleOptions) -> Vec<(String, Vec<u8>)> {
    let world = World::new(options);
    let (tickets, planted_tickets) = tickets::tickets(&world);
    let (runs, planted_failures) = runs::runs(&world);
    let mut files = vec![
        ("README.md".to_owned(), papers::readme(options, &world).into_bytes()),
        ("account-history.csv.gz".to_owned(), files::gz(&revenue::history(&world))),
        ("catalogue.csv".to_owned(), papers::catalogue(&world)),
        ("commitments.csv".to_owned(), papers::commitments(&world)),
        ("deadhead.toml".to_owned(), papers::CONFIGURATION.as_bytes().to_vec()),
        ("focus-costs.csv".to_owned(), charges::charges(&world)),
        ("incident-reviews.csv".to_owned(), oncall::reviews(&world)),
        ("integration-runs.csv.gz".to_owned(), files::gz(&runs)),
        ("integration-syncs.csv.gz".to_owned(), files::gz(&usage::syncs(&world))),
        ("pagerduty-incidents.csv".to_owned(), oncall::incidents(&world)),
        ("planted_failures.csv".to_owned(), planted_failures),
        ("planted_tickets.csv".to_owned(), planted_tickets),
        ("planted_truth.csv".to_owned(), papers::truth(&world)),
        ("salesforce-accounts.csv".to_owned(), papers::accounts(&world)),
        ("segment-tracks.csv.gz".to_owned(), files::gz(&usage::tracks(&world))),
        ("tempo-worklogs.csv.gz".to_owned(), files::gz(&work::worklogs(&world))),
        ("vendor-api-changes.csv".to_owned(), vendors::changes(&world)),
        ("zendesk-tickets.csv.gz".to_owned(), files::gz(&tickets)),
    ];
    files.sort();
    files
}

/// The same company as the exports of eight systems lie about in a folder, without a configuration: path and bytes, sorted
/// by path.
#[must_use]
pub fn generate_mixed(options: &SampleOptions) -> Vec<(String, Vec<u8>)> {
    mixed::files(&World::new(options))
}

#[cfg(test)]
mod tests;
