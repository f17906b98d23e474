use super::super::{Case, Reason, rule};
use crate::units::definition;

definition! {
    /// No reason to touch it: common, or its cost is in proportion to its use, or too small to matter.
    pub PAGE, "keep", "Verdict: keep"
}

pub(super) const CODES: &[&str] = &["cheap", "common"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let rare = rule::is_rare(case.facts, case.settings.rule);
    let reason = if rare {
        Reason { code: "cheap", sentence: "Rare, but not costing more than its part, or too little to matter.".into() }
    } else {
        Reason { code: "common", sentence: "Used by more of the base than the line of rarity.".into() }
    };
    vec![reason]
}
