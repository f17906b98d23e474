//! `basis.json`: what the decisions of a report read, so that a later one can be compared with it by deciding again.
//!
//! Nothing about a single account is in it: use and revenue are sums, promises are counted without names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use thiserror::Error;

use crate::config::{Assumed, Settings};
use crate::decide::{Decision, Decisions, Spread};
use crate::integrations::Integrations;
use crate::metrics::{CustomerFacts, Facts, StakeSums};
use crate::units::{Estimate, Money};

/// Version of the file's shape.
pub const BASIS_SCHEMA: &str = "1.0";

/// Replicates of the bootstrap that are kept: enough for the scatter of a sum to a tenth of itself, and the size of the file is
/// mostly theirs.
const REPLICATES: usize = 100;

/// Digits that numbers keep. Adoption, cost and their intervals are known to three or four at best.
const DIGITS: usize = 6;

/// Digits that replicates keep, which only their scatter is read off.
const REPLICATE_DIGITS: usize = 4;

/// What the decisions of one report read, and what they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// [`BASIS_SCHEMA`].
    pub schema_version: String,
    /// What the report was made by and from.
    pub origin: Origin,
    /// The settings without the lists of inputs and rules, whose digests stand in [`Origin::lists`].
    pub settings: Settings,
    /// What was measured. Series by account are left out.
    pub facts: Facts,
    /// Whether use was known by account.
    pub by_account: bool,
    /// By capability: the first replicates of its stakes, each as the nine sums in the order of [`StakeSums`]; empty without stakes.
    pub replicates: Vec<Vec<[f64; 9]>>,
    /// What is known of integrations, as far as decisions read it.
    pub integrations: Integrations,
    /// The decisions, by rank.
    pub decided: Vec<Decided>,
}

/// What a report was made by and from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Version of the program.
    pub program_version: String,
    /// The files that were read, by path.
    pub inputs: Vec<InputDigest>,
    /// BLAKE3 of each list of the settings that is not kept: `input`, `map`, `work`.
    pub lists: BTreeMap<String, String>,
}

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputDigest {
    /// The table that it feeds; `None` when that is not known.
    pub table: Option<String>,
    /// BLAKE3, hex.
    pub blake3: String,
}

/// One decision as the report states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Id of the capability.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Place in the list, from 1.
    pub rank: usize,
    /// The word of the verdict.
    pub verdict: String,
    /// Whether it is a candidate.
    pub candidate: bool,
    /// Adoption, 0–1.
    pub adoption: Option<f64>,
    /// Run cost of the period, report currency.
    pub run_cost: Option<Money>,
    /// Net benefit: the median of its draws, report currency.
    pub net_benefit: Option<f64>,
    /// Probability that it is above zero.
    pub p_positive: Option<f64>,
}

/// Why a basis cannot be read.
#[derive(Debug, Error)]
pub enum BasisError {
    /// It is no basis, or one of a version that this program does not know.
    #[error("it is of version {found}, and this program reads {BASIS_SCHEMA}")]
    Version {
        /// What it says of itself.
        found: String,
    },
    /// Its settings are such as no run accepts.
    #[error("its settings are damaged: {0}")]
    Settings(String),
    /// It cannot be read or written.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

impl Basis {
    /// What these decisions read.
    #[must_use]
    pub fn of(
        origin: (&str, Vec<InputDigest>),
        settings: &Settings,
        facts: &Facts,
        integrations: &Integrations,
        decisions: &Decisions,
    ) -> Self {
        let (program_version, mut inputs) = origin;
        inputs.sort();
        let lists = lists(settings);
        let settings =
            Settings { company: None, input: Vec::new(), map: Vec::new(), work: Vec::new(), ..settings.clone() };
        Self {
            schema_version: BASIS_SCHEMA.to_owned(),
            origin: Origin { program_version: program_version.to_owned(), inputs, lists },
            settings,
            by_account: !facts.customers.is_empty(),
            replicates: facts.capabilities.iter().map(|capability| thinned(capability.stakes.as_ref())).collect(),
            facts: without_names(facts),
            integrations: integrations.clone(),
            decided: decisions.ranked.iter().map(|decision| decided(facts, decision)).collect(),
        }
    }

    /// Reads a `basis.json`.
    ///
    /// # Errors
    /// When it is none, or of another version.
    pub fn read(text: &[u8]) -> Result<Self, BasisError> {
        #[derive(Deserialize)]
        struct Versioned {
            schema_version: String,
        }
        let Versioned { schema_version: found } = serde_json::from_slice(text)?;
        if found != BASIS_SCHEMA {
            return Err(BasisError::Version { found });
        }
        let mut basis: Self = serde_json::from_slice(text)?;
        if let Some(problem) = unusable(&basis.settings) {
            return Err(BasisError::Settings(problem));
        }
        basis.fill_in();
        Ok(basis)
    }

