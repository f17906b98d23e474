use super::super::{Case, Reason};
use crate::metrics::UseEvidence;
use crate::units::{definition, format};

definition! {
    /// The data cannot say: the base has fewer than `guards.min_base_accounts` accounts, the usage data cover fewer than
    /// `guards.min_days_observed` days of the period, adoption is not known at all, the capability was never offered to
    /// anybody, or its use is probably not counted. Not the same as little use: a capability that is on offer and that
    /// nobody used in a well-observed period is known to be unused.
    pub PAGE, "insufficient-data", "Verdict: insufficient data"
}

pub(super) const CODES: &[&str] =
    &["adoption-unknown", "small-base", "short-observation", "never-offered", "not-counted"];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    let looked_for: [fn(&Case) -> Option<Reason>; 5] =
        [unknown_adoption, small_base, short_observation, never_offered, not_counted];
    looked_for.iter().filter_map(|look| look(case)).collect()
}

fn unknown_adoption(case: &Case) -> Option<Reason> {
    case.facts.adoption.is_none().then(|| Reason {
        code: "adoption-unknown",
        sentence: "Its adoption in the period is not known: there is no count of it, or no base to compare with."
            .into(),
    })
}

fn small_base(case: &Case) -> Option<Reason> {
    let (base, least) = (case.all.base.accounts, case.settings.guards.min_base_accounts);
    (base < u64::from(least)).then(|| Reason {
        code: "small-base",
        sentence: format!("The base has {}; below {least} a share says too little.", format::counted(base, "account")),
    })
}

fn never_offered(case: &Case) -> Option<Reason> {
    let funnel = &case.facts.funnel;
    (funnel.evidence == Some(UseEvidence::NeverOffered)).then(|| Reason {
        code: "never-offered",
        sentence: if funnel.entitled == Some(0) {
            "No account of the base is entitled to it: that nobody uses it says nothing.".into()
        } else {
            "No account was shown it, although exposure is recorded: that nobody uses it says nothing.".into()
        },
    })
}

fn not_counted(case: &Case) -> Option<Reason> {
    (case.facts.funnel.evidence == Some(UseEvidence::NotCounted)).then(|| Reason {
        code: "not-counted",
        sentence: "No use of it stands anywhere in the data, yet customers write or syncs run about it: its use is probably not counted."
            .into(),
    })
}

fn short_observation(case: &Case) -> Option<Reason> {
    let days = case.all.base.observed.map_or(0, |(first, last)| (last - first).num_days() + 1);
    let least = i64::from(case.settings.guards.min_days_observed).min(case.all.period.days());
    (days < least).then(|| Reason {
        code: "short-observation",
        sentence: format!("The usage data cover {days} days of the period; {least} are needed."),
    })
}
