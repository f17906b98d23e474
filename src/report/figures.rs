//! Every metric of one capability as text: the value, and the formula with the numbers in it.

use super::{EstimateLine, Figure, decision_figures, sentences};
use crate::metrics::{self, BaseOfUse, CapabilityFacts, Facts, RhythmKind, UseEvidence};
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
const COST: &[&str] = &["tickets", "work_items", "charges", "incidents"];
const UPKEEP: &[&str] = &["changes", "work_items"];
const ATTEMPTS: &[&str] = &["usage_events", "runs", "accounts", "catalogue"];

/// Every metric of the method has a line here, and a test holds it.
const LINES: &[Line] = &[
    ("base_accounts", &["accounts", "base_totals"], base_accounts),
    ("adoption", USE_AND_BASE, adoption),
    ("adoption_eligible", &["usage_events", "accounts", "catalogue"], |case| {
        let estimate = case.of.adoption_eligible?;
        #[expect(clippy::cast_precision_loss, reason = "counts of accounts lie far below 2^53")]
        let active = (estimate.point * estimate.n as f64).round();
        let working = format!("{active} ÷ {} entitled to it", format::counted(estimate.n, "account"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("adoption_arr", EVENTS_AND_ACCOUNTS, adoption_arr),
    ("arr_touched", EVENTS_AND_ACCOUNTS, |case| {
        Some((case.money(case.of.arr_touched?), "sum of the ARR of the active accounts".into()))
    }),
    ("adoption_users", EVENTS_AND_ACCOUNTS, |case| {
        let estimate = case.of.adoption_users?;
        let working =
            format!("its users ÷ users of the product, in {} with users", format::counted(estimate.n, "account"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("depth", EVENTS, |case| {
        let estimate = case.of.depth?;
        let working = format!("median over {}", format::counted(estimate.n, "active account"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("funnel", ATTEMPTS, funnel),
    ("success_rate", ATTEMPTS, success_rate),
    ("failure_share", &["usage_events", "runs"], |case| {
        let estimate = case.of.funnel.failure_share?;
        let working = format!("failed ÷ known attempts of {}", format::counted(estimate.n, "account"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("outage_share", &["incidents"], |case| {
        let (share, incidents) = (case.of.funnel.outage_share?, case.of.funnel.incidents?);
        Some((percent(share), format!("of the period; {} began in it", format::counted(incidents, "incident"))))
    }),
    ("use_evidence", &["usage_events", "usage_totals", "accounts", "catalogue", "tickets", "runs"], use_evidence),
    ("active_users", USE, |case| Some((format::count(case.of.active_users?), "distinct users in the period".into()))),
    ("frequency", EVENTS, |case| {
        let estimate = case.of.frequency?;
        let working = format!("days a month; median over {}", format::counted(estimate.n, "active account"));
        Some((range(&format::decimal(estimate.point), Some((estimate.low, estimate.high)), format::decimal), working))
    }),
    ("stickiness", EVENTS, |case| {
        Some((
            with_ends(case.of.stickiness?, case.of.intervals.stickiness),
            "user-days ÷ (monthly users × days of the month), mean of the months".into(),
        ))
    }),
    ("retention", EVENTS, |case| {
        let estimate = case.of.retention?;
        let before = format::counted(estimate.n, "account");
        let working = match case.of.lifecycle.retained {
            Some(retained) => format!("{} ÷ {before} active in the period before", format::count(retained)),
            None => format!("of {before} active in the period before"),
        };
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("lifecycle", EVENTS_AND_ACCOUNTS, lifecycle),
    ("adoption_change", EVENTS_AND_ACCOUNTS, |case| {
        let (change, p) = (case.of.lifecycle.change?, case.of.lifecycle.change_p?);
        let accounts = format::counted(change.n, "account");
        let working = format!("over {accounts} in the base of both periods; McNemar p {}", format::score(p));
        Some((format::percent_with_interval(&change), working))
    }),
    ("rhythm", USE, rhythm),
    ("adoption_in_rhythm", EVENTS_AND_ACCOUNTS, |case| {
        let (estimate, months) = (case.of.rhythm.adoption?, case.of.rhythm.window_months?);
        let accounts = format::counted(estimate.n, "account");
        let working = format!("of {accounts} over {}", format::counted(u64::from(months), "month"));
        Some((format::percent_with_interval(&estimate), working))
    }),
    ("peak_share", USE, |case| {
        let (share, (month, adoption)) = (case.of.rhythm.peak_share?, case.of.rhythm.peak?);
        Some((
            percent(share),
            format!("of the last twelve months; highest in {month} with {}", format::percent(adoption)),
        ))
    }),
    ("days_to_settle", EVENTS_AND_ACCOUNTS, |case| {
        let days = case.of.days_to_settle?;
        let working =
            if days == 0 { "its interval lies on one side of the line" } else { "at the adoption that was seen" };
        Some((format::count(days), working.into()))
    }),
    ("trend_per_month", USE_AND_BASE, trend),
    ("trend_p", USE_AND_BASE, |case| {
        let months = case.of.monthly_adoption.iter().flatten().count() as u64;
        Some((format::score(case.of.trend_p?), format!("Mann–Kendall over {}", format::counted(months, "month"))))
    }),
    ("top_account_share", EVENTS, |case| {
        let share = with_ends(case.of.top_account_share?, case.of.intervals.top_account_share);
        Some((share, "active days of the top account ÷ all active days".into()))
    }),
    ("effective_accounts", EVENTS, |case| {
        Some((format::decimal(case.of.effective_accounts?), "1 ÷ Σ (share of active days)²".into()))
    }),
    ("usage_share", USE, |case| {
        let share = with_ends(case.of.usage_share?, case.of.intervals.usage_share);
        Some((share, "its part of all use in the period".into()))
    }),
    ("tickets", &["tickets"], |case| Some((format::count(case.of.tickets?), "tickets placed on it".into()))),
    ("run_cost", COST, run_cost),
    ("run_cost_12m", COST, run_cost_12m),
    ("cost_confidence", COST, |case| {
        let working = "mean over the ledger entries of the run cost, weighted by amount";
        Some((percent(case.of.cost_confidence?), working.into()))
    }),
    ("cost_share", COST, cost_share),
    ("disproportion", &["usage_events", "tickets", "work_items", "charges"], disproportion),
    ("disproportion_by_base", &["usage_events", "accounts", "tickets", "work_items", "charges"], disproportion_by_base),
    ("cost_per_active_account", COST, cost_per_active_account),
    ("contact_rate", &["tickets", "usage_events"], contact_rate),
    ("stakes", &["usage_events", "accounts", "tickets", "work_items", "charges", "incidents"], |case| {
        decision_figures::stakes(case.of, case.currency)
    }),
    ("use_now", USE, |case| {
        let share = case.of.signals.use_now?;
        Some((format::percent(share), "of the base, mean of the last three months".into()))
    }),
    ("change_of_use", USE, change_of_use),
    ("months_since_release", &["releases"], |case| {
        let signals = &case.of.signals;
        let (months, releases) = (signals.months_since_release?, signals.releases_24m?);
        Some((format::decimal(months), format!("{} in 24 months", format::counted(whole(releases), "release"))))
    }),
    ("months_since_change", UPKEEP, |case| {
        Some((format::decimal(case.of.signals.months_since_change?), "to the as-of date".into()))
    }),
    ("finished_changes_24m", UPKEEP, |case| {
        let signals = &case.of.signals;
        let people = signals.authors_12m.map(|people| format::counted(whole(people), "author"));
        let people =
            people.map_or_else(|| "who finished them is not known".into(), |known| format!("{known} in 12 months"));
        Some((format::decimal(signals.finished_changes_24m?), people))
    }),
    ("untaken_days", &["changes"], |case| {
        let signals = &case.of.signals;
        let open = format::decimal(signals.open_work?);
        let oldest = format::counted(whole(signals.oldest_open_days?), "day");
        Some((format::count(whole(signals.untaken_days?)), format!("{open} open, the oldest for {oldest}")))
    }),
    ("unfixed_findings", &["findings"], |case| {
        Some((
            format::count(whole(case.of.signals.unfixed_findings?)),
            "published and not fixed by the as-of date".into(),
        ))
    }),
    ("maintainers", &["catalogue"], |case| {
        let home = match case.of.signals.has_home {
            Some(true) => "the place of its source is known",
            Some(false) => "the place of its source is not known",
            None => "as the catalogue says",
        };
        Some((format::count(whole(case.of.signals.maintainers?)), home.into()))
    }),
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
    let working = format!("{} ÷ {} of the base", case.money(touched), case.money(whole));
    Some((with_ends(share, case.of.intervals.adoption_arr), working))
}

fn funnel(case: &Case) -> Shown {
    let funnel = case.of.funnel;
    let steps = [
        ("entitled", funnel.entitled, None),
        ("shown", funnel.exposed, funnel.exposure_rate),
        ("tried", funnel.attempted, funnel.attempt_rate),
        ("succeeded", funnel.succeeded, funnel.success_rate),
        ("came back", funnel.repeated, funnel.repeat_rate),
    ];
    let known = || steps.iter().filter_map(|(name, accounts, rate)| Some((*name, (*accounts)?, rate)));
    let value: Vec<String> = known().map(|(_, accounts, _)| format::count(accounts)).collect();
    let step = |(name, accounts, rate): (&str, u64, &Option<Estimate>)| match rate {
        Some(rate) => format!("{name} {} ({})", format::count(accounts), format::percent_with_interval(rate)),
        None => format!("{name} {}", format::count(accounts)),
    };
    (!value.is_empty()).then(|| (value.join(" → "), known().map(step).collect::<Vec<_>>().join(" → ")))
}

fn success_rate(case: &Case) -> Shown {
    let (rate, succeeded) = (case.of.funnel.success_rate?, case.of.funnel.succeeded?);
    let working = format!("{} ÷ {} that tried", format::count(succeeded), format::counted(rate.n, "account"));
    Some((format::percent_with_interval(&rate), working))
}

fn use_evidence(case: &Case) -> Shown {
    let (value, working) = match case.of.funnel.evidence? {
        UseEvidence::NeverOffered => ("never offered", "nobody is entitled to it, or nobody was shown it"),
        UseEvidence::NotCounted => ("not counted", "no event of it, yet tickets or runs speak of it"),
        UseEvidence::Broken => ("broken", "it is tried, and fails too often"),
        UseEvidence::NeverUsed => ("never used", "on offer, counted, and no use ever"),
        UseEvidence::Used => ("used", "on offer, counted and used"),
    };
    Some((value.into(), working.into()))
}

fn lifecycle(case: &Case) -> Shown {
    let found = case.of.lifecycle;
    let parts = [found.new, found.retained, found.resurrected, found.dormant];
    let shown = |accounts: Option<u64>| accounts.map_or_else(|| format::UNKNOWN.to_owned(), format::count);
    let value: Vec<String> = parts.into_iter().map(shown).collect();
    let known = parts.iter().any(Option::is_some);
    known.then(|| (value.join(", "), "accounts, from the period before to this one".into()))
}

fn rhythm(case: &Case) -> Shown {
    let (kind, months) = (case.of.rhythm.kind?, case.of.rhythm.window_months?);
    let value = match kind {
        RhythmKind::Monthly => "monthly",
        RhythmKind::Quarterly => "quarterly",
        RhythmKind::Yearly => "yearly",
    };
    Some((value.into(), format!("judged over {}", format::counted(u64::from(months), "month"))))
}

fn trend(case: &Case) -> Shown {
    let slope = case.of.trend_per_month?;
    let working = format!("of the base a month; Theil–Sen over {}", format::counted(slope.n, "month"));
    Some((format::percent_with_interval(&slope), working))
}

fn run_cost(case: &Case) -> Shown {
    let cost = case.of.cost;
    let parts = [
        ("support", cost.support),
        ("engineering", cost.engineering),
        ("direct", cost.direct),
        ("incidents", cost.incident),
    ];
    let known = parts.iter().filter_map(|(name, amount)| Some(format!("{name} {}", case.money((*amount)?))));
    let working = known.collect::<Vec<_>>().join(" + ");
    Some((case.money(cost.run()?), working))
}

/// With the seasonality: how the period at a yearly rate compares.
fn run_cost_12m(case: &Case) -> Shown {
    let (year, run) = (case.of.run_cost_12m?, case.of.cost.run()?);
    let rate = run.scaled(case.all.per_year());
    let compared = if year > Money::ZERO {
        format!(", {} of it", format::percent(rate.units() / year.units()))
    } else {
        String::new()
    };
    Some((case.money(year), format!("the period at a yearly rate is {}{compared}", case.money(rate))))
}

fn cost_share(case: &Case) -> Shown {
    let (share, run, all) = (case.of.cost_share?, case.of.cost.run()?, case.all.cost.attributed.run()?);
    let working = format!("{} ÷ {} attributed in all", case.money(run), case.money(all));
    Some((with_ends(share, case.of.intervals.cost_share), working))
}

fn disproportion_by_base(case: &Case) -> Shown {
    let base = |base: &BaseOfUse| Some(format!("{} {}", base.of.label(), ratio_with_interval(&base.disproportion?)));
    let known: Vec<String> = case.of.bases.iter().filter_map(base).collect();
    (!known.is_empty()).then(|| (known.join("; "), "cost share ÷ usage share, by what use is counted in".into()))
}

fn ratio_with_interval(estimate: &Estimate) -> String {
    EstimateLine::of(*estimate).map_or_else(|| format::UNKNOWN.to_owned(), |line| sentences::ratio_with_interval(&line))
}

/// A share with the ends that stand beside it, where they are known.
fn with_ends(share: Share, ends: Option<(f64, f64)>) -> String {
    let found = ends.and_then(|(low, high)| EstimateLine::of(Estimate { point: share.value(), low, high, n: 0 }));
    found.map_or_else(|| percent(share), |found| sentences::percent_with_interval(&found))
}

/// The same of any other number, written by `write`.
fn range(point: &str, ends: Option<(f64, f64)>, write: impl Fn(f64) -> String) -> String {
    match ends {
        None => point.to_owned(),
        Some((low, high)) if high.is_finite() => format!("{point} ({}–{})", write(low), write(high)),
        Some((low, _)) => format!("{point} ({} or more)", write(low)),
    }
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
    let end =
        |units| Money::from_units(units).map_or_else(String::new, |amount| format::money(amount, "").trim().to_owned());
    let value = range(&case.money(cost), case.of.intervals.cost_per_active_account, end);
    Some((value, format!("{} ÷ {}", case.money(run), format::counted(active, "active account"))))
}

fn change_of_use(case: &Case) -> Shown {
    let signals = &case.of.signals;
    let changes = [(6, signals.change_6m), (12, signals.change_12m), (24, signals.change_24m)];
    let known = changes.into_iter().filter_map(|(months, change)| Some((months, change?)));
    let known: Vec<(i32, f64)> = known.collect();
    let &(months, last) = known.last()?;
    let others: Vec<String> = known
        .iter()
        .rev()
        .skip(1)
        .map(|(months, change)| format!("{} over {months}", format::ratio(*change)))
        .collect();
    let working = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
    Some((format::ratio(last), format!("share now ÷ share {months} months before{working}")))
}

/// A count that is kept as a number with decimals.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are not negative and small")]
fn whole(count: f64) -> u64 {
    count.round().max(0.0) as u64
}

fn contact_rate(case: &Case) -> Shown {
    let (rate, tickets, active) = (case.of.contact_rate?, case.of.tickets?, case.of.active_accounts?);
    let days = case.all.days().unsigned_abs();
    let (tickets, active) = (format::counted(tickets, "ticket"), format::counted(active, "account"));
    let value = range(&format::decimal(rate), case.of.intervals.contact_rate, format::decimal);
    Some((value, format!("1,000 × {tickets} ÷ ({active} × {})", format::counted(days, "day"))))
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
