//! What breaks: the incidents of the on-call system, and those that were written up afterwards.

use chrono::{NaiveDateTime, TimeDelta};

use super::draw::Draw;
use super::files::Table;
use super::roles::Role;
use super::story::{self, at, on};
use super::words::Words;
use super::world::{Capability, MONTHS, World, day};

/// The columns of the reviews that are kept by hand.
const REVIEWS: [&str; 13] = [
    "incident",
    "title",
    "integration",
    "started",
    "detected",
    "acknowledged",
    "resolved",
    "detected_by",
    "resolved_by",
    "severity",
    "responder_hours",
    "affected_accounts",
    "cause",
];

/// The columns of the incidents in `PagerDuty`'s analytics.
const INCIDENTS: [&str; 33] = [
    "id",
    "incident_number",
    "description",
    "service_id",
    "service_name",
    "team_id",
    "team_name",
    "escalation_policy_id",
    "escalation_policy_name",
    "status",
    "urgency",
    "priority_id",
    "priority_name",
    "priority_order",
    "major",
    "auto_resolved",
    "created_at",
    "resolved_at",
    "seconds_to_first_ack",
    "seconds_to_engage",
    "seconds_to_mobilize",
    "seconds_to_resolve",
    "engaged_seconds",
    "engaged_user_count",
    "assignment_count",
    "escalation_count",
    "business_hour_interruptions",
    "off_hour_interruptions",
    "sleep_hour_interruptions",
    "total_interruptions",
    "total_notifications",
    "snoozed_seconds",
    "user_defined_effort_seconds",
];

/// Incidents: two to four a month of a broken integration, one in four months of a few others, and some of the shared hosting,
/// which is no capability. How long people were engaged is not known for one in four.
pub(super) fn incidents(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "on call");
    let mut table = Table::new(&INCIDENTS, b',');
    let words = Words::of_sample();
    let mut number = 700;
    let sound = |integration: bool, first: usize| {
        let of_kind = move |c: &&Capability| {
            // Those of the story and of planted outages stand in the reviews.
            let reviewed = story::is_it(c) || c.id == "mapwright";
            c.integration == integration && c.role == Role::Healthy && !reviewed
        };
        world.capabilities.iter().filter(of_kind).take(first)
    };
    let sometimes: Vec<&Capability> = sound(false, 2).chain(sound(true, 4)).collect();
    for month_index in 0..MONTHS {
        for capability in world.capabilities.iter().filter(|capability| capability.role == Role::Broken) {
            for _ in 0..2 + draw.below(3) {
                number += 1;
                let title = words.trouble(&capability.name, &mut draw);
                incident(&mut table, number, (&capability.name, title), (7_200, 36_000), month_index, &mut draw);
            }
        }
        for capability in sometimes.iter().filter(|capability| capability.launched_on <= day(month_index, 0)) {
            if draw.chance(250) {
                number += 1;
                let title = words.trouble(&capability.name, &mut draw);
                incident(&mut table, number, (&capability.name, title), (900, 5_400), month_index, &mut draw);
            }
        }
        if draw.chance(300) {
            number += 1;
            incident(&mut table, number, ("shared-hosting", "high load"), (600, 3_600), month_index, &mut draw);
        }
    }
    table.finish()
}

fn incident(
    table: &mut Table,
    number: u32,
    (service, title): (&str, &str),
    (least, most): (u32, u32),
    month_index: u32,
    draw: &mut Draw,
) {
    let start = day(month_index, draw.below(28)).and_hms_opt(draw.below(24), draw.below(60), 0).unwrap_or_default();
    let open = least + draw.below(most - least);
    // The last few of the last month may still be open.
    let is_open = month_index == MONTHS - 1 && draw.chance(100);
    let engaged = 600 + draw.below(open.min(7_200));
    let engaged = if is_open || draw.chance(250) { String::new() } else { engaged.to_string() };
    let shown = |moment: NaiveDateTime| moment.format("%Y-%m-%dT%H:%M:%S").to_string();
    let end = start + TimeDelta::seconds(open.into());
    table.sparse(
        &INCIDENTS,
        &[
            ("id", &format!("PINC{number:04}")),
            ("incident_number", &number.to_string()),
            ("description", title),
            ("service_name", service),
            ("team_name", "Connect"),
            ("status", if is_open { "acknowledged" } else { "resolved" }),
            ("urgency", if draw.chance(400) { "high" } else { "low" }),
            ("priority_name", draw.one_of(&["P1", "P2", "P2", "P3"])),
            ("major", "false"),
            ("auto_resolved", if draw.chance(200) { "true" } else { "false" }),
            ("created_at", &shown(start)),
            ("resolved_at", &if is_open { String::new() } else { shown(end) }),
            ("seconds_to_first_ack", &(30 + draw.below(900)).to_string()),
            ("seconds_to_resolve", &if is_open { String::new() } else { open.to_string() }),
            ("engaged_seconds", &engaged),
            ("engaged_user_count", &(1 + draw.below(2)).to_string()),
        ],
    );
}

/// What was written up: the story, and the outages that were planted. The export of the on-call system leaves them out.
pub(super) fn reviews(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "reviews");
    let mut table = Table::new(&REVIEWS, b',');
    let shown = |moment: NaiveDateTime| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut reviews: Vec<(NaiveDateTime, [String; 12])> = Vec::new();
    for outage in &world.outages {
        let detected = outage.from + TimeDelta::minutes(outage.unseen.into());
        let taken_on = detected + TimeDelta::minutes((3 + draw.below(25)).into());
        let hours = if outage.automated { "0" } else { draw.one_of(&["2.5", "3", "4.5"]) };
        reviews.push((
            outage.from,
            [
                outage.title.to_owned(),
                world.capabilities[outage.capability].id.clone(),
                shown(outage.from),
                shown(detected),
                shown(taken_on),
                shown(outage.until),
                outage.detected_by.to_owned(),
                if outage.automated { "automated" } else { "human" }.to_owned(),
                if outage.automated { "P3" } else { "P2" }.to_owned(),
                hours.to_owned(),
                String::new(),
                outage.cause.to_owned(),
            ],
        ));
    }
    if let Some(capability) = world.capabilities.iter().find(|capability| story::is_it(capability)) {
        let started = at(story::changed_on(), 1, 0);
        let hit = world.failures.iter().filter(|failure| failure.note.starts_with("story")).count();
        reviews.push((
            started,
            [
                format!("{} refuses our tokens since its change of authentication", capability.name),
                capability.id.clone(),
                shown(started),
                shown(at(on(2026, 7, 17), 9, 40)),
                shown(at(on(2026, 7, 20), 8, 15)),
                shown(at(on(2026, 8, 6), 20, 0)),
                "customer".to_owned(),
                "human".to_owned(),
                "P1".to_owned(),
                "46.5".to_owned(),
                hit.to_string(),
                "vendor_change".to_owned(),
            ],
        ));
    }
    reviews.sort();
    for (place, (_, cells)) in reviews.iter().enumerate() {
        let id = format!("REV-2026-{:02}", place + 1);
        table.row(std::iter::once(&id).chain(cells));
    }
    table.finish()
}
