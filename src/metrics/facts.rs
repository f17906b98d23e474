use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sets::AccountSet;
use super::signals::Signals;
use super::stakes::{Stakes, Substitute};
use crate::attribute::Capability;
use crate::config::UsageShareOf;
use crate::units::{Estimate, Money, Month, Period, Share};

/// Every metric of every capability, and what they rest on. Nothing behind this room reads a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The report period.
    pub period: Period,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// Where use was read from.
    pub basis: Basis,
    /// The customer base of the period.
    pub base: Base,
    /// All cost of the period, attributed or not.
    pub cost: CostTotals,
    /// Capabilities by id.
    pub capabilities: Vec<CapabilityFacts>,
    /// Months of the trend, oldest first: the months of the data up to the end of the period, at most 24.
    pub months: Vec<Month>,
    /// Names of the segments of the heat map, by descending ARR, then name. Empty without segments.
    pub segments: Vec<Segment>,
    /// The same by plan.
    #[serde(skip)]
    pub plans: Vec<Segment>,
    /// The same by sales region.
    #[serde(skip)]
    pub regions: Vec<Segment>,
    /// Every customer of the base or of the usage, by id: what [`AccountUse::customer`] points into. Empty for counts.
    #[serde(skip)]
    pub customers: Vec<CustomerFacts>,
    /// Which accounts touch what, and which capabilities go together.
    pub overlap: Overlap,
    /// How wide the product is, and what width costs.
    #[serde(skip)]
    pub surface: Surface,
    /// Teams of the work items with the hours they log, by name; empty without work items that name one.
    #[serde(skip)]
    pub teams: Vec<TeamHours>,
}

/// What a team logs.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamHours {
    /// Name, as the work items spell it.
    pub team: String,
    /// Engineering hours a month: mean over the last twelve months up to the end of the period in which any work was logged.
    pub per_month: f64,
}

/// What use was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// Events with accounts.
    Events,
    /// Counts per capability and month: what needs accounts is unknown.
    Totals,
}

/// The customer base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// Accounts; for counts, those of the last month of the period.
    pub accounts: u64,
    /// Their ARR; `None` when no account states one.
    pub arr: Option<Money>,
    /// One sentence on how the base was found.
    #[serde(skip)]
    pub definition: &'static str,
    /// First and last day of usage within the period; `None` without usage in it.
    pub observed: Option<(NaiveDate, NaiveDate)>,
}

/// One customer segment, plan or region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Name, as the accounts table spells it.
    pub name: String,
    /// Accounts of the base in it.
    pub accounts: u64,
    /// Their ARR; `None` when no account states one.
    pub arr: Option<Money>,
}

/// Cost of the period by type.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CostByType {
    /// Support contacts.
    pub support: Option<Money>,
    /// Engineering run work.
    pub engineering: Option<Money>,
    /// Charges.
    pub direct: Option<Money>,
    /// Hours of those who responded to incidents, and credits. `None` also where incidents are known and the cost of none is.
    pub incident: Option<Money>,
    /// Engineering work that is investment: shown, never in a ratio.
    pub build: Option<Money>,
    /// Engineering work whose kind is not known: shown, never in a ratio.
    pub unclassified: Option<Money>,
}

impl CostByType {
    /// Run cost: support, run engineering, charges and incidents. `None` when none of the four is known.
    #[must_use]
    pub fn run(&self) -> Option<Money> {
        let known = [self.support, self.engineering, self.direct, self.incident];
        known.iter().any(Option::is_some).then(|| known.into_iter().flatten().sum())
    }
}

/// The books of cost for the period: `input = attributed + overhead + unattributed`, by type and in total.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CostTotals {
    /// What was placed on capabilities.
    pub attributed: CostByType,
    /// What a rule says belongs to no capability by nature.
    pub overhead: CostByType,
    /// What nothing placed.
    pub unattributed: CostByType,
}

