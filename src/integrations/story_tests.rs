use super::*;
use crate::integrations::testing::{Company, account, at, integration};
use crate::integrations::{Detector, EpisodeKind, Moment};
use crate::tables::rows::Ticket;

fn day(text: &str) -> NaiveDate {
    format!("2026-{text}").parse().unwrap()
}

fn episode(capability: usize, account: &str, began: &str, ended: Option<&str>) -> Episode {
    Episode {
        capability,
        account: Some(account.into()),
        kind: EpisodeKind::Failed,
        began: Moment::at(at(began)),
        ended: ended.map(|ended| Moment::at(at(ended))),
        runs: 5,
        never_worked: false,
        chance: Some(1e-6),
        sustained: true,
        weight: 1.0,
        error: None,
        auto_recovered: None,
    }
}

/// Adds a failure of some accounts from one moment to another.
fn fail(known: &mut Integrations, capability: usize, accounts: &[&str], (began, ended): (&str, Option<&str>)) -> usize {
    let from = known.episodes.len();
    known.episodes.extend(accounts.iter().map(|account| episode(capability, account, began, ended)));
    known.failures.push(Failure {
        capability,
        episodes: (from..known.episodes.len()).collect(),
        incident: None,
        incident_id: None,
        tickets: Vec::new(),
        began: Moment::at(at(began)),
        detected_at: None,
        detected_by: None,
        acknowledged_at: None,
        resolved_at: ended.map(at),
        ended_by: None,
        accounts: Some(accounts.len() as u64),
        broken_hours: 0.0,
        dark_hours: 0.0,
        arr_in_the_dark: None,
        hidden_cost: None,
        silent: true,
        error: None,
        counts: true,
    });
    known.failures.len() - 1
}

/// An account leaves over the episodes that it had on an integration.
fn left(known: &mut Integrations, account: &str, capability: usize, on: &str, arr: f64) {
    let own = |episode: &Episode| episode.capability == capability && episode.account.as_deref() == Some(account);
    let episodes = (0..known.episodes.len()).filter(|&index| own(&known.episodes[index])).collect();
    known.churn.accounts.push(ChurnedAccount {
        account: account.into(),
        name: None,
        segment: None,
        arr: Money::from_units(arr),
        churned_on: day(on),
        stated_reason: None,
        kind: Some(ChurnKind::Functional),
        capability: Some(capability),
        dependence: None,
        episodes,
        broken_hours: None,
        tickets: 0,
        activity_left: None,
    });
}

fn tell(company: &Company, known: &Integrations) -> Option<Story> {
    company.look(|evidence, settings| story(known, evidence, settings.churn))
}

/// Two accounts in the dark for two and a half days; one leaves.
#[test]
fn a_story_runs_from_the_announcement_to_the_account_that_left() {
    let mut company = Company::new(&["other"]);
    let mut line = integration("sync");
    line.vendor = Some("Vendor ".into());
    company.catalogue.push(line);
    company.accounts = vec![account("u"), account("v")];
    company.tickets = vec![Ticket {
        ticket_id: Some("T-1".into()),
        opened_at: Some(at("07-13T12:00")),
        account_id: Some("v".into()),
        ..Ticket::default()
    }];
    let change = |title: &str, announced: &str, effective: &str| ApiChange {
        vendor: Some("vendor".into()),
        title: Some(title.into()),
        announced_on: Some(day(announced)),
        effective_on: Some(day(effective)),
        ..ApiChange::default()
    };
    let elsewhere = ApiChange { vendor: Some("another".into()), ..change("no", "07-01", "07-09") };
    company.api_changes = Some(vec![
        change("keys end", "07-01", "07-10"),
        change("long ago", "01-01", "02-01"),
        change("later", "07-05", "07-30"),
        elsewhere,
    ]);
    let mut known = Integrations::default();
    let index = fail(&mut known, 1, &["u", "v"], ("07-11T00:00", Some("07-15T00:00")));
    let failure = &mut known.failures[index];
    failure.detected_at = Some(at("07-13T12:00"));
    failure.detected_by = Some(Detector::Customer);
    failure.acknowledged_at = Some(at("07-13T18:00"));
    failure.incident_id = Some("I-1".into());
    failure.tickets = vec![0];
    left(&mut known, "u", 1, "08-01", 1_000.0);
    left(&mut known, "w", 0, "08-01", 10.0);
    let story = tell(&company, &known).unwrap();
    assert_eq!(story.capability, 1);
    let told: Vec<_> =
        story.events.iter().map(|event| (event.kind, event.what.as_deref(), event.account.as_deref())).collect();
    assert_eq!(
        told,
        [
            (StoryEventKind::Announced, Some("keys end"), None),
            (StoryEventKind::Changed, Some("keys end"), None),
            (StoryEventKind::FirstFailure, None, Some("u")),
            (StoryEventKind::FirstContact, Some("T-1"), Some("v")),
            (StoryEventKind::Detected, Some("I-1"), None),
            (StoryEventKind::Acknowledged, Some("I-1"), None),
            (StoryEventKind::Restored, None, None),
            (StoryEventKind::AccountLost, None, Some("u")),
        ]
    );
    assert_eq!((story.days[0].day, story.days.last().unwrap().day), (day("06-24"), day("08-08")));
    assert_eq!(story.days.len(), 46);
    let counts =
        |on: &str| story.days.iter().find(|found| found.day == day(on)).map(|found| (found.broken, found.dark));
    let expected = [("07-10", (0, 0)), ("07-11", (2, 2)), ("07-13", (2, 2)), ("07-14", (2, 0)), ("07-15", (0, 0))];
    for (on, found) in expected {
        assert_eq!(counts(on), Some(found), "{on}");
    }
    assert_eq!(story.dark_hours, 2.0 * 60.0);
    assert_eq!(story.lost_arr, Money::from_units(1_000.0));
}

