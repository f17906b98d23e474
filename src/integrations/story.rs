//! One broken integration from its first failure to what it cost.
//!
//! Takes failures, churn and the tables behind them; gives the days and the events of one story. What failed for others at the
//! same time, or within a week of it, belongs to the story: to a customer it is one. Refuses to tell one where no failure that
//! counts kept any account waiting for a day.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{
    ChurnKind, ChurnedAccount, Episode, Evidence, Failure, Integrations, Story, StoryDay, StoryEvent, StoryEventKind,
    hours_between,
};
use crate::config::ChurnSettings;
use crate::tables::rows::ApiChange;
use crate::units::Money;

/// Hours that one account had to be without it.
const WORTH_HOURS: f64 = 24.0;
/// Days between two failures that still are one story.
const JOINED_WITHIN: u64 = 7;
/// Days before the first event and after the last.
const MARGIN: u64 = 7;
/// Days that a story shows at most, and how many of them lie before the worst onset where it is cut.
const LONGEST: u64 = 200;
const BEFORE_THE_WORST: u64 = 30;
/// Days before the onset within which a vendor's change may be the cause.
const CHANGE_WITHIN: u64 = 120;
/// Days after it: vendors roll a change out by and by, and their day is not ours.
const ROLLED_OUT_WITHIN: u64 = 3;
/// Changes of the vendor that a story names at most.
const CHANGES: usize = 2;

/// One of the moments of a failure.
type MomentOf = fn(&Failure) -> Option<NaiveDateTime>;

/// The worst failure of one integration, and those that belong to its story.
struct Chapter<'a> {
    worst: &'a Failure,
    /// All of them, the worst too; by onset.
    failures: Vec<&'a Failure>,
    began: NaiveDateTime,
    /// The last end; now where one is open.
    ended: NaiveDateTime,
    open: bool,
}

impl Chapter<'_> {
    fn capability(&self) -> usize {
        self.worst.capability
    }
}

/// The integration with most at stake; `None` when no failure of the last twelve months is worth telling.
///
/// Compared by the ARR of the accounts that left over it (functional churn), then the ARR that was in the dark, then the
/// account-hours in the dark; ties go to the first by id. Of its failures the one that lost most ARR, then the one with most
/// account-hours in the dark, then the first.
pub(super) fn story(integrations: &Integrations, evidence: Evidence, settings: &ChurnSettings) -> Option<Story> {
    let mut by_capability: BTreeMap<usize, Vec<&Failure>> = BTreeMap::new();
    for failure in worth_telling(integrations, evidence) {
        by_capability.entry(failure.capability).or_default().push(failure);
    }
    let at_stake = |(capability, failures): (usize, Vec<_>)| {
        let stake = stake(integrations, evidence, capability, &failures);
        (stake, failures)
    };
    let chosen = by_capability.into_iter().map(at_stake).reduce(|best, next| {
        let order = next.0.0.cmp(&best.0.0).then(next.0.1.cmp(&best.0.1)).then(next.0.2.total_cmp(&best.0.2));
        if order == Ordering::Greater { next } else { best }
    });
    let worst = worst(integrations, &chosen?.1)?;
    let chapter = chapter(integrations, worst, evidence.now());
    let lost = lost(integrations, &chapter, settings);
    Some(told(integrations, evidence, &chapter, &lost))
}

/// Failures that count, were not over twelve months ago, and kept an account waiting for a day.
fn worth_telling<'a>(integrations: &'a Integrations, evidence: Evidence) -> impl Iterator<Item = &'a Failure> {
    let now = evidence.now();
    let since = now.checked_sub_months(Months::new(12)).unwrap_or(now);
    integrations.failures.iter().filter(move |failure| {
        let mut episodes = failure.episodes.iter().filter_map(|&index| integrations.episodes.get(index));
        failure.counts
            && failure.began.middle() < now
            && failure.resolved_at.is_none_or(|resolved| resolved > since)
            && episodes.any(|episode| episode.account.is_some() && episode.hours(now) >= WORTH_HOURS)
    })
}

/// Functional churn by one integration.
fn left_over(integrations: &Integrations, capability: usize) -> impl Iterator<Item = &ChurnedAccount> {
    integrations
        .churn
        .accounts
        .iter()
        .filter(move |account| account.kind == Some(ChurnKind::Functional) && account.capability == Some(capability))
}

