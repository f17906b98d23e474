//! What the page says of the portfolio as a whole: what goes together, how wide the product is, how cost was placed.

use std::collections::BTreeMap;

use minijinja::Value;
use serde::Serialize;

use super::{bars, safe};
use crate::metrics::Relation;
use crate::report::{
    AllocationLine, EstimateLine, OnboardingLine, OverlapLine, Report, SurfaceLine, percent_with_interval,
    ratio_with_interval,
};
use crate::units::{Money, format};

/// How many pairs of a kind are listed; `tables/overlap.csv` has the others.
const PAIRS: usize = 20;
/// How many start cohorts are listed, the latest; `tables/onboarding.csv` has the others.
const COHORTS: usize = 12;
/// How many capabilities that enter or leave the list are named.
const NAMES: usize = 6;

/// The section on what goes together.
#[derive(Debug, Serialize)]
pub struct Together<'a> {
    /// The share of the base that the candidates touch, with its interval.
    union_share: Option<String>,
    groups: Vec<Group<'a>>,
}

/// Pairs of one kind.
#[derive(Debug, Serialize)]
struct Group<'a> {
    id: &'static str,
    title: &'static str,
    note: &'static str,
    pairs: Vec<Pair<'a>>,
    all: usize,
}

/// A pair with its figures as text.
#[derive(Debug, Serialize)]
struct Pair<'a> {
    line: &'a OverlapLine,
    jaccard: Option<String>,
    first_in_second: Option<String>,
    second_in_first: Option<String>,
    adjusted_lift: Option<String>,
}

impl<'a> Together<'a> {
    /// `None` when nothing is known of what goes together.
    pub fn of(report: &'a Report) -> Option<Self> {
        let kinds = [
            (
                Relation::Substitutes,
                "substitutes",
                "Substitutes",
                "Accounts move from one to the other within a year: one takes the other’s place.",
            ),
            (
                Relation::Complements,
                "complements",
                "Complements",
                "The same accounts use both, more than accounts of equal breadth of use would: whoever loses one may miss it in the other.",
            ),
        ];
        let group = |(relation, id, title, note): (Relation, &'static str, &'static str, &'static str)| {
            let of_kind = || report.overlap.iter().filter(move |pair| pair.relation == relation);
            let pairs: Vec<Pair> = of_kind().take(PAIRS).map(pair).collect();
            (!pairs.is_empty()).then(|| Group { id, title, note, pairs, all: of_kind().count() })
        };
        let groups: Vec<Group> = kinds.into_iter().filter_map(group).collect();
        let union_share = report.totals.candidate_account_share.map(|share| percent_with_interval(&share));
        let known = !report.overlap.is_empty() || report.totals.candidate_accounts.is_some_and(|accounts| accounts > 0);
        known.then_some(Self { union_share, groups })
    }
}

fn pair(line: &OverlapLine) -> Pair<'_> {
    let percent = |share: Option<EstimateLine>| share.map(|share| format::percent(share.point));
    Pair {
        line,
        jaccard: line.jaccard.map(|share| percent_with_interval(&share)),
        first_in_second: percent(line.first_in_second),
        second_in_first: percent(line.second_in_first),
        adjusted_lift: line.adjusted_lift.map(|lift| ratio_with_interval(&lift)),
    }
}

/// The section on how wide the product is.
#[derive(Debug, Serialize)]
pub struct Surface<'a> {
    /// A sentence for each figure that is known.
    sentences: Vec<String>,
    /// By month; `None` where the chart of it stands on the page.
    line: Option<Value>,
    charted: bool,
    onboarding: Vec<Cohort<'a>>,
    all_cohorts: usize,
    core: Vec<&'a str>,
}

/// A start cohort with its figures as text.
#[derive(Debug, Serialize)]
struct Cohort<'a> {
    line: &'a OnboardingLine,
    median_days: Option<String>,
}

