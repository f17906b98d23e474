//! Whether the intervals keep their promise: companies with known rates and known parts that end, observed for one quarter through
//! the whole of `measure`, and the forecast held against what is true of them.

use super::*;
use crate::attribute::{CapabilityKind, Catalogue, CostType, Entry, Ledger, Source};
use crate::config::{self, Assumed, CatalogueSettings, CostSettings, Settings, Unlisted};
use crate::decide::{DecisionSettings, Decisions};
use crate::diag::Findings;
use crate::integrations::Integrations;
use crate::metrics::{self, CostSources, Facts, MetricSettings, measure};
use crate::rollup::{Activity, Cell, Measures, Rollup, Spans};
use crate::stats;
use crate::tables::rows::{Account, CatalogueLine, Ticket};
use crate::units::Money;

const SIMULATIONS: usize = 800;
const DRAWS: u32 = 2000;
const REPLICATES: u32 = 400;

/// Days of the report period, 2026-Q3.
const DAYS: f64 = 92.0;
/// Cost of a contact: 16 minutes at 45 an hour, on average.
const CONTACT: f64 = 12.0;
/// Cost of an hour of engineering, and hours of a work item on average.
const HOUR: f64 = 95.0;
const ITEM_HOURS: f64 = 6.0;
/// Hours of an incident on average.
const INCIDENT_HOURS: f64 = 4.0;

/// Random numbers of one company, in turn.
struct Chance(std::vec::IntoIter<f64>);

impl Chance {
    fn of(company: u64) -> Self {
        Self(stats::uniforms(company, "company", "", 40_000).into_iter())
    }

    fn uniform(&mut self) -> f64 {
        self.0.next().expect("a company needs fewer")
    }

    /// Between two numbers, even on the logarithmic scale.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.uniform())
    }

    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// By waiting times, so that it needs no table.
    fn poisson(&mut self, mean: f64) -> u64 {
        let mut waited = self.exponential();
        let mut events = 0;
        while waited < mean {
            events += 1;
            waited += self.exponential();
        }
        events
    }
}

/// What is true of one capability.
struct Truth {
    /// Of the period.
    contacts: f64,
    hours: f64,
    incident_cost: f64,
    charges: f64,
    /// Parts that end: support, engineering, incidents, charges.
    parts: [f64; 4],
    removed: NaiveDate,
}

impl Truth {
    /// Run cost, contacts and hours of the period that end.
    fn ends(&self) -> [f64; 3] {
        let [support, engineering, incident, direct] = self.parts;
        let cost = support * self.contacts * CONTACT
            + engineering * self.hours * HOUR
            + incident * self.incident_cost
            + direct * self.charges;
        [cost, support * self.contacts, engineering * self.hours]
    }
}

