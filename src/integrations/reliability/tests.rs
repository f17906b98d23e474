//! The score by hand, and what holds for all of them.

use chrono::{NaiveDateTime, TimeDelta};
use proptest::prelude::*;

use super::super::detection::failures;
use super::super::detection::testing::{episode, in_use};
use super::super::series::{Attempt, Result, Series};
use super::super::testing::{Company, at, run};
use super::super::{Episode, InUse, Moment, Reliability, Standing};
use super::by_capability;
use crate::stats;
use crate::tables::rows::Ticket;

/// What is known where every account in use has so many runs in the period.
fn known(company: &Company, episodes: &[Episode], uses: &[InUse], runs: usize) -> Vec<Option<Reliability>> {
    let ran = run("a", "", at("07-01T00:00"), "ok");
    let attempt = Attempt { run: &ran, started: at("07-01T00:00"), ended: at("07-01T00:05"), result: Result::Good };
    let series: Vec<Series> = uses
        .iter()
        .map(|used| Series {
            capability: used.capability,
            account: used.account.as_deref(),
            runs: vec![attempt; runs],
            churned_at: None,
        })
        .collect();
    company.look(|evidence, settings| {
        let failures = failures(episodes, evidence, settings.reliability);
        by_capability((&failures, episodes), (uses, &series), evidence, settings.reliability)
    })
}

/// In use through the whole quarter of 2,208 hours and to its end.
fn throughout(capability: usize, account: &str) -> InUse {
    in_use(capability, account, at("01-01T00:00"), at("10-01T00:00"))
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
}

/// Two accounts; one is broken for 48 hours of which a customer's ticket ends the dark after twelve, one for half of ten hours.
#[test]
fn every_figure_by_hand() {
    let mut company = Company::new(&["a"]);
    company.tickets = vec![Ticket {
        capability: Some("a".into()),
        account_id: Some("u".into()),
        opened_at: Some(at("07-10T12:00")),
        ..Ticket::default()
    }];
    let mut half = Episode { weight: 0.5, ..episode(0, "v", at("08-01T00:00"), Some(at("08-01T10:00"))) };
    half.began.earliest = at("07-31T22:00");
    half.began.latest = at("08-01T02:00");
    let episodes = [
        episode(0, "u", at("07-10T00:00"), Some(at("07-12T00:00"))),
        half,
        episode(0, "", at("08-01T00:00"), Some(at("08-05T00:00"))),
    ];
    let late = in_use(0, "v", at("07-31T00:00"), at("10-01T00:00"));
    let uses = [throughout(0, "u"), late, throughout(0, "")];
    let found = known(&company, &episodes, &uses, 30).remove(0).unwrap();
    // 92 and 62 days.
    assert_eq!((found.account_hours, found.broken_hours), (2_208.0 + 1_488.0, 53.0));
    assert_eq!(found.broken_hours_range, (52.0, 54.0));
    assert_eq!(found.episodes, 2, "the one without an account is nobody's time");
    close(found.frequency, 2.0 / 3_696.0);
    // Twelve hours, and five that nobody ever saw.
    close(found.hours_to_detect, 17.0 / 2.0);
    close(found.hours_to_repair, 36.0 / 2.0);
    let share = stats::cluster_share([(48.0, 2_208.0), (5.0, 1_488.0)]).unwrap();
    close(found.score.point, 1.0 - 53.0 / 3_696.0);
    assert_eq!((found.score.low, found.score.high, found.score.n), (1.0 - share.high, 1.0 - share.low, 2));
    assert_eq!((found.target, found.standing, found.rank), (0.99, Standing::Undecided, 1));
}

#[test]
fn without_runs_that_name_accounts_nothing_is_known() {
    let company = Company::new(&["a", "b"]);
    let before = in_use(1, "u", at("01-01T00:00"), at("06-30T00:00"));
    assert_eq!(known(&company, &[], &[throughout(0, ""), before], 9), [None, None]);
}

