//! Every figure of a decision as text: net benefit with its parts, ARR at risk, places, what takes its place, what goes with it.

use super::compose::{id_of, net_benefit};
use super::worth::spread_in_words;
use super::{Figure, MoneySpread, NetBenefitLine};
use crate::config::Assumed;
use crate::decide::{self, Decision, Decisions, Part, assumption_label, assumption_value, chance};
use crate::metrics::{CapabilityFacts, Facts, StakeSums, Stakes};
use crate::units::{Money, format};

/// A decision before it is text.
struct Case<'a> {
    decision: &'a Decision,
    decisions: &'a Decisions,
    of: &'a CapabilityFacts,
    all: &'a Facts,
    currency: &'a str,
    worth: Option<NetBenefitLine>,
}

/// Value and working.
type Shown = Option<(String, String)>;
/// The figure, its title, the definition that explains it, the tables its rows stand in, and how it is shown.
type Line = (&'static str, &'static str, &'static str, &'static [&'static str], fn(&Case) -> Shown);

const COST: &[&str] = &["tickets", "work_items", "charges", "incidents"];
const USE: &[&str] = &["usage_events", "accounts"];
const ALL: &[&str] = &["usage_events", "accounts", "tickets", "work_items", "charges", "incidents"];
const CATALOGUE: &[&str] = &["catalogue"];
const WORTH: &str = "net_benefit_p50";

const LINES: &[Line] = &[
    (WORTH, "Net benefit", WORTH, ALL, |case| {
        let worth = case.worth.as_ref()?;
        let known: Vec<Part> = worth.parts.iter().filter(|part| part.spread.is_some()).map(|part| part.part).collect();
        let left_out: Vec<&str> =
            Part::ALL.into_iter().filter(|part| !known.contains(part)).map(Part::label).collect();
        let left_out =
            if left_out.is_empty() { String::new() } else { format!("; not known: {}", left_out.join(", ")) };
        let working = format!("median of the sum of the parts below (nine draws in ten){left_out}");
        Some((spread_in_words(&worth.total, case.currency), working))
    }),
    ("benefit_support", "  support that ends", WORTH, COST, |case| case.part(Part::Support)),
    ("benefit_engineering", "  engineering that ends", WORTH, COST, |case| case.part(Part::Engineering)),
    ("benefit_incident", "  incidents that end", WORTH, COST, |case| case.part(Part::Incident)),
    ("benefit_direct", "  charges that end", WORTH, COST, |case| case.part(Part::Direct)),
    ("benefit_vendor_work", "  vendor changes avoided", WORTH, &["api_changes"], |case| case.part(Part::VendorWork)),
    ("benefit_revenue_at_risk", "  revenue that may leave", WORTH, USE, |case| case.part(Part::RevenueAtRisk)),
    ("benefit_removal", "  our work to remove it", WORTH, &[], |case| case.part(Part::Removal)),
    ("benefit_migration", "  our work to move accounts", WORTH, USE, |case| case.part(Part::Migration)),
    ("benefit_customer_migration", "  customers’ work to move", WORTH, USE, |case| case.part(Part::CustomerMigration)),
    ("p_positive", "Chance that it pays", WORTH, ALL, |case| {
        let worth = case.worth.as_ref()?;
        Some((chance(worth.p_positive), "draws with a net benefit above zero ÷ all draws".into()))
    }),
    ("arr_at_risk", "ARR at risk", WORTH, USE, |case| {
        let worth = case.worth.as_ref()?;
        let stated = worth.arr_stated_share.map(|share| format!("; ARR stated by {} of its accounts", format::percent(share)));
        let working = format!("{}{}", case.loss_in_words(), stated.unwrap_or_default());
        Some((spread_in_words(&worth.arr_at_risk, case.currency), working))
    }),
    ("rank_acceptability", "Among the first places", WORTH, ALL, |case| {
        let worth = case.worth.as_ref()?;
        let first_k = case.decision.net_benefit.as_ref()?.first_k()?;
        let likely = worth.acceptability.iter().enumerate().filter(|(_, part)| **part >= 0.005);
        let places: Vec<String> =
            likely.map(|(place, part)| format!("{} in {}", place + 1, chance(*part))).collect();
        let working =
            format!("of the first {}; place {}", worth.acceptability.len(), places.join(", "));
        Some((chance(first_k), if places.is_empty() { format!("of the first {}", worth.acceptability.len()) } else { working }))
    }),
    ("orders", "Under other orders", "rank", ALL, |case| {
        let orders = case.decision.orders;
        let known = [("RICE", orders.rice), ("cost per use", orders.cost_per_use), ("least used", orders.least_used)];
        let known: Vec<String> = known.iter().filter_map(|(name, place)| Some(format!("{name} {}", (*place)?))).collect();
        let working = format!("places among {}; here {}", case.all.capabilities.len(), case.decision.rank);
        (!known.is_empty()).then(|| (known.join(", "), working))
    }),
    ("substitute", "Substitute", "consolidate", &["catalogue", "usage_events"], |case| {
        let found = super::compose::substitute(case.of, case.all)?;
        Some((found.name.clone(), found.in_words()))
    }),
    ("dependencies", "Dependencies", "dependencies", CATALOGUE, |case| {
        let of = &case.decision.dependencies;
        let kinds = [("must go before", &of.needed_by), ("goes with it", &of.with), ("it needs", &of.needs)];
        let known = kinds.iter().filter(|(_, of)| !of.is_empty());
        let named = known.map(|(kind, of)| {
            let ids: Vec<String> = of.iter().filter_map(|capability| id_of(case.all, *capability)).collect();
            format!("{kind}: {}", ids.join(", "))
        });
        let named: Vec<String> = named.collect();
        (!named.is_empty()).then(|| (format::count((of.needed_by.len() + of.with.len()) as u64), named.join("; ")))
    }),
];

/// Every figure of a decision, in the order of the waterfall and then of the list.
pub(super) fn figures(decision: &Decision, decisions: &Decisions, all: &Facts, currency: &str) -> Vec<Figure> {
    let of = &all.capabilities[decision.capability];
    let case = Case { decision, decisions, of, all, currency, worth: net_benefit(decision, of) };
    let definitions = decide::definitions();
    let figure = |(id, title, by, from, show): &Line| {
        let (value, working) = show(&case).map_or((None, String::new()), |(value, working)| (Some(value), working));
        let definition = definitions.iter().find(|definition| definition.id == *by).map_or("", |found| found.text);
        Figure { id, title, value, working, from, definition }
    };
    LINES.iter().map(figure).collect()
}

/// What hangs on it: the sums that net benefit is made of.
pub(super) fn stakes(of: &CapabilityFacts, currency: &str) -> Shown {
    let stakes = of.stakes.as_ref()?;
    let sums = &stakes.data;
    let cost = sums.support + sums.engineering + sums.incident + sums.direct;
    let value = format!("{} a year", money(cost, currency));
    let working = format!(
        "of run cost; {} use it, {} of them would have to move; ARR × dependence {}",
        format::counted(stakes.accounts, "account"),
        format::decimal(sums.to_migrate),
        money(sums.arr_dependent, currency)
    );
    Some((value, working))
}

fn money(units: f64, currency: &str) -> String {
    Money::from_units(units).map_or_else(|| format::UNKNOWN.to_owned(), |amount| format::money(amount, currency))
}

impl Case<'_> {
    /// The median of an assumption, that of the capability before that of all.
    fn median(&self, name: Assumed) -> Option<f64> {
        let of = |capability: Option<usize>| {
            self.decisions.assumptions.iter().find(|line| line.name == name && line.capability == capability)
        };
        of(Some(self.decision.capability)).or_else(|| of(None)).map(|line| line.spread.p50)
    }

    /// The median of an assumption in its unit.
    fn value(&self, name: Assumed) -> String {
        self.median(name)
            .map_or_else(|| assumption_label(name).to_owned(), |value| assumption_value(name, value, self.currency))
    }

    fn part(&self, part: Part) -> Shown {
        let spread: MoneySpread = self.worth.as_ref()?.parts.iter().find(|line| line.part == part)?.spread?;
        let working = self.of.stakes.as_ref().map(|stakes| self.working(part, stakes));
        Some((spread_in_words(&spread, self.currency), working.unwrap_or_default()))
    }

    /// The formula of a part with the medians of its assumptions.
    fn working(&self, part: Part, stakes: &Stakes) -> String {
        let sums: &StakeSums = &stakes.data;
        let years = self.years();
        let ends = |name: Assumed, cost: f64| {
            format!("{} × {} a year × {years}", self.value(name), money(cost, self.currency))
        };
        let moving = format!("{} accounts to move", format::decimal(sums.to_migrate));
        match part {
            Part::Support => ends(Assumed::AvoidableSupport, sums.support),
            Part::Engineering => ends(Assumed::AvoidableEngineering, sums.engineering),
            Part::Incident => ends(Assumed::AvoidableIncident, sums.incident),
            Part::Direct => ends(Assumed::AvoidableDirect, sums.direct),
            Part::VendorWork => {
                format!("{} × hours its vendor’s changes are expected to take × {years}", self.value(Assumed::VendorWork))
            }
            Part::RevenueAtRisk => {
                format!("− {} margin × {} × {years}", self.value(Assumed::Margin), self.loss_in_words())
            }
            Part::Removal => format!("− {} of engineering", self.value(Assumed::RemovalHours)),
            Part::Migration => format!("− {moving} × {}", self.value(Assumed::MigrationHours)),
            Part::CustomerMigration => format!(
                "− {moving} × {} × {} an hour",
                self.value(Assumed::CustomerHours),
                self.value(Assumed::CustomerHour)
            ),
        }
    }

    /// ARR that hangs on it times the chance of its loss.
    fn loss_in_words(&self) -> String {
        let Some(stakes) = &self.of.stakes else { return String::new() };
        let sums = &stakes.data;
        let weight = self.median(Assumed::SoleUserWeight).unwrap_or_default();
        let hanging = money(sums.arr_dependent + weight * sums.arr_sole, self.currency);
        let replaced = sums.arr_dependent_replaced + weight * sums.arr_sole_replaced;
        let relief = if replaced > 0.0 {
            let relief = self.value(Assumed::ReplacementRelief);
            format!(", less {relief} of the {} whose accounts use the replacement", money(replaced, self.currency))
        } else {
            String::new()
        };
        format!("{} × ({hanging} of ARR × dependence{relief})", self.value(Assumed::LossAtFullDependence))
    }

    /// Years ahead with their discount.
    fn years(&self) -> String {
        format!("{} at {} discount", self.value(Assumed::HorizonYears), self.value(Assumed::DiscountRate))
    }
}
