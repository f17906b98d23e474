//! `plan/tasks.csv`: a parent for each removal and a task for each stage, as Jira and Linear import them.

use crate::export::ExportError;
use crate::export::cell::{Cell, csv_file};
use crate::plan::StageKind;
use crate::report::{PaperRemoval, PaperStage, Papers};
use crate::units::format;

/// The heads: those of Jira's import, and `Title`, `Estimate` as Linear calls them.
const HEAD: [&str; 13] = [
    "Issue ID",
    "Parent ID",
    "Issue Type",
    "Summary",
    "Title",
    "Description",
    "Priority",
    "Due Date",
    "Labels",
    "Component",
    "Team",
    "Original Estimate",
    "Estimate",
];

/// The bytes of the file.
pub(super) fn bytes(papers: &Papers) -> Result<Vec<u8>, ExportError> {
    let mut rows = Vec::new();
    for removal in &papers.removals {
        let parent = rows.len() + 1;
        let title = format!("Remove {}", removal.about.name);
        let what =
            format!("Gone on {}. Letters and dates are in the report folder, below plan/.", removal.about.removed);
        let last = removal.stages.iter().map(|stage| stage.from).max();
        rows.push(row((parent, None), "Epic", (title, what), last, removal, removal.seconds));
        for stage in &removal.stages {
            let (title, done) = task(removal, stage);
            let seconds = if stage.kind == StageKind::Removed { removal.seconds } else { 0 };
            let number = rows.len() + 1;
            rows.push(row(
                (number, Some(parent)),
                "Task",
                (title, format!("Done when: {done}")),
                Some(stage.from),
                removal,
                seconds,
            ));
        }
    }
    csv_file(&HEAD, rows)
}

fn row<'a>(
    (id, parent): (usize, Option<usize>),
    kind: &'a str,
    (title, what): (String, String),
    due: Option<chrono::NaiveDate>,
    removal: &'a PaperRemoval,
    seconds: u64,
) -> Vec<Cell<'a>> {
    let team = (!removal.team.is_empty()).then_some(&removal.team);
    let estimate = (seconds > 0).then_some(seconds);
    vec![
        id.into(),
        parent.into(),
        kind.into(),
        title.clone().into(),
        title.into(),
        what.into(),
        if kind == "Epic" { "High" } else { "Medium" }.into(),
        due.into(),
        "deprecation".into(),
        (&removal.id).into(),
        team.into(),
        estimate.into(),
        estimate.map(|seconds| seconds.div_ceil(3600)).into(),
    ]
}

/// What is to be done for a stage, and when it is done.
fn task(removal: &PaperRemoval, stage: &PaperStage) -> (String, String) {
    let name = &removal.about.name;
    let (calls, letters) = (
        removal.contacts.iter().filter(|of| of.grade == crate::plan::ContactGrade::Call).count(),
        removal.contacts.len(),
    );
    match stage.kind {
        StageKind::Decided => (format!("Decide on {name}"), "the decision and its reasons are written down".to_owned()),
        StageKind::Announced => (
            format!("Announce the end of {name}"),
            format!("{} of plan/contacts.csv told, {calls} by a call", format::counted(letters as u64, "account")),
        ),
        StageKind::ClosedToNewUse => (format!("Close {name} to new use"), "no account can take it up".to_owned()),
        StageKind::Warnings => {
            (format!("Warn where {name} is used"), "every use shows the day of the removal".to_owned())
        }
        StageKind::Brownout => {
            let when = stage.window.map_or_else(String::new, |(from, until)| {
                format!(", {} to {} UTC", from.format("%H:%M"), until.format("%H:%M"))
            });
            (format!("Brownout of {name}{when}"), "who was hit is known and has been spoken to".to_owned())
        }
        StageKind::ReadOnly => (format!("Make {name} read-only"), "it can be exported and not changed".to_owned()),
        StageKind::Removed => {
            (format!("Remove {name}"), "code, configuration, vendor access and documentation are gone".to_owned())
        }
        StageKind::DataKept => {
            (format!("Keep the data of {name} until {}", stage.until), "they are deleted afterwards".to_owned())
        }
        StageKind::Verified => (
            format!("Hold the removal of {name} against the forecast"),
            "cost, contacts and churn are compared with report.json".to_owned(),
        ),
    }
}
