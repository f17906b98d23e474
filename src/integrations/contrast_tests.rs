use super::*;
use crate::integrations::Episode;
use crate::integrations::churn::tests::{Use, day, episode, found};
use crate::integrations::testing::{Company, account, at};
use crate::tables::rows::Account;
use crate::units::Estimate;
use proptest::prelude::*;

fn using(ids: &[&str], integrations: &[(usize, u64)]) -> Vec<Use> {
    let of = |id: &&str| Use { account: (*id).into(), product: 20, integrations: integrations.to_vec() };
    ids.iter().map(of).collect()
}

fn leaves(id: &str, churned_on: &str) -> Account {
    Account { churned_on: churned_on.parse().ok(), ..account(id) }
}

fn company(accounts: Vec<Account>) -> Company {
    Company { accounts, runs: Some(Vec::new()), ..Company::new(&["a", "b"]) }
}

fn four_days(capability: usize, account: &str, from: &str) -> Episode {
    episode(capability, account, at(from), Some(at(from) + chrono::TimeDelta::days(4)))
}

fn counts(contrast: &Contrast) -> [u64; 5] {
    let Contrast { exposed, exposed_events, unexposed, unexposed_events, strata, .. } = contrast;
    [*exposed, *exposed_events, *unexposed, *unexposed_events, *strata]
}

fn near(found: Option<Estimate>, expected: f64) {
    let found = found.unwrap().point;
    assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
}

fn named<'a>(churn: &'a Churn, outcome: &str) -> &'a Contrast {
    churn.contrasts.iter().find(|contrast| contrast.outcome.starts_with(outcome)).unwrap()
}

/// Landmarks: 6 October, 5 November, 5 December, 4 January, 3 February, 5 March, 4 April, 4 May, 3 June, 3 July, 2 August, 1 September.
/// Two of five are exposed at those from February to April, and after the last one of them leaves, and so does one of the three
/// others: 1/2 over 1/3. In May one is left of the two, and two of the three. Account-months: 2 + 2 + 2 + 1 with exposure, 4·5 +
/// 3·3 + 2 + 4·3 without. Difference: (1·3 − 1·2)/5 over 3·(2·3)/5 + (1·2)/3.
#[test]
fn churn_by_hand() {
    let ids = ["e1", "e2", "u1", "u2", "u3"];
    let gone = ["2026-05-01", "", "2026-05-01", "", ""];
    let company = company(ids.iter().zip(gone).map(|(id, gone)| leaves(id, gone)).collect());
    let episodes = [four_days(0, "e1", "02-01T00:00"), four_days(0, "e2", "02-01T00:00")];
    let found = found(&company, &using(&ids, &[(0, 10)]), &episodes);
    for contrast in [&found.contrasts[0], found.contrasts.last().unwrap()] {
        assert_eq!((contrast.outcome.as_str(), contrast.control), ("churn", false));
        assert_eq!(counts(contrast), [7, 1, 43, 1, 4]);
        near(contrast.crude_ratio, 43.0 / 7.0);
        near(contrast.ratio, 1.5);
        near(contrast.difference, 0.2 / (3.6 + 2.0 / 3.0));
        assert!((contrast.e_value.unwrap() - (1.5 + 0.75_f64.sqrt())).abs() < 1e-12);
        assert_eq!(contrast.e_value_limit, Some(1.0));
    }
    assert_eq!(found.contrasts.iter().map(|contrast| contrast.capability).collect::<Vec<_>>(), [None, Some(0)]);
    // Ten of the twenty days of each of the two.
    let over_all = &found.contrasts[0];
    assert_eq!((over_all.exposed_accounts, over_all.exposed_dependence), (Some(2), Some(0.5)));
    assert_eq!(found.contrasts[1].exposed_accounts, None);
    assert_eq!(found.hidden_confounding(), None, "no control takes part");
}

