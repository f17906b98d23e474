//! Reasons that stand beside the verdict, and the sentence that says why.

use super::{Case, Reason, Verdict};
use crate::units::{Share, format};

/// From this p on, a trend is spoken of.
const TREND_P: f64 = 0.05;

/// What is worth knowing beside the verdict, in a fixed order.
pub(super) fn evidence(case: &Case) -> Vec<Reason> {
    let looked_for: [fn(&Case) -> Option<Reason>; 6] =
        [cost_without_use, built_for_one, declining, growing, errors, never_used];
    looked_for.iter().filter_map(|look| look(case)).collect()
}

fn cost_without_use(case: &Case) -> Option<Reason> {
    let run = case.facts.cost.run()?;
    case.facts.cost_without_use.then(|| Reason {
        code: "cost-without-use",
        sentence: format!(
            "It cost {} in the period, and no account used it.",
            format::money(run, case.settings.currency)
        ),
    })
}

fn built_for_one(case: &Case) -> Option<Reason> {
    let top = case.facts.top_account_share?;
    case.facts.built_for_one.then(|| Reason {
        code: "built-for-one",
        sentence: format!(
            "{} of its active days come from one account; {} in effect.",
            format::percent(top.value()),
            format::decimal(case.facts.effective_accounts.unwrap_or(1.0)) + " accounts"
        ),
    })
}

/// The trend, when it is unlikely to be chance.
fn clear_trend(case: &Case) -> Option<f64> {
    let slope = case.facts.trend_per_month?.point;
    (case.facts.trend_p? < TREND_P).then_some(slope)
}

fn declining(case: &Case) -> Option<Reason> {
    let slope = clear_trend(case).filter(|slope| *slope < 0.0)?;
    Some(Reason {
        code: "declining",
        sentence: format!("Adoption falls by {} of the base a month.", format::percent(-slope)),
    })
}

fn growing(case: &Case) -> Option<Reason> {
    let slope = clear_trend(case).filter(|slope| *slope > 0.0)?;
    Some(Reason {
        code: "growing",
        sentence: format!("Adoption grows by {} of the base a month.", format::percent(slope)),
    })
}

/// Errors so common that low use may mean broken; also asked by the verdicts.
pub(super) fn errors(case: &Case) -> Option<Reason> {
    let share = case.facts.error_share.map(Share::value)?;
    (share >= case.settings.guards.error_share).then(|| Reason {
        code: "high-error-share",
        sentence: format!(
            "{} of its recorded uses end in an error: low use may mean that it is broken, not that it is unwanted.",
            format::percent(share)
        ),
    })
}

fn never_used(case: &Case) -> Option<Reason> {
    let unused = case.facts.used.is_none() && case.facts.active_accounts == Some(0);
    unused.then(|| Reason {
        code: "never-used",
        sentence: "No use of it stands anywhere in the data: it may never have been offered, or never been counted."
            .into(),
    })
}

/// The sentence of the list: use, cost, and for a verdict other than removal what decided it.
pub(super) fn why(case: &Case, verdict: Verdict, reasons: &[Reason]) -> String {
    let mut sentence = use_and_cost(case);
    let decided = reasons.first().filter(|_| !matches!(verdict, Verdict::Deprecate | Verdict::Keep));
    if let Some(reason) = decided {
        sentence.push(' ');
        sentence.push_str(&reason.sentence);
    }
    sentence
}

fn use_and_cost(case: &Case) -> String {
    let facts = case.facts;
    let used = match (facts.adoption, facts.active_accounts) {
        (Some(adoption), Some(active)) => format!(
            "Used by {} of {} ({}, 95 %: {}–{})",
            format::count(active),
            format::counted(adoption.n, "account"),
            format::percent(adoption.point),
            format::percent(adoption.low),
            format::percent(adoption.high)
        ),
        _ => "How many accounts use it is not known".to_owned(),
    };
    let cost = match (facts.cost_share, facts.usage_share, facts.cost.run()) {
        (Some(cost), Some(used), Some(run)) => format!(
            "; it takes {} of run cost ({}) for {} of all use{}.",
            format::percent(cost.value()),
            format::money(run, case.settings.currency),
            format::percent(used.value()),
            times(case)
        ),
        _ => "; what it costs is not known.".to_owned(),
    };
    used + &cost
}

fn times(case: &Case) -> String {
    case.facts.disproportion.map_or_else(String::new, |d| {
        let high = if d.high.is_finite() { format!("–{}", format::ratio(d.high)) } else { " or more".into() };
        format!(": {} its part (95 %: {}{high})", format::ratio(d.point), format::ratio(d.low))
    })
}
