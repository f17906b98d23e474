//! The charts of integrations, drawn from invented values.

use super::*;
use crate::attribute::{Capability, CapabilityKind};
use crate::chart::scene::Shape;
use crate::config::Layer;
use crate::integrations::{
    CalendarEntry, Churn, Collision, Contrast, Detector, Failure, Gaps, IntegrationFacts, LayerFacts, Layers, Moment,
    Procure, Reliability, Standing, Story, StoryDay, StoryEvent, StoryEventKind,
};
use crate::units::{Estimate, Month};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

const NAMES: [&str; 12] = [
    "Ledger sync",
    "<b>Payroll</b> & \"export\"",
    "Calendar two-way synchronisation",
    "Tax filing",
    "Chat notifications",
    "Warehouse feed",
    "Identity provider",
    "Bank statements",
    "Fleet telemetry",
    "Maps",
    "Signatures",
    "Storage",
];

fn day(text: &str) -> NaiveDate {
    format!("2026-{text}").parse().unwrap()
}

fn at(text: &str) -> NaiveDateTime {
    format!("2026-{text}:00").parse().unwrap()
}

fn units(amount: f64) -> Option<Money> {
    Money::from_units(amount)
}

fn share(part: u64, all: u64) -> Option<Estimate> {
    let point = part as f64 / all.max(1) as f64;
    (all > 0).then_some(Estimate { point, low: point * 0.8, high: (point * 1.2).min(1.0), n: all })
}

pub fn capabilities(number: usize) -> Vec<CapabilityFacts> {
    let one = |n: usize| {
        let mut capability = Capability::bare(&format!("i{n:03}"), CapabilityKind::Integration);
        capability.name = NAMES.get(n).map_or_else(|| format!("Integration {n}"), |name| (*name).to_owned());
        let mut facts = CapabilityFacts::unknown(capability);
        facts.active_accounts = Some([180, 96, 44, 12, 260, 31, 8, 75, 3, 0, 140, 21][n % 12]);
        facts
    };
    (0..number).map(one).collect()
}

fn reliability(n: usize) -> Reliability {
    let broken = [0.021, 0.034, 0.002, 0.08, 0.0006, 0.011, 0.03, 0.0, 0.2, 0.004, 0.0031, 0.0012][n % 12];
    let score = Estimate { point: 1.0 - broken, low: 1.0 - broken * 1.7, high: 1.0 - broken * 0.5, n: 40 };
    let standing = if score.high < 0.99 {
        Standing::Misses
    } else if score.low >= 0.99 {
        Standing::Meets
    } else {
        Standing::Undecided
    };
    Reliability {
        score,
        account_hours: 10_000.0,
        broken_hours: 10_000.0 * broken,
        broken_hours_range: (0.0, 10_000.0),
        frequency: 0.001,
        hours_to_detect: 10.0,
        hours_to_repair: 10.0,
        episodes: 3,
        target: 0.99,
        standing,
        expected_broken_hours: Estimate { point: 300.0 * broken, low: 0.0, high: 900.0, n: 3 },
        rank: n + 1,
    }
}

fn failure(n: usize) -> Failure {
    let began = at("07-02T03:00") + Days::new(6 * n as u64);
    let detected = [Some(190), Some(2), None, Some(30), Some(0), Some(60), Some(12)][n % 7];
    let by = [Some(Detector::Customer), Some(Detector::Monitor), None, Some(Detector::Vendor), Some(Detector::Monitor)];
    let hours = |hours: i64| began + chrono::TimeDelta::hours(hours);
    let dark = [41_000.0, 12.0, 9_400.0, 310.0, 0.0, 64.0, 3.4][n % 7];
    Failure {
        capability: n % 9,
        episodes: Vec::new(),
        incident: None,
        incident_id: n.is_multiple_of(3).then(|| format!("INC-{}", 2_040 + n)),
        tickets: Vec::new(),
        began: Moment { earliest: began - chrono::TimeDelta::hours(if n == 4 { 0 } else { 24 }), latest: began },
        detected_at: detected.map(hours),
        detected_by: detected.and(by[n % 5]),
        acknowledged_at: None,
        resolved_at: [Some(hours(300)), Some(hours(8)), None, Some(hours(110)), Some(hours(3))][n % 5],
        ended_by: None,
        accounts: Some(1 + n as u64 * 7),
        broken_hours: dark * 1.4 + 10.0,
        dark_hours: dark,
        arr_in_the_dark: None,
        hidden_cost: None,
        silent: true,
        error: None,
        counts: true,
    }
}

