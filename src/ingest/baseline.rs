use std::fs;
use std::path::Path;

use serde_json::Value;

use super::IngestError;

/// Ids of the candidates of an earlier report folder.
///
/// # Errors
/// When the folder has no `report.json` that can be read, or one that is not a report.
pub fn read_candidates(folder: &Path) -> Result<Vec<String>, IngestError> {
    let path = folder.join("report.json");
    let shown = path.display().to_string();
    let text = fs::read(&path).map_err(|source| IngestError::Io { path: shown.clone(), source })?;
    let damaged = |problem: &str| IngestError::Damaged { path: shown.clone(), problem: problem.to_owned() };
    let report: Value = serde_json::from_slice(&text).map_err(|error| damaged(&format!("it is no JSON ({error})")))?;
    let lines = report["capabilities"].as_array().ok_or_else(|| damaged("it is not a report: it has no capabilities"))?;
    let candidates = lines.iter().filter(|line| line["candidate"] == true);
    Ok(candidates.filter_map(|line| line["id"].as_str().map(str::to_owned)).collect())
}
