//! What is considered for removal, and on which days it could go.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::Evidence;
use crate::config::{Assumed, CapabilityKind, NoticeClass};
use crate::decide::{self, Decision, Grade, Verdict};
use crate::plan::calendar::Calendar;
use crate::plan::limits::{kept_until, renewal_windows, vendor_end};
use crate::plan::model::Constraint;
use crate::plan::notice::{ClassPolicy, NoticePolicy};
use crate::plan::stages::{brownouts_fit, read_only_fits};
use crate::units::{Month, format};

/// Day of the month from which a removal is looked for: the first week belongs to billing and reports.
const FROM_DAY: u32 = 8;
/// Source of a promise that makes a capability contractual.
const CONTRACT: &str = "contract";

/// How many accounts a sentence names.
const NAMED: usize = 2;
/// What its users are owed, and a vendor does not ask for.
const OWED: [Constraint; 4] =
    [Constraint::Notice, Constraint::Replacement, Constraint::Commitment, Constraint::Renewal];

/// One capability that may go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Considered {
    pub capability: usize,
    pub class: NoticeClass,
    /// By month, the day on which it would go, also where the month is barred.
    pub days: Vec<NaiveDate>,
    /// By month, what forbids it.
    pub barred: Vec<Vec<Constraint>>,
    /// Mean of what its removal takes.
    pub hours: f64,
    pub team: Option<String>,
    pub demand: Option<Demand>,
    pub limits: DayLimits,
}

impl Considered {
    /// The vendor whose end demands that it goes; `None`: a setting demands it, or nobody does.
    pub fn vendor(&self) -> Option<&str> {
        self.demand.as_ref()?.vendor.as_deref()
    }
}

/// The last day on which something may be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    pub by: NaiveDate,
    /// `the shutdown by Acme`, or the reason of the setting.
    pub reason: String,
    /// The vendor who ends it then; `None`: a setting demands it.
    pub vendor: Option<String>,
}

/// What holds for all that is considered.
pub(super) struct Frame<'a> {
    pub evidence: Evidence<'a>,
    pub calendar: Calendar,
    /// The earliest day of an announcement.
    pub decided: NaiveDate,
    pub first: Month,
    /// By capability.
    pub decisions: BTreeMap<usize, &'a Decision>,
    /// Key accounts, by customer.
    pub keys: BTreeSet<usize>,
}

impl<'a> Frame<'a> {
    pub fn new(evidence: Evidence<'a>) -> Self {
        let calendar = Calendar::of(evidence.settings);
        let as_of = evidence.facts.as_of;
        let ready = as_of.checked_add_days(Days::new(u64::from(evidence.settings.decide_days))).unwrap_or(as_of);
        Self {
            decided: calendar.working_from(ready),
            calendar,
            first: Month::of(as_of).plus(1),
            decisions: evidence.decisions.ranked.iter().map(|decision| (decision.capability, decision)).collect(),
            keys: decide::key_accounts(evidence.facts),
            evidence,
        }
    }

    pub fn months(&self) -> impl Iterator<Item = Month> + use<> {
        let (first, count) = (self.first, self.evidence.settings.months.cast_signed());
        (0..count).map(move |month| first.plus(month))
    }

    /// The decisions that are considered, by rank: advised removals, and those that would be but for a promise with an end, of known
    /// worth.
    pub fn considered(&self, policy: &NoticePolicy) -> Vec<Considered> {
        let candidates: Vec<&Decision> =
            self.evidence.decisions.ranked.iter().filter(|decision| self.may_go(decision)).collect();
        let all: BTreeSet<usize> = candidates.iter().map(|decision| decision.capability).collect();
        candidates.into_iter().map(|decision| self.one(decision, &all, policy)).collect()
    }

    fn may_go(&self, decision: &Decision) -> bool {
        let Some(worth) = &decision.net_benefit else { return false };
        match decision.verdict {
            Verdict::Deprecate | Verdict::Consolidate => true,
            Verdict::Protected => {
                let is_core = decision.reasons.iter().any(|reason| reason.code == "core-intent");
                let remove_from = self.evidence.deciding.policy.remove_from;
                !is_core && decision.rule == Grade::Prime && worth.p_positive >= remove_from
            }
            _ => self.demand_of_settings(decision.capability).is_some(),
        }
    }

    fn one(&self, decision: &Decision, all: &BTreeSet<usize>, policy: &NoticePolicy) -> Considered {
        let index = decision.capability;
        let class = self.class(index);
        let demand = self.demand(index);
        let hours = self.hours(index);
        let limits = DayLimits {
            notice: self.notice(policy.class(class).months),
            replacement: self.replacement_ready(index),
            promised: kept_until(&self.evidence.facts.capabilities[index]),
            renewals: self.renewals(index),
            demand: demand.as_ref().map(|demand| demand.by),
            held: self.is_held(decision, all),
            worked: self.worked_from(hours),
        };
        let team = self.evidence.facts.capabilities[index].capability.owner.clone();
        let (days, barred) = (Vec::new(), Vec::new());
        let mut of = Considered { capability: index, class, days, barred, hours, team, demand, limits };
        self.plan_days(&mut of, policy, &self.calendar);
        of
    }

