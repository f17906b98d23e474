//! `plan/plan.ics`: the stages as a calendar (RFC 5545).
//!
//! Days are all-day events, whose end is the day after; brownouts are timed in UTC; what lasts until the next stage stands on its first
//! day, and only read-only over its whole span. No clock and no lot: the stamp is the as-of date, the ids are made of what the event is.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property};

use crate::export::text::{clipped, slug};
use crate::plan::StageKind;
use crate::report::{PaperStage, Papers, RemovalPapers};
use crate::units::visible::visible;

/// Days before an event on which it is called to mind.
const REMINDED_DAYS: i64 = 14;
/// Characters of a name.
const NAME: usize = 120;

/// The bytes of the calendar; `names` are those of the removals in file names.
pub fn bytes(papers: &Papers, names: &[String]) -> Vec<u8> {
    let company = papers.company.as_deref().unwrap_or("Portfolio");
    let stamp = papers.as_of.and_time(NaiveTime::MIN).and_utc();
    let host = format!("{}.deadhead", slug(&company.to_lowercase()));
    let mut calendar = Calendar::new();
    calendar.properties = vec![
        Property::new("VERSION", "2.0"),
        Property::new("PRODID", "-//deadhead//plan//EN"),
        Property::new("CALSCALE", "GREGORIAN"),
        Property::new("METHOD", "PUBLISH"),
        Property::new("NAME", text(&format!("{company}: removals"))),
        Property::new("X-WR-CALNAME", text(&format!("{company}: removals"))),
    ];
    for (of, name) in papers.removals.iter().zip(names) {
        let mut brownouts = 0;
        for line in &of.stages {
            let kind = line.stage.kind.as_str();
            let part = if line.stage.kind == StageKind::Brownout {
                brownouts += 1;
                format!("{kind}-{brownouts}")
            } else {
                kind.to_owned()
            };
            calendar.push(event(of, line, &Marks { uid: format!("{name}-{part}@{host}"), stamp }));
        }
        if let Some(by) = of.demanded_by {
            let mut last = Event::new();
            mark(&mut last, of, &Marks { uid: format!("{name}-demanded@{host}"), stamp });
            last.summary(&format!("{}: must be gone by today", clipped(&of.name, NAME)));
            days(&mut last, by, by);
            calendar.push(last.done());
        }
    }
    calendar.to_string().into_bytes()
}

/// A text as RFC 5545 escapes it (3.3.11), for the property that the library does not know.
fn text(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in visible(name).chars() {
        if matches!(c, '\\' | ',' | ';') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What tells an event from all others, and when it was made.
struct Marks {
    uid: String,
    stamp: DateTime<Utc>,
}

fn event(of: &RemovalPapers, line: &PaperStage, marks: &Marks) -> Event {
    let stage = &line.stage;
    let mut event = Event::new();
    mark(&mut event, of, marks);
    event.summary(&format!("{}: {}", clipped(&of.name, NAME), line.title));
    event.description(&format!("{}\nDone when: {}", line.work, line.exit));
    match (stage.window, stage.kind) {
        (Some((from, until)), _) => {
            event.starts(from.and_utc());
            event.ends(until.max(from + TimeDelta::hours(1)).and_utc());
        }
        (None, StageKind::ReadOnly) => days(&mut event, stage.from, stage.until),
        (None, StageKind::DataKept) => days(&mut event, stage.until, stage.until),
        (None, _) => days(&mut event, stage.from, stage.from),
    }
    if matches!(stage.kind, StageKind::Announced | StageKind::Removed) {
        let mut alarm =
            Alarm::display(&format!("{}: {}", clipped(&of.name, NAME), line.title), -TimeDelta::days(REMINDED_DAYS));
        // The library gives every component a stamp and an id, of the clock and of chance where there are none.
        alarm.timestamp(marks.stamp).uid(&format!("alarm-{}", marks.uid));
        // It writes days as seconds, which is allowed and read by few.
        alarm.add_property("TRIGGER", format!("-P{REMINDED_DAYS}D"));
        event.alarm(alarm);
    }
    event.done()
}

fn mark(event: &mut Event, of: &RemovalPapers, marks: &Marks) {
    event.uid(&marks.uid).timestamp(marks.stamp).sequence(0);
    event.categories(["Removal", of.class.as_str()]);
    // Days on which something is due do not make people busy.
    event.add_property("TRANSP", "TRANSPARENT");
}

/// From the first to the last day, whose end is the day after.
fn days(event: &mut Event, from: NaiveDate, until: NaiveDate) {
    event.starts(from);
    event.ends(until.max(from).checked_add_days(Days::new(1)).unwrap_or(until));
}