/// Every metric of one capability. `None` is unknown, never zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapabilityFacts {
    /// Which.
    pub capability: Capability,
    /// Accounts of the base with at least the minimum of active days in the period.
    pub active_accounts: Option<u64>,
    /// Adoption rate: active accounts over the base, Wilson interval.
    pub adoption: Option<Estimate>,
    /// Adoption among the accounts entitled to it.
    pub adoption_eligible: Option<Estimate>,
    /// ARR of active accounts over ARR of the base.
    pub adoption_arr: Option<Share>,
    /// Distinct users in the period; `None` when users are not told apart. 0 where they are, and nobody used it.
    pub active_users: Option<u64>,
    /// DAU/MAU, mean over the months.
    pub stickiness: Option<Share>,
    /// Accounts active in the period before and in this one, over those active before; Wilson interval.
    pub retention: Option<Estimate>,
    /// Theil–Sen slope of monthly adoption, in adoption per month, with its interval.
    pub trend_per_month: Option<Estimate>,
    /// Two-sided Mann–Kendall p of that trend.
    pub trend_p: Option<f64>,
    /// Adoption by month, aligned with [`Facts::months`]; `None` where the month has no base or no count.
    pub monthly_adoption: Vec<Option<f64>>,
    /// Share of active days of the top account.
    pub top_account_share: Option<Share>,
    /// 1 / HHI of active days over accounts.
    pub effective_accounts: Option<f64>,
    /// Effective accounts < 2, or top share > 0.5 with at most 3 active accounts; and launched more than a year ago.
    pub built_for_one: bool,
    /// Part of all use; see the setting `usage_share_of`.
    pub usage_share: Option<Share>,
    /// Part of events whose status is error; `None` without any status.
    pub error_share: Option<Share>,
    /// Events of the period.
    pub events: Option<u64>,
    /// Tickets attributed in the period.
    pub tickets: Option<u64>,
    /// Hours of run work attributed in the period.
    pub engineering_hours: Option<f64>,
    /// Cost of the period by type.
    pub cost: CostByType,
    /// Run cost over all attributed run cost.
    pub cost_share: Option<Share>,
    /// Cost share over usage share with its bootstrap interval. `None` when either is unknown, or use is zero.
    pub disproportion: Option<Estimate>,
    /// The capability costs, and nobody uses it: disproportion would be infinite.
    pub cost_without_use: bool,
    /// Run cost of the period over active accounts.
    pub cost_per_active_account: Option<Money>,
    /// Run cost of the period over active users.
    pub cost_per_active_user: Option<Money>,
    /// Tickets per 1,000 days of active accounts under contract.
    pub contact_rate: Option<f64>,
    /// ARR of the active accounts.
    pub arr_touched: Option<Money>,
    /// Adoption within each segment, aligned with [`Facts::segments`].
    pub segment_adoption: Vec<Option<Estimate>>,
    /// Adoption within each plan, aligned with [`Facts::plans`].
    #[serde(skip)]
    pub plan_adoption: Vec<Option<Estimate>>,
    /// Adoption within each region, aligned with [`Facts::regions`].
    #[serde(skip)]
    pub region_adoption: Vec<Option<Estimate>>,
    /// Promises that hold on the as-of date: account, last day, source.
    pub commitments: Vec<(String, NaiveDate, Option<String>)>,
    /// First and last day of use in all data; `None` when it was never used.
    pub used: Option<(NaiveDate, NaiveDate)>,
    /// Accounts that used it in the period with their dependence, by descending share of their active days, then id.
    #[serde(skip)]
    pub accounts: Vec<AccountUse>,
    /// The way from being entitled to repeated use.
    pub funnel: Funnel,
    /// Accounts that came, stayed, came back and left between the period before and this one.
    pub lifecycle: Lifecycle,
    /// Users active on it over users active in the product, both over the accounts of the base; the interval takes whole
    /// accounts as the sampling unit.
    pub adoption_users: Option<Estimate>,
    /// Median over the active accounts of (users active on it / users active in the product).
    pub depth: Option<Estimate>,
    /// Median active days a month of an active account.
    pub frequency: Option<Estimate>,
    /// The rhythm of its use, and adoption over the window that fits it.
    pub rhythm: Rhythm,
    /// Further days of data after which the interval of adoption would lie on one side of `rule.rare_below`, at the adoption
    /// that was seen; 0 when it does already. `None` when no number of days would do it, or it cannot be known.
    pub days_to_settle: Option<u64>,
    /// Usage share and disproportion against every base of use, in a fixed order; empty for counts.
    pub bases: Vec<BaseOfUse>,
    /// Intervals of the ratios whose points stand in the fields of the same name.
    pub intervals: RatioIntervals,
    /// Run cost of the twelve months up to the end of the period, by the allocation of the period; `None` when a source of
    /// cost that was given does not reach back to the first of them.
    pub run_cost_12m: Option<Money>,
    /// Mean confidence of the ledger entries behind the run cost, weighted by their amounts, 0–1.
    pub cost_confidence: Option<Share>,
    /// Signs that it lives or dies.
    pub signals: Signals,
    /// What could take its place; `None`: nothing known.
    pub substitute: Option<Substitute>,
    /// What hangs on it; `None` without use by account, without ARR, or without run cost.
    pub stakes: Option<Stakes>,
    /// Its tickets of the period in every replicate of the stakes, for as many accounts as there are; empty without tickets or stakes.
    #[serde(skip)]
    pub tickets_drawn: Vec<f64>,
}

