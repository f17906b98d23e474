//! The numbers of a card: each with its interval, where one is known.

use serde::Serialize;

use crate::report::{
    CapabilityLine, EstimateLine, IntervalLine, MoneyInterval, decimal_with_interval, percent_with_interval,
    spread_in_words,
};
use crate::units::format::{self, UNKNOWN};
use crate::units::{Money, Share};

/// A number under the name of its column.
#[derive(Debug, Serialize)]
pub struct Number {
    /// Column of `capabilities.csv`, which leads to the definition.
    id: &'static str,
    label: &'static str,
    /// With its interval, or the dash of the unknown.
    value: String,
}

/// Every number of a capability that its card does not show in large print.
pub fn numbers(line: &CapabilityLine, currency: &str) -> Vec<Number> {
    [use_of(line), cost_of(line, currency), rest(line, currency)].into_iter().flatten().collect()
}

fn number(id: &'static str, label: &'static str, value: Option<String>) -> Number {
    Number { id, label, value: value.unwrap_or_else(|| UNKNOWN.to_owned()) }
}

fn use_of(line: &CapabilityLine) -> Vec<Number> {
    let ends = &line.intervals;
    let estimate = |found: Option<EstimateLine>| found.map(|found| percent_with_interval(&found));
    let active = line
        .active_accounts
        .map(|active| format!("{} of {}", format::count(active), format::count(line.base_accounts)));
    vec![
        number("active_accounts", "Active accounts", active),
        number("adoption_eligible", "Adoption among entitled", percent(line.adoption_eligible, ends.adoption_eligible)),
        number("adoption_arr", "Adoption by ARR", percent(line.adoption_arr, ends.adoption_arr)),
        number("adoption_users", "Adoption by users", estimate(line.adoption_users)),
        number("active_users", "Active users", line.active_users.map(format::count)),
        number("depth", "Depth", estimate(line.depth)),
        number("frequency", "Active days a month", line.frequency.map(|days| decimal_with_interval(&days))),
        number("stickiness", "Stickiness", percent(line.stickiness, ends.stickiness)),
        number("retention", "Retention", percent(line.retention, ends.retention)),
        number("trend_per_month", "Trend a month", percent(line.trend_per_month, ends.trend_per_month)),
        number("trend_p", "p of the trend", line.trend_p.map(format::score)),
        number(
            "top_account_share",
            "Share of the top account",
            percent(line.top_account_share, ends.top_account_share),
        ),
        number("effective_accounts", "Effective accounts", line.effective_accounts.map(format::decimal)),
        number("usage_share", "Share of use", percent(line.usage_share, ends.usage_share)),
    ]
}

fn cost_of(line: &CapabilityLine, currency: &str) -> Vec<Number> {
    let ends = &line.intervals;
    let money = |amount: Option<Money>| amount.map(|amount| format::money(amount, currency));
    let confidence = line.cost_confidence.and_then(|confidence| Share::of(confidence, 1.0));
    vec![
        number("cost_share", "Share of cost", percent(line.cost_share, ends.cost_share)),
        number("tickets", "Tickets", line.tickets.map(format::count)),
        number("contact_rate", "Tickets per 1\u{202f}000 account-days", decimal(line.contact_rate, ends.contact_rate)),
        number("engineering_hours", "Hours of run work", line.engineering_hours.map(format::decimal)),
        number("yearly_run_cost", "Run cost a year, at this rate", money(line.yearly_run_cost)),
        number("run_cost_12m", "Run cost of twelve months", money(line.run_cost_12m)),
        number(
            "cost_confidence",
            "Confidence of the run cost",
            confidence.map(|confidence| format::percent(confidence.value())),
        ),
        number(
            "cost_per_active_account",
            "Cost per active account",
            money_range(line.cost_per_active_account, ends.cost_per_active_account, currency),
        ),
        number(
            "cost_per_active_user",
            "Cost per active user",
            money_range(line.cost_per_active_user, ends.cost_per_active_user, currency),
        ),
        number("build_cost", "Investment, in no ratio", money(line.build_cost)),
        number("unclassified_cost", "Work of unknown kind, in no ratio", money(line.unclassified_cost)),
    ]
}

fn rest(line: &CapabilityLine, currency: &str) -> Vec<Number> {
    let at_risk = line.net_benefit.as_ref().map(|found| spread_in_words(&found.arr_at_risk, currency));
    vec![
        number("launched_on", "On offer since", line.launched_on.map(|day| day.to_string())),
        number("arr_at_risk", "ARR at risk in a year", at_risk),
        number("removal_score", "Removal score", line.removal_score.map(format::score)),
        number("removal_rank", "Place by removal score", line.removal_rank.map(|rank| format::count(rank as u64))),
        number("category", "Category", line.category.clone()),
        number("id", "Id", Some(line.id.clone())),
    ]
}

/// A point and the ends that stand beside it as one estimate.
fn joined(point: Option<f64>, ends: Option<IntervalLine>) -> Option<Result<EstimateLine, f64>> {
    point.map(|point| ends.map(|ends| EstimateLine { point, low: ends.low, high: ends.high, n: 0 }).ok_or(point))
}

fn percent(point: Option<f64>, ends: Option<IntervalLine>) -> Option<String> {
    joined(point, ends).map(|found| found.map_or_else(format::percent, |found| percent_with_interval(&found)))
}

fn decimal(point: Option<f64>, ends: Option<IntervalLine>) -> Option<String> {
    joined(point, ends).map(|found| found.map_or_else(format::decimal, |found| decimal_with_interval(&found)))
}

fn money_range(point: Option<Money>, ends: Option<MoneyInterval>, currency: &str) -> Option<String> {
    let point = format::money(point?, currency);
    let Some(MoneyInterval { low, high }) = ends else { return Some(point) };
    let amount = |amount| format::money(amount, "").trim_start().to_owned();
    let high = high.map_or_else(|| " or more".to_owned(), |high| format!("–{}", amount(high)));
    Some(format!("{point} ({}{high})", amount(low)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixture;

    #[test]
    fn a_number_stands_with_its_interval_and_an_unknown_one_is_a_dash() {
        let mut line = fixture::capability(0);
        (line.stickiness, line.intervals.stickiness) = (None, None);
        line.intervals.retention = None;
        let shown = numbers(&line, "EUR");
        let value = |id: &str| shown.iter().find(|number| number.id == id).unwrap().value.replace('\u{202f}', " ");
        for (id, text) in [
            ("active_accounts", "4 of 400"),
            ("adoption_arr", "1.1 % (0.60–3.0 %)"),
            ("stickiness", "–"),
            ("retention", "71 %"),
            ("contact_rate", "0.3 (0.2 or more)"),
            ("cost_per_active_account", "EUR 3 310 (2 120–6 010)"),
        ] {
            assert_eq!(value(id), text, "{id}");
        }
    }
}
