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
    /// Months up to and with the removal over which its hours are spread evenly, at least 1. Hours before month 0 cannot be: months of
    /// removal that are too early for their work are barred by [`Constraint::Work`], like all that forbids single months.
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
    /// Budgets that removals share.
    pub const SHARED: [Self; 6] = [
        Self::AccountsPerWave,
        Self::AccountsOverall,
        Self::ArrPerWave,
        Self::ArrOverall,
        Self::TeamHours,
        Self::ChangesPerAccount,
    ];
    /// What holds single days of one removal and can be asked to give way.
    pub const OF_DAYS: [Self; 5] = [Self::Notice, Self::Replacement, Self::Commitment, Self::Renewal, Self::Blackout];

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

    /// Whether a candidate may go in a month as far as it alone is concerned: nothing bars the month, and no demand wants it earlier.
    #[must_use]
    pub fn allows(&self, candidate: usize, month: usize) -> bool {
        let one = &self.candidates[candidate];
        one.barred.get(month).is_none_or(Vec::is_empty) && one.demanded_by.is_none_or(|by| month <= by)
    }

    /// Sum of the values of a plan; months beyond the candidate's values are worth 0.
    #[must_use]
    pub fn worth(&self, months: &[Option<usize>]) -> f64 {
        let value = |(candidate, month): (&Candidate, &Option<usize>)| {
            month.and_then(|month| candidate.value.get(month)).copied().unwrap_or(0.0)
        };
        self.candidates.iter().zip(months).map(value).sum()
    }

    /// Every limit that a plan breaks, counted anew from the plan alone: what the search keeps in its own sums is not trusted here.
    /// Empty for a plan that may be printed.
    #[must_use]
    pub fn broken(&self, months: &[Option<usize>]) -> Vec<Bind> {
        let mut broken = Vec::new();
        for (candidate, &month) in months.iter().enumerate() {
            self.broken_alone(candidate, month, &mut broken);
        }
        for &(first, then) in &self.before {
            if months[then].is_some_and(|then| months[first].is_none_or(|first| first > then)) {
                broken.push(Bind { other: Some(then), ..Bind::of(Constraint::Dependents, first) });
            }
        }
        for &(one, other) in &self.excludes {
            if months[one].is_some() && months[other].is_some() {
                broken.push(Bind { other: Some(other), ..Bind::of(Constraint::ReplacementStays, one) });
            }
        }
        for wave in 0..self.waves() {
            self.broken_in(Some(wave), months, &mut broken);
        }
        self.broken_in(None, months, &mut broken);
        self.broken_hours(months, &mut broken);
        broken
    }

    fn broken_alone(&self, candidate: usize, month: Option<usize>, broken: &mut Vec<Bind>) {
        let one = &self.candidates[candidate];
        if one.demanded_by.is_some_and(|by| month.is_none_or(|month| month > by)) {
            broken.push(Bind::of(Constraint::Deadline, candidate));
        }
        let Some(month) = month else { return };
        let bars = one.barred.get(month).into_iter().flatten();
        broken.extend(bars.map(|&bar| Bind::of(bar, candidate)));
    }

    /// Accounts, ARR and changes of one wave, or of all of them.
    fn broken_in(&self, wave: Option<usize>, months: &[Option<usize>], broken: &mut Vec<Bind>) {
        let goes = |candidate: usize| {
            months[candidate].is_some_and(|month| wave.is_none_or(|wave| self.wave_of[month] == wave))
        };
        let (accounts, arr) = match wave {
            Some(_) => (self.accounts_per_wave, self.arr_per_wave),
            None => (self.accounts_overall, self.arr_overall),
        };
        let mut check = |constraint: Constraint, need: f64, limit: Option<f64>| {
            if let Some(limit) = limit.filter(|&limit| exceeds(need, limit)) {
                broken.push(Bind { wave, need: Some(need), limit: Some(limit), ..Bind::shared(constraint) });
            }
        };
        let touched = self.groups.iter().filter(|group| group.uses.iter().any(|&candidate| goes(candidate)));
        let touched = touched.map(|group| group.accounts).sum::<u64>();
        let at_risk = (0..months.len()).filter(|&candidate| goes(candidate));
        let at_risk = at_risk.map(|candidate| self.candidates[candidate].arr_at_risk).sum();
        let overall = wave.is_none();
        check(
            if overall { Constraint::AccountsOverall } else { Constraint::AccountsPerWave },
            count(touched),
            accounts,
        );
        check(if overall { Constraint::ArrOverall } else { Constraint::ArrPerWave }, at_risk, arr);
        if !overall {
            let changes = |group: &Group| group.uses.iter().filter(|&&candidate| goes(candidate)).count();
            let most = self.groups.iter().map(changes).max().unwrap_or(0);
            check(Constraint::ChangesPerAccount, count(most as u64), self.changes_per_account.map(f64::from));
        }
    }

    fn broken_hours(&self, months: &[Option<usize>], broken: &mut Vec<Bind>) {
        let mut hours = vec![vec![0.0; self.months()]; self.teams.len()];
        for (candidate, month) in months.iter().enumerate() {
            let (Some(team), Some(month)) = (self.candidates[candidate].team, *month) else { continue };
            for month in self.work_of(month) {
                hours[team][month] += self.hours_a_month(candidate);
            }
        }
        for (team, hours) in hours.iter().enumerate() {
            let need = hours.iter().copied().fold(0.0, f64::max);
            if let Some(limit) = self.teams[team].hours.filter(|&limit| exceeds(need, limit)) {
                let bind = Bind::shared(Constraint::TeamHours);
                broken.push(Bind { team: Some(team), need: Some(need), limit: Some(limit), ..bind });
            }
        }
    }

    /// Hours of a removal in each month in which its work is done.
    #[must_use]
    pub fn hours_a_month(&self, candidate: usize) -> f64 {
        self.candidates[candidate].hours / count(self.work_months.max(1) as u64)
    }

    /// The months in which the work for a removal is done.
    #[must_use]
    pub fn work_of(&self, month: usize) -> std::ops::RangeInclusive<usize> {
        (month + 1).saturating_sub(self.work_months.max(1))..=month
    }
}

/// Whether an amount is above its limit, by more than the rounding of sums.
#[must_use]
pub fn exceeds(need: f64, limit: f64) -> bool {
    need > limit + 1e-9 * limit.abs().max(1e-3)
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts of accounts and months stay below 2^53")]
#[must_use]
pub(super) fn count(count: u64) -> f64 {
    count as f64
}