    /// Puts back what is not written as it is used: replicates, and that there are accounts.
    fn fill_in(&mut self) {
        for (capability, kept) in self.facts.capabilities.iter_mut().zip(&self.replicates) {
            if let Some(stakes) = &mut capability.stakes {
                stakes.replicates = kept.iter().copied().map(StakeSums::of).collect();
            }
        }
        if self.by_account {
            self.facts.customers = vec![nobody()];
        }
    }
}

/// What keeps settings from being decided with again; those of a run have passed the check of the configuration, those of a file
/// that was changed afterwards have not.
fn unusable(settings: &Settings) -> Option<String> {
    let draws = settings.decision.draws;
    if !(1..=1_000_000).contains(&draws) {
        return Some(format!("`decision.draws` is {draws}"));
    }
    let of_all = Assumed::ALL.iter().map(|&name| (name, &settings.assumptions.of(name).distribution));
    let own = settings.assume.iter().map(|own| (own.assumption, &own.distribution));
    of_all.chain(own).find_map(|(name, text)| Some(format!("`{}` {}", name.as_str(), name.read(text).err()?)))
}

/// The bytes of `basis.json`: on one line, numbers with six digits, without what is not known.
///
/// # Errors
/// When it cannot be written; never in practice.
pub fn write(basis: &Basis) -> Result<Vec<u8>, BasisError> {
    let mut value = serde_json::to_value(basis)?;
    compact(&mut value);
    let mut bytes = serde_json::to_vec(&value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Drops what is null in tables, and rounds.
fn compact(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            entries.values_mut().for_each(compact);
        }
        Value::Array(items) => items.iter_mut().for_each(compact),
        Value::Number(number) if number.is_f64() => {
            if let Some(shorter) = number.as_f64().and_then(short) {
                *number = shorter;
            }
        }
        _ => {}
    }
}

/// The number with as few letters as it takes: a whole one has no point.
#[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53 are exact in both")]
fn short(number: f64) -> Option<Number> {
    let number = rounded(number, DIGITS)?;
    let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
    if is_whole { Some(Number::from(number as i64)) } else { Number::from_f64(number) }
}

/// The number with so many digits that count.
fn rounded(number: f64, digits: usize) -> Option<f64> {
    format!("{number:.*e}", digits - 1).parse().ok()
}

fn thinned(stakes: Option<&crate::metrics::Stakes>) -> Vec<[f64; 9]> {
    let kept = stakes.into_iter().flat_map(|stakes| stakes.replicates.iter().take(REPLICATES));
    kept.map(|sums| sums.array().map(|sum| rounded(sum, REPLICATE_DIGITS).unwrap_or(sum))).collect()
}

/// The facts with numbers in place of the accounts that were promised something, and without their sources.
fn without_names(facts: &Facts) -> Facts {
    let mut facts = Facts { customers: Vec::new(), ..facts.clone() };
    let promises = facts.capabilities.iter().flat_map(|capability| &capability.commitments);
    let mut accounts: Vec<String> = promises.map(|(account, ..)| account.clone()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    for promise in facts.capabilities.iter_mut().flat_map(|capability| &mut capability.commitments) {
        let number = accounts.partition_point(|account| *account < promise.0);
        *promise = (number.to_string(), promise.1, None);
    }
    facts
}

/// Stands for all accounts, where only matters that there are any.
fn nobody() -> CustomerFacts {
    CustomerFacts {
        id: String::new(),
        name: None,
        segment: None,
        owner: None,
        arr: None,
        renews_on: None,
        is_key: None,
        in_base: true,
        active_days: 0,
    }
}

fn decided(facts: &Facts, decision: &Decision) -> Decided {
    let of = &facts.capabilities[decision.capability];
    let total = decision.net_benefit.as_ref().map(|net_benefit| net_benefit.total);
    Decided {
        id: of.capability.id.clone(),
        name: of.capability.name.clone(),
        rank: decision.rank,
        verdict: decision.verdict.as_str().to_owned(),
        candidate: decision.verdict.is_candidate(),
        adoption: of.adoption.map(|adoption: Estimate| adoption.point),
        run_cost: of.cost.run(),
        net_benefit: total.map(|total: Spread| total.p50),
        p_positive: decision.net_benefit.as_ref().map(|net_benefit| net_benefit.p_positive),
    }
}

/// Digests of the lists that are too long to keep.
fn lists(settings: &Settings) -> BTreeMap<String, String> {
    let digest = |list: serde_json::Result<Vec<u8>>| blake3::hash(&list.unwrap_or_default()).to_hex().to_string();
    let entries = [
        ("input", digest(serde_json::to_vec(&settings.input))),
        ("map", digest(serde_json::to_vec(&settings.map))),
        ("work", digest(serde_json::to_vec(&settings.work))),
    ];
    entries.into_iter().map(|(name, digest)| (name.to_owned(), digest)).collect()
}