/// The failure that lost most ARR, then the one with most account-hours in the dark; of several the first.
fn worst<'a>(integrations: &Integrations, failures: &[&'a Failure]) -> Option<&'a Failure> {
    let capability = failures.first()?.capability;
    let places = failures.iter().enumerate();
    let of_episode: BTreeMap<usize, usize> =
        places.flat_map(|(place, failure)| failure.episodes.iter().map(move |&episode| (episode, place))).collect();
    let mut lost = vec![Money::ZERO; failures.len()];
    for account in left_over(integrations, capability) {
        let through: BTreeSet<usize> =
            account.episodes.iter().filter_map(|episode| of_episode.get(episode).copied()).collect();
        for place in through {
            lost[place] += account.arr.unwrap_or_default();
        }
    }
    let ranked = failures.iter().copied().zip(lost);
    let (worst, _) = ranked.reduce(|best, next| {
        let order = next.1.cmp(&best.1).then(next.0.dark_hours.total_cmp(&best.0.dark_hours));
        if order == Ordering::Greater { next } else { best }
    })?;
    Some(worst)
}

/// The worst failure with every one of the integration that counts and overlaps it or lies within a week of it.
fn chapter<'a>(integrations: &'a Integrations, worst: &'a Failure, now: NaiveDateTime) -> Chapter<'a> {
    let end = |failure: &Failure| failure.resolved_at.unwrap_or(now);
    let near = Days::new(JOINED_WITHIN);
    let (from, until) = (worst.began.middle() - near, end(worst) + near);
    let belongs = |failure: &&Failure| {
        let began = failure.began.middle();
        failure.counts && failure.capability == worst.capability && began <= until.min(now) && end(failure) >= from
    };
    let mut failures: Vec<&Failure> = integrations.failures.iter().filter(belongs).collect();
    failures.sort_by_key(|failure| failure.began.middle());
    let began = failures.first().map_or(worst.began, |failure| failure.began).middle();
    let ended = failures.iter().map(|failure| end(failure)).max().unwrap_or(now);
    let open = failures.iter().any(|failure| failure.resolved_at.is_none());
    Chapter { worst, failures, began, ended, open }
}

/// The episodes of some failures, each with its failure.
fn of<'a>(
    integrations: &'a Integrations,
    failures: &'a [&'a Failure],
) -> impl Iterator<Item = (&'a Failure, &'a Episode)> {
    failures.iter().flat_map(move |failure| {
        failure.episodes.iter().filter_map(move |&index| Some((*failure, integrations.episodes.get(index)?)))
    })
}

/// ARR that left over it, ARR that was in the dark, account-hours in the dark: in the order in which integrations are compared.
fn stake(
    integrations: &Integrations,
    evidence: Evidence,
    capability: usize,
    failures: &[&Failure],
) -> (Money, Money, f64) {
    let left = left_over(integrations, capability).filter_map(|account| account.arr).sum();
    let mut in_the_dark: BTreeSet<&str> = BTreeSet::new();
    for (failure, episode) in of(integrations, failures) {
        let dark = failure.detected_at.is_none_or(|detected| episode.began.middle() < detected);
        in_the_dark.extend(episode.account.as_deref().filter(|_| dark));
    }
    let customers = &evidence.facts.customers;
    let arr = |account: &str| {
        let at = customers.binary_search_by(|customer| customer.id.as_str().cmp(account)).ok()?;
        customers[at].arr
    };
    let dark_hours = failures.iter().map(|failure| failure.dark_hours).sum();
    (left, in_the_dark.into_iter().filter_map(arr).sum(), dark_hours)
}

/// The accounts that left over a story: functional churn through one of its episodes, within the days of the setting after its end.
fn lost<'a>(integrations: &'a Integrations, chapter: &Chapter, settings: &ChurnSettings) -> Vec<&'a ChurnedAccount> {
    let episodes: BTreeSet<usize> = chapter.failures.iter().flat_map(|failure| &failure.episodes).copied().collect();
    let (from, until) = (chapter.began.date(), chapter.ended.date() + Days::new(u64::from(settings.within_days)));
    let over_it = |account: &&ChurnedAccount| {
        (from..=until).contains(&account.churned_on)
            && account.episodes.iter().any(|episode| episodes.contains(episode))
    };
    left_over(integrations, chapter.capability()).filter(over_it).collect()
}

