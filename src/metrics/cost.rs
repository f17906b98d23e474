use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::disproportion::UNSEEN;
use crate::attribute::{CostType, Entry, Ledger, Source};
use crate::metrics::{CostByType, CostTotals};
use crate::units::{Money, Period, Share, definition};

definition! {
    /// Cost of keeping the capability alive in the period: support, run engineering, charges and incidents that the ledger
    /// places on it. Support: handle minutes × the loaded rate of the layer, or a flat cost per contact without minutes.
    /// Engineering: hours of run work (`cost.run_kinds`) × the loaded rate of the team. Charges: as billed. Incidents:
    /// responder hours × the rate of an incident hour, and credits. A `[[rate]]` of the row's team, role, layer, priority and
    /// day goes before the general rates.
    ///
    /// Work is run work by its own `kind`, else by the first `[[work]]` rule that matches, else by a word of its type, of a
    /// label or at the beginning of its title. Building work (`build_cost`) and work of unknown kind (`unclassified_cost`) are
    /// shown apart and enter no ratio: on public data with known outcomes a ranking that counts all engineering as cost
    /// does worse than chance, because work goes where somebody cares. Hidden cost is not in it.
    ///
    /// A row goes to what its first column with a match names: capability, component, labels or tags, epic, service, vendor,
    /// paths; then words of its texts; then the proposal of triage. Where its labels reach several capabilities, or the
    /// capability has parts of its own, `cost.several_labels` and `cost.share_out` say how it is shared, to the millionth and
    /// by largest remainder, so that the parts sum to the row. What nothing places is unattributed, and what a rule
    /// calls overhead is a line of its own; neither is spread.
    ///
    /// Unknown when tickets, work items, charges and incidents are all missing.
    pub RUN_COST, "run_cost", "Run cost"
}

definition! {
    /// Run cost of the twelve months up to the end of the period (to the as-of date where that comes first), placed as that
    /// of the period is. Beside it stands the yearly rate of the period, which is its run cost × 365.25 over its days: where the
    /// two differ, the period was dearer or cheaper than the year, and a plan should rest on the twelve months. A reason
    /// says so of a material cost from a difference of a quarter on.
    ///
    /// Unknown when the data do not reach back. Tickets, work items and charges come every month: those that were
    /// given must begin in the first of the twelve months or before. Incidents may be rare, so that their table is taken to
    /// begin late only where more than 3.69 would have come before the first at the pace since: the most that none is
    /// compatible with (Garwood 1936).
    pub RUN_COST_12M, "run_cost_12m", "Run cost of twelve months"
}

definition! {
    /// How sure the placement of the run cost is: the mean confidence of its ledger entries, weighted by their amounts
    /// without sign. Column `capability` 1.0; an id, name or rule on another column 0.9; several labels 0.7; a word in a
    /// text 0.6; the share-out of a capability to its parts at most 0.4; triage as it is calibrated. The scale is an order
    /// with conventional distances, no probability. Unknown without run cost.
    pub COST_CONFIDENCE, "cost_confidence", "Confidence of the run cost"
}

definition! {
    /// Run cost over all attributed run cost of the period. Shares of all capabilities sum to 1,
    /// unless credits make the cost of one negative: its share is then 0, and those of the others are held to 1.
    /// Unknown where the cost is.
    pub COST_SHARE, "cost_share", "Cost share"
}

definition! {
    /// Run cost of the period over the active accounts; `cost_per_active_user` likewise over users. Unknown, not
    /// infinite, when nobody is active.
    pub UNIT_COST, "cost_per_active_account", "Cost per active account"
}

definition! {
    /// Tickets of the period that are placed on the capability. A ticket whose tags name two capabilities is a ticket
    /// of both, and its cost is shared between them. A ticket of a capability that hands its cost on to its parts stays a
    /// ticket of that capability.
    pub TICKETS, "tickets", "Tickets"
}

definition! {
    /// Tickets of the period per 1,000 account-days, the active accounts × the days of the period up to the as-of date. The
    /// interval is that of `disproportion`; there is none where all accounts are alike, as with a single one.
    pub CONTACT_RATE, "contact_rate", "Contact rate"
}

/// What one capability cost in the period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct CapabilityCost {
    pub by_type: CostByType,
    pub tickets: u64,
    pub hours: f64,
    pub confidence: Option<Share>,
    pub run_12m: Option<Money>,
}

/// Which sources of cost were given: what was not given is unknown, what was given and places nothing is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one answer per table, each read by its name")]
pub struct CostSources {
    /// Tickets.
    pub tickets: bool,
    /// Work items.
    pub work_items: bool,
    /// Charges.
    pub charges: bool,
    /// Incidents of which at least one says what it cost.
    pub incidents: bool,
}

