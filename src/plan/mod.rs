//! The plan: which of the candidates go, when, and who is told.
//!
//! Takes facts, integrations and decisions; gives a [`Plan`] that is feasible when it is printed, says what bounds it, and holds
//! everything that the papers are written from. Plain structs in, plain structs out. Refuses nothing: where no plan can keep all
//! demands, it names the smallest set that conflicts and plans without the demand that gives way.

mod build;
mod calendar;
mod contacts;
mod forecast;
mod limits;
mod lint;
mod model;
mod notice;
mod solve;
mod stages;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{NoticeClass, PlanSettings};
use crate::decide::{DecisionSettings, Decisions};
use crate::integrations::Integrations;
use crate::metrics::Facts;
use crate::units::{Definition, Month};

pub use build::plan;
pub use calendar::Calendar;
pub use contacts::{Contact, ContactGrade, contacts};
pub use forecast::{Forecast, ForecastLine, ForecastMeasure, Yearly, forecast};
pub use lint::{LintContext, LintFinding, LintRule, LintSeverity, Schedule, Scheduled, lint};
pub use model::{Bind, Candidate, Constraint, Group, Model, Team};
pub use notice::{Brownout, ClassPolicy, NoticePolicy, policies, policy};
pub use solve::{Infeasible, Limits, PLAN, Solution, conflict, greedy, kept_out, relax, solve};
pub use stages::{Stage, StageKind, announced_on, stages};

/// Every definition of this room, in the order of the methodology page.
#[must_use]
pub fn definitions() -> Vec<Definition> {
    vec![solve::PLAN, notice::NOTICE, stages::STAGES, contacts::CONTACTS, lint::LINT, forecast::FORECAST]
}

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The metrics.
    pub facts: &'a Facts,
    /// What is known of integrations, with the calendar of their vendors.
    pub integrations: &'a Integrations,
    /// What is advised.
    pub decisions: &'a Decisions,
    /// What the decisions rest on.
    pub deciding: DecisionSettings<'a>,
    /// Budgets, notice, closed days.
    pub settings: &'a PlanSettings,
}

/// Which candidates go when, and what it brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The notice policy, with the settings over it.
    pub policy: NoticePolicy,
    /// Days on which nothing changes for customers.
    pub calendar: Calendar,
    /// First month in which something may be removed: that after the as-of date.
    pub first: Month,
    /// Months that are planned.
    pub months: usize,
    /// What is removed, by day of removal, then id.
    pub chosen: Vec<Removal>,
    /// What was considered and is not removed, by rank.
    pub left_out: Vec<LeftOut>,
    /// Every wave with what it uses of its budgets, in order of time.
    pub waves: Vec<WaveUse>,
    /// The same over all waves.
    pub overall: BudgetUse,
    /// Teams whose hours are limited or used, by name.
    pub teams: Vec<TeamUse>,
    /// How good the plan is.
    pub search: Search,
    /// The same by taking candidates in the order of the list, each in the first month that fits.
    pub greedy: Greedy,
    /// What each shared limit costs, by descending gain.
    pub relaxations: Vec<Relaxation>,
    /// Demands that conflict with the limits, with the smallest set of limits that stands against each.
    pub conflicts: Vec<Conflict>,
    /// What the other notice policies would make of the plan.
    pub notice_costs: Vec<NoticeCost>,
    /// What the plan brings, by quarter.
    pub forecast: Forecast,
    /// What the linter says of the plan; it should be nothing.
    pub lint: Vec<LintFinding>,
}

#[cfg(test)]
impl Plan {
    /// A plan of 24 months from October 2026 that removes nothing.
    pub(crate) fn nothing() -> Self {
        let text = String::new;
        Self {
            policy: NoticePolicy { name: text(), title: text(), source: text(), classes: Vec::new() },
            calendar: Calendar::default(),
            first: Month::of(NaiveDate::from_ymd_opt(2026, 10, 1).expect("a day of the calendar")),
            months: 24,
            chosen: Vec::new(),
            left_out: Vec::new(),
            waves: Vec::new(),
            overall: BudgetUse::default(),
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
}

/// One removal that the plan contains.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// Index into [`Facts::capabilities`].
    pub capability: usize,
    /// Its notice class.
    pub class: NoticeClass,
    /// What takes its place, as a capability; `None`: nothing does.
    pub replacement: Option<usize>,
    /// Stages by first day; the one of the kind `Removed` always stands among them.
    pub stages: Vec<Stage>,
    /// Index into [`Plan::waves`].
    pub wave: usize,
    /// Hours of engineering that it takes: mean of the assumption.
    pub hours: f64,
    /// Whose hours; `None` when the catalogue names no owner.
    pub team: Option<String>,
    /// Expected net benefit of removing it on that day, report currency.
    pub value: f64,
    /// ARR that may be lost in a year, expected, report currency.
    pub arr_at_risk: f64,
    /// Every account of the base that uses it, with how it is told, by grade, then dependence.
    pub contacts: Vec<Contact>,
    /// The day by which a vendor or a setting demands it; `None`: nobody does, or that gave way.
    pub demanded_by: Option<NaiveDate>,
    /// The vendor who ends then what it rests on; `None`: a setting demands it, or nobody does.
    pub vendor: Option<String>,
}

impl Removal {
    /// The first day of a stage; `None` when it has none of this kind.
    #[must_use]
    pub fn starts(&self, kind: StageKind) -> Option<NaiveDate> {
        self.stages.iter().find(|stage| stage.kind == kind).map(|stage| stage.from)
    }

