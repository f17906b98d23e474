//! What one step more of a limit would bring.

use super::super::model::{Candidate, Constraint, Model};
use super::{Limits, Solution, solve_from};

/// The plan with one step more of one limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxed {
    /// The limit.
    pub constraint: Constraint,
    /// The plan, never worth less than the one without the step.
    pub solution: Solution,
}

/// One step more of a budget.
const STEP: f64 = 1.1;

/// The best plan when one limit is relaxed by one step; `None` where it limits nothing. The step is 10 % of accounts, ARR or hours (of
/// all waves, and of all teams), one change per account, one month of notice and of every demand; closed days, renewals, promises,
/// replacements, work, order and rivals fall altogether. A month opens only where nothing else bars it. The search begins with the
/// plan without the step, so that it finds nothing worse; where that plan was not proven, part of what it finds may not be due to the step.
#[must_use]
pub fn relax(model: &Model, solution: &Solution, constraint: Constraint, limits: Limits) -> Option<Relaxed> {
    let relaxed = relaxed(model, constraint);
    if relaxed == *model {
        return None;
    }
    let solution = solve_from(&relaxed, Some(&solution.months), limits).ok()?;
    Some(Relaxed { constraint, solution })
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
        Constraint::Notice => model.candidates.iter_mut().for_each(one_month_less_notice),
        Constraint::Replacement
        | Constraint::Commitment
        | Constraint::Renewal
        | Constraint::Blackout
        | Constraint::Work => {
            for bars in model.candidates.iter_mut().flat_map(|candidate| &mut candidate.barred) {
                if bars.iter().all(|&bar| bar == constraint) {
                    bars.clear();
                }
            }
        }
        Constraint::NotWorthIt | Constraint::Evidence | Constraint::WorthUnknown => {}
    }
    model
}

/// Opens the month before the first one that is open, where nothing but notice bars it.
fn one_month_less_notice(candidate: &mut Candidate) {
    let first = candidate.barred.iter().position(Vec::is_empty).unwrap_or(candidate.barred.len());
    if let Some(bars) = first.checked_sub(1).map(|before| &mut candidate.barred[before])
        && bars.iter().all(|&bar| bar == Constraint::Notice)
    {
        bars.clear();
    }
}
