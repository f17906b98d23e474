use super::super::{Case, Reason};
use crate::units::definition;

definition! {
    /// A candidate whose place another capability can take.
    pub PAGE, "consolidate", "Verdict: consolidate"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let _ = case;
    Vec::new()
}
