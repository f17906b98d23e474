mod operations;

use polars::prelude::{DataType, TimeUnit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use operations::{API_CHANGES, CHANGES, FINDINGS, INCIDENTS, RELEASES, RUNS};

/// Separates the values of a [`Kind::List`] cell inside its text (ASCII unit separator).
pub const LIST_SEPARATOR: char = '\u{1f}';

/// The unit that a [`Kind::Duration`] is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClockUnit {
    /// 1 s.
    Seconds,
    /// 60 s.
    Minutes,
    /// 3600 s.
    Hours,
}

impl ClockUnit {
    /// How many seconds one of it has.
    #[must_use]
    pub fn seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Minutes => 60.0,
            Self::Hours => 3600.0,
        }
    }

    /// The word, in the plural.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, trimmed; ids are kept exactly as written.
    Text,
    /// Several texts (tags, labels, plans), in the frame one text joined by [`LIST_SEPARATOR`].
    List,
    /// A day.
    Date,
    /// A moment in UTC, to the millisecond.
    Timestamp,
    /// A month, quarter or day; in the frame the first day of the month.
    Month,
    /// A whole number, not negative.
    Count,
    /// A number, not negative.
    Amount,
    /// A length of time, not negative, in the frame a number of this unit.
    Duration(ClockUnit),
    /// Money in the report currency, in millionths; may be negative (credits).
    Money,
    /// yes or no.
    Flag,
    /// One of these words, case and spaces apart.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// The column type in the frame.
    #[must_use]
    pub fn dtype(self) -> DataType {
        match self {
            Self::Text | Self::List | Self::Choice(_) => DataType::String,
            Self::Date | Self::Month => DataType::Date,
            Self::Timestamp => DataType::Datetime(TimeUnit::Milliseconds, None),
            Self::Count | Self::Money => DataType::Int64,
            Self::Amount | Self::Duration(_) => DataType::Float64,
            Self::Flag => DataType::Boolean,
        }
    }

    /// What a reader may write in such a cell, for messages.
    #[must_use]
    pub fn expectation(self) -> String {
        match self {
            Self::Text => "a text".into(),
            Self::List => "texts separated by `,`, `;` or `|`".into(),
            Self::Date => "a day such as 2026-09-30".into(),
            Self::Timestamp => "a time such as 2026-09-30T14:05:00Z".into(),
            Self::Month => "a month such as 2026-09".into(),
            Self::Count => "a whole number of at least 0".into(),
            Self::Amount => "a number of at least 0".into(),
            Self::Duration(unit) => format!("a length of time such as 1:30:00, PT1H30M or a number of {}", unit.name()),
            Self::Money => "an amount such as 1234.50".into(),
            Self::Flag => "true or false".into(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
        }
    }
}

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The name, in `snake_case`.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a row without it is quarantined.
    pub required: bool,
}

/// One input table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Which.
    pub id: TableId,
    /// What one row is.
    pub grain: &'static str,
    /// The columns, in the order of the frame.
    pub columns: &'static [Column],
    /// Columns that name a row: a second row with the same values is a duplicate. Empty: rows have no name, and
    /// nothing is a duplicate.
    pub key: &'static [&'static str],
    /// Columns that say when the row came to be: where one of them lies after a day, the row was not known on it. Columns that
    /// name a plan (a renewal, the end of a promise, the day of an announced change) are none of them.
    pub since: &'static [&'static str],
    /// Columns that say when something further happened to the row, each with the columns that were not known before it.
    pub later: &'static [(&'static str, &'static [&'static str])],
}

