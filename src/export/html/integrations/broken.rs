//! What broke: the story, reliability, and who knew.

use super::{Column, LISTED, Part, SHORT, Subject, Table, count, day, figure, listed, number, part, text, unknown};
use crate::export::tables::integrations::{detector, standing};
use crate::export::words::{verdict_label, verdict_sign};
use crate::integrations::Standing;
use crate::report::{DetectionLine, DurationsLine, EstimateLine, FailureLine, IntegrationLine, whole};
use crate::units::format;

impl<'a> Subject<'a> {
    /// One failure from its first day to what it cost.
    pub(super) fn story(&self) -> Option<Part<'a>> {
        let (story, sentence) = (self.of.story.as_ref()?, self.report.story_in_short()?);
        let events = story.events.iter().map(|event| (day(&event.at), event.sentence.clone()));
        let charts = self.chart("story");
        // The chart says it all in its own words.
        let (events, sentences) =
            if charts.is_empty() { (events.collect(), vec![sentence]) } else { (Vec::new(), Vec::new()) };
        Some(Part { events, charts, ..part("story", "One failure, and what came after".into(), sentences) })
    }

    /// Integrations by what to expect of them.
    pub(super) fn reliability(&self) -> Option<Part<'a>> {
        let lines = &self.of.lines;
        let known = lines.iter().any(|line| line.reliability.is_some() || line.detection.is_some());
        if !known {
            return None;
        }
        let judged = |wanted: Standing| {
            let of = lines.iter().filter_map(|line| line.reliability.as_ref());
            of.filter(|of| of.standing == wanted).count() as u64
        };
        let sentence = format!(
            "{} of {} integrations with runs surely miss their target, {} surely meet it; of the others the data cannot say: the target lies inside the interval, or the runs are too few. They stand by the broken account-hours to expect in the next quarter; times are medians.",
            judged(Standing::Misses),
            lines.iter().filter(|line| line.reliability.is_some()).count(),
            judged(Standing::Meets)
        );
        let table = Table {
            caption: listed(lines.len(), LISTED, "integrations", "tables/integrations.csv"),
            columns: vec![
                text("Integration"),
                Column { class: "i", ..text("Verdict") },
                number("Accounts"),
                figure("Reliability (95 %)", "reliability"),
                Column { class: "i", ..text("Against target") },
                figure("Broken hours to expect", "expected_broken_hours"),
                figure("Silent of failures", "silent_rate"),
                figure("Hours to detect, restore, repair", "mttr"),
                figure("Accounts in the dark", "dark_hours"),
                Column { class: "words", ..text("Missing") },
            ],
            rows: lines.iter().take(LISTED).map(integration).collect(),
        };
        Some(Part {
            charts: self.chart("reliability-against-use"),
            tables: vec![table],
            ..part("reliability", "Reliability".into(), vec![sentence])
        })
    }

    /// Who saw it first, and how long that took.
    pub(super) fn failures(&self) -> Option<Part<'a>> {
        let worst = &self.of.failures;
        if worst.is_empty() {
            return None;
        }
        let by = |name: &str| worst.iter().filter(|line| line.detected_by.map(detector) == Some(name)).count();
        let nobody = worst.iter().filter(|line| line.detected_at.is_none()).count();
        let not_said = worst.iter().filter(|line| line.detected_at.is_some() && line.detected_by.is_none()).count();
        let sentences = vec![
            format!(
                "Of {} that began in the period, {} were first seen by a monitor, {} by a customer, {} by one of ours, {} by the vendor, {} by nobody; of {} the data do not say who.",
                format::counted(worst.len() as u64, "failure"),
                by("monitor"),
                by("customer"),
                by("employee"),
                by("vendor"),
                nobody,
                not_said
            ),
            "MTTR is used of two times, so both are given: to restore, from the onset to the end, and to repair, from the first sign to the end. The onset is known to an interval only, between the last good run and the first bad one.".into(),
        ];
        let table = Table {
            caption: listed(
                worst.len(),
                SHORT,
                "failures, those with most account-hours in the dark first",
                "tables/failures.csv",
            ),
            columns: vec![
                text("Integration"),
                text("Began between"),
                Column { class: "i", ..text("First seen") },
                text("by"),
                Column { class: "i", ..text("Over") },
                number("Accounts"),
                figure("Hours in the dark", "dark_hours"),
                number("Hours broken"),
                text("Error"),
                text("Incident, tickets"),
            ],
            rows: worst.iter().take(SHORT).map(failure).collect(),
        };
        Some(Part {
            charts: self.chart("detection-gap"),
            tables: vec![table],
            ..part("detection", "Who knew, and when".into(), sentences)
        })
    }
}

