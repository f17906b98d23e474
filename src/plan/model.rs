//! The plan as a model of pure numbers: what may go when, and what holds it.

use schemars::JsonSchema;
use serde::Serialize;

/// Which set goes when. Months are counted from 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// The wave of every month, from 0, never falling. Its length is the number of months.
    pub wave_of: Vec<usize>,
    /// What may go.
    pub candidates: Vec<Candidate>,
    /// Accounts that use any candidate; those that use the same ones are one group.
    pub groups: Vec<Group>,
    /// Teams with their hours.
    pub teams: Vec<Team>,
    /// Accounts that one wave may touch, each counted once; `None`: no limit.
    pub accounts_per_wave: Option<f64>,
    /// Accounts that all removals may touch, each counted once; `None`: no limit.
    pub accounts_overall: Option<f64>,
    /// Sum of the ARR at risk of one wave; `None`: no limit.
    pub arr_per_wave: Option<f64>,
    /// Sum of the ARR at risk of all removals; `None`: no limit.
    pub arr_overall: Option<f64>,
    /// Removals of one wave that touch one and the same account; `None`: no limit.
    pub changes_per_account: Option<u32>,
    /// Months up to and with the removal over which its hours are spread evenly, at least 1. Hours before month 0 cannot be.
    pub work_months: usize,
    /// (first, then): the second can go only in the month of the first or later.
    pub before: Vec<(usize, usize)>,
    /// Pairs of which at most one goes: the other takes its place.
    pub excludes: Vec<(usize, usize)>,
}

/// One that may go.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Candidate {
    /// Stable id: what decides between equals.
    pub id: String,
    /// Expected net benefit by month of removal, report currency.
    pub value: Vec<f64>,
    /// By month, what forbids it, each once and in their order; empty: it may go.
    pub barred: Vec<Vec<Constraint>>,
    /// Hours that its removal takes.
    pub hours: f64,
    /// Whose, as an index into the teams; `None`: nobody's, without limit.
    pub team: Option<usize>,
    /// ARR that may be lost in a year.
    pub arr_at_risk: f64,
    /// The last month in which it may go, and it must; `None`: it may stay.
    pub demanded_by: Option<usize>,
}

/// Accounts that use the same candidates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Group {
    /// The candidates, by index, at least one.
    pub uses: Vec<usize>,
    /// How many accounts.
    pub accounts: u64,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Team {
    /// Hours that it has in every month; `None`: no limit.
    pub hours: Option<f64>,
}

/// What can stand against a removal. The first ones forbid single months of one candidate, the others are shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Constraint {
    /// Its users are owed notice.
    Notice,
    /// What replaces it is not on offer for long enough.
    Replacement,
    /// A promise to an account still holds, or the catalogue protects it.
    Commitment,
    /// A key account that uses it is about to renew.
    Renewal,
    /// Nothing changes for customers in that month.
    Blackout,
    /// A vendor or a setting demands that it is gone by then.
    Deadline,
    /// The work cannot be done before the first month.
    Work,
    /// What needs it stays, or goes later.
    Dependents,
    /// What takes its place would go itself.
    ReplacementStays,
    /// Accounts touched by a wave.
    AccountsPerWave,
    /// Accounts touched overall.
    AccountsOverall,
    /// ARR at risk by a wave.
    ArrPerWave,
    /// ARR at risk overall.
    ArrOverall,
    /// Hours of a team.
    TeamHours,
    /// Removals that touch one account in a wave.
    ChangesPerAccount,
    /// Removing it is expected to cost more than it brings.
    NotWorthIt,
    /// The evidence does not suffice to remove it: its verdict is `watch`.
    Evidence,
    /// What it costs or who uses it is not known, so that its worth is not.
    WorthUnknown,
}

/// One constraint of a model, as far as it is about something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bind {
    /// Which.
    pub constraint: Constraint,
    /// The candidate that it is about; `None`: about all.
    pub candidate: Option<usize>,
    /// Another candidate that it is about: the one that stands in the way; `None`: none does.
    pub other: Option<usize>,
    /// The wave; `None`: of none, or of all.
    pub wave: Option<usize>,
    /// The team; `None`: of none.
    pub team: Option<usize>,
    /// What the limit would have to be; `None`: it is no amount.
    pub need: Option<f64>,
    /// What it is.
    pub limit: Option<f64>,
}

impl Bind {
    /// About one candidate alone.
    #[must_use]
    pub fn of(constraint: Constraint, candidate: usize) -> Self {
        Self { candidate: Some(candidate), ..Self::shared(constraint) }
    }

    /// About all.
    #[must_use]
    pub fn shared(constraint: Constraint) -> Self {
        Self { constraint, candidate: None, other: None, wave: None, team: None, need: None, limit: None }
    }
}

impl Constraint {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Replacement => "replacement",
            Self::Commitment => "commitment",
            Self::Renewal => "renewal",
            Self::Blackout => "blackout",
            Self::Deadline => "deadline",
            Self::Work => "work",
            Self::Dependents => "dependents",
            Self::ReplacementStays => "replacement-stays",
            Self::AccountsPerWave => "accounts-per-wave",
            Self::AccountsOverall => "accounts-overall",
            Self::ArrPerWave => "arr-per-wave",
            Self::ArrOverall => "arr-overall",
            Self::TeamHours => "team-hours",
            Self::ChangesPerAccount => "changes-per-account",
            Self::NotWorthIt => "not-worth-it",
            Self::Evidence => "evidence",
            Self::WorthUnknown => "worth-unknown",
        }
    }
}

impl Model {
    /// Months that are planned.
    #[must_use]
    pub fn months(&self) -> usize {
        self.wave_of.len()
    }

    /// Waves.
    #[must_use]
    pub fn waves(&self) -> usize {
        self.wave_of.last().map_or(0, |last| last + 1)
    }
}
