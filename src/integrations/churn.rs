//! Who left, and why.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::contracts::{Contract, Contracts};
use super::exposure::{Broken, Exposure, Window, earlier};
use super::series::Series;
use super::{Churn, ChurnKind, ChurnedAccount, Episode, Evidence, contrast, retention};
use crate::config::ChurnSettings;
use crate::rollup::Rollup;
use crate::units::{Money, Month, Share, definition};

definition! {
    /// Why an account left, by what the data show of its last `churn.within_days` days, over the accounts whose `churned_on`
    /// lies in the `churn.months` months before the end of the period (before the as-of date where that comes first).
    ///
    /// *Functional*: an integration that carried at least `churn.dependence_from` of its active days had a sustained
    /// episode with at least `churn.broken_hours_from` broken hours in those days. The workflow stopped; talking does not bring it
    /// back. *Emotional*: without such a failure, its use fell to `churn.faded_to` or less of what it was. *Other*: neither. Functional
    /// goes first, because an integration that stopped takes the use with it. A failure before a churn is no proof that it was
    /// the reason; whether exposed accounts leave more often at all is what the comparison of exposed accounts says, and the
    /// reason that was written down stands beside the kind.
    ///
    /// *How much an integration carries*: days with its use, or with a run of it if those are more, over days with use of
    /// the product (at least the days of the integration), in the months before those that the window touches, as many as they
    /// are. So neither the failure nor a fade before the churn moves it. An integration that was not in use in those months is
    /// judged by the months of the window. Where the use of the account is not known, the integration with the most days stands for
    /// the product. *Broken hours*: from the expected onset to the expected end, cut to the window, times the part of the
    /// function that was lost.
    ///
    /// *Activity left*: active days in the window over those in as many days before it. Use is known by month; the days
    /// of a month are spread evenly over its days under contract, and the days before are taken per day under contract and with
    /// data. Unknown without use before, and when less than half of those days are known. Use that was counted once a month shows a
    /// fade only when a month is missing.
    ///
    /// Without a runs table functional churn cannot be seen, and *emotional* and *other* mean: not functional as far as is
    /// known. Without a failure and without use by account the kind is unknown. An account that came back, so that its latest row has
    /// no churn date, did not leave. ARR is what it had on the day before. Source: the project's own definition.
    pub CHURN_KIND, "churn_kind", "Functional and emotional churn"
}

/// Everything about churn.
pub(super) fn churn(episodes: &[Episode], series: &[Series], evidence: Evidence, settings: &ChurnSettings) -> Churn {
    let contracts = Contracts::new(evidence.accounts, evidence.spans.as_of);
    if contracts.list.is_empty() {
        return Churn::default();
    }
    let window = window(evidence, settings);
    let exposure = Exposure::new(episodes, series, &contracts, evidence);
    let left = Departures { contracts: &contracts, exposure: &exposure, evidence, settings };
    let accounts = left.within(window);
    let trials = evidence.runs.is_some().then(|| contrast::trials(&contracts, &exposure, window, settings));
    let exposed = trials.as_ref().map(|trials| {
        let mut exposed = trials.ever_exposed.clone();
        for account in accounts.iter().filter(|account| account.kind == Some(ChurnKind::Functional)) {
            exposed[contracts.position(&account.account).expect("it was read from the contracts")] = true;
        }
        exposed
    });
    let now = evidence.runs.is_some().then(|| exposed_now(&contracts, &exposure, evidence, settings));
    Churn {
        window: Some(window),
        accounts,
        contrasts: trials.as_ref().map(contrast::contrasts).unwrap_or_default(),
        cohorts: retention::cohorts(&contracts, exposed.as_deref(), window),
        has_history: contracts.has_history,
        exposed_accounts: now.map(|now| now.0),
        exposed_arr: now.and_then(|now| now.1),
    }
}

/// The months before the end of the period, or before the day after the as-of date where that comes first.
fn window(evidence: Evidence, settings: &ChurnSettings) -> Window {
    let end = evidence.period().1.date();
    let start = end.checked_sub_months(Months::new(settings.months)).unwrap_or(NaiveDate::MIN);
    (start, end)
}

/// Accounts of the base that are still under contract and rest on an integration that is broken on the as-of date, with their
/// ARR.
fn exposed_now(
    contracts: &Contracts,
    exposure: &Exposure,
    evidence: Evidence,
    settings: &ChurnSettings,
) -> (u64, Option<Money>) {
    let tomorrow = evidence.now().date();
    let window = (earlier(tomorrow, settings.within_days), tomorrow);
    let customers = &evidence.facts.customers;
    let in_base =
        |id: &str| customers.binary_search_by(|known| known.id.as_str().cmp(id)).is_ok_and(|at| customers[at].in_base);
    let stays = |contract: &Contract| contract.churned_on().is_none_or(|day| day >= tomorrow) && in_base(contract.id);
    let (mut accounts, mut arr, mut stated) = (0, Money::ZERO, false);
    for (account, contract) in contracts.list.iter().enumerate().filter(|(_, contract)| stays(contract)) {
        let own = contract.arr_before(tomorrow);
        stated |= own.is_some();
        if exposure.open(account).next().is_none() {
            continue;
        }
        let look = exposure.look(account, window);
        if look.rests_on(settings).any(|relied| exposure.open(account).any(|open| open == relied)) {
            accounts += 1;
            arr += own.unwrap_or_default();
        }
    }
    (accounts, stated.then_some(arr))
}

