//! What a plan of removals has to reckon with: notice, renewals, dependents, vendors' ends, a successor that is new.

use super::draw::Draw;
use super::roles::Role;
use super::world::{Account, Capability, PATRON, WHALE, World, day};

/// What is planted for the plan in one capability that is to go, or that may go once its promise has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Removal {
    /// Its id.
    pub id: &'static str,
    /// What its team thinks its removal takes.
    pub hours: &'static str,
    /// The notice class that follows from what it is.
    pub class: &'static str,
    /// What holds it, in the words of the plan; empty: nothing but its notice.
    pub binds: &'static str,
    /// Why, for people.
    pub note: &'static str,
}

const fn removal(
    (id, hours, class): (&'static str, &'static str, &'static str),
    binds: &'static str,
    note: &'static str,
) -> Removal {
    Removal { id, hours, class, binds, note }
}

/// In the order of the catalogue. The classes are those of the standard policy.
pub(super) const REMOVALS: [Removal; 14] = [
    removal(
        ("estimates", "64", "user-interface"),
        "accounts-overall",
        "touches the most accounts, which leave it by themselves",
    ),
    removal(
        ("barcode_scan", "40", "user-interface"),
        "blackout",
        "its notice ends in the deep winter, which is closed",
    ),
    removal(("voice_notes", "24", "beta"), "work", "a trial without a promise: the first to go, once its work is done"),
    removal(("pager_alerts", "", "user-interface"), "commitment", "required by law beyond the months of the plan"),
    removal(
        ("flash_reports", "48", "contractual"),
        "commitment",
        "promised by contract until 28 September 2027, within the months of the plan",
    ),
    removal(
        ("fleet_compliance", "36", "user-interface"),
        "blackout",
        "its notice ends in the deep winter, which is closed",
    ),
    removal(
        ("hazard_permits", "36", "user-interface"),
        "blackout",
        "its notice ends in the deep winter, which is closed",
    ),
    removal(
        ("route_replay", "32", "user-interface"),
        "renewal",
        "the largest account that uses it is a key account and renews on 20 May 2027",
    ),
    removal(
        ("sandbox_accounts", "90", "user-interface"),
        "dependents",
        "custom scripting needs it and is owed a year of notice; after that, a quarter has no ARR to risk for it",
    ),
    removal(("custom_scripting", "80", "public-api"), "notice", "customers' programs call it: a year of notice"),
    removal(("permitdesk", "60", "integration"), "renewal", "built for a key account, which renews in May 2027"),
    removal(
        ("leasepoint", "36", "integration"),
        "deadline",
        "its vendor shuts it down on 1 March 2027, before its notice can end: a conflict, in which the notice gives way",
    ),
    removal(
        ("sensorhub", "72", "integration"),
        "team-hours",
        "its vendor shuts it down on 30 September 2027, a deadline that can be kept; its team removes another first",
    ),
    removal(
        ("crewfinder", "48", "integration"),
        "replacement",
        "what takes its place is new, and shall be on offer for a year first",
    ),
];

/// What is planted for the plan in a capability; `None` where the company planted something else in it than to let it go.
pub(super) fn of(capability: &Capability) -> Option<&'static Removal> {
    let goes = matches!(
        capability.role,
        Role::DeadWeight
            | Role::ReplacedYoung
            | Role::Replaced
            | Role::BuiltForOne
            | Role::ExposedUnused
            | Role::TwinOld
            | Role::Committed
            | Role::Compliance
    );
    REMOVALS.iter().find(|removal| goes && removal.id == capability.id)
}

/// Whether customers' programs call it.
pub(super) fn is_public_api(capability: &Capability) -> bool {
    matches!(capability.id.as_str(), "custom_scripting" | "bulk_import" | "customer_portal")
}

/// What a capability needs beside what its role says, as an id; `None` where the company has none of that name that goes, too.
pub(super) fn need(world: &World, capability: &Capability) -> Option<&'static str> {
    let (from, to) = ("custom_scripting", "sandbox_accounts");
    let both = [from, to].iter().all(|id| world.capabilities.iter().any(|c| c.id == *id && c.role == Role::DeadWeight));
    (both && capability.id == from).then_some(to)
}

/// Makes key accounts of the whale, of the account that things were built for, of four in ten of the enterprise segment and of one in
/// fifty of the next.
pub(super) fn key_accounts(accounts: &mut [Account], seed: u64) {
    let mut draw = Draw::new(seed, "key accounts");
    for (index, account) in accounts.iter_mut().enumerate() {
        let per_mille = match account.segment {
            _ if index == WHALE || index == PATRON => 1000,
            "Enterprise" => 400,
            "Mid-Market" => 20,
            _ => 0,
        };
        account.is_key = draw.chance(per_mille) && account.churned_on.is_none();
    }
}

/// Lets a key account renew where the removal of what it uses would lie.
pub(super) fn renewals(capabilities: &[Capability], accounts: &mut [Account]) {
    let waits = capabilities.iter().filter(|c| of(c).is_some_and(|removal| removal.binds == "renewal"));
    for capability in waits {
        let users = capability.adopters.iter().map(|adopter| adopter.account);
        if let Some(largest) = users.max_by_key(|&index| (accounts[index].arr, index)) {
            (accounts[largest].is_key, accounts[largest].renews_on) = (true, day(22, 19));
        }
    }
}
