use super::super::{Case, Reason};
use crate::integrations::{Reliability, Standing};
use crate::metrics::UseEvidence;
use crate::units::{Estimate, definition, format};

definition! {
    /// An integration that is not rare (over the window of its rhythm) and surely less reliable than its target: the whole
    /// interval of its reliability score lies below. It is wanted and does not work, so removing it would punish its users for its
    /// faults.
    ///
    /// A second reason names the step that fails, because 1 − score = episodes per account-hour × (hours to detect + hours to
    /// repair): `attempts-fail` where most attempts fail by the funnel, so that mending single episodes is not enough; else
    /// `detected-late` where more of the broken time passes before anybody knows than after; else `repaired-late`.
    ///
    /// A rare one that fails is no case for repair by itself; that it fails stands among the reasons.
    pub PAGE, "repair", "Verdict: repair"
}

pub(super) const CODES: &[&str] = &["below-reliability-target", "attempts-fail", "detected-late", "repaired-late"];

pub(in crate::decide) fn reasons(case: &Case) -> Vec<Reason> {
    let rare = case.facts.judged_adoption().is_none_or(|adoption| adoption.point < case.settings.rule.rare_below);
    let reliability = case.integration.and_then(|integration| integration.reliability.as_ref());
    let Some(reliability) = reliability.filter(|reliability| !rare && reliability.standing == Standing::Misses) else {
        return Vec::new();
    };
    let below = Reason {
        code: "below-reliability-target",
        sentence: format!(
            "It works in {} of account-time, against a target of {}; {} account-hours were broken. An episode takes {} h until anybody knows, and {} h from then to its end.",
            format::percent_with_interval(&reliability.score),
            format::percent(reliability.target),
            format::decimal(reliability.broken_hours),
            format::decimal(reliability.hours_to_detect),
            format::decimal(reliability.hours_to_repair),
        ),
    };
    vec![below, failing_step(case, reliability)]
}

fn failing_step(case: &Case, reliability: &Reliability) -> Reason {
    let funnel = &case.facts.funnel;
    if funnel.evidence == Some(UseEvidence::Broken) {
        let share = |share: Estimate| format!(": {} of them fail", format::percent_with_interval(&share));
        let share = funnel.failure_share.map_or_else(String::new, share);
        let sentence = format!("The failing step is the attempt itself{share}.");
        return Reason { code: "attempts-fail", sentence };
    }
    let (detect, repair) = (reliability.hours_to_detect, reliability.hours_to_repair);
    let part = |hours: f64| format::percent(hours / (detect + repair));
    if detect > repair {
        let sentence =
            format!("The failing step is detection: {} of the broken time passes before anybody knows.", part(detect));
        Reason { code: "detected-late", sentence }
    } else {
        let sentence =
            format!("The failing step is repair: {} of the broken time passes after it is known.", part(repair));
        Reason { code: "repaired-late", sentence }
    }
}
