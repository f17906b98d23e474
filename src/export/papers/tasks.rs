//! `plan/tasks.csv`: one work item per removal and one per stage, under headers that the importers of Jira and of Linear know; see
//! docs/papers.md for what each reads.

use std::borrow::Cow;

use crate::export::ExportError;
use crate::export::cell::{Cell, csv_file};
use crate::export::text::{clipped, slug};
use crate::report::{Papers, Task};

/// Jira reads the first four and those it knows of the others; Linear reads `Title` and the columns that its own export writes.
const HEAD: [&str; 14] = [
    "Work item ID",
    "Parent",
    "Issue Type",
    "Summary",
    "Title",
    "Description",
    "Status",
    "Priority",
    "Labels",
    "Component",
    "Due Date",
    "Original Estimate",
    "Team",
    "Assignee",
];
/// Jira takes 255 characters of a summary, and of the name of a component.
const SUMMARY: usize = 240;

/// The bytes of the table.
pub fn bytes(papers: &Papers) -> Result<Vec<u8>, ExportError> {
    csv_file(&HEAD, papers.tasks.iter().map(row))
}

fn row(task: &Task) -> Vec<Cell<'_>> {
    let summary = || Cell::Text(clipped(&task.title, SUMMARY));
    vec![
        u64::from(task.id).into(),
        task.parent.map(u64::from).into(),
        (if task.parent.is_none() { "Epic" } else { "Task" }).into(),
        summary(),
        summary(),
        (&task.description).into(),
        "Todo".into(),
        task.priority.into(),
        // One label without blanks and commas: Jira splits at the one, Linear at the other.
        Cell::Text(Cow::Owned(format!("remove-{}", slug(&task.capability)))),
        Cell::Text(clipped(&task.component, SUMMARY)),
        task.due.into(),
        seconds(task.hours).into(),
        task.team.as_deref().into(),
        Cell::Empty,
    ]
}

/// Jira reads an estimate in seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "hours of work are not negative and far below 2^53"
)]
fn seconds(hours: Option<f64>) -> Option<u64> {
    hours.map(|hours| (hours * 3600.0).round() as u64)
}
