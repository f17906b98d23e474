//! What happens if a set of capabilities is removed together.
//!
//! Takes facts, integrations and any set; gives [`SetEffect`]. What an account has of several members is counted once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::benefit::joint::{AtRisk, Joint, Member, Reliance, SetDraws, with_draws};
use super::{BenefitPart, DecisionSettings, Graph, Spread, dependencies};
use crate::integrations::Integrations;
use crate::metrics::{AccountUse, Facts, StakeSums, Touched};
use crate::stats;
use crate::units::{Money, Share, definition};

definition! {
    /// What a set of capabilities is worth when all of it is removed at once. Cost, the hours of every removal and the moves of
    /// accounts are the sums over its members: an account that has to move from two of them moves twice. What is lost is not a sum,
    /// because an account leaves once.
    ///
    /// *Dependence on the set*: the part of the account's active days that touch any of it. Known by capability alone, it lies
    /// between the largest of them and their sum; the sum is taken, at most 1, since to call dispensable what is not costs
    /// more than the reverse. *Users who use nothing else*: the same sum of the parts that they are of every member's users, at most
    /// 1. What the account has more than once is taken off its members in proportion, first off those whose replacement it
    /// already uses, so that over the set it is never more than its ARR, and never more than the sum over the members alone. In
    /// the draws the sums of every member are scaled by what that leaves of them in the data.
    ///
    /// A replacement that is itself in the set replaces nothing: there is no relief by it, and its accounts have to move. So a set
    /// may lose more than its members do one by one.
    ///
    /// *Probability that an account leaves* is spread over the assumptions, as far as the first 1,000 draws; the data of one
    /// account are not drawn. *Key accounts* are those that the accounts table calls so; where it calls none
    /// so, nor says that any is not, the largest that together hold a fifth of the ARR of the base. *Dragged along*: what
    /// needs a member, and its parts. Members of which use by account, ARR or run cost is not known are named and missing in the
    /// sums of money.
    pub WHAT_IF, "what_if", "A set removed together"
}

/// Part of the ARR of the base that its key accounts hold. A convention: losing one of them is seen in the results of the company.
const KEY_PART: f64 = 0.2;

/// What removing a set does.
#[derive(Debug, Clone, PartialEq)]
pub struct SetEffect {
    /// The set, by index, each once; what there is not is left out.
    pub members: Vec<usize>,
    /// Those that are missing in the sums of money, because use by account, ARR or run cost is not known.
    pub without_money: Vec<usize>,
    /// The accounts of the base that are active on any of them; `None` for counts.
    pub touched: Option<Touched>,
    /// The same one by one, by descending mean of the ARR at risk, those without a stated ARR last and by probability, then id.
    pub accounts: Vec<AffectedAccount>,
    /// ARR that may be lost in a year, report currency; `None` when no member has money. Accounts without a stated ARR count with
    /// the mean of those that state one.
    pub arr_at_risk: Option<Spread>,
    /// What a year costs less, by type: support, engineering, incident, direct, vendor work; report currency. Empty when no member
    /// has money.
    pub freed: Vec<BenefitPart>,
    /// Net benefit over the horizon, discounted; `None` when no member has money.
    pub net_benefit: Option<Spread>,
    /// Draws with a benefit above zero over all, 0–1.
    pub p_positive: Option<f64>,
    /// What is not in the set and goes with it: what needs a member, and the parts of members, by index.
    pub dragged_along: Vec<usize>,
    /// Promises that the removal would break, by account, then capability.
    pub commitments: Vec<BrokenCommitment>,
}

/// An account that uses any of the set.
#[derive(Debug, Clone, PartialEq)]
pub struct AffectedAccount {
    /// Index into [`Facts::customers`].
    pub customer: usize,
    /// Its ARR, as stated.
    pub arr: Option<Money>,
    /// The members that it uses, by index.
    pub uses: Vec<usize>,
    /// Part of its active days that touch any of them, at most: the sum over the members, held to 1.
    pub dependence: f64,
    /// The same at least: that of the member it depends on most.
    pub dependence_at_least: f64,
    /// Probability that it leaves.
    pub leaves: Spread,
    /// ARR that may be lost with it; `None` without a stated ARR.
    pub arr_at_risk: Option<Spread>,
    /// Whether it is a key account; see [`key_accounts`].
    pub is_key: bool,
}

