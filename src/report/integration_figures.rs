//! Every figure of one integration as text: the value, and the formula with the numbers in it.

use super::{EstimateLine, Figure, decimal_with_interval};
use crate::integrations::{DEFINITIONS, Detection, Durations, IntegrationFacts, Integrations, Reliability};
use crate::units::{Estimate, Money, format};

/// One integration before it is text.
struct Case<'a> {
    of: &'a IntegrationFacts,
    all: &'a Integrations,
    currency: &'a str,
}

/// Value and working.
type Shown = Option<(String, String)>;
/// The figure, the tables its rows stand in, and how it is shown.
type Line = (&'static str, &'static [&'static str], fn(&Case) -> Shown);

const RUNS: &[&str] = &["runs", "accounts"];
const SEEN: &[&str] = &["runs", "incidents", "tickets", "accounts"];

/// The figures that are of one integration; the others are of the whole product, of one account or of one failure.
const LINES: &[Line] = &[
    ("run_success_rate", RUNS, |case| {
        let runs = case.of.runs?;
        let not = [(runs.failed, "failed"), (runs.partial, "partly successful"), (runs.empty.unwrap_or(0), "empty")];
        let not: Vec<String> = not.iter().map(|(number, what)| format!("{} {what}", format::count(*number))).collect();
        let working = format!(
            "{} of {}: {}",
            format::counted(runs.runs, "run"),
            format::counted(runs.accounts, "account"),
            not.join(", ")
        );
        Some((format::percent_with_interval(&runs.success_rate?), working))
    }),
    ("episodes", RUNS, |case| {
        let runs = case.of.runs?;
        let kinds = [
            (runs.failed_episodes, "failed"),
            (runs.partial_episodes, "partly successful"),
            (runs.empty_episodes, "without records"),
            (runs.overdue_episodes, "overdue"),
        ];
        let all: u64 = kinds.iter().map(|(number, _)| number).sum();
        let parts: Vec<String> =
            kinds.iter().map(|(number, what)| format!("{} {what}", format::count(*number))).collect();
        Some((format::count(all), format!("sustained, begun in the period: {}", parts.join(" + "))))
    }),
    ("failures", SEEN, |case| {
        let found = case.detection()?;
        let by = [
            (found.by_monitor, "a monitor"),
            (found.by_customer, "a customer"),
            (found.by_employee, "one of ours"),
            (found.by_vendor, "the vendor"),
            (found.never_detected, "nobody"),
        ];
        let by: Vec<String> =
            by.iter().filter(|(number, _)| *number > 0).map(|(n, who)| format!("{n} by {who}")).collect();
        let working = if by.is_empty() { String::new() } else { format!("first seen: {}", by.join(", ")) };
        Some((format::count(found.failures), working))
    }),
    ("silent_rate", SEEN, |case| {
        let found = case.detection()?;
        let working =
            format!("{} silent ÷ {}", format::count(found.silent), format::counted(found.failures, "failure"));
        Some((format::percent_with_interval(&found.silent_rate?), working))
    }),
    ("mttd", SEEN, |case| {
        times(&[("detect", case.detection()?.detect), ("acknowledge", case.detection()?.acknowledge)])
    }),
    ("mttr", SEEN, |case| times(&[("restore", case.detection()?.restore), ("repair", case.detection()?.repair)])),
    ("dark_hours", SEEN, |case| {
        let found = case.detection()?;
        let accounts = found.accounts_in_the_dark.map(|accounts| format::counted(accounts, "account"));
        let arr = found.arr_in_the_dark.map(|arr| format!("ARR {}", case.money(arr)));
        let working: Vec<String> = accounts.into_iter().chain(arr).collect();
        Some((format!("{} account-hours", format::decimal(found.dark_hours?)), working.join(", ")))
    }),
    ("hidden_cost", SEEN, |case| {
        let hours = case.detection()?.dark_hours.map(format::decimal)?;
        Some((
            case.money(case.detection()?.hidden_cost?),
            format!("{hours} account-hours in the dark at the ARR of their accounts × reliability.impairment"),
        ))
    }),
    ("reliability", RUNS, |case| {
        let found = case.reliability()?;
        let working = format!(
            "1 − {} broken ÷ {} account-hours in use = 1 − {:.6} episodes an hour × ({} h until known + {} h after); target {}",
            format::decimal(found.broken_hours),
            format::decimal(found.account_hours),
            found.frequency,
            format::decimal(found.hours_to_detect),
            format::decimal(found.hours_to_repair),
            format::percent(found.target)
        );
        Some((format::percent_with_interval(&found.score), working))
    }),
    ("expected_broken_hours", RUNS, |case| {
        let found = case.reliability()?;
        let working = format!(
            "account-hours in the next quarter; {} touched the period, single failed runs too; place {} of {}",
            format::counted(found.episodes, "episode"),
            found.rank,
            case.all.facts.iter().filter(|of| of.reliability.is_some()).count()
        );
        Some((decimals(found.expected_broken_hours)?, working))
    }),
    ("volatility", &["api_changes", "catalogue"], |case| {
        let vendor = &case.all.vendors.get(case.of.vendor?)?;
        let working = format!(
            "{} of {} breaking in {} years; next year {}",
            format::count(vendor.breaking),
            format::counted(vendor.changes, "change"),
            format::decimal(vendor.years),
            decimals(vendor.next_year)?
        );
        Some((format!("{} a year", decimals(vendor.breaking_per_year)?), working))
    }),
    ("expected_change_hours", &["api_changes", "work_items"], |case| {
        let vendor = &case.all.vendors.get(case.of.vendor?)?;
        let each = vendor.hours_per_change?;
        let whose = if vendor.hours_are_own { "own changes" } else { "changes of all vendors" };
        Some((
            format!("{} h", decimals(vendor.expected_hours?)?),
            format!("{} h a change, from {} {whose}", decimals(each)?, format::count(each.n)),
        ))
    }),
    ("break_even_price", &["tickets", "work_items", "charges", "incidents", "catalogue"], |case| {
        let found = case.of.procure;
        let range = found.break_even_range.map(|(low, high)| format!(" ({} to {})", case.money(low), case.money(high)));
        let price =
            found.platform_price.map_or_else(String::new, |price| format!("a platform charges {}", case.money(price)));
        Some((format!("{}{}", case.money(found.break_even?), range.unwrap_or_default()), price))
    }),
];

/// Every figure of an integration, in the order of the methodology page; none for what is no integration.
pub(super) fn figures(capability: usize, all: &Integrations, currency: &str) -> Vec<Figure> {
    let Some(of) = all.of(capability) else { return Vec::new() };
    let case = Case { of, all, currency };
    let figure = |definition: &crate::units::Definition| {
        let (_, from, show) = LINES.iter().find(|(id, ..)| *id == definition.id)?;
        let (value, working) = show(&case).map_or((None, String::new()), |(value, working)| (Some(value), working));
        Some(Figure { id: definition.id, title: definition.title, value, working, from, definition: definition.text })
    };
    DEFINITIONS.iter().filter_map(figure).collect()
}

impl<'a> Case<'a> {
    fn money(&self, amount: Money) -> String {
        format::money(amount, self.currency)
    }

    fn detection(&self) -> Option<&'a Detection> {
        self.of.detection.as_ref()
    }

    fn reliability(&self) -> Option<&'a Reliability> {
        self.of.reliability.as_ref()
    }
}