impl CostSources {
    /// What was given. An incident that says neither hours nor credits has no cost that is known.
    #[must_use]
    pub fn of(ledger: &Ledger, tickets: bool, work_items: bool, charges: bool) -> Self {
        let says_cost =
            |entry: &Entry| entry.source == Source::Incidents && (entry.is_complete || entry.amount != Money::ZERO);
        Self { tickets, work_items, charges, incidents: ledger.entries.iter().any(says_cost) }
    }

    fn nothing_yet(self) -> CostByType {
        let zero = |given: bool| given.then_some(Money::ZERO);
        CostByType {
            support: zero(self.tickets),
            engineering: zero(self.work_items),
            direct: zero(self.charges),
            incident: zero(self.incidents),
            build: zero(self.work_items),
            unclassified: zero(self.work_items),
        }
    }

    /// Whether run cost is known at all.
    #[must_use]
    pub fn any(self) -> bool {
        self.tickets || self.work_items || self.charges || self.incidents
    }

    fn has(self, source: Source) -> bool {
        match source {
            Source::Tickets => self.tickets,
            Source::WorkItems => self.work_items,
            Source::Charges => self.charges,
            Source::Incidents => self.incidents,
        }
    }
}

/// Cost of every capability in the period, and the books of what was placed and what was not.
pub(super) fn by_capability(
    ledger: &Ledger,
    (period, as_of): (&Period, NaiveDate),
    capabilities: usize,
    sources: CostSources,
) -> (Vec<CapabilityCost>, CostTotals) {
    let empty = CapabilityCost { by_type: sources.nothing_yet(), ..CapabilityCost::default() };
    let mut costs = vec![empty; capabilities];
    let nothing = sources.nothing_yet();
    let mut totals = CostTotals { attributed: nothing, overhead: nothing, unattributed: nothing };
    let mut sure = vec![(0.0, 0.0); capabilities];
    let mut incidents: Vec<Known> = vec![Known::default(); capabilities];
    for entry in ledger.within(period, as_of) {
        let Some(capability) = entry.capability else {
            let books = if entry.overhead { &mut totals.overhead } else { &mut totals.unattributed };
            add(books, entry.cost_type, entry.amount);
            continue;
        };
        add(&mut totals.attributed, entry.cost_type, entry.amount);
        add(&mut costs[capability].by_type, entry.cost_type, entry.amount);
        if entry.cost_type.is_run() {
            let weight = entry.amount.units().abs();
            sure[capability].0 += weight * entry.confidence.unwrap_or(0.0);
            sure[capability].1 += weight;
        }
        match entry.cost_type {
            CostType::Engineering => costs[capability].hours += entry.hours,
            CostType::Incident => incidents[capability].see(entry),
            CostType::Support | CostType::Build | CostType::Unclassified | CostType::Direct => {}
        }
    }
    for (capability, _) in contacts(ledger.within(period, as_of)) {
        costs[capability].tickets += 1;
    }
    for ((cost, (sure, weight)), incidents) in costs.iter_mut().zip(sure).zip(incidents) {
        cost.confidence = Share::of(sure, weight);
        if incidents.says_nothing() {
            cost.by_type.incident = None;
        }
    }
    for (cost, run) in costs.iter_mut().zip(run_12m(ledger, (period, as_of), capabilities, sources)) {
        cost.run_12m = run;
    }
    (costs, totals)
}

/// The tickets of every capability, as (capability, row of the tickets), in order and each once; see [`TICKETS`].
pub(super) fn contacts<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<(usize, usize)> {
    let tickets = entries.filter(|entry| entry.source == Source::Tickets);
    let placed = tickets.filter_map(|entry| Some((entry.placed_on()?, entry.row)));
    let mut contacts: Vec<(usize, usize)> = placed.collect();
    contacts.sort_unstable();
    contacts.dedup();
    contacts
}

/// What is known of the cost of a capability's incidents.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    unknown: u64,
    known: u64,
}

impl Known {
    fn see(&mut self, entry: &Entry) {
        let says_cost = entry.is_complete || entry.amount != Money::ZERO;
        *if says_cost { &mut self.known } else { &mut self.unknown } += 1;
    }

    /// It had incidents, and none of them says what it cost: that is unknown and not zero.
    fn says_nothing(self) -> bool {
        self.known == 0 && self.unknown > 0
    }
}