fn told(integrations: &Integrations, evidence: Evidence, chapter: &Chapter, lost: &[&ChurnedAccount]) -> Story {
    let now = evidence.now();
    let mut events = happened(integrations, evidence, chapter);
    events.extend(lost.iter().map(|account| StoryEvent {
        at: account.churned_on.and_time(NaiveTime::MIN),
        kind: StoryEventKind::AccountLost,
        account: Some(account.account.clone()),
        what: None,
        arr: account.arr,
    }));
    events.retain(|event| event.at < now);
    events.sort_by(|a, b| (a.at, a.kind, &a.account, &a.what).cmp(&(b.at, b.kind, &b.account, &b.what)));
    let (first, last) = span(chapter, &events, evidence.spans.as_of);
    events.retain(|event| (first..=last).contains(&event.at.date()));
    let left = events.iter().filter_map(|event| event.arr);
    let (from, until) = (first.and_time(NaiveTime::MIN), (last + Days::new(1)).and_time(NaiveTime::MIN).min(now));
    let dark_hours = of(integrations, &chapter.failures)
        .map(|(failure, episode)| {
            let known = failure.detected_at.unwrap_or(until);
            let ended = episode.ended.map_or(until, super::Moment::middle);
            episode.weight * hours_between(episode.began.middle().max(from), ended.min(known).min(until))
        })
        .sum();
    Story {
        capability: chapter.capability(),
        days: days(integrations, chapter, (first, last), now),
        lost_arr: left.reduce(|sum, arr| sum + arr),
        events,
        dark_hours,
    }
}

/// First and last day: a week about all that happened, not beyond the as-of date. What would be longer than the bound begins a
/// month before the onset of the worst failure, or where it would begin if that is later, and ends at the bound.
fn span(chapter: &Chapter, events: &[StoryEvent], as_of: NaiveDate) -> (NaiveDate, NaiveDate) {
    let began = chapter.began.date();
    let first = events.first().map_or(began, |event| event.at.date().min(began)) - Days::new(MARGIN);
    let ended = chapter.ended.date();
    let last = events.last().map_or(ended, |event| event.at.date().max(ended)) + Days::new(MARGIN);
    let last = last.min(as_of);
    if (last - first).num_days() < LONGEST.cast_signed() {
        return (first, last);
    }
    let first = first.max(chapter.worst.began.middle().date() - Days::new(BEFORE_THE_WORST));
    (first, last.min(first + Days::new(LONGEST - 1)))
}

/// Everything that happened but for who left.
fn happened(integrations: &Integrations, evidence: Evidence, chapter: &Chapter) -> Vec<StoryEvent> {
    let event = |at, kind, account: Option<&String>, what: Option<&String>| StoryEvent {
        at,
        kind,
        account: account.cloned(),
        what: what.cloned(),
        arr: None,
    };
    let mut events = changes(evidence, chapter);
    let first =
        of(integrations, &chapter.failures).min_by_key(|(_, episode)| (episode.began.middle(), &episode.account));
    let account = first.and_then(|(_, episode)| episode.account.as_ref());
    events.push(event(chapter.began, StoryEventKind::FirstFailure, account, None));
    let tickets = chapter.failures.iter().flat_map(|failure| &failure.tickets);
    let opened = tickets.filter_map(|&index| {
        let ticket = evidence.tickets.get(index)?;
        Some((ticket.opened_at?, index, ticket))
    });
    if let Some((at, _, ticket)) = opened.min_by_key(|(at, index, _)| (*at, *index)) {
        events.push(event(at, StoryEventKind::FirstContact, ticket.account_id.as_ref(), ticket.ticket_id.as_ref()));
    }
    let moments: [(StoryEventKind, MomentOf); 2] = [
        (StoryEventKind::Detected, |failure| failure.detected_at),
        (StoryEventKind::Acknowledged, |failure| failure.acknowledged_at),
    ];
    for (kind, moment) in moments {
        let known = chapter.failures.iter().filter_map(|failure| Some((moment(failure)?, failure)));
        if let Some((at, failure)) = known.min_by_key(|(at, failure)| (*at, &failure.incident_id)) {
            events.push(event(at, kind, None, failure.incident_id.as_ref()));
        }
    }
    if !chapter.open {
        events.push(event(chapter.ended, StoryEventKind::Restored, None, None));
    }
    events
}