/// A promise about a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenCommitment {
    /// Account id.
    pub account: String,
    /// The member, by index.
    pub capability: usize,
    /// Last day of the promise.
    pub until: NaiveDate,
    /// Where it stands.
    pub source: Option<String>,
}

/// What happens if a set of capabilities, given by their indices, is removed together; see [`WHAT_IF`].
#[must_use]
pub fn what_if(facts: &Facts, integrations: &Integrations, settings: DecisionSettings, set: &[usize]) -> SetEffect {
    let members: BTreeSet<usize> = set.iter().copied().filter(|&index| index < facts.capabilities.len()).collect();
    let members: Vec<usize> = members.into_iter().collect();
    let reliances = reliances(facts, &members);
    let (accounts, joint) = with_draws(facts, integrations, settings, &members, |draws| {
        (accounts(facts, &members, &reliances, draws), joint(facts, &members, &reliances, draws))
    });
    let without_money = |index: &usize| facts.capabilities[*index].stakes.is_none();
    let (arr_at_risk, net_benefit) = joint.as_ref().map(|joint| (joint.arr_at_risk, joint.total)).unzip();
    SetEffect {
        touched: facts.touched_by(&members),
        accounts,
        arr_at_risk,
        net_benefit,
        p_positive: joint.as_ref().map(|joint| joint.p_positive),
        freed: joint.map(|joint| joint.freed).unwrap_or_default(),
        dragged_along: dragged_along(&dependencies::graph(facts), &members),
        commitments: commitments(facts, &members),
        without_money: members.iter().copied().filter(without_money).collect(),
        members,
    }
}

/// What an account has of the set, member by member.
struct OfSet {
    relies_on: Vec<Reliance>,
    dependence: f64,
    at_least: f64,
}

/// Every account that uses any of the members, by customer.
fn reliances(facts: &Facts, members: &[usize]) -> BTreeMap<usize, OfSet> {
    let mut uses: BTreeMap<usize, Vec<(usize, &AccountUse)>> = BTreeMap::new();
    for (place, &index) in members.iter().enumerate() {
        let Some(active) = facts.overlap.touched.get(index) else { continue };
        for of in facts.capabilities[index].accounts.iter().filter(|of| active.contains(of.customer)) {
            uses.entry(of.customer).or_default().push((place, of));
        }
    }
    let replacement = |place: usize| {
        let by = facts.capabilities[members[place]].substitute.as_ref()?.capability;
        facts.overlap.touched.get(by).filter(|_| members.binary_search(&by).is_err())
    };
    let replacements: Vec<_> = (0..members.len()).map(replacement).collect();
    let of_set = |(customer, uses): (usize, Vec<(usize, &AccountUse)>)| {
        let is_replaced = |place: usize| replacements[place].is_some_and(|active| active.contains(customer));
        (customer, OfSet::new(&uses, is_replaced))
    };
    uses.into_iter().map(of_set).collect()
}

impl OfSet {
    /// See [`WHAT_IF`]. What is not known of a use counts as in the stakes of a capability.
    fn new(uses: &[(usize, &AccountUse)], is_replaced: impl Fn(usize) -> bool) -> Self {
        let days = |of: &AccountUse| of.dependence.map_or(1.0, Share::value);
        let sole = |of: &AccountUse| {
            let part = of.sole_users.zip(of.users).and_then(|(sole, users)| Share::of(count(sole), count(users)));
            part.map_or(0.0, Share::value)
        };
        let [days_kept, soles_kept] = [&days as &dyn Fn(&AccountUse) -> f64, &sole].map(|size| {
            let sum = |replaced: bool| {
                let such = uses.iter().filter(|(member, _)| is_replaced(*member) == replaced);
                such.map(|(_, of)| size(of)).sum::<f64>()
            };
            Kept::of(sum(false), sum(true))
        });
        let reliance = |&(member, of): &(usize, &AccountUse)| {
            let replaced = is_replaced(member);
            Reliance {
                member,
                dependent: days(of) * days_kept.part(replaced),
                sole: (1.0 - days_kept.whole) * sole(of) * soles_kept.part(replaced),
                replaced,
            }
        };
        Self {
            relies_on: uses.iter().map(reliance).collect(),
            dependence: days_kept.whole,
            at_least: uses.iter().map(|(_, of)| days(of)).fold(0.0, f64::max),
        }
    }
}

