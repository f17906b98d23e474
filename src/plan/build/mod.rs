//! From facts to the model, and from its solution to the plan.

mod considered;
mod program;
mod words;

use std::collections::BTreeSet;

use chrono::Datelike;

use super::model::{Bind, Constraint, Model};
use super::notice::{self, NoticePolicy};
use super::solve::{self, Limits, Solution};
use super::{
    Bound, BudgetUse, Conflict, Evidence, Greedy, LeftOut, LintContext, NoticeCost, Plan, Relaxation, Removal,
    Schedule, Scheduled, Search, TeamUse, WaveUse, contacts, forecast, lint, stages,
};
use crate::decide::{Decision, Verdict};
use crate::stats;
use crate::units::Month;
use considered::{Considered, Frame};
use words::Words;

/// Part of the nodes that the plan is made with which each plan beside it may take.
const BESIDE: u64 = 10;
/// How many of the limits that stand against a candidate are named.
const NEAREST: usize = 2;
/// What is worth less than this is rounding, report currency.
const NOTHING: f64 = 0.5;

/// The plan; see the definition of the search.
#[must_use]
pub fn plan(evidence: Evidence) -> Plan {
    let frame = Frame::new(evidence);
    let policy = notice::policy(evidence.settings);
    let limits = Limits { nodes: u64::from(evidence.settings.node_limit), gap: evidence.settings.gap };
    let beside = Limits { nodes: (limits.nodes / BESIDE).max(1), ..limits };
    let Solved { considered, model, labels, teams, mut conflicts, solution } = solved(&frame, &policy, limits);
    conflicts.extend(unconsidered_demands(&frame, &considered));
    let greedy = solve::greedy(&model);
    let (model, solution) = (&model, &solution);
    let words = Words { frame: &frame, considered: &considered, model, policy: &policy, waves: &labels, teams: &teams };
    let relaxations = relaxations((&frame, &considered), (model, solution), (&policy, &conflicts), beside);
    let chosen = chosen(&frame, &considered, (model, solution), &policy);
    let days: Vec<_> = chosen.iter().map(|removal| (removal.capability, removal.removed_on())).collect();
    let mut plan = Plan {
        calendar: frame.calendar.clone(),
        first: frame.first,
        months: model.months(),
        left_out: left_out(&words, solution, &relaxations),
        waves: wave_uses(&frame, model, solution, &labels),
        overall: budget(model, solution, None),
        teams: team_uses(model, solution, &teams),
        search: Search {
            objective: solution.objective,
            bound: solution.bound,
            gap: solution.gap(),
            nodes: solution.nodes,
            node_limit: limits.nodes,
            proven: solution.proven,
        },
        greedy: beside_of(&considered, solution, &greedy),
        relaxations,
        conflicts,
        notice_costs: notice_costs(&frame, &policy, solution, &considered, beside),
        forecast: forecast(evidence, &days),
        chosen,
        policy,
        lint: Vec::new(),
    };
    let context = LintContext {
        policy: &plan.policy,
        calendar: &plan.calendar,
        settings: evidence.settings,
        facts: Some(evidence.facts),
        integrations: Some(evidence.integrations),
    };
    plan.lint = lint(&schedule(&plan, evidence), context);
    plan
}

/// A plan as months, with what it was made from.
struct Solved {
    considered: Vec<Considered>,
    model: Model,
    /// Labels of the waves.
    labels: Vec<String>,
    teams: Vec<String>,
    conflicts: Vec<Conflict>,
    solution: Solution,
}

/// The best plan. Where demands cannot be kept together, one after the other gives way: those of the settings before those of vendors,
/// then the one that is worth least. What a vendor ends ends whatever is owed: first it is what its users are owed that gives way,
/// and only then is it planned without; it never goes after that day.
fn solved(frame: &Frame, policy: &NoticePolicy, limits: Limits) -> Solved {
    let mut considered = frame.considered(policy);
    let mut model = program::model(frame, &considered);
    let (labels, teams) = (wave_labels(frame), program::team_names(&considered));
    let mut conflicts: Vec<Conflict> = Vec::new();
    let solution = loop {
        if let Ok(solution) = solve::solve(&model, limits) {
            break solution;
        }
        let binds = solve::conflict(&model, limits);
        // Without demands nothing need go, and a plan that removes nothing keeps every limit.
        let Some(place) = yields(&considered, &model, &binds) else { break solve::greedy(&model) };
        let words = Words { frame, considered: &considered, model: &model, policy, waves: &labels, teams: &teams };
        let named = binds.iter().map(|bind| words.bound(bind)).collect();
        let of = &mut considered[place];
        let by = of.demand.as_ref().map_or(frame.decided, |demand| demand.by);
        let by_vendor = of.vendor().is_some();
        let kept = frame.move_to_end(of);
        // One that was to be kept and cannot be after all is stated once.
        conflicts.retain(|conflict| (conflict.capability, conflict.by) != (of.capability, by));
        conflicts.push(Conflict { capability: of.capability, by, limits: named, kept });
        if !kept && by_vendor {
            model.candidates[place].demanded_by = None;
            continue;
        }
        if !kept {
            frame.without_setting(of, policy);
        }
        model.candidates[place] = program::model(frame, &considered).candidates.swap_remove(place);
    };
    Solved { considered, model, labels, teams, conflicts, solution }
}