/// An account that is in the base or used something.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerFacts {
    /// Account id.
    pub id: String,
    /// Display name; `None` when the accounts table has none.
    pub name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Customer-success manager.
    pub owner: Option<String>,
    /// ARR.
    pub arr: Option<Money>,
    /// Next renewal as stated; `None` when not said.
    pub renews_on: Option<NaiveDate>,
    /// Whether it is a key account; `None` when not said.
    pub is_key: Option<bool>,
    /// Whether it belongs to the base of the period.
    pub in_base: bool,
    /// Days of the period on which it used anything.
    pub active_days: u64,
}

/// One account that used a capability in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountUse {
    /// Index into [`Facts::customers`].
    pub customer: usize,
    /// Active days on the capability.
    pub active_days: u64,
    /// Active days on the capability over active days in the product.
    pub dependence: Option<Share>,
    /// Distinct users of the account on the capability; `None` when users are not told apart.
    pub users: Option<u64>,
    /// Those of them who used no other capability in the period; `None` when users are not told apart.
    pub sole_users: Option<u64>,
    /// Last use.
    pub last_use: NaiveDate,
    /// Change of the account's active days on the capability per month (Theil–Sen over the months of the trend); `None`
    /// below three months.
    pub trend_per_month: Option<Estimate>,
    /// Two-sided Mann–Kendall p of that trend.
    pub trend_p: Option<f64>,
}

/// The way from being entitled to repeated use, in accounts of the base over the period. `None`: not known.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Funnel {
    /// Accounts whose plan or segment is entitled to it, and those that tried it all the same.
    pub entitled: Option<u64>,
    /// Entitled accounts that were shown it, and those that tried it; known where names of it are mapped with
    /// `stage = "exposed"` and any account was ever shown it.
    pub exposed: Option<u64>,
    /// Accounts with any attempt, also a failed one.
    pub attempted: Option<u64>,
    /// Accounts with an attempt that succeeded; `None` when no attempt says how it ended.
    pub succeeded: Option<u64>,
    /// Accounts that succeeded on at least `adoption.repeated_days` days.
    pub repeated: Option<u64>,
    /// Exposed over entitled, Wilson.
    pub exposure_rate: Option<Estimate>,
    /// Attempted over exposed, over entitled where exposure is not known; Wilson.
    pub attempt_rate: Option<Estimate>,
    /// Succeeded over attempted, Wilson.
    pub success_rate: Option<Estimate>,
    /// Repeated over succeeded, over attempted where success is not known; Wilson.
    pub repeat_rate: Option<Estimate>,
    /// Failed attempts over attempts whose end is known, from events and runs; the interval takes whole accounts as the
    /// sampling unit.
    pub failure_share: Option<Estimate>,
    /// Incidents that began in the period; `None` without an incidents table.
    pub incidents: Option<u64>,
    /// Part of the period's time in which an incident was open; `None` without an incidents table, or when none states an end.
    pub outage_share: Option<Share>,
    /// What the funnel says about low use.
    pub evidence: Option<UseEvidence>,
}

