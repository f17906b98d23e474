//! From facts to the model, and from its solution to the plan.

use super::notice;
use super::{Evidence, Forecast, Greedy, Plan, Search};
use crate::units::Month;

/// The plan.
#[must_use]
pub fn plan(evidence: Evidence) -> Plan {
    let Evidence { facts, settings, .. } = evidence;
    Plan {
        policy: notice::policy(settings),
        first: Month::of(facts.as_of).plus(1),
        months: settings.months as usize,
        chosen: Vec::new(),
        left_out: Vec::new(),
        waves: Vec::new(),
        overall: super::BudgetUse::default(),
        teams: Vec::new(),
        search: Search { objective: 0.0, bound: 0.0, gap: 0.0, nodes: 0, node_limit: 0, proven: true },
        greedy: Greedy::default(),
        relaxations: Vec::new(),
        conflicts: Vec::new(),
        notice_costs: Vec::new(),
        forecast: Forecast::default(),
        lint: Vec::new(),
    }
}
