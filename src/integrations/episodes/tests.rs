use chrono::{NaiveDateTime, TimeDelta};
use proptest::prelude::*;

use super::super::testing::{Company, account, at, run};
use super::*;
use crate::tables::rows::{Account, Run};

/// The episodes of runs of integration `a`, with the use, as of the end of September 2026.
fn watched(runs: Vec<Run>) -> (Vec<Episode>, Vec<InUse>) {
    watched_with(runs, Vec::new())
}

fn watched_with(runs: Vec<Run>, accounts: Vec<Account>) -> (Vec<Episode>, Vec<InUse>) {
    let company = Company { runs: Some(runs), accounts, ..Company::new(&["a"]) };
    company.look(|evidence, settings| watch(&series::of_runs(evidence), evidence, settings.reliability))
}

fn alarms_of(runs: Vec<Run>) -> Vec<Alarm> {
    let company = Company { runs: Some(runs), ..Company::new(&["a"]) };
    company.look(|evidence, settings| alarms(evidence, settings.reliability))
}

fn moved(records: i64, started: NaiveDateTime) -> Run {
    Run { records: Some(records), ..run("a", "u", started, "ok") }
}

fn with(status: &str, started: NaiveDateTime) -> Run {
    run("a", "u", started, status)
}

/// Moments so many hours apart, from one to before another.
fn every(hours: i64, from: &str, until: &str) -> Vec<NaiveDateTime> {
    let (from, until) = (at(from), at(until));
    (0..100_000).map(|step| from + TimeDelta::hours(hours * step)).take_while(|moment| *moment < until).collect()
}