fn decimals(estimate: Estimate) -> Option<String> {
    Some(decimal_with_interval(&EstimateLine::of(estimate)?))
}

/// Medians as the value, means and 95th percentiles as the working.
fn times(of: &[(&str, Durations)]) -> Shown {
    let known = || of.iter().filter_map(|(what, times)| Some((what, times.median?, times.mean?, times.p95?, times.n)));
    let value = |(what, median, ..): (&&str, Estimate, Estimate, Estimate, u64)| {
        // One failure has no interval to speak of.
        let shown = if median.n == 1 { format::decimal(median.point) } else { decimals(median)? };
        Some(format!("{shown} h to {what}"))
    };
    let working = |(what, _, mean, p95, n): (&&str, Estimate, Estimate, Estimate, u64)| {
        let failures = format::counted(n, "failure");
        // Of a single failure mean and percentile are that failure again.
        if n == 1 {
            return format!("to {what}: {failures}");
        }
        let (mean, p95) = (format::decimal(mean.point), format::decimal(p95.point));
        format!("to {what}: mean {mean} h, 95th percentile {p95} h, {failures}")
    };
    let values: Vec<String> = known().filter_map(value).collect();
    (!values.is_empty()).then(|| (values.join("; "), known().map(working).collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::{Gaps, Procure};
    use std::collections::BTreeSet;

    fn integration() -> IntegrationFacts {
        IntegrationFacts {
            capability: 0,
            runs: None,
            detection: None,
            reliability: None,
            gaps: Gaps::default(),
            vendor: None,
            procure: Procure::default(),
        }
    }

    #[test]
    fn every_line_is_of_a_figure_that_is_defined_and_stands_once() {
        let shown: Vec<&str> = LINES.iter().map(|(id, ..)| *id).collect();
        let defined: BTreeSet<&str> = DEFINITIONS.iter().map(|definition| definition.id).collect();
        assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), shown.len());
        assert!(shown.iter().all(|id| defined.contains(id)), "{shown:?}");
    }

    #[test]
    fn what_is_unknown_has_no_value_and_what_is_no_integration_no_figure() {
        let all = Integrations { facts: vec![integration()], ..Integrations::default() };
        let found = figures(0, &all, "EUR");
        assert_eq!(found.len(), LINES.len());
        assert!(found.iter().all(|figure| figure.value.is_none() && figure.working.is_empty()));
        assert_eq!(figures(1, &all, "EUR"), []);
    }

    #[test]
    fn the_working_holds_the_numbers() {
        let estimate = |point: f64| Estimate { point, low: point / 2.0, high: point * 2.0, n: 7 };
        let times =
            Durations { n: 7, mean: Some(estimate(4.0)), median: Some(estimate(3.0)), p95: Some(estimate(9.0)) };
        let detection = Detection {
            failures: 7,
            by_customer: 5,
            never_detected: 2,
            silent: 6,
            silent_rate: Some(Estimate { point: 6.0 / 7.0, low: 0.4, high: 0.9, n: 7 }),
            detect: times,
            ..Detection::default()
        };
        let all = Integrations {
            facts: vec![IntegrationFacts { detection: Some(detection), ..integration() }],
            ..Integrations::default()
        };
        let found = figures(0, &all, "EUR");
        let of = |id: &str| found.iter().find(|figure| figure.id == id).unwrap();
        assert_eq!(of("failures").working, "first seen: 5 by a customer, 2 by nobody");
        assert_eq!(of("silent_rate").working, "6 silent ÷ 7 failures");
        assert_eq!(of("mttd").working, "to detect: mean 4.0 h, 95th percentile 9.0 h, 7 failures");
        assert!(of("mttd").value.as_deref().unwrap().starts_with('3'), "{:?}", of("mttd").value);
        assert_eq!(of("mttr").value, None);
    }
}
