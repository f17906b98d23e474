use chrono::{NaiveDateTime, TimeDelta};

use super::*;
use crate::config::{self, Settings};
use crate::metrics::{AccountSet, CustomerFacts};
use crate::plan::notice::{self, policies};
use crate::plan::stages::stages;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stage(kind: StageKind, from: &str) -> Stage {
    Stage { kind, from: day(from), until: day(from), window: None, reversible: true }
}

fn brownout(from: &str, hours: i64) -> Stage {
    let from: NaiveDateTime = from.parse().unwrap();
    let window = Some((from, from + TimeDelta::hours(hours)));
    Stage { kind: StageKind::Brownout, from: from.date(), until: from.date(), window, reversible: true }
}

/// Half a year's notice of a user interface, on open days.
fn good() -> Scheduled {
    Scheduled {
        capability: "old".into(),
        class: Some(NoticeClass::UserInterface),
        stages: vec![stage(StageKind::Announced, "2027-01-12"), stage(StageKind::Removed, "2027-07-13")],
        ..Scheduled::default()
    }
}

fn settings(text: &str) -> Settings {
    config::parse(text).unwrap()
}

fn found(removal: Scheduled) -> Vec<(LintRule, String)> {
    found_in(&Schedule { removals: vec![removal] }, &settings(""), None)
}

fn found_in(schedule: &Schedule, settings: &Settings, facts: Option<&Facts>) -> Vec<(LintRule, String)> {
    let (policy, calendar) = (notice::policy(&settings.plan), Calendar::of(&settings.plan));
    let context = LintContext { policy: &policy, calendar: &calendar, settings: &settings.plan, facts };
    lint(schedule, context).into_iter().map(|finding| (finding.rule, finding.sentence)).collect()
}

fn rules(found: &[(LintRule, String)]) -> Vec<LintRule> {
    found.iter().map(|(rule, _)| *rule).collect()
}

#[test]
fn a_good_plan_and_no_plan_are_clean() {
    assert!(found(good()).is_empty());
    assert!(found_in(&Schedule::default(), &settings(""), None).is_empty());
}

/// Facts: `GitHub` Developer changes, 2020, "Deprecating OAuth Application API": announced in November 2019, brownouts on two days four
/// weeks apart, twice three hours on each, the end nineteen days after the second.
#[test]
fn a_plan_with_brownouts_a_month_apart_and_the_end_three_weeks_later_passes() {
    let oauth = Scheduled {
        capability: "oauth-application-api".into(),
        class: Some(NoticeClass::Integration),
        stages: vec![
            stage(StageKind::Announced, "2019-11-05"),
            brownout("2020-05-15T07:00:00", 3),
            brownout("2020-05-15T16:00:00", 3),
            brownout("2020-06-12T07:00:00", 3),
            brownout("2020-06-12T16:00:00", 3),
            stage(StageKind::Removed, "2020-07-01"),
        ],
        ..Scheduled::default()
    };
    assert!(found(oauth.clone()).is_empty());
    // As an interface under the policy of the same house it was too short a notice.
    let strict = settings("[plan]\nnotice = \"github-like\"");
    let as_interface = Schedule { removals: vec![Scheduled { class: Some(NoticeClass::PublicApi), ..oauth }] };
    assert_eq!(rules(&found_in(&as_interface, &strict, None)), [LintRule::ShortNotice]);
}

/// Facts: `InformationWeek`, 2 February 2023, and Developer Tech News, 14 February 2023: free access to the interface of Twitter was announced
/// on 2 February to end on 9 February, and on 8 February moved to 13 February.
#[test]
fn a_notice_of_days_fails() {
    for (announced, removed, days) in [("2023-02-02", "2023-02-09", "7 days"), ("2023-02-09", "2023-02-13", "4 days")] {
        let free_access = Scheduled {
            capability: "free-access".into(),
            class: Some(NoticeClass::PublicApi),
            stages: vec![stage(StageKind::Announced, announced), stage(StageKind::Removed, removed)],
            ..Scheduled::default()
        };
        let found = found(free_access);
        assert_eq!(rules(&found), [LintRule::ShortNotice]);
        assert!(found[0].1.contains(days) && found[0].1.contains("12 months are owed"), "{found:?}");
    }
    // No class is said: a user interface is assumed, and three months are owed.
    let unsaid = Scheduled { class: None, ..good() };
    assert!(found(unsaid).is_empty());
}

