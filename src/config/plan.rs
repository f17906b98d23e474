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
    #[schemars(range(min = 0, max = 3650))]
    pub decide_days: u32,
    /// Days that a replacement must have been on offer before what it replaces is removed.
    #[schemars(range(min = 0, max = 3650))]
    pub replacement_lead_days: u32,
    /// Days before the renewal of a key account in which nothing that it uses is removed.
    #[schemars(range(min = 0, max = 3650))]
    pub renewal_before_days: u32,
    /// Days after it in which nothing that it uses is removed.
    #[schemars(range(min = 0, max = 3650))]
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
    #[schemars(range(min = 0, max = 120))]
    pub internal: Option<u32>,
    /// Months for trials.
    #[schemars(range(min = 0, max = 120))]
    pub beta: Option<u32>,
    /// Months for what people see and click.
    #[schemars(range(min = 0, max = 120))]
    pub user_interface: Option<u32>,
    /// Months for connections to other products.
    #[schemars(range(min = 0, max = 120))]
    pub integration: Option<u32>,
    /// Months for interfaces that customers' programs call.
    #[schemars(range(min = 0, max = 120))]
    pub public_api: Option<u32>,
    /// Months for what a contract promises.
    #[schemars(range(min = 0, max = 120))]
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
    use crate::config::{parse, parse_with};

    /// `line:column message | help` of the one fault of a text.
    fn fault(text: &str) -> String {
        let faults = parse(text).expect_err(text);
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        let help = faults[0].help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{}:{} {}{help}", faults[0].line, faults[0].column, faults[0].message)
    }

    /// Settings of `[plan]` and its tables as a text.
    fn text(table: &str, line: &str) -> String {
        format!("[{table}]\n{line}\n")
    }

    #[test]
    fn spans_of_the_year_are_two_real_days() {
        assert_eq!(span_of_year("12-20..01-03"), Some(((12, 20), (1, 3))));
        assert_eq!(span_of_year("02-29..02-29"), Some(((2, 29), (2, 29))));
        for wrong in ["", "12-20", "12-20..", "13-01..01-01", "02-30..03-01", "a-b..c-d"] {
            assert_eq!(span_of_year(wrong), None, "{wrong}");
        }
    }

    /// Every number of the plan: its table, its key, what it may be at least and at most, and one on either side of that.
    const NUMBERS: [(&str, &str, &str, &str, &str, &str); 24] = [
        ("plan", "months", "1", "60", "0", "61"),
        ("plan", "wave_months", "1", "12", "0", "13"),
        ("plan", "accounts_per_wave", "0", "1", "-0.01", "1.01"),
        ("plan", "accounts_overall", "0", "1", "-0.01", "1.01"),
        ("plan", "arr_at_risk_per_wave", "0", "1", "-0.01", "1.01"),
        ("plan", "arr_at_risk_overall", "0", "1", "-0.01", "1.01"),
        ("plan", "changes_per_account", "1", "4294967295", "0", "4294967296"),
        ("plan", "work_months", "1", "12", "0", "13"),
        ("plan", "team_share", "0", "1", "-0.01", "1.01"),
        ("plan", "decide_days", "0", "3650", "-1", "3651"),
        ("plan", "replacement_lead_days", "0", "3650", "-1", "3651"),
        ("plan", "renewal_before_days", "0", "3650", "-1", "3651"),
        ("plan", "renewal_after_days", "0", "3650", "-1", "3651"),
        ("plan", "renewal_every_months", "0", "60", "-1", "61"),
        ("plan", "node_limit", "1", "4294967295", "0", "4294967296"),
        ("plan", "gap", "0", "0.5", "-0.01", "0.51"),
        ("plan.notice_months", "internal", "0", "120", "-1", "121"),
        ("plan.notice_months", "beta", "0", "120", "-1", "121"),
        ("plan.notice_months", "user-interface", "0", "120", "-1", "121"),
        ("plan.notice_months", "public-api", "0", "120", "-1", "121"),
        ("plan.notice_months", "contractual", "0", "120", "-1", "121"),
        ("plan.contact", "call_from_dependence", "0", "1", "-0.01", "1.01"),
        ("plan.contact", "call_from_risk_share", "0", "1", "-0.01", "1.01"),
        ("plan.contact", "mail_from_dependence", "0", "1", "-0.01", "1.01"),
    ];

    #[test]
    fn numbers_of_the_plan_keep_to_their_ranges() {
        for (table, key, least, most, below, above) in NUMBERS {
            for right in [least, most] {
                assert!(parse(&text(table, &format!("{key} = {right}"))).is_ok(), "{table}.{key} = {right}");
            }
            for wrong in [below, above] {
                let found = fault(&text(table, &format!("{key} = {wrong}")));
                let column = key.len() + 4;
                assert!(found.starts_with(&format!("2:{column} `{table}.{key}` is {wrong}, must be ")), "{found}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_none_in_the_plan_either() {
        for (table, key, ..) in NUMBERS {
            for wrong in ["nan", "inf", "-inf", "\"3\"", "true", "[]"] {
                let found = fault(&text(table, &format!("{key} = {wrong}")));
                assert!(found.contains(&format!("`{table}.{key}` is ")) && found.contains("expected a "), "{found}");
            }
        }
        assert_eq!(
            fault("[plan]\naccounts_per_wave = 10"),
            "2:21 `plan.accounts_per_wave` is 10, must be between 0 and 1 | it is a fraction, not a percentage: 10 % is 0.1"
        );
    }

    /// Beyond the calendar a day cannot be told, so that the limit behind it would hold nothing.
    #[test]
    fn no_span_of_the_plan_leaves_the_calendar() {
        let as_of = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
        assert!(as_of.checked_add_days(chrono::Days::new(3650)).is_some());
        assert!(as_of.checked_add_months(chrono::Months::new(120)).is_some());
        assert!(as_of.checked_add_days(chrono::Days::new(u64::from(u32::MAX))).is_none());
    }

    #[test]
    fn a_notice_policy_is_one_of_those_that_there_are() {
        for known in NOTICE_POLICIES {
            assert_eq!(parse(&text("plan", &format!("notice = \"{known}\""))).unwrap().plan.notice, known);
        }
        assert_eq!(
            fault("[plan]\nnotice = \"generous\""),
            "2:10 `plan.notice` is `generous`, which is no notice policy | write one of github-like, home-assistant-like, \
             kubernetes-like, salesforce-like, standard"
        );
        assert!(fault("[plan]\nnotice = \"Standard\"").contains("no notice policy"));
        assert!(fault("[plan]\nnotice = \"\"").contains("no notice policy"));
    }

    #[test]
    fn a_notice_class_is_one_of_those_that_there_are() {
        for class in NoticeClass::ALL {
            let classes =
                parse(&text("plan.classes", &format!("\"a.b\" = \"{}\"", class.as_str()))).unwrap().plan.classes;
            assert_eq!(classes.get("a.b"), Some(class));
        }
        assert_eq!(
            fault("[plan.classes]\nfax = \"betta\""),
            "2:7 `plan.classes.fax` is `betta`, which it cannot be | did you mean `beta`?"
        );
        assert_eq!(
            fault("[plan.notice_months]\npublic_api = 12"),
            "2:1 unknown key `public_api` in `plan.notice_months` | did you mean `public-api`?"
        );
    }

    #[test]
    fn closed_spans_are_days_of_the_year_in_their_form() {
        for wrong in [
            "13-40..01-04",
            "02-30..03-01",
            "12-18",
            "12-18..",
            "..01-04",
            "12-18..01-04..02-01",
            "",
            "2026-12-18..2027-01-04",
        ] {
            assert_eq!(
                fault(&text("plan", &format!("holidays = [\"08-01..08-15\", \"{wrong}\"]"))),
                format!(
                    "2:29 `plan.holidays` holds `{wrong}`, which is no span of the year | write both days, as \"12-18..01-04\""
                )
            );
        }
        assert!(parse("[plan]\nholidays = []").unwrap().plan.holidays.is_empty());
        assert!(
            fault("[plan]\nholidays = \"12-18..01-04\"").starts_with("2:12 `plan.holidays` is a text, expected a list")
        );
        assert!(
            fault("[plan]\nholidays = [1218]").starts_with("2:13 `plan.holidays` is a whole number, expected a text")
        );
    }

    #[test]
    fn a_blackout_has_both_days_in_their_order() {
        let of = |rest: &str| format!("[[plan.blackout]]\n{rest}\n");
        let one = parse(&of("from = 2026-11-20\nto = 2026-11-20")).unwrap().plan.blackout;
        assert_eq!((one.len(), one[0].from), (1, one[0].to));
        assert_eq!(
            fault(&of("from = 2026-11-30\nto = 2026-11-20")),
            "1:1 this `plan.blackout` begins on 2026-11-30, after its end on 2026-11-20"
        );
        // Days in quotes as well.
        assert!(fault(&of("from = \"2026-11-30\"\nto = 2026-11-20")).contains("begins on 2026-11-30, after its end"));
        assert_eq!(fault(&of("from = 2026-11-20")), "1:1 this `plan.blackout` lacks `to`");
        assert!(
            fault(&of("from = \"2026-02-30\"\nto = 2026-03-01"))
                .starts_with("2:8 `plan.blackout.from` is `2026-02-30`")
        );
        assert!(
            fault("[plan.blackout]\nfrom = 2026-11-20\nto = 2026-11-30").contains("write its header with two brackets")
        );
    }

    #[test]
    fn a_demand_names_what_and_by_when() {
        let of = |rest: &str| format!("[[plan.demand]]\n{rest}\n");
        let one = parse(&of("capability = \"fax\"\nby = 2027-03-31")).unwrap().plan.demand;
        assert_eq!((one[0].capability.as_str(), one[0].reason.as_str()), ("fax", ""));
        for empty in ["", " ", "\\t"] {
            let found = fault(&of(&format!("capability = \"{empty}\"\nby = 2027-03-31")));
            assert_eq!(found, "2:14 `plan.demand.capability` is empty");
        }
        assert_eq!(fault(&of("capability = \"fax\"")), "1:1 this `plan.demand` lacks `by`");
        assert_eq!(fault(&of("by = 2027-03-31")), "1:1 this `plan.demand` lacks `capability`");
        assert!(
            fault(&of("capability = \"fax\"\nby = \"March\""))
                .starts_with("3:6 `plan.demand.by` is `March`, expected a day")
        );
    }

    #[test]
    fn hours_of_a_team_are_a_number_that_is_not_negative() {
        let of = |hours: &str| text("plan.team_hours", &format!("\"Core Team\" = {hours}"));
        assert_eq!(parse(&of("0")).unwrap().plan.team_hours["Core Team"].to_bits(), 0.0_f64.to_bits());
        assert_eq!(fault(&of("-1")), "2:1 `plan.team_hours.Core Team` is -1, must be at least 0");
        for wrong in ["nan", "-nan", "inf", "-inf"] {
            assert_eq!(
                fault(&of(wrong)),
                format!("2:15 `plan.team_hours.Core Team` is {wrong}, expected a finite number")
            );
        }
    }

    #[test]
    fn a_setting_of_the_command_line_is_held_to_the_same() {
        for (assignment, part) in [
            ("plan.gap=0.6", "`plan.gap` is 0.6, must be between 0 and 0.5"),
            ("plan.notice=\"none\"", "`plan.notice` is `none`, which is no notice policy"),
            ("plan.team_hours.Core=-1", "`plan.team_hours.Core` is -1, must be at least 0"),
            ("plan.decide_days=4294967295", "`plan.decide_days` is 4294967295, must be between 0 and 3650"),
        ] {
            let faults = parse_with("", &[assignment.to_owned()]).unwrap_err();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].line == 0 && faults[0].message.contains(part), "{faults:?}");
        }
    }
}
