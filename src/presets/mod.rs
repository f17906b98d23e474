//! The known exports: one TOML file per export of one system, embedded in the program.
//!
//! Takes nothing at run time; gives [`presets`]. A preset is data: adding one is a file here and a line in
//! `EMBEDDED`. A file that does not parse, or that names a column its table lacks, fails the tests of this room.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::tables::TableId;

/// How one export of one system feeds a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The name in `preset = "…"`, kebab-case; also the name of its file.
    pub name: String,
    /// The system and the export, for people.
    pub system: String,
    /// The table that it feeds.
    pub table: TableId,
    /// Headers that make the export known, normalised; all must be present.
    pub identify: Vec<String>,
    /// Cell texts that mean "no value".
    #[serde(default)]
    pub null_values: Vec<String>,
    /// How dates are written, in strftime notation; without it ISO 8601 forms.
    pub date_format: Option<String>,
    /// Time zone of times without an offset; without it UTC.
    pub utc_offset: Option<String>,
    /// One character, or `tab`; without it found from the file.
    pub delimiter: Option<String>,
    /// Table column to the headers that may feed it, in order: the first that is present and not empty wins.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Table column to the value where the file has none.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Table column to raw cell values and what they are read as.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// Lists the files by name.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!($name, ".toml")))),*] };
}

/// Every preset: the name of its file and its text.
const EMBEDDED: &[(&str, &str)] = embedded![
    "focus",
    "salesforce-accounts",
    "segment-tracks",
    "servicenow-incident-log",
    "tempo-timesheet",
    "zendesk-ticket-report",
];

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    EMBEDDED.iter().map(|(_, text)| toml::from_str(text).expect("the tests of this room parse every preset")).collect()
});

/// Every known export, in the order of the list.
#[must_use]
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// What is wrong with a preset, in words; empty when nothing is.
    fn faults(file: &str, text: &str) -> Vec<String> {
        let preset: Preset = match toml::from_str(text) {
            Ok(preset) => preset,
            Err(error) => return vec![format!("{file}: {error}")],
        };
        let table = preset.table.table();
        let mut faults = Vec::new();
        if preset.name != file {
            faults.push(format!("{file}: the name is {}", preset.name));
        }
        for column in preset.columns.keys().chain(preset.constants.keys()).chain(preset.values.keys()) {
            if table.column(column).is_none() {
                faults.push(format!("{file}: {} has no column {column}", preset.table.name()));
            }
        }
        for column in table.columns.iter().filter(|column| column.required) {
            if !preset.columns.contains_key(column.name) && !preset.constants.contains_key(column.name) {
                faults.push(format!("{file}: nothing feeds the required column {}", column.name));
            }
        }
        for header in &preset.identify {
            if *header != crate::ingest::normalised(header) {
                faults.push(format!("{file}: identify header {header} is not normalised"));
            }
        }
        if preset.identify.is_empty() {
            faults.push(format!("{file}: nothing identifies it"));
        }
        faults
    }

    #[test]
    fn every_embedded_preset_is_sound() {
        let faults: Vec<String> = EMBEDDED.iter().flat_map(|(file, text)| faults(file, text)).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert_eq!(presets().len(), EMBEDDED.len());
    }

    #[test]
    fn every_file_of_the_folder_is_embedded_once() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/presets");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let mut listed: Vec<&str> = EMBEDDED.iter().map(|(file, _)| *file).collect();
        listed.sort_unstable();
        assert_eq!(listed, files);
        assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
    }

    #[test]
    fn faults_of_a_preset_are_found() {
        let text = r#"
            name = "other"
            system = "x"
            table = "charges"
            identify = ["Cost Date"]
            [columns]
            charged_on = ["date"]
            colour = ["c"]
        "#;
        let found = faults("x", text).join("\n");
        for part in ["the name is other", "no column colour", "required column amount", "Cost Date is not normalised"] {
            assert!(found.contains(part), "{found}");
        }
        assert!(faults("x", "name = 'x'\nsurprise = 1").join("").contains("surprise"));
    }
}
