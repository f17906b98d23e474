//! Support contacts, with texts from which a reader can mostly tell what they are about.

use chrono::{NaiveDateTime, TimeDelta};

use super::draw::Draw;
use super::failures::{Kind, PlannedFailure};
use super::files::Table;
use super::roles::Role;
use super::story::{self, at, on};
use super::words::{Told, Tone, Words};
use super::world::{Account, Capability, Departure, MONTHS, World, day};

/// The header of a Zendesk ticket report; the last three are custom fields, in Zendesk's spelling.
pub(super) const TICKETS: [&str; 44] = [
    "Summation column",
    "Id",
    "Requester",
    "Requester id",
    "Requester external id",
    "Requester email",
    "Requester domain",
    "Submitter",
    "Assignee",
    "Group",
    "Subject",
    "Tags",
    "Status",
    "Priority",
    "Via",
    "Ticket type",
    "Created at",
    "Updated at",
    "Assigned at",
    "Organization",
    "Due date",
    "Initially assigned at",
    "Solved at",
    "Resolution time",
    "Satisfaction Score",
    "Group stations",
    "Assignee stations",
    "Reopens",
    "Replies",
    "First reply time in minutes",
    "First reply time in minutes within business hours",
    "First resolution time in minutes",
    "First resolution time in minutes within business hours",
    "Full resolution time in minutes",
    "Full resolution time in minutes within business hours",
    "Agent wait time in minutes",
    "Agent wait time in minutes within business hours",
    "Requester wait time in minutes",
    "Requester wait time in minutes within business hours",
    "On hold time in minutes",
    "On hold time in minutes within business hours",
    "Product area [list]",
    "Handle time minutes [dec]",
    "Description [txt]",
];

/// The area of contacts that are about no capability.
const BILLING: &str = "Account and billing";

/// Support contacts as exported, and what those without a product area are about, which no configuration names. A few
/// minutes are not a number.
pub(super) fn tickets(world: &World) -> (Vec<u8>, Vec<u8>) {
    let mut draw = Draw::new(world.options.seed, "tickets");
    let mut outcomes = Draw::new(world.options.seed, "ticket outcomes");
    let mut table = Table::new(&TICKETS, b',');
    let mut planted = Table::new(&["ticket_id", "capability", "text"], b',');
    let mut number = 41_000;
    let words = Words::of_sample();
    for month_index in 0..MONTHS {
        for capability in world.offered(month_index) {
            for _ in 0..draw.count(contacts_tenths(capability)) {
                number += 1;
                let account = requester(world, capability, month_index, &mut draw);
                let told = draw_told(&mut draw);
                let tone = tone(capability, &mut draw);
                let about = if told == Told::Misleading { draw.pick(&world.capabilities) } else { capability };
                let text = words.text(&about.name, told, tone, account, &mut draw);
                let area = if draw.chance(120) { "" } else { capability.name.as_str() };
                if area.is_empty() {
                    planted.row([number.to_string().as_str(), &capability.id, told.as_str()]);
                }
                let opened = opened_at(month_index, &mut draw);
                let draws = (&mut draw, &mut outcomes);
                ticket(&mut table, number, (area, tone, &text), (account, opened), draws);
            }
        }
        for _ in 0..world.options.accounts / 40 {
            number += 1;
            let account = draw.pick(&world.accounts);
            let text = words.text(BILLING, Told::Telling, Tone::HowTo, account, &mut draw);
            let opened = opened_at(month_index, &mut draw);
            let draws = (&mut draw, &mut outcomes);
            ticket(&mut table, number, (BILLING, Tone::HowTo, &text), (account, opened), draws);
        }
    }
    let mut draw = Draw::new(world.options.seed, "tickets of the story");
    for (failure, opened) in complaints(world, &mut draw) {
        number += 1;
        let name = &world.capabilities[failure.capability].name;
        let account = &world.accounts[failure.account];
        let text = complaint(name, failure.kind, account, &mut draw);
        ticket(&mut table, number, (name, Tone::Down, &text), (account, opened), (&mut draw, &mut outcomes));
    }
    (table.finish(), planted.finish())
}

