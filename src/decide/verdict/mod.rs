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
    /// The reasons for the verdict; it fires when there is one.
    pub reasons: fn(&Case) -> Vec<Reason>,
}

/// The order of method.md. A new verdict adds its line here.
pub(super) const ORDERED: &[VerdictRule] = &[
    VerdictRule { verdict: Verdict::Protected, definition: protected::PAGE, reasons: protected::reasons },
    VerdictRule { verdict: Verdict::TooNew, definition: too_new::PAGE, reasons: too_new::reasons },
    VerdictRule {
        verdict: Verdict::InsufficientData,
        definition: insufficient_data::PAGE,
        reasons: insufficient_data::reasons,
    },
    VerdictRule { verdict: Verdict::Repair, definition: repair::PAGE, reasons: repair::reasons },
    VerdictRule {
        verdict: Verdict::SegmentCritical,
        definition: segment_critical::PAGE,
        reasons: segment_critical::reasons,
    },
    VerdictRule { verdict: Verdict::Seasonal, definition: seasonal::PAGE, reasons: seasonal::reasons },
    VerdictRule { verdict: Verdict::Consolidate, definition: consolidate::PAGE, reasons: consolidate::reasons },
    VerdictRule { verdict: Verdict::Deprecate, definition: deprecate::PAGE, reasons: deprecate::reasons },
    VerdictRule { verdict: Verdict::Procure, definition: procure::PAGE, reasons: procure::reasons },
    VerdictRule { verdict: Verdict::Promote, definition: promote::PAGE, reasons: promote::reasons },
    VerdictRule { verdict: Verdict::Watch, definition: watch::PAGE, reasons: watch::reasons },
    VerdictRule { verdict: Verdict::Keep, definition: keep::PAGE, reasons: keep::reasons },
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
