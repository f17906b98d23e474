use chrono::{NaiveDateTime, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::config::{self, Settings};
use crate::integrations::CalendarEntry;
use crate::metrics::{AccountSet, CustomerFacts};
use crate::plan::notice::{self, policies};
use crate::plan::stages::{brownouts_fit, stages};

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
    let context =
        LintContext { policy: &policy, calendar: &calendar, settings: &settings.plan, facts, integrations: None };
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

/// Two days of brownouts four weeks apart, twice three hours on each.
fn browned_out(announced: &str, days: [&str; 2], removed: &str) -> Scheduled {
    let hours = days.into_iter().flat_map(|day| ["07", "16"].map(|hour| brownout(&format!("{day}T{hour}:00:00"), 3)));
    let ends = [stage(StageKind::Announced, announced), stage(StageKind::Removed, removed)];
    Scheduled {
        capability: "authorizations".into(),
        class: Some(NoticeClass::Integration),
        stages: ends.into_iter().chain(hours).collect(),
        ..Scheduled::default()
    }
}

/// Facts: `GitHub` Developer changes. "Deprecated APIs and authentication", 5 November 2019, without a day; "Deprecating OAuth Application
/// API" and "Deprecating OAuth Authorization API", 14 February 2020, with the days as they stood then. The first was to end nineteen
/// days after its second brownouts; it was moved later, to brownouts of 12 and 24 hours on 5 May and 9 June 2021 and an end on
/// 11 August 2021. The second ends sixteen days after them.
#[test]
fn a_plan_with_brownouts_a_month_apart_and_the_end_three_weeks_later_passes() {
    let application = browned_out("2019-11-05", ["2020-05-15", "2020-06-12"], "2020-07-01");
    assert!(found(application.clone()).is_empty());
    let authorization = browned_out("2020-02-14", ["2020-09-30", "2020-10-28"], "2020-11-13");
    assert!(found(authorization.clone()).is_empty());
    // From the day on which its days were said, the first had less than half a year; and so has an interface under the policy of the house.
    let dated = browned_out("2020-02-14", ["2020-05-15", "2020-06-12"], "2020-07-01");
    assert_eq!(rules(&found(dated)), [LintRule::ShortNotice]);
    let strict = settings("[plan]\nnotice = \"github-like\"");
    for removal in [application, authorization] {
        let as_interface = Schedule { removals: vec![Scheduled { class: Some(NoticeClass::PublicApi), ..removal }] };
        assert_eq!(rules(&found_in(&as_interface, &strict, None)), [LintRule::ShortNotice]);
    }
    // As it was moved: nine weeks between the last brownout, which went round the clock, and the end.
    let mut moved = browned_out("2020-02-14", ["2020-05-15", "2020-06-12"], "2021-08-11");
    moved.stages.retain(|stage| stage.kind != StageKind::Brownout);
    moved.stages.extend([brownout("2021-05-05T14:00:00", 12), brownout("2021-06-09T14:00:00", 24)]);
    assert_eq!(rules(&found(moved)), [LintRule::LastBrownout]);
}

/// Facts: `InformationWeek`, 2 February 2023, and Developer Tech News, 14 February 2023: the end of free access to the interface of Twitter was
/// announced on 2 February 2023 for 9 February, a week ahead, and later moved to 13 February, eleven days after it was announced. The
/// notice of four days is made up.
#[test]
fn a_notice_of_days_fails() {
    let public = [("2023-02-02", "2023-02-09", "7 days"), ("2023-02-02", "2023-02-13", "11 days")];
    let made_up = ("2027-02-09", "2027-02-13", "4 days");
    for (announced, removed, days) in public.into_iter().chain([made_up]) {
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
    // Without a sunset the deprecation is held against the removal.
    let deprecated = |day_of: &str| rules(&found(Scheduled { deprecation: Some(day(day_of)), ..good() }));
    assert_eq!(deprecated("2027-07-14"), [LintRule::SunsetBeforeDeprecation]);
    assert!(deprecated("2027-07-13").is_empty());
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
    assert_eq!(with(|of| of.stages[1] = stage(StageKind::Removed, "2027-12-21")), [LintRule::ClosedDay]);
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

#[test]
fn stages_stand_in_order() {
    let with = |stages: &[(StageKind, &str)]| {
        let mut removal = good();
        removal.stages.extend(stages.iter().map(|(kind, from)| match kind {
            StageKind::Brownout => brownout(&format!("{from}T09:00:00"), 3),
            kind => stage(*kind, from),
        }));
        found(removal)
    };
    let sentence = |stages: &[(StageKind, &str)]| {
        let found = with(stages);
        assert_eq!(rules(&found), [LintRule::StagesOutOfOrder], "{found:?}");
        found[0].1.clone()
    };
    let (warnings, brownout) = (StageKind::Warnings, StageKind::Brownout);
    assert_eq!(
        sentence(&[(warnings, "2027-06-30"), (brownout, "2027-06-29")]),
        "The stage warnings begins on 2027-06-30, after brownout on 2027-06-29."
    );
    // Warned again after the first brownout, and on the day of it: in order.
    assert!(with(&[(warnings, "2027-06-29"), (warnings, "2027-07-02"), (brownout, "2027-06-29")]).is_empty());
    // Anything that customers meet before they are told.
    for kind in [StageKind::ClosedToNewUse, warnings, StageKind::ReadOnly] {
        let said = format!("The stage announced begins on 2027-01-12, after {} on 2027-01-11.", kind.as_str());
        assert_eq!(sentence(&[(kind, "2027-01-11")]), said);
    }
    // What can only be read cannot stop to work; a last brownout as well as a first.
    let read_only = [(brownout, "2027-06-15"), (brownout, "2027-06-29"), (StageKind::ReadOnly, "2027-06-22")];
    assert!(rules(&with(&read_only)).contains(&LintRule::StagesOutOfOrder));
    assert_eq!(
        sentence(&[(StageKind::Verified, "2027-07-12")]),
        "The stage removed begins on 2027-07-13, after verified on 2027-07-12."
    );
    sentence(&[(StageKind::ClosedToNewUse, "2027-07-14")]);
    sentence(&[(StageKind::Decided, "2027-01-13")]);

    let mut late = good();
    late.stages[0].from = day("2027-07-14");
    late.stages[0].until = day("2027-07-14");
    assert_eq!(rules(&found(late)), [LintRule::StagesOutOfOrder, LintRule::ShortNotice]);
    let mut turned = good();
    turned.stages[0].until = day("2027-01-11");
    assert_eq!(found(turned)[0].1, "The stage announced ends on 2027-01-11, before it begins on 2027-01-12.");
    let mut turned = good();
    turned.stages.push(self::brownout("2027-06-29T09:00:00", -1));
    assert_eq!(rules(&found(turned)), [LintRule::StagesOutOfOrder]);
}

#[test]
fn where_something_stops_on_a_closed_day_it_is_an_error_and_else_a_warning() {
    let settings = settings("[plan]\nholidays = [\"06-29..06-29\"]");
    let severity = |kind: StageKind| {
        let mut removal = good();
        match kind {
            StageKind::Removed => removal.stages[1] = stage(kind, "2027-06-29"),
            StageKind::Announced => {
                removal.stages = vec![stage(kind, "2026-06-29"), stage(StageKind::Removed, "2027-07-13")];
            }
            StageKind::Brownout => removal.stages.push(brownout("2027-06-29T09:00:00", 3)),
            kind => removal.stages.push(stage(kind, "2027-06-29")),
        }
        let (policy, calendar) = (notice::policy(&settings.plan), Calendar::of(&settings.plan));
        let context = LintContext {
            policy: &policy,
            calendar: &calendar,
            settings: &settings.plan,
            facts: None,
            integrations: None,
        };
        let found = lint(&Schedule { removals: vec![removal] }, context);
        assert!(found.len() == 1 && found[0].rule == LintRule::ClosedDay, "{kind:?}: {found:?}");
        found[0].severity
    };
    for kind in [StageKind::Brownout, StageKind::ReadOnly, StageKind::Removed] {
        assert_eq!(severity(kind), LintSeverity::Error, "{kind:?}");
    }
    for kind in [StageKind::Announced, StageKind::ClosedToNewUse, StageKind::Warnings] {
        assert_eq!(severity(kind), LintSeverity::Warning, "{kind:?}");
    }
}

#[test]
fn a_replacement_that_goes_as_well_is_found() {
    let plan = |by: &str, removed: &str| {
        let old = Scheduled { replacement: Some(by.into()), ..good() };
        let mut new = Scheduled { capability: "new".into(), name: Some("The new one".into()), ..good() };
        new.stages[1] = stage(StageKind::Removed, removed);
        found_in(&Schedule { removals: vec![old, new] }, &settings(""), None)
    };
    // Sooner or later: who moved to it has to move again.
    for day in ["2027-06-15", "2027-07-13", "2028-07-13"] {
        let found = plan("new", day);
        assert_eq!(rules(&found), [LintRule::ReplacementRemoved]);
        assert_eq!(found[0].1, format!("Its users are to move to new, which is gone itself on {day}."));
    }
    assert_eq!(rules(&plan("The new one", "2027-07-13")), [LintRule::ReplacementRemoved]);
    assert_eq!(rules(&plan("old", "2027-07-13")), [LintRule::ReplacementRemoved], "by itself");
    assert!(plan("another", "2027-07-13").is_empty());
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
    // The last day is kept, by the catalogue as well.
    promised.capabilities[1].capability.protected_until = Some(day("2027-07-13"));
    assert_eq!(lint(vec![needs.clone(), old()], &promised), [LintRule::CommitmentConflict]);
    promised.capabilities[1].capability.protected_until = Some(day("2027-07-12"));
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
fn a_removal_after_the_deadline_of_a_vendor_a_setting_or_the_plan_is_found() {
    let facts = facts();
    let ends = |change: &str, on: Option<&str>, capability: usize| CalendarEntry {
        vendor: "Acme".into(),
        api: None,
        title: None,
        change: Some(change.into()),
        breaking: None,
        announced_on: None,
        effective_on: on.map(day),
        effective_version: None,
        days_left: None,
        capabilities: vec![capability],
        accounts: None,
        arr: None,
        owners: Vec::new(),
        unowned: false,
        url: None,
    };
    let other = |entries: Vec<CalendarEntry>, text: &str| {
        let integrations = Integrations { calendar: entries, ..Integrations::default() };
        let settings = settings(text);
        let (policy, calendar) = (notice::policy(&settings.plan), Calendar::of(&settings.plan));
        let removal = Scheduled { capability: "other".into(), index: Some(2), ..good() };
        let context = LintContext {
            policy: &policy,
            calendar: &calendar,
            settings: &settings.plan,
            facts: Some(&facts),
            integrations: Some(&integrations),
        };
        let found = lint(&Schedule { removals: vec![removal] }, context);
        assert!(found.iter().all(|of| (of.rule, of.severity) == (LintRule::VendorDeadline, LintSeverity::Error)));
        found.into_iter().map(|of| of.sentence).collect::<Vec<_>>()
    };
    let late = vec![ends("shutdown", Some("2027-07-30"), 2), ends("shutdown", Some("2027-07-12"), 2)];
    assert_eq!(other(late, ""), ["It is gone on 2027-07-13, and Acme ends what it rests on on 2027-07-12."]);
    // On the day itself; another change; of another capability; without a day.
    let none = vec![
        ends("shutdown", Some("2027-07-13"), 2),
        ends("version", Some("2027-01-01"), 2),
        ends("shutdown", Some("2027-01-01"), 1),
        ends("shutdown", None, 2),
    ];
    assert!(other(none, "").is_empty());
    let demand = |by: &str| format!("[[plan.demand]]\ncapability = \"other\"\nby = {by}\n");
    assert_eq!(
        other(Vec::new(), &demand("2027-07-12")),
        ["It is gone on 2027-07-13, and plan.demand wants it gone by 2027-07-12."]
    );
    assert!(other(Vec::new(), &demand("2027-07-13")).is_empty());

    let of_plan = |by: &str| rules(&found(Scheduled { demanded_by: Some(day(by)), ..good() }));
    assert_eq!(of_plan("2027-07-12"), [LintRule::VendorDeadline]);
    assert!(of_plan("2027-07-13").is_empty());
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    /// Whatever days are closed: on a working day that leaves the months of notice, no rule of the dates finds anything.
    #[test]
    fn our_stages_are_clean_over_any_calendar(
        which in 0_usize..30,
        start in 0_u64..400,
        ahead in 0_u64..600,
        closed in prop::collection::vec((0_u64..366, 0_u64..40), 0..4),
        dated in prop::collection::vec((0_u64..1_500, 0_u64..50), 0..4),
    ) {
        let of_year = |days: u64| {
            let day = day("2024-01-01") + chrono::Days::new(days % 366);
            (chrono::Datelike::month(&day), chrono::Datelike::day(&day))
        };
        let begin = day("2026-10-01");
        let blackout = |(from, length): (u64, u64)| {
            let from = begin + chrono::Days::new(from);
            config::Blackout { from, to: from + chrono::Days::new(length), reason: String::new() }
        };
        let calendar = Calendar {
            holidays: closed.into_iter().map(|(from, length)| (of_year(from), of_year(from + length))).collect(),
            blackouts: dated.into_iter().map(blackout).collect(),
        };
        let (policy, class) = (&policies()[which / NoticeClass::ALL.len()], NoticeClass::ALL[which % NoticeClass::ALL.len()]);
        let of = policy.class(class);
        let decided = calendar.working_from(begin + chrono::Days::new(start));
        let earliest = decided.checked_add_months(chrono::Months::new(of.months)).unwrap();
        let removed = calendar.working_from(earliest + chrono::Days::new(ahead));
        let stages = stages(of, decided, removed, &calendar);
        let browned_out = stages.iter().any(|stage| stage.kind == StageKind::Brownout);
        prop_assert_eq!(browned_out, !of.brownouts.is_empty() && brownouts_fit(of, decided, removed, &calendar));
        let removal = Scheduled { capability: "c".into(), class: Some(class), stages, ..Scheduled::default() };
        let defaults = &settings("").plan;
        let context = LintContext { policy, calendar: &calendar, settings: defaults, facts: None, integrations: None };
        let found = lint(&Schedule { removals: vec![removal.clone()] }, context);
        prop_assert!(found.is_empty(), "{} {class:?} {decided} {removed}: {found:?} {removal:?}", policy.name);
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
