//! Facts from use by account.

use chrono::NaiveDate;

use super::attempts::{AccountRuns, Outages, outages, runs, voices};
use super::base::{Customer, Customers};
use super::lifecycle::TwoPeriods;
use super::rhythm::MonthlyUse;
use super::segments::{Entitled, Groups};
use super::{
    AccountSet, AccountUse, Base, Basis, CapabilityFacts, CustomerFacts, Evidence, Facts, Funnel, Lifecycle,
    MetricSettings, Overlap, Rhythm, Surface, TREND_MONTHS, adoption, concentration, engagement, funnel, lifecycle,
    rhythm, settle, trend, usage_share,
};
use crate::attribute::Capability;
use crate::diag::{Code, Findings, Place};
use crate::metrics::CostTotals;
use crate::rollup::{Activity, Cell, Exposure, Rollup, Spans, of_capability};
use crate::tables::rows::Account;
use crate::units::{Estimate, Money, Month, Share};

/// One month of the trend.
pub(super) struct MonthOfUse<'a> {
    pub cells: &'a [Cell],
    /// Empty when nothing at all was used in the month, because then it was not observed.
    pub base: AccountSet,
    accounts: u64,
}

/// What is shared by all capabilities.
struct Context<'a> {
    evidence: Evidence<'a>,
    settings: MetricSettings<'a>,
    customers: &'a Customers<'a>,
    base: AccountSet,
    /// Accounts in it.
    accounts: u64,
    /// The base of the period before; `None` when the data do not reach back to its start.
    before: Option<AccountSet>,
    /// Accounts in the base of both periods.
    both_bases: AccountSet,
    months: Vec<Month>,
    by_month: Vec<MonthOfUse<'a>>,
    segments: Groups,
    plans: Groups,
    regions: Groups,
    entitled: Entitled<'a>,
    /// What every customer did in the product in the period.
    activity: Vec<Activity>,
    runs: Vec<Vec<AccountRuns>>,
    outages: Option<Vec<Outages>>,
    voices: Vec<u64>,
    all_use: f64,
}

pub(super) fn measure(
    evidence: Evidence,
    customers: &Customers,
    settings: MetricSettings,
    findings: &mut Findings,
) -> Facts {
    find_strangers(customers, evidence.rollup, findings);
    let context = Context::new(evidence, customers, settings);
    let capabilities = (0..evidence.catalogue.capabilities().len()).map(|c| context.capability(c)).collect();
    let Spans { period, as_of, .. } = evidence.spans;
    Facts {
        period: period.clone(),
        as_of: *as_of,
        basis: Basis::Events,
        base: Base {
            accounts: context.accounts,
            arr: context.customers.arr(context.base.iter()),
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
        teams: Vec::new(),
        months: context.months,
        segments: context.segments.list,
        plans: context.plans.list,
        regions: context.regions.list,
    }
}

/// The months from the first use to the end of the period.
fn months(evidence: Evidence) -> Vec<Month> {
    let last = Month::of(evidence.spans.period.end()).plus(-1);
    let Some((first, _)) = evidence.rollup.observed else { return Vec::new() };
    let span = (last.since(Month::of(first)) + 1).clamp(0, TREND_MONTHS);
    (0..span).map(|back| last.plus(back + 1 - span)).collect()
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

/// The base of a month and its use.
pub(super) fn month_of_use<'a>(month: Month, customers: &Customers, rollup: &'a Rollup) -> MonthOfUse<'a> {
    let span = (month.first_day(), month.plus(1).first_day());
    let activity = rollup.activity_monthly.get(&month);
    let base = activity.map_or_else(AccountSet::default, |activity| customers.base(span, Some(activity)));
    let cells = rollup.monthly.get(&month).map_or(&[][..], Vec::as_slice);
    MonthOfUse { cells, accounts: base.len(), base }
}