/// Parts of one whole that may overlap, held to 1 together; those without a replacement go first.
struct Kept {
    whole: f64,
    of_open: f64,
    of_replaced: f64,
}

impl Kept {
    fn of(open: f64, replaced: f64) -> Self {
        let kept_open = open.min(1.0);
        let kept_replaced = replaced.min(1.0 - kept_open);
        let part = |kept: f64, sum: f64| if sum > 0.0 { kept / sum } else { 0.0 };
        Self {
            whole: kept_open + kept_replaced,
            of_open: part(kept_open, open),
            of_replaced: part(kept_replaced, replaced),
        }
    }

    /// What is left of each of the sums' parts.
    fn part(&self, replaced: bool) -> f64 {
        if replaced { self.of_replaced } else { self.of_open }
    }
}

fn accounts(
    facts: &Facts,
    members: &[usize],
    reliances: &BTreeMap<usize, OfSet>,
    draws: &SetDraws,
) -> Vec<AffectedAccount> {
    let keys = key_accounts(facts);
    let listed: Vec<(&usize, &OfSet)> = reliances.iter().collect();
    let mut accounts = stats::in_parallel(listed.len(), |place| {
        let (&customer, of) = listed[place];
        let (arr, leaves) = (facts.customers[customer].arr, draws.leaving(&of.relies_on));
        AffectedAccount {
            customer,
            arr,
            uses: of.relies_on.iter().map(|of| members[of.member]).collect(),
            dependence: of.dependence,
            dependence_at_least: of.at_least,
            leaves,
            arr_at_risk: arr.map(|arr| times(leaves, arr.units())),
            is_key: keys.contains(&customer),
        }
    });
    let mean = |account: &AffectedAccount| account.arr_at_risk.map_or(-1.0, |risk| risk.mean);
    // Customers stand by id.
    accounts.sort_by(|a, b| {
        let by_chance = b.leaves.mean.total_cmp(&a.leaves.mean);
        mean(b).total_cmp(&mean(a)).then(by_chance).then(a.customer.cmp(&b.customer))
    });
    accounts
}

fn times(spread: Spread, factor: f64) -> Spread {
    let Spread { mean, p05, p50, p95 } = spread;
    Spread { mean: mean * factor, p05: p05 * factor, p50: p50 * factor, p95: p95 * factor }
}

/// Key accounts of the base, by customer: those that are stated to be, where any account states it; else the fewest that together hold a
/// fifth of its ARR, of equal ones the first by id.
#[must_use]
pub fn key_accounts(facts: &Facts) -> BTreeSet<usize> {
    let of_base = || facts.customers.iter().enumerate().filter(|(_, customer)| customer.in_base);
    if of_base().any(|(_, customer)| customer.is_key.is_some()) {
        return of_base().filter(|(_, customer)| customer.is_key == Some(true)).map(|(index, _)| index).collect();
    }
    let in_base = of_base();
    let mut largest: Vec<(Money, usize)> =
        in_base.filter_map(|(index, customer)| Some((customer.arr?, index))).collect();
    largest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let all: Money = largest.iter().map(|(arr, _)| *arr).sum();
    let mut held = Money::ZERO;
    let until_held = largest.into_iter().take_while(|(arr, _)| {
        let is_enough = held.units() >= KEY_PART * all.units();
        held += *arr;
        !is_enough
    });
    until_held.map(|(_, index)| index).collect()
}

