use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{DependenciesLine, EstimateLine, IntervalLine, MoneyInterval, NetBenefitLine, OrdersLine, SubstituteLine};
use crate::config::UsageShareOf;
use crate::decide::{Grade, Line, Reason, Verdict};
use crate::metrics::{RhythmKind, UseEvidence};
use crate::units::Money;

/// One capability with every metric: a line of `tables/capabilities.csv`. A field that is null is unknown, never zero.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CapabilityLine {
    /// Place in the list, from 1.
    pub rank: usize,
    /// Stable id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// `feature` or `integration`.
    pub kind: &'static str,
    /// Category.
    pub category: Option<String>,
    /// Owning team.
    pub owner: Option<String>,
    /// core, invest, maintain, harvest or sunset.
    pub intent: Option<String>,
    /// First day on offer.
    pub launched_on: Option<NaiveDate>,
    /// Accounts in the base.
    pub base_accounts: u64,
    /// Accounts of the base active in the period.
    pub active_accounts: Option<u64>,
    /// Active accounts over the base, 0–1.
    pub adoption: Option<f64>,
    /// Lower end of its 95 % Wilson interval.
    pub adoption_low: Option<f64>,
    /// Upper end of its 95 % Wilson interval.
    pub adoption_high: Option<f64>,
    /// Adoption among entitled accounts, 0–1.
    pub adoption_eligible: Option<f64>,
    /// ARR of active accounts over ARR of the base, 0–1.
    pub adoption_arr: Option<f64>,
    /// Distinct users in the period.
    pub active_users: Option<u64>,
    /// DAU/MAU, 0–1.
    pub stickiness: Option<f64>,
    /// Retained accounts over those active in the period before, 0–1.
    pub retention: Option<f64>,
    /// Change of adoption per month (Theil–Sen).
    pub trend_per_month: Option<f64>,
    /// Two-sided Mann–Kendall p.
    pub trend_p: Option<f64>,
    /// Top account's share of active days, 0–1.
    pub top_account_share: Option<f64>,
    /// 1 / HHI of active days over accounts.
    pub effective_accounts: Option<f64>,
    /// Part of all use, 0–1.
    pub usage_share: Option<f64>,
    /// Tickets attributed in the period.
    pub tickets: Option<u64>,
    /// Hours of run work attributed in the period.
    pub engineering_hours: Option<f64>,
    /// Cost of support in the period.
    pub support_cost: Option<Money>,
    /// Cost of run engineering in the period.
    pub engineering_cost: Option<Money>,
    /// Cost of incidents in the period: responder hours and credits; null also where its incidents do not say what they cost.
    pub incident_cost: Option<Money>,
    /// Charges of the period.
    pub direct_cost: Option<Money>,
    /// Support, engineering, incidents and charges of the period.
    pub run_cost: Option<Money>,
    /// Estimated hidden cost of failures that nobody knew of; no part of any other cost. Null for what has neither runs nor
    /// incidents.
    pub hidden_cost: Option<Money>,
    /// Investment in the period, which is engineering that builds: shown, in no ratio.
    pub build_cost: Option<Money>,
    /// Run cost over all attributed run cost, 0–1.
    pub cost_share: Option<f64>,
    /// Cost share over usage share.
    pub disproportion: Option<f64>,
    /// Lower end of its 95 % bootstrap interval.
    pub disproportion_low: Option<f64>,
    /// Upper end of its 95 % bootstrap interval.
    pub disproportion_high: Option<f64>,
    /// Run cost over active accounts.
    pub cost_per_active_account: Option<Money>,
    /// Run cost over active users.
    pub cost_per_active_user: Option<Money>,
    /// Tickets per 1,000 account-days.
    pub contact_rate: Option<f64>,
    /// ARR of active accounts.
    pub arr_touched: Option<Money>,
    /// ARR that may be lost in a year when it is removed, median over the draws.
    pub arr_at_risk: Option<Money>,
    /// Grade of the rule.
    pub rule: Grade,
    /// Verdict.
    pub verdict: Verdict,
    /// What removing it is worth over the horizon, discounted, 5th percentile of the draws; null where use by account, ARR or
    /// run cost is not known.
    pub net_benefit_p05: Option<Money>,
    /// Net benefit, median of the draws.
    pub net_benefit_p50: Option<Money>,
    /// Net benefit, 95th percentile of the draws.
    pub net_benefit_p95: Option<Money>,
    /// Part of the draws with a net benefit above zero, 0–1.
    pub p_positive: Option<f64>,
    /// Part of the draws in which it is among the first `decision.first_k` candidates, 0–1; null for what is no candidate.
    pub rank_acceptability: Option<f64>,
    /// *Dying anyway* score, 0–1: orders, is no probability.
    pub removal_score: Option<f64>,
    /// Place by that score.
    pub removal_rank: Option<usize>,
    /// Every reason that holds.
    pub reasons: Vec<Reason>,
    /// The sentence that says why.
    pub why: String,
    /// Whether it stands in `tables/candidates.csv`: verdict `deprecate`, `consolidate` or
    /// `watch`.
    pub candidate: bool,
    /// Yearly run cost at the rate of the period.
    pub yearly_run_cost: Option<Money>,
    /// The way from being entitled to repeated use.
    pub funnel: FunnelLine,
    /// Accounts that came, stayed, came back and left between the period before and this one.
    pub lifecycle: LifecycleLine,
    /// Users active on it over users active in the product, 0–1; the interval takes whole accounts as the sampling unit.
    pub adoption_users: Option<EstimateLine>,
    /// Median over the active accounts of the part of their users who use it, 0–1.
    pub depth: Option<EstimateLine>,
    /// Median active days a month of an active account.
    pub frequency: Option<EstimateLine>,
    /// The rhythm of its use, and adoption over the window that fits it.
    pub rhythm: RhythmLine,
    /// Further days of data after which the interval of adoption would lie on one side of the line of rarity; 0 when it
    /// does already. Null when no number of days would do it, or it cannot be known.
    pub days_to_settle: Option<u64>,
    /// Usage share and disproportion against every base of use, in a fixed order; empty where only counts are given.
    pub bases: Vec<BaseLine>,
    /// Whether the bases of use put it on different sides of proportion: disproportion above 1 by one and at most 1 by
    /// another. Null when fewer than two are known.
    pub bases_disagree: Option<bool>,
    /// 95 % intervals of the figures whose points stand above.
    pub intervals: IntervalsLine,
    /// Engineering of unknown kind in the period: shown, in no ratio.
    pub unclassified_cost: Option<Money>,
    /// Run cost of the twelve months up to the end of the period; null when the cost data do not reach back.
    pub run_cost_12m: Option<Money>,
    /// Mean confidence of the ledger entries behind the run cost, weighted by their amounts, 0–1.
    pub cost_confidence: Option<f64>,
    /// Part of the account-time in which an integration works, 0–1.
    pub reliability: Option<EstimateLine>,
    /// Silent failures over failures of the period, 0–1.
    pub silent_rate: Option<f64>,
    /// Account-hours of the period that were broken before anybody knew.
    pub dark_hours: Option<f64>,
    /// Broken account-hours to expect in the next quarter.
    pub expected_broken_hours: Option<f64>,
    /// What a platform may cost in a year before the integration is cheaper in house.
    pub break_even_price: Option<Money>,
    /// On which side of the line of rarity it lies; null when its adoption is not known.
    pub line: Option<Line>,
    /// Net benefit taken apart; null where it is not known.
    pub net_benefit: Option<NetBenefitLine>,
    /// Its places under orders that others use.
    pub orders: OrdersLine,
    /// What a removal drags along.
    pub dependencies: DependenciesLine,
    /// What could take its place; null where nothing was found.
    pub substitute: Option<SubstituteLine>,
    /// Probability of removal by a learned prior, 0–1; null without one. No verdict looks at it.
    pub removal_probability: Option<f64>,
}

