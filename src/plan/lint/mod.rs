//! The linter of plans: our own, and those of others.
//!
//! Takes a [`Schedule`] and what is known beside it; gives every [`LintFinding`]. A rule that lacks what it needs finds nothing: see
//! [`LintRule::wants`]. Refuses nothing.

mod across;
mod dates;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::calendar::Calendar;
use super::notice::NoticePolicy;
use super::stages::{Stage, StageKind};
use crate::config::{NoticeClass, PlanSettings};
use crate::integrations::Integrations;
use crate::metrics::Facts;
use crate::units::definition;

definition! {
    /// What is wrong with a plan, ours or another's, by rules with stable names.
    ///
    /// Of the dates alone: `no-announcement` · `no-removal` · `stages-out-of-order`: one begins before what goes before it, before it is
    /// announced or after the removal, or ends before it begins · `short-notice`: fewer months from the announcement to the removal than the
    /// class is owed, where no class is said those of a user interface · `sunset-before-deprecation`: of the two headers (RFC 8594, RFC
    /// 9745), or one of them names a day after the removal · `closed-day`: customers meet a change on a closed day · `brownout-order`: a
    /// brownout is shorter than the one before, or begins at the same hour and does not go round the clock · `last-brownout`: the last one
    /// lies less than a week or more than three before the end · `replacement-too-late` · `replacement-removed`: what replaces it goes as well
    /// · `vendor-deadline`: it goes after the day by which the plan says that it must · `notice-not-delivered`: fewer accounts were told than
    /// use it.
    ///
    /// With the data: `vendor-deadline` also of the shutdowns that vendors have announced, and of `plan.demand` · `renewal-conflict` ·
    /// `commitment-conflict`: up to and with the last day of a promise and of `protected_until` · `dependents`: what needs it stays or goes
    /// later · `too-many-changes`: one account is touched by more removals of a wave than `plan.changes_per_account` ·
    /// `team-over-capacity`: hours spread over `plan.work_months` against what the team has.
    ///
    /// Warnings are what can be meant: `brownout-order`, `last-brownout`, and `closed-day` where only something is said or shown. All else is
    /// an error, a brownout, a read-only stage or a removal on a closed day among it. A plan that is made here is clean by its own limits,
    /// but for the deadlines of which it says itself that they cannot be kept.
    pub LINT, "lint", "Linter of plans"
}

/// A plan as the linter sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// What is removed.
    pub removals: Vec<Scheduled>,
}

/// One removal; `None` is not said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scheduled {
    /// Id or name, as written.
    pub capability: String,
    /// Its display name, where `capability` is an id.
    pub name: Option<String>,
    /// Index into [`Facts::capabilities`]; `None` when there are no facts, or it names none.
    pub index: Option<usize>,
    /// Its notice class.
    pub class: Option<NoticeClass>,
    /// Its stages, as the plan orders them.
    pub stages: Vec<Stage>,
    /// Day of the `Deprecation` header.
    pub deprecation: Option<NaiveDate>,
    /// Day of the `Sunset` header.
    pub sunset: Option<NaiveDate>,
    /// What replaces it, as written.
    pub replacement: Option<String>,
    /// Day from which the replacement is on offer.
    pub replacement_on: Option<NaiveDate>,
    /// Last day on which it may go, such as that of a vendor.
    pub demanded_by: Option<NaiveDate>,
    /// Accounts that use it.
    pub affected: Option<u64>,
    /// Accounts to which the notice was delivered.
    pub told: Option<u64>,
    /// Whose work it is.
    pub team: Option<String>,
    /// Hours of that work.
    pub hours: Option<f64>,
}

impl Scheduled {
    fn first(&self, kind: StageKind) -> Option<NaiveDate> {
        self.stages.iter().filter(|stage| stage.kind == kind).map(|stage| stage.from).min()
    }

    fn last(&self, kind: StageKind) -> Option<NaiveDate> {
        self.stages.iter().filter(|stage| stage.kind == kind).map(|stage| stage.from).max()
    }

    /// The end: the removal, else the day that the header names.
    fn removed(&self) -> Option<NaiveDate> {
        self.first(StageKind::Removed).or(self.sunset)
    }

    /// The announcement, else the day that the header names.
    fn announced(&self) -> Option<NaiveDate> {
        self.first(StageKind::Announced).or(self.deprecation)
    }
}

/// What the linter may look at beside the plan.
#[derive(Debug, Clone, Copy)]
pub struct LintContext<'a> {
    /// The notice that is owed.
    pub policy: &'a NoticePolicy,
    /// Closed days.
    pub calendar: &'a Calendar,
    /// Budgets.
    pub settings: &'a PlanSettings,
    /// The metrics; `None`: only the dates are known.
    pub facts: Option<&'a Facts>,
    /// What vendors have announced; `None`: not known.
    pub integrations: Option<&'a Integrations>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LintSeverity {
    /// The plan should not be carried out like this.
    Error,
    /// It can be meant.
    Warning,
}