fn layers() -> Layers {
    let group = |(capability, contacts, failures): (Option<usize>, [u64; 3], [u64; 3])| {
        let of = [Layer::Automated, Layer::Ai, Layer::Human];
        let line = move |n: usize| LayerFacts {
            capability,
            layer: of[n],
            contacts: contacts[n],
            contact_share: share(contacts[n], contacts.iter().sum()),
            failures: failures[n],
            failure_share: share(failures[n], failures.iter().sum()),
            reopen_rate: None,
            escalation_rate: None,
            cost: None,
            cost_per_contact: None,
            covered: contacts[n] + failures[n] > 0,
        };
        (0..3).map(line)
    };
    let groups = [
        (None, [210, 640, 1_430], [31, 2, 44]),
        (Some(0), [12, 60, 310], [4, 0, 12]),
        (Some(1), [80, 9, 11], [0, 0, 0]),
        (Some(2), [1, 0, 2], [9, 0, 1]),
        (Some(3), [0, 0, 0], [1, 0, 3]),
    ];
    Layers { lines: groups.into_iter().flat_map(group).collect(), what_if: Vec::new(), unknown_contacts: 17 }
}

fn entry(n: usize, on: Option<NaiveDate>) -> CalendarEntry {
    let kinds = ["auth", "shutdown", "version", "endpoint", "pricing", "limit"];
    let titles = ["API keys end, OAuth only", "v2 is switched off", "v7 becomes the default", "Batch endpoint moves"];
    CalendarEntry {
        vendor: ["Ledgerly", "Payfold", "Northwind Calendar Services", "Taxo"][n % 4].into(),
        api: None,
        title: (n % 5 != 4).then(|| titles[n % 4].to_owned()),
        change: Some(kinds[n % 6].to_owned()),
        breaking: [Some(true), Some(true), Some(false), None][n % 4],
        announced_on: None,
        effective_on: on,
        effective_version: on.is_none().then(|| "v9".to_owned()),
        days_left: None,
        capabilities: vec![n % 4],
        accounts: (n % 3 != 2).then_some(120),
        arr: n.is_multiple_of(3).then(|| units(412_000.0)).flatten(),
        owners: if n % 4 == 1 { Vec::new() } else { vec!["connectors".into()] },
        unowned: n % 4 == 1,
        url: None,
    }
}

fn calendar() -> Vec<CalendarEntry> {
    let days = [
        "2026-10-09",
        "2026-11-02",
        "2026-11-20",
        "2026-12-31",
        "2027-02-01",
        "2027-02-15",
        "2027-06-30",
        "2027-09-28",
    ];
    let dated = days.iter().enumerate().map(|(n, on)| entry(n, on.parse().ok()));
    dated.chain([entry(9, None)]).collect()
}

fn contrast(
    outcome: &str,
    capability: Option<usize>,
    ratio: Option<(f64, f64, f64)>,
    crude: (f64, f64, f64),
) -> Contrast {
    Contrast {
        outcome: outcome.into(),
        control: outcome.starts_with("control"),
        capability,
        exposed: 412,
        exposed_accounts: None,
        exposed_dependence: None,
        exposed_events: 31,
        unexposed: 3_980,
        unexposed_events: 120,
        crude_ratio: Some(estimate(crude)),
        ratio: ratio.map(estimate),
        difference: None,
        strata: 6,
        e_value: Some(2.4),
        e_value_limit: Some(1.3),
    }
}

