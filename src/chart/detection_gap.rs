//! The failures of the period on one time axis: how long each was in the dark, and who saw it first.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};

use super::marks::{self, Form};
use super::scene::{Anchor, Scene, cut};
use super::theme::{BLUE, Dash, INK, MUTED, ROW, SMALL, VERMILION, WIDTH};
use super::timeline::Timeline;
use super::{Chart, DataTable, Subject};
use crate::integrations::{Detector, Failure, hours_between};
use crate::units::format;

const NAMES: i32 = 216;
const AREA: (i32, i32) = (228, 700);
const SEEN: i32 = 748;
const HOURS: i32 = 940;
const TOP: i32 = 84;

/// The timeline; `None` when no failure that counts began in the period.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let now = subject.facts.as_of.succ_opt()?.and_time(NaiveTime::MIN);
    let all: Vec<&Failure> = subject.integrations.failures.iter().filter(|failure| belongs(subject, failure)).collect();
    let mut worst = all.clone();
    worst.sort_by(|a, b| {
        let order = b.dark_hours.total_cmp(&a.dark_hours);
        order.then_with(|| (a.began, a.capability, &a.incident_id).cmp(&(b.began, b.capability, &b.incident_id)))
    });
    worst.truncate(subject.settings.top);
    let first = worst.iter().map(|failure| failure.began.earliest).min()?;
    let last = worst.iter().map(|failure| failure.resolved_at.unwrap_or(now)).max()?;
    // Whole days, so that a short failure has a date too.
    let after = (last - TimeDelta::milliseconds(1)).max(first).date().succ_opt()?;
    let time = Timeline::of_days(first.date(), after, AREA);
    let bottom = TOP + ROW * i32::try_from(worst.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 40);
    legend(&mut scene);
    time.grid(&mut scene, (TOP - 6, bottom));
    for (row, failure) in (0..).zip(&worst) {
        let y = TOP + ROW * row + ROW / 2;
        scene.text((NAMES, y), cut(&title(subject, failure), 25), Anchor::End);
        bar(&mut scene, failure, (time, now), y);
        let (form, word) = sign(failure);
        if let Some(form) = form {
            marks::mark(&mut scene, (SEEN - 14, y), (form, 5), INK, true);
        }
        scene.text((SEEN, y), word, Anchor::Start);
        scene.styled((HOURS, y), format::decimal(failure.dark_hours), Anchor::End, (SMALL, INK, true));
    }
    let rest = all.len() - worst.len();
    let shortened = if rest > 0 {
        format!(" {} with less of it are not drawn.", format::counted(rest as u64, "failure"))
    } else {
        String::new()
    };
    Some(Chart {
        id: "detection-gap",
        title: "How long nobody knew".into(),
        finding: finding(&all),
        note: format!(
            "Failures that count and began in the period, most account-hours in the dark first. The thin grey part is the interval in which it began, between the last good run and the first bad one; the thick part is the time in the dark, up to the first sign that anybody had; the thin blue part is the repair. The upright stroke is the first sign; who had it stands at the right. An arrow: still open on the as-of date.{shortened}"
        ),
        table: table(subject, &worst, now),
        scene,
    })
}

fn belongs(subject: Subject, failure: &Failure) -> bool {
    let began = failure.began.middle().date();
    failure.counts && subject.facts.period.contains(began) && began <= subject.facts.as_of
}

fn title(subject: Subject, failure: &Failure) -> String {
    let name = subject.name(failure.capability);
    match (&failure.incident_id, failure.accounts) {
        (Some(id), _) => format!("{}, {id}", cut(name, 15)),
        (None, Some(accounts)) => format!("{}, {}", cut(name, 13), format::counted(accounts, "account")),
        (None, None) => name.to_owned(),
    }
}

/// Form and word for who saw it first.
fn sign(failure: &Failure) -> (Option<Form>, &'static str) {
    match (failure.detected_at, failure.detected_by) {
        (None, _) => (None, "nobody"),
        (_, Some(Detector::Monitor)) => (Some(Form::Circle), "monitor"),
        (_, Some(Detector::Customer)) => (Some(Form::Diamond), "customer"),
        (_, Some(Detector::Vendor)) => (Some(Form::Square), "vendor"),
        (_, Some(Detector::Employee)) => (Some(Form::Triangle), "one of us"),
        (_, None) => (Some(Form::Cross), "not said"),
    }
}

