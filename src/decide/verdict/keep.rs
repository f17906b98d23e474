use super::super::{Case, Reason};
use crate::units::definition;

definition! {
    /// No reason to touch it: common, or its cost is in proportion to its use, or too small to matter.
    pub PAGE, "keep", "Verdict: keep"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let rare = case.facts.judged_adoption().is_some_and(|adoption| adoption.point < case.settings.rule.rare_below);
    let reason = if rare {
        Reason { code: "cheap", sentence: "Rare, but not costing more than its part, or too little to matter.".into() }
    } else {
        Reason { code: "common", sentence: "Used by more of the base than the line of rarity.".into() }
    };
    vec![reason]
}
