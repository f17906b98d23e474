//! Adoption by segment, plan and region: what is rare overall may be everyday for some.

use super::capability::estimate;
use crate::decide::Decisions;
use crate::metrics::{CapabilityFacts, Facts, Segment};
use crate::report::{DimensionLine, GroupAdoption, GroupLine, SegmentLine};
use crate::units::Estimate;

/// A name of the dimension, its groups, and where a capability has its adoption within them.
type Dimension = (&'static str, fn(&Facts) -> &[Segment], fn(&CapabilityFacts) -> &[Option<Estimate>]);

const DIMENSIONS: [Dimension; 3] = [
    ("segment", |facts| &facts.segments, |of| &of.segment_adoption),
    ("plan", |facts| &facts.plans, |of| &of.plan_adoption),
    ("region", |facts| &facts.regions, |of| &of.region_adoption),
];

/// The dimensions that any account of the base states, with every capability by rank.
pub(super) fn dimensions(facts: &Facts, decisions: &Decisions) -> Vec<DimensionLine> {
    let by_rank: Vec<usize> = decisions.ranked.iter().map(|decision| decision.capability).collect();
    lines(facts, &by_rank)
}

/// Adoption of one capability, an index into the facts, within every group.
pub(in crate::report) fn segment_lines(facts: &Facts, capability: usize) -> Vec<SegmentLine> {
    lines(facts, &[capability]).iter().flat_map(|dimension| dimension.lines_of(0)).collect()
}

fn lines(facts: &Facts, capabilities: &[usize]) -> Vec<DimensionLine> {
    let dimension = |(dimension, groups, adoption): Dimension| {
        let group = |group: &Segment| GroupLine { name: group.name.clone(), accounts: group.accounts, arr: group.arr };
        let of = |capability: &usize| {
            let of = &facts.capabilities[*capability];
            GroupAdoption {
                capability: of.capability.id.clone(),
                adoption: adoption(of).iter().map(|found| estimate(*found)).collect(),
            }
        };
        let groups: Vec<GroupLine> = groups(facts).iter().map(group).collect();
        (!groups.is_empty()).then(|| DimensionLine {
            dimension,
            groups,
            capabilities: capabilities.iter().map(of).collect(),
        })
    };
    DIMENSIONS.into_iter().filter_map(dimension).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, facts};
    use crate::report::EstimateLine;

    #[test]
    fn every_group_stands_once_and_every_capability_has_a_figure_for_each() {
        let found = |point: f64, n| Some(Estimate { point, low: point / 2.0, high: 1.0, n });
        let (mut a, mut b) = (capability("a"), capability("b"));
        a.segment_adoption = vec![found(0.25, 8), None];
        a.region_adoption = vec![found(0.5, 4)];
        b.segment_adoption = vec![found(0.125, 8), found(1.0, 1)];
        b.region_adoption = vec![found(0.0, 4)];
        let mut all = facts(vec![a, b]);
        let group = |name: &str, accounts| Segment { name: name.into(), accounts, arr: None };
        all.segments = vec![group("enterprise", 8), group("small", 1)];
        (all.plans, all.regions) = (Vec::new(), vec![group("EMEA", 4)]);
        let found = lines(&all, &[1, 0]);
        assert_eq!(found.iter().map(|line| line.dimension).collect::<Vec<_>>(), ["segment", "region"]);
        assert_eq!(found[0].groups.len(), 2);
        assert_eq!(found[0].capabilities.iter().map(|line| line.capability.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        let of_a = segment_lines(&all, 0);
        let shown: Vec<_> = of_a
            .iter()
            .map(|line| (line.dimension, line.group.as_str(), line.accounts, line.adoption.map(|found| found.point)))
            .collect();
        assert_eq!(
            shown,
            [("segment", "enterprise", 8, Some(0.25)), ("segment", "small", 1, None), ("region", "EMEA", 4, Some(0.5))]
        );
        assert_eq!(of_a[0].adoption, Some(EstimateLine { point: 0.25, low: 0.125, high: Some(1.0), n: 8 }));
    }
}