/// What the funnel says about use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UseEvidence {
    /// No account is entitled to it, or none was shown it: no use says nothing.
    NeverOffered,
    /// No use stands anywhere in the data, yet tickets or runs speak of it: it is probably not counted.
    NotCounted,
    /// Attempted, and mostly fails: low use says that it is broken.
    Broken,
    /// On offer, counted, and never used.
    NeverUsed,
    /// On offer, counted and used; how little is what the rate says.
    Used,
}

/// Accounts by what they did in the period before and in this one. `None`: the data do not reach back.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Active now, never before. `None` when the data do not reach back a period further than the period before.
    pub new: Option<u64>,
    /// Active in both.
    pub retained: Option<u64>,
    /// Active now and earlier, not in the period before. `None` as for `new`.
    pub resurrected: Option<u64>,
    /// Active in the period before, not now.
    pub dormant: Option<u64>,
    /// Change of adoption from the period before to this one, over the accounts in the base of both, as a paired difference.
    pub change: Option<Estimate>,
    /// Two-sided p of McNemar's exact test of that change.
    pub change_p: Option<f64>,
}

/// How often accounts come back to a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RhythmKind {
    /// At least monthly.
    Monthly,
    /// Every few months.
    Quarterly,
    /// About once a year, or in one season of it.
    Yearly,
}

/// The rhythm of use, and adoption over a window that fits it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rhythm {
    /// The rhythm; `None` when the data are too short to tell.
    pub kind: Option<RhythmKind>,
    /// Months of the window that fits it, never shorter than the period.
    pub window_months: Option<u32>,
    /// Adoption over that window, Wilson; the adoption of the period where the window is the period.
    pub adoption: Option<Estimate>,
    /// The month of highest adoption among the last twelve, and that adoption.
    pub peak: Option<(Month, f64)>,
    /// Part of the account-months of the last twelve months that lie in the three consecutive calendar months with most.
    pub peak_share: Option<Share>,
}

/// Usage share and disproportion against one base of use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BaseOfUse {
    /// What use is counted in.
    pub of: UsageShareOf,
    /// The capability's part of all use so counted, with its bootstrap interval.
    pub usage_share: Option<Estimate>,
    /// Cost share over that usage share.
    pub disproportion: Option<Estimate>,
}

/// 95 % bootstrap intervals, as (low, high) in the unit of the metric, from the draws of disproportion. `None`: the metric is not
/// known, or use was only counted, so that nothing can be drawn; of stickiness and of what is counted per account also where no
/// account differs from another, as with a single one. An upper end that is infinite has no bound.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RatioIntervals {
    /// Of [`CapabilityFacts::adoption_arr`].
    #[serde(skip)]
    pub adoption_arr: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::stickiness`].
    #[serde(skip)]
    pub stickiness: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::usage_share`].
    pub usage_share: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::cost_share`].
    pub cost_share: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::cost_per_active_account`], report currency.
    #[serde(skip)]
    pub cost_per_active_account: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::cost_per_active_user`], report currency.
    #[serde(skip)]
    pub cost_per_active_user: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::contact_rate`].
    #[serde(skip)]
    pub contact_rate: Option<(f64, f64)>,
    /// Of [`CapabilityFacts::top_account_share`]: the account that is the top one is held, the others are drawn.
    #[serde(skip)]
    pub top_account_share: Option<(f64, f64)>,
}

