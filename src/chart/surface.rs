//! How wide the product grew: capabilities, integrations and vendors on offer, and what of it is in use.

use super::place::{self, Frame};
use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{Dash, GRID, LINES, SMALL, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::metrics::SurfaceMonth;
use crate::units::format;

const HEIGHT: i32 = 460;
const AREA: Frame = Frame { left: 80, top: 30, right: 740, bottom: 380 };

/// A line of the chart: its name, and the count of a month.
type Line = (&'static str, fn(&SurfaceMonth) -> u64);

const COUNTS: [Line; 4] = [
    ("capabilities on offer", |month| month.offered),
    ("in use by any account", |month| month.used),
    ("integrations on offer", |month| month.integrations),
    ("vendors behind them", |month| month.vendors),
];

/// The lines; `None` with fewer than three months.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let months = &subject.facts.surface.months;
    let (first, last) = (months.first()?, months.last()?);
    if months.len() < 3 {
        return None;
    }
    let more =
        |count: fn(&SurfaceMonth) -> u64| format!("{} → {}", format::count(count(first)), format::count(count(last)));
    let finding = format!(
        "From {} to {}: capabilities on offer {}, in use by any account {}, integrations {}, vendors {}.",
        first.month,
        last.month,
        more(|month| month.offered),
        more(|month| month.used),
        more(|month| month.integrations),
        more(|month| month.vendors)
    );
    let row = |month: &SurfaceMonth| {
        let counts = COUNTS.iter().map(|(_, count)| format::count(count(month)));
        std::iter::once(month.month.to_string()).chain(counts).collect()
    };
    let columns: Vec<&str> = std::iter::once("Month").chain(COUNTS.map(|(name, _)| name)).collect();
    Some(Chart {
        id: "surface",
        title: "How wide the product is".into(),
        finding,
        note: "Launched by the end of the month, or of unknown launch; removals are not known. Every integration adds a vendor's calendar of changes, and every capability something to find, support and keep alive.".into(),
        table: DataTable::new(&columns, months.iter().map(row).collect()),
        scene: draw(months),
    })
}

#[expect(clippy::cast_precision_loss, reason = "months and capabilities are few")]
fn draw(months: &[SurfaceMonth]) -> Scene {
    let mut scene = Scene::new(WIDTH, HEIGHT);
    let most = months.iter().map(|month| month.offered.max(month.used)).max().unwrap_or(1);
    let x = Scale::linear((0.0, (months.len() - 1) as f64), (AREA.left, AREA.right));
    let y = Scale::linear((0.0, most as f64 * 1.1), (AREA.bottom, AREA.top));
    for tick in y.ticks() {
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, y.at(tick)), format!("{tick:.0}"), Anchor::End);
    }
    let every = months.len().div_ceil(8);
    for (index, month) in (0_u32..).zip(months).step_by(every) {
        scene.note((x.at(f64::from(index)), AREA.bottom + 18), month.month.to_string(), Anchor::Middle);
    }
    scene.note((AREA.right, AREA.bottom + 44), "month →", Anchor::End);
    let lines: Vec<Vec<(i32, i32)>> = COUNTS
        .iter()
        .map(|(_, count)| {
            let points = (0_u32..).zip(months);
            points.map(|(index, month)| (x.at(f64::from(index)), y.at(count(month) as f64))).collect()
        })
        .collect();
    let heights: Vec<i32> = lines.iter().map(|points| points[points.len() - 1].1).collect();
    let labels = place::spread(&heights, SMALL + 8, (AREA.top, AREA.bottom));
    for (((points, (name, _)), (color, dash)), label) in lines.into_iter().zip(COUNTS).zip(LINES).zip(labels) {
        scene.line(points, color, 3, dash);
        scene.styled((AREA.right + 14, label), name, Anchor::Start, (SMALL, color, true));
    }
    scene
}
