//! Which assumption moves the net benefit of the leading candidate most.

use super::net_benefit::{around_zero, axis};
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, INK, MUTED, ROW, WIDTH};
use super::waterfall::leading;
use super::{Chart, DataTable, Subject};
use crate::decide::{Swing, assumption_label, assumption_value};
use crate::units::{Money, format};

const NAMES: i32 = 330;
const AREA: (i32, i32) = (410, 856);
const TOP: i32 = 30;
/// How many assumptions are drawn; the table has all.
const BARS: usize = 10;

/// The tornado; `None` without a candidate of which it is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let (_, facts, of) = leading(subject)?;
    let moves = |swing: &&Swing| (swing.net_benefit.0 - swing.net_benefit.1).abs() > 0.0;
    let shown: Vec<&Swing> = of.tornado.iter().filter(moves).take(BARS).collect();
    if shown.is_empty() {
        return None;
    }
    let values = shown.iter().flat_map(|swing| [swing.net_benefit.0, swing.net_benefit.1]);
    let scale = around_zero(values.chain([of.total.p50]), AREA);
    let bottom = TOP + ROW * i32::try_from(shown.len()).ok()?;
    let median = scale.at(of.total.p50);
    let mut line = vec![(TOP - 6, TOP)];
    let mut scene = Scene::new(WIDTH, bottom + 56);
    axis(&mut scene, (scale, i32::midpoint(AREA.0, AREA.1)), (TOP, bottom), subject.settings.currency);
    for (row, swing) in (0..).zip(&shown) {
        let y = TOP + ROW * row + ROW / 2;
        scene.text((NAMES, y), title(swing), Anchor::End);
        let (low, high) = (scale.at(swing.net_benefit.0), scale.at(swing.net_benefit.1));
        let (left, right) = (low.min(high), low.max(high));
        let color = if swing.assumption.is_none() { MUTED } else { BLUE };
        scene.rect((left, y - 9), (right.max(left + 1), y + 9), color);
        let [at_low, at_high] = ends(subject, swing);
        let (at_left, at_right) = if low <= high { (at_low, at_high) } else { (at_high, at_low) };
        if !covers((left - 6 - wide(&at_left), left - 6), median)
            && !covers((right + 6, right + 6 + wide(&at_right)), median)
        {
            line.push((y - ROW / 2, y + ROW / 2));
        }
        scene.note((left - 6, y), at_left, Anchor::End);
        scene.note((right + 6, y), at_right, Anchor::Start);
    }
    // The line stops where a value is written.
    for piece in line.chunk_by(|above, below| above.1 == below.0) {
        scene.line(vec![(median, piece[0].0), (median, piece[piece.len() - 1].1)], INK, 2, Dash::Long);
    }
    Some(Chart {
        id: "tornado",
        title: format!("{}: what its net benefit hangs on", facts.capability.name),
        finding: finding(subject, &shown),
        note: "Each bar is one assumption moved from the value that it falls below once in twenty simulated runs (5 %) to the one that it exceeds once in twenty (95 %), written at its ends, all else at its median: a long bar is where better knowledge would help most. The grey bar is the doubt in the data alone; the broken line is the median over everything.".into(),
        table: table(subject, &of.tornado),
        scene,
    })
}

/// About how wide small text is.
fn wide(text: &str) -> i32 {
    const LETTER: i32 = 7;
    i32::try_from(text.chars().count()).map_or(0, |letters| letters * LETTER)
}

fn covers((from, to): (i32, i32), at: i32) -> bool {
    const ROOM: i32 = 3;
    to > from && (from - ROOM..=to + ROOM).contains(&at)
}

/// What moves it most: of the assumptions, and the data beside them.
fn finding(subject: Subject, shown: &[&Swing]) -> String {
    let between = |swing: &Swing| {
        let (low, high) = swing.net_benefit;
        let [low, high] = [low.min(high), low.max(high)].map(|units| subject.money(Money::from_units(units)));
        format!("between {low} and {high}")
    };
    let assumed = shown
        .iter()
        .find(|swing| swing.assumption.is_some())
        .map(|swing| format!("Of what is assumed, one thing moves it most: {}, {}.", title(swing), between(swing)));
    let data = shown.iter().find(|swing| swing.assumption.is_none());
    let data = data.map(|swing| format!("The doubt in the data alone puts it {}.", between(swing)));
    assumed.into_iter().chain(data).collect::<Vec<_>>().join(" ")
}

fn title(swing: &Swing) -> &'static str {
    swing.assumption.map_or("doubt in the data", assumption_label)
}

/// The values at the two ends; none for the data, which have no single one.
fn ends(subject: Subject, swing: &Swing) -> [String; 2] {
    let value = |value: f64| {
        swing.assumption.map_or_else(String::new, |name| assumption_value(name, value, subject.settings.currency))
    };
    [value(swing.range.0), value(swing.range.1)]
}

fn table(subject: Subject, swings: &[Swing]) -> DataTable {
    let row = |swing: &Swing| {
        let [low, high] =
            ends(subject, swing).map(|text| if text.is_empty() { format::UNKNOWN.to_owned() } else { text });
        let [at_low, at_high] =
            [swing.net_benefit.0, swing.net_benefit.1].map(|units| subject.money(Money::from_units(units)));
        vec![title(swing).to_owned(), low, high, at_low, at_high]
    };
    DataTable::new(
        &["Assumption", "5 %", "95 %", "Net benefit at 5 %", "Net benefit at 95 %"],
        swings.iter().map(row).collect(),
    )
}
