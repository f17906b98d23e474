//! What is to be done by when.

use chrono::NaiveDate;

use super::{PaperStage, RemovalPapers};
use crate::plan::{ContactGrade, Plan, Removal, StageKind};
use crate::units::format;
use crate::units::visible::visible;

/// One work item.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Number, from 1, unique among the tasks of the plan.
    pub id: u32,
    /// Number of the one that it is a part of; `None`: it is a whole removal.
    pub parent: Option<u32>,
    /// Id of the capability.
    pub capability: String,
    /// Its name.
    pub component: String,
    /// What is done, in a few words.
    pub title: String,
    /// The same in sentences, with its day and when it is done. It holds no text of customers, because importers read it as markup.
    pub description: String,
    /// `High` where a day is demanded, `Low` for what only looks back, else `Medium`.
    pub priority: &'static str,
    /// Last day.
    pub due: NaiveDate,
    /// Hours of engineering; `None` when none are estimated.
    pub hours: Option<f64>,
    /// Whose; `None` when the catalogue names no owner.
    pub team: Option<String>,
}

/// The tasks of all removals: the wholes, then their parts, because importers want a parent before its children.
pub fn tasks(plan: &Plan, removals: &[RemovalPapers]) -> Vec<Task> {
    let mut tasks: Vec<Task> = plan.chosen.iter().zip(removals).map(|(of, papers)| whole(of, papers)).collect();
    for (parent, (of, papers)) in (1..).zip(plan.chosen.iter().zip(removals)) {
        tasks.extend(papers.stages.iter().map(|line| Task { parent: Some(parent), ..part(of, papers, line) }));
    }
    for (id, task) in (1..).zip(&mut tasks) {
        task.id = id;
    }
    tasks
}

/// The removal as a whole.
fn whole(of: &Removal, papers: &RemovalPapers) -> Task {
    let due = papers.stages.iter().map(due).max().unwrap_or(of.removed_on());
    let stages: Vec<String> = papers.stages.iter().map(|line| format!("- {}: {}", span(line), line.title)).collect();
    let demanded = of.demanded_by.map(|by| format!("\nIt must be gone by {by}.")).unwrap_or_default();
    let accounts = format::counted(papers.contacts.len() as u64, "account");
    Task {
        id: 0,
        parent: None,
        capability: papers.id.clone(),
        component: visible(&papers.name).into_owned(),
        title: format!("Remove {}", visible(&papers.name)),
        description: format!(
            "Removed on {}; notice class {}, {accounts} affected.{demanded}\n\n{}",
            of.removed_on(),
            papers.class.as_str(),
            stages.join("\n")
        ),
        priority: priority(of, None),
        due,
        hours: None,
        team: of.team.clone(),
    }
}

/// One stage of it.
fn part(of: &Removal, papers: &RemovalPapers, line: &PaperStage) -> Task {
    let kind = line.stage.kind;
    let told = if kind == StageKind::Announced { told(papers) } else { String::new() };
    Task {
        title: format!("{}: {}", visible(&papers.name), line.title),
        description: format!("{}{told}\n\nWhen: {}\nDone when: {}", line.work, span(line), line.exit),
        priority: priority(of, Some(kind)),
        due: due(line),
        hours: Some(of.hours).filter(|hours| kind == StageKind::Removed && *hours > 0.0),
        ..whole(of, papers)
    }
}

/// How many accounts are told how.
fn told(papers: &RemovalPapers) -> String {
    let count = |grade| papers.contacts.iter().filter(|contact| contact.grade == grade).count();
    let [call, mail, note] = [ContactGrade::Call, ContactGrade::Mail, ContactGrade::ReleaseNote].map(count);
    format!(" Accounts to call: {call}; to write to: {mail}; told by the release note: {note}.")
}

fn priority(of: &Removal, kind: Option<StageKind>) -> &'static str {
    match kind {
        Some(StageKind::Verified | StageKind::DataKept) => "Low",
        _ if of.demanded_by.is_some() => "High",
        _ => "Medium",
    }
}

/// What lasts is due when it begins, except for the data, which are kept to the end.
fn due(line: &PaperStage) -> NaiveDate {
    match line.stage.kind {
        StageKind::DataKept => line.stage.until,
        _ => line.stage.from,
    }
}

/// Its day; of a brownout its window; of what lasts its span.
fn span(line: &PaperStage) -> String {
    let stage = &line.stage;
    match stage.window {
        Some((from, until)) => format!("{} to {} UTC", from.format("%Y-%m-%d %H:%M"), until.format("%Y-%m-%d %H:%M")),
        None if stage.kind == StageKind::DataKept => stage.until.to_string(),
        None if stage.kind == StageKind::ReadOnly => format!("{} to {}", stage.from, stage.until),
        None => stage.from.to_string(),
    }
}
