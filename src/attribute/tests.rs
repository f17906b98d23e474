//! What a controller would check: that nothing is lost, by whatever method, and that every row went where it says.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::testing::Case;
use super::*;
use crate::config::{
    DatedRate, IncidentHours, Layer, MapRule, MatchKind, RateOf, RawColumn, SeveralLabels, ShareOut, WorkKind,
};
use crate::diag::{Code, Findings};
use crate::tables::rows::{Charge, Incident, Origin, Ticket, WorkItem};
use crate::units::{Money, Period};

fn flat() -> Case {
    Case::new(&[("a", ""), ("b", ""), ("c", "")], &rules())
}

fn split(pattern: &str, weights: &[(&str, f64)]) -> MapRule {
    let split = weights.iter().map(|(id, weight)| ((*id).to_owned(), *weight)).collect();
    MapRule { capability: None, split, ..MapRule::new(MatchKind::Exact, pattern, "") }
}

/// A split, overhead, and a word.
fn rules() -> Vec<MapRule> {
    vec![
        split("both", &[("a", 0.7), ("b", 0.3)]),
        MapRule { capability: None, overhead: true, ..MapRule::new(MatchKind::Exact, "hosting", "") },
        MapRule::new(MatchKind::Keyword, "invoice run", "c"),
    ]
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&item| item.to_owned()).collect()
}

fn day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 7, 1)
}

fn work(component: &str, labels: &[&str], kind: &str, team: &str) -> WorkItem {
    WorkItem {
        worked_on: day(),
        hours: Some(2.0),
        component: text(component),
        labels: Some(texts(labels)),
        kind: text(kind),
        team: text(team),
        ..WorkItem::default()
    }
}

fn charge(units: f64, tags: &[&str]) -> Charge {
    Charge { charged_on: day(), amount: Money::from_units(units), tags: Some(texts(tags)), ..Charge::default() }
}

fn ticket(capability: &str, component: &str, subject: &str) -> Ticket {
    Ticket {
        opened_at: "2026-07-05T10:00:00".parse().ok(),
        capability: text(capability),
        component: text(component),
        subject: text(subject),
        ..Ticket::default()
    }
}

/// Row, capability, amount, method, confidence in percent, rule.
type Shown = (usize, Option<usize>, String, &'static str, Option<i32>, &'static str);

#[expect(clippy::cast_possible_truncation, reason = "a percentage")]
fn shown(ledger: &Ledger) -> Vec<Shown> {
    let line = |e: &Entry| {
        let percent = e.confidence.map(|sure| (sure * 100.0).round() as i32);
        (e.row, e.capability, e.amount.to_decimal(), e.method.as_str(), percent, e.rule)
    };
    ledger.entries.iter().map(line).collect()
}

#[test]
fn work_is_placed_by_the_first_column_that_matches_and_shared_evenly() {
    let mut case = flat();
    case.work_items = vec![
        work("a", &["b"], "maintain", ""),
        work("unknown", &["b", "c", "b"], "build", "core"),
        work("", &[], "", ""),
        work("both", &[], "maintain", ""),
    ];
    let ledger = case.ledger();
    assert_eq!(
        shown(&ledger),
        [
            (0, Some(0), "180.00".into(), "direct", Some(90), "component"),
            (1, Some(1), "120.00".into(), "even", Some(70), "labels"),
            (1, Some(2), "120.00".into(), "even", Some(70), "labels"),
            (2, None, "180.00".into(), "none", None, ""),
            (3, Some(0), "126.00".into(), "weights", Some(90), "component"),
            (3, Some(1), "54.00".into(), "weights", Some(90), "component"),
        ]
    );
    let types: Vec<CostType> = ledger.entries.iter().map(|e| e.cost_type).collect();
    let words: Vec<&str> = types.iter().map(|of| of.as_str()).collect();
    assert_eq!(words, ["engineering", "build", "build", "unclassified", "engineering", "engineering"]);
    assert_eq!(ledger.unplaced, [(("work_items", "(no label)".to_owned()), 1)].into());
    assert_eq!(ledger.entries[1].rate, Some(120.0), "of the team");
    assert_eq!(ledger.entries[4].map_rule, Some(1));
    assert!((ledger.entries[4].hours - 1.4).abs() < 1e-12);
}

