//! The plan on one time axis: every removal with its stages, the days that vendors demand, the closed days.

use super::marks::{self, Form};
use super::scene::{Anchor, Scene, cut};
use super::theme::{AMBER, BLUE, Color, Dash, GREEN, GRID, INK, PALE, ROW, SKY, SMALL, VERMILION, WIDTH};
use super::timeline::Timeline;
use super::{Chart, DataTable, Subject, render};
use crate::plan::{Plan, Removal, Stage, StageKind};
use crate::units::{Month, format};

const NAMES: i32 = 262;
const AREA: (i32, i32) = (276, 930);
const TOP: i32 = 62;

/// Stages that are drawn as bars, with their colours.
const BARS: [(StageKind, &str, Color); 4] = [
    (StageKind::Announced, "announced", PALE),
    (StageKind::ClosedToNewUse, "closed to new use", SKY),
    (StageKind::Warnings, "warnings at use", BLUE),
    (StageKind::ReadOnly, "read-only", AMBER),
];

/// The Gantt chart; `None` where nothing is removed.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let plan = subject.plan?;
    let (first, last) = (plan.chosen.first()?, plan.chosen.last()?);
    let drawn: Vec<&Removal> = plan.chosen.iter().take(subject.settings.top).collect();
    let until = Month::of(last.removed_on()).plus(2).first_day();
    let time = Timeline::of_days(subject.facts.as_of, until, AREA);
    let bottom = TOP + ROW * i32::try_from(drawn.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 48);
    legend(&mut scene, plan);
    time.grid(&mut scene, (TOP, bottom));
    scene.line(vec![(AREA.0, TOP), (AREA.0, bottom)], INK, 2, Dash::Long);
    scene.note((AREA.0, bottom + 34), "as-of date", Anchor::Middle);
    for (row, removal) in (0..).zip(&drawn) {
        line(&mut scene, subject, (removal, time), TOP + ROW * row);
    }
    let rest = (plan.chosen.len() - drawn.len()) as u64;
    let mut note = String::from(
        "One row a removal, the soonest first. Bars are the stages up to the removal; up to then it can be called off. Circles are brownouts, in which it does not work for some hours.",
    );
    if rest > 0 {
        note = format!("{note} {} had no room.", format::counted(rest, "removal"));
    }
    let finding = format!(
        "{} between {} and {}; the first announcement is on {}.",
        format::counted(plan.chosen.len() as u64, "removal"),
        first.removed_on(),
        last.removed_on(),
        plan.chosen.iter().filter_map(|of| of.starts(StageKind::Announced)).min().unwrap_or(subject.facts.as_of)
    );
    Some(Chart {
        id: "plan-gantt",
        title: "The plan in time".into(),
        finding,
        note,
        table: table(subject, plan),
        scene,
    })
}

fn legend(scene: &mut Scene, plan: &Plan) {
    let has = |kind: StageKind| plan.chosen.iter().any(|of| of.starts(kind).is_some());
    let mut x = 24;
    for (_, name, color) in BARS.iter().filter(|(kind, ..)| has(*kind)) {
        scene.rect((x - 6, 16), (x + 6, 28), *color);
        scene.note((x + 14, 22), *name, Anchor::Start);
        x += 34 + render::text_width(name, SMALL);
    }
    let demanded = plan.chosen.iter().any(|of| of.demanded_by.is_some());
    let marks = [
        (has(StageKind::Brownout), Form::Circle, VERMILION, "brownout"),
        (true, Form::Diamond, INK, "removed"),
        (has(StageKind::Verified), Form::Triangle, GREEN, "verified"),
        (demanded, Form::Cross, VERMILION, "must be gone"),
    ];
    for (_, form, color, name) in marks.into_iter().filter(|(is_drawn, ..)| *is_drawn) {
        marks::mark(scene, (x, 22), (form, 6), color, true);
        scene.note((x + 14, 22), name, Anchor::Start);
        x += 34 + render::text_width(name, SMALL);
    }
}

fn line(scene: &mut Scene, subject: Subject, (removal, time): (&Removal, Timeline), top: i32) {
    let y = top + ROW / 2;
    scene.line(vec![(16, top + ROW), (AREA.1, top + ROW)], GRID, 1, Dash::Solid);
    scene.text((NAMES, y), cut(subject.name(removal.capability), 30), Anchor::End);
    let bar = |stage: &&Stage| BARS.iter().find(|(kind, ..)| *kind == stage.kind).map(|(.., color)| *color);
    for (stage, color) in removal.stages.iter().filter_map(|stage| Some((stage, bar(&stage)?))) {
        let (from, until) = (time.day(stage.from), time.day(stage.until.succ_opt().unwrap_or(stage.until)));
        scene.rect((from, y - 8), (until.max(from + 1), y + 8), color);
    }
    if let Some(by) = removal.demanded_by {
        marks::mark(scene, (time.day(by), y), (Form::Cross, 6), VERMILION, true);
    }
    for stage in &removal.stages {
        let at = (time.day(stage.from), y);
        match stage.kind {
            StageKind::Brownout => marks::mark(scene, at, (Form::Circle, 5), VERMILION, true),
            StageKind::Removed => marks::mark(scene, at, (Form::Diamond, 7), INK, true),
            StageKind::Verified => marks::mark(scene, at, (Form::Triangle, 6), GREEN, true),
            _ => {}
        }
    }
}

fn table(subject: Subject, plan: &Plan) -> DataTable {
    let rows = plan.chosen.iter().flat_map(|removal| {
        let name = subject.name(removal.capability).to_owned();
        let row = move |stage: &Stage| {
            let when = stage.window.map_or_else(String::new, |(from, until)| {
                format!("{} to {} UTC", from.format("%H:%M"), until.format("%H:%M"))
            });
            vec![name.clone(), stage.kind.as_str().to_owned(), stage.from.to_string(), stage.until.to_string(), when]
        };
        removal.stages.iter().map(row).collect::<Vec<_>>()
    });
    DataTable::new(&["capability", "stage", "from", "until", "hours"], rows.collect())
}
