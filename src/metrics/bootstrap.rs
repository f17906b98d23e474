//! Which units the bootstrap draws, and the sums of every capability in every replicate.
//!
//! One pass: a unit's weights are drawn once for all replicates, and each of its amounts is added to the replicates' sums.
//! The work goes capability by capability, so that the sums being added to stay in the nearest cache, and capabilities are
//! shared out over threads; no sum crosses from one to another, so that their number changes no figure.

use std::collections::BTreeMap;

use crate::attribute::{CostType, Entry, Source};
use crate::config::UsageShareOf;
use crate::metrics::{Basis, CustomerFacts, Evidence, Facts, cost, usage_share};
use crate::rollup::{Cell, of_capability};
use crate::stats::PoissonWeights;
pub(super) use crate::stats::in_parallel;
use crate::units::Money;

/// What is summed over the units of a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Days of use.
    ActiveDays,
    /// Distinct users.
    ActiveUsers,
    /// Events.
    Events,
    /// ARR of the accounts that are active.
    Arr,
    /// Use as the setting `usage_share_of` counts it.
    Configured,
    /// Active accounts.
    Active,
    /// Run cost.
    Cost,
    /// Tickets.
    Contacts,
}

pub(super) const COLUMNS: usize = 8;
/// Amounts of one unit, or sums of them, by [`Column`].
pub(super) type Amounts = [f64; COLUMNS];

/// The types of run cost, in the order in which a unit's are kept apart.
pub(super) const RUN_TYPES: [CostType; 4] =
    [CostType::Support, CostType::Engineering, CostType::Incident, CostType::Direct];

/// Run cost of a capability by type, in currency units, by unit.
pub(super) type CostByUnit = Vec<(usize, [f64; 4])>;

/// What one unit adds to one capability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    /// Index of the account, or of the cost row.
    pub unit: usize,
    pub amounts: Amounts,
}

/// One capability: the sums of the data, the same in every replicate, and the units behind them.
#[derive(Debug)]
pub(super) struct Drawn {
    pub whole: Amounts,
    /// By column; empty where the whole is zero.
    pub replicates: [Vec<f64>; COLUMNS],
    /// By account, in their order.
    pub accounts: Vec<Share>,
    /// By cost row, in their order: cost that belongs to no account.
    pub rows: Vec<Share>,
    /// Parts of cost rows, also those of accounts.
    pub cost_rows: u64,
}

impl Drawn {
    /// The sum of a column in one replicate.
    pub fn at(&self, column: Column, replicate: usize) -> f64 {
        self.replicates[column as usize].get(replicate).copied().unwrap_or(0.0)
    }

    /// The sum of a column in the data.
    pub fn of(&self, column: Column) -> f64 {
        self.whole[column as usize]
    }
}

/// All units, and what is needed to draw any capability.
#[derive(Debug)]
pub(super) struct Resampling<'a> {
    weights: PoissonWeights,
    /// Ids of accounts, sorted.
    accounts: Vec<&'a str>,
    /// Weights of accounts, account by account.
    drawn: Vec<u8>,
    /// Names of the cost rows that are units of their own, by table and row.
    rows: Vec<String>,
    use_of: UseOf<'a>,
    costs: Vec<CostOf>,
}

/// Where the use of a capability comes from.
#[derive(Debug)]
enum UseOf<'a> {
    Accounts {
        cells: &'a [Cell],
        accounts: Vec<Known<'a>>,
        of: UsageShareOf,
        min_active_days: u64,
    },
    /// Taken as counted: active accounts by capability.
    Counted(Vec<f64>),
}

/// An account of the rollup: which unit it is, and what is known of it.
#[derive(Debug, Clone, Copy)]
struct Known<'a> {
    unit: usize,
    customer: Option<&'a CustomerFacts>,
}

/// The cost of one capability by unit.
#[derive(Debug, Clone, Default)]
struct CostOf {
    of_accounts: Vec<(usize, Part)>,
    of_rows: Vec<(usize, Part)>,
    whole: Part,
}

#[derive(Debug, Clone, Copy, Default)]
struct Part {
    /// Run cost, by [`RUN_TYPES`].
    by_type: [Money; 4],
    contacts: u64,
    entries: u64,
}

