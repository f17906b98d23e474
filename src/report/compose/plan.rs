//! The plan as lines of the report.

use crate::metrics::Facts;
use crate::plan::{Bound, BudgetUse, ContactGrade, Plan, Removal};
use crate::report::{
    BoundLine, BudgetLine, ClassLine, ConflictLine, ForecastLine, FreedRange, LeftOutLine, LintLine, NoticeCostLine,
    PlanSection, PolicyLine, RelaxationLine, RemovalLine, SearchLine, StageLine, TeamLine, WaveLine, YearlyLine,
    rounded,
};
use crate::units::Money;

/// The section of a plan.
pub(in crate::report) fn section(plan: &Plan, facts: &Facts) -> PlanSection {
    let id = |index: usize| facts.capabilities[index].capability.id.clone();
    let name = |index: usize| facts.capabilities[index].capability.name.clone();
    PlanSection {
        from: plan.first.first_day(),
        months: plan.months,
        policy: PolicyLine {
            name: plan.policy.name.clone(),
            title: plan.policy.title.clone(),
            source: plan.policy.source.clone(),
            classes: plan
                .policy
                .classes
                .iter()
                .map(|of| ClassLine { class: of.class, months: of.months, channels: of.channels.clone() })
                .collect(),
        },
        removals: plan.chosen.iter().map(|removal| line(removal, plan, facts)).collect(),
        left_out: plan
            .left_out
            .iter()
            .map(|of| LeftOutLine {
                id: id(of.capability),
                name: name(of.capability),
                bounds: of.bounds.iter().map(bound).collect(),
                relaxed_by: of.relaxed_by,
                gain: plan
                    .relaxations
                    .iter()
                    .find(|relaxation| Some(relaxation.constraint) == of.relaxed_by)
                    .and_then(|relaxation| Money::from_units(relaxation.gain)),
            })
            .collect(),
        conflicts: plan
            .conflicts
            .iter()
            .map(|of| ConflictLine {
                id: id(of.capability),
                name: name(of.capability),
                by: of.by,
                limits: of.limits.iter().map(bound).collect(),
            })
            .collect(),
        waves: waves(plan),
        overall: budget(&plan.overall),
        teams: teams(plan),
        search: search(plan),
        relaxations: plan
            .relaxations
            .iter()
            .map(|of| RelaxationLine {
                constraint: of.constraint,
                step: of.step.clone(),
                gain: Money::from_units(of.gain),
                enters: of.enters.iter().map(|index| id(*index)).collect(),
            })
            .collect(),
        notice_costs: plan
            .notice_costs
            .iter()
            .map(|of| NoticeCostLine {
                policy: of.policy.clone(),
                objective: Money::from_units(of.objective),
                removals: of.removed,
                median_months: of.median_months.map(rounded),
                used: of.used,
            })
            .collect(),
        yearly: yearly(plan),
        forecast: forecast(plan),
        lint: plan
            .lint
            .iter()
            .map(|of| LintLine { rule: of.rule, capability: of.capability.clone(), sentence: of.sentence.clone() })
            .collect(),
    }
}

pub(in crate::report) fn line(removal: &Removal, plan: &Plan, facts: &Facts) -> RemovalLine {
    let of = &facts.capabilities[removal.capability].capability;
    let by = removal.replacement.map(|index| &facts.capabilities[index].capability);
    let told = |grade: ContactGrade| removal.contacts.iter().filter(|contact| contact.grade == grade).count();
    RemovalLine {
        id: of.id.clone(),
        name: of.name.clone(),
        class: removal.class,
        replacement: by.map(|by| by.id.clone()),
        replacement_name: by.map(|by| by.name.clone()),
        replacement_on: by.and_then(|by| by.launched_on),
        stages: removal
            .stages
            .iter()
            .map(|stage| StageLine {
                stage: stage.kind,
                from: stage.from,
                until: stage.until,
                starts_at: stage.window.map(|(from, _)| from),
                ends_at: stage.window.map(|(_, until)| until),
                reversible: stage.reversible,
            })
            .collect(),
        wave: plan.waves.get(removal.wave).map(|wave| wave.label.clone()).unwrap_or_default(),
        hours: rounded(removal.hours),
        team: removal.team.clone(),
        value: Money::from_units(removal.value),
        freed: freed(removal, plan),
        arr_at_risk: Money::from_units(removal.arr_at_risk),
        accounts: removal.contacts.len(),
        calls: told(ContactGrade::Call),
        mails: told(ContactGrade::Mail),
        release_notes: told(ContactGrade::ReleaseNote),
        demanded_by: removal.demanded_by,
    }
}