/// ARR at risk of several sets, draw by draw, each as if it were removed together; see [`WHAT_IF`]. `None` of a set without any
/// member of which it is known; of no members it is 0. All draws are those of net benefit.
#[must_use]
pub fn at_risk_of(
    facts: &Facts,
    integrations: &Integrations,
    settings: DecisionSettings,
    sets: &[Vec<usize>],
) -> Vec<Option<AtRisk>> {
    let sets: Vec<BTreeSet<usize>> = sets.iter().map(|set| set.iter().copied().collect()).collect();
    let all: Vec<usize> = sets.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
    with_draws(facts, integrations, settings, &all, |draws| {
        stats::in_parallel(sets.len(), |at| {
            let set: Vec<usize> = sets[at].iter().copied().collect();
            let mut members = with_money(facts, &set, &reliances(facts, &set));
            for member in &mut members {
                member.place = all.partition_point(|&index| index < set[member.place]);
            }
            (set.is_empty() || !members.is_empty()).then(|| draws.at_risk(&members))
        })
    })
}

/// The money of the set; `None` when no member has any. Of no members it is 0.
fn joint(facts: &Facts, members: &[usize], reliances: &BTreeMap<usize, OfSet>, draws: &SetDraws) -> Option<Joint> {
    let with_money = with_money(facts, members, reliances);
    (members.is_empty() || !with_money.is_empty()).then(|| draws.joint(&with_money))
}

/// The members that have money, with what each adds to the set.
fn with_money<'a>(facts: &'a Facts, members: &[usize], reliances: &BTreeMap<usize, OfSet>) -> Vec<Member<'a>> {
    // Without any there are no stakes either.
    let mean_arr = facts.mean_arr().unwrap_or(0.0);
    let mut within = vec![StakeSums::default(); members.len()];
    for (&customer, of_set) in reliances {
        let arr = facts.customers[customer].arr.map_or(mean_arr, Money::units);
        for of in &of_set.relies_on {
            let sums = &mut within[of.member];
            let (dependent, sole) = (arr * of.dependent, arr * of.sole);
            (sums.arr_dependent, sums.arr_sole) = (sums.arr_dependent + dependent, sums.arr_sole + sole);
            if of.replaced {
                sums.arr_dependent_replaced += dependent;
                sums.arr_sole_replaced += sole;
            } else {
                sums.to_migrate += 1.0;
            }
        }
    }
    (0..)
        .zip(members.iter().zip(within))
        .filter_map(|(place, (&index, within))| {
            let (stakes, cost) = (facts.capabilities[index].stakes.as_ref()?, facts.capabilities[index].cost);
            let known = [cost.support, cost.engineering, cost.incident, cost.direct];
            Some(Member { place, stakes, within, is_cost_known: known.map(|cost| cost.is_some()) })
        })
        .collect()
}

fn dragged_along(graph: &Graph, members: &[usize]) -> Vec<usize> {
    let along = members.iter().flat_map(|&index| graph.of[index].needed_by.iter().chain(&graph.of[index].with));
    let along: BTreeSet<usize> = along.copied().filter(|index| members.binary_search(index).is_err()).collect();
    along.into_iter().collect()
}

fn commitments(facts: &Facts, members: &[usize]) -> Vec<BrokenCommitment> {
    let of_member = |&capability: &usize| {
        facts.capabilities[capability].commitments.iter().map(move |(account, until, source)| BrokenCommitment {
            account: account.clone(),
            capability,
            until: *until,
            source: source.clone(),
        })
    };
    let mut broken: Vec<BrokenCommitment> = members.iter().flat_map(of_member).collect();
    broken.sort_by(|a, b| {
        let key = |of: &BrokenCommitment| (of.account.clone(), of.capability, of.until, of.source.clone());
        key(a).cmp(&key(b))
    });
    broken
}

#[expect(clippy::cast_precision_loss, reason = "counts of accounts and users lie far below 2^53")]
fn count(of: u64) -> f64 {
    of as f64
}

#[cfg(test)]
#[path = "what_if_tests.rs"]
mod tests;
