//! Labels that never lie on each other.

use super::scene::Point;

/// A rectangle in pixels: left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Frame {
    pub fn overlaps(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn holds(self, inner: Self) -> bool {
        self.left <= inner.left && self.top <= inner.top && inner.right <= self.right && inner.bottom <= self.bottom
    }
}

/// A point with its bubble, and the size of the label that it would have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub at: Point,
    pub radius: i32,
    pub width: i32,
    pub height: i32,
}

/// Places labels greedily, the first wanted first: to the right, left, above, below of the point, askew, and then
/// further away. `None` where every place would leave the area or lie on another label, on another wanted point or on an obstacle.
pub(super) fn labels(area: Frame, wanted: &[Wanted], obstacles: &[Frame]) -> Vec<Option<Frame>> {
    let bubbles: Vec<Frame> = wanted.iter().map(|want| around(want.at, want.radius)).collect();
    let mut placed: Vec<Frame> = Vec::new();
    wanted
        .iter()
        .enumerate()
        .map(|(index, want)| {
            let free = |frame: &Frame| {
                let others = bubbles.iter().enumerate().filter(|(other, _)| *other != index);
                area.holds(*frame)
                    && !placed.iter().any(|label| label.overlaps(*frame))
                    && !others.into_iter().any(|(_, bubble)| bubble.overlaps(*frame))
                    && !obstacles.iter().any(|obstacle| obstacle.overlaps(*frame))
            };
            let found = places(want).find(free);
            placed.extend(found);
            found
        })
        .collect()
}

/// The square about a point.
pub(super) fn around((x, y): Point, radius: i32) -> Frame {
    Frame { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
}

/// Places about a point, the nearest ring first; the outer ones want a leader line.
fn places(want: &Wanted) -> impl Iterator<Item = Frame> {
    const RINGS: [i32; 5] = [0, 22, 46, 72, 100];
    let (x, y) = want.at;
    let (w, h) = (want.width, want.height);
    let frame = move |left: i32, top: i32| Frame { left, top, right: left + w, bottom: top + h };
    let radius = want.radius;
    RINGS.into_iter().flat_map(move |ring| {
        let gap = radius + 4 + ring;
        [
            frame(x + gap, y - h / 2),
            frame(x - gap - w, y - h / 2),
            frame(x - w / 2, y - gap - h),
            frame(x - w / 2, y + gap),
            frame(x + gap, y - gap - h / 2),
            frame(x + gap, y + gap - h / 2),
            frame(x - gap - w, y - gap - h / 2),
            frame(x - gap - w, y + gap - h / 2),
        ]
    })
}

/// Where a leader line from a point meets its label; `None` when the label stands next to the point.
pub(super) fn leader((x, y): Point, radius: i32, label: Frame) -> Option<Point> {
    let nearest = (x.clamp(label.left, label.right), y.clamp(label.top, label.bottom));
    let far = (nearest.0 - x).abs().max((nearest.1 - y).abs()) > radius + 12;
    far.then_some(nearest)
}

/// Spreads heights so that neighbours are at least `gap` apart, within `low` … `high` as far as they fit. The order of the
/// heights is kept.
pub(super) fn spread(heights: &[i32], gap: i32, (low, high): (i32, i32)) -> Vec<i32> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by_key(|&index| (heights[index], index));
    let mut placed = vec![0; heights.len()];
    let mut lowest = low;
    for &index in &order {
        placed[index] = heights[index].max(lowest);
        lowest = placed[index] + gap;
    }
    let mut highest = high;
    for &index in order.iter().rev() {
        placed[index] = placed[index].min(highest);
        highest = placed[index] - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn heights_spread_and_keep_their_order() {
        assert_eq!(spread(&[10, 10, 10], 5, (0, 100)), [10, 15, 20]);
        assert_eq!(spread(&[100, 98, 0], 10, (0, 100)), [100, 90, 0]);
        assert_eq!(spread(&[], 10, (0, 100)), [0; 0]);
    }

    #[test]
    fn a_label_far_away_has_a_leader() {
        let label = Frame { left: 50, top: -8, right: 90, bottom: 8 };
        assert_eq!(leader((0, 0), 5, label), Some((50, 0)));
        assert_eq!(leader((40, 0), 5, label), None);
    }

    proptest! {
        #[test]
        fn labels_never_lie_on_each_other(points in prop::collection::vec((0_i32..900, 0_i32..500, 2_i32..20), 0..40)) {
            let obstacle = around((480, 280), 60);
            let area = Frame { left: 0, top: 0, right: 960, bottom: 560 };
            let wanted: Vec<Wanted> =
                points.iter().map(|&(x, y, radius)| Wanted { at: (x, y), radius, width: 90, height: 16 }).collect();
            let placed: Vec<Frame> = labels(area, &wanted, &[obstacle]).into_iter().flatten().collect();
            prop_assert!(!placed.iter().any(|label| label.overlaps(obstacle)));
            for (index, label) in placed.iter().enumerate() {
                prop_assert!(area.holds(*label));
                prop_assert!(!placed[index + 1..].iter().any(|other| other.overlaps(*label)));
            }
        }
    }
}
