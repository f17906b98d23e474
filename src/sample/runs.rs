//! Single runs of integrations, each account by a cadence of its own, with what is planted in them.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, TimeDelta, Weekday};

use super::draw::Draw;
use super::failures::{Kind, Outage, PlannedFailure};
use super::files::Table;
use super::roles::Role;
use super::story;
use super::world::{Capability, MONTHS, World, month};

const RUNS: [&str; 11] = [
    "run",
    "integration",
    "account",
    "started",
    "ended",
    "outcome",
    "error",
    "records",
    "records_failed",
    "retries",
    "auto_recovered",
];
const PLANTED: [&str; 7] = ["integration", "account", "kind", "from", "until", "detected_by", "note"];

/// Accounts up to which every connection has its cadence; of a larger company so many, and the others run once a month.
const DENSE: u32 = 2_000;

/// Of a thousand runs of a broken integration, how many fail.
const BROKEN: u32 = 725;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cadence {
    /// In the small hours of every working day.
    WorkingDays,
    Weekly,
    Monthly,
}

/// One account's connection to an integration.
#[derive(Debug, Clone, Copy)]
struct Connection {
    account: usize,
    cadence: Cadence,
    from: NaiveDate,
    /// First day without it.
    until: NaiveDate,
    /// Records of a usual run.
    volume: u32,
    /// Minute of the day at which it is due.
    minute: u32,
}

#[derive(Debug, Clone)]
struct Run {
    started: NaiveDateTime,
    /// How long it took; the platform counts in minutes.
    minutes: u32,
    outcome: &'static str,
    error: String,
    records: u32,
    records_failed: u32,
    retries: u32,
    auto_recovered: bool,
    /// The planted failure that it belongs to, as an index into those of its connection.
    planted: Option<usize>,
}

impl Run {
    fn good(started: NaiveDateTime, volume: u32, draw: &mut Draw) -> Self {
        // Some mend themselves on the way.
        let retries = if draw.chance(25) { 1 + draw.below(2) } else { 0 };
        Self {
            started,
            minutes: 1 + volume / 100 + draw.below(2),
            outcome: "ok",
            error: String::new(),
            records: volume * (12 + draw.below(16)) / 20,
            records_failed: 0,
            retries,
            auto_recovered: retries > 0,
            planted: None,
        }
    }

    fn failed(started: NaiveDateTime, error: String, draw: &mut Draw) -> Self {
        Self {
            started,
            minutes: 1 + draw.below(2),
            outcome: "failed",
            error,
            records: 0,
            records_failed: 0,
            retries: 3,
            auto_recovered: false,
            planted: None,
        }
    }

    fn partial(started: NaiveDateTime, volume: u32, draw: &mut Draw) -> Self {
        let good = Self::good(started, volume, draw);
        let refused = good.records * (15 + draw.below(30)) / 100;
        let error = format!("{refused} of {} records refused: field 'vat_id' is missing", good.records);
        Self { outcome: "partial", error, records: good.records - refused, records_failed: refused, ..good }
    }
}

/// The runs as exported, and the failures that were planted in them with the moments that the runs bear out, which no
/// configuration names.
pub(super) fn runs(world: &World) -> (Vec<u8>, Vec<u8>) {
    let (mut table, mut planted) = (Table::new(&RUNS, b','), Table::new(&PLANTED, b','));
    let mut failures: BTreeMap<(usize, usize), Vec<PlannedFailure>> = BTreeMap::new();
    for failure in &world.failures {
        failures.entry((failure.capability, failure.account)).or_default().push(*failure);
    }
    let mut number = 0;
    for (index, capability) in world.capabilities.iter().enumerate().filter(|(_, capability)| capability.integration) {
        let mut draw = Draw::new(world.options.seed, &format!("runs of {}", capability.id));
        let outages: Vec<&Outage> = world.outages.iter().filter(|outage| outage.capability == index).collect();
        for connection in connections(world, (index, capability), &mut draw) {
            let own = failures.get(&(index, connection.account)).map_or(&[][..], Vec::as_slice);
            let made = run_all(capability, connection, own, &outages, &mut draw);
            let account = &world.accounts[connection.account].id;
            for run in &made {
                number += 1;
                row(&mut table, number, (&capability.id, account), run);
            }
            for (place, failure) in own.iter().enumerate() {
                plant(&mut planted, (&capability.id, account), (place, failure), &made);
            }
        }
    }
    (table.finish(), planted.finish())
}

