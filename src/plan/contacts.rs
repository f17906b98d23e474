//! Who is told how: the three grades of contact.

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::ContactSettings;
use crate::decide;
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

/// Every account of the base that uses a capability, by grade, then dependence, then id.
#[must_use]
pub fn contacts(facts: &Facts, capability: usize, settings: &ContactSettings) -> Vec<Contact> {
    let (of, users) = (&facts.capabilities[capability], facts.overlap.touched.get(capability));
    let keys = decide::key_accounts(facts);
    let affected =
        || of.accounts.iter().enumerate().filter(|(_, of)| users.is_some_and(|users| users.contains(of.customer)));
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
        return (ContactGrade::Call, "a key account".to_owned());
    }
    let Some(dependence) = dependence else {
        return (ContactGrade::Mail, "how much it depends is not known".to_owned());
    };
    let share = format!("{} of its active days", format::percent(dependence));
    if dependence >= settings.call_from_dependence {
        (ContactGrade::Call, share)
    } else if dependence < settings.mail_from_dependence {
        (ContactGrade::ReleaseNote, share)
    } else if part >= settings.call_from_risk_share {
        (ContactGrade::Call, format!("{} of the ARR that depends on it", format::percent(part)))
    } else {
        (ContactGrade::Mail, share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: ContactSettings = ContactSettings {
        call_from_dependence: 0.2,
        call_from_risk_share: 0.1,
        call_key_accounts: true,
        mail_from_dependence: 0.05,
        max_letters: 10,
    };

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
