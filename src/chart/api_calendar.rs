//! What vendors will change, on one time axis: when, how gravely, what hangs on it, and who has to follow.

use chrono::NaiveDate;

use super::marks::{self, Form};
use super::scene::{Anchor, Scene, cut};
use super::theme::{AMBER, Dash, GRID, INK, PAPER, ROW, SHADE, SMALL, SOFT, VERMILION, WIDTH};
use super::timeline::Timeline;
use super::{Chart, DataTable, Subject, render};
use crate::integrations::CalendarEntry;
use crate::units::{Month, format};

const NAMES: i32 = 296;
const AREA: (i32, i32) = (312, 940);
const TOP: i32 = 96;
/// Months ahead that are drawn: the first unless a change lies beyond it.
const AHEAD: [i32; 2] = [12, 18];
/// Rows of the table behind the chart; all of them stand in `tables/api_calendar.csv`.
const ROWS: usize = 200;

/// The calendar; `None` without a dated change in the months ahead.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let calendar = &subject.integrations.calendar;
    let this = Month::of(subject.facts.as_of);
    let dated: Vec<(usize, &CalendarEntry, NaiveDate)> = calendar
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| Some((index, entry, entry.effective_on?)))
        .filter(|(_, _, day)| Month::of(*day).since(this) <= AHEAD[1] && *day > subject.facts.as_of)
        .collect();
    let furthest = dated.last().map(|(_, _, day)| Month::of(*day).since(this))?;
    let months = if furthest <= AHEAD[0] { AHEAD[0] } else { AHEAD[1] };
    // Breaking changes keep their row when there are too many; then the sooner ones.
    let mut drawn = dated.clone();
    drawn.sort_by_key(|(index, entry, _)| (entry.breaking != Some(true), *index));
    drawn.truncate(subject.settings.top);
    drawn.sort_by_key(|(index, ..)| *index);
    let time = Timeline::of_days(subject.facts.as_of, this.plus(months + 1).first_day(), AREA);
    let bottom = TOP + ROW * i32::try_from(drawn.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 48);
    shades(&mut scene, subject, time, (bottom, this.plus(months)));
    legend(&mut scene, &dated);
    time.grid(&mut scene, (TOP, bottom));
    scene.line(vec![(AREA.0, TOP), (AREA.0, bottom)], INK, 2, Dash::Long);
    scene.note((AREA.0, bottom + 34), "as-of date", Anchor::Middle);
    for (row, (_, entry, day)) in (0..).zip(&drawn) {
        line(&mut scene, subject, (entry, time.day(*day)), TOP + ROW * row);
    }
    let undated = calendar.iter().filter(|entry| entry.effective_on.is_none()).count() as u64;
    let rest = (dated.len() - drawn.len()) as u64;
    let mut note = String::from(
        "One row a change, soonest first, its sign on the day from which it holds: filled breaks what was written before, open does not or does not say; the form is the kind. Beside it the ARR of the accounts behind it, or their number. Shaded months: several changes for one team.",
    );
    if rest > 0 {
        note = format!("{note} {} had no room; breaking ones go first.", format::counted(rest, "change"));
    }
    if undated > 0 {
        note = format!("{note} {} without a day: see the table.", format::counted(undated, "change"));
    }
    Some(Chart {
        id: "api-calendar",
        title: "What vendors will change".into(),
        finding: finding(subject, &dated, months),
        note,
        table: table(subject),
        scene,
    })
}

/// The form of a kind of change, and its name.
fn form(entry: &CalendarEntry) -> (Form, &'static str) {
    match entry.change.as_deref() {
        Some("shutdown") => (Form::Cross, "shutdown"),
        Some("auth") => (Form::Diamond, "authentication"),
        Some("endpoint") => (Form::Square, "endpoint"),
        Some("limit") => (Form::Wedge, "limit"),
        Some("pricing") => (Form::Triangle, "pricing"),
        Some("version") => (Form::Circle, "version"),
        _ => (Form::Circle, "not said"),
    }
}

