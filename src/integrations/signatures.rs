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
    /// `layers.recurring_from` of them. Two errors are the same when they differ in numbers, ids, addresses, paths, moments and quoted
    /// texts only; the status of a web interface and the name of a class tell errors apart, digits and all. A failure without an error text counts by the cause that its incident states; one without either has no
    /// signature.
    ///
    /// *Hours* are those that people spent on these failures: of the responders to their incidents and of the contacts about
    /// them. *Accounts* are those with a bad run of it, or those of its widest failure where these are more: of an incident without
    /// runs only their number is known. *Cost* is what the ledger says of the same rows, at the rates of the configuration; a row that speaks of several
    /// failures is shared among them evenly, so that nothing counts twice. Hours and cost of an
    /// incident that states none are unknown and missing from the sum, which is then too low. Without incidents and tickets both
    /// are unknown, and so is whether automating pays.
    ///
    /// Automating the recovery costs `layers.automation_hours` at the rate of an hour of engineering and is taken to end
    /// these failures without people. It *pays* when the cost of the twelve months is more than that; the months until it
    /// has paid for itself are automation cost over monthly cost. That is an upper bound of what it brings: no automation
    /// ends every failure.
    pub SIGNATURES, "error_signatures", "Recurring errors"
}

/// The longest form of an error that is kept, in characters.
const LONGEST: usize = 80;

/// How many characters of an error are looked at: what comes after is a stack trace. It bounds the time for one error.
const LOOKED_AT: usize = 400;

