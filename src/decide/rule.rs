use super::Grade;
use crate::config::{RuleSettings, UsageShareOf};
use crate::metrics::CapabilityFacts;
use crate::units::{Estimate, definition};

definition! {
    /// A capability is *rare* when its adoption rate lies below `rule.rare_below`, over the window that fits its own rhythm where
    /// that is longer than the period (`adoption_in_rhythm`), and *disproportionate* when cost share
    /// over usage share lies above `rule.disproportion_above` and its cost share above `rule.material_share`. Grade
    /// `prime`: both hold with the whole of their 95 % intervals. Grade `possible`: both hold in point estimate. Else `none`,
    /// also where cost or use is unknown.
    ///
    /// The line is a gate and not a ranking: in a long catalogue most capabilities lie under ten percent. Material share
    /// keeps out what is disproportionate only because next to nothing is divided by nothing.
    ///
    /// A capability that costs and that nobody uses is disproportionate without bound.
    pub RULE, "rule", "The rule: rare, and yet costly"
}

/// The grade of one capability; see [`RULE`].
pub(super) fn grade(facts: &CapabilityFacts, settings: &RuleSettings) -> Grade {
    graded(facts, facts.disproportion, settings)
}

/// Whether adoption lies below the line, in point estimate; not where it is unknown.
pub(super) fn is_rare(facts: &CapabilityFacts, settings: &RuleSettings) -> bool {
    facts.judged_adoption().is_some_and(|adoption| adoption.point < settings.rare_below)
}

/// The grades against every base of use, where disproportion is known; see `disproportion_by_base`.
pub(super) fn by_base(facts: &CapabilityFacts, settings: &RuleSettings) -> Vec<(UsageShareOf, f64, Grade)> {
    let known = facts.bases.iter().filter_map(|base| Some((base.of, base.disproportion?)));
    known.map(|(of, found)| (of, found.point, graded(facts, Some(found), settings))).collect()
}

fn graded(facts: &CapabilityFacts, disproportion: Option<Estimate>, settings: &RuleSettings) -> Grade {
    let material = facts.cost_share.is_some_and(|share| share.value() > settings.material_share);
    let (Some(adoption), true) = (facts.judged_adoption(), material) else { return Grade::None };
    let above = |end: fn(&Estimate) -> f64| {
        facts.cost_without_use || disproportion.is_some_and(|d| end(&d) > settings.disproportion_above)
    };
    if adoption.high < settings.rare_below && above(|d| d.low) {
        Grade::Prime
    } else if adoption.point < settings.rare_below && above(|d| d.point) {
        Grade::Possible
    } else {
        Grade::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{RULE as SETTINGS, capability, estimate};
    use crate::units::Share;

    #[test]
    fn the_truth_table() {
        let known = |adoption: (f64, f64, f64), disproportion: Option<(f64, f64, f64)>, share: f64| {
            let mut facts = capability("c");
            facts.adoption = Some(estimate(adoption));
            facts.disproportion = disproportion.map(estimate);
            facts.cost_share = Share::of(share, 1.0);
            grade(&facts, &SETTINGS)
        };
        let (rare, unsure, common) = ((0.03, 0.02, 0.05), (0.08, 0.05, 0.12), (0.2, 0.15, 0.25));
        let (high, around, low) = ((4.0, 2.0, 8.0), (1.5, 0.8, 2.5), (0.5, 0.2, 0.9));
        for (adoption, disproportion, share, expected) in [
            (rare, Some(high), 0.01, Grade::Prime),
            (rare, Some(around), 0.01, Grade::Possible),
            (rare, Some(low), 0.01, Grade::None),
            (rare, None, 0.01, Grade::None),
            (rare, Some(high), 0.0025, Grade::None),
            (unsure, Some(high), 0.01, Grade::Possible),
            (common, Some(high), 0.01, Grade::None),
            ((0.10, 0.07, 0.14), Some(high), 0.01, Grade::None),
        ] {
            assert_eq!(known(adoption, disproportion, share), expected, "{adoption:?} {disproportion:?} {share}");
        }
    }

    #[test]
    fn cost_without_use_is_disproportionate_and_unknown_is_no_grade() {
        let mut facts = capability("c");
        facts.adoption = Some(estimate((0.0, 0.0, 0.01)));
        facts.cost_without_use = true;
        assert_eq!(grade(&facts, &SETTINGS), Grade::None, "no cost share");
        facts.cost_share = Share::of(0.02, 1.0);
        assert_eq!(grade(&facts, &SETTINGS), Grade::Prime);
        facts.adoption = None;
        assert_eq!(grade(&facts, &SETTINGS), Grade::None, "no adoption");
    }
}