#[test]
fn tickets_are_placed_by_name_then_by_word_then_by_proposal() {
    let mut case = flat();
    case.tickets = vec![
        ticket("a", "b", "the invoice run"),
        ticket("", "b", "the invoice run"),
        ticket("", "", "Invoice-run fails"),
        ticket("", "", "the invoices run"),
        ticket("", "", "help"),
    ];
    case.tickets[3].body = text("… of the INVOICE RUN");
    case.proposals = [(0, (2, 0.95)), (4, (1, 0.93))].into();
    let ledger = case.ledger();
    assert_eq!(
        shown(&ledger),
        [
            (0, Some(0), "12.00".into(), "direct", Some(100), "capability"),
            (1, Some(1), "12.00".into(), "direct", Some(90), "component"),
            (2, Some(2), "12.00".into(), "direct", Some(60), "subject"),
            (3, Some(2), "12.00".into(), "direct", Some(60), "body"),
            (4, Some(1), "12.00".into(), "triage", Some(93), "triage"),
        ]
    );
    assert_eq!(ledger.disputed.values().collect::<Vec<_>>(), [&"capability"], "a against b");
}

#[test]
fn contacts_cost_their_minutes_or_a_flat_amount_of_their_layer() {
    let mut case = flat();
    let rows = [
        (Some(20.0), Some("human"), "15.00", Some(Layer::Human)),
        (Some(20.0), Some("ai"), "2.00", Some(Layer::Ai)),
        (Some(0.0), None, "0.00", None),
        (None, None, "12.00", None),
        (None, Some("automated"), "0.10", Some(Layer::Automated)),
    ];
    let one = |(minutes, layer, ..): &(Option<f64>, Option<&str>, _, _)| Ticket {
        handle_minutes: *minutes,
        layer: layer.map(Into::into),
        ..ticket("a", "", "")
    };
    case.tickets = rows.iter().map(one).collect();
    for (entry, (.., amount, layer)) in case.ledger().entries.iter().zip(rows) {
        assert_eq!((entry.amount.to_decimal().as_str(), entry.layer), (amount, layer));
    }
}

#[test]
fn overhead_is_a_line_of_its_own_and_gives_way_to_a_capability() {
    let mut case = flat();
    case.charges = vec![charge(10.0, &["hosting"]), charge(10.0, &["hosting", "a"]), charge(10.0, &["lost"])];
    let ledger = case.ledger();
    let found: Vec<_> = ledger.entries.iter().map(|e| (e.capability, e.overhead, e.method.as_str())).collect();
    assert_eq!(found, [(None, true, "overhead"), (Some(0), false, "direct"), (None, false, "none")]);
    assert_eq!(ledger.unplaced, [(("charges", "lost".to_owned()), 1)].into());
}

#[test]
fn several_labels_are_shared_by_the_method() {
    let mut case = flat();
    case.charges = vec![charge(10.0, &["c", "a"]), charge(10.0, &["both", "c"])];
    case.usage = vec![1.0, 0.0, 3.0];
    let of = |several_labels, case: &Case| {
        shown(&case.costs().ledger(Allocation { several_labels, share_out: ShareOut::None }))
            .into_iter()
            .map(|(row, capability, amount, method, ..)| (row, capability.unwrap(), amount, method))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(SeveralLabels::Even, &case),
        [
            (0, 0, "5.00".into(), "even"),
            (0, 2, "5.00".into(), "even"),
            (1, 0, "3.50".into(), "even"),
            (1, 1, "1.50".into(), "even"),
            (1, 2, "5.00".into(), "even"),
        ]
    );
    assert_eq!(of(SeveralLabels::First, &case)[0], (0, 2, "10.00".into(), "first-label"));
    assert_eq!(
        of(SeveralLabels::Usage, &case),
        [
            (0, 0, "2.50".into(), "usage-labels"),
            (0, 2, "7.50".into(), "usage-labels"),
            (1, 0, "1.75".into(), "usage-labels"),
            (1, 1, "0.75".into(), "usage-labels"),
            (1, 2, "7.50".into(), "usage-labels"),
        ]
    );
    case.usage = vec![0.0; 3];
    assert_eq!(of(SeveralLabels::Usage, &case)[0].3, "even", "where none is used");
}

