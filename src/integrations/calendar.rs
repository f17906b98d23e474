//! The calendar of vendor changes to come, with whom they touch.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::vendor_changes::{Change, Known};
use super::{CalendarEntry, Collision, Evidence};
use crate::attribute::Targets;
use crate::config::{RawColumn, VolatilitySettings};
use crate::metrics::AccountSet;
use crate::units::{Month, definition};

definition! {
    /// The vendor changes that are known on the as-of date and not yet past: those that hold from a later day, and those without a
    /// day. A change that holds from the as-of date itself is past. A change that names only a version stays without a day: when
    /// that version comes is not for this report to guess.
    ///
    /// Behind a change stand the capabilities that it names, else all of its vendor. *Accounts* are those of the base
    /// that use any of them in the period, each once: with days of use as for adoption, or with runs, since an integration that works by
    /// itself has no clicks; *ARR* is theirs. Both are unknown where use is only counted, and where no capability is known behind the
    /// change. *Owners* are the teams of the catalogue; a change is *unowned* when one of the capabilities behind it
    /// has none.
    ///
    /// *Collisions*: calendar months in which one team has `volatility.collide_from` dated changes or more. A change
    /// with several owners counts for each; one with a capability that nobody owns counts among those of nobody, too.
    pub CALENDAR, "api_calendar", "Calendar of vendor changes"
}

/// Changes dated after the as-of date or not at all; by day, undated last, then vendor and title.
pub(super) fn calendar(evidence: Evidence) -> Vec<CalendarEntry> {
    let Some(known) = Known::of(evidence) else { return Vec::new() };
    let to_come = known.changes.iter().filter(|change| change.past(evidence.spans.as_of).is_none());
    let to_come: Vec<&Change> = to_come.collect();
    let users = Users::of(evidence, to_come.iter().flat_map(|change| change.capabilities.iter().copied()));
    let mut entries: Vec<CalendarEntry> = to_come.into_iter().map(|change| entry(change, &users, evidence)).collect();
    entries.sort_by(|a, b| order(a).cmp(&order(b)));
    entries
}

/// Every field that can tell two entries apart. An entry without a day comes after those with one.
fn order(entry: &CalendarEntry) -> impl Ord + '_ {
    (
        (entry.effective_on.is_none(), entry.effective_on),
        (&entry.vendor, &entry.title, &entry.api, &entry.change),
        (&entry.effective_version, entry.announced_on, entry.breaking, &entry.url),
        &entry.capabilities,
    )
}

fn entry(change: &Change, users: &Users, evidence: Evidence) -> CalendarEntry {
    let row = change.row;
    let accounts = users.of_any(&change.capabilities);
    let all = evidence.catalogue.capabilities();
    let owners = || {
        let owner =
            |&capability: &usize| all[capability].owner.as_deref().map(str::trim).filter(|name| !name.is_empty());
        change.capabilities.iter().map(owner)
    };
    let distinct: BTreeSet<&str> = owners().flatten().collect();
    CalendarEntry {
        vendor: row.vendor.clone().unwrap_or_default(),
        api: row.api.clone(),
        title: row.title.clone(),
        change: row.change.clone(),
        breaking: change.breaking(),
        announced_on: row.announced_on,
        effective_on: row.effective_on,
        effective_version: row.effective_version.clone(),
        days_left: row.effective_on.map(|day| (day - evidence.spans.as_of).num_days()),
        accounts: accounts.as_ref().map(AccountSet::len),
        arr: accounts.and_then(|accounts| {
            let arr = accounts.iter().filter_map(|account| evidence.facts.customers[account].arr);
            arr.reduce(|sum, arr| sum + arr)
        }),
        owners: distinct.into_iter().map(str::to_owned).collect(),
        unowned: owners().any(|owner| owner.is_none()),
        url: row.url.clone(),
        capabilities: change.capabilities.clone(),
    }
}

/// Base accounts that use a capability, by clicks or by runs, of those that stand behind a change to come.
struct Users(Option<BTreeMap<usize, AccountSet>>);

impl Users {
    fn of(evidence: Evidence, capabilities: impl Iterator<Item = usize>) -> Self {
        let facts = evidence.facts;
        if facts.overlap.touched.is_empty() {
            return Self(None);
        }
        let touched = |capability: usize| facts.overlap.touched.get(capability).cloned().unwrap_or_default();
        let mut users: BTreeMap<usize, AccountSet> = capabilities.map(|index| (index, touched(index))).collect();
        if !users.is_empty() {
            add_runs(&mut users, evidence);
        }
        Self(Some(users))
    }

    /// Those of any of them; `None` when use by account is not known, or there is no capability.
    fn of_any(&self, capabilities: &[usize]) -> Option<AccountSet> {
        let users = self.0.as_ref().filter(|_| !capabilities.is_empty())?;
        let mut all = AccountSet::default();
        for set in capabilities.iter().filter_map(|capability| users.get(capability)) {
            all.unite(set);
        }
        Some(all)
    }
}

/// Adds the base accounts with a run in the period, however it ended. There are millions of runs and a few hundred names.
fn add_runs(users: &mut BTreeMap<usize, AccountSet>, evidence: Evidence) {
    let customers = evidence.facts.customers.iter().enumerate().filter(|(_, customer)| customer.in_base);
    let customers: HashMap<&str, usize, RandomState> =
        customers.map(|(index, known)| (known.id.as_str(), index)).collect();
    let mut targets = Targets::new(evidence.catalogue);
    let mut wanted: HashMap<&str, Vec<usize>, RandomState> = HashMap::default();
    let (from, until) = evidence.period();
    for run in evidence.runs.unwrap_or_default() {
        let (Some(name), Some(account)) = (&run.capability, &run.account_id) else { continue };
        if !run.started_at.is_some_and(|at| from <= at && at < until) {
            continue;
        }
        let reached = wanted.entry(name).or_insert_with(|| {
            let reached = targets.of(RawColumn::Capability, name).iter().copied();
            reached.filter(|capability| users.contains_key(capability)).collect()
        });
        if reached.is_empty() {
            continue;
        }
        let Some(&customer) = customers.get(account.as_str()) else { continue };
        for capability in reached {
            if let Some(set) = users.get_mut(capability) {
                set.insert(customer);
            }
        }
    }
}

/// Months in which a team has `volatility.collide_from` of them or more; by month, then owner.
pub(super) fn collisions(
    calendar: &[CalendarEntry],
    _evidence: Evidence,
    settings: &VolatilitySettings,
) -> Vec<Collision> {
    let mut by_team: BTreeMap<(Month, Option<&str>), Vec<usize>> = BTreeMap::new();
    for (index, entry) in calendar.iter().enumerate() {
        let Some(day) = entry.effective_on else { continue };
        let nobody = entry.unowned.then_some(None);
        for owner in nobody.into_iter().chain(entry.owners.iter().map(|owner| Some(owner.as_str()))) {
            by_team.entry((Month::of(day), owner)).or_default().push(index);
        }
    }
    let collide = by_team.into_iter().filter(|(_, entries)| entries.len() >= settings.collide_from as usize);
    collide.map(|((month, owner), entries)| Collision { month, owner: owner.map(str::to_owned), entries }).collect()
}
