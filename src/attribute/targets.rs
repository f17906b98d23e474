use std::collections::{BTreeMap, BTreeSet};

use super::Catalogue;
use crate::config::RawColumn;
use crate::tables::rows::Incident;

/// Raw names, each looked up once. A name that is split counts for every capability that it names.
#[derive(Debug)]
pub struct Targets<'a> {
    catalogue: &'a Catalogue,
    known: BTreeMap<(RawColumn, &'a str), Vec<usize>>,
}

impl<'a> Targets<'a> {
    /// None looked up yet.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, known: BTreeMap::new() }
    }

    /// The capabilities that a name in a column reaches, as indices; none for a name that is mapped to nothing.
    pub fn of(&mut self, column: RawColumn, name: &'a str) -> &[usize] {
        self.known.entry((column, name)).or_insert_with(|| {
            let weights = self.catalogue.hit(column, name).map(|hit| hit.target.weights());
            weights.into_iter().flatten().map(|(capability, _)| capability).collect()
        })
    }

    /// The capabilities that an incident names, by its first column that names any: capability, service, tags.
    pub fn of_incident(&mut self, incident: &'a Incident) -> BTreeSet<usize> {
        let columns: [(RawColumn, &[String]); 3] = [
            (RawColumn::Capability, incident.capability.as_slice()),
            (RawColumn::Service, incident.service.as_slice()),
            (RawColumn::Tags, incident.tags.as_deref().unwrap_or_default()),
        ];
        let mut reached = columns.into_iter().map(|(column, names)| {
            let mut found = BTreeSet::new();
            for name in names {
                found.extend(self.of(column, name));
            }
            found
        });
        reached.find(|reached| !reached.is_empty()).unwrap_or_default()
    }
}
