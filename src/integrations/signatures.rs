//! Recurring errors, and which would pay for automation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Months, NaiveDateTime, NaiveTime};
use regex::Regex;

use super::series::{Result, Series};
use super::{Evidence, Failure, IntegrationSettings, Signature};
use crate::attribute::Source;
use crate::units::{Money, definition};

definition! {
    /// Errors that come back: failures of one integration with the same error in the twelve months up to the as-of date, at least
    /// `layers.recurring_from` of them. Two errors are the same when they differ in numbers, ids, addresses and quoted texts
    /// only. A failure without an error text counts by the cause that its incident states; one without either has no
    /// signature.
    ///
    /// *Hours* are those that people spent on these failures: of the responders to their incidents and of the contacts about
    /// them. *Cost* is what the ledger says of the same rows, at the rates of the configuration; a row that speaks of several
    /// failures is shared among them evenly, so that nothing counts twice. Hours and cost of an
    /// incident that states none are unknown and missing from the sum, which is then too low.
    ///
    /// Automating the recovery costs `layers.automation_hours` at the rate of an hour of engineering and is taken to end
    /// these failures without people. It *pays* when the cost of the twelve months is more than that; the months until it
    /// has paid for itself are automation cost over monthly cost. That is an upper bound of what it brings: no automation
    /// ends every failure.
    pub SIGNATURES, "error_signatures", "Recurring errors"
}

/// The longest form of an error that is kept, in characters.
const LONGEST: usize = 80;

/// How many characters of an error are looked at: what comes after is a stack trace.
const LOOKED_AT: usize = 400;

/// What differs from one occurrence of an error to the next, and what stands in its place. The order matters: an address
/// contains numbers, and a quoted text may contain anything.
static VARIABLE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r#""[^"]*"|'[^']{2,}'|`[^`]*`|«[^»]*»|“[^”]*”"#, "<text>"),
        (r"\b[a-z][a-z0-9+.-]*://[^\s<>]+", "<url>"),
        (r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+", "<mail>"),
        (r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", "<ip>"),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
        (r"\b\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?\b", "<time>"),
        (r"\b[a-z0-9_-]*\d[a-z0-9_-]*[a-z][a-z0-9_-]{6,}\b|\b[a-z0-9_-]{6,}[a-z][a-z0-9_-]*\d[a-z0-9_-]*\b", "<id>"),
        (r"(?:[a-z]:)?(?:[/\\][^\s/\\<>:]+){2,}[/\\]?", "<path>"),
        (r"\d+(?:[.,]\d+)*", "<n>"),
    ]
    .into_iter()
    .map(|(pattern, placeholder)| (Regex::new(pattern).expect("the pattern is one"), placeholder))
    .collect()
});

/// Three digits that name a class of answers of a web interface: what an error is, not which.
static STATUS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[1-5]\d\d\b").expect("the pattern is one"));

/// An error as a kind: lower case, with numbers, ids, addresses and quoted texts replaced, so that two errors that differ in them only
/// are one. A number of three digits from 100 to 599 stays: it is the status of a web interface more often than not, and 401 and 429 are
/// different errors. `None` when nothing is left.
pub(super) fn normalised(error: &str) -> Option<String> {
    let head: String = error.chars().take(LOOKED_AT).collect();
    let mut text = head.to_lowercase();
    for (pattern, placeholder) in VARIABLE.iter() {
        text = pattern
            .replace_all(&text, |found: &regex::Captures| {
                let found = &found[0];
                let is_status = *placeholder == "<n>" && found.len() == 3 && STATUS.is_match(found);
                if is_status { found.to_owned() } else { (*placeholder).to_owned() }
            })
            .into_owned();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(LONGEST).collect();
    let short = short.trim_end();
    (!short.is_empty()).then(|| short.to_owned())
}

/// What is added up for one signature.
#[derive(Default)]
struct Sum<'a> {
    failures: u64,
    runs: u64,
    accounts: BTreeSet<&'a str>,
    hours: f64,
    cost: Money,
}

/// Recurring errors of the twelve months up to the as-of date, dearest first.
pub(super) fn signatures(
    failures: &[Failure],
    series: &[Series],
    evidence: Evidence,
    settings: IntegrationSettings,
) -> Vec<Signature> {
    let since = year_before(evidence);
    let recent: Vec<&Failure> = failures.iter().filter(|failure| failure.began.middle() >= since).collect();
    let spent = Spent::new(&recent, evidence);
    let mut sums: BTreeMap<usize, BTreeMap<&str, Sum>> = BTreeMap::new();
    for failure in recent.iter().filter(|failure| failure.counts) {
        let Some(error) = failure.error.as_deref() else { continue };
        let sum = sums.entry(failure.capability).or_default().entry(error).or_default();
        sum.failures += 1;
        let (hours, cost) = spent.on(failure);
        sum.hours += hours;
        sum.cost = sum.cost + cost;
    }
    count_runs(&mut sums, series, since);
    let automation_cost =
        Money::from_units(settings.layers.automation_hours * settings.engineering_hour).unwrap_or(Money::ZERO);
    let all =
        sums.iter().flat_map(|(&capability, sums)| sums.iter().map(move |(&error, sum)| (capability, error, sum)));
    let recurring = all.filter(|(_, _, sum)| sum.failures >= u64::from(settings.layers.recurring_from));
    let line = |(capability, error, sum): (usize, &str, &Sum)| {
        let monthly = sum.cost.units() / 12.0;
        Signature {
            capability,
            error: error.to_owned(),
            runs: sum.runs,
            failures: sum.failures,
            accounts: sum.accounts.len() as u64,
            hours: sum.hours,
            cost: sum.cost,
            automation_cost,
            payback_months: (monthly > 0.0).then(|| automation_cost.units() / monthly),
            pays: sum.cost > automation_cost,
        }
    };
    let mut lines: Vec<Signature> = recurring.map(line).collect();
    lines.sort_by(|a, b| {
        let dearest = b.cost.cmp(&a.cost).then(b.hours.total_cmp(&a.hours));
        dearest.then_with(|| (a.capability, &a.error).cmp(&(b.capability, &b.error)))
    });
    lines
}

