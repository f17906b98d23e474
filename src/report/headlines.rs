//! The sentences that carry the report.

use super::{CapabilityLine, Report, Totals};
use crate::config::Settings;
use crate::decide::Grade;
use crate::units::{Money, Share, format};

/// How many names of a kind a sentence holds.
const NAMES: usize = 6;

/// Three to nine sentences: what was looked at, what was found, how sure.
pub(super) fn headlines(report: &Report, settings: &Settings) -> Vec<String> {
    let line = settings.rule.rare_below;
    let rare = |one: &&CapabilityLine| one.adoption.is_some_and(|adoption| adoption < line);
    let rare_in_period = report.capabilities.iter().filter(rare).count();
    let adoption: Vec<Option<f64>> = report.candidates().map(|line| line.adoption).collect();
    let sentences = [
        Some(looked_at(&report.period.label, &report.totals, rare_in_period, line)),
        Some(found(report)),
        together(&report.totals, &adoption, &report.currency),
        kept_out(&report.capabilities),
        first(report),
        report.plan_headline(),
        report.story_in_short(),
        unattributed(report),
        Some(books(report)),
    ];
    sentences.into_iter().flatten().collect()
}

/// `rare_in_period` are those below the line by the period alone: what is needed once a year is judged by the year.
fn looked_at(period: &str, totals: &Totals, rare_in_period: usize, line: f64) -> String {
    let window = if rare_in_period == totals.rare { "" } else { ", each over the window that fits its rhythm" };
    format!(
        "{period}: {} against a base of {}; {} used by fewer than {} of it{window}.",
        counted(totals.capabilities, "capability", "capabilities"),
        format::counted(totals.base_accounts, "account"),
        counted(totals.rare, "of them is", "of them are"),
        format::percent(line)
    )
}

fn found(report: &Report) -> String {
    let candidates: Vec<&CapabilityLine> = report.candidates().collect();
    let Some(run) = report.totals.attributed_run_cost else {
        let listed = counted(candidates.len(), "is", "are");
        return format!(
            "What they cost is not known, so none can be graded; {listed} rare and listed for a closer look."
        );
    };
    if candidates.is_empty() {
        return "None is at once rare and out of proportion in its cost.".into();
    }
    let cost: Money = candidates.iter().filter_map(|line| line.run_cost).sum();
    let used: f64 = candidates.iter().filter_map(|line| line.usage_share).sum();
    let yearly = report.totals.candidate_yearly_run_cost.unwrap_or_default();
    format!(
        "{} on the list: {} {} of the attributed run cost for {} of all use, {} a year at the rate of the period.",
        counted(candidates.len(), "candidate is", "candidates are"),
        if candidates.len() == 1 { "it takes" } else { "together they take" },
        Share::of(cost.units(), run.units())
            .map_or_else(|| format::UNKNOWN.into(), |share| format::percent(share.value())),
        format::percent(used),
        format::money(yearly, &report.currency)
    )
}

/// What the candidates touch together: each may be rare, and their union half of the customers.
fn together(totals: &Totals, adoption: &[Option<f64>], currency: &str) -> Option<String> {
    let (accounts, share) = (totals.candidate_accounts?, totals.candidate_account_share?);
    let widest = adoption.iter().flatten().copied().reduce(f64::max);
    let alone = widest.map(|widest| format!(", though none alone more than {}", format::percent(widest)));
    let arr = totals.candidate_arr_touched.map(|arr| format!(" and {} of ARR", format::money(arr, currency)));
    (adoption.len() > 1).then(|| {
        format!(
            "Together the {} touch {} of {} ({}){}{}.",
            counted(adoption.len(), "candidate", "candidates"),
            format::count(accounts),
            format::counted(share.n, "account"),
            format::percent(share.point),
            arr.unwrap_or_default(),
            alone.unwrap_or_default()
        )
    })
}

/// What the rule grades and a guard keeps off the list.
fn kept_out(lines: &[CapabilityLine]) -> Option<String> {
    let kept = |line: &&CapabilityLine| line.rule != Grade::None && !line.candidate;
    let mut kept: Vec<&CapabilityLine> = lines.iter().filter(kept).collect();
    kept.sort_by_key(|line| line.verdict.as_str());
    let by_guard = kept.chunk_by(|a, b| a.verdict == b.verdict).map(|lines| {
        let names: Vec<&str> = lines.iter().take(NAMES).map(|line| line.name.as_str()).collect();
        let more = lines.len() - names.len();
        let more = if more > 0 { format!(" and {} more", format::count(more as u64)) } else { String::new() };
        format!("{} ({}{more})", lines[0].verdict.as_str().replace('-', " "), names.join(", "))
    });
    (!kept.is_empty()).then(|| {
        format!(
            "{} as rare and costly, and kept off the list: {}.",
            counted(kept.len(), "more is graded", "more are graded"),
            by_guard.collect::<Vec<_>>().join(", ")
        )
    })
}