impl Table {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The input tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableId {
    /// Events, or pre-counted rows of usage.
    UsageEvents,
    /// Counts per capability and month, where accounts are not known.
    UsageTotals,
    /// The base that goes with `usage_totals`.
    BaseTotals,
    /// Accounts and their revenue.
    Accounts,
    /// Support contacts.
    Tickets,
    /// Engineering tasks and time entries.
    WorkItems,
    /// Cost lines.
    Charges,
    /// Capabilities.
    Catalogue,
    /// Promises to accounts.
    Commitments,
    /// Users and the accounts that they belong to.
    Users,
    /// Outages and breakages.
    Incidents,
    /// Syncs and call batches of integrations.
    Runs,
    /// Announced changes of vendors.
    ApiChanges,
    /// Releases of capabilities, and what was in use of them.
    Releases,
    /// Changes that somebody proposed, whatever became of them.
    Changes,
    /// Security findings and known defects.
    Findings,
    /// Rates of currencies by day.
    Fx,
    /// Finished removals: what was really removed.
    Outcomes,
    /// Names of ids, for the other tables of one system.
    Names,
}

const fn required(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: true }
}

const fn optional(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: false }
}

impl TableId {
    /// Every table, in the order of the data model.
    pub const ALL: &'static [Self] = &[
        Self::UsageEvents,
        Self::UsageTotals,
        Self::BaseTotals,
        Self::Accounts,
        Self::Tickets,
        Self::WorkItems,
        Self::Charges,
        Self::Catalogue,
        Self::Commitments,
        Self::Users,
        Self::Incidents,
        Self::Runs,
        Self::ApiChanges,
        Self::Releases,
        Self::Changes,
        Self::Findings,
        Self::Fx,
        Self::Outcomes,
        Self::Names,
    ];

    /// The name, as in `table = "usage_events"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UsageEvents => "usage_events",
            Self::UsageTotals => "usage_totals",
            Self::BaseTotals => "base_totals",
            Self::Accounts => "accounts",
            Self::Tickets => "tickets",
            Self::WorkItems => "work_items",
            Self::Charges => "charges",
            Self::Catalogue => "catalogue",
            Self::Commitments => "commitments",
            Self::Users => "users",
            Self::Incidents => "incidents",
            Self::Runs => "runs",
            Self::ApiChanges => "api_changes",
            Self::Releases => "releases",
            Self::Changes => "changes",
            Self::Findings => "findings",
            Self::Fx => "fx",
            Self::Outcomes => "outcomes",
            Self::Names => "names",
        }
    }

    /// The schema.
    #[must_use]
    pub fn table(self) -> &'static Table {
        match self {
            Self::UsageEvents => &USAGE_EVENTS,
            Self::UsageTotals => &USAGE_TOTALS,
            Self::BaseTotals => &BASE_TOTALS,
            Self::Accounts => &ACCOUNTS,
            Self::Tickets => &TICKETS,
            Self::WorkItems => &WORK_ITEMS,
            Self::Charges => &CHARGES,
            Self::Catalogue => &CATALOGUE,
            Self::Commitments => &COMMITMENTS,
            Self::Users => &USERS,
            Self::Incidents => &INCIDENTS,
            Self::Runs => &RUNS,
            Self::ApiChanges => &API_CHANGES,
            Self::Releases => &RELEASES,
            Self::Changes => &CHANGES,
            Self::Findings => &FINDINGS,
            Self::Fx => &FX,
            Self::Outcomes => &OUTCOMES,
            Self::Names => &NAMES,
        }
    }
}

static USAGE_EVENTS: Table = Table {
    id: TableId::UsageEvents,
    grain: "one event, or one pre-counted row",
    columns: &[
        required("ts", Kind::Timestamp),
        optional("account_id", Kind::Text),
        optional("account_domain", Kind::Text),
        optional("account_name", Kind::Text),
        required("capability", Kind::Text),
        optional("user_id", Kind::Text),
        optional("event_id", Kind::Text),
        optional("count", Kind::Count),
        optional("duration_s", Kind::Duration(ClockUnit::Seconds)),
        optional("status", Kind::Choice(&["ok", "error"])),
    ],
    key: &["event_id"],
    since: &["ts"],
    later: &[],
};

