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

/// Places labels greedily, the first wanted first: to the right, left, above, below of the point and then askew. `None`
/// where every place would leave the area or lie on another label, on another wanted point or on an obstacle.
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
            let found = places(want).into_iter().find(free);
            placed.extend(found);
            found
        })
        .collect()
}

/// The square about a point.
pub(super) fn around((x, y): Point, radius: i32) -> Frame {
    Frame { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
}

fn places(want: &Wanted) -> [Frame; 8] {
    let (x, y) = want.at;
    let (gap, w, h) = (want.radius + 4, want.width, want.height);
    let frame = |left: i32, top: i32| Frame { left, top, right: left + w, bottom: top + h };
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