/// Run cost of twelve months by capability; unknown for all of them when the data do not reach back. See [`RUN_COST_12M`].
fn run_12m(
    ledger: &Ledger,
    (period, as_of): (&Period, NaiveDate),
    capabilities: usize,
    sources: CostSources,
) -> Vec<Option<Money>> {
    let end = period.end().min(as_of.succ_opt().unwrap_or(as_of));
    let start = end.checked_sub_months(Months::new(12));
    let Some(start) = start.filter(|start| reach_back(ledger, (*start, end), sources)) else {
        return vec![None; capabilities];
    };
    let mut runs = vec![Some(Money::ZERO); capabilities];
    for entry in &ledger.entries {
        let is_in = start <= entry.on && entry.on < end;
        if let (true, true, Some(capability)) = (is_in, entry.cost_type.is_run(), entry.capability) {
            *runs[capability].get_or_insert(Money::ZERO) += entry.amount;
        }
    }
    runs
}

/// Whether every source that was given tells of all days from `start` to before `end`.
fn reach_back(ledger: &Ledger, (start, end): (NaiveDate, NaiveDate), sources: CostSources) -> bool {
    let days = |source| ledger.entries.iter().filter(move |entry| entry.source == source).map(|entry| entry.on);
    let Some(begun) = start.checked_add_months(Months::new(1)) else { return false };
    let regular = [Source::Tickets, Source::WorkItems, Source::Charges];
    let begin_in_time = |source: Source| !sources.has(source) || days(source).any(|day| day < begun);
    let incidents: BTreeSet<(NaiveDate, usize)> = ledger
        .entries
        .iter()
        .filter(|entry| entry.source == Source::Incidents && entry.on < end)
        .map(|entry| (entry.on, entry.row))
        .collect();
    let is_silence_chance = incidents.first().is_none_or(|&(first, _)| {
        let (before, since) = (count((first - start).num_days()), count((end - first).num_days()));
        count(i64::try_from(incidents.len()).unwrap_or(i64::MAX)) * before <= UNSEEN * since
    });
    regular.into_iter().all(begin_in_time) && (!sources.incidents || is_silence_chance)
}

#[expect(clippy::cast_precision_loss, reason = "days and incidents are few")]
fn count(of: i64) -> f64 {
    of as f64
}