/// What the settings want gone and is not even considered.
fn unconsidered_demands(frame: &Frame, considered: &[Considered]) -> Vec<Conflict> {
    let of = |decision: &&Decision| {
        let capability = decision.capability;
        let demand = frame.demand_of_settings(capability)?;
        let is_considered = considered.iter().any(|of| of.capability == capability);
        let limits = || vec![words::demanded(frame, capability, &demand), unconsidered(decision)];
        (!is_considered).then(|| Conflict { capability, by: demand.by, limits: limits(), kept: false })
    };
    frame.evidence.decisions.ranked.iter().filter_map(|decision| of(&decision)).collect()
}

/// Whose demand gives way, of those in conflict.
fn yields(considered: &[Considered], model: &Model, binds: &[Bind]) -> Option<usize> {
    let in_conflict = binds.iter().filter(|bind| bind.constraint == Constraint::Deadline);
    let demanded = |place: &usize| model.candidates[*place].demanded_by.is_some();
    let mut places: Vec<usize> = in_conflict.filter_map(|bind| bind.candidate).filter(demanded).collect();
    if places.is_empty() {
        places = (0..considered.len()).filter(demanded).collect();
    }
    let most = |place: usize| model.candidates[place].value.iter().copied().fold(0.0, f64::max);
    let by_vendor = |place: usize| considered[place].vendor().is_some();
    places
        .into_iter()
        .min_by(|a, b| by_vendor(*a).cmp(&by_vendor(*b)).then(most(*a).total_cmp(&most(*b))).then(a.cmp(b)))
}

/// The labels of the waves, in order of time.
fn wave_labels(frame: &Frame) -> Vec<String> {
    program::wave_spans(frame).into_iter().map(label).collect()
}

/// `2026-Q4`, `2026-10`, `2026` or `2026-10..2026-11`.
fn label((start, last): (Month, Month)) -> String {
    let day = start.first_day();
    match last.since(start) + 1 {
        1 => day.format("%Y-%m").to_string(),
        3 if day.month0().is_multiple_of(3) => format!("{}-Q{}", day.year(), day.month0() / 3 + 1),
        12 => day.year().to_string(),
        _ => format!("{}..{}", day.format("%Y-%m"), last.first_day().format("%Y-%m")),
    }
}

/// What the plan removes, by day, then id.
fn chosen(
    frame: &Frame,
    considered: &[Considered],
    (model, solution): (&Model, &Solution),
    policy: &NoticePolicy,
) -> Vec<Removal> {
    let facts = frame.evidence.facts;
    let going = solution.months.iter().enumerate().filter_map(|(place, month)| Some((place, (*month)?)));
    let removal = |(place, month): (usize, usize)| {
        let (of, candidate) = (&considered[place], &model.candidates[place]);
        Removal {
            capability: of.capability,
            class: of.class,
            replacement: facts.capabilities[of.capability].substitute.as_ref().map(|by| by.capability),
            stages: stages(policy.class(of.class), frame.decided, of.days[month], &frame.calendar),
            wave: model.wave_of[month],
            hours: of.hours,
            team: of.team.clone(),
            value: candidate.value[month],
            arr_at_risk: candidate.arr_at_risk,
            contacts: contacts(facts, of.capability, &frame.keys, &frame.evidence.settings.contact),
            demanded_by: of.demand.as_ref().map(|demand| demand.by),
            vendor: of.vendor().map(str::to_owned),
        }
    };
    let mut chosen: Vec<Removal> = going.map(removal).collect();
    // Capabilities stand by id.
    chosen.sort_by_key(|removal| (removal.removed_on(), removal.capability));
    chosen
}

