use schemars::JsonSchema;
use serde::Serialize;

use super::{EstimateLine, Report};
use crate::units::Money;

/// Adoption by one attribute of the accounts. The groups stand once; each capability has a figure for each of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DimensionLine {
    /// segment, plan or region.
    pub dimension: &'static str,
    /// The groups, by descending ARR, then name.
    pub groups: Vec<GroupLine>,
    /// Adoption of every capability within them, in rank order.
    pub capabilities: Vec<GroupAdoption>,
}

/// One segment, plan or region.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GroupLine {
    /// Name, as the accounts table spells it.
    pub name: String,
    /// Accounts of the base in it.
    pub accounts: u64,
    /// Their ARR; null when none of them states one.
    pub arr: Option<Money>,
}

/// Adoption of one capability by group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GroupAdoption {
    /// Id of the capability.
    pub capability: String,
    /// In the order of the groups: active accounts over the accounts of the group, 0–1, Wilson; null: not known.
    pub adoption: Vec<Option<EstimateLine>>,
}

/// Adoption of one capability within one group: a line of `tables/segments.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SegmentLine {
    /// Id of the capability.
    pub capability: String,
    /// segment, plan or region.
    pub dimension: &'static str,
    /// Name of the group.
    pub group: String,
    /// Accounts of the base in it.
    pub accounts: u64,
    /// Active accounts over those, 0–1, Wilson; null: not known.
    pub adoption: Option<EstimateLine>,
}

impl DimensionLine {
    /// The groups with the adoption of one capability, given by its place.
    pub fn lines_of(&self, place: usize) -> impl Iterator<Item = SegmentLine> {
        let of = self.capabilities.get(place);
        let groups = of.into_iter().flat_map(|of| self.groups.iter().zip(&of.adoption).map(move |found| (of, found)));
        groups.map(|(of, (group, adoption))| SegmentLine {
            capability: of.capability.clone(),
            dimension: self.dimension,
            group: group.name.clone(),
            accounts: group.accounts,
            adoption: *adoption,
        })
    }
}

impl Report {
    /// Adoption within every group: by rank of the capability, then dimension, then group.
    pub fn segment_lines(&self) -> impl Iterator<Item = SegmentLine> {
        let places = 0..self.capabilities.len();
        places.flat_map(|place| self.segments.iter().flat_map(move |dimension| dimension.lines_of(place)))
    }
}
