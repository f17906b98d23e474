//! `summary.md`: the report in under sixty lines, for a job summary or a comment on a pull request.
//!
//! Text of customers is escaped so that it can be no markup, no link, and no mention of a user or an issue.

use super::text::clipped;
use super::words::{grade_label, severity_label, verdict_label};
use crate::decide::chance;
use crate::integrations::{ChurnKind, Standing};
use crate::report::{CapabilityLine, IntegrationLine, Report, spread_in_words};
use crate::units::format::{self, UNKNOWN};
use crate::units::{Estimate, Money};

const CANDIDATES: usize = 8;
const HEADLINES: usize = 9;
const FINDINGS: usize = 2;
const UNAVAILABLE: usize = 1;
const GATES: usize = 2;
/// Names in one line.
const NAMED: usize = 6;
/// Days ahead in which a vendor change is soon.
const SOON_DAYS: i64 = 90;
/// Characters of a name, and of a sentence, before it is cut.
const NAME: usize = 60;
const SENTENCE: usize = 400;
/// Keeps `@name` and `#1` from becoming a mention; it is not seen.
const WORD_JOINER: char = '\u{2060}';

/// The bytes of `summary.md`.
#[must_use]
pub fn bytes(report: &Report) -> Vec<u8> {
    let mut lines = vec![title(report), String::new()];
    lines.extend(report.headlines.iter().take(HEADLINES).map(|sentence| format!("- {}", escaped(sentence, SENTENCE))));
    lines.extend(gates(report));
    lines.extend(candidates(report));
    lines.extend(plan(report));
    lines.extend(integrations(report));
    lines.extend(books(report));
    lines.extend(findings(report));
    lines.extend([String::new(), "---".to_owned(), footer(report)]);
    (lines.join("\n") + "\n").into_bytes()
}

fn title(report: &Report) -> String {
    let company = report.company.as_deref().unwrap_or("Portfolio");
    format!("## {}: deprecation report {}", escaped(company, NAME), escaped(&report.period.label, NAME))
}

fn footer(report: &Report) -> String {
    format!(
        "<sub>deadhead {}, data up to {}, period {}. `index.html` is the page to present from.</sub>",
        report.program_version,
        report.as_of,
        escaped(&report.period.label, NAME)
    )
}

/// A section with its head and a blank line around it; no lines, no section.
fn section(head: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    [String::new(), format!("### {head}"), String::new()].into_iter().chain(lines).collect()
}

/// How many of `all` lines are shown: `most`, or one more where the line that says so would take its place.
fn shown(all: usize, most: usize) -> usize {
    if all == most + 1 { all } else { most }
}

/// Says how many lines were left out, where any were.
fn and_more(lines: &mut Vec<String>, all: usize, place: &str) {
    if all > lines.len() {
        let more = all - lines.len();
        lines.push(format!("- and {} more, in `{place}`", format::count(u64::try_from(more).unwrap_or(u64::MAX))));
    }
}

fn gates(report: &Report) -> Vec<String> {
    let line = |gate: &crate::report::Gate| {
        let state = if gate.holds { "holds" } else { "does not hold" };
        format!("- **{}** {state}: {}", escaped(&gate.condition, NAME), escaped(&gate.sentence, SENTENCE))
    };
    let mut lines: Vec<String> = report.gates.iter().take(shown(report.gates.len(), GATES)).map(line).collect();
    and_more(&mut lines, report.gates.len(), "report.json");
    section("Conditions", lines)
}

fn candidates(report: &Report) -> Vec<String> {
    let candidates: Vec<&CapabilityLine> = report.candidates().collect();
    if candidates.is_empty() {
        return section("Candidates", vec!["None.".to_owned()]);
    }
    let worth = candidates.iter().take(CANDIDATES).any(|line| line.net_benefit.is_some());
    let (head, rule) =
        if worth { (" Net benefit (nine of ten simulated runs) | Pays in |", "--:|--:|") } else { ("", "") };
    let mut lines = vec![
        format!("| # | Capability | Verdict | Rule | Adoption (95 %) | Disproportion | Run cost | ARR touched |{head}"),
        format!("|--:|---|---|---|--:|--:|--:|--:|{rule}"),
    ];
    let row = |line: &&CapabilityLine| {
        let net_benefit = if worth { net_benefit(line, &report.currency) } else { String::new() };
        candidate(line, &report.currency) + &net_benefit
    };
    lines.extend(candidates.iter().take(CANDIDATES).map(row));
    let all = format::count(u64::try_from(candidates.len()).unwrap_or(u64::MAX));
    let head = if candidates.len() > CANDIDATES {
        format!("Candidates: the first {CANDIDATES} of {all} in `tables/candidates.csv`")
    } else {
        "Candidates".to_owned()
    };
    section(&head, lines)
}

