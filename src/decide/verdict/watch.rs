use super::super::{Case, Grade, Reason, reasons, rule};
use super::deprecate;
use crate::decide::flip;
use crate::metrics::Basis;
use crate::units::{definition, format};

definition! {
    /// A candidate that lacks evidence, and which:
    ///
    /// - `prime-but-failing`: graded prime, but failing so often that it may be broken and not unwanted;
    /// - `net-benefit-unknown`: graded prime, but what removing it is worth cannot be computed; names the tables and columns wanted;
    /// - `net-benefit-in-doubt`: graded prime, but the probability that removing it pays lies below `decision.remove_from`; names the
    ///   assumption that is nearest to settling it;
    /// - `possible`: rare and dear in point estimate; says which of the two intervals does not settle it;
    /// - `cost-unknown`, `use-unknown`: rare, and what it costs, or which part of all use it has, is not known;
    /// - `needed-by`, `replacement-leaves`: it would be removed, if something that stays did not need it, or if its replacement stayed.
    ///
    /// A wrong removal weighs as much as four that were missed (see `deprecate`), so whatever is in doubt is watched.
    pub PAGE, "watch", "Verdict: watch"
}

pub(super) const CODES: &[&str] = &[
    "needed-by",
    "replacement-leaves",
    "prime-but-failing",
    "net-benefit-unknown",
    "net-benefit-in-doubt",
    "possible",
    "cost-unknown",
    "use-unknown",
];

pub(super) fn reasons(case: &Case) -> Vec<Reason> {
    match case.grade {
        Grade::Prime if deprecate::fires(case) => Vec::new(),
        Grade::Prime => {
            let failing =
                reasons::errors(case).map(|errors| Reason { code: "prime-but-failing", sentence: errors.sentence });
            [failing, net_benefit(case), Some(deprecate::prime())].into_iter().flatten().collect()
        }
        Grade::Possible => vec![possible(case)],
        Grade::None => unknown(case).into_iter().collect(),
    }
}

fn net_benefit(case: &Case) -> Option<Reason> {
    let line = case.settings.policy.remove_from;
    match case.net_benefit {
        None => Some(Reason { code: "net-benefit-unknown", sentence: wanted(case) }),
        Some(benefit) if benefit.p_positive < line => {
            let nearest = flip::benefit_flip(benefit, case.settings.policy, case.settings.currency);
            Some(Reason {
                code: "net-benefit-in-doubt",
                sentence: format!(
                    "{}{}",
                    reasons::pays(benefit, case.settings.policy),
                    nearest.map(|flip| format!(" {flip}")).unwrap_or_default()
                ),
            })
        }
        Some(_) => None,
    }
}

/// The tables and columns without which there is no net benefit.
fn wanted(case: &Case) -> String {
    let by_account = case.all.basis == Basis::Events && !case.all.customers.is_empty();
    let missing = [
        (!by_account).then_some("use by account (usage_events.account_id)"),
        case.all.base.arr.is_none().then_some("ARR (accounts.arr)"),
        case.facts.cost.run().is_none().then_some("cost (tickets, work_items, charges or incidents)"),
    ];
    let missing: Vec<&str> = missing.into_iter().flatten().collect();
    let wanted = match missing.split_last() {
        Some((last, [])) => format!("wanted: {last}"),
        Some((last, before)) => format!("wanted: {} and {last}", before.join(", ")),
        None => "use, ARR and cost do not meet in its accounts".to_owned(),
    };
    format!("Whether removing it pays is not known; {wanted}.")
}

fn possible(case: &Case) -> Reason {
    let rule = case.settings.rule;
    let adoption = case.facts.judged_adoption().filter(|adoption| adoption.high >= rule.rare_below).map(|adoption| {
        format!(
            "adoption, {}, may reach {}",
            format::percent_with_interval(&adoption),
            format::percent(rule.rare_below)
        )
    });
    let cost =
        case.facts.disproportion.filter(|d| !case.facts.cost_without_use && d.low <= rule.disproportion_above).map(
            |d| {
                format!(
                    "cost share over usage share, {}, may not exceed {}",
                    reasons::ratio_with_interval(&d),
                    format::ratio(rule.disproportion_above)
                )
            },
        );
    let open: Vec<String> = [adoption, cost].into_iter().flatten().collect();
    Reason {
        code: "possible",
        sentence: format!(
            "Rare and disproportionately costly in point estimate; the intervals do not settle it: {}.",
            open.join(", and ")
        ),
    }
}

fn unknown(case: &Case) -> Option<Reason> {
    if !rule::is_rare(case.facts, case.settings.rule) {
        return None;
    }
    if case.facts.cost.run().is_none() {
        return Some(Reason {
            code: "cost-unknown",
            sentence: "Rare; tickets, work items or charges would say whether it costs more than its part.".into(),
        });
    }
    // What does not matter is no candidate, whatever its part of all use.
    let material = case.facts.cost_share.is_none_or(|share| share.value() > case.settings.rule.material_share);
    (material && case.facts.usage_share.is_none()).then(|| Reason {
        code: "use-unknown",
        sentence: "Rare; which part of all use it has is not known, so neither is whether it costs more than its part."
            .into(),
    })
}
