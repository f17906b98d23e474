//! The verdicts: an ordered list of documented rules; the first that fires names the verdict, all that hold are reasons.

mod consolidate;
mod deprecate;
mod insufficient_data;
mod keep;
mod procure;
mod promote;
mod protected;
pub(super) mod repair;
mod seasonal;
mod segment_critical;
mod too_new;
mod watch;

use super::{Case, Reason, Verdict};
use crate::units::Definition;

/// One verdict: when it fires, and its manual page.
pub(super) struct VerdictRule {
    pub verdict: Verdict,
    pub definition: Definition,
    /// The codes that its reasons may have and no other verdict's own.
    pub codes: &'static [&'static str],
    /// The reasons for the verdict; it fires when there is one.
    pub reasons: fn(&Case) -> Vec<Reason>,
}

/// The line of a verdict in the list: what its file must have.
macro_rules! rule {
    ($verdict:ident, $file:ident) => {
        VerdictRule {
            verdict: Verdict::$verdict,
            definition: $file::PAGE,
            codes: $file::CODES,
            reasons: $file::reasons,
        }
    };
}

/// The order of method.md. A new verdict adds its line here.
pub(super) const ORDERED: &[VerdictRule] = &[
    rule!(Protected, protected),
    rule!(TooNew, too_new),
    rule!(InsufficientData, insufficient_data),
    rule!(Repair, repair),
    rule!(SegmentCritical, segment_critical),
    rule!(Seasonal, seasonal),
    rule!(Consolidate, consolidate),
    rule!(Deprecate, deprecate),
    rule!(Procure, procure),
    rule!(Promote, promote),
    rule!(Watch, watch),
    rule!(Keep, keep),
];

/// The verdict, and every reason that holds, in the order of the list. `keep` gives a reason only when nothing else does.
pub(super) fn judge(case: &Case) -> (Verdict, Vec<Reason>) {
    let mut reasons = Vec::new();
    let mut verdict = None;
    for rule in ORDERED {
        if rule.verdict == Verdict::Keep && verdict.is_some() {
            break;
        }
        let found = (rule.reasons)(case);
        if !found.is_empty() {
            verdict.get_or_insert(rule.verdict);
            reasons.extend(found);
        }
    }
    (verdict.unwrap_or(Verdict::Keep), reasons)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth_table;
