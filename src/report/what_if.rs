//! What removing a set does, as a value that the command line shows and writes.

use chrono::NaiveDate;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::decide::{AffectedAccount, BrokenCommitment, Decisions, Part, SetEffect, Spread, Verdict};
use crate::metrics::{CustomerFacts, Facts};
use crate::units::{Money, Share};

/// Version of the shape of [`WhatIf`].
const SCHEMA: &str = "2.0";

/// What happens if a set of capabilities is removed together, as `deadhead what-if --format json` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WhatIf {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// The period.
    pub period: String,
    /// The day.
    pub as_of: NaiveDate,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// The set.
    pub set: SetColumn,
    /// The same set without the settings of the command line; `None` where there are none.
    pub without_set: Option<SetColumn>,
    /// What the plan would remove, as if all of it went at once.
    pub plan: SetColumn,
    /// The accounts that use any of the set, by descending ARR at risk.
    pub accounts: Vec<AffectedLine>,
}

/// A set and what its removal does. Money is in the report currency; spreads are over the draws, the same for all sets.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SetColumn {
    /// What goes.
    pub members: Vec<MemberLine>,
    /// Ids of members that are missing in the sums of money, because use by account, ARR or run cost is not known.
    pub without_money: Vec<String>,
    /// What needs a member or is a part of one, and is not in the set.
    pub dragged_along: Vec<MemberLine>,
    /// Accounts of the base that use any of the set; `None` without use by account.
    pub accounts: Option<u64>,
    /// Of the base, 0–1.
    pub account_share: Option<f64>,
    /// Of them those among the largest that together hold a fifth of the ARR of the base.
    pub key_accounts: u64,
    /// ARR of the accounts.
    pub arr_touched: Option<Money>,
    /// ARR that may be lost in a year.
    pub arr_at_risk: Option<Spread>,
    /// What a year costs less, by type.
    pub freed: Vec<FreedLine>,
    /// What a year costs less, all types: mean of the draws.
    pub freed_mean: Option<f64>,
    /// Net benefit over the horizon, discounted.
    pub net_benefit: Option<Spread>,
    /// Draws with a benefit above zero over all, 0–1.
    pub p_positive: Option<f64>,
    /// Promises that the removal would break.
    pub promises_broken: Vec<PromiseLine>,
}

/// A capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MemberLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its verdict on its own.
    pub verdict: Verdict,
    /// Its place in the list.
    pub rank: usize,
}

/// Cost of one type that ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct FreedLine {
    /// Which.
    pub part: Part,
    /// A year; `None`: not known.
    pub a_year: Option<Spread>,
}

/// A promise about a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PromiseLine {
    /// Account id.
    pub account: String,
    /// Id of the member.
    pub capability: String,
    /// Last day.
    pub until: NaiveDate,
    /// Where it stands.
    pub source: Option<String>,
}

/// An account that uses any of the set.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AffectedLine {
    /// Account id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Customer-success manager.
    pub owner: Option<String>,
    /// ARR as stated.
    pub arr: Option<Money>,
    /// Ids of the members that it uses.
    pub uses: Vec<String>,
    /// Part of its active days that touch any of them, at most, 0–1.
    pub dependence: f64,
    /// The same at least.
    pub dependence_at_least: f64,
    /// Probability that it leaves.
    pub leaves: Spread,
    /// ARR that may be lost with it in a year.
    pub arr_at_risk: Option<Spread>,
    /// Whether it is one of the largest that together hold a fifth of the ARR of the base.
    pub is_key: bool,
}

/// One set with its accounts, and what the report is of.
#[derive(Debug, Clone, PartialEq)]
pub struct Considered {
    period: String,
    as_of: NaiveDate,
    column: SetColumn,
    accounts: Vec<AffectedLine>,
}

/// JSON Schema (2020-12) of [`WhatIf`], as `deadhead schema what-if` prints it.
#[must_use]
pub fn what_if_schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<WhatIf>()
}

/// Sets beside each other.
#[must_use]
pub fn what_if(currency: &str, set: &Considered, plan: &Considered, without_set: Option<&Considered>) -> WhatIf {
    WhatIf {
        schema_version: SCHEMA,
        period: set.period.clone(),
        as_of: set.as_of,
        currency: currency.to_owned(),
        set: set.column.clone(),
        without_set: without_set.map(|considered| considered.column.clone()),
        plan: plan.column.clone(),
        accounts: set.accounts.clone(),
    }
}

/// The effect of a set with names in place of indices.
#[must_use]
pub fn considered(facts: &Facts, decisions: &Decisions, effect: &SetEffect) -> Considered {
    let mut judged: Vec<Option<(Verdict, usize)>> = vec![None; facts.capabilities.len()];
    for decision in &decisions.ranked {
        judged[decision.capability] = Some((decision.verdict, decision.rank));
    }
    let member = |&index: &usize| {
        let of = &facts.capabilities[index].capability;
        let (verdict, rank) = judged[index].unwrap_or((Verdict::InsufficientData, 0));
        MemberLine { id: of.id.clone(), name: of.name.clone(), verdict, rank }
    };
    let id = |index: usize| facts.capabilities[index].capability.id.clone();
    let promise = |broken: &BrokenCommitment| PromiseLine {
        account: broken.account.clone(),
        capability: id(broken.capability),
        until: broken.until,
        source: broken.source.clone(),
    };
    let means: Vec<f64> = effect.freed.iter().filter_map(|part| part.spread).map(|spread| spread.mean).collect();
    let touched = effect.touched.as_ref();
    let column = SetColumn {
        members: effect.members.iter().map(member).collect(),
        without_money: effect.without_money.iter().map(|&index| id(index)).collect(),
        dragged_along: effect.dragged_along.iter().map(member).collect(),
        accounts: touched.map(|touched| touched.accounts),
        account_share: touched.and_then(|touched| touched.share).map(|share| share.point),
        key_accounts: effect.accounts.iter().filter(|account| account.is_key).count() as u64,
        arr_touched: touched.and_then(|touched| touched.arr),
        arr_at_risk: effect.arr_at_risk,
        freed: effect.freed.iter().map(|part| FreedLine { part: part.part, a_year: part.spread }).collect(),
        freed_mean: (!means.is_empty()).then(|| means.iter().sum()),
        net_benefit: effect.net_benefit,
        p_positive: effect.p_positive,
        promises_broken: effect.commitments.iter().map(promise).collect(),
    };
    let accounts = effect.accounts.iter().map(|account| affected(facts, account)).collect();
    Considered { period: facts.period.label().to_owned(), as_of: facts.as_of, column, accounts }
}

fn affected(facts: &Facts, account: &AffectedAccount) -> AffectedLine {
    let CustomerFacts { id, name, segment, owner, .. } = &facts.customers[account.customer];
    let held = |part: f64| Share::of(part, 1.0).map_or(part, Share::value);
    AffectedLine {
        id: id.clone(),
        name: name.clone(),
        segment: segment.clone(),
        owner: owner.clone(),
        arr: account.arr,
        uses: account.uses.iter().map(|&index| facts.capabilities[index].capability.id.clone()).collect(),
        dependence: held(account.dependence),
        dependence_at_least: held(account.dependence_at_least),
        leaves: account.leaves,
        arr_at_risk: account.arr_at_risk,
        is_key: account.is_key,
    }
}