    /// The day of the removal.
    ///
    /// # Panics
    /// When the stages lack it, which they never do.
    #[must_use]
    pub fn removed_on(&self) -> NaiveDate {
        self.starts(StageKind::Removed).expect("every removal has its day")
    }
}

/// One candidate that stays.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Index into [`Facts::capabilities`].
    pub capability: usize,
    /// What stands against it, the nearest first; never empty.
    pub bounds: Vec<Bound>,
    /// The limit whose relaxing by one step takes it in, with what that brings; `None` when one step of none does.
    pub relaxed_by: Option<Constraint>,
}

/// One limit that stands against a candidate, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Which.
    pub constraint: Constraint,
    /// With its numbers.
    pub sentence: String,
}

/// A budget and what is used of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BudgetUse {
    /// Accounts of the base that are touched, each once.
    pub accounts: u64,
    /// At most; `None`: no limit.
    pub accounts_limit: Option<f64>,
    /// ARR that may be lost in a year, expected, report currency; the sum over the removals.
    pub arr_at_risk: f64,
    /// At most; `None`: no limit, or no ARR is known.
    pub arr_limit: Option<f64>,
}

/// One wave.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveUse {
    /// `2026-Q4`, or the months of it.
    pub label: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Its budgets.
    pub budget: BudgetUse,
    /// The most removals of the wave that touch one and the same account.
    pub most_per_account: u64,
}

/// The hours of one team.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamUse {
    /// Name.
    pub team: String,
    /// Hours a month that it has for removals; `None`: not known, and no limit.
    pub limit: Option<f64>,
    /// Hours by month of the plan.
    pub hours: Vec<f64>,
}

/// How the search for the plan ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Search {
    /// Expected net benefit of the plan, report currency.
    pub objective: f64,
    /// No plan can be worth more than this.
    pub bound: f64,
    /// (bound − objective) / |bound|, 0–1.
    pub gap: f64,
    /// Nodes that were searched.
    pub nodes: u64,
    /// At most.
    pub node_limit: u64,
    /// Whether the optimum is proven, up to `plan.gap`.
    pub proven: bool,
}

/// The plan of the simple order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Greedy {
    /// Expected net benefit, report currency.
    pub objective: f64,
    /// How far below the plan, as part of it; `None` when the plan is worth nothing.
    pub gap: Option<f64>,
    /// What it removes, by capability.
    pub chosen: Vec<usize>,
}

/// What one step more of a limit would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// The limit.
    pub constraint: Constraint,
    /// The step, in words: `10 % more ARR at risk per wave`.
    pub step: String,
    /// Expected net benefit above that of the plan, report currency.
    pub gain: f64,
    /// What would be removed besides, by capability.
    pub enters: Vec<usize>,
}

/// A demand that conflicts with the limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The capability, an index into [`Facts::capabilities`].
    pub capability: usize,
    /// The day that is demanded.
    pub by: NaiveDate,
    /// The smallest set of limits that cannot hold together, the demand among them, in words.
    pub limits: Vec<Bound>,
    /// Whether the day is kept and what its users are owed gives way: a vendor ends it then whatever the plan says.
    pub kept: bool,
}

/// The plan under another notice policy.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeCost {
    /// Name of the policy.
    pub policy: String,
    /// Expected net benefit of its plan, report currency.
    pub objective: f64,
    /// What it removes.
    pub removed: usize,
    /// Median months from the as-of date to the removal; `None` when it removes nothing.
    pub median_months: Option<f64>,
    /// Whether it is the policy of this plan.
    pub used: bool,
}