/// The way from being entitled to repeated use, in accounts of the base over the period. Null is unknown. A rate is the
/// accounts of its step over those of the step before that is known, 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct FunnelLine {
    /// Accounts whose plan or segment is entitled to it.
    pub entitled: Option<u64>,
    /// Entitled accounts that were shown it.
    pub exposed: Option<u64>,
    /// Accounts with any attempt, also a failed one.
    pub attempted: Option<u64>,
    /// Accounts with an attempt that succeeded.
    pub succeeded: Option<u64>,
    /// Accounts that succeeded on several days; see the setting `adoption.repeated_days`.
    pub repeated: Option<u64>,
    /// Exposed over entitled.
    pub exposure_rate: Option<EstimateLine>,
    /// Attempted over exposed, over entitled where exposure is not known.
    pub attempt_rate: Option<EstimateLine>,
    /// Succeeded over attempted.
    pub success_rate: Option<EstimateLine>,
    /// Repeated over succeeded, over attempted where success is not known.
    pub repeat_rate: Option<EstimateLine>,
    /// Failed attempts over attempts whose end is known, 0–1; the interval takes whole accounts as the sampling unit.
    pub failure_share: Option<EstimateLine>,
    /// Incidents that began in the period.
    pub incidents: Option<u64>,
    /// Part of the period's time in which an incident was open, 0–1.
    pub outage_share: Option<f64>,
    /// What the funnel says about low use.
    pub evidence: Option<UseEvidence>,
}

