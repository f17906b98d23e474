//! Net and gross revenue retention of cohorts.

use super::RetentionCohort;
use super::contracts::{Contract, Contracts};
use super::exposure::Window;
use crate::stats;
use crate::units::{Money, definition};

definition! {
    /// What became of the revenue of those who were there when the window of `churn.months` opened. *NRR* = (opening ARR +
    /// expansion − contraction − churn) / opening ARR, *GRR* = the same without expansion, *logo retention* = accounts that
    /// stayed over accounts. Fractions; NRR may exceed 1.
    ///
    /// Conventions, since everybody has others. *Who*: accounts under contract on the first day of the window, those included
    /// that left on it; accounts that began later are new business and left out. *Opening ARR*: of the row that holds on that day;
    /// of an account whose rows all begin later that of the earliest. A row without a day says what is paid now, and
    /// counts only where no row has one. *Closing ARR*: of the row that holds on the last day. *Churn*: the
    /// opening ARR of those whose latest row has a churn date in the window. An account that left and came back within it
    /// stayed, with what it has now. *Contraction*: opening less closing ARR of those that stayed, where that is lower; *expansion* the
    /// reverse. An account that expanded first and shrank later counts by its ends. GRR holds each account at its opening ARR, so
    /// what one wins does not hide what another loses. Accounts without ARR, or with none at the opening, count as
    /// logos only. Prices in other currencies are converted where they are read, so a change of rates shows as expansion or contraction.
    ///
    /// Without a history (several rows of one account with different `as_of`) nobody knows what was paid when: expansion,
    /// contraction and NRR are unknown, and GRR counts churn alone and is an upper bound.
    ///
    /// *Exposed*: accounts with a failure that counts (see the comparison of exposed accounts) at any time of the window, or before
    /// their churn. This is a description and no estimate: an account must stay to be exposed, and large accounts are exposed
    /// more often, so exposed cohorts look better than exposure is. What exposure does is what the comparison says.
    ///
    /// 95 % intervals with whole accounts as the sampling unit: of GRR as that of other shares of clusters, of NRR by the
    /// linearised variance of a ratio with Student's t (Cochran 1977, 6.3), whose degrees of freedom rest on the effective number of
    /// accounts, (Σ ARR)² / Σ ARR² (Kish 1965), of logos Wilson's. An interval says how far another set of
    /// such customers could lie, not how far the books could.
    pub NRR_GRR, "nrr_grr", "Net and gross revenue retention"
}

/// What one account brought at both ends of the window.
#[derive(Debug, Clone, Copy)]
struct Line {
    exposed: bool,
    stayed: bool,
    /// `None`: not stated, or nothing.
    opening: Option<Money>,
    /// Nothing when it left.
    closing: Money,
}

/// The cohorts: all, and where exposure is known (by account) the exposed and the others.
pub(super) fn cohorts(contracts: &Contracts, exposed: Option<&[bool]>, window: Window) -> Vec<RetentionCohort> {
    let lines: Vec<Line> = contracts
        .list
        .iter()
        .enumerate()
        .filter(|(_, contract)| was_there(contract, window))
        .map(|(account, contract)| line(contract, exposed.is_some_and(|exposed| exposed[account]), window))
        .collect();
    let cohort = |name, which: &dyn Fn(&Line) -> bool| {
        let lines: Vec<Line> = lines.iter().filter(|line| which(line)).copied().collect();
        cohort(name, &lines, contracts.has_history)
    };
    let mut cohorts = vec![cohort("all", &|_| true)];
    if exposed.is_some() {
        cohorts.push(cohort("exposed", &|line| line.exposed));
        cohorts.push(cohort("unexposed", &|line| !line.exposed));
    }
    cohorts
}

/// Under contract when the window opened.
fn was_there(contract: &Contract, (start, _): Window) -> bool {
    contract.holds(start, start)
}

fn line(contract: &Contract, exposed: bool, (start, end): Window) -> Line {
    let stayed = contract.churned_on().is_none_or(|day| day >= end);
    let opened = start.succ_opt().unwrap_or(start);
    // Who left on the first day may have a row of that day that says nothing is paid any more.
    let opening = match contract.churned_on() {
        Some(day) if day == start => contract.arr_at_churn(),
        _ => contract.arr_before(opened),
    };
    let closing = contract.arr_before(end).filter(|_| stayed).unwrap_or_default();
    Line { exposed, stayed, opening: opening.filter(|arr| *arr > Money::ZERO), closing: closing.max(Money::ZERO) }
}

fn cohort(name: &'static str, lines: &[Line], has_history: bool) -> RetentionCohort {
    let accounts = lines.len() as u64;
    let stayed = lines.iter().filter(|line| line.stayed).count() as u64;
    // Of those that state what they paid: opening, closing, whether they stayed.
    let paying: Vec<(Money, Money, bool)> =
        lines.iter().filter_map(|line| Some((line.opening?, line.closing, line.stayed))).collect();
    let sum = |of: &dyn Fn(&(Money, Money, bool)) -> Money| (!paying.is_empty()).then(|| paying.iter().map(of).sum());
    let changed = |of: &dyn Fn(Money, Money) -> Money| {
        let of_one =
            |line: &(Money, Money, bool)| if line.2 { of(line.0, line.1).max(Money::ZERO) } else { Money::ZERO };
        sum(&of_one).filter(|_| has_history)
    };
    let kept = |opening: Money, closing: Money, stayed: bool| match (stayed, has_history) {
        (false, _) => Money::ZERO,
        (true, true) => closing.min(opening),
        (true, false) => opening,
    };
    let nrr = stats::cluster_ratio(paying.iter().map(|(opening, closing, _)| (closing.units(), opening.units())));
    let grr =
        paying.iter().map(|&(opening, closing, stayed)| (kept(opening, closing, stayed).units(), opening.units()));
    RetentionCohort {
        cohort: name,
        accounts,
        opening_arr: sum(&|line| line.0),
        expansion: changed(&|opening, closing| closing - opening),
        contraction: changed(&|opening, closing| opening - closing),
        churn: sum(&|line| if line.2 { Money::ZERO } else { line.0 }),
        nrr: nrr.filter(|_| has_history),
        grr: stats::cluster_share(grr),
        logo_retention: stats::wilson(stayed, accounts),
    }
}

#[cfg(test)]
#[path = "retention_tests.rs"]
mod tests;
