//! What breaks: the incidents of the on-call system, and runs of integrations.

use chrono::{NaiveDateTime, TimeDelta};

use super::draw::Draw;
use super::files::Table;
use super::roles::Role;
use super::usage;
use super::words::Words;
use super::world::{Capability, MONTHS, World, day};

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
        let of_kind = move |c: &&Capability| c.integration == integration && c.role == Role::Healthy;
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

/// A sample of the runs of integrations: one of each account that uses one in a month, three where it is broken.
pub(super) fn runs(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "runs");
    let mut table = Table::new(&["run", "integration", "account", "started", "outcome", "error"], b',');
    let mut number = 0;
    for month_index in 0..MONTHS {
        for capability in world.capabilities.iter().filter(|capability| capability.integration) {
            let is_broken = capability.role == Role::Broken;
            for adopter in &capability.adopters {
                if usage::active_days(capability, adopter, month_index, 0, &mut draw) == 0 {
                    continue;
                }
                let days = adopter.days(month_index);
                for _ in 0..if is_broken { 3 } else { 1 } {
                    number += 1;
                    let on = day(month_index, days.start + draw.below(days.end - days.start));
                    let outcome = match draw.below(1000) {
                        drawn if drawn < if is_broken { 750 } else { 20 } => "failed",
                        drawn if drawn >= 990 => "partial",
                        _ => "ok",
                    };
                    let error = if outcome == "failed" { draw.one_of(&["auth", "timeout", "server"]) } else { "" };
                    let started = format!("{on}T{:02}:{:02}:00Z", draw.below(24), draw.below(60));
                    let account = &world.accounts[adopter.account].id;
                    table.row([&number.to_string(), &capability.id, account, &started, outcome, error]);
                }
            }
        }
    }
    table.finish()
}