/// Contacts a month, in tenths.
fn contacts_tenths(capability: &Capability) -> u32 {
    match capability.role {
        // Nobody has it, so nobody asks.
        Role::NeverOffered => 0,
        role if role.is_dear() => 80,
        Role::CheapRare | Role::Gem => 1,
        _ => capability.reach() * 15 / 100,
    }
}

/// One contact in five does not say what it is about, one in fifty speaks of something else.
fn draw_told(draw: &mut Draw) -> Told {
    match draw.below(1000) {
        0..200 => Told::Generic,
        200..220 => Told::Misleading,
        _ => Told::Telling,
    }
}

fn tone(capability: &Capability, draw: &mut Draw) -> Tone {
    let (how_to, down) = if capability.role == Role::Broken { (50, 450) } else { (250, 100) };
    match draw.below(1000) {
        drawn if drawn < how_to => Tone::HowTo,
        drawn if drawn < how_to + down => Tone::Down,
        _ => Tone::Trouble,
    }
}

/// An account that uses it in that month, else one that ever does, else any.
fn requester<'a>(world: &'a World, capability: &Capability, month_index: u32, draw: &mut Draw) -> &'a Account {
    let now: Vec<usize> =
        capability.adopters.iter().filter(|a| !a.days(month_index).is_empty()).map(|a| a.account).collect();
    if !now.is_empty() {
        return &world.accounts[draw.one_of(&now)];
    }
    if !capability.adopters.is_empty() {
        return &world.accounts[draw.pick(&capability.adopters).account];
    }
    let customers: Vec<&Account> =
        world.accounts.iter().filter(|account| account.is_customer_on(day(month_index, 0))).collect();
    if customers.is_empty() { draw.pick(&world.accounts) } else { draw.one_of(&customers) }
}

fn ticket(
    table: &mut Table,
    number: u32,
    (area, tone, (subject, body)): (&str, Tone, &(String, String)),
    (account, opened): (&Account, NaiveDateTime),
    (draw, outcomes): (&mut Draw, &mut Draw),
) {
    let shown = |moment: NaiveDateTime| moment.format("%Y-%m-%d %H:%M").to_string();
    let (groups, priorities, tags): ([&str; 5], [&str; 5], [&str; 3]) = match tone {
        Tone::HowTo => (
            ["Helpbot", "Helpbot", "Assist", "Support N1", "Support N1"],
            ["Low", "Low", "Normal", "Normal", "High"],
            ["how_to", "how_to", "how_to vip"],
        ),
        Tone::Trouble => (
            ["Support N1", "Support N1", "Support N2", "Assist", "Helpbot"],
            ["Normal", "Normal", "Normal", "High", "Low"],
            ["bug", "bug vip", "bug"],
        ),
        Tone::Down => (
            ["Support N2", "Support N2", "Support N2", "Support N1", "Support N1"],
            ["Urgent", "Urgent", "Urgent", "High", "High"],
            ["bug outage", "outage", "bug vip outage"],
        ),
    };
    let group = draw.one_of(&groups);
    let minutes = match group {
        "Helpbot" => 1 + draw.below(3),
        "Assist" => 3 + draw.below(8),
        _ => 8 + draw.below(45),
    };
    let outcome = Outcome::of(group, opened, outcomes);
    let minutes = if draw.chance(4) { "n/a?".to_owned() } else { minutes.to_string() };
    table.sparse(
        &TICKETS,
        &[
            ("Summation column", "1"),
            ("Id", &number.to_string()),
            ("Requester external id", &account.id),
            ("Group", group),
            ("Subject", subject),
            ("Tags", draw.one_of(&tags)),
            ("Status", if outcome.solved.is_some() { "Closed" } else { "Open" }),
            ("Priority", draw.one_of(&priorities)),
            ("Via", draw.one_of(&["Mail", "Web form", "Chat"])),
            ("Created at", &shown(opened)),
            ("Organization", &account.name),
            ("Solved at", &outcome.solved.map_or_else(String::new, shown)),
            ("Group stations", outcome.stations),
            ("Reopens", outcome.reopens),
            ("Product area [list]", area),
            ("Handle time minutes [dec]", &minutes),
            ("Description [txt]", body),
        ],
    );
}

