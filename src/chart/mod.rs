//! Charts: specifications as values, and one renderer, the only user of plotters.
//!
//! Takes facts and decisions, gives [`Chart`]s, each with its finding in words and every number that is drawn as a
//! table; [`svg()`] and [`png()`] turn one into bytes. Refuses to draw what is not known: such a chart is left out.

mod acceptability;
mod adoption;
mod api_calendar;
mod bases;
mod churn_ratios;
mod cumulative;
mod detection_gap;
mod funnel;
mod gantt;
mod marks;
mod net_benefit;
mod place;
mod plan_accounts;
mod plan_waterfall;
mod quadrant;
mod ranked;
mod reliability_use;
mod render;
mod scale;
mod scene;
mod segments;
mod spec;
mod story;
mod support_layers;
mod surface;
mod tenths;
mod theme;
mod timeline;
mod tornado;
mod trend;
mod union;
mod waterfall;

use crate::decide::{Decision, Decisions};
use crate::integrations::Integrations;
use crate::metrics::{CapabilityFacts, Facts};
use crate::plan::Plan;
use crate::units::{Money, format};

pub use render::{ChartError, png, svg};
pub use spec::{Chart, DataTable};
pub use tenths::{Tenth, removed_by_tenth};

/// What shapes the charts.
#[derive(Debug, Clone, Copy)]
pub struct ChartSettings<'a> {
    /// ISO 4217 code of every amount.
    pub currency: &'a str,
    /// How many capabilities a chart names at most.
    pub top: usize,
    /// The line of rarity, 0–1.
    pub rare_below: f64,
    /// The line of disproportion.
    pub disproportion_above: f64,
}

/// What every chart is made of.
#[derive(Clone, Copy)]
struct Subject<'a> {
    facts: &'a Facts,
    integrations: &'a Integrations,
    decisions: &'a Decisions,
    /// `None`: there is none.
    plan: Option<&'a Plan>,
    settings: &'a ChartSettings<'a>,
}

impl<'a> Subject<'a> {
    /// Decisions with their facts, by rank.
    fn ranked(self) -> impl Iterator<Item = (&'a Decision, &'a CapabilityFacts)> {
        self.decisions.ranked.iter().map(move |decision| (decision, &self.facts.capabilities[decision.capability]))
    }

    /// The candidates, and what else is worth a row beside them, by rank, at most as many as are named. A third of the rows is
    /// kept for what is `wanted`, which may stand at the end of the ranking.
    fn candidates_and(
        self,
        wanted: impl Fn(&Decision, &CapabilityFacts) -> bool,
    ) -> Vec<(&'a Decision, &'a CapabilityFacts)> {
        let (wanted, rest): (Vec<_>, Vec<_>) = self.ranked().partition(|(decision, facts)| wanted(decision, facts));
        let rest: Vec<_> = rest.into_iter().filter(|(decision, _)| decision.verdict.is_candidate()).collect();
        let top = self.settings.top;
        let kept = wanted.len().min((top / 3).max(top.saturating_sub(rest.len())));
        let mut rows: Vec<_> = rest.into_iter().take(top - kept).chain(wanted.into_iter().take(kept)).collect();
        rows.sort_by_key(|(decision, _)| decision.rank);
        rows
    }

    /// The name of a capability.
    fn name(self, capability: usize) -> &'a str {
        self.facts.capabilities.get(capability).map_or(format::UNKNOWN, |facts| &facts.capability.name)
    }

    /// The name of an account; its id where it has none.
    fn account<'b>(self, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let customers = &self.facts.customers;
        let at = customers.binary_search_by(|customer| customer.id.as_str().cmp(id));
        at.ok().and_then(|at| customers[at].name.as_deref()).unwrap_or(id)
    }

    /// An amount, or the sign of what is unknown.
    fn money(self, amount: Option<Money>) -> String {
        amount.map_or_else(|| format::UNKNOWN.to_owned(), |amount| format::money(amount, self.settings.currency))
    }

    /// The candidates, by rank, at most as many as are named.
    fn candidates(self) -> impl Iterator<Item = (&'a Decision, &'a CapabilityFacts)> {
        self.ranked().filter(|(decision, _)| decision.verdict.is_candidate()).take(self.settings.top)
    }
}

/// Every chart that the facts allow, in page order. A new chart adds its line here.
#[must_use]
pub fn charts(
    facts: &Facts,
    integrations: &Integrations,
    decisions: &Decisions,
    plan: Option<&Plan>,
    settings: &ChartSettings,
) -> Vec<Chart> {
    let subject = Subject { facts, integrations, decisions, plan, settings };
    let all: [fn(Subject) -> Option<Chart>; 23] = [
        quadrant::chart,
        ranked::chart,
        net_benefit::chart,
        waterfall::chart,
        tornado::chart,
        acceptability::chart,
        gantt::chart,
        plan_waterfall::chart,
        plan_accounts::chart,
        bases::chart,
        union::chart,
        funnel::chart,
        cumulative::chart,
        trend::chart,
        segments::chart,
        adoption::chart,
        surface::chart,
        story::chart,
        reliability_use::chart,
        detection_gap::chart,
        support_layers::chart,
        api_calendar::chart,
        churn_ratios::chart,
    ];
    all.iter().filter_map(|chart| chart(subject)).collect()
}

#[cfg(test)]
mod tests;
