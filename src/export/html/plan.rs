//! The section of the page on the plan: what goes when, who is told, what holds back the rest, and what it brings.
//!
//! Figures become text here, so that the template only sets them; customer text is escaped there.

use chrono::NaiveDate;
use serde::Serialize;

use super::ChartView;
use crate::chart::Chart;
use crate::decide::assumption_label;
use crate::export::text::{first_upper, slug};
use crate::plan::{Constraint, ForecastMeasure, StageKind};
use crate::report::{
    BudgetLine, ConflictLine, ForecastLine, LeftOutLine, LintedLine, NoticeCostLine, PlanSection, RemovalLine, Report,
    class_label, constraint_label, measure_label,
};
use crate::units::format::{self, UNKNOWN};
use crate::units::{Money, Share};

/// How many removals have a line; `tables/plan.csv` has the others.
const REMOVALS: usize = 60;
/// How many of those that stay are listed; `tables/plan_left_out.csv` has the others.
const LEFT_OUT: usize = 40;
/// How many quarters of the forecast stand side by side: the first ones, and one in which everything is gone.
const QUARTERS: usize = 5;
/// How many waves are listed.
const WAVES: usize = 24;
/// How many findings of the linter are.
const FINDINGS: usize = 20;

/// The ids of the charts that stand in this section.
const CHARTS: [&str; 3] = ["plan-gantt", "plan-waterfall", "plan-accounts"];

/// Whether a chart stands in this section and not among the others.
pub(super) fn holds(chart: &Chart) -> bool {
    CHARTS.contains(&chart.id)
}

/// The section.
#[derive(Serialize)]
pub(super) struct Plan<'a> {
    sentences: Vec<String>,
    conflicts: Vec<Conflict<'a>>,
    removals: Vec<Removal<'a>>,
    all_removals: usize,
    charts: Vec<&'a ChartView<'a>>,
    left_out: Vec<Stays<'a>>,
    all_left_out: usize,
    steps: Vec<[String; 3]>,
    waves: Vec<Wave<'a>>,
    overall: Option<Wave<'a>>,
    /// Team, hours a month it has, the most it works in one, and all it works.
    teams: Vec<[String; 4]>,
    quarters: Vec<&'a str>,
    all_quarters: usize,
    forecast: Vec<Measure>,
    /// `None` where it does not matter.
    policy: Option<Policy<'a>>,
    search: String,
    lint: Vec<&'a LintedLine>,
    all_lint: usize,
}

/// A demand that conflicts with the limits.
#[derive(Serialize)]
struct Conflict<'a> {
    name: &'a str,
    by: NaiveDate,
    limits: Vec<&'a str>,
    kept: bool,
}

/// A removal on a line.
#[derive(Serialize)]
struct Removal<'a> {
    name: &'a str,
    /// The anchor of its card or row.
    anchor: String,
    class: &'static str,
    replaced_by: Option<&'a str>,
    announced: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    brownouts: Vec<String>,
    removed: Option<NaiveDate>,
    /// The last day on which it can be called off.
    way_back: Option<NaiveDate>,
    demanded_by: Option<NaiveDate>,
    vendor: Option<&'a str>,
    accounts: u64,
    told: String,
    hours: String,
    team: Option<&'a str>,
    freed: Option<(String, String)>,
    worth: Option<Money>,
    at_risk: Option<Money>,
}

/// A candidate that stays.
#[derive(Serialize)]
struct Stays<'a> {
    name: &'a str,
    anchor: String,
    rank: Option<usize>,
    /// What stands against it, as label and sentence, the nearest first.
    bounds: Vec<(&'static str, &'a str)>,
    /// The step that takes it in, and what it brings.
    step: Option<(String, Option<Money>)>,
}

/// A wave with its budgets.
#[derive(Serialize)]
struct Wave<'a> {
    name: &'a str,
    removals: usize,
    accounts: u64,
    accounts_limit: String,
    accounts_used: String,
    at_risk: Option<Money>,
    arr_limit: Option<Money>,
    arr_used: String,
    most_per_account: Option<u64>,
}

/// A measure of the forecast.
#[derive(Serialize)]
struct Measure {
    label: String,
    /// What it is without the plan, in a quarter.
    without: String,
    /// By quarter: the change, and the range that holds it eight times in ten; empty where there is no doubt.
    changes: Vec<(String, String)>,
    rests_on: String,
}