    /// The first day of the month in which the work on a removal can be done.
    fn worked_from(&self, hours: f64) -> NaiveDate {
        let months = if hours > 0.0 { self.evidence.settings.work_months.max(1) - 1 } else { 0 };
        self.first.plus(months.cast_signed()).first_day()
    }

    /// The day of a month on which it would go, and what forbids it: the first middle day of a week from the eighth on, else any
    /// working day; where none is free, the one with the least against it. One that leaves no room for the last brownout,
    /// or for the time in which it can only be read, only where no other does.
    fn day(
        &self,
        month: Month,
        limits: &DayLimits,
        policy: &ClassPolicy,
        calendar: &Calendar,
    ) -> (NaiveDate, Vec<Constraint>) {
        let days: Vec<NaiveDate> = month.first_day().iter_days().take_while(|day| Month::of(*day) == month).collect();
        let is_middle = |day: &NaiveDate| matches!(day.weekday(), Weekday::Tue | Weekday::Wed | Weekday::Thu);
        let middle = days.iter().copied().filter(|day| day.day() >= FROM_DAY && is_middle(day));
        let weekday = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let others = days.iter().copied().filter(weekday);
        let judged: Vec<_> = middle.chain(others).map(|day| (day, limits.against(day, calendar))).collect();
        let least = judged.iter().map(|(_, against)| against.len()).min();
        let nearest = judged.into_iter().filter(|(_, against)| Some(against.len()) == least);
        let lacks = |day: NaiveDate| {
            let fits = [brownouts_fit, read_only_fits].map(|fits| fits(policy, self.decided, day, calendar));
            fits.into_iter().filter(|fits| !fits).count()
        };
        nearest.min_by_key(|(day, _)| lacks(*day)).unwrap_or((month.first_day(), vec![Constraint::Blackout]))
    }

    /// Moves something to the last working day before its vendor ends it, where nothing but what its users are owed stands against that
    /// day; otherwise says no, as where that day lies before the decision or outside of what is planned, and where it stands there already.
    pub fn move_to_end(&self, of: &mut Considered) -> bool {
        let Some(demand) = of.demand.as_ref().filter(|demand| demand.vendor.is_some()) else { return false };
        let day = self.calendar.working_until(demand.by);
        let Some(month) = self.months().position(|month| month == Month::of(day)) else { return false };
        let stands_there = of.days[month] == day && of.barred[month].is_empty();
        let against = of.limits.against(day, &self.calendar);
        if day <= self.decided || stands_there || against.iter().any(|bar| !OWED.contains(bar)) {
            return false;
        }
        of.days[month] = day;
        of.barred[month].clear();
        true
    }

    /// Takes the demand of a setting away that gave way; what its vendor ends still ends then.
    pub fn without_setting(&self, of: &mut Considered, policy: &NoticePolicy) {
        of.demand = self.demand_of_vendor(of.capability);
        of.limits.demand = of.demand.as_ref().map(|demand| demand.by);
        self.plan_days(of, policy, &self.calendar);
    }

    /// The same without a limit that holds single days; where it is notice, with that of the policy.
    pub fn relaxed(&self, of: &Considered, constraint: Constraint, policy: &NoticePolicy) -> Considered {
        let mut of = of.clone();
        let open = Calendar::default();
        let mut calendar = &self.calendar;
        match constraint {
            Constraint::Notice => of.limits.notice = self.notice(policy.class(of.class).months),
            Constraint::Replacement => of.limits.replacement = None,
            Constraint::Commitment => of.limits.promised = None,
            Constraint::Renewal => of.limits.renewals.clear(),
            Constraint::Blackout => calendar = &open,
            _ => {}
        }
        self.plan_days(&mut of, policy, calendar);
        of
    }

    fn plan_days(&self, of: &mut Considered, policy: &NoticePolicy, calendar: &Calendar) {
        let class = policy.class(of.class);
        (of.days, of.barred) = self.months().map(|month| self.day(month, &of.limits, class, calendar)).unzip();
    }

    /// The day on which some months of notice end.
    fn notice(&self, months: u32) -> NaiveDate {
        self.decided.checked_add_months(Months::new(months)).unwrap_or(self.decided)
    }

    fn class(&self, index: usize) -> NoticeClass {
        let facts = &self.evidence.facts.capabilities[index];
        if let Some(class) = self.evidence.settings.classes.get(&facts.capability.id) {
            return *class;
        }
        if facts.commitments.iter().any(|(.., source)| source.as_deref() == Some(CONTRACT)) {
            NoticeClass::Contractual
        } else if facts.capability.public_api == Some(true) {
            NoticeClass::PublicApi
        } else if facts.capability.kind == CapabilityKind::Integration {
            NoticeClass::Integration
        } else {
            NoticeClass::UserInterface
        }
    }

    /// The earlier of what vendors and settings demand.
    fn demand(&self, index: usize) -> Option<Demand> {
        let all = self.demand_of_vendor(index).into_iter().chain(self.demand_of_settings(index));
        all.min_by_key(|demand| (demand.by, demand.vendor.is_none()))
    }

