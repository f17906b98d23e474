//! The plan on one time axis: the stages of every removal, from the first word to customers to the day on which its effect is verified.

use chrono::NaiveDate;

use super::marks::{self, Form};
use super::scene::{Anchor, Scene, cut};
use super::theme::{AMBER, BLUE, Color, Dash, GREEN, GRID, INK, PAPER, ROW, SHADE, SKY, SMALL, SOFT, VERMILION, WIDTH};
use super::timeline::Timeline;
use super::{Chart, DataTable, Subject, render};
use crate::plan::{Plan, Removal, StageKind};
use crate::units::{Month, format};

const NAMES: i32 = 214;
const AREA: (i32, i32) = (232, 930);
const TOP: i32 = 86;

/// What lasts, with its colour and half of its height: the heavier, the higher, so that no meaning hangs on colour alone.
const BARS: [(StageKind, &str, Color, i32); 4] = [
    (StageKind::Announced, "announced", SKY, 3),
    (StageKind::ClosedToNewUse, "closed to new use", BLUE, 5),
    (StageKind::Warnings, "warnings at use", AMBER, 7),
    (StageKind::ReadOnly, "read only", VERMILION, 9),
];

/// The chart; `None` where nothing is removed.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let plan = subject.plan?;
    let drawn = &plan.chosen[..plan.chosen.len().min(subject.settings.top)];
    let as_of = subject.facts.as_of;
    let last = drawn.iter().flat_map(|removal| &removal.stages).map(|stage| stage.until).chain([as_of]).max()?;
    let time = Timeline::of_days(as_of, Month::of(last).plus(1).first_day(), AREA);
    let bottom = TOP + ROW * i32::try_from(drawn.len()).ok().filter(|rows| *rows > 0)?;
    let mut scene = Scene::new(WIDTH, bottom + 48);
    let closed = plan.calendar.closed_spans(as_of, last);
    legend(&mut scene, drawn, !closed.is_empty());
    for (from, until) in closed {
        let end = time.day(until.succ_opt().unwrap_or(until));
        scene.rect((time.day(from), TOP), (end, bottom), SHADE);
    }
    time.grid(&mut scene, (TOP, bottom));
    scene.line(vec![(AREA.0, TOP), (AREA.0, bottom)], INK, 2, Dash::Long);
    scene.note((AREA.0, bottom + 34), "as-of date", Anchor::Middle);
    for (row, removal) in (0..).zip(drawn) {
        line(&mut scene, subject, time, removal, TOP + ROW * row);
    }
    let rest = (plan.chosen.len() - drawn.len()) as u64;
    let rest = match rest {
        0 => String::new(),
        rest => format!(" {} later had no room and stand in the table.", format::counted(rest, "removal")),
    };
    Some(Chart {
        id: "plan-gantt",
        title: "The stages of every removal".into(),
        finding: finding(subject, plan),
        note: format!(
            "One row a removal, the soonest first. A bar grows higher with what it takes away: customers are told, nobody new can take it up, who uses it is warned, it can be read and no longer changed. The cross is the day on which it is gone, with its date; the dotted line after it is the time for which its data are kept, the ring the day on which its effect is verified.{rest}"
        ),
        table: table(subject, plan),
        scene,
    })
}

/// The signs that are drawn, with their names, in two lines.
fn legend(scene: &mut Scene, drawn: &[Removal], closed: bool) {
    let has = |kind: StageKind| drawn.iter().any(|removal| removal.starts(kind).is_some());
    let mut x = 24;
    for (kind, name, color, half) in BARS.into_iter().filter(|(kind, ..)| has(*kind)) {
        let _ = kind;
        scene.rect((x, 22 - half), (x + 24, 22 + half), color);
        scene.note((x + 32, 22), name, Anchor::Start);
        x += 56 + render::text_width(name, SMALL);
    }
    let mut x = 24;
    let signs = [
        (has(StageKind::Brownout), Form::Triangle, INK, true, "brownout"),
        (true, Form::Cross, INK, true, "removed"),
        (has(StageKind::Verified), Form::Circle, GREEN, false, "verified"),
        (drawn.iter().any(|removal| removal.demanded_by.is_some()), Form::Wedge, VERMILION, true, "must be gone by"),
    ];
    for (_, form, color, filled, name) in signs.into_iter().filter(|(shown, ..)| *shown) {
        marks::mark(scene, (x + 6, 46), (form, 5), color, filled);
        scene.note((x + 20, 46), name, Anchor::Start);
        x += 44 + render::text_width(name, SMALL);
    }
    if closed {
        scene.rect((x, 38), (x + 14, 54), SHADE);
        scene.note((x + 20, 46), "closed: nothing changes for customers", Anchor::Start);
    }
}

