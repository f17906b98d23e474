//! The charts of net benefit, drawn from invented values.

use super::*;
use crate::config::Assumed;
use crate::decide::{BenefitPart, NetBenefit, Part, Spread, Swing, Verdict};

fn spread(units: f64) -> Spread {
    let wide = units.abs() * 0.4;
    Spread { mean: units, p05: units - wide, p50: units, p95: units + wide }
}

fn net_benefit(total: f64, first_k: usize) -> NetBenefit {
    let part = |part, share: Option<f64>| BenefitPart { part, spread: share.map(|share| spread(share * total)) };
    NetBenefit {
        total: spread(total),
        p_positive: if total > 0.0 { 0.97 } else { 0.11 },
        parts: vec![
            part(Part::Removal, Some(-0.5)),
            part(Part::Support, Some(1.25)),
            part(Part::Engineering, Some(0.75)),
            part(Part::Incident, None),
            part(Part::RevenueAtRisk, Some(-0.5)),
        ],
        arr_at_risk: spread(4_000.0),
        tornado: vec![
            Swing {
                assumption: Some(Assumed::LossAtFullDependence),
                range: (0.05, 0.6),
                net_benefit: (total * 1.5, total * 0.2),
            },
            Swing {
                assumption: Some(Assumed::RemovalHours),
                range: (40.0, 400.0),
                net_benefit: (total * 1.2, total * 0.7),
            },
            Swing { assumption: None, range: (total * 0.8, total * 1.2), net_benefit: (total * 0.8, total * 1.2) },
            Swing { assumption: Some(Assumed::Margin), range: (0.8, 0.8), net_benefit: (total, total) },
        ],
        flips: Vec::new(),
        acceptability: (0..first_k).map(|place| if place == 0 { 0.75 } else { 0.25 / (first_k - 1) as f64 }).collect(),
    }
}

/// So many candidates, of which every third has no net benefit.
pub fn decided(number: usize, first_k: usize) -> (Facts, Decisions) {
    let facts = facts(company(number));
    let mut decisions = decide(&facts, &Integrations::default(), decision_settings());
    for (place, decision) in decisions.ranked.iter_mut().enumerate() {
        decision.verdict = Verdict::Deprecate;
        decision.net_benefit = (place % 3 != 1).then(|| net_benefit(60_000.0 - 9_000.0 * place as f64, first_k));
    }
    (facts, decisions)
}

fn drawn(number: usize, first_k: usize) -> Vec<Chart> {
    let (facts, decisions) = decided(number, first_k);
    let ids = ["net-benefit", "waterfall", "tornado", "rank-acceptability"];
    let all = charts(&facts, &Integrations::default(), &decisions, None, &SETTINGS);
    all.into_iter().filter(|chart| ids.contains(&chart.id)).collect()
}

#[test]
fn all_four_are_drawn_and_say_their_numbers() {
    let charts = drawn(24, 10);
    let ids: Vec<&str> = charts.iter().map(|chart| chart.id).collect();
    assert_eq!(ids, ["net-benefit", "waterfall", "tornado", "rank-acceptability"]);
    for chart in &charts {
        assert!(chart.finding.len() > 20 && chart.note.len() > 20 && !chart.table.rows.is_empty(), "{}", chart.id);
        assert!(chart.table.rows.iter().all(|row| row.len() == chart.table.columns.len()), "{}", chart.id);
        let svg = svg(chart).unwrap();
        assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<script"), "{}", chart.id);
        assert_eq!(well_formed(&svg), Ok(()), "{}", chart.id);
    }
    let plain = |text: &str| text.replace('\u{202f}', " ");
    assert!(
        plain(&charts[0].finding)
            .starts_with("Of 10 candidates shown, 5 pay in at least nineteen of twenty simulated runs."),
        "{}",
        charts[0].finding
    );
    assert!(
        plain(&charts[1].finding).contains(
            "is worth EUR 60 000 on average; the largest gain is support that ends (EUR 75 000); the largest loss is"
        ),
        "{}",
        charts[1].finding
    );
    assert!(
        plain(&charts[2].finding)
            .contains("chance that a fully dependent account leaves, between EUR 12 000 and EUR 90 000"),
        "{}",
        charts[2].finding
    );
    assert_eq!(charts[2].table.rows.len(), 4, "what moves nothing is in the table and not drawn");
    assert!(
        charts[3].finding.contains("10 are among the first 10 in at least nine of ten simulated runs"),
        "{}",
        charts[3].finding
    );
}

#[test]
fn parts_stand_from_gains_to_losses_and_the_total_last() {
    let charts = drawn(6, 3);
    let waterfall = charts.iter().find(|chart| chart.id == "waterfall").unwrap();
    let names: Vec<&str> = waterfall.table.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        names,
        [
            "support that ends",
            "engineering that ends",
            "incidents that end",
            "revenue that may leave",
            "our work to remove it",
            "net benefit"
        ]
    );
    assert_eq!(waterfall.table.rows[2][1], "–", "what is not known has no amount");
}

#[test]
fn more_places_than_fit_stand_in_the_table() {
    let charts = drawn(9, 40);
    let heat = charts.iter().find(|chart| chart.id == "rank-acceptability").unwrap();
    assert_eq!(heat.table.columns.len(), 2 + 40 + 1);
    assert!(svg(heat).is_ok());
}

#[test]
fn one_candidate_has_no_order_and_none_no_chart() {
    let ids = |number| drawn(number, 10).iter().map(|chart| chart.id).collect::<Vec<_>>();
    assert_eq!(ids(1), ["net-benefit", "waterfall", "tornado"]);
    assert_eq!(ids(0), [""; 0]);
    let (facts, mut decisions) = decided(6, 10);
    decisions.ranked.iter_mut().for_each(|decision| decision.verdict = Verdict::Keep);
    let all = charts(&facts, &Integrations::default(), &decisions, None, &SETTINGS);
    assert!(!all.iter().any(|chart| ["net-benefit", "waterfall", "tornado"].contains(&chart.id)));
}
