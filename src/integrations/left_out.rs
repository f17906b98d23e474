//! Runs and vendor changes that no figure can use, so that none of them vanishes: names that reach nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::vendor_changes::Known;
use crate::attribute::Catalogue;
use crate::config::RawColumn;
use crate::tables::TableId;
use crate::tables::rows::{ApiChange, Run};

/// Rows that reach no figure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Rows by table and by the name that reaches no capability: of a run its capability; of a vendor change its
    /// capability, or its vendor where it names none and no capability is known to be of that vendor.
    pub unmapped: BTreeMap<(TableId, String), u64>,
}

impl LeftOut {
    /// Counts them. What a rule says is overhead reaches none on
    /// purpose, and is not counted.
    #[must_use]
    pub fn of(catalogue: &Catalogue, runs: &[Run], api_changes: &[ApiChange], as_of: NaiveDate) -> Self {
        let mut found = Self::default();
        found.count_runs(catalogue, runs);
        found.count_changes(catalogue, api_changes, as_of);
        found
    }

    fn count_runs(&mut self, catalogue: &Catalogue, runs: &[Run]) {
        let mut by_name: HashMap<&str, u64, RandomState> = HashMap::default();
        for run in runs {
            if let Some(name) = &run.capability {
                *by_name.entry(name).or_default() += 1;
            }
        }
        let lost = by_name.into_iter().filter(|(name, _)| catalogue.hit(RawColumn::Capability, name).is_none());
        self.unmapped.extend(lost.map(|(name, rows)| ((TableId::Runs, name.to_owned()), rows)));
    }

    fn count_changes(&mut self, catalogue: &Catalogue, changes: &[ApiChange], as_of: NaiveDate) {
        let known = Known::read(catalogue, changes, as_of);
        let reaching = known.vendors.iter().filter(|vendor| !vendor.capabilities.is_empty());
        let reaching: BTreeSet<String> = reaching.map(|vendor| super::vendor_changes::key(vendor.name)).collect();
        for change in changes {
            let lost = match (&change.capability, &change.vendor) {
                (Some(name), _) => catalogue.hit(RawColumn::Capability, name).is_none().then_some(name),
                (None, Some(vendor)) => {
                    let reaches = reaching.contains(&super::vendor_changes::key(vendor));
                    (!reaches && catalogue.hit(RawColumn::Vendor, vendor).is_none()).then_some(vendor)
                }
                (None, None) => None,
            };
            if let Some(name) = lost {
                *self.unmapped.entry((TableId::ApiChanges, name.clone())).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, at, run};
    use super::super::vendor_changes::testing::change;
    use super::*;
    use crate::config::{MapRule, MatchKind};

    #[test]
    fn no_row_vanishes() {
        let mut company = Company::new(&["a", "b"]);
        company.catalogue[0].vendor = Some("Ledger Co".into());
        let noise = MapRule::new(MatchKind::Exact, "noise", "");
        company.settings.map = vec![MapRule { capability: None, overhead: true, ..noise }];
        let runs = ["a", "lost", "lost", "noise"].map(|name| run(name, "u", at("08-01T09:00"), "ok"));
        let named = |vendor: &str, name: &str| ApiChange { capability: Some(name.into()), ..change(vendor, "", "") };
        let changes = [
            change("ledger co", "", "2026-12-01"),
            named("Ledger Co", "gone"),
            named("Other", "b"),
            change("Other", "", "2026-12-01"),
            change("Nobody", "", "2026-12-01"),
        ];
        let found = company.look(|evidence, _| LeftOut::of(evidence.catalogue, &runs, &changes, evidence.spans.as_of));
        let unmapped = [
            ((TableId::ApiChanges, "Nobody".to_owned()), 1),
            ((TableId::ApiChanges, "gone".to_owned()), 1),
            ((TableId::Runs, "lost".to_owned()), 2),
        ];
        assert_eq!(found.unmapped, BTreeMap::from(unmapped));
        let none = company.look(|evidence, _| LeftOut::of(evidence.catalogue, &[], &[], evidence.spans.as_of));
        assert_eq!(none, LeftOut::default());
    }
}