fn candidate(line: &CapabilityLine, currency: &str) -> String {
    let money = |amount: Option<Money>| amount.map_or(UNKNOWN.to_owned(), |amount| format::money(amount, currency));
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |",
        line.rank,
        escaped(&line.name, NAME),
        verdict_label(line.verdict),
        grade_label(line.rule),
        adoption(line),
        line.disproportion.map_or(UNKNOWN.to_owned(), format::ratio),
        money(line.run_cost),
        money(line.arr_touched),
    )
}

/// The two cells on what removing it is worth.
fn net_benefit(line: &CapabilityLine, currency: &str) -> String {
    let (worth, chance) = line.net_benefit.as_ref().map_or_else(
        || (UNKNOWN.to_owned(), UNKNOWN.to_owned()),
        |found| (spread_in_words(&found.total, currency), chance(found.p_positive)),
    );
    format!(" {} | {} |", escaped(&worth, NAME), escaped(&chance, NAME))
}

fn adoption(line: &CapabilityLine) -> String {
    match (line.adoption, line.adoption_low, line.adoption_high) {
        (Some(point), Some(low), Some(high)) => {
            escaped(&format::percent_with_interval(&Estimate { point, low, high, n: line.base_accounts }), NAME)
        }
        (Some(point), ..) => escaped(&format::percent(point), NAME),
        _ => UNKNOWN.to_owned(),
    }
}

/// What cannot be kept, what goes when, and what holds back the rest; how much goes and what it brings stands among the sentences at
/// the head.
fn plan(report: &Report) -> Vec<String> {
    let Some(plan) = &report.plan else { return Vec::new() };
    let conflicts = |kept: bool| -> Vec<String> {
        plan.conflicts.iter().filter(|of| of.kept == kept).map(|of| format!("{} by {}", of.name, of.by)).collect()
    };
    let (missed, short) = (conflicts(false), conflicts(true));
    let gone = plan.removals.iter().filter_map(|of| Some(format!("{} {}", of.removed_on()?, of.name)));
    let gone: Vec<String> = gone.collect();
    let rest = report.plan_held_back().filter(|_| !gone.is_empty());
    let lines = [
        (!missed.is_empty()).then(|| format!("Cannot be kept: {}", format::first_of(missed.iter(), NAMED))),
        (!short.is_empty())
            .then(|| format!("Ends with its vendor, on less than is owed: {}", format::first_of(short.iter(), NAMED))),
        (!gone.is_empty()).then(|| format!("Goes: {}", format::first_of(gone.iter(), NAMED))),
        rest.or_else(|| report.plan_in_short()?.into_iter().next()),
    ];
    section("Plan", lines.into_iter().flatten().map(|line| format!("- {}", escaped(&line, SENTENCE))).collect())
}

/// A line each on what misses its target, what was silent, what vendors will break soon, and whom it concerns.
fn integrations(report: &Report) -> Vec<String> {
    let of = &report.integrations;
    let misses = |line: &&IntegrationLine| line.reliability.as_ref().is_some_and(|of| of.standing == Standing::Misses);
    let below: Vec<&str> = of.lines.iter().filter(misses).map(|line| line.name.as_str()).collect();
    let detection = of.lines.iter().filter_map(|line| line.detection.as_ref());
    let (silent, failures) = detection.fold((0, 0), |sum, of| (sum.0 + of.silent, sum.1 + of.failures));
    let soon = of
        .calendar
        .iter()
        .filter(|change| change.breaking == Some(true) && change.days_left.is_some_and(|left| left <= SOON_DAYS));
    let soon: Vec<String> = soon
        .map(|change| {
            format!("{} {}", change.effective_on.map(|day| day.to_string()).unwrap_or_default(), change.vendor)
        })
        .collect();
    let functional = of.churned.iter().filter(|line| line.kind == Some(ChurnKind::Functional));
    let lost: Money = functional.clone().filter_map(|line| line.arr).sum();
    let exposed = of.exposed_arr.map(|arr| format!("; exposed now: {} of ARR", format::money(arr, &report.currency)));
    let silence = (failures > 0).then(|| format!("{silent} of {} silent", format::counted(failures, "failure")));
    let below = (!below.is_empty())
        .then(|| format!("surely below their reliability target: {}", format::first_of(below.iter(), NAMED)));
    let sentences = [
        silence.into_iter().chain(below).reduce(|all, next| format!("{all}; {next}")),
        (!soon.is_empty()).then(|| {
            format!("Breaking vendor changes within {SOON_DAYS} days: {}", format::first_of(soon.iter(), NAMED))
        }),
        (functional.count() > 0 || exposed.is_some()).then(|| {
            format!(
                "Left after a broken integration: {} of ARR{}",
                format::money(lost, &report.currency),
                exposed.unwrap_or_default()
            )
        }),
    ];
    section(
        "Integrations",
        sentences.into_iter().flatten().map(|line| format!("- {}", escaped(&line, SENTENCE))).collect(),
    )
}

