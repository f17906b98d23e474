//! The runs of every integration in the period.

use super::series::{Attempt, Result, Series};
use super::{Episode, EpisodeKind, Evidence, RunFacts};
use crate::stats;
use crate::units::definition;

definition! {
    /// Runs that were ok over all runs of the period, a fraction, 0–1. A run is ok when it neither failed nor lost records, and is
    /// not one of the runs that ended well and moved nothing where that is unusual (see success without records): a
    /// job that does nothing succeeds all the time. A partial run is not ok. A run that does not say how it ended counts as ok.
    ///
    /// The interval takes whole accounts as the sampling unit (see `stats::cluster_share`): a thousand failed runs of one account
    /// with an expired password are one observation. Runs that name no account count as those of one further account.
    /// Unknown without a run in the period.
    ///
    /// It is a rate of runs and not of time: an integration that stopped running altogether fails no run. What an account lost
    /// is what the reliability score says.
    pub RUN_SUCCESS, "run_success_rate", "Success rate of runs"
}

/// By capability; `None` without a runs table. Series and episodes are in the same order, by capability, then account.
pub(super) fn by_capability(series: &[Series], episodes: &[Episode], evidence: Evidence) -> Vec<Option<RunFacts>> {
    let mut facts = vec![RunFacts::default(); evidence.facts.capabilities.len()];
    if evidence.runs.is_none() {
        return vec![None; facts.len()];
    }
    let (from, until) = evidence.period();
    let mut shares: Vec<Vec<(f64, f64)>> = vec![Vec::new(); facts.len()];
    let mut rest = episodes;
    for series in series {
        let of_series =
            |episode: &Episode| (episode.capability, episode.account.as_deref()) <= (series.capability, series.account);
        let (own, later) = rest.split_at(rest.partition_point(of_series));
        rest = later;
        let (Some(facts), Some(shares)) = (facts.get_mut(series.capability), shares.get_mut(series.capability)) else {
            continue;
        };
        count_episodes(facts, own, |episode| (from..until).contains(&episode.began.middle()));
        let start = series.runs.partition_point(|run| run.started < from);
        let end = series.runs.partition_point(|run| run.started < until);
        shares.extend(count_runs(facts, &series.runs[start..end.max(start)], own));
    }
    for (facts, shares) in facts.iter_mut().zip(shares) {
        facts.success_rate = stats::cluster_share(shares);
    }
    facts.into_iter().map(Some).collect()
}

fn count_episodes(facts: &mut RunFacts, episodes: &[Episode], in_period: impl Fn(&Episode) -> bool) {
    for episode in episodes.iter().filter(|episode| episode.sustained && in_period(episode)) {
        *match episode.kind {
            EpisodeKind::Failed => &mut facts.failed_episodes,
            EpisodeKind::Partial => &mut facts.partial_episodes,
            EpisodeKind::Empty => &mut facts.empty_episodes,
            EpisodeKind::Overdue => &mut facts.overdue_episodes,
        } += 1;
    }
}

/// Of one series; gives how many were ok and how many there were, `None` without any.
#[expect(clippy::cast_precision_loss, reason = "runs lie far below 2^53")]
fn count_runs(facts: &mut RunFacts, runs: &[Attempt], episodes: &[Episode]) -> Option<(f64, f64)> {
    let mut ok = 0_u64;
    let mut over = 0;
    for run in runs {
        // Episodes are in order and do not overlap.
        let is_over = |episode: &Episode| episode.ended.is_some_and(|ended| ended.latest <= run.started);
        over += episodes[over..].iter().take_while(|episode| is_over(episode)).count();
        let is_bad = episodes.get(over).is_some_and(|episode| episode.began.latest <= run.started);
        facts.failed += u64::from(run.result == Result::Failed);
        facts.partial += u64::from(run.result == Result::Partial);
        if run.run.records.is_some() {
            *facts.empty.get_or_insert(0) += u64::from(run.result == Result::Empty);
        }
        let is_ok = run.result == Result::Good || (run.result == Result::Empty && !is_bad);
        ok += u64::from(is_ok);
        if run.run.retries.is_some() || run.run.auto_recovered.is_some() {
            let healed = run.run.retries.is_some_and(|retries| retries > 0) || run.run.auto_recovered == Some(true);
            *facts.self_healed.get_or_insert(0) += u64::from(is_ok && healed);
        }
    }
    facts.runs += runs.len() as u64;
    facts.accounts += u64::from(runs.first().is_some_and(|run| run.run.account_id.is_some()));
    (!runs.is_empty()).then_some((ok as f64, runs.len() as f64))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::series;
    use super::*;
    use crate::integrations::episodes;
    use crate::integrations::testing::{Company, at, run};
    use crate::tables::rows::Run;

    fn facts(runs: Option<Vec<Run>>) -> Vec<Option<RunFacts>> {
        let company = Company { runs, ..Company::new(&["a", "b"]) };
        company.look(|evidence, settings| {
            let series = series::of_runs(evidence);
            let episodes = episodes::watch(&series, evidence, settings.reliability).0;
            by_capability(&series, &episodes, evidence)
        })
    }

    #[test]
    fn nothing_is_known_without_the_table() {
        assert_eq!(facts(None), [None, None]);
        assert_eq!(facts(Some(Vec::new())), [Some(RunFacts::default()); 2]);
    }

    /// u: 3 of 4 ok, v: 1 of 2, without an account: 1 of 1; one run before the period.
    #[test]
    fn runs_by_hand() {
        let day = |day: i64| at("07-01T09:00") + TimeDelta::days(day);
        let mut runs: Vec<Run> = (0..4).map(|n| run("a", "u", day(n), if n == 2 { "failed" } else { "ok" })).collect();
        runs[0].retries = Some(2);
        runs[1].records = Some(0);
        runs.push(run("a", "v", day(0), "partial"));
        runs.push(run("a", "v", day(1), "ok"));
        runs.push(Run { auto_recovered: Some(true), ..run("a", "", day(1), "ok") });
        runs.push(run("a", "u", day(-1), "failed"));
        let found = facts(Some(runs))[0].unwrap();
        assert_eq!((found.runs, found.failed, found.partial, found.accounts), (7, 1, 1, 2));
        assert_eq!((found.empty, found.self_healed), (Some(1), Some(2)));
        assert_eq!(found.success_rate, stats::cluster_share([(1.0, 1.0), (3.0, 4.0), (1.0, 2.0)]));
        assert_eq!(found.failed_episodes + found.partial_episodes, 0);
    }

    /// 92 days, of which 30 without a record; a status that says ok is not believed.
    #[test]
    fn a_job_that_does_nothing_does_not_succeed() {
        let runs = |broken: bool| -> Vec<Run> {
            let day = |n: i64| at("05-01T09:00") + TimeDelta::days(n);
            let records = |n: i64| i64::from(!(broken && (70..100).contains(&n)));
            (0..153).map(|n| Run { records: Some(records(n)), ..run("b", "u", day(n), "ok") }).collect()
        };
        let found = facts(Some(runs(true)))[1].unwrap();
        assert_eq!((found.runs, found.empty, found.empty_episodes), (92, Some(30), 1));
        assert!((found.success_rate.unwrap().point - 62.0 / 92.0).abs() < 1e-12);
        assert_eq!(facts(Some(runs(false)))[1].unwrap().success_rate.unwrap().point, 1.0);
    }
}
