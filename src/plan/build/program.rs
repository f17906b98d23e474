//! From what is considered to the model.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::considered::{Considered, Frame};
use crate::decide;
use crate::metrics::AccountSet;
use crate::plan::limits::team_hours;
use crate::plan::model::{Candidate, Group, Model, Team};
use crate::units::{Money, Month};

/// The model of some capabilities, in their order.
pub(super) fn model(frame: &Frame, considered: &[Considered]) -> Model {
    let evidence = frame.evidence;
    let (facts, settings) = (evidence.facts, evidence.settings);
    let set: Vec<usize> = considered.iter().map(|of| of.capability).collect();
    let delays: Vec<Vec<f64>> =
        considered.iter().map(|of| of.days.iter().map(|day| years_until(facts.as_of, *day)).collect()).collect();
    let worth = decide::worth_by_delay(facts, evidence.integrations, evidence.deciding, &set, &delays);
    let teams = team_names(considered);
    let candidates = considered.iter().zip(worth).map(|(of, worth)| Candidate {
        id: facts.capabilities[of.capability].capability.id.clone(),
        value: worth.unwrap_or_else(|| vec![0.0; of.days.len()]),
        barred: of.barred.clone(),
        hours: of.hours,
        team: of.team.as_ref().and_then(|team| teams.iter().position(|name| name == team)),
        arr_at_risk: frame
            .decisions
            .get(&of.capability)
            .and_then(|of| of.net_benefit.as_ref())
            .map_or(0.0, |worth| worth.arr_at_risk.mean.max(0.0)),
        demanded_by: of.demand.as_ref().and_then(|demand| demanded_by(frame, demand.by)),
    });
    let base = accounts(facts.base.accounts);
    let arr = facts.base.arr.map(Money::units);
    let share = |share: f64, of: f64| (share < 1.0).then_some(share * of);
    let place: BTreeMap<usize, usize> = set.iter().enumerate().map(|(place, index)| (*index, place)).collect();
    Model {
        wave_of: waves(frame),
        candidates: candidates.collect(),
        groups: groups(frame, &set),
        teams: teams.iter().map(|team| Team { hours: team_hours(team, settings, Some(facts)) }).collect(),
        accounts_per_wave: share(settings.accounts_per_wave, base),
        accounts_overall: share(settings.accounts_overall, base),
        arr_per_wave: arr.and_then(|arr| share(settings.arr_at_risk_per_wave, arr)),
        arr_overall: arr.and_then(|arr| share(settings.arr_at_risk_overall, arr)),
        changes_per_account: Some(settings.changes_per_account),
        work_months: settings.work_months as usize,
        before: before(frame, &place),
        excludes: excludes(frame, &place),
    }
}

/// Years from one day to another, of 365.25 days.
fn years_until(from: NaiveDate, day: NaiveDate) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "days of a few years")]
    let days = (day - from).num_days() as f64;
    days / 365.25
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn accounts(count: u64) -> f64 {
    count as f64
}

/// The last month with a day up to a demanded one: the first month where none has; `None` beyond what is planned.
fn demanded_by(frame: &Frame, by: NaiveDate) -> Option<usize> {
    let months = Month::of(by).since(frame.first);
    (months < frame.evidence.settings.months.cast_signed()).then(|| usize::try_from(months).unwrap_or(0))
}

/// By month, its wave from 0.
fn waves(frame: &Frame) -> Vec<usize> {
    let spans = wave_spans(frame);
    let wave = |month: Month| spans.iter().position(|(_, last)| month <= *last);
    frame.months().filter_map(wave).collect()
}

/// The waves as first and last month, in order of time. They begin anew with every year, whose last one may be shorter.
pub(super) fn wave_spans(frame: &Frame) -> Vec<(Month, Month)> {
    let length = frame.evidence.settings.wave_months.max(1);
    let span = |month: Month| {
        let behind = month.first_day().month0() % length;
        let start = month.plus(-behind.cast_signed());
        let left = 12 - start.first_day().month0();
        (start, start.plus(length.min(left).cast_signed() - 1))
    };
    let mut spans: Vec<(Month, Month)> = frame.months().map(span).collect();
    spans.dedup();
    spans
}

/// Teams of what is considered, by name.
pub(super) fn team_names(considered: &[Considered]) -> Vec<String> {
    let names: BTreeSet<&String> = considered.iter().filter_map(|of| of.team.as_ref()).collect();
    names.into_iter().cloned().collect()
}

/// Accounts of the base by the candidates that they use.
fn groups(frame: &Frame, set: &[usize]) -> Vec<Group> {
    let mut uses: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, index) in set.iter().enumerate() {
        for customer in frame.evidence.facts.overlap.touched.get(*index).into_iter().flat_map(AccountSet::iter) {
            uses.entry(customer).or_default().push(place);
        }
    }
    let mut groups: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for used in uses.into_values() {
        *groups.entry(used).or_default() += 1;
    }
    groups.into_iter().map(|(uses, accounts)| Group { uses, accounts }).collect()
}

/// What needs another, and its parts, go before it or with it, where both are considered.
fn before(frame: &Frame, place: &BTreeMap<usize, usize>) -> Vec<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for decision in &frame.evidence.decisions.ranked {
        let Some(&then) = place.get(&decision.capability) else { continue };
        let dragged = decision.dependencies.needed_by.iter().chain(&decision.dependencies.with);
        pairs.extend(
            dragged.filter_map(|first| place.get(first)).filter(|first| **first != then).map(|first| (*first, then)),
        );
    }
    pairs.into_iter().collect()
}

/// What takes the place of another stays.
fn excludes(frame: &Frame, place: &BTreeMap<usize, usize>) -> Vec<(usize, usize)> {
    let of = |(index, one): (&usize, &usize)| {
        let by = frame.evidence.facts.capabilities[*index].substitute.as_ref()?.capability;
        let other = *place.get(&by)?;
        (other != *one).then_some(((*one).min(other), (*one).max(other)))
    };
    let pairs: BTreeSet<(usize, usize)> = place.iter().filter_map(of).collect();
    pairs.into_iter().collect()
}