/// Counts the bad runs with each error since then, and the accounts that had them.
fn count_runs<'a>(sums: &mut BTreeMap<usize, BTreeMap<&str, Sum<'a>>>, series: &[Series<'a>], since: NaiveDateTime) {
    let mut forms: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for of_account in series {
        let Some(sums) = sums.get_mut(&of_account.capability) else { continue };
        let bad = of_account.runs.iter().filter(|run| run.started >= since && run.result >= Result::Partial);
        for raw in bad.filter_map(|run| run.run.error_class.as_deref()) {
            let form = forms.entry(raw).or_insert_with(|| normalised(raw)).as_deref();
            if let Some(sum) = form.and_then(|form| sums.get_mut(form)) {
                sum.runs += 1;
                sum.accounts.extend(of_account.account);
            }
        }
    }
}

/// Twelve months before the end of the as-of date.
fn year_before(evidence: Evidence) -> NaiveDateTime {
    let day = evidence.now().date();
    day.checked_sub_months(Months::new(12)).unwrap_or(day).and_time(NaiveTime::MIN)
}

/// What the rows of incidents and tickets took, and among how many failures each is shared.
struct Spent {
    rows: BTreeMap<(Source, usize), (f64, Money)>,
    shared_by: BTreeMap<(Source, usize), f64>,
}

impl Spent {
    fn new(failures: &[&Failure], evidence: Evidence) -> Self {
        let mut shared_by: BTreeMap<(Source, usize), f64> = BTreeMap::new();
        for row in failures.iter().flat_map(|failure| rows_of(failure)) {
            *shared_by.entry(row).or_default() += 1.0;
        }
        let mut rows: BTreeMap<(Source, usize), (f64, Money)> = BTreeMap::new();
        for entry in evidence.ledger.entries.iter().filter(|entry| shared_by.contains_key(&(entry.source, entry.row))) {
            let sum = rows.entry((entry.source, entry.row)).or_default();
            *sum = (sum.0 + entry.hours, sum.1 + entry.amount);
        }
        Self { rows, shared_by }
    }

