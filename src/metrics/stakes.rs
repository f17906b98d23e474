//! What hangs on a capability: the sums that net benefit is made of, in the data and in every replicate of the bootstrap.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::{CostByUnit, Resampling, in_parallel};
use super::{AccountUse, Basis, CapabilityFacts, CoUse, CustomerFacts, Evidence, Facts, Relation};
use crate::config::UsageShareOf;
use crate::stats::{self, PoissonWeights};
use crate::units::{Money, Share, definition};

definition! {
    /// What a removal would free and what it would put at risk, as sums over the accounts and cost rows of a capability: net
    /// benefit is made of them.
    ///
    /// *Cost*: run cost of the period by type (support, engineering, incidents, charges), times 365.25 over the days of the
    /// period. *Accounts*: those of the base with at least `adoption.min_active_days` on it in the period. *ARR that depends on
    /// it*: ARR × the share of the account's active days that touch it, summed over these accounts. *ARR of sole users*: ARR ×
    /// (1 − that share) × the part of the account's users on it who used nothing else; it weighs with
    /// `assumptions.sole_user_weight`, so that even at weight 1 no account depends by more than all of it. *To migrate*: accounts
    /// that do not use the replacement yet; the two sums of ARR stand also for those that do, whose loss
    /// `assumptions.replacement_relief` eases.
    ///
    /// An account that states no ARR counts with the mean of those of the base that state one; leaving it out would say that
    /// nothing is lost with it. A share of active days that is not known counts as 1, since to take for dispensable what is
    /// not costs more than the reverse. Users who are not told apart count as none who use nothing else: with the share of days
    /// they are in the first sum already. Credits may make a cost negative.
    ///
    /// *Replacement*: what the catalogue names in `replaced_by`, by id or name; a name that is no capability, the capability
    /// itself and its own parts are passed over. Else the capability that accounts which gave it up took up, more than went the
    /// other way (relation *substitutes*). Else the capability of the same category that most of its active accounts use as
    /// well, where surely at least `decision.co_use_from` of them do and more than of all accounts, the two 95 % intervals
    /// apart: the heart of the product is used along with everything and takes the place of nothing. A complement is none, since it is used
    /// together with the capability and not in its place; nor is its own part or what it is a part of; ties by id. Beside it
    /// stands the share of the active accounts that already use it, with Wilson's interval.
    ///
    /// Each sum is also drawn, in as many replicates as disproportion and with the very same weights: an account with all of
    /// its use and the tickets that name it, other cost by its row. A weight is the same for every capability that its unit
    /// touches, so that all capabilities are drawn together and can be ranked within a replicate. The mean ARR is not drawn.
    ///
    /// The tickets of the capability (`tickets_drawn`) are drawn beside the sums, with the same weights; those of accounts × accounts of
    /// the base over those drawn. How many accounts there are is known, and a sum over as many as happen to be drawn would be in
    /// doubt about that as well.
    ///
    /// Unknown without use by account, where no account of the base states an ARR, and without run cost.
    pub STAKES, "stakes", "What hangs on a capability"
}

/// What would be freed and what would be lost, in one draw of the data. Sums of what is unknown are 0; what is unknown is said by
/// the options of the costs (`CapabilityFacts::cost`).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StakeSums {
    /// Support cost of a year at the rate of the period, report currency.
    pub support: f64,
    /// Engineering run cost of a year.
    pub engineering: f64,
    /// Incident cost of a year.
    pub incident: f64,
    /// Charges of a year.
    pub direct: f64,
    /// Accounts of the base that use it and not yet its replacement.
    pub to_migrate: f64,
    /// ARR times dependence, summed over the accounts of the base that use it.
    pub arr_dependent: f64,
    /// ARR times (1 − dependence) times the part of its users there who use nothing else: what weighs with `sole_user_weight`.
    pub arr_sole: f64,
    /// Part of `arr_dependent` of accounts that already use the replacement.
    pub arr_dependent_replaced: f64,
    /// Part of `arr_sole` of accounts that already use the replacement.
    pub arr_sole_replaced: f64,
}

/// The sums of one capability, and what is known of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stakes {
    /// In the data.
    pub data: StakeSums,
    /// In every replicate, with the weights of disproportion: an account with its tickets, other cost by its row.
    #[serde(skip)]
    pub replicates: Vec<StakeSums>,
    /// Accounts of the base that use it.
    pub accounts: u64,
    /// Of them those whose ARR is stated; the others count with the mean ARR of the base.
    pub accounts_with_arr: u64,
    /// Of them those that already use the replacement; `None` without one.
    pub already_replaced: Option<u64>,
}