impl FunnelLine {
    /// The five steps in order: what it is called, accounts, and their part of the step before.
    #[must_use]
    pub fn steps(&self) -> [(&'static str, Option<u64>, Option<EstimateLine>); 5] {
        [
            ("entitled", self.entitled, None),
            ("exposed", self.exposed, self.exposure_rate),
            ("attempted", self.attempted, self.attempt_rate),
            ("succeeded", self.succeeded, self.success_rate),
            ("repeated", self.repeated, self.repeat_rate),
        ]
    }
}

/// Accounts by what they did in the period before and in this one. Null: the data do not reach back.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct LifecycleLine {
    /// Active now, never before.
    pub new: Option<u64>,
    /// Active in both.
    pub retained: Option<u64>,
    /// Active now and earlier, not in the period before.
    pub resurrected: Option<u64>,
    /// Active in the period before, not now.
    pub dormant: Option<u64>,
    /// Change of adoption from the period before to this one, over the accounts in the base of both; −1 to 1.
    pub change: Option<EstimateLine>,
    /// Two-sided p of McNemar's exact test of that change.
    pub change_p: Option<f64>,
}

/// How often accounts come back, and adoption over a window that fits.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct RhythmLine {
    /// The rhythm; null when the data are too short to tell.
    pub kind: Option<RhythmKind>,
    /// Months of the window that fits it, never shorter than the period.
    pub window_months: Option<u32>,
    /// Adoption over that window, 0–1; that of the period where the window is the period.
    pub adoption: Option<EstimateLine>,
    /// The month of highest adoption among the last twelve, as `2026-01`.
    pub peak_month: Option<String>,
    /// Adoption in that month, 0–1.
    pub peak_adoption: Option<f64>,
    /// Part of the account-months of the last twelve months that lie in the three consecutive calendar months with most,
    /// 0–1.
    pub peak_share: Option<f64>,
}

/// Usage share and disproportion against one base of use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct BaseLine {
    /// What use is counted in.
    pub of: UsageShareOf,
    /// The capability's part of all use so counted, 0–1, with its bootstrap interval.
    pub usage_share: Option<EstimateLine>,
    /// Cost share over that usage share, with its bootstrap interval.
    pub disproportion: Option<EstimateLine>,
}

/// 95 % intervals, each in the unit of the figure of the same name. Null: the figure is not known.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct IntervalsLine {
    /// Of `adoption_eligible`: Wilson.
    pub adoption_eligible: Option<IntervalLine>,
    /// Of `retention`: Wilson.
    pub retention: Option<IntervalLine>,
    /// Of `trend_per_month`: by ranks of the slopes (Sen).
    pub trend_per_month: Option<IntervalLine>,
    /// Of `adoption_arr`: bootstrap.
    pub adoption_arr: Option<IntervalLine>,
    /// Of `stickiness`: bootstrap.
    pub stickiness: Option<IntervalLine>,
    /// Of `usage_share`: bootstrap.
    pub usage_share: Option<IntervalLine>,
    /// Of `cost_share`: bootstrap.
    pub cost_share: Option<IntervalLine>,
    /// Of `cost_per_active_account`: bootstrap.
    pub cost_per_active_account: Option<MoneyInterval>,
    /// Of `cost_per_active_user`: bootstrap.
    pub cost_per_active_user: Option<MoneyInterval>,
    /// Of `contact_rate`: bootstrap.
    pub contact_rate: Option<IntervalLine>,
    /// Of `top_account_share`: bootstrap.
    pub top_account_share: Option<IntervalLine>,
}