/// What differs from one occurrence of an error to the next, by the name of its group. Of two that begin at the same place the first
/// counts: an address contains numbers, and a quoted text may contain anything. An apostrophe inside of a word quotes nothing.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?x)
        (?<text> "[^"]*" | \B'[^']*' | `[^`]*` | «[^»]*» | “[^”]*” )
      | (?<url> \b[a-z][a-z0-9+.-]*://[^\s<>"'`]+ )
      | (?<mail> [^\s<>@"'`=:;,()\[\]]+@[^\s<>@"'`:;,()\[\]]+\.[^\s<>@"'`:;,()\[\]]+ )
      | (?<time> \b\d{4}-\d{2}-\d{2}(?:[t\ ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?\b
               | \b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b )
      | (?<ip> \b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b
             | \b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b | \b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b )
      | (?<id> \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b | \b0x[0-9a-f]+\b )
      | (?<path> \b[a-z]:(?:[/\\][^\s/\\<>:"'`]+)+[/\\]? | (?:[/\\][^\s/\\<>:"'`]+){2,}[/\\]? )
      | (?<n> \b\d+(?:[.,]\d+)*\b )
      | (?<word> [\p{L}\p{M}]*\d[\p{L}\p{M}\d]* )
    "#;
    Regex::new(pattern).expect("the pattern is one")
});

/// What stands in the place of a group, by its name.
const PLACEHOLDERS: [(&str, &str); 8] = [
    ("text", "<text>"),
    ("url", "<url>"),
    ("mail", "<mail>"),
    ("time", "<time>"),
    ("ip", "<ip>"),
    ("id", "<id>"),
    ("path", "<path>"),
    ("n", "<n>"),
];

/// What stands before the status of a web interface.
const SAYS_STATUS: [&str; 9] = ["http", "https", "status", "code", "error", "response", "returned", "gave", "got"];

/// An error as a kind: lower case, with numbers, ids, addresses and quoted texts replaced, so that two errors that differ in them only
/// are one; at most eighty characters. `None` when nothing is left.
///
/// Two things that hold digits stay, because they say what an error is and not which: a status of a web interface (400 to 599, at an end
/// of the text or behind a word that announces it), and a text of one short word, which is the name of a class. What was
/// normalised is left as it is: replacing is repeated until nothing changes, and ends because every time it takes away
/// characters that are no placeholder.
pub(super) fn normalised(error: &str) -> Option<String> {
    let head: String = error.chars().take(LOOKED_AT).collect();
    let mut form = shortened(&head.to_lowercase());
    loop {
        let next = if is_class(&form) { break } else { shortened(&replaced(&form)) };
        if next == form {
            break;
        }
        form = next;
    }
    (!form.is_empty()).then_some(form)
}

/// With single blanks.
fn shortened(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One word of letters, `_`, `-`, `.`, `:` and at most five digits: `ora-00942`, `oauth2_token_expired`.
fn is_class(text: &str) -> bool {
    const LONGEST_NAME: usize = 40;
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    !text.is_empty() && digits <= 5 && text.chars().count() <= LONGEST_NAME && text.chars().all(is_of_name)
}

fn replaced(text: &str) -> String {
    let placed = VARIABLE.replace_all(text, |found: &regex::Captures| {
        let whole = found.get(0).expect("a match has a whole");
        if let Some(word) = found.name("word") {
            return word_of(word.as_str());
        }
        if found.name("n").is_some() && is_status(text, whole.range()) {
            return whole.as_str().to_owned();
        }
        let group = PLACEHOLDERS.iter().find(|(group, _)| found.name(group).is_some());
        group.map_or_else(String::new, |(_, placeholder)| (*placeholder).to_owned())
    });
    placed.chars().take(LONGEST).collect()
}

/// A word with digits: an id where letters and digits alternate or it is a long hexadecimal number; else its digits alone vary, as in
/// `oauth2` or `30s`.
fn word_of(word: &str) -> String {
    let is_digit = |c: char| c.is_numeric();
    let letters: Vec<char> = word.chars().collect();
    let turns = letters.windows(2).filter(|pair| is_digit(pair[0]) != is_digit(pair[1])).count();
    let is_hex = letters.len() >= 8 && letters.iter().all(char::is_ascii_hexdigit);
    if is_hex || turns >= 3 || (turns == 2 && letters.len() >= 12) || letters.len() >= 20 {
        return "<id>".to_owned();
    }
    let groups = letters.chunk_by(|a, b| is_digit(*a) == is_digit(*b));
    groups.map(|group| if is_digit(group[0]) { "<n>".to_owned() } else { group.iter().collect() }).collect()
}

/// Whether a number of a text is the status of a web interface.
fn is_status(text: &str, at: std::ops::Range<usize>) -> bool {
    let is_in_range = matches!(text[at.clone()].parse(), Ok(400_u16..=599)) && at.len() == 3;
    // `http/1.1 500`: the version lies between.
    let last_word = |text: &str| text.trim_end_matches(|c: char| !c.is_alphabetic()).to_owned();
    let mut before = last_word(&text[..at.start]);
    while let Some(rest) = before.strip_suffix("<n") {
        before = last_word(rest);
    }
    let announced = SAYS_STATUS.contains(&before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default());
    let is_at_end = ![&text[..at.start], &text[at.end..]].iter().all(|side| side.contains(char::is_alphanumeric));
    is_in_range && (announced || is_at_end)
}

/// What is added up for one signature.
#[derive(Default)]
struct Sum<'a> {
    failures: u64,
    runs: u64,
    accounts: BTreeSet<&'a str>,
    /// The most accounts that one of its failures states.
    stated: u64,
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
        sum.stated = sum.stated.max(failure.accounts.unwrap_or(0));
        let (hours, cost) = spent.on(failure);
        sum.hours += hours;
        sum.cost += cost;
    }
    count_runs(&mut sums, series, since);
    let automation_cost =
        Money::from_units(settings.layers.automation_hours * settings.engineering_hour).unwrap_or(Money::ZERO);
    let all =
        sums.iter().flat_map(|(&capability, sums)| sums.iter().map(move |(&error, sum)| (capability, error, sum)));
    let recurring = all.filter(|(_, _, sum)| sum.failures >= u64::from(settings.layers.recurring_from));
    let is_known = evidence.incidents.is_some() || !evidence.tickets.is_empty();
    let line = |(capability, error, sum): (usize, &str, &Sum)| {
        let cost = is_known.then_some(sum.cost);
        let monthly = cost.map(|cost| cost.units() / 12.0).filter(|monthly| *monthly > 0.0);
        Signature {
            capability,
            error: error.to_owned(),
            runs: sum.runs,
            failures: sum.failures,
            accounts: (sum.accounts.len() as u64).max(sum.stated),
            hours: is_known.then_some(sum.hours),
            cost,
            automation_cost,
            payback_months: monthly.map(|monthly| automation_cost.units() / monthly),
            pays: cost.map(|cost| cost > automation_cost),
        }
    };
    let mut lines: Vec<Signature> = recurring.map(line).collect();
    lines.sort_by(|a, b| {
        let dearest = b.cost.cmp(&a.cost).then(b.hours.unwrap_or(0.0).total_cmp(&a.hours.unwrap_or(0.0)));
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
    use super::super::detection::testing::failure as bare;
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
            ("HTTP/1.1 503 from host", "http/<n> 503 from host"),
            ("401 invalid_grant for token 8f2c41d09b", "401 invalid_grant for token <id>"),
            ("read 450 of 599 rows", "read <n> of <n> rows"),
            ("row 7 of account \"Ivory Cleaning\" refused", "row <n> of account <text> refused"),
            ("can't read 'x1' of Bob's", "can't read <text> of bob's"),
            ("GET https://api.example.test/v2/jobs?page=3 gave 503", "get <url> gave 503"),
            ("no contact jane.doe@example.test", "no contact <mail>"),
            ("since 2026-07-14T09:00:00Z: expired", "since <time>: expired"),
            ("at 09:14:02.5 from 2001:db8::1", "at <time> from <ip>"),
            ("job 0c9f2a64-1b7e-4c1d-9f0a-3e2b1c0d9e8f failed", "job <id> failed"),
            ("charge ch_3NqL2k7hPz refused after 30s", "charge ch_<id> refused after <n>s"),
            ("cannot open /var/lib/sync/state.db", "cannot open <path>"),
            ("cannot open C:\\sync\\state.db", "cannot open <path>"),
            ("Zeitüberschreitung nach 1.234,5 s", "zeitüberschreitung nach <n> s"),
            // The name of a class is what the error is, digits and all.
            ("oauth2_token_expired", "oauth2_token_expired"),
            ("oauth2_invalid_scope", "oauth2_invalid_scope"),
            ("ORA-00942", "ora-00942"),
            ("42P01", "42p01"),
            ("0c9f2a64-1b7e-4c1d-9f0a-3e2b1c0d9e8f", "<id>"),
        ] {
            assert_eq!(form(error), expected, "{error}");
        }
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
        fn any_text_has_a_form_or_none_and_a_form_is_its_own(text in "\\PC{0,600}") {
            if let Some(form) = normalised(&text) {
                prop_assert!(!form.trim().is_empty() && form.chars().count() <= LONGEST);
                prop_assert_eq!(normalised(&form), Some(form));
            }
        }

        /// Of the pieces that patterns are made of, so that they meet each other.
        #[test]
        fn a_form_of_what_looks_like_something_is_its_own(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "'", "\"", "`", "/", "\\", "«", "»", "a", "zz", "7", "404", "<n>", "<id>", "http", "://", "@", ".", ":", "-",
                "_", " ", "é", "İ", "ab1", "deadbeef12", "\n", ",", "1.2.3.4", "2026-01-01", "3f::", "0x1f",
            ]), 0..40),
        ) {
            if let Some(form) = normalised(&pieces.concat()) {
                prop_assert_eq!(normalised(&form), Some(form));
            }
        }
    }

    /// A failure of the first capability that began on a day of 2026, of one account, with these rows.
    fn failure(began: &str, error: &str, incident: Option<usize>, tickets: &[usize]) -> Failure {
        Failure {
            incident,
            tickets: tickets.to_vec(),
            error: Some(error.into()).filter(|text: &String| !text.is_empty()),
            ..bare(0, at(began))
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
            Failure { accounts: Some(7), ..failure("08-06T09:00", "other", None, &[]) },
        ];
        failures.push(Failure { began: Moment::at("2025-08-01T00:00:00".parse().unwrap()), ..failures[0].clone() });
        company.look(|evidence, settings| {
            let series = vec_of(evidence);
            let found = signatures(&failures, &series, evidence, settings);
            assert_eq!(found.len(), 1);
            let line = &found[0];
            assert_eq!((line.failures, line.runs, line.accounts), (3, 2, 2));
            assert_eq!((line.hours, line.cost), (Some(4.5), Money::from_units(382.5)));
            assert_eq!(line.automation_cost, Money::from_units(3_600.0).unwrap());
            assert!((line.payback_months.unwrap() - 3_600.0 / (382.5 / 12.0)).abs() < 1e-9);
            assert_eq!(line.pays, Some(false));
            assert_eq!(signatures(&[], &series, evidence, settings), []);
            // Without the tables that could say it nobody knows what they cost.
            let bare = Evidence { incidents: None, tickets: &[], ..evidence };
            let line = &signatures(&failures, &series, bare, settings)[0];
            assert_eq!((line.hours, line.cost, line.payback_months, line.pays), (None, None, None, None));
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
