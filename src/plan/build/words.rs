//! Limits in words.

use super::considered::{Considered, Demand, Frame};
use crate::plan::Bound;
use crate::plan::limits::kept_until;
use crate::plan::model::{Bind, Constraint, Model};
use crate::plan::notice::NoticePolicy;
use crate::units::{Money, format};

/// Why the worth of a removal is not known.
pub(super) const WORTH_UNKNOWN: &str =
    "What it costs, who uses it or the ARR of those who do is not known, so that its worth is not.";

/// What the words are about.
pub(super) struct Words<'a> {
    pub frame: &'a Frame<'a>,
    pub considered: &'a [Considered],
    pub model: &'a Model,
    pub policy: &'a NoticePolicy,
    /// Labels of the waves.
    pub waves: &'a [String],
    pub teams: &'a [String],
}

impl Words<'_> {
    pub fn bound(&self, bind: &Bind) -> Bound {
        Bound { constraint: bind.constraint, sentence: self.sentence(bind) }
    }

    fn name(&self, candidate: Option<usize>) -> &str {
        let of = candidate.and_then(|place| self.considered.get(place));
        of.map_or(format::UNKNOWN, |of| &self.frame.evidence.facts.capabilities[of.capability].capability.name)
    }

    fn money(&self, amount: Option<f64>) -> String {
        let currency = self.frame.evidence.deciding.currency;
        let amount = amount.and_then(Money::from_units);
        amount.map_or_else(|| format::UNKNOWN.to_owned(), |amount| format::money(amount, currency))
    }

    fn sentence(&self, bind: &Bind) -> String {
        let wave = bind.wave.and_then(|wave| self.waves.get(wave)).map_or("a wave", String::as_str);
        let other = self.name(bind.other);
        let (need, limit) = (bind.need, bind.limit);
        // What is needed is rounded up and what there is down, so that they never look alike.
        let up = |singular: &str| counted(need.map(f64::ceil), singular);
        let most = |limit: Option<f64>| limit.map_or_else(|| format::UNKNOWN.to_owned(), format::floored);
        match bind.constraint {
            Constraint::Notice
            | Constraint::Replacement
            | Constraint::Commitment
            | Constraint::Renewal
            | Constraint::Blackout
            | Constraint::Deadline
            | Constraint::Work => self.of_one(bind),
            Constraint::Dependents if bind.other.is_some() => {
                format!("{other} needs it or is a part of it, and does not go before.")
            }
            Constraint::Dependents => "Something that needs it stays.".to_owned(),
            Constraint::ReplacementStays => {
                format!("Either it or {other} goes, since one takes the place of the other.")
            }
            Constraint::AccountsPerWave => match need {
                Some(_) => format!("{wave} would touch {} of at most {}.", up("account"), most(limit)),
                None => format!("A wave may touch {}.", counted(self.model.accounts_per_wave, "account")),
            },
            Constraint::AccountsOverall => match need {
                Some(_) => format!("The plan would touch {} of at most {}.", up("account"), most(limit)),
                None => format!("The plan may touch {}.", counted(self.model.accounts_overall, "account")),
            },
            Constraint::ArrPerWave => match need {
                Some(_) => {
                    format!("{wave} would put {} of ARR at risk, of at most {}.", self.money(need), self.money(limit))
                }
                None => format!("A wave may put {} of ARR at risk.", self.money(self.model.arr_per_wave)),
            },
            Constraint::ArrOverall => match need {
                Some(_) => {
                    format!("The plan would put {} of ARR at risk, of at most {}.", self.money(need), self.money(limit))
                }
                None => format!("The plan may put {} of ARR at risk.", self.money(self.model.arr_overall)),
            },
            Constraint::TeamHours => {
                let team = bind.team.and_then(|team| self.teams.get(team)).map_or("its team", String::as_str);
                let limit = limit.or_else(|| self.model.teams.get(bind.team?)?.hours);
                match need {
                    Some(_) => {
                        format!("{team} would work {} a month on removals, of at most {}.", up("hour"), most(limit))
                    }
                    None => format!("{team} has {} a month for removals.", counted(limit, "hour")),
                }
            }
            Constraint::ChangesPerAccount => {
                let most = limit.or(self.model.changes_per_account.map(f64::from));
                format!("An account may be touched by {} in a wave.", counted(most, "removal"))
            }
            Constraint::NotWorthIt => {
                "Removing it is expected to cost more than it brings in every month that is open.".to_owned()
            }
            Constraint::Evidence => "Its verdict asks for more evidence.".to_owned(),
            Constraint::WorthUnknown => WORTH_UNKNOWN.to_owned(),
        }
    }

    /// What forbids months of one candidate.
    fn of_one(&self, bind: &Bind) -> String {
        let Some(of) = bind.candidate.and_then(|place| self.considered.get(place)) else { return String::new() };
        let name = self.name(bind.candidate);
        match bind.constraint {
            Constraint::Notice => {
                let months = self.policy.class(of.class).months;
                let first = self.frame.decided;
                format!(
                    "{name} is owed {} of notice ({}), announced on {first} at the earliest.",
                    format::counted(u64::from(months), "month"),
                    of.class.as_str()
                )
            }
            Constraint::Replacement => {
                let facts = self.frame.evidence.facts;
                let by = facts.capabilities[of.capability].substitute.as_ref();
                let by = by.map(|by| &facts.capabilities[by.capability].capability);
                let what = by.map_or_else(|| "what replaces it".to_owned(), |by| by.name.clone());
                let from = by.and_then(|by| by.launched_on).map_or_else(String::new, |day| format!(" from {day} on"));
                let days = self.frame.evidence.settings.replacement_lead_days;
                format!("Before {name} goes, {what}, on offer{from}, must have been there for {days} days.")
            }
            Constraint::Commitment => match kept_until(&self.frame.evidence.facts.capabilities[of.capability]) {
                Some(until) => format!("{name} is promised or protected until {until}."),
                None => format!("{name} is promised."),
            },
            Constraint::Renewal => {
                format!("Key accounts that use {name} renew: {}.", self.frame.renewing(of.capability))
            }
            Constraint::Blackout => "Nothing changes for customers on closed days.".to_owned(),
            Constraint::Deadline => match &of.demand {
                Some(demand) => demanded(self.frame, of.capability, demand).sentence,
                None => format!("{name} must be gone."),
            },
            _ => {
                let months = u64::from(self.frame.evidence.settings.work_months);
                format!("The work on {name} takes {}.", format::counted(months, "month"))
            }
        }
    }
}