fn ok(moments: Vec<NaiveDateTime>) -> Vec<Run> {
    moments.into_iter().map(|moment| with("ok", moment)).collect()
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

/// A public story: a nightly job that ends well every night and has moved nothing for three weeks.
#[test]
fn a_job_that_exits_well_with_zero_rows_for_three_weeks() {
    let nights = every(24, "05-01T02:00", "10-01T00:00");
    let zero = at("08-10T00:00")..at("08-31T00:00");
    let runs = nights.iter().map(|&night| moved(if zero.contains(&night) { 0 } else { 812 }, night)).collect();
    let alarms = alarms_of(runs);
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    let episode = &alarms[0].episode;
    assert_eq!((episode.kind, episode.runs, episode.sustained), (EpisodeKind::Empty, 21, true));
    assert_eq!(episode.began, Moment { earliest: at("08-09T02:05"), latest: at("08-10T02:00") });
    assert_eq!(episode.ended, Some(Moment { earliest: at("08-30T02:05"), latest: at("08-31T02:00") }));
    // 101 nights: f = ½/102, g = ¼; three are enough, 0.0049 · 0.0625.
    assert_eq!(alarms[0].at, at("08-12T02:05"));
    assert!(episode.chance.unwrap() < 1e-12);
}

/// A public story: 60 runs failed over eight days, and nobody was told.
#[test]
fn sixty_failed_runs_over_eight_days_with_nobody_told() {
    let failing = at("08-10T00:00");
    let moments: Vec<NaiveDateTime> = (0..2000)
        .map(|step| at("05-01T00:00") + minutes(192 * step))
        .take_while(|&at_| at_ < at("10-01T00:00"))
        .collect();
    let first = moments.iter().position(|&moment| moment >= failing).unwrap();
    let runs = moments.iter().enumerate().map(|(number, &moment)| {
        let failed = (first..first + 60).contains(&number);
        let error_class = failed.then(|| "unauthorized".to_owned());
        Run { error_class, ..with(if failed { "failed" } else { "ok" }, moment) }
    });
    let alarms = alarms_of(runs.collect());
    assert_eq!(alarms.len(), 1);
    let episode = &alarms[0].episode;
    assert_eq!((episode.kind, episode.runs, episode.weight), (EpisodeKind::Failed, 60, 1.0));
    assert_eq!(episode.error.as_deref(), Some("unauthorized"));
    assert!(!episode.never_worked && (episode.hours(at("10-01T00:00")) - 192.0).abs() < 0.1);
    assert!(alarms[0].at - failing < TimeDelta::hours(9), "{:?}", alarms[0].at);
}

/// A public story: "nobody uses it", because it failed whenever somebody started it.
#[test]
fn zero_uses_that_were_a_failing_start() {
    let runs = |count: i64| (0..count).map(|day| with("failed", at("07-03T10:00") + TimeDelta::days(day))).collect();
    let (episodes, in_use) = watched(runs(8));
    assert_eq!(episodes.len(), 1);
    let episode = &episodes[0];
    assert!(episode.never_worked && episode.sustained);
    assert_eq!((episode.chance, episode.ended, episode.runs), (None, None, 8));
    assert_eq!(episode.began, Moment::at(at("07-03T10:00")));
    assert_eq!(in_use[0].from, at("07-03T10:00"));
    let few = watched(runs(3)).0;
    assert!(few[0].never_worked && !few[0].sustained);
}

#[test]
fn one_failed_run_is_bad_luck() {
    let mut runs = ok(every(24, "05-01T02:00", "10-01T00:00"));
    runs[60].status = Some("failed".into());
    runs[60].auto_recovered = Some(true);
    let (episodes, _) = watched(runs);
    assert_eq!(episodes.len(), 1);
    let episode = &episodes[0];
    // f = ½/61.
    assert!((episode.chance.unwrap() - 0.5 / 61.0).abs() < 1e-12 && !episode.sustained);
    assert_eq!(episode.began, Moment { earliest: at("06-29T02:05"), latest: at("06-30T02:00") });
    assert_eq!(episode.ended, Some(Moment { earliest: at("06-30T02:05"), latest: at("07-01T02:00") }));
    assert_eq!((episode.auto_recovered, episode.error.as_deref()), (Some(true), None));
}

/// Retries within half of the cadence are one trial.
#[test]
fn retries_are_no_stretch() {
    let mut runs = ok(every(24, "05-01T02:00", "10-01T00:00"));
    runs[60].status = Some("failed".into());
    let retries = (1..5).map(|retry| with("failed", at("06-30T02:00") + minutes(10 * retry)));
    runs.extend(retries);
    let (episodes, _) = watched(runs);
    assert_eq!((episodes[0].runs, episodes[0].sustained), (5, false));
}

#[test]
fn partial_runs_weigh_what_they_lost() {
    let runs = |records: Option<i64>, failed: Option<i64>| -> Vec<Run> {
        let mut runs = ok(every(24, "05-01T02:00", "10-01T00:00"));
        for run in &mut runs[60..66] {
            (run.status, run.records, run.records_failed) = (Some("partial".into()), records, failed);
        }
        runs
    };
    for (records, failed, weight) in [(Some(90), Some(10), 0.1), (None, None, 0.5), (Some(90), None, 0.5)] {
        let (episodes, _) = watched(runs(records, failed));
        assert_eq!((episodes.len(), episodes[0].kind, episodes[0].sustained), (1, EpisodeKind::Partial, true));
        assert!((episodes[0].weight - weight).abs() < 1e-12);
    }
    let mut mixed = runs(Some(90), Some(10));
    mixed[63].status = Some("failed".into());
    let (episodes, _) = watched(mixed);
    assert_eq!((episodes.len(), episodes[0].kind, episodes[0].weight), (1, EpisodeKind::Failed, 1.0));
}

/// Of 60 days: f = ½/60, g = ⅛; 0.0083 · 0.125 = 0.00104 is not enough for two missed, three are, which is 3½ days.
#[test]
fn a_daily_sync_that_stops_is_overdue() {
    let mut runs = ok(every(24, "06-01T02:00", "07-31T00:00"));
    runs.extend(ok(every(24, "08-10T02:00", "10-01T00:00")));
    let alarms = alarms_of(runs);
    assert_eq!(alarms.len(), 1);
    let episode = &alarms[0].episode;
    assert_eq!((episode.kind, episode.runs), (EpisodeKind::Overdue, 0));
    assert_eq!(episode.began.earliest, at("07-30T02:05"));
    assert!(episode.began.latest > at("07-30T12:00") && episode.began.latest <= at("07-31T03:00"), "{episode:?}");
    assert_eq!(episode.ended, Some(Moment { earliest: at("08-09T02:00"), latest: at("08-10T02:00") }));
    assert!(alarms[0].at > at("08-01T00:00") && alarms[0].at <= at("08-02T14:00"), "{:?}", alarms[0].at);
}

#[test]
fn an_open_silence_is_an_open_episode() {
    let (episodes, in_use) = watched(ok(every(24, "06-01T02:00", "09-01T00:00")));
    assert_eq!((episodes.len(), episodes[0].ended, episodes[0].kind), (1, None, EpisodeKind::Overdue));
    assert_eq!(in_use[0].until, at("10-01T00:00"));
}

fn is_workday(moment: &NaiveDateTime) -> bool {
    use chrono::{Datelike, Weekday};
    !matches!(moment.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Friday to Monday is no silence; four working days are, though they are hardly longer than a weekend.
#[test]
fn weekends_of_a_weekday_cadence_are_no_silence() {
    let days: Vec<NaiveDateTime> = every(24, "03-02T06:00", "10-01T00:00").into_iter().filter(is_workday).collect();
    assert_eq!(watched(ok(days.clone())).0, []);
    // Monday to Thursday.
    let gap = at("08-10T00:00")..at("08-14T00:00");
    let (episodes, _) = watched(ok(days.into_iter().filter(|day| !gap.contains(day)).collect()));
    assert_eq!(episodes.len(), 1);
    assert_eq!(episodes[0].began.earliest, at("08-07T06:05"));
    // Due on Monday and not on Saturday.
    assert!(episodes[0].began.latest > at("08-08T12:00"), "{episodes:?}");
}

#[test]
fn working_hours_have_nights() {
    use chrono::Timelike;
    let works = |moment: &NaiveDateTime| is_workday(moment) && (7..18).contains(&moment.hour());
    let hours: Vec<NaiveDateTime> = every(1, "03-02T07:00", "10-01T00:00").into_iter().filter(works).collect();
    assert_eq!(watched(ok(hours.clone())).0, []);
    let gap = at("08-11T09:30")..at("08-12T00:00");
    let alarms = alarms_of(ok(hours.into_iter().filter(|hour| !gap.contains(hour)).collect()));
    assert_eq!(alarms.len(), 1);
    assert!(alarms[0].at < at("08-11T15:00"), "{:?}", alarms[0].at);
}

#[test]
fn a_monthly_sync_may_be_silent_for_a_month() {
    let months: Vec<NaiveDateTime> = ["2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12"]
        .iter()
        .map(|month| format!("{month}-03T04:00:00").parse().unwrap())
        .chain((1..=6).map(|month| at(&format!("{month:02}-03T04:00"))))
        .collect();
    let (episodes, in_use) = watched(ok(months[..11].to_vec()));
    // Silent since the third of April: overdue after four missed runs and a half, and then disconnected.
    assert_eq!((episodes.len(), episodes[0].kind), (1, EpisodeKind::Overdue));
    assert_eq!(in_use[0].until, at("04-03T04:00") + TimeDelta::days(5 * 31));
    assert_eq!(episodes[0].ended, Some(Moment::at(in_use[0].until)));
    assert_eq!(
        watched(ok(months.into_iter().chain([at("07-03T04:00"), at("08-03T04:00"), at("09-03T04:00")]).collect())).0,
        []
    );
}

/// Ten tables one after the other every night: the gap of a day is the cadence, and not a minute.
#[test]
fn bursts_are_one_run_each() {
    let nights = every(24, "05-01T02:00", "10-01T00:00");
    let tables = |night: &NaiveDateTime| (0..10).map(|table| with("ok", *night + minutes(table))).collect::<Vec<_>>();
    assert_eq!(watched(nights.iter().flat_map(tables).collect()).0, []);
    let gap = at("08-10T00:00")..at("08-16T00:00");
    let (episodes, _) = watched(nights.iter().filter(|night| !gap.contains(night)).flat_map(tables).collect());
    assert_eq!((episodes.len(), episodes[0].kind), (1, EpisodeKind::Overdue));
}

/// Nothing to move at night and on weekends; then nothing on a working day either.
#[test]
fn quiet_nights_and_weekends_are_usual() {
    use chrono::Timelike;
    let hours = every(1, "03-02T00:00", "10-01T00:00");
    let works = |moment: &NaiveDateTime| is_workday(moment) && (7..18).contains(&moment.hour());
    let silent = at("08-11T07:00")..at("08-14T00:00");
    let runs = |is_broken: bool| {
        let records = |hour: &NaiveDateTime| i64::from(works(hour) && !(is_broken && silent.contains(hour)));
        hours.iter().map(|hour| moved(records(hour), *hour)).collect::<Vec<_>>()
    };
    assert_eq!(watched(runs(false)).0, []);
    let alarms = alarms_of(runs(true));
    assert_eq!((alarms.len(), alarms[0].episode.kind), (1, EpisodeKind::Empty));
    assert!(alarms[0].at < at("08-11T18:00"), "{:?}", alarms[0].at);
}

/// A clock that goes over to summer time moves a run by an hour and no more.
#[test]
fn summer_time_is_no_silence() {
    let moments = (0..180).map(|day| at("01-15T03:00") + TimeDelta::days(day) - minutes(if day > 73 { 60 } else { 0 }));
    assert_eq!(
        watched(ok(moments.collect())).0.iter().filter(|episode| episode.began.latest < at("07-13T00:00")).count(),
        0
    );
}

/// Daily to weekly: two silences, and then a new cadence.
#[test]
fn a_rarer_cadence_by_choice_is_learned() {
    let mut runs = ok(every(24, "02-01T02:00", "05-01T00:00"));
    runs.extend(ok(every(168, "05-07T02:00", "10-01T00:00")));
    let (episodes, _) = watched(runs);
    assert_eq!(episodes.len(), 2, "{episodes:?}");
    assert!(episodes[1].ended.unwrap().latest <= at("05-21T02:00"));
}

#[test]
fn who_left_is_not_overdue() {
    let runs = ok(every(24, "05-01T02:00", "08-01T00:00"));
    let left = Account { churned_on: "2026-08-02".parse().ok(), ..account("u") };
    let (episodes, in_use) = watched_with(runs.clone(), vec![left.clone()]);
    assert_eq!(episodes, []);
    assert_eq!(in_use[0].until, at("08-02T00:00"));
    // What was broken when it left ended with it.
    let mut broken = runs;
    broken.iter_mut().skip(80).for_each(|run| run.status = Some("failed".into()));
    let (episodes, _) = watched_with(broken, vec![left]);
    assert_eq!(episodes[0].ended, Some(Moment::at(at("08-02T00:00"))));
}

/// After 90 days it is disconnected; when it comes back, use begins anew.
#[test]
fn a_long_silence_is_a_disconnection() {
    let mut runs = ok(every(24, "01-01T02:00", "02-01T00:00"));
    runs.extend(ok(every(24, "08-01T02:00", "09-30T23:00")));
    let (episodes, in_use) = watched(runs);
    assert_eq!(episodes.len(), 1);
    let disconnected = at("01-31T02:00") + TimeDelta::days(90);
    assert_eq!(episodes[0].ended, Some(Moment::at(disconnected)));
    let spans: Vec<_> = in_use.iter().map(|used| (used.from, used.until)).collect();
    assert_eq!(spans, [(at("01-01T02:00"), disconnected), (at("08-01T02:00"), at("10-01T00:00"))]);
    assert_eq!(watched(Vec::new()), (Vec::new(), Vec::new()));
}

/// Runs that name no account are watched as those of any account, and few runs are not punished.
#[test]
fn few_runs_are_not_judged() {
    let runs: Vec<Run> =
        every(24, "09-01T02:00", "09-06T00:00").into_iter().map(|day| run("a", "", day, "ok")).collect();
    let (episodes, in_use) = watched(runs);
    assert_eq!((episodes.len(), in_use.len(), in_use[0].account.as_deref()), (0, 1, None));
}

#[test]
fn the_most_frequent_error_is_named() {
    let mut runs = ok(every(24, "05-01T02:00", "10-01T00:00"));
    for (run, error) in runs[60..65].iter_mut().zip(["b", "c", "c", "b", "a"]) {
        (run.status, run.error_class) = (Some("failed".into()), Some(error.into()));
    }
    assert_eq!(watched(runs).0[0].error.as_deref(), Some("b"));
}

/// Gaps in hours and what the runs say.
fn any_runs() -> impl Strategy<Value = Vec<(i64, u8)>> {
    let usual = (1_i64..4, prop::sample::select(vec![0_u8, 0, 0, 0, 0, 0, 1, 2, 3]));
    let rare = (1_i64..900, 0_u8..4);
    prop::collection::vec(prop_oneof![9 => usual, 1 => rare], 1..220)
}

fn runs_of(steps: &[(i64, u8)]) -> Vec<Run> {
    let mut moment = at("01-01T00:00");
    let run_of = |&(hours, result): &(i64, u8)| {
        moment += TimeDelta::hours(hours * 4);
        match result {
            0 => moved(10, moment),
            1 => moved(0, moment),
            2 => with("partial", moment),
            _ => with("failed", moment),
        }
    };
    let now = at("10-01T00:00");
    steps.iter().map(run_of).filter(|run| run.started_at.is_some_and(|started| started < now)).collect()
}

proptest! {
    #[test]
    fn episodes_are_in_order_and_hold_every_bad_run_once(steps in any_runs()) {
        let runs = runs_of(&steps);
        let (episodes, in_use) = watched(runs.clone());
        for pair in episodes.windows(2) {
            prop_assert!(pair[0].ended.unwrap().latest <= pair[1].began.latest, "{pair:?}");
            prop_assert!(pair[0].ended.unwrap().earliest <= pair[1].began.earliest, "{pair:?}");
        }
        for episode in &episodes {
            prop_assert!(episode.began.earliest <= episode.began.latest);
            prop_assert!(episode.ended.is_none_or(|ended| ended.earliest <= ended.latest));
            prop_assert!(episode.ended.is_none_or(|ended| episode.began.latest <= ended.latest));
            prop_assert!(episode.weight > 0.0 && episode.weight <= 1.0);
            prop_assert!(episode.chance.is_none_or(|chance| (0.0..=1.0).contains(&chance)));
            let silent = matches!(episode.kind, EpisodeKind::Empty | EpisodeKind::Overdue);
            prop_assert!(episode.sustained || !silent);
        }
        for run in runs.iter().filter(|run| run.status.as_deref() != Some("ok")) {
            let started = run.started_at.unwrap();
            let holds = |episode: &&Episode| {
                episode.began.latest <= started && episode.ended.is_none_or(|ended| started < ended.latest)
            };
            prop_assert_eq!(episodes.iter().filter(holds).count(), 1, "{}", started);
        }
        for pair in in_use.windows(2) {
            prop_assert!(pair[0].until <= pair[1].from);
        }
    }

    #[test]
    fn what_comes_later_never_changes_what_had_ended(steps in any_runs(), keep in 1_usize..220) {
        let runs = runs_of(&steps);
        let keep = keep.min(runs.len());
        prop_assume!(keep > 0);
        let day = runs[keep - 1].started_at.unwrap().date();
        let until = day.succ_opt().unwrap().and_time(chrono::NaiveTime::MIN);
        let company = Company { runs: Some(runs.clone()), ..Company::new(&["a"]) };
        let later = company.look(|evidence, settings| watch(&series::of_runs(evidence), evidence, settings.reliability)).0;
        let shown: &'static str = Box::leak(day.to_string().into_boxed_str());
        let company = Company { as_of: shown, ..company };
        let before = company.look(|evidence, settings| {
            assert_eq!(evidence.now(), until);
            watch(&series::of_runs(evidence), evidence, settings.reliability)
        }).0;
        for episode in before.iter().filter(|episode| episode.ended.is_some()) {
            prop_assert!(later.contains(episode), "{episode:?} in {later:?}");
        }
    }

    #[test]
    fn the_order_of_rows_never_shows(steps in any_runs(), turn in 0_usize..220) {
        let runs = runs_of(&steps);
        let mut turned: Vec<Run> = runs.iter().rev().cloned().collect();
        let turn = turn % turned.len().max(1);
        turned.rotate_left(turn);
        prop_assert_eq!(watched(runs), watched(turned));
    }
}
