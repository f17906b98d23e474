//! The small files: accounts, catalogue, promises, truth, the configuration and what to know.

use super::failures::{Kind, PlannedFailure};
use super::files::Table;
use super::roles::Role;
use super::world::{Capability, Departure, World, day};
use super::{SampleOptions, removals, story, vendors};

/// A Salesforce account export with the custom fields that customer success added.
pub(super) const ACCOUNTS: [&str; 23] = [
    "Id",
    "Name",
    "Type",
    "ParentId",
    "Industry",
    "AnnualRevenue",
    "NumberOfEmployees",
    "OwnerId",
    "CreatedDate",
    "LastModifiedDate",
    "AccountNumber",
    "Rating",
    "CurrencyIsoCode",
    "ARR__c",
    "Segment__c",
    "Plan__c",
    "Region__c",
    "CSM__c",
    "Customer_Since__c",
    "Renewal_Date__c",
    "Churn_Date__c",
    "Churn_Reason__c",
    "Key_Account__c",
];

/// How the sample is read.
pub(super) const CONFIGURATION: &str = include_str!("deadhead.toml");

pub(super) fn accounts(world: &World) -> Vec<u8> {
    let mut table = Table::new(&ACCOUNTS, b',');
    for account in &world.accounts {
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        table.sparse(
            &ACCOUNTS,
            &[
                ("Id", &account.id),
                ("Name", &account.name),
                ("Type", "Customer"),
                ("CreatedDate", &format!("{}T08:00:00.000Z", account.started_on)),
                ("CurrencyIsoCode", "EUR"),
                ("ARR__c", &format!("{}.0", account.arr)),
                ("Segment__c", account.segment),
                ("Plan__c", account.plan),
                ("Region__c", account.region),
                ("CSM__c", account.owner),
                ("Customer_Since__c", &account.started_on.to_string()),
                ("Renewal_Date__c", &account.renews_on.to_string()),
                ("Churn_Date__c", &day(account.churned_on)),
                ("Churn_Reason__c", account.churn_reason),
                ("Key_Account__c", if account.is_key { "true" } else { "false" }),
            ],
        );
    }
    table.finish()
}

pub(super) fn catalogue(world: &World) -> Vec<u8> {
    const HEADER: [&str; 18] = [
        "id",
        "name",
        "kind",
        "parent",
        "category",
        "owner",
        "launched_on",
        "intent",
        "protected_until",
        "protected_reason",
        "available_to",
        "depends_on",
        "replaced_by",
        "vendor",
        "auth",
        "platform_price",
        "public_api",
        "removal_hours",
    ];
    let mut table = Table::new(&HEADER, b',');
    for (index, capability) in world.capabilities.iter().enumerate() {
        let lawful = capability.role == Role::Compliance;
        let partner = capability
            .partner
            .filter(|_| matches!(capability.role, Role::TwinOld | Role::Replaced | Role::ReplacedYoung));
        table.row([
            capability.id.as_str(),
            capability.name.as_str(),
            if capability.integration { "integration" } else { "feature" },
            capability.parent,
            capability.category,
            if vendors::is_unowned(capability) { "" } else { capability.team },
            &capability.launched_on.to_string(),
            if capability.role == Role::Core { "core" } else { "" },
            if lawful { "2028-12-31" } else { "" },
            if lawful { "record-keeping duty of the trade" } else { "" },
            &capability.available_to.join(";"),
            &needs(world, index),
            partner.map_or("", |partner| &world.capabilities[partner].id),
            capability.vendor,
            vendors::authentication(capability),
            vendors::platform_price(capability),
            if removals::is_public_api(capability) { "true" } else { "" },
            removals::of(capability).map_or("", |removal| removal.hours),
        ]);
    }
    table.finish()
}

/// Ids of what a capability needs.
fn needs(world: &World, index: usize) -> String {
    let is_needed = |c: &&Capability| c.role == Role::Needed && c.partner == Some(index);
    let needed = world.capabilities.iter().filter(is_needed).map(|c| c.id.as_str());
    needed.chain(removals::need(world, &world.capabilities[index])).collect::<Vec<_>>().join(";")
}