/// What it takes to say why accounts left.
struct Departures<'a> {
    contracts: &'a Contracts<'a>,
    exposure: &'a Exposure<'a>,
    evidence: Evidence<'a>,
    settings: &'a ChurnSettings,
}

impl Departures<'_> {
    /// Accounts that left in the window, by day, then id.
    fn within(&self, (start, end): Window) -> Vec<ChurnedAccount> {
        let listed = self.contracts.list.iter().enumerate();
        let mut left: Vec<(NaiveDate, usize)> = listed
            .filter_map(|(account, contract)| Some((contract.churned_on()?, account)))
            .filter(|(day, _)| (start..end).contains(day))
            .collect();
        left.sort_unstable();
        let tickets = self.tickets(&left);
        left.into_iter().map(|(day, account)| self.departure(account, day, &tickets)).collect()
    }

    /// Days of the tickets of those who left, by account, sorted.
    fn tickets(&self, left: &[(NaiveDate, usize)]) -> BTreeMap<&str, Vec<NaiveDate>> {
        let mut tickets: BTreeMap<&str, Vec<NaiveDate>> =
            left.iter().map(|&(_, account)| (self.contracts.list[account].id, Vec::new())).collect();
        for ticket in self.evidence.tickets {
            let (Some(account), Some(opened)) = (ticket.account_id.as_deref(), ticket.opened_at) else { continue };
            if let Some(days) = tickets.get_mut(account) {
                days.push(opened.date());
            }
        }
        for days in tickets.values_mut() {
            days.sort_unstable();
        }
        tickets
    }

    fn departure(&self, account: usize, day: NaiveDate, tickets: &BTreeMap<&str, Vec<NaiveDate>>) -> ChurnedAccount {
        let contract = &self.contracts.list[account];
        let from = earlier(day, self.settings.within_days);
        let broken = self.failure(account, (from, day));
        let activity_left = activity_left(
            self.exposure.activity(account),
            (known_from(contract, self.evidence.rollup), day),
            self.settings.within_days,
        );
        let kind = match (&broken, activity_left) {
            (Some(_), _) => Some(ChurnKind::Functional),
            (None, Some(left)) if left <= self.settings.faded_to => Some(ChurnKind::Emotional),
            (None, Some(_)) => Some(ChurnKind::Other),
            (None, None) => None,
        };
        let days = &tickets[contract.id];
        let before = |end: NaiveDate| days.partition_point(|opened| *opened < end);
        ChurnedAccount {
            account: contract.id.to_owned(),
            name: contract.name().map(str::to_owned),
            segment: contract.segment_before(day).map(str::to_owned),
            arr: contract.arr_at_churn(),
            churned_on: day,
            stated_reason: contract.latest().churn_reason.clone(),
            kind,
            capability: broken.as_ref().map(|broken| broken.capability),
            dependence: broken.as_ref().and_then(|broken| broken.dependence),
            broken_hours: broken.as_ref().map(|broken| broken.hours),
            episodes: broken.map(|broken| broken.episodes).unwrap_or_default(),
            tickets: (before(day) - before(from)) as u64,
            activity_left,
        }
    }

    /// The failure that counts on what the account rested on most; then of the one that was broken longest, then first by id.
    fn failure(&self, account: usize, window: Window) -> Option<Broken> {
        self.evidence.runs?;
        let look = self.exposure.look(account, window);
        let share = |broken: &Broken| broken.dependence.map_or(0.0, Share::value);
        let weightier = |a: &&Broken, b: &&Broken| {
            share(a).total_cmp(&share(b)).then(a.hours.total_cmp(&b.hours)).then(b.capability.cmp(&a.capability))
        };
        look.failures(self.settings).max_by(weightier).cloned()
    }
}

/// The first day of which the use of an account is known.
fn known_from(contract: &Contract, rollup: &Rollup) -> NaiveDate {
    let observed = rollup.observed.map(|observed| observed.0);
    contract.started_on().max(observed).unwrap_or(NaiveDate::MIN)
}

/// Active days in the last days before the churn over those in as many days before them; see [`CHURN_KIND`].
#[expect(clippy::cast_precision_loss, reason = "days of a few months")]
fn activity_left(
    activity: impl Iterator<Item = (Month, u64)>,
    (known_from, churned_on): Window,
    within_days: u32,
) -> Option<f64> {
    let turn = earlier(churned_on, within_days);
    let first = earlier(turn, within_days);
    let overlap = |a: Window, b: Window| (a.1.min(b.1) - a.0.max(b.0)).num_days().max(0) as f64;
    let known = overlap((first, turn), (known_from, churned_on));
    if known * 2.0 < f64::from(within_days) {
        return None;
    }
    let (mut before, mut after) = (0.0, 0.0);
    for (month, days) in activity {
        let month = (month.first_day().max(known_from), month.plus(1).first_day().min(churned_on));
        let under_contract = overlap(month, (known_from, churned_on));
        if under_contract > 0.0 {
            before += days as f64 * overlap(month, (first, turn)) / under_contract;
            after += days as f64 * overlap(month, (turn, churned_on)) / under_contract;
        }
    }
    (before > 0.0).then(|| (after / f64::from(within_days)) / (before / known))
}

#[cfg(test)]
#[path = "churn_tests.rs"]
pub(super) mod tests;
