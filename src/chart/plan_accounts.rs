//! How many accounts each wave touches, against what it may.

use super::net_benefit::thousands;
use super::scale::Scale;
use super::scene::{Anchor, Scene};
use super::theme::{BLUE, Dash, GRID, INK, SMALL, SOFT, VERMILION, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::plan::WaveUse;
use crate::units::{Money, format};

const AREA: (i32, i32) = (70, 930);
const TOP: i32 = 48;
const BOTTOM: i32 = 300;
/// Waves that are drawn at most.
const WAVES: usize = 24;

/// The bars; `None` where nothing is removed.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let plan = subject.plan.filter(|plan| !plan.chosen.is_empty())?;
    let waves: Vec<&WaveUse> = plan.waves.iter().take(WAVES).collect();
    let limit = waves.first()?.budget.accounts_limit;
    let most = waves.iter().map(|wave| units(wave.budget.accounts)).fold(limit.unwrap_or(0.0), f64::max);
    let scale = Scale::linear((0.0, most * 1.1), (BOTTOM, TOP));
    let mut scene = Scene::new(WIDTH, BOTTOM + 64);
    for tick in scale.ticks() {
        scene.line(vec![(AREA.0, scale.at(tick)), (AREA.1, scale.at(tick))], GRID, 1, Dash::Solid);
        scene.note((AREA.0 - 8, scale.at(tick)), thousands(tick), Anchor::End);
    }
    scene.note((AREA.0, TOP - 26), "accounts touched", Anchor::Start);
    let width = (AREA.1 - AREA.0) / i32::try_from(waves.len()).ok()?.max(1);
    for (place, wave) in (0..).zip(&waves) {
        let middle = AREA.0 + width * place + width / 2;
        let top = scale.at(units(wave.budget.accounts));
        if wave.budget.accounts > 0 {
            scene.rect((middle - width / 3, top), (middle + width / 3, BOTTOM), BLUE);
            scene.styled((middle, top - 12), format::count(wave.budget.accounts), Anchor::Middle, (SMALL, INK, true));
        }
        scene.note((middle, BOTTOM + 18), wave.label.clone(), Anchor::Middle);
    }
    scene.line(vec![(AREA.0, BOTTOM), (AREA.1, BOTTOM)], SOFT, 2, Dash::Solid);
    if let Some(limit) = limit {
        let y = scale.at(limit);
        scene.line(vec![(AREA.0, y), (AREA.1, y)], VERMILION, 2, Dash::Long);
        scene.styled((AREA.1, y - 12), "at most in a wave", Anchor::End, (SMALL, VERMILION, true));
    }
    let fullest = plan.waves.iter().max_by_key(|wave| (wave.budget.accounts, std::cmp::Reverse(wave.from)))?;
    let of_limit = limit.map_or_else(String::new, |limit| format!(" of at most {}", thousands(limit.floor())));
    Some(Chart {
        id: "plan-accounts",
        title: "Accounts touched by wave".into(),
        finding: format!(
            "The fullest wave is {} with {}{of_limit}; all removals together touch {}.",
            fullest.label,
            format::counted(fullest.budget.accounts, "account"),
            format::count(plan.overall.accounts)
        ),
        note: "An account that several removals of a wave touch is counted once; one that is touched in two waves is counted in each.".into(),
        table: table(subject, &plan.waves),
        scene,
    })
}

#[expect(clippy::cast_precision_loss, reason = "accounts lie far below 2^53")]
fn units(accounts: u64) -> f64 {
    accounts as f64
}

fn table(subject: Subject, waves: &[WaveUse]) -> DataTable {
    let whole = |limit: Option<f64>| limit.map_or_else(|| "no limit".to_owned(), |limit| thousands(limit.floor()));
    let row = |wave: &WaveUse| {
        vec![
            wave.label.clone(),
            format::count(wave.budget.accounts),
            whole(wave.budget.accounts_limit),
            subject.money(Money::from_units(wave.budget.arr_at_risk)),
            subject.money(wave.budget.arr_limit.and_then(Money::from_units)),
            wave.most_per_account.to_string(),
        ]
    };
    let head = ["wave", "accounts", "at most", "ARR at risk", "at most", "most removals per account"];
    DataTable::new(&head, waves.iter().map(row).collect())
}
