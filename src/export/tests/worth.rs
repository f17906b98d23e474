//! What removals are worth, as every format says it.

use super::{fixture, json, rendered, table, text};
use crate::units::format;

#[test]
fn page_summary_table_and_json_say_the_same() {
    let report = fixture::report(60);
    let files = rendered(&report, &[]);
    let (page, summary, json) = (text(&files, "index.html"), text(&files, "summary.md"), json(&files));
    let rows = table(&files, "tables/candidates.csv");
    for (place, line) in report.candidates().take(8).enumerate() {
        let Some(worth) = &line.net_benefit else { continue };
        let median = format::money(worth.total.p50, "EUR");
        let whole = crate::report::spread_in_words(&worth.total, "EUR");
        assert!(summary.contains(&whole), "{}: {whole}", line.name);
        assert!(page.matches(&whole).count() == 1, "the card: {whole}");
        assert!(page.matches(&format!("<b>{median}</b>")).count() == 1, "the section: {median}");
        let total = &json["capabilities"][place]["net_benefit"]["total"];
        for (column, end) in [("net_benefit_p05", "p05"), ("net_benefit_p50", "p50"), ("net_benefit_p95", "p95")] {
            assert_eq!(rows[place][column].parse::<f64>().unwrap(), total[end].as_f64().unwrap(), "{column}");
            assert_eq!(json["capabilities"][place][column], total[end], "{column}");
        }
    }
    assert_eq!(rows[4]["net_benefit_p50"], "", "what is not known is an empty cell");
}

#[test]
fn tables_by_hand() {
    let files = rendered(&fixture::report(60), &[]);
    let line = |path: &str, place: usize| text(&files, path).lines().nth(place).unwrap().to_owned();
    let lines = |path: &str| text(&files, path).lines().count();
    assert_eq!(line("tables/net_benefit.csv", 1), "cap-0,support,24400.20,36600.30,48800.40,36966.30");
    assert_eq!(line("tables/net_benefit.csv", 3), "cap-0,incident,,,,");
    assert_eq!(line("tables/net_benefit.csv", 6), "cap-0,revenue-at-risk,-65067.20,-48800.40,-32533.60,-49288.40");
    assert_eq!(lines("tables/net_benefit.csv"), 1 + 59 * 9);
    assert_eq!(line("tables/tornado.csv", 1), "cap-0,loss_at_full_dependence,0.05,0.6,83000.50,39000.50");
    assert_eq!(line("tables/tornado.csv", 3), "cap-0,data,48800.4,73200.6,53000.50,69000.50");
    assert_eq!(line("tables/flip_points.csv", 1), "cap-0,removal_hours,126.491,390,true");
    assert_eq!(line("tables/flip_points.csv", 2), "cap-0,margin,0.75,1.9,false");
    assert_eq!(line("tables/rank_acceptability.csv", 1), "cap-0,1,0.4");
    assert_eq!(lines("tables/rank_acceptability.csv"), 1 + 11 * 3, "of candidates only");
    assert_eq!(
        text(&files, "tables/dependencies.csv"),
        "capability,relation,other\ncap-0,needed-by,cap-6\ncap-0,needs,cap-2\ncap-1,with,cap-7\n"
    );
    assert_eq!(
        line("tables/assumptions.csv", 4),
        "removal_hours,cap-1,fixed(500),500,500,500,500,hours,From a week to a quarter of one engineer.,convention"
    );
}

#[test]
fn the_means_of_the_parts_add_up_to_the_mean() {
    let files = rendered(&fixture::report(3), &[]);
    let parts = table(&files, "tables/net_benefit.csv");
    let sum: f64 =
        parts.iter().filter(|row| row["capability"] == "cap-0").filter_map(|row| row["mean"].parse::<f64>().ok()).sum();
    let mean: f64 = table(&files, "tables/capabilities.csv")[0]["net_benefit_mean"].parse().unwrap();
    assert!((sum - mean).abs() < 0.05, "{sum} {mean}");
}

#[test]
fn nothing_known_shows_nothing_and_says_why() {
    let mut report = fixture::report(60);
    fixture::worth::forget(&mut report);
    let wanted = "Net benefit needs accounts with ARR (accounts): without, nobody knows what a removal is worth.";
    report.unavailable.push(crate::report::Unavailable {
        part: "net benefit",
        wants: "accounts",
        sentence: wanted.into(),
    });
    let files = rendered(&report, &[]);
    for name in ["assumptions", "net_benefit", "tornado", "flip_points", "rank_acceptability", "dependencies"] {
        assert_eq!(text(&files, &format!("tables/{name}.csv")).lines().count(), 1, "{name}");
    }
    let page = text(&files, "index.html");
    let (_, section) = page.split_once("<h2 id=\"worth\"").unwrap();
    let (section, _) = section.split_once("</section>").unwrap();
    assert!(section.contains(wanted), "{section}");
    assert!(!section.contains("<table"), "{section}");
    assert!(!page.contains("Net benefit of a removal"), "no card speaks of it");
    let summary = text(&files, "summary.md");
    assert!(!summary.contains("Pays in") && summary.contains("| ARR touched |\n"), "{summary}");
    assert_eq!(table(&files, "tables/capabilities.csv")[0]["rank_rice"], "");
    assert_eq!(super::schema::faults(&json(&files)), Vec::<String>::new());
    report.unavailable.clear();
    assert!(text(&rendered(&report, &[]), "index.html").contains("so none has a net benefit."));
}