impl<'a> Resampling<'a> {
    /// Draws the weights of every account; a ticket that names an account is drawn with it, other cost by its row.
    pub fn new(facts: &'a Facts, evidence: Evidence<'a>, use_by: (UsageShareOf, u32), weights: PoissonWeights) -> Self {
        let payer = |source: Source, row: usize| -> Option<&'a str> {
            let ticket = evidence.tickets.get(row).filter(|_| source == Source::Tickets)?;
            ticket.account_id.as_deref()
        };
        let entries = || {
            let within = evidence.ledger.within(&facts.period, facts.as_of);
            within.filter(|entry| entry.cost_type.is_run() && entry.capability.is_some())
        };
        let mut accounts: Vec<&str> = facts.customers.iter().map(|customer| customer.id.as_str()).collect();
        accounts.extend(entries().filter_map(|entry| payer(entry.source, entry.row)));
        accounts.sort_unstable();
        accounts.dedup();
        let mut rows: Vec<(Source, usize)> = entries().map(|entry| (entry.source, entry.row)).collect();
        rows.retain(|&(source, row)| payer(source, row).is_none());
        rows.sort_unstable();
        rows.dedup();
        let names = names_of_rows(facts, entries().map(|entry| (entry, (entry.source, entry.row))), &rows);
        let mut costs = vec![CostOf::default(); facts.capabilities.len()];
        let of_entry = |entry: &Entry| {
            let mut part = Part { entries: 1, ..Part::default() };
            part.by_type[RUN_TYPES.iter().position(|of| *of == entry.cost_type)?] = entry.amount;
            Some((entry.capability?, (entry.source, entry.row), part))
        };
        // A ticket may be one of a capability that bears none of its cost, and stand in several entries.
        let one = Part { contacts: 1, ..Part::default() };
        let contacts = cost::contacts(entries()).into_iter();
        let contacts = contacts.map(|(capability, row)| (capability, (Source::Tickets, row), one));
        for (capability, (source, row), part) in entries().filter_map(of_entry).chain(contacts) {
            let Some(cost) = costs.get_mut(capability) else { continue };
            cost.whole.add(part);
            match payer(source, row).map(|id| accounts.binary_search(&id)) {
                Some(Ok(unit)) => cost.of_accounts.push((unit, part)),
                _ => cost.of_rows.extend(rows.binary_search(&(source, row)).ok().map(|row| (row, part))),
            }
        }
        for cost in &mut costs {
            merge(&mut cost.of_accounts);
            merge(&mut cost.of_rows);
        }
        let use_of = match facts.basis {
            Basis::Events => UseOf::Accounts {
                cells: &evidence.rollup.period,
                accounts: known(facts, evidence, &accounts),
                of: use_by.0,
                min_active_days: u64::from(use_by.1),
            },
            Basis::Totals => UseOf::Counted(counted(facts)),
        };
        let drawn = in_parallel(accounts.len(), |unit| weights.of("account", accounts[unit])).concat();
        Self { weights, accounts, drawn, rows: names, use_of, costs }
    }

    pub fn replicates(&self) -> usize {
        self.weights.replicates()
    }

    pub fn accounts(&self) -> usize {
        self.accounts.len()
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The unit of a customer.
    pub fn unit(&self, customer: &CustomerFacts) -> Option<usize> {
        self.accounts.binary_search(&customer.id.as_str()).ok()
    }

    /// The unit of an account of the rollup.
    pub fn unit_of_rollup(&self, account: usize) -> Option<usize> {
        match &self.use_of {
            UseOf::Accounts { accounts, .. } => accounts.get(account).map(|known| known.unit),
            UseOf::Counted(_) => None,
        }
    }

    /// How often an account counts in every replicate.
    pub fn weights_of(&self, unit: usize) -> &[u8] {
        &self.drawn[unit * self.replicates()..][..self.replicates()]
    }

    /// Whether use was measured by account, so that it is drawn.
    pub fn by_account(&self) -> bool {
        matches!(self.use_of, UseOf::Accounts { .. })
    }

    /// The sum over units of an amount times the unit's weight, by replicate; the units in a fixed order.
    pub fn sum(&self, amounts: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut sums = vec![0.0; self.replicates()];
        for (unit, amount) in amounts.filter(|(_, amount)| amount.abs() > 0.0) {
            for (sum, &weight) in sums.iter_mut().zip(self.weights_of(unit)) {
                *sum += amount * f64::from(weight);
            }
        }
        sums
    }

    /// The same over cost rows, in blocks of them, so that neither their order nor the number of threads changes a sum.
    pub fn sum_rows(&self, amounts: &[f64]) -> Vec<Vec<f64>> {
        const BLOCK: usize = 4096;
        in_parallel(amounts.len().div_ceil(BLOCK), |block| {
            let mut sums = vec![0.0; self.replicates()];
            for (row, amount) in amounts.iter().enumerate().skip(block * BLOCK).take(BLOCK) {
                for (sum, weight) in sums.iter_mut().zip(self.weights_of_row(row)) {
                    *sum += amount * f64::from(weight);
                }
            }
            sums
        })
    }

    /// Run cost of a capability in the data, by type; what its accounts caused, by account; and the rest, by cost row.
    pub fn cost_by_type(&self, capability: usize) -> ([f64; 4], CostByUnit, CostByUnit) {
        let cost = &self.costs[capability];
        let units = |part: &Part| part.by_type.map(Money::units);
        let of = |parts: &[(usize, Part)]| parts.iter().map(|(unit, part)| (*unit, units(part))).collect();
        (units(&cost.whole), of(&cost.of_accounts), of(&cost.of_rows))
    }

    /// The sums of amounts of accounts and of cost rows times their weights, by column, then replicate; empty where no unit
    /// has any.
    pub fn sums<const N: usize>(
        &self,
        accounts: impl Iterator<Item = (usize, [f64; N])>,
        rows: impl Iterator<Item = (usize, [f64; N])>,
    ) -> [Vec<f64>; N] {
        let mut sums = std::array::from_fn(|_| Vec::new());
        let mut weights = vec![0.0; self.replicates()];
        for (unit, amounts) in accounts {
            spread(self.weights_of(unit), &mut weights);
            add(&mut sums, &amounts, &weights);
        }
        for (row, amounts) in rows {
            spread(&self.weights_of_row(row), &mut weights);
            add(&mut sums, &amounts, &weights);
        }
        sums
    }

    /// Tickets of a capability in every replicate, those of accounts and those that are drawn by row; empty where there are none.
    #[expect(clippy::cast_precision_loss, reason = "ticket counts lie far below 2^53")]
    pub fn contacts(&self, capability: usize) -> [Vec<f64>; 2] {
        let cost = &self.costs[capability];
        let of = |&(unit, part): &(usize, Part)| (unit, [part.contacts as f64]);
        let [of_accounts] = self.sums(cost.of_accounts.iter().map(of), std::iter::empty());
        let [of_rows] = self.sums(std::iter::empty(), cost.of_rows.iter().map(of));
        [of_accounts, of_rows]
    }

    fn weights_of_row(&self, row: usize) -> Vec<u8> {
        self.weights.of("cost row", &self.rows[row])
    }

    /// One capability in the data, without replicates.
    pub fn data(&self, capability: usize) -> Drawn {
        let cost = &self.costs[capability];
        let mut accounts: Vec<Share> =
            self.use_by_unit(capability).map(|(unit, amounts)| Share { unit, amounts }).collect();
        let users = accounts.len();
        for &(unit, part) in &cost.of_accounts {
            match accounts[..users].binary_search_by_key(&unit, |share| share.unit) {
                Ok(user) => part.put(&mut accounts[user].amounts),
                Err(_) => accounts.push(Share { unit, amounts: part.amounts() }),
            }
        }
        accounts.sort_by_key(|share| share.unit);
        let rows = cost.of_rows.iter().map(|&(unit, part)| Share { unit, amounts: part.amounts() }).collect();
        let mut whole = Amounts::default();
        for share in &accounts {
            whole.iter_mut().zip(share.amounts).for_each(|(sum, amount)| *sum += amount);
        }
        // Cost is summed as money, so that the whole is exact.
        let exact = cost.whole.amounts();
        for column in [Column::Cost, Column::Contacts] {
            whole[column as usize] = exact[column as usize];
        }
        if let UseOf::Counted(active) = &self.use_of {
            whole[Column::Configured as usize] = active[capability];
            whole[Column::Active as usize] = active[capability];
        }
        Drawn { whole, replicates: Default::default(), accounts, rows, cost_rows: cost.whole.entries }
    }

    /// One capability with its replicates.
    pub fn draw(&self, capability: usize) -> Drawn {
        let mut drawn = self.data(capability);
        let of = |share: &Share| (share.unit, share.amounts);
        drawn.replicates = self.sums(drawn.accounts.iter().map(of), drawn.rows.iter().map(of));
        if !self.by_account() {
            for column in [Column::Configured, Column::Active] {
                drawn.replicates[column as usize] = vec![drawn.of(column); self.replicates()];
            }
        }
        drawn
    }

    /// What each account used of a capability, by unit.
    fn use_by_unit(&self, capability: usize) -> impl Iterator<Item = (usize, Amounts)> {
        let (cells, known, of, minimum) = match &self.use_of {
            UseOf::Accounts { cells, accounts, of, min_active_days } => (*cells, &accounts[..], *of, *min_active_days),
            UseOf::Counted(_) => (&[][..], &[][..], UsageShareOf::ActiveDays, 0),
        };
        of_capability(cells, capability).iter().filter_map(move |cell| {
            let Known { unit, customer } = known[cell.account?];
            let active = cell.measures.active_days >= minimum && customer.is_some_and(|customer| customer.in_base);
            let arr = customer.and_then(|customer| customer.arr).filter(|_| active);
            let amount = |of| usage_share::amount(&cell.measures, of, arr);
            let mut amounts = Amounts::default();
            amounts[Column::ActiveDays as usize] = amount(UsageShareOf::ActiveDays);
            amounts[Column::ActiveUsers as usize] = amount(UsageShareOf::ActiveUsers);
            amounts[Column::Events as usize] = amount(UsageShareOf::Events);
            amounts[Column::Arr as usize] = amount(UsageShareOf::Arr);
            amounts[Column::Configured as usize] = amount(of);
            amounts[Column::Active as usize] = f64::from(u8::from(active));
            Some((unit, amounts))
        })
    }
}

