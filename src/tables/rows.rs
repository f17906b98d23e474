//! Typed rows of the small tables, so that the rooms behind read fields and not column names.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use polars::prelude::{DataFrame, DataType};

use super::{INPUT, LINE, LIST_SEPARATOR, TableId, Tables};
use crate::units::Money;

/// Where a row was read: which input, and which line of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Origin {
    /// Index into the list of inputs.
    pub input: u32,
    /// Line, from 1.
    pub line: u64,
}

/// A value that a frame's cell can be read as.
trait Cell: Sized {
    fn read(frame: &DataFrame, column: &str) -> Vec<Option<Self>>;
}

/// Reads one column into options, through the physical type of its [`super::Kind`]. A column of another type
/// cannot occur: `ingest` makes every frame from the schema.
macro_rules! cell {
    ($type:ty, $accessor:ident, $cast:expr, $convert:expr) => {
        impl Cell for $type {
            fn read(frame: &DataFrame, column: &str) -> Vec<Option<Self>> {
                let read = || -> polars::prelude::PolarsResult<Vec<Option<Self>>> {
                    let series = frame.column(column)?.as_materialized_series().cast(&$cast)?;
                    Ok(series.$accessor()?.iter().map(|value| value.map($convert)).collect())
                };
                read().unwrap_or_else(|_| (0..frame.height()).map(|_| None).collect())
            }
        }
    };
}

cell!(String, str, DataType::String, |text: &str| text.to_owned());
cell!(bool, bool, DataType::Boolean, |flag| flag);
cell!(f64, f64, DataType::Float64, |number| number);
cell!(i64, i64, DataType::Int64, |number| number);
cell!(u32, u32, DataType::UInt32, |number| number);
cell!(u64, u64, DataType::UInt64, |number| number);
cell!(Money, i64, DataType::Int64, |micros: i64| Money::from_micros(i128::from(micros)));
cell!(NaiveDate, i32, DataType::Int32, |days: i32| NaiveDate::default() + chrono::TimeDelta::days(i64::from(days)));
cell!(NaiveDateTime, i64, DataType::Int64, |ms: i64| DateTime::from_timestamp_millis(ms)
    .unwrap_or_default()
    .naive_utc());

impl Cell for Vec<String> {
    fn read(frame: &DataFrame, column: &str) -> Vec<Option<Self>> {
        String::read(frame, column)
            .into_iter()
            .map(|cell| cell.map(|text| text.split(LIST_SEPARATOR).map(str::to_owned).collect()))
            .collect()
    }
}

/// The column of a field: a field whose name is a word of the language is written `r#type`.
const fn column(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Declares a row type and how it is read: the fields are the columns of the schema.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident, $table:expr, { $($(#[$field_doc:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$type>,)+
            /// Where the row was read.
            pub origin: Origin,
        }

        impl $name {
            /// Every accepted row, in canonical order; empty when the table was not given.
            #[must_use]
            pub fn all(tables: &Tables) -> Vec<Self> {
                let Some(frame) = tables.frame($table) else { return Vec::new() };
                let mut rows = vec![Self::default(); frame.height()];
                $(for (row, value) in rows.iter_mut().zip(<$type>::read(frame, column(stringify!($field)))) {
                    row.$field = value;
                })+
                let inputs = u32::read(frame, INPUT);
                let lines = u64::read(frame, LINE);
                for ((row, input), line) in rows.iter_mut().zip(inputs).zip(lines) {
                    row.origin = Origin { input: input.unwrap_or_default(), line: line.unwrap_or_default() };
                }
                rows
            }

            #[cfg(test)]
            const FIELDS: &'static [&'static str] = &[$(column(stringify!($field)),)+];
        }
    };
}

row! {
    /// A row of `usage_totals`.
    UsageTotal, TableId::UsageTotals, {
        /// First day of the month.
        month: NaiveDate,
        /// Raw name.
        capability: String,
        /// Accounts that used it in the month.
        active_accounts: i64,
        /// Users that used it in the month.
        active_users: i64,
        /// Events in the month.
        events: i64,
    }
}

row! {
    /// A row of `base_totals`.
    BaseTotal, TableId::BaseTotals, {
        /// First day of the month.
        month: NaiveDate,
        /// Accounts active in the product in the month.
        active_accounts: i64,
        /// Users active in the product in the month.
        active_users: i64,
    }
}

