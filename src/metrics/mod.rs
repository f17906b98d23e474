//! The metrics: who uses a capability, what it costs, and how sure that is.
//!
//! Takes the rollup, the ledger and the accounts; gives [`Facts`], with an interval where a figure is an estimate.
//! One file per family; each declares the [`Definition`]s that are its manual page. Unknown is `None`, never zero.

mod adoption;
mod attempts;
mod base;
mod bases;
mod bootstrap;
mod breadth;
mod concentration;
mod cost;
mod dependence;
mod disproportion;
mod engagement;
mod facts;
mod from_events;
mod from_totals;
mod funnel;
mod ledger_file;
mod lifecycle;
#[cfg(test)]
mod measured;
mod overlap;
mod ratio_intervals;
mod rhythm;
mod segments;
mod sets;
mod settle;
mod signals;
mod stakes;
mod surface;
mod switching;
mod teams;
#[cfg(test)]
pub(crate) mod testing;
mod trend;
mod usage_share;

use crate::attribute::{Catalogue, Ledger};
use crate::config::{AdoptionSettings, CostSettings, OverlapSettings, UsageShareOf};
use crate::diag::{Code, Findings, Place};
use crate::rollup::{Rollup, Spans};
use crate::stats::PoissonWeights;
use crate::tables::rows::{Account, BaseTotal, Commitment, Incident, Run, Ticket, UsageTotal};
use crate::units::{Definition, Estimate, Money, Share};

pub use cost::CostSources;
pub use facts::{
    AccountUse, Base, BaseOfUse, Basis, CapabilityFacts, CoUse, CostByType, CostTotals, CustomerFacts, Facts, Funnel,
    Lifecycle, Onboarding, Overlap, RatioIntervals, Relation, Rhythm, RhythmKind, Segment, Surface, SurfaceMonth,
    TeamHours, UseEvidence,
};
pub use ledger_file::{LedgerFileError, ledger_parquet};
pub use overlap::Touched;
pub use sets::AccountSet;
pub use signals::{Signals, Signs};
pub use stakes::{StakeSums, Stakes, Substitute, SubstituteBy};
pub use switching::ThenAndNow;

use base::Customers;
use cost::CapabilityCost;

/// How many months the trend looks back at most.
const TREND_MONTHS: i32 = 24;

/// Every metric, in the order of the methodology page. A new metric adds its line here.
pub const DEFINITIONS: &[Definition] = &[
    base::CUSTOMER_BASE,
    adoption::ADOPTION,
    adoption::ADOPTION_ELIGIBLE,
    adoption::ADOPTION_ARR,
    adoption::ARR_TOUCHED,
    adoption::ADOPTION_USERS,
    adoption::DEPTH,
    funnel::FUNNEL,
    funnel::SUCCESS_RATE,
    funnel::FAILURE_SHARE,
    funnel::OUTAGE_SHARE,
    funnel::USE_EVIDENCE,
    engagement::ACTIVE_USERS,
    engagement::FREQUENCY,
    engagement::STICKINESS,
    lifecycle::RETENTION,
    lifecycle::LIFECYCLE,
    lifecycle::CHANGE,
    rhythm::RHYTHM,
    rhythm::ADOPTION_IN_RHYTHM,
    rhythm::PEAK_SHARE,
    settle::DAYS_TO_SETTLE,
    trend::TREND,
    trend::TREND_P,
    concentration::TOP_ACCOUNT_SHARE,
    concentration::EFFECTIVE_ACCOUNTS,
    usage_share::USAGE_SHARE,
    cost::TICKETS,
    cost::RUN_COST,
    cost::RUN_COST_12M,
    cost::COST_CONFIDENCE,
    cost::COST_SHARE,
    disproportion::DISPROPORTION,
    bases::DISPROPORTION_BY_BASE,
    cost::UNIT_COST,
    cost::CONTACT_RATE,
    signals::USE_NOW,
    signals::CHANGE_OF_USE,
    signals::MONTHS_SINCE_RELEASE,
    signals::MONTHS_SINCE_CHANGE,
    signals::FINISHED_CHANGES,
    signals::UNTAKEN_DAYS,
    signals::UNFIXED_FINDINGS,
    signals::MAINTAINERS,
    stakes::STAKES,
];

/// What is measured of the whole product, of pairs of capabilities and of single accounts, in the order of the methodology
/// page. None of these is a figure of one capability.
pub const PORTFOLIO_DEFINITIONS: &[Definition] = &[
    overlap::TOUCHED,
    overlap::JACCARD,
    overlap::LIFT,
    overlap::SWITCHERS,
    dependence::DEPENDENCE,
    surface::SURFACE,
    surface::TICKET_ELASTICITY,
    surface::UNTOUCHED_SHARE,
    surface::ONBOARDING_DAYS,
];

