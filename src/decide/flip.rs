//! What would change the decision: how far each half of the rule, and net benefit, is from its line; and what kept a capability
//! off the list.

use super::verdict::ORDERED;
use super::words::{assumption_phrase, assumption_value};
use super::{Decision, FlipPoint, Grade, NetBenefit, Reason, Verdict, reasons, rule};
use crate::config::{DecisionPolicy, RuleSettings};
use crate::integrations::{IntegrationFacts, Standing};
use crate::metrics::{CapabilityFacts, Facts};
use crate::stats;
use crate::units::{Money, Share, format};

/// What would have to be different for another grade, one sentence each; none where the figures are unknown.
///
/// Each sentence changes one figure and leaves the others as they are. Counts of accounts are exact, intervals
/// included; cost and use move the point estimate of disproportion alone.
#[must_use]
pub fn flips(
    facts: &CapabilityFacts,
    integration: Option<&IntegrationFacts>,
    all: &Facts,
    settings: &RuleSettings,
    currency: &str,
) -> Vec<String> {
    let grade = rule::grade(facts, settings);
    let found = [
        adoption(facts, settings, grade),
        cost(facts, all, settings, currency),
        usage(facts, settings),
        material(facts, settings),
        integration.and_then(reliability),
        integration.and_then(|integration| platform_price(integration, currency)),
    ];
    found.into_iter().flatten().collect()
}

/// The number of active accounts from which, or down to which, the grade is another.
fn adoption(facts: &CapabilityFacts, settings: &RuleSettings, now: Grade) -> Option<String> {
    let judged = facts.judged_adoption()?;
    let base = judged.n;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of whole accounts times their number is their count"
    )]
    let active = (judged.point * base as f64).round() as u64;
    let mut probe = CapabilityFacts::unknown(facts.capability.clone());
    (probe.cost_share, probe.disproportion) = (facts.cost_share, facts.disproportion);
    probe.cost_without_use = facts.cost_without_use;
    let (accounts, grade) = (active + 1..=base).chain((0..active).rev()).find_map(|accounts| {
        probe.adoption = stats::wilson(accounts, base);
        let grade = rule::grade(&probe, settings);
        (grade != now).then_some((accounts, grade))
    })?;
    let longer = facts.rhythm.window_months.filter(|_| Some(judged) != facts.adoption);
    let within = longer.map_or_else(String::new, |months| format!(" within {months} months"));
    Some(format!(
        "With {} active{within} instead of {} (of {}) its grade would be `{}`.",
        format::counted(accounts, "account"),
        format::count(active),
        format::count(base),
        grade.as_str()
    ))
}

/// The run cost at which the cost share is as large as the line allows, all other cost unchanged.
fn cost(facts: &CapabilityFacts, all: &Facts, settings: &RuleSettings, currency: &str) -> Option<String> {
    let (used, run, total) = (facts.usage_share?.value(), facts.cost.run()?, all.cost.attributed.run()?);
    let share = settings.disproportion_above * used;
    if share >= 1.0 || used <= 0.0 {
        return None;
    }
    let at = share / (1.0 - share) * (total.units() - run.units());
    let line = format::ratio(settings.disproportion_above);
    let at = format::money(Money::from_units(at)?, currency);
    let run_now = format::money(run, currency);
    let (from, to) = if facts.disproportion?.point > settings.disproportion_above {
        ("down to", "would not be disproportionate")
    } else {
        ("above", "would be disproportionate")
    };
    Some(format!("With a run cost {from} {at} instead of {run_now} it {to} (line: {line})."))
}

/// The usage share at which the disproportion is at the line.
fn usage(facts: &CapabilityFacts, settings: &RuleSettings) -> Option<String> {
    let (cost, used) = (facts.cost_share?.value(), facts.usage_share?.value());
    let at = cost / settings.disproportion_above;
    (at > 0.0 && at <= 1.0 && used > 0.0).then(|| {
        format!("Its cost is in proportion at {} of all use; it has {}.", format::percent(at), format::percent(used))
    })
}

fn material(facts: &CapabilityFacts, settings: &RuleSettings) -> Option<String> {
    let share = facts.cost_share.map(Share::value)?;
    let line = format::percent(settings.material_share);
    let is = if share > settings.material_share { "is material" } else { "is not material" };
    Some(format!("Its cost {is}: {} of run cost, and the line is {line}.", format::percent(share)))
}

