//! From the run cost of a year as it is to what it will be: what each removal of the plan frees.

use super::scale::Scale;
use super::scene::{Anchor, Scene, cut};
use super::theme::{BLUE, Color, Dash, GREEN, GRID, INK, MUTED, PAPER, ROW, SMALL, SOFT, TEXT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::plan::{Removal, Yearly};
use crate::units::{Money, Share, format};

const NAMES: i32 = 218;
const AREA: (i32, i32) = (232, 800);
const AMOUNTS: i32 = 930;
const TOP: i32 = 30;
/// How much of the scale what is freed takes at least; where it is less of the whole, the bars of the whole are broken.
const FREED: f64 = 0.4;

/// A step: its name, and the change that it brings.
type Step = (String, f64);

/// The waterfall; `None` where nothing is removed, or of nothing of it the run cost is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let plan = subject.plan.filter(|plan| !plan.chosen.is_empty())?;
    let yearly = plan.forecast.yearly.as_ref()?;
    let steps = steps(subject, yearly);
    let after = yearly.without + yearly.change.0;
    let ends = (yearly.without + yearly.change.1, yearly.without + yearly.change.2);
    let (scale, broken) = scale(yearly, &steps, ends.0);
    let bottom = TOP + ROW * i32::try_from(steps.len() + 2).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    axis(&mut scene, subject, scale, bottom);
    whole(&mut scene, subject, (scale, broken), (TOP, "run cost now"), (yearly.without, MUTED));
    let mut sum = yearly.without;
    for (row, (name, change)) in (1..).zip(&steps) {
        let (y, next) = (TOP + ROW * row + ROW / 2, sum + change);
        scene.line(vec![(scale.at(sum), y - ROW + 9), (scale.at(sum), y - 9)], SOFT, 1, Dash::Solid);
        scene.text((NAMES, y), cut(name, 26), Anchor::End);
        let (from, to) = (scale.at(sum.min(next)), scale.at(sum.max(next)));
        scene.rect((from, y - 9), (to.max(from + 1), y + 9), if *change <= 0.0 { BLUE } else { VERMILION });
        scene.note((AMOUNTS, y), subject.money(Money::from_units(*change)), Anchor::End);
        sum = next;
    }
    let y = bottom - ROW / 2;
    scene.line(vec![(scale.at(sum), y - ROW + 9), (scale.at(sum), y - 9)], SOFT, 1, Dash::Solid);
    whole(&mut scene, subject, (scale, broken), (bottom - ROW, "run cost after"), (after, GREEN));
    scene.line(vec![(scale.at(ends.0), y), (scale.at(ends.1), y)], INK, 2, Dash::Solid);
    for end in [ends.0, ends.1] {
        scene.line(vec![(scale.at(end), y - 5), (scale.at(end), y + 5)], INK, 2, Dash::Solid);
    }
    let broken =
        if broken { " The bars of the whole cost are broken: they begin at zero, far to the left." } else { "" };
    Some(Chart {
        id: "plan-waterfall",
        title: "What the plan frees of the run cost of a year".into(),
        finding: finding(subject, yearly),
        note: format!(
            "Run cost of a year at the rate of the period, less what each removal ends of it, in the order of their days; the whisker of the last bar holds the result in eight of ten simulated runs. Work to remove, and revenue that may leave, are no run cost and stand in the net benefit.{broken}"
        ),
        table: table(subject, yearly, &plan.chosen),
        scene,
    })
}

/// The removals by day, those that free least gathered where there are too many. Those of which it is not known have no step.
fn steps(subject: Subject, yearly: &Yearly) -> Vec<Step> {
    let known: Vec<(usize, f64)> =
        yearly.by_removal.iter().filter_map(|(capability, change)| Some((*capability, (*change)?.0))).collect();
    let top = subject.settings.top;
    let mut by_size: Vec<usize> = (0..known.len()).collect();
    by_size.sort_by(|a, b| known[*a].1.total_cmp(&known[*b].1).then(a.cmp(b)));
    let named = if known.len() > top { &by_size[..top.saturating_sub(1)] } else { &by_size[..] };
    let mut steps = Vec::new();
    let mut rest = (0, 0.0);
    for (place, (capability, change)) in known.iter().enumerate() {
        if named.contains(&place) {
            steps.push((subject.name(*capability).to_owned(), *change));
        } else {
            rest = (rest.0 + 1, rest.1 + change);
        }
    }
    if rest.0 > 0 {
        steps.push((format!("{} others", format::count(rest.0)), rest.1));
    }
    steps
}

