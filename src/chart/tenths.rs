//! What became of each tenth of a list: whether the share that was removed falls from the head to the tail.

use super::place::Frame;
use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, GRID, INK, TEXT, WIDTH};
use super::{Chart, DataTable};
use crate::units::{Estimate, format};

const HEIGHT: i32 = 420;
const AREA: Frame = Frame { left: 92, top: 30, right: 920, bottom: 340 };
/// Half the width of a bar.
const HALF: i32 = 28;

/// A tenth of a list, from its head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tenth {
    /// Capabilities in it.
    pub capabilities: u64,
    /// Of them removed.
    pub removed: u64,
    /// Their share with its interval, 0–1; `None` for an empty tenth.
    pub share: Option<Estimate>,
}

/// The share that was removed by tenth, with its intervals and the share of all; `None` where no tenth holds anything.
#[must_use]
pub fn removed_by_tenth(tenths: &[Tenth]) -> Option<Chart> {
    let sum = |of: fn(&Tenth) -> u64| tenths.iter().map(of).sum::<u64>();
    let (all, removed) = (sum(|tenth| tenth.capabilities), sum(|tenth| tenth.removed));
    if all == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
    let overall = removed as f64 / all as f64;
    let head = tenths.first().map_or(0, |tenth| tenth.removed);
    let rows = (1_u64..).zip(tenths).map(|(number, tenth)| {
        let share =
            tenth.share.map_or_else(|| format::UNKNOWN.to_owned(), |share| format::percent_with_interval(&share));
        vec![format::count(number), format::count(tenth.capabilities), format::count(tenth.removed), share]
    });
    Some(Chart {
        id: "removed-by-tenth",
        title: "Removed by tenth of the list".into(),
        finding: format!(
            "{} of the {} that were removed stand in the first tenth of the list; of all, {} were removed.",
            format::count(head),
            format::count(removed),
            format::percent(overall)
        ),
        note: "One bar a tenth, from the head of the list to its tail, with 95 % intervals. The dashed line is the share of all, which a blind order would show in every tenth.".into(),
        table: DataTable::new(&["Tenth", "Capabilities", "Removed", "Share"], rows.collect()),
        scene: draw(tenths, overall),
    })
}

fn draw(tenths: &[Tenth], overall: f64) -> Scene {
    let mut scene = Scene::new(WIDTH, HEIGHT);
    let highest = tenths.iter().filter_map(|tenth| tenth.share).map(|share| share.high).fold(overall, f64::max);
    let y = Scale::linear((0.0, highest * 1.05), (AREA.bottom, AREA.top));
    for tick in y.ticks() {
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, y.at(tick)), format::percent(tick), Anchor::End);
    }
    let count = i32::try_from(tenths.len()).unwrap_or(10).max(1);
    let step = (AREA.right - AREA.left) / count;
    for (place, tenth) in (0..).zip(tenths) {
        let x = AREA.left + step * place + step / 2;
        scene.note((x, AREA.bottom + 18), format::count(u64::from(place.unsigned_abs()) + 1), Anchor::Middle);
        let Some(share) = tenth.share else { continue };
        scene.rect((x - HALF, y.at(share.point)), (x + HALF, AREA.bottom), BLUE);
        scene.line(vec![(x, y.at(share.low)), (x, y.at(share.high))], INK, 2, Dash::Solid);
    }
    scene.line(vec![(AREA.left, y.at(overall)), (AREA.right, y.at(overall))], INK, 2, Dash::Long);
    scene.styled(
        (AREA.right, y.at(overall) - 12),
        format!("{} of all", format::percent(overall)),
        Anchor::End,
        (TEXT, INK, true),
    );
    scene.note((AREA.right, AREA.bottom + 44), "tenth of the list, from its head →", Anchor::End);
    scene.upright((16, i32::midpoint(AREA.top, AREA.bottom)), "removed, share of the tenth");
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenth(capabilities: u64, removed: u64, share: Option<(f64, f64, f64)>) -> Tenth {
        let share = share.map(|(point, low, high)| Estimate { point, low, high, n: capabilities });
        Tenth { capabilities, removed, share }
    }

    #[test]
    fn what_is_drawn_stands_in_its_table() {
        let chart =
            removed_by_tenth(&[tenth(10, 4, Some((0.4, 0.17, 0.69))), tenth(10, 1, Some((0.1, 0.02, 0.4)))]).unwrap();
        assert!(chart.finding.contains("4 of the 5") && chart.finding.contains("25\u{202f}%"), "{}", chart.finding);
        assert_eq!(chart.table.rows[0][..3], ["1", "10", "4"]);
        let svg = crate::chart::svg(&chart).unwrap();
        assert!(svg.contains("of all") && svg.contains("tenth of the list"), "{svg}");
    }

    #[test]
    fn nothing_is_drawn_of_nothing_and_an_empty_tenth_has_no_bar() {
        assert_eq!(removed_by_tenth(&[]), None);
        assert_eq!(removed_by_tenth(&[tenth(0, 0, None)]), None);
        let chart = removed_by_tenth(&[tenth(1, 1, Some((1.0, 0.2, 1.0))), tenth(0, 0, None)]).unwrap();
        assert_eq!(chart.table.rows[1][3], format::UNKNOWN);
    }
}
