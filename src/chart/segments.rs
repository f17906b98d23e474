//! Adoption by segment: what is rare overall may be everyday for some.

use super::scene::{Anchor, Scene, cut};
use super::theme::{Color, INK, PAPER, ROW, SMALL, TEXT, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::Decision;
use crate::metrics::CapabilityFacts;
use crate::units::format;

const NAMES: i32 = 224;
const TOP: i32 = 84;
/// Columns that fit side by side.
const SEGMENTS: usize = 8;

/// The heat map; `None` without segments.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let segments: Vec<_> = subject.facts.segments.iter().take(SEGMENTS).collect();
    let lines = subject.candidates_and(|decision, facts| {
        let rare = facts.adoption.is_some_and(|adoption| adoption.point < subject.settings.rare_below);
        rare && decision.rule != crate::decide::Grade::None && !decision.verdict.is_candidate()
    });
    if segments.is_empty() || lines.is_empty() {
        return None;
    }
    let width = (WIDTH - NAMES - 30) / i32::try_from(segments.len()).ok()?;
    let mut scene = Scene::new(WIDTH, TOP + ROW * i32::try_from(lines.len()).ok()? + 30);
    for (column, segment) in (0..).zip(&segments) {
        let x = NAMES + 10 + column * width + width / 2;
        scene.styled((x, TOP - 44), cut(&segment.name, 16), Anchor::Middle, (TEXT, INK, true));
        scene.note((x, TOP - 22), format::counted(segment.accounts, "account"), Anchor::Middle);
    }
    for (row, (decision, facts)) in (0..).zip(&lines) {
        let y = TOP + row * ROW;
        let name = format!("{}  {}", decision.rank, cut(&facts.capability.name, 22));
        scene.text((NAMES, y + ROW / 2), name, Anchor::End);
        for (column, adoption) in (0..).zip(facts.segment_adoption.iter().take(SEGMENTS)) {
            let x = NAMES + 10 + column * width;
            cell(&mut scene, (x, y), width, adoption.map(|adoption| adoption.point));
        }
    }
    Some(Chart {
        id: "segments",
        title: "Adoption by segment".into(),
        finding: finding(&lines, &segments.iter().map(|segment| segment.name.as_str()).collect::<Vec<_>>()),
        note: "Share of the segment's accounts that used the capability in the period: candidates, and what the rule grades but a guard keeps out. Segments by descending ARR. Small segments swing widely: the table has the intervals.".into(),
        table: table(subject, &lines),
        scene,
    })
}

/// From paper to deep blue: dark is common, in grey as well.
pub(super) fn shade(adoption: f64) -> (Color, Color) {
    const DEEP: (f64, f64, f64) = (0.0, 68.0, 120.0);
    let part = adoption.clamp(0.0, 1.0).sqrt();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two colours")]
    let mix = |deep: f64| (244.0 + (deep - 244.0) * part).round() as u8;
    ((mix(DEEP.0), mix(DEEP.1), mix(DEEP.2)), if part > 0.55 { PAPER } else { INK })
}

fn cell(scene: &mut Scene, (x, y): (i32, i32), width: i32, adoption: Option<f64>) {
    let middle = (x + width / 2, y + ROW / 2);
    let Some(adoption) = adoption else {
        scene.note(middle, format::UNKNOWN, Anchor::Middle);
        return;
    };
    let (back, front) = shade(adoption);
    scene.rect((x + 1, y + 1), (x + width - 2, y + ROW - 2), back);
    scene.styled(middle, format::percent(adoption), Anchor::Middle, (SMALL, front, false));
}

fn finding(lines: &[(&Decision, &CapabilityFacts)], names: &[&str]) -> String {
    let cells = lines.iter().flat_map(|(_, facts)| {
        let segments = facts.segment_adoption.iter().zip(names);
        segments.filter_map(|(adoption, segment)| Some(((*adoption)?, *segment, facts.capability.name.as_str())))
    });
    let highest = cells.max_by(|a, b| a.0.point.total_cmp(&b.0.point).then_with(|| b.2.cmp(a.2)));
    highest.map_or_else(String::new, |(adoption, segment, name)| {
        format!(
            "Highest: {name} in {segment}, used by {} of its {}.",
            format::percent(adoption.point),
            format::counted(adoption.n, "account")
        )
    })
}

fn table(subject: Subject, lines: &[(&Decision, &CapabilityFacts)]) -> DataTable {
    let names = subject.facts.segments.iter().map(|segment| segment.name.as_str());
    let columns: Vec<&str> = ["Rank", "Capability"].into_iter().chain(names).collect();
    let row = |(decision, facts): &(&Decision, &CapabilityFacts)| {
        let cells = facts.segment_adoption.iter().map(|adoption| {
            adoption.map_or_else(|| format::UNKNOWN.to_owned(), |adoption| format::percent_with_interval(&adoption))
        });
        [decision.rank.to_string(), facts.capability.name.clone()].into_iter().chain(cells).collect()
    };
    DataTable::new(&columns, lines.iter().map(row).collect())
}
