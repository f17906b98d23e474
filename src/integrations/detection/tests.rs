//! Failures by hand, and what holds for all of them.

use chrono::{NaiveDateTime, TimeDelta};
use proptest::prelude::*;

use super::super::durations::Times;
use super::super::series::{Attempt, Result, Series};
use super::super::testing::{Company, account, at, run};
use super::super::{Detection, Detector, Episode, Failure, Moment};
use super::testing::episode;
use super::{by_capability, failures};
use crate::config::Layer;
use crate::tables::rows::{Account, Incident, Ticket};
use crate::units::Money;

fn incident(id: &str, capability: &str, started: &str, resolved: &str) -> Incident {
    let moment = |text: &str| Some(text).filter(|text| !text.is_empty()).map(at);
    Incident {
        incident_id: Some(id.into()),
        capability: Some(capability.into()),
        started_at: moment(started),
        resolved_at: moment(resolved),
        ..Incident::default()
    }
}

fn ticket(id: &str, capability: &str, account: &str, opened: &str) -> Ticket {
    Ticket {
        ticket_id: Some(id.into()),
        capability: Some(capability.into()),
        account_id: Some(account.to_owned()).filter(|account| !account.is_empty()),
        opened_at: Some(at(opened)),
        ..Ticket::default()
    }
}

fn worth(id: &str, arr: f64) -> Account {
    Account { arr: Money::from_units(arr), ..account(id) }
}

fn found(company: &Company, episodes: &[Episode]) -> Vec<Failure> {
    company.look(|evidence, settings| failures(episodes, evidence, settings.reliability))
}

/// What is known of the period, where every account of the episodes has one run on their integration.
fn detection(company: &Company, episodes: &[Episode]) -> Vec<Option<Detection>> {
    let ran = run("a", "", at("07-01T00:00"), "ok");
    let series: Vec<Series> = episodes
        .iter()
        .map(|episode| {
            let (started, ended) = (at("07-01T00:00"), at("07-01T00:05"));
            let runs = vec![Attempt { run: &ran, started, ended, result: Result::Good }];
            Series { capability: episode.capability, account: episode.account.as_deref(), runs, churned_at: None }
        })
        .collect();
    company.look(|evidence, settings| {
        let failures = failures(episodes, evidence, settings.reliability);
        by_capability(&failures, episodes, &series, evidence, settings.reliability)
    })
}

/// Sixty failed runs over eight days, a real story: the job was red every time, and nobody was told.
#[test]
fn sixty_failed_runs_over_eight_days_with_nobody_told() {
    let mut company = Company::new(&["a"]);
    company.accounts = vec![worth("u", 8_766.0)];
    let silence = Episode { runs: 60, ..episode(0, "u", at("07-01T00:00"), Some(at("07-09T00:00"))) };
    for (incidents, told) in [(None, false), (Some(vec![]), false), (None, true)] {
        company.incidents = incidents;
        // What another account asks about another integration tells nobody.
        company.tickets = if told { vec![ticket("1", "a", "v", "07-03T00:00")] } else { vec![] };
        let failures = found(&company, std::slice::from_ref(&silence));
        let [failure] = failures.as_slice() else { panic!("one failure, not {}", failures.len()) };
        assert_eq!((failure.detected_at, failure.detected_by), (None, None));
        assert!(failure.silent && failure.counts);
        assert_eq!((failure.broken_hours, failure.dark_hours), (192.0, 192.0));
        assert_eq!(failure.accounts, Some(1));
        assert_eq!(failure.hidden_cost, Money::from_units(19.2), "a euro an hour, a tenth of it");
        let known = detection(&company, std::slice::from_ref(&silence)).remove(0).unwrap();
        assert_eq!((known.failures, known.never_detected, known.silent, known.open), (1, 1, 1, 0));
        assert_eq!((known.detect.n, known.restore.n, known.repair.n), (0, 1, 0));
        assert_eq!((known.dark_hours, known.accounts_in_the_dark), (Some(192.0), Some(1)));
    }
}

