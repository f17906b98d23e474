use super::super::{Case, Grade, Reason, reasons};
use crate::units::definition;

definition! {
    /// To be removed: graded prime, no guard stands before it, its errors do not explain its low use, and removing it is worth
    /// more than nothing with a probability of at least `decision.remove_from` (0.8), over the doubt in the data and in every assumption
    /// of net benefit. That it is rare and dear does not yet say that removing it pays: the customers that may leave and
    /// the work of removal can outweigh all cost.
    ///
    /// The line lies at 0.8 and not at one half because the two errors do not weigh the same. A capability that was wrongly kept
    /// costs another quarter and can be removed in the next; one that was wrongly removed has broken a promise. With probability p of a
    /// benefit, removing is the better bet when p × (what a missed removal costs) exceeds (1 − p) × (what a wrong one does); at p =
    /// 0.8 the wrong one weighs as much as four that were missed. So doubt lowers a removal to `watch` and never raises one.
    ///
    /// Where net benefit is not known, the verdict is `watch` and says which tables would make it known.
    pub PAGE, "deprecate", "Verdict: deprecate"
}

pub(super) const CODES: &[&str] = &["prime", "net-benefit"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    if !fires(case) {
        return Vec::new();
    }
    let worth = case
        .net_benefit
        .map(|benefit| Reason { code: "net-benefit", sentence: reasons::pays(benefit, case.settings.policy) });
    [Some(prime()), worth].into_iter().flatten().collect()
}

/// Also asked by `watch`, which takes what this leaves.
pub(super) fn fires(case: &Case) -> bool {
    let pays = case.net_benefit.is_some_and(|benefit| benefit.p_positive >= case.settings.policy.remove_from);
    case.grade == Grade::Prime && reasons::errors(case).is_none() && pays
}

pub(super) fn prime() -> Reason {
    Reason {
        code: "prime",
        sentence: "Rare and disproportionately costly, both with the whole of their 95 % intervals.".into(),
    }
}