fn family() -> Case {
    // 0 leaf1, 1 leaf2, 2 mid, 3 other, 4 top
    let mut case =
        Case::new(&[("leaf1", "mid"), ("leaf2", "mid"), ("mid", "top"), ("other", "top"), ("top", "")], &rules());
    case.charges = vec![charge(10.0, &["top"])];
    case
}

#[test]
fn a_parent_hands_its_cost_on_by_the_driver_that_is_asked_for() {
    let mut case = family();
    let of = |share_out, case: &Case| {
        let allocation = Allocation { several_labels: SeveralLabels::Even, share_out };
        case.costs().ledger(allocation).entries
    };
    let brief = |entries: &[Entry]| {
        let line = |e: &Entry| (e.capability.unwrap(), e.amount.to_decimal(), e.method.as_str());
        entries.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(brief(&of(ShareOut::None, &case)), [(4, "10.00".into(), "direct")]);
    let even = of(ShareOut::Even, &case);
    assert_eq!(
        brief(&even),
        [(0, "2.50".into(), "even-children"), (1, "2.50".into(), "even-children"), (3, "5.00".into(), "even-children")]
    );
    assert!(even.iter().all(|e| e.shared_from == Some(4) && e.confidence == Some(0.4)));
    assert_eq!(brief(&of(ShareOut::Usage, &case)), [(4, "10.00".into(), "direct")], "no part is used: it stays");
    case.usage = vec![6.0, 0.0, 0.0, 2.0, 50.0];
    assert_eq!(brief(&of(ShareOut::Usage, &case)), [(0, "7.50".into(), "usage"), (3, "2.50".into(), "usage")]);
    case.settings.cost.share_weights = [("other".to_owned(), 3.0), ("mid".to_owned(), 1.0)].into();
    assert_eq!(
        brief(&of(ShareOut::Given, &case)),
        [(2, "2.50".into(), "given"), (3, "7.50".into(), "given")],
        "the parts of mid have no weight, so that it stays there"
    );
}

#[test]
fn the_other_methods_are_those_that_could_change_something() {
    let mut case = flat();
    case.charges = vec![charge(1.0, &["a"])];
    let configured = Allocation::of(&case.settings.cost);
    assert!(case.costs().alternatives(configured).is_empty());
    case.charges.push(charge(1.0, &["a", "b"]));
    let names: Vec<String> = case.costs().alternatives(configured).into_iter().map(Allocation::name).collect();
    assert_eq!(names, ["several_labels = first, share_out = none", "several_labels = usage, share_out = none"]);
    let mut case = family();
    assert_eq!(case.costs().alternatives(configured).len(), 2, "usage and even");
    case.settings.cost.share_weights = [("mid".to_owned(), 1.0)].into();
    assert_eq!(case.costs().alternatives(configured).len(), 3);
}

fn incident(hours: Option<f64>, credits: Option<f64>, currency: &str) -> Incident {
    Incident {
        started_at: "2026-07-05T10:00:00".parse().ok(),
        service: text("a"),
        responder_hours: hours,
        credits: credits.and_then(Money::from_units),
        currency: text(currency),
        ..Incident::default()
    }
}

#[test]
fn incidents_cost_their_hours_and_credits_and_what_is_unknown_is_said() {
    let mut case = flat();
    case.incidents = vec![
        incident(Some(2.0), Some(50.0), ""),
        incident(Some(2.0), Some(50.0), "USD"),
        incident(None, Some(50.0), ""),
        incident(None, None, ""),
        Incident { service: None, title: text("Invoice run down"), ..incident(Some(1.0), None, "") },
    ];
    case.work_items = vec![work("a", &[], "incident", "")];
    let ledger = case.ledger();
    let found: Vec<_> = ledger
        .entries
        .iter()
        .filter(|e| e.source == Source::Incidents)
        .map(|e| (e.row, e.amount.to_decimal(), &*e.currency, e.part, e.is_complete, e.capability))
        .collect();
    assert_eq!(
        found,
        [
            (0, "230.00".into(), "EUR", 1.0, true, Some(0)),
            (1, "180.00".into(), "EUR", 1.0, true, Some(0)),
            (1, "50.00".into(), "USD", 0.0, true, Some(0)),
            (2, "50.00".into(), "EUR", 1.0, false, Some(0)),
            (3, "0.00".into(), "EUR", 1.0, false, Some(0)),
            (4, "90.00".into(), "EUR", 1.0, true, Some(2)),
        ]
    );
    let mut findings = Findings::default();
    ledger.report(&[], &mut findings);
    assert_eq!(findings.count(Code::UnknownResponderHours), 2);
    assert_eq!(findings.count(Code::IncidentHoursTwice), 1);

    case.settings.cost.incident_hours = IncidentHours::WorkItems;
    let ledger = case.ledger();
    let amounts: Vec<String> = ledger
        .entries
        .iter()
        .filter(|e| e.source == Source::Incidents)
        .map(|e| format!("{} {}", e.amount.to_decimal(), e.is_complete))
        .collect();
    assert_eq!(amounts, ["50.00 true", "50.00 true", "50.00 true", "0.00 false", "0.00 false"]);
    let mut findings = Findings::default();
    ledger.report(&[], &mut findings);
    assert_eq!(findings.count(Code::UnknownResponderHours) + findings.count(Code::IncidentHoursTwice), 0);
}

#[test]
fn columns_that_disagree_are_counted_and_a_part_agrees_with_its_whole() {
    let mut case = family();
    let placed = |capability: &str, component: &str, line: u64| Ticket {
        origin: Origin { input: 0, line },
        ..ticket(capability, component, "")
    };
    case.tickets = vec![placed("leaf1", "top", 2), placed("leaf1", "other", 3), placed("leaf1", "hosting", 4)];
    let mut findings = Findings::default();
    case.ledger().report(&["t.csv"], &mut findings);
    let list = findings.list();
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].code, list[0].count, list[0].examples[0].line), (Code::ConflictingLabels, 1, Some(3)));
}