fn churn() -> Churn {
    let contrasts = vec![
        contrast("churn", None, Some((2.3, 1.5, 3.6)), (1.4, 0.9, 2.1)),
        contrast("contraction", None, Some((1.1, 0.7, 1.8)), (1.2, 0.8, 1.9)),
        contrast("control: low dependence", None, Some((0.95, 0.5, 1.8)), (0.6, 0.4, 0.9)),
        contrast("control: failure after", Some(2), None, (1.05, 0.0, f64::INFINITY)),
        contrast("churn", Some(0), Some((4.2, 1.2, 48.0)), (3.9, 1.3, 11.0)),
        contrast("churn", Some(1), Some((0.0, 0.0, f64::INFINITY)), (0.7, 0.1, 5.0)),
    ];
    Churn { contrasts, ..Churn::default() }
}

fn story() -> Story {
    let first = day("05-24");
    let days = (0..100).map(|n| {
        let broken = if (18..61).contains(&n) { (3 + n / 2).min(27) } else { 0 };
        StoryDay { day: first + Days::new(n), broken, dark: if n < 40 { broken } else { 0 } }
    });
    let event = |on: NaiveDateTime, kind, account: Option<&str>, what: Option<&str>, arr| StoryEvent {
        at: on,
        kind,
        account: account.map(str::to_owned),
        what: what.map(str::to_owned),
        arr,
    };
    let keys = Some("API keys end, OAuth only");
    let lost = |n: u64| {
        let account = format!("a{n:03}");
        let on = (day("08-01") + Days::new(n)).and_time(NaiveTime::MIN);
        event(on, StoryEventKind::AccountLost, Some(&account), None, units(24_000.0 + n as f64))
    };
    let mut events = vec![
        event(at("05-31T00:00"), StoryEventKind::Announced, None, keys, None),
        event(at("06-10T00:00"), StoryEventKind::Changed, None, keys, None),
        event(at("06-11T02:00"), StoryEventKind::FirstFailure, Some("a003"), None, None),
        event(at("07-02T09:00"), StoryEventKind::FirstContact, Some("a009"), Some("T-88121"), None),
        event(
            at("07-02T03:00") + chrono::TimeDelta::hours(190),
            StoryEventKind::Detected,
            None,
            Some("INC-2040"),
            None,
        ),
        event(at("07-03T10:00"), StoryEventKind::Acknowledged, None, Some("INC-2040"), None),
        event(at("07-24T12:00"), StoryEventKind::Restored, None, None, None),
    ];
    events.extend((0..7).map(|n| lost(n * 3)));
    events.sort_by_key(|event| event.at);
    Story { capability: 0, days: days.collect(), events, dark_hours: 11_342.0, lost_arr: units(168_063.0) }
}

/// Everything known of a company with some integrations.
fn known() -> Integrations {
    let fact = |n: usize| IntegrationFacts {
        capability: n,
        runs: None,
        detection: None,
        reliability: Some(reliability(n)),
        gaps: Gaps::default(),
        vendor: None,
        procure: Procure::default(),
    };
    let collision = |month: &str, entries: Vec<usize>, owner: Option<&str>| Collision {
        month: Month::of(month.parse().unwrap()),
        owner: owner.map(str::to_owned),
        entries,
    };
    Integrations {
        facts: (0..NAMES.len()).map(fact).collect(),
        failures: (0..14).map(failure).collect(),
        layers: layers(),
        calendar: calendar(),
        collisions: vec![
            collision("2026-11-01", vec![1, 2], Some("connectors")),
            collision("2027-02-01", vec![4, 5], None),
        ],
        churn: churn(),
        story: Some(story()),
        ..Integrations::default()
    }
}

fn drawn_of(integrations: &Integrations) -> Vec<Chart> {
    let mut facts = facts(capabilities(NAMES.len()));
    facts.customers = (0..30).map(customer).collect();
    facts.customers[3].name = Some("Fernwick <Haulage> & Sons".into());
    let settings = decision_settings();
    charts(&facts, integrations, &decide(&facts, integrations, settings), None, &SETTINGS)
}

