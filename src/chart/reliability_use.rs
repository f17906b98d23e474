//! How much of the account-time integrations are broken, against how many accounts use them.

use super::marks::{self, Form};
use super::place::{self, Frame, Wanted};
use super::scale::Scale;
use super::scene::{Anchor, Scene, cut};
use super::theme::{BLUE, Color, Dash, GRID, INK, MUTED, PAPER, SMALL, SOFT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject, render};
use crate::integrations::{Reliability, Standing};
use crate::units::format;

const HEIGHT: i32 = 560;
const AREA: Frame = Frame { left: 92, top: 44, right: 930, bottom: 488 };
/// A smaller part, none too, is drawn at the edge.
const LEAST: f64 = 0.0001;

/// Room for the words of the quadrants above the best and below the worst.
const WORDS: i32 = 26;

/// An integration on the chart.
struct Mark<'a> {
    name: &'a str,
    accounts: u64,
    reliability: &'a Reliability,
}

impl Mark<'_> {
    /// The broken part: point, low, high.
    fn broken(&self) -> (f64, f64, f64) {
        let score = self.reliability.score;
        let part = |score: f64| (1.0 - score).clamp(0.0, 1.0);
        (part(score.point), part(score.high), part(score.low))
    }
}

/// The chart; `None` when of no integration both are known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let mut marks: Vec<Mark> = subject
        .integrations
        .facts
        .iter()
        .filter_map(|facts| {
            let reliability = facts.reliability.as_ref()?;
            let of = subject.facts.capabilities.get(facts.capability)?;
            Some(Mark { name: &of.capability.name, accounts: of.active_accounts?, reliability })
        })
        .collect();
    marks.sort_by_key(|mark| mark.reliability.rank);
    let target = usual_target(&marks)?;
    let unnamed = marks.len().saturating_sub(subject.settings.top);
    let (scene, crowded) = draw(subject, &marks, target);
    let mut note = format!(
        "Each sign is an integration: how much of its account-time it was broken, with the 95 % interval, against the accounts that used it. Both axes are logarithmic; what was hardly ever broken is drawn at the uppermost line. The broken line is the target, at most {} broken. A filled diamond misses its target with the whole interval, a disc meets it, an open circle is undecided: the runs are too few or the line crosses the interval.",
        format::percent(1.0 - target)
    );
    if unnamed + crowded > 0 {
        note = format!(
            "{note} {} had no room for a name; the table has all.",
            format::counted((unnamed + crowded) as u64, "integration")
        );
    }
    Some(Chart {
        id: "reliability-against-use",
        title: "Reliability against use".into(),
        finding: finding(&marks),
        note,
        table: table(&marks),
        scene,
    })
}

/// The target of most; of several the highest. `None` without marks.
fn usual_target(marks: &[Mark]) -> Option<f64> {
    let mut targets: Vec<f64> = marks.iter().map(|mark| mark.reliability.target).collect();
    targets.sort_by(f64::total_cmp);
    let groups = targets.chunk_by(|a, b| a.total_cmp(b).is_eq());
    groups.max_by_key(|group| group.len())?.first().copied()
}

