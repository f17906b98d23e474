//! How many times as often exposed accounts leave or shrink: a forest plot, with the controls that should show nothing.

use super::marks::{self, Form};
use super::scale::Scale;
use super::scene::{Anchor, Scene, cut};
use super::theme::{BLUE, Color, Dash, GRID, INK, SMALL, SOFT, TEXT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::integrations::Contrast;
use crate::units::{Estimate, format};

const NAMES: i32 = 232;
const COUNTS: i32 = 440;
const AREA: (i32, i32) = (456, 760);
const TOP: i32 = 66;
const LINE: i32 = 46;
const HEAD: i32 = 30;
/// How far the axis follows the longest interval beyond the points.
const REACH: f64 = 8.0;

/// The plot; `None` when no ratio is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let known = subject.integrations.churn.contrasts.iter().filter(|one| one.ratio.or(one.crude_ratio).is_some());
    let known: Vec<&Contrast> = known.collect();
    let part = |control: bool, single: bool| {
        let those =
            known.iter().filter(|one| one.control == control && (control || one.capability.is_some() == single));
        those.copied().collect::<Vec<_>>()
    };
    let mut single = part(false, true);
    single.sort_by_key(|one| (std::cmp::Reverse(one.exposed), one.capability));
    single.truncate(subject.settings.top);
    let parts = [
        ("All integrations together", part(false, false)),
        ("Churn by integration", single),
        ("Controls: 1× is expected", part(true, false)),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(_, rows)| !rows.is_empty()).collect();
    let rows = || parts.iter().flat_map(|(_, rows)| rows.iter().copied());
    let scale = Scale::logarithmic(range(rows())?, AREA);
    let lines = i32::try_from(rows().count()).ok()?;
    let bottom = TOP + HEAD * i32::try_from(parts.len()).ok()? + LINE * lines;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    axis(&mut scene, scale, bottom);
    let mut y = TOP;
    for (head, rows) in &parts {
        scene.styled((16, y + HEAD / 2), *head, Anchor::Start, (TEXT, INK, true));
        scene.line(vec![(16, y), (WIDTH - 16, y)], GRID, 1, Dash::Solid);
        y += HEAD;
        for row in rows {
            line(&mut scene, subject, row, scale, y + LINE / 2);
            y += LINE;
        }
    }
    Some(Chart {
        id: "churn-ratios",
        title: "Do accounts leave more often after a failure?".into(),
        finding: finding(&known),
        note: "Risk of exposed account-months (for contraction, of longer spans) over that of the others, with 95 % intervals, on a logarithmic scale; right of the line at 1× the exposed fare worse. The diamond compares like with like (Mantel–Haenszel over strata), the open circle all with all (crude); where they part, the groups differed before. An arrow means that the interval goes on. The controls can have no effect of failures: where they lie off the line, something else is at work. No experiment: an association.".into(),
        table: table(subject, &rows().collect::<Vec<_>>()),
        scene,
    })
}

/// The ends of the axis: most of every interval, with 1 in between; `None` without a ratio above 0.
fn range<'a>(rows: impl Iterator<Item = &'a Contrast>) -> Option<(f64, f64)> {
    let estimates: Vec<Estimate> = rows.flat_map(|row| [row.ratio, row.crude_ratio]).flatten().collect();
    if estimates.is_empty() {
        return None;
    }
    let points = || estimates.iter().map(|found| found.point).filter(|point| *point > 0.0 && point.is_finite());
    let (least, most) = (points().fold(1.0, f64::min), points().fold(1.0, f64::max));
    let low = estimates.iter().map(|found| found.low).filter(|low| *low > 0.0).fold(least, f64::min).max(least / REACH);
    let high = estimates.iter().map(|found| found.high).filter(|high| high.is_finite()).fold(most, f64::max);
    Some(((low * 0.9).min(0.5), (high.min(most * REACH) * 1.1).max(2.0)))
}

fn axis(scene: &mut Scene, scale: Scale, bottom: i32) {
    // Halves and doubles where there is room, else powers of ten.
    let wide = scale.at(2.0) - scale.at(1.0) >= 44;
    let steps: &[f64] = if wide { &[0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0] } else { &[0.01, 0.1, 1.0, 10.0, 100.0] };
    for &tick in steps {
        let x = scale.at(tick);
        // What lies beyond an end is held to it.
        if x <= AREA.0 || x >= AREA.1 {
            continue;
        }
        scene.line(vec![(x, TOP), (x, bottom)], GRID, 1, Dash::Solid);
        scene.note((x, bottom + 16), format::ratio(tick), Anchor::Middle);
    }
    scene.line(vec![(scale.at(1.0), TOP), (scale.at(1.0), bottom)], INK, 2, Dash::Long);
    scene.note((scale.at(1.0) + 8, bottom + 38), "exposed fare worse →", Anchor::Start);
    scene.note((scale.at(1.0) - 8, bottom + 38), "← better", Anchor::End);
    marks::mark(scene, (AREA.0 + 6, 20), (Form::Diamond, 6), VERMILION, true);
    scene.note((AREA.0 + 20, 20), "like with like (Mantel–Haenszel)", Anchor::Start);
    marks::mark(scene, (AREA.0 + 266, 20), (Form::Circle, 4), BLUE, false);
    scene.note((AREA.0 + 278, 20), "all with all (crude)", Anchor::Start);
    scene.note((COUNTS, 44), "events of account-months", Anchor::End);
    scene.note((AREA.1 + 16, 44), "ratio (95 % interval)", Anchor::Start);
}

