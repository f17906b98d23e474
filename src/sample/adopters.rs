//! Who uses which capability, and from when until when.

use chrono::{Days, NaiveDate};

use super::draw::Draw;
use super::roles::Role;
use super::story;
use super::world::{Account, Adopter, Capability, Departure, MONTHS, PATRON, WHALE, day, month};

/// Chooses the adopters of every capability. Each has draws of its own, so that a role more or less moves no other.
pub(super) fn choose(capabilities: &mut [Capability], accounts: &[Account], seed: u64) {
    let draw = |capability: &Capability| Draw::new(seed, &format!("adopters of {}", capability.id));
    let healthy = capabilities.iter().filter(|capability| capability.role == Role::Healthy).count();
    let mut place = 0;
    for index in 0..capabilities.len() {
        let capability = &capabilities[index];
        let mut draw = draw(capability);
        let partner = capability.partner.filter(|partner| *partner > index);
        match capability.role {
            Role::TwinOld | Role::TwinNew | Role::Complement => {
                if let Some(partner) = partner {
                    let pair = if capability.role == Role::Complement { complements } else { twins };
                    let [mut first, mut second] = pair(accounts, &mut draw);
                    // The pair is made in the order old, new; the catalogue may have them the other way.
                    if capability.role == Role::TwinNew {
                        std::mem::swap(&mut first, &mut second);
                    }
                    capabilities[index].adopters = first;
                    capabilities[partner].adopters = second;
                }
            }
            _ => {
                let chosen = accounts_of(capability, (place, healthy), accounts, &mut draw);
                capabilities[index].adopters =
                    chosen.into_iter().map(|account| adopter(account, accounts, &mut draw)).collect();
            }
        }
        place += usize::from(capabilities[index].role == Role::Healthy);
    }
}

/// Which accounts use it at all, in order.
fn accounts_of(
    capability: &Capability,
    (place, healthy): (usize, usize),
    accounts: &[Account],
    draw: &mut Draw,
) -> Vec<usize> {
    let total = total(accounts);
    let enterprise = |index: &usize| accounts[*index].segment == "Enterprise";
    match capability.role {
        Role::Healthy => {
            // From 92 % for the first down to 3 % for the last, falling fast at first: a long tail.
            let left = u32::try_from((healthy - place) * 1000 / healthy).unwrap_or(0);
            let per_mille = 30 + 890 * left / 1000 * left / 1000;
            // The integration of the story is much used.
            let per_mille = if story::is_it(capability) { per_mille.max(150) } else { per_mille };
            let eagerness = |index: usize| {
                if capability.integration { story::eagerness(accounts[index].segment) } else { 100 }
            };
            let uses = |index: usize, draw: &mut Draw| match index {
                WHALE => per_mille >= 100,
                _ => draw.chance(per_mille * eagerness(index) / 100),
            };
            let lost = |index: usize| match accounts[index].departure {
                Departure::Broken => story::is_it(capability),
                Departure::BrokenBefore => capability.id == "mapwright",
                _ => false,
            };
            let mut chosen: Vec<usize> =
                (0..accounts.len()).filter(|&index| uses(index, draw) || lost(index)).collect();
            chosen.retain(|&index| {
                capability.is_offered_to(&accounts[index]) && story::may_connect(capability, &accounts[index])
            });
            chosen
        }
        Role::SegmentCritical => (0..accounts.len()).filter(enterprise).filter(|_| draw.chance(720)).collect(),
        Role::BuiltForOne => (0..accounts.len()).filter(enterprise).filter(|&index| index == PATRON).collect(),
        Role::CheapRare => some(total * (20 + draw.below(50)) / 1000, accounts, draw),
        Role::Gem => some(total * 80 / 1000, accounts, draw),
        Role::Seasonal => some(total * 300 / 1000, accounts, draw),
        Role::Broken => some(total * 50 / 1000, accounts, draw),
        Role::New => some(total * 60 / 1000, accounts, draw),
        Role::ExposedUnused => some((total * 25 / 1000).max(1), accounts, draw),
        Role::DeadWeight
        | Role::Committed
        | Role::Compliance
        | Role::Core
        | Role::Replaced
        | Role::ReplacedYoung
        | Role::Needed => some((total * (16 + draw.below(16)) / 1000).max(1), accounts, draw),
        Role::NeverOffered | Role::NotCounted | Role::TwinOld | Role::TwinNew | Role::Complement => Vec::new(),
    }
}

