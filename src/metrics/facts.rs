use chrono::NaiveDate;

use crate::attribute::Capability;
use crate::units::{Estimate, Money, Month, Period, Share};

/// Every metric of every capability, and what they rest on. Nothing behind this room reads a frame.
#[derive(Debug, Clone, PartialEq)]
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
}

/// What use was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Events with accounts.
    Events,
    /// Counts per capability and month: what needs accounts is unknown.
    Totals,
}

/// The customer base.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// Accounts; for counts, those of the last month of the period.
    pub accounts: u64,
    /// Their ARR; `None` when no account states one.
    pub arr: Option<Money>,
    /// One sentence on how the base was found.
    pub definition: &'static str,
    /// First and last day of usage within the period; `None` without usage in it.
    pub observed: Option<(NaiveDate, NaiveDate)>,
}

/// One customer segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Name, as the accounts table spells it.
    pub name: String,
    /// Accounts of the base in it.
    pub accounts: u64,
    /// Their ARR; `None` when no account states one.
    pub arr: Option<Money>,
}

/// Cost of the period by type.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CostByType {
    /// Support contacts.
    pub support: Option<Money>,
    /// Engineering run work.
    pub engineering: Option<Money>,
    /// Charges.
    pub direct: Option<Money>,
    /// Engineering work that is investment or unclassified: shown, never in a ratio.
    pub build: Option<Money>,
}

impl CostByType {
    /// Run cost: support, run engineering and charges. `None` when none of the three is known.
    #[must_use]
    pub fn run(&self) -> Option<Money> {
        let known = [self.support, self.engineering, self.direct];
        known.iter().any(Option::is_some).then(|| known.into_iter().flatten().sum())
    }
}

/// The books of cost for the period: `input = attributed + unattributed`, by type and in total.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CostTotals {
    /// What was placed on capabilities.
    pub attributed: CostByType,
    /// What was not.
    pub unattributed: CostByType,
}

/// Every metric of one capability. `None` is unknown, never zero.
#[derive(Debug, Clone, PartialEq)]
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
    /// Distinct users in the period; `None` when users are not told apart.
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
    /// Promises that hold on the as-of date: account, last day, source.
    pub commitments: Vec<(String, NaiveDate, Option<String>)>,
    /// First and last day of use in all data; `None` when it was never used.
    pub used: Option<(NaiveDate, NaiveDate)>,
    /// Active accounts with their share of the account's active days, by descending share, then id.
    pub accounts: Vec<AccountUse>,
}

/// One account that used a capability in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountUse {
    /// Account id.
    pub account: String,
    /// Display name; `None` when the accounts table has none.
    pub name: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Customer-success manager.
    pub owner: Option<String>,
    /// ARR.
    pub arr: Option<Money>,
    /// Active days on the capability.
    pub active_days: u64,
    /// Active days on the capability over active days in the product.
    pub dependence: Option<Share>,
    /// Last use.
    pub last_use: Option<NaiveDate>,
}