impl<'a> Surface<'a> {
    /// `None` when nothing is known of it.
    pub fn of(report: &'a Report) -> Option<Self> {
        let of: &SurfaceLine = &report.surface;
        let charted = report.charts.iter().any(|chart| chart.id == "surface");
        let width = of.months.first().zip(of.months.last()).map(|(first, last)| {
            let noun = if last.offered == 1 { "capability was" } else { "capabilities were" };
            format!(
                "In {}, {} {noun} on offer ({} in {}), {} of them integrations with {}; {} were used.",
                last.month,
                format::count(last.offered),
                format::count(first.offered),
                first.month,
                format::count(last.integrations),
                format::counted(last.vendors, "vendor"),
                format::count(last.used),
            )
        });
        let load = of.ticket_elasticity.map(|found| {
            let high = found.high.map_or_else(|| "no upper bound".to_owned(), |high| format!("{high:.2}"));
            format!(
                "An account that uses 1\u{202f}% more capabilities opens {:.2}\u{202f}% more tickets ({:.2} to {high}; {}).",
                found.point,
                found.low,
                format::counted(found.n, "account")
            )
        });
        let untouched = of.untouched_share.map(|share| {
            format!("The median account never touches {} of what is open to it.", percent_with_interval(&share))
        });
        let names: BTreeMap<&str, &str> = names(report);
        let cohort = |line: &'a OnboardingLine| Cohort { line, median_days: line.median_days.map(days_with_interval) };
        let skipped = of.onboarding.len().saturating_sub(COHORTS);
        let sentences: Vec<String> = [width, load, untouched].into_iter().flatten().collect();
        (!sentences.is_empty() || !of.onboarding.is_empty()).then(|| Self {
            sentences,
            line: (of.months.len() > 1 && !charted).then(|| safe(months(of))),
            charted,
            onboarding: of.onboarding.iter().skip(skipped).map(cohort).collect(),
            all_cohorts: of.onboarding.len(),
            core: of.core.iter().map(|id| names.get(id.as_str()).copied().unwrap_or(id)).collect(),
        })
    }
}

/// Whole days as a rule, so without a decimal where there is none.
fn days_with_interval(days: EstimateLine) -> String {
    match days.high {
        Some(high) => format!("{} ({}–{high})", days.point, days.low),
        None => format!("{} ({} or more)", days.point, days.low),
    }
}

/// Two lines over the months: on offer, and used.
#[expect(clippy::cast_precision_loss, reason = "counts of capabilities lie far below 2^53")]
fn months(of: &SurfaceLine) -> String {
    let offered: Vec<f64> = of.months.iter().map(|month| month.offered as f64).collect();
    let used: Vec<f64> = of.months.iter().map(|month| month.used as f64).collect();
    bars::lines(&[("offered", &offered), ("used", &used)])
}

fn names(report: &Report) -> BTreeMap<&str, &str> {
    report.capabilities.iter().map(|line| (line.id.as_str(), line.name.as_str())).collect()
}

/// The section on how cost was placed.
#[derive(Debug, Serialize)]
pub struct Placement<'a> {
    /// The allocation and the triage in a sentence each.
    sentences: Vec<String>,
    ways: Vec<Way<'a>>,
}

/// Another way of placing cost, with names for ids.
#[derive(Debug, Serialize)]
struct Way<'a> {
    line: &'a AllocationLine,
    entered: String,
    left: String,
    moved: Option<&'a str>,
}

impl<'a> Placement<'a> {
    /// `None` when there is nothing to say.
    pub fn of(report: &'a Report) -> Option<Self> {
        let names = names(report);
        let name = |id: &'a String| names.get(id.as_str()).copied().unwrap_or(id);
        let named = |ids: &'a [String]| {
            let shown: Vec<&str> = ids.iter().take(NAMES).map(name).collect();
            let more = ids.len().saturating_sub(NAMES);
            shown.join(", ")
                + &if more > 0 { format!(" and {} more", format::count(more as u64)) } else { String::new() }
        };
        let way = |line: &'a AllocationLine| Way {
            line,
            entered: named(&line.entered),
            left: named(&line.left),
            moved: line.largest_move.as_ref().map(|moved| name(&moved.id)),
        };
        let triage = report.triage.as_ref().map(|triage| triage.sentence.clone());
        let sentences: Vec<String> =
            [unplaced(report), report.allocation_in_short(), triage].into_iter().flatten().collect();
        let ways: Vec<Way> = report.allocation.iter().map(way).collect();
        (!sentences.is_empty()).then_some(Self { sentences, ways })
    }
}

/// What is on no capability stays a line of its own and is in no ratio.
fn unplaced(report: &Report) -> Option<String> {
    let of = |amount: Option<Money>| amount.filter(|amount| *amount > Money::ZERO);
    let money = |amount| format::money(amount, &report.currency);
    let (lost, overhead) = (of(report.totals.unattributed_run_cost), of(report.totals.overhead_run_cost));
    let parts = [
        lost.map(|lost| format!("{} is placed by no rule", money(lost))),
        overhead.map(|overhead| format!("{} is overhead by a rule", money(overhead))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| {
        format!("Of the run cost of the period {}: it is spread over nothing and stands in no ratio.", parts.join(", "))
    })
}
