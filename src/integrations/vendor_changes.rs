//! The vendor changes that are known on the as-of date, by vendor, and the integrations behind each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Evidence;
use crate::attribute::Targets;
use crate::config::RawColumn;
use crate::tables::rows::ApiChange;

/// One vendor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vendor<'a> {
    /// As written first: in the changes, else in the catalogue.
    pub name: &'a str,
    /// Its capabilities: whose catalogue line names it; where none does, what a rule, an id or a name says of it; and
    /// those without a vendor that its changes name.
    pub capabilities: Vec<usize>,
}

/// One change that is known on the as-of date. Rows that differ in nothing but the capability are one change that
/// reaches several.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change<'a> {
    /// Its first row.
    pub row: &'a ApiChange,
    /// Index into [`Known::vendors`].
    pub vendor: usize,
    /// The capabilities that it names, else all of the vendor.
    pub capabilities: Vec<usize>,
}

impl Change<'_> {
    /// Whether it breaks: as stated, else by its kind; `None` when neither says.
    pub fn breaking(&self) -> Option<bool> {
        let by_kind = |kind: &str| matches!(kind, "endpoint" | "auth" | "shutdown");
        self.row.breaking.or_else(|| self.row.change.as_deref().map(by_kind))
    }

    /// The day from which it held, when that is not after the as-of date.
    pub fn past(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        self.row.effective_on.filter(|&day| day <= as_of)
    }
}

/// What is known on the as-of date.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Known<'a> {
    /// By their names without case and spaces.
    pub vendors: Vec<Vendor<'a>>,
    /// In the order of their first rows.
    pub changes: Vec<Change<'a>>,
}

impl<'a> Known<'a> {
    /// Every vendor of the changes and of the catalogue, and every change that was not announced after the as-of date: what
    /// is said later is not known yet. A change that does not say when it was announced counts as known. `None` without the table.
    pub fn of(evidence: Evidence<'a>) -> Option<Self> {
        let rows = evidence.api_changes?;
        let mut targets = Targets::new(evidence.catalogue);
        let mut by_key = Named::of(evidence);
        let mut seen: BTreeMap<_, usize> = BTreeMap::new();
        let mut found: Vec<(&ApiChange, String, BTreeSet<usize>)> = Vec::new();
        for row in rows.iter().filter(|row| row.announced_on.is_none_or(|day| day <= evidence.spans.as_of)) {
            let Some((name, key)) = row.vendor.as_deref().map(|name| (name.trim(), key(name))) else { continue };
            if key.is_empty() {
                continue;
            }
            by_key.add(name, &key, &mut targets);
            let named =
                row.capability.as_deref().map(|name| targets.of(RawColumn::Capability, name)).unwrap_or_default();
            by_key.claim(&key, named, evidence);
            let at = *seen.entry(same(row, &key)).or_insert_with(|| {
                found.push((row, key.clone(), BTreeSet::new()));
                found.len() - 1
            });
            found[at].2.extend(named);
        }
        let places: BTreeMap<String, usize> = by_key.0.keys().cloned().zip(0..).collect();
        let vendors: Vec<Vendor> = by_key.0.into_values().map(Of::settled).collect();
        let changes = found.into_iter().map(|(row, key, named)| {
            let vendor = places[&key];
            let of_vendor = || vendors[vendor].capabilities.clone();
            let capabilities = if named.is_empty() { of_vendor() } else { named.into_iter().collect() };
            Change { row, vendor, capabilities }
        });
        Some(Self { changes: changes.collect(), vendors })
    }

    /// The first day of which changes are known: that of the earliest announcement or change up to the as-of date. `None`
    /// when there is none.
    pub fn first_day(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        let days = self.changes.iter().flat_map(|change| [change.row.announced_on, change.row.effective_on]);
        days.flatten().filter(|&day| day <= as_of).min()
    }
}

/// What is gathered of one vendor.
struct Of<'a> {
    name: Option<&'a str>,
    in_catalogue: &'a str,
    capabilities: BTreeSet<usize>,
}

impl<'a> Of<'a> {
    fn settled(self) -> Vendor<'a> {
        Vendor { name: self.name.unwrap_or(self.in_catalogue), capabilities: self.capabilities.into_iter().collect() }
    }
}

/// Vendors by key.
struct Named<'a>(BTreeMap<String, Of<'a>>);

impl<'a> Named<'a> {
    /// Those of the catalogue.
    fn of(evidence: Evidence<'a>) -> Self {
        let mut by_key: BTreeMap<String, Of> = BTreeMap::new();
        for (index, capability) in evidence.catalogue.capabilities().iter().enumerate() {
            let Some(name) = capability.vendor.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
                continue;
            };
            let new = || Of { name: None, in_catalogue: name, capabilities: BTreeSet::new() };
            by_key.entry(key(name)).or_insert_with(new).capabilities.insert(index);
        }
        Self(by_key)
    }

    /// A vendor that a change names.
    fn add(&mut self, name: &'a str, key: &str, targets: &mut Targets<'a>) {
        if let Some(known) = self.0.get_mut(key) {
            known.name.get_or_insert(name);
            return;
        }
        let capabilities = targets.of(RawColumn::Vendor, name).iter().copied().collect();
        self.0.insert(key.to_owned(), Of { name: Some(name), in_catalogue: name, capabilities });
    }

    /// A change of the vendor names these; those without a vendor of their own are its.
    fn claim(&mut self, key: &str, named: &[usize], evidence: Evidence) {
        let all = evidence.catalogue.capabilities();
        let free = named.iter().copied().filter(|&capability| all[capability].vendor.is_none());
        if let Some(vendor) = self.0.get_mut(key) {
            vendor.capabilities.extend(free);
        }
    }
}

/// A vendor's name without case and white space: `Ledger Co` is `ledgerco`.
fn key(name: &str) -> String {
    name.split_whitespace().flat_map(|word| word.chars().flat_map(char::to_lowercase)).collect()
}

/// Everything that a row says but for its capability.
#[expect(clippy::type_complexity, reason = "a key of all columns, used once")]
fn same<'a>(row: &'a ApiChange, vendor: &str) -> (String, [Option<&'a str>; 5], [Option<NaiveDate>; 2], Option<bool>) {
    let texts = [&row.api, &row.title, &row.change, &row.effective_version, &row.url].map(|text| text.as_deref());
    (vendor.to_owned(), texts, [row.announced_on, row.effective_on], row.breaking)
}