#[test]
fn a_team_or_a_kind_places_by_a_rule_of_its_own_only() {
    let mut case = Case::new(
        &[("a", ""), ("core", "")],
        &[MapRule { column: Some(RawColumn::Team), ..MapRule::new(MatchKind::Exact, "core", "a") }],
    );
    case.work_items = vec![work("", &[], "maintain", "core"), work("core", &[], "maintain", "core")];
    let placed: Vec<_> = case.ledger().entries.iter().map(|e| (e.capability, e.rule)).collect();
    assert_eq!(placed, [(Some(0), "team"), (Some(1), "component")]);
    assert!(case.ledger().disputed.is_empty(), "a rule on the team is for what nothing else names");
}

#[test]
fn what_is_dated_after_the_as_of_date_does_not_count() {
    let mut case = flat();
    case.work_items = vec![work("a", &[], "maintain", "")];
    let ledger = case.ledger();
    let period: Period = "2026-Q3".parse().unwrap();
    let counted = |as_of: &str| ledger.within(&period, as_of.parse().unwrap()).count();
    assert_eq!([counted("2026-07-01"), counted("2026-06-30")], [1, 0]);
}

#[test]
fn whole_cents_are_split_into_whole_cents() {
    let mut case = flat();
    case.charges = vec![charge(0.05, &["a", "b", "c"]), charge(0.000_005, &["a", "b"]), charge(-0.05, &["a", "b"])];
    let micros: Vec<i128> = case.ledger().entries.iter().map(|e| e.amount.micros()).collect();
    assert_eq!(micros, [20_000, 20_000, 10_000, 3, 2, -20_000, -30_000]);
}

/// Parts by the largest remainder, against exact fractions of Python 3.11.7 (`fractions.Fraction`), in cents.
#[test]
fn parts_agree_with_exact_fractions() {
    let third = 1.0 / 3.0;
    for (cents, weights, expected) in [
        (100_001, &[0.7, 0.2, 0.1][..], &[70_001, 20_000, 10_000][..]),
        (7_777, &[third, third, third], &[2_593, 2_592, 2_592]),
        (-1_234, &[3.0 / 15.0, 5.0 / 15.0, 7.0 / 15.0], &[-247, -411, -576]),
        (1, &[0.25, 0.25, 0.25, 0.25], &[1, 0, 0, 0]),
        (999_999_999, &[0.123, 0.456, 0.421], &[123_000_000, 455_999_999, 421_000_000]),
    ] {
        let ids = ["a", "b", "c", "d"];
        let weights: Vec<(&str, f64)> = ids.into_iter().zip(weights.iter().copied()).collect();
        let mut case = Case::new(&ids.map(|id| (id, "")), &[split("all", &weights)]);
        case.charges = vec![charge(f64::from(cents) / 100.0, &["all"])];
        let found: Vec<i128> = case.ledger().entries.iter().map(|e| e.amount.micros() / 10_000).collect();
        assert_eq!(found, expected.iter().map(|&cents| i128::from(cents)).collect::<Vec<_>>());
    }
}