impl<'a> Context<'a> {
    fn new(evidence: Evidence<'a>, customers: &'a Customers<'a>, settings: MetricSettings<'a>) -> Self {
        let rollup = evidence.rollup;
        let Spans { period, previous, .. } = evidence.spans;
        let base = customers.base((period.start(), period.end()), Some(&rollup.activity));
        let reaches_back = rollup.observed.is_some_and(|(first, _)| Month::of(first) <= Month::of(previous.start()));
        let before =
            reaches_back.then(|| customers.base((previous.start(), previous.end()), Some(&rollup.activity_previous)));
        let mut both_bases = base.clone();
        if let Some(before) = &before {
            both_bases.keep(before);
        }
        let months = months(evidence);
        let by_month = months.iter().map(|&month| month_of_use(month, customers, rollup)).collect();
        let mut activity = vec![Activity::default(); customers.list.len()];
        for (&account, &of_account) in &rollup.activity {
            activity[customers.of_rollup(account)] = of_account;
        }
        let lists = evidence.catalogue.capabilities().iter().map(|capability| capability.available_to.as_slice());
        let mut context = Self {
            segments: Groups::new(customers, &base, |account| account.segment.as_deref()),
            plans: Groups::new(customers, &base, |account| account.plan.as_deref()),
            regions: Groups::new(customers, &base, |account| account.region.as_deref()),
            entitled: Entitled::new(customers, &base, lists),
            runs: runs(evidence, customers),
            outages: outages(evidence),
            voices: voices(evidence),
            all_use: 0.0,
            accounts: base.len(),
            evidence,
            settings,
            customers,
            base,
            before,
            both_bases,
            months,
            by_month,
            activity,
        };
        context.all_use = context.use_of(&rollup.period);
        context
    }

    fn is_active(&self, cell: &Cell) -> bool {
        cell.measures.active_days >= u64::from(self.settings.adoption.min_active_days)
    }

    /// Customers with enough days in the cells.
    fn active<'b>(&'b self, cells: &'b [Cell]) -> impl Iterator<Item = usize> + 'b {
        let enough = cells.iter().filter(|cell| self.is_active(cell));
        enough.filter_map(|cell| Some(self.customers.of_rollup(cell.account?)))
    }

    /// Use by the accounts that the cells name, as the setting counts it.
    fn use_of(&self, cells: &[Cell]) -> f64 {
        let amount = |cell: &Cell| {
            let customer = self.customers.of_rollup(cell.account?);
            let active = self.is_active(cell) && self.base.contains(customer);
            let arr = self.customers.list[customer].account.and_then(|account| account.arr).filter(|_| active);
            Some(usage_share::amount(&cell.measures, self.settings.adoption.usage_share_of, arr))
        };
        cells.iter().filter_map(amount).sum()
    }

    /// Unknown where it was used and the unit does not count that: by users who are not told apart, by accounts without ARR.
    fn usage_share(&self, cells: &[Cell]) -> Option<Share> {
        let used = self.use_of(cells);
        Share::of(used, self.all_use).filter(|_| used > 0.0 || cells.is_empty())
    }

