//! How firmly each candidate holds its place: the part of the draws in which it takes each of the first ones.

use super::scene::{Anchor, Scene, cut};
use super::segments::shade;
use super::theme::{INK, ROW, SMALL, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::Decision;
use crate::metrics::CapabilityFacts;
use crate::units::format;

const NAMES: i32 = 224;
const TOP: i32 = 62;
/// Places that fit side by side; the column of their sum stands behind them.
const PLACES: usize = 12;
/// Width of the column of the sum.
const SUM: i32 = 84;

type Line<'a> = (&'a Decision, &'a CapabilityFacts, &'a [f64]);

/// The heat map; `None` when the order of fewer than two candidates is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let lines: Vec<Line> = subject
        .candidates()
        .filter_map(|(decision, facts)| {
            let parts = decision.net_benefit.as_ref()?.acceptability.as_slice();
            (!parts.is_empty()).then_some((decision, facts, parts))
        })
        .collect();
    let first_k = lines.iter().map(|(.., parts)| parts.len()).max()?;
    if lines.len() < 2 {
        return None;
    }
    let places = first_k.min(PLACES);
    let width = (WIDTH - NAMES - 30 - SUM) / i32::try_from(places).ok()?;
    let mut scene = Scene::new(WIDTH, TOP + ROW * i32::try_from(lines.len()).ok()? + 30);
    let left = |column: i32| NAMES + 10 + column * width;
    for (column, place) in (0..).zip(1..=places) {
        scene.styled((left(column) + width / 2, TOP - 20), place.to_string(), Anchor::Middle, (SMALL, INK, true));
    }
    scene.note((NAMES, TOP - 20), "place in the list →", Anchor::End);
    let sum = WIDTH - 20 - SUM / 2;
    scene.styled((sum, TOP - 20), format!("first {first_k}"), Anchor::Middle, (SMALL, INK, true));
    for (row, (decision, facts, parts)) in (0..).zip(&lines) {
        let y = TOP + row * ROW;
        scene.text(
            (NAMES, y + ROW / 2),
            format!("{}  {}", decision.rank, cut(&facts.capability.name, 22)),
            Anchor::End,
        );
        for (column, part) in (0..).zip(parts.iter().take(places)) {
            let (back, front) = shade(*part);
            scene.rect((left(column) + 1, y + 1), (left(column) + width - 2, y + ROW - 2), back);
            if *part >= 0.005 {
                let at = (left(column) + width / 2, y + ROW / 2);
                scene.styled(at, format!("{:.0}", part * 100.0), Anchor::Middle, (SMALL, front, false));
            }
        }
        let all = parts.iter().sum::<f64>() * 100.0;
        scene.styled((sum, y + ROW / 2), format!("{all:.0}\u{202f}%"), Anchor::Middle, (SMALL, INK, true));
    }
    Some(Chart {
        id: "rank-acceptability",
        title: "How firmly the candidates hold their places".into(),
        finding: finding(&lines, first_k),
        note: "In every simulated run the candidates are ranked anew by net benefit: each cell is the part of the runs, in percent, in which the candidate takes that place; blank is below half a percent. One dark cell in a row: the place is firm. A row spread thin: the order hangs on what is assumed.".into(),
        table: table(&lines, first_k),
        scene,
    })
}

fn finding(lines: &[Line], first_k: usize) -> String {
    let first = lines.iter().rev().max_by(|a, b| a.2[0].total_cmp(&b.2[0]));
    let lead = first.map_or_else(String::new, |(_, facts, parts)| {
        format!("{} comes first in {} of the simulated runs. ", facts.capability.name, format::percent(parts[0]))
    });
    let firm = lines.iter().filter(|(.., parts)| parts.iter().sum::<f64>() >= 0.9).count() as u64;
    format!(
        "{lead}Of the {} shown, {} among the first {first_k} in at least nine of ten simulated runs.",
        format::counted(lines.len() as u64, "candidate"),
        if firm == 1 { "1 is".to_owned() } else { format!("{} are", format::count(firm)) }
    )
}

fn table(lines: &[Line], first_k: usize) -> DataTable {
    let heads: Vec<String> = (1..=first_k).map(|place| format!("Place {place}")).collect();
    let first = format!("First {first_k}");
    let columns: Vec<&str> =
        ["Rank", "Capability"].into_iter().chain(heads.iter().map(String::as_str)).chain([first.as_str()]).collect();
    let row = |(decision, facts, parts): &Line| {
        let cells = (0..first_k)
            .map(|place| parts.get(place).map_or_else(|| format::UNKNOWN.to_owned(), |part| format::percent(*part)));
        let sum = format::percent(parts.iter().sum());
        [decision.rank.to_string(), facts.capability.name.clone()].into_iter().chain(cells).chain([sum]).collect()
    };
    DataTable::new(&columns, lines.iter().map(row).collect())
}