/// So many of something, in whole ones.
fn counted(amount: Option<f64>, singular: &str) -> String {
    let text = amount.map_or_else(|| format::UNKNOWN.to_owned(), format::floored);
    let plural = if text == "1" { "" } else { "s" };
    format!("{text} {singular}{plural}")
}

/// What is demanded of a capability.
pub(super) fn demanded(frame: &Frame, capability: usize, demand: &Demand) -> Bound {
    let name = &frame.evidence.facts.capabilities[capability].capability.name;
    let reason = demand.reason.trim_end_matches('.');
    let sentence = format!("{name} must be gone by {}: {reason}.", demand.by);
    Bound { constraint: Constraint::Deadline, sentence }
}

/// One step more of a limit.
pub(super) fn step(constraint: Constraint) -> String {
    match constraint {
        Constraint::AccountsPerWave => "10 % more accounts in a wave",
        Constraint::AccountsOverall => "10 % more accounts overall",
        Constraint::ArrPerWave => "10 % more ARR at risk in a wave",
        Constraint::ArrOverall => "10 % more ARR at risk overall",
        Constraint::TeamHours => "10 % more hours of every team",
        Constraint::ChangesPerAccount => "one more removal per account and wave",
        Constraint::Notice => "one month less of notice",
        Constraint::Renewal => "no regard for renewals",
        Constraint::Blackout => "no closed days",
        Constraint::Replacement => "no wait for replacements",
        Constraint::Commitment => "no promises",
        other => other.as_str(),
    }
    .to_owned()
}
