//! Which failures are planted in the runs of integrations, and which outages.

use chrono::{NaiveDateTime, TimeDelta};

use super::draw::Draw;
use super::roles::Role;
use super::story::{self, at, on};
use super::world::{Account, Adopter, Capability, Departure, MONTHS, WHALE, month};

/// How a planted failure shows in the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Failed,
    Partial,
    Empty,
    Overdue,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Partial => "partial",
            Self::Empty => "empty",
            Self::Overdue => "overdue",
        }
    }
}

/// What goes wrong for one account on one integration, from when until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlannedFailure {
    /// Index of the integration.
    pub capability: usize,
    /// Index of the account.
    pub account: usize,
    pub kind: Kind,
    pub from: NaiveDateTime,
    /// The first moment at which it works again.
    pub until: NaiveDateTime,
    /// Who saw it first; empty: nobody.
    pub detected_by: &'static str,
    pub note: &'static str,
    /// Minutes between the attempts of a platform that tries again and again; 0: only when a run is due.
    pub again_after: u32,
    /// Whether the account never had a good run, and uses it in no month.
    pub never_worked: bool,
}

/// A few hours in which an integration worked for nobody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outage {
    /// Index of the integration.
    pub capability: usize,
    pub from: NaiveDateTime,
    pub until: NaiveDateTime,
    /// Minutes until somebody knew.
    pub unseen: u32,
    pub detected_by: &'static str,
    /// Whether it mended itself.
    pub automated: bool,
    pub cause: &'static str,
    pub title: &'static str,
}

/// Everything that is planted, in order.
pub(super) fn plan(capabilities: &[Capability], accounts: &[Account], seed: u64) -> Vec<PlannedFailure> {
    let mut draw = Draw::new(seed, "planted failures");
    let mut plan = Vec::new();
    if let Some(capability) = capabilities.iter().position(story::is_it) {
        plan_story(&mut plan, (capability, &capabilities[capability]), accounts, &mut draw);
    }
    let healthy = |id: &str| capabilities.iter().position(|c| c.id == id && c.role == Role::Healthy);
    let of = |capability: usize, account: usize, kind: Kind, from: NaiveDateTime, days: u32| PlannedFailure {
        capability,
        account,
        kind,
        from,
        until: from + TimeDelta::days(days.into()),
        detected_by: "",
        note: "",
        again_after: 0,
        never_worked: false,
    };
    if let Some(capability) = healthy("paystream") {
        let quiet = steady(&capabilities[capability], accounts, 4, &mut draw);
        let starts = [on(2026, 2, 23), on(2026, 4, 13), on(2026, 7, 6), on(2026, 8, 3)];
        for (account, start) in quiet.into_iter().zip(starts) {
            let silent = of(capability, account, Kind::Overdue, at(start, 0, 0), 21 + draw.below(15));
            plan.push(PlannedFailure { note: "the schedule stopped, and nobody noticed", ..silent });
        }
    }
    if let Some(capability) = healthy("mapwright") {
        let left = |index: &usize| accounts[*index].departure == Departure::BrokenBefore;
        let hit = capabilities[capability].adopters.iter().map(|adopter| adopter.account).filter(left);
        let mut hit: Vec<usize> = hit.collect();
        hit.extend(steady(&capabilities[capability], accounts, 4, &mut draw));
        for account in hit {
            let removed = of(capability, account, Kind::Failed, at(on(2026, 2, 2), 0, 0), 14);
            let note = "refused since the vendor removed an interface in February";
            plan.push(PlannedFailure { note, ..removed });
        }
    }
    if let Some(capability) = healthy("mailhouse") {
        for account in steady(&capabilities[capability], accounts, 1, &mut draw) {
            let partial = of(capability, account, Kind::Partial, at(on(2026, 7, 20), 0, 0), 35);
            plan.push(PlannedFailure { note: "a part of the records is refused for five weeks", ..partial });
        }
    }
    if let Some(capability) = healthy("telematica") {
        for account in steady(&capabilities[capability], accounts, 1, &mut draw) {
            // 60 attempts in eight days: one every 192 minutes.
            let burst = of(capability, account, Kind::Failed, at(on(2026, 8, 17), 6, 0), 8);
            plan.push(PlannedFailure { again_after: 192, note: "60 failed runs in eight days, nobody told", ..burst });
        }
    }
    if let Some(capability) = healthy("partsbay") {
        for account in strangers(&capabilities[capability], accounts, &mut draw) {
            let start = of(capability, account, Kind::Failed, at(on(2026, 5, 11), 0, 0), 0);
            let (until, note) = (at(month(MONTHS), 0, 0), "0 uses: the start fails each time");
            plan.push(PlannedFailure { until, note, never_worked: true, ..start });
        }
    }
    plan
}

