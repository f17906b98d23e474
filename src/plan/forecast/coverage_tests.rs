//! Whether the intervals keep their promise: companies with known rates and known parts that end, observed for one quarter through
//! the whole of `measure`, and the forecast held against what is true of them.

use super::*;
use crate::attribute::{CapabilityKind, Catalogue, CostType, Entry, Ledger, Source};
use crate::config::{self, Assumed, CatalogueSettings, CostSettings, Settings, Unlisted};
use crate::decide::{DecisionSettings, Decisions, what_if};
use crate::diag::Findings;
use crate::integrations::Integrations;
use crate::metrics::{self, CostSources, Facts, MetricSettings, measure};
use crate::rollup::{Activity, Cell, Measures, Rollup, Spans};
use crate::stats::{self, Distribution};
use crate::tables::rows::{Account, CatalogueLine, Ticket};
use crate::units::Money;

const SIMULATIONS: usize = 800;
const DRAWS: u32 = 1000;
const REPLICATES: u32 = 250;

/// Days of the report period, 2026-Q3.
const DAYS: f64 = 92.0;
/// Cost of a contact: 16 minutes at 45 an hour, on average.
const CONTACT: f64 = 12.0;
/// Cost of an hour of engineering, and hours of a work item on average.
const HOUR: f64 = 95.0;
const ITEM_HOURS: f64 = 6.0;
/// Hours of an incident on average.
const INCIDENT_HOURS: f64 = 4.0;

/// What is looked at.
const MEASURES: [ForecastMeasure; 4] = [
    ForecastMeasure::RunCost,
    ForecastMeasure::Contacts,
    ForecastMeasure::EngineeringHours,
    ForecastMeasure::ArrAtRisk,
];
/// ARR of every account, and the part of its days that each capability that it uses takes.
const ARR: f64 = 10_000.0;
const DEPENDENCE: f64 = 9.0 / 60.0;

/// Random numbers of one company, in turn.
struct Chance(std::vec::IntoIter<f64>);

impl Chance {
    fn of(company: u64) -> Self {
        Self(stats::uniforms(company, "company", "", 40_000).into_iter())
    }

    fn uniform(&mut self) -> f64 {
        self.0.next().expect("a company needs fewer")
    }

