//! Looking back: what a ranking said on a past date, against what was really removed later; and what changed between two reports, and why.
//!
//! Takes facts and decisions as of that date and a list of outcomes; gives a [`Backtest`]. Takes what two reports rest on ([`Basis`]);
//! gives what entered, left and moved, with causes found by deciding again with one thing exchanged at a time. Refuses to
//! guess: what cannot be measured is unknown, an order whose figures are missing is named as such, and what no exchange
//! explains is said to be unexplained.

mod attribution;
mod basis;
mod comparison;
#[cfg(test)]
mod comparison_tests;
mod exchange;
mod fit;
mod measure;
mod orders;
mod truth;

pub use basis::{BASIS_SCHEMA, Basis, BasisError, Decided, InputDigest, Origin, write};
pub use comparison::{
    Cause, Change, Comparison, FigureChange, Place, SettingChange, Side, Step, compare, compare_lists, schema,
};

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::attribute::Catalogue;
use crate::chart::{self, Chart};
use crate::config::Prior;
use crate::decide::{Decisions, prior_features};
use crate::metrics::Facts;
use crate::report::{EstimateLine, rounded};
use crate::stats::{self, PoissonWeights};
use crate::tables::rows::Outcome;
use crate::units::{Definition, Estimate, definition};

pub use fit::{FitError, FitSettings, PastCase, fit};
use measure::Sample;
use truth::Truth;
pub use truth::{LaterUse, Window};

definition! {
    /// Area under the receiver operating characteristic: the probability that a capability that was removed stands higher in the order than
    /// one that was not, ties counting half. 1 is perfect, 0.5 is chance. It judges the whole order, also the part that
    /// nobody reads.
    ///
    /// Source: Hanley & McNeil 1982. The interval is the bootstrap over capabilities, percentile, 95 %.
    pub ROC_AUC, "roc_auc", "ROC-AUC"
}

definition! {
    /// The mean of the precision at every removed capability. Chance is the share that was removed. It rewards an order
    /// for what stands at its head, without a cut at one k.
    pub AVERAGE_PRECISION, "average_precision", "Average precision"
}

definition! {
    /// Precision at k: the part of the first k that was really removed. Recall at k: the part of all that was removed which stands
    /// among the first k. Where capabilities of equal score lie on both sides of the cut, the expected value over their orders counts, so
    /// that names decide nothing.
    ///
    /// A list of removals is never complete: what is dead and was not removed yet counts against the order. So a precision is a
    /// lower bound, and is to be compared with that of other orders and with the share that was removed, not with 1.
    pub PRECISION_AT_K, "precision_at_k", "Precision and recall at k"
}

definition! {
    /// Regret at k: the part of the first k whose share of use afterwards was more than a fifth (`--regret-above`) higher than on the
    /// date. These are the ones that one would be sorry to have removed. Those whose later use is not known are left
    /// out.
    pub REGRET_AT_K, "regret_at_k", "Regret at k"
}

definition! {
    /// How often what stands in each tenth of the order was removed, with Wilson's interval. An order that is any good falls from
    /// the first tenth to the last.
    pub CALIBRATION_BY_TENTH, "calibration_by_tenth", "Removed by tenth of the order"
}

/// Every measure, in the order of the page.
pub const DEFINITIONS: &[Definition] = &[ROC_AUC, AVERAGE_PRECISION, PRECISION_AT_K, REGRET_AT_K, CALIBRATION_BY_TENTH];

/// What a back-test is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestSettings {
    /// The date of the ranking, and how far the truth reaches.
    pub window: Window,
    /// The cuts, ascending.
    pub cuts: Vec<u32>,
    /// Relative growth of use from which a removal would have been regretted.
    pub regret_above: f64,
    /// Replicates of the bootstrap.
    pub replicates: u32,
    /// Its seed.
    pub seed: u64,
}

/// The result of a back-test: `backtest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Backtest {
    /// Version of this file's format.
    pub schema_version: &'static str,
    /// The program's version.
    pub program_version: &'static str,
    /// Name of the company; null where the configuration names none.
    pub company: Option<String>,
    /// The date of the ranking: nothing later was known to it.
    pub as_of: NaiveDate,
    /// The period that use was measured over.
    pub period: String,
    /// The last day of the truth that counts.
    pub until: NaiveDate,
    /// Capabilities that were ranked: in use on the date, and not removed by then.
    pub population: u64,
    /// Of them those that were removed afterwards.
    pub positives: u64,
    /// Of those the ones that count because the truth says so, although it dates them after `until`.
    pub dated_later: u64,
    /// Of them those whose later use is known.
    pub later_use_known: u64,
    /// Of those the ones whose share of use grew by more than `regret_above`.
    pub grew: u64,
    /// Growth from which a removal would have been regretted.
    pub regret_above: f64,
    /// Capabilities that were left out because they were removed by the date.
    pub gone_before: u64,
    /// Capabilities that were left out because nobody used them on the date.
    pub not_in_use: u64,
    /// Names of the truth that reach no capability, in order, at most a hundred.
    pub unmatched: Vec<String>,
    /// How many there are.
    pub unmatched_count: u64,
    /// Rows of the truth that could not be read, and count for nothing.
    pub truth_unread: u64,
    /// The orders, ours first.
    pub rankings: Vec<RankingLine>,
    /// Orders that could not be made, and what they would want.
    pub missing: Vec<MissingLine>,
    /// Ours by tenths of the list.
    pub tenths: Vec<TenthLine>,
    /// The head of ours, with what became of it.
    pub first: Vec<FirstLine>,
    /// What was learned from these removals; null where that was not asked for.
    pub prior: Option<Prior>,
}

