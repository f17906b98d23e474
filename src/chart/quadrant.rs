//! Adoption against cost share: who uses it, and what it takes.

use super::place::{self, Frame, Wanted};
use super::scale::Scale;
use super::scene::{Anchor, Scene, Shape, cut};
use super::theme::{BLUE, Color, Dash, GRID, INK, MUTED, PAPER, SMALL, SOFT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject, render};
use crate::decide::{Decision, Verdict};
use crate::metrics::CapabilityFacts;
use crate::units::{Money, Share, format};

const HEIGHT: i32 = 620;
const AREA: Frame = Frame { left: 92, top: 44, right: 930, bottom: 548 };
/// What is smaller, zero too, is drawn at the edge.
const LEAST_ADOPTION: f64 = 0.001;
const LEAST_COST: f64 = 0.0001;

/// A capability on the chart.
struct Mark<'a> {
    name: &'a str,
    adoption: f64,
    cost: f64,
    arr: Option<Money>,
    verdict: Verdict,
    rank: usize,
}

/// The quadrant; `None` unless some capability has both adoption and cost.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let marks: Vec<Mark> = subject.ranked().filter_map(|(decision, facts)| mark(decision, facts)).collect();
    let highest = marks.iter().map(|mark| mark.cost).fold(0.0, f64::max);
    if highest <= 0.0 {
        return None;
    }
    let x = Scale::logarithmic((LEAST_ADOPTION, 1.0), (AREA.left, AREA.right));
    let y = Scale::logarithmic((LEAST_COST, (highest * 1.6).min(1.0)), (AREA.bottom, AREA.top));
    let mut scene = Scene::new(WIDTH, HEIGHT);
    axes(&mut scene, x, y);
    let per_adoption = proportion(&marks, subject);
    lines(&mut scene, subject, x, y, per_adoption);
    let unnamed = bubbles(&mut scene, &marks, subject, x, y);
    let candidates = marks.iter().filter(|mark| mark.verdict.is_candidate());
    let taken: f64 = candidates.clone().map(|mark| mark.cost).sum();
    let mut note = String::from(
        "Each mark is a capability; its area is the ARR of the accounts that use it. Left of the upright line it is rare; above the slanted line it takes more of the run cost than a capability of that adoption usually takes of all use. Both axes are logarithmic; zero is drawn at the edge. Diamonds are candidates.",
    );
    if unnamed > 0 {
        let marks = format::counted(unnamed as u64, "mark");
        note = format!("{note} {marks} had no room for a name; the table has all.");
    }
    Some(Chart {
        id: "quadrant",
        title: "Who uses it, and what it takes".into(),
        finding: format!(
            "{} of {} capabilities are candidates; together they take {} of the attributed run cost.",
            candidates.count(),
            marks.len(),
            format::percent(taken)
        ),
        note,
        table: table(&marks, subject.settings.currency),
        scene,
    })
}

fn mark<'a>(decision: &Decision, facts: &'a CapabilityFacts) -> Option<Mark<'a>> {
    Some(Mark {
        name: &facts.capability.name,
        adoption: facts.adoption?.point,
        cost: facts.cost_share?.value(),
        arr: facts.arr_touched,
        verdict: decision.verdict,
        rank: decision.rank,
    })
}

/// The cost share that a unit of adoption would have if cost followed use: all use over all adoption.
fn proportion(marks: &[Mark], subject: Subject) -> f64 {
    let used: f64 = subject.ranked().filter_map(|(_, facts)| facts.usage_share).map(Share::value).sum();
    used / marks.iter().map(|mark| mark.adoption).sum::<f64>().max(f64::MIN_POSITIVE)
}

fn axes(scene: &mut Scene, x: Scale, y: Scale) {
    for tick in x.ticks() {
        let at = x.at(tick);
        scene.line(vec![(at, AREA.top), (at, AREA.bottom)], GRID, 1, Dash::Solid);
        scene.note((at, AREA.bottom + 16), format::percent(tick), Anchor::Middle);
    }
    for tick in y.ticks() {
        let at = y.at(tick);
        scene.line(vec![(AREA.left, at), (AREA.right, at)], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, at), format::percent(tick), Anchor::End);
    }
    scene.note((AREA.right, AREA.bottom + 40), "adoption, share of the accounts of the base →", Anchor::End);
    scene.upright((18, i32::midpoint(AREA.top, AREA.bottom)), "share of attributed run cost →");
}

