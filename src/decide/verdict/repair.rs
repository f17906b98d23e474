use super::super::{Case, Reason};
use crate::integrations::Standing;
use crate::metrics::UseEvidence;
use crate::units::{definition, format};

definition! {
    /// An integration that is not rare (over the window of its rhythm) and surely less reliable than its target: the whole
    /// interval of its reliability score lies below. It is wanted and does not work, so removing it would punish its users for its
    /// faults. The reason says how long an episode lasts until somebody knows, and how long from then on.
    ///
    /// A rare one that fails is no case for repair by itself; that it fails stands among the reasons.
    pub PAGE, "repair", "Verdict: repair"
}

pub(in crate::decide) fn reasons(case: &Case) -> Vec<Reason> {
    let rare = case.facts.judged_adoption().is_none_or(|adoption| adoption.point < case.settings.rule.rare_below);
    let reliability = case.integration.and_then(|integration| integration.reliability.as_ref());
    let Some(reliability) = reliability.filter(|reliability| !rare && reliability.standing == Standing::Misses) else {
        return Vec::new();
    };
    let failing = if case.facts.funnel.evidence == Some(UseEvidence::Broken) { " Most attempts fail." } else { "" };
    vec![Reason {
        code: "below-reliability-target",
        sentence: format!(
            "It works in {} of account-time, against a target of {}; {} account-hours were broken. An episode takes {} h until anybody knows, and {} h from then to its end.{failing}",
            format::percent_with_interval(&reliability.score),
            format::percent(reliability.target),
            format::decimal(reliability.broken_hours),
            format::decimal(reliability.hours_to_detect),
            format::decimal(reliability.hours_to_repair),
        ),
    }]
}
