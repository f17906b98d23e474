//! Every metric of one capability as text: the value, and the formula with the numbers in it.

use super::Figure;
use crate::config::UsageShareOf;
use crate::metrics::{self, BaseOfUse, CapabilityFacts, Facts};
use crate::units::{Definition, Estimate, Money, Share, format};

/// A metric of one capability before it is text.
struct Case<'a> {
    of: &'a CapabilityFacts,
    all: &'a Facts,
    currency: &'a str,
}

/// Value and working.
type Shown = Option<(String, String)>;
/// The metric, the tables its rows stand in, and how it is shown.
type Line = (&'static str, &'static [&'static str], fn(&Case) -> Shown);

const EVENTS: &[&str] = &["usage_events"];
const EVENTS_AND_ACCOUNTS: &[&str] = &["usage_events", "accounts"];
const USE: &[&str] = &["usage_events", "usage_totals"];
const USE_AND_BASE: &[&str] = &["usage_events", "usage_totals", "base_totals", "accounts"];
const COST: &[&str] = &["tickets", "work_items", "charges"];

/// Every metric of the method has a line here, and a test holds it.
const LINES: &[Line] = &[
    ("base_accounts", &["accounts", "base_totals"], base_accounts),
    ("adoption", USE_AND_BASE, adoption),
    ("adoption_eligible", &["usage_events", "accounts", "catalogue"], |case| {
        let estimate = case.of.adoption_eligible?;
        let working = format!("of {} entitled to it", format::counted(estimate.n, "account"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("adoption_arr", EVENTS_AND_ACCOUNTS, adoption_arr),
    ("arr_touched", EVENTS_AND_ACCOUNTS, |case| {
        Some((case.money(case.of.arr_touched?), "sum of the ARR of the active accounts".into()))
    }),
    ("active_users", USE, |case| Some((format::count(case.of.active_users?), "distinct users in the period".into()))),
    ("stickiness", EVENTS, |case| {
        Some((
            percent(case.of.stickiness?),
            "user-days ÷ (monthly users × days of the month), mean of the months".into(),
        ))
    }),
    ("retention", EVENTS, |case| {
        let estimate = case.of.retention?;
        let working = format!("of {} active in the period before", format::counted(estimate.n, "account"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("trend_per_month", USE_AND_BASE, trend),
    ("trend_p", USE_AND_BASE, |case| {
        let months = case.of.monthly_adoption.iter().flatten().count() as u64;
        Some((format::score(case.of.trend_p?), format!("Mann–Kendall over {}", format::counted(months, "month"))))
    }),
    ("top_account_share", EVENTS, |case| {
        Some((percent(case.of.top_account_share?), "active days of the top account ÷ all active days".into()))
    }),
    ("effective_accounts", EVENTS, |case| {
        Some((format::decimal(case.of.effective_accounts?), "1 ÷ Σ (share of active days)²".into()))
    }),
    ("usage_share", USE, |case| Some((percent(case.of.usage_share?), "its part of all use in the period".into()))),
    ("tickets", &["tickets"], |case| Some((format::count(case.of.tickets?), "tickets placed on it".into()))),
    ("run_cost", COST, run_cost),
    ("cost_share", COST, cost_share),
    ("disproportion", &["usage_events", "tickets", "work_items", "charges"], disproportion),
    ("disproportion_by_base", &["usage_events", "accounts", "tickets", "work_items", "charges"], disproportion_by_base),
    ("cost_per_active_account", COST, cost_per_active_account),
    ("contact_rate", &["tickets", "usage_events"], contact_rate),
];

/// Every figure of a capability, in the order of the methodology page.
pub(super) fn figures(of: &CapabilityFacts, all: &Facts, currency: &str) -> Vec<Figure> {
    let case = Case { of, all, currency };
    metrics::DEFINITIONS.iter().filter_map(|definition| figure(&case, definition)).collect()
}

fn figure(case: &Case, definition: &Definition) -> Option<Figure> {
    let (_, from, show) = LINES.iter().find(|(id, ..)| *id == definition.id)?;
    let (value, working) = show(case).map_or((None, String::new()), |(value, working)| (Some(value), working));
    Some(Figure { id: definition.id, title: definition.title, value, working, from, definition: definition.text })
}

impl Case<'_> {
    fn money(&self, amount: Money) -> String {
        format::money(amount, self.currency)
    }
}

fn percent(share: Share) -> String {
    format::percent(share.value())
}

#[expect(clippy::unnecessary_wraps, reason = "every line has the same signature")]
fn base_accounts(case: &Case) -> Shown {
    Some((format::count(case.all.base.accounts), case.all.base.definition.to_owned()))
}

fn adoption(case: &Case) -> Shown {
    let (estimate, active): (Estimate, u64) = (case.of.adoption?, case.of.active_accounts?);
    let working = format!(
        "{} ÷ {} of the base",
        format::counted(active, "active account"),
        format::counted(estimate.n, "account")
    );
    Some((format::percent_with_interval(&estimate), working))
}

fn adoption_arr(case: &Case) -> Shown {
    let (share, whole) = (case.of.adoption_arr?, case.all.base.arr?);
    let touched = case.of.arr_touched.unwrap_or(Money::ZERO);
    Some((percent(share), format!("{} ÷ {} of the base", case.money(touched), case.money(whole))))
}

fn trend(case: &Case) -> Shown {
    let slope = case.of.trend_per_month?;
    let working = format!("of the base a month; Theil–Sen over {}", format::counted(slope.n, "month"));
    Some((format::percent_with_interval(&slope), working))
}

fn run_cost(case: &Case) -> Shown {
    let cost = case.of.cost;
    let parts = [("support", cost.support), ("engineering", cost.engineering), ("direct", cost.direct)];
    let known = parts.iter().filter_map(|(name, amount)| Some(format!("{name} {}", case.money((*amount)?))));
    let working = known.collect::<Vec<_>>().join(" + ");
    Some((case.money(cost.run()?), working))
}

fn cost_share(case: &Case) -> Shown {
    let (share, run, all) = (case.of.cost_share?, case.of.cost.run()?, case.all.cost.attributed.run()?);
    Some((percent(share), format!("{} ÷ {} attributed in all", case.money(run), case.money(all))))
}

fn disproportion_by_base(case: &Case) -> Shown {
    let base = |base: &BaseOfUse| {
        let name = match base.of {
            UsageShareOf::ActiveDays => "active days",
            UsageShareOf::ActiveUsers => "users",
            UsageShareOf::Events => "events",
            UsageShareOf::UserDays => "user-days",
            UsageShareOf::ActiveAccounts => "active accounts",
            UsageShareOf::Arr => "ARR",
        };
        Some(format!("{name} {}", ratio_with_interval(&base.disproportion?)))
    };
    let known: Vec<String> = case.of.bases.iter().filter_map(base).collect();
    (!known.is_empty()).then(|| (known.join("; "), "cost share ÷ usage share, by what use is counted in".into()))
}

fn ratio_with_interval(estimate: &Estimate) -> String {
    let high = if estimate.high.is_finite() { format::ratio(estimate.high) } else { "no upper bound".into() };
    format!("{} ({}–{high})", format::ratio(estimate.point), format::ratio(estimate.low))
}

fn disproportion(case: &Case) -> Shown {
    let (cost, used) = (case.of.cost_share?, case.of.usage_share?);
    let Some(estimate) = case.of.disproportion else {
        return case.of.cost_without_use.then(|| ("without bound".into(), "it costs, and nobody uses it".into()));
    };
    let value = ratio_with_interval(&estimate);
    let rows = format::counted(estimate.n, "cost row");
    Some((value, format!("{} of cost ÷ {} of use; {rows}", percent(cost), percent(used))))
}

fn cost_per_active_account(case: &Case) -> Shown {
    let (cost, run, active) = (case.of.cost_per_active_account?, case.of.cost.run()?, case.of.active_accounts?);
    Some((case.money(cost), format!("{} ÷ {}", case.money(run), format::counted(active, "active account"))))
}

fn contact_rate(case: &Case) -> Shown {
    let (rate, tickets, active) = (case.of.contact_rate?, case.of.tickets?, case.of.active_accounts?);
    let days = case.all.period.days().unsigned_abs();
    let (tickets, active) = (format::counted(tickets, "ticket"), format::counted(active, "account"));
    Some((format::decimal(rate), format!("1,000 × {tickets} ÷ ({active} × {})", format::counted(days, "day"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, facts};
    use crate::metrics::CostByType;
    use std::collections::BTreeSet;

    #[test]
    fn every_metric_of_the_method_is_shown_once() {
        let shown: Vec<&str> = LINES.iter().map(|(id, ..)| *id).collect();
        let distinct: BTreeSet<&str> = shown.iter().copied().collect();
        let defined: BTreeSet<&str> = metrics::DEFINITIONS.iter().map(|definition| definition.id).collect();
        assert_eq!((distinct.len(), distinct), (shown.len(), defined));
    }

    #[test]
    fn what_is_unknown_has_no_value_and_no_working() {
        let all = facts(vec![capability("c")]);
        let found = figures(&all.capabilities[0], &all, "EUR");
        let known: Vec<&str> = found.iter().filter(|figure| figure.value.is_some()).map(|figure| figure.id).collect();
        assert_eq!(known, ["base_accounts"]);
        assert!(found.iter().all(|figure| figure.value.is_some() || figure.working.is_empty()));
    }

    #[test]
    fn the_working_holds_the_numbers() {
        let mut of = capability("c");
        of.active_accounts = Some(12);
        of.adoption = Some(Estimate { point: 0.03, low: 0.017, high: 0.052, n: 400 });
        of.tickets = Some(9);
        of.contact_rate = Some(8.2);
        of.cost =
            CostByType { support: Money::from_units(100.0), direct: Money::from_units(20.0), ..CostByType::default() };
        let all = facts(vec![of]);
        let found = figures(&all.capabilities[0], &all, "EUR");
        let working =
            |id: &str| found.iter().find(|figure| figure.id == id).map(|figure| figure.working.clone()).unwrap();
        assert_eq!(working("adoption"), "12 active accounts ÷ 400 accounts of the base");
        assert_eq!(working("run_cost"), "support EUR\u{202f}100 + direct EUR\u{202f}20.00");
        assert_eq!(working("contact_rate"), "1,000 × 9 tickets ÷ (12 accounts × 92 days)");
    }
}