fn lines(scene: &mut Scene, subject: Subject, x: Scale, y: Scale, per_adoption: f64) {
    let rare = x.at(subject.settings.rare_below);
    scene.line(vec![(rare, AREA.top), (rare, AREA.bottom)], INK, 2, Dash::Long);
    let label = format!("{} of accounts", format::percent(subject.settings.rare_below));
    scene.note((rare + 6, AREA.bottom - 12), label, Anchor::Start);
    let steps = (0..=60).map(|n| LEAST_ADOPTION * (1.0 / LEAST_ADOPTION).powf(f64::from(n) / 60.0));
    let top = y.at(f64::MAX);
    let slope: Vec<(i32, i32)> = steps
        .map(|adoption| (x.at(adoption), y.at(adoption * per_adoption)))
        .filter(|&(_, at)| at > top && at < AREA.bottom)
        .collect();
    // Near the lower end, where few capabilities lie.
    if let Some(&(x, y)) = slope.get(slope.len() / 8) {
        scene.note((x + 14, y + 10), "cost in proportion to use", Anchor::Start);
    }
    scene.line(slope, INK, 2, Dash::Short);
}

/// Draws the marks, candidates last, and names what has room. Gives the number of candidates without a name.
fn bubbles(scene: &mut Scene, marks: &[Mark], subject: Subject, x: Scale, y: Scale) -> usize {
    let most = marks.iter().filter_map(|mark| mark.arr).map(Money::units).fold(0.0, f64::max);
    let at = |mark: &Mark| (x.at(mark.adoption), y.at(mark.cost));
    let rare = x.at(subject.settings.rare_below);
    for mark in marks.iter().rev() {
        let (color, radius) = (color(mark.verdict), radius(mark, most));
        if mark.verdict.is_candidate() {
            scene.shapes.push(Shape::Diamond { at: at(mark), radius: radius.max(6), color });
        } else {
            scene.shapes.push(Shape::Circle { at: at(mark), radius, color, opacity: 0.35, outline: color });
        }
    }
    let named: Vec<&Mark> =
        marks.iter().filter(|mark| mark.verdict.is_candidate()).take(subject.settings.top).collect();
    let texts: Vec<String> = named.iter().map(|mark| cut(mark.name, 22)).collect();
    let wanted: Vec<Wanted> = named
        .iter()
        .zip(&texts)
        .map(|(mark, text)| Wanted {
            at: at(mark),
            radius: radius(mark, most).max(6),
            width: render::text_width(text, SMALL) + 4,
            height: SMALL + 4,
        })
        .collect();
    let kept = marks.iter().filter(|mark| !mark.verdict.is_candidate());
    let mut obstacles: Vec<Frame> = kept.map(|mark| place::around(at(mark), radius(mark, most))).collect();
    obstacles.push(Frame { left: rare - 3, right: rare + 3, ..AREA });
    let placed = place::labels(AREA, &wanted, &obstacles);
    for (want, frame) in wanted.iter().zip(&placed) {
        if let Some(end) = frame.and_then(|frame| place::leader(want.at, want.radius, frame)) {
            scene.line(vec![want.at, end], SOFT, 1, Dash::Solid);
        }
    }
    for (text, frame) in texts.iter().zip(&placed) {
        if let Some(frame) = frame {
            // On paper of its own, so that no leader line runs through a name.
            scene.rect((frame.left, frame.top), (frame.right, frame.bottom), PAPER);
            let at = (frame.left + 2, i32::midpoint(frame.top, frame.bottom));
            scene.styled(at, text.as_str(), Anchor::Start, (SMALL, INK, false));
        }
    }
    placed.iter().filter(|frame| frame.is_none()).count()
}

fn color(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Deprecate => VERMILION,
        Verdict::Watch => BLUE,
        Verdict::Keep => MUTED,
        _ => SOFT,
    }
}

/// Area in proportion to ARR; a small mark where none is known.
#[expect(clippy::cast_possible_truncation, reason = "between two sizes")]
fn radius(mark: &Mark, most: f64) -> i32 {
    let part = mark.arr.map_or(0.0, Money::units).max(0.0) / most.max(f64::MIN_POSITIVE);
    4 + (22.0 * part.sqrt()).round() as i32
}

fn table(marks: &[Mark], currency: &str) -> DataTable {
    let row = |mark: &Mark| {
        vec![
            mark.rank.to_string(),
            mark.name.to_owned(),
            format::percent(mark.adoption),
            format::percent(mark.cost),
            mark.arr.map_or_else(|| format::UNKNOWN.to_owned(), |arr| format::money(arr, currency)),
            mark.verdict.as_str().to_owned(),
        ]
    };
    DataTable::new(
        &["Rank", "Capability", "Adoption", "Cost share", "ARR touched", "Verdict"],
        marks.iter().map(row).collect(),
    )
}
