//! What vendors announce and change, and the work that follows.

use chrono::{Days, NaiveDate};

use super::draw::Draw;
use super::files::Table;
use super::roles::Role;
use super::story::{self, on};
use super::world::{Capability, World, month};

/// A change of a vendor.
#[derive(Debug, Clone, Copy)]
struct Change {
    vendor: &'static str,
    api: &'static str,
    kind: &'static str,
    /// Year, month, day; `None`: it was never announced.
    announced: Option<(i32, u32, u32)>,
    /// `None`: no day is known.
    effective: Option<(i32, u32, u32)>,
    breaking: bool,
    title: &'static str,
}

type Day = (i32, u32, u32);

const fn change(
    (vendor, api, kind): (&'static str, &'static str, &'static str),
    announced: Option<Day>,
    effective: Option<Day>,
    breaking: bool,
    title: &'static str,
) -> Change {
    Change { vendor, api, kind, announced, effective, breaking, title }
}

/// By vendor. In December 2026 two fall on the team that owns all integrations; one vendor stands behind an integration
/// without an owner; one change has a version and no day. Two vendors shut down what is to be removed anyway: one sooner than its users are
/// owed notice, one later.
const CHANGES: [Change; 29] = [
    change(("Ledgerly", "Postings", "endpoint"), day(2024, 4, 2), day(2024, 10, 1), true, "Postings v0 is removed"),
    change(("Ledgerly", "Postings", "endpoint"), day(2025, 2, 10), day(2025, 9, 1), true, "Postings v1 is removed"),
    change(
        ("Ledgerly", "Postings", "limit"),
        day(2025, 11, 20),
        day(2025, 11, 20),
        false,
        "60 calls a minute, was 120",
    ),
    change(("Ledgerly", "Postings", "auth"), day(2026, 7, 3), day(2026, 7, 15), true, "Keys end, signed tokens only"),
    change(("Ledgerly", "Reports", "endpoint"), day(2026, 9, 1), day(2027, 1, 31), true, "Reports v2 is removed"),
    change(("Calendo", "Events", "version"), day(2024, 3, 11), day(2024, 9, 16), true, "Events 2023-06 ends"),
    change(("Calendo", "Events", "version"), day(2025, 5, 12), day(2025, 11, 12), true, "Events 2024-06 ends"),
    change(("Calendo", "Events", "limit"), None, day(2026, 2, 3), false, "Pages hold 100 events, were 500"),
    change(("Calendo", "Accounts", "auth"), day(2026, 5, 20), day(2026, 12, 15), true, "Basic authentication ends"),
    change(("Mapwright", "Geocoder", "endpoint"), day(2025, 8, 1), day(2026, 2, 2), true, "Geocoder v3 is removed"),
    change(("Mapwright", "Tiles", "pricing"), day(2025, 10, 1), day(2026, 1, 1), false, "Tiles are charged by session"),
    change(("Mapwright", "Routes", "endpoint"), day(2026, 8, 10), day(2026, 12, 1), true, "Routes v1 is removed"),
    change(
        ("Paystream", "Charges", "auth"),
        day(2025, 9, 15),
        day(2026, 3, 16),
        true,
        "Strong authentication required",
    ),
    change(("Paystream", "Refunds", "endpoint"), day(2026, 6, 15), day(2026, 11, 30), true, "Refunds v1 is removed"),
    change(
        ("Mailhouse", "Lists", "endpoint"),
        day(2026, 1, 22),
        day(2026, 1, 20),
        true,
        "Lists answer with other fields",
    ),
    change(("Signet", "Login", "auth"), day(2025, 6, 2), day(2025, 10, 6), true, "Certificates of 2048 bits required"),
    change(("Partsbay", "Orders", "shutdown"), day(2025, 7, 14), day(2026, 4, 30), true, "Orders v2 is shut down"),
    change(("Telematica", "Positions", "limit"), None, day(2026, 5, 4), false, "One position in ten seconds"),
    change(("Brightbooks", "Upload", "auth"), day(2025, 10, 2), day(2025, 10, 9), true, "Scopes are checked"),
    change(("Brightbooks", "Upload", "endpoint"), day(2026, 3, 5), day(2026, 3, 9), true, "Upload v1 is removed"),
    change(("Old Ledger", "EDI", "version"), day(2025, 12, 1), day(2026, 6, 1), true, "EDIFACT D.96A ends"),
    change(("Fuelwise", "Cards", "endpoint"), day(2025, 3, 3), day(2025, 12, 1), true, "Cards v1 is removed"),
    change(("Weatherline", "Warnings", "shutdown"), day(2026, 7, 1), day(2027, 3, 31), true, "Warnings are shut down"),
    change(("Leasepoint", "Contracts", "shutdown"), day(2026, 9, 14), day(2027, 3, 1), true, "Contracts are shut down"),
    change(("Sensorhub", "Gateway", "shutdown"), day(2026, 8, 24), day(2027, 9, 30), true, "Gateway v1 is shut down"),
    change(("Docuvault", "Archive", "version"), day(2026, 9, 2), None, true, "Folders become labels"),
    change(
        ("Surveyor", "Answers", "pricing"),
        day(2026, 9, 10),
        day(2027, 2, 1),
        false,
        "Answers are charged by survey",
    ),
    change(
        ("Textcaster", "Messages", "limit"),
        day(2026, 9, 21),
        day(2026, 10, 19),
        false,
        "Senders must be registered",
    ),
    change(("Stocklink", "Stock", "endpoint"), day(2025, 6, 16), day(2025, 8, 18), true, "Stock v1 is removed"),
];

#[expect(clippy::unnecessary_wraps, reason = "beside a day that is not known it reads as one that is")]
const fn day(year: i32, month: u32, day: u32) -> Option<Day> {
    Some((year, month, day))
}

fn date(day: Day) -> NaiveDate {
    on(day.0, day.1, day.2)
}

/// The integrations whose catalogue line names no owner.
pub(super) fn is_unowned(capability: &Capability) -> bool {
    matches!(capability.id.as_str(), "weatherline" | "stocklink")
}

/// How the integration proves who it is; empty for what is no integration.
pub(super) fn authentication(capability: &Capability) -> &'static str {
    match capability.id.as_str() {
        _ if !capability.integration => "",
        "signet_login" => "saml",
        "old_ledger_edi" | "gridmeter" => "sftp",
        "mapwright" | "weatherline" | "textcaster" | "fuelwise" | "tollpath" => "api-key",
        "payrollia" | "permitdesk" => "basic",
        "surveyor" | "crewfinder" => "webhook-secret",
        _ => "oauth2",
    }
}