pub(super) fn commitments(world: &World) -> Vec<u8> {
    let mut table = Table::new(&["account_id", "capability", "until", "source"], b',');
    for capability in world.capabilities.iter().filter(|capability| capability.role == Role::Committed) {
        if let Some(adopter) = capability.adopters.first() {
            table.row([&world.accounts[adopter.account].id, &capability.id, &day(26, 27).to_string(), "contract"]);
        }
    }
    table.finish()
}

pub(super) fn truth(world: &World) -> Vec<u8> {
    const HEADER: [&str; 8] =
        ["capability", "planted", "note", "figure", "partner", "notice_class", "plan_binds", "plan_note"];
    let mut table = Table::new(&HEADER, b',');
    for capability in &world.capabilities {
        let role = capability.role;
        let partner = capability.partner.map_or("", |partner| &world.capabilities[partner].id);
        let [class, binds, why] =
            removals::of(capability).map_or([""; 3], |removal| [removal.class, removal.binds, removal.note]);
        table.row([&capability.id, role.as_str(), role.note(), role.figure(), partner, class, binds, why]);
    }
    table.finish()
}

pub(super) fn readme(options: &SampleOptions, world: &World) -> String {
    let planted = |role: Role| {
        let named: Vec<&str> = world.capabilities.iter().filter(|c| c.role == role).map(|c| c.name.as_str()).collect();
        format!("| {} | {} | {} | {} |\n", role.as_str(), role.note(), role.figure(), named.join(", "))
    };
    format!(
        "# Fernwick Dispatch, an invented company\n\n\
         Software for firms that send technicians out. Nothing here is real: accounts, people, vendors and figures were\n\
         drawn by `deadhead sample DIR --accounts {} --capabilities {} --events {} --seed {}`,\n\
         which gives these bytes again. Licence: MIT OR Apache-2.0, as the program.\n\n\
         Fifteen months, July 2025 to September 2026, as the exports of several systems with their real headers:\n\n\
         | file | export of | feeds |\n|---|---|---|\n\
         | segment-tracks.csv.gz | Segment warehouse, `tracks` | usage of features, and what was shown |\n\
         | integration-syncs.csv.gz | a connector platform, counted by month | usage of integrations |\n\
         | integration-runs.csv.gz | the same platform, single runs | runs |\n\
         | pagerduty-incidents.csv | PagerDuty, analytics | incidents |\n\
         | incident-reviews.csv | kept by hand: incidents that were written up, and who saw them first | incidents |\n\
         | vendor-api-changes.csv | kept by hand: what vendors announced and changed | vendor changes |\n\
         | salesforce-accounts.csv | Salesforce, accounts with custom fields | accounts |\n\
         | account-history.csv.gz | snapshots of the same at the end of each quarter | accounts |\n\
         | zendesk-tickets.csv.gz | Zendesk, ticket report with custom fields | tickets |\n\
         | tempo-worklogs.csv.gz | Tempo, timesheet, `;` and decimal comma | work items |\n\
         | focus-costs.csv | FOCUS 1.0 bill | charges |\n\
         | catalogue.csv, commitments.csv | kept by hand | catalogue, commitments |\n\n\
         About three rows of usage in a thousand are damaged (a time that is none, an empty event, a row cut short), one\n\
         in a thousand stands twice, and four tickets in a thousand have minutes that are no number. Events such as\n\
         `page_viewed` are no capability and stay unmapped; some worklogs and the hosting bill carry no label. One worklog\n\
         in eight has an issue type that no table knows, with a summary that tells what it was; one in thirty tells nothing.\n\n\
         One account has ten times the ARR of the others of its segment and uses the heart of the product on most days. One\n\
         account in eight starts within the fifteen months and takes capabilities up over its first weeks, the later it starts\n\
         the slower.\n\n\
         ## What is planted\n\n\
         `planted_truth.csv` says it for every capability, with the figure that tells it; the configuration does not name\n\
         that file.\n\n\
         | planted | what | told by | where |\n|---|---|---|---|\n{}\n\
         The rest is healthy, with adoption from nine in ten accounts\n\
         down a long tail.\n\n\
         One ticket in eight carries no product area. What they are about stands in `planted_tickets.csv`, with how much their\n\
         words say: eight in ten can be told by them, two in ten could be about anything, one in fifty speaks of something else.\n\n{}{}",
        options.accounts,
        options.capabilities,
        options.events,
        options.seed,
        Role::PLANTED.map(planted).concat(),
        what_breaks(world),
        what_a_plan_meets(world),
    )
}

