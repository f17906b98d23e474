use super::super::{Case, Reason};
use crate::units::definition;

definition! {
    /// Rare, but who finds it stays, and it costs little.
    pub PAGE, "promote", "Verdict: promote"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let _ = case;
    Vec::new()
}