/// Everything that an arbitrary ledger may be made of.
fn any_case() -> impl Strategy<Value = Case> {
    let name = || prop::sample::select(vec!["a", "b", "c", "top", "mid", "both", "thirds", "hosting", "x", ""]);
    let currency = || prop::sample::select(vec!["", "USD", "JPY"]);
    let charges = prop::collection::vec((any::<i64>(), prop::collection::vec(name(), 0..5), currency()), 0..12);
    let work = prop::collection::vec((0.0..1e4_f64, name(), prop::collection::vec(name(), 0..4)), 0..8);
    let tickets = prop::collection::vec((prop::option::of(0.0..1e4_f64), name(), prop::option::of(0_usize..5)), 0..8);
    let incidents = prop::collection::vec(
        (prop::option::of(0.0..1e4_f64), prop::option::of(any::<i32>()), currency(), name()),
        0..8,
    );
    let rest = (prop::collection::vec(0.0..9.0_f64, 5), prop::collection::vec(0.0..9.0_f64, 5), 0.0..=1.0_f64);
    (charges, work, tickets, incidents, rest).prop_map(|(charges, work, tickets, incidents, (usage, given, weight))| {
        let mut rules = rules();
        rules[0] = split("both", &[("a", weight), ("b", 1.0 - weight)]);
        rules.push(split("thirds", &[("a", 1.0 / 3.0), ("c", 1.0 / 3.0), ("top", 1.0 / 3.0)]));
        let mut case = Case::new(&[("a", "mid"), ("b", "mid"), ("c", "top"), ("mid", "top"), ("top", "")], &rules);
        let ids = ["a", "b", "c", "mid", "top"].map(str::to_owned);
        case.settings.cost.share_weights = ids.into_iter().zip(given).collect();
        case.settings.fx = [("USD".to_owned(), 0.9), ("JPY".to_owned(), 0.0061)].into();
        case.settings.rate = vec![DatedRate {
            of: RateOf::EngineeringHour,
            team: None,
            role: None,
            layer: None,
            priority: None,
            from: None,
            until: None,
            amount: 101.37,
            currency: text("USD"),
        }];
        case.usage = usage;
        case.charges = charges
            .into_iter()
            .map(|(micros, tags, code)| Charge {
                amount: Some(Money::from_micros(micros.into())),
                currency: text(code),
                ..charge(0.0, &tags)
            })
            .collect();
        case.work_items = work
            .into_iter()
            .map(|(hours, component, labels)| WorkItem { hours: Some(hours), ..self::work(component, &labels, "", "") })
            .collect();
        case.proposals =
            tickets.iter().enumerate().filter_map(|(row, (.., guess))| Some((row, ((*guess)?, 0.9)))).collect();
        case.tickets = tickets
            .into_iter()
            .map(|(minutes, component, _)| Ticket { handle_minutes: minutes, ..ticket("", component, "") })
            .collect();
        case.incidents = incidents
            .into_iter()
            .map(|(hours, credits, code, service)| Incident {
                service: text(service),
                ..incident(hours, credits.map(f64::from), code)
            })
            .collect();
        case
    })
}

