use chrono::NaiveDate;

use super::draw::Draw;
use super::files::Table;
use super::roles::Role;
use super::story;
use super::world::{Account, Adopter, Capability, MONTHS, WHALE, World, day, month};

/// The header of a Segment warehouse `tracks` table.
pub(super) const TRACKS: [&str; 14] = [
    "id",
    "anonymous_id",
    "user_id",
    "event",
    "event_text",
    "original_timestamp",
    "timestamp",
    "sent_at",
    "received_at",
    "context_ip",
    "context_library_name",
    "context_library_version",
    "context_group_id",
    "uuid_ts",
];

/// Per thousand rows, how many are damaged, and how many are written twice.
const DAMAGED: u32 = 3;
const REPEATED: u32 = 1;

/// Events of features.
pub(super) fn tracks(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "tracks");
    let mut table = Table::new(&TRACKS, b',');
    let more = extra_events(world);
    let mut number = 0;
    for month_index in 0..MONTHS {
        for capability in world.capabilities.iter().filter(|capability| !capability.integration) {
            for adopter in &capability.adopters {
                let account = &world.accounts[adopter.account];
                let days = adopter.days(month_index);
                let mut times = active_days(capability, adopter, month_index, more, &mut draw);
                if story::has_faded(account, month_index) {
                    times = times.min(u32::from(draw.chance(150)));
                }
                for _ in 0..times {
                    number += 1;
                    let on = day(month_index, days.start + draw.below(days.end - days.start));
                    let user = draw.below(if adopter.account == WHALE { 12 } else { 4 });
                    track(&mut table, number, &event_name(capability, &mut draw), (account, user), on, &mut draw);
                }
            }
            if capability.role == Role::ExposedUnused {
                exposures(&mut table, world, capability, month_index, &mut number, &mut draw);
            }
        }
        noise(&mut table, world, month_index, &mut number, &mut draw);
    }
    table.finish()
}

/// Days with use beyond the first of a month, in tenths, so that about the wanted number of rows comes out.
fn extra_events(world: &World) -> u32 {
    let pairs: usize = world.capabilities.iter().map(|capability| capability.adopters.len()).sum();
    let floor = pairs as u64 * u64::from(MONTHS);
    let wanted = u64::from(world.options.events).saturating_sub(floor) * 10;
    u32::try_from(wanted.checked_div(floor).unwrap_or(0).min(200)).unwrap_or(0)
}

/// On how many days of a month the account uses the capability; 0 when it does not.
pub(super) fn active_days(
    capability: &Capability,
    adopter: &Adopter,
    month_index: u32,
    more: u32,
    draw: &mut Draw,
) -> u32 {
    let days = adopter.days(month_index);
    if days.is_empty() || capability.launched_on > month(month_index) {
        return 0;
    }
    let heavy = adopter.account == WHALE && capability.role == Role::Healthy;
    let used_this_month = match capability.role {
        // December and January of the history.
        Role::Seasonal => draw.chance(if month_index == 5 || month_index == 6 { 700 } else { 20 }),
        Role::BuiltForOne | Role::Gem => true,
        Role::DeadWeight
        | Role::Committed
        | Role::Compliance
        | Role::Core
        | Role::Replaced
        | Role::ReplacedYoung
        | Role::Needed
        | Role::ExposedUnused => draw.chance(600),
        // Now and then, so that few of a quarter are those of the quarter before.
        Role::CheapRare => draw.chance(250),
        _ => draw.chance(850),
    };
    let often = match capability.role {
        Role::BuiltForOne => 80,
        _ if heavy => 90,
        _ => more,
    };
    if used_this_month { (1 + draw.count(often)).min(27) } else { 0 }
}

/// The screens on which something was only offered: to one account in four each month.
fn exposures(
    table: &mut Table,
    world: &World,
    capability: &Capability,
    month_index: u32,
    number: &mut u32,
    draw: &mut Draw,
) {
    for account in &world.accounts {
        let on = day(month_index, draw.below(28));
        if draw.chance(250) && account.is_customer_on(on) {
            *number += 1;
            let user = draw.below(4);
            track(table, *number, &format!("shown: {}", capability.id), (account, user), on, draw);
        }
    }
}

/// Some features are told apart by what was done with them; rules of the configuration bring them together.
fn event_name(capability: &Capability, draw: &mut Draw) -> String {
    match capability.id.as_str() {
        "dispatch_board" => format!("dispatch_board_{}", draw.one_of(&["opened", "job_moved"])),
        "invoices" => draw.one_of(&["Invoice Sent", "Invoice Viewed"]).to_owned(),
        "dashboards" => format!("dash-{}", 1 + draw.below(4)),
        id => id.to_owned(),
    }
}

fn track(
    table: &mut Table,
    number: u32,
    event: &str,
    (account, user): (&Account, u32),
    on: NaiveDate,
    draw: &mut Draw,
) {
    let time = format!("{on} {:02}:{:02}:{:02}.000 UTC", 7 + draw.below(11), draw.below(60), draw.below(60));
    let (id, user) = (format!("ajs-{number:x}"), format!("{}-u{user}", &account.id[10..15]));
    let damage = draw.chance(DAMAGED).then(|| draw.below(3));
    let shown = if damage == Some(0) { format!("{on}T99:00") } else { time.clone() };
    let event = if damage == Some(1) { "" } else { event };
    // Most systems repeat the time four times; the ones that matter are written.
    let cells = [&id, "", &user, event, "", "", &shown, "", &time, "", "analytics.js", "4.1.0", &account.id, ""];
    let width = if damage == Some(2) { 9 } else { cells.len() };
    table.row(&cells[..width]);
    if damage.is_none() && draw.chance(REPEATED) {
        table.row(cells);
    }
}

/// Events that are no capability: the configuration maps them to nothing, and the report lists them.
fn noise(table: &mut Table, world: &World, month_index: u32, number: &mut u32, draw: &mut Draw) {
    for _ in 0..world.options.events / 1500 {
        let account = draw.pick(&world.accounts);
        if account.is_customer_on(day(month_index, 0)) && account.is_customer_on(day(month_index, 27)) {
            *number += 1;
            let event = draw.one_of(&["page_viewed", "session_started", "error_shown"]);
            let user = draw.below(4);
            track(table, *number, event, (account, user), day(month_index, draw.below(28)), draw);
        }
    }
}

/// Syncs of integrations, counted by account and month as the connector platform reports them.
pub(super) fn syncs(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "syncs");
    let mut table = Table::new(&["account_id", "integration", "month", "syncs", "status"], b',');
    for month_index in 0..MONTHS {
        for capability in world.capabilities.iter().filter(|capability| capability.integration) {
            for adopter in &capability.adopters {
                let days = active_days(capability, adopter, month_index, 10, &mut draw);
                if days > 0 {
                    sync(&mut table, capability, &world.accounts[adopter.account], month_index, days, &mut draw);
                }
            }
        }
    }
    table.finish()
}

fn sync(table: &mut Table, capability: &Capability, account: &Account, month_index: u32, days: u32, draw: &mut Draw) {
    let syncs = days * (4 + draw.below(20));
    let failing = if capability.role == Role::Broken { 700 } else { 15 };
    let failed = (0..syncs).filter(|_| draw.chance(failing)).count();
    let month = month(month_index).format("%Y-%m").to_string();
    let ok = syncs as usize - failed;
    for (count, status) in [(ok, "ok"), (failed, "error")] {
        if count > 0 {
            table.row([&account.id, &capability.id, &month, &count.to_string(), status]);
        }
    }
}
