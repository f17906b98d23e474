use chrono::{NaiveDate, NaiveDateTime};
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Assumed, NoticeClass};
use crate::plan::{Constraint, ForecastMeasure, StageKind};
use crate::report::LintedLine;
use crate::units::Money;

/// The plan: which candidates go when, who is told, and what it brings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanSection {
    /// First day on which something may be removed.
    pub from: NaiveDate,
    /// Months that are planned.
    pub months: usize,
    /// The notice that is owed.
    pub policy: PolicyLine,
    /// What is removed, by day, then id.
    pub removals: Vec<RemovalLine>,
    /// Candidates that stay, by rank.
    pub left_out: Vec<LeftOutLine>,
    /// Demands that cannot be kept.
    pub conflicts: Vec<ConflictLine>,
    /// Every wave with what it uses of its budgets.
    pub waves: Vec<WaveLine>,
    /// The same over all waves.
    pub overall: BudgetLine,
    /// The hours of teams.
    pub teams: Vec<TeamLine>,
    /// How good the plan is.
    pub search: SearchLine,
    /// What one step more of a limit would bring, the most first.
    pub relaxations: Vec<RelaxationLine>,
    /// The plan under each notice policy.
    pub notice_costs: Vec<NoticeCostLine>,
    /// Run cost of a year once everything is gone; null where nothing is removed, or of nothing of it the cost is known.
    pub yearly: Option<YearlyLine>,
    /// What the plan brings, by measure and quarter: the promise that a later review holds against what happened.
    pub forecast: Vec<ForecastLine>,
    /// What the linter found; empty: nothing is wrong.
    pub lint: Vec<LintedLine>,
}

/// Run cost of a year once everything that the plan removes is gone, at the rate of the period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct YearlyLine {
    /// What it is without the plan: all that is placed on capabilities.
    pub without: Money,
    /// What the plan frees of it.
    pub freed: FreedRange,
    /// Removals whose run cost is not known; they are left out of what is freed.
    pub left_out: usize,
}

/// Run cost that is freed in a year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct FreedRange {
    /// Mean.
    pub mean: Money,
    /// In nine of ten simulated runs it is more than this …
    pub low: Money,
    /// … and in nine of ten less than this: eight of ten lie between.
    pub high: Money,
}

/// A notice policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PolicyLine {
    /// Name, as in the settings.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it follows, and where that is published.
    pub source: String,
    /// What each class is owed.
    pub classes: Vec<ClassLine>,
}

/// What one notice class is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClassLine {
    /// Which.
    pub class: NoticeClass,
    /// Months from the announcement to the removal at least.
    pub months: u32,
    /// Channels by which it is told.
    pub channels: Vec<String>,
}

/// One removal.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RemovalLine {
    /// Capability id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Notice class.
    pub class: NoticeClass,
    /// Id of what takes its place; null: nothing does.
    pub replacement: Option<String>,
    /// Display name of that.
    pub replacement_name: Option<String>,
    /// First day of that on offer; null when not known.
    pub replacement_on: Option<NaiveDate>,
    /// Stages by first day.
    pub stages: Vec<StageLine>,
    /// Its wave.
    pub wave: String,
    /// Hours of engineering that it takes: mean of the assumption.
    pub hours: f64,
    /// Whose; null when the catalogue names no owner.
    pub team: Option<String>,
    /// Expected net benefit of removing it on that day; null where it is no amount.
    pub value: Option<Money>,
    /// Run cost that it frees in a year once it is gone; null: not known.
    pub freed: Option<FreedRange>,
    /// ARR that may be lost in a year, expected.
    pub arr_at_risk: Option<Money>,
    /// Accounts of the base that use it.
    pub accounts: usize,
    /// Of them those whose manager calls.
    pub calls: usize,
    /// Of them those that get a personal mail.
    pub mails: usize,
    /// Of them those that the release note reaches.
    pub release_notes: usize,
    /// The day by which a vendor or a setting demands it; null: nobody does, or that gave way.
    pub demanded_by: Option<NaiveDate>,
    /// The vendor who ends then what it rests on; null: a setting demands it, or nobody does.
    pub vendor: Option<String>,
}

impl RemovalLine {
    /// The first stage of a kind; `None` when it has none.
    #[must_use]
    pub fn stage(&self, kind: StageKind) -> Option<&StageLine> {
        self.stages.iter().find(|stage| stage.stage == kind)
    }

    /// The day of the removal; `None` where no stage is it, which no plan of ours has.
    #[must_use]
    pub fn removed_on(&self) -> Option<NaiveDate> {
        self.stage(StageKind::Removed).map(|stage| stage.from)
    }
}

