//! How wide the product is, and what width costs.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::base::{Customer, Customers};
use super::facts::{Facts, Onboarding, Surface, SurfaceMonth};
use super::{Evidence, MetricSettings};
use crate::attribute::{Capability, CapabilityKind};
use crate::stats;
use crate::units::{Estimate, Month, Period, definition};

definition! {
    /// What was on offer and in use, by month: capabilities launched by the end of the month, or of unknown launch; how
    /// many of them are integrations; how many distinct vendors those connect to; and how many capabilities any account used. Months
    /// without usage data are left out. A capability that was removed before the data were taken is in no catalogue, so the
    /// past may look narrower than it was.
    pub SURFACE, "surface", "Surface"
}

definition! {
    /// By how many percent the tickets of an account grow where it uses one percent more capabilities: the slope of the Poisson
    /// regression ln E(tickets) = α + β · ln(capabilities used), over the base accounts that used at least one in the
    /// period, with tickets of the period by account. The 95 % interval is robust (White 1980; HC1, Student's t),
    /// because tickets scatter more than Poisson's law has it. 0: width brings no tickets; 1: tickets grow in proportion to width; above 1: faster.
    ///
    /// It is an association over accounts and not what would follow if a capability were removed: wide use and many
    /// tickets both come with large accounts. Unknown when no ticket of the period names an account, or all accounts use
    /// equally many.
    pub TICKET_ELASTICITY, "ticket_elasticity", "Elasticity of tickets to width"
}

definition! {
    /// Of the capabilities that are open to an account, the part that it never used in all the data, 0–1; the median
    /// over the accounts of the base, with its distribution-free 95 % interval (Thompson 1936). Open are those launched by the end of the
    /// period whose `available_to` names the account's plan or segment, or nothing. Use before the data begin is not
    /// seen, so short data overstate it. Accounts to which nothing is open are left out.
    pub UNTOUCHED_SHARE, "untouched_share", "Capabilities never touched"
}

definition! {
    /// Days from an account's start to the day by which it had used `adoption.onboarding_core` of the core capabilities for
    /// the first time, by the quarter in which it started. Core are the capabilities of intent `core`; where the
    /// catalogue names fewer of them than must be reached, the most adopted ones instead, twice as many as must be
    /// reached. Where there are not even as many capabilities in use, all of them must be. Use before the start, in a trial,
    /// counts as day 0.
    ///
    /// Only accounts that started within the observed data are followed, to the day of their churn, the day of the report or the
    /// last day of usage, whichever is first. Those that had not got there by then are not dropped, for they are the slow ones: the
    /// median is Kaplan and Meier's (1958), with the interval of Brookmeyer and Crowley (1982). It is unknown when the
    /// curve does not fall to one half.
    pub ONBOARDING_DAYS, "onboarding_days", "Days to onboard"
}

/// Fills [`Facts::surface`].
pub(super) fn add(facts: &mut Facts, evidence: Evidence, customers: &Customers, settings: MetricSettings) {
    let goal = settings.adoption.onboarding_core as usize;
    let core = core(facts, goal);
    facts.surface = Surface {
        months: months(facts, evidence),
        ticket_elasticity: ticket_elasticity(facts, evidence, customers),
        untouched_share: untouched_share(facts, evidence, customers),
        onboarding: onboarding(facts, evidence, customers, (&core, goal)),
        core: core.iter().map(|&index| facts.capabilities[index].capability.id.clone()).collect(),
    };
}

fn months(facts: &Facts, evidence: Evidence) -> Vec<SurfaceMonth> {
    let of_month = |&month: &Month| {
        let cells = evidence.rollup.monthly.get(&month)?;
        let capabilities = facts.capabilities.iter().map(|facts| &facts.capability);
        let offered: Vec<_> =
            capabilities.filter(|known| known.launched_on.is_none_or(|day| Month::of(day) <= month)).collect();
        let integrations = || offered.iter().filter(|known| known.kind == CapabilityKind::Integration);
        Some(SurfaceMonth {
            month,
            offered: offered.len() as u64,
            integrations: integrations().count() as u64,
            vendors: integrations().filter_map(|known| known.vendor.as_ref()).collect::<BTreeSet<_>>().len() as u64,
            used: cells.chunk_by(|a, b| a.capability == b.capability).count() as u64,
        })
    };
    facts.months.iter().filter_map(of_month).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of one account are few")]
fn ticket_elasticity(facts: &Facts, evidence: Evidence, customers: &Customers) -> Option<Estimate> {
    let mut tickets: BTreeMap<&str, u64> = BTreeMap::new();
    for ticket in evidence.tickets {
        let (Some(account), Some(opened)) = (ticket.account_id.as_deref(), ticket.opened_at) else { continue };
        if facts.period.contains(opened.date()) && opened.date() <= facts.as_of {
            *tickets.entry(account).or_default() += 1;
        }
    }
    let mut used = vec![0_u64; customers.list.len()];
    for cell in &evidence.rollup.period {
        if let Some(account) = cell.account.map(|account| customers.of_rollup(account)) {
            used[account] += u64::from(facts.customers[account].in_base);
        }
    }
    let tickets_of = |account: usize| tickets.get(facts.customers[account].id.as_str()).copied().unwrap_or(0);
    let points: Vec<(f64, f64)> = used
        .into_iter()
        .enumerate()
        .filter(|(_, capabilities)| *capabilities > 0)
        .map(|(account, capabilities)| (capabilities as f64, tickets_of(account) as f64))
        .collect();
    stats::elasticity(&points)
}

/// The plan and the segment of an account: what `available_to` speaks of.
type Group<'a> = (Option<&'a str>, Option<&'a str>);

fn group<'a>(customer: &Customer<'a>) -> Group<'a> {
    customer.account.map_or((None, None), |account| (account.plan.as_deref(), account.segment.as_deref()))
}

