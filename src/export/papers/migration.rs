//! `plan/migration/<capability>.md`: the page on how to move, with what the plan knows filled in.

use super::letters::Templates;
use crate::export::ExportError;
use crate::report::RemovalPapers;

/// The bytes of the page.
pub fn bytes(of: &RemovalPapers, templates: &Templates) -> Result<Vec<u8>, ExportError> {
    templates.fill("migration.md.j2", &of.facts)
}
