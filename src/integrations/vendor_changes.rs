//! The vendor changes that are known on the as-of date, by vendor, and the integrations behind each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Evidence;
use crate::attribute::{Catalogue, Targets};
use crate::config::RawColumn;
use crate::tables::rows::ApiChange;

/// One vendor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vendor<'a> {
    /// As the catalogue writes it first, else of the spellings of its changes the first by text.
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
        Some(Self::read(evidence.catalogue, evidence.api_changes?, evidence.spans.as_of))
    }

    /// The same of a table that is there.
    pub fn read(catalogue: &'a Catalogue, rows: &'a [ApiChange], as_of: NaiveDate) -> Self {
        let mut targets = Targets::new(catalogue);
        let mut by_key = Named::of(catalogue);
        let mut seen: BTreeMap<_, usize> = BTreeMap::new();
        let mut found: Vec<(&ApiChange, String, BTreeSet<usize>)> = Vec::new();
        for row in rows.iter().filter(|row| row.announced_on.is_none_or(|day| day <= as_of)) {
            let Some((name, key)) = row.vendor.as_deref().map(|name| (name.trim(), key(name))) else { continue };
            if key.is_empty() {
                continue;
            }
            by_key.add(name, &key, &mut targets);
            let named =
                row.capability.as_deref().map(|name| targets.of(RawColumn::Capability, name)).unwrap_or_default();
            by_key.claim(&key, named, catalogue);
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
        Self { changes: changes.collect(), vendors }
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
    name: &'a str,
    /// Whether the catalogue writes it so.
    in_catalogue: bool,
    capabilities: BTreeSet<usize>,
}

impl<'a> Of<'a> {
    fn settled(self) -> Vendor<'a> {
        Vendor { name: self.name, capabilities: self.capabilities.into_iter().collect() }
    }
}

/// Vendors by key.
struct Named<'a>(BTreeMap<String, Of<'a>>);

impl<'a> Named<'a> {
    /// Those of the catalogue.
    fn of(catalogue: &'a Catalogue) -> Self {
        let mut by_key: BTreeMap<String, Of> = BTreeMap::new();
        for (index, capability) in catalogue.capabilities().iter().enumerate() {
            let Some(name) = capability.vendor.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
                continue;
            };
            let new = || Of { name, in_catalogue: true, capabilities: BTreeSet::new() };
            by_key.entry(key(name)).or_insert_with(new).capabilities.insert(index);
        }
        Self(by_key)
    }

    /// A vendor that a change names.
    fn add(&mut self, name: &'a str, key: &str, targets: &mut Targets<'a>) {
        if let Some(known) = self.0.get_mut(key) {
            if !known.in_catalogue {
                known.name = known.name.min(name);
            }
            return;
        }
        let capabilities = targets.of(RawColumn::Vendor, name).iter().copied().collect();
        self.0.insert(key.to_owned(), Of { name, in_catalogue: false, capabilities });
    }

    /// A change of the vendor names these; those without a vendor of their own are its.
    fn claim(&mut self, key: &str, named: &[usize], catalogue: &Catalogue) {
        let all = catalogue.capabilities();
        let free = named.iter().copied().filter(|&capability| all[capability].vendor.is_none());
        if let Some(vendor) = self.0.get_mut(key) {
            vendor.capabilities.extend(free);
        }
    }
}

/// A vendor's name without case and white space: `Ledger Co` is `ledgerco`.
pub(super) fn key(name: &str) -> String {
    name.split_whitespace().flat_map(|word| word.chars().flat_map(char::to_lowercase)).collect()
}

