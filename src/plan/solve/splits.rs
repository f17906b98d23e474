//! Ways to split what is open in two.

use super::program::{INTEGRAL, Point};
use super::reduced::{Open, span};

/// A way to split what is open in two.
#[derive(Debug, Clone)]
pub(super) struct Split {
    pub candidate: usize,
    /// On the month and not on whether.
    pub timing: bool,
    pub parts: [Open; 2],
    /// How much of the relaxation's point each part cuts off.
    pub cut_off: [f64; 2],
}

/// All ways to split: whether a candidate goes, where it does in part; when, where its months are several.
pub(super) fn splits(open: &Open, point: &Point, wave_span: &[(usize, usize)]) -> Vec<Split> {
    let mut splits = Vec::new();
    for (candidate, parts) in point.0.iter().enumerate() {
        let goes: f64 = parts.iter().map(|(_, part)| part).sum();
        if !open.must[candidate] && goes > INTEGRAL && goes < 1.0 - INTEGRAL {
            let (mut stays, mut leaves) = (open.clone(), open.clone());
            stays.months[candidate] = 0;
            leaves.must[candidate] = true;
            splits.push(Split { candidate, timing: false, parts: [stays, leaves], cut_off: [goes, 1.0 - goes] });
        }
        let several: Vec<(usize, f64)> = parts.iter().copied().filter(|(_, part)| *part > INTEGRAL).collect();
        let Some((at, left)) = middle(&several, wave_span) else { continue };
        let (mut early, mut late) = (open.clone(), open.clone());
        early.months[candidate] &= span(0, at);
        late.months[candidate] &= !span(0, at);
        splits.push(Split { candidate, timing: true, parts: [early, late], cut_off: [goes - left, left] });
    }
    splits
}

/// The month after which about half of what goes still goes, with what goes until then: the end of a wave where it goes in several, since
/// most budgets are by wave. `None` where it goes in one month alone.
fn middle(parts: &[(usize, f64)], wave_span: &[(usize, usize)]) -> Option<(usize, f64)> {
    let half = parts.iter().map(|(_, part)| part).sum::<f64>() / 2.0;
    let mut left = 0.0;
    let cuts = parts.windows(2).map(|pair| {
        left += pair[0].1;
        let within = wave_span[pair[0].0] == wave_span[pair[1].0];
        (within, (left - half).abs(), pair[0].0, left)
    });
    let best = cuts.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)))?;
    Some((best.2, best.3))
}
