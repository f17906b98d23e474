//! The known exports: one TOML file per export of one system, embedded in the program.
//!
//! Takes nothing at run time; gives [`presets`]. A preset is data: adding one is a file here and a line in
//! `EMBEDDED`. A file that does not parse, or that names a column its table lacks, fails the tests of this room.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::tables::{ClockUnit, TableId};

/// How one export of one system feeds a table.
///
/// Headers are compared *folded*: letters and digits only, lower-case. `Issue key`, `issue_key`, `issueKey` and
/// `\u{feff}"ISSUE KEY"` are one header, so that one preset covers the interface's labels, the programming interface's camelCase and
/// the `snake_case` of a warehouse copy. Write headers as the system spells them.
///
/// # Sources
///
/// Where a preset names a header it may name more than a column of the file:
///
/// - `Created` – a column. A header that occurs more than once stands for all its columns.
/// - `event_properties.feature` – when no header is called so: the member `feature` of the JSON object in the column
///   `event_properties`. Any depth. Of an array the members of all its items.
/// - `$.event_params[?@.key=='plan'].value.string_value` – a JSON path (RFC 9535) over the record, for filters and for names
///   that hold dots. It gives every value that it finds.
/// - `{Start date} {Start time}` – a template: it gives nothing when one of its columns is empty.
/// - `@key`, `@path`, `@root.result.name` – with [`records`](Self::records): the last name on the way to the record,
///   the whole way, and a member of the document around it.
/// - `@header`, `@value` – with [`unfold`](Self::unfold).
/// - `@file` – the name of the file without its extensions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The name in `preset = "…"`, kebab-case; also the name of its file.
    pub name: String,
    /// The system: `Jira`. Presets of one system share their [`names`](crate::tables::TableId::Names) and additions.
    pub system: String,
    /// The export, for people: `issues, CSV of all fields`.
    pub export: String,
    /// The table that it feeds.
    pub table: TableId,
    /// Sets of headers that make the export known: all of one set must be present. Sources with dots hold for nested members; a
    /// set is the stronger the more headers it has.
    pub identify: Vec<Vec<String>>,
    /// Headers that show that it is another export.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Where the records of a JSON or YAML document are, as a JSON path: `$.items[*]`. Without it the document's own array or lines.
    pub records: Option<String>,
    /// The headers of a file that has none, in order: with [`identify`](Self::identify) empty, a file is known by their number
    /// and by [`signature`](Self::signature).
    #[serde(default)]
    pub headers: Vec<String>,
    /// By place from 0, the regular expression that the cells of a file without headers match.
    #[serde(default)]
    pub signature: BTreeMap<String, String>,
    /// Makes several rows of one record.
    pub unfold: Option<Unfold>,
    /// Rows that are no rows of the table: a source and the values (folded) that exclude the row; `""` is the empty cell.
    #[serde(default)]
    pub skip: BTreeMap<String, Vec<String>>,
    /// Rows that are: a source and the values (folded) one of which it must have. An absent column excludes nothing.
    #[serde(default)]
    pub keep: BTreeMap<String, Vec<String>>,
    /// Rows that are: at least one of these sources is filled. A file that lacks them all has none. Empty: nothing is asked.
    #[serde(default)]
    pub keep_any: Vec<String>,
    /// Of the rows with one key the one where this source is greatest counts; the others are superseded.
    pub latest: Option<String>,
    /// The rows fill in columns of the rows of the same table and system that other exports give: tags of tickets, labels of
    /// issues. They make no rows themselves.
    #[serde(default)]
    pub adds: BTreeMap<String, Addition>,
    /// Column to the list of ids (`of` of the table `names`) in which its value is looked up; a value not found stays.
    #[serde(default)]
    pub lookup: BTreeMap<String, String>,
    /// Presets that read the same file for another table: worklogs in an export of issues.
    #[serde(default)]
    pub companions: Vec<String>,
    /// Cell texts that mean "no value".
    #[serde(default)]
    pub null_values: Vec<String>,
    /// How dates are written, in strftime notation; without it found from the column.
    pub date_format: Option<String>,
    /// Time zone of times without an offset (`+02:00`, `Europe/Berlin`); without it UTC.
    pub time_zone: Option<String>,
    /// One character, or `tab`; without it found from the file.
    pub delimiter: Option<String>,
    /// Table column to the sources that may feed it, in order: the first that is present and not empty wins.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Table column to the value where the file has none.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Table column to raw cell values and what they are read as; folded like headers, so case does not matter. The value `""` is "no value"; `"*"` as a raw
    /// value stands for every other.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Unit of plain numbers in a column that holds a length of time; without it the column's own unit.
    #[serde(default)]
    pub units: BTreeMap<String, ClockUnit>,
    /// Columns of moments that the file gives as months: `Jan-26` is one, and no day.
    #[serde(default)]
    pub months: Vec<String>,
    /// What separates the items of a list column; without it `,`, `;` and `|`.
    #[serde(default)]
    pub separators: BTreeMap<String, String>,
    /// Money columns written in minor units (cents).
    #[serde(default)]
    pub minor_units: Vec<String>,
    /// A column has its value only in rows where this source has one of these values (folded): the last change of an incident
    /// is its end only when it is closed. A source that the file lacks restricts nothing.
    #[serde(default)]
    pub only: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Rows with one key become one row, that of the first of them: these columns join so, every other is the first
    /// filled one. For files with a row for each subscription of an account. Without it a second row with a key is a duplicate.
    #[serde(default)]
    pub gather: BTreeMap<String, Addition>,
    /// A column of counts that the file gives in parts: where none of its own sources is filled, it is the sum of all that
    /// these find. A part that is no count leaves it without a value.
    #[serde(default)]
    pub sums: BTreeMap<String, Vec<String>>,
    /// Text columns whose sources give the address of a call, and the part of it that they hold.
    #[serde(default)]
    pub addresses: BTreeMap<String, AddressPart>,
    /// Makes annual revenue of a price.
    pub annual: Option<Annual>,
    /// A time column that the file gives as a length of time after another.
    #[serde(default)]
    pub after: BTreeMap<String, After>,
}

