use std::collections::BTreeMap;

use super::base::Customers;
use super::sets::AccountSet;
use super::{Segment, adoption};
use crate::tables::rows::Account;
use crate::units::{Estimate, Money};

/// The accounts of a base by one attribute: segment, plan or region.
#[derive(Debug)]
pub(super) struct Groups {
    /// By descending ARR, then name.
    pub list: Vec<Segment>,
    /// By customer, the place of its group in the list; `None` for an account outside of the base or without the attribute.
    of_customer: Vec<Option<usize>>,
}

impl Groups {
    pub fn new(customers: &Customers, base: &AccountSet, attribute: fn(&Account) -> Option<&str>) -> Self {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for index in base.iter() {
            if let Some(name) = customers.list[index].account.and_then(attribute) {
                members.entry(name).or_default().push(index);
            }
        }
        let mut groups: Vec<(&str, Vec<usize>, Option<Money>)> = members
            .into_iter()
            .map(|(name, members)| {
                let arr = customers.arr(members.iter().copied());
                (name, members, arr)
            })
            .collect();
        groups.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(b.0)));
        let mut of_customer = vec![None; customers.list.len()];
        for (place, (_, members, _)) in groups.iter().enumerate() {
            for &index in members {
                of_customer[index] = Some(place);
            }
        }
        let segment = |(name, members, arr): (&str, Vec<usize>, Option<Money>)| Segment {
            name: name.to_owned(),
            accounts: members.len() as u64,
            arr,
        };
        Self { list: groups.into_iter().map(segment).collect(), of_customer }
    }

    /// Adoption within each group, aligned with the list. The active accounts belong to the base.
    pub fn adoption(&self, active: &AccountSet) -> Vec<Option<Estimate>> {
        let mut counts = vec![0_u64; self.list.len()];
        for place in active.iter().filter_map(|index| self.of_customer[index]) {
            counts[place] += 1;
        }
        counts.into_iter().zip(&self.list).map(|(active, group)| adoption::rate(active, group.accounts)).collect()
    }
}

/// Who of a base is entitled to what. The lists of plans and segments are few, so each is looked up once.
#[derive(Debug, Default)]
pub(super) struct Entitled<'a>(BTreeMap<&'a [String], AccountSet>);

impl<'a> Entitled<'a> {
    pub fn new(customers: &Customers, base: &AccountSet, lists: impl Iterator<Item = &'a [String]>) -> Self {
        let mut entitled: BTreeMap<&[String], AccountSet> = BTreeMap::new();
        for list in lists {
            entitled.entry(list).or_insert_with(|| {
                let has = |text: &Option<String>| text.as_ref().is_some_and(|text| list.contains(text));
                let account = |index: usize| customers.list[index].account;
                let may = |index: &usize| account(*index).is_some_and(|found| has(&found.plan) || has(&found.segment));
                customers.set(base.iter().filter(|index| list.is_empty() || may(index)))
            });
        }
        Self(entitled)
    }

    /// The accounts of the base whose plan or segment stands in the list; all of them when it is empty.
    pub fn to(&self, list: &[String]) -> &AccountSet {
        self.0.get(list).expect("every list of the catalogue was looked up")
    }
}
