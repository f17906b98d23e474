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
        let of_series = |episode: &Episode| {
            (episode.capability, episode.account.as_deref()) <= (series.capability, series.account)
        };
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
