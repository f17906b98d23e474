//! `deadhead explain`.

mod waterfall;

use std::fmt::Write as _;

use super::arguments::{ExplainArguments, Format, Global};
use super::progress::Bar;
use super::{Exit, Failure, log};
use crate::decide::{Reason, RemovalPart, assumption_label, assumption_value, short};
use crate::pipeline;
use crate::report::{
    BaseLine, Explanation, Figure, FunnelLine, NetBenefitLine, OverlapLine, RowsLine, SegmentLine, SwingLine,
    evidence_sentence, percent_with_interval, ratio_with_interval, relation_code,
};
use crate::units::format;

/// How many partners are shown; `tables/overlap.csv` has the others.
const PARTNERS: usize = 12;
/// How many segments, plans or regions are shown; `tables/segments.csv` has the others.
const GROUPS: usize = 8;
/// How many assumptions are shown; `tables/tornado.csv` has the others.
const SWINGS: usize = 8;
/// Figures that have a table of their own below.
const APART: [&str; 4] = ["funnel", "success_rate", "use_evidence", "disproportion_by_base"];

pub(super) fn execute(arguments: &ExplainArguments, global: &Global) -> Result<Exit, Failure> {
    let request = super::request(&arguments.config)?;
    let explanation = pipeline::explain(&request, &arguments.capability, &Bar::new(global))?;
    log::result(&match global.format {
        Format::Json => log::json(&explanation)?,
        Format::Human | Format::Github | Format::Gitlab => human(&explanation, global.verbose),
    })?;
    Ok(Exit::Done)
}

fn human(explanation: &Explanation, verbose: bool) -> String {
    let mut text = verdict(explanation);
    let of = &explanation.capability;
    let currency = &explanation.currency;
    text += &waterfall::text(of.net_benefit.as_ref(), currency);
    text += &flips(&explanation.flips);
    text += &swings(of.net_benefit.as_ref(), currency);
    text += &removal(&explanation.removal_parts, of.removal_score);
    text += &figures(&explanation.figures);
    if verbose {
        for figure in &explanation.figures {
            let _ = writeln!(text, "\n{} ({})\n{}", figure.title, figure.id, figure.definition.trim_end());
        }
    }
    text += &funnel(&of.funnel);
    text += &bases(&of.bases, of.bases_disagree);
    text += &segments(&explanation.segments);
    text += &together(explanation);
    text += "\nrows\n";
    let rows: Vec<Vec<String>> = explanation.rows.iter().map(|rows| row(rows, currency)).collect();
    text += &log::table(&["table", "file", "by", "lines", "rows", "cost"], 4, &rows);
    text
}

/// The verdict, why, what a removal is worth, what first keeps it off the list, and every reason.
fn verdict(explanation: &Explanation) -> String {
    let line = &explanation.capability;
    let name = if line.name == line.id { line.id.clone() } else { format!("{} ({})", line.name, line.id) };
    let mut text = format!(
        "{}, {}, {}: verdict {}, rule {}, rank {}\n{}\n",
        log::plain(&name),
        line.kind,
        explanation.period,
        line.verdict.as_str(),
        line.rule.as_str(),
        line.rank,
        log::plain(&line.why)
    );
    if let Some(worth) = &explanation.worth {
        let _ = writeln!(text, "{worth}");
    }
    if let Some(probability) = line.removal_probability {
        let shown = format::percent(probability);
        let _ = writeln!(text, "probability of removal by the learned prior: {shown}; the verdict does not look at it");
    }
    text += "\nreasons\n";
    text += &reasons(explanation.reasons());
    text + &kept_off(&explanation.kept_off, explanation.reasons())
}

/// What would change the verdict, a sentence each.
fn flips(sentences: &[String]) -> String {
    let mut text = String::from("\nwhat would change it\n");
    for flip in sentences {
        let _ = writeln!(text, "  {flip}");
    }
    if sentences.is_empty() {
        text += "  no single figure: what it costs or who uses it is not known\n";
    }
    text
}

/// The reasons in their order; of those that say the same, one.
fn reasons(reasons: &[Reason]) -> String {
    let mut said: Vec<(Vec<&str>, &str)> = Vec::new();
    for reason in reasons {
        match said.iter_mut().find(|(_, sentence)| *sentence == reason.sentence) {
            Some((codes, _)) => codes.push(reason.code),
            None => said.push((vec![reason.code], &reason.sentence)),
        }
    }
    let mut text = String::new();
    for (codes, sentence) in said {
        let _ = writeln!(text, "  {}: {}", codes.join(", "), log::plain(sentence));
    }
    text
}