/// The candidates that stay, by rank, with what stands against each.
fn left_out(words: &Words, solution: &Solution, relaxations: &[Relaxation]) -> Vec<LeftOut> {
    let frame = words.frame;
    let place = |capability: usize| words.considered.iter().position(|of| of.capability == capability);
    let mut left_out = Vec::new();
    for decision in &frame.evidence.decisions.ranked {
        let capability = decision.capability;
        let bounds = match place(capability) {
            Some(place) if solution.months[place].is_some() => continue,
            Some(place) => {
                let binds = solve::kept_out(words.model, solution, place);
                binds.iter().take(NEAREST).map(|bind| words.bound(bind)).collect()
            }
            None if !decision.verdict.is_candidate() => continue,
            None => vec![unconsidered(decision)],
        };
        let entered = relaxations.iter().find(|relaxation| relaxation.enters.contains(&capability));
        left_out.push(LeftOut { capability, bounds, relaxed_by: entered.map(|relaxation| relaxation.constraint) });
    }
    left_out
}

/// Why a candidate is not even considered.
fn unconsidered(decision: &Decision) -> Bound {
    if decision.net_benefit.is_none() {
        return Bound { constraint: Constraint::WorthUnknown, sentence: words::WORTH_UNKNOWN.to_owned() };
    }
    let verdict = decision.verdict.as_str();
    let sentence = if decision.verdict == Verdict::Watch {
        format!("Its verdict is {verdict}: what is known does not suffice to remove it.")
    } else {
        format!("Its verdict is {verdict}: {}", decision.why)
    };
    Bound { constraint: Constraint::Evidence, sentence }
}

/// What one step more of each limit would bring, by descending gain. For limits that hold single days, these are chosen anew; what goes
/// although its users are owed more keeps its day.
fn relaxations(
    (frame, considered): (&Frame, &[Considered]),
    (model, solution): (&Model, &Solution),
    (policy, conflicts): (&NoticePolicy, &[Conflict]),
    limits: Limits,
) -> Vec<Relaxation> {
    let is_kept = |of: &Considered| conflicts.iter().any(|one| one.kept && one.capability == of.capability);
    let mut shorter = policy.clone();
    shorter.classes.iter_mut().for_each(|class| class.months = class.months.saturating_sub(1));
    let of_days = |constraint: Constraint| {
        let policy = if constraint == Constraint::Notice { &shorter } else { policy };
        let one = |of: &Considered| if is_kept(of) { of.clone() } else { frame.relaxed(of, constraint, policy) };
        let anew: Vec<Considered> = considered.iter().map(one).collect();
        if anew.iter().zip(considered).all(|(anew, of)| (&anew.days, &anew.barred) == (&of.days, &of.barred)) {
            return None;
        }
        let mut relaxed = program::model(frame, &anew);
        for (anew, of) in relaxed.candidates.iter_mut().zip(&model.candidates) {
            anew.demanded_by = of.demanded_by;
        }
        solve::solve_from(&relaxed, Some(&solution.months), limits).ok()
    };
    let relaxation = |(constraint, found): (Constraint, Option<Solution>)| {
        let found = found?;
        let enters = found.months.iter().zip(&solution.months).enumerate();
        let enters = enters.filter(|(_, (now, before))| now.is_some() && before.is_none());
        Some(Relaxation {
            constraint,
            step: words::step(constraint),
            gain: found.objective - solution.objective,
            enters: enters.map(|(place, _)| considered[place].capability).collect(),
        })
    };
    let shared = Constraint::SHARED.map(|constraint| (constraint, solve::relax(model, solution, constraint, limits)));
    let of_days = Constraint::OF_DAYS.map(|constraint| (constraint, of_days(constraint)));
    let all = shared.into_iter().chain(of_days).filter_map(relaxation);
    let mut found: Vec<Relaxation> = all.filter(|of| of.gain > NOTHING).collect();
    found.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.constraint.cmp(&b.constraint)));
    found
}

/// What is used of the budgets by a wave, or by all.
fn budget(model: &Model, solution: &Solution, wave: Option<usize>) -> BudgetUse {
    let going: BTreeSet<usize> = going(model, solution, wave);
    let touched = model.groups.iter().filter(|group| group.uses.iter().any(|place| going.contains(place)));
    let (accounts_limit, arr_limit) = match wave {
        Some(_) => (model.accounts_per_wave, model.arr_per_wave),
        None => (model.accounts_overall, model.arr_overall),
    };
    BudgetUse {
        accounts: touched.map(|group| group.accounts).sum(),
        accounts_limit,
        arr_at_risk: going.iter().map(|place| model.candidates[*place].arr_at_risk).sum(),
        arr_limit,
    }
}

