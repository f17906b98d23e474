//! Templates of letters that a user writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::IngestError;

/// Ending of a template.
const ENDING: &str = ".j2";

/// The templates of a folder, by file name without `.j2`. Other files are passed over.
///
/// # Errors
/// When the folder or a template cannot be read, or is no text.
pub fn read_templates(folder: &Path) -> Result<BTreeMap<String, String>, IngestError> {
    let refuse = |path: &Path, error: std::io::Error| IngestError::Plan {
        problem: format!("plan.papers.templates: cannot read {}: {error}", path.display()),
    };
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| refuse(folder, error))? {
        let path = entry.map_err(|error| refuse(folder, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(ENDING));
        if let Some(name) = name {
            found.insert(name.to_owned(), fs::read_to_string(&path).map_err(|error| refuse(&path, error))?);
        }
    }
    Ok(found)
}
