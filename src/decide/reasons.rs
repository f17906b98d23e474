//! Reasons that stand beside the verdict, and the sentence that says why.

use std::cmp::Reverse;

use super::verdict::repair;
use super::words::chance;
use super::{Case, Grade, NetBenefit, Reason, Verdict, flip, rule};
use crate::config::DecisionPolicy;
use crate::integrations::{CalendarEntry, Standing};
use crate::metrics::{CoUse, Relation, UseEvidence};
use crate::units::{Estimate, Share, format};

/// From this p on, a trend is spoken of.
const TREND_P: f64 = 0.05;

/// From this part of the run cost on, placed with less confidence than [`DOUBTFUL`], the placement is spoken of.
const DOUBTFUL: f64 = 0.6;

/// From this difference on, relative to the twelve months, the cost of the period is called untypical of the year.
const UNTYPICAL: f64 = 0.25;

/// What is worth knowing beside the verdict, in a fixed order.
pub(super) fn evidence(case: &Case) -> Vec<Reason> {
    let looked_for: [fn(&Case) -> Option<Reason>; 16] = [
        cost_without_use,
        base_dependent,
        built_for_one,
        declining,
        growing,
        errors,
        unreliable,
        silent_failures,
        vendor_change_due,
        never_used,
        short_history,
        shown_and_not_tried,
        unsettled,
        untypical_cost,
        doubtful_cost,
        substituted,
    ];
    let mut found: Vec<Reason> = looked_for.iter().filter_map(|look| look(case)).collect();
    found.extend(complement(case));
    found
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

/// It falls, and not by chance; also asked by the verdicts.
pub(super) fn declining(case: &Case) -> Option<Reason> {
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

/// Failures so common that low use may mean broken; also asked by the verdicts.
pub(super) fn errors(case: &Case) -> Option<Reason> {
    let funnel = &case.facts.funnel;
    let share = funnel.failure_share.map(|share| share.point).or(case.facts.error_share.map(Share::value))?;
    let broken = funnel.evidence == Some(UseEvidence::Broken);
    // Where the funnel was judged, few attempts cannot make it broken.
    let failing = if funnel.evidence.is_some() { broken } else { share >= case.settings.guards.error_share };
    failing.then(|| Reason {
        code: "high-error-share",
        sentence: format!(
            "{} of its attempts{} fail: low use may mean that it is broken, not that it is unwanted.",
            funnel.failure_share.map_or_else(|| format::percent(share), |share| format::percent_with_interval(&share)),
            funnel
                .attempted
                .map_or_else(String::new, |attempted| format!(", by {},", format::counted(attempted, "account")))
        ),
    })
}

/// Surely less reliable than its target, and too rare for that to be the verdict.
fn unreliable(case: &Case) -> Option<Reason> {
    let reliability = case.integration?.reliability.as_ref()?;
    let misses = reliability.standing == Standing::Misses && repair::reasons(case).is_empty();
    misses.then(|| Reason {
        code: "unreliable",
        sentence: format!(
            "It works in {} of account-time, against a target of {}.",
            format::percent_with_interval(&reliability.score),
            format::percent(reliability.target)
        ),
    })
}

/// From this number on, failures that nobody of ours saw in time are spoken of.
const SILENT_FROM: u64 = 3;

fn silent_failures(case: &Case) -> Option<Reason> {
    let detection = case.integration?.detection.as_ref()?;
    let rate = detection.silent_rate?;
    (detection.silent >= SILENT_FROM).then(|| Reason {
        code: "silent-failures",
        sentence: format!(
            "{} of its {} were silent ({}): found by a customer, or seen by no monitor in time.",
            format::count(detection.silent),
            format::counted(detection.failures, "failure"),
            format::percent_with_interval(&rate)
        ),
    })
}

/// Days ahead within which a change of a vendor is spoken of: two quarters, which leave one to plan and one to build.
const DUE_WITHIN: i64 = 180;

/// A dated change that breaks it comes soon.
fn vendor_change_due(case: &Case) -> Option<Reason> {
    let is_due = |entry: &&CalendarEntry| {
        entry.breaking == Some(true)
            && entry.capabilities.contains(&case.index)
            && entry.days_left.is_some_and(|days| (0..=DUE_WITHIN).contains(&days))
    };
    let due: Vec<&CalendarEntry> = case.integrations.calendar.iter().filter(is_due).collect();
    let next = due.first()?;
    let title = next.title.as_ref().map(|title| format!(": {}", title.trim_end_matches('.')));
    let unowned = if case.facts.capability.owner.is_none() { " Nobody owns it." } else { "" };
    let last = due.last().filter(|_| due.len() > 1).and_then(|last| last.effective_on);
    let more = last.map(|last| format!(" {} more by {last}.", format::count(due.len() as u64 - 1)));
    let sentence = format!(
        "{} changes what it is built on in {}, on {}{}.{unowned}{}",
        next.vendor,
        format::counted(next.days_left?.unsigned_abs(), "day"),
        next.effective_on?,
        title.unwrap_or_default(),
        more.unwrap_or_default()
    );
    Some(Reason { code: "vendor-change-due", sentence })
}

fn never_used(case: &Case) -> Option<Reason> {
    let unused = case.facts.used.is_none() && case.facts.active_accounts == Some(0);
    let explained = matches!(case.facts.funnel.evidence, Some(UseEvidence::NeverOffered | UseEvidence::NotCounted));
    (unused && !explained).then(|| Reason {
        code: "never-used",
        sentence: if case.facts.funnel.evidence == Some(UseEvidence::NeverUsed) {
            "It is on offer, and no use of it stands anywhere in the data.".into()
        } else {
            "No use of it stands anywhere in the data: it may never have been offered, or never been counted.".into()
        },
    })
}

/// The grade is another against another base of use.
fn base_dependent(case: &Case) -> Option<Reason> {
    let grades = rule::by_base(case.facts, case.settings.rule);
    let differs = grades.iter().any(|(.., grade)| *grade != case.grade);
    differs.then(|| {
        let shown: Vec<String> = grades
            .iter()
            .map(|(of, ratio, grade)| format!("{} {} ({})", of.label(), format::ratio(*ratio), grade.as_str()))
            .collect();
        Reason {
            code: "base-dependent",
            sentence: format!(
                "Its grade depends on what use is counted in; cost share over usage share by {}.",
                shown.join(", ")
            ),
        }
    })
}

/// Months of use below which no season of the year can be seen.
const A_YEAR: usize = 12;

/// Rare in data too short to know whether it is needed in another season.
fn short_history(case: &Case) -> Option<Reason> {
    let months = case.all.months.len();
    let rare = case.facts.judged_adoption().is_some_and(|adoption| adoption.point < case.settings.rule.rare_below);
    (rare && months < A_YEAR).then(|| Reason {
        code: "short-history",
        sentence: format!(
            "The usage data hold {}: whether it is needed in another season of the year cannot be seen below twelve.",
            format::counted(months as u64, "month")
        ),
    })
}

/// Shown to many, tried by few.
fn shown_and_not_tried(case: &Case) -> Option<Reason> {
    let (exposed, rate) = (case.facts.funnel.exposed?, case.facts.funnel.attempt_rate?);
    (exposed > 0 && rate.high < 0.5).then(|| Reason {
        code: "shown-not-tried",
        sentence: format!(
            "Shown to {}, tried by {} of them.",
            format::counted(exposed, "account"),
            format::percent_with_interval(&rate)
        ),
    })
}

/// How long to wait where the interval of adoption lies on both sides of the line.
fn unsettled(case: &Case) -> Option<Reason> {
    let line = case.settings.rule.rare_below;
    let adoption = case.facts.judged_adoption().filter(|adoption| adoption.low < line && line <= adoption.high)?;
    Some(Reason {
        code: "unsettled",
        sentence: match case.facts.days_to_settle {
            Some(days) => format!(
                "Its adoption, {}, lies on neither side of {} for certain; about {} more of data would settle it.",
                format::percent_with_interval(&adoption),
                format::percent(line),
                format::counted(days, "day")
            ),
            None => format!(
                "Its adoption, {}, lies on neither side of {} for certain, and waiting alone is not known to settle it.",
                format::percent_with_interval(&adoption),
                format::percent(line)
            ),
        },
    })
}

/// Cost has seasons too: a material run cost at the rate of the period, and what the year really cost.
fn untypical_cost(case: &Case) -> Option<Reason> {
    let material = case.facts.cost_share?.value() > case.settings.rule.material_share;
    let (run, year) = (case.facts.cost.run()?, case.facts.run_cost_12m?);
    let rate = run.scaled(case.all.per_year());
    let differs = (rate.units() - year.units()).abs() > UNTYPICAL * year.units().abs();
    (material && differs).then(|| Reason {
        code: "cost-not-typical",
        sentence: format!(
            "At the rate of the period it costs {} a year; in the twelve months up to its end it cost {}: the period was {} than the year.",
            format::money(rate, case.settings.currency),
            format::money(year, case.settings.currency),
            if rate > year { "dearer" } else { "cheaper" }
        ),
    })
}

fn doubtful_cost(case: &Case) -> Option<Reason> {
    let confidence = case.facts.cost_confidence.map(Share::value).filter(|mean| *mean < DOUBTFUL)?;
    Some(Reason {
        code: "cost-placed-in-doubt",
        sentence: format!(
            "Much of its cost was placed by text or shared out and not by a label: mean confidence {}.",
            format::score(confidence)
        ),
    })
}

/// The pairs of the capability with the partner and whether it stands first.
fn pairs<'a>(case: &Case<'a>, relation: Relation) -> impl Iterator<Item = (&'a CoUse, usize, bool)> {
    let (index, all) = (case.index, case.all);
    all.overlap.pairs.iter().filter(move |pair| pair.relation == relation).filter_map(move |pair| {
        let first = pair.first == index;
        (first || pair.second == index).then_some((pair, if first { pair.second } else { pair.first }, first))
    })
}

/// Accounts give it up and take up another.
fn substituted(case: &Case) -> Option<Reason> {
    let away = |(pair, partner, first): (&CoUse, usize, bool)| {
        let (gone, come) = if first {
            (pair.first_to_second?, pair.second_to_first?)
        } else {
            (pair.second_to_first?, pair.first_to_second?)
        };
        (gone > come).then_some((gone, come, partner))
    };
    let (gone, come, partner) = pairs(case, Relation::Substitutes)
        .filter_map(away)
        .max_by_key(|(gone, _, partner)| (*gone, Reverse(*partner)))?;
    Some(Reason {
        code: "substituted",
        sentence: format!(
            "{} gave it up and took up {} within a year; {} went the other way.",
            format::counted(gone, "account"),
            case.all.capabilities[partner].capability.name,
            format::count(come)
        ),
    })
}

/// Used together with another more than chance would have it.
fn complement(case: &Case) -> Option<Reason> {
    let strongest = pairs(case, Relation::Complements)
        .max_by(|a, b| a.0.jaccard.point.total_cmp(&b.0.jaccard.point).then(b.1.cmp(&a.1)));
    let (pair, partner, _) = strongest?;
    let (lift, expected) = match pair.adjusted_lift {
        Some(lift) => (lift, "what accounts of equal breadth would give"),
        None => (pair.lift?, "what chance would give"),
    };
    Some(Reason {
        code: "complement",
        sentence: format!(
            "Used together with {}: {} of {} that use either use both, {} {expected}.",
            case.all.capabilities[partner].capability.name,
            format::count(pair.both),
            format::counted(pair.either, "account"),
            format::ratio(lift.point)
        ),
    })
}

/// The sentence of the list: use, cost, and for every verdict that these do not explain what decided it. What a removal is worth
/// stands beside it wherever it is shown.
pub(super) fn why(case: &Case, verdict: Verdict, reasons: &[Reason]) -> String {
    let mut sentence = use_and_cost(case);
    // The first reason is the one that names the verdict.
    let decided = match verdict {
        Verdict::Deprecate => None,
        Verdict::Keep => flip::first_in_the_way(case.facts, case.settings.rule),
        _ => reasons.first().map(|reason| reason.sentence.clone()),
    };
    if let Some(decided) = decided {
        let guarded = case.grade != Grade::None && !verdict.is_candidate();
        sentence += if guarded { " Kept off the list: " } else { " " };
        sentence += &decided;
    }
    sentence
}

/// How often removing it pays, beside how often it must.
pub(super) fn pays(benefit: &NetBenefit, policy: &DecisionPolicy) -> String {
    format!(
        "Removing it pays in {} of simulated runs; the line is {}.",
        chance(benefit.p_positive),
        format::percent(policy.remove_from)
    )
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
    let used = used + &over_its_window(case);
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

/// Adoption over the window of its rhythm, where that is not the period.
fn over_its_window(case: &Case) -> String {
    let rhythm = &case.facts.rhythm;
    let longer = rhythm.adoption.filter(|judged| Some(*judged) != case.facts.adoption).zip(rhythm.window_months);
    longer.map_or_else(String::new, |(judged, months)| {
        let months = format::counted(u64::from(months), "month");
        format!(" and by {} over the {months} of its rhythm", format::percent(judged.point))
    })
}

fn times(case: &Case) -> String {
    case.facts.disproportion.map_or_else(String::new, |d| {
        let (point, range) = (format::ratio(d.point), ratio_range(&d));
        format!(": {point} its part (95 %: {range})")
    })
}

fn ratio_range(ratio: &Estimate) -> String {
    let high = if ratio.high.is_finite() { format!("–{}", format::ratio(ratio.high)) } else { " or more".into() };
    format!("{}{high}", format::ratio(ratio.low))
}

/// A ratio with its interval; one without an upper bound ends in "or more".
pub(super) fn ratio_with_interval(ratio: &Estimate) -> String {
    format!("{} ({})", format::ratio(ratio.point), ratio_range(ratio))
}