impl Part {
    fn add(&mut self, other: Self) {
        self.by_type.iter_mut().zip(other.by_type).for_each(|(sum, amount)| *sum += amount);
        self.contacts += other.contacts;
        self.entries += other.entries;
    }

    #[expect(clippy::cast_precision_loss, reason = "ticket counts lie far below 2^53")]
    fn put(self, amounts: &mut Amounts) {
        amounts[Column::Cost as usize] += self.by_type.into_iter().sum::<Money>().units();
        amounts[Column::Contacts as usize] += self.contacts as f64;
    }

    fn amounts(self) -> Amounts {
        let mut amounts = Amounts::default();
        self.put(&mut amounts);
        amounts
    }
}

/// What a cost row is drawn by: its table, its day, the capability of its first part, and its number among those that are alike in
/// these, in canonical order. A place in the table would do for drawing, but one row less would then draw all rows behind it anew,
/// and move figures of other capabilities that do not rest on it. Amounts stay out of it, so that their unit changes nothing.
fn names_of_rows<'a>(
    facts: &Facts,
    entries: impl Iterator<Item = (&'a Entry, (Source, usize))>,
    rows: &[(Source, usize)],
) -> Vec<String> {
    let mut first: Vec<Option<&Entry>> = vec![None; rows.len()];
    for (entry, row) in entries {
        if let Ok(place) = rows.binary_search(&row) {
            first[place].get_or_insert(entry);
        }
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let name = |entry: Option<&Entry>| {
        let entry = entry.expect("every row has an entry");
        let placed = entry.capability.map_or("", |index| facts.capabilities[index].capability.id.as_str());
        let alike = format!("{} {} {placed}", entry.source.table(), entry.on);
        let number = seen.entry(alike.clone()).or_default();
        *number += 1;
        format!("{alike} {number}")
    };
    first.into_iter().map(name).collect()
}

/// Sorts parts by unit and adds up those of one.
fn merge(parts: &mut Vec<(usize, Part)>) {
    parts.sort_by_key(|(unit, _)| *unit);
    let of_unit = |parts: &[(usize, Part)]| {
        let mut whole = Part::default();
        for (_, part) in parts {
            whole.add(*part);
        }
        (parts[0].0, whole)
    };
    *parts = parts.chunk_by(|a, b| a.0 == b.0).map(of_unit).collect();
}

/// The units and customers of the accounts of the rollup.
fn known<'a>(facts: &'a Facts, evidence: Evidence<'a>, units: &[&str]) -> Vec<Known<'a>> {
    let of = |id: &String| {
        let customer = facts.customers.binary_search_by(|customer| customer.id.cmp(id)).ok();
        let unit = units.binary_search(&id.as_str()).expect("every account of the rollup is a customer");
        Known { unit, customer: customer.map(|index| &facts.customers[index]) }
    };
    evidence.rollup.accounts.iter().map(of).collect()
}

#[expect(clippy::cast_precision_loss, reason = "account counts lie far below 2^53")]
fn counted(facts: &Facts) -> Vec<f64> {
    facts.capabilities.iter().map(|known| known.active_accounts.unwrap_or(0) as f64).collect()
}

fn spread(drawn: &[u8], weights: &mut [f64]) {
    for (weight, &drawn) in weights.iter_mut().zip(drawn) {
        *weight = f64::from(drawn);
    }
}

fn add<const N: usize>(replicates: &mut [Vec<f64>; N], amounts: &[f64; N], weights: &[f64]) {
    for (sums, &amount) in replicates.iter_mut().zip(amounts).filter(|(_, amount)| amount.abs() > 0.0) {
        sums.resize(weights.len(), 0.0);
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += amount * weight;
        }
    }
}