#[test]
fn a_sunset_before_the_deprecation_fails() {
    let of = |deprecation: Option<&str>, sunset: &str| {
        let headers = Scheduled { deprecation: deprecation.map(day), sunset: Some(day(sunset)), ..good() };
        rules(&found(headers))
    };
    assert_eq!(of(Some("2027-03-01"), "2027-02-28"), [LintRule::SunsetBeforeDeprecation]);
    assert!(of(Some("2027-02-28"), "2027-02-28").is_empty());
    // It is gone before the day that the header names.
    assert_eq!(of(None, "2027-07-14"), [LintRule::SunsetBeforeDeprecation]);
    assert!(of(None, "2027-07-13").is_empty());
    // The headers alone are a plan as well.
    let headers_alone = Scheduled {
        stages: Vec::new(),
        deprecation: Some(day("2027-01-01")),
        sunset: Some(day("2027-06-30")),
        ..good()
    };
    assert!(found(headers_alone).is_empty());
}

#[test]
fn each_rule_of_the_dates_finds_its_fault() {
    let with = |change: fn(&mut Scheduled)| {
        let mut removal = good();
        change(&mut removal);
        rules(&found(removal))
    };
    assert_eq!(with(|of| of.stages.truncate(1)), [LintRule::NoRemoval]);
    assert_eq!(with(|of| _ = of.stages.remove(0)), [LintRule::NoAnnouncement]);
    assert_eq!(with(|of| of.stages.push(stage(StageKind::ReadOnly, "2027-07-14"))), [LintRule::StagesOutOfOrder]);
    assert_eq!(with(|of| of.stages.push(stage(StageKind::Warnings, "2027-07-14"))), [LintRule::StagesOutOfOrder]);
    assert_eq!(with(|of| of.stages[1].from = day("2027-04-11")), [LintRule::ShortNotice]);
    assert!(with(|of| of.stages[1].from = day("2027-04-12")).is_empty());
    assert_eq!(with(|of| of.stages[1].from = day("2027-12-21")), [LintRule::ClosedDay]);
    assert_eq!(with(|of| of.replacement_on = Some(day("2027-04-15"))), [LintRule::ReplacementTooLate]);
    assert!(with(|of| of.replacement_on = Some(day("2027-04-14"))).is_empty());
    assert_eq!(with(|of| (of.affected, of.told) = (Some(3), Some(2))), [LintRule::NoticeNotDelivered]);
    assert!(with(|of| (of.affected, of.told) = (Some(3), None)).is_empty());
    let brownouts = |first: &str, hours: i64, then: &str| {
        let mut removal = good();
        removal.stages.extend([brownout(first, hours), brownout(then, 4)]);
        rules(&found(removal))
    };
    assert!(brownouts("2027-06-01T09:00:00", 2, "2027-06-29T15:00:00").is_empty());
    assert_eq!(brownouts("2027-06-01T09:00:00", 5, "2027-06-29T15:00:00"), [LintRule::BrownoutOrder]);
    assert_eq!(brownouts("2027-06-01T15:00:00", 2, "2027-06-29T15:00:00"), [LintRule::BrownoutOrder]);
    assert_eq!(brownouts("2027-06-01T09:00:00", 2, "2027-07-07T15:00:00"), [LintRule::LastBrownout]);
    assert_eq!(brownouts("2027-06-01T09:00:00", 2, "2027-06-21T15:00:00"), [LintRule::LastBrownout]);
}