fn legend(scene: &mut Scene, dated: &[(usize, &CalendarEntry, NaiveDate)]) {
    let mut kinds: Vec<(Form, &str)> = Vec::new();
    for (_, entry, _) in dated {
        let kind = form(entry);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.sort_by_key(|(_, name)| *name);
    let mut x = 24;
    for (form, name) in kinds {
        marks::mark(scene, (x, 22), (form, 6), INK, false);
        scene.note((x + 14, 22), name, Anchor::Start);
        x += 34 + render::text_width(name, SMALL);
    }
    x += 16;
    marks::mark(scene, (x, 22), (Form::Square, 6), VERMILION, true);
    scene.note((x + 14, 22), "filled: breaking", Anchor::Start);
}

/// The months in which a team has too many, with its name above.
fn shades(scene: &mut Scene, subject: Subject, time: Timeline, (bottom, last): (i32, Month)) {
    let collisions = subject.integrations.collisions.iter().filter(|collision| collision.month <= last);
    let collisions: Vec<_> = collisions.collect();
    for (place, together) in (0..).zip(collisions.chunk_by(|a, b| a.month == b.month)) {
        let month = together[0].month;
        let (from, to) = (time.day(month.first_day()), time.day(month.plus(1).first_day()));
        scene.rect((from, TOP), (to, bottom), SHADE);
        for x in [from, to] {
            scene.line(vec![(x, TOP), (x, bottom)], AMBER, 1, Dash::Dotted);
        }
        let teams: Vec<&str> = together.iter().map(|one| one.owner.as_deref().unwrap_or("no owner")).collect();
        let all: usize = together.iter().map(|one| one.entries.len()).sum();
        let words = format!("{all} at once: {}", cut(&teams.join(", "), 24));
        let (x, anchor) = if from > AREA.1 - 180 { (to, Anchor::End) } else { (from, Anchor::Start) };
        // Neighbouring months do not write over each other.
        let y = TOP - 14 - 18 * (place % 2);
        scene.styled((x, y), words, anchor, (SMALL, AMBER, true));
    }
}

fn line(scene: &mut Scene, subject: Subject, (entry, x): (&CalendarEntry, i32), top: i32) {
    let y = top + ROW / 2;
    scene.line(vec![(16, top + ROW), (AREA.1, top + ROW)], GRID, 1, Dash::Solid);
    scene.text((NAMES, y), cut(&title(entry), 34), Anchor::End);
    let breaking = entry.breaking == Some(true);
    let color = if breaking { VERMILION } else { SOFT };
    marks::mark(scene, (x, y), (form(entry).0, 7), color, breaking);
    let behind = match (entry.arr, entry.accounts) {
        (Some(arr), _) => subject.money(Some(arr)),
        (None, Some(accounts)) => format::counted(accounts, "account"),
        (None, None) => String::new(),
    };
    let owner = if entry.unowned { "no owner" } else { "" };
    let texts: Vec<&str> = [behind.as_str(), owner].into_iter().filter(|text| !text.is_empty()).collect();
    let text = texts.join(", ");
    let style = (SMALL, if entry.unowned { VERMILION } else { INK }, entry.unowned);
    if text.is_empty() {
        return;
    }
    let width = render::text_width(&text, SMALL) * if entry.unowned { 9 } else { 8 } / 8;
    let from = if x + 16 + width < AREA.1 { x + 14 } else { x - 18 - width };
    // On paper of its own, so that no line runs through it.
    scene.rect((from, y - 9), (from + width + 4, y + 9), PAPER);
    scene.styled((from + 2, y), text, Anchor::Start, style);
}

fn title(entry: &CalendarEntry) -> String {
    match entry.title.as_ref().or(entry.api.as_ref()) {
        Some(title) => format!("{}: {title}", cut(&entry.vendor, 16)),
        None => entry.vendor.clone(),
    }
}

fn finding(subject: Subject, dated: &[(usize, &CalendarEntry, NaiveDate)], months: i32) -> String {
    let breaking = dated.iter().filter(|(_, entry, _)| entry.breaking == Some(true)).count() as u64;
    let unowned = dated.iter().filter(|(_, entry, _)| entry.unowned).count() as u64;
    let next = dated.iter().find(|(_, entry, _)| entry.breaking == Some(true));
    let next = next.map_or_else(String::new, |(_, entry, day)| {
        let arr = entry.arr.map_or_else(String::new, |arr| format!(", with {} behind it", subject.money(Some(arr))));
        format!(" The next breaking one is {} on {day}{arr}.", title(entry))
    });
    format!(
        "{} in the {months} months ahead, {} of them breaking, {} without an owner.{next}",
        format::counted(dated.len() as u64, "dated change"),
        format::count(breaking),
        format::count(unowned)
    )
}

fn table(subject: Subject) -> DataTable {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| format::UNKNOWN.into());
    let row = |entry: &CalendarEntry| {
        let names: Vec<&str> = entry.capabilities.iter().map(|&capability| subject.name(capability)).collect();
        let breaking = match entry.breaking {
            Some(true) => "yes",
            Some(false) => "no",
            None => format::UNKNOWN,
        };
        vec![
            entry.effective_on.map_or_else(|| text(&entry.effective_version), |day| day.to_string()),
            entry.vendor.clone(),
            text(&entry.title.clone().or_else(|| entry.api.clone())),
            text(&entry.change),
            breaking.to_owned(),
            names.join(", "),
            entry.accounts.map_or_else(|| format::UNKNOWN.to_owned(), format::count),
            subject.money(entry.arr),
            if entry.owners.is_empty() { "none".to_owned() } else { entry.owners.join(", ") },
        ]
    };
    DataTable::new(
        &["Holds from", "Vendor", "Change", "Kind", "Breaking", "Integrations", "Accounts", "ARR", "Owner"],
        subject.integrations.calendar.iter().take(ROWS).map(row).collect(),
    )
}