    /// Hours and cost of a failure: its part of each of its rows.
    fn on(&self, failure: &Failure) -> (f64, Money) {
        let parts = rows_of(failure).filter_map(|row| {
            let (hours, cost) = self.rows.get(&row)?;
            let part = 1.0 / self.shared_by.get(&row)?;
            Some((hours * part, cost.scaled(part)))
        });
        parts.fold((0.0, Money::ZERO), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    }
}

fn rows_of(failure: &Failure) -> impl Iterator<Item = (Source, usize)> + '_ {
    let incidents = failure.incident.into_iter().map(|row| (Source::Incidents, row));
    incidents.chain(failure.tickets.iter().map(|&row| (Source::Tickets, row)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Company, at, run};
    use super::super::{Moment, series};
    use super::*;
    use crate::tables::rows::{Incident, Run, Ticket};
    use proptest::prelude::*;

    fn form(error: &str) -> String {
        normalised(error).unwrap_or_default()
    }

    #[test]
    fn what_differs_between_two_occurrences_is_replaced_and_what_tells_errors_apart_stays() {
        for (error, expected) in [
            ("", ""),
            ("  \n ", ""),
            ("auth", "auth"),
            ("Timeout after 30000 ms", "timeout after <n> ms"),
            ("HTTP 429 from 10.0.0.7:443", "http 429 from <ip>"),
            ("401 invalid_grant for token 8f2c41d09b", "401 invalid_grant for token <id>"),
            ("row 7 of account \"Ivory Cleaning\" refused", "row <n> of account <text> refused"),
            ("GET https://api.example.test/v2/jobs?page=3 gave 503", "get <url> gave 503"),
            ("no contact jane.doe@example.test", "no contact <mail>"),
            ("since 2026-07-14T09:00:00Z: expired", "since <time>: expired"),
            ("job 0c9f2a64-1b7e-4c1d-9f0a-3e2b1c0d9e8f failed", "job <id> failed"),
            ("cannot open /var/lib/sync/state.db", "cannot open <path>"),
            ("Zeitüberschreitung nach 1.234,5 s", "zeitüberschreitung nach <n> s"),
        ] {
            assert_eq!(form(error), expected, "{error}");
        }
        assert_eq!(form("HTTP 401"), "http 401");
        assert_ne!(form("HTTP 401"), form("HTTP 429"));
        assert_eq!(form(&"ä ".repeat(500)).chars().count(), 79);
    }

    proptest! {
        #[test]
        fn a_form_is_bounded_and_its_numbers_do_not_matter(word in "[a-zäö ]{1,20}", a in 1000_u32.., b in 1000_u32..) {
            prop_assert_eq!(form(&format!("{word} {a} x")), form(&format!("{word} {b} x")));
            prop_assert!(form(&word).chars().count() <= LONGEST);
        }

        #[test]
        fn any_text_has_a_form_or_none(text in "\\PC{0,600}") {
            if let Some(form) = normalised(&text) {
                prop_assert!(!form.trim().is_empty() && form.chars().count() <= LONGEST);
            }
        }
    }

    /// A failure of the first capability that began on a day of 2026, of one account, with these rows.
    fn failure(began: &str, error: &str, incident: Option<usize>, tickets: &[usize]) -> Failure {
        Failure {
            capability: 0,
            episodes: Vec::new(),
            incident,
            incident_id: None,
            tickets: tickets.to_vec(),
            began: Moment::at(at(began)),
            detected_at: None,
            detected_by: None,
            acknowledged_at: None,
            resolved_at: None,
            ended_by: None,
            accounts: None,
            broken_hours: 0.0,
            dark_hours: 0.0,
            arr_in_the_dark: None,
            hidden_cost: None,
            silent: false,
            error: Some(error.into()).filter(|text: &String| !text.is_empty()),
            counts: true,
        }
    }

    /// Three failures with one error, of which the last two share an incident of four hours at 90 an hour, and the first has a
    /// ticket of 30 minutes of people at 45: hours 4.5, cost 360 + 22.5.
    #[test]
    fn hours_and_cost_by_hand() {
        let mut company = Company::new(&["a"]);
        company.settings.rates.engineering_hour = 90.0;
        company.settings.rates.support_hour.human = 45.0;
        company.incidents = Some(vec![Incident {
            capability: Some("a".into()),
            started_at: Some(at("08-02T09:00")),
            responder_hours: Some(4.0),
            ..Incident::default()
        }]);
        company.tickets = vec![Ticket {
            capability: Some("a".into()),
            opened_at: Some(at("08-01T12:00")),
            handle_minutes: Some(30.0),
            layer: Some("human".into()),
            ..Ticket::default()
        }];
        let with = |error: &str, run: Run| Run { error_class: Some(error.into()), ..run };
        company.runs = Some(vec![
            with("Timeout after 30 s", run("a", "u", at("08-01T09:00"), "failed")),
            with("timeout after 31 s", run("a", "v", at("08-02T09:00"), "failed")),
            with("timeout after 31 s", run("a", "v", at("08-03T09:00"), "ok")),
            with("other", run("a", "v", at("08-04T09:00"), "failed")),
        ]);
        let error = "timeout after <n> s";
        let mut failures = vec![
            failure("08-01T09:00", error, None, &[0]),
            failure("08-02T09:00", error, Some(0), &[]),
            failure("08-03T09:00", error, Some(0), &[]),
            failure("08-04T09:00", "other", None, &[]),
            failure("08-05T09:00", "", None, &[]),
        ];
        failures.push(Failure { began: Moment::at("2025-08-01T00:00:00".parse().unwrap()), ..failures[0].clone() });
        company.look(|evidence, settings| {
            let series = vec_of(evidence);
            let found = signatures(&failures, &series, evidence, settings);
            assert_eq!(found.len(), 1);
            let line = &found[0];
            assert_eq!((line.failures, line.runs, line.accounts), (3, 2, 2));
            assert_eq!((line.hours, line.cost), (4.5, Money::from_units(382.5).unwrap()));
            assert_eq!(line.automation_cost, Money::from_units(3_600.0).unwrap());
            assert!((line.payback_months.unwrap() - 3_600.0 / (382.5 / 12.0)).abs() < 1e-9);
            assert!(!line.pays);
            assert_eq!(signatures(&[], &series, evidence, settings), []);
        });
    }

    /// Series by hand, so that this test does not hang on how they are made.
    fn vec_of(evidence: Evidence<'_>) -> Vec<Series<'_>> {
        let runs = evidence.runs.unwrap_or_default();
        ["u", "v"]
            .into_iter()
            .map(|account| Series {
                capability: 0,
                account: Some(account),
                runs: runs
                    .iter()
                    .filter(|run| run.account_id.as_deref() == Some(account))
                    .map(|run| series::Attempt {
                        run,
                        started: run.started_at.unwrap(),
                        ended: run.ended_at.unwrap(),
                        result: if run.status.as_deref() == Some("ok") { Result::Good } else { Result::Failed },
                    })
                    .collect(),
                churned_at: None,
            })
            .collect()
    }
}