/// One record, several rows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Unfold {
    /// A row for each column whose header is a month: `@header` is the month, `@value` the cell. Empty cells give no row.
    Months,
    /// A row for each filled cell of the columns with this header: `@value` is the cell.
    Cells(String),
    /// A row for each worklog `[comment;]date;author;seconds` in the columns with this header: `@date`, `@author`, `@seconds`, `@comment`.
    Worklogs(String),
    /// A row for each member of the JSON object or each item of the JSON array in this source: `@key` (from 0 in an array) and `@value`, whose members are `@value.name`.
    Members(String),
}

/// How the added rows of one key join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addition {
    /// All different values, as a list.
    List,
    /// The sum.
    Sum,
    /// The greatest: the last day.
    Max,
    /// The least: the first day.
    Min,
    /// The greatest where every row has one; nothing where one row has none: an account has left when the last of its
    /// subscriptions has ended.
    MaxOfAll,
}

/// A part of the address of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressPart {
    /// The host, without user and port.
    Host,
    /// The path, without query, and `{id}` for what names one record.
    Route,
}

/// Annual revenue = amount × quantity × intervals a year; it feeds `arr`, whose own sources give the amount.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annual {
    /// Sources of the quantity; without a value 1.
    #[serde(default)]
    pub quantity: Vec<String>,
    /// Sources of the interval's word: `month`, `year`, `week`, `day`, `quarter`; also `monthly`, `annual`.
    #[serde(default)]
    pub interval: Vec<String>,
    /// Sources of how many such intervals one amount covers; without a value 1.
    #[serde(default)]
    pub interval_count: Vec<String>,
    /// The interval where the sources have none; without it such a row has no revenue.
    pub default_interval: Option<String>,
}