    fn capability(&self, index: usize) -> CapabilityFacts {
        let rollup = self.evidence.rollup;
        let capability = self.evidence.catalogue.capabilities()[index].clone();
        let (cells, ever) = (of_capability(&rollup.period, index), of_capability(&rollup.ever, index));
        let active = self.customers.set(self.active(cells).filter(|&customer| self.base.contains(customer)));
        let before = self.before(index);
        let two = before.as_ref().map(|before| self.two_periods(before, &active, &capability));
        let month_cells: Vec<&[Cell]> = self.by_month.iter().map(|month| of_capability(month.cells, index)).collect();
        let counts = self.monthly_counts(&month_cells);
        let monthly_adoption = self.monthly_adoption(&counts);
        let (trend_per_month, trend_p) = trend::trend(&self.months, &monthly_adoption, capability.launched_on);
        let users: u64 = cells.iter().map(|cell| cell.measures.active_users).sum();
        let named: Vec<&Cell> = cells.iter().filter(|cell| cell.account.is_some()).collect();
        #[expect(clippy::cast_precision_loss, reason = "days of one account are few")]
        let days: Vec<f64> = named.iter().map(|cell| cell.measures.active_days as f64).collect();
        let spread = concentration::concentration(&days);
        let period = &self.evidence.spans.period;
        let entitled = self.entitled.to(&capability.available_to);
        let days_over = period.days_until(self.evidence.spans.as_of);
        let adoption = adoption::rate(active.len(), self.accounts);
        let use_of = MonthlyUse {
            months: &self.months,
            adoption: &monthly_adoption,
            counts,
            launched_on: capability.launched_on,
            falling: trend::is_falling(trend_per_month, trend_p, &monthly_adoption),
            period_months: period.months().count(),
        };
        let rhythm = self.rhythm(&month_cells, &use_of, adoption);
        let by_period = rhythm.adoption.is_none() || rhythm.adoption == adoption;
        let adoption_users = adoption::among_users(self.users_of_base(cells, ever).into_iter());
        CapabilityFacts {
            active_accounts: Some(active.len()),
            adoption,
            adoption_eligible: adoption::rate(active.common(entitled), entitled.len()),
            adoption_arr: self.adoption_arr(&active),
            adoption_users,
            depth: adoption::depth(self.users_of_active(cells)),
            // Where users are told apart, none is a number.
            active_users: (users > 0 || adoption_users.is_some()).then_some(users),
            frequency: engagement::frequency(self.active_days(cells), days_over),
            stickiness: self.stickiness(index),
            retention: before.as_ref().and_then(|before| lifecycle::retention(before, &active)),
            lifecycle: two.as_ref().map_or_else(Lifecycle::default, |two| self.lifecycle(two, ever)),
            rhythm,
            days_to_settle: settle::days_to_settle(
                rhythm.adoption.or(adoption),
                self.settings.rare_below,
                two.as_ref().filter(|_| by_period),
                days_over,
            ),
            funnel: self.funnel(index, &capability, entitled),
            trend_per_month,
            trend_p,
            monthly_adoption,
            top_account_share: spread.top_share,
            effective_accounts: spread.effective_accounts,
            built_for_one: concentration::built_for_one(spread, active.len(), capability.launched_on, period.end()),
            usage_share: self.usage_share(cells),
            error_share: error_share(cells),
            events: Some(cells.iter().map(|cell| cell.measures.events).sum()),
            arr_touched: self.customers.arr(active.iter()),
            segment_adoption: self.segments.adoption(&active),
            plan_adoption: self.plans.adoption(&active),
            region_adoption: self.regions.adoption(&active),
            used: first_and_last(ever),
            accounts: self.accounts(cells),
            ..CapabilityFacts::unknown(capability)
        }
    }

    fn adoption_arr(&self, active: &AccountSet) -> Option<Share> {
        let whole = self.customers.arr(self.base.iter())?;
        let part = self.customers.arr(active.iter()).unwrap_or(Money::ZERO);
        Share::of(part.units(), whole.units())
    }

    /// Active accounts by month, each of the base of its month.
    fn monthly_counts(&self, cells: &[&[Cell]]) -> Vec<u64> {
        let in_month = |(month, cells): (&MonthOfUse, &&[Cell])| {
            self.active(cells).filter(|&customer| month.base.contains(customer)).count() as u64
        };
        self.by_month.iter().zip(cells).map(in_month).collect()
    }

    fn monthly_adoption(&self, counts: &[u64]) -> Vec<Option<f64>> {
        let months = self.by_month.iter().zip(counts);
        months.map(|(month, &count)| adoption::rate(count, month.accounts).map(|rate| rate.point)).collect()
    }

    fn stickiness(&self, index: usize) -> Option<Share> {
        let months = self.evidence.spans.period.months();
        engagement::stickiness(months.filter_map(|month| {
            let cells = of_capability(self.evidence.rollup.monthly.get(&month)?, index);
            Some((month, cells.iter().collect()))
        }))
    }

    /// Customers of either period that were active in the period before; `None` when the data do not reach back.
    fn before(&self, index: usize) -> Option<AccountSet> {
        let base = self.before.as_ref()?;
        let known = |customer: &usize| base.contains(*customer) || self.base.contains(*customer);
        Some(self.customers.set(self.active(of_capability(&self.evidence.rollup.previous, index)).filter(known)))
    }