/// One order, measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RankingLine {
    /// Stable code.
    pub code: &'static str,
    /// What it goes by, in words.
    pub title: &'static str,
    /// Whether it is ours.
    pub ours: bool,
    /// Capabilities that it can tell something about; the others stand at its end.
    pub known: u64,
    /// See [`ROC_AUC`]; null where all or none were removed.
    pub roc_auc: Option<EstimateLine>,
    /// See [`AVERAGE_PRECISION`].
    pub average_precision: Option<EstimateLine>,
    /// Part of the removed in the first tenth of the list.
    pub recall_top_tenth: Option<EstimateLine>,
    /// By cut.
    pub at: Vec<CutLine>,
}

/// One order at one cut.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CutLine {
    /// The cut.
    pub k: u32,
    /// See [`PRECISION_AT_K`].
    pub precision: Option<EstimateLine>,
    /// See [`PRECISION_AT_K`].
    pub recall: Option<EstimateLine>,
    /// See [`REGRET_AT_K`]; null where the later use of none is known.
    pub regret: Option<EstimateLine>,
}

/// An order that could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingLine {
    /// Stable code.
    pub code: &'static str,
    /// What it goes by.
    pub title: &'static str,
    /// What it would want.
    pub wants: &'static str,
}

/// A tenth of the list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TenthLine {
    /// From 1, the head.
    pub tenth: u32,
    /// Capabilities in it.
    pub capabilities: u64,
    /// Of them removed.
    pub removed: u64,
    /// Their share, Wilson.
    pub share: Option<EstimateLine>,
}

/// One of the first of our list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FirstLine {
    /// Place among the population, from 1.
    pub place: u64,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The score.
    pub score: f64,
    /// Whether it was removed.
    pub removed: bool,
    /// When; null where it is not known.
    pub on: Option<NaiveDate>,
    /// Share of use afterwards over that on the date; null where it is not known.
    pub use_ratio: Option<f64>,
}

/// Our list by tenths as a chart; `None` without a list.
#[must_use]
pub fn tenths_chart(result: &Backtest) -> Option<Chart> {
    let share =
        |line: EstimateLine| Estimate { point: line.point, low: line.low, high: line.high.unwrap_or(1.0), n: line.n };
    let tenth = |line: &TenthLine| chart::Tenth {
        capabilities: line.capabilities,
        removed: line.removed,
        share: line.share.map(share),
    };
    chart::removed_by_tenth(&result.tenths.iter().map(tenth).collect::<Vec<_>>())
}

/// JSON Schema (2020-12) of `backtest.json`, as `deadhead schema backtest` prints it.
#[must_use]
pub fn backtest_schema() -> Schema {
    crate::report::schema_of::<Backtest>()
}

/// Version of [`Backtest`].
const SCHEMA_VERSION: &str = "1.0";
/// How many of the head of our list are written down.
const FIRST: usize = 25;
/// How many unmatched names are listed.
const UNMATCHED: usize = 100;