/// Which accounts touch what, and which capabilities go together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Overlap {
    /// By capability: the base accounts that were active on it in the period, as indices into [`Facts::customers`].
    #[serde(skip)]
    pub touched: Vec<AccountSet>,
    /// Pairs that say something, by capability, then partner.
    pub pairs: Vec<CoUse>,
}

/// Two capabilities and the accounts that use them. Each pair stands once, `first` < `second`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoUse {
    /// Index of one capability.
    pub first: usize,
    /// Index of the other.
    pub second: usize,
    /// Accounts of the base active on both.
    pub both: u64,
    /// Accounts active on at least one.
    pub either: u64,
    /// Both over either, Wilson.
    pub jaccard: Estimate,
    /// Part of the accounts of `first` that use `second`, Wilson; with n = 0 and the interval 0–1, unknown, when nobody
    /// uses `first`.
    pub first_in_second: Estimate,
    /// Part of the accounts of `second` that use `first`, likewise.
    pub second_in_first: Estimate,
    /// Co-use over what independence would give; 1: unrelated. `None` when one of them is used by nobody.
    pub lift: Option<Estimate>,
    /// The same against accounts that use about as many other capabilities; `None` when none of the accounts of equal
    /// breadth could have used both.
    pub adjusted_lift: Option<Estimate>,
    /// Two-sided p of that lift being 1, adjusted for the number of pairs; `None` when the pair was not tested because
    /// one of the two has fewer accounts than `overlap.min_both`.
    pub co_use_p: Option<f64>,
    /// Accounts that used `first` in the first three of the last twelve observed months and not in the last three, and
    /// `second` the other way round; `None` below six observed months.
    pub first_to_second: Option<u64>,
    /// Accounts that went the other way.
    pub second_to_first: Option<u64>,
    /// Two-sided p of McNemar's exact test of the two, adjusted for the number of pairs; `None` when the pair was not
    /// tested because fewer accounts than `overlap.min_switchers` moved.
    pub switch_p: Option<f64>,
    /// What the pair is.
    pub relation: Relation,
}

/// What two capabilities are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same accounts move from one to the other: one takes the other's place.
    Substitutes,
    /// Used by the same accounts more than chance would have it.
    Complements,
    /// Neither.
    Unrelated,
}

/// How wide the product is, and what width costs. `None`: not known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Surface {
    /// By month of the trend.
    pub months: Vec<SurfaceMonth>,
    /// Tickets of an account in the period against the number of capabilities it used: percent more tickets for one percent
    /// more capabilities, by Poisson regression with a robust interval. `None` without tickets that name accounts.
    pub ticket_elasticity: Option<Estimate>,
    /// Median over the base accounts of the share of the capabilities open to them that they never touched.
    pub untouched_share: Option<Estimate>,
    /// Days to the first core capabilities, by the quarter in which the account started.
    pub onboarding: Vec<Onboarding>,
    /// Ids of the capabilities that count as core for onboarding.
    pub core: Vec<String>,
}

/// What was on offer and in use in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurfaceMonth {
    /// Which.
    pub month: Month,
    /// Capabilities on offer: launched by then, or of unknown launch.
    pub offered: u64,
    /// Of them integrations.
    pub integrations: u64,
    /// Distinct vendors of integrations on offer.
    pub vendors: u64,
    /// Capabilities that any account used.
    pub used: u64,
}

/// Days from an account's start to its first use of so many core capabilities, for the accounts that started in one quarter.
#[derive(Debug, Clone, PartialEq)]
pub struct Onboarding {
    /// `2026-Q1` and the like.
    pub cohort: String,
    /// Accounts that started in it.
    pub accounts: u64,
    /// Of them those that got there.
    pub reached: u64,
    /// Median days, Kaplan–Meier, because some are still on the way; `None` when fewer than half got there. An upper end that is
    /// infinite has no bound.
    pub median_days: Option<Estimate>,
}
