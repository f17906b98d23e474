//! Rules that look at the data, and at all removals together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{LintContext, LintFinding, LintRule, Schedule, Scheduled, finding};
use crate::decide;
use crate::metrics::Facts;
use crate::units::{Month, format};

/// How many accounts or capabilities a sentence names.
const NAMED: usize = 3;

pub(super) fn lint(schedule: &Schedule, context: LintContext) -> Vec<LintFinding> {
    let mut found = Vec::new();
    if let Some(facts) = context.facts {
        let keys = decide::key_accounts(facts);
        let going: BTreeMap<usize, NaiveDate> =
            schedule.removals.iter().filter_map(|of| Some((of.index?, of.removed()?))).collect();
        for removal in &schedule.removals {
            let Some((index, day)) = removal.index.zip(removal.removed()) else { continue };
            found.extend(renewals(removal, (facts, index), day, &keys, context));
            found.extend(commitments(removal, facts, index, day));
            found.extend(dependents(removal, facts, index, day, &going));
        }
        found.extend(changes(schedule, facts, context));
    }
    found.extend(teams(schedule, context));
    found
}

fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMED);
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn renewals(
    removal: &Scheduled,
    (facts, index): (&Facts, usize),
    day: NaiveDate,
    keys: &BTreeSet<usize>,
    context: LintContext,
) -> Option<LintFinding> {
    let users = facts.overlap.touched.get(index)?;
    let settings = context.settings;
    let renews = |customer: &&usize| {
        let stated = facts.customers[**customer].renews_on;
        stated.is_some_and(|stated| is_near(day, stated, settings.renewal_every_months, settings))
    };
    let customers = keys.iter().filter(|key| users.contains(**key)).filter(renews);
    let names: Vec<&str> = customers.map(|key| facts.customers[*key].id.as_str()).collect();
    (!names.is_empty()).then(|| {
        let sentence = format!(
            "It is gone on {day}, within the window around the renewal of {} that use it: {}.",
            format::counted(names.len() as u64, "key account"),
            listed(&names)
        );
        finding(LintRule::RenewalConflict, &removal.capability, sentence)
    })
}

/// Whether a day lies in the window around a renewal, or around one that it implies.
fn is_near(day: NaiveDate, stated: NaiveDate, every: u32, settings: &crate::config::PlanSettings) -> bool {
    let within = |renewal: NaiveDate| {
        let from = renewal.checked_sub_days(Days::new(u64::from(settings.renewal_before_days)));
        let until = renewal.checked_add_days(Days::new(u64::from(settings.renewal_after_days)));
        from.is_some_and(|from| from <= day) && until.is_some_and(|until| day <= until)
    };
    if every == 0 {
        return within(stated);
    }
    let months = Month::of(day).since(Month::of(stated));
    let around = [-1, 0, 1].map(|step| months / every.cast_signed() + step);
    around
        .into_iter()
        .filter(|times| *times >= 0)
        .any(|times| stated.checked_add_months(Months::new(times.cast_unsigned() * every)).is_some_and(within))
}

fn commitments(removal: &Scheduled, facts: &Facts, index: usize, day: NaiveDate) -> Option<LintFinding> {
    let of = &facts.capabilities[index];
    let broken = of.commitments.iter().filter(|(_, until, _)| day <= *until);
    let mut accounts: Vec<&str> = broken.clone().map(|(account, ..)| account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let last = broken.map(|(_, until, _)| *until).max();
    let protected = of.capability.protected_until.filter(|until| day < *until);
    let sentence = match (last, protected) {
        (Some(until), _) => format!(
            "It is gone on {day}, and promised until {until} to {}: {}.",
            format::counted(accounts.len() as u64, "account"),
            listed(&accounts)
        ),
        (None, Some(until)) => format!("It is gone on {day}, and protected until {until}."),
        (None, None) => return None,
    };
    Some(finding(LintRule::CommitmentConflict, &removal.capability, sentence))
}

fn dependents(
    removal: &Scheduled,
    facts: &Facts,
    index: usize,
    day: NaiveDate,
    going: &BTreeMap<usize, NaiveDate>,
) -> Option<LintFinding> {
    let of = &facts.capabilities[index].capability;
    let needs = |other: &&(usize, &crate::metrics::CapabilityFacts)| {
        let capability = &other.1.capability;
        other.0 != index && capability.depends_on.iter().any(|name| *name == of.id || *name == of.name)
    };
    let all: Vec<(usize, &crate::metrics::CapabilityFacts)> = facts.capabilities.iter().enumerate().collect();
    let later = |other: &&(usize, &crate::metrics::CapabilityFacts)| {
        going.get(&other.0).is_none_or(|then| *then > month_end(day))
    };
    let names: Vec<&str> =
        all.iter().filter(needs).filter(later).map(|(_, other)| other.capability.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        let sentence =
            format!("It is gone on {day}, and {} that need it stay or go later: {}.", names.len(), listed(&names));
        finding(LintRule::Dependents, &removal.capability, sentence)
    })
}

