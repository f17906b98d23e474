//! Coverage: how often the 95 % intervals of adoption and of disproportion hold the truth of a superpopulation.
//!
//! Short by default. The long run, with the table of every case:
//! `COVERAGE_RUNS=2000 cargo test --release coverage -- --nocapture`.

use std::collections::BTreeMap;

use deadhead::attribute::{CapabilityKind, Catalogue, CostType, Entry, Ledger, Source};
use deadhead::config::{self, AdoptionSettings, CatalogueSettings, CostSettings, Unlisted, UsageShareOf};
use deadhead::diag::Findings;
use deadhead::metrics::{self, CostSources, Evidence, Facts, MetricSettings, Signs};
use deadhead::rollup::{Activity, Cell, Measures, Rollup, Spans};
use deadhead::sample::{Planted, Population, PopulationSample};
use deadhead::tables::rows::{Account, Ticket};
use deadhead::units::{Estimate, Money, Period};

/// Adoption and cost rows of the capabilities that are judged; the others make up the product around them.
const JUDGED: [(f64, f64); 8] =
    [(0.01, 20.0), (0.02, 10.0), (0.03, 40.0), (0.05, 5.0), (0.08, 60.0), (0.1, 20.0), (0.2, 10.0), (0.3, 40.0)];
const HOW_MANY: f64 = 8.0;
const OTHERS: usize = 6;

struct Case {
    name: &'static str,
    population: Population,
    /// Whether the short run has it.
    short: bool,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (accounts, spread) in [(400, (0.8, 0.5)), (400, (1.2, 0.9)), (60, (0.8, 0.5)), (2000, (1.2, 0.9))] {
        for (whales, of_accounts) in [(0.0, 0.0), (0.0, 0.6), (0.01, 0.0), (0.01, 0.6)] {
            let judged = JUDGED.map(|(adoption, rows)| Planted {
                // Of 60 accounts two are the fewest that are seen most of the time.
                adoption: if accounts == 60 { adoption.max(0.03) } else { adoption },
                rows,
            });
            let others = [Planted { adoption: 0.5, rows: 60.0 }; OTHERS];
            let capabilities = judged.into_iter().chain(others).collect();
            let population = Population {
                accounts,
                size_sigma: spread.0,
                use_sigma: spread.1,
                whales,
                of_accounts,
                amount_sigma: 1.0,
                capabilities,
            };
            let name = match (whales > 0.0, of_accounts > 0.0) {
                (false, false) => "no whales, charges",
                (false, true) => "no whales, tickets of accounts",
                (true, false) => "whales, charges",
                (true, true) => "whales, tickets of accounts",
            };
            let short = accounts == 400 && spread.0 < 1.0 && (whales > 0.0) == (of_accounts > 0.0);
            cases.push(Case { name, population, short });
        }
    }
    cases
}

/// How often a truth was held, was below and was above, of the intervals there were.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    intervals: u32,
    below: u32,
    above: u32,
}

impl Held {
    fn count(&mut self, truth: f64, found: Option<Estimate>) {
        let Some(found) = found else { return };
        self.intervals += 1;
        self.below += u32::from(truth < found.low);
        self.above += u32::from(truth > found.high);
    }

    fn coverage(&self) -> f64 {
        1.0 - f64::from(self.below + self.above) / f64::from(self.intervals.max(1))
    }
}

fn mean(held: &[Held]) -> f64 {
    held.iter().map(Held::coverage).sum::<f64>() / HOW_MANY
}

#[test]
fn coverage_of_adoption_and_disproportion_is_what_it_says() {
    let long: Option<u32> = std::env::var("COVERAGE_RUNS").ok().map(|runs| runs.parse().unwrap());
    let runs = long.unwrap_or(40);
    for case in cases().iter().filter(|case| case.short || long.is_some()) {
        let (adoption, disproportion) = run(&case.population, runs, if long.is_some() { 1000 } else { 400 });
        if long.is_some() {
            print(case, &adoption, &disproportion);
        }
        for (what, held) in [("adoption", &adoption), ("disproportion", &disproportion)] {
            let found = mean(held);
            // Three standard errors of the mean over capabilities that are half correlated.
            let error = 3.0 * (0.05 * 0.95 / (f64::from(runs) * HOW_MANY / 2.0)).sqrt();
            let (low, high) = promised(what, &case.population);
            assert!(
                found > low - error && found < high + error,
                "{what}, {} accounts, {}: {found}, not {low} to {high} give or take {error}",
                case.population.accounts,
                case.name
            );
        }
    }
}

/// 0.93 to 0.97; of 60 accounts two or three use most of the capabilities, and an honest interval says so by its width.
fn promised(what: &str, population: &Population) -> (f64, f64) {
    if what == "disproportion" && population.accounts < 100 { (0.93, 0.99) } else { (0.93, 0.97) }
}

fn run(population: &Population, runs: u32, replicates: u32) -> (Vec<Held>, Vec<Held>) {
    let mut adoption = vec![Held::default(); JUDGED.len()];
    let mut disproportion = adoption.clone();
    for seed in 0..u64::from(runs) {
        let facts = facts(population, &population.sample(seed), seed, replicates);
        for capability in 0..JUDGED.len() {
            let known = &facts.capabilities[capability];
            adoption[capability].count(population.true_adoption(capability), known.adoption);
            disproportion[capability].count(population.true_disproportion(capability), known.disproportion);
        }
    }
    (adoption, disproportion)
}

