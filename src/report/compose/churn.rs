//! Who left, exposed against unexposed, retention, and the story of one failure, as lines of the report.

use super::Material;
use super::capability::estimate;
use super::integrations::{id, moment, name};
use crate::integrations::{ChurnedAccount, Contrast, Moment, RetentionCohort, StoryEvent, StoryEventKind};
use crate::report::{ChurnLine, ContrastLine, RetentionLine, StoryEventLine, StoryLine, rounded};
use crate::units::{Share, format};

pub(super) fn churned(material: Material) -> Vec<ChurnLine> {
    material.integrations.churn.accounts.iter().map(|account| churn_line(account, material)).collect()
}

fn churn_line(of: &ChurnedAccount, material: Material) -> ChurnLine {
    let episodes = || of.episodes.iter().filter_map(|&episode| material.integrations.episodes.get(episode));
    let ends: Option<Vec<_>> = episodes().map(|episode| episode.ended.map(Moment::middle)).collect();
    ChurnLine {
        account_id: of.account.clone(),
        account_name: of.name.clone(),
        segment: of.segment.clone(),
        arr: of.arr,
        churned_on: of.churned_on,
        kind: of.kind,
        stated_reason: of.stated_reason.clone(),
        capability: of.capability.map(|capability| id(capability, material)),
        dependence: of.dependence.map(Share::value).map(rounded),
        episodes: of.episodes.len(),
        broken_from: episodes().map(|episode| episode.began.middle()).min().map(moment),
        broken_until: ends.and_then(|ends| ends.into_iter().max()).map(moment),
        broken_hours: of.broken_hours.map(rounded),
        tickets: of.tickets,
        activity_left: of.activity_left.map(rounded),
    }
}

pub(super) fn contrasts(material: Material) -> Vec<ContrastLine> {
    let line = |of: &Contrast| ContrastLine {
        outcome: of.outcome.clone(),
        control: of.control,
        capability: of.capability.map(|capability| id(capability, material)),
        exposed: of.exposed,
        exposed_events: of.exposed_events,
        unexposed: of.unexposed,
        unexposed_events: of.unexposed_events,
        crude_ratio: estimate(of.crude_ratio),
        ratio: estimate(of.ratio),
        difference: estimate(of.difference),
        strata: of.strata,
        e_value: of.e_value.map(rounded),
        e_value_limit: of.e_value_limit.map(rounded),
    };
    material.integrations.churn.contrasts.iter().map(line).collect()
}

pub(super) fn retention(material: Material) -> Vec<RetentionLine> {
    let line = |of: &RetentionCohort| RetentionLine {
        cohort: of.cohort,
        accounts: of.accounts,
        opening_arr: of.opening_arr,
        expansion: of.expansion,
        contraction: of.contraction,
        churn: of.churn,
        nrr: estimate(of.nrr),
        grr: estimate(of.grr),
        logo_retention: estimate(of.logo_retention),
    };
    material.integrations.churn.cohorts.iter().map(line).collect()
}

pub(super) fn story(material: Material) -> Option<StoryLine> {
    let story = material.integrations.story.as_ref()?;
    let line = |event: &StoryEvent| StoryEventLine {
        at: moment(event.at),
        kind: event.kind,
        sentence: sentence(event, material),
        account_id: event.account.clone(),
        arr: event.arr,
    };
    Some(StoryLine {
        capability: id(story.capability, material),
        name: name(story.capability, material),
        accounts: story.days.iter().map(|day| day.broken).max().unwrap_or(0),
        dark_hours: rounded(story.dark_hours),
        lost_arr: story.lost_arr,
        events: story.events.iter().map(line).collect(),
    })
}

/// What happened, in a sentence; customer text stands in it as written and is escaped by whoever writes it down.
fn sentence(event: &StoryEvent, material: Material) -> String {
    let what = event.what.as_deref();
    let named = |sentence: &str| what.map_or_else(|| format!("{sentence}."), |what| format!("{sentence}: {what}."));
    let account = event.account.as_deref();
    match event.kind {
        StoryEventKind::Announced => named("The vendor announced a change"),
        StoryEventKind::Changed => named("The change took effect"),
        StoryEventKind::FirstFailure => "It first failed for a customer.".into(),
        StoryEventKind::FirstContact => named("The first customer wrote about it, ticket"),
        StoryEventKind::Detected => named("We knew, incident"),
        StoryEventKind::Acknowledged => "Somebody took it on.".into(),
        StoryEventKind::Restored => "It worked again for the last account.".into(),
        StoryEventKind::AccountLost => {
            let arr = event.arr.map(|arr| format!(", {} of ARR", format::money(arr, &material.settings.currency)));
            let known = material.facts.customers.iter().find(|customer| Some(customer.id.as_str()) == account);
            let shown = known.and_then(|customer| customer.name.as_deref()).or(account).unwrap_or("An account");
            format!("{shown} left{}.", arr.unwrap_or_default())
        }
    }
}
