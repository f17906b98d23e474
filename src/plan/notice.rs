//! How much notice is owed, as data: one file for each policy in `policies/`, embedded in the program.
//!
//! Takes nothing at run time but the settings; gives [`NoticePolicy`]s. A file that does not parse, or that misses a class, fails the
//! tests of this room.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::config::{NoticeClass, NoticeMonths, PlanSettings};
use crate::units::definition;

definition! {
    /// The months from the announcement of a removal to the removal itself that the users of a capability are owed, at least, by its
    /// class.
    ///
    /// *Class*: what `plan.classes` says; else `contractual` where a contract promises it to any account, `public-api` where the
    /// catalogue says that programs of customers call it, `integration` by its kind, `user-interface` of all others. *Policy*:
    /// `plan.notice`, with `plan.notice_months` over it; each policy is data, with its stages and channels, and says what it takes from its
    /// published source and what is filled in.
    ///
    /// *Why not the longest.* Customers who are told two years ahead do nothing for the first; every month costs what the removal would
    /// save. What the plan would be worth under each policy stands beside it.
    pub NOTICE, "notice", "Notice"
}

/// What one class of capabilities is owed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassPolicy {
    /// Which.
    pub class: NoticeClass,
    /// Months from the announcement to the removal at least.
    pub months: u32,
    /// Days from the announcement until it is closed to new use; `None`: it stays open until it is removed.
    #[serde(default)]
    pub closed_after_days: Option<u32>,
    /// Days from the announcement until warnings are shown at use; `None`: there are none.
    #[serde(default)]
    pub warnings_after_days: Option<u32>,
    /// Brownouts, by descending days before the removal; each is longer than the one before and begins at another hour.
    pub brownouts: Vec<Brownout>,
    /// Days before the removal from which it can be read or exported but not used; 0: none.
    pub read_only_days: u32,
    /// Days after the removal for which its data are kept.
    pub data_kept_days: u32,
    /// Days after the removal on which its effect is verified.
    pub verified_after_days: u32,
    /// Channels by which it is told, in the order in which they are used.
    pub channels: Vec<String>,
}

/// A time in which it does not work, so that who depends on it finds out in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brownout {
    /// Days before the removal.
    pub days_before: u32,
    /// First hour of the day, UTC, 0–23.
    pub hour: u32,
    /// How many hours.
    pub hours: u32,
}

/// A notice policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticePolicy {
    /// Name, as in the settings.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it follows, and where that is published.
    pub source: String,
    /// By class, in their order.
    pub classes: Vec<ClassPolicy>,
}

impl NoticePolicy {
    /// What a class is owed.
    ///
    /// # Panics
    /// When the policy does not speak of the class, which no policy of [`policies`] does.
    #[must_use]
    pub fn class(&self, class: NoticeClass) -> &ClassPolicy {
        self.classes.iter().find(|of| of.class == class).expect("a policy speaks of every class")
    }

    /// The policy with other months.
    #[must_use]
    fn with(mut self, months: &NoticeMonths) -> Self {
        for of in &mut self.classes {
            let own = match of.class {
                NoticeClass::Internal => months.internal,
                NoticeClass::Beta => months.beta,
                NoticeClass::UserInterface => months.user_interface,
                NoticeClass::Integration => months.integration,
                NoticeClass::PublicApi => months.public_api,
                NoticeClass::Contractual => months.contractual,
            };
            of.months = own.unwrap_or(of.months);
        }
        self
    }
}

const EMBEDDED: [&str; 5] = [
    include_str!("policies/github-like.toml"),
    include_str!("policies/home-assistant-like.toml"),
    include_str!("policies/kubernetes-like.toml"),
    include_str!("policies/salesforce-like.toml"),
    include_str!("policies/standard.toml"),
];

static POLICIES: LazyLock<Vec<NoticePolicy>> =
    LazyLock::new(|| EMBEDDED.iter().filter_map(|text| toml::from_str(text).ok()).collect());

/// The known policies, by name.
#[must_use]
pub fn policies() -> &'static [NoticePolicy] {
    &POLICIES
}

/// The policy that the settings name, with their months over it; the standard one where they name none that is known, which the check of
/// the configuration refuses.
///
/// # Panics
/// When no policy is embedded, which a test of this room forbids.
#[must_use]
pub fn policy(settings: &PlanSettings) -> NoticePolicy {
    let named = |name: &str| POLICIES.iter().find(|policy| policy.name == name);
    let policy = named(&settings.notice).or_else(|| named("standard")).or_else(|| POLICIES.first());
    policy.expect("policies are embedded").clone().with(&settings.notice_months)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    #[test]
    fn every_policy_is_read_and_speaks_of_every_class_once() {
        for text in EMBEDDED {
            let policy: NoticePolicy = toml::from_str(text).unwrap();
            let classes: Vec<NoticeClass> = policy.classes.iter().map(|of| of.class).collect();
            assert_eq!(classes, NoticeClass::ALL, "{}", policy.name);
            assert!(!policy.source.is_empty() && !policy.title.is_empty());
        }
        let names: Vec<&str> = policies().iter().map(|policy| policy.name.as_str()).collect();
        assert_eq!(names, config::NOTICE_POLICIES);
    }

    #[test]
    fn brownouts_grow_and_end_one_to_three_weeks_before() {
        for of in policies().iter().flat_map(|policy| &policy.classes) {
            for pair in of.brownouts.windows(2) {
                assert!(pair[0].days_before > pair[1].days_before && pair[0].hours < pair[1].hours);
            }
            // All of them differ, since one between two others may find no day.
            let hours: std::collections::BTreeSet<u32> = of.brownouts.iter().map(|of| of.hour).collect();
            assert_eq!(hours.len(), of.brownouts.len());
            assert!(of.brownouts.last().is_none_or(|last| (7..=21).contains(&last.days_before)));
            assert!(of.brownouts.iter().all(|of| of.hour < 24 && of.hour + of.hours <= 24), "within its day");
            assert!(!of.channels.is_empty());
        }
    }

    #[test]
    fn months_of_the_settings_go_before_those_of_the_policy() {
        let settings = config::parse("[plan]\nnotice = \"github-like\"\n[plan.notice_months]\nbeta = 4").unwrap().plan;
        let policy = policy(&settings);
        assert_eq!((policy.class(NoticeClass::Beta).months, policy.class(NoticeClass::PublicApi).months), (4, 24));
    }
}
