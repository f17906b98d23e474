use chrono::{NaiveDateTime, TimeDelta};

use super::*;
use crate::integrations::testing::{Company, account, at, run};
use crate::integrations::{EpisodeKind, Moment};
use crate::rollup::{Activity, Cell, Measures};
use crate::tables::rows::{Account, Run, Ticket};
use proptest::prelude::*;

/// A sustained episode of failed runs.
pub(in crate::integrations) fn episode(
    capability: usize,
    account: &str,
    from: NaiveDateTime,
    until: Option<NaiveDateTime>,
) -> Episode {
    Episode {
        capability,
        account: Some(account.into()),
        kind: EpisodeKind::Failed,
        began: Moment::at(from),
        ended: until.map(Moment::at),
        runs: 3,
        never_worked: false,
        chance: Some(1e-6),
        sustained: true,
        weight: 1.0,
        error: None,
        auto_recovered: None,
    }
}

/// What an account uses every month: days in the product, and days on each integration.
pub(in crate::integrations) struct Use {
    pub account: String,
    pub product: u64,
    pub integrations: Vec<(usize, u64)>,
}

/// The same use in every month from the first to the last.
pub(in crate::integrations) fn rollup(used: &[Use], first: &str, last: &str) -> Rollup {
    let month = |text: &str| Month::of(day(&format!("{text}-01")));
    let (first, last) = (month(first), month(last));
    let mut known = Rollup { accounts: used.iter().map(|used| used.account.clone()).collect(), ..Rollup::default() };
    known.observed = Some((first.first_day(), last.plus(1).first_day() - TimeDelta::days(1)));
    for month in (0..=last.since(first)).map(|step| first.plus(step)) {
        let mut cells = Vec::new();
        let mut activity = std::collections::BTreeMap::new();
        for (account, of) in used.iter().enumerate() {
            cells.extend(of.integrations.iter().map(|&(capability, days)| cell(capability, account, days, month)));
            activity.insert(account, Activity { active_days: of.product, active_users: 1 });
        }
        cells.sort_by_key(|cell| (cell.capability, cell.account));
        known.monthly.insert(month, cells);
        known.activity_monthly.insert(month, activity);
    }
    known
}

fn cell(capability: usize, account: usize, days: u64, month: Month) -> Cell {
    let measures = Measures {
        events: days,
        with_status: 0,
        errors: 0,
        active_days: days,
        active_users: 0,
        user_days: 0,
        succeeded_days: days,
        sole_users: 0,
        first: month.first_day(),
        last: month.first_day(),
    };
    Cell { capability, account: Some(account), measures }
}

pub(in crate::integrations) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
