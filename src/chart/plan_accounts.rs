//! Accounts that each wave of the plan touches, against what it may touch.

use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, GRID, INK, ROW, SMALL, TEXT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject, render};
use crate::plan::{BudgetUse, Plan};
use crate::units::{Money, format};

const NAMES: i32 = 150;
const AREA: (i32, i32) = (168, 690);
const REMOVALS: i32 = 775;
const AT_RISK: i32 = 940;
const TOP: i32 = 48;
/// Waves that are drawn; all of them stand in the table.
const WAVES: usize = 24;

/// A row: its name, what is used, and the removals behind it.
type Line<'a> = (&'a str, &'a BudgetUse, usize);

/// The bars; `None` where nothing is removed.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let plan = subject.plan.filter(|plan| !plan.chosen.is_empty())?;
    let lines = lines(plan);
    let from = lines.iter().position(|(.., removals)| *removals > 0)?;
    let until = lines.iter().rposition(|(.., removals)| *removals > 0)?;
    let shown = &lines[from..=until];
    let drawn: Vec<Line> =
        shown.iter().take(WAVES).copied().chain([("all waves", &plan.overall, plan.chosen.len())]).collect();
    #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
    let most =
        drawn.iter().map(|(_, of, _)| (of.accounts as f64).max(of.accounts_limit.unwrap_or(0.0))).fold(1.0, f64::max);
    let scale = Scale::linear((0.0, most * 1.08), AREA);
    let bottom = TOP + ROW * i32::try_from(drawn.len()).ok()?;
    let mut scene = Scene::new(WIDTH, bottom + 56);
    axis(&mut scene, scale, bottom);
    for (row, line) in (0..).zip(&drawn) {
        let whole = line.0 == "all waves";
        draw(&mut scene, subject, scale, (TOP + ROW * row, whole), *line);
    }
    let rest = (shown.len() - shown.len().min(WAVES)) as u64;
    let rest = if rest > 0 {
        format!(" {} later had no room and stand in the table.", format::counted(rest, "wave"))
    } else {
        String::new()
    };
    Some(Chart {
        id: "plan-accounts",
        title: "Accounts touched, against the budget".into(),
        finding: finding(subject, plan, &lines),
        note: format!(
            "One bar a wave: accounts of the base that use anything that it removes, each counted once; the broken line is the most that a wave, and in the last row all waves together, may touch. An account that is touched twice stands in both waves and once in the last row, so that the bars do not add up to it.{rest}"
        ),
        table: table(subject, plan, &lines),
        scene,
    })
}

fn lines(plan: &Plan) -> Vec<Line<'_>> {
    let removals = |wave: usize| plan.chosen.iter().filter(|removal| removal.wave == wave).count();
    plan.waves.iter().enumerate().map(|(index, wave)| (wave.label.as_str(), &wave.budget, removals(index))).collect()
}

fn axis(scene: &mut Scene, scale: Scale, bottom: i32) {
    for tick in scale.ticks().into_iter().filter(|tick| tick.fract() == 0.0) {
        scene.line(vec![(scale.at(tick), TOP - 6), (scale.at(tick), bottom)], GRID, 1, Dash::Solid);
        scene.note((scale.at(tick), bottom + 16), format::count(accounts(tick)), Anchor::Middle);
    }
    scene.note((i32::midpoint(AREA.0, AREA.1), bottom + 38), "accounts touched", Anchor::Middle);
    scene.line(vec![(AREA.0, TOP - 30), (AREA.0, TOP - 14)], INK, 2, Dash::Short);
    scene.note((AREA.0 + 10, TOP - 22), "at most", Anchor::Start);
    scene.note((REMOVALS, TOP - 22), "removals", Anchor::End);
    scene.note((AT_RISK, TOP - 22), "ARR at risk", Anchor::End);
}

fn draw(scene: &mut Scene, subject: Subject, scale: Scale, (top, whole): (i32, bool), (name, of, removals): Line) {
    let y = top + ROW / 2;
    if whole {
        scene.line(vec![(16, top), (AT_RISK, top)], GRID, 2, Dash::Solid);
    }
    scene.styled((NAMES, y), name, Anchor::End, (TEXT, INK, whole));
    #[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
    let touched = of.accounts as f64;
    let over = of.accounts_limit.is_some_and(|limit| touched > limit);
    let to = scale.at(touched);
    if of.accounts > 0 {
        scene.rect((AREA.0, y - 9), (to.max(AREA.0 + 1), y + 9), if over { VERMILION } else { BLUE });
    }
    let text = format::count(of.accounts);
    let inside = to - AREA.0 > render::text_width(&text, SMALL) + 14;
    let (x, anchor, color) =
        if inside { (to - 6, Anchor::End, super::theme::PAPER) } else { (to + 6, Anchor::Start, INK) };
    scene.styled((x, y), text, anchor, (SMALL, color, true));
    if let Some(limit) = of.accounts_limit {
        scene.line(vec![(scale.at(limit), top + 1), (scale.at(limit), top + ROW - 1)], INK, 2, Dash::Short);
    }
    scene.note((REMOVALS, y), format::count(removals as u64), Anchor::End);
    scene.note((AT_RISK, y), subject.money(Money::from_units(of.arr_at_risk)), Anchor::End);
}

fn finding(subject: Subject, plan: &Plan, lines: &[Line]) -> String {
    let fullest = lines.iter().max_by(|a, b| a.1.accounts.cmp(&b.1.accounts).then_with(|| b.0.cmp(a.0)));
    let fullest = fullest.map_or_else(String::new, |(name, of, _)| {
        let limit = of
            .accounts_limit
            .map_or_else(String::new, |limit| format!(" of at most {}", format::count(accounts(limit))));
        format!(" The fullest wave is {name} with {}{limit}.", format::counted(of.accounts, "account"))
    });
    let limit = plan.overall.accounts_limit;
    let limit = limit.map_or_else(String::new, |limit| format!(", of at most {}", format::count(accounts(limit))));
    let most = plan.waves.iter().map(|wave| wave.most_per_account).max().unwrap_or(0);
    let twice = if most > 1 {
        format!(" No account meets more than {} removals in one wave.", format::count(most))
    } else {
        String::new()
    };
    format!(
        "The plan touches {} of {}{limit}.{fullest}{twice}",
        format::count(plan.overall.accounts),
        format::counted(subject.facts.base.accounts, "account"),
    )
}

/// Whole accounts of a limit or a tick.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "accounts, from nothing up")]
fn accounts(of: f64) -> u64 {
    of.max(0.0).floor() as u64
}

fn table(subject: Subject, plan: &Plan, lines: &[Line]) -> DataTable {
    let limit =
        |limit: Option<f64>| limit.map_or_else(|| "no limit".to_owned(), |limit| format::count(accounts(limit)));
    let money = |amount: Option<f64>| {
        amount.map_or_else(|| "no limit".to_owned(), |amount| subject.money(Money::from_units(amount)))
    };
    let row = |(name, of, removals): &Line| {
        vec![
            (*name).to_owned(),
            format::count(*removals as u64),
            format::count(of.accounts),
            limit(of.accounts_limit),
            money(Some(of.arr_at_risk)),
            money(of.arr_limit),
        ]
    };
    let all = ("all waves", &plan.overall, plan.chosen.len());
    DataTable::new(
        &["Wave", "Removals", "Accounts touched", "At most", "ARR at risk, a year", "At most"],
        lines.iter().chain([&all]).map(row).collect(),
    )
}
