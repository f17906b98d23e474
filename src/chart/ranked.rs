//! The candidates by cost: bars by type, and beside them how far cost exceeds use, with its interval.

use super::scale::Scale;
use super::scene::{Anchor, Scene, Shape, cut};
use super::theme::{AMBER, BLUE, Color, Dash, GREEN, GRID, INK, PURPLE, ROW, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::Decision;
use crate::metrics::CapabilityFacts;
use crate::units::{Money, format};

const NAMES: i32 = 214;
const BARS: (i32, i32) = (224, 566);
const RATIOS: (i32, i32) = (660, 926);
const TOP: i32 = 92;

/// The bars; `None` when no candidate has a cost.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let lines: Vec<(&Decision, &CapabilityFacts)> =
        subject.candidates().filter(|(_, facts)| facts.cost.run().is_some_and(|run| run > Money::ZERO)).collect();
    let (_, dearest) = lines.iter().rev().max_by_key(|(_, facts)| facts.cost.run())?;
    let most = dearest.cost.run()?;
    let bottom = TOP + ROW * i32::try_from(lines.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    let cost = Scale::linear((0.0, most.units() * 1.05), BARS);
    // A kind of cost that nobody gave needs no place in the legend.
    let shown = if lines.iter().any(|(_, facts)| facts.cost.incident.is_some()) { 4 } else { 3 };
    legend(&mut scene, &TYPES[..shown]);
    for tick in cost.ticks() {
        scene.line(vec![(cost.at(tick), TOP - 6), (cost.at(tick), bottom)], GRID, 1, Dash::Solid);
        scene.note((cost.at(tick), bottom + 16), thousands(tick), Anchor::Middle);
    }
    let caption = format!("run cost of the period, {}", subject.settings.currency);
    scene.note((i32::midpoint(BARS.0, BARS.1), bottom + 38), caption, Anchor::Middle);
    let ratio = ratios(&mut scene, subject, &lines, bottom);
    for (row, (decision, facts)) in (0..).zip(&lines) {
        let y = TOP + ROW * row + ROW / 2;
        let name = format!("{}  {}", decision.rank, cut(&facts.capability.name, 22));
        scene.text((NAMES, y), name, Anchor::End);
        bar(&mut scene, facts, cost, y, subject.settings.currency);
        if let Some(ratio) = ratio {
            interval(&mut scene, facts, ratio, y);
        }
    }
    Some(Chart {
        id: "ranked-cost",
        title: "What the candidates cost, and how far beyond their use".into(),
        finding: format!(
            "{} costs most of the {} shown: {} in the period{}.",
            dearest.capability.name,
            format::counted(lines.len() as u64, "candidate"),
            format::money(most, subject.settings.currency),
            dearest.disproportion.map_or_else(String::new, |d| format!(", {} its part of the use", format::ratio(d.point)))
        ),
        note: "Left: run cost by type. Right: cost share over usage share on a logarithmic scale, with its 95 % bootstrap interval; 1× is in proportion. An arrow means that the data set no upper end.".into(),
        table: table(&lines, subject.settings.currency),
        scene,
    })
}

const TYPES: [(&str, Color); 4] =
    [("engineering", BLUE), ("support", AMBER), ("charges", GREEN), ("incidents", PURPLE)];

fn parts(facts: &CapabilityFacts) -> [Option<Money>; 4] {
    [facts.cost.engineering, facts.cost.support, facts.cost.direct, facts.cost.incident]
}

fn legend(scene: &mut Scene, types: &[(&'static str, Color)]) {
    let mut x = BARS.0;
    for (name, color) in types {
        scene.rect((x, 30), (x + 14, 44), *color);
        scene.note((x + 20, 37), *name, Anchor::Start);
        x += 116;
    }
    scene.note((i32::midpoint(RATIOS.0, RATIOS.1), 37), "cost share ÷ usage share", Anchor::Middle);
}

fn bar(scene: &mut Scene, facts: &CapabilityFacts, cost: Scale, y: i32, currency: &str) {
    let mut sum = Money::ZERO;
    for (part, (_, color)) in parts(facts).into_iter().zip(TYPES) {
        let Some(part) = part.filter(|part| *part > Money::ZERO) else { continue };
        let from = cost.at(sum.units());
        sum += part;
        let to = cost.at(sum.units());
        if to > from {
            scene.rect((from, y - 9), (to, y + 9), color);
            // A white edge parts the types for those who see no colour.
            scene.line(vec![(to, y - 9), (to, y + 9)], super::theme::PAPER, 2, Dash::Solid);
        }
    }
    let run = facts.cost.run().unwrap_or_default();
    scene.note((cost.at(sum.units()) + 6, y), format::money(run, currency), Anchor::Start);
}

/// The scale of the ratios and its grid; `None` when none is known.
fn ratios(scene: &mut Scene, subject: Subject, lines: &[(&Decision, &CapabilityFacts)], bottom: i32) -> Option<Scale> {
    let known = lines.iter().filter_map(|(_, facts)| facts.disproportion);
    let high = known.map(|d| if d.high.is_finite() { d.high } else { d.point * 2.0 }).fold(0.0, f64::max);
    if high <= 0.0 {
        return None;
    }
    let scale = Scale::logarithmic((0.5, high.max(2.0) * 1.2), RATIOS);
    for tick in scale.ticks() {
        scene.line(vec![(scale.at(tick), TOP - 6), (scale.at(tick), bottom)], GRID, 1, Dash::Solid);
        scene.note((scale.at(tick), bottom + 16), format::ratio(tick), Anchor::Middle);
    }
    let line = scale.at(subject.settings.disproportion_above);
    scene.line(vec![(line, TOP - 6), (line, bottom)], INK, 2, Dash::Long);
    Some(scale)
}

fn interval(scene: &mut Scene, facts: &CapabilityFacts, scale: Scale, y: i32) {
    let Some(d) = facts.disproportion else {
        scene.note((RATIOS.0, y), if facts.cost_without_use { "nobody uses it" } else { "not known" }, Anchor::Start);
        return;
    };
    let (low, high) = (scale.at(d.low), if d.high.is_finite() { scale.at(d.high) } else { RATIOS.1 });
    scene.line(vec![(low, y), (high, y)], INK, 2, Dash::Solid);
    scene.line(vec![(low, y - 5), (low, y + 5)], INK, 2, Dash::Solid);
    if d.high.is_finite() {
        scene.line(vec![(high, y - 5), (high, y + 5)], INK, 2, Dash::Solid);
    } else {
        scene.line(vec![(high - 7, y - 5), (high, y), (high - 7, y + 5)], INK, 2, Dash::Solid);
    }
    scene.shapes.push(Shape::Diamond { at: (scale.at(d.point), y), radius: 6, color: super::theme::VERMILION });
}

fn thousands(amount: f64) -> String {
    if amount >= 10_000.0 { format!("{:.0}k", amount / 1000.0) } else { format!("{amount:.0}") }
}

fn table(lines: &[(&Decision, &CapabilityFacts)], currency: &str) -> DataTable {
    let money =
        |amount: Option<Money>| amount.map_or_else(|| format::UNKNOWN.to_owned(), |a| format::money(a, currency));
    let ratio = |value: Option<f64>| match value {
        Some(value) if value.is_finite() => format::ratio(value),
        Some(_) => "no upper end".to_owned(),
        None => format::UNKNOWN.to_owned(),
    };
    let row = |(decision, facts): &(&Decision, &CapabilityFacts)| {
        let [engineering, support, charges, incidents] = parts(facts);
        vec![
            decision.rank.to_string(),
            facts.capability.name.clone(),
            money(engineering),
            money(support),
            money(charges),
            money(incidents),
            money(facts.cost.run()),
            ratio(facts.disproportion.map(|d| d.point)),
            ratio(facts.disproportion.map(|d| d.low)),
            ratio(facts.disproportion.map(|d| d.high)),
        ]
    };
    DataTable::new(
        &[
            "Rank",
            "Capability",
            "Engineering",
            "Support",
            "Charges",
            "Incidents",
            "Run cost",
            "Cost ÷ use",
            "Low",
            "High",
        ],
        lines.iter().map(row).collect(),
    )
}
