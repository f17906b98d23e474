use chrono::NaiveDate;

use crate::attribute::{CostType, Ledger};
use crate::metrics::{CostByType, CostTotals};
use crate::units::{Money, Period, definition};

definition! {
    /// Cost of keeping the capability alive in the period: support, run engineering and charges that its labels place on
    /// it. Support: handle minutes × the loaded rate of the layer, or a flat cost per contact without minutes.
    /// Engineering: hours of run work (`cost.run_kinds`) × the loaded rate of the team. Charges: as billed.
    ///
    /// Building work and work of unknown kind are shown apart (`build_cost`) and enter no ratio: on public data with
    /// known outcomes a ranking that counts all engineering as cost does worse than chance, because work goes where
    /// somebody cares. Incidents and hidden cost are not in it yet.
    ///
    /// Unknown when tickets, work items and charges are all missing. What no label places is unattributed, and shown.
    pub RUN_COST, "run_cost", "Run cost"
}

definition! {
    /// Run cost over all attributed run cost of the period. Shares of all capabilities sum to 1.
    pub COST_SHARE, "cost_share", "Cost share"
}

definition! {
    /// Run cost of the period over the active accounts; `cost_per_active_user` likewise over users. Unknown, not
    /// infinite, when nobody is active.
    pub UNIT_COST, "cost_per_active_account", "Cost per active account"
}

definition! {
    /// Tickets of the period that are placed on the capability. A ticket whose tags name two capabilities is a ticket
    /// of both, and its cost is shared between them.
    pub TICKETS, "tickets", "Tickets"
}

definition! {
    /// Tickets of the period per 1,000 account-days, the active accounts × the days of the period.
    pub CONTACT_RATE, "contact_rate", "Contact rate"
}

/// What one capability cost in the period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct CapabilityCost {
    pub by_type: CostByType,
    pub tickets: u64,
    pub hours: f64,
}

/// Which sources of cost were given: what was not given is unknown, what was given and places nothing is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CostSources {
    /// Tickets.
    pub tickets: bool,
    /// Work items.
    pub work_items: bool,
    /// Charges.
    pub charges: bool,
}

impl CostSources {
    fn nothing_yet(self) -> CostByType {
        let zero = |given: bool| given.then_some(Money::ZERO);
        CostByType {
            support: zero(self.tickets),
            engineering: zero(self.work_items),
            direct: zero(self.charges),
            build: zero(self.work_items),
        }
    }

    /// Whether run cost is known at all.
    #[must_use]
    pub fn any(self) -> bool {
        self.tickets || self.work_items || self.charges
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
    let mut totals = CostTotals { attributed: sources.nothing_yet(), unattributed: sources.nothing_yet() };
    for entry in ledger.within(period, as_of) {
        let Some(capability) = entry.capability else {
            add(&mut totals.unattributed, entry.cost_type, entry.amount);
            continue;
        };
        add(&mut totals.attributed, entry.cost_type, entry.amount);
        let cost = &mut costs[capability];
        add(&mut cost.by_type, entry.cost_type, entry.amount);
        match entry.cost_type {
            CostType::Support => cost.tickets += 1,
            CostType::Engineering => cost.hours += entry.hours,
            CostType::Build | CostType::Unclassified | CostType::Direct => {}
        }
    }
    (costs, totals)
}

fn add(by_type: &mut CostByType, cost_type: CostType, amount: Money) {
    let place = match cost_type {
        CostType::Support => &mut by_type.support,
        CostType::Engineering => &mut by_type.engineering,
        CostType::Direct => &mut by_type.direct,
        CostType::Build | CostType::Unclassified => &mut by_type.build,
    };
    *place.get_or_insert(Money::ZERO) += amount;
}
