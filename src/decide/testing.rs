//! Facts for tests.

use std::sync::LazyLock;

use crate::attribute::{Capability, CapabilityKind};
use crate::config::{self, GuardSettings, RuleSettings, Settings};
use crate::decide::benefit::Drawn;
use crate::decide::{
    Decision, DecisionSettings, Decisions, NetBenefit, Simulation, Spread, decide, dependencies, judge,
};
use crate::integrations::Integrations;
use crate::metrics::{Base, Basis, CapabilityFacts, CostTotals, Facts, Overlap, Segment, Surface};
use crate::units::{Estimate, Money, Month};

pub const RULE: RuleSettings = RuleSettings { rare_below: 0.10, disproportion_above: 1.0, material_share: 0.0025 };
pub const GUARDS: GuardSettings = GuardSettings {
    too_new_months: 6,
    min_base_accounts: 30,
    min_days_observed: 28,
    segment_adoption: 0.30,
    segment_arr_share: 0.05,
    error_share: 0.2,
};
/// The settings of a configuration that says nothing.
pub static DEFAULTS: LazyLock<Settings> = LazyLock::new(|| config::parse("").unwrap());

/// The settings of decisions: the rule and the guards above, all else by default.
pub fn settings() -> DecisionSettings<'static> {
    DecisionSettings {
        rule: &RULE,
        guards: &GUARDS,
        policy: &DEFAULTS.decision,
        removal: &DEFAULTS.removal,
        prior: None,
        assumptions: &DEFAULTS.assumptions,
        overrides: &DEFAULTS.assume,
        engineering_hour: DEFAULTS.rates.engineering_hour,
        currency: "EUR",
        seed: DEFAULTS.seed,
    }
}

pub fn estimate((point, low, high): (f64, f64, f64)) -> Estimate {
    Estimate { point, low, high, n: 400 }
}

/// A capability with nothing but a name.
pub fn capability(id: &str) -> CapabilityFacts {
    CapabilityFacts::unknown(Capability::bare(id, CapabilityKind::Feature))
}

/// A well-observed quarter of 400 accounts with two segments and twelve months.
pub fn facts(capabilities: Vec<CapabilityFacts>) -> Facts {
    let last = Month::of("2026-09-01".parse().unwrap());
    let arr = |units: f64| Money::from_units(units);
    Facts {
        period: "2026-Q3".parse().unwrap(),
        as_of: "2026-09-30".parse().unwrap(),
        basis: Basis::Events,
        base: Base {
            accounts: 400,
            arr: arr(1_000_000.0),
            definition: "",
            observed: "2026-07-01".parse().ok().zip("2026-09-30".parse().ok()),
        },
        cost: CostTotals::default(),
        capabilities,
        months: (0..12).map(|n| last.plus(n - 11)).collect(),
        segments: vec![
            Segment { name: "large".into(), accounts: 20, arr: arr(600_000.0) },
            Segment { name: "tiny".into(), accounts: 5, arr: arr(10_000.0) },
        ],
        plans: Vec::new(),
        regions: Vec::new(),
        customers: Vec::new(),
        overlap: Overlap::default(),
        surface: Surface::default(),
        teams: Vec::new(),
    }
}

/// The decisions on facts without integrations.
pub fn decided(facts: &Facts) -> Decisions {
    decide(facts, &Integrations::default(), settings())
}

/// Net benefit that is above zero with this probability.
pub fn benefit(p_positive: f64) -> NetBenefit {
    let spread = |p05, p50, p95| Spread { mean: p50, p05, p50, p95 };
    NetBenefit {
        total: spread(-2_000.0, 41_000.0, 90_000.0),
        p_positive,
        parts: Vec::new(),
        arr_at_risk: spread(0.0, 1_000.0, 2_000.0),
        tornado: Vec::new(),
        flips: Vec::new(),
        acceptability: Vec::new(),
    }
}

/// The decisions by capability, with net benefits that are given and not drawn: `None` is unknown, and so is what is missing.
pub fn judged_with(facts: &Facts, integrations: &Integrations, benefits: Vec<Option<NetBenefit>>) -> Vec<Decision> {
    let mut of: Vec<_> =
        benefits.into_iter().map(|known| known.map(|net_benefit| Drawn { net_benefit, draws: Vec::new() })).collect();
    of.resize(facts.capabilities.len(), None);
    let graph = dependencies::graph(facts);
    let simulation = Simulation { of, ..Simulation::default() };
    let mut judged = judge(facts, integrations, settings(), &graph, &simulation);
    for (decision, drawn) in judged.iter_mut().zip(simulation.of) {
        decision.net_benefit = drawn.map(|drawn| drawn.net_benefit);
    }
    judged
}

/// The same where removing anything pays in 93 % of the draws.
pub fn judged_as_worth(facts: &Facts, integrations: &Integrations) -> Vec<Decision> {
    judged_with(facts, integrations, vec![Some(benefit(0.93)); facts.capabilities.len()])
}
