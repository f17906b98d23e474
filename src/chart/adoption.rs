//! How adoption is spread over all capabilities: the long tail, and where the line of rarity cuts it.

use super::place::Frame;
use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, GRID, INK, TEXT, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::units::format;

const HEIGHT: i32 = 480;
const AREA: Frame = Frame { left: 92, top: 30, right: 920, bottom: 400 };
/// Rows of the table behind the chart; all of them stand in `tables/capabilities.csv`.
const ROWS: usize = 100;

/// The curve; `None` unless the adoption of at least five capabilities is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let mut known: Vec<(f64, &str)> = subject
        .ranked()
        .filter_map(|(_, facts)| Some((facts.adoption?.point, facts.capability.name.as_str())))
        .collect();
    if known.len() < 5 {
        return None;
    }
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let line = subject.settings.rare_below;
    let common = known.partition_point(|(adoption, _)| *adoption >= line);
    let used = known.iter().map(|point| point.0).filter(|adoption| *adoption > 0.0);
    let least = 10_f64.powf(used.fold(1.0, f64::min).log10().floor()).clamp(1e-6, 0.01);
    let rows = known.iter().take(ROWS).map(|(adoption, name)| vec![(*name).to_owned(), format::percent(*adoption)]);
    let median = known[known.len() / 2].0;
    Some(Chart {
        id: "adoption-spread",
        title: "Adoption from the most to the least used".into(),
        finding: format!(
            "{} of {} capabilities reach {} of the base in the period; the middle one is used by {}.",
            format::count(common as u64),
            format::count(known.len() as u64),
            format::percent(line),
            format::percent(median)
        ),
        note: "One point a capability, in order of adoption, on a logarithmic scale; none is drawn below the lowest tick. In a long catalogue most lie below the line, so the line alone chooses nothing.".into(),
        table: DataTable::new(&["Capability", "Adoption"], rows.collect()),
        scene: draw(&known, common, line, least),
    })
}

#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn draw(known: &[(f64, &str)], common: usize, line: f64, least: f64) -> Scene {
    let mut scene = Scene::new(WIDTH, HEIGHT);
    let x = Scale::linear((0.0, known.len() as f64), (AREA.left, AREA.right));
    let y = Scale::logarithmic((least, 1.0), (AREA.bottom, AREA.top));
    for tick in y.ticks() {
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, y.at(tick)), format::percent(tick), Anchor::End);
    }
    for tick in x.ticks() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
        scene.note((x.at(tick), AREA.bottom + 18), format::count(tick as u64), Anchor::Middle);
    }
    scene.note((AREA.right, AREA.bottom + 44), "capabilities in order of adoption →", Anchor::End);
    scene.upright((16, i32::midpoint(AREA.top, AREA.bottom)), "adoption, share of the base");
    let (rare, cut) = (y.at(line), x.at(common as f64));
    scene.line(vec![(AREA.left, rare), (AREA.right, rare)], INK, 2, Dash::Long);
    scene.line(vec![(cut, AREA.top), (cut, AREA.bottom)], INK, 1, Dash::Dotted);
    let rest = known.len() - common;
    scene.styled(
        ((cut + 10).min(AREA.right - 240), AREA.top + 12),
        format!("{} below {}", format::count(rest as u64), format::percent(line)),
        Anchor::Start,
        (TEXT, INK, true),
    );
    let points = known.iter().enumerate().map(|(place, (adoption, _))| (x.at(place as f64 + 0.5), y.at(*adoption)));
    scene.line(points.collect(), BLUE, 3, Dash::Solid);
    scene
}
