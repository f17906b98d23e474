//! What `deadhead.toml` may say about the plan: budgets, dates that are closed, notice, contact and papers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::Assumption;

/// The notice policies that `plan.notice` may name; their data lie in the room of the plan.
pub const NOTICE_POLICIES: [&str; 5] =
    ["github-like", "home-assistant-like", "kubernetes-like", "salesforce-like", "standard"];

/// `[plan]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanSettings {
    /// Months from the as-of date within which removals are planned.
    #[schemars(range(min = 1, max = 60))]
    pub months: u32,
    /// Months of a wave; waves begin with the calendar year.
    #[schemars(range(min = 1, max = 12))]
    pub wave_months: u32,
    /// Part of the accounts of the base that the removals of one wave may touch; 1: no limit.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub accounts_per_wave: f64,
    /// Part of the accounts of the base that all removals together may touch; 1: no limit.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub accounts_overall: f64,
    /// Part of the ARR of the base that may be at risk by the removals of one wave; 1: no limit.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub arr_at_risk_per_wave: f64,
    /// Part of the ARR of the base that may be at risk by all removals together; 1: no limit.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub arr_at_risk_overall: f64,
    /// Removals in one wave that touch one and the same account, at most.
    #[schemars(range(min = 1))]
    pub changes_per_account: u32,
    /// Months up to and with that of the removal over which its engineering work is spread.
    #[schemars(range(min = 1, max = 12))]
    pub work_months: u32,
    /// Part of a team's usual engineering hours that may go into removals in a month.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub team_share: f64,
    /// Hours a month that a team has for removals, by the name of the team in the catalogue; goes before `team_share`.
    pub team_hours: BTreeMap<String, f64>,
    /// Days from the as-of date to the first announcement at the earliest.
    pub decide_days: u32,
    /// Days that a replacement must have been on offer before what it replaces is removed.
    pub replacement_lead_days: u32,
    /// Days before the renewal of a key account in which nothing that it uses is removed.
    pub renewal_before_days: u32,
    /// Days after it in which nothing that it uses is removed.
    pub renewal_after_days: u32,
    /// Months after which a contract is renewed again; 0: only the renewal that is stated is known.
    #[schemars(range(min = 0, max = 60))]
    pub renewal_every_months: u32,
    /// Spans of the year in which nothing changes for customers, as `12-20..01-03`, both days included.
    pub holidays: Vec<String>,
    /// Dated spans in which nothing changes for customers.
    #[serde(default)]
    pub blackout: Vec<Blackout>,
    /// What must be removed by a date.
    #[serde(default)]
    pub demand: Vec<Demand>,
    /// Notice class of single capabilities, by id; the others' follows from what they are.
    pub classes: BTreeMap<String, NoticeClass>,
    /// Notice policy, by name.
    pub notice: String,
    /// Months of notice that differ from the policy's.
    pub notice_months: NoticeMonths,
    /// Nodes of the search after which the best plan so far is taken.
    #[schemars(range(min = 1))]
    pub node_limit: u32,
    /// Distance from the optimum, as part of it, at which the search may stop.
    #[schemars(range(min = 0.0, max = 0.5))]
    pub gap: f64,
    /// Part by which the days to onboard fall for each part of the capabilities that is removed, 0–1.
    pub onboarding_elasticity: Assumption,
    /// Who is told how.
    pub contact: ContactSettings,
    /// What the papers say beside the figures.
    pub papers: PaperSettings,
}

/// One `[[plan.blackout]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blackout {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// One `[[plan.demand]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Id of the capability.
    pub capability: String,
    /// Last day on which it may be removed.
    pub by: NaiveDate,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// How much notice a capability's users are owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeClass {
    /// Used by our own people only.
    Internal,
    /// Offered as a trial, without a promise.
    Beta,
    /// A part of the product that people see and click.
    UserInterface,
    /// A connection to another product.
    Integration,
    /// An interface that customers' programs call.
    PublicApi,
    /// Promised in a contract.
    Contractual,
}

impl NoticeClass {
    /// All of them, from the least to the most notice.
    pub const ALL: &'static [Self] =
        &[Self::Internal, Self::Beta, Self::UserInterface, Self::Integration, Self::PublicApi, Self::Contractual];

    /// The word in tables and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Beta => "beta",
            Self::UserInterface => "user-interface",
            Self::Integration => "integration",
            Self::PublicApi => "public-api",
            Self::Contractual => "contractual",
        }
    }
}

/// `[plan.notice_months]`: an absent one is the policy's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NoticeMonths {
    /// Months for what only our own people use.
    pub internal: Option<u32>,
    /// Months for trials.
    pub beta: Option<u32>,
    /// Months for what people see and click.
    pub user_interface: Option<u32>,
    /// Months for connections to other products.
    pub integration: Option<u32>,
    /// Months for interfaces that customers' programs call.
    pub public_api: Option<u32>,
    /// Months for what a contract promises.
    pub contractual: Option<u32>,
}

/// `[plan.contact]`: the higher grade that any of its lines asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactSettings {
    /// Share of the account's active days from which its customer-success manager calls.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub call_from_dependence: f64,
    /// ARR at risk of the account, as part of that of the whole capability, from which the manager calls.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub call_from_risk_share: f64,
    /// Whether key accounts are called whatever they use.
    pub call_key_accounts: bool,
    /// Share of the account's active days from which it gets a personal mail and not the release note alone.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub mail_from_dependence: f64,
    /// Personal letters per capability at most; further accounts are written to by segment, the least dependent first.
    pub max_letters: u32,
}

/// `[plan.papers]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperSettings {
    /// Folder with templates of letters that go before the built-in ones, relative to this file; empty: none.
    pub templates: String,
    /// Address of the page on a deprecation, with `{id}` for the capability; empty: none is named.
    pub docs_url: String,
    /// Address of the documentation of a replacement, with `{id}`; empty: none is named.
    pub successor_url: String,
    /// Who signs where an account has no customer-success manager; empty: the company.
    pub signed_by: String,
    /// Where customers ask, such as a mail address; empty: none is named.
    pub contact: String,
}

/// `12-20..01-03` as (month, day) of its ends; `None` when it is none. The 29 February is a day.
#[must_use]
pub fn span_of_year(text: &str) -> Option<((u32, u32), (u32, u32))> {
    let (from, to) = text.split_once("..")?;
    let day = |text: &str| {
        let (month, day) = text.trim().split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        NaiveDate::from_ymd_opt(2024, month, day).map(|_| (month, day))
    };
    Some((day(from)?, day(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_the_year_are_two_real_days() {
        assert_eq!(span_of_year("12-20..01-03"), Some(((12, 20), (1, 3))));
        assert_eq!(span_of_year("02-29..02-29"), Some(((2, 29), (2, 29))));
        for wrong in ["", "12-20", "12-20..", "13-01..01-01", "02-30..03-01", "a-b..c-d"] {
            assert_eq!(span_of_year(wrong), None, "{wrong}");
        }
    }
}
