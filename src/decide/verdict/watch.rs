use super::super::{Case, Grade, Reason, reasons};
use crate::units::definition;

definition! {
    /// A candidate that lacks evidence, and which: graded possible, so that the intervals do not settle it; graded prime, but
    /// failing so often that it may be broken and not unwanted; or rare with a cost, or a part of all use, that is not known.
    pub PAGE, "watch", "Verdict: watch"
}

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let cost_unknown = case.facts.cost.run().is_none();
    let rare = case.facts.judged_adoption().is_some_and(|adoption| adoption.point < case.settings.rule.rare_below);
    let reason = match case.grade {
        Grade::Possible => Some(Reason {
            code: "possible",
            sentence: "Rare and disproportionately costly in point estimate; the intervals do not settle it.".into(),
        }),
        Grade::Prime => {
            reasons::errors(case).map(|errors| Reason { code: "prime-but-failing", sentence: errors.sentence })
        }
        Grade::None if rare && cost_unknown => Some(Reason {
            code: "cost-unknown",
            sentence: "Rare; tickets, work items or charges would say whether it costs more than its part.".into(),
        }),
        Grade::None if rare && case.facts.usage_share.is_none() => Some(Reason {
            code: "use-unknown",
            sentence:
                "Rare; which part of all use it has is not known, so neither is whether it costs more than its part."
                    .into(),
        }),
        Grade::None => None,
    };
    reason.into_iter().collect()
}
