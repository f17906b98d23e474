//! The file that says what was really removed: a list in any of the forms in which such lists are kept.

use std::path::Path;

use super::discover::Found;
use super::intake::Intake;
use super::mapping::Rules;
use super::source::{self, Wanted};
use super::text::TextOptions;
use super::{IngestError, MoneySettings, Progress, Read, normalised};
use crate::config::InputSettings;
use crate::presets::presets;
use crate::tables::TableId;

/// The words under which a list keeps each column, the likeliest first. Only their letters and digits are compared.
const WORDS: &[(&str, &[&str])] = &[
    ("capability", &["capability", "feature", "integration", "plugin", "component", "module", "id", "name"]),
    ("announced_on", &["announced_on", "deprecated_on", "deprecated_date", "announced_date", "first_event_date"]),
    ("removed_on", &["removed_on", "removed_date", "removed_at", "retired_on", "sunset_on"]),
    ("decision", &["decision", "final_status", "status", "outcome"]),
    ("removed", &["removed", "positive", "is_removed", "label"]),
    ("use_ratio", &["use_ratio", "adoption_change_ratio", "usage_ratio", "change_ratio"]),
];

/// Reads a list of outcomes. How an input of the configuration maps that file goes before the words of its header.
///
/// # Errors
/// When it cannot be read, or no column of it names capabilities.
pub fn read_outcomes(
    path: &Path,
    configured: Option<&InputSettings>,
    money: &MoneySettings,
    progress: &dyn Progress,
) -> Result<Read, IngestError> {
    let found = Found { name: path.display().to_string(), path: path.to_path_buf() };
    let mut settings = configured.cloned().unwrap_or_else(|| InputSettings::of(&found.name));
    if configured.is_none() {
        settings.table = Some(TableId::Outcomes);
        let file = source::open(&found, &TextOptions::default(), &Wanted::default(), None, progress)?;
        let headers = file.headers().to_vec();
        for (column, words) in WORDS {
            let of_word = |word: &&str| headers.iter().find(|header| normalised(header) == normalised(word));
            if let Some(header) = words.iter().find_map(of_word) {
                settings.columns.insert((*column).to_owned(), header.clone());
            }
        }
    }
    let rules = Rules::settle(&settings, presets())?;
    let mut intake = Intake::new(money, 1);
    intake.file(0, &rules, &found, progress)?;
    Ok(intake.finish(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::rows::Outcome;

    fn read(text: &str) -> Vec<Outcome> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("truth.csv");
        std::fs::write(&path, text).unwrap();
        let money = MoneySettings { report_currency: "EUR", fx: &std::collections::BTreeMap::new(), as_of: None };
        Outcome::all(&read_outcomes(&path, None, &money, &()).unwrap().tables)
    }

    #[test]
    fn lists_of_several_forms() {
        let found = read("Feature,Removed on,Positive\nfax,2026-02-01,1\npager,,0\n");
        let of =
            |row: &Outcome| (row.capability.clone().unwrap(), row.removed_on.map(|day| day.to_string()), row.removed);
        let expected =
            [("fax".to_owned(), Some("2026-02-01".to_owned()), Some(true)), ("pager".to_owned(), None, Some(false))];
        assert_eq!(found.iter().map(of).collect::<Vec<_>>(), expected);
        let found = read("plugin,adoption_change_ratio,other\nfax,0.5,x\n");
        assert_eq!((found[0].use_ratio, found[0].removed), (Some(0.5), None));
    }

    #[test]
    fn a_list_that_names_nothing_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("truth.csv");
        std::fs::write(&path, "when,why\n2026-01-01,x\n").unwrap();
        let money = MoneySettings { report_currency: "EUR", fx: &std::collections::BTreeMap::new(), as_of: None };
        let refused = read_outcomes(&path, None, &money, &()).unwrap_err().to_string();
        assert!(refused.contains("capability"), "{refused}");
    }
}