/// Two capabilities that the first of two accounts uses, and another that needs the first.
fn facts() -> Facts {
    use crate::decide::testing;
    let mut needs = testing::capability("needs");
    needs.capability.depends_on = vec!["old".into()];
    let mut facts =
        testing::facts(vec![testing::capability("needs"), testing::capability("old"), testing::capability("other")]);
    facts.capabilities[0] = needs;
    let customer = |id: &str, is_key: bool| CustomerFacts {
        id: id.into(),
        name: None,
        segment: None,
        owner: None,
        arr: None,
        renews_on: Some(day("2026-08-01")),
        is_key: Some(is_key),
        in_base: true,
        active_days: 9,
    };
    facts.customers = vec![customer("big", true), customer("small", false)];
    let only = |customers: &[usize]| customers.iter().copied().collect::<AccountSet>();
    facts.overlap.touched = vec![only(&[]), only(&[1]), only(&[1])];
    facts.teams = vec![crate::metrics::TeamHours { team: "core".into(), per_month: 100.0 }];
    facts
}

#[test]
fn each_rule_of_the_data_finds_its_fault() {
    let old = || Scheduled { index: Some(1), ..good() };
    let needs = Scheduled { capability: "needs".into(), index: Some(0), ..good() };
    let lint =
        |removals: Vec<Scheduled>, facts: &Facts| rules(&found_in(&Schedule { removals }, &settings(""), Some(facts)));
    assert_eq!(lint(vec![old()], &facts()), [LintRule::Dependents]);
    assert!(lint(vec![needs.clone(), old()], &facts()).is_empty());

    // The key account renews on the first of August, every year.
    let mut renewing = facts();
    renewing.overlap.touched[1].insert(0);
    assert_eq!(lint(vec![needs.clone(), old()], &renewing), [LintRule::RenewalConflict]);
    renewing.customers[0].is_key = Some(false);
    assert!(lint(vec![needs.clone(), old()], &renewing).is_empty());

    let mut promised = facts();
    promised.capabilities[1].commitments = vec![("big".into(), day("2027-07-13"), None)];
    assert_eq!(lint(vec![needs.clone(), old()], &promised), [LintRule::CommitmentConflict]);
    promised.capabilities[1].commitments[0].1 = day("2027-07-12");
    assert!(lint(vec![needs.clone(), old()], &promised).is_empty());

    let other = |index: usize| Scheduled { capability: format!("{index}"), index: Some(2), ..good() };
    let crowded = vec![needs.clone(), old(), other(1), other(2)];
    assert_eq!(lint(crowded, &facts()), [LintRule::TooManyChanges]);

    // A hundred hours a month, of which a fifth may go into removals: sixty over three months.
    let work = |hours: f64| Scheduled { team: Some("core".into()), hours: Some(hours), ..old() };
    assert!(lint(vec![needs.clone(), work(60.0)], &facts()).is_empty());
    assert_eq!(lint(vec![needs, work(60.1)], &facts()), [LintRule::TeamOverCapacity]);
}

#[test]
fn what_our_stages_make_is_clean_under_every_policy() {
    let calendar = Calendar::of(&settings("").plan);
    for policy in policies() {
        for class in NoticeClass::ALL {
            let (of, decided) = (policy.class(*class), day("2026-10-14"));
            let removed = decided.checked_add_months(chrono::Months::new(of.months + 1)).unwrap();
            let removed = calendar.working_from(removed);
            let stages = stages(of, decided, removed, &calendar);
            let removal = Scheduled { capability: "c".into(), class: Some(*class), stages, ..Scheduled::default() };
            let text = format!("[plan]\nnotice = \"{}\"", policy.name);
            let found = found_in(&Schedule { removals: vec![removal] }, &settings(&text), None);
            assert!(found.is_empty(), "{} {class:?}: {found:?}", policy.name);
        }
    }
}

#[test]
fn rules_have_names_of_their_own() {
    let names: std::collections::BTreeSet<&str> = LintRule::ALL.iter().map(|rule| rule.as_str()).collect();
    assert_eq!(names.len(), LintRule::ALL.len());
    for rule in LintRule::ALL {
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
    }
}
