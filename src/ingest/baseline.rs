use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use super::IngestError;

/// What is read of an earlier report folder.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierReport {
    /// `report.json`.
    pub report: Value,
    /// The bytes of `basis.json`; `None`: the report was made before there was one.
    pub basis: Option<Vec<u8>>,
}

/// Reads an earlier report folder.
///
/// # Errors
/// When it is no report folder, or one that cannot be read.
pub fn read_report(folder: &Path) -> Result<EarlierReport, IngestError> {
    let no_report = |problem: String| IngestError::NoReport { path: folder.display().to_string(), problem };
    let read = |name: &str| match fs::read(folder.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(IngestError::Io { path: folder.join(name).display().to_string(), source }),
    };
    let text = read("report.json")?.ok_or_else(|| {
        let what = if folder.is_dir() { "it has no report.json" } else { "there is no such folder" };
        no_report(what.to_owned())
    })?;
    let report: Value =
        serde_json::from_slice(&text).map_err(|error| no_report(format!("its report.json is no JSON ({error})")))?;
    if !report["capabilities"].is_array() {
        return Err(no_report("its report.json is not a report: it has no capabilities".to_owned()));
    }
    Ok(EarlierReport { report, basis: read("basis.json")? })
}

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
    let lines =
        report["capabilities"].as_array().ok_or_else(|| damaged("it is not a report: it has no capabilities"))?;
    let candidates = lines.iter().filter(|line| line["candidate"] == true);
    Ok(candidates.filter_map(|line| line["id"].as_str().map(str::to_owned)).collect())
}
