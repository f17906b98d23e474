//! The runs of one account on one integration, in order.

use chrono::NaiveDateTime;

use super::Evidence;
use crate::tables::rows::Run;

/// The runs of one account on one integration up to the as-of date, by start, then end, then id of the run.
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
#[expect(dead_code, reason = "made with the series")]
pub(super) enum Result {
    Good,
    /// Ended well and moved nothing; whether that is bad its history says.
    Empty,
    Partial,
    Failed,
}

/// One run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Attempt<'a> {
    pub run: &'a Run,
    pub started: NaiveDateTime,
    pub ended: NaiveDateTime,
    pub result: Result,
}

/// Every series, by capability, then account; a run whose name is split belongs to each capability that it names.
pub(super) fn of_runs(_evidence: Evidence<'_>) -> Vec<Series<'_>> {
    Vec::new()
}