/// What could take the place of a capability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Substitute {
    /// The other capability.
    pub capability: usize,
    /// How it was found.
    pub by: SubstituteBy,
    /// Part of the active accounts that already use it, Wilson; `None` without active accounts.
    pub already: Option<crate::units::Estimate>,
}

/// How a substitute was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SubstituteBy {
    /// The catalogue names it (`replaced_by`).
    Catalogue,
    /// Accounts that gave the one up took up the other.
    Switching,
    /// Of the same category, and used by enough of the accounts (`decision.co_use_from`), more than by others.
    CoUse,
}

/// Fills [`super::CapabilityFacts::substitute`] and [`super::CapabilityFacts::stakes`]; see [`STAKES`]. For counts only what
/// the catalogue says of a substitute is known.
pub(super) fn fill(
    facts: &mut Facts,
    evidence: Evidence,
    use_by: (UsageShareOf, u32),
    weights: PoissonWeights,
    co_use_from: f64,
) {
    let substitutes = substitutes(facts, evidence, co_use_from);
    for (capability, substitute) in facts.capabilities.iter_mut().zip(substitutes) {
        capability.substitute = substitute;
    }
    let stakes = stakes(facts, evidence, use_by, weights);
    let mut stakes = stakes.into_iter();
    for capability in &mut facts.capabilities {
        let (stakes, tickets) = stakes.next().flatten().unzip();
        (capability.stakes, capability.tickets_drawn) = (stakes, tickets.unwrap_or_default());
    }
}

/// The substitute of every capability.
fn substitutes(facts: &Facts, evidence: Evidence, co_use_from: f64) -> Vec<Option<Substitute>> {
    let all = &facts.capabilities;
    let names = all.iter().enumerate().rev().map(|(index, of)| (of.capability.name.as_str(), index));
    let ids = all.iter().enumerate().map(|(index, of)| (of.capability.id.as_str(), index));
    // An id goes before a name, and the first id before others of the same name.
    let known: BTreeMap<&str, usize> = names.chain(ids).collect();
    let mut of_category: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, of) in all.iter().enumerate() {
        of_category.entry(of.capability.category.as_deref().unwrap_or_default()).or_default().push(index);
    }
    in_parallel(all.len(), |index| {
        let capability = &all[index].capability;
        let named = capability.replaced_by.as_deref().and_then(|name| known.get(name).copied());
        let named = named.filter(|&other| other != index && !evidence.catalogue.is_part_of(other, index));
        if let Some(other) = named {
            let already = co_use(facts, index, other).and_then(|(both, accounts)| stats::wilson(both, accounts));
            return Some(Substitute { capability: other, by: SubstituteBy::Catalogue, already });
        }
        if let Some(other) = moved_to(facts, index) {
            let already = co_use(facts, index, other).and_then(|(both, accounts)| stats::wilson(both, accounts));
            return Some(Substitute { capability: other, by: SubstituteBy::Switching, already });
        }
        let peers = &of_category[capability.category.as_deref().filter(|category| !category.is_empty())?];
        let is_apart = |other: usize| {
            other != index
                && !evidence.catalogue.is_part_of(other, index)
                && !evidence.catalogue.is_part_of(index, other)
        };
        most_used_with(facts, index, peers.iter().copied().filter(|&other| is_apart(other)), co_use_from)
    })
}

/// Where most of the accounts went that gave it up, where more went there than came from there; ties by id.
fn moved_to(facts: &Facts, index: usize) -> Option<usize> {
    let away = |pair: &CoUse| {
        let (other, gone, come) = match (pair.first == index, pair.second == index) {
            (true, _) => (pair.second, pair.first_to_second?, pair.second_to_first?),
            (_, true) => (pair.first, pair.second_to_first?, pair.first_to_second?),
            _ => return None,
        };
        (pair.relation == Relation::Substitutes && gone > come).then_some((gone, other))
    };
    let moved = facts.overlap.pairs.iter().filter_map(away);
    moved.max_by_key(|&(gone, other)| (gone, Reverse(other))).map(|(_, other)| other)
}