fn integration(line: &IntegrationLine) -> Vec<String> {
    let of = line.reliability.as_ref();
    let found = line.detection.as_ref();
    let with = |show: &dyn Fn(&DetectionLine) -> String| found.map_or_else(unknown, show);
    let missing = [
        (line.no_monitor == Some(true), "no monitor"),
        (line.no_owner, "no owner"),
        (line.no_automated_recovery == Some(true), "no automated recovery"),
    ];
    let missing: Vec<&str> = missing.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
    vec![
        line.name.clone(),
        format!("{} {}", verdict_sign(line.verdict), verdict_label(line.verdict)),
        count(line.active_accounts),
        of.map_or_else(unknown, |of| fine_percent(&of.score)),
        of.map_or_else(unknown, |of| {
            format!("{} {} {}", sign(of.standing), standing(of.standing), format::percent(of.target))
        }),
        of.map_or_else(unknown, |of| whole_with_interval(&of.expected_broken_hours)),
        with(&|found| {
            if found.failures == 0 { unknown() } else { format!("{} of {}", found.silent, found.failures) }
        }),
        with(&medians),
        with(&|found| count(found.accounts_in_the_dark)),
        missing.join(", "),
    ]
}

fn failure(line: &FailureLine) -> Vec<String> {
    let told = line.incident.iter().cloned().chain(line.tickets.iter().take(3).map(|ticket| format!("#{ticket}")));
    let more = line.tickets.len().saturating_sub(3);
    let mut told: Vec<String> = told.collect();
    told.extend((more > 0).then(|| format!("{more} more")));
    vec![
        line.name.clone(),
        if day(&line.began_earliest) == day(&line.began_latest) {
            day(&line.began_earliest)
        } else {
            format!("{} and {}", day(&line.began_earliest), day(&line.began_latest))
        },
        line.detected_at.as_deref().map_or_else(|| "never".into(), day),
        line.detected_by.map_or_else(unknown, |by| detector(by).to_owned()),
        line.resolved_at.as_deref().map_or_else(|| "still open".into(), day),
        count(line.accounts),
        whole(line.dark_hours),
        whole(line.broken_hours),
        line.error.clone().unwrap_or_else(unknown),
        told.join(", "),
    ]
}

/// A number of hours with its interval.
fn whole_with_interval(hours: &EstimateLine) -> String {
    let high = hours.high.map_or_else(|| " or more".to_owned(), |high| format!("–{}", whole(high)));
    format!("{} ({}{high})", whole(hours.point), whole(hours.low))
}

/// A share near 1 with the digits that tell it from 1.
fn fine_percent(share: &EstimateLine) -> String {
    let fine = |share: f64| format!("{:.2}", 100.0 * share);
    match share.high {
        Some(high) => format!("{}\u{202f}% ({}–{}\u{202f}%)", fine(share.point), fine(share.low), fine(high)),
        None => format!("{}\u{202f}%", fine(share.point)),
    }
}

/// Median hours to detect, to restore and to repair, and of how many failures.
fn medians(found: &DetectionLine) -> String {
    let median = |times: &DurationsLine| times.median.map_or_else(unknown, |median| whole(median.point));
    let times = [&found.detect, &found.restore, &found.repair];
    let n = times.map(|times| times.n).into_iter().max().unwrap_or(0);
    if n == 0 { unknown() } else { format!("{} (n = {n})", times.map(median).join(" / ")) }
}

fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Meets => "▲",
        Standing::Misses => "▼",
        Standing::Undecided => "?",
    }
}