/// Why it is not on the list of removals, where no reason says it already; nothing for what is.
fn kept_off(sentences: &[String], reasons: &[Reason]) -> String {
    let is_said = |sentence: &str| reasons.iter().any(|reason| sentence.ends_with(&reason.sentence));
    let sentences: Vec<&String> = sentences.iter().filter(|sentence| !is_said(sentence)).collect();
    if sentences.is_empty() {
        return String::new();
    }
    let mut text = String::from("\nwhy no removal is advised\n");
    for sentence in sentences {
        let _ = writeln!(text, "  {}", log::plain(sentence));
    }
    text
}

/// What the removal score is made of, the largest part first; nothing where no sign is known.
fn removal(parts: &[RemovalPart], score: Option<f64>) -> String {
    let Some(score) = score.filter(|_| !parts.is_empty()) else { return String::new() };
    let mut parts: Vec<&RemovalPart> = parts.iter().collect();
    parts.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then_with(|| a.signal.cmp(b.signal)));
    let row = |part: &&RemovalPart| {
        vec![
            part.title.to_owned(),
            with_unit(part.value, part.unit),
            format!("{:.2}", part.place),
            format!("{:.3}", part.weight),
            format::score(part.contribution),
        ]
    };
    let mut rows: Vec<Vec<String>> = parts.iter().map(row).collect();
    rows.push(vec!["removal score".into(), String::new(), String::new(), String::new(), format::score(score)]);
    let head = ["sign", "value", "0 alive – 1 dead", "weight", "adds"];
    format!("\nremoval score\n{}", log::table(&head, 1, &rows))
}

/// The value of a sign as people read it.
fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "×" => format::ratio(value),
        "1 yes, 0 no" => if value > 0.5 { "yes" } else { "no" }.to_owned(),
        "place, 0–1" => format::score(value),
        share if share.starts_with("share") => format!("{}{}", format::percent(value), &share["share".len()..]),
        unit => format!("{} {unit}", short(value)),
    }
}