#[expect(clippy::print_stdout, reason = "the table of the long run")]
fn print(case: &Case, adoption: &[Held], disproportion: &[Held]) {
    let Population { accounts, size_sigma, use_sigma, .. } = case.population;
    println!("\n{accounts} accounts, sigma {size_sigma} and {use_sigma}, {}", case.name);
    println!(
        "{:>10} {:>6} | {:>8} | {:>13} {:>6} {:>6}",
        "adoption", "rows", "adoption", "disproportion", "below", "above"
    );
    for (index, (of, ratio)) in adoption.iter().zip(disproportion).enumerate() {
        let Planted { adoption, rows } = case.population.capabilities[index];
        let part = |count: u32| 100.0 * f64::from(count) / f64::from(ratio.intervals.max(1));
        println!(
            "{:>9.0}% {rows:>6.0} | {:>7.1}% | {:>12.1}% {:>5.1}% {:>5.1}%",
            100.0 * adoption,
            100.0 * of.coverage(),
            100.0 * ratio.coverage(),
            part(ratio.below),
            part(ratio.above)
        );
    }
    println!("{:>17} | {:>7.1}% | {:>12.1}%", "mean", 100.0 * mean(adoption), 100.0 * mean(disproportion));
}

/// What the metrics say of a sample, through their own entry.
fn facts(population: &Population, sample: &PopulationSample, seed: u64, replicates: u32) -> Facts {
    let period: Period = "2026-Q3".parse().unwrap();
    let spans = Spans { previous: period.previous(), period, as_of: "2026-09-30".parse().unwrap() };
    let id = |account: usize| format!("a{account:05}");
    let names: Vec<String> = (0..population.capabilities.len()).map(|n| format!("c{n:02}")).collect();
    let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
    let mut findings = Findings::default();
    let catalogue = Catalogue::build(&[], &[], &own, names.iter().map(String::as_str), &mut findings);
    let rollup = rollup(population, sample, &spans, &id);
    let (ledger, tickets) = ledger(sample, &spans, &id);
    let accounts: Vec<Account> =
        (0..population.accounts).map(|n| Account { account_id: Some(id(n)), ..Account::default() }).collect();
    let evidence = Evidence {
        catalogue: &catalogue,
        rollup: &rollup,
        ledger: &ledger,
        tickets: &tickets,
        incidents: None,
        runs: None,
        sources: CostSources { tickets: true, charges: true, ..CostSources::default() },
        accounts: &accounts,
        commitments: &[],
        usage_totals: &[],
        base_totals: &[],
        signs: Signs::default(),
        spans: &spans,
    };
    let shipped = config::parse("").unwrap();
    let adoption = AdoptionSettings { usage_share_of: UsageShareOf::Events, ..shipped.adoption };
    let cost = CostSettings { bootstrap_replicates: replicates, ..shipped.cost };
    let shape = MetricSettings {
        adoption: &adoption,
        overlap: &shipped.overlap,
        cost: &cost,
        co_use_from: 0.5,
        rare_below: shipped.rule.rare_below,
        seed,
    };
    metrics::measure(evidence, shape, &mut findings)
}

fn rollup(population: &Population, sample: &PopulationSample, spans: &Spans, id: &impl Fn(usize) -> String) -> Rollup {
    let (first, last) = (spans.period.start(), spans.as_of);
    let cell = |&(account, capability, events): &(usize, usize, u64)| Cell {
        capability,
        account: Some(account),
        measures: Measures {
            events,
            with_status: 0,
            errors: 0,
            active_days: events.min(92),
            active_users: 0,
            user_days: 0,
            succeeded_days: events.min(92),
            sole_users: 0,
            first,
            last,
        },
    };
    let active = Activity { active_days: 92, active_users: 0 };
    Rollup {
        accounts: (0..population.accounts).map(id).collect(),
        period: sample.uses.iter().map(cell).collect(),
        activity: (0..population.accounts).map(|account| (account, active)).collect::<BTreeMap<_, _>>(),
        observed: Some((first, last)),
        observed_in_period: Some((first, last)),
        rows: sample.uses.len() as u64,
        ..Rollup::default()
    }
}

/// Rows of accounts are tickets, the others charges.
fn ledger(sample: &PopulationSample, spans: &Spans, id: &impl Fn(usize) -> String) -> (Ledger, Vec<Ticket>) {
    let (of_accounts, others): (Vec<_>, Vec<_>) = sample.costs.iter().partition(|cost| cost.1.is_some());
    let tickets =
        of_accounts.iter().map(|(_, account, _)| Ticket { account_id: account.map(id), ..Ticket::default() }).collect();
    let entry = |source, cost_type, row, &(capability, _, amount): &(usize, Option<usize>, f64)| {
        Entry::whole((source, row), capability, cost_type, Money::from_units(amount).unwrap(), spans.period.start())
    };
    let support =
        of_accounts.iter().enumerate().map(|(row, cost)| entry(Source::Tickets, CostType::Support, row, cost));
    let direct = others.iter().enumerate().map(|(row, cost)| entry(Source::Charges, CostType::Direct, row, cost));
    (Ledger { entries: support.chain(direct).collect(), ..Ledger::default() }, tickets)
}
