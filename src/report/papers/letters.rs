//! Which letters are written, and which account gets which.

use std::collections::BTreeMap;

use super::{Addressee, Composer, ContactLine, Letter, PaperFacts};
use crate::plan::{Contact, ContactGrade, Removal};
use crate::units::Share;

/// The letters of a removal and every account with its letter.
///
/// Calls and mails get letters of their own, the most personal and most dependent first, up to `plan.contact.max_letters`. All other
/// accounts share the letter of their segment; how they are told stays as it is. `common` is what is known of the capability as a whole.
pub fn letters(composer: Composer, removal: &Removal, common: &PaperFacts) -> (Vec<Letter>, Vec<ContactLine>) {
    let personal = |contact: &&Contact| contact.grade != ContactGrade::ReleaseNote;
    let most = composer.settings.plan.contact.max_letters as usize;
    let own = removal.contacts.iter().take_while(personal).count().min(most);
    let (alone, together) = removal.contacts.split_at(own);
    let mut letters: Vec<Letter> = alone.iter().map(|contact| own_letter(composer, removal, common, contact)).collect();
    let segment = |contact: &Contact| composer.facts.customers[contact.customer].segment.as_deref();
    let mut segments: BTreeMap<(bool, Option<&str>), u64> = BTreeMap::new();
    for contact in together {
        *segments.entry((segment(contact).is_none(), segment(contact))).or_default() += 1;
    }
    let mut letter_of = BTreeMap::new();
    for ((_, segment), accounts) in segments {
        letter_of.insert(segment, letters.len());
        letters.push(Letter {
            grade: ContactGrade::ReleaseNote,
            to: Addressee::Segment(segment.map(str::to_owned)),
            facts: common.with_segment(segment, accounts),
        });
    }
    let of_own = alone.iter().enumerate().map(|(place, contact)| line(composer, removal, contact, place));
    let of_segment = together.iter().map(|contact| line(composer, removal, contact, letter_of[&segment(contact)]));
    let contacts = of_own.chain(of_segment).collect();
    (letters, contacts)
}

fn own_letter(composer: Composer, removal: &Removal, common: &PaperFacts, contact: &Contact) -> Letter {
    let of = &composer.facts.capabilities[removal.capability].accounts[contact.place];
    Letter {
        grade: contact.grade,
        to: Addressee::Account(composer.facts.customers[contact.customer].id.clone()),
        facts: common.with_account(composer, contact, of, replacement_used(composer, removal, contact.customer)),
    }
}

fn line(composer: Composer, removal: &Removal, contact: &Contact, letter: usize) -> ContactLine {
    let customer = &composer.facts.customers[contact.customer];
    let of = &composer.facts.capabilities[removal.capability].accounts[contact.place];
    ContactLine {
        account: customer.id.clone(),
        name: customer.name.clone(),
        segment: customer.segment.clone(),
        owner: customer.owner.clone(),
        arr: customer.arr,
        renews_on: customer.renews_on,
        grade: contact.grade,
        reason: contact.reason.clone(),
        active_days: of.active_days,
        users: of.users,
        dependence: of.dependence.map(Share::value),
        last_use: of.last_use,
        replacement_used: replacement_used(composer, removal, contact.customer),
        letter,
    }
}

/// Whether the account is active on the replacement; `None` without one, or where use by account is not known.
fn replacement_used(composer: Composer, removal: &Removal, customer: usize) -> Option<bool> {
    let touched = composer.facts.overlap.touched.get(removal.replacement?)?;
    Some(touched.contains(customer))
}