/// The days on either side of a landmark (4 April) and of the span before it (from 4 January).
#[test]
fn who_enters_where() {
    let ids = ["begins late", "broken after", "broken before", "left on it", "left the day before", "rests on nothing"];
    let mut accounts: Vec<Account> = ids.iter().map(|id| account(id)).collect();
    accounts[0].started_on = Some(day("2026-01-05"));
    accounts[3].churned_on = Some(day("2026-04-04"));
    accounts[4].churned_on = Some(day("2026-04-03"));
    let mut use_of = using(&ids, &[(0, 10)]);
    use_of[5].integrations = vec![(0, 3)];
    let from = at("04-02T00:00");
    let mut episodes = vec![
        episode(0, "broken after", at("04-04T00:00"), Some(at("04-08T00:00"))),
        episode(0, "broken before", from, Some(at("04-04T00:00"))),
        episode(0, "left on it", from, Some(at("04-04T00:00"))),
        episode(0, "left the day before", from, Some(at("04-03T00:00"))),
        episode(0, "rests on nothing", from, Some(at("04-08T00:00"))),
    ];
    let company = company(accounts);
    let all = found(&company, &use_of, &episodes);
    // Exposed at 4 April: before, left on it (and left); at 4 May and 3 June: before, after; at 3 July: after. Not: 4 at each of
    // the six before, of them the one that left the day before; one at 4 April; from 4 May the one that began late, from 3 July
    // the one that was broken before, from 2 August the last.
    assert_eq!(counts(&all.contrasts[0]), [7, 1, 6 * 4 + 1 + 1 + 1 + 2 + 3 + 3, 1, 4]);
    // A day less than what counts.
    for episode in &mut episodes {
        episode.ended = Some(crate::integrations::Moment::at(episode.began.latest + chrono::TimeDelta::hours(23)));
    }
    assert_eq!(found(&company, &use_of, &episodes).contrasts[0].exposed, 0);
}

/// Exposed in the first quarter: one shrank, one left, one shrank before. Of the others one of two shrank.
#[test]
fn contraction_by_hand_and_failures_that_come_after() {
    let ids = ["e left", "e shrank", "e shrank before", "u", "u shrank"];
    let mut accounts: Vec<Account> = Vec::new();
    for (id, changes) in ids.iter().zip([
        &[("2025-01-01", 100.0), ("2026-05-01", 0.0)][..],
        &[("2025-01-01", 100.0), ("2026-05-01", 90.0), ("2026-08-01", 80.0)],
        &[("2025-01-01", 100.0), ("2026-02-01", 90.0), ("2026-05-01", 80.0)],
        &[("2025-01-01", 100.0), ("2026-05-01", 110.0)],
        &[("2025-01-01", 100.0), ("2026-07-02", 90.0)],
    ]) {
        for (as_of, arr) in changes {
            accounts.push(Account { as_of: Some(day(as_of)), arr: Money::from_units(*arr), ..account(id) });
        }
    }
    accounts[1].churned_on = Some(day("2026-05-01"));
    let company = company(accounts);
    let episodes = ["e left", "e shrank", "e shrank before"].map(|id| four_days(0, id, "02-01T00:00"));
    let all = found(&company, &using(&ids, &[(0, 10)]), &episodes);
    assert!(all.has_history);
    // At 4 April the one that shrank before has left the comparison. Later only `u` is left, at 3 July; 5 enter at each of the
    // first two landmarks, and at the second one shrinks.
    let contraction = named(&all, "contraction");
    assert_eq!(counts(contraction), [2, 1, 5 + 5 + 2 + 1, 1 + 1, 1]);
    near(contraction.ratio, 1.0);
    // Failures in the span to 4 April, contraction in the one before it; who is there at 4 January and fails later.
    let control = named(&all, "contraction before");
    assert!(control.control);
    assert_eq!(counts(control)[0], 3, "those of the first landmark");
    let before = [("e left", "02-01T00:00"), ("u shrank", "07-10T00:00")].map(|(id, from)| four_days(0, id, from));
    let all = found(&company, &using(&ids, &[(0, 10)]), &before);
    // `u shrank` at 4 April, then broken in July: 1 of 1 against, of those still there, `e shrank` 1 and `u` 0.
    let control = named(&all, "contraction before");
    assert_eq!(counts(control)[..2], [2, 1]);
    near(control.ratio, 2.0);
}