/// Of some capabilities, by ascending index, the one that most of the accounts of another one use, where enough do, and more than
/// of all accounts.
fn most_used_with(
    facts: &Facts,
    index: usize,
    peers: impl Iterator<Item = usize>,
    co_use_from: f64,
) -> Option<Substitute> {
    let mut most: Option<(u64, Substitute)> = None;
    for other in peers {
        let (both, accounts) = co_use(facts, index, other)?;
        let already = stats::wilson(both, accounts);
        let adoption = facts.capabilities[other].adoption;
        let is_home = already
            .zip(adoption)
            .is_some_and(|(already, adoption)| already.low >= co_use_from && already.low > adoption.high);
        if both > 0
            && is_home
            && !complements(facts, index, other)
            && most.as_ref().is_none_or(|(best, _)| both > *best)
        {
            most = Some((both, Substitute { capability: other, by: SubstituteBy::CoUse, already }));
        }
    }
    most.map(|(_, substitute)| substitute)
}

fn complements(facts: &Facts, one: usize, other: usize) -> bool {
    let ends = |pair: &CoUse| (pair.first.min(pair.second), pair.first.max(pair.second));
    let is_it = |pair: &CoUse| pair.relation == Relation::Complements && ends(pair) == (one.min(other), one.max(other));
    facts.overlap.pairs.iter().any(is_it)
}

/// Active accounts of one capability that are active on another, and its active accounts; `None` for counts.
fn co_use(facts: &Facts, of: usize, on: usize) -> Option<(u64, u64)> {
    let (own, other) = (facts.overlap.touched.get(of)?, facts.overlap.touched.get(on)?);
    Some((own.common(other), own.len()))
}

/// The stakes of every capability with its tickets by replicate; none at all where use by account or ARR is not known.
fn stakes(
    facts: &Facts,
    evidence: Evidence,
    use_by: (UsageShareOf, u32),
    weights: PoissonWeights,
) -> Vec<Option<(Stakes, Vec<f64>)>> {
    let Some(mean_arr) = facts.mean_arr().filter(|_| facts.basis == Basis::Events) else { return Vec::new() };
    if facts.capabilities.iter().all(|capability| capability.cost.run().is_none()) {
        return Vec::new();
    }
    let resampling = Resampling::new(facts, evidence, use_by, weights);
    let unit = |customer| resampling.unit(customer).expect("every customer is a unit");
    let company = Company {
        facts,
        units: facts.customers.iter().map(unit).collect(),
        mean_arr,
        least: u64::from(use_by.1),
        per_year: facts.per_year(),
        resampling: &resampling,
        per_drawn: Vec::new(),
    };
    let company = Company { per_drawn: company.per_drawn(), ..company };
    in_parallel(facts.capabilities.len(), |capability| Some((company.stakes(capability)?, company.tickets(capability))))
}

impl Facts {
    /// Mean ARR of the accounts of the base that state one, report currency; `None` when none does.
    #[must_use]
    pub fn mean_arr(&self) -> Option<f64> {
        let in_base = self.customers.iter().filter(|customer| customer.in_base);
        let stated: Vec<Money> = in_base.filter_map(|customer| customer.arr).collect();
        let sum: Money = stated.iter().copied().sum();
        (!stated.is_empty()).then(|| sum.units() / count(stated.len() as u64))
    }
}

/// What the stakes of all capabilities share.
struct Company<'a> {
    facts: &'a Facts,
    /// The unit of every customer.
    units: Vec<usize>,
    mean_arr: f64,
    /// Active days from which an account is active.
    least: u64,
    per_year: f64,
    resampling: &'a Resampling<'a>,
    /// Accounts of the base over those drawn, by replicate.
    per_drawn: Vec<f64>,
}

