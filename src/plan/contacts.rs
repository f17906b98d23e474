//! Who is told how: the three grades of contact.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::ContactSettings;
use crate::metrics::{AccountUse, Facts};
use crate::units::{Money, Share, definition, format};

definition! {
    /// How each account of the base that uses what is removed is told.
    ///
    /// `call`: its customer-success manager calls and sends the letter afterwards. A key account (`plan.contact.call_key_accounts`), or
    /// one whose dependence is at least `call_from_dependence`; or one that carries at least `call_from_risk_share` of the ARR that depends on
    /// the capability and would also get a mail. `mail`: a personal letter, from a dependence of `mail_from_dependence`. `release-note`: the
    /// others read what is written for their segment.
    ///
    /// Dependence is the share of the account's active days of the period that touch the capability; where it is not known the account gets
    /// a mail, since silence costs more than a letter. Beyond `max_letters` of one capability the least dependent are written to by segment.
    pub CONTACTS, "contact_grade", "Grade of contact"
}

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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Every account of the base that used a capability, also on fewer days than make it active: by grade, then dependence, then id. `keys`
/// are the key accounts, by customer.
#[must_use]
pub fn contacts(facts: &Facts, capability: usize, keys: &BTreeSet<usize>, settings: &ContactSettings) -> Vec<Contact> {
    let of = &facts.capabilities[capability];
    let affected = || of.accounts.iter().enumerate().filter(|(_, of)| facts.customers[of.customer].in_base);
    let depends = |of: &AccountUse| {
        let arr = facts.customers[of.customer].arr.map_or(0.0, Money::units);
        arr * of.dependence.map_or(0.0, Share::value)
    };
    let all: f64 = affected().map(|(_, of)| depends(of)).sum();
    let contact = |(place, of): (usize, &AccountUse)| {
        let part = if all > 0.0 { depends(of) / all } else { 0.0 };
        let (grade, reason) = grade(of.dependence.map(Share::value), part, keys.contains(&of.customer), settings);
        Contact { customer: of.customer, grade, reason, place }
    };
    let mut contacts: Vec<Contact> = affected().map(contact).collect();
    // Accounts stand by descending dependence, then id.
    contacts.sort_by_key(|contact| (contact.grade, contact.place));
    contacts
}

fn grade(dependence: Option<f64>, part: f64, is_key: bool, settings: &ContactSettings) -> (ContactGrade, String) {
    if is_key && settings.call_key_accounts {
        return (ContactGrade::Call, "it is a key account".to_owned());
    }
    let Some(dependence) = dependence else {
        return (ContactGrade::Mail, "how much it depends on it is not known".to_owned());
    };
    let share = format!("{} of its active days touch it", format::percent(dependence));
    if dependence >= settings.call_from_dependence {
        (ContactGrade::Call, share)
    } else if dependence < settings.mail_from_dependence {
        (ContactGrade::ReleaseNote, share)
    } else if part >= settings.call_from_risk_share {
        (ContactGrade::Call, format!("it carries {} of the ARR that depends on it", format::percent(part)))
    } else {
        (ContactGrade::Mail, share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{self, testing};
    use crate::metrics::CustomerFacts;

    const SETTINGS: ContactSettings = ContactSettings {
        call_from_dependence: 0.2,
        call_from_risk_share: 0.1,
        call_key_accounts: true,
        mail_from_dependence: 0.05,
        max_letters: 10,
    };

    /// Accounts as (ARR, active days on `fax` of ten), by descending days; every one in the base.
    fn facts(accounts: &[(Option<f64>, Option<u32>)]) -> Facts {
        let mut capability = testing::capability("fax");
        let mut customers = Vec::new();
        for (customer, &(arr, days)) in accounts.iter().enumerate() {
            customers.push(CustomerFacts {
                id: format!("a{customer}"),
                name: None,
                segment: None,
                owner: None,
                arr: arr.and_then(Money::from_units),
                renews_on: None,
                is_key: Some(false),
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

    fn told(facts: &Facts) -> Vec<(usize, ContactGrade, String)> {
        let line = |contact: Contact| (contact.customer, contact.grade, contact.reason);
        contacts(facts, 0, &decide::key_accounts(facts), &SETTINGS).into_iter().map(line).collect()
    }

    #[test]
    fn every_account_of_the_base_is_told_and_nobody_else() {
        assert_eq!(told(&facts(&[])), []);
        // ARR × dependence 30, 10 and 70 of 110; that without ARR adds nothing.
        let mut known = facts(&[
            (Some(100.0), Some(3)),
            (Some(100.0), Some(1)),
            (Some(700.0), Some(1)),
            (None, Some(0)),
            (None, None),
        ]);
        let of_days = |percent| format!("{percent}\u{202f}% of its active days touch it");
        assert_eq!(
            told(&known),
            [
                (0, ContactGrade::Call, of_days("30")),
                (2, ContactGrade::Call, "it carries 64\u{202f}% of the ARR that depends on it".to_owned()),
                (1, ContactGrade::Mail, of_days("10")),
                (4, ContactGrade::Mail, "how much it depends on it is not known".to_owned()),
                (3, ContactGrade::ReleaseNote, of_days("0")),
            ]
        );
        // Too few days to count as active are use all the same.
        known.overlap.touched = vec![[0].into_iter().collect()];
        assert_eq!(told(&known).len(), 5);
        known.customers[0].in_base = false;
        assert!(told(&known).iter().all(|(customer, ..)| *customer != 0));
    }

    #[test]
    fn where_an_account_says_who_is_key_that_holds() {
        let mut known = facts(&[(Some(1.0), Some(0)), (Some(900.0), Some(0))]);
        assert!(told(&known).iter().all(|(_, grade, _)| *grade == ContactGrade::ReleaseNote), "stated: none is");
        known.customers[0].is_key = Some(true);
        assert_eq!(told(&known)[0], (0, ContactGrade::Call, "it is a key account".to_owned()));
        known.customers.iter_mut().for_each(|customer| customer.is_key = None);
        assert_eq!(told(&known)[0], (1, ContactGrade::Call, "it is a key account".to_owned()), "the largest");
    }

    #[test]
    fn the_highest_grade_that_is_asked_for_holds() {
        let of = |dependence, part, is_key| grade(dependence, part, is_key, &SETTINGS).0;
        assert_eq!(of(Some(0.2), 0.0, false), ContactGrade::Call);
        assert_eq!(of(Some(0.199), 0.099, false), ContactGrade::Mail);
        assert_eq!(of(Some(0.05), 0.1, false), ContactGrade::Call);
        // A trifle stays one, also where hardly anybody else uses it.
        assert_eq!(of(Some(0.049), 1.0, false), ContactGrade::ReleaseNote);
        assert_eq!(of(Some(0.0), 0.0, true), ContactGrade::Call);
        assert_eq!(of(None, 0.0, false), ContactGrade::Mail);
        let quiet = ContactSettings { call_key_accounts: false, ..SETTINGS };
        assert_eq!(grade(Some(0.0), 0.0, true, &quiet).0, ContactGrade::ReleaseNote);
    }
}