/// What a row compares, in words.
fn title(subject: Subject, row: &Contrast) -> String {
    match row.capability {
        Some(capability) if !row.control => subject.name(capability).to_owned(),
        Some(capability) => format!("{}: {}", subject.name(capability), row.outcome),
        None => row.outcome.clone(),
    }
}

fn line(scene: &mut Scene, subject: Subject, row: &Contrast, scale: Scale, y: i32) {
    if let Some(capability) = row.capability.filter(|_| row.control) {
        scene.text((NAMES, y - 9), cut(&row.outcome, 26), Anchor::End);
        scene.note((NAMES, y + 9), cut(subject.name(capability), 28), Anchor::End);
    } else {
        scene.text((NAMES, y), cut(&title(subject, row), 26), Anchor::End);
    }
    let part = |events: u64, all: u64| format!("{} of {}", format::count(events), format::count(all));
    scene.note((COUNTS, y - 9), format!("exposed {}", part(row.exposed_events, row.exposed)), Anchor::End);
    scene.note((COUNTS, y + 9), format!("others {}", part(row.unexposed_events, row.unexposed)), Anchor::End);
    let shown = [(row.ratio, -9, VERMILION, true), (row.crude_ratio, 9, BLUE, false)];
    for (found, off, color, adjusted) in shown {
        let style = if adjusted { (SMALL, INK, true) } else { (SMALL, SOFT, false) };
        let text = found.map_or_else(|| format::UNKNOWN.to_owned(), |found| text(&found));
        scene.styled((AREA.1 + 16, y + off), text, Anchor::Start, style);
        if let Some(found) = found {
            interval(scene, &found, scale, y + off, (color, adjusted));
        }
    }
}

fn interval(scene: &mut Scene, found: &Estimate, scale: Scale, y: i32, (color, adjusted): (Color, bool)) {
    let (low, high) = (scale.at(found.low), if found.high.is_finite() { scale.at(found.high) } else { AREA.1 });
    let width = if adjusted { 3 } else { 1 };
    scene.line(vec![(low, y), (high, y)], color, width, Dash::Solid);
    // The scale holds what lies beyond its ends to them.
    if high >= AREA.1 {
        scene.line(vec![(high - 6, y - 5), (high, y), (high - 6, y + 5)], color, 2, Dash::Solid);
    }
    if low <= AREA.0 {
        scene.line(vec![(low + 6, y - 5), (low, y), (low + 6, y + 5)], color, 2, Dash::Solid);
    }
    let form = if adjusted { (Form::Diamond, 6) } else { (Form::Circle, 4) };
    marks::mark(scene, (scale.at(found.point), y), form, color, adjusted);
}

fn text(found: &Estimate) -> String {
    if found.high.is_finite() {
        format!("{} ({}–{})", format::ratio(found.point), format::ratio(found.low), format::ratio(found.high))
    } else {
        format!("{} (from {}, no end)", format::ratio(found.point), format::ratio(found.low))
    }
}

/// An interval whose upper end is that many times the lower one says little.
const WIDE: f64 = 10.0;

fn finding(known: &[&Contrast]) -> String {
    let main = known.iter().find(|one| !one.control && one.capability.is_none());
    let first = main.map_or_else(String::new, |one| {
        let found = one.ratio.or(one.crude_ratio);
        let how = if one.ratio.is_some() { "like with like" } else { "crude" };
        let ratio = found.map_or_else(String::new, |found| format!("{}, {how}", text(&found)));
        let sure = match found {
            Some(found) if found.low > 1.0 => "more often than the others",
            Some(found) if found.high < 1.0 => "less often than the others",
            _ => "no differently as far as the data can tell",
        };
        format!("Exposed accounts show {} {sure}: {ratio}. ", one.outcome)
    });
    let controls: Vec<&Contrast> = known.iter().copied().filter(|one| one.control).collect();
    let off = controls.iter().filter(|one| one.ratio.or(one.crude_ratio).is_some_and(|r| r.low > 1.0 || r.high < 1.0));
    let held = match (controls.len(), off.count()) {
        (0, _) => "No negative control could be computed.".to_owned(),
        (all, 0) => {
            let wide =
                |one: &&Contrast| one.ratio.or(one.crude_ratio).is_none_or(|r| r.high > WIDE * r.low.max(1.0 / WIDE));
            let but = if controls.iter().all(wide) { ", but is too wide to reassure" } else { "" };
            format!("Of {} every interval holds 1, as it should{but}.", format::counted(all as u64, "negative control"))
        }
        (all, off) => format!(
            "{} of {} shows an effect where none can be: something else is at work.",
            format::count(off as u64),
            format::counted(all as u64, "negative control")
        ),
    };
    first + &held
}

fn table(subject: Subject, rows: &[&Contrast]) -> DataTable {
    let ratio = |found: Option<Estimate>| found.map_or_else(|| format::UNKNOWN.to_owned(), |found| text(&found));
    let row = |one: &&Contrast| {
        vec![
            title(subject, one),
            one.outcome.clone(),
            if one.control { "control".into() } else { String::from("comparison") },
            format::count(one.exposed),
            format::count(one.exposed_events),
            format::count(one.unexposed),
            format::count(one.unexposed_events),
            ratio(one.crude_ratio),
            ratio(one.ratio),
            format::count(one.strata),
            one.e_value.map_or_else(|| format::UNKNOWN.to_owned(), format::decimal),
        ]
    };
    DataTable::new(
        &[
            "Compared",
            "Outcome",
            "Kind",
            "Exposed",
            "With the outcome",
            "Others",
            "With the outcome",
            "Crude ratio",
            "Mantel–Haenszel ratio",
            "Strata",
            "E-value",
        ],
        rows.iter().map(row).collect(),
    )
}
