//! Monthly adoption of the first candidates.

use super::place::{self, Frame};
use super::scale::Scale;
use super::scene::{Anchor, Scene, cut};
use super::theme::{Dash, GRID, INK, LINES, SMALL, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::Decision;
use crate::metrics::CapabilityFacts;
use crate::units::format;

const HEIGHT: i32 = 520;
const AREA: Frame = Frame { left: 80, top: 30, right: 720, bottom: 440 };

/// The lines; `None` with fewer than three months or without a candidate.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let months = &subject.facts.months;
    let lines: Vec<(&Decision, &CapabilityFacts)> = subject
        .candidates()
        .filter(|(_, facts)| facts.monthly_adoption.iter().flatten().count() >= 3)
        .take(LINES.len())
        .collect();
    if months.len() < 3 || lines.is_empty() {
        return None;
    }
    let values = lines.iter().flat_map(|(_, facts)| facts.monthly_adoption.iter().copied().flatten());
    let highest = values.fold(0.0, f64::max);
    // A line far above everything would press the rest together; the note then says where it lies.
    let line = Some(subject.settings.rare_below).filter(|line| *line <= highest * 2.5 || highest <= 0.0);
    let highest = line.unwrap_or(0.0).max(highest) * 1.15;
    #[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
    let x = Scale::linear((0.0, (months.len() - 1) as f64), (AREA.left, AREA.right));
    let y = Scale::linear((0.0, highest), (AREA.bottom, AREA.top));
    let mut scene = Scene::new(WIDTH, HEIGHT);
    for tick in y.ticks() {
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, y.at(tick)), format::percent(tick), Anchor::End);
    }
    let every = months.len().div_ceil(8);
    for (index, month) in (0..).zip(months).step_by(every) {
        scene.note((x.at(f64::from(index)), AREA.bottom + 18), month.to_string(), Anchor::Middle);
    }
    scene.note((AREA.right, AREA.bottom + 44), "month →", Anchor::End);
    scene.upright((16, i32::midpoint(AREA.top, AREA.bottom)), "adoption, share of the base");
    if let Some(line) = line {
        scene.line(vec![(AREA.left, y.at(line)), (AREA.right, y.at(line))], INK, 2, Dash::Long);
        scene.note(
            (AREA.left + 6, y.at(line) - 12),
            format!("line of rarity, {}", format::percent(line)),
            Anchor::Start,
        );
    }
    draw(&mut scene, &lines, x, y);
    Some(Chart {
        id: "adoption-trend",
        title: "Adoption of the first candidates by month".into(),
        finding: finding(&lines),
        note: format!(
            "Share of the month's base that used it in the month; a month in which nothing was recorded is left out. A quarter counts whoever used it in any of its months, so it lies above its months. The line of rarity lies at {}.",
            format::percent(subject.settings.rare_below)
        ),
        table: table(subject, &lines),
        scene,
    })
}

fn draw(scene: &mut Scene, lines: &[(&Decision, &CapabilityFacts)], x: Scale, y: Scale) {
    let mut ends = Vec::new();
    for ((_, facts), (color, dash)) in lines.iter().zip(LINES) {
        let months = (0..).zip(&facts.monthly_adoption);
        let points: Vec<(i32, i32)> =
            months.filter_map(|(month, adoption)| Some((x.at(f64::from(month)), y.at((*adoption)?)))).collect();
        let end = points.last().copied().unwrap_or((AREA.right, AREA.bottom));
        ends.push(end);
        scene.line(points, color, 3, dash);
    }
    let heights: Vec<i32> = ends.iter().map(|end| end.1).collect();
    let labels = place::spread(&heights, SMALL + 7, (AREA.top, AREA.bottom));
    for (((_, facts), (color, _)), (end, label)) in lines.iter().zip(LINES).zip(ends.iter().zip(labels)) {
        scene.line(vec![(end.0 + 3, end.1), (AREA.right + 16, label)], color, 1, Dash::Solid);
        scene.styled((AREA.right + 22, label), cut(&facts.capability.name, 24), Anchor::Start, (SMALL, color, true));
    }
}

fn finding(lines: &[(&Decision, &CapabilityFacts)]) -> String {
    let falling = |(_, facts): &&(&Decision, &CapabilityFacts)| {
        facts.trend_p.is_some_and(|p| p < 0.05) && facts.trend_per_month.is_some_and(|trend| trend.point < 0.0)
    };
    let names: Vec<&str> = lines.iter().filter(falling).map(|(_, facts)| facts.capability.name.as_str()).collect();
    match names.as_slice() {
        [] => format!(
            "Of the {} shown, none falls by more than chance explains, or the months are too few to say.",
            format::counted(lines.len() as u64, "candidate")
        ),
        names => format!("Falling by more than chance explains (p < 0.05): {}.", names.join(", ")),
    }
}

fn table(subject: Subject, lines: &[(&Decision, &CapabilityFacts)]) -> DataTable {
    let names = lines.iter().map(|(_, facts)| facts.capability.name.as_str());
    let columns: Vec<&str> = std::iter::once("Month").chain(names).collect();
    let row = |(index, month): (usize, &crate::units::Month)| {
        let of = |facts: &CapabilityFacts| facts.monthly_adoption.get(index).copied().flatten();
        let cells =
            lines.iter().map(|(_, facts)| of(facts).map_or_else(|| format::UNKNOWN.to_owned(), format::percent));
        std::iter::once(month.to_string()).chain(cells).collect()
    };
    DataTable::new(&columns, subject.facts.months.iter().enumerate().map(row).collect())
}