/// What needs each other may go within one month.
fn month_end(day: NaiveDate) -> NaiveDate {
    Month::of(day).plus(1).first_day().pred_opt().unwrap_or(day)
}

/// Accounts that too many removals of one wave touch.
fn changes(schedule: &Schedule, facts: &Facts, context: LintContext) -> Vec<LintFinding> {
    let length = context.settings.wave_months.max(1);
    let wave = |day: NaiveDate| (day.year(), day.month0() / length);
    let mut waves: BTreeMap<(i32, u32), Vec<(usize, &str)>> = BTreeMap::new();
    for removal in &schedule.removals {
        if let Some((index, day)) = removal.index.zip(removal.removed()) {
            waves.entry(wave(day)).or_default().push((index, &removal.capability));
        }
    }
    let most = context.settings.changes_per_account as usize;
    let mut found = Vec::new();
    for ((year, number), removals) in waves.into_iter().filter(|(_, removals)| removals.len() > most) {
        let mut touched: BTreeMap<usize, usize> = BTreeMap::new();
        for customer in removals
            .iter()
            .filter_map(|(index, _)| facts.overlap.touched.get(*index))
            .flat_map(crate::metrics::AccountSet::iter)
        {
            *touched.entry(customer).or_default() += 1;
        }
        let many: Vec<&str> = touched
            .iter()
            .filter(|(_, count)| **count > most)
            .map(|(customer, _)| facts.customers[*customer].id.as_str())
            .collect();
        if !many.is_empty() {
            let names: Vec<&str> = removals.iter().map(|(_, name)| *name).collect();
            let sentence = format!(
                "In wave {} of {year} more than {most} removals touch {}: {}.",
                number + 1,
                format::counted(many.len() as u64, "account"),
                listed(&many)
            );
            found.push(finding(LintRule::TooManyChanges, &names.join(", "), sentence));
        }
    }
    found
}

/// Teams with more work in a month than hours.
fn teams(schedule: &Schedule, context: LintContext) -> Vec<LintFinding> {
    let settings = context.settings;
    let spread = settings.work_months.max(1);
    let mut work: BTreeMap<(&str, Month), (f64, Vec<&str>)> = BTreeMap::new();
    for removal in &schedule.removals {
        let (Some(team), Some(hours), Some(day)) = (&removal.team, removal.hours, removal.removed()) else { continue };
        for back in 0..spread.cast_signed() {
            let of = work.entry((team, Month::of(day).plus(-back))).or_default();
            of.0 += hours / f64::from(spread);
            of.1.push(&removal.capability);
        }
    }
    let limit = |team: &str| {
        let logged = context.facts.and_then(|facts| facts.teams.iter().find(|of| of.team == team.trim()));
        settings.team_hours.get(team).copied().or_else(|| logged.map(|of| of.per_month * settings.team_share))
    };
    // The worst month of each team says it all.
    let mut worst: BTreeMap<&str, (f64, Month, Vec<&str>)> = BTreeMap::new();
    for ((team, month), (hours, names)) in work {
        if worst.get(team).is_none_or(|(most, ..)| hours > *most) {
            worst.insert(team, (hours, month, names));
        }
    }
    let over = |(team, (hours, month, names)): (&str, (f64, Month, Vec<&str>))| {
        let limit = limit(team)?;
        (hours > limit * (1.0 + 1e-6) + 1e-6).then(|| {
            let sentence = format!(
                "{team} would work {} hours on removals in {month}, and has {}.",
                format::decimal(hours),
                format::decimal(limit)
            );
            finding(LintRule::TeamOverCapacity, &names.join(", "), sentence)
        })
    };
    worst.into_iter().filter_map(over).collect()
}