/// Three accounts break at 00:00, 01:00 and 02:00 and work again at 10:00; a monitor sees it at 03:00.
fn outage() -> (Company, Vec<Episode>) {
    let mut company = Company::new(&["a"]);
    company.accounts = vec![worth("u", 8_766.0), worth("v", 17_532.0)];
    company.incidents = Some(vec![Incident {
        detected_at: Some(at("07-01T03:00")),
        acknowledged_at: Some(at("07-01T03:30")),
        detected_by: Some("monitor".into()),
        resolved_by: Some("human".into()),
        affected_accounts: Some(99),
        cause: Some("auth".into()),
        ..incident("i", "a", "07-01T01:00", "07-01T12:00")
    }]);
    let end = Some(at("07-01T10:00"));
    let half = Episode { weight: 0.5, ..episode(0, "v", at("07-01T01:00"), end) };
    (company, vec![episode(0, "u", at("07-01T00:00"), end), half, episode(0, "w", at("07-01T02:00"), end)])
}

#[test]
fn an_incident_and_its_episodes_by_hand() {
    let (company, episodes) = outage();
    let failures = found(&company, &episodes);
    let [failure] = failures.as_slice() else { panic!("one failure") };
    assert_eq!((failure.incident, failure.incident_id.as_deref()), (Some(0), Some("i")));
    assert_eq!((failure.began, failure.episodes.as_slice()), (Moment::at(at("07-01T00:00")), &[0, 1, 2][..]));
    assert_eq!((failure.detected_at, failure.detected_by), (Some(at("07-01T03:00")), Some(Detector::Monitor)));
    assert_eq!(failure.acknowledged_at, Some(at("07-01T03:30")));
    assert_eq!(failure.resolved_at, Some(at("07-01T10:00")), "when it worked again, not when the record was closed");
    assert_eq!((failure.ended_by, failure.accounts), (Some(Layer::Human), Some(3)));
    // 10 + 9 · ½ + 8, and of them 3 + 2 · ½ + 1.
    assert_eq!((failure.broken_hours, failure.dark_hours), (22.5, 5.0));
    assert_eq!(failure.arr_in_the_dark, Money::from_units(26_298.0), "the third states none");
    // (3 · 1 + 1 · 2) · 0.1
    assert_eq!(failure.hidden_cost, Money::from_units(0.5));
    assert!(!failure.silent, "three hours are less than four");
    assert_eq!(failure.error.as_deref(), Some("auth"));
    let times = Times { detect: Some(3.0), acknowledge: Some(0.5), restore: Some(10.0), repair: Some(7.0) };
    assert_eq!(Times::of(failure), times);
    let known = detection(&company, &episodes).remove(0).unwrap();
    assert_eq!((known.failures, known.by_monitor, known.silent), (1, 1, 0));
    assert_eq!((known.dark_hours, known.accounts_in_the_dark), (Some(5.0), Some(3)));
    assert_eq!((known.arr_in_the_dark, known.hidden_cost), (failure.arr_in_the_dark, failure.hidden_cost));
    assert_eq!(known.detect.mean.unwrap().point, 3.0);
}

