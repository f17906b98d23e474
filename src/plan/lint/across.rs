//! Rules that look at the data, and at all removals together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{LintContext, LintFinding, LintRule, Schedule, Scheduled, finding};
use crate::decide;
use crate::metrics::Facts;
use crate::plan::limits::{renewal_windows, team_hours, vendor_end};
use crate::units::{Month, format};

/// How many accounts or capabilities a sentence names.
const NAMED: usize = 3;

pub(super) fn lint(schedule: &Schedule, context: LintContext) -> Vec<LintFinding> {
    let mut found = Vec::new();
    if let Some(facts) = context.facts {
        let keys = decide::key_accounts(facts);
        let going: BTreeMap<usize, NaiveDate> =
            schedule.removals.iter().filter_map(|of| Some((of.index?, of.removed()?))).collect();
        let needed = needed_by(facts);
        for removal in &schedule.removals {
            let Some((index, day)) = removal.index.zip(removal.removed()) else { continue };
            found.extend(deadlines(removal, (facts, index), day, context));
            found.extend(renewals(removal, (facts, index), day, &keys, context));
            found.extend(commitments(removal, facts, index, day));
            found.extend(dependents(removal, (facts, index), day, (&needed, &going)));
        }
        found.extend(changes(schedule, facts, context));
    }
    found.extend(replacements(schedule, context.facts));
    found.extend(teams(schedule, context));
    found
}

/// What users would move to, and find gone as well.
fn replacements(schedule: &Schedule, facts: Option<&Facts>) -> Vec<LintFinding> {
    let named = |index: Option<usize>| {
        let of = index.zip(facts).map(|(index, facts)| &facts.capabilities[index].capability);
        of.into_iter().flat_map(|of| [of.id.as_str(), of.name.as_str()])
    };
    let mut gone: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    for removal in &schedule.removals {
        let Some(day) = removal.removed() else { continue };
        for name in [removal.capability.as_str()].into_iter().chain(removal.name.as_deref()).chain(named(removal.index))
        {
            gone.entry(name).or_insert(day);
        }
    }
    let lost = |removal: &Scheduled| {
        let by = removal.replacement.as_deref()?;
        let day = gone.get(by)?;
        let sentence = format!("Its users are to move to {by}, which is gone itself on {day}.");
        Some(finding(LintRule::ReplacementRemoved, &removal.capability, sentence))
    };
    schedule.removals.iter().filter_map(lost).collect()
}

/// What vendors and the settings end before it is removed.
fn deadlines(
    removal: &Scheduled,
    (facts, index): (&Facts, usize),
    day: NaiveDate,
    context: LintContext,
) -> Vec<LintFinding> {
    let id = &facts.capabilities[index].capability.id;
    let ended = context.integrations.and_then(|integrations| vendor_end(index, integrations));
    let ended = ended.map(|(by, vendor)| (by, format!("{vendor} ends what it rests on on {by}")));
    let demanded = context.settings.demand.iter().filter(|demand| demand.capability == *id);
    let demanded = demanded.min_by_key(|demand| demand.by);
    let demanded = demanded.map(|demand| (demand.by, format!("plan.demand wants it gone by {}", demand.by)));
    let late = ended.into_iter().chain(demanded).filter(|(by, _)| *by < day);
    let one = |(_, why): (NaiveDate, String)| {
        finding(LintRule::VendorDeadline, &removal.capability, format!("It is gone on {day}, and {why}."))
    };
    late.map(one).collect()
}

fn renewals(
    removal: &Scheduled,
    (facts, index): (&Facts, usize),
    day: NaiveDate,
    keys: &BTreeSet<usize>,
    context: LintContext,
) -> Option<LintFinding> {
    let users = facts.overlap.touched.get(index)?;
    let is_near = |stated: NaiveDate| {
        let windows = renewal_windows(stated, context.settings, (day, day));
        windows.into_iter().any(|(from, until)| (from..=until).contains(&day))
    };
    let renews = |customer: &&usize| facts.customers[**customer].renews_on.is_some_and(is_near);
    let customers = keys.iter().filter(|key| users.contains(**key)).filter(renews);
    let names: Vec<&str> = customers.map(|key| facts.customers[*key].id.as_str()).collect();
    (!names.is_empty()).then(|| {
        let sentence = format!(
            "It is gone on {day}, within the window around the renewal of {} that use it: {}.",
            format::counted(names.len() as u64, "key account"),
            format::first_of(names.iter(), NAMED)
        );
        finding(LintRule::RenewalConflict, &removal.capability, sentence)
    })
}

fn commitments(removal: &Scheduled, facts: &Facts, index: usize, day: NaiveDate) -> Option<LintFinding> {
    let of = &facts.capabilities[index];
    let broken = of.commitments.iter().filter(|(_, until, _)| day <= *until);
    let mut accounts: Vec<&str> = broken.clone().map(|(account, ..)| account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let last = broken.map(|(_, until, _)| *until).max();
    let protected = of.capability.protected_until.filter(|until| day <= *until);
    let sentence = match (last, protected) {
        (Some(until), _) => format!(
            "It is gone on {day}, and promised until {until} to {}: {}.",
            format::counted(accounts.len() as u64, "account"),
            format::first_of(accounts.iter(), NAMED)
        ),
        (None, Some(until)) => format!("It is gone on {day}, and protected until {until}."),
        (None, None) => return None,
    };
    Some(finding(LintRule::CommitmentConflict, &removal.capability, sentence))
}

/// By what is named in `depends_on`, what names it.
fn needed_by(facts: &Facts) -> BTreeMap<&str, Vec<usize>> {
    let mut needed: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, of) in facts.capabilities.iter().enumerate() {
        for name in &of.capability.depends_on {
            needed.entry(name).or_default().push(index);
        }
    }
    needed
}

fn dependents(
    removal: &Scheduled,
    (facts, index): (&Facts, usize),
    day: NaiveDate,
    (needed, going): (&BTreeMap<&str, Vec<usize>>, &BTreeMap<usize, NaiveDate>),
) -> Option<LintFinding> {
    let of = &facts.capabilities[index].capability;
    let named = [of.id.as_str(), of.name.as_str()].into_iter().filter_map(|name| needed.get(name)).flatten();
    let others: BTreeSet<usize> = named.copied().filter(|other| *other != index).collect();
    let later = |other: &usize| going.get(other).is_none_or(|then| *then > month_end(day));
    let later = others.into_iter().filter(later);
    let names: Vec<&str> = later.map(|other| facts.capabilities[other].capability.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        let sentence = format!(
            "It is gone on {day}, and {} that need it stay or go later: {}.",
            names.len(),
            format::first_of(names.iter(), NAMED)
        );
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
                format::first_of(many.iter(), NAMED)
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
    // The worst month of each team says it all.
    let mut worst: BTreeMap<&str, (f64, Month, Vec<&str>)> = BTreeMap::new();
    for ((team, month), (hours, names)) in work {
        if worst.get(team).is_none_or(|(most, ..)| hours > *most) {
            worst.insert(team, (hours, month, names));
        }
    }
    let over = |(team, (hours, month, names)): (&str, (f64, Month, Vec<&str>))| {
        let limit = team_hours(team, settings, context.facts)?;
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
