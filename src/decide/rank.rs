use std::cmp::Reverse;

use super::{Decision, Verdict};
use crate::metrics::Facts;
use crate::units::definition;

definition! {
    /// The order of the list. Candidates come first: verdict `deprecate` before `watch`, each by the run cost of the period,
    /// highest first, because that is what a removal could free. Then what calls for something else than removal (`repair`,
    /// `procure`), what is kept, and last what a guard keeps out, each by removal score. Where no money is known, the removal score alone orders. Ties go by score and then by id.
    ///
    /// Run cost is a bound on the benefit and not the benefit: revenue at risk and the effort of removal are not in it
    /// yet, and the columns of net benefit are empty until they are.
    pub RANK, "rank", "Rank"
}

/// Orders the decisions and numbers them; see [`RANK`].
pub(super) fn ranked(facts: &Facts, mut decisions: Vec<Decision>) -> Vec<Decision> {
    let id = |decision: &Decision| facts.capabilities[decision.capability].capability.id.as_str();
    let freed = |decision: &Decision| match decision.verdict {
        verdict if verdict.is_candidate() => facts.capabilities[decision.capability].cost.run(),
        _ => None,
    };
    decisions.sort_by(|a, b| {
        tier(a.verdict)
            .cmp(&tier(b.verdict))
            .then_with(|| Reverse(freed(a)).cmp(&Reverse(freed(b))))
            .then_with(|| score(b).total_cmp(&score(a)))
            .then_with(|| id(a).cmp(id(b)))
    });
    for (index, decision) in decisions.iter_mut().enumerate() {
        decision.rank = index + 1;
    }
    decisions
}

fn score(decision: &Decision) -> f64 {
    decision.removal_score.unwrap_or(-1.0)
}

fn tier(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Consolidate | Verdict::Deprecate => 0,
        Verdict::Watch => 1,
        Verdict::Repair | Verdict::Procure | Verdict::Promote => 2,
        Verdict::Keep => 3,
        Verdict::Protected
        | Verdict::TooNew
        | Verdict::InsufficientData
        | Verdict::SegmentCritical
        | Verdict::Seasonal => 4,
    }
}