#[test]
fn a_ticket_before_the_incident_is_the_customer() {
    let (mut company, episodes) = outage();
    let first = |company: &Company| {
        let failure = found(company, &episodes).remove(0);
        (failure.detected_at.unwrap(), failure.detected_by, failure.tickets, failure.silent)
    };
    company.tickets = vec![ticket("1", "a", "w", "07-01T05:00"), ticket("2", "a", "w", "07-01T02:30")];
    assert_eq!(first(&company), (at("07-01T02:30"), Some(Detector::Customer), vec![1, 0], true));
    company.tickets = vec![ticket("1", "a", "w", "07-01T03:00")];
    assert_eq!(first(&company), (at("07-01T03:00"), Some(Detector::Monitor), vec![0], false), "not before it");
    company.tickets = vec![ticket("1", "a", "w", "07-01T01:59"), ticket("2", "a", "x", "07-01T02:30")];
    assert_eq!(first(&company).2, Vec::<usize>::new(), "before its own account broke, and of one that did not");
    company.tickets = vec![ticket("1", "a", "u", "07-04T10:00"), ticket("2", "a", "u", "07-04T10:01")];
    assert_eq!(first(&company).2, [0], "three days after the end and not a minute longer");
    company.tickets = vec![ticket("1", "b", "u", "07-01T02:30")];
    assert_eq!(first(&company).2, Vec::<usize>::new(), "of nothing that is known");
    let row = |company: &mut Company| company.incidents.as_mut().unwrap()[0].detected_by = Some("customer".into());
    row(&mut company);
    assert_eq!(first(&company), (at("07-01T03:00"), Some(Detector::Customer), vec![], true), "as the incident states");
}

/// Incident rows in order of what they state, and when each was seen.
#[test]
fn when_an_incident_was_seen() {
    let mut company = Company::new(&["a"]);
    let row = |detected: Option<&str>, by: Option<&str>, acknowledged: Option<&str>| Incident {
        detected_at: detected.map(at),
        detected_by: by.map(Into::into),
        acknowledged_at: acknowledged.map(at),
        ..incident("i", "a", "07-10T00:00", "07-12T00:00")
    };
    let other = Incident { detected_at: Some(at("08-01T01:00")), ..incident("j", "a", "08-01T00:00", "08-01T02:00") };
    for (what, row, others, expected) in [
        ("as it says", row(Some("07-10T05:00"), None, None), true, Some("07-10T05:00")),
        ("an on-call tool opens what it detects", row(None, None, Some("07-10T09:00")), false, Some("07-10T00:00")),
        ("so does a monitor", row(None, Some("monitor"), Some("07-10T09:00")), true, Some("07-10T00:00")),
        ("else when it was taken on", row(None, Some("employee"), Some("07-10T09:00")), true, Some("07-10T09:00")),
        ("else when it was over", row(None, None, None), true, Some("07-12T00:00")),
        ("never", Incident { resolved_at: None, ..row(None, Some("employee"), None) }, true, None),
        ("not what is later than the as-of date", row(Some("10-01T00:00"), None, None), false, Some("07-10T00:00")),
    ] {
        company.incidents = Some(if others { vec![row, other.clone()] } else { vec![row] });
        let failure = found(&company, &[]).remove(0);
        assert_eq!(failure.detected_at, expected.map(at), "{what}");
        assert_eq!((failure.accounts, failure.dark_hours, failure.hidden_cost), (None, 0.0, None));
        assert!(failure.counts);
    }
}

#[test]
fn nothing_is_seen_before_it_was_there() {
    let (mut company, mut episodes) = outage();
    episodes.truncate(1);
    episodes[0].began = Moment { earliest: at("07-01T06:00"), latest: at("07-01T08:00") };
    let failure = found(&company, &episodes).remove(0);
    assert_eq!(failure.detected_at, Some(at("07-01T06:00")), "the incident was seen at three");
    let times = Times { detect: Some(0.0), acknowledge: None, restore: Some(3.0), repair: Some(3.0) };
    assert_eq!(Times::of(&failure), times);
    assert_eq!(failure.dark_hours, 0.0);
    company.incidents = Some(vec![]);
    company.tickets = vec![ticket("1", "a", "u", "07-01T06:30")];
    assert_eq!(found(&company, &episodes).remove(0).detected_at, Some(at("07-01T06:30")), "within the onset");
}

