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
    let mut entries: Vec<CalendarEntry> =
        to_come.into_iter().map(|change| entry(change, known.vendors[change.vendor].name, &users, evidence)).collect();
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

fn entry(change: &Change, vendor: &str, users: &Users, evidence: Evidence) -> CalendarEntry {
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
        vendor: vendor.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, account, at, run};
    use super::super::vendor_changes::testing::change;
    use super::*;
    use crate::tables::rows::{Account, ApiChange};
    use crate::units::Money;

    fn titled(title: &str, change: ApiChange) -> ApiChange {
        ApiChange { title: Some(title.into()), ..change }
    }

    /// Accounts u, v and w in the base, x gone; a is used by u and v, b by v, c by nobody.
    fn company(changes: Vec<ApiChange>) -> Company {
        let mut company = Company::new(&["a", "b", "c"]);
        for (line, owner) in company.catalogue.iter_mut().zip(["Core", "Edge", ""]) {
            line.vendor = Some("One".into());
            line.owner = Some(owner.to_owned()).filter(|owner| !owner.is_empty());
        }
        company.accounts = ["u", "v", "w"]
            .into_iter()
            .zip([10.0, 20.0, 40.0])
            .map(|(id, arr)| Account { arr: Money::from_units(arr), ..account(id) })
            .collect();
        company.accounts.push(Account {
            churned_on: "2026-02-01".parse().ok(),
            arr: Money::from_units(80.0),
            ..account("x")
        });
        company.usage = [("u", "a"), ("v", "a"), ("v", "b"), ("x", "b")]
            .map(|(account, capability)| ("2026-08-01".into(), account.into(), capability.into()))
            .to_vec();
        company.api_changes = Some(changes);
        company
    }

    fn entries(company: &Company) -> Vec<CalendarEntry> {
        company.look(|evidence, _| calendar(evidence))
    }

    #[test]
    fn what_is_to_come_and_in_which_order() {
        let mut company = company(vec![
            titled("past", change("One", "", "2026-09-29")),
            titled("today", change("One", "", "2026-09-30")),
            titled("not known", change("One", "2026-10-01", "2027-01-01")),
            ApiChange { effective_version: Some("2.0".into()), ..titled("a version", change("One", "2020-01-01", "")) },
            titled("later", change("One", "", "2026-12-01")),
            titled("b", change("One", "2026-09-30", "2026-10-10")),
            titled("a", change("One", "", "2026-10-10")),
            titled("z", change("Ace", "", "2026-10-10")),
        ]);
        let found = entries(&company);
        let titles: Vec<&str> = found.iter().filter_map(|entry| entry.title.as_deref()).collect();
        assert_eq!(titles, ["z", "a", "b", "later", "a version"]);
        assert_eq!(
            found.iter().map(|entry| entry.days_left).collect::<Vec<_>>(),
            [Some(10), Some(10), Some(10), Some(62), None]
        );
        assert_eq!(found[4].effective_version.as_deref(), Some("2.0"));
        company.api_changes.as_mut().unwrap().reverse();
        assert_eq!(entries(&company), found, "the order of rows does not show");
        company.api_changes = None;
        assert_eq!(entries(&company), []);
    }

    #[test]
    fn whom_a_change_touches() {
        let named =
            |capability: &str| ApiChange { capability: Some(capability.into()), ..change("One", "", "2026-11-01") };
        let mut company = company(vec![
            named("a"),
            titled("all", change("One", "", "2026-11-01")),
            named("c"),
            titled("none", change("Ace", "", "2026-11-01")),
        ]);
        let of = |company: &Company, title: Option<&str>, capabilities: &[usize]| {
            let found = entries(company);
            let entry = found.iter().find(|entry| {
                entry.title.as_deref() == title && (title.is_some() || entry.capabilities == capabilities)
            });
            let entry = entry.unwrap();
            assert_eq!(entry.capabilities, capabilities);
            (entry.accounts, entry.arr, entry.owners.clone(), entry.unowned)
        };
        let units = Money::from_units;
        // Rows that differ only in the capability are one change: a and c together.
        assert_eq!(of(&company, None, &[0, 2]), (Some(2), units(30.0), vec!["Core".into()], true));
        let all = of(&company, Some("all"), &[0, 1, 2]);
        assert_eq!(all, (Some(2), units(30.0), vec!["Core".into(), "Edge".into()], true), "x is not in the base");
        assert_eq!(
            of(&company, Some("none"), &[]),
            (None, None, Vec::new(), false),
            "no capability is known behind it"
        );
        company.api_changes = Some(vec![named("c"), titled("b", named("b"))]);
        assert_eq!(of(&company, None, &[2]), (Some(0), None, Vec::new(), true));
        assert_eq!(of(&company, Some("b"), &[1]), (Some(1), units(20.0), vec!["Edge".into()], false));
        // Runs are use, of accounts of the base and in the period.
        company.runs = Some(vec![
            run("c", "w", at("07-01T00:00"), "failed"),
            run("c", "x", at("07-01T00:00"), "ok"),
            run("c", "nobody", at("07-01T00:00"), "ok"),
            run("c", "u", at("06-30T23:59"), "ok"),
            run("c", "v", at("10-01T00:00"), "ok"),
            run("a", "u", at("07-01T00:00"), "ok"),
        ]);
        assert_eq!(of(&company, None, &[2]).0, Some(1));
        assert_eq!(of(&company, None, &[2]).1, units(40.0));
    }

    #[test]
    fn collisions_are_counted_by_team_and_month() {
        let named = |title: &str, capability: &str, day: &str| {
            titled(title, ApiChange { capability: Some(capability.into()), ..change("One", "", day) })
        };
        let found = |company: &Company| {
            company.look(|evidence, settings| {
                let calendar = calendar(evidence);
                let collisions = collisions(&calendar, evidence, settings.volatility);
                collisions
                    .into_iter()
                    .map(|found| (found.month.to_string(), found.owner, found.entries))
                    .collect::<Vec<_>>()
            })
        };
        let mut company = company(vec![
            named("0", "a", "2026-10-01"),
            named("1", "a", "2026-10-31"),
            named("2", "b", "2026-10-31"),
            named("3", "a", "2026-11-01"),
            titled("4", change("One", "", "2026-11-30")),
            named("5", "c", "2026-11-30"),
            named("6", "a", ""),
            named("7", "a", ""),
        ]);
        let core = || Some("Core".to_owned());
        assert_eq!(
            found(&company),
            [
                ("2026-10".to_owned(), core(), vec![0, 1]),
                ("2026-11".to_owned(), None, vec![4, 5]),
                ("2026-11".to_owned(), core(), vec![3, 4]),
            ]
        );
        company.settings.volatility.collide_from = 3;
        assert_eq!(found(&company), []);
    }
}
