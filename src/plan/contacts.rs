//! Who is told how: the three grades of contact.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::ContactSettings;
use crate::decide;
use crate::metrics::{AccountUse, Facts};
use crate::units::{Money, Share, format};

/// How an account is told, from the most to the least personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContactGrade {
    /// Its customer-success manager calls, and sends the letter after the call.
    Call,
    /// A personal mail.
    Mail,
    /// The release note, written for its segment.
    ReleaseNote,
}

impl ContactGrade {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Mail => "mail",
            Self::ReleaseNote => "release-note",
        }
    }
}

/// One account that uses what is removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Index into [`Facts::customers`].
    pub customer: usize,
    /// How it is told.
    pub grade: ContactGrade,
    /// Why this grade, in words.
    pub reason: String,
    /// Place of the account in `CapabilityFacts::accounts`.
    pub place: usize,
}

/// Every account of the base that uses a capability, also on fewer days than make it active: by grade, then dependence, the unknown
/// last, then id.
///
/// An account gets the most personal grade that any line of the settings asks for. *ARR at risk* here is ARR × dependence, as in the
/// stakes of the capability: an account without a stated ARR counts with the mean of those that state one, but is never called for
/// it; a dependence that is not known counts as whole, and is written to personally, because nobody can say that it is small.
#[must_use]
pub fn contacts(facts: &Facts, capability: usize, settings: &ContactSettings) -> Vec<Contact> {
    let keys = if settings.call_key_accounts { key_accounts(facts) } else { BTreeSet::new() };
    let uses = &facts.capabilities[capability].accounts;
    let in_base = || uses.iter().enumerate().filter(|(_, of)| facts.customers[of.customer].in_base);
    let mean = facts.mean_arr().unwrap_or(0.0);
    let risk = |of: &AccountUse, arr: f64| arr * of.dependence.map_or(1.0, Share::value);
    let all: f64 =
        in_base().map(|(_, of)| risk(of, facts.customers[of.customer].arr.map_or(mean, Money::units))).sum();
    let contact = |(place, of): (usize, &AccountUse)| {
        let at_risk = facts.customers[of.customer].arr.map(|arr| risk(of, arr.units()));
        let part = at_risk.filter(|risk| *risk > 0.0).map(|risk| risk / all);
        let (grade, reason) = grade(keys.contains(&of.customer), part, of.dependence.map(Share::value), settings);
        Contact { customer: of.customer, grade, reason, place }
    };
    let mut contacts: Vec<Contact> = in_base().map(contact).collect();
    let dependence = |contact: &Contact| uses[contact.place].dependence.map_or(-1.0, Share::value);
    contacts.sort_by(|a, b| {
        let by_dependence = dependence(b).total_cmp(&dependence(a));
        a.grade.cmp(&b.grade).then(by_dependence).then(a.customer.cmp(&b.customer))
    });
    contacts
}

/// The grade and what asks for it; `part` is the account's part of the ARR at risk.
fn grade(
    is_key: bool,
    part: Option<f64>,
    dependence: Option<f64>,
    settings: &ContactSettings,
) -> (ContactGrade, String) {
    let days = |share: f64| format!("{} of its active days touch it", format::percent(share));
    let mut calls = Vec::new();
    if is_key {
        calls.push("it is a key account".to_owned());
    }
    calls.extend(dependence.filter(|share| *share >= settings.call_from_dependence).map(days));
    calls.extend(
        part.filter(|part| *part >= settings.call_from_risk_share)
            .map(|part| format!("it holds {} of the ARR at risk", format::percent(part))),
    );
    if !calls.is_empty() {
        return (ContactGrade::Call, calls.join("; "));
    }
    match dependence {
        Some(share) if share >= settings.mail_from_dependence => (ContactGrade::Mail, days(share)),
        Some(share) => (ContactGrade::ReleaseNote, format!("only {}", days(share))),
        None => (ContactGrade::Mail, "how much it depends on it is not known".to_owned()),
    }
}