fn add(by_type: &mut CostByType, cost_type: CostType, amount: Money) {
    let place = match cost_type {
        CostType::Support => &mut by_type.support,
        CostType::Engineering => &mut by_type.engineering,
        CostType::Direct => &mut by_type.direct,
        CostType::Incident => &mut by_type.incident,
        CostType::Build => &mut by_type.build,
        CostType::Unclassified => &mut by_type.unclassified,
    };
    *place.get_or_insert(Money::ZERO) += amount;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::testing::Case;
    use crate::config::ShareOut;
    use crate::tables::rows::{Charge, Incident, Ticket};

    fn charge(on: &str, units: f64, tag: &str) -> Charge {
        Charge {
            charged_on: on.parse().ok(),
            amount: Money::from_units(units),
            tags: Some(vec![tag.to_owned()]),
            ..Charge::default()
        }
    }

    fn costs(case: &Case) -> (Vec<CapabilityCost>, CostTotals) {
        let ledger = case.ledger();
        let sources = CostSources::of(&ledger, !case.tickets.is_empty(), false, !case.charges.is_empty());
        let period = "2026-Q3".parse().unwrap();
        by_capability(&ledger, (&period, "2026-09-30".parse().unwrap()), case.usage.len(), sources)
    }

    #[test]
    fn twelve_months_are_known_where_every_source_reaches_back() {
        let mut case = Case::new(&[("a", ""), ("b", "")], &[]);
        // The window is 2025-10-01 to 2026-09-30.
        case.charges =
            vec![charge("2025-09-30", 1.0, "a"), charge("2025-10-01", 2.0, "a"), charge("2026-09-30", 4.0, "a")];
        let run = |case: &Case| costs(case).0.iter().map(|cost| cost.run_12m).collect::<Vec<_>>();
        assert_eq!(run(&case), [Money::from_units(6.0), Some(Money::ZERO)]);
        case.charges.remove(0);
        assert_eq!(run(&case)[0], Money::from_units(6.0), "it begins in the first month");
        case.charges[0].charged_on = "2025-11-01".parse().ok();
        assert_eq!(run(&case), [None, None]);
    }

    #[test]
    fn rare_incidents_do_not_make_twelve_months_unknown() {
        let mut case = Case::new(&[("a", "")], &[]);
        case.charges = vec![charge("2025-10-01", 2.0, "a")];
        let incident = |on: &str| Incident {
            started_at: format!("{on}T00:00:00").parse().ok(),
            capability: Some("a".into()),
            responder_hours: Some(0.0),
            ..Incident::default()
        };
        // One in the 153 days from 1 May: at that pace 1.4 in the 212 days before.
        case.incidents = vec![incident("2026-05-01")];
        assert_eq!(costs(&case).0[0].run_12m, Money::from_units(2.0));
        // Three: 4.2, and a year in 64 would see none of them; the table begins late.
        case.incidents = vec![incident("2026-05-01"), incident("2026-06-01"), incident("2026-07-01")];
        assert_eq!(costs(&case).0[0].run_12m, None);
    }

    #[test]
    fn twelve_months_end_with_the_data_where_the_period_is_not_over() {
        let mut case = Case::new(&[("a", "")], &[]);
        case.charges =
            vec![charge("2025-08-15", 1.0, "a"), charge("2025-08-16", 2.0, "a"), charge("2026-08-15", 4.0, "a")];
        let ledger = case.ledger();
        let sources = CostSources::of(&ledger, false, false, true);
        let period = "2026-Q3".parse().unwrap();
        let (found, _) = by_capability(&ledger, (&period, "2026-08-15".parse().unwrap()), 1, sources);
        assert_eq!(found[0].run_12m, Money::from_units(6.0));
    }

    #[test]
    fn confidence_is_weighted_by_amounts_and_unknown_without_cost() {
        let mut case = Case::new(&[("a", ""), ("b", "")], &[]);
        let explicit = Charge { capability: Some("a".into()), ..charge("2026-07-01", -10.0, "") };
        case.charges = vec![explicit, charge("2026-07-01", 30.0, "a")];
        let found = costs(&case).0;
        // (10 × 1.0 + 30 × 0.9) / 40
        assert!((found[0].confidence.unwrap().value() - 0.925).abs() < 1e-12);
        assert_eq!(found[1].confidence, None);
    }

    #[test]
    fn a_ticket_counts_once_where_it_was_placed() {
        let mut case = Case::new(&[("a", "top"), ("b", "top"), ("top", "")], &[]);
        case.settings.cost.share_out = ShareOut::Even;
        let ticket = |tags: &[&str]| Ticket {
            opened_at: "2026-07-01T00:00:00".parse().ok(),
            tags: Some(tags.iter().map(|&tag| tag.to_owned()).collect()),
            ..Ticket::default()
        };
        case.tickets = vec![ticket(&["top"]), ticket(&["a", "b"]), ticket(&["top", "a"])];
        let (found, totals) = costs(&case);
        assert_eq!(found.iter().map(|cost| cost.tickets).collect::<Vec<_>>(), [2, 1, 2]);
        assert_eq!(totals.attributed.support, Money::from_units(36.0));
        // 12: 6 + 6; 12: 6 + 6; 12: top 6 to a 3 and b 3, a 6.
        let support: Vec<_> = found.iter().map(|cost| cost.by_type.support.unwrap().to_decimal()).collect();
        assert_eq!(support, ["21.00", "15.00", "0.00"]);
    }

    #[test]
    fn incidents_without_hours_or_credits_have_no_cost_that_is_known() {
        let mut case = Case::new(&[("a", ""), ("b", ""), ("c", "")], &[]);
        let incident = |capability: &str, hours| Incident {
            started_at: "2026-07-01T00:00:00".parse().ok(),
            capability: Some(capability.into()),
            responder_hours: hours,
            ..Incident::default()
        };
        case.incidents = vec![incident("a", None)];
        assert_eq!(costs(&case).0[0].by_type, CostByType::default());
        case.incidents.push(incident("b", Some(0.0)));
        let incident_cost: Vec<_> = costs(&case).0.iter().map(|cost| cost.by_type.incident).collect();
        assert_eq!(incident_cost, [None, Some(Money::ZERO), Some(Money::ZERO)]);
    }

    #[test]
    fn overhead_and_what_nothing_places_are_apart() {
        let rule = crate::config::MapRule {
            capability: None,
            overhead: true,
            ..crate::config::MapRule::new(crate::config::MatchKind::Exact, "hosting", "")
        };
        let mut case = Case::new(&[("a", "")], &[rule]);
        let on = "2026-07-01";
        case.charges = vec![charge(on, 1.0, "a"), charge(on, 2.0, "hosting"), charge(on, 4.0, "?")];
        let (_, totals) = costs(&case);
        let direct = [totals.attributed, totals.overhead, totals.unattributed].map(|books| books.direct);
        assert_eq!(direct, [1.0, 2.0, 4.0].map(Money::from_units));
    }
}