/// Which capabilities are open to a group, and how many.
fn open_to((plan, segment): Group, facts: &Facts) -> (Vec<bool>, u64) {
    let is_open = |known: &Capability| {
        let named = |text: &String| plan == Some(text) || segment == Some(text);
        known.launched_on.is_none_or(|day| day < facts.period.end())
            && (known.available_to.is_empty() || known.available_to.iter().any(named))
    };
    let open: Vec<bool> = facts.capabilities.iter().map(|facts| is_open(&facts.capability)).collect();
    let number = open.iter().filter(|open| **open).count() as u64;
    (open, number)
}

#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn untouched_share(facts: &Facts, evidence: Evidence, customers: &Customers) -> Option<Estimate> {
    // Plans and segments are few; accounts times capabilities are many.
    let mut open: BTreeMap<Group, (Vec<bool>, u64)> = BTreeMap::new();
    for customer in &customers.list {
        open.entry(group(customer)).or_insert_with_key(|group| open_to(*group, facts));
    }
    let open: Vec<&(Vec<bool>, u64)> = customers.list.iter().map(|customer| &open[&group(customer)]).collect();
    let mut touched = vec![0_u64; customers.list.len()];
    for cell in &evidence.rollup.ever {
        let Some(account) = cell.account.map(|account| customers.of_rollup(account)) else { continue };
        touched[account] += u64::from(open[account].0[cell.capability]);
    }
    let of_base = open.into_iter().zip(touched).zip(&facts.customers).filter(|(_, known)| known.in_base);
    let shares = of_base
        .filter(|(((_, all), _), _)| *all > 0)
        .map(|(((_, all), touched), _)| (all - touched) as f64 / *all as f64);
    stats::median(&mut shares.collect::<Vec<_>>(), (0.0, 1.0))
}

/// Indices of the core capabilities, ascending; see [`ONBOARDING_DAYS`].
fn core(facts: &Facts, goal: usize) -> Vec<usize> {
    let all = || 0..facts.capabilities.len();
    let intended: Vec<usize> =
        all().filter(|&index| facts.capabilities[index].capability.intent.as_deref() == Some("core")).collect();
    if intended.len() >= goal {
        return intended;
    }
    let adopted = |index: &usize| facts.capabilities[*index].active_accounts.unwrap_or(0);
    let mut core: Vec<usize> = all().filter(|index| adopted(index) > 0).collect();
    core.sort_by_key(|index| (std::cmp::Reverse(adopted(index)), *index));
    core.truncate(2 * goal);
    core.sort_unstable();
    core
}

fn onboarding(
    facts: &Facts,
    evidence: Evidence,
    customers: &Customers,
    (core, goal): (&[usize], usize),
) -> Vec<Onboarding> {
    let goal = goal.min(core.len());
    let Some((first, last)) = evidence.rollup.observed.filter(|_| goal > 0) else { return Vec::new() };
    let mut first_uses: BTreeMap<usize, Vec<NaiveDate>> = BTreeMap::new();
    for cell in evidence.rollup.ever.iter().filter(|cell| core.binary_search(&cell.capability).is_ok()) {
        if let Some(account) = cell.account {
            first_uses.entry(account).or_default().push(cell.measures.first);
        }
    }
    for days in first_uses.values_mut() {
        days.sort_unstable();
    }
    let mut cohorts: BTreeMap<NaiveDate, Vec<(f64, bool)>> = BTreeMap::new();
    for customer in &customers.list {
        let Some(account) = customer.account else { continue };
        let Some(started) = account.started_on.filter(|day| first <= *day && *day <= last.min(facts.as_of)) else {
            continue;
        };
        let until = last.min(facts.as_of).min(account.churned_on.unwrap_or(NaiveDate::MAX)).max(started);
        let reached = customer.in_rollup.and_then(|account| first_uses.get(&account)?.get(goal - 1).copied());
        let reached = reached.filter(|day| *day <= until);
        let days = (reached.unwrap_or(until) - started).num_days().max(0);
        #[expect(clippy::cast_precision_loss, reason = "days of a customer's life")]
        cohorts.entry(quarter(started)).or_default().push((days as f64, reached.is_some()));
    }
    cohorts
        .into_iter()
        .map(|(start, durations)| Onboarding {
            cohort: label(start),
            accounts: durations.len() as u64,
            reached: durations.iter().filter(|duration| duration.1).count() as u64,
            median_days: stats::kaplan_meier_median(&durations),
        })
        .collect()
}

/// The first day of the quarter that a day lies in.
fn quarter(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    let month = Month::of(day);
    month.plus(-((day.month0() % 3).cast_signed())).first_day()
}

/// `2026-Q1` and the like.
fn label(quarter: NaiveDate) -> String {
    let end = Month::of(quarter).plus(3).first_day();
    format!("{quarter}..{end}").parse().map_or_else(|_| quarter.to_string(), |period: Period| period.label().to_owned())
}

#[cfg(test)]
#[path = "surface_tests.rs"]
mod tests;