/// What net benefit hangs on, the widest first; nothing where it is not known.
fn swings(net_benefit: Option<&NetBenefitLine>, currency: &str) -> String {
    let all = net_benefit.map_or(&[][..], |found| &found.tornado);
    if all.is_empty() {
        return String::new();
    }
    let money = |amount| format::money(amount, currency);
    let row = |swing: &SwingLine| {
        let value = |value| swing.assumption.map_or_else(String::new, |name| assumption_value(name, value, currency));
        vec![
            swing.assumption.map_or("doubt in the data", assumption_label).to_owned(),
            value(swing.low),
            money(swing.net_benefit_low),
            value(swing.high),
            money(swing.net_benefit_high),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().take(SWINGS).map(row).collect();
    let head = ["assumption", "at 5 %", "net benefit", "at 95 %", "net benefit"];
    let mut text = format!("\nwhat its net benefit hangs on\n{}", log::table(&head, 1, &rows));
    if all.len() > SWINGS {
        let _ = writeln!(text, "… and {} more", all.len() - SWINGS);
    }
    text
}

/// What is known with its formula, and what is not with the tables that would bring it.
fn figures(figures: &[Figure]) -> String {
    let shown = || figures.iter().filter(|figure| !APART.contains(&figure.id));
    let known =
        |figure: &Figure| Some(vec![figure.title.to_owned(), figure.value.clone()?, log::plain(&figure.working)]);
    let rows: Vec<Vec<String>> = shown().filter_map(known).collect();
    let mut text = format!("\nfigures\n{}", log::table(&["figure", "value", "from"], 3, &rows));
    let mut unknown: Vec<(&[&str], Vec<&str>)> = Vec::new();
    for figure in shown().filter(|figure| figure.value.is_none()) {
        match unknown.iter_mut().find(|(from, _)| *from == figure.from) {
            Some((_, titles)) => titles.push(figure.title),
            None => unknown.push((figure.from, vec![figure.title])),
        }
    }
    if !unknown.is_empty() {
        text += "\nnot known, and what it would rest on\n";
    }
    for (from, titles) in unknown {
        let _ = writeln!(text, "  {}: {}", from.join(", "), titles.join("; "));
    }
    text
}

/// The steps from entitled to repeated use; nothing when none is known.
fn funnel(funnel: &FunnelLine) -> String {
    let steps = funnel.steps();
    if steps.iter().all(|(_, accounts, _)| accounts.is_none()) && funnel.evidence.is_none() {
        return String::new();
    }
    let rows = steps.map(|(name, accounts, rate)| {
        let rate =
            rate.map(|rate| format!("{} of {}", percent_with_interval(&rate), format::counted(rate.n, "account")));
        vec![
            name.to_owned(),
            accounts.map_or_else(|| format::UNKNOWN.to_owned(), format::count),
            rate.unwrap_or_default(),
        ]
    });
    let mut text = format!("\nfunnel\n{}", log::table(&["step", "accounts", "of the step before"], 3, &rows));
    if let Some(share) = funnel.failure_share {
        let _ = writeln!(text, "failed attempts: {}", percent_with_interval(&share));
    }
    if let Some(evidence) = funnel.evidence {
        let _ = writeln!(text, "{}", evidence_sentence(evidence));
    }
    text
}

/// Disproportion against every base of use; nothing where only counts are given.
fn bases(bases: &[BaseLine], disagree: Option<bool>) -> String {
    if bases.is_empty() {
        return String::new();
    }
    let unknown = || format::UNKNOWN.to_owned();
    let rows: Vec<Vec<String>> = bases
        .iter()
        .map(|base| {
            vec![
                base.of.label().to_owned(),
                base.usage_share.map_or_else(unknown, |share| percent_with_interval(&share)),
                base.disproportion.map_or_else(unknown, |ratio| ratio_with_interval(&ratio)),
            ]
        })
        .collect();
    let mut text =
        format!("\nby base of use\n{}", log::table(&["use counted in", "share of use", "disproportion"], 3, &rows));
    if disagree == Some(true) {
        text += "the bases disagree: whether it costs more than its part hangs on what use is counted in\n";
    }
    text
}

/// Adoption by segment, plan and region; nothing where no account states one.
fn segments(lines: &[SegmentLine]) -> String {
    let mut text = String::new();
    for dimension in lines.chunk_by(|a, b| a.dimension == b.dimension) {
        let row = |line: &SegmentLine| {
            let adoption =
                line.adoption.map_or_else(|| format::UNKNOWN.to_owned(), |found| percent_with_interval(&found));
            vec![log::plain(&line.group), adoption, format::count(line.accounts)]
        };
        let rows: Vec<Vec<String>> = dimension.iter().take(GROUPS).map(row).collect();
        let name = dimension[0].dimension;
        let _ = write!(text, "\nby {name}\n{}", log::table(&[name, "adoption", "of accounts"], 2, &rows));
        if dimension.len() > GROUPS {
            let _ = writeln!(text, "… and {} more", dimension.len() - GROUPS);
        }
    }
    text
}

/// The pairs of the capability, from its own side; nothing without any.
fn together(explanation: &Explanation) -> String {
    if explanation.together.is_empty() {
        return String::new();
    }
    let of = &explanation.capability.id;
    let rows: Vec<Vec<String>> = explanation.together.iter().take(PARTNERS).map(|pair| partner(pair, of)).collect();
    let head = [
        "with",
        "relation",
        "both",
        "of its accounts",
        "of the other’s",
        "lift at equal breadth",
        "p",
        "went over",
        "came over",
        "p",
    ];
    let mut text = format!("\ngoes together with\n{}", log::table(&head, 2, &rows));
    if explanation.together.len() > PARTNERS {
        let _ = writeln!(text, "… and {} more", explanation.together.len() - PARTNERS);
    }
    text
}

/// One pair as seen from `of`: what it shares with the other, and who went where.
fn partner(pair: &OverlapLine, of: &str) -> Vec<String> {
    let first = pair.first == of;
    let name = if first { &pair.second_name } else { &pair.first_name };
    let (own, others) = (pair.first_in_second, pair.second_in_first);
    let (own, others) = if first { (own, others) } else { (others, own) };
    let (went, came) = (pair.first_to_second, pair.second_to_first);
    let (went, came) = if first { (went, came) } else { (came, went) };
    let unknown = || format::UNKNOWN.to_owned();
    vec![
        log::plain(name),
        relation_code(pair.relation).to_owned(),
        format::count(pair.both),
        own.map_or_else(unknown, |share| format::percent(share.point)),
        others.map_or_else(unknown, |share| format::percent(share.point)),
        pair.adjusted_lift.map_or_else(unknown, |lift| ratio_with_interval(&lift)),
        pair.co_use_p.map_or_else(unknown, format::score),
        went.map_or_else(unknown, format::count),
        came.map_or_else(unknown, format::count),
        pair.switch_p.map_or_else(unknown, format::score),
    ]
}

/// The first lines stand as `file:line` does elsewhere; the dots say that there are more.
fn row(rows: &RowsLine, currency: &str) -> Vec<String> {
    let mut lines = rows.lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if rows.rows > rows.lines.len() as u64 {
        lines += ", …";
    }
    vec![
        rows.table.to_owned(),
        log::plain(&rows.path),
        log::plain(&rows.by),
        lines,
        format::count(rows.rows),
        rows.amount.map_or_else(String::new, |amount| format::money(amount, currency)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::UsageShareOf;
    use crate::metrics::{Relation, UseEvidence};
    use crate::report::EstimateLine;

    fn estimate(point: f64) -> EstimateLine {
        EstimateLine { point, low: point / 2.0, high: None, n: 40 }
    }

    #[test]
    fn a_pair_reads_from_the_side_of_the_capability_that_is_explained() {
        let pair = OverlapLine {
            first: "a".into(),
            first_name: "Ex\u{1b}port".into(),
            second: "b".into(),
            second_name: "Share".into(),
            both: 10,
            either: 30,
            jaccard: Some(estimate(1.0 / 3.0)),
            first_in_second: Some(estimate(0.5)),
            second_in_first: Some(estimate(0.4)),
            lift: Some(estimate(9.0)),
            first_to_second: Some(7),
            second_to_first: Some(1),
            switch_p: None,
            relation: Relation::Substitutes,
            adjusted_lift: Some(estimate(3.0)),
            co_use_p: Some(0.25),
        };
        let (half, two_fifths) = ("50\u{202f}%", "40\u{202f}%");
        let lift = "3.0× (1.5× or more)";
        assert_eq!(partner(&pair, "a"), ["Share", "substitutes", "10", half, two_fifths, lift, "0.250", "7", "1", "–"]);
        let from_b = partner(&pair, "b");
        assert_eq!(from_b, ["Ex\u{fffd}port", "substitutes", "10", two_fifths, half, lift, "0.250", "1", "7", "–"]);
    }

    #[test]
    fn reasons_that_say_the_same_are_said_once() {
        let reason = |code, sentence: &str| Reason { code, sentence: sentence.into() };
        let all =
            [reason("prime-but-failing", "It fails."), reason("declining", "It falls."), reason("errors", "It fails.")];
        assert_eq!(reasons(&all), "  prime-but-failing, errors: It fails.\n  declining: It falls.\n");
    }

    #[test]
    fn what_is_not_known_stands_apart_by_the_tables_it_wants() {
        let figure = |id, value: Option<&str>, from: &'static [&'static str]| Figure {
            id,
            title: id,
            value: value.map(str::to_owned),
            working: value.map_or_else(String::new, |_| "1 ÷ 2".into()),
            from,
            definition: "",
        };
        let all = [
            figure("depth", None, &["usage_events"]),
            figure("adoption", Some("50"), &["accounts"]),
            figure("funnel", Some("1 → 2"), &["runs"]),
            figure("outage", None, &["incidents"]),
            figure("retention", None, &["usage_events"]),
        ];
        assert_eq!(
            figures(&all),
            "\nfigures\nfigure    value  from\nadoption  50     1 ÷ 2\n\nnot known, and what it would rest on\n  usage_events: depth; \
             retention\n  incidents: outage\n"
        );
    }

    #[test]
    fn segments_stand_by_dimension() {
        let line = |dimension, group: &str, accounts, adoption| SegmentLine {
            capability: "c".into(),
            dimension,
            group: group.into(),
            accounts,
            adoption,
        };
        let share = EstimateLine { point: 0.5, low: 0.25, high: Some(0.75), n: 8 };
        let mut lines = vec![line("segment", "small", 8, Some(share)), line("segment", "none", 0, None)];
        lines.extend((0..10).map(|n| line("region", &n.to_string(), 1, Some(share))));
        let text = segments(&lines);
        assert!(text.starts_with("\nby segment\nsegment  adoption        of accounts\nsmall    50"), "{text}");
        assert!(text.contains("none     –                         0\n\nby region\n"), "{text}");
        assert!(text.ends_with("… and 2 more\n"), "{text}");
        assert_eq!(segments(&[]), "");
    }

    #[test]
    fn the_funnel_shows_what_is_known_and_nothing_where_nothing_is() {
        assert_eq!(funnel(&FunnelLine::default()), "");
        let known = FunnelLine {
            attempted: Some(30),
            succeeded: Some(3),
            success_rate: Some(EstimateLine { point: 0.1, low: 0.035, high: Some(0.256), n: 30 }),
            evidence: Some(UseEvidence::Broken),
            ..FunnelLine::default()
        };
        let text = funnel(&known);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "funnel");
        assert_eq!(lines[3], "entitled   –");
        assert_eq!(lines[6], "succeeded  3         10\u{202f}% (3.5–26\u{202f}%) of 30 accounts");
        assert!(lines[8].starts_with("It is attempted, and mostly fails"), "{text}");
    }

    #[test]
    fn bases_that_disagree_are_said_to() {
        assert_eq!(bases(&[], None), "");
        let base = |of, ratio: Option<f64>| BaseLine { of, usage_share: None, disproportion: ratio.map(estimate) };
        let both = [base(UsageShareOf::Events, Some(2.0)), base(UsageShareOf::Arr, None)];
        let text = bases(&both, Some(true));
        assert!(text.contains("events          –             2.0× (1.0× or more)\n"), "{text}");
        assert!(text.contains("ARR             –             –\n") && text.ends_with("use is counted in\n"), "{text}");
        assert!(!bases(&both, Some(false)).contains("disagree"));
    }
}
