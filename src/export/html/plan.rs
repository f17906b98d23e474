//! The section of the page on the plan: what goes when, what stays and why, what it brings.

use serde::Serialize;

use super::ChartView;
use crate::chart::Chart;
use crate::decide::assumption_label;
use crate::plan::{ForecastMeasure, StageKind};
use crate::report::{ForecastLine, PlanSection, RemovalLine, Report, WaveLine, class_label, measure_label};
use crate::units::{Money, format};

/// The ids of the charts that stand in this section.
const CHARTS: [&str; 3] = ["plan-gantt", "plan-waterfall", "plan-accounts"];
/// How many removals, and how many that stay, have a line; the tables have the others.
const LINES: usize = 40;

/// Whether a chart stands in this section and not among the others.
pub(super) fn holds(chart: &Chart) -> bool {
    CHARTS.contains(&chart.id)
}

/// The section.
#[derive(Serialize)]
pub(super) struct PlanView<'a> {
    plan: &'a PlanSection,
    opening: Vec<String>,
    removals: Vec<Removal<'a>>,
    waves: Vec<Wave<'a>>,
    forecast: Vec<Forecast>,
    /// The quarters that the forecast shows.
    quarters: Vec<&'a str>,
    charts: Vec<&'a ChartView<'a>>,
    /// How good the plan is.
    search: String,
    /// Left-outs that are shown.
    shown: usize,
}

/// A removal with its days as text.
#[derive(Serialize)]
struct Removal<'a> {
    line: &'a RemovalLine,
    announced: String,
    closed: String,
    brownouts: Vec<String>,
    read_only: String,
    removed: String,
    hours: String,
    told: String,
    class: &'static str,
}

/// A wave with its budgets as text.
#[derive(Serialize)]
struct Wave<'a> {
    wave: &'a str,
    removals: usize,
    accounts: String,
    arr_at_risk: String,
}

/// A measure with its change by quarter as text.
#[derive(Serialize)]
struct Forecast {
    label: &'static str,
    without: String,
    /// Change, and its range; by quarter.
    changes: Vec<(String, String)>,
    /// What is assumption.
    rests_on: String,
}

impl<'a> PlanView<'a> {
    /// `None` without a plan.
    pub(super) fn of(report: &'a Report, charts: &'a [ChartView<'a>]) -> Option<Self> {
        let plan = report.plan.as_ref()?;
        if plan.removals.is_empty() && plan.left_out.is_empty() {
            return None;
        }
        let quarters = quarters(plan);
        Some(Self {
            opening: report.plan_in_short().unwrap_or_default(),
            removals: plan.removals.iter().take(LINES).map(removal).collect(),
            waves: waves(report, plan),
            forecast: forecast(report, plan, &quarters),
            quarters,
            charts: charts.iter().filter(|view| holds(view.chart)).collect(),
            search: plan.search.in_words(&report.currency),
            shown: plan.left_out.len().min(LINES),
            plan,
        })
    }
}

fn money(report: &Report, amount: Option<Money>) -> String {
    amount.map_or_else(|| format::UNKNOWN.to_owned(), |amount| format::money(amount, &report.currency))
}

fn removal(line: &RemovalLine) -> Removal<'_> {
    let day = |kind| line.stage(kind).map_or_else(String::new, |stage| stage.from.to_string());
    let brownouts = line.stages.iter().filter(|stage| stage.stage == StageKind::Brownout);
    let brownouts: Vec<String> = brownouts.map(|stage| stage.from.to_string()).collect();
    let told = [(line.calls, "call"), (line.mails, "mail"), (line.release_notes, "note")];
    let told: Vec<String> =
        told.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format::counted(*count as u64, word)).collect();
    Removal {
        line,
        announced: day(StageKind::Announced),
        closed: day(StageKind::ClosedToNewUse),
        brownouts,
        read_only: day(StageKind::ReadOnly),
        removed: day(StageKind::Removed),
        hours: format::decimal(line.hours),
        told: told.join(", "),
        class: class_label(line.class),
    }
}