/// What the plan frees of the run cost of a year.
fn yearly(plan: &Plan) -> Option<YearlyLine> {
    let of = plan.forecast.yearly.as_ref()?;
    Some(YearlyLine {
        without: Money::from_units(of.without)?,
        freed: range(of.change)?,
        left_out: of.by_removal.iter().filter(|(_, change)| change.is_none()).count(),
    })
}

fn freed(removal: &Removal, plan: &Plan) -> Option<FreedRange> {
    let of = plan.forecast.yearly.as_ref()?;
    let (_, change) = of.by_removal.iter().find(|(capability, _)| *capability == removal.capability)?;
    range((*change)?)
}

/// A change as what is freed: what falls most is freed most.
fn range((mean, low, high): (f64, f64, f64)) -> Option<FreedRange> {
    let freed = |change: f64| Money::from_units(0.0 - change);
    Some(FreedRange { mean: freed(mean)?, low: freed(high)?, high: freed(low)? })
}

fn bound(of: &Bound) -> BoundLine {
    BoundLine { constraint: of.constraint, sentence: of.sentence.clone() }
}

fn budget(of: &BudgetUse) -> BudgetLine {
    BudgetLine {
        accounts: of.accounts,
        accounts_limit: of.accounts_limit.map(rounded),
        arr_at_risk: Money::from_units(of.arr_at_risk),
        arr_limit: of.arr_limit.and_then(Money::from_units),
    }
}

fn waves(plan: &Plan) -> Vec<WaveLine> {
    let removals = |wave: usize| plan.chosen.iter().filter(|removal| removal.wave == wave).count();
    let line = |(index, wave): (usize, &crate::plan::WaveUse)| WaveLine {
        wave: wave.label.clone(),
        from: wave.from,
        until: wave.until,
        removals: removals(index),
        budget: budget(&wave.budget),
        most_per_account: wave.most_per_account,
    };
    plan.waves.iter().enumerate().map(line).collect()
}

fn teams(plan: &Plan) -> Vec<TeamLine> {
    let line = |of: &crate::plan::TeamUse| TeamLine {
        team: of.team.clone(),
        limit: of.limit.map(rounded),
        most: rounded(of.hours.iter().copied().fold(0.0, f64::max)),
        sum: rounded(of.hours.iter().sum()),
    };
    plan.teams.iter().map(line).collect()
}

fn search(plan: &Plan) -> SearchLine {
    SearchLine {
        objective: Money::from_units(plan.search.objective),
        bound: Money::from_units(plan.search.bound),
        gap: rounded(plan.search.gap),
        nodes: plan.search.nodes,
        node_limit: plan.search.node_limit,
        proven: plan.search.proven,
        greedy: Money::from_units(plan.greedy.objective),
        greedy_gap: plan.greedy.gap.map(rounded),
        greedy_removals: plan.greedy.chosen.len(),
    }
}

fn forecast(plan: &Plan) -> Vec<ForecastLine> {
    let line = |of: &crate::plan::ForecastLine| ForecastLine {
        measure: of.measure,
        quarter: plan.forecast.quarters.get(of.quarter).cloned().unwrap_or_default(),
        without: rounded(of.without),
        change: rounded(of.change.0),
        low: rounded(of.change.1),
        high: rounded(of.change.2),
        assumed: of.assumed.map(rounded),
        rests_on: of.rests_on.clone(),
        history: of.history,
        small: of.small,
        left_out: of.left_out,
    };
    plan.forecast.lines.iter().map(line).collect()
}
