//! Facts from use by account.

use std::collections::{BTreeMap, BTreeSet};

use super::base::{Customer, Customers};
use super::{
    AccountUse, Base, Basis, CapabilityFacts, CustomerFacts, Evidence, Facts, MetricSettings, Overlap, Segment,
    Surface, TREND_MONTHS, adoption, concentration, engagement, lifecycle, trend, usage_share,
};
use crate::diag::{Code, Findings, Place};
use crate::metrics::{CostTotals, facts};
use crate::rollup::{Cell, Rollup, Spans};
use crate::tables::rows::Account;
use crate::units::{Money, Month, Share};

/// What is shared by all capabilities.
struct Context<'a> {
    evidence: Evidence<'a>,
    settings: MetricSettings<'a>,
    customers: Customers<'a>,
    base: BTreeSet<usize>,
    months: Vec<Month>,
    monthly_base: BTreeMap<Month, BTreeSet<usize>>,
    segments: Vec<Segment>,
    all_use: f64,
}

pub(super) fn measure(evidence: Evidence, settings: MetricSettings, findings: &mut Findings) -> Facts {
    let Spans { period, as_of, .. } = evidence.spans;
    let customers = Customers::new(evidence.accounts, evidence.rollup, *as_of);
    let base = customers.base((period.start(), period.end()), Some(&evidence.rollup.activity));
    let months = months(evidence);
    let monthly_base = months.iter().map(|&month| (month, base_of(month, &customers, evidence.rollup))).collect();
    let segments = segments(&customers, &base);
    find_strangers(&customers, evidence.rollup, findings);
    let mut context = Context { evidence, settings, customers, base, months, monthly_base, segments, all_use: 0.0 };
    context.all_use = context.use_of(&evidence.rollup.period);
    let capabilities = (0..evidence.catalogue.capabilities().len()).map(|c| context.capability(c)).collect();
    Facts {
        period: period.clone(),
        as_of: *as_of,
        basis: Basis::Events,
        base: Base {
            accounts: context.base.len() as u64,
            arr: context.customers.arr(context.base.iter().copied()),
            definition: if context.customers.has_table() {
                "Accounts under contract at any time in the period."
            } else {
                "Accounts with any use in the period, because no accounts table says who is under contract; customers who use nothing are missing, so adoption is overstated."
            },
            observed: evidence.rollup.observed_in_period,
        },
        cost: CostTotals::default(),
        capabilities,
        customers: context.customer_facts(),
        overlap: Overlap::default(),
        surface: Surface::default(),
        months: context.months,
        segments: context.segments,
    }
}

/// The months from the first use to the end of the period.
fn months(evidence: Evidence) -> Vec<Month> {
    let last = Month::of(evidence.spans.period.end()).plus(-1);
    let Some((first, _)) = evidence.rollup.observed else { return Vec::new() };
    let span = (last.since(Month::of(first)) + 1).clamp(0, TREND_MONTHS);
    (0..span).map(|back| last.plus(back + 1 - span)).collect()
}

/// The base of a month; empty when nothing at all was used in it, because then the month was not observed.
fn base_of(month: Month, customers: &Customers, rollup: &Rollup) -> BTreeSet<usize> {
    let activity = rollup.activity_monthly.get(&month);
    if activity.is_none() {
        return BTreeSet::new();
    }
    customers.base((month.first_day(), month.plus(1).first_day()), activity)
}

fn segments(customers: &Customers, base: &BTreeSet<usize>) -> Vec<Segment> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &index in base {
        if let Some(segment) = customers.list[index].account.and_then(|account| account.segment.as_deref()) {
            members.entry(segment).or_default().push(index);
        }
    }
    let mut segments: Vec<Segment> = members
        .into_iter()
        .map(|(name, members)| Segment {
            name: name.to_owned(),
            accounts: members.len() as u64,
            arr: customers.arr(members.into_iter()),
        })
        .collect();
    segments.sort_by(|a, b| b.arr.cmp(&a.arr).then_with(|| a.name.cmp(&b.name)));
    segments
}

fn find_strangers(customers: &Customers, rollup: &Rollup, findings: &mut Findings) {
    for account in customers.unmatched() {
        let expected = "an account_id of the accounts table".to_owned();
        findings.add(Code::UnmatchedAccount, Place { found: account.to_owned(), expected, ..Place::default() });
    }
    if rollup.without_account > 0 {
        findings.add_many(Code::NoAccount, rollup.without_account, Place::default());
    }
    if rollup.after_as_of > 0 {
        findings.add_many(Code::AfterAsOf, rollup.after_as_of, Place::default());
    }
}