#[test]
fn incidents_alone_take_tickets_of_anybody_and_reach_all_they_name() {
    let mut company = Company::new(&["a", "b"]);
    let both = Incident {
        tags: Some(vec!["b".into(), "a".into()]),
        affected_accounts: Some(7),
        capability: None,
        ..incident("i", "", "07-10T00:00", "07-12T00:00")
    };
    company.incidents = Some(vec![both, incident("j", "nothing", "07-10T00:00", "07-12T00:00")]);
    company.tickets = vec![ticket("1", "b", "x", "07-13T00:00"), ticket("2", "b", "", "07-09T23:00")];
    let failures = found(&company, &[]);
    let told: Vec<_> = failures.iter().map(|failure| (failure.capability, failure.tickets.clone())).collect();
    assert_eq!(told, [(0, vec![]), (1, vec![0])]);
    assert!(failures.iter().all(|failure| failure.accounts == Some(7) && failure.incident == Some(0)));
    let known = detection(&company, &[]);
    assert_eq!(known[0].as_ref().map(|known| (known.failures, known.dark_hours)), Some((1, None)));
    company.incidents = None;
    assert_eq!(detection(&company, &[]), [None, None]);
}

#[test]
fn what_is_later_than_the_as_of_date_is_not_known() {
    let (mut company, mut episodes) = outage();
    company.as_of = "2026-07-01";
    company.incidents.as_mut().unwrap()[0].resolved_at = Some(at("07-02T00:00"));
    company.incidents.as_mut().unwrap().push(incident("later", "a", "07-02T00:00", "07-02T01:00"));
    company.tickets = vec![ticket("1", "a", "u", "07-02T00:00")];
    for episode in &mut episodes {
        episode.ended = None;
    }
    let failures = found(&company, &episodes);
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].resolved_at, failures[0].ended_by, failures[0].tickets.len()), (None, None, 0));
    assert_eq!(failures[0].broken_hours, 24.0 + 23.0 / 2.0 + 22.0);
    let known = detection(&company, &episodes).remove(0).unwrap();
    assert_eq!((known.open, known.restore.n, known.detect.n), (1, 0, 1));
}

#[test]
fn an_incident_is_not_over_while_a_run_still_fails() {
    let (company, mut episodes) = outage();
    episodes[2].ended = None;
    assert_eq!(found(&company, &episodes)[0].resolved_at, None);
}

#[test]
fn who_ended_it() {
    let (mut company, mut episodes) = outage();
    episodes.truncate(2);
    let layered = |layer: &str| Ticket { layer: Some(layer.into()), ..ticket(layer, "a", "u", "07-01T05:00") };
    let machine = Some(true);
    for (what, resolved_by, recovered, layers, expected) in [
        ("as stated", Some("automated"), [None, None], &["human"][..], Some(Layer::Automated)),
        ("a statement goes before the runs", Some("human"), [machine; 2], &[], Some(Layer::Human)),
        ("all runs say so", None, [machine; 2], &["human"], Some(Layer::Automated)),
        ("one does not", None, [machine, None], &[], None),
        ("the highest layer", None, [None; 2], &["ai", "human"], Some(Layer::Human)),
        ("assisted", None, [None; 2], &["ai", "automated"], Some(Layer::Ai)),
        ("an answering machine mends nothing", None, [None; 2], &["automated"], None),
        ("nobody knows", None, [None, Some(false)], &[], None),
    ] {
        company.incidents.as_mut().unwrap()[0].resolved_by = resolved_by.map(Into::into);
        company.tickets = layers.iter().map(|layer| layered(layer)).collect();
        episodes.iter_mut().zip(recovered).for_each(|(episode, recovered)| episode.auto_recovered = recovered);
        assert_eq!(found(&company, &episodes)[0].ended_by, expected, "{what}");
        episodes[0].ended = None;
        assert_eq!(found(&company, &episodes)[0].ended_by, None, "{what}, and it is open");
        episodes[0].ended = Some(Moment::at(at("07-01T10:00")));
    }
}

