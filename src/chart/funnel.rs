//! From being entitled to coming back: where the accounts of a capability are lost.

use super::scene::{Anchor, Scene, cut};
use super::segments::shade;
use super::theme::{INK, ROW, SMALL, TEXT, WIDTH};
use super::{Chart, DataTable, Subject};
use crate::decide::Decision;
use crate::metrics::{CapabilityFacts, UseEvidence};
use crate::units::{Estimate, format};

const NAMES: i32 = 224;
const TOP: i32 = 70;
const STEPS: [&str; 5] = ["entitled", "exposed", "attempted", "succeeded", "repeated"];

/// Accounts at one step, and their part of the step before.
type Step = (Option<u64>, Option<Estimate>);

/// The table of steps; `None` when no funnel of a candidate is known.
pub(super) fn chart(subject: Subject) -> Option<Chart> {
    let lines: Vec<(&Decision, &CapabilityFacts)> = subject
        .ranked()
        .filter(|(decision, facts)| decision.verdict.is_candidate() || explains(facts))
        .filter(|(_, facts)| facts.funnel.attempted.is_some())
        .take(subject.settings.top)
        .collect();
    if lines.is_empty() {
        return None;
    }
    let width = (WIDTH - NAMES - 30) / 5;
    let mut scene = Scene::new(WIDTH, TOP + ROW * i32::try_from(lines.len()).ok()? + 30);
    for (column, step) in (0..).zip(STEPS) {
        let x = NAMES + 10 + column * width + width / 2;
        scene.styled((x, TOP - 24), step, Anchor::Middle, (TEXT, INK, true));
    }
    for (row, (decision, facts)) in (0..).zip(&lines) {
        let y = TOP + row * ROW;
        let name = format!("{}  {}", decision.rank, cut(&facts.capability.name, 22));
        scene.text((NAMES, y + ROW / 2), name, Anchor::End);
        for (column, step) in (0..).zip(steps(facts)) {
            cell(&mut scene, (NAMES + 10 + column * width, y), width, step);
        }
    }
    Some(Chart {
        id: "funnel",
        title: "Where accounts are lost on the way to use".into(),
        finding: finding(&lines),
        note: "Accounts of the base at each step, and their part of the step before that is known. Candidates, and capabilities whose low use has another reason. Exposure is known only where events say that something was shown, success only where attempts say how they ended.".into(),
        table: table(&lines),
        scene,
    })
}

/// Whether the funnel gives low use another reason than disuse.
fn explains(facts: &CapabilityFacts) -> bool {
    matches!(facts.funnel.evidence, Some(UseEvidence::Broken | UseEvidence::NeverOffered | UseEvidence::NotCounted))
}

fn steps(facts: &CapabilityFacts) -> [Step; 5] {
    let funnel = &facts.funnel;
    [
        (funnel.entitled, None),
        (funnel.exposed, funnel.exposure_rate),
        (funnel.attempted, funnel.attempt_rate),
        (funnel.succeeded, funnel.success_rate),
        (funnel.repeated, funnel.repeat_rate),
    ]
}

fn shown((accounts, rate): Step) -> String {
    match (accounts, rate) {
        (Some(accounts), Some(rate)) => format!("{}  ({})", format::count(accounts), format::percent(rate.point)),
        (Some(accounts), None) => format::count(accounts),
        (None, _) => format::UNKNOWN.to_owned(),
    }
}

fn cell(scene: &mut Scene, (x, y): (i32, i32), width: i32, step: Step) {
    let middle = (x + width / 2, y + ROW / 2);
    let Some(rate) = step.1 else {
        scene.note(middle, shown(step), Anchor::Middle);
        return;
    };
    let (back, front) = shade(rate.point);
    scene.rect((x + 1, y + 1), (x + width - 2, y + ROW - 2), back);
    scene.styled(middle, shown(step), Anchor::Middle, (SMALL, front, false));
}

fn finding(lines: &[(&Decision, &CapabilityFacts)]) -> String {
    let named = |evidence: UseEvidence| {
        let those = lines.iter().filter(|(_, facts)| facts.funnel.evidence == Some(evidence));
        those.map(|(_, facts)| facts.capability.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let said = [
        (UseEvidence::Broken, "attempted and mostly failing"),
        (UseEvidence::NeverOffered, "never offered"),
        (UseEvidence::NotCounted, "probably not counted"),
        (UseEvidence::NeverUsed, "on offer and never used"),
    ];
    let parts: Vec<String> = said
        .into_iter()
        .map(|(evidence, words)| (words, named(evidence)))
        .filter(|(_, names)| !names.is_empty())
        .map(|(words, names)| format!("{words}: {names}"))
        .collect();
    if parts.is_empty() {
        return "None of the capabilities shown is broken, withheld or uncounted: their low use is low use.".into();
    }
    format!("Low use that is no disuse, or is plain: {}.", parts.join("; "))
}

fn table(lines: &[(&Decision, &CapabilityFacts)]) -> DataTable {
    let with_interval = |step: Step| match step.1 {
        Some(rate) => format!("{}: {}", shown((step.0, None)), format::percent_with_interval(&rate)),
        None => shown(step),
    };
    let row = |(decision, facts): &(&Decision, &CapabilityFacts)| {
        let cells = steps(facts).into_iter().map(with_interval);
        let failing = facts
            .funnel
            .failure_share
            .map_or_else(|| format::UNKNOWN.to_owned(), |share| format::percent_with_interval(&share));
        [decision.rank.to_string(), facts.capability.name.clone()].into_iter().chain(cells).chain([failing]).collect()
    };
    let columns: Vec<&str> = ["Rank", "Capability"].into_iter().chain(STEPS).chain(["failing attempts"]).collect();
    DataTable::new(&columns, lines.iter().map(row).collect())
}