/// From zero, unless what is freed would be a sliver; and whether the bars of the whole are broken.
fn scale(yearly: &Yearly, steps: &[Step], low: f64) -> (Scale, bool) {
    let (mut sum, mut least, mut most) = (yearly.without, low, yearly.without);
    for (_, change) in steps {
        sum += change;
        (least, most) = (least.min(sum), most.max(sum));
    }
    let room = (most - least) / FREED;
    let from = most - room;
    let broken = from > 0.0;
    let from = if broken { from } else { least.min(0.0) };
    (Scale::linear((from, most + 0.04 * (most - from)), AREA), broken)
}

fn axis(scene: &mut Scene, subject: Subject, scale: Scale, bottom: i32) {
    let ticks = scale.ticks();
    let every = ticks.len().div_ceil(4).max(1);
    for tick in ticks.into_iter().step_by(every) {
        scene.line(vec![(scale.at(tick), TOP - 6), (scale.at(tick), bottom)], GRID, 1, Dash::Solid);
        let amount = Money::from_units(tick).filter(|amount| *amount != Money::ZERO);
        let text = amount.map_or_else(|| "0".to_owned(), |amount| format::money(amount, "").trim().to_owned());
        scene.note((scale.at(tick), bottom + 16), text, Anchor::Middle);
    }
    let name = format!("run cost of a year, {}", subject.settings.currency);
    scene.note((i32::midpoint(AREA.0, AREA.1), bottom + 38), name, Anchor::Middle);
}

/// A bar of the whole cost.
fn whole(
    scene: &mut Scene,
    subject: Subject,
    (scale, broken): (Scale, bool),
    (top, name): (i32, &str),
    (cost, color): (f64, Color),
) {
    let y = top + ROW / 2;
    scene.styled((NAMES, y), name, Anchor::End, (TEXT, INK, true));
    let from = if broken { AREA.0 } else { scale.at(cost.min(0.0)) };
    scene.rect((from, y - 9), (scale.at(cost.max(0.0)).max(from + 1), y + 9), color);
    if broken {
        for x in [AREA.0 + 22, AREA.0 + 30] {
            scene.line(vec![(x + 4, y - 12), (x - 4, y + 12)], PAPER, 3, Dash::Solid);
        }
    }
    scene.styled((AMOUNTS, y), subject.money(Money::from_units(cost)), Anchor::End, (SMALL, INK, true));
}

fn finding(subject: Subject, yearly: &Yearly) -> String {
    let money = |units: f64| subject.money(Money::from_units(units));
    let (mean, low, high) = yearly.change;
    let share = Share::of(-mean, yearly.without);
    let share = share.map_or_else(String::new, |share| format!(" ({})", format::percent(share.value())));
    let most = yearly.by_removal.iter().filter_map(|(capability, change)| Some((*capability, (*change)?.0)));
    let most = most.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let most = most.map_or_else(String::new, |(capability, change)| {
        format!(" {} frees the most, {}.", subject.name(capability), money(-change))
    });
    format!(
        "Once everything is gone, {} of {} run cost a year ends{share}, in eight of ten simulated runs between {} and {}.{most}",
        money(-mean),
        money(yearly.without),
        money(-high),
        money(-low),
    )
}

fn table(subject: Subject, yearly: &Yearly, chosen: &[Removal]) -> DataTable {
    let money = |units: Option<f64>| subject.money(units.and_then(Money::from_units));
    let day = |capability: usize| {
        let removal = chosen.iter().find(|removal| removal.capability == capability);
        removal.map_or_else(|| format::UNKNOWN.to_owned(), |removal| removal.removed_on().to_string())
    };
    let mut rows =
        vec![vec!["run cost now".to_owned(), String::new(), money(Some(yearly.without)), String::new(), String::new()]];
    rows.extend(yearly.by_removal.iter().map(|(capability, change)| {
        vec![
            subject.name(*capability).to_owned(),
            day(*capability),
            money(change.map(|change| change.0)),
            money(change.map(|change| change.1)),
            money(change.map(|change| change.2)),
        ]
    }));
    let change = yearly.change;
    rows.push(vec![
        "all removals".to_owned(),
        String::new(),
        money(Some(change.0)),
        money(Some(change.1)),
        money(Some(change.2)),
    ]);
    let after = [change.0, change.1, change.2].map(|change| money(Some(yearly.without + change)));
    rows.push(["run cost after".to_owned(), String::new()].into_iter().chain(after).collect());
    DataTable::new(&["Step", "Gone on", "Mean", "10 %", "90 %"], rows)
}