/// What the metrics are computed from.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The capabilities.
    pub catalogue: &'a Catalogue,
    /// Use by account; empty when only counts are given.
    pub rollup: &'a Rollup,
    /// Cost.
    pub ledger: &'a Ledger,
    /// Support contacts, placed or not.
    pub tickets: &'a [Ticket],
    /// Outages; `None` when the table was not given.
    pub incidents: Option<&'a [Incident]>,
    /// Runs of integrations; `None` when the table was not given.
    pub runs: Option<&'a [Run]>,
    /// Which sources of cost were given.
    pub sources: CostSources,
    /// The accounts table; empty when it was not given.
    pub accounts: &'a [Account],
    /// Promises.
    pub commitments: &'a [Commitment],
    /// Counts per capability and month; used when there is no use by account.
    pub usage_totals: &'a [UsageTotal],
    /// Their base.
    pub base_totals: &'a [BaseTotal],
    /// What only the signals of life and death read.
    pub signs: Signs<'a>,
    /// The period and the as-of date.
    pub spans: &'a Spans,
}

/// What shapes the metrics.
#[derive(Debug, Clone, Copy)]
pub struct MetricSettings<'a> {
    /// How use is measured.
    pub adoption: &'a AdoptionSettings,
    /// When two capabilities go together.
    pub overlap: &'a OverlapSettings,
    /// How cost is measured.
    pub cost: &'a CostSettings,
    /// The line of rarity: adoption below it is rare. Only the days that it takes to settle on a side look at it.
    pub rare_below: f64,
    /// From which part of co-use on a capability of the same category may take another's place.
    pub co_use_from: f64,
    /// Seed of the bootstrap.
    pub seed: u64,
}

/// Computes every metric of every capability.
#[must_use]
pub fn measure(evidence: Evidence, settings: MetricSettings, findings: &mut Findings) -> Facts {
    let customers = Customers::new(evidence.accounts, evidence.rollup, evidence.spans.as_of);
    let mut facts = if evidence.rollup.rows == 0 && !evidence.usage_totals.is_empty() {
        from_totals::measure(evidence, findings)
    } else {
        from_events::measure(evidence, &customers, settings, findings)
    };
    add_cost(&mut facts, evidence);
    add_disproportion(&mut facts, evidence, settings);
    add_commitments(&mut facts, evidence, findings);
    signals::add(&mut facts, evidence);
    facts.teams = teams::teams(evidence.signs.work_items.unwrap_or_default(), &facts.period);
    if facts.basis == Basis::Events {
        overlap::add(&mut facts, evidence, &customers, settings);
        dependence::add(&mut facts, evidence, &customers);
        surface::add(&mut facts, evidence, &customers, settings);
    }
    stakes::fill(&mut facts, evidence, use_by(settings), weights(settings), settings.co_use_from);
    facts
}

/// The same use with the cost of another ledger, as far as decisions ask for it: intervals of the ratios of cost other than
/// disproportion are unknown.
#[must_use]
pub fn recost(facts: &Facts, evidence: Evidence, settings: MetricSettings) -> Facts {
    let mut facts = facts.clone();
    add_cost(&mut facts, evidence);
    disproportion::refill(&mut facts, evidence, use_by(settings), weights(settings));
    stakes::fill(&mut facts, evidence, use_by(settings), weights(settings), settings.co_use_from);
    facts
}

