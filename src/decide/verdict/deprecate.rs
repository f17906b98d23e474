use super::super::{Case, Grade, Reason, reasons};
use crate::units::definition;

definition! {
    /// Graded prime, no guard stands before it, and its errors do not explain its low use: a candidate for removal, to
    /// be weighed by people. Net benefit is not computed yet, so the verdict says that the capability is rare and costs
    /// more than its part; not that removing it pays.
    pub PAGE, "deprecate", "Verdict: deprecate"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let fires = case.grade == Grade::Prime && reasons::errors(case).is_none();
    let reason = Reason {
        code: "prime",
        sentence: "Rare and disproportionately costly, both with the whole of their 95 % intervals.".into(),
    };
    fires.then_some(reason).into_iter().collect()
}
