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
    /// Loaded cost of an hour of engineering, report currency.
    hour: f64,
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
/// How many places are named with their chance.
const LIKELY: usize = 5;
/// How the ids of the parts begin.
const OF_PARTS: &str = "benefit_";

const LINES: &[Line] = &[
    (WORTH, "Net benefit", WORTH, ALL, |case| {
        let worth = case.worth.as_ref()?;
        let known: Vec<Part> = worth.parts.iter().filter(|part| part.spread.is_some()).map(|part| part.part).collect();
        let left_out: Vec<&str> =
            Part::ALL.iter().filter(|part| !known.contains(part)).map(|part| part.label()).collect();
        let left_out =
            if left_out.is_empty() { String::new() } else { format!("; not known: {}", left_out.join(", ")) };
        let working = format!("median of the sum of the parts below (nine of ten simulated runs){left_out}");
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
    ("benefit_customer_migration", "  customers’ work to move", WORTH, USE, |case| {
        case.part(Part::CustomerMigration)
    }),
    ("p_positive", "Chance that it pays", WORTH, ALL, |case| {
        let worth = case.worth.as_ref()?;
        Some((chance(worth.p_positive), "simulated runs with a net benefit above zero ÷ all runs".into()))
    }),
    ("arr_at_risk", "ARR at risk", WORTH, USE, |case| {
        let worth = case.worth.as_ref()?;
        let stated =
            worth.arr_stated_share.map(|share| format!("; ARR stated by {} of its accounts", format::percent(share)));
        let working = format!("{}{}", case.loss_in_words(), stated.unwrap_or_default());
        Some((spread_in_words(&worth.arr_at_risk, case.currency), working))
    }),
    ("rank_acceptability", "Among the first places", WORTH, ALL, |case| {
        let worth = case.worth.as_ref()?;
        let first_k = case.decision.net_benefit.as_ref()?.first_k()?;
        let likely = worth.acceptability.iter().enumerate().filter(|(_, part)| **part >= 0.005);
        let places: Vec<String> =
            likely.take(LIKELY).map(|(place, part)| format!("{} in {}", place + 1, chance(*part))).collect();
        let of = format!("of the first {}", worth.acceptability.len());
        let working = if places.is_empty() { of } else { format!("{of}; place {}", places.join(", ")) };
        Some((chance(first_k), working))
    }),
    ("orders", "Under other orders", "rank", ALL, |case| {
        let orders = case.decision.orders;
        let known = [("RICE", orders.rice), ("cost per use", orders.cost_per_use), ("least used", orders.least_used)];
        let known: Vec<String> =
            known.iter().filter_map(|(name, place)| Some(format!("{name} {}", (*place)?))).collect();
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

/// Every figure of a decision, in the order of the waterfall and then of the list; of the parts those that are known.
pub(super) fn figures(
    decision: &Decision,
    decisions: &Decisions,
    all: &Facts,
    (currency, hour): (&str, f64),
) -> Vec<Figure> {
    let of = &all.capabilities[decision.capability];
    let case = Case { decision, decisions, of, all, currency, hour, worth: net_benefit(decision, of) };
    let definitions = decide::definitions();
    let figure = |(id, title, by, from, show): &Line| {
        let (value, working) = show(&case).map_or((None, String::new()), |(value, working)| (Some(value), working));
        let definition = definitions.iter().find(|definition| definition.id == *by).map_or("", |found| found.text);
        Figure { id, title, value, working, from, definition }
    };
    let of_part = |figure: &Figure| figure.id.starts_with(OF_PARTS);
    LINES.iter().map(figure).filter(|figure| figure.value.is_some() || !of_part(figure)).collect()
}

/// What hangs on it: the sums that net benefit is made of.
pub(super) fn stakes(of: &CapabilityFacts, currency: &str) -> Shown {
    let stakes = of.stakes.as_ref()?;
    let sums = &stakes.data;
    let cost = sums.support + sums.engineering + sums.incident + sums.direct;
    let value = format!("{} a year", money(cost, currency));
    let working = format!(
        "of run cost; {} {} it, {} of them would have to move; ARR × dependence {}",
        format::counted(stakes.accounts, "account"),
        if stakes.accounts == 1 { "uses" } else { "use" },
        decide::short(sums.to_migrate),
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
        let moving = match sums.to_migrate {
            1.0 => "1 account to move".to_owned(),
            accounts => format!("{} accounts to move", decide::short(accounts)),
        };
        let hour = money(self.hour, self.currency);
        match part {
            Part::Support => ends(Assumed::AvoidableSupport, sums.support),
            Part::Engineering => ends(Assumed::AvoidableEngineering, sums.engineering),
            Part::Incident => ends(Assumed::AvoidableIncident, sums.incident),
            Part::Direct => ends(Assumed::AvoidableDirect, sums.direct),
            Part::VendorWork => {
                let factor =
                    self.median(Assumed::VendorWork).map_or_else(String::new, |factor| format!("{factor:.2} × "));
                format!("{factor}hours that its vendor’s changes are expected to take a year × {hour} × {years}")
            }
            Part::RevenueAtRisk => {
                format!("− {} margin × {} × {years}", self.value(Assumed::Margin), self.loss_in_words())
            }
            Part::Removal => format!("− {} × {hour} an hour", self.value(Assumed::RemovalHours)),
            Part::Migration => format!("− {moving} × {} × {hour} an hour", self.value(Assumed::MigrationHours)),
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

    /// The years ahead, worth less the later they are.
    fn years(&self) -> String {
        match (self.median(Assumed::HorizonYears), self.median(Assumed::DiscountRate)) {
            (Some(years), Some(rate)) => format!("{:.2} discounted years", decide::discounted_years(years, rate)),
            _ => assumption_label(Assumed::HorizonYears).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{capability, decided, facts};
    use crate::decide::{AssumptionInUse, BenefitPart, Dependencies, NetBenefit, Orders, Spread};
    use crate::metrics::{Substitute, SubstituteBy};
    use crate::units::Estimate;

    fn spread(units: f64) -> Spread {
        Spread { mean: units, p05: units / 2.0, p50: units, p95: units * 2.0 }
    }

    fn assumed(name: Assumed, capability: Option<usize>, value: f64) -> AssumptionInUse {
        AssumptionInUse {
            name,
            capability,
            distribution: format!("fixed({value})"),
            spread: Spread { mean: value, p05: value, p50: value, p95: value },
            unit: String::new(),
            reason: String::new(),
            source: String::new(),
        }
    }

    fn stakes() -> Stakes {
        Stakes {
            data: StakeSums {
                support: 12_000.0,
                to_migrate: 9.0,
                arr_dependent: 40_000.0,
                arr_sole: 20_000.0,
                arr_dependent_replaced: 10_000.0,
                ..StakeSums::default()
            },
            replicates: Vec::new(),
            accounts: 12,
            accounts_with_arr: 9,
            already_replaced: Some(3),
        }
    }

    /// Two capabilities; everything is known of the first and nothing of the second.
    fn company() -> (Facts, Decisions) {
        let mut of = capability("a");
        of.stakes = Some(stakes());
        let already = Some(Estimate { point: 0.25, low: 0.1, high: 0.5, n: 12 });
        of.substitute = Some(Substitute { capability: 1, by: SubstituteBy::Catalogue, already });
        let all = facts(vec![of, capability("b")]);
        let mut decisions = decided(&all);
        decisions.assumptions = vec![
            assumed(Assumed::AvoidableSupport, None, 0.5),
            assumed(Assumed::AvoidableSupport, Some(0), 0.8),
            assumed(Assumed::HorizonYears, None, 3.0),
            assumed(Assumed::DiscountRate, None, 0.1),
            assumed(Assumed::Margin, None, 0.75),
            assumed(Assumed::LossAtFullDependence, None, 0.3),
            assumed(Assumed::SoleUserWeight, None, 0.5),
            assumed(Assumed::ReplacementRelief, None, 0.8),
            assumed(Assumed::CustomerHours, None, 4.0),
            assumed(Assumed::CustomerHour, None, 30.0),
        ];
        for decision in &mut decisions.ranked {
            if decision.capability == 0 {
                let part = |part, units: Option<f64>| BenefitPart { part, spread: units.map(spread) };
                decision.net_benefit = Some(NetBenefit {
                    total: spread(9_000.0),
                    p_positive: 0.93,
                    parts: vec![
                        part(Part::Support, Some(26_000.0)),
                        part(Part::Incident, None),
                        part(Part::RevenueAtRisk, Some(-5_000.0)),
                        part(Part::CustomerMigration, Some(-1_000.0)),
                    ],
                    arr_at_risk: spread(4_000.0),
                    tornado: Vec::new(),
                    flips: Vec::new(),
                    acceptability: vec![0.5, 0.25, 0.0],
                });
                decision.orders = Orders { rice: Some(2), cost_per_use: None, least_used: Some(1) };
                decision.dependencies = Dependencies { needed_by: vec![1], ..Dependencies::default() };
            }
        }
        (all, decisions)
    }

    fn shown(all: &Facts, decisions: &Decisions, capability: usize) -> Vec<Figure> {
        let decision = decisions.ranked.iter().find(|decision| decision.capability == capability).unwrap();
        let plain = |text: String| text.replace('\u{202f}', " ");
        let figures = figures(decision, decisions, all, ("EUR", 85.0)).into_iter();
        figures
            .map(|figure| Figure { value: figure.value.map(plain), working: plain(figure.working), ..figure })
            .collect()
    }

    #[test]
    fn every_figure_has_a_definition_and_stands_once() {
        let (all, decisions) = company();
        let figures = shown(&all, &decisions, 0);
        let ids: std::collections::BTreeSet<&str> = figures.iter().map(|figure| figure.id).collect();
        assert_eq!(ids.len(), figures.len());
        assert!(figures.iter().all(|figure| !figure.definition.is_empty()), "{ids:?}");
        let parts = LINES.iter().filter(|(id, ..)| id.starts_with(OF_PARTS));
        assert_eq!(
            parts.map(|(_, title, ..)| title.trim_start()).collect::<Vec<_>>(),
            Part::ALL.iter().map(|part| part.label()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_working_holds_the_numbers() {
        let (all, decisions) = company();
        let figures = shown(&all, &decisions, 0);
        let of = |id: &str| {
            let figure = figures.iter().find(|figure| figure.id == id).unwrap();
            (figure.value.as_deref().unwrap(), figure.working.as_str())
        };
        assert_eq!(of("net_benefit_p50").0, "EUR 9 000 (4 500 to 18 000)");
        assert!(of("net_benefit_p50").1.contains("not known: engineering that ends, incidents that end"));
        // The assumption for this capability goes before that for all; (1 − 1.1⁻³) ÷ ln 1.1 = 2.6092.
        let support = "80 % × EUR 12 000 a year × 2.61 discounted years";
        assert_eq!(of("benefit_support"), ("EUR 26 000 (13 000 to 52 000)", support));
        // 40 000 + 0.5 × 20 000 hang on it.
        let loss =
            "30 % × (EUR 50 000 of ARR × dependence, less 80 % of the EUR 10 000 whose accounts use the replacement)";
        assert_eq!(of("benefit_revenue_at_risk").1, format!("− 75 % margin × {loss} × 2.61 discounted years"));
        assert_eq!(of("arr_at_risk").1, format!("{loss}; ARR stated by 75 % of its accounts"));
        assert_eq!(of("benefit_customer_migration").1, "− 9 accounts to move × 4 h × EUR 30.00 an hour");
        assert_eq!(of("p_positive").0, "93 %");
        assert_eq!(of("rank_acceptability"), ("75 %", "of the first 3; place 1 in 50 %, 2 in 25 %"));
        assert_eq!(of("orders").0, "RICE 2, least used 1");
        assert_eq!(of("substitute"), ("b", "named by the catalogue; 25 % (10–50 %) of its 12 accounts use it already"));
        assert_eq!(of("dependencies"), ("1", "must go before: b"));
        assert!(!figures.iter().any(|figure| figure.id == "benefit_incident"), "a part that is not known has no line");
    }

    #[test]
    fn of_what_is_unknown_no_part_is_shown_and_no_value() {
        let (all, mut decisions) = company();
        decisions.ranked.iter_mut().for_each(|decision| decision.orders = Orders::default());
        let figures = shown(&all, &decisions, 1);
        let ids: Vec<&str> = figures.iter().map(|figure| figure.id).collect();
        assert_eq!(
            ids,
            [
                "net_benefit_p50",
                "p_positive",
                "arr_at_risk",
                "rank_acceptability",
                "orders",
                "substitute",
                "dependencies"
            ]
        );
        assert!(figures.iter().all(|figure| figure.value.is_none() && figure.working.is_empty()));
    }
}