#[test]
fn the_target_is_met_missed_or_undecided() {
    let mut company = Company::new(&["a", "b"]);
    let of = |capability, n: u32, failing: u32| {
        let uses: Vec<InUse> = (0..n).map(|i| throughout(capability, &format!("{i:04}"))).collect();
        let broken = |i: u32| episode(capability, &format!("{i:04}"), at("07-10T00:00"), Some(at("08-10T00:00")));
        (uses, (0..failing).map(broken).collect::<Vec<_>>())
    };
    let standing = |company: &Company, (uses, episodes): (Vec<InUse>, Vec<Episode>), runs| {
        known(company, &episodes, &uses, runs).into_iter().flatten().next().unwrap().standing
    };
    // Wilson's upper end for none of n is z²/(n + z²): 0.01 at 380.3 accounts.
    assert_eq!(standing(&company, of(0, 381, 0), 1), Standing::Meets);
    assert_eq!(standing(&company, of(0, 380, 0), 1), Standing::Undecided);
    assert_eq!(standing(&company, of(0, 30, 20), 1), Standing::Misses);
    assert_eq!(standing(&company, of(0, 5, 5), 1), Standing::Undecided, "five runs are fewer than eight");
    assert_eq!(standing(&company, of(0, 5, 5), 2), Standing::Misses);
    company.settings.reliability.targets = [("b".to_owned(), 0.1)].into();
    assert_eq!(standing(&company, of(1, 60, 20), 1), Standing::Meets, "by its own target");
}

#[test]
fn overlapping_episodes_of_an_account_count_once() {
    let company = Company::new(&["a"]);
    let episodes = [
        episode(0, "u", at("07-10T00:00"), Some(at("07-12T00:00"))),
        Episode { weight: 0.5, ..episode(0, "u", at("07-11T00:00"), Some(at("07-13T00:00"))) },
    ];
    let found = known(&company, &episodes, &[throughout(0, "u"), throughout(0, "v")], 9).remove(0).unwrap();
    assert_eq!((found.broken_hours, found.episodes), (48.0 + 12.0, 2));
    let whole = [episode(0, "u", at("01-10T00:00"), None), episodes[0].clone()];
    let found = known(&company, &whole, &[throughout(0, "u")], 9).remove(0).unwrap();
    assert_eq!((found.broken_hours, found.score.point), (2_208.0, 0.0), "never more than all of it");
}

#[test]
fn what_is_broken_while_it_is_not_in_use_is_nobodys_loss() {
    let company = Company::new(&["a"]);
    let used = in_use(0, "u", at("07-01T00:00"), at("07-11T00:00"));
    let again = in_use(0, "u", at("07-10T00:00"), at("07-20T00:00"));
    let broken = [episode(0, "u", at("07-19T00:00"), None)];
    let found = known(&company, &broken, &[again, used], 9).remove(0).unwrap();
    assert_eq!((found.account_hours, found.broken_hours), (19.0 * 24.0, 24.0));
    assert_eq!(found.expected_broken_hours.point, 0.0, "nobody has it in use any more");
}

