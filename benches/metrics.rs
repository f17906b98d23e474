//! How long the metrics of a large company take: 2,000 capabilities, 50,000 accounts, 24 months. Run with
//! `cargo bench --bench metrics`; `/usr/bin/time -v` around it gives the memory.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use deadhead::attribute::{CapabilityKind, Catalogue, Ledger};
use deadhead::config::{self, CatalogueSettings, Unlisted};
use deadhead::diag::Findings;
use deadhead::metrics::{CostSources, Evidence, MetricSettings, Signs, measure};
use deadhead::rollup::{Activity, Cell, Measures, Rollup, Spans};
use deadhead::tables::rows::Account;
use deadhead::units::{Money, Month, Period};
use divan::Bencher;

fn main() {
    divan::main();
}

/// A company of a size; every account uses so many capabilities in a month, the early ones of the catalogue more often.
#[derive(Debug, Clone, Copy)]
struct Size {
    capabilities: usize,
    accounts: usize,
    months: i32,
    used_a_month: usize,
}

const SMALL: Size = Size { capabilities: 200, accounts: 5_000, months: 24, used_a_month: 20 };
const LARGE: Size = Size { capabilities: 2_000, accounts: 50_000, months: 24, used_a_month: 20 };

/// A number that looks drawn by chance and is always the same (splitmix64, Steele, Lea & Flood 2014).
fn scattered(seed: usize) -> usize {
    let mut z = (seed as u64).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((z ^ (z >> 31)) >> 16).expect("48 bits")
}

fn capability_id(index: usize) -> String {
    format!("capability {index:05}")
}

struct Company {
    catalogue: Catalogue,
    rollup: Rollup,
    accounts: Vec<Account>,
    spans: Spans,
}

impl Company {
    fn new(size: Size) -> Self {
        let period: Period = "2026-Q3".parse().expect("a quarter");
        let spans = Spans { previous: period.previous(), as_of: period.end(), period };
        let names: Vec<String> = (0..size.capabilities).map(capability_id).collect();
        let own = CatalogueSettings { unlisted: Unlisted::Own, default_kind: CapabilityKind::Feature };
        let catalogue = Catalogue::build(&[], &[], &own, names.iter().map(String::as_str), &mut Findings::default());
        let account = |index: usize| Account {
            account_id: Some(format!("acct-{index:06}")),
            segment: Some(["large", "medium", "small"][index % 3].to_owned()),
            plan: Some(["pro", "free"][index % 2].to_owned()),
            region: Some(format!("region {}", index % 7)),
            arr: Money::from_units(1_000.0),
            ..Account::default()
        };
        let accounts = (0..size.accounts).map(account).collect();
        Self { catalogue, rollup: rollup(size, &spans), accounts, spans }
    }

    fn measure(&self) -> usize {
        let shipped = config::parse("").expect("the defaults");
        let evidence = Evidence {
            catalogue: &self.catalogue,
            rollup: &self.rollup,
            ledger: &Ledger::default(),
            tickets: &[],
            incidents: None,
            runs: None,
            sources: CostSources::default(),
            accounts: &self.accounts,
            commitments: &[],
            usage_totals: &[],
            base_totals: &[],
            signs: Signs::default(),
            spans: &self.spans,
        };
        let settings = MetricSettings {
            adoption: &shipped.adoption,
            overlap: &shipped.overlap,
            cost: &shipped.cost,
            co_use_from: 0.5,
            rare_below: shipped.rule.rare_below,
            seed: 1,
        };
        measure(evidence, settings, &mut Findings::default()).capabilities.len()
    }
}

fn measures(first: NaiveDate, days: u64, users: u64) -> Measures {
    Measures {
        events: days * 3,
        with_status: days * 3,
        errors: days / 8,
        active_days: days,
        active_users: users,
        user_days: days * users,
        succeeded_days: days,
        sole_users: 0,
        first,
        last: first + chrono::TimeDelta::days(i64::try_from(days).expect("days of a month")),
    }
}

/// The capabilities of an account in a month: half are its own always, half change; squares crowd towards the first.
fn used(size: Size, account: usize, month: usize) -> Vec<usize> {
    let draw = |n: usize| {
        let seed = if n.is_multiple_of(2) { account * 1_000 + n } else { (account * 100 + month) * 1_000 + n };
        let part = scattered(seed) % 10_000;
        size.capabilities * part * part / 100_000_000
    };
    let mut used: Vec<usize> = (0..size.used_a_month).map(draw).collect();
    used.sort_unstable();
    used.dedup();
    used
}

fn rollup(size: Size, spans: &Spans) -> Rollup {
    let last = Month::of(spans.period.end()).plus(-1);
    let mut rollup = Rollup {
        accounts: (0..size.accounts).map(|index| format!("acct-{index:06}")).collect(),
        observed: Some((last.plus(1 - size.months).first_day(), last.plus(1).first_day())),
        observed_in_period: Some((spans.period.start(), last.first_day())),
        rows: 1,
        ..Rollup::default()
    };
    let everyone =
        |active_days| (0..size.accounts).map(|index| (index, Activity { active_days, active_users: 9 })).collect();
    let mut spanned: [BTreeMap<(usize, usize), Measures>; 3] = Default::default();
    for place in 0..size.months {
        let month = last.plus(1 - size.months + place);
        let mut cells = Vec::with_capacity(size.accounts * size.used_a_month);
        for account in 0..size.accounts {
            for capability in used(size, account, place.unsigned_abs() as usize) {
                let days = 1 + (scattered(capability + account) % 6) as u64;
                cells.push(Cell { capability, account: Some(account), measures: measures(month.first_day(), days, 2) });
            }
        }
        cells.sort_unstable_by_key(|cell| (cell.capability, cell.account));
        let back = last.since(month);
        let of_spans = [(back < 3, 0), ((3..6).contains(&back), 1), (back < 6, 2)];
        for (_, span) in of_spans.into_iter().filter(|(within, _)| *within) {
            for cell in &cells {
                let key = (cell.capability, cell.account.expect("every cell has one"));
                let sum = spanned[span].entry(key).or_insert(cell.measures);
                sum.active_days += cell.measures.active_days;
                sum.last = cell.measures.last;
            }
        }
        rollup.activity_monthly.insert(month, everyone(10));
        rollup.monthly.insert(month, cells);
    }
    let [period, previous, ever] = spanned.map(|cells| {
        let cell = |((capability, account), measures)| Cell { capability, account: Some(account), measures };
        cells.into_iter().map(cell).collect()
    });
    (rollup.period, rollup.previous, rollup.ever) = (period, previous, ever);
    (rollup.activity, rollup.activity_previous) = (everyone(30), everyone(30));
    rollup
}

#[divan::bench]
fn small(bencher: Bencher) {
    let company = Company::new(SMALL);
    bencher.bench_local(|| company.measure());
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn large(bencher: Bencher) {
    let company = Company::new(LARGE);
    bencher.bench_local(|| company.measure());
}