    fn two_periods<'b>(
        &'b self,
        before: &'b AccountSet,
        now: &'b AccountSet,
        capability: &Capability,
    ) -> TwoPeriods<'b> {
        let spans = self.evidence.spans;
        let first = self.evidence.rollup.observed.map(|(first, _)| first);
        let reaches = first.is_some_and(|first| Month::of(first) <= Month::of(spans.previous.previous().start()));
        let within = first.zip(capability.launched_on).is_some_and(|(first, launch)| launch >= first);
        TwoPeriods {
            before,
            now,
            both_bases: &self.both_bases,
            start: spans.period.start(),
            earlier_known: reaches || within,
        }
    }

    fn lifecycle(&self, two: &TwoPeriods, ever: &[Cell]) -> Lifecycle {
        let first_use =
            ever.iter().filter_map(|cell| Some((self.customers.of_rollup(cell.account?), cell.measures.first)));
        lifecycle::lifecycle(two, first_use)
    }

    /// The rhythm, and adoption over its window.
    fn rhythm(&self, cells: &[&[Cell]], use_of: &MonthlyUse, adoption: Option<Estimate>) -> Rhythm {
        let mut active: Vec<(usize, usize)> = Vec::new();
        for (place, (month, cells)) in self.by_month.iter().zip(cells).enumerate() {
            let of_month = self.active(cells).filter(|&customer| month.base.contains(customer));
            active.extend(of_month.map(|customer| (customer, place)));
        }
        active.sort_unstable();
        let last_place = |customer: usize| {
            let under_contract = |month: &MonthOfUse| month.base.contains(customer);
            self.by_month.iter().rposition(under_contract).unwrap_or_default()
        };
        let mut rhythm = rhythm::by_account(use_of, &active, last_place);
        rhythm.adoption = match rhythm.window_months {
            Some(window) if window as usize == use_of.period_months => adoption,
            Some(window) => self.adoption_over(window as usize, cells),
            None => None,
        };
        rhythm
    }

    /// Adoption over the last months of the trend; `None` when there are fewer.
    fn adoption_over(&self, window: usize, cells: &[&[Cell]]) -> Option<Estimate> {
        let from = self.months.len().checked_sub(window)?;
        let (start, end) = (self.months[from].first_day(), self.months[self.months.len() - 1].plus(1).first_day());
        let base = if self.customers.has_table() {
            self.customers.base((start, end), None)
        } else {
            let mut base = self.customers.set(std::iter::empty());
            self.by_month[from..].iter().for_each(|month| base.unite(&month.base));
            base
        };
        let mut days: Vec<(usize, u64)> = cells[from..]
            .iter()
            .flat_map(|cells| cells.iter())
            .filter_map(|cell| Some((self.customers.of_rollup(cell.account?), cell.measures.active_days)))
            .filter(|(customer, _)| base.contains(*customer))
            .collect();
        days.sort_unstable();
        let minimum = u64::from(self.settings.adoption.min_active_days);
        let accounts = days.chunk_by(|a, b| a.0 == b.0);
        let active = accounts.filter(|days| days.iter().map(|of_month| of_month.1).sum::<u64>() >= minimum).count();
        adoption::rate(active as u64, base.len())
    }

    fn funnel(&self, index: usize, capability: &Capability, entitled: &AccountSet) -> Funnel {
        let (rollup, settings) = (self.evidence.rollup, self.settings.adoption);
        let cells = of_capability(&rollup.period, index);
        let runs = &self.runs[index];
        let attempts = funnel::attempts(cells, |account| self.customers.of_rollup(account), runs);
        let shown = self.shown(index);
        let mut funnel = funnel::funnel(&self.base, entitled, shown.as_ref(), &attempts, settings.repeated_days);
        if let Some(outages) = &self.outages {
            (funnel.incidents, funnel.outage_share) = (Some(outages[index].incidents), outages[index].open);
        }
        let start = self.evidence.spans.period.start();
        let signs = funnel::Signs {
            ever_used: !of_capability(&rollup.ever, index).is_empty(),
            launched_before: capability.launched_on.is_none_or(|day| day < start),
            voices: self.voices[index],
            failing_accounts: attempts.iter().filter(|attempts| attempts.failed > 0).count() as u64,
        };
        funnel.evidence = Some(funnel::evidence(&funnel, signs, settings));
        funnel
    }

    /// Customers that were shown it in the period; `None` when nobody ever was.
    fn shown(&self, index: usize) -> Option<AccountSet> {
        let all = &self.evidence.rollup.exposed;
        let start = all.partition_point(|exposure: &Exposure| exposure.capability < index);
        let end = all.partition_point(|exposure: &Exposure| exposure.capability <= index);
        let in_period = all[start..end].iter().filter(|exposure| exposure.in_period);
        let shown = in_period.map(|exposure| self.customers.of_rollup(exposure.account));
        (start < end).then(|| self.customers.set(shown))
    }

    fn active_days<'b>(&'b self, cells: &'b [Cell]) -> impl Iterator<Item = u64> + 'b {
        self.active_cells(cells).map(|(_, cell)| cell.measures.active_days)
    }

    /// The cells of the active accounts of the base, with their customers.
    fn active_cells<'b>(&'b self, cells: &'b [Cell]) -> impl Iterator<Item = (usize, &'b Cell)> + 'b {
        let active = cells.iter().filter(|cell| self.is_active(cell));
        let customers = active.filter_map(|cell| Some((self.customers.of_rollup(cell.account?), cell)));
        customers.filter(|(customer, _)| self.base.contains(*customer))
    }

    fn users_of_active<'b>(&'b self, cells: &'b [Cell]) -> impl Iterator<Item = adoption::UsersOf> + 'b {
        self.active_cells(cells).map(|(customer, cell)| adoption::UsersOf {
            capability: cell.measures.active_users,
            product: self.activity[customer].active_users,
        })
    }

    /// Users of every account of the base in which they are known; none when the capability never names users.
    fn users_of_base(&self, cells: &[Cell], ever: &[Cell]) -> Vec<adoption::UsersOf> {
        let names_none = |cells: &[Cell]| !cells.is_empty() && cells.iter().all(|cell| cell.measures.active_users == 0);
        if names_none(cells) || names_none(ever) {
            return Vec::new();
        }
        let with_cell = |cell: &Cell| Some((self.customers.of_rollup(cell.account?), cell.measures.active_users));
        let mut of_cells = cells.iter().filter_map(with_cell).collect::<Vec<_>>();
        of_cells.sort_unstable();
        let mut of_cells = of_cells.into_iter().peekable();
        let mut users = Vec::new();
        for customer in self.base.iter() {
            while of_cells.next_if(|(earlier, _)| *earlier < customer).is_some() {}
            let own = of_cells.next_if(|(of, _)| *of == customer).map(|(_, users)| users);
            let product = self.activity[customer].active_users;
            // Used, and by nobody who is told apart: not known.
            if own != Some(0) {
                users.push(adoption::UsersOf { capability: own.unwrap_or(0), product });
            }
        }
        users
    }

    fn customer_facts(&self) -> Vec<CustomerFacts> {
        let of = |(index, customer): (usize, &Customer)| {
            let account: Option<&Account> = customer.account;
            CustomerFacts {
                id: customer.id.to_owned(),
                name: account.and_then(|account| account.name.clone()),
                segment: account.and_then(|account| account.segment.clone()),
                owner: account.and_then(|account| account.owner.clone()),
                arr: account.and_then(|account| account.arr),
                renews_on: account.and_then(|account| account.renews_on),
                is_key: account.and_then(|account| account.is_key),
                in_base: self.base.contains(index),
                active_days: self.activity[index].active_days,
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
    fn account_use(&self, cell: &Cell) -> Option<AccountUse> {
        let customer = self.customers.of_rollup(cell.account?);
        let activity = self.activity[customer];
        let told_apart = cell.measures.active_users > 0;
        Some(AccountUse {
            customer,
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

fn first_and_last(cells: &[Cell]) -> Option<(NaiveDate, NaiveDate)> {
    let first = cells.iter().map(|cell| cell.measures.first).min()?;
    Some((first, cells.iter().map(|cell| cell.measures.last).max()?))
}

#[cfg(test)]
#[path = "from_events_tests.rs"]
mod tests;
