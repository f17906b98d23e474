//! What capabilities cost: contacts, hours and bills.

use super::draw::Draw;
use super::files::Table;
use super::names;
use super::world::{Account, Capability, MONTHS, Role, World, day, month};

/// The header of a Zendesk ticket report; the last two are custom fields, in Zendesk's spelling.
pub(super) const TICKETS: [&str; 43] = [
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
];

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

/// The columns of the FOCUS 1.0 specification.
pub(super) const CHARGES: [&str; 43] = [
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
];

/// Support contacts. A few carry no product area, and a few minutes are not a number.
pub(super) fn tickets(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "tickets");
    let mut table = Table::new(&TICKETS, b',');
    let mut number = 41_000;
    for month_index in 0..MONTHS {
        for capability in offered(world, month_index) {
            for _ in 0..draw.count(contacts_tenths(capability)) {
                number += 1;
                let account = requester(world, capability, &mut draw);
                let area = if draw.chance(40) { "" } else { capability.name.as_str() };
                ticket(&mut table, number, area, account, month_index, &mut draw);
            }
        }
        for _ in 0..world.options.accounts / 40 {
            number += 1;
            let account = draw.pick(&world.accounts);
            ticket(&mut table, number, "Account and billing", account, month_index, &mut draw);
        }
    }
    table.finish()
}

fn offered(world: &World, month_index: u32) -> impl Iterator<Item = &Capability> {
    let known = move |capability: &&Capability| capability.launched_on <= month(month_index);
    world.capabilities.iter().filter(known)
}

/// Contacts a month, in tenths.
fn contacts_tenths(capability: &Capability) -> u32 {
    let adopters = u32::try_from(capability.adopters.len()).unwrap_or(u32::MAX).min(2_000);
    match capability.role {
        role if role.is_dear() => 80,
        Role::CheapRare => 1,
        _ => adopters * 15 / 100,
    }
}

fn requester<'a>(world: &'a World, capability: &Capability, draw: &mut Draw) -> &'a Account {
    let nobody = capability.adopters.is_empty();
    if nobody { draw.pick(&world.accounts) } else { &world.accounts[draw.one_of(&capability.adopters)] }
}

fn ticket(table: &mut Table, number: u32, area: &str, account: &Account, month_index: u32, draw: &mut Draw) {
    let (id, created) = (number.to_string(), day(month_index, draw.below(28)));
    let created = format!("{created} {:02}:{:02}", 8 + draw.below(9), draw.below(60));
    let group = draw.one_of(&["Support N1", "Support N1", "Support N2", "Assist", "Helpbot"]);
    let minutes = match group {
        "Helpbot" => 1 + draw.below(3),
        "Assist" => 3 + draw.below(8),
        _ => 8 + draw.below(45),
    };
    let minutes = if draw.chance(4) { "n/a?".to_owned() } else { minutes.to_string() };
    let subject = draw.one_of(&[
        "Cannot save, \"try again later\"",
        "How do I export this?",
        "Numbers do not match",
        "=SUM of hours is wrong?",
        "Stopped working after the update",
        "Question about <settings>",
    ]);
    let tags = draw.one_of(&["how_to", "bug vip", "bug", "billing question"]);
    table.sparse(
        &TICKETS,
        &[
            ("Summation column", "1"),
            ("Id", &id),
            ("Requester external id", &account.id),
            ("Group", group),
            ("Subject", subject),
            ("Tags", tags),
            ("Status", "Closed"),
            ("Priority", draw.one_of(&["Low", "Normal", "Normal", "High", "Urgent"])),
            ("Via", draw.one_of(&["Mail", "Web form", "Chat"])),
            ("Created at", &created),
            ("Organization", &account.name),
            ("Product area [list]", area),
            ("Handle time minutes [dec]", &minutes),
        ],
    );
}

