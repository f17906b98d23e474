//! The runs of one account on one integration, in order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDateTime, NaiveTime};
use foldhash::fast::RandomState;

use super::Evidence;
use crate::attribute::Targets;
use crate::config::RawColumn;
use crate::tables::rows::{Account, Run};

/// The runs of one account on one integration up to the as-of date, by start, then end, then what they say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series<'a> {
    pub capability: usize,
    /// `None`: the runs name none.
    pub account: Option<&'a str>,
    pub runs: Vec<Attempt<'a>>,
    /// First day on which the account is no longer under contract; `None`: it stays, or is not known.
    pub churned_at: Option<NaiveDateTime>,
}

/// How a run went, by what it says and by what it moved: status is not truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Result {
    Good,
    /// Ended well and moved nothing; whether that is bad its history says.
    Empty,
    Partial,
    Failed,
}

impl Result {
    /// A run that failed and then mended itself is still one that failed; a run that says nothing of its end or of what it
    /// moved is taken at its best.
    fn of(run: &Run) -> Self {
        let lost = run.records_failed.is_some_and(|records| records > 0);
        let nothing = run.records == Some(0);
        match run.status.as_deref() {
            Some("failed") => Self::Failed,
            _ if lost && nothing => Self::Failed,
            Some("partial") => Self::Partial,
            _ if lost => Self::Partial,
            _ if nothing => Self::Empty,
            _ => Self::Good,
        }
    }
}

/// One run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Attempt<'a> {
    pub run: &'a Run,
    pub started: NaiveDateTime,
    /// Its start where it does not say; never before it.
    pub ended: NaiveDateTime,
    pub result: Result,
}

impl<'a> Attempt<'a> {
    fn new(run: &'a Run, started: NaiveDateTime) -> Self {
        let ended = run.ended_at.map_or(started, |ended| ended.max(started));
        Self { run, started, ended, result: Result::of(run) }
    }

    /// Total but for runs that are equal in all that is read of them.
    fn order(&self, other: &Self) -> Ordering {
        let key = |attempt: &Self| {
            let run = attempt.run;
            (
                attempt.started,
                attempt.ended,
                attempt.result,
                run.records,
                run.records_failed,
                run.auto_recovered,
                run.retries,
            )
        };
        key(self).cmp(&key(other)).then_with(|| self.run.error_class.cmp(&other.run.error_class))
    }
}

/// Every series, by capability, then account; a run whose name is split belongs to each capability that it names. Runs that
/// do not say when they began are left out: they have no place in an order.
pub(super) fn of_runs(evidence: Evidence<'_>) -> Vec<Series<'_>> {
    let now = evidence.now();
    let mut targets = Targets::new(evidence.catalogue);
    let mut numbers: HashMap<&str, usize, RandomState> = HashMap::default();
    let mut names: Vec<&str> = Vec::new();
    let mut placed: Vec<(usize, Option<usize>, Attempt)> = Vec::new();
    for run in evidence.runs.unwrap_or_default() {
        let (Some(name), Some(started)) = (&run.capability, run.started_at) else { continue };
        if started >= now {
            continue;
        }
        let account = run.account_id.as_deref().map(|id| {
            *numbers.entry(id).or_insert_with(|| {
                names.push(id);
                names.len() - 1
            })
        });
        let attempt = Attempt::new(run, started);
        placed.extend(targets.of(RawColumn::Capability, name).iter().map(|&capability| (capability, account, attempt)));
    }
    // Accounts are compared as numbers in the order of their ids: texts would take most of the time of the sort.
    let mut by_name: Vec<usize> = (0..names.len()).collect();
    by_name.sort_unstable_by_key(|&number| names[number]);
    let mut rank = vec![0; names.len()];
    by_name.iter().enumerate().for_each(|(place, &number)| rank[number] = place);
    for entry in &mut placed {
        entry.1 = entry.1.map(|number| rank[number]);
    }
    placed.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| a.2.order(&b.2)));
    let churned = churned(evidence);
    let of_one = placed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(|runs| {
        let account = runs[0].1.map(|place| names[by_name[place]]);
        Series {
            capability: runs[0].0,
            account,
            runs: runs.iter().map(|run| run.2).collect(),
            churned_at: account.and_then(|id| churned.get(id).copied()),
        }
    });
    of_one.collect()
}