/// The cost of every capability, its share, and the unit costs.
fn add_cost(facts: &mut Facts, evidence: Evidence) {
    if !evidence.sources.any() {
        return;
    }
    let (costs, totals) =
        cost::by_capability(evidence.ledger, (&facts.period, facts.as_of), facts.capabilities.len(), evidence.sources);
    facts.cost = totals;
    let all = totals.attributed.run().unwrap_or_default();
    let days = facts.days();
    for (capability, cost) in facts.capabilities.iter_mut().zip(costs) {
        let CapabilityCost { by_type, tickets, hours, confidence, run_12m } = cost;
        let run = by_type.run();
        capability.cost = by_type;
        (capability.cost_confidence, capability.run_cost_12m) = (confidence, run_12m);
        capability.tickets = evidence.sources.tickets.then_some(tickets);
        capability.engineering_hours = evidence.sources.work_items.then_some(hours);
        // Credits can make a cost negative; its share then counts as none.
        capability.cost_share = run.and_then(|run| Share::of(run.units().max(0.0), all.units()));
        capability.cost_per_active_account = run.and_then(|run| per(run, capability.active_accounts));
        capability.cost_per_active_user = run.and_then(|run| per(run, capability.active_users));
        capability.contact_rate =
            capability.tickets.and_then(|tickets| contact_rate(tickets, capability.active_accounts?, days));
        capability.cost_without_use = capability.usage_share.is_some_and(|share| share.value() <= 0.0)
            && run.is_some_and(|run| run > Money::ZERO);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn per(amount: Money, units: Option<u64>) -> Option<Money> {
    units.filter(|&units| units > 0).map(|units| amount.scaled(1.0 / units as f64))
}

/// Tickets per 1,000 account-days; see [`cost::CONTACT_RATE`].
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn contact_rate(tickets: u64, active_accounts: u64, days: i64) -> Option<f64> {
    (active_accounts > 0).then(|| 1000.0 * tickets as f64 / (active_accounts as f64 * days as f64))
}

/// Disproportion, the bases of use, and the intervals of ratios.
fn add_disproportion(facts: &mut Facts, evidence: Evidence, settings: MetricSettings) {
    disproportion::fill(facts, evidence, use_by(settings), weights(settings));
}

/// What use is counted in, and from how many days on an account is active.
fn use_by(settings: MetricSettings) -> (UsageShareOf, u32) {
    (settings.adoption.usage_share_of, settings.adoption.min_active_days)
}

fn weights(settings: MetricSettings) -> PoissonWeights {
    PoissonWeights::new(settings.seed, settings.cost.bootstrap_replicates as usize)
}

/// Promises that hold on the as-of date. One about a name that reaches no capability protects nothing, and is a finding.
fn add_commitments(facts: &mut Facts, evidence: Evidence, findings: &mut Findings) {
    for promise in evidence.commitments {
        let (Some(account), Some(name), Some(until)) = (&promise.account_id, &promise.capability, promise.until) else {
            continue;
        };
        if until < facts.as_of {
            continue;
        }
        let Some((reached, _)) = evidence.catalogue.usage(name) else {
            let expected = "the id or name of a capability, or a [[map]] rule (commitments)".to_owned();
            findings.add(Code::UnknownTarget, Place { found: name.clone(), expected, ..Place::default() });
            continue;
        };
        for capability in reached {
            let promise = (account.clone(), until, promise.source.clone());
            facts.capabilities[capability].commitments.push(promise);
        }
    }
}

/// Accounts of the usage that the accounts table lacks, by id; none when there is no such table.
#[must_use]
pub fn unmatched_accounts(accounts: &[Account], rollup: &Rollup, as_of: chrono::NaiveDate) -> Vec<String> {
    let customers = Customers::new(accounts, rollup, as_of);
    customers.unmatched().into_iter().map(str::to_owned).collect()
}

impl Facts {
    /// Days of the period up to the as-of date, at least 1: what a rate per day rests on.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.period.days_until(self.as_of)
    }

    /// From what was counted in the period to a year's, by days.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "days of a period are few")]
    pub fn per_year(&self) -> f64 {
        365.25 / self.days() as f64
    }
}

impl CapabilityFacts {
    /// Adoption over the window that fits the capability's own rhythm: what is needed once a year is judged by the year. The
    /// adoption of the period where the rhythm is not known or fits the period.
    #[must_use]
    pub fn judged_adoption(&self) -> Option<Estimate> {
        self.rhythm.adoption.or(self.adoption)
    }

    /// A capability of which no metric is known yet.
    #[must_use]
    pub fn unknown(capability: crate::attribute::Capability) -> Self {
        Self {
            capability,
            active_accounts: None,
            adoption: None,
            adoption_eligible: None,
            adoption_arr: None,
            active_users: None,
            stickiness: None,
            retention: None,
            trend_per_month: None,
            trend_p: None,
            monthly_adoption: Vec::new(),
            top_account_share: None,
            effective_accounts: None,
            built_for_one: false,
            usage_share: None,
            error_share: None,
            events: None,
            tickets: None,
            engineering_hours: None,
            cost: CostByType::default(),
            cost_share: None,
            disproportion: None,
            cost_without_use: false,
            cost_per_active_account: None,
            cost_per_active_user: None,
            contact_rate: None,
            arr_touched: None,
            segment_adoption: Vec::new(),
            plan_adoption: Vec::new(),
            region_adoption: Vec::new(),
            commitments: Vec::new(),
            used: None,
            accounts: Vec::new(),
            funnel: Funnel::default(),
            lifecycle: Lifecycle::default(),
            adoption_users: None,
            depth: None,
            frequency: None,
            rhythm: Rhythm::default(),
            days_to_settle: None,
            bases: Vec::new(),
            intervals: RatioIntervals::default(),
            run_cost_12m: None,
            cost_confidence: None,
            signals: Signals::default(),
            substitute: None,
            stakes: None,
            tickets_drawn: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_a_page_of_its_own() {
        let mut ids = std::collections::BTreeSet::new();
        for definition in DEFINITIONS.iter().chain(PORTFOLIO_DEFINITIONS) {
            assert!(ids.insert(definition.id), "{} stands twice", definition.id);
            assert!(definition.text.len() > 60, "{} says too little", definition.id);
        }
    }

    #[test]
    fn contact_rate_by_hand() {
        // 9 tickets, 10 accounts, 90 days: 9 / 900 = 10 per 1,000.
        assert_eq!(contact_rate(9, 10, 90), Some(10.0));
        assert_eq!(contact_rate(9, 0, 90), None);
    }
}
