//! What one step more of a limit brings.

use super::{Limits, Solution, solve_from};
use crate::plan::model::{Constraint, Model};

/// One step of a budget, as part of it.
const STEP: f64 = 0.1;

/// The plan with one step more of one limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxed {
    /// The limit.
    pub constraint: Constraint,
    /// The plan, never worth less than the one before.
    pub solution: Solution,
}

/// The best plan when one limit is relaxed by one step: budgets and hours by a tenth, changes by one, notice by a month, a demand by a
/// month; what forbids single months is lifted where nothing else forbids them. `None` where the limit holds nothing back.
#[must_use]
pub fn relax(model: &Model, solution: &Solution, constraint: Constraint, limits: Limits) -> Option<Relaxed> {
    let relaxed = relaxed(model, constraint)?;
    let mut found = solve_from(&relaxed, limits, Some(&solution.months)).ok()?;
    if found.objective < solution.objective {
        found = Solution { bound: found.bound, nodes: found.nodes, proven: found.proven, ..solution.clone() };
    }
    Some(Relaxed { constraint, solution: found })
}

fn relaxed(model: &Model, constraint: Constraint) -> Option<Model> {
    let mut relaxed = model.clone();
    let more = |limit: &mut Option<f64>| {
        if let Some(limit) = limit {
            *limit *= 1.0 + STEP;
        }
    };
    match constraint {
        Constraint::AccountsPerWave => more(&mut relaxed.accounts_per_wave),
        Constraint::AccountsOverall => more(&mut relaxed.accounts_overall),
        Constraint::ArrPerWave => more(&mut relaxed.arr_per_wave),
        Constraint::ArrOverall => more(&mut relaxed.arr_overall),
        Constraint::TeamHours => relaxed.teams.iter_mut().for_each(|team| more(&mut team.hours)),
        Constraint::ChangesPerAccount => {
            relaxed.changes_per_account = relaxed.changes_per_account.map(|most| most.saturating_add(1));
        }
        Constraint::Deadline => {
            let last = model.months().saturating_sub(1);
            for of in &mut relaxed.candidates {
                of.demanded_by = of.demanded_by.map(|month| (month + 1).min(last));
            }
        }
        Constraint::ReplacementStays => relaxed.excludes.clear(),
        Constraint::Notice
        | Constraint::Replacement
        | Constraint::Commitment
        | Constraint::Renewal
        | Constraint::Blackout
        | Constraint::Work => {
            for of in &mut relaxed.candidates {
                open(&mut of.barred, constraint);
            }
        }
        Constraint::Dependents | Constraint::NotWorthIt | Constraint::Evidence | Constraint::WorthUnknown => {}
    }
    (relaxed != *model).then_some(relaxed)
}

/// Opens the months that this alone forbids; of notice, which holds every month up to a day, only the last.
fn open(barred: &mut [Vec<Constraint>], constraint: Constraint) {
    let is_alone = |of: &Vec<Constraint>| of.as_slice() == [constraint];
    if constraint == Constraint::Notice {
        if let Some(last) = barred.iter().rposition(is_alone) {
            barred[last].clear();
        }
        return;
    }
    barred.iter_mut().filter(|of| is_alone(of)).for_each(Vec::clear);
}