/// When accounts left, by id; of the rows of a history the latest that holds on the as-of date counts, as for the customer base.
fn churned(evidence: Evidence<'_>) -> BTreeMap<&str, NaiveDateTime> {
    let mut latest: BTreeMap<&str, &Account> = BTreeMap::new();
    let holds = |account: &&Account| account.as_of.is_none_or(|from| from <= evidence.spans.as_of);
    for account in evidence.accounts.iter().filter(holds) {
        let Some(id) = account.account_id.as_deref() else { continue };
        let known = latest.entry(id).or_insert(account);
        if known.as_of <= account.as_of {
            *known = account;
        }
    }
    let left = |account: &Account| account.churned_on.map(|day| day.and_time(NaiveTime::MIN));
    latest.into_iter().filter_map(|(id, account)| Some((id, left(account)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::testing::{Company, account, at, run};
    use chrono::TimeDelta;
    use proptest::prelude::*;

    #[test]
    fn what_a_run_says_and_what_it_moved() {
        let of = |status: &str, records: Option<i64>, failed: Option<i64>| {
            let run = run("a", "u", at("07-01T09:00"), status);
            Result::of(&Run { records, records_failed: failed, ..run })
        };
        for (status, records, failed, expected) in [
            ("ok", None, None, Result::Good),
            ("ok", Some(5), None, Result::Good),
            ("ok", Some(5), Some(0), Result::Good),
            ("ok", Some(0), None, Result::Empty),
            ("ok", Some(0), Some(0), Result::Empty),
            ("ok", Some(5), Some(1), Result::Partial),
            ("ok", None, Some(1), Result::Partial),
            ("ok", Some(0), Some(1), Result::Failed),
            ("partial", None, None, Result::Partial),
            ("partial", Some(0), Some(3), Result::Failed),
            ("partial", Some(0), None, Result::Partial),
            ("failed", Some(7), None, Result::Failed),
        ] {
            assert_eq!(of(status, records, failed), expected, "{status} {records:?} {failed:?}");
        }
        let mended = Run { auto_recovered: Some(true), ..run("a", "u", at("07-01T09:00"), "failed") };
        assert_eq!(Result::of(&mended), Result::Failed);
        assert_eq!(Result::of(&Run { status: None, ..mended }), Result::Good);
    }

    /// Nothing after the as-of date, nothing without a start, nothing of names that are mapped to nothing.
    #[test]
    fn one_series_per_integration_and_account() {
        let mut company = Company::new(&["a", "b"]);
        let moments = ["09-30T23:59", "10-01T00:00", "07-01T09:00"];
        let mut runs: Vec<Run> = moments.map(|moment| run("b", "v", at(moment), "ok")).into();
        runs.push(Run { started_at: None, ..run("a", "u", at("07-01T09:00"), "ok") });
        runs.push(run("unknown", "u", at("07-01T09:00"), "ok"));
        runs.push(run("b", "", at("07-02T09:00"), "ok"));
        runs.push(run("a", "w", at("07-02T09:00"), "ok"));
        company.runs = Some(runs);
        let left =
            |on: &str, as_of: &str| Account { churned_on: on.parse().ok(), as_of: as_of.parse().ok(), ..account("v") };
        company.accounts = vec![left("2026-12-01", "2026-11-01"), left("2026-09-15", "2026-09-01"), account("w")];
        company.look(|evidence, _| {
            let series = of_runs(evidence);
            let found: Vec<_> = series.iter().map(|one| (one.capability, one.account, one.runs.len())).collect();
            assert_eq!(found, [(0, Some("w"), 1), (1, None, 1), (1, Some("v"), 2)]);
            assert_eq!(series[2].churned_at, Some(at("09-15T00:00")));
            assert_eq!(series[0].churned_at, None);
            assert_eq!(series[2].runs[0].started, at("07-01T09:00"));
        });
    }

    #[test]
    fn a_run_never_ends_before_it_began() {
        let started = at("07-01T09:00");
        let run = |ended_at| Run { ended_at, ..run("a", "u", started, "ok") };
        let ended = |run: &Run| Attempt::new(run, started).ended;
        assert_eq!(ended(&run(None)), started);
        assert_eq!(ended(&run(Some(started - TimeDelta::hours(1)))), started);
        assert_eq!(ended(&run(Some(started + TimeDelta::hours(1)))), started + TimeDelta::hours(1));
    }

    proptest! {
        #[test]
        fn the_order_of_rows_never_shows(
            rows in prop::collection::vec((0_i64..40, 0_u8..3, 0_u8..3, any::<bool>()), 1..40),
            turn in 0_usize..40,
        ) {
            let of = |&(hour, account, status, empty): &(i64, u8, u8, bool)| Run {
                records: empty.then_some(0),
                ..run("a", ["u", "v", ""][usize::from(account)], at("07-01T00:00") + TimeDelta::hours(hour),
                    ["ok", "partial", "failed"][usize::from(status)])
            };
            let mut company = Company::new(&["a"]);
            let mut other = company.clone();
            let runs: Vec<Run> = rows.iter().map(of).collect();
            let mut turned: Vec<Run> = runs.iter().rev().cloned().collect();
            turned.rotate_left(turn % runs.len());
            company.runs = Some(runs);
            other.runs = Some(turned);
            company.look(|one, _| other.look(|two, _| assert_eq!(of_runs(one), of_runs(two))));
        }
    }
}