/// Most accounts of the story: nine in twenty fail loudly, eight end well and bring nothing, three are spared.
fn plan_story(
    plan: &mut Vec<PlannedFailure>,
    (capability, of): (usize, &Capability),
    accounts: &[Account],
    draw: &mut Draw,
) {
    let open = |adopter: &&Adopter| {
        let account = &accounts[adopter.account];
        adopter.account != WHALE && adopter.from < on(2026, 6, 1) && account.churned_on.is_none()
            || account.departure == Departure::Broken
    };
    let (mut left, mut stayed) = (0, 0);
    for adopter in of.adopters.iter().filter(open) {
        let leaves = accounts[adopter.account].departure == Departure::Broken;
        let place = if leaves { &mut left } else { &mut stayed };
        *place += 1;
        let kind = match (leaves, *place % 20) {
            (true, place) if place % 7 < 4 => Kind::Failed,
            (false, 0..9) => Kind::Failed,
            (true, _) | (false, 9..17) => Kind::Empty,
            (false, _) => continue,
        };
        let until = at(story::mended_on(), 8, 0) + TimeDelta::hours(draw.below(60).into());
        let note = match (leaves, kind) {
            (true, Kind::Failed) => "story: refused since the vendor changed its authentication; the account left",
            (true, _) => "story: ends well with zero records for three weeks; the account left",
            (false, Kind::Failed) => "story: refused since the vendor changed its authentication",
            (false, _) => "story: ends well with zero records for three weeks",
        };
        plan.push(PlannedFailure {
            capability,
            account: adopter.account,
            kind,
            from: at(story::changed_on(), 0, 0),
            until,
            detected_by: "customer",
            note,
            again_after: 0,
            never_worked: false,
        });
    }
}

/// The outages, by start.
pub(super) fn outages(capabilities: &[Capability]) -> Vec<Outage> {
    let healthy = |id: &str| capabilities.iter().position(|c| c.id == id && c.role == Role::Healthy);
    let mut outages = Vec::new();
    if let Some(capability) = healthy("mapwright") {
        let days_of_it = [
            (on(2026, 3, 24), 4),
            (on(2026, 4, 22), 6),
            (on(2026, 7, 21), 5),
            (on(2026, 8, 27), 9),
            (on(2026, 9, 16), 4),
        ];
        outages.extend(days_of_it.map(|(noon, unseen)| Outage {
            capability,
            // Between the schedules: few runs are due at noon.
            from: at(noon, 12, 10),
            until: at(noon, 15, 40),
            unseen,
            detected_by: "monitor",
            automated: true,
            cause: "capacity",
            title: "Mapwright answers 503, syncs are queued",
        }));
    }
    if let Some(capability) = healthy("fuelwise") {
        outages.extend([on(2026, 3, 18), on(2026, 8, 12)].map(|day| Outage {
            capability,
            from: at(day, 0, 10),
            until: at(day, 15, 30),
            unseen: 510,
            detected_by: "employee",
            automated: false,
            cause: "own_change",
            title: "Fuelwise importer fails after our release",
        }));
    }
    if let Some(capability) = healthy("payrollia") {
        outages.push(Outage {
            capability,
            from: at(on(2026, 9, 3), 2, 0),
            until: at(on(2026, 9, 3), 19, 0),
            unseen: 75,
            detected_by: "vendor",
            automated: false,
            cause: "capacity",
            title: "Payrollia reports a disturbance",
        });
    }
    outages.sort_by_key(|outage| outage.from);
    outages
}

/// So many accounts that use it from the first quarter of 2026 at the latest to the end.
fn steady(capability: &Capability, accounts: &[Account], wanted: u32, draw: &mut Draw) -> Vec<usize> {
    let is_steady = |adopter: &&Adopter| {
        adopter.account != WHALE && adopter.from < on(2026, 1, 1) && accounts[adopter.account].churned_on.is_none()
    };
    let free = capability.adopters.iter().filter(is_steady).map(|adopter| adopter.account).collect();
    some_of(free, wanted, draw)
}

/// One account that does not use it.
fn strangers(capability: &Capability, accounts: &[Account], draw: &mut Draw) -> Vec<usize> {
    let is_stranger = |index: &usize| {
        let account = &accounts[*index];
        let uses = capability.adopters.iter().any(|adopter| adopter.account == *index);
        !uses && account.churned_on.is_none() && account.segment == "Mid-Market" && account.started_on < month(6)
    };
    some_of((0..accounts.len()).filter(is_stranger).collect(), 1, draw)
}

fn some_of(mut free: Vec<usize>, wanted: u32, draw: &mut Draw) -> Vec<usize> {
    let mut chosen = Vec::new();
    while chosen.len() < wanted as usize && !free.is_empty() {
        chosen.push(free.swap_remove(draw.below(u32::try_from(free.len()).unwrap_or(u32::MAX)) as usize));
    }
    chosen
}
