//! How long the decision takes: net benefit of 2,000 capabilities over 10,000 draws, and the acceptability of their ranks. Run with
//! `cargo bench --bench decide`.

use deadhead::attribute::{Capability, CapabilityKind};
use deadhead::config::{self, Settings};
use deadhead::decide::{DecisionSettings, Simulation, accept, simulate};
use deadhead::integrations::Integrations;
use deadhead::metrics::{
    Base, Basis, CapabilityFacts, CostByType, CostTotals, Facts, Overlap, StakeSums, Stakes, Surface,
};
use deadhead::units::{Money, Period};
use divan::Bencher;

fn main() {
    divan::main();
}

const CAPABILITIES: usize = 2_000;
const REPLICATES: usize = 1_000;

/// A number in 0–1 that looks drawn by chance and is always the same (splitmix64, Steele, Lea & Flood 2014).
fn scattered(seed: usize) -> f64 {
    let mut z = (seed as u64).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    f64::from(u32::try_from((z ^ (z >> 31)) >> 32).expect("32 bits")) / f64::from(u32::MAX)
}

/// Sums around those of the capability, as a bootstrap scatters them.
fn sums(capability: usize, replicate: usize) -> StakeSums {
    let one = |column: usize, scale: f64| {
        let size = scattered(capability * 31 + column).powi(3) * scale;
        size * (0.5 + scattered((capability * REPLICATES + replicate) * 31 + column))
    };
    let (arr_dependent, arr_sole) = (one(5, 100_000.0), one(6, 40_000.0));
    StakeSums {
        support: one(0, 40_000.0),
        engineering: one(1, 80_000.0),
        incident: one(2, 10_000.0),
        direct: one(3, 20_000.0),
        to_migrate: one(4, 200.0).round(),
        arr_dependent,
        arr_sole,
        arr_dependent_replaced: arr_dependent * scattered(capability),
        arr_sole_replaced: arr_sole * scattered(capability),
    }
}

fn capability(index: usize) -> CapabilityFacts {
    let mut one = CapabilityFacts::unknown(Capability::bare(&format!("c{index:05}"), CapabilityKind::Feature));
    let known = Money::from_units(1_000.0);
    one.cost = CostByType { support: known, engineering: known, direct: known, incident: known, ..one.cost };
    one.stakes = Some(Stakes {
        data: sums(index, 0),
        replicates: (1..=REPLICATES).map(|replicate| sums(index, replicate)).collect(),
        accounts: 100,
        accounts_with_arr: 100,
        already_replaced: None,
    });
    one
}

fn facts() -> Facts {
    let period: Period = "2026-Q3".parse().expect("a quarter");
    Facts {
        teams: Vec::new(),
        as_of: period.end(),
        period,
        basis: Basis::Events,
        base: Base { accounts: 5_000, arr: None, definition: "", observed: None },
        cost: CostTotals::default(),
        capabilities: (0..CAPABILITIES).map(capability).collect(),
        months: Vec::new(),
        segments: Vec::new(),
        plans: Vec::new(),
        regions: Vec::new(),
        customers: Vec::new(),
        overlap: Overlap::default(),
        surface: Surface::default(),
    }
}

fn simulation(facts: &Facts, settings: &Settings) -> Simulation {
    let decision = DecisionSettings {
        rule: &settings.rule,
        guards: &settings.guards,
        policy: &settings.decision,
        assumptions: &settings.assumptions,
        overrides: &settings.assume,
        engineering_hour: settings.rates.engineering_hour,
        currency: &settings.currency,
        removal: &settings.removal,
        prior: None,
        seed: settings.seed,
    };
    simulate(facts, &Integrations::default(), decision)
}

/// Draws, parts, tornado and flip points of every capability.
#[divan::bench(sample_count = 3)]
fn net_benefit(bencher: Bencher) {
    let (facts, settings) = (facts(), config::parse("").expect("the defaults"));
    bencher.bench(|| simulation(&facts, &settings));
}

/// The ranks of all of them as candidates, in every draw.
#[divan::bench(sample_count = 5)]
fn rank_acceptability(bencher: Bencher) {
    let (facts, settings) = (facts(), config::parse("").expect("the defaults"));
    let mut simulation = simulation(&facts, &settings);
    let candidates: Vec<usize> = (0..CAPABILITIES).collect();
    bencher.bench_local(|| accept(&mut simulation, &candidates, settings.decision.first_k as usize));
}