fn settings(seed: u64) -> Settings {
    config::parse(&format!("seed = {seed}\n[decision]\ndraws = {DRAWS}\n")).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

struct Company {
    accounts: Vec<String>,
    /// (capability, account) that use it.
    uses: Vec<(usize, usize)>,
    entries: Vec<Entry>,
    tickets: Vec<Ticket>,
    truths: Vec<Truth>,
}

impl Company {
    fn draw(chance: &mut Chance, settings: &Settings) -> Self {
        let accounts = 60 + (chance.uniform() * 140.0) as usize;
        // How much an account asks for: some ask for many times what others do.
        let asks: Vec<f64> = (0..accounts).map(|_| chance.exponential()).collect();
        let capabilities = 2 + (chance.uniform() * 6.0) as usize;
        let mut of = Self {
            accounts: (0..accounts).map(|account| format!("a{account:03}")).collect(),
            uses: Vec::new(),
            entries: Vec::new(),
            tickets: Vec::new(),
            truths: Vec::new(),
        };
        for capability in 0..capabilities {
            of.add(capability, &asks, chance, settings);
        }
        of.entries.sort_by_key(|entry| (entry.source, entry.row));
        of
    }

    fn add(&mut self, capability: usize, asks: &[f64], chance: &mut Chance, settings: &Settings) {
        const PARTS: [Assumed; 4] = [
            Assumed::AvoidableSupport,
            Assumed::AvoidableEngineering,
            Assumed::AvoidableIncident,
            Assumed::AvoidableDirect,
        ];
        let part = |name: Assumed| name.read(&settings.assumptions.of(name).distribution).unwrap();
        let adoption = chance.between(0.05, 0.5);
        let contacts = chance.between(2.0, 40.0);
        let items = chance.between(2.0, 25.0);
        let incidents = chance.between(0.2, 3.0);
        let bill = chance.between(20.0, 400.0);
        let removed = day("2026-11-01") + chrono::TimeDelta::days((chance.uniform() * 150.0) as i64);
        self.truths.push(Truth {
            contacts,
            hours: items * ITEM_HOURS,
            incident_cost: incidents * INCIDENT_HOURS * HOUR,
            charges: 3.0 * bill,
            parts: PARTS.map(|name| part(name).quantile(chance.uniform())),
            removed,
        });
        // What one account that uses it asks for on average.
        let each = contacts / (adoption * asks.len() as f64);
        for (account, ask) in asks.iter().enumerate() {
            if chance.uniform() < adoption {
                self.uses.push((capability, account));
                for _ in 0..chance.poisson(each * ask) {
                    let cost = CONTACT * chance.exponential();
                    self.enter(Source::Tickets, capability, CostType::Support, cost, 0.0, Some(account));
                }
            }
        }
        for _ in 0..chance.poisson(items) {
            let hours = ITEM_HOURS * chance.exponential();
            self.enter(Source::WorkItems, capability, CostType::Engineering, hours * HOUR, hours, None);
        }
        for _ in 0..chance.poisson(incidents) {
            let cost = INCIDENT_HOURS * HOUR * chance.exponential();
            self.enter(Source::Incidents, capability, CostType::Incident, cost, 0.0, None);
        }
        for _ in 0..3 {
            self.enter(Source::Charges, capability, CostType::Direct, bill, 0.0, None);
        }
    }

    fn enter(
        &mut self,
        source: Source,
        capability: usize,
        cost_type: CostType,
        amount: f64,
        hours: f64,
        account: Option<usize>,
    ) {
        let row = if source == Source::Tickets { self.tickets.len() } else { self.entries.len() };
        let on = day("2026-08-01");
        let entry = Entry::whole((source, row), capability, cost_type, Money::from_units(amount).unwrap(), on);
        self.entries.push(Entry { hours, ..entry });
        if let Some(account) = account {
            self.tickets.push(Ticket { account_id: Some(self.accounts[account].clone()), ..Ticket::default() });
        }
    }

    fn rollup(&self) -> Rollup {
        let (first, last) = (day("2026-07-01"), day("2026-09-30"));
        let measures = Measures {
            events: 9,
            with_status: 0,
            errors: 0,
            active_days: 9,
            active_users: 3,
            user_days: 9,
            succeeded_days: 9,
            sole_users: 0,
            first,
            last,
        };
        let cell = |&(capability, account): &(usize, usize)| Cell { capability, account: Some(account), measures };
        Rollup {
            activity: (0..self.accounts.len())
                .map(|account| (account, Activity { active_days: 60, active_users: 9 }))
                .collect(),
            accounts: self.accounts.clone(),
            period: self.uses.iter().map(cell).collect(),
            observed: Some((first, last)),
            rows: 1,
            ..Rollup::default()
        }
    }

    fn facts(&self, settings: &Settings) -> Facts {
        let line = |capability: usize| CatalogueLine { id: Some(format!("c{capability}")), ..CatalogueLine::default() };
        let lines: Vec<CatalogueLine> = (0..self.truths.len()).map(line).collect();
        let listed = CatalogueSettings { unlisted: Unlisted::Unmapped, default_kind: CapabilityKind::Feature };
        let catalogue = Catalogue::build(&lines, &[], &listed, std::iter::empty(), &mut Findings::default());
        let account = |id: &String| Account {
            account_id: Some(id.clone()),
            arr: Money::from_units(10_000.0),
            ..Account::default()
        };
        let period: crate::units::Period = "2026-Q3".parse().unwrap();
        let evidence = metrics::Evidence {
            catalogue: &catalogue,
            rollup: &self.rollup(),
            ledger: &Ledger { entries: self.entries.clone(), ..Ledger::default() },
            tickets: &self.tickets,
            incidents: None,
            runs: None,
            sources: CostSources { tickets: true, work_items: true, charges: true, incidents: true },
            accounts: &self.accounts.iter().map(account).collect::<Vec<_>>(),
            commitments: &[],
            usage_totals: &[],
            base_totals: &[],
            signs: metrics::Signs::default(),
            spans: &Spans { previous: period.previous(), period, as_of: day("2026-09-30") },
        };
        let cost = CostSettings { bootstrap_replicates: REPLICATES, ..settings.cost.clone() };
        let measuring = MetricSettings {
            adoption: &settings.adoption,
            overlap: &settings.overlap,
            cost: &cost,
            co_use_from: settings.decision.co_use_from,
            rare_below: settings.rule.rare_below,
            seed: settings.seed,
        };
        measure(evidence, measuring, &mut Findings::default())
    }
}

/// By measure and quarter, whether the interval holds what is true: of run cost, contacts and hours.
fn held(company: u64) -> Vec<(ForecastMeasure, usize, bool)> {
    let settings = settings(company + 1);
    let known = Company::draw(&mut Chance::of(company), &settings);
    let facts = known.facts(&settings);
    let removals: Vec<(usize, NaiveDate)> = known.truths.iter().map(|truth| truth.removed).enumerate().collect();
    let decisions = Decisions { ranked: Vec::new(), assumptions: Vec::new(), calibration: None, cycles: Vec::new() };
    let evidence = Evidence {
        facts: &facts,
        integrations: &Integrations::default(),
        decisions: &decisions,
        deciding: deciding(&settings),
        settings: &settings.plan,
    };
    let found = forecast(evidence, &removals);
    let measures = [ForecastMeasure::RunCost, ForecastMeasure::Contacts, ForecastMeasure::EngineeringHours];
    let mut sorted = removals;
    sorted.sort_by_key(|(index, day)| (*day, *index));
    let quarters = quarters(&sorted);
    let of_line = |line: &ForecastLine| {
        let at = measures.iter().position(|measure| *measure == line.measure)?;
        let days = |truth: &Truth| quarters[line.quarter].days_from(truth.removed);
        let truth = -known.truths.iter().map(|truth| truth.ends()[at] * days(truth) / DAYS).sum::<f64>();
        Some((line.measure, quarters.len() - line.quarter, line.change.1 <= truth && truth <= line.change.2))
    };
    found.lines.iter().filter_map(of_line).collect()
}

fn deciding(settings: &Settings) -> DecisionSettings<'_> {
    DecisionSettings {
        rule: &settings.rule,
        guards: &settings.guards,
        removal: &settings.removal,
        policy: &settings.decision,
        assumptions: &settings.assumptions,
        overrides: &settings.assume,
        engineering_hour: settings.rates.engineering_hour,
        seed: settings.seed,
        prior: None,
        currency: "EUR",
    }
}

/// In the last quarter, which has all days of all removals, and in the first, which has some days of some.
#[test]
fn four_intervals_in_five_hold_what_is_true() {
    let of: Vec<_> = stats::in_parallel(SIMULATIONS, |company| held(company as u64)).concat();
    for measure in [ForecastMeasure::RunCost, ForecastMeasure::Contacts, ForecastMeasure::EngineeringHours] {
        let lines = || of.iter().filter(|line| line.0 == measure);
        let first = |line: &&&(ForecastMeasure, usize, bool)| line.1 >= 6;
        let share = |lines: Vec<&(ForecastMeasure, usize, bool)>| {
            lines.iter().filter(|line| line.2).count() as f64 / lines.len() as f64
        };
        let last: Vec<_> = lines().filter(|line| line.1 == 1).collect();
        let early: Vec<_> = lines().filter(|line| first(&line)).collect();
        println!("{measure:?} {} {} {} {}", share(last.clone()), last.len(), share(early.clone()), early.len());
    }
}