#[test]
fn nothing_is_told_of_what_lasted_no_day_does_not_count_or_is_long_over() {
    let company = Company::new(&["a"]);
    assert_eq!(tell(&company, &Integrations::default()), None);
    let mut short = Integrations::default();
    fail(&mut short, 0, &["u", "v"], ("07-11T00:00", Some("07-11T23:00")));
    assert_eq!(tell(&company, &short), None);
    let mut single = Integrations::default();
    let index = fail(&mut single, 0, &["u"], ("07-11T00:00", Some("07-13T00:00")));
    single.failures[index].counts = false;
    assert_eq!(tell(&company, &single), None);
    single.failures[index].counts = true;
    assert!(tell(&company, &single).is_some());
    let mut later = company.clone();
    (later.period, later.as_of) = ("2027-Q4".parse().unwrap(), "2027-12-31");
    assert_eq!(tell(&later, &single), None);
}

#[test]
fn failures_within_a_week_are_one_story_and_later_ones_another() {
    let company = Company::new(&["a"]);
    let mut known = Integrations::default();
    let first = fail(&mut known, 0, &["u"], ("07-01T00:00", Some("07-03T00:00")));
    fail(&mut known, 0, &["v"], ("07-10T00:00", Some("07-12T00:00")));
    fail(&mut known, 0, &["v"], ("07-20T00:01", Some("07-22T00:00")));
    known.failures[first].dark_hours = 48.0;
    let story = tell(&company, &known).unwrap();
    let broken = |story: &Story| story.days.iter().map(|day| day.broken).sum::<u64>();
    assert_eq!((story.days[0].day, broken(&story)), (day("06-24"), 4), "joined on the seventh day, not on the ninth");
    known.failures[2].dark_hours = 49.0;
    assert_eq!(tell(&company, &known).unwrap().days[0].day, day("07-13"));
    left(&mut known, "u", 0, "07-12", 5.0);
    assert_eq!(tell(&company, &known).unwrap().days[0].day, day("06-24"), "what was lost goes before what was dark");
}

#[test]
fn most_at_stake_is_told_and_ties_go_to_the_first() {
    let mut company = Company::new(&["a", "b"]);
    company.accounts = vec![account("u"), account("v")];
    company.accounts[1].arr = Money::from_units(500.0);
    let mut known = Integrations::default();
    fail(&mut known, 0, &["u"], ("07-01T00:00", Some("07-03T00:00")));
    fail(&mut known, 1, &["v"], ("07-01T00:00", Some("07-03T00:00")));
    known.failures[0].dark_hours = 99.0;
    assert_eq!(tell(&company, &known).unwrap().capability, 1, "more ARR in the dark");
    company.accounts[1].arr = None;
    assert_eq!(tell(&company, &known).unwrap().capability, 0, "more hours in the dark");
    known.failures[0].dark_hours = 0.0;
    assert_eq!(tell(&company, &known).unwrap().capability, 0, "a tie");
    left(&mut known, "v", 1, "08-01", 1.0);
    assert_eq!(tell(&company, &known).unwrap().capability, 1, "an account left");
}

#[test]
fn an_account_counts_once_a_day_and_a_story_ends_at_its_bound() {
    let company = Company::new(&["a"]);
    let mut known = Integrations::default();
    fail(&mut known, 0, &["u"], ("01-20T00:00", None));
    fail(&mut known, 0, &["u", "v"], ("02-01T00:00", Some("02-03T00:00")));
    let story = tell(&company, &known).unwrap();
    assert_eq!((story.days[0].day, story.days.len()), (day("01-13"), 200));
    assert_eq!(story.days[6].broken, 0);
    assert_eq!(story.days[7].broken, 1);
    assert_eq!(story.days.iter().filter(|day| day.broken == 2).count(), 2);
    assert!(story.events.iter().all(|event| event.kind != StoryEventKind::Restored), "still open");
    assert_eq!(story.dark_hours, 193.0 * 24.0 + 2.0 * 48.0);
    known.episodes[1].weight = 0.5;
    assert_eq!(tell(&company, &known).unwrap().dark_hours, 193.0 * 24.0 + 24.0 + 48.0);
    left(&mut known, "u", 0, "07-20", 5.0);
    assert_eq!(tell(&company, &known).unwrap().lost_arr, Money::from_units(5.0));
    known.churn.accounts[0].episodes = vec![9];
    assert_eq!(tell(&company, &known).unwrap().lost_arr, None, "it left over another episode");
}