/// One line on cost, one on how the list hangs on its placing, one on what the text of tickets gave. The rows stand in
/// the sentences at the head.
fn books(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let totals = &report.totals;
    if let (Some(attributed), Some(overhead), Some(unattributed)) =
        (totals.attributed_run_cost, totals.overhead_run_cost, totals.unattributed_run_cost)
    {
        let [attributed, overhead, unattributed] =
            [attributed, overhead, unattributed].map(|amount| format::money(amount, &report.currency));
        lines.push(format!(
            "- Run cost of the period: {attributed} attributed, {overhead} overhead, {unattributed} placed by no rule"
        ));
    }
    let triage = report.triage.as_ref().map(|triage| triage.sentence.clone());
    lines.extend(
        [report.allocation_in_short(), triage]
            .into_iter()
            .flatten()
            .map(|line| format!("- {}", escaped(&line, SENTENCE))),
    );
    section("Books", lines)
}

/// What is wrong with the data, and what they lack.
fn findings(report: &Report) -> Vec<String> {
    let line = |finding: &crate::diag::Finding| {
        let (severity, count) = (severity_label(finding.severity), format::count(finding.count));
        format!("- **{severity}** `{}` × {count}: {}", finding.code.as_str(), escaped(&finding.message, SENTENCE))
    };
    let mut lines: Vec<String> =
        report.findings.iter().take(shown(report.findings.len(), FINDINGS)).map(line).collect();
    and_more(&mut lines, report.findings.len(), "report.json");
    let missing = missing(report);
    let head = match (lines.is_empty(), missing.is_empty()) {
        (true, _) => "What is missing",
        (_, true) => "Findings in the data",
        _ => "Findings in the data, and what is missing",
    };
    lines.extend(missing);
    section(head, lines)
}

fn missing(report: &Report) -> Vec<String> {
    let line = |part: &crate::report::Unavailable| {
        format!(
            "- **Missing** {} (wants `{}`): {}",
            escaped(part.part, NAME),
            part.wants,
            escaped(&part.sentence, SENTENCE)
        )
    };
    let places = shown(report.unavailable.len(), UNAVAILABLE);
    let mut lines: Vec<String> = report.unavailable.iter().take(places).map(line).collect();
    and_more(&mut lines, report.unavailable.len(), "report.json");
    lines
}

/// Text on one line, cut at `length` characters, in which nothing is markup.
pub(super) fn escaped(text: &str, length: usize) -> String {
    let text = clipped(text, length);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '\\' | '|' | '`' | '[' | ']' | '*' | '_' | '~' | '$' | '!' => out.extend(['\\', c]),
            ':' if after.starts_with("//") => out += "\\:",
            '.' if out.to_ascii_lowercase().ends_with("www") => out += "\\.",
            '@' => out.extend(['@', WORD_JOINER]),
            '#' => out.extend(['\\', '#', WORD_JOINER]),
            _ => out.push(c),
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        for (text, written) in [
            ("a|b", "a\\|b"),
            ("<script>", "&lt;script&gt;"),
            ("`code` [link](x) ![i]", "\\`code\\` \\[link\\](x) \\!\\[i\\]"),
            ("two\nlines", "two lines"),
            ("https://x.example", "https\\://x.example"),
            ("WWW.x.example", "WWW\\.x.example"),
            ("@team #12", "@\u{2060}team \\#\u{2060}12"),
            ("evil\u{202e}txt", "eviltxt"),
            ("3.1 %: fine", "3.1 %: fine"),
        ] {
            assert_eq!(escaped(text, 100), written);
        }
    }

    #[test]
    fn one_line_more_is_shown_and_not_counted() {
        assert_eq!([0, 3, 4, 5].map(|all| shown(all, 3)), [3, 3, 4, 3]);
    }

    #[test]
    fn cutting_comes_before_escaping_so_that_no_escape_is_cut() {
        assert_eq!(escaped("<<<<", 3), "&lt;&lt;…");
    }
}
