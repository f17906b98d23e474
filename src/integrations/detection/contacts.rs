//! Which ticket speaks of which failure.

use std::cmp::Reverse;

use chrono::{NaiveDateTime, TimeDelta};

use super::super::Evidence;
use crate::attribute::{Method, Source};

/// A ticket that speaks of a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact<'a> {
    pub capability: usize,
    /// `None`: it names none.
    pub account: Option<&'a str>,
    pub opened: NaiveDateTime,
    /// Row of the table.
    pub row: usize,
}

/// Every ticket that was opened before the end of the as-of date and that a label or a rule places on a capability, once per
/// capability; by capability, account, opening, row. What triage supposes is no sign that anybody spoke of a failure.
pub fn contacts(evidence: Evidence<'_>) -> Vec<Contact<'_>> {
    let said = evidence
        .ledger
        .entries
        .iter()
        .filter(|entry| entry.source == Source::Tickets && entry.method != Method::Triage);
    let contact = said.filter_map(|entry| {
        let ticket = evidence.tickets.get(entry.row)?;
        let opened = ticket.opened_at.filter(|opened| *opened < evidence.now())?;
        let account = ticket.account_id.as_deref();
        Some(Contact { capability: entry.placed_on()?, account, opened, row: entry.row })
    });
    let mut found: Vec<Contact> = contact.collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// When a failure could be spoken of, by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening<'a> {
    pub capability: usize,
    /// `None`: by anybody.
    pub account: Option<&'a str>,
    pub from: NaiveDateTime,
    /// `None`: it is open.
    pub until: Option<NaiveDateTime>,
    /// Which failure.
    pub failure: usize,
}

/// The failure of every contact that speaks of one, as (failure, row of the ticket), by contact: the one that is open when it is
/// opened, else the one that was over last, up to `within` before. Of several that are open the one of its own account, then the one
/// that began last.
pub fn place(contacts: &[Contact], mut openings: Vec<Opening>, within: TimeDelta) -> Vec<(usize, usize)> {
    openings.sort_unstable();
    let own = nearest(contacts, &openings, |opening| opening.account.is_some(), within);
    let mut by_time: Vec<usize> = (0..contacts.len()).collect();
    by_time.sort_unstable_by_key(|&place| (contacts[place].capability, contacts[place].opened, contacts[place].row));
    let anybody: Vec<Contact> = by_time.iter().map(|&place| Contact { account: None, ..contacts[place] }).collect();
    let mut of_anybody = vec![None; contacts.len()];
    let found = nearest(&anybody, &openings, |opening| opening.account.is_none(), within);
    by_time.into_iter().zip(found).for_each(|(place, found)| of_anybody[place] = found);
    let chosen = own.into_iter().zip(of_anybody).zip(contacts).filter_map(|((own, of_anybody), contact)| {
        // An equal gap leaves it with its own account.
        let (_, failure) = match (own, of_anybody) {
            (Some(own), Some(other)) if other.0 < own.0 => other,
            (Some(own), _) => own,
            (None, other) => other?,
        };
        Some((failure, contact.row))
    });
    chosen.collect()
}

/// For every contact the best opening of its capability and account among those of a sort: how long it had been over, and its failure.
/// Both lists stand by capability, account, time.
fn nearest(
    contacts: &[Contact],
    openings: &[Opening],
    sort: impl Fn(&Opening) -> bool,
    within: TimeDelta,
) -> Vec<Option<(TimeDelta, usize)>> {
    let mut openings = openings.iter().filter(|opening| sort(opening)).peekable();
    let mut of = None;
    // Those that are open, the one that began last on top, and the one that was over last.
    let mut open: Vec<&Opening> = Vec::new();
    let mut over: Option<&Opening> = None;
    let mut found = Vec::with_capacity(contacts.len());
    for contact in contacts {
        let key = (contact.capability, contact.account);
        if of.replace(key) != Some(key) {
            open.clear();
            over = None;
        }
        while let Some(next) = openings.next_if(|next| {
            let at = (next.capability, next.account);
            at < key || (at == key && next.from <= contact.opened)
        }) {
            if (next.capability, next.account) == key {
                open.push(next);
                over = Some(later(over, next));
            }
        }
        while open.pop_if(|top| top.until.is_some_and(|until| until < contact.opened)).is_some() {}
        let gap = |opening: &Opening| opening.until.map_or(TimeDelta::zero(), |until| contact.opened - until);
        found.push(match (open.last(), over) {
            (Some(top), _) => Some((TimeDelta::zero(), top.failure)),
            (None, Some(last)) => Some((gap(last), last.failure)).filter(|(gap, _)| *gap <= within),
            (None, None) => None,
        });
    }
    found
}

/// Of two failures the one that was over later; of equals the one that began later, then the first.
fn later<'a>(one: Option<&'a Opening<'a>>, other: &'a Opening<'a>) -> &'a Opening<'a> {
    let key = |opening: &Opening| (opening.until.is_none(), opening.until, opening.from, Reverse(opening.failure));
    one.filter(|one| key(one) >= key(other)).unwrap_or(other)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::at;
    use super::*;
    use proptest::prelude::*;

    fn hour(hour: i64) -> NaiveDateTime {
        at("07-01T00:00") + TimeDelta::hours(hour)
    }

    fn opening(account: Option<&str>, from: i64, until: Option<i64>, failure: usize) -> Opening<'_> {
        Opening { capability: 0, account, from: hour(from), until: until.map(hour), failure }
    }

    fn placed<'a>(contacts: &[(Option<&'a str>, i64)], openings: &[Opening<'a>]) -> Vec<(usize, usize)> {
        let contact = |(row, &(account, opened)): (usize, &(Option<&'a str>, i64))| Contact {
            capability: 0,
            account,
            opened: hour(opened),
            row,
        };
        let mut contacts: Vec<Contact> = contacts.iter().enumerate().map(contact).collect();
        contacts.sort_unstable();
        place(&contacts, openings.to_vec(), TimeDelta::hours(10))
    }

    #[test]
    fn open_goes_before_over_and_the_own_account_before_anybody() {
        let openings = [
            opening(Some("u"), 0, Some(10), 0),
            opening(Some("u"), 20, Some(60), 1),
            opening(Some("u"), 30, Some(40), 2),
            opening(None, 8, Some(18), 3),
            opening(None, 100, None, 4),
        ];
        for (account, opened, expected) in [
            (Some("u"), -1, None),
            (Some("u"), 0, Some(0)),
            (Some("u"), 9, Some(0)),
            (Some("u"), 12, Some(3)),
            (Some("u"), 19, Some(3)),
            (Some("u"), 25, Some(1)),
            (Some("u"), 35, Some(2)),
            (Some("u"), 41, Some(1)),
            (Some("u"), 70, Some(1)),
            (Some("u"), 71, None),
            (Some("v"), 9, Some(3)),
            (None, 28, Some(3)),
            (None, 29, None),
            (Some("u"), 5_000, Some(4)),
        ] {
            let found = placed(&[(account, opened)], &openings);
            assert_eq!(found.first().map(|found| found.0), expected, "{account:?} at {opened}");
        }
        assert_eq!(placed(&[], &openings), []);
        assert_eq!(placed(&[(None, 3)], &[]), []);
    }

    proptest! {
        /// Against a look at every pair.
        #[test]
        fn sweeping_finds_what_looking_at_every_pair_does(
            contacts in prop::collection::vec((0_usize..3, 0_i64..80), 0..12),
            openings in prop::collection::vec((0_usize..3, 0_i64..60, prop::option::of(0_i64..30)), 0..12),
        ) {
            let names = [None, Some("u"), Some("v")];
            let contacts: Vec<(Option<&str>, i64)> = contacts.iter().map(|&(who, at)| (names[who], at)).collect();
            let openings: Vec<Opening> = openings
                .iter()
                .enumerate()
                .map(|(index, &(who, from, length))| opening(names[who], from, length.map(|length| from + length), index))
                .collect();
            let found = placed(&contacts, &openings);
            for (row, &(account, opened)) in contacts.iter().enumerate() {
                let rank = |opening: &Opening| {
                    let over = opening.until.filter(|until| *until < hour(opened));
                    let gap = over.map_or(TimeDelta::zero(), |until| hour(opened) - until);
                    (gap, opening.account.is_none(), Reverse(opening.from))
                };
                let fits = |opening: &&Opening| {
                    (opening.account.is_none() || opening.account == account)
                        && opening.from <= hour(opened)
                        && rank(opening).0 <= TimeDelta::hours(10)
                };
                let best = openings.iter().filter(fits).map(rank).min();
                let given: Vec<usize> = found.iter().filter(|found| found.1 == row).map(|found| found.0).collect();
                prop_assert!(given.len() <= 1, "a ticket speaks of one failure at most");
                prop_assert_eq!(given.first().map(|&failure| rank(&openings[failure])), best);
            }
        }
    }
}