const IDS: [&str; 6] =
    ["story", "reliability-against-use", "detection-gap", "support-layers", "api-calendar", "churn-ratios"];

fn ids(integrations: &Integrations) -> Vec<&'static str> {
    drawn_of(integrations).iter().map(|chart| chart.id).filter(|id| IDS.contains(id)).collect()
}

#[test]
fn every_chart_of_integrations_is_drawn_says_something_and_is_well_formed() {
    assert_eq!(ids(&known()), IDS);
    let again = drawn_of(&known());
    for (chart, again) in drawn_of(&known()).iter().zip(&again) {
        let text = svg(chart).unwrap();
        assert_eq!(well_formed(&text), Ok(()), "{}", chart.id);
        assert!(!text.contains("NaN") && !text.contains("inf\""), "{}", chart.id);
        assert!(!text.contains("<b>") && !text.contains("<Haulage>"), "{}", chart.id);
        assert!(chart.finding.len() > 20 && chart.note.len() > 20, "{}", chart.id);
        assert!(!chart.table.rows.is_empty());
        assert!(chart.table.rows.iter().all(|row| row.len() == chart.table.columns.len()), "{}", chart.id);
        assert_eq!(text, svg(again).unwrap());
    }
}

#[test]
fn what_is_not_known_of_integrations_is_not_drawn() {
    assert!(ids(&Integrations::default()).is_empty());
    let mut bare = known();
    bare.story = None;
    bare.facts.iter_mut().for_each(|facts| facts.reliability = None);
    bare.failures.iter_mut().for_each(|failure| failure.counts = false);
    bare.calendar.retain(|entry| entry.effective_on.is_none());
    bare.churn.contrasts.iter_mut().for_each(|one| (one.ratio, one.crude_ratio) = (None, None));
    assert_eq!(ids(&bare), ["support-layers"]);
}

fn one(id: &str, integrations: &Integrations) -> Chart {
    drawn_of(integrations).into_iter().find(|chart| chart.id == id).unwrap()
}