row! {
    /// A row of `accounts`.
    Account, TableId::Accounts, {
        /// Id, as written.
        account_id: String,
        /// Display name.
        name: String,
        /// Market segment.
        segment: String,
        /// Subscription plan.
        plan: String,
        /// Sales region.
        region: String,
        /// Customer-success manager.
        owner: String,
        /// Annual recurring revenue, in report currency.
        arr: Money,
        /// First day under contract.
        started_on: NaiveDate,
        /// Next renewal.
        renews_on: NaiveDate,
        /// First day no longer under contract.
        churned_on: NaiveDate,
        /// Why it left, as written.
        churn_reason: String,
        /// A key account.
        is_key: bool,
        /// Day from which a history row holds.
        as_of: NaiveDate,
    }
}

row! {
    /// A row of `tickets`.
    Ticket, TableId::Tickets, {
        /// Id, as written.
        ticket_id: String,
        /// When the contact began, UTC.
        opened_at: NaiveDateTime,
        /// When it was solved, UTC.
        solved_at: NaiveDateTime,
        /// The account, as written.
        account_id: String,
        /// Raw capability name.
        capability: String,
        /// Raw component name.
        component: String,
        /// Raw tags.
        tags: Vec<String>,
        /// Priority, as written.
        priority: String,
        /// Layer that ended it: automated, ai or human.
        layer: String,
        /// Whether it was handed on to a higher layer.
        escalated: bool,
        /// Whether it was opened again after it was solved.
        reopened: bool,
        /// Minutes of work.
        handle_minutes: f64,
        /// Subject, as the customer wrote it.
        subject: String,
        /// Text, as the customer wrote it.
        body: String,
    }
}

row! {
    /// A row of `work_items`.
    WorkItem, TableId::WorkItems, {
        /// Id, as written.
        work_id: String,
        /// Day of the work.
        worked_on: NaiveDate,
        /// Raw capability name.
        capability: String,
        /// Raw component name.
        component: String,
        /// Raw labels.
        labels: Vec<String>,
        /// Raw epic name.
        epic: String,
        /// Type, as written: Bug, Story and the like.
        r#type: String,
        /// Title.
        title: String,
        /// Files that it touched.
        paths: Vec<String>,
        /// Team, as written; selects the rate.
        team: String,
        /// Role of the person, as written; selects the rate.
        role: String,
        /// Person, as written.
        person: String,
        /// Hours.
        hours: f64,
        /// build, maintain, incident or support.
        kind: String,
    }
}

row! {
    /// A row of `charges`.
    Charge, TableId::Charges, {
        /// Day of the charge.
        charged_on: NaiveDate,
        /// Raw capability name.
        capability: String,
        /// Raw service name.
        service: String,
        /// Raw tags.
        tags: Vec<String>,
        /// Vendor, as written.
        vendor: String,
        /// Amount, in report currency.
        amount: Money,
        /// ISO 4217 code of the currency that it was billed in; `None`: the report currency.
        currency: String,
        /// Kind of cost, as written.
        kind: String,
    }
}

row! {
    /// A row of `incidents`.
    Incident, TableId::Incidents, {
        /// Id, as written.
        incident_id: String,
        /// Title.
        title: String,
        /// Raw capability name.
        capability: String,
        /// Raw service name.
        service: String,
        /// Raw tags.
        tags: Vec<String>,
        /// When it began, UTC.
        started_at: NaiveDateTime,
        /// When somebody or something saw it, UTC.
        detected_at: NaiveDateTime,
        /// When somebody took it on, UTC.
        acknowledged_at: NaiveDateTime,
        /// When it was over, UTC.
        resolved_at: NaiveDateTime,
        /// Who saw it first: monitor, customer, vendor or employee.
        detected_by: String,
        /// What ended it: automated or human.
        resolved_by: String,
        /// Accounts that it touched, as stated.
        affected_accounts: i64,
        /// `vendor_change`, auth, `own_change`, capacity or unknown.
        cause: String,
        /// Severity, as written; selects the rate.
        severity: String,
        /// Hours of the people who responded.
        responder_hours: f64,
        /// Credits granted to customers, in report currency.
        credits: Money,
        /// ISO 4217 code of the currency of the credits; `None`: the report currency.
        currency: String,
    }
}

row! {
    /// A row of `runs`.
    Run, TableId::Runs, {
        /// Raw capability name.
        capability: String,
        /// The account, as written.
        account_id: String,
        /// When it began, UTC.
        started_at: NaiveDateTime,
        /// When it ended, UTC.
        ended_at: NaiveDateTime,
        /// ok, failed or partial.
        status: String,
        /// Class or text of the error, as written.
        error_class: String,
        /// Attempts after the first.
        retries: i64,
        /// Whether it failed and then mended itself.
        auto_recovered: bool,
        /// Records that it moved.
        records: i64,
        /// Records that it could not move.
        records_failed: i64,
    }
}