/// The notice policy, and what others would cost.
#[derive(Serialize)]
struct Policy<'a> {
    title: &'a str,
    name: &'a str,
    source: String,
    classes: Vec<(&'static str, u32, String)>,
    costs: Vec<Cost<'a>>,
}

/// The plan under one notice policy.
#[derive(Serialize)]
struct Cost<'a> {
    line: &'a NoticeCostLine,
    /// Against the plan of the report.
    difference: String,
    months: String,
}

impl<'a> Plan<'a> {
    /// `None` for a report without a plan or without capabilities.
    pub(super) fn of(report: &'a Report, charts: &'a [ChartView<'a>]) -> Option<Self> {
        let plan = report.plan.as_ref().filter(|_| !report.capabilities.is_empty())?;
        let quarters = quarters(plan);
        let active: Vec<Wave> = plan
            .waves
            .iter()
            .filter(|wave| wave.removals > 0)
            .map(|of| wave(&of.wave, &of.budget, of.removals, Some(of.most_per_account)))
            .collect();
        let gone = !plan.removals.is_empty();
        // Where of nothing the worth is known, one sentence says so, and neither limits nor notice matter.
        let blind = !gone && plan.left_out.iter().all(|of| of.nearest() == Some(Constraint::WorthUnknown));
        let left_out = if blind { &[][..] } else { &plan.left_out[..] };
        Some(Self {
            sentences: report.plan_in_short().unwrap_or_default(),
            conflicts: plan.conflicts.iter().map(conflict).collect(),
            removals: plan.removals.iter().take(REMOVALS).map(|of| removal(of, report)).collect(),
            all_removals: plan.removals.len(),
            charts: charts.iter().filter(|view| holds(view.chart)).collect(),
            left_out: left_out.iter().take(LEFT_OUT).map(|of| stays(of, plan, report)).collect(),
            all_left_out: left_out.len(),
            steps: steps(plan, report),
            overall: (active.len() > 1).then(|| wave("All waves", &plan.overall, plan.removals.len(), None)),
            waves: active.into_iter().take(WAVES).collect(),
            teams: if gone { teams(plan) } else { Vec::new() },
            all_quarters: plan_quarters(plan).len(),
            forecast: measures(plan, &quarters, report),
            quarters,
            policy: (!blind).then(|| policy(plan)),
            search: if gone { plan.search.in_words(&report.currency) } else { String::new() },
            lint: plan.lint.iter().take(FINDINGS).collect(),
            all_lint: plan.lint.len(),
        })
    }
}

fn anchor(id: &str, report: &Report) -> String {
    if report.capabilities.iter().any(|line| line.id == id) {
        format!("capability-{}", slug(id))
    } else {
        String::new()
    }
}

fn conflict(of: &ConflictLine) -> Conflict<'_> {
    let limits = of.limits.iter().map(|limit| limit.sentence.as_str()).collect();
    Conflict { name: &of.name, by: of.by, limits, kept: of.kept }
}

fn removal<'a>(of: &'a RemovalLine, report: &'a Report) -> Removal<'a> {
    let starts = |kind| of.stage(kind).map(|stage| stage.from);
    let window = |stage: &crate::report::StageLine| {
        let (from, until) = (stage.starts_at?, stage.ends_at?);
        Some(format!("{}, {}–{}", stage.from, from.format("%H:%M"), until.format("%H:%M")))
    };
    let freed = of.freed.map(|freed| {
        let words = freed.in_words("");
        let (mean, range) = words.split_once(" (").unwrap_or((&words, ""));
        (mean.trim_start().to_owned(), range.trim_end_matches(')').to_owned())
    });
    Removal {
        name: &of.name,
        anchor: anchor(&of.id, report),
        class: class_label(of.class),
        replaced_by: of.replacement_name.as_deref(),
        announced: starts(StageKind::Announced),
        closed: starts(StageKind::ClosedToNewUse),
        brownouts: of.stages.iter().filter_map(window).collect(),
        removed: of.removed_on(),
        // What a vendor ends cannot be called off.
        way_back: of
            .stages
            .iter()
            .filter(|stage| stage.reversible && of.vendor.is_none())
            .map(|stage| stage.until)
            .max(),
        demanded_by: of.demanded_by,
        vendor: of.vendor.as_deref(),
        accounts: of.accounts as u64,
        told: if of.accounts > 0 { of.told_in_words() } else { String::new() },
        hours: format::decimal(of.hours),
        team: of.team.as_deref(),
        freed,
        worth: of.value,
        at_risk: of.arr_at_risk,
    }
}