fn line(scene: &mut Scene, subject: Subject, time: Timeline, removal: &Removal, top: i32) {
    let y = top + ROW / 2;
    scene.line(vec![(16, top + ROW), (AREA.1, top + ROW)], GRID, 1, Dash::Solid);
    scene.text((NAMES, y), cut(subject.name(removal.capability), 26), Anchor::End);
    let end = |day: NaiveDate| time.day(day.succ_opt().unwrap_or(day));
    for (kind, _, color, half) in BARS {
        for stage in removal.stages.iter().filter(|stage| stage.kind == kind) {
            let (from, to) = (time.day(stage.from), end(stage.until));
            scene.rect((from, y - half), (to.max(from + 1), y + half), color);
        }
    }
    let gone = time.day(removal.removed_on());
    if let Some(kept) = removal.stages.iter().find(|stage| stage.kind == StageKind::DataKept) {
        scene.line(vec![(gone, y), (end(kept.until), y)], SOFT, 2, Dash::Dotted);
    }
    let date = removal.removed_on().to_string();
    let width = render::text_width(&date, SMALL);
    let from = if gone + 14 + width < AREA.1 { gone + 10 } else { gone - 12 - width };
    // On paper of its own, so that no line runs through it.
    scene.rect((from, y - 8), (from + width + 4, y + 8), PAPER);
    scene.note((from + 2, y), date, Anchor::Start);
    for stage in &removal.stages {
        match stage.kind {
            StageKind::Brownout => {
                let at = stage.window.map_or_else(|| time.day(stage.from), |(from, _)| time.at(from));
                marks::mark(scene, (at, y + 8), (Form::Triangle, 5), INK, true);
            }
            StageKind::Verified => marks::mark(scene, (time.day(stage.from), y), (Form::Circle, 5), GREEN, false),
            _ => {}
        }
    }
    marks::mark(scene, (gone, y), (Form::Cross, 6), INK, true);
    if let Some(by) = removal.demanded_by {
        let x = time.day(by);
        scene.line(vec![(x, top + 2), (x, top + ROW - 2)], VERMILION, 2, Dash::Solid);
        marks::mark(scene, (x, top + 7), (Form::Wedge, 5), VERMILION, true);
    }
}

fn finding(subject: Subject, plan: &Plan) -> String {
    let told = plan.chosen.iter().filter_map(|removal| removal.starts(StageKind::Announced)).min();
    let told = told.map_or_else(String::new, |day| format!(" The first customers are told on {day}."));
    let (first, last) = (plan.chosen.first(), plan.chosen.last());
    let when = match (first, last) {
        (Some(first), Some(last)) if plan.chosen.len() > 1 => {
            format!(
                "from {} on {} to {} on {}",
                subject.name(first.capability),
                first.removed_on(),
                subject.name(last.capability),
                last.removed_on()
            )
        }
        (Some(only), _) => format!("{} on {}", subject.name(only.capability), only.removed_on()),
        _ => String::new(),
    };
    let demanded = plan.chosen.iter().filter(|removal| removal.demanded_by.is_some()).count() as u64;
    let demanded = match demanded {
        0 => String::new(),
        1 => " One has to be gone by a date that is not ours.".to_owned(),
        some => format!(" {} have to be gone by a date that is not ours.", format::count(some)),
    };
    format!("{}, {when}.{told}{demanded}", format::counted(plan.chosen.len() as u64, "removal"))
}

fn table(subject: Subject, plan: &Plan) -> DataTable {
    let day = |day: Option<NaiveDate>| day.map_or_else(|| format::UNKNOWN.to_owned(), |day| day.to_string());
    let row = |removal: &Removal| {
        let starts = |kind| day(removal.starts(kind));
        let brownouts: Vec<String> = removal
            .stages
            .iter()
            .filter_map(|stage| stage.window)
            .map(|(from, until)| format!("{}–{}", from.format("%Y-%m-%d %H:%M"), until.format("%H:%M")))
            .collect();
        let kept = removal.stages.iter().find(|stage| stage.kind == StageKind::DataKept).map(|stage| stage.until);
        vec![
            subject.name(removal.capability).to_owned(),
            removal.class.as_str().to_owned(),
            starts(StageKind::Announced),
            starts(StageKind::ClosedToNewUse),
            starts(StageKind::Warnings),
            if brownouts.is_empty() { format::UNKNOWN.to_owned() } else { brownouts.join(", ") },
            starts(StageKind::ReadOnly),
            removal.removed_on().to_string(),
            day(kept),
            starts(StageKind::Verified),
            day(removal.demanded_by),
        ]
    };
    DataTable::new(
        &[
            "Capability",
            "Class",
            "Announced",
            "Closed to new use",
            "Warnings",
            "Brownouts, UTC",
            "Read only",
            "Removed",
            "Data kept until",
            "Verified",
            "Must be gone by",
        ],
        plan.chosen.iter().map(row).collect(),
    )
}