/// The connections of an integration: those who use it, and those for whom it never worked.
fn connections(world: &World, (index, capability): (usize, &Capability), draw: &mut Draw) -> Vec<Connection> {
    let planted: BTreeMap<usize, bool> = world
        .failures
        .iter()
        .filter(|failure| failure.capability == index)
        .map(|failure| (failure.account, failure.never_worked))
        .collect();
    let dense = if world.options.accounts <= DENSE { 1000 } else { (1000 * DENSE / world.options.accounts).max(1) };
    let mut connect = |account: usize, from: NaiveDate, until: NaiveDate| {
        // Much used on working days: the story, the one with the outages, and where a failure is planted.
        let daily = match capability.id.as_str() {
            _ if story::is_it(capability) || planted.contains_key(&account) => 1000,
            "mapwright" => 60,
            _ => 40,
        };
        let cadence = match draw.below(1000) {
            drawn if drawn < daily => Cadence::WorkingDays,
            drawn if drawn < 840 => Cadence::Weekly,
            _ => Cadence::Monthly,
        };
        let minute = if cadence == Cadence::WorkingDays { 60 + draw.below(300) } else { draw.below(480) };
        let cadence = if draw.chance(dense) { cadence } else { Cadence::Monthly };
        Connection { account, cadence, from, until, volume: 20 + draw.below(400), minute }
    };
    let mut connections: Vec<Connection> = Vec::new();
    for adopter in &capability.adopters {
        // Schedules run on to the end of the contract.
        let until = world.accounts[adopter.account].churned_on.unwrap_or(adopter.until);
        let from = adopter.from.max(capability.launched_on).max(month(0));
        connections.push(connect(adopter.account, from, until));
    }
    for (&account, _) in planted.iter().filter(|(_, never_worked)| **never_worked) {
        let failure = world.failures.iter().find(|failure| failure.capability == index && failure.account == account);
        let from = failure.map_or(month(0), |failure| failure.from.date());
        connections.push(connect(account, from, month(MONTHS)));
    }
    connections
}

/// When its runs are due, in order.
fn schedule(connection: Connection, draw: &mut Draw) -> Vec<NaiveDateTime> {
    let (step, spread, jitter) = match connection.cadence {
        Cadence::WorkingDays => (1, 1, 12),
        Cadence::Weekly => (7, 2, 180),
        Cadence::Monthly => (30, 3, 180),
    };
    let after = |on: NaiveDate, days: u32| on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
    let mut on = after(connection.from, draw.below(step));
    let mut times = Vec::new();
    while on < connection.until {
        let due = after(on, draw.below(spread));
        on = after(on, step);
        let rests = matches!(due.weekday(), Weekday::Sat | Weekday::Sun);
        // One in 250 does not come.
        let skips = draw.chance(4);
        let minutes = connection.minute + draw.below(jitter);
        if due < connection.until && !(connection.cadence == Cadence::WorkingDays && (rests || skips)) {
            times.push(story::at(due, 0, 0) + TimeDelta::minutes(minutes.into()));
        }
    }
    times
}

/// Every run of a connection, by start.
fn run_all(
    capability: &Capability,
    connection: Connection,
    failures: &[PlannedFailure],
    outages: &[&Outage],
    draw: &mut Draw,
) -> Vec<Run> {
    let volume = connection.volume;
    let mut runs = Vec::new();
    for due in schedule(connection, draw) {
        let planted = failures.iter().position(|failure| (failure.from..failure.until).contains(&due));
        if let Some(place) = planted {
            let failure = &failures[place];
            let run = match failure.kind {
                Kind::Failed if failure.again_after == 0 => Run::failed(due, refusal(draw), draw),
                Kind::Partial => Run::partial(due, volume, draw),
                Kind::Empty => Run { records: 0, ..Run::good(due, volume, draw) },
                Kind::Failed | Kind::Overdue => continue,
            };
            runs.push(Run { planted, ..run });
        } else if let Some(outage) = outages.iter().find(|outage| (outage.from..outage.until).contains(&due)) {
            runs.push(Run::failed(due, "HTTP 503 service unavailable".to_owned(), draw));
            let again = outage.until + TimeDelta::minutes((1 + draw.below(20)).into());
            let mended = Run::good(again, volume, draw);
            runs.push(Run { auto_recovered: outage.automated, retries: 1, ..mended });
        } else if capability.role == Role::Broken && draw.chance(BROKEN) {
            runs.push(Run::failed(due, old_trouble(capability, draw), draw));
        } else if capability.role != Role::Broken && draw.chance(15) && !is_near(capability, outages, due) {
            // Bad luck, which the next attempt mends; none close to what is planted, which it would blur.
            runs.push(Run::failed(due, misfortune(draw), draw));
            let again = due + TimeDelta::minutes((20 + draw.below(200)).into());
            runs.push(Run { retries: 1, ..Run::good(again, volume, draw) });
        } else if draw.chance(5) {
            runs.push(Run::partial(due, volume, draw));
        } else {
            runs.push(Run::good(due, volume, draw));
        }
    }
    for (place, failure) in failures.iter().enumerate().filter(|(_, failure)| failure.again_after > 0) {
        let mut again = failure.from;
        while again < failure.until {
            runs.push(Run { planted: Some(place), ..Run::failed(again, refusal(draw), draw) });
            again += TimeDelta::minutes(failure.again_after.into());
        }
    }
    let end = story::at(connection.until, 0, 0);
    runs.retain(|run| run.started < end);
    runs.sort_by_key(|run| run.started);
    runs
}