fn stays<'a>(of: &'a LeftOutLine, plan: &'a PlanSection, report: &'a Report) -> Stays<'a> {
    let step = of.relaxed_by.and_then(|limit| plan.step_of(limit));
    Stays {
        name: &of.name,
        anchor: anchor(&of.id, report),
        rank: report.capabilities.iter().find(|line| line.id == of.id).map(|line| line.rank),
        bounds: of.bounds.iter().map(|bound| (constraint_label(bound.constraint), bound.sentence.as_str())).collect(),
        step: step.map(|step| (first_upper(&step.step), of.gain.or(step.gain))),
    }
}

fn money(amount: Option<Money>, currency: &str) -> String {
    amount.map_or_else(|| UNKNOWN.to_owned(), |amount| format::money(amount, currency))
}

/// What one step more of each limit would bring: the step, the amount, and what enters.
fn steps(plan: &PlanSection, report: &Report) -> Vec<[String; 3]> {
    let step = |of: &crate::report::RelaxationLine| {
        let enters = if of.enters.is_empty() { "the same, sooner".to_owned() } else { report.names_of(&of.enters) };
        [first_upper(&of.step), money(of.gain, &report.currency), enters]
    };
    plan.relaxations.iter().map(step).collect()
}

fn part(used: f64, limit: Option<f64>) -> String {
    let share = limit.and_then(|limit| Share::of(used, limit));
    share.map_or_else(String::new, |share| format::percent(share.value()))
}

fn wave<'a>(name: &'a str, of: &BudgetLine, removals: usize, most_per_account: Option<u64>) -> Wave<'a> {
    #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
    let touched = of.accounts as f64;
    Wave {
        name,
        removals,
        accounts: of.accounts,
        accounts_limit: format::limit(of.accounts_limit),
        accounts_used: part(touched, of.accounts_limit),
        at_risk: of.arr_at_risk,
        arr_limit: of.arr_limit,
        arr_used: of.arr_at_risk.map_or_else(String::new, |sum| part(sum.units(), of.arr_limit.map(Money::units))),
        most_per_account,
    }
}

/// The teams that have work.
fn teams(plan: &PlanSection) -> Vec<[String; 4]> {
    let line = |of: &crate::report::TeamLine| {
        let limit = of.limit.map_or_else(|| "not known".to_owned(), format::decimal);
        [of.team.clone(), limit, format::decimal(of.most), format::decimal(of.sum)]
    };
    plan.teams.iter().filter(|of| of.sum > 0.0).map(line).collect()
}

/// Every quarter of the forecast, in order of time.
fn plan_quarters(plan: &PlanSection) -> Vec<&str> {
    let mut quarters: Vec<&str> = Vec::new();
    for line in &plan.forecast {
        if !quarters.contains(&line.quarter.as_str()) {
            quarters.push(&line.quarter);
        }
    }
    quarters.sort_unstable();
    quarters
}

/// Those that stand side by side: up to the first in which everything has gone, which those after it repeat but for their days.
fn quarters(plan: &PlanSection) -> Vec<&str> {
    /// Quarters that the forecast holds after that of the last removal.
    const AFTER: usize = 4;
    let all = plan_quarters(plan);
    let mut shown = all[..all.len().min(all.len().saturating_sub(AFTER) + 1)].to_vec();
    if shown.len() > QUARTERS {
        let last = shown[shown.len() - 1];
        shown.truncate(QUARTERS - 1);
        shown.push(last);
    }
    shown
}

const MEASURES: [ForecastMeasure; 8] = [
    ForecastMeasure::RunCost,
    ForecastMeasure::Contacts,
    ForecastMeasure::EngineeringHours,
    ForecastMeasure::ArrAtRisk,
    ForecastMeasure::Capabilities,
    ForecastMeasure::Integrations,
    ForecastMeasure::Vendors,
    ForecastMeasure::OnboardingDays,
];

