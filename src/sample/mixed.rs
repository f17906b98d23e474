//! The same company as eight systems write it, without a configuration: what `deadhead init` is for.
//!
//! Each export has the quirks of its system: a byte-order mark, line ends of Windows, a semicolon and decimal commas, a wrapped
//! document, lines of JSON, numbers as text.

use chrono::TimeDelta;
use serde_json::json;

use super::draw::Draw;
use super::files::{self, Table};
use super::world::{Capability, MONTHS, World, day};
use super::{charges, papers, tickets, usage, work};

/// Every file: path and bytes, sorted by path.
pub(super) fn files(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("airbyte/jobs.ndjson.gz".to_owned(), files::gz(&jobs(world))),
        ("crm/accounts.csv".to_owned(), papers::accounts(world)),
        ("cloud/focus-costs.csv".to_owned(), charges::charges(world)),
        ("events/tracks.csv.gz".to_owned(), files::gz(&usage::tracks(world))),
        ("flags.json".to_owned(), flags(world)),
        ("pagerduty incidents.csv".to_owned(), incidents(world)),
        ("support/export-tickets.csv".to_owned(), windows(&tickets::tickets(world).0)),
        ("usage per month.csv".to_owned(), monthly(&usage::syncs(world))),
        ("time/worklogs.csv".to_owned(), decimal_commas(&work::worklogs(world))),
    ];
    files.sort();
    files
}

/// As a spreadsheet on Windows saves it: a byte-order mark, and both signs at the end of a line.
fn windows(text: &[u8]) -> Vec<u8> {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    for &byte in text {
        if byte == b'\n' {
            bytes.push(b'\r');
        }
        bytes.push(byte);
    }
    bytes
}

/// Numbers with a decimal comma, as a timesheet of a German desk has them; its cells are separated by semicolons.
fn decimal_commas(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let is_number = |cell: &str| cell.contains('.') && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let cell = |cell: &str| if is_number(cell) { cell.replace('.', ",") } else { cell.to_owned() };
    let lines = text.lines().map(|line| line.split(';').map(cell).collect::<Vec<_>>().join(";"));
    lines.flat_map(|line| (line + "\n").into_bytes()).collect()
}

/// Counts by account and month under the headers that people give them.
fn monthly(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let rows = text.split_once('\n').map_or("", |(_, rows)| rows);
    format!("account_id,feature,month,events,status\n{rows}").into_bytes()
}

/// The flags of `LaunchDarkly`: one per capability.
fn flags(world: &World) -> Vec<u8> {
    let flag = |capability: &Capability| {
        let created = capability.launched_on.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        json!({
            "key": capability.id, "name": capability.name, "kind": "boolean", "creationDate": created,
            "temporary": false, "archived": false, "tags": [capability.category],
            "_maintainerTeam": { "key": capability.team },
            "environments": { "production": { "on": true, "archived": false, "lastModified": created } },
        })
    };
    let items: Vec<_> = world.capabilities.iter().map(flag).collect();
    format!("{:#}\n", json!({ "totalCount": items.len(), "items": items })).into_bytes()
}

/// A few syncs a month of each integration in use.
fn jobs(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "jobs");
    let mut lines = String::new();
    let mut number = 500;
    for month_index in 0..MONTHS {
        for capability in world.capabilities.iter().filter(|capability| capability.integration) {
            for _ in 0..4 {
                number += 1;
                let start =
                    day(month_index, draw.below(28)).and_hms_opt(draw.below(24), draw.below(60), 0).unwrap_or_default();
                let status = if draw.chance(60) { "failed" } else { "succeeded" };
                let line = json!({
                    "jobId": number, "connectionId": capability.id, "jobType": "sync", "status": status,
                    "startTime": start.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                    "duration": format!("PT{}M{}S", draw.below(20), draw.below(60)),
                    "bytesSynced": draw.below(5_000_000), "rowsSynced": draw.below(20_000),
                });
                lines += &line.to_string();
                lines.push('\n');
            }
        }
    }
    lines.into_bytes()
}

/// Pages of the on-call rota, about one a month for every second integration.
fn incidents(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "incidents");
    let header = [
        "id",
        "incident_number",
        "description",
        "service_id",
        "service_name",
        "escalation_policy_id",
        "escalation_policy_name",
        "created_on",
        "resolved_on",
        "seconds_to_first_ack",
        "seconds_to_resolve",
        "auto_resolved",
        "acknowledge_count",
        "assignment_count",
        "escalation_count",
        "auto_escalation_count",
        "acknowledged_by_user_ids",
        "acknowledged_by_user_names",
        "assigned_to_user_ids",
        "assigned_to_user_names",
        "resolved_by_user_id",
        "resolved_by_user_name",
        "urgency",
    ];
    let mut table = Table::new(&header, b',');
    let mut number = 1200;
    for month_index in 0..MONTHS {
        for capability in world.capabilities.iter().filter(|capability| capability.integration) {
            if !draw.chance(500) {
                continue;
            }
            number += 1;
            let start =
                day(month_index, draw.below(28)).and_hms_opt(draw.below(24), draw.below(60), 0).unwrap_or_default();
            let seconds = 300 + draw.below(20_000);
            let end = start + TimeDelta::seconds(seconds.into());
            let shown = |moment: chrono::NaiveDateTime| moment.format("%Y-%m-%dT%H:%M:%S+00:00").to_string();
            table.sparse(
                &header,
                &[
                    ("id", &format!("PINC{number}")),
                    ("incident_number", &number.to_string()),
                    ("description", &format!("{} is failing", capability.name)),
                    ("service_id", &format!("PS{}", capability.id)),
                    ("service_name", &capability.id),
                    ("created_on", &shown(start)),
                    ("resolved_on", &shown(end)),
                    ("seconds_to_first_ack", &(30 + draw.below(200)).to_string()),
                    ("seconds_to_resolve", &seconds.to_string()),
                    ("auto_resolved", if draw.chance(300) { "true" } else { "false" }),
                    ("urgency", if draw.chance(300) { "high" } else { "low" }),
                ],
            );
        }
    }
    table.finish()
}