proptest! {
    /// The promise of the ledger: per currency and exactly, whatever the rows, splits, weights and method, everything that
    /// was read is attributed, overhead or unattributed.
    #[test]
    fn nothing_is_lost_per_currency_by_any_method(case in any_case()) {
        let costs = case.costs();
        let none = Allocation { several_labels: SeveralLabels::First, share_out: ShareOut::None };
        for allocation in Allocation::all() {
            let ledger = costs.ledger(allocation);
            let mut books: BTreeMap<&str, Money> = BTreeMap::new();
            for entry in &ledger.entries {
                prop_assert!(entry.capability.is_none() || !entry.overhead);
                prop_assert_eq!(entry.confidence.is_none(), entry.capability.is_none() && !entry.overhead);
                *books.entry(&entry.currency).or_default() += entry.amount;
            }
            // The input anew, by another road than the ledger's.
            let mut input: BTreeMap<&str, Money> = BTreeMap::new();
            for charge in &case.charges {
                *input.entry(charge.currency.as_deref().unwrap_or("EUR")).or_default() += charge.amount.unwrap();
            }
            for item in &case.work_items {
                *input.entry("USD").or_default() += Money::from_units(item.hours.unwrap() * (101.37 * 0.9)).unwrap();
            }
            for ticket in &case.tickets {
                let units = ticket.handle_minutes.map_or(12.0, |minutes| minutes / 60.0 * 45.0);
                *input.entry("EUR").or_default() += Money::from_units(units).unwrap();
            }
            for incident in &case.incidents {
                if let Some(hours) = incident.responder_hours {
                    *input.entry("USD").or_default() += Money::from_units(hours * (101.37 * 0.9)).unwrap();
                }
                if let Some(credits) = incident.credits {
                    *input.entry(incident.currency.as_deref().unwrap_or("EUR")).or_default() += credits;
                }
                if incident.responder_hours.is_none() && incident.credits.is_none() {
                    input.entry("EUR").or_default();
                }
            }
            prop_assert_eq!(&books, &input);

            // Row by row as well, and the parts of a row are one row.
            let plain = costs.ledger(none);
            let by_row = |ledger: &Ledger| {
                let mut rows: BTreeMap<(Source, usize), (Money, f64)> = BTreeMap::new();
                for entry in &ledger.entries {
                    let row = rows.entry((entry.source, entry.row)).or_default();
                    row.0 += entry.amount;
                    row.1 += entry.part;
                }
                rows
            };
            let (found, expected) = (by_row(&ledger), by_row(&plain));
            prop_assert_eq!(found.len(), expected.len());
            for ((key, (amount, part)), (_, (whole, _))) in found.iter().zip(&expected) {
                prop_assert_eq!(amount, whole, "{:?}", key);
                prop_assert!((part - 1.0).abs() < 1e-9, "{:?} {}", key, part);
            }
        }
    }

    /// Only a share-out moves cost from a capability to its parts; what is not attributed is the same under every method.
    #[test]
    fn a_method_moves_cost_between_capabilities_only(case in any_case()) {
        let costs = case.costs();
        let apart = |allocation| {
            let ledger = costs.ledger(allocation);
            let sum = |overhead: bool| {
                let entries = ledger.entries.iter().filter(|e| e.capability.is_none() && e.overhead == overhead);
                entries.map(|e| e.amount).sum::<Money>()
            };
            (sum(true), sum(false))
        };
        let first = apart(Allocation::of(&case.settings.cost));
        for allocation in Allocation::all() {
            prop_assert_eq!(apart(allocation), first);
        }
    }
}

#[test]
fn the_kind_of_work_decides_its_books_and_is_named() {
    let mut case = flat();
    case.work_items = vec![
        WorkItem { r#type: text("Bug"), ..work("a", &[], "", "") },
        WorkItem { r#type: text("Story"), ..work("a", &[], "", "") },
        WorkItem { r#type: text("Task"), ..work("a", &[], "", "") },
        work("a", &[], "support", ""),
    ];
    let of = |case: &Case| -> Vec<(CostType, Option<String>)> {
        case.ledger().entries.iter().map(|e| (e.cost_type, e.kind_rule.as_deref().map(str::to_owned))).collect()
    };
    let named = |rule: &str| Some(rule.to_owned());
    assert_eq!(
        of(&case),
        [
            (CostType::Engineering, named("type: bug")),
            (CostType::Build, named("type: story")),
            (CostType::Unclassified, None),
            (CostType::Engineering, named("kind")),
        ]
    );
    case.settings.cost.work_without_kind = WorkKind::Maintain;
    assert_eq!(of(&case)[2], (CostType::Engineering, None));
}
