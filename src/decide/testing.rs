//! Facts for tests.

use std::sync::LazyLock;

use crate::attribute::{Capability, CapabilityKind};
use crate::config::{self, GuardSettings, RuleSettings, Settings};
use crate::decide::{DecisionSettings, Decisions, decide};
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
    }
}

/// The decisions on facts without integrations.
pub fn decided(facts: &Facts) -> Decisions {
    decide(facts, &Integrations::default(), settings())
}
