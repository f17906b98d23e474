//! Cost against use, from the least used capability on.

use super::place::Frame;
use super::scale::Scale;
use super::scene::{Anchor, Scene, Shape};
use super::theme::{BLUE, Dash, GRID, INK, SOFT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::units::format;

const HEIGHT: i32 = 560;
const AREA: Frame = Frame { left: 92, top: 30, right: 640, bottom: 488 };
/// The reading point: the least used capabilities that make up this part of all use.
const READ_AT: f64 = 0.10;

/// The curve; `None` unless cost and use are known of at least two capabilities.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let mut known: Vec<(f64, f64, &str)> = subject
        .ranked()
        .filter_map(|(_, facts)| {
            let name = facts.capability.name.as_str();
            Some((facts.usage_share?.value(), facts.cost_share?.value(), name))
        })
        .collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| a.2.cmp(b.2)));
    let total: f64 = known.iter().map(|point| point.1).sum();
    if known.len() < 2 || total <= 0.0 {
        return None;
    }
    let mut sums = vec![(0.0, 0.0)];
    for (used, cost, _) in &known {
        let (x, y) = sums[sums.len() - 1];
        sums.push((x + used, y + cost));
    }
    let read = sums.iter().rposition(|point| point.0 <= READ_AT).unwrap_or(0);
    let (used, cost) = sums[read];
    let finding = format!(
        "The {} least used of {} capabilities make up {} of all use and take {} of the attributed run cost.",
        format::count(read as u64),
        format::count(known.len() as u64),
        format::percent(used),
        format::percent(cost)
    );
    let scene = draw(&sums, read);
    let rows = known.iter().zip(&sums[1..]).map(|((used, cost, name), (all_used, all_cost))| {
        let percents = [used, cost, all_used, all_cost].map(|share| format::percent(*share));
        std::iter::once((*name).to_owned()).chain(percents).collect()
    });
    Some(Chart {
        id: "cost-against-use",
        title: "Cost against use".into(),
        finding,
        note: "Capabilities in order of use, least used first: how much of the run cost the first of them take for how much of the use. On the straight line cost would follow use.".into(),
        table: DataTable::new(
            &["Capability", "Usage share", "Cost share", "Use so far", "Cost so far"],
            rows.collect(),
        ),
        scene,
    })
}

fn draw(sums: &[(f64, f64)], read: usize) -> Scene {
    let mut scene = Scene::new(WIDTH, HEIGHT);
    let x = Scale::linear((0.0, 1.0), (AREA.left, AREA.right));
    let y = Scale::linear((0.0, 1.0), (AREA.bottom, AREA.top));
    for tick in x.ticks() {
        scene.line(vec![(x.at(tick), AREA.top), (x.at(tick), AREA.bottom)], GRID, 1, Dash::Solid);
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((x.at(tick), AREA.bottom + 16), format::percent(tick), Anchor::Middle);
        scene.note((AREA.left - 8, y.at(tick)), format::percent(tick), Anchor::End);
    }
    scene.note((AREA.right, AREA.bottom + 40), "share of all use, least used first →", Anchor::End);
    scene.upright((18, i32::midpoint(AREA.top, AREA.bottom)), "share of attributed run cost →");
    let curve: Vec<(i32, i32)> = sums.iter().map(|point| (x.at(point.0), y.at(point.1))).collect();
    let mut under = curve.clone();
    under.push((x.at(0.0), y.at(0.0)));
    scene.shapes.push(Shape::Area { points: under, color: BLUE, opacity: 0.12 });
    scene.line(vec![(x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0))], SOFT, 2, Dash::Short);
    scene.note((x.at(0.72) + 10, y.at(0.70) + 8), "cost in proportion to use", Anchor::Start);
    let mark = curve[read];
    scene.line(curve, BLUE, 3, Dash::Solid);
    scene.shapes.push(Shape::Diamond { at: mark, radius: 8, color: VERMILION });
    let (used, cost) = sums[read];
    let reading =
        [format!("{} of all use", format::percent(used)), format!("takes {} of the run cost", format::percent(cost))];
    for (line, text) in (0..).zip(reading) {
        scene.styled(
            (AREA.right + 30, mark.1.min(AREA.bottom - 30) + line * 22),
            text,
            Anchor::Start,
            (16, INK, line == 1),
        );
    }
    let beside = (AREA.right + 24, mark.1.min(AREA.bottom - 30) + 10);
    scene.line(vec![mark, beside], VERMILION, 1, Dash::Dotted);
    scene
}