#[test]
fn silent_or_not() {
    let mut company = Company::new(&["a"]);
    for (what, by, detected, ended, expected) in [
        ("a customer", Some("customer"), "07-01T00:01", "07-01T01:00", true),
        ("soon by a monitor", Some("monitor"), "07-01T03:59", "07-03T00:00", false),
        ("late by a monitor", Some("monitor"), "07-01T04:00", "07-03T00:00", true),
        ("over before the monitor could", Some("monitor"), "07-02T00:00", "07-01T03:00", false),
        ("soon by an employee, and no monitor saw it", Some("employee"), "07-01T00:30", "07-01T04:00", true),
        ("short, by an employee", Some("employee"), "07-01T00:30", "07-01T03:59", false),
        ("by a vendor", Some("vendor"), "07-01T00:30", "07-01T09:00", true),
        ("soon, by whom it does not say", None, "07-01T00:30", "07-01T09:00", false),
        ("late, by whom it does not say", None, "07-01T05:00", "07-01T09:00", true),
    ] {
        company.incidents = Some(vec![Incident {
            detected_at: Some(at(detected)),
            detected_by: by.map(Into::into),
            ..incident("i", "a", "07-01T00:00", "07-05T00:00")
        }]);
        let broken = episode(0, "u", at("07-01T00:00"), Some(at(ended)));
        assert_eq!(found(&company, &[broken])[0].silent, expected, "{what}");
    }
    company.incidents = None;
    let unseen = |ended| found(&company, &[episode(0, "u", at("07-01T00:00"), Some(at(ended)))]).remove(0).silent;
    assert!(unseen("07-01T04:00") && !unseen("07-01T03:59"));
}

#[test]
fn single_failed_runs_are_broken_time_and_no_failures() {
    let mut company = Company::new(&["a"]);
    company.incidents = Some(vec![]);
    let noise = Episode { sustained: false, ..episode(0, "u", at("07-01T00:00"), Some(at("07-01T06:00"))) };
    let failures = found(&company, std::slice::from_ref(&noise));
    assert_eq!((failures.len(), failures[0].counts), (1, false));
    let known = detection(&company, &[noise]).remove(0).unwrap();
    assert_eq!((known.failures, known.silent_rate, known.dark_hours), (0, None, Some(6.0)));
    assert_eq!((known.restore.n, known.restore.mean), (0, None));
}

#[test]
fn the_most_frequent_error_names_it() {
    let (company, mut episodes) = outage();
    for (errors, expected) in
        [([Some("b"), Some("a"), Some("b")], "b"), ([Some("b"), Some("a"), None], "a"), ([None, None, None], "auth")]
    {
        episodes.iter_mut().zip(errors).for_each(|(episode, error)| episode.error = error.map(Into::into));
        assert_eq!(found(&company, &episodes)[0].error.as_deref(), Some(expected));
    }
}

/// One that began before the period and was seen in it, one in it, one that began after the as-of date of the period's end.
#[test]
fn the_period_cuts_the_dark_and_chooses_the_failures() {
    let mut company = Company::new(&["a"]);
    company.accounts = vec![worth("u", 8_766.0)];
    company.tickets = vec![ticket("1", "a", "u", "07-02T00:00"), ticket("2", "a", "u", "08-01T12:00")];
    let episodes = [
        episode(0, "u", at("06-29T00:00"), Some(at("07-05T00:00"))),
        episode(0, "u", at("08-01T00:00"), Some(at("08-02T00:00"))),
    ];
    let known = detection(&company, &episodes).remove(0).unwrap();
    assert_eq!((known.failures, known.by_customer, known.silent), (1, 1, 1));
    assert_eq!((known.detect.n, known.detect.mean.unwrap().point), (1, 12.0));
    // A day from the beginning of the period, and twelve hours.
    assert_eq!((known.dark_hours, known.accounts_in_the_dark), (Some(36.0), Some(1)));
    assert_eq!(known.arr_in_the_dark, Money::from_units(8_766.0), "the account counts once");
    assert_eq!(known.hidden_cost, Money::from_units(3.6));
    assert_eq!(known.silent_rate.map(|rate| (rate.point, rate.n)), Some((1.0, 1)));
}