/// What a platform asks for it in a year, report currency; empty where nobody has asked. Dead weight would be cheaper there, what
/// is healthy would not.
pub(super) fn platform_price(capability: &Capability) -> &'static str {
    match capability.id.as_str() {
        "leasepoint" | "sensorhub" if capability.role == Role::DeadWeight => "9000",
        "brightbooks" if capability.role == Role::Broken => "12000",
        "calendo_sync" | "chatterbox" if capability.role == Role::Healthy => "14400",
        _ => "",
    }
}

/// The announced and the unannounced changes of the vendors that the company has, as somebody collects them by hand.
pub(super) fn changes(world: &World) -> Vec<u8> {
    const HEADER: [&str; 10] =
        ["vendor", "api", "integration", "change", "announced", "effective", "version", "breaking", "title", "url"];
    let mut table = Table::new(&HEADER, b',');
    for change in &CHANGES {
        let Some(capability) = behind(world, change) else { continue };
        let shown = |day: Option<Day>| day.map_or_else(String::new, |day| date(day).to_string());
        let page = format!("https://developer.{}.example/changes", change.vendor.to_lowercase().replace(' ', "-"));
        table.row([
            change.vendor,
            change.api,
            // Not every line of such a list says which of our integrations it is about.
            if change.kind == "auth" { &capability.id } else { "" },
            change.kind,
            &shown(change.announced),
            &shown(change.effective),
            if change.effective.is_none() { "5.0" } else { "" },
            if change.breaking { "true" } else { "false" },
            change.title,
            &page,
        ]);
    }
    table.finish()
}

fn behind<'a>(world: &'a World, change: &Change) -> Option<&'a Capability> {
    world.capabilities.iter().find(|capability| capability.vendor == change.vendor)
}

/// An entry of the timesheet that a change of a vendor caused.
#[derive(Debug)]
pub(super) struct Chore<'a> {
    pub capability: &'a Capability,
    pub on: NaiveDate,
    pub hours: u32,
    pub summary: String,
}

/// What the past breaking changes took, from ten days before each to four weeks after it: 16 to 40 hours, of the story
/// about twice as much.
pub(super) fn chores(world: &World) -> Vec<Chore<'_>> {
    let mut draw = Draw::new(world.options.seed, "vendor changes");
    let mut chores = Vec::new();
    for change in CHANGES.iter().filter(|change| change.breaking) {
        let Some(capability) = behind(world, change) else { continue };
        let Some(effective) = change.effective.map(date) else { continue };
        if effective < month(1) || effective > on(2026, 8, 1) {
            continue;
        }
        let is_story = story::is_it(capability) && effective == story::changed_on();
        let mut left = if is_story { 56 } else { 16 + draw.below(25) };
        // Nobody works on the story before the incident is opened.
        let (before, span) = if is_story { (0, 18) } else { (10, 38) };
        let first = if is_story { on(2026, 7, 20) } else { effective };
        while left > 0 {
            let hours = (2 + draw.below(5)).min(left);
            left -= hours;
            let day = first.checked_sub_days(Days::new(before)).unwrap_or(first);
            let day = day.checked_add_days(Days::new(draw.below(span).into())).unwrap_or(day);
            chores.push(Chore {
                capability,
                on: day,
                hours,
                summary: format!("Follow {}: {}", change.vendor, change.title),
            });
        }
    }
    chores
}