/// The leading candidate: what removing it is worth, and how sure, before why it stands there.
fn first(report: &Report) -> Option<String> {
    let line = report.capabilities.first().filter(|line| line.candidate)?;
    let worth = report.worth_in_a_sentence(line).map(|worth| worth + " ").unwrap_or_default();
    Some(format!("First: {}. {worth}{}", line.name, line.why))
}

fn unattributed(report: &Report) -> Option<String> {
    let (placed, lost) = (report.totals.attributed_run_cost?, report.totals.unattributed_run_cost?);
    let share = Share::of(lost.units(), (placed + lost).units())?;
    (lost > Money::ZERO).then(|| {
        format!(
            "{} of the run cost of the period ({}) carries no label that places it: it is shown, and in no ratio.",
            format::percent(share.value()),
            format::money(lost, &report.currency)
        )
    })
}

fn books(report: &Report) -> String {
    let rows = report.row_totals();
    format!(
        "Rows of {}: {} read = {} accepted + {} quarantined + {} duplicate + {} passed over.",
        format::counted(rows.files, "file"),
        format::count(rows.read),
        format::count(rows.accepted),
        format::count(rows.quarantined),
        format::count(rows.duplicate),
        format::count(rows.skipped)
    )
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", format::count(number as u64), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Verdict;
    use crate::decide::testing::{capability, decided, facts};
    use crate::integrations::Integrations;
    use crate::report::{EstimateLine, compose};

    fn totals() -> Totals {
        Totals {
            base_accounts: 400,
            base_definition: String::new(),
            base_arr: None,
            capabilities: 60,
            prime: 0,
            possible: 0,
            rare: 0,
            attributed_run_cost: None,
            unattributed_run_cost: None,
            overhead_run_cost: None,
            candidate_yearly_run_cost: None,
            candidate_accounts: Some(201),
            candidate_account_share: Some(EstimateLine { point: 0.5025, low: 0.45, high: Some(0.55), n: 400 }),
            candidate_arr_touched: Money::from_units(4_220_000.0),
        }
    }

    #[test]
    fn what_is_judged_by_another_window_than_the_period_is_said() {
        let totals = Totals { rare: 2, ..totals() };
        let plain = "2026-Q3: 60 capabilities against a base of 400 accounts; 2 of them are used by fewer than 10\u{202f}% of it";
        assert_eq!(looked_at("2026-Q3", &totals, 2, 0.1), format!("{plain}."));
        assert_eq!(
            looked_at("2026-Q3", &totals, 3, 0.1),
            format!("{plain}, each over the window that fits its rhythm.")
        );
    }

    #[test]
    fn ten_at_eight_percent_may_touch_half_of_the_customers() {
        assert_eq!(
            together(&totals(), &[Some(0.08); 10], "EUR").unwrap(),
            "Together the 10 candidates touch 201 of 400 accounts (50\u{202f}%) and EUR\u{202f}4\u{202f}220\u{202f}000 of ARR, \
             though none alone more than 8.0\u{202f}%."
        );
    }

    #[test]
    fn what_is_kept_off_the_list_is_named_by_its_guard() {
        let all = facts(["a", "b", "c", "d"].map(capability).into());
        let mut decisions = decided(&all);
        for (decision, verdict) in decisions.ranked.iter_mut().zip([
            Verdict::TooNew,
            Verdict::InsufficientData,
            Verdict::TooNew,
            Verdict::Deprecate,
        ]) {
            (decision.rule, decision.verdict) = (Grade::Prime, verdict);
        }
        let lines: Vec<CapabilityLine> =
            decisions.ranked.iter().map(|one| compose::line(one, &all, &Integrations::default())).collect();
        let [a, b, c] = [0, 1, 2].map(|place: usize| lines[place].name.as_str());
        assert_eq!(
            kept_out(&lines).unwrap(),
            format!(
                "3 more are graded as rare and costly, and kept off the list: insufficient data ({b}), too new ({a}, {c})."
            )
        );
        assert_eq!(kept_out(&lines[3..]), None);
    }

    #[test]
    fn one_candidate_has_no_union_and_what_is_unknown_is_left_out() {
        assert_eq!(together(&totals(), &[Some(0.08)], "EUR"), None);
        assert_eq!(together(&Totals { candidate_accounts: None, ..totals() }, &[Some(0.08); 2], "EUR"), None);
        let without = Totals { candidate_arr_touched: None, ..totals() };
        assert_eq!(
            together(&without, &[None, None], "EUR").unwrap(),
            "Together the 2 candidates touch 201 of 400 accounts (50\u{202f}%)."
        );
    }
}
