//! Disproportion of the candidates against every base of use: whether the verdict hangs on what use is counted in.

use super::scale::Scale;
use super::scene::{Anchor, Scene, Shape, cut};
use super::theme::{Color, Dash, GRID, INK, LINES, ROW, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::config::UsageShareOf;
use crate::decide::Decision;
use crate::metrics::CapabilityFacts;
use crate::units::{Estimate, format};

const NAMES: i32 = 224;
const AREA: (i32, i32) = (240, 930);
const TOP: i32 = 76;
const OF: [UsageShareOf; 4] =
    [UsageShareOf::ActiveDays, UsageShareOf::ActiveUsers, UsageShareOf::Events, UsageShareOf::Arr];

/// The dots; `None` when no candidate has a disproportion against two bases.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let several = |facts: &CapabilityFacts| OF.iter().filter(|of| against(facts, **of).is_some()).count() >= 2;
    let lines: Vec<(&Decision, &CapabilityFacts)> = subject.candidates().filter(|(_, facts)| several(facts)).collect();
    let ratios: Vec<f64> = lines
        .iter()
        .flat_map(|(_, facts)| OF.iter().filter_map(|of| Some(against(facts, *of)?.point)))
        .filter(|ratio| *ratio > 0.0)
        .collect();
    let (low, high) =
        (ratios.iter().copied().fold(f64::INFINITY, f64::min), ratios.iter().copied().fold(0.0, f64::max));
    if high <= 0.0 {
        return None;
    }
    let row_height = ROW + 14;
    let bottom = TOP + row_height * i32::try_from(lines.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    // Most of every interval, but not so much of the longest that the others shrink to a point.
    let ends = || lines.iter().flat_map(|(_, facts)| OF.iter().filter_map(|of| against(facts, *of)));
    let lowest = ends().map(|found| found.low).filter(|end| *end > 0.0).fold(low, f64::min).max(low / 4.0);
    let highest = ends().map(|found| found.high).filter(|end| end.is_finite()).fold(high, f64::max).min(high * 4.0);
    let range = ((lowest * 0.8).min(0.5), (highest * 1.25).max(2.0));
    let scale = Scale::logarithmic(range, AREA);
    legend(&mut scene);
    for tick in scale.ticks() {
        scene.line(vec![(scale.at(tick), TOP - 6), (scale.at(tick), bottom)], GRID, 1, Dash::Solid);
        scene.note((scale.at(tick), bottom + 16), format::ratio(tick), Anchor::Middle);
    }
    scene.note((i32::midpoint(AREA.0, AREA.1), bottom + 38), "cost share ÷ usage share", Anchor::Middle);
    let line = scale.at(subject.settings.disproportion_above);
    scene.line(vec![(line, TOP - 6), (line, bottom)], INK, 2, Dash::Long);
    for (row, (decision, facts)) in (0..).zip(&lines) {
        let y = TOP + row_height * row + row_height / 2;
        if row > 0 {
            scene.line(vec![(AREA.0, y - row_height / 2), (AREA.1, y - row_height / 2)], GRID, 1, Dash::Solid);
        }
        scene.text((NAMES, y), format!("{}  {}", decision.rank, cut(&facts.capability.name, 22)), Anchor::End);
        for (place, of) in (0..).zip(OF) {
            if let Some(found) = against(facts, of) {
                dot(&mut scene, (scale, range), (y + 8 * place - 12, place), &found);
            }
        }
    }
    Some(Chart {
        id: "disproportion-by-base",
        title: "Out of proportion to which use?".into(),
        finding: finding(subject, &lines),
        note: "Cost share over usage share, with use counted in account-days, users, events and ARR of the users, each with its 95 % interval, on a logarithmic scale; an arrow means that the interval goes on. Right of the broken line it costs more than its part. Where the four disagree, the grade depends on what is counted.".into(),
        table: table(&lines),
        scene,
    })
}

fn against(facts: &CapabilityFacts, of: UsageShareOf) -> Option<Estimate> {
    facts.bases.iter().find(|base| base.of == of)?.disproportion
}

fn colour(place: i32) -> Color {
    usize::try_from(place).ok().and_then(|place| LINES.get(place)).map_or(INK, |(color, _)| *color)
}

fn legend(scene: &mut Scene) {
    let mut x = AREA.0;
    for (place, of) in (0..).zip(OF) {
        mark(scene, (x + 6, 30), place);
        scene.note((x + 20, 30), of.label(), Anchor::Start);
        x += 150;
    }
}

/// A sign of its own for every base, so that no meaning hangs on colour alone.
fn mark(scene: &mut Scene, at: (i32, i32), place: i32) {
    let color = colour(place);
    let (x, y) = at;
    match place {
        0 => scene.shapes.push(Shape::Diamond { at, radius: 5, color }),
        1 => scene.shapes.push(Shape::Circle { at, radius: 4, color, opacity: 1.0, outline: color }),
        2 => scene.rect((x - 4, y - 4), (x + 4, y + 4), color),
        _ => {
            scene.line(vec![(x - 4, y - 4), (x + 4, y + 4)], color, 2, Dash::Solid);
            scene.line(vec![(x - 4, y + 4), (x + 4, y - 4)], color, 2, Dash::Solid);
        }
    }
}

fn dot(scene: &mut Scene, (scale, range): (Scale, (f64, f64)), (y, place): (i32, i32), found: &Estimate) {
    scene.line(vec![(scale.at(found.low), y), (scale.at(found.high), y)], colour(place), 1, Dash::Solid);
    let mut arrow = |at: i32, back: i32| {
        scene.line(vec![(at + back, y - 3), (at, y), (at + back, y + 3)], colour(place), 1, Dash::Solid);
    };
    if found.high > range.1 {
        arrow(AREA.1, -5);
    }
    if found.low < range.0 {
        arrow(AREA.0, 5);
    }
    mark(scene, (scale.at(found.point), y), place);
}

fn finding(subject: Subject, lines: &[(&Decision, &CapabilityFacts)]) -> String {
    let line = subject.settings.disproportion_above;
    let split = |facts: &CapabilityFacts| {
        let sides: Vec<bool> = OF.iter().filter_map(|of| Some(against(facts, *of)?.point > line)).collect();
        sides.contains(&true) && sides.contains(&false)
    };
    let names: Vec<&str> =
        lines.iter().filter(|(_, facts)| split(facts)).map(|(_, facts)| facts.capability.name.as_str()).collect();
    if names.is_empty() {
        return format!(
            "All {} shown lie on the same side of the line whatever use is counted in.",
            format::counted(lines.len() as u64, "candidate")
        );
    }
    format!("On which side of the line it lies depends on the base of use for {}.", names.join(", "))
}

fn table(lines: &[(&Decision, &CapabilityFacts)]) -> DataTable {
    let shown = |found: Option<Estimate>| match found {
        None => format::UNKNOWN.to_owned(),
        Some(found) => {
            let high = if found.high.is_finite() { format::ratio(found.high) } else { "no upper end".into() };
            format!("{} ({}–{high})", format::ratio(found.point), format::ratio(found.low))
        }
    };
    let row = |(decision, facts): &(&Decision, &CapabilityFacts)| {
        let cells = OF.iter().map(|of| shown(against(facts, *of)));
        [decision.rank.to_string(), facts.capability.name.clone()].into_iter().chain(cells).collect()
    };
    let columns: Vec<&str> = ["Rank", "Capability"].into_iter().chain(OF.map(UsageShareOf::label)).collect();
    DataTable::new(&columns, lines.iter().map(row).collect())
}
