//! What one step more of a limit would bring.

use super::super::model::{Constraint, Model};
use super::{Limits, Solution, solve_from};

/// One step more of a budget.
const STEP: f64 = 1.1;

/// The best plan when one shared limit is relaxed by one step; `None` where it limits nothing, and of what bars single months. The step is
/// 10 % of accounts, ARR or hours (of all waves, and of all teams), one change per account, one month of every demand; order and rivals
/// fall altogether. The search begins with the plan without the step, so that it finds nothing worse; where that plan was not
/// proven, part of what it finds may not be due to the step.
#[must_use]
pub fn relax(model: &Model, solution: &Solution, constraint: Constraint, limits: Limits) -> Option<Solution> {
    let relaxed = relaxed(model, constraint);
    if relaxed == *model {
        return None;
    }
    solve_from(&relaxed, Some(&solution.months), limits).ok()
}

/// The model with the step.
fn relaxed(model: &Model, constraint: Constraint) -> Model {
    let mut model = model.clone();
    let more = |limit: &mut Option<f64>| *limit = limit.map(|limit| limit * STEP);
    match constraint {
        Constraint::AccountsPerWave => more(&mut model.accounts_per_wave),
        Constraint::AccountsOverall => more(&mut model.accounts_overall),
        Constraint::ArrPerWave => more(&mut model.arr_per_wave),
        Constraint::ArrOverall => more(&mut model.arr_overall),
        Constraint::TeamHours => model.teams.iter_mut().for_each(|team| more(&mut team.hours)),
        Constraint::ChangesPerAccount => {
            model.changes_per_account = model.changes_per_account.map(|changes| changes.saturating_add(1));
        }
        Constraint::Dependents => model.before.clear(),
        Constraint::ReplacementStays => model.excludes.clear(),
        Constraint::Deadline => {
            let last = model.months().saturating_sub(1);
            for candidate in &mut model.candidates {
                candidate.demanded_by = candidate.demanded_by.map(|by| (by + 1).min(last.max(by)));
            }
        }
        Constraint::Notice
        | Constraint::Replacement
        | Constraint::Commitment
        | Constraint::Renewal
        | Constraint::Blackout
        | Constraint::Work
        | Constraint::NotWorthIt
        | Constraint::Evidence
        | Constraint::WorthUnknown => {}
    }
    model
}