    fn demand_of_vendor(&self, index: usize) -> Option<Demand> {
        vendor_end(index, self.evidence.integrations).map(|(by, vendor)| Demand {
            by,
            reason: format!("the shutdown by {vendor}"),
            vendor: Some(vendor.to_owned()),
        })
    }

    pub fn demand_of_settings(&self, index: usize) -> Option<Demand> {
        let id = &self.evidence.facts.capabilities[index].capability.id;
        let own = self.evidence.settings.demand.iter().filter(|demand| demand.capability == *id);
        let first = own.min_by_key(|demand| demand.by)?;
        let reason = if first.reason.is_empty() { "a demand of the settings".to_owned() } else { first.reason.clone() };
        Some(Demand { by: first.by, reason, vendor: None })
    }

    /// Whether something that needs it stays whatever the plan, since it is not considered; also in a circle, whose members stand among
    /// what goes with it. Its parts do not hold it.
    fn is_held(&self, decision: &Decision, all: &BTreeSet<usize>) -> bool {
        let stays = |index: &&usize| !all.contains(*index);
        let needs_it = |index: &usize| {
            let of = self.decisions.get(index).map(|of| &of.dependencies);
            of.is_some_and(|of| of.needs.contains(&decision.capability))
        };
        let dependencies = &decision.dependencies;
        dependencies.needed_by.iter().any(|index| stays(&index)) || dependencies.with.iter().filter(stays).any(needs_it)
    }

    /// From when its replacement has been on offer for long enough.
    fn replacement_ready(&self, index: usize) -> Option<NaiveDate> {
        let facts = self.evidence.facts;
        let by = facts.capabilities[index].substitute.as_ref()?.capability;
        let launched = facts.capabilities[by].capability.launched_on?;
        launched.checked_add_days(Days::new(u64::from(self.evidence.settings.replacement_lead_days)))
    }

    /// The stated renewals of the key accounts that use it, by day.
    fn stated_renewals(&self, index: usize) -> Vec<(NaiveDate, usize)> {
        let facts = self.evidence.facts;
        let users = facts.overlap.touched.get(index);
        let keys = self.keys.iter().filter(|key| users.is_some_and(|users| users.contains(**key)));
        let mut stated: Vec<(NaiveDate, usize)> =
            keys.filter_map(|key| Some((facts.customers[*key].renews_on?, *key))).collect();
        stated.sort_unstable();
        stated
    }

    /// The spans around the renewals of the key accounts that use it.
    fn renewals(&self, index: usize) -> Vec<(NaiveDate, NaiveDate)> {
        let (facts, settings) = (self.evidence.facts, self.evidence.settings);
        let last = self.first.plus(settings.months.cast_signed()).first_day();
        let windows = |(day, _)| renewal_windows(day, settings, (facts.as_of, last));
        self.stated_renewals(index).into_iter().flat_map(windows).collect()
    }

    /// Who renews when, in words: `Acme on 2027-05-20 and 2 more`.
    pub fn renewing(&self, index: usize) -> String {
        let one = |(day, key): (NaiveDate, usize)| {
            let of = &self.evidence.facts.customers[key];
            format!("{} on {day}", of.name.as_ref().unwrap_or(&of.id))
        };
        format::first_of(self.stated_renewals(index).into_iter().map(one), NAMED)
    }

    /// Mean of the hours that its removal takes.
    fn hours(&self, index: usize) -> f64 {
        let hours = self.evidence.decisions.assumptions.iter().filter(|of| of.name == Assumed::RemovalHours);
        let own = hours.clone().find(|of| of.capability == Some(index));
        own.or_else(|| hours.clone().find(|of| of.capability.is_none())).map_or(0.0, |of| of.spread.mean)
    }
}

/// What the days of one capability are held against.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DayLimits {
    notice: NaiveDate,
    replacement: Option<NaiveDate>,
    promised: Option<NaiveDate>,
    renewals: Vec<(NaiveDate, NaiveDate)>,
    demand: Option<NaiveDate>,
    held: bool,
    worked: NaiveDate,
}

impl DayLimits {
    /// What stands against a day, in the order of the constraints.
    fn against(&self, day: NaiveDate, calendar: &Calendar) -> Vec<Constraint> {
        let holds = [
            (Constraint::Notice, day < self.notice),
            (Constraint::Replacement, self.replacement.is_some_and(|ready| day < ready)),
            (Constraint::Commitment, self.promised.is_some_and(|until| day <= until)),
            (Constraint::Renewal, self.renewals.iter().any(|(from, until)| (*from..=*until).contains(&day))),
            (Constraint::Blackout, calendar.closed(day).is_some()),
            (Constraint::Deadline, self.demand.is_some_and(|by| day > by)),
            (Constraint::Work, day < self.worked),
            (Constraint::Dependents, self.held),
        ];
        holds.into_iter().filter(|(_, holds)| *holds).map(|(constraint, _)| constraint).collect()
    }
}