/// Everything that a row says but for its capability.
#[expect(clippy::type_complexity, reason = "a key of all columns, used once")]
fn same<'a>(row: &'a ApiChange, vendor: &str) -> (String, [Option<&'a str>; 5], [Option<NaiveDate>; 2], Option<bool>) {
    let texts = [&row.api, &row.title, &row.change, &row.effective_version, &row.url].map(|text| text.as_deref());
    (vendor.to_owned(), texts, [row.announced_on, row.effective_on], row.breaking)
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// A breaking change of a vendor, announced and from these days; an empty text is no day.
    pub fn change(vendor: &str, announced: &str, effective: &str) -> ApiChange {
        ApiChange {
            vendor: Some(vendor.into()),
            announced_on: announced.parse().ok(),
            effective_on: effective.parse().ok(),
            breaking: Some(true),
            ..ApiChange::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Company;
    use super::testing::change;
    use super::*;
    use crate::config::{MapRule, MatchKind};

    fn company() -> Company {
        let mut company = Company::new(&["a", "b", "c", "tempo"]);
        company.catalogue[0].vendor = Some("Ledger Co".into());
        company.catalogue[1].vendor = Some("ledgerCO ".into());
        company
    }

    fn known(company: &Company) -> Vec<(String, Vec<usize>)> {
        company.look(|evidence, _| {
            let known = Known::of(evidence).unwrap();
            known.vendors.iter().map(|vendor| (vendor.name.to_owned(), vendor.capabilities.clone())).collect()
        })
    }

    #[test]
    fn vendors_are_one_whatever_their_case_and_spaces() {
        let mut company = company();
        assert!(company.look(|evidence, _| Known::of(evidence).is_none()), "no table");
        company.api_changes = Some(Vec::new());
        assert_eq!(known(&company), [("Ledger Co".to_owned(), vec![0, 1])], "of the catalogue");
        company.api_changes = Some(vec![change(" LEDGER  CO", "", "2026-01-01"), change("  ", "", "2026-01-01")]);
        assert_eq!(known(&company), [("Ledger Co".to_owned(), vec![0, 1])], "as the catalogue writes it");
        company.catalogue.iter_mut().for_each(|line| line.vendor = None);
        let mut changes = vec![change(" other", "", "2026-01-01"), change("Other", "", "2026-01-01")];
        company.api_changes = Some(changes.clone());
        assert_eq!(known(&company), [("Other".to_owned(), vec![])]);
        changes.reverse();
        company.api_changes = Some(changes);
        assert_eq!(known(&company), [("Other".to_owned(), vec![])], "whatever the order of rows");
    }

    #[test]
    fn a_vendor_without_a_line_in_the_catalogue_is_found_by_name_and_by_what_its_changes_name() {
        let mut company = company();
        let named = |vendor: &str, capability: &str| ApiChange {
            capability: Some(capability.into()),
            ..change(vendor, "", "2026-01-01")
        };
        company.api_changes = Some(vec![
            named("tempo", ""),
            named("Other", "c"),
            named("Other", "a"),
            change("Nobody", "", "2026-01-01"),
        ]);
        let by_name = known(&company);
        let of = |name: &str| by_name.iter().find(|vendor| vendor.0 == name).unwrap().1.clone();
        assert_eq!(of("tempo"), [3], "its name is that of a capability");
        assert_eq!(of("Other"), [2], "a belongs to another vendor");
        assert_eq!(of("Nobody"), [0; 0]);
        let mut rule = MapRule::new(MatchKind::Exact, "Nobody", "b");
        rule.column = Some(RawColumn::Vendor);
        company.settings.map = vec![rule];
        assert_eq!(known(&company).iter().find(|vendor| vendor.0 == "Nobody").unwrap().1, [1], "by a rule");
    }

    #[test]
    fn rows_of_one_change_are_joined_and_what_is_announced_later_is_not_known() {
        let mut company = company();
        let named = |capability: &str| ApiChange {
            capability: Some(capability.into()),
            ..change("Ledger Co", "2026-01-01", "2026-03-01")
        };
        company.api_changes = Some(vec![
            named("a"),
            named("c"),
            ApiChange { api: Some("v2".into()), ..named("nothing") },
            change("Ledger Co", "2026-10-01", "2026-03-02"),
            change("Ledger Co", "2026-09-30", "2026-12-01"),
        ]);
        company.look(|evidence, _| {
            let known = Known::of(evidence).unwrap();
            let reached: Vec<&[usize]> = known.changes.iter().map(|change| change.capabilities.as_slice()).collect();
            // c has no vendor and is named by a change of this one.
            assert_eq!(
                reached,
                [&[0, 2][..], &[0, 1, 2], &[0, 1, 2]],
                "two rows are one; none named: all of the vendor"
            );
            assert_eq!(known.first_day(evidence.spans.as_of), "2026-01-01".parse().ok());
            let past = known.changes.iter().filter(|change| change.past(evidence.spans.as_of).is_some());
            assert_eq!(past.count(), 2);
        });
    }

    #[test]
    fn a_change_breaks_as_stated_or_by_its_kind() {
        let breaking = |stated: Option<bool>, kind: Option<&str>| {
            let row = ApiChange { breaking: stated, change: kind.map(str::to_owned), ..ApiChange::default() };
            Change { row: &row, vendor: 0, capabilities: Vec::new() }.breaking()
        };
        assert_eq!(breaking(Some(false), Some("shutdown")), Some(false));
        assert_eq!(breaking(Some(true), None), Some(true));
        for (kind, expected) in [
            ("endpoint", true),
            ("auth", true),
            ("shutdown", true),
            ("version", false),
            ("limit", false),
            ("pricing", false),
        ] {
            assert_eq!(breaking(None, Some(kind)), Some(expected), "{kind}");
        }
        assert_eq!(breaking(None, None), None);
    }
}