impl Company<'_> {
    /// `None` without run cost.
    fn stakes(&self, index: usize) -> Option<Stakes> {
        let capability = &self.facts.capabilities[index];
        capability.cost.run()?;
        let replaced = capability.substitute.as_ref().and_then(|by| self.facts.overlap.touched.get(by.capability));
        let (mut accounts, mut accounts_with_arr, mut already) = (0, 0, 0);
        let mut used: Vec<(usize, Sums)> = Vec::with_capacity(capability.accounts.len());
        for (of, customer) in self.active(capability) {
            let replaces = replaced.is_some_and(|set| set.contains(of.customer));
            accounts += 1;
            accounts_with_arr += u64::from(customer.arr.is_some());
            already += u64::from(replaces);
            let arr = customer.arr.map_or(self.mean_arr, Money::units);
            used.push((self.units[of.customer], account(of, arr, replaces).array()));
        }
        let (whole, of_accounts, of_rows) = self.resampling.cost_by_type(index);
        let cost = |costs: CostByUnit| costs.into_iter().map(|(unit, by_type)| (unit, self.cost(by_type)));
        let mut data = self.cost(whole);
        for (_, amounts) in &used {
            data.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
        }
        let columns = self.resampling.sums(used.into_iter().chain(cost(of_accounts)), cost(of_rows));
        let at = |replicate| columns.each_ref().map(|column| column.get(replicate).copied().unwrap_or(0.0));
        Some(Stakes {
            data: StakeSums::of(data),
            replicates: (0..self.resampling.replicates()).map(|replicate| StakeSums::of(at(replicate))).collect(),
            accounts,
            accounts_with_arr,
            already_replaced: capability.substitute.is_some().then_some(already),
        })
    }

    /// Accounts of the base over those drawn, by replicate; 1 where none is drawn.
    fn per_drawn(&self) -> Vec<f64> {
        let in_base = self.units.iter().zip(&self.facts.customers).filter(|(_, customer)| customer.in_base);
        let accounts = count(in_base.clone().count() as u64);
        let drawn = self.resampling.sum(in_base.map(|(unit, _)| (*unit, 1.0)));
        drawn.into_iter().map(|drawn| if drawn > 0.0 { accounts / drawn } else { 1.0 }).collect()
    }

    /// Tickets of a capability by replicate; see [`STAKES`].
    fn tickets(&self, index: usize) -> Vec<f64> {
        let [of_accounts, of_rows] = self.resampling.contacts(index);
        if of_accounts.is_empty() && of_rows.is_empty() {
            return Vec::new();
        }
        let at = |column: &[f64], replicate: usize| column.get(replicate).copied().unwrap_or(0.0);
        let tickets =
            |(replicate, factor): (usize, &f64)| at(&of_accounts, replicate) * factor + at(&of_rows, replicate);
        self.per_drawn.iter().enumerate().map(tickets).collect()
    }

    /// The active accounts of the base.
    fn active<'b>(
        &'b self,
        capability: &'b CapabilityFacts,
    ) -> impl Iterator<Item = (&'b AccountUse, &'b CustomerFacts)> {
        let with_customer = capability.accounts.iter().map(|of| (of, &self.facts.customers[of.customer]));
        with_customer.filter(|(of, customer)| customer.in_base && of.active_days >= self.least)
    }

    /// Cost of the period by type as sums of a year.
    fn cost(&self, by_type: [f64; 4]) -> Sums {
        let [support, engineering, incident, direct] = by_type.map(|amount| amount * self.per_year);
        StakeSums { support, engineering, incident, direct, ..StakeSums::default() }.array()
    }
}

/// What one active account adds, whatever it costs.
fn account(of: &AccountUse, arr: f64, replaces: bool) -> StakeSums {
    let dependence = of.dependence.map_or(1.0, Share::value);
    let sole = of.sole_users.zip(of.users).and_then(|(sole, users)| Share::of(count(sole), count(users)));
    let (arr_dependent, arr_sole) = (arr * dependence, arr * (1.0 - dependence) * sole.map_or(0.0, Share::value));
    let sums = StakeSums { arr_dependent, arr_sole, ..StakeSums::default() };
    if replaces {
        StakeSums { arr_dependent_replaced: arr_dependent, arr_sole_replaced: arr_sole, ..sums }
    } else {
        StakeSums { to_migrate: 1.0, ..sums }
    }
}

/// [`StakeSums`] in the order of its fields.
type Sums = [f64; 9];

impl StakeSums {
    /// The sums in the order of their fields.
    #[must_use]
    pub fn array(self) -> [f64; 9] {
        [
            self.support,
            self.engineering,
            self.incident,
            self.direct,
            self.to_migrate,
            self.arr_dependent,
            self.arr_sole,
            self.arr_dependent_replaced,
            self.arr_sole_replaced,
        ]
    }

    /// From sums in the order of the fields.
    #[must_use]
    pub fn of(sums: [f64; 9]) -> Self {
        let [
            support,
            engineering,
            incident,
            direct,
            to_migrate,
            arr_dependent,
            arr_sole,
            dependent_replaced,
            sole_replaced,
        ] = sums;
        Self {
            support,
            engineering,
            incident,
            direct,
            to_migrate,
            arr_dependent,
            arr_sole,
            arr_dependent_replaced: dependent_replaced,
            arr_sole_replaced: sole_replaced,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
fn count(of: u64) -> f64 {
    of as f64
}

#[cfg(test)]
#[path = "stakes_tests.rs"]
mod tests;