/// The second integration carries 1 of 20 days. Its failure exposes to the control only, and nobody who was hit on the first takes
/// part in it.
#[test]
fn a_failure_of_what_is_hardly_used_is_a_control() {
    let ids = ["both", "light", "light, left", "none", "none, left"];
    let gone = ["", "", "2026-05-01", "", "2026-05-01"];
    let company = company(ids.iter().zip(gone).map(|(id, gone)| leaves(id, gone)).collect());
    let from = "02-01T00:00";
    let mut episodes = vec![four_days(0, "both", from)];
    episodes.extend(["both", "light", "light, left"].map(|id| four_days(1, id, from)));
    let all = found(&company, &using(&ids, &[(0, 10), (1, 1)]), &episodes);
    let control = named(&all, "churn after failures of hardly");
    assert!(control.control && control.capability.is_none());
    // Not exposed: 5 at each of the first four landmarks, 2 at each of the next three, then 1, then 3.
    assert_eq!(counts(control), [7, 1, 20 + 6 + 1 + 12, 1, 4]);
    near(control.ratio, 1.0);
    assert_eq!(all.hidden_confounding(), Some(false));
    assert_eq!(counts(&all.contrasts[0])[..2], [4, 0], "the failure of the second exposes nobody");
}

/// Broken from 14 July: at 3 July nobody was exposed yet, at 2 August and 1 September who had not left was.
#[test]
fn a_late_failure_and_a_fast_departure_are_seen() {
    let ids = ["at once", "fast", "soon", "stays", "unhurt", "unhurt, left"];
    let gone = ["2026-08-01", "2026-08-02", "2026-09-13", "", "", "2026-08-20"];
    let company = company(ids.iter().zip(gone).map(|(id, gone)| leaves(id, gone)).collect());
    let mut used = using(&ids, &[(0, 10)]);
    used[4].integrations = vec![(1, 10)];
    used[5].integrations = vec![(1, 10)];
    let episodes: Vec<Episode> = ids[..4].iter().map(|id| four_days(0, id, "07-14T00:00")).collect();
    let all = found(&company, &used, &episodes);
    // 2 August: fast (left), soon, stays against 1 of 2; 1 September: soon (left), stays against 0 of 1. At once counts as left
    // without exposure.
    let churn = &all.contrasts[0];
    assert_eq!(counts(churn), [5, 2, 10 * 6 + 2 + 1, 2, 2]);
    near(churn.ratio, (2.0 / 5.0 + 1.0 / 3.0) / (3.0 / 5.0));
    // Nobody rests on the integration that failed without being exposed by it: who is compared rests on another.
    let single = all.contrasts.last().unwrap();
    assert_eq!((single.capability, counts(single)), (Some(0), counts(churn)));
    assert_eq!(all.contrasts.len(), 2, "the second integration exposed nobody");
}

#[test]
fn a_failure_of_any_day_of_the_window_exposes_for_the_cohorts() {
    for from in ["2025-09-28", "2025-10-02", "2026-03-14", "2026-09-27"] {
        let company = company(vec![account("e"), account("u")]);
        let from = crate::integrations::exposure::midnight(day(from));
        let broken = [episode(0, "e", from, Some(from + chrono::TimeDelta::days(2)))];
        let all = found(&company, &using(&["e", "u"], &[(0, 10)]), &broken);
        let inside = from.date() >= day("2025-10-01");
        assert_eq!(all.cohorts[1].accounts, u64::from(inside), "{from}");
    }
}

