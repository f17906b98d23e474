//! A candidate as the page shows it, and a line of the table of all capabilities: the figures of the report as text.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value;
use serde::Serialize;

use super::bars::{self, Interval};
use super::numbers::{Number, numbers};
use super::safe;
use super::usage::Usage;
use crate::decide::chance;
use crate::export::text::slug;
use crate::export::words::{grade_label, verdict_label, verdict_sign};
use crate::report::{CapabilityLine, CapabilityUses, DependenceLine, Report, spread_in_words};
use crate::units::{Money, format};

/// How many accounts of a candidate are listed; `tables/dependence.csv` has the others.
const ACCOUNTS: usize = 12;

/// A candidate in full.
#[derive(Debug, Serialize)]
pub struct Card<'a> {
    /// The figures.
    pub line: &'a CapabilityLine,
    /// Where `#capability-…` leads.
    pub anchor: String,
    verdict: Badge,
    grade: &'static str,
    adoption_interval: Option<String>,
    adoption_bar: Option<Value>,
    disproportion_interval: Option<String>,
    disproportion_bar: Option<Value>,
    cost_bar: Option<Value>,
    /// What the bar of cost is made of, without what cost nothing.
    cost_parts: Vec<CostPart>,
    /// Net benefit: the amounts, and what is said after them.
    worth: Option<(String, String)>,
    /// What becomes of it in the plan, and why or how.
    plan: Option<(String, String)>,
    usage: Usage,
    numbers: Vec<Number>,
    reasons: Vec<Spoken<'a>>,
    accounts: Vec<DependenceLine<'a>>,
    all_accounts: usize,
}

/// A part of the run cost, by its place in the bar.
#[derive(Debug, Serialize)]
struct CostPart {
    place: usize,
    label: &'static str,
    cost: Money,
}

/// A sentence, and every reason that says it.
#[derive(Debug, Serialize)]
struct Spoken<'a> {
    codes: Vec<&'static str>,
    sentence: &'a str,
}

/// A verdict as sign, label and code.
#[derive(Debug, Serialize)]
struct Badge {
    code: &'static str,
    label: &'static str,
    sign: &'static str,
}

/// A line of the table of all capabilities.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    line: &'a CapabilityLine,
    anchor: String,
    /// Whether the anchor stands on a card, so that the row links to it.
    has_card: bool,
    verdict: Badge,
    grade: &'static str,
}

/// The first candidates by rank; without any candidate, the first of the order.
pub fn cards(report: &Report, most: usize, without_candidates: usize) -> Vec<Card<'_>> {
    let mut shown: Vec<&CapabilityLine> = report.candidates().take(most).collect();
    if shown.is_empty() {
        shown = report.capabilities.iter().take(without_candidates).collect();
    }
    let scale = Scale::of(&shown);
    let uses: BTreeMap<&str, &CapabilityUses> =
        report.dependence.capabilities.iter().map(|uses| (uses.id.as_str(), uses)).collect();
    let card = |line| card(line, &scale, report, uses.get(line.id.as_str()).copied());
    shown.into_iter().map(card).collect()
}

/// A row per capability, in rank order.
pub fn rows<'a>(report: &'a Report, cards: &[Card<'_>]) -> Vec<Row<'a>> {
    let with_card: BTreeSet<&str> = cards.iter().map(|card| card.line.id.as_str()).collect();
    let row = |line: &'a CapabilityLine| Row {
        line,
        anchor: anchor(&line.id),
        has_card: with_card.contains(line.id.as_str()),
        verdict: badge(line),
        grade: grade_label(line.rule),
    };
    report.capabilities.iter().map(row).collect()
}

/// What the bars of all cards share, so that they can be compared.
struct Scale {
    adoption: f64,
    run_cost: f64,
}