fn finding(marks: &[Mark]) -> String {
    let standing =
        |standing: Standing| marks.iter().filter(|mark| mark.reliability.standing == standing).count() as u64;
    let missing = marks.iter().filter(|mark| mark.reliability.standing == Standing::Misses);
    let worst = missing.max_by(|a, b| a.reliability.broken_hours.total_cmp(&b.reliability.broken_hours));
    let named = worst.map_or_else(String::new, |mark| {
        let (broken, low, high) = mark.broken();
        format!(
            " Most account-hours were broken on {}: {} of its time ({}), used by {}.",
            mark.name,
            format::percent(broken),
            format::percent_range(low, high),
            format::counted(mark.accounts, "account")
        )
    });
    format!(
        "Of {} {} miss the target, {} meet it, and of {} the data cannot say.{named}",
        format::counted(marks.len() as u64, "integration"),
        format::count(standing(Standing::Misses)),
        format::count(standing(Standing::Meets)),
        format::count(standing(Standing::Undecided))
    )
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn draw(subject: Subject, marks: &[Mark], target: f64) -> (Scene, usize) {
    let most = marks.iter().map(|mark| mark.accounts).max().unwrap_or(1).max(10) as f64;
    let worst =
        marks.iter().map(|mark| mark.broken().2.max(mark.broken().0 * 1.5)).fold((1.0 - target) * 4.0, f64::max);
    let x = Scale::logarithmic((1.0, most * 1.4), (AREA.left, AREA.right));
    // Downwards is worse.
    let y = Scale::logarithmic((LEAST, worst.clamp(LEAST * 10.0, 1.0)), (AREA.top + WORDS, AREA.bottom - WORDS));
    let mut scene = Scene::new(WIDTH, HEIGHT);
    for tick in x.ticks() {
        scene.line(vec![(x.at(tick), AREA.top), (x.at(tick), AREA.bottom)], GRID, 1, Dash::Solid);
        scene.note((x.at(tick), AREA.bottom + 16), format!("{tick:.0}"), Anchor::Middle);
    }
    for tick in y.ticks() {
        scene.line(vec![(AREA.left, y.at(tick)), (AREA.right, y.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.left - 8, y.at(tick)), format::percent(tick), Anchor::End);
    }
    scene.note((AREA.right, AREA.bottom + 40), "accounts that used it in the period →", Anchor::End);
    scene.upright((18, i32::midpoint(AREA.top, AREA.bottom)), "← broken part of the account-time");
    let line = y.at(1.0 - target);
    let much = x.at((subject.settings.rare_below * subject.facts.base.accounts as f64).max(1.0));
    scene.line(vec![(AREA.left, line), (AREA.right, line)], INK, 2, Dash::Long);
    scene.line(vec![(much, AREA.top), (much, AREA.bottom)], SOFT, 1, Dash::Dotted);
    let label = format!("target: at most {} broken", format::percent(1.0 - target));
    let mut obstacles = vec![Frame { top: line - 3, bottom: line + 3, ..AREA }];
    let mut words = |at: (i32, i32), text: String, anchor: Anchor, style: (i32, Color, bool)| {
        let width = render::text_width(&text, style.0) + 8;
        let left = if anchor == Anchor::End { at.0 - width } else { at.0 };
        obstacles.push(Frame { left, right: left + width, top: at.1 - 9, bottom: at.1 + 9 });
        scene.styled(at, text, anchor, style);
    };
    words((AREA.left + 6, line - 12), label, Anchor::Start, (SMALL, SOFT, false));
    words((AREA.right - 6, AREA.top + 12), "much used, keeps its promise".into(), Anchor::End, (SMALL, SOFT, false));
    words(
        (AREA.right - 6, AREA.bottom - 12),
        "much used and unreliable: repair".into(),
        Anchor::End,
        (SMALL, VERMILION, true),
    );
    if much - AREA.left > 150 {
        let base = format!("{} of the base", format::percent(subject.settings.rare_below));
        words((much - 6, AREA.top + 12), base, Anchor::End, (SMALL, SOFT, false));
    }
    if much - AREA.left > 320 {
        let rare = "little used and unreliable: is it worth it?";
        words((AREA.left + 6, AREA.bottom - 12), rare.into(), Anchor::Start, (SMALL, SOFT, true));
    }
    let at = |mark: &Mark| (x.at(mark.accounts as f64), y.at(mark.broken().0));
    for mark in marks.iter().rev() {
        let (_, low, high) = mark.broken();
        let (place, color) = (at(mark), style(mark).1);
        let (top, bottom) = (y.at(low), y.at(high));
        scene.line(vec![(place.0, top), (place.0, bottom)], color, 2, Dash::Solid);
        obstacles.push(Frame { left: place.0 - 3, right: place.0 + 3, top, bottom });
    }
    for mark in marks.iter().rev() {
        let (form, color, filled) = style(mark);
        marks::mark(&mut scene, at(mark), (form, 6), color, filled);
    }
    let named = &marks[..marks.len().min(subject.settings.top)];
    let crowded = names(&mut scene, named, &obstacles, at);
    (scene, crowded)
}

/// Names what has room. Gives the number without.
fn names(scene: &mut Scene, named: &[Mark], obstacles: &[Frame], at: impl Fn(&Mark) -> (i32, i32)) -> usize {
    let texts: Vec<String> = named.iter().map(|mark| cut(mark.name, 24)).collect();
    let wanted: Vec<Wanted> = named
        .iter()
        .zip(&texts)
        .map(|(mark, text)| Wanted {
            at: at(mark),
            radius: 7,
            width: render::text_width(text, SMALL) + 4,
            height: SMALL + 4,
        })
        .collect();
    let placed = place::labels(AREA, &wanted, obstacles);
    for ((want, text), frame) in wanted.iter().zip(texts).zip(&placed) {
        let Some(frame) = frame else { continue };
        if let Some(end) = place::leader(want.at, want.radius, *frame) {
            scene.line(vec![want.at, end], SOFT, 1, Dash::Solid);
        }
        scene.rect((frame.left, frame.top), (frame.right, frame.bottom), PAPER);
        let at = (frame.left + 2, i32::midpoint(frame.top, frame.bottom));
        scene.styled(at, text, Anchor::Start, (SMALL, INK, false));
    }
    placed.iter().filter(|frame| frame.is_none()).count()
}

fn style(mark: &Mark) -> (Form, Color, bool) {
    match mark.reliability.standing {
        Standing::Misses => (Form::Diamond, VERMILION, true),
        Standing::Meets => (Form::Circle, MUTED, true),
        Standing::Undecided => (Form::Circle, BLUE, false),
    }
}

fn table(marks: &[Mark]) -> DataTable {
    let row = |mark: &Mark| {
        let (broken, low, high) = mark.broken();
        let standing = match mark.reliability.standing {
            Standing::Meets => "meets",
            Standing::Misses => "misses",
            Standing::Undecided => "undecided",
        };
        vec![
            mark.reliability.rank.to_string(),
            mark.name.to_owned(),
            format::count(mark.accounts),
            format!("{} ({})", format::percent(broken), format::percent_range(low, high)),
            format::percent(1.0 - mark.reliability.target),
            standing.to_owned(),
            format::decimal(mark.reliability.broken_hours),
            format::decimal(mark.reliability.expected_broken_hours.point),
        ]
    };
    DataTable::new(
        &[
            "Rank",
            "Integration",
            "Active accounts",
            "Broken part of the account-time",
            "Target, at most",
            "Standing",
            "Account-hours broken",
            "To expect next quarter",
        ],
        marks.iter().map(row).collect(),
    )
}
