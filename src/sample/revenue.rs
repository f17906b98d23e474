//! What accounts paid, quarter by quarter.

use chrono::{Months, NaiveDate};

use super::draw::Draw;
use super::files::Table;
use super::story::on;
use super::world::{Account, Departure, World};

const HEADER: [&str; 14] = [
    "account_id",
    "name",
    "segment",
    "plan",
    "region",
    "owner",
    "arr",
    "currency",
    "started_on",
    "renews_on",
    "churned_on",
    "churn_reason",
    "is_key",
    "as_of",
];

/// Accounts that the story hit, that stay, and pay less afterwards.
const CONTRACTED: usize = 4;

/// A snapshot of the whole table at the end of every quarter. The last is what the accounts file says; those before know
/// nothing of what came later.
pub(super) fn history(world: &World) -> Vec<u8> {
    let snapshots =
        [on(2025, 6, 30), on(2025, 9, 30), on(2025, 12, 31), on(2026, 3, 31), on(2026, 6, 30), on(2026, 9, 30)];
    let mut draw = Draw::new(world.options.seed, "account history");
    let stays = |index: &usize| world.accounts[*index].departure == Departure::Stays;
    let hit = world.failures.iter().filter(|failure| failure.note.starts_with("story")).map(|failure| failure.account);
    // Every ninth of those who stay, so that not only the largest are among them.
    let contracted: Vec<usize> = hit.filter(stays).step_by(9).take(CONTRACTED).collect();
    let paths: Vec<[u32; 6]> = world
        .accounts
        .iter()
        .enumerate()
        .map(|(index, account)| path(account, contracted.contains(&index), &mut draw))
        .collect();
    let mut table = Table::new(&HEADER, b',');
    for (place, &as_of) in snapshots.iter().enumerate() {
        for (account, path) in world.accounts.iter().zip(&paths) {
            if account.started_on <= as_of {
                row(&mut table, account, path[place], as_of);
            }
        }
    }
    table.finish()
}

/// ARR at the end of each quarter, backwards from the last. Nine quarters in ten see no change; most changes are
/// upward. Who leaves pays to the end what it paid.
fn path(account: &Account, is_contracted: bool, draw: &mut Draw) -> [u32; 6] {
    let (up, down) = match account.segment {
        "Enterprise" => (110, 6),
        "Mid-Market" => (90, 9),
        "Small Business" => (60, 12),
        _ => (20, 12),
    };
    let mut path = [account.arr; 6];
    for place in (0..5).rev() {
        let (drawn, part) = (draw.below(1000), draw.below(20));
        let percent = match drawn {
            _ if account.churned_on.is_some() => 100,
            _ if is_contracted && place == 4 => 135 + part,
            _ if is_contracted => 100,
            drawn if drawn < up => 76 + part,
            drawn if drawn < up + down => 110 + part,
            _ => 100,
        };
        let before = u64::from(path[place + 1]) * u64::from(percent) / 100;
        path[place] = u32::try_from(before).unwrap_or(u32::MAX) / 100 * 100;
        if percent == 100 || path[place] == 0 {
            path[place] = path[place + 1];
        }
    }
    path
}

fn row(table: &mut Table, account: &Account, arr: u32, as_of: NaiveDate) {
    let churned_on = account.churned_on.filter(|left| *left <= as_of);
    let earlier = account.renews_on.checked_sub_months(Months::new(12)).filter(|day| *day > as_of);
    table.row([
        account.id.as_str(),
        &account.name,
        account.segment,
        account.plan,
        account.region,
        account.owner,
        &format!("{arr}.0"),
        "EUR",
        &account.started_on.to_string(),
        &earlier.unwrap_or(account.renews_on).to_string(),
        &churned_on.map_or_else(String::new, |day| day.to_string()),
        if churned_on.is_some() { account.churn_reason } else { "" },
        if account.is_key { "true" } else { "false" },
        &as_of.to_string(),
    ]);
}