fn waves<'a>(report: &Report, plan: &'a PlanSection) -> Vec<Wave<'a>> {
    let limit = |limit: Option<f64>| match limit {
        Some(limit) => format!(" of at most {}", format::decimal(limit.floor()).trim_end_matches(".0")),
        None => String::new(),
    };
    let row = |wave: &'a WaveLine| Wave {
        wave: &wave.wave,
        removals: wave.removals,
        accounts: format!("{}{}", format::count(wave.budget.accounts), limit(wave.budget.accounts_limit)),
        arr_at_risk: match wave.budget.arr_limit {
            Some(limit) => {
                format!("{} of at most {}", money(report, wave.budget.arr_at_risk), money(report, Some(limit)))
            }
            None => money(report, wave.budget.arr_at_risk),
        },
    };
    plan.waves.iter().filter(|wave| wave.removals > 0).map(row).collect()
}

/// Quarters of the forecast: the first three, and the last.
fn quarters(plan: &PlanSection) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for line in &plan.forecast {
        if !all.contains(&line.quarter.as_str()) {
            all.push(&line.quarter);
        }
    }
    let last = all.len().saturating_sub(1);
    all.into_iter().enumerate().filter(|(place, _)| *place < 3 || *place == last).map(|(_, quarter)| quarter).collect()
}

/// Measures in their order.
const MEASURES: [ForecastMeasure; 8] = [
    ForecastMeasure::RunCost,
    ForecastMeasure::Contacts,
    ForecastMeasure::EngineeringHours,
    ForecastMeasure::Capabilities,
    ForecastMeasure::Integrations,
    ForecastMeasure::Vendors,
    ForecastMeasure::OnboardingDays,
    ForecastMeasure::ArrAtRisk,
];

fn forecast(report: &Report, plan: &PlanSection, quarters: &[&str]) -> Vec<Forecast> {
    let row = |measure: &ForecastMeasure| {
        let lines: Vec<&ForecastLine> = plan.forecast.iter().filter(|line| line.measure == *measure).collect();
        let first = lines.first()?;
        let is_money = matches!(measure, ForecastMeasure::RunCost | ForecastMeasure::ArrAtRisk);
        let amount = |of: f64| if is_money { money(report, Money::from_units(of)) } else { signless(of) };
        let change = |quarter: &&str| {
            let line = lines.iter().find(|line| line.quarter == **quarter)?;
            let bare = |of: f64| amount(of).trim_start_matches(&report.currency).trim_start().to_owned();
            let range = format!("{} to {}", bare(line.low), bare(line.high));
            Some((amount(line.change), if line.assumed.is_some() { range } else { String::new() }))
        };
        Some(Forecast {
            label: measure_label(*measure),
            without: amount(first.without),
            changes: quarters.iter().map(|quarter| change(quarter).unwrap_or_default()).collect(),
            rests_on: rests_on(lines.last()?),
        })
    };
    MEASURES.iter().filter_map(row).collect()
}

/// A count or a number of hours, whole where it is.
fn signless(of: f64) -> String {
    let text = format::decimal(of);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn rests_on(line: &ForecastLine) -> String {
    let Some(assumed) = line.assumed else { return "a count".to_owned() };
    let names: Vec<&str> = line.rests_on.iter().map(|name| assumption_label(*name)).collect();
    let names = if names.is_empty() { "plan.onboarding_elasticity".to_owned() } else { names.join(", ") };
    let share = if assumed >= 0.995 {
        "assumption alone".to_owned()
    } else {
        format!("{} of the doubt is assumption", format::percent(assumed))
    };
    let mut text = format!("{share}: {names}");
    if !line.history {
        text += "; less than twelve months of data";
    }
    if line.small {
        text += "; few contacts or accounts";
    }
    text
}
