use chrono::NaiveDate;

use super::draw::Draw;
use super::files::Table;
use super::roles::Role;
use super::vendors::{self, Chore};
use super::words::Words;
use super::world::{Capability, MONTHS, World, day};

/// The header of a Tempo timesheet.
pub(super) const WORKLOGS: [&str; 34] = [
    "Issue Key",
    "Issue summary",
    "Hours",
    "Work date",
    "Username",
    "Full name",
    "Period",
    "Account Key",
    "Account Name",
    "Activity Name",
    "Component",
    "All Components",
    "Version Name",
    "Issue Type",
    "Issue Status",
    "Project Key",
    "Project Name",
    "Work Description",
    "Parent Key",
    "Reporter",
    "External Hours",
    "Billed Hours",
    "Issue Original Estimate",
    "Issue Remaining Estimate",
    "Epic Link",
    "Account [deprecated, this field is no longer being used]",
    "Office Space",
    "External issue ID",
    "External issue ID",
    "Department",
    "Location",
    "External issue summary",
    "External Issue ID",
    "External Issue ID",
];

/// Engineering time. Every capability is kept alive, the healthy ones are also built.
pub(super) fn worklogs(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "worklogs");
    let mut table = Table::new(&WORKLOGS, b';');
    let words = Words::of_sample();
    let mut issue = 2_000;
    for month_index in 0..MONTHS {
        for capability in world.offered(month_index) {
            let (run, build) = hours(capability, &mut draw);
            for (mut left, is_run) in [(run, true), (build, false)] {
                while left > 0 {
                    let hours = (1 + draw.below(6)).min(left);
                    left -= hours;
                    issue += 1;
                    let entry = entry(&words, capability, is_run, &mut draw);
                    let on = (month_index, &mut draw);
                    worklog(&mut table, (issue, hours), capability, &entry, on);
                }
            }
        }
    }
    for Chore { capability, on, hours, summary } in vendors::chores(world) {
        issue += 1;
        let person = format!("dev{:02}", issue % 24);
        let what = (capability.name.as_str(), capability.team, "Maintenance", summary.as_str());
        entered(&mut table, issue, (&format!("{hours},0"), on, &person), what);
    }
    table.finish()
}

/// Hours a month that keep it alive, and that build it further.
fn hours(capability: &Capability, draw: &mut Draw) -> (u32, u32) {
    match capability.role {
        Role::NeverOffered => (30 + draw.below(16), 0),
        role if role.is_dear() => (20 + draw.below(16), 0),
        Role::CheapRare | Role::Gem => (u32::from(draw.chance(250)), 0),
        Role::New => (2 + draw.below(3), 30 + draw.below(20)),
        _ => (draw.count(capability.reach() * 5 / 10), if draw.chance(400) { 8 + draw.below(24) } else { 0 }),
    }
}

/// Issue type and summary. Most entries have a type that every desk knows; one in eight has one that this desk made up, and
/// its summary tells what it was; one in thirty tells nothing.
fn entry(words: &Words, capability: &Capability, is_run: bool, draw: &mut Draw) -> (&'static str, String) {
    let (noun, trouble) = (words.noun(&capability.name, draw), words.trouble(&capability.name, draw));
    match (draw.below(1000), is_run) {
        (0..33, _) => {
            ("Task", draw.one_of(&["Weekly follow-up", "Meeting with customer", "Misc", "As discussed"]).to_owned())
        }
        (33..160, true) => match draw.below(6) {
            0 => ("Task", format!("Fix: {trouble}")),
            1 => ("Task", format!("Upgrade of libraries, {noun}")),
            2 => ("Task", format!("Patch security finding in {noun}")),
            3 => ("Tech debt", format!("Refactor {noun}")),
            4 => ("Tech debt", format!("Clean up old code of {noun}")),
            _ => ("Hotfix", format!("Hotfix: {trouble}")),
        },
        (33..160, false) => match draw.below(4) {
            0 => ("Spike", format!("Spike: new view of {noun}")),
            1 => ("Spike", format!("Prototype for {noun}")),
            2 => ("Task", format!("Implement new filter for {noun}")),
            _ => ("Task", format!("Design of next release, {noun}")),
        },
        (_, true) => match draw.below(4) {
            0 => ("Incident", format!("Incident: {noun} down")),
            1 => ("Support", format!("Customer case: {trouble}")),
            _ => ("Bug", format!("Bug: {trouble}")),
        },
        (_, false) => ("Story", format!("{}: {noun}", draw.one_of(&["Add bulk actions", "New layout", "Add export"]))),
    }
}

fn worklog(
    table: &mut Table,
    (issue, hours): (u32, u32),
    capability: &Capability,
    (kind, summary): &(&str, String),
    (month_index, draw): (u32, &mut Draw),
) {
    // Half hours, with the decimal comma of the locale that the export was made in.
    let hours = if draw.chance(300) { format!("{},5", hours - 1) } else { format!("{hours},0") };
    let on = day(month_index, draw.below(28));
    let person = format!("dev{:02}", draw.below(24));
    // A few entries name no component: nothing says what they were for.
    let component = if draw.chance(50) { "" } else { capability.name.as_str() };
    entered(table, issue, (&hours, on, &person), (component, capability.team, kind, summary));
}

fn entered(
    table: &mut Table,
    issue: u32,
    (hours, on, person): (&str, NaiveDate, &str),
    (component, team, kind, summary): (&str, &str, &str, &str),
) {
    table.sparse(
        &WORKLOGS,
        &[
            ("Issue Key", &format!("ENG-{issue}")),
            ("Issue summary", summary),
            ("Hours", hours),
            ("Work date", &format!("{on} 09:00")),
            ("Username", person),
            ("Component", component),
            ("All Components", component),
            ("Issue Type", kind),
            ("Issue Status", "Done"),
            ("Project Key", "ENG"),
            ("Department", team),
        ],
    );
}
