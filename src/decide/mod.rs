//! From numbers to a ranked list: the rule, the verdicts with all their reasons, the order.
//!
//! Takes [`Facts`] and [`Integrations`]; gives [`Decisions`]. Plain structs in, plain structs out. Refuses nothing: where the facts do not
//! suffice, the verdict says so.

mod benefit;
mod dependencies;
mod flip;
mod likelihood;
mod line;
mod orders;
mod rank;
mod reasons;
mod removal;
mod rule;
#[cfg(test)]
pub(crate) mod testing;
mod verdict;
mod what_if;
mod words;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Assumptions, DecisionPolicy, GuardSettings, Override, Prior, RemovalSettings, RuleSettings};
use crate::integrations::{IntegrationFacts, Integrations};
use crate::metrics::{CapabilityFacts, Facts};
use crate::units::Definition;

pub use benefit::{
    AssumptionInUse, AtRisk, BenefitPart, Calibration, FlipPoint, NetBenefit, Part, Simulation, Spread, Swing, accept,
    avoidable_parts, calibrate, discounted_years, simulate, worth_by_delay,
};
pub use dependencies::{Dependencies, Graph, graph};
pub use flip::{benefit_flips, flips, kept_off};
pub use likelihood::{prior_features, removal_probability};
pub use line::Line;
pub use removal::{RemovalPart, RemovalScore};
pub use what_if::{AffectedAccount, BrokenCommitment, SetEffect, at_risk_of, key_accounts, what_if};
pub use words::{assumption_label, assumption_value, chance, short, years};

/// Grade of the rule *rare and yet disproportionately costly*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Both halves hold with their 95 % intervals.
    Prime,
    /// Both halves hold in point estimate.
    Possible,
    /// Not both hold, or one of them is unknown.
    None,
}

impl Grade {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prime => "prime",
            Self::Possible => "possible",
            Self::None => "none",
        }
    }
}

/// What to do with a capability, in the order in which the verdicts are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A promise, a law or the strategy keeps it.
    Protected,
    /// Launched too recently to judge.
    TooNew,
    /// The data cannot say.
    InsufficientData,
    /// An integration that is wanted and does not work.
    Repair,
    /// Rare overall, common in a segment that carries ARR.
    SegmentCritical,
    /// Below the line now, above it in another month of the year.
    Seasonal,
    /// A candidate whose place another capability can take.
    Consolidate,
    /// Prime candidate for removal.
    Deprecate,
    /// An integration that a platform would run for less.
    Procure,
    /// Rare, but who finds it stays, and it costs little.
    Promote,
    /// A candidate that needs more evidence.
    Watch,
    /// No reason to touch it.
    Keep,
}

impl Verdict {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::TooNew => "too-new",
            Self::InsufficientData => "insufficient-data",
            Self::Repair => "repair",
            Self::SegmentCritical => "segment-critical",
            Self::Seasonal => "seasonal",
            Self::Consolidate => "consolidate",
            Self::Deprecate => "deprecate",
            Self::Procure => "procure",
            Self::Promote => "promote",
            Self::Watch => "watch",
            Self::Keep => "keep",
        }
    }

    /// Whether a capability with this verdict stands in the list of candidates.
    #[must_use]
    pub fn is_candidate(self) -> bool {
        matches!(self, Self::Consolidate | Self::Deprecate | Self::Watch)
    }
}

/// One reason that holds for a capability, whatever the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// Stable code, kebab-case.
    pub code: &'static str,
    /// The reason in a sentence with its numbers.
    pub sentence: String,
}

/// The decision on one capability.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Index into [`Facts::capabilities`].
    pub capability: usize,
    /// Grade of the rule.
    pub rule: Grade,
    /// On which side of the line of rarity it lies; `None` when its adoption is not known.
    pub line: Option<Line>,
    /// Verdict: the first of the ordered list that fires.
    pub verdict: Verdict,
    /// Every reason that holds, in the order of the list.
    pub reasons: Vec<Reason>,
    /// The sentence that says why.
    pub why: String,
    /// Likelihood score of removal, 0–1: orders, is no probability. `None` when no signal is known.
    pub removal_score: Option<f64>,
    /// What the removal score is made of, in the order of the signals; the contributions sum to it.
    pub removal_parts: Vec<RemovalPart>,
    /// Place by removal score, from 1.
    pub removal_rank: Option<usize>,
    /// Probability of removal by a learned prior, 0–1; `None` without one. Nothing is decided by it.
    pub removal_probability: Option<f64>,
    /// Place in the list, from 1.
    pub rank: usize,
    /// What removing it is worth; `None` where use by account, ARR or run cost is not known.
    pub net_benefit: Option<NetBenefit>,
    /// Its place under orders that others use, for comparison.
    pub orders: Orders,
    /// What must go before, and what goes with it.
    pub dependencies: Dependencies,
}

/// Places among all capabilities under other orders, from 1; `None` where the order has no value for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Orders {
    /// Reach × impact × confidence over effort, of a removal.
    pub rice: Option<usize>,
    /// Run cost over active accounts, highest first.
    pub cost_per_use: Option<usize>,
    /// Least used first.
    pub least_used: Option<usize>,
}