impl Scale {
    fn of(lines: &[&CapabilityLine]) -> Self {
        let most = |figure: fn(&CapabilityLine) -> Option<f64>| {
            lines.iter().filter_map(|line| figure(line)).fold(0.0, f64::max)
        };
        Self {
            adoption: most(|line| line.adoption_high.or(line.adoption)),
            run_cost: most(|line| line.run_cost.map(Money::units)),
        }
    }
}

fn card<'a>(line: &'a CapabilityLine, scale: &Scale, report: &'a Report, uses: Option<&'a CapabilityUses>) -> Card<'a> {
    let adoption = Interval::of(line.adoption, line.adoption_low, line.adoption_high);
    let disproportion = Interval::of(line.disproportion, line.disproportion_low, line.disproportion_high);
    Card {
        line,
        anchor: anchor(&line.id),
        verdict: badge(line),
        grade: grade_label(line.rule),
        adoption_interval: line.adoption_low.and(adoption).map(percent_range),
        adoption_bar: adoption.map(|value| safe(bars::fraction(value, scale.adoption))),
        disproportion_interval: line.disproportion_low.and(disproportion).map(ratio_range),
        disproportion_bar: disproportion.map(|value| safe(bars::ratio(value))),
        cost_bar: line.run_cost.map(|_| safe(bars::stack(&cost_parts(line).map(Money::units), scale.run_cost))),
        cost_parts: spent(line),
        worth: worth(line, report),
        plan: report.plan.as_ref().and_then(|plan| plan.place_of(&line.id, &report.currency)),
        usage: Usage::of(line),
        numbers: numbers(line, &report.currency),
        reasons: spoken(line),
        all_accounts: uses.map_or(0, |uses| uses.uses.len()),
        accounts: uses.map(|uses| report.dependence.lines_of(uses).take(ACCOUNTS).collect()).unwrap_or_default(),
    }
}

/// Net benefit on one line; `None` where it is not known.
fn worth(line: &CapabilityLine, report: &Report) -> Option<(String, String)> {
    let of = line.net_benefit.as_ref()?;
    let places = of.acceptability.len();
    let place = line.rank_acceptability.map(|part| format!(", among the first {places} in {}", chance(part)));
    let after = format!(
        "{}; pays in {}{} of simulated runs.",
        report.over_the_horizon(&line.id).trim_start(),
        chance(of.p_positive),
        place.unwrap_or_default()
    );
    Some((spread_in_words(&of.total, &report.currency), after))
}

/// The reasons in their order; of those that say the same, one.
fn spoken(line: &CapabilityLine) -> Vec<Spoken<'_>> {
    let mut said: Vec<Spoken> = Vec::new();
    for reason in &line.reasons {
        match said.iter_mut().find(|spoken| spoken.sentence == reason.sentence) {
            Some(spoken) => spoken.codes.push(reason.code),
            None => said.push(Spoken { codes: vec![reason.code], sentence: &reason.sentence }),
        }
    }
    said
}

fn anchor(id: &str) -> String {
    format!("capability-{}", slug(id))
}

fn badge(line: &CapabilityLine) -> Badge {
    let verdict = line.verdict;
    Badge { code: verdict.as_str(), label: verdict_label(verdict), sign: verdict_sign(verdict) }
}

fn cost_parts(line: &CapabilityLine) -> [Money; 4] {
    [line.support_cost, line.engineering_cost, line.direct_cost, line.incident_cost].map(Option::unwrap_or_default)
}

fn spent(line: &CapabilityLine) -> Vec<CostPart> {
    let parts = ["support", "engineering", "charges", "incidents"].into_iter().zip(cost_parts(line));
    let parts = (1..).zip(parts).map(|(place, (label, cost))| CostPart { place, label, cost });
    parts.filter(|part| part.cost > Money::ZERO).collect()
}

fn percent_range(value: Interval) -> String {
    format::percent_range(value.low, value.high)
}

fn ratio_range(value: Interval) -> String {
    let low = format::ratio(value.low);
    if value.high.is_finite() { format!("{low}–{}", format::ratio(value.high)) } else { format!("{low} or more") }
}