/// The broken account-hours at which the score is the target, all else unchanged.
fn reliability(integration: &IntegrationFacts) -> Option<String> {
    let reliability = integration.reliability.as_ref()?;
    let allowed = format::decimal((1.0 - reliability.target) * reliability.account_hours);
    let broken = format::decimal(reliability.broken_hours);
    let target = format::percent(reliability.target);
    Some(match reliability.standing {
        Standing::Misses => format!(
            "It misses its target of {target} with {broken} broken account-hours; {allowed} would just meet it."
        ),
        Standing::Meets => {
            format!("It meets its target of {target} with {broken} broken account-hours; {allowed} would just meet it.")
        }
        Standing::Undecided => format!(
            "Whether it meets its target of {target} is not decided; {allowed} broken account-hours would just meet it, and it has {broken}."
        ),
    })
}

/// The price of a platform below which procuring surely pays.
fn platform_price(integration: &IntegrationFacts, currency: &str) -> Option<String> {
    let procure = integration.procure;
    let (line, _) = procure.break_even_range?;
    let now = procure
        .platform_price
        .map_or_else(|| "none is stated".to_owned(), |price| format!("it is {}", format::money(price, currency)));
    Some(format!(
        "A platform surely costs less where it charges less than {} a year; {now}.",
        format::money(line, currency)
    ))
}

/// Which value of which assumption would give or take the advice to remove a capability that is graded prime: all that lie within
/// their range, nearest first, and where none does the nearest beyond. None for another grade, whose verdict does not hang on
/// net benefit, and where net benefit is not known.
#[must_use]
pub fn benefit_flips(decision: &Decision, policy: &DecisionPolicy, currency: &str) -> Vec<String> {
    let Some(benefit) = decision.net_benefit.as_ref().filter(|_| decision.rule == Grade::Prime) else {
        return Vec::new();
    };
    let within: Vec<String> = benefit
        .flips
        .iter()
        .filter(|flip| flip.within_range)
        .map(|flip| flip_sentence(flip, pays(benefit, policy), currency))
        .collect();
    if within.is_empty() { benefit_flip(benefit, policy, currency).into_iter().collect() } else { within }
}

/// The nearest within its range, else the nearest.
pub(super) fn benefit_flip(benefit: &NetBenefit, policy: &DecisionPolicy, currency: &str) -> Option<String> {
    let within = benefit.flips.iter().find(|flip| flip.within_range);
    within.or(benefit.flips.first()).map(|flip| flip_sentence(flip, pays(benefit, policy), currency))
}

fn pays(benefit: &NetBenefit, policy: &DecisionPolicy) -> bool {
    benefit.p_positive >= policy.remove_from
}

fn flip_sentence(flip: &FlipPoint, pays: bool, currency: &str) -> String {
    let (side, than) = if flip.at > flip.now { ("above", "more") } else { ("below", "less") };
    let end = if pays { "would no longer pay" } else { "would pay" };
    let beyond = if flip.within_range { String::new() } else { format!(", {than} than is assumed possible") };
    let value = |value: f64| assumption_value(flip.assumption, value, currency);
    format!(
        "With {} {side} {} instead of {}{beyond}, removing it {end} with enough certainty.",
        assumption_phrase(flip.assumption),
        value(flip.at),
        value(flip.now)
    )
}

/// The halves of the rule that do not hold, in its order.
fn in_the_way(facts: &CapabilityFacts, rule: &RuleSettings) -> impl Iterator<Item = String> {
    let halves = [adoption_in_the_way, disproportion_in_the_way, cost_in_the_way];
    halves.into_iter().filter_map(move |half| half(facts, rule))
}

/// The first of them.
pub(super) fn first_in_the_way(facts: &CapabilityFacts, rule: &RuleSettings) -> Option<String> {
    in_the_way(facts, rule).next()
}

