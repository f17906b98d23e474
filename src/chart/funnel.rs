//! From being entitled to coming back: where the accounts of a capability are lost.

use super::scene::{Anchor, Scene, cut};
use super::segments::shade;
use super::theme::{INK, ROW, SMALL, SOFT, TEXT, VERMILION, WIDTH};
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
    let mut lines = subject.candidates_and(|_, facts| explains(facts) && facts.funnel.attempted.is_some());
    lines.retain(|(_, facts)| facts.funnel.attempted.is_some());
    if lines.is_empty() {
        return None;
    }
    let width = (WIDTH - NAMES - 30) / 6;
    let mut scene = Scene::new(WIDTH, TOP + ROW * i32::try_from(lines.len()).ok()? + 30);
    for (column, step) in (0..).zip(STEPS) {
        let x = NAMES + 10 + column * width + width / 2;
        scene.styled((x, TOP - 24), step, Anchor::Middle, (TEXT, INK, true));
    }
    let failed = NAMES + 10 + 5 * width + width / 2;
    scene.styled((failed, TOP - 24), "attempts failed", Anchor::Middle, (TEXT, INK, true));
    for (row, (decision, facts)) in (0..).zip(&lines) {
        let y = TOP + row * ROW;
        let name = format!("{}  {}", decision.rank, cut(&facts.capability.name, 22));
        scene.text((NAMES, y + ROW / 2), name, Anchor::End);
        for (column, step) in (0..).zip(steps(facts)) {
            cell(&mut scene, (NAMES + 10 + column * width, y), width, step);
        }
        let share = facts.funnel.failure_share.map(|share| format::percent(share.point));
        let broken = facts.funnel.evidence == Some(UseEvidence::Broken);
        let style = if broken { (SMALL, VERMILION, true) } else { (SMALL, SOFT, false) };
        scene.styled((failed, y + ROW / 2), share.unwrap_or(format::UNKNOWN.into()), Anchor::Middle, style);
    }
    Some(Chart {
        id: "funnel",
        title: "Where accounts are lost on the way to use".into(),
        finding: finding(&lines),
        note: "Accounts of the base at each step, and their part of the step before that is known. Candidates, and capabilities whose low use has another reason. Exposure is known only where events say that something was shown, success only where attempts say how they ended. The last column is the part of single attempts that failed: an account that failed ten times and succeeded once stands among those that succeeded.".into(),
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
        (UseEvidence::Broken, "Attempted and mostly failing"),
        (UseEvidence::NeverOffered, "Never offered"),
        (UseEvidence::NotCounted, "Probably not counted"),
        (UseEvidence::NeverUsed, "On offer and never used"),
    ];
    let parts: Vec<String> = said
        .into_iter()
        .map(|(evidence, words)| (words, named(evidence)))
        .filter(|(_, names)| !names.is_empty())
        .map(|(words, names)| format!("{words}: {names}."))
        .collect();
    if parts.is_empty() {
        return "None of the capabilities shown is broken, withheld or uncounted: their low use is low use.".into();
    }
    parts.join(" ")
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
    let columns: Vec<&str> = ["Rank", "Capability"].into_iter().chain(STEPS).chain(["attempts failed"]).collect();
    DataTable::new(&columns, lines.iter().map(row).collect())
}