/// The key accounts of the base, by index into [`Facts::customers`]: those that are stated to be, or, where the data say of no account
/// whether it is one, the largest that together hold a fifth of the ARR.
#[must_use]
pub fn key_accounts(facts: &Facts) -> BTreeSet<usize> {
    let in_base = || facts.customers.iter().enumerate().filter(|(_, customer)| customer.in_base);
    if in_base().any(|(_, customer)| customer.is_key.is_some()) {
        return in_base().filter(|(_, customer)| customer.is_key == Some(true)).map(|(index, _)| index).collect();
    }
    decide::key_accounts(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::decide::testing;
    use crate::metrics::CustomerFacts;

    /// Accounts as (ARR, key, active days on it of ten); every one in the base.
    fn facts(accounts: &[(Option<f64>, Option<bool>, Option<u32>)]) -> Facts {
        let mut capability = testing::capability("fax");
        let mut customers = Vec::new();
        for (customer, &(arr, is_key, days)) in accounts.iter().enumerate() {
            customers.push(CustomerFacts {
                id: format!("a{customer}"),
                name: None,
                segment: None,
                owner: None,
                arr: arr.and_then(Money::from_units),
                renews_on: None,
                is_key,
                in_base: true,
                active_days: 10,
            });
            capability.accounts.push(AccountUse {
                customer,
                active_days: u64::from(days.unwrap_or(1)),
                dependence: days.and_then(|days| Share::of(f64::from(days), 10.0)),
                users: None,
                sole_users: None,
                last_use: "2026-09-28".parse().unwrap(),
                trend_per_month: None,
                trend_p: None,
            });
        }
        let mut facts = testing::facts(vec![capability]);
        facts.customers = customers;
        facts
    }

    fn settings() -> ContactSettings {
        config::parse("").unwrap().plan.contact
    }

    fn told(facts: &Facts, settings: &ContactSettings) -> Vec<(usize, ContactGrade)> {
        contacts(facts, 0, settings).iter().map(|contact| (contact.customer, contact.grade)).collect()
    }

    #[test]
    fn no_use_nobody_told() {
        assert_eq!(contacts(&facts(&[]), 0, &settings()), []);
    }

    #[test]
    fn one_account_alone_holds_all_the_risk() {
        let found = contacts(&facts(&[(Some(1000.0), Some(false), Some(0))]), 0, &settings());
        assert_eq!(found[0].grade, ContactGrade::ReleaseNote, "no dependence, no risk: {}", found[0].reason);
        let found = contacts(&facts(&[(Some(1000.0), Some(false), Some(1))]), 0, &settings());
        assert_eq!(
            (found[0].grade, found[0].reason.as_str()),
            (ContactGrade::Call, "it holds 100\u{202f}% of the ARR at risk")
        );
    }

    #[test]
    fn every_line_of_the_settings_asks_by_itself() {
        // ARR × dependence: 0, 10, 20, 0, 80 and the mean ARR of the stated for the account without one, 100·0.1: shares of 120
        // are 0, 0.083, 0.167, 0, 0.667; the last but one is key, the last but none has no ARR and 0.1 of its days.
        let accounts = [
            (Some(100.0), Some(false), Some(0)),
            (Some(100.0), Some(false), Some(1)),
            (Some(200.0), Some(false), Some(1)),
            (Some(20.0), Some(true), Some(0)),
            (Some(80.0), Some(false), Some(10)),
            (None, None, Some(1)),
        ];
        let (facts, settings) = (facts(&accounts), settings());
        assert_eq!(
            told(&facts, &settings),
            [
                (4, ContactGrade::Call),
                (2, ContactGrade::Call),
                (3, ContactGrade::Call),
                (1, ContactGrade::Mail),
                (5, ContactGrade::Mail),
                (0, ContactGrade::ReleaseNote),
            ]
        );
        let reason = |customer| {
            contacts(&facts, 0, &settings).into_iter().find(|contact| contact.customer == customer).unwrap().reason
        };
        assert_eq!(reason(3), "it is a key account");
        assert_eq!(
            reason(4),
            "100\u{202f}% of its active days touch it; it holds 67\u{202f}% of the ARR at risk"
        );
        assert_eq!(reason(0), "only 0\u{202f}% of its active days touch it");
        let off = ContactSettings { call_key_accounts: false, ..settings };
        assert!(told(&facts, &off).contains(&(3, ContactGrade::ReleaseNote)));
    }

    #[test]
    fn limits_are_reached_by_equality() {
        let accounts = [(None, Some(false), Some(2)), (None, Some(false), Some(1))];
        let settings = ContactSettings { mail_from_dependence: 0.1, ..settings() };
        assert_eq!(told(&facts(&accounts), &settings), [(0, ContactGrade::Call), (1, ContactGrade::Mail)]);
    }

    #[test]
    fn what_is_not_known_is_not_taken_for_little() {
        let found = contacts(&facts(&[(None, Some(false), None)]), 0, &settings());
        assert_eq!((found[0].grade, found[0].reason.as_str()), (ContactGrade::Mail, "how much it depends on it is not known"));
    }

    #[test]
    fn where_nobody_says_who_is_key_the_largest_are() {
        let of = |is_key| [(Some(10.0), None, Some(0)), (Some(80.0), None, Some(0)), (Some(10.0), is_key, Some(0))];
        assert_eq!(key_accounts(&facts(&of(None))), BTreeSet::from([1]));
        assert_eq!(key_accounts(&facts(&of(Some(true)))), BTreeSet::from([2]));
        assert_eq!(key_accounts(&facts(&of(Some(false)))), BTreeSet::new(), "stated: none is");
    }

    #[test]
    fn accounts_outside_the_base_are_not_told() {
        let mut facts = facts(&[(Some(1.0), None, Some(9)), (Some(1.0), None, Some(9))]);
        facts.customers[0].in_base = false;
        assert_eq!(told(&facts, &settings()), [(1, ContactGrade::Call)]);
    }
}
