//! The tables of what happens to a capability once it is on offer.

use super::{ClockUnit, Kind, Table, TableId, optional, required};

pub(super) static INCIDENTS: Table = Table {
    id: TableId::Incidents,
    grain: "one outage or breakage",
    columns: &[
        required("incident_id", Kind::Text),
        optional("title", Kind::Text),
        optional("capability", Kind::Text),
        optional("service", Kind::Text),
        optional("tags", Kind::List),
        required("started_at", Kind::Timestamp),
        optional("detected_at", Kind::Timestamp),
        optional("acknowledged_at", Kind::Timestamp),
        optional("resolved_at", Kind::Timestamp),
        optional("detected_by", Kind::Choice(&["monitor", "customer", "vendor", "employee"])),
        optional("resolved_by", Kind::Choice(&["automated", "human"])),
        optional("severity", Kind::Text),
        optional("responder_hours", Kind::Duration(ClockUnit::Hours)),
        optional("credits", Kind::Money),
        optional("currency", Kind::Text),
        optional("affected_accounts", Kind::Count),
        optional("cause", Kind::Choice(&["vendor_change", "auth", "own_change", "capacity", "unknown"])),
    ],
    key: &["incident_id"],
    since: &["started_at"],
    later: &[
        ("detected_at", &["detected_by"]),
        ("acknowledged_at", &[]),
        ("resolved_at", &["resolved_by", "responder_hours", "credits", "affected_accounts", "cause"]),
    ],
};

pub(super) static RUNS: Table = Table {
    id: TableId::Runs,
    grain: "one integration sync or call batch",
    columns: &[
        optional("run_id", Kind::Text),
        required("capability", Kind::Text),
        optional("account_id", Kind::Text),
        optional("account_domain", Kind::Text),
        optional("account_name", Kind::Text),
        required("started_at", Kind::Timestamp),
        optional("ended_at", Kind::Timestamp),
        required("status", Kind::Choice(&["ok", "failed", "partial"])),
        optional("error_class", Kind::Text),
        optional("retries", Kind::Count),
        optional("auto_recovered", Kind::Flag),
        // What the run moved: a run that ends well and moves nothing may be the silent kind of failure.
        optional("records", Kind::Count),
        optional("records_failed", Kind::Count),
    ],
    key: &["run_id"],
    since: &["started_at", "ended_at"],
    later: &[],
};

pub(super) static API_CHANGES: Table = Table {
    id: TableId::ApiChanges,
    grain: "one announced vendor change",
    columns: &[
        required("vendor", Kind::Text),
        optional("api", Kind::Text),
        optional("capability", Kind::Text),
        optional("announced_on", Kind::Date),
        // A change may be announced for a version, or for no day at all.
        optional("effective_on", Kind::Date),
        optional("effective_version", Kind::Text),
        optional("change", Kind::Choice(&["version", "endpoint", "auth", "limit", "pricing", "shutdown"])),
        optional("breaking", Kind::Flag),
        optional("title", Kind::Text),
        optional("url", Kind::Text),
    ],
    key: &[],
    since: &["announced_on"],
    later: &[],
};

pub(super) static RELEASES: Table = Table {
    id: TableId::Releases,
    grain: "one release of one capability",
    columns: &[
        required("capability", Kind::Text),
        required("released_on", Kind::Date),
        optional("version", Kind::Text),
        // Accounts that had it when it was first counted: a build that next to nobody took is no release.
        optional("active_accounts", Kind::Count),
    ],
    key: &[],
    since: &["released_on"],
    later: &[],
};

// Effort without hours. What took hours is a work item; nothing here enters a cost.
pub(super) static CHANGES: Table = Table {
    id: TableId::Changes,
    grain: "one proposed change (a pull request, a patch, an issue) of one capability",
    columns: &[
        optional("change_id", Kind::Text),
        required("capability", Kind::Text),
        required("opened_on", Kind::Date),
        optional("closed_on", Kind::Date),
        optional("status", Kind::Choice(&["open", "done", "dropped"])),
        optional("person", Kind::Text),
        optional("title", Kind::Text),
        // The part of the change that concerns this capability, 1 where it is not said.
        optional("weight", Kind::Amount),
    ],
    key: &[],
    since: &["opened_on"],
    later: &[("closed_on", &["status"])],
};

pub(super) static FINDINGS: Table = Table {
    id: TableId::Findings,
    grain: "one security finding or known defect of one capability",
    columns: &[
        optional("finding_id", Kind::Text),
        required("capability", Kind::Text),
        required("found_on", Kind::Date),
        optional("fixed_on", Kind::Date),
        optional("status", Kind::Choice(&["open", "fixed"])),
        optional("severity", Kind::Text),
        optional("title", Kind::Text),
        optional("url", Kind::Text),
    ],
    key: &[],
    since: &["found_on"],
    later: &[("fixed_on", &["status"])],
};