/// The vendor's changes that may be the cause: those that began to hold shortly before the onset or about it, breaking ones first, then the
/// latest.
fn changes(evidence: Evidence, chapter: &Chapter) -> Vec<StoryEvent> {
    let onset =
        chapter.failures.iter().map(|failure| failure.began.latest.date()).min().unwrap_or(chapter.began.date());
    let since = chapter.began.date() - Days::new(CHANGE_WITHIN);
    let near = |day: &NaiveDate| (since..=onset + Days::new(ROLLED_OUT_WITHIN)).contains(day);
    let plain = |text: &str| text.trim().to_lowercase();
    let capability = evidence.facts.capabilities.get(chapter.capability());
    let vendor = capability.and_then(|facts| facts.capability.vendor.as_deref()).map(plain);
    let concerns = |change: &&ApiChange| match &change.capability {
        Some(raw) => evidence.catalogue.resolve(raw) == Some(chapter.capability()),
        None => vendor.is_some() && change.vendor.as_deref().map(plain) == vendor,
    };
    let breaks = |change: &ApiChange| {
        let kind = change.change.as_deref();
        change.breaking.unwrap_or(matches!(kind, Some("endpoint" | "auth" | "shutdown")))
    };
    let rows = evidence.api_changes.unwrap_or_default().iter().filter(concerns);
    let mut near_rows: Vec<(NaiveDate, &ApiChange)> =
        rows.filter_map(|change| Some((change.effective_on.filter(near)?, change))).collect();
    near_rows.sort_by_key(|(day, change)| (!breaks(change), std::cmp::Reverse(*day), &change.title, &change.api));
    let mut events = Vec::new();
    for (effective, change) in near_rows.into_iter().take(CHANGES) {
        let what = change.title.as_ref().or(change.api.as_ref()).or(change.vendor.as_ref());
        let event = |day: NaiveDate, kind| StoryEvent {
            at: day.and_time(NaiveTime::MIN),
            kind,
            account: None,
            what: what.cloned(),
            arr: None,
        };
        events.extend(change.announced_on.filter(near).map(|day| event(day, StoryEventKind::Announced)));
        events.push(event(effective, StoryEventKind::Changed));
    }
    events
}

/// Accounts broken and in the dark on every day from the first to the last. An account counts once a day, whatever its episodes.
fn days(
    integrations: &Integrations,
    chapter: &Chapter,
    (first, last): (NaiveDate, NaiveDate),
    now: NaiveDateTime,
) -> Vec<StoryDay> {
    let mut days: Vec<StoryDay> =
        first.iter_days().take_while(|day| *day <= last).map(|day| StoryDay { day, broken: 0, dark: 0 }).collect();
    // From and to the place of a day, of what lasts from one moment to before another.
    let places = |from: NaiveDateTime, until: NaiveDateTime| {
        let last_moment = (until - TimeDelta::milliseconds(1)).max(from);
        let place = |day: NaiveDate| (day - first).num_days();
        let bound = i64::try_from(days.len()).unwrap_or(i64::MAX);
        let held = |place: i64| usize::try_from(place.clamp(0, bound)).unwrap_or(0);
        held(place(from.date()))..held(place(last_moment.date()) + 1)
    };
    let mut spans: Vec<_> = of(integrations, &chapter.failures)
        .map(|(failure, episode)| {
            let (began, ended) = (episode.began.middle(), episode.ended.map_or(now, super::Moment::middle));
            let known = failure.detected_at.unwrap_or(ended).min(ended);
            let dark = if known > began { places(began, known) } else { 0..0 };
            (episode.account.as_deref(), places(began, ended), dark)
        })
        .collect();
    spans.sort_by(|a, b| (a.0, a.1.start, a.1.end).cmp(&(b.0, b.1.start, b.1.end)));
    for account in spans.chunk_by(|a, b| a.0 == b.0) {
        let mut seen = vec![(false, false); days.len()];
        for (_, broken, dark) in account {
            seen[broken.clone()].iter_mut().for_each(|day| day.0 = true);
            seen[dark.clone()].iter_mut().for_each(|day| day.1 = true);
        }
        for (day, (broken, dark)) in days.iter_mut().zip(seen) {
            day.broken += u64::from(broken);
            day.dark += u64::from(dark);
        }
    }
    days
}

#[cfg(test)]
#[path = "story_tests.rs"]
mod tests;