static USAGE_TOTALS: Table = Table {
    id: TableId::UsageTotals,
    grain: "one capability in one month",
    columns: &[
        required("month", Kind::Month),
        required("capability", Kind::Text),
        required("active_accounts", Kind::Count),
        optional("active_users", Kind::Count),
        optional("events", Kind::Count),
    ],
    key: &["month", "capability"],
    since: &["month"],
    later: &[],
};

static BASE_TOTALS: Table = Table {
    id: TableId::BaseTotals,
    grain: "one month",
    columns: &[
        required("month", Kind::Month),
        required("active_accounts", Kind::Count),
        optional("active_users", Kind::Count),
    ],
    key: &["month"],
    since: &["month"],
    later: &[],
};

static ACCOUNTS: Table = Table {
    id: TableId::Accounts,
    grain: "one account",
    columns: &[
        required("account_id", Kind::Text),
        optional("external_ids", Kind::List),
        optional("domains", Kind::List),
        optional("name", Kind::Text),
        optional("segment", Kind::Text),
        optional("plan", Kind::Text),
        optional("region", Kind::Text),
        optional("owner", Kind::Text),
        optional("arr", Kind::Money),
        optional("currency", Kind::Text),
        optional("started_on", Kind::Date),
        optional("renews_on", Kind::Date),
        optional("churned_on", Kind::Date),
        optional("churn_reason", Kind::Text),
        optional("is_key", Kind::Flag),
        optional("as_of", Kind::Date),
    ],
    key: &["account_id", "as_of"],
    since: &["as_of", "started_on"],
    later: &[("churned_on", &["churn_reason"])],
};

static TICKETS: Table = Table {
    id: TableId::Tickets,
    grain: "one support contact",
    columns: &[
        required("ticket_id", Kind::Text),
        required("opened_at", Kind::Timestamp),
        optional("solved_at", Kind::Timestamp),
        optional("account_id", Kind::Text),
        optional("account_domain", Kind::Text),
        optional("account_name", Kind::Text),
        optional("user_id", Kind::Text),
        optional("capability", Kind::Text),
        optional("component", Kind::Text),
        optional("tags", Kind::List),
        optional("priority", Kind::Text),
        optional("channel", Kind::Text),
        optional("layer", Kind::Choice(&["automated", "ai", "human"])),
        optional("escalated", Kind::Flag),
        optional("reopened", Kind::Flag),
        optional("handle_minutes", Kind::Duration(ClockUnit::Minutes)),
        optional("satisfaction", Kind::Text),
        optional("subject", Kind::Text),
        optional("body", Kind::Text),
    ],
    key: &["ticket_id"],
    since: &["opened_at"],
    later: &[("solved_at", &["layer", "escalated", "reopened", "handle_minutes", "satisfaction"])],
};

static WORK_ITEMS: Table = Table {
    id: TableId::WorkItems,
    grain: "one engineering task or time entry",
    columns: &[
        optional("work_id", Kind::Text),
        required("worked_on", Kind::Date),
        optional("capability", Kind::Text),
        optional("component", Kind::Text),
        optional("labels", Kind::List),
        optional("epic", Kind::Text),
        optional("type", Kind::Text),
        optional("title", Kind::Text),
        optional("paths", Kind::List),
        optional("team", Kind::Text),
        optional("role", Kind::Text),
        optional("person", Kind::Text),
        required("hours", Kind::Duration(ClockUnit::Hours)),
        optional("kind", Kind::Choice(&["build", "maintain", "incident", "support"])),
    ],
    key: &["work_id"],
    since: &["worked_on"],
    later: &[],
};

static CHARGES: Table = Table {
    id: TableId::Charges,
    grain: "one cost line",
    columns: &[
        required("charged_on", Kind::Date),
        optional("capability", Kind::Text),
        optional("service", Kind::Text),
        optional("tags", Kind::List),
        optional("vendor", Kind::Text),
        required("amount", Kind::Money),
        optional("currency", Kind::Text),
        optional("kind", Kind::Text),
    ],
    key: &[],
    since: &["charged_on"],
    later: &[],
};