/// From the start of the account on; one that started within the history takes it up after a while, the later it started
/// the slower, because there was more to learn.
fn adopter(account: usize, accounts: &[Account], draw: &mut Draw) -> Adopter {
    let started_on = accounts[account].started_on;
    let quarter = u32::try_from((started_on - month(0)).num_days() / 91).unwrap_or(0);
    let waits = if started_on > month(0) { draw.below(20 + 12 * quarter) } else { 0 };
    let from = started_on.checked_add_days(Days::new(waits.into())).unwrap_or(started_on);
    Adopter { account, from, until: accounts[account].churned_on.map_or(month(MONTHS), first_of_month) }
}

/// An account that leaves uses nothing any more in its last month.
fn first_of_month(day: NaiveDate) -> NaiveDate {
    chrono::Datelike::with_day(&day, 1).unwrap_or(day)
}

/// The old and the new of two that do the same. Most accounts of the old one move to the new one between the third month
/// and the eleventh and use both in the month of the move; one in eight stays, a few start with the new one, and a few
/// go back.
fn twins(accounts: &[Account], draw: &mut Draw) -> [Vec<Adopter>; 2] {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for account in some(total(accounts) * 300 / 1000, accounts, draw) {
        let always = adopter(account, accounts, draw);
        let moves = 2 + draw.below(MONTHS - 6);
        let (taken_up, given_up) = (day(moves, draw.below(28)), month(moves + 1));
        let [mut first, mut second] = [always, always];
        match draw.below(1000) {
            0..125 => old.push(always),
            125..200 => new.push(always),
            200..240 => {
                (second.until, first.from) = (given_up, first.from.max(taken_up));
                new.push(second);
                old.push(first);
            }
            _ => {
                (first.until, second.from) = (given_up, second.from.max(taken_up));
                old.push(first);
                new.push(second);
            }
        }
    }
    [old, new]
}

/// Two that go together: one fifth of the accounts, whatever their size, uses both, and one account in fifty only one of
/// the two.
fn complements(accounts: &[Account], draw: &mut Draw) -> [Vec<Adopter>; 2] {
    let total = total(accounts);
    let (both, one) = (total * 200 / 1000, total * 20 / 1000);
    let chosen = some(both + 2 * one, accounts, draw);
    let mut sides = [Vec::new(), Vec::new()];
    // Chosen accounts are in order, so that their sides are drawn.
    let mut only = [one, one];
    let mut left = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    for account in chosen {
        let adopter = adopter(account, accounts, draw);
        let side = draw.below(left);
        left -= 1;
        if side < only[0] {
            only[0] -= 1;
            sides[0].push(adopter);
        } else if side < only[0] + only[1] {
            only[1] -= 1;
            sides[1].push(adopter);
        } else {
            sides[0].push(adopter);
            sides[1].push(adopter);
        }
    }
    sides
}

fn total(accounts: &[Account]) -> u32 {
    u32::try_from(accounts.len()).unwrap_or(u32::MAX)
}

/// So many different customers that have not left, in order; never the whale.
fn some(wanted: u32, accounts: &[Account], draw: &mut Draw) -> Vec<usize> {
    let stays = |&index: &usize| index != WHALE && accounts[index].churned_on.is_none();
    let mut staying: Vec<usize> = (0..accounts.len()).filter(stays).collect();
    let mut chosen = Vec::new();
    for _ in 0..wanted {
        if staying.is_empty() {
            break;
        }
        let index = draw.below(u32::try_from(staying.len()).unwrap_or(u32::MAX)) as usize;
        chosen.push(staying.swap_remove(index));
    }
    chosen.sort_unstable();
    chosen
}