    /// A whole number below this.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number from 0 on")]
    fn below(&mut self, end: usize) -> usize {
        (self.uniform() * end as f64) as usize
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
    /// ARR × dependence, of the accounts that are expected to use it.
    arr_dependent: f64,
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

/// What an assumption is drawn from.
fn part(settings: &Settings, name: Assumed) -> Distribution {
    name.read(&settings.assumptions.of(name).distribution).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What companies are drawn from: least and spread, or ends.
struct Size {
    capabilities: (usize, usize),
    contacts: (f64, f64),
    items: (f64, f64),
}

const USUAL: Size = Size { capabilities: (2, 6), contacts: (2.0, 40.0), items: (2.0, 25.0) };
const FEW: Size = Size { capabilities: (1, 1), contacts: (4.0, 12.0), items: (3.0, 10.0) };

struct Company {
    accounts: Vec<String>,
    /// (capability, account) that use it.
    uses: Vec<(usize, usize)>,
    entries: Vec<Entry>,
    tickets: Vec<Ticket>,
    truths: Vec<Truth>,
    /// Probability that an account leaves that depends on nothing else.
    loss: f64,
}

impl Company {
    fn draw(chance: &mut Chance, settings: &Settings, size: &Size) -> Self {
        let accounts = 60 + chance.below(140);
        // How much an account asks for: some ask for many times what others do.
        let asks: Vec<f64> = (0..accounts).map(|_| chance.exponential()).collect();
        let capabilities = size.capabilities.0 + chance.below(size.capabilities.1);
        let mut of = Self {
            accounts: (0..accounts).map(|account| format!("a{account:03}")).collect(),
            uses: Vec::new(),
            entries: Vec::new(),
            tickets: Vec::new(),
            truths: Vec::new(),
            loss: part(settings, Assumed::LossAtFullDependence).quantile(chance.uniform()),
        };
        for capability in 0..capabilities {
            of.add(capability, &asks, chance, (settings, size));
        }
        of.entries.sort_by_key(|entry| (entry.source, entry.row));
        of
    }

    fn add(&mut self, capability: usize, asks: &[f64], chance: &mut Chance, (settings, size): (&Settings, &Size)) {
        const PARTS: [Assumed; 4] = [
            Assumed::AvoidableSupport,
            Assumed::AvoidableEngineering,
            Assumed::AvoidableIncident,
            Assumed::AvoidableDirect,
        ];
        let adoption = chance.between(0.05, 0.5);
        let contacts = chance.between(size.contacts.0, size.contacts.1);
        let items = chance.between(size.items.0, size.items.1);
        let incidents = chance.between(0.2, 3.0);
        let bill = chance.between(20.0, 400.0);
        let removed = day("2026-11-01") + chrono::Days::new(chance.below(150) as u64);
        self.truths.push(Truth {
            contacts,
            hours: items * ITEM_HOURS,
            incident_cost: incidents * INCIDENT_HOURS * HOUR,
            charges: 3.0 * bill,
            arr_dependent: adoption * asks.len() as f64 * ARR * DEPENDENCE,
            parts: PARTS.map(|name| part(settings, name).quantile(chance.uniform())),
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

    /// By day, then index.
    fn removals(&self) -> Vec<(usize, NaiveDate)> {
        let mut removals: Vec<(usize, NaiveDate)> = self.truths.iter().map(|truth| truth.removed).enumerate().collect();
        removals.sort_by_key(|(index, day)| (*day, *index));
        removals
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
        let account =
            |id: &String| Account { account_id: Some(id.clone()), arr: Money::from_units(ARR), ..Account::default() };
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

/// By measure and quarters left, whether the interval holds what is true.
fn held(company: u64, size: &Size) -> Vec<(ForecastMeasure, usize, bool)> {
    let settings = settings(company + 1);
    let known = Company::draw(&mut Chance::of(company), &settings, size);
    let removals = known.removals();
    let found = forecast_of(&known.facts(&settings), &settings, &removals);
    let quarters = quarters(&removals);
    let of_line = |line: &ForecastLine| {
        let at = MEASURES.iter().position(|measure| *measure == line.measure)?;
        let quarter = quarters[line.quarter];
        let truth: f64 = match line.measure {
            ForecastMeasure::ArrAtRisk => {
                let gone = known.truths.iter().filter(|truth| truth.removed < quarter.end);
                gone.map(|truth| truth.arr_dependent * known.loss).sum()
            }
            _ => -known.truths.iter().map(|of| of.ends()[at] * quarter.days_from(of.removed) / DAYS).sum::<f64>(),
        };
        Some((line.measure, quarters.len() - line.quarter, line.change.1 <= truth && truth <= line.change.2))
    };
    found.lines.iter().filter_map(of_line).collect()
}

fn forecast_of(facts: &Facts, settings: &Settings, removals: &[(usize, NaiveDate)]) -> Forecast {
    let decisions = Decisions { ranked: Vec::new(), assumptions: Vec::new(), calibration: None, cycles: Vec::new() };
    let evidence = Evidence {
        facts,
        integrations: &Integrations::default(),
        decisions: &decisions,
        deciding: deciding(settings),
        settings: &settings.plan,
    };
    forecast(evidence, removals)
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

/// Part of the intervals that hold what is true, by measure; of the quarters that are asked for, by how many are left.
fn shares(of: &[(ForecastMeasure, usize, bool)], is_asked: impl Fn(usize) -> bool) -> [f64; 4] {
    MEASURES.map(|measure| {
        let lines: Vec<bool> =
            of.iter().filter(|line| line.0 == measure && is_asked(line.1)).map(|line| line.2).collect();
        assert!(lines.len() >= 300, "{}", lines.len());
        lines.iter().filter(|held| **held).count() as f64 / lines.len() as f64
    })
}

/// In the last quarter, which has all days of all removals, and in those before the last removal, which have some days of some. Four
/// in five, as far as so many simulations can tell: each share has a standard error of 0.014. Run cost, contacts, hours and ARR at risk: 0.823,
/// 0.810, 0.826, 0.814 in the last, 0.803, 0.831, 0.782, 0.823 in the others.
#[test]
fn four_intervals_in_five_hold_what_is_true() {
    let of = stats::in_parallel(SIMULATIONS, |company| held(company as u64, &USUAL)).concat();
    for (quarter, shares) in [("last", shares(&of, |left| left == 1)), ("with removals", shares(&of, |left| left > 5))]
    {
        assert!(shares.iter().all(|share| (0.75..=0.85).contains(share)), "{quarter}: {shares:?}");
    }
}

/// The same where one capability is removed of which a handful of contacts and work items is known: where percentiles alone hold in
/// 72–75 of 100. 0.818, 0.820, 0.801, 0.833.
#[test]
fn they_hold_it_as_often_where_little_is_known() {
    let of = stats::in_parallel(SIMULATIONS, |company| held(company as u64, &FEW)).concat();
    let shares = shares(&of, |left| left == 1);
    assert!(shares.iter().all(|share| (0.75..=0.85).contains(share)), "{shares:?}");
}

/// An account leaves once: the last line of ARR at risk is that of the whole set.
#[test]
fn arr_at_risk_is_that_of_the_set() {
    let settings = settings(5);
    let known = Company::draw(&mut Chance::of(5), &settings, &USUAL);
    let facts = known.facts(&settings);
    let removals = known.removals();
    let found = forecast_of(&facts, &settings, &removals);
    let lines: Vec<&ForecastLine> = found.lines.iter().filter(|of| of.measure == ForecastMeasure::ArrAtRisk).collect();
    assert_eq!(lines.len(), found.quarters.len());
    let set: Vec<usize> = (0..facts.capabilities.len()).collect();
    let whole = what_if(&facts, &Integrations::default(), deciding(&settings), &set).arr_at_risk.unwrap();
    let last = lines[lines.len() - 1];
    assert!((last.change.0 / whole.mean - 1.0).abs() < 1e-9, "{:?} {whole:?}", last.change);
    // The 10 % and 90 % points lie within the 5 % and 95 % points, nearly: their draws are stretched a little.
    assert!(last.change.1 > whole.p05 && last.change.2 < whole.p95 * 1.05);
    assert!(
        lines.windows(2).all(|two| two[0].change.0 <= two[1].change.0 + 1e-9),
        "it is never less at a later quarter"
    );
    assert_eq!(last.rests_on, [Assumed::LossAtFullDependence]);
    assert!(!last.history && last.assumed.unwrap() > 0.5 && last.left_out == 0);
    assert_eq!(lines[0].without, 0.0);
}
