//! What the plan takes off the run cost of a quarter, removal by removal.

use super::net_benefit::thousands;
use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, GREEN, GRID, INK, ROW, SMALL, SOFT, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::plan::{ForecastLine, ForecastMeasure};
use crate::units::{Money, format};

const NAMES: i32 = 250;
const AREA: (i32, i32) = (264, 760);
const AMOUNTS: i32 = 930;
const TOP: i32 = 24;

/// The waterfall by quarter; `None` where the run cost is not forecast.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let forecast = &subject.plan?.forecast;
    let lines: Vec<&ForecastLine> =
        forecast.lines.iter().filter(|line| line.measure == ForecastMeasure::RunCost).collect();
    let (first, last) = (lines.first()?, lines.last()?);
    let most = lines.iter().map(|line| line.without).fold(0.0, f64::max);
    let low = lines.iter().map(|line| line.without + line.change.1.min(0.0)).fold(f64::INFINITY, f64::min);
    // What stays is most of it: the axis begins near the end of the last bar, and says so.
    let floor = (low - (most - low) * 0.6).max(0.0);
    let scale = Scale::linear((floor, most * 1.01), AREA);
    let bottom = TOP + ROW * i32::try_from(lines.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    for tick in scale.ticks() {
        scene.line(vec![(scale.at(tick), TOP - 6), (scale.at(tick), bottom)], GRID, 1, Dash::Solid);
        scene.note((scale.at(tick), bottom + 16), thousands(tick), Anchor::Middle);
    }
    let caption =
        format!("run cost of the quarter, {}; the axis begins at {}", subject.settings.currency, thousands(floor));
    scene.note((i32::midpoint(AREA.0, AREA.1), bottom + 38), caption, Anchor::Middle);
    for (row, line) in (0..).zip(&lines) {
        let y = TOP + ROW * row + ROW / 2;
        scene.text((NAMES, y), forecast.quarters.get(line.quarter).cloned().unwrap_or_default(), Anchor::End);
        let after = line.without + line.change.0;
        scene.rect((AREA.0, y - 8), (scale.at(after), y + 8), BLUE);
        scene.rect((scale.at(after), y - 8), (scale.at(line.without), y + 8), GREEN);
        let ends = [line.change.1, line.change.2].map(|change| scale.at(line.without + change));
        scene.line(vec![(ends[0], y), (ends[1], y)], INK, 2, Dash::Solid);
        for end in ends {
            scene.line(vec![(end, y - 5), (end, y + 5)], INK, 2, Dash::Solid);
        }
        let text = subject.money(Money::from_units(line.change.0));
        scene.styled((AMOUNTS, y), text, Anchor::End, (SMALL, if line.change.0 < 0.0 { INK } else { SOFT }, true));
    }
    let quarter = |line: &ForecastLine| forecast.quarters.get(line.quarter).cloned().unwrap_or_default();
    let change = |line: &ForecastLine| subject.money(Money::from_units(line.change.0));
    Some(Chart {
        id: "plan-waterfall",
        title: "Run cost with the plan".into(),
        finding: format!(
            "From {} in {} the plan brings the run cost of a quarter to {} in {}: {} a quarter, eight times in ten between {} and {}.",
            subject.money(Money::from_units(first.without)),
            quarter(first),
            subject.money(Money::from_units(last.without + last.change.0)),
            quarter(last),
            change(last),
            subject.money(Money::from_units(last.change.1)),
            subject.money(Money::from_units(last.change.2))
        ),
        note: "Green is what the plan takes off, its line the range that holds eight times in ten; blue is what stays. Against the rate of the period: seasons and growth are not part of it.".into(),
        table: table(subject, &lines, &forecast.quarters),
        scene,
    })
}

fn table(subject: Subject, lines: &[&ForecastLine], quarters: &[String]) -> DataTable {
    let money = |amount: f64| subject.money(Money::from_units(amount));
    let row = |line: &&ForecastLine| {
        vec![
            quarters.get(line.quarter).cloned().unwrap_or_default(),
            money(line.without),
            money(line.change.0),
            money(line.change.1),
            money(line.change.2),
            line.assumed.map_or_else(|| format::UNKNOWN.to_owned(), format::percent),
        ]
    };
    let head = ["quarter", "without the plan", "change", "10 % lie below", "90 % lie below", "of the doubt assumed"];
    DataTable::new(&head, lines.iter().map(row).collect())
}
