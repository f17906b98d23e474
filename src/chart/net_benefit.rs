//! What removing each candidate is worth: the median, where nine draws in ten lie, and the chance that it pays.

use super::marks::{self, Form};
use super::scale::Scale;
use super::scene::{Anchor, Scene, cut};
use super::theme::{BLUE, Color, Dash, GRID, INK, ROW, SMALL, SOFT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::{Decision, NetBenefit, chance};
use crate::metrics::CapabilityFacts;
use crate::units::{Money, format};

const NAMES: i32 = 214;
const AREA: (i32, i32) = (232, 690);
const MEDIANS: i32 = 830;
const CHANCES: i32 = 930;
const TOP: i32 = 48;

/// A candidate with its net benefit.
type Line<'a> = (&'a Decision, &'a CapabilityFacts, &'a NetBenefit);

/// The whiskers; `None` when of no candidate it is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let lines: Vec<Line> = subject
        .candidates()
        .filter_map(|(decision, facts)| Some((decision, facts, decision.net_benefit.as_ref()?)))
        .collect();
    if lines.is_empty() {
        return None;
    }
    let scale = around_zero(lines.iter().flat_map(|(.., of)| [of.total.p05, of.total.p50, of.total.p95]), AREA);
    let bottom = TOP + ROW * i32::try_from(lines.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    axis(&mut scene, (scale, i32::midpoint(AREA.0, AREA.1)), (TOP, bottom), subject.settings.currency);
    scene.note((MEDIANS, TOP - 24), "median", Anchor::End);
    scene.note((CHANCES, TOP - 24), "pays in", Anchor::End);
    for (row, (decision, facts, of)) in (0..).zip(&lines) {
        let y = TOP + ROW * row + ROW / 2;
        scene.text((NAMES, y), format!("{}  {}", decision.rank, cut(&facts.capability.name, 22)), Anchor::End);
        let (color, sure) = sign(of);
        let (low, high) = (scale.at(of.total.p05), scale.at(of.total.p95));
        scene.line(vec![(low, y), (high, y)], color, 2, Dash::Solid);
        for end in [low, high] {
            scene.line(vec![(end, y - 5), (end, y + 5)], color, 2, Dash::Solid);
        }
        marks::mark(&mut scene, (scale.at(of.total.p50), y), (Form::Circle, 6), color, sure);
        scene.styled((MEDIANS, y), subject.money(Money::from_units(of.total.p50)), Anchor::End, (SMALL, INK, true));
        scene.note((CHANCES, y), chance(of.p_positive), Anchor::End);
    }
    Some(Chart {
        id: "net-benefit",
        title: "What removing each candidate is worth".into(),
        finding: finding(subject, &lines),
        note: "The disc is the median over the simulated runs, and nine runs in ten lie on the line (5th to 95th percentile). A filled disc: at least nineteen runs in twenty lie on its side of zero; an open one: both sides are possible. On the right the share of runs in which the removal brings more than it costs.".into(),
        table: table(subject, &lines),
        scene,
    })
}

/// A linear scale over the values that holds zero, with a little room.
pub(super) fn around_zero(values: impl Iterator<Item = f64>, to: (i32, i32)) -> Scale {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((0.0_f64, 0.0_f64), |ends, value| (ends.0.min(value), ends.1.max(value)));
    let room = (high - low) * 0.04;
    let end = |end: f64, room: f64| if end == 0.0 { end } else { end + room };
    Scale::linear((end(low, -room), end(high, room)), to)
}

/// Grid, ticks, and the line at zero.
pub(super) fn axis(scene: &mut Scene, (scale, middle): (Scale, i32), (top, bottom): (i32, i32), currency: &str) {
    for tick in scale.ticks() {
        scene.line(vec![(scale.at(tick), top - 6), (scale.at(tick), bottom)], GRID, 1, Dash::Solid);
        scene.note((scale.at(tick), bottom + 16), thousands(tick), Anchor::Middle);
    }
    scene.line(vec![(scale.at(0.0), top - 6), (scale.at(0.0), bottom)], SOFT, 2, Dash::Solid);
    let caption = format!("net benefit over the horizon, {currency}");
    scene.note((middle, bottom + 38), caption, Anchor::Middle);
}

/// An amount short enough for an axis.
pub(super) fn thousands(amount: f64) -> String {
    let sign = if amount < 0.0 { "−" } else { "" };
    match amount.abs() {
        size if size >= 1e6 => format!("{sign}{:.1}M", size / 1e6),
        size if size >= 1e3 => format!("{sign}{:.0}k", size / 1e3),
        size => format!("{sign}{size:.0}"),
    }
}

/// Colour by the side of the median; whether nearly all draws lie there.
fn sign(of: &NetBenefit) -> (Color, bool) {
    if of.total.p50 >= 0.0 { (BLUE, of.total.p05 > 0.0) } else { (VERMILION, of.total.p95 < 0.0) }
}

fn finding(subject: Subject, lines: &[Line]) -> String {
    let sure = lines.iter().filter(|(.., of)| of.total.p05 > 0.0).count() as u64;
    let best = lines.iter().rev().max_by(|a, b| a.2.total.p50.total_cmp(&b.2.total.p50));
    let named = best.map_or_else(String::new, |(_, facts, of)| {
        format!(
            " The largest median is that of {}: {} ({} to {}).",
            facts.capability.name,
            subject.money(Money::from_units(of.total.p50)),
            subject.money(Money::from_units(of.total.p05)),
            subject.money(Money::from_units(of.total.p95))
        )
    });
    format!(
        "Of {} shown, {} pay in at least nineteen of twenty simulated runs.{named}",
        format::counted(lines.len() as u64, "candidate"),
        format::count(sure)
    )
}

fn table(subject: Subject, lines: &[Line]) -> DataTable {
    let money = |units: f64| subject.money(Money::from_units(units));
    let row = |(decision, facts, of): &Line| {
        let mut row = vec![decision.rank.to_string(), facts.capability.name.clone()];
        row.extend([of.total.p05, of.total.p50, of.total.p95, of.total.mean].map(money));
        row.push(chance(of.p_positive));
        row
    };
    DataTable::new(
        &["Rank", "Capability", "5 %", "Median", "95 %", "Mean", "Above zero"],
        lines.iter().map(row).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_holds_zero_and_amounts_are_short() {
        let scale = around_zero([5.0, 10.0].into_iter(), (0, 104));
        assert_eq!([scale.at(0.0), scale.at(10.0)], [0, 100]);
        let scale = around_zero([-10.0, -5.0, f64::NAN].into_iter(), (0, 104));
        assert_eq!([scale.at(-10.0), scale.at(0.0)], [4, 104]);
        for (amount, text) in [(0.0, "0"), (-999.0, "−999"), (12_400.0, "12k"), (-2_500_000.0, "−2.5M")] {
            assert_eq!(thousands(amount), text);
        }
    }
}
