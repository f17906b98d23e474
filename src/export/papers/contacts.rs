//! `plan/contacts.csv`: every affected account on every removal, for mail merges. Nobody is left out, also where no letter is their own.

use crate::export::ExportError;
use crate::export::cell::{Cell, csv_file};
use crate::plan::StageKind;
use crate::report::{Addressee, ContactLine, RemovalPapers};

const HEAD: [&str; 22] = [
    "capability",
    "capability_name",
    "account",
    "account_name",
    "segment",
    "owner",
    "arr",
    "renews_on",
    "grade",
    "why",
    "active_days",
    "users",
    "dependence",
    "last_use",
    "replacement",
    "replacement_used",
    "announced_on",
    "closed_on",
    "removed_on",
    "data_kept_until",
    "letter",
    "letter_to",
];

/// The bytes of the table, from every removal with the paths of its letters.
pub fn bytes(removals: &[(&RemovalPapers, Vec<String>)]) -> Result<Vec<u8>, ExportError> {
    let rows = removals.iter().flat_map(|(of, paths)| of.contacts.iter().map(move |line| row(of, line, paths)));
    csv_file(&HEAD, rows)
}

fn row<'a>(of: &'a RemovalPapers, line: &'a ContactLine, paths: &'a [String]) -> Vec<Cell<'a>> {
    let stage = |kind| of.stages.iter().map(|line| &line.stage).find(|stage| stage.kind == kind);
    let personal = matches!(of.letters[line.letter].to, Addressee::Account(_));
    vec![
        (&of.id).into(),
        (&of.name).into(),
        (&line.account).into(),
        line.name.as_deref().into(),
        line.segment.as_deref().into(),
        line.owner.as_deref().into(),
        line.arr.into(),
        line.renews_on.into(),
        line.grade.as_str().into(),
        (&line.reason).into(),
        line.active_days.into(),
        line.users.into(),
        line.dependence.into(),
        line.last_use.into(),
        of.facts.replacement.as_deref().into(),
        line.replacement_used.map(|used| if used { "true" } else { "false" }).into(),
        stage(StageKind::Announced).map(|stage| stage.from).into(),
        stage(StageKind::ClosedToNewUse).map(|stage| stage.from).into(),
        stage(StageKind::Removed).map(|stage| stage.from).into(),
        stage(StageKind::DataKept).map(|stage| stage.until).into(),
        (&paths[line.letter]).into(),
        (if personal { "account" } else { "segment" }).into(),
    ]
}