fn bar(scene: &mut Scene, failure: &Failure, (time, now): (Timeline, NaiveDateTime), y: i32) {
    let ended = failure.resolved_at.unwrap_or(now);
    let seen = failure.detected_at.unwrap_or(ended).clamp(failure.began.latest.min(ended), ended);
    let (early, late) = (time.at(failure.began.earliest), time.at(failure.began.latest));
    if late > early {
        scene.rect((early, y - 3), (late, y + 3), MUTED);
    }
    let (from, known, to) = (late, time.at(seen), time.at(ended));
    // What is shorter than a pixel still is seen.
    if ended > seen {
        scene.rect((known, y - 3), (to.max(known + 2), y + 3), BLUE);
    }
    if seen > failure.began.latest {
        scene.rect((from, y - 9), (known.max(from + 2), y + 9), VERMILION);
    }
    if failure.resolved_at.is_none() {
        let color = if failure.detected_at.is_some() { BLUE } else { VERMILION };
        scene.line(vec![(to + 3, y - 8), (to + 12, y), (to + 3, y + 8)], color, 3, Dash::Solid);
    }
    if failure.detected_at.is_some() {
        scene.line(vec![(known, y - 11), (known, y + 11)], INK, 2, Dash::Solid);
    }
}

fn legend(scene: &mut Scene) {
    let y = 24;
    scene.rect((AREA.0, y - 3), (AREA.0 + 24, y + 3), MUTED);
    scene.note((AREA.0 + 30, y), "began in here", Anchor::Start);
    scene.rect((AREA.0 + 140, y - 9), (AREA.0 + 164, y + 9), VERMILION);
    scene.note((AREA.0 + 170, y), "in the dark", Anchor::Start);
    scene.rect((AREA.0 + 262, y - 3), (AREA.0 + 286, y + 3), BLUE);
    scene.note((AREA.0 + 292, y), "known, not yet mended", Anchor::Start);
    scene.note((SEEN - 20, TOP - 38), "seen first by", Anchor::Start);
    scene.note((HOURS, TOP - 38), "account-hours", Anchor::End);
    scene.note((HOURS, TOP - 20), "in the dark", Anchor::End);
}

fn finding(all: &[&Failure]) -> String {
    let by = |who: fn(&Failure) -> bool| all.iter().filter(|failure| who(failure)).count() as u64;
    let dark: f64 = all.iter().map(|failure| failure.dark_hours).sum();
    let broken: f64 = all.iter().map(|failure| failure.broken_hours).sum();
    let share = if broken > 0.0 {
        format!(", {} of the {} broken ones", format::percent(dark / broken), format::decimal(broken))
    } else {
        String::new()
    };
    format!(
        "Of {} a customer saw {} first, a monitor {}, others {}, and nobody {}; {} account-hours passed in the dark{share}.",
        format::counted(all.len() as u64, "failure"),
        format::count(by(|failure| failure.detected_at.is_some() && failure.detected_by == Some(Detector::Customer))),
        format::count(by(|failure| failure.detected_at.is_some() && failure.detected_by == Some(Detector::Monitor))),
        format::count(by(|failure| {
            let first = [Some(Detector::Customer), Some(Detector::Monitor)];
            failure.detected_at.is_some() && !first.contains(&failure.detected_by)
        })),
        format::count(by(|failure| failure.detected_at.is_none())),
        format::decimal(dark)
    )
}

fn table(subject: Subject, worst: &[&Failure], now: NaiveDateTime) -> DataTable {
    let moment = |at: Option<NaiveDateTime>, none: &str| {
        at.map_or_else(|| none.to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
    };
    let row = |failure: &&Failure| {
        let ended = failure.resolved_at.unwrap_or(now);
        vec![
            subject.name(failure.capability).to_owned(),
            failure.incident_id.clone().unwrap_or_else(|| format::UNKNOWN.into()),
            moment(Some(failure.began.earliest), ""),
            moment(Some(failure.began.latest), ""),
            moment(failure.detected_at, "never"),
            sign(failure).1.to_owned(),
            moment(failure.resolved_at, "open"),
            format::decimal(hours_between(failure.began.middle(), ended)),
            failure.accounts.map_or_else(|| format::UNKNOWN.to_owned(), format::count),
            format::decimal(failure.broken_hours),
            format::decimal(failure.dark_hours),
        ]
    };
    DataTable::new(
        &[
            "Integration",
            "Incident",
            "Began from",
            "Began to",
            "Seen",
            "By",
            "Ended",
            "Hours",
            "Accounts",
            "Account-hours broken",
            "Account-hours in the dark",
        ],
        worst.iter().map(row).collect(),
    )
}