/// Why a capability is not advised to be removed, one sentence each, in the order in which it was asked: the guards that hold, the
/// halves of the rule that do not, then what a prime candidate lacks. Empty for a removal.
#[must_use]
pub fn kept_off(decision: &Decision, facts: &CapabilityFacts, rule: &RuleSettings) -> Vec<String> {
    if matches!(decision.verdict, Verdict::Deprecate | Verdict::Consolidate) {
        return Vec::new();
    }
    let said = |wanted: fn(Verdict) -> bool| -> Vec<String> {
        let rules = ORDERED.iter().filter(|rule| wanted(rule.verdict));
        let reasons = rules.flat_map(|rule| {
            // What `possible` says, the halves of the rule say below.
            let is_its = |reason: &&Reason| rule.codes.contains(&reason.code) && reason.code != "possible";
            let reasons = decision.reasons.iter().filter(is_its);
            reasons.map(|reason| format!("{}: {}", rule.verdict.as_str(), reason.sentence))
        });
        reasons.collect()
    };
    let mut found = said(|verdict| verdict < Verdict::Consolidate);
    found.extend(in_the_way(facts, rule));
    found.extend(said(|verdict| verdict == Verdict::Watch));
    found
}

fn adoption_in_the_way(facts: &CapabilityFacts, rule: &RuleSettings) -> Option<String> {
    let line = format::percent(rule.rare_below);
    let Some(adoption) = facts.judged_adoption() else { return Some("Adoption is not known.".into()) };
    let shown = format::percent_with_interval(&adoption);
    if adoption.point >= rule.rare_below {
        Some(format!("Adoption, {shown}, is not below {line}."))
    } else {
        (adoption.high >= rule.rare_below).then(|| format!("Adoption, {shown}, is not surely below {line}."))
    }
}

fn disproportion_in_the_way(facts: &CapabilityFacts, rule: &RuleSettings) -> Option<String> {
    if facts.cost_without_use {
        return None;
    }
    let line = format::ratio(rule.disproportion_above);
    let Some(found) = facts.disproportion else { return Some("Cost share over usage share is not known.".into()) };
    let shown = reasons::ratio_with_interval(&found);
    if found.point <= rule.disproportion_above {
        Some(format!("Cost share over usage share, {shown}, is not above {line}."))
    } else {
        (found.low <= rule.disproportion_above)
            .then(|| format!("Cost share over usage share, {shown}, is not surely above {line}."))
    }
}

