//! The plan as lines of the report.

use crate::metrics::Facts;
use crate::plan::{Bound, BudgetUse, ContactGrade, Plan, Removal};
use crate::report::{
    BoundLine, BudgetLine, ClassLine, ConflictLine, ForecastLine, FreedRange, LeftOutLine, LintedLine, NoticeCostLine,
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
                kept: of.kept,
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
        lint: plan.lint.iter().cloned().map(LintedLine::from).collect(),
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
        vendor: removal.vendor.clone(),
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

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::config::NoticeClass;
    use crate::decide::testing::{capability, facts};
    use crate::plan::{
        Constraint, Contact, Forecast, LeftOut, Relaxation, Search, Stage, StageKind, TeamUse, WaveUse, Yearly,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn removal() -> Removal {
        let contact = |customer, grade| Contact { customer, grade, reason: String::new(), place: customer };
        let gone = day("2027-01-14");
        Removal {
            capability: 1,
            class: NoticeClass::PublicApi,
            replacement: Some(0),
            stages: vec![
                Stage {
                    kind: StageKind::Announced,
                    from: day("2026-10-14"),
                    until: day("2027-01-13"),
                    window: None,
                    reversible: true,
                },
                Stage { kind: StageKind::Removed, from: gone, until: gone, window: None, reversible: false },
            ],
            wave: 0,
            hours: 100.0 / 3.0,
            team: None,
            value: 9_000.0,
            arr_at_risk: f64::NAN,
            contacts: vec![
                contact(0, ContactGrade::Call),
                contact(1, ContactGrade::Mail),
                contact(2, ContactGrade::Mail),
            ],
            demanded_by: None,
            vendor: None,
        }
    }

    fn plan() -> Plan {
        let budget = BudgetUse { accounts: 3, accounts_limit: Some(36.4), arr_at_risk: 10.0, arr_limit: None };
        Plan {
            chosen: vec![removal()],
            left_out: vec![LeftOut {
                capability: 0,
                bounds: vec![Bound { constraint: Constraint::TeamHours, sentence: "No hours.".into() }],
                relaxed_by: Some(Constraint::TeamHours),
            }],
            waves: vec![WaveUse {
                label: "2027-Q1".into(),
                from: day("2027-01-01"),
                until: day("2027-03-31"),
                budget,
                most_per_account: 1,
            }],
            overall: budget,
            teams: vec![TeamUse { team: "A".into(), limit: None, hours: vec![10.0, 30.0, 2.0] }],
            search: Search { objective: 9_000.0, bound: 9_000.0, gap: 0.0, nodes: 1, node_limit: 9, proven: true },
            relaxations: vec![Relaxation {
                constraint: Constraint::TeamHours,
                step: "more hours".into(),
                gain: 70.0,
                enters: vec![0],
            }],
            forecast: Forecast {
                yearly: Some(Yearly {
                    without: 50_000.0,
                    change: (-4_000.0, -5_000.0, -2_500.0),
                    by_removal: vec![(1, Some((-4_000.0, -5_000.0, -2_500.0)))],
                }),
                ..Forecast::default()
            },
            ..Plan::nothing()
        }
    }

    #[test]
    fn a_fall_of_cost_is_what_is_freed_with_its_ends_the_other_way_round() {
        let all = facts(vec![capability("a"), capability("b")]);
        let section = section(&plan(), &all);
        let expected = FreedRange {
            mean: Money::from_units(4_000.0).unwrap(),
            low: Money::from_units(2_500.0).unwrap(),
            high: Money::from_units(5_000.0).unwrap(),
        };
        let yearly = section.yearly.unwrap();
        assert_eq!((yearly.freed, yearly.left_out), (expected, 0));
        assert_eq!(section.removals[0].freed, Some(expected));
        let mut unknown = plan();
        unknown.forecast.yearly.as_mut().unwrap().by_removal[0].1 = None;
        let section = super::section(&unknown, &all);
        assert_eq!((section.removals[0].freed, section.yearly.unwrap().left_out), (None, 1));
    }

    #[test]
    fn a_removal_counts_its_contacts_and_what_is_no_amount_is_null() {
        let all = facts(vec![capability("a"), capability("b")]);
        let section = section(&plan(), &all);
        let of = &section.removals[0];
        assert_eq!((of.id.as_str(), of.replacement.as_deref(), of.wave.as_str()), ("b", Some("a"), "2027-Q1"));
        assert_eq!((of.accounts, of.calls, of.mails, of.release_notes), (3, 1, 2, 0));
        assert_eq!((of.arr_at_risk, of.hours), (None, 33.3333));
        assert_eq!(of.told_in_words(), "1 call, 2 mails");
        assert_eq!((section.teams[0].most, section.teams[0].sum), (30.0, 42.0));
        assert_eq!((section.waves[0].removals, section.waves[0].budget.arr_limit), (1, None));
        assert_eq!(section.left_out[0].gain, Money::from_units(70.0));
    }

    #[test]
    fn a_capability_has_one_place_in_the_plan_or_none() {
        let all = facts(vec![capability("a"), capability("b")]);
        let section = section(&plan(), &all);
        let place = |id: &str| section.place_of(id, "EUR").map(|(what, how)| (what, how.replace('\u{202f}', " ")));
        let how = "Announced on 14 October 2026; 3 accounts to tell (1 call, 2 mails); worth EUR 9 000 on that day.";
        assert_eq!(place("b"), Some(("removed on 14 January 2027".into(), how.into())));
        assert_eq!(place("a"), Some(("stays for now".into(), "No hours. It would go with more hours.".into())));
        assert_eq!(place("c"), None);
    }
}
