//! Trouble in the data: findings with a stable code, a place and a count.
//!
//! Takes findings from any room, gives them back grouped, the same whatever the order they came in. A finding
//! never stops the program; what cannot go on is an error of its room. Ground floor: every room may use it.

mod code;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub use code::{Code, Severity};

/// How many examples of one finding are kept.
const EXAMPLES: usize = 3;

/// Where a finding was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, JsonSchema)]
pub struct Place {
    /// The input as the configuration names it, relative to its folder; empty when no single file is meant.
    pub file: String,
    /// Line in the file, from 1, counting the header; for Parquet the row from 1. `None` for the file as a whole.
    pub line: Option<u64>,
    /// Column as the file spells it.
    pub column: Option<String>,
    /// What stood there, cut at 80 characters.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// The record as it stands in the file, cut at 400 characters, for the terminal; empty when no record is meant.
    #[serde(skip)]
    pub raw: String,
}

/// Findings of one code in one file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// Stable code, kebab-case.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What it means, and what to do.
    pub message: String,
    /// How often it was found.
    pub count: u64,
    /// The first three places in file and line order.
    pub examples: Vec<Place>,
}

/// Collects findings; the order of collection never shows.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    by_code: BTreeMap<Code, (u64, Vec<Place>)>,
}

impl Findings {
    /// Records one finding.
    pub fn add(&mut self, code: Code, place: Place) {
        self.add_many(code, 1, place);
    }

    /// Records `count` findings of which `place` is an example.
    pub fn add_many(&mut self, code: Code, count: u64, mut place: Place) {
        if place.found.chars().count() > 80 {
            place.found = place.found.chars().take(79).chain(['…']).collect();
        }
        if place.raw.len() > 400 {
            place.raw = place.raw.chars().take(400).collect();
        }
        let (total, places) = self.by_code.entry(code).or_default();
        *total += count;
        let at = places.partition_point(|known| *known <= place);
        if at < EXAMPLES {
            places.insert(at, place);
            places.truncate(EXAMPLES);
        }
    }

    /// Takes over what another collection holds.
    pub fn merge(&mut self, other: Self) {
        for (code, (count, places)) in other.by_code {
            let (total, known) = self.by_code.entry(code).or_default();
            *total += count;
            known.extend(places);
            known.sort();
            known.truncate(EXAMPLES);
        }
    }

    /// How often a code was found.
    #[must_use]
    pub fn count(&self, code: Code) -> u64 {
        self.by_code.get(&code).map_or(0, |(count, _)| *count)
    }

    /// All findings, worst first, then by code.
    #[must_use]
    pub fn list(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .by_code
            .iter()
            .map(|(&code, (count, places))| Finding {
                code,
                severity: code.severity(),
                message: code.message().to_owned(),
                count: *count,
                examples: places.clone(),
            })
            .collect();
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.code));
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(line: u64) -> Place {
        Place { file: "a.csv".into(), line: Some(line), ..Place::default() }
    }

    #[test]
    fn three_first_places_are_kept_and_all_are_counted() {
        let mut findings = Findings::default();
        for line in [9, 4, 7, 1] {
            findings.add(Code::BadCell, place(line));
        }
        let list = findings.list();
        assert_eq!(list[0].count, 4);
        let lines: Vec<_> = list[0].examples.iter().map(|p| p.line.unwrap()).collect();
        assert_eq!(lines, [1, 4, 7]);
    }

    proptest! {
        #[test]
        fn the_order_of_collection_never_shows(mut lines in prop::collection::vec(1_u64..50, 0..20)) {
            let collect = |lines: &[u64]| {
                let mut findings = Findings::default();
                for &line in lines {
                    findings.add(Code::BadCell, place(line));
                }
                findings.list()
            };
            let forward = collect(&lines);
            lines.reverse();
            prop_assert_eq!(forward, collect(&lines));
        }
    }
}