/// Engineering time. Every capability is kept alive, the healthy ones are also built.
pub(super) fn worklogs(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "worklogs");
    let mut table = Table::new(&WORKLOGS, b';');
    let mut issue = 2_000;
    for month_index in 0..MONTHS {
        for capability in offered(world, month_index) {
            let (run, build) = hours(capability, &mut draw);
            for (mut left, kinds) in [(run, &["Bug", "Bug", "Incident", "Support"][..]), (build, &["Story"])] {
                while left > 0 {
                    let hours = (1 + draw.below(6)).min(left);
                    left -= hours;
                    issue += 1;
                    let kind = draw.one_of(kinds);
                    worklog(&mut table, issue, capability, (hours, kind), month_index, &mut draw);
                }
            }
        }
    }
    table.finish()
}

/// Hours a month that keep it alive, and that build it further.
fn hours(capability: &Capability, draw: &mut Draw) -> (u32, u32) {
    let adopters = u32::try_from(capability.adopters.len()).unwrap_or(u32::MAX).min(2_000);
    match capability.role {
        role if role.is_dear() => (20 + draw.below(16), 0),
        Role::CheapRare => (u32::from(draw.chance(250)), 0),
        Role::New => (2 + draw.below(3), 30 + draw.below(20)),
        _ => (draw.count(adopters * 5 / 10), if draw.chance(400) { 8 + draw.below(24) } else { 0 }),
    }
}

fn worklog(
    table: &mut Table,
    issue: u32,
    capability: &Capability,
    (hours, kind): (u32, &str),
    month_index: u32,
    draw: &mut Draw,
) {
    // Half hours, with the decimal comma of the locale that the export was made in.
    let hours = if draw.chance(300) { format!("{},5", hours - 1) } else { format!("{hours},0") };
    let (key, on) = (format!("ENG-{issue}"), format!("{} 09:00", day(month_index, draw.below(28))));
    let person = format!("dev{:02}", draw.below(24));
    // A few entries name no component: nothing says what they were for.
    let component = if draw.chance(50) { "" } else { capability.name.as_str() };
    table.sparse(
        &WORKLOGS,
        &[
            ("Issue Key", &key),
            ("Hours", &hours),
            ("Work date", &on),
            ("Username", &person),
            ("Component", component),
            ("All Components", component),
            ("Issue Type", kind),
            ("Issue Status", "Done"),
            ("Project Key", "ENG"),
            ("Department", capability.team),
        ],
    );
}

/// Bills: what each integration and a few features cost to run, and the hosting that nothing places.
pub(super) fn charges(world: &World) -> Vec<u8> {
    let mut draw = Draw::new(world.options.seed, "charges");
    let mut table = Table::new(&CHARGES, b',');
    for month_index in 0..MONTHS {
        for (n, capability) in offered(world, month_index).enumerate() {
            if capability.integration || n % 6 == 0 {
                let adopters = u32::try_from(capability.adopters.len()).unwrap_or(u32::MAX).min(2_000);
                let dear = if capability.role.is_dear() { 250 } else { 0 };
                let amount = 20 + adopters + dear + draw.below(40);
                let vendor = if capability.integration { capability.vendor } else { "Nimbus Cloud" };
                charge(&mut table, &capability.id, vendor, amount, month_index, &mut draw);
            }
        }
        let hosting = 10 * world.options.accounts + draw.below(400);
        charge(&mut table, "shared-hosting", "Nimbus Cloud", hosting, month_index, &mut draw);
    }
    table.finish()
}

fn charge(table: &mut Table, resource: &str, vendor: &str, amount: u32, month_index: u32, draw: &mut Draw) {
    let (start, end) = (month(month_index), month(month_index + 1));
    let (start, end) = (format!("{start}T00:00:00Z"), format!("{end}T00:00:00Z"));
    let amount = format!("{amount}.{:06}", draw.below(1_000_000));
    table.sparse(
        &CHARGES,
        &[
            ("BilledCost", &amount),
            ("BillingCurrency", "EUR"),
            ("BillingPeriodEnd", &end),
            ("BillingPeriodStart", &start),
            ("ChargeCategory", "Usage"),
            ("ChargePeriodEnd", &end),
            ("ChargePeriodStart", &start),
            ("EffectiveCost", &amount),
            ("ProviderName", vendor),
            ("ResourceName", resource),
            ("ServiceName", if resource.starts_with("shared") { "Compute" } else { "Connector platform" }),
            ("SubAccountName", names::TEAMS[4]),
        ],
    );
}