/// The part of the README on failures, vendors and those who leave.
fn what_breaks(world: &World) -> String {
    let Some(capability) = world.capabilities.iter().find(|capability| story::is_it(capability)) else {
        return String::new();
    };
    let hit = |kind: Kind| {
        let of_story = |failure: &&PlannedFailure| failure.note.starts_with("story") && failure.kind == kind;
        world.failures.iter().filter(of_story).count()
    };
    let left = |departure: Departure| world.accounts.iter().filter(|account| account.departure == departure).count();
    format!(
        "## What breaks\n\n\
         Runs come by a cadence of each account's own: most weekly, some once a month, some on working days. One or two in a\n\
         hundred fail and are mended by the next attempt. What is planted beside that stands in `planted_failures.csv`, by\n\
         account, from the first bad run (of a silence, the last run before it) to the first good one; the configuration does\n\
         not name that file either.\n\n\
         The story is that of {}. On 3 July 2026 its vendor announces that keys end and only signed tokens hold, on 15 July\n\
         they do. {} accounts fail loudly, {} end well and bring nothing, the others are spared. The first customer writes on\n\
         17 July, the incident is taken on on 20 July, from 5 to 7 August all work again. {} accounts that lived by it leave\n\
         by the end of September; {} others leave because they lost interest, {} in fifteen months for reasons of their own.\n\n\
         Before that, in February 2026, Mapwright removes an interface: nine accounts fail for two weeks, and five of them leave\n\
         from April to June.\n\n\
         Besides: Paystream runs of four accounts go silent for three to five weeks and nobody notices; Mailhouse refuses a\n\
         part of the records of one account for five weeks; Telematica fails 60 times in eight days for one account and nobody\n\
         is told; Partsbay never starts for one account, which looks like no use. Outages of Mapwright are seen by a monitor\n\
         within minutes and mend themselves, those of Fuelwise are seen by an employee, one of Payrollia by its vendor.\n\n\
         Vendors announce some changes long before, some late, and some not at all; past breaking ones took 16 to 56 hours of\n\
         work each. In December 2026 two fall on one team, Weatherline ends without an owner, Docuvault names a version and no\n\
         day. Large accounts connect more and leave less, whatever breaks: who compares without regard to size is misled.\n",
        capability.name,
        hit(Kind::Failed),
        hit(Kind::Empty),
        left(Departure::Broken),
        left(Departure::Faded),
        left(Departure::Other),
    )
}

/// The part of the README on removals.
fn what_a_plan_meets(world: &World) -> String {
    let lines: Vec<String> = world
        .capabilities
        .iter()
        .filter_map(|capability| {
            let removal = removals::of(capability)?;
            let binds = if removal.binds.is_empty() { "–" } else { removal.binds };
            Some(format!("| {} | {} | {} | {} |\n", capability.name, removal.class, binds, removal.note))
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    let keys = world.accounts.iter().filter(|account| account.is_key).count();
    format!(
        "\n## What a plan meets\n\n\
         What is to go has hours in the catalogue, and something that holds it: `planted_truth.csv` names the notice class and,\n\
         for the company of the usual size and seed, what must bind. {keys} accounts are key accounts, and every account has a day on which it renews. The deep winter is\n\
         closed, because technicians are out on emergency calls; so are the turn of the year and the first half of August.\n\n\
         | to go | notice class | held by | why |\n|---|---|---|---|\n{}",
        lines.concat(),
    )
}