fn opened_at(month_index: u32, draw: &mut Draw) -> NaiveDateTime {
    let on = day(month_index, draw.below(28));
    let (hour, minute) = (8 + draw.below(9), draw.below(60));
    at(on, hour, minute)
}

/// How a ticket ended.
struct Outcome {
    /// `None`: still open when the export was made.
    solved: Option<NaiveDateTime>,
    stations: &'static str,
    reopens: &'static str,
}

impl Outcome {
    /// Machines answer within minutes and are asked again more often; people take hours. The second line has most of its tickets
    /// from the first.
    fn of(group: &str, opened: NaiveDateTime, draw: &mut Draw) -> Self {
        let (least, span, handed_on, reopened) = match group {
            "Helpbot" => (1, 20, 100, 140),
            "Assist" => (5, 120, 150, 90),
            "Support N1" => (60, 1_800, 80, 45),
            _ => (240, 7_200, 700, 60),
        };
        let solved = opened + TimeDelta::minutes((least + draw.below(span)).into());
        Self {
            solved: Some(solved).filter(|solved| *solved < at(on(2026, 9, 30), 20, 0)),
            stations: if draw.chance(handed_on) { "2" } else { "1" },
            reopens: if draw.chance(reopened) { draw.one_of(&["1", "1", "1", "2"]) } else { "0" },
        }
    }
}

/// Who writes about the story, and when: all who will leave, and one in three of those who see it fail. The first does so two
/// days after the change; who only misses records takes longer to see it.
fn complaints<'a>(world: &'a World, draw: &mut Draw) -> Vec<(&'a PlannedFailure, NaiveDateTime)> {
    let mut complaints = Vec::new();
    for failure in world.failures.iter().filter(|failure| story::is_it(&world.capabilities[failure.capability])) {
        let leaves = world.accounts[failure.account].departure == Departure::Broken;
        let (least, span, asked) = match failure.kind {
            Kind::Failed => (2, 5, 330),
            _ => (6, 9, 60),
        };
        let times = if leaves { 1 + draw.below(2) } else { u32::from(draw.chance(asked)) };
        let mut days = least + draw.below(span);
        for _ in 0..times {
            let opened = at(story::changed_on(), 8, 30) + TimeDelta::minutes(draw.below(420).into());
            complaints.push((failure, opened + TimeDelta::days(days.into())));
            days += 4 + draw.below(6);
        }
    }
    complaints.sort_by_key(|(failure, opened)| (*opened, failure.account));
    // Whoever comes first writes on the second day, before the incident is opened.
    if let Some(first) = complaints.first_mut() {
        first.1 = at(on(2026, 7, 17), 9, 12);
    }
    complaints
}

/// What they write; it always names the integration.
fn complaint(name: &str, kind: Kind, account: &Account, draw: &mut Draw) -> (String, String) {
    let (subject, body) = match kind {
        Kind::Failed => (
            draw.one_of(&[
                "fails every night",
                "asks to connect again",
                "postings do not arrive",
                "refused since the 15th",
            ]),
            draw.one_of(&[
                "Every run ends with 401 since Wednesday. We cannot close the month.",
                "Our accountant has no postings since the middle of July.",
                "We have connected again three times, and it stops each time.",
            ]),
        ),
        _ => (
            draw.one_of(&["is green but nothing arrives", "no new postings", "bookkeeping entries missing"]),
            draw.one_of(&[
                "Your page says that all runs were fine, and not one entry has come for days.",
                "Bookkeeping is empty since the middle of July although the sync shows no error.",
            ]),
        ),
    };
    (format!("{name}: {subject}"), format!("{body}\n{}", account.name))
}
