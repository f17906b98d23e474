//! The papers that go out: letters, work items, calendar, headers, skeletons of migration pages.
//!
//! Takes [`Papers`] and the templates; gives files below `plan/`. Text of customers is inert in them: no markup, no formula, no
//! line of its own.

mod calendar;
mod headers;
mod letters;
mod tasks;

use super::cell::csv_file;
use super::text::slug;
use super::{ExportError, OutputFile};
use crate::report::{PaperRemoval, Papers};

pub use letters::{Templates, TemplatesError};

/// Every paper of a plan; none where nothing is removed.
///
/// # Errors
/// When a template cannot be filled in.
pub fn files(papers: &Papers, templates: &Templates) -> Result<Vec<OutputFile>, ExportError> {
    if papers.removals.is_empty() {
        return Ok(Vec::new());
    }
    let mut files = vec![
        OutputFile { path: "plan/plan.ics".to_owned(), bytes: calendar::bytes(papers) },
        OutputFile { path: "plan/headers.json".to_owned(), bytes: headers::bytes(papers)? },
        OutputFile { path: "plan/tasks.csv".to_owned(), bytes: tasks::bytes(papers)? },
        OutputFile { path: "plan/contacts.csv".to_owned(), bytes: contacts(papers)? },
    ];
    for removal in &papers.removals {
        for (place, letter) in removal.letters.iter().enumerate() {
            let bytes = templates.letter(&removal.about, letter)?.into_bytes();
            files.push(OutputFile { path: letter_path(removal, place), bytes });
        }
        let bytes = templates.migration(&removal.about)?.into_bytes();
        files.push(OutputFile { path: format!("plan/migration/{}.md", slug(&removal.id)), bytes });
    }
    Ok(files)
}

/// Where a letter lies. Those of accounts and those of segments never share a name.
fn letter_path(removal: &PaperRemoval, place: usize) -> String {
    let letter = &removal.letters[place];
    let name = slug(&letter.id);
    let name = if letter.is_personal { format!("account-{name}") } else { format!("{}-{name}", letter.grade.as_str()) };
    format!("plan/letters/{}/{name}.md", slug(&removal.id))
}

/// Every account on everything that is removed, for mail merges.
fn contacts(papers: &Papers) -> Result<Vec<u8>, ExportError> {
    let head = [
        "capability",
        "account_id",
        "account_name",
        "segment",
        "owner",
        "grade",
        "why",
        "active_days",
        "dependence",
        "last_use",
        "announced",
        "removed",
        "letter",
    ];
    let rows = papers.removals.iter().flat_map(|removal| {
        removal.contacts.iter().map(|of| {
            vec![
                (&removal.id).into(),
                (&of.account).into(),
                of.name.as_ref().into(),
                of.segment.as_ref().into(),
                of.owner.as_ref().into(),
                of.grade.as_str().into(),
                (&of.reason).into(),
                of.active_days.into(),
                of.dependence.into(),
                of.last_use.into(),
                (&removal.about.announced).into(),
                (&removal.about.removed).into(),
                letter_path(removal, of.letter).into(),
            ]
        })
    });
    csv_file(&head, rows)
}

#[cfg(test)]
mod tests;