fn going(model: &Model, solution: &Solution, wave: Option<usize>) -> BTreeSet<usize> {
    let is_in = |month: usize| wave.is_none_or(|wave| model.wave_of[month] == wave);
    let placed = solution.months.iter().enumerate();
    placed.filter(|(_, month)| month.is_some_and(is_in)).map(|(place, _)| place).collect()
}

fn wave_uses(frame: &Frame, model: &Model, solution: &Solution, labels: &[String]) -> Vec<WaveUse> {
    let of = |(wave, ((start, last), label)): (usize, ((Month, Month), &String))| {
        let going = going(model, solution, Some(wave));
        let per_group = |uses: &[usize]| uses.iter().filter(|place| going.contains(place)).count() as u64;
        WaveUse {
            label: label.clone(),
            from: start.first_day(),
            until: last.plus(1).first_day().pred_opt().unwrap_or(last.first_day()),
            budget: budget(model, solution, Some(wave)),
            most_per_account: model.groups.iter().map(|group| per_group(&group.uses)).max().unwrap_or(0),
        }
    };
    program::wave_spans(frame).into_iter().zip(labels).enumerate().map(of).collect()
}

fn team_uses(model: &Model, solution: &Solution, teams: &[String]) -> Vec<TeamUse> {
    let of = |(index, team): (usize, &String)| {
        let mut hours = vec![0.0; model.months()];
        let own = (0..model.candidates.len()).filter(|place| model.candidates[*place].team == Some(index));
        for (place, month) in own.filter_map(|place| Some((place, solution.months[place]?))) {
            model.work_of(month).for_each(|at| hours[at] += model.hours_a_month(place));
        }
        TeamUse { team: team.clone(), limit: model.teams[index].hours, hours }
    };
    teams.iter().enumerate().map(of).collect()
}

fn beside_of(considered: &[Considered], solution: &Solution, greedy: &Solution) -> Greedy {
    let chosen = considered.iter().zip(&greedy.months).filter(|(_, month)| month.is_some());
    let mut chosen: Vec<usize> = chosen.map(|(of, _)| of.capability).collect();
    chosen.sort_unstable();
    let gap = (solution.objective > 0.0).then(|| (solution.objective - greedy.objective) / solution.objective);
    Greedy { objective: greedy.objective, gap, chosen }
}

/// The plan under every policy.
fn notice_costs(
    frame: &Frame,
    used: &NoticePolicy,
    solution: &Solution,
    considered: &[Considered],
    limits: Limits,
) -> Vec<NoticeCost> {
    let as_of = frame.evidence.facts.as_of;
    let cost = |policy: &NoticePolicy| {
        let own;
        let (solution, considered) = if policy.name == used.name {
            (solution, considered)
        } else {
            own = solved(frame, policy, limits);
            (&own.solution, &own.considered[..])
        };
        let days = considered.iter().zip(&solution.months).filter_map(|(of, month)| Some(of.days[(*month)?]));
        #[expect(clippy::cast_precision_loss, reason = "days of a few years")]
        let mut months: Vec<f64> = days.map(|day| (day - as_of).num_days() as f64 / 30.4375).collect();
        months.sort_by(f64::total_cmp);
        NoticeCost {
            policy: policy.name.clone(),
            objective: solution.objective,
            removed: months.len(),
            median_months: stats::quantile(&months, 0.5),
            used: policy.name == used.name,
        }
    };
    notice::policies().iter().map(cost).collect()
}

/// The plan as the linter sees it.
fn schedule(plan: &Plan, evidence: Evidence) -> Schedule {
    let facts = evidence.facts;
    let scheduled = |removal: &Removal| {
        let of = &facts.capabilities[removal.capability].capability;
        let by = removal.replacement.map(|by| &facts.capabilities[by].capability);
        Scheduled {
            capability: of.id.clone(),
            name: Some(of.name.clone()),
            index: Some(removal.capability),
            class: Some(removal.class),
            stages: removal.stages.clone(),
            deprecation: None,
            sunset: None,
            replacement: by.map(|by| by.id.clone()),
            replacement_on: by.and_then(|by| by.launched_on),
            demanded_by: removal.demanded_by,
            affected: Some(removal.contacts.len() as u64),
            told: Some(removal.contacts.len() as u64),
            team: removal.team.clone(),
            hours: Some(removal.hours),
        }
    };
    Schedule { removals: plan.chosen.iter().map(scheduled).collect() }
}

#[cfg(test)]
mod tests;