fn texts(chart: &Chart) -> Vec<&str> {
    chart
        .scene
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_story_names_few_accounts_and_sums_the_rest() {
    let chart = one("story", &known());
    let words = texts(&chart);
    assert!(words.contains(&"first failure, Fernwick <Haulage> & Sons"), "{words:?}");
    assert!(words.contains(&"known to us, through a customer: INC-2040"));
    assert!(words.iter().any(|text| text.starts_with("from here on 3 accounts more left, ARR EUR")), "{words:?}");
    assert!(
        chart.finding.contains("7 accounts that rested on it left afterwards with an ARR of EUR\u{202f}168\u{202f}063"),
        "{}",
        chart.finding
    );
    assert_eq!(chart.table.rows.len(), 100);
}

#[test]
fn the_worst_failures_of_the_period_have_a_row() {
    let mut known = known();
    known.failures[1].began = Moment::at(at("06-30T23:00"));
    let chart = one("detection-gap", &known);
    assert_eq!(chart.table.rows.len(), 13, "one began before the period");
    assert_eq!((chart.table.rows[0][1].as_str(), chart.table.rows[0][5].as_str()), ("INC-2040", "customer"));
    assert!(texts(&chart).contains(&"nobody"));
}

#[test]
fn controls_stand_apart_and_open_ends_are_said() {
    let chart = one("churn-ratios", &known());
    let kinds: Vec<&str> = chart.table.rows.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(kinds, ["comparison", "comparison", "comparison", "comparison", "control", "control"]);
    assert!(texts(&chart).contains(&"1.1× (from 0.00×, no end)"), "{:?}", texts(&chart));
    assert!(
        chart.finding.starts_with("Exposed accounts show churn more often than the others: 2.3×"),
        "{}",
        chart.finding
    );
}

#[test]
fn unowned_changes_and_collisions_are_marked() {
    let chart = one("api-calendar", &known());
    let words = texts(&chart);
    assert!(words.contains(&"2 at once: connectors") && words.contains(&"2 at once: no owner"), "{words:?}");
    assert!(words.iter().any(|text| text.ends_with("no owner") && !text.contains("once")));
    assert_eq!(chart.table.rows.len(), 9, "the undated one too");
    assert!(
        chart.finding.starts_with("8 dated changes in the 12 months ahead, 4 of them breaking, 2 without"),
        "{}",
        chart.finding
    );
}

#[test]
fn shares_of_layers_are_labelled() {
    let chart = one("support-layers", &known());
    assert!(texts(&chart).contains(&"human 63\u{202f}%"), "{:?}", texts(&chart));
    assert_eq!(chart.table.rows.len(), 15);
}

#[test]
fn what_misses_its_target_is_named() {
    let chart = one("reliability-against-use", &known());
    assert!(texts(&chart).contains(&"Tax filing"));
    assert!(chart.finding.contains("Fleet telemetry"), "{}", chart.finding);
}

#[test]
fn the_least_and_the_most_can_be_drawn() {
    let mut odd = known();
    odd.facts.truncate(1);
    let reliability = odd.facts[0].reliability.as_mut().unwrap();
    reliability.score = Estimate { point: 1.0, low: 0.0, high: 1.0, n: 1 };
    odd.failures.truncate(1);
    (odd.failures[0].began, odd.failures[0].resolved_at) = (Moment::at(at("09-30T23:59")), None);
    odd.calendar = (0..60).map(|n| entry(n, Some(day("10-01") + Days::new(9 * n as u64)))).collect();
    odd.churn.contrasts.truncate(1);
    odd.churn.contrasts[0].crude_ratio = Some(estimate((0.0, 0.0, f64::INFINITY)));
    odd.churn.contrasts[0].ratio = None;
    let story = odd.story.as_mut().unwrap();
    story.days = vec![StoryDay { day: day("07-01"), broken: 1, dark: 1 }];
    story.events.clear();
    odd.layers.lines.truncate(3);
    assert_eq!(ids(&odd), IDS);
    for chart in drawn_of(&odd) {
        let text = svg(&chart).unwrap();
        assert!(!text.contains("NaN") && well_formed(&text).is_ok(), "{}", chart.id);
        let width = i32::try_from(chart.scene.width).unwrap();
        let inside = |shape: &Shape| match shape {
            Shape::Line { points, .. } | Shape::Area { points, .. } => {
                points.iter().all(|at| (0..=width).contains(&at.0))
            }
            Shape::Rect { from, to, .. } => from.0 >= 0 && to.0 <= width && from.0 <= to.0 && from.1 <= to.1,
            _ => true,
        };
        assert!(chart.scene.shapes.iter().all(inside), "{}", chart.id);
    }
    let calendar = one("api-calendar", &odd);
    let away = "had no room; breaking ones go first.";
    assert!(calendar.note.contains(away) && calendar.finding.contains("18 months"), "{}", calendar.note);
    assert_eq!(calendar.table.rows.len(), 60);
}

/// Half of the width that a text takes at most, against the room that it has: none is cut at an edge.
#[test]
fn no_text_leaves_the_drawing() {
    for chart in drawn_of(&known()).iter().filter(|chart| IDS.contains(&chart.id)) {
        let width = i32::try_from(chart.scene.width).unwrap();
        for shape in &chart.scene.shapes {
            let Shape::Text { at, text, size, anchor, upright: false, .. } = shape else { continue };
            let wide = crate::chart::render::text_width(text, *size);
            let left = match anchor {
                crate::chart::scene::Anchor::Start => at.0,
                crate::chart::scene::Anchor::Middle => at.0 - wide / 2,
                crate::chart::scene::Anchor::End => at.0 - wide,
            };
            assert!(left >= 0 && left + wide <= width, "{}: {text}", chart.id);
        }
    }
}
