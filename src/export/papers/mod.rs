//! The papers of the plan: letters, tasks, calendar, headers, pages on how to move, and the list of who is told how.
//!
//! Takes [`Papers`], in which everything that they say stands already, and [`Templates`]; gives files below `plan/`. Text of customers is
//! inert in all of them: escaped in Markdown and in the calendar, neutralised in CSV, encoded in addresses, and never read as a template.

mod calendar;
mod contacts;
mod headers;
mod letters;
mod migration;
mod names;
mod tasks;

use super::{ExportError, OutputFile};
use crate::report::Papers;

pub use letters::Templates;

/// Every paper, in no order of paths; none where nothing is removed.
///
/// # Errors
/// When a template asks for what is not known of some account, or a format cannot be written.
pub fn files(papers: &Papers, templates: &Templates) -> Result<Vec<OutputFile>, ExportError> {
    if papers.removals.is_empty() {
        return Ok(Vec::new());
    }
    let folders = names::unique(papers.removals.iter().map(|of| of.id.as_str()));
    let mut files = vec![
        OutputFile { path: "plan/tasks.csv".to_owned(), bytes: tasks::bytes(papers)? },
        OutputFile { path: "plan/plan.ics".to_owned(), bytes: calendar::bytes(papers, &folders) },
        OutputFile { path: "plan/headers.json".to_owned(), bytes: headers::bytes(papers)? },
    ];
    let mut lines = Vec::new();
    for (of, folder) in papers.removals.iter().zip(&folders) {
        let paths = letters::paths(of, folder);
        for (letter, path) in of.letters.iter().zip(&paths) {
            files.push(OutputFile { path: path.clone(), bytes: templates.letter(letter)? });
        }
        files.push(OutputFile { path: format!("plan/migration/{folder}.md"), bytes: migration::bytes(of, templates)? });
        lines.push((of, paths));
    }
    files.push(OutputFile { path: "plan/contacts.csv".to_owned(), bytes: contacts::bytes(&lines)? });
    Ok(files)
}

#[cfg(test)]
mod tests;