/// One integration: nothing is drawn anywhere. Two failures of 10 and 30 hours: (½ + 2)/4416 per hour × 20 hours × 2 · 2191.5.
#[test]
fn the_next_quarter_of_a_single_integration_by_hand() {
    let company = Company::new(&["a"]);
    let episodes = [
        episode(0, "u", at("07-10T00:00"), Some(at("07-10T10:00"))),
        episode(0, "v", at("08-10T00:00"), Some(at("08-11T06:00"))),
    ];
    let uses = [throughout(0, "u"), throughout(0, "v")];
    let expected = known(&company, &episodes, &uses, 9).remove(0).unwrap().expected_broken_hours;
    close(expected.point, 2.5 / 4_416.0 * 20.0 * 4_383.0);
    // ψ′(2.5) = 0.49035775610023487 (scipy 1.17.1); (0.5² + 0.5²)/1 over two episodes.
    let half = stats::Z95 * (0.490_357_756_100_234_87_f64 + 0.25).sqrt();
    close(expected.low, expected.point * (-half).exp());
    close(expected.high, expected.point * half.exp());
    assert_eq!(expected.n, 2);
    // In one failure they are one observation: (½ + 1)/2208, and the variance of the length is not halved.
    let mut together = company.clone();
    together.incidents = Some(vec![crate::tables::rows::Incident {
        incident_id: Some("i".into()),
        capability: Some("a".into()),
        started_at: Some(at("07-10T00:00")),
        resolved_at: Some(at("08-11T00:00")),
        ..crate::tables::rows::Incident::default()
    }]);
    let one = known(&together, &episodes, &uses, 9).remove(0).unwrap().expected_broken_hours;
    close(one.point, 1.5 / 2_208.0 * 20.0 * 4_383.0);
    close((one.high / one.point).ln(), stats::Z95 * (0.934_802_200_544_679_3_f64 + 0.5).sqrt());
}

#[test]
fn nothing_broken_anywhere_is_bounded_by_the_score() {
    let company = Company::new(&["a"]);
    let found = known(&company, &[], &[throughout(0, "u")], 9).remove(0).unwrap();
    assert_eq!((found.frequency, found.hours_to_detect, found.hours_to_repair), (0.0, 0.0, 0.0));
    let expected = found.expected_broken_hours;
    assert_eq!((expected.point, expected.low, expected.n), (0.0, 0.0, 0));
    close(expected.high, (1.0 - found.score.low) * 2_191.5);
}

