//! `plan/plan.ics`: every stage as an event (RFC 5545), the same bytes for the same plan.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Trigger};

use crate::export::text::slug;
use crate::plan::StageKind;
use crate::report::{PaperRemoval, PaperStage, Papers};
use crate::units::visible::is_hidden;

/// Days ahead at which what must not be missed is called to mind.
const REMINDER_DAYS: i64 = 14;

/// The bytes of the file.
pub(super) fn bytes(papers: &Papers) -> Vec<u8> {
    let mut calendar = Calendar::empty();
    calendar.append_property(icalendar::Property::new("VERSION", "2.0"));
    calendar.append_property(icalendar::Property::new("PRODID", "-//Deadhead//Plan//EN"));
    calendar.append_property(icalendar::Property::new("CALSCALE", "GREGORIAN"));
    for removal in &papers.removals {
        let mut of_kind = std::collections::BTreeMap::new();
        for stage in &removal.stages {
            let number = of_kind.entry(stage.kind).or_insert(0_u32);
            *number += 1;
            calendar.push(event(papers, removal, stage, *number));
        }
    }
    calendar.to_string().into_bytes()
}

fn event(papers: &Papers, removal: &PaperRemoval, stage: &PaperStage, number: u32) -> Event {
    let mut event = Event::new();
    let company = slug(if papers.company.is_empty() { "company" } else { &papers.company });
    let uid = format!("{}-{}-{number}@{}.deadhead", slug(&removal.id), stage.kind.as_str(), company.to_lowercase());
    event.uid(&uid);
    // The library would take the clock and a random name, for alarms as well.
    let stamp = DateTime::<Utc>::from_naive_utc_and_offset(papers.as_of.and_time(NaiveTime::MIN), Utc);
    event.timestamp(stamp);
    event.sequence(0);
    event.summary(&line(&format!("{}: {}", removal.about.name, stage.kind.as_str().replace('-', " "))));
    event.description(&line(&format!(
        "Removal of {} on {}. See plan/ in the report folder.",
        removal.about.name, removal.about.removed
    )));
    event.categories(["deprecation", stage.kind.as_str()]);
    if let Some((from, until)) = stage.window {
        let utc = |moment| DateTime::<Utc>::from_naive_utc_and_offset(moment, Utc);
        event.starts(utc(from)).ends(utc(until));
    } else {
        // The end of a day-long event is the day after its last.
        let last = if stage.kind == StageKind::DataKept { stage.until } else { stage.from };
        event.starts(stage.from).ends(last.checked_add_days(Days::new(1)).unwrap_or(last));
    }
    if matches!(stage.kind, StageKind::Announced | StageKind::Removed) {
        let trigger = Trigger::before_start(TimeDelta::days(REMINDER_DAYS));
        let mut alarm = Alarm::display(&line(&format!("{} in two weeks", removal.about.name)), trigger);
        alarm.timestamp(stamp);
        alarm.uid(&format!("reminder-{uid}"));
        event.alarm(alarm);
    }
    event.done()
}

/// The text on one line, without what is not seen.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_hidden(c) { ' ' } else { c }).collect()
}