static CATALOGUE: Table = Table {
    id: TableId::Catalogue,
    grain: "one capability",
    columns: &[
        required("id", Kind::Text),
        optional("name", Kind::Text),
        required("kind", Kind::Choice(&["feature", "integration"])),
        optional("parent", Kind::Text),
        optional("category", Kind::Text),
        optional("owner", Kind::Text),
        optional("launched_on", Kind::Date),
        optional("intent", Kind::Choice(&["core", "invest", "maintain", "harvest", "sunset"])),
        optional("protected_until", Kind::Date),
        optional("protected_reason", Kind::Text),
        optional("available_to", Kind::List),
        optional("depends_on", Kind::List),
        optional("replaced_by", Kind::Text),
        optional("vendor", Kind::Text),
        optional("auth", Kind::Text),
        optional("public_api", Kind::Flag),
        optional("removal_hours", Kind::Duration(ClockUnit::Hours)),
        optional("platform_price", Kind::Money),
        // How many people may change or release it; 0: it is known that nobody may.
        optional("maintainers", Kind::Count),
        // Where its source is kept: those of one repository are one family.
        optional("repository", Kind::Text),
    ],
    key: &["id"],
    // What is offered from a later day on is not offered yet.
    since: &["launched_on"],
    later: &[],
};

static COMMITMENTS: Table = Table {
    id: TableId::Commitments,
    grain: "one promise to one account",
    columns: &[
        required("account_id", Kind::Text),
        required("capability", Kind::Text),
        required("until", Kind::Date),
        optional("source", Kind::Choice(&["contract", "roadmap", "compliance"])),
    ],
    key: &["account_id", "capability", "until"],
    since: &[],
    later: &[],
};

static USERS: Table = Table {
    id: TableId::Users,
    grain: "one user",
    columns: &[
        required("user_id", Kind::Text),
        optional("account_id", Kind::Text),
        optional("account_domain", Kind::Text),
        optional("account_name", Kind::Text),
        optional("role", Kind::Text),
        optional("created_at", Kind::Timestamp),
    ],
    key: &["user_id"],
    since: &["created_at"],
    later: &[],
};

static FX: Table = Table {
    id: TableId::Fx,
    grain: "one rate",
    columns: &[required("currency", Kind::Text), required("on", Kind::Date), required("rate_to_report", Kind::Amount)],
    key: &["currency", "on"],
    since: &[],
    later: &[],
};

static OUTCOMES: Table = Table {
    id: TableId::Outcomes,
    grain: "what became of one capability",
    columns: &[
        required("capability", Kind::Text),
        optional("announced_on", Kind::Date),
        optional("removed_on", Kind::Date),
        optional("decision", Kind::Text),
        // Where a list says itself what counts as removed, that decides.
        optional("removed", Kind::Flag),
        // Share of use afterwards over share of use at the time of the decision.
        optional("use_ratio", Kind::Amount),
    ],
    key: &[],
    since: &[],
    later: &[],
};

static NAMES: Table = Table {
    id: TableId::Names,
    grain: "the name of one id",
    columns: &[required("of", Kind::Text), required("id", Kind::Text), required("name", Kind::Text)],
    key: &["of", "id"],
    since: &[],
    later: &[],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_names_itself_and_its_key_columns() {
        for &id in TableId::ALL {
            let table = id.table();
            assert_eq!(table.id, id);
            assert_eq!(serde_json::to_value(id).unwrap(), id.name());
            for key in table.key {
                assert!(table.column(key).is_some(), "{}.{key}", id.name());
            }
            let later = table.later.iter().map(|(day, _)| day);
            for day in table.since.iter().chain(later) {
                let kind = table.column(day).unwrap().kind;
                assert!(matches!(kind, Kind::Date | Kind::Timestamp | Kind::Month), "{}.{day}", id.name());
            }
            for cell in table.later.iter().flat_map(|(_, cells)| *cells) {
                assert!(!table.column(cell).unwrap().required, "{}.{cell} cannot become unknown", id.name());
            }
        }
    }
}