/// The cells of one capability among cells sorted by capability.
fn of(cells: &[Cell], capability: usize) -> &[Cell] {
    let start = cells.partition_point(|cell| cell.capability < capability);
    let end = cells.partition_point(|cell| cell.capability <= capability);
    &cells[start..end]
}

impl Context<'_> {
    /// Customers that the cells show as active and that belong to a base.
    fn active(&self, cells: &[Cell], base: &BTreeSet<usize>) -> BTreeSet<usize> {
        let minimum = u64::from(self.settings.adoption.min_active_days);
        let enough = cells.iter().filter(|cell| cell.measures.active_days >= minimum);
        let customers = enough.filter_map(|cell| Some(self.customers.of_rollup(cell.account?)));
        customers.filter(|customer| base.contains(customer)).collect()
    }

    /// Use by the accounts that the cells name, as the setting counts it.
    fn use_of(&self, cells: &[Cell]) -> f64 {
        let minimum = u64::from(self.settings.adoption.min_active_days);
        let amount = |cell: &Cell| {
            let customer = self.customers.of_rollup(cell.account?);
            let active = cell.measures.active_days >= minimum && self.base.contains(&customer);
            let arr = self.customers.list[customer].account.and_then(|account| account.arr).filter(|_| active);
            Some(usage_share::amount(&cell.measures, self.settings.adoption.usage_share_of, arr))
        };
        cells.iter().filter_map(amount).sum()
    }

    fn capability(&self, index: usize) -> CapabilityFacts {
        let rollup = self.evidence.rollup;
        let capability = self.evidence.catalogue.capabilities()[index].clone();
        let cells = of(&rollup.period, index);
        let active = self.active(cells, &self.base);
        let monthly_adoption = self.monthly_adoption(index);
        let (trend_per_month, trend_p) = trend::trend(&self.months, &monthly_adoption, capability.launched_on);
        let users: u64 = cells.iter().map(|cell| cell.measures.active_users).sum();
        let named: Vec<&Cell> = cells.iter().filter(|cell| cell.account.is_some()).collect();
        #[expect(clippy::cast_precision_loss, reason = "days of one account are few")]
        let days: Vec<f64> = named.iter().map(|cell| cell.measures.active_days as f64).collect();
        let spread = concentration::concentration(&days);
        CapabilityFacts {
            active_accounts: Some(active.len() as u64),
            adoption: adoption::rate(active.len() as u64, self.base.len() as u64),
            adoption_eligible: self.eligible(&capability.available_to, &active),
            adoption_arr: self.adoption_arr(&active),
            active_users: (users > 0).then_some(users),
            stickiness: self.stickiness(index),
            retention: self.retention(index, &active),
            trend_per_month,
            trend_p,
            monthly_adoption,
            top_account_share: spread.top_share,
            effective_accounts: spread.effective_accounts,
            built_for_one: concentration::built_for_one(
                spread,
                active.len() as u64,
                capability.launched_on,
                self.evidence.spans.period.end(),
            ),
            usage_share: Share::of(self.use_of(cells), self.all_use),
            error_share: error_share(cells),
            events: Some(cells.iter().map(|cell| cell.measures.events).sum()),
            arr_touched: self.customers.arr(active.iter().copied()),
            segment_adoption: self.segment_adoption(&active),
            used: ever(of(&rollup.ever, index)),
            accounts: self.accounts(cells),
            ..CapabilityFacts::unknown(capability)
        }
    }

    fn eligible(&self, available_to: &[String], active: &BTreeSet<usize>) -> Option<crate::units::Estimate> {
        let entitled = |index: &&usize| {
            let account = self.customers.list[**index].account;
            let of = |text: &Option<String>| text.as_ref().is_some_and(|text| available_to.contains(text));
            available_to.is_empty() || account.is_some_and(|account| of(&account.plan) || of(&account.segment))
        };
        let count = |set: &BTreeSet<usize>| set.iter().filter(entitled).count() as u64;
        adoption::rate(count(active), count(&self.base))
    }

    fn adoption_arr(&self, active: &BTreeSet<usize>) -> Option<Share> {
        let whole = self.customers.arr(self.base.iter().copied())?;
        let part = self.customers.arr(active.iter().copied()).unwrap_or(Money::ZERO);
        Share::of(part.units(), whole.units())
    }

    fn monthly_adoption(&self, index: usize) -> Vec<Option<f64>> {
        let of_month = |month: &Month| {
            let base = &self.monthly_base[month];
            let cells = self.evidence.rollup.monthly.get(month).map_or(&[][..], |cells| of(cells, index));
            adoption::rate(self.active(cells, base).len() as u64, base.len() as u64).map(|rate| rate.point)
        };
        self.months.iter().map(of_month).collect()
    }

    fn stickiness(&self, index: usize) -> Option<Share> {
        let months = self.evidence.spans.period.months();
        engagement::stickiness(months.filter_map(|month| {
            let cells = of(self.evidence.rollup.monthly.get(&month)?, index);
            Some((month, cells.iter().collect()))
        }))
    }

    /// Unknown when the data begin after the first day of the period before: who used it then is not known.
    fn retention(&self, index: usize, active: &BTreeSet<usize>) -> Option<crate::units::Estimate> {
        let previous = &self.evidence.spans.previous;
        let (first, _) = self.evidence.rollup.observed?;
        if Month::of(first) > Month::of(previous.start()) {
            return None;
        }
        let everyone = (0..self.customers.list.len()).collect();
        let before = self.active(of(&self.evidence.rollup.previous, index), &everyone);
        lifecycle::retention(&before, active)
    }

    fn segment_adoption(&self, active: &BTreeSet<usize>) -> Vec<Option<crate::units::Estimate>> {
        let of_segment = |segment: &Segment| {
            let belongs = |index: &&usize| {
                self.customers.list[**index].account.is_some_and(|a| a.segment.as_ref() == Some(&segment.name))
            };
            adoption::rate(active.iter().filter(belongs).count() as u64, segment.accounts)
        };
        self.segments.iter().map(of_segment).collect()
    }

    fn customer_facts(&self) -> Vec<CustomerFacts> {
        let of = |(index, customer): (usize, &Customer)| {
            let account: Option<&Account> = customer.account;
            let activity = customer.in_rollup.and_then(|account| self.evidence.rollup.activity.get(&account));
            CustomerFacts {
                id: customer.id.to_owned(),
                name: account.and_then(|account| account.name.clone()),
                segment: account.and_then(|account| account.segment.clone()),
                owner: account.and_then(|account| account.owner.clone()),
                arr: account.and_then(|account| account.arr),
                in_base: self.base.contains(&index),
                active_days: activity.map_or(0, |activity| activity.active_days),
            }
        };
        self.customers.list.iter().enumerate().map(of).collect()
    }

    /// Every account that used the capability in the period, by descending dependence.
    fn accounts(&self, cells: &[Cell]) -> Vec<AccountUse> {
        let mut accounts: Vec<AccountUse> = cells.iter().filter_map(|cell| self.account_use(cell)).collect();
        let share = |account: &AccountUse| account.dependence.map_or(0.0, Share::value);
        // Customers are sorted by id.
        accounts.sort_by(|a, b| share(b).total_cmp(&share(a)).then_with(|| a.customer.cmp(&b.customer)));
        accounts
    }

    #[expect(clippy::cast_precision_loss, reason = "days of one account are few")]
    fn account_use(&self, cell: &Cell) -> Option<facts::AccountUse> {
        let in_rollup = cell.account?;
        let activity = self.evidence.rollup.activity.get(&in_rollup).copied().unwrap_or_default();
        let told_apart = cell.measures.active_users > 0;
        Some(AccountUse {
            customer: self.customers.of_rollup(in_rollup),
            active_days: cell.measures.active_days,
            dependence: Share::of(cell.measures.active_days as f64, activity.active_days as f64),
            users: told_apart.then_some(cell.measures.active_users),
            sole_users: told_apart.then_some(cell.measures.sole_users),
            last_use: cell.measures.last,
            trend_per_month: None,
            trend_p: None,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "event counts lie far below 2^53")]
fn error_share(cells: &[Cell]) -> Option<Share> {
    let errors: u64 = cells.iter().map(|cell| cell.measures.errors).sum();
    let known: u64 = cells.iter().map(|cell| cell.measures.with_status).sum();
    Share::of(errors as f64, known as f64)
}

fn ever(cells: &[Cell]) -> Option<(chrono::NaiveDate, chrono::NaiveDate)> {
    let first = cells.iter().map(|cell| cell.measures.first).min()?;
    Some((first, cells.iter().map(|cell| cell.measures.last).max()?))
}

#[cfg(test)]
#[path = "from_events_tests.rs"]
mod tests;