/// One stage of a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StageLine {
    /// Which.
    pub stage: StageKind,
    /// First day.
    pub from: NaiveDate,
    /// Last day, that one included.
    pub until: NaiveDate,
    /// First moment of a brownout, UTC; null of other stages.
    pub starts_at: Option<NaiveDateTime>,
    /// Its last moment, UTC.
    pub ends_at: Option<NaiveDateTime>,
    /// Whether the removal can still be called off without loss.
    pub reversible: bool,
}

/// One candidate that stays.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LeftOutLine {
    /// Capability id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What stands against it, the nearest first.
    pub bounds: Vec<BoundLine>,
    /// The limit of which one step more takes it in; null when one step of none does.
    pub relaxed_by: Option<Constraint>,
    /// Expected net benefit that this step would bring in all.
    pub gain: Option<Money>,
}

/// A limit in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BoundLine {
    /// Which.
    pub constraint: Constraint,
    /// With its numbers.
    pub sentence: String,
}

/// A demand that conflicts with the limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConflictLine {
    /// Id of the capability.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// The day that is demanded.
    pub by: NaiveDate,
    /// The smallest set of limits that cannot hold together.
    pub limits: Vec<BoundLine>,
    /// Whether the day is kept and what its users are owed gives way, because a vendor ends it then whatever the plan says.
    pub kept: bool,
}

/// A budget and what is used of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct BudgetLine {
    /// Accounts of the base that are touched, each once.
    pub accounts: u64,
    /// At most; null: no limit.
    pub accounts_limit: Option<f64>,
    /// ARR that may be lost in a year, expected: the sum over the removals.
    pub arr_at_risk: Option<Money>,
    /// At most; null: no limit, or no ARR is known.
    pub arr_limit: Option<Money>,
}

/// One wave.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WaveLine {
    /// `2026-Q4` and the like.
    pub wave: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Removals in it.
    pub removals: usize,
    /// Its budgets.
    pub budget: BudgetLine,
    /// The most removals of the wave that touch one and the same account.
    pub most_per_account: u64,
}

/// The hours of one team.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TeamLine {
    /// Name.
    pub team: String,
    /// Hours a month that it has for removals; null: not known, and no limit.
    pub limit: Option<f64>,
    /// The most that it works on removals in a month.
    pub most: f64,
    /// All that it works on removals.
    pub sum: f64,
}

/// How the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct SearchLine {
    /// Expected net benefit of the plan.
    pub objective: Option<Money>,
    /// No plan can be worth more.
    pub bound: Option<Money>,
    /// (bound − objective) / |bound|, 0–1.
    pub gap: f64,
    /// Nodes that were searched.
    pub nodes: u64,
    /// At most: `plan.node_limit`.
    pub node_limit: u64,
    /// Whether the optimum is proven, up to `plan.gap`.
    pub proven: bool,
    /// Expected net benefit of taking the candidates in the order of the list, each in the first month that fits.
    pub greedy: Option<Money>,
    /// How far that is below the plan, as part of it; null when the plan is worth nothing.
    pub greedy_gap: Option<f64>,
    /// How many that removes.
    pub greedy_removals: usize,
}

/// What one step more of a limit would bring.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RelaxationLine {
    /// The limit.
    pub constraint: Constraint,
    /// The step.
    pub step: String,
    /// Expected net benefit above that of the plan.
    pub gain: Option<Money>,
    /// Ids of what would be removed besides.
    pub enters: Vec<String>,
}

/// The plan under one notice policy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NoticeCostLine {
    /// Name of the policy.
    pub policy: String,
    /// Expected net benefit of its plan.
    pub objective: Option<Money>,
    /// What it removes.
    pub removals: usize,
    /// Median months from the as-of date to the removal; null when it removes nothing.
    pub median_months: Option<f64>,
    /// Whether it is the policy of this plan.
    pub used: bool,
}

/// What the plan changes of one measure in one quarter. Less is negative; amounts are in report currency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ForecastLine {
    /// What.
    pub measure: ForecastMeasure,
    /// `2026-Q4` and the like.
    pub quarter: String,
    /// What it would be without the plan, at the rate of the period.
    pub without: f64,
    /// Change, mean.
    pub change: f64,
    /// Eight times in ten the change lies above this …
    pub low: f64,
    /// … and below this.
    pub high: f64,
    /// Part of the doubt that comes from assumptions and not from the data, 0–1; null where there is no doubt.
    pub assumed: Option<f64>,
    /// The assumptions that it rests on.
    pub rests_on: Vec<Assumed>,
    /// Whether twelve months of data lie behind the rate.
    pub history: bool,
    /// Whether it rests on so few contacts, accounts or rows that its interval is rough.
    pub small: bool,
    /// Removals of which the measure is not known, and which are left out.
    pub left_out: usize,
}