row! {
    /// A row of `api_changes`.
    ApiChange, TableId::ApiChanges, {
        /// Vendor, as written.
        vendor: String,
        /// Interface, product or endpoint, as written.
        api: String,
        /// Raw capability name.
        capability: String,
        /// Day on which the vendor said so.
        announced_on: NaiveDate,
        /// Day from which it holds.
        effective_on: NaiveDate,
        /// Version from which it holds, where the vendor names no day.
        effective_version: String,
        /// version, endpoint, auth, limit, pricing or shutdown.
        change: String,
        /// Whether what was written before stops working.
        breaking: bool,
        /// What changes, as written.
        title: String,
        /// Where it was announced.
        url: String,
    }
}

row! {
    /// A row of `releases`.
    Release, TableId::Releases, {
        /// Raw capability name.
        capability: String,
        /// Day of the release, or first day of the month in which it was first seen.
        released_on: NaiveDate,
        /// Accounts that had it when it was first counted.
        active_accounts: i64,
    }
}

row! {
    /// A row of `changes`.
    Change, TableId::Changes, {
        /// Raw capability name.
        capability: String,
        /// Day on which it was proposed.
        opened_on: NaiveDate,
        /// Day on which it was taken over or given up.
        closed_on: NaiveDate,
        /// open, done or dropped, when the table was written.
        status: String,
        /// Who proposed it, as written.
        person: String,
        /// The part of it that concerns this capability; 1 where it is not said.
        weight: f64,
    }
}

row! {
    /// A row of `findings`.
    KnownFinding, TableId::Findings, {
        /// Raw capability name.
        capability: String,
        /// Day on which it was published.
        found_on: NaiveDate,
        /// Day on which it was put right.
        fixed_on: NaiveDate,
        /// open or fixed, when the table was written.
        status: String,
    }
}

row! {
    /// A row of `catalogue`.
    CatalogueLine, TableId::Catalogue, {
        /// Id, as written.
        id: String,
        /// Display name.
        name: String,
        /// feature or integration.
        kind: String,
        /// Id of the capability it is a part of.
        parent: String,
        /// Category.
        category: String,
        /// Owning team.
        owner: String,
        /// First day on offer.
        launched_on: NaiveDate,
        /// core, invest, maintain, harvest or sunset.
        intent: String,
        /// Not to be removed before this day.
        protected_until: NaiveDate,
        /// Why.
        protected_reason: String,
        /// Plans or segments entitled to it.
        available_to: Vec<String>,
        /// Ids of capabilities it needs.
        depends_on: Vec<String>,
        /// Id of its replacement.
        replaced_by: String,
        /// Vendor of an integration.
        vendor: String,
        /// How an integration proves who it is: oauth2, api key and the like, as written.
        auth: String,
        /// Hours of engineering to remove it.
        removal_hours: f64,
        /// What a platform would charge for it in a year, in report currency.
        platform_price: Money,
        /// People who may change or release it; 0: known to be none.
        maintainers: i64,
        /// Where its source is kept.
        repository: String,
        /// Whether programs of customers call it.
        public_api: bool,
    }
}

row! {
    /// A row of `commitments`.
    Commitment, TableId::Commitments, {
        /// The account, as written.
        account_id: String,
        /// Raw capability name.
        capability: String,
        /// Last day of the promise.
        until: NaiveDate,
        /// contract, roadmap or compliance.
        source: String,
    }
}

row! {
    /// A row of `outcomes`.
    Outcome, TableId::Outcomes, {
        /// Raw capability name.
        capability: String,
        /// When it was announced.
        announced_on: NaiveDate,
        /// When it was gone.
        removed_on: NaiveDate,
        /// What was decided, as written.
        decision: String,
        /// Whether it counts as removed.
        removed: bool,
        /// Share of use afterwards over share of use at the time of the decision.
        use_ratio: f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_a_column_of_its_table() {
        for (id, fields) in [
            (TableId::UsageTotals, UsageTotal::FIELDS),
            (TableId::BaseTotals, BaseTotal::FIELDS),
            (TableId::Accounts, Account::FIELDS),
            (TableId::Tickets, Ticket::FIELDS),
            (TableId::WorkItems, WorkItem::FIELDS),
            (TableId::Charges, Charge::FIELDS),
            (TableId::Incidents, Incident::FIELDS),
            (TableId::Runs, Run::FIELDS),
            (TableId::ApiChanges, ApiChange::FIELDS),
            (TableId::Releases, Release::FIELDS),
            (TableId::Changes, Change::FIELDS),
            (TableId::Findings, KnownFinding::FIELDS),
            (TableId::Catalogue, CatalogueLine::FIELDS),
            (TableId::Commitments, Commitment::FIELDS),
            (TableId::Outcomes, Outcome::FIELDS),
        ] {
            for field in fields {
                assert!(id.table().column(field).is_some(), "{}.{field}", id.name());
            }
        }
    }
}