proptest! {
    /// Whoever leaves does so once, in one comparison at most on one side, whatever failed when.
    #[test]
    fn an_account_leaves_once_and_one_group_holds_each_month(
        lives in prop::collection::vec((0_i64..500, 0_i64..400, 0_i64..200, 0_usize..2), 1..20),
    ) {
        let first = day("2025-07-01");
        let ids: Vec<String> = (0..lives.len()).map(|number| format!("a{number:02}")).collect();
        let accounts = ids.iter().zip(&lives).map(|(id, life)| Account {
            churned_on: Some(first + chrono::TimeDelta::days(life.0)),
            ..account(id)
        });
        let company = company(accounts.collect());
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut episodes: Vec<Episode> = ids.iter().zip(&lives).map(|(id, &(_, onset, hours, capability))| {
            let from = crate::integrations::exposure::midnight(first + chrono::TimeDelta::days(onset));
            episode(capability, id, from, Some(from + chrono::TimeDelta::hours(hours)))
        }).collect();
        episodes.sort_by(|a, b| (a.capability, &a.account).cmp(&(b.capability, &b.account)));
        let all = found(&company, &using(&ids, &[(0, 10), (1, 10)]), &episodes);
        let main = &all.contrasts[..1.min(all.contrasts.len())];
        let (landmark, end) = (day("2025-10-06"), day("2026-10-01"));
        let left = lives.iter().filter(|life| {
            let day = first + chrono::TimeDelta::days(life.0);
            landmark <= day && day < end
        });
        let left = left.count() as u64;
        for contrast in main {
            prop_assert_eq!(contrast.exposed_events + contrast.unexposed_events, left);
            prop_assert!(contrast.exposed + contrast.unexposed <= 12 * lives.len() as u64);
            let parts = all.contrasts.iter().filter(|one| one.capability.is_some());
            // Of those that compare nothing there is no line.
            prop_assert!(parts.map(|one| one.exposed).sum::<u64>() <= contrast.exposed);
        }
    }
}

#[test]
fn segments_and_classes_of_arr_and_breadth_part_the_accounts() {
    let trial = |segment: Option<&'static str>, arr: Option<f64>, breadth: u8| Trial {
        account: "a",
        landmark: 0,
        segment,
        arr: arr.and_then(Money::from_units),
        breadth,
        rests: true,
        exposed: false,
        dependence: None,
        event: false,
        light: None,
        later: None,
        by_integration: Vec::new(),
    };
    let ten: Vec<Trial> = (0..10_u32).map(|number| trial(None, Some(f64::from(number)), 0)).collect();
    let classes = Classes::new(&ten);
    let of = |trial: &Trial| classes.stratum(trial).2;
    assert_eq!(ten.iter().map(of).collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4].map(Some));
    assert_eq!(of(&trial(None, None, 0)), None);
    let alike: Vec<Trial> = (0..10).map(|_| trial(Some("s"), Some(5.0), 1)).collect();
    let classes = Classes::new(&alike);
    assert!(alike.windows(2).all(|pair| classes.stratum(&pair[0]) == classes.stratum(&pair[1])), "ties stay together");
    let many: Vec<Trial> = (0..5000_u32).map(|number| trial(None, Some(f64::from(number)), 0)).collect();
    assert_eq!(Classes::new(&many).stratum(&many[4999]).2, Some(19));
    // The exposed have a segment of their own, then a breadth of their own.
    let exposed = |segment, breadth| Trial { exposed: true, ..trial(Some(segment), Some(5.0), breadth) };
    let parted = |one: Trial<'static>| Classes::new(&[one, trial(Some("s"), Some(5.0), 1)]).detail;
    assert_eq!(parted(exposed("s", 1)), Detail::SegmentAndBreadth);
    assert_eq!(parted(exposed("other", 1)), Detail::Breadth);
    assert_eq!(parted(exposed("other", 2)), Detail::Neither);
    let unknown = [trial(None, None, 0), trial(Some("s"), None, 2)];
    let classes = Classes::new(&unknown);
    assert_ne!(classes.stratum(&unknown[0]), classes.stratum(&unknown[1]));
}

#[test]
fn a_control_that_leaves_one_out_tells() {
    let control = |low: f64, high: f64| Contrast {
        ratio: Some(Estimate { point: 1.0, low, high, n: 1 }),
        ..contrast("c", true, None, &[])
    };
    let says = |contrasts: Vec<Contrast>| Churn { contrasts, ..Churn::default() }.hidden_confounding();
    assert_eq!(says(vec![contrast("c", true, None, &[])]), None);
    assert_eq!(says(vec![control(0.5, 2.0)]), Some(false));
    assert_eq!(says(vec![control(0.5, 2.0), control(1.1, 2.0)]), Some(true));
    assert_eq!(says(vec![control(0.5, 0.9)]), Some(true));
    assert_eq!(says(vec![Contrast { control: false, ..control(3.0, 4.0) }]), None);
}