/// A moment that is given as a start and a length.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// Sources of the start.
    pub start: Vec<String>,
    /// Sources of the length.
    pub elapsed: Vec<String>,
    /// Unit of plain numbers in the length.
    pub unit: ClockUnit,
}

/// Lists the files by name.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!($name, ".toml")))),*] };
}

/// Every preset: the name of its file and its text.
const EMBEDDED: &[(&str, &str)] = embedded![
    "account-snapshots",
    "account-snapshots-mrr",
    "airbyte-breaking-changes",
    "airbyte-connections",
    "airbyte-jobs",
    "amplitude-event-types",
    "amplitude-events",
    "api-changes",
    "aws-cur",
    "aws-runtimes",
    "azure-costs",
    "azure-retirements",
    "backstage-entities",
    "chargebee-mrr",
    "chargebee-subscriptions",
    "chargebee-subscriptions-catalog",
    "chartmogul-customers",
    "chartmogul-subscriptions",
    "clockify-time-entries",
    "datadog-incidents",
    "deprecation-headers",
    "deprecation-headers-har",
    "endoflife-cycles",
    "endoflife-releases",
    "fivetran-activations-sync-runs",
    "fivetran-connections",
    "fivetran-log",
    "fivetran-usage-cost",
    "focus",
    "freshdesk-companies",
    "freshdesk-tickets",
    "freshdesk-tickets-json",
    "freshservice-tickets",
    "ga4-events",
    "ga4-events-warehouse",
    "gainsight-companies",
    "gcp-billing",
    "github-issue-labels",
    "github-issues",
    "github-labels",
    "github-openapi",
    "github-pull-requests",
    "harvest-time-entries",
    "heap-events",
    "heap-users",
    "hubspot-companies",
    "hubspot-deals",
    "hubspot-owners",
    "hubspot-ticket-companies",
    "hubspot-tickets",
    "incidentio-incidents",
    "intercom-companies",
    "intercom-conversation-history",
    "intercom-conversation-tags",
    "intercom-conversations",
    "intercom-messages",
    "jira-components",
    "jira-issue-fields",
    "jira-issue-time",
    "jira-issues",
    "jira-service-desk",
    "jira-worklogs",
    "jira-worklogs-json",
    "kombo-syncs",
    "launchdarkly-flags",
    "linear-issues",
    "merge-issues",
    "mixpanel-events",
    "mixpanel-events-warehouse",
    "nango-syncs",
    "openapi-deprecations",
    "opsgenie-alerts",
    "opsgenie-incidents",
    "pagerduty-analytics",
    "pagerduty-incident-report",
    "pagerduty-incidents",
    "paragon-syncs",
    "pendo-accounts",
    "pendo-feature-events",
    "pendo-features",
    "pendo-page-events",
    "pendo-pages",
    "pendo-track-events",
    "pendo-visitor-accounts",
    "pendo-visitors",
    "plain-catalogue",
    "plain-changes",
    "plain-findings",
    "plain-releases",
    "pluto-versions",
    "posthog-events",
    "rudderstack-destinations",
    "salesforce-account-report",
    "salesforce-accounts",
    "salesforce-cases",
    "salesforce-opportunities",
    "salesforce-orders",
    "segment-groups",
    "segment-tracks",
    "servicenow-incident-details",
    "servicenow-incident-log",
    "servicenow-incidents",
    "servicenow-services",
    "servicenow-tasks",
    "snowplow-enriched",
    "snowplow-events",
    "statuspage-incidents",
    "stripe-customers",
    "stripe-prices",
    "stripe-products",
    "stripe-subscription-customers",
    "stripe-subscription-history",
    "stripe-subscription-items",
    "stripe-subscriptions",
    "sync-runs",
    "tempo-timesheet",
    "tempo-worklogs",
    "toggl-time-entries",
    "unleash-features",
    "usage-by-account-month",
    "usage-by-account-wide",
    "usage-totals-month",
    "workato-jobs",
    "zendesk-organizations",
    "zendesk-ticket-report",
    "zendesk-ticket-solved",
    "zendesk-ticket-tags",
    "zendesk-tickets",
    "zendesk-users",
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
    use crate::tables::Kind;
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
        let named = preset.columns.keys().chain(preset.constants.keys()).chain(preset.values.keys());
        let named = named.chain(preset.adds.keys()).chain(preset.lookup.keys()).chain(preset.units.keys());
        let named = named.chain(preset.separators.keys()).chain(&preset.minor_units).chain(preset.after.keys());
        let named = named.chain(preset.only.keys()).chain(&preset.months).chain(preset.gather.keys());
        let named = named.chain(preset.sums.keys()).chain(preset.addresses.keys());
        for column in named {
            if table.column(column).is_none() {
                faults.push(format!("{file}: {} has no column {column}", preset.table.name()));
            }
        }
        for column in table.columns.iter().filter(|column| column.required) {
            let is_fed = preset.columns.contains_key(column.name)
                || preset.constants.contains_key(column.name)
                || preset.after.contains_key(column.name);
            if !is_fed && preset.adds.is_empty() {
                faults.push(format!("{file}: nothing feeds the required column {}", column.name));
            }
        }
        for column in preset.sums.keys().filter_map(|name| table.column(name)) {
            if column.kind != Kind::Count {
                faults.push(format!("{file}: {} is no count to sum", column.name));
            }
        }
        for column in preset.addresses.keys().filter_map(|name| table.column(name)) {
            if column.kind != Kind::Text {
                faults.push(format!("{file}: {} is no text to hold an address", column.name));
            }
        }
        let parts = preset.sums.values().flatten().chain(&preset.keep_any);
        for source in preset.columns.values().chain(&preset.identify).flatten().chain(parts) {
            if !crate::ingest::is_source(source) {
                faults.push(format!("{file}: {source} is no source"));
            }
        }
        for (column, values) in &preset.values {
            let Some(Kind::Choice(words)) = table.column(column).map(|column| column.kind) else { continue };
            for value in values.values().filter(|value| !value.is_empty() && !words.contains(&value.as_str())) {
                faults.push(format!("{file}: `{value}` is no word of {column}"));
            }
        }
        if preset.table == TableId::Names && !preset.constants.contains_key("of") {
            faults.push(format!("{file}: names of what"));
        }
        for set in &preset.identify {
            if set.is_empty() {
                faults.push(format!("{file}: an empty set identifies everything"));
            }
        }
        if preset.identify.is_empty() && preset.signature.is_empty() {
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
    fn companions_are_presets() {
        let names: BTreeSet<&str> = presets().iter().map(|preset| preset.name.as_str()).collect();
        for preset in presets() {
            let unknown: Vec<&String> =
                preset.companions.iter().filter(|companion| !names.contains(companion.as_str())).collect();
            assert!(unknown.is_empty(), "{}: {unknown:?}", preset.name);
        }
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
            export = "y"
            identify = [["Cost Date"], []]
            keep_any = ["$.a["]
            [columns]
            charged_on = ["date"]
            colour = ["c"]
            [sums]
            service = ["a", "b"]
            [addresses]
            amount = "host"
        "#;
        let found = faults("x", text).join("\n");
        let expected = ["the name is other", "no column colour", "required column amount", "an empty set"];
        let of_parts = ["$.a[ is no source", "service is no count to sum", "amount is no text to hold an address"];
        for part in expected.into_iter().chain(of_parts) {
            assert!(found.contains(part), "{found}");
        }
        assert!(faults("x", "name = 'x'\nsurprise = 1").join("").contains("surprise"));
    }
}