#[test]
fn a_table_that_records_no_ends_has_no_open_incidents() {
    let mut company = Company::new(&["a"]);
    company.incidents = Some(vec![incident("i", "a", "07-10T00:00", ""), incident("j", "a", "07-20T00:00", "")]);
    company.tickets = vec![ticket("1", "a", "u", "09-20T00:00")];
    let much_later = episode(0, "u", at("08-10T00:00"), Some(at("08-11T00:00")));
    let failures = found(&company, std::slice::from_ref(&much_later));
    assert_eq!(failures.len(), 3, "it explains nothing three weeks later");
    assert!(failures.iter().all(|failure| failure.tickets.is_empty()), "nor does anybody speak of it for ever");
    let open =
        |company: &Company| detection(company, std::slice::from_ref(&much_later))[0].as_ref().map(|known| known.open);
    assert_eq!(open(&company), Some(0));
    company.incidents.as_mut().unwrap().push(incident("k", "a", "07-01T00:00", "07-01T01:00"));
    assert_eq!(open(&company), Some(2), "a table that records ends says that they are open");
}

/// An invented company: episodes, incidents and tickets in hours of the quarter.
#[derive(Debug, Clone)]
struct Drawn {
    episodes: Vec<Episode>,
    incidents: Vec<Incident>,
    tickets: Vec<Ticket>,
}

fn hour(hour: u32) -> NaiveDateTime {
    at("06-25T00:00") + TimeDelta::minutes(i64::from(hour) * 60)
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let span = (0_u32..2_300, 0_u32..40, prop::option::weighted(0.9, (1_u32..400, 0_u32..10)));
    let flags = (any::<bool>(), 1_u8..=4, 0_usize..2, 0_usize..4);
    let episodes = prop::collection::vec((span, flags), 0..25);
    let incidents = prop::collection::vec((0_u32..2_300, prop::option::of(0_u32..200), 0_u32..60, 0_usize..6), 0..6);
    let tickets = prop::collection::vec((0_u32..2_300, 0_usize..4, 0_usize..2), 0..15);
    let names = ["", "u", "v", "w"];
    (episodes, incidents, tickets).prop_map(move |(episodes, incidents, tickets)| Drawn {
        episodes: episodes
            .into_iter()
            .map(|((from, vague, end), (sustained, quarters, capability, account))| Episode {
                began: Moment { earliest: hour(from), latest: hour(from + vague) },
                ended: end.map(|(length, vague)| Moment {
                    earliest: hour(from + vague + 40 + length),
                    latest: hour(from + 2 * vague + 40 + length),
                }),
                sustained,
                weight: f64::from(quarters) / 4.0,
                ..episode(capability, names[account], hour(from), None)
            })
            .collect(),
        incidents: incidents
            .into_iter()
            .enumerate()
            .map(|(id, (from, length, detected, by))| Incident {
                incident_id: Some(id.to_string()),
                capability: Some("a".into()).filter(|_| by > 0),
                tags: Some(vec!["a".into(), "b".into()]),
                started_at: Some(hour(from)),
                resolved_at: length.map(|length| hour(from + length)),
                detected_at: Some(hour(from + detected)).filter(|_| by > 1),
                detected_by: ["monitor", "employee"].get(by.wrapping_sub(2)).map(|by| (*by).to_owned()),
                ..Incident::default()
            })
            .collect(),
        tickets: tickets
            .into_iter()
            .enumerate()
            .map(|(id, (opened, account, capability))| Ticket {
                opened_at: Some(hour(opened)),
                ..ticket(&id.to_string(), ["a", "b"][capability], names[account], "07-01T00:00")
            })
            .collect(),
    })
}

impl Drawn {
    fn company(&self) -> Company {
        let mut company = Company::new(&["a", "b"]);
        company.accounts = vec![worth("u", 100.0), worth("v", 900.0)];
        company.incidents = Some(self.incidents.clone());
        company.tickets = self.tickets.clone();
        company
    }