/// All decisions, in rank order.
#[derive(Debug, Clone, PartialEq)]
pub struct Decisions {
    /// By rank.
    pub ranked: Vec<Decision>,
    /// The assumptions as they were used.
    pub assumptions: Vec<AssumptionInUse>,
    /// What past breakages said about the loss; `None` without them.
    pub calibration: Option<Calibration>,
    /// Capabilities that need each other.
    pub cycles: Vec<Vec<usize>>,
}

/// What shapes the decisions.
#[derive(Debug, Clone, Copy)]
pub struct DecisionSettings<'a> {
    /// The rule.
    pub rule: &'a RuleSettings,
    /// The guards before it.
    pub guards: &'a GuardSettings,
    /// What the signs of life and death weigh.
    pub removal: &'a RemovalSettings,
    /// When a removal is advised.
    pub policy: &'a DecisionPolicy,
    /// What the data do not say.
    pub assumptions: &'a Assumptions,
    /// The same for single capabilities.
    pub overrides: &'a [Override],
    /// Loaded cost of an hour of engineering, report currency.
    pub engineering_hour: f64,
    /// Seed of every draw.
    pub seed: u64,
    /// A learned prior, beside the verdict; `None` without one.
    pub prior: Option<&'a Prior>,
    /// ISO 4217 code, for sentences.
    pub currency: &'a str,
}

/// One capability before its judge.
#[derive(Debug, Clone, Copy)]
struct Case<'a> {
    index: usize,
    facts: &'a CapabilityFacts,
    all: &'a Facts,
    /// `None`: it is no integration.
    integration: Option<&'a IntegrationFacts>,
    integrations: &'a Integrations,
    grade: Grade,
    net_benefit: Option<&'a NetBenefit>,
    settings: DecisionSettings<'a>,
}

/// Every rule, score and verdict, in the order of the methodology page.
#[must_use]
pub fn definitions() -> Vec<Definition> {
    let verdicts = verdict::ORDERED.iter().map(|rule| rule.definition);
    [
        line::LINE,
        rule::RULE,
        benefit::NET_BENEFIT,
        benefit::CALIBRATION,
        removal::REMOVAL_SCORE,
        likelihood::REMOVAL_PROBABILITY,
        rank::RANK,
        orders::RICE_ORDER,
        orders::COST_PER_USE_ORDER,
        orders::LEAST_USED_ORDER,
        dependencies::DEPENDENCIES,
        what_if::WHAT_IF,
    ]
    .into_iter()
    .chain(verdicts)
    .collect()
}

/// Grades, judges and ranks every capability.
#[must_use]
pub fn decide(facts: &Facts, integrations: &Integrations, settings: DecisionSettings) -> Decisions {
    let mut scores = removal::scores(facts, settings.removal);
    let places = removal::places(&scores);
    let graph = dependencies::graph(facts);
    let orders = orders::orders(facts, settings);
    let mut simulation = benefit::simulate(facts, integrations, settings);
    let mut judged = judge(facts, integrations, settings, &graph, &simulation);
    let is_candidate = |decision: &&Decision| decision.verdict.is_candidate();
    let candidates: Vec<usize> = judged.iter().filter(is_candidate).map(|decision| decision.capability).collect();
    benefit::accept(&mut simulation, &candidates, settings.policy.first_k as usize);
    for (index, (decision, drawn)) in judged.iter_mut().zip(simulation.of).enumerate() {
        decision.net_benefit = drawn.map(|drawn| drawn.net_benefit);
        decision.removal_score = scores[index].score;
        decision.removal_parts = std::mem::take(&mut scores[index].parts);
        decision.removal_rank = places[index];
        decision.orders = orders[index];
    }
    Decisions {
        ranked: rank::ranked(facts, judged),
        assumptions: simulation.assumptions,
        calibration: simulation.calibration,
        cycles: graph.cycles,
    }
}

/// Grade, verdict and reasons of every capability, in the order of the facts; what is not about those is left empty.
fn judge(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    graph: &Graph,
    simulation: &Simulation,
) -> Vec<Decision> {
    let case = |(index, capability): (usize, _)| Case {
        index,
        facts: capability,
        all: facts,
        integration: integrations.of(index),
        integrations,
        grade: rule::grade(capability, settings.rule),
        net_benefit: simulation.of[index].as_ref().map(|drawn| &drawn.net_benefit),
        settings,
    };
    let cases: Vec<Case> = facts.capabilities.iter().enumerate().map(case).collect();
    let mut judged: Vec<(Verdict, Vec<Reason>)> = cases.iter().map(verdict::judge).collect();
    dependencies::settle(graph, &cases, &mut judged);
    let decision = |(case, (verdict, mut reasons)): (&Case, (Verdict, Vec<Reason>))| {
        reasons.extend(reasons::evidence(case));
        Decision {
            capability: case.index,
            rule: case.grade,
            verdict,
            why: reasons::why(case, verdict, &reasons),
            reasons,
            line: line::line(case.facts, case.settings.rule),
            removal_score: None,
            removal_parts: Vec::new(),
            removal_rank: None,
            removal_probability: settings.prior.and_then(|prior| removal_probability(prior, facts, case.index)),
            rank: 0,
            net_benefit: None,
            orders: Orders::default(),
            dependencies: graph.of[case.index].clone(),
        }
    };
    cases.iter().zip(judged).map(decision).collect()
}