/// Whether something is planted on the whole integration within five days.
fn is_near(capability: &Capability, outages: &[&Outage], due: NaiveDateTime) -> bool {
    let around = |from: NaiveDateTime, until: NaiveDateTime| {
        (from - TimeDelta::days(5)..until + TimeDelta::days(5)).contains(&due)
    };
    outages.iter().any(|outage| around(outage.from, outage.until))
        || story::is_it(capability) && around(story::at(story::changed_on(), 0, 0), story::at(story::mended_on(), 0, 0))
}

fn hex(draw: &mut Draw) -> String {
    format!("{:04x}{:04x}", draw.below(65_536), draw.below(65_536))
}

/// What a vendor answers that does not know us any more.
fn refusal(draw: &mut Draw) -> String {
    format!("401 invalid_grant for token {}…", hex(draw))
}

/// What happens to everybody now and then.
fn misfortune(draw: &mut Draw) -> String {
    match draw.below(5) {
        0 => "timeout after 30000 ms".to_owned(),
        1 => format!("timeout after {} ms", 30_000 + draw.below(900)),
        2 => format!("HTTP 429 too many requests, retry after {} s", 5 + draw.below(115)),
        3 => format!("HTTP 500 internal server error (request {})", hex(draw)),
        _ => format!("connection reset by peer 10.{}.{}.7:443", draw.below(200), draw.below(250)),
    }
}

/// What a broken integration says: mostly one thing.
fn old_trouble(capability: &Capability, draw: &mut Draw) -> String {
    match draw.below(10) {
        0..2 => misfortune(draw),
        2 => "timeout after 30000 ms".to_owned(),
        _ if capability.id.contains("ledger") => {
            format!("segment UNB missing in file ORD{:06}.edi, line {}", draw.below(1_000_000), 1 + draw.below(400))
        }
        _ => format!("403 scope 'postings.write' missing for client {}", hex(draw)),
    }
}

fn shown(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn row(table: &mut Table, number: u32, (integration, account): (&str, &str), run: &Run) {
    table.row([
        number.to_string().as_str(),
        integration,
        account,
        &shown(run.started),
        &shown(run.started + TimeDelta::minutes(run.minutes.into())),
        run.outcome,
        &run.error,
        &run.records.to_string(),
        &run.records_failed.to_string(),
        &run.retries.to_string(),
        if run.auto_recovered { "true" } else { "false" },
    ]);
}

/// Writes down what was planted: from its first bad run, or the last before the silence, to the first good one.
fn plant(
    table: &mut Table,
    (integration, account): (&str, &str),
    (place, failure): (usize, &PlannedFailure),
    runs: &[Run],
) {
    let from = match failure.kind {
        Kind::Overdue => runs.iter().rfind(|run| run.started < failure.from),
        _ => runs.iter().find(|run| run.planted == Some(place)),
    };
    let Some(from) = from else { return };
    let until = runs.iter().find(|run| run.started >= failure.until);
    table.row([
        integration,
        account,
        failure.kind.as_str(),
        &shown(from.started),
        &until.map_or_else(String::new, |run| shown(run.started)),
        failure.detected_by,
        failure.note,
    ]);
}
