mod integrations;
mod plan;
mod worth;

use super::*;
use crate::config::UsageShareOf;
use crate::decide::decide;
use crate::decide::testing::{capability, estimate, facts, settings as decision_settings};
use crate::integrations::Integrations;
use crate::metrics::{BaseOfUse, CostByType, CustomerFacts, SurfaceMonth, UseEvidence};
use crate::units::{Money, Share};

const SETTINGS: ChartSettings = ChartSettings { currency: "EUR", top: 15, rare_below: 0.1, disproportion_above: 1.0 };

fn customer(number: usize) -> CustomerFacts {
    CustomerFacts {
        id: format!("a{number:03}"),
        name: None,
        segment: None,
        owner: None,
        arr: Money::from_units(2_500.0),
        renews_on: None,
        is_key: None,
        in_base: true,
        active_days: 1,
    }
}

/// So many capabilities, the first of them rare and dear; one with a hostile name.
fn company(number: usize) -> Vec<CapabilityFacts> {
    (0..number)
        .map(|n| {
            let x = n as f64 / number as f64;
            let mut one = capability(&format!("c{n:03}"));
            one.capability.name = if n == 0 {
                "<script>alert('x')</script> & \"sons\" \u{1b}[31m \u{202e}gpj".into()
            } else {
                format!("Capability {n}")
            };
            one.active_accounts = Some(400 * n as u64 / number as u64);
            one.adoption = Some(estimate((x, (x - 0.02).max(0.0), (x + 0.02).min(1.0))));
            one.cost_share = Share::of(1.0, number as f64);
            one.usage_share = Share::of(2.0 * x, number as f64);
            one.disproportion = Some(estimate((3.0, 2.0, if n % 3 == 0 { f64::INFINITY } else { 9.0 })));
            one.cost = CostByType {
                support: Money::from_units(100.0 + n as f64),
                engineering: Money::from_units(900.0),
                ..CostByType::default()
            };
            one.monthly_adoption = (0..12).map(|month| (month != 4).then_some(x * 0.9)).collect();
            one.segment_adoption = vec![Some(estimate((x, 0.0, 1.0))), None];
            one.arr_touched = Money::from_units(1_000.0 * n as f64);
            one.funnel.entitled = Some(400);
            one.funnel.attempted = Some(400 * n as u64 / number as u64);
            one.funnel.attempt_rate = Some(estimate((x, x * 0.8, (x * 1.2).min(1.0))));
            one.funnel.evidence = Some(if n == 1 { UseEvidence::Broken } else { UseEvidence::Used });
            one.bases = [UsageShareOf::ActiveDays, UsageShareOf::Arr]
                .map(|of| BaseOfUse { of, usage_share: None, disproportion: one.disproportion })
                .into();
            one
        })
        .collect()
}

fn drawn(capabilities: Vec<CapabilityFacts>) -> Vec<Chart> {
    let mut facts = facts(capabilities);
    let uses = facts.capabilities.iter().map(|one| one.active_accounts);
    facts.overlap.touched = uses.map_while(|active| Some((0..usize::try_from(active?).ok()?).collect())).collect();
    facts.customers = (0..400).map(customer).collect();
    let month = |month| SurfaceMonth { month, offered: 60, integrations: 9, vendors: 8, used: 50 };
    if !facts.capabilities.iter().all(|one| one.active_accounts.is_none()) {
        facts.surface.months = facts.months.iter().copied().map(month).collect();
    }
    let settings = decision_settings();
    let integrations = Integrations::default();
    charts(&facts, &integrations, &decide(&facts, &integrations, settings), None, &SETTINGS)
}

#[test]
fn every_chart_is_drawn_where_everything_is_known() {
    let ids: Vec<&str> = drawn(company(60)).iter().map(|chart| chart.id).collect();
    assert_eq!(
        ids,
        [
            "quadrant",
            "ranked-cost",
            "disproportion-by-base",
            "together",
            "funnel",
            "cost-against-use",
            "adoption-trend",
            "segments",
            "adoption-spread",
            "surface"
        ]
    );
}

#[test]
fn what_is_not_known_is_not_drawn() {
    assert!(drawn(Vec::new()).is_empty());
    assert!(drawn(vec![capability("unknown"); 8]).is_empty());
    let mut unpriced = company(60);
    for one in &mut unpriced {
        (one.cost, one.cost_share, one.disproportion) = (CostByType::default(), None, None);
        one.bases.clear();
    }
    let ids: Vec<&str> = drawn(unpriced).iter().map(|chart| chart.id).collect();
    assert_eq!(ids, ["together", "funnel", "adoption-trend", "segments", "adoption-spread", "surface"]);
}

#[test]
fn one_and_many_capabilities_can_be_drawn() {
    for number in [1, 2, 5, 700] {
        for chart in drawn(company(number)) {
            let (svg, png) = (svg(&chart).unwrap(), png(&chart).unwrap());
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{} of {number}", chart.id);
            assert_eq!(&png[1..4], b"PNG");
        }
    }
}

#[test]
fn what_has_another_reason_than_disuse_keeps_a_row_of_the_funnel() {
    let mut all = company(60);
    let last = all.last_mut().unwrap();
    (last.funnel.evidence, last.funnel.attempted) = (Some(UseEvidence::NeverOffered), Some(0));
    let charts = drawn(all);
    let funnel = charts.iter().find(|chart| chart.id == "funnel").unwrap();
    let names: Vec<&str> = funnel.table.rows.iter().map(|row| row[1].as_str()).collect();
    assert!(
        names.len() <= SETTINGS.top && names.contains(&"Capability 59") && names.contains(&"Capability 1"),
        "{names:?}"
    );
    assert!(funnel.finding.contains("Never offered: Capability 59."), "{}", funnel.finding);
    let ranks: Vec<usize> = funnel.table.rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

#[test]
fn every_chart_says_what_it_shows_and_shows_its_numbers() {
    for chart in drawn(company(60)) {
        assert!(chart.finding.len() > 20 && chart.note.len() > 20, "{}", chart.id);
        assert!(!chart.table.rows.is_empty());
        assert!(chart.table.rows.iter().all(|row| row.len() == chart.table.columns.len()), "{}", chart.id);
    }
}

#[test]
fn names_of_customers_cannot_leave_their_text() {
    for chart in drawn(company(60)) {
        let svg = svg(&chart).unwrap();
        assert!(!svg.contains("<script"), "{}", chart.id);
        assert!(!svg.contains(['\u{1b}', '\u{202e}']));
        assert!(!svg.contains("style="), "a policy of the page forbids it");
        let document = well_formed(&svg);
        assert_eq!(document, Ok(()), "{}", chart.id);
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    for (first, second) in drawn(company(40)).iter().zip(&drawn(company(40))) {
        assert_eq!(svg(first).unwrap(), svg(second).unwrap());
        assert_eq!(png(first).unwrap(), png(second).unwrap());
    }
}

/// Every element is closed in order, and no stray bracket or ampersand stands between them.
fn well_formed(text: &str) -> Result<(), String> {
    let mut open = Vec::new();
    for piece in text.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').ok_or("an element without an end")?;
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default().to_owned();
        if tag.starts_with('/') {
            let last = open.pop();
            if last.as_ref() != Some(&name) {
                return Err(format!("{name} closes {last:?}"));
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"];
        if rest.match_indices('&').any(|(at, _)| !entities.iter().any(|entity| rest[at..].starts_with(entity))) {
            return Err(format!("an ampersand in {rest}"));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} never closed")) }
}