    fn reversed(&self) -> Self {
        let mut drawn = self.clone();
        drawn.episodes.reverse();
        drawn.incidents.reverse();
        drawn.tickets.reverse();
        drawn
    }

    /// A failure without the places of its rows.
    fn content(&self, failure: &Failure) -> String {
        let mut episodes: Vec<String> =
            failure.episodes.iter().map(|&place| format!("{:?}", self.episodes[place])).collect();
        episodes.sort();
        let mut tickets: Vec<&Option<String>> =
            failure.tickets.iter().map(|&row| &self.tickets[row].ticket_id).collect();
        tickets.sort();
        let rest = Failure { episodes: vec![], tickets: vec![], incident: None, ..failure.clone() };
        let round = |hours: f64| (hours * 1e6).round();
        let hours = (round(rest.broken_hours), round(rest.dark_hours));
        format!("{episodes:?} {tickets:?} {hours:?} {:?}", Failure { broken_hours: 0.0, dark_hours: 0.0, ..rest })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_episode_has_one_failure_and_every_ticket_at_most_one(drawn in drawn()) {
        let failures = found(&drawn.company(), &drawn.episodes);
        let mut episodes: Vec<usize> = failures.iter().flat_map(|failure| failure.episodes.clone()).collect();
        episodes.sort_unstable();
        prop_assert_eq!(episodes, (0..drawn.episodes.len()).collect::<Vec<_>>());
        let mut tickets: Vec<(usize, usize)> =
            failures.iter().flat_map(|failure| failure.tickets.iter().map(|&row| (failure.capability, row))).collect();
        let all = tickets.len();
        tickets.sort_unstable();
        tickets.dedup();
        prop_assert_eq!(tickets.len(), all);
        prop_assert!(failures.is_sorted_by_key(|failure| (failure.capability, failure.began.middle())));
        for failure in &failures {
            prop_assert!(failure.episodes.iter().all(|&place| drawn.episodes[place].capability == failure.capability));
        }
    }

    #[test]
    fn the_dark_is_a_part_of_the_broken_and_times_add_up(drawn in drawn()) {
        let company = drawn.company();
        for failure in found(&company, &drawn.episodes) {
            prop_assert!(0.0 <= failure.dark_hours && failure.dark_hours <= failure.broken_hours + 1e-9);
            prop_assert!(failure.detected_at.is_some() || (failure.dark_hours - failure.broken_hours).abs() < 1e-9);
            prop_assert!(failure.detected_at.is_none_or(|at| at >= failure.began.earliest));
            let times = Times::of(&failure);
            if let (Some(detect), Some(repair)) = (times.detect, times.repair) {
                prop_assert!((times.restore.unwrap() - detect - repair).abs() < 1e-9);
            }
        }
        for known in detection(&company, &drawn.episodes).into_iter().flatten() {
            let seen = known.by_monitor + known.by_customer + known.by_vendor + known.by_employee;
            prop_assert!(seen + known.never_detected <= known.failures && known.silent <= known.failures);
            prop_assert_eq!(known.detect.n + known.never_detected, known.failures);
            prop_assert!(known.repair.n <= known.detect.n.min(known.restore.n));
        }
    }

    #[test]
    fn the_order_of_rows_is_nothing(drawn in drawn()) {
        let turned = drawn.reversed();
        let [one, other] = [&drawn, &turned].map(|drawn| {
            let failures = found(&drawn.company(), &drawn.episodes);
            let mut contents: Vec<String> = failures.iter().map(|failure| drawn.content(failure)).collect();
            contents.sort();
            contents
        });
        prop_assert_eq!(one, other);
        let [one, other] = [&drawn, &turned].map(|drawn| {
            let mut known = detection(&drawn.company(), &drawn.episodes);
            for known in known.iter_mut().flatten() {
                known.dark_hours = known.dark_hours.map(|hours| (hours * 1e6).round());
            }
            known
        });
        prop_assert_eq!(one, other);
    }
}