impl LintSeverity {
    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A rule of the linter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// Nobody is told.
    NoAnnouncement,
    /// No day of removal is named.
    NoRemoval,
    /// A stage begins before the one that goes before it, or ends before it begins.
    StagesOutOfOrder,
    /// The notice is shorter than its class is owed.
    ShortNotice,
    /// The sunset lies before the deprecation, or one of them after the removal.
    SunsetBeforeDeprecation,
    /// Customers meet a change on a closed day.
    ClosedDay,
    /// A brownout is shorter than the one before, or begins at the same hour.
    BrownoutOrder,
    /// The last brownout lies less than a week or more than three weeks before the end.
    LastBrownout,
    /// The replacement is not on offer for long enough before the removal.
    ReplacementTooLate,
    /// The replacement goes as well.
    ReplacementRemoved,
    /// It goes after the day on which a vendor ends what it rests on, or that the plan or the settings name.
    VendorDeadline,
    /// Fewer accounts were told than use it.
    NoticeNotDelivered,
    /// A key account that uses it renews.
    RenewalConflict,
    /// A promise to an account still holds.
    CommitmentConflict,
    /// What needs it stays, or goes later.
    Dependents,
    /// One account is touched by too many removals of a wave.
    TooManyChanges,
    /// A team has more work than hours.
    TeamOverCapacity,
}

impl LintRule {
    /// All of them, in their order.
    pub const ALL: &'static [Self] = &[
        Self::NoAnnouncement,
        Self::NoRemoval,
        Self::StagesOutOfOrder,
        Self::ShortNotice,
        Self::SunsetBeforeDeprecation,
        Self::ClosedDay,
        Self::BrownoutOrder,
        Self::LastBrownout,
        Self::ReplacementTooLate,
        Self::ReplacementRemoved,
        Self::VendorDeadline,
        Self::NoticeNotDelivered,
        Self::RenewalConflict,
        Self::CommitmentConflict,
        Self::Dependents,
        Self::TooManyChanges,
        Self::TeamOverCapacity,
    ];

    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAnnouncement => "no-announcement",
            Self::NoRemoval => "no-removal",
            Self::StagesOutOfOrder => "stages-out-of-order",
            Self::ShortNotice => "short-notice",
            Self::SunsetBeforeDeprecation => "sunset-before-deprecation",
            Self::ClosedDay => "closed-day",
            Self::BrownoutOrder => "brownout-order",
            Self::LastBrownout => "last-brownout",
            Self::ReplacementTooLate => "replacement-too-late",
            Self::ReplacementRemoved => "replacement-removed",
            Self::VendorDeadline => "vendor-deadline",
            Self::NoticeNotDelivered => "notice-not-delivered",
            Self::RenewalConflict => "renewal-conflict",
            Self::CommitmentConflict => "commitment-conflict",
            Self::Dependents => "dependents",
            Self::TooManyChanges => "too-many-changes",
            Self::TeamOverCapacity => "team-over-capacity",
        }
    }

    /// How bad its findings are; of those on closed days only where nothing but a word changes.
    fn usual(self) -> LintSeverity {
        match self {
            Self::ClosedDay | Self::BrownoutOrder | Self::LastBrownout => LintSeverity::Warning,
            _ => LintSeverity::Error,
        }
    }

    /// The table that it wants beside the plan; `None`: the plan suffices, though data may say more.
    #[must_use]
    pub fn wants(self) -> Option<&'static str> {
        match self {
            Self::RenewalConflict | Self::TooManyChanges => Some("usage and accounts"),
            Self::CommitmentConflict => Some("commitments"),
            Self::Dependents => Some("catalogue"),
            Self::TeamOverCapacity => Some("work_items, or plan.team_hours"),
            _ => None,
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintFinding {
    /// Which rule.
    pub rule: LintRule,
    /// How bad it is.
    pub severity: LintSeverity,
    /// The capability, as the plan names it; several are joined.
    pub capability: String,
    /// With its dates.
    pub sentence: String,
}

/// Everything that is wrong with a plan: of each removal in the order of the plan, then of all together. Empty: nothing is.
#[must_use]
pub fn lint(schedule: &Schedule, context: LintContext) -> Vec<LintFinding> {
    let each = schedule.removals.iter().flat_map(|removal| dates::lint(removal, context));
    each.chain(across::lint(schedule, context)).collect()
}

fn finding(rule: LintRule, capability: &str, sentence: String) -> LintFinding {
    LintFinding { rule, severity: rule.usual(), capability: capability.to_owned(), sentence }
}

#[cfg(test)]
mod tests;
