//! The words of decisions: codes for machines, labels and signs for people. A sign goes with every colour, so that
//! no meaning hangs on colour alone.

use crate::decide::{Grade, Verdict};
use crate::diag::Severity;

/// The verdict as people read it.
#[must_use]
pub fn verdict_label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Protected => "Protected",
        Verdict::TooNew => "Too new",
        Verdict::InsufficientData => "Insufficient data",
        Verdict::Repair => "Repair",
        Verdict::SegmentCritical => "Segment-critical",
        Verdict::Seasonal => "Seasonal",
        Verdict::Consolidate => "Consolidate",
        Verdict::Deprecate => "Deprecate",
        Verdict::Procure => "Procure",
        Verdict::Promote => "Promote",
        Verdict::Watch => "Watch",
        Verdict::Keep => "Keep",
    }
}

/// The sign in front of the label.
#[must_use]
pub fn verdict_sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Protected => "◆",
        Verdict::TooNew => "○",
        Verdict::InsufficientData => "?",
        Verdict::Repair => "✚",
        Verdict::SegmentCritical => "●",
        Verdict::Seasonal => "~",
        Verdict::Consolidate => "⇉",
        Verdict::Deprecate => "▼",
        Verdict::Procure => "⇄",
        Verdict::Promote => "▲",
        Verdict::Watch => "◐",
        Verdict::Keep => "=",
    }
}

/// The grade of the rule as people read it.
#[must_use]
pub fn grade_label(grade: Grade) -> &'static str {
    match grade {
        Grade::Prime => "Prime",
        Grade::Possible => "Possible",
        Grade::None => "None",
    }
}

/// The word for how bad a finding is.
#[must_use]
pub fn severity_label(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "Note",
        Severity::Warning => "Warning",
        Severity::Error => "Error",
    }
}

/// Every verdict, in the order of the guards and rules.
pub const VERDICTS: [Verdict; 12] = [
    Verdict::Protected,
    Verdict::TooNew,
    Verdict::InsufficientData,
    Verdict::Repair,
    Verdict::SegmentCritical,
    Verdict::Seasonal,
    Verdict::Consolidate,
    Verdict::Deprecate,
    Verdict::Procure,
    Verdict::Promote,
    Verdict::Watch,
    Verdict::Keep,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_serialised_form() {
        for verdict in VERDICTS {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.as_str());
        }
    }
}