fn measures(plan: &PlanSection, quarters: &[&str], report: &Report) -> Vec<Measure> {
    let of_measure = |measure: ForecastMeasure| {
        let lines: Vec<&ForecastLine> = plan.forecast.iter().filter(|line| line.measure == measure).collect();
        let shown: Vec<&ForecastLine> =
            quarters.iter().filter_map(|quarter| lines.iter().find(|line| line.quarter == *quarter).copied()).collect();
        let last = *shown.last()?;
        let figure = |value: f64| match measure {
            ForecastMeasure::RunCost | ForecastMeasure::ArrAtRisk => bare(value),
            ForecastMeasure::Capabilities | ForecastMeasure::Integrations | ForecastMeasure::Vendors => {
                signed(value, 0)
            }
            _ => signed(value, 1),
        };
        let change = |line: &&ForecastLine| {
            let range = line.assumed.map(|_| format!("{} to {}", figure(line.low), figure(line.high)));
            (figure(line.change), range.unwrap_or_default())
        };
        Some(Measure {
            label: if is_money(measure) {
                format!("{}, {}", measure_label(measure), report.currency)
            } else {
                measure_label(measure).to_owned()
            },
            without: if measure == ForecastMeasure::ArrAtRisk { String::new() } else { figure(last.without) },
            changes: shown.iter().map(change).collect(),
            rests_on: rests_on(last),
        })
    };
    MEASURES.into_iter().filter_map(of_measure).collect()
}

fn is_money(measure: ForecastMeasure) -> bool {
    matches!(measure, ForecastMeasure::RunCost | ForecastMeasure::ArrAtRisk)
}

/// An amount without its currency, which the head of the row names.
fn bare(units: f64) -> String {
    Money::from_units(units)
        .map_or_else(|| UNKNOWN.to_owned(), |amount| format::money(amount, "").trim_start().to_owned())
}

/// A number with its sign, in as many decimals where it is small.
fn signed(value: f64, decimals: usize) -> String {
    let text =
        if value.abs() >= 99.5 { format::decimal(value.abs().round()) } else { format!("{:.decimals$}", value.abs()) };
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !zero { format!("−{text}") } else { text }
}

/// What a line rests on, in words: data, assumptions, and how far they can be trusted.
fn rests_on(line: &ForecastLine) -> String {
    let labels: Vec<&str> = line.rests_on.iter().map(|name| assumption_label(*name)).collect();
    let named = if labels.is_empty() { String::new() } else { format!(": {}", labels.join(", ")) };
    let doubt = match line.assumed {
        None => "counted, without doubt".to_owned(),
        Some(1.0..) => format!("assumption alone{named}"),
        Some(part) => format!("{} of its doubt is assumption{named}", format::percent(part)),
    };
    let notes = [
        (!line.history).then(|| "less than a year of data behind it".to_owned()),
        line.small.then(|| "few cases, so the range is rough".to_owned()),
        (line.left_out > 0).then(|| format!("not known of {}", format::counted(line.left_out as u64, "removal"))),
    ];
    [Some(doubt)].into_iter().chain(notes).flatten().collect::<Vec<_>>().join("; ")
}

fn policy(plan: &PlanSection) -> Policy<'_> {
    let ours = plan.notice_costs.iter().find(|line| line.used).and_then(|line| line.objective);
    let cost = |line: &'_ NoticeCostLine| {
        let against =
            line.objective.zip(ours).filter(|_| !line.used).map(|(theirs, ours)| theirs.units() - ours.units());
        let difference =
            against.map_or_else(String::new, |sum| if sum.abs() < 0.5 { "the same".to_owned() } else { bare(sum) });
        let months = line.median_months.map_or_else(|| UNKNOWN.to_owned(), format::decimal);
        (difference, months)
    };
    Policy {
        title: &plan.policy.title,
        name: &plan.policy.name,
        source: format!("{}.", plan.policy.source.trim_end_matches('.')),
        classes: plan
            .policy
            .classes
            .iter()
            .map(|of| (class_label(of.class), of.months, of.channels.join(", ")))
            .collect(),
        costs: plan
            .notice_costs
            .iter()
            .filter(|_| plan.notice_costs.iter().any(|line| line.removals > 0))
            .map(|line| {
                let (difference, months) = cost(line);
                Cost { line, difference, months }
            })
            .collect(),
    }
}
