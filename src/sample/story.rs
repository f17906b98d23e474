//! The integration whose failure can be told from the vendor's announcement to the accounts that it cost, and who leaves.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::draw::Draw;
use super::roles::Role;
use super::world::{Account, Capability, Departure, PATRON, day, month};

/// The id of the integration; a company that lacks it, or planted something else in it, has no story.
const INTEGRATION: &str = "ledgerly_sync";

/// The month from which the accounts that fade use next to nothing: June 2026.
const FADES_FROM: u32 = 11;

/// A day.
pub(super) fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// A minute, UTC.
pub(super) fn at(on: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    on.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
}

/// The day on which it did.
pub(super) fn changed_on() -> NaiveDate {
    on(2026, 7, 15)
}

/// The day on which the first accounts work again; the last follow within three days.
pub(super) fn mended_on() -> NaiveDate {
    on(2026, 8, 4)
}

/// Whether it is the integration of the story.
pub(super) fn is_it(capability: &Capability) -> bool {
    capability.id == INTEGRATION && capability.role == Role::Healthy
}

/// How much likelier than others an account of a segment connects anything, in hundredths: large accounts integrate more.
pub(super) fn eagerness(segment: &str) -> u32 {
    match segment {
        "Enterprise" => 160,
        "Mid-Market" => 125,
        "Small Business" => 95,
        _ => 75,
    }
}

/// How likely an account of a segment is to leave within the history, in thousandths: large accounts leave less.
pub(super) fn restlessness(segment: &str) -> u32 {
    match segment {
        "Enterprise" => 40,
        "Mid-Market" => 60,
        "Small Business" => 95,
        _ => 120,
    }
}

/// Whether an account may have a connection: who fades had none, so that nothing broke for it, and whoever leaves for another
/// reason after the change did not have this one.
pub(super) fn may_connect(capability: &Capability, account: &Account) -> bool {
    match account.departure {
        Departure::Faded => !capability.integration,
        Departure::Other => !is_it(capability) || account.churned_on.is_none_or(|left| left < changed_on()),
        Departure::Stays | Departure::Broken | Departure::BrokenBefore => true,
    }
}

/// Decides who leaves for what: of four hundred accounts seven because the integration of the story failed them, five because
/// an earlier change of a vendor did, two because
/// they lost interest, the others for reasons of their own.
pub(super) fn depart(accounts: &mut [Account], seed: u64) {
    const OTHER: [&str; 6] =
        ["price", "out of business", "acquired", "moved to a competitor", "no longer needed", "missing features"];
    let mut draw = Draw::new(seed, "departures");
    for account in accounts.iter_mut().filter(|account| account.churned_on.is_some()) {
        account.departure = Departure::Other;
        account.churn_reason = draw.one_of(&OTHER);
    }
    let total = u32::try_from(accounts.len()).unwrap_or(u32::MAX).min(1_000_000);
    for (segment, of_400) in [("Enterprise", 1), ("Mid-Market", 3), ("Small Business", 3)] {
        for index in choose(accounts, segment, of_400 * total / 400, &mut draw) {
            let account = &mut accounts[index];
            account.churned_on = day(13, 18).checked_add_days(Days::new(draw.below(38).into()));
            account.departure = Departure::Broken;
            account.churn_reason =
                draw.one_of(&["bookkeeping export unreliable", "integration failed", "data missing"]);
        }
    }
    for (segment, of_400) in [("Mid-Market", 2), ("Small Business", 3)] {
        for index in choose(accounts, segment, of_400 * total / 400, &mut draw) {
            let account = &mut accounts[index];
            account.churned_on = Some(day(9, 9)).and_then(|day| day.checked_add_days(Days::new(draw.below(60).into())));
            account.departure = Departure::BrokenBefore;
            account.churn_reason = draw.one_of(&["integration failed", "missing features"]);
        }
    }
    for index in choose(accounts, "Small Business", 2 * total / 400, &mut draw) {
        let account = &mut accounts[index];
        account.churned_on = Some(day(14, 4 + draw.below(16)));
        account.departure = Departure::Faded;
        account.churn_reason = draw.one_of(&["no longer used", ""]);
    }
}

/// Whether an account has lost interest by a month.
pub(super) fn has_faded(account: &Account, month_index: u32) -> bool {
    account.departure == Departure::Faded && month_index >= FADES_FROM
}

/// So many accounts of a segment that stay and have been there for the first half of the history.
fn choose(accounts: &[Account], segment: &str, wanted: u32, draw: &mut Draw) -> Vec<usize> {
    let fits = |index: &usize| {
        let account = &accounts[*index];
        *index > PATRON && account.segment == segment && account.churned_on.is_none() && account.started_on < month(6)
    };
    let mut free: Vec<usize> = (0..accounts.len()).filter(fits).collect();
    let mut chosen = Vec::new();
    for _ in 0..wanted {
        if !free.is_empty() {
            chosen.push(free.swap_remove(draw.below(u32::try_from(free.len()).unwrap_or(u32::MAX)) as usize));
        }
    }
    chosen
}
