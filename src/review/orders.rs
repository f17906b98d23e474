//! The orders that are compared: ours, and those that others go by.

use std::cmp::Ordering;

use crate::decide::Decisions;
use crate::metrics::{CapabilityFacts, Facts};
use crate::stats;
use crate::units::Money;

/// What an order goes by: the second breaks ties of the first. Higher is sooner removed.
pub(super) type Key = [f64; 2];

/// Code of our own order where no money is known.
pub(super) const DYING_ANYWAY: &str = "dying-anyway";

/// An order of all capabilities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    pub code: &'static str,
    pub title: &'static str,
    pub ours: bool,
    /// By capability; `None`: it cannot tell, and puts it last.
    pub keys: Vec<Option<Key>>,
    /// What it would want where it can tell nothing.
    pub wants: &'static str,
}

/// Highest key first, the unknown last.
pub(super) fn descending(a: Option<Key>, b: Option<Key>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Every order; ours first.
pub(super) fn all(facts: &Facts, decisions: &Decisions) -> Vec<Order> {
    let mut of_capability = vec![None; facts.capabilities.len()];
    for decision in &decisions.ranked {
        of_capability[decision.capability] = Some(decision);
    }
    let worth = |index: usize| {
        let decision = of_capability[index]?;
        Some([decision.net_benefit.as_ref()?.total.p50, 0.0])
    };
    let dying = |index: usize| Some([of_capability[index]?.removal_score?, 0.0]);
    let by = |of: &dyn Fn(usize) -> Option<Key>| (0..facts.capabilities.len()).map(of).collect::<Vec<_>>();
    let of_facts = |of: fn(&CapabilityFacts) -> Option<Key>| by(&|index| of(&facts.capabilities[index]));
    let order = |code, title, keys, wants| Order { code, title, ours: false, keys, wants };
    let rank_mean = rank_mean(facts);
    vec![
        Order {
            code: DYING_ANYWAY,
            title: "Ours: dying anyway (removal score)",
            ours: true,
            keys: by(&dying),
            wants: "use over time",
        },
        Order {
            code: "worth-removing",
            title: "Ours: worth removing (median net benefit)",
            ours: true,
            keys: by(&worth),
            wants: "use by account, ARR and cost",
        },
        order("least-used", "Least used first", of_facts(least_used), "use"),
        order(
            "cost-over-use",
            "All work and cost over use",
            by(&|index| cost_over_use(facts, index)),
            "cost, work or changes, and use",
        ),
        order(
            "rare-then-costly",
            "Below ten percent, then cost over use",
            by(&|index| rare_then_costly(facts, index)),
            "adoption, and cost, work or changes",
        ),
        order("decline", "Steepest decline over 24 months", of_facts(decline), "use of 24 months"),
        order(
            "longest-without-release",
            "Longest without a release",
            of_facts(|facts| Some([facts.signals.months_since_release?, 0.0])),
            "releases",
        ),
        order(
            "unfixed-then-least-used",
            "Unfixed findings, then least used",
            of_facts(|facts| Some([facts.signals.unfixed_findings?, least_used(facts)?[0]])),
            "findings, and use",
        ),
        order(
            "mean-place",
            "Mean place by decline, fewest finished changes and unfixed findings",
            by(&|index| rank_mean[index].map(|mean| [mean, 0.0])),
            "use of 24 months, changes and findings",
        ),
    ]
}

fn least_used(facts: &CapabilityFacts) -> Option<Key> {
    let used = facts.signals.use_now.or(facts.adoption.map(|adoption| adoption.point))?;
    Some([-used, 0.0])
}

fn decline(facts: &CapabilityFacts) -> Option<Key> {
    Some([-facts.signals.change_24m?, 0.0])
}

/// All work and all cost, investment too, over use: what counts every pull request as a burden. Without money, changes
/// count one each.
fn cost_over_use(facts: &Facts, index: usize) -> Option<Key> {
    let of = &facts.capabilities[index];
    let used = -least_used(of)?[0];
    let known = [of.cost.run(), of.cost.build, of.cost.unclassified];
    let cost = if known.iter().any(Option::is_some) {
        known.into_iter().flatten().sum::<Money>().units()
    } else {
        of.signals.finished_changes_24m? + of.signals.open_work.unwrap_or_default()
    };
    Some([
        if used > 0.0 {
            cost / used
        } else if cost > 0.0 {
            f64::MAX
        } else {
            0.0
        },
        0.0,
    ])
}

fn rare_then_costly(facts: &Facts, index: usize) -> Option<Key> {
    let rare = facts.capabilities[index].adoption?.point < 0.10;
    Some([f64::from(u8::from(rare)), cost_over_use(facts, index)?[0]])
}

/// The mean of three places, each the share of the others that lie below, ties counting half. What no row speaks of counts as
/// none, as a plain count of rows has it; a decline that is not known is the middle.
fn rank_mean(facts: &Facts) -> Vec<Option<f64>> {
    let signs: [(fn(&CapabilityFacts) -> Option<f64>, Option<f64>); 3] = [
        (|facts| Some(-facts.signals.change_24m?), None),
        (|facts| Some(-facts.signals.finished_changes_24m?), Some(0.0)),
        (|facts| facts.signals.unfixed_findings, Some(0.0)),
    ];
    let columns: Option<Vec<Vec<Option<f64>>>> = signs.iter().map(|(sign, none)| places(facts, *sign, *none)).collect();
    let Some(columns) = columns else { return vec![None; facts.capabilities.len()] };
    let mean = |index: usize| columns.iter().map(|column| column[index].unwrap_or(0.5)).sum::<f64>() / 3.0;
    (0..facts.capabilities.len()).map(|index| Some(mean(index))).collect()
}

/// The place of every capability by a sign, which is `none` where it is not known; `None` where it is known of nothing.
fn places(
    facts: &Facts,
    sign: impl Fn(&CapabilityFacts) -> Option<f64>,
    none: Option<f64>,
) -> Option<Vec<Option<f64>>> {
    let known: Vec<Option<f64>> = facts.capabilities.iter().map(sign).collect();
    let is_known = known.iter().any(Option::is_some);
    is_known.then(|| stats::places(&known.into_iter().map(|value| value.or(none)).collect::<Vec<_>>()))
}