fn cost_in_the_way(facts: &CapabilityFacts, rule: &RuleSettings) -> Option<String> {
    let Some(share) = facts.cost_share.map(Share::value) else { return Some("Its cost share is not known.".into()) };
    (share <= rule.material_share).then(|| {
        let (share, line) = (format::percent(share), format::percent(rule.material_share));
        format!("Its cost share, {share}, is not material: not above {line}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Assumed;
    use crate::decide::testing::{DEFAULTS, RULE, benefit, capability, facts as all, judged_with};
    use crate::integrations::{Gaps, Integrations, Procure, Reliability};
    use crate::metrics::{CostByType, CostTotals, RhythmKind};
    use crate::units::Estimate;

    fn candidate(active: u64) -> (CapabilityFacts, Facts) {
        let mut facts = capability("c");
        facts.active_accounts = Some(active);
        facts.adoption = stats::wilson(active, 400);
        facts.usage_share = Share::of(1.0, 100.0);
        facts.cost_share = Share::of(5.0, 100.0);
        facts.disproportion = Some(Estimate { point: 5.0, low: 3.0, high: 8.0, n: 10 });
        facts.cost = CostByType { support: Money::from_units(500.0), ..CostByType::default() };
        let mut all = all(vec![facts.clone()]);
        let attributed = CostByType { support: Money::from_units(10_000.0), ..CostByType::default() };
        all.cost = CostTotals { attributed, ..CostTotals::default() };
        (facts, all)
    }

    #[test]
    fn every_sentence_by_hand() {
        // Wilson, 95 %: of 400 accounts 28 give 4.9–9.9 %, 29 give 5.1–10.2 %, so that `prime` ends at 28.
        let (facts, all) = candidate(20);
        let found = flips(&facts, None, &all, &RULE, "EUR");
        assert_eq!(found[0], "With 29 accounts active instead of 20 (of 400) its grade would be `possible`.");
        // 1 % of use allows 1 % of cost: 9,500 of others are 99 %, so 95.96.
        assert!(found[1].contains("down to EUR\u{202f}95.96 instead of EUR\u{202f}500"), "{}", found[1]);
        assert_eq!(found[2], "Its cost is in proportion at 5.0\u{202f}% of all use; it has 1.0\u{202f}%.");
        assert!(found[3].starts_with("Its cost is material: 5.0"), "{}", found[3]);
    }

    #[test]
    fn a_keep_says_what_would_make_it_rare() {
        let (facts, all) = candidate(40);
        let found = flips(&facts, None, &all, &RULE, "EUR");
        assert_eq!(found[0], "With 39 accounts active instead of 40 (of 400) its grade would be `possible`.");
    }

    #[test]
    fn what_is_unknown_flips_nothing() {
        let (_, all) = candidate(1);
        assert_eq!(flips(&capability("c"), None, &all, &RULE, "EUR"), [""; 0]);
    }

    #[test]
    fn an_integration_says_what_it_may_break_and_what_a_platform_may_cost() {
        let (_, all) = candidate(1);
        let money = |units: f64| Money::from_units(units).unwrap();
        let mut known = IntegrationFacts {
            capability: 0,
            runs: None,
            detection: None,
            reliability: Some(Reliability {
                score: crate::decide::testing::estimate((0.9, 0.85, 0.94)),
                account_hours: 1_000.0,
                broken_hours: 100.0,
                broken_hours_range: (80.0, 120.0),
                frequency: 0.01,
                hours_to_detect: 7.0,
                hours_to_repair: 3.0,
                episodes: 10,
                target: 0.99,
                standing: Standing::Misses,
                expected_broken_hours: crate::decide::testing::estimate((100.0, 50.0, 200.0)),
                rank: 1,
            }),
            gaps: Gaps::default(),
            vendor: None,
            procure: Procure {
                break_even_range: Some((money(8_000.0), money(30_000.0))),
                platform_price: Some(money(10_000.0)),
                ..Procure::default()
            },
        };
        let sentences = |known: &IntegrationFacts| -> Vec<String> {
            let found = flips(&capability("c"), Some(known), &all, &RULE, "EUR");
            found.into_iter().map(|text| text.replace('\u{202f}', " ")).collect()
        };
        assert_eq!(
            sentences(&known),
            [
                "It misses its target of 99 % with 100 broken account-hours; 10.0 would just meet it.",
                "A platform surely costs less where it charges less than EUR 8 000 a year; it is EUR 10 000."
            ]
        );
        (known.reliability, known.procure.platform_price) = (None, None);
        assert_eq!(
            sentences(&known),
            ["A platform surely costs less where it charges less than EUR 8 000 a year; none is stated."]
        );
    }

    fn plain(found: Vec<String>) -> Vec<String> {
        found.into_iter().map(|text| text.replace('\u{202f}', " ")).collect()
    }

    /// A prime capability with an interval on use, and its decision at this probability of a benefit.
    fn decided(
        change: impl Fn(&mut CapabilityFacts),
        p_positive: Option<f64>,
        flips: &[FlipPoint],
    ) -> (Decision, Facts) {
        let (mut facts, mut all) = candidate(20);
        change(&mut facts);
        all.capabilities = vec![facts];
        let benefit = p_positive.map(|p| NetBenefit { flips: flips.to_vec(), ..benefit(p) });
        (judged_with(&all, &Integrations::default(), vec![benefit]).remove(0), all)
    }

    #[test]
    fn a_removal_names_the_assumption_that_would_take_it_off_and_a_watch_the_one_that_would_settle_it() {
        let flips = [
            FlipPoint { assumption: Assumed::LossAtFullDependence, now: 0.25, at: 0.42, within_range: true },
            FlipPoint { assumption: Assumed::RemovalHours, now: 160.0, at: 1_200.0, within_range: false },
        ];
        let sentences =
            |flips: &[FlipPoint]| plain(benefit_flips(&decided(|_| {}, Some(0.8), flips).0, &DEFAULTS.decision, "EUR"));
        let within = "With the chance that a fully dependent account leaves above 42 % instead of 25 %, removing it would no longer pay with enough certainty.";
        assert_eq!(sentences(&flips), [within]);
        assert_eq!(
            sentences(&flips[1..]),
            [
                "With the hours to remove it above 1 200 h instead of 160 h, more than is assumed possible, removing it would no longer pay with enough certainty."
            ]
        );
        let back = [FlipPoint { at: 0.1, ..flips[0] }];
        let (watched, _) = decided(|_| {}, Some(0.79), &back);
        let expected = "With the chance that a fully dependent account leaves below 10 % instead of 25 %, removing it would pay with enough certainty.";
        assert_eq!(plain(benefit_flips(&watched, &DEFAULTS.decision, "EUR")), [expected]);
        assert!(plain(vec![watched.reasons[0].sentence.clone()])[0].ends_with(expected), "{:?}", watched.reasons);
        // No verdict of another grade hangs on net benefit.
        let possible = |facts: &mut CapabilityFacts| {
            facts.disproportion = Some(Estimate { low: 0.5, ..facts.disproportion.unwrap() });
        };
        assert_eq!(benefit_flips(&decided(possible, Some(0.9), &flips).0, &DEFAULTS.decision, "EUR"), [""; 0]);
        assert_eq!(benefit_flips(&decided(|_| {}, None, &[]).0, &DEFAULTS.decision, "EUR"), [""; 0]);
    }

    fn off(change: impl Fn(&mut CapabilityFacts), p_positive: Option<f64>) -> Vec<String> {
        let (decision, all) = decided(change, p_positive, &[]);
        plain(kept_off(&decision, &all.capabilities[0], &RULE))
    }

    #[test]
    fn what_is_not_on_the_list_names_the_figure_and_the_line() {
        assert_eq!(off(|_| {}, Some(0.9)), [""; 0]);
        let three_off = |facts: &mut CapabilityFacts| {
            facts.adoption = stats::wilson(92, 400);
            facts.disproportion = Some(Estimate { point: 0.8, low: 0.5, high: 1.2, n: 10 });
            facts.cost_share = Share::of(0.001, 1.0);
        };
        assert_eq!(
            off(three_off, Some(0.9)),
            [
                "Adoption, 23 % (19–27 %), is not below 10 %.",
                "Cost share over usage share, 0.80× (0.50×–1.2×), is not above 1.0×.",
                "Its cost share, 0.10 %, is not material: not above 0.25 %."
            ]
        );
        let unsure = |facts: &mut CapabilityFacts| {
            facts.adoption = Some(Estimate { point: 0.08, low: 0.05, high: 0.12, n: 100 });
            facts.disproportion = Some(Estimate { point: 1.5, low: 0.8, high: f64::INFINITY, n: 10 });
        };
        assert_eq!(
            off(unsure, Some(0.9)),
            [
                "Adoption, 8.0 % (5.0–12 %), is not surely below 10 %.",
                "Cost share over usage share, 1.5× (0.80× or more), is not surely above 1.0×."
            ]
        );
        let unknown = |facts: &mut CapabilityFacts| {
            (facts.adoption, facts.disproportion, facts.cost_share) = (None, None, None);
        };
        let found = off(unknown, None);
        assert!(found[0].starts_with("insufficient-data: Its adoption"), "{found:?}");
        assert_eq!(
            found[1..],
            ["Adoption is not known.", "Cost share over usage share is not known.", "Its cost share is not known."]
        );
    }

    #[test]
    fn guards_come_first_and_what_a_prime_one_lacks_last() {
        let guarded = |facts: &mut CapabilityFacts| {
            facts.rhythm.kind = Some(RhythmKind::Yearly);
            facts.rhythm.adoption = Some(Estimate { point: 0.2, low: 0.16, high: 0.24, n: 400 });
            facts.capability.intent = Some("core".into());
        };
        assert_eq!(
            off(guarded, Some(0.9)),
            [
                "protected: The catalogue calls it core to the product.",
                "seasonal: Over twelve months, 20 % (16–24 %) of the base used it.",
                "Adoption, 20 % (16–24 %), is not below 10 %."
            ]
        );
        let found = off(|_| {}, Some(0.3));
        assert_eq!(found[0], "watch: Removing it pays in 30 % of simulated runs; the line is 80 %.");
        assert!(off(|_| {}, None)[0].starts_with("watch: Whether removing it pays is not known"));
        let without_use = |facts: &mut CapabilityFacts| {
            (facts.cost_without_use, facts.disproportion, facts.active_accounts) = (true, None, Some(0));
        };
        assert_eq!(off(without_use, Some(0.9)), [""; 0], "no use at all is dear without bound");
    }
}