/// A short history is drawn towards the others and a long one is not; the ranks follow.
#[test]
fn few_episodes_are_drawn_towards_all() {
    let company = Company::new(&["a", "b", "c", "d"]);
    let mut episodes = Vec::new();
    let mut uses = Vec::new();
    for (capability, accounts, broken) in [(0, 200, 40), (1, 200, 2), (2, 2, 1), (3, 2, 0)] {
        for n in 0..accounts {
            let account = format!("{n:03}");
            uses.push(throughout(capability, &account));
            if n < broken {
                let began = at("07-02T00:00") + TimeDelta::hours(i64::from(n) * 40);
                episodes.push(episode(
                    capability,
                    &account,
                    began,
                    Some(began + TimeDelta::hours(10 + i64::from(n % 5))),
                ));
            }
        }
    }
    let found: Vec<Reliability> = known(&company, &episodes, &uses, 9).into_iter().flatten().collect();
    let raw = |one: &Reliability| (1.0 - one.score.point) * 2_191.5;
    let per_account = |one: &Reliability| one.expected_broken_hours.point / if one.score.n > 2 { 200.0 } else { 2.0 };
    let drawn: Vec<f64> = found.iter().map(|one| per_account(one) / raw(one).max(1e-9)).collect();
    assert!((0.95..1.0).contains(&drawn[0]), "{drawn:?}");
    assert!(drawn[1] > 1.0 && drawn[2] < 0.7, "{drawn:?}");
    assert!(per_account(&found[3]) > 0.0 && per_account(&found[3]) < per_account(&found[2]));
    assert_eq!(found.iter().map(|one| one.rank).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let width = |one: &Reliability| one.expected_broken_hours.high / one.expected_broken_hours.low;
    assert!(width(&found[0]) < 2.0 && width(&found[3]) > 10.0, "{} {}", width(&found[0]), width(&found[3]));
}

#[test]
fn ties_go_by_id() {
    let company = Company::new(&["b", "a", "c"]);
    let uses = [throughout(2, "u"), throughout(1, "u"), throughout(0, "u")];
    let ranks: Vec<usize> = known(&company, &[], &uses, 9).into_iter().flatten().map(|one| one.rank).collect();
    assert_eq!(ranks, [1, 2, 3]);
}

fn hour(hour: u32) -> NaiveDateTime {
    at("06-20T00:00") + TimeDelta::minutes(i64::from(hour) * 60)
}

type Drawn = (Vec<Episode>, Vec<InUse>, Vec<Ticket>);

fn drawn() -> impl Strategy<Value = Drawn> {
    let names = ["u", "v", "w"];
    let span = (0_u32..2_400, 0_u32..30, prop::option::weighted(0.9, 0_u32..300));
    let episodes = prop::collection::vec((span, 0_u8..=4, 0_usize..2, 0_usize..3), 0..20);
    let uses = prop::collection::vec((0_u32..2_000, 1_u32..2_000), 6);
    let tickets = prop::collection::vec((0_u32..2_400, 0_usize..3), 0..8);
    (episodes, uses, tickets).prop_map(move |(episodes, uses, tickets)| {
        let episodes = episodes.into_iter().map(|((from, vague, length), quarters, capability, account)| Episode {
            began: Moment { earliest: hour(from), latest: hour(from + vague) },
            ended: length.map(|length| Moment {
                earliest: hour(from + vague + length),
                latest: hour(from + 2 * vague + length),
            }),
            weight: f64::from(quarters) / 4.0,
            ..episode(capability, names[account], hour(from), None)
        });
        let uses = uses.into_iter().enumerate().map(|(place, (from, length))| {
            in_use(place / 3, names[place % 3], hour(from), hour(from + length).min(at("10-01T00:00")))
        });
        let tickets = tickets.into_iter().enumerate().map(|(id, (opened, account))| Ticket {
            ticket_id: Some(id.to_string()),
            capability: Some("a".into()),
            account_id: Some(names[account].into()),
            opened_at: Some(hour(opened)),
            ..Ticket::default()
        });
        (episodes.collect(), uses.collect(), tickets.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_score_can_be_taken_apart((episodes, uses, tickets) in drawn()) {
        let mut company = Company::new(&["a", "b"]);
        company.tickets = tickets;
        for found in known(&company, &episodes, &uses, 9).into_iter().flatten() {
            let parts = found.frequency * (found.hours_to_detect + found.hours_to_repair);
            prop_assert!((1.0 - found.score.point - parts).abs() < 1e-12, "{found:?}");
            prop_assert!(0.0 <= found.score.low && found.score.low <= found.score.point);
            prop_assert!(found.score.point <= found.score.high && found.score.high <= 1.0);
            prop_assert!(found.hours_to_detect >= 0.0 && found.hours_to_repair > -1e-9);
            let (least, most) = found.broken_hours_range;
            prop_assert!(least <= found.broken_hours + 1e-9 && found.broken_hours <= most + 1e-9);
            prop_assert!(most <= found.account_hours + 1e-9);
            let expected = found.expected_broken_hours;
            prop_assert!(0.0 <= expected.low && expected.low <= expected.point && expected.point <= expected.high);
            prop_assert!(expected.high.is_finite());
        }
    }

    #[test]
    fn the_order_of_rows_is_nothing((mut episodes, mut uses, mut tickets) in drawn()) {
        let mut company = Company::new(&["a", "b"]);
        company.tickets = tickets.clone();
        let one = known(&company, &episodes, &uses, 9);
        episodes.reverse();
        uses.reverse();
        tickets.reverse();
        company.tickets = tickets;
        let other = known(&company, &episodes, &uses, 9);
        for pair in one.iter().zip(&other) {
            let (Some(one), Some(other)) = pair else {
                prop_assert_eq!(pair.0, pair.1);
                continue;
            };
            prop_assert_eq!((one.episodes, one.standing, one.rank), (other.episodes, other.standing, other.rank));
            for (a, b) in [
                (one.score.point, other.score.point),
                (one.score.low, other.score.low),
                (one.hours_to_detect, other.hours_to_detect),
                (one.expected_broken_hours.point, other.expected_broken_hours.point),
                (one.expected_broken_hours.high, other.expected_broken_hours.high),
            ] {
                prop_assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{a} against {b}");
            }
        }
    }
}