/// Compares our orders, and those that others use, with what was really removed.
#[must_use]
pub fn backtest(
    facts: &Facts,
    decisions: &Decisions,
    catalogue: &Catalogue,
    (outcomes, later): (&[Outcome], &LaterUse),
    settings: &BacktestSettings,
) -> Backtest {
    let truth = Truth::of(facts, catalogue, outcomes, later, settings);
    let weights = PoissonWeights::new(settings.seed, settings.replicates as usize);
    let sample = Sample::new(facts, &truth, weights);
    let made = orders::all(facts, decisions);
    let tenths = truth.population.len().div_ceil(10);
    let line = |order: &orders::Order| {
        let list = sample.list(order);
        RankingLine {
            code: order.code,
            title: order.title,
            ours: order.ours,
            known: truth.population.iter().filter(|&&capability| order.keys[capability].is_some()).count() as u64,
            roc_auc: line_of(list.estimate(&sample.removed, stats::roc_auc)),
            average_precision: line_of(list.estimate(&sample.removed, stats::average_precision)),
            recall_top_tenth: line_of(list.estimate(&sample.removed, |groups| stats::recall_at(groups, whole(tenths)))),
            at: settings.cuts.iter().map(|&k| cut(&sample, &list, k)).collect(),
        }
    };
    let (known, unknown): (Vec<orders::Order>, Vec<orders::Order>) =
        made.into_iter().partition(|order| truth.population.iter().any(|&capability| order.keys[capability].is_some()));
    let missing = |order: &orders::Order| MissingLine { code: order.code, title: order.title, wants: order.wants };
    let ours = known.iter().find(|order| order.code == orders::DYING_ANYWAY);
    Backtest {
        schema_version: SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION"),
        company: None,
        as_of: settings.window.as_of,
        period: facts.period.label().to_owned(),
        until: settings.window.until(),
        population: truth.population.len() as u64,
        positives: truth.count(|outcome| outcome.removed),
        dated_later: truth.dated_later,
        later_use_known: truth.count(|outcome| outcome.use_ratio.is_some()),
        grew: truth.count(|outcome| outcome.grew == Some(true)),
        regret_above: settings.regret_above,
        gone_before: truth.gone_before,
        not_in_use: truth.not_in_use,
        unmatched: truth.unmatched.iter().take(UNMATCHED).cloned().collect(),
        unmatched_count: truth.unmatched.len() as u64,
        truth_unread: 0,
        rankings: known.iter().map(line).collect(),
        missing: unknown.iter().map(missing).collect(),
        tenths: ours.map(|order| by_tenth(&truth, order)).unwrap_or_default(),
        first: ours.map(|order| first(facts, &truth, order)).unwrap_or_default(),
        prior: None,
    }
}

/// What a prior is learned from: everything that a back-test ranks, with what a prior looks at and whether it was removed.
#[must_use]
pub fn past_cases<'a>(
    facts: &'a Facts,
    catalogue: &Catalogue,
    (outcomes, later): (&[Outcome], &LaterUse),
    settings: &BacktestSettings,
) -> Vec<PastCase<'a>> {
    let truth = Truth::of(facts, catalogue, outcomes, later, settings);
    let case = |(&capability, fate): (&usize, &truth::Fate)| PastCase {
        id: &facts.capabilities[capability].capability.id,
        features: prior_features(facts, capability),
        removed: fate.removed,
    };
    truth.population.iter().zip(&truth.outcomes).map(case).collect()
}

fn cut(sample: &Sample, list: &measure::List, k: u32) -> CutLine {
    let k_of = f64::from(k);
    let regret = list.estimate(&sample.grew, |groups| stats::precision_at(groups, k_of));
    CutLine {
        k,
        precision: line_of(list.estimate(&sample.removed, |groups| stats::precision_at(groups, k_of))),
        recall: line_of(list.estimate(&sample.removed, |groups| stats::recall_at(groups, k_of))),
        regret: line_of(regret),
    }
}

fn line_of(estimate: Option<Estimate>) -> Option<EstimateLine> {
    estimate.and_then(EstimateLine::of)
}

/// The population in the order of the list; equal scores by id, because a table needs some order.
fn in_order(truth: &Truth, order: &orders::Order) -> Vec<usize> {
    let mut places: Vec<usize> = (0..truth.population.len()).collect();
    places.sort_by(|&a, &b| {
        orders::descending(order.keys[truth.population[a]], order.keys[truth.population[b]]).then(a.cmp(&b))
    });
    places
}

fn by_tenth(truth: &Truth, order: &orders::Order) -> Vec<TenthLine> {
    let places = in_order(truth, order);
    let size = places.len();
    let tenth = |number: usize| {
        let part = &places[size * number / 10..size * (number + 1) / 10];
        let removed = part.iter().filter(|&&place| truth.outcomes[place].removed).count() as u64;
        TenthLine {
            tenth: u32::try_from(number + 1).unwrap_or_default(),
            capabilities: part.len() as u64,
            removed,
            share: line_of(stats::wilson(removed, part.len() as u64)),
        }
    };
    (0..10).map(tenth).collect()
}

fn first(facts: &Facts, truth: &Truth, order: &orders::Order) -> Vec<FirstLine> {
    let line = |(place, at): (usize, usize)| {
        let (capability, outcome) = (truth.population[at], &truth.outcomes[at]);
        let [score, _] = order.keys[capability]?;
        let known = &facts.capabilities[capability].capability;
        Some(FirstLine {
            place: place as u64 + 1,
            id: known.id.clone(),
            name: known.name.clone(),
            score: rounded(score),
            removed: outcome.removed,
            on: outcome.on,
            use_ratio: outcome.use_ratio.map(rounded),
        })
    };
    in_order(truth, order).into_iter().enumerate().take(FIRST).filter_map(line).collect()
}

#[expect(clippy::cast_precision_loss, reason = "capabilities are few")]
fn whole(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
